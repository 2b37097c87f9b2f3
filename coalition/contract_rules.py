"""The rules of an allocation about contracts: in which piece each of them lies, and what it then pays.

The pieces of what is paid over a measuring year are stretches between its edges; exactly one of them holds the saving
and the benchmark of the plan, so that rows between edges and slopes say no more and no less than the settlement does
(the convex hull of the pieces). The formula of every rule stands in optimise.py, under the name of its function here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from coalition.allocation_problem import THOUSAND, Bools
from coalition.contract_rooms import ContractRoom, Reach
from coalition.solver import Entries, Family, Floats, Ints
from coalition.straight_lines import Edge


@dataclass(frozen=True)
class MeasuredYear:
    """A measuring year of a contract among the columns.

    Attributes:
        room, period: which.
        piece, saving, benchmark: per piece: whether the plan lies in it, and then its saving and benchmark, else 0; no
            columns for a benchmark that is the same in every plan.
        reach: between what the saving and the benchmark of a plan lie.
    """

    room: ContractRoom
    period: int
    piece: Ints
    saving: Ints
    benchmark: Ints
    reach: Reach

    @property
    def live(self) -> Bools:
        """Pieces in which a plan may lie, shape (piece,)."""
        return self.room.pieces[self.period].within(self.reach.rate_from, self.reach.rate_until)

    @property
    def key(self) -> tuple[str, int]:
        """Contract and year."""
        return self.room.name, self.room.years[self.period]

    @property
    def of_benchmark(self) -> tuple[Ints, float]:
        """Columns that hold the benchmark of each piece, and what they count in, in thousands."""
        if len(self.benchmark):
            return self.benchmark, 1.0
        return self.piece, float(self.room.anyway_benchmark_eur[self.period]) / THOUSAND

    def edges(self, sign: float) -> Iterator[tuple[int, Edge]]:
        """Pieces in which a plan may lie with their lower edge (sign 1) or upper edge (-1), as far as they have one."""
        edges = self.room.pieces[self.period].edges
        for k in np.flatnonzero(self.live).tolist():
            beside = k - 1 if sign > 0 else k
            if 0 <= beside < len(edges):
                yield k, edges[beside]

    def fill(self, columns: Floats, part: Floats) -> None:
        """The columns of a plan, given the part of each candidate."""
        saving, benchmark = (float(of[self.period]) for of in self.room.measured(part))
        columns[[*self.piece, *self.saving, *self.benchmark]] = 0.0
        k = self.room.piece_of(self.period, saving, benchmark)
        columns[self.piece[k]], columns[self.saving[k]] = 1.0, saving / THOUSAND
        if len(self.benchmark):
            columns[self.benchmark[k]] = benchmark / THOUSAND


class WithContracts(Protocol):
    """Where variables stand among the columns, as far as contracts need it.

    Attributes:
        part: column per candidate; settled: per measuring year of each contract.
    """

    part: Ints
    settled: list[MeasuredYear]


def put_contracts(layout: WithContracts, entries: Entries, row_of: Ints, weights: Floats) -> None:
    """What contracts pay parties by the piece in which each measuring year lies, in the row of each party."""
    rows = np.maximum(row_of, 0)[None]
    for year in layout.settled:
        found, (column, counted_in) = year.room.pieces[year.period], year.of_benchmark
        per_saving, per_benchmark = (
            np.where(row_of >= 0, of @ weights, 0.0) for of in (found.per_saving, found.per_benchmark)
        )
        entries.put(rows, year.saving[:, None], per_saving)
        entries.put(rows, column[:, None], per_benchmark * counted_in)


def contract_saving(layout: WithContracts) -> Family | None:
    """Sum of saving[c, y, k] = saving anyway + sum of saving[j, c, y] * part[j], every contract c and year y."""
    return _measured(layout, "contract_saving", layout.settled)


def contract_benchmark(layout: WithContracts) -> Family | None:
    """The same of a benchmark that moves with who takes part."""
    return _measured(layout, "contract_benchmark", [year for year in layout.settled if len(year.benchmark)])


def _measured(layout: WithContracts, rule: str, years: Sequence[MeasuredYear]) -> Family | None:
    entries, anyway, is_saving = Entries(), np.zeros(len(years)), rule == "contract_saving"
    for row, year in enumerate(years):
        room, t = year.room, year.period
        of, holds = (room.saving_eur, year.saving) if is_saving else (room.benchmark_eur, year.benchmark)
        entries.put(row, holds, 1.0)
        entries.put(row, layout.part, -of[:, t] / THOUSAND)
        anyway[row] = (room.anyway_saving_eur if is_saving else room.anyway_benchmark_eur)[t] / THOUSAND
    return entries.family(rule, [year.key for year in years], anyway, anyway) if years else None


def one_piece(layout: WithContracts) -> Family | None:
    """Sum over k of piece[c, y, k] = 1: every contract and measuring year lies in one piece of what is paid."""
    entries = Entries()
    for row, year in enumerate(layout.settled):
        entries.put(row, year.piece[year.live], 1.0)
    keys = [year.key for year in layout.settled]
    return entries.family("one_piece", keys, 1.0, 1.0) if keys else None


def piece_from(layout: WithContracts) -> Family | None:
    """saving[c, y, k] >= lower[k] * benchmark[c, y, k]; of a gate not met a cent more, every piece that has an edge."""
    return _edges(layout, "piece_from", 1.0)


def piece_until(layout: WithContracts) -> Family | None:
    """saving[c, y, k] <= upper[k] * benchmark[c, y, k]; of a gate not met a cent less."""
    return _edges(layout, "piece_until", -1.0)


def _edges(layout: WithContracts, rule: str, sign: float) -> Family | None:
    """Sign * (saving - edge * benchmark) >= a cent * piece, or 0 where the edge itself belongs to the piece."""
    entries, keys = Entries(), list[tuple[object, ...]]()
    for year in layout.settled:
        column, counted_in = year.of_benchmark
        for k, edge in year.edges(sign):
            entries.put(len(keys), year.saving[k], sign)
            entries.put(len(keys), column[k], -sign * edge.at * counted_in)
            if edge.jumps and sign * edge.at < 0:  # the side of 0 has not met the gate
                entries.put(len(keys), year.piece[k], -CENT_EUR / THOUSAND)
            keys.append((*year.key, k + 1))
    return entries.family(rule, keys, 0.0) if keys else None


def hardly_met(layout: WithContracts, columns: Floats) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Rows (rule, key) of gates that some columns meet by less than a cent."""
    for year in layout.settled:
        chosen, (column, counted_in) = int(np.argmax(columns[year.piece])), year.of_benchmark
        for rule, sign in (("piece_from", 1.0), ("piece_until", -1.0)):
            for k, edge in year.edges(sign):
                beyond = sign * (columns[year.saving[k]] - edge.at * counted_in * columns[column[k]])
                if k == chosen and edge.jumps and sign * edge.at > 0 and beyond < CENT_EUR / THOUSAND:
                    yield rule, (*year.key, k + 1)


CENT_EUR = 0.01
"""How far below a gate a saving lies that does not meet it: less would be rounding of the solver."""


def piece_reach(layout: WithContracts) -> Family | None:
    """Least * piece[c, y, k] <= saving[c, y, k] <= most * piece[c, y, k], and a benchmark: 0 outside the piece."""
    entries, keys = Entries(), list[tuple[object, ...]]()
    for year in layout.settled:
        reach = year.reach
        limits = [("saving", year.saving, reach.saving_from, reach.saving_until)]
        if len(year.benchmark):
            limits.append(("benchmark", year.benchmark, reach.benchmark_from, reach.benchmark_until))
        for what, columns, least, most in limits:
            for k in np.flatnonzero(year.live).tolist():
                for sign, limit in ((1.0, least - CENT_EUR), (-1.0, most + CENT_EUR)):
                    entries.put(len(keys), columns[k], sign)
                    entries.put(len(keys), year.piece[k], -sign * limit / THOUSAND)
                    keys.append((*year.key, k + 1, what, "from" if sign > 0 else "until"))
    return entries.family("piece_reach", keys, 0.0) if keys else None


CONTRACT_RULES: tuple[Callable[[WithContracts], Family | None], ...] = (
    *(contract_saving, contract_benchmark, one_piece),
    *(piece_from, piece_until, piece_reach),
)
"""Every rule about contracts, in the order of the rows."""
