"""A rule as cells of a spreadsheet: formulas that are built like arrays and know the value that they will show.

A `Line` is a row of a sheet: a number in the column of constants, or a series with one value per year. Arithmetic on
lines gives an `Expr`, which renders as one formula that is the same in every column of a row, and knows the values
that the row shows. Only functions that every spreadsheet knows; no constant but 0 and 1 stands in a formula. Values are
float64 arrays: shape (year,) for a series, () for a number. A row may look at a row below it, but only at its earlier
years: `Sheet.later`. Nothing here knows the model or how a sheet is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from coalition.errors import DefectError

if TYPE_CHECKING:
    from coalition.numbers import Number

Floats = NDArray[np.float64]

HERE, BEFORE = "\x01", "\x02"
"""What stands in a rendered formula for the letters of its own column and of the column before it."""

CONSTANT, TOTAL, OPENING, FIRST_YEAR = 3, 4, 5, 6
"""Columns D (constants), E (totals), F (empty: the year before the first) and G (the first year), counted from 0."""

F = TypeVar("F", bound=Callable[..., Any])

_CELL_FORMS: dict[str, Callable[..., Any]] = {}
_ONE_FORM: dict[str, Callable[..., Any]] = {}


def cell_form(rule: Callable[..., Any]) -> Callable[[F], F]:
    """Say that a function is a rule's cell form, `<name>_in_cells`: below the array form, or in `<module>_in_cells`."""

    def register(form: F) -> F:
        homes = (rule.__module__, f"{rule.__module__}_in_cells")
        if form.__module__ not in homes or form.__name__ != f"{rule.__name__}_in_cells":
            raise DefectError(f"{form.__module__}.{form.__name__} is no cell form of {rule.__name__}")
        _CELL_FORMS[f"{rule.__module__}.{rule.__name__}"] = form
        return form

    return register


def one_form(rule: F) -> F:
    """Say that a rule is written once for arrays and cells alike: elementwise, without a mask or an index."""
    _ONE_FORM[f"{rule.__module__}.{rule.__name__}"] = rule
    return rule


def in_cells(rule: Callable[..., Any], *values: Operand) -> Expr:
    """What a rule of one form gives for cells.

    Raises:
        DefectError: the rule is not of one form.
    """
    if f"{rule.__module__}.{rule.__name__}" not in _ONE_FORM:
        raise DefectError(f"{rule.__name__} is not written for arrays and cells alike")
    return as_expr(rule(*values))


def rules_with_cells() -> dict[str, Callable[..., Any]]:
    """Every rule that has a cell form, by its dotted name."""
    return {**_CELL_FORMS, **_ONE_FORM}


# --- expressions --------------------------------------------------------------------------------------------------

_COMPARE, _SUM, _PRODUCT, _POWER, _ATOM = 0, 1, 2, 4, 5


class Expr:
    """A formula with the values that it shows.

    Attributes:
        strength: how tightly its text holds together, so that brackets stand only where they are needed.
    """

    __array_priority__ = 1000

    def __init__(self, values: Any | Callable[[], Any], strength: int = _ATOM) -> None:
        """Values, or what calculates them from the lines as they are now: only that may stand in a recurrence."""
        self._calculate: Callable[[], Any] = values if callable(values) else lambda: values
        self.strength = strength

    @property
    def values(self) -> Floats:
        """What it shows, shape (year,) or ()."""
        return np.asarray(self._calculate(), dtype=float)

    def text(self, sheet: Sheet | None) -> str:
        """The formula as it stands on a sheet, without `=`."""
        raise NotImplementedError

    @property
    def is_series(self) -> bool:
        """Whether there is a value per year."""
        return self.values.ndim > 0

    def __add__(self, other: Operand) -> Expr:
        return _joined("+", self, other, np.add)

    def __radd__(self, other: Operand) -> Expr:
        return _joined("+", other, self, np.add)

    def __sub__(self, other: Operand) -> Expr:
        return _joined("-", self, other, np.subtract)

    def __rsub__(self, other: Operand) -> Expr:
        return _joined("-", other, self, np.subtract)

    def __mul__(self, other: Operand) -> Expr:
        return _joined("*", self, other, np.multiply)

    def __rmul__(self, other: Operand) -> Expr:
        return _joined("*", other, self, np.multiply)

    def __truediv__(self, other: Operand) -> Expr:
        return _joined("/", self, other, _divided)

    def __rtruediv__(self, other: Operand) -> Expr:
        return _joined("/", other, self, _divided)

    def __pow__(self, other: Operand) -> Expr:
        return _joined("^", self, other, _powered)

    def __neg__(self) -> Expr:
        return 0 - self

    def __ge__(self, other: Operand) -> Expr:
        return _joined(">=", self, other, np.greater_equal)

    def __gt__(self, other: Operand) -> Expr:
        return _joined(">", self, other, np.greater)

    def __le__(self, other: Operand) -> Expr:
        return _joined("<=", self, other, np.less_equal)

    def __lt__(self, other: Operand) -> Expr:
        return _joined("<", self, other, np.less)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Expr:
        found = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or kwargs or found is None:
            raise DefectError(f"{ufunc.__name__} has no cell form")
        return found(*inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Expr:
        if func is np.clip:
            return _clipped(*args)
        if func is np.where:
            return when(*args)
        raise DefectError(f"{func.__name__} has no cell form")


Operand = Expr | float


def _divided(a: Floats, b: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.divide(a, b))


def _powered(a: Floats, b: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.power(a, b))


class _Literal(Expr):
    """0 or 1: every other number is a cell of its own."""

    def text(self, sheet: Sheet | None) -> str:  # noqa: ARG002 - the same wherever it stands
        value = float(self.values)
        if value not in (0.0, 1.0):
            raise DefectError(f"the constant {value} stands in a formula")
        return f"{value:.0f}"


def as_expr(value: Operand) -> Expr:
    """An expression, or the literal 0 or 1."""
    return value if isinstance(value, Expr) else _Literal(value)


class _Joined(Expr):
    """Two expressions with an operator between them."""

    def __init__(self, sign: str, left: Expr, right: Expr, values: Any) -> None:
        strength = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}.get(sign, _COMPARE)
        super().__init__(values, strength)
        self.sign, self.left, self.right = sign, left, right

    def text(self, sheet: Sheet | None) -> str:
        after = self.strength + (self.sign in "-/^" or self.strength == _COMPARE)
        return f"{_bracketed(self.left, self.strength, sheet)}{self.sign}{_bracketed(self.right, after, sheet)}"


def _bracketed(expr: Expr, needed: int, sheet: Sheet | None) -> str:
    text = expr.text(sheet)
    return text if expr.strength >= needed else f"({text})"


def _joined(sign: str, left: Operand, right: Operand, calculate: Callable[[Floats, Floats], Any]) -> Expr:
    a, b = as_expr(left), as_expr(right)
    if sign == "+" and _is(a, 0.0):
        return b
    if sign in "+-" and _is(b, 0.0):
        return a
    if sign == "*" and (_is(a, 1.0) or _is(b, 1.0)):
        return b if _is(a, 1.0) else a
    if sign in "*/" and _is(a, 0.0):
        return as_expr(0.0)
    if sign == "*" and _is(b, 0.0):
        return as_expr(0.0)
    return _Joined(sign, a, b, lambda: calculate(a.values, b.values))


def _is(expr: Expr, value: float) -> bool:
    return isinstance(expr, _Literal) and float(expr.values) == value


class _Call(Expr):
    """A function of the spreadsheet."""

    def __init__(self, name: str, arguments: Sequence[Expr | str], values: Any) -> None:
        super().__init__(values)
        self.name, self.arguments = name, arguments

    def text(self, sheet: Sheet | None) -> str:
        inner = ",".join(a if isinstance(a, str) else a.text(sheet) for a in self.arguments)
        return f"{self.name}({inner})"


class Text(Expr):
    """A text that a formula shows or compares; its value is of no meaning."""

    def __init__(self, words: str) -> None:
        super().__init__(np.nan)
        self.words = words

    def text(self, sheet: Sheet | None) -> str:  # noqa: ARG002, D102 - the same wherever it stands
        return '"' + self.words.replace('"', '""') + '"'


# --- functions on values of one year ------------------------------------------------------------------------------


def largest(*values: Operand) -> Expr:
    """MAX."""
    parts = [as_expr(v) for v in values]
    if len(parts) == 1:
        return parts[0]
    return _Call("MAX", parts, lambda: np.maximum.reduce(np.broadcast_arrays(*(p.values for p in parts))))


def smallest(*values: Operand) -> Expr:
    """MIN."""
    parts = [as_expr(v) for v in values]
    if len(parts) == 1:
        return parts[0]
    return _Call("MIN", parts, lambda: np.minimum.reduce(np.broadcast_arrays(*(p.values for p in parts))))


def when(condition: Expr, then: Operand, otherwise: Operand) -> Expr:
    """IF; only the side that holds may be undefined."""
    a, b = as_expr(then), as_expr(otherwise)
    return _Call("IF", [condition, a, b], lambda: np.where(condition.values != 0, a.values, b.values))


def both(*conditions: Expr) -> Expr:
    """AND."""

    def holds() -> Any:
        return np.logical_and.reduce(np.broadcast_arrays(*(c.values != 0 for c in conditions)))

    return _Call("AND", list(conditions), holds)


def equal(left: Operand, right: Operand) -> Expr:
    """1 where both are the same, else 0."""
    return _joined("=", left, right, np.equal)


def size_of(value: Expr) -> Expr:
    """ABS."""
    return _Call("ABS", [value], lambda: np.abs(value.values))


def sign_of(value: Expr) -> Expr:
    """SIGN."""
    return _Call("SIGN", [value], lambda: np.sign(value.values))


def root_of(value: Expr) -> Expr:
    """SQRT."""
    return _Call("SQRT", [value], lambda: np.sqrt(value.values))


def rounded_up(value: Expr) -> Expr:
    """The next whole number."""
    return _Call("ROUNDUP", [value, as_expr(0)], lambda: np.ceil(value.values))


def logarithm(value: Expr) -> Expr:
    """LN."""
    return _Call("LN", [value], lambda: np.log(value.values))


def remainder_of(value: Expr, divisor: Operand) -> Expr:
    """MOD: what is left after whole steps of the divisor; not negative for a divisor above 0."""
    parts = [value, as_expr(divisor)]
    return _Call("MOD", parts, lambda: np.mod(*np.broadcast_arrays(*(p.values for p in parts))))


def normal_point(value: Expr) -> Expr:
    """NORMSINV: the point of the standard normal distribution below which this part lies."""
    from statistics import NormalDist

    return _Call("NORMSINV", [value], lambda: np.vectorize(NormalDist().inv_cdf)(value.values))


def is_number(value: Expr) -> Expr:
    """1 where a cell holds a number; an empty cell holds none and has no value."""
    return _Call("ISNUMBER", [value], lambda: ~np.isnan(value.values))


def _clipped(value: Operand, least: Operand | None, most: Operand | None) -> Expr:
    """np.clip: min(max(value, least), most)."""
    raised = as_expr(value) if least is None else largest(value, least)
    return raised if most is None else smallest(raised, most)


def part_of(part: Operand, whole: Operand, otherwise: Operand = 0) -> Expr:
    """Part of a whole, something else where the whole is nothing or less."""
    divided = as_expr(part) / whole
    return when(as_expr(whole) > 0, divided, otherwise)


def flag(condition: Expr) -> Expr:
    """1 or 0 in the place of true or false."""
    return when(condition, 1, 0)


_UFUNCS: dict[str, Callable[..., Expr]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: _joined("-", a, b, np.subtract),
    "multiply": lambda a, b: a * b if isinstance(a, Expr) else b * a,
    "divide": lambda a, b: _joined("/", a, b, _divided),
    "power": lambda a, b: _joined("^", a, b, _powered),
    "maximum": largest,
    "minimum": smallest,
    "absolute": size_of,
    "sign": sign_of,
    "sqrt": root_of,
    "less": lambda a, b: _joined("<", a, b, np.less),
    "less_equal": lambda a, b: _joined("<=", a, b, np.less_equal),
    "greater": lambda a, b: _joined(">", a, b, np.greater),
    "greater_equal": lambda a, b: _joined(">=", a, b, np.greater_equal),
}


# --- rows of a sheet ----------------------------------------------------------------------------------------------


class Line(Expr):
    """A row of a sheet: stated values, or the formula of its cells.

    Attributes:
        key: what it is, unique on its sheet; label, unit: for a reader.
        formula: None for stated values.
        sheet, row: where it stands, counted from 0.
        name: a defined name, for a scalar input; a formula refers to it by that name.
        total: whether column E sums the years.
        style: the name of a number format.
        known: the values as far as they are calculated; all of them, unless the line is awaited.
        awaited: whether it still waits for its row and its formula.
    """

    def __init__(
        self,
        sheet: Sheet,
        key: str,
        label: str,
        unit: str,
        content: Operand | Floats | Sequence[float],
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> None:
        self.formula = content if isinstance(content, Expr) else None
        self.known = content.values if isinstance(content, Expr) else np.asarray(content, dtype=float)
        self.awaited = False
        super().__init__(self._shown)
        self.sheet, self.key, self.label, self.unit = sheet, key, label, unit
        self.row, self.name, self.total, self.style, self.note = -1, "", total, style, note

    def _shown(self) -> Floats:
        if self.awaited:
            raise DefectError(f"{self.key} is not calculated yet: only its earlier years may be looked at")
        return self.known

    @property
    def is_series(self) -> bool:
        """Whether there is a value per year."""
        return self.known.ndim > 0

    def calculate_again(self) -> bool:
        """Calculate a formula from the lines as they are now; whether that changed anything."""
        if self.formula is None:
            return False
        old, self.known = self.known, self.formula.values
        return not np.array_equal(old, self.known, equal_nan=True)

    def text(self, sheet: Sheet | None) -> str:
        """A reference to the cell of the same column, to the constant, or to a named input."""
        if self.name:
            return self.name
        where = "" if sheet is self.sheet else f"{self.sheet.name}!"
        if self.is_series:
            return f"{where}{HERE}{self.row_number}"
        return f"{where}${column_letters(self.sheet.constant_column)}${self.row_number}"

    @property
    def row_number(self) -> int:
        """The number of its row as a spreadsheet counts it."""
        if self.row < 0:
            raise DefectError(f"{self.key} has no row yet")
        return self.row + 1

    def whole(self, sheet: Sheet | None) -> str:
        """The range of all its years."""
        where = "" if sheet is self.sheet else f"{self.sheet.name}!"
        first, last = column_letters(FIRST_YEAR), column_letters(FIRST_YEAR + len(self.known) - 1)
        return f"{where}${first}${self.row_number}:${last}${self.row_number}"

    def earlier(self, sheet: Sheet | None) -> str:
        """The range of the years before this one; it starts in the empty column before the first year."""
        where = "" if sheet is self.sheet else f"{self.sheet.name}!"
        return f"{where}${column_letters(OPENING)}{self.row_number}:{BEFORE}{self.row_number}"


@dataclass
class Heading:
    """A row that says what follows."""

    words: str
    level: int = 1
    row: int = -1
    headers: tuple[float | str, ...] = ()
    """What stands above the columns, where a table begins."""


class Sheet:
    """Rows in the order in which they were added.

    Attributes:
        name: of the sheet, without spaces.
        title: above it; years: how many columns the time axis has.
        constant_column: where numbers that hold for all years stand.
    """

    def __init__(self, name: str, title: str, years: int, *, first_row: int = 5, index: Line | None = None) -> None:
        self.name, self.title, self.years = name, title, years
        self.constant_column = CONSTANT
        self.rows: list[Line | Heading] = []
        self._next, self._index = first_row, index
        self._keys: dict[str, Line] = {}
        self._awaited: list[Line] = []
        self._since = 0

    def heading(self, words: str, level: int = 1, headers: tuple[float | str, ...] = ()) -> None:
        """A heading, with an empty row before it."""
        self._next += 1 if level == 1 and self.rows else 0
        self.rows.append(Heading(words, level, self._next, headers))
        self._next += 1

    def line(
        self,
        key: str,
        label: str,
        unit: str,
        content: Operand | Floats | Sequence[float],
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> Line:
        """A new row.

        Raises:
            DefectError: the key exists already.
        """
        if isinstance(content, (int, float)) and not isinstance(content, bool):
            content = np.asarray(content, dtype=float)
        found = Line(self, key, label, unit, content, style=style, total=total, note=note)
        self._name(found)
        self._append(found)
        return found

    def _name(self, line: Line) -> None:
        if line.key in self._keys:
            raise DefectError(f"{self.name}: {line.key} stands twice")
        self._keys[line.key] = line

    def _append(self, line: Line) -> None:
        line.row = self._next
        self._next += 1
        self.rows.append(line)

    def series(
        self,
        key: str,
        label: str,
        unit: str,
        content: Operand,
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> Line:
        """A new row with a value in every year, also where the formula only looks at constants."""
        return self.line(key, label, unit, self._in_every_year(content), style=style, total=total, note=note)

    def _in_every_year(self, content: Operand) -> Expr:
        expr = as_expr(content)
        return expr if expr.is_series else _Spread(expr, self.years)

    def later(self, key: str, label: str, unit: str, *, style: str = "", total: bool = False, note: str = "") -> Line:
        """A series that gets its row and its formula further down, by `place`.

        Until then formulas may look at its earlier years only: `before`, `sum_before`, `sum_of_ages`. That is how a
        balance goes round: opening = before(closing), movements that depend on the opening, and closing from both.
        Rows that depend on it stand on this sheet until all that is awaited is placed.
        """
        found = Line(self, key, label, unit, np.zeros(self.years), style=style, total=total, note=note)
        self._name(found)
        found.awaited = True
        self._since = self._since if self._awaited else len(self.rows)
        self._awaited.append(found)
        return found

    def place(self, line: Line, content: Operand) -> Line:
        """Give a row of `later` its place and its formula.

        With the last one that is awaited, all rows since the first was announced are calculated, year after year.

        Raises:
            DefectError: the line is not awaited here; or rows need a year to come of each other.
        """
        if line not in self._awaited:
            raise DefectError(f"{self.name}: {line.key} is not awaited")
        line.formula = self._in_every_year(content)
        self._append(line)
        line.awaited = False
        self._awaited.remove(line)
        line.calculate_again()
        if not self._awaited:
            self._calculate_since()
        return line

    def _calculate_since(self) -> None:
        """Every pass makes one more year final, for a row looks at rows above it and at earlier years."""
        rows = [row for row in self.rows[self._since :] if isinstance(row, Line)]
        for _ in range(self.years + 1):
            changed = [row for row in rows if row.calculate_again()]
            if not changed:
                return
        raise DefectError(f"{self.name}: {rows[0].key} … {rows[-1].key} need a year to come of each other")

    def has(self, key: str) -> bool:
        """Whether a row of this key exists."""
        return key in self._keys

    def of(self, key: str) -> Line:
        """The row of a key."""
        return self._keys[key]

    def adopt(self, line: Line) -> None:
        """Give a line that was made elsewhere the next row."""
        line.row = self._next
        self._next += 1
        self.rows.append(line)
        self._keys[line.key] = line

    def __iter__(self) -> Iterator[Line]:
        return (row for row in self.rows if isinstance(row, Line))

    @property
    def height(self) -> int:
        """Rows in use."""
        return self._next


class _Spread(Expr):
    """A number shown in every year."""

    def __init__(self, inner: Expr, years: int) -> None:
        super().__init__(lambda: np.full(years, float(inner.values)), inner.strength)
        self.inner = inner

    def text(self, sheet: Sheet | None) -> str:
        return self.inner.text(sheet)


class Block:
    """Rows below each other, such as one per area, that are added up in one formula."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        if not self.lines:
            raise DefectError("a block without rows")

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, position: int) -> Line:
        return self.lines[position]

    @property
    def values(self) -> Floats:
        """Shape (row, year) or (row, 1)."""
        return np.stack([np.atleast_1d(line.values) for line in self.lines])

    def text(self, sheet: Sheet | None) -> str:
        """The range, in the column of the formula or of the constants."""
        first, last = self.lines[0], self.lines[-1]
        if last.row - first.row != len(self.lines) - 1 or any(line.sheet is not first.sheet for line in self.lines):
            raise DefectError(f"{first.key} … {last.key} do not stand below each other")
        where = "" if sheet is first.sheet else f"{first.sheet.name}!"
        letters = HERE if first.is_series else f"${column_letters(first.sheet.constant_column)}"
        mark = "" if first.is_series else "$"
        return f"{where}{letters}{mark}{first.row + 1}:{letters}{mark}{last.row + 1}"


class _Ranges(Expr):
    """A function of ranges; its values are calculated by whoever makes it."""

    def __init__(
        self, render: Callable[[Sheet | None], str], values: Any | Callable[[], Any], strength: int = _ATOM
    ) -> None:
        super().__init__(values, strength)
        self._render = render

    def text(self, sheet: Sheet | None) -> str:
        return self._render(sheet)


def added(block: Block) -> Expr:
    """SUM over the rows of a block."""
    if len(block) == 1:
        return block[0]
    return _Ranges(lambda s: f"SUM({block.text(s)})", lambda: _squeezed(block, block.values.sum(axis=0)))


def sum_of(lines: Sequence[Line]) -> Expr:
    """Lines added up: a range where they stand below each other, 0 where there are none."""
    rows = [line.row for line in lines]
    together = len({line.sheet for line in lines}) == 1 and rows == list(range(rows[0], rows[0] + len(rows)))
    if together and len(lines) > 2:
        return added(Block(lines))
    return total_of(lines)


def total_of(parts: Iterable[Operand]) -> Expr:
    """Values added up one by one; 0 where there are none."""
    total = as_expr(0)
    for part in parts:
        total = total + part
    return total


def dot(*blocks: Block) -> Expr:
    """SUMPRODUCT over the rows of blocks of the same length."""
    if len({len(b) for b in blocks}) != 1:
        raise DefectError("blocks of different lengths")
    if len(blocks[0]) == 1:
        product: Expr = blocks[0][0]
        for other in blocks[1:]:
            product = product * other[0]
        return product
    series = any(line.is_series for b in blocks for line in b)

    def values() -> Any:
        found = np.prod(np.broadcast_arrays(*(b.values for b in blocks)), axis=0).sum(axis=0)
        return found if series else found[0]

    return _Ranges(lambda s: "SUMPRODUCT(" + ",".join(b.text(s) for b in blocks) + ")", values)


def _squeezed(block: Block, values: Floats) -> Floats:
    return values if block[0].is_series else values[0]


def gains_in(block: Block) -> Expr:
    """The sum of what is above 0 in a block."""
    return _Ranges(lambda s: f'SUMIF({block.text(s)},">0")', lambda: np.maximum(block.values, 0.0).sum(axis=0))


def losses_in(block: Block) -> Expr:
    """The sum of what is below 0 in a block; not above 0."""
    return _Ranges(lambda s: f'SUMIF({block.text(s)},"<0")', lambda: np.minimum(block.values, 0.0).sum(axis=0))


def highest_in(block: Block) -> Expr:
    """MAX over the rows of a block."""
    return _Ranges(lambda s: f"MAX({block.text(s)})", lambda: _squeezed(block, block.values.max(axis=0)))


def product_of_rests(parts: Block, point: Line) -> Expr:
    """Π (1 − point · part) over the rows of a block; each factor is above 0."""

    def values() -> Any:
        return _squeezed(parts, np.exp(np.log(1 - point.values * parts.values).sum(axis=0)))

    return _Ranges(lambda s: f"EXP(SUMPRODUCT(LN(1-{point.text(s)}*{parts.text(s)})))", values)


def weighted_quotients(weights: Block, wholes: Block, points: Block, part: Line) -> Expr:
    """Σ weight · whole / (1 − point · part) over the rows of three blocks of the same length."""

    def values() -> Any:
        quotients = weights.values * wholes.values / (1 - points.values * np.atleast_1d(part.values))
        return quotients.sum(axis=0) if part.is_series else quotients.sum(axis=0)[0]

    def render(sheet: Sheet | None) -> str:
        rest = f"(1-{points.text(sheet)}*{part.text(sheet)})"
        return f"SUMPRODUCT({weights.text(sheet)},{wholes.text(sheet)}/{rest})"

    return _Ranges(render, values)


# --- functions along the years ------------------------------------------------------------------------------------


def before(line: Line) -> Expr:
    """The value of a year earlier; 0 in the first year."""

    def render(sheet: Sheet | None) -> str:
        where = "" if sheet is line.sheet else f"{line.sheet.name}!"
        return f"{where}{BEFORE}{line.row_number}"

    return _Ranges(render, lambda: np.concatenate([[0.0], line.known[:-1]]))


def sum_before(line: Line) -> Expr:
    """Σ of the years before this one."""
    return _Ranges(lambda s: f"SUM({line.earlier(s)})", lambda: np.cumsum([0.0, *line.known[:-1]]))


def sum_of_ages(line: Line, youngest: Operand, oldest: Operand, index: Line) -> Expr:
    """Σ of the years that lie from `youngest` to `oldest` years back; this year itself never counts.

    It only looks at earlier columns, so that a row may follow from what it led to in earlier years.

    Args:
        line: a series.
        youngest, oldest: whole years, >= 1.
        index: 0, 1, 2, ... along the years.
    """
    since, until = as_expr(oldest), as_expr(youngest)

    def render(sheet: Sheet | None) -> str:
        limits = [f"{index.text(sheet)}-{_bracketed(age, _PRODUCT, sheet)}" for age in (since, until)]
        years = index.earlier(sheet)
        return f'SUMIFS({line.earlier(sheet)},{years},">="&{limits[0]},{years},"<="&{limits[1]})'

    def values() -> Any:
        ages = index.values[:, None] - index.values
        counted = (ages >= np.maximum(until.values, 1)) & (ages <= since.values)
        return np.where(counted, line.known, 0.0).sum(axis=1)

    return _Ranges(render, values)


def over_years(line: Line, *others: Line) -> Expr:
    """Σ over the years of the product of series: a number."""

    def values() -> Any:
        return np.prod([line.values, *(o.values for o in others)], axis=0).sum()

    if not others:
        return _Ranges(lambda s: f"SUM({line.whole(s)})", values)
    return _Ranges(lambda s: "SUMPRODUCT(" + ",".join(x.whole(s) for x in (line, *others)) + ")", values)


def so_far(line: Line) -> Expr:
    """Σ of the years up to and including this one."""

    def render(sheet: Sheet | None) -> str:
        where = "" if sheet is line.sheet else f"{line.sheet.name}!"
        first = column_letters(FIRST_YEAR)
        return f"SUM({where}${first}{line.row_number}:{HERE}{line.row_number})"

    return _Ranges(render, lambda: np.cumsum(line.values))


def product_so_far(line: Line) -> Expr:
    """Π of the years up to and including this one."""

    def render(sheet: Sheet | None) -> str:
        where = "" if sheet is line.sheet else f"{line.sheet.name}!"
        first = column_letters(FIRST_YEAR)
        return f"PRODUCT({where}${first}{line.row + 1}:{HERE}{line.row + 1})"

    return _Ranges(render, lambda: np.cumprod(line.values))


def highest_year(line: Line) -> Expr:
    """MAX over the years: a number."""
    return _Ranges(lambda s: f"MAX({line.whole(s)})", lambda: line.values.max())


def lagged(line: Line, lag: Expr, index: Line) -> Expr:
    """The value of `lag` years earlier, 0 before the first year.

    Args:
        line: a series.
        lag: whole years, >= 0.
        index: 0, 1, 2, ... along the years.
    """

    def values() -> Any:
        length, back = len(line.values), int(lag.values)
        return np.concatenate([np.zeros(min(back, length)), line.values[: max(length - back, 0)]])

    def render(sheet: Sheet | None) -> str:
        step = f"{index.text(sheet)}-{_bracketed(lag, _PRODUCT, sheet)}"
        return f"IF({index.text(sheet)}>={lag.text(sheet)},INDEX({line.whole(sheet)},{step}+1),0)"

    return _Ranges(render, values)


def ahead(line: Line, lead: Expr, index: Line) -> Expr:
    """The value of `lead` years later, 0 after the last year.

    Args:
        line: a series.
        lead: whole years, >= 0.
        index: 0, 1, 2, ... along the years.
    """

    def values() -> Any:
        skipped = min(int(lead.values), len(line.values))
        return np.concatenate([line.values[skipped:], np.zeros(skipped)])

    def render(sheet: Sheet | None) -> str:
        step = f"{index.text(sheet)}+{_bracketed(lead, _SUM, sheet)}"
        return f"IF({step}<COLUMNS({line.whole(sheet)}),INDEX({line.whole(sheet)},{step}+1),0)"

    return _Ranges(render, values)


def at_age(kernel: Line, age: Line) -> Expr:
    """INDEX: the value of a series at a place counted from 0, a number."""

    def values() -> Any:
        place = int(age.values)
        return kernel.values[place] if place < len(kernel.values) else 0.0

    return _Ranges(lambda s: f"INDEX({kernel.whole(s)},{age.text(s)}+1)", values)


def at_start(line: Line) -> Expr:
    """The value of a series in the first year, a number."""

    def render(sheet: Sheet | None) -> str:
        where = "" if sheet is line.sheet else f"{line.sheet.name}!"
        return f"{where}${column_letters(FIRST_YEAR)}${line.row_number}"

    return _Ranges(render, lambda: line.values[0])


def over_cohorts_of(starters: Line, kernel: Line, index: Line) -> Expr:
    """Σ over the years s up to this one of starters[s] · kernel[t − s].

    The kernel stands along the time axis by age: the age k stands where the index is k.
    """

    def values() -> Any:
        return np.convolve(starters.values, kernel.values)[: len(starters.values)]

    def render(sheet: Sheet | None) -> str:
        ages = f"{index.text(sheet)}-{index.whole(sheet)}"
        return f"SUMPRODUCT({starters.whole(sheet)},SUMIF({index.whole(sheet)},{ages},{kernel.whole(sheet)}))"

    return _Ranges(render, values)


def picked(lines: Block, position: Expr) -> Expr:
    """INDEX: the row of a block of numbers at a position counted from 1."""

    def values() -> Any:
        return lines.values[np.clip(position.values.astype(int) - 1, 0, len(lines) - 1), 0]

    return _Ranges(lambda s: f"INDEX({lines.text(s)},{position.text(s)})", values)


def rows_of(block: Block) -> Expr:
    """How many rows a block has."""
    return _Ranges(lambda s: f"ROWS({block.text(s)})", float(len(block)))


def found_at(line: Line, place: Operand, along: Line) -> Expr:
    """SUMIF: the value of a series where another one shows this number; 0 where it never does."""
    at = as_expr(place)

    def values() -> Any:
        return line.values[along.values == at.values].sum()

    return _Ranges(lambda s: f"SUMIF({along.whole(s)},{at.text(s)},{line.whole(s)})", values)


def column_letters(position: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# --- what cell forms are given ------------------------------------------------------------------------------------


class InputLines(Protocol):
    """The numbers of a scenario as cells that a user may change."""

    def of(self, number: Number) -> Line:
        """A number with its range and source, by its place in the scenario."""

    def stated(self, path: str) -> Line:
        """A plain whole number, decimal or yes/no (1 or 0) of the scenario, such as `interventions.x.starts.first`."""

    def by_year(self, path: str) -> Line:
        """Amounts per calendar year of the scenario, such as `….amounts_eur`, as a series; 0 in other years."""

    def fixed(self, label: str, unit: str, value: float) -> Line:
        """A number that no user changes, such as months in a year or a point of an integral, in a cell of its own."""


@dataclass(frozen=True)
class Axis:
    """The time axis.

    Attributes:
        year, index: calendar year; 0 in the first year, then 1, 2, ...
        counted, shown: 1 in the years that the clock calculates, and shows; 0 in the spare years after them.
        last: last year that the clock calculates, a number.
    """

    year: Line
    index: Line
    counted: Line
    shown: Line
    last: Line

    def running_index(self, last: Operand) -> Expr:
        """1 from the second year to so many years after the first, else 0."""
        return flag(both(self.index > 0, self.index <= last))

    def running(self, first: Operand, last: Operand) -> Expr:
        """1 from the first year to the last, else 0."""
        return flag(both(self.year >= first, self.year <= last))


@dataclass(frozen=True)
class Page:
    """Where a rule writes its rows, and what it reads.

    Attributes:
        sheet: where the rows come.
        inputs, axis: what is stated, and the years.
        words: key -> label in the language of the reader.
        called: a party or an area -> how a reader knows it.
        below: what the keys of its rows begin with, such as `funds.regiofonds`.
        about: what its rows are about, behind every label; "" for the rule itself.
    """

    sheet: Sheet
    inputs: InputLines
    axis: Axis
    words: Callable[[str], str]
    called: Callable[[str], str] = str
    below: str = ""
    about: str = ""

    def of(self, key: str, about: str = "") -> Page:
        """The same page for one of several, such as a draw of a fund."""
        return replace(self, below=f"{self.below}.{key}" if self.below else key, about=about)

    def heading(self, key: str) -> None:
        """A heading among the rows of a rule."""
        self.sheet.heading(self.words(key), level=2)

    def row(self, key: str, content: Operand, unit: str = "€", *, total: bool = False) -> Line:
        """A series."""
        return self.sheet.series(*self._named(key), unit, content, total=total)

    def number(self, key: str, content: Operand, unit: str = "€") -> Line:
        """A number that holds for all years."""
        return self.sheet.line(*self._named(key), unit, as_expr(content))

    def later(self, key: str, unit: str = "€", *, total: bool = False) -> Line:
        """A series whose row comes further down: `Sheet.later`."""
        return self.sheet.later(*self._named(key), unit, total=total)

    def place(self, line: Line, content: Operand) -> Line:
        """Give that row its place."""
        return self.sheet.place(line, content)

    def _named(self, key: str) -> tuple[str, str]:
        label = self.words(key)
        return f"{self.below}.{key}" if self.below else key, f"{label}: {self.about}" if self.about else label


def running_years(page: Page, path: str, years: str = "years") -> Line:
    """1 in the years of an arrangement, 0 in others and where it is switched off; live.

    Args:
        page: where the row comes.
        path: of the arrangement, which has `enabled`.
        years: where its first and last year stand below that.
    """
    stated = page.inputs.stated
    first, last, enabled = (stated(f"{path}.{key}") for key in (f"{years}.first", f"{years}.last", "enabled"))
    return page.row("running", page.axis.running(first, last) * enabled, "0/1")


def only_year(page: Page, path: str, end: Literal["first", "last"], years: str = "years") -> Line:
    """1 in the first or the last year of an arrangement, as `running_years`."""
    stated = page.inputs.stated
    there = flag(equal(page.axis.year, stated(f"{path}.{years}.{end}")))
    return page.row(f"{end}_year", there * stated(f"{path}.enabled"), "0/1")
