"""Difference-in-differences, two-way fixed effects and event study: by hand, by their properties, by other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from evaluation_designs import DESIGNS, effects_of, make_panel, panel_of, replicate, true_mean
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.evaluation import event_study as event_study_module
from coalition.evaluation import twfe as twfe_module
from coalition.evaluation import wild_bootstrap
from coalition.evaluation.did import did
from coalition.evaluation.estimates import Convention, Estimate, Options
from coalition.evaluation.event_study import event_study
from coalition.evaluation.panel import Panel
from coalition.evaluation.panel_regression import More, estimate_from, regression_of
from coalition.evaluation.twfe import forbidden_share, negative_weights, twfe

Estimator = Callable[[Panel, Options], Estimate]
OPTIONS = Options(draws=99)
ONE_START: list[Estimator] = [did, twfe, event_study]
ANY_START: list[Estimator] = [twfe, event_study]


# --- by hand -------------------------------------------------------------------------------------------------------


def test_four_means() -> None:
    """Treated 11 -> 8, others 9 -> 11: −3 − 2 = −5; without the programme the treated would have stood at 13."""
    panel = panel_of([[10, 6], [12, 10], [8, 9], [10, 13]], [2, 2, np.inf, np.inf])
    for estimator in ONE_START[:2]:
        found = estimator(panel, OPTIONS)
        assert found.effect.estimate == pytest.approx(-5)
        assert found.expected == pytest.approx(13)
        assert found.percent == pytest.approx(-100 * 5 / 13)
        assert (found.observations, found.clusters_treated, found.clusters_control) == (8, 2, 2)


def test_means_are_weighted() -> None:
    """Weights 3 and 1: treated 10.5 -> 7, others 8.5 -> 10."""
    panel = panel_of(
        [[10, 6], [12, 10], [8, 9], [10, 13]], [2, 2, np.inf, np.inf], weight=[[3, 3], [1, 1], [3, 3], [1, 1]]
    )
    for estimator in ONE_START[:2]:
        assert estimator(panel, OPTIONS).effect.estimate == pytest.approx((7 - 10.5) - (10 - 8.5))


def test_periods_are_compared_with_all_periods_before() -> None:
    """Treated 4, 6 | 3, 9; others 1, 1 | 2, 2, so minus 5 and minus 1; event study compares with 6 − 1."""
    panel = panel_of([[4, 6, 3, 9], [4, 6, 3, 9], [1, 1, 2, 2], [1, 1, 2, 2]], [3, 3, np.inf, np.inf])
    rows = did(panel, OPTIONS).per_period
    assert [(r.period, r.event_time) for r in rows] == [(1, -2), (2, -1), (3, 0), (4, 1)]
    assert [r.effect.estimate for r in rows] == pytest.approx([-1, 1, (3 - 5) - 1, (9 - 5) - 1])
    rows = event_study(panel, OPTIONS).per_period
    assert [(r.period, r.event_time) for r in rows] == [(1, -2), (3, 0), (4, 1)]
    assert [r.effect.estimate for r in rows] == pytest.approx([-2, (3 - 6) - 1, (9 - 6) - 1])


def test_the_whole_is_the_mean_over_treated_person_years() -> None:
    """Effects −1 in a year with 100 person-years and −4 in one with 300."""
    weight = [[50, 100, 300], [50, 100, 300], [80, 90, 70], [70, 90, 70]]
    panel = panel_of([[9, 8, 5], [5, 4, 1], [2, 2, 2], [3, 3, 3]], [2, 2, np.inf, np.inf], weight=weight)
    found = event_study(panel, OPTIONS)
    assert [r.effect.estimate for r in found.per_period] == pytest.approx([-1, -4])
    assert found.effect.estimate == pytest.approx((-1 * 200 - 4 * 600) / 800)


def test_regression_adjustment_by_hand() -> None:
    """Others change by twice their covariate; treated have 3 on average and would have changed by 6; they did by 5."""
    x = np.array([2.0, 4.0, 0.0, 1.0, 2.0])
    panel = panel_of(
        [[0, 4], [0, 6], [7, 7], [7, 9], [7, 11]],
        [2, 2, *[np.inf] * 3],
        covariates={"x": np.repeat(x[:, None], 2, axis=1)},
    )
    for estimator in (did, event_study):
        found = estimator(panel, replace(OPTIONS, covariates=("x",)))
        assert found.effect.estimate == pytest.approx(-1)
        assert "regression_adjustment" in found.notes
        left_out = estimator(panel, replace(OPTIONS, covariates=("x",), adjustment="none"))
        assert left_out.effect.estimate == pytest.approx(5 - 2)


def test_a_covariate_with_a_slope_for_each_period_takes_a_diverging_trend_out() -> None:
    panel = make_panel(np.random.default_rng(1), effect=-2.0, sd=0.0, risk_slope=1.5)
    adjusted = replace(OPTIONS, covariates=("risk",))
    for estimator in ONE_START:
        assert estimator(panel, adjusted).effect.estimate == pytest.approx(-2, abs=1e-9)
        assert abs(estimator(panel, OPTIONS).effect.estimate + 2) > 0.3


def test_early_starters_as_controls_hide_a_growing_effect() -> None:
    """Effects fall by 1 each year, two starts, nobody else: the regression gives less than any effect there is."""

    def growing(start: int, since: int) -> float:
        return -1.0 - since + 0 * start

    panel = make_panel(np.random.default_rng(2), units=20, periods=8, starts={3: 10, 7: 10}, effect=growing, sd=0.0)
    found = twfe(panel, OPTIONS)
    assert found.effect.estimate > true_mean(panel, growing) + 1
    assert found.figures["negative_weights"] > 0
    assert next(f.id for f in found.flags) == "staggered_twfe"


def test_weights_of_treated_cells_rebuild_the_estimate() -> None:
    """Two cohorts of one unit, three periods (de Chaisemartin and D'Haultfœuille 2020): weights 1, ½ and −½."""
    panel = panel_of([[0, 0, 0], [0, 0, 0]], [2, 3])
    assert negative_weights(panel, np.empty((2, 0))) == pytest.approx(0.5)


def test_goodman_bacon_shares_rebuild_the_estimate() -> None:
    """Two cohorts as large as the never treated, half-way and late: the comparisons of Goodman-Bacon's equation 10."""
    panel = make_panel(np.random.default_rng(3), units=9, periods=6, starts={3: 3, 5: 3}, sd=1.0)
    early, late = 4 / 6, 2 / 6
    clean = early * (1 - early) + late * (1 - late) + (early - late) * (1 - early)
    forbidden = late * (early - late)
    assert forbidden_share(panel) == pytest.approx(forbidden / (clean + forbidden))


# --- properties ----------------------------------------------------------------------------------------------------

seeds = st.integers(0, 10_000)
few = settings(max_examples=12)


@st.composite
def panels(draw: st.DrawFn) -> tuple[Panel, Estimator]:
    """A panel with one or several starts, with or without clusters, gaps and unequal weights."""
    rng = np.random.default_rng(draw(seeds))
    estimator = draw(st.sampled_from(ONE_START))
    starts = {4: 8} if estimator is did or draw(st.booleans()) else {3: 4, 5: 4}
    missing = 0.15 if estimator is not did and draw(st.booleans()) else 0.0
    weight_sd = 0.5 if estimator is not did and draw(st.booleans()) else 0.0
    panel = make_panel(
        rng, units=22, starts=starts, effect=-3.0, cluster_size=2, missing=missing, weight_sd=weight_sd, rho=0.5
    )
    return panel, estimator


def numbers(found: Estimate) -> list[float]:
    """Everything that a shift of the outcome must leave as it is."""
    rows = [x for r in found.per_period for x in (r.effect.estimate, r.effect.standard_error, r.band_low, r.band_high)]
    return [found.effect.estimate, found.effect.low, found.effect.high, found.effect.p_value, *rows]


@few
@given(panels(), seeds)
def test_levels_of_units_and_periods_do_not_matter(case: tuple[Panel, Estimator], seed: int) -> None:
    panel, estimator = case
    rng = np.random.default_rng(seed)
    shifts = 50 * rng.normal(size=(22, 1)) + 50 * rng.normal(size=(1, 6))
    shifted = estimator(replace(panel, outcome=panel.outcome + shifts), OPTIONS)
    assert numbers(shifted) == pytest.approx(numbers(estimator(panel, OPTIONS)), rel=1e-6, abs=1e-8)


@few
@given(panels(), st.floats(0.01, 1000))
def test_everything_scales_with_the_outcome(case: tuple[Panel, Estimator], factor: float) -> None:
    panel, estimator = case
    scaled, found = estimator(replace(panel, outcome=factor * panel.outcome), OPTIONS), estimator(panel, OPTIONS)
    assert scaled.effect.estimate == pytest.approx(factor * found.effect.estimate, rel=1e-8)
    assert scaled.effect.low == pytest.approx(factor * found.effect.low, rel=1e-8)
    assert scaled.effect.p_value == pytest.approx(found.effect.p_value, rel=1e-6)
    assert scaled.expected == pytest.approx(factor * found.expected, rel=1e-8)


@few
@given(panels(), seeds)
def test_the_order_of_units_does_not_matter(case: tuple[Panel, Estimator], seed: int) -> None:
    panel, estimator = case
    order = np.random.default_rng(seed).permutation(22)
    turned = replace(
        panel,
        units=tuple(panel.units[k] for k in order),
        outcome=panel.outcome[order],
        weight=panel.weight[order],
        treated_from=panel.treated_from[order],
        cluster=panel.cluster[order],
    )
    assert numbers(estimator(turned, OPTIONS)) == pytest.approx(numbers(estimator(panel, OPTIONS)), rel=1e-7)


@few
@given(seeds, st.sampled_from(ONE_START))
def test_no_noise_and_no_effect_is_exactly_zero(seed: int, estimator: Estimator) -> None:
    panel = make_panel(np.random.default_rng(seed), units=12, sd=0.0)
    found = estimator(panel, OPTIONS)
    assert found.effect.estimate == 0
    assert (found.effect.low, found.effect.high, found.effect.p_value) == (0, 0, 1)
    assert not {"one_unit", "pre_trend"} & {f.id for f in found.flags}


@few
@given(seeds, st.floats(-50, 50))
def test_no_noise_gives_the_effect_of_every_cohort_and_period(seed: int, size: float) -> None:
    """Sun and Abraham's weights: whatever effects are, no cohort's effect leaks into another's."""

    def effect(start: int, since: int) -> float:
        return size + 3.0 * start - since**2

    panel = make_panel(
        np.random.default_rng(seed), units=18, periods=8, starts={4: 5, 6: 4}, effect=effect, sd=0.0, weight_sd=0.6,
        missing=0.1,
    )  # fmt: skip
    found = event_study(panel, OPTIONS)
    assert found.effect.estimate == pytest.approx(true_mean(panel, effect), abs=1e-8)
    effects = effects_of(panel.treated_from, 8, effect)
    for row in found.tables["aggregation_calendar"]:
        k = panel.periods.index(int(row["period"]))  # type: ignore[arg-type]
        cells = panel.treated[:, k] & panel.observed[:, k]
        assert row["estimate"] == pytest.approx(np.average(effects[cells, k], weights=panel.weight[cells, k]), abs=1e-8)


def test_same_seed_same_bytes() -> None:
    panel = make_panel(np.random.default_rng(4), units=12, effect=-1.0)
    for estimator in ONE_START:
        assert repr(estimator(panel, OPTIONS)) == repr(estimator(panel, OPTIONS))


def test_methods_agree_on_one_start_without_gaps() -> None:
    panel = make_panel(np.random.default_rng(5), effect=-1.0, rho=0.5)
    first, second = did(panel, OPTIONS), twfe(panel, OPTIONS)
    assert numbers(first)[:4] == pytest.approx(numbers(second)[:4])
    assert first.convention is second.convention is Convention.JACKKNIFE_WELCH


# --- flags ---------------------------------------------------------------------------------------------------------


def ids(found: Estimate) -> set[str]:
    return {flag.id for flag in found.flags}


def test_groups_that_drift_apart_before_the_start_are_flagged() -> None:
    drifting = make_panel(np.random.default_rng(6), slope=1.0, rho=0.3)
    assert {"pre_trend"} <= ids(did(drifting, OPTIONS)) & ids(event_study(drifting, OPTIONS))
    assert "pre_trend" not in ids(event_study(make_panel(np.random.default_rng(6), rho=0.3), OPTIONS))


def test_one_unit_that_carries_the_result_is_named() -> None:
    panel = make_panel(np.random.default_rng(7), units=30, starts={4: 12}, sd=0.3)
    outcome = panel.outcome.copy()
    outcome[5, 3:] -= 40.0
    found = twfe(replace(panel, outcome=outcome), OPTIONS)
    table = {row["cluster"]: row for row in found.tables["leave_one_out"]}
    assert len(table) == 30
    without = twfe(panel.of_units(np.arange(30) != 5), OPTIONS).effect.estimate
    assert table["unit 005"]["estimate"] == pytest.approx(without)
    steady = twfe(replace(panel, outcome=panel.outcome - 5 * panel.treated), OPTIONS)
    assert "one_unit" not in ids(steady)


def test_a_result_that_one_unit_undoes_is_flagged() -> None:
    panel = make_panel(np.random.default_rng(8), units=30, starts={4: 12}, sd=0.5)
    outcome = panel.outcome.copy()
    outcome[3, 3:] += 15.0
    outcome -= 1.0 * panel.treated
    found = twfe(replace(panel, outcome=outcome), OPTIONS)
    assert found.effect.p_value > 0.05
    assert [f.facts["unit"] for f in found.flags if f.id == "one_unit"] == ["unit 003"]


def test_two_treated_clusters_are_placed_among_placebos() -> None:
    found = event_study(make_panel(np.random.default_rng(9), units=14, starts={4: 2}, effect=-6.0), Options())
    assert found.convention is Convention.PERMUTATION
    assert np.isnan(found.effect.standard_error)
    assert found.figures["smallest_p_value"] == pytest.approx(1 / 91)
    assert found.effect.p_value == pytest.approx(1 / 91)
    assert found.effect.low < -4 < found.effect.high < 0
    ranked = {"how": "ranked", "treated": 2, "controls": 12, "smallest_p": 0.011, "beside": 3}
    assert [dict(f.facts) for f in found.flags if f.id == "few_clusters"] == [ranked]
    assert {tuple(row) for row in found.tables["leave_one_out"]} == {("cluster", "estimate")}


def test_without_exchange_two_clusters_say_nothing_about_chance() -> None:
    """A cluster with treated and other units cannot be given another start as a whole."""
    panel = make_panel(np.random.default_rng(10), units=12, starts={4: 3}, cluster_size=2)
    found = twfe(panel, OPTIONS)
    assert found.convention is Convention.PERMUTATION
    assert (found.effect.low, found.effect.high) == (-np.inf, np.inf)


# --- other programs ------------------------------------------------------------------------------------------------


def grunfeld() -> Panel:
    """Investment of eleven firms in twenty years (Grunfeld 1958), with starts made up for this test.

    General Motors, Chrysler and IBM start in 1945, Westinghouse and Goodyear in 1941.
    """
    from statsmodels.datasets import grunfeld as source

    table = source.load_pandas().data
    firms = list(dict.fromkeys(table.firm))
    wide = table.pivot(index="firm", columns="year", values="invest").loc[firms].to_numpy()
    capital = table.pivot(index="firm", columns="year", values="capital").loc[firms].to_numpy()
    starts = np.full(11, np.inf)
    starts[[0, 3, 5]], starts[[7, 8]] = 1945, 1941
    return panel_of(wide, starts, weight=capital + 1, first_period=1935)


def unweighted(panel: Panel) -> Panel:
    return replace(panel, weight=np.ones_like(panel.weight))


def test_two_way_fixed_effects_as_pyfixest_gives_them() -> None:
    """pyfixest 0.60.0, feols("invest ~ treat | unit + year", weights=capital + 1), vcov CRV1 and CRV3 by unit.

    pyfixest counts one column more in K, and its CRV3 has the factors G/(G − 1) and (N − 1)/(N − K) of CRV1 where the
    jackknife has (G − 1)/G.
    """
    found = twfe(grunfeld(), OPTIONS)
    assert found.effect.estimate == pytest.approx(185.58160730988294, rel=1e-10)
    cells, k, clusters = 220, 20, 11
    cr1 = found.figures["standard_error_cr1"] * np.sqrt((cells - k) / (cells - k - 1))
    assert cr1 == pytest.approx(125.20614329510003, rel=1e-7)
    crv3 = found.effect.standard_error * clusters / (clusters - 1) * np.sqrt((cells - 1) / (cells - k - 1))
    assert crv3 == pytest.approx(239.64540274254034, rel=1e-7)


def test_wild_bootstrap_as_pyfixest_gives_it() -> None:
    """pyfixest 0.60.0 with wildboottest 0.3.2: all 2,048 sets of signs, hypothesis imposed, p = 0.41796875."""
    panel = unweighted(grunfeld())
    jackknife = regression_of(twfe_module.design_of(panel, np.empty((11, 0))), OPTIONS).jackknife
    assert jackknife.estimates[0] == pytest.approx(70.8026328320802, rel=1e-10)
    signs = np.array(list(product((1.0, -1.0), repeat=11)))[1:]
    assert wild_bootstrap._linear(jackknife.fit, jackknife.contrasts[0], signs).p_value(0.0) == 0.41796875


def test_interaction_weights_as_pyfixest_gives_them() -> None:
    """pyfixest 0.60.0, event_study(estimator="saturated").aggregate(weighting="shares")."""
    expected = {
        -10: -59.4755, -7: -87.68183333, -4: -32.73256667, -2: -9.9455, 0: 3.960666667, 3: -8.939166667,
        9: 193.4200667, 10: -31.81366667, 13: -20.20683333,
    }  # fmt: skip
    found = event_study(unweighted(grunfeld()), OPTIONS)
    rows = {row.event_time: row.effect.estimate for row in found.per_period}
    assert {time: rows[time] for time in expected} == pytest.approx(expected, rel=1e-8)
    assert "cohorts_interaction_weighted" in found.notes


def test_event_study_with_weights_and_gaps_as_least_squares_with_every_dummy() -> None:
    """numpy's lstsq on a column for each unit, period, and cohort by period."""
    panel = make_panel(np.random.default_rng(11), units=20, periods=7, starts={3: 5, 5: 6}, missing=0.2, weight_sd=0.7)
    found = event_study(panel, OPTIONS)
    unit, period = np.nonzero(panel.observed)
    data = pd.DataFrame({"unit": unit, "period": period, "start": panel.treated_from[unit]})
    dummies = [pd.get_dummies(data[name], prefix=name) for name in ("unit", "period")]
    cells = {
        (start, t): ((data.start == start) & (data.period + 1 == t)).to_numpy()
        for start in (3, 5) for t in range(1, 8) if t != start - 1
    }  # fmt: skip
    design = np.column_stack([*cells.values(), *dummies]).astype(float)
    root = np.sqrt(panel.weight[unit, period])
    solved = np.linalg.lstsq(design * root[:, None], panel.outcome[unit, period] * root, rcond=None)[0]
    for row in found.per_period:
        some = [k for k, (start, t) in enumerate(cells) if t - start == row.event_time]
        weights = [(root[list(cells.values())[k]] ** 2).sum() for k in some]
        assert row.effect.estimate == pytest.approx(np.average(solved[some], weights=weights), abs=1e-9)


# --- what happens on many panels -----------------------------------------------------------------------------------


def event_study_alone(panel: Panel, options: Options) -> Estimate:
    """Without the sensitivity to violated trends, which these panels do not need."""
    regression = regression_of(event_study_module.design_of(panel, np.empty((len(panel.units), 0))), options)
    return estimate_from(panel, regression, More())


def test_a_test_of_five_percent_rejects_five_percent_and_an_interval_holds_the_truth() -> None:
    found = replicate(did, design={**DESIGNS["ten_of_forty_heteroskedastic"], "effect": -1.0}, replications=120)
    assert abs(found.bias) < 0.2
    assert 0.90 <= found.coverage <= 0.985
    assert 0.9 <= found.error_ratio <= 1.15


def test_effects_that_grow_and_differ_between_cohorts_are_found_without_bias() -> None:
    def effect(start: int, since: int) -> float:
        return -0.5 * start - since

    design = {**DESIGNS["staggered"], "effect": effect}
    found = replicate(event_study_alone, design=design, replications=50)
    biased = replicate(twfe, design=design, replications=50)
    assert abs(found.bias) < 4 * np.std(found.estimate) / np.sqrt(50)
    assert abs(biased.bias) > abs(found.bias)
