"""Two rules on the same euro: figures worked out by hand where one rule alone would give another amount."""

from __future__ import annotations

import numpy as np
import pytest
from building import (
    AREA,
    FIRST,
    Written,
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

from coalition.inputs import Inputs
from coalition.parties import Pocket, Reason
from coalition.wrong_pocket import by_party, societal_cash


def test_delivery_inside_an_uncontrolled_change_is_not_given_back_for_deadweight() -> None:
    """100 starters, −200 each of which 50 is delivery, a quarter would have happened anyway: 100·(250·.75 − 50)."""
    effect = avoids(200, "zvw", includes_delivery=True, comparator="uncontrolled", deadweight=0.25)
    spec = a_scenario(
        holders=holders(cashable={"zvw": cashable(avoidable=1.0)}),
        interventions={"i": an_intervention({"e": effect}, cost={"per_starter": [euro(50)]})},
    )
    found = run(spec, a_region(cost={Pocket.ZVW: 9000.0}))
    assert found.avoided("i", Pocket.ZVW) == [18_750]
    assert societal_cash(found.ledger)[0].tolist() == [13_750]


SMOKING: Written = {
    "name": "s",
    "ages": {"from": 0},
    "classes": {"no": {"prevalence": 0.8, "relative_risk": 1.0}, "yes": {"prevalence": 0.2, "relative_risk": 2.0}},
}


@pytest.mark.parametrize(
    ("acted_on", "ages", "starters"),
    [
        (a_group(), {"from": 0}, 100),  # everybody: .2 becomes .1
        (a_group(share=0.2), {"from": 0}, 180),  # in a fifth of the people
        (a_group(ages={"from": 0, "to": 64}), {"from": 65}, 100),  # in others: half of 1,000 people, still .2
        (a_group(ages={"from": 0, "to": 64}), {"from": 0}, 150),  # in half of them
        (a_group(ages={"from": 65}), {"from": 65}, 50),
    ],
)
def test_a_shift_reaches_only_the_people_whom_it_is_about(acted_on: Written, ages: Written, starters: float) -> None:
    """1,000 people, half of them 65 or over; the high-risk group is everyone who smokes."""
    shift = an_effect(
        "risk_shift",
        pocket="zvw",
        care_kind="acute",
        factor="smoke",
        shifted={"no": 0.9, "yes": 0.1},
        cause_share=1.0,
    )
    spec = a_scenario(
        risk_factors={"smoke": SMOKING},
        target_groups={"g": acted_on, "smokers": a_group(ages=ages, risk_class={"factor": "smoke", "class": "yes"})},
        interventions={
            "p": an_intervention({"s": shift}, approach="population", target_group="g"),
            "h": an_intervention(target_group="smokers"),
        },
    )
    region = a_region({AREA: [500.0, 500.0]}, ages=(0, 65), cost={Pocket.ZVW: 1000.0})
    assert run(spec, region).projection.starters["h"].sum() == pytest.approx(starters)


def test_cohorts_of_a_yearly_flow_each_avoid_their_own_cost() -> None:
    """1,000 born each year, half of 1,000 euro less for four years: 500, 1,000, 1,500, 2,000 thousand, then fewer."""
    effect = an_effect("relative", years=4, pocket="zvw", care_kind="acute", reduction=0.5, cause_share=1.0)
    spec = a_scenario(
        target_groups={"everyone": a_group(renewed_each_year=True)},
        interventions={"i": an_intervention({"e": effect}, starts={"first": FIRST, "last": FIRST + 3})},
    )
    found = run(spec, a_region({AREA: [1000.0]}, cost={Pocket.ZVW: 1000.0}), years=5)
    assert found.avoided("i", Pocket.ZVW) == [5e5, 1e6, 1.5e6, 2e6, 1.5e6]


def test_a_flow_with_longer_lives_and_no_effect_runs() -> None:
    """Nothing else says how long its members stay together."""
    group = a_group(renewed_each_year=True)
    longer = {"survival_without_per_year": 0.9, "survival_with_per_year": 0.95}
    spec = a_scenario(target_groups={"everyone": group}, interventions={"i": an_intervention(life_years=longer)})
    assert run(spec, a_region(cost={Pocket.ZVW: 1000.0}), years=2).avoided("i", Pocket.ZVW)[1] == pytest.approx(-5000)


def test_longer_lives_of_a_place_stay_in_the_place() -> None:
    """A population approach moves nobody out: the municipality pays all of the care in gained years."""
    longer = {"survival_without_per_year": 0.9, "survival_with_per_year": 0.95}
    spec = a_scenario(
        target_groups={"everyone": a_group(moves_per_year=0.5)},
        interventions={"i": an_intervention(approach="population", life_years=longer)},
    )
    found = run(spec, a_region({AREA: [1000.0]}, cost={Pocket.WMO: 1000.0}), years=2)
    assert found.net(AREA)[1] == pytest.approx(-50_000)
    assert "rest_of_nl" not in found.accounts


def test_longer_lives_of_members_are_paid_by_their_own_insurer() -> None:
    """In the supplementary purse as in the basic one; nobody switches."""
    longer = {"survival_without_per_year": 0.9, "survival_with_per_year": 0.95}
    spec = a_scenario(interventions={"i": an_intervention(members_of="b", life_years=longer)})
    found = run(spec, a_region({AREA: [1000.0]}, cost={Pocket.AANVULLENDE_VERZEKERING: 100.0}), years=2)
    assert [found.net(i)[1] for i in "abc"] == pytest.approx([0, -1500, 0])


def test_equalisation_never_takes_back_more_than_everything() -> None:
    """A draw of .9 and .8 is one of .53 and .47: of 100,000 that stays for good an insurer ends at nothing."""
    clawback = {"acute": [{"value": 0.5, "low": 0.2, "high": 0.9}, {"value": 0.4, "low": 0.1, "high": 0.8}]}
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(equalisation={"basis": "use", "clawback": clawback}),
        interventions={"i": an_intervention({"e": avoids(1000, "zvw", years=1)})},
    )
    path = "holders.equalisation.clawback.acute"
    draw = Inputs(1, {f"{path}.0": np.array([0.9]), f"{path}.1": np.array([0.8])})
    found = run(spec, a_region(cost={Pocket.ZVW: 5000.0}), draw, years=3)
    assert found.net("a") == pytest.approx([1e5, -1e5 * 0.9 / 1.7, -1e5 * 0.8 / 1.7], abs=1e-3)


def a_policy(area: str, insurer: str, **changes: Written) -> Written:
    """A policy that pays the own risk of the two in five adults who have it; its own money is nought."""
    nothing = euro(0)
    tier = dict.fromkeys(
        (
            "list_premium_basic_per_month", "list_premium_supplementary_per_month", "discount_basic_per_month",
            "discount_supplementary_per_month", "own_risk_claims_per_year", "wmo_contribution_covered_per_year",
            "claims_per_year",
        ),
        nothing,
    )  # fmt: skip
    parts = (
        "execution_per_year", "special_assistance_avoided_per_year", "municipal_arrears_cost_avoided_per_year",
        "insurer_arrears_avoided_per_year", "induced_care_per_year",
    )  # fmt: skip
    return {
        "name": area,
        "areas": [area],
        "insurer": insurer,
        "first_year": FIRST,
        "uptake": 1.0,
        "bands": {"low": {"income_limit_pct": 120, "share_of_people": 0.4, "contribution_per_month": nothing}},
        "tiers": {"full": {**tier, "share_of_enrolled": 1.0, "own_risk_insured": True}},
        "method": "components",
        "components": dict.fromkeys(parts, nothing),
        **changes,
    }


def test_a_policy_without_the_module_still_insures_the_own_risk_of_who_has_it() -> None:
    """Two towns of 100, two in five have a policy that pays the own risk; only the first offers the module."""
    module = {"module": "m", "enrolled_share_of_group": 0.0, "reach": 1.0}
    spec = a_scenario(
        parties={"insurers": insurers(a=0.5, b=0.5)},
        holders=holders(own_risk={"share": 0.1}),
        gemeentepolis={
            "one": a_policy("GM0001", "a", modules={"m": {"max_per_starter": euro(0)}}),
            "two": a_policy("GM0002", "b"),
        },
        interventions={"i": an_intervention({"e": avoids(100, "zvw")}, policy_module=module)},
    )
    found = run(spec, a_region({"GM0001": [100.0], "GM0002": [100.0]}, cost={Pocket.ZVW: 5000.0}))
    assert found.moved(Reason.OWN_RISK, "providers", "b") == [400]
    assert found.moved(Reason.OWN_RISK, "providers", "a") == [0]
    assert found.moved(Reason.OWN_RISK, "providers", "residents") == [1600]


def test_a_loss_after_the_horizon_undoes_a_payback_within_it() -> None:
    """50 laid out, 100 saved and 90 taken back a year later: no payback, however short the horizon."""
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(equalisation={"basis": "use", "clawback": {"acute": [0.9]}}),
        interventions={
            "i": an_intervention(
                {"e": avoids(100, "zvw", years=1)},
                cost={"per_starter": [euro(50)]},
                payers=[{"party": "a", "share": 1.0, "law": "eigen_middelen"}],
            )
        },
    )
    found = run(spec, a_region(cost={Pocket.ZVW: 5000.0}), years=2)
    party = found.parties["a"].party
    (shown,) = by_party(found.found, [party], [FIRST], np.ones((1, 2)))
    assert (shown.npv[0], shown.payback_year) == (5000, [None])


def test_an_effect_that_lasts_longer_than_shown_has_the_same_payback() -> None:
    """Later gains change nothing for a year that was whole already."""
    spec = a_scenario(
        interventions={
            "i": an_intervention(
                {"e": avoids(100, "wmo", years=3) | {"time": a_time(3)}}, cost={"per_starter": [euro(50)]}
            )
        }
    )
    found = run(spec, a_region(cost={Pocket.WMO: 5000.0}), years=4)
    assert found.parties[AREA].payback_year == [FIRST]
