"""Who can pay or gain, out of which purse, and for which reason money moves.

Party, pocket, account and reason are names with a meaning in law; amounts live in the ledger. A municipality is named
by its CBS code (`GM0114`), an insurer by the id that the scenario gives it; the national accounts below have fixed ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartyKind(StrEnum):
    """What sort of party an account belongs to; the same words stand in the JSON output."""

    INSURER = "insurer"
    MUNICIPALITY = "municipality"
    FUND = "fund"
    INVESTOR = "investor"
    PROVIDER = "provider"
    NATIONAL = "national"


class Pocket(StrEnum):
    """A purse, mostly a law. Statutory terms stay Dutch."""

    ZVW = "zvw"
    EIGEN_RISICO = "eigen_risico"
    AANVULLENDE_VERZEKERING = "aanvullende_verzekering"
    WLZ = "wlz"
    WMO = "wmo"
    JEUGDWET = "jeugdwet"
    WPG = "wpg"
    PARTICIPATIEWET = "participatiewet"
    BIJZONDERE_BIJSTAND = "bijzondere_bijstand"
    UWV = "uwv"
    JUSTITIE = "justitie"
    BELASTING = "belasting"
    WERKGEVER = "werkgever"
    INWONER = "inwoner"
    EIGEN_MIDDELEN = "eigen_middelen"


class PocketNature(StrEnum):
    """What an avoided euro in a pocket is in the real economy (ECONOMICS: two accounts that are no party)."""

    CARE = "care"
    """A provider's turnover: the payer saves, the provider loses it, only part frees real resources."""
    TRANSFER = "transfer"
    """A benefit or tax: what one party gains, a resident loses; no real resource is freed."""
    RESOURCE = "resource"
    """Hours, absence, police time: the beneficiary gains what the real economy no longer uses."""
    PAYMENT = "payment"
    """A purse that can pay for delivery but on which no effect can fall."""


NATURE: dict[Pocket, PocketNature] = {
    Pocket.ZVW: PocketNature.CARE,
    Pocket.EIGEN_RISICO: PocketNature.PAYMENT,
    Pocket.AANVULLENDE_VERZEKERING: PocketNature.CARE,
    Pocket.WLZ: PocketNature.CARE,
    Pocket.WMO: PocketNature.CARE,
    Pocket.JEUGDWET: PocketNature.CARE,
    Pocket.WPG: PocketNature.CARE,
    Pocket.PARTICIPATIEWET: PocketNature.TRANSFER,
    Pocket.BIJZONDERE_BIJSTAND: PocketNature.TRANSFER,
    Pocket.UWV: PocketNature.TRANSFER,
    Pocket.JUSTITIE: PocketNature.RESOURCE,
    Pocket.BELASTING: PocketNature.TRANSFER,
    Pocket.WERKGEVER: PocketNature.RESOURCE,
    Pocket.INWONER: PocketNature.RESOURCE,
    Pocket.EIGEN_MIDDELEN: PocketNature.PAYMENT,
}

MUNICIPAL_POCKETS = frozenset(
    {Pocket.WMO, Pocket.JEUGDWET, Pocket.WPG, Pocket.PARTICIPATIEWET, Pocket.BIJZONDERE_BIJSTAND}
)
"""Pockets of which a mover's share goes to another municipality."""


class Reason(StrEnum):
    """Why an amount goes from one account to another."""

    DELIVERY = "delivery"
    COORDINATION = "coordination"
    GRANT = "grant"
    AVOIDED_COST = "avoided_cost"
    OWN_RISK = "own_risk"
    EQUALISATION = "equalisation"
    CAPACITY = "capacity"
    BUDGET = "budget"
    WAGE = "wage"
    POLICY_COST = "policy_cost"
    POLICY_CONTRIBUTION = "policy_contribution"
    POLICY_PREMIUM = "policy_premium"
    POLICY_CLAIMS = "policy_claims"
    POLICY_EXECUTION = "policy_execution"
    POLICY_BENEFIT = "policy_benefit"
    SHARED_SAVINGS = "shared_savings"
    OWN_MONEY = "own_money"
    FUND_CONTRIBUTION = "fund_contribution"
    FUND_DRAW = "fund_draw"
    FUND_REPAYMENT = "fund_repayment"
    FUND_DISTRIBUTION = "fund_distribution"
    FUND_INTEREST = "fund_interest"
    FUND_FEE = "fund_fee"
    SIDE_PAYMENT = "side_payment"
    BUDGET_DEPOSIT = "budget_deposit"
    BUDGET_SAVING = "budget_saving"
    BUDGET_COVER = "budget_cover"
    BUDGET_DELIVERY = "budget_delivery"
    BUDGET_CLOSING = "budget_closing"
    POPULATION_PAYMENT = "population_payment"
    BOND_INVESTMENT = "bond_investment"
    BOND_REPAYMENT = "bond_repayment"
    BOND_ASSESSMENT = "bond_assessment"
    DEPRIVATION_SURCHARGE = "deprivation_surcharge"
    DEPRIVATION_FUND = "deprivation_fund"
    DEPRIVATION_DELIVERY = "deprivation_delivery"
    DEPRIVATION_REST = "deprivation_rest"
    CO_FINANCING = "co_financing"
    CO_FINANCING_COMPENSATION = "co_financing_compensation"
    TAKE_OVER = "take_over"


OUTLAYS = frozenset(
    {
        Reason.DELIVERY,
        Reason.COORDINATION,
        Reason.GRANT,
        Reason.POLICY_COST,
        Reason.POLICY_CONTRIBUTION,
        Reason.POLICY_EXECUTION,
    }
)
"""Reasons that are money laid out for doing something; the others are what that does.

Premium and reimbursements of a policy are both sides of one insurance and are netted like an effect.
"""

TRANSFERS = frozenset(
    {
        Reason.SHARED_SAVINGS,
        Reason.OWN_MONEY,
        Reason.FUND_CONTRIBUTION,
        Reason.FUND_DRAW,
        Reason.FUND_REPAYMENT,
        Reason.FUND_DISTRIBUTION,
        Reason.FUND_INTEREST,
        Reason.FUND_FEE,
        Reason.SIDE_PAYMENT,
        Reason.BUDGET_DEPOSIT,
        Reason.BUDGET_SAVING,
        Reason.BUDGET_COVER,
        Reason.BUDGET_DELIVERY,
        Reason.BUDGET_CLOSING,
        Reason.POPULATION_PAYMENT,
        Reason.BOND_INVESTMENT,
        Reason.BOND_REPAYMENT,
        Reason.BOND_ASSESSMENT,
        Reason.DEPRIVATION_SURCHARGE,
        Reason.DEPRIVATION_FUND,
        Reason.DEPRIVATION_DELIVERY,
        Reason.DEPRIVATION_REST,
        Reason.CO_FINANCING,
        Reason.CO_FINANCING_COMPENSATION,
        Reason.TAKE_OVER,
    }
)
"""Reasons that are agreed on top of the law; amounts are >= 0. Who receives is laid out less; who pays lays out what
should come back (INVESTMENTS) and loses the rest.

`own_money` is the part of a claim on a saving that the payer did not have from that saving.
"""

INVESTMENTS = frozenset({Reason.FUND_CONTRIBUTION, Reason.BUDGET_DEPOSIT, Reason.BOND_INVESTMENT})
"""Transfers that are put in to come back, so that whoever pays them has invested and may be paid back."""

COORDINATION = "coordination"
"""What stands in the place of an intervention for running the coalition."""

MUNICIPALITY = "municipality"
"""In a payer or a posting: the municipality of each area."""
INSURERS = "insurers"
"""In a payer: all insurers by market share."""
RESOURCES = "resources"
ZVW_FUND = "zvw_fund"
WLZ_FUND = "wlz_fund"
STATE = "state"
REST_OF_NL = "rest_of_nl"
UWV = "uwv"
EMPLOYERS = "employers"
RESIDENTS = "residents"
PROVIDERS = "providers"


@dataclass(frozen=True)
class Party:
    """One account that can pay or gain.

    Attributes:
        id: the name in files and JSON; never translated.
        kind: see PartyKind; `resources` has none because it is no party.
        name_nl, name_en: what a reader sees.
        contracting: an insurer that takes part in the coalition; False for the others, whose gain is a windfall.
    """

    id: str
    kind: PartyKind
    name_nl: str
    name_en: str
    contracting: bool = True


NATIONAL_PARTIES: tuple[Party, ...] = (
    Party(ZVW_FUND, PartyKind.NATIONAL, "Zorgverzekeringsfonds (verevening)", "Health insurance fund (equalisation)"),
    Party(WLZ_FUND, PartyKind.NATIONAL, "Fonds langdurige zorg", "Long-term care fund"),
    Party(STATE, PartyKind.NATIONAL, "Rijk", "State"),
    Party(REST_OF_NL, PartyKind.NATIONAL, "Overige gemeenten", "Other municipalities"),
    Party(UWV, PartyKind.NATIONAL, "UWV", "UWV (employee insurance)"),
    Party(EMPLOYERS, PartyKind.NATIONAL, "Werkgevers", "Employers"),
    Party(RESIDENTS, PartyKind.NATIONAL, "Inwoners", "Residents"),
    Party(PROVIDERS, PartyKind.PROVIDER, "Zorgaanbieders", "Care providers"),
)


def is_municipal(party: str) -> bool:
    """Whether a party is a municipality, by its code or by its role."""
    return party == MUNICIPALITY or party.startswith("GM")


def same_holder(one: str, other: str) -> bool:
    """Whether two parties hold the same money: one party, or a municipality and all of them by their role."""
    return one == other or (is_municipal(one) and is_municipal(other) and MUNICIPALITY in {one, other})
