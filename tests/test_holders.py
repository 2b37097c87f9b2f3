"""On whose account an avoided euro falls: the edges of each rule."""

from __future__ import annotations

import numpy as np
import pytest
from building import (
    AREA,
    a_group,
    a_region,
    a_scenario,
    a_time,
    an_effect,
    an_intervention,
    avoids,
    cashable,
    euro,
    holders,
    insurers,
    run,
)
from hypothesis import given
from hypothesis import strategies as st

from coalition.holders import (
    budget_loss,
    history_weight,
    member_shares,
    own_risk_share,
    split_zvw,
    switching_parameter,
    taken_back,
)
from coalition.inputs import Inputs
from coalition.parties import Pocket, Reason
from coalition.schema import ClawbackBasis

ONE = np.ones((1, 1))
D = np.array([385.0])


def equal(clawback: list[float]) -> dict[str, object]:
    return {"basis": "use", "clawback": {"acute": clawback, "medicine_and_diagnosis": clawback}}


# --- switching ------------------------------------------------------------------------------------------------------


def test_a_single_insurer_has_nobody_to_lose_members_to() -> None:
    """With one insurer there is no switching, and its members' saving stays with it in every year."""
    assert list(switching_parameter(np.zeros(1), ONE)) == [0.0]
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        interventions={"i": an_intervention({"e": avoids(1, "zvw", years=3)}, members_of="a")},
    )
    assert run(spec, years=3).net("a") == [100.0] * 3


def test_nobody_switches_when_nobody_switches() -> None:
    """s = 0: members stay where they are for ever."""
    market = np.array([[0.5, 0.3, 0.2]])
    found = member_shares(2, 4, switching_parameter(np.zeros(1), market), market)[0]
    assert pytest.approx(np.array([[0, 0, 1.0]] * 4)) == found


def test_everybody_mixes_in_a_year_at_the_largest_switching() -> None:
    """s = 1 − Σm² gives σ = 1: after a year members are spread by market share, whoever they were with."""
    market = np.array([[0.5, 0.3, 0.2]])
    found = member_shares(0, 3, switching_parameter(np.array([0.62]), market), market)[0]
    assert pytest.approx(np.array([[1, 0, 0], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])) == found


def test_more_switching_than_there_are_others_mixes_everybody() -> None:
    """97 and 3 %: at most 5.82 % can switch a year; at 7 % nobody's share of a saving becomes negative."""
    market = np.array([[0.97, 0.03]])
    found = member_shares(1, 3, switching_parameter(np.array([0.07]), market), market)[0]
    assert pytest.approx(np.array([[0, 1], [0.97, 0.03], [0.97, 0.03]])) == found


def test_three_years_of_seven_percent_leave_four_fifths_when_shares_are_tiny() -> None:
    """Against many small insurers nearly nobody comes back: (1 − .07)³ = .804."""
    market = np.full((1, 1000), 0.001)
    assert pytest.approx(0.804, abs=1e-3) == float(
        member_shares(0, 4, switching_parameter(np.array([0.07]), market), market)[0, 3, 0]
    )


def test_an_areas_own_market_shares_decide_who_holds_its_saving() -> None:
    """Insurer a has 90 % in one area and half in the other: 90 + 50 of 200."""
    spec = a_scenario(
        holders=holders(market_shares_by_area={AREA: {"a": 0.9, "c": 0.1}}),
        interventions={"i": an_intervention({"e": avoids(1, "zvw")})},
    )
    result = run(spec, a_region({AREA: [100.0], "GM0106": [100.0]}))
    assert [result.net(i) for i in "abc"] == [[140.0], [30.0], [30.0]]


# --- own risk -------------------------------------------------------------------------------------------------------


def test_own_risk_over_a_distribution_is_weighted_by_people_and_euros() -> None:
    """Half cost 300, half 3,000, all save a tenth: own 15 of a total of .5×30 + .5×300 = 165, so .0909."""
    before = np.array([[300.0, 3000.0]])
    assert pytest.approx(15 / 165) == own_risk_share(before, 0.9 * before, D, np.array([0.5, 0.5]))[0]


def test_a_mean_cost_cannot_give_the_own_risk() -> None:
    """The same mean of 1,650 for everyone would give 0."""
    assert own_risk_share(np.array([[1650.0]]), np.array([[1485.0]]), D, np.ones(1))[0] == 0


def test_care_that_costs_more_also_raises_own_risk() -> None:
    """From 300 to 400: the resident pays 85 of the 100 more."""
    assert pytest.approx(0.85) == own_risk_share(np.array([[300.0]]), np.array([[400.0]]), D, np.ones(1))[0]


def test_nothing_avoided_has_no_own_risk() -> None:
    """0 where cost does not change, and no division by zero."""
    assert own_risk_share(np.array([[300.0]]), np.array([[300.0]]), D, np.ones(1))[0] == 0


@given(st.lists(st.tuples(st.floats(0, 20_000), st.floats(0.01, 1)), min_size=1, max_size=6), st.floats(0.01, 1))
def test_own_risk_is_a_share(classes: list[tuple[float, float]], reduction: float) -> None:
    """Between 0 and 1, whatever the distribution."""
    before = np.array([[cost for cost, _ in classes]])
    share = own_risk_share(before, before * (1 - reduction), D, np.array([weight for _, weight in classes]))[0]
    assert -1e-12 <= share <= 1 + 1e-12


def test_a_gained_year_of_life_starts_below_the_own_risk() -> None:
    """100 people of whom 10 live a year longer at 1,000 a year: each pays 385 of it, the insurer 615."""
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(own_risk={"cost_classes": [{"people_share": 1.0, "cost_eur": 1000.0}]}),
        interventions={
            "i": an_intervention(life_years={"survival_without_per_year": 0.8, "survival_with_per_year": 0.9})
        },
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}), years=2)
    assert pytest.approx([0.0, -3850.0]) == result.net("residents")
    assert pytest.approx([0.0, -6150.0]) == result.net("a")


# --- equalisation ---------------------------------------------------------------------------------------------------


def test_each_saving_is_taken_back_on_its_own_clock() -> None:
    """X = (100, 40, 0, 0) with c = (.3, .5): 0, 30, 50 + 12, 20."""
    x = np.array([[[100.0, 40, 0, 0]]])
    assert pytest.approx([0, 30, 62, 20]) == taken_back(x, np.array([[0.3, 0.5]]), by_cohort=False)[0, 0]


def test_a_cohort_pays_back_when_it_is_older() -> None:
    """Avoided at age 0 in year 0 is taken back at age 1 in year 1; a cohort that starts in year 1 pays in year 2."""
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 0, 0], x[0, 0, 0, 1] = 100, 60
    back = taken_back(x, np.array([[0.5]]), by_cohort=True)[0, 0]
    assert pytest.approx(np.array([[0, 0, 0], [0, 50, 30], [0, 0, 0]])) == back


def test_what_is_taken_back_after_the_clock_is_not_invented() -> None:
    """More steps than years: only those inside the clock are booked."""
    assert (
        pytest.approx([0, 5]) == taken_back(np.array([[[10.0, 0]]]), np.array([[0.5, 0.2, 0.3]]), by_cohort=False)[0, 0]
    )


@pytest.mark.parametrize("basis", list(ClawbackBasis))
def test_insurers_insured_and_fund_share_the_cashable_part(basis: ClawbackBasis) -> None:
    """γ = .4, o = .1: invoices .3, own risk .1; what insurers return is a movement to the fund, not more money."""
    x = np.array([[[100.0, 100.0]]])
    split = split_zvw(
        x, np.full((1, 1, 1), 0.4), np.full((1, 1, 1), 0.1), np.array([[0.5]]), basis=basis, by_cohort=False
    )
    assert pytest.approx(40) == float((split.invoices + split.own_risk)[0, 0, 1])
    assert pytest.approx(45 if basis is ClawbackBasis.USE else 18) == float(split.returned[0, 0, 1])


def test_equalisation_looks_at_the_kind_of_care() -> None:
    """Acute care is not taken back, medicine and diagnosis wholly: 50 + 50 avoided, 50 returned a year later."""
    effects = {"x": avoids(0.5, "zvw"), "y": avoids(0.5, "zvw") | {"care_kind": "medicine_and_diagnosis"}}
    spec = a_scenario(
        holders=holders(equalisation={"basis": "use", "clawback": {"acute": [0.0], "medicine_and_diagnosis": [1.0]}}),
        interventions={"i": an_intervention(effects)},
    )
    assert run(spec, years=2).net("zvw_fund") == [0.0, 50.0]


def test_care_that_costs_more_is_partly_given_back_by_equalisation() -> None:
    """A loss of 100 with c₁ = .5: insurers −100, then +50 from the fund."""
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(equalisation=equal([0.5])),
        interventions={"i": an_intervention({"e": avoids(-1, "zvw")})},
    )
    result = run(spec, years=2)
    assert result.net("a") == [-100.0, 50.0]
    assert result.net("zvw_fund") == [0.0, -50.0]


# --- municipal budgets ----------------------------------------------------------------------------------------------


def test_a_budget_lag_longer_than_the_clock_takes_nothing() -> None:
    """Two years on the clock and a lag of two: nothing is lost yet."""
    assert not budget_loss(np.full((1, 1, 2), 100.0), np.ones(1), np.ones((1, 2)), 2).any()


def test_a_stated_population_counts_for_the_whole_municipality() -> None:
    """A buurt of 100 people in a municipality of 50,000 follows no history; of 15,000 wholly."""
    effect = avoids(1, "participatiewet", wage_instead_per_year=euro(0), ceiling_per_unit=euro(1))
    for population, third_year in ((50_000, 0.0), (15_000, -100.0)):
        spec = a_scenario(
            parties={"insurers": insurers(a=1.0), "municipalities": {AREA: {"population": float(population)}}},
            interventions={"i": an_intervention({"e": effect})},
        )
        result = run(spec, a_region({"BU01140000": [100.0]}, parents={"BU01140000": AREA}), years=3)
        assert [100.0, 0.0, third_year] == result.net(AREA), population


def test_a_population_with_a_range_counts_in_every_draw() -> None:
    """Draws of 15,000 and 40,000 inhabitants: wholly and not at all by history."""
    effect = avoids(1, "participatiewet", wage_instead_per_year=euro(0), ceiling_per_unit=euro(1))
    spec = a_scenario(
        parties={"municipalities": {AREA: {"population": {"value": 20_000.0, "low": 15_000.0, "high": 40_000.0}}}},
        holders=holders(),
        interventions={"i": an_intervention({"e": effect})},
    )
    path = f"parties.municipalities.{AREA}.population"
    result = run(spec, inputs=Inputs(2, {path: np.array([15_000.0, 40_000.0])}), years=3)
    assert [result.net(AREA, draw) for draw in (0, 1)] == [[100.0, 0.0, -100.0], [100.0, 0.0, 0.0]]


def test_inhabitants_of_a_municipality_are_those_of_all_its_areas() -> None:
    """Two buurten of 10,000: the municipality of 20,000 follows history for (40,000 − 20,000)/25,000 = .8."""
    effect = avoids(1, "participatiewet", wage_instead_per_year=euro(0), ceiling_per_unit=euro(1))
    spec = a_scenario(interventions={"i": an_intervention({"e": effect}, areas=["BU01140000"])})
    parents = {"BU01140000": AREA, "BU01140001": AREA}
    result = run(spec, a_region({"BU01140000": [10_000.0], "BU01140001": [10_000.0]}, parents=parents), years=3)
    assert pytest.approx([10_000.0, 0.0, -8_000.0]) == result.net(AREA)
    assert pytest.approx(0.8) == float(history_weight(np.array([20_000.0]), 40_000.0, 25_000.0)[0])


# --- other pockets --------------------------------------------------------------------------------------------------


def test_a_supplementary_policy_is_held_by_its_insurers() -> None:
    """Avoided claims of the supplementary insurance fall by market share, without equalisation."""
    effect = avoids(1, "aanvullende_verzekering", ceiling_per_unit=euro(1))
    spec = a_scenario(holders=holders(equalisation=equal([1.0])), interventions={"i": an_intervention({"e": effect})})
    result = run(spec, years=2)
    assert [result.net(i) for i in "abc"] == [[50.0, 0.0], [30.0, 0.0], [20.0, 0.0]]


def test_nobody_lives_there_and_nothing_happens() -> None:
    """An area without people has no starters, no money and no division by zero."""
    effects = {"zvw": an_effect("relative", pocket="zvw", care_kind="acute", reduction=0.5, cause_share=1.0)}
    spec = a_scenario(
        target_groups={"everyone": a_group(ages={"from": 65})},
        holders=holders(switching_per_year=0.05, own_risk={"cost_classes": [{"people_share": 1.0, "cost_eur": 300.0}]}),
        interventions={"i": an_intervention(effects, cost={"per_starter": [euro(5)]}, members_of="a")},
    )
    region = a_region({AREA: [0.0, 0.0], "GM0106": [0.0, 10.0]}, ages=(0, 65), cost={Pocket.ZVW: (100.0, 300.0)})
    result = run(spec, region, years=2)
    assert result.net(AREA) == [0.0, 0.0]
    assert pytest.approx([10 * 0.5 * 300 * 0.5, 0.0]) == [
        sum(x) for x in zip(*(result.net(i) for i in ("a", "b", "c", "residents")), strict=True)
    ]


def test_a_lump_sum_still_returns_use_to_the_fund() -> None:
    """γ = 0 in all years and c₁ = .5 on use: the insurer has nothing and returns 50; on cash it returns nothing."""
    for basis, returned in (("use", 50.0), ("cash", 0.0)):
        spec = a_scenario(
            parties={"insurers": insurers(a=1.0)},
            holders=holders(equalisation=equal([0.5]) | {"basis": basis}, cashable={"zvw": cashable(0.0, 0.0)}),
            interventions={"i": an_intervention({"e": avoids(1, "zvw")} | {})},
        )
        result = run(spec, years=2)
        assert [0.0, returned] == result.moved(Reason.EQUALISATION, "a", "zvw_fund"), basis


def test_wmo_saving_of_movers_is_only_the_cashable_part() -> None:
    """γ = .5 and half the people moved after the first year: 50 at first, then 25 here and 25 elsewhere."""
    effect = avoids(1, "wmo", ceiling_per_unit=euro(1)) | {
        "time": a_time(2.0, follow_up_years=0.0, beyond_follow_up="x")
    }
    spec = a_scenario(
        target_groups={"everyone": a_group(moves_per_year=0.5)},
        holders=holders(cashable={"wmo": cashable(0.5, 0.5)}),
        interventions={"i": an_intervention({"e": effect})},
    )
    result = run(spec, years=2)
    assert result.net(AREA) == [50.0, 25.0]
    assert result.net("rest_of_nl") == [0.0, 25.0]
