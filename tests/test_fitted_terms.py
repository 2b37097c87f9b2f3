"""Terms of agreements that go with a plan: the best point of a grid, each point as if the scenario had stated it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from coalition.best_plan import Optimum, optimised
from coalition.cli import main
from coalition.fitted_terms import fitted
from coalition.model import run_scenario
from coalition.optimise_terms import FittedTerm
from coalition.plans import with_plan
from coalition.scenario import load_scenario

SHARED = "arrangements.contracts.jeugdhulp.sharing_rate"
DRAWN = "arrangements.funds.preventiefonds.draws.valpreventie.delivery_share"
FIT = {
    "jeugdhulp": FittedTerm(path=SHARED, lowest=0.2, highest=1.0, points=3),
    "fonds": FittedTerm(path=DRAWN, lowest=0.0, highest=0.5, points=3),
}


@pytest.fixture(scope="module")
def optimum() -> Optimum:
    """Drenthe with agreements, two terms of which are open."""
    scenario = load_scenario("drenthe-akkoord")
    optimise = scenario.spec.optimise.model_copy(update={"fit": FIT})
    return optimised(replace(scenario, spec=scenario.spec.model_copy(update={"optimise": optimise})))


def needed_with(optimum: Optimum, shared: float, drawn: float) -> float:
    """What protected parties lack when the file states these terms."""
    assert optimum.best is not None
    scenario = load_scenario("drenthe-akkoord", [f"{SHARED}={shared!r}", f"{DRAWN}={drawn!r}"])
    parties = run_scenario(with_plan(scenario, optimum.best.plan)).run.parties
    npv = {p.party.id: float(p.npv[0]) for p in parties}
    return sum(max(0.0, x.at_least_eur - npv[x.party]) for x in optimum.problem.leasts)


def test_the_kept_point_is_the_best_of_all_and_each_is_the_scenario_that_states_it(optimum: Optimum) -> None:
    """Nine points, each run by itself."""
    found = fitted(optimum)
    assert found is not None
    tried = {(a, b): needed_with(optimum, a, b) for a in (0.2, 0.6, 1.0) for b in (0.0, 0.25, 0.5)}
    assert found.points == len(tried)
    assert len({round(x) for x in tried.values()}) == 3
    kept = found.values["jeugdhulp"], found.values["fonds"]
    assert tried[kept] == pytest.approx(min(tried.values()))
    assert found.needed_eur == pytest.approx(tried[kept], abs=0.01)


def test_stated_terms_are_told_beside_them(optimum: Optimum) -> None:
    """0.8 and a quarter, and what is lacking with these: the smallest transfer of the plan."""
    found = fitted(optimum)
    assert found is not None
    assert optimum.best is not None
    assert found.own == {"jeugdhulp": 0.8, "fonds": 0.25}
    assert found.paths == {"jeugdhulp": SHARED, "fonds": DRAWN}
    assert found.own_needed_eur == pytest.approx(optimum.best.transfer.total_eur)
    assert found.needed_eur <= needed_with(optimum, 0.6, 0.25) + 0.01


def test_among_equals_the_nearest_to_what_is_stated_is_kept(optimum: Optimum) -> None:
    """A plan without youth care leaves the share of its saving without meaning."""
    assert optimum.best is not None
    without = tuple(c for c in optimum.best.plan.choices if c.intervention != "sociaal_hospitaal")
    best = replace(optimum.best, plan=replace(optimum.best.plan, choices=without))
    found = fitted(replace(optimum, best=best))
    assert found is not None
    assert found.values["jeugdhulp"] in (0.6, 1.0)
    assert abs(found.values["jeugdhulp"] - 0.8) == pytest.approx(0.2)


def test_without_open_terms_or_without_a_plan_nothing_is_fitted(optimum: Optimum) -> None:
    """Then there is nothing to seek."""
    assert fitted(replace(optimum, best=None)) is None
    assert fitted(optimised(load_scenario("domeinoverstijgend"))) is None


def test_the_screen_shows_both_and_says_that_it_is_a_grid(tmp_path: Path) -> None:
    """Path, stated and fitted value, and how many points were tried."""
    text = "scenario: {base: drenthe-akkoord, name: passen}\noptimise:\n  fit:\n"
    text += f"    fonds: {{path: {DRAWN}, lowest: 0.0, highest: 0.5, points: 6}}\n"
    (tmp_path / "passen.yaml").write_text(text, "utf-8")
    said = CliRunner().invoke(main, ["optimise", str(tmp_path / "passen.yaml")]).stdout
    row = next(line for line in said.splitlines() if DRAWN in line)
    assert row.split()[1] == "0,2500"
    assert float(row.split()[2].replace(",", ".")) in np.round(np.linspace(0, 0.5, 6), 4)
    assert "rooster van 6 punten" in said
