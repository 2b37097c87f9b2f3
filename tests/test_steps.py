"""From people to euros: each chain of steps multiplies to the amount that it leads to, and that is a posting."""

from __future__ import annotations

import re
from functools import cache

import pytest

from coalition.parties import COORDINATION, Reason
from coalition.report import Report, build_report
from coalition.scenario import load_scenario, shipped_scenarios
from coalition.schema import ClawbackBasis
from coalition.steps import Step
from coalition.trace import SOCIETY, Question, Trace, trace

VARIANTS = {
    "cash": ("holders.equalisation.basis=cash", "holders.cashable.zvw.share=0.4"),
    "capacity": ("interventions.valpreventie.capacity_per_year=900", "interventions.schuldhulp.capacity_per_year=10"),
    "grant": (
        "scenario.first_year=2018",
        "payers.coordination.years.first=2018",
        "payers.coordination.years.last=2020",
        "payers.coordination.grant_applicant=zilveren_kruis",
        "payers.coordination.eligible_share=0.6",
    ),
}
"""Drenthe with rules that no shipped scenario uses."""
CASES = [*shipped_scenarios(), *VARIANTS]


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's or a variant's report, without the studies that a trace does not need."""
    scenario = load_scenario("drenthe", VARIANTS[name]) if name in VARIANTS else load_scenario(name)
    return build_report(scenario, studies=False)


@cache
def traces_of(name: str) -> list[Trace]:
    """Every party, all groups and society, over all years; without a base also in the second and fourth year."""
    report = report_of(name)
    parties = [*(row.party.id for row in report.rows), SOCIETY]
    on_a_base = re.search(r"^  base:", report.scenario.path.read_text("utf-8"), re.MULTILINE)
    years = [None] if on_a_base else [None, *report.result.years[1:4:2]]
    return [trace(report.scenario, report.result.run, Question(p, year)) for p in parties for year in years]


Pair = tuple[str, str]


def chains(found: Trace) -> dict[Pair, list[Step]]:
    """Steps per intervention and pocket."""
    pairs: dict[Pair, list[Step]] = {}
    for step in found.steps:
        pairs.setdefault((step.intervention, step.pocket), []).append(step)
    return pairs


def values(steps: list[Step]) -> dict[str, float]:
    """The value of each step, by its whole name."""
    return {step.name: step.value for step in steps}


def posted(found: Trace, pair: Pair, reason: Reason) -> float:
    """What a party's lines of one pair and reason add up to."""
    lines = [line for line in found.lines if (line.intervention, line.pocket) == pair]
    return sum(line.amount_eur for line in lines if line.reason == reason.value)


@pytest.mark.parametrize("name", CASES)
def test_people_timing_and_reach_make_starters(name: str) -> None:
    """The ramp-up, members of one insurer and a policy module are steps, so that the product is right."""
    for found in traces_of(name):
        for steps in chains(found).values():
            step = values(steps)
            if "group_people_years" not in step:
                continue
            timing = step.get("timing_share", step.get("timing_capacity_share", 0.0))
            reach = step.get("starting_share", step["reach_share"])
            product = step["group_people_years"] * timing * step.get("members_share", 1.0) * reach
            assert product == pytest.approx(step["starters"])


def test_the_ramp_up_is_the_one_stated() -> None:
    """Assen begins falls prevention in 2027 at half strength, and its policy module changes the reach of a part."""
    report = report_of("drenthe")
    found = trace(report.scenario, report.result.run, Question("assen", 2027, intervention="valpreventie"))
    step = values([s for s in found.steps if s.pocket == "wpg"])
    assert step["timing_share"] == pytest.approx(0.5)
    assert step["reach_share"] == pytest.approx(0.02)
    assert step["starting_share"] == pytest.approx(0.97 * 0.02 + 0.03 * 0.03)


@pytest.mark.parametrize("name", CASES)
def test_delivery_less_module_by_share_is_what_is_paid(name: str) -> None:
    """Per starter and fixed, what the module pays, and the part of this party."""
    for found in traces_of(name):
        for pair, steps in chains(found).items():
            step = values(steps)
            if "delivery_paid" not in step:
                continue
            total = step.get("delivery_of_starters", 0.0) + step.get("delivery_fixed", 0.0)
            if "delivery_left" in step:
                assert step["delivery_left"] == pytest.approx(total - step["delivery_module"])
            if "paid_share" in step:
                left = step.get("delivery_left", total)
                assert left * step["paid_share"] == pytest.approx(step["delivery_paid"])
            if "group_area_share" in step:
                assert step["fixed_of_all"] * step["group_area_share"] == pytest.approx(step["delivery_fixed"])
            assert step["delivery_paid"] == pytest.approx(-posted(found, pair, Reason.DELIVERY), abs=0.01)


@pytest.mark.parametrize("name", CASES)
def test_insured_times_euro_is_the_posting(name: str) -> None:
    """Inhabitants count only where and when the policy is in force."""
    for found in traces_of(name):
        for pair, steps in chains(found).items():
            step = values(steps)
            insured = 0.0
            for key in (k for k in step if k.startswith("band_share:")):
                enrolled = step[f"enrolled_years:{key.partition(':')[2]}"]
                assert step["inhabitant_years"] * step[key] * step["uptake_share"] == pytest.approx(enrolled)
                insured += enrolled
            for key in (k for k in step if k.startswith("per_insured:")):
                reason = Reason(key.partition(":")[2])
                assert insured * step[key] == pytest.approx(posted(found, pair, reason), abs=0.01)
            parts = sum(v for k, v in step.items() if k.startswith("per_insured_by:"))
            whole = sum(v for k, v in step.items() if k.startswith("per_insured:"))
            assert parts == pytest.approx(whole, abs=1e-6)


def test_inhabitants_of_a_policy_are_those_of_its_own_areas_and_years() -> None:
    """Two municipalities during three years, not the province during eight."""
    report = report_of("drenthe")
    policy = report.scenario.spec.gemeentepolis["unive_pakket"]
    assert policy.last_year is not None
    found = trace(report.scenario, report.result.run, Question("residents", pocket="zvw", intervention="unive_pakket"))
    people = report.result.run.projection.baseline.people[:, :, 0].sum(axis=1)
    here = sum(float(people[report.scenario.region.areas.index(area)]) for area in policy.areas)
    years = policy.last_year - policy.first_year + 1
    assert values(found.steps)["inhabitant_years"] == pytest.approx(here * years)


@pytest.mark.parametrize("name", CASES)
def test_use_times_rate_is_what_equalisation_takes_back(name: str) -> None:
    """On avoided use, less the own risk; a party's part of it is its posting."""
    report = report_of(name)
    basis = report.scenario.spec.holders.equalisation
    for found in traces_of(name):
        for pair, steps in chains(found).items():
            step = values(steps)
            if "not_own_risk_share" not in step:
                continue
            assert basis is not None
            rates = [k.partition(":")[2] for k in step if k.startswith("clawback_share:")]
            taken = sum(step[f"equalised_{basis.basis.value}:{r}"] * step[f"clawback_share:{r}"] for r in rates)
            returned = step["returned_of_all"]
            assert taken * step["not_own_risk_share"] == pytest.approx(returned)
            if "party_returned_share" in step and pair[1] == "zvw":
                part = returned * step["party_returned_share"]
                assert part == pytest.approx(-posted(found, pair, Reason.EQUALISATION), abs=0.01)


def test_equalisation_works_on_use_and_not_on_what_was_cashed() -> None:
    """In Drenthe half of avoided care becomes money, but all of it is seen; one fifth is own risk in this group."""
    report = report_of("drenthe")
    assert report.scenario.spec.holders.equalisation is not None
    assert report.scenario.spec.holders.equalisation.basis is ClawbackBasis.USE
    found = trace(report.scenario, report.result.run, Question("zilveren_kruis", intervention="depressie_voorkomen"))
    step = values([s for s in found.steps if s.pocket == "zvw"])
    assert step["equalised_use:medicine_and_diagnosis:1"] == pytest.approx(step["avoided"])
    assert step["not_own_risk_share"] == pytest.approx(1 - 0.20)


@pytest.mark.parametrize("name", CASES)
def test_a_lower_budget_follows_from_an_earlier_saving(name: str) -> None:
    """Saving two years earlier × prices × weight of a municipality's own history."""
    for found in traces_of(name):
        for pair, steps in chains(found).items():
            step = values(steps)
            if "budget_base" in step and found.accounts[0].startswith("GM"):
                product = step["budget_base"] * step["budget_price_factor"] * step["history_weight_factor"]
                assert product == pytest.approx(-posted(found, pair, Reason.BUDGET), abs=0.01)


def test_the_weight_of_history_is_that_of_the_inhabitants() -> None:
    """Westerveld: (40,000 − inhabitants)/25,000; Assen is too large to have any."""
    report = report_of("drenthe")
    run = report.result.run
    small = values(trace(report.scenario, run, Question("westerveld", intervention="schuldhulp")).steps)
    assert small["history_weight_factor"] == pytest.approx((40_000 - small["budget_inhabitants"]) / 25_000)
    assert small["budget_lag_years"] == 2
    large = values(trace(report.scenario, run, Question("assen", pocket="participatiewet")).steps)
    assert large["history_weight_factor"] == 0
    assert "budget_base" not in values(
        trace(report.scenario, run, Question("residents", pocket="participatiewet")).steps
    )


@pytest.mark.parametrize("name", CASES)
def test_coordination_is_divided_by_payer_and_by_inhabitants(name: str) -> None:
    """Cost less grant, × the payer's part, × the area's part."""
    for found in traces_of(name):
        for pair, steps in chains(found).items():
            step = values(steps)
            if pair[0] == COORDINATION and "coordination_paid" in step:
                left = step["coordination_of_all"] - step.get("coordination_grant", 0.0)
                product = left * step["coordination_payer_share"] * step.get("inhabitants_area_share", 1.0)
                assert product == pytest.approx(step["coordination_paid"])
                assert product == pytest.approx(-posted(found, pair, Reason.COORDINATION), abs=0.01)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("cash", "equalised_cash:medicine_and_diagnosis:1"),
        ("capacity", "timing_capacity_share"),
        ("grant", "coordination_grant"),
        ("drenthe", "starting_share"),
        ("drenthe", "members_share"),
        ("drenthe", "delivery_module"),
    ],
)
def test_a_rule_that_is_used_has_its_step(name: str, step: str) -> None:
    """So that the products above are not about chains that never occur."""
    assert any(s.name == step for found in traces_of(name) for s in found.steps)
