"""Cost models: by hand, against statsmodels, what must always hold, and how often they err."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from evaluation_designs import panel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coalition.evaluation.cost_models import gamma_glm, two_part
from coalition.evaluation.estimates import Estimate, Options
from coalition.evaluation.panel import NEVER, Floats, Panel
from coalition.evaluation.quasi_likelihood import LOG, LOGIT, Sums, left_out, solve

Estimator = Callable[[Panel, Options], Estimate]
NO_WARNING = pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.SpecificationWarning")


def persons(
    rng: np.random.Generator,
    *,
    clusters: int = 20,
    size: int = 20,
    ratio: float = 1.0,
    none: float = 0.0,
    periods: int = 4,
) -> Panel:
    """Skewed cost of persons in clusters, half of them treated in the last two periods; a share of cells is 0."""
    people = clusters * size
    ever = np.repeat(np.arange(clusters) < clusters // 2, size)
    frail = rng.gamma(1, 1, (people, 1))
    shocks = np.exp(rng.normal(0, 0.1, (clusters, periods)))[np.arange(people) // size]
    cost = 2_000 * frail * shocks * rng.gamma(0.7, 1 / 0.7, (people, periods)) * (rng.random((people, periods)) >= none)
    cost[ever, -2:] *= ratio
    years = rng.uniform(0.2, 1.0, (people, periods))
    starts = np.where(ever, periods - 1, NEVER)
    return panel_of(cost, starts, weight=years, cluster=(np.arange(people) // size).tolist())


def columns(panel: Panel) -> tuple[Floats, Floats, Floats, Floats]:
    """Design, outcome, weight and cluster of all observed cells, for statsmodels."""
    rows = panel.observed
    period = np.broadcast_to(np.array(panel.periods), rows.shape)[rows]
    ever = np.broadcast_to(panel.ever[:, None], rows.shape)[rows].astype(float)
    dummies = [(period == p).astype(float) for p in panel.periods[1:]]
    design = np.stack([np.ones_like(ever), ever, *dummies, panel.treated[rows].astype(float)], axis=1)
    cluster = np.broadcast_to(panel.cluster[:, None], rows.shape)[rows].astype(float)
    return design, panel.outcome[rows], panel.weight[rows], cluster


def gamma(design: Floats, outcome: Floats, weight: Floats) -> Floats:
    """Coefficients of statsmodels' gamma model with log link."""
    family = sm.families.Gamma(sm.families.links.Log())
    return np.asarray(
        sm.GLM(outcome, design, family=family, freq_weights=weight).fit(tol=1e-11, tol_criterion="params").params
    )


def logit(design: Floats, outcome: Floats, weight: Floats) -> Floats:
    fit = sm.GLM(outcome, design, family=sm.families.Binomial(), freq_weights=weight).fit(
        tol=1e-11, tol_criterion="params"
    )
    return np.asarray(fit.params)


def marginal(panel: Panel, mean: Floats, any_cost: Floats | None = None) -> float:
    """Average marginal effect from coefficients, over treated person-years after the start."""
    design, _, weight, _ = columns(panel)
    treated = design[:, -1] > 0
    having, lacking = design[treated], design[treated] * (np.arange(design.shape[1]) < design.shape[1] - 1)
    with_, without = np.exp(having @ mean), np.exp(lacking @ mean)
    if any_cost is not None:
        with_, without = with_ / (1 + np.exp(-having @ any_cost)), without / (1 + np.exp(-lacking @ any_cost))
    return float(np.average(with_ - without, weights=weight[treated]))


def jackknife(panel: Panel, statistic: str) -> tuple[float, float]:
    """Standard error and Welch's degrees of freedom by leaving out each cluster and calling statsmodels again."""
    design, outcome, weight, cluster = columns(panel)
    found = []
    for one in [-1, *np.unique(cluster)]:
        rest = cluster != one
        some = rest & (outcome > 0)
        fewer = panel.of_units(panel.cluster != one)
        if statistic == "two_part":
            mean = gamma(design[some], outcome[some], weight[some])
            found.append(marginal(fewer, mean, logit(design[rest], (outcome[rest] > 0).astype(float), weight[rest])))
        else:
            mean = gamma(design[rest], outcome[rest], weight[rest])
            found.append(marginal(fewer, mean) if statistic == "effect" else float(mean[-1]))
    treated = np.unique(panel.cluster[panel.ever])
    moves = (np.array(found[1:]) - found[0]) ** 2 * (len(found) - 2) / (len(found) - 1)
    own, others = moves[treated], np.delete(moves, treated)
    size = own.sum() ** 2 / (len(own) - 1) + others.sum() ** 2 / (len(others) - 1)
    return float(np.sqrt(moves.sum())), float(moves.sum() ** 2 / size)


# --- by hand ---------------------------------------------------------------------------------------------------------


def four_cells() -> Panel:
    """Two groups, two periods. Controls 100 → 110, treated 200 → 198: a ratio of .9 where 220 was expected."""
    return panel_of([[150, 98], [250, 298], [90, 100], [110, 120]], [2, 2, NEVER, NEVER])


def test_four_cells_by_hand() -> None:
    found = gamma_glm(four_cells(), Options())
    assert found.figures["ratio"] == pytest.approx(0.9)
    assert found.effect.estimate == pytest.approx(-22)
    assert found.expected == pytest.approx(220)
    assert found.percent == pytest.approx(-10)
    assert [(row.period, row.event_time) for row in found.per_period] == [(2, 0)]
    assert (found.clusters_treated, found.clusters_control, found.observations) == (2, 2, 8)


def test_two_parts_by_hand() -> None:
    """Any cost: controls 50 → 50 %, treated 80 → 50 %; if any, 100 throughout. What was expected is 80."""
    some, none = 100.0, 0.0
    controls = [[some, some]] * 5 + [[none, none]] * 5
    treated = [[some, some]] * 5 + [[some, none]] * 3 + [[none, none]] * 2
    found = two_part(panel_of([*treated, *controls], [2] * 10 + [NEVER] * 10), Options())
    assert found.figures["ratio_if_any"] == pytest.approx(1)
    assert found.figures["odds_ratio_any"] == pytest.approx((5 / 5) / (8 / 2))
    assert found.effect.estimate == pytest.approx(-30)
    assert found.expected == pytest.approx(80)
    assert found.figures["ratio"] == pytest.approx(50 / 80)
    assert found.figures["share_any"] == pytest.approx(0.5)


def test_groups_may_differ_in_euro_but_not_in_percent() -> None:
    """Both grew by a tenth: nothing happened, although the dear group grew by more euros."""
    found = gamma_glm(panel_of([[1_000, 1_100], [3_000, 3_300], [90, 99], [110, 121]], [2, 2, NEVER, NEVER]), Options())
    assert found.effect.estimate == pytest.approx(0, abs=1e-9)
    assert found.figures["ratio"] == pytest.approx(1)


def test_one_cluster_on_a_side_has_no_standard_error() -> None:
    panel = replace(four_cells(), cluster=np.array([0, 0, 1, 2]))
    found = gamma_glm(panel, Options())
    assert found.effect.estimate == pytest.approx(-22)
    assert np.isnan([found.effect.standard_error, found.effect.p_value, found.figures["ratio_low"]]).all()
    assert [flag.id for flag in found.flags] == ["no_standard_error"]


def test_without_zeros_two_parts_are_one() -> None:
    panel = persons(np.random.default_rng(2))
    one, two = gamma_glm(panel, Options()), two_part(panel, Options())
    assert two.effect.estimate == pytest.approx(one.effect.estimate)
    assert two.effect.standard_error == pytest.approx(one.effect.standard_error)
    assert "no_zero_cost" in two.notes


def test_where_everybody_has_cost_a_logit_has_no_end() -> None:
    """A group in a period with only positive costs: the prediction stands, and a reader is told."""
    panel = persons(np.random.default_rng(2), none=0.3)
    full = replace(panel, outcome=np.where(panel.ever[:, None] & (np.arange(4) == 3), panel.outcome + 1, panel.outcome))
    found = two_part(full, Options())
    assert np.isfinite([found.effect.estimate, found.effect.standard_error]).all()
    assert [(flag.id, flag.facts["cells"]) for flag in found.flags] == [("share_at_edge", 1)]


# --- against statsmodels ---------------------------------------------------------------------------------------------


@NO_WARNING
def test_gamma_agrees_with_statsmodels() -> None:
    """Zeros, person-years as weights, gaps: the same coefficient, marginal effect and jackknife, to 1e-7."""
    rng = np.random.default_rng(4)
    panel = persons(rng, clusters=10, size=12, ratio=0.8, none=0.3)
    gone = rng.random(panel.outcome.shape) < 0.1
    panel = replace(panel, outcome=np.where(gone, np.nan, panel.outcome), weight=np.where(gone, np.nan, panel.weight))
    found = gamma_glm(panel, Options())
    mean = gamma(*columns(panel)[:3])
    assert np.log(found.figures["ratio"]) == pytest.approx(mean[-1], rel=1e-9)
    assert found.effect.estimate == pytest.approx(marginal(panel, mean), rel=1e-9)
    error, degrees = jackknife(panel, "effect")
    assert found.effect.standard_error == pytest.approx(error, rel=1e-7)
    assert found.effect.high - found.effect.estimate == pytest.approx(stats.t.ppf(0.975, degrees) * error, rel=1e-7)
    error, degrees = jackknife(panel, "ratio")
    half = np.log(found.figures["ratio_high"] / found.figures["ratio"])
    assert half == pytest.approx(stats.t.ppf(0.975, degrees) * error, rel=1e-7)


@NO_WARNING
def test_two_parts_agree_with_statsmodels() -> None:
    """A logit and a gamma model of its own, put together: effect and jackknife, to 1e-6."""
    panel = persons(np.random.default_rng(6), clusters=10, size=25, ratio=0.8, none=0.4)
    found = two_part(panel, Options())
    design, outcome, weight, _ = columns(panel)
    some = outcome > 0
    any_cost = logit(design, some.astype(float), weight)
    mean = gamma(design[some], outcome[some], weight[some])
    assert np.log(found.figures["odds_ratio_any"]) == pytest.approx(any_cost[-1], rel=1e-8)
    assert np.log(found.figures["ratio_if_any"]) == pytest.approx(mean[-1], rel=1e-8)
    assert found.effect.estimate == pytest.approx(marginal(panel, mean, any_cost), rel=1e-8)
    assert found.effect.standard_error == pytest.approx(jackknife(panel, "two_part")[0], rel=1e-6)


@NO_WARNING
def test_visits_of_the_rand_experiment() -> None:
    """Outpatient visits with 31 % zeros (RAND Health Insurance Experiment), coinsurance as group: the same fit."""
    data = sm.datasets.randhie.load_pandas().data.head(6_000)
    visits, years = (
        data["mdvis"].to_numpy(dtype=float).reshape(-1, 3),
        np.exp(0 * data["lpi"].to_numpy()).reshape(-1, 3),
    )
    insured = data["idp"].to_numpy().reshape(-1, 3)[:, 0] > 0
    panel = panel_of(visits, np.where(insured, 3, NEVER), weight=years, cluster=(np.arange(len(visits)) // 50).tolist())
    found = gamma_glm(panel, Options())
    assert np.log(found.figures["ratio"]) == pytest.approx(gamma(*columns(panel)[:3])[-1], rel=1e-8)


def test_leaving_out_a_cluster_is_a_full_refit() -> None:
    """The shortcut over sums per cluster against a fit of the other clusters' sums, on both scales."""
    rng = np.random.default_rng(9)
    design = np.stack([np.ones(6), np.arange(6) >= 3, np.arange(6) % 3 == 2], axis=1).astype(float)
    weight = rng.uniform(1, 5, (7, 6))
    share = rng.uniform(0.1, 0.9, (7, 6))
    for scale in (LOG, LOGIT):
        sums = Sums(design, weight, weight * share)
        refits = [
            solve(Sums(design, np.delete(weight, g, 0), np.delete(weight * share, g, 0)), scale) for g in range(7)
        ]
        assert left_out(sums, scale, solve(sums, scale)) == pytest.approx(np.array(refits), rel=1e-7, abs=1e-9)


# --- what must always hold -------------------------------------------------------------------------------------------

ESTIMATORS = pytest.mark.parametrize("estimator", [gamma_glm, two_part])


@ESTIMATORS
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(0.5, 2))
def test_scales_scale_it(estimator: Estimator, seed: int, scale: float, growth: float) -> None:
    """Other units of money change the unit; growth that everyone shares leaves the ratio; row order is nothing."""
    panel = persons(np.random.default_rng(seed), clusters=8, size=10, none=0.3)

    def run(changed: Panel) -> Estimate:
        return estimator(changed, Options())

    plain = run(panel)
    scaled = run(replace(panel, outcome=scale * panel.outcome))
    assert scaled.effect.estimate == pytest.approx(scale * plain.effect.estimate, rel=1e-6)
    assert scaled.effect.standard_error == pytest.approx(scale * plain.effect.standard_error, rel=1e-6)
    assert scaled.figures["ratio_low"] == pytest.approx(plain.figures["ratio_low"], rel=1e-6)
    grown = run(replace(panel, outcome=panel.outcome * growth ** np.arange(4)))
    if estimator is gamma_glm:
        assert grown.figures["ratio"] == pytest.approx(plain.figures["ratio"], rel=1e-6)
    order = np.random.default_rng(seed).permutation(len(panel.units))
    shuffled = replace(
        panel,
        outcome=panel.outcome[order],
        weight=panel.weight[order],
        treated_from=panel.treated_from[order],
        cluster=panel.cluster[order],
    )
    assert run(shuffled).effect.estimate == pytest.approx(plain.effect.estimate, rel=1e-7)


@ESTIMATORS
@pytest.mark.parametrize("ratio", [1.0, 0.8, 1.5])
def test_without_noise_it_is_exact(estimator: Estimator, ratio: float) -> None:
    """Groups and periods as factors, a known ratio: found to rounding, in every period."""
    cost = np.outer([100.0, 100, 40, 40], [1.0, 1.2, 0.9, 1.1])
    expected = 100 * (0.9 + 1.1) / 2
    cost[:2, 2:] *= ratio
    found: Estimate = estimator(panel_of(cost, [3, 3, NEVER, NEVER]), Options())
    assert found.effect.estimate == pytest.approx(expected * (ratio - 1), abs=1e-9)
    assert found.figures["ratio"] == pytest.approx(ratio)
    assert [row.event_time for row in found.per_period] == [-2, 0, 1]
    assert [r.effect.estimate for r in found.per_period] == pytest.approx([0, 90 * (ratio - 1), 110 * (ratio - 1)])


def test_means_of_clusters_say_what_their_persons_say() -> None:
    """A municipality's mean with its person-years instead of its persons: the same effect and the same error."""
    panel = persons(np.random.default_rng(12), clusters=12, size=15, ratio=0.9)
    which = panel.cluster[:, None] == np.arange(12)
    weight = which.T @ panel.weight
    means = panel_of(which.T @ (panel.weight * panel.outcome) / weight, panel.treated_from[::15], weight=weight)
    of_persons, of_means = gamma_glm(panel, Options()), gamma_glm(means, Options())
    assert of_means.effect.estimate == pytest.approx(of_persons.effect.estimate)
    assert of_means.effect.standard_error == pytest.approx(of_persons.effect.standard_error)


# --- how often they err ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("estimator", "none"), [(gamma_glm, 0.0), (two_part, 0.4)])
def test_size_coverage_and_bias(estimator: Estimator, none: float) -> None:
    """Forty clusters of skewed cost: 5 % of effects that are not there are found."""
    rng, rounds = np.random.default_rng(21), 150
    wrong, errors = 0, []
    for _ in range(rounds):
        found: Estimate = estimator(persons(rng, clusters=40, none=none), Options())
        wrong += found.effect.p_value <= 0.05
        errors.append(found.effect.estimate / found.effect.standard_error)
    assert 0.01 <= wrong / rounds <= 0.09
    assert abs(np.mean(errors)) < 4 / np.sqrt(rounds)
