"""Functions along the years of a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalition.cells.expressions import PRODUCT, SUM, Expr, Operand, as_expr, bracketed
from coalition.cells.rows import BEFORE, Line, Ranges, Sheet, seen_from


def before(line: Line) -> Expr:
    """The value of a year earlier; 0 in the first year."""
    return Ranges(
        lambda s: f"{seen_from(s, line.sheet)}{BEFORE}{line.row_number}",
        lambda: np.concatenate([[0.0], line.known[:-1]]),
    )


def sum_before(line: Line) -> Expr:
    """Σ of the years before this one."""
    return Ranges(lambda s: f"SUM({line.earlier(s)})", lambda: np.cumsum([0.0, *line.known[:-1]]))


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
        limits = [f"{index.text(sheet)}-{bracketed(age, PRODUCT, sheet)}" for age in (since, until)]
        years = index.earlier(sheet)
        return f'SUMIFS({line.earlier(sheet)},{years},">="&{limits[0]},{years},"<="&{limits[1]})'

    def values() -> Any:
        ages = index.values[:, None] - index.values
        counted = (ages >= np.maximum(until.values, 1)) & (ages <= since.values)
        return np.where(counted, line.known, 0.0).sum(axis=1)

    return Ranges(render, values)


def over_years(line: Line, *others: Line) -> Expr:
    """Σ over the years of the product of series: a number."""

    def values() -> Any:
        return np.prod([line.values, *(o.values for o in others)], axis=0).sum()

    if not others:
        return Ranges(lambda s: f"SUM({line.whole(s)})", values)
    return Ranges(lambda s: "SUMPRODUCT(" + ",".join(x.whole(s) for x in (line, *others)) + ")", values)


def so_far(line: Line) -> Expr:
    """Σ of the years up to and including this one."""
    return Ranges(lambda s: f"SUM({line.until_now(s)})", lambda: np.cumsum(line.values))


def product_so_far(line: Line) -> Expr:
    """Π of the years up to and including this one."""
    return Ranges(lambda s: f"PRODUCT({line.until_now(s)})", lambda: np.cumprod(line.values))


def highest_year(line: Line) -> Expr:
    """MAX over the years: a number."""
    return Ranges(lambda s: f"MAX({line.whole(s)})", lambda: line.values.max())


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
        step = f"{index.text(sheet)}-{bracketed(lag, PRODUCT, sheet)}"
        return f"IF({index.text(sheet)}>={lag.text(sheet)},INDEX({line.whole(sheet)},{step}+1),0)"

    return Ranges(render, values)


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
        step = f"{index.text(sheet)}+{bracketed(lead, SUM, sheet)}"
        return f"IF({step}<COLUMNS({line.whole(sheet)}),INDEX({line.whole(sheet)},{step}+1),0)"

    return Ranges(render, values)


def at_age(kernel: Line, age: Line) -> Expr:
    """INDEX: the value of a series at a place counted from 0, a number."""

    def values() -> Any:
        place = int(age.values)
        return kernel.values[place] if place < len(kernel.values) else 0.0

    return Ranges(lambda s: f"INDEX({kernel.whole(s)},{age.text(s)}+1)", values)


def at_start(line: Line) -> Expr:
    """The value of a series in the first year, a number."""
    return Ranges(lambda s: line.in_year(0, s), lambda: line.values[0])


def at_end(line: Line) -> Expr:
    """The value of a series in the last year, a number."""
    return Ranges(lambda s: line.in_year(len(line.values) - 1, s), lambda: line.values[-1])


def over_cohorts_of(starters: Line, kernel: Line, index: Line) -> Expr:
    """Σ over the years s up to this one of starters[s] · kernel[t − s].

    The kernel stands along the time axis by age: the age k stands where the index is k.
    """

    def values() -> Any:
        return np.convolve(starters.values, kernel.values)[: len(starters.values)]

    def render(sheet: Sheet | None) -> str:
        ages = f"{index.text(sheet)}-{index.whole(sheet)}"
        return f"SUMPRODUCT({starters.whole(sheet)},SUMIF({index.whole(sheet)},{ages},{kernel.whole(sheet)}))"

    return Ranges(render, values)


def found_at(line: Line, place: Operand, along: Line) -> Expr:
    """SUMIF: the value of a series where another one shows this number; 0 where it never does."""
    at = as_expr(place)

    def values() -> Any:
        return line.values[along.values == at.values].sum()

    return Ranges(lambda s: f"SUMIF({along.whole(s)},{at.text(s)},{line.whole(s)})", values)
