"""What `coalition optimise` was asked, where the answer goes, and plans as scenarios of their own.

A written plan is a scenario that changes the one it was sought for: a file with `base:` and what the plan does
otherwise. Before the folder is left, it is loaded and run again; a file that gives another result is a defect.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import click

from coalition.allocation_studies import frontier, near_optimal, sensitivity, why_not
from coalition.best_plan import Checked, Optimum, optimised
from coalition.errors import DefectError, ScenarioError
from coalition.fitted_terms import fitted
from coalition.model import run_scenario
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_clash import is_impossible
from coalition.outputs.optimise_json import Found, optimum_json
from coalition.outputs.optimise_names import Words
from coalition.outputs.optimise_text import print_optimum
from coalition.outputs.optimise_words import said
from coalition.outputs.scenario_files import yaml_text
from coalition.plans import deposit_data, plan_data
from coalition.problems import Problem
from coalition.reading import Document, from_data
from coalition.scenario import SCENARIO_FILE, Scenario, check_document, load_scenario, shipped_folder
from coalition.sources.writing import write_text
from coalition.sure_plans import robust

if TYPE_CHECKING:
    from rich.console import Console

MADE = "# coalition optimise"
"""How a file begins that this module wrote and may replace."""
HARDLY_EUR = 1e-6
"""Difference between a plan and its file that is no difference."""


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
    scenario = load_scenario(file, [*asked.assign, *own])
    if goals is not None:
        with_goals(scenario, goals, "--frontier")
    scenario = with_goals(scenario, asked.goals, "--objective") if asked.goals else scenario
    if asked.output is not None:
        _check_free(asked.output)
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


# --- plans as files -----------------------------------------------------------------------------------------------


def write_plans(found: Found, folder: Path, lang: Lang = "nl") -> list[Path]:
    """Write the best plan into a folder, and every point of a frontier into `01`, `02`, ... below it.

    Returns:
        The files written; none where there is no plan.
    """
    optimum, best = found.optimum, found.optimum.best
    if best is None:
        return []
    for old in _made_before(folder):
        old.unlink()
    written = [write_plan(optimum, best, folder, said_of(optimum, lang))]
    for place, point in enumerate(found.frontier, 1):
        title = said("point", lang, place=str(place), title=optimum.scenario.spec.scenario.title)
        written.append(write_plan(optimum, point.checked, folder / f"{place:02}", title))
    return written


def said_of(optimum: Optimum, lang: Lang) -> str:
    """The title of the best plan."""
    goal = Words(optimum, lang).goal(optimum.problem.wishes[0].goal)
    return said("title", lang, goal=goal, title=optimum.scenario.spec.scenario.title)


def write_plan(optimum: Optimum, checked: Checked, folder: Path, title: str) -> Path:
    """Write one plan as a scenario file that `coalition run` reproduces.

    Raises:
        DefectError: what was written gives another result.
    """
    file, scenario = folder / SCENARIO_FILE, optimum.scenario
    head = {"base": base_of(scenario, folder), "name": f"{scenario.spec.scenario.name}_plan", "title": title}
    changes = changed_on_the_way(scenario.document)
    planned: dict[str, Any] = {"scenario": head, "interventions": plan_data(scenario, checked.plan)}
    if funds := deposit_data(scenario, checked.plan):
        planned["arrangements"] = {"funds": funds}
    data = _over(planned, changes)
    data = {"scenario": data["scenario"], **data}
    write_text(f"{MADE}: {scenario.spec.scenario.name}\n\n{yaml_text(data)}", file)
    _check_same(checked, file)
    return file


def base_of(scenario: Scenario, folder: Path) -> str:
    """The scenario that a plan changes: by name if it ships with the package, else as seen from the plan's folder."""
    file = scenario.path.resolve()
    if file.name == SCENARIO_FILE and file.parent.parent == shipped_folder().resolve():
        return file.parent.name
    return Path(os.path.relpath(file, folder.resolve())).as_posix()


def changed_on_the_way(document: Document) -> dict[str, Any]:
    """What options of the command line changed in a scenario, as a file would state it."""
    found: dict[str, Any] = {}
    done = ""
    for path in sorted(document.origins):
        if path and document.origins[path].file.startswith("--") and not (done and f"{path}.".startswith(f"{done}.")):
            value = _at(document.data, path)
            if isinstance(value, dict | list) and _partly_from_a_file(document, path):
                continue
            done, below = path, found
            *steps, last = path.split(".")
            for step in steps:
                below = below.setdefault(step, {})
            below[last] = value
    return found


def _partly_from_a_file(document: Document, path: str) -> bool:
    """Whether something below a path was not typed."""
    return any(p.startswith(f"{path}.") and not o.file.startswith("--") for p, o in document.origins.items())


def _at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def _over(top: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data over other plain data: mappings merge, everything else replaces."""
    merged = dict(below)
    for key, value in top.items():
        under = merged.get(key)
        is_section = isinstance(value, dict) and "value" not in value
        merged[key] = _over(value, under) if is_section and isinstance(under, dict) else value
    return merged


def _check_same(checked: Checked, file: Path) -> None:
    again = run_scenario(load_scenario(file)).run.parties
    off = max(abs(float(a.npv[0] - b.npv[0])) for a, b in zip(again, checked.result.run.parties, strict=True))
    if off > HARDLY_EUR:
        raise DefectError(f"{file} gives another result than its plan: {off!r} euro")


def _made_before(folder: Path) -> list[Path]:
    """Plans that this module wrote into a folder before."""
    return [file for file in _places(folder) if _is_ours(file)]


def _places(folder: Path) -> Iterable[Path]:
    return [folder / SCENARIO_FILE, *sorted(folder.glob(f"[0-9][0-9]/{SCENARIO_FILE}"))]


def _is_ours(file: Path) -> bool:
    return file.is_file() and file.read_text("utf-8", errors="replace").startswith(MADE)


def _check_free(folder: Path) -> None:
    """Leave a scenario of somebody else alone.

    Raises:
        ScenarioError: the folder holds one, or is a file.
    """
    taken = [file for file in _places(folder) if file.exists() and not _is_ours(file)]
    if folder.is_file() or taken:
        shown = str(taken[0] if taken else folder)
        raise ScenarioError([Problem("init.exists", shown, 0, "", shown)])
