"""A party that walks away: what ends, what goes on, who pays instead, and the price for each of the others."""

from __future__ import annotations

from typing import Any

import pytest

from coalition.agreement import departure_prices
from coalition.departures import after_departures, called_off
from coalition.model import Result, run_scenario
from coalition.parties import RESOURCES, Reason
from coalition.scenario import Scenario, load_scenario
from coalition.schema import Spec
from coalition.wrong_pocket import societal_cash

LEAVES: dict[str, Any] = {"name": "Weg", "party": "zilveren_kruis", "from_year": 2029, "deliveries": "stop"}


def with_departure(**terms: Any) -> Scenario:
    """The agreement of Drenthe with one party that leaves."""
    loaded = load_scenario("drenthe-akkoord")
    data = loaded.spec.model_dump(mode="json", by_alias=True)
    data["arrangements"]["departures"] = {"weg": {**LEAVES, **terms}}
    spec = Spec.model_validate(data)
    return Scenario(spec, loaded.region, loaded.document, loaded.path, loaded.input_hash)


def left(**terms: Any) -> Spec:
    """What is left of the terms."""
    scenario = with_departure(**terms)
    return after_departures(scenario.spec, {area: area for area in scenario.region.areas})


def npv(result: Result) -> dict[str, float]:
    return {r.party.id: float(r.npv[0]) for r in result.run.parties}


@pytest.mark.parametrize(
    ("from_year", "last", "in_force"),
    [
        (2026, 2025, False),
        (2027, 2026, False),
        (2028, 2027, True),
        (2032, 2031, True),
        (2033, 2032, True),
        (2034, 2032, True),
    ],
)
def test_a_contract_of_the_leaver_ends_the_year_before(from_year: int, last: int, in_force: bool) -> None:
    """Measuring years 2027–2032: whoever leaves before the first year never signed, after the last changes nothing."""
    contract = left(from_year=from_year).arrangements.contracts["langer_thuis"]
    assert contract.scope is not None
    assert (contract.scope.years.last, contract.enabled) == (last, in_force)


def test_a_contract_without_the_leaver_goes_on() -> None:
    """VGZ is no party of the contract on youth care."""
    spec = left(party="vgz_unive")
    found = spec.arrangements.contracts
    years = {n: c.scope.years.last for n, c in found.items() if c.scope is not None}
    assert years == {"langer_thuis": 2028, "jeugdhulp": 2032}


@pytest.mark.parametrize(
    ("from_year", "amounts"), [(2027, {}), (2028, {2027: 250000}), (2029, {2027: 250000, 2028: 150000})]
)
def test_a_fund_goes_on_without_the_contributor(from_year: int, amounts: dict[int, float]) -> None:
    """It no longer pays in, and is paid out as whoever leaves a fund."""
    fund = left(from_year=from_year).arrangements.funds["preventiefonds"]
    assert fund.enabled
    assert fund.years.last == 2034
    assert fund.contributions["zilveren_kruis"].amounts_eur == amounts
    assert fund.contributions["zilveren_kruis"].leaves_after == from_year - 1
    assert fund.contributions["vgz_unive"].leaves_after is None


def test_nobody_starts_any_more_with_what_the_leaver_paid_for() -> None:
    """Its own interventions end, those that all insurers or municipalities pay do not; its policy ends too."""
    before, after = load_scenario("drenthe-akkoord").spec, left(from_year=2029)
    ended = {n for n, i in after.interventions.items() if i.starts.last < before.interventions[n].starts.last}
    assert ended == {"depressie_voorkomen", "krachtige_basiszorg", "langer_thuis_hoogeveen", "sociaal_hospitaal"} - {
        n for n, i in before.interventions.items() if i.starts.last <= 2028
    }
    assert all(after.interventions[n].starts.last == 2028 for n in ended)
    assert after.gemeentepolis["zilveren_kruis_pakket"].last_year == 2028
    assert after.gemeentepolis["unive_pakket"] == before.gemeentepolis["unive_pakket"]


def test_whoever_takes_over_pays_what_the_leaver_paid() -> None:
    """Delivery goes on; every euro of the leaver's part from then on comes from the other's purse."""
    terms = {"deliveries": "taken_over", "taken_over_by": "vgz_unive", "law": "eigen_middelen"}
    result = run_scenario(with_departure(**terms))
    ledger, start = result.run.ledger, result.run.clock.years.index(2029)
    policies = {n for n, p in result.scenario.spec.gemeentepolis.items() if p.insurer == "zilveren_kruis"}
    borne = moved = 0.0
    for p in ledger.postings:
        amount = float(p.amounts[0][:, start:].sum())
        if p.reason is Reason.DELIVERY and p.source == "zilveren_kruis" and p.intervention not in policies:
            borne += amount
        if p.intervention in policies:
            borne += amount * ((p.source == "zilveren_kruis") - (p.target == "zilveren_kruis"))
        if p.reason is Reason.TAKE_OVER:
            moved += amount * ((p.source == "vgz_unive") - (p.target == "vgz_unive"))
            assert not p.amounts[0][:, :start].any()
    assert moved == pytest.approx(borne)
    assert moved > 0


def test_the_price_of_a_departure_is_the_difference_of_two_runs() -> None:
    """For each of the others and for the leaver; what is only moved costs society nothing."""
    terms = {"deliveries": "taken_over", "taken_over_by": "vgz_unive", "law": "eigen_middelen"}
    leaves = run_scenario(with_departure(**terms))
    stays = run_scenario(load_scenario("drenthe-akkoord"))
    (price,) = departure_prices(leaves)
    with_it, without = npv(leaves), npv(stays)
    for party, value in without.items():
        found = price.leaver_eur if party == "zilveren_kruis" else price.price_eur.get(party, 0.0)
        assert found == pytest.approx(value - with_it[party], abs=0.005)
    assert price.leaver_eur < 0 < price.price_eur["vgz_unive"]
    assert societal_cash(leaves.run.ledger) == pytest.approx(societal_cash(stays.run.ledger))
    assert RESOURCES not in price.price_eur


def test_a_departure_that_is_called_off_changes_nothing() -> None:
    """The same terms and the same result as without it."""
    scenario = with_departure()
    spec = after_departures(called_off(scenario.spec, "weg"), {})
    agreed = spec.arrangements
    assert not agreed.departures["weg"].enabled
    plain = load_scenario("drenthe-akkoord").spec
    assert (spec.interventions, agreed.contracts, agreed.funds) == (
        plain.interventions,
        plain.arrangements.contracts,
        plain.arrangements.funds,
    )


def test_a_payment_of_a_departure_can_be_switched_off_by_itself() -> None:
    """The departure stays; only that payment is not made."""
    whole = load_scenario("zutphen-vertrek")
    names = list(whole.spec.arrangements.departures)
    payments = whole.spec.arrangements.departures[names[0]].payments
    assert payments
    path = f"arrangements.departures.{names[0]}.payments.{next(iter(payments))}.enabled=false"
    without = load_scenario("zutphen-vertrek", [path])
    moved = [
        [p for p in run_scenario(s).run.ledger.postings if p.reason is Reason.SIDE_PAYMENT] for s in (whole, without)
    ]
    assert len(moved[0]) == len(moved[1]) + 1
