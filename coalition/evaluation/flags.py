"""Traps that apply to a study as a whole: what a sceptical reader would ask, answered by the data themselves.

A flag carries facts; its sentences stand in flag_texts.py. Flags that one method raises about itself come with its
estimate. A flag changes no estimate; one of them, a shift to another pocket, changes the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from scipy import stats

from coalition.evaluation.breaks import VANISHED, group_means, jumps, known_breaks
from coalition.evaluation.estimates import Estimate, Flag, Method
from coalition.evaluation.panel import Panel
from coalition.evaluation.study import Adjustment, Study
from coalition.parties import Pocket

COMPOSITION = 0.10
"""Change of the treated's weight, next to that of the others, from which the people are no longer the same."""
PARALLEL = {Method.DID, Method.TWFE, Method.EVENT_STUDY, Method.CALLAWAY_SANTANNA}
"""Methods that take it that both groups would have gone the same way."""
LEAST_BEFORE = 4
"""Periods before the start from which a line through them says something."""
HIGH = 0.9
"""Part of the other units below which the treated stood before the start: then a fall is likely by itself."""


def flags_of(
    study: Study,
    panel: Panel,
    primary: Estimate,
    by_pocket: Mapping[Pocket, Estimate],
    again: Callable[[Panel], Estimate],
) -> list[Flag]:
    """Every trap of a study, each once.

    Args:
        study: as stated; panel: the data used.
        primary: estimate that gives the verdict.
        by_pocket: estimates of the other pockets' cost by the same method.
        again: the primary method with the study's options, for another panel.
    """
    found = [
        *_breaks(study, panel),
        *_pocket_shift(study, panel, primary, by_pocket),
        *_jumps(panel),
        *_drift(study, panel, primary, again),
        *_composition(panel),
        *_regression(study, panel),
        *_terms(study, panel, primary),
    ]
    return list({flag.id + str(sorted(flag.facts.items())): flag for flag in found}.values())


def _breaks(study: Study, panel: Panel) -> Iterator[Flag]:
    for known in known_breaks(study.basket, study.ages, panel):
        yield Flag("known_break", {"break": known.id, "year": known.year})


def _pocket_shift(
    study: Study, panel: Panel, primary: Estimate, by_pocket: Mapping[Pocket, Estimate]
) -> Iterator[Flag]:
    """A fall that went to another purse: a known break at the start, a cost that vanished, or a rise elsewhere."""
    if primary.effect.estimate >= 0:
        return
    for known in known_breaks(study.basket, study.ages, panel):
        if known.moves_pocket and known.year in panel.starts and _touches_treated_more(panel, known.year):
            yield Flag("pocket_shift", {"how": "known_break", "break": known.id, "year": known.year})
            return
    if primary.expected > 0 and -primary.effect.estimate > VANISHED * primary.expected:
        yield Flag("pocket_shift", {"how": "vanished", "percent": round(primary.percent, 1)})
        return
    rise = sum(e.effect.estimate for e in by_pocket.values())
    risen = [pocket for pocket, e in by_pocket.items() if e.effect.low > 0]
    if risen and rise > -0.5 * primary.effect.estimate:
        facts: dict[str, str | int | float] = {"how": "risen", "pockets": ", ".join(risen), "rise": round(rise, 2)}
        yield Flag("pocket_shift", facts)


def _touches_treated_more(panel: Panel, year: int) -> bool:
    """Whether the treated fell more at the break than the others, as a part of what they had."""
    k = panel.periods.index(year)
    if k == 0 or panel.ever.all():
        return True
    parts = [group_means(panel, some)[k] / group_means(panel, some)[k - 1] for some in (panel.ever, ~panel.ever)]
    return bool(parts[0] < parts[1])


def _jumps(panel: Panel) -> Iterator[Flag]:
    """Jumps of units that never take part, and of the treated before they did."""
    seen = dict(jumps(panel, ~panel.ever)) if not panel.ever.all() else {}
    for period, part in seen.items():
        yield Flag("structural_break", {"year": period, "percent": round(100 * part, 1)})


def _drift(study: Study, panel: Panel, primary: Estimate, again: Callable[[Panel], Estimate]) -> Iterator[Flag]:
    """A steady change of the difference before the start that, carried on, is as large as what is at stake.

    The line is fitted to the difference of means, and what it would give is what the method makes of that line alone.
    It is a question to the reader, and corrects nothing. A method's own test of trends, which looks at every period at
    once, easily misses it where clusters are few.
    """
    before = np.array(panel.periods) < (panel.starts[0] if panel.starts else -np.inf)
    adjusted = study.columns.covariates and study.adjustment is not Adjustment.NONE  # the raw gap is not theirs
    if primary.method not in PARALLEL or panel.ever.all() or before.sum() < LEAST_BEFORE or adjusted:
        return
    gap = group_means(panel, panel.ever) - group_means(panel, ~panel.ever)
    times, known = np.arange(len(gap), dtype=float), before & ~np.isnan(gap)
    if known.sum() < LEAST_BEFORE:
        return
    line = stats.linregress(times[known], gap[known])
    drifting = np.where(panel.observed, panel.ever[:, None] * line.slope * times, np.nan)
    carried_on = again(replace(panel, outcome=drifting)).effect.estimate
    width = primary.effect.high - primary.effect.low
    at_stake = max(abs(primary.effect.estimate) / 2, width / 4 if np.isfinite(width) else 0.0)
    if line.pvalue <= study.alpha and abs(carried_on) > at_stake:
        ends = gap[known][[0, -1]] - gap[known].mean()
        facts = {"slope": line.slope, "first": ends[0], "last": ends[1], "carried_on": carried_on}
        rounded: dict[str, str | int | float] = {name: round(float(value), 2) for name, value in facts.items()}
        estimate = round(primary.effect.estimate, 2)
        yield Flag("drift", {**rounded, "estimate": estimate, "left": round(estimate - carried_on, 2)})


def _composition(panel: Panel) -> Iterator[Flag]:
    """People came or went among the treated more than among the others; or units are missing in some periods."""
    treated, others = panel.ever, ~panel.ever
    if panel.weighted and others.any() and panel.starts:
        weight = np.where(panel.observed, panel.weight, 0.0)
        after = np.array(panel.periods) >= panel.starts[0]
        ratios = [
            weight[some][:, after].sum(axis=0).mean() / weight[some][:, ~after].sum(axis=0).mean()
            for some in (treated, others)
        ]
        change = float(ratios[0] / ratios[1] - 1)
        if abs(change) > COMPOSITION:
            yield Flag("composition_change", {"percent": round(100 * change, 1)})
    gaps = np.asarray((~panel.observed).any(axis=1))
    if gaps.any():
        facts = {"units": int(gaps.sum()), "of": len(panel.units), "treated": int(gaps[treated].sum())}
        yield Flag("units_come_and_go", facts)


def _regression(study: Study, panel: Panel) -> Iterator[Flag]:
    """The treated were chosen for a high outcome, or stood high by themselves: part of the fall comes anyway."""
    if not panel.starts or panel.ever.all():
        return
    before = np.array(panel.periods) < panel.starts[0]
    means = [
        np.nanmean(np.where(before, panel.outcome, np.nan)[k])
        for k in range(len(panel.units))
        if panel.observed[k][before].any()
    ]
    there = [bool(panel.ever[k]) for k in range(len(panel.units)) if panel.observed[k][before].any()]
    values, ever = np.array(means), np.array(there)
    place = float((values[~ever] < values[ever].mean()).mean()) if ever.any() and (~ever).any() else 0.0
    if study.selected or place > HIGH:
        from coalition.evaluation.regression_to_mean import uncontrolled_change

        yield Flag("regression_to_mean", {"place": round(100 * place), **uncontrolled_change(panel)})


def _terms(study: Study, panel: Panel, primary: Estimate) -> Iterator[Flag]:
    if study.primary_method is None:
        yield Flag("no_primary", {"method": primary.method})
    if primary.method is Method.ITS and panel.ever.all():
        yield Flag("uncontrolled", {})
    if study.plan is None:
        yield Flag("no_plan", {})
    if not study.protocol:
        yield Flag("no_protocol", {})
