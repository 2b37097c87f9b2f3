"""Numbers and grids as a reader sees them: marks and decimals per language, columns aligned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coalition.money import half_away_from_zero
from coalition.outputs.labels import Lang, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDEST_TABLE = 400
WIDEST_TEXT = 60
"""Most characters of a cell that holds a sentence."""


def euro(amount: float, lang: Lang) -> str:
    """Whole euros: `€ 1.234` in Dutch, `€ 1,234` in English; a minus stands before the number."""
    return "€ " + number(half_away_from_zero(amount), lang)


def short_euro(amount: float, lang: Lang) -> str:
    """`€ 34,6 miljoen` from a million on, whole euros below."""
    if abs(amount) < 1_000_000:
        return euro(amount, lang)
    return f"€ {decimal(amount / 1_000_000, 2, lang)} {text('million', lang)}"


def number(value: int, lang: Lang) -> str:
    """A whole number with thousands marks."""
    marked = f"{value:,}"
    return marked.replace(",", ".") if lang == "nl" else marked


def decimal(value: float, digits: int, lang: Lang) -> str:
    """A number with decimals; `-` when it is not defined."""
    if math.isnan(value):
        return "-"
    marked = f"{value:,.{digits}f}"
    return marked.translate(str.maketrans(",.", ".,")) if lang == "nl" else marked


def percent(share: float, lang: Lang, digits: int = 1) -> str:
    """A share as a percentage, without superfluous zeros."""
    shown = decimal(share * 100, digits, lang)
    mark = "," if lang == "nl" else "."
    return (shown.rstrip("0").rstrip(mark) if mark in shown else shown) + " %"


def plain(value: float, lang: Lang) -> str:
    """A number as short as it is exact to six digits."""
    shown = f"{value:.6g}"
    return shown.replace(".", ",") if lang == "nl" else shown


def grid(
    title: str,
    headings: Sequence[str],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    folded: Sequence[int] = (),
    compact: bool = False,
    widest: int | None = None,
) -> Table:
    """A table with its title, ready for rows.

    Args:
        title: above it; "" for none.
        headings: one per column.
        right: positions of the columns that hold numbers.
        whole: positions of the columns that are never broken over two lines, such as names to copy.
        folded: positions of the columns that hold sentences.
        compact: one space between columns and no line breaks inside cells, for tables of amounts.
        widest: most characters of the first column.
    """
    from rich import box
    from rich.table import Table

    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0) if compact else (0, 1),
        min_width=len(title),
    )
    for position, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if position in right else "left",
            no_wrap=compact or position in whole,
            overflow="ellipsis" if compact else "fold",
            max_width=WIDEST_TEXT if position in folded else widest if position == 0 else None,
        )
    return table


def print_whole(console: Console, table: Table) -> None:
    """Print a table at its full width, however narrow the terminal: a number that is cut off is a wrong number."""
    from rich.measure import Measurement

    usual, wide = console.width, console.options.update(width=WIDEST_TABLE, max_width=WIDEST_TABLE)
    console.width = max(usual, Measurement.get(console, wide, table).maximum)
    console.print(table)
    console.width = usual
