"""What `coalition optimise` was asked, and where the answer goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import click

from coalition.allocation_studies import frontier, near_optimal, sensitivity, why_not
from coalition.best_plan import optimised
from coalition.errors import ScenarioError
from coalition.fitted_terms import fitted
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_clash import is_impossible
from coalition.outputs.optimise_json import Found, optimum_json
from coalition.outputs.optimise_text import print_optimum
from coalition.outputs.optimise_words import said
from coalition.outputs.plan_files import check_free, write_plans
from coalition.reading import from_data
from coalition.scenario import Scenario, check_document, load_scenario, question_of
from coalition.sure_plans import robust

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Asked:
    """What was typed.

    Attributes:
        assign: changes of the scenario; seconds, gap: of its section `optimise`, as typed.
        goals: instead of the scenario's own.
        frontier: two goals with a comma between them; points: how many plans between them.
        share: part of the draws that must be whole.
        count, within_pct: how many other plans, and how many per cent worse they may be.
        sensitivity: whether all prices are shown; output: folder for the plan as a scenario.
    """

    assign: Sequence[str] = ()
    seconds: str | None = None
    gap: str | None = None
    goals: Sequence[str] = ()
    frontier: str | None = None
    points: int = 5
    share: float | None = None
    count: int | None = None
    within_pct: float = 5.0
    sensitivity: bool = False
    output: Path | None = None


def optimise(file: str, asked: Asked, form: str, console: Console, lang: Lang) -> bool:
    """Seek the best plan, show it and write it.

    Returns:
        Whether there is one.
    """
    goals = _two_goals(asked.frontier)
    own = [f"optimise.{key}={text}" for key in ("seconds", "gap") if (text := getattr(asked, key)) is not None]
    assign = [*asked.assign, *own]
    named = load_scenario(file, assign)
    scenario = question_of(named, assign)
    if scenario is not named:
        click.echo(said("asks_base", lang, file=str(scenario.path)), err=True)
    if goals is not None:
        with_goals(scenario, goals, "--frontier")
    scenario = with_goals(scenario, asked.goals, "--objective") if asked.goals else scenario
    if asked.output is not None:
        check_free(asked.output, scenario)
    with _patience(lang):
        found = studied(scenario, asked, goals)
    if form == "json":
        click.echo(optimum_json(found), nl=False)
    else:
        print_optimum(found, console, lang, all_prices=asked.sensitivity)
    if asked.output is not None:
        for path in write_plans(found, asked.output, lang):
            click.echo(str(path), err=True)
    return found.optimum.best is not None


def studied(scenario: Scenario, asked: Asked, goals: tuple[str, str] | None) -> Found:
    """The best plan and everything that was asked beside it; or why there is none."""
    optimum = optimised(scenario)
    if optimum.best is None:
        clashes = is_impossible(optimum)
        return Found(optimum, why_not(optimum.problem, scenario.spec.optimise.seconds) if clashes else None)
    within = asked.within_pct / 100
    return Found(
        optimum,
        prices=sensitivity(optimum),
        goals=goals,
        frontier=frontier(scenario, goals, asked.points) if goals is not None else (),
        robust=robust(scenario, asked.share) if asked.share is not None else None,
        within=within,
        asked=asked.count or 0,
        alternatives=near_optimal(optimum, asked.count, within) if asked.count else None,
        fitted=fitted(optimum),
    )


def _two_goals(text: str | None) -> tuple[str, str] | None:
    """Two different goals.

    Raises:
        UsageError: they are not two, or the same.
    """
    if text is None:
        return None
    goals = [part.strip() for part in text.split(",")]
    if len(goals) != 2 or goals[0] == goals[1]:
        raise click.UsageError(f"--frontier {text}: name two different goals, such as societal_npv,qaly")
    return goals[0], goals[1]


def with_goals(scenario: Scenario, goals: Sequence[str], option: str) -> Scenario:
    """A scenario with other goals, checked as if its file stated them.

    Args:
        scenario: as loaded.
        goals: in order of importance.
        option: of the command line, to name in problems.
    Raises:
        ScenarioError: with every goal that is none.
    """
    stated = from_data({"optimise": {"objective": list(goals)}}, option).over(scenario.document)
    document, spec, problems = check_document(stated, scenario.region)
    if problems or spec is None:
        raise ScenarioError(problems)
    return replace(scenario, spec=spec, document=document)


@contextmanager
def _patience(lang: Lang) -> Iterator[None]:
    """A sign of life on a terminal when it takes longer than two seconds."""
    from rich.console import Console

    status = Console(stderr=True).status(said("seeking", lang))
    timer = Timer(2.0, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
