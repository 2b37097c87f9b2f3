"""The scenarios that `coalition optimise -o DIR` writes: the plan, what parties pay each other, and the question."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from optimise_asking import AGREED, TEAM, WHOLE, a_scenario, best_of, run

from coalition.allocation_problem import Least
from coalition.allocations import wishes_of
from coalition.arrangement_checks import circle_of
from coalition.arrangement_terms import Deliveries, Departure, SidePayment
from coalition.best_plan import optimised
from coalition.errors import DefectError
from coalition.model import run_scenario
from coalition.outputs import plan_files
from coalition.outputs.optimise_payments import dated
from coalition.outputs.plan_files import base_of, changed_on_the_way, write_plan
from coalition.parties import Pocket
from coalition.plan_payments import Payment
from coalition.reading import Document
from coalition.scenario import load_scenario, question_of, shipped_folder


def npv_of(folder: Path | str) -> dict[str, float]:
    """Present value per party of a scenario, loaded from disk and run."""
    return {p.party.id: float(p.npv[0]) for p in run_scenario(load_scenario(folder)).run.parties}


def stated_in(output: str) -> dict[str, float]:
    """Present value per party as JSON gives it, with what parties pay each other."""
    return {p["id"]: p["npv_eur"] + p["transfer_npv_eur"] for p in json.loads(output)["parties"]}


YEARLY = "  nobody_worse:\n    tafel: {over: year}\n"


def test_a_written_plan_gives_the_same_result(tmp_path: Path) -> None:
    """`coalition run DIR` gives what `optimise` promised, with what --set and --objective changed."""
    change, out = "interventions.valpreventie.cost.per_starter.0=300", tmp_path / "plan"
    options = ("--set", change, "--objective", "public_npv", "--seconds", "30", "-o", str(out), "--format", "json")
    expected = stated_in(run(AGREED, *options).stdout)
    written = load_scenario(out)
    assert npv_of(out) == pytest.approx(expected, abs=1e-6)
    assert expected != pytest.approx(npv_of(AGREED), abs=1.0)
    assert written.spec.interventions["valpreventie"].cost.per_starter[0].value == 300
    assert written.spec.optimise.objective == ["public_npv"]
    assert written.spec.optimise.seconds == 30
    assert written.document.data["scenario"]["title"].startswith("Beste plan (saldo van gemeenten")


# --- what parties pay each other ----------------------------------------------------------------------------------


def test_a_written_plan_is_whole(tmp_path: Path) -> None:
    """Who runs the file finds everyone at its least, because what parties pay each other stands in it."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    write_plan(optimum, optimum.best, tmp_path, "plan")
    npv, written = npv_of(tmp_path), load_scenario(tmp_path).spec
    assert all(npv[x.party] >= x.at_least_eur - 0.01 for x in optimum.problem.leasts)
    alone = {p.party.id: float(p.npv[0]) for p in optimum.best.result.run.parties}
    assert any(alone[x.party] < x.at_least_eur - 1000 for x in optimum.problem.leasts)
    assert sum(npv.values()) == pytest.approx(sum(alone.values()))
    paid = written.arrangements.side_payments.values()
    assert {(p.source, p.target) for p in paid} == set(optimum.best.transfer.payments)
    assert "samen € 1.124.672 (contante waarde)" in written.scenario.story
    assert "in één keer in 2027" in written.scenario.story


def test_payments_per_year_stand_in_their_years(tmp_path: Path) -> None:
    """Whoever is short in a year gets it in that year; that others pay back in another year is no circle."""
    optimum = optimised(load_scenario(a_scenario(tmp_path / "mine", YEARLY, AGREED)))
    assert optimum.best is not None
    write_plan(optimum, optimum.best, tmp_path / "out", "plan")
    result = run_scenario(load_scenario(tmp_path / "out"))
    net = {p.party.id: p.net[0] for p in result.run.parties}
    assert all(float(net[x.party] @ x.weights) >= x.at_least_eur - 0.02 for x in optimum.problem.leasts)
    assert "per jaar (2027, 2028" in load_scenario(tmp_path / "out").spec.scenario.story


def test_money_goes_round_only_within_a_year() -> None:
    """What comes back in a later year is an advance, not a circle; a year without an amount is none."""

    def paid(source: str, target: str, **amounts: float) -> SidePayment:
        by_year = {int(year.removeprefix("y")): eur for year, eur in amounts.items()}
        return SidePayment(name="", source=source, target=target, law=Pocket.EIGEN_MIDDELEN, amounts_eur=by_year)

    assert circle_of([paid("a", "b", y2027=5.0), paid("b", "a", y2028=5.0)]) is None
    assert circle_of([paid("a", "b", y2027=5.0), paid("b", "a", y2027=0.0)]) is None
    found = circle_of([paid("a", "b", y2027=5.0), paid("b", "c", y2026=1.0, y2027=5.0), paid("c", "a", y2027=1.0)])
    assert found is not None
    assert set(found) == {"a", "b", "c"}


def test_payments_that_a_scenario_cannot_state_stand_in_its_note(tmp_path: Path) -> None:
    """A circle with payments of the coalition's own is refused in a scenario, so that a reader must be told."""
    own = "arrangements:\n  side_payments:\n    vast:\n"
    own += "      {name: Vast, source: GM0766, target: wlz_fund, law: eigen_middelen, amounts_eur: {2021: 5}}\n"
    file = a_scenario(tmp_path / "mine", WHOLE + own)
    run(str(file), "-o", str(tmp_path / "out"))
    spec = load_scenario(tmp_path / "out").spec
    assert list(spec.arrangements.side_payments) == ["vast"]
    assert "pas heel met betalingen tussen partijen die niet in dit bestand staan" in spec.scenario.story
    assert "Fonds langdurige zorg aan Dongen € 172.5" in spec.scenario.story


def test_nothing_is_paid_to_who_has_left() -> None:
    """A departure ends payments, so that those of the plan would not be made; that is said."""
    optimum = best_of(TEAM)
    payments = [Payment("wlz_fund", "GM0766", 2021, 5.0)]
    assert plan_files._can_be_stated(optimum.scenario, payments)
    for party, year, expected in (("GM0766", 2021, False), ("GM0766", 2022, True), ("municipality", 2021, False)):
        left = Departure(name="x", party=party, from_year=year, deliveries=Deliveries.STOP)
        terms = optimum.scenario.spec.arrangements.model_copy(update={"departures": {"x": left}})
        spec = optimum.scenario.spec.model_copy(update={"arrangements": terms})
        assert plan_files._can_be_stated(replace(optimum.scenario, spec=spec), payments) == expected


def test_payments_of_which_the_year_is_not_known_stand_in_the_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a goal needs payments and wishes are about years, only their present value is known."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    gain = replace(optimum, problem=replace(optimum.problem, wishes=wishes_of(optimum.scenario, ["npv:table"])))
    yearly = [Least("nobody_worse", "GM0114", "2027", 0.0, np.ones(len(gain.problem.coefficients.years)))]
    gain = replace(gain, problem=replace(gain.problem, leasts=(*gain.problem.leasts, *yearly)))
    assert dated(gain, optimum.best) is None
    monkeypatch.setattr(plan_files, "dated", lambda *_: None)
    write_plan(optimum, optimum.best, tmp_path, "plan")
    spec = load_scenario(tmp_path).spec
    assert not any(name.startswith("plan_") for name in spec.arrangements.side_payments)
    assert "niet in dit bestand" in spec.scenario.story


def test_points_of_a_frontier_hold_the_payments_that_their_goals_count(tmp_path: Path) -> None:
    """What a goal about the gain of some says of a point is what a run of its file gives them."""
    file, goals = a_scenario(tmp_path / "mine", WHOLE), "npv:wlz_fund,npv:municipalities"
    done = run(str(file), "--frontier", goals, "--points", "3", "-o", str(tmp_path / "out"), "--format", "json")
    points = json.loads(done.stdout)["frontier"]
    assert len(points) >= 2
    for place, point in enumerate(points, 1):
        npv = npv_of(tmp_path / "out" / f"{place:02}")
        together = sum(v for name, v in npv.items() if name.startswith("GM"))
        values = {goal: v["amount"] for goal, v in point["values"].items()}
        assert values == pytest.approx({"npv:wlz_fund": npv["wlz_fund"], "npv:municipalities": together}, abs=0.01)


# --- the question -------------------------------------------------------------------------------------------------


def test_a_written_plan_asks_the_same_question(tmp_path: Path) -> None:
    """Money and leasts that refer to the own plan stay those of the coalition's own plan, also with what was typed."""
    change, out = "optimise.budgets.preventiegeld.spend_at_least=0.7", tmp_path / "plan"
    first = run(AGREED, "--set", change, "-o", str(out), "--format", "json")
    again = run(str(out), "--format", "json")
    found, same = json.loads(first.stdout), json.loads(again.stdout)
    assert {**found, "input_hash": ""} == {**same, "input_hash": ""}
    assert found["plan"]
    assert "gevonden plan" in again.stderr
    assert "question.yaml" in again.stderr
    assert load_scenario(out / "question.yaml").spec.optimise.budgets["preventiegeld"].spend_at_least == 0.7
    assert run(str(out), "--set", "optimise.ask_base=false", "--seconds", "30").stderr == ""


def test_without_anything_typed_the_scenario_itself_is_the_question(tmp_path: Path) -> None:
    """No second file then, and one that an earlier command wrote goes."""
    out = tmp_path / "plan"
    run(TEAM, "--seconds", "30", "-o", str(out))
    assert (out / "question.yaml").exists()
    run(TEAM, "-o", str(out))
    assert sorted(f.name for f in out.iterdir()) == ["scenario.yaml"]
    plan = load_scenario(out)
    assert question_of(plan).path == load_scenario(TEAM).path
    assert question_of(plan, ["optimise.gap=0.5"]).spec.optimise.gap == 0.5


def test_a_scenario_built_on_a_plan_asks_for_itself(tmp_path: Path) -> None:
    """Whoever changes a plan and asks again means the changed plan."""
    run(TEAM, "-o", str(tmp_path / "plan"))
    third = tmp_path / "third.yaml"
    third.write_text("scenario: {base: plan, name: derde, title: Derde}\n", "utf-8")
    scenario = load_scenario(third)
    assert scenario.spec.optimise.ask_base
    assert question_of(scenario) is scenario
    lonely = load_scenario(TEAM, ["optimise.ask_base=true"])
    assert question_of(lonely) is lonely


def test_the_question_is_not_written_over(tmp_path: Path) -> None:
    """A plan goes elsewhere than the file that it changes."""
    out = tmp_path / "plan"
    run(TEAM, "--seconds", "30", "-o", str(out))
    before = (out / "question.yaml").read_bytes()
    refused = run(str(out), "-o", str(out))
    assert refused.exit_code == 3
    assert (out / "question.yaml").read_bytes() == before


# --- plans as scenarios -------------------------------------------------------------------------------------------


def test_an_intervention_that_is_dropped_is_dropped_in_the_file(tmp_path: Path) -> None:
    """Its empty list of areas goes over that of the scenario below, also where that has areas of its own."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    write_plan(optimum, optimum.best, tmp_path, "plan")
    spec = load_scenario(tmp_path).spec
    kept = {c.intervention for c in optimum.best.plan.choices}
    assert {n for n, i in spec.interventions.items() if i.areas != []} == kept


def test_a_plan_of_a_scenario_of_ones_own_names_it_by_its_path(tmp_path: Path) -> None:
    """Both folders can move together."""
    own = a_scenario(tmp_path / "here" / "mine", WHOLE)
    run(str(own), "-o", str(tmp_path / "here" / "plan"))
    expected = npv_of(tmp_path / "here" / "plan")
    (tmp_path / "here").rename(tmp_path / "there")
    assert npv_of(tmp_path / "there" / "plan") == expected
    assert "../mine/scenario.yaml" in (tmp_path / "there" / "plan" / "scenario.yaml").read_text("utf-8")


def test_a_shipped_scenario_is_named_by_its_name(tmp_path: Path) -> None:
    """So that the plan can be sent to somebody else."""
    assert base_of(load_scenario(shipped_folder() / TEAM), tmp_path) == TEAM


def test_a_file_that_gives_another_result_is_a_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan is never left in a file that says something else."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    monkeypatch.setattr(plan_files, "plan_data", lambda _scenario, _plan: {})
    with pytest.raises(DefectError, match="another result"):
        write_plan(optimum, optimum.best, tmp_path, "plan")


def test_the_points_of_a_frontier_are_scenarios_too(tmp_path: Path) -> None:
    """Each point stands in its own folder and gives the two values that the frontier states."""
    goals = "npv:wlz_fund,npv:municipalities"
    wishes = a_scenario(
        tmp_path / "mine", "  transfers: false\n  nobody_worse: {rijk: {parties: [state], than: zero}}\n"
    )
    done = run(str(wishes), "--frontier", goals, "--points", "3", "-o", str(tmp_path / "out"), "--format", "json")
    points = json.loads(done.stdout)["frontier"]
    assert len(points) >= 2
    for place, point in enumerate(points, 1):
        npv = npv_of(tmp_path / "out" / f"{place:02}")
        values = {goal: v["amount"] for goal, v in point["values"].items()}
        together = sum(v for name, v in npv.items() if name.startswith("GM"))
        assert values == pytest.approx({"npv:wlz_fund": npv["wlz_fund"], "npv:municipalities": together}, abs=0.01)
    assert "fonds" in run(str(wishes), "--frontier", goals).stdout.casefold()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Only what this command wrote is replaced; points of an older frontier do not stay behind."""
    mine = a_scenario(tmp_path / "mine", WHOLE)
    before = mine.read_bytes()
    refused = run(TEAM, "-o", str(mine.parent))
    assert refused.exit_code == 3
    assert mine.read_bytes() == before
    out = tmp_path / "out"
    run(TEAM, "-o", str(out))
    (out / "07").mkdir()
    (out / "07" / "scenario.yaml").write_text((out / "scenario.yaml").read_text("utf-8"), "utf-8")
    assert run(TEAM, "-o", str(out)).exit_code == 0
    assert not (out / "07" / "scenario.yaml").exists()


def test_only_what_was_typed_is_written_beside_the_plan() -> None:
    """A change of a list element, of a number, and of a section that the file does not have."""
    assign = ["optimise.gap=0.01", "interventions.een_team.reach=0.5", "interventions.een_team.cost.per_starter.0=700"]
    data = changed_on_the_way(load_scenario(TEAM, assign).document)
    assert data["optimise"] == {"gap": 0.01}
    assert data["interventions"]["een_team"]["reach"] == 0.5
    assert data["interventions"]["een_team"]["cost"]["per_starter"]["0"]["value"] == 700
    assert set(data["interventions"]["een_team"]) == {"reach", "cost"}
    assert changed_on_the_way(load_scenario(TEAM).document) == {}
    assert changed_on_the_way(Document({}, {})) == {}
