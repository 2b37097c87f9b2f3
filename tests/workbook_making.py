"""A workbook as the export makes it, small and made up: only the sheets, names and properties that are read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from coalition import __version__
from coalition.messages import Language
from coalition.region import OPEN_AGE
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, numbers_in
from coalition.workbook import contract
from coalition.workbook.contract import age_heading, cell_names, cost_id, people_id
from coalition.workbook.stated import amounts_in, stated_at

PLAIN = ("scenario.first_year", "interventions.valpreventie.ramp_up.0", "interventions.beweeggroep.ramp_up.0")


class Made:
    """A workbook in the making: rows can be changed before it is written.

    Attributes:
        scalars: rows of the sheet of inputs as [id, label, value, exported]; "" as id for a heading.
        tables: name -> (headings, rows as [id, label, values…]).
        names: name of a cell -> id of its row, or a target such as `=Invoer!$C$5:$C$6`.
        properties: custom properties of the file.
    """

    def __init__(self, scenario: Scenario, lang: Language = "nl", plain: tuple[str, ...] = PLAIN) -> None:
        self.lang: Language = lang
        self.sheets = {"inputs": contract.INPUTS[lang], "tables": contract.TABLES[lang]}
        self.scalars = [["", "Getallen", None, None], *_scalar_rows(scenario, plain)]
        self.tables = _table_rows(scenario)
        self.names: list[tuple[str, str]] = [
            (name, id) for id, name in cell_names(r[0] for r in self.scalars if r[0]).items()
        ]
        self.properties: dict[str, Any] = {
            contract.SCENARIO: scenario.spec.scenario.name,
            contract.INPUT_HASH: scenario.input_hash,
            contract.VERSION: __version__,
            contract.LAYOUT_KEY: contract.LAYOUT,
            contract.LANGUAGE: lang,
            contract.AMOUNT_ROWS: len(self.tables[contract.BY_YEAR][1]) if contract.BY_YEAR in self.tables else 0,
        }
        self.left_out: set[str] = set()

    def row(self, id: str) -> list[Any]:
        """The row of a scalar input."""
        return next(row for row in self.scalars if row[0] == id)

    def set(self, id: str, value: Any) -> Made:
        """Fill in a scalar input."""
        self.row(id)[2] = value
        return self

    def set_cell(self, table: str, id: str, heading: str, value: Any) -> Made:
        """Fill in a cell of a table."""
        headings, rows = self.tables[table]
        next(row for row in rows if row[0] == id)[2 + headings.index(heading)] = value
        return self

    def write(self, path: Path) -> Path:
        """The file."""
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        book.add_worksheet("Voorblad").write_string(0, 0, "Niet gelezen")
        lines = self._write_scalars(book)
        self._write_tables(book)
        for name, target in self.names:
            own = f"={self.sheets['inputs']}!$C${lines[target]}" if target in lines else target
            book.define_name(name, own)
        for key, value in self.properties.items():
            book.set_custom_property(key, value)
        book.close()
        return path

    def _write_scalars(self, book: Any) -> dict[str, int]:
        lines: dict[str, int] = {}
        if "inputs" in self.left_out:
            return {row[0]: 1 for row in self.scalars}
        sheet = book.add_worksheet(self.sheets["inputs"])
        sheet.write_string(0, 0, "Invoer van het model")
        for heading in contract.COLUMNS.values():
            sheet.write_string(2, heading.position, heading.nl if self.lang == "nl" else heading.en)
        for number, (id, label, value, exported) in enumerate(self.scalars, start=3):
            put(book, sheet, number, 0, id)
            put(book, sheet, number, 1, label)
            put(book, sheet, number, 2, value)
            put(book, sheet, number, 9, exported)
            sheet.write_formula(number, 10, f"=IF(C{number + 1}=J{number + 1},0,1)")
            lines.setdefault(id, number + 1)
        return lines

    def _write_tables(self, book: Any) -> None:
        if "tables" in self.left_out:
            return
        sheet = book.add_worksheet(self.sheets["tables"])
        sheet.write_string(0, 0, "Tabellen")
        number = 2
        for name, (headings, rows) in self.tables.items():
            sheet.write_string(number, 0, name)
            for column, heading in enumerate(headings, start=2):
                put(book, sheet, number, column, int(heading) if heading.isdigit() else heading)
            for row in rows:
                number += 1
                for column, value in enumerate(row):
                    put(book, sheet, number, column, value)
            number += 2


def put(book: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    """A value, or what a function of (book, sheet, row, column) writes there."""
    if callable(value):
        value(book, sheet, row, column)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)


def formula(text: str) -> Callable[..., None]:
    """A formula in a cell."""

    def write(_: Any, sheet: Any, row: int, column: int) -> None:
        sheet.write_formula(row, column, text)

    return write


def dated(serial: float) -> Callable[..., None]:
    """A number that is shown as a date, as `1-5` becomes."""

    def write(book: Any, sheet: Any, row: int, column: int) -> None:
        sheet.write_number(row, column, serial, book.add_format({"num_format": "d-mmm"}))

    return write


def _scalar_rows(scenario: Scenario, plain: tuple[str, ...]) -> list[list[Any]]:
    ids = [path for path, _ in numbers_in(scenario.spec)]
    ids += [path for path in plain if stated_at(scenario.spec, path) is not None]
    ids += [f"arrangements.{kind}.{name}.enabled" for kind, name in _arrangements(scenario)]
    if isinstance(scenario.spec.scenario.discount, DiscountStandard):
        ids.append(contract.DISCOUNT_RATE)
    rows: list[list[Any]] = []
    for id in ids:
        stated = stated_at(scenario.spec, id)
        assert stated is not None, id
        rows.append([id, f"Over {id.rpartition('.')[2]}", stated.value, stated.value])
    return rows


def _arrangements(scenario: Scenario) -> list[tuple[str, str]]:
    stated = scenario.spec.arrangements
    return [(kind, name) for kind in ("contracts", "funds", "side_payments") for name in getattr(stated, kind)]


def _table_rows(scenario: Scenario) -> dict[str, tuple[list[str], list[list[Any]]]]:
    region = scenario.region
    ages = [
        age_heading(int(a), None if b == OPEN_AGE else int(b))
        for a, b in zip(region.age_from, region.age_to, strict=True)
    ]
    people = [
        [people_id(area, year), area, *region.people[row, :, column].tolist()]
        for row, area in enumerate(region.areas)
        for column, year in enumerate(region.years)
    ]
    cost = [
        [cost_id(area, pocket.value), f"{area} {pocket.value}", *amounts[row].tolist()]
        for pocket, amounts in region.cost.items()
        for row, area in enumerate(region.areas)
    ]
    tables: dict[str, tuple[list[str], list[list[Any]]]] = {contract.PEOPLE: (ages, people)}
    if cost:
        tables[contract.COST] = (ages, cost)
    amounts_of = dict(amounts_in(scenario.spec))
    years = sorted({year for amounts in amounts_of.values() for year in amounts})
    years = list(range(scenario.spec.scenario.first_year, years[-1] + 3)) if years else []
    rows = [[path, path.rpartition(".")[0], *(amounts.get(y) for y in years)] for path, amounts in amounts_of.items()]
    if rows:
        tables[contract.BY_YEAR] = ([str(y) for y in years], rows)
    return tables


def repacked(path: Path, changes: Mapping[str, bytes | None], *, add: Mapping[str, bytes] | None = None) -> Path:
    """The workbook with other bytes in some parts (None leaves a part out), and more parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kept = {name: changes.get(name, content) for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**kept, **(add or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def part_of(path: Path, name: str) -> str:
    """The text of a part."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")
