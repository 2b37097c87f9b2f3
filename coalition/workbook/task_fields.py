"""Where an amount is booked: task fields of Iv3 by budget year for municipalities, cost headings for insurers.

A task field is a code and a budget year; both are read from the shipped file and nothing is guessed. Where the file
holds no code for a pocket in a year, the answer is None and a sheet says whom to ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from coalition.errors import DefectError
from coalition.parameters import Standing, data_file, read_yaml
from coalition.parties import Pocket


@dataclass(frozen=True)
class TaskField:
    """A task field from a budget year on.

    Attributes:
        code: of Iv3; name: None where it was not read.
        first_year: first budget year for which this holds.
        note_nl, note_en: what to beware of.
    """

    code: str
    name: str | None
    first_year: int
    source: str
    standing: Standing
    note_nl: str
    note_en: str


@dataclass(frozen=True)
class Place:
    """Where one pocket of a municipality or an insurer is booked from a year on.

    Attributes:
        pocket: the purse; first_year: first budget year for which this holds.
        code: task field; None for an insurer, and where it was not read.
        title_nl, title_en: name of the task field, or heading of cost; "" where neither was read.
        category: economic category; None where it was not read.
    """

    pocket: Pocket
    first_year: int
    code: str | None
    title_nl: str
    title_en: str
    category: str | None
    source: str
    standing: Standing
    note_nl: str
    note_en: str

    @property
    def known(self) -> bool:
        """Whether there is something to book it under."""
        return bool(self.title_nl)


@dataclass(frozen=True)
class BookingPlan:
    """Everything that was read about booking.

    Attributes:
        unit: what a code is.
        fields: task fields by code, the oldest first.
        municipal, insurer: places by pocket, the oldest first.
    """

    unit: str
    fields: Mapping[str, tuple[TaskField, ...]]
    municipal: Mapping[Pocket, tuple[Place, ...]]
    insurer: Mapping[Pocket, tuple[Place, ...]]


def place_in(places: Mapping[Pocket, Sequence[Place]], pocket: Pocket, year: int) -> Place:
    """Where a pocket is booked in a budget year; a place without a title where nothing was read for it."""
    held = [p for p in places.get(pocket, ()) if p.first_year <= year]
    if held:
        return held[-1]
    return Place(pocket, year, None, "", "", None, "", Standing.MISSING, "", "")


def spans(
    places: Mapping[Pocket, Sequence[Place]], pocket: Pocket, years: Sequence[int]
) -> list[tuple[Place, int, int]]:
    """Places of a pocket over a row of years, each with the first and last of the years in which it holds."""
    found = []
    for _, same in groupby(
        years, key=lambda y: place_in(places, pocket, y).first_year if _held(places, pocket, y) else None
    ):
        run = list(same)
        found.append((place_in(places, pocket, run[0]), run[0], run[-1]))
    return found


def _held(places: Mapping[Pocket, Sequence[Place]], pocket: Pocket, year: int) -> bool:
    return any(p.first_year <= year for p in places.get(pocket, ()))


# --- reading ------------------------------------------------------------------------------------------------------


@cache
def booking_plan() -> BookingPlan:
    """What ships with the package.

    Raises:
        DefectError: the shipped file is not in the form that this module reads.
    """
    return read_plan(read_yaml(data_file("iv3", "booking.yaml")))


def read_plan(content: Any) -> BookingPlan:
    """The content of the file as values.

    Raises:
        DefectError: a key is missing, a code is used that no task field has, or a date is none.
    """
    try:
        fields = {code: _fields(code, dated) for code, dated in content["task_fields"].items()}
        municipal = {Pocket(p): _places(Pocket(p), dated, fields) for p, dated in content["municipal"].items()}
        insurer = {Pocket(p): _headings(Pocket(p), dated) for p, dated in content["insurer"].items()}
        return BookingPlan(content["unit"], fields, municipal, insurer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DefectError(f"booking plan: {error!r}") from error


def _year(start: Any) -> int:
    if type(start) is not dt.date or (start.month, start.day) != (1, 1):
        raise ValueError(f"{start!r} is not the first day of a budget year")
    return start.year


def _fields(code: str, dated: Mapping[Any, Any]) -> tuple[TaskField, ...]:
    return tuple(
        TaskField(
            code,
            body["name"],
            _year(start),
            body["source"],
            Standing(body["standing"]),
            body["note_nl"],
            body["note_en"],
        )
        for start, body in sorted(dated.items())
    )


def _places(pocket: Pocket, dated: Mapping[Any, Any], fields: Mapping[str, tuple[TaskField, ...]]) -> tuple[Place, ...]:
    """Places of a municipal pocket; a task field that changes gives the pocket a further place from that year on."""
    found = []
    ordered = sorted(dated.items())
    for k, (start, body) in enumerate(ordered):
        first, until = _year(start), _year(ordered[k + 1][0]) if k + 1 < len(ordered) else None
        if body["field"] is None:
            found.append(_unread(pocket, first, body))
            continue
        versions = fields[body["field"]]
        starts = sorted({first, *(f.first_year for f in versions if f.first_year > first)})
        found += [_in_field(pocket, year, body, versions) for year in starts if until is None or year < until]
    return tuple(found)


def _unread(pocket: Pocket, year: int, body: Mapping[str, Any]) -> Place:
    return Place(
        pocket, year, None, "", "", None, body["source"], Standing(body["standing"]), body["note_nl"], body["note_en"]
    )


def _in_field(pocket: Pocket, year: int, body: Mapping[str, Any], versions: Sequence[TaskField]) -> Place:
    """A place in a task field as it is in a year; without a title where the field was not read for that year."""
    held = [f for f in versions if f.first_year <= year][-1]
    title = held.name or ""
    notes = (
        " ".join(filter(None, pair)) for pair in ((held.note_nl, body["note_nl"]), (held.note_en, body["note_en"]))
    )
    source = "; ".join(dict.fromkeys((body["source"], held.source)))
    standing = Standing(body["standing"]) if title else Standing.MISSING
    return Place(pocket, year, held.code if title else None, title, title, body["category"], source, standing, *notes)


def _headings(pocket: Pocket, dated: Mapping[Any, Any]) -> tuple[Place, ...]:
    return tuple(
        Place(
            pocket,
            _year(start),
            None,
            body["heading_nl"],
            body["heading_en"],
            None,
            body["source"],
            Standing(body["standing"]),
            "",
            "",
        )
        for start, body in sorted(dated.items())
    )
