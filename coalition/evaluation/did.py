"""Difference-in-differences of four means, for one common start.

    effect = (mean treated after − mean treated before) − (mean others after − mean others before)

Means are weighted (person-years). The periods of the others count as much as those of the treated do, so that what
changed for all in one period falls out also where one group grew. With covariates the others' mean is what a regression
on them predicts for the treated's covariates, period by period (Heckman, Ichimura and Todd 1997). Units have no level
of their own here: when units come and go, twfe.py and event_study.py compare each unit with itself.
"""

from __future__ import annotations

import numpy as np

from coalition.evaluation.cluster_sums import pieces_of
from coalition.evaluation.estimates import Estimate, Method, Options
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.panel_regression import (
    Design,
    EffectRow,
    More,
    baseline_covariates,
    chosen_covariates,
    estimate_from,
    regression_of,
)
from coalition.evaluation.permutation import Contrasts


def did(panel: Panel, options: Options) -> Estimate:
    """Two-by-two difference-in-differences.

    Args:
        panel: with one start, and treated and other units observed on both sides of it.
        options: `alpha`, `draws`, `seed`; `covariates` are adjusted for unless `adjustment` is `none`.
    Returns:
        The estimate. Its `per_period` compares each period with the mean of all periods before the start; before the
        start those are deviations whose weighted mean is zero, and `pretest_p_value` tests whether all of them are.
    """
    names = chosen_covariates(options)
    covariates = baseline_covariates(panel, names)
    regression = regression_of(design_of(panel, covariates), options)
    return estimate_from(panel, regression, More(notes=("regression_adjustment",) if names else ()))


def design_of(panel: Panel, covariates: Floats) -> Design:
    """A mean for each group and period; covariates among the others, with a slope for each period."""
    pieces = pieces_of(panel, covariates, own_levels=False)
    periods, extra = len(panel.periods), covariates.shape[1]
    place = np.zeros((2, (1 + extra) * periods, (2 + extra) * periods))
    place[0, :periods, :periods] = np.eye(periods)
    place[1, :, periods:] = np.eye((1 + extra) * periods)
    after = np.array(panel.periods) >= panel.starts[0]
    patterns = np.zeros((1 + periods, *place.shape[:2]))
    patterns[0, 0, :periods] = after
    patterns[1:, 0, :periods] = np.eye(periods)
    first = int(after.argmax())
    rows = [EffectRow(period, k - first) for k, period in enumerate(panel.periods)]
    return Design(Method.DID, pieces, place, _contrasts(after, extra), patterns, rows)


def _contrasts(after: Bools, extra: int) -> Contrasts:
    """Which means are compared; covariates are held at the mean of the treated after the start."""
    periods = len(after)

    def contrasts(masses: Floats) -> Floats:
        treated = masses[..., 0, :periods]
        before = _shares(treated, ~after)
        chosen = np.concatenate(
            [_shares(treated, after)[..., None, :], np.broadcast_to(np.eye(periods), (*treated.shape, periods))],
            axis=-2,
        )
        difference = chosen - before[..., None, :]
        blocks = [difference, -difference]
        total = (treated * after).sum(axis=-1)
        for k in range(1, 1 + extra):
            of_covariate = (masses[..., 0, k * periods : (k + 1) * periods] * after).sum(axis=-1)
            blocks.append(-difference * (of_covariate / total)[..., None, None])
        return np.concatenate(blocks, axis=-1)

    return contrasts


def _shares(weight: Floats, some: Bools) -> Floats:
    """(…, period) part of each of some periods in their weight."""
    chosen = weight * some
    total = chosen.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(chosen, total, out=np.zeros_like(chosen), where=total > 0))
