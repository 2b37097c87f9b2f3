"""Standard errors, bootstrap, placebo starts, bands: by hand, by brute force, and against other programs."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from evaluation_designs import DESIGNS, make_panel, panel_of
from scipy import stats

from coalition.evaluation import twfe as twfe_module
from coalition.evaluation import wild_bootstrap
from coalition.evaluation.bands import band_factor, band_factor_from_influence
from coalition.evaluation.did import did
from coalition.evaluation.estimates import Convention, Options
from coalition.evaluation.evaluated import Estimator
from coalition.evaluation.event_study import event_study
from coalition.evaluation.inference import convention_for, cr1_errors, holm, wald
from coalition.evaluation.panel import Panel
from coalition.evaluation.panel_regression import Regression, regression_of
from coalition.evaluation.permutation import exchanges, placebos_of


def regressed(panel: Panel, options: Options | None = None) -> Regression:
    """Two-way fixed effects of a panel."""
    return regression_of(twfe_module.design_of(panel, np.empty((len(panel.units), 0))), options or Options())


CHANGES_TREATED = [-4.0, -1.0, -3.0, 0.0]
CHANGES_OTHERS = [2.0, 1.0, 4.0, 2.0, 1.0]


def two_periods() -> Panel:
    """Four treated and five others; in the second period each has its change added."""
    changes = CHANGES_TREATED + CHANGES_OTHERS
    return panel_of([[10.0 + k, 10.0 + k + c] for k, c in enumerate(changes)], [2] * 4 + [np.inf] * 5)


def test_two_groups_over_two_periods_are_welchs_test_but_for_the_jackknife() -> None:
    """Moving each unit's change out shifts its group's mean by (change − mean) / (n − 1)."""
    jackknife = regressed(two_periods()).jackknife
    parts = [
        8 / 9 * sum((c - np.mean(group)) ** 2 for c in group) / (len(group) - 1) ** 2
        for group in (CHANGES_TREATED, CHANGES_OTHERS)
    ]
    assert jackknife.estimates[0] == pytest.approx(-2 - 2)
    assert jackknife.standard_errors[0] == pytest.approx(np.sqrt(sum(parts)))
    assert jackknife.degrees[0] == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 3 + parts[1] ** 2 / 4))


def test_moves_are_what_happens_without_each_cluster() -> None:
    """The closed form is the same as taking a cluster's rows away, in an unbalanced panel of several starts too."""
    panel = make_panel(
        np.random.default_rng(2), units=30, starts={3: 6, 5: 8}, cluster_size=2, missing=0.2, weight_sd=1
    )
    jackknife = regressed(panel).jackknife
    without = [regressed(panel.of_units(panel.cluster != cluster)).jackknife.estimates[0] for cluster in range(15)]
    assert jackknife.estimates - jackknife.changes @ jackknife.contrasts[0] == pytest.approx(without, abs=1e-9)


@pytest.mark.parametrize("estimator", [did, twfe_module.twfe, event_study], ids=["did", "twfe", "event_study"])
def test_who_is_treated_moves_the_mean_at_which_a_covariate_is_held(estimator: Estimator) -> None:
    """The error is that of estimates without each cluster, the covariate's mean among the treated found again too.

    A unit's weight is the same in every period, so that leaving one out leaves the shares of periods as they are.
    """
    panel = make_panel(np.random.default_rng(6), units=24, starts={4: 10}, rho=0.5, risk_slope=0.6, weight_sd=0.3)
    panel = replace(panel, weight=panel.weight[:, :1].repeat(6, axis=1))
    options = Options(draws=99, covariates=("risk",))
    whole = estimator(panel, options).effect
    without = [estimator(panel.of_units(panel.cluster != cluster), options).effect.estimate for cluster in range(24)]
    squares = (np.array(without) - whole.estimate) ** 2
    assert whole.standard_error == pytest.approx(np.sqrt(23 / 24 * squares.sum()), rel=1e-9)


@pytest.mark.parametrize("estimator", [did, event_study], ids=["did", "event_study"])
def test_a_covariate_that_says_nothing_changes_no_error(estimator: Estimator) -> None:
    """Weights of periods and starts are no chance, whatever a cluster's own are; with two starts too."""
    starts = {4: 6} if estimator is did else {3: 4, 5: 1}
    panel = make_panel(np.random.default_rng(3), units=20, starts=starts, rho=0.5, weight_sd=0.8)
    nothing = replace(panel, covariates={"risk": np.zeros_like(panel.outcome)})
    plain = estimator(panel, Options(draws=99))
    adjusted = estimator(nothing, Options(draws=99, covariates=("risk",)))
    assert adjusted.effect.estimate == pytest.approx(plain.effect.estimate, abs=1e-9)
    assert adjusted.effect.standard_error == pytest.approx(plain.effect.standard_error, rel=1e-9)
    errors = [[row.effect.standard_error for row in found.per_period] for found in (plain, adjusted)]
    assert errors[1] == pytest.approx(errors[0], rel=1e-9)


def test_cr1_is_what_statsmodels_gives() -> None:
    """Weighted least squares with a dummy for each unit and period, clusters of three units."""
    from statsmodels.api import WLS

    panel = make_panel(np.random.default_rng(4), units=24, starts={4: 12}, cluster_size=3, missing=0.1, weight_sd=0.5)
    unit, period = np.nonzero(panel.observed)
    columns = [panel.treated[unit, period], *(unit == u for u in range(24)), *(period == t for t in range(1, 6))]
    design = np.column_stack(columns).astype(float)
    found = WLS(panel.outcome[unit, period], design, weights=panel.weight[unit, period]).fit(
        cov_type="cluster", cov_kwds={"groups": panel.cluster[unit]}
    )
    jackknife = regressed(panel).jackknife
    cells, own_levels = len(unit), 24
    all_columns = (cells - jackknife.fit.rank) / (cells - jackknife.fit.rank - own_levels)  # K with units' levels
    assert jackknife.estimates[0] == pytest.approx(found.params[0], rel=1e-10)
    assert cr1_errors(jackknife.fit, jackknife.contrasts)[0] * np.sqrt(all_columns) == pytest.approx(
        found.bse[0], rel=1e-9
    )


def test_degrees_of_freedom_are_those_of_the_full_matrix() -> None:
    """trace(B)² / |B|² with B = Q'ΦQ written out over cells, own levels as dummies."""
    panel = make_panel(np.random.default_rng(7), units=14, starts={3: 5}, periods=4, weight_sd=0.7, heteroskedastic=3)
    jackknife = regressed(panel).jackknife
    units, periods = panel.outcome.shape
    unit, period = np.divmod(np.arange(units * periods), periods)
    x = np.column_stack([panel.treated.ravel(), *(unit == u for u in range(units)), *(period == t for t in (1, 2, 3))])
    root = np.sqrt(panel.weight.ravel())
    x, y = x * root[:, None], panel.outcome.ravel() * root
    inverse = np.linalg.inv(x.T @ x)
    maker = np.eye(len(x)) - x @ inverse @ x.T
    q = np.zeros((len(x), units))
    for g in range(units):
        rows = unit == g
        own = np.linalg.pinv(maker[np.ix_(rows, rows)])
        q[:, g] = maker[:, rows] @ own @ (x[rows] @ inverse[:, 0]) * np.sqrt((units - 1) / units)
    scores = q.T @ y
    arm = np.array([np.sum(scores[e] ** 2) / np.sum(q[:, e] ** 2) for e in (panel.ever, ~panel.ever)])
    b = q.T @ (np.where(panel.ever[unit], arm[0], arm[1])[:, None] * q)
    assert jackknife.standard_errors[0] == pytest.approx(np.sqrt(np.sum(scores**2)))
    assert jackknife.degrees[0] == pytest.approx(np.trace(b) ** 2 / np.sum(b**2))


@pytest.mark.parametrize(
    ("treated", "controls", "expected"),
    [
        (1, 400, Convention.PERMUTATION),
        (2, 400, Convention.PERMUTATION),
        (20, 2, Convention.PERMUTATION),
        (3, 3, Convention.JACKKNIFE_WELCH),
        (3, 400, Convention.JACKKNIFE_WELCH),
    ],
)
def test_the_number_of_clusters_on_either_side_chooses_the_convention(
    treated: int, controls: int, expected: Convention
) -> None:
    assert convention_for(treated, controls) is expected


# --- bootstrap -----------------------------------------------------------------------------------------------------


def every_sign(clusters: int) -> np.ndarray:
    """Each set of signs once, but for the real one."""
    return np.array(list(product((1.0, -1.0), repeat=clusters)))[1:]


def test_wild_bootstrap_is_estimating_again_on_outcomes_with_other_signs() -> None:
    """The closed form against regressions on restricted fit + sign · restricted residual."""
    panel = make_panel(np.random.default_rng(9), units=9, starts={3: 4}, periods=4, effect=-1.0)
    null = -0.4
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(25, 9))
    jackknife = regressed(panel).jackknife
    found = wild_bootstrap._linear(jackknife.fit, jackknife.contrasts[0], signs)
    free = panel.outcome - null * panel.treated
    restricted = free - free.mean(axis=1, keepdims=True) - free.mean(axis=0) + free.mean()
    ratios = []
    for sign in signs:
        drawn = replace(panel, outcome=panel.outcome - restricted + sign[:, None] * restricted)
        again = regressed(drawn).jackknife
        ratios.append((again.estimates[0] - null) / cr1_errors(again.fit, again.contrasts)[0])
    drawn_sums = found.sums[0] + null * found.sums[1]
    errors = np.sqrt(np.sum((found.scores[0] + null * found.scores[1]) ** 2, axis=1))
    factor = cr1_errors(jackknife.fit, jackknife.contrasts)[0] / found.error
    assert drawn_sums / errors / factor == pytest.approx(ratios, rel=1e-8)


def test_wild_bootstrap_interval_holds_what_is_not_rejected() -> None:
    regression = regressed(make_panel(np.random.default_rng(5), units=14, starts={4: 6}, effect=-2.0))
    jackknife = regression.jackknife
    effect = wild_bootstrap.wild_effects(jackknife, alpha=0.1, draws=599, seed=3)[0]
    signs = wild_bootstrap.multipliers(np.random.default_rng(3), 599, 14)
    found = wild_bootstrap._linear(jackknife.fit, jackknife.contrasts[0], signs)
    for end, outward in ((effect.low, -1e-6), (effect.high, 1e-6)):
        assert found.p_value(end) > 0.1
        assert found.p_value(end + outward) <= 0.1
    assert effect.p_value == found.p_value(0.0)


def test_few_clusters_get_webbs_six_values() -> None:
    drawn = wild_bootstrap.multipliers(np.random.default_rng(0), 20_000, 8)
    assert len(np.unique(drawn)) == 6
    assert np.mean(drawn) == pytest.approx(0, abs=0.01)
    assert np.mean(drawn**2) == pytest.approx(1, abs=0.01)


# --- placebo starts ------------------------------------------------------------------------------------------------


def test_one_of_five_clusters_has_a_p_value_of_a_fifth_at_least() -> None:
    """Changes 8, 1, 2, 0, −1 and the first is treated: no other is as far from the mean of the others."""
    panel = panel_of([[5, 13], [5, 6], [5, 7], [5, 5], [5, 4]], [2, *[np.inf] * 4])
    found = placebos_of(*_parts(panel), draws=999, seed=1)
    assert found.complete
    assert found.p_value() == 1 / 5
    assert found.smallest_p_value() == 1 / 5
    effect = found.effect(0, alpha=0.05)
    assert effect.estimate == pytest.approx(7.5)
    assert (effect.low, effect.high) == (-np.inf, np.inf)
    assert np.isnan(effect.standard_error)


def _parts(panel: Panel) -> tuple:  # type: ignore[type-arg]
    design = twfe_module.design_of(panel, np.empty((len(panel.units), 0)))
    return design.pieces, design.place, design.contrasts, design.patterns


def test_placebos_are_estimates_with_starts_exchanged() -> None:
    panel = make_panel(np.random.default_rng(3), units=8, starts={3: 1, 4: 2}, missing=0.1, weight_sd=0.4)
    found = placebos_of(*_parts(panel), draws=200, seed=2)
    starts = np.searchsorted([3, 4], panel.treated_from)
    others, complete = exchanges(starts.astype(np.int64), 2, 200, 2)
    assert complete
    assert len(others) == 8 * 21 - 1
    again = [
        regressed(replace(panel, treated_from=np.array([3, 4, np.inf])[row])).jackknife.estimates[0]
        for row in others[::9]
    ]
    assert found.drawn[::9, 0] == pytest.approx(again, abs=1e-9)


def test_placebo_interval_holds_what_is_not_rejected() -> None:
    """Taking b off the treated cells and testing zero again."""
    panel = make_panel(np.random.default_rng(12), units=10, starts={4: 3}, effect=-1.0)
    effect = placebos_of(*_parts(panel), draws=999, seed=1).effect(0, alpha=0.1)

    def p_value(b: float) -> float:
        return placebos_of(
            *_parts(replace(panel, outcome=panel.outcome - b * panel.treated)), draws=999, seed=1
        ).p_value()

    assert p_value(effect.low + 1e-6) > 0.1 >= p_value(effect.low - 1e-6)
    assert p_value(effect.high - 1e-6) > 0.1 >= p_value(effect.high + 1e-6)


def test_half_of_the_clusters_treated_has_a_mirror_image_for_every_exchange() -> None:
    panel = make_panel(np.random.default_rng(1), units=6, starts={4: 3})
    assert placebos_of(*_parts(panel), draws=999, seed=1).smallest_p_value() == 2 / 20


# --- several effects -----------------------------------------------------------------------------------------------


def test_holm_by_hand() -> None:
    """Smallest times three, next times two, and never below a smaller one."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.5, 0.9]) == (1.0, 1.0)


def test_a_band_for_one_effect_is_students_interval() -> None:
    assert band_factor(np.eye(1), 10, alpha=0.05, draws=20_000, seed=1) == pytest.approx(
        stats.t.ppf(0.975, 10), rel=0.02
    )


def test_a_band_for_independent_effects_is_sidaks() -> None:
    sidak = stats.norm.isf((1 - 0.95 ** (1 / 4)) / 2)
    drawn = band_factor(np.eye(4), np.inf, alpha=0.05, draws=40_000, seed=1)
    assert drawn == pytest.approx(sidak, rel=0.01)
    influence = np.repeat(np.eye(4), 10, axis=0)
    drawn = band_factor_from_influence(influence, np.inf, alpha=0.05, draws=40_000, seed=1)
    assert drawn == pytest.approx(sidak, rel=0.01)


def test_wald_of_one_effect_is_its_t_test() -> None:
    found = wald(np.array([2.0]), np.array([[0.81]]), 17.0)
    assert found.p_value == pytest.approx(2 * stats.t.sf(2 / 0.9, 17))
    assert found.count == 1


def test_the_jackknife_holds_its_size_where_cr1_does_not() -> None:
    """Ten of forty treated, weights unequal: a short run of the 5,000 panels by which the convention was chosen."""
    rng, rejected = np.random.default_rng(31), np.zeros((250, 2))
    for row in rejected:
        jackknife = regressed(make_panel(rng, **DESIGNS["ten_of_forty_unequal_weights"])).jackknife  # type: ignore[arg-type]
        ratio = abs(jackknife.estimates[0]) / cr1_errors(jackknife.fit, jackknife.contrasts)[0]
        row[:] = jackknife.effects(0.05)[0].p_value <= 0.05, 2 * stats.t.sf(ratio, 39) <= 0.05
    welch, cr1 = rejected.mean(axis=0)
    assert 0.02 <= welch <= 0.075
    assert cr1 > welch + 0.02
