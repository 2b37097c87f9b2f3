"""The smaller arrangements as rows of a sheet: the rules of arrangements.py, in the same order and under their names.

Who asks for a row gives what happens outside an arrangement: what is asked of it, what its parties have in cash, what
was saved. Amounts, years, shares and whether it is switched on are read from the inputs; who takes part, and whether
there is a cap, a corridor or a target at all, is part of the form. A mapping holds a row per member, draw or area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coalition.arrangement_terms import BudgetMember, CoFinancing, ImpactBond, PopulationPayment, RegionalBudget
from coalition.arrangements import (
    area_funds,
    bond_account,
    budget_account,
    capitation,
    co_financing,
    deviation_share,
    earned,
    impact_bond,
    population_payment,
    repaid_by,
    smoothed,
    within,
)
from coalition.cells import (
    Block,
    Expr,
    Line,
    Page,
    as_expr,
    before,
    both,
    cell_form,
    dot,
    flag,
    highest_year,
    largest,
    only_year,
    over_years,
    part_of,
    running_years,
    smallest,
    so_far,
    sum_of,
    sum_of_ages,
    when,
)
from coalition.parties import MUNICIPALITY

# --- kavelmodel ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetLines:
    """A regional budget; `deposits`: what each member brings in at the opening, for the rest as `BudgetAccount`."""

    opening: Line
    closing: Line
    deposits: Mapping[str, Line]
    saved: Mapping[str, Line]
    covered: Mapping[str, Line]
    paid: Mapping[str, Line]
    settled: Mapping[str, Line]


@cell_form(budget_account)
def budget_account_in_cells(
    page: Page, terms: RegionalBudget, path: str, changes: Mapping[str, Line], asked: Mapping[str, Line]
) -> BudgetLines:
    """A regional budget: savings come in, overspending goes first, then delivery; what is left is settled at the end.

    Args:
        page: where the rows come.
        terms, path: of the budget.
        changes: per member budget minus real cost, in cash; negative is overspending.
        asked: per spending the delivery that is asked, >= 0.
    """
    running, last = running_years(page, path), only_year(page, path, "last")
    members = {n: page.of(n, page.called(m.party)) for n, m in terms.members.items()}
    spending = {n: page.of(n, n) for n in terms.spending}
    deposits = _deposits(members, terms.members, path, running)
    saved = {n: p.row("saved", largest(changes[n], 0) * running, total=True) for n, p in members.items()}
    over = {n: p.row("overspent", largest(0 - changes[n], 0) * running, total=True) for n, p in members.items()}
    wanted = {n: p.row("asked", asked[n] * running, total=True) for n, p in spending.items()}
    closing = page.later("closing")
    opening = page.row("opening", before(closing))
    brought = page.row("deposited", sum_of([*deposits.values()]), total=True)
    there = page.row("there", opening + brought + sum_of([*saved.values()]))
    all_over = page.row("all_overspent", sum_of([*over.values()]), total=True)
    all_covered = page.row("all_covered", smallest(all_over, there), total=True)
    all_asked = page.row("all_asked", sum_of([*wanted.values()]), total=True)
    all_paid = page.row("all_paid", smallest(all_asked, there - all_covered), total=True)
    left = page.row("left", there - all_covered - all_paid)
    covered_part = page.row("covered_part", smallest(part_of(all_covered, all_over), 1), "")
    covered = {n: p.row("covered", over[n] * covered_part, total=True) for n, p in members.items()}
    paid_part = page.row("paid_part", smallest(part_of(all_paid, all_asked), 1), "")
    paid = {n: p.row("paid", wanted[n] * paid_part, total=True) for n, p in spending.items()}
    back = page.row("back_part", smallest(part_of(left, so_far(brought)), 1) * last, "")
    rest = page.row("rest", (left - back * so_far(brought)) * last)
    shares = _closing_shares_in_cells(members, terms.members)
    settled = {}
    for n, member in members.items():
        own = back * so_far(deposits[n]) if n in deposits else as_expr(0)
        settled[n] = member.row("settled", own + rest * shares[n], total=True)
    page.place(closing, left * (1 - last))
    return BudgetLines(opening, closing, deposits, saved, covered, paid, settled)


def _deposits(
    members: Mapping[str, Page], terms: Mapping[str, BudgetMember], path: str, running: Line
) -> dict[str, Line]:
    """What members bring in; those who state nothing have no row."""
    stated = {n: f"{path}.members.{n}.deposits_eur" for n in members if terms[n].deposits_eur}
    return {
        n: members[n].row("deposit", members[n].inputs.by_year(at) * running, total=True) for n, at in stated.items()
    }


def _closing_shares_in_cells(members: Mapping[str, Page], terms: Mapping[str, BudgetMember]) -> dict[str, Line]:
    """Each member's part of what is left; together 1, also where a reader changes one of them."""
    stated = {n: p.number("closing_share_stated", p.inputs.of(terms[n].closing_share), "") for n, p in members.items()}
    total = sum_of([*stated.values()])
    return {n: p.number("closing_share", part_of(stated[n], total), "") for n, p in members.items()}


# --- population payment -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaymentLines:
    """A fixed sum for a population.

    Attributes:
        payment, cost, kept: the sum, what care really cost, and what the receiver keeps (+) or carries (−).
        owed, carried: what the payer owes the receiver, and the receiver the payer, >= 0.
    """

    payment: Line
    cost: Line
    kept: Line
    owed: Line
    carried: Line


@cell_form(population_payment)
def population_payment_in_cells(
    page: Page, terms: PopulationPayment, path: str, expected: Line, saved: Line, norms: Line | None = None
) -> PaymentLines:
    """A fixed sum: the receiver keeps or carries its part of the deviation.

    Args:
        page: where the rows come.
        terms, path: of the payment.
        expected: what the people cost without a programme.
        saved: by how much that fell, negative for a rise.
        norms: the sum by norms; left out where there are none, and the sum is what is expected.
    """
    running = running_years(page, path, "scope.years")
    payment = page.row("payment", (expected if norms is None else norms) * running, total=True)
    cost = page.row("cost", (expected - saved) * running, total=True)
    of = page.inputs.of
    corridor = None if terms.corridor is None else of(terms.corridor)
    kept = deviation_share_in_cells(page, payment, cost, of(terms.receiver_share), corridor)
    owed, carried = (page.row(k, largest(a, 0), total=True) for k, a in (("owed", kept), ("carried", 0 - kept)))
    return PaymentLines(payment, cost, kept, owed, carried)


@cell_form(deviation_share)
def deviation_share_in_cells(page: Page, payment: Line, cost: Line, share: Line, corridor: Line | None) -> Line:
    """What the receiver keeps (+) or carries (−) of norm minus real cost, inside the corridor where there is one."""
    deviation = page.row("deviation", payment - cost, total=True)
    if corridor is not None:
        limit = page.row("corridor", corridor * payment)
        deviation = page.row("deviation_inside", largest(smallest(deviation, limit), 0 - limit), total=True)
    return page.row("kept", share * deviation, total=True)


@cell_form(capitation)
def capitation_in_cells(
    page: Page, terms: PopulationPayment, areas: Sequence[str], heads: Sequence[Sequence[Line]], prices: Sequence[Line]
) -> Line:
    """The sum: norm per age times people times the area's need.

    Args:
        page: where the rows come.
        terms: of the payment.
        areas: whose rows stand below each other in `heads`.
        heads: per norm a row per area: the people of that age as far as the payer has to do with them.
        prices: per norm the amount per person in the euros of each year.
    """
    need = None
    if terms.need_by_area:
        stated = {a: page.inputs.of(n) for a, n in terms.need_by_area.items()}
        need = Block([page.of(a, page.called(a)).number("need", stated.get(a, 1), "") for a in areas])
    amounts = []
    for norm, rows, price in zip(terms.norms, heads, prices, strict=True):
        own = page.of(f"from_{norm.age_from}", str(norm.age_from))
        weighted = sum_of(rows) if need is None else dot(Block(rows), need)
        people = own.row("weighted_people", weighted, "")
        amounts.append(own.row("norm_amount", people * price, total=True))
    return page.row("norm_sum", sum_of(amounts), total=True)


# --- impact bond --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BondAccountLines:
    """A bond; meanings as in `BondAccount`."""

    invested: Line
    repaid: Line
    outstanding: Line
    passed: Line


@dataclass(frozen=True)
class BondLines:
    """A bond with what its outcome payers do.

    Attributes:
        account: the bond itself.
        repaid: per payer what it pays back.
        claimed: per payer the same, in the years of the savings that it came from.
    """

    account: BondAccountLines
    repaid: Mapping[str, Line]
    claimed: Mapping[str, Line]


@cell_form(impact_bond)
def impact_bond_in_cells(
    page: Page, terms: ImpactBond, path: str, asked: Line, measured: Mapping[str, Line], cash: Mapping[str, Line]
) -> BondLines:
    """An investor pays the delivery; outcome payers pay back out of what they saved, once a target is reached.

    Args:
        page: where the rows come.
        terms, path: of the bond.
        asked: the delivery that is asked of the investor, in any year.
        measured: per outcome payer the saving measured, negative for a loss.
        cash: per outcome payer what it has in cash from its saving, >= 0.
    """
    of, stated, axis = page.inputs.of, page.inputs.stated, page.axis
    running = running_years(page, path)
    since = axis.running(stated(f"{path}.years.first"), axis.last) * stated(f"{path}.enabled")
    judged = page.row("judged", since, "0/1")
    payers = {n: page.of(n, page.called(p.party)) for n, p in terms.outcome_payers.items()}
    wanted = page.row("asked", asked * running, total=True)
    invested = within_in_cells(page, wanted, of(terms.raised_eur))
    saved = page.row("measured", sum_of([measured[n] for n in payers]) * judged, total=True)
    payable = {
        n: p.row("payable", of(terms.outcome_payers[n].share) * cash[n] * judged, total=True) for n, p in payers.items()
    }
    all_payable = page.row("all_payable", sum_of([*payable.values()]), total=True)
    targets = page.inputs.by_year(f"{path}.targets_eur")
    account = bond_account_in_cells(page, invested, saved, all_payable, (targets, of(terms.return_cap_per_year)))
    repaid = repaid_by_in_cells(page, account, payable, payers)
    return BondLines(account, repaid, {n: earned_in_cells(p, repaid[n], payable[n]) for n, p in payers.items()})


@cell_form(bond_account)
def bond_account_in_cells(
    page: Page, invested: Line, measured: Line, payable: Line, terms: tuple[Line, Line]
) -> BondAccountLines:
    """A bond: nothing is paid in an assessment year whose target was missed; never more than the capped return.

    Args:
        page: where the rows come.
        invested: what the investor puts in.
        measured: saving measured per year, negative for a loss.
        payable: what outcome payers pay at most per year, >= 0.
        terms: per year the saving that must be reached by then, 0 in a year without an assessment; and the most that
            the investor earns per year on what is out.
    """
    targets, return_cap = terms
    reached = page.row("reached", so_far(measured))
    passed = page.row("passed", flag(both(targets > 0, reached >= targets)), "0/1")
    out_after, waiting_after = page.later("out_after"), page.later("waiting_after")
    out = page.row("out", before(out_after) * (1 + return_cap) + invested)
    waiting = page.row("waiting", before(waiting_after) + payable)
    repaid = page.row("repaid", smallest(waiting, out) * passed, total=True)
    page.place(out_after, out - repaid)
    page.place(waiting_after, waiting - repaid)
    outstanding = page.row("outstanding", out_after * flag(page.axis.year <= _last_assessment(page, targets)))
    return BondAccountLines(invested, repaid, outstanding, passed)


def _last_assessment(page: Page, targets: Line) -> Line:
    """After the last assessment nothing can come back; without one everything stays out."""
    assessed = page.row("assessment", flag(targets > 0) * page.axis.year, "")
    found = page.number("highest_assessment", highest_year(assessed), "")
    return page.number("last_assessment", when(found > 0, found, page.axis.last), "")


@cell_form(within)
def within_in_cells(page: Page, amounts: Line, ceiling: Line) -> Line:
    """Amounts per year as far as they stay within a ceiling over the years."""
    upto = page.row("invested_so_far", smallest(so_far(amounts), ceiling))
    return page.row("invested", upto - before(upto), total=True)


@cell_form(repaid_by)
def repaid_by_in_cells(
    page: Page, account: BondAccountLines, payable: Mapping[str, Line], payers: Mapping[str, Page]
) -> dict[str, Line]:
    """What each outcome payer pays back: in proportion to what it may have to pay and has not paid yet."""
    after = {n: p.later("waiting_after") for n, p in payers.items()}
    waiting = {n: p.row("waiting", before(after[n]) + payable[n]) for n, p in payers.items()}
    part = page.row("repaid_part", smallest(part_of(account.repaid, sum_of([*waiting.values()])), 1), "")
    repaid = {n: p.row("repaid", waiting[n] * part, total=True) for n, p in payers.items()}
    for n, line in after.items():
        page.place(line, waiting[n] - repaid[n])
    return repaid


@cell_form(earned)
def earned_in_cells(page: Page, repaid: Line, payable: Line) -> Line:
    """What was repaid, in the years whose saving it came from: the oldest saving goes first."""
    total = page.number("repaid_in_all", over_years(repaid))
    upto = page.row("claimed_so_far", smallest(so_far(payable), total))
    return page.row("claimed", upto - before(upto), total=True)


# --- GP deprivation tariff ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AreaFundLines:
    """A fund per area; meanings as in `AreaFunds`."""

    paid: Mapping[str, Line]
    given_back: Mapping[str, Line]
    closing: Mapping[str, Line]


@cell_form(area_funds)
def area_funds_in_cells(
    page: Page, income: Mapping[str, Line], asked: Mapping[str, Line], running: Line, last: Line
) -> AreaFundLines:
    """Money that an area does not use waits for its later years; the rest goes back in the last.

    Args:
        page: where the rows come.
        income, asked: per area, >= 0; `asked` is 0 where the condition is not met.
        running: 1 in the years of the fund (`running_years`).
        last: 1 in its last year (`only_year`).
    """
    areas = {a: page.of(a, page.called(a)) for a in income}
    closing = {a: p.later("closing") for a, p in areas.items()}
    there = {a: p.row("there", before(closing[a]) + income[a] * running) for a, p in areas.items()}
    paid = {a: p.row("paid", smallest(asked[a] * running, there[a]), total=True) for a, p in areas.items()}
    back = {a: p.row("given_back", (there[a] - paid[a]) * last, total=True) for a, p in areas.items()}
    for a, line in closing.items():
        page.place(line, there[a] - paid[a] - back[a])
    return AreaFundLines(paid, back, closing)


# --- municipal co-financing ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CoFinancingLines:
    """Bills per area.

    Attributes:
        expected_bill, bill, compensation: as they are paid, after smoothing.
        pays, gets: what the municipality pays and is compensated; with one counterparty only the difference.
        lower: what municipalities pay less together, in the years of the saving that it comes from, >= 0.
    """

    expected_bill: Mapping[str, Line]
    bill: Mapping[str, Line]
    compensation: Mapping[str, Line]
    pays: Mapping[str, Line]
    gets: Mapping[str, Line]
    lower: Line


@dataclass(frozen=True)
class CostLines:
    """What the holder of the pockets pays for the inhabitants of each area.

    Attributes:
        expected: without a programme.
        saved: by how much that falls, negative for a rise.
        people: inhabitants.
        cap: most per inhabitant in the euros of each year; None for no cap.
    """

    expected: Mapping[str, Line]
    saved: Mapping[str, Line]
    people: Mapping[str, Line]
    cap: Line | None = None


@cell_form(co_financing)
def co_financing_in_cells(page: Page, terms: CoFinancing, path: str, costs: CostLines) -> CoFinancingLines:
    """The municipality pays a part of what its inhabitants cost, capped and smoothed, and is compensated beforehand.

    Args:
        page: where the rows come.
        terms, path: of the arrangement.
        costs: per area.
    """
    areas = {a: page.of(a, page.called(a)) for a in costs.expected}
    running, first = running_years(page, path), only_year(page, path, "first")
    without, really = _bills(areas, terms, costs, running)
    years = page.inputs.stated(f"{path}.smoothing_years")
    missing = page.row("bills_missing", largest(years - so_far(running), 0), "")
    start = {a: p.number("first_bill", over_years(without[a], first)) for a, p in areas.items()}

    def averaged(bill: Line, area: str) -> Expr:
        return smoothed_in_cells(page, bill, years, (missing, start[area])) * running

    expected = {a: p.row("expected_bill", averaged(without[a], a), total=True) for a, p in areas.items()}
    bill = {a: p.row("bill", averaged(really[a], a), total=True) for a, p in areas.items()}
    share = page.inputs.of(terms.compensated_share)
    back = {a: p.row("compensation", expected[a] * share, total=True) for a, p in areas.items()}
    pays, gets = _settled_bills_in_cells(areas, terms, bill, back)
    return CoFinancingLines(
        expected, bill, back, pays, gets, _lower_bills_in_cells(page, path, years, (without, really))
    )


def _bills(
    areas: Mapping[str, Page], terms: CoFinancing, costs: CostLines, running: Line
) -> tuple[dict[str, Line], dict[str, Line]]:
    """The municipality's part of a year's cost, at most the cap, without and with the programme."""
    caps = {} if costs.cap is None else {a: p.row("cap", costs.cap * costs.people[a]) for a, p in areas.items()}

    def bill(cost: Expr, page: Page, area: str) -> Expr:
        part = page.inputs.of(terms.share) * cost
        return (smallest(part, caps[area]) if caps else part) * running

    without = {a: p.row("bill_without", bill(costs.expected[a], p, a)) for a, p in areas.items()}
    really = {a: p.row("bill_of_year", bill(costs.expected[a] - costs.saved[a], p, a)) for a, p in areas.items()}
    return without, really


@cell_form(smoothed)
def smoothed_in_cells(page: Page, bills: Line, years: Line, start: tuple[Line, Line]) -> Expr:
    """The mean of this year's bill and those of the years before.

    Args:
        page: with the years.
        bills: 0 outside the years of the arrangement.
        years: how many bills are averaged.
        start: how many of these lie before the first year, and the bill that stands for each.
    """
    missing, first = start
    return (bills + sum_of_ages(bills, 1, years - 1, page.axis.index) + missing * first) / years


def _settled_bills_in_cells(
    areas: Mapping[str, Page], terms: CoFinancing, bill: Mapping[str, Line], back: Mapping[str, Line]
) -> tuple[Mapping[str, Line], Mapping[str, Line]]:
    """With one counterparty only the difference is paid; who compensates itself gets nothing."""
    if terms.compensated_by == terms.to:
        pays = {a: p.row("pays", largest(bill[a] - back[a], 0), total=True) for a, p in areas.items()}
        return pays, {a: p.row("gets", largest(back[a] - bill[a], 0), total=True) for a, p in areas.items()}
    return bill, {} if terms.compensated_by == MUNICIPALITY else back


def _lower_bills_in_cells(
    page: Page, path: str, years: Line, bills: tuple[Mapping[str, Line], Mapping[str, Line]]
) -> Line:
    """A year's lower bill counts in as many later bills as are averaged, as long as the arrangement runs."""
    without, really = bills
    left = page.inputs.stated(f"{path}.years.last") - page.axis.year + 1
    counted = page.row("counted_part", smallest(largest(left, 0), years) / years, "")
    fall = page.row("fall", sum_of([*without.values()]) - sum_of([*really.values()]))
    return page.row("lower", largest(fall * counted, 0), total=True)
