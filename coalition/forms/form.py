"""A filled input form as a scenario: the plain document that a scenario file would give, and the region's tables.

Every value keeps its place as sheet and cell, so that all checks of a scenario point where the user can repair it. What
is required and empty is asked for, all at once; nothing is filled in. What the words of the form are stands in
excel_templates/form.yaml; what a key means stands in schema.py, and what it must agree with in checks.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from coalition.csv_tables import Columns
from coalition.forms.answers import Answers
from coalition.forms.cells_read import keyed_rows
from coalition.forms.form_interventions import read_effects, read_groups, read_interventions
from coalition.forms.form_region import read_region
from coalition.forms.layout import load_layout
from coalition.forms.places import LABEL, UNIT, VALUE
from coalition.parties import NATURE, Pocket, PocketNature
from coalition.problems import Cell, Problem
from coalition.reading import Document, Origin

CASHABLE = ("share", "capacity_removed_share", "avoidable_cost_share")
"""What must be stated of a pocket in which cost is avoided."""


@dataclass(frozen=True)
class Form:
    """What a form says.

    Attributes:
        document: as from a scenario file; `region.people` and `region.cost` name the workbook itself.
        problems: what could not be read and what is missing, in reading order.
        tables: `people` and `cost` as csv_tables.read_table gives them; absent when they could not be read.
        places: per table the cell of each column, by line.
    """

    document: Document
    problems: tuple[Problem, ...]
    tables: Mapping[str, Columns]
    places: Mapping[str, Mapping[int, Mapping[str, Cell]]]

    def placed(self, table: str, problems: list[Problem]) -> list[Problem]:
        """Problems of a table, with the cell in the place of the line."""
        lines = self.places.get(table, {})
        return [_in_cell(problem, lines.get(problem.line, {})) for problem in problems]


def _in_cell(problem: Problem, cells: Mapping[str, Cell]) -> Problem:
    cell = cells.get(problem.path, next(iter(cells.values()), problem.line))
    return replace(problem, line=cell)


def is_form(path: Path) -> bool:
    """Whether a path is read as a form: by its ending alone."""
    return path.suffix.lower() == ".xlsx"


def read_form(path: Path, shown: str) -> Form:
    """What a filled form says.

    Args:
        path: the workbook.
        shown: how problems name it.
    Raises:
        ScenarioError: it cannot be opened, or is not this form. All other problems are in the result.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return _parsed(path, shown, digest)


@lru_cache(maxsize=32)
def _parsed(path: Path, shown: str, _digest: str) -> Form:
    """A form is asked for several times while one scenario is read; the same content gives the same form."""
    layout = load_layout("nl")
    form = Answers(keyed_rows(path, shown, layout.format), layout, path.name, shown)
    _head(form)
    tables = read_region(form)
    _insurers(form)
    read_groups(form)
    read_interventions(form)
    read_effects(form)
    _holders(form)
    form.origins.setdefault("", Origin(shown, 0, ""))
    problems = tuple(sorted(form.problems, key=lambda problem: int(problem.line)))
    return Form(Document(_with_lists(form.data), form.origins), problems, tables.columns, tables.places)


def _head(form: Answers) -> None:
    """Name, years and prices; a discount rate is a standard or a rate of one's own."""
    for stated in form.fields("scenario"):
        if stated.key.startswith("discount."):
            continue
        value = form.read(stated, stated.key, stated.required)
        if stated.key == "scenario.discount" and value is not None:
            _discount(form, value)


def _discount(form: Answers, chosen: str) -> None:
    if chosen == "own":
        del form.data["scenario"]["discount"]
    for own in form.fields("scenario", "discount."):
        row = form.rows.get(own.key)
        if chosen == "own":
            form.read(own, f"scenario.{own.key}", required=True)
        elif row is not None and VALUE in row.cells:
            form.add("form.not_asked", row, VALUE, f"scenario.{own.key}", str(row.cells[VALUE].value))


def _insurers(form: Answers) -> None:
    """Insurers by an id that is made of their name."""
    form.data.setdefault("parties", {})
    for position, row in enumerate(form.table("insurers"), start=1):
        name = form.in_row(row, "name", "text", "parties.insurers")
        id = form.id(name, f"verzekeraar_{position}", form.insurers, row, row.columns.get("name", LABEL))
        path = f"parties.insurers.{id}"
        if name is not None:
            form.insurers[name] = id
            form.put(f"{path}.name", name, row, row.columns.get("name", LABEL), name)
        share = form.in_row(row, "market_share", "share", f"{path}.market_share")
        more = form.beside(row, "share", f"{path}.market_share")
        if share is not None:
            form.put(f"{path}.market_share", {"value": share} if more else share, row, VALUE, str(share))
        if share is not None and more:
            form.put_beside(f"{path}.market_share", share, str(share), more, row, False)
        taking_part = form.in_row(row, "contracting", "choice", f"{path}.contracting", "yes_no")
        if taking_part is not None:
            form.put(f"{path}.contracting", taking_part == "true", row, row.columns.get("contracting", UNIT))


def _holders(form: Answers) -> None:
    """Facts about the holders; required as far as effects touch a pocket."""
    zvw = [effect for effect in form.touched if effect.pocket == Pocket.ZVW]
    care = {effect.pocket for effect in form.touched if NATURE[Pocket(effect.pocket)] is PocketNature.CARE}
    kinds = {effect.care_kind for effect in zvw}
    needed = {f"holders.cashable.{pocket}.{part}" for pocket in care for part in CASHABLE}
    if zvw:
        needed |= {"holders.own_risk.share", "holders.equalisation.basis"}
        needed |= {f"holders.equalisation.clawback.{kind}.0" for kind in kinds if kind}
        if not form.table("insurers"):
            form.empty("insurers", "parties.insurers")
    for stated in form.fields("parties"):
        needed |= _begun(form, stated.key)
    for stated in form.fields("parties"):
        form.read(stated, stated.key, required=stated.key in needed)
    if form.at("holders.equalisation.basis") and not form.at("holders.equalisation.clawback"):
        form.put("holders.equalisation.clawback", {}, form.rows["holders.equalisation.basis"])


def _begun(form: Answers, key: str) -> set[str]:
    """What a value that is filled in needs beside it: the other parts of a pocket, the years before it."""
    row = form.rows.get(key)
    if row is None or VALUE not in row.cells:
        return set()
    above, _, last = key.rpartition(".")
    if key.startswith("holders.cashable."):
        return {f"{above}.{part}" for part in CASHABLE}
    if key.startswith("holders.equalisation.clawback."):
        return {f"{above}.{k}" for k in range(int(last))} | {"holders.equalisation.basis"}
    return set()


def _with_lists(data: Any) -> Any:
    """Plain data in which a mapping of positions has become a list."""
    if not isinstance(data, dict):
        return data
    if data and all(key.isdigit() for key in data):
        return [_with_lists(data[key]) for key in sorted(data, key=int)]
    return {key: _with_lists(value) for key, value in data.items()}
