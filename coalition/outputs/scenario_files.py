"""A filled input form as a scenario file with its tables, to extend by hand with what the form has no room for."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coalition.csv_tables import LINES, Columns
from coalition.forms.form import read_form
from coalition.region import COST, REGION
from coalition.scenario import SCENARIO_FILE, load_scenario

TABLES = {"people": ("region.csv", REGION), "cost": ("cost.csv", COST)}


def write_scenario(form: Path, folder: Path) -> None:
    """Write `scenario.yaml`, `region.csv` and, when the form has cost, `cost.csv` into a folder.

    Raises:
        ScenarioError: the form has problems; then nothing is written.
    """
    load_scenario(form)
    read = read_form(form, str(form))
    data = dict(read.document.data)
    names = {key: name for key, (name, _) in TABLES.items() if key in read.tables}
    data["region"] = {**names, **{k: v for k, v in data["region"].items() if k not in TABLES}}
    for key, name in names.items():
        (folder / name).write_text(_table_text(read.tables[key], TABLES[key][1].names), "utf-8", newline="")
    (folder / SCENARIO_FILE).write_text(f"# {form.name}\n\n{yaml_text(data)}", "utf-8")


def _table_text(columns: Columns, names: list[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    lists = [columns[name].tolist() for name in names if name != LINES]
    writer.writerows([_cell(value) for value in row] for row in zip(*lists, strict=True))
    return out.getvalue()


def _cell(value: Any) -> str:
    """One cell; every digit of a number is kept."""
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(int(value) if value == int(value) else value)
    return str(value)


def yaml_text(data: Mapping[str, Any]) -> str:
    """Plain data as YAML; every text stands in quotes, so that none can be taken for a number."""
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = False
    writer.width = 110
    out = io.StringIO()
    for position, (section, content) in enumerate(data.items()):
        out.write("\n" if position else "")
        writer.dump({section: _quoted(content)}, out)
    return out.getvalue()


def _quoted(value: Any) -> Any:
    from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

    if isinstance(value, dict):
        return {key: _quoted(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_quoted(below) for below in value]
    if isinstance(value, str):
        return LiteralScalarString(value) if "\n" in value else SingleQuotedScalarString(value)
    return value
