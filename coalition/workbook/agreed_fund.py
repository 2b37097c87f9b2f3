"""Funds as cells: what is asked of a fund, its statement, and what moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from coalition.cells import Line, flag
from coalition.fund import RequestLines, StatementLines, pays_on_proof, run_fund_in_cells
from coalition.fund_terms import Draw, Fund
from coalition.parties import RESOURCES, STATE, Pocket, Reason
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.areas import AnArea
from coalition.workbook.claims import Booking
from coalition.workbook.postings import CellPosting


def fund_statement(on: AgreementRows, name: str, fund: Fund) -> StatementLines:
    """Requests, savings to be paid back from, and the statement."""
    claims = on.claims
    wanted = {n: _asked(on, draw) for n, draw in fund.draws.items()}
    subjects = {
        n: on.subject(d.from_savings.holder, d.from_savings.pockets, [d.intervention])
        for n, d in fund.draws.items()
        if d.from_savings is not None
    }
    savings = {n: claims.cash(s) for n, s in subjects.items()}
    moved = run_fund_in_cells(claims.page(name), fund, on.paths[name], RequestLines(wanted, savings))
    for n, subject in subjects.items():
        if n in moved.claimed:
            claims.note(subject, moved.claimed[n])
    return moved


def _asked(on: AgreementRows, draw: Draw) -> Line:
    """What a draw asks for; nothing without an effect where it pays on proof."""
    asked = on.claims.asked(draw.to, draw.intervention, draw.delivery_share, range(len(on.areas.codes)))
    if not pays_on_proof(draw.kind):
        return asked
    label = on.say("alleen op resultaat", "only on a result")
    return on.claims.row(label, asked * flag(on.frame.effect_scale > 0))


def fund_postings(on: AgreementRows, name: str, fund: Fund, moved: StatementLines) -> Iterator[CellPosting]:
    """What contributors, draws, interest and fees move."""
    own = Pocket.EIGEN_MIDDELEN

    def post(
        booking: Booking, sides: tuple[str, str], amounts: Mapping[str, Line], n: str, key: AnArea | None = None
    ) -> list[CellPosting]:
        return on.claims.post(booking, sides, amounts[n], key) if n in amounts else []

    for n, stated in fund.contributions.items():
        for reason, sides, amounts in (
            (Reason.FUND_CONTRIBUTION, (stated.party, name), moved.contributions),
            (Reason.FUND_DISTRIBUTION, (name, stated.party), moved.distributed),
        ):
            yield from post(Booking(name, reason, stated.law), sides, amounts, n)
    for n, draw in fund.draws.items():
        key = partial(on.claims.delivery_at, draw.to, draw.intervention)
        yield from post(Booking(name, Reason.FUND_DRAW, own), (name, draw.to), moved.paid, n, key)
        payer = draw.to if draw.from_savings is None else draw.from_savings.holder
        law = own if draw.from_savings is None else draw.from_savings.pockets[0]
        yield from post(Booking(name, Reason.FUND_REPAYMENT, law), (payer, name), moved.repaid, n)
    yield from on.claims.post(Booking(name, Reason.FUND_INTEREST, own), (STATE, name), moved.interest)
    yield from on.claims.post(Booking(name, Reason.FUND_FEE, own), (name, RESOURCES), moved.fees)
