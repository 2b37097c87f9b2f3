"""Coefficients corrected by what the whole model said of a plan.

After a correction the programme gives that plan the worth that the whole model gives it: by every goal, for every
party, over all years and in each of them. What other plans are worth is then only as good as that plan is near.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coalition.allocation_problem import Allocation
from coalition.allocation_rules import worth_of
from coalition.coefficients import Coefficients
from coalition.contract_rooms import ContractRoom, measured_by
from coalition.inputs import Floats
from coalition.margins import Margins, margins_of
from coalition.model import Result, health_gained
from coalition.optimise import build_allocation, columns_of
from coalition.plans import Choice, Plan
from coalition.scenario import Scenario

SMALL_PART = 0.01
"""Part of the reach below which a difference says too little of what a full start would bring."""
MOST_CHOICES = 500
"""Choices of a plan above which only what is different in all is taken over, because each asks a draw of the model."""


def adjusted(problem: Allocation, scenario: Scenario, plan: Plan, seen: Result) -> Allocation:
    """The problem with coefficients that give what the whole model gave of a plan.

    What a choice adds to the rest of the plan in the whole model takes the place of what it would do alone, for every
    start in that area; what is then still different, such as fixed cost over fewer areas, is a constant per party.

    Args:
        problem: as the plan was sought in it.
        scenario, plan: whose plan it is, and what is done.
        seen: the run of it.
    """
    if len(plan.choices) <= MOST_CHOICES:
        followed = [room.name for room in problem.coefficients.contracts]
        margins = margins_of(scenario, plan, followed)
        problem = replace(problem, coefficients=_with_margins(problem.coefficients, plan, margins))
    return with_constants(problem, plan, seen)


def _with_margins(c: Coefficients, plan: Plan, margins: Margins) -> Coefficients:
    """The coefficients in which each choice brings what it adds to the rest of its plan.

    Every start of the same intervention in the same area shifts by as much.
    """
    row_of = {key: j for j, key in enumerate(c.candidates.keys)}
    places = c.candidates.intervention * len(c.candidates.areas) + c.candidates.area
    agreed, agreed_net = c.agreed_eur.copy(), c.agreed_net_eur.copy()
    societal, qalys = c.linear.societal_eur.copy(), c.linear.qalys.copy()
    rooms = {room.name: (room.saving_eur.copy(), room.benchmark_eur.copy()) for room in c.contracts}
    years = agreed_net.shape[2]  # none where nothing is asked per year
    for k, choice in enumerate(plan.choices):
        if choice.part < SMALL_PART:
            continue
        own = row_of[_key(choice)]
        mine, area = places == places[own], c.candidates.area[own]
        agreed[mine] += margins.npv_eur[k] / choice.part - _by_party(c, c.linear.npv_eur, own) - c.agreed_eur[own]
        before = _by_party(c, c.linear.net_eur, own) + c.agreed_net_eur[own]
        agreed_net[mine] += margins.net_eur[k, :, :years] / choice.part - before
        societal[0, mine] += margins.societal_eur[k] / choice.part - c.linear.societal_eur[0, own]
        qalys[0, mine] += margins.qalys[k, area] / choice.part - c.linear.qalys[0, own]
        for name, each in rooms.items():
            for amounts, measured in zip(each, margins.measured[name], strict=True):
                amounts[mine] += measured[k] / choice.part - amounts[own]
    linear = replace(c.linear, societal_eur=societal, qalys=qalys)
    contracts = tuple(
        replace(room, saving_eur=rooms[room.name][0], benchmark_eur=rooms[room.name][1]) for room in c.contracts
    )
    return replace(c, agreed_eur=agreed, agreed_net_eur=agreed_net, linear=linear, contracts=contracts)


def _with_contracts(problem: Allocation, plan: Plan, seen: Result) -> Allocation:
    """The problem in which contracts measure of a plan what they measured in the whole model."""
    c = problem.coefficients
    part, row_of = np.zeros(len(c.candidates)), {key: j for j, key in enumerate(c.candidates.keys)}
    for choice in plan.choices:
        part[row_of[_key(choice)]] = choice.part
    contracts = tuple(_as_measured(room, part, seen) for room in c.contracts)
    return replace(problem, coefficients=replace(c, contracts=contracts))


def _as_measured(room: ContractRoom, part: Floats, seen: Result) -> ContractRoom:
    """A contract that measures so much more when nothing is started as makes its measure of a plan right."""
    outcome = next(o for o in seen.run.agreed.contracts if o.name == room.name)
    saving, benchmark, _ = measured_by(outcome)[:, 0]
    anyway = saving - part @ room.saving_eur, benchmark - part @ room.benchmark_eur
    return replace(room, anyway_saving_eur=anyway[0], anyway_benchmark_eur=anyway[1])


def _key(choice: Choice) -> tuple[str, str, int]:
    """The key of a choice among the candidates."""
    payers = f":{choice.payers}" if choice.payers else ""
    return choice.intervention + payers, choice.area, choice.first


def _by_party(c: Coefficients, worth: Floats, row: int) -> Floats:
    """What one candidate brings by the law, by party: a worth (draw, candidate, slot, ...) as (party, ...)."""
    found = np.zeros((len(c.parties), *worth.shape[3:]))
    np.add.at(found, c.party_of[c.candidates.area[row]], worth[0, row])
    return found


def with_constants(problem: Allocation, plan: Plan, seen: Result) -> Allocation:
    """The problem with what the whole model says of a plan beyond its choices: per party and year, society and area."""
    problem = _with_contracts(problem, plan, seen)
    c, model = problem.coefficients, build_allocation(problem)
    layout, columns = model.layout, columns_of(model, plan)
    part, opened = columns[layout.part], columns[layout.opening_columns]
    npv = np.array([float(p.npv[0]) for p in seen.run.parties])
    nothing_net = c.nothing_net_eur
    if c.agreed_net_eur.shape[2]:
        years = np.eye(len(c.years))
        by_year = np.stack([worth_of(layout, columns, weights) for weights in years], axis=1)
        nothing_net = np.stack([p.net[0] for p in seen.run.parties])[None] - by_year
    society = float(c.linear.societal_eur[0] @ part + c.fixed.societal_eur[0] @ opened)
    lived = np.bincount(c.candidates.area, c.linear.qalys[0] * part, len(c.candidates.areas))
    after = replace(
        c,
        nothing_eur=(npv - worth_of(layout, columns))[None],
        nothing_net_eur=nothing_net,
        nothing_societal_eur=np.array([seen.societal_npv_eur - society]),
        nothing_qalys=health_gained(seen.scenario, seen.run)[:1] - lived,
    )
    return replace(problem, coefficients=after)
