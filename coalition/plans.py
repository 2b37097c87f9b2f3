"""A plan: where each intervention starts, when, and with which part of its reach.

The same three things that a scenario states per intervention and area, so that every plan is a scenario: `with_plan`
makes one in memory and `plan_text` as a file that `coalition run` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coalition.numbers import Share
from coalition.optimise_terms import PayerOption
from coalition.scenario import Scenario
from coalition.schema import InArea, Intervention, Payer, Spec, Starts, starts_in
from coalition.schema import areas_of as areas_of

HARDLY = 1e-9
"""Part of the reach below which an intervention is not done."""


@dataclass(frozen=True, order=True)
class Choice:
    """One intervention in one area.

    Attributes:
        intervention, area: which and where.
        first: first calendar year in which people start.
        part: of the reach that the scenario states there, above 0 and at most 1.
        payers: name of who pays it in `optimise.payer_options`, the same in all areas; "" is as the scenario says.
    """

    intervention: str
    area: str
    first: int
    part: float = 1.0
    payers: str = ""


@dataclass(frozen=True, order=True)
class Deposit:
    """What one contributor puts into a fund in a year.

    Attributes:
        fund, contribution: ids; year: calendar year.
        eur: nominal.
    """

    fund: str
    contribution: str
    year: int
    eur: float


@dataclass(frozen=True)
class Plan:
    """What is done; where an intervention has no choice it is not done.

    Attributes:
        choices: one per intervention and area, in the order of the scenario.
        deposits: what is put into funds; a contribution that is not named stays as the fund states it.
    """

    choices: tuple[Choice, ...]
    deposits: tuple[Deposit, ...] = ()

    def of(self, intervention: str) -> dict[str, Choice]:
        """Where an intervention is done: area -> choice."""
        return {c.area: c for c in self.choices if c.intervention == intervention}


NOTHING = Plan(())
"""Nothing is done."""


def own_plan(scenario: Scenario) -> Plan:
    """What the scenario itself does."""
    spec, areas = scenario.spec, scenario.region.areas
    choices = [
        Choice(name, area, starts_in(intervention, area).first)
        for name, intervention in spec.interventions.items()
        for area in areas_of(intervention, areas)
    ]
    funds = spec.arrangements.funds
    deposits = [
        Deposit(fund, name, year, eur)
        for fund, opened in spec.optimise.fund_contributions.items()
        if funds[fund].enabled
        for name in opened
        for year, eur in funds[fund].contributions[name].amounts_eur.items()
    ]
    return Plan(tuple(choices), tuple(deposits))


def reach_in(intervention: Intervention, area: str) -> Share:
    """Reach in one area."""
    own = intervention.per_area.get(area)
    return intervention.reach if own is None or own.reach is None else own.reach


def with_plan(scenario: Scenario, plan: Plan) -> Scenario:
    """The scenario with another plan; all that is not about what is done stays."""
    spec, areas = scenario.spec, scenario.region.areas
    changed = {}
    for name, intervention in spec.interventions.items():
        chosen = plan.of(name)
        option = payers_in(chosen)
        own = paid_by(intervention, spec.optimise.payer_options[name][option]) if option else intervention
        changed[name] = _planned(own, chosen, areas_of(intervention, areas))
    return replace(scenario, spec=with_deposits(with_interventions(spec, changed), plan.deposits))


def with_deposits(spec: Spec, deposits: Iterable[Deposit]) -> Spec:
    """A scenario in which contributions to funds are others; those that are not named stay."""
    amounts: dict[tuple[str, str], dict[int, float]] = {}
    for d in deposits:
        amounts.setdefault((d.fund, d.contribution), {})[d.year] = d.eur
    if not amounts:
        return spec
    funds = dict(spec.arrangements.funds)
    for (fund, name), by_year in amounts.items():
        stated = funds[fund].contributions
        changed = stated[name].model_copy(update={"amounts_eur": by_year})
        funds[fund] = funds[fund].model_copy(update={"contributions": stated | {name: changed}})
    return spec.model_copy(update={"arrangements": spec.arrangements.model_copy(update={"funds": funds})})


def payers_in(chosen: Mapping[str, Choice]) -> str:
    """Who pays an intervention in a plan."""
    return next((choice.payers for choice in chosen.values()), "")


def paid_by(intervention: Intervention, payers: Sequence[PayerOption]) -> Intervention:
    """An intervention with other payers."""
    stated = [Payer(party=p.party, share=Share(value=p.share), law=p.law) for p in payers]
    return intervention.model_copy(update={"payers": stated})


def with_interventions(spec: Spec, interventions: Mapping[str, Intervention]) -> Spec:
    """A scenario with other interventions."""
    return spec.model_copy(update={"interventions": dict(interventions)})


def without_fixed(intervention: Intervention) -> Intervention:
    """An intervention without the cost that it has however many start."""
    return intervention.model_copy(update={"cost": intervention.cost.model_copy(update={"fixed_per_year": None})})


def _planned(intervention: Intervention, chosen: Mapping[str, Choice], possible: list[str]) -> Intervention:
    """An intervention as it is done in a plan."""
    where: list[str] | Any = list(chosen) if list(chosen) != possible else intervention.areas
    per_area = dict(intervention.per_area)  # those of other areas too: their last year counts for the clock
    for area, choice in chosen.items():
        changed = _changed(intervention, choice)
        if changed:
            per_area[area] = per_area.get(area, InArea()).model_copy(update=changed)
    return intervention.model_copy(update={"areas": where, "per_area": per_area})


def _changed(intervention: Intervention, choice: Choice) -> dict[str, Any]:
    """What one area does otherwise than the scenario states."""
    changed: dict[str, Any] = {}
    stated = starts_in(intervention, choice.area)
    if choice.first != stated.first:
        changed["starts"] = Starts(first=choice.first, last=stated.last)
    if choice.part < 1:
        changed["reach"] = _part_of(reach_in(intervention, choice.area), choice.part)
        changed["reach"].named(f"interventions.{choice.intervention}.per_area.{choice.area}.reach")
    return changed


def _part_of(reach: Share, part: float) -> Share:
    """A part of a reach, with the same part of its range."""
    values = {k: v * part for k in ("value", "low", "high") if (v := getattr(reach, k)) is not None}
    return reach.model_copy(update=values)


# --- as a file --------------------------------------------------------------------------------------------------


def plan_data(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """What a file says that changes the scenario into this plan: interventions -> areas and what differs per area."""
    spec, areas = scenario.spec, scenario.region.areas
    found: dict[str, Any] = {}
    for name, intervention in spec.interventions.items():
        chosen, possible = plan.of(name), areas_of(intervention, areas)
        own: dict[str, Any] = {} if list(chosen) == possible else {"areas": list(chosen)}
        if option := payers_in(chosen):
            stated = spec.optimise.payer_options[name][option]
            own["payers"] = [p.model_dump(mode="json") for p in stated]
        differs = {a: c for a, choice in chosen.items() if (c := _changed_data(intervention, choice))}
        if differs:
            own["per_area"] = differs
        if own:
            found[name] = own
    return found


def deposit_data(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """What a file says of the contributions to funds in a plan: fund -> contributions.

    Years that the scenario states and the plan does not name have nothing put in, which a file over another must say.
    """
    found: dict[str, Any] = {}
    for fund, name in dict.fromkeys((d.fund, d.contribution) for d in plan.deposits):
        stated = scenario.spec.arrangements.funds[fund].contributions[name].amounts_eur
        contributions = found.setdefault(fund, {"contributions": {}})["contributions"]
        contributions[name] = {"amounts_eur": dict.fromkeys(stated, 0.0)}
    for d in plan.deposits:
        stated = found.setdefault(d.fund, {"contributions": {}})["contributions"]
        stated.setdefault(d.contribution, {"amounts_eur": {}})["amounts_eur"][d.year] = d.eur
    return found


def _changed_data(intervention: Intervention, choice: Choice) -> dict[str, Any]:
    """The keys of one area, as plain data."""
    changed = _changed(intervention, choice)
    return {key: value.model_dump(mode="json", exclude_none=True) for key, value in changed.items()}
