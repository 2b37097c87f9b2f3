"""One of several municipalities leaves, or all of them, and what others already pay is not taken over once more."""

from __future__ import annotations

from typing import Any

import pytest
from building import FIRST, a_region, a_scenario, an_intervention, avoids, euro, insurers
from test_agreed import TWO_AREAS, law_of, paid

from coalition.agreed import agreed
from coalition.departures import after_departures
from coalition.parties import Pocket, Reason
from coalition.schema import Spec

YEARS = {"first": FIRST, "last": FIRST + 3}
TOWNS = a_region(TWO_AREAS, cost={Pocket.ZVW: 2000.0})
WHERE = {"GM0001": "GM0001", "GM0002": "GM0002"}


def plan(arrangements: dict[str, Any], **changes: Any) -> Spec:
    """Two towns pay 60 cent a year for each of their 100 and 300 people, whose care costs insurer a 40 cent less."""
    one = an_intervention(
        {"e": avoids(0.4, "zvw")}, cost={"per_starter": [euro(0.6)]}, **{"starts": YEARS, "reach": 1.0, **changes}
    )
    return a_scenario(parties={"insurers": insurers(a=0.5, b=0.5)}, interventions={"i": one}, arrangements=arrangements)


def leaves(party: str, **terms: Any) -> dict[str, Any]:
    """A party stops in the third year."""
    return {"d": {"name": "d", "party": party, "from_year": FIRST + 2, "deliveries": "stop", **terms}}


def delivered(spec: Spec) -> dict[str, list[float]]:
    """What each town pays for its delivery per year."""
    law = law_of(after_departures(spec, WHERE), TOWNS)
    (found,) = (p for p in law.ledger.postings if p.reason is Reason.DELIVERY)
    return {area: found.amounts[0, k].round(9).tolist() for k, area in enumerate(TOWNS.areas)}


def test_a_town_that_leaves_starts_nobody_any_more_and_the_other_goes_on() -> None:
    """Both pay by the role of municipality; only the first of them stops."""
    assert delivered(plan({"departures": leaves("GM0001")})) == {"GM0001": [60, 60, 0, 0], "GM0002": [180] * 4}


def test_a_town_with_years_of_its_own_stops_too() -> None:
    """It began a year later, and the other had years of its own as well."""
    own = {area: {"starts": {"first": FIRST + 1, "last": FIRST + 3}} for area in TWO_AREAS}
    found = delivered(plan({"departures": leaves("GM0001")}, per_area=own))
    assert found == {"GM0001": [0, 60, 0, 0], "GM0002": [0, 180, 180, 180]}


def test_when_all_municipalities_leave_so_does_each() -> None:
    """A payment of one town ends with what municipalities pay together."""
    payment: dict[str, Any] = {"name": "p", "source": "GM0001", "target": "a", "law": "eigen_middelen"}
    payment["amounts_eur"] = {FIRST: 5, FIRST + 2: 7}
    spec = plan({"side_payments": {"p": payment}, "departures": leaves("municipality")})
    assert after_departures(spec, WHERE).arrangements.side_payments["p"].amounts_eur == {FIRST: 5}


def test_co_financing_ends_when_the_municipalities_leave() -> None:
    """It is they who pay it, though the terms do not name them."""
    terms = {
        "name": "c", "years": YEARS, "areas": "all", "to": "a", "pockets": ["zvw"], "law": "wpg", "share": 0.1,
        "smoothing_years": 1, "compensated_share": 0.0, "compensated_by": "state",
    }  # fmt: skip
    spec = plan({"co_financing": {"c": terms}, "departures": leaves("municipality")})
    assert after_departures(spec, WHERE).arrangements.co_financing["c"].years.last == FIRST + 1


BUDGET = {
    "name": "r",
    "years": YEARS,
    "interventions": "all",
    "areas": "all",
    "members": {
        "a": {
            "party": "a",
            "pockets": ["zvw"],
            "law": "eigen_middelen",
            "deposits_eur": {FIRST: 10_000},
            "closing_share": 1.0,
        }
    },
    "spending": {"i": {"intervention": "i", "to": "municipality", "delivery_share": 0.75}},
}
TARIFF = {
    "name": "t",
    "years": YEARS,
    "patients": {"GM0001": 1000, "GM0002": 1000},
    "surcharge_eur_per_patient": euro(0),
    "fund_eur_per_patient": euro(1000),
    "intervention": "i",
    "to": "municipality",
    "delivery_share": 0.75,
    "cooperation_share": 0.5,
}


@pytest.mark.parametrize("kept", [{"regional_budgets": {"r": BUDGET}}, {"deprivation_tariffs": {"t": TARIFF}}])
def test_what_a_budget_or_a_fund_still_pays_is_not_taken_over(kept: dict[str, Any]) -> None:
    """Delivery of 240, of which 180 is paid already: the one that takes over pays 60, and the leaver is even."""
    gone = leaves("municipality", deliveries="taken_over", taken_over_by="state", law="belasting")
    law = law_of(plan({**kept, "departures": gone}), TOWNS)
    found = agreed(law)
    assert paid(found, Reason.TAKE_OVER, "state", "municipality") == [0, 0, 60, 60]
    assert paid(found, Reason.TAKE_OVER, "municipality", "state") == [0, 0, 0, 0]
