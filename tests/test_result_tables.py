"""The tables of a result folder: they add up to the run, keep to their contract, and hold no formula."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from coalition.ledger import LAW_ALONE
from coalition.outputs.folder import TYPES, schema_data, table_csv, write_folder
from coalition.outputs.result_tables import AGREED, result_tables
from coalition.report import Report, build_report
from coalition.scenario import load_scenario
from coalition.sources.writing import csv_text
from coalition.tables import FORMULA_STARTS, Column, Table, inert_text

SCENARIOS = ["drenthe-akkoord", "kavel-drenthe", "sociaal-hospitaal-bond", "gemeentepolis-mkba", "vallen"]


@cache
def report(name: str) -> Report:
    return build_report(load_scenario(name), studies=False)


@cache
def tables(name: str) -> dict[str, list[dict[str, Any]]]:
    return {table.name: [dict(row) for row in rows] for table, rows in result_tables(report(name))}


def totals(rows: Iterable[dict[str, Any]], by: tuple[str, ...], amount: str) -> dict[Any, float]:
    found: dict[Any, float] = defaultdict(float)
    for row in rows:
        found[tuple(row[k] for k in by)] += row[amount]
    return found


# --- what they add up to ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_table_keeps_to_its_contract(name: str) -> None:
    """Columns, no empty cell where there may be none, and no key twice."""
    for table, rows in result_tables(report(name)):
        frame = pd.DataFrame([dict(row) for row in rows])
        if len(frame):
            table.conform(frame[table.names])


@pytest.mark.parametrize("name", SCENARIOS)
def test_years_of_a_party_add_up_to_the_party(name: str) -> None:
    """With what is agreed; under the law alone they add up to the run of the law alone."""
    found = {p["id"]: p for p in tables(name)["parties"]}
    law = {p.party.id: p for p in report(name).result.run.law_parties}
    for amount, total in (("paid_eur", "paid_eur"), ("gained_eur", "gained_eur"), ("present_value_eur", "npv_eur")):
        for (case, party), value in totals(tables(name)["party_years"], ("case", "party"), amount).items():
            if case == AGREED:
                assert value == pytest.approx(found[party][total], abs=0.01)
            elif amount == "present_value_eur":
                assert value == pytest.approx(float(law[party].npv[0]), abs=0.01)
    assert {row["case"] for row in tables(name)["party_years"]} == {LAW_ALONE, AGREED}


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_is_left_out_of_the_years_has_nothing(name: str) -> None:
    shown = {row["party"] for row in tables(name)["party_years"]}
    law = {p.party.id: p for p in report(name).result.run.law_parties}
    for party in tables(name)["parties"]:
        if party["id"] not in shown:
            assert party["paid_eur"] == party["gained_eur"] == 0
            assert not law[party["id"]].net.any()


@pytest.mark.parametrize("name", SCENARIOS)
def test_deliveries_and_starters_are_those_of_the_projection(name: str) -> None:
    projection = report(name).result.run.projection
    rows = tables(name)["deliveries"]
    for amount, stated in (
        ("delivery_eur", {n: d.total for n, d in projection.deliveries.items()}),
        ("starters", projection.starters),
        ("starters_with_module", projection.enrolled_starters),
    ):
        found = totals(rows, ("intervention",), amount)
        assert {n: float(a[0].sum()) for n, a in stated.items()} == pytest.approx(
            {n: found[(n,)] for n in stated}, abs=0.01
        )


@pytest.mark.parametrize("name", SCENARIOS)
def test_avoided_cost_is_there_before_and_after_overlap(name: str) -> None:
    projection = report(name).result.run.projection
    for amount, streams in (("alone_eur", projection.alone), ("avoided_eur", projection.streams)):
        found = totals(tables(name)["avoided"], ("intervention", "pocket"), amount)
        expected: dict[Any, float] = defaultdict(float)
        for s in streams:
            expected[s.intervention, s.pocket.value] += float(s.avoided[0].sum())
        assert {k: v for k, v in expected.items() if abs(v) > 0.01} == pytest.approx(
            {k: found[k] for k, v in expected.items() if abs(v) > 0.01}
        )


def test_overlap_makes_less_of_a_saving_in_drenthe() -> None:
    """Otherwise two columns would not be needed."""
    rows = tables("drenthe-akkoord")["avoided"]
    assert sum(r["avoided_eur"] for r in rows) < sum(r["alone_eur"] for r in rows) - 1


@pytest.mark.parametrize("name", ["drenthe-akkoord", "kavel-drenthe", "sociaal-hospitaal-bond"])
def test_cash_of_agreements_is_that_of_the_ledger(name: str) -> None:
    """Per arrangement and year; what one receives another pays."""
    ledger = [row for row in tables(name)["ledger"] if row["arrangement"] != LAW_ALONE]
    signed = [{**r, "party": r["target"]} for r in ledger]
    signed += [{**r, "party": r["source"], "amount_eur": -r["amount_eur"]} for r in ledger]
    by = ("arrangement", "party", "year")
    expected = {k: v for k, v in totals(signed, by, "amount_eur").items() if abs(v) > 0.005}
    found = {k: v for k, v in totals(tables(name)["agreement_cash"], by, "amount_eur").items() if abs(v) > 0.005}
    assert found == pytest.approx(expected, abs=0.01)
    assert found


def test_a_fund_opens_where_it_closed() -> None:
    rows = tables("drenthe-akkoord")["funds"]
    assert rows
    for before, after in pairwise(rows):
        assert after["opening_eur"] == pytest.approx(before["closing_eur"])
    for r in rows:
        came = r["opening_eur"] + r["contributions_eur"] + r["interest_eur"] + r["repaid_eur"]
        assert r["closing_eur"] == pytest.approx(came - r["paid_eur"] - r["fees_eur"] - r["distributed_eur"], abs=0.01)


def test_a_contract_shows_its_measuring_years() -> None:
    outcomes = {c.name: c for c in report("drenthe-akkoord").result.run.agreed.contracts}
    found = totals(tables("drenthe-akkoord")["contracts"], ("contract",), "gross_savings_eur")
    assert {k: float(c.settlement.gross_eur[0].sum()) for k, c in outcomes.items()} == pytest.approx(
        {k: found[(k,)] for k in outcomes}
    )


# --- what stands in the files -------------------------------------------------------------------------------------


def test_the_schema_tells_every_column_of_every_file(tmp_path: Path) -> None:
    write_folder(report("drenthe-akkoord"), tmp_path / "out")
    schema = json.loads((tmp_path / "out" / "schema.json").read_text("utf-8"))
    assert {t["path"] for t in schema["tables"]} == {p.name for p in (tmp_path / "out").glob("*.csv")}
    for table in schema["tables"]:
        with (tmp_path / "out" / table["path"]).open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            assert next(rows) == [field["name"] for field in table["fields"]]
            for row in rows:
                assert len(row) == len(table["fields"])
                for field, cell in zip(table["fields"], row, strict=True):
                    fits(field, cell)
        assert set(table["primaryKey"]) <= {field["name"] for field in table["fields"]}
        assert all(field["unit"] and field["meaning"] and field["title_nl"] for field in table["fields"])


def fits(field: dict[str, Any], cell: str) -> None:
    """Whether a cell is of the type that the schema tells."""
    if not cell:
        assert not field["constraints"]["required"], field["name"]
    elif field["type"] == "integer":
        int(cell)
    elif field["type"] == "number":
        float(cell)
    elif field["type"] == "boolean":
        assert cell in {"true", "false"}
    else:
        assert not cell.startswith(FORMULA_STARTS)


def test_the_same_scenario_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_folder(report("drenthe-akkoord"), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_would_be_a_formula_is_made_inert(start: str) -> None:
    assert inert_text(f"{start}1") == f"'{start}1"
    assert inert_text(f"a{start}1") == f"a{start}1"
    assert inert_text("") == ""


SOME = Table(
    "some",
    (
        Column("name", "string", "id", "Naam", "Name"),
        Column("amount_eur", "float64", "euro", "Bedrag", "Amount"),
        Column("count", "int64", "persons", "Aantal", "Count"),
        Column("holds", "bool", "yes or no", "Klopt", "Holds"),
    ),
)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_only_text_columns_are_guarded_in_both_writers(start: str) -> None:
    """A negative amount stays a number."""
    row = {"name": f"{start}1+1", "amount_eur": -2.5, "count": -3, "holds": True}
    frame = pd.DataFrame([row])
    for text in (table_csv(SOME, [row]), csv_text(frame, SOME)):
        heading, cells = csv.reader(text.splitlines(keepends=True)) if start != "\r" else (SOME.names, None)
        assert heading == SOME.names
        if cells is not None:
            assert cells == [f"'{start}1+1", "-2.5", "-3", "true"]
        assert f"'{start}1+1" in text


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+31 6", "-gemeente", "@verzekeraar"])
def test_names_of_a_scenario_are_inert_in_every_file(name: str, tmp_path: Path) -> None:
    """Of an insurer and an area here; whatever a coalition calls them."""
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "scenario: {base: drenthe-akkoord, name: x}\n"
        f"parties: {{insurers: {{menzis: {{name: {json.dumps(name)}}}}}}}\n"
        f"region: {{names: {{GM0106: {json.dumps(name)}}}}}\n",
        "utf-8",
    )
    found = build_report(load_scenario(file), studies=False)
    write_folder(found, tmp_path / "out")
    inert = 0
    for path in (tmp_path / "out").glob("*.csv"):
        text_columns = {
            k
            for table in schema_data([t for t, _ in result_tables(found)])["tables"]
            for k, field in enumerate(table["fields"])
            if table["path"] == path.name and field["type"] == "string"
        }
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                inert += row.count(f"'{name}")
                assert not [k for k, cell in enumerate(row) if k in text_columns and cell.startswith(FORMULA_STARTS)]
    assert inert == 2


def test_every_type_of_a_column_has_a_name_in_the_schema() -> None:
    used = {c.dtype for name in SCENARIOS for table, _ in result_tables(report(name)) for c in table.columns}
    assert used <= set(TYPES)
