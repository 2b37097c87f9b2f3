"""Formulas that are built like arrays, and know the value that they show.

Arithmetic on expressions gives an expression, which renders as the text of a formula; no constant but 0 and 1 stands in
it. Values are float64 arrays: shape (year,) for a series, () for a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalition.errors import DefectError

if TYPE_CHECKING:
    from coalition.cells.rows import Sheet

Floats = NDArray[np.float64]


HAIR_DECIMALS = 9
"""Decimals behind which a sum is rounding."""

COMPARISON, SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 4, 5
"""How tightly a formula holds together."""


class Expr:
    """A formula with the values that it shows.

    Attributes:
        strength: how tightly its text holds together, so that brackets stand only where they are needed.
    """

    __array_priority__ = 1000

    def __init__(self, values: Any | Callable[[], Any], strength: int = ATOM) -> None:
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
        strength = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}.get(sign, COMPARISON)
        super().__init__(values, strength)
        self.sign, self.left, self.right = sign, left, right

    def text(self, sheet: Sheet | None) -> str:
        after = self.strength + (self.sign in "-/^" or self.strength == COMPARISON)
        return f"{bracketed(self.left, self.strength, sheet)}{self.sign}{bracketed(self.right, after, sheet)}"


def bracketed(expr: Expr, needed: int, sheet: Sheet | None) -> str:
    """The text of an expression, in brackets where it does not hold together tightly enough."""
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


def next_whole(value: float) -> int:
    """The next whole number; a hair above one, as .6 + 2.2 + .2 is, counts as it, for programs differ in such hairs."""
    return math.ceil(round(value, HAIR_DECIMALS))


def rounded_up(value: Expr) -> Expr:
    """The next whole number, as next_whole gives it."""
    near = _Call("ROUND", [value, str(HAIR_DECIMALS)], lambda: np.round(value.values, HAIR_DECIMALS))
    return _Call("ROUNDUP", [near, as_expr(0)], lambda: np.ceil(near.values))


def logarithm(value: Expr) -> Expr:
    """LN."""
    return _Call("LN", [value], lambda: np.log(value.values))


def remainder_of(value: Expr, divisor: Operand) -> Expr:
    """MOD: what is left after whole steps of the divisor; not negative for a divisor above 0."""
    parts = [value, as_expr(divisor)]
    return _Call("MOD", parts, lambda: np.mod(*np.broadcast_arrays(*(p.values for p in parts))))


def normal_point(value: Expr) -> Expr:
    """NORMSINV: the point of the standard normal distribution below which this part lies."""
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
