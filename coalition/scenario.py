"""A scenario from disk: read, merged over its base and the catalogue, checked, with its tables.

A scenario is a YAML file with tables beside it, or one filled input form (a workbook) that holds both. Only this module
asks for scenario files. A scenario may change another one (`scenario.base`), an intervention may start
from the catalogue (`from`), and single values may be set from the command line; what stands nearest to the user wins.
All problems are reported together and nothing half-read is returned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from coalition.breaches import problems_from_validation
from coalition.catalogue import catalogue_ids, load_entry
from coalition.checks import check_scenario
from coalition.csv_tables import Columns, read_table
from coalition.errors import ScenarioError
from coalition.forms.form import Form, is_form, read_form
from coalition.problems import Problem, closest
from coalition.reading import Document, assignments, from_data, read_document
from coalition.region import COST, REGION, Region
from coalition.region_files import cost_problems, people_problems, region_of
from coalition.schema import Spec, keys_at

SCENARIO_FILE = "scenario.yaml"
CATALOGUE = "catalogue"
"""The file that a problem names in the part that the catalogue fills in."""
MOST_BASES = 10


@dataclass(frozen=True)
class Scenario:
    """A checked scenario.

    Attributes:
        spec: what the file says.
        region: its tables.
        document: the merged file with the place of every value.
        path: the file it came from.
        input_hash: SHA-256 over everything that was read, in a fixed order.
    """

    spec: Spec
    region: Region
    document: Document
    path: Path
    input_hash: str


def load_scenario(path: str | Path, assign: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario.

    Args:
        path: a scenario file, a filled input form (.xlsx), a folder that holds `scenario.yaml`, or the name of a
            scenario that ships with the package.
        assign: changes such as `interventions.valpreventie.reach=0.05`.
    Raises:
        ScenarioError: with every problem found.
    """
    file = find_scenario(path)
    if not file.exists():
        suggestion = closest(str(path), shipped_scenarios())
        raise ScenarioError([Problem("file.missing", _shown(file), facts={"suggestion": suggestion})])
    document, unread = _read(file)
    merged = _with_bases(document, file)
    if assign:
        wanted = assignments(assign)
        _check_entries(wanted, merged)
        merged = wanted.over(merged)
    region, table_problems = read_region(merged, file.parent)
    merged, spec, problems = check_document(merged, region)
    problems = [*unread, *(p for p in problems + table_problems if not _follows(p, unread))]
    if problems or spec is None or region is None:
        raise ScenarioError(_in_reading_order(problems, _shown(file)))
    return Scenario(spec, region, merged, file, _hash(merged, file.parent))


def _read(file: Path) -> tuple[Document, Sequence[Problem]]:
    """What one file says; of a form also what it lacks, so that the rest of it is checked all the same."""
    if not is_form(file):
        return read_document(file, _shown(file)), ()
    form = read_form(file, _shown(file))
    return form.document, form.problems


ASKED_IN_A_FORM = frozenset(
    {"key.missing", "value.empty", "growth.missing", "insurers.missing", "cashable.missing", "own_risk.missing"}
    | {"equalisation.missing", "clawback.kind", "care_kind.missing", "deadweight.missing", "wage.missing"}
)
"""What a form asks for by itself, at the empty cell."""


def _follows(problem: Problem, unread: Sequence[Problem]) -> bool:
    """Whether a problem only says again that a value of a form is missing or unreadable."""
    if not unread:
        return False
    return problem.code in ASKED_IN_A_FORM or any(
        f"{a}.".startswith(f"{b}.") for u in unread for a, b in ((problem.path, u.path), (u.path, problem.path))
    )


ENTRIES = ("interventions", "target_groups", "risk_factors", "gemeentepolis", "parties.insurers", "payers.grants")
"""Sections whose entries have names of the coalition's own; one value on the command line cannot make a new entry."""


def _check_entries(wanted: Document, stated: Document) -> None:
    """Refuse a change inside an entry that the scenario does not have.

    Raises:
        ScenarioError: with every such entry.
    """
    problems = []
    for section in ENTRIES:
        known = list(_at(stated.data, section))
        for name in _at(wanted.data, section):
            if name not in known:
                facts = {"known": ", ".join(known) if known else "-", "suggestion": closest(name, known)}
                problems.append(Problem("set.unknown", "--set", 0, f"{section}.{name}", name, facts))
    if problems:
        raise ScenarioError(problems)


def _at(data: Any, path: str) -> dict[str, Any]:
    """The mapping at a dotted path; empty where there is none."""
    for step in path.split("."):
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def check_document(document: Document, region: Region | None) -> tuple[Document, Spec | None, list[Problem]]:
    """A document with the catalogue filled in, what it says when it can be read, and all that is wrong with it.

    Args:
        document: the whole scenario, its bases and changes merged.
        region: its tables; None when they could not be read, and then what needs them is not checked.
    """
    merged, problems = _with_catalogue(document)
    spec, more = _validated(merged)
    problems += more
    if spec is not None:
        problems += check_scenario(spec, region, merged)
    return merged, spec, [_in_users_file(p, merged) for p in problems]


def load_all(paths: Sequence[str | Path], assign: Sequence[str] = ()) -> list[Scenario]:
    """Read several scenarios; the problems of all of them are reported together."""
    found: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(load_scenario(path, assign))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def shipped_folder() -> Path:
    """Where the scenarios lie that come with the package: in the installed package, or in the source tree."""
    inside = Path(str(files("coalition"))) / "_shipped" / "scenarios"
    return inside if inside.is_dir() else Path(str(files("coalition"))).parent / "scenarios"


def shipped_scenarios() -> list[str]:
    """Names of the scenarios that come with the package."""
    return sorted(p.parent.name for p in shipped_folder().glob(f"*/{SCENARIO_FILE}"))


def question_of(scenario: Scenario, assign: Sequence[str] = ()) -> Scenario:
    """The scenario whose wishes `coalition optimise` asks: of a plan that was found, the one that it was found for.

    In such a plan what refers to the own plan (its money, what nobody may be worse off than, where anything may start)
    would refer to the plan itself. A scenario that is built on a plan asks for itself.

    Args:
        scenario: as loaded.
        assign: changes from the command line, which count in the question too.
    Raises:
        ScenarioError: with every problem of the scenario that is asked.
    """
    own = _read(scenario.path)[0]
    stated = _at(own.data, "optimise").get("ask_base")
    base = _take_base(own)
    if not scenario.spec.optimise.ask_base or stated is not True or base is None:
        return scenario
    return question_of(load_scenario(_base_file(own, base, scenario.path), assign), assign)


def find_scenario(path: str | Path) -> Path:
    """The scenario file that a path, a folder or a shipped name means."""
    given = Path(path)
    if given.is_dir():
        return given / SCENARIO_FILE if (given / SCENARIO_FILE).is_file() else given
    if not given.exists() and str(path) in shipped_scenarios():
        return shipped_folder() / str(path) / SCENARIO_FILE
    return given


def _shown(file: Path) -> str:
    """The file as a user would name it: relative to where they are, when it lies below."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


# --- merging ------------------------------------------------------------------------------------------------------


def _with_bases(document: Document, file: Path) -> Document:
    """The document over the scenarios that it changes."""
    for _ in range(MOST_BASES):
        base = _take_base(document)
        if base is None:
            return document
        file = _base_file(document, base, file)
        below, unread = _read(file)
        if unread:
            raise ScenarioError(unread)
        document = Document(_without_base(document.data), document.origins).over(below)
    origin = document.origin("scenario.base")
    raise ScenarioError(
        [Problem("base.circular", origin.file, origin.line, "scenario.base", str(_take_base(document)))]
    )


def _base_file(document: Document, base: str, file: Path) -> Path:
    """The file that a scenario names as its base: seen from that scenario, or one that ships with the package."""
    found = find_scenario(file.parent / base)
    found = found if found.exists() else find_scenario(base)
    if not found.exists():
        origin, facts = document.origin("scenario.base"), {"suggestion": closest(base, shipped_scenarios())}
        raise ScenarioError([Problem("base.missing", origin.file, origin.line, "scenario.base", base, facts)])
    return found


def files_of(scenario: Scenario) -> list[Path]:
    """The scenario's own file and those that it changes, the nearest first."""
    files = [scenario.path]
    for _ in range(MOST_BASES):
        document = _read(files[-1])[0]
        base = _take_base(document)
        if base is None:
            break
        files.append(_base_file(document, base, files[-1]))
    return files


def _take_base(document: Document) -> str | None:
    head = document.data.get("scenario")
    base = head.get("base") if isinstance(head, dict) else None
    return base if isinstance(base, str) else None


def _without_base(data: dict[str, Any]) -> dict[str, Any]:
    head = {k: v for k, v in data["scenario"].items() if k != "base"}
    return {**data, "scenario": head}


def _with_catalogue(document: Document) -> tuple[Document, list[Problem]]:
    """Each intervention's own keys over the template of the catalogue entry that it starts from."""
    stated = document.data.get("interventions")
    templates: dict[str, Any] = {}
    problems = []
    for name, own in stated.items() if isinstance(stated, dict) else []:
        start = own.get("from") if isinstance(own, dict) else None
        if start is None:
            continue
        if start not in catalogue_ids():
            path = f"interventions.{name}.from"
            origin = document.origin(path)
            facts = {"suggestion": closest(str(start), catalogue_ids())}
            problems.append(Problem("unknown.catalogue", origin.file, origin.line, path, str(start), facts))
        else:
            templates[name] = load_entry(start).model()
            problems += _near_effects(f"interventions.{name}.effects", own, templates[name], document)
    if not templates:
        return document, problems
    ordered = {name: templates.get(name, {}) for name in stated} if isinstance(stated, dict) else {}
    return document.over(from_data({"interventions": ordered}, CATALOGUE)), problems


def _near_effects(path: str, own: dict[str, Any], template: dict[str, Any], document: Document) -> list[Problem]:
    """Effects that differ by one slip of the keyboard from one of the template, beside which they would count."""
    stated, given = own.get("effects"), template.get("effects", {})
    if not isinstance(stated, dict):
        return []
    problems = []
    for name in stated:
        meant = next((g for g in given if g not in stated and name not in given and _one_slip(name, g)), "")
        if meant:
            origin = document.origin(f"{path}.{name}")
            problems.append(
                Problem("effect.near", origin.file, origin.line, f"{path}.{name}", name, {"suggestion": meant})
            )
    return problems


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, extra or other, or two neighbours are swapped."""
    same = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    a, b = typed[same:], meant[same:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


# --- checking -----------------------------------------------------------------------------------------------------


def _validated(document: Document) -> tuple[Spec | None, list[Problem]]:
    try:
        return Spec.model_validate(document.data), []
    except ValidationError as error:
        return None, problems_from_validation(list(error.errors(include_url=False)), document, keys_at)


def _in_reading_order(problems: list[Problem], first: str) -> list[Problem]:
    """By file and line; the file that the user named comes first, what was only counted last."""
    return sorted(problems, key=lambda p: (p.file != first, p.file, p.code == "table.more", p.line))


def _in_users_file(problem: Problem, document: Document) -> Problem:
    """A problem of the catalogue's part, placed at the intervention that starts from it, where it can be repaired."""
    if problem.file != CATALOGUE:
        return problem
    origin = document.origin(".".join(problem.path.split(".")[:2]))
    return replace(problem, file=origin.file, line=origin.line)


def _hash(document: Document, folder: Path) -> str:
    digest = hashlib.sha256(repr(sorted_items(document.data)).encode())
    for key in ("people", "cost"):
        if (path := table_path(document, key, folder)) is not None:
            digest.update(_content(path, key))
    return digest.hexdigest()


def _content(path: Path, key: str) -> bytes:
    """What a table says: the bytes of its file, or its rows in a form, which may hold much else."""
    if not is_form(path):
        return path.read_bytes()
    columns = read_form(path, _shown(path)).tables.get(key, {})
    return repr([(name, values.tolist()) for name, values in columns.items()]).encode()


def sorted_items(value: Any) -> Any:
    """Plain data with mappings as sorted lists of pairs, so that equal content has equal text."""
    if isinstance(value, dict):
        return [(str(k), sorted_items(v)) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))]
    return [sorted_items(v) for v in value] if isinstance(value, list) else value


# --- the region's tables ------------------------------------------------------------------------------------------


def table_path(document: Document, key: str, folder: Path) -> Path | None:
    """The file of a table (`people` or `cost`): beside the scenario file that names it, which may be a base."""
    stated = document.data.get("region")
    name = stated.get(key) if isinstance(stated, dict) else None
    if not isinstance(name, str):
        return None
    namer = Path(document.origin(f"region.{key}").file)
    return (namer.parent if namer.is_file() else folder) / name


def read_region(document: Document, folder: Path) -> tuple[Region | None, list[Problem]]:
    """The tables that the document names; None when it names none or they cannot be read."""
    problems: list[Problem] = []
    tables: dict[str, Columns] = {}
    shown: dict[str, str] = {}
    forms: dict[str, Form] = {}
    for key, contract in (("people", REGION), ("cost", COST)):
        path = table_path(document, key, folder)
        if path is None:
            continue
        shown[key] = _shown(path)
        if not path.is_file():
            origin = document.origin(f"region.{key}")
            problems.append(Problem("table.missing", origin.file, origin.line, f"region.{key}", origin.raw))
            continue
        try:
            if is_form(path):
                forms[key] = read_form(path, shown[key])
                tables |= {name: table for name, table in forms[key].tables.items() if name == key}
            else:
                tables[key] = read_table(path, contract, shown[key])
        except ScenarioError as error:
            problems += error.problems
    if problems or "people" not in tables or set(forms) - set(tables):
        return None, problems
    people, cost = tables["people"], tables.get("cost")
    problems = _in_cells("people", people_problems(people, shown["people"]), forms)
    if cost is not None:
        problems += _in_cells("cost", cost_problems(cost, people, shown["cost"]), forms)
    return (None, problems) if problems else (region_of(people, cost), [])


def _in_cells(table: str, problems: list[Problem], forms: dict[str, Form]) -> list[Problem]:
    """Problems of a table; of a form's table with the cell instead of the line."""
    return forms[table].placed(table, problems) if table in forms else problems
