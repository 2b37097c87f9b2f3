"""`coalition settle`: measured figures in, what each party gets out; everything that cannot be used refused at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coalition.cli import main
from coalition.contract_checks import contradictions
from coalition.contract_files import load_contract, load_preset, preset_names
from coalition.contract_messages import MESSAGES
from coalition.contracts import Contract
from coalition.errors import InputError, ScenarioError, UnknownNameError
from coalition.measurements import read_measurements
from coalition.messages import Language, render
from coalition.numbers import Number
from coalition.parameters import Standing
from coalition.problems import Problem
from coalition.schema import numbers_in

HEADING = "id,period,person_years,benchmark_eur,cost_eur"


def measured(folder: Path, *rows: str, more: str = "") -> Path:
    path = folder / "measured.csv"
    path.write_text("\n".join([HEADING + more, *rows]) + "\n", "utf-8")
    return path


def settle(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["settle", *map(str, words)])


def settled(*words: str | Path) -> dict[str, Any]:
    done = settle(*words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_row_tells_what_was_saved_and_who_gets_what(tmp_path: Path) -> None:
    """All figures of the published form, with totals."""
    file = measured(tmp_path, "a,2024,1000,1000000,900000", "b,2024,1000,1000000,1100000")
    found = settled("--preset", "half-half", file, "--currency", "USD")
    assert found["currency"] == "USD"
    first = found["rows"][0]
    assert (first["id"], first["period"], first["gate_passed"]) == ("a", 2024, True)
    assert (first["gross_savings_eur"], first["savings_rate"], first["final_rate"]) == (100000, 0.1, 0.5)
    assert first["payments"] == {"payer": -50000, "provider": 50000}
    assert [c["clause"] for c in first["clauses"]][:3] == ["risk", "discount", "gate"]
    assert found["totals"] == {"gross_savings_eur": 0, "payments": {"payer": -50000, "provider": 50000}}


def test_a_column_named_after_a_term_overrides_it_for_its_row(tmp_path: Path) -> None:
    """An empty cell leaves the term to the contract."""
    file = measured(
        tmp_path, "a,2024,1000,100,90,0.8,", "b,2024,1000,100,90,,0.2", more=",sharing_rate,minimum_savings_rate"
    )
    rows = settled("--preset", "half-half", file)["rows"]
    assert [r["payments"]["provider"] for r in rows] == [8, 0]
    assert [r["minimum_savings_rate"] for r in rows] == [0, 0.2]


def test_a_contract_of_ones_own_is_the_mapping_of_a_scenario(tmp_path: Path) -> None:
    """The same keys, in a file of its own."""
    own = tmp_path / "contract.yaml"
    own.write_text(
        "name: Eigen\npays: zk\nsharers: {zk: {}, gemeente: {name: Gemeente}}\npopulation: participants\n"
        "benchmark: control_group\ngate: none\nfirst_dollar: true\nsharing_rate: 0.3\nlosses: none\nquality: none\n",
        "utf-8",
    )
    file = measured(tmp_path, "x,1,100,2000,1000")
    assert settled(own, file)["rows"][0]["payments"] == {"zk": -300, "gemeente": 300}
    table = settle(own, file)
    assert "Gemeente" in table.stdout
    assert "300,00" in table.stdout
    assert "verdeling" in table.stdout


def test_periods_of_one_holder_belong_together(tmp_path: Path) -> None:
    """A loss of the first year comes off the gain of the second, in whatever order the rows stand."""
    own = tmp_path / "contract.yaml"
    own.write_text(
        "name: Eigen\npays: a\nsharers: {a: {}, b: {}}\npopulation: participants\nbenchmark: control_group\n"
        "gate: none\nfirst_dollar: true\nsharing_rate: 0.5\nlosses: none\nquality: none\ncarry_forward_share: 1\n",
        "utf-8",
    )
    file = measured(tmp_path, "x,2,1,100,60", "y,1,1,100,60", "x,1,1,100,110")
    assert [(r["id"], r["period"], r["payments"]["b"]) for r in settled(own, file)["rows"]] == [
        ("x", 1, 0), ("x", 2, 15), ("y", 1, 20),
    ]  # fmt: skip


# --- presets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", preset_names())
def test_each_number_of_a_preset_has_source_date_and_standing(name: str) -> None:
    """What nobody published is marked as a choice, with the range in which it lies."""
    found = load_preset(name).contract
    assert found.source
    assert found.terms_of_year
    assert found.standing is not Standing.OWN
    for path, number in numbers_in(found):
        standing = found.standing if number.standing is Standing.OWN else number.standing
        if standing is Standing.ASSUMED and name not in {"half-half"} and not path.startswith("dispersion"):
            assert isinstance(number, Number)
            assert number.source, path
            assert number.uncertain or "MSSP" in found.name, path


def test_the_presets_that_are_promised_are_there() -> None:
    """And they are named as in the field."""
    assert {
        *(f"mssp-basic-{level}" for level in "abcde"), "mssp-enhanced", *(f"mssp-track-{n}" for n in "123"),
        "reach-professional", "reach-global", "kinzigtal", "menzis-arts-en-zorg-2015", "aqc", "half-half",
    } < set(preset_names())  # fmt: skip
    with pytest.raises(UnknownNameError):
        load_preset("mssp-basic-f")


# --- what is refused ----------------------------------------------------------------------------------------------


def problems(contract: Contract, file: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(InputError) as caught:
        read_measurements(file, contract)
    return [(p.code, p.line, p.path) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("preset", "more", "rows", "expected"),
    [
        ("half-half", "", ["a,2024,-5,100,90"], [("number.negative", 2, "person_years")]),
        ("half-half", "", ["a,2024,,100,90"], [("table.empty_cell", 2, "person_years")]),
        ("half-half", "", ["a,2024,0,100,90"], [("settle.not_positive", 2, "person_years")]),
        ("half-half", "", ["a,2024,10,0,90"], [("settle.not_positive", 2, "benchmark_eur")]),
        ("half-half", "", ["a,2024,1,100,90", "a,2024,1,100,80"], [("table.duplicate_key", 3, "id, period")]),
        ("half-half", "", ["a,2026,1,100,90", "a,2024,1,100,80"], [("settle.period_gap", 2, "period")]),
        ("half-half", ",quality_score", ["a,2024,1,100,90,85"], [("settle.not_share", 2, "quality_score")]),
        ("half-half", ",sharing_rate", ["a,2024,1,100,90,50"], [("settle.not_share", 2, "sharing_rate")]),
        ("half-half", ",loss_rate", ["a,2024,1,100,90,0.5"], [("settle.term_without_effect", 1, "loss_rate")]),
        ("half-half", ",sharing_rat", ["a,2024,1,100,90,0.5"], [("table.unknown_column", 1, "sharing_rat")]),
        ("reach-global", ",sharing_rate", ["a,2024,1,100,90,0.5"], [("settle.term_without_effect", 1, "sharing_rate")]),
        ("mssp-track-1", "", ["a,2024,4999,100,90"], [("settle.below_table", 2, "person_years")]),
        ("mssp-basic-c", "", ["a,2024,9000,100,110"], [("settle.no_revenue", 2, "revenue_eur")]),
        (
            "mssp-basic-c", ",revenue_eur", ["a,2024,9000,100,110,", "b,2024,9000,100,90,", "c,2024,0,100,110,5"],
            [("settle.no_revenue", 2, "revenue_eur"), ("settle.not_positive", 4, "person_years")],
        ),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_settled(
    tmp_path: Path, preset: str, more: str, rows: list[str], expected: list[tuple[str, int, str]]
) -> None:
    """All problems at once, each on its line; nothing is settled."""
    file = measured(tmp_path, *rows, more=more)
    assert problems(load_preset(preset).contract, file) == expected
    done = settle("--preset", preset, file)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "er is niets berekend" in done.stderr


GOOD = """\
name: Eigen
pays: zk
sharers: {zk: {}, gemeente: {}, aanbieder: {}}
population: participants
benchmark: control_group
gate: none
first_dollar: true
gain_bands:
  - {up_to: 0.05, shares: {zk: 0.5, gemeente: 0.3, aanbieder: 0.2}}
  - {shares: {zk: 0.8, gemeente: 0.1, aanbieder: 0.1}}
losses: none
quality: none
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("zk: 0.8", "zk: 0.7", "contract.band_sum", 10),
        ("{shares: {zk: 0.8", "{up_to: 0.04, shares: {zk: 0.8", "contract.band_open", 10),
        ("up_to: 0.05, ", "", "contract.band_open", 9),
        ("gemeente: 0.3", "gemente: 0.3", "contract.band_party", 9),
        ("gate: none", "gate: table", "contract.needs", 6),
        ("gate: none", "gate: fixed", "contract.needs", 6),
        ("gate: none", "gate: none\nminimum_savings_rate: 0.02", "contract.clash", 7),
        ("losses: none", "losses: none\nloss_rate: 0.5", "contract.clash", 12),
        ("losses: none", "losses: fixed", "contract.rate_or_bands", 11),
        ("losses: none", "losses: none\ncarry_forward_share: 1\nclaw_back_share: 1", "contract.clash", 13),
        ("losses: none", "losses: one_minus", "contract.needs", 11),
        ("quality: none", "quality: ladder", "contract.needs", 12),
        ("pays: zk", "pays: cz", "contract.payer_shares", 2),
        ("first_dollar: true", "first_dollar: true\nsharing_rate: 0.5", "contract.rate_or_bands", 8),
        ("first_dollar: true", "first_dollar: false", "contract.clash", 7),
        ("quality: none", "quality: none\norder: [sharing, gate]", "contract.order_once", 13),
        ("quality: none", "quality: none\nqualitty_minimum: 0.5", "key.unknown", 13),
        ("benchmark: control_group", "benchmark: control_group\nrebase_every_periods: 3", "contract.clash", 6),
    ],
)  # fmt: skip
def test_a_contract_is_checked_as_a_whole(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    """The clause that contradicts another is named, on its line."""
    path = tmp_path / "contract.yaml"
    path.write_text(GOOD, "utf-8")
    assert load_contract(path).contract.pays == "zk"
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_contract(path)
    assert (code, line) in {(p.code, p.line) for p in caught.value.problems}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["0, persons_to: 99", "101"], "contract.table_gap"),
        (["0, persons_to: 99", "99"], "contract.table_gap"),
        (["0", "101"], "contract.open_row"),
        (["10, persons_to: 9"], "contract.row_order"),
        (["10, rate_to: 0.05"], "contract.open_row_rate"),
    ],
)  # fmt: skip
def test_a_gate_table_has_no_gaps(tmp_path: Path, rows: list[str], code: str) -> None:
    """Every size has one rate."""
    path = tmp_path / "contract.yaml"
    rates = ["rate_from: 0.1", *([] if "rate_to" in rows[0] else ["rate_to: 0.1"])]
    lines = "".join(f"  - {{persons_from: {row}, {', '.join(rates)}}}\n" for row in rows)
    path.write_text(GOOD.replace("gate: none\n", f"gate: table\ngate_table:\n{lines}"), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_contract(path)
    assert code in {p.code for p in caught.value.problems}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("code", MESSAGES)
def test_each_sentence_names_only_facts_that_there_are(code: str, lang: Language) -> None:
    """No brace of a template is ever seen by a user."""
    facts = dict.fromkeys(
        ("known", "total", "other", "value", "from", "to", "expected", "rate", "bands", "count", "party", "before",
         "edge", "clause", "first", "second", "as_share", "term", "id"), "7",
    )  # fmt: skip
    assert "{" not in render(Problem(code, "x.yaml", 3, "a", "b", facts), lang, MESSAGES)


def test_every_code_that_a_check_can_give_has_its_words() -> None:
    """Codes stand in the source as text; each has a message and each message a check."""
    root = Path(__file__).parents[1] / "coalition"
    source = "".join(
        (root / f"{m}.py").read_text("utf-8")
        for m in ("contract_checks", "scope_checks", "joint_checks", "arrangement_checks", "measurements")
    )
    assert {c for c in MESSAGES if f'"{c}"' in source} == set(MESSAGES)


def test_a_preset_contradicts_itself_nowhere() -> None:
    """What ships passes the checks that a user's contract must pass."""
    assert [contradictions(load_preset(name).contract) for name in preset_names()] == [[]] * len(preset_names())
