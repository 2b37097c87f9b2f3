"""How often the methods of an evaluation are wrong, and how long they take.

    python benchmarks/evaluation.py size [--replications 5000] [--write]
    python benchmarks/evaluation.py speed

`size` repeats panels whose truth is known (tests/evaluation_designs.py): bias in Monte-Carlo errors, how often a test
at 5 % rejects where nothing happened, how often a 95 % interval holds the truth. With --write the table goes into
docs/evaluation_size.csv, from which the page is made. `speed` prints seconds beside a yardstick in the same run.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process per core; before numpy is loaded

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from evaluation_designs import DESIGNS, Replications, make_panel, true_mean  # noqa: E402 - beside the tests

from coalition.evaluation import did, event_study, twfe  # noqa: E402
from coalition.evaluation.estimates import Effect, Method, Options  # noqa: E402
from coalition.evaluation.evaluated import estimator  # noqa: E402
from coalition.evaluation.panel import NEVER, Panel  # noqa: E402
from coalition.evaluation.panel_regression import baseline_covariates, regression_of  # noqa: E402

TABLE = ROOT / "docs" / "evaluation_size.csv"
STAGGERED = {**DESIGNS["staggered"], "effect": -2.0}
MADE: dict[str, dict[str, Any]] = {
    **{name: dict(design) for name, design in DESIGNS.items()},
    "effect": {**DESIGNS["two_group"], "rho": 0.5, "effect": -2.0},
    "staggered_effect": dict(STAGGERED),
    "one_of_forty": {"units": 40, "periods": 10, "starts": {7: 1}, "rho": 0.5},
    "eight_of_forty": {"units": 40, "periods": 10, "starts": {7: 8}, "rho": 0.5},
    "eight_of_forty_effect": {"units": 40, "periods": 10, "starts": {7: 8}, "rho": 0.5, "effect": -2.0},
    "covariate": {"units": 40, "starts": {4: 20}, "rho": 0.5, "risk_slope": 0.3},
}
"""Design -> arguments of make_panel. In `covariate` trends differ by a risk of which the treated have more."""
PERSONS = ("persons", "persons_effect", "persons_zeros")
"""Designs of skewed cost per person in forty practices; see persons()."""
SIMPLE = ("two_group", "heteroskedastic", "unequal_weights", "clustered", "ten_of_forty", "effect", "covariate")
CASES: dict[Method, tuple[str, ...]] = {
    Method.DID: (*SIMPLE, "few", "few_treated"),
    Method.TWFE: (*SIMPLE, "unbalanced"),
    Method.EVENT_STUDY: (*SIMPLE, "unbalanced", "staggered", "staggered_effect"),
    Method.CALLAWAY_SANTANNA: (*SIMPLE, "staggered", "staggered_effect"),
    Method.GAMMA_GLM: PERSONS,
    Method.TWO_PART: PERSONS,
    Method.SYNTHETIC_CONTROL: ("one_of_forty", "eight_of_forty", "eight_of_forty_effect"),
    Method.SYNTHETIC_DID: ("one_of_forty", "eight_of_forty", "eight_of_forty_effect"),
    Method.ITS: ("two_group", "autocorrelated"),
}
SLOW = {Method.SYNTHETIC_CONTROL: 5, Method.SYNTHETIC_DID: 5}
"""Methods that are repeated so many times less often."""
REGRESSIONS = {Method.DID: did.design_of, Method.TWFE: twfe.design_of, Method.EVENT_STUDY: event_study.design_of}
"""Methods whose effect comes from one regression; the second opinions beside it take most of their time."""


def persons(rng: np.random.Generator, design: str) -> tuple[Panel, float]:
    """Skewed yearly cost of 400 persons in forty practices of unequal size, two years; and the true effect in euro.

    Cost is gamma with a coefficient of variation of 2 round a mean that differs by practice, year and group; with
    `persons_zeros` a third has none. The effect of `persons_effect` is a fifth less.
    """
    practice = np.sort(np.concatenate([np.arange(40), rng.integers(0, 40, 360)]))
    treated = practice % 2 == 0
    level = 3000 * np.exp(rng.normal(0, 0.2, 40))[practice] * np.where(treated, 1.1, 1.0)
    shock = np.exp(rng.normal(0, 0.05, (40, 2)))[practice]
    ratio = 0.8 if design == "persons_effect" else 1.0
    without = level[:, None] * shock * np.array([1.0, 1.05])
    mean = without * np.where(treated[:, None] & np.array([False, True]), ratio, 1.0)
    cost = rng.gamma(0.25, mean / 0.25)
    if design == "persons_zeros":
        cost = np.where(rng.random(cost.shape) < 1 / 3, 0.0, cost * 1.5)
    start = np.where(treated, 2.0, NEVER)
    names = tuple(f"p{k:03d}" for k in range(len(practice)))
    panel = Panel(names, (1, 2), cost, np.ones_like(cost), start, practice.astype(np.int64))
    expected = 3000 * 1.1 * np.exp(0.2**2 / 2 + 0.05**2 / 2) * 1.05
    return panel, (ratio - 1) * expected


def panel_of(rng: np.random.Generator, design: str) -> tuple[Panel, float]:
    """A fresh panel of a design, and its true effect."""
    if design in PERSONS:
        return persons(rng, design)
    made = MADE[design]
    panel = make_panel(rng, **made)
    return panel, true_mean(panel, made.get("effect", 0.0))


def chunk(task: tuple[str, str, int, int]) -> list[list[float]]:
    """Some replications of one method on one design."""
    method, design, count, seed = task
    rng, found = np.random.default_rng(seed), []
    for _ in range(count):
        panel, truth = panel_of(rng, design)
        effect = effect_of(Method(method), panel)
        found.append([truth, effect.estimate, effect.standard_error, effect.low, effect.high, effect.p_value])
    return found


def effect_of(method: Method, panel: Panel) -> Effect:
    """The effect that the method reports, without the tables beside it; covariates are adjusted for."""
    names = tuple(panel.covariates)
    options = Options(draws=199, covariates=names)
    if method in REGRESSIONS:
        return regression_of(REGRESSIONS[method](panel, baseline_covariates(panel, names)), options).effects[0]
    return estimator(method)(panel, options).effect


def size(replications: int) -> Iterator[dict[str, Any]]:
    """One row per method and design."""
    with ProcessPoolExecutor() as pool:
        for method, designs in CASES.items():
            count = replications // SLOW.get(method, 1)
            for design in designs:
                parts = [(method, design, count // 20, 1000 + k) for k in range(20)]
                begun = time.perf_counter()
                rows = [row for part in pool.map(chunk, parts) for row in part]
                yield {"method": method, "design": design, **_row(Replications(*np.array(rows).T))}
                print(f"{method} {design}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def _row(found: Replications) -> dict[str, Any]:
    error = float(np.std(found.estimate - found.truth) / np.sqrt(len(found.estimate)))
    null = bool((found.truth == 0).all())
    return {
        "replications": len(found.estimate),
        "bias_in_errors": round(found.bias / error, 2),
        "size": round(found.rejected(), 4) if null else "",
        "coverage": round(found.coverage, 4),
        "power": "" if null else round(found.rejected(), 4),
        "error_ratio": round(found.error_ratio, 3) if np.isfinite(found.standard_error).all() else "",
    }


# --- speed ----------------------------------------------------------------------------------------------------------


def municipalities(treated: int = 12, units: int = 355, years: int = 11) -> Panel:
    """As many municipalities and years as Vektis has; every figure is an invention."""
    return make_panel(np.random.default_rng(1), units=units, periods=years, starts={8: treated}, rho=0.5, sd=20.0)


def counties() -> Panel:
    """500 units, five years and four starts: 2,500 unit-periods."""
    starts = {3: 60, 4: 60, 5: 60}
    return make_panel(np.random.default_rng(1), units=500, periods=5, starts=starts, effect=-1.0)


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return min(found)


def speed() -> None:
    """Print one table."""
    panel, staggered = municipalities(), counties()
    sdid = seconds(lambda: estimator(Method.SYNTHETIC_DID)(panel, Options(draws=500)), 1)
    one = seconds(lambda: _general_optimiser(panel), 1)
    callaway = seconds(lambda: estimator(Method.CALLAWAY_SANTANNA)(staggered, Options(draws=1000)))
    print("| what | seconds | yardstick |\n|---|---:|---|")
    slow = f"{one:.2f} s for one by scipy's SLSQP: {500 * one:.0f} s"
    print(f"| synthetic DiD, 355 × 11, 500 placebos | {sdid:.1f} | {slow} |")
    print(f"| Callaway–Sant'Anna, 2,500 unit-periods, 1,000 draws | {callaway:.2f} | |")
    files = sorted((ROOT.parent / "shared" / "data" / "vektis").glob("vektis_20??_gemeente.csv.gz"))
    if files:
        print(f"| reading {len(files)} files of Vektis into a panel | {seconds(lambda: _panel(files), 1):.1f} | |")


def _panel(files: list[Path]) -> object:
    from coalition.sources.vektis import read_vektis
    from coalition.sources.vektis_panel import vektis_panel

    return vektis_panel([read_vektis(file) for file in files], ["stable", "total"], price_year=2021)


def _general_optimiser(panel: Panel) -> object:
    """The unit weights of one synthetic difference-in-differences by a general optimiser."""
    from scipy.optimize import minimize

    before = np.array(panel.periods) < panel.starts[0]
    donors, target = panel.outcome[~panel.ever][:, before], panel.outcome[panel.ever][:, before].mean(axis=0)
    centred, aim = donors - donors.mean(axis=1, keepdims=True), target - target.mean()
    ridge = 12.0**0.5 * np.diff(donors, axis=1).var() * before.sum()

    def value(weights: np.ndarray[Any, Any]) -> float:
        return float(((weights @ centred - aim) ** 2).sum() + ridge * (weights @ weights))

    def slope(weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.asarray(2 * centred @ (weights @ centred - aim) + 2 * ridge * weights)

    count = len(donors)
    return minimize(
        value, np.full(count, 1 / count), jac=slope, bounds=[(0, 1)] * count, method="SLSQP",
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones_like(w)}],
    )  # fmt: skip


def main() -> None:
    """Run what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["size", "speed"])
    parser.add_argument("--replications", type=int, default=5_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.what == "speed":
        speed()
        return
    rows = list(size(asked.replications))
    out = TABLE.open("w", encoding="utf-8", newline="") if asked.write else sys.stdout
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


if __name__ == "__main__":
    main()
