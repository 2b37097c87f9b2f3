"""Synthetic control: by hand, what must hold, California's tobacco tax beside a library, and what tests reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from evaluation_designs import make_panel, panel_of, replicate
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.evaluation.estimates import Convention, Estimate, Options
from coalition.evaluation.panel import NEVER, Panel
from coalition.evaluation.synthetic_control import synthetic_control

SMOKING = Path(__file__).parent / "public_data" / "california_smoking.csv"
OPTIONS = Options(draws=199)


def california() -> Panel:
    """Packs of cigarettes per head; California's tax began to bite in 1989."""
    rows = [line.split(",") for line in SMOKING.read_text().splitlines() if not line.startswith("#")]
    states = [row[0] for row in rows[1:]]
    sales = np.array([row[1:] for row in rows[1:]], dtype=float)
    begins = [1989 if state == "California" else NEVER for state in states]
    return replace(panel_of(sales, begins, first_period=1970), units=tuple(states))


def flags(found: Estimate) -> dict[str, dict[str, object]]:
    return {flag.id: dict(flag.facts) for flag in found.flags}


def in_between() -> Panel:
    """The treated lies at 1 : 3 between the first two donors before the start and 2 below that afterwards."""
    donors = np.array([[0, 4, 2, 6, 0], [8, 0, 10, 2, 4], [30, 31, 29, 30, 35], [40, 60, 50, 55, 58]], dtype=float)
    treated = 0.25 * donors[0] + 0.75 * donors[1] - np.array([0, 0, 0, 2, 2])
    return panel_of([treated, *donors], [4, NEVER, NEVER, NEVER, NEVER])


# --- by hand --------------------------------------------------------------------------------------------------------


def test_by_hand() -> None:
    found = synthetic_control(in_between(), OPTIONS)
    weights = found.tables["weights"]
    assert [row["unit"] for row in weights] == ["unit 002", "unit 001"]
    assert [row["weight"] for row in weights] == pytest.approx([0.75, 0.25])
    assert found.effect.estimate == pytest.approx(-2)
    assert found.expected == pytest.approx(np.mean([3.0, 3.0]))
    assert [row.effect.estimate for row in found.per_period] == pytest.approx([0, 0, 0, -2, -2])
    assert [(row.period, row.event_time) for row in found.per_period][-2:] == [(4, 0), (5, 1)]
    assert found.convention is Convention.PERMUTATION
    assert np.isnan(found.effect.standard_error)
    assert found.figures["pre_rmspe"] == 0.0
    assert found.figures["post_rmspe"] == pytest.approx(2)
    assert found.figures["placebos"] == 4
    assert found.figures["smallest_p_value"] == pytest.approx(1 / 5)


def test_a_level_that_four_placebos_cannot_reach_is_said() -> None:
    found = synthetic_control(in_between(), OPTIONS)
    assert flags(found)["smallest_p_above_alpha"] == {"smallest_p": 0.2, "placebos": 4, "needed": 19}
    assert (found.effect.low, found.effect.high) == (-np.inf, np.inf)
    assert "smallest_p_above_alpha" not in flags(synthetic_control(in_between(), replace(OPTIONS, alpha=0.2)))


def test_traps_that_apply() -> None:
    found = flags(synthetic_control(in_between(), OPTIONS))
    assert found["few_donors"] == {"donors": 4}
    assert found["few_periods_before"] == {"periods": 3}
    assert found["weight_on_one"] == {"start": 4, "unit": "unit 002", "percent": 75}
    assert found["exact_fit"] == {"donors": 4, "periods": 3}
    far = in_between()
    far = replace(far, outcome=far.outcome + 100 * far.ever[:, None])
    assert flags(synthetic_control(far, OPTIONS))["poor_fit"]["percent"] == pytest.approx(300, abs=150)


def test_person_years_average_the_treated_and_their_periods() -> None:
    donors = np.tile([[0.0], [10.0]], (1, 4))
    treated = np.array([[2, 2, 1, 0], [6, 6, 3, 5]], dtype=float)
    weight = np.ones((4, 4))
    weight[0, :], weight[:2, 3] = 3, [6, 2]
    found = synthetic_control(panel_of([*treated, *donors], [3, 3, NEVER, NEVER], weight=weight), OPTIONS)
    # before: (3·2 + 6)/4 = 3 everywhere; after: (3·1 + 3)/4 = 1.5 on 4 and (0·6 + 5·2)/8 = 1.25 on 8 person-years
    assert found.effect.estimate == pytest.approx((4 * (1.5 - 3) + 8 * (1.25 - 3)) / 12)
    assert found.expected == pytest.approx(3)
    assert "treated_averaged_by_weight" in found.notes
    assert "no_placebos" in flags(found)
    assert np.isnan(found.effect.p_value)
    aged = replace(panel_of([*treated, *donors], [3, 3, NEVER, NEVER]), covariates={"age": np.full((4, 4), 40.0)})
    assert "no_placebos" in flags(synthetic_control(aged, replace(OPTIONS, covariates=("age",))))  # nor a warning


def test_several_starts_are_averaged_over_treated_cells() -> None:
    donors = np.tile([[0.0], [10.0], [20.0]], (1, 6))
    rows = np.array([[4, 4, 2, 2, 2, 2], [7, 7, 7, 7, 3, 3], *donors.tolist()], dtype=float)
    found = synthetic_control(panel_of(rows, [3, 5, NEVER, NEVER, NEVER]), OPTIONS)
    assert found.effect.estimate == pytest.approx((4 * -2 + 2 * -4) / 6)
    assert {row["start"] for row in found.tables["weights"]} == {3, 5}
    times = {row.event_time: row.effect.estimate for row in found.per_period if row.period is None}
    assert times[0] == pytest.approx(-3)
    assert times[3] == pytest.approx(-2)
    years = {row.period: row.effect.estimate for row in found.per_period if row.period is not None}
    assert years == pytest.approx({3: -2, 4: -2, 5: -3, 6: -3})


def test_a_covariate_is_matched_beside_outcomes() -> None:
    """Two donors fit the outcome alike; the covariate says which of them is meant."""
    data = panel_of([[5, 5, 5], [5, 5, 9], [5, 5, 1]], [3, NEVER, NEVER])
    named = replace(data, covariates={"age": np.array([[40.0] * 3, [40.0] * 3, [60.0] * 3])})
    assert synthetic_control(named, OPTIONS).effect.estimate == pytest.approx(0)
    spread = replace(named, outcome=named.outcome + np.array([[0], [1e-3], [-1e-3]]))
    with_age = synthetic_control(spread, replace(OPTIONS, covariates=("age",)))
    # in units of the donors' spread: 2 periods of (w − v)² and (2v)² with w + v = 1 are least at v = 1/3
    weights = {row["unit"]: row["weight"] for row in with_age.tables["weights"]}
    assert weights == pytest.approx({"unit 001": 2 / 3, "unit 002": 1 / 3})
    assert "matched_on_covariates" in with_age.notes


# --- California -----------------------------------------------------------------------------------------------------


def test_california_as_in_a_library() -> None:
    """Golden: pysyncon 1.7.0, Synth().fit(X0, X1, Z0, Z1, custom_V) with states' sales of 1970-1988 as predictors.

    custom_V is the variance of each predictor over states, which undoes pysyncon's scaling, so that V is the identity
    as here. It stops at -19.51363446 with an RMSPE of 1.65640059, a hair above the least that there is; the published
    -19.6 of Arkhangelsky et al. (2021) has a small ridge and stops earlier still.
    """
    found = synthetic_control(california(), OPTIONS)
    assert found.effect.estimate == pytest.approx(-19.51363446, abs=1e-5)
    assert 1.65640059 - 1e-6 < found.figures["pre_rmspe"] < 1.65640059
    assert found.figures["placebos"] == 38
    weights = {row["unit"]: cast(float, row["weight"]) for row in found.tables["weights"]}
    assert [*weights] == ["Utah", "Montana", "Nevada", "Connecticut", "New Hampshire", "Colorado"]
    assert sum(weights.values()) == pytest.approx(1)


def test_california_among_its_placebos() -> None:
    """The p-value is a rank that a reader can count in the table."""
    found = synthetic_control(california(), OPTIONS)
    ratios = [cast(float, row["ratio"]) for row in found.tables["placebos"]]
    assert found.effect.p_value == (1 + sum(r >= found.figures["ratio"] for r in ratios)) / 39
    assert {row["unit"] for row in found.tables["leave_one_out"]} == {row["unit"] for row in found.tables["weights"]}
    assert [row["start"] for row in found.tables["placebo_in_time"]] == [*range(1988, 1971, -1)]
    assert all(np.abs(cast(float, row["estimate"]) + 19.5) < 2 for row in found.tables["leave_one_out"])


def test_the_interval_holds_what_the_test_does_not_reject() -> None:
    """Taking a constant effect away from the outcomes and testing again gives a p-value above alpha inside only."""
    data = california()
    found = synthetic_control(data, OPTIONS).effect
    for effect in np.linspace(found.low - 5, found.high + 5, 14):
        rest = replace(data, outcome=data.outcome - effect * data.treated)
        inside = found.low <= effect <= found.high
        assert (synthetic_control(rest, OPTIONS).effect.p_value > OPTIONS.alpha) == inside


def test_gaps_that_no_constant_effect_explains() -> None:
    """A saving that grows fast is rejected as no effect, and as any constant one; the mean gap then has an interval."""
    data = make_panel(
        np.random.default_rng(4), units=40, periods=20, starts={13: 1}, spread=1.0, effect=lambda _, k: -9.0 * k
    )
    found = synthetic_control(data, OPTIONS)
    assert found.effect.p_value == pytest.approx(1 / 40)
    fact = flags(found)["no_constant_effect"]
    assert (fact["low"], fact["high"]) == (found.effect.low, found.effect.high)
    assert found.effect.low < found.effect.estimate < found.effect.high
    assert np.isnan(cast(float, found.tables["tests"][0]["low"]))


# --- what must always hold ------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), shift=st.floats(-1e4, 1e4), scale=st.sampled_from([1e-3, 7.0, 1e4]))
@settings(max_examples=10)
def test_shift_scale_and_order(seed: int, shift: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    data = make_panel(rng, units=14, periods=7, starts={5: 2}, effect=-2.0)
    found = synthetic_control(data, OPTIONS)
    periods = rng.normal(size=7)
    moved = synthetic_control(replace(data, outcome=scale * (data.outcome + shift + periods)), OPTIONS)
    order = rng.permutation(14)
    mixed = synthetic_control(
        replace(
            data,
            units=tuple(data.units[k] for k in order),
            outcome=data.outcome[order],
            weight=data.weight[order],
            treated_from=data.treated_from[order],
            cluster=data.cluster[order],
        ),
        OPTIONS,
    )
    for other, factor in ((moved, scale), (mixed, 1.0)):
        assert other.effect.estimate == pytest.approx(factor * found.effect.estimate, abs=1e-6 * factor)
        assert other.effect.low == pytest.approx(factor * found.effect.low, abs=1e-5 * factor)
        assert other.effect.p_value == found.effect.p_value


@pytest.mark.parametrize("effect", [0.0, -3.0])
@pytest.mark.parametrize("starts", [{5: 8}, {4: 4, 6: 4}])
def test_a_known_effect_without_noise_is_found(effect: float, starts: dict[int, int]) -> None:
    data = make_panel(np.random.default_rng(2), units=40, periods=8, starts=starts, effect=effect, sd=0.0)
    found = synthetic_control(data, OPTIONS)
    assert found.effect.estimate == pytest.approx(effect, abs=1e-9)


def test_same_seed_same_result() -> None:
    data = make_panel(np.random.default_rng(3), units=30, periods=8, starts={6: 5}, effect=-1.0)
    assert repr(synthetic_control(data, OPTIONS)) == repr(synthetic_control(data, OPTIONS))


def test_a_donor_that_carries_the_result_is_named() -> None:
    """One donor follows the treated before and climbs alone afterwards."""
    rng = np.random.default_rng(6)
    donors = 100 + rng.normal(size=(25, 12))
    donors[0, :8] += 15 + 3 * np.arange(8)
    donors[0, 8:] += 50
    treated = donors[0].copy()
    treated[8:] -= 60
    found = flags(synthetic_control(panel_of([treated, *donors], [9] + [NEVER] * 25), OPTIONS))
    assert found["weight_on_one"]["unit"] == "unit 001"
    assert found["one_donor_carries"]["unit"] == "unit 001"


def test_size_and_bias() -> None:
    """No effect: the test rejects about as often as it says, with one treated and with groups."""
    one = replicate(
        synthetic_control, design={"units": 20, "periods": 9, "starts": {7: 1}, "rho": 0.5}, replications=100
    )
    assert one.rejected(0.1) == pytest.approx(0.1, abs=0.06)
    design = {"units": 40, "periods": 9, "starts": {7: 8}, "rho": 0.5}
    groups = replicate(synthetic_control, design=design, replications=40, options=Options(draws=99))
    assert groups.coverage >= 0.85
    assert abs(groups.bias) < 0.25
