"""A historical benchmark in a projection: base years, trend, age structure within its caps, rebasing and add-back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from contract_building import contract
from hypothesis import given
from hypothesis import strategies as st

from coalition.benchmarks import People, historical_benchmark
from coalition.contracts import MeasuringYears
from coalition.inputs import Floats, Inputs
from coalition.parties import Pocket

FIRST = 2027


def people(
    cost: list[float], persons: list[float] | None = None, saved: list[float] | None = None, growth: float = 0.0
) -> People:
    """People of one purse on a clock that begins in FIRST."""
    count = len(cost)
    return People(
        tuple(range(FIRST, FIRST + count)),
        np.array([persons or [1.0] * count]),
        {Pocket.ZVW: np.array([cost])},
        np.array([saved or [0.0] * count]),
        {Pocket.ZVW: np.array([growth])},
    )


def benchmark(found: People, first: int = FIRST, last: int | None = None, **terms: Any) -> list[float]:
    """Benchmark per measuring year."""
    years = MeasuringYears(first=first, last=found.years[-1] if last is None else last)
    stated = contract(benchmark="historical", **terms)
    amounts: Floats = historical_benchmark(found, stated, years, Inputs())
    return [float(x) for x in amounts[0]]


def base(*years: tuple[int, float]) -> list[dict[str, float]]:
    return [{"year": year, "weight": weight} for year, weight in years]


GROWING = people([1000.0, 1030.0, 1060.9], growth=0.03)


@pytest.mark.parametrize(
    ("trend", "expected"),
    [
        (None, [1000.0, 1030.0, 1060.9]),
        (0.03, [1000.0, 1030.0, 1060.9]),
        (0.02, [1000 / 1.03 * 1.02, 1000 / 1.03 * 1.02**2, 1000 / 1.03 * 1.02**3]),
        (0.04, [1000 / 1.03 * 1.04, 1000 / 1.03 * 1.04**2, 1000 / 1.03 * 1.04**3]),
        (0.0, [1000 / 1.03] * 3),
    ],
)
def test_the_trend_is_the_regions_growth_or_as_stated(trend: float | None, expected: list[float]) -> None:
    """Just below the region's growth the benchmark falls behind, at it nothing changes, above it runs ahead."""
    assert benchmark(GROWING, trend_per_year=trend) == pytest.approx(expected)


def test_base_years_weigh_ten_thirty_sixty() -> None:
    """Each base year at its own prices; without growth of the benchmark they lag behind by their weights."""
    years = base((2024, 0.1), (2025, 0.3), (2026, 0.6))
    by_hand = 0.1 * 1000 / 1.03**3 + 0.3 * 1000 / 1.03**2 + 0.6 * 1000 / 1.03
    assert benchmark(GROWING, base_years=years, trend_per_year=0.0) == pytest.approx([by_hand] * 3)
    assert benchmark(GROWING, base_years=years) == pytest.approx([1000.0, 1030.0, 1060.9])


def test_without_base_years_the_year_before_is_the_base() -> None:
    """The same as that year with weight one."""
    stated = benchmark(GROWING, base_years=base((2026, 1.0)), trend_per_year=0.01)
    assert benchmark(GROWING, trend_per_year=0.01) == pytest.approx(stated)


@pytest.mark.parametrize(
    ("cap_up", "expected"),
    [(None, 16.6), (0.0374, 16.5984), (0.0375, 16.6), (0.0376, 16.6), (0.03, 16.48), (0.0, 16.0)],
)
def test_ageing_moves_the_benchmark_up_to_the_cap(cap_up: float | None, expected: float) -> None:
    """4,000 × 2,000 + 1,000 × 8,000, a year later 3,900 and 1,100: 16.6 million, unless risk may not rise so much."""
    aged = people([16e6, 16.6e6], persons=[5000, 5000])
    found = benchmark(aged, first=FIRST + 1, base_years=base((FIRST, 1.0)), risk_cap_up=cap_up)
    assert found == pytest.approx([expected * 1e6])


@pytest.mark.parametrize(("cap_down", "expected"), [(None, 15.4), (0.03, 15.52), (0.0, 16.0)])
def test_getting_younger_lowers_the_benchmark_down_to_the_cap(cap_down: float | None, expected: float) -> None:
    """The same the other way."""
    young = people([16e6, 15.4e6], persons=[5000, 5000])
    found = benchmark(young, first=FIRST + 1, base_years=base((FIRST, 1.0)), risk_cap_down=cap_down)
    assert found == pytest.approx([expected * 1e6])


def test_more_people_are_no_risk() -> None:
    """Twice as many people of the same ages: twice the benchmark, whatever the cap."""
    more = people([1000.0, 2000.0], persons=[1.0, 2.0])
    assert benchmark(more, first=FIRST + 1, base_years=base((FIRST, 1.0)), risk_cap_up=0.0) == pytest.approx([2000.0])


def test_a_base_year_in_which_the_programme_ran_holds_what_it_saved() -> None:
    """What was measured then: the saving of a base year is no saving any more."""
    saving = people([1000.0, 1000.0], saved=[100.0, 100.0])
    assert benchmark(saving, first=FIRST + 1, base_years=base((FIRST, 1.0))) == pytest.approx([900.0])


@pytest.mark.parametrize(
    ("add_back", "expected"),
    [
        (0.0, [1000, 1000, 900, 900, 900]),
        (0.5, [1000, 1000, 950, 950, 925]),
        (1.0, [1000, 1000, 1000, 1000, 1000]),
        (None, [1000, 1000, 900, 900, 900]),
    ],
)
def test_rebasing_makes_earlier_savings_the_new_norm(add_back: float | None, expected: list[float]) -> None:
    """Every two years; what is added back softens the ratchet, and all of it takes it away."""
    saving = people([1000.0] * 5, saved=[100.0] * 5)
    assert benchmark(saving, rebase_every_periods=2, rebase_add_back_share=add_back) == pytest.approx(expected)


@pytest.mark.parametrize(("periods", "expected"), [(1, [1000, 900, 900]), (2, [1000, 1000, 900]), (3, [1000] * 3)])
def test_rebasing_begins_after_so_many_periods(periods: int, expected: list[float]) -> None:
    """Not in the last year before, and in the first one after."""
    saving = people([1000.0] * 3, saved=[100.0] * 3)
    assert benchmark(saving, rebase_every_periods=periods) == pytest.approx(expected)


def test_several_purses_grow_each_at_its_own_rate() -> None:
    """The region's growth of a contract over two purses is that of both together."""
    two = People(
        (FIRST, FIRST + 1),
        np.ones((1, 2)),
        {Pocket.ZVW: np.array([[100.0, 110.0]]), Pocket.WLZ: np.array([[300.0, 300.0]])},
        np.zeros((1, 2)),
        {Pocket.ZVW: np.array([0.1]), Pocket.WLZ: np.array([0.0])},
    )
    assert benchmark(two, base_years=base((2025, 1.0))) == pytest.approx([400.0, 410.0])
    flat = benchmark(two, base_years=base((2025, 1.0)), trend_per_year=0.0)
    assert flat == pytest.approx([100 / 1.21 + 300] * 2)


def test_participants_who_come_later_are_compared_with_themselves() -> None:
    """A base year without any participant: the same people at that year's prices."""
    later = people([0.0, 1030.0], persons=[0.0, 1.0], growth=0.03)
    assert benchmark(later, first=FIRST + 1, base_years=base((FIRST, 1.0)), trend_per_year=0.0) == pytest.approx(
        [1000.0]
    )
    assert benchmark(later, first=FIRST) == pytest.approx([0.0, 1030.0])


@given(
    st.lists(st.floats(0.1, 1.0), min_size=1, max_size=4),
    st.floats(-0.1, 0.1),
    st.floats(100, 1e5),
    st.integers(1, 5),
)
def test_with_the_regions_growth_and_a_static_population_it_is_the_baseline(
    weights: list[float], growth: float, cost: float, count: int
) -> None:
    """Whatever the base years, their weights and the growth."""
    found = people([cost * (1 + growth) ** t for t in range(count)], growth=growth)
    shares = [w / sum(weights) for w in weights]
    years = base(*((FIRST - 1 - k, share) for k, share in enumerate(shares)))
    expected = pytest.approx([cost * (1 + growth) ** t for t in range(count)], rel=1e-9)
    assert benchmark(found, base_years=years) == expected
    assert benchmark(found, base_years=years, risk_cap_up=0.0, risk_cap_down=0.0) == expected


def test_draws_are_independent() -> None:
    """Two draws of growth give what each gives by itself."""
    both = People(
        (FIRST, FIRST + 1),
        np.ones((2, 2)),
        {Pocket.ZVW: np.array([[100.0, 102.0], [100.0, 105.0]])},
        np.zeros((2, 2)),
        {Pocket.ZVW: np.array([0.02, 0.05])},
    )
    years = MeasuringYears(first=FIRST, last=FIRST + 1)
    found = historical_benchmark(both, contract(benchmark="historical", trend_per_year=0.0), years, Inputs(2))
    assert found == pytest.approx(np.array([[100 / 1.02] * 2, [100 / 1.05] * 2]))
