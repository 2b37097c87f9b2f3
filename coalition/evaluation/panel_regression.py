"""From a regression's design to an estimate: effects, tests of trends before the start, and who carries the result.

did.py, twfe.py and event_study.py say which regressors there are and which sums of coefficients are effects; all that
follows from it is here, the same for the three.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from math import comb

import numpy as np

from coalition.evaluation.bands import band_factor
from coalition.evaluation.cluster_sums import Pieces, fitted, sums_of
from coalition.evaluation.estimates import Convention, Effect, Estimate, Flag, Method, Options, PeriodEffect, Row
from coalition.evaluation.inference import Jackknife, are_few, convention_for, cr1_errors, quadratic, wald
from coalition.evaluation.leave_one_out import flags_of, table_of, without_each
from coalition.evaluation.panel import Floats, Panel
from coalition.evaluation.permutation import Contrasts, Placebos, placebos_of
from coalition.evaluation.wild_bootstrap import wild_effects


@dataclass(frozen=True)
class EffectRow:
    """Which cells an effect is about.

    Attributes:
        period: calendar period; None for one about a time since the start.
        event_time: periods since the start; None for a calendar period in which starts differ.
    """

    period: int | None
    event_time: int | None


@dataclass(frozen=True)
class Design:
    """A regression on a panel.

    Attributes:
        method: that uses it.
        pieces: the panel in sums.
        place: (start, basis, K) regressors.
        contrasts: (start, basis) masses -> (effect, K): the mean effect first, then one for each of `rows`, then one
            for each of `calendar`.
        patterns: (effect, start, basis) an outcome that is 1 in the cells of the effect and 0 elsewhere.
        rows: of Estimate.per_period.
        calendar: periods of a table of effects per calendar period; empty where `rows` say it.
    """

    method: Method
    pieces: Pieces
    place: Floats
    contrasts: Contrasts
    patterns: Floats
    rows: Sequence[EffectRow] = ()
    calendar: Sequence[int] = ()

    @property
    def before(self) -> slice:
        """Effects of times before the start; they come first in the rows."""
        count = sum(row.event_time is not None and row.event_time < 0 for row in self.rows)
        return slice(1, 1 + count)

    @property
    def by_row(self) -> slice:
        """Effects of the rows."""
        return slice(1, 1 + len(self.rows))


@dataclass(frozen=True)
class Regression:
    """A design with its estimates.

    Attributes:
        design: the regressors.
        options: of the study.
        jackknife: estimates and their variance.
        convention: what the number of clusters allows.
    """

    design: Design
    options: Options
    jackknife: Jackknife
    convention: Convention

    @cached_property
    def exchanged(self) -> Placebos | None:
        """Estimates with exchanged starts; None where some cluster was not treated as a whole."""
        d = self.design
        if not d.pieces.one_start_each:
            return None
        return placebos_of(d.pieces, d.place, d.contrasts, d.patterns, draws=self.options.draws, seed=self.options.seed)

    @property
    def placebos(self) -> Placebos | None:
        """The same where that is the convention."""
        return self.exchanged if self.convention is Convention.PERMUTATION else None

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect with the interval of the convention; without limits where nothing shows how sure it is."""
        if self.convention is not Convention.PERMUTATION:
            return self.jackknife.effects(self.options.alpha)
        if self.placebos is not None:
            return tuple(self.placebos.effect(k, self.options.alpha) for k in range(len(self.jackknife.contrasts)))
        nan = float("nan")
        return tuple(Effect(estimate, nan, -np.inf, np.inf, nan) for estimate in self.jackknife.estimates.tolist())

    @cached_property
    def covariance(self) -> Floats:
        """(effect, effect) of the jackknife, or of placebo estimates."""
        return self.jackknife.covariance if self.placebos is None else self.placebos.covariance

    @cached_property
    def degrees(self) -> float:
        """Of freedom behind a row on average; infinite where placebos say how sure an estimate is.

        The least of them would be safe and dull: with starts that differ a test of trends then rejects 1 % instead of
        5 %; with the mean 3 % to 5 %, and bands miss 4 % to 6 % (1,200 panels each).
        """
        return float("inf") if self.placebos is not None else float(self.jackknife.degrees[self.design.by_row].mean())

    @cached_property
    def pretest_p_value(self) -> float:
        """Of all effects before the start being zero; NaN where there are none."""
        before = self.design.before
        if before.stop == before.start:
            return float("nan")
        if self.placebos is not None:
            return self.placebos.joint_p_value(before)
        degrees = float(self.jackknife.degrees[before].mean())
        return wald(self.jackknife.estimates[before], self.covariance[before, before], degrees).p_value

    @cached_property
    def band_factor(self) -> float:
        """Standard errors on either side of all rows together."""
        rows, options = self.design.by_row, self.options
        if rows.stop == rows.start:
            return float("nan")
        if self.placebos is not None:
            return self.placebos.band_factor(rows, options.alpha)
        covariance = self.covariance[rows, rows]
        return band_factor(covariance, self.degrees, alpha=options.alpha, draws=options.draws, seed=options.seed)


def regression_of(design: Design, options: Options) -> Regression:
    """Least squares of a design, with the convention that its clusters allow."""
    pieces, masses = design.pieces, design.pieces.masses_of_starts()
    extra = len(chosen_covariates(options))
    own = design.contrasts(pieces.masses_with_means_left(extra)) if extra else None
    jackknife = Jackknife(fitted(sums_of(pieces, design.place)), design.contrasts(masses), own)
    return Regression(design, options, jackknife, convention_for(len(pieces.treated), len(pieces.controls)))


@dataclass(frozen=True)
class More:
    """What one method adds to an estimate.

    Attributes:
        figures, tables, flags, notes: as in Estimate.
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    flags: Sequence[Flag] = ()
    notes: Sequence[str] = ()


def estimate_from(panel: Panel, regression: Regression, more: More) -> Estimate:
    """The estimate of a method.

    Args:
        panel: that was regressed.
        regression: on it.
        more: what the method says besides.
    """
    design, options = regression.design, regression.options
    pieces, effect = design.pieces, regression.effects[0]
    without = without_each(pieces, regression.jackknife, design.contrasts, options.alpha)
    by_variance = regression.convention is Convention.JACKKNIFE_WELCH
    return Estimate(
        method=design.method,
        effect=effect,
        convention=regression.convention,
        expected=treated_mean(panel) - effect.estimate,
        per_period=_per_period(regression),
        clusters_treated=len(pieces.treated),
        clusters_control=len(pieces.controls),
        observations=pieces.cells,
        figures=_figures(regression) | dict(more.figures),
        tables={**_calendar(regression), **more.tables, "leave_one_out": table_of(without, by_variance=by_variance)},
        flags=(
            *more.flags,
            *_flags(regression),
            *flags_of(without, regression.jackknife, options.alpha, by_variance=by_variance),
        ),
        notes=tuple(more.notes),
    )


def treated_mean(panel: Panel) -> float:
    """Weighted mean outcome of treated cells."""
    cells = panel.treated & panel.observed
    return float(np.average(panel.outcome[cells], weights=panel.weight[cells]))


def baseline_covariates(panel: Panel, names: Sequence[str]) -> Floats:
    """(unit, covariate) a unit's mean before the first start, or over all its periods where there is none before.

    What comes later may be a result of the programme and is not adjusted for. Scaled to mean 0 and deviation 1; no
    estimate depends on that.
    """
    before = panel.observed & (np.array(panel.periods) < panel.starts[0])[None, :]
    columns = []
    for name in names:
        values = panel.covariates[name]
        known = np.where(before.any(axis=1, keepdims=True), before, panel.observed) & ~np.isnan(values)
        mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        columns.append((mean - mean.mean()) / (mean.std() or 1.0))
    return np.column_stack(columns) if columns else np.empty((len(panel.units), 0))


def chosen_covariates(options: Options) -> tuple[str, ...]:
    """Names that are adjusted for."""
    return () if options.adjustment == "none" else options.covariates


def _figures(regression: Regression) -> dict[str, float]:
    design, jackknife = regression.design, regression.jackknife
    figures = _second_opinions(regression)
    if regression.convention is Convention.JACKKNIFE_WELCH:
        figures["standard_error_cr1"] = float(cr1_errors(jackknife.fit, jackknife.contrasts[:1])[0])
        figures["degrees_of_freedom"] = float(jackknife.degrees[0])
    if design.before.stop > design.before.start:
        statistic, count = quadratic(
            jackknife.estimates[design.before], regression.covariance[design.before, design.before]
        )
        figures |= {"pretest_statistic": statistic, "pretest_count": float(count)}
        figures["pretest_p_value"] = regression.pretest_p_value
    if design.rows:
        figures["band_factor"] = regression.band_factor
    return figures


def _second_opinions(regression: Regression) -> dict[str, float]:
    """What exchanged starts and the bootstrap say where clusters are few; `smallest_p_value` of the former."""
    pieces, options = regression.design.pieces, regression.options
    if not are_few(len(pieces.treated), len(pieces.controls)):
        return {}
    figures: dict[str, float] = {}
    if regression.exchanged is not None:
        figures["permutation_p_value"] = regression.exchanged.p_value()
        figures["smallest_p_value"] = regression.exchanged.smallest_p_value()
        figures["exchanges"] = float(len(regression.exchanged.drawn))
    if regression.convention is Convention.JACKKNIFE_WELCH and regression.jackknife.own_contrasts is None:
        one = Jackknife(regression.jackknife.fit, regression.jackknife.contrasts[:1])
        wild = wild_effects(one, alpha=options.alpha, draws=options.draws, seed=options.seed)[0]
        figures |= {"wild_bootstrap_p_value": wild.p_value, "wild_bootstrap_low": wild.low}
        figures["wild_bootstrap_high"] = wild.high
    return figures


def _per_period(regression: Regression) -> tuple[PeriodEffect, ...]:
    """Rows with their band; it is never narrower than the interval of one row."""
    rows, by_row = regression.design.rows, regression.design.by_row
    effects, errors = regression.effects[by_row], np.sqrt(np.diag(regression.covariance))[by_row]
    found = []
    for row, effect, error in zip(rows, effects, errors.tolist(), strict=True):
        margin = regression.band_factor * error
        low, high = min(effect.low, effect.estimate - margin), max(effect.high, effect.estimate + margin)
        made = not np.isnan(regression.band_factor)
        found.append(
            PeriodEffect(row.period, row.event_time, effect, low, high)
            if made
            else PeriodEffect(row.period, row.event_time, effect)
        )
    return tuple(found)


def _calendar(regression: Regression) -> dict[str, Sequence[Row]]:
    """Effects per calendar period, for totals per year."""
    design = regression.design
    if not design.calendar:
        return {}
    rows = []
    for period, effect in zip(design.calendar, regression.effects[1 + len(design.rows) :], strict=True):
        figures = {"estimate": effect.estimate, "standard_error": effect.standard_error}
        rows.append({"period": period, **figures, "low": effect.low, "high": effect.high, "p_value": effect.p_value})
    return {"aggregation_calendar": tuple(rows)}


def _ranked(regression: Regression, placebos: Placebos) -> Flag:
    """What a test by rank can find: nothing, or what is further off than all but a few."""
    pieces, alpha = regression.design.pieces, regression.options.alpha
    treated, controls = len(pieces.treated), len(pieces.controls)
    smallest = placebos.smallest_p_value()
    facts = {"treated": treated, "controls": controls, "smallest_p": round(smallest, 3)}
    if smallest > alpha:
        needed = next(n for n in count(controls) if 1 / comb(n + treated, treated) <= alpha)
        return Flag("few_clusters", {"how": "never", **facts, "needed": needed})
    beside = int(alpha * (1 + len(placebos.drawn)) * (1 + 1e-9)) - 1
    return Flag("few_clusters", {"how": "ranked", **facts, "beside": beside})


def _flags(regression: Regression) -> Iterator[Flag]:
    pieces = regression.design.pieces
    if regression.placebos is not None:
        yield _ranked(regression, regression.placebos)
    elif are_few(len(pieces.treated), len(pieces.controls)):
        yield Flag("few_clusters", {"how": "some", "treated": len(pieces.treated), "controls": len(pieces.controls)})
    if regression.pretest_p_value <= regression.options.alpha:
        yield Flag("pre_trend", {"p_value": regression.pretest_p_value})
