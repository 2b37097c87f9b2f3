"""Sheets of words and plain values: what was compared, where each number comes from, what each word means.

Nothing here is calculated by the workbook and no cell is ever a formula: text is written as text, also where it begins
with `=`, and a number is what the model found when the workbook was made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coalition.errors import DefectError
from coalition.model import Result
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Number
from coalition.origins import Source, number_sources, sources_of, value_sources
from coalition.outputs.explain_sources import input_name, source_words, unit_label
from coalition.outputs.explain_words import choice_label
from coalition.outputs.labels import Lang, pocket_label, standing_label
from coalition.parties import Party
from coalition.report import Report
from coalition.scenario import Scenario
from coalition.schema import numbers_in
from coalition.tables_used import table_sources
from coalition.terms import glossary
from coalition.uncertainty import break_even_effect
from coalition.workbook.input_words import label_of, unit_of
from coalition.workbook.inputs import kind_of
from coalition.workbook.pages import LINE_HEIGHT, lines_of
from coalition.workbook.task_fields import BookingPlan, Place, booking_plan

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = str | float | None
HIGHEST = 409
"""Points of the highest row that a spreadsheet has."""
LONGEST = 32_000
"""Characters of a cell; a spreadsheet holds no more than 32,767."""


@dataclass(frozen=True)
class TextSheet:
    """A sheet that only shows.

    Attributes:
        name: of the sheet, without spaces; title: above it.
        headers: one per column.
        rows: text, a number, or None for an empty cell; a row of one cell is a heading among the rows.
        widths: of the columns, in characters.
        notes: sentences between title and headers.
        euros: columns whose numbers are amounts.
    """

    name: str
    title: str
    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    widths: tuple[int, ...]
    notes: tuple[str, ...] = ()
    euros: frozenset[int] = field(default_factory=frozenset)


MOST_BREAK_EVENS = 60
"""Parties of which the multiple of the effects is looked for; each of them takes runs of its own."""


def _say(lang: Lang, dutch: str, english: str) -> str:
    return dutch if lang == "nl" else english


def text_sheets(report: Report, lang: Lang) -> list[TextSheet]:
    """All of them, in the order of the workbook."""
    return [comparison_sheet(report, lang), sources_sheet(report.result, lang), glossary_sheet(lang)]


# --- what was compared --------------------------------------------------------------------------------------------


def comparison_sheet(report: Report, lang: Lang) -> TextSheet:
    """Per party the law alone, what is agreed, and both if nothing has an effect."""
    result = report.result
    few = len(result.run.parties) <= MOST_BREAK_EVENS
    even = _break_even(report) if few else {}
    law = {r.party.id: r for r in result.run.law_parties}
    zero = {r.party.id: r for r in result.zero_effect.parties}
    rows: list[tuple[Cell, ...]] = []
    for agreed in result.run.parties:
        three = (law[agreed.party.id], agreed, zero[agreed.party.id])
        if all(abs(p.npv[0]) < HALF_CENT_EUR and not p.paid.any() and not p.gained.any() for p in three):
            continue
        npv, net = [float(p.npv[0]) for p in three], [float(p.net[0].sum()) for p in three]
        years = [_year(p.payback_year[0]) for p in three[:2]]
        at = even.get(agreed.party.id)
        rows.append((_party_name(agreed.party, lang), *npv, *net, *years, None if at is None else round(at, 2)))
    worth, nominal = _say(lang, "contante waarde", "present value"), _say(lang, "saldo (nominaal)", "net (nominal)")
    cases = (
        _say(lang, "alleen de wet", "the law alone"),
        _say(lang, "met afspraken", "as agreed"),
        _say(lang, "effect nul", "zero effect"),
    )
    headers = (
        _say(lang, "partij", "party"),
        *(f"{worth}, {case}" for case in cases),
        *(f"{nominal}, {case}" for case in cases),
        *(f"{_say(lang, 'terugverdiend in', 'paid back in')}, {case}" for case in cases[:2]),
        _say(lang, "quitte bij … × effect", "even at … × effect"),
    )
    return TextSheet(
        _say(lang, "Vergelijking", "Comparison"),
        _say(lang, "Vergelijking per partij", "Comparison per party"),
        headers,
        rows,
        (38, *(17,) * 6, 14, 14, 14),
        (*_comparison_notes(report, lang), *(() if few else (_no_break_even(lang),))),
        frozenset(range(1, 7)),
    )


def _comparison_notes(report: Report, lang: Lang) -> tuple[str, ...]:
    head, years = report.scenario.spec.scenario, report.result.years
    return (
        _say(
            lang,
            "Berekend door het model op het moment van export; rekent niet mee met wat u in dit werkboek wijzigt.",
            "Calculated by the model when this was exported; does not follow what you change in this workbook.",
        ),
        _say(
            lang,
            f"+ is een baat voor de partij. Contante waarde in euro van {head.price_year}; saldo in euro van elk jaar, "
            f"{years[0]}–{years[-1]}.",
            f"+ is a gain for the party. Present value in euro of {head.price_year}; net in euro of each year, "
            f"{years[0]}–{years[-1]}.",
        ),
    )


def _no_break_even(lang: Lang) -> str:
    return _say(
        lang,
        f"Meer dan {MOST_BREAK_EVENS} partijen: niet berekend is bij welk veelvoud van de effecten wie quitte staat.",
        f"With more than {MOST_BREAK_EVENS} parties it is not calculated who is even at which multiple of the effects.",
    )


def _break_even(report: Report) -> dict[str, float | None]:
    """What the report holds; a report without studies holds none, and then the few runs are made here."""
    found = {r.party.id: r.break_even for r in report.rows}
    if any(value is not None for value in found.values()):
        return found
    return break_even_effect(report.scenario)


def _year(year: int | None) -> Cell:
    return None if year is None else float(year)


def _party_name(party: Party, lang: Lang) -> str:
    return party.name_nl if lang == "nl" else party.name_en


# --- where each number comes from ---------------------------------------------------------------------------------


def sources_sheet(result: Result, lang: Lang) -> TextSheet:
    """Every input number, the values of the law that were used, the region's tables, and where amounts are booked."""
    scenario = result.scenario
    top = list(type(scenario.spec).model_fields)
    stated = dict(numbers_in(scenario.spec))
    rows: list[tuple[Cell, ...]] = [(_say(lang, "Getallen van het scenario", "Numbers of the scenario"),)]
    rows += [_number_row(scenario, s, stated[s.path], lang) for s in number_sources(scenario, top)]
    rows.append(
        (_say(lang, "Overige invoer: jaren, stappen, bedragen per jaar", "Other inputs: years, steps, amounts"),)
    )
    rows += [_plain_row(scenario, s, lang) for s in value_sources(scenario, top) if s.value is not None]
    rows.append((_say(lang, "Waarden van de wet en prijzen", "Values of the law and prices"),))
    rows += [_source_row(s, input_name(s.path, scenario.spec, lang), lang) for s in _dated(result, set(stated))]
    rows.append((_say(lang, "Tabellen van de regio", "Tables of the region"),))
    rows += [_source_row(s, s.words or s.path, lang) for s in table_sources(scenario)]
    rows.append((_say(lang, "Taakvelden en boeking", "Task fields and booking"),))
    rows += _booking_rows(booking_plan(), lang)
    headers = ("pad", "naam", "waarde", "laag", "hoog", "eenheid", "status", "bron", "plaats")
    english = ("path", "name", "value", "low", "high", "unit", "standing", "source", "place")
    return TextSheet(
        _say(lang, "Bronnen", "Sources"),
        _say(lang, "Waar elk getal vandaan komt", "Where each number comes from"),
        headers if lang == "nl" else english,
        rows,
        (46, 44, 14, 12, 12, 24, 14, 60, 24),
        (_say(lang, "Laag en hoog: het bereik dat de bron geeft.", "Low and high: the range that the source gives."),),
    )


def _number_row(scenario: Scenario, source: Source, number: Number, lang: Lang) -> tuple[Cell, ...]:
    unit = unit_of(kind_of(source.path, number), number, lang, source.path)
    return _row(source, label_of(scenario, source.path, lang), unit, lang)


def _plain_row(scenario: Scenario, source: Source, lang: Lang) -> tuple[Cell, ...]:
    unit = unit_of(kind_of(source.path, None), None, lang, source.path)
    return _row(source, label_of(scenario, source.path, lang), unit, lang)


def _source_row(source: Source, name: str, lang: Lang) -> tuple[Cell, ...]:
    return _row(source, name, unit_label(source.unit, lang), lang)


def _row(source: Source, name: str, unit: str, lang: Lang) -> tuple[Cell, ...]:
    """The place is a file and a line or a date, without the folder that it lies in on this computer."""
    place = source.place.replace("\\", "/").rpartition("/")[2]
    standing = standing_label(source.standing, lang)
    told = source_words(source, lang)
    value = choice_label(source.words, lang) if source.value is None else source.value
    return (source.path, name, value, source.low, source.high, unit, standing, told, place)


def _dated(result: Result, stated: set[str]) -> Iterator[Source]:
    """Parameters and price levels on which the results rest; numbers of the scenario stand above."""
    pairs = list(dict.fromkeys((key.intervention, key.pocket) for key in result.run.cells))
    own = {*stated, *(s.path for s in value_sources(result.scenario, list(type(result.scenario.spec).model_fields)))}
    seen: set[tuple[str, str]] = set()
    for source in sources_of(result.scenario, pairs, result.years):
        if source.path not in own and (source.path, source.place) not in seen:
            seen.add((source.path, source.place))
            yield source


def _booking_rows(plan: BookingPlan, lang: Lang) -> Iterator[tuple[Cell, ...]]:
    unit = _say(lang, "taakveld van Iv3, per begrotingsjaar", "task field of Iv3, by budget year")
    for code, versions in plan.fields.items():
        for f in versions:
            standing = standing_label(f.standing.value, lang)
            name = f.name or _say(lang, "vraag de afdeling financiën", "ask the finance department")
            told = ". ".join(filter(None, (f.source, f.note_nl if lang == "nl" else f.note_en)))
            yield (f"iv3.{code}", f"{code} {name}", None, None, None, unit, standing, told, f"{f.first_year}-01-01")
    for holder, places in (("municipal", plan.municipal), ("insurer", plan.insurer)):
        for found in places.values():
            yield from (_place_row(holder, place, lang) for place in found)


def _place_row(holder: str, place: Place, lang: Lang) -> tuple[Cell, ...]:
    title = place.title_nl if lang == "nl" else place.title_en
    shown = " ".join(filter(None, (place.code, title))) or _say(
        lang, "vraag de afdeling financiën", "ask the finance department"
    )
    unit = _say(lang, "boekingsplaats", "place of booking")
    told = ". ".join(filter(None, (place.source, place.note_nl if lang == "nl" else place.note_en)))
    name = f"{pocket_label(place.pocket.value, lang)}: {shown}"
    standing = standing_label(place.standing.value, lang)
    path, since = f"iv3.{holder}.{place.pocket.value}", f"{place.first_year}-01-01"
    return (path, name, None, None, None, unit, standing, told, since)


# --- what each word means -----------------------------------------------------------------------------------------


def glossary_sheet(lang: Lang) -> TextSheet:
    """Every word of the package with its meaning."""
    rows: list[tuple[Cell, ...]] = []
    for section in glossary():
        rows.append((section.title_nl if lang == "nl" else section.title_en,))
        for term in section.terms:
            names = (term.nl, term.en) if lang == "nl" else (term.en, term.nl)
            rows.append((", ".join(term.codes), *names, term.meaning_nl if lang == "nl" else term.meaning_en))
    headers = ("code", "Nederlands", "English", "betekenis")
    english = ("code", "English", "Nederlands", "meaning")
    return TextSheet(
        _say(lang, "Begrippen", "Glossary"),
        _say(lang, "Wat elk woord betekent", "What each word means"),
        headers if lang == "nl" else english,
        rows,
        (28, 32, 32, 90),
    )


# --- to a file ----------------------------------------------------------------------------------------------------


def write_text_sheet(page: Worksheet, sheet: TextSheet, formats: Mapping[str, Any]) -> None:
    """Title, notes, headers and rows; headers stay in sight and are printed on every page."""
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    _write(page, 0, 0, sheet.title, formats["text_title"])
    for k, note in enumerate(sheet.notes):
        _write(page, 1 + k, 0, note, formats["text_note"])
    top = 2 + len(sheet.notes)
    for column, header in enumerate(sheet.headers):
        _write(page, top, column, header, formats["text_header"])
    page.set_row(0, 22)
    _make_high_enough(page, top, sheet.headers, [0.85 * width for width in sheet.widths])  # bold is wider
    for k, row in enumerate(sheet.rows):
        _write_row(page, top + 1 + k, row, sheet.euros, formats)
        if len(row) > 1:
            _make_high_enough(page, top + 1 + k, row, sheet.widths)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _make_high_enough(page: Worksheet, row: int, cells: Sequence[Cell], widths: Sequence[float]) -> None:
    texts = zip(cells, widths, strict=False)
    lines = max((lines_of(cell, width) for cell, width in texts if isinstance(cell, str)), default=1)
    if lines > 1:
        page.set_row(row, min(lines * LINE_HEIGHT + 2, HIGHEST))


def _write_row(
    page: Worksheet, row: int, cells: Sequence[Cell], euros: frozenset[int], formats: Mapping[str, Any]
) -> None:
    style = formats["text_heading"] if len(cells) == 1 else formats["text"]
    for column, cell in enumerate(cells):
        number = formats["text_euro"] if column in euros else formats["text_number"]
        if cell is not None:
            _write(page, row, column, cell, style if isinstance(cell, str) else number)


def _write(page: Worksheet, row: int, column: int, cell: str | float, style: Any) -> None:
    """One cell, as text or as a number; never as a formula or a link."""
    if isinstance(cell, str):
        shown = cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…"
        page.write_string(row, column, shown, style)
        return
    if not math.isfinite(cell):
        raise DefectError(f"row {row + 1}, column {column + 1} of a text sheet is no number")
    page.write_number(row, column, cell, style)
