"""What a coalition wants of its money: the best of what, with whose money, and what everybody must keep to.

The section `optimise` of a scenario. Nothing of it changes a run; `coalition optimise` looks for the plan that serves
it best. Whether names exist and wishes contradict each other is checked in optimise_checks.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from coalition.contracts import MeasuringYears, PartyId
from coalition.fund_terms import Amounts
from coalition.numbers import AreaCode, Frozen, Name, PositiveReal, Real, UnitReal, Whole, Year
from coalition.parties import Pocket

AT_TABLE = "table"
"""Everyone who negotiates: contracting insurers, municipalities, investors, the Wlz fund and the state."""
EACH = "each"
"""Everyone who pays for delivery in the scenario's own plan, each for itself."""

GOAL = r"^(societal_npv|public_npv|qaly|health_gap|worst_off|npv:[A-Za-z0-9_]+|cash_back:\d+)$"
"""How a goal is written; optimise_checks.py says it in words."""
Goal = Annotated[str, Field(json_schema_extra={"pattern": GOAL})]
"""What is to be as large as can be.

`societal_npv` real resources saved; `public_npv` municipalities, funds, the state and the UWV together; `npv:PARTY` one
party, or `npv:insurers`, `npv:municipalities`, `npv:table`; `qaly` healthy years; `cash_back:N` the table's cash after
N years; `worst_off` the gain of whoever at the table gains least; `health_gap` the difference in healthy years per
1,000 inhabitants between the best and the worst served area, as small as can be. Amounts are present values.
"""


class Standard(StrEnum):
    """What nobody may be worse off than."""

    NOTHING = "nothing"
    """Nothing is done together; municipal health policies go on as they are."""
    ZERO = "zero"
    """A present value of 0, municipal health policies included."""
    LAW_ALONE = "law_alone"
    """The scenario's own plan under the law alone, without any agreement."""


class Over(StrEnum):
    """Over which time nobody may be worse off."""

    TOTAL = "total"
    """All years together, as a present value."""
    YEAR = "year"
    """In every calendar year."""
    TERM = "term"
    """Over every term of office."""


class MoneyLimit(Frozen):
    """How much some parties may pay for delivery together."""

    name: str | None = None
    """Name to show."""
    parties: list[PartyId] | Literal["each"]
    """Whose payments count, together; `each`: everyone who pays in the own plan gets a limit of its own."""
    law: Pocket | None = None
    """Only what is paid under this law; left out: all."""
    amounts_eur: Amounts | None = None
    """Nominal euro per calendar year; a year that is not named has nothing."""
    own_plan_share: PositiveReal | None = None
    """Instead of amounts: this part of what the same parties pay per year in the scenario's own plan."""
    carry_over_share: UnitReal = 1.0
    """Part of what is left of a year that may be spent a year later."""
    spend_at_least: UnitReal = 0.0
    """Part of the money of all years together that must go to delivery."""


class PayerOption(Frozen):
    """One of those who together could pay an intervention."""

    party: str
    """municipality (each its own), insurers (by market share), an insurer's id, or a national account."""
    share: UnitReal
    """Part of the cost; those of one option sum to 1."""
    law: Pocket
    """The purse that it comes from."""


class NobodyWorse(Frozen):
    """Who may not be worse off, than what, and over which time."""

    parties: list[PartyId] | Literal["table"] = "table"
    """Whom it protects."""
    than: Standard = Standard.LAW_ALONE
    """Than what."""
    over: Over = Over.TOTAL
    """Over which time."""
    terms: list[MeasuringYears] = []
    """Terms of office, for `over: term`."""


class Payback(Frozen):
    """A party that must have its money back in time."""

    party: PartyId
    """Who."""
    years: Annotated[int, Field(strict=True, ge=1, le=100)]
    """By the end of so many years from the first, its present value so far may not be negative."""


class Staff(Frozen):
    """People who do several interventions and are few."""

    name: str
    """Name to show."""
    hours_per_starter: dict[Name, PositiveReal]
    """Their hours per starter, per intervention."""
    hours_per_year: PositiveReal
    """Hours that they have per calendar year."""
    areas: list[AreaCode] | Literal["all"] = "all"
    """Where they work."""


class Needs(Frozen):
    """An intervention that can only start in an area where another one runs."""

    intervention: Name
    """What can only start..."""
    after: Name
    """...in the same year as this one or later."""


class Portion(Frozen):
    """Part of all delivery money that some areas, interventions or an approach must or may get."""

    name: str
    """Name to show."""
    areas: list[AreaCode] | None = None
    """Which areas, such as those that are deprived; left out: all."""
    interventions: list[Name] | None = None
    """Which interventions; left out: all."""
    approach: Literal["high_risk", "population"] | None = None
    """Which approach; left out: both."""
    at_least: UnitReal | None = None
    """Smallest part of the present value of all delivery."""
    at_most: UnitReal | None = None
    """Largest part."""


class Pin(Frozen):
    """A part of the plan that is no longer open."""

    intervention: Name
    """Which intervention."""
    areas: list[AreaCode] | Literal["all"] = "all"
    """Where; `all`: wherever the own plan does it."""
    do: Literal["as_planned", "not_at_all"]
    """It stays as in the scenario's own plan, or it is not done."""


class FittedTerm(Frozen):
    """A number of an agreement that may still change, sought on a grid for the plan that was found."""

    path: str
    """Where the number stands, such as `arrangements.contracts.jeugdhulp.sharing_rate`."""
    lowest: Real
    """From this value..."""
    highest: Real
    """...to this one..."""
    points: Annotated[int, Field(strict=True, ge=2, le=201)] = 11
    """...in so many values, both ends included."""


class Optimise(Frozen):
    """The wishes."""

    objective: Annotated[list[Goal], Field(min_length=1)] = ["societal_npv"]
    """What is to be best; a later goal only chooses among plans that are best by the earlier ones."""
    start_years: list[Year] = []
    """Years in which an intervention may start in an area; left out: from the scenario's first start to its last."""
    minimum_starters_per_year: dict[Name, PositiveReal] = {}
    """Per intervention the fewest starters in its fullest year for which it is worth beginning in an area."""
    payer_options: dict[Name, dict[Name, list[PayerOption]]] = {}
    """Per intervention who else could pay it, by name; at most one is chosen, the same in all areas."""
    budgets: dict[Name, MoneyLimit] = {}
    """With whose money; left out: everyone pays at most what it pays in the own plan."""
    fund_contributions: dict[Name, dict[Name, Amounts]] = {}
    """Per fund and contribution the most that may be put in per calendar year; others stay as the fund states them."""
    nobody_worse: dict[Name, NobodyWorse] = {}
    """Who may not be worse off; left out: nobody at the table, over all years together."""
    transfers: bool = True
    """Whether parties at the table may pay each other, over links that the law does not forbid."""
    payback: dict[Name, Payback] = {}
    """Who must have its money back in time."""
    staff: dict[Name, Staff] = {}
    """People who are few."""
    needs: dict[Name, Needs] = {}
    """What needs what."""
    apart: dict[Name, Annotated[list[Name], Field(min_length=2, max_length=2)]] = {}
    """Pairs of interventions that are not done in the same area."""
    portions: dict[Name, Portion] = {}
    """Who must or may get which part of the money."""
    pins: dict[Name, Pin] = {}
    """What is no longer open."""
    fit: dict[Name, FittedTerm] = {}
    """Terms of agreements that are fitted to the plan, so that those who are protected need the least beside them."""
    ask_base: bool = False
    """Whether this scenario is a plan found for its base, so that `coalition optimise` asks what the base asks."""
    seconds: Annotated[float, Field(strict=True, gt=0)] = 60.0
    """Most seconds that the solver may take for one plan."""
    gap: UnitReal = 0.0001
    """How far below the best possible a plan may be for the solver to stop, as a part of it."""
    rounds: Annotated[Whole, Field(ge=1, le=20)] = 6
    """Most times that the plan is adjusted to what the whole model says of it."""
