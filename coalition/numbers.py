"""Numbers and names that a coalition states; a number with its range, source and standing.

Any number in a scenario may be written bare (`0.35`: the coalition states it itself) or in full, as value, low, high,
source and standing. A percentage typed as a share is refused, never divided by a hundred. An amount in euro always
says its price year and the index that moves it to another year.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from coalition.parameters import Standing


class Frozen(BaseModel):
    """Strict and frozen: an unknown key is an error, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


Real = Annotated[float, Strict()]
UnitReal = Annotated[float, Strict(), Field(ge=0, le=1)]
PositiveReal = Annotated[float, Strict(), Field(ge=0)]
Whole = Annotated[int, Strict()]
Year = Annotated[int, Strict(), Field(ge=1990, le=2150)]
AreaCode = Annotated[str, Field(pattern=r"^(GM\d{4}|WK[0-9A-Z]{6}|BU[0-9A-Z]{8})$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


class Index(StrEnum):
    """The price index that moves an amount from its price year to another year."""

    CPI = "cpi"
    """Consumer prices: known years from Statistics Netherlands, later years by `region.general_index_per_year`."""
    NOMINAL = "nominal"
    """Fixed in nominal euros, such as the own risk: no index."""


class Distribution(StrEnum):
    """How a number varies between low and high when draws are made."""

    SPLIT_NORMAL = "split_normal"
    """Two half normals round the value; low and high are the 2.5 and 97.5 % points, as in a trial's interval."""
    TRIANGULAR = "triangular"
    """Between low and high with the value as mode; for assumptions whose limits are hard."""


class Number(Frozen):
    """A number with its range and origin."""

    value: Real
    """The central value."""
    low: Real | None = None
    """The lowest value that the source allows."""
    high: Real | None = None
    """The highest value that the source allows."""
    source: str | None = None
    """Document and page, or address."""
    standing: Standing = Standing.OWN
    """read, derived, assumed, or own (stated by the coalition itself)."""
    distribution: Distribution | None = None
    """How draws are made; triangular for assumptions, split_normal for the rest, when not stated."""
    path: ClassVar[str] = ""
    """Where the number stands in the scenario, such as `interventions.valpreventie.reach`; set once by named()."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return data if isinstance(data, (dict, BaseModel)) else {"value": data}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise PydanticCustomError("number.one_sided", "low and high belong together")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise PydanticCustomError(
                "number.range_order",
                "low <= value <= high",
                {"low": str(self.low), "value": str(self.value), "high": str(self.high)},
            )
        return self

    @property
    def uncertain(self) -> bool:
        """Whether the number has a range that is wider than a point."""
        return self.low is not None and self.high is not None and self.low < self.high

    @property
    def drawn_as(self) -> Distribution:
        """The distribution that draws follow."""
        if self.distribution is not None:
            return self.distribution
        return Distribution.TRIANGULAR if self.standing is Standing.ASSUMED else Distribution.SPLIT_NORMAL

    def named(self, path: str) -> None:
        """Tell the number its place, once, when the scenario around it is complete."""
        self.__dict__["path"] = path  # no field: it is the place of the number, not a part of it


class Share(Number):
    """A number from 0 to 1."""

    value: UnitReal
    low: UnitReal | None = None
    high: UnitReal | None = None


class Count(Number):
    """A number of people, households or events: not negative."""

    value: PositiveReal
    low: PositiveReal | None = None
    high: PositiveReal | None = None


class Duration(Count):
    """A number of years; its limits are hard, because the clock is made to hold the longest."""

    @property
    def drawn_as(self) -> Distribution:
        """Always triangular."""
        return Distribution.TRIANGULAR


class ReducingShare(Number):
    """A relative reduction: at most 1 (all of it); negative when cost or risk rises."""

    value: Annotated[float, Strict(), Field(le=1)]
    low: Annotated[float, Strict(), Field(le=1)] | None = None
    high: Annotated[float, Strict(), Field(le=1)] | None = None


class Growth(Number):
    """Growth per year as a share: 0.02 is two percent; between -0.5 and 0.5, so that a percentage is noticed."""

    value: Annotated[float, Strict(), Field(ge=-0.5, le=0.5)]
    low: Annotated[float, Strict(), Field(ge=-0.5, le=0.5)] | None = None
    high: Annotated[float, Strict(), Field(ge=-0.5, le=0.5)] | None = None


class Euro(Number):
    """An amount in euro of its price year; positive is a benefit where the key says "avoided"."""

    price_year: Year
    """The year whose prices the amount is in."""
    index: Index
    """How it moves to other years."""


class EuroCost(Euro):
    """An amount that is paid: not negative."""

    value: PositiveReal
    low: PositiveReal | None = None
    high: PositiveReal | None = None
