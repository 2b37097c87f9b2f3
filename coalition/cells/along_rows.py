"""Functions over rows that stand below each other, such as one per area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from coalition.cells.expressions import Expr, Floats, Operand, as_expr
from coalition.cells.rows import Block, Line, Ranges, Sheet
from coalition.errors import DefectError


def added(block: Block) -> Expr:
    """SUM over the rows of a block."""
    if len(block) == 1:
        return block[0]
    return Ranges(lambda s: f"SUM({block.text(s)})", lambda: _squeezed(block, block.values.sum(axis=0)))


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

    return Ranges(lambda s: "SUMPRODUCT(" + ",".join(b.text(s) for b in blocks) + ")", values)


def _squeezed(block: Block, values: Floats) -> Floats:
    return values if block[0].is_series else values[0]


def gains_in(block: Block) -> Expr:
    """The sum of what is above 0 in a block."""
    return Ranges(lambda s: f'SUMIF({block.text(s)},">0")', lambda: np.maximum(block.values, 0.0).sum(axis=0))


def losses_in(block: Block) -> Expr:
    """The sum of what is below 0 in a block; not above 0."""
    return Ranges(lambda s: f'SUMIF({block.text(s)},"<0")', lambda: np.minimum(block.values, 0.0).sum(axis=0))


def highest_in(block: Block) -> Expr:
    """MAX over the rows of a block."""
    return Ranges(lambda s: f"MAX({block.text(s)})", lambda: _squeezed(block, block.values.max(axis=0)))


def product_of_rests(parts: Block, point: Line) -> Expr:
    """Π (1 − point · part) over the rows of a block; each factor is above 0."""

    def values() -> Any:
        return _squeezed(parts, np.exp(np.log(1 - point.values * parts.values).sum(axis=0)))

    return Ranges(lambda s: f"EXP(SUMPRODUCT(LN(1-{point.text(s)}*{parts.text(s)})))", values)


def weighted_quotients(weights: Block, wholes: Block, points: Block, part: Line) -> Expr:
    """Σ weight · whole / (1 − point · part) over the rows of three blocks of the same length."""

    def values() -> Any:
        quotients = weights.values * wholes.values / (1 - points.values * np.atleast_1d(part.values))
        return quotients.sum(axis=0) if part.is_series else quotients.sum(axis=0)[0]

    def render(sheet: Sheet | None) -> str:
        rest = f"(1-{points.text(sheet)}*{part.text(sheet)})"
        return f"SUMPRODUCT({weights.text(sheet)},{wholes.text(sheet)}/{rest})"

    return Ranges(render, values)


def picked(lines: Block, position: Expr) -> Expr:
    """INDEX: the row of a block of numbers at a position counted from 1."""

    def values() -> Any:
        return lines.values[np.clip(position.values.astype(int) - 1, 0, len(lines) - 1), 0]

    return Ranges(lambda s: f"INDEX({lines.text(s)},{position.text(s)})", values)


def rows_of(block: Block) -> Expr:
    """How many rows a block has."""
    return Ranges(lambda s: f"ROWS({block.text(s)})", float(len(block)))
