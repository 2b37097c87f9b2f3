"""The catalogue: interventions with their evidence, and real policies to start from.

An entry says what an intervention is, who pays it, what to beware of, and gives a template: the part of a scenario
that published evidence can fill. Whatever a scenario needs beyond that stands in `missing`, with a sentence; nothing
is filled in by guessing. An effect whose interval holds zero is in no template unless a second, independent estimate
stands beside it. Every figure of a template rests on rows of evidence.csv or on the source named with it.

Sign: positive is cost avoided or health gained. Amounts in foreign currency stay in the evidence. Files are read when
asked for, one entry at a time.
"""

from __future__ import annotations

import copy
import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from coalition.errors import DefectError, UnknownNameError
from coalition.parameters import Standing, data_file, data_names, read_yaml

_SHARE = "share, 0-1"
_MONTHLY = "euro per adult per month"
UNIT_OF_KEY: Mapping[str, str] = MappingProxyType(
    {
        "completion": "share of starters, 0-1",
        "per_starter": "euro per starter, by programme year",
        "per_completer": "euro per completer, by programme year",
        "fixed_per_year": "euro per year",
        "events_per_person_year": "events per person per year",
        "risk_multiplier": "ratio to the average of the ages",
        "reduction": _SHARE,
        "cause_share": _SHARE,
        "split": _SHARE,
        "cost_per_event": "euro per event",
        "avoided_per_year": "euro per participant per year; positive is cost avoided",
        "gain": "QALY per participant per year of the plateau",
        "onset_years": "years",
        "plateau_years": "years",
        "decay_years": "years",
        "income_limit_pct": "percent of the social minimum",
        "asset_limit_single": "euro",
        "asset_limit_couple": "euro",
        "contribution_per_month": _MONTHLY,
        "contribution_step_per_month": _MONTHLY,
        "list_premium_basic_per_month": _MONTHLY,
        "list_premium_supplementary_per_month": _MONTHLY,
        "list_premium_total_per_month": _MONTHLY,
        "discount_total_per_month": _MONTHLY,
        "discount_basic_share": "share of the premium, 0-1",
        "discount_supplementary_share": "share of the premium, 0-1",
        "insured_pays_per_month": _MONTHLY,
        "insured_pays_above_basic_per_month": _MONTHLY,
        "own_risk_rider_per_month": _MONTHLY,
        "wmo_contribution_covered_per_year": "euro per adult per year",
        "braces_covered_per_child": "euro per child",
        "participants_2015_2018": "persons",
    }
)
"""Unit of every number in a template or policy, by the name of its key or of the nearest key above it."""


def unit_of(path: str) -> str:
    """The unit of the number at a dotted path of a template or policy, such as `effects.falls.split.zvw`.

    Raises:
        UnknownNameError: neither the key nor one above it has a unit; `names` are the keys that have one.
    """
    for key in reversed(path.split(".")):
        if key in UNIT_OF_KEY:
            return UNIT_OF_KEY[key]
    raise UnknownNameError("unit of", path, tuple(UNIT_OF_KEY))


class Track(StrEnum):
    """The five tracks of a local approach to health (GezondIn)."""

    BEHAVIOUR_SKILLS = "behaviour_skills"
    PREVENTION_CARE = "prevention_care"
    SOCIAL_ENVIRONMENT = "social_environment"
    PHYSICAL_ENVIRONMENT = "physical_environment"
    PARTICIPATION = "participation"


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages."""

    nl: str
    en: str


@dataclass(frozen=True)
class MissingKey:
    """Something that a scenario must state because the evidence does not.

    Attributes:
        key: dotted path below the intervention, such as `effects.falls.risk_multiplier`; a path that starts with
            `target_groups.` or `holders.` stands elsewhere in the scenario.
        nl, en: what to supply.
    """

    key: str
    nl: str
    en: str


@dataclass(frozen=True)
class Evidence:
    """One published figure; numbers are text as printed, "" when the source gives none."""

    intervention_id: str
    parameter: str
    value: str
    low: str
    high: str
    unit: str
    price_year: str
    """The date of the figure in the source's words; "n.a." for what is no amount."""
    population: str
    follow_up_years: str
    beneficiary: str
    evidence_level: str
    standing: Standing
    source_title: str
    source_address: str
    carried_over: str
    """Day on which the figure was taken over."""
    note: str


@dataclass(frozen=True)
class CatalogueEntry:
    """One intervention.

    Attributes:
        approach: high_risk or population (Rose).
        gala_goals: numbers 1-7 of the national agreement on healthy and active living.
        payer_note: who pays, under which law.
        payer_general_knowledge: True when that was read in no source and is to be confirmed.
        cautions: what a reader must know before using a figure.
        missing: what a scenario must state itself.
        template: immutable keys of an intervention in a scenario; take `model()` to merge one's own over them.
        carried_over: day on which the figures were taken over.
    """

    id: str
    name_nl: str
    name_en: str
    what_nl: str
    what_en: str
    target_nl: str
    target_en: str
    approach: str
    tracks: tuple[Track, ...]
    gala_goals: tuple[int, ...]
    payer_note: Sentence
    payer_general_knowledge: bool
    cautions: tuple[Sentence, ...]
    missing: tuple[MissingKey, ...]
    template: Mapping[str, Any]
    carried_over: str

    def model(self, lang: str = "nl") -> dict[str, Any]:
        """A fresh copy of the template with name, tracks and goals, for a scenario to merge its own keys over."""
        head = {"name": self.name_nl if lang == "nl" else self.name_en, "tracks": [t.value for t in self.tracks]}
        return {**head, "gala_goals": list(self.gala_goals), **copy.deepcopy(dict(self.template))}


@dataclass(frozen=True)
class PublishedPolicy:
    """A real gemeentepolis, or a prevention module in one, as published.

    Attributes:
        kind: contract or module.
        content: plain mapping; an amount is `{value, price_year, index, source, standing}` under a key that has its
            unit (see UNIT_OF_KEY), null where it was not published.
        missing: what was not published and a scenario must state.
    """

    id: str
    kind: str
    name_nl: str
    name_en: str
    content: Mapping[str, Any]
    missing: tuple[MissingKey, ...]


@cache
def catalogue_ids() -> tuple[str, ...]:
    """The ids of all interventions, in alphabetical order."""
    return data_names("interventions")


@cache
def load_entry(id: str) -> CatalogueEntry:
    """One intervention of the catalogue.

    Raises:
        UnknownNameError: there is no such intervention; `names` are the ones that there are.
        DefectError: the shipped file is not in the form that this module reads.
    """
    if id not in catalogue_ids():
        raise UnknownNameError("intervention", id, catalogue_ids())
    return read_entry(id, read_yaml(data_file("interventions", f"{id}.yaml")))


def read_entry(id: str, content: Any) -> CatalogueEntry:
    """The content of one catalogue file as an entry.

    Raises:
        DefectError: a key is missing, superfluous or of the wrong type; the text names the file.
    """
    try:
        if content["id"] != id:
            raise ValueError(f"id {content['id']!r} in the file of {id}")
        body = dict(content)
        return CatalogueEntry(
            tracks=tuple(Track(track) for track in body.pop("tracks")),
            gala_goals=tuple(body.pop("gala_goals")),
            payer_note=Sentence(body.pop("payer_note_nl"), body.pop("payer_note_en")),
            cautions=tuple(Sentence(**sentence) for sentence in body.pop("cautions")),
            missing=_missing(body.pop("missing")),
            template=MappingProxyType(body.pop("model")),
            carried_over=str(body.pop("carried_over")),
            **body,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DefectError(f"catalogue entry {id}: {error}") from error


def _missing(content: Any) -> tuple[MissingKey, ...]:
    return tuple(MissingKey(**key) for key in content)


@cache
def all_evidence() -> tuple[Evidence, ...]:
    """Every published figure in evidence.csv, in the order of the file.

    Raises:
        DefectError: the columns of the file are not those of Evidence, or a standing is unknown.
    """
    rows = csv.DictReader(data_file("evidence.csv").read_text("utf-8").splitlines())
    names = [field.name for field in fields(Evidence)]
    if list(rows.fieldnames or []) != names:
        raise DefectError(f"evidence.csv: columns {rows.fieldnames} instead of {names}")
    try:
        return tuple(Evidence(standing=Standing(row.pop("standing")), **row) for row in rows)
    except ValueError as error:
        raise DefectError(f"evidence.csv: {error}") from error


def evidence_of(id: str) -> tuple[Evidence, ...]:
    """The published figures of one intervention, in the order of the file.

    Raises:
        UnknownNameError: there is no such intervention; `names` are the ones that there are.
    """
    if id not in catalogue_ids():
        raise UnknownNameError("intervention", id, catalogue_ids())
    return tuple(row for row in all_evidence() if row.intervention_id == id)


@cache
def policies() -> tuple[PublishedPolicy, ...]:
    """The real policies and prevention modules that ship with the package, in alphabetical order of id.

    Raises:
        DefectError: a shipped file is not in the form that this module reads.
    """
    return tuple(read_policy(id, read_yaml(data_file("policies", f"{id}.yaml"))) for id in data_names("policies"))


def read_policy(id: str, content: Any) -> PublishedPolicy:
    """The content of one policy file.

    Raises:
        DefectError: a key is missing or of the wrong type; the text names the file.
    """
    try:
        body = dict(content)
        head = {key: body.pop(key) for key in ("kind", "name_nl", "name_en")}
        missing = _missing(body.pop("missing"))
        if body.pop("id") != id or head["kind"] not in {"contract", "module"}:
            raise ValueError("id is the file's name, kind is contract or module")
        return PublishedPolicy(id=id, content=MappingProxyType(body), missing=missing, **head)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DefectError(f"policy {id}: {error}") from error
