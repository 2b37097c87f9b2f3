"""The workbook that a user's workbook should be: exported again from the scenario, and again with the user's inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coalition.forms.opening import opened
from coalition.outputs.labels import Lang
from coalition.scenario import Scenario
from coalition.workbook.change_log import change_log, today
from coalition.workbook.changes import compare
from coalition.workbook.export import export_workbook
from coalition.workbook.intake import read_inputs
from coalition.workbook.version import Why, loaded_version


@dataclass(frozen=True)
class Anew:
    """Two fresh exports.

    Attributes:
        as_exported: of the scenario as it is: formulas and locked cells must be these.
        with_inputs: of the scenario with the inputs of the workbook: formulas must give these values; None where no
            input was changed, or where the inputs are no scenario.
    """

    as_exported: Path
    with_inputs: Path | None


def exported_anew(workbook: Path, scenario: Scenario, folder: Path) -> Anew:
    """Export a scenario again, as it is and with the inputs of a workbook.

    Args:
        workbook: of the user.
        scenario: that it was exported from.
        folder: where the files are made.
    Raises:
        ScenarioError: the inputs cannot be read.
    """
    found = read_inputs(opened(workbook, str(workbook)), str(workbook))
    lang: Lang = found.properties.lang
    plain = export_workbook(scenario, folder / "as_exported.xlsx", lang, changes=change_log(scenario))
    changes = compare(scenario, found)
    if not changes or found.problems:
        return Anew(plain, None)
    changed = loaded_version(scenario, changes, Why("-", "", today(), str(workbook)), folder)
    return Anew(plain, export_workbook(changed, folder / "with_inputs.xlsx", lang))
