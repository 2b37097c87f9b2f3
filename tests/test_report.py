"""The value behind the first screen: rows, matrices and notes say what their names say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from coalition.notes import freed_per_pocket
from coalition.parties import PartyKind
from coalition.report import ALL_INSURERS, MUNICIPALITIES, Axis, Report, at_table, build_report, matrix, stakes_of
from coalition.scenario import load_scenario
from coalition.uncertainty import npv_ranges
from coalition.wrong_pocket import index_without, societal_cash


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


def test_the_index_is_told_with_and_without_accounts_that_negotiate_nothing() -> None:
    """Each of the three is the index over the parties that are left, and in Drenthe all three differ."""
    report = report_of("drenthe")
    found = stakes_of(report.result)
    left_out = {
        "all": [],
        "without_providers": ["providers"],
        "without_providers_residents_zvw_fund": ["providers", "residents", "zvw_fund"],
    }
    assert report.index == {name: float(index_without(found, out)[0]) for name, out in left_out.items()}
    assert len(set(report.index.values())) == 3


def test_who_negotiates_is_who_can_be_asked_to_repair_a_loss() -> None:
    """Contracting insurers, municipalities, the Wlz fund and the state; no outsider, provider or resident."""
    report = report_of("drenthe")
    kinds = {r.party.id: r.party for r in report.result.run.parties}
    table = [kinds[name] for name in at_table(report.scenario)]
    assert all(p.contracting for p in table if p.kind is PartyKind.INSURER)
    assert sum(p.kind is PartyKind.MUNICIPALITY for p in table) == 12
    assert [p.id for p in table if p.kind is PartyKind.NATIONAL] == ["wlz_fund", "state"]
    outside = [p for p in kinds.values() if p.kind is PartyKind.INSURER and not p.contracting]
    assert outside
    assert not {p.id for p in outside} & {p.id for p in table}


def test_a_group_has_the_range_of_its_sum() -> None:
    """Municipalities together vary as all of them do, not as the first one."""
    report = build_report(load_scenario("drenthe"))
    group = next(r for r in report.rows if r.party.id == MUNICIPALITIES.id)
    members = [r.party.id for r in report.rows if r.party.kind is PartyKind.MUNICIPALITY and not r.is_group]
    assert group.npv_range == npv_ranges(report.scenario, {"all": members})["all"]


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
    for pocket, (amount, _) in freed_per_pocket(report.freed).items():
        stays = 1 - report.scenario.spec.holders.cashable[pocket].capacity_removed_share.value
        avoided = sum(float(s.avoided[s.avoided > 0].sum()) for s in streams if s.pocket is pocket)
        assert amount == pytest.approx(avoided * stays, rel=0.02)


def test_health_is_discounted_at_its_own_rate() -> None:
    """QALYs of later years count a little less; the rate is that for health, not for money."""
    report = report_of("drenthe")
    assert 0 < report.qalys_discounted < report.qalys
    assert report.qaly_rate == 0.015
