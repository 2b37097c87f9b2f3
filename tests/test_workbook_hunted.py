"""Changes in a workbook that once gave another result than the same change in the scenario.

Every formula of a workbook is calculated again in memory with the other inputs, and compared with the workbook of the
changed scenario: every row of the calculation, in every year that the clock counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coalition.cells import Floats, Line, Sheet
from coalition.kernels import kernel_years
from coalition.parties import STATE, Reason
from coalition.scenario import Scenario, load_scenario
from coalition.workbook import frame
from coalition.workbook.book import Book, build_book
from coalition.workbook.export import export_workbook
from coalition.workbook.stored import formula_values

Changes = Mapping[str, float]
"""Path of an input -> its new value; amounts per year with the year as the last step."""
TOLERANCE = 1e-4
MOST_PASSES = 200


def sheets_of(book: Book) -> list[Sheet]:
    return [*book.frame.sheets, book.frame.inputs.constants]


def calculated_again(book: Book, changes: Changes) -> None:
    """Put other values in input cells, and let all formulas follow."""
    inputs = {line.key: line for line in [*book.frame.inputs.scalars, *book.frame.inputs.tables]}
    for path, value in changes.items():
        if path in inputs:
            inputs[path].known = np.asarray(float(value))
        else:
            path, _, year = path.rpartition(".")
            amounts = inputs[path].known.copy()
            amounts[book.frame.inputs.years.index(int(year))] = value
            inputs[path].known = amounts
    lines = [line for sheet in sheets_of(book) for line in sheet]
    for _ in range(MOST_PASSES):
        changed = [line for line in lines if line.calculate_again()]
        if not changed:
            return
    raise AssertionError("formulas that never come to rest")


def rows_of_both(book: Book, other: Book) -> Iterator[tuple[str, Floats, Floats]]:
    """Every formula that both have, in the years that the clock of the other counts."""
    mine = {(sheet.name, line.key): line for sheet in book.frame.sheets for line in sheet}
    for sheet in other.frame.sheets:
        for line in sheet:
            found = mine.get((sheet.name, line.key))
            if found is not None and line.formula is not None:
                yield f"{sheet.name} {line.key}", _counted(found, other), _counted(line, other)


def _counted(line: Line, book: Book) -> Floats:
    return line.known[: book.frame.clock_years] if line.is_series else line.known


def assert_follows(source: str | Path, changes: Changes, before: Changes | None = None) -> None:
    """A change in the workbook gives what the same change in the scenario gives."""
    book, other = (build_book(scenario_with(source, own)) for own in (before or {}, {**(before or {}), **changes}))
    calculated_again(book, changes)
    pairs = list(rows_of_both(book, other))
    assert len(pairs) > 50
    wrong = [
        w for w, found, expected in pairs if not np.allclose(found, expected, rtol=1e-9, atol=TOLERANCE, equal_nan=True)
    ]
    assert wrong == []


def scenario_with(source: str | Path, changes: Changes) -> Scenario:
    return load_scenario(source, [f"{path}={_typed(path, value)}" for path, value in changes.items()])


def _typed(path: str, value: float) -> str:
    if path.endswith(".enabled"):
        return str(bool(value)).lower()
    return repr(value) if isinstance(value, int) else f"{value:.7f}"


# --- departures -----------------------------------------------------------------------------------------------------

LEAVERS = """
scenario:
  base: stevig-staan
  name: wie_gaat
  title: Wie er weggaan
arrangements:
  impact_bonds:
    hib: {delivery_share: 0.8}
  funds:
    potje:
      name: Potje
      years: {first: 2023, last: 2028}
      contributions:
        gemeenten: {party: municipality, law: wmo, amounts_eur: {2023: 100000, 2026: 20000}}
        cz: {party: cz, law: eigen_middelen, amounts_eur: {2023: 100000, 2025: 50000}}
      draws:
        uitvoering: {name: Uitvoering, to: municipality, intervention: stevig_staan, delivery_share: 0.2, kind: grant,
          rank: 1, years: {first: 2023, last: 2027}}
      shortage: scale
      wind_up: by_contribution
      interest_per_year: 0.01
      minimum_balance_eur: 0
      fee_eur_per_year: 100
      fee_share_of_balance: 0
      rank_among_claims: after_contracts
  side_payments:
    bijdrage: {name: Bijdrage, source: cz, target: municipality, law: eigen_middelen,
      amounts_eur: {2024: 1000, 2026: 2000}}
  departures:
    cz_weg: {name: CZ weg, enabled: false, party: cz, from_year: 2026, deliveries: stop}
    gemeenten_weg: {name: Gemeenten weg, enabled: true, party: municipality, from_year: 2026, deliveries: stop}
"""
CZ, GEMEENTEN = "arrangements.departures.cz_weg", "arrangements.departures.gemeenten_weg"


@pytest.fixture(scope="module")
def leavers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with one departure that is off and one that is on."""
    folder = tmp_path_factory.mktemp("leavers")
    shipped = Path(load_scenario("stevig-staan").path).resolve().parent
    (folder / "scenario.yaml").write_text(LEAVERS.replace("base: stevig-staan", f"base: {shipped}"), "utf-8")
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {f"{GEMEENTEN}.enabled": 0},
        {f"{GEMEENTEN}.from_year": 2024},
        {f"{GEMEENTEN}.from_year": 2028},
        {f"{CZ}.enabled": 1},
        {f"{CZ}.enabled": 1, f"{CZ}.from_year": 2024, f"{GEMEENTEN}.enabled": 0},
        {f"{CZ}.enabled": 1, f"{CZ}.from_year": 2025},
    ],
)
def test_what_a_departure_cuts_off_follows_its_switch_and_its_year(leavers: Path, changes: Changes) -> None:
    """Once the cuts of the export stayed in the formulas."""
    assert_follows(leavers, changes)


# --- the last year --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        ("sociaal-hospitaal-bond", {"arrangements.impact_bonds.hib.years.last": 2024}),
        ("stevig-staan", {"scenario.horizon_years": 11, "arrangements.impact_bonds.hib.targets_eur.2033": 3000000}),
        (
            "zutphen-vertrek",
            {
                "scenario.horizon_years": 8,
                "arrangements.departures.menzis_stopt.payments.extra_dekking.amounts_eur.2028": 10,
            },
        ),
    ],
)
def test_years_are_counted_as_long_as_an_arrangement_moves_money(scenario: str, changes: Changes) -> None:
    """Once the last year of a bond and of payments was that of the export."""
    assert_follows(scenario, changes)


# --- summed workbooks -----------------------------------------------------------------------------------------------

SMALL = 1000
"""Formulas per sheet above which municipalities are added up."""
WHOLE = re.compile(r"payers\.|closing_share")
"""Parts that together are one."""


@pytest.mark.parametrize(
    "path",
    [
        "region.general_index_per_year",
        "interventions.valpreventie.starts.last",
        "interventions.valpreventie.effects.falls.time.plateau_years",
        "target_groups.sombere_klachten.own_risk.share",
        "gemeentepolis.unive_pakket.last_year",
        "interventions.leefstijl_gli.per_area.GM1690.starts.last",
    ],
)
def test_a_number_that_is_only_partly_live_in_a_summed_workbook_is_no_input(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once each of these was, and a change of it moved a part of the result."""
    monkeypatch.setattr(frame, "MOST_FORMULAS", SMALL)
    inputs = build_book(load_scenario("drenthe")).frame.inputs
    assert path not in inputs.behind
    assert not any(path == line.key for sheet in (inputs.scalars, inputs.tables) for line in sheet)


@pytest.mark.parametrize("scenario", ["drenthe", "kavel-drenthe"])
def test_every_input_of_a_summed_workbook_is_live(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares, prices and terms, all of them changed at once."""
    monkeypatch.setattr(frame, "MOST_FORMULAS", SMALL)
    book = build_book(load_scenario(scenario))
    assert book.places is not None
    other = {"share": 0.97, "euro": 1.1, "rate": 0.9, "count": 1.1}
    changes = {
        line.key: round(float(line.known) * other[line.style], 6)
        for line in book.frame.inputs.scalars
        if line.style in other and not WHOLE.search(line.key) and not np.isnan(line.known)
    }
    assert len(changes) > 20
    assert_follows(scenario, changes)


def test_what_is_fixed_in_a_summed_workbook_costs_nothing_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a fixed cost of 0 per year was a division by 0."""
    monkeypatch.setattr(frame, "MOST_FORMULAS", SMALL)
    book = build_book(scenario_with("drenthe", {"interventions.rookvrij.cost.fixed_per_year": 0}))
    assert all(not np.isnan(line.known).any() for line in next(s for s in book.frame.sheets if "samengevat" in s.name))


# --- the index ------------------------------------------------------------------------------------------------------


def test_a_hair_of_rounding_is_nobody_who_pays() -> None:
    """Once 1e-10 euro made the index 1 here and none in another program; stevig-staan at a price of 0 gave that."""
    changes = {
        "holders.own_risk.share": 0,
        "interventions.stevig_staan.cost.per_starter.0": 0,
        "arrangements.impact_bonds.hib.outcome_payers.gemeenten.share": 1,
    }
    book = build_book(scenario_with("stevig-staan", changes))
    found = book.index.found
    assert all(np.isnan(line.known) for line in found.values())


# --- sums -----------------------------------------------------------------------------------------------------------


def test_the_sum_of_a_row_leaves_spare_years_out(tmp_path: Path) -> None:
    """Once the cost that a contract compares with was added up over years that nobody counts."""
    book, path = build_book(load_scenario("medicare-cms")), tmp_path / "werkboek.xlsx"
    export_workbook(book.scenario, path)
    shown = formula_values(path)
    totals = [
        (float(line.known[: book.frame.clock_years].sum()), shown[sheet.name, f"E{line.row_number}"])
        for sheet in book.frame.sheets
        for line in sheet
        if line.total
    ]
    assert any(
        line.known[book.frame.clock_years :].any() for sheet in book.frame.sheets for line in sheet if line.total
    )
    assert all(value == pytest.approx(expected, abs=TOLERANCE) for expected, value in totals)


# --- nobody lives there ---------------------------------------------------------------------------------------------


def test_what_parties_pay_each_other_does_not_get_lost_where_nobody_lives() -> None:
    """Once an amount spread over no inhabitants was nothing in the model, and all of it in the workbook."""
    scenario = load_scenario("zutphen-vertrek")
    region = replace(scenario.region, people=np.zeros_like(scenario.region.people))
    book = build_book(replace(scenario, region=region))
    [paid] = [p for p in book.result.run.ledger.postings if p.reason is Reason.SIDE_PAYMENT]
    assert paid.amounts.sum() == 4 * 250_000


# --- funds ----------------------------------------------------------------------------------------------------------


def test_a_fund_whose_years_are_not_all_shown_has_its_checks(tmp_path: Path) -> None:
    """Once the export broke off where a fund met a horizon shorter than the years that are counted."""
    export_workbook(scenario_with("drenthe-akkoord", {"scenario.horizon_years": 4}), tmp_path / "werkboek.xlsx")


# --- longer lives ---------------------------------------------------------------------------------------------------

COMPLETE = Path(__file__).resolve().parents[1] / "docs" / "complete" / "scenario.yaml"
LIVES = "interventions.stoppen_met_roken.life_years"


@pytest.mark.parametrize(("with_it", "without"), [(1.0, 0.9), (0.0, 0.0)])
def test_a_survival_of_everybody_or_nobody_has_a_last_year(with_it: float, without: float) -> None:
    """Once the logarithm of 1 was divided by, and that of 0 was asked for."""
    changes = {f"{LIVES}.survival_with_per_year": with_it, f"{LIVES}.survival_without_per_year": without}
    book = build_book(scenario_with(COMPLETE, changes))
    assert float(book.frame.axis.last.known) == book.frame.inputs.years[book.frame.clock_years - 1]


# --- hairs ----------------------------------------------------------------------------------------------------------


def test_a_hair_above_a_whole_number_of_years_is_that_number() -> None:
    """Once 0.6 + 2.2 + 0.2 years were four years here and three in a program that rounds hairs away."""
    time = "interventions.valpreventie.effects.geen_behandelde_val.time"
    changes = {
        f"{time}.onset_years": 0.6,
        f"{time}.plateau_years": 2.2,
        f"{time}.decay_years": 0.2,
        f"{time}.follow_up_years": 3,
    }
    book = build_book(scenario_with("vallen", changes))
    length = book.frame.kernel_years("valpreventie", "geen_behandelde_val")
    stated = book.scenario.spec.interventions["valpreventie"].effects["geen_behandelde_val"].time
    assert float(length.known) == kernel_years(stated) == 3 + 1
    assert length.formula is not None
    assert "ROUNDUP(ROUND(" in length.formula.text(length.sheet)


def test_years_of_measurement_need_not_be_whole() -> None:
    """Once a cell that held 1 year took no 1.5 years, although the scenario does."""
    inputs = build_book(load_scenario("drenthe")).frame.inputs
    measured = [stated for key, stated in inputs.behind.items() if key.endswith(".follow_up_years")]
    assert measured
    assert {stated.kind for stated in measured} == {"years"}


def test_a_grant_is_a_part_of_the_delivery_in_each_area() -> None:
    """Where the state pays a part, the municipality does not pay all, and the fund of the tariff does not help."""
    must_pay_all = {"arrangements.deprivation_tariffs.achterstand.cooperation_share": 1.0}
    book = build_book(scenario_with(COMPLETE, must_pay_all))
    rows = [line for sheet in book.frame.sheets for line in sheet if line.label.startswith("gemeente doet mee")]
    years = book.frame.years
    granted = sum(
        np.broadcast_to(p.total.values, (years,))
        for p in book.postings
        if p.reason is Reason.DELIVERY and p.source == STATE and p.intervention == "rookvrije_omgeving" and p.total
    )
    assert np.count_nonzero(granted) == 3
    assert len(rows) == 2
    for row in rows:
        assert not row.values[granted > 0].any()
        assert row.values.any()
