"""What a reader must see of donors: who they are, how the treated went beside them, and where that is thin ice.

Shared by the two methods that weigh donors. Nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from scipy import stats

from coalition.evaluation.estimates import Effect, Flag, Row
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.placebos import Assignments, Design

SHOWN_WEIGHT = 1e-6
"""Smaller weights are in no table."""
EXACT = 1e-8
"""Part of what donors differ below which a gap is rounding."""
FEW_DONORS = 10
FEW_PERIODS = 5
"""Periods before the start below which a good fit is easily luck."""
ONE_CARRIES = 0.5
"""Weight from which one donor is more than all the others."""
POOR_OF_SPREAD = 0.5
POOR_OF_USUAL = 2.0
"""RMSPE before the start, as a part of what donors differ and of what placebos have, from which a fit is poor."""
UNEQUAL_NOISE = 1.5
"""Year-to-year movement of the treated by that of donors, or the reverse, from which placebos are no measure of it."""


def spread_of(design: Design, donors: Bools) -> float:
    """Standard deviation of donors within a period, over periods before the last start; 0 without donors."""
    before = design.before.any(axis=0)
    return float(np.sqrt(design.outcome[donors][:, before].var(axis=0).mean())) if donors.any() else 0.0


def without_rounding(gaps: Floats, spread: float) -> Floats:
    """Gaps, 0 where they are rounding."""
    return np.where(np.abs(gaps) <= EXACT * spread, 0.0, gaps)


# --- tables ---------------------------------------------------------------------------------------------------------


def weight_rows(panel: Panel, weights: Floats) -> list[Row]:
    """Largest first, per start; (group, unit)."""
    return [
        {"start": start, "unit": panel.units[unit], "weight": float(row[unit])}
        for start, row in zip(panel.starts, weights, strict=True)
        for unit in np.argsort(-row, kind="stable")
        if row[unit] > SHOWN_WEIGHT
    ]


def trajectory_rows(panel: Panel, treated: Floats, effects: Floats) -> list[Row]:
    """Mean of the treated and what is set beside it, per start and period; both (group, period)."""
    return [
        {"start": start, "period": period, "treated": float(of_treated), "synthetic": float(of_treated - effect)}
        for start, series, gaps in zip(panel.starts, treated, effects, strict=True)
        for period, of_treated, effect in zip(panel.periods, series, gaps, strict=True)
    ]


# --- traps and choices ----------------------------------------------------------------------------------------------


def donor_flags(panel: Panel, design: Design, weights: Floats) -> list[Flag]:
    """Few donors, few periods to match, one donor that carries more than all others; weights are (group, unit)."""
    found = list[Flag]()
    donors, periods = int((~panel.ever).sum()), int(design.before.sum(axis=1).min())
    if donors < FEW_DONORS:
        found.append(Flag("few_donors", {"donors": donors}))
    if periods < FEW_PERIODS:
        found.append(Flag("few_periods_before", {"periods": periods}))
    for start, row in zip(panel.starts, weights, strict=True):
        if donors > 1 and row.max() > ONE_CARRIES:
            unit, percent = panel.units[int(row.argmax())], round(100 * float(row.max()))
            found.append(Flag("weight_on_one", {"start": start, "unit": unit, "percent": percent}))
    return found


def fit_flag(before: float, spread: float, usual: float) -> list[Flag]:
    """A control that was far from the treated already before the start.

    Args:
        before: RMSPE of the treated.
        spread: standard deviation of donors.
        usual: median RMSPE of placebos, NaN without.
    """
    if before > POOR_OF_SPREAD * spread:
        percent = round(100 * before / spread) if spread else 100
        return [Flag("poor_fit", {"how": "spread", "pre_rmspe": before, "percent": percent})]
    if before > POOR_OF_USUAL * usual:
        return [Flag("poor_fit", {"how": "usual", "pre_rmspe": before, "usual": usual})]
    return []


def noise_flag(panel: Panel, design: Design, alpha: float) -> list[Flag]:
    """Treated units that moved otherwise from period to period before the start than donors did.

    First differences, less the mean of donors in that period; the ratio of standard deviations must be large and, by an
    F test, more than chance.
    """
    steps = np.diff(panel.outcome, axis=1)
    steps = steps - steps[~panel.ever].mean(axis=0)
    before = np.asarray(np.array(panel.periods)[None, 1:] < panel.treated_from[:, None])
    treated = steps[panel.ever][before[panel.ever]]
    matched = np.asarray(design.before.any(axis=0))[1:]
    donors = steps[~panel.ever][:, matched].ravel()
    if not (treated.any() and donors.any()):
        return []
    ratio = float(np.sqrt(np.mean(treated**2) / np.mean(donors**2)))
    spread = stats.f(treated.size, donors.size)
    chance = 2 * min(float(spread.sf(ratio**2)), float(spread.cdf(ratio**2)))
    if chance > alpha or 1 / UNEQUAL_NOISE < ratio < UNEQUAL_NOISE:
        return []
    return [Flag("unequal_noise", {"ratio": round(ratio, 2)})]


def placebo_flags(panel: Panel, placebos: Assignments, alpha: float, *, ranked: bool) -> list[Flag]:
    """No placebos, or fewer than the level asked for can do with; `ranked` when the p-value is a rank."""
    count = len(placebos)
    if not count:
        return [Flag("no_placebos", {"donors": int((~panel.ever).sum()), "treated": int(panel.ever.sum())})]
    if 1 / (1 + count) > alpha + 1e-9:
        facts = {"smallest_p": 1 / (1 + count), "placebos": count, "needed": ceil(1 / alpha - 1e-9) - 1}
        return [Flag("smallest_p_above_alpha" if ranked else "few_placebos", facts)]
    return []


def lone_donor(effect: Effect, left_out: Sequence[Row], alpha: float) -> list[Flag]:
    """A donor without whom a found effect is less than half, more than one and a half times, or of the other sign."""
    if not (left_out and effect.p_value <= alpha):
        return []
    changes = [abs(float(row["estimate"] or 0) - effect.estimate) for row in left_out]
    worst = left_out[int(np.argmax(changes))]
    if max(changes) <= abs(effect.estimate) / 2:
        return []
    return [Flag("one_donor_carries", {"unit": str(worst["unit"]), "without": float(worst["estimate"] or 0)})]


def assumptions(panel: Panel, placebos: Assignments) -> list[str]:
    """Notes on who is compared with whom."""
    treated, clusters = panel.cluster[panel.ever], panel.cluster
    notes = ["donors_never_treated"]
    if treated.size > len(panel.starts):
        notes.append("treated_averaged_by_weight" if panel.weighted else "treated_averaged")
    if len(panel.starts) > 1:
        notes.append("starts_averaged_by_treated_weight")
    if len(placebos):
        notes.append("placebos_of_clusters" if np.unique(clusters).size < clusters.size else "placebos_of_units")
    return notes
