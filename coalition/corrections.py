"""Coefficients corrected by what the whole model said of a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coalition.allocation_problem import THOUSAND, Allocation
from coalition.coefficients import Coefficients
from coalition.inputs import Floats
from coalition.margins import margins_of
from coalition.model import Result
from coalition.optimise import build_allocation, columns_of
from coalition.plans import Choice, Plan
from coalition.scenario import Scenario


def adjusted(problem: Allocation, scenario: Scenario, plan: Plan, seen: Result) -> Allocation:
    """The problem with coefficients that give what the whole model gave of a plan.

    What a choice adds to the rest of the plan in the whole model takes the place of what it would do alone, for every
    start in that area; what is then still different, such as fixed cost over fewer areas, is a constant per party.

    Args:
        problem: as the plan was sought in it.
        scenario, plan: whose plan it is, and what is done.
        seen: the run of it.
    """
    c, model = problem.coefficients, build_allocation(problem)
    part = columns_of(model, plan)[model.layout.part]
    agreed, societal = c.agreed_eur.copy(), c.linear.societal_eur.copy()
    if len(plan.choices) <= MOST_CHOICES:
        margins = margins_of(scenario, plan)
        law = _by_party(c, c.linear.npv_eur[0])
        chosen = np.flatnonzero(part)
        order = [_place_of(c, choice) for choice in plan.choices]
        interventions = scenario.spec.interventions
        for k, (place, choice) in enumerate(zip(order, plan.choices, strict=True)):
            own = chosen[_places(c)[chosen] == place][0]
            has_module = interventions[choice.intervention].policy_module is not None  # its reach is not one of an area
            if part[own] >= SMALL_PART and not has_module:
                mine = _places(c) == place
                agreed[mine] += margins.npv_eur[k] / part[own] - law[own] - c.agreed_eur[own]
                societal[0, mine] += margins.societal_eur[k] / part[own] - c.linear.societal_eur[0, own]
    after = replace(c, agreed_eur=agreed, linear=replace(c.linear, societal_eur=societal))
    return _with_offsets(replace(problem, coefficients=after), plan, seen)


SMALL_PART = 0.01
"""Part of the reach below which a difference says too little of what a full start would bring."""
MOST_CHOICES = 500
"""Choices of a plan above which only what is different in all is taken over, because each asks a draw of the model."""


def _places(c: Coefficients) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """A number for each intervention and area, per candidate."""
    return np.asarray(c.candidates.intervention * len(c.candidates.areas) + c.candidates.area)


def _place_of(c: Coefficients, choice: Choice) -> int:
    position = c.candidates.interventions.index(choice.intervention)
    return position * len(c.candidates.areas) + c.candidates.areas.index(choice.area)


def _by_party(c: Coefficients, worth: Floats) -> Floats:
    """Amounts per candidate and slot, by party; shape (candidate, party)."""
    found = np.zeros((len(worth), len(c.parties)))
    rows = np.arange(len(worth))[:, None]
    np.add.at(found, (rows, c.party_of[c.candidates.area]), worth)
    return found


def _with_offsets(problem: Allocation, plan: Plan, seen: Result) -> Allocation:
    """What the whole model still says more of a plan than the programme, as a constant per party and for society."""
    c, model = problem.coefficients, build_allocation(problem)
    columns = columns_of(model, plan)
    part, opened = columns[model.layout.part], columns[model.layout.opening_columns]
    thought = c.nothing_eur[0] + c.agreed_eur.T @ part
    if c.agreed_fixed_eur.size:
        thought = thought + c.agreed_fixed_eur.T @ opened
    for room, at in zip(c.funds, model.layout.deposits, strict=True):
        thought = thought + np.einsum("cyp,cy->p", room.worth(c.present[0]), columns[at] * THOUSAND)
    np.add.at(thought, c.party_of[c.candidates.area], c.linear.npv_eur[0] * part[:, None])
    np.add.at(thought, c.party_of[c.fixed_starts.area], c.fixed.npv_eur[0] * opened[:, None])
    really = np.array([float(p.npv[0]) for p in seen.run.parties])
    society = float(c.linear.societal_eur[0] @ part + c.fixed.societal_eur[0] @ opened)
    after = replace(
        c,
        nothing_eur=c.nothing_eur + (really - thought)[None],
        nothing_societal_eur=np.array([seen.societal_npv_eur - society]),
    )
    return replace(problem, coefficients=after)
