"""What may be typed in an input cell: the limits of its type in the scenario, in words for a reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from coalition.outputs.formats import percent, plain
from coalition.outputs.labels import Lang
from coalition.scenario import Scenario
from coalition.workbook.inputs import Stated

FIRST_YEAR, LAST_YEAR = 1990, 2150
"""Years that a scenario may state."""
LARGEST = 1e15
"""More than any amount; a validation needs two ends."""


@dataclass(frozen=True)
class Limits:
    """What a cell may hold.

    Attributes:
        whole: only whole numbers; switch: only 0 and 1.
        low, high: limits, both allowed; None for no limit.
    """

    whole: bool = False
    switch: bool = False
    low: float | None = None
    high: float | None = None


def limits_of(scenario: Scenario, stated: Stated, value: float, axis: tuple[int, int]) -> Limits:
    """The limits of an input.

    Args:
        scenario: where it stands.
        stated: what is behind it.
        value: what it is at export; limits that are tighter than those of the scenario only hold where it fits them.
        axis: first and last year of the time axis.
    """
    if stated.kind == "switch":
        return Limits(switch=True, whole=True, low=0, high=1)
    if stated.kind == "year":
        inside = axis[0] <= value <= axis[1] and _starts_something(stated.path)
        years = axis if inside else (FIRST_YEAR, LAST_YEAR)
        return Limits(whole=True, low=years[0], high=years[1])
    own = stated.number
    low: float | None
    high: float | None
    if own is not None:
        low, high = _ends(type(own).model_fields["value"].metadata)
    elif stated.path == "scenario.discount.per_year":
        low, high = -0.5, 0.5
    else:
        low, high = _ends(_field_metadata(scenario, stated.path))
    if stated.kind == "share" and own is None and low is None:
        low, high = 0.0, 1.0
    return Limits(whole=stated.kind == "whole", low=low, high=high)


def _starts_something(path: str) -> bool:
    """Whether a year is one of the plan, which the time axis must hold; not one of the past that it is measured by."""
    return ".starts." in path or path.endswith((".years.first", ".years.last", ".first_year", ".last_year"))


def _ends(metadata: Iterable[Any]) -> tuple[float | None, float | None]:
    low = high = None
    for rule in metadata:
        low = next((getattr(rule, k) for k in ("ge", "gt") if getattr(rule, k, None) is not None), low)
        high = next((getattr(rule, k) for k in ("le", "lt") if getattr(rule, k, None) is not None), high)
    return low, high


def _field_metadata(scenario: Scenario, path: str) -> list[Any]:
    """The rules of a plain number, from the type that holds it; none for an element of a list or a mapping."""
    steps = path.split(".")
    found: Any = scenario.spec
    field: FieldInfo | None = None
    for step in steps:
        field = None
        if isinstance(found, BaseModel):
            names = {f.alias or name: name for name, f in type(found).model_fields.items()}
            if step not in names:
                return []
            field = type(found).model_fields[names[step]]
            found = getattr(found, names[step])
        elif isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit():
            found = found[int(step)]
    return _flat(field) if field is not None else []


def _flat(field: FieldInfo) -> list[Any]:
    """Rules of a field, those of `X | None` included."""
    found = list(field.metadata)
    for part in getattr(field.annotation, "__args__", ()):
        for rule in getattr(part, "__metadata__", ()):
            found += rule.metadata if isinstance(rule, FieldInfo) else [rule]
    return found


def said(limits: Limits, kind: str, lang: Lang) -> str:
    """What may be typed, in a sentence."""
    dutch = lang == "nl"
    if limits.switch:
        return "1 is aan, 0 is uit." if dutch else "1 is on, 0 is off."
    low, high = (None if end is None else _shown(end, kind, lang) for end in (limits.low, limits.high))
    if low is not None and high is not None:
        between = f"van {low} tot en met {high}" if dutch else f"from {low} to {high}"
    elif low is not None:
        between = f"van {low} of meer" if dutch else f"of {low} or more"
    elif high is not None:
        between = f"van hoogstens {high}" if dutch else f"of at most {high}"
    else:
        between = ""
    sentence = f"{_what(limits, kind, dutch)} {between}".strip() + "."
    if kind in ("share", "rate"):
        sentence += " Typ 5% of 0,05." if dutch else " Type 5% or 0.05."
    return sentence


def _what(limits: Limits, kind: str, dutch: bool) -> str:
    if kind == "euro":
        return "Een bedrag in euro's" if dutch else "An amount in euros"
    if kind == "year":
        return "Een kalenderjaar" if dutch else "A calendar year"
    if limits.whole:
        return "Een geheel getal" if dutch else "A whole number"
    if kind == "share":
        return "Een deel" if dutch else "A share"
    if kind == "rate":
        return "Een deel of groei" if dutch else "A share or growth"
    return "Een getal" if dutch else "A number"


def _shown(end: float, kind: str, lang: Lang) -> str:
    return percent(end, lang) if kind in ("share", "rate") else plain(end, lang)
