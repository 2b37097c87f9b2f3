"""What a shared-savings contract may say: parties, benchmark, gate, sharing, quality, limits, years and their order.

Every term stands here once, with its meaning. A term that is one number may also be a column of a file of
measurements, which then overrides it row by row (SCALAR_TERMS). Whether the terms of one contract contradict each
other is checked in contract_checks.py; what they lead to in euro stands in shared_savings.py. Rates, shares and scores
run from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from coalition.numbers import AreaCode, Count, Frozen, Growth, Name, Number, Share, UnitReal, Year
from coalition.parameters import Standing
from coalition.parties import Pocket

PartyId = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_]*|GM\d{4})$")]
Periods = Annotated[int, Field(strict=True, ge=0, le=30)]


# --- choices ------------------------------------------------------------------------------------------------------


class Population(StrEnum):
    """Whose cost is measured."""

    PARTICIPANTS = "participants"
    """Those who take part in the interventions."""
    AGE_GROUP = "age_group"
    """Everyone of the ages of the target groups, in the areas of the contract."""
    ALL_INSURED = "all_insured"
    """Everyone in the areas of the contract."""


class BenchmarkMethod(StrEnum):
    """What savings are measured against."""

    HISTORICAL = "historical"
    """The population's own cost in base years, brought to the measuring year."""
    NORM_COST = "norm_cost"
    """What equalisation or a published norm expects this population to cost."""
    CONTROL_GROUP = "control_group"
    """The cost of a comparable group without the programme."""


class Gate(StrEnum):
    """Which difference counts as chance."""

    NONE = "none"
    """None: chance is paid as well."""
    FIXED = "fixed"
    """The two rates stated."""
    TABLE = "table"
    """A rate per size of the population, straight lines inside a row."""
    STATISTICAL = "statistical"
    """So many standard errors of the measured rate."""


class LossRule(StrEnum):
    """How the share in losses is found."""

    NONE = "none"
    """One-sided: no loss is shared."""
    FIXED = "fixed"
    """loss_rate, or loss_bands."""
    ONE_MINUS = "one_minus"
    """1 − the sharing rate after quality, within loss_rate_floor and loss_rate_ceiling."""


class Quality(StrEnum):
    """How a quality score changes the share in gains."""

    NONE = "none"
    """Not at all."""
    SCORE = "score"
    """Times the score; nothing below quality_minimum."""
    LADDER = "ladder"
    """Times the multiplier of the highest step that the score reaches; nothing below the first."""


class QualityOnLosses(StrEnum):
    """How the quality score changes the share in losses under a fixed rate."""

    NONE = "none"
    """Not at all."""
    SAME = "same"
    """The same multiplier as on gains."""
    INVERSE = "inverse"
    """Times 1 − the multiplier: good quality owes less."""


class Clause(StrEnum):
    """A step of the settlement; a contract states their order."""

    RISK = "risk"
    """Benchmark times the change in risk, within its caps."""
    DISCOUNT = "discount"
    """Benchmark lowered by the part that the payer keeps first."""
    GATE = "gate"
    """Below it a difference counts as chance."""
    CARRY_FORWARD = "carry_forward"
    """Earlier losses come off a gain before it is shared."""
    QUALITY = "quality"
    """The multiplier on shares."""
    SHARING = "sharing"
    """From a saving to an amount per party."""
    CAP = "cap"
    """The most that a party gets or owes."""
    WITHHOLD = "withhold"
    """A part of each payment is held back or cut by law."""
    CLAW_BACK = "claw_back"
    """Earlier payments are recovered after a loss."""
    RESERVE = "reserve"
    """A part of gains waits to cover later losses."""
    EXIT = "exit"
    """After so many losses in a row nothing is settled any more."""


BEFORE_SHARING = (Clause.RISK, Clause.DISCOUNT, Clause.GATE, Clause.EXIT, Clause.CARRY_FORWARD, Clause.QUALITY)
"""Clauses about the saving as a whole; those after sharing are about what each party gets."""

DEFAULT_ORDER = (
    *BEFORE_SHARING,
    Clause.SHARING,
    Clause.CAP,
    Clause.WITHHOLD,
    Clause.CLAW_BACK,
    Clause.RESERVE,
)
"""The order of the field's literature; a contract that differs says so."""


# --- parts --------------------------------------------------------------------------------------------------------


class BaseYear(Frozen):
    """A base year of a historical benchmark."""

    year: Year
    """Calendar year."""
    weight: Share
    """Its weight; all weights sum to 1."""


class GateRow(Frozen):
    """A size class of a gate table; rows follow each other without a gap."""

    persons_from: Annotated[int, Field(strict=True, ge=0)]
    """Smallest population of the row."""
    persons_to: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Largest population of the row; the last row has none and keeps its first rate."""
    rate_from: UnitReal
    """Rate at the smallest population."""
    rate_to: UnitReal
    """Rate at the largest population; straight line in between."""


class Step(Frozen):
    """A step of a quality ladder."""

    score_from: UnitReal
    """Lowest score of the step."""
    multiplier: UnitReal
    """Factor on the share."""


class ShareBand(Frozen):
    """A marginal band of the savings or loss rate, as in a tax table."""

    up_to: Annotated[float, Field(strict=True, gt=0)] | None = None
    """Upper edge as a rate of the benchmark; the last band has none."""
    shares: dict[PartyId, Share]
    """Every party's part of what falls in the band; together 1."""


class Sharer(Frozen):
    """A party of the contract, with limits of its own where it has them."""

    name: str | None = None
    """Name to show; for a party of the scenario its name there."""
    gain_cap_share_of_benchmark: Share | None = None
    """Most that it gets, as a share of the benchmark; the contract's own limit when left out."""
    gain_cap_share_of_revenue: Share | None = None
    """Most that it gets, as a share of its own revenue."""
    gain_cap_eur: Count | None = None
    """Most that it gets."""
    loss_cap_share_of_benchmark: Share | None = None
    """Most that it owes, as a share of the benchmark."""
    loss_cap_share_of_revenue: Share | None = None
    """Most that it owes, as a share of its own revenue."""
    loss_cap_eur: Count | None = None
    """Most that it owes."""


class Dispersion(Frozen):
    """How much the measured rate moves by chance, for a statistical gate and for the chances before signature."""

    cost_variation: Count
    """Coefficient of variation of yearly cost per person, after truncation and risk adjustment."""
    design_effect: Annotated[float, Field(strict=True, ge=1)] = 1.0
    """Factor on the variance because people in one practice or neighbourhood resemble each other."""
    benchmark_persons: Count | None = None
    """Persons from whose cost the benchmark is estimated; left out when it is taken as known."""
    covariance: Number | None = None
    """Covariance of both measured means, relative to the squared mean, when the same people are in both."""


class MeasuringYears(Frozen):
    """From when until when savings are measured."""

    first: Year
    """First calendar year."""
    last: Year
    """Last calendar year, inclusive."""


class Scope(Frozen):
    """What a contract of a scenario is about."""

    pockets: list[Pocket]
    """Laws and purses whose cost is measured; the payer's own."""
    interventions: list[Name] | Literal["all"]
    """Whose effect falls under it."""
    areas: list[AreaCode] | Literal["all"]
    """Where."""
    years: MeasuringYears
    """Measuring years."""


# --- the contract -------------------------------------------------------------------------------------------------


class Contract(Frozen):
    """A shared-savings contract."""

    name: str
    """Name to show."""
    source: str | None = None
    """Where the terms were read, when they are somebody else's; holds for each number that names no other."""
    standing: Standing = Standing.OWN
    """How far the terms can be trusted; holds for each number that says nothing else."""
    terms_of_year: Year | None = None
    """Year to which terms that were read apply."""
    note: str | None = None
    """What a reader must know about them."""

    enabled: bool = True
    """Whether it is in force; false shows the same scenario without it."""
    scope: Scope | None = None
    """What it is about; required in a scenario, without a meaning for figures that were measured."""
    pays: PartyId
    """The party that pays the care or support measured: it has the saving first, and shares it."""
    sharers: dict[PartyId, Sharer]
    """All parties of the contract by id, the payer among them."""
    population: Population
    """Whose cost is measured."""
    benchmark: BenchmarkMethod
    """What savings are measured against."""
    base_years: list[BaseYear] = []
    """Base years of a historical benchmark and their weights; left out: the year before the first measuring year."""
    trend_per_year: Growth | None = None
    """Growth of a historical benchmark from each base year on; the growth of the region's cost when left out."""
    truncation_eur_per_person: Count | None = None
    """Yearly cost per person above which nothing counts, in base years and measuring years alike."""
    risk_cap_up: Share | None = None
    """Most that the benchmark rises with the risk of the population; no limit when left out."""
    risk_cap_down: Share | None = None
    """Most that it falls."""
    discount: Share | None = None
    """Part of the benchmark that the payer keeps first."""

    gate: Gate
    """none, fixed, table or statistical."""
    minimum_savings_rate: Share | None = None
    """From this rate on a saving counts (meet or exceed); with `statistical` its floor."""
    minimum_loss_rate: Share | None = None
    """From this rate on a loss counts; the same as for savings when left out."""
    gate_table: list[GateRow] = []
    """Rates per size of the population."""
    below_first_row: bool = False
    """Whether a population smaller than the table's first row takes that row's first rate, instead of being refused."""
    confidence: Annotated[float, Field(strict=True, gt=0.5, lt=1)] | None = None
    """One-sided confidence of a statistical gate: 0.95 is 1.645 standard errors."""
    dispersion: Dispersion | None = None
    """Needed for a statistical gate; without it no chance can be given before signature."""
    first_dollar: bool
    """Whether everything is shared once the gate is passed; else only what exceeds it."""
    below_gate_share: Share | None = None
    """Part of a saving or loss below the gate that is shared all the same."""

    sharing_rate: Share | None = None
    """With two parties: the part of a saving for the party that does not pay."""
    gain_bands: list[ShareBand] = []
    """Instead of sharing_rate: shares of all parties in marginal bands."""
    losses: LossRule
    """none, fixed or one_minus."""
    loss_rate: Share | None = None
    """With two parties: the part of a loss for the party that does not pay."""
    loss_rate_floor: Share | None = None
    """Lowest share in losses under one_minus."""
    loss_rate_ceiling: Share | None = None
    """Highest share in losses under one_minus."""
    loss_bands: list[ShareBand] = []
    """Instead of loss_rate: shares of all parties in marginal bands of the loss rate."""

    quality: Quality
    """none, score or ladder."""
    quality_minimum: Share | None = None
    """Score below which nothing is shared."""
    quality_ladder: list[Step] = []
    """Steps, from the lowest score up."""
    quality_on_losses: QualityOnLosses = QualityOnLosses.NONE
    """none, same or inverse; not with one_minus, which holds quality already."""

    gain_cap_share_of_benchmark: Share | None = None
    """Most that each party that does not pay gets, as a share of the benchmark; the lowest limit wins."""
    gain_cap_share_of_revenue: Share | None = None
    """The same, as a share of its own revenue."""
    gain_cap_eur: Count | None = None
    """The same, as an amount."""
    loss_cap_share_of_benchmark: Share | None = None
    """Most that it owes, as a share of the benchmark."""
    loss_cap_share_of_revenue: Share | None = None
    """The same, as a share of its own revenue."""
    loss_cap_eur: Count | None = None
    """The same, as an amount."""
    withhold_gain_share: Share | None = None
    """Part of each payment out of a gain that is held back or cut."""
    withhold_loss_share: Share | None = None
    """Part of each payment out of a loss that is not asked."""
    withhold_released_after_periods: Periods | None = None
    """Periods after which what was held back is paid after all; never when left out."""

    carry_forward_share: Share | None = None
    """Part of a loss that nobody paid which comes off later gains."""
    carry_forward_interest: Growth | None = None
    """Interest per period on what is carried."""
    claw_back_share: Share | None = None
    """Part of a loss, times the sharing rate, that is recovered from earlier payments."""
    claw_back_cap_share: Share | None = None
    """Most that is recovered, as a share of what was paid so far."""
    reserve_share: Share | None = None
    """Part of a gain payment that waits to cover the party's later losses; paid out with the last period."""
    exit_after_losses: Annotated[int, Field(strict=True, ge=1, le=30)] | None = None
    """The contract ends after so many losing periods in a row (a loss beyond the gate)."""
    settlement_lag_years: Periods = 0
    """Years between the measuring year and the settlement: run-out of claims and the calculation itself."""
    interim_share: Share | None = None
    """Part of the expected payment that is already paid in the measuring year, and set off later."""
    rebase_every_periods: Annotated[int, Field(strict=True, ge=1, le=30)] | None = None
    """After so many periods the benchmark is built on the cost of the periods just ended."""
    rebase_add_back_share: Share | None = None
    """Part of the earlier average saving, when there was one, that is added back to a new benchmark."""

    order: list[Clause] = list(DEFAULT_ORDER)
    """The clauses in the order in which they are applied; all of them, each once."""


BEFORE_MEASURING = frozenset({"trend_per_year", "truncation_eur_per_person", "interim_share", "rebase_add_back_share"})
"""Numbers that make a benchmark or a payment in advance: a measured benchmark already holds them."""

NEEDS_REVENUE = ("gain_cap_share_of_revenue", "loss_cap_share_of_revenue")
"""Limits that only measured figures can settle: a scenario knows no party's revenue, and refuses them."""

SCALAR_TERMS: tuple[str, ...] = tuple(
    name
    for name, field in Contract.model_fields.items()
    if any(isinstance(a, type) and issubclass(a, Number) for a in getattr(field.annotation, "__args__", ()))
    and name not in BEFORE_MEASURING
)
"""Terms that are one number and work on measured figures: those that a column of measurements may override."""

_UNITS = {
    "share, 0-1": ("weight",),
    "share of the benchmark": (
        "risk_cap_up", "risk_cap_down", "discount", "minimum_savings_rate", "minimum_loss_rate", "rate_from",
        "rate_to", "up_to", "gain_cap_share_of_benchmark", "loss_cap_share_of_benchmark",
    ),
    "share of the party's revenue": ("gain_cap_share_of_revenue", "loss_cap_share_of_revenue"),
    "share of the saving": ("sharing_rate", "below_gate_share", "gain_bands", "rebase_add_back_share"),
    "share of the loss": (
        "loss_rate", "loss_rate_floor", "loss_rate_ceiling", "loss_bands", "carry_forward_share", "claw_back_share",
    ),
    "share of the payment": ("withhold_gain_share", "withhold_loss_share", "reserve_share", "interim_share"),
    "share of what was paid so far": ("claw_back_cap_share",),
    "share per year": ("trend_per_year",),
    "share per period": ("carry_forward_interest",),
    "nominal euro": ("gain_cap_eur", "loss_cap_eur"),
    "nominal euro per person per year": ("truncation_eur_per_person",),
    "persons": ("persons_from", "persons_to", "benchmark_persons"),
    "score, 0-1": ("quality_minimum", "score_from"),
    "factor": ("multiplier", "design_effect"),
    "probability": ("confidence",),
    "standard deviation / mean": ("cost_variation",),
    "squared mean": ("covariance",),
    "periods": ("withhold_released_after_periods", "exit_after_losses", "rebase_every_periods"),
    "years": ("settlement_lag_years",),
}  # fmt: skip

UNIT_OF_TERM: Mapping[str, str] = MappingProxyType({term: unit for unit, terms in _UNITS.items() for term in terms})
"""Unit of every number of a contract, by the name of its key or of the nearest key above it."""


def unit_of_term(path: str) -> str:
    """The unit of the number at a dotted path of a contract, such as `gain_bands.0.shares.payer`; "" for none."""
    return next((UNIT_OF_TERM[key] for key in reversed(path.split(".")) if key in UNIT_OF_TERM), "")
