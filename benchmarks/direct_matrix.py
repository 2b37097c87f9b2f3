"""The yardstick for the optimiser: the same allocation as numpy blocks, one sparse matrix, straight into HiGHS.

It knows no names, no rules of one's own and nothing that is not in the made-up figures below. Columns and rows stand in
the order of coalition/optimise.py, so that the solver has the same work to do. Every figure is an invention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

INSURERS = 4
THOUSAND = 1000.0
DEPRIVED_AT_LEAST, POPULATION_AT_MOST = 0.3, 0.6
"""Portions of all money: for areas that are deprived, and for programmes that reach everyone."""


@dataclass(frozen=True)
class Size:
    """Municipalities of so many areas in so many regions; programmes; years in which they may start; years in all."""

    municipalities: int
    areas_each: int
    interventions: int
    starts: int
    regions: int
    years: int = 10

    @property
    def areas(self) -> int:
        return self.municipalities * self.areas_each


SIZES = {
    "small": Size(12, 1, 10, 10, 1, 20),
    "regional": Size(12, 60, 20, 5, 1),
    "national": Size(342, 1, 25, 5, 31),
    "national areas": Size(342, 10, 25, 5, 31),
}


@dataclass(frozen=True)
class Figures:
    """What both routes begin with; a start is an intervention, an area and a year, in that order; euro.

    Attributes:
        size: of it all.
        municipality, deprived: (area,); region: (municipality,); population: (intervention,).
        intervention, area, first: (start,).
        outlay: (start, payer, year); worth: (start, payer). The first payer is the municipality.
        societal, smallest: (start,).
        counts, money: (budget, area, payer) and (budget, year): one per municipality, one per insurer and region.
        present: (year,) worth of a euro.
    """

    size: Size
    municipality: np.ndarray
    deprived: np.ndarray
    region: np.ndarray
    population: np.ndarray
    intervention: np.ndarray
    area: np.ndarray
    first: np.ndarray
    outlay: np.ndarray
    worth: np.ndarray
    societal: np.ndarray
    smallest: np.ndarray
    counts: np.ndarray
    money: np.ndarray
    present: np.ndarray


def figures(size: Size, seed: int = 1) -> Figures:
    """Programmes of three years whose benefit comes later and partly to others than those who pay."""
    random = np.random.default_rng(seed)
    areas, kinds, starts, years = size.areas, size.interventions, size.starts, size.years
    payers = 1 + INSURERS
    municipality = np.repeat(np.arange(size.municipalities), size.areas_each)
    region = np.arange(size.municipalities) * size.regions // size.municipalities
    deprived, population = random.random(areas) < 0.3, np.arange(kinds) % 3 == 0
    present = 1.03 ** -np.arange(years)

    dear, cost = random.uniform(0.3, 3, (kinds, 1)), random.lognormal(11, 0.6, areas)
    cost = dear * cost * random.uniform(0.8, 1.2, (kinds, areas))
    market = random.dirichlet(np.full(INSURERS, 2.0), size.municipalities)[municipality]
    paid, gained = (_shares(random.uniform(low, high, kinds), market) for low, high in ((0.4, 0.9), (0.1, 0.4)))
    back = random.uniform(0.8, 2.2, (kinds, 1)) * np.where(deprived, 1.15, 1)
    back = back * random.uniform(0.85, 1.15, (kinds, areas))

    outlay = np.zeros((kinds, areas, starts, payers, years))
    worth = np.zeros((kinds, areas, starts, payers))
    societal = np.zeros((kinds, areas, starts))
    for s in range(starts):
        late = present[s + 1 : s + 9].mean() * min(8, years - s - 1) / 8
        for year in range(s, s + 3):
            outlay[:, :, s, :, year] = cost[:, :, None] * paid
        early = 3 * cost * present[s : s + 3].mean()
        worth[:, :, s] = (3 * cost * back * late)[:, :, None] * gained * 0.9 - early[:, :, None] * paid
        societal[:, :, s] = 3 * cost * back * late - early
    counts = _counts(size, municipality, region)
    need = outlay.sum(axis=2) / 3
    money = np.stack([0.12 * need.sum(axis=(0, 3))[c].sum() * random.uniform(0.8, 1.2, years) for c in counts])
    kind, area, first = np.indices((kinds, areas, starts)).reshape(3, -1)
    return Figures(
        size, municipality, deprived, region, population, kind, area, first,
        outlay.reshape(-1, payers, years), worth.reshape(-1, payers), societal.ravel(),
        np.repeat(random.uniform(0.2, 0.5, kinds), areas * starts), counts, money, present,
    )  # fmt: skip


def _shares(own: np.ndarray, market: np.ndarray) -> np.ndarray:
    """Part of the municipality, and of each insurer by its market: (intervention, area, payer)."""
    rest = (1 - own)[:, None, None] * market
    return np.concatenate([np.broadcast_to(own[:, None, None], (*rest.shape[:2], 1)), rest], axis=2)


def _counts(size: Size, municipality: np.ndarray, region: np.ndarray) -> np.ndarray:
    budgets = size.municipalities + INSURERS * size.regions
    counts = np.zeros((budgets, size.areas, 1 + INSURERS), dtype=bool)
    counts[municipality, np.arange(size.areas), 0] = True
    for k in range(INSURERS):
        counts[size.municipalities + k * size.regions + region[municipality], np.arange(size.areas), 1 + k] = True
    return counts


# --- the matrix -----------------------------------------------------------------------------------------------------


class Blocks:
    """Entries of the matrix and limits of its rows, block by block."""

    def __init__(self) -> None:
        self.rows, self.columns, self.values = list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
        self.lower, self.upper, self.count = list[np.ndarray](), list[np.ndarray](), 0

    def put(self, row: Any, column: Any, value: Any) -> None:
        row, column, value = np.broadcast_arrays(row, column, value)
        there = value != 0
        self.rows.append(row[there].astype(np.int32) + np.int32(self.count))
        self.columns.append(column[there].astype(np.int32))
        self.values.append(value[there])

    def close(self, count: int, lower: Any, upper: Any) -> None:
        """The rows that were put since the last time, with their limits."""
        for limits, limit in ((self.lower, lower), (self.upper, upper)):
            limits.append(np.broadcast_to(np.asarray(limit, dtype=float), (count,)))
        self.count += count


def matrix(f: Figures) -> tuple[Any, ...]:
    """The matrix by row, its limits, cost, limits of the columns, and which of them are whole."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    n, parties, budgets, years = len(f.area), INSURERS + f.size.municipalities, len(f.money), f.size.years
    part, start = np.arange(n), np.arange(n, 2 * n)
    left = 2 * n + np.arange(budgets * years).reshape(budgets, years)
    gives = 2 * n + budgets * years + np.arange(parties)
    gets, columns = gives + parties, 2 * n + budgets * years + 2 * parties + 3
    blocks = Blocks()

    budget_of = f.counts.argmax(axis=0)  # of each area and payer: here each payment counts in one budget
    rows = budget_of[f.area][:, :, None] * years + np.arange(years)
    blocks.put(rows, part[:, None, None], f.outlay / THOUSAND)
    blocks.put(left - left[0, 0], left, 1.0)
    blocks.put(left[:, 1:] - left[0, 0], left[:, :-1], -1.0)
    money = f.money.ravel() / THOUSAND
    blocks.close(budgets * years, money, money)

    party = np.concatenate([INSURERS + f.municipality[f.area][:, None], np.tile(np.arange(INSURERS), (n, 1))], axis=1)
    blocks.put(party, part[:, None], f.worth / THOUSAND)
    blocks.put(np.arange(parties), gives, -f.present[0])
    blocks.put(np.arange(parties), gets, f.present[0])
    blocks.close(parties, 0.0, np.inf)

    paid = f.outlay.sum(axis=1) @ f.present / THOUSAND
    blocks.put(0, part, (f.deprived[f.area] - DEPRIVED_AT_LEAST) * paid)
    blocks.put(1, part, (POPULATION_AT_MOST - f.population[f.intervention]) * paid)
    blocks.close(2, 0.0, np.inf)

    blocks.put(part, part, 1.0)
    blocks.put(part, start, -1.0)
    blocks.close(n, -np.inf, 0.0)
    blocks.put(part, part, 1.0)
    blocks.put(part, start, -f.smallest)
    blocks.close(n, 0.0, np.inf)
    blocks.put(part // f.size.starts, start, 1.0)
    blocks.close(n // f.size.starts, -np.inf, 1.0)
    blocks.put(0, gives, 1.0)
    blocks.put(0, gets, -1.0)
    blocks.close(1, 0.0, 0.0)
    blocks.put(0, part, f.societal / THOUSAND)
    blocks.close(1, -np.inf, np.inf)

    entries = (np.concatenate(blocks.rows), np.concatenate(blocks.columns))
    found = csr_matrix((np.concatenate(blocks.values), entries), shape=(blocks.count, columns))
    cost, lower, upper, whole = np.zeros(columns), np.zeros(columns), np.full(columns, np.inf), np.zeros(columns, bool)
    cost[part], lower[-3:], upper[: 2 * n], whole[start] = f.societal / THOUSAND, -np.inf, 1.0, True
    return found, np.concatenate(blocks.lower), np.concatenate(blocks.upper), cost, lower, upper, whole


def handed_over(parts: tuple[Any, ...]) -> Any:
    """A solver that holds it."""
    import highspy

    rows, low, high, cost, lower, upper, whole = parts
    highs, lp = highspy.Highs(), highspy.HighsLp()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = cost, lower, upper, low, high
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    highs.passModel(lp)
    integers = np.flatnonzero(whole).astype(np.int32)
    kinds = np.full(len(integers), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(len(integers), integers, kinds)
    return highs


def fingerprint(highs: Any) -> np.ndarray:
    """Rows, columns, entries, and sums that no order of rows or columns changes, of what a solver holds."""
    import highspy

    lp = highs.getLp()
    starts, index, value = (np.array(getattr(lp.a_matrix_, f"{part}_")) for part in ("start", "index", "value"))
    across = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    by_row = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
    row, column = (across, index) if by_row else (index, across)
    cost, lower, upper, low, high = (
        np.array(x) for x in (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
    )
    known = [np.where(np.isfinite(limit), limit, 7.0 + k) for k, limit in enumerate((lower, upper, low, high))]
    whole = np.array([kind == highspy.HighsVarType.kInteger for kind in lp.integrality_], dtype=float)
    columns = np.sin(1 + 3 * cost + 5 * known[0] + 11 * known[1] + 13 * whole)  # what a column is, whatever its place
    activity = np.bincount(row, value * columns[column], minlength=lp.num_row_)
    below, above = (np.abs(activity * limit) for limit in known[2:])
    sums = (np.abs(cost), columns, np.abs(activity), activity**2, below, above)
    return np.array([lp.num_row_, lp.num_col_, len(value), *(s.sum() for s in sums)], dtype=float)
