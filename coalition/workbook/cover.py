"""The first sheet, from which a controller who never saw the project finds everything; and the explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coalition.workbook.check_page import colour_verdict
from coalition.workbook.pages import HEADER_ROW, Page

NAME, TEXT, MORE = 1, 2, 3
"""Columns of the cover."""
CHANGED = ('[=0]"geen";[=1]0" cel";0" cellen"', '[=0]"none";[=1]0" cell";0" cells"')
"""Number format of the number of changed inputs."""
NAME_WIDTH, TEXT_WIDTH, MORE_WIDTH = 30.0, 86.0, 22.0


@dataclass(frozen=True)
class Facts:
    """What the cover says about the workbook.

    Attributes:
        scenario: its title.
        rows: name and value of each fact.
        verdict: formula and value of the text about the checks.
        failing: formula and value of the name of the first check that fails.
        changed: formula of the number of changed inputs.
        sheets: key -> name of every sheet that a text may point to.
        index: name and one line of every sheet, in order.
    """

    scenario: str
    rows: Sequence[tuple[str, str]]
    verdict: tuple[str, str]
    failing: tuple[str, str]
    changed: str
    sheets: Mapping[str, str]
    index: Sequence[tuple[str, str]]


def write_cover(page: Page, facts: Facts) -> None:
    """Everything on one page."""
    _Cover(page, facts).write()


class _Cover:
    def __init__(self, page: Page, facts: Facts) -> None:
        self.page, self.facts, self.say, self.words = page, facts, page.say, page.words
        self.next = 0

    def write(self) -> None:
        """From top to bottom."""
        page, sheet = self.page, self.page.sheet
        page.begin(self.words.text("title"), self.facts.scenario)
        for column, width in ((0, 2), (NAME, NAME_WIDTH), (TEXT, TEXT_WIDTH), (MORE, MORE_WIDTH)):
            sheet.set_column(column, column, width)
        self._logo()
        self.next = HEADER_ROW
        for text in self.words.texts("cover.intro"):
            sheet.merge_range(self.next, NAME, self.next, TEXT, "", page.looks["text"])
            page.wrapped(self.next, NAME, text, NAME_WIDTH + TEXT_WIDTH)
            self.next += 1
        self._verdict()
        self._facts()
        self._find()
        self._legend()
        self._index()
        self._roles()
        sheet.print_area(0, 0, self.next, MORE)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 1)

    def _logo(self) -> None:
        logo = self.page.looks.theme.logo
        if logo is not None:
            self.page.sheet.insert_image(0, MORE, str(logo), {"object_position": 3, "description": "logo"})

    def _heading(self, words: str) -> None:
        self.next += 1
        for column in (NAME, TEXT, MORE):
            self.page.text(self.next, column, words if column == NAME else "", "heading")
        self.next += 1

    def _verdict(self) -> None:
        page, row = self.page, self.next + 1
        page.text(row, NAME, self.say("Kloppen de cijfers?", "Do the figures agree?"), "bold")
        page.formula(row, TEXT, *self.facts.verdict, "verdict")
        page.sheet.set_row(row, 40)
        colour_verdict(page, row, TEXT)
        page.link(row, MORE, self.facts.sheets["checks"])
        page.text(row + 1, NAME, self.say("Wat klopt niet?", "What fails?"), "label")
        page.formula(row + 1, TEXT, *self.facts.failing, "text")
        page.sheet.set_row(row + 1, 26)
        page.text(row + 2, NAME, self.say("Invoer veranderd sinds export", "Inputs changed since export"), "label")
        left = page.looks.with_("flag", align="left", num_format=self.say(*CHANGED))
        page.formula(row + 2, TEXT, self.facts.changed, 0.0, left)
        rule = {"type": "cell", "criteria": ">", "value": 0, "format": page.looks["bad"]}
        page.sheet.conditional_format(row + 2, TEXT, row + 2, TEXT, rule)
        page.link(row + 2, MORE, self.facts.sheets["inputs"])
        self.next = row + 3

    def _facts(self) -> None:
        page = self.page
        self._heading(self.say("Dit werkboek", "This workbook"))
        for name, value in self.facts.rows:
            page.text(self.next, NAME, name, "label")
            page.wrapped(self.next, TEXT, value, TEXT_WIDTH)
            self.next += 1
        states = self.words.texts("cover.status")
        page.text(self.next, NAME, self.say("Status", "Status"), "label")
        page.text(self.next, TEXT, states[0], "text_input")
        message = self.say("Kies uit de lijst.", "Choose from the list.")
        page.sheet.data_validation(
            self.next, TEXT, self.next, TEXT, {"validate": "list", "source": states, "error_message": message}
        )
        self.next += 1

    def _find(self) -> None:
        page = self.page
        self._heading(self.say("Waar vind ik wat?", "Where do I find what?"))
        for question, answer, key in self.words.rows("cover.find", 3):
            page.text(self.next, NAME, question, page.looks.with_("bold", text_wrap=True))
            page.wrapped(self.next, TEXT, answer, TEXT_WIDTH)
            if key in self.facts.sheets:
                page.link(self.next, MORE, self.facts.sheets[key])
            self.next += 1

    def _legend(self) -> None:
        page, looks = self.page, self.page.looks
        self._heading(self.say("Kleuren", "Colours"))
        kinds: dict[str, Any] = {
            "input": looks.with_("text_input", locked=True),
            "locked": looks.with_("boxed", bg_color="@locked"),
            "formula": looks["boxed"],
            "good": looks.with_("boxed", bg_color="@good"),
            "bad": looks.with_("boxed", bg_color="@bad"),
            "spare": looks.with_("boxed", font_color="#A6A6A6"),
        }
        for key, look in kinds.items():
            page.text(self.next, NAME, "1,23" if self.words.lang == "nl" else "1.23", look)
            page.text(self.next, TEXT, self.words.text(f"legend.{key}"), "wide_text")
            self.next += 1

    def _index(self) -> None:
        self._heading(self.say("Bladen", "Sheets"))
        for name, about in self.facts.index:
            self.page.link(self.next, NAME, name)
            self.page.wrapped(self.next, TEXT, about, TEXT_WIDTH)
            self.next += 1

    def _roles(self) -> None:
        page = self.page
        self._heading(
            self.say("Wie heeft dit gemaakt, getoetst en vastgesteld?", "Who made, assured and approved this?")
        )
        for column, words in (
            (NAME, self.say("rol", "role")),
            (TEXT, self.say("naam", "name")),
            (MORE, self.say("datum", "date")),
        ):
            page.text(self.next, column, words, "header")
        self.next += 1
        for role in self.words.texts("cover.roles"):
            page.text(self.next, NAME, role, "label")
            for column in (TEXT, MORE):
                page.sheet.write_blank(self.next, column, None, page.looks["text_input"])
            self.next += 1


def write_explanation(page: Page, notes: Sequence[str]) -> None:
    """How to read the figures, and what to know beside them."""
    page.begin(*page.words.sheet("explanation"))
    width = page.words.width("text")
    page.sheet.set_column(0, 0, 2)
    page.sheet.set_column(1, 1, width)
    row = HEADER_ROW
    sections = page.words.sections("explanation")
    if notes:
        sections = [*sections, (str(page.words.of("notes")), list(notes))]
    for heading, texts in sections:
        page.text(row, 1, heading, "heading")
        row += 1
        for text in texts:
            page.wrapped(row, 1, text, width)
            row += 1
        row += 1
