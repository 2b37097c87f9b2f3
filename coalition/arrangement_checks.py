"""Whether what a scenario agrees on top of the law can be: names, purses, years, and claims on the same saving.

The terms of each contract are checked by themselves in contract_checks.py; here they meet the scenario and each other.
Nothing is repaired and nothing is calculated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from coalition.arrangement_terms import Arrangements
from coalition.contract_checks import contradictions
from coalition.contracts import NEEDS_REVENUE, Contract, Scope
from coalition.fund_terms import Draw, DrawKind, Fund
from coalition.laws import WHO_MAY_PAY
from coalition.parties import COORDINATION, INSURERS, MUNICIPALITY, NATIONAL_PARTIES, STATE, UWV, Pocket
from coalition.problems import Finding, Findings, closest
from coalition.schema import Spec

HOLDER_OF: Mapping[Pocket, frozenset[str]] = {
    **WHO_MAY_PAY,
    Pocket.UWV: frozenset({UWV}),
    Pocket.JUSTITIE: frozenset({STATE}),
}
"""On whose account a change in a purse falls."""


def arrangement_findings(spec: Spec, municipalities: Iterable[str], costed: Iterable[Pocket]) -> list[Finding]:
    """Everything that is wrong with the arrangements of a scenario.

    Args:
        spec: the scenario.
        municipalities: codes of the region's municipalities.
        costed: purses with a cost table, against which savings can be measured.
    """
    known = [*spec.parties.insurers, MUNICIPALITY, *municipalities, *(p.id for p in NATIONAL_PARTIES)]
    terms = spec.arrangements
    found: list[Finding] = [*_names(spec), *_order(terms), *_claims(spec), *_loops(terms)]
    for name, contract in terms.contracts.items():
        path = f"arrangements.contracts.{name}"
        found += [(code, f"{path}.{at}", text, facts) for code, at, text, facts in contradictions(contract)]
        found += _contract(spec, contract, path, known, frozenset(costed))
    for name, fund in terms.funds.items():
        found += _fund(spec, fund, f"arrangements.funds.{name}", known)
    for name, payment in terms.side_payments.items():
        for key in ("source", "target"):
            found += _party(getattr(payment, key), f"arrangements.side_payments.{name}.{key}", known)
        for year in payment.amounts_eur:  # a later year only lengthens the clock; an earlier one is never reached
            found += _not_early(spec, year, f"arrangements.side_payments.{name}.amounts_eur.{year}")
    return found


def _not_early(spec: Spec, year: int, path: str) -> Findings:
    first = spec.scenario.first_year
    if year < first:
        yield ("arrangement.early", path, str(year), {"first_year": str(first)})


def _party(party: str, path: str, known: list[str]) -> Findings:
    if party not in known:
        yield ("arrangement.party", path, party, {"known": ", ".join(known), "suggestion": closest(party, known)})


def _names(spec: Spec) -> Findings:
    """An id names one thing: it stands in the ledger beside interventions and accounts."""
    terms = spec.arrangements
    taken = {*spec.interventions, *spec.gemeentepolis, *spec.parties.insurers, *(p.id for p in NATIONAL_PARTIES)}
    taken |= {COORDINATION, MUNICIPALITY, INSURERS}
    for kind in ("contracts", "funds", "side_payments"):
        for name in getattr(terms, kind):
            if name in taken:
                yield ("arrangement.id", f"arrangements.{kind}.{name}", name, {})
            taken.add(name)


def _order(terms: Arrangements) -> Findings:
    known = [*terms.contracts, *terms.funds]
    for k, name in enumerate(terms.order):
        if name not in known:
            facts = {"known": ", ".join(known) or "-", "suggestion": closest(name, known)}
            yield ("arrangement.order", f"arrangements.order.{k}", name, facts)
        elif name in terms.order[:k]:
            yield ("arrangement.order_twice", f"arrangements.order.{k}", name, {})


def _contract(spec: Spec, contract: Contract, path: str, known: list[str], costed: frozenset[Pocket]) -> Findings:
    for party in contract.sharers:
        yield from _party(party, f"{path}.sharers.{party}", known)
    if contract.scope is None:
        yield ("arrangement.scope", path, "", {})
        return
    yield from _scope(spec, contract.scope, f"{path}.scope")
    for k, pocket in enumerate(contract.scope.pockets):
        if not _holds(spec, contract.pays, pocket):
            facts = {"party": contract.pays, "pocket": pocket.value}
            yield ("arrangement.not_holder", f"{path}.scope.pockets.{k}", pocket.value, facts)
        if pocket not in costed:
            yield ("arrangement.no_baseline", f"{path}.scope.pockets.{k}", pocket.value, {"pocket": pocket.value})
    for sharer, stated in (("", contract), *((f"sharers.{p}.", s) for p, s in contract.sharers.items())):
        for term in NEEDS_REVENUE:
            if getattr(stated, term) is not None:
                yield ("arrangement.no_revenue", f"{path}.{sharer}{term}", "", {})


def _holds(spec: Spec, party: str, pocket: Pocket) -> bool:
    role = INSURERS if party in spec.parties.insurers else MUNICIPALITY if party.startswith("GM") else party
    return role in HOLDER_OF.get(pocket, frozenset())


def _scope(spec: Spec, scope: Scope, path: str) -> Findings:
    if scope.interventions != "all":
        for k, name in enumerate(scope.interventions):
            if name not in spec.interventions:
                known = list(spec.interventions)
                facts = {"known": ", ".join(known) or "-", "suggestion": closest(name, known)}
                yield ("arrangement.intervention", f"{path}.interventions.{k}", name, facts)
    yield from _not_early(spec, scope.years.first, f"{path}.years.first")


# --- funds --------------------------------------------------------------------------------------------------------


def _fund(spec: Spec, fund: Fund, path: str, known: list[str]) -> Findings:
    first, last = fund.years.first, fund.years.last
    if last < first:
        yield ("starts.order", f"{path}.years", f"{first}–{last}", {})
    yield from _not_early(spec, first, f"{path}.years.first")
    for name, stated in fund.contributions.items():
        where = f"{path}.contributions.{name}"
        yield from _party(stated.party, f"{where}.party", known)
        for year in stated.amounts_eur:
            if not first <= year <= last:
                facts = {"first": str(first), "last": str(last)}
                yield ("fund.year_outside", f"{where}.amounts_eur.{year}", str(year), facts)
    for name, draw in fund.draws.items():
        yield from _draw(spec, fund, draw, f"{path}.draws.{name}", known)


def _draw(spec: Spec, fund: Fund, draw: Draw, path: str, known: list[str]) -> Findings:
    yield from _party(draw.to, f"{path}.to", known)
    intervention = spec.interventions.get(draw.intervention)
    if intervention is None:
        names = list(spec.interventions)
        facts = {"known": ", ".join(names) or "-", "suggestion": closest(draw.intervention, names)}
        yield ("arrangement.intervention", f"{path}.intervention", draw.intervention, facts)
    elif not _pays(spec, draw.to, [p.party for p in intervention.payers]):
        yield ("fund.no_payer", f"{path}.to", draw.to, {"intervention": draw.intervention})
    if (draw.kind is DrawKind.LOAN) != (draw.loan is not None):
        yield ("fund.loan_terms", path, draw.kind.value, {})
    if draw.loan is not None and draw.from_savings is not None:
        yield ("contract.clash", f"{path}.from_savings", "", {"other": "loan", "value": "…"})
    if draw.years.first < fund.years.first or draw.years.last > fund.years.last:
        facts = {"first": str(fund.years.first), "last": str(fund.years.last)}
        yield ("fund.year_outside", f"{path}.years", f"{draw.years.first}–{draw.years.last}", facts)
    if draw.loan is not None:
        ends = draw.years.last + draw.loan.grace_years + draw.loan.repayment_years
        if ends > fund.years.last:
            yield ("fund.ends_early", f"{path}.loan", "", {"ends": str(ends), "last": str(fund.years.last)})
    if draw.from_savings is not None:
        yield from _party(draw.from_savings.holder, f"{path}.from_savings.holder", known)
        for k, pocket in enumerate(draw.from_savings.pockets):
            if not _holds(spec, draw.from_savings.holder, pocket):
                facts = {"party": draw.from_savings.holder, "pocket": pocket.value}
                yield ("arrangement.not_holder", f"{path}.from_savings.pockets.{k}", pocket.value, facts)


def _pays(spec: Spec, party: str, payers: list[str]) -> bool:
    """Whether a party is among the payers of a delivery: by itself, or as one of a role."""
    roles = {party}
    if party in spec.parties.insurers:
        roles.add(INSURERS)
    if party.startswith("GM"):
        roles.add(MUNICIPALITY)
    return not roles.isdisjoint(payers)


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
        if _same_holder(one[0], other[0]) and one[1] & other[1] and one[2] & other[2]:
            facts = {"other": first[0], "pocket": min(p.value for p in one[1] & other[1])}
            yield ("arrangement.claimed_twice", other[3], second[0], facts)


def _claims_of(spec: Spec) -> Iterator[tuple[tuple[str, str], Claim]]:
    for name, contract in spec.arrangements.contracts.items():
        if contract.enabled and contract.scope is not None:
            named = contract.scope.interventions
            reached = frozenset(spec.interventions if named == "all" else named)
            path = f"arrangements.contracts.{name}"
            yield (name, ""), (contract.pays, frozenset(contract.scope.pockets), reached, path)
    for name, fund in spec.arrangements.funds.items():
        for key, draw in fund.draws.items():
            if fund.enabled and draw.from_savings is not None:
                rule = draw.from_savings
                path = f"arrangements.funds.{name}.draws.{key}"
                yield (name, key), (rule.holder, frozenset(rule.pockets), frozenset({draw.intervention}), path)


def _same_holder(one: str, other: str) -> bool:
    municipal = [p == MUNICIPALITY or p.startswith("GM") for p in (one, other)]
    return one == other or (all(municipal) and MUNICIPALITY in {one, other})


def _loops(terms: Arrangements) -> Findings:
    """Money that goes round comes to nothing: payments between parties make no circle."""
    graph: dict[str, set[str]] = {}
    for payment in terms.side_payments.values():
        if payment.enabled:
            graph.setdefault(payment.target, set()).add(payment.source)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        yield ("arrangement.loop", "arrangements.side_payments", circle, {"circle": circle})
