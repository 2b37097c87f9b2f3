"""Terms of an agreement that come closest to the payments that a plan needs.

A free share times a free plan is a product of unknowns, so terms are not part of the programme. They are sought on a
grid, the plan standing still: every point is a draw of one pass of the whole model, and the point after which those who
are protected need the least from each other is kept. Between the points nothing is known, and the reader is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from coalition.best_plan import Optimum
from coalition.inputs import Floats, Inputs
from coalition.model import outcomes, run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.plans import with_plan
from coalition.schema import numbers_in


@dataclass(frozen=True)
class Fitted:
    """The terms that need the least payment beside them.

    Attributes:
        values, own: name of the term -> fitted value, and the value that the scenario states.
        paths: name of the term -> where it stands in the scenario.
        needed_eur, own_needed_eur: what those who are protected lack together with these terms, and with the stated
            ones; present value.
        npv_eur: party -> present value with these terms.
        points: how many combinations were tried.
    """

    values: Mapping[str, float]
    own: Mapping[str, float]
    paths: Mapping[str, str]
    needed_eur: float
    own_needed_eur: float
    npv_eur: Mapping[str, float]
    points: int


def fitted(optimum: Optimum) -> Fitted | None:
    """Seek the terms that the scenario leaves open, for its best plan.

    Returns:
        None without a plan, without such terms, or where nobody is protected over all years together.
    """
    asked, best = optimum.scenario.spec.optimise.fit, optimum.best
    if not asked or best is None or not any(x.weights is None for x in optimum.problem.leasts):
        return None
    scenario = with_plan(optimum.scenario, best.plan)
    numbers = dict(numbers_in(scenario.spec))
    own = {name: float(numbers[term.path].value) for name, term in asked.items()}
    axes = [np.round(np.linspace(t.lowest, t.highest, t.points), 12) for t in asked.values()]  # as they are typed
    grid = np.array(list(product(*axes)))
    varied = {term.path: grid[:, k] for k, term in enumerate(asked.values())}
    found = outcomes(scenario, Inputs(len(grid), varied))
    needed = _needed(optimum, found)
    far = np.abs((grid - np.array(list(own.values()))) / np.maximum(np.ptp(grid, axis=0), 1e-12)).sum(axis=1)
    least = np.flatnonzero(needed <= needed.min() + HALF_CENT_EUR)
    kept = int(least[np.argmin(far[least])])  # among equals what is nearest to what was stated
    stated = {p.party.id: np.asarray(p.npv) for p in run_scenario(scenario).run.parties}
    return Fitted(
        values=dict(zip(asked, grid[kept].tolist(), strict=True)),
        own=own,
        paths={name: term.path for name, term in asked.items()},
        needed_eur=float(needed[kept]),
        own_needed_eur=float(_needed(optimum, stated)[0]),
        npv_eur={party: float(npv[kept]) for party, npv in found.items()},
        points=len(grid),
    )


def _needed(optimum: Optimum, npv: Mapping[str, Floats]) -> Floats:
    """What protected parties lack together over all years, per draw."""
    leasts = [x for x in optimum.problem.leasts if x.weights is None]
    return np.asarray(sum((np.maximum(x.at_least_eur - npv[x.party], 0.0) for x in leasts), np.zeros(1)))
