"""A new version of a scenario: a file beside the old one that states only what changed, its tables and its log.

The old files are never touched. Everything is written in a folder of its own first, loaded and checked as any scenario
is, and moved into place when nothing is wrong with it; otherwise the folder is removed and nothing is left behind.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coalition.errors import DefectError, ScenarioError
from coalition.numbers import Euro, Number
from coalition.parameters import Standing
from coalition.problems import Problem
from coalition.reading import read_text
from coalition.scenario import Scenario, check_document, load_scenario, table_path
from coalition.schema import RateKind
from coalition.sources.writing import write_text
from coalition.workbook.change_log import log_file, log_text, logged
from coalition.workbook.changes import Change, same
from coalition.workbook.region_edit import Key, edited
from coalition.workbook.safe_text import number_text
from coalition.workbook.stated import Kind, amounts_at, stated_at, value_at
from coalition.workbook.yaml_text import yaml_text

OWN_ACCOUNTS = "own_accounts"
"""Standing of a cost per person that the coalition states itself."""
TABLE_KEYS = {"people": ("area", "year", "age_from"), "cost": ("area", "age_from", "pocket")}


@dataclass(frozen=True)
class Why:
    """What is asked with every import: the reason, who imports, on which day, and from which file."""

    reason: str
    who: str
    date: dt.date
    workbook: str


# --- what the new version says ----------------------------------------------------------------------------------------


def stated_changes(scenario: Scenario, changes: Sequence[Change], reason: str) -> dict[str, Any]:
    """The changed keys of a scenario file: mappings as far as they change, lists whole."""
    data: dict[str, Any] = {}
    for change in changes:
        if "|" not in change.path:
            _put(data, scenario, change, reason)
    return data


def _put(data: dict[str, Any], scenario: Scenario, change: Change, reason: str) -> None:
    """One change at its path; a list on the way is copied whole from the scenario, once."""
    steps = change.path.split(".")
    stated = stated_at(scenario.spec, change.path)
    if stated is not None and stated.kind is Kind.STANDARD:
        rate = Number(value=change.new or 0.0, source=reason)
        own = {"per_year": _restated(rate, rate.value, reason), "kind": RateKind.REAL.value}
        data.setdefault("scenario", {})["discount"] = own
        return
    below: Any = data
    now: Any = scenario.document.data
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        now = now[int(step)] if isinstance(now, list) else now.get(step) if isinstance(now, dict) else None
        if not following:
            below[int(step) if isinstance(below, list) else step] = _new_value(scenario, change, reason)
        elif isinstance(below, list):
            below = below[int(step)]
        else:
            whole = now if isinstance(now, list) else _default_list(scenario, change.path, step, following)
            below = below.setdefault(step, copy.deepcopy(whole) if whole is not None else {})


def _default_list(scenario: Scenario, path: str, step: str, following: str) -> list[Any] | None:
    """A list that the scenario leaves at its default, such as `ramp_up`; None when the step leads to a mapping."""
    if not following.isdigit():
        return None
    whole = value_at(scenario.spec, path[: path.rindex(f"{step}.{following}") + len(step)])
    return list(whole) if isinstance(whole, list) else None


def _new_value(scenario: Scenario, change: Change, reason: str) -> Any:
    stated = stated_at(scenario.spec, change.path)
    new = change.new or 0.0
    if stated is not None and stated.number is not None:
        return _restated(stated.number, new, reason)
    if stated is not None and stated.kind is Kind.SWITCH:
        return bool(new)
    return new


def _restated(number: Number, new: float, reason: str) -> dict[str, Any]:
    """A number as the coalition's own: its range only when it still holds the value, its price level always."""
    stated: dict[str, Any] = {"value": new}
    if number.low is not None and number.high is not None and number.low <= new <= number.high:
        stated |= {"low": number.low, "high": number.high}
        # Without this an assumption would be drawn in another way as soon as it becomes the coalition's own.
        if number.distribution is not None or number.standing is Standing.ASSUMED:
            stated["distribution"] = number.drawn_as.value
    if isinstance(number, Euro):
        stated |= {"price_year": number.price_year, "index": number.index.value}
    return {**stated, "source": reason, "standing": Standing.OWN.value}


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass
class _Tables:
    """Changed tables of the region.

    Attributes:
        texts: key of the scenario (`people`, `cost`) -> the whole text of the new file.
        lines: (key, line) -> the changes in it.
    """

    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[tuple[str, int], list[Change]] = field(default_factory=dict)


def _changed_tables(scenario: Scenario, changes: Sequence[Change]) -> _Tables:
    found = _Tables()
    for name, key in TABLE_KEYS.items():
        edits: dict[Key, dict[str, str]] = {}
        behind: dict[Key, list[Change]] = {}
        for change in changes:
            kind, *parts = change.path.split("|")
            if kind != name or len(parts) != 3:
                continue
            area, middle, ages = parts
            youngest = re.split(r"[-+]", ages)[0]
            row: Key = (area, middle, youngest) if name == "people" else (area, youngest, middle)
            edits[row] = _cells_of(name, change.new or 0.0)
            behind.setdefault(row, []).append(change)
        if not edits:
            continue
        path = table_path(scenario.document, name, scenario.path.parent)
        if path is None:
            raise DefectError(f"no table {name}")
        found.texts[name], lines = edited(path.read_bytes().decode("utf-8"), key, edits)
        found.lines |= {(name, line): behind[row] for row, line in lines.items()}
    return found


def _cells_of(name: str, new: float) -> dict[str, str]:
    """New cells of a changed row; a cost that the coalition states is no longer a published or modelled one."""
    if name == "people":
        return {"people": number_text(new)}
    return {"cost_eur_per_person": number_text(new), "standing": OWN_ACCOUNTS}


# --- on disk ----------------------------------------------------------------------------------------------------------


def write_version(scenario: Scenario, changes: Sequence[Change], why: Why) -> Path:
    """Write the new version beside the scenario; returns its file.

    Raises:
        ScenarioError: the new version would be wrong, placed at the cells of the workbook; or nothing can be written.
    """
    folder = scenario.path.parent
    data = stated_changes(scenario, changes, why.reason)
    tables = _changed_tables(scenario, changes)
    try:
        with _claimed(scenario.path, list(tables.texts)) as (name, number, made):
            region = {key: f"{key}-v{number}.csv" for key in tables.texts}
            if region:
                data["region"] = {**data.get("region", {}), **region}
            for key, file in region.items():
                write_text(tables.texts[key], made / file)
            new = made / f"{name}.yaml"
            write_text(_scenario_text(data, f"../{scenario.path.name}", why), new)
            _check(new, changes, tables, why.workbook)
            write_text(_scenario_text(data, scenario.path.name, why), new)
            write_text(log_text(logged(changes, reason=why.reason, who=why.who, date=why.date)), log_file(new))
            for file in [*region.values(), log_file(new).name, new.name]:  # the scenario last: it names the others
                (made / file).replace(folder / file)
            return folder / new.name
    except OSError as error:
        facts = {"reason": error.strerror or ""}
        raise ScenarioError([Problem("workbook.folder", str(folder), facts=facts)]) from error


def loaded_version(scenario: Scenario, changes: Sequence[Change], why: Why, folder: Path) -> Scenario:
    """The changed scenario, made in a folder of somebody else and nowhere beside the scenario.

    Raises:
        ScenarioError: it would be wrong, placed at the cells of the workbook.
    """
    data, tables = stated_changes(scenario, changes, why.reason), _changed_tables(scenario, changes)
    region = {key: f"{key}.csv" for key in tables.texts}
    if region:
        data["region"] = {**data.get("region", {}), **region}
    for key, file in region.items():
        write_text(tables.texts[key], folder / file)
    new = folder / "scenario.yaml"
    write_text(_scenario_text(data, str(scenario.path.resolve()), why), new)
    _check(new, changes, tables, why.workbook)
    return load_scenario(new)


@contextmanager
def _claimed(scenario_file: Path, tables: Sequence[str]) -> Iterator[tuple[str, int, Path]]:
    """Name and number of the next free version, and a folder to make it in that nobody else has.

    The folder is made in one step, so that two imports at the same time take different numbers.
    """
    folder, stem = scenario_file.parent, re.sub(r"-v[0-9]+$", "", scenario_file.stem)
    used = [int(m[1]) for p in folder.iterdir() if (m := re.match(rf"{re.escape(stem)}-v([0-9]+)\.", p.name))]
    number = max(used, default=1) + 1
    while True:
        name, made = f"{stem}-v{number}", folder / f".{stem}-v{number}.tmp"
        wanted = [f"{name}.yaml", f"{name}.changes.csv", *(f"{table}-v{number}.csv" for table in tables)]
        try:
            made.mkdir()
        except FileExistsError:
            number += 1
            continue
        if not any((folder / file).exists() for file in wanted):
            break
        made.rmdir()
        number += 1
    try:
        yield name, number, made
    finally:
        shutil.rmtree(made)


def _scenario_text(data: dict[str, Any], base: str, why: Why) -> str:
    """The file of the new version."""
    top = {"scenario": {"base": base, **data.get("scenario", {})}, "region": data.get("region", {})}
    rest = {key: value for key, value in data.items() if key not in top}
    origin = "".join(c if c.isprintable() else "?" for c in Path(why.workbook).name)
    stated = {key: value for key, value in (top | rest).items() if value}
    return f"# {why.date.isoformat()}, coalition import {origin}\n{yaml_text(stated)}"


# --- checking ---------------------------------------------------------------------------------------------------------


def _check(new: Path, changes: Sequence[Change], tables: _Tables, workbook: str) -> None:
    """Load the new version and see that it says what the workbook says."""
    try:
        loaded = load_scenario(new)
    except ScenarioError as error:
        raise ScenarioError([_in_workbook(p, changes, tables, workbook) for p in error.problems]) from error
    for change in changes:
        if "|" not in change.path and not _says(loaded, change):
            raise DefectError(f"{change.path} was not taken over")


def _says(loaded: Scenario, change: Change) -> bool:
    above, _, last = change.path.rpartition(".")
    amounts = amounts_at(loaded.spec, above) if last.isdigit() else None
    if amounts:
        return same(amounts.get(int(last), 0.0), change.new or 0.0)
    stated = stated_at(loaded.spec, change.path)
    return stated is not None and same(stated.value, change.new)


def _in_workbook(problem: Problem, changes: Sequence[Change], tables: _Tables, workbook: str) -> Problem:
    """A problem of the new version at the cell that it comes from, or else at its path in the scenario."""
    key = re.sub(r"-v[0-9]+\.csv$", "", Path(problem.file).name)
    own = tables.lines.get((key, problem.line), []) or [c for c in changes if _touches(c.path, problem.path)]
    path = f"{own[0].place} {own[0].path}" if own else problem.path
    return replace(problem, file=workbook, line=0, path=path)


def _touches(changed: str, path: str) -> bool:
    """Whether a problem at a path is about a changed number: at it, inside it, or around it."""
    return bool(path) and (changed == path or path.startswith(f"{changed}.") or changed.startswith(f"{path}."))


def range_problems(scenario: Scenario, changes: Sequence[Change], workbook: str) -> list[Problem]:
    """What is wrong with the changed numbers themselves, when other cells are wrong too and no version can be made."""
    data = stated_changes(scenario, changes, "-")
    try:
        document = read_text(yaml_text(data), workbook).over(scenario.document) if data else scenario.document
    except ScenarioError:
        return []
    _, _, problems = check_document(document, scenario.region)
    found = []
    for problem in problems:
        own = [c for c in changes if problem.path == c.path or problem.path.startswith(f"{c.path}.")]
        if own:
            found.append(_in_workbook(problem, own, _Tables(), workbook))
    return found
