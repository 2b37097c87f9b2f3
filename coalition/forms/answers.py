"""What stands in a filled form, cell by cell: read, noted as a problem, or put into a plain document with its place.

This module knows the kinds of value and how a row or a table is read; what a sheet is about stands in form.py,
form_region.py and form_interventions.py. Nothing is repaired and nothing is filled in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from coalition.catalogue import catalogue_ids
from coalition.forms.cells_read import Row, read_number, read_text
from coalition.forms.layout import Field, Layout, Part
from coalition.forms.places import (
    EXPLANATION,
    FIRST_AGE,
    HIGH,
    LABEL,
    LOW,
    PRICE_YEAR,
    RANGED,
    SOURCE,
    STANDING,
    VALUE,
)
from coalition.problems import Problem, closest
from coalition.reading import Origin, joined
from coalition.scalars import MOST_FOUND

NUMBERS = frozenset({"year", "age", "whole", "share", "growth", "count", "number", "real", "euro", "eurocost"})
WHOLE = frozenset({"year", "age", "whole"})
EURO_KINDS = frozenset({"euro", "eurocost"})


class Touched(NamedTuple):
    """What decides which facts about the holders are needed: a pocket, and what equalisation sees of it."""

    pocket: str
    care_kind: str


@dataclass
class Answers:
    """One form while it is read.

    Attributes:
        rows: what stands in it, by key.
        name, shown: the workbook's own name, and how problems name it.
        data, origins: the document so far; a mapping of positions becomes a list at the end.
        areas: code and name of each area, without regard to capitals -> its code.
        groups, insurers: name -> id.
        blocks: number of a block on the sheet of interventions -> id of the intervention.
        touched: the pockets on which effects fall.
    """

    rows: Mapping[str, Row]
    layout: Layout
    name: str
    shown: str
    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    areas: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    insurers: dict[str, str] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    touched: list[Touched] = field(default_factory=list)

    def add(self, code: str, row: Row, column: int, path: str, found: str = "", **facts: str) -> None:
        """Note a problem of one cell."""
        self.problems.append(Problem(code, self.shown, row.place(column), path, found[:MOST_FOUND], facts))

    def missing(self, key: str, path: str = "") -> None:
        """Ask for a value that is required and not there; once per cell."""
        row = self.rows.get(key)
        if row is None:
            self.problems.append(Problem("file.row_gone", self.shown, 0, path or key, key))
        elif not any(p.line == row.place(VALUE) for p in self.problems):
            label, why = self.words(key, row)
            self.add("form.missing", row, VALUE, path or key, label=label, why=why)

    def words(self, key: str, row: Row) -> tuple[str, str]:
        """Label and explanation as the form shows them."""
        label = row.text(LABEL).removesuffix(" *") or key
        return label, (row.text(EXPLANATION) or row.text(FIRST_AGE) or label).rstrip(".")

    def cell(self, row: Row, column: int, kind: str, path: str, choices: str = "") -> tuple[Any, str]:
        """The value of one cell and its text; None when it is empty or has a problem, which is then noted."""
        cell = row.cells.get(column)
        if cell is None:
            return None, ""
        value, code, facts = read_number(cell, kind in WHOLE) if kind in NUMBERS else read_text(cell)
        if code:
            self.add(code, row, column, path, "" if code == "form.formula" else str(cell.value), **facts)
        elif kind == "choice" and value is not None:
            value = self.chosen(row, column, path, str(value), choices)
        return value, "" if value is None else str(cell.value)

    def chosen(self, row: Row, column: int, path: str, text: str, choices: str) -> str | None:
        """The key of a choice; None when the text is none of the choices, which is then noted."""
        known = self.choices(choices)
        key = known.get(text.casefold())
        if key is None:
            shown = list(dict.fromkeys(self.labels(choices)))
            facts = {"allowed": ", ".join(shown), "suggestion": closest(text, shown)}
            code = "unknown.catalogue" if choices == "catalogue" else "value.unknown_choice"
            self.add(code, row, column, path, text, **facts)
        return key

    def labels(self, choices: str) -> list[str]:
        """What may be chosen, as the form shows it."""
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

    def choices(self, choices: str) -> dict[str, str]:
        """What may be chosen, as the form shows it and by its own key -> key."""
        if choices in ("catalogue", "blocks"):
            return {name: name for name in self.labels(choices)}
        if choices == "groups":
            return {name.casefold(): id for name, id in self.groups.items()}
        start = f"choice.{choices}."
        keys = {key.removeprefix(start): row.text(LABEL) for key, row in self.rows.items() if key.startswith(start)}
        known = {key: key for key in keys} | {label.casefold(): key for key, label in keys.items()}
        return known | {n.casefold(): id for n, id in self.insurers.items()} if choices == "party" else known

    def put(self, path: str, value: Any, row: Row, column: int = VALUE, raw: str = "") -> None:
        """Put a value at a dotted path; a path of digits becomes a list at the end."""
        *above, last = path.split(".")
        data, here = self.data, ""
        for step in above:
            data = data.setdefault(step, {})
            here = joined(here, step)
            self.origins.setdefault(here, Origin(self.shown, row.place(column), ""))
        data[last] = value
        self.origins[path] = Origin(self.shown, row.place(column), raw)

    def read(self, stated: Field, path: str, required: bool = False) -> Any:
        """One row into the document; the value that was read, or None."""
        row = self.rows.get(stated.key)
        if row is None:
            if required:
                self.missing(stated.key, path)
            return None
        before = len(self.problems)
        value, raw = self.cell(row, VALUE, stated.kind, path, stated.choices)
        value = (value == "true") if stated.choices == "yes_no" and value is not None else value
        more = self.beside(row, stated.kind, path) if stated.kind in RANGED and not stated.plain else {}
        if value is None:
            if len(self.problems) == before and (required or more):
                self.missing(stated.key, path)
            return None
        self.put(path, value, row, VALUE, raw)
        if stated.kind in EURO_KINDS and "price_year" not in more:
            self.no_price_year(row, path)
        if more:
            self.put(path, {"value": value}, row, VALUE, raw)
            self.put_beside(path, value, raw, more, row, stated.kind in EURO_KINDS)
        return value

    def beside(self, row: Row, kind: str, path: str) -> dict[str, tuple[int, Any, str]]:
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
            value, raw = self.cell(row, column, own, f"{path}.{name}", choices)
            if value is not None:
                found[name] = (column, value, raw)
        return found

    def put_beside(
        self, path: str, value: Any, raw: str, more: Mapping[str, tuple[int, Any, str]], row: Row, euro: bool
    ) -> None:
        """Put what stands beside a number; an amount grows with consumer prices."""
        self.put(f"{path}.value", value, row, VALUE, raw)
        for name, (column, found, text) in more.items():
            self.put(f"{path}.{name}", found, row, column, text)
        if euro:
            self.put(f"{path}.index", "cpi", row, PRICE_YEAR)

    def no_price_year(self, row: Row, path: str) -> None:
        """Ask for the price year of an amount, unless its cell has a problem already."""
        if not any(p.line == row.place(PRICE_YEAR) for p in self.problems):
            self.add("form.no_price_year", row, PRICE_YEAR, f"{path}.price_year")

    def fields(self, sheet: str, start: str = "") -> Iterator[Field]:
        """The rows of a sheet whose keys begin so."""
        return (f for part in self.layout.sheet(sheet).parts for f in part.fields if f.key.startswith(start))

    def empty(self, table: str, path: str, column: int = LABEL) -> None:
        """Ask for a table in which nothing stands, at its first cell."""
        row = self.rows.get(table) or self.rows.get(f"{table}.1")
        if row is None:
            self.problems.append(Problem("file.row_gone", self.shown, 0, path, f"{table}.1"))
            return
        told = (self.rows.get(f"{table}:{part}") for part in ("heading", "note"))
        label, why = (table if line is None else line.text(LABEL) for line in told)
        self.add("form.missing", row, column, path, label=label, why=why.rstrip("."))

    def table(self, name: str) -> list[Row]:
        """The rows of a table in which anything stands."""
        part = next(part for part in self.layout.parts() if part.table == name)
        rows = (self.rows.get(f"{name}.{k}") for k in range(1, part.rows + 1))
        return [row for row in rows if row is not None and any(not _echoed(c) for c in row.cells.values())]

    def in_row(self, row: Row, key: str, kind: str, path: str, choices: str = "", *, required: bool = True) -> Any:
        """One cell of a table by the key of its column; asked for when it is required and empty."""
        column = row.columns.get(key, VALUE)
        before = len(self.problems)
        value, _ = self.cell(row, column, kind, path, choices)
        if value is None and required and len(self.problems) == before:
            self.add("form.missing_in_row", row, column, path, of=self.row_name(row))
        return value

    def row_name(self, row: Row) -> str:
        """What a user calls a row of a table: its first texts, or its number."""
        return ", ".join(t for t in (row.text(c) for c in (LABEL, VALUE)) if t) or str(row.number)

    def named_areas(self, row: Row, column: int, path: str, text: str) -> list[str]:
        """Codes of the areas that a text names: `alle`, or codes or names between commas."""
        codes = list(dict.fromkeys(self.areas.values()))
        if text.casefold() in ("alle", "all"):
            return codes
        found = []
        for name in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
            code = self.areas.get(name.casefold())
            if code is None and codes:
                facts = {"known": ", ".join(codes), "suggestion": closest(name, [*codes, *self.areas])}
                self.add("unknown.area", row, column, path, name, **facts)
            elif code is not None:
                found.append(code)
        return found

    def id(self, name: str | None, otherwise: str, taken: Mapping[str, str], row: Row, column: int) -> str:
        """A name as an id: lower case, digits and `_`. The same id twice is a problem of the second name."""
        if name is None:
            return otherwise
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        id = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or otherwise
        if id in taken.values():
            first = next(n for n, other in taken.items() if other == id)
            self.add("form.duplicate", row, column, "", name, first=first)
        return id

    def at(self, path: str) -> Any:
        """What the document holds at a dotted path, or None."""
        data: Any = self.data
        for step in path.split("."):
            data = data.get(step) if isinstance(data, dict) else None
        return data

    def used_blocks(self, sheet: str) -> Iterator[Part]:
        """Blocks in which anything stands; the first one counts as used, so that an empty form asks for it."""
        for part in self.layout.sheet(sheet).parts:
            if part.number and (self.filled(part) or (part.number == 1 and sheet != "effects")):
                yield part

    def filled(self, part: Part) -> bool:
        """Whether anything stands in a block."""
        columns = {VALUE, LOW, HIGH, PRICE_YEAR, SOURCE, STANDING}
        inputs = (f for f in part.fields if f.kind != "show")
        return any(columns & set(self.rows[f.key].cells) for f in inputs if f.key in self.rows)


def _echoed(cell: Any) -> bool:
    """Whether a cell only repeats one of another table; the form writes it as a formula."""
    return bool(cell.data_type == "f" and cell.column <= FIRST_AGE)
