"""One live linear programme: rows in named families, solved by HiGHS, changed and solved again without rebuilding.

Rows come as blocks of positions and values, one call per family, and go to the solver as one sparse matrix. Every row
knows its family and its key, so that what binds and what clashes can be said in the words of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coalition.errors import DefectError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Positions = NDArray[np.int32]
"""As the solver keeps them; millions of entries take half the memory."""
INFINITE = np.inf
SAME = 1e-6
"""Difference between the value of an answer and that of its columns, as a part of it, that is only rounding."""
IN_A_FILE = str.maketrans(dict.fromkeys(":-+*^<>= |/\\'", "_") | {"[": "(", "]": ")"})
"""What may not stand in a name in an LP file; with one such name HiGHS leaves out all of them."""


@dataclass(frozen=True)
class Family:
    """Rows of one rule.

    Attributes:
        name: of the rule, in the words of the model.
        keys: what each row is about.
        row, column, value: the entries that are not zero; `row` counts from 0 inside the family.
        lower, upper: limits of each row.
        soft: whether somebody wishes it, so that it may be part of why no plan exists.
    """

    name: str
    keys: Sequence[tuple[object, ...]]
    row: Positions
    column: Positions
    value: Floats
    lower: Floats
    upper: Floats
    soft: bool = False


class Entries:
    """Collects entries of a family, block by block."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Positions, Positions, Floats]] = []

    def put(self, row: ArrayLike, column: ArrayLike, value: ArrayLike) -> None:
        """Add entries; shapes are broadcast, zeros are left out."""
        narrow = (np.asarray(position).astype(np.int32) for position in (row, column))
        rows, columns, values = np.broadcast_arrays(*narrow, np.asarray(value, dtype=float))
        there = values != 0
        self._blocks.append((rows[there], columns[there], values[there]))

    def family(
        self,
        name: str,
        keys: Sequence[tuple[object, ...]],
        lower: ArrayLike = -INFINITE,
        upper: ArrayLike = INFINITE,
        *,
        soft: bool = False,
    ) -> Family:
        """The rows that were put; limits may be one number for all."""
        none = np.zeros(0, dtype=np.int32)
        blocks = zip(*self._blocks, strict=True) if self._blocks else ([none], [none], [np.zeros(0)])
        row, column, value = (np.concatenate(part) for part in blocks)
        low, high = (np.broadcast_to(np.asarray(limit, dtype=float), (len(keys),)) for limit in (lower, upper))
        return Family(name, keys, row, column, value, low, high, soft)


@dataclass(frozen=True)
class Matrix:
    """Rows of several families as one sparse matrix by column, as the solver keeps it.

    Attributes:
        starts, rows, values: entries of column c lie from starts[c] to starts[c + 1].
        lower, upper: limits of the rows.
        first_row: position of the first row of each family.
    """

    starts: Positions
    rows: Positions
    values: Floats
    lower: Floats
    upper: Floats
    first_row: Mapping[str, int]


PARTS = 16
"""In how many parts of about as many entries a matrix is put in order, so that what is in the making stays small."""


def stacked(families: Sequence[Family], columns: int) -> Matrix:
    """All families, one under the other; entries of one place are added up."""
    above = np.cumsum([0, *(len(f.keys) for f in families)])
    entries = np.zeros(columns, dtype=np.int64)
    for family in families:
        entries += np.bincount(family.column, minlength=columns)
    total, end = int(entries.sum()), 0
    starts, rows, values = np.zeros(columns + 1, dtype=np.int32), np.empty(total, dtype=np.int32), np.empty(total)
    edges = np.searchsorted(entries.cumsum(), np.linspace(0, total, PARTS + 1)[1:-1], side="right")
    for first, last in pairwise([0, *edges.tolist(), columns]):
        row, column, value = _in_order(families, above, first, last)
        begin, end = end, end + len(row)
        rows[begin:end], values[begin:end] = row, value
        starts[first + 1 : last + 1] = begin + np.cumsum(np.bincount(column - first, minlength=last - first))
    lower, upper = (np.concatenate([getattr(f, side) for f in families]) for side in ("lower", "upper"))
    names = dict(zip((f.name for f in families), above.tolist(), strict=False))
    return Matrix(starts, rows[:end], values[:end], lower, upper, names)


def _in_order(families: Sequence[Family], above: Ints, first: int, last: int) -> tuple[Positions, Positions, Floats]:
    """Entries of the columns from `first` to `last`, by column and then by row, each place once."""
    found = []
    for family, before in zip(families, above.tolist(), strict=False):
        here = np.flatnonzero((family.column >= first) & (family.column < last))
        found.append((family.row[here] + np.int32(before), family.column[here], family.value[here]))
    row, column, value = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((row, column))
    row, column, value = row[order], column[order], value[order]
    new = np.append(True, (np.diff(row) != 0) | (np.diff(column) != 0))[: len(row)]
    if not new.all():
        row, column, value = row[new], column[new], np.add.reduceat(value, np.flatnonzero(new))
    return row, column, value


@dataclass(frozen=True)
class Variables:
    """Columns of a programme.

    Attributes:
        names: one per column, made only when asked for.
        lower, upper: limits.
        whole: which of them are whole numbers.
    """

    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    STOPPED = "stopped"
    """At the time limit, with a plan."""
    NO_PLAN = "no_plan"
    """At the time limit, without a plan."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True)
class Solved:
    """One answer.

    Attributes:
        status: how it ended.
        value: of the objective; nan without an answer.
        bound: the best that is still possible.
        columns: value of every column; empty without an answer.
        row_price: what one unit more of a row's limit adds to the objective, LP only; empty otherwise.
        column_price: the same for a column.
    """

    status: Status
    value: float
    bound: float
    columns: Floats
    row_price: Floats
    column_price: Floats

    @property
    def gap(self) -> float:
        """How far below the best possible it may lie, as a part of it."""
        return abs(self.bound - self.value) / max(abs(self.value), 1e-6) if np.isfinite(self.value) else float("nan")


class Programme:
    """A maximisation that stays alive between solves."""

    def __init__(self, families: Sequence[Family], variables: Variables) -> None:
        import highspy
        from highspy._core import _Highs  # highspy.Highs() prints its name before it can be told to be silent

        self._highs: Any = _Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self.families, self.variables = {f.name: f for f in families}, variables
        matrix = stacked(families, len(variables.lower))
        self.first_row = matrix.first_row
        size = len(variables.lower), len(matrix.lower), len(matrix.values)
        shape = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMaximize), 0.0
        limits = variables.lower, variables.upper, matrix.lower, matrix.upper
        entries = matrix.starts, matrix.rows, matrix.values
        # as arrays: a HighsLp would be one copy more
        self._highs.passModel(*size, *shape, np.zeros(size[0]), *limits, *entries, variables.whole.astype(np.int32))
        self._columns = np.arange(len(variables.lower), dtype=np.int32)
        self._worth = np.zeros(len(variables.lower))
        self._start: Any = None
        self.whole(True)

    def row(self, family: str, key: tuple[object, ...]) -> int:
        """Position of one row."""
        return self.first_row[family] + list(self.families[family].keys).index(key)

    def whole(self, wanted: bool) -> None:
        """Whether columns that are whole numbers must be so, or may lie between."""
        import highspy

        kinds = [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger]
        columns = self._columns[self.variables.whole]
        if len(columns):
            chosen = np.full(len(columns), int(kinds[int(wanted)]), dtype=np.uint8)
            self._highs.changeColsIntegrality(len(columns), columns, chosen)
        self._is_whole = wanted and bool(len(columns))

    def maximise(self, weights: Floats) -> None:
        """Another objective."""
        self._highs.changeColsCost(len(weights), self._columns, weights)
        self._worth[: len(weights)] = weights

    def limit_row(self, row: int, lower: float, upper: float) -> None:
        """Other limits of a row."""
        self._highs.changeRowBounds(row, lower, upper)

    def limit_column(self, column: int, lower: float, upper: float) -> None:
        """Other limits of a column."""
        self._highs.changeColBounds(column, lower, upper)

    def limit_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Other limits of some columns."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def add_columns(self, rows: Sequence[int], values: Sequence[float]) -> list[int]:
        """New columns from 0 up without worth, each with one entry: value in its row."""
        first = self._highs.getNumCol()
        for row, value in zip(rows, values, strict=True):
            self._highs.addCol(0.0, 0.0, INFINITE, 1, [row], [value])
        self._worth = np.concatenate([self._worth, np.zeros(len(rows))])
        return list(range(first, first + len(rows)))

    def price(self, column: int, worth: float) -> None:
        """Another worth of one column."""
        self._highs.changeColCost(column, worth)
        self._worth[column] = worth

    def start_from(self, columns: Floats) -> None:
        """Offer a known plan to begin with."""
        import highspy

        solution = highspy.HighsSolution()
        solution.col_value = list(columns)
        self._start = solution

    def solve(self, seconds: float = INFINITE, gap: float = 0.0) -> Solved:
        """Solve as it stands now.

        Args:
            seconds: time limit.
            gap: relative gap at which a plan with whole numbers is good enough.
        Raises:
            DefectError: the solver gives an answer that has no meaning here.
        """
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_abs_gap", 0.0 if gap == 0 else 1e-6)
        self._highs.setOptionValue("time_limit", float(min(seconds, 1e9)) + self._highs.getRunTime())
        if self._is_whole:
            self._highs.clearSolver()  # what an earlier solve leaves behind has led to wrong answers
            if self._start is not None:
                self._highs.setSolution(self._start)
        self._start = None
        self._highs.run()
        if self._is_doubtful():
            self._without_presolve()
        status = self._status()
        none = np.zeros(0)
        if status not in (Status.OPTIMAL, Status.STOPPED):
            return Solved(status, float("nan"), float("nan"), none, none, none)
        info, solution = self._highs.getInfo(), self._highs.getSolution()
        value = float(info.objective_function_value)
        if self._is_whole:
            return Solved(status, value, float(info.mip_dual_bound), np.array(solution.col_value), none, none)
        prices = np.array(solution.row_dual), np.array(solution.col_dual)
        return Solved(status, value, value, np.array(solution.col_value), *prices)

    def _is_doubtful(self) -> bool:
        """Whether the solver failed, or names another value than its own columns have."""
        import highspy

        kinds, said = highspy.HighsModelStatus, self._highs.getModelStatus()
        if said in (kinds.kSolveError, kinds.kPresolveError, kinds.kPostsolveError, kinds.kUnknown):
            return True
        if said != kinds.kOptimal:
            return False
        value = float(self._highs.getInfo().objective_function_value)
        columns = np.array(self._highs.getSolution().col_value)
        return abs(value - float(self._worth @ columns)) > SAME * max(1.0, abs(value))

    def _without_presolve(self) -> None:
        """Solve again in another way.

        Raises:
            DefectError: that answer cannot be trusted either.
        """
        self._highs.clearSolver()
        self._highs.setOptionValue("presolve", "off")
        self._highs.run()
        self._highs.setOptionValue("presolve", "choose")
        if self._is_doubtful():
            raise DefectError(f"the solver contradicts itself: {self._highs.getModelStatus()}")

    def _status(self) -> Status:
        import highspy

        said = self._highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if said == kinds.kUnboundedOrInfeasible:
            return self._which()
        if said in (kinds.kTimeLimit, kinds.kIterationLimit, kinds.kSolutionLimit):
            there = self._highs.getInfo().primal_solution_status == 2
            return Status.STOPPED if there else Status.NO_PLAN
        known = {
            kinds.kOptimal: Status.OPTIMAL,
            kinds.kInfeasible: Status.INFEASIBLE,
            kinds.kUnbounded: Status.UNBOUNDED,
            kinds.kModelEmpty: Status.OPTIMAL,
        }
        if said not in known:
            raise DefectError(f"the solver says {said}")
        return known[said]

    def _which(self) -> Status:
        """Presolve only says that it is one of the two."""
        self._highs.setOptionValue("presolve", "off")
        self._highs.run()
        self._highs.setOptionValue("presolve", "choose")
        import highspy

        unbounded = self._highs.getModelStatus() == highspy.HighsModelStatus.kUnbounded
        return Status.UNBOUNDED if unbounded else Status.INFEASIBLE

    def write(self, path: Path, column_names: Iterator[str]) -> None:
        """The programme as an LP file with the names of the model."""
        for column, name in enumerate(column_names):
            self._highs.passColName(column, name.translate(IN_A_FILE))
        for family, first in self.first_row.items():
            for k, key in enumerate(self.families[family].keys):
                self._highs.passRowName(first + k, f"{family}({','.join(map(str, key))})".translate(IN_A_FILE))
        self._highs.writeModel(str(path))
