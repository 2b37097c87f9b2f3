"""Studies that are refused: one way to make each kind of problem, as somebody with a study file and a table would.

The exact words stand in tests/bad_studies, beside a page made of them (docs/errors.md). A case is named as its code,
with words after a hyphen when the code has several cases. Both files are made when they are needed, in the current
folder, from the sound study of evaluation_studies.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation_studies import Row, rows, write

from coalition.evaluation.protocol import write_protocol
from coalition.evaluation.settlement import contract_to_settle
from coalition.evaluation.study_files import load_study, study_of
from coalition.reading import read_document

Change = Callable[[list[Row]], object]

# --- what happens to the data ---------------------------------------------------------------------------------------


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


def in_all(value_of: Callable[[Row], Any], *names: str) -> Change:
    """Further columns."""

    def change(data: list[Row]) -> None:
        for row in data:
            row.update({name: value_of(row) for name in names})

    return change


def later(*lost: str) -> Change:
    """Twelve years later, so that the data hold the years that the contract measures; some columns get lost."""

    def change(data: list[Row]) -> None:
        data[:] = [{k: v for k, v in row.items() if k not in lost} | {"period": row["period"] + 12} for row in data]

    return change


def first(row: Row) -> bool:
    """The first row of the data."""
    return bool(row["unit"] == "GM0001" and row["period"] == 2012)


def number(row: Row) -> int:
    """Of the unit."""
    return int(row["unit"][2:])


# --- what is asked of the study -------------------------------------------------------------------------------------


def settled(path: Path) -> None:
    """The contract settled on what the study finds."""
    contract_to_settle(load_study(path))


def evaluated(path: Path) -> None:
    """The effect."""
    from coalition.evaluation.evaluated import evaluate

    evaluate(load_study(path))


def evaluated_beside(text: str) -> Callable[[Path], None]:
    """The effect, with a protocol of this text."""

    def ask(path: Path) -> None:
        Path("protocol.yaml").write_text(text, "utf-8")
        evaluated(path)

    return ask


def sealed_on(date: str) -> Callable[[Path], None]:
    """A protocol of this date."""
    return lambda path: write_protocol(study_of(read_document(path, str(path))), date, Path("protocol.yaml"))


# --- the cases ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StudyCase:
    """One refused study.

    Attributes:
        name: code, and words after a hyphen when the code has several cases.
        what: what is wrong, for a reader of the page.
        path: key of the study file or column of the data that the problem is about.
        change: what happens to the rows of the data.
        said: keys that the study file states otherwise; None takes a key away.
        line: in the data, where the problem is about a row.
        ask: what the user asks of the study.
    """

    name: str
    what: str
    path: str
    change: Change = nothing
    said: dict[str, Any] = field(default_factory=dict)
    line: int | None = None
    ask: Callable[[Path], object] = load_study

    @property
    def code(self) -> str:
        """The code of the problem that the case is about."""
        return self.name.partition("-")[0]

    def refused(self) -> None:
        """Write both files in the current folder, and ask.

        Raises:
            ScenarioError: with the problem, unless the case is none.
        """
        data = rows()
        self.change(data)
        self.ask(write(Path(), data, **self.said))


NONE_TREATED = {"treated": None, "start": None}
TREATED_TWO = in_all(lambda row: 2018 if number(row) <= 2 else "", "treated_from")
AGE = in_all(lambda row: number(row) % 7, "age")


def only(method: str) -> dict[str, Any]:
    """A study by one method."""
    return {"methods": [method], "primary_method": method}


def covered(*names: str, **said: Any) -> dict[str, Any]:
    """A study with these covariates."""
    return {"columns": {"covariates": list(names)}, **said}


def agreed(**said: Any) -> dict[str, Any]:
    """A study that settles a contract of a scenario that is shipped."""
    return {"scenario": "drenthe-akkoord", "contract": "langer_thuis", "pocket": "wlz", **said}


CASES = [
    # --- rows of the data
    StudyCase("study.weight", "A row without person-years.", "weight", on_rows(first, weight=0), line=2),
    StudyCase("study.weight-negative", "A row with person-years below zero.", "weight",
        on_rows(first, weight=-5), line=2),
    StudyCase("study.small_group", "A row about nine person-years.", "weight", on_rows(first, weight=9), line=2),
    StudyCase("study.small_group-persons", "A row about nine persons, in a column of its own.", "persons",
        in_all(lambda row: 9 if first(row) else 500, "persons"), line=2),
    StudyCase("study.two_starts", "A unit that has no start in its first row and one in the next.", "treated_from",
        in_all(lambda row: 2018 if row["unit"] == "GM0001" and row["period"] > 2012 else "", "treated_from"),
        NONE_TREATED, line=3),
    StudyCase("table.duplicate_key-study", "A unit with two rows of the same period.", "unit, period",
        lambda data: data.append(dict(data[0]))),
    StudyCase("number.not_a_number-study", "A word for an outcome.", "outcome", on_rows(first, outcome="veel"), line=2),
    # --- who is treated, from when
    StudyCase("table.missing_column-treated_from", "Nobody is said to take part, neither here nor in the data.",
        "treated_from", said=NONE_TREATED),
    StudyCase("table.missing_column-study", "A column that the data do not have.", "persoonsjaren",
        said={"columns": {"weight": "persoonsjaren"}}),
    StudyCase("table.missing-study", "Data that do not exist.", "data", said={"data": "weg.csv"}),
    StudyCase("study.treated_twice", "Who takes part stands in the study and in the data.", "treated", TREATED_TWO,
        {"columns": {"treated_from": "treated_from"}}),
    StudyCase("study.start", "Units that take part from a time that is not said.", "treated", said={"start": None}),
    StudyCase("study.start-nobody", "A start of units that are not named.", "start", TREATED_TWO, {"treated": None}),
    StudyCase("study.unknown_unit", "A unit with a slip in its name.", "treated.0",
        said={"treated": ["GM001", "GM0002"]}),
    StudyCase("study.unknown_unit-exclude", "A unit that is left out and is not there.", "exclude.0",
        said={"exclude": ["GM9999"]}),
    StudyCase("study.no_rows", "Periods before the data.", "periods", said={"periods": {"first": 1990, "last": 1999}}),
    StudyCase("study.start_outside", "A start after the data.", "start", said={"start": 2025}),
    StudyCase("study.start_outside-column", "A start after the data, in the data.", "columns.treated_from",
        in_all(lambda row: 2030 if number(row) == 1 else "", "treated_from"), NONE_TREATED),
    StudyCase("study.nobody_treated", "An empty column of starts.", "columns.treated_from",
        in_all(lambda _: "", "treated_from"), NONE_TREATED),
    StudyCase("study.no_before", "A start in the first period.", "start", said={"start": 2012}),
    StudyCase("study.no_before-unit", "A unit that takes part and has rows after the start only.", "start",
        without(lambda row: number(row) == 1 and row["period"] < 2018)),
    # --- what a method needs
    StudyCase("study.several_starts", "Two starts, for a method that knows one.", "methods.0",
        in_all(lambda row: {1: 2016, 2: 2018}.get(number(row), ""), "treated_from"), NONE_TREATED),
    StudyCase("study.few_before", "Two periods before the start, for a trend.", "methods.0",
        without(lambda row: row["period"] < 2016), only("its")),
    StudyCase("study.few_before-synthetic", "One period before the start, for a synthetic comparison.", "methods.0",
        without(lambda row: row["period"] < 2017), only("synthetic_did")),
    StudyCase("study.period_gap", "A year that is missing, for a trend.", "methods.0",
        without(lambda row: row["period"] == 2015), only("its")),
    StudyCase("study.no_controls", "Data of those who take part only.", "methods.0",
        without(lambda row: number(row) > 4)),
    StudyCase("study.one_control", "Data of one other unit.", "methods.0", without(lambda row: number(row) > 5)),
    StudyCase("study.one_control-cluster", "Data of others that all belong to one region.", "methods.0",
        in_all(lambda row: "west" if number(row) <= 4 else "east", "cluster")),
    StudyCase("study.unbalanced", "A unit that lacks a year, for a synthetic control.", "methods.0",
        without(lambda row: number(row) == 20 and row["period"] == 2014), only("synthetic_control")),
    StudyCase("study.empty_treated_after", "No rows of those who take part from the start on.", "data",
        without(lambda row: number(row) <= 4 and row["period"] >= 2018)),
    StudyCase("study.empty_controls_before", "No rows of the others before the start.", "data",
        without(lambda row: number(row) > 4 and row["period"] < 2018)),
    StudyCase("study.empty_controls_after", "No rows of the others from the start on.", "data",
        without(lambda row: number(row) > 4 and row["period"] >= 2018)),
    StudyCase("study.negative_outcome", "Cost below zero, for a ratio of cost.", "methods.0",
        on_rows(first, outcome=-3), only("gamma_glm")),
    StudyCase("study.constant_outcome", "The same outcome in every row.", "columns.outcome",
        on_rows(lambda _: True, outcome=7)),
    # --- covariates
    StudyCase("study.unused_covariates", "A characteristic that the method leaves aside.", "columns.covariates", AGE,
        covered("age", **only("its"))),
    StudyCase("study.covariate_gap", "A characteristic that one unit lacks.", "columns.covariates.0",
        in_all(lambda row: "" if first(row) else number(row) % 7, "age"), covered("age")),
    StudyCase("study.collinear", "Two characteristics that are the same.", "columns.covariates.1",
        in_all(lambda row: number(row) % 7, "age", "again"), covered("age", "again")),
    StudyCase("study.collinear-constant", "A characteristic that everybody has.", "columns.covariates.0",
        in_all(lambda _: 3, "same"), covered("same")),
    # --- prices, protocol and settlement
    StudyCase("study.no_index", "A price index of two years out of ten.", "price_index",
        said={"price_index": {"kind": "own", "to_period": 2021, "values": {2012: 1.0, 2021: 1.2}}}),
    StudyCase("study.primary_not_asked", "A method that counts and is not asked for.", "primary_method",
        said={"primary_method": "its"}),
    StudyCase("study.no_primary", "A scenario to settle, and no method that counts.", "scenario",
        said={"primary_method": None, "scenario": "drenthe-akkoord"}),
    StudyCase("study.contract_without_scenario", "A contract without its scenario.", "contract",
        said={"contract": "langer_thuis"}),
    StudyCase("study.no_protocol", "A protocol that does not exist.", "protocol", said={"protocol": "protocol.yaml"},
        ask=evaluated),
    StudyCase("study.not_a_protocol", "A protocol from which the seal is gone.", "sha256",
        said={"protocol": "protocol.yaml"},
        ask=evaluated_beside("protocol: coalition-protocol-1\nwritten_on: 2026-01-01\n")),
    StudyCase("study.date", "`coalition evaluate protocol` with a word for a date.", "", ask=sealed_on("gisteren")),
    StudyCase("study.unknown_contract", "A contract with a slip in its name.", "contract", later(),
        agreed(start=2030, contract="langer_tuis"), ask=settled),
    StudyCase("study.which_contract", "A scenario with several contracts, and none named.", "scenario", later(),
        agreed(start=2030, contract=None), ask=settled),
    StudyCase("study.pocket", "Cost of youth care, and a contract about long-term care.", "pocket", later(),
        agreed(start=2030, pocket="jeugdwet"), ask=settled),
    StudyCase("study.pocket-not_stated", "A contract, and data that do not say whose cost they hold.", "pocket",
        later(), agreed(start=2030, pocket=None), ask=settled),
    StudyCase("study.no_weight", "A contract on data without person-years.", "columns.weight", later("weight"),
        agreed(start=2030), ask=settled),
    StudyCase("study.no_measured_period", "Data that end before the contract measures.", "contract", said=agreed(),
        ask=settled),
    # --- keys of the study file, as in a scenario
    StudyCase("number.not_below-study", "A test that would be wrong half of the time.", "alpha", said={"alpha": 0.5}),
    StudyCase("value.unknown_choice-study", "A method that does not exist.", "methods.0",
        said={"methods": ["dit"], "primary_method": None}),
    StudyCase("key.missing-study", "A study without methods.", "methods", said={"methods": None}),
]  # fmt: skip
