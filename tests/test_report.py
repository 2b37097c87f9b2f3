"""The value behind the first screen: rows, matrices and notes say what their names say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from coalition.notes import freed_capacity
from coalition.report import ALL_INSURERS, MUNICIPALITIES, Axis, Report, build_report, matrix
from coalition.scenario import load_scenario
from coalition.wrong_pocket import societal_cash


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's report without the studies of many draws."""
    return build_report(load_scenario(name), studies=False)


@pytest.mark.parametrize("by", list(Axis))
@pytest.mark.parametrize("name", ["drenthe", "vallen"])
def test_a_matrix_sums_to_the_rows_whatever_its_columns(name: str, by: Axis) -> None:
    """Pockets, interventions and years are three ways to divide the same net."""
    report = report_of(name)
    found = matrix(report.result, by)
    for row in report.rows:
        total = sum(amount for (party, _), amount in found.items() if party == row.party.id)
        assert total == pytest.approx(row.net_eur, abs=0.01)


def test_a_group_is_the_sum_of_its_members() -> None:
    """All municipalities together pay, gain and net what the twelve do."""
    report = report_of("drenthe")
    for group in (MUNICIPALITIES, ALL_INSURERS):
        whole = next(r for r in report.rows if r.party.id == group.id)
        members = [r for r in report.rows if r.party.kind is group.kind and not r.is_group]
        assert whole.paid_eur == pytest.approx(sum(m.paid_eur for m in members))
        assert whole.gained_eur == pytest.approx(sum(m.gained_eur for m in members))
        assert whole.npv_eur == pytest.approx(sum(m.npv_eur for m in members))


@pytest.mark.parametrize("name", ["drenthe", "alcohol"])
def test_what_society_saves_is_what_all_parties_gain_together(name: str) -> None:
    """Transfers between parties drop out; real resources are what is left."""
    report = report_of(name)
    run = report.result.run
    cash = societal_cash(run.ledger)[0, : len(report.result.years)]
    assert cash.sum() == pytest.approx(sum(float(p.net.sum()) for p in run.parties), abs=0.01)


def test_a_trial_mean_that_cannot_be_is_warned_about(tmp_path: Path) -> None:
    """2,769 euro a year for 3 % of everyone over 65 would avoid more than all falls in Drenthe cost."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        """
scenario: {base: drenthe, name: te_mooi}
interventions:
  valpreventie:
    reach: 0.03
    ramp_up: [1.0]
    effects:
      te_groot:
        kind: euro
        pocket: zvw
        care_kind: acute
        per: starter
        comparator: controlled
        includes_delivery: false
        evidence_level: rct
        avoided_per_year: {value: 2769, price_year: 2022, index: cpi}
        cause_cost_per_person: {value: 121, price_year: 2022, index: cpi}
        time: {onset_years: 0, plateau_years: 1, decay_years: 0, first_year_share: 0.5, follow_up_years: 1}
""",
        "utf-8",
    )
    codes = [n.code for n in build_report(load_scenario(scenario), studies=False).notes if n.serious]
    assert "large_effect" in codes
    assert "large_effect" not in [n.code for n in report_of("drenthe").notes]


def test_freed_capacity_is_what_is_avoided_and_not_removed() -> None:
    """A memo: turnover of care that is avoided while the beds and staff stay."""
    report = report_of("drenthe")
    streams = report.result.run.projection.streams
    for pocket, (amount, _) in freed_capacity(report.scenario, report.result.run).items():
        stays = 1 - report.scenario.spec.holders.cashable[pocket].capacity_removed_share.value
        avoided = sum(float(s.avoided[s.avoided > 0].sum()) for s in streams if s.pocket is pocket)
        assert amount == pytest.approx(avoided * stays, rel=0.02)


def test_health_is_discounted_at_its_own_rate() -> None:
    """QALYs of later years count a little less; the rate is that for health, not for money."""
    report = report_of("drenthe")
    assert 0 < report.qalys_discounted < report.qalys
    assert report.qaly_rate == 0.015
