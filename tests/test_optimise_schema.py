"""The published schema of `coalition optimise --format json`, held against real answers of every kind."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from optimise_asking import AGREED, NO_PAYMENTS, STAYS, TEAM, WHOLE, a_scenario, run

SCHEMAS = Path(__file__).resolve().parents[1] / "coalition" / "data" / "schemas"
DRAWS = ("--set", "uncertainty.draws=20")
FIT = "  fit:\n    jeugd: {path: arrangements.contracts.jeugdhulp.sharing_rate, lowest: 0.2, highest: 1.0, points: 3}\n"
YEARLY = "  nobody_worse:\n    tafel: {over: year}\n"
GAIN = "  objective: ['npv:wlz_fund']\n"
KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a plan": (TEAM, "", ()),
    "a plan with payments": (TEAM, WHOLE, ()),
    "payments per year": (TEAM, YEARLY, ()),
    "payments that the goal counts": (TEAM, WHOLE + GAIN, ()),
    "healthy years": (TEAM, "  objective: [qaly, health_gap]\n", ()),
    "nothing to choose": ("gemeentepolis-mkba", "", ()),
    "a clash": (TEAM, WHOLE + STAYS + NO_PAYMENTS, ()),
    "a clash that is shared": (AGREED, "  nobody_worse:\n    tafel: {than: zero}\n", ()),
    "a frontier": (TEAM, WHOLE, ("--frontier", "npv:wlz_fund,npv:municipalities", "--points", "3")),
    "alternatives": (AGREED, "", ("--alternatives", "1")),
    "certainty": (TEAM, "", ("--robust", "0.5", *DRAWS)),
    "certainty out of reach": (TEAM, WHOLE + STAYS, ("--robust", "1", *DRAWS)),
    "fitted terms": (AGREED, FIT, ()),
}
"""Scenario, its wishes and what is typed, per kind of answer."""


@cache
def schema() -> dict[str, Any]:
    """The published schema."""
    found: dict[str, Any] = json.loads((SCHEMAS / "optimise.schema.json").read_text("utf-8"))
    return found


def breaches(data: Any, *, strict: bool = False) -> list[str]:
    """What is wrong; strict: also every key that the schema does not know."""
    held = closed(copy.deepcopy(schema())) if strict else schema()
    jsonschema.Draft202012Validator.check_schema(held)
    found = jsonschema.Draft202012Validator(held).iter_errors(data)
    return [f"{error.json_path}: {error.message[:120]}" for error in found]


def closed(node: Any, *, is_condition: bool = False) -> Any:
    """A schema in which no object has keys of which nothing is said."""
    if isinstance(node, dict):
        for key, below in node.items():
            closed(below, is_condition=key in ("if", "then", "else"))
        if "properties" in node and not is_condition and isinstance(node.get("required"), list):
            node.setdefault("additionalProperties", False)
    elif isinstance(node, list):
        for below in node:
            closed(below)
    return node


@cache
def answer(kind: str, folder: Path) -> dict[str, Any]:
    """What the command prints."""
    base, wishes, typed = KINDS[kind]
    file = str(a_scenario(folder / kind, wishes, base)) if wishes else base
    found: dict[str, Any] = json.loads(run(file, *typed, "--format", "json").stdout)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where scenarios of this module stand, so that each is asked once."""
    return tmp_path_factory.mktemp("asked")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_fits_the_schema(kind: str, folder: Path) -> None:
    """Nothing is missing, nothing has another type, and no key is left without its meaning."""
    assert breaches(answer(kind, folder), strict=True) == []


def test_the_kinds_are_what_they_are_called(folder: Path) -> None:
    """Each part of the schema has met a real answer that is not empty."""
    found = {kind: answer(kind, folder) for kind in KINDS}
    assert found["a plan"]["plan"]
    assert found["a plan with payments"]["payments"]
    assert found["payments that the goal counts"]["transfers_are"] == "part_of_goal"
    assert set(found["healthy years"]["values"]["full"]) == {"qaly", "health_gap", "societal_npv"}
    assert found["nothing to choose"]["plan"] == []
    assert found["a clash"]["clash"]["wishes"]
    assert "plan" not in found["a clash"]
    assert found["a clash that is shared"]["clash"]["shared"]
    assert len(found["a frontier"]["frontier"]) >= 2
    assert found["alternatives"]["alternatives"]
    assert found["certainty"]["robust"]["sure"]
    assert found["certainty out of reach"]["robust"]
    assert found["fitted terms"]["fitted"]["values"]
    assert found["alternatives"]["shadow_prices"]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("bound"),
        lambda d: d.pop("short_eur"),  # a plan comes with all that is said of it
        lambda d: d.pop("plan"),
        lambda d: d.update(status="done"),
        lambda d: d.update(clash={}),
        lambda d: d["plan"][0].update(part=1.5),
        lambda d: d["plan"][0]["starters"].update(later=3),
        lambda d: d["parties"][0].pop("least_npv_eur"),
        lambda d: d["own_plan"].pop("totals"),
        lambda d: d.update(schema="coalition.optimise/2"),
    ],
)
def test_an_answer_that_is_none_is_refused(change: Any, folder: Path) -> None:
    """A reader's check catches what would break its program."""
    data = copy.deepcopy(answer("a plan with payments", folder))
    change(data)
    assert breaches(data) != []


def test_a_plan_and_a_clash_exclude_each_other(folder: Path) -> None:
    """There is a plan, or a reason why not."""
    data = copy.deepcopy(answer("a plan", folder))
    data["clash"] = answer("a clash", folder)["clash"]
    assert breaches(data) != []


def test_keys_that_come_later_do_not_break_a_reader(folder: Path) -> None:
    """The published schema lets them pass."""
    assert breaches({**answer("a plan", folder), "new": 1}) == []


@pytest.mark.parametrize(("path", "expected"), [("pins.x.do", "as_planned"), ("nobody_worse.x.than", "law_alone")])
def test_the_wishes_of_a_scenario_are_described(path: str, expected: str) -> None:
    """An editor shows what each wish means and what may be written."""
    defs = json.loads((SCHEMAS / "scenario.schema.json").read_text("utf-8"))["$defs"]
    section, _, key = path.split(".")
    model = {"pins": "Pin", "nobody_worse": "NobodyWorse"}[section]
    described = defs[model]["properties"][key]
    assert described["description"]
    assert expected in json.dumps([described, defs["Standard"]])
    assert all(p.get("description") for p in defs["Optimise"]["properties"].values())
    assert "The scenario's own plan under the law alone" in defs["Standard"]["description"]
