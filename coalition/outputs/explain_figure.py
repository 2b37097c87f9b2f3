"""A figure taken apart, as text or JSON. Renders only; every figure comes from derivation.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from coalition.figures import Derivation, Figure, Part
from coalition.model import funds_of, parties_of
from coalition.money import half_away_from_zero
from coalition.origins import Source
from coalition.outputs.explain_sources import input_name, print_sources, source_words
from coalition.outputs.explain_words import HOW, MOVES, TITLES, word
from coalition.outputs.formats import decimal, euro, grid, number, percent, plain, print_whole
from coalition.outputs.labels import REASONS, Lang, pocket_label, standing_label, text
from coalition.parties import COORDINATION, Reason
from coalition.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console

MOST_LINES_OF_A_RANGE = 20


def show_derivation(scenario: Scenario, found: Derivation, form: str, console: Console, lang: Lang) -> None:
    """Print a derivation: what it is, its figures, its lines, its inputs."""
    if form == "json":
        click.echo(json.dumps({"schema": "coalition-derivation-1", **asdict(found)}, ensure_ascii=False, indent=1))
        return
    names = names_of(scenario, lang)
    subject = names.get(found.subject) or _with_path(found.subject, input_name(found.subject, scenario.spec, lang))
    title = _said(TITLES[found.figure], lang).format(subject=subject)
    console.print(f"[bold]{title}[/bold]", highlight=False)
    if found.parts:
        console.print(_said(HOW[found.figure], lang).format(moves=_said(MOVES, lang)), highlight=False)
    for key, value in found.results.items():
        console.print(f"• {_label(key, names, lang)}: {shown(key, value, lang)}", highlight=False, markup=False)
    if found.reason:
        console.print(word(found.reason, lang), highlight=False)
    elif not found.parts and not found.sources:
        console.print(word("empty", lang), highlight=False)
    _print_parts(found, names, scenario, console, lang)
    if found.by_year:
        yearly = replace(found, parts=found.by_year, value_columns=found.year_columns, summed=())
        console.print(f"[bold]{word('by_year', lang)}[/bold]", highlight=False)
        _print_parts(replace(yearly, name_columns=("party", "year")), names, scenario, console, lang)
    told = {part.names[0] for part in found.parts} if found.name_columns == ("input",) else set()
    if others := [s for s in found.sources if s.path not in told]:
        print_sources(word("sources", lang), others, scenario, console, lang)


def _with_path(path: str, name: str) -> str:
    """A name with the path that was asked behind it, where that is something else."""
    return path if name == path else f"{name} ({path})"


def _said(both: tuple[str, str], lang: Lang) -> str:
    return both[0 if lang == "nl" else 1]


def names_of(scenario: Scenario, lang: Lang) -> dict[str, str]:
    """What a reader sees for parties, funds, groups, interventions, policies and what is agreed."""
    spec = scenario.spec
    accounts = [*parties_of(scenario), *funds_of(scenario)]
    names = {p.id: p.name_nl if lang == "nl" else p.name_en for p in accounts}
    names |= {i: stated.name for i, stated in spec.interventions.items()}
    names |= {i: stated.name for i, stated in {**spec.gemeentepolis, **spec.arrangements.named}.items()}
    names |= {i: stated.name for i, stated in spec.risk_factors.items() if hasattr(stated, "name")}
    names[COORDINATION] = REASONS[Reason.COORDINATION][0 if lang == "nl" else 1]
    names["municipalities"] = "Gemeenten samen" if lang == "nl" else "Municipalities together"
    names["insurers"] = "Zorgverzekeraars samen" if lang == "nl" else "Health insurers together"
    return names


def _label(key: str, names: Mapping[str, str], lang: Lang) -> str:
    """The words of a key; what follows a colon says whose it is."""
    name, _, whose = key.partition(":")
    if not whose:
        return word(name, lang)
    return f"{word(name, lang)}, {_name('pocket' if name == 'freed_eur' else '', whose, names, lang)}"


def _name(column: str, name: str, names: Mapping[str, str], lang: Lang) -> str:
    return pocket_label(name, lang) if column == "pocket" else names.get(name, word(name, lang))


def shown(key: str, value: float | None, lang: Lang, *, in_table: bool = False) -> str:
    """A value as its name says: euros, shares, counts."""
    name = key.partition(":")[0]
    if value is None and not in_table:
        return text("unreachable", lang) if name == "break_even_multiple" else word("undefined", lang)
    if value is None:
        return ""
    if name.endswith("_eur"):
        return number(half_away_from_zero(value), lang) if in_table else euro(value, lang)
    if name.endswith("_share"):
        return percent(value, lang)
    if name.startswith(("index", "part_")):
        return decimal(value, 4 if in_table else 2, lang)
    if name.endswith("_factor"):
        return decimal(value, 4, lang)
    if name.endswith("multiple"):
        return decimal(value, 2, lang)
    if name.startswith("qalys"):
        return decimal(value, 2 if in_table else 1, lang)
    return number(round(value), lang) if name == "staff_hours" else plain(value, lang)


def _print_parts(found: Derivation, names: Mapping[str, str], scenario: Scenario, console: Console, lang: Lang) -> None:
    """The lines, with their total where they add up, and per input its source."""
    if not found.parts:
        return
    most = MOST_LINES_OF_A_RANGE if found.figure is Figure.RANGE else len(found.parts)
    of_input = {s.path: s for s in found.sources} if found.name_columns == ("input",) else {}
    used = [k for k in range(len(found.value_columns)) if any(p.values[k] is not None for p in found.parts)]
    columns = [found.value_columns[k] for k in used]
    first = len(found.name_columns)
    headings = [word(k, lang) for k in (*found.name_columns, *columns)]
    headings += [word(k, lang) for k in ("standing", "source", "place", "path")] if of_input else [word("ask", lang)]
    whole = (len(headings) - 2, len(headings) - 1) if of_input else (len(headings) - 1,)
    folded = (0, len(headings) - 3) if of_input else ()
    table = grid("", headings, right=range(first, first + len(used)), whole=whole, folded=folded)
    for part in found.parts[:most]:
        named = {n: input_name(n, scenario.spec, lang) for n in part.names} if of_input else names
        shown_names = [_name(c, n, named, lang) for c, n in zip(found.name_columns, part.names, strict=True)]
        values = [shown(found.value_columns[k], part.values[k], lang, in_table=True) for k in used]
        table.add_row(*shown_names, *values, *_end_of_line(part, of_input, lang))
    if found.summed:
        totals = [shown(c, found.total(c), lang, in_table=True) if c in found.summed else "" for c in columns]
        table.add_row(word("total", lang), *[""] * (first - 1), *totals, "", style="bold")
    print_whole(console, table)
    if len(found.parts) > most:
        console.print(word("more", lang, count=str(len(found.parts) - most)), highlight=False)


def _end_of_line(part: Part, of_input: Mapping[str, Source], lang: Lang) -> list[str]:
    """Standing, source and place of an input; of any other line what to ask next."""
    if not of_input:
        return [" ".join(part.ask)]
    source = of_input[part.names[0]]
    place = source.place.rsplit("/", 1)[-1]
    return [standing_label(source.standing, lang), source_words(source, lang), place, source.path]
