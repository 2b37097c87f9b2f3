"""Power before the start: worked figures, simulation, agreement with a contract's gate, and history as it was."""

from __future__ import annotations

from dataclasses import asdict, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from contract_building import contract
from evaluation_designs import make_panel, panel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from coalition.clauses import Values, minimum_rates, standard_error
from coalition.evaluation.estimates import Convention, Effect, Estimate, Method, Options
from coalition.evaluation.panel import NEVER, Panel
from coalition.evaluation.power import (
    Design,
    areas_needed,
    controls_needed,
    detectable,
    multiple,
    persons_needed,
    power_from_history,
    power_of,
    seen_in,
)

TOWN = Design(persons_treated=2_000, persons_control=20_000, sd=9_000, rho=0.5, years_before=3, years_after=3)

# --- the formula -----------------------------------------------------------------------------------------------------


def test_the_worked_figure() -> None:
    """Three years before and after, ρ = .5: a third of the variance of one year against another group's one."""
    assert TOWN.years_factor == pytest.approx(1 / 3)
    assert TOWN.standard_error == pytest.approx(9_000 * np.sqrt((1 / 2_000 + 1 / 20_000) / 3))
    seen = detectable(TOWN.standard_error, mean=3_000, plan=60)
    assert seen.effect == pytest.approx(2.8016 * TOWN.standard_error, rel=1e-4)
    assert seen.percent == pytest.approx(100 * seen.effect / 3_000)
    assert seen.times_plan == pytest.approx(seen.effect / 60)


def test_what_an_estimate_could_have_shown() -> None:
    """The width of its interval says it, whatever was found; a normal test with that error says the same."""
    wide = 1.959964 * 30.0
    for found in (-200.0, 0.0, 45.0):
        estimate = Estimate(
            Method.DID, Effect(found, 28.0, found - wide, found + wide, 0.5), Convention.JACKKNIFE_WELCH, 2_000.0
        )
        assert asdict(seen_in(estimate, 25.0)) == pytest.approx(asdict(detectable(30.0, mean=2_000, plan=25.0)))
    endless = replace(estimate, effect=Effect(0.0, float("nan"), -np.inf, np.inf, 1.0))
    assert seen_in(endless, 25.0).effect == np.inf
    assert seen_in(endless, 25.0).power_at_plan == 0.0
    assert np.isnan(seen_in(endless, None).power_at_plan)


@pytest.mark.parametrize(("before", "after", "rho"), [(3, 3, 0.5), (1, 3, 0.5), (4, 2, 0.2), (0, 3, 0.4), (2, 2, 0.0)])
def test_years_against_simulation(before: int, after: int, rho: float) -> None:
    """Variance of the change of equicorrelated persons, from 40,000 of them, to 3 %."""
    rng = np.random.default_rng(8)
    lasting, fresh = rng.normal(size=(40_000, 1)), rng.normal(size=(40_000, before + after))
    years = np.sqrt(rho) * lasting + np.sqrt(1 - rho) * fresh
    change = years[:, before:].mean(axis=1) - (years[:, :before].mean(axis=1) if before else 0)
    design = replace(TOWN, years_before=before, years_after=after, rho=rho)
    assert design.years_factor == pytest.approx(change.var(), rel=0.03)


def test_standard_error_and_power_against_simulated_evaluations() -> None:
    """Clusters of unequal size, two years before and one after: spread of estimates and share found as foretold."""
    rng, rounds = np.random.default_rng(5), 3_000
    sizes = {True: np.array([4, 8] * 15), False: np.array([6] * 50)}
    icc, rho = 0.1, 0.4
    parts = []
    for group in sizes.values():
        people = np.repeat(np.arange(len(group)), group)
        noise = np.sqrt((1 - rho) * (1 - icc)) * rng.normal(size=(rounds, len(people), 3))
        shared = np.sqrt((1 - rho) * icc) * rng.normal(size=(rounds, len(group), 3))
        lasting = np.sqrt(rho) * rng.normal(size=(rounds, len(people), 1))  # falls out of every change
        years = 50 * (noise + shared[:, people] + lasting)
        parts.append((years[:, :, 2] - years[:, :, :2].mean(axis=2)).mean(axis=1))
    estimates = parts[0] - parts[1]
    plain = Design(180, 300, sd=50, rho=rho, years_before=2, years_after=1)
    treated = Design(180, np.inf, 50, rho, 2, 1, cluster_size=6, icc=icc, cluster_size_variation=1 / 3)
    control = Design(300, np.inf, 50, rho, 2, 1, cluster_size=6, icc=icc)
    error = np.hypot(treated.standard_error, control.standard_error)
    assert estimates.std() == pytest.approx(error, rel=0.04)
    assert error > plain.standard_error
    effect = multiple(0.05, 0.8) * error
    found = np.abs(estimates - effect) > NormalDist().inv_cdf(0.975) * error
    assert found.mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("effect", [0.0, 5.0, 17.0, -30.0])
def test_power_agrees_with_statsmodels(effect: float) -> None:
    """Two independent groups seen once: NormalIndPower, to 1e-9."""
    design = Design(300, 900, sd=100, years_before=0)
    expected = NormalIndPower().power(effect / 100, 300, 0.05, ratio=3) if effect else 0.05
    assert power_of(effect, design.standard_error) == pytest.approx(expected, abs=1e-9)


def test_what_is_needed_is_enough() -> None:
    """At the number of persons, controls and areas that are asked for, the plan is the least detectable effect."""
    plan = 900.0
    persons = persons_needed(TOWN, plan)
    enough = replace(TOWN, persons_treated=persons, persons_control=10 * persons)
    assert detectable(enough.standard_error).effect == pytest.approx(plan)
    seen_before = detectable(TOWN.standard_error).effect
    plan = 0.99 * seen_before
    controls = controls_needed(TOWN, plan)
    assert detectable(replace(TOWN, persons_control=controls).standard_error).effect == pytest.approx(plan)
    assert areas_needed(TOWN, plan, 5_000) == np.ceil(controls / 5_000)
    assert areas_needed(TOWN, seen_before / 2, 5_000) == np.inf  # the treated alone are too few


def test_plan_at_the_edge_is_found_in_four_of_five() -> None:
    error = TOWN.standard_error
    seen = detectable(error, plan=multiple(0.05, 0.8) * error)
    assert seen.times_plan == pytest.approx(1)
    assert seen.power_at_plan == pytest.approx(0.8, abs=1e-3)
    assert np.isnan(detectable(error).percent)


# --- the gate of a contract ------------------------------------------------------------------------------------------


def gate(persons: float, **dispersion: Any) -> tuple[float, float]:
    """Standard error and minimum savings rate of a contract with a statistical gate."""
    values = Values(contract(gate="statistical", confidence=0.95, dispersion=dispersion))
    heads = np.full((1, 1), persons)
    return float(standard_error(values, heads)[0, 0]), float(minimum_rates(values, heads)[0][0, 0])


def test_a_comparison_group_seen_once_is_the_gate_of_the_contract() -> None:
    """10,000 people, CV 3: SE .03 with the benchmark known; with a group of 40,000 and clusters it stays equal."""
    known = Design(10_000, np.inf, sd=9_000, years_before=0)
    assert known.standard_error / 3_000 == pytest.approx(0.03)
    assert gate(10_000, cost_variation=3.0)[0] == pytest.approx(0.03)
    both = Design(10_000, 40_000, sd=9_000, years_before=0, cluster_size=20, icc=0.02)
    stated = {"cost_variation": 3.0, "benchmark_persons": 40_000, "design_effect": both.design_effect}
    error, least = gate(10_000, **stated)
    assert both.standard_error / 3_000 == pytest.approx(error, rel=1e-12)
    assert least == pytest.approx(NormalDist().inv_cdf(0.95) * error)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(500, 1e6),
    st.floats(500, 1e6),
    st.floats(0.1, 5),
    st.floats(0, 0.95),
    st.integers(0, 6),
    st.integers(1, 6),
    st.floats(0, 0.2),
)
def test_years_and_persons_become_the_contracts_covariance(
    treated: float, control: float, variation: float, rho: float, before: int, after: int, icc: float
) -> None:
    """With the covariance that a design states, the contract's gate is the design's standard error."""
    design = Design(treated, control, 2_500 * variation, rho, before, after, cluster_size=30, icc=icc)
    error, _ = gate(
        treated,
        cost_variation=variation,
        benchmark_persons=control,
        design_effect=design.design_effect,
        covariance=design.covariance(2_500),
    )
    assert error == pytest.approx(design.standard_error / 2_500, rel=1e-7)


def test_the_same_people_a_year_before_as_benchmark() -> None:
    """A historical benchmark of the same 10,000: the covariance is ρ · CV² / n, as the field states it."""
    design = Design(10_000, np.inf, sd=9_000, rho=0.5)
    error, _ = gate(10_000, cost_variation=3.0, benchmark_persons=10_000, covariance=0.5 * 9 / 10_000)
    assert design.standard_error / 3_000 == pytest.approx(error)


# --- history ---------------------------------------------------------------------------------------------------------


def history(seed: int = 3, units: int = 60, periods: int = 8, sd: float = 10.0, **rest: Any) -> Panel:
    """Nobody is ever treated."""
    return make_panel(np.random.default_rng(seed), units=units, periods=periods, starts={}, sd=sd, **rest)


def test_history_knows_the_noise_that_was_put_in() -> None:
    """Independent noise of sd 10: three years against three, one of 59 units, or four of them together."""
    found = power_from_history(history(units=200, periods=12), ["unit 000"], 3, Options(draws=199))
    assert found.standard_error == pytest.approx(10 * np.sqrt(2 / 3), rel=0.15)
    assert (found.windows, found.placebos) == (7, 7 * 20)
    four = power_from_history(history(units=200, periods=12), [f"unit 00{k}" for k in range(4)], 3, Options(draws=199))
    assert four.standard_error == pytest.approx(found.standard_error / 2, rel=0.25)
    assert four.upper_quantile == pytest.approx(1.96 * four.standard_error, rel=0.25)


def test_history_by_hand() -> None:
    """Two periods, three others: each change against the weighted mean of the two other changes."""
    panel = panel_of([[0, 50], [0, 1], [0, 2], [0, 6]], [NEVER] * 4, weight=[[1, 1], [1, 1], [1, 1], [2, 2]])
    found = power_from_history(panel, ["unit 000"], 1)
    estimates = np.array([1 - (2 + 12) / 3, 2 - (1 + 12) / 3, 6 - 1.5])
    assert found.standard_error == pytest.approx(np.sqrt((estimates**2).mean()))
    assert found.mean_estimate == pytest.approx(estimates.mean())
    assert found.mean_outcome == pytest.approx((1 + 2 + 12) / 4)


def test_small_places_are_compared_with_small_places() -> None:
    """Where small units are noisier, a town of their size has the larger error."""
    panel = history(units=120, periods=8, weight_sd=1.0, noise_by_weight=True)
    small, large = (power_from_history(panel, [], 2, size=size) for size in (300.0, 3_000.0))
    assert small.standard_error > 2 * large.standard_error
    assert (small.person_years, large.person_years) == pytest.approx((300, 3_000), rel=0.3)


def test_regions_know_what_neighbours_share() -> None:
    """Ten units of a region with shocks of their own: drawing them from anywhere misses the shocks."""
    panel = history(units=200, periods=10, sd=1.0, cluster_size=10, cluster_sd=5.0)
    region = [name for name, cluster in zip(panel.units, panel.cluster, strict=True) if cluster == 0]
    apart = power_from_history(panel, region, 2, Options(draws=300))
    together = power_from_history(panel, region, 2, regions=True)
    assert together.standard_error == pytest.approx(5.2, rel=0.25)
    assert together.standard_error > 2 * apart.standard_error


def test_treated_units_and_units_with_gaps_are_no_history() -> None:
    """Changing what the treated cost after their start, or a unit with a gap, changes nothing."""
    panel = history()
    outcome = panel.outcome.copy()
    outcome[0] += 1_000
    outcome[5, 2] = np.nan
    weight = np.where(np.isnan(outcome), np.nan, panel.weight)
    treated_from = np.where(np.arange(60) == 7, 4.0, NEVER)
    changed = replace(panel, outcome=outcome, weight=weight, treated_from=treated_from)
    rest = panel.of_units(~np.isin(np.arange(60), [5, 7]))
    names = ["unit 000", "unit 001"]
    assert power_from_history(changed, names, 2) == power_from_history(rest, names, 2)


def test_any_estimator_can_be_repeated() -> None:
    """Difference-in-differences handed in says what the quick form says."""

    def did(panel: Panel, _options: Options) -> Estimate:
        after = panel.treated.any(axis=0)
        sides = [
            np.average(panel.outcome[g][:, after], weights=panel.weight[g][:, after])
            - np.average(panel.outcome[g][:, ~after], weights=panel.weight[g][:, ~after])
            for g in (panel.ever, ~panel.ever)
        ]
        return Estimate(Method.DID, Effect(sides[0] - sides[1], *[float("nan")] * 4), Convention.PLACEBO, 0.0)

    panel, options = history(units=20, weight_sd=0.4), Options(draws=15)
    quick = power_from_history(panel, ["unit 001", "unit 002"], 2, options, years_before=1)
    slow = power_from_history(panel, ["unit 001", "unit 002"], 2, options, years_before=1, estimator=did)
    assert slow.standard_error == pytest.approx(quick.standard_error)
    assert slow.placebos == quick.placebos


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.floats(0.1, 50), st.floats(-1e4, 1e4))
def test_history_scales(seed: int, scale: float, shift: float) -> None:
    """Other units of money change the unit; levels, and what happened to everyone, change nothing."""
    panel = history(seed, units=15, periods=6, weight_sd=0.3)
    steady = replace(panel, weight=np.repeat(panel.weight[:, :1], 6, axis=1))
    moved = replace(steady, outcome=scale * (steady.outcome + shift + 100 * np.arange(6.0) ** 2))
    plain, other = (power_from_history(p, ["unit 000"], 2) for p in (steady, moved))
    assert other.standard_error == pytest.approx(scale * plain.standard_error, rel=1e-5)
