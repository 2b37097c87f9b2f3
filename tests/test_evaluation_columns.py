"""Words for everything that a method gives: whatever an estimator makes, a reader sees no code names."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation_designs import make_panel, panel_of
from evaluation_studies import TREATED, rows, write

from coalition.evaluation.estimates import Estimate, Method, Options
from coalition.evaluation.evaluated import ESTIMATORS, Evaluation, estimator, evaluate
from coalition.evaluation.matching import match
from coalition.evaluation.panel import Panel
from coalition.evaluation.protocol import AFTERWARDS
from coalition.evaluation.study import Adjustment, Aggregation, Controls, IndexKind, Study
from coalition.evaluation.study_files import load_study
from coalition.outputs.evaluation_columns import (
    COLUMNS,
    FIGURES,
    SETTINGS,
    TABLES,
    VALUES,
    Kind,
    cell_text,
    column_of,
    figure_of,
    name_in,
    setting_of,
    title_of,
    value_text,
)
from coalition.outputs.evaluation_report import manifest, tables, write_report
from coalition.outputs.labels import Lang

FOLDER = Path(__file__).resolve().parents[1] / "coalition" / "evaluation"
FEW = Options(draws=99)


# --- whatever is made has a word ------------------------------------------------------------------------------------


def _panel(**changed: Any) -> Panel:
    return make_panel(np.random.default_rng(3), **changed)


def _panels() -> Iterator[tuple[str, Panel, Options, tuple[Method, ...]]]:
    """Name, panel, options and methods of each case."""
    every, several = tuple(Method), (Method.TWFE, Method.EVENT_STUDY, Method.CALLAWAY_SANTANNA)
    synthetic = (Method.SYNTHETIC_CONTROL, Method.SYNTHETIC_DID)
    yield "one start", _panel(units=12, periods=8), FEW, every
    yield "two treated", _panel(units=7, starts={4: 2}), FEW, every
    yield "one treated", _panel(units=6, starts={4: 1}), FEW, every
    yield "exact fit", _panel(units=12, periods=5, starts={4: 2}), FEW, synthetic
    staggered = _panel(units=16, periods=7, starts={4: 4, 5: 4})
    yield "staggered", staggered, FEW, (*several, *synthetic)
    for kind in Aggregation:
        options = Options(draws=99, aggregation=kind, controls=Controls.NOT_YET)
        yield f"staggered {kind}", staggered, options, (Method.CALLAWAY_SANTANNA,)
    risky = _panel(units=30, starts={4: 10}, risk_slope=0.5)
    for how in (Adjustment.OUTCOME, Adjustment.WEIGHTING, Adjustment.DOUBLY_ROBUST):
        options = Options(draws=99, adjustment=how, covariates=("risk",))
        yield f"covariates {how}", risky, options, (Method.DID, *several, Method.SYNTHETIC_CONTROL)
    months = _panel(units=6, periods=40, starts={30: 3})
    yield "months", months, Options(season=12), (Method.ITS,)
    yield "months alone", months.of_units(months.ever), Options(season=12), (Method.ITS,)
    yield "one point after", _panel(units=6, starts={6: 3}), FEW, (Method.ITS,)
    yield "many without cost", _with_zeros(), FEW, (Method.GAMMA_GLM, Method.TWO_PART)


def _with_zeros() -> Panel:
    rng = np.random.default_rng(5)
    outcome = np.where(rng.random((40, 4)) < 0.4, 0.0, rng.gamma(2.0, 500.0, size=(40, 4)))
    return panel_of(outcome, [3.0] * 20 + [np.inf] * 20)


CASES = {f"{method}, {name}": (panel, method, options) for name, panel, options, some in _panels() for method in some}


@cache
def found_by(case: str) -> Estimate:
    """What a method gives in one of the cases."""
    panel, method, options = CASES[case]
    return estimator(method)(panel, options)


@pytest.mark.parametrize("case", CASES)
def test_everything_a_method_gives_has_a_word(case: str) -> None:
    """Tables, columns, figures, and text that stands for a choice."""
    found = found_by(case)
    assert {name for name in found.figures if not _known(FIGURES, found.method, name)} == set()
    assert {name for name in found.tables if not _known(TABLES, found.method, name)} == set()
    for name, table in found.tables.items():
        columns = {column for row in table for column in row}
        assert {column for column in columns if not _known(COLUMNS, name, column)} == set()
        for column in columns:
            texts = {str(row[column]) for row in table if isinstance(row.get(column), str)}
            assert not texts or column_of(name, column).kind in (Kind.NAME, Kind.CODE), (name, column)
            assert column_of(name, column).kind is not Kind.CODE or texts <= set(VALUES), (name, column)


def _known(names: Any, place: str, name: str) -> bool:
    return f"{place}.{name}" in names or name in names


def test_every_method_is_tried() -> None:
    """And together they make every table that has a word."""
    made = {name for case in CASES for name in found_by(case).tables}
    of_studies = {"estimates", "periods", "savings", "settlement", "groups", "balance"}
    assert {case.partition(",")[0] for case in CASES} == set(ESTIMATORS)
    assert {name.rpartition(".")[2] for name in TABLES} - of_studies == made


def test_every_word_is_of_something() -> None:
    """A figure that nothing makes has no word either."""
    made = {name for case in CASES for name in found_by(case).figures}
    made |= set(match(_panel(risk_slope=0.5), Options(covariates=("risk",))).figures)
    assert {name.rpartition(".")[2] for name in FIGURES} - made == set()


@pytest.mark.parametrize("how", ["entropy", "propensity"])
def test_everything_of_a_study_has_a_word(tmp_path: Path, how: str) -> None:
    """Balance, groups, savings, settings; the outcome that was balanced is called so in Dutch."""
    found = _study(tmp_path, adjustment=how, columns={"covariates": ["age"]}, payments_eur={2018: 10.0})
    assert found.balance
    for name, table in tables(found):
        bare = name.removeprefix("did_")
        assert bare in TABLES, name
        assert {c for row in table for c in row if not _known(COLUMNS, bare, c)} == set(), name
    assert {key for key in manifest(found) if setting_of(key).nl == key} <= {"scenario", "contract", "protocol"}
    names = [cell_text("balance", "covariate", row, "euro", "nl") for row in found.balance]
    assert names == ["age", "uitkomst 2012–2013", "uitkomst 2014–2015", "uitkomst 2016–2017"]


def _study(folder: Path, **changed: Any) -> Evaluation:
    data = [{**row, "age": 40 + int(row["unit"][2:]) % 7} for row in rows()]
    return evaluate(load_study(write(folder, data, draws=99, **changed)))


def test_every_setting_and_choice_of_a_study_has_a_word() -> None:
    """A key inside another has the word of the latter."""
    assert set(Study.model_fields) - set(AFTERWARDS) - set(SETTINGS) == set()
    assert {str(v) for kind in (Controls, Aggregation, Adjustment, IndexKind) for v in kind} - set(VALUES) == set()
    assert name_in(setting_of("payments_eur.2027"), "nl") == "betaald (euro): 2027"
    assert name_in(setting_of("price_index.values.2027"), "en") == "price index: 2027"
    assert name_in(setting_of("something.else"), "nl") == "something: else"


# --- no code names in the report ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_report_has_no_code_names(tmp_path: Path, lang: Lang) -> None:
    """But for files, and columns and keys of the user's own; JSON and CSV keep the raw names."""
    methods = ["did", "event_study", "callaway_santanna", "synthetic_control", "synthetic_did", "its"]
    found = _study(tmp_path, methods=methods, treated=TREATED[:3], price_index=None)
    write_report(found, tmp_path / "out", lang)
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    details = text[text.index("## Per method") :]
    shown = re.sub(r"(tables|figures)/\w+\.(csv|svg)", "", details)
    assert re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", shown) == []
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    for name in ("leave_one_out", "trend_forms"):
        assert f"<h4>{title_of(name, lang)}</h4>" in page
    assert "standard_error" in (tmp_path / "out" / "tables" / "did_leave_one_out.csv").read_text("utf-8")


# --- names in the source --------------------------------------------------------------------------------------------

MADE_OF = ("Row", "dict[str, float]", "Estimate", "Matched", "Sensitivity", "Mapping[str, float]")
"""Return types of functions that make rows or figures."""
MADE_IN = (
    "did", "twfe", "event_study", "callaway_santanna", "synthetic_control", "synthetic_did", "its", "cost_models",
    "donors", "panel_regression", "leave_one_out", "trends", "matching",
)  # fmt: skip


def names_made() -> set[str]:
    """Keys that functions of the estimators write into rows, figures and tables; `*` where a part is made up."""
    found: set[str] = set()
    for module in MADE_IN:
        tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                returned = ast.unparse(node.returns)
                if any(some in returned for some in MADE_OF):
                    found |= set(_keys(node))
    return found


def _keys(node: ast.AST) -> Iterator[str]:
    """Keys of dictionaries and of assignments to their items, but not the facts of flags."""
    for child in ast.iter_child_nodes(node):
        facts = isinstance(child, ast.Assign) and ast.unparse(child.targets[0]) in ("facts", "percents")
        looked_up = isinstance(child, ast.Attribute) and isinstance(child.value, ast.Dict)
        if facts or looked_up or (isinstance(child, ast.Call) and ast.unparse(child.func) == "Flag"):
            continue
        if isinstance(child, ast.Dict):
            yield from (text for key in child.keys if (text := _text(key)))
        if isinstance(child, ast.DictComp) and (text := _text(child.key)):
            yield text
        if isinstance(child, ast.Assign):
            places = (target.slice for target in child.targets if isinstance(target, ast.Subscript))
            yield from (text for place in places if (text := _text(place)))
        yield from _keys(child)


def _text(key: ast.AST | None) -> str:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    if isinstance(key, ast.JoinedStr):
        return "".join(_text(part) or "*" for part in key.values)
    return ""


def test_every_name_in_the_source_has_a_word() -> None:
    """Also where no case above comes: a made-up part may be anything that has a word."""
    words = {key.rpartition(".")[2] for names in (TABLES, COLUMNS, FIGURES) for key in names}
    made = names_made()
    assert {"pre_rmspe", "breakdown_mbar", "wild_bootstrap_high", "size_*", "att_gt", "aggregation_*"} <= made
    patterns = {name: re.compile(name.replace("*", "[a-z_]+")) for name in made}
    assert {name for name, like in patterns.items() if not any(like.fullmatch(word) for word in words)} == set()


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "nl", "en"),
    [
        (8494.804, Kind.AMOUNT, "8.494,80", "8,494.80"),
        (0.0004, Kind.P_VALUE, "< 0,001", "< 0.001"),
        (2018.0, Kind.PERIOD, "2018", "2018"),
        (None, Kind.PERIOD, "samen", "together"),
        (38907.4, Kind.COUNT, "38.907", "38,907"),
        (0.05, Kind.SHORT, "0,05", "0.05"),
        (0.02713, Kind.NUMBER, "0,027", "0.027"),
        (5.0, Kind.NUMBER, "5", "5"),
        (1, Kind.YES_NO, "ja", "yes"),
        (0, Kind.YES_NO, "nee", "no"),
        (None, Kind.AMOUNT, "-", "-"),
        (math.nan, Kind.P_VALUE, "-", "-"),
        (-math.inf, Kind.AMOUNT, "-∞", "-∞"),
        ("permutation", Kind.CODE, "rang tussen placebo's", "rank among placebos"),
        ("its, did", Kind.CODE, "onderbroken tijdreeks, verschil in verschillen",
         "interrupted time series, difference-in-differences"),
        ("GM0358", Kind.NAME, "GM0358", "GM0358"),
    ],
)  # fmt: skip
def test_values_are_written_by_their_kind(value: Any, kind: Kind, nl: str, en: str) -> None:
    """In both languages; what is undefined is a dash."""
    assert value_text(value, kind, "euro per person-year", "nl") == nl
    assert value_text(value, kind, "euro per person-year", "en") == en


def test_amounts_that_are_no_euro_keep_three_decimals() -> None:
    """Such as visits per person."""
    assert value_text(0.01234, Kind.AMOUNT, "visits per person-year", "nl") == "0,012"


def test_a_name_may_mean_something_else_in_another_place() -> None:
    """A ratio of costs or of gaps; a start or a group."""
    assert figure_of("synthetic_control", "ratio") != figure_of("gamma_glm", "ratio")
    assert column_of("groups", "group") != column_of("att_gt", "group")
    assert title_of("leave_one_out", "nl", "synthetic_control") != title_of("leave_one_out", "nl", "did")


def test_every_word_is_there_in_both_languages() -> None:
    """And two names of one table never look the same."""
    named = [*COLUMNS.values(), *FIGURES.values(), *SETTINGS.values()]
    assert all(word.nl and word.en for word in named)
    assert all(nl and en for nl, en in (*TABLES.values(), *VALUES.values()))
    for method in Method:
        own = {name: figure_of(method, name) for case in CASES if case.startswith(f"{method},")
               for name in found_by(case).figures}  # fmt: skip
        assert len({word.nl for word in own.values()}) == len(own) == len({word.en for word in own.values()})


def test_a_number_and_its_sign_stay_on_one_line(tmp_path: Path) -> None:
    """On the page; the text has ordinary spaces."""
    write_report(_study(tmp_path), tmp_path / "out", "nl")
    page, text = ((tmp_path / "out" / name).read_text("utf-8") for name in ("report.html", "report.md"))
    body = page[page.index("<body>") :]
    assert not re.search(r"€ -?\d|\d %", body)
    assert re.search(r"€ -?\d", text)
