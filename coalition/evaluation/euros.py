"""From an effect to euro: per person-year, in percent and in total, per year, gross and net of payments.

Here the sign turns: a saving is positive, an effect on cost is negative. Totals are the effect times the person-years
of the treated; without person-years there are none. Amounts are at the price level of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.evaluation.estimates import Cell, Effect, Estimate, Row
from coalition.evaluation.panel import Floats, Panel


@dataclass(frozen=True)
class SavingRow:
    """What was saved in a period, or in all treated periods together.

    Attributes:
        period: None for all.
        person_years: of the treated; NaN without a weight.
        each, each_low, each_high: saving per unit of weight, in the outcome's own unit.
        percent: of the expected outcome.
        gross_eur, low_eur, high_eur: saving in total.
        payments_eur: what the programme and its bonuses cost; 0 when nothing is stated.
    """

    period: int | None
    person_years: float
    each: float
    each_low: float
    each_high: float
    percent: float
    gross_eur: float
    low_eur: float
    high_eur: float
    payments_eur: float

    @property
    def net_eur(self) -> float:
        """Saving minus payments."""
        return self.gross_eur - self.payments_eur


def treated_years(panel: Panel) -> Floats:
    """Weight of the treated per period, after their start; shape (period,)."""
    return np.asarray(np.where(panel.treated & panel.observed, panel.weight, 0.0).sum(axis=0))


def treated_means(panel: Panel) -> Floats:
    """Mean outcome of the treated per period after their start; NaN where there are none."""
    cells = np.where(panel.treated & panel.observed, panel.outcome * panel.weight, 0.0).sum(axis=0)
    years = treated_years(panel)
    return np.asarray(np.divide(cells, years, out=np.full(len(years), np.nan), where=years > 0))


def effects_by_period(estimate: Estimate, panel: Panel) -> dict[int, Effect]:
    """Calendar period -> effect; the effect over all periods where a method gives none per period."""
    found = {p: estimate.effect for p, w in zip(panel.periods, treated_years(panel), strict=True) if w > 0}
    stated = {e.period: e.effect for e in estimate.per_period if e.period is not None}
    by_calendar = {_whole(row["period"]): _effect(row) for row in estimate.tables.get("aggregation_calendar", ())}
    return found | {p: e for p, e in (by_calendar | stated).items() if p in found}


def _effect(row: Row) -> Effect:
    numbers = [row.get(key) for key in ("estimate", "standard_error", "low", "high", "p_value")]
    return Effect(*(float(x) if isinstance(x, int | float) else float("nan") for x in numbers))


def _whole(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int | float) else -1


def saving_rows(estimate: Estimate, panel: Panel, payments_eur: dict[int, float]) -> list[SavingRow]:
    """One row per treated period and one for all of them.

    Args:
        estimate: of the outcome of this panel.
        panel: with its weights.
        payments_eur: period -> what was paid, at the price level of the panel.
    """
    years, means = treated_years(panel), treated_means(panel)
    rows = []
    for period, effect in sorted(effects_by_period(estimate, panel).items()):
        k = panel.periods.index(period)
        weight = float(years[k]) if panel.weighted else float("nan")
        rows.append(_row(period, weight, effect, means[k] - effect.estimate, payments_eur.get(period, 0.0)))
    total = float(years.sum()) if panel.weighted else float("nan")
    paid = sum(payments_eur.values())
    return [*rows, _row(None, total, estimate.effect, estimate.expected, paid)]


def _row(period: int | None, weight: float, effect: Effect, expected: float, paid: float) -> SavingRow:
    each, low, high = -effect.estimate, -effect.high, -effect.low
    percent = 100 * each / expected if expected else float("nan")
    return SavingRow(period, weight, each, low, high, percent, each * weight, low * weight, high * weight, paid)
