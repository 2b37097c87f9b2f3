"""What a contract pays by chance: measured is not true.

A measured savings rate lies round the true one with a standard error. Here the clauses of a contract are applied to the
whole spread of what could be measured: the chance that it pays although nothing was saved, the chance that it pays
nothing although the plan was met, what it pays on average, and how high the cliff at its gate is. No random numbers:
the spread is cut into equally likely parts. Shapes: (period,); euro nominal; positive = received by those who do not
pay the care.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from coalition.clauses import Values, minimum_rates, receivers, standard_error
from coalition.contracts import Contract, Gate
from coalition.inputs import Floats
from coalition.shared_savings import ProjectedSavings, settle

PARTS = 20_000
"""Equally likely parts of what could be measured; chances are exact to half of one."""


@dataclass(frozen=True)
class Chances:
    """Before signature, for one population.

    Attributes:
        savings_rate: true rate of the plan; standard_error: of the measured one.
        pays_without_saving: chance of a payment to the receivers when nothing is saved.
        false_payment_eur: what they get on average then.
        nothing_at_plan: chance that they get nothing when the plan is met.
        expected_eur: what they get on average at the plan; at_plan_eur: what the noiseless plan gives.
        cliff_eur: by how much the payment jumps at the gate; 0 where it does not.
    """

    savings_rate: Floats
    standard_error: Floats
    pays_without_saving: Floats
    false_payment_eur: Floats
    nothing_at_plan: Floats
    expected_eur: Floats
    at_plan_eur: Floats
    cliff_eur: Floats


def chances(values: Values, plan: ProjectedSavings) -> Chances:
    """Apply a contract to everything that could be measured round a plan and round no saving.

    Args:
        values: the contract's plain numbers; it states a dispersion.
        plan: one row of projected figures, shape (1, period).
    """
    error = standard_error(values, plan.persons)
    rate = (plan.benchmark_eur - plan.cost_eur) / plan.benchmark_eur
    at_plan = _received(values, plan, rate)[0]
    with_plan, without = (
        _received(values, plan, true + error * _spread(plan.cost_eur.shape[1])) for true in (rate, nothing_saved(plan))
    )
    return Chances(
        rate[0],
        error[0],
        (without > 0).mean(axis=0),
        without.mean(axis=0),
        (with_plan <= 0).mean(axis=0),
        with_plan.mean(axis=0),
        at_plan,
        cliff(values, plan),
    )


def nothing_saved(plan: ProjectedSavings) -> Floats:
    """The rate that is measured when nothing is saved: not zero where the benchmark is not the expected cost."""
    if plan.without_eur is None:
        return np.zeros((1, 1))
    return np.asarray((plan.benchmark_eur - plan.without_eur) / plan.benchmark_eur)


def _spread(periods: int) -> Floats:
    """Standard normal values in equally likely parts, shape (part, period); periods move independently."""
    normal = NormalDist()
    points = np.array([normal.inv_cdf((k + 0.5) / PARTS) for k in range(PARTS)])
    order = [np.random.default_rng(period).permutation(PARTS) for period in range(periods)]
    return np.stack([points[o] for o in order], axis=1)


def _received(values: Values, plan: ProjectedSavings, rate: Floats) -> Floats:
    """What the receivers get together at measured rates, shape (row, period)."""
    shape = np.broadcast_shapes(rate.shape, plan.cost_eur.shape)
    wide = {name: None if a is None else np.broadcast_to(a, shape) for name, a in vars(plan).items()}
    measured = replace(ProjectedSavings(**wide), cost_eur=plan.benchmark_eur * (1 - rate))  # type: ignore[arg-type]
    found = settle(values, measured).payments_eur
    return np.asarray(sum(found[party] for party in receivers(values.contract)))


def cliff(values: Values, plan: ProjectedSavings) -> Floats:
    """By how much the payment jumps where the gate is met, shape (period,)."""
    if not has_cliff(values.contract):
        return np.zeros(plan.cost_eur.shape[1])
    least = np.broadcast_to(minimum_rates(values, plan.persons)[0], plan.cost_eur.shape)
    return np.asarray((_received(values, plan, least) - _received(values, plan, least - 1e-9))[0])


def has_cliff(contract: Contract) -> bool:
    """Whether a euro more saved can make everything payable at once."""
    return contract.gate is not Gate.NONE and contract.first_dollar
