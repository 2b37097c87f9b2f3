"""A coalition to edit, from a shipped scenario or a filled form, with the schema that an editor completes keys from."""

from __future__ import annotations

import shutil
from pathlib import Path

from coalition.errors import ScenarioError, UnknownNameError
from coalition.forms.form import is_form
from coalition.outputs.scenario_files import write_scenario
from coalition.parameters import data_file
from coalition.problems import Problem
from coalition.scenario import SCENARIO_FILE, shipped_folder, shipped_scenarios

SCHEMA_FILE = "scenario.schema.json"
SCHEMA_COMMENT = "# yaml-language-server: $schema="


def make_example(folder: Path, source_name: str) -> list[Path]:
    """Copy a shipped scenario into a new folder; an existing folder with anything in it is left alone.

    Args:
        folder: the folder to make.
        source_name: a shipped scenario, or the path of a filled input form, which becomes a scenario file with tables.
    Raises:
        UnknownNameError: there is no such scenario.
        ScenarioError: the folder is not empty, or the form has problems.
    """
    form = is_form(Path(source_name))
    if not form and source_name not in shipped_scenarios():
        raise UnknownNameError("scenario", source_name, shipped_scenarios())
    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise ScenarioError([Problem("init.exists", str(folder), 0, "", str(folder))])
    made = folder.parent / f".{folder.name}.new"
    shutil.rmtree(made, ignore_errors=True)
    if form:
        made.mkdir(parents=True)
        write_scenario(Path(source_name), made)
    else:
        shutil.copytree(shipped_folder() / source_name, made)
    _add_schema(made)
    if folder.exists():
        folder.rmdir()
    made.rename(folder)
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _add_schema(folder: Path) -> None:
    """Put the schema beside a scenario, and name it on the first line unless the scenario names one already."""
    (folder / SCHEMA_FILE).write_bytes(data_file("schemas", SCHEMA_FILE).read_bytes())
    file = folder / SCENARIO_FILE
    text = file.read_text("utf-8")
    if not any(line.startswith(SCHEMA_COMMENT) for line in text.splitlines()):
        file.write_text(f"{SCHEMA_COMMENT}{SCHEMA_FILE}\n{text}", "utf-8")


def form_text(file: Path, lang: str) -> str:
    """What was made and what to do next."""
    if lang == "nl":
        return f"Gemaakt: {file}\nVul de gele cellen in, bewaar het bestand, en draai: coalition check {file}"
    return f"Made: {file}\nFill in the yellow cells, save the file, and run: coalition check {file}"


def init_text(folder: Path, made: list[Path], lang: str) -> str:
    """What was made and what to do next."""
    files = "\n".join(f"  {p}" for p in made)
    if lang == "nl":
        return f"Gemaakt:\n{files}\nPas {folder}/scenario.yaml aan en draai: coalition run {folder}"
    return f"Made:\n{files}\nEdit {folder}/scenario.yaml and run: coalition run {folder}"
