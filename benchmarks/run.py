"""What the model costs, as ratios to yardsticks in the same run. By hand: `python benchmarks/run.py`.

Nothing here is a test: machines differ and share their cores, so ratios and medians are printed and nothing passes or
fails. The figures that were seen stand in docs/performance.md with the machine named.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import bare
import settling
import workbooks
from synthetic import INSURERS, scenario

from coalition.clauses import Values
from coalition.inputs import Inputs
from coalition.model import Run, run_inputs
from coalition.shared_savings import settle

ARGPARSE = (
    "import argparse; p = argparse.ArgumentParser(prog='x'); s = p.add_subparsers(); "
    "[s.add_parser(n, help=n) for n in 'abcdefgh']; p.parse_args(['--help'])"
)


def median_seconds(job: Callable[[], object], repeats: int) -> float:
    """Median time of a job on the processor, so that other programs on the machine do not count."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return statistics.median(times)


def median_command(command: list[str], repeats: int = 9) -> float:
    """Median wall time of a command, start-up included."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def check_equal(found: Run, yardstick: dict[str, np.ndarray]) -> float:
    """Largest difference in euro between the model and the yardstick, over parties and years."""
    nets = {p.party.id: p.net[0] for p in found.parties}
    years = len(found.clock.shown)
    differences = [
        np.abs(np.stack([nets[i] for i in INSURERS]) - yardstick["insurers"][:, :years]).max(),
        np.abs(
            np.stack([n for i, n in nets.items() if i.startswith("GM")]) - yardstick["municipalities"][:, :years]
        ).max(),
    ]
    for name in ("zvw_fund", "residents", "wlz_fund", "rest_of_nl", "providers"):
        differences.append(np.abs(nets[name] - yardstick[name][:years]).max())
    return float(max(differences))


def against_bare_arrays() -> None:
    """12 municipalities, 10 interventions, 20 years, every pocket and party, against the same in bare numpy."""
    model = scenario(12, 10, 20)
    inputs = Inputs()
    found = run_inputs(model, inputs)
    data = bare.prepared(model, found.clock.years)
    print(f"largest difference, model against bare arrays: {check_equal(found, bare.project(data)):.2e} euro")
    for areas, repeats in ((12, 40), (342, 10)):
        model = scenario(areas, 10, 20)
        data = bare.prepared(model, found.clock.years)
        ours = median_seconds(partial(run_inputs, model, inputs), repeats)
        theirs = median_seconds(partial(bare.project, data), repeats)
        size = f"{areas} x 10 x 20"
        print(f"projection {size}: {ours * 1e3:.1f} ms, bare {theirs * 1e3:.1f} ms, ratio {ours / theirs:.1f}")


def growth() -> None:
    """From 12 to 342 municipalities and from 10 to 40 interventions."""
    base = median_seconds(_run(12, 10), 9)
    areas, interventions = median_seconds(_run(342, 10), 5), median_seconds(_run(12, 40), 5)
    print(f"12 -> 342 municipalities (x28.5): time x{areas / base:.1f}")
    print(f"10 -> 40 interventions (x4): time x{interventions / base:.1f}")


def _run(areas: int, interventions: int) -> Callable[[], object]:
    model, inputs = scenario(areas, interventions, 20), Inputs()
    return lambda: run_inputs(model, inputs)


def commands() -> None:
    """Start-up and a whole run of Drenthe."""
    program = [sys.executable, "-m", "coalition.cli"]
    help_, yardstick = median_command([*program, "--help"]), median_command([sys.executable, "-c", ARGPARSE])
    print(
        f"coalition --help: {help_ * 1e3:.0f} ms, bare argparse {yardstick * 1e3:.0f} ms, ratio {help_ / yardstick:.2f}"
    )
    print(f"coalition run drenthe, start-up included: {median_command([*program, 'run', 'drenthe'], 5):.2f} s")


def national() -> None:
    """Memory of a national run, in a process of its own."""
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import run; run.national_memory()"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    print(found.strip())


def national_memory() -> None:
    """342 municipalities, 25 interventions, 30 years."""
    start = time.perf_counter()
    run_inputs(scenario(342, 25, 30), Inputs())
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"national run 342 x 25 x 30: {seconds:.1f} s, peak memory {peak:.0f} MB")


def settlements() -> None:
    """A contract with every kind of clause on 10,000 draws of 20 years, against one plain settlement of 20 years."""
    contract = settling.every_clause()
    one, many = settling.figures(1), settling.figures(10_000)
    plain = median_seconds(partial(settle, Values(contract), one), 200)
    wide = median_seconds(partial(settle, Values(contract), many), 9)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"settlement 10,000 draws x 20 years: {wide * 1e3:.0f} ms, one draw {plain * 1e3:.2f} ms, "
        f"ratio {wide / plain:.0f}, peak memory {peak:.0f} MB"
    )


if __name__ == "__main__":
    settlements()
    against_bare_arrays()
    growth()
    commands()
    national()
    workbooks.main()
