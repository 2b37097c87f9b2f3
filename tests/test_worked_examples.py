"""The worked examples of the economic rules: each on the pure rule, and as money that reaches an account.

Every example once turned out to change the sign of some party's outcome when it was done carelessly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from building import (
    AREA,
    FIRST,
    Written,
    a_baseline,
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

from coalition.holders import (
    budget_loss,
    history_weight,
    member_shares,
    own_risk_share,
    split_zvw,
    switching_parameter,
    taken_back,
)
from coalition.kernels import potential_impact, staying
from coalition.overlap import joint_shares, overlap_factors, pair_shares
from coalition.parties import RESOURCES, Pocket
from coalition.prices import worth_of_a_euro
from coalition.schema import ClawbackBasis
from coalition.wrong_pocket import societal_cash, windfall, wrong_pocket_index

THREE = np.array([[0.5, 0.3, 0.2]])


def equalisation(*clawback: float, basis: str = "use") -> Written:
    steps = list(clawback)
    return {"basis": basis, "clawback": {"acute": steps, "medicine_and_diagnosis": steps}}


# --- E1 two accounts that are no party ------------------------------------------------------------------------------


def test_avoided_care_and_its_delivery_on_four_accounts() -> None:
    """Avoided 100 of which 60 is avoidable cost, delivery 30: payer +70, provider −40, resources −30, society +30."""
    result = run(
        a_scenario(
            holders=holders(cashable={"wlz": cashable(avoidable=0.6)}),
            interventions={
                "i": an_intervention(
                    {"e": avoids(1, "wlz")},
                    cost={"per_starter": [euro(0.3)]},
                    payers=[{"party": "wlz_fund", "share": 1.0, "law": "wlz"}],
                )
            },
        )
    )
    assert result.net("wlz_fund") == [70.0]
    assert result.net("providers") == [-40.0]
    assert result.net(RESOURCES) == [-30.0]
    assert pytest.approx(30) == societal_cash(result.ledger)[0, 0]
    assert {"wlz_fund", "providers", RESOURCES} == result.accounts


@pytest.mark.parametrize(
    ("pocket", "holder"),
    [("participatiewet", AREA), ("bijzondere_bijstand", AREA), ("uwv", "uwv"), ("belasting", "state")],
)
def test_a_benefit_that_ends_is_a_transfer(pocket: str, holder: str) -> None:
    """The holder gains what residents lose, and no real resource is freed."""
    effect = avoids(1, pocket, wage_instead_per_year=euro(0), ceiling_per_unit=euro(10))
    people = {AREA: [100.0]}
    result = run(a_scenario(interventions={"i": an_intervention({"e": effect})}), a_region(people))
    assert result.net(holder) == [100.0]
    assert result.net("residents") == [-100.0]
    assert result.net(RESOURCES) == [0.0]


def test_a_wage_earned_instead_is_what_society_gains() -> None:
    """100 people off benefit at 10, a wage of 15 each instead: residents −1,000 + 1,500, society +1,500."""
    effect = avoids(10, "uwv", wage_instead_per_year=euro(15), ceiling_per_unit=euro(10))
    result = run(a_scenario(interventions={"i": an_intervention({"e": effect})}))
    assert result.net("uwv") == [1000.0]
    assert result.net("residents") == [500.0]
    assert result.net(RESOURCES) == [-1500.0]


@pytest.mark.parametrize(
    ("pocket", "holder"), [("inwoner", "residents"), ("werkgever", "employers"), ("justitie", "state")]
)
def test_hours_and_absence_free_real_resources(pocket: str, holder: str) -> None:
    """Informal care, absence and police time: the beneficiary gains what the real economy no longer uses."""
    result = run(a_scenario(interventions={"i": an_intervention({"e": avoids(2, pocket, ceiling_per_unit=euro(9))})}))
    assert result.net(holder) == [200.0]
    assert result.net(RESOURCES) == [-200.0]


# --- E2 who holds a Zvw saving --------------------------------------------------------------------------------------


def test_switching_keeps_market_shares_what_they_are() -> None:
    """σ = .07 / (1 − .38) = .112903, and a year of switching leaves (.5, .3, .2) unchanged."""
    sigma = switching_parameter(np.array([0.07]), THREE)
    assert pytest.approx(0.112903, abs=5e-7) == sigma[0]
    matrix = (1 - sigma[0]) * np.eye(3) + sigma[0] * np.outer(np.ones(3), THREE[0])
    assert pytest.approx(THREE[0]) == THREE[0] @ matrix
    assert pytest.approx(0.07) == 1 - float((THREE[0] * np.diag(matrix)).sum())


def test_members_are_spread_by_the_switching_matrix() -> None:
    """The closed form for k years is the k-th power of the matrix."""
    sigma = switching_parameter(np.array([0.07]), THREE)
    matrix = (1 - sigma[0]) * np.eye(3) + sigma[0] * np.outer(np.ones(3), THREE[0])
    found = member_shares(1, 6, sigma, THREE)[0]
    for k in range(6):
        assert pytest.approx(np.linalg.matrix_power(matrix, k)[1]) == found[k]


def the_holders_after_three_years(members_of: str | None) -> dict[str, float]:
    """100 of care a year avoided for four years; o = .1, half taken back after a year; shares of the last 100.

    The group of the members' programme is multiplied so that it avoids the same 100: its reach is a market share.
    """
    size = 100.0 if members_of is None else 100 / 0.3
    result = run(
        a_scenario(
            holders=holders(
                switching_per_year=0.07,
                own_risk={"share": 0.1},
                equalisation=equalisation(0.5),
                cashable={"zvw": cashable()},
            ),
            interventions={"i": an_intervention({"e": avoids(1, "zvw", years=4)}, members_of=members_of)},
        ),
        a_region({AREA: [size]}),
        years=4,
    )
    return {a: result.net(a)[3] / 100 for a in ("a", "b", "c", "zvw_fund", "residents")}


def test_participants_from_the_whole_area_are_held_by_market_share() -> None:
    """k = 3: .225/.135/.090, fund .45, own risk .10; nobody's saving walks away, because treated people also arrive."""
    found = the_holders_after_three_years(None)
    assert pytest.approx({"a": 0.225, "b": 0.135, "c": 0.09, "zvw_fund": 0.45, "residents": 0.1}) == found


def test_members_of_one_insurer_walk_away_with_its_saving() -> None:
    """k = 3, members of the second: .067929/.354899 before equalisation; each cohort pays back where it is insured."""
    sigma = switching_parameter(np.array([0.07]), THREE)
    held = 0.9 * 0.5 * member_shares(1, 4, sigma, THREE)[0, 3]
    assert pytest.approx([0.067929, 0.354899, 0.027172], abs=5e-7) == held
    found = the_holders_after_three_years("b")
    assert pytest.approx([0.067929, 0.354899, 0.027172], abs=5e-7) == [found[i] for i in "abc"]
    assert pytest.approx(0.45) == found["zvw_fund"]
    assert pytest.approx(0.1) == found["residents"]


def test_in_the_first_year_members_are_all_with_their_own_insurer() -> None:
    """At k = 0 there is no market share in it: insurer b holds the whole 100."""
    spec = a_scenario(interventions={"i": an_intervention({"e": avoids(1, "zvw")}, members_of="b")})
    result = run(spec, a_region({AREA: [100 / 0.3]}))
    assert [result.net(i) for i in "abc"] == [[0.0], [100.0], [0.0]]


def test_what_an_outsider_gains_is_a_windfall_before_and_after_its_own_delivery() -> None:
    """Insurer c takes no part: 20 of the 100 fall to it; it pays 20 % of a delivery of 30, which leaves 14."""
    spec = a_scenario(
        interventions={
            "i": an_intervention(
                {"e": avoids(1, "zvw")},
                cost={"per_starter": [euro(0.3)]},
                payers=[{"party": "insurers", "share": 1.0, "law": "zvw"}],
            )
        }
    )
    result = run(spec)
    assert pytest.approx((20.0, 14.0)) == windfall(list(result.parties.values()), result.found, [FIRST])


def test_members_delivery_in_later_years_is_paid_by_the_insurer_of_that_year() -> None:
    """Two years of 100: b pays the first; of the second it pays 1 − σ·.7 = .920968, the others by market share."""
    spec = a_scenario(
        holders=holders(switching_per_year=0.07),
        interventions={
            "i": an_intervention(
                members_of="b",
                cost={"per_starter": [euro(1), euro(1)]},
                payers=[{"party": "b", "share": 1.0, "law": "zvw"}],
            )
        },
    )
    result = run(spec, a_region({AREA: [100 / 0.3]}), years=2)
    assert pytest.approx([-100.0, -92.0968], abs=1e-4) == result.net("b")
    assert pytest.approx([0.0, -5.6452], abs=1e-4) == result.net("a")
    assert pytest.approx([0.0, -2.2581], abs=1e-4) == result.net("c")


# --- E3 own risk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(3000, 2600, 0.0), (500, 300, 85 / 200), (300, 200, 1.0), (385, 300, 1.0), (400, 385, 0.0)],
)
def test_a_saving_comes_off_the_top(before: float, after: float, expected: float) -> None:
    """D = 385: above it the insured saves nothing, below it everything; 500→300 is resident 85, insurer 115."""
    found = own_risk_share(np.array([[before]]), np.array([[after]]), np.array([385.0]), np.ones(1))
    assert pytest.approx(expected) == found[0]


def test_own_risk_from_cost_classes_reaches_residents_and_insurers() -> None:
    """Everyone costs 500 and saves 200 of it: of 100 people residents hold 8,500 and insurers 11,500."""
    spec = a_scenario(
        holders=holders(own_risk={"cost_classes": [{"people_share": 1.0, "cost_eur": 500.0}]}),
        interventions={"i": an_intervention({"e": avoids(200, "zvw")})},
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 500.0}))
    assert result.net("residents") == [8500.0]
    assert pytest.approx(11_500) == sum(result.net(i)[0] for i in "abc")


def test_own_risk_follows_the_invoice_under_a_lump_sum() -> None:
    """γ = 0, o = .1, avoided 100: the resident pays 10 less, the insurers' lump sum costs them 10 more."""
    spec = a_scenario(
        holders=holders(own_risk={"share": 0.1}, cashable={"zvw": cashable(0.0, 0.0)}),
        interventions={"i": an_intervention({"e": avoids(1, "zvw")})},
    )
    result = run(spec)
    assert result.net("residents") == [10.0]
    assert [result.net(i)[0] for i in "abc"] == [-5.0, -3.0, -2.0]
    assert result.net("providers") == [0.0]


# --- E4 equalisation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("avoided", "insurer"), [((100, 0, 0), (100, -50, 0)), ((100, 100, 100), (100, 50, 50))])
def test_equalisation_takes_back_from_each_saving(avoided: tuple[float, ...], insurer: tuple[float, ...]) -> None:
    """c₁ = .5 and no own risk: a saving of one year is half paid back, a constant one holds at half."""
    x = np.array([[avoided]], dtype=float)
    split = split_zvw(x, np.ones(1), np.zeros(1), np.array([[0.5]]), basis=ClawbackBasis.USE, by_cohort=False)
    assert pytest.approx(np.array(insurer)) == (split.invoices - split.returned)[0, 0]


@pytest.mark.parametrize(("years", "insurer"), [(1, [100.0, -50.0, 0.0]), (3, [100.0, 50.0, 50.0])])
def test_the_same_reaches_the_insurer_and_the_fund(years: int, insurer: list[float]) -> None:
    """With one insurer: what it gives back, the fund receives."""
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(equalisation=equalisation(0.5)),
        interventions={"i": an_intervention({"e": avoids(1, "zvw", years=years)})},
    )
    result = run(spec, years=3)
    assert insurer == result.net("a")
    assert [0.0, 50.0, 50.0 if years == 3 else 0.0] == result.net("zvw_fund")


def test_the_basis_of_equalisation_can_turn_the_sign() -> None:
    """γ = .4, c₁ = .5, constant 100: on use 40 − 50 = −10 a year, on cash 40 − 20 = +20."""
    found = {}
    for basis in ("use", "cash"):
        spec = a_scenario(
            parties={"insurers": insurers(a=1.0)},
            holders=holders(equalisation=equalisation(0.5, basis=basis), cashable={"zvw": cashable(0.4)}),
            interventions={"i": an_intervention({"e": avoids(1, "zvw", years=2)})},
        )
        found[basis] = run(spec, years=2).net("a")
    assert found == {"use": [40.0, -10.0], "cash": [40.0, 20.0]}


def test_equalisation_may_take_back_everything() -> None:
    """c₁ = 1: what was saved in one year is gone in the next, and nothing more."""
    assert pytest.approx([0, 7, 0]) == taken_back(np.array([[[7.0, 0, 0]]]), np.array([[1.0]]), by_cohort=False)[0, 0]


# --- E5 cashable ----------------------------------------------------------------------------------------------------


def test_what_is_not_cashable_is_no_money() -> None:
    """A = 100, γ = v = .4, a = .6: payer 40, provider −16, society 24."""
    spec = a_scenario(
        holders=holders(cashable={"wlz": cashable(0.4, 0.4, 0.6)}),
        interventions={"i": an_intervention({"e": avoids(1, "wlz")})},
    )
    result = run(spec)
    assert result.net("wlz_fund") == [40.0]
    assert result.net("providers") == [-16.0]
    assert [-x for x in result.net(RESOURCES)] == [24.0]


def test_before_renegotiation_the_provider_gains() -> None:
    """γ opens in the second year: until then the payer has 0 and the provider keeps the 24 of cost that it avoids."""
    spec = a_scenario(
        holders=holders(cashable={"wlz": cashable(0.4, 0.4, 0.6, from_year=FIRST + 1)}),
        interventions={"i": an_intervention({"e": avoids(1, "wlz", years=2)})},
    )
    result = run(spec, years=2)
    assert result.net("wlz_fund") == [0.0, 40.0]
    assert result.net("providers") == [24.0, -16.0]


def test_extra_care_is_invoiced_in_full_and_needs_its_capacity() -> None:
    """γ = v = .4, a = .6: 100 of extra care costs the payer 100 and society 60; the provider earns 40."""
    spec = a_scenario(
        holders=holders(cashable={"wlz": cashable(0.4, 0.4, 0.6)}),
        interventions={"i": an_intervention({"e": avoids(-1, "wlz")})},
    )
    result = run(spec)
    assert [result.net(x) for x in ("wlz_fund", "providers", RESOURCES)] == [[-100.0], [40.0], [60.0]]


# --- E6 on what is the effect measured ------------------------------------------------------------------------------


def net_of_starters(**effect: Any) -> float:
    spec = a_scenario(interventions={"i": an_intervention({"e": avoids(200, "wlz", **effect)}, completion=0.6)})
    return run(spec).net("wlz_fund")[0]


def test_an_intention_to_treat_effect_takes_no_further_factor() -> None:
    """100 starters, 200 each, completion .6: 20,000; neither completion nor deadweight is taken off again."""
    assert net_of_starters() == 20_000


def test_an_uncontrolled_effect_per_completer_takes_both() -> None:
    """100 × .6 × 200 × (1 − .25) = 9,000."""
    assert pytest.approx(9_000) == net_of_starters(per="completer", comparator="uncontrolled", deadweight=0.25)


@pytest.mark.parametrize(("deadweight", "expected"), [(0.0, 20_000), (1.0, 0)])
def test_deadweight_at_its_edges(deadweight: float, expected: float) -> None:
    """Nothing or everything would have happened anyway."""
    assert expected == net_of_starters(comparator="uncontrolled", deadweight=deadweight)


def test_all_starters_cost_money() -> None:
    """10 per starter and 5 more per completer, completion .6: 100 × 10 + 60 × 5 = 1,300."""
    cost = {"per_starter": [euro(10)], "per_completer": [euro(5)]}
    result = run(a_scenario(interventions={"i": an_intervention(completion=0.6, cost=cost)}))
    assert result.net(AREA) == [-1300.0]


def test_delivery_that_is_in_the_measured_change_is_not_charged_again() -> None:
    """In Balans: −2,769 includes 252, so that 100 starters change all accounts together by 276,900, not 251,700."""
    spec = a_scenario(
        holders=holders(cashable={"zvw": cashable(avoidable=1.0)}),
        interventions={
            "i": an_intervention(
                {"e": avoids(2769, "zvw", includes_delivery=True)},
                cost={"per_starter": [euro(252)]},
            )
        },
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 9_000.0}))
    assert result.avoided("i", Pocket.ZVW) == [302_100.0]
    assert result.net(AREA) == [-25_200.0]
    assert pytest.approx(276_900) == societal_cash(result.ledger)[0, 0]


def test_delivery_in_the_measured_change_is_added_back_once_over_all_pockets() -> None:
    """An event of 100 split .6/.4 and a delivery of 10 in the measured change: 110 in all, not 120."""
    effect = an_effect(
        "events",
        care_kind="acute",
        events_per_person_year=1.0,
        risk_multiplier=1.0,
        reduction=1.0,
        cost_per_event=euro(100),
        split={"zvw": 0.6, "wmo": 0.4},
        includes_delivery=True,
    )
    spec = a_scenario(interventions={"i": an_intervention({"e": effect}, cost={"per_starter": [euro(10)]})})
    result = run(spec, a_region(cost={Pocket.ZVW: 9_000.0, Pocket.WMO: 9_000.0}))
    assert result.avoided("i", Pocket.ZVW) == [6_600.0]
    assert result.avoided("i", Pocket.WMO) == [4_400.0]


# --- E8 municipal pockets -------------------------------------------------------------------------------------------


def test_a_budget_that_follows_history_takes_part_of_the_saving_back() -> None:
    """Population 19,982, 100 a year for four years: 239.86 stays with the municipality, not 400."""
    weight = history_weight(np.array([19_982.0]), 40_000.0, 25_000.0)
    x = np.full((1, 1, 4), 100.0)
    assert pytest.approx(239.86, abs=0.005) == float((x - budget_loss(x, weight, np.ones((1, 4)), 2)).sum())


def test_a_saving_that_ends_is_still_paid_back() -> None:
    """The same through the ledger: four years of 100, then two years in which 80.07 flows to other municipalities."""
    effect = avoids(100 / 19_982, "participatiewet", years=4, wage_instead_per_year=euro(0), ceiling_per_unit=euro(1))
    spec = a_scenario(interventions={"i": an_intervention({"e": effect})})
    result = run(spec, a_region({AREA: [19_982.0]}), years=6)
    w = (40_000 - 19_982) / 25_000
    assert pytest.approx([100, 100, 100 - 100 * w, 100 - 100 * w, -100 * w, -100 * w]) == result.net(AREA)
    assert pytest.approx(239.86, abs=0.005) == sum(result.net(AREA)[:4])
    assert pytest.approx([0, 0, *[100 * w] * 4]) == result.net("rest_of_nl")


@pytest.mark.parametrize(
    ("population", "weight"),
    [(10_000, 1.0), (15_000, 1.0), (15_001, 0.99996), (40_000, 0.0), (39_999, 0.00004), (90_000, 0.0)],
)
def test_the_weight_of_history_at_its_edges(population: float, weight: float) -> None:
    """1 up to 15,000 inhabitants, 0 from 40,000, a straight line between."""
    assert pytest.approx(weight) == history_weight(np.array([population]), 40_000.0, 25_000.0)[0]


def test_history_is_repaid_in_amounts_of_its_own_year() -> None:
    """Prices rise 10 % a year: 100 of year 0 is taken back as 121 in year 2 by a small municipality."""
    effect = avoids(1, "participatiewet", wage_instead_per_year=euro(0), ceiling_per_unit=euro(1))
    spec = a_scenario(interventions={"i": an_intervention({"e": effect})}, general_index=0.1)
    assert pytest.approx([100.0, 0.0, -121.0]) == run(spec, years=3).net(AREA)


@pytest.mark.parametrize("pocket", ["wmo", "jeugdwet", "wpg"])
def test_wmo_and_youth_care_do_not_follow_history(pocket: str) -> None:
    """The municipality holds all of it, in every year."""
    spec = a_scenario(interventions={"i": an_intervention({"e": avoids(1, pocket, years=4, ceiling_per_unit=euro(1))})})
    assert run(spec, years=5).net(AREA) == [100.0] * 4 + [0.0]


# --- E9 real and nominal --------------------------------------------------------------------------------------------


def test_a_real_rate_discounts_real_euros() -> None:
    """100 real in year 10 at index 2 % and 2.25 %: 80.05, not the 97.58 of a nominal amount at a real rate."""
    flows = np.zeros((1, 11))
    flows[0, 10] = 100 * 1.02**10
    deflator = np.array([[1.02**t for t in range(11)]])
    rate = np.full((1, 11), 0.0225)
    assert pytest.approx(80.05, abs=0.005) == (flows * worth_of_a_euro(rate, deflator)).sum()
    assert pytest.approx(97.58, abs=0.005) == (flows * worth_of_a_euro(rate, np.ones((1, 11)))).sum()


def test_year_0_is_not_discounted() -> None:
    """Flows of the first 31 December are present euros."""
    assert worth_of_a_euro(np.array([[0.5]]), np.ones((1, 1))).tolist() == [[1.0]]


# --- E10 people age, die, move, live longer --------------------------------------------------------------------------


def test_people_who_died_or_moved_are_no_longer_in_the_area() -> None:
    """Survival .97 and 4 % moving a year leave .7002 after five years."""
    assert pytest.approx(0.7002, abs=5e-5) == float(
        (staying(np.array([0.97]), 0, 6) * staying(np.array([0.96]), 0, 6))[0, 5]
    )


def test_a_mover_takes_municipal_saving_along_and_nothing_else() -> None:
    """Year 5 of 100 a year: Wmo .7002 stays, the movers' .8587 − .7002 is of other municipalities; Wlz keeps .8587."""
    late = {"time": a_time(6.0, follow_up_years=0.0, beyond_follow_up="test")}
    effects = {
        "wmo": avoids(1, "wmo", ceiling_per_unit=euro(1)) | late,
        "wlz": avoids(1, "wlz", ceiling_per_unit=euro(1)) | late,
    }
    spec = a_scenario(
        target_groups={"everyone": a_group(survival_per_year=0.97, moves_per_year=0.04)},
        interventions={"i": an_intervention(effects)},
    )
    result = run(spec, years=6)
    assert pytest.approx(70.02, abs=0.005) == result.net(AREA)[5]
    assert pytest.approx(15.85, abs=0.005) == result.net("rest_of_nl")[5]
    assert pytest.approx(85.87, abs=0.005) == result.net("wlz_fund")[5]


def test_a_mover_takes_the_later_loss_of_budget_along_too() -> None:
    """Half moves each year: of 100, 50, 25 the municipality repays 100 and 50 two years later, not the movers' part."""
    effect = avoids(1, "participatiewet", wage_instead_per_year=euro(0), ceiling_per_unit=euro(1)) | {
        "time": a_time(3.0, follow_up_years=0.0, beyond_follow_up="test")
    }
    spec = a_scenario(
        target_groups={"everyone": a_group(moves_per_year=0.5)}, interventions={"i": an_intervention({"e": effect})}
    )
    assert run(spec, years=5).net(AREA) == [100.0, 50.0, 25.0 - 100.0, -50.0, -25.0]


def test_a_trial_that_followed_people_already_contains_death_and_moves() -> None:
    """Follow-up of three years: nothing is taken off in the years 0 to 3, once in year 4."""
    assert pytest.approx([1, 1, 1, 1, 0.9, 0.81]) == staying(np.array([0.9]), 3.0, 6)[0]


def test_an_effect_of_a_place_stays() -> None:
    """A population approach reaches newcomers too: no survival, no moving."""
    effect = avoids(1, "wmo", ceiling_per_unit=euro(1)) | {
        "time": a_time(3.0, follow_up_years=0.0, beyond_follow_up="x")
    }
    spec = a_scenario(
        target_groups={"everyone": a_group(survival_per_year=0.5, moves_per_year=0.5)},
        interventions={"i": an_intervention({"e": effect}, approach="population")},
    )
    assert run(spec, years=3).net(AREA) == [100.0] * 3


def test_care_in_gained_life_years_is_a_cost() -> None:
    """N = 1,000, survival .80→.82, cost 10,000→9,600: 128,000 avoided in the next year, not 320,000."""
    effect = avoids(400, "wlz") | {"time": a_time(2.0, follow_up_years=0.0, beyond_follow_up="test")}
    spec = a_scenario(
        target_groups={"everyone": a_group(survival_per_year=0.8)},
        interventions={
            "i": an_intervention(
                {"e": effect},
                life_years={"survival_without_per_year": 0.80, "survival_with_per_year": 0.82},
            )
        },
    )
    result = run(spec, a_region({AREA: [1000.0]}, cost={Pocket.WLZ: 10_000.0}), years=2)
    assert pytest.approx([400_000, 128_000]) == result.net("wlz_fund")


def test_gained_life_years_within_the_follow_up_are_already_in_the_trial() -> None:
    """Followed for one year: extra care starts a year later, 1,000 · (.82 − .80) · 10,000 in year 2."""
    effect = avoids(0, "wlz") | {"time": a_time(3.0, follow_up_years=1.0, beyond_follow_up="test")}
    lived = {"survival_without_per_year": 0.80, "survival_with_per_year": 0.82}
    spec = a_scenario(
        target_groups={"everyone": a_group(survival_per_year=0.8)},
        interventions={"i": an_intervention({"e": effect}, life_years=lived)},
    )
    result = run(spec, a_region({AREA: [1000.0]}, cost={Pocket.WLZ: 10_000.0}), years=3)
    assert pytest.approx([0, 0, -200_000]) == result.net("wlz_fund")


def test_a_benchmark_moves_with_the_age_of_the_people() -> None:
    """4,000×2,000 + 1,000×8,000 becomes 3,900×2,000 + 1,100×8,000: 16.6 million, not 16.0."""
    region = a_region({AREA: [4000.0, 1000.0]}, ages=(0, 65), cost={Pocket.ZVW: (2000.0, 8000.0)})
    counts = np.array([[[4000.0, 3900.0], [1000.0, 1100.0]]])
    moving = type(region)(
        **{
            **vars(region),
            "years": (FIRST, FIRST + 1),
            "people": counts,
            "insured_years": counts,
        }
    )
    cost = a_baseline(a_scenario(), moving, 2).pocket_cost(Pocket.ZVW).sum(axis=(0, 1, 2))
    assert pytest.approx([16.0e6, 16.6e6]) == cost


# --- E13 who takes part ---------------------------------------------------------------------------------------------


def test_participants_are_not_the_average_of_their_age() -> None:
    """Cost 1,000 on average, multiplier 1.5, 10 % less: 150 per participant, not 100."""
    effect = an_effect("relative", pocket="zvw", care_kind="acute", reduction=0.1, cause_share=1.0)
    spec = a_scenario(
        target_groups={"everyone": a_group(cost_multiplier=1.5, share=0.5)},
        interventions={"i": an_intervention({"e": effect})},
    )
    assert run(spec, a_region(cost={Pocket.ZVW: 1000.0})).avoided("i", Pocket.ZVW) == [7500.0]


# --- E14 population approach ----------------------------------------------------------------------------------------

SMOKING = {
    "name": "smoking",
    "ages": {"from": 0},
    "classes": {
        "never": {"prevalence": 0.5, "relative_risk": 1.0},
        "light": {"prevalence": 0.3, "relative_risk": 1.5},
        "heavy": {"prevalence": 0.2, "relative_risk": 3.0},
    },
}
SHIFTED = {"never": 0.55, "light": 0.3, "heavy": 0.15}


def test_a_shift_of_the_whole_distribution() -> None:
    """p .5/.3/.2 → .55/.3/.15 at risks 1/1.5/3: 1.45/1.55 leaves PIF .064516."""
    found = potential_impact(np.array([0.5, 0.3, 0.2]), np.array([0.55, 0.3, 0.15]), np.array([1, 1.5, 3]))
    assert pytest.approx(0.064516, abs=5e-7) == float(found)


def test_a_shift_reaches_the_pocket_through_the_risk_related_part() -> None:
    """d = .08: .516 % of 100 people's 1,000 euro is 516.13."""
    effect = an_effect(
        "risk_shift", pocket="zvw", care_kind="acute", factor="smoking", shifted=SHIFTED, cause_share=0.08
    )
    spec = a_scenario(
        risk_factors={"smoking": SMOKING},
        interventions={"i": an_intervention({"e": effect}, approach="population")},
    )
    assert (
        pytest.approx(516.13, abs=0.005) == run(spec, a_region(cost={Pocket.ZVW: 1000.0})).avoided("i", Pocket.ZVW)[0]
    )


@pytest.mark.parametrize(("per", "completion", "expected"), [("starter", 0.6, 15.0), ("completer", 0.6, 17.0)])
def test_shift_first_then_the_high_risk_group(per: str, completion: float, expected: float) -> None:
    """Heavy smokers fall from 20 to 15 of 100 people, or to 20 − .6 × 5 = 17 where only completers count."""
    shift = an_effect(
        "risk_shift",
        pocket="zvw",
        care_kind="acute",
        factor="smoking",
        shifted=SHIFTED,
        cause_share=0.08,
        per=per,
    )
    spec = a_scenario(
        risk_factors={"smoking": SMOKING},
        target_groups={
            "everyone": a_group(),
            "heavy": a_group(risk_class={"factor": "smoking", "class": "heavy"}),
        },
        interventions={
            "course": an_intervention(target_group="heavy"),
            "place": an_intervention({"e": shift}, approach="population", completion=completion),
        },
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}))
    assert pytest.approx(expected) == float(result.projection.starters["course"].sum())


# --- E15 overlap ----------------------------------------------------------------------------------------------------


def test_two_interventions_on_the_same_people() -> None:
    """p .5/.4, e .1/.2: independent .126 (.048 / .078), nested .122, apart .130."""
    x, p = np.array([[0.05], [0.08]]), np.array([[0.5], [0.4]])
    assert pytest.approx([0.048, 0.078]) == joint_shares(x).ravel()
    assert pytest.approx(0.126) == float((overlap_factors(x, p) * x).sum())
    for nested, together in ((1.0, 0.122), (0.0, 0.130), (0.5, 0.126)):
        found = overlap_factors(x, p, {(0, 1): np.array([nested])}) * x
        assert pytest.approx(together) == float(found.sum()), nested
    assert pytest.approx((0.046, 0.076)) == pair_shares(np.array(0.05), np.array(0.08), np.array(0.008))


@pytest.mark.parametrize(
    ("overlap", "first", "second"),
    [([], 4_800, 7_800), ([1.0], 4_600, 7_600), ([0.0], 5_000, 8_000)],
    ids=["independent", "nested", "apart"],
)
def test_overlap_reaches_the_streams(overlap: list[float], first: float, second: float) -> None:
    """The same on 100 people who cost 1,000 each."""
    relative: Written = {"pocket": "zvw", "care_kind": "acute", "cause_share": 1.0}
    spec = a_scenario(
        interventions={
            "i": an_intervention({"e": an_effect("relative", reduction=0.1, **relative)}, reach=0.5),
            "j": an_intervention({"e": an_effect("relative", reduction=0.2, **relative)}, reach=0.4),
        },
        overlap=[{"between": ["i", "j"], "share_of_smaller": nested} for nested in overlap],
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}))
    assert [pytest.approx(first)] == result.avoided("i", Pocket.ZVW)
    assert [pytest.approx(second)] == result.avoided("j", Pocket.ZVW)


# --- E17 index ------------------------------------------------------------------------------------------------------


def test_the_index_when_payers_and_gainers_are_different() -> None:
    """The municipality pays 10 and loses 20, the insurer loses 30, Wlz gains 100: 1."""
    found = wrong_pocket_index(np.array([[10.0], [0.0], [0.0]]), np.array([[-20.0], [-30.0], [100.0]]))
    assert pytest.approx(1.0) == found[0]
