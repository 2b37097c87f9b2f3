"""A scenario as a workbook in memory: every sheet of the calculation, and the accounts that results are read from.

The data go the way of the model: people, policies, starters, effects, overlap, the law, what is agreed, accounts.
Before anything is written, each posting and each party's result is compared with the run of the model; a difference is
a defect of ours and no workbook leaves the house with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from coalition.cells import Floats, added
from coalition.errors import DefectError
from coalition.model import Result, run_scenario
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


@dataclass(frozen=True)
class Book:
    """What a workbook holds.

    Attributes:
        scenario, result: what was run, by the model.
        frame: axis, inputs and the sheets of the calculation, in order.
        postings: every movement; accounts, index: what they add up to.
        welfare: health and pleasure, no cash; agreed: what the arrangements lead to.
        booking: the same amounts by task field and heading.
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


def build_book(scenario: Scenario, lang: Lang = "nl") -> Book:
    """Every row of a workbook, checked against the model.

    Raises:
        DefectError: a row shows something else than the model.
    """
    result = run_scenario(scenario)
    frame = build_frame(scenario, result.run.law.spec, lang)
    people = new_people(frame)
    areas = Areas(frame, people)
    policies = Policies(frame, areas)
    programmes = Programmes(frame, areas, policies)
    effects = Effects(frame, areas, programmes)
    effects.add_all()
    streams = Overlap(frame, areas, effects.streams).streams()
    law = Law(areas, programmes, streams)
    agreed = agreed_in_cells(areas, law)
    postings = [*law.found, *agreed.postings]
    accounts = Accounts(frame, areas, postings)
    index = Index(accounts)
    book = Book(scenario, result, frame, postings, accounts, index, effects.welfare, agreed, booking(frame, accounts))
    _check(book)
    frame.inputs.settle_rows()
    return book


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
    scopes = {"law": book.result.run.law_parties, "all": book.result.run.parties}
    for scope in book.accounts.scopes:
        for found in scopes[scope]:
            rows = book.accounts.rows.get(found.party.id)
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
