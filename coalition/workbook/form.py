"""A filled input form as a scenario: the plain document that a scenario file would give, and the region's tables.

Every value keeps its place as sheet and cell, so that all checks of a scenario point where the user can repair it. What
is required and empty is asked for, all at once; nothing is filled in. What the words of the form are stands in
excel_templates/form.yaml; what a key means stands in schema.py, and what it must agree with in checks.py.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from coalition.catalogue import CatalogueEntry, catalogue_ids, load_entry
from coalition.csv_tables import LINES, Columns
from coalition.parties import NATURE, Pocket, PocketNature
from coalition.problems import Cell, Problem, closest
from coalition.reading import Document, Origin, joined
from coalition.scalars import MOST_FOUND
from coalition.workbook.asked import EUROS
from coalition.workbook.cells_read import Row, keyed_rows, read_number, read_text
from coalition.workbook.layout import MOST_AGES, Field, Layout, Part, load_layout
from coalition.workbook.places import (
    EXPLANATION,
    FIRST_AGE,
    HIGH,
    LABEL,
    LOW,
    PRICE_YEAR,
    RANGED,
    SOURCE,
    STANDING,
    UNIT,
    VALUE,
)

NUMBERS = frozenset({"year", "age", "whole", "share", "growth", "count", "number", "real", "euro", "eurocost"})
WHOLE = frozenset({"year", "age", "whole"})
EURO_KINDS = frozenset({"euro", "eurocost"})
COUNTRY = "NL00"
"""What a municipality is part of when the form does not say; the model does not use it."""
CASHABLE = ("share", "capacity_removed_share", "avoidable_cost_share")


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
    return Problem(problem.code, problem.file, cell, problem.path, problem.found, problem.facts)


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


@lru_cache(maxsize=4)
def _parsed(path: Path, shown: str, _digest: str) -> Form:
    """A form is asked for several times while one scenario is read; the same content gives the same form."""
    layout = load_layout("nl")
    return _Reading(keyed_rows(path, shown, layout.format), layout, path.name, shown).form()


@dataclass
class _Effect:
    """What decides which facts about the holders are needed: a pocket, and what equalisation sees of it."""

    pocket: str
    care_kind: str


@dataclass
class _Reading:
    """One form being read: rows in, data with origins and problems out."""

    rows: Mapping[str, Row]
    layout: Layout
    name: str
    shown: str
    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tables: dict[str, Columns] = field(default_factory=dict)
    places: dict[str, dict[int, dict[str, Cell]]] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    """Code and name of each area, without regard to capitals -> its code."""
    groups: dict[str, str] = field(default_factory=dict)
    insurers: dict[str, str] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    """Number of a block on the sheet of interventions -> id of the intervention."""
    touched: list[_Effect] = field(default_factory=list)

    def form(self) -> Form:
        """Everything that the form says, in the order of its sheets."""
        self._head()
        ages = self._ages()
        self._people(ages)
        self._cost(ages)
        self._insurers()
        self._groups()
        self._interventions()
        self._effects()
        self._holders()
        self.origins.setdefault("", Origin(self.shown, 0, ""))
        problems = tuple(sorted(self.problems, key=lambda p: int(p.line)))
        return Form(Document(_with_lists(self.data), self.origins), problems, self.tables, self.places)

    # --- cells ----------------------------------------------------------------------------------------------------

    def _add(self, code: str, row: Row, column: int, path: str, found: str = "", **facts: str) -> None:
        self.problems.append(Problem(code, self.shown, row.place(column), path, found[:MOST_FOUND], facts))

    def _missing(self, key: str, path: str = "") -> None:
        """Ask for a value that is required and not there; once per cell."""
        row = self.rows.get(key)
        if row is None:
            self.problems.append(Problem("form.row_gone", self.shown, 0, path or key, key))
        elif not any(p.line == row.place(VALUE) for p in self.problems):
            label, why = self._words(key, row)
            self._add("form.missing", row, VALUE, path or key, label=label, why=why)

    def _words(self, key: str, row: Row) -> tuple[str, str]:
        """Label and explanation as the form shows them."""
        label = row.text(LABEL).removesuffix(" *") or key
        return label, row.text(EXPLANATION) or row.text(FIRST_AGE) or label

    def _cell(self, row: Row, column: int, kind: str, path: str, choices: str = "") -> tuple[Any, str]:
        """The value of one cell and its text; None when it is empty or has a problem, which is then noted."""
        cell = row.cells.get(column)
        if cell is None:
            return None, ""
        value, code, facts = read_number(cell, kind in WHOLE) if kind in NUMBERS else read_text(cell)
        if code:
            self._add(code, row, column, path, "" if code == "form.formula" else str(cell.value), **facts)
        elif kind == "choice" and value is not None:
            value = self._chosen(row, column, path, value, choices)
        return value, "" if value is None else str(cell.value)

    def _chosen(self, row: Row, column: int, path: str, text: str, choices: str) -> str | None:
        known = self._choices(choices)
        key = known.get(text.casefold())
        if key is None:
            shown = list(dict.fromkeys(self._labels(choices)))
            facts = {"allowed": ", ".join(shown), "suggestion": closest(text, shown)}
            code = "unknown.catalogue" if choices == "catalogue" else "value.unknown_choice"
            self._add(code, row, column, path, text, **facts)
        return key

    def _labels(self, choices: str) -> list[str]:
        if choices == "catalogue":
            return list(catalogue_ids())
        if choices == "groups":
            return list(self.groups)
        if choices == "blocks":
            return [str(number) for number in self.blocks]
        start = f"choice.{choices}."
        return [row.text(LABEL) for key, row in self.rows.items() if key.startswith(start)] + (
            list(self.insurers) if choices == "party" else []
        )

    def _choices(self, choices: str) -> dict[str, str]:
        """What may be chosen, as the form shows it and by its own key -> key."""
        if choices in ("catalogue", "blocks"):
            return {name: name for name in self._labels(choices)}
        if choices == "groups":
            return {name.casefold(): id for name, id in self.groups.items()}
        start = f"choice.{choices}."
        keys = {key.removeprefix(start): row.text(LABEL) for key, row in self.rows.items() if key.startswith(start)}
        known = {key: key for key in keys} | {label.casefold(): key for key, label in keys.items()}
        return known | {n.casefold(): id for n, id in self.insurers.items()} if choices == "party" else known

    # --- values into the document ---------------------------------------------------------------------------------

    def _put(self, path: str, value: Any, row: Row, column: int = VALUE, raw: str = "") -> None:
        """Put a value at a dotted path; a path of digits becomes a list at the end."""
        *above, last = path.split(".")
        data, here = self.data, ""
        for step in above:
            data = data.setdefault(step, {})
            here = joined(here, step)
            self.origins.setdefault(here, Origin(self.shown, row.place(column), ""))
        data[last] = value
        self.origins[path] = Origin(self.shown, row.place(column), raw)

    def _read(self, stated: Field, path: str, required: bool = False) -> Any:
        """One row into the document; the value that was read, or None."""
        row = self.rows.get(stated.key)
        if row is None:
            if required:
                self._missing(stated.key, path)
            return None
        before = len(self.problems)
        value, raw = self._cell(row, VALUE, stated.kind, path, stated.choices)
        value = (value == "true") if stated.choices == "yes_no" and value is not None else value
        more = self._beside(row, stated.kind, path) if stated.kind in RANGED and not stated.plain else {}
        if value is None:
            if len(self.problems) == before and (required or more):
                self._missing(stated.key, path)
            return None
        self._put(path, value, row, VALUE, raw)
        if stated.kind in EURO_KINDS and "price_year" not in more:
            self._no_price_year(row, path)
        if more:
            self._put(path, {"value": value}, row, VALUE, raw)
            self._put_beside(path, value, raw, more, row, stated.kind in EURO_KINDS)
        return value

    def _put_beside(
        self, path: str, value: Any, raw: str, more: Mapping[str, tuple[int, Any, str]], row: Row, euro: bool
    ) -> None:
        self._put(f"{path}.value", value, row, VALUE, raw)
        for name, (column, found, text) in more.items():
            self._put(f"{path}.{name}", found, row, column, text)
        if euro:
            self._put(f"{path}.index", "cpi", row, PRICE_YEAR)

    def _no_price_year(self, row: Row, path: str) -> None:
        if not any(p.line == row.place(PRICE_YEAR) for p in self.problems):
            self._add("form.no_price_year", row, PRICE_YEAR, f"{path}.price_year")

    def _beside(self, row: Row, kind: str, path: str) -> dict[str, tuple[int, Any, str]]:
        """Range, price year, source and standing beside a number: name -> column, value, text."""
        wanted = {
            "low": (LOW, kind, ""),
            "high": (HIGH, kind, ""),
            "source": (SOURCE, "text", ""),
            "standing": (STANDING, "choice", "standing"),
        }
        if kind in EURO_KINDS:
            wanted["price_year"] = (PRICE_YEAR, "year", "")
        found = {}
        for name, (column, own, choices) in wanted.items():
            value, raw = self._cell(row, column, own, f"{path}.{name}", choices)
            if value is not None:
                found[name] = (column, value, raw)
        return found

    def _fields(self, sheet: str, start: str = "") -> Iterator[Field]:
        """The rows of a sheet whose keys begin so."""
        return (f for part in self.layout.sheet(sheet).parts for f in part.fields if f.key.startswith(start))

    # --- scenario and region --------------------------------------------------------------------------------------

    def _head(self) -> None:
        for stated in self._fields("scenario"):
            if stated.key.startswith("discount."):
                continue
            value = self._read(stated, stated.key, stated.required)
            if stated.key == "scenario.discount" and value == "own":
                del self.data["scenario"]["discount"]
                for own in self._fields("scenario", "discount."):
                    self._read(own, f"scenario.{own.key}", required=True)

    def _ages(self) -> dict[int, tuple[int, float]]:
        """Column -> first and last age of each class; the last one is open. Empty when they cannot be read."""
        row = self.rows.get("ages")
        if row is None or not any(FIRST_AGE <= column < FIRST_AGE + MOST_AGES for column in row.cells):
            self._empty("ages", "ages", FIRST_AGE)
            return {}
        columns = [c for c in sorted(row.cells) if FIRST_AGE <= c < FIRST_AGE + MOST_AGES]
        before = len(self.problems)
        firsts = {c: self._cell(row, c, "age", "ages")[0] for c in range(FIRST_AGE, columns[-1] + 1)}
        for column, age in firsts.items():
            earlier = firsts.get(column - 1, -1)
            if column not in row.cells:
                self._add("form.missing_in_row", row, column, "ages", of=row.text(LABEL).removesuffix(" *"))
            elif age is not None and ((column == FIRST_AGE and age) or (earlier is not None and age <= earlier)):
                self._add("form.ages_order", row, column, "ages", str(age))
        if len(self.problems) > before:
            return {}
        lasts = [*(age - 1 for age in list(firsts.values())[1:]), float("nan")]
        return {column: (age, last) for (column, age), last in zip(firsts.items(), lasts, strict=True)}

    def _empty(self, table: str, path: str, column: int = LABEL) -> None:
        """Ask for a table in which nothing stands, at its first cell."""
        row = self.rows.get(table) or self.rows.get(f"{table}.1")
        if row is None:
            self.problems.append(Problem("form.row_gone", self.shown, 0, path, f"{table}.1"))
            return
        told = (self.rows.get(f"{table}:{part}") for part in ("heading", "note"))
        label, why = (table if line is None else line.text(LABEL) for line in told)
        self._add("form.missing", row, column, path, label=label, why=why)

    def _table(self, name: str) -> list[Row]:
        """The rows of a table in which anything stands."""
        part = next(part for part in self.layout.parts() if part.table == name)
        rows = (self.rows.get(f"{name}.{k}") for k in range(1, part.rows + 1))
        return [row for row in rows if row is not None and any(not _echoed(c) for c in row.cells.values())]

    def _in_row(self, row: Row, key: str, kind: str, path: str, choices: str = "", *, required: bool = True) -> Any:
        """One cell of a table by the key of its column; asked for when it is required and empty."""
        column = row.columns.get(key, VALUE)
        before = len(self.problems)
        value, _ = self._cell(row, column, kind, path, choices)
        if value is None and required and len(self.problems) == before:
            self._add("form.missing_in_row", row, column, path, of=self._row_name(row))
        return value

    def _row_name(self, row: Row) -> str:
        return ", ".join(t for t in (row.text(c) for c in (LABEL, VALUE)) if t) or str(row.number)

    def _age_cells(self, row: Row, ages: Mapping[int, Any], kind: str, path: str) -> dict[int, Any]:
        """A value for every age class of a row; what stands under no class is a problem."""
        for column in row.cells:
            if FIRST_AGE <= column < FIRST_AGE + MOST_AGES and column not in ages:
                self._add("form.no_class", row, column, path, str(row.cells[column].value))
        found = {}
        for column in ages:
            before = len(self.problems)
            found[column], _ = self._cell(row, column, kind, path)
            if found[column] is None and len(self.problems) == before:
                self._add("form.missing_in_row", row, column, path, of=self._row_name(row))
        return found

    def _people(self, ages: Mapping[int, tuple[int, float]]) -> None:
        year, same = None, None
        for stated in self._fields("areas"):
            row = self.rows.get(stated.key)
            value = None if row is None else self._cell(row, VALUE, stated.kind, stated.key, stated.choices)[0]
            if value is None:
                self._missing(stated.key)
            year, same = (value, same) if stated.key == "people.year" else (year, value)
        rows = self._table("people")
        if not rows:
            self._empty("people", "region.people")
        insured = {row.number: row for row in self._table("insured")}
        shift = self._shift()
        lines: list[dict[str, Any]] = []
        for row in rows:
            lines += self._people_row(row, insured.get(row.number + shift), ages, same, year)
        if rows:
            self._put("region.people", self.name, rows[0], LABEL, self.name)
        self._keep("people", lines)

    def _shift(self) -> int:
        """How many rows the insured years of an area stand below its inhabitants."""
        both = self.rows.get("people.1"), self.rows.get("insured.1")
        return both[1].number - both[0].number if both[0] is not None and both[1] is not None else 0

    def _people_row(
        self, row: Row, insured: Row | None, ages: Mapping[int, tuple[int, float]], same: str | None, year: Any
    ) -> list[dict[str, Any]]:
        code = self._in_row(row, "code", "text", "region.people")
        name = self._in_row(row, "name", "text", "region.names", required=False)
        small = bool(code) and not code.startswith("GM")
        parent = self._in_row(row, "parent", "text", "region.people", required=small) or COUNTRY
        self._area(row, code, name)
        heads = self._age_cells(row, ages, "count", "region.people")
        years = heads
        if same == "false" and ages:
            place = insured or Row(row.sheet, row.position, row.number + self._shift(), {})
            years = self._age_cells(place, ages, "count", "region.people")
        return [
            {
                "area": code, "parent": parent, "year": year, "age_from": first, "age_to": last,
                "people": heads[column], "insured_years": years[column], "row": row, "column": column,
            }
            for column, (first, last) in ages.items()
        ]  # fmt: skip

    def _area(self, row: Row, code: str | None, name: str | None) -> None:
        if code is None:
            return
        if code.casefold() in self.areas:
            first = next(r for r in self._table("people") if r.text(LABEL).casefold() == code.casefold())
            self._add("form.duplicate", row, LABEL, "region.people", code, first=first.place(LABEL).name)
        self.areas[code.casefold()] = code
        if name is not None:
            self.areas.setdefault(name.casefold(), code)
            self._put(f"region.names.{code}", name, row, row.columns.get("name", VALUE), name)

    def _cost(self, ages: Mapping[int, tuple[int, float]]) -> None:
        rows = self._table("cost")
        lines: list[dict[str, Any]] = []
        seen: dict[tuple[str, str], Row] = {}
        pockets: dict[str, Any] = {}
        for row in rows:
            pocket = self._in_row(row, "pocket", "choice", "region.cost", "pocket")
            areas = self._cost_areas(row)
            standing = self._in_row(row, "standing", "choice", "region.cost", "cost_standing")
            values = self._age_cells(row, ages, "eurocost", "region.cost")
            if pocket is None:
                continue
            if pocket not in pockets:
                pockets[pocket] = self._pocket_year(pocket, row)
            for area in areas:
                if (first := seen.setdefault((pocket, area), row)) is not row:
                    column = row.columns.get("area", VALUE)
                    self._add("form.duplicate", row, column, "region.cost", area, first=first.place(column).name)
                lines += [
                    {
                        "area": area, "age_from": ages[column][0], "age_to": ages[column][1], "pocket": pocket,
                        "price_year": pockets[pocket], "cost_eur_per_person": values[column], "standing": standing,
                        "row": row, "column": column,
                    }
                    for column in ages
                ]  # fmt: skip
        if rows:
            self._put("region.cost", self.name, rows[0], LABEL, self.name)
            self._keep("cost", lines)
        for stated in self._fields("cost", "region.growth_per_year."):
            self._read(stated, stated.key, required=stated.key.rpartition(".")[2] in pockets)

    def _cost_areas(self, row: Row) -> list[str]:
        text = self._in_row(row, "area", "text", "region.cost")
        return [] if text is None else self._named_areas(row, row.columns.get("area", VALUE), "region.cost", text)

    def _named_areas(self, row: Row, column: int, path: str, text: str) -> list[str]:
        """Codes of the areas that a text names: `alle`, or codes or names between commas."""
        codes = list(dict.fromkeys(self.areas.values()))
        if text.casefold() in ("alle", "all"):
            return codes
        found = []
        for name in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
            code = self.areas.get(name.casefold())
            if code is None and codes:
                facts = {"known": ", ".join(codes), "suggestion": closest(name, [*codes, *self.areas])}
                self._add("unknown.area", row, column, path, name, **facts)
            elif code is not None:
                found.append(code)
        return found

    def _pocket_year(self, pocket: str, row: Row) -> Any:
        """The price year of a pocket in the cost table."""
        key = f"cost.{pocket}.price_year"
        if key not in self.rows:
            self._add("form.no_pocket", row, row.columns.get("pocket", LABEL), "region.cost", pocket)
            return None
        before = len(self.problems)
        value, _ = self._cell(self.rows[key], VALUE, "year", key)
        if value is None and len(self.problems) == before:
            self._missing(key)
        return value

    def _keep(self, table: str, lines: list[dict[str, Any]]) -> None:
        """A table that is complete, as csv_tables gives it; nothing when a cell is missing or wrong."""
        if not lines or any(v is None for line in lines for v in line.values()):
            return
        import numpy as np

        numbered = dict(enumerate(lines, start=1))
        columns: dict[str, Any] = {}
        for name in (name for name in lines[0] if name not in ("row", "column")):
            values = [line[name] for line in lines]
            whole = name in ("year", "age_from", "price_year")
            real = name in ("age_to", "people", "insured_years", "cost_eur_per_person")
            columns[name] = np.array(values, dtype=np.int64 if whole else np.float64 if real else object)
        columns[LINES] = np.array(list(numbered), dtype=np.int64)
        self.tables[table] = columns
        self.places[table] = {number: _places(line) for number, line in numbered.items()}

    # --- parties, groups ------------------------------------------------------------------------------------------

    def _insurers(self) -> None:
        self.data.setdefault("parties", {})
        for position, row in enumerate(self._table("insurers"), start=1):
            name = self._in_row(row, "name", "text", "parties.insurers")
            id = self._id(name, f"verzekeraar_{position}", self.insurers, row, row.columns.get("name", LABEL))
            path = f"parties.insurers.{id}"
            if name is not None:
                self.insurers[name] = id
                self._put(f"{path}.name", name, row, row.columns.get("name", LABEL), name)
            share = self._in_row(row, "market_share", "share", f"{path}.market_share")
            more = self._beside(row, "share", f"{path}.market_share")
            if share is not None:
                self._put(f"{path}.market_share", {"value": share} if more else share, row, VALUE, str(share))
            if share is not None and more:
                self._put_beside(f"{path}.market_share", share, str(share), more, row, False)
            taking_part = self._in_row(row, "contracting", "choice", f"{path}.contracting", "yes_no")
            if taking_part is not None:
                self._put(f"{path}.contracting", taking_part == "true", row, row.columns.get("contracting", UNIT))

    def _id(self, name: str | None, otherwise: str, taken: Mapping[str, str], row: Row, column: int) -> str:
        """A name as an id: lower case, digits and `_`. The same id twice is a problem of the second name."""
        if name is None:
            return otherwise
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        id = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or otherwise
        if id in taken.values():
            first = next(n for n, other in taken.items() if other == id)
            self._add("form.duplicate", row, column, "", name, first=first)
        return id

    def _used_blocks(self, sheet: str) -> Iterator[Part]:
        """Blocks in which anything stands; the first one counts as used, so that an empty form asks for it."""
        for part in self.layout.sheet(sheet).parts:
            if part.number and (self._filled(part) or (part.number == 1 and sheet != "effects")):
                yield part

    def _filled(self, part: Part) -> bool:
        columns = {VALUE, LOW, HIGH, PRICE_YEAR, SOURCE, STANDING}
        inputs = (f for f in part.fields if f.kind != "show")
        return any(columns & set(self.rows[f.key].cells) for f in inputs if f.key in self.rows)

    def _groups(self) -> None:
        for part in self._used_blocks("groups"):
            start = f"group.{part.number}."
            row = self.rows.get(f"{start}name")
            name = None if row is None else self._cell(row, VALUE, "text", "target_groups")[0]
            id = f"doelgroep_{part.number}"
            if row is not None:
                id = self._id(name, id, self.groups, row, VALUE)
            if name is not None:
                self.groups[name] = id
            for stated in part.fields:
                self._read(stated, f"target_groups.{id}.{stated.key.removeprefix(start)}", stated.required)
            self._size(start, f"target_groups.{id}")

    def _size(self, start: str, path: str) -> None:
        """A group has a share or a count."""
        stated = [k for k in ("share", "count") if (r := self.rows.get(f"{start}{k}")) is not None and VALUE in r.cells]
        if not stated:
            self._missing(f"{start}share", f"{path}.share")

    # --- interventions --------------------------------------------------------------------------------------------

    def _interventions(self) -> None:
        for part in self._used_blocks("interventions"):
            start = f"intervention.{part.number}."
            chosen = self.rows.get(f"{start}from")
            entry = self._entry(chosen)
            taken = list(self.blocks.values())
            id = entry.id if entry is not None else f"interventie_{part.number}"
            id = id if id not in taken else f"{id}_{sum(t == id or t.startswith(f'{id}_') for t in taken) + 1}"
            self.blocks[part.number] = id
            if chosen is not None:
                self.origins[f"interventions.{id}"] = Origin(self.shown, chosen.place(VALUE), "")
            for stated in part.fields:
                self._of_intervention(stated, start, f"interventions.{id}", entry)
            self._payers(start, f"interventions.{id}")
            if entry is not None:
                self._whole_cost(start, f"interventions.{id}", entry)
                self._asked(start, f"interventions.{id}", entry)

    def _entry(self, row: Row | None) -> CatalogueEntry | None:
        value = None if row is None or VALUE not in row.cells else row.cells[VALUE].value
        return load_entry(value.strip()) if isinstance(value, str) and value.strip() in catalogue_ids() else None

    def _of_intervention(self, stated: Field, start: str, path: str, entry: CatalogueEntry | None) -> None:
        """One row of a block; what is asked per intervention and the payers come after it."""
        own = stated.key.removeprefix(start)
        if stated.kind in ("show", "asked") or own.startswith(("payers.", "no_effect")):
            return
        if own == "areas":
            self._intervention_areas(stated, f"{path}.areas")
            return
        needed = stated.required or (own == "completion" and entry is not None and "completion" not in entry.template)
        self._read(stated, f"{path}.{own}", needed)

    def _intervention_areas(self, stated: Field, path: str) -> None:
        row = self.rows.get(stated.key)
        text, raw = (None, "") if row is None else self._cell(row, VALUE, "text", path)
        if row is None or text is None:
            self._missing(stated.key, path)
        elif text.casefold() in ("alle", "all"):
            self._put(path, "all", row, VALUE, raw)
        else:
            for position, code in enumerate(self._named_areas(row, VALUE, path, text)):
                self._put(f"{path}.{position}", code, row, VALUE, code)

    def _payers(self, start: str, path: str) -> None:
        """The payers without gaps; a payer is whole or not there."""
        for position in range(3):
            keys = [f for f in self._fields("interventions", f"{start}payers.{position}.")]
            there = any(f.key in self.rows and VALUE in self.rows[f.key].cells for f in keys)
            for stated in keys if there or position == 0 else ():
                self._read(stated, f"{path}.{stated.key.removeprefix(start)}", required=True)

    def _whole_cost(self, start: str, path: str, entry: CatalogueEntry) -> None:
        """Cost that the evidence does not give, and a first year below a second one."""
        lacking = {m.key for m in entry.missing if m.key.split(".")[0] == "cost"}
        first, second, fixed = (f"{start}cost.{k}" for k in ("per_starter.0", "per_starter.1", "fixed_per_year"))
        there = {key for key in (first, second, fixed) if key in self.rows and VALUE in self.rows[key].cells}
        if (second in there and first not in there) or ("cost" in lacking and not there):
            self._missing(first, f"{path}.cost.per_starter.0")
        if "cost.fixed_per_year" in lacking and fixed not in there:
            self._missing(fixed, f"{path}.cost.fixed_per_year")

    def _asked(self, start: str, path: str, entry: CatalogueEntry) -> None:
        """What the evidence lacks, by the questions that the form itself shows for this intervention."""
        lacking = {m.key for m in entry.missing}
        for stated in self._fields("interventions", f"{start}asked."):
            number = stated.key.rpartition(".")[2]
            question, row = self.rows.get(f"asked.{entry.id}.{number}"), self.rows.get(stated.key)
            if row is None:
                continue
            if question is None:
                if VALUE in row.cells:
                    self._add("form.not_asked", row, VALUE, path, str(row.cells[VALUE].value))
                continue
            own, words = question.text(VALUE), question.text(LOW)
            key = own.rpartition(".")[2]
            if own not in lacking and key != "ceiling_per_unit":
                self._add("form.not_asked", row, VALUE, path, own)
                continue
            kind = "choice" if key == "pocket" else "eurocost" if key in EUROS else "number"
            self._answer(stated, row, f"{path}.{own}", kind, words if own in lacking else "")
        self._known_effects(start, path, entry)

    def _answer(self, stated: Field, row: Row, path: str, kind: str, words: str) -> None:
        """One answer; `words` are those of the question when it must be answered."""
        before = len(self.problems)
        value = self._read(Field(stated.key, kind, choices="pocket" if kind == "choice" else ""), path)
        if value is None and words and len(self.problems) == before:
            self._add("form.missing", row, VALUE, path, label=row.text(LABEL), why=words)

    def _known_effects(self, start: str, path: str, entry: CatalogueEntry) -> None:
        """Pockets that the catalogue's effects touch; an intervention without effects must say that it has none."""
        effects = entry.template.get("effects", {})
        for name, effect in effects.items():
            asked = self._at(f"{path}.effects.{name}.pocket")
            for pocket in [*effect.get("split", {}), *(p for p in (effect.get("pocket") or asked,) if p)]:
                self.touched.append(_Effect(str(pocket), str(effect.get("care_kind") or "")))
        key = f"{start}no_effect"
        row = self.rows.get(key)
        if effects or row is None:
            return
        zero, _ = self._cell(row, VALUE, "choice", f"{path}.effects", "yes_no")
        if zero == "true":
            self._put(f"{path}.effects", {}, row, VALUE)
        elif not self._has_own_effect(start):
            self._missing(key, f"{path}.effects")

    def _at(self, path: str) -> Any:
        data: Any = self.data
        for step in path.split("."):
            data = data.get(step) if isinstance(data, dict) else None
        return data

    def _has_own_effect(self, start: str) -> bool:
        number = start.split(".")[1]
        rows = (r for key, r in self.rows.items() if re.fullmatch(r"effect\.[0-9]+\.intervention", key))
        values = (row.cells[VALUE].value for row in rows if VALUE in row.cells)
        return any(str(value).strip() == number for value in values)

    def _effects(self) -> None:
        for part in self._used_blocks("effects"):
            start = f"effect.{part.number}."
            block = self._block(f"{start}intervention")
            path = f"interventions.{self.blocks.get(block, f'interventie_{block}')}.effects.eigen_{part.number}"
            wanted = {f.key.removeprefix(start): f for f in part.fields}
            found = {
                own: self._read(stated, f"{path}.{own}", stated.required)
                for own, stated in wanted.items()
                if own != "intervention"
            }
            row = self.rows.get(f"{start}intervention")
            if row is not None and block:
                self._put(f"{path}.kind", "euro", row)
                self.origins[path] = Origin(self.shown, row.place(VALUE), "")
            self._own_effect(start, path, found)

    def _block(self, key: str) -> int:
        row = self.rows.get(key)
        value = None if row is None else self._cell(row, VALUE, "choice", "effects", "blocks")[0]
        if value is None:
            self._missing(key, "effects")
        return int(value) if value is not None else 0

    def _own_effect(self, start: str, path: str, found: Mapping[str, Any]) -> None:
        """What an effect of one's own needs, depending on pocket and comparison."""
        pocket = found.get("pocket")
        if pocket is not None:
            self.touched.append(_Effect(pocket, str(found.get("care_kind") or "")))
        needed = {
            "care_kind": pocket == Pocket.ZVW,
            "deadweight": found.get("comparator") == "uncontrolled",
            "wage_instead_per_year": pocket in (Pocket.PARTICIPATIEWET, Pocket.UWV),
        }
        for own, wanted in needed.items():
            if wanted and found.get(own) is None:
                self._missing(f"{start}{own}", f"{path}.{own}")

    # --- on whose account -----------------------------------------------------------------------------------------

    def _holders(self) -> None:
        """Facts about the holders; required as far as effects touch a pocket."""
        zvw = [effect for effect in self.touched if effect.pocket == Pocket.ZVW]
        care = {effect.pocket for effect in self.touched if NATURE[Pocket(effect.pocket)] is PocketNature.CARE}
        kinds = {effect.care_kind for effect in zvw}
        needed = {f"holders.cashable.{pocket}.{part}" for pocket in care for part in CASHABLE}
        if zvw:
            needed |= {"holders.own_risk.share", "holders.equalisation.basis"}
            needed |= {f"holders.equalisation.clawback.{kind}.0" for kind in kinds if kind}
            if not self._table("insurers"):
                self._empty("insurers", "parties.insurers")
        for stated in self._fields("parties"):
            needed |= self._begun(stated.key)
        for stated in self._fields("parties"):
            self._read(stated, stated.key, required=stated.key in needed)
        if self._at("holders.equalisation.basis") and not self._at("holders.equalisation.clawback"):
            self._put("holders.equalisation.clawback", {}, self.rows["holders.equalisation.basis"])

    def _begun(self, key: str) -> set[str]:
        """What a value that is filled in needs beside it: the other parts of a pocket, the years before it."""
        row = self.rows.get(key)
        if row is None or VALUE not in row.cells:
            return set()
        above, _, last = key.rpartition(".")
        if key.startswith("holders.cashable."):
            return {f"{above}.{part}" for part in CASHABLE}
        if key.startswith("holders.equalisation.clawback."):
            return {f"{above}.{k}" for k in range(int(last))} | {"holders.equalisation.basis"}
        return set()


def _echoed(cell: Any) -> bool:
    """Whether a cell only repeats one of another table; the form writes it as a formula."""
    return cell.data_type == "f" and cell.column <= FIRST_AGE


def _places(line: Mapping[str, Any]) -> dict[str, Cell]:
    """The cell of each column of a line of a table."""
    row: Row = line["row"]
    own = {"area": "code", "parent": "parent", "pocket": "pocket", "standing": "standing"}
    places = {name: row.place(row.columns[key]) for name, key in own.items() if key in row.columns}
    if "area" in row.columns:
        places["area"] = row.place(row.columns["area"])
    amount = row.place(line["column"])
    return {**places, "people": amount, "insured_years": amount, "cost_eur_per_person": amount}


def _with_lists(data: Any) -> Any:
    """Plain data in which a mapping of positions has become a list."""
    if not isinstance(data, dict):
        return data
    if data and all(key.isdigit() for key in data):
        return [_with_lists(data[key]) for key in sorted(data, key=int)]
    return {key: _with_lists(value) for key, value in data.items()}
