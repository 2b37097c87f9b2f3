"""Plans as scenarios of their own: what `coalition optimise -o DIR` writes.

A written plan changes the scenario that it was sought for: a file with `base:`, what the plan does otherwise, and what
parties pay each other beside it. Its base is that scenario as it was asked, with what the command line changed in a
file `question.yaml`; so `coalition optimise` of a written plan asks the same again. Before the folder is left every
plan is loaded and run again; a file that gives another result is a defect.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coalition.allocation_problem import Link, Wish
from coalition.allocations import wishes_of
from coalition.arrangement_checks import circle_of
from coalition.arrangement_terms import SidePayment
from coalition.best_plan import Checked, Optimum, net_of
from coalition.errors import DefectError, ScenarioError
from coalition.model import run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.outputs.formats import euro
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_json import Found
from coalition.outputs.optimise_names import Words
from coalition.outputs.optimise_payments import dated, moves
from coalition.outputs.optimise_words import said
from coalition.outputs.scenario_files import yaml_text
from coalition.parties import MUNICIPALITY, Pocket
from coalition.plan_payments import Payment, present_value
from coalition.plans import deposit_data, plan_data
from coalition.problems import Problem
from coalition.reading import Document
from coalition.scenario import SCENARIO_FILE, Scenario, files_of, load_scenario, shipped_folder
from coalition.sources.writing import write_text

MADE = "# coalition optimise"
"""How a file begins that this module wrote and may replace."""
QUESTION_FILE = "question.yaml"
"""The scenario that was asked, where the command line changed it."""
HARDLY_EUR = 1e-6
"""Difference between a plan and its file that is no difference."""


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
    question = write_question(optimum.scenario, folder)
    written = [] if question is None else [question]
    written.append(write_plan(optimum, best, folder, title_of(optimum, lang), lang=lang))
    goals = wishes_of(optimum.scenario, found.goals)[: len(found.goals)] if found.goals else ()
    for place, point in enumerate(found.frontier, 1):
        title = said("point", lang, place=str(place), title=optimum.scenario.spec.scenario.title)
        below = folder / f"{place:02}"
        written.append(write_plan(optimum, point.checked, below, title, lang=lang, wishes=goals, question=question))
    return written


def title_of(optimum: Optimum, lang: Lang) -> str:
    """The title of the best plan."""
    goal = Words(optimum, lang).goal(optimum.problem.wishes[0].goal)
    return said("title", lang, goal=goal, title=optimum.scenario.spec.scenario.title)


def write_question(scenario: Scenario, folder: Path) -> Path | None:
    """Write the scenario as it was asked; None where nothing was typed, so that the scenario itself is the question."""
    changes = changed_on_the_way(scenario.document)
    if not changes:
        return None
    head = {"base": base_of(scenario, folder), **changes.pop("scenario", {})}
    file = folder / QUESTION_FILE
    write_text(f"{MADE}: {scenario.spec.scenario.name}\n\n{yaml_text({'scenario': head, **changes})}", file)
    return file


def write_plan(
    optimum: Optimum,
    checked: Checked,
    folder: Path,
    title: str,
    *,
    lang: Lang = "nl",
    wishes: Sequence[Wish] = (),
    question: Path | None = None,
) -> Path:
    """Write one plan as a scenario file that `coalition run` reproduces, with what parties pay each other.

    Args:
        optimum, checked: what was asked, and the plan.
        folder, title: where, and what it is called.
        lang: of the title and the note in the file.
        wishes: goals by which it was found; those of the optimum when left out.
        question: the file of the scenario as it was asked; written beside the plan, if needed, when left out.
    Raises:
        DefectError: what was written gives another result.
    """
    file, scenario = folder / SCENARIO_FILE, optimum.scenario
    question = write_question(scenario, folder) if question is None else question
    base = base_of(scenario, folder) if question is None else _seen_from(folder, question)
    paid = dated(optimum, checked, wishes)
    given = paid if paid is not None and _can_be_stated(scenario, paid) else []
    story = _note(optimum, checked, moves(optimum, checked, wishes), given, lang)
    arrangements: dict[str, Any] = {}
    if funds := deposit_data(scenario, checked.plan):
        arrangements["funds"] = funds
    if given:
        arrangements["side_payments"] = payment_data(optimum, given, lang)
    data = {
        "scenario": {"base": base, "name": f"{scenario.spec.scenario.name}_plan", "title": title, "story": story},
        "interventions": plan_data(scenario, checked.plan),
        **({"arrangements": arrangements} if arrangements else {}),
        "optimise": {"ask_base": True},
    }
    write_text(f"{MADE}: {scenario.spec.scenario.name}\n\n{yaml_text(data)}", file)
    _check_same(checked, net_of(present_value(optimum.problem, given)), file)
    return file


# --- what parties pay each other ----------------------------------------------------------------------------------


def payment_data(optimum: Optimum, payments: Sequence[Payment], lang: Lang) -> dict[str, Any]:
    """Payments as the scenario states them, out of own means: whether the law lets another purse pay, nobody asked."""
    words, found = Words(optimum, lang), dict[str, Any]()
    taken = optimum.scenario.spec.arrangements.named
    for p in payments:
        name = f"plan_{p.source}_{p.target}".lower()
        while name in taken:
            name += "_"
        if name not in found:
            sides = {"source": p.source, "target": p.target, "law": Pocket.EIGEN_MIDDELEN.value}
            called = said("payment", lang, payer=words.party(p.source), receiver=words.party(p.target))
            found[name] = {"name": called, **sides, "amounts_eur": {}}
        found[name]["amounts_eur"][p.year] = p.eur
    return found


def _can_be_stated(scenario: Scenario, payments: Sequence[Payment]) -> bool:
    """Whether a scenario lets these payments be made: no circle with others, and nobody pays or gets who has left."""
    terms = scenario.spec.arrangements
    own = [p for p in terms.side_payments.values() if p.enabled]
    new = [
        SidePayment(name="", source=p.source, target=p.target, law=Pocket.EIGEN_MIDDELEN, amounts_eur={p.year: p.eur})
        for p in payments
    ]
    gone = [(d.party, d.from_year) for d in terms.departures.values() if d.enabled]
    stay = not any(
        p.year >= year and party in (side, MUNICIPALITY if side.startswith("GM") else side)
        for p in payments
        for party, year in gone
        for side in (p.source, p.target)
    )
    return stay and circle_of([*own, *new]) is None


def _note(optimum: Optimum, checked: Checked, moved: Mapping[Link, float], given: Sequence[Payment], lang: Lang) -> str:
    """What a reader of the plan must know: of what it is the plan, and what must be paid beside it."""
    words, lines = Words(optimum, lang), [said("note_plan", lang, title=optimum.scenario.spec.scenario.title)]
    years = sorted({p.year for p in given})
    if given:
        total = euro(sum(v for v in net_of(moved).values() if v > 0), lang)
        key = "note_paid_once" if len(years) == 1 else "note_paid"
        lines.append(said(key, lang, total=total, years=", ".join(map(str, years))))
    elif moved:
        pairs = ((words.party(a), words.party(b), euro(v, lang)) for (a, b), v in moved.items())
        shown = "; ".join(said("pays_to", lang, payer=a, receiver=b, amount=v) for a, b, v in pairs)
        lines.append(said("note_unpaid", lang, payments=shown))
    if checked.short_eur > HALF_CENT_EUR:
        lines.append(said("short", lang, short=euro(checked.short_eur, lang)))
    return " ".join(lines)


# --- over which scenario ------------------------------------------------------------------------------------------


def base_of(scenario: Scenario, folder: Path) -> str:
    """The scenario that a plan changes: by name if it ships with the package, else as seen from the plan's folder."""
    file = scenario.path.resolve()
    if file.name == SCENARIO_FILE and file.parent.parent == shipped_folder().resolve():
        return file.parent.name
    return _seen_from(folder, file)


def _seen_from(folder: Path, file: Path) -> str:
    """The path of a file from a folder, so that both can move together."""
    return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


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


# --- folders ------------------------------------------------------------------------------------------------------


def _check_same(checked: Checked, given: Mapping[str, float], file: Path) -> None:
    again, planned = run_scenario(load_scenario(file)).run.parties, checked.result.run.parties
    expected = [float(p.npv[0]) + given.get(p.party.id, 0.0) for p in planned]
    off = max(abs(float(p.npv[0]) - npv) for p, npv in zip(again, expected, strict=True))
    if off > HARDLY_EUR:
        raise DefectError(f"{file} gives another result than its plan: {off!r} euro")


def _made_before(folder: Path) -> list[Path]:
    """Plans that this module wrote into a folder before."""
    return [file for file in _places(folder) if _is_ours(file)]


def _places(folder: Path) -> Iterable[Path]:
    return [folder / SCENARIO_FILE, folder / QUESTION_FILE, *sorted(folder.glob(f"[0-9][0-9]/{SCENARIO_FILE}"))]


def _is_ours(file: Path) -> bool:
    return file.is_file() and file.read_text("utf-8", errors="replace").startswith(MADE)


def check_free(folder: Path, scenario: Scenario) -> None:
    """Leave a scenario of somebody else alone, and the one that is asked with all that it stands on.

    Raises:
        ScenarioError: the folder holds one, or is a file.
    """
    asked = {file.resolve() for file in files_of(scenario)}
    taken = [f for f in _places(folder) if f.exists() and (f.resolve() in asked or not _is_ours(f))]
    if folder.is_file() or taken:
        shown = str(taken[0] if taken else folder)
        raise ScenarioError([Problem("init.exists", shown, 0, "", shown)])
