"""A score of changed inputs in small workbooks, recalculated by another program, against the same change in the model.

Two hundred more, over every shipped scenario, run where LibreOffice is installed: see .ci/run and workbook_changes.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from workbook_changes import (
    AT_ONCE,
    CELLS_AT_ONCE,
    COMPLETE,
    FEW,
    LARGE,
    SHORT,
    Plan,
    check_scenario,
    edge_of,
    plan_of,
    shared_out,
)
from workbook_recalculation import changed_copy

from coalition.model import run_scenario
from coalition.scenario import load_scenario, shipped_folder
from coalition.workbook.export import export_workbook
from coalition.workbook.importing import import_workbook
from coalition.workbook.recalculate import AUTO, Engine, office, saved_again

SMALL = [
    ("vollsmose", 6, Engine.FORMULAS),
    ("gemeentepolis-mkba", 6, Engine.FORMULAS),
    ("sociaal-hospitaal-bond", 8, AUTO),
]
"""Scenarios of a few hundred rows, how many changes each gets (a score together), and what recalculates them: in the
largest, which holds all of `sociaal-hospitaal`, a spreadsheet where there is one, because `formulas` is slow there."""
SHARED_OUT = (str(COMPLETE), "kinzigtal", "medicare-cms", "sociaal-hospitaal-bond", "stevig-staan", "zutphen-vertrek")
"""The largest workbook, and small ones with agreements of several kinds; one kind twice, and some only in the first."""


@pytest.mark.parametrize(("name", "count", "engine"), SMALL)
def test_a_changed_input_gives_in_the_workbook_what_it_gives_in_the_model(name: str, count: int, engine: str) -> None:
    """In every formula cell, within half a cent."""
    assert check_scenario(name, count, seed=1, engine=engine) == []


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    """The edges of a few scenarios, before they are shared out."""
    return [plan_of(name, 0, Path("x.xlsx"), seed=1, edges=True) for name in SHARED_OUT]


def test_every_edge_of_every_kind_of_agreement_is_tried_in_a_workbook(plans: list[Plan]) -> None:
    """In the smallest one that has it, in all its agreements, and in no other."""
    shared = shared_out(plans)
    for edge in {edge_of(change) for plan in plans for change in plan.edges}:
        has = [[c for c in plan.edges if edge_of(c) == edge] for plan in plans]
        tries = [[c for c in plan.edges if edge_of(c) == edge] for plan in shared]
        smallest = min((k for k, some in enumerate(has) if some), key=lambda k: plans[k].cells)
        assert tries == [some if k == smallest else [] for k, some in enumerate(has)]
    assert 0 < len(shared[0].edges) == len(plans[0].edges) - shared[0].left < len(plans[0].edges)
    assert f"{len(shared[0].edges)} of them edges, 0 wrong; {shared[0].left} edges left" in shared[0].said(0)


def test_a_large_workbook_gets_few_changes_and_its_short_form_all_edges(plans: list[Plan]) -> None:
    """Without added life years the complete example has all the terms of agreements, and a fraction of the cells."""
    short = plan_of(str(SHORT), 0, Path("x.xlsx"), seed=1, edges=True)
    assert short.cells < LARGE < plans[0].cells
    assert {edge_of(change) for change in short.edges} == {edge_of(change) for change in plans[0].edges}
    assert len(plan_of(str(COMPLETE), 10, Path("x.xlsx"), seed=1).changes) == FEW


def test_one_workbook_alone_leaves_nothing(plans: list[Plan]) -> None:
    assert shared_out(plans[:1]) == plans[:1]


def test_an_edge_is_the_same_whatever_the_arrangement_and_the_sharer_are_called(plans: list[Plan]) -> None:
    """Of the names that a user gave nothing is left; what is capped is still told from who is."""
    keys = {change.key: edge_of(change)[:2] for plan in plans for change in plan.edges}
    own = "arrangements.contracts.zorg_na_vallen.sharers.municipality.gain_cap_share_of_benchmark"
    assert keys[own] == ("contracts", "sharers.gain_cap_share_of_benchmark")
    assert keys["arrangements.contracts.spoor_1.gain_cap_share_of_benchmark"][1] == "gain_cap_share_of_benchmark"
    assert keys["arrangements.departures.menzis_stopt.payments.extra_dekking.enabled"][1] == "payments.enabled"
    assert keys["arrangements.departures.menzis_stopt.enabled"][1] == "enabled"


def test_batches_hold_all_changes_once_and_in_their_order(plans: list[Plan]) -> None:
    """A workbook that is large is recalculated a few at a time, a small one in one start."""
    for plan in plans:
        batches = plan.batches()
        assert [change for batch in batches for change in batch.changes] == plan.tried
        assert all(batch.cells <= CELLS_AT_ONCE and len(batch.changes) <= AT_ONCE for batch in batches)
    assert len(plans[0].batches()) > 10 > len(plans[1].batches()) == 1


def test_the_same_seed_chooses_the_same_changes() -> None:
    first, again, other = (plan_of("vollsmose", 6, Path("x.xlsx"), seed=seed) for seed in (1, 1, 2))
    chosen = [[(change.key, change.cell, change.value) for change in plan.tried] for plan in (first, again, other)]
    assert chosen[0] == chosen[1] != chosen[2]
    assert len(chosen[0]) == 6


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
