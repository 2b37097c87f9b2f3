"""Whatever is wrong with a study is said at once, with its place and remedy, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from evaluation_studies import Row, rows, study, write, write_study

from coalition.errors import ScenarioError
from coalition.evaluation.messages import MESSAGES
from coalition.evaluation.protocol import write_protocol
from coalition.evaluation.study_files import load_study, study_of
from coalition.messages import render_all
from coalition.problems import Problem
from coalition.reading import read_document

Change = Callable[[list[Row]], None]


def nothing(_: list[Row]) -> None:
    """Data as they are."""


def on_rows(wanted: Callable[[Row], bool], **changed: Any) -> Change:
    """Other values in some rows."""

    def change(data: list[Row]) -> None:
        for row in data:
            if wanted(row):
                row.update(changed)

    return change


def without(wanted: Callable[[Row], bool]) -> Change:
    """Some rows left out."""

    def change(data: list[Row]) -> None:
        data[:] = [row for row in data if not wanted(row)]

    return change


def in_all(value_of: Callable[[Row], Any], **names: str) -> Change:
    """A further column."""

    def change(data: list[Row]) -> None:
        for row in data:
            for name in names:
                row[name] = value_of(row)

    return change


def first(row: Row) -> bool:
    """The first row of the data."""
    return bool(row["unit"] == "GM0001" and row["period"] == 2012)


@dataclass(frozen=True)
class Case:
    """One mistake: the message, where it points, and how it is made."""

    code: str
    path: str
    change: Change = nothing
    said: dict[str, Any] = field(default_factory=dict)
    line: int | None = None


NONE_TREATED = {"treated": None, "start": None}
STARTS = in_all(lambda r: 2018 if r["unit"] in ("GM0001", "GM0002") else "", treated_from="")
CASES = [
    Case("study.weight", "weight", on_rows(first, weight=0), line=2),
    Case("study.weight", "weight", on_rows(first, weight=-5), line=2),
    Case("study.small_group", "weight", on_rows(first, weight=9), line=2),
    Case("study.small_group", "persons", in_all(lambda r: 9 if first(r) else 500, persons=""), line=2),
    Case("study.two_starts", "treated_from", in_all(
        lambda r: 2018 if r["unit"] == "GM0001" and r["period"] > 2012 else "", treated_from=""),
        NONE_TREATED, line=3),
    Case("table.duplicate_key", "unit, period", lambda d: d.append(dict(d[0]))),
    Case("number.not_a_number", "outcome", on_rows(first, outcome="veel"), line=2),
    Case("table.missing_column", "treated_from", nothing, NONE_TREATED),
    Case("table.missing_column", "persoonsjaren", nothing, {"columns": {"weight": "persoonsjaren"}}),
    Case("table.missing", "data", nothing, {"data": "weg.csv"}),
    Case("study.treated_twice", "treated", STARTS, {"columns": {"treated_from": "treated_from"}}),
    Case("study.start", "treated", nothing, {"start": None}),
    Case("study.start", "start", STARTS, {"treated": None}),
    Case("study.unknown_unit", "treated.0", nothing, {"treated": ["GM001", "GM0002"]}),
    Case("study.unknown_unit", "exclude.0", nothing, {"exclude": ["GM9999"]}),
    Case("study.no_rows", "periods", nothing, {"periods": {"first": 1990, "last": 1999}}),
    Case("study.start_outside", "start", nothing, {"start": 2025}),
    Case("study.start_outside", "columns.treated_from", in_all(
        lambda r: 2030 if r["unit"] == "GM0001" else "", treated_from=""), NONE_TREATED),
    Case("study.nobody_treated", "columns.treated_from", in_all(lambda _: "", treated_from=""), NONE_TREATED),
    Case("study.no_before", "start", nothing, {"start": 2012}),
    Case("study.no_before", "start", without(lambda r: r["unit"] == "GM0001" and r["period"] < 2018)),
    Case("study.several_starts", "methods.0", in_all(
        lambda r: {"GM0001": 2016, "GM0002": 2018}.get(r["unit"], ""), treated_from=""), NONE_TREATED),
    Case("study.few_before", "methods.0", without(lambda r: r["period"] < 2016), {"methods": ["its"],
        "primary_method": "its"}),
    Case("study.few_before", "methods.0", without(lambda r: r["period"] < 2017), {"methods": ["synthetic_did"],
        "primary_method": "synthetic_did"}),
    Case(
        "study.period_gap",
        "methods.0",
        without(lambda r: r["period"] == 2015),
        {"methods": ["its"], "primary_method": "its"},
    ),
    Case("study.no_controls", "methods.0", without(lambda r: r["unit"] > "GM0004")),
    Case("study.one_control", "methods.0", without(lambda r: r["unit"] > "GM0005")),
    Case("study.unbalanced", "methods.0", without(lambda r: r["unit"] == "GM0020" and r["period"] == 2014),
         {"methods": ["synthetic_control"], "primary_method": "synthetic_control"}),
    Case("study.empty_treated_after", "data", without(lambda r: r["unit"] <= "GM0004" and r["period"] >= 2018)),
    Case("study.empty_controls_before", "data", without(lambda r: r["unit"] > "GM0004" and r["period"] < 2018)),
    Case("study.empty_controls_after", "data", without(lambda r: r["unit"] > "GM0004" and r["period"] >= 2018)),
    Case("study.negative_outcome", "methods.0", on_rows(first, outcome=-3), {"methods": ["gamma_glm"],
        "primary_method": "gamma_glm"}),
    Case("study.constant_outcome", "columns.outcome", on_rows(lambda _: True, outcome=7)),
    Case("study.unused_covariates", "columns.covariates", in_all(lambda r: int(r["unit"][2:]) % 7, age=""),
         {"columns": {"covariates": ["age"]}, "methods": ["its"], "primary_method": "its"}),
    Case("study.covariate_gap", "columns.covariates.0", in_all(
        lambda r: "" if first(r) else int(r["unit"][2:]) % 7, age=""), {"columns": {"covariates": ["age"]}}),
    Case("study.collinear", "columns.covariates.1", in_all(lambda r: int(r["unit"][2:]) % 7, age="", again=""),
         {"columns": {"covariates": ["age", "again"]}}),
    Case("study.collinear", "columns.covariates.0", in_all(lambda _: 3, same=""),
         {"columns": {"covariates": ["same"]}}),
    Case("study.no_index", "price_index", nothing, {"price_index": {"kind": "own", "to_period": 2021,
        "values": {2012: 1.0, 2021: 1.2}}}),
    Case("study.primary_not_asked", "primary_method", nothing, {"primary_method": "its"}),
    Case("study.no_primary", "scenario", nothing, {"primary_method": None, "scenario": "drenthe-akkoord"}),
    Case("study.contract_without_scenario", "contract", nothing, {"contract": "langer_thuis"}),
    Case("number.not_below", "alpha", nothing, {"alpha": 0.5}),
    Case("value.unknown_choice", "methods.0", nothing, {"methods": ["dit"], "primary_method": None}),
    Case("key.missing", "methods", nothing, {"methods": None}),
]  # fmt: skip


def problems_of(folder: Path, case: Case) -> list[Problem]:
    """What is wrong with the study of a case."""
    data = rows()
    case.change(data)
    with pytest.raises(ScenarioError) as caught:
        load_study(write(folder, data, **case.said))
    return list(caught.value.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.code}-{c.path}")
def test_a_mistake_is_found_where_it_was_made(tmp_path: Path, case: Case) -> None:
    """The problem names the file, the line and the key, and has a sentence and a remedy in both languages."""
    found = problems_of(tmp_path, case)
    assert (case.code, case.path) in [(p.code, p.path) for p in found]
    problem = next(p for p in found if (p.code, p.path) == (case.code, case.path))
    assert Path(problem.file).parent == tmp_path
    assert problem.line > 0 or case.code in ("key.missing",)
    if case.line is not None:
        assert problem.line == case.line
    for lang in ("nl", "en"):
        text = render_all(found, lang, said())
        assert "{" not in text
        assert "study.yaml" in text or "panel.csv" in text


def said() -> dict[str, Any]:
    """All sentences, those of studies included."""
    from coalition.messages import MESSAGES as OTHERS

    return {**OTHERS, **MESSAGES}


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Three mistakes of different kinds give three problems in one go."""
    data = rows()
    on_rows(first, weight=0)(data)
    said = {"treated": ["GM0001", "GM9"], "start": 2025, "exclude": ["GM8888"]}
    codes = [p.code for p in problems_of(tmp_path, Case("", "", lambda d: d.__setitem__(slice(None), data), said))]
    assert {"study.weight", "study.unknown_unit", "study.start_outside"} <= set(codes)
    assert codes.count("study.unknown_unit") == 2


def test_a_sound_study_loads(tmp_path: Path) -> None:
    """The same files without a mistake are accepted, whatever the order of the rows."""
    data = rows()
    loaded = load_study(write(tmp_path, reversed(data)))
    assert loaded.panel.units == tuple(sorted({row["unit"] for row in data}))
    assert loaded.panel.outcome[0, 0] == data[0]["outcome"]
    assert loaded.panel.starts == (2018,)


def test_a_protocol_that_is_gone_or_none_is_told(tmp_path: Path) -> None:
    """A protocol is a file of this form, is never replaced, and has a date."""
    from coalition.evaluation.evaluated import evaluate

    path = write(tmp_path, rows(), protocol="protocol.yaml")
    with pytest.raises(ScenarioError) as caught:
        evaluate(load_study(path))
    assert [p.code for p in caught.value.problems] == ["study.no_protocol"]
    (tmp_path / "protocol.yaml").write_text("protocol: coalition-protocol-1\nwritten_on: 2026-01-01\n")
    with pytest.raises(ScenarioError) as caught:
        evaluate(load_study(path))
    assert [(p.code, p.path) for p in caught.value.problems] == [("study.not_a_protocol", "sha256")]
    with pytest.raises(ScenarioError) as caught:
        write_protocol(study_of(read_document(path, "study.yaml")), "gisteren", tmp_path / "protocol.yaml")
    assert [p.code for p in caught.value.problems] == ["study.date", "file.exists"]


SETTLING = [
    ("study.pocket", {"contract": "langer_thuis", "pocket": "jeugdwet"}, nothing),
    ("study.which_contract", {"pocket": "zvw"}, nothing),
    ("study.unknown_contract", {"contract": "langer_tuis", "pocket": "zvw"}, nothing),
    ("study.no_measured_period", {"contract": "langer_thuis", "pocket": "zvw"}, nothing),
    ("study.no_weight", {"contract": "langer_thuis", "pocket": "zvw"}, lambda d: [r.pop("weight") for r in d]),
]


@pytest.mark.parametrize(("code", "changed", "change"), SETTLING, ids=[code for code, *_ in SETTLING])
def test_a_contract_that_cannot_be_settled_is_told(
    tmp_path: Path, code: str, changed: dict[str, Any], change: Any
) -> None:
    """Before anything is estimated."""
    from coalition.evaluation.settlement import contract_to_settle

    data = rows()
    change(data)
    loaded = load_study(write(tmp_path, data, scenario="drenthe-akkoord", **changed))
    with pytest.raises(ScenarioError) as caught:
        contract_to_settle(loaded)
    assert code in [p.code for p in caught.value.problems]


def test_every_sentence_is_seen() -> None:
    """No message about a study stands there unused."""
    elsewhere = {"study.no_protocol", "study.not_a_protocol", "study.date"}
    seen = {case.code for case in CASES} | {code for code, *_ in SETTLING} | elsewhere
    assert set(MESSAGES) - seen == set()


def test_weights_of_one_person_each_are_no_small_groups(tmp_path: Path) -> None:
    """A row per person has a weight of at most one and hides nobody."""
    data = rows()
    on_rows(lambda _: True, weight=1)(data)
    assert load_study(write(tmp_path, data)).persons is None


def test_a_study_file_alone_is_checked_first(tmp_path: Path) -> None:
    """A key that does not exist is told before the data are read."""
    path = write_study(tmp_path, study(metods=["did"]))
    with pytest.raises(ScenarioError) as caught:
        load_study(path)
    assert [p.path for p in caught.value.problems] == ["metods"]
