"""Interrupted time series: by hand, against statsmodels on the Nile, what must always hold, and how often it errs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from evaluation_designs import make_panel, panel_of, replicate
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.evaluation import its as module
from coalition.evaluation.estimates import Estimate, Options
from coalition.evaluation.its import EXACT, its
from coalition.evaluation.panel import NEVER, Panel


def flags(estimate: Estimate) -> set[str]:
    return {flag.id for flag in estimate.flags}


def nile() -> Panel:
    """Yearly flow of the Nile 1871–1970, with the dam at Aswan for a programme from 1899."""
    flow = sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
    return panel_of(flow[None, :], [1899], first_period=1871)


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_level_and_slope_by_hand() -> None:
    """Before 10, 11, 12, 13; the line goes on with 14, 15, 16; seen are 12, 12, 12: −2, −3, −4."""
    found = its(panel_of([[10, 11, 12, 13, 12, 12, 12]], [5]), Options())
    assert [row.effect.estimate for row in found.per_period] == pytest.approx([-2, -3, -4])
    assert found.effect.estimate == pytest.approx(-3)
    assert found.expected == pytest.approx(15)
    assert (found.figures["level_change"], found.figures["slope_change"]) == pytest.approx((-2, -1))
    assert [row["continued"] for row in found.tables["series"]] == pytest.approx([10, 11, 12, 13, 14, 15, 16])
    assert [(row.period, row.event_time) for row in found.per_period] == [(5, 0), (6, 1), (7, 2)]


def test_what_happened_to_everyone_falls_out() -> None:
    """A jump of 5 for treated and control alike is no effect; without the controls it would be one."""
    both = panel_of([[1, 2, 3, 4, 10, 11], [7, 8, 9, 10, 16, 17], [3, 4, 5, 6, 12, 13]], [5, NEVER, NEVER])
    found = its(both, Options())
    assert found.effect.estimate == pytest.approx(0, abs=1e-12)
    alone = its(both.of_units(both.ever), Options())
    assert alone.effect.estimate == pytest.approx(5)
    assert ("series_alone" in alone.notes, "series_against_controls" in found.notes) == (True, True)


def test_means_are_weighted_with_person_years() -> None:
    """Of two treated municipalities the one with three times the person-years counts three times."""
    level = np.array([[0.0, 0, 0, 0, -4, -4], [0, 0, 0, 0, 0, 0]])
    weight = np.array([[3.0] * 6, [1.0] * 6])
    assert its(panel_of(level, [5, 5], weight=weight), Options()).effect.estimate == pytest.approx(-3)


def test_one_period_after_has_a_level_and_no_slope() -> None:
    found = its(panel_of([[1.0, 2, 2, 4, 9]], [5]), Options())
    assert "slope_change" not in found.figures
    assert found.figures["degrees_of_freedom"] == 2


def test_a_year_is_modelled_where_there_is_more_than_one() -> None:
    """A pure season of quarters is no effect, wherever in the year the programme starts."""
    quarters = np.arange(1, 25)
    season = 10 * np.sin(2 * np.pi * quarters / 4) + 4 * np.cos(np.pi * quarters)
    found = its(panel_of((100 + season - 7.0 * (quarters >= 15))[None, :], [15]), Options(season=4))
    assert found.effect.estimate == pytest.approx(-7)
    assert "harmonics" in found.notes
    short = its(panel_of(100 + season[None, :8], [6]), Options(season=4))
    assert "season_not_modelled" in flags(short)


def test_both_forms_of_the_trend_are_shown_and_a_bent_one_is_flagged() -> None:
    """A series that flattens on its own looks like a fall below a straight line; the flexible trend sees the bend."""
    before = np.array([0.0, 6, 11, 15, 18, 20, 21, 21.5, 21.6, 21.6])
    wobble = 0.05 * np.array([1, -1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1, 1])
    found = its(panel_of((np.concatenate([before, [21.6] * 3]) + wobble)[None, :], [11]), Options())
    forms = {row["form"]: row for row in found.tables["trend_forms"]}
    assert forms["linear"]["estimate"] == pytest.approx(found.effect.estimate)
    assert found.effect.p_value < 0.05
    assert float(forms["flexible"]["p_value"] or 0) > 0.05
    assert "trend_form" in flags(found)
    assert "short_series" not in flags(found)


# --- against statsmodels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [1885, 1899, 1930])
def test_the_nile_agrees_with_statsmodels(start: int) -> None:
    """Least squares with HAC errors (Bartlett, n / (n − k), t): the same effects and the same errors, to 1e-9."""
    panel = replace(nile(), treated_from=np.array([float(start)]))
    found = its(panel, Options())
    time = np.array(panel.periods) - start
    after = (time >= 0).astype(float)
    design = np.stack([np.ones_like(after), time, after, time * after], axis=1)
    lag = int(found.figures["lag"])
    fit = sm.OLS(panel.outcome[0], design).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}, use_t=True
    )
    contrast = np.array([0, 0, 1, time[after > 0].mean()])
    test = fit.t_test(contrast)
    assert found.effect.estimate == pytest.approx(float(test.effect[0]), rel=1e-9)
    assert found.figures["newey_west_error"] == pytest.approx(float(test.sd[0, 0]), rel=1e-9)
    classical = sm.OLS(panel.outcome[0], design).fit().t_test(contrast)
    assert found.figures["classical_error"] == pytest.approx(float(classical.sd[0, 0]), rel=1e-9)
    assert found.effect.standard_error == pytest.approx(max(float(test.sd[0, 0]), float(classical.sd[0, 0])), rel=1e-9)


def test_weights_agree_with_statsmodels() -> None:
    """Weighted least squares with person-years that change, controls subtracted."""
    rng = np.random.default_rng(7)
    panel = make_panel(rng, units=8, periods=12, starts={9: 3}, weight_sd=0.5, effect=-2)
    found = its(panel, Options())
    means = [
        np.average(panel.outcome[group], axis=0, weights=panel.weight[group]) for group in (panel.ever, ~panel.ever)
    ]
    weight = panel.weight[panel.ever].sum(axis=0)
    time = np.array(panel.periods) - 9
    after = (time >= 0).astype(float)
    design = np.stack([np.ones(12), time, after, time * after], axis=1)
    fit = sm.WLS(means[0] - means[1], design, weights=weight).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}, use_t=True
    )
    contrast = np.array([0, 0, 1, np.average(time[8:], weights=weight[8:])])
    assert found.effect.estimate == pytest.approx(float(fit.t_test(contrast).effect[0]), rel=1e-9)
    assert found.figures["newey_west_error"] == pytest.approx(float(fit.t_test(contrast).sd[0, 0]), rel=1e-9)


def test_the_nile_fell_when_the_dam_came() -> None:
    """The best known break in a series, a fall in level of about 250 and none in slope.

    Carried on for 70 years, 28 years before say little of the mean fall: a flexible trend differs, and that is flagged.
    """
    found = its(nile(), Options())
    assert found.figures["level_change_high"] < -100
    assert found.figures["slope_change_low"] < 0 < found.figures["slope_change_high"]
    assert "trend_form" in flags(found)


# --- what must always hold -------------------------------------------------------------------------------------------

designs = st.builds(
    lambda seed, periods, before: make_panel(
        np.random.default_rng(seed), units=6, periods=periods, starts={before + 1: 2}, weight_sd=0.4, effect=-3
    ),
    st.integers(0, 10_000),
    st.integers(7, 14),
    st.integers(4, 6),
)


@settings(max_examples=15, deadline=None)
@given(designs, st.floats(-1e4, 1e4), st.floats(0.01, 100))
def test_shifts_leave_it_and_scales_scale_it(panel: Panel, shift: float, scale: float) -> None:
    """A constant, an effect of each unit and of each period change nothing; other units of money change the unit."""
    plain = its(panel, Options())
    units, periods = panel.outcome.shape
    lifted = panel.outcome + shift + np.arange(periods)[None, :] ** 2  # each period its own effect
    moved = its(replace(panel, outcome=scale * lifted), Options())
    assert moved.effect.estimate == pytest.approx(scale * plain.effect.estimate, rel=1e-6, abs=1e-6 * scale)
    assert moved.effect.standard_error == pytest.approx(scale * plain.effect.standard_error, rel=1e-6)
    order = np.random.default_rng(units).permutation(units)
    shuffled = replace(
        panel,
        outcome=panel.outcome[order],
        weight=panel.weight[order],
        treated_from=panel.treated_from[order],
        cluster=panel.cluster[order],
    )
    assert its(shuffled, Options()).effect.estimate == pytest.approx(plain.effect.estimate, rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, -3.0, 40.0]), st.integers(3, 9))
def test_without_noise_it_is_exact(seed: int, effect: float, before: int) -> None:
    """A slope of the treated's own is no effect, and an effect is what was put in."""
    rng = np.random.default_rng(seed)
    panel = make_panel(rng, units=6, periods=before + 3, starts={before + 1: 2}, sd=0.0, slope=2.0, effect=effect)
    found = its(panel, Options())
    assert found.effect.estimate == pytest.approx(effect, abs=1e3 * EXACT)
    assert effect != 0 or found.effect.estimate == 0
    assert all(row.effect.estimate == pytest.approx(effect, abs=1e-7) for row in found.per_period)


def test_per_period_averages_to_the_whole_and_the_same_seed_gives_the_same() -> None:
    panel = make_panel(np.random.default_rng(3), units=10, periods=11, starts={8: 4}, weight_sd=0.6)
    found = its(panel, Options())
    weight = panel.weight[panel.ever].sum(axis=0)[7:]
    mean = np.average([row.effect.estimate for row in found.per_period], weights=weight)
    assert mean == pytest.approx(found.effect.estimate)
    assert its(panel, Options()) == found


# --- how often it errs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("periods", "start"), [(7, 5), (11, 9)])
def test_size_and_bias(periods: int, start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without autocorrelation 5 % of series without an effect are called one; what the estimate reports says so too."""
    monkeypatch.setattr(module, "SERIES", 10)  # what each estimate measures about itself is not needed here
    design = {"units": 4, "periods": periods, "starts": {start: 1}}
    found = replicate(its, design=design, replications=400, seed=11)
    assert found.rejected() < 0.08
    assert abs(found.bias) < 4 * np.std(found.estimate) / np.sqrt(400)


def test_the_reported_size_is_honest_about_autocorrelation() -> None:
    """It is above 5 % when periods resemble each other, for this very design, and Newey–West alone would be worse."""
    found = its(make_panel(np.random.default_rng(5), units=4, periods=11, starts={9: 1}), Options())
    assert found.figures["size_white_noise"] == pytest.approx(0.05, abs=0.012)
    assert 0.07 < found.figures["size_autocorrelated"] < 0.14
    assert found.figures["p_value_autocorrelated"] >= found.figures["p_value_white_noise"]
