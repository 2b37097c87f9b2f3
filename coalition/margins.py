"""What each choice of a plan adds to the rest of it, as the whole model has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from coalition.contract_rooms import measured_by
from coalition.inputs import Floats, Inputs
from coalition.model import Run, health_gained, run_inputs
from coalition.numbers import Count
from coalition.parties import RESOURCES
from coalition.plans import Plan, with_interventions, with_plan, without_fixed
from coalition.scenario import Scenario
from coalition.schema import InArea, Intervention, areas_of


@dataclass(frozen=True)
class Margins:
    """What each choice of a plan adds to the rest of it in the whole model, fixed cost left out.

    Attributes:
        npv_eur: (choice, party of the scenario) present value; + is a gain.
        net_eur: (choice, party, year shown) the same, nominal.
        societal_eur: (choice,) present value of real resources.
        qalys: (choice, area) discounted healthy years.
        measured: per contract that is followed apart, (2, choice, period) saving and benchmark that it measures; what
            it pays is in no other field.
    """

    npv_eur: Floats
    net_eur: Floats
    societal_eur: Floats
    qalys: Floats
    measured: Mapping[str, Floats] = field(default_factory=dict)


NO_LIMIT = 1e12
"""Starters per year where an area states no most."""


def margins_of(scenario: Scenario, plan: Plan, followed: Sequence[str] = ()) -> Margins:
    """Run the plan, and the plan without each of its choices, as draws of one pass.

    A choice is left out by a capacity of 0 in its area: a reach of 0 would leave those in whom a policy module works.

    Args:
        scenario, plan: whose plan it is, and what is done.
        followed: contracts whose payments are followed apart.
    """
    spec, choices = with_plan(scenario, plan).spec, plan.choices
    varied: dict[str, Floats] = {}
    changed = {
        name: _with_capacities(name, intervention, scenario.region.areas, varied, len(choices) + 1)
        for name, intervention in spec.interventions.items()
    }
    for k, choice in enumerate(choices):
        varied[_capacity_of(choice.intervention, choice.area)][k + 1] = 0.0
    inputs = Inputs(len(choices) + 1, varied)
    run = run_inputs(replace(scenario, spec=with_interventions(spec, changed)), inputs)
    shown = len(run.clock.shown)
    net = np.stack([np.broadcast_to(p.net, (inputs.draws, shown)) for p in run.parties], axis=1)
    npv = np.stack([np.broadcast_to(p.npv, (inputs.draws,)) for p in run.parties], axis=1)
    paid = _paid_by(run, followed, inputs.draws)
    net, npv = net - paid, npv - (paid * run.present[:, None, :]).sum(axis=2)
    measured = {
        o.name: np.broadcast_to(measured_by(o)[:2], (2, inputs.draws, len(o.years)))
        for o in run.agreed.contracts
        if o.name in followed
    }
    cash = -run.ledger.balance(RESOURCES)[:, :shown]
    societal = np.broadcast_to((cash * run.present).sum(axis=1), (inputs.draws,))
    qalys = np.broadcast_to(health_gained(scenario, run), (inputs.draws, len(scenario.region.areas)))
    apart = {name: amounts[:, :1] - amounts[:, 1:] for name, amounts in measured.items()}
    added = [whole[0] - whole[1:] for whole in (npv, net, societal, qalys)]
    return Margins(added[0], added[1], added[2], added[3], apart)


def _paid_by(run: Run, contracts: Sequence[str], draws: int) -> Floats:
    """Nominal net of every party by some contracts, shape (draw, party, year shown)."""
    postings = tuple(p for p in run.agreed.postings if p.arrangement in contracts)
    ledger = replace(run.law.ledger, postings=postings)
    shown = len(run.clock.shown)
    paid = [np.broadcast_to(ledger.balance(p.party.id)[:, :shown], (draws, shown)) for p in run.parties]
    return np.stack(paid, axis=1)


def _with_capacities(
    name: str, intervention: Intervention, areas: tuple[str, ...], varied: dict[str, Floats], draws: int
) -> Intervention:
    """An intervention without fixed cost, whose capacity in each of its areas is drawn; all draws as stated."""
    per_area = {}
    for area in areas_of(intervention, areas):
        own = intervention.per_area.get(area, InArea())
        capacity = Count(value=NO_LIMIT if own.capacity_per_year is None else own.capacity_per_year.value)
        capacity.named(_capacity_of(name, area))
        varied[capacity.path] = np.full(draws, capacity.value)
        per_area[area] = own.model_copy(update={"capacity_per_year": capacity})
    return without_fixed(intervention).model_copy(update={"per_area": per_area})


def _capacity_of(intervention: str, area: str) -> str:
    return f"capacity of {intervention} in {area}"
