"""Interrupted time series: the treated's own level and slope before and after the start.

With units that were never treated, the series is the difference between the treated and those: what happened to both
falls out, and what is left is tested for a break (comparative interrupted time series). Without them nothing but the
own past says what would have been, and whatever else happened at the start is in the effect. The effect of a period is
the fitted line after the start minus the line from before, carried on. Two forms of that line are always made: straight
and flexible (a natural cubic spline), because an effect can be the form of a trend (Gasparrini and others 2009).

Standard errors: Newey and West (1987), Bartlett weights, times n / (n − k), t with n − k degrees of freedom. In short
series that is far too small (a point of its own after the start has no residual), so the classical one is used where it
is larger; what is still wrong with that is measured on this very design and reported. Units: those of the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coalition.evaluation.estimates import Convention, Effect, Estimate, Flag, Method, Options, PeriodEffect, Row
from coalition.evaluation.intervals import student_effect
from coalition.evaluation.panel import Bools, Floats, Panel

SHORT = 8
"""Points before the start below which a series is called short."""
LONG = 24
"""Points before the start from which the flexible trend may bend three times instead of once."""
MOST_HARMONICS = 2
"""Pairs of sine and cosine per year (Bernal and others 2017)."""
AUTOCORRELATION = 0.3
"""Correlation from period to period under which the size of the test is measured beside white noise."""
SERIES = 4_000
"""Series without an effect that are simulated to measure the size of the test."""
EXACT = 1e-10
"""Part of the size of the series below which a residual, or an effect without any residual, is rounding."""


def its(panel: Panel, options: Options) -> Estimate:
    """Mean effect over all periods after the start, under a straight trend.

    Args:
        panel: one start, at least three periods before it; periods are numbered without gaps.
        options: alpha, seed and season.
    """
    series = _series(panel, compare=bool((~panel.ever).any()))
    line = _Line(series, options, flexible=False)
    forms = _forms(panel, options)
    effect = line.effect(line.contrasts[0])
    after = panel.treated & panel.observed
    observed = float(np.average(panel.outcome[after], weights=panel.weight[after]))
    return Estimate(
        method=Method.ITS,
        effect=effect,
        convention=Convention.NEWEY_WEST,
        expected=observed - effect.estimate,
        per_period=_per_period(series, line),
        clusters_treated=len(np.unique(panel.cluster[panel.ever])),
        clusters_control=len(np.unique(panel.cluster[~panel.ever])),
        observations=int(panel.observed.sum()),
        figures=_figures(series, line, options),
        tables={"trend_forms": [form.row() for form in forms], "series": _points(series, line)},
        flags=_flags(series, line, forms, options),
        notes=_notes(series, line),
    )


# --- the series ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Series:
    """One value per period.

    Attributes:
        periods: calendar periods in which everyone needed is observed.
        time: periods since the start; 0 is the first treated one.
        value: mean of the treated, minus that of the controls where there are any.
        treated, control: (point,) the two means; control is NaN without controls.
        weight: (point,) person-years of the treated.
        compared: whether controls are subtracted.
    """

    periods: tuple[int, ...]
    time: Floats
    value: Floats
    treated: Floats
    control: Floats
    weight: Floats
    compared: bool

    @property
    def after(self) -> Bools:
        return np.asarray(self.time >= 0)

    @property
    def points_before(self) -> int:
        return int((~self.after).sum())


def _series(panel: Panel, *, compare: bool) -> _Series:
    """Weighted means per period; periods in which the treated or the controls are not observed drop out."""
    treated, weight = _means(panel, panel.ever)
    control = _means(panel, ~panel.ever)[0] if compare else np.full(len(panel.periods), np.nan)
    value = treated - control if compare else treated
    kept = ~np.isnan(value)
    periods = np.array(panel.periods)[kept]
    time = (periods - panel.starts[0]).astype(float)
    return _Series(
        tuple(periods.tolist()), time, value[kept], treated[kept], control[kept], weight[kept], compared=compare
    )


def _means(panel: Panel, group: Bools) -> tuple[Floats, Floats]:
    """(period,) weighted mean of a group, NaN where none is observed, and its weight."""
    weight = np.nansum(panel.weight[group], axis=0)
    total = np.nansum(panel.weight[group] * panel.outcome[group], axis=0)
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0), weight


# --- the line --------------------------------------------------------------------------------------------------------


class _Line:
    """Level and slope before and after the start, by least squares weighted with the treated's person-years."""

    def __init__(self, series: _Series, options: Options, *, flexible: bool) -> None:
        self.series, self.alpha, self.flexible = series, options.alpha, flexible
        before = [np.ones_like(series.time), series.time]
        if flexible:
            before += _bends(series)
        self.seasonal = _harmonics(series, options.season, len(before) + len(self._changes))
        self.design = np.stack([*self._changes, *before, *self.seasonal], axis=1)

    @cached_property
    def _changes(self) -> list[Floats]:
        """Level after the start and, with more than one point there, slope: 0, 1, … periods since."""
        after = self.series.after.astype(float)
        slope = self.series.time * after
        return [after, slope] if self.series.after.sum() > 1 else [after]

    @cached_property
    def contrasts(self) -> Floats:
        """(1 + points after, column): the mean effect, weighted with person-years, then that of each point after."""
        after = self.series.after
        each = np.zeros((int(after.sum()), self.design.shape[1]))
        for k, change in enumerate(self._changes):
            each[:, k] = change[after]
        return np.concatenate([np.average(each, axis=0, weights=self.series.weight[after])[None, :], each])

    @cached_property
    def _inverse(self) -> Floats:
        """(column, column) inverse of X'WX, over scaled columns so that large numbers of periods lose no digits."""
        scale = np.abs(self.design).max(axis=0)
        scale[scale == 0] = 1.0
        scaled = self.design / scale
        return np.linalg.pinv(scaled.T @ (self.series.weight[:, None] * scaled), hermitian=True) / np.outer(
            scale, scale
        )

    @cached_property
    def degrees(self) -> int:
        """Points less columns, n − k."""
        return len(self.series.time) - int(np.linalg.matrix_rank(self.design))

    @property
    def lag(self) -> int:
        """0.75 · n^(1/3) rounded down (Stock and Watson 2019, 16.4), at least 1."""
        return max(1, int(0.75 * len(self.series.time) ** (1 / 3)))

    def loads(self, contrast: Floats) -> Floats:
        """(point,) what a unit of the series at a point does to the contrast."""
        return np.asarray(self.series.weight * (self.design @ (self._inverse @ contrast)))

    def fitted(self, values: Floats) -> Floats:
        """(…, point) of series on the last axis."""
        hat = self.design @ self._inverse @ (self.design * self.series.weight[:, None]).T
        return np.asarray(values @ hat.T)

    @cached_property
    def residuals(self) -> Floats:
        left = self.series.value - self.fitted(self.series.value)
        return np.where(np.abs(left) <= EXACT * np.abs(self.series.value).max(), 0.0, left)

    def errors(self, residuals: Floats, loads: Floats) -> tuple[Floats, Floats]:
        """(…,) standard errors by Newey and West and classical, of series with these residuals (…, point)."""
        return self.newey_west(residuals, loads), self.classical(residuals, loads)

    def newey_west(self, residuals: Floats, loads: Floats) -> Floats:
        """(…,) √(n / (n − k) · Σ_j (1 − |j| / (lag + 1)) · Σ_t q_t q_(t−j)), q = load · residual."""
        parts = residuals * loads
        total = (parts * parts).sum(axis=-1)
        for j in range(1, min(self.lag, parts.shape[-1] - 1) + 1):
            total = total + 2 * (1 - j / (self.lag + 1)) * (parts[..., j:] * parts[..., :-j]).sum(axis=-1)
        return np.asarray(np.sqrt(np.maximum(total, 0.0) * len(loads) / self.degrees))

    def classical(self, residuals: Floats, loads: Floats) -> Floats:
        """(…,) √(Σ w·residual² / (n − k) · Σ load² / w): white noise with variance 1 / w."""
        weight = self.series.weight
        variance = (weight * residuals**2).sum(axis=-1) / self.degrees
        return np.asarray(np.sqrt(variance * (loads**2 / weight).sum()))

    def effect(self, contrast: Floats) -> Effect:
        loads = self.loads(contrast)
        estimate = float(loads @ self.series.value)
        if self.degrees < 1:
            return student_effect(estimate, np.nan, 0, self.alpha)
        error = float(max(self.errors(self.residuals, loads)))
        if error == 0 and abs(estimate) <= EXACT * np.abs(self.series.value).max():
            estimate = 0.0
        return student_effect(estimate, error, self.degrees, self.alpha)


def _bends(series: _Series) -> list[Floats]:
    """Columns of a natural cubic spline over the points before the start, beside a straight line.

    Truncated powers (Hastie, Tibshirani and Friedman 2009, 5.2.1). Beyond the last knot, the last point before the
    start, it goes on as the straight line that it ended with.
    """
    before = series.time[~series.after]
    knots = np.quantile(before, np.linspace(0, 1, 5 if len(before) >= LONG else 3))
    last, width = knots[-1], knots[-1] - knots[0]

    def power(knot: float) -> Floats:
        cubes = np.maximum(series.time - knot, 0.0) ** 3 - np.maximum(series.time - last, 0.0) ** 3
        return np.asarray(cubes / ((last - knot) * width**2))

    return [power(float(knot)) - power(float(knots[-2])) for knot in knots[:-2]]


def _harmonics(series: _Series, season: int, others: int) -> list[Floats]:
    """Sine and cosine of the year; none where less than a year and two points stand before the start."""
    if season < 2 or series.points_before < season + 2:
        return []
    columns: list[Floats] = []
    for k in range(1, min(MOST_HARMONICS, season // 2) + 1):
        angle = 2 * np.pi * k * np.array(series.periods) / season
        columns.append(np.cos(angle))
        if 2 * k < season:  # at half the year the sine is 0 everywhere
            columns.append(np.sin(angle))
    return columns if others + len(columns) < len(series.time) else []


# --- the forms of the trend ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """What one form of the trend says, on one series."""

    line: _Line

    @cached_property
    def effect(self) -> Effect:
        return self.line.effect(self.line.contrasts[0])

    def row(self) -> Row:
        effect = self.effect
        return {
            "form": "flexible" if self.line.flexible else "linear",
            "series": "difference" if self.line.series.compared else "treated",
            "estimate": effect.estimate,
            "standard_error": effect.standard_error,
            "low": effect.low,
            "high": effect.high,
            "p_value": effect.p_value,
            "degrees_of_freedom": self.line.degrees,
        }


def _forms(panel: Panel, options: Options) -> list[_Form]:
    """Straight and flexible, with controls and without; a form without a degree of freedom left is not made."""
    compared = [True, False] if (~panel.ever).any() else [False]
    lines = (
        _Line(_series(panel, compare=compare), options, flexible=flexible)
        for compare in compared
        for flexible in (False, True)
    )
    return [_Form(line) for line in lines if line.degrees >= 1 or not line.flexible]


def _differs(straight: Effect, flexible: Effect, alpha: float) -> bool:
    """Whether the sign or the significance changes."""
    signs_differ = straight.estimate * flexible.estimate < 0
    return signs_differ or (straight.p_value <= alpha) != (flexible.p_value <= alpha)


# --- what a reader sees ----------------------------------------------------------------------------------------------


def _per_period(series: _Series, line: _Line) -> list[PeriodEffect]:
    after = np.array(series.periods)[series.after].tolist()
    times = series.time[series.after].astype(int).tolist()
    effects = [line.effect(contrast) for contrast in line.contrasts[1:]]
    return [PeriodEffect(p, t, e) for p, t, e in zip(after, times, effects, strict=True)]


def _figures(series: _Series, line: _Line, options: Options) -> dict[str, float]:
    loads = line.loads(line.contrasts[0])
    figures = {
        "points_before": float(series.points_before),
        "points_after": float(series.after.sum()),
        "degrees_of_freedom": float(line.degrees),
        "lag": float(line.lag),
    }
    for k, name in enumerate(("level_change", "slope_change")[: len(line._changes)]):
        change = line.effect(np.eye(line.design.shape[1])[k])
        figures |= {name: change.estimate, f"{name}_low": change.low, f"{name}_high": change.high}
    if line.degrees < 1:
        return figures
    left = line.residuals
    newey_west, classical = line.errors(left, loads)
    around = float((left * left).sum())
    figures |= {"newey_west_error": float(newey_west), "classical_error": float(classical)}
    figures["residual_autocorrelation"] = float((left[1:] * left[:-1]).sum() / around) if around else 0.0
    return figures | _measured_size(line, loads, options)


def _measured_size(line: _Line, loads: Floats, options: Options) -> dict[str, float]:
    """How often this very test finds an effect in series that have none, and where this estimate stands among them.

    The series are normal with the variance of the weights, without and with autocorrelation.
    """
    steps = np.abs(np.subtract.outer(line.series.time, line.series.time))
    own = max(line.errors(line.residuals, loads))
    statistic = abs(float(loads @ line.series.value)) / own if own > 0 else np.inf
    drawn = np.random.default_rng(options.seed).normal(size=(SERIES, len(loads)))
    figures = {}
    for name, rho in (("white_noise", 0.0), ("autocorrelated", AUTOCORRELATION)):
        correlation = np.where(steps == 0, 1.0, np.power(rho, steps))
        values = drawn @ np.linalg.cholesky(correlation).T / np.sqrt(line.series.weight)
        errors = np.maximum(*line.errors(values - line.fitted(values), loads))
        ratios = np.abs(values @ loads) / errors
        critical = student_effect(0.0, 1.0, line.degrees, options.alpha).high
        figures[f"size_{name}"] = float((ratios > critical).mean())
        figures[f"p_value_{name}"] = float((1 + (ratios >= statistic).sum()) / (SERIES + 1))
    return figures


def _points(series: _Series, line: _Line) -> list[Row]:
    """The series as it was seen and as the line from before goes on."""
    effects = np.zeros_like(series.time)
    effects[series.after] = [line.loads(contrast) @ series.value for contrast in line.contrasts[1:]]
    fitted = line.fitted(series.value)
    columns = (series.treated, series.control, series.value, fitted, fitted - effects)
    names = ("treated", "control", "value", "fitted", "continued")
    values = np.stack(columns, axis=1).tolist()
    return [
        {"period": period, **{n: None if np.isnan(v) else v for n, v in zip(names, row, strict=True)}}
        for period, row in zip(series.periods, values, strict=True)
    ]


def _flags(series: _Series, line: _Line, forms: Sequence[_Form], options: Options) -> list[Flag]:
    flags = []
    if series.points_before < SHORT:
        flags.append(Flag("short_series", {"points": series.points_before, "least": SHORT}))
    if options.season > 1 and not line.seasonal:
        flags.append(Flag("season_not_modelled", {"points": series.points_before, "season": options.season}))
    same = [form for form in forms if form.line.series.compared == series.compared]
    flexible = [form.effect for form in same if form.line.flexible]
    straight = line.effect(line.contrasts[0])
    if flexible and _differs(straight, flexible[0], options.alpha):
        facts = {"linear": straight.estimate, "flexible": flexible[0].estimate, "p_flexible": flexible[0].p_value}
        flags.append(Flag("trend_form", facts))
    if not flexible:
        flags.append(Flag("no_flexible_trend", {"points": series.points_before}))
    return flags


def _notes(series: _Series, line: _Line) -> list[str]:
    notes = ["series_against_controls" if series.compared else "series_alone", "larger_of_two_errors"]
    return [*notes, "harmonics"] if line.seasonal else notes
