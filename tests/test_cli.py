"""The commands as a user types them: output, exit code, and nothing written where nothing should be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coalition.cli import main
from coalition.scenario import load_scenario

SMALL = "sociaal-hospitaal"


def run(*arguments: str) -> Result:
    """One command in this process; an unexpected exception fails the test."""
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def test_run_shows_who_pays_in_dutch() -> None:
    """Without options the first screen is Dutch, with its basis on the second line."""
    found = run("run", SMALL)
    assert found.exit_code == 0
    assert "Basisjaar 2017 · prijspeil 2017 · jaren 2017–" in found.stdout
    assert "CZ: betaald € 1,30 miljoen" in found.stdout


def test_run_speaks_english_when_asked() -> None:
    """--lang en changes words and number marks, not figures."""
    assert "CZ: paid € 1.30 million" in run("run", SMALL, "--lang", "en").stdout


def test_json_has_the_promised_keys() -> None:
    """Programs rely on these keys; they are never translated."""
    data = json.loads(run("run", SMALL, "--format", "json").stdout)
    promised = {
        "schema",
        "scenario",
        "input_hash",
        "version",
        "price_level",
        "parties",
        "flows",
        "pockets",
        "wrong_pocket_index",
        "zero_effect",
        "arrangements",
        "checks",
    }
    assert promised <= set(data)
    assert {p["kind"] for p in data["parties"]} <= {
        "insurer",
        "municipality",
        "fund",
        "investor",
        "provider",
        "national",
    }
    assert all(f["paid_eur"] >= 0 and f["gained_eur"] >= 0 for f in data["flows"])


def test_flows_sum_to_the_parties() -> None:
    """Paid and gained per flow give the party totals again."""
    data = json.loads(run("run", SMALL, "--format", "json").stdout)
    for party in data["parties"]:
        own = [f for f in data["flows"] if f["party"] == party["id"]]
        assert sum(f["paid_eur"] for f in own) == pytest.approx(party["paid_eur"])
        assert sum(f["gained_eur"] for f in own) == pytest.approx(party["gained_eur"])


def test_the_same_input_gives_the_same_bytes() -> None:
    """Two runs with the same seed print the same text."""
    assert run("run", SMALL, "--format", "json").stdout == run("run", SMALL, "--format", "json").stdout


def test_csv_is_one_tidy_table() -> None:
    """The header is the contract and every line has as many cells."""
    lines = run("run", SMALL, "--format", "csv").stdout.splitlines()
    assert lines[0] == "arrangement,year,party,pocket,intervention,paid_eur,gained_eur"
    assert len(lines) > 3


def test_set_changes_one_value() -> None:
    """A value from the command line wins over the file, and diff shows both sides."""
    half = json.loads(
        run("run", SMALL, "--set", "interventions.sociaal_hospitaal.reach=0.5", "--format", "json").stdout
    )
    assert next(p for p in half["parties"] if p["id"] == "cz")["paid_eur"] == pytest.approx(650_000)


def test_a_result_folder_holds_tables_and_a_manifest(tmp_path: Path) -> None:
    """Evaluators get tidy files and what they were made from."""
    found = run("run", SMALL, "-o", str(tmp_path / "out"))
    assert found.exit_code == 0
    names = {p.name for p in (tmp_path / "out").iterdir()}
    tables = {
        "parties",
        "party_years",
        "flows",
        "deliveries",
        "avoided",
        "contracts",
        "funds",
        "agreement_cash",
        "ledger",
    }
    assert names == {"manifest.json", "result.json", "schema.json", *(f"{name}.csv" for name in tables)}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["input_hash"] == load_scenario(SMALL).input_hash


def test_init_makes_an_example_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """init, check and run follow each other without another word."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "demo").exit_code == 0
    assert run("check", "demo").exit_code == 0
    assert "Wie betaalt en wie profiteert" in run("run", "demo").stdout


def test_init_leaves_a_folder_with_work_in_it_alone(tmp_path: Path) -> None:
    """Somebody's files are never overwritten."""
    (tmp_path / "scenario.yaml").write_text("mine", "utf-8")
    assert run("init", str(tmp_path)).exit_code == 3
    assert (tmp_path / "scenario.yaml").read_text("utf-8") == "mine"


def test_diff_shows_changed_inputs_and_results(tmp_path: Path) -> None:
    """A scenario that changes another one differs in what it changes, and in what follows from it."""
    changed = tmp_path / "scenario.yaml"
    changed.write_text(
        f"scenario:\n  base: {SMALL}\n  name: half\ninterventions:\n  sociaal_hospitaal:\n    reach: 0.5\n", "utf-8"
    )
    found = json.loads(run("diff", SMALL, str(changed), "--format", "json").stdout)
    assert "interventions.sociaal_hospitaal.reach" in {c["path"] for c in found["inputs"]}
    cz = next(r for r in found["results"] if r["party"] == "cz")
    assert cz["npv_after_eur"] == pytest.approx(cz["npv_before_eur"] / 2)


def test_explain_names_place_and_source() -> None:
    """The trace ends at file, line and source."""
    found = run("explain", SMALL, "cz", "2017")
    assert "scenario.yaml:" in found.stdout
    assert "loketgezondleven.nl" in found.stdout


def test_explain_a_party_that_is_not_there_suggests_one() -> None:
    """A misspelled party is a usage error with the names that there are."""
    found = run("explain", SMALL, "residentss")
    assert found.exit_code == 2
    assert "Bedoelde u 'residents'" in found.stderr


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_catalogue_shows_what_it_is_asked(lang: str) -> None:
    """An intervention, a policy and a parameter subject each have a page; an unknown id does not."""
    for entry in ("val_keten", "den_helder_unive_2018", "own_risk"):
        assert run("catalogue", entry, "--lang", lang).exit_code == 0
    assert "schuldhulp" in run("catalogue", "--lang", lang).stdout
    assert run("catalogue", "schuldhulpp", "--lang", lang).exit_code == 2


def test_doctor_names_the_solver() -> None:
    """An IT department sees versions and the solver."""
    assert "HiGHS 1." in run("doctor").stdout


def test_a_defect_of_ours_names_a_log_and_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user cannot repair ends with 70 and a file to send."""
    import coalition.report

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(coalition.report, "build_report", broken)
    found = run("run", SMALL)
    assert found.exit_code == 70
    assert "Traceback" not in found.output
    log = Path(found.stderr.rsplit(": ", 1)[1].strip())
    assert "ZeroDivisionError" in log.read_text("utf-8")
    log.unlink()


@pytest.mark.parametrize("command", [*main.list_commands(None), "source region", "source vektis"])  # type: ignore[arg-type]
def test_every_command_explains_itself(command: str) -> None:
    """Help ends well, with nothing on standard error."""
    found = run(*command.split(), "--help")
    assert found.exit_code == 0
    assert found.stderr == ""


def test_asking_for_help_loads_nothing_heavy() -> None:
    """Help stays quick because the heavy packages are only imported by the commands that need them."""
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom coalition.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print(sorted({'numpy','pandas','pyomo','openpyxl','pydantic','ruamel','rich'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
