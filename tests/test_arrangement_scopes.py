"""Where and when an arrangement counts: areas outside it, one municipality, ages inside a class, years of a claim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from building import FIRST, a_region, a_scenario, an_intervention, avoids, cashable, euro, holders, insurers
from test_agreed import TWO_AREAS, law_of, paid, saves

from coalition.agreed import Agreed, agreed
from coalition.departures import after_departures
from coalition.inputs import Inputs
from coalition.parties import Pocket, Reason
from coalition.region import Region

YEARS = {"first": FIRST, "last": FIRST + 3}
COST = {Pocket.ZVW: 2000.0, Pocket.WMO: 1000.0}


def towns(ages: tuple[int, ...] = (0,), people: dict[str, list[float]] | None = None) -> Region:
    """A town of 100 and one of 300 people."""
    return a_region(people or TWO_AREAS, ages=ages, cost=COST)


def population(pays: str, areas: Any, pocket: str = "zvw", **terms: Any) -> dict[str, Any]:
    """A norm of 2,000 per person, of which the receiver keeps everything that is not spent."""
    return {
        "name": "p",
        "pays": pays,
        "receives": "providers",
        "scope": {"pockets": [pocket], "interventions": "all", "areas": areas, "years": YEARS},
        "norms": [{"age_from": 0, "eur_per_person_year": euro(2000)}],
        "receiver_share": 1.0,
        **terms,
    }


def first(found: Agreed, figure: str) -> float:
    """A figure of the only arrangement in the first year."""
    return float(found.others[0].figures[figure][0, 0])


# --- population payment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("need", [{}, {"GM0002": 1.5}])
def test_need_of_an_area_outside_the_payment_changes_nothing(need: dict[str, float]) -> None:
    """The sum is for the 100 people of the first town, whatever is said of the other one's need."""
    terms = population("a", ["GM0001"], need_by_area=need)
    law = law_of(saves(arrangements={"population_payments": {"p": terms}}), towns())
    assert first(agreed(law), "payment") == 200_000


def test_a_municipality_pays_for_its_own_inhabitants() -> None:
    """One of two towns pays a norm of 1,000, exactly what its people cost: nothing is left to keep."""
    norm = [{"age_from": 0, "eur_per_person_year": euro(1000)}]
    terms = population("GM0001", "all", "wmo", norms=norm)
    law = law_of(saves(0.0, "wmo", arrangements={"population_payments": {"p": terms}}), towns())
    found = agreed(law)
    assert (first(found, "payment"), first(found, "cost"), first(found, "kept")) == (100_000, 100_000, 0)


def test_a_norm_that_begins_inside_an_age_class_is_for_that_part_of_it() -> None:
    """Of 120 people of 1 to 120, one per year of age, the 60 from 61 on get the higher norm."""
    norms = [{"age_from": 0, "eur_per_person_year": euro(10)}, {"age_from": 61, "eur_per_person_year": euro(30)}]
    terms = population("a", "all", norms=norms)
    law = law_of(
        saves(0.0, arrangements={"population_payments": {"p": terms}}),
        towns(ages=(0, 1), people={"GM0001": [0.0, 120.0]}),
    )
    assert first(agreed(law), "payment") == pytest.approx(60 * 10 + 60 * 30)


def test_a_municipality_outside_the_payment_carries_nothing_of_it() -> None:
    """The sum is 100 a head too low for the 100 people of the first town: that town pays 10,000, the other nothing."""
    norm = [{"age_from": 0, "eur_per_person_year": euro(1900)}]
    terms = population("a", ["GM0001"], receives="municipality", norms=norm)
    law = law_of(saves(0.0, arrangements={"population_payments": {"p": terms}}), towns())
    (posting,) = agreed(law).postings
    assert (posting.source, posting.amounts[0, :, 0].tolist()) == ("municipality", [10_000, 0])


# --- impact bond --------------------------------------------------------------------------------------------------


def bond(**terms: Any) -> dict[str, Any]:
    """A bond about the first town."""
    return {
        "name": "b",
        "investor": "b",
        "provider": "municipality",
        "intervention": "i",
        "areas": ["GM0001"],
        "raised_eur": 1000,
        "delivery_share": 1.0,
        "years": YEARS,
        "targets_eur": {FIRST: 1.0},
        "outcome_payers": {"a": {"party": "a", "pockets": ["zvw"], "share": 1.0}},
        "return_cap_per_year": 0.0,
        **terms,
    }


def bonded(**terms: Any) -> Agreed:
    """400 people of 60 cent each, of whom 100 live in the first town."""
    one = an_intervention({"e": avoids(0.4, "zvw")}, cost={"per_starter": [euro(0.6)]})
    spec = a_scenario(
        parties={"insurers": insurers(a=0.5, b=0.5)},
        interventions={"i": one},
        arrangements={"impact_bonds": {"b1": bond(**terms)}},
    )
    return agreed(law_of(spec, towns()))


def test_a_bond_pays_only_where_it_is_about() -> None:
    """60 goes to the first town, and nothing elsewhere."""
    found = bonded()
    (posting,) = (p for p in found.postings if p.reason is Reason.BOND_INVESTMENT)
    assert posting.amounts[0, :, 0].round(9).tolist() == [60, 0]


def test_only_those_whom_a_bond_is_about_pay_its_assessor() -> None:
    """A fee of 50 of the municipalities is that of the first town alone."""
    found = bonded(assessor={"paid_by": "municipality", "law": "wpg", "fee_eur": {FIRST: 50}})
    (posting,) = (p for p in found.postings if p.reason is Reason.BOND_ASSESSMENT)
    assert posting.amounts[0, :, 0].tolist() == [50, 0]


# --- regional budget ----------------------------------------------------------------------------------------------


def test_a_budget_that_ends_early_gets_no_later_deposit() -> None:
    """100 a year in three years, and a member leaves in the second: what went in comes back, nothing stays behind."""
    members = {
        name: {
            "party": name,
            "pockets": ["zvw"],
            "law": "eigen_middelen",
            "closing_share": 0.5,
            "deposits_eur": {FIRST: 100, FIRST + 1: 100, FIRST + 2: 100},
        }
        for name in ("a", "b")
    }
    gone = {"d": {"name": "d", "party": "b", "from_year": FIRST + 1, "deliveries": "stop"}}
    stated = {"regional_budgets": {"r1": budget(members=members)}, "departures": gone}
    spec = saves(0.0, parties={"insurers": insurers(a=0.5, b=0.5)}, arrangements=stated)
    law = law_of(after_departures(spec, {}))
    found = agreed(law)
    assert paid(found, Reason.BUDGET_DEPOSIT, "a", "r1") == [100, 0, 0, 0]
    assert law.ledger.plus(found.postings).balance("r1").tolist() == [[0, 0, 0, 0]]


def test_drawn_closing_shares_divide_all_that_is_left_and_no_more() -> None:
    """Shares of .6 and .4 of which one is drawn as .2 and as .6: 150 becomes 50 and 100, or 90 and 60."""
    members = {
        name: {"party": name, "pockets": ["zvw"], "law": "eigen_middelen", "closing_share": share}
        for name, share in (("a", 0.6), ("b", 0.4))
    }
    spec = a_scenario(
        parties={"insurers": insurers(a=0.5, b=0.5)},
        interventions={"i": an_intervention({"e": avoids(1.5, "zvw")})},
        arrangements={"regional_budgets": {"r1": budget(members=members)}},
    )
    path = "arrangements.regional_budgets.r1.members.a.closing_share"
    drawn = Inputs(2, {path: np.array([0.2, 0.6])})
    law = law_of(spec, inputs=drawn)
    found = agreed(law)
    settled = {p.target: p.amounts.sum(axis=(1, 2)).round(9).tolist() for p in found.postings if p.source == "r1"}
    assert settled == {"a": [50, 90], "b": [100, 60]}
    assert np.allclose(law.ledger.plus(found.postings).balance("r1").sum(axis=1), 0)


# --- co-financing -------------------------------------------------------------------------------------------------


def co_financed(smoothing: int, clawback: float = 0.0, **more: Any) -> Any:
    """The municipality pays .3 of what its 100 inhabitants cost insurer a; 100 are saved in the first year."""
    terms = {
        "name": "c",
        "years": YEARS,
        "areas": "all",
        "to": "a",
        "pockets": ["zvw"],
        "law": "wpg",
        "share": 0.3,
        "smoothing_years": smoothing,
        "compensated_share": 0.0,
        "compensated_by": "a",
    }
    equalisation = {"basis": "use", "clawback": {"acute": [clawback], "medicine_and_diagnosis": [clawback]}}
    return saves(
        holders=holders(equalisation=equalisation, cashable={"zvw": cashable()}),
        arrangements={"co_financing": {"c1": terms}, **more},
    )


def budget(**terms: Any) -> dict[str, Any]:
    """A regional budget of insurer a, with 1,000 of working money."""
    member = {"party": "a", "pockets": ["zvw"], "law": "eigen_middelen", "closing_share": 1.0}
    member["deposits_eur"] = {FIRST: 1000}
    told = {"name": "r", "years": YEARS, "interventions": "all", "areas": "all", "members": {"a": member}}
    return {**told, "spending": {}, **terms}


@pytest.mark.parametrize("smoothing", [1, 3])
def test_a_lower_bill_is_a_claim_on_the_year_of_the_saving(smoothing: int) -> None:
    """30 of the 100 saved in the first year goes to the municipality, at once or in three years: 70 is left of it."""
    spec = co_financed(smoothing, regional_budgets={"r1": budget()}, order=["c1", "r1"])
    found = agreed(law_of(spec))
    assert paid(found, Reason.BUDGET_SAVING, "a", "r1") == pytest.approx([70, 0, 0, 0])


@pytest.mark.parametrize("smoothing", [1, 3])
def test_a_lower_bill_is_no_overspending_on_care(smoothing: int) -> None:
    """A budget covers what care cost more, and not what the insurer no longer gets from the municipality."""
    spec = co_financed(smoothing, regional_budgets={"r1": budget()}, order=["c1", "r1"])
    assert paid(agreed(law_of(spec)), Reason.BUDGET_COVER, "r1", "a") == [0, 0, 0, 0]


def test_a_lower_bill_claims_no_more_than_there_is_in_cash() -> None:
    """X = 100 a year, .85 taken back: the bill falls by 30 and only 15 is there; the budget finds no overspending."""
    spec = co_financed(1, clawback=0.85, regional_budgets={"r1": budget()}, order=["c1", "r1"])
    effect = {"e": avoids(1.0, "zvw", years=4.0)}
    steady = spec.model_validate(
        {**spec.model_dump(by_alias=True, exclude_unset=True), "interventions": {"i": an_intervention(effect)}}
    )
    found = agreed(law_of(steady))
    assert paid(found, Reason.BUDGET_SAVING, "a", "r1") == pytest.approx([70, 0, 0, 0])
    assert paid(found, Reason.BUDGET_COVER, "r1", "a") == [0, 0, 0, 0]


def test_a_municipality_that_compensates_itself_books_only_its_bill() -> None:
    """Nothing goes from one account to itself."""
    spec = co_financed(1)
    terms = spec.arrangements.co_financing["c1"].model_dump(by_alias=True)
    terms |= {"compensated_by": "municipality", "compensated_share": 1.0}
    spec = saves(arrangements={"co_financing": {"c1": terms}})
    assert {p.reason for p in agreed(law_of(spec)).postings} == {Reason.CO_FINANCING}


def test_transfers_of_a_co_financing_sum_to_nothing() -> None:
    """What one account pays another receives."""
    law = law_of(co_financed(3))
    ledger = law.ledger.plus(agreed(law).postings)
    accounts = {account for p in ledger.postings for s in (p.source, p.target) for account in ledger.accounts(s)}
    assert np.allclose(sum(ledger.balance(a) for a in accounts), 0)
