"""Cents of what is really paid, and prices of one year in euros of another.

Projected amounts are floats and stay unrounded; only a real payment becomes whole cents. Splitting is cumulative, so
that nothing is lost, the order of parties alone decides where a cent falls, and a spreadsheet can do the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

from coalition.errors import DefectError

HALF_CENT_EUR = 0.005
"""Below this nothing can be paid: smaller amounts are no loss, no line and no difference."""


def half_away_from_zero(value: float | Decimal) -> int:
    """The nearest whole number; a half goes away from zero, as ROUND does in a spreadsheet."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split_cents(total_cents: int, shares: Sequence[float]) -> list[int]:
    """Whole cents per party, in party order; they add up to the total.

    Args:
        total_cents: the amount to split, in cents; may be negative.
        shares: 0-1 per party, in the fixed order of party ids; they sum to 1.
    Raises:
        DefectError: the shares do not sum to 1.
    """
    if abs(sum(shares) - 1) > 1e-9:
        raise DefectError(f"shares sum to {sum(shares)!r} instead of 1")
    cumulative = [Decimal(repr(s)) for s in accumulate(shares[:-1])]
    edges = [half_away_from_zero(total_cents * s) for s in cumulative] + [total_cents]
    return [high - low for low, high in zip([0, *edges], edges, strict=False)]


def shown_parts(values: Sequence[float]) -> list[int]:
    """Whole euros for display that add up to the rounded sum: cumulative rounding in the order given.

    A shown part may differ by one from its own rounding; the column then adds up, here and in a spreadsheet alike.
    """
    edges = [half_away_from_zero(total) for total in accumulate(values)]
    return [high - low for low, high in zip([0, *edges], edges, strict=False)]
