"""Synthetic difference-in-differences: a general optimiser, California as published, what must hold, how it errs."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from evaluation_designs import make_panel, panel_of, replicate
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from test_evaluation_synthetic_control import california

from coalition.evaluation.estimates import Convention, Estimate, Options
from coalition.evaluation.panel import NEVER, Floats, Panel
from coalition.evaluation.placebos import assigned, design_of
from coalition.evaluation.synthetic_did import fitted, jackknife_error, synthetic_did

OPTIONS = Options(draws=199)


def least(columns: Floats, target: Floats, ridge: float) -> Floats:
    """Weights on the simplex, up to a constant difference, by a general optimiser."""
    near, goal = columns - columns.mean(axis=0), target - target.mean()
    count = columns.shape[1]
    found = minimize(
        lambda w: ((near @ w - goal) ** 2).sum() + ridge * (w**2).sum(),
        np.full(count, 1 / count),
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 2_000},
    )
    return np.asarray(found.x)


def straight(data: Panel) -> float:
    """The estimate of one start and equal weights, from the formulas of the paper."""
    start = data.periods.index(data.starts[0])
    treated, donors = data.outcome[data.ever], data.outcome[~data.ever]
    sigma = np.diff(donors[:, :start], axis=1).std(ddof=1)
    zeta = (len(treated) * (len(data.periods) - start)) ** 0.25 * sigma
    omega = least(donors[:, :start].T, treated[:, :start].mean(axis=0), zeta**2 * start)
    rho = least(donors[:, :start], donors[:, start:].mean(axis=1), (1e-6 * sigma) ** 2 * len(donors))
    gaps = treated.mean(axis=0) - omega @ donors
    return float(gaps[start:].mean() - rho @ gaps[:start])


def waves() -> Panel:
    """Sixteen units that swing at their own pace; two start in period 6 and three in period 8; the effect is -3."""
    unit, period = np.arange(16)[:, None], np.arange(10)[None, :]
    swings = 100 + 7 * np.sin(2.3 * unit) + 4 * np.cos(0.9 * period) + 2 * np.sin(unit + period * (1 + unit / 5))
    starts = np.array([6.0] * 2 + [8.0] * 3 + [NEVER] * 11)
    return panel_of(swings - 3.0 * (period + 1 >= starts[:, None]), starts)


def without(data: Panel, start: float) -> Panel:
    return data.of_units(data.treated_from != start)


def flags(found: Estimate) -> dict[str, dict[str, object]]:
    return {flag.id: dict(flag.facts) for flag in found.flags}


# --- by hand and by other programs ----------------------------------------------------------------------------------


def test_by_hand() -> None:
    """Donors go up by 1 and by 3 a period; the treated by 2, so halves; then 5 less. Equal weights on equal periods."""
    steps = np.arange(4.0)
    rows = np.stack([7 + 2 * steps - [0, 0, 5, 5], steps, 3 * steps + 50])
    data = panel_of(rows, [3, NEVER, NEVER])
    found = synthetic_did(data, OPTIONS)
    assert [row["weight"] for row in found.tables["weights"]] == pytest.approx([0.5, 0.5])
    assert found.effect.estimate == pytest.approx(-5)
    assert found.expected == pytest.approx(7 + 2 * 2.5)
    assert found.convention is Convention.PLACEBO
    assert [row.effect.estimate for row in found.per_period][-2:] == pytest.approx([-5, -5])


@pytest.mark.parametrize("start", [6.0, 8.0])
def test_a_general_optimiser_finds_the_same(start: float) -> None:
    data = without(waves(), start)
    assert synthetic_did(data, OPTIONS).effect.estimate == pytest.approx(straight(data), abs=1e-5)


def test_several_starts_are_averaged_over_treated_cells() -> None:
    """Two units in five periods and three in three; Python's synthdid 0.10.1, which stops early, gives -3.159."""
    parts = [straight(without(waves(), start)) for start in (8.0, 6.0)]
    found = synthetic_did(waves(), OPTIONS).effect.estimate
    assert found == pytest.approx((10 * parts[0] + 9 * parts[1]) / 19, abs=1e-5)
    assert found == pytest.approx(-3.159, abs=0.03)


def test_california_as_published() -> None:
    """Golden: -15.604 (Arkhangelsky et al. 2021, table 1; R package synthdid); Python's synthdid 0.10.1 -15.60383.

    Both stop their optimiser when a step gains little; at the optimum itself it is -15.6054.
    The weights of 1986, 1987 and 1988 are those of synthdid 0.10.1.
    """
    found = synthetic_did(california(), OPTIONS)
    assert found.effect.estimate == pytest.approx(-15.604, abs=2e-3)
    times = [(row["period"], row["weight"]) for row in found.tables["time_weights"]]
    assert [period for period, _ in times] == [1986, 1987, 1988]
    assert [weight for _, weight in times] == pytest.approx([0.36647036, 0.2064536, 0.42707604], abs=1e-5)
    assert found.effect.standard_error == pytest.approx(9.37, abs=0.01)  # published: 8.4, from other placebo draws
    assert found.figures["placebos"] == 38


def test_each_placebo_is_an_estimate_on_donors_alone() -> None:
    data = california()
    found = synthetic_did(data, OPTIONS)
    donors = data.of_units(~data.ever)
    effects = {row["unit"]: cast(float, row["effect"]) for row in found.tables["placebos"]}
    for state in ("Utah", "Nevada", "New Hampshire"):
        as_if = replace(donors, treated_from=np.where(np.array(donors.units) == state, 1989, NEVER))
        assert synthetic_did(as_if, replace(OPTIONS, draws=1)).effect.estimate == pytest.approx(
            effects[state], abs=1e-9
        )
    assert found.effect.standard_error == pytest.approx(np.std([*effects.values()]))


def test_the_jackknife_leaves_out_one_unit_at_a_time() -> None:
    """Algorithm 3 of the paper, unit by unit: weights of the others in proportion, weights of periods as they were."""
    data = waves()
    design, real = design_of(data), assigned(data)
    fit = fitted(design, real)
    estimates = []
    for unit in range(16):
        total = weight = 0.0
        for group, start in enumerate((5, 7)):
            members = [k for k in np.flatnonzero(real.groups[0, group]) if k != unit]
            omega = np.where(np.arange(16) == unit, 0.0, fit.units[0, group])
            gaps = data.outcome[members].mean(axis=0) - omega @ data.outcome / omega.sum()
            cells = len(members) * (10 - start)
            total += cells * (gaps[start:].mean() - fit.periods[0, group] @ gaps)
            weight += cells
        estimates.append(total / weight)
    expected = np.sqrt(15 / 16 * ((np.array(estimates) - np.mean(estimates)) ** 2).sum())
    assert jackknife_error(design, real, fit, data.cluster) == pytest.approx(expected)
    assert [row["convention"] for row in synthetic_did(data, OPTIONS).tables["standard_errors"]] == [
        "placebo",
        "jackknife",
        "permutation",
    ]


# --- what must always hold ------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-3, 7.0, 1e4]))
@settings(max_examples=10)
def test_unit_effects_scale_and_order(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    data = make_panel(rng, units=14, periods=7, starts={5: 2}, effect=-2.0)
    found = synthetic_did(data, OPTIONS)
    units = 100 * rng.normal(size=(14, 1))
    moved = synthetic_did(replace(data, outcome=scale * (data.outcome + units)), OPTIONS)
    assert moved.effect.estimate == pytest.approx(scale * found.effect.estimate, abs=1e-6 * scale)
    assert moved.effect.standard_error == pytest.approx(scale * found.effect.standard_error, rel=1e-6)
    order = rng.permutation(14)
    mixed = replace(
        data,
        units=tuple(data.units[k] for k in order),
        outcome=data.outcome[order],
        weight=data.weight[order],
        treated_from=data.treated_from[order],
        cluster=data.cluster[order],
    )
    assert synthetic_did(mixed, OPTIONS).effect.estimate == pytest.approx(found.effect.estimate, abs=1e-9)
    assert synthetic_did(mixed, OPTIONS).effect.standard_error == pytest.approx(found.effect.standard_error)


@pytest.mark.parametrize("effect", [0.0, -3.0])
@pytest.mark.parametrize("starts", [{5: 8}, {4: 4, 6: 4}, {5: 1}])
@pytest.mark.parametrize("weight_sd", [0.0, 0.5])
def test_a_known_effect_without_noise_is_found(effect: float, starts: dict[int, int], weight_sd: float) -> None:
    """Any weights will do where all units go the same way, whatever the units' sizes."""
    rng = np.random.default_rng(2)
    data = make_panel(rng, units=30, periods=8, starts=starts, effect=effect, sd=0.0, weight_sd=0.0)
    if weight_sd:
        data = replace(data, weight=np.repeat(np.exp(rng.normal(size=(30, 1))), 8, axis=1), weighted=True)
    found = synthetic_did(data, OPTIONS)
    assert found.effect.estimate == pytest.approx(effect, abs=1e-9)
    assert [row.effect.estimate for row in found.per_period if row.event_time and row.event_time > 0] == pytest.approx(
        [effect] * sum(1 for row in found.per_period if row.event_time and row.event_time > 0), abs=1e-9
    )


def test_same_seed_same_result() -> None:
    data = make_panel(np.random.default_rng(3), units=30, periods=8, starts={6: 5}, effect=-1.0)
    assert repr(synthetic_did(data, OPTIONS)) == repr(synthetic_did(data, OPTIONS))
    other = synthetic_did(data, replace(OPTIONS, seed=2))
    assert other.effect.estimate == synthetic_did(data, OPTIONS).effect.estimate
    assert other.effect.standard_error != synthetic_did(data, OPTIONS).effect.standard_error


def test_the_mean_over_person_years() -> None:
    """Twice the person-years of a treated unit is that unit twice."""
    data = make_panel(np.random.default_rng(5), units=12, periods=7, starts={5: 2})
    weight = np.ones((12, 7))
    weight[0] = 2
    twice = panel_of(np.vstack([data.outcome[:1], data.outcome]), [5.0, *data.treated_from.tolist()])
    weighted = fitted(design_of(replace(data, weight=weight)), assigned(data))
    copied = fitted(design_of(twice), assigned(twice))
    np.testing.assert_allclose(weighted.treated, copied.treated)
    np.testing.assert_allclose(weighted.periods, copied.periods, atol=1e-9)
    assert weighted.effect[0] == pytest.approx(copied.effect[0], abs=0.05)  # the ridge grows with the number of units


def test_treated_that_are_noisier_than_donors_are_flagged() -> None:
    quiet = make_panel(np.random.default_rng(6), units=40, periods=11, starts={9: 8})
    noisy = make_panel(np.random.default_rng(6), units=40, periods=11, starts={9: 8}, heteroskedastic=3.0)
    assert "unequal_noise" not in flags(synthetic_did(quiet, OPTIONS))
    assert flags(synthetic_did(noisy, OPTIONS))["unequal_noise"]["ratio"] == pytest.approx(3.0, abs=0.4)


def test_traps_that_apply() -> None:
    data = make_panel(np.random.default_rng(7), units=6, periods=6, starts={4: 1})
    found = flags(synthetic_did(data, OPTIONS))
    assert found["few_donors"] == {"donors": 5}
    assert found["few_placebos"] == {"smallest_p": pytest.approx(1 / 6), "placebos": 5, "needed": 19}
    assert "no_placebos" in flags(synthetic_did(make_panel(np.random.default_rng(7), units=6, starts={4: 3}), OPTIONS))


def test_error_of_estimates_and_coverage() -> None:
    """With equal noise the placebo error is the spread of estimates, and intervals hold the truth often enough."""
    design = {"units": 40, "periods": 9, "starts": {7: 8}, "rho": 0.5, "effect": -1.0}
    seen = replicate(synthetic_did, design=design, replications=120, options=Options(draws=99))
    assert seen.error_ratio == pytest.approx(1.0, abs=0.15)
    assert seen.coverage == pytest.approx(0.95, abs=0.05)
    assert abs(seen.bias) < 0.1
