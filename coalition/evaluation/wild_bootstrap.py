"""Wild cluster bootstrap under the hypothesis: a second opinion where clusters are few.

Residuals of the regression in which the hypothesis holds are multiplied, cluster by cluster, by a random sign, and the
t-ratio is compared with those of such draws. An interval is what is not rejected, found by bisection on either side.
The signs are Rademacher's (−1 or 1); below 12 clusters, where there are too few different sets of signs, Webb's six
values. Everything is linear in the signs, so all draws are a few products of sums per cluster.

Sources: Cameron, Gelbach and Miller (2008); Webb (2023); Roodman, MacKinnon, Nielsen and Webb (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.cluster_sums import Fit
from coalition.evaluation.estimates import Effect
from coalition.evaluation.inference import Jackknife
from coalition.evaluation.panel import Floats

FEW = 12
"""Clusters below which Webb's values are drawn: 2¹¹ sets of signs, half of them mirrored, are hardly enough."""
WEBB = np.sqrt([0.5, 1.0, 1.5])
HALVINGS = 40
"""Steps of bisection: an end of an interval is found to 1e-12 of its bracket."""
TIE = 1e-9
"""Relative difference at which two statistics are the same."""


def multipliers(rng: np.random.Generator, draws: int, clusters: int) -> Floats:
    """(draw, cluster) values with mean 0 and variance 1."""
    values = np.concatenate([-WEBB, WEBB]) if clusters < FEW else np.array([-1.0, 1.0])
    return np.asarray(rng.choice(values, size=(draws, clusters)))


@dataclass(frozen=True)
class _Linear:
    """A regression's scores for one effect under the hypothesis that the effect is b: each is first + b · second.

    Attributes:
        estimate: of the effect.
        error: its first-order standard error, of the statistic only.
        sums: (2, draw) estimate in each draw − b.
        scores: (2, draw, cluster) influences in each draw.
    """

    estimate: float
    error: float
    sums: Floats
    scores: Floats

    def p_value(self, null: float) -> float:
        """Part of the draws, with the outcome itself, that are at least as far from the hypothesis."""
        found = abs(self.estimate - null)
        if self.error <= 0:
            return float(found == 0)
        drawn = np.abs(self.sums[0] + null * self.sums[1])
        errors = np.sqrt(np.sum((self.scores[0] + null * self.scores[1]) ** 2, axis=1))
        as_far = drawn * self.error >= found * errors * (1 - TIE)
        return float((1 + as_far.sum()) / (1 + len(drawn)))


def _linear(fit: Fit, contrast: Floats, signs: Floats) -> _Linear:
    """Everything about one effect that does not depend on the hypothesis."""
    bread = fit.root @ (fit.root.T @ contrast)
    estimate, spread = float(contrast @ fit.coefficients), float(contrast @ bread)
    influence = fit.scores @ bread
    shift = fit.sums.gram @ (bread / spread)  # scores move by this for each unit of estimate − b
    restricted = np.stack([fit.scores + estimate * shift, -shift])
    pulls = fit.sums.gram @ bread
    own = restricted @ bread
    total = signs @ restricted
    fitted = total @ fit.root @ fit.root.T
    scores = signs[None] * own[:, None, :] - fitted @ pulls.T
    return _Linear(estimate, float(np.sqrt(np.sum(influence**2))), np.einsum("dg,hg->hd", signs, own), scores)


def wild_effects(jackknife: Jackknife, *, alpha: float, draws: int, seed: int) -> tuple[Effect, ...]:
    """Each effect with the interval that the bootstrap does not reject; standard errors are the jackknife's."""
    fit = jackknife.fit
    signs = multipliers(np.random.default_rng(seed), draws, fit.clusters)
    found = []
    for k, (estimate, error) in enumerate(
        zip(jackknife.estimates.tolist(), jackknife.standard_errors.tolist(), strict=True)
    ):
        if error <= 0:
            found.append(Effect(estimate, error, estimate, estimate, float(estimate == 0)))
            continue
        linear = _linear(fit, jackknife.contrasts[k], signs)
        low, high = (_end(linear.p_value, estimate, side * error, alpha) for side in (-1, 1))
        found.append(Effect(estimate, error, low, high, linear.p_value(0.0)))
    return tuple(found)


def _end(p_value: Callable[[float], float], inside: float, step: float, alpha: float) -> float:
    """Where p falls to alpha, from `inside` in the direction of step; infinite where it does not fall that far."""
    near, far = inside, inside + 2 * step
    for _ in range(12):
        if p_value(far) <= alpha:
            break
        near, far = far, far + 2 * (far - inside)
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(HALVINGS):
        middle = 0.5 * (near + far)
        near, far = (near, middle) if p_value(middle) <= alpha else (middle, far)
    return float(near)
