"""What every sheet of a workbook has: title, links, print set-up, protection; and a cursor to write with."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coalition.workbook.export_words import Words
from coalition.workbook.looks import Looks

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A4 = 9
LINE_HEIGHT = 13.5
"""Points of one line of text."""
CHARACTERS = 1.15
"""Characters of running text for each of a column's width, on the safe side: a width counts zeros."""
TITLE_ROW, ABOUT_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 3, 5
"""Rows of every sheet, counted from 0: title, what it is about, what stands above the columns, the first row below."""
ALLOWED = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "sort": False,
}
"""What protection leaves free: to look at a sheet as one likes."""


@dataclass(frozen=True)
class Page:
    """A sheet that is being written.

    Attributes:
        book, sheet: of XlsxWriter; name: of the sheet.
        looks, words: how it looks and what it says.
        cover: name of the sheet to go back to.
    """

    book: Workbook
    sheet: Worksheet
    name: str
    looks: Looks
    words: Words
    cover: str

    def say(self, dutch: str, english: str) -> str:
        """A word in the language of the workbook."""
        return dutch if self.words.lang == "nl" else english

    def begin(self, title: str, about: str) -> None:
        """Title, what the sheet is about, the way back, protection and print set-up."""
        sheet, looks = self.sheet, self.looks
        sheet.hide_gridlines(2)
        sheet.write_string(TITLE_ROW, 1, title, looks["title"])
        sheet.set_row(TITLE_ROW, 24)
        sheet.write_string(ABOUT_ROW, 1, about, looks["about"])
        if self.name != self.cover:
            self.back(ABOUT_ROW + 1, 1)
        self.set_up(title)

    def back(self, row: int, column: int) -> None:
        """The way back to the cover."""
        self.link(row, column, self.cover, f"← {self.cover}")

    def set_up(self, title: str) -> None:
        """Protection without a password, and print set-up."""
        sheet = self.sheet
        sheet.protect("", ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.set_header("&L" + _plain(title) + "&R" + _plain(self.words.facts.get("title", "")))
        page = self.say("pagina &P van &N", "page &P of &N")
        sheet.set_footer(f"&L&F&C&A&R{page}")

    def text(self, row: int, column: int, words: str, look: Any = "text") -> None:
        """A text, never a formula whatever it begins with."""
        self.sheet.write_string(row, column, words, self.looks[look] if isinstance(look, str) else look)

    def wrapped(self, row: int, column: int, words: str, width: float, look: Any = "text") -> None:
        """A text in a row as high as it needs."""
        self.text(row, column, words, look)
        self.high_enough(row, [(words, width)])

    def high_enough(self, row: int, texts: Sequence[tuple[str, float]]) -> None:
        """Make a row as high as the longest of its texts needs."""
        lines = max(lines_of(words, width) for words, width in texts)
        if lines > 1:
            self.sheet.set_row(row, lines * LINE_HEIGHT + 2)

    def number(self, row: int, column: int, value: float, look: Any) -> None:
        """A number."""
        self.sheet.write_number(row, column, value, self.looks[look] if isinstance(look, str) else look)

    def formula(self, row: int, column: int, text: str, value: float | str, look: Any) -> None:
        """A formula without `=`, with the value that it shows."""
        form = self.looks[look] if isinstance(look, str) else look
        self.sheet.write_formula(row, column, f"={text}", form, shown_value(value))

    def link(self, row: int, column: int, target: str, words: str = "") -> None:
        """A link to the top of a sheet."""
        self.sheet.write_url(row, column, f"internal:'{target}'!A1", self.looks["link"], words or target)


def shown_value(value: float | str) -> float | str:
    """What a formula cell is stored with: `-` in the place of what is not a number, and no minus before nothing."""
    if isinstance(value, str):
        return value
    return "-" if math.isnan(value) else value + 0.0


def lines_of(words: str, width: float) -> int:
    """Lines that a text takes in a column; on the safe side."""
    return sum(max(1, len(textwrap.wrap(part, max(int(width * CHARACTERS), 4)))) for part in words.split("\n"))


def _plain(words: str) -> str:
    """A text for a header, where & is a sign of its own; cut, because a header holds no more than 255 signs."""
    return textwrap.shorten(words, 100, placeholder=" …").replace("&", "&&")
