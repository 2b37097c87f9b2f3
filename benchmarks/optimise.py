"""What the search for the best plan costs, beside the same problem as a bare matrix: `python benchmarks/optimise.py`.

By hand; some ten minutes. Each route runs in processes of its own, so that peaks of memory are its own, and imports are
left out except where a command is timed. Matrices are compared by sums that no order of rows or columns changes; plans
with whole starts by bound, because which of them is found first depends on that order.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import direct_matrix
from direct_matrix import INSURERS, SIZES, Figures, figures, fingerprint

if TYPE_CHECKING:
    from coalition.allocation_problem import Allocation
    from coalition.solver import Programme

REPEATS, POINTS, EVERY = 3, 20, 4
SECONDS, GAP = 150.0, 0.005
MEGABYTE = 1024  # ru_maxrss counts kilobytes on Linux
COMMAND = """
from coalition.best_plan import optimised
from coalition.scenario import load_scenario
optimised(load_scenario("scenarios/drenthe-akkoord"))
"""


def seconds_of(job: Callable[[], Any]) -> tuple[float, Any]:
    """Time on the processor, and what came out."""
    begin = time.process_time()
    found = job()
    return time.process_time() - begin, found


def in_a_process(job: str, *about: Any) -> Any:
    """What a function of this file returns, called in a new process."""
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import json, optimise"
    code += f"; print(json.dumps(optimise.{job}(*{about!r})))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return json.loads(found.strip().splitlines()[-1])


# --- the problem ----------------------------------------------------------------------------------------------------


def allocation(f: Figures) -> Allocation:
    """The made-up figures as the package sees a problem."""
    from coalition.allocation_problem import CLEARING, Allocation, Least, Money, PortionLimit, Wish
    from coalition.candidates import Candidates
    from coalition.coefficients import Coefficients, Effects
    from coalition.parties import MUNICIPALITY, Pocket

    n, size, years = len(f.area), f.size, f.size.years
    insurers = tuple(f"insurer_{k}" for k in range(INSURERS))
    towns = tuple(f"GM{k:04}" for k in range(size.municipalities))
    parties, slots = (*insurers, *towns), (MUNICIPALITY, *insurers)
    names = tuple(f"programme_{k}" for k in range(size.interventions))
    areas = tuple(f"BU{k:08}" for k in range(size.areas))
    candidates = Candidates(names, areas, tuple(range(2027, 2027 + size.starts)), f.intervention, f.area, f.first)

    def none(*shape: int) -> np.ndarray:
        return np.broadcast_to(0.0, shape)  # zeros that take no memory

    empty = Effects(
        none(1, 0, 5), none(1, 0, 5, years), none(1, 0, 5, years), none(1, 0, years), none(1, 0), none(1, 0)
    )
    coefficients = Coefficients(
        candidates=candidates,
        years=tuple(range(2027, 2027 + years)),
        present=f.present[None],
        parties=parties,
        slots=slots,
        payments=tuple((slot, Pocket.WMO if slot == MUNICIPALITY else Pocket.ZVW) for slot in slots),
        party_of=np.column_stack([INSURERS + f.municipality, *(np.full(size.areas, k) for k in range(INSURERS))]),
        linear=Effects(
            f.worth[None], none(1, n, 5, years), f.outlay[None], none(1, n, years), f.societal[None], none(1, n)
        ),
        fixed_starts=candidates.of([False] * size.interventions),
        fixed=empty,
        nothing_eur=none(1, len(parties)),
        nothing_net_eur=none(1, len(parties), years),
        nothing_societal_eur=none(1),
        policies_eur=none(1, len(parties)),
        policies_net_eur=none(1, len(parties), years),
        agreed_eur=none(n, len(parties)),
        agreed_net_eur=none(n, len(parties), years),
        inhabitants=np.ones(size.areas),
    )
    everyone, everything = np.ones(size.interventions, dtype=bool), np.ones(size.areas, dtype=bool)
    return Allocation(
        coefficients=coefficients,
        largest=np.ones(n),
        smallest=f.smallest,
        wishes=(Wish("societal_npv", "societal"),),
        budgets=tuple(Money(f"money_{b}", f.money[b], 1.0, f.counts[b]) for b in range(len(f.money))),
        leasts=tuple(Least("nobody_worse", p, "", 0.0) for p in parties),
        portions=(
            PortionLimit("deprived", np.outer(everyone, f.deprived), direct_matrix.DEPRIVED_AT_LEAST, None),
            PortionLimit("population", np.outer(f.population, everything), None, direct_matrix.POPULATION_AT_MOST),
        ),
        links=(*((p, CLEARING) for p in parties), *((CLEARING, p) for p in parties)),
        payment_years=(2027,),
    )


# --- two routes -----------------------------------------------------------------------------------------------------


def by_the_package(size: str, with_solve: bool) -> dict[str, Any]:
    """Stages of the package's own way."""
    import highspy  # noqa: F401

    import coalition.solver  # noqa: F401  imports are left out
    from coalition.optimise import build_allocation, programme_of, weights_of

    problem = allocation(figures(SIZES[size]))
    build, model = seconds_of(lambda: build_allocation(problem))

    def handed() -> Programme:
        programme = programme_of(model)
        programme.maximise(weights_of(model, 0))
        return programme

    hand, programme = seconds_of(handed)
    found = {"build": build, "hand": hand, "peak": peak(), "print": fingerprint(programme._highs).tolist()}
    if with_solve:
        programme.whole(False)
        found["solve"], solved = seconds_of(programme.solve)
        found["value"] = solved.value
    return found


def as_a_matrix(size: str, with_solve: bool) -> dict[str, Any]:
    """Stages of the yardstick."""
    import highspy
    import scipy.sparse  # type: ignore[import-untyped]  # noqa: F401

    given = figures(SIZES[size])
    build, parts = seconds_of(lambda: direct_matrix.matrix(given))
    hand, highs = seconds_of(lambda: direct_matrix.handed_over(parts))
    found = {"build": build, "hand": hand, "peak": peak(), "print": fingerprint(highs).tolist()}
    if with_solve:
        whole = np.flatnonzero(parts[-1]).astype(np.int32)
        between = np.full(len(whole), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
        highs.changeColsIntegrality(len(whole), whole, between)
        found["solve"], _ = seconds_of(highs.run)
        found["value"] = highs.getInfo().objective_function_value
    return found


def peak() -> float:
    """Most memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def both_routes(size: str, with_solve: bool = True) -> None:
    """One line per route, the yardstick first, and how they compare."""
    rows = {}
    for route in ("as_a_matrix", "by_the_package"):
        seen = [in_a_process(route, size, with_solve and k == 0) for k in range(REPEATS)]
        row = {key: statistics.median(s[key] for s in seen if key in s) for key in seen[0] if key != "print"}
        rows[route], row["print"] = row, seen[0]["print"]
        solve = f"{row['solve']:8.2f}" if with_solve else " " * 8
        print(f"{size:15}{route:16}{row['build']:7.2f}{row['hand']:7.2f}{solve}{row['peak']:7.0f} MB", flush=True)
    bare, own = rows["as_a_matrix"], rows["by_the_package"]
    differs = np.max(np.abs(np.subtract(own["print"], bare["print"])) / np.maximum(np.abs(bare["print"]), 1))
    shape = " x ".join(f"{n:,.0f}" for n in own["print"][:3])
    before, whole = (
        sum(own[k] for k in keys) / sum(bare[k] for k in keys)
        for keys in (("build", "hand"), ("build", "hand", "solve") if with_solve else ("build", "hand"))
    )
    print(f"  rows x columns x entries {shape}; largest relative difference of the sums {differs:.1e}")
    print(
        f"  before solving {before:.2f} x, whole run {whole:.2f} x, peak {own['peak'] / bare['peak']:.2f} x", flush=True
    )


# --- whole starts ---------------------------------------------------------------------------------------------------


def whole_starts(size: str, two_steps: bool) -> tuple[float, float, float, str]:
    """Seconds, value, gap to the bound and status."""
    from coalition.optimise import build_allocation, programme_of, solve_in_two_steps, weights_of

    model = build_allocation(allocation(figures(SIZES[size])))
    programme = programme_of(model)
    programme.maximise(weights_of(model, 0))
    if two_steps:
        taken, found = seconds_of(lambda: solve_in_two_steps(programme, model.layout, SECONDS, GAP))
    else:
        taken, found = seconds_of(lambda: programme.solve(SECONDS, GAP))
    return taken, found.value, found.gap, found.status.value


def in_one_step_and_two(size: str) -> None:
    """The same plan sought among all starts at once, and in two steps."""
    for two_steps in (False, True):
        taken, value, gap, status = in_a_process("whole_starts", size, two_steps)
        way = "in two steps" if two_steps else "all starts at once"
        print(f"{size}, whole starts, {way}: {taken:.1f} s, {value:,.0f}, gap {gap:.3%}, {status}", flush=True)


# --- frontier and command -------------------------------------------------------------------------------------------


def frontier(size: str) -> dict[str, Any]:
    """Points between the best for society and the best for the insurers, on one live programme and from the start.

    From the start only every fourth is sought; their time counts four times.
    """
    from coalition.allocation_problem import Wish
    from coalition.optimise import build_allocation, programme_of, weights_of

    problem = allocation(figures(SIZES[size]))
    insurers = Wish("npv:insurers", "parties", problem.coefficients.parties[:INSURERS])
    problem = replace(problem, wishes=(*problem.wishes, insurers))
    model = build_allocation(problem)
    society, theirs = weights_of(model, 0), weights_of(model, 1)

    def fresh() -> Programme:
        programme = programme_of(model)
        programme.whole(False)
        programme.maximise(society)
        return programme

    live = fresh()
    first, best = seconds_of(live.solve)
    live.maximise(theirs)
    other_end, most = seconds_of(live.solve)
    live.maximise(society)
    back, _ = seconds_of(live.solve)
    row = live.row("goal", ("npv:insurers",))

    def point(programme: Programme, floor: float) -> float:
        programme.limit_row(row, floor, np.inf)
        return programme.solve().value

    floors = np.linspace(theirs @ best.columns, most.value, POINTS).tolist()
    warm, values = seconds_of(lambda: [point(live, floor) for floor in floors])
    cold, again = seconds_of(lambda: [point(fresh(), floor) for floor in floors[::EVERY]])
    differs = float(np.max(np.abs(np.subtract(values[::EVERY], again) / again)))
    return {"first": first, "other_end": other_end + back, "warm": warm, "cold": cold * EVERY, "differs": differs}


def show_frontier(size: str) -> None:
    """The points, and what finding the two ends costs beside them."""
    seen = in_a_process("frontier", size)
    ratio, ends = seen["warm"] / seen["cold"], f"{seen['first']:.1f} and {seen['other_end']:.1f} s"
    print(
        f"{size}, {POINTS} points without whole starts: live {seen['warm']:.1f} s, each from the start "
        f"{seen['cold']:.0f} s (with handing over), ratio {ratio:.3f}; the two ends {ends}; "
        f"largest relative difference {seen['differs']:.1e}",
        flush=True,
    )


# --- why not, and what follows from a plan --------------------------------------------------------------------------

WANTED_EUR = 1e9
"""What one municipality wants to gain in the clash; its own programmes cannot give it."""


def clash(size: str, paid: bool) -> dict[str, Any]:
    """The clashing wishes and the least that must give, where a municipality wants more than there is.

    Args:
        size: of the problem.
        paid: whether parties may pay each other; then everybody could bear it.
    """
    from coalition.allocation_problem import Least
    from coalition.allocation_studies import why_not

    problem = allocation(figures(SIZES[size]))
    town = INSURERS + 1
    wanted = Least("nobody_worse", problem.coefficients.parties[town], "", WANTED_EUR)
    leasts = (*problem.leasts[:town], wanted, *problem.leasts[town + 1 :])
    problem = replace(problem, leasts=leasts, **({} if paid else {"links": (), "payment_years": ()}))
    taken, found = seconds_of(lambda: why_not(problem))
    if found is None:
        return {"seconds": taken, "wishes": 0, "total_eur": 0.0}
    return {"seconds": taken, "wishes": len(found.wishes), "total_eur": found.total_eur}


def show_clash(size: str, *, paid: bool) -> None:
    """How long it takes to say why there is no agreement."""
    seen = in_a_process("clash", size, paid)
    said = f"{seen['wishes']} clashing wishes, {seen['total_eur']:,.0f} must give" if seen["wishes"] else "no answer"
    payments = "with" if paid else "without"
    print(f"{size}, a clash {payments} payments between parties: {said}, {seen['seconds']:.1f} s", flush=True)


def studies() -> dict[str, float]:
    """Shadow prices and near-optimal plans beside the first solve, for the Drenthe agreement."""
    from coalition.allocation_studies import near_optimal, sensitivity
    from coalition.best_plan import optimised
    from coalition.scenario import load_scenario

    scenario = load_scenario(Path(__file__).parents[1] / "scenarios" / "drenthe-akkoord")
    first, optimum = seconds_of(lambda: optimised(scenario))
    prices, _ = seconds_of(lambda: sensitivity(optimum))
    others, plans = seconds_of(lambda: near_optimal(optimum, 3, 0.05))
    return {"first": first, "prices": prices, "others": others, "plans": len(plans)}


def show_studies() -> None:
    """Both as parts of the first solve."""
    seen = [in_a_process("studies") for _ in range(REPEATS)]
    first, prices, others = (statistics.median(s[key] for s in seen) for key in ("first", "prices", "others"))
    print(
        f"Drenthe agreement, best plan {first:.2f} s; shadow prices {prices:.2f} s: {prices / first:.2f} x; "
        f"{seen[0]['plans']} near-optimal plans {others:.2f} s: {others / first:.2f} x",
        flush=True,
    )


def command() -> None:
    """The Drenthe agreement from a cold start."""
    program, root = [sys.executable, "-m", "coalition.cli", "optimise"], Path(__file__).parents[1]
    there = subprocess.run([*program, "--help"], capture_output=True, check=False, cwd=root).returncode == 0
    whole = [*program, "scenarios/drenthe-akkoord"] if there else [sys.executable, "-c", COMMAND]
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        subprocess.run(whole, capture_output=True, check=True, cwd=root)
        times.append(time.perf_counter() - begin)
    what = "coalition optimise" if there else "load_scenario and optimised"
    print(f"{what} scenarios/drenthe-akkoord, start-up included: {statistics.median(times):.1f} s", flush=True)


def main() -> None:
    """All of it."""
    print("load of the machine over 1, 5 and 15 minutes", *(f"{x:.1f}" for x in os.getloadavg()))
    print(f"{'size':15}{'route':16}{'build':>7}{'hand':>7}{'solve':>8}{'peak':>7}      seconds of processor time")
    for size in ("small", "regional", "national"):
        both_routes(size)
    both_routes("national areas", with_solve=False)
    for size in ("small", "national", "regional"):
        in_one_step_and_two(size)
    show_frontier("regional")
    show_clash("regional", paid=False)
    show_clash("regional", paid=True)
    show_studies()
    command()
    print("load of the machine over 1, 5 and 15 minutes", *(f"{x:.1f}" for x in os.getloadavg()))


if __name__ == "__main__":
    main()
