"""Native charts of the result: they follow the cells, and can be read without colour by pattern and marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coalition.cells import FIRST_YEAR, Block, Line
from coalition.workbook.book import Book
from coalition.workbook.pages import HEADER_ROW, Page
from coalition.workbook.result_rows import ResultRows

WIDTH, HEIGHT, GAP, BAR_HEIGHT, ROW_HEIGHT = 760, 380, 12, 9, 20
"""Pixels of a chart, between charts, of a bar, and of a row of the sheet."""
MOST_BARS = 60
"""Parties of which each has a bar of its own; with more of them, groups have."""
_FILLS = (
    {"solid": "@title"},
    {"pattern": "wide_upward_diagonal", "fg_color": "#3C6FA6", "bg_color": "#FFFFFF"},
    {"solid": "#B9CDE5"},
    {"pattern": "small_grid", "fg_color": "#595959", "bg_color": "#FFFFFF"},
    {"solid": "#7F7F7F"},
    {"pattern": "wide_downward_diagonal", "fg_color": "#A6A6A6", "bg_color": "#FFFFFF"},
    {"solid": "#F2F2F2"},
)
"""Fills that differ in lightness and pattern, one per group."""
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star")
_DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot", "solid")
_LINES = ("@title", "#595959", "#3C6FA6", "#7F7F7F", "#1F1F1F", "#A6A6A6", "#B9CDE5")


@dataclass(frozen=True)
class Chart:
    """What charts are made of."""

    page: Page
    book: Book
    rows: ResultRows

    @property
    def shown(self) -> int:
        """Years that the charts hold: those shown at export."""
        return len(self.book.result.years)

    def bars(self, scope: str) -> Block:
        """What has a bar: parties, or groups where there are many."""
        parties = self.rows.numbers["npv", scope]
        return parties if len(parties) <= MOST_BARS else self.rows.groups_npv[scope]

    def colour(self, name: str) -> str:
        """A colour; @x is one of the theme."""
        return self.page.looks.theme.colours[name[1:]] if name.startswith("@") else name

    def scale(self, sizes: Sequence[float]) -> tuple[str, str]:
        """Number format and unit of an axis: euros, thousands or millions."""
        largest, dutch = max(sizes, default=0.0), self.page.words.lang == "nl"
        if largest >= 10_000_000:
            return "#,##0.0,,", "€ miljoen" if dutch else "€ million"
        if largest >= 10_000:
            return "#,##0,", "€ × 1.000" if dutch else "€ × 1,000"
        return "#,##0", "€"


def add_charts(chart: Chart, row: int) -> int:
    """Put the charts on the sheet in two columns, each below the last one of its column; gives the rows they take."""
    bars = _present_values(chart)
    tall = max(HEIGHT, 100 + BAR_HEIGHT * len(chart.bars("law")) * (1 + len(chart.book.accounts.scopes)))
    per_year = _per_year(chart)
    columns: list[list[tuple[Any, int]]] = [[(one, HEIGHT) for one in per_year[:1]], []]
    columns[0].append((bars, tall))
    columns[1] += [(one, HEIGHT) for one in (*per_year[1:], *_added_up(chart), *_funds(chart))]
    taken = [0, 0]
    for k, column in enumerate(columns):
        for one, height in column:
            one.set_size({"width": WIDTH, "height": height})
            place = {"x_offset": k * (WIDTH + GAP), "y_offset": taken[k] + 4, "object_position": 2}
            chart.page.sheet.insert_chart(row, 1, one, place)
            taken[k] += height + GAP
    return -(-max(taken) // ROW_HEIGHT)


def _years_of(chart: Chart, line: Line) -> dict[str, Any]:
    last, sheet = FIRST_YEAR + chart.shown - 1, line.sheet.name
    return {
        "name": [sheet, line.row, 1],
        "categories": [sheet, HEADER_ROW, FIRST_YEAR, HEADER_ROW, last],
        "values": [sheet, line.row, FIRST_YEAR, line.row, last],
    }


def _per_year(chart: Chart) -> list[Any]:
    """Net per year of each group, stacked above and below zero; one chart per result."""
    found = []
    for scope in chart.book.accounts.scopes:
        lines = chart.rows.groups_net[scope]
        one = chart.page.book.add_chart({"type": "column", "subtype": "stacked"})
        for k, line in enumerate(lines):
            one.add_series({**_years_of(chart, line), "gap": 60, **_fill(chart, k), "border": _border()})
        title = chart.page.say("Saldo per jaar", "Net per year")
        _finish(
            chart, one, title + chart.book.accounts.after(scope), [abs(v) for x in lines for v in x.values.tolist()]
        )
        found.append(one)
    return found


def _present_values(chart: Chart) -> Any:
    """Present value of each party, the law alone beside what is agreed."""
    one = chart.page.book.add_chart({"type": "bar"})
    sizes: list[float] = []
    accounts, worth = chart.book.accounts, chart.page.say("contante waarde", "present value")
    for k, scope in enumerate(accounts.scopes):
        block = chart.bars(scope)
        sheet, first, last = block[0].sheet.name, block[0].row, block[len(block) - 1].row
        sizes += [abs(float(line.values)) for line in block]
        one.add_series(
            {
                "name": accounts.called(scope) if accounts.has_agreement else worth,
                "categories": [sheet, first, 1, last, 1],
                "values": [sheet, first, 3, last, 3],
                "gap": 40,
                **_fill(chart, k),
                "border": _border(),
            }
        )
    _finish(chart, one, chart.page.say("Contante waarde per partij", "Present value per party"), sizes, bars=True)
    return one


def _added_up(chart: Chart) -> list[Any]:
    """Present value of who negotiates, added up year by year; with what is agreed where there is any."""
    scope = chart.book.accounts.scopes[-1]
    lines = [line for line in chart.rows.at_table[scope] if line.values.any()]
    title = chart.page.say("Contante waarde, opgeteld: wie aan tafel zit", "Present value, added up: who negotiates")
    return [_lines(chart, lines, title + chart.book.accounts.after(scope))] if lines else []


def _funds(chart: Chart) -> list[Any]:
    """Balance of each fund, beside the lowest that it may have."""
    named = chart.book.scenario.spec.arrangements.funds
    title = chart.page.say("Saldo op 31 december: ", "Balance on 31 December: ")
    return [_lines(chart, [s.closing], title + named[n].name) for n, s in chart.book.agreed.funds.items()]


def _lines(chart: Chart, lines: Sequence[Line], title: str) -> Any:
    one = chart.page.book.add_chart({"type": "line"})
    for k, line in enumerate(lines):
        colour = chart.colour(_LINES[k % len(_LINES)])
        marker = {
            "type": _MARKERS[k % len(_MARKERS)],
            "size": 7,
            "border": {"color": colour},
            "fill": {"color": colour},
        }
        if marker["type"] in ("x", "plus", "star"):
            del marker["fill"]
        look = {"color": colour, "width": 2, "dash_type": _DASHES[k % len(_DASHES)]}
        one.add_series({**_years_of(chart, line), "line": look, "marker": marker})
    _finish(chart, one, title, [abs(v) for x in lines for v in x.values.tolist()])
    return one


def _finish(chart: Chart, one: Any, title: str, sizes: Sequence[float], *, bars: bool = False) -> None:
    font = {"name": chart.page.looks.theme.font, "size": 9}
    form, unit = chart.scale(sizes)
    one.set_title({"name": title, "name_font": {**font, "size": 12, "bold": True}, "overlay": False})
    amounts = {
        "name": unit,
        "name_font": {**font, "bold": False},
        "num_font": font,
        "num_format": form,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    }
    names = {"num_font": font, "label_position": "low", "line": {"color": "#000000"}}
    if bars:
        one.set_y_axis({**names, "reverse": True, "interval_unit": 1})
        one.set_x_axis({**amounts, "label_position": "high"})  # below: names run from top to bottom
    else:
        one.set_x_axis(names)
        one.set_y_axis(amounts)
    one.set_legend({"none": True} if len(one.series) < 2 else {"position": "bottom", "font": font})
    one.set_chartarea({"border": {"color": "#BFBFBF"}})


def _fill(chart: Chart, k: int) -> dict[str, Any]:
    look = _FILLS[k % len(_FILLS)]
    if "solid" in look:
        return {"fill": {"color": chart.colour(look["solid"])}}
    return {"pattern": look}


def _border() -> dict[str, Any]:
    return {"color": "#404040", "width": 0.5}
