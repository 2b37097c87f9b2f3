"""Whether what a scenario agrees on top of the law can be: names, purses, years, and claims on the same saving.

The terms of each contract are checked by themselves in contract_checks.py; here they meet the scenario and each other.
Nothing is repaired and nothing is calculated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import Literal

from coalition.arrangement_terms import (
    KINDS,
    Arrangement,
    Arrangements,
    CoFinancing,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
    SidePayment,
)
from coalition.contract_checks import contradictions
from coalition.contracts import NEEDS_REVENUE, Contract, MeasuringYears, Scope
from coalition.fund_terms import Draw, DrawKind, Fund
from coalition.joint_checks import joint_findings
from coalition.parties import COORDINATION, INSURERS, MUNICIPALITY, NATIONAL_PARTIES, Pocket, same_holder
from coalition.problems import SUM_TOLERANCE, Finding, Findings, closest
from coalition.schema import Spec
from coalition.scope_checks import (
    Known,
    costed_pockets,
    delivery_payer,
    holding_party,
    in_order,
    known_areas,
    known_intervention,
    known_interventions,
    known_party,
    not_early,
    paying_party,
    within,
)


def arrangement_findings(known: Known) -> list[Finding]:
    """Everything that is wrong with the arrangements of a scenario."""
    spec, terms = known.spec, known.spec.arrangements
    found: list[Finding] = [*_names(spec), *_order(terms), *_claims(spec), *_paid_twice(terms), *_loops(terms)]
    for name, contract in terms.contracts.items():
        path = f"arrangements.contracts.{name}"
        found += [(code, f"{path}.{at}", text, facts) for code, at, text, facts in contradictions(contract)]
        found += _contract(known, contract, path)
    for name, fund in terms.funds.items():
        found += _fund(known, fund, f"arrangements.funds.{name}")
    return [*found, *joint_findings(known)]


def _names(spec: Spec) -> Findings:
    """An id names one thing: it stands in the ledger beside interventions and accounts."""
    terms = spec.arrangements
    taken = {*spec.interventions, *spec.gemeentepolis, *spec.parties.insurers, *(p.id for p in NATIONAL_PARTIES)}
    taken |= {COORDINATION, MUNICIPALITY, INSURERS}
    for name in spec.parties.investors:
        if name in taken:
            yield ("arrangement.id", f"parties.investors.{name}", name, {})
        taken.add(name)
    for kind in KINDS:
        for name in getattr(terms, kind):
            if name in taken:
                yield ("arrangement.id", f"arrangements.{kind}.{name}", name, {})
            taken.add(name)


def _order(terms: Arrangements) -> Findings:
    known = list(terms.claiming)
    for k, name in enumerate(terms.order):
        if name not in known:
            facts = {"known": ", ".join(known) or "-", "suggestion": closest(name, known)}
            yield ("arrangement.order", f"arrangements.order.{k}", name, facts)
        elif name in terms.order[:k]:
            yield ("arrangement.order_twice", f"arrangements.order.{k}", name, {})


def _contract(known: Known, contract: Contract, path: str) -> Findings:
    for party in contract.sharers:
        yield from known_party(known, party, f"{path}.sharers.{party}")
    if contract.scope is None:
        yield ("arrangement.scope", path, "", {})
        return
    yield from _scope(known, contract.scope, f"{path}.scope")
    first = contract.scope.years.first
    for k, base in enumerate(contract.base_years):
        if base.year >= first:
            yield ("contract.base_year", f"{path}.base_years.{k}.year", str(base.year), {"first": str(first)})
    yield from holding_party(known, contract.pays, contract.scope.pockets, f"{path}.scope.pockets")
    yield from costed_pockets(known, contract.scope.pockets, f"{path}.scope.pockets")
    for sharer, stated in (("", contract), *((f"sharers.{p}.", s) for p, s in contract.sharers.items())):
        for term in NEEDS_REVENUE:
            if getattr(stated, term) is not None:
                yield ("arrangement.no_revenue", f"{path}.{sharer}{term}", "", {})


def _scope(known: Known, scope: Scope, path: str) -> Findings:
    yield from known_interventions(known, scope.interventions, f"{path}.interventions")
    yield from known_areas(known, scope.areas, f"{path}.areas")
    yield from not_early(known, scope.years.first, f"{path}.years.first")


# --- funds --------------------------------------------------------------------------------------------------------


def _fund(known: Known, fund: Fund, path: str) -> Findings:
    yield from in_order(known, fund.years, f"{path}.years")
    for name, stated in fund.contributions.items():
        where = f"{path}.contributions.{name}"
        yield from paying_party(known, stated.party, stated.law, where)
        yield from within(fund.years, stated.amounts_eur, f"{where}.amounts_eur")
    for name, draw in fund.draws.items():
        yield from _draw(known, fund, draw, f"{path}.draws.{name}")


def _draw(known: Known, fund: Fund, draw: Draw, path: str) -> Findings:
    yield from known_intervention(known, draw.intervention, f"{path}.intervention")
    yield from delivery_payer(known, draw.to, draw.intervention, f"{path}.to")
    if (draw.kind is DrawKind.LOAN) != (draw.loan is not None):
        yield ("fund.loan_terms", path, draw.kind.value, {})
    if draw.loan is not None and draw.from_savings is not None:
        yield ("contract.clash", f"{path}.from_savings", "", {"other": "loan", "value": "…"})
    if draw.years.first < fund.years.first or draw.years.last > fund.years.last:
        facts = {"first": str(fund.years.first), "last": str(fund.years.last)}
        yield ("arrangement.year_outside", f"{path}.years", f"{draw.years.first}–{draw.years.last}", facts)
    if draw.loan is not None:
        ends = draw.years.last + draw.loan.grace_years + draw.loan.repayment_years
        if ends > fund.years.last:
            yield ("fund.ends_early", f"{path}.loan", "", {"ends": str(ends), "last": str(fund.years.last)})
    if draw.from_savings is not None:
        yield from known_party(known, draw.from_savings.holder, f"{path}.from_savings.holder")
        holder, pockets = draw.from_savings.holder, draw.from_savings.pockets
        yield from holding_party(known, holder, pockets, f"{path}.from_savings.pockets")


# --- claims and loops ---------------------------------------------------------------------------------------------

Claim = tuple[str, frozenset[Pocket], frozenset[str], str]
"""Holder, purses, interventions and path of a claim on a saving."""


def _claims(spec: Spec) -> Findings:
    """Two claims on one saving are served in a stated order, or refused with both names."""
    claims = dict(_claims_of(spec))
    for first, second in combinations(claims, 2):
        if first[0] != second[0] and {first[0], second[0]} <= set(spec.arrangements.order):
            continue  # in a stated order; draws of one fund have none
        one, other = claims[first], claims[second]
        if same_holder(one[0], other[0]) and one[1] & other[1] and one[2] & other[2]:
            facts = {"other": first[0], "pocket": min(p.value for p in one[1] & other[1])}
            yield ("arrangement.claimed_twice", other[3], second[0], facts)


def _claims_of(spec: Spec) -> Iterator[tuple[tuple[str, str], Claim]]:
    for kind in KINDS:
        for name, stated in getattr(spec.arrangements, kind).items():
            if not stated.enabled:
                continue
            for key, (holder, pockets, named) in claimed_by(stated):
                reached = frozenset(spec.interventions if named == "all" else named)
                path = f"arrangements.{kind}.{name}{key and '.'}{key}"
                yield (name, key), (holder, frozenset(pockets), reached, path)


Reach = tuple[str, list[Pocket], list[str] | Literal["all"]]
"""Holder, purses and interventions of a saving that is claimed."""


def claimed_by(stated: Arrangement) -> Iterator[tuple[str, Reach]]:
    """Which savings an arrangement claims, by the key below it that does; "" for the arrangement itself."""
    match stated:
        case Contract() if stated.scope is not None:
            yield "", (stated.pays, stated.scope.pockets, stated.scope.interventions)
        case PopulationPayment():
            yield "", (stated.pays, stated.scope.pockets, stated.scope.interventions)
        case CoFinancing():
            yield "", (stated.to, stated.pockets, "all")
        case ImpactBond():
            for name, payer in stated.outcome_payers.items():
                yield f"outcome_payers.{name}", (payer.party, payer.pockets, [stated.intervention])
        case RegionalBudget():
            for name, member in stated.members.items():
                yield f"members.{name}", (member.party, member.pockets, stated.interventions)
        case Fund():
            for name, draw in stated.draws.items():
                if draw.from_savings is not None:
                    rule = draw.from_savings
                    yield f"draws.{name}", (rule.holder, rule.pockets, [draw.intervention])


Compensation = tuple[str, str, float, MeasuringYears, str]
"""Payer, intervention, part of its delivery that is asked of someone else, in which years, and where it stands."""


def _paid_twice(terms: Arrangements) -> Findings:
    """A delivery is compensated once: what is asked of several for one payer and year is together at most all of it."""
    asked = list(_compensated(terms))
    for k, (party, intervention, _, years, path) in enumerate(asked):
        for year in range(years.first, years.last + 1):
            same = [
                (share, other)
                for to, name, share, span, other in asked[: k + 1]
                if name == intervention and same_holder(to, party) and span.first <= year <= span.last
            ]
            total = sum(share for share, _ in same)
            if len(same) > 1 and total > 1 + SUM_TOLERANCE:
                facts = {"other": same[0][1], "year": str(year), "total": f"{total:g}", "intervention": intervention}
                yield ("arrangement.paid_twice", path, "", facts)
                break


def _compensated(terms: Arrangements) -> Iterator[Compensation]:
    for name, fund in terms.funds.items():
        for key, draw in fund.draws.items():
            if fund.enabled:
                path = f"arrangements.funds.{name}.draws.{key}"
                yield draw.to, draw.intervention, draw.delivery_share.value, draw.years, path
    for name, budget in terms.regional_budgets.items():
        for key, spent in budget.spending.items():
            if budget.enabled:
                path = f"arrangements.regional_budgets.{name}.spending.{key}"
                yield spent.to, spent.intervention, spent.delivery_share.value, budget.years, path
    for name, bond in terms.impact_bonds.items():
        if bond.enabled:
            path = f"arrangements.impact_bonds.{name}"
            yield bond.provider, bond.intervention, bond.delivery_share.value, bond.years, path
    for name, tariff in terms.deprivation_tariffs.items():
        if tariff.enabled:
            path = f"arrangements.deprivation_tariffs.{name}"
            yield tariff.to, tariff.intervention, tariff.delivery_share.value, tariff.years, path


def _loops(terms: Arrangements) -> Findings:
    """Money that goes round comes to nothing: payments between parties make no circle within a year."""
    found = circle_of(p for p in terms.side_payments.values() if p.enabled)
    if found is not None:
        circle = " → ".join(found)
        yield ("arrangement.loop", "arrangements.side_payments", circle, {"circle": circle})


def circle_of(payments: Iterable[SidePayment]) -> list[str] | None:
    """Parties whose payments in some year go round; None where none do."""
    payments = list(payments)
    for year in sorted({year for p in payments for year in p.amounts_eur}):
        graph: dict[str, set[str]] = {}
        for payment in payments:
            if payment.amounts_eur.get(year):
                graph.setdefault(payment.target, set()).add(payment.source)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return list(error.args[1])
    return None
