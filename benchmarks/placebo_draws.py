"""Synthetic difference-in-differences with placebos, beside a general optimiser. `python benchmarks/placebo_draws.py`.

The yardstick finds both sets of weights of one draw with scipy's SLSQP from the paper's formulas; its time per draw
is multiplied by the number of draws. Panel and effects are inventions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from coalition.evaluation.estimates import Options
from coalition.evaluation.panel import NEVER, Floats, Panel
from coalition.evaluation.placebos import assigned, design_of
from coalition.evaluation.synthetic_did import fitted, synthetic_did


@dataclass(frozen=True)
class Measured:
    """Processor time of the whole estimate with its placebos, and of the yardstick for as many draws.

    Attributes:
        seconds: of the estimate with `draws` placebos.
        yardstick_seconds: of one draw by SLSQP, times draws + 1.
        difference: between the two estimates, as a part of the standard error.
    """

    draws: int
    seconds: float
    yardstick_seconds: float
    difference: float

    @property
    def ratio(self) -> float:
        """How many times faster."""
        return self.yardstick_seconds / self.seconds


def panel(units: int = 355, periods: int = 11, treated: int = 12, start: int = 9) -> Panel:
    """Municipalities by years: levels, common years and noise of which half stays to the next year."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(units, periods))
    for t in range(1, periods):
        noise[:, t] = 0.5 * noise[:, t - 1] + np.sqrt(0.75) * noise[:, t]
    outcome = 3_000 + 300 * rng.normal(size=(units, 1)) + 50 * rng.normal(size=(1, periods)) + 60 * noise
    return Panel(
        units=tuple(f"unit {k:03d}" for k in range(units)),
        periods=tuple(range(1, periods + 1)),
        outcome=outcome,
        weight=np.ones_like(outcome),
        treated_from=np.where(np.arange(units) < treated, start, NEVER),
        cluster=np.arange(units),
    )


def by_slsqp(data: Panel) -> float:
    """The estimate of one start with equal weights by a general optimiser."""
    start = data.periods.index(data.starts[0])
    treated, donors = data.outcome[data.ever], data.outcome[~data.ever]
    sigma = np.diff(donors[:, :start], axis=1).std(ddof=1)
    zeta = (len(treated) * (len(data.periods) - start)) ** 0.25 * sigma
    omega = _least(donors[:, :start].T, treated[:, :start].mean(axis=0), zeta**2 * start)
    rho = _least(donors[:, :start], donors[:, start:].mean(axis=1), (1e-6 * sigma) ** 2 * len(donors))
    gaps = treated.mean(axis=0) - omega @ donors
    return float(gaps[start:].mean() - rho @ gaps[:start])


def _least(columns: Floats, target: Floats, ridge: float) -> Floats:
    near, goal = columns - columns.mean(axis=0), target - target.mean()
    count, scale = near.shape[1], float((goal**2).sum())
    found = minimize(
        lambda w: (((near @ w - goal) ** 2).sum() + ridge * (w**2).sum()) / scale,
        np.full(count, 1 / count),
        jac=lambda w: 2 * (near.T @ (near @ w - goal) + ridge * w) / scale,
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-9, "maxiter": 500},
    )
    return np.asarray(found.x)


def measured(draws: int = 500) -> Measured:
    """Both in one run, on the processor's clock."""
    data = panel()
    begin = time.process_time()
    found = synthetic_did(data, Options(draws=draws))
    ours = time.process_time() - begin
    begin = time.process_time()
    general = by_slsqp(data)
    theirs = (time.process_time() - begin) * (draws + 1)
    plain = float(fitted(design_of(data), assigned(data)).effect[0])
    return Measured(draws, ours, theirs, abs(general - plain) / found.effect.standard_error)


if __name__ == "__main__":
    seen = measured()
    print(
        f"synthetic DiD, 355 units, 11 periods, {seen.draws} placebo draws: {seen.seconds:.2f} s; "
        f"SLSQP {seen.yardstick_seconds:.0f} s, {seen.ratio:.0f} times as long; "
        f"estimates differ by {seen.difference:.1e} standard errors"
    )
