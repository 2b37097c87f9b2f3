"""What each choice of a plan adds to the rest of it, as the whole model has it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from coalition.inputs import Floats, Inputs
from coalition.model import run_inputs
from coalition.numbers import Share
from coalition.parties import RESOURCES
from coalition.plans import Plan, areas_of, reach_in, with_interventions, with_plan, without_fixed
from coalition.scenario import Scenario
from coalition.schema import InArea


@dataclass(frozen=True)
class Margins:
    """What each choice of a plan adds to the rest of it in the whole model, fixed cost left out.

    Attributes:
        npv_eur: (choice, party of the scenario) present value.
        societal_eur: (choice,) present value of real resources.
    """

    npv_eur: Floats
    societal_eur: Floats


def margins_of(scenario: Scenario, plan: Plan) -> Margins:
    """Run the plan, and the plan without each of its choices, as draws of one pass."""
    spec, choices = with_plan(scenario, plan).spec, plan.choices
    varied: dict[str, Floats] = {}
    changed = {}
    for name, intervention in spec.interventions.items():
        per_area = {}
        for area in areas_of(intervention, scenario.region.areas):
            reach = Share(value=reach_in(intervention, area).value)
            reach.named(f"{name} in {area}")
            per_area[area] = intervention.per_area.get(area, InArea()).model_copy(update={"reach": reach})
            varied[reach.path] = np.full(len(choices) + 1, reach.value)
        changed[name] = without_fixed(intervention).model_copy(update={"per_area": per_area})
    for k, choice in enumerate(choices):
        varied[f"{choice.intervention} in {choice.area}"][k + 1] = 0.0
    inputs = Inputs(len(choices) + 1, varied)
    run = run_inputs(replace(scenario, spec=with_interventions(spec, changed)), inputs)
    npv = np.stack([np.broadcast_to(p.npv, (inputs.draws,)) for p in run.parties], axis=1)
    cash = -run.ledger.balance(RESOURCES)[:, : len(run.clock.shown)]
    societal = np.broadcast_to((cash * run.present).sum(axis=1), (inputs.draws,))
    return Margins(npv[0] - npv[1:], societal[0] - societal[1:])
