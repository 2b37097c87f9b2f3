"""What a reader gives back: a table under its contract, and notes on what was left out and why.

A note is a value, like a Problem; its sentence is made in Dutch or English when it is shown. A problem stops the
reading, a note never does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coalition.sources.note_texts import NOTES

if TYPE_CHECKING:
    import pandas as pd

Fact = str | int | float


@dataclass(frozen=True)
class Note:
    """One thing that a user of the table must know.

    Attributes:
        code: key of the sentence in note_texts.NOTES.
        file: the file as the user named it; "" when the note is about several files.
        facts: values that the sentence names; numbers stay numbers, years are text.
    """

    code: str
    file: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The note in "nl" or "en", with numbers as that language writes them."""
        shown = {name: _shown(value, lang) for name, value in self.facts.items()}
        text = NOTES[self.code].of(lang).format(**shown)
        return f"{self.file}: {text}" if self.file else text


@dataclass(frozen=True)
class Reading:
    """A table and its notes.

    Attributes:
        table: under the contract that the reader names.
        notes: in the order in which they were met.
    """

    table: pd.DataFrame
    notes: tuple[Note, ...] = ()


def listed(names: Iterable[str], *, limit: int = 12) -> str:
    """Names in one line; a long list is cut and says how many are left."""
    ordered = sorted(names)
    rest = len(ordered) - limit
    return ", ".join(ordered[:limit]) + (f", … (+{rest})" if rest > 0 else "")


def _shown(value: Fact, lang: str) -> str:
    if isinstance(value, str):
        return value
    from babel.numbers import format_decimal

    return str(format_decimal(round(value, 2) if isinstance(value, float) else value, locale=lang))
