"""The empty input form: an explained workbook in which a coalition describes its own region.

Written with XlsxWriter, twice the same bytes. Column A holds the key under which form.py reads a row back; every other
locked cell is explanation. No number is filled in. All text is written as text, so that nothing can become a formula;
the few formulas look up what the catalogue says about a chosen intervention, and no result depends on them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalition.catalogue import catalogue_ids, load_entry
from coalition.errors import ScenarioError
from coalition.forms.asked import MOST_ASKED, asked_of, cost_text, evidence_text
from coalition.forms.layout import MOST_AGES, Field, Layout, Part, Sheet, load_layout, own_file
from coalition.forms.places import (
    EXPLANATION,
    FIRST_AGE,
    HIGH,
    KEY,
    LABEL,
    LOW,
    PRICE_YEAR,
    PRICED,
    RANGED,
    SOURCE,
    STANDING,
    UNIT,
    VALUE,
)
from coalition.forms.theme import THEME_FILE, Theme, load_theme
from coalition.problems import Problem

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLUMNS = ("label", "value", "low", "high", "unit", "price_year", "source", "standing", "explanation")
WIDTHS = {False: (3, 31, 20, 9, 9, 16, 9, 26, 13, 54), True: (3, 25, 20, 17)}
AGE_WIDTH = 8.5
PARTY_ROWS = 8
CREATED = datetime(2026, 1, 1)
"""Date in the document's properties; a fixed one, so that the same form has the same bytes."""
_LINE_HEIGHT = 15.0
_LONG_BLOCK = 20
"""Rows above which every block begins on a page of its own."""
WIDE = frozenset({"text", "areas"})
"""Kinds whose cell runs over the columns that it has no use for."""
_NUMBER_FORMATS = {
    "year": "0",
    "age": "0",
    "whole": "0",
    "euro": "#,##0.00",
    "eurocost": "#,##0.00",
    "share": "0.0###",
    "growth": "0.0###",
    "text": "@",
    "name": "@",
    "areas": "@",
}
_LIMITS: dict[str, tuple[str, float, float]] = {
    "year": ("integer", 1990, 2150),
    "age": ("integer", 0, 120),
    "whole": ("integer", 1, 100),
    "share": ("decimal", 0, 1),
    "growth": ("decimal", -0.5, 0.5),
    "count": ("decimal", 0, 1e12),
    "real": ("decimal", 0, 1e12),
    "number": ("decimal", -1e12, 1e12),
    "euro": ("decimal", -1e12, 1e12),
    "eurocost": ("decimal", 0, 1e12),
}


def write_form(path: Path, lang: str = "nl", folder: Path | None = None) -> None:
    """Write the empty form.

    Args:
        path: the file to make; an existing one is left alone.
        lang: "nl" or "en".
        folder: layouts of one's own, instead of the shipped ones.
    Raises:
        ScenarioError: the file exists already, or a layout cannot be read.
    """
    import xlsxwriter

    if path.exists():
        raise ScenarioError([Problem("file.exists", str(path))])
    layout, theme = load_layout(lang, folder), load_theme(own_file(folder, THEME_FILE))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": layout.words["title"], "subject": layout.words["subject"], "created": CREATED})
        _Form(book, layout, theme, lang).write()


class _Styles:
    """The formats of the book, each made once."""

    def __init__(self, book: Workbook, theme: Theme) -> None:
        self._book, self._theme = book, theme
        self._made: dict[tuple[str, str], Format] = {}

    def __call__(self, name: str, number: str = "") -> Format:
        if (name, number) not in self._made:
            properties = {"font_name": self._theme.font, "font_size": 10, "valign": "top", **self._of(name)}
            if number:
                properties["num_format"] = number
            self._made[name, number] = self._book.add_format(properties)
        return self._made[name, number]

    def _of(self, name: str) -> dict[str, Any]:
        colour = self._theme.colours
        boxed = {"border": 1, "border_color": colour["line"]}
        styles: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 16, "font_color": colour["title"]},
            "about": {"italic": True, "font_color": colour["title"]},
            "heading": {"bold": True, "bg_color": colour["heading"]},
            "note": {"italic": True, "text_wrap": True},
            "head": {"bold": True, "bg_color": colour["heading"], "text_wrap": True, **boxed},
            "label": {"text_wrap": True, **boxed},
            "input": {
                "bg_color": colour["input_fill"],
                "font_color": colour["input_font"],
                "text_wrap": True,
                "locked": False,
                **boxed,
            },
            "locked": {"bg_color": colour["locked"], "text_wrap": True, **boxed},
            "bad": {"bg_color": colour["bad"], **boxed},
            "good": {"bg_color": colour["good"], **boxed},
            "key": {"font_size": 6, "font_color": colour["line"], "shrink": True},
            "text": {"text_wrap": True},
            "link": {"font_color": colour["title"], "underline": 1},
        }
        return styles[name]


class _Form:
    """The sheets of one form, written in order."""

    def __init__(self, book: Workbook, layout: Layout, theme: Theme, lang: str) -> None:
        self.book, self.layout, self.theme, self.lang = book, layout, theme, lang
        self.style = _Styles(book, theme)
        self.sheets: dict[str, Worksheet] = {}
        self.ranges = self._ranges()
        self.table_rows: dict[str, int] = {}

    def write(self) -> None:
        """All sheets, in the order of the layout."""
        for sheet in self.layout.sheets:
            self.sheets[sheet.id] = self.book.add_worksheet(sheet.name)
        for sheet in self.layout.sheets:
            self._open(sheet)
            {
                "cover": self._cover,
                "catalogue": self._catalogue,
                "terms": self._terms,
                "lists": self._lists,
            }.get(sheet.id, self._parts)(sheet)
        self.sheets["cover"].activate()

    # --- what every sheet has -------------------------------------------------------------------------------------

    def _open(self, sheet: Sheet) -> None:
        """Title, widths, protection and print set-up."""
        page = self.sheets[sheet.id]
        page.write_string(0, LABEL, sheet.name, self.style("title"))
        page.write_string(1, LABEL, sheet.about, self.style("about"))
        page.set_row(0, 24)
        for column, width in enumerate(WIDTHS[sheet.grid]):
            page.set_column(column, column, width)
        if sheet.grid:
            page.set_column(FIRST_AGE, FIRST_AGE + MOST_AGES - 1, AGE_WIDTH)
        page.protect("", {"format_columns": True, "format_rows": True})
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        names = f"{self.layout.words['file']}: &F, &A".replace("&F", "\0F").replace("&A", "\0A")
        page.set_footer(f"&L{names.replace('&', '&&')}&R{self.layout.words['page']}".replace("\0", "&"))
        page.hide_gridlines(2)

    def _finish(self, sheet: Sheet, last_row: int, last_column: int, header: int) -> None:
        page = self.sheets[sheet.id]
        page.print_area(0, LABEL, last_row, last_column)
        page.repeat_rows(0, header)
        page.freeze_panes(header + 1, VALUE)

    def _key(self, page: Worksheet, row: int, key: str) -> None:
        page.write_string(row, KEY, key, self.style("key"))

    # --- rows and tables ------------------------------------------------------------------------------------------

    def _parts(self, sheet: Sheet) -> None:
        page, row = self.sheets[sheet.id], 2
        last = FIRST_AGE + MOST_AGES - 1 if sheet.grid else EXPLANATION
        if not sheet.grid:
            for column, name in enumerate(COLUMNS, start=LABEL):
                page.write_string(row, column, self.layout.words[name], self.style("head"))
            page.set_row(row, 18)
            row += 1
        blocks = [part for part in sheet.parts if part.number]
        if blocks:
            row = self._block_links(sheet, blocks, row)
        breaks = []
        for part in sheet.parts:
            if part.number > 1 and len(part.fields) > _LONG_BLOCK:
                breaks.append(row)
            row = self._heading(page, part, row, last)
            if part.ages:
                row = self._ages(page, row)
            elif part.table:
                row = self._table(sheet, part, row)
            else:
                for field in part.fields:
                    self._field(sheet, field, row, part)
                    row += 1
            row += 1
        page.set_h_pagebreaks(breaks)
        self._finish(sheet, row - 1, last, 1 if sheet.grid else 2)

    def _block_links(self, sheet: Sheet, blocks: Sequence[Part], row: int) -> int:
        """A row with a link to each block, since a screen shows only one or two of them."""
        page = self.sheets[sheet.id]
        page.write_string(row, LABEL, self.layout.words["goto"], self.style("label"))
        start = row + 2
        for k, part in enumerate(blocks):
            where = f"internal:'{sheet.name}'!B{start + 1}"
            page.write_url(row, VALUE + k, where, self.style("link"), part.heading if k == 0 else str(part.number))
            start += len(part.fields) + 1 + (1 if part.heading else 0) + (1 if part.note else 0)
        return row + 2

    def _heading(self, page: Worksheet, part: Part, row: int, last: int) -> int:
        name = part.table or ("ages" if part.ages else "")
        if part.heading:
            if name:
                self._key(page, row, f"{name}:heading")
            page.merge_range(row, LABEL, row, last, "", self.style("heading"))
            page.write_string(row, LABEL, part.heading, self.style("heading"))
            row += 1
        if part.note:
            if name:
                self._key(page, row, f"{name}:note")
            page.merge_range(row, LABEL, row, last, "", self.style("note"))
            page.write_string(row, LABEL, part.note, self.style("note"))
            page.set_row(row, _height((part.note, 150)))
            row += 1
        return row

    def _field(self, sheet: Sheet, field: Field, row: int, part: Part) -> None:
        if field.kind == "show":
            self._shown(sheet, field, row, part)
            return
        page = self.sheets[sheet.id]
        self._key(page, row, field.key)
        asked = int(field.key.rpartition(".")[2]) if field.kind == "asked" else 0
        label = f"{self.layout.words['asked']} ({asked})" if asked else field.label + (" *" if field.required else "")
        page.write_string(row, LABEL, label, self.style("label"))
        if field.kind in WIDE and not sheet.grid:
            page.merge_range(row, VALUE, row, STANDING, "", self.style("input", "@"))
        self._input(page, row, VALUE, field.kind, field.choices, (field.label, field.explanation))
        if sheet.grid:
            page.write_string(row, VALUE + 1, field.unit, self.style("locked"))
            page.merge_range(row, FIRST_AGE, row, FIRST_AGE + MOST_AGES - 1, "", self.style("locked"))
            page.write_string(row, FIRST_AGE, field.explanation, self.style("locked"))
            page.set_row(row, _height((label, 25)))
            return
        if field.kind not in WIDE:
            self._beside(page, row, field)
            page.write_string(row, UNIT, field.unit, self.style("locked"))
        if asked:
            self._asked(page, row, asked, row - self._offset(part, field))
            return
        page.write_string(row, EXPLANATION, field.explanation, self.style("locked"))
        page.set_row(row, _height((label, 31), (field.explanation, 54), (field.unit, 16)))

    def _offset(self, part: Part, field: Field) -> int:
        """How many rows a field stands below the first one of its block."""
        return part.fields.index(field)

    def _beside(self, page: Worksheet, row: int, field: Field) -> None:
        """Range, price year, source and standing, where the kind has them."""
        ranged = field.kind in RANGED and not field.plain
        for column in (LOW, HIGH):
            self._optional(page, row, column, field.kind, ranged)
        self._optional(page, row, PRICE_YEAR, "year", field.kind in PRICED)
        self._optional(page, row, SOURCE, "text", ranged)
        self._optional(page, row, STANDING, "choice", ranged)

    def _optional(self, page: Worksheet, row: int, column: int, kind: str, there: bool) -> None:
        if there:
            self._input(page, row, column, kind, "standing" if kind == "choice" else "")
        else:
            page.write_blank(row, column, None, self.style("locked"))

    def _input(
        self,
        page: Worksheet,
        row: int,
        column: int,
        kind: str,
        choices: str = "",
        told: tuple[str, str] = ("", ""),
    ) -> None:
        """An empty cell to fill in, with what a spreadsheet accepts in it and says about it."""
        page.write_blank(row, column, None, self.style("input", _NUMBER_FORMATS.get(kind, "General")))
        page.data_validation(row, column, row, column, self._validation(kind, choices, told))

    def _validation(self, kind: str, choices: str, told: tuple[str, str]) -> dict[str, Any]:
        said = {
            "error_title": self.layout.words["file"],
            "error_message": self.layout.kinds[kind],
            "ignore_blank": True,
        }
        title, explanation = told
        if explanation:
            said |= {"input_title": title[:32], "input_message": explanation[:255]}
        if kind == "choice":
            return {"validate": "list", "source": self.ranges[choices], **said}
        if kind in _LIMITS:
            type_, low, high = _LIMITS[kind]
            return {"validate": type_, "criteria": "between", "minimum": low, "maximum": high, **said}
        return {"validate": "any", **{k: v for k, v in said.items() if k.startswith("input")}}

    def _shown(self, sheet: Sheet, field: Field, row: int, part: Part) -> None:
        """A row that the catalogue fills, for whoever reads the form."""
        page = self.sheets[sheet.id]
        chosen = f"$C${row - self._offset(part, field) + 1}"
        column = {"title": 2, "target": 3, "evidence": 4, "cost": 5, "payer": 6}[field.key.rpartition(".")[2]]
        ids, found = self._catalogue_range(1), self._catalogue_range(column)
        page.write_string(row, LABEL, field.label, self.style("label"))
        page.merge_range(row, VALUE, row, EXPLANATION, "", self.style("locked"))
        formula = f'=IF({chosen}="","",IFERROR(INDEX({found},MATCH({chosen},{ids},0)),""))'
        page.write_formula(row, VALUE, formula, self.style("locked"), "")
        page.set_row(row, _LINE_HEIGHT * (3 if column == 4 else 2 if column == 6 else 1))

    def _asked(self, page: Worksheet, row: int, number: int, chosen_row: int) -> None:
        """One question that belongs to the chosen intervention: its words and unit looked up by id and number."""
        wanted = f'$C${chosen_row + 1}&"|{number}"'
        names, texts, units, required = (self._asked_range(column) for column in (1, 3, 4, 5))
        for column, found in ((EXPLANATION, texts), (UNIT, units)):
            formula = f'=IFERROR(INDEX({found},MATCH({wanted},{names},0)),"")'
            page.write_formula(row, column, formula, self.style("locked"), "")
        waiting = f'=AND($C${row + 1}="",IFERROR(INDEX({required},MATCH({wanted},{names},0)),0)=1)'
        rule = {"type": "formula", "criteria": waiting, "format": self.style("bad")}
        page.conditional_format(row, LABEL, row, LABEL, rule)
        page.set_row(row, _LINE_HEIGHT * 2.6)

    # --- grids ----------------------------------------------------------------------------------------------------

    def _ages(self, page: Worksheet, row: int) -> int:
        self._key(page, row, "ages")
        page.write_string(row, LABEL, self.layout.words["age"] + " *", self.style("label"))
        for column in (VALUE, VALUE + 1):
            page.write_blank(row, column, None, self.style("locked"))
        for k in range(MOST_AGES):
            self._input(page, row, FIRST_AGE + k, "age")
        self.table_rows["ages"] = row
        return row + 1

    def _table(self, sheet: Sheet, part: Part, row: int) -> int:
        page = self.sheets[sheet.id]
        columns = self._placed(part)
        page.set_row(row, 30)
        page.set_row(row + 1, 9)
        self._key(page, row + 1, f"{part.table}:columns")
        for column, (key, label, _, _) in columns.items():
            page.write_string(row, column, label, self.style("head"))
            page.write_string(row + 1, column, key, self.style("key"))
        if part.ages_kind:
            self._age_heads(page, row)
        row += 2
        self.table_rows[part.table] = row
        for k in range(part.rows):
            self._key(page, row + k, f"{part.table}.{k + 1}")
            self._table_row(page, part, columns, row + k, k)
        return row + part.rows

    def _placed(self, part: Part) -> dict[int, tuple[str, str, str, str]]:
        """Column -> key, label, kind and list of each column of a table, without its age classes."""
        if part.echo:
            columns = next(p for p in self.layout.parts() if p.table == part.echo).columns
            return {LABEL + k: ("", c.label.removesuffix(" *"), "echo", "") for k, c in enumerate(columns)}
        at = {name: LABEL + k for k, name in enumerate(COLUMNS)}
        return {
            at[c.at] if c.at else LABEL + k: (c.key, c.label, c.kind, c.choices) for k, c in enumerate(part.columns)
        }

    def _age_heads(self, page: Worksheet, row: int) -> None:
        """The age classes above a table, copied from where they were typed in."""
        where = f"'{self.layout.sheet('areas').name}'!"
        for k in range(MOST_AGES):
            column = FIRST_AGE + k
            here, after = (f"{where}{_cell(self.table_rows['ages'], c)}" for c in (column, column + 1))
            last = f'IF({after}="","+","–"&({after}-1))' if k < MOST_AGES - 1 else '"+"'
            page.write_formula(row, column, f'=IF({here}="","",{here}&{last})', self.style("head"), "")
            page.write_string(row + 1, column, f"age{k + 1}", self.style("key"))

    def _table_row(
        self, page: Worksheet, part: Part, columns: Mapping[int, tuple[str, str, str, str]], row: int, number: int
    ) -> None:
        for column, (_, _, kind, choices) in columns.items():
            if kind == "echo":
                there = _cell(self.table_rows[part.echo] + number, column)
                page.write_formula(row, column, f'=IF({there}="","",{there})', self.style("locked"), "")
            else:
                self._input(page, row, column, kind, choices)
        if part.ages_kind:
            last = FIRST_AGE + MOST_AGES - 1
            for column in range(FIRST_AGE, last + 1):
                page.write_blank(row, column, None, self.style("input", "General"))
            page.data_validation(row, FIRST_AGE, row, last, self._validation(part.ages_kind, "", ("", "")))

    # --- sheets of their own --------------------------------------------------------------------------------------

    def _cover(self, sheet: Sheet) -> None:
        page, row = self.sheets[sheet.id], 0
        page.write_string(0, KEY, self.layout.format, self.style("key"))
        page.write_string(0, LABEL, self.layout.words["title"], self.style("title"))
        if self.theme.logo is not None and self.theme.logo.is_file():
            page.insert_image(0, EXPLANATION, str(self.theme.logo), {"x_scale": 0.5, "y_scale": 0.5})
        row = 3
        for k, text in enumerate(self.layout.cover, start=1):
            page.merge_range(row, LABEL, row, EXPLANATION, "", self.style("text"))
            page.write_string(row, LABEL, f"{k}. {text}", self.style("text"))
            page.set_row(row, _height((text, 170)) + 4)
            row += 1
        row = self._legend(page, row + 1)
        page.write_string(row, LABEL, self.layout.words["index"], self.style("heading"))
        page.write_blank(row, VALUE, None, self.style("heading"))
        for other in self.layout.sheets[1:]:
            row += 1
            page.write_url(row, LABEL, f"internal:'{other.name}'!A1", self.style("link"), other.name)
            page.write_string(row, VALUE, other.about, self.style("about"))
        page.print_area(0, LABEL, row, EXPLANATION)

    def _legend(self, page: Worksheet, row: int) -> int:
        page.write_string(row, LABEL, self.layout.words["legend"], self.style("heading"))
        page.write_blank(row, VALUE, None, self.style("heading"))
        for name, text in self.layout.legend:
            row += 1
            style = "locked" if name == "input" else name
            page.write_blank(row, LABEL, None, self.style("input" if name == "input" else style))
            page.write_string(row, VALUE, text, self.style("about"))
        return row + 2

    def _catalogue(self, sheet: Sheet) -> None:
        page, widths = self.sheets[sheet.id], (23, 30, 28, 58, 26, 34, 60)
        for column, (label, width) in enumerate(zip(self.layout.catalogue_columns, widths, strict=True), start=LABEL):
            page.set_column(column, column, width)
            page.write_string(2, column, label, self.style("head"))
        row = 3
        for id in catalogue_ids():
            told = self._catalogue_row(id)
            for column, text in enumerate(told, start=LABEL):
                page.write_string(row, column, text, self.style("locked"))
            page.set_row(row, _height(*zip(told, widths, strict=True)))
            row += 1
        self._finish(sheet, row - 1, LABEL + len(widths) - 1, 2)

    def _catalogue_row(self, id: str) -> tuple[str, ...]:
        entry, nl = load_entry(id), self.lang == "nl"
        cautions = "\n".join(c.nl if nl else c.en for c in entry.cautions)
        return (
            id,
            entry.name_nl if nl else entry.name_en,
            entry.target_nl if nl else entry.target_en,
            evidence_text(entry, self.layout, self.lang),
            cost_text(entry, self.layout, self.lang),
            entry.payer_note.nl if nl else entry.payer_note.en,
            cautions,
        )

    def _terms(self, sheet: Sheet) -> None:
        page, row = self.sheets[sheet.id], 3
        for word, meaning in self.layout.terms:
            page.write_string(row, LABEL, word, self.style("head"))
            page.merge_range(row, VALUE, row, EXPLANATION, "", self.style("label"))
            page.write_string(row, VALUE, meaning, self.style("label"))
            page.set_row(row, _height((meaning, 150), (word, 30)))
            row += 1
        self._finish(sheet, row - 1, EXPLANATION, 2)

    # --- lists ----------------------------------------------------------------------------------------------------

    def _ranges(self) -> dict[str, str]:
        """Where the choices of each list stand; worked out before a sheet refers to them."""
        found, row = {}, 3
        for name, count in self._list_sizes():
            found[name] = f"='{self.layout.sheet('lists').name}'!$B${row + 1}:$B${row + count}"
            row += count
        self._first_asked = row
        found["catalogue"] = "=" + self._catalogue_range(1)
        return found

    def _list_sizes(self) -> Iterator[tuple[str, int]]:
        for name, listed in self.layout.choices.items():
            yield name, len(listed) + (PARTY_ROWS if name == "party" else 0)
        yield "groups", sum(1 for p in self.layout.sheet("groups").parts if p.number)
        yield "blocks", sum(1 for p in self.layout.sheet("interventions").parts if p.number)

    def _catalogue_range(self, column: int) -> str:
        letter = "ABCDEFGH"[column]
        return f"'{self.layout.sheet('catalogue').name}'!${letter}$4:${letter}${3 + len(catalogue_ids())}"

    def _asked_range(self, column: int) -> str:
        letter, count = "ABCDEF"[column], len(list(self._questions()))
        first = self._first_asked + 1
        return f"'{self.layout.sheet('lists').name}'!${letter}${first}:${letter}${first + count - 1}"

    def _questions(self) -> Iterator[tuple[str, str, str, str, str, bool]]:
        """Key, name, path, words and unit of every question about every intervention, and whether it is required."""
        for id in catalogue_ids():
            asked = asked_of(load_entry(id), self.layout, self.lang)
            for k, question in enumerate(asked[:MOST_ASKED], start=1):
                yield f"asked.{id}.{k}", f"{id}|{k}", question.path, question.text, question.unit, question.required

    def _lists(self, sheet: Sheet) -> None:
        page, row = self.sheets[sheet.id], 3
        page.set_column(LABEL, VALUE, 44)
        page.set_column(LOW, LOW, 110)
        page.set_column(HIGH, HIGH, 26)
        for name, listed in self.layout.choices.items():
            for key, label in listed.items():
                self._key(page, row, f"choice.{name}.{key}")
                page.write_string(row, LABEL, label, self.style("locked"))
                row += 1
            if name == "party":
                row = self._copied(page, row, "party", self._insurer_cells())
        row = self._copied(page, row, "groups", self._group_cells())
        for part in (p for p in self.layout.sheet("interventions").parts if p.number):
            page.write_number(row, LABEL, part.number, self.style("locked", "0"))
            row += 1
        for key, name, path, text, unit, required in self._questions():
            self._key(page, row, key)
            for column, told in enumerate((name, path, text, unit), start=LABEL):
                page.write_string(row, column, told, self.style("locked"))
            page.write_number(row, UNIT, int(required), self.style("locked", "0"))
            row += 1
        self._finish(sheet, row - 1, UNIT, 2)

    def _copied(self, page: Worksheet, row: int, name: str, cells: Sequence[str]) -> int:
        """Names that the user types elsewhere, as choices."""
        for k, cell in enumerate(cells, start=1):
            self._key(page, row, f"list.{name}.{k}")
            page.write_formula(row, LABEL, f'=IF({cell}="","",{cell})', self.style("locked"), "")
            row += 1
        return row

    def _insurer_cells(self) -> list[str]:
        first, name = self.table_rows["insurers"], self.layout.sheet("parties").name
        return [f"'{name}'!{_cell(first + k, LABEL)}" for k in range(PARTY_ROWS)]

    def _group_cells(self) -> list[str]:
        sheet = self.layout.sheet("groups")
        return [f"'{sheet.name}'!{_cell(row, VALUE)}" for row in _first_rows(sheet)]


def _first_rows(sheet: Sheet) -> Iterator[int]:
    """The row of the first field of each block that is repeated."""
    row = 5
    for part in sheet.parts:
        row += (1 if part.heading else 0) + (1 if part.note else 0)
        yield row
        row += len(part.fields) + 1


def _cell(row: int, column: int) -> str:
    """An absolute reference such as $C$8."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _height(*texts: tuple[str, float]) -> float:
    """The height of a row in which each text wraps in a column of this many signs."""
    lines = max(sum(max(1, math.ceil(len(line) / (width * 1.1))) for line in text.split("\n")) for text, width in texts)
    return min(_LINE_HEIGHT * lines, 400.0)
