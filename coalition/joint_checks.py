"""Whether budgets, population payments, bonds, tariffs, co-financing and departures can be as they are stated.

Each meets the scenario here; claims on the same saving meet each other in arrangement_checks.py.
"""

from __future__ import annotations

from itertools import pairwise

from coalition.arrangement_terms import (
    CoFinancing,
    Deliveries,
    Departure,
    DeprivationTariff,
    ForbiddenLink,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
    SidePayment,
    parties_named,
)
from coalition.parties import MUNICIPALITY, Pocket
from coalition.problems import SUM_TOLERANCE, Findings
from coalition.scope_checks import (
    Known,
    costed_pockets,
    delivery_payer,
    holding_party,
    in_order,
    in_time,
    known_areas,
    known_intervention,
    known_interventions,
    known_party,
    paying_party,
    within,
)


def joint_findings(known: Known) -> Findings:
    """Everything that is wrong with each of them."""
    terms = known.spec.arrangements
    for kind, check in (
        ("regional_budgets", _budget),
        ("population_payments", _population),
        ("impact_bonds", _bond),
        ("deprivation_tariffs", _tariff),
        ("co_financing", _co_financing),
        ("side_payments", _side_payment),
        ("departures", _departure),
    ):
        for name, stated in getattr(terms, kind).items():
            yield from check(known, stated, f"arrangements.{kind}.{name}")
    for k, link in enumerate(terms.forbidden_links):
        yield from _link(known, link, f"arrangements.forbidden_links.{k}")


def _budget(known: Known, stated: RegionalBudget, path: str) -> Findings:
    yield from in_order(known, stated.years, f"{path}.years")
    yield from known_interventions(known, stated.interventions, f"{path}.interventions")
    yield from known_areas(known, stated.areas, f"{path}.areas")
    if not stated.members:
        yield ("arrangement.nobody", f"{path}.members", "", {})
    for name, member in stated.members.items():
        at = f"{path}.members.{name}"
        yield from paying_party(known, member.party, member.law, at)
        yield from holding_party(known, member.party, member.pockets, f"{at}.pockets")
        yield from within(stated.years, member.deposits_eur, f"{at}.deposits_eur")
    total = sum(m.closing_share.value for m in stated.members.values())
    if stated.members and abs(total - 1) > SUM_TOLERANCE:
        yield ("arrangement.closing_shares", f"{path}.members", f"{total:g}", {"total": f"{total:g}"})
    for name, spending in stated.spending.items():
        at = f"{path}.spending.{name}"
        yield from known_intervention(known, spending.intervention, f"{at}.intervention")
        yield from delivery_payer(known, spending.to, spending.intervention, f"{at}.to")


def _population(known: Known, stated: PopulationPayment, path: str) -> Findings:
    scope = stated.scope
    yield from known_party(known, stated.pays, f"{path}.pays")
    yield from known_party(known, stated.receives, f"{path}.receives")
    if stated.pays == stated.receives:
        yield ("arrangement.itself", f"{path}.receives", stated.receives, {})
    yield from holding_party(known, stated.pays, scope.pockets, f"{path}.scope.pockets")
    yield from costed_pockets(known, scope.pockets, f"{path}.scope.pockets")
    yield from known_interventions(known, scope.interventions, f"{path}.scope.interventions")
    yield from known_areas(known, scope.areas, f"{path}.scope.areas")
    yield from in_order(known, scope.years, f"{path}.scope.years")
    yield from known_areas(known, stated.need_by_area, f"{path}.need_by_area")
    for area in stated.need_by_area:
        if scope.areas != "all" and area not in scope.areas:
            yield ("population.need_outside", f"{path}.need_by_area.{area}", area, {"areas": ", ".join(scope.areas)})
    if stated.need_by_area and not stated.norms:
        yield ("contract.needs", f"{path}.need_by_area", "", {"other": "norms"})
    for k, (low, high) in enumerate(pairwise(stated.norms)):
        if high.age_from <= low.age_from:
            facts = {"previous": str(low.age_from)}
            yield ("population.norm_order", f"{path}.norms.{k + 1}.age_from", str(high.age_from), facts)


def _bond(known: Known, stated: ImpactBond, path: str) -> Findings:
    yield from known_party(known, stated.investor, f"{path}.investor")
    yield from known_intervention(known, stated.intervention, f"{path}.intervention")
    yield from delivery_payer(known, stated.provider, stated.intervention, f"{path}.provider")
    yield from known_areas(known, stated.areas, f"{path}.areas")
    yield from in_order(known, stated.years, f"{path}.years")
    for key in ("targets_eur", "outcome_payers"):
        if not getattr(stated, key):
            yield ("arrangement.nobody", f"{path}.{key}", "", {})
    for year in stated.targets_eur:
        yield from in_time(known, year, f"{path}.targets_eur.{year}")
        if known.spec.scenario.first_year <= year < stated.years.first:
            facts = {"first": str(stated.years.first)}
            yield ("bond.early_target", f"{path}.targets_eur.{year}", str(year), facts)
    for name, payer in stated.outcome_payers.items():
        at = f"{path}.outcome_payers.{name}"
        yield from known_party(known, payer.party, f"{at}.party")
        yield from holding_party(known, payer.party, payer.pockets, f"{at}.pockets")
        if payer.party == stated.investor:
            yield ("arrangement.itself", f"{at}.party", payer.party, {})
    if stated.assessor is not None:
        yield from paying_party(known, stated.assessor.paid_by, stated.assessor.law, f"{path}.assessor", "paid_by")
        for year in stated.assessor.fee_eur:
            yield from in_time(known, year, f"{path}.assessor.fee_eur.{year}")


def _tariff(known: Known, stated: DeprivationTariff, path: str) -> Findings:
    if not known.spec.parties.insurers:
        yield ("insurers.missing", path, "", {})
    yield from in_order(known, stated.years, f"{path}.years")
    yield from known_areas(known, stated.patients, f"{path}.patients")
    yield from known_intervention(known, stated.intervention, f"{path}.intervention")
    yield from delivery_payer(known, stated.to, stated.intervention, f"{path}.to")


def _co_financing(known: Known, stated: CoFinancing, path: str) -> Findings:
    yield from in_order(known, stated.years, f"{path}.years")
    yield from known_areas(known, stated.areas, f"{path}.areas")
    yield from known_party(known, stated.to, f"{path}.to")
    yield from holding_party(known, stated.to, stated.pockets, f"{path}.pockets")
    yield from costed_pockets(known, stated.pockets, f"{path}.pockets")
    yield from paying_party(known, MUNICIPALITY, stated.law, path)
    yield from known_party(known, stated.compensated_by, f"{path}.compensated_by")


def _side_payment(known: Known, stated: SidePayment, path: str) -> Findings:
    yield from paying_party(known, stated.source, stated.law, path, "source")
    yield from known_party(known, stated.target, f"{path}.target")
    for year in stated.amounts_eur:
        yield from in_time(known, year, f"{path}.amounts_eur.{year}")


def _departure(known: Known, stated: Departure, path: str) -> Findings:
    yield from known_party(known, stated.party, f"{path}.party")
    if stated.party in known.parties and not _takes_part(known, stated.party):
        yield ("departure.party", f"{path}.party", stated.party, {})
    yield from in_time(known, stated.from_year, f"{path}.from_year")
    wanted = stated.deliveries is Deliveries.TAKEN_OVER
    for key in ("taken_over_by", "law"):
        if (getattr(stated, key) is not None) != wanted:
            yield ("departure.take_over", f"{path}.{key}", "", {"value": stated.deliveries.value})
    if stated.taken_over_by is not None:
        yield from paying_party(known, stated.taken_over_by, stated.law or Pocket.EIGEN_MIDDELEN, path, "taken_over_by")
        if stated.taken_over_by == stated.party:
            yield ("arrangement.itself", f"{path}.taken_over_by", stated.party, {})
    for name, payment in stated.payments.items():
        yield from _side_payment(known, payment, f"{path}.payments.{name}")
        if payment.source == stated.party:
            yield ("arrangement.itself", f"{path}.payments.{name}.source", payment.source, {})
        for year in payment.amounts_eur:
            if year < stated.from_year:
                facts = {"from_year": str(stated.from_year)}
                yield ("departure.payment_before", f"{path}.payments.{name}.amounts_eur.{year}", str(year), facts)


def _takes_part(known: Known, party: str) -> bool:
    """Whether a party pays anything or stands in an arrangement, by itself or as one of a role."""
    spec = known.spec
    named = {p.party for i in spec.interventions.values() for p in i.payers}
    named |= {policy.insurer for policy in spec.gemeentepolis.values()}
    named |= set().union(*(parties_named(stated) for stated in spec.arrangements.named.values()))
    return not {party, known.role(party)}.isdisjoint(named)


def _link(known: Known, stated: ForbiddenLink, path: str) -> Findings:
    for key in ("source", "target"):
        yield from known_party(known, getattr(stated, key), f"{path}.{key}")
    if stated.source == stated.target:
        yield ("arrangement.itself", f"{path}.target", stated.target, {})
