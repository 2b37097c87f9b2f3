"""What a coalition may write in a scenario file.

Every key stands here once, with its meaning; docs/scenario.md is made from this module. Whether names refer to
something that exists, and whether numbers agree with each other, is checked in checks.py. Nothing is calculated here.
Keys that are required have no default: what moves money is stated by the coalition or by the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from coalition.arrangement_terms import Arrangements
from coalition.numbers import (
    AreaCode,
    Count,
    Duration,
    Euro,
    EuroCost,
    Frozen,
    Growth,
    Name,
    Number,
    PositiveReal,
    Real,
    ReducingShare,
    Share,
    UnitReal,
    Whole,
    Year,
)
from coalition.optimise_terms import Optimise
from coalition.parties import Pocket

# --- scenario: clock, prices, discounting -------------------------------------------------------------------------


class DiscountStandard(StrEnum):
    """A dated Dutch standard for the discount rate."""

    MKBA = "mkba"
    """Social cost-benefit analysis: a real rate."""
    HTA = "hta"
    """Health technology assessment: a real rate for cost."""


class RateKind(StrEnum):
    """Whether a discount rate stands above inflation or includes it."""

    REAL = "real"
    """Above inflation: amounts are deflated by the general index first."""
    NOMINAL = "nominal"
    """Inflation included: amounts are discounted as they are."""


class OwnRate(Frozen):
    """A discount rate of one's own."""

    per_year: Growth
    """The rate; 0.03 is three percent."""
    kind: RateKind
    """real: amounts are deflated first; nominal: they are not."""


class Head(Frozen):
    """What the scenario is called, when it runs and in which prices it is told."""

    name: Name
    """Short name: lower case, digits and underscores."""
    title: str
    """One line that a reader sees above the result."""
    story: str = ""
    """What this scenario is about, for a reader who was not there."""
    first_year: Year
    """Year 0 of the clock: the first calendar year; its flows are not discounted."""
    horizon_years: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    """Number of calendar years shown; when left out, until the last effect and its settlement have run out."""
    price_year: Year
    """Net present values are told in prices of this year."""
    discount: DiscountStandard | OwnRate
    """A standard (mkba, hta) or a rate of one's own: {per_year: 0.03, kind: real}."""


class RegionFiles(Frozen):
    """The tables beside the scenario, and how prices grow after the last known year."""

    people: str
    """CSV file with the people per area and age class (docs/sources.md describes the columns)."""
    cost: str | None = None
    """CSV file with the cost per person per pocket; without it, only euro and event effects are possible."""
    names: dict[AreaCode, str] = {}
    """Names to show for area codes."""
    growth_per_year: dict[Pocket, Growth] = {}
    """Growth of cost per person per pocket after its price year; required for every pocket in the cost table."""
    general_index_per_year: Growth
    """Growth of consumer prices after the last year that Statistics Netherlands has published."""


# --- parties ------------------------------------------------------------------------------------------------------


class Insurer(Frozen):
    """A health insurer in the region, or the rest of them as one."""

    name: str
    """Name to show."""
    market_share: Share
    """Share of the region's insured people; the shares of all listed insurers sum to 1."""
    contracting: bool
    """Whether it takes part in the coalition; what the others gain is a windfall."""


class Municipality(Frozen):
    """A municipality's own facts, where the region table does not give them."""

    name: str | None = None
    """Name to show."""
    population: Count | None = None
    """Inhabitants of the whole municipality; needed when the region table holds only wijken or buurten of it."""


class Investor(Frozen):
    """Somebody who puts money in and gets it back on a result, such as a bank's fund."""

    name: str
    """Name to show."""


class Parties(Frozen):
    """Who sits at the table, beside the national accounts that always exist."""

    insurers: dict[Name, Insurer] = {}
    """Insurers by id."""
    municipalities: dict[AreaCode, Municipality] = {}
    """Municipalities by code; those of the region table exist by themselves."""
    investors: dict[Name, Investor] = {}
    """Investors of impact bonds by id."""


# --- holders: on whose account a pocket's change falls -------------------------------------------------------------


class CareKind(StrEnum):
    """What kind of use risk equalisation sees when care under the Zvw is avoided."""

    ACUTE = "acute"
    """Care after an event, such as a fracture; equalisation sees little of it in later years."""
    MEDICINE_AND_DIAGNOSIS = "medicine_and_diagnosis"
    """Care of the chronically ill, whom equalisation recognises by medicines and diagnoses."""


class ClawbackBasis(StrEnum):
    """On what equalisation takes back."""

    USE = "use"
    """On avoided use, whether or not it was cashed."""
    CASH = "cash"
    """On the cashed part only."""


class Equalisation(Frozen):
    """What risk equalisation takes back of an insurer's saving in later years."""

    basis: ClawbackBasis
    """use: equalisation sees avoided care; cash: only what was really saved."""
    clawback: dict[CareKind, list[Share]]
    """Per kind of care: the share taken back 1, 2, ... years after the avoided use; sums to at most 1."""


class CostClass(Frozen):
    """One class of people with the same yearly cost under the Zvw."""

    people_share: UnitReal
    """Share of the target group; the classes sum to 1."""
    cost_eur: PositiveReal
    """Yearly cost per person that counts for the own risk, in euro of the first year."""


class OwnRisk(Frozen):
    """Which part of an avoided euro of care the insured person would have paid."""

    share: Share | None = None
    """The part, stated; savings come off the top of someone's cost, so it is small for expensive people."""
    cost_classes: list[CostClass] | None = None
    """Or the distribution of cost, from which the part is calculated with the statutory own risk."""

    @model_validator(mode="after")
    def _one_of(self) -> OwnRisk:
        if (self.share is None) == (self.cost_classes is None):
            raise PydanticCustomError("own_risk.one_of", "share or cost_classes")
        if self.cost_classes and abs(sum(c.people_share for c in self.cost_classes) - 1) > 1e-6:
            total = sum(c.people_share for c in self.cost_classes)
            raise PydanticCustomError("shares.sum", "sum to 1", {"total": f"{total:.6g}"})
        return self


class Cashable(Frozen):
    """Which part of avoided care becomes money, and which part frees real resources."""

    share: Share
    """Part of avoided turnover that the payer really no longer pays; no default: ask the buyer of care."""
    from_year: Year | None = None
    """The calendar year of renegotiation: before it the contract is a lump sum and nothing is cashable."""
    capacity_removed_share: Share
    """Part of the freed capacity that is really taken away."""
    avoidable_cost_share: Share
    """Part of a provider's turnover that is cost it can avoid."""
    staff_hours_per_1000_eur: Count | None = None
    """Hours of staff in 1,000 euro of this care, for the memo of freed hours."""


class Holders(Frozen):
    """On whose account avoided cost falls. Needed as far as effects touch the pockets."""

    switching_per_year: Share | None = None
    """Share of the region's insured who change insurer per year, between the listed insurers."""
    own_risk: OwnRisk | None = None
    """For effects under the Zvw; a target group may state its own."""
    equalisation: Equalisation | None = None
    """For effects under the Zvw."""
    cashable: dict[Pocket, Cashable] = {}
    """Per pocket of care that an effect touches."""
    market_shares_by_area: dict[AreaCode, dict[Name, UnitReal]] = {}
    """Market shares of a single area, instead of the regional ones; sum to 1 per area."""


# --- target groups and risk factors -------------------------------------------------------------------------------


class Ages(Frozen):
    """An age range in whole years."""

    from_: Annotated[int, Field(alias="from", strict=True, ge=0, le=120)]
    """First age."""
    to: Annotated[int, Field(strict=True, ge=0, le=120)] | None = None
    """Last age, inclusive; empty for everyone older."""


class RiskClass(Frozen):
    """A class of a risk factor; a population approach that shifts the factor also changes this group."""

    factor: Name
    """Id of a risk factor."""
    class_: Annotated[str, Field(alias="class")]
    """One of its classes."""


class GroupInArea(Frozen):
    """What differs in one area."""

    share: Share | None = None
    """Share of the ages in this area, instead of the group's own share."""
    cost_multiplier: Count | None = None
    """Cost multiple in this area, in every pocket, instead of the group's own."""


class GroupUnit(StrEnum):
    """What one unit of a target group is."""

    PERSON = "person"
    """A person."""
    HOUSEHOLD = "household"
    """A household; amounts per unit are per household."""


class TargetGroup(Frozen):
    """The people whom one or more interventions are for, per area."""

    name: str
    """Name to show."""
    ages: Ages
    """The ages from which it is taken."""
    share: Share | None = None
    """Share of those ages."""
    count: Count | None = None
    """Or a number for the whole scenario, spread over the areas by people of those ages."""
    unit: GroupUnit = GroupUnit.PERSON
    """person or household."""
    renewed_each_year: bool = False
    """Whether the group is a yearly flow (births) rather than a standing population."""
    cost_multiplier: Count
    """Their cost per person as a multiple of the average of their age; participants are not average."""
    cost_multiplier_by_pocket: dict[Pocket, Count] = {}
    """Another multiple in one pocket."""
    survival_per_year: Share
    """Share still alive a year later; counts after the follow-up of a trial."""
    moves_per_year: Share
    """Share that moves out of the municipality per year."""
    risk_class: RiskClass | None = None
    """The class of a risk factor to which they belong; its prevalence multiplies the share."""
    own_risk: OwnRisk | None = None
    """Instead of holders.own_risk."""
    areas: dict[AreaCode, GroupInArea] = {}
    """What differs per area."""

    @model_validator(mode="after")
    def _one_of(self) -> TargetGroup:
        if (self.share is None) == (self.count is None):
            raise PydanticCustomError("group.one_of", "share or count")
        return self


class ExposureClass(Frozen):
    """One class of exposure to a risk factor."""

    prevalence: Share
    """Share of the people in this class; the classes sum to 1."""
    relative_risk: Count
    """Risk relative to the reference class, which has 1."""


class RiskFactor(Frozen):
    """The distribution of an exposure over the population."""

    name: str
    """Name to show."""
    ages: Ages
    """Ages to which the distribution applies."""
    classes: dict[Name, ExposureClass]
    """Classes of exposure."""


# --- effects ------------------------------------------------------------------------------------------------------


class Per(StrEnum):
    """On whom an effect was measured."""

    STARTER = "starter"
    """On everyone who began, so that stopping early is already in it."""
    COMPLETER = "completer"
    """On those who finished; the model multiplies by the completion."""


class Comparator(StrEnum):
    """Against what an effect was measured."""

    CONTROLLED = "controlled"
    """Against a comparison group: nothing is deducted."""
    UNCONTROLLED = "uncontrolled"
    """Before-after only: the part that would have happened anyway is deducted."""


class EvidenceLevel(StrEnum):
    """How the effect was established."""

    RCT = "rct"
    """A randomised trial, or a review of several."""
    CONTROLLED = "controlled"
    """A comparison group without randomisation."""
    BEFORE_AFTER = "before_after"
    """The same people before and after, without a comparison group."""
    MODEL = "model"
    """A calculation on figures of others."""
    EXPERT = "expert"
    """The judgement of people who know the field."""


class TimeProfile(Frozen):
    """When an effect works, in years since the start."""

    onset_years: Duration
    """Years before it works."""
    plateau_years: Duration
    """Years at full strength."""
    decay_years: Duration
    """Years in which it falls to zero in a straight line."""
    first_year_share: Share
    """Part of the first calendar year that lies after the average start: 0.5 when people start all year round."""
    follow_up_years: PositiveReal
    """How long it was measured; a longer effect needs `beyond_follow_up`."""
    beyond_follow_up: str | None = None
    """Why the effect is assumed to last longer than it was measured; counted as an assumption."""


class EffectBase(Frozen):
    """What every effect states."""

    per: Per
    """starter or completer."""
    comparator: Comparator
    """controlled or uncontrolled."""
    deadweight: Share | None = None
    """Part that would have happened anyway; required for an uncontrolled effect, refused for a controlled one."""
    regression_to_mean: str | None = None
    """For an uncontrolled effect in a selected group: the expected fall without any programme, in words and figures."""
    includes_delivery: bool
    """Whether the measured cost change already contains the delivery cost, which is then added back."""
    evidence_level: EvidenceLevel
    """How it was established."""
    independent_estimate: str | None = None
    """A second, independent source; required when the interval holds zero in a shipped default."""
    time: TimeProfile
    """When it works."""


class Touches(EffectBase):
    """An effect on one pocket."""

    pocket: Pocket
    """The pocket in which cost is avoided."""
    care_kind: CareKind | None = None
    """For the Zvw: what equalisation sees."""
    ceiling_per_unit: EuroCost | None = None
    """For a pocket without a baseline: the most that can be avoided per person or household per year."""
    wage_instead_per_year: EuroCost | None = None
    """For a benefit that ends: the wage earned instead, on the same base as the amount; 0 when unknown."""


class RelativeEffect(Touches):
    """A relative reduction of a participant's cost in a pocket."""

    kind: Literal["relative"]
    """relative: a share of the participants' cost in one pocket."""
    reduction: ReducingShare
    """Share by which the cost of the cause falls; negative when it rises."""
    cause_share: Share
    """Share of the pocket's cost that the cause makes up in this group; 1 for all of it."""


class EuroEffect(Touches):
    """Euro per participant per year."""

    kind: Literal["euro"]
    """euro: a fixed amount per participant per year in one pocket."""
    avoided_per_year: Euro
    """Positive when cost falls; negative when it rises."""
    cause_cost_per_person: EuroCost | None = None
    """Cost of the cause per person of the ages; an effect of more than half of it in the region is warned about."""


class EventsEffect(EffectBase):
    """Events avoided, times the cost of one, split over pockets."""

    kind: Literal["events"]
    """events: events avoided, such as falls, times the cost of one, over several pockets."""
    events_per_person_year: Count
    """Events per average person of the group's ages per year."""
    risk_multiplier: Count
    """How much more often they happen to participants."""
    reduction: ReducingShare
    """Share of events avoided."""
    cost_per_event: EuroCost
    """Cost of one event over all pockets."""
    split: dict[Pocket, Share]
    """Part of that cost per pocket; sums to 1."""
    care_kind: CareKind | None = None
    """For the part under the Zvw: what equalisation sees."""
    ceiling_per_unit: EuroCost | None = None
    """For pockets without a baseline: the most that can be avoided per person or household per year."""


class ShiftEffect(EffectBase):
    """A population approach: the distribution of a risk factor shifts."""

    kind: Literal["risk_shift"]
    """risk_shift: the distribution of a risk factor shifts in the whole population."""
    pocket: Pocket
    """The pocket in which cost is avoided; it needs a baseline in the cost table."""
    care_kind: CareKind | None = None
    """For the Zvw: what equalisation sees."""
    factor: Name
    """The risk factor."""
    shifted: dict[Name, Share]
    """Prevalence per class after the shift; sums to 1."""
    cause_share: Share
    """Share of the pocket's cost that depends on the risk factor."""


class QalyEffect(EffectBase):
    """Health in quality-adjusted life-years; kept apart from euros."""

    kind: Literal["qaly"]
    """qaly: health gained, in a ledger of its own."""
    gain: Number
    """QALYs per participant per year of the plateau; negative when health is lost."""


class MonetisedEffect(EffectBase):
    """Health or pleasure that a source expresses in euro; kept apart from cash, nobody can spend it."""

    kind: Literal["monetised"]
    """monetised: a value in euro that is no cash."""
    label: str
    """What is valued."""
    value_per_year: Euro
    """Positive when people gain."""
    includes_health: bool
    """Whether health is in it, so that QALYs of the same people may not be valued again."""


Effect = Annotated[
    RelativeEffect | EuroEffect | EventsEffect | ShiftEffect | QalyEffect | MonetisedEffect,
    Field(discriminator="kind"),
]


class LifeYears(Frozen):
    """Longer lives: care in gained life-years is a cost."""

    survival_without_per_year: Share
    """Share of the participants still alive a year later without the intervention."""
    survival_with_per_year: Share
    """The same share with the intervention."""


# --- interventions ------------------------------------------------------------------------------------------------


class Approach(StrEnum):
    """Geoffrey Rose's two approaches."""

    HIGH_RISK = "high_risk"
    """A person takes part; a cohort starts every year."""
    POPULATION = "population"
    """A place or a population changes; people are reached once and newcomers with them."""


class Starts(Frozen):
    """In which calendar years people start."""

    first: Year
    """First calendar year."""
    last: Year
    """Last calendar year, inclusive."""


class InterventionCost(Frozen):
    """What doing the intervention costs; all starters cost money."""

    per_starter: list[EuroCost] = []
    """Per starter, by year of the programme: the first is the year of the start."""
    per_completer: list[EuroCost] = []
    """Extra per completer, by year of the programme."""
    fixed_per_year: EuroCost | None = None
    """For the whole scenario, in every start year, spread over its areas by the size of the target group."""


class Payer(Frozen):
    """Who pays a part of a cost, under which law."""

    party: str
    """municipality (each its own), insurers (by market share), an insurer's id, or a national account."""
    share: Share
    """Part of the cost; the payers of one cost sum to 1."""
    law: Pocket
    """The purse that it comes from."""


class InArea(Frozen):
    """What differs in one area."""

    reach: Share | None = None
    """Reach in this area, instead of the intervention's own."""
    starts: Starts | None = None
    """Other start years in this area."""
    completion: Share | None = None
    """Completion in this area, instead of the intervention's own."""
    capacity_per_year: Count | None = None
    """Most starters per year in this area."""


class PolicyModule(Frozen):
    """How a module of the gemeentepolis changes this intervention for the people who have it."""

    module: Name
    """Name of the module in the policy."""
    enrolled_share_of_group: Share
    """Part of the target group that has the policy."""
    reach: Share
    """Reach among them; coverage is not uptake."""


class Intervention(Frozen):
    """One intervention as this coalition does it."""

    from_: Annotated[str | None, Field(alias="from")] = None
    """Id in the catalogue, whose template is filled in below the coalition's own keys."""
    name: str
    """Name to show."""
    approach: Approach
    """high_risk or population."""
    target_group: Name
    """Id of a target group."""
    areas: list[AreaCode] | Literal["all"]
    """Where it is done."""
    starts: Starts
    """When people start."""
    reach: Share
    """Part of the target group that starts per year; for a population approach: the part that is reached at all."""
    ramp_up: list[UnitReal] = [1.0]
    """Part of the full reach in the first years; the last one holds for all later years."""
    capacity_per_year: Count | None = None
    """Most starters per year over all its areas."""
    completion: Share
    """Part of the starters that finish."""
    cost: InterventionCost
    """What it costs."""
    payers: list[Payer]
    """Who pays the delivery."""
    members_of: Name | None = None
    """Id of the insurer whose members alone take part; they may switch later."""
    effects: dict[Name, Effect]
    """Effects by name; an intervention without a known effect has an effect of zero, stated."""
    life_years: LifeYears | None = None
    """When people live longer through it."""
    policy_module: PolicyModule | None = None
    """The module of a gemeentepolis that reimburses it."""
    per_area: dict[AreaCode, InArea] = {}
    """What differs per area."""
    tracks: list[str] = []
    """GezondIn tracks."""
    gala_goals: list[Whole] = []
    """GALA goals."""


def starts_in(intervention: Intervention, area: str) -> Starts:
    """The years in which people start in one area."""
    own = intervention.per_area.get(area)
    return intervention.starts if own is None or own.starts is None else own.starts


def areas_of(intervention: Intervention, areas: Iterable[str]) -> list[str]:
    """Where an intervention may be done, in the order of the region."""
    return [a for a in areas if intervention.areas == "all" or a in intervention.areas]


class Pair(Frozen):
    """Two interventions on the same group whose participants are known to coincide more or less than by chance."""

    between: Annotated[list[Name], Field(min_length=2, max_length=2)]
    """Ids of the two interventions; both have the same target group."""
    share_of_smaller: Share
    """Part of the smaller one's participants who also take part in the other: 0 apart, 1 nested."""


# --- gemeentepolis ------------------------------------------------------------------------------------------------


class PolicyMethod(StrEnum):
    """How the policy's own money is calculated; never both."""

    MKBA = "mkba"
    """The published social cost-benefit figures per participant."""
    COMPONENTS = "components"
    """Premium, contribution, claims, execution and avoided cost one by one."""


class Band(Frozen):
    """An income band and what the municipality contributes for it."""

    income_limit_pct: Count
    """Upper limit in percent of the social minimum."""
    share_of_people: Share
    """Adults in the band as a share of all inhabitants."""
    contribution_per_month: EuroCost
    """Municipal contribution per enrolled adult."""


class Tier(Frozen):
    """A level of the policy."""

    share_of_enrolled: Share
    """Part of the enrolled who choose it; the tiers sum to 1."""
    list_premium_basic_per_month: EuroCost
    """List premium of the basic package."""
    list_premium_supplementary_per_month: EuroCost
    """List premium of the supplementary part, the own-risk rider left out."""
    discount_basic_per_month: EuroCost
    """Insurer's discount on the basic package; limited by law, nil from 2023."""
    discount_supplementary_per_month: EuroCost
    """Insurer's discount on the supplementary part."""
    own_risk_insured: bool
    """Whether the own risk is bought off."""
    own_risk_rider_per_month: EuroCost | None = None
    """Premium of the rider that buys it off."""
    own_risk_claims_per_year: EuroCost | None = None
    """Own risk that the policy pays on average; required when it is insured."""
    wmo_contribution_covered_per_year: EuroCost
    """Wmo contribution that the policy pays on average; 0 when not covered."""
    claims_per_year: EuroCost
    """Other reimbursements of the supplementary part on average."""


class PolicyMkba(Frozen):
    """The published social cost-benefit figures per participant per year."""

    municipal_cost_per_year: EuroCost
    """What the policy costs the municipality per participant per year."""
    municipal_benefit_per_year: Euro
    """What the municipality saves by it per participant per year."""
    benefit_outside_municipality_per_year: Euro
    """Benefit of efficient execution and fewer debts that falls to others."""


class PolicyComponents(Frozen):
    """The policy's money, part by part."""

    execution_per_year: EuroCost
    """Extra municipal execution cost per enrolled."""
    special_assistance_avoided_per_year: Euro
    """Special assistance no longer paid per enrolled, in euro (a fall in applications is not a fall in euros)."""
    municipal_arrears_cost_avoided_per_year: Euro
    """Debt help no longer needed per enrolled."""
    insurer_arrears_avoided_per_year: Euro
    """Unpaid premium that is now paid per enrolled."""
    induced_care_per_year: EuroCost
    """Extra care under the Zvw per enrolled, because the own risk no longer restrains."""


class Module(Frozen):
    """A prevention module that the policy reimburses."""

    max_per_starter: EuroCost
    """Most that it reimburses per starter."""


class Policy(Frozen):
    """A gemeentepolis of one or more municipalities with one insurer."""

    name: str
    """Name to show."""
    areas: list[AreaCode]
    """Municipalities that offer it."""
    insurer: Name
    """The insurer's id."""
    first_year: Year
    """First calendar year in which it is in force."""
    last_year: Year | None = None
    """Until the end of the clock when left out."""
    uptake: Share
    """Enrolled as a share of the eligible; no default: coverage is not uptake."""
    bands: dict[Name, Band]
    """Income bands."""
    tiers: dict[Name, Tier] = {}
    """Levels; required with `components`."""
    method: PolicyMethod
    """mkba or components."""
    mkba: PolicyMkba | None = None
    """The figures of the method mkba; only with it."""
    components: PolicyComponents | None = None
    """The figures of the method components; only with it."""
    modules: dict[Name, Module] = {}
    """Prevention modules."""

    @model_validator(mode="after")
    def _never_both(self) -> Policy:
        stated = {m for m in ("mkba", "components") if getattr(self, m) is not None}
        if stated != {self.method.value}:
            raise PydanticCustomError(
                "policy.method", "one method", {"method": self.method.value, "stated": ", ".join(sorted(stated)) or "-"}
            )
        return self


# --- payers -------------------------------------------------------------------------------------------------------


class Coordination(Frozen):
    """Running the coalition itself; never delivery."""

    cost_per_year: EuroCost
    """What running the coalition costs per year."""
    years: Starts
    """In which calendar years it is run."""
    payers: list[Payer]
    """Who pays what the grant does not."""
    grant_applicant: Name | None = None
    """Insurer that applies for the coordination grant (2017-2021); leave out when none."""
    eligible_share: Share | None = None
    """Part of the cost that is process coordination and paid by no other law; required with an applicant."""
    grant_ceiling_per_year: EuroCost | None = None
    """Most that the grant pays per year."""


class EarmarkedGrant(Frozen):
    """Money of the state for a purpose, with its years and limits."""

    name: str
    """Name to show."""
    law: Pocket
    """The purse whose delivery cost it pays."""
    items: dict[Name, dict[Annotated[int, Field(ge=1990, le=2150)], PositiveReal]]
    """Per intervention the nominal budget in euro per calendar year, for the areas of this scenario."""
    carry_over_share: Share
    """Part of a year's budget that may move to the next year when it is not spent."""
    shift_limit_share: Share
    """Part of an item's budget that may be shifted to another item."""


class PayersSection(Frozen):
    """Money beside the interventions' own payers."""

    coordination: Coordination | None = None
    """Running the coalition itself."""
    grants: dict[Name, EarmarkedGrant] = {}
    """Earmarked money of the state, by id."""


# --- the rest -----------------------------------------------------------------------------------------------------


class Uncertainty(Frozen):
    """How ranges are made."""

    draws: Annotated[int, Field(strict=True, ge=20, le=100_000)] = 100
    """Number of draws for the ranges on the first screen."""
    seed: Annotated[int, Field(strict=True, ge=0)] = 1
    """Start of the random stream: the same seed gives the same figures."""
    interval: Annotated[float, Field(gt=0, lt=1)] = 0.9
    """Part of the draws that a shown range holds."""


class PublishedFigure(Frozen):
    """A figure that a source prints."""

    value: Real
    """The figure as printed."""
    unit: str
    """What one unit of it is."""
    source: str
    """Document and page, or address."""
    tolerance: PositiveReal = 0.0
    """Half of the last digit printed, when the source rounds."""


class Published(Frozen):
    """For a scenario that reproduces a publication: what goes in and what must come out."""

    inputs: dict[Name, PublishedFigure] = {}
    """Figures that the publication started from."""
    outputs: dict[Name, PublishedFigure] = {}
    """Figures that it arrived at."""


class Spec(Frozen):
    """A whole scenario file."""

    scenario: Head
    """What the scenario is called, when it runs and in which prices it is told."""
    region: RegionFiles
    """The tables beside the scenario, and how prices grow."""
    parties: Parties
    """Who sits at the table, beside the national accounts that always exist."""
    holders: Holders = Holders()
    """On whose account avoided cost falls."""
    risk_factors: dict[Name, RiskFactor] = {}
    """Distributions of exposure, by id; needed for a population approach that shifts one."""
    target_groups: dict[Name, TargetGroup] = {}
    """For whom the interventions are, by id."""
    gemeentepolis: dict[Name, Policy] = {}
    """Collective health policies for residents with a low income, by id."""
    interventions: dict[Name, Intervention] = {}
    """What the coalition does, by id."""
    overlap: list[Pair] = []
    """Pairs of interventions whose participants coincide otherwise than by chance."""
    payers: PayersSection = PayersSection()
    """Coordination and earmarked money, beside the interventions' own payers."""
    arrangements: Arrangements = Arrangements()
    """What is agreed on top of the law: contracts, funds and payments between parties."""
    optimise: Optimise = Optimise()
    """What the coalition wants of its money, for `coalition optimise`."""
    uncertainty: Uncertainty = Uncertainty()
    """How many draws make the ranges."""
    published: Published = Published()
    """What a publication prints, when the scenario reproduces one."""

    @model_validator(mode="after")
    def _name_numbers(self) -> Spec:
        for path, number in numbers_in(self):
            number.named(path)
        return self


def numbers_in(model: Any, path: str = "") -> list[tuple[str, Number]]:
    """Every stated number with its dotted path, in reading order."""
    if isinstance(model, Number):
        return [(path, model)]
    if isinstance(model, BaseModel):
        parts = [(f.alias or name, getattr(model, name)) for name, f in type(model).model_fields.items()]
    elif isinstance(model, dict):
        parts = [(str(k), v) for k, v in model.items()]
    elif isinstance(model, list):
        parts = [(str(k), v) for k, v in enumerate(model)]
    else:
        return []
    return [found for key, value in parts for found in numbers_in(value, f"{path}.{key}" if path else key)]


def keys_at(path: str) -> list[str]:
    """Keys that may stand directly below a dotted path of a scenario file; empty where any name may stand."""
    return keys_below(Spec, path)


def keys_below(model: type[BaseModel], path: str) -> list[str]:
    """Keys that may stand directly below a dotted path of a file that holds one such model."""
    models: list[Any] = [model]
    for step in filter(None, path.split(".")):
        models = [below for model in models for below in _below(model, step)]
    return sorted({f.alias or name for m in models if _is_model(m) for name, f in m.model_fields.items()})


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _below(annotation: Any, step: str) -> list[Any]:
    """Types of the value under one key, with optional, list and union types opened."""
    if _is_model(annotation):
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == step:
                return _opened(field.annotation)
        return []
    return _opened(annotation.annotation) if isinstance(annotation, _Items) else []


def _opened(annotation: Any) -> list[Any]:
    if _is_model(annotation):
        return [annotation]
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is dict:
        return [_Items(arguments[1])]
    if origin is list:
        return [_Items(arguments[0])]
    return [opened for argument in arguments for opened in _opened(argument)]


class _Items:
    """The values of a mapping or list, one step further down."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
