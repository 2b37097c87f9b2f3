"""A score of changed inputs in small workbooks, recalculated by another program, against the same change in the model.

Two hundred more, over every shipped scenario, run where LibreOffice is installed: see .ci/run and workbook_changes.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from workbook_changes import check_scenario
from workbook_recalculation import changed_copy

from coalition.model import run_scenario
from coalition.scenario import load_scenario, shipped_folder
from coalition.workbook.export import export_workbook
from coalition.workbook.importing import import_workbook
from coalition.workbook.recalculate import Engine, office, saved_again

SMALL = {"vollsmose": 6, "gemeentepolis-mkba": 6, "sociaal-hospitaal": 4, "sociaal-hospitaal-bond": 4}
"""Scenarios of a few hundred rows, and how many changes each gets: a score together."""


@pytest.mark.parametrize(("name", "count"), SMALL.items())
def test_a_changed_input_gives_in_the_workbook_what_it_gives_in_the_model(name: str, count: int) -> None:
    """In every formula cell, within half a cent."""
    assert check_scenario(name, count, seed=1, engine=Engine.FORMULAS) == []


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed; .ci/run installs it")
def test_out_changed_saved_elsewhere_and_back_in_is_the_direct_change(tmp_path: Path) -> None:
    """Export, change a cell, save in another program, import, run: the same as the change in the scenario file."""
    folder = tmp_path / "vallen"
    shutil.copytree(shipped_folder() / "vallen", folder)
    exported = export_workbook(load_scenario(folder), tmp_path / "x.xlsx")
    changes = {"in_interventions_valpreventie_reach": 0.5, "in_scenario_discount_per_year": 0.03}
    changed = changed_copy(exported, tmp_path / "changed.xlsx", changes)
    saved = tmp_path / "saved"
    saved.mkdir()
    made = import_workbook(saved_again([changed], saved)[0], folder, reason="afgesproken in de projectgroep")
    assert made.file is not None
    assign = ["interventions.valpreventie.reach=0.5", "scenario.discount.per_year=0.03", "scenario.discount.kind=real"]
    back, direct = (run_scenario(load_scenario(*asked)) for asked in ((made.file,), (folder, assign)))
    for own, other in zip(back.run.parties, direct.run.parties, strict=True):
        assert own.npv == pytest.approx(other.npv, abs=0.005)
        assert own.paid == pytest.approx(other.paid, abs=0.005)
    assert back.run.parties[0].npv != pytest.approx(run_scenario(load_scenario(folder)).run.parties[0].npv, abs=1)
