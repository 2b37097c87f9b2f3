"""The numbers of a scenario by the ids that a workbook gives them: what stands there now, and of which kind it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pydantic import BaseModel

from coalition.numbers import Number
from coalition.schema import DiscountStandard, Spec
from coalition.workbook.contract import DISCOUNT_RATE


class Kind(Enum):
    """What stands at a path of a scenario, and how a new value of it is written."""

    NUMBER = auto()
    """A number with its range and source."""
    PLAIN = auto()
    """A bare number, such as a year."""
    SWITCH = auto()
    """Yes or no."""
    STANDARD = auto()
    """A discount standard, whose place a rate of one's own can take."""


@dataclass(frozen=True)
class Stated:
    """What the scenario states at a path.

    Attributes:
        kind: how it is written.
        value: the number; 1 or 0 for a switch; None for a standard.
        number: the number with its range and source, for that kind.
        words: the name of the standard, or "".
    """

    kind: Kind
    value: float | None
    number: Number | None = None
    words: str = ""


def stated_at(spec: Spec, path: str) -> Stated | None:
    """What stands at the path of a scalar input; None when it is no number, or nothing is there."""
    if path == DISCOUNT_RATE and isinstance(spec.scenario.discount, DiscountStandard):
        return Stated(Kind.STANDARD, None, words=spec.scenario.discount.value)
    value = value_at(spec, path)
    if isinstance(value, Number):
        return Stated(Kind.NUMBER, value.value, value)
    if isinstance(value, bool):
        return Stated(Kind.SWITCH, float(value))
    return Stated(Kind.PLAIN, float(value)) if isinstance(value, int | float) else None


def amounts_at(spec: Spec, path: str) -> dict[int, float] | None:
    """The amounts per calendar year at a path; None when nothing of that kind is there."""
    value = value_at(spec, path)
    return value if isinstance(value, dict) and all(isinstance(key, int) for key in value) else None


def value_at(model: Any, path: str) -> Any:
    """What a checked scenario holds at a dotted path, defaults included; None when nothing is there."""
    for step in path.split("."):
        if isinstance(model, Number):
            return None
        model = dict(_parts(model)).get(step)
    return model


def amounts_in(model: Any, path: str = "") -> Iterator[tuple[str, dict[int, float]]]:
    """Every mapping of a calendar year to an amount that is not empty, with its dotted path."""
    if isinstance(model, dict) and model and all(isinstance(key, int) for key in model):
        yield path, model
        return
    if not isinstance(model, Number):
        for step, below in _parts(model):
            yield from amounts_in(below, f"{path}.{step}" if path else step)


def _parts(model: Any) -> Iterator[tuple[str, Any]]:
    """Steps of a path directly below a part of a scenario."""
    if isinstance(model, BaseModel):
        for name, field in type(model).model_fields.items():
            yield field.alias or name, getattr(model, name)
    elif isinstance(model, dict):
        yield from ((str(key), value) for key, value in model.items())
    elif isinstance(model, list):
        yield from ((str(index), value) for index, value in enumerate(model))
