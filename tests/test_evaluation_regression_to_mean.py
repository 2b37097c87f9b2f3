"""Regression to the mean: published figures, closed forms, and people who were chosen and then did nothing."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_designs import panel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from coalition.evaluation.panel import NEVER, Floats, Panel
from coalition.evaluation.regression_to_mean import (
    Skewed,
    empirical_fall,
    lognormal_fall,
    normal_fall,
    uncontrolled_change,
)

TOP = float(norm.sf(1))
"""15.9 % of a normal population: one standard deviation above the mean."""


def lognormal_exact(mean: float, variation: float, rho: float, share: float) -> float:
    """Mean now minus mean later of the top share of a lognormal population whose euros correlate with rho."""
    variance = np.log1p(variation**2)
    sd, a = np.sqrt(variance), norm.isf(share)
    of_logs = np.log1p(rho * variation**2) / variance
    return float(mean * (norm.cdf(sd - a) - norm.cdf(of_logs * sd - a)) / share)


def two_years(rng: np.random.Generator, people: int, rho: float, variation: float = 3.0) -> Floats:
    """(person, 2) lognormal cost, mean 3,000, the euros correlating with rho."""
    variance = np.log1p(variation**2)
    of_logs = np.log1p(rho * variation**2) / variance
    first, fresh = rng.normal(size=(2, people))
    logs = np.stack([first, of_logs * first + np.sqrt(1 - of_logs**2) * fresh], axis=1)
    return np.asarray(3_000 * np.exp(np.sqrt(variance) * logs - variance / 2))


# --- formulas --------------------------------------------------------------------------------------------------------


def test_the_worked_figures() -> None:
    """Mean 3,000, sd 9,000, ρ = .5, top 15.9 %: normal 6,863, lognormal 2,807."""
    assert normal_fall(3_000, 9_000, 0.5, 12_000) == pytest.approx(6_863, abs=0.5)
    assert lognormal_fall(3_000, 9_000, 0.5, TOP) == pytest.approx(2_807, abs=0.5)


@pytest.mark.parametrize(
    ("variation", "rho", "share"), [(3, 0.5, 0.01), (1, 0.2, 0.5), (3, 0.9, 0.1), (0.3, 0.7, 0.05), (2, 0.05, 0.2)]
)
def test_lognormal_against_its_closed_form(variation: float, rho: float, share: float) -> None:
    got = lognormal_fall(3_000, 3_000 * variation, rho, share)
    assert got == pytest.approx(lognormal_exact(3_000, variation, rho, share), rel=1e-4)


def test_quantiles_of_a_normal_population_give_the_normal_formula() -> None:
    values = 3_000 + 900 * norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    assert empirical_fall(values, 0.3, TOP) == pytest.approx(normal_fall(3_000, 900, 0.3, 3_900), rel=1e-4)


def test_two_values_by_hand() -> None:
    """Half cost 0, half 2; the dear half falls to the mean when nothing persists and stays when all does."""
    values = np.array([0.0, 2.0] * 50)
    assert empirical_fall(values, 0.0, 0.5) == pytest.approx(1)
    assert empirical_fall(values, 1.0, 0.5) == pytest.approx(0, abs=1e-12)
    # with ρ of euros .5 a dear person is dear again with chance .75: expected 1.5
    assert empirical_fall(values, 0.5, 0.5) == pytest.approx(0.5, abs=1e-9)


def test_weights_count_people() -> None:
    """A person of weight 3 is three persons."""
    values = np.array([100.0, 300, 500, 900, 2_000])
    weight = np.array([3.0, 1, 2, 1, 1])
    repeated = np.repeat(values, weight.astype(int))
    assert empirical_fall(values, 0.4, 0.25, weight) == pytest.approx(empirical_fall(repeated, 0.4, 0.25))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95), st.floats(0.02, 0.5), st.floats(0.1, 50))
def test_falls_scale_and_shrink_with_persistence(seed: int, rho: float, share: float, scale: float) -> None:
    values = np.random.default_rng(seed).gamma(0.7, 1_000, 300)
    fall = empirical_fall(values, rho, share)
    assert empirical_fall(scale * values + 7, rho, share) == pytest.approx(scale * fall, rel=1e-6, abs=1e-6)
    assert empirical_fall(values, min(rho + 0.04, 0.999), share) <= fall + 1e-6


def test_everybody_together_expects_the_mean() -> None:
    """Nobody's fall is anybody's rise: over the whole population the expected cost is the mean."""
    rng = np.random.default_rng(1)
    values, weight = np.round(rng.gamma(0.5, 100, 200)), rng.uniform(0.5, 2, 200)
    skewed = Skewed(values, weight)
    expected = skewed.expected(np.ones(200, dtype=bool), 0.6)
    assert np.average(expected, weights=weight) == pytest.approx(np.average(values, weights=weight))
    assert np.corrcoef(values, expected)[0, 1] > 0.9


# --- from data -------------------------------------------------------------------------------------------------------


def chosen(rng: np.random.Generator, people: int = 6_000, rho: float = 0.5) -> Panel:
    """Half of the dearest 16 % take part in a programme that does nothing."""
    cost = two_years(rng, people, rho, variation=1.5)
    treated = (cost[:, 0] > np.quantile(cost[:, 0], 1 - TOP)) & (rng.random(people) < 0.5)
    return panel_of(cost, np.where(treated, 2, NEVER))


def test_a_programme_that_does_nothing_falls_as_expected() -> None:
    """The whole raw change is regression to the mean; the normal formula overstates it for skewed cost."""
    rng = np.random.default_rng(3)
    found = [uncontrolled_change(chosen(rng)) for _ in range(12)]
    raw, expected, normal = (
        np.mean([f[name] for f in found]) for name in ("raw_change", "expected_change", "expected_change_normal")
    )
    assert raw < -1_000
    assert expected == pytest.approx(raw, rel=0.12)
    assert normal < 1.25 * raw


def test_those_who_were_not_chosen_expect_nothing() -> None:
    rng = np.random.default_rng(4)
    cost = two_years(rng, 4_000, 0.5, variation=1.0)
    found = uncontrolled_change(panel_of(cost, np.where(np.arange(4_000) % 2 == 0, 2, NEVER)))
    assert abs(found["expected_change"]) < 100
    assert found["correlation"] == pytest.approx(0.5, abs=0.12)


def test_by_hand() -> None:
    """Treated 100 → 80, population 70: half of 30 is expected to go where half of a distance stays among controls."""
    treated = [[90.0, 70.0], [110.0, 90.0]]
    half, all_of_it = [[30.0, 50.0], [50.0, 30.0], [70.0, 70.0]], [[30.0, 40.0], [50.0, 50.0], [70.0, 60.0]]
    starts = [2, 2, NEVER, NEVER, NEVER]
    found = uncontrolled_change(panel_of([*treated, *half], starts))
    assert (found["raw_change"], found["raw_change_from_all"]) == pytest.approx((-20, -20))
    assert (found["mean_chosen"], found["mean_population"]) == pytest.approx((100, 70))
    assert found["correlation"] == pytest.approx(0.5)
    assert found["expected_change_normal"] == pytest.approx(-15)
    assert -20 < found["expected_change"] < -10
    lasting = uncontrolled_change(panel_of([*treated, *all_of_it], starts))
    assert lasting["correlation"] == pytest.approx(1)
    assert lasting["expected_change"] == pytest.approx(0, abs=1e-4)


def test_without_a_word_from_the_controls_nothing_is_said() -> None:
    """Two controls have no correlation worth the name; the raw change is still there."""
    found = uncontrolled_change(panel_of([[9.0, 7.0], [1.0, 2.0], [3.0, 3.0]], [2, NEVER, NEVER]))
    assert found["raw_change"] == pytest.approx(-2)
    assert np.isnan([found["expected_change"], found["expected_change_normal"], found["correlation"]]).all()


def test_later_starters_are_left_out() -> None:
    rows = np.array([[50.0, 40, 40], [50, 50, 10], [1, 2, 3], [2, 2, 2], [3, 4, 3]])
    found = uncontrolled_change(panel_of(rows, [2, 3, NEVER, NEVER, NEVER]))
    assert found["raw_change"] == pytest.approx(-10)
