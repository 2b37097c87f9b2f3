"""The sheet that says what earlier imports changed in the inputs, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from coalition.workbook.pages import HEADER_ROW, Page


class Change(Protocol):
    """One change of an input, as the log of an import keeps it; every field is text."""

    @property
    def date(self) -> str: ...  # noqa: D102
    @property
    def who(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def old(self) -> str: ...  # noqa: D102
    @property
    def new(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


_COLUMNS = (
    ("date", "datum", "date", 12.0),
    ("who", "wie", "who", 18.0),
    ("label", "invoer", "input", 56.0),
    ("path", "id", "id", 44.0),
    ("old", "oud", "old", 16.0),
    ("new", "nieuw", "new", 16.0),
    ("reason", "reden", "reason", 56.0),
)


def write_changes(page: Page, changes: Sequence[Change]) -> None:
    """A row per change, the oldest first."""
    page.begin(*page.words.sheet("changes"))
    page.sheet.set_column(0, 0, 2)
    for column, (_, dutch, english, width) in enumerate(_COLUMNS, 1):
        page.sheet.set_column(column, column, width)
        page.text(HEADER_ROW, column, page.say(dutch, english), "header")
    for row, change in enumerate(changes, HEADER_ROW + 1):
        texts = [(str(getattr(change, key)), width) for key, _, _, width in _COLUMNS]
        for column, (words, _) in enumerate(texts, 1):
            page.text(row, column, words, "label")
        page.high_enough(row, texts)
    if not changes:
        page.text(HEADER_ROW + 1, 1, page.say("nog geen wijzigingen", "no changes yet"), "about")
    page.sheet.freeze_panes(HEADER_ROW + 1, 0)
    page.sheet.repeat_rows(0, HEADER_ROW)
