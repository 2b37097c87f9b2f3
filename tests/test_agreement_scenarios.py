# ruff: noqa: SIM300 - the expected value comes first
"""What each shipped agreement is about: the sums of its README done again, from the edge of its rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from coalition.agreement import departure_prices
from coalition.inputs import Floats
from coalition.model import Result, Run, run_scenario
from coalition.parties import RESIDENTS, Reason
from coalition.scenario import load_scenario, shipped_folder


@cache
def ran(folder: str, *changes: str) -> Result:
    """A shipped scenario, with some values changed."""
    return run_scenario(load_scenario(shipped_folder() / folder, list(changes)))


def figures(result: Result, name: str, *, zero_effect: bool = False) -> dict[str, Floats]:
    """What an arrangement leads to, per year."""
    agreed = (result.zero_effect if zero_effect else result.run).agreed
    (found,) = [outcome for outcome in agreed.others if outcome.name == name]
    return {key: np.broadcast_to(a, (1, len(result.run.clock.years)))[0] for key, a in found.figures.items()}


def nets(run: Run) -> dict[str, float]:
    """Nominal net of each party over the years shown."""
    return {p.party.id: float(p.net[0].sum()) for p in run.parties}


def posted(result: Result, reason: Reason, source: str) -> float:
    """What one party pays for a reason, over all years."""
    postings = result.run.ledger.postings
    return sum(float(p.amounts[0].sum()) for p in postings if p.reason is reason and p.source == source)


# --- sociaal-hospitaal-bond ---------------------------------------------------------------------------------------

TARGET = "arrangements.impact_bonds.hib.targets_eur.2019"


@pytest.mark.parametrize(("target", "repaid"), [(4_750_001, 0), (4_750_000, 1_516_320), (4_749_999, 1_516_320)])
def test_one_euro_decides_whether_the_bond_pays(target: int, repaid: float) -> None:
    """4.75 million saved: nothing at a target of one euro more, 1.3 million with two years of 8 % at the target."""
    assert repaid == pytest.approx(figures(ran("sociaal-hospitaal-bond", f"{TARGET}={target}"), "hib")["repaid"].sum())


def test_with_zero_effect_the_insurer_loses_all_that_it_put_in_and_the_municipality_nothing() -> None:
    """The risk is with who invests."""
    zero = nets(ran("sociaal-hospitaal-bond").zero_effect)
    assert -1_300_000 == pytest.approx(zero["cz"])
    assert 0 == zero["GM0518"]


def test_a_bond_on_what_the_insurer_itself_pays_puts_it_in_once() -> None:
    """The insurer pays the delivery and is thereby the investor: no second 1.3 million leaves it."""
    assert 1_516_320 - 1_300_000 == pytest.approx(nets(ran("sociaal-hospitaal-bond").run)["cz"])


# --- stevig-staan -------------------------------------------------------------------------------------------------

RAISED = "arrangements.impact_bonds.hib.raised_eur.value"
EFFECT = "interventions.stevig_staan.effects.minder_vallen"
MEASURED = (f"{EFFECT}.events_per_person_year={45 / 54}", f"{EFFECT}.cost_per_event.value=1000")
"""45 falls and 45,000 euro less among the first 54 participants (socfin.nl, 500th participant)."""


@pytest.mark.parametrize(
    ("raised", "invested"), [(2_799_999, 2_799_999), (2_800_000, 2_800_000), (2_800_001, 2_800_000)]
)
def test_investors_put_in_no_more_than_they_raised_nor_than_delivery_costs(raised: int, invested: float) -> None:
    """One euro below, at and above the 2.8 million of the programme."""
    found = figures(ran("stevig-staan", f"{RAISED}={raised}"), "hib")
    assert invested == pytest.approx(found["invested"].sum(), abs=0.01)


def test_the_return_of_the_investors_is_the_cap() -> None:
    """8 % a year on what is out, and not a euro more although more was saved: what came in is worth nothing at 8 %."""
    found = figures(ran("stevig-staan"), "hib")
    cash = found["repaid"] - found["invested"]
    assert 0 == pytest.approx(sum(float(c) / 1.08**t for t, c in enumerate(cash)), abs=0.01)
    assert 4.4e6 * 0.8 > found["repaid"].sum()


def test_when_the_effect_stays_at_that_of_the_first_54_nothing_is_paid_back() -> None:
    """500 a year, 0.83 fall of 1,000 euro each: 1.25 million until 2025, and 2.08 in all, both below their targets."""
    stated = ran("stevig-staan").scenario.spec.arrangements.impact_bonds["hib"].targets_eur
    assert 1_250_000 == pytest.approx(3 * 500 * 45 / 54 * 1000)
    assert 1_250_000 < stated[2025]
    assert 5 * 500 * 45 / 54 * 1000 < stated[2027] == stated[2029]
    found = figures(ran("stevig-staan", *MEASURED), "hib")
    assert 0 == found["repaid"].sum()
    assert 1_800_000 == pytest.approx(found["invested"].sum())


def test_with_zero_effect_investors_lose_everything() -> None:
    """They get nothing, and outcome payers pay nothing."""
    zero = nets(ran("stevig-staan").zero_effect)
    assert -1_800_000 == pytest.approx(zero["investeerders"])
    assert [0, 0, 0] == [zero["vgz"], zero["cz"], zero["wlz_fund"]]


# --- zutphen-vertrek ----------------------------------------------------------------------------------------------


def test_the_price_of_leaving_is_a_quarter_of_a_million_a_year() -> None:
    """250,000 euro a year from 2022 for the municipality (raad.zutphen.nl); nothing for residents or Menzis."""
    stays = ran("zutphen-vertrek", "arrangements.departures.menzis_stopt.enabled=false").run
    leaves = ran("zutphen-vertrek").run
    worse = {
        p.party.id: (q.net - p.net)[0].round(2).tolist() for p, q in zip(leaves.parties, stays.parties, strict=True)
    }
    assert [0, 250_000, 250_000, 250_000, 250_000] == worse.pop("GM0301")
    assert [0, -250_000, -250_000, -250_000, -250_000] == worse.pop("nieuwe_verzekeraar")
    assert {RESIDENTS, "menzis"} <= set(worse)
    assert {0} == {amount for amounts in worse.values() for amount in amounts}


def test_the_price_of_leaving_is_the_present_value_of_those_amounts() -> None:
    """On the screen stands what four years of 250,000 are worth in the first."""
    result = ran("zutphen-vertrek")
    (price,) = departure_prices(result)
    worth = float(result.run.present[0, 1:5].sum())
    assert 250_000 * worth == pytest.approx(price.price_eur["GM0301"], abs=0.01)
    assert 0 == price.leaver_eur


# --- kavel-drenthe ------------------------------------------------------------------------------------------------


def test_insurers_lose_their_deposit_and_save_little() -> None:
    """What the largest insurer brings in beside 500,000 is 23,188 euro of savings, and nothing comes back."""
    result = ran("kavel-drenthe")
    assert 23_188 == round(posted(result, Reason.BUDGET_SAVING, "zilveren_kruis"))
    assert 500_000 == pytest.approx(posted(result, Reason.BUDGET_DEPOSIT, "zilveren_kruis"))
    assert 0 == figures(result, "kavel")["settled"].sum()


def test_a_budget_changes_who_bears_a_loss_and_not_the_loss() -> None:
    """What members win and lose by it adds up to nothing."""
    law = nets(ran("kavel-drenthe", "arrangements.regional_budgets.kavel.enabled=false").run)
    agreed = nets(ran("kavel-drenthe").run)
    changed = [agreed[p] - law[p] for p in law]
    assert 0 == pytest.approx(sum(changed), abs=0.01)
    assert max(changed) > 100_000


# --- populatiebekostiging -----------------------------------------------------------------------------------------


def test_half_of_what_the_insurer_passes_on_is_not_in_its_saving() -> None:
    """69,975 euro, of which 35,220 from what it has in cash after equalisation."""
    result = ran("populatiebekostiging")
    from_saving = posted(result, Reason.POPULATION_PAYMENT, "zilveren_kruis")
    own = posted(result, Reason.OWN_MONEY, "zilveren_kruis")
    assert (35_220, 69_975) == (round(from_saving), round(from_saving + own))


# --- achterstandstarief -------------------------------------------------------------------------------------------

HUISARTS = "arrangements.deprivation_tariffs.huisarts"


@pytest.mark.parametrize(
    ("patients", "per_patient", "printed"),
    [(912_513, 5.92, 5_402_077), (1_500_000, 3.64, 5_460_000)],
    ids=["2017 (Kamervragen 2017-2018, 1002)", "2019 (achterstandsfondsen.nl 1533)"],
)
def test_the_fund_of_the_whole_country_is_the_published_one(patients: int, per_patient: float, printed: int) -> None:
    """Patients times the amount per patient: 5,402,077 euro in 2017, and about the same budget in 2019."""
    here, there, fund = f"{HUISARTS}.patients.GM0118", f"{HUISARTS}.patients.GM0119", f"{HUISARTS}.fund_eur_per_patient"
    counted = (f"{here}.value={patients}", f"{here}.low=0", f"{here}.high=2000000")
    elsewhere = (f"{there}.value=0", f"{there}.low=0", f"{there}.high=1")
    changes = (*counted, *elsewhere, f"{fund}.value={per_patient}", f"{fund}.index=nominal")
    assert printed == round(figures(ran("achterstandstarief", *changes), "huisarts")["income"][0])


def test_the_fund_uses_a_third_and_gives_the_rest_back() -> None:
    """65,964 euro helps to pay for social prescribing; 133,878 goes back to insurers."""
    found = figures(ran("achterstandstarief"), "huisarts")
    assert (65_964, 133_878) == (round(found["paid"].sum()), round(found["given_back"].sum()))


@pytest.mark.parametrize(("own_share", "helps"), [(0.499, False), (0.5, True), (0.501, True)])
def test_the_fund_helps_where_the_municipality_pays_enough(tmp_path: Path, own_share: float, helps: bool) -> None:
    """Just below the half that is asked of it nothing comes, at the half it does."""
    payers = [
        {"party": "municipality", "share": own_share, "law": "wmo"},
        {"party": "insurers", "share": 1 - own_share, "law": "eigen_middelen"},
    ]
    base = str(shipped_folder() / "achterstandstarief")
    tree = {
        "scenario": {"base": base, "name": "samen", "title": "Samen"},
        "interventions": {"welzijn_op_recept": {"payers": payers}},
    }
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as out:
        YAML(typ="safe", pure=True).dump(tree, out)
    found = figures(run_scenario(load_scenario(tmp_path)), "huisarts")
    assert helps == (found["paid"].sum() > 0)


# --- denemarken ---------------------------------------------------------------------------------------------------


WITHOUT = tuple(f"arrangements.co_financing.{name}.enabled=false" for name in ("mede_zilveren_kruis", "mede_vgz"))


def test_the_cap_on_the_bill_is_not_reached() -> None:
    """250 euro per inhabitant or 400: the same bill."""
    cap = "arrangements.co_financing.mede_zilveren_kruis.cap_eur_per_inhabitant"
    same = figures(ran("denemarken", f"{cap}.value=400"), "mede_zilveren_kruis")["bill"]
    assert same.tolist() == figures(ran("denemarken"), "mede_zilveren_kruis")["bill"].tolist()


def test_the_danish_model_moves_money_and_no_care() -> None:
    """No effect changes by it, and with zero effect nobody pays anything."""
    law = ran(
        "denemarken", *(f"arrangements.co_financing.{i}.enabled=false" for i in ("mede_zilveren_kruis", "mede_vgz"))
    )
    agreed = ran("denemarken")
    assert sum(nets(law.run).values()) == pytest.approx(sum(nets(agreed.run).values()))
    assert nets(law.zero_effect) == pytest.approx(nets(agreed.zero_effect))


def test_hoogeveen_pays_more_because_living_at_home_costs_curative_care() -> None:
    """It is the only municipality that loses by the Danish lever."""
    law = ran(
        "denemarken", *(f"arrangements.co_financing.{i}.enabled=false" for i in ("mede_zilveren_kruis", "mede_vgz"))
    )
    agreed = nets(ran("denemarken").run)
    worse = [p for p, net in nets(law.run).items() if p.startswith("GM") and agreed[p] < net - 0.01]
    assert ["GM0118"] == worse
