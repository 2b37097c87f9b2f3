"""The municipal health policy: identities of its premium, and the money that it moves by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from building import (
    AREA,
    FIRST,
    a_baseline,
    a_region,
    a_scenario,
    an_intervention,
    avoids,
    euro,
    holders,
    insurers,
    run,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coalition.gemeentepolis import enrolled_by_band, in_force, insured_pays_per_month
from coalition.inputs import Inputs
from coalition.parties import RESOURCES, Pocket, Reason
from coalition.schema import Band, Policy, Tier
from coalition.wrong_pocket import societal_cash

OTHER = "GM0106"
MKBA = {
    "municipal_cost_per_year": euro(227),
    "municipal_benefit_per_year": euro(213),
    "benefit_outside_municipality_per_year": euro(0),
}
COMPONENTS = {
    "execution_per_year": euro(0),
    "special_assistance_avoided_per_year": euro(0),
    "municipal_arrears_cost_avoided_per_year": euro(0),
    "insurer_arrears_avoided_per_year": euro(0),
    "induced_care_per_year": euro(0),
}


def a_tier(**changes: Any) -> dict[str, Any]:
    return {
        "share_of_enrolled": 1.0,
        "list_premium_basic_per_month": euro(0),
        "list_premium_supplementary_per_month": euro(0),
        "discount_basic_per_month": euro(0),
        "discount_supplementary_per_month": euro(0),
        "own_risk_insured": False,
        "wmo_contribution_covered_per_year": euro(0),
        "claims_per_year": euro(0),
        **changes,
    }


def a_policy(**changes: Any) -> dict[str, Any]:
    """100 people, all in one band and enrolled, no contribution."""
    band = {"income_limit_pct": 130.0, "share_of_people": 1.0, "contribution_per_month": euro(0)}
    method = (
        {"method": "mkba", "mkba": MKBA}
        if "components" not in changes
        else {"method": "components", "tiers": {"t": a_tier()}}
    )
    return {
        "name": "policy",
        "areas": [AREA],
        "insurer": "a",
        "first_year": FIRST,
        "uptake": 1.0,
        "bands": {"low": band},
        **method,
        **changes,
    }


def with_policy(years: int = 1, region: Any = None, **changes: Any) -> Any:
    return run(a_scenario(gemeentepolis={"p": a_policy(**changes)}, interventions={}), region, years=years)


# --- premium identities ---------------------------------------------------------------------------------------------


def paid_per_month(
    *, basic: float, extra: float, discounts: tuple[float, float], contribution: float, rider: float = 0
) -> float:
    tier = Tier.model_validate(
        a_tier(
            list_premium_basic_per_month=euro(basic),
            list_premium_supplementary_per_month=euro(extra),
            discount_basic_per_month=euro(discounts[0]),
            discount_supplementary_per_month=euro(discounts[1]),
            own_risk_insured=rider > 0,
            own_risk_rider_per_month=euro(rider),
        )
    )
    band = Band.model_validate(
        {"income_limit_pct": 110.0, "share_of_people": 0.1, "contribution_per_month": euro(contribution)}
    )
    return float(insured_pays_per_month(tier, band, Inputs())[0])


def test_list_premium_less_discounts_and_contribution_is_what_the_insured_pays() -> None:
    """125.45 + 34.25 − 7.53 − 10.65 = 141.52; from 2023 without that discount 164.70."""
    assert pytest.approx(141.52) == paid_per_month(basic=125.45, extra=34.25, discounts=(7.53, 0), contribution=10.65)
    assert pytest.approx(164.70) == paid_per_month(basic=189.45, extra=0, discounts=(0, 0), contribution=24.75)


def test_a_rider_that_buys_off_the_own_risk_is_paid_with_the_premium() -> None:
    """29.40 a month is 352.80 a year against an own risk of 385: a gap of 32.20."""
    with_, without = (paid_per_month(basic=100, extra=0, discounts=(0, 0), contribution=0, rider=r) for r in (29.40, 0))
    assert pytest.approx(352.80) == 12 * (with_ - without)
    assert pytest.approx(32.20) == 385 - 12 * (with_ - without)


# --- who is enrolled ------------------------------------------------------------------------------------------------


def test_enrolled_are_inhabitants_in_the_band_who_take_it_up() -> None:
    """1,000 people, 15 % in the band, 60 % uptake: 90; coverage is not uptake."""
    band = {"income_limit_pct": 130.0, "share_of_people": 0.15, "contribution_per_month": euro(0)}
    policy = Policy.model_validate(a_policy(uptake=0.6, bands={"low": band}))
    found = enrolled_by_band(policy, a_baseline(a_scenario(), a_region({AREA: [1000.0]})), Inputs())
    assert pytest.approx(90) == float(found["low"].sum())


def test_a_policy_is_in_force_in_its_areas_and_years_only() -> None:
    """From the second to the third year, in one of two municipalities, and in every buurt of it."""
    region = a_region({"BU01140000": [1.0], OTHER: [1.0]}, parents={"BU01140000": AREA})
    policy = Policy.model_validate(a_policy(first_year=FIRST + 1, last_year=FIRST + 2))
    assert in_force(policy, a_baseline(a_scenario(), region, 4))[0].tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]


# --- the published figures, or part by part -------------------------------------------------------------------------


def test_the_published_figures_leave_the_municipality_14_short() -> None:
    """−227 + 213 = −14 per participant; 655,000 participants: −9.17 million."""
    assert with_policy().net(AREA) == [-1400.0]
    assert [pytest.approx(-9.17e6)] == with_policy(region=a_region({AREA: [655_000.0]})).net(AREA)


def test_the_published_contribution_is_a_transfer_to_residents() -> None:
    """Residents receive 227, society gains the 213 of efficiency and nothing is avoided twice."""
    result = with_policy()
    assert result.net("residents") == [22_700.0]
    assert pytest.approx(21_300) == societal_cash(result.ledger)[0, 0]


def test_contribution_of_a_policy_that_is_told_in_parts() -> None:
    """30.59 × 12 = 367.08 per enrolled; the 213 of the other method is nowhere."""
    band = {"low": {"income_limit_pct": 130.0, "share_of_people": 1.0, "contribution_per_month": euro(30.59)}}
    result = with_policy(components=COMPONENTS, bands=band)
    assert result.net(AREA) == [-36_708.0]
    assert result.net("residents") == [36_708.0]


@pytest.mark.parametrize("stated", [{"components": COMPONENTS, "mkba": MKBA}, {"mkba": None}, {"method": "components"}])
def test_the_two_methods_are_never_mixed(stated: dict[str, Any]) -> None:
    """Mixing 367.08 with 213 would give −154.08: refused, as is naming one and stating the other."""
    with pytest.raises(ValidationError, match=r"method|one method"):
        Policy.model_validate(a_policy() | stated)


def test_every_part_reaches_its_account() -> None:
    """Per enrolled: execution 10, assistance 60, arrears 40 and 20, induced care 25."""
    parts = {
        "execution_per_year": euro(10),
        "special_assistance_avoided_per_year": euro(60),
        "municipal_arrears_cost_avoided_per_year": euro(40),
        "insurer_arrears_avoided_per_year": euro(20),
        "induced_care_per_year": euro(25),
    }
    result = with_policy(components=parts)
    assert result.net(AREA) == [100.0 * (-10 + 60 + 40)]
    assert result.net("a") == [100.0 * (20 - 25)]
    assert result.net("residents") == [100.0 * (-60 - 20)]
    assert result.net(RESOURCES) == [100.0 * (10 - 40 + 25)]


def test_the_insurers_own_loss_is_visible() -> None:
    """Premium 35 and rider 29.40 a month less 3 discount = 736.80; claims 600, Wmo 12, own risk 300: −175.20 each."""
    tier = a_tier(
        list_premium_supplementary_per_month=euro(35),
        discount_supplementary_per_month=euro(3),
        claims_per_year=euro(600),
        wmo_contribution_covered_per_year=euro(12),
        own_risk_insured=True,
        own_risk_rider_per_month=euro(29.4),
        own_risk_claims_per_year=euro(300),
    )
    result = with_policy(components=COMPONENTS, tiers={"t": tier})
    assert [pytest.approx(100 * (12 * (35 + 29.4 - 3) - 912))] == result.net("a")
    assert [pytest.approx(-100 * (12 * (35 + 29.4 - 3) - 912))] == result.net("residents")


def test_the_basic_premium_moves_nothing_but_its_discount_does() -> None:
    """It is paid with and without the policy; 7.53 a month off it is 90.36 a year from insurer to insured."""
    tier = a_tier(list_premium_basic_per_month=euro(125.45), discount_basic_per_month=euro(7.53))
    assert with_policy(components=COMPONENTS, tiers={"t": tier}).net("a") == [-9036.0]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 100))
def test_a_policy_only_moves_money_between_accounts(uptake: float, part: float, contribution: float) -> None:
    """Nobody enrolled moves nothing; otherwise what the parties gain together is what real resources lose."""
    band = {"low": {"income_limit_pct": 130.0, "share_of_people": part, "contribution_per_month": euro(contribution)}}
    result = with_policy(components=COMPONENTS | {"execution_per_year": euro(5)}, bands=band, uptake=uptake)
    assert pytest.approx(-5 * 100 * uptake * part, abs=1e-6) == float(result.everyone_net[0, 0])


def test_a_policy_ends_with_its_last_year() -> None:
    """Two years of −14 and then nothing."""
    assert with_policy(3, last_year=FIRST + 1).net(AREA) == [-1400.0, -1400.0, 0.0]


# --- own risk that the policy pays ----------------------------------------------------------------------------------


def own_risk_to(insured: bool, **policy: Any) -> tuple[list[float], list[float]]:
    """100 avoided under the Zvw, half of it own risk, two years; 40 % of the people are enrolled."""
    extra = {"own_risk_rider_per_month": euro(0), "own_risk_claims_per_year": euro(0)} if insured else {}
    stated = a_policy(
        components=COMPONENTS, tiers={"t": a_tier(own_risk_insured=insured, **extra)}, uptake=0.4, **policy
    )
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(own_risk={"share": 0.5}),
        gemeentepolis={"p": stated},
        interventions={"i": an_intervention({"e": avoids(1, "zvw", years=2)})},
    )
    result = run(spec, years=2)
    return result.moved(Reason.OWN_RISK, "providers", "a"), result.moved(Reason.OWN_RISK, "providers", "residents")


def test_avoided_own_risk_falls_to_the_policy_where_it_pays_it() -> None:
    """Own risk 50: of the enrolled 40 % it is the policy's 20, residents keep 30; without cover residents have all."""
    assert own_risk_to(insured=True) == ([20.0, 20.0], [30.0, 30.0])
    assert own_risk_to(insured=False) == ([0.0, 0.0], [50.0, 50.0])


def test_after_the_policy_own_risk_is_the_residents_again() -> None:
    """The policy ends after the first year."""
    assert own_risk_to(insured=True, last_year=FIRST) == ([20.0, 0.0], [30.0, 50.0])


def test_cover_that_varies_keeps_every_draw_whole() -> None:
    """Uptake of 0, .5 and 1: own risk to the policy 0, 25 and 50 of 50."""
    stated = a_policy(
        components=COMPONENTS,
        uptake={"value": 0.5, "low": 0, "high": 1},
        tiers={"t": a_tier(own_risk_insured=True, own_risk_rider_per_month=euro(0), own_risk_claims_per_year=euro(0))},
    )
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        holders=holders(own_risk={"share": 0.5}),
        gemeentepolis={"p": stated},
        interventions={"i": an_intervention({"e": avoids(1, "zvw")})},
    )
    result = run(spec, inputs=Inputs(3, {"gemeentepolis.p.uptake": np.array([0, 0.5, 1.0])}))
    assert [result.net("residents", draw) for draw in range(3)] == [[50.0], [25.0], [0.0]]
    assert {Pocket.EIGEN_RISICO} == {p.pocket for p in result.ledger.postings if p.reason is Reason.OWN_RISK}
