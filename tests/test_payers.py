"""Who may pay under which law, and how far grants and earmarked money go."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from building import AREA, FIRST, a_region, a_scenario, an_intervention, euro, run, the_law
from hypothesis import given
from hypothesis import strategies as st

from coalition.inputs import Inputs
from coalition.laws import may_pay, right_in_force
from coalition.parameters import load_parameters
from coalition.parties import (
    EMPLOYERS,
    INSURERS,
    MUNICIPALITY,
    PROVIDERS,
    RESIDENTS,
    RESOURCES,
    STATE,
    WLZ_FUND,
    Pocket,
    Reason,
)
from coalition.payers import coordination_grant, grant_payments

NAMED = frozenset({"a", "b"})
OTHER = "GM0106"


# --- who may pay ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "law", "allowed"),
    [
        ("a", Pocket.ZVW, True),
        (INSURERS, Pocket.ZVW, True),
        (MUNICIPALITY, Pocket.ZVW, False),
        (MUNICIPALITY, Pocket.WPG, True),
        ("a", Pocket.WPG, False),
        (WLZ_FUND, Pocket.WLZ, True),
        (MUNICIPALITY, Pocket.WLZ, False),
        (STATE, Pocket.BELASTING, True),
        ("a", Pocket.EIGEN_MIDDELEN, True),
        (RESIDENTS, Pocket.EIGEN_RISICO, True),
        ("a", Pocket.EIGEN_RISICO, False),
        (STATE, Pocket.JUSTITIE, False),
        ("nobody", Pocket.ZVW, False),
        (EMPLOYERS, Pocket.WERKGEVER, True),
        (PROVIDERS, Pocket.ZVW, False),
    ],
)
def test_a_purse_is_of_one_sort_of_party(party: str, law: Pocket, allowed: bool) -> None:
    """An insurer pays out of the Zvw and a municipality out of the Wpg, never the other way round."""
    assert allowed == may_pay(party, law, NAMED)


def test_the_wlz_office_may_pay_outside_its_package_from_2026() -> None:
    """Not in 2025, from 2026 on."""
    assert [right_in_force(Pocket.WLZ, year) for year in (2025, 2026, 2030)] == [False, True, True]


# --- the coordination grant -----------------------------------------------------------------------------------------


def grant(cost: float, share: float = 1 / 3, *, eligible: float = 1.0, ceiling: float = np.inf) -> float:
    shape = np.full((1, 1), cost)
    return float(coordination_grant(shape, np.array([eligible]), np.full((1, 1), ceiling), np.array([share]))[0, 0])


def test_a_third_of_coordination_and_nothing_of_delivery() -> None:
    """90,000 of process coordination beside 500,000 of delivery: at most 30,000."""
    assert pytest.approx(30_000) == grant(90_000)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"share": 0.0}, 0),
        ({"eligible": 0.0}, 0),
        ({"eligible": 0.5}, 15_000),
        ({"ceiling": 20_000.0}, 20_000),
        ({"ceiling": 30_000.0}, 30_000),
    ],
)
def test_the_grant_at_its_edges(changes: dict[str, float], expected: float) -> None:
    """Nothing once it has lapsed, nothing of cost that another law pays, never above the ceiling."""
    assert pytest.approx(expected) == grant(90_000, **changes)


def test_the_grant_lapsed_on_the_first_of_january_2022() -> None:
    """The parameter gives a third on 31 December 2021 and nothing a year later."""
    shares = load_parameters("grants")["coordination_grant_share"]
    assert pytest.approx(1 / 3) == shares.at(date(2021, 12, 31)).value
    assert shares.at(date(2022, 12, 31)).value is None


def coordinated(**changes: Any) -> dict[str, Any]:
    return {
        "coordination": {
            "cost_per_year": euro(90_000),
            "years": {"first": FIRST, "last": FIRST + 1},
            "eligible_share": 1.0,
            "grant_applicant": "a",
            "payers": [
                {"party": "municipality", "share": 0.5, "law": "wpg"},
                {"party": "insurers", "share": 0.5, "law": "zvw"},
            ],
            **changes,
        }
    }


def test_coordination_reaches_the_payers_after_the_grant() -> None:
    """A third in the first year, then lapsed: the municipality 30,000, then 45,000, then nothing."""
    delivery = an_intervention(
        cost={"per_starter": [euro(5000)]}, payers=[{"party": "wlz_fund", "share": 1.0, "law": "wlz"}]
    )
    spec = a_scenario(payers=coordinated(), interventions={"i": delivery})
    result = run(spec, years=3, facts=the_law(3, [1 / 3, 0.0, 0.0]))
    assert result.net("state") == [-30_000.0, 0.0, 0.0]
    assert result.net(AREA) == [-30_000.0, -45_000.0, 0.0]
    assert [result.net(i) for i in "abc"] == [
        [-15_000.0, -22_500.0, 0.0],
        [-9_000.0, -13_500.0, 0.0],
        [-6_000.0, -9_000.0, 0.0],
    ]
    assert result.net("wlz_fund") == [-500_000.0, 0.0, 0.0]


def test_without_an_applicant_there_is_no_grant() -> None:
    """Only an insurer can apply; when none does, the payers carry everything."""
    spec = a_scenario(payers=coordinated(grant_applicant=None))
    assert run(spec, facts=the_law(1, [1 / 3])).net("state") == [0.0]


def test_coordination_is_spread_by_inhabitants_and_an_empty_area_pays_nothing() -> None:
    """Areas of 100, 300 and 0 people: 11,250, 33,750 and 0 of the municipalities' 45,000."""
    spec = a_scenario(payers=coordinated(grant_applicant=None))
    result = run(spec, a_region({AREA: [100.0], OTHER: [300.0], "GM0109": [0.0]}))
    assert [result.net(code) for code in (AREA, OTHER, "GM0109")] == [[-11_250.0], [-33_750.0], [0.0]]


# --- earmarked money ------------------------------------------------------------------------------------------------


def paid(
    cost: dict[str, list[float]], budget: dict[str, list[float]], carry: float, shift: float
) -> dict[str, list[float]]:
    found = grant_payments(
        {n: np.array([c]) for n, c in cost.items()},
        {n: np.array(b) for n, b in budget.items()},
        np.array([carry]),
        np.array([shift]),
    )
    return {n: [round(float(x), 9) for x in v[0]] for n, v in found.items()}


@pytest.mark.parametrize(("carry", "second"), [(0.0, 100.0), (0.2, 120.0), (1.0, 150.0)])
def test_a_fifth_of_an_unspent_budget_may_move_to_the_next_year(carry: float, second: float) -> None:
    """Budget 100 a year, 40 spent in 2023: of the 60 left a fifth of the budget moves; 150 is needed in 2024."""
    assert {"i": [40.0, second]} == paid({"i": [40, 150]}, {"i": [100, 100]}, carry, 0)


def test_what_is_carried_over_lasts_one_year() -> None:
    """No budget in the second year: what was carried into it and not spent is gone in the third."""
    assert paid({"i": [0, 0, 50]}, {"i": [100, 0, 0]}, 0.2, 0) == {"i": [0.0, 0.0, 0.0]}
    assert paid({"i": [0, 50, 50]}, {"i": [100, 0, 0]}, 0.2, 0) == {"i": [0.0, 20.0, 0.0]}


@pytest.mark.parametrize(("shift", "second"), [(0.0, 100.0), (0.2, 120.0), (1.0, 160.0)])
def test_an_item_may_help_another_within_the_limit(shift: float, second: float) -> None:
    """i leaves 60 of its 100; j needs 200 and has 100: at most `shift` of i's budget may go over."""
    assert {"i": [40.0], "j": [second]} == paid({"i": [40], "j": [200]}, {"i": [100], "j": [100]}, 0, shift)


def test_a_budget_is_never_exceeded_by_a_cent() -> None:
    """Cost equal to the budget is paid, one cent more is not."""
    assert paid({"i": [100]}, {"i": [100]}, 0, 0) == {"i": [100.0]}
    assert paid({"i": [100.01]}, {"i": [100]}, 0, 0) == {"i": [100.0]}


amounts = st.lists(st.floats(0, 1000), min_size=4, max_size=4)


@given(amounts, amounts, amounts, amounts, st.floats(0, 1), st.floats(0, 1))
def test_a_grant_pays_no_more_than_the_cost_and_no_more_than_the_money(
    cost_i: list[float], cost_j: list[float], budget_i: list[float], budget_j: list[float], carry: float, shift: float
) -> None:
    """Per item at most its cost; over items and years at most what has been budgeted until then."""
    found = paid({"i": cost_i, "j": cost_j}, {"i": budget_i, "j": budget_j}, carry, shift)
    for item, cost in (("i", cost_i), ("j", cost_j)):
        assert all(-1e-9 <= p <= c + 1e-6 for p, c in zip(found[item], cost, strict=True))
    spent = np.cumsum(np.array(found["i"]) + np.array(found["j"]))
    assert (spent <= np.cumsum(np.array(budget_i) + np.array(budget_j)) + 1e-6).all()


def test_what_a_grant_paid_is_nobody_elses_outlay() -> None:
    """Delivery 100, of which the Wpg part is 60; the grant has 45: state 45, municipality 15, insurers 40."""
    payers = [{"party": "municipality", "share": 0.6, "law": "wpg"}, {"party": "insurers", "share": 0.4, "law": "zvw"}]
    grants = {
        "spuk": {
            "name": "SPUK",
            "law": "wpg",
            "items": {"i": {FIRST: 45.0}},
            "carry_over_share": 0.2,
            "shift_limit_share": 0.0,
        }
    }
    spec = a_scenario(
        interventions={"i": an_intervention(cost={"per_starter": [euro(1)]}, payers=payers)}, payers={"grants": grants}
    )
    result = run(spec)
    assert result.net("state") == [-45.0]
    assert result.net(AREA) == [-15.0]
    assert [result.net(i) for i in "abc"] == [[-20.0], [-12.0], [-8.0]]
    assert result.net(RESOURCES) == [100.0]


def test_two_grants_for_the_same_cost_pay_it_once() -> None:
    """Two grants of 80 for a cost of 100: 100, and the municipality nothing."""
    one = {"name": "g", "law": "wpg", "items": {"i": {FIRST: 80.0}}, "carry_over_share": 0.0, "shift_limit_share": 0.0}
    spec = a_scenario(
        interventions={"i": an_intervention(cost={"per_starter": [euro(1)]})}, payers={"grants": {"g": one, "h": one}}
    )
    result = run(spec)
    assert [result.net("state"), result.net(AREA)] == [[-100.0], [0.0]]


def test_only_the_shift_limit_may_vary() -> None:
    """Draws of 0 and 1: j gets 100 and 160 of its 200."""
    items = {"i": {FIRST: 100.0}, "j": {FIRST: 100.0}}
    grants = {
        "g": {
            "name": "g",
            "law": "wpg",
            "items": items,
            "carry_over_share": 0.0,
            "shift_limit_share": {"value": 0.5, "low": 0, "high": 1},
        }
    }
    spec = a_scenario(
        interventions={
            "i": an_intervention(cost={"per_starter": [euro(0.4)]}),
            "j": an_intervention(cost={"per_starter": [euro(2)]}),
        },
        payers={"grants": grants},
    )
    result = run(spec, inputs=Inputs(2, {"payers.grants.g.shift_limit_share": np.array([0.0, 1.0])}))
    assert [result.net("state", draw) for draw in (0, 1)] == [[-140.0], [-200.0]]


# --- who pays delivery ----------------------------------------------------------------------------------------------


def test_delivery_is_divided_over_the_payers_named() -> None:
    """100 by half municipality, .3 all insurers by market share and .2 insurer b alone."""
    payers = [
        {"party": "municipality", "share": 0.5, "law": "wmo"},
        {"party": "insurers", "share": 0.3, "law": "zvw"},
        {"party": "b", "share": 0.2, "law": "eigen_middelen"},
    ]
    result = run(a_scenario(interventions={"i": an_intervention(cost={"per_starter": [euro(1)]}, payers=payers)}))
    assert [result.net(x) for x in (AREA, "a", "b", "c")] == [[-50.0], [-15.0], [-29.0], [-6.0]]
    assert result.net(RESOURCES) == [100.0]


@pytest.mark.parametrize("party", ["residents", "employers", "state", "providers"])
def test_national_accounts_may_pay_from_their_own_means(party: str) -> None:
    """The account named pays all of it, and nobody else."""
    payers = [{"party": party, "share": 1.0, "law": "eigen_middelen"}]
    result = run(a_scenario(interventions={"i": an_intervention(cost={"per_starter": [euro(1)]}, payers=payers)}))
    assert result.net(party) == [-100.0]
    assert {party, RESOURCES} == result.accounts
    assert result.moved(Reason.DELIVERY, party, RESOURCES) == [100.0]
