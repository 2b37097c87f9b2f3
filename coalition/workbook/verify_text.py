"""What a user reads about a verified workbook: one line when all is well, else a table; or the same as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from coalition.outputs.formats import grid, number, plain, print_whole
from coalition.outputs.labels import Lang
from coalition.workbook.findings import Finding, Kind
from coalition.workbook.recalculate import Engine
from coalition.workbook.verify import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SCHEMA_NAME = "coalition-verify-1"
MOST_SHOWN = 5
"""Places shown per kind; what follows from one cause fills pages."""
LONGEST_SHOWN = 80
"""Characters of a formula in the table; JSON has all of it."""

WORDS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.FORMULA_ERROR: ("foutwaarde", "error value"),
    Kind.CONSTANT: ("getal in een formule", "number inside a formula"),
    Kind.ROW_DIFFERS: ("andere formule dan de rest van de rij", "another formula than the rest of the row"),
    Kind.FUNCTION: ("functie die hier niet hoort", "function that does not belong here"),
    Kind.ARRAY: ("matrixformule", "array formula"),
    Kind.NESTED_IF: ("te veel ALS in elkaar", "too many IFs inside each other"),
    Kind.LONG: ("te lange formule (tekens)", "formula too long (characters)"),
    Kind.HIDDEN_SHEET: ("verborgen blad", "hidden sheet"),
    Kind.HIDDEN_ROW: ("verborgen rij of kolom", "hidden row or column"),
    Kind.OUTSIDE: ("haalt iets van buiten het werkboek", "fetches something from outside the workbook"),
    Kind.NAME: ("naam die hier niet hoort", "name that does not belong here"),
    Kind.STALE: ("opgeslagen waarde volgt niet uit de formule", "stored value does not follow from the formula"),
    Kind.MASTER: ("een controle van het werkboek klopt niet", "a check of the workbook does not hold"),
    Kind.NO_MASTER: ("de hoofdcontrole ontbreekt of is geen formule", "the master check is missing or no formula"),
    Kind.FORMULA: ("andere formule dan het model", "another formula than the model's"),
    Kind.LOCKED: ("vaste cel gewijzigd", "locked cell changed"),
    Kind.INPUT: ("invoer die het model anders leest", "input that the model reads differently"),
    Kind.MISSING: ("ontbreekt", "missing"),
    Kind.ADDED: ("toegevoegd", "added"),
    Kind.ADDED_SHEET: ("toegevoegd blad", "added sheet"),
    Kind.MODEL: ("andere waarde dan het model", "another value than the model's"),
    Kind.UNLOCKED: ("cel is niet meer beveiligd", "cell is no longer locked"),
    Kind.SCENARIO: ("het scenario is sinds de export veranderd", "the scenario has changed since the export"),
}
"""Dutch and English."""

ENGINES = {Engine.LIBREOFFICE: "LibreOffice", Engine.FORMULAS: "formulas"}


def show_verdict(verdict: Verdict, form: str, console: Console, lang: Lang) -> None:
    """A verdict on standard output."""
    import click

    if form == "json":
        click.echo(json.dumps(verdict_data(verdict), ensure_ascii=False, indent=1))
        return
    if verdict.findings:
        _print_findings(verdict.findings, console, lang)
    for line in verdict_lines(verdict, lang):
        click.echo(line)


def verdict_lines(verdict: Verdict, lang: Lang) -> list[str]:
    """The conclusion in one line, and what it does not cover."""
    dutch = lang == "nl"
    serious = sum(f.serious for f in verdict.findings)
    count = number(verdict.formula_cells, lang)
    if verdict.engine is None:
        done = f"{count} formules, niet doorgerekend" if dutch else f"{count} formulas, not recalculated"
    else:
        by = ENGINES[verdict.engine]
        largest = plain(verdict.largest, lang)
        done = (
            f"{count} formules doorgerekend met {by}, grootste verschil {largest}"
            if dutch
            else f"{count} formulas recalculated by {by}, largest difference {largest}"
        )
    found = ("klopt" if dutch else "fine") if verdict.holds else _counted(serious, lang)
    return [f"{verdict.path}: {found} ({done})", *_limits(verdict, lang)]


def _counted(serious: int, lang: Lang) -> str:
    if lang == "nl":
        return f"{number(serious, lang)} {'bevinding' if serious == 1 else 'bevindingen'}"
    return f"{number(serious, lang)} {'finding' if serious == 1 else 'findings'}"


def _limits(verdict: Verdict, lang: Lang) -> Iterator[str]:
    if not verdict.compared:
        yield {
            "nl": "Niet vergeleken: of de formules die van het model zijn.",
            "en": "Not compared: whether the formulas are those of the model.",
        }[lang]


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain data; keys are never translated."""
    return {
        "schema": SCHEMA_NAME,
        "workbook": str(verdict.path),
        "holds": verdict.holds,
        "formula_cells": verdict.formula_cells,
        "engine": verdict.engine.value if verdict.engine else None,
        "largest_difference": verdict.largest,
        "scenario": verdict.scenario or None,
        "compared_with_model": verdict.compared,
        "counts": dict(Counter(f.kind.value for f in verdict.findings)),
        "findings": [
            {
                "kind": f.kind.value,
                "serious": f.serious,
                "sheet": f.sheet,
                "cell": f.cell,
                "found": f.found,
                "expected": f.expected,
            }
            for f in verdict.findings
        ],
    }


def _print_findings(findings: Sequence[Finding], console: Console, lang: Lang) -> None:
    headings = {
        "nl": ("Blad", "Cel", "Wat", "Gevonden", "Verwacht"),
        "en": ("Sheet", "Cell", "What", "Found", "Expected"),
    }[lang]
    table = grid("", headings, whole=(0, 1), folded=(2, 3, 4))
    kinds = list(dict.fromkeys(f.kind for f in findings))
    by_kind = sorted(findings, key=lambda f: kinds.index(f.kind))
    for kind, own in groupby(by_kind, key=lambda f: f.kind):
        rows = list(own)
        words = WORDS[kind][lang == "en"]
        for f in rows[:MOST_SHOWN]:
            table.add_row(*map(_visible, (f.sheet, f.cell, words, _cut(f.found), _cut(f.expected))))
        if (more := len(rows) - MOST_SHOWN) > 0:
            rest = f"nog {number(more, lang)}" if lang == "nl" else f"{number(more, lang)} more"
            table.add_row("…", "", f"{words}: {rest}", "", "")
    print_whole(console, table)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _visible(text: str) -> Text:
    """Text of a workbook as it is: no sign that a terminal would obey, no brackets that would be read as mark-up."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() else "�" for c in text))
