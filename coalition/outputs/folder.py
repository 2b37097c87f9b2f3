"""A result folder: tidy tables as CSV and a manifest that says from what they were made.

Everything is written beside the target first and moved into place at once, so that a run that is stopped leaves the
old folder. Every column of every table stands with its type, unit and meaning in schema.json.
"""

from __future__ import annotations

import csv
import json
import platform
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coalition import __version__
from coalition.outputs.json_text import report_data
from coalition.outputs.result_tables import result_tables
from coalition.report import Report
from coalition.tables import Column, Table, inert_text


def write_folder(report: Report, folder: Path) -> list[Path]:
    """Write the result folder, replacing an older one of this program; returns the files written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
        new = Path(made) / folder.name
        new.mkdir()
        data, tables = report_data(report), result_tables(report)
        for table, rows in tables:
            (new / f"{table.name}.csv").write_text(table_csv(table, rows), "utf-8")
        schema = json.dumps(schema_data([table for table, _ in tables]), ensure_ascii=False, indent=1)
        (new / "schema.json").write_text(schema + "\n", "utf-8")
        (new / "result.json").write_text(
            json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8"
        )
        (new / "manifest.json").write_text(json.dumps(_manifest(report), indent=1) + "\n", "utf-8")
        _move_files(new, folder)
    return sorted(folder.iterdir())


def table_csv(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV text under a contract; an empty cell means "not stated", and no text is a formula."""
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows([_cell(column, row[column.name]) for column in table.columns] for row in rows)
    return out.getvalue()


def _cell(column: Column, value: Any) -> Any:
    """What stands in the file: numbers as they are, yes and no in words, text that no spreadsheet runs."""
    if value is None:
        return ""
    if column.dtype == "bool":
        return "true" if value else "false"
    return inert_text(str(value)) if column.dtype == "string" else value


def _move_files(source: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in sorted(source.iterdir()):
        shutil.move(file, folder / file.name)


def _manifest(report: Report) -> dict[str, Any]:
    import numpy
    import pydantic

    stated = report.scenario.spec.uncertainty
    return {
        "scenario": report.scenario.spec.scenario.name,
        "input_hash": report.scenario.input_hash,
        "seed": stated.seed,
        "draws": stated.draws,
        "versions": {
            "coalition": __version__,
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "pydantic": pydantic.__version__,
        },
        "schema": "schema.json",
    }


TYPES = {"int64": "integer", "float64": "number", "string": "string", "bool": "boolean"}
"""Type of a column -> its name in a JSON table schema."""


def schema_data(tables: Sequence[Table]) -> dict[str, Any]:
    """Each table as a JSON table schema: name, type, unit and meaning of every column, and what identifies a row."""
    return {
        "text": "A text cell that would begin with = + - @, a tab or a carriage return has an apostrophe before it.",
        "tables": [
            {
                "name": t.name,
                "path": f"{t.name}.csv",
                "primaryKey": list(t.key),
                "fields": [_field(column) for column in t.columns],
            }
            for t in tables
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    """One column; a column whose label says it all has no further meaning."""
    return {
        "name": column.name,
        "type": TYPES[column.dtype],
        "unit": column.unit,
        "title": column.label_en,
        "title_nl": column.label_nl,
        "meaning": column.meaning or column.label_en,
        "constraints": {"required": not column.nullable},
    }
