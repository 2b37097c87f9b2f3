"""Dated, sourced values of the Dutch system: tariffs, limits, rates, index figures and published outcomes.

A parameter is a value with a start date, a unit, a source and a standing; code holds no such number. A value is in
force from its date until the next one; a rule that ended is an explicit null. What a coalition chooses itself stands
in its scenario, never here, and nothing here becomes a default of its own accord: who uses a value names it.

One YAML file per subject in data/parameters, so that a run reads only what it needs. Reading is the only side effect;
files are read once and the result is immutable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from coalition.errors import DefectError, UnknownNameError


class Standing(StrEnum):
    """How far a number can be trusted; the same words stand in every file."""

    READ = "read"
    """The figure stands so in the source named."""
    DERIVED = "derived"
    """Arithmetic on figures that were read; the source text shows it."""
    ASSUMED = "assumed"
    """General knowledge or a choice, to be confirmed; counted among the assumptions of a result."""
    MISSING = "missing"
    """Looked for and not found: the user must supply it."""
    OWN = "own"
    """Stated by the coalition itself; used in scenarios, never in shipped data."""


@dataclass(frozen=True)
class DatedValue:
    """A value from one date on.

    Attributes:
        start: first day on which it holds.
        value: None where the rule has ended (standing read, derived or assumed) or the figure is missing.
        low, high: range of the value in the same unit; None where none was published.
        source: title and address of where it was read, with the arithmetic where it is derived.
        note_nl, note_en: what the user must supply, or what to beware of; "" when there is nothing to say.
    """

    start: dt.date
    value: float | None
    low: float | None
    high: float | None
    source: str
    standing: Standing
    note_nl: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Parameter:
    """One quantity through time; `values` run from the oldest date to the newest."""

    id: str
    meaning_nl: str
    meaning_en: str
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, date: dt.date) -> DatedValue:
        """The value in force on a day; its `value` is None where a rule has ended or a figure is missing.

        Raises:
            UnknownNameError: the day lies before the first date known; `names` are the dates.
        """
        started = [dated for dated in self.values if dated.start <= date]
        if not started:
            raise UnknownNameError(f"parameter {self.id}", date.isoformat(), [d.start.isoformat() for d in self.values])
        return started[-1]


@dataclass(frozen=True)
class Parameters:
    """All parameters of one subject, by id."""

    subject: str
    by_id: Mapping[str, Parameter]

    def __getitem__(self, id: str) -> Parameter:
        """The parameter with this id.

        Raises:
            UnknownNameError: the subject has no such parameter; `names` are the ones that it has.
        """
        if id not in self.by_id:
            raise UnknownNameError(f"parameter of {self.subject}", id, tuple(self.by_id))
        return self.by_id[id]

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def at(self, id: str, date: dt.date) -> DatedValue:
        """Short for `self[id].at(date)`; raises as those two do."""
        return self[id].at(date)


@cache
def all_subjects() -> tuple[str, ...]:
    """The subjects that ship with the package, in alphabetical order."""
    return data_names("parameters")


@cache
def load_parameters(subject: str) -> Parameters:
    """The parameters of one subject, such as `own_risk` or `equalisation`.

    Raises:
        UnknownNameError: there is no such subject; `names` are the ones that there are.
        DefectError: the shipped file is not in the form that this module reads.
    """
    if subject not in all_subjects():
        raise UnknownNameError("parameter subject", subject, all_subjects())
    return read_parameters(subject, read_yaml(data_file("parameters", f"{subject}.yaml")))


def read_parameters(subject: str, content: Any) -> Parameters:
    """The content of one parameter file as values.

    Args:
        subject: name of the file without its ending; named in errors.
        content: mapping of id to `{meaning_nl, meaning_en, unit, values}`; values is a mapping of a date to
            `{value, low, high, source, standing}`.
    Raises:
        DefectError: a key is missing, superfluous or of the wrong type; the text names subject and id.
    """
    if not isinstance(content, dict):
        raise DefectError(f"parameters of {subject}: not a mapping")
    return Parameters(subject, MappingProxyType({id: _parameter(subject, id, body) for id, body in content.items()}))


def _parameter(subject: str, id: str, body: Any) -> Parameter:
    try:
        values = tuple(_dated(start, value) for start, value in sorted(body["values"].items()))
        if not values or set(body) != {"meaning_nl", "meaning_en", "unit", "values"}:
            raise ValueError("keys are meaning_nl, meaning_en, unit and values, with at least one value")
        return Parameter(id, body["meaning_nl"], body["meaning_en"], body["unit"], values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DefectError(f"parameter {subject}.{id}: {error}") from error


def _dated(start: Any, value: Mapping[str, Any]) -> DatedValue:
    if type(start) is not dt.date:
        raise ValueError(f"{start!r} is no date")
    facts = {"low": None, "high": None, **value, "standing": Standing(value["standing"])}
    if facts["value"] is None and facts["standing"] is not Standing.MISSING and not facts["source"]:
        raise ValueError(f"{start}: an ended rule needs the source of its end")
    return DatedValue(start, **facts)


def data_names(folder: str) -> tuple[str, ...]:
    """Names without ending of the YAML files in a shipped data folder, in alphabetical order."""
    names = (entry.name for entry in data_file(folder).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def data_file(*path: str) -> Traversable:
    """A file or folder of the shipped data, by its path below coalition/data."""
    return files("coalition").joinpath("data", *path)


def read_yaml(file: Traversable) -> Any:
    """The content of one shipped YAML file as plain dicts, lists, numbers, texts and dates."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(file.read_text("utf-8"))
