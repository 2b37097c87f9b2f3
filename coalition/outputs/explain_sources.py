"""Inputs of a figure as a table: what each is in words, its value with unit and range, standing, source and place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from coalition.errors import UnknownNameError
from coalition.origins import Source
from coalition.outputs.explain_words import choice_label, word
from coalition.outputs.formats import grid, number, percent, plain, print_whole
from coalition.outputs.labels import REASONS, UNITS, Lang, key_label, pocket_label, standing_label
from coalition.parameters import Standing, all_subjects, load_parameters
from coalition.parties import COORDINATION, MUNICIPALITY, NATIONAL_PARTIES, Pocket, Reason
from coalition.scenario import Scenario
from coalition.schema import Spec

if TYPE_CHECKING:
    from rich.console import Console

MARKED_FROM = 10_000
"""Whole numbers from here on are shown with thousands marks; below it a number may be a year."""


def print_sources(title: str, sources: Sequence[Source], scenario: Scenario, console: Console, lang: Lang) -> None:
    """Inputs with value, range, standing, source, place, and what to ask to see more of them."""
    headings = [word("input", lang), word("value", lang), f"{word('low', lang)}–{word('high', lang)}"]
    headings += [word(k, lang) for k in ("standing", "source", "date", "path")]
    table = grid(title, headings, right=(1, 2), whole=(1, 2, 5, 6), folded=(0, 4))
    for s in sources:
        limits = "" if s.low is None or s.high is None else f"{plain(s.low, lang)}–{plain(s.high, lang)}"
        name, standing = input_name(s.path, scenario.spec, lang), _standing(s, lang)
        place = s.place.rsplit("/", 1)[-1]
        table.add_row(name, value_words(s, lang), limits, standing, source_words(s, lang), place, s.path)
    print_whole(console, table)


def value_words(source: Source, lang: Lang) -> str:
    """The value with its unit and what it counts; words where it is no number."""
    words = ", ".join(choice_label(w, lang) for w in source.words.split(", "))
    if source.value is None:
        return words
    is_share = source.unit.startswith("share")
    value = percent(source.value, lang, 2) if is_share else _number(source.value, lang)
    unit = unit_label(source.unit, lang)
    about = ", ".join(filter(None, ("" if is_share and unit == source.unit else unit, words)))
    return value + (f" ({about})" if about else "")


def _number(value: float, lang: Lang) -> str:
    if abs(value) >= MARKED_FROM:
        return number(round(value), lang)
    return plain(value, lang)


def unit_label(unit: str, lang: Lang) -> str:
    """A unit in words; one that has none is shown as it stands."""
    if lang == "en":
        return unit
    for pattern, words in UNITS.items():
        if found := re.fullmatch(pattern, unit):
            return found.expand(words)
    return unit


def source_words(source: Source, lang: Lang) -> str:
    """Where a value was read, or that the coalition chose it itself."""
    if source.source:
        return source.source
    if source.standing == Standing.OWN.value:
        return word("own_choice", lang)
    return word("from_catalogue", lang) if source.place == "catalogue" else ""


def _standing(source: Source, lang: Lang) -> str:
    """Standing in words; pockets that stand behind it by their names."""
    found = []
    for part in source.standing.split("; "):
        key, colon, pockets = part.partition(": ")
        found.append(standing_label(key, lang) + colon + ", ".join(choice_label(p, lang) for p in pockets.split(", ")))
    return "; ".join(found)


def input_name(path: str, spec: Spec, lang: Lang) -> str:
    """A value in words: whose it is, what it says and in which pocket; the path itself where it has no words."""
    if meaning := _meaning(path, lang):
        return meaning
    label, owner = key_label(path, lang), _owner(path, spec, lang)
    pocket = next((pocket_label(p, lang) for p in path.split(".") if p in {known.value for known in Pocket}), "")
    if label == path:
        return owner if owner and path.count(".") == 1 else path
    return ", ".join(filter(None, (owner, label, pocket) if owner else (pocket, label)))


def _owner(path: str, spec: Spec, lang: Lang) -> str:
    """The intervention, group, policy, arrangement or insurer that a value belongs to; "" for none."""
    if path.startswith("arrangements."):
        return _agreed(path, spec, lang)
    section, _, rest = path.partition(".")
    name = rest.partition(".")[0]
    names = {
        "interventions": {k: v.name for k, v in spec.interventions.items()},
        "target_groups": {k: v.name for k, v in spec.target_groups.items()},
        "gemeentepolis": {k: v.name for k, v in spec.gemeentepolis.items()},
        "payers": {COORDINATION: REASONS[Reason.COORDINATION][0 if lang == "nl" else 1]},
    }.get(section, {})
    if name in names:
        return names[name]
    if path.startswith("parties.insurers."):
        return spec.parties.insurers[path.split(".")[2]].name
    return ""


def _agreed(path: str, spec: Spec, lang: Lang) -> str:
    """The arrangement that a value belongs to, and the party, area, delivery or payment in it."""
    _, _, name, *below = path.split(".")
    if name not in spec.arrangements.named:
        return ""
    stated = spec.arrangements.named[name]
    parts = [stated.name]
    for key, owner in pairwise(below):
        if key in {"shares", "sharers"}:
            parts.append(_party(owner, spec, lang))
        elif key in {"contributions", "members", "outcome_payers"}:
            parts.append(_party(getattr(stated, key)[owner].party, spec, lang))
        elif key in {"draws", "payments"}:
            parts.append(getattr(stated, key)[owner].name)
        elif key == "spending":
            parts.append(spec.interventions[getattr(stated, key)[owner].intervention].name)
        elif key == "norms":
            parts.append(f"{getattr(stated, key)[int(owner)].age_from}+")
        elif key in {"patients", "need_by_area"}:
            parts.append(spec.region.names.get(owner, owner))
    return ", ".join(parts)


def _party(party: str, spec: Spec, lang: Lang) -> str:
    """A party of an arrangement by its name."""
    national = {p.id: p.name_nl if lang == "nl" else p.name_en for p in NATIONAL_PARTIES}
    own = {i: stated.name for i, stated in spec.parties.insurers.items()}
    own |= {i: stated.name for i, stated in spec.parties.investors.items()}
    municipal = {MUNICIPALITY: "gemeenten" if lang == "nl" else "municipalities"}
    return {**spec.region.names, **national, **own, **municipal}.get(party, party)


def _meaning(path: str, lang: Lang) -> str:
    """What a parameter means; "" where the path is no parameter's."""
    subject, _, name = path.partition(".")
    if subject not in all_subjects():
        return ""
    try:
        found = load_parameters(subject)[name]
    except UnknownNameError:
        return ""
    return found.meaning_nl if lang == "nl" else found.meaning_en
