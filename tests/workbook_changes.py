"""Changes of inputs, in the workbook and in the scenario: both must then show the same in every cell of the results.

A change is picked by chance among the input cells, of any kind: shares, growth, euros, counts, years, switches, amounts
per year, people and cost. The workbook is recalculated by a program that does not know us; the scenario is run with the
same change and exported anew, and every formula cell that is not about the export itself is compared.

    python tests/workbook_changes.py --changes 200 --seed 1 --edges

does this for the complete scenario of the documentation and all shipped ones, and ends with exit code 1 if any cell
differs. With --edges, every term of an agreement that decides something is also tried at values on both sides of where
it does. The largest workbook takes half a minute per change; it leaves an edge to a smaller one that tries the same
value of the same term of the same kind of arrangement, and how many it left is printed with its changes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from workbook_recalculation import recalculate_changed  # noqa: E402 - a script beside it

from coalition.cells import FIRST_YEAR, Line, column_letters  # noqa: E402
from coalition.errors import ScenarioError  # noqa: E402
from coalition.region import Region  # noqa: E402
from coalition.scenario import Scenario, load_scenario, shipped_scenarios  # noqa: E402
from coalition.workbook.book import Book, build_book  # noqa: E402
from coalition.workbook.export import export_workbook  # noqa: E402
from coalition.workbook.recalculate import Engine, with_inputs  # noqa: E402
from coalition.workbook.stored import Place, Value, formula_values  # noqa: E402

ABOUT_THE_EXPORT = ("Voorblad", "Invoer", "Invoer_tabellen", "Controles", "Berekening_controles", "Vergelijking")
"""Sheets that say what was changed since the export, or hold what the model gave then."""
VERDICT = ("Resultaat", "B4")
"""The cell that says which checks cannot be made because inputs were changed since the export."""
TOLERANCE = 0.005
"""Half a cent, in every cell."""
AT_ONCE, CELLS_AT_ONCE = 20, 1_500_000
"""Workbooks per start of the other program, and their formula cells: all are kept until they have been compared, and
a batch is short beside the whole, so that every core has work until the end."""
COMPLETE = ROOT / "docs" / "complete" / "scenario.yaml"
SHORT = ROOT / "tests" / "complete_short" / "scenario.yaml"
LARGE, FEW = 200_000, 3
"""Formula cells of a workbook that takes long to recalculate, and the changes that it then gets."""


@dataclass(frozen=True)
class Change:
    """One other input.

    Attributes:
        name: of the scenario; key: path in the scenario, or id of a row of a table.
        cell: of the input in the workbook; value: what is typed there.
        kind: of the input; scenario: with the same change.
    """

    name: str
    key: str
    cell: str
    value: float
    kind: str
    scenario: Scenario


# --- picking --------------------------------------------------------------------------------------------------------


def changes_of(name: str, book: Book, rng: random.Random, count: int) -> Iterator[Change]:
    """Changes that the scenario accepts; one of each kind first."""
    lines = [*book.frame.inputs.scalars, *book.frame.inputs.tables]
    by_kind: dict[str, list[Line]] = {}
    for line in lines:
        by_kind.setdefault(book.frame.inputs.behind[line.key].kind, []).append(line)
    wanted = sorted(by_kind)
    found = 0
    for attempt in range(count * 8):
        pool = by_kind[wanted[attempt]] if attempt < len(wanted) else lines
        change = _change(name, book, rng.choice(pool), rng)
        if change is not None:
            yield change
            found += 1
        if found == count:
            return


EDGES: dict[str, tuple[float, ...]] = {
    "minimum_savings_rate": (0.0, 0.9),
    "minimum_loss_rate": (0.0, 0.9),
    "gain_cap_share_of_benchmark": (0.0, 0.0001, 1.0),
    "loss_cap_share_of_benchmark": (0.0, 0.0001, 1.0),
    "gain_cap_eur": (0.0, 1000.0, 1e9),
    "loss_cap_eur": (0.0, 1000.0, 1e9),
    "discount": (0.0, 0.2),
    "cost_variation": (0.1, 10.0),
    "corridor": (0.0, 1.0),
    "raised_eur": (0.0, 1e9),
    "minimum_balance_eur": (0.0, 1e6),
    "cooperation_share": (0.0, 1.0),
    "cap_eur_per_inhabitant": (0.0, 1e6),
    "enabled": (0.0, 1.0),
}
"""Terms that decide something, and values on both sides of where they do."""


NAMES_FOLLOW = ("sharers", "payments")
"""Keys inside an arrangement below which a user's own name stands."""

Edge = tuple[str, str, float]
"""Kind of arrangement, term without the names that a user gave, value."""


def edge_of(change: Change) -> Edge:
    """What a change of a term tries, whichever arrangement it is in."""
    _, kind, _, *steps = change.key.split(".")
    term = ".".join(step for above, step in pairwise(["", *steps]) if above not in NAMES_FOLLOW)
    return kind, term, change.value


def edges_of(name: str, book: Book) -> Iterator[Change]:
    """Every term of an arrangement that decides something, at values on both sides of its edge."""
    for line in book.frame.inputs.scalars:
        for value in EDGES.get(line.key.rpartition(".")[2], ()) if line.key.startswith("arrangements.") else ():
            change = _changed(name, book, line, 0, value)
            if change is not None:
                yield change


def _change(name: str, book: Book, line: Line, rng: random.Random) -> Change | None:
    """One change; None where the scenario refuses it."""
    place = rng.randrange(len(line.values)) if line.is_series else 0
    old = float(line.values[place]) if line.is_series else float(line.values)
    return _changed(name, book, line, place, _other(old, book.frame.inputs.behind[line.key].kind, rng))


def _changed(name: str, book: Book, line: Line, place: int, value: float) -> Change | None:
    """A given change; None where the scenario refuses it."""
    stated = book.frame.inputs.behind[line.key]
    column = FIRST_YEAR + place if line.is_series else line.sheet.constant_column
    cell = f"{line.sheet.name}!{column_letters(column)}{line.row + 1}"
    try:
        changed = _scenario(name, book, line, place, value)
    except ScenarioError:
        return None
    return Change(name, line.key, cell, value, stated.kind, changed)


def _other(old: float, kind: str, rng: random.Random) -> float:
    """Another value of the same kind."""
    if np.isnan(old):
        return rng.choice([0.01, 0.03, 0.05])
    if kind == "share":
        return round(min(1.0, old * rng.choice([0.0, 0.5, 0.8, 1.2, 1.5]) + rng.choice([0.0, 0.02])), 6)
    if kind == "rate":
        return round(old * rng.choice([-1.0, 0.5, 1.3]) + 0.005, 6)
    if kind == "switch":
        return 1 - old
    if kind == "year":
        return old + rng.choice([-1, 1, 2])
    if kind == "whole":
        return max(1.0, old + rng.choice([-1, 1]))
    if kind == "years":
        return round(old * rng.choice([0.5, 1.5]) + 0.25, 4)
    return round(old * rng.choice([0.0, 0.5, 0.9, 1.3, 2.0]) + rng.choice([0, 1]), 4)


def _scenario(name: str, book: Book, line: Line, place: int, value: float) -> Scenario:
    """The scenario with the same change.

    Raises:
        ScenarioError: it is refused.
    """
    stated = book.frame.inputs.behind[line.key]
    if stated.kind == "table":
        return _with_table(book.scenario, line.key, place, value)
    if line.is_series:
        return load_scenario(name, [f"{line.key}.{book.frame.inputs.years[place]}={value!r}"])
    if line.key == "scenario.discount.per_year" and stated.number is None:
        return load_scenario(name, [f"scenario.discount.per_year={value!r}", "scenario.discount.kind=real"])
    words = {"switch": str(bool(value)).lower(), "year": f"{value:.0f}", "whole": f"{value:.0f}"}
    return load_scenario(name, [f"{line.key}={words.get(stated.kind, repr(value))}"])


def _with_table(scenario: Scenario, key: str, place: int, value: float) -> Scenario:
    """A scenario with one other cell in its tables."""
    region, (table, area, about) = scenario.region, key.split("|")
    row = region.areas.index(area)
    if table == "people":
        people = region.people.copy()
        people[row, place, region.years.index(int(about))] = value
        return replace(scenario, region=_with(region, people=people))
    cost = {pocket: amounts.copy() for pocket, amounts in region.cost.items()}
    next(amounts for pocket, amounts in cost.items() if pocket.value == about)[row, place] = value
    return replace(scenario, region=_with(region, cost=cost))


def _with(region: Region, **changed: object) -> Region:
    return replace(region, **changed)  # type: ignore[arg-type]


# --- planning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What is tried in one workbook.

    Attributes:
        name: of the scenario; path: of its workbook; cells: number of formula cells in it.
        changes: by chance; short: how many fewer than were asked for, because the scenario refused the others.
        edges: terms of arrangements, on both sides of their edge; left: how many of them another workbook tries.
    """

    name: str
    path: Path
    cells: int
    changes: Sequence[Change]
    short: int
    edges: Sequence[Change]
    left: int = 0

    @property
    def tried(self) -> list[Change]:
        """All changes, in their order."""
        return [*self.changes, *self.edges]

    def batches(self) -> list[Batch]:
        """The changes, as many together as one start of the other program takes."""
        size, tried = max(1, min(AT_ONCE, CELLS_AT_ONCE // max(1, self.cells))), self.tried
        parts = [tried[n : n + size] for n in range(0, len(tried), size)]
        return [Batch(self.name, self.path, self.cells * len(part), part) for part in parts]

    def said(self, wrong: int) -> str:
        """The outcome in a line."""
        left = f"; {self.left} edges left to a smaller workbook" if self.left else ""
        return f"{self.name}: {len(self.tried)} changes, {len(self.edges)} of them edges, {wrong} wrong{left}"


@dataclass(frozen=True)
class Batch:
    """Changes of one workbook for one start of the other program; cells: formula cells of all copies together."""

    name: str
    path: Path
    cells: int
    changes: Sequence[Change]


def plan_of(name: str, count: int, path: Path, *, seed: int, edges: bool = False) -> Plan:
    """Choose the changes of one scenario; the same ones for the same seed, whatever else is checked."""
    rng = random.Random(f"{seed} {Path(name).parent.name or name}")
    book = build_book(load_scenario(name))
    cells = sum(np.size(line.values) for sheet in book.frame.sheets for line in sheet if line.formula is not None)
    count = min(count, FEW) if cells > LARGE else count
    changes = list(changes_of(name, book, rng, count))
    return Plan(name, path, cells, changes, count - len(changes), list(edges_of(name, book)) if edges else [])


def shared_out(plans: Sequence[Plan]) -> list[Plan]:
    """The same plans, in which every edge is tried in the smallest workbook that has it and in no other."""
    taken: set[Edge] = set()
    thinned: dict[str, Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.cells):
        own = [change for change in plan.edges if edge_of(change) not in taken]
        taken |= {edge_of(change) for change in own}
        thinned[plan.name] = replace(plan, edges=own, left=len(plan.edges) - len(own))
    return [thinned[plan.name] for plan in plans]


# --- comparing ------------------------------------------------------------------------------------------------------


def is_about_the_export(place: Place) -> bool:
    """Whether a cell shows something else in a new export, by what it is for."""
    return place[0] in ABOUT_THE_EXPORT or place == VERDICT


def differences(found: Mapping[Place, Value], expected: Mapping[Place, Value]) -> list[tuple[Place, Value, Value]]:
    """Cells that show something else than they should; only those that both workbooks have."""
    wrong: list[tuple[Place, Value, Value]] = []
    for place, value in expected.items():
        if is_about_the_export(place) or place not in found:
            continue
        other = found[place]
        if isinstance(value, int | float) and isinstance(other, int | float):
            if abs(value - other) > TOLERANCE:
                wrong.append((place, other, value))
        elif value != other:
            wrong.append((place, other, value))
    return wrong


def expected_of(change: Change, book: Book, path: Path) -> dict[Place, Value]:
    """What every formula cell must show after a change, in the places of the workbook that was exported before it.

    A change may lengthen the clock, after which an export has more columns and, where the age of a cohort counts, more
    rows. Then the rows of the calculation are found by their key, and the sheets that only show them are left out.
    """
    changed = build_book(change.scenario)
    if changed.frame.years == book.frame.years:
        export_workbook(change.scenario, path)
        return formula_values(path)
    found: dict[Place, Value] = {}
    for sheet in book.frame.sheets:
        other = next((s for s in changed.frame.sheets if s.name == sheet.name), None)
        for line in sheet if other is not None else ():
            if line.formula is not None and other is not None and other.has(line.key):
                found.update(_cells(line, other.of(line.key)))
    return found


def _cells(line: Line, other: Line) -> Iterator[tuple[Place, Value]]:
    """What another row holds, in the places of this one."""
    first = FIRST_YEAR if line.is_series else line.sheet.constant_column
    values = np.atleast_1d(other.values)[: np.atleast_1d(line.values).size]
    for k, value in enumerate(values.tolist()):
        if not np.isnan(value):
            yield (line.sheet.name, f"{column_letters(first + k)}{line.row + 1}"), value


def check_scenario(name: str, count: int, *, seed: int, engine: str, edges: bool = False) -> list[str]:
    """Make changes in one scenario and compare; what is wrong, in words."""
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(name, count, Path(folder) / "x.xlsx", seed=seed, edges=edges)
        _export(name, plan.path)
        wrong = [said for batch in plan.batches() for said in check_batch(batch, engine)]
    return reported(plan, wrong)


def check_all(names: Sequence[str], counts: Sequence[int], *, seed: int, engine: str, edges: bool) -> list[str]:
    """The same in several scenarios, batch by batch over all cores, the longest first; what is wrong, in words."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        paths = [Path(folder) / f"{n}.xlsx" for n in range(len(names))]
        plans = shared_out(list(pool.map(partial(plan_of, seed=seed, edges=edges), names, counts, paths)))
        list(pool.map(_export, names, paths))
        batches = sorted((batch for plan in plans for batch in plan.batches()), key=lambda batch: -batch.cells)
        running = [(batch.name, pool.submit(check_batch, batch, engine)) for batch in batches]
        return [
            said
            for plan in plans
            for said in reported(plan, [w for name, found in running if name == plan.name for w in found.result()])
        ]


def _export(name: str, path: Path) -> None:
    export_workbook(load_scenario(name), path)


def check_batch(batch: Batch, engine: str) -> list[str]:
    """Compare a few changes; what is wrong, in words."""
    book = build_book(load_scenario(batch.name))
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for change, found in zip(batch.changes, _recalculated(batch.path, batch.changes, engine), strict=True):
            wrong += _compared(change, found, expected_of(change, book, Path(folder) / "other.xlsx"))
    return wrong


def reported(plan: Plan, wrong: list[str]) -> list[str]:
    """Print the outcome of a scenario; what is wrong, with what could not be tried."""
    print(plan.said(len(wrong)), flush=True)
    short = f"{plan.name}: {plan.short} of {len(plan.changes) + plan.short} changes were not accepted"
    return [*wrong, short] if plan.short else wrong


def _recalculated(path: Path, changes: Sequence[Change], engine: str) -> list[dict[Place, Value]]:
    """The workbook with each change, recalculated."""
    if engine == Engine.FORMULAS:
        cells = [c.cell.split("!") for c in changes]
        return with_inputs(path, [{(sheet, cell): c.value} for (sheet, cell), c in zip(cells, changes, strict=True)])
    return recalculate_changed(path, [{c.cell: c.value} for c in changes], engine=engine)


def _compared(change: Change, found: Mapping[Place, Value], expected: Mapping[Place, Value]) -> list[str]:
    """What is wrong after one change, in words."""
    bad = differences(found, expected)
    compared = sum(place in found and not is_about_the_export(place) for place in expected)
    if not compared:
        return [f"{change.name}: nothing was compared"]
    if not bad:
        return []
    (sheet, cell), got, wanted = bad[0]
    about = f"{change.name}: {change.key} = {change.value}: {len(bad)} cells of {compared} differ"
    return [f"{about}, the first {sheet}!{cell} shows {got} and not {wanted}"]


def main() -> int:
    """Changes over all shipped scenarios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--edges", action="store_true", help="terms of arrangements on both sides of their edge, too")
    asked = parser.parse_args()
    names = asked.scenario or [str(SHORT), *shipped_scenarios()]
    start, (per, more) = time.monotonic(), divmod(asked.changes, len(names))
    counts = [per + (n < more) for n in range(len(names))]
    if not asked.scenario:
        names, counts = [*names, str(COMPLETE)], [*counts, FEW]
    wrong = check_all(names, counts, seed=asked.seed, engine=asked.engine, edges=asked.edges)
    print("\n".join(wrong))
    print(f"{len(names)} workbooks, {len(wrong)} wrong, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
