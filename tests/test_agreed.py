"""What is agreed on top of the law: worked amounts, claims that are served once, and what always holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from building import (
    AREA,
    FIRST,
    a_baseline,
    a_group,
    a_region,
    a_scenario,
    an_intervention,
    avoids,
    cashable,
    euro,
    holders,
    insurers,
    the_law,
)

from coalition.agreed import Agreed, agreed
from coalition.inputs import Inputs
from coalition.law_alone import law_alone
from coalition.ledger import Ledger
from coalition.measured import LawRun, cash_change, projected_savings, subject_of_contract
from coalition.parties import MUNICIPALITY, Pocket, Reason
from coalition.projection import project
from coalition.region import Region
from coalition.schema import Spec

YEARS = 4
HALF: dict[str, Any] = {
    "name": "half",
    "pays": "a",
    "sharers": {"a": {}, AREA: {}},
    "scope": {
        "pockets": ["zvw"],
        "interventions": "all",
        "areas": "all",
        "years": {"first": FIRST, "last": FIRST + YEARS - 1},
    },
    "population": "all_insured",
    "benchmark": "control_group",
    "gate": "none",
    "first_dollar": True,
    "sharing_rate": 0.5,
    "losses": "none",
    "quality": "none",
}


def law_of(spec: Spec, region: Region | None = None, inputs: Inputs | None = None, years: int = YEARS) -> LawRun:
    """The law alone, for arrangements to build on."""
    where, chosen = region or a_region(cost={Pocket.ZVW: 2000.0}), inputs or Inputs()
    projection = project(spec, a_baseline(spec, where, years, chosen), chosen)
    facts = the_law(years)
    postings = law_alone(spec, projection, facts, chosen)
    municipalities = tuple(where.municipality(k) for k in range(len(where.areas)))
    ledger = Ledger(projection.baseline.years, where.areas, municipalities, tuple(postings))
    return LawRun(spec, projection, facts, chosen, ledger)


def saves(amount: float = 1.0, pocket: str = "zvw", years: float = 1.0, **sections: Any) -> Spec:
    """100 people save so much each; insurer a has all of them."""
    terms = {"parties": {"insurers": insurers(a=1.0)}, **sections}
    effect = avoids(amount, pocket, years=years, **({} if pocket == "zvw" else {"ceiling_per_unit": euro(1e6)}))
    return a_scenario(interventions={"i": an_intervention({"e": effect})}, **terms)


def paid(found: Agreed, reason: Reason, source: str, target: str) -> list[float]:
    total = np.zeros(YEARS)
    for p in found.postings:
        if (p.reason, p.source, p.target) == (reason, source, target):
            total = total + p.amounts[0].sum(axis=0)
    return [round(float(x), 6) for x in total]


def net(law: LawRun, found: Agreed, account: str) -> list[float]:
    ledger = law.ledger.plus(found.postings)
    return [round(float(x), 6) for x in ledger.balance(account)[0]]


# --- contracts ----------------------------------------------------------------------------------------------------


def test_half_of_what_the_payer_no_longer_pays() -> None:
    """100 saved: 50 goes to the municipality in the measuring year."""
    law = law_of(saves(arrangements={"contracts": {"k": HALF}}))
    found = agreed(law)
    assert paid(found, Reason.SHARED_SAVINGS, "a", AREA) == [50, 0, 0, 0]
    assert net(law, found, "a") == [50, 0, 0, 0]


def test_a_contract_measures_what_was_paid_and_not_what_was_avoided() -> None:
    """γ = .4 of 100 avoided: the contract shares 40, not 100."""
    spec = saves(holders=holders(cashable={"zvw": cashable(0.4)}), arrangements={"contracts": {"k": HALF}})
    assert paid(agreed(law_of(spec)), Reason.SHARED_SAVINGS, "a", AREA)[0] == pytest.approx(20)


def test_what_the_payer_does_not_keep_is_named_as_its_own_money() -> None:
    """X = 100 of which the insurer keeps .135: half of gross costs it 36.5."""
    spec = saves(
        holders=holders(own_risk={"share": 0.1}, equalisation={"basis": "use", "clawback": {"acute": [0.85]}}),
        arrangements={"contracts": {"k": HALF}},
    )
    steady = saves(
        years=4,
        holders=holders(own_risk={"share": 0.1}, equalisation={"basis": "use", "clawback": {"acute": [0.85]}}),
        arrangements={"contracts": {"k": HALF}},
    )
    found = agreed(law_of(spec))
    assert paid(found, Reason.OWN_MONEY, "a", AREA) == [0, 0, 0, 0]  # the year itself leaves 90 in cash
    law = law_of(steady)
    later = agreed(law)
    assert paid(later, Reason.SHARED_SAVINGS, "a", AREA)[2] == pytest.approx(13.5)
    assert paid(later, Reason.OWN_MONEY, "a", AREA)[2] == pytest.approx(36.5)
    assert net(law, later, "a")[2] == pytest.approx(13.5 - 50)
    assert later.contracts[0].own_money[0, 2] == pytest.approx(36.5)


def test_a_settlement_comes_after_its_lag_and_an_interim_part_at_once() -> None:
    """A tenth at once, the rest two years later."""
    terms = {**HALF, "settlement_lag_years": 2, "interim_share": 0.1}
    terms["scope"] = {**HALF["scope"], "years": {"first": FIRST, "last": FIRST + 1}}
    found = agreed(law_of(saves(arrangements={"contracts": {"k": terms}})))
    assert paid(found, Reason.SHARED_SAVINGS, "a", AREA) == [5, 0, 45, 0]


def test_a_loss_goes_the_other_way() -> None:
    """Two-sided: the municipality pays half of what care costs more."""
    terms = {**HALF, "losses": "fixed", "loss_rate": 0.5}
    found = agreed(law_of(saves(-1.0, arrangements={"contracts": {"k": terms}})))
    assert paid(found, Reason.SHARED_SAVINGS, AREA, "a") == [50, 0, 0, 0]


@pytest.mark.parametrize("enabled", [True, False])
def test_a_contract_can_be_switched_off(enabled: bool) -> None:
    """Then nothing is agreed."""
    found = agreed(law_of(saves(arrangements={"contracts": {"k": {**HALF, "enabled": enabled}}})))
    assert bool(found.postings) is enabled


def test_the_first_in_the_order_is_served_first() -> None:
    """Two claims of 80 on 100: 80 from the saving, then 20 and 60 of own money."""
    wide = {**HALF, "sharing_rate": 0.8}
    for order in (["k", "l"], ["l", "k"]):
        spec = saves(arrangements={"contracts": {"k": wide, "l": wide}, "order": order})
        found = agreed(law_of(spec))
        assert [c.name for c in found.contracts] == order
        assert [round(float(c.own_money[0, 0]), 6) for c in found.contracts] == [0, 60]


@pytest.mark.parametrize(("population", "persons"), [("participants", 50), ("age_group", 50), ("all_insured", 80)])
def test_three_populations_can_be_measured(population: str, persons: float) -> None:
    """Half of the saving, 100 people of whom 50 are old; insurer a insures 80 % of them."""
    spec = a_scenario(
        parties={"insurers": insurers(a=0.8, b=0.2)},
        target_groups={"everyone": a_group(ages={"from": 65})},
        interventions={"i": an_intervention({"e": avoids(1, "zvw")})},
        arrangements={"contracts": {"k": {**HALF, "population": population}}},
    )
    law = law_of(spec, a_region({AREA: [50.0, 50.0]}, ages=(0, 65), cost={Pocket.ZVW: [1000.0, 4000.0]}))
    found = projected_savings(law, spec.arrangements.contracts["k"])
    assert found.persons[0, 0] == pytest.approx(persons if population == "all_insured" else persons * 0.8)
    assert (found.benchmark_eur - found.cost_eur)[0, 0] == pytest.approx(50 * 0.8)


def test_cash_is_read_after_clawback_and_before_delivery() -> None:
    """100 in the first year, 85 back in the next; delivery of 30 is not in it."""
    spec = saves(
        holders=holders(equalisation={"basis": "use", "clawback": {"acute": [0.85]}}),
        arrangements={"contracts": {"k": HALF}},
    )
    law = law_of(spec)
    subject = subject_of_contract(law, spec.arrangements.contracts["k"])
    assert cash_change(law, subject)[0].tolist() == pytest.approx([100, -85, 0, 0])


# --- funds and payments -------------------------------------------------------------------------------------------

TWO_AREAS = {"GM0001": [100.0], "GM0002": [300.0]}
FUND: dict[str, Any] = {
    "name": "fund",
    "years": {"first": FIRST, "last": FIRST + YEARS - 1},
    "contributions": {"a": {"party": "a", "law": "eigen_middelen", "amounts_eur": {FIRST: 100}}},
    "draws": {
        "d": {
            "name": "d",
            "intervention": "i",
            "to": "municipality",
            "kind": "grant",
            "rank": 1,
            "delivery_share": 0.5,
            "years": {"first": FIRST, "last": FIRST + YEARS - 1},
            "from_savings": {"holder": "a", "pockets": ["zvw"], "share": 0.5, "lag_years": 1, "premium_share": 0.0},
        }
    },
    "interest_per_year": 0.0,
    "fee_eur_per_year": 0,
    "fee_share_of_balance": 0.0,
    "minimum_balance_eur": 0,
    "shortage": "scale",
    "wind_up": "by_contribution",
    "rank_among_claims": "after_contracts",
}


def with_fund(**arrangements: Any) -> Spec:
    """Delivery of 60 by the municipality, 40 saved by insurer a."""
    return a_scenario(
        parties={"insurers": insurers(a=1.0)},
        interventions={"i": an_intervention({"e": avoids(0.4, "zvw")}, cost={"per_starter": [euro(0.6)]})},
        arrangements={"funds": {"f": FUND}, **arrangements},
    )


def test_a_fund_pays_its_part_and_gets_back_from_the_saving() -> None:
    """Half of 60 is paid, half of 40 comes back a year later, the rest goes back to who put it in."""
    law = law_of(with_fund())
    found = agreed(law)
    assert paid(found, Reason.FUND_DRAW, "f", "municipality") == [30, 0, 0, 0]
    assert paid(found, Reason.FUND_REPAYMENT, "a", "f") == [0, 20, 0, 0]
    assert paid(found, Reason.FUND_DISTRIBUTION, "f", "a") == [0, 0, 0, 90]
    assert net(law, found, "f") == [70, 20, 0, -90]
    assert found.funds[0].statement.closing[0].tolist() == [70, 90, 90, 0]


def test_what_a_fund_pays_goes_to_whose_delivery_it_is() -> None:
    """Two towns, one of which starts a year later: nothing goes to it in the first year, however large it is."""
    later = {"GM0002": {"starts": {"first": FIRST + 1, "last": FIRST + 1}}}
    one = an_intervention({"e": avoids(0.4, "zvw")}, cost={"per_starter": [euro(0.6)]}, per_area=later)
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)}, interventions={"i": one}, arrangements={"funds": {"f": FUND}}
    )
    law = law_of(spec, a_region(TWO_AREAS, cost={Pocket.ZVW: 2000.0}))
    found = agreed(law)
    (posting,) = (p for p in found.postings if p.reason is Reason.FUND_DRAW)
    assert posting.amounts[0, :, :2].round(9).tolist() == [[30, 0], [0, 90]]  # 100 − 30, and 20 that came back


def test_a_contract_before_the_fund_leaves_it_what_is_left() -> None:
    """The contract takes 32 of 40: the fund gets back half of 8."""
    law = law_of(with_fund(contracts={"k": {**HALF, "sharing_rate": 0.8}}, order=["k", "f"]))
    assert paid(agreed(law), Reason.FUND_REPAYMENT, "a", "f") == [0, 4, 0, 0]


def test_what_a_fund_gets_back_is_claimed_in_the_year_of_the_saving() -> None:
    """The fund takes 20 of the 40 saved; a contract that claims 32 after it finds 20 and adds 12 of its own."""
    law = law_of(with_fund(contracts={"k": {**HALF, "sharing_rate": 0.8}}, order=["f", "k"]))
    found = agreed(law)
    assert paid(found, Reason.SHARED_SAVINGS, "a", AREA) == [20, 0, 0, 0]
    assert paid(found, Reason.OWN_MONEY, "a", AREA) == [12, 0, 0, 0]


def test_a_contract_is_about_its_areas_only() -> None:
    """400 people save 1 each; the contract is about the 100 of the first town, and its payments fall there."""
    terms = {**HALF, "sharers": {"a": {}, "municipality": {}}, "sharing_rate": 1.0}
    terms["scope"] = {**HALF["scope"], "areas": ["GM0001"]}
    spec = saves(arrangements={"contracts": {"k": terms}})
    law = law_of(spec, a_region(TWO_AREAS, cost={Pocket.ZVW: 2000.0}))
    found = agreed(law)
    assert paid(found, Reason.SHARED_SAVINGS, "a", "municipality") == [100, 0, 0, 0]
    assert found.contracts[0].cash_eur[0, 0] == 100
    assert [net(law, found, gm)[0] for gm in TWO_AREAS] == [100, 0]


def test_a_municipality_shares_only_what_stays_with_it() -> None:
    """Half of the participants move away each year: their saving is of other municipalities."""
    terms = {**HALF, "pays": AREA, "scope": {**HALF["scope"], "pockets": ["wmo"]}}
    effect = avoids(1.0, "wmo", years=2.0, ceiling_per_unit=euro(1e6))
    effect["time"] |= {"follow_up_years": 0.0, "beyond_follow_up": "test"}
    spec = a_scenario(
        parties={"insurers": insurers(a=1.0)},
        target_groups={"everyone": a_group(moves_per_year=0.5)},
        interventions={"i": an_intervention({"e": effect})},
        arrangements={"contracts": {"k": terms}},
    )
    law = law_of(spec, a_region(cost={Pocket.WMO: 1000.0}))
    assert paid(agreed(law), Reason.SHARED_SAVINGS, AREA, "a") == [50, 25, 0, 0]


def test_without_effect_nothing_comes_back() -> None:
    """The zero-effect twin of a fund that lives on savings."""
    law = law_of(with_fund(), inputs=Inputs(effect_scale=np.zeros(1)))
    assert paid(agreed(law), Reason.FUND_REPAYMENT, "a", "f") == [0, 0, 0, 0]


def test_a_payment_between_parties() -> None:
    """As it was agreed, in its years."""
    side = {"name": "s", "source": "wlz_fund", "target": AREA, "law": "wlz", "amounts_eur": {FIRST + 1: 7}}
    law = law_of(saves(arrangements={"side_payments": {"s": side}}))
    assert paid(agreed(law), Reason.SIDE_PAYMENT, "wlz_fund", AREA) == [0, 7, 0, 0]


# --- what always holds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.0, 0.3, 1.0])
def test_every_party_has_its_true_saving_and_transfers_that_sum_to_zero(scale: float) -> None:
    """Result = law alone + transfers; over all accounts the transfers are nothing."""
    law = law_of(with_fund(contracts={"k": HALF}, order=["k", "f"]), inputs=Inputs(effect_scale=np.array([scale])))
    found = agreed(law)
    accounts = {AREA if s == MUNICIPALITY else s for p in found.postings for s in (p.source, p.target)}
    moved = sum(np.array(net(law, found, a)) - law.ledger.balance(a)[0] for a in accounts)
    assert np.allclose(moved, 0)
    assert all((p.amounts >= 0).all() for p in found.postings)


def test_a_draw_is_a_run_of_its_own() -> None:
    """Many effect scales at once give what each gives alone."""
    spec = with_fund(contracts={"k": {**HALF, "gate": "fixed", "minimum_savings_rate": 0.0001}}, order=["k", "f"])
    many = agreed(law_of(spec, inputs=Inputs(3, {}, np.array([0.0, 0.5, 1.0]))))
    alone = agreed(law_of(spec, inputs=Inputs(effect_scale=np.array([0.5]))))
    for wide, one in zip(many.contracts, alone.contracts, strict=True):
        assert wide.settlement.payments_eur[AREA][1].tolist() == one.settlement.payments_eur[AREA][0].tolist()
    assert many.funds[0].statement.closing[1].tolist() == alone.funds[0].statement.closing[0].tolist()
