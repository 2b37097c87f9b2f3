"""Weights on controls: moments that must be equal, other programs' optimum, and what no weight can mend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from evaluation_designs import make_panel, panel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from coalition.evaluation.estimates import Options
from coalition.evaluation.matching import Matched, entropy_weights, match, weighted_panel, with_weights
from coalition.evaluation.panel import NEVER, Floats, Panel

ENTROPY = Options(adjustment="entropy", covariates=("risk",))
PROPENSITY = Options(adjustment="propensity", covariates=("risk",))


def flags(found: Matched) -> set[str]:
    return {flag.id for flag in found.flags}


def risky(seed: int = 1, units: int = 80, treated: int = 20, **rest: float) -> Panel:
    """Treated units have more of the risk that makes cost grow."""
    return make_panel(
        np.random.default_rng(seed), units=units, periods=6, starts={5: treated}, risk_slope=1.0, weight_sd=0.5,
        **rest,  # type: ignore[arg-type]
    )  # fmt: skip


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_two_kinds_of_controls_by_hand() -> None:
    """Treated have a mean of 3; controls with 2 and 6 reach it at weights 3 to 1, and their total stays."""
    risk = np.repeat(np.array([[3.0], [2.0], [6.0]]), 3, axis=1)
    panel = panel_of(np.zeros((3, 3)), [3, NEVER, NEVER], covariates={"risk": risk})
    found = match(panel, ENTROPY, outcomes=False)
    assert found.weights == pytest.approx([1, 1.5, 0.5])
    (row,) = found.rows
    assert (row["treated_mean"], row["control_mean_before"], row["control_mean_after"]) == pytest.approx((3, 4, 3))
    assert row["difference_before"] == pytest.approx(-0.5)  # one treated unit has no spread: the controls' sd, 2
    assert row["unlike"] == 0
    assert found.figures["effective_controls"] == pytest.approx(4 / (1.5**2 + 0.5**2))
    weighted, rows = weighted_panel(panel, ENTROPY, outcomes=False)
    assert weighted.weight[:, 0] == pytest.approx([1, 1.5, 0.5])
    assert rows == found.rows


def test_blocks_of_the_past_are_balanced_and_named() -> None:
    """Seven periods before become three means; with a gap, what was seen stands for it."""
    panel = make_panel(np.random.default_rng(2), units=40, periods=9, starts={8: 10})
    panel = replace(panel, outcome=np.where(np.arange(40)[:, None] == 30, np.nan, panel.outcome)).of_units(
        np.arange(40) != 30
    )
    found = match(panel, Options(adjustment="entropy"))
    assert [row["covariate"] for row in found.rows] == ["outcome 1–3", "outcome 4–5", "outcome 6–7"]
    assert found.figures["largest_difference"] < 1e-9
    assert all(row["outcome"] == 1 for row in found.rows)
    short = match(make_panel(np.random.default_rng(2), units=40, periods=3, starts={3: 10}), Options())
    assert [row["covariate"] for row in short.rows] == ["outcome 1", "outcome 2"]


def test_a_unit_not_seen_in_a_block_is_balanced_on_what_was_seen() -> None:
    outcome = np.array([[4.0, 6, 5, 5], [np.nan, 4, 4, 4], [6, 8, 7, 7], [2, 4, 3, 3]])
    found = match(panel_of(outcome, [4, NEVER, NEVER, NEVER]), Options())
    assert np.isfinite(found.weights).all()
    assert found.rows[0]["control_mean_before"] == pytest.approx((4 + 6 + 2) / 3)


# --- entropy balancing -----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_moments_are_equal_and_weights_are_positive(seed: int, columns: int) -> None:
    """Means of the treated, in their own units however large, to 1e-9 of a standard deviation."""
    rng = np.random.default_rng(seed)
    ever = np.arange(90) < 15
    values = (rng.normal(size=(90, columns)) + 0.3 * ever[:, None]) * 10.0 ** rng.integers(-3, 7, columns) + 1e3
    years = rng.uniform(10, 1_000, 90)
    weights, exact = entropy_weights(values, ever, years)
    assert exact
    target = np.average(values[ever], axis=0, weights=years[ever])
    reached = np.average(values[~ever], axis=0, weights=(weights * years)[~ever])
    assert np.abs(reached - target) == pytest.approx(0, abs=1e-9 * values.std(axis=0).max())
    assert (weights > 0).all()
    assert (weights[~ever] * years[~ever]).sum() == pytest.approx(years[~ever].sum())


def test_the_optimum_is_that_of_a_general_solver() -> None:
    """Least Σ w log(w/q) under the same moments, by SLSQP on the weights themselves: the same weights to 1e-5."""
    rng = np.random.default_rng(6)
    ever, values, years = np.arange(16) < 4, rng.normal(size=(16, 2)), rng.uniform(1, 3, 16)
    base = years[~ever] / years[~ever].sum()
    target = np.average(values[ever], axis=0, weights=years[ever])

    def divergence(weight: Floats) -> float:
        return float((weight * np.log(weight / base)).sum())

    solved = minimize(
        divergence, base, method="SLSQP", bounds=[(1e-9, 1)] * 12, options={"ftol": 1e-14, "maxiter": 1_000},
        constraints=[{"type": "eq", "fun": lambda w: np.append(w @ values[~ever] - target, w.sum() - 1)}],
    )  # fmt: skip
    weights, exact = entropy_weights(values, ever, years)
    assert exact
    assert weights[~ever] * base == pytest.approx(solved.x, abs=1e-5)


def test_groups_that_are_alike_need_no_weights() -> None:
    values = np.array([[1.0], [3.0], [1.0], [3.0]])
    weights, exact = entropy_weights(values, np.array([True, True, False, False]), np.ones(4))
    assert exact
    assert weights == pytest.approx(np.ones(4))


def test_redundant_and_constant_columns_do_no_harm() -> None:
    """A column that is twice another, and one that nobody varies in."""
    panel = risky()
    risk = panel.covariates["risk"]
    more = replace(panel, covariates={"risk": risk, "twice": 2 * risk, "same": np.full_like(risk, 7.0)})
    options = replace(ENTROPY, covariates=("risk", "twice", "same"))
    found, alone = match(more, options), match(panel, ENTROPY)
    assert found.weights == pytest.approx(alone.weights, rel=1e-6)
    assert found.rows[2]["difference_before"] == 0.0


def test_what_cannot_be_balanced_is_said() -> None:
    """Treated beyond every control: the nearest weights, a flag, and nobody within the others' range."""
    panel = risky()
    far = replace(panel, covariates={"risk": np.where(panel.ever[:, None], 9.0, panel.covariates["risk"])})
    for options in (ENTROPY, PROPENSITY):
        found = match(far, options)
        assert {"balance_not_reached", "off_support"} <= flags(found)
        assert found.rows[0]["unlike"] == 1
        assert found.figures["treated_off_support"] == 20
        assert np.isfinite(found.weights).all()
        assert found.weights[panel.ever] == pytest.approx(np.ones(20))
    assert "propensity_separates" in flags(match(far, PROPENSITY))
    assert "few_effective_controls" in flags(match(far, ENTROPY))


# --- propensity score ------------------------------------------------------------------------------------------------


def test_the_score_agrees_with_statsmodels() -> None:
    """Odds of a logit weighted with person-years: the same weights to 1e-8."""
    panel = risky(units=120, treated=30)
    found = match(panel, PROPENSITY, outcomes=False)
    years, risk = np.nanmean(panel.weight[:, :4], axis=1), panel.covariates["risk"][:, 0]
    model = sm.GLM(
        panel.ever.astype(float), sm.add_constant(risk), family=sm.families.Binomial(), freq_weights=years
    ).fit(tol=1e-14)
    odds = np.exp(model.predict(which="linear"))[~panel.ever]
    base = years[~panel.ever]
    assert found.weights[~panel.ever] == pytest.approx(odds * base.sum() / (odds * base).sum(), rel=1e-8)


def test_the_score_brings_groups_closer() -> None:
    found = match(risky(units=300, treated=60), PROPENSITY)
    assert all(
        abs(float(row["difference_after"] or 0)) < max(0.1, abs(float(row["difference_before"] or 0)))
        for row in found.rows
    )


# --- use -------------------------------------------------------------------------------------------------------------


def did(panel: Panel) -> float:
    """Difference-in-differences of weighted means."""
    after = panel.treated.any(axis=0)
    changes = [
        np.average(panel.outcome[g][:, after], weights=panel.weight[g][:, after])
        - np.average(panel.outcome[g][:, ~after], weights=panel.weight[g][:, ~after])
        for g in (panel.ever, ~panel.ever)
    ]
    return float(changes[0] - changes[1])


@pytest.mark.parametrize("options", [ENTROPY, PROPENSITY])
def test_a_bias_by_risk_is_gone(options: Options) -> None:
    """Cost grows with risk and the treated have more of it: plain differences err, weighted ones do not."""
    panels = [risky(seed, units=200, treated=50) for seed in range(30)]
    plain = np.mean([did(panel) for panel in panels])
    balanced = [did(weighted_panel(panel, options, outcomes=False)[0]) for panel in panels]
    assert plain > 1
    assert abs(np.mean(balanced)) < 4 * np.std(balanced) / np.sqrt(30) + 0.1


def test_matching_on_the_past_of_unlike_groups_is_flagged() -> None:
    """Picked to look alike, controls fall back to their own mean: an effect where there is none."""
    rng = np.random.default_rng(11)
    outcome = rng.normal(size=(400, 4)) * 10 + np.where(np.arange(400) < 100, 6.0, 0.0)[:, None]
    panel = panel_of(outcome, np.where(np.arange(400) < 100, 3, NEVER))
    found = match(panel, Options(adjustment="entropy"))
    assert "matched_on_outcome" in flags(found)
    assert abs(did(panel)) < 2
    assert did(with_weights(panel, found.weights)) > 3
    assert flags(match(panel, Options(adjustment="entropy"), outcomes=False)) == set()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.sampled_from([ENTROPY, PROPENSITY]), st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_units_of_measurement_and_order_change_no_weight(
    seed: int, options: Options, scale: float, shift: float
) -> None:
    panel = risky(seed)
    found = match(panel, options).weights
    moved = replace(
        panel, outcome=scale * panel.outcome + shift, covariates={"risk": shift + scale * panel.covariates["risk"]}
    )
    assert match(moved, options).weights == pytest.approx(found, rel=1e-5)
    order = np.random.default_rng(seed).permutation(80)
    shuffled = replace(
        panel,
        outcome=panel.outcome[order],
        weight=panel.weight[order],
        treated_from=panel.treated_from[order],
        covariates={"risk": panel.covariates["risk"][order]},
    )
    assert match(shuffled, options).weights == pytest.approx(found[order], rel=1e-6)


def test_a_control_that_no_longer_counts_is_left_out() -> None:
    panel = risky()
    weights = np.where(np.arange(80) == 79, 0.0, 1.0)
    assert with_weights(panel, weights).units == panel.units[:-1]
