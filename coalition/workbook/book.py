"""A scenario as a workbook in memory: every sheet of the calculation, and the accounts that results are read from.

The data go the way of the model: people, policies, starters, effects, overlap, the law, what is agreed, accounts.
Before anything is written, each posting and each party's result is compared with the run of the model; a difference is
a defect of ours and no workbook leaves the house with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from coalition.cells import Floats, TooManyFormulasError, added
from coalition.errors import DefectError
from coalition.inputs import Inputs
from coalition.model import Result, parties_of, present_worth, run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.outputs.labels import Lang
from coalition.scenario import Scenario
from coalition.workbook.accounts import Accounts, Index
from coalition.workbook.agreed import AgreedCells, agreed_in_cells
from coalition.workbook.areas import Areas
from coalition.workbook.booking import BookingRows, booking
from coalition.workbook.effect_rows import CellWelfare
from coalition.workbook.effects import Effects
from coalition.workbook.frame import Frame, build_frame
from coalition.workbook.law import Law
from coalition.workbook.overlap import Overlap
from coalition.workbook.people import new_people
from coalition.workbook.policies import Policies
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import Programmes
from coalition.workbook.still_live import StillLive, no_sum_of_areas
from coalition.workbook.summed import (
    Key,
    Places,
    Summed,
    SummedLaw,
    SummedPolicies,
    SummedProgrammes,
    key_of,
    places_of,
    summed_scenario,
)
from coalition.wrong_pocket import PartyResult, by_party, cells


@dataclass(frozen=True)
class Book:
    """What a workbook holds.

    Attributes:
        scenario, result: what was run, by the model.
        frame: axis, inputs and the sheets of the calculation, in order.
        postings: every movement; accounts, index: what they add up to.
        welfare: health and pleasure, no cash; agreed: what the arrangements lead to.
        booking: the same amounts by task field and heading.
        places: areas taken together, where rows per area would be too many.
    """

    scenario: Scenario
    result: Result
    frame: Frame
    postings: list[CellPosting]
    accounts: Accounts
    index: Index
    welfare: list[CellWelfare]
    agreed: AgreedCells
    booking: BookingRows
    places: Places | None = None

    def results(self, scope: str) -> dict[str, PartyResult]:
        """The model's result per account, of the law alone or with all that is agreed.

        Municipalities that are taken together are one account: what one gains and another loses through the same
        intervention is netted, as it is inside any party.
        """
        run = self.result.run
        if self.places is None:
            return {r.party.id: r for r in (run.law_parties if scope == "law" else run.parties)}
        ledger = run.law.ledger if scope == "law" else run.ledger
        merged = replace(ledger, municipalities=self.places.accounts(ledger.municipalities))
        worth = present_worth(self.scenario, run.projection.baseline.prices, run.clock, Inputs())
        found = by_party(cells(merged), parties_of(self.frame.scenario), self.result.years, worth)
        return {r.party.id: r for r in found}


def build_book(scenario: Scenario, lang: Lang = "nl") -> Book:
    """Every row of a workbook, checked against the model.

    Raises:
        DefectError: a row shows something else than the model.
    """
    result = run_scenario(scenario)
    try:
        book = _per_area(scenario, result, lang)
    except TooManyFormulasError:
        book = _per_place(scenario, result, lang)
    _check(book)
    book.frame.inputs.settle_rows()
    return book


def _per_area(scenario: Scenario, result: Result, lang: Lang) -> Book:
    """Every step of the model, area by area."""
    frame = build_frame(scenario, lang)
    areas = Areas(frame, new_people(frame))
    policies = Policies(frame, areas)
    programmes = Programmes(frame, areas, policies)
    effects = Effects(frame, areas, programmes)
    effects.add_all()
    streams = Overlap(frame, areas, effects.streams).streams()
    law = Law(areas, programmes, streams)
    agreed = agreed_in_cells(areas, law)
    return _accounted(scenario, result, areas, (law.found, agreed), effects.welfare)


def _per_place(scenario: Scenario, result: Result, lang: Lang) -> Book:
    """Starters and avoided cost as figures of the model, added up over municipalities; what follows is live."""
    places = places_of(scenario, lang)
    small = summed_scenario(scenario, places)
    frame = build_frame(small, lang, summed=True)
    areas = Areas(frame, new_people(frame))
    summed = Summed(frame, areas, result.run, places)
    programmes = SummedProgrammes(summed, SummedPolicies(frame, areas, summed))
    law = SummedLaw(areas, programmes, summed.streams())
    law.found = summed.as_in_the_model(law.found, result.run.law.ledger)
    agreed, agreed_live = _agreed_per_place(areas, law, summed)
    frame.inputs.may_change = StillLive(small, summed.replaced, agreed_live, summed.priced)
    return _accounted(scenario, result, areas, (law.found, agreed), [], places)


def _agreed_per_place(areas: Areas, law: Law, summed: Summed) -> tuple[AgreedCells, bool]:
    """What is agreed, and whether it is live: figures of the model where places do not tell it exactly."""
    before = len(areas.frame.sheets)
    agreed, moved = agreed_in_cells(areas, law), summed.run.agreed.postings
    model = summed.of_model(moved)
    live: dict[Key, list[CellPosting]] = {}
    for posting in agreed.postings:
        live.setdefault(key_of(posting), []).append(posting)
    exact = all(summed.agrees(live.get(key, []), model.get(key)) for key in {**live, **model})
    if exact and not no_sum_of_areas(areas.frame.scenario):
        return agreed, True
    del areas.frame.sheets[before:]
    return AgreedCells([summed.of_figures(key, amounts) for key, amounts in model.items()]), False


def _accounted(
    scenario: Scenario,
    result: Result,
    areas: Areas,
    moved: tuple[list[CellPosting], AgreedCells],
    welfare: list[CellWelfare],
    places: Places | None = None,
) -> Book:
    """The accounts of all postings: of the law, and of what is agreed."""
    (found, agreed), frame = moved, areas.frame
    postings = [*found, *agreed.postings]
    accounts = Accounts(frame, areas, postings)
    booked = booking(frame, accounts)
    return Book(scenario, result, frame, postings, accounts, Index(accounts), welfare, agreed, booked, places)


# --- the workbook is the model --------------------------------------------------------------------------------------


def _check(book: Book) -> None:
    """Compare every posting and every party with the model.

    Raises:
        DefectError: with the first difference.
    """
    _check_postings(book)
    _check_parties(book)


def _check_postings(book: Book) -> None:
    years = len(book.result.run.clock.years)
    model: dict[tuple[str, ...], Floats] = defaultdict(lambda: np.zeros(years))
    shown: dict[tuple[str, ...], Floats] = defaultdict(lambda: np.zeros(years))
    ledger = book.result.run.ledger
    for p, everywhere in zip(ledger.postings, ledger.over_areas, strict=True):
        model[p.arrangement, p.reason, p.pocket, p.intervention, p.source, p.target] += everywhere[0]
    for q in book.postings:
        total = q.total if q.areas is None else added(q.areas)
        assert total is not None  # a posting has rows or a total
        values = np.broadcast_to(total.values, (book.frame.years,))[:years]
        shown[q.arrangement, q.reason, q.pocket, q.intervention, q.source, q.target] += values
    for key in {**model, **shown}:
        _same(" ".join(map(str, key)), model[key], shown[key])


def _check_parties(book: Book) -> None:
    for scope in book.accounts.scopes:
        for name, found in book.results(scope).items():
            rows = book.accounts.rows.get(name)
            if rows is None:
                continue
            for kind in ("paid", "gained", "laid_out"):
                expected = getattr(found, kind)[0]
                _same(f"{found.party.id} {kind}", expected, rows.sums[kind, scope].values[: len(expected)])
            _same(f"{found.party.id} npv", found.npv, rows.npv[scope].values)
            year = found.payback_year[0] or 0
            _same(f"{found.party.id} payback", np.array(float(year)), rows.payback[scope].values)


def _same(what: str, model: Floats, shown: Floats) -> None:
    if not np.allclose(model, shown, rtol=0, atol=HALF_CENT_EUR / 10):
        raise DefectError(f"the workbook differs from the model: {what}: {model} is shown as {shown}")
