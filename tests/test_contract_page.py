"""docs/contract.md says what the program does: its commands, its terms and what no figure rests on."""

from __future__ import annotations

import copy
import importlib
import json
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coalition.cli import main
from coalition.contract_files import preset_names
from coalition.contracts import SCALAR_TERMS, Clause, Contract
from coalition.measurements import MEASUREMENTS
from coalition.model import run_scenario
from coalition.numbers import Frozen
from coalition.reading import read_document
from coalition.scenario import load_scenario

ROOT = Path(__file__).resolve().parents[1]
COMPLETE = ROOT / "docs" / "complete"

sys.path.insert(0, str(ROOT / "docs"))
page_maker: Any = importlib.import_module("make_contract_page")
sys.path.remove(str(ROOT / "docs"))


@cache
def page() -> str:
    return (ROOT / "docs" / "contract.md").read_text("utf-8")


def first_cells() -> set[str]:
    """What stands in code in the first or second column of a table of the page."""
    return set(re.findall(r"^\|(?: \d+ \|)? `([^`]+)` \|", page(), re.MULTILINE))


@pytest.mark.parametrize("command", page_maker.COMMANDS)
def test_the_commands_of_the_page_print_what_it_shows(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands in the project's folder and types them sees the same."""
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, command.split()[1:], catch_exceptions=False)
    printed = "\n".join(line.rstrip() for line in done.output.splitlines()).rstrip()
    assert done.exit_code == 0
    assert f"```console\n$ {command}\n{printed}\n```" in page()


def test_the_rows_worked_out_by_hand_come_out() -> None:
    """The text below the example tells the figures of the program."""
    files = [str(ROOT / "docs" / "settle" / name) for name in ("contract.yaml", "measured.csv")]
    rows = json.loads(CliRunner().invoke(main, ["settle", *files, "--format", "json"]).stdout)["rows"]
    found = {(r["id"], r["period"]): (r["gross_savings_eur"], r["payments"]["care_group"]) for r in rows}
    north, south = 30_000_000 * 0.995 - 29_250_000, 24_000_000 * 0.995 - 24_600_000
    assert found["north", 2026] == (pytest.approx(north), pytest.approx(north * 0.5 * 0.8))
    assert found["south", 2026] == (pytest.approx(south), pytest.approx(-min(-south * 0.25, 0.02 * 5_000_000)))
    for amount in ("600,000 was saved", "240,000", "loss of 720,000", "180,000", "100,000"):
        assert amount in page()


def test_every_term_clause_preset_and_column_has_a_row() -> None:
    """Nothing that a contract or its figures may hold is left out."""
    parts = [m for m in Frozen.__subclasses__() if m.__module__ == Contract.__module__]
    terms = {field for part in parts for field in part.model_fields}
    figures = {c.name for c in MEASUREMENTS.columns} - set(SCALAR_TERMS)
    assert terms | {c.value for c in Clause} | set(preset_names()) | figures <= first_cells()
    for term in Contract.model_fields:
        row = re.search(rf"^\| `{term}` \|.*$", page(), re.MULTILINE)
        assert row is not None
        assert row[0].endswith("| column |") == (term in SCALAR_TERMS)


def amounts(folder: Path, changes: dict[str, Any]) -> list[tuple[int, str, str, str, float]]:
    """The ledger of the complete example with terms of its largest contract changed; None takes a term away."""
    data = copy.deepcopy(read_document(COMPLETE / "scenario.yaml", "scenario.yaml").data)
    contract = data["arrangements"]["contracts"]["zorg_na_vallen"]
    for term, value in changes.items():
        contract[term] = value
        if value is None:
            del contract[term]
    folder.mkdir()
    for table in ("region.csv", "cost.csv"):
        shutil.copy(COMPLETE / table, folder / table)
    (folder / "scenario.yaml").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    ledger = run_scenario(load_scenario(folder)).run.ledger
    return [(e.year, e.source, e.target, e.arrangement, e.amount_eur) for e in ledger.entries()]


def test_terms_on_which_no_figure_rests_change_none(tmp_path: Path) -> None:
    """What the page says of them is so; and a term beside them does change what is paid."""
    stated = amounts(tmp_path / "stated", {})
    assert stated == amounts(tmp_path / "without", dict.fromkeys(page_maker.NOT_PROJECTED))
    assert stated != amounts(tmp_path / "other", {"sharing_rate": 0.4})
    for term in page_maker.DATES:
        assert stated != amounts(tmp_path / term, {"interim_share": None} | {term: None})


@pytest.mark.parametrize("term", [t for t in page_maker.HOW_A_BENCHMARK_IS_MADE if not t.startswith("rebase_add")])
def test_terms_of_a_historical_benchmark_change_what_is_paid(tmp_path: Path, term: str) -> None:
    """Without base years, a trend or rebasing the same contract pays something else."""
    together = ("rebase_every_periods", "rebase_add_back_share")
    silent = dict.fromkeys(together if term in together else (term,))
    assert amounts(tmp_path / "stated", {}) != amounts(tmp_path / "without", silent)


def test_what_is_added_back_changes_what_is_paid_after_rebasing(tmp_path: Path) -> None:
    """Half of the earlier saving, or all of it."""
    assert amounts(tmp_path / "half", {}) != amounts(tmp_path / "all", {"rebase_add_back_share": 1.0})
