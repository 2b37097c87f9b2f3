"""Measured figures of a contract from a CSV file: one row per contract holder and period.

The figures come back as arrays (holder, period) of ObservedSavings, with the columns that override a term of the
contract. Whether the figures can be used with the contract is checked here, all problems at once; what they lead to
is decided in shared_savings.py. Amounts are totals of the period, in the currency of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalition.clauses import Values, minimum_rates
from coalition.contract_checks import contradictions
from coalition.contracts import SCALAR_TERMS, Contract, Gate, LossRule
from coalition.csv_tables import LINES, Columns, read_table
from coalition.errors import ScenarioError
from coalition.inputs import Floats
from coalition.numbers import Number, Share
from coalition.problems import Problem
from coalition.shared_savings import ObservedSavings, settle
from coalition.tables import Column, Table

_OPTIONAL = {"nullable": True, "optional": True}

MEASUREMENTS = Table(
    "measurements",
    (
        Column("id", "string", "id", "Contract of groep", "Contract or group", "who the row is about"),
        Column("period", "int64", "calendar year", "Periode", "Period", "year, or the number of the period"),
        Column("person_years", "float64", "person-years", "Persoonsjaren", "Person-years", "> 0; so >= 0"),
        Column("benchmark_eur", "float64", "euro", "Norm", "Benchmark", "total of the period, >= 0"),
        Column("cost_eur", "float64", "euro", "Kosten", "Cost", "total of the period, >= 0"),
        Column("quality_score", "float64", "score, 0-1", "Kwaliteit", "Quality", "empty: standard met", **_OPTIONAL),
        Column("revenue_eur", "float64", "euro", "Omzet", "Revenue", "the sharers' own, >= 0", **_OPTIONAL),
        Column("risk_ratio", "float64", "ratio", "Risico", "Risk", "to the base years, >= 0", **_OPTIONAL),
        Column("population", "float64", "persons", "Personen", "Persons", "for the gate, >= 0", **_OPTIONAL),
        *(
            Column(term, "float64", "as in the contract", term, term, "overrides the contract", **_OPTIONAL)
            for term in SCALAR_TERMS
        ),
    ),
    key=("id", "period"),
)
"""What a file of measurements holds; see docs/contract.md."""

ALWAYS_WORKS = frozenset({"minimum_savings_rate", "minimum_loss_rate"})
"""Terms that a row may state whatever the contract's own gate is."""

FIGURES = ("person_years", "benchmark_eur", "cost_eur", "quality_score", "revenue_eur", "risk_ratio", "population")
"""Columns that are measured; the others belong to the contract."""


@dataclass(frozen=True)
class Measurements:
    """Rows of a file as arrays (holder, period).

    Attributes:
        ids: holders, in the order of the file.
        periods: per holder its periods in order, as they stand in the file; all holders have the same number.
        savings: the figures.
        terms: columns that override a term.
    """

    ids: tuple[str, ...]
    periods: tuple[tuple[int, ...], ...]
    savings: ObservedSavings
    terms: dict[str, Floats]


def read_measurements(path: Path, contract: Contract) -> list[Measurements]:
    """The rows of a file, in groups of holders with equally many periods.

    Raises:
        ScenarioError: with every problem found.
    """
    shown = str(path)
    columns = read_table(path, MEASUREMENTS, shown)
    problems = [
        Problem(code, shown, line, column, text, facts)
        for code, line, column, text, facts in _problems(columns, contract)
    ]
    if problems:
        raise ScenarioError(sorted(problems, key=lambda p: p.line))
    return [_grouped(columns, rows) for rows in _equally_long(columns)]


def _equally_long(columns: Columns) -> list[NDArray[np.intp]]:
    """Row numbers as arrays (holder, period), one array per number of periods, holders in the order of the file."""
    by_id: dict[str, list[int]] = {}
    for row, name in enumerate(columns["id"].tolist()):
        by_id.setdefault(name, []).append(row)
    groups: dict[int, list[list[int]]] = {}
    for rows in by_id.values():
        groups.setdefault(len(rows), []).append(sorted(rows, key=lambda r: columns["period"][r]))
    return [np.array(group, dtype=np.intp) for group in groups.values()]


def _grouped(columns: Columns, rows: NDArray[np.intp]) -> Measurements:
    figures = {name: columns[name][rows].astype(float) for name in FIGURES if name in columns}
    terms = {term: columns[term][rows].astype(float) for term in SCALAR_TERMS if term in columns}
    ids = tuple(columns["id"][rows[:, 0]].tolist())
    periods = tuple(tuple(found) for found in columns["period"][rows].tolist())
    return Measurements(ids, periods, ObservedSavings(**figures), terms)


# --- what cannot be used ------------------------------------------------------------------------------------------

Found = tuple[str, int, str, str, dict[str, str]]
"""Code, line, column, found text and facts."""


def _problems(columns: Columns, contract: Contract) -> Iterator[Found]:
    for check in (_sizes, _limits, _periods):
        yield from check(columns)
    for meets in (_revenue, _populations, _terms):
        yield from meets(columns, contract)


def _where(columns: Columns, wrong: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Row and line of each row that is wrong."""
    for row in np.flatnonzero(wrong).tolist():
        yield row, int(columns[LINES][row])


def _sizes(columns: Columns) -> Iterator[Found]:
    for name in ("person_years", "benchmark_eur"):
        for row, line in _where(columns, columns[name] <= 0):
            yield ("settle.not_positive", line, name, _number(columns[name][row]), {})


def _limits(columns: Columns) -> Iterator[Found]:
    """Scores and shares run from 0 to 1."""
    for name in ("quality_score", *SCALAR_TERMS):
        if name in columns and (name == "quality_score" or _is_share(name)):
            values = columns[name]
            for row, line in _where(columns, (values < 0) | (values > 1)):
                yield ("settle.not_share", line, name, _number(values[row]), {"as_share": _number(values[row] / 100)})


def _is_share(term: str) -> bool:
    annotation: Any = Contract.model_fields[term].annotation
    return Share in getattr(annotation, "__args__", ())


def _revenue(columns: Columns, contract: Contract) -> Iterator[Found]:
    """A limit that is a share of revenue needs the revenue, in rows where it can bind."""
    rows = np.arange(len(columns["id"]))[:, None]
    group = _grouped(columns, rows)
    gross = settle(Values(contract, columns=group.terms), group.savings).gross_eur[:, 0]
    unknown = np.isnan(columns["revenue_eur"]) if "revenue_eur" in columns else np.ones(len(rows), dtype=bool)
    for term, binds in (("gain_cap_share_of_revenue", gross > 0), ("loss_cap_share_of_revenue", gross < 0)):
        stated = term in columns or any(getattr(s, term) is not None for s in (contract, *contract.sharers.values()))
        for _, line in _where(columns, binds & unknown) if stated else ():
            yield ("settle.no_revenue", line, "revenue_eur", "", {"term": term})


def _populations(columns: Columns, contract: Contract) -> Iterator[Found]:
    """A gate must give a rate for every row."""
    terms = {t: columns[t][:, None].astype(float) for t in SCALAR_TERMS if t in columns}
    persons = columns["person_years"] if "population" not in columns else columns["population"]
    persons = np.where(np.isnan(persons), columns["person_years"], persons)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.broadcast_to(minimum_rates(Values(contract, columns=terms), persons)[0], persons.shape)
    code = "settle.below_table" if contract.gate is Gate.TABLE else "settle.no_rate"
    facts = {"first": str(contract.gate_table[0].persons_from)} if contract.gate_table else {}
    for row, line in _where(columns, np.isnan(least[:, 0]) & (columns["person_years"] > 0)):
        yield (code, line, "population" if "population" in columns else "person_years", _number(persons[row, 0]), facts)


def _terms(columns: Columns, contract: Contract) -> Iterator[Found]:
    """A column that overrides a term must have something to work on in this contract."""
    stated = contradictions(contract)
    for term in SCALAR_TERMS:
        if term not in columns or term in ALWAYS_WORKS or not np.nansum(np.abs(columns[term])):
            continue
        if term == "loss_rate" and contract.losses is LossRule.ONE_MINUS:
            continue
        changed = contract.model_copy(update={term: Number(value=float(np.nanmax(columns[term])))})
        for code, at, _, facts in contradictions(changed):
            if (code, at) not in {(c, a) for c, a, _, _ in stated}:
                yield ("settle.term_without_effect", 1, term, term, {"other": facts.get("other", at)})
                break


def _periods(columns: Columns) -> Iterator[Found]:
    """Periods of one holder follow each other; the table's key already forbids one twice."""
    last: dict[str, tuple[int, int]] = {}
    order = np.argsort(columns["period"], kind="stable").tolist()
    for row in order:
        name, period, line = columns["id"][row], int(columns["period"][row]), int(columns[LINES][row])
        before = last.get(name)
        if before is not None and period != before[0] + 1:
            yield ("settle.period_gap", line, "period", str(period), {"id": name, "before": str(before[0])})
        last[name] = (period, line)


def _number(value: float) -> str:
    return f"{value:.10g}"
