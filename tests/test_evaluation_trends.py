"""How large a violation of parallel trends a result would survive: by hand, and as R's HonestDiD gives it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from evaluation_designs import make_panel
from scipy import stats

from coalition.evaluation.estimates import Options
from coalition.evaluation.event_study import event_study
from coalition.evaluation.panel import Floats
from coalition.evaluation.trends import (
    EventPath,
    breakdown,
    largest_bend,
    relative_magnitude_interval,
    sensitivity,
    smoothness_interval,
)

# Profits after a cut in value added tax (Benzarti and Carloni 2019), BCdata_EventStudy of R's HonestDiD 0.2.8: four
# effects before the reference and four after it, with their covariance.
ESTIMATES = [0.006696352, 0.029345034, -0.006472972, 0.073014989, 0.195961118, 0.312063903, 0.239541546, 0.126042500]
UPPER = [
    [8.428358e-4, 4.768687e-4, 2.618051e-4, 2.354220e-4, 1.676371e-4, 1.128708e-4, 1.992816e-5, -1.368265e-4],
    [6.425420e-4, 3.987425e-4, 2.435515e-4, 2.201960e-4, 1.804591e-4, 3.843765e-5, -2.960422e-5],
    [5.229950e-4, 2.117686e-4, 1.840722e-4, 1.458528e-4, 7.005197e-5, 5.952995e-5],
    [3.089595e-4, 1.197866e-4, 1.334081e-4, 1.016335e-4, 1.079052e-4],
    [3.599704e-4, 2.478819e-4, 1.749579e-4, 1.654257e-4],
    [4.263950e-4, 2.171438e-4, 2.892748e-4],
    [4.886698e-4, 3.805322e-4],
    [7.617394e-4],
]
FIRST, MEAN = [1.0, 0.0, 0.0, 0.0], [0.25] * 4


def profits(weights: list[float]) -> EventPath:
    covariance = np.zeros((8, 8))
    for k, row in enumerate(UPPER):
        covariance[k, k:] = covariance[k:, k] = row
    return EventPath(np.array([-5, -4, -3, -2, 0, 1, 2, 3]), np.array(ESTIMATES), covariance, np.array(weights))


@pytest.mark.parametrize(
    ("weights", "magnitude", "low", "high"),
    [
        (FIRST, 0.0, 0.15877494, 0.23314729),
        (FIRST, 0.5, 0.11812949, 0.27158387),
        (FIRST, 1.0, 0.06723125, 0.31868373),
        (MEAN, 0.0, 0.18379902, 0.25300551),
        (MEAN, 0.5, 0.06775440, 0.36919139),
        (MEAN, 1.0, -0.06968618, 0.50663197),
    ],
)
def test_relative_magnitude_as_honestdid_gives_it(
    weights: list[float], magnitude: float, low: float, high: float
) -> None:
    """HonestDiD 0.2.8, createSensitivityResults_relativeMagnitudes, method C-LF; at 0 its constructOriginalCS.

    Its ends are points of a grid and its first step is drawn, hence 1e-3 (standard error 0.019); the mean effect is
    tested there by linear programmes, here after elimination.
    """
    found = relative_magnitude_interval(profits(weights), magnitude, 0.05)
    assert found == pytest.approx((low, high), abs=1e-3 if magnitude else 1e-7)


@pytest.mark.parametrize(
    ("weights", "bend", "low", "high"),
    [
        (FIRST, 0.0, 0.131411, 0.216170),
        (FIRST, 0.01, 0.154965, 0.270385),
        (FIRST, 0.02, 0.177301, 0.315956),
        (MEAN, 0.0, 0.133193, 0.230363),
        (MEAN, 0.01, 0.124138, 0.368035),
        (MEAN, 0.02, 0.113902, 0.476744),
    ],
)
def test_smoothness_as_honestdid_gives_it(weights: list[float], bend: float, low: float, high: float) -> None:
    """HonestDiD 0.2.8, createSensitivityResults, method FLCI: quantiles are drawn, weights searched, hence 1e-3."""
    assert smoothness_interval(profits(weights), bend, 0.05) == pytest.approx((low, high), abs=1e-3)


def path(before: list[float], after: list[float], error: float = 0.1, degrees: float = np.inf) -> EventPath:
    times = np.concatenate([np.arange(-1 - len(before), -1), np.arange(len(after))])
    estimates = np.array([*before, *after])
    weights = np.full(len(after), 1 / len(after))
    return EventPath(times, estimates, error**2 * np.eye(len(times)), weights, degrees)


def test_a_violation_adds_up_over_the_periods_after_the_start() -> None:
    """Largest step before 2, nearly without error: after 1, 2 and 3 periods 2, 4 and 6 are possible, 4 on average."""
    found = relative_magnitude_interval(path([1.0, -1.0, 1.0], [-9.0, -9.0, -9.0], error=1e-6), 1.0, 0.05)
    assert found == pytest.approx((-13, -5), abs=1e-4)
    assert breakdown(path([1.0, -1.0, 1.0], [-9.0, -9.0, -9.0], error=1e-6), 0.05) == pytest.approx(9 / 4, abs=1e-4)


def test_a_straight_trend_is_carried_on() -> None:
    """Effects −6, −4, −2, (0) before: the trend is 2 per period, so −3 and −3 after it are −5 and −7."""
    low, high = smoothness_interval(path([-6.0, -4.0, -2.0], [-3.0, -3.0]), 0.0, 0.05)
    assert (low + high) / 2 == pytest.approx(-6)
    # slope from x = −3, −2, −1 and nothing at 0: error² / Σ x²; carried on to 1.5; mean of two
    assert (high - low) / 2 == pytest.approx(stats.norm.ppf(0.975) * 0.1 * np.sqrt(1 / 2 + 1.5**2 / 14))
    assert largest_bend(path([-6.0, -4.0, -2.0], [-3.0, -3.0])) == pytest.approx(0)


def test_a_bend_widens_by_its_worst_case() -> None:
    """One period before and one after: the slope may change by M at the reference, and M comes on either side."""
    found = smoothness_interval(path([-2.0], [-3.0], error=1e-6), 0.5, 0.05)
    assert found == pytest.approx((-5.5, -4.5), abs=1e-4)


def test_few_degrees_of_freedom_widen_everything() -> None:
    many, few = (sensitivity(path([0.1, -0.1], [-1.0, -1.2], degrees=d), 0.05) for d in (np.inf, 6.0))
    lengths = [[float(row["high"] or 0) - float(row["low"] or 0) for row in found.table] for found in (few, many)]
    assert all(wide > narrow for wide, narrow in zip(*lengths, strict=True))
    assert few.figures["breakdown_mbar"] < many.figures["breakdown_mbar"]


def test_more_violation_means_a_wider_interval_until_zero_is_inside() -> None:
    strong = path([0.2, -0.1, 0.1], [-1.0, -1.3])
    limit = breakdown(strong, 0.05)
    intervals = [relative_magnitude_interval(strong, m, 0.05) for m in (0.0, 0.5, limit - 1e-3, limit + 1e-3)]
    assert all(wide[0] < narrow[0] and wide[1] > narrow[1] for narrow, wide in pairwise(intervals))
    assert intervals[2][1] < 0 < intervals[3][1] + 1e-2
    assert breakdown(path([0.2, -0.1, 0.1], [-0.1, 0.1]), 0.05) == 0


def test_sensitivity_stands_in_an_event_study() -> None:
    found = event_study(make_panel(np.random.default_rng(1), effect=-4.0, rho=0.5), Options())
    rows = found.tables["sensitivity"]
    assert [row["restriction"] for row in rows] == ["relative_magnitude"] * 4 + ["smoothness"] * 3
    assert [row["m"] for row in rows[:5]] == [0.5, 1.0, 1.5, 2.0, 0.0]
    assert found.figures["breakdown_mbar"] > 0


def test_no_step_before_the_start_says_nothing() -> None:
    found = event_study(make_panel(np.random.default_rng(1), units=20, periods=3, starts={2: 10}), Options())
    assert found.tables["sensitivity"] == ()
    assert "breakdown_mbar" not in found.figures


def shares(truth: Floats, intervals: list[tuple[float, float]]) -> float:
    return float(np.mean([low <= t <= high for t, (low, high) in zip(truth, intervals, strict=True)]))


def test_too_few_placebos_to_tell_times_apart_give_no_smooth_trend() -> None:
    """Three units, one of which takes part: two placebos know nothing of five times together."""
    few = event_study(make_panel(np.random.default_rng(2), units=3, starts={4: 1}), Options(draws=99))
    assert {row["restriction"] for row in few.tables["sensitivity"]} == {"relative_magnitude"}
    many = event_study(make_panel(np.random.default_rng(2), units=20, starts={4: 1}), Options(draws=99))
    assert {row["restriction"] for row in many.tables["sensitivity"]} == {"relative_magnitude", "smoothness"}


def test_intervals_hold_the_effect_when_trends_differ_as_much_as_allowed() -> None:
    """A step of 0.3 in the worst direction each period, seen once before the start: M̄ = 1 covers, no M̄ does not."""
    rng, intervals, plain = np.random.default_rng(3), [], []
    drift = np.array([0.0, 0.3, 0.3])  # −4 -> −3 -> −2 -> reference
    true = np.concatenate([-np.cumsum(drift[::-1])[::-1], np.cumsum([0.3, 0.3])])
    for _ in range(80):
        drawn = EventPath(
            np.array([-4, -3, -2, 0, 1]), true + 0.1 * rng.normal(size=5), 0.01 * np.eye(5), np.full(2, 0.5)
        )
        intervals.append(relative_magnitude_interval(drawn, 1.0, 0.05))
        plain.append(relative_magnitude_interval(drawn, 0.0, 0.05))
    assert shares(np.zeros(80), intervals) >= 0.94
    assert shares(np.zeros(80), plain) < 0.2
