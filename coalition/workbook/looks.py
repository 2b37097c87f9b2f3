"""How cells look: number formats by style, colours of the theme, each made once.

A format code holds no locale of the reader: `#,##0.00` shows 1.234,56 in a Dutch spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from coalition.cells import Line
from coalition.forms.theme import Theme

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

EURO = '"€" #,##0.00;"€" -#,##0.00'
CALCULATED_EURO = EURO + ';"–"'
"""Where most of a row is nothing, a dash lets the amounts stand out."""
WHOLE_EURO = '"€" #,##0;"€" -#,##0'
NUMBERS: dict[str, str] = {
    "plain": "General",
    "real": "General",
    "count": '#,##0.00;-#,##0.00;"–"',
    "euro": EURO,
    "euro2": CALCULATED_EURO,
    "share": "0.00%",
    "rate": "0.00%",
    "factor": "0.000000",
    "years": "General",
    "year": "0",
    "whole": "0",
    "switch": "0",
    "payback": '0;-0;"–"',
    "index": "0.00",
    "table": "#,##0.00",
    "amount": "#,##0.00",
    "header_year": "0",
}
"""Number format of each style of a line."""
MOST_DIGITS = 6
"""Decimals of a percentage or count that is put in."""
_HEADER: dict[str, Any] = {"bold": True, "bg_color": "@heading", "bottom": 1, "border_color": "@line"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "@title"},
    "about": {"italic": True, "font_color": "#404040"},
    "link": {"font_color": "@title", "underline": 1},
    "heading": {"bold": True, "bg_color": "@heading", "font_color": "@title"},
    "subheading": {"bold": True, "font_color": "@title"},
    "header": {**_HEADER, "text_wrap": True},
    "header_number": {**_HEADER, "align": "right"},
    "header_flag": {**_HEADER, "align": "center"},
    "header_unit": {**_HEADER, "indent": 1, "align": "left"},
    "label": {"text_wrap": True},
    "indented": {"indent": 2, "align": "left"},
    "bold": {"bold": True},
    "unit": {"font_color": "#595959", "indent": 1, "align": "left"},
    "wide_text": {"text_wrap": True, "indent": 1, "align": "left"},
    "key": {"font_color": "#7F7F7F", "font_size": 8},
    "text": {"text_wrap": True},
    "text_input": {
        "text_wrap": True, "locked": False, "bg_color": "@input_fill", "font_color": "@input_font", "border": 1,
        "border_color": "@line",
    },
    "boxed": {"border": 1, "border_color": "@line", "text_wrap": True},
    "verdict": {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True},
    "good": {"bg_color": "@good"},
    "bad": {"bg_color": "@bad"},
    "locked": {"bg_color": "@locked"},
    "flag": {"align": "center", "num_format": "0"},
    "spare": {"font_color": "#A6A6A6"},
    "not_there": {"num_format": ";;;"},
}  # fmt: skip
"""Named looks; @x is a colour of the theme."""


class Looks(Mapping[str, Any]):
    """Formats of a workbook by name; a style of lines is a name too."""

    def __init__(self, book: Workbook, theme: Theme) -> None:
        self.book, self.theme = book, theme
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name in _LOOKS:
            return self.made(**_LOOKS[name])
        return self.made(num_format=NUMBERS[name], **({"bold": True} if name == "header_year" else {}))

    def __iter__(self) -> Iterator[str]:
        return iter((*_LOOKS, *NUMBERS))

    def __len__(self) -> int:
        return len(_LOOKS) + len(NUMBERS)

    def with_(self, name: str, **more: Any) -> Any:
        """A named look, and more."""
        own = _LOOKS[name] if name in _LOOKS else {"num_format": NUMBERS[name]}
        return self.made(**{**own, **more})

    def made(self, **properties: Any) -> Any:
        """A format, made when it is first asked for."""
        colours = self.theme.colours
        full = {"font_name": self.theme.font, "font_size": 10, "valign": "top", **properties}
        found = {k: colours[v[1:]] if isinstance(v, str) and v.startswith("@") else v for k, v in full.items()}
        key = tuple(sorted(found.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(found)
        return self._made[key]

    # lines

    def of(self, line: Line) -> Any:
        """How the numbers of a line look."""
        return self[style_of(line)]

    def input(self, number: str) -> Any:
        """A cell that a user may change."""
        return self.made(
            num_format=number, locked=False, bg_color="@input_fill", font_color="@input_font", border=1,
            border_color="@line",
        )  # fmt: skip

    def stated(self, number: str) -> Any:
        """What stood in an input cell at export."""
        return self.made(num_format=number, bg_color="@locked", font_color="#595959")


def style_of(line: Line) -> str:
    """The style of a line; where it has none that is a number format its unit decides."""
    if line.style == "plain" and line.unit in ("deel", "share"):
        return "factor"
    if line.style in NUMBERS:
        return line.style
    if line.unit.startswith(("€", "euro")):
        return "euro2"
    return "share" if line.unit in ("deel", "share") else "plain"


def input_number(kind: str, value: float) -> str:
    """Number format of an input, with as many decimals as its value has."""
    if kind in ("share", "rate"):
        least = 1 if kind == "share" else 2
        return "0." + "0" * max(least, _decimals(value * 100)) + "%"
    if kind == "count":
        digits = _decimals(value)
        return "#,##0" + ("." + "0" * digits if digits else "")
    return NUMBERS[kind]


def _decimals(value: float) -> int:
    """How many decimals a number has, as far as they matter."""
    if value != value:  # an empty cell
        return 0
    for digits in range(MOST_DIGITS):
        if abs(value - round(value, digits)) <= 1e-9 * max(1.0, abs(value)):
            return digits
    return MOST_DIGITS
