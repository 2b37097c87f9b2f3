"""A party that walks away: from what is agreed to what is left of it, as terms.

Nothing is calculated here: the terms that are left are run like any others, so that the price for each of the others is
the difference between two runs. Debts stay: whoever left still owes what it saved or borrowed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from coalition.arrangement_terms import (
    Arrangement,
    Arrangements,
    Deliveries,
    Departure,
    PopulationPayment,
    SidePayment,
    parties_named,
)
from coalition.contracts import Contract, MeasuringYears
from coalition.fund_terms import Contribution, Fund
from coalition.numbers import Frozen
from coalition.parties import INSURERS, MUNICIPALITY
from coalition.schema import InArea, Intervention, Policy, Spec, Starts, areas_of

Terms = TypeVar("Terms", bound=Frozen)


def after_departures(spec: Spec, municipality_of: Mapping[str, str]) -> Spec:
    """The scenario as it goes on after everyone who leaves has left.

    Args:
        spec: as stated.
        municipality_of: area -> code of its municipality.
    """
    for departure in spec.arrangements.departures.values():
        if departure.enabled:
            own = [area for area, municipality in municipality_of.items() if municipality == departure.party]
            spec = _without(spec, departure, own)
    return spec


def called_off(spec: Spec, name: str) -> Spec:
    """The scenario as if one departure did not happen."""
    departures = dict(spec.arrangements.departures)
    departures[name] = _with(departures[name], enabled=False)
    return _with(spec, arrangements=_with(spec.arrangements, departures=departures))


def _with(terms: Terms, **update: object) -> Terms:
    """Terms with other values; numbers keep their place in the file."""
    return terms.model_copy(update=update)


def _without(spec: Spec, left: Departure, own: list[str]) -> Spec:
    last = left.from_year - 1
    policies, interventions = spec.gemeentepolis, spec.interventions
    if left.deliveries is Deliveries.STOP:
        policies = {n: _policy(p, last) if p.insurer == left.party else p for n, p in policies.items()}
        interventions = {
            n: _until(i, last) if _pays(i, left.party) else _until_in(i, own, last) for n, i in interventions.items()
        }
    agreed = _arrangements(spec.arrangements, left.party, last)
    return _with(spec, gemeentepolis=policies, interventions=interventions, arrangements=agreed)


def _policy(policy: Policy, last: int) -> Policy:
    return _with(policy, last_year=last if policy.last_year is None else min(policy.last_year, last))


def _pays(intervention: Intervention, party: str) -> bool:
    """Whether the party itself, not merely one of all insurers, is named as a payer of the delivery."""
    roles = {party, INSURERS} if intervention.members_of == party else {party}
    return not roles.isdisjoint(p.party for p in intervention.payers)


def _until(intervention: Intervention, last: int) -> Intervention:
    """The same, with nobody who starts after a year; a last year before the first means nobody at all."""
    per_area = {
        area: own if own.starts is None else _with(own, starts=_cut(own.starts, last))
        for area, own in intervention.per_area.items()
    }
    return _with(intervention, starts=_cut(intervention.starts, last), per_area=per_area)


def _until_in(intervention: Intervention, areas: list[str], last: int) -> Intervention:
    """The same, with nobody who starts after a year in the areas of a municipality, where municipalities pay."""
    here = areas_of(intervention, areas)
    if not here or MUNICIPALITY not in {p.party for p in intervention.payers}:
        return intervention
    per_area = dict(intervention.per_area)
    for area in here:
        stated = per_area.get(area, InArea())
        per_area[area] = _with(stated, starts=_cut(stated.starts or intervention.starts, last))
    return _with(intervention, per_area=per_area)


Span = TypeVar("Span", Starts, MeasuringYears)


def _cut(span: Span, last: int) -> Span:
    return _with(span, last=min(span.last, last))


def _arrangements(terms: Arrangements, party: str, last: int) -> Arrangements:
    """What is agreed, with everything in which the party took part cut off after a year."""
    funds = {n: _fund(f, party, last) for n, f in terms.funds.items()}
    kept = {
        n: _ended(stated, last) if any(_is_of(party, named) for named in ending_without(stated)) else stated
        for n, stated in terms.named.items()
    }
    kinds = {
        kind: {n: kept[n] for n in getattr(terms, kind)}
        for kind in (
            "contracts", "population_payments", "impact_bonds", "co_financing", "regional_budgets", "side_payments"
        )
    }  # fmt: skip
    return _with(terms, **kinds, funds=funds)


def _is_of(party: str, named: str) -> bool:
    """Whether who is named leaves with a party: when all municipalities leave, each of them does."""
    return party == named or (party == MUNICIPALITY and named.startswith("GM"))


def ending_without(stated: Arrangement) -> set[str]:
    """The parties without whom an arrangement ends; a fund goes on without a contributor."""
    return set() if isinstance(stated, Fund | Departure) else parties_named(stated)


def _ended(stated: Arrangement, last: int) -> Arrangement:
    """An arrangement that stops after a year; one that had not begun is not in force."""
    if isinstance(stated, SidePayment):
        return _with(stated, amounts_eur={y: a for y, a in stated.amounts_eur.items() if y <= last})
    if isinstance(stated, Contract | PopulationPayment):
        assert stated.scope is not None  # arrangement_checks.py asks for it
        years = _cut(stated.scope.years, last)
        return _with(stated, scope=_with(stated.scope, years=years), enabled=stated.enabled and years.first <= last)
    assert not isinstance(stated, Fund | Departure)  # nobody's leaving ends them
    years = _cut(stated.years, last)
    return _with(stated, years=years, enabled=stated.enabled and years.first <= last)


def _fund(fund: Fund, party: str, last: int) -> Fund:
    """A fund without a contributor from now on; what it put in is paid out as when anyone leaves."""
    contributions = {n: _leaving(c, last) if _is_of(party, c.party) else c for n, c in fund.contributions.items()}
    draws = {n: _with(d, years=_cut(d.years, last)) if _is_of(party, d.to) else d for n, d in fund.draws.items()}
    return _with(fund, contributions=contributions, draws=draws)


def _leaving(contribution: Contribution, last: int) -> Contribution:
    amounts = {y: a for y, a in contribution.amounts_eur.items() if y <= last}
    after = last if contribution.leaves_after is None else min(contribution.leaves_after, last)
    return _with(contribution, amounts_eur=amounts, leaves_after=after)
