"""The catalogue on screen: interventions, policies and parameters, each figure with source, date and standing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coalition.catalogue import (
    CatalogueEntry,
    MissingKey,
    PublishedPolicy,
    catalogue_ids,
    evidence_of,
    load_entry,
    policies,
)
from coalition.errors import UnknownNameError
from coalition.outputs.formats import grid, plain
from coalition.outputs.labels import Lang, standing_label
from coalition.parameters import Parameter, Parameters, all_subjects, load_parameters

if TYPE_CHECKING:
    from rich.console import Console

WORDS: dict[str, tuple[str, str]] = {
    "interventions": ("Interventies", "Interventions"),
    "policies": ("Gemeentepolissen en preventiemodules", "Municipal policies and prevention modules"),
    "parameters": ("Parameters per onderwerp", "Parameters by subject"),
    "id": ("id", "id"),
    "name": ("naam", "name"),
    "figures": ("cijfers", "figures"),
    "asked": ("zelf op te geven", "to be supplied"),
    "parameter": ("gegeven", "figure"),
    "value": ("waarde", "value"),
    "range": ("bandbreedte", "range"),
    "unit": ("eenheid", "unit"),
    "date": ("prijspeil of datum", "price year or date"),
    "standing": ("status", "standing"),
    "source": ("bron", "source"),
    "target": ("Doelgroep", "Target group"),
    "payer": ("Wie betaalt", "Who pays"),
    "general": (" (algemene kennis, nog te bevestigen)", " (general knowledge, to be confirmed)"),
    "cautions": ("Let op", "Beware"),
    "missing": ("Wat het bewijs niet geeft en u zelf opgeeft", "What the evidence lacks and you supply"),
    "evidence": ("Gepubliceerde cijfers", "Published figures"),
    "template": ("Wat een scenario ervan overneemt", "What a scenario takes from it"),
    "hint": (
        "Toon één regel met: coalition catalogue ID (een interventie, polis of onderwerp)",
        "Show one line with: coalition catalogue ID (an intervention, policy or subject)",
    ),
}


def show_catalogue(entry: str | None, form: str, console: Console, lang: Lang) -> None:
    """The whole catalogue, or one intervention, policy or parameter subject.

    Raises:
        UnknownNameError: nothing has this id.
    """
    if form == "json":
        click.echo(json.dumps(_data(entry), ensure_ascii=False, indent=1, default=str))
    elif entry is None:
        _print_overview(console, lang)
    else:
        _print_one(entry, console, lang)


def _word(key: str, lang: Lang) -> str:
    return WORDS[key][0 if lang == "nl" else 1]


def _published() -> dict[str, PublishedPolicy]:
    return {p.id: p for p in policies()}


def _data(entry: str | None) -> Any:
    if entry is None:
        everything = {"interventions": catalogue_ids(), "policies": list(_published()), "parameters": all_subjects()}
        return {"schema": "coalition-catalogue-1", **everything}
    found = _find(entry)
    if isinstance(found, Parameters):
        return {"subject": found.subject, "parameters": [asdict(p) for p in found]}
    if isinstance(found, CatalogueEntry):
        plain = {k: v for k, v in vars(found).items() if k != "template"}
        plain = {k: _plain(v) for k, v in plain.items()}
        return {**plain, "template": dict(found.template), "evidence": [asdict(e) for e in evidence_of(found.id)]}
    return {
        "id": found.id,
        "kind": found.kind,
        "content": dict(found.content),
        "missing": [asdict(m) for m in found.missing],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def _find(entry: str) -> CatalogueEntry | PublishedPolicy | Parameters:
    if entry in catalogue_ids():
        return load_entry(entry)
    if entry in _published():
        return _published()[entry]
    if entry in all_subjects():
        return load_parameters(entry)
    raise UnknownNameError("entry", entry, [*catalogue_ids(), *_published(), *all_subjects()])


# --- overview -----------------------------------------------------------------------------------------------------


def _print_overview(console: Console, lang: Lang) -> None:
    table = grid(_word("interventions", lang), [_word(k, lang) for k in ("id", "name", "figures", "asked")])
    for id in catalogue_ids():
        found = load_entry(id)
        name = found.name_nl if lang == "nl" else found.name_en
        table.add_row(id, name, str(len(evidence_of(id))), str(len(found.missing)))
    console.print(table)
    table = grid(_word("policies", lang), [_word(k, lang) for k in ("id", "name", "asked")])
    for policy in _published().values():
        table.add_row(policy.id, policy.name_nl if lang == "nl" else policy.name_en, str(len(policy.missing)))
    console.print(table)
    table = grid(_word("parameters", lang), [_word(k, lang) for k in ("id", "figures")])
    for subject in all_subjects():
        table.add_row(subject, str(sum(len(p.values) for p in load_parameters(subject))))
    console.print(table)
    console.print(_word("hint", lang), highlight=False, style="dim")


# --- one ----------------------------------------------------------------------------------------------------------


def _print_one(entry: str, console: Console, lang: Lang) -> None:
    found = _find(entry)
    if isinstance(found, Parameters):
        _print_parameters(list(found), console, lang)
    elif isinstance(found, CatalogueEntry):
        _print_intervention(found, console, lang)
    else:
        console.print(f"[bold]{found.name_nl if lang == 'nl' else found.name_en}[/bold]", highlight=False)
        _print_figures(found.content, console, lang)
        _print_missing(found.missing, console, lang)


def _print_parameters(found: list[Parameter], console: Console, lang: Lang) -> None:
    table = grid("", [_word(k, lang) for k in ("parameter", "date", "value", "range", "unit", "standing", "source")])
    for parameter in found:
        meaning = parameter.meaning_nl if lang == "nl" else parameter.meaning_en
        for dated in parameter.values:
            value = "-" if dated.value is None else plain(dated.value, lang)
            limits = (
                "" if dated.low is None or dated.high is None else f"{plain(dated.low, lang)}–{plain(dated.high, lang)}"
            )
            table.add_row(
                meaning,
                dated.start.isoformat(),
                value,
                limits,
                parameter.unit,
                standing_label(dated.standing.value, lang),
                dated.source,
            )
    console.print(table)


def _print_intervention(found: CatalogueEntry, console: Console, lang: Lang) -> None:
    dutch = lang == "nl"
    console.print(f"[bold]{found.name_nl if dutch else found.name_en}[/bold] ({found.id})", highlight=False)
    console.print(found.what_nl if dutch else found.what_en, highlight=False)
    console.print(f"{_word('target', lang)}: {found.target_nl if dutch else found.target_en}", highlight=False)
    general = _word("general", lang) if found.payer_general_knowledge else ""
    payer = found.payer_note.nl if dutch else found.payer_note.en
    console.print(f"{_word('payer', lang)}: {payer}{general}", highlight=False)
    for caution in found.cautions:
        console.print(f"{_word('cautions', lang)}: {caution.nl if dutch else caution.en}", highlight=False)
    _print_missing(found.missing, console, lang)
    console.print(f"\n[bold]{_word('template', lang)}[/bold]")
    _print_figures(found.template, console, lang)
    headings = [_word(k, lang) for k in ("parameter", "value", "range", "unit", "date", "standing", "source")]
    table = grid(_word("evidence", lang), headings)
    for e in evidence_of(found.id):
        limits = f"{e.low}–{e.high}" if e.low or e.high else ""
        source = f"{e.source_title} {e.source_address}"
        table.add_row(
            e.parameter, e.value or "-", limits, e.unit, e.price_year, standing_label(e.standing.value, lang), source
        )
    console.print(table)


def _print_missing(missing: tuple[MissingKey, ...], console: Console, lang: Lang) -> None:
    if missing:
        console.print(f"[bold]{_word('missing', lang)}[/bold]")
    for key in missing:
        console.print(f"• {key.key}: {key.nl if lang == 'nl' else key.en}", highlight=False, markup=False)


def _print_figures(content: Mapping[str, Any], console: Console, lang: Lang) -> None:
    """Every sourced number in a tree, by its path."""
    table = grid("", [_word(k, lang) for k in ("parameter", "value", "range", "date", "standing", "source")])
    for path, body in _numbers(content, ""):
        limits = "" if body.get("low") is None else f"{_figure(body['low'], lang)}–{_figure(body['high'], lang)}"
        when = body.get("price_year", body.get("year", ""))
        table.add_row(
            path,
            _figure(body["value"], lang),
            limits,
            str(when),
            standing_label(str(body.get("standing", "")), lang),
            str(body.get("source", "")),
        )
    if table.row_count:
        console.print(table)


def _figure(value: Any, lang: Lang) -> str:
    return plain(float(value), lang) if isinstance(value, int | float) else str(value)


def _numbers(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping) and "value" in value:
        yield path, value
    elif isinstance(value, Mapping | list):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, below in items:
            yield from _numbers(below, f"{path}.{key}" if path else str(key))
