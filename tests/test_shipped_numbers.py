# ruff: noqa: SIM300 - the expected value comes first
"""Every number that ships with the package has a unit, a date, a source and a standing.

The walk knows no file by name: a number added anywhere in the shipped data without one of the four is found.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from coalition.catalogue import Evidence, all_evidence, catalogue_ids, unit_of
from coalition.contract_files import preset_names
from coalition.contracts import UNIT_OF_TERM, Contract, unit_of_term
from coalition.errors import UnknownNameError
from coalition.numbers import Frozen
from coalition.parameters import Standing, all_subjects, data_file, data_names, read_yaml

EVIDENCE_BESIDE = Path(__file__).resolve().parents[1].parent / "shared" / "evidence" / "interventions.csv"
SHIPPED_STANDINGS = {standing.value for standing in Standing} - {Standing.OWN.value}
LABELS = {"year", "price_year", "gala_goals", "follow_up_years", "terms_of_year"}
"""Keys whose numbers are dates or names, or the length of the study whose figure stands beside them."""

NUMERIC = ("Share", "Count", "Growth", "Number", "float", "int")
"""How the type of a key that holds a number reads."""


def lacks(
    node: Any, path: tuple[Any, ...] = (), unit: str = "", date: Any = None, contract: dict[str, Any] | None = None
) -> list[str]:
    """What the numbers below a node lack, as `path: what`; unit and date may stand on a mapping above them.

    Source, standing and year of a contract hold for each of its numbers that names no other (contracts.py), so that
    these may stand bare.
    """
    if isinstance(node, dict):
        unit, date = node.get("unit", unit), node.get("carried_over", date)
        if "value" in node:
            return number_lacks({**(contract or {}), **node}, path, unit, date)
        if "sharers" in node:
            contract = {key: node[key] for key in ("source", "standing") if key in node}
            date = node.get("terms_of_year")
        return [
            found
            for key, below in node.items()
            for found in lacks(below, (*path, key), unit, key if is_date(key) else date, contract)
        ]
    if isinstance(node, list):
        return [found for i, below in enumerate(node) for found in lacks(below, (*path, i), unit, date, contract)]
    if not isinstance(node, int | float) or isinstance(node, bool) or LABELS & set(path):
        return []
    return [f"{dotted(path)}: stands bare"] if contract is None else number_lacks(contract, path, unit, date)


def number_lacks(number: dict[str, Any], path: tuple[Any, ...], unit: str, date: Any) -> list[str]:
    """What one number lacks; an amount in euro of a template or policy also says its price year and index."""
    try:
        unit = unit or unit_of(dotted(path))
    except UnknownNameError:
        unit = unit_of_term(dotted(path))
    stated_per_key = not any(is_date(key) for key in path)
    amount = unit.startswith("euro") and stated_per_key
    wanted = {
        "unit": unit,
        "date": number.get("price_year") if amount else number.get("price_year") or number.get("year") or date,
        "index": number.get("index") or not amount,
        "source": number.get("source"),
        "standing": number.get("standing") in SHIPPED_STANDINGS,
    }
    return [f"{dotted(path)}: no {what}" for what, found in wanted.items() if not found]


def is_date(key: Any) -> bool:
    return isinstance(key, dt.date)


def dotted(path: tuple[Any, ...]) -> str:
    return ".".join(str(key) for key in path)


def shipped_files() -> list[tuple[str, str]]:
    folders = sorted(entry.name for entry in data_file().iterdir() if entry.is_dir() and not entry.name.startswith("_"))
    return [(folder, name) for folder in folders for name in data_names(folder)]


@pytest.mark.parametrize(("folder", "name"), shipped_files())
def test_no_shipped_number_lacks_unit_date_source_or_standing(folder: str, name: str) -> None:
    """A number that moves money can be traced to a source, a day and a unit, in every file that ships."""
    assert [] == lacks(read_yaml(data_file(folder, f"{name}.yaml")))


def test_the_walk_sees_the_files_that_the_package_reads() -> None:
    """Parameters, interventions, policies and contracts are all among the files walked."""
    walked = shipped_files()
    assert {("parameters", subject) for subject in all_subjects()} <= set(walked)
    assert {("interventions", id) for id in catalogue_ids()} <= set(walked)
    assert "policies" in {folder for folder, _ in walked}
    assert {("contracts", preset) for preset in preset_names()} <= set(walked)


def test_every_number_of_a_contract_has_a_unit() -> None:
    """Units follow from the key, so that a preset need not repeat them; no key of a contract is left out."""
    parts: list[type[Frozen]] = [m for m in Frozen.__subclasses__() if m.__module__ == Contract.__module__]
    assert Contract in parts
    dates = {"year", "first", "last", "terms_of_year"}
    numeric = {
        name
        for part in parts
        for name, field in part.model_fields.items()
        if name not in dates and any(kind in str(field.annotation) for kind in NUMERIC)
    }
    assert numeric - {"shares", "sharers"} == set(UNIT_OF_TERM)  # shares of a band have the unit of its side
    assert unit_of_term("gain_bands.0.shares.payer") == "share of the saving"
    assert unit_of_term("name") == ""


def a_tree() -> dict[str, Any]:
    """A made-up parameter, template and policy that lack nothing."""
    origin = {"source": "document, page", "standing": "read"}
    return {
        "rate": {"unit": "share per year", "values": {dt.date(2025, 1, 1): {"value": 0.01, **origin}}},
        "entry": {
            "carried_over": dt.date(2026, 11, 22),
            "gala_goals": [1, 2],
            "model": {
                "reduction": {"value": 0.2, **origin},
                "cost": {"per_starter": [{"value": 10, "price_year": 2022, "index": "cpi", **origin}]},
            },
        },
        "policy": {"year": 2024, "income_limit_pct": {"value": 120, "year": 2024, **origin}},
        "agreed": {
            "sharers": {"payer": {}},
            "terms_of_year": 2025,
            **origin,
            "sharing_rate": 0.5,
            "first_dollar": True,
        },
        "own": {
            "sharers": {"payer": {}},
            "terms_of_year": 2025,
            "gate_table": [{"rate_from": {"value": 0.1, **origin}}],
        },
    }


def test_a_tree_that_lacks_nothing_passes() -> None:
    """The made-up tree that the next test breaks is itself in order."""
    assert [] == lacks(a_tree())


BREAKS = [
    ("rate.values.2025-01-01: no unit", ("rate",), "unit"),
    ("rate.values.2025-01-01: no source", ("rate", "values", dt.date(2025, 1, 1)), "source"),
    ("rate.values.2025-01-01: no standing", ("rate", "values", dt.date(2025, 1, 1)), "standing"),
    ("entry.model.reduction: no date", ("entry",), "carried_over"),
    ("entry.model.cost.per_starter.0: no date", ("entry", "model", "cost", "per_starter", 0), "price_year"),
    ("entry.model.cost.per_starter.0: no index", ("entry", "model", "cost", "per_starter", 0), "index"),
    ("policy.income_limit_pct: no date", ("policy", "income_limit_pct"), "year"),
    ("agreed.sharing_rate: no date", ("agreed",), "terms_of_year"),
    ("agreed.sharing_rate: no source", ("agreed",), "source"),
    ("agreed.sharing_rate: no standing", ("agreed",), "standing"),
    ("agreed.sharing_rate: stands bare", ("agreed",), "sharers"),
    ("own.gate_table.0.rate_from: no source", ("own", "gate_table", 0, "rate_from"), "source"),
    ("own.gate_table.0.rate_from: no standing", ("own", "gate_table", 0, "rate_from"), "standing"),
    ("own.gate_table.0.rate_from: no date", ("own",), "terms_of_year"),
]


@pytest.mark.parametrize(("expected", "place", "key"), BREAKS)
def test_the_walk_finds_each_lack(expected: str, place: tuple[Any, ...], key: str) -> None:
    """Taking away unit, date, index, source or standing is found at its place, and nothing else is."""
    tree = copy.deepcopy(a_tree())
    node: Any = tree
    for step in place:
        node = node[step]
    del node[key]
    assert [expected] == lacks(tree)


@pytest.mark.parametrize(
    ("expected", "number"),
    [
        ("x.reach: stands bare", 0.3),
        ("x.reach: no unit", {"value": 0.3, "price_year": 2024, "source": "document", "standing": "read"}),
        (
            "x.reach: no standing",
            {"value": 0.3, "unit": "share", "price_year": 2024, "source": "document", "standing": "own"},
        ),
        ("x.reach: no source", {"value": None, "unit": "share", "price_year": 2024, "source": "", "standing": "read"}),
    ],
)
def test_the_walk_finds_a_new_number_without_its_origin(expected: str, number: object) -> None:
    """A bare number, one under a key without a unit, a coalition's own figure or an empty source is found."""
    assert [expected] == lacks({"x": {"reach": number}})


def test_every_published_figure_has_unit_date_source_and_standing() -> None:
    """Each row of the evidence has its unit, price year, source, address, level, standing and day taken over."""
    wanted = ("unit", "price_year", "source_title", "source_address", "evidence_level")
    for row in all_evidence():
        assert [] == [name for name in wanted if not getattr(row, name)], (row.intervention_id, row.parameter)
        assert row.standing.value in SHIPPED_STANDINGS
        assert dt.date(2026, 1, 1) < dt.date.fromisoformat(row.carried_over)


def test_published_figures_are_numbers() -> None:
    """Value, low and high are plain numbers with a decimal point, or empty."""
    figures = [figure for row in all_evidence() for figure in (row.value, row.low, row.high) if figure]
    assert [] == [figure for figure in figures if not re.fullmatch(r"-?\d+(\.\d+)?", figure)]


def test_the_catalogue_has_all_interventions_and_figures() -> None:
    """44 interventions and 177 figures ship, and each figure belongs to an intervention that ships."""
    assert (44, 177) == (len(catalogue_ids()), len(all_evidence()))
    assert set(catalogue_ids()) == {row.intervention_id for row in all_evidence()}


@pytest.mark.skipif(not EVIDENCE_BESIDE.exists(), reason="collected evidence not beside the project")
def test_published_figures_were_carried_over_unchanged() -> None:
    """Every figure, unit, date and population equals the collected one, character by character."""
    with EVIDENCE_BESIDE.open(encoding="utf-8", newline="") as file:
        collected = list(csv.DictReader(file))
    renamed = {"beneficiary": "payer_or_beneficiary"}
    own = {"standing", "source_title", "source_address", "carried_over", "note"}
    names = [name for name in Evidence.__dataclass_fields__ if name not in own]
    expected = [[row[renamed.get(name, name)] for name in names] for row in collected]
    assert expected == [[getattr(row, name) for name in names] for row in all_evidence()]


WORKING_PAPERS = ["finance_nl", "ECONOMICS", "DESIGN.md", "shared/", "seed ", "the brief", "client source"]


@pytest.mark.parametrize("word", WORKING_PAPERS)
def test_shipped_data_names_sources_that_a_reader_can_look_up(word: str) -> None:
    """No shipped file points at a working paper that nobody outside has."""
    texts = [data_file(folder, f"{name}.yaml").read_text("utf-8") for folder, name in shipped_files()]
    assert not any(word in text for text in [*texts, data_file("evidence.csv").read_text("utf-8")])
