"""Callaway–Sant'Anna: by hand, in properties, beside another library, and in repeated draws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation_designs import make_panel, panel_of
from evaluation_teen_employment import teen_employment
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coalition.evaluation.aggregation import KINDS, aggregate
from coalition.evaluation.att_gt import group_time_effects
from coalition.evaluation.callaway_santanna import callaway_santanna
from coalition.evaluation.estimates import Convention, Estimate, Options, Row
from coalition.evaluation.jackknife import Estimates, band_margins
from coalition.evaluation.panel import NEVER, Floats, Panel
from coalition.evaluation.two_periods import Comparison, Failure, Pairs, compare

GOLDEN = json.loads((Path(__file__).parent / "golden" / "callaway_santanna.json").read_text(encoding="utf-8"))
STAGGERED: dict[str, Any] = {"units": 40, "periods": 6, "starts": {3: 7, 4: 7, 5: 6}, "rho": 0.5}
SIDES = {"outcome": (True, False), "weighting": (False, True), "doubly_robust": (True, True)}


def of(estimate: Estimate, table: str, **keys: int | None) -> float:
    """The estimate in one row of a table."""
    (row,) = [row for row in estimate.tables[table] if all(row[name] == value for name, value in keys.items())]
    value = row["estimate"]
    assert isinstance(value, float)
    return value


def column(rows: Sequence[Row], name: str) -> Floats:
    return np.array([row[name] for row in rows], dtype=float)


def flags(estimate: Estimate) -> dict[str, dict[str, str | int | float]]:
    return {flag.id: dict(flag.facts) for flag in estimate.flags}


# --- by hand -------------------------------------------------------------------------------------------------------


def test_two_groups_give_the_difference_of_the_changes() -> None:
    """Treated go from 10 to 8 and from 20 to 17, the others from 5 to 6 and from 7 to 10: −2.5 − 2."""
    panel = panel_of([[10, 8], [20, 17], [5, 6], [7, 10]], [2, 2, NEVER, NEVER])
    found = callaway_santanna(panel, Options())
    assert found.effect.estimate == pytest.approx(-4.5)
    assert found.expected == pytest.approx(12.5 + 4.5)  # what was seen, minus the effect
    assert (found.clusters_treated, found.clusters_control, found.observations) == (2, 2, 8)


def test_standard_error_and_degrees_are_the_jackknife_and_welch() -> None:
    """Without covariates both can be written down: Σ(Δ − mean)² / (n − 1)² per side, times (G − 1) / G."""
    changes = [-2.0, -3.0, -7.0], [1.0, 3.0, 2.0, 6.0, 0.0]
    outcome = [[0.0, change] for side in changes for change in side]
    effect = callaway_santanna(panel_of(outcome, [2] * 3 + [NEVER] * 5), Options(alpha=0.1)).effect
    parts = [np.sum((np.array(side) - np.mean(side)) ** 2) / (len(side) - 1) ** 2 for side in changes]
    error = np.sqrt(sum(parts) * 7 / 8)
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / 2 + parts[1] ** 2 / 4)
    assert effect.standard_error == pytest.approx(error)
    assert effect.high - effect.low == pytest.approx(2 * stats.t.ppf(0.95, degrees) * error)
    assert effect.p_value == pytest.approx(2 * stats.t.sf(abs(effect.estimate) / error, degrees))


def staggered_by_hand() -> Panel:
    """Three groups whose effects are −1 (start 2) and −5, −7 (start 3): one row per unit, periods 1 to 4."""
    common = np.array([0.0, 3.0, 1.0, 4.0])
    rows = [common + level for level in (10, 11, 20, 21, 22, 30, 31)]
    for row in rows[:2]:
        row[1:] -= 1
    for row in rows[2:5]:
        row[2:] -= [5, 7]
    return panel_of(np.array(rows), [2, 2, 3, 3, 3, NEVER, NEVER])


def test_aggregations_by_hand() -> None:
    """Two units with −1 in three periods and three units with −5 and −7."""
    found = callaway_santanna(staggered_by_hand(), Options())
    assert of(found, "att_gt", group=3, period=2) == 0
    assert [of(found, "att_gt", group=2, period=t) for t in (2, 3, 4)] == pytest.approx([-1, -1, -1])
    assert of(found, "aggregation_simple", period=None) == pytest.approx(-(2 * 3 + 3 * 12) / (2 * 3 + 3 * 2))
    assert of(found, "aggregation_group", group=None) == pytest.approx(-(2 * 1 + 3 * 6) / 5)
    per_time = [of(found, "aggregation_dynamic", event_time=e) for e in (-1, 0, 1, 2)]
    assert per_time == pytest.approx([0, -17 / 5, -23 / 5, -1])
    assert of(found, "aggregation_dynamic", event_time=None) == pytest.approx(-(17 / 5 + 23 / 5 + 1) / 3)
    per_period = [of(found, "aggregation_calendar", period=t) for t in (2, 3, 4)]
    assert per_period == pytest.approx([-1, -17 / 5, -23 / 5])
    assert of(found, "aggregation_calendar", period=None) == pytest.approx(-(1 + 17 / 5 + 23 / 5) / 3)


def test_the_chosen_aggregation_is_the_effect_and_calendar_changes_the_rows() -> None:
    panel = staggered_by_hand()
    for kind in KINDS:
        found = callaway_santanna(panel, Options(aggregation=kind))
        assert found.effect.estimate == of(found, f"aggregation_{kind}", **{first_column(found, kind): None})
        rows = [(row.period, row.event_time) for row in found.per_period]
        by_time = [(None, -1), (None, 0), (None, 1), (None, 2)]
        assert rows == ([(2, None), (3, None), (4, None)] if kind == "calendar" else by_time)


def first_column(found: Estimate, kind: str) -> str:
    return next(iter(found.tables[f"aggregation_{kind}"][0]))


def test_with_one_start_rows_name_both_times() -> None:
    panel = panel_of([[1, 2, 3], [1, 2, 5], [0, 0, 0], [0, 1, 1]], [2022, 2022, NEVER, NEVER], first_period=2020)
    for kind in ("simple", "calendar"):
        rows = [(row.period, row.event_time) for row in callaway_santanna(panel, Options(aggregation=kind)).per_period]
        assert rows == ([(2021, -1), (2022, 0)] if kind == "simple" else [(2022, 0)])


def test_controls_that_wait_are_used_until_they_start() -> None:
    """In period 2 the group of period 3 is a control when asked; in period 3 it is not."""
    panel = panel_of([[0, 1, 1], [0, 1, 1], [0, 5, 5], [0, 5, 5], [0, 2, 4], [0, 2, 4]], [2, 2, 3, 3, NEVER, NEVER])
    never = callaway_santanna(panel, Options())
    not_yet = callaway_santanna(panel, Options(controls="not_yet"))
    assert of(never, "att_gt", group=2, period=2) == pytest.approx(1 - 2)
    assert of(not_yet, "att_gt", group=2, period=2) == pytest.approx(1 - (5 + 2) / 2)
    assert of(not_yet, "att_gt", group=2, period=3) == of(never, "att_gt", group=2, period=3) == pytest.approx(1 - 4)
    assert "controls_not_yet_treated" in not_yet.notes


def test_effect_times_weight_is_the_total_when_weights_differ_and_move() -> None:
    """Units have effects of their own; the mean is over treated weights of the period itself."""
    effects = np.array([-1.0, -4.0, -2.0])
    outcome = np.zeros((5, 3))
    outcome[:2, 1:] += effects[:2, None]
    outcome[2, 2] += effects[2]
    weight = np.array([[9, 1, 2], [9, 3, 5], [9, 9, 10], [1, 2, 3], [4, 5, 6]], dtype=float)
    panel = panel_of(outcome, [2, 2, 3, NEVER, NEVER], weight=weight)
    found = callaway_santanna(panel, Options())
    total = -1 * (1 + 2) - 4 * (3 + 5) - 2 * 10
    assert found.effect.estimate == pytest.approx(total / (1 + 2 + 3 + 5 + 10))
    assert found.expected == pytest.approx(0)
    assert "unit_weight_of_period" in found.notes


def test_a_unit_counts_only_where_both_periods_were_seen() -> None:
    gap = np.nan
    panel = panel_of([[0, 1, 3], [0, gap, 5], [0, 0, 0], [0, 2, gap]], [2, 2, NEVER, NEVER])
    found = callaway_santanna(panel, Options())
    assert of(found, "att_gt", group=2, period=2) == pytest.approx(1 - 1)
    assert of(found, "att_gt", group=2, period=3) == pytest.approx(4 - 0)
    assert found.effect.estimate == pytest.approx((1 * 0 + 2 * 4) / 3)  # by treated cells that were seen
    assert found.observations == 10
    assert "pairs_seen_in_both_periods" in found.notes


# --- what must always hold -----------------------------------------------------------------------------------------


def figures(found: Estimate) -> Floats:
    """Everything that is in the outcome's unit, one after another."""
    names = ("estimate", "standard_error", "low", "high")
    rows = [row[name] for table in found.tables.values() for row in table for name in names]
    return np.array([*rows, found.effect.standard_error], dtype=float)


seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, controls=st.sampled_from(["never", "not_yet"]), adjustment=st.sampled_from(["none", *SIDES]))
def test_levels_and_common_shocks_do_not_matter_and_units_scale(seed: int, controls: str, adjustment: str) -> None:
    rng = np.random.default_rng(seed)
    panel = make_panel(rng, units=30, periods=5, starts={3: 7, 4: 7}, risk_slope=0.5, weight_sd=0.4, effect=-2.0)
    options = Options(controls=controls, adjustment=adjustment, covariates=("risk",), draws=50)
    found = callaway_santanna(panel, options)
    moved = panel.outcome + rng.normal(size=(30, 1)) * 10 + rng.normal(size=(1, 5)) * 10 + 1_000
    np.testing.assert_allclose(
        figures(callaway_santanna(replace(panel, outcome=moved), options)), figures(found), rtol=1e-6, atol=1e-8
    )
    scaled = replace(panel, outcome=-3 * panel.outcome, weight=7 * panel.weight)
    other = callaway_santanna(scaled, options)
    assert other.effect.estimate == pytest.approx(-3 * found.effect.estimate, rel=1e-6, abs=1e-8)
    assert other.effect.standard_error == pytest.approx(3 * found.effect.standard_error, rel=1e-6)
    assert other.effect.p_value == pytest.approx(found.effect.p_value, rel=1e-5)
    assert other.figures["pretest_p_value"] == pytest.approx(found.figures["pretest_p_value"], rel=1e-5)


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_the_order_of_units_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    panel = make_panel(rng, units=30, periods=5, starts={3: 8, 4: 8}, risk_slope=0.5, cluster_size=2, missing=0.1)
    order = rng.permutation(30)
    shuffled = replace(
        panel.of_units(np.ones(30, dtype=bool)),
        outcome=panel.outcome[order],
        weight=panel.weight[order],
        treated_from=panel.treated_from[order],
        cluster=panel.cluster[order] * 17 + 3,
        covariates={"risk": panel.covariates["risk"][order]},
    )
    options = Options(covariates=("risk",), adjustment="outcome", draws=50)
    ours, theirs = figures(callaway_santanna(panel, options)), figures(callaway_santanna(shuffled, options))
    np.testing.assert_allclose(theirs, ours, rtol=1e-8, atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, kind=st.sampled_from(sorted(KINDS)), adjustment=st.sampled_from(["none", *SIDES]))
def test_without_noise_the_effect_is_found_exactly(seed: int, kind: str, adjustment: str) -> None:
    rng = np.random.default_rng(seed)
    for effect in (0.0, -3.25):
        panel = make_panel(
            rng, units=30, periods=5, starts={3: 8, 4: 8}, sd=0, effect=effect, weight_sd=0.5, risk_slope=1e-300
        )
        options = Options(aggregation=kind, adjustment=adjustment, covariates=("risk",), draws=20)
        found = callaway_santanna(panel, options)
        if effect:
            assert found.effect.estimate == pytest.approx(effect, rel=1e-9)
        else:
            assert (found.effect.estimate, found.effect.p_value) == (0.0, 1.0)


def test_the_same_seed_gives_the_same_bytes() -> None:
    panel = make_panel(np.random.default_rng(1), **STAGGERED)
    once, again = (callaway_santanna(panel, Options()) for _ in range(2))
    assert repr(once) == repr(again)
    other = callaway_santanna(panel, Options(seed=2))
    assert other.effect == once.effect
    assert other.per_period[0].band_low != once.per_period[0].band_low


def test_a_unit_twice_in_one_cluster_says_nothing_new() -> None:
    """Doubling every unit within its cluster leaves estimate and standard error as they were."""
    panel = make_panel(np.random.default_rng(4), **STAGGERED, risk_slope=1.0)
    twice = panel_of(
        np.repeat(panel.outcome, 2, axis=0),
        np.repeat(panel.treated_from, 2),
        cluster=np.repeat(panel.cluster, 2).tolist(),
        covariates={"risk": np.repeat(panel.covariates["risk"], 2, axis=0)},
    )
    options = Options(covariates=("risk",))
    np.testing.assert_allclose(
        figures(callaway_santanna(twice, options)), figures(callaway_santanna(panel, options)), rtol=1e-8
    )


# --- without each cluster ------------------------------------------------------------------------------------------


def pairs_of(rng: np.random.Generator, units: int = 40) -> Pairs:
    treated = np.arange(units) < units // 3
    risk = rng.normal(size=(units, 1)) + 0.5 * treated[:, None]
    change = risk[:, 0] + rng.normal(size=units)
    cluster = np.concatenate([np.arange(units // 3) // 2, 100 + np.arange(units - units // 3) // 3])
    numbers = np.unique(cluster, return_inverse=True)[1]
    return Pairs(treated, change, np.exp(rng.normal(size=units) / 2), risk, numbers, int(numbers.max()) + 1)


def compared(pairs: Pairs, adjustment: str) -> Comparison:
    regression, weighting = SIDES[adjustment]
    found = compare(pairs, regression=regression, weighting=weighting)
    assert isinstance(found, Comparison)
    return found


def left_out(pairs: Pairs, cluster: int) -> Pairs:
    keep = pairs.cluster != cluster
    return Pairs(
        pairs.treated[keep], pairs.change[keep], pairs.weight[keep], pairs.covariates[keep], pairs.cluster[keep],
        pairs.clusters,
    )  # fmt: skip


def test_leaving_out_a_cluster_is_exact_for_a_regression() -> None:
    pairs = pairs_of(np.random.default_rng(8))
    found = compared(pairs, "outcome")
    again = [compared(left_out(pairs, k), "outcome").estimate for k in range(pairs.clusters)]
    np.testing.assert_allclose(found.estimate + found.moves, again, atol=1e-10)


@pytest.mark.parametrize("adjustment", ["weighting", "doubly_robust"])
def test_leaving_out_a_cluster_is_close_for_a_logistic_regression(adjustment: str) -> None:
    """One Newton step; what it misses becomes a smaller part of the move as there are more units."""
    missed = []
    for units in (60, 240):  # 24 and 94 clusters
        pairs = pairs_of(np.random.default_rng(8), units)
        found = compared(pairs, adjustment)
        again = np.array([compared(left_out(pairs, k), adjustment).estimate for k in range(pairs.clusters)])
        exact = again - found.estimate
        missed.append(np.linalg.norm(found.moves - exact) / np.linalg.norm(exact))
    assert missed[0] < 0.2
    assert missed[1] < 0.02


@pytest.mark.parametrize("controls", ["never", "not_yet"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_aggregations_without_a_cluster_are_those_of_the_smaller_panel(kind: str, controls: str) -> None:
    rng = np.random.default_rng(3)
    panel = make_panel(rng, units=24, periods=6, starts={3: 4, 5: 8}, weight_sd=0.5, cluster_size=2)
    options = Options(controls=controls)
    whole = aggregate(group_time_effects(panel, options), kind)
    for cluster in range(int(panel.cluster.max()) + 1):
        part = aggregate(group_time_effects(panel.of_units(panel.cluster != cluster), options), kind)
        assert whole.overall.without[cluster, 0] == pytest.approx(part.overall.estimate[0], abs=1e-9)
        np.testing.assert_allclose(whole.rows.without[cluster], part.rows.estimate, atol=1e-9)


def test_a_group_in_one_cluster_has_no_standard_error_of_its_own() -> None:
    panel = make_panel(np.random.default_rng(3), units=20, periods=5, starts={3: 1, 4: 8})
    found = callaway_santanna(panel, Options())
    alone = [row for row in found.tables["att_gt"] if row["group"] == 3]
    assert all(np.isnan(float(row["standard_error"] or 0)) for row in alone)
    assert found.effect.standard_error > 0
    assert flags(found)["one_cluster_in_group"] == {"groups": "3"}


# --- beside another library ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "run", GOLDEN["runs"], ids=lambda run: "-".join(str(run[k]) for k in ("data", "controls", "adjustment", "weighted"))
)
def test_same_figures_as_moderndid(run: dict[str, Any]) -> None:
    """Every ATT(g, t) and aggregate, with its analytic standard error.

    The counties' own figures are met to 2e-8, the rounding of the moments. With an adjustment the error of a regression
    depends on more than moments, so only the estimate is compared there; the twin, whose data the library was given,
    is compared in everything to 1e-9.
    """
    options = Options(controls=run["controls"], adjustment=run["adjustment"], covariates=("lpop",), draws=10)
    found = callaway_santanna(teen_employment(weighted=run["weighted"]), options)
    tolerance = 2e-8 if run["data"] == "counties" else 1e-9
    with_errors = run["data"] == "twin" or run["adjustment"] == "none"
    for name in ("att_gt", *KINDS):
        rows = found.tables[name if name == "att_gt" else f"aggregation_{name}"]
        np.testing.assert_allclose(column(rows, "estimate"), run[name], atol=tolerance)
        if with_errors:
            errors = column(rows, "standard_error_influence")
            np.testing.assert_allclose(errors, run[f"{name}_errors"], atol=tolerance)


def test_published_figures_of_the_counties() -> None:
    """Callaway and Sant'Anna's own: −0.0400 (simple), −0.0310 (group), pre-test p = 0.16812 (R's `did`)."""
    panel = teen_employment()
    assert round(callaway_santanna(panel, Options()).effect.estimate, 4) == -0.0400
    assert round(callaway_santanna(panel, Options(aggregation="group")).effect.estimate, 4) == -0.0310
    effects = group_time_effects(panel, Options())
    before = effects.event_times < 0
    influence, estimate = effects.influence[:, before], effects.estimate[before]
    statistic = estimate @ np.linalg.solve(influence.T @ influence, estimate)
    assert stats.chi2.sf(statistic, 5) == pytest.approx(0.16812, abs=1e-5)


# --- bands and the test of trends ----------------------------------------------------------------------------------


def test_the_band_is_that_of_a_multiplier_bootstrap() -> None:
    """The same bootstrap written out, with signs as multipliers, and a single estimate as a special case."""
    rng = np.random.default_rng(6)
    moves = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 4))
    moves -= moves.mean(axis=0)
    load = np.where(np.arange(400) < 200, 1.0, -1.0)[:, None] * np.ones((1, 4)) / 200
    several = Estimates(np.zeros(4), -moves, load)
    factor = band_margins(several, 0.05, 20_000, 1) / several.standard_error
    signs = rng.choice([-1.0, 1.0], size=(20_000, 400))
    largest = np.abs(signs @ several.moves / several.standard_error).max(axis=1)
    np.testing.assert_allclose(factor, np.quantile(largest, 0.95), rtol=0.02)
    one = several.some(np.array([True, False, False, False]))
    (effect,) = one.effects(0.05)
    assert band_margins(one, 0.05, 20_000, 1)[0] == pytest.approx(effect.high - effect.estimate, rel=0.03)


def test_a_trend_before_the_start_is_flagged() -> None:
    rng = np.random.default_rng(5)
    quiet = callaway_santanna(make_panel(rng, **STAGGERED), Options())
    drifting = callaway_santanna(make_panel(rng, **STAGGERED, slope=3.0), Options())
    assert "pre_trend" not in flags(quiet)
    assert flags(drifting)["pre_trend"]["count"] == 6
    assert drifting.figures["pretest_p_value"] < 0.001


def test_without_a_second_period_before_the_start_there_is_no_test_of_trends() -> None:
    found = callaway_santanna(panel_of([[1, 2], [1, 4], [0, 1], [0, 0]], [2, 2, NEVER, NEVER]), Options())
    assert np.isnan(found.figures["pretest_p_value"])
    assert found.figures["pretest_count"] == 0


# --- what cannot be estimated --------------------------------------------------------------------------------------


def test_cells_without_controls_are_left_out_and_told() -> None:
    """Everybody starts in the end: in period 3 nobody waits any more."""
    panel = panel_of([[0, 1, 2], [0, 2, 3], [0, 0, 4], [0, 1, 5]], [2, 2, 3, 3])
    found = callaway_santanna(panel, Options(controls="not_yet"))
    assert flags(found)["cells_without_controls"] == {"cells": 2, "groups": "2, 3"}
    assert found.effect.estimate == pytest.approx(1.5 - 0.5)


def test_with_nobody_to_compare_with_there_is_no_effect() -> None:
    found = callaway_santanna(panel_of([[0, 1, 2], [0, 2, 3], [0, 0, 4]], [2, 2, 3]), Options())
    assert np.isnan([found.effect.estimate, found.effect.standard_error, found.expected, found.percent]).all()
    assert flags(found)["cells_without_controls"] == {"cells": 3, "groups": "2, 3"}
    assert found.per_period == ()


def test_units_that_are_always_treated_are_left_out_and_told() -> None:
    panel = panel_of([[9, 9, 9], [0, 1, 2], [0, 2, 3], [0, 0, 0], [0, 1, 1]], [1, 2, 2, NEVER, NEVER])
    found = callaway_santanna(panel, Options())
    assert flags(found)["always_treated_left_out"] == {"units": 1}
    assert (found.clusters_treated, found.observations) == (2, 12)


def test_covariates_that_separate_the_groups_leave_nothing_to_weight() -> None:
    panel = make_panel(np.random.default_rng(2), units=20, periods=3, starts={3: 8}, risk_slope=1.0)
    risk = np.where(panel.ever, 5.0, 0.0)[:, None] + np.abs(panel.covariates["risk"]) / 10
    apart = replace(panel, covariates={"risk": risk})
    found = callaway_santanna(apart, Options(covariates=("risk",)))
    assert np.isnan(found.effect.estimate)
    assert flags(found)["cells_without_overlap"] == {"cells": 1, "groups": "3"}
    regression = callaway_santanna(apart, Options(covariates=("risk",), adjustment="outcome"))
    assert np.isfinite(regression.effect.estimate)


def test_covariates_that_controls_do_not_tell_apart_are_told() -> None:
    panel = make_panel(np.random.default_rng(2), units=20, periods=3, starts={3: 8}, risk_slope=1.0)
    flat = replace(panel, covariates={"risk": np.where(panel.ever[:, None], panel.covariates["risk"], 1.0)})
    found = callaway_santanna(flat, Options(covariates=("risk",), adjustment="outcome"))
    assert flags(found)["cells_collinear"] == {"cells": 1, "groups": "3"}


def test_a_control_that_stands_for_many_is_told() -> None:
    rng = np.random.default_rng(2)
    panel = make_panel(rng, units=60, periods=3, starts={3: 30}, risk_slope=1.0)
    risk = panel.covariates["risk"] + np.where(panel.ever, 3.0, 0.0)[:, None]
    risk[-1] = 4.0
    found = callaway_santanna(replace(panel, covariates={"risk": risk}), Options(covariates=("risk",)))
    assert flags(found)["scarce_overlap"]["groups"] == "3"
    assert found.figures["largest_propensity"] > 0.95


def test_two_sides_are_needed() -> None:
    pairs = pairs_of(np.random.default_rng(1))
    some = replace(pairs, treated=np.zeros(40, dtype=bool))
    assert compare(some) is Failure.NO_TREATED
    assert compare(replace(some, treated=np.ones(40, dtype=bool))) is Failure.NO_CONTROLS


def test_a_covariate_that_is_the_same_everywhere_changes_nothing() -> None:
    panel = make_panel(np.random.default_rng(2), units=20, periods=4, starts={3: 8})
    constant = replace(panel, covariates={"risk": np.full((20, 4), 7.0)})
    found = callaway_santanna(constant, Options(covariates=("risk",)))
    assert found.effect == callaway_santanna(panel, Options()).effect
    assert found.convention is Convention.JACKKNIFE_WELCH


# --- repeated draws ------------------------------------------------------------------------------------------------


def test_size_and_bias_with_forty_clusters() -> None:
    """300 panels without effect, two starts: about 5 % of tests reject; the standard error is right on average."""
    rng = np.random.default_rng(11)
    rows = []
    for _ in range(300):
        panel = make_panel(rng, units=40, periods=5, starts={3: 10, 4: 10}, rho=0.5)
        effects = group_time_effects(panel, Options())
        effect = aggregate(effects, "simple").overall.effects(0.05)[0]
        rows.append((effect.estimate, effect.standard_error, effect.p_value <= 0.05))
    estimate, error, rejected = np.array(rows, dtype=float).T
    assert abs(estimate.mean()) < 3 * estimate.std() / np.sqrt(300)
    assert error.mean() / estimate.std() == pytest.approx(1, abs=0.1)
    assert 0.025 <= rejected.mean() <= 0.075  # 5 % and twice its own error on either side


def test_adjusting_removes_the_bias_of_a_covariate_that_drives_the_trend() -> None:
    """Treated units have 0.5 more risk, and risk adds 1 per period: without adjustment the effect is off."""
    rng = np.random.default_rng(12)
    found: dict[str, list[float]] = {"none": [], **{name: [] for name in SIDES}}
    for _ in range(40):
        panel = make_panel(rng, units=100, periods=3, starts={3: 40}, risk_slope=1.0, effect=-1.0)
        for adjustment, estimates in found.items():
            effects = group_time_effects(panel, Options(adjustment=adjustment, covariates=("risk",)))
            estimates.append(float(aggregate(effects, "simple").overall.estimate[0]))
    means = {name: float(np.mean(estimates)) for name, estimates in found.items()}
    assert means.pop("none") > -0.75  # half a euro of the trend per period is taken for effect
    for mean in means.values():
        assert mean == pytest.approx(-1, abs=0.15)
