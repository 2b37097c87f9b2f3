"""The published schemas of `coalition evaluate … --format json`, held against real answers of every kind."""

from __future__ import annotations

import copy
import json
import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from evaluation_studies import TREATED, Row, rows, write, write_study

from coalition.cli import main
from coalition.evaluation.estimates import Convention, Effect, Method
from coalition.evaluation.evaluated import Evaluation, evaluate
from coalition.evaluation.protocol import write_protocol
from coalition.evaluation.study_files import load_study, study_of
from coalition.evaluation.verdict import Verdict
from coalition.outputs.evaluation_json import evaluation_json
from coalition.reading import read_document

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "coalition" / "data" / "schemas"
STUDIES = ROOT / "scenarios" / "evaluation"
WORKED = sorted(path.parent.name for path in STUDIES.glob("*/study.yaml") if (path.parent / "panel.csv").is_file())
NAMES = ("evaluate", "evaluate-plan", "evaluate-placebo", "evaluate-power")
EVERY = [method.value for method in Method]
STAGGERED = [m for m in EVERY if m not in ("did", "its", "gamma_glm", "two_part")]
STARTS = {"GM0001": 2016, "GM0002": 2018, "GM0003": 2018, "GM0004": 2019}
Change = Callable[[dict[str, Any]], object]


@cache
def schema(name: str) -> dict[str, Any]:
    """A published schema."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def breaches(name: str, data: Any) -> list[str]:
    """What is wrong with an answer."""
    found = jsonschema.Draft202012Validator(schema(name)).iter_errors(data)
    return [f"{error.json_path}: {error.message[:120]}" for error in found]


def printed(*words: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    result = CliRunner().invoke(main, ["evaluate", *words, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


# --- studies --------------------------------------------------------------------------------------------------------


def number(row: Row) -> int:
    """Of a made-up municipality."""
    return int(row["unit"][2:])


def with_clusters(towns: list[Row]) -> list[Row]:
    """The treated in two clusters, the others in six."""
    return [{**row, "cluster": f"{'t' if row['unit'] in TREATED else 'c'}{number(row) % 6 // 2}"} for row in towns]


def with_ages(towns: list[Row]) -> list[Row]:
    """A mean age that does not change."""
    return [{**row, "age": 40 + number(row) % 9} for row in towns]


def with_starts(towns: list[Row]) -> list[Row]:
    """Municipalities that start in different years."""
    return [{**row, "treated_from": STARTS.get(row["unit"])} for row in towns]


def with_another_pocket(towns: list[Row]) -> list[Row]:
    """What the municipality pays for youth."""
    return [{**row, "jeugdwet_eur": 400 + (number(row) * row["period"]) % 7} for row in towns]


def plain(folder: Path) -> Path:
    return write(folder, rows(), methods=EVERY, draws=99)


def without_weight(folder: Path) -> Path:
    unweighted = [{key: value for key, value in row.items() if key != "weight"} for row in rows()]
    return write(folder, unweighted, methods=EVERY, primary_method=None, plan=None, draws=99)


def one_of_few(folder: Path) -> Path:
    """With seven others no rank can be rare, and one cluster has no variance."""
    return write(folder, rows(units=8), methods=EVERY, treated=["GM0001"], draws=99)


def one_of_three(folder: Path) -> Path:
    methods = [m for m in EVERY if m != "event_study"]
    return write(folder, rows(units=3), methods=methods, treated=["GM0001"], draws=99)


def few_clusters(folder: Path) -> Path:
    return write(folder, with_clusters(rows()), methods=EVERY, draws=99)


def some_without_cost(folder: Path) -> Path:
    towns = [{**row, "outcome": 0.0 if k % 7 == 0 else row["outcome"]} for k, row in enumerate(rows())]
    return write(folder, towns, methods=EVERY, draws=99)


def starts_that_differ(folder: Path) -> Path:
    changed = {"treated": None, "start": None, "primary_method": "callaway_santanna", "aggregation": "dynamic"}
    return write(folder, with_starts(rows()), methods=STAGGERED, draws=99, **changed)


def adjusted(folder: Path) -> Path:
    changed = {"columns": {"covariates": ["age"]}, "primary_method": "callaway_santanna"}
    return write(folder, with_ages(rows()), methods=["callaway_santanna"], draws=99, **changed)


def weighted_alike(folder: Path) -> Path:
    changed = {"columns": {"covariates": ["age"]}, "adjustment": "entropy"}
    return write(folder, with_ages(rows()), methods=["did", "gamma_glm"], draws=99, **changed)


def pockets_and_a_protocol(folder: Path) -> Path:
    """One term differs from the protocol."""
    asked = {"pocket": "zvw", "pockets": {"jeugdwet": "jeugdwet_eur"}, "protocol": "protocol.yaml", "draws": 99}
    towns = with_another_pocket(rows())
    path = write(folder, towns, **asked)
    write_protocol(study_of(read_document(path, "study.yaml")), "2026-01-01", folder / "protocol.yaml")
    return write(folder, towns, alpha=0.1, payments_eur={2018: 1000.0}, **asked)


def settled_without_limits(folder: Path) -> Path:
    """A contract on one municipality, at a level that no rank among so many placebos reaches."""
    for name in ("scenario.yaml", "panel.csv"):
        shutil.copy(STUDIES / "drie-jaar" / name, folder / name)
    text = (folder / "scenario.yaml").read_text("utf-8").replace("../../drenthe", "drenthe")
    (folder / "scenario.yaml").write_text(text, "utf-8")
    said = {
        "data": "panel.csv",
        "treated": ["GM0106"],
        "start": 2027,
        "methods": ["did"],
        "primary_method": "did",
        "alpha": 0.001,
        "draws": 99,
        "pocket": "zvw",
        "scenario": "scenario.yaml",
    }
    return write_study(folder, said)


KINDS: dict[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        plain, without_weight, one_of_few, one_of_three, few_clusters, some_without_cost,
        starts_that_differ, adjusted, weighted_alike, pockets_and_a_protocol, settled_without_limits,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """An evaluation and what is printed of it."""

    found: Evaluation
    data: dict[str, Any]


@cache
def answer(kind: str, folder: Path) -> Answer:
    """Of a small study or a worked one."""
    if kind in KINDS:
        (folder / kind).mkdir(exist_ok=True)
        path = KINDS[kind](folder / kind)
    else:
        path = STUDIES / kind / "study.yaml"
    found = evaluate(load_study(path))
    return Answer(found, json.loads(evaluation_json(found, "en")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where studies of this module stand, so that each is evaluated once."""
    return tmp_path_factory.mktemp("studies")


def estimates(data: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them, those of other pockets too."""
    return [*data["estimates"], *(pocket["estimate"] for pocket in data["pockets"].values())]


# --- evaluate run ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS, *WORKED])
def test_every_kind_of_study_fits_the_schema(kind: str, folder: Path) -> None:
    """Nothing is missing, nothing has another type, and no key is left without its meaning."""
    assert breaches("evaluate", answer(kind, folder).data) == []


def test_the_kinds_are_what_they_are_called(folder: Path) -> None:
    """Each part of the schema has met a real answer that is not empty."""
    found = {kind: answer(kind, folder).data for kind in [*KINDS, *WORKED]}
    assert [e["method"] for e in found["plain"]["estimates"]] == EVERY
    assert found["plain"]["protocol"] is None
    assert found["plain"]["settlement"] is None
    assert found["without_weight"]["savings"][-1]["gross_eur"] is None
    assert found["weighted_alike"]["balance"]
    assert found["pockets_and_a_protocol"]["pockets"]["jeugdwet"]["savings"]
    assert found["pockets_and_a_protocol"]["protocol"]["departures"]
    assert found["drie-jaar"]["protocol"]["intact"]
    assert found["drie-jaar"]["settlement"]["payments_eur"]
    assert found["one_of_few"]["flags"]


def test_every_figure_and_table_of_a_method_is_described_and_no_other(folder: Path) -> None:
    """A figure that a method gives has its meaning; a meaning without a figure is stale."""
    found = [e for kind in [*KINDS, *WORKED] for e in estimates(answer(kind, folder).data)]
    described = schema("evaluate")["$defs"]["estimate"]["properties"]
    for part in ("figures", "tables"):
        assert {name for e in found for name in e[part]} == set(described[part]["properties"])
    assert {e["convention"] for e in found} == {"jackknife_welch", "permutation", "placebo", "newey_west"}


def test_the_keys_of_an_estimate_are_the_promised_ones_in_order(folder: Path) -> None:
    """As docs/evaluation.md lists them."""
    page = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    listed = " ".join(page.split("has `estimates` (each `")[1].split("`")[0].split())
    for estimate in estimates(answer("pockets_and_a_protocol", folder).data):
        assert ", ".join(estimate) == listed


def effects(found: Evaluation, data: dict[str, Any]) -> Iterator[tuple[Effect, dict[str, Any]]]:
    """Every effect beside what is printed of it."""
    made = [*found.estimates, *found.by_pocket.values()]
    for one, shown in zip(made, estimates(data), strict=True):
        yield one.effect, shown
        yield from zip((row.effect for row in one.per_period), shown["per_period"], strict=True)


def test_an_interval_without_limits_is_told_from_one_that_is_not_known(folder: Path) -> None:
    """Both have null for their ends; `p_value` is a number with the former and null with the latter."""
    met = set()
    for kind in [*KINDS, *WORKED]:
        one = answer(kind, folder)
        for effect, shown in effects(one.found, one.data):
            for end, limitless in ((effect.low, -math.inf), (effect.high, math.inf)):
                printed_end = shown["low" if limitless < 0 else "high"]
                if printed_end is None:
                    known = shown["p_value"] is not None
                    assert end == limitless if known else not math.isfinite(end), (kind, shown["p_value"])
                    met.add(known)
    assert met == {True, False}


def test_savings_and_payments_of_an_interval_without_limits_have_none(folder: Path) -> None:
    """The ends are null and the middle is there."""
    data = answer("settled_without_limits", folder).data
    assert data["estimates"][0]["p_value"] is not None
    total, year = data["savings"][-1], data["settlement"]["periods"][0]
    assert {total[key] for key in ("each_low", "each_high", "low_eur", "high_eur")} == {None}
    assert total["gross_eur"] is not None
    assert {*year["low_eur"].values(), *year["high_eur"].values()} == {None}
    assert None not in year["payments_eur"].values()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(verdict="proved"),
        lambda d: d.update(schema="coalition.evaluate/2"),
        lambda d: d.update(more=1),
        lambda d: d.update(primary_method="ols"),
        lambda d: d["study"].pop("data_sha256"),
        lambda d: d["estimates"][0].pop("p_value"),
        lambda d: d["estimates"][0].update(method="ols"),
        lambda d: d["estimates"][0].update(convention="naive"),
        lambda d: d["estimates"][0].update(estimate="-60"),
        lambda d: d["estimates"][0].update(standard_error=-1.0),
        lambda d: d["estimates"][0].update(p_value=None),  # then nothing is known of the interval either
        lambda d: d["estimates"][0].update(p_value=1.5),
        lambda d: d["estimates"][0].update(observations=1.5),
        lambda d: d["estimates"][0]["figures"].update(band_factor="2"),
        lambda d: d["estimates"][0]["tables"]["leave_one_out"][0].update(new=1),
        lambda d: d["estimates"][0]["tables"]["leave_one_out"][0].pop("estimate"),
        lambda d: d["estimates"][0]["per_period"][0].update(period="2018"),
        lambda d: d["estimates"][0]["per_period"][0].pop("band_low"),
        lambda d: d["savings"][0].update(net_eur="1"),
        lambda d: d["savings"][0].pop("each_low"),
        lambda d: d["pockets"].update(purse=d["pockets"]["jeugdwet"]),
        lambda d: d["pockets"]["jeugdwet"].pop("savings"),
        lambda d: d["flags"][0].pop("text"),
        lambda d: d["protocol"].update(intact="yes"),
        lambda d: d["protocol"]["departures"][0].pop("planned"),
    ],
)
def test_an_answer_that_is_none_is_refused(change: Change, folder: Path) -> None:
    """A reader's check catches what would break its program."""
    data = copy.deepcopy(answer("pockets_and_a_protocol", folder).data)
    change(data)
    assert breaches("evaluate", data) != []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("payments_eur"),
        lambda d: d.update(method="ols"),
        lambda d: d["periods"][0].update(decided_by="the judge"),
        lambda d: d["periods"][0].update(passed=0),
        lambda d: d["periods"][0]["payments_eur"].update(municipality=None),
        lambda d: d["periods"][0]["low_eur"].update(municipality="0"),
    ],
)
def test_a_settlement_that_is_none_is_refused(change: Change, folder: Path) -> None:
    """What is paid is a number per party, and the reason one of the contract's clauses."""
    data = copy.deepcopy(answer("drie-jaar", folder).data)
    change(data["settlement"])
    assert breaches("evaluate", data) != []


def test_the_command_prints_what_the_schema_describes(folder: Path) -> None:
    """And a report holds the same in evaluation.json."""
    made = printed("run", str(STUDIES / "drie-jaar" / "study.yaml"), "--lang", "en", "-o", str(folder / "report"))
    assert breaches("evaluate", made) == []
    assert json.loads((folder / "report" / "evaluation.json").read_text("utf-8")) == made


# --- before the start, and where nothing happened --------------------------------------------------------------------

PLANS: dict[str, tuple[str, ...]] = {
    "a known benchmark": ("kinzigtal", "--variation", "2"),
    "a group to compare with": (str(STUDIES / "drie-jaar"), "--rho", "0.5", "--controls", "100000"),
    "too few to compare with": (str(STUDIES / "drie-jaar"), "--controls", "10", "--years-after", "2", "--icc", "0.1"),
    "no contract": ("drenthe",),
    "nothing known of dispersion": ("kinzigtal",),
}


@pytest.mark.parametrize("kind", PLANS)
def test_every_kind_of_plan_fits_the_schema(kind: str) -> None:
    """What is not known, and what has no limit, included."""
    assert breaches("evaluate-plan", printed("plan", *PLANS[kind])) == []


def test_the_plans_are_what_they_are_called() -> None:
    """Each meaning of null is met."""
    assert printed("plan", *PLANS["no contract"])["rows"] == []
    known = printed("plan", *PLANS["a known benchmark"])["rows"]
    assert {row["controls"] for row in known} == {None}
    assert None not in {row["persons_needed"] for row in known}
    few = printed("plan", *PLANS["too few to compare with"])["rows"]
    assert any(row["controls_needed"] is None and row["variation"] is not None for row in few)
    assert {row["variation"] for row in printed("plan", *PLANS["nothing known of dispersion"])["rows"]} == {None}


def test_power_on_data_fits_the_schema(folder: Path) -> None:
    """With whole regions and towns of a size, with a plan and without."""
    (folder / "power").mkdir()
    path = write(folder / "power", with_clusters(rows()), draws=99)
    found = printed("power", str(path), "--size", "20000")
    assert breaches("evaluate-power", found) == []
    assert {row["who"] for row in found["rows"]} == {"treated", "region", "town:20000"}
    path = write(folder / "power", rows(), draws=99, plan=None)
    found = printed("power", str(path), "--years", "5")
    assert breaches("evaluate-power", found) == []
    assert found["rows"][0]["times_plan"] is None


def test_placebos_fit_the_schema(folder: Path) -> None:
    """By every method that takes single regions, also where it can say nothing."""
    (folder / "placebos").mkdir()
    path = write(folder / "placebos", with_clusters(rows(units=20)), methods=EVERY, draws=99)
    found = printed("placebo", str(path), "--before", "4", "--after", "2")
    assert breaches("evaluate-placebo", found) == []
    assert [rate["method"] for rate in found["rates"]] == EVERY
    assert {rate["fixed"] for rate in found["rates"]} == {True, False}
    assert {one["p_value"] is None for one in found["tries"]} == {True, False}
    assert breaches("evaluate-placebo", printed("placebo", str(path), "--together", "2", "--groups", "3")) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("evaluate-plan", lambda d: d["rows"][0].pop("seen")),
        ("evaluate-plan", lambda d: d["rows"][0]["seen"].update(effect="2")),
        ("evaluate-plan", lambda d: d["rows"][0].update(population="everybody")),
        ("evaluate-plan", lambda d: d["design"].update(rho=2)),
        ("evaluate-power", lambda d: d["rows"][0].update(who="nobody")),
        ("evaluate-power", lambda d: d["rows"][0].pop("placebos")),
        ("evaluate-power", lambda d: d.update(plan="50")),
        ("evaluate-placebo", lambda d: d["rates"][0].update(method="ols")),
        ("evaluate-placebo", lambda d: d["tries"][0].pop("rejected")),
        ("evaluate-placebo", lambda d: d["tries"][0].update(start="2017")),
        ("evaluate-placebo", lambda d: d.update(version=1)),
    ],
)
def test_an_answer_about_chance_that_is_none_is_refused(name: str, change: Change, tmp_path: Path) -> None:
    """A missing key, an unknown word, a text for a number."""
    path = str(write(tmp_path, with_clusters(rows(units=20)), draws=99))
    asked = {"evaluate-plan": PLANS["a known benchmark"], "evaluate-power": (path,), "evaluate-placebo": (path,)}
    data = printed(name.removeprefix("evaluate-"), *asked[name])
    assert breaches(name, data) == []
    change(data)
    assert breaches(name, data) != []


# --- the schemas themselves -------------------------------------------------------------------------------------------


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema with its place, those of conditions left out."""
    if isinstance(node, dict):
        for name, below in node.get("properties", {}).items():
            yield f"{path}.{name}", below
        for key, below in node.items():
            if key not in ("if", "then"):
                yield from properties(below, f"{path}.{key}")
    elif isinstance(node, list):
        for below in node:
            yield from properties(below, path)


def may_be_null(node: dict[str, Any]) -> bool:
    """Whether a property, or what a mapping holds, can be null."""
    kinds = (node, node.get("additionalProperties") or {}, *node.get("anyOf", ()))
    return any("null" in kind.get("type", ()) for kind in kinds)


@pytest.mark.parametrize("name", NAMES)
def test_every_property_has_its_meaning_and_says_what_null_means(name: str) -> None:
    """Figures and columns of a method's own tables included."""
    found = dict(properties(schema(name)))
    assert [path for path, node in found.items() if not node.get("description")] == []
    silent = [path for path, node in found.items() if may_be_null(node) and "null: " not in node["description"]]
    assert silent == []
    assert len(found) > 10


def test_choices_are_those_of_the_program() -> None:
    """Methods, conventions and verdicts."""
    published = schema("evaluate")
    estimate = published["$defs"]["estimate"]["properties"]
    assert set(estimate["method"]["enum"]) == set(Method)
    assert set(estimate["convention"]["enum"]) == set(Convention)
    assert set(published["properties"]["verdict"]["enum"]) == set(Verdict)
