"""Contracts on sheets, for tests: their numbers as cells, a plain writer, and a spreadsheet that recalculates."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import xlsxwriter

from coalition.cells import BEFORE, CONSTANT, FIRST_YEAR, HERE, Axis, Line, Sheet, column_letters
from coalition.contract_cells import MeasuredLines, TermLines
from coalition.contracts import Contract, MeasuringYears, Scope
from coalition.inputs import Floats
from coalition.numbers import Number
from coalition.parties import Pocket
from coalition.schema import numbers_in
from coalition.workbook.contract_words import CONTRACT_WORDS

FIRST = 2025
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""
"""Recalculate every formula when a file is opened, whatever values it holds."""


def words(key: str) -> str:
    return CONTRACT_WORDS[key][0]


def within_years(contract: Contract, first: int, last: int) -> Contract:
    """The same contract with measuring years, as a scenario has it."""
    years = MeasuringYears(first=first, last=last)
    scope = Scope(pockets=[Pocket.ZVW], interventions="all", areas="all", years=years)
    return contract.model_copy(update={"scope": scope})


class Inputs:
    """The numbers of contracts as cells, each made when it is first asked for."""

    def __init__(self, sheet: Sheet, contracts: Mapping[str, Contract]) -> None:
        self.sheet, self.contracts, self.made = sheet, contracts, dict[str, Line]()
        found = ((f"{at}.{path}", n) for at, c in contracts.items() for path, n in numbers_in(c))
        self.places = {id(number): path for path, number in found}

    def of(self, number: Number) -> Line:
        return self.made_at(self.places[id(number)], number.value)

    def stated(self, path: str) -> Line:
        at = next(name for name in self.contracts if path.startswith(f"{name}."))
        value: Any = self.contracts[at]
        for step in path.removeprefix(f"{at}.").split("."):
            value = value[int(step)] if isinstance(value, list) else getattr(value, step)
        assert isinstance(value, (bool, int, float))
        return self.made_at(path, float(value))

    def by_year(self, path: str) -> Line:
        raise NotImplementedError(path)

    def fixed(self, label: str, unit: str, value: float) -> Line:
        assert unit
        return self.made_at(label, value)

    def made_at(self, key: str, value: float) -> Line:
        if key not in self.made:
            self.made[key] = self.sheet.line(key, key, "", value)
        return self.made[key]


class Book:
    """A workbook of contracts on one clock, with a sheet of inputs, one of years and one per contract."""

    def __init__(self, years: int, contracts: Mapping[str, Contract], first: int = FIRST) -> None:
        self.contracts, self.years = contracts, years
        self.inputs_sheet, years_sheet = Sheet("inputs", "", years), Sheet("years", "", years)
        self.inputs, self.sheets = Inputs(self.inputs_sheet, contracts), [self.inputs_sheet, years_sheet]
        calendar, on = first + np.arange(years, dtype=float), np.ones(years)
        self.axis = Axis(
            years_sheet.line("year", "", "", calendar),
            years_sheet.line("index", "", "", calendar - first),
            years_sheet.line("counted", "", "", on),
            years_sheet.line("shown", "", "", on),
            years_sheet.line("last", "", "", float(first + years - 1)),
        )

    def sheet(self, name: str) -> Sheet:
        found = Sheet(name, "", self.years)
        self.sheets.append(found)
        return found

    def terms(self, path: str) -> TermLines:
        """The numbers of a contract, on a sheet of its own."""
        return TermLines(self.sheet(path), self.contracts[path], path, self.inputs, self.axis, words)

    def measured(self, path: str, figures: Mapping[str, Floats | None]) -> MeasuredLines:
        """Measured figures, stated per year of the clock; a figure of None is not measured."""
        sheet = self.sheet(f"{path}_m")
        lines: dict[str, Any] = {
            name: None if f is None else sheet.line(name, name, "", f) for name, f in figures.items()
        }
        return MeasuredLines(**lines)


def on_clock(values: Sequence[float] | Floats, first: int, years: int, elsewhere: float = 7e5) -> Floats:
    """Values of the measuring years from `first` on; something else in other years, to see that it has no effect."""
    found = np.full(years, elsewhere)
    found[first - FIRST : first - FIRST + len(values)] = values
    return found


# --- to a file, and back ------------------------------------------------------------------------------------------


def write(book: Book, path: Path) -> None:
    """Every row: stated values as they are, formulas with a cached value of 0."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        for sheet in book.sheets:
            page = workbook.add_worksheet(sheet.name)
            for line in sheet:
                page.write_string(line.row, 1, line.label)
                for k, value in enumerate(np.atleast_1d(line.values)):
                    column = FIRST_YEAR + k if line.is_series else CONSTANT
                    if line.formula is not None:
                        page.write_formula(line.row, column, "=" + formula_at(line, column), None, 0)
                    elif not np.isnan(value):
                        page.write_number(line.row, column, value)


def formula_at(line: Line, column: int) -> str:
    """The formula of a row in one column."""
    assert line.formula is not None
    text = line.formula.text(line.sheet)
    return text.replace(HERE, column_letters(column)).replace(BEFORE, column_letters(column - 1))


def recalculated(path: Path, folder: Path) -> Path:
    """The same workbook, with what a spreadsheet makes of its formulas."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, "utf-8")
    office = shutil.which("soffice")
    assert office is not None
    to = ["--convert-to", "xlsx", "--outdir", str(folder / "out"), str(path)]
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", *to]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / "out" / path.name


def differences(book: Book, path: Path) -> list[str]:
    """Cells of a recalculated file that do not show the values of their rows."""
    found = []
    workbook = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.sheets:
        page = workbook[sheet.name]
        for line in sheet:
            for k, value in enumerate(np.atleast_1d(line.values)):
                column = FIRST_YEAR + k if line.is_series else CONSTANT
                shown = page.cell(line.row + 1, column + 1).value
                same = shown is None if np.isnan(value) else is_close(shown, float(value))
                if not same:
                    text = "" if line.formula is None else formula_at(line, column)
                    found.append(f"{line.key} {column_letters(column)}: {shown} for {value} = {text}")
    workbook.close()
    return found


def is_close(shown: Any, value: float) -> bool:
    return isinstance(shown, (int, float)) and abs(shown - value) <= 1e-6 + 1e-12 * abs(value)
