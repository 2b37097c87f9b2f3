"""Whether the formulas of a workbook keep the rules by which a controller can read them.

One formula per row, copied to the right; no number inside a formula but 0, 1 and the digits of ROUND; only functions
that every spreadsheet has and that give the same tomorrow; nothing hidden, nothing fetched, no programs. Formulas are
read as text and nothing is calculated; whether the values are right is decided in verify.py.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string

from coalition.cells import FIRST_YEAR, column_letters
from coalition.workbook.content import CellContent, Content
from coalition.workbook.findings import Finding, Kind
from coalition.workbook.stored import is_error

# fmt: off
FUNCTIONS = frozenset({
    "SUM", "SUMPRODUCT", "SUMIF", "SUMIFS", "PRODUCT", "MIN", "MAX", "COUNT", "COUNTIF",
    "IF", "AND", "OR", "NOT", "ISNUMBER", "ISERROR", "IFERROR",
    "ABS", "SIGN", "SQRT", "EXP", "LN", "ROUND", "ROUNDUP", "NPV", "NORMSINV", "NORMSDIST",
    "INDEX", "MATCH", "ROWS", "COLUMNS", "HYPERLINK", "TEXT", "N",
})
"""Functions that every spreadsheet has had for decades and that give the same result whenever they are calculated."""
FETCHING = frozenset({
    "WEBSERVICE", "FILTERXML", "IMAGE", "RTD", "DDE", "CALL", "REGISTER.ID",
    "CUBEVALUE", "CUBEMEMBER", "CUBESET", "EUROCONVERT",
})
"""Functions that reach outside the workbook."""
# fmt: on
ROUNDING = frozenset({"ROUND", "ROUNDUP"})
TEXTUAL = frozenset({"TEXT", "HYPERLINK"})
"""Functions whose texts may look like numbers without being any."""

LONGEST = 1_000
"""Characters of a formula."""
MOST_IFS = 2
"""An IF inside an IF can be followed; one more cannot."""
OWN_NAME = re.compile(r"(?:in|check)_.+|(?:.+!)?(?:_xlnm\.)?(?:Print_Area|Print_Titles)", re.IGNORECASE)


def lint(content: Content) -> list[Finding]:
    """All findings: about the whole workbook first, then cell by cell in the order of reading."""
    return [*_about_the_file(content), *_about_cells(content), *_about_rows(content)]


def _about_the_file(content: Content) -> Iterator[Finding]:
    for sheet in content.hidden_sheets:
        yield Finding(Kind.HIDDEN_SHEET, sheet)
    for sheet, row in (*content.hidden_rows, *content.hidden_columns):
        yield Finding(Kind.HIDDEN_ROW, sheet, row)
    for name, target in content.names.items():
        if not OWN_NAME.fullmatch(name):
            yield Finding(Kind.NAME, found=f"{name} = {target}")
        if "#REF!" in target:
            yield Finding(Kind.FORMULA_ERROR, found=f"{name} = {target}")


# --- one cell -----------------------------------------------------------------------------------------------------


def _about_cells(content: Content) -> Iterator[Finding]:
    for (sheet, cell), own in content.cells.items():
        if own.formula is None:
            if is_error(own.value):
                yield Finding(Kind.FORMULA_ERROR, sheet, cell, str(own.value))
            continue
        if is_error(own.value):
            yield Finding(Kind.FORMULA_ERROR, sheet, cell, f"{own.value}: {own.formula}")
        if own.array:
            yield Finding(Kind.ARRAY, sheet, cell, own.formula)
            continue
        for kind, found in _broken_rules(relative(own.formula, cell)):
            if kind is not Kind.FORMULA_ERROR or not is_error(own.value):
                yield Finding(kind, sheet, cell, f"{found}: {own.formula}" if found else own.formula)


@lru_cache(maxsize=65_536)
def _broken_rules(formula: str) -> tuple[tuple[Kind, str], ...]:
    """Rules that a formula breaks, each with what breaks it; asked once for all cells of a row."""
    try:
        reading = _Reading(formula)
    except (TokenizerError, IndexError):
        return ((Kind.FORMULA_ERROR, "?"),)
    found = [*reading.broken]
    if len(formula) > LONGEST:
        found.append((Kind.LONG, str(len(formula))))
    if reading.deepest_if > MOST_IFS:
        found.append((Kind.NESTED_IF, str(reading.deepest_if)))
    return tuple(dict.fromkeys(found))


class _Reading:
    """A formula read token by token, with the functions that are open and the argument that each is at."""

    def __init__(self, formula: str) -> None:
        self.broken: list[tuple[Kind, str]] = []
        self.deepest_if = 0
        self._open: list[tuple[str, int]] = []
        for token in Tokenizer(formula).items:
            self._read(token)

    def _read(self, token: Token) -> None:
        if token.subtype == Token.OPEN:
            self._enter(token.value.rstrip("({").upper(), is_function=token.type == Token.FUNC)
        elif token.subtype == Token.CLOSE:
            self._open.pop()
        elif token.type == Token.SEP and token.subtype == Token.ARG and self._open:
            name, position = self._open[-1]
            self._open[-1] = (name, position + 1)
        elif token.type == Token.OPERAND:
            self._operand(token)

    def _enter(self, name: str, *, is_function: bool) -> None:
        self._open.append((name, 0))
        self.deepest_if = max(self.deepest_if, sum(n == "IF" for n, _ in self._open))
        if is_function and name.removeprefix("_XLFN.").removeprefix("_XLWS.") in FETCHING:
            self.broken.append((Kind.OUTSIDE, name))
        elif is_function and name not in FUNCTIONS:
            self.broken.append((Kind.FUNCTION, name))

    def _operand(self, token: Token) -> None:
        if token.subtype == Token.ERROR:
            self.broken.append((Kind.FORMULA_ERROR, token.value))
        elif token.subtype == Token.RANGE and ("[" in token.value.rpartition("!")[0] or "|" in token.value):
            self.broken.append((Kind.OUTSIDE, token.value))
        elif self._is_constant(token):
            self.broken.append((Kind.CONSTANT, token.value))

    def _is_constant(self, token: Token) -> bool:
        function, position = self._open[-1] if self._open else ("", 0)
        if token.subtype == Token.NUMBER:
            return float(token.value) not in (0.0, 1.0) and not (function in ROUNDING and position == 1)
        if token.subtype != Token.TEXT or function in TEXTUAL:
            return False
        number = re.fullmatch(r'"\s*[<>=]*\s*(-?[\d.,]*\d)\s*%?"', token.value)
        return number is not None and number[1] not in ("0", "1")


# --- one row ------------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*')"""  # a text or a quoted sheet name, left as it is
    r"""|(?<![A-Za-z0-9_.\\])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![A-Za-z0-9_.(!])"""
)


def relative(formula: str, cell: str) -> str:
    """A formula with its references as distances, so that a copied formula reads the same in every cell."""
    column, row = position(cell)

    def as_distance(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        across, down = column_index_from_string(match[3]) - column, int(match[5]) - row
        return (f"R{match[5]}" if match[4] else f"R[{down}]") + (f"C{match[3]}" if match[2] else f"C[{across}]")

    return _REFERENCE.sub(as_distance, formula)


@lru_cache(maxsize=65_536)
def position(cell: str) -> tuple[int, int]:
    """Column and row of a cell, counted from 1."""
    letters = cell.rstrip("0123456789")
    return column_index_from_string(letters), int(cell[len(letters) :])


def _about_rows(content: Content) -> Iterator[Finding]:
    """Cells whose formula is not the one of their row, on every sheet with years from column G on.

    A sheet without a row of years of its own has those of the workbook, if it leaves the column before them empty.
    """
    by_row: dict[tuple[str, int], dict[int, tuple[str, CellContent]]] = defaultdict(dict)
    with_opening: set[str] = set()
    for (sheet, cell), own in content.cells.items():
        column, row = position(cell)
        if column > FIRST_YEAR and _is_filled(own):
            by_row[sheet, row][column] = (cell, own)
        elif column == FIRST_YEAR and _is_filled(own):
            with_opening.add(sheet)
    axes = {sheet: list(cells) for (sheet, _), cells in reversed(by_row.items()) if _are_years(cells)}
    longest = max(axes.values(), key=len, default=[])
    for (sheet, row), cells in by_row.items():
        axis = axes.get(sheet, [] if sheet in with_opening else longest)
        if any(cells[column][1].formula for column in axis if column in cells):
            yield from _odd_ones(sheet, row, {column: cells.get(column) for column in axis})


def _is_filled(own: CellContent) -> bool:
    return own.formula is not None or own.value is not None


def _are_years(cells: dict[int, tuple[str, CellContent]]) -> bool:
    """Whether a row is a time axis: at least two calendar years after each other, from the first column of years on."""
    values = [own.value for _, own in cells.values()]
    first = values[0]
    if len(values) < 2 or not isinstance(first, float) or not 1900 <= first <= 2200:
        return False
    return next(iter(cells)) == FIRST_YEAR + 1 and values == [first + k for k in range(len(values))]


def _odd_ones(sheet: str, row: int, cells: dict[int, tuple[str, CellContent] | None]) -> Iterator[Finding]:
    """The cells of a row over the years whose formula is not the most frequent one."""
    texts = {c: found[1].formula or str(found[1].value) if found else "" for c, found in cells.items()}
    forms = {c: relative(text, f"{column_letters(c - 1)}{row}") for c, text in texts.items()}
    if len(set(forms.values())) < 2:
        return
    usual = Counter(forms.values()).most_common(1)[0][0]
    example = next(texts[c] for c, form in forms.items() if form == usual)
    for column, form in forms.items():
        if form != usual:
            yield Finding(Kind.ROW_DIFFERS, sheet, f"{column_letters(column - 1)}{row}", texts[column], example)
