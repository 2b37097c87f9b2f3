"""Cents of what is really paid: nothing is lost, and a spreadsheet can do the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.errors import DefectError
from coalition.money import half_away_from_zero, split_cents

weights = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


def shares_of(parts: list[int]) -> list[float]:
    return [part / sum(parts) for part in parts]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, 1),
        (-0.5, -1),
        (1.5, 2),
        (2.5, 3),
        (-2.5, -3),
        (0.49999999999999994, 0),
        (2.675e2, 268),
        (0.0, 0),
        (Decimal("0.5"), 1),
    ],
)
def test_a_half_goes_away_from_zero(value: float, expected: int) -> None:
    """As ROUND does in a spreadsheet; Python's own rounding would give 2 for 2.5."""
    assert expected == half_away_from_zero(value)


@given(st.integers(-(10**13), 10**13), weights)
def test_splitting_never_loses_a_cent(total: int, parts: list[int]) -> None:
    """Whatever the total and the shares, the parts add up to the total."""
    assert total == sum(split_cents(total, shares_of(parts)))


@given(st.integers(-(10**9), 10**9), weights)
def test_nobody_is_more_than_a_cent_from_an_exact_part(total: int, parts: list[int]) -> None:
    """Cumulative rounding moves a party by less than one cent, and who has no share gets at most a cent's rounding."""
    for cents, share in zip(split_cents(total, shares_of(parts)), shares_of(parts), strict=True):
        assert abs(cents - total * share) <= 1.0 + 1e-3


@given(st.integers(0, 10**9), weights)
def test_a_refund_is_split_as_the_payment_was(total: int, parts: list[int]) -> None:
    """Minus the total gives minus the parts, to the cent."""
    shares = shares_of(parts)
    assert [-c for c in split_cents(total, shares)] == split_cents(-total, shares)


@pytest.mark.parametrize(
    ("total", "shares", "expected"),
    [
        (100, [1.0], [100]),
        (0, [0.5, 0.5], [0, 0]),
        (1, [0.5, 0.5], [1, 0]),
        (100, [1 / 3] * 3, [33, 34, 33]),
        (100, [0.0, 1.0], [0, 100]),
        (100, [1.0, 0.0], [100, 0]),
        (-1, [0.5, 0.5], [-1, 0]),
    ],
)
def test_where_the_odd_cent_falls(total: int, shares: list[float], expected: list[int]) -> None:
    """The order of parties alone decides it."""
    assert expected == split_cents(total, shares)


@pytest.mark.parametrize("shares", [[0.5, 0.4], [0.6, 0.5], [0.0]])
def test_shares_that_do_not_sum_to_1_are_our_bug(shares: list[float]) -> None:
    """Money is never lost or made by splitting."""
    with pytest.raises(DefectError, match="shares sum to"):
        split_cents(100, shares)
