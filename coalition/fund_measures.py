"""What a fund's statement says about it: how often a euro goes round, how long it lasts, what contributors earn.

Read-only views of a Statement; nothing here moves money. Shapes: (draw,) unless said otherwise; rates per year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coalition.fund import Statement
from coalition.inputs import Floats
from coalition.money import HALF_CENT_EUR


@dataclass(frozen=True)
class Measures:
    """A fund in figures; NaN where a figure has no meaning.

    Attributes:
        revolving_ratio: disbursed / contributed, over its whole life.
        recovery_per_euro: repaid / disbursed.
        utilisation: disbursed / what was there to disburse.
        leverage: all money mobilised (the delivery that the fund shares in) / the fund's own part of it.
        perpetuity_nominal, perpetuity_real: net assets at the end / contributions, in euro and in purchasing power.
        dry_year: first calendar year in which a request is cut; None when none is, per draw.
        average_life_years: mean time between a disbursement and its repayment.
    """

    revolving_ratio: Floats
    recovery_per_euro: Floats
    utilisation: Floats
    leverage: Floats
    perpetuity_nominal: Floats
    perpetuity_real: Floats
    dry_year: list[int | None]
    average_life_years: Floats


def measures(statement: Statement, delivery: Floats, deflator: Floats) -> Measures:
    """The figures of a fund.

    Args:
        statement: of the fund.
        delivery: all delivery cost of what it shares in, shape (draw, year).
        deflator: general price level relative to the year of the first contribution, shape (draw, year).
    """
    paid, repaid, put_in = (
        np.asarray(sum(d.values())) for d in (statement.paid, statement.repaid, statement.contributions)
    )
    given_back = np.asarray(sum(statement.distributed.values()))
    there = paid + statement.closing + given_back
    net_end = statement.closing[:, -1] + given_back.sum(axis=1)
    real_end = statement.closing[:, -1] / deflator[:, -1] + (given_back / deflator).sum(axis=1)
    return Measures(
        _ratio(paid.sum(axis=1), put_in.sum(axis=1)),
        _ratio(repaid.sum(axis=1), paid.sum(axis=1)),
        _ratio(paid.sum(axis=1), np.where(paid > 0, there, 0.0).sum(axis=1)),
        _ratio((delivery * (paid > 0)).sum(axis=1), paid.sum(axis=1)),
        _ratio(net_end, put_in.sum(axis=1)),
        _ratio(real_end, (put_in / deflator).sum(axis=1)),
        dry_years(statement),
        _average_life(paid, repaid),
    )


def dry_years(statement: Statement) -> list[int | None]:
    """Per draw the first year in which less is paid than asked."""
    short = np.broadcast_to(statement.short > HALF_CENT_EUR, statement.closing.shape)
    return [statement.years[int(np.argmax(row))] if row.any() else None for row in short]


def _ratio(part: Floats, whole: Floats) -> Floats:
    shape = np.broadcast_shapes(part.shape, whole.shape)
    return np.asarray(np.divide(part, whole, out=np.full(shape, np.nan), where=whole != 0))


def _average_life(paid: Floats, repaid: Floats) -> Floats:
    """Mean year of repayment less mean year of disbursement, weighted by amounts."""
    years = np.arange(paid.shape[1], dtype=float)
    return _ratio((repaid * years).sum(axis=1), repaid.sum(axis=1)) - _ratio(
        (paid * years).sum(axis=1), paid.sum(axis=1)
    )


def recovery_of_a_cycle(grant_share: float, default_share: float, interest: float, fee_share: float) -> float:
    """Q = (1 − g)(1 − d)(1 + r) − f: what one cycle leaves of a euro."""
    return (1 - grant_share) * (1 - default_share) * (1 + interest) - fee_share


def lent_in_all(capital: float, recovery: float, cycles: int | None = None) -> float:
    """K(1 − qⁿ)/(1 − q) in n cycles; K/(1 − q) without end, infinite when q is 1 or more."""
    if cycles is None:
        return np.inf if recovery >= 1 else capital / (1 - recovery)
    return capital * (cycles if recovery == 1 else (1 - recovery**cycles) / (1 - recovery))


# --- contributors -------------------------------------------------------------------------------------------------


def contributor_flows(statement: Statement, name: str, draw: int = 0) -> Floats:
    """What a contributor gets back less what it puts in, shape (year,)."""
    flows = statement.distributed[name] - statement.contributions[name]
    return np.asarray(flows[min(draw, len(flows) - 1)])


def internal_rates(flows: Sequence[float] | Floats) -> list[float]:
    """Every rate above −1 at which the present value of flows is zero; empty when there is none.

    Several sign changes may give several rates; then none of them is a return, and a reader is told so.
    """
    values = np.trim_zeros(np.asarray(flows, dtype=float))
    if len(values) < 2 or not ((values > 0).any() and (values < 0).any()):
        return []
    roots = np.roots(values)
    real = roots[np.abs(roots.imag) < 1e-9 * np.maximum(np.abs(roots), 1)].real
    return sorted({float(round(r - 1, 10)) + 0.0 for r in real if r > 1e-9})  # no minus before a zero


def modified_rate(flows: Sequence[float] | Floats, finance: float, reinvest: float) -> float:
    """MIRR = (FV of receipts at `reinvest` / PV of outlays at `finance`)^(1/n) − 1; NaN without both."""
    values = np.asarray(flows, dtype=float)
    n = len(values) - 1
    t = np.arange(n + 1)
    future = (np.maximum(values, 0) * (1 + reinvest) ** (n - t)).sum()
    present = (np.maximum(-values, 0) / (1 + finance) ** t).sum()
    return float((future / present) ** (1 / n) - 1) if n and future > 0 and present > 0 else float("nan")


def payback_year(flows: Floats, factors: Floats, years: Sequence[int]) -> int | None:
    """First year from which the cumulative discounted flow stays at least zero; None when it does not."""
    low = np.cumsum(np.asarray(flows) * factors) < -HALF_CENT_EUR
    if not (np.asarray(flows) < 0).any():
        return None
    first = len(years) - int(np.argmax(low[::-1])) if low.any() else 0
    return years[first] if first < len(years) else None
