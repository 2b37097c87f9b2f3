"""Which law is whose purse, and since when it may pay for prevention.

What a law is stands here; from when until when it lets its party pay is a dated parameter. No amount is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from coalition.parameters import load_parameters
from coalition.parties import (
    EMPLOYERS,
    INSURERS,
    MUNICIPALITY,
    PROVIDERS,
    RESIDENTS,
    STATE,
    WLZ_FUND,
    Pocket,
)

WHO_MAY_PAY: Mapping[Pocket, frozenset[str]] = {
    Pocket.ZVW: frozenset({INSURERS}),
    Pocket.AANVULLENDE_VERZEKERING: frozenset({INSURERS}),
    Pocket.EIGEN_RISICO: frozenset({RESIDENTS}),
    Pocket.WLZ: frozenset({WLZ_FUND}),
    Pocket.WMO: frozenset({MUNICIPALITY}),
    Pocket.JEUGDWET: frozenset({MUNICIPALITY}),
    Pocket.WPG: frozenset({MUNICIPALITY}),
    Pocket.PARTICIPATIEWET: frozenset({MUNICIPALITY}),
    Pocket.BIJZONDERE_BIJSTAND: frozenset({MUNICIPALITY}),
    Pocket.BELASTING: frozenset({STATE}),
    Pocket.WERKGEVER: frozenset({EMPLOYERS}),
    Pocket.INWONER: frozenset({RESIDENTS}),
    Pocket.EIGEN_MIDDELEN: frozenset({INSURERS, MUNICIPALITY, STATE, EMPLOYERS, RESIDENTS, PROVIDERS}),
}
"""Whose purse a law is: only that account can pay out of it."""

DATED_RIGHT: Mapping[Pocket, str] = {
    Pocket.AANVULLENDE_VERZEKERING: "aanvullende_verzekering_may_pay_prevention_module",
    Pocket.WLZ: "wlz_may_pay_outside_package",
    Pocket.WMO: "wmo_may_pay_social_support",
    Pocket.JEUGDWET: "jeugdwet_may_pay_youth_support",
    Pocket.WPG: "wpg_may_pay_public_prevention",
    Pocket.PARTICIPATIEWET: "participatiewet_may_pay_debt_and_work_support",
    Pocket.BIJZONDERE_BIJSTAND: "bijzondere_bijstand_may_pay_medical_cost",
}
"""The parameter (subject `payers`) that says from when until when a law lets its party pay for prevention."""


def may_pay(party: str, pocket: Pocket, insurers: frozenset[str]) -> bool:
    """Whether a party can pay out of a purse at all.

    Args:
        party: as in a scenario's payer: `municipality`, `insurers`, an insurer's id or a national account.
        pocket: the law or purse.
        insurers: ids of the scenario's insurers.
    """
    role = INSURERS if party in insurers else party
    return role in WHO_MAY_PAY.get(pocket, frozenset())


def right_in_force(pocket: Pocket, year: int) -> bool:
    """Whether the law lets its party pay for prevention in a calendar year; true where no date is known."""
    if pocket not in DATED_RIGHT:
        return True
    parameter = load_parameters("payers")[DATED_RIGHT[pocket]]
    day = date(year, 12, 31)
    return day >= parameter.values[0].start and bool(parameter.at(day).value)
