"""The smaller arrangements: kavelmodel, population payment, impact bond, deprivation tariff, co-financing.

Each is a function from what the law does to extra balanced postings. Nobody is expected to behave otherwise because of
a price: an arrangement moves money, effects stay what they are. Shapes: (draw, year) unless said otherwise; euro
nominal, on 31 December; a balance never goes below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from coalition.arrangement_terms import (
    BudgetMember,
    CoFinancing,
    DeprivationTariff,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
)
from coalition.baseline import age_weights
from coalition.claims import Booking, Claims
from coalition.contracts import Population
from coalition.inputs import Floats, per_draw, ratio
from coalition.ledger import Posting
from coalition.measured import Subject, inside, insured_part, people_and_cost, saving_per_area, subject_of
from coalition.numbers import EuroCost
from coalition.parties import MUNICIPALITY, PROVIDERS, RESOURCES, Pocket, Reason
from coalition.projection import area_market_shares
from coalition.schema import Ages


@dataclass(frozen=True)
class Outcome:
    """What one arrangement leads to.

    Attributes:
        name: its id.
        postings: what it adds to the ledger.
        figures: what a reader wants to see of it, by name, shape (draw, year).
    """

    name: str
    postings: list[Posting]
    figures: Mapping[str, Floats] = field(default_factory=dict)


def _added(amounts: Iterable[Floats], years: int) -> Floats:
    """Sum of amounts that may have one draw or many, or none at all, shape (draw, year)."""
    total = np.zeros((1, years))
    for amount in amounts:
        total = total + amount
    return np.asarray(total)


def _part(amount: Floats, whole: Floats) -> Floats:
    """Amount / whole, at most 1, and 0 where nothing is asked."""
    return np.minimum(ratio(amount, whole), 1.0)


# --- kavelmodel ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetAccount:
    """A regional budget year by year.

    Attributes:
        opening, closing: balance on 1 January and on 31 December.
        saved, covered: per member what it spent less than its budget, and what its overspending got back, >= 0.
        paid: per spending what was paid of its delivery, >= 0.
        settled: per member what it gets at the closing settlement, >= 0; only in the last year.
    """

    opening: Floats
    closing: Floats
    saved: Mapping[str, Floats]
    covered: Mapping[str, Floats]
    paid: Mapping[str, Floats]
    settled: Mapping[str, Floats]


def budget_account(
    deposits: Mapping[str, Floats],
    changes: Mapping[str, Floats],
    asked: Mapping[str, Floats],
    shares: Mapping[str, Floats],
    running: Floats,
) -> BudgetAccount:
    """A regional budget: savings come in, overspending goes first, then delivery; what is left is settled at the end.

    Args:
        deposits: per member its opening deposit.
        changes: per member budget minus real cost, in cash; negative is overspending.
        asked: per spending the delivery that is asked, >= 0.
        shares: per member its part of what is left, shape (draw,); together 1.
        running: 1 in the years of the budget, shape (1, year).
    """
    groups = (deposits, changes, asked)
    drawn = [(len(a), 1) for a in shares.values()]
    shape = np.broadcast_shapes(running.shape, *drawn, *(a.shape for group in groups for a in group.values()))
    deposits, changes, asked = ({n: np.broadcast_to(a * running, shape) for n, a in g.items()} for g in groups)
    saved = {n: np.maximum(a, 0.0) for n, a in changes.items()}
    over = {n: np.maximum(-a, 0.0) for n, a in changes.items()}
    opening, closing = np.zeros(shape), np.zeros(shape)
    covered, paid = np.zeros(shape), np.zeros(shape)
    settled = {n: np.zeros(shape) for n in deposits}
    total_over, total_asked, income = (
        _added(group, shape[1]) for group in (over.values(), asked.values(), [*deposits.values(), *saved.values()])
    )
    last = int(np.flatnonzero(running[0])[-1])
    for t in range(last + 1):
        opening[:, t] = closing[:, t - 1] if t else 0.0
        there = opening[:, t] + income[:, t]
        covered[:, t] = np.minimum(total_over[:, t], there)
        paid[:, t] = np.minimum(total_asked[:, t], there - covered[:, t])
        closing[:, t] = there - covered[:, t] - paid[:, t]
    brought = {n: a.sum(axis=1) for n, a in deposits.items()}
    all_brought = np.asarray(sum(brought.values()))
    back = _part(closing[:, last], all_brought)
    rest = closing[:, last] - back * all_brought
    for n, amounts in settled.items():
        amounts[:, last] = back * brought[n] + rest * shares[n]
    closing[:, last] = 0.0
    return BudgetAccount(
        opening,
        closing,
        saved,
        {n: a * _part(covered, total_over) for n, a in over.items()},
        {n: a * _part(paid, total_asked) for n, a in asked.items()},
        settled,
    )


def regional_budget(claims: Claims, name: str, terms: RegionalBudget) -> Outcome:
    """Kavelmodel: members bring in what they expect to pay, so that what is not needed for care stays in the region."""
    law = claims.law
    subjects = {
        n: subject_of(law, m.party, m.pockets, terms.interventions, terms.areas) for n, m in terms.members.items()
    }
    where = next(iter(subjects.values())).areas
    running = claims.running(terms.years.first, terms.years.last)
    deposits = {n: claims.per_year(m.deposits_eur) * running for n, m in terms.members.items()}
    account = budget_account(
        deposits,
        {n: claims.cash_change(subject) for n, subject in subjects.items()},
        {n: claims.asked(s.to, s.intervention, s.delivery_share, where) for n, s in terms.spending.items()},
        _closing_shares(claims, terms),
        running,
    )
    postings: list[Posting] = []
    for n, member in terms.members.items():
        claims.note(subjects[n], account.saved[n])
        key = claims.people * inside(law, subjects[n])
        postings += _member_postings(claims, Member(name, n, member, deposits[n], key), account)
    for n, spending in terms.spending.items():
        key = claims.delivery(spending.to, spending.intervention, where)
        booking = Booking(name, Reason.BUDGET_DELIVERY, Pocket.EIGEN_MIDDELEN)
        postings += claims.posting(booking, (name, spending.to), account.paid[n], key)
    named = {"saved": account.saved, "covered": account.covered, "paid": account.paid, "settled": account.settled}
    years = len(law.years)
    figures = {n: _added(amounts.values(), years) for n, amounts in named.items()}
    ends = {"opening": account.opening, "deposits": _added(deposits.values(), years)}
    return Outcome(name, postings, {**ends, **figures, "closing": account.closing})


def _closing_shares(claims: Claims, terms: RegionalBudget) -> dict[str, Floats]:
    """Each member's part of what is left, shape (draw,); together 1 in every draw."""
    shares = claims.law.inputs.several(m.closing_share for m in terms.members.values())
    parts = ratio(shares, shares.sum(axis=1, keepdims=True))
    return {n: parts[:, k] for k, n in enumerate(terms.members)}


class Member(NamedTuple):
    """A member of a budget, what it brings in at the opening, and the key that spreads its amounts over areas."""

    budget: str
    name: str
    terms: BudgetMember
    deposits: Floats
    key: Floats


def _member_postings(claims: Claims, member: Member, account: BudgetAccount) -> Iterator[Posting]:
    budget, n, terms, deposits, key = member
    into, out, pocket = (terms.party, budget), (budget, terms.party), terms.pockets[0]
    for reason, law, sides, amounts in (
        (Reason.BUDGET_DEPOSIT, terms.law, into, deposits),
        (Reason.BUDGET_SAVING, pocket, into, account.saved[n]),
        (Reason.BUDGET_COVER, pocket, out, account.covered[n]),
        (Reason.BUDGET_CLOSING, terms.law, out, account.settled[n]),
    ):
        yield from claims.posting(Booking(budget, reason, law), sides, amounts, key)


# --- population payment -------------------------------------------------------------------------------------------


def deviation_share(payment: Floats, cost: Floats, share: Floats, corridor: Floats | None) -> Floats:
    """What the receiver keeps (+) or carries (−) of norm minus real cost.

    Args:
        payment: the fixed sum.
        cost: what care really cost the payer.
        share: the receiver's part inside the corridor, shape (draw, 1).
        corridor: deviation as a part of the sum beyond which everything is the payer's; None for no limit.
    """
    deviation = payment - cost
    if corridor is not None:
        deviation = np.clip(deviation, -corridor * payment, corridor * payment)
    return np.asarray(share * deviation)


def population_payment(claims: Claims, name: str, terms: PopulationPayment) -> Outcome:
    """A fixed sum for the people of a region: the receiver keeps or carries its part of the deviation."""
    law, scope = claims.law, terms.scope
    subject = subject_of(claims.law, terms.pays, scope.pockets, scope.interventions, scope.areas)
    running = claims.running(scope.years.first, scope.years.last)
    expected = people_and_cost(law, subject, Population.ALL_INSURED)[1].sum(axis=1)
    payment = (capitation(claims, terms, subject) if terms.norms else expected) * running
    cost = (expected - saving_per_area(law, subject).sum(axis=1)) * running
    corridor = None if terms.corridor is None else law.inputs.of(terms.corridor)[:, None]
    kept = deviation_share(payment, cost, law.inputs.of(terms.receiver_share)[:, None], corridor)
    served = claims.serve(subject, np.maximum(kept, 0.0))
    postings = list(claims.paid(name, Reason.POPULATION_PAYMENT, subject, served, terms.receives))
    carried = Booking(name, Reason.POPULATION_PAYMENT, scope.pockets[0])
    key = claims.people * inside(law, subject)
    postings += claims.posting(carried, (terms.receives, terms.pays), np.maximum(-kept, 0.0), key)
    return Outcome(name, postings, {"payment": payment, "cost": cost, "kept": kept})


def capitation(claims: Claims, terms: PopulationPayment, subject: Subject) -> Floats:
    """The sum: norm per age times people times the area's need, in the areas that the payer has to do with."""
    law = claims.law
    region, people = law.projection.baseline.region, law.projection.baseline.people
    lasts = [*(n.age_from - 1 for n in terms.norms[1:]), None]
    total = np.zeros((1, len(law.years)))
    part = insured_part(law, terms.pays) * _need(claims, terms) * inside(law, subject)
    for norm, last in zip(terms.norms, lasts, strict=True):
        ages = age_weights(Ages.model_validate({"from": norm.age_from, "to": last}), region)
        heads = ((people * ages[:, None]).sum(axis=1)[None] * part).sum(axis=1)
        total = total + heads * _price(claims, norm.eur_per_person_year)
    return total


def _need(claims: Claims, terms: PopulationPayment) -> Floats:
    """Factor on the norm per area, shape (draw, area, 1)."""
    stated = [
        claims.law.inputs.of(terms.need_by_area[a]) if a in terms.need_by_area else np.ones(1)
        for a in claims.law.ledger.areas
    ]
    return np.stack(np.broadcast_arrays(*stated), axis=1)[:, :, None]


def _price(claims: Claims, euro: EuroCost) -> Floats:
    """A stated amount in the euros of each year, shape (draw, year)."""
    return claims.law.projection.baseline.prices.amount(euro, claims.law.inputs)


# --- impact bond --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BondAccount:
    """A bond year by year.

    Attributes:
        invested, repaid: what the investor puts in, and what comes back, >= 0.
        outstanding: what it may still get, return included, at the end of the year.
        passed: 1 in an assessment year whose target was reached.
    """

    invested: Floats
    repaid: Floats
    outstanding: Floats
    passed: Floats


def bond_account(
    invested: Floats, measured: Floats, payable: Floats, targets: Mapping[int, float], return_cap: Floats
) -> BondAccount:
    """A bond: nothing is paid in an assessment year whose target was missed; never more than the capped return.

    Args:
        invested: what the investor puts in.
        measured: saving measured per year, negative for a loss.
        payable: what outcome payers pay at most of their saving in cash per year, >= 0; what is not paid waits for a
            later assessment.
        targets: position of an assessment year -> saving measured since the start that must be reached.
        return_cap: most that the investor earns per year on what is out, shape (draw,).
    """
    shape = np.broadcast_shapes(invested.shape, measured.shape, payable.shape, (len(return_cap), 1))
    invested, measured, payable = (np.broadcast_to(a, shape) for a in (invested, measured, payable))
    repaid, outstanding, passed = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    reached, waiting, out = np.zeros(shape[0]), np.zeros(shape[0]), np.zeros(shape[0])
    for t in range(shape[1]):
        out = out * (1 + return_cap) + invested[:, t]
        reached, waiting = reached + measured[:, t], waiting + payable[:, t]
        if t in targets:
            passed[:, t] = reached >= targets[t]
            repaid[:, t] = passed[:, t] * np.minimum(waiting, out)
        out, waiting = out - repaid[:, t], waiting - repaid[:, t]
        outstanding[:, t] = out * (t <= max(targets, default=t))  # after the last assessment nothing can come back
    return BondAccount(invested, repaid, outstanding, passed)


def impact_bond(claims: Claims, name: str, terms: ImpactBond) -> Outcome:
    """An investor pays the delivery; outcome payers pay back out of what they saved, once a target is reached."""
    law = claims.law
    subjects = {
        n: subject_of(claims.law, p.party, p.pockets, [terms.intervention], terms.areas)
        for n, p in terms.outcome_payers.items()
    }
    where = next(iter(subjects.values())).areas
    invested = within(
        claims.asked(terms.provider, terms.intervention, terms.delivery_share, where)
        * claims.running(terms.years.first, terms.years.last),
        law.inputs.of(terms.raised_eur),
    )
    judged = claims.running(terms.years.first, law.years[-1])
    payable = {
        n: law.inputs.of(p.share)[:, None] * claims.cash(subjects[n]) * judged for n, p in terms.outcome_payers.items()
    }
    measured = _added((saving_per_area(law, s).sum(axis=1) for s in subjects.values()), len(law.years)) * judged
    targets = {law.years.index(year): amount for year, amount in terms.targets_eur.items() if year in law.years}
    account = bond_account(
        invested, measured, _added(payable.values(), len(law.years)), targets, law.inputs.of(terms.return_cap_per_year)
    )
    key = claims.delivery(terms.provider, terms.intervention, where)
    postings = list(_bond_postings(claims, name, terms, account.invested, key))
    for n, amounts in repaid_by(account, payable).items():
        claims.note(subjects[n], earned(amounts, payable[n]))
        booking = Booking(name, Reason.BOND_REPAYMENT, terms.outcome_payers[n].pockets[0])
        key = claims.people * inside(law, subjects[n])
        postings += claims.posting(booking, (subjects[n].holder, terms.investor), amounts, key)
    figures = {"invested": account.invested, "repaid": account.repaid}
    return Outcome(name, postings, figures | {"outstanding": account.outstanding, "passed": account.passed})


def within(amounts: Floats, ceiling: Floats) -> Floats:
    """Amounts per year as far as they stay within a ceiling over the years, shape (draw,)."""
    upto = np.minimum(np.cumsum(amounts, axis=1), ceiling[:, None])
    return np.diff(upto, axis=1, prepend=0.0)


def repaid_by(account: BondAccount, payable: Mapping[str, Floats]) -> dict[str, Floats]:
    """What each outcome payer pays back: in proportion to what it may have to pay and has not paid yet."""
    paid = {n: np.zeros(account.repaid.shape) for n in payable}
    waiting = {n: np.zeros(len(account.repaid)) for n in payable}
    for t in range(account.repaid.shape[1]):
        waiting = {n: waiting[n] + np.broadcast_to(a, account.repaid.shape)[:, t] for n, a in payable.items()}
        part = _part(account.repaid[:, t], np.asarray(sum(waiting.values())))
        for n, amounts in paid.items():
            amounts[:, t] = waiting[n] * part
            waiting[n] = waiting[n] - amounts[:, t]
    return paid


def earned(repaid: Floats, payable: Floats) -> Floats:
    """What was repaid, in the years whose saving it came from: the oldest saving goes first."""
    upto = np.minimum(np.cumsum(np.broadcast_to(payable, repaid.shape), axis=1), repaid.sum(axis=1, keepdims=True))
    return np.diff(upto, axis=1, prepend=0.0)


def _bond_postings(claims: Claims, name: str, terms: ImpactBond, invested: Floats, key: Floats) -> Iterator[Posting]:
    booking = Booking(name, Reason.BOND_INVESTMENT, Pocket.EIGEN_MIDDELEN)
    yield from claims.posting(booking, (terms.investor, terms.provider), invested, key)
    if terms.assessor is not None:
        fee = claims.per_year(terms.assessor.fee_eur)
        booking = Booking(name, Reason.BOND_ASSESSMENT, terms.assessor.law)
        where = terms.areas if terms.areas != "all" else claims.law.ledger.areas
        here = np.array([[float(area in where)] for area in claims.law.ledger.areas])
        yield from claims.posting(booking, (terms.assessor.paid_by, RESOURCES), fee, claims.people * here)


# --- GP deprivation tariff ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AreaFunds:
    """A fund per area; shapes (draw, area, year).

    Attributes:
        paid: paid of what was asked, >= 0.
        given_back: what is left in the last year.
        closing: balance at the end of the year.
    """

    paid: Floats
    given_back: Floats
    closing: Floats


def area_funds(income: Floats, asked: Floats, running: Floats) -> AreaFunds:
    """Money that an area does not use waits for its later years; the rest goes back in the last.

    Args:
        income, asked: shape (draw, area, year), >= 0; `asked` is 0 where the condition is not met.
        running: 1 in the years of the fund, shape (1, year).
    """
    shape = np.broadcast_shapes(income.shape, asked.shape)
    income, asked = (np.broadcast_to(a * running[:, None, :], shape) for a in (income, asked))
    paid, given_back, closing = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    last = int(np.flatnonzero(running[0])[-1])
    balance = np.zeros(shape[:2])
    for t in range(last + 1):
        balance = balance + income[..., t]
        paid[..., t] = np.minimum(asked[..., t], balance)
        balance = balance - paid[..., t]
        closing[..., t] = balance
    given_back[..., last], closing[..., last] = balance, 0.0
    return AreaFunds(paid, given_back, closing)


def deprivation_tariff(claims: Claims, name: str, terms: DeprivationTariff) -> Outcome:
    """Insurers pay GPs more in deprived areas, and a fund that helps where the municipality takes part."""
    law = claims.law
    running = claims.running(terms.years.first, terms.years.last)
    stated = [law.inputs.of(terms.patients[a]) if a in terms.patients else np.zeros(1) for a in law.ledger.areas]
    patients = np.stack(np.broadcast_arrays(*stated), axis=1)[:, :, None]
    surcharge = patients * (_price(claims, terms.surcharge_eur_per_patient) * running)[:, None, :]
    income = patients * (_price(claims, terms.fund_eur_per_patient) * running)[:, None, :]
    delivery = claims.delivery(terms.to, terms.intervention)
    asked = per_draw(law.inputs.of(terms.delivery_share), 2) * delivery * _together(claims, terms)
    funds = area_funds(income, asked, running)
    shares = area_market_shares(law.spec, law.ledger.areas, law.inputs)
    postings = []
    for k, insurer in enumerate(law.spec.parties.insurers):
        part = shares[:, :, k, None]
        for reason, sides, amounts in (
            (Reason.DEPRIVATION_SURCHARGE, (insurer, PROVIDERS), surcharge),
            (Reason.DEPRIVATION_FUND, (insurer, name), income),
            (Reason.DEPRIVATION_REST, (name, insurer), funds.given_back),
        ):
            postings.append(claims.posting_per_area(Booking(name, reason, Pocket.ZVW), sides, amounts * part))
    booking = Booking(name, Reason.DEPRIVATION_DELIVERY, Pocket.ZVW)
    postings.append(claims.posting_per_area(booking, (name, terms.to), funds.paid))
    sums = {"surcharge": surcharge, "income": income, "paid": funds.paid, "given_back": funds.given_back}
    return Outcome(name, postings, {n: a.sum(axis=1) for n, a in (sums | {"closing": funds.closing}).items()})


def _together(claims: Claims, terms: DeprivationTariff) -> Floats:
    """1 where the municipality pays at least the agreed part of the delivery, shape (draw, area, year)."""
    total = np.zeros((1, 1, 1))
    for p in claims.law.ledger.postings:
        if p.reason is Reason.DELIVERY and p.intervention == terms.intervention:
            total = total + p.amounts
    own = claims.delivery(MUNICIPALITY, terms.intervention)
    needed = per_draw(claims.law.inputs.of(terms.cooperation_share), 2)
    return np.asarray((ratio(own, total) >= needed - ALMOST) & (total > 0), dtype=float)


ALMOST = 1e-9
"""Shares are quotients of sums: a condition that is met exactly may come out a hair below."""


# --- municipal co-financing ---------------------------------------------------------------------------------------


def smoothed(bills: Floats, years: int) -> Floats:
    """The mean of this year's bill and those of the years before; years before the first count as the first.

    Args:
        bills: last axis is the year, from the first year of the arrangement.
        years: how many bills are averaged.
    """
    padded = np.concatenate([np.repeat(bills[..., :1], years - 1, axis=-1), bills], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, years, axis=-1)
    return np.asarray(windows.mean(axis=-1))


def co_financing(claims: Claims, name: str, terms: CoFinancing) -> Outcome:
    """The municipality pays a part of what its inhabitants cost, capped and smoothed, and is compensated beforehand."""
    law = claims.law
    subject = subject_of(claims.law, terms.to, terms.pockets, "all", terms.areas)
    expected = people_and_cost(law, subject, Population.ALL_INSURED)[1]
    without = _bill(claims, terms, expected)
    really = _bill(claims, terms, expected - saving_per_area(law, subject))
    expected_bill, bill = _averaged(claims, terms, without), _averaged(claims, terms, really, without)
    compensation = per_draw(law.inputs.of(terms.compensated_share), 2) * expected_bill
    claims.serve(subject, _lower_bills(claims, terms, without - really))
    postings = list(_settled_bills(claims, name, terms, bill, compensation))
    figures = {"expected_bill": expected_bill, "bill": bill, "compensation": compensation}
    return Outcome(name, postings, {n: a.sum(axis=1) for n, a in figures.items()})


def _lower_bills(claims: Claims, terms: CoFinancing, lower: Floats) -> Floats:
    """What the municipality pays less, in the years of the saving that it comes from, >= 0; shape (draw, year).

    Args:
        lower: by how much a year's own bill falls, shape (draw, area, year); it counts in as many later bills as are
            averaged, as long as the arrangement runs.
    """
    years = np.array(claims.law.years)
    counted = np.clip(terms.years.last - years + 1, 0, terms.smoothing_years) / terms.smoothing_years
    return np.asarray(np.maximum(lower.sum(axis=1) * counted, 0.0))


def _settled_bills(
    claims: Claims, name: str, terms: CoFinancing, bill: Floats, compensation: Floats
) -> Iterator[Posting]:
    """Bill and compensation; with one counterparty only the difference is paid."""
    there, back = (MUNICIPALITY, terms.to), (terms.compensated_by, MUNICIPALITY)
    booking = Booking(name, Reason.CO_FINANCING, terms.law)
    if terms.compensated_by == terms.to:
        yield claims.posting_per_area(booking, there, np.maximum(bill - compensation, 0.0))
        yield claims.posting_per_area(booking, back, np.maximum(compensation - bill, 0.0))
        return
    yield claims.posting_per_area(booking, there, bill)
    if terms.compensated_by != MUNICIPALITY:  # else it goes from one account to itself
        yield claims.posting_per_area(booking._replace(reason=Reason.CO_FINANCING_COMPENSATION), back, compensation)


def _bill(claims: Claims, terms: CoFinancing, cost: Floats) -> Floats:
    """The municipality's part of a year's cost, at most the cap, in the years agreed; shape (draw, area, year)."""
    bill = per_draw(claims.law.inputs.of(terms.share), 2) * cost
    if terms.cap_eur_per_inhabitant is not None:
        cap = _price(claims, terms.cap_eur_per_inhabitant)[:, None, :] * claims.people
        bill = np.minimum(bill, cap)
    return np.asarray(bill * claims.running(terms.years.first, terms.years.last)[:, None, :])


def _averaged(claims: Claims, terms: CoFinancing, bill: Floats, before: Floats | None = None) -> Floats:
    """Bills as they are paid: each the mean of the last years', shape (draw, area, year).

    Args:
        before: the bill expected without a programme; its first year stands for the years before the first.
    """
    first, last = (claims.law.years.index(y) for y in (terms.years.first, terms.years.last))
    earlier = (bill if before is None else before)[..., first : first + 1]
    running = bill[..., first : last + 1]
    earlier = np.broadcast_to(earlier, (*running.shape[:2], 1))
    out = np.zeros(bill.shape)
    out[..., first : last + 1] = smoothed(np.concatenate([earlier, running], axis=-1), terms.smoothing_years)[..., 1:]
    return out
