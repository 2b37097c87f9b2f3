"""What a study file may say: the data, who was treated from when, and how it is estimated.

Only `data`, `methods` and the treatment are required; a settlement also needs `primary_method`, fixed before the data
were seen. The outcome is per unit of weight, usually euro per person-year, and a lower outcome is a saving. What a key
does with the data is decided elsewhere; see study_files.py and requirements.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from coalition.evaluation.estimates import Method
from coalition.numbers import Frozen, PositiveReal, Real, UnitReal
from coalition.parties import Pocket

ColumnName = Annotated[str, Field(min_length=1)]
Period = Annotated[int, Field(strict=True)]
SMALLEST_GROUP = 10
"""Persons below which a published figure could be about somebody; the threshold of Vektis' open data."""


class Controls(StrEnum):
    """With whom those who have started are compared when starts differ."""

    NEVER = "never"
    """Units that never start."""
    NOT_YET = "not_yet"
    """Units that have not started yet, those that never do included."""


class Aggregation(StrEnum):
    """How effects per starting group and period become one."""

    SIMPLE = "simple"
    """Mean over treated units and periods."""
    GROUP = "group"
    """First per starting group."""
    DYNAMIC = "dynamic"
    """First per time since the start."""
    CALENDAR = "calendar"
    """First per calendar period."""


class Adjustment(StrEnum):
    """How covariates are used."""

    NONE = "none"
    """Not at all."""
    OUTCOME = "outcome"
    """The change of controls is regressed on them."""
    WEIGHTING = "weighting"
    """Controls are weighted by the odds of being treated."""
    DOUBLY_ROBUST = "doubly_robust"
    """Both; right when one of the two is."""
    ENTROPY = "entropy"
    """Controls are weighted so that means are equal (entropy balancing)."""
    PROPENSITY = "propensity"
    """Controls are weighted by their propensity score before any method is applied."""


class IndexKind(StrEnum):
    """What brings amounts of different years to one price level."""

    CPI = "cpi"
    """Consumer prices of Statistics Netherlands."""
    OWN = "own"
    """The series stated in `values`."""


class Columns(Frozen):
    """Names of the columns in the data; a column that already has the name on the left needs no mention."""

    unit: ColumnName = "unit"
    """Municipality, practice or person."""
    period: ColumnName = "period"
    """Year, or another whole number that counts periods."""
    outcome: ColumnName = "outcome"
    """What is compared, per unit of weight; usually euro per person-year."""
    weight: ColumnName = "weight"
    """What the outcome is an average of; usually person-years. Needed for totals."""
    treated_from: ColumnName = "treated_from"
    """First treated period of the unit; empty for a unit that is never treated."""
    cluster: ColumnName = "cluster"
    """Within which units move together, such as the area in which treatment was assigned."""
    persons: ColumnName = "persons"
    """How many persons stand behind a row; guards small groups."""
    covariates: list[ColumnName] = []
    """Characteristics from before the start."""


class PriceIndex(Frozen):
    """The price level of all amounts."""

    kind: IndexKind
    """cpi or own."""
    to_period: Period
    """The period whose prices are used."""
    values: dict[int, Annotated[float, Field(strict=True, gt=0)]] = {}
    """Own series, period to index."""


class PeriodRange(Frozen):
    """The periods that are used."""

    first: Period
    """First."""
    last: Period
    """Last, inclusive."""


class Study(Frozen):
    """A study."""

    title: str = ""
    """Name to show."""
    about: str = ""
    """What the data are, to show: source, kinds of care, prices, standardisation, who is left out."""
    data: str
    """CSV with one row per unit and period, a path from this file."""
    columns: Columns = Columns()
    """Names of the columns."""
    treated: list[str] = []
    """Treated units, where the data have no column for it; `*` stands for anything, as in `*:0-14`."""
    start: Period | None = None
    """Their first treated period."""
    exclude: list[str] = []
    """Units that are left out, such as neighbours that may have been reached."""
    periods: PeriodRange | None = None
    """Periods that are used; all when left out."""

    methods: Annotated[list[Method], Field(min_length=1)]
    """How the effect is estimated; all are reported."""
    primary_method: Method | None = None
    """The one that was fixed beforehand: it alone gives the verdict and settles."""
    controls: Controls = Controls.NEVER
    """never or not_yet, for starts that differ."""
    aggregation: Aggregation = Aggregation.SIMPLE
    """simple, group, dynamic or calendar, for starts that differ."""
    adjustment: Adjustment = Adjustment.DOUBLY_ROBUST
    """How covariates are used, where there are any."""
    season: Annotated[int, Field(strict=True, ge=1, le=366)] = 1
    """Periods in a year, for an interrupted time series."""
    alpha: Annotated[float, Field(strict=True, gt=0, lt=0.5)] = 0.05
    """1 − confidence of intervals, and level of tests."""
    seed: Annotated[int, Field(strict=True, ge=0)] = 1
    """Of everything that is drawn."""
    draws: Annotated[int, Field(strict=True, ge=99, le=100_000)] = 999
    """Draws of a bootstrap, and placebos."""

    plan: Real | None = None
    """Planned saving in the outcome's own unit; positive is a lower outcome."""
    unit: str = "euro per person-year"
    """Unit of the outcome, to show."""
    price_index: PriceIndex | None = None
    """Brings amounts to one price level; nominal when left out."""
    pocket: Pocket | None = None
    """Law or purse whose cost the outcome is; needed to settle."""
    pockets: dict[Pocket, ColumnName] = {}
    """Columns with the cost of other pockets, to see whether cost only moved."""
    payments_eur: dict[int, PositiveReal] = {}
    """What the programme and its bonuses cost in a period, for the saving net of payments."""
    quality_scores: dict[int, UnitReal] = {}
    """Measured quality per period, for a contract that asks for it; the standard counts as met when left out."""
    selected: bool = False
    """Whether the treated were chosen because their outcome was high."""
    basket: str = ""
    """Which care the outcome holds, as `coalition source vektis --panel` names it; known breaks are then named."""
    ages: str = ""
    """Ages that the outcome holds, such as 0-14."""
    smallest_group: Annotated[int, Field(strict=True, ge=1)] = SMALLEST_GROUP
    """Persons below which a row is refused and a figure is not shown."""

    protocol: str | None = None
    """File of the protocol that was written before the data, a path from this file."""
    scenario: str | None = None
    """Scenario whose contract is settled, a path from this file or the name of a shipped one."""
    contract: str | None = None
    """Id of the contract in it; the only one when left out."""
