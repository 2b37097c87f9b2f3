"""A scenario as a workbook that a public controller can check: every sheet, its checks, and its print set-up.

The same scenario gives the same bytes: no clock, no random ids. A file is written beside its place and moved there when
it is whole. What an importer may rely on stands in contract.py.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coalition import __version__
from coalition.cells import Sheet, column_letters
from coalition.errors import ScenarioError
from coalition.forms.theme import Theme, load_theme
from coalition.model import discount_rate
from coalition.notes import notes_of
from coalition.outputs.formats import percent
from coalition.outputs.labels import Lang
from coalition.outputs.remarks import note_lines
from coalition.parties import PartyKind
from coalition.problems import Problem
from coalition.region import OPEN_AGE
from coalition.report import Report, build_report
from coalition.scenario import Scenario
from coalition.workbook.book import Book, build_book
from coalition.workbook.change_page import Change, write_changes
from coalition.workbook.check_page import first_failing, verdict, write_checks, write_verdict
from coalition.workbook.check_rows import checks_of
from coalition.workbook.checks import Check
from coalition.workbook.contract import (
    AMOUNT_ROWS,
    INPUT_HASH,
    INPUTS,
    LANGUAGE,
    LAYOUT,
    LAYOUT_KEY,
    SCENARIO,
    SUMMED,
    TABLES,
    VERSION,
    age_heading,
)
from coalition.workbook.cover import Facts, write_cover, write_explanation
from coalition.workbook.export_words import Words, load_words
from coalition.workbook.frame import MOST_FORMULAS
from coalition.workbook.input_pages import CHANGED, TABLE_CHANGED, write_inputs, write_tables
from coalition.workbook.looks import WHOLE_EURO, Looks
from coalition.workbook.pages import FIRST_ROW, Page
from coalition.workbook.result_page import write_results
from coalition.workbook.result_rows import ResultRows, result_rows
from coalition.workbook.text_sheets import (
    TextSheet,
    comparison_sheet,
    glossary_sheet,
    sources_sheet,
    write_text_sheet,
)
from coalition.workbook.write import QuickSheet, write_calculation

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

TEXT_SHEETS: dict[str, Callable[[Report, Lang], TextSheet]] = {
    "comparison": comparison_sheet,
    "sources": lambda report, lang: sources_sheet(report.result, lang),
    "glossary": lambda _report, lang: glossary_sheet(lang),
}
"""Sheets that only show, by their key in NAMES."""

NAMES: dict[str, tuple[str, str]] = {
    "cover": ("Voorblad", "Cover"),
    "explanation": ("Toelichting", "Explanation"),
    "inputs": (INPUTS["nl"], INPUTS["en"]),
    "input_tables": (TABLES["nl"], TABLES["en"]),
    "fixed_values": ("Vaste_waarden", "Fixed_values"),
    "booking": ("Boeking", "Booking"),
    "results": ("Resultaat", "Results"),
    "checks": ("Controles", "Checks"),
    "comparison": ("Vergelijking", "Comparison"),
    "changes": ("Wijzigingen", "Change_log"),
    "sources": ("Bronnen", "Sources"),
    "glossary": ("Begrippen", "Glossary"),
}
BEFORE = ("cover", "explanation", "inputs", "input_tables", "fixed_values")
AFTER = ("results", "checks", "comparison", "changes", "sources", "glossary")
"""Sheets before and after the calculation, in their order."""
CALCULATION = {
    "time_axis": ("Tijdas", "Time_axis"),
    "ages": ("Berekening_leeftijden", "Calc_ages"),
    "parties": ("Partijen", "Parties"),
    "booking": ("Boeking", "Booking"),
}
TABS = {"inputs": "input_fill", "input_tables": "input_fill", "results": "title", "checks": "good"}
"""Colours of the theme of the tabs that a reader looks for."""
AT_TABLE = (PartyKind.INSURER, PartyKind.MUNICIPALITY, PartyKind.INVESTOR)
MOST_PROPERTY = 255
"""Characters of a property of the file."""


def check_free(path: Path) -> None:
    """Refuse a file that exists: it may hold inputs that somebody filled in.

    Raises:
        ScenarioError: it exists.
    """
    if path.exists():
        raise ScenarioError([Problem("export.exists", str(path))])


def export_workbook(
    scenario: Scenario,
    path: Path,
    lang: Lang = "nl",
    *,
    theme: Theme | None = None,
    changes: Sequence[Change] = (),
) -> Path:
    """Write the workbook of a scenario.

    Args:
        scenario: as loaded.
        path: of the file; an older one is replaced when the new one is whole.
        lang: of every word.
        theme: colours, font and logo; the shipped one when left out.
        changes: what earlier imports changed, the oldest first.
    Returns:
        The path.
    Raises:
        ScenarioError: theme or words are not in order, or the file cannot be written.
        DefectError: a row shows something else than the model; nothing is written.
    """
    book = build_book(scenario, lang)
    words = load_words(lang, _facts(book, lang))
    export = _Export(book, words, theme or load_theme(), changes)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".xlsx")
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    temporary = Path(name)
    try:
        export.write(temporary)
        _readable(temporary)
        _moved(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _moved(temporary: Path, path: Path) -> None:
    try:
        os.replace(temporary, path)
    except OSError as error:  # a spreadsheet that has it open may hold on to it
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ScenarioError:
    return ScenarioError([Problem("export.unwritable", str(path), facts={"reason": error.strerror or str(error)})])


def exported_text(path: Path, lang: Lang) -> str:
    """What to do with the file."""
    if lang == "nl":
        return f"{path} staat klaar. Begin op het blad Voorblad; gele cellen mag u veranderen."
    return f"{path} is ready. Begin on the sheet Cover; you may change yellow cells."


def _readable(path: Path) -> None:
    """Give a temporary file, which only its owner may read, the rights of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)


def _facts(book: Book, lang: Lang) -> dict[str, str]:
    head, years = book.scenario.spec.scenario, book.result.years
    return {
        "title": head.title,
        "price_year": str(head.price_year),
        "first": str(years[0]),
        "last": str(years[-1]),
        "rate": percent(float(discount_rate(book.scenario, 1)[0]), lang, 2),
        "version": __version__,
    }


class _Export:
    def __init__(self, book: Book, words: Words, theme: Theme, changes: Sequence[Change]) -> None:
        self.book, self.words, self.theme, self.changes = book, words, theme, changes
        self.rows: ResultRows = result_rows(book)
        self.pages: dict[str, Page] = {}
        self.index: list[tuple[str, str]] = []

    def name(self, key: str) -> str:
        """Name of a sheet."""
        return NAMES[key][0 if self.words.lang == "nl" else 1]

    def page(self, key: str) -> Page:
        """A sheet by its key."""
        return self.pages[self.name(key)]

    def write(self, path: Path) -> None:
        """The whole file."""
        import xlsxwriter

        out = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self._properties(out)
        changed = self._changed()
        checks = checks_of(self.book, self.rows, changed)
        self._add_sheets(out)
        self._inputs()
        for sheet in self.book.frame.sheets:
            about, classes = self._about(sheet), self._classes(sheet)
            write_calculation(self.pages[sheet.name], sheet, self.book.frame.axis, about, classes)
        checks += write_results(self.page("results"), self.book, self.rows)
        self._text_sheets()
        write_checks(self.page("checks"), checks)
        write_verdict(self.page("results"), self.name("checks"), checks)
        write_changes(self.page("changes"), self.changes)
        self._fixed_values()
        self._explanation()
        self._cover(checks, changed)
        out.close()

    # sheets

    def _text_sheets(self) -> None:
        """Sheets that only show: what was compared, sources, words."""
        report, looks = build_report(self.book.scenario, studies=False), self.looks
        formats = {
            "text_title": looks["title"],
            "text_note": looks["about"],
            "text_header": looks["header"],
            "text_heading": looks["heading"],
            "text": looks["wide_text"],
            "text_number": looks["plain"],
            "text_euro": looks.made(num_format=WHOLE_EURO),
        }
        for key, make in TEXT_SHEETS.items():
            page, sheet = self.page(key), make(report, self.words.lang)
            write_text_sheet(page.sheet, sheet, formats)
            page.set_up(sheet.title)
            page.back(1 + len(sheet.notes), 0)

    def _add_sheets(self, out: Workbook) -> None:
        """All sheets in their order, with what the index says about each."""
        for key in BEFORE:
            self._add(out, self.name(key), self.words.sheet(key)[1], TABS.get(key, ""))
        for sheet in self.book.frame.sheets:
            self._add(out, sheet.name, f"{sheet.title}.", "")
        for key in AFTER:
            self._add(out, self.name(key), self.words.sheet(key)[1], TABS.get(key, ""))

    def _add(self, out: Workbook, name: str, about: str, colour: str) -> None:
        sheet = out.add_worksheet(name, QuickSheet)
        if colour:
            sheet.set_tab_color(self.theme.colours[colour])
        self.pages[name] = Page(out, sheet, name, self._looks(out), self.words, self.name("cover"))
        self.index.append((name, about))

    def _looks(self, out: Workbook) -> Looks:
        if not self.pages:
            self.looks = Looks(out, self.theme)
        return self.looks

    def _inputs(self) -> None:
        write_inputs(self.page("inputs"), self.book)
        write_tables(self.page("input_tables"), self.book)

    def _about(self, sheet: Sheet) -> str:
        for key in CALCULATION:
            if sheet.name in CALCULATION[key]:
                return self.words.sheet(key)[1]
        return self.words.sheet("calculation")[1]

    def _classes(self, sheet: Sheet) -> list[str]:
        """Age classes, above the one sheet whose columns are no years."""
        region = self.book.scenario.region
        ends = zip(region.age_from, region.age_to, strict=True)
        found = [age_heading(int(a), None if b >= OPEN_AGE else int(b)) for a, b in ends]
        return found if sheet.name in CALCULATION["ages"] else []

    def _fixed_values(self) -> None:
        """Last of what is calculated, because other sheets ask for fixed values."""
        constants = self.book.frame.inputs.constants
        constants.title, about = self.words.sheet("fixed_values")
        write_calculation(self.page("fixed_values"), constants, self.book.frame.axis, about)

    def _explanation(self) -> None:
        notes = note_lines(notes_of(self.book.scenario, self.book.result.run), self.words.lang)
        write_explanation(self.page("explanation"), notes)

    def _changed(self) -> list[str]:
        """Cells that are 1 where an input is no longer what it was at export."""
        inputs = self.book.frame.inputs
        found = []
        for sheet, column in ((inputs.scalars, CHANGED), (inputs.tables, TABLE_CHANGED)):
            letters = column_letters(column)
            found.append(f"{sheet.name}!${letters}${FIRST_ROW + 1}:${letters}${max(sheet.height, FIRST_ROW + 1)}")
        return found

    # what it is

    def _properties(self, out: Workbook) -> None:
        head = self.book.scenario.spec.scenario
        out.set_properties(
            {
                "title": head.title[:MOST_PROPERTY],
                "subject": self.words.text("title"),
                "author": "",
                "company": "",
                "comments": f"coalition {__version__}",
                "created": dt.datetime(head.first_year, 1, 1),
            }
        )
        out.set_size(2400, 1400)
        out.set_calc_mode("auto")
        for key, value in (
            (SCENARIO, head.name),
            (INPUT_HASH, self.book.scenario.input_hash),
            (VERSION, __version__),
            (LAYOUT_KEY, LAYOUT),
            (LANGUAGE, self.words.lang),
            (AMOUNT_ROWS, self.book.frame.inputs.amount_rows),
            (SUMMED, int(self.book.places is not None)),
        ):
            out.set_custom_property(key, value)

    def _together(self, dutch: bool) -> str:
        """Why what happens per municipality is no formula here."""
        most = f"{MOST_FORMULAS:,}"
        if dutch:
            return (
                f"Per gemeente zou een blad meer dan {most.replace(',', '.')} formules tellen. Deelnemers en vermeden "
                "kosten zijn daarom uitkomsten van het model, opgeteld per interventie (zie Berekening_samengevat). "
                "Bereik, effecten en startjaren wijzigt u in het scenario; al het andere rekent mee."
            )
        return (
            f"Per municipality a sheet would hold more than {most} formulas. Starters and avoided cost are therefore "
            "figures of the model, added up by intervention (Calc_summed). Reach, effects and start years are changed "
            "in the scenario; everything else is live."
        )

    def _cover(self, checks: Sequence[Check], changed: Sequence[str]) -> None:
        dutch, facts = self.words.lang == "nl", self.words.facts
        scenario = self.book.scenario
        parties = [r.name for r in self.rows.parties if r.party is not None and r.party.kind in AT_TABLE]
        rows = [
            ("Scenario", f"{scenario.spec.scenario.title} ({scenario.spec.scenario.name})"),
            ("Partijen" if dutch else "Parties", ", ".join(parties)),
            ("Jaren" if dutch else "Years", f"{facts['first']}–{facts['last']}"),
            ("Prijspeil" if dutch else "Prices of", facts["price_year"]),
            ("Discontovoet" if dutch else "Discount rate", facts["rate"]),
            ("Versie van het rekenmodel" if dutch else "Version of the model", f"coalition {__version__}"),
            ("Invoer (SHA-256)" if dutch else "Inputs (SHA-256)", scenario.input_hash),
            ("Licentie" if dutch else "Licence", self.words.text("cover.licence")),
        ]
        if self.book.places is not None:
            rows.append(("Gemeenten samengevat" if dutch else "Municipalities together", self._together(dutch)))
        page = self.page("cover")
        names = {key: self.name(key) for key in NAMES if self.name(key) in self.pages}
        count = "+".join(f"SUM({part})" for part in changed)
        said = [of(page, self.name("checks"), checks) for of in (verdict, first_failing)]
        write_cover(page, Facts(scenario.spec.scenario.title, rows, said[0], said[1], count, names, self.index))
        page.sheet.activate()
