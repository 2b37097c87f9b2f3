"""Workbooks of many municipalities: added up where a sheet would hold too many formulas, and still the model."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest

from coalition.cells import Line, Sheet
from coalition.parties import Pocket, Reason
from coalition.scenario import load_scenario
from coalition.workbook.book import Book, build_book
from coalition.workbook.contract import SUMMED
from coalition.workbook.export import export_workbook
from coalition.workbook.importing import import_workbook
from coalition.workbook.intake import read_inputs
from coalition.workbook.still_live import StillLive
from coalition.workbook.summed import REST

ROOT = Path(__file__).resolve().parents[1]
COMPLETE = ROOT / "docs" / "complete" / "scenario.yaml"


@pytest.fixture(autouse=True)
def few_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that twelve municipalities pass."""
    monkeypatch.setattr("coalition.workbook.frame.MOST_FORMULAS", 3000)


def names(book: Book) -> list[str]:
    """Sheets of the calculation."""
    return [sheet.name for sheet in book.frame.sheets]


ALWAYS = {"scenario"}
THE_LAW = ALWAYS | {"interventions", "payers", "holders"}
AGREED = THE_LAW | {"arrangements"}


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("drenthe", THE_LAW),
        ("drenthe-akkoord", AGREED),
        ("kavel-drenthe", AGREED),
        ("populatiebekostiging", AGREED),
        ("achterstandstarief", AGREED),
        ("denemarken", ALWAYS),  # co-financed per area, which places do not tell
        (str(COMPLETE), ALWAYS),
    ],
)
def test_places_together_are_the_model(name: str, live: set[str]) -> None:
    """Every posting and every account agrees, or the book would not be made; the calculation per area is gone."""
    book = build_book(load_scenario(name))
    assert book.places is not None
    assert "Berekening_samengevat" in names(book)
    assert "Berekening_samenloop" not in names(book)
    inputs = {line.key for line in book.frame.inputs.scalars}
    assert not [key for key in inputs if key.endswith(".reach")], "who starts is a figure of the model"
    assert {key.partition(".")[0] for key in inputs} == live


MARKET = "parties.insurers.menzis.market_share"


@pytest.mark.parametrize(
    ("figures", "path", "live"),
    [
        (set(), MARKET, True),
        ({(Reason.AVOIDED_COST, Pocket.ZVW)}, MARKET, False),
        ({(Reason.DELIVERY, Pocket.ZVW)}, MARKET, False),
        ({(Reason.AVOIDED_COST, Pocket.WLZ)}, MARKET, True),
        (set(), "holders.cashable.wmo", True),
        ({(Reason.AVOIDED_COST, Pocket.WMO)}, "holders.cashable.wmo", False),
        ({(Reason.AVOIDED_COST, Pocket.WLZ)}, "holders.cashable.wmo", True),
        ({(Reason.AVOIDED_COST, Pocket.EIGEN_RISICO)}, "holders.cashable.zvw", False),
        ({(Reason.AVOIDED_COST, Pocket.ZVW)}, "holders.equalisation.clawback.zvw.0", False),
        ({(Reason.COORDINATION, Pocket.WPG)}, "payers.coordination.payers.0.share", False),
        ({(Reason.AVOIDED_COST, Pocket.WPG)}, "payers.coordination.payers.0.share", True),
    ],
)
def test_a_number_is_live_where_no_figure_of_the_model_follows_from_it(
    figures: set[tuple[Reason, Pocket]], path: str, live: bool
) -> None:
    """A figure of the model in the pocket of a number would not follow when the number is changed."""
    assert StillLive(load_scenario("kinzigtal"), figures, agreed=True, priced=frozenset())(path) is live


def test_whom_an_agreement_names_keeps_an_account() -> None:
    """Hoogeveen, Assen and Emmen share; the others are one account."""
    accounts = set(build_book(load_scenario("drenthe-akkoord")).accounts.rows)
    assert {"GM0118", "GM0106", "GM0114", REST} <= accounts
    assert "GM0109" not in accounts


def test_a_small_workbook_is_calculated_per_area() -> None:
    """A single area never passes the limit."""
    assert build_book(load_scenario("vollsmose")).places is None


def test_it_goes_out_and_back_without_tables_of_the_region(tmp_path: Path) -> None:
    """The file says that areas were taken together, so that an import asks for no table of people and cost."""
    folder = tmp_path / "drenthe"
    shutil.copytree(ROOT / "scenarios" / "drenthe", folder)
    path = export_workbook(load_scenario(folder), tmp_path / "x.xlsx")
    found = read_inputs(BytesIO(path.read_bytes()), "x.xlsx")
    assert found.properties.summed, SUMMED
    assert set(found.tables) <= {"#by_year"}
    assert import_workbook(path, folder, reason="niets").changes == ()


def test_the_limit_holds_before_rows_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just below the limit everything stays per area."""
    monkeypatch.setattr("coalition.workbook.frame.MOST_FORMULAS", 200_000)
    book = build_book(load_scenario("drenthe"))
    assert book.places is None
    counts = [sum(line.known.size for line in _formulas(sheet)) for sheet in book.frame.sheets]
    assert max(counts) < 200_000


def _formulas(sheet: Sheet) -> list[Line]:
    return [line for line in sheet if line.formula is not None]
