"""An input form filled in as a user would: cells by their key, with openpyxl."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from coalition.workbook.layout import template_folder
from coalition.workbook.places import FIRST_AGE, HIGH, LOW, PRICE_YEAR, SOURCE, STANDING, VALUE
from coalition.workbook.template import write_form

Answers = Mapping[str, Any]
"""Key of a row -> its value, or a mapping of columns to values; for the row of ages a list."""
BESIDE = {"value": VALUE, "low": LOW, "high": HIGH, "price_year": PRICE_YEAR, "source": SOURCE, "standing": STANDING}


@cache
def _empty(lang: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_form(Path(folder) / "form.xlsx", lang)
        return (Path(folder) / "form.xlsx").read_bytes()


def empty_form(path: Path, lang: str = "nl") -> Path:
    """A copy of the empty form."""
    path.write_bytes(_empty(lang))
    return path


def filled_form(path: Path, answers: Answers, lang: str = "nl") -> Path:
    """A form with these answers and nothing else."""
    return fill(empty_form(path, lang), answers)


def fill(path: Path, answers: Answers) -> Path:
    """Put answers into a form; None empties a cell."""
    book = openpyxl.load_workbook(path)
    places: dict[str, tuple[Any, int, dict[str, int]]] = {}
    for sheet in book.worksheets:
        columns: dict[str, int] = {}
        for line in sheet.iter_rows():
            key = line[0].value
            if isinstance(key, str) and key.endswith(":columns"):
                columns = {str(c.value): k for k, c in enumerate(line) if c.value}
            elif isinstance(key, str):
                places[key] = (sheet, line[0].row, columns)
    for key, answer in answers.items():
        sheet, row, columns = places[key]
        for column, value in _cells(answer, columns if key.split(".")[0] in TABLES else BESIDE):
            sheet.cell(row, column + 1).value = value
    book.save(path)
    return path


TABLES = {"people", "insured", "cost", "insurers"}


def _cells(answer: Any, columns: Mapping[str, int]) -> list[tuple[int, Any]]:
    if isinstance(answer, list):
        return [(FIRST_AGE + k, value) for k, value in enumerate(answer)]
    if not isinstance(answer, dict):
        return [(VALUE, answer)]
    listed = [(FIRST_AGE + k, value) for k, value in enumerate(answer.get("ages", []))]
    return [(columns[name], value) for name, value in answer.items() if name != "ages"] + listed


def copied_layout(folder: Path) -> Path:
    """A copy of the shipped layouts, to change."""
    shutil.copytree(template_folder(), folder)
    return folder
