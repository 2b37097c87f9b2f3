"""The sheet for the table: who pays and who gains, key figures, and the net per year; in whole cents that add up.

A column is rounded as a whole: what is shown of a party is the rounded sum up to and including it, less the rounded
sum before it. So no cent is lost, and a spreadsheet does the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

import numpy as np

from coalition.cells import CONSTANT, FIRST_YEAR, Block, Line, column_letters
from coalition.money import HALF_CENT_EUR
from coalition.workbook.book import Book
from coalition.workbook.charts import Chart, add_charts
from coalition.workbook.checks import Check, Written
from coalition.workbook.looks import EURO
from coalition.workbook.pages import HEADER_ROW, Page
from coalition.workbook.result_rows import ResultRows
from coalition.workbook.write import formula_of, grey_spare_years, width_of, year_header

LABEL, FIRST = 1, 2
"""Columns of the names and of the first number."""
_HEADINGS = {
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
    "net": ("saldo", "net"),
    "npv": ("contante waarde", "present value"),
    "payback": ("terugverdiend in", "paid back in"),
}


def cents(amount: float) -> float:
    """An amount in whole cents; a half goes away from zero, as ROUND does."""
    return float(Decimal(repr(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def shown_amounts(values: Sequence[float]) -> list[float]:
    """Amounts in whole cents that add up to the rounded sum."""
    edges = [0.0, *(cents(total) for total in accumulate(values))]
    return [high - low for low, high in pairwise(edges)]


def shown_formula(block: Block, k: int, letters: str) -> str:
    """The same as a formula for one row of a block; `letters` is the column that is rounded."""
    sheet, first, here = block[0].sheet.name, block[0].row_number, block[k].row_number
    until = f"ROUND(SUM({sheet}!{letters}${first}:{letters}${here}),2)"
    return until if k == 0 else f"{until}-ROUND(SUM({sheet}!{letters}${first}:{letters}${here - 1}),2)"


def write_results(page: Page, book: Book, rows: ResultRows) -> list[Check]:
    """The sheet, but for the text about the checks; gives the checks that what is shown adds up."""
    return _Results(page, book, rows).write()


class _Results:
    def __init__(self, page: Page, book: Book, rows: ResultRows) -> None:
        self.page, self.book, self.rows, self.say = page, book, rows, page.say
        self.scopes = book.accounts.scopes
        self.axis = book.frame.axis
        self.checks: list[Check] = []
        self.breaks: list[int] = []
        self.next = HEADER_ROW

    def write(self) -> list[Check]:
        """Everything, from top to bottom."""
        page = self.page
        page.begin(*page.words.sheet("results"))
        self._columns()
        self.next += 2
        self._key_figures()
        if self.rows.parties:
            self._parties()
            self._charts()
            self.breaks.append(self.next)
            for scope in self.scopes:
                self._years(scope)
        page.sheet.freeze_panes(0, LABEL + 1)
        page.sheet.set_h_pagebreaks(self.breaks)
        page.sheet.repeat_rows(0, 1)
        return self.checks

    def _columns(self) -> None:
        sheet = self.page.sheet
        names = max((len(r.name) for r in self.rows.parties), default=20)
        blocks = [b.values for b in (*self.rows.numbers.values(), *self.rows.years.values())]
        totals = [np.abs(b).sum(axis=0) for b in blocks]
        sheet.set_column(0, 0, 2)
        sheet.set_column(LABEL, LABEL, min(max(names + 4, 34), 60))
        sheet.set_column(FIRST, FIRST + len(self.axis.year.values), width_of(totals, 14))

    def _heading(self, words: str, columns: int) -> None:
        for column in range(LABEL, LABEL + columns):
            self.page.text(self.next, column, words if column == LABEL else "", "heading")
        self.next += 1

    def _note(self, words: str) -> None:
        self.page.text(self.next, LABEL, words, "about")
        self.next += 1

    # key figures

    def _key_figures(self) -> None:
        page, first = self.page, FIRST
        self._heading(self.say("In het kort", "In short"), 1 + len(self.scopes))
        if self.book.accounts.has_agreement:
            for k, scope in enumerate(self.scopes):
                page.text(self.next, first + k, self.book.accounts.called(scope), "header_number")
            self.next += 1
        society = self.say("besparing van de samenleving, contante waarde", "saving of society, present value")
        self._figures(society, [self.rows.society[s] for s in self.scopes], "euro")
        index = self.say("index van de verkeerde portemonnee (0 tot 1)", "wrong-pocket index (0 to 1)")
        self._figures(index, [self.book.index.found[s] for s in self.scopes], "index")
        if self.rows.transfers:
            words = self.say("kleinste overdracht aan tafel", "smallest transfer at the table")
            self._figures(words, [self.rows.transfers[s].total for s in self.scopes], "euro")
            words = self.say("daarvan kan niemand betalen", "of which nobody can pay")
            self._figures(words, [self.rows.transfers[s].short for s in self.scopes], "euro")
        if self.rows.qalys is not None:
            words = self.say("gezondheid, in QALY's (geen geld)", "health, in QALYs (no money)")
            self._figures(words, [self.rows.qalys], "count")
        for line in self.rows.valued:
            words = line.label + self.say(" (geen kasgeld)", " (no cash)")
            self._figures(words, [line], "euro")
        self._note(
            self.say(
                "Index: 0 als ieder wint naar wat hij betaalt, 1 als betalers en winnaars anderen zijn.",
                "Index: 0 when each gains as it pays, 1 when payers and gainers are different.",
            )
        )
        if self.rows.transfers:
            self._note(
                self.say(
                    "Kleinste overdracht: wat winnaars aan verliezers geven, zodat niemand aan tafel slechter af is.",
                    "Smallest transfer: what winners still give to losers, so that nobody at the table is worse off.",
                )
            )
        self.next += 1

    def _figures(self, words: str, lines: Sequence[Line], style: str) -> None:
        self.page.text(self.next, LABEL, words, "label")
        for k, line in enumerate(lines):
            self.page.formula(self.next, FIRST + k, formula_of(line, None), float(line.values), style)
        self.next += 1

    # who pays and who gains

    def _parties(self) -> None:
        page, kinds = self.page, [*_HEADINGS]
        width = len(kinds) * len(self.scopes) + (2 if len(self.scopes) > 1 else 0)
        head = self.book.scenario.spec.scenario
        self._heading(self.say("Wie betaalt en wie profiteert", "Who pays and who benefits"), 1 + width)
        shown = self.book.result.years
        self._note(
            self.say(
                f"€, som over {shown[0]}–{shown[-1]}, + is een baat. Contante waarde in euro's van {head.price_year}. "
                "Hele centen, zo afgerond dat elke kolom optelt; een bedrag kan daardoor een cent anders zijn.",
                f"€, summed over {shown[0]}–{shown[-1]}, + is a gain. Present value in euros of {head.price_year}. "
                "Whole cents, rounded so that every column adds up; an amount may differ by a cent for that reason.",
            )
        )
        if len(self.scopes) > 1:
            self._scopes_above(len(kinds))
        page.text(self.next, LABEL, self.say("partij", "party"), "header")
        headings = [self.say(*_HEADINGS[k]) for k in kinds] * len(self.scopes)
        if len(self.scopes) > 1:
            more = self.say("verschil", "difference")
            headings += [f"{more}: {self.say(*_HEADINGS[k])}" for k in ("net", "npv")]
        for k, words in enumerate(headings):
            page.text(self.next, FIRST + k, words, page.looks.with_("header_number", text_wrap=True))
        if len(self.scopes) > 1:
            page.sheet.set_row(self.next, 28)
        self.next += 1
        self._rows_of_table(kinds)

    def _scopes_above(self, kinds: int) -> None:
        names = [self.book.accounts.called(s) for s in self.scopes]
        for k, words in enumerate(names):
            for column in range(kinds):
                place = FIRST + k * kinds + column
                self.page.text(self.next, place, words if column == 0 else "", "subheading")
        self.next += 1

    def _rows_of_table(self, kinds: Sequence[str]) -> None:
        """Groups with their members below them, and the total."""
        first_row = self.next
        places, group_rows = self._places(first_row)
        total_row = self.next
        for s, scope in enumerate(self.scopes):
            start = FIRST + s * len(kinds)
            letters = {kind: column_letters(start + k) for k, kind in enumerate(kinds)}
            shown = {k: shown_amounts(_numbers(self.rows.numbers[k, scope])) for k in ("paid", "gained", "npv")}
            shown["net"] = [cents(g - p) for g, p in zip(shown["gained"], shown["paid"], strict=True)]
            for k, rows in enumerate(self.rows.parties):
                row = places[k]
                for column, kind in enumerate(kinds[:-1], start):
                    text = (
                        f"ROUND({letters['gained']}{row + 1}-{letters['paid']}{row + 1},2)"
                        if kind == "net"
                        else shown_formula(self.rows.numbers[kind, scope], k, f"${column_letters(CONSTANT)}")
                    )
                    self.page.formula(row, column, text, shown[kind][k], "euro")
                payback = rows.payback[scope]
                column = start + kinds.index("payback")
                self.page.formula(row, column, formula_of(payback, None), float(payback.values), "payback")
            for column, kind in enumerate(kinds[:-1], start):
                self._sums(column, shown[kind], places, group_rows)
            page_total = start + kinds.index("payback")
            self.page.sheet.write_blank(total_row, page_total, None, self._total_look(None))
            self._adds_up(scope, letters, shown, total_row)
        if len(self.scopes) > 1:
            self._differences(kinds, [*places, *group_rows.values(), total_row])
        self.next += 1
        self._note(
            self.say(
                "Terugverdiend in: het jaar vanaf wanneer een partij die geld inlegt niet meer op verlies staat; – als "
                "dat niet in deze jaren is, of als zij niets inlegt. Door afronden kan een verschil een cent zijn.",
                "Paid back in: the year from which a party that lays out money is no longer at a loss; – when that is "
                "not within these years, or it lays out nothing. By rounding a difference may be one cent.",
            )
        )
        self.next += 1

    def _places(self, first: int) -> tuple[list[int], dict[int, int]]:
        """Row of each party, and of each group that is shown as one; names are written."""
        places: list[int] = []
        group_rows: dict[int, int] = {}
        row = first
        for g, group in enumerate(self.rows.groups):
            together = group.count > 1 and group.id != "others"
            if together:
                self.page.text(row, LABEL, group.together, "bold")
                group_rows[g] = row
                row += 1
            for k in range(group.first, group.first + group.count):
                self.page.text(row, LABEL, self.rows.parties[k].name, "indented" if together else "label")
                places.append(row)
                row += 1
        self.page.text(row, LABEL, self.say("totaal", "total"), self._total_look(None))
        self.next = row
        return places, group_rows

    def _total_look(self, number: str | None) -> object:
        more = {"num_format": number} if number else {}
        return self.page.looks.with_("bold", top=1, border_color="@line", **more)

    def _sums(self, column: int, shown: Sequence[float], places: Sequence[int], groups: dict[int, int]) -> None:
        """The rows that add up a group, and the total of all."""
        letters, parts = column_letters(column), []
        for g, group in enumerate(self.rows.groups):
            first, last = places[group.first], places[group.first + group.count - 1]
            text = f"SUM({letters}{first + 1}:{letters}{last + 1})" if group.count > 1 else f"{letters}{first + 1}"
            if g in groups:
                value = sum(shown[group.first : group.first + group.count])
                self.page.formula(groups[g], column, text, value, self.page.looks.with_("bold", num_format=EURO))
                text = f"{letters}{groups[g] + 1}"
            parts.append(text)
        self.page.formula(self.next, column, "+".join(parts), sum(shown), self._total_look(EURO))

    def _adds_up(self, scope: str, letters: dict[str, str], shown: dict[str, list[float]], total_row: int) -> None:
        after = f", {self.book.accounts.called(scope)}" if len(self.scopes) > 1 else ""
        words = self.say("Afgerond telt op tot het afgeronde totaal: ", "Rounded adds up to the rounded total: ")
        for kind in ("paid", "gained", "npv"):
            block = self.rows.numbers[kind, scope]
            left = Written(f"{self.page.name}!${letters[kind]}${total_row + 1}", sum(shown[kind]))
            right = Written(f"ROUND(SUM({block.text(None)}),2)", cents(sum(_numbers(block))))
            name = self.say(*_HEADINGS[kind])
            self.checks.append(Check(f"{words}{name}{after}", left, right, HALF_CENT_EUR))

    def _differences(self, kinds: Sequence[str], rows: Sequence[int]) -> None:
        """As agreed less the law alone, from what is shown."""
        start = FIRST + len(kinds) * 2
        table = self.page.sheet.table
        for k, kind in enumerate(("net", "npv")):
            law, agreed = FIRST + kinds.index(kind), FIRST + len(kinds) + kinds.index(kind)
            for row in rows:
                text = f"ROUND({column_letters(agreed)}{row + 1}-{column_letters(law)}{row + 1},2)"
                value = cents(table[row][agreed].value - table[row][law].value)
                last = row == max(rows)
                look = self._total_look(EURO) if last else "euro"
                self.page.formula(row, start + k, text, value, look)

    # charts

    def _charts(self) -> None:
        """Native charts, side by side, two in a row."""
        self.breaks.append(self.next)
        self._heading(self.say("In beeld", "In pictures"), 6)
        last = self.book.result.years[-1]
        self._note(
            self.say(
                f"De grafieken lopen tot en met {last}, ook als u in de invoer jaren verschuift.",
                f"The charts run to {last}, also when you move years in the inputs.",
            )
        )
        self.next += add_charts(Chart(self.page, self.book, self.rows), self.next) + 1

    # per year

    def _years(self, scope: str) -> None:
        page, years = self.page, len(self.axis.year.values)
        after = f", {self.book.accounts.called(scope)}" if len(self.scopes) > 1 else ""
        title = self.say("Saldo per partij en jaar", "Net per party and year") + after
        self._heading(title, 2 + years)
        page.text(self.next, LABEL, self.say("partij", "party"), "header")
        header = self.next
        year_header(page, header, FIRST, self.axis, None)
        page.text(header, FIRST + years, self.say("totaal", "total"), "header_number")
        self.next += 1
        block = self.rows.years[scope]
        matrix = block.values
        columns = [shown_amounts(matrix[:, t].tolist()) for t in range(years)]
        first = self.next
        for k, rows in enumerate(self.rows.parties):
            row = first + k
            page.text(row, LABEL, rows.name, "label")
            for t in range(years):
                text = shown_formula(block, k, column_letters(FIRST_YEAR + t))
                page.formula(row, FIRST + t, text, columns[t][k], "amount")
            self._row_total(row, years, sum(c[k] for c in columns), "amount")
        total = first + len(self.rows.parties)
        look = self._total_look("#,##0.00")
        page.text(total, LABEL, self.say("totaal", "total"), self._total_look(None))
        for t in range(years):
            letters = column_letters(FIRST + t)
            page.formula(total, FIRST + t, f"SUM({letters}{first + 1}:{letters}{total})", sum(columns[t]), look)
        self._row_total(total, years, sum(map(sum, columns)), look)
        self._per_year_adds_up(scope, after, total, columns)
        grey_spare_years(page, self.axis, header, header, FIRST)
        grey_spare_years(page, self.axis, first, total, FIRST, empty=True)
        self.next = total + 1
        self._note(
            self.say(
                "€, elk jaar afgerond op hele centen. Een jaar in grijs wordt niet getoond.",
                "€, each year rounded to whole cents. A year in grey is not shown.",
            )
        )
        self.next += 1

    def _row_total(self, row: int, years: int, value: float, look: object) -> None:
        first, last = column_letters(FIRST), column_letters(FIRST + years - 1)
        self.page.formula(row, FIRST + years, f"SUM({first}{row + 1}:{last}{row + 1})", value, look)

    def _per_year_adds_up(self, scope: str, after: str, total: int, columns: Sequence[Sequence[float]]) -> None:
        first, last = column_letters(FIRST), column_letters(FIRST + len(columns) - 1)
        left = Written(f"SUM({self.page.name}!${first}${total + 1}:${last}${total + 1})", sum(map(sum, columns)))
        line = self.rows.together[scope]
        right = Written(f"SUMPRODUCT(ROUND({line.whole(None)},2))", sum(cents(v) for v in line.values.tolist()))
        words = self.say("Afgerond telt elk jaar op: saldo per jaar", "Rounded adds up in every year: net per year")
        self.checks.append(Check(words + after, left, right, HALF_CENT_EUR))


def _numbers(block: Block) -> list[float]:
    return [float(line.values) for line in block]
