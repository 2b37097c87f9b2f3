"""The way back: a workbook that was filled in becomes a new version of the scenario that it was made from.

In this order, and nothing is written before the last step: may the file be opened, is it a workbook of this scenario,
what stands in its input cells, what does that change, and would the result be a sound scenario.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coalition import __version__
from coalition.errors import ScenarioError
from coalition.forms.opening import opened
from coalition.problems import Problem
from coalition.scenario import Scenario, load_scenario, shipped_scenarios
from coalition.workbook.change_log import today
from coalition.workbook.changes import Change, compare
from coalition.workbook.contract import LAYOUT, LAYOUT_KEY, SCENARIO, VERSION
from coalition.workbook.intake import Properties, read_inputs
from coalition.workbook.version import Why, range_problems, write_version

MOST_PROBLEMS = 50
"""Problems that are written out; the rest are counted."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        changes: what the workbook changes, in the order of its sheets.
        file: the new version; None when nothing changed.
    """

    changes: tuple[Change, ...]
    file: Path | None


def import_workbook(workbook: Path, into: str | Path, *, reason: str, who: str = "") -> Imported:
    """Put the numbers of a workbook in a new version of a scenario.

    Args:
        workbook: an .xlsx file that the export made and somebody filled in.
        into: the scenario, as `load_scenario` takes it.
        reason: why the numbers change; it becomes their source.
        who: who says so, for the log.
    Raises:
        ScenarioError: with every problem that could be found; nothing has been written then.
    """
    reason, who = _one_line(reason), _one_line(who)
    _check_asked(reason, who, into)
    content = opened(workbook, str(workbook))
    scenario = load_scenario(into)
    found = read_inputs(content, str(workbook))
    _check_properties(found.properties, scenario, str(workbook))
    changes = compare(scenario, found)
    if found.problems:
        problems = [*found.problems, *range_problems(scenario, changes, str(workbook))]
        raise ScenarioError(_shortened(sorted(problems, key=_reading_order)))
    if not changes:
        return Imported((), None)
    why = Why(reason, who, today(), str(workbook))
    return Imported(tuple(changes), write_version(scenario, changes, why))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_asked(reason: str, who: str, into: str | Path) -> None:
    """Refuse an import without a reason, and one into a scenario that is part of the program."""
    problems = []
    if not reason:
        problems.append(Problem("workbook.no_reason", path="--reason"))
    for option, text in (("--reason", reason), ("--who", who)):
        if not text.isprintable():
            problems.append(Problem("workbook.strange_reason", path=option, found=text))
    if not Path(into).exists() and str(into) in shipped_scenarios():
        problems.append(Problem("workbook.shipped", path="--into", found=str(into)))
    if problems:
        raise ScenarioError(problems)


def _check_properties(stated: Properties, scenario: Scenario, file: str) -> None:
    """Refuse a workbook of another scenario, or one that a newer program made."""
    own = scenario.spec.scenario.name
    if stated.layout > LAYOUT:
        facts, found = {"known": str(LAYOUT)}, str(stated.layout)
        raise ScenarioError([Problem("workbook.newer_layout", file, 0, LAYOUT_KEY, found, facts)])
    if _version(stated.version) > _version(__version__):
        facts = {"known": __version__}
        raise ScenarioError([Problem("workbook.newer_version", file, 0, VERSION, stated.version, facts)])
    if stated.scenario != own:
        facts = {"known": own}
        raise ScenarioError([Problem("workbook.other_scenario", file, 0, SCENARIO, stated.scenario, facts)])


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", text)[:3])


def _reading_order(problem: Problem) -> tuple[str, int, int, str]:
    """Sheet by sheet, row by row; what is about a whole sheet comes before its cells."""
    match = re.match(r"([^!]+)!([A-Z]+)([0-9]+)", problem.path)
    if match is None:
        return problem.path, 0, 0, ""
    return match[1], int(match[3]), len(match[2]), match[2]


def _shortened(problems: Sequence[Problem]) -> list[Problem]:
    """The first problems, and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    more = {"count": str(len(problems) - MOST_PROBLEMS)}
    return [*problems[:MOST_PROBLEMS], Problem("table.more", problems[0].file, facts=more)]
