"""County teen employment 2003–2007, the public example of Callaway and Sant'Anna (2021), rebuilt from its moments.

The data themselves are not here: the R package `did` gives them under the GPL. Per starting group these are the number
of counties, the means of the logarithm of teen employment in five years and of the logarithm of population (1,000s),
and the Cholesky factor of their covariance (divided by n). Estimates without covariates, their standard errors, and
regression adjustment depend on nothing else, so a panel with the same moments gives the same figures as the counties.
"""

from __future__ import annotations

import numpy as np
from evaluation_designs import panel_of

from coalition.evaluation.panel import NEVER, Floats, Panel

Moments = tuple[int, list[float], list[list[float]]]

# fmt: off
MOMENTS: dict[float, Moments] = {
    2004: (20, [6.179696834, 6.106563563, 6.059452087, 6.026704354, 6.085387988, 3.476397379], [
        [1.444703410],
        [1.465059938, 0.092104171],
        [1.504453013, 0.057484272, 0.100824532],
        [1.525541981, 0.065716422, 0.080024867, 0.070870166],
        [1.481613844, 0.015541056, 0.095883393, 0.031035429, 0.086815023],
        [1.257974452, -0.001585487, -0.004377544, -0.021168446, 0.081067431, 0.195719992]]),
    2006: (40, [6.573993628, 6.517883716, 6.527941333, 6.557434575, 6.543040968, 3.754087407], [
        [1.253622959],
        [1.239933648, 0.133225003],
        [1.260511648, 0.152877363, 0.107479395],
        [1.275753436, 0.153267479, 0.079518064, 0.080066330],
        [1.284390119, 0.148249548, 0.096366587, 0.044480420, 0.090737404],
        [1.080961452, 0.209471601, 0.065957319, 0.128433542, 0.086064323, 0.296593629]]),
    2007: (131, [5.842906496, 5.810783128, 5.820865670, 5.823866399, 5.820048247, 3.458640883], [
        [1.508502999],
        [1.510852677, 0.130616148],
        [1.507351095, 0.104761625, 0.157818348],
        [1.506073938, 0.117430962, 0.116380333, 0.151684882],
        [1.490090249, 0.126460987, 0.117033595, 0.103848097, 0.149893805],
        [1.187823179, -0.036487545, 0.148414281, -0.017739172, 0.012050113, 0.392440623]]),
    NEVER: (309, [5.654630022, 5.591999998, 5.604808434, 5.638896282, 5.661132540, 3.183433551], [
        [1.470873711],
        [1.493174408, 0.170540262],
        [1.499479030, 0.114291239, 0.139670395],
        [1.481576698, 0.128488749, 0.105033590, 0.195785765],
        [1.488160500, 0.131356855, 0.096582062, 0.132009849, 0.149453109],
        [1.194433574, -0.010429363, 0.029304785, 0.035896206, 0.074418793, 0.466530771]]),
}
# fmt: on


def teen_employment(*, weighted: bool = False) -> Panel:
    """500 units with the counties' moments; with weights 1, 4/3, 5/3, … 3 by turns, for tests of weights."""
    rows = [_with_moments(*moments) for moments in MOMENTS.values()]
    values = np.concatenate(rows)
    weight = np.repeat(1 + (np.arange(len(values)) % 7)[:, None] / 3, 5, axis=1)
    return panel_of(
        values[:, :5],
        np.repeat(list(MOMENTS), [len(group) for group in rows]),
        weight=weight if weighted else None,
        first_period=2003,
        covariates={"lpop": np.repeat(values[:, 5:], 5, axis=1)},
    )


def _with_moments(count: int, means: list[float], factor: list[list[float]]) -> Floats:
    """(unit, variable): cosines of different frequencies have mean 0, variance 1 and no covariance."""
    lower = np.array([row + [0.0] * (len(means) - len(row)) for row in factor])
    angles = np.pi * (np.arange(count) + 0.5)[:, None] * np.arange(1, len(means) + 1) / count
    return np.asarray(means + np.sqrt(2) * np.cos(angles) @ lower.T)
