"""What an export costs, against writing as many bare formulas: time, size, memory, and how it grows with areas."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from synthetic import scenario

from coalition.scenario import load_scenario
from coalition.workbook.export import export_workbook
from coalition.workbook.recalculate import office, recalculated
from coalition.workbook.stored import formula_values

COLUMNS = 25


def bare_workbook(path: Path, formulas: int) -> None:
    """As many formulas as a scenario has, each of a few references, with a value; nothing else."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for number in range(formulas):
        row, column = divmod(number, COLUMNS)
        page.write_formula(row, column, f"=A{row + 1}*$D$5+B{row + 1}", None, 1.5)
    book.close()


def seconds(job: Callable[[], object]) -> float:
    """Time of a job on the processor."""
    start = time.process_time()
    job()
    return time.process_time() - start


def agreement(folder: Path) -> None:
    """The Drenthe agreement over 20 years."""
    path, bare = folder / "x.xlsx", folder / "bare.xlsx"
    model = load_scenario("drenthe-akkoord", ["scenario.horizon_years=20"])
    export_workbook(model, path)  # what is imported and read once is no part of the cost
    own = min(seconds(lambda: export_workbook(model, path)) for _ in range(3))
    formulas = len(formula_values(path))
    yardstick = min(seconds(lambda: bare_workbook(bare, formulas)) for _ in range(3))
    print(
        f"export of drenthe-akkoord, 20 years: {formulas:,} formulas, {path.stat().st_size / 1e6:.2f} MB, {own:.2f} s, "
        f"as many bare formulas {yardstick:.2f} s, ratio {own / yardstick:.2f}"
    )
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "coalition.cli", "export", "drenthe-akkoord", str(folder / "y.xlsx"),
         "--set", "scenario.horizon_years=20"],
        check=True, capture_output=True,
    )  # fmt: skip
    print(f"the same command, start-up included: {time.perf_counter() - start:.1f} s")
    if office() is not None:
        start = time.perf_counter()
        recalculated([path], "libreoffice")
        print(f"recalculated by LibreOffice and read back: {time.perf_counter() - start:.1f} s")


def growth(folder: Path) -> None:
    """From 12 municipalities up; from some number on they are added up."""
    for areas in (12, 24, 48, 342):
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import workbooks; "
            f"workbooks.one({areas}, {str(folder)!r})"
        )
        print(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def one(areas: int, folder: str) -> None:
    """An export of so many municipalities, in a process of its own."""
    model, path = scenario(areas, 8, 20), Path(folder) / f"{areas}.xlsx"
    own = seconds(lambda: export_workbook(model, path))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size, formulas = path.stat().st_size / 1e6, len(formula_values(path))
    print(f"{areas} municipalities x 8 x 20: {own:.1f} s, {size:.2f} MB, {formulas:,} formulas, {peak:.0f} MB memory")


def main() -> None:
    """All of it."""
    with tempfile.TemporaryDirectory() as name:
        agreement(Path(name))
        growth(Path(name))


if __name__ == "__main__":
    main()
