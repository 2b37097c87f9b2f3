"""What a reader sees after an import: each changed number before and after, the new file, and the next command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coalition.outputs.formats import decimal, grid, print_whole
from coalition.outputs.labels import Lang
from coalition.workbook.changes import Change
from coalition.workbook.importing import Imported
from coalition.workbook.safe_text import number_text

if TYPE_CHECKING:
    from rich.console import Console

WORDS = {
    "title": ("Gewijzigde invoer", "Changed inputs"),
    "input": ("Invoer", "Input"),
    "id": ("Id", "Id"),
    "old": ("was", "was"),
    "new": ("wordt", "becomes"),
    "none": (
        "Het werkboek wijzigt niets aan het scenario; er is niets geschreven.",
        "The workbook changes nothing in the scenario; nothing was written.",
    ),
    "made": ("Nieuwe versie", "New version"),
    "next": ("Verder", "Next"),
}


def show_import(found: Imported, console: Console, lang: Lang) -> None:
    """The changes and where they went, on standard output."""
    word = {key: words[0 if lang == "nl" else 1] for key, words in WORDS.items()}
    if found.file is None:
        click.echo(word["none"])
        return
    headings = [word[key] for key in ("input", "id", "old", "new")]
    table = grid(word["title"], headings, right=(2, 3), whole=(1, 2, 3), folded=(0,))
    for change in found.changes:
        table.add_row(*(_plain(text) for text in (change.label, change.path, *_before_and_after(change, lang))))
    print_whole(console, table)
    tail = "" if lang == "nl" else " --lang en"
    click.echo(f"{word['made']}: {found.file}")
    click.echo(f"{word['next']}: coalition run {_quoted(str(found.file))}{tail}")


def _before_and_after(change: Change, lang: Lang) -> tuple[str, str]:
    return change.words or exact(change.old, lang), exact(change.new, lang)


def exact(value: float | None, lang: Lang) -> str:
    """A number with all its decimals; `-` where there is none."""
    if value is None:
        return "-"
    text = number_text(value)
    if "e" in text:
        return text.replace(".", ",") if lang == "nl" else text
    whole, _, digits = text.partition(".")
    return decimal(value, len(digits.rstrip("0")), lang) if whole else text


def _plain(text: str) -> str:
    """Text of a workbook as it stands there: rich would take `[red]` for a colour."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else "�" for c in text))


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
