"""From an estimate and its standard error to an interval and a p-value."""

from __future__ import annotations

import numpy as np
from scipy import special

from coalition.evaluation.estimates import Effect


def student_effect(estimate: float, standard_error: float, degrees: float, alpha: float) -> Effect:
    """Interval and two-sided p-value by Student's t; NaN where there is no standard error or no degree of freedom.

    Args:
        estimate, standard_error: in the same unit.
        degrees: of freedom; infinite for the normal distribution.
        alpha: 1 − confidence of the interval.
    """
    if not (np.isfinite(standard_error) and degrees > 0):
        return Effect(float(estimate), float("nan"), float("nan"), float("nan"), float("nan"))
    normal = np.isinf(degrees)
    critical = special.ndtri(1 - alpha / 2) if normal else special.stdtrit(degrees, 1 - alpha / 2)
    half = float(critical) * standard_error
    statistic = abs(estimate) / standard_error if standard_error > 0 else (0.0 if estimate == 0 else np.inf)
    p_value = 2 * float(special.ndtr(-statistic) if normal else special.stdtr(degrees, -statistic))
    return Effect(float(estimate), float(standard_error), float(estimate - half), float(estimate + half), p_value)
