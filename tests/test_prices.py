"""Euros of one year in euros of another, and future euros in present ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coalition.errors import DefectError
from coalition.inputs import Inputs
from coalition.numbers import Euro, Index
from coalition.parameters import load_parameters
from coalition.prices import Prices, discount_factors, growth_factor, worth_of_a_euro

KNOWN = {2015: 100.0, 2018: 105.0, 2025: 130.0}


def prices(growth: float = 0.02) -> Prices:
    return Prices((2025, 2026, 2027), KNOWN, np.array([growth]))


def test_a_known_year_is_taken_from_the_index_and_a_later_one_grows() -> None:
    """8,700 of 2018 is 8,700 × 130/105 in 2025, and 2 % more each year after it."""
    amount = Euro(value=8700, price_year=2018, index=Index.CPI)
    expected = 8700 * 130 / 105 * np.array([1, 1.02, 1.02**2])
    assert pytest.approx(expected) == prices().amount(amount, Inputs())[0]


def test_a_price_year_after_the_last_known_one_is_brought_back() -> None:
    """100 of 2027 is 100/1.02² in 2025."""
    assert (
        pytest.approx(100 / 1.02**2)
        == prices().amount(Euro(value=100, price_year=2027, index=Index.CPI), Inputs())[0, 0]
    )


def test_a_nominal_amount_does_not_move() -> None:
    """The own risk is 385 in every year."""
    assert list(prices(0.5).amount(Euro(value=385, price_year=2025, index=Index.NOMINAL), Inputs())[0]) == [
        385,
        385,
        385,
    ]


def test_a_year_without_an_index_is_a_defect_and_never_a_guess() -> None:
    """2016 lies between known years and is not interpolated; 2014 lies before them."""
    for year in (2014, 2016):
        with pytest.raises(DefectError, match=str(year)):
            prices().level(year)


@pytest.mark.parametrize("missing", ["price_year", "index"])
def test_an_amount_always_says_its_price_year_and_index(missing: str) -> None:
    """Years are not mixed silently: an amount without either is refused."""
    stated = {"value": 1.0, "price_year": 2025, "index": "cpi"}
    del stated[missing]
    with pytest.raises(ValidationError, match=missing):
        Euro.model_validate(stated)


def test_the_published_index_gives_the_published_growth() -> None:
    """Consumer prices 2015 → 2023: 1.261."""
    levels = {v.start.year: v.value for v in load_parameters("cpi")["cpi"].values}
    before, after = levels[2015], levels[2023]
    assert before is not None
    assert after is not None
    assert pytest.approx(1.261, abs=0.0005) == after / before


def test_cost_of_a_pocket_grows_from_its_price_year() -> None:
    """3 % a year from 2019: 1.03⁸ in 2027; before the price year it shrinks."""
    assert pytest.approx(1.03**8) == growth_factor(np.array([0.03]), 2019, (2027,))[0, 0]
    assert pytest.approx(1 / 1.03) == growth_factor(np.array([0.03]), 2019, (2018,))[0, 0]


def test_each_year_is_discounted_at_its_own_rate() -> None:
    """2 % for a year, then 1 %: 1, 1/1.02, 1/(1.02 × 1.01); a rate in year 0 does nothing."""
    assert pytest.approx([1, 1 / 1.02, 1 / (1.02 * 1.01)]) == discount_factors(np.array([0.9, 0.02, 0.01]))


def test_a_rate_of_zero_only_deflates() -> None:
    """102 nominal next year at 2 % inflation is 100."""
    found = worth_of_a_euro(np.zeros((1, 2)), np.array([[1, 1.02]]))
    assert pytest.approx([1, 100 / 102]) == found[0]


@given(st.floats(0, 0.1), st.integers(1, 6))
def test_the_callers_rates_are_not_changed(rate: float, years: int) -> None:
    """Year 0 is not discounted, and that is nobody else's rate."""
    rates = np.full((1, years), rate)
    assert worth_of_a_euro(rates, np.ones((1, years)))[0, 0] == 1
    assert (rates == rate).all()
