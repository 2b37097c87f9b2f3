"""What a coalition may agree on top of the law: contracts, funds, budgets, bonds and payments between parties.

Each arrangement is switched on or off by itself, so that the same scenario shows the law alone beside what is agreed.
What an arrangement leads to stands in agreed.py and the modules of each kind; whether names exist and claims clash is
checked in checks.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from coalition.contracts import Contract, MeasuringYears, PartyId, Scope
from coalition.fund_terms import Amounts, Fund
from coalition.numbers import AreaCode, Count, EuroCost, Frozen, Name, Share, Year
from coalition.parties import MUNICIPALITY, Pocket


class SidePayment(Frozen):
    """A fixed amount from one party to another."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    source: PartyId
    """Who pays."""
    target: PartyId
    """Who receives."""
    law: Pocket
    """The purse that it comes out of."""
    amounts_eur: Amounts
    """Nominal euro per calendar year."""


class Deliveries(StrEnum):
    """What happens to the deliveries that a party paid and the policies that it carried, once it has left."""

    STOP = "stop"
    """Nobody starts any more with what it paid for, and its policies end; whoever has started, finishes."""
    TAKEN_OVER = "taken_over"
    """Another party pays its part of deliveries, and carries its policies on the same terms."""


# --- one regional budget ------------------------------------------------------------------------------------------


class BudgetMember(Frozen):
    """A payer that brings what it expects to pay in the region into one budget."""

    party: PartyId
    """Who; `municipality` is every municipality of the areas together."""
    pockets: list[Pocket]
    """The purses that it brings in; its own."""
    law: Pocket
    """The purse that its opening deposit comes out of."""
    deposits_eur: Amounts = {}
    """Opening settlement: working money per calendar year, given back first at the closing settlement."""
    closing_share: Share
    """Its part of what is left at the closing settlement; all members together 1."""


class BudgetSpending(Frozen):
    """What the budget pays of the delivery of an intervention."""

    intervention: Name
    """Whose delivery."""
    to: PartyId
    """The payer of that delivery who gets the money."""
    delivery_share: Share
    """Part of that payer's delivery cost that is asked of the budget."""


class RegionalBudget(Frozen):
    """Kavelmodel: one budget for a region and some years; what is not spent on care stays in the region."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    years: MeasuringYears
    """First and last year; the closing settlement is on the last day."""
    interventions: list[Name] | Literal["all"]
    """Whose effects count as the region's."""
    areas: list[AreaCode] | Literal["all"]
    """Where."""
    members: dict[Name, BudgetMember]
    """Who brings money in."""
    spending: dict[Name, BudgetSpending]
    """What the region pays with it."""


# --- population payment -------------------------------------------------------------------------------------------


class NormClass(Frozen):
    """What is paid for one person of an age, and older until the next class."""

    age_from: Annotated[int, Field(strict=True, ge=0, le=120)]
    """Youngest age of the class."""
    eur_per_person_year: EuroCost
    """Norm for the pockets of the payment together."""


class PopulationPayment(Frozen):
    """Populatiebekostiging: a fixed sum for the people of a region, whatever care they turn out to use."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    pays: PartyId
    """Who pays for the population: the holder of the pockets."""
    receives: PartyId
    """Who gets the sum and carries its part of the deviation."""
    scope: Scope
    """Pockets, interventions, areas and years."""
    norms: list[NormClass] = []
    """Norms by age, from the youngest class up; left out: what the region is expected to cost without programme."""
    need_by_area: dict[AreaCode, Count] = {}
    """Factor on the norm for an area whose people need more or less care; 1 where left out."""
    receiver_share: Share
    """Part of the deviation (norm minus real cost) that the receiver keeps or carries; the rest is the payer's."""
    corridor: Share | None = None
    """Deviation, as a part of the sum, beyond which everything is the payer's again."""


# --- impact bond --------------------------------------------------------------------------------------------------


class OutcomePayer(Frozen):
    """Who pays an impact bond back, out of what it really saved."""

    party: PartyId
    """Who holds the saving."""
    pockets: list[Pocket]
    """In which purses it is measured."""
    share: Share
    """Part of its saving in cash that it pays at most."""


class Assessor(Frozen):
    """Who establishes whether the target was reached costs money whatever the answer."""

    paid_by: PartyId
    """Who pays the assessor."""
    law: Pocket
    """The purse that it comes out of."""
    fee_eur: Amounts
    """Nominal euro per calendar year; real resources."""


class ImpactBond(Frozen):
    """Social or health impact bond: an investor pays first, outcome payers pay back only on proof."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    investor: PartyId
    """Who puts the money in and loses it when the target is missed."""
    provider: PartyId
    """The payer of the delivery who gets the money; the investor itself when it pays the delivery."""
    intervention: Name
    """What is paid for."""
    areas: list[AreaCode] | Literal["all"]
    """Where the result is measured."""
    raised_eur: Count
    """Most that the investor puts in."""
    delivery_share: Share
    """Part of the delivery that is asked of the investor."""
    years: MeasuringYears
    """Years in which the investor pays."""
    targets_eur: dict[Annotated[int, Field(ge=1990, le=2150)], Annotated[float, Field(strict=True, gt=0)]]
    """Per assessment year the saving, measured since the start, that must be reached; else nothing is paid then."""
    outcome_payers: dict[Name, OutcomePayer]
    """Who pays back."""
    return_cap_per_year: Share
    """Most that the investor earns per year on what is still out."""
    assessor: Assessor | None = None
    """Who assesses, and what that costs."""


# --- GP deprivation tariff, co-financing ---------------------------------------------------------------------------


class DeprivationTariff(Frozen):
    """Achterstandstarief and achterstandsfonds: insurers pay GPs more per patient in a deprived postcode."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    years: MeasuringYears
    """First and last year."""
    patients: dict[AreaCode, Count]
    """Patients registered in deprived postcodes, per area."""
    surcharge_eur_per_patient: EuroCost
    """Per patient per year to the practice."""
    fund_eur_per_patient: EuroCost
    """Per patient per year to the fund."""
    intervention: Name
    """What the fund helps pay for."""
    to: PartyId
    """The payer of that delivery who gets the money."""
    delivery_share: Share
    """Part of that payer's delivery cost that is asked of the fund."""
    cooperation_share: Share
    """Condition: in an area and year in which the municipality pays at least this part of the delivery."""


class CoFinancing(Frozen):
    """Kommunal medfinansiering: the municipality pays a part of what its inhabitants cost another payer."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    years: MeasuringYears
    """First and last year."""
    areas: list[AreaCode] | Literal["all"]
    """Whose municipalities."""
    to: PartyId
    """The holder of the pockets, who is paid."""
    pockets: list[Pocket]
    """The purses whose cost is shared."""
    law: Pocket
    """The municipal purse that pays."""
    share: Share
    """Part of the cost that the municipality pays."""
    cap_eur_per_inhabitant: EuroCost | None = None
    """Most per inhabitant per year."""
    smoothing_years: Annotated[int, Field(strict=True, ge=1, le=10)]
    """The bill is the mean of so many years' bills; 1 for none."""
    compensated_share: Share
    """Part of the bill expected without any programme that is compensated beforehand."""
    compensated_by: PartyId
    """Who compensates."""


# --- leaving, and what may not be -----------------------------------------------------------------------------------


class Departure(Frozen):
    """A party that walks away: what it agreed ends, and what that costs each of the others is shown."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it leaves; false shows what is agreed without a departure."""
    party: PartyId
    """Who leaves."""
    from_year: Year
    """First year in which it no longer takes part."""
    deliveries: Deliveries
    """stop or taken_over."""
    taken_over_by: PartyId | None = None
    """Who pays its part of deliveries, and carries its policies, from then on."""
    law: Pocket | None = None
    """The purse that this comes out of."""
    payments: dict[Name, SidePayment] = {}
    """What else others pay because it left."""


class ForbiddenLink(Frozen):
    """A payment between two parties that the law does not allow."""

    source: PartyId
    """Who may not pay."""
    target: PartyId
    """Whom."""
    reason: str
    """Why not, with the law or source."""


class Arrangements(Frozen):
    """What is agreed on top of the law."""

    contracts: dict[Name, Contract] = {}
    """Shared-savings contracts, by id."""
    funds: dict[Name, Fund] = {}
    """Revolving prevention funds, by id."""
    regional_budgets: dict[Name, RegionalBudget] = {}
    """Kavelmodellen: one budget for a region, by id."""
    population_payments: dict[Name, PopulationPayment] = {}
    """Fixed sums for a population, by id."""
    impact_bonds: dict[Name, ImpactBond] = {}
    """Bonds that are paid back on proof, by id."""
    deprivation_tariffs: dict[Name, DeprivationTariff] = {}
    """Extra pay for GPs in deprived areas, with its fund, by id."""
    co_financing: dict[Name, CoFinancing] = {}
    """Municipal co-payment for another payer's cost, by id."""
    side_payments: dict[Name, SidePayment] = {}
    """Payments between two parties, by id."""
    departures: dict[Name, Departure] = {}
    """Parties that walk away, by id."""
    order: list[Name] = []
    """Ids of those that claim a saving in the order in which their claims are served; needed where two claim the same
    saving."""
    forbidden_links: list[ForbiddenLink] = []
    """Payments that the smallest transfer may not use."""

    @property
    def named(self) -> dict[str, Arrangement]:
        """Every arrangement by id."""
        return {name: stated for kind in KINDS for name, stated in getattr(self, kind).items()}

    @property
    def claiming(self) -> dict[str, Arrangement]:
        """Every arrangement by id that is paid out of somebody's saving."""
        return {name: stated for kind in CLAIMING for name, stated in getattr(self, kind).items()}


Arrangement = (
    Contract
    | Fund
    | RegionalBudget
    | PopulationPayment
    | ImpactBond
    | DeprivationTariff
    | CoFinancing
    | SidePayment
    | Departure
)


def parties_named(stated: Arrangement) -> set[str]:
    """The parties that an arrangement names, as it names them."""
    match stated:
        case Contract():
            return set(stated.sharers)
        case SidePayment():
            return {stated.source, stated.target}
        case Fund():
            draws = {draw.to for draw in stated.draws.values()}
            return draws | {given.party for given in stated.contributions.values()}
    found: set[str] = {MUNICIPALITY} if isinstance(stated, CoFinancing) else set()
    for key in ("pays", "receives", "investor", "provider", "to", "compensated_by"):
        found |= {getattr(stated, key)} if hasattr(stated, key) else set()
    for key in ("members", "outcome_payers"):
        found |= {member.party for member in getattr(stated, key, {}).values()}
    return found


def last_year_of(stated: Arrangement) -> int:
    """Last calendar year in which an arrangement moves money; 0 when it moves none."""
    match stated:
        case Contract():
            return 0 if stated.scope is None else stated.scope.years.last + stated.settlement_lag_years
        case PopulationPayment():
            return stated.scope.years.last
        case SidePayment():
            return max(stated.amounts_eur, default=0)
        case Departure():
            return max([stated.from_year, *map(last_year_of, stated.payments.values())])
        case ImpactBond():
            fees = stated.assessor.fee_eur if stated.assessor else {}
            return max([stated.years.last, *stated.targets_eur, *fees])
    return stated.years.last


CLAIMING = ("contracts", "population_payments", "impact_bonds", "co_financing", "regional_budgets", "funds")
"""Keys whose arrangements are paid out of a saving, in the order in which claims are served when none is stated."""

KINDS = (*CLAIMING, "deprivation_tariffs", "side_payments", "departures")
"""Keys that hold arrangements by id."""
