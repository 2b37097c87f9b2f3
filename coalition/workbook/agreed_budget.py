"""One regional budget and impact bonds as cells: an account pays the delivery, and savings pay it back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from coalition.arrangement_terms import ImpactBond, RegionalBudget
from coalition.arrangements_in_cells import budget_account_in_cells, impact_bond_in_cells
from coalition.parties import RESOURCES, Pocket, Reason
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.claims import Booking
from coalition.workbook.postings import CellPosting


def budget_postings(on: AgreementRows, name: str, terms: RegionalBudget) -> Iterator[CellPosting]:
    """Kavelmodel: members bring in what they expect to pay."""
    claims, where = on.claims, on.positions(terms.areas)
    subjects = {n: on.subject(m.party, m.pockets, terms.interventions, terms.areas) for n, m in terms.members.items()}
    changes = {n: claims.change_row(s) for n, s in subjects.items()}
    asked = {n: claims.asked(s.to, s.intervention, s.delivery_share, where) for n, s in terms.spending.items()}
    moved = budget_account_in_cells(claims.page(name), terms, on.paths[name], changes, asked)
    for n, member in terms.members.items():
        claims.note(subjects[n], moved.saved[n])
        into, out, here = (member.party, name), (name, member.party), claims.inside(subjects[n])
        for reason, law, sides, amounts in (
            (Reason.BUDGET_DEPOSIT, member.law, into, moved.deposits),
            (Reason.BUDGET_SAVING, member.pockets[0], into, moved.saved),
            (Reason.BUDGET_COVER, member.pockets[0], out, moved.covered),
            (Reason.BUDGET_CLOSING, member.law, out, moved.settled),
        ):
            if n in amounts:
                yield from claims.post(Booking(name, reason, law), sides, amounts[n], positions=here)
    for n, spending in terms.spending.items():
        booking = Booking(name, Reason.BUDGET_DELIVERY, Pocket.EIGEN_MIDDELEN)
        key = partial(claims.delivery_at, spending.to, spending.intervention)
        yield from claims.post(booking, (name, spending.to), moved.paid[n], key, where)


def bond_postings(on: AgreementRows, name: str, terms: ImpactBond) -> Iterator[CellPosting]:
    """An investor pays the delivery; outcome payers pay back out of what they saved."""
    claims, payers, where = on.claims, terms.outcome_payers, on.positions(terms.areas)
    subjects = {n: on.subject(p.party, p.pockets, [terms.intervention], terms.areas) for n, p in payers.items()}
    asked = claims.asked(terms.provider, terms.intervention, terms.delivery_share, where)
    measured = {n: on.measured.saved(s) for n, s in subjects.items()}
    cash = {n: claims.cash(s) for n, s in subjects.items()}
    found = impact_bond_in_cells(claims.page(name), terms, on.paths[name], asked, measured, cash)
    booking = Booking(name, Reason.BOND_INVESTMENT, Pocket.EIGEN_MIDDELEN)
    key = partial(claims.delivery_at, terms.provider, terms.intervention)
    yield from claims.post(booking, (terms.investor, terms.provider), found.account.invested, key, where)
    if terms.assessor is not None:
        content = on.inputs.by_year(f"{on.paths[name]}.assessor.fee_eur") * on.enabled(name)
        fee = claims.row(on.say("kosten van de beoordelaar", "cost of the assessor"), content)
        booking = Booking(name, Reason.BOND_ASSESSMENT, terms.assessor.law)
        yield from claims.post(booking, (terms.assessor.paid_by, RESOURCES), fee, positions=where)
    for n, payer in payers.items():
        claims.note(subjects[n], found.claimed[n])
        booking, here = Booking(name, Reason.BOND_REPAYMENT, payer.pockets[0]), claims.inside(subjects[n])
        yield from claims.post(booking, (payer.party, terms.investor), found.repaid[n], positions=here)
