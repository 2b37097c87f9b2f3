"""The tables of a result folder: tidy rows for whoever evaluates or negotiates, each under its column contract.

Everything is read from a run; nothing is calculated here beyond sums over names. Euro nominal, unless a unit says
otherwise. Tables of parties hold the years shown; those of deliveries, avoided cost, contracts and funds hold every
calculated year, so that they add up to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from coalition.agreement import cash_of
from coalition.inputs import Floats
from coalition.ledger import LAW_ALONE, LEDGER
from coalition.model import Result
from coalition.outputs.json_text import flows_data, party_data
from coalition.report import Report
from coalition.streams import Stream
from coalition.tables import Column, Table

Rows = Iterable[Mapping[str, Any]]
AGREED = "agreed"
"""Beside LAW_ALONE: the law with everything that is agreed."""

FLOWS = Table(
    "flows",
    (
        Column(
            "arrangement", "string", "id", "Afspraak", "Arrangement", "law_alone, or the agreement that moves the money"
        ),
        Column("year", "int64", "calendar year", "Jaar", "Year"),
        Column("party", "string", "id", "Partij", "Party"),
        Column("pocket", "string", "purse", "Domein", "Pocket"),
        Column(
            "intervention", "string", "id", "Interventie", "Intervention", "intervention, gemeentepolis or coordination"
        ),
        Column("paid_eur", "float64", "euro, nominal", "Betaald", "Paid", "outlay and losses, >= 0"),
        Column(
            "gained_eur", "float64", "euro, nominal", "Gekregen of bespaard", "Gained", "receipts and savings, >= 0"
        ),
    ),
    key=("arrangement", "year", "party", "pocket", "intervention"),
)

PARTIES = Table(
    "parties",
    (
        Column("id", "string", "id", "Partij", "Party"),
        Column("kind", "string", "kind", "Soort", "Kind"),
        Column("name", "string", "name", "Naam", "Name"),
        Column("paid_eur", "float64", "euro, nominal", "Betaald", "Paid", ">= 0"),
        Column("gained_eur", "float64", "euro, nominal", "Gekregen of bespaard", "Gained", ">= 0"),
        Column("net_eur", "float64", "euro, nominal", "Saldo", "Net", "+ is a gain"),
        Column("npv_eur", "float64", "euro of the price year", "Contante waarde", "Present value", "+ is a gain"),
        Column("npv_low_eur", "float64", "euro of the price year", "Laag", "Low", nullable=True),
        Column("npv_high_eur", "float64", "euro of the price year", "Hoog", "High", nullable=True),
        Column(
            "payback_year",
            "int64",
            "calendar year",
            "Quitte in",
            "Even in",
            "empty when it does not pay back",
            nullable=True,
        ),
    ),
    key=("id",),
)


def _year(meaning: str = "") -> Column:
    return Column("year", "int64", "calendar year", "Jaar", "Year", meaning)


def _euro(name: str, dutch: str, english: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(name, "float64", "euro, nominal", dutch, english, meaning, nullable)


CALCULATED = "every calculated year, also after the years shown"
_INTERVENTION = Column("intervention", "string", "id", "Interventie", "Intervention", "id of the scenario")
_AREA = Column("area", "string", "CBS code", "Gebied", "Area", "municipality, district or neighbourhood")
_PARTY = Column("party", "string", "id", "Partij", "Party", "id as in parties.csv")

PARTY_YEARS = Table(
    "party_years",
    (
        Column("case", "string", "choice", "Geval", "Case", "law_alone, or agreed: the law with all that is agreed"),
        _PARTY,
        _year("years shown"),
        _euro("paid_eur", "Betaald", "Paid", "outlay and losses, >= 0"),
        _euro("gained_eur", "Gekregen of bespaard", "Gained", "receipts and savings, >= 0"),
        _euro("net_eur", "Saldo", "Net", "gained less paid; + is a gain"),
        Column(
            "present_value_eur",
            "float64",
            "euro of the price year",
            "Contante waarde",
            "Present value",
            "of the net of this year; the sum over the years is npv_eur of parties.csv",
        ),
    ),
    key=("case", "party", "year"),
)

DELIVERIES = Table(
    "deliveries",
    (
        _INTERVENTION,
        _AREA,
        _year(CALCULATED),
        Column("starters", "float64", "persons", "Deelnemers", "Starters", "who begin in this year, >= 0"),
        Column(
            "starters_with_module",
            "float64",
            "persons",
            "Deelnemers met de module",
            "Starters with the module",
            "those of them whose gemeentepolis reimburses it, >= 0",
        ),
        _euro("delivery_eur", "Uitvoering", "Delivery", "cost in this year of all who began earlier or now, >= 0"),
        _euro("by_module_eur", "Waarvan module", "Of which module", "part that a gemeentepolis pays, >= 0"),
    ),
    key=("intervention", "area", "year"),
)

AVOIDED = Table(
    "avoided",
    (
        _INTERVENTION,
        Column("effect", "string", "id", "Effect", "Effect", "id of the scenario, or life_years"),
        Column("pocket", "string", "purse", "Domein", "Pocket", "where the cost falls"),
        Column("care_kind", "string", "choice", "Soort zorg", "Kind of care", "under the Zvw only", nullable=True),
        _AREA,
        _year(CALCULATED),
        _euro("alone_eur", "Op zichzelf", "Alone", "avoided if no other intervention existed; negative: extra cost"),
        _euro("avoided_eur", "Na overlap", "After overlap", "avoided beside the others, before anyone is paid"),
    ),
    key=("intervention", "effect", "pocket", "care_kind", "area", "year"),
)

CONTRACTS = Table(
    "contracts",
    (
        Column("contract", "string", "id", "Contract", "Contract", "id of the scenario"),
        _year("measuring year"),
        Column("persons", "float64", "persons", "Personen", "Persons", "whose cost is measured, >= 0"),
        _euro("benchmark_eur", "Norm", "Benchmark", "after the contract's own clauses"),
        _euro("gross_savings_eur", "Brutobesparing", "Gross savings", "benchmark less cost; + is a saving"),
        Column(
            "minimum_rate",
            "float64",
            "share of the benchmark",
            "Drempel",
            "Gate",
            "empty where the table of the gate has no rate",
            nullable=True,
        ),
        Column("passed", "bool", "yes or no", "Gehaald", "Passed", "whether the gate was passed"),
        _euro("shared_eur", "Gedeeld", "Shared", "what was shared"),
        _euro("payer_cash_eur", "Geld van de betaler", "Payer's cash", "what the payer has of the saving in cash"),
        _euro("own_money_eur", "Eigen geld", "Own money", "part of the payment that is not from the saving, >= 0"),
    ),
    key=("contract", "year"),
)

FUNDS = Table(
    "funds",
    (
        Column("fund", "string", "id", "Fonds", "Fund", "id of the scenario"),
        _year(CALCULATED),
        _euro("opening_eur", "Begin", "Opening", "balance"),
        _euro("contributions_eur", "Inleg", "Contributions", ">= 0"),
        _euro("interest_eur", "Rente", "Interest", "on the balance of a year before"),
        _euro("repaid_eur", "Terug", "Repaid", "by draws, >= 0"),
        _euro("asked_eur", "Gevraagd", "Asked", "by draws, >= 0"),
        _euro("paid_eur", "Uitgekeerd", "Paid out", "to draws, >= 0; less than asked where money was short"),
        _euro("fees_eur", "Kosten", "Fees", "of running the fund, >= 0"),
        _euro("written_off_eur", "Afgeschreven", "Written off", "loans that never come back, >= 0"),
        _euro("distributed_eur", "Naar inleggers", "To contributors", ">= 0"),
        _euro("outstanding_eur", "Nog te ontvangen", "Outstanding", "what draws still owe at the end of the year"),
        _euro("closing_eur", "Eind", "Closing", "balance"),
    ),
    key=("fund", "year"),
)

CASH = Table(
    "agreement_cash",
    (
        Column("arrangement", "string", "id", "Afspraak", "Arrangement", "id of the scenario"),
        Column("party", "string", "id", "Partij", "Party", "id as in parties.csv, a fund, or resources"),
        _year(CALCULATED),
        _euro("amount_eur", "Bedrag", "Amount", "+ receives, - pays"),
    ),
    key=("arrangement", "party", "year"),
)


def result_tables(report: Report) -> list[tuple[Table, Rows]]:
    """Every table with its rows, in reading order."""
    result = report.result
    return [
        (PARTIES, [party_data(found, report) for found in result.run.parties]),
        (PARTY_YEARS, _party_years(result)),
        (FLOWS, flows_data(report)),
        (DELIVERIES, _deliveries(result)),
        (AVOIDED, _avoided(result)),
        (CONTRACTS, _contracts(result)),
        (FUNDS, _funds(result)),
        (CASH, _cash(result)),
        (LEDGER, (entry._asdict() for entry in result.run.ledger.entries())),
    ]


def _party_years(result: Result) -> Iterator[dict[str, Any]]:
    """Every party that the law or an agreement touches, in both cases; an untouched party has no row."""
    cases = zip(result.run.law_parties, result.run.parties, strict=True)
    touched = [pair for pair in cases if any(found.paid.any() or found.gained.any() for found in pair)]
    for case, parties in ((LAW_ALONE, [p[0] for p in touched]), (AGREED, [p[1] for p in touched])):
        for found in parties:
            for t, year in enumerate(result.years):
                yield {
                    "case": case,
                    "party": found.party.id,
                    "year": year,
                    "paid_eur": float(found.paid[0, t]),
                    "gained_eur": float(found.gained[0, t]),
                    "net_eur": float(found.net[0, t]),
                    "present_value_eur": float(found.worth[0, t]),
                }


def _deliveries(result: Result) -> Iterator[dict[str, Any]]:
    """Only where somebody begins or something is paid."""
    projection = result.run.projection
    for name, found in projection.deliveries.items():
        parts = (projection.starters[name], projection.enrolled_starters[name], found.total, found.by_module)
        for area, year, amounts in _nonzero(result, parts):
            yield {
                "intervention": name,
                "area": area,
                "year": year,
                **dict(zip(DELIVERIES.names[3:], amounts, strict=True)),
            }


def _avoided(result: Result) -> Iterator[dict[str, Any]]:
    """Streams of one effect in one pocket, before and after overlap; only where one of both is not zero."""
    projection = result.run.projection
    alone, after = _per_stream(projection.alone), _per_stream(projection.streams)
    for key in {**after, **alone}:
        blank = np.zeros(1)
        for area, year, amounts in _nonzero(result, (alone.get(key, blank), after.get(key, blank))):
            where = {"area": area, "year": year}
            yield {
                **dict(zip(AVOIDED.names[:4], key, strict=True)),
                **where,
                **dict(zip(AVOIDED.names[6:], amounts, strict=True)),
            }


StreamKey = tuple[str, str, str, str | None]


def _per_stream(streams: Iterable[Stream]) -> dict[StreamKey, Floats]:
    """Avoided cost of the plain run by what it is about, shape (area, year)."""
    found: dict[StreamKey, Floats] = {}
    for s in streams:
        key = (s.intervention, s.effect, s.pocket.value, None if s.care_kind is None else s.care_kind.value)
        found[key] = found[key] + s.avoided[0] if key in found else s.avoided[0]
    return found


def _nonzero(result: Result, parts: Iterable[Floats]) -> Iterator[tuple[str, int, list[float]]]:
    """Area, year and amounts where any of them is not zero; of arrays with draws the first."""
    areas, years = result.scenario.region.areas, result.run.clock.years
    full = np.stack([np.broadcast_to(a[0] if a.ndim > 2 else a, (len(areas), len(years))) for a in parts])
    for k, t in zip(*np.nonzero(full.any(axis=0)), strict=True):
        yield areas[k], years[t], full[:, k, t].tolist()


def _contracts(result: Result) -> Iterator[dict[str, Any]]:
    for found in result.run.agreed.contracts:
        settled = found.settlement
        for t, year in enumerate(found.years):
            rate = float(settled.minimum_rate[0, t])
            yield {
                "contract": found.name,
                "year": year,
                "persons": float(found.savings.persons[0, t]),
                "benchmark_eur": float(settled.benchmark_eur[0, t]),
                "gross_savings_eur": float(settled.gross_eur[0, t]),
                "minimum_rate": rate if np.isfinite(rate) else None,
                "passed": bool(settled.passed[0, t]),
                "shared_eur": float(settled.base_eur[0, t]),
                "payer_cash_eur": float(found.cash_eur[0, t]),
                "own_money_eur": float(found.own_money[0, t]),
            }


def _funds(result: Result) -> Iterator[dict[str, Any]]:
    for found in result.run.agreed.funds:
        s = found.statement
        for t, year in enumerate(s.years):
            yield {
                "fund": found.name,
                "year": year,
                "opening_eur": float(s.opening[0, t]),
                "interest_eur": float(s.interest[0, t]),
                "fees_eur": float(s.fees[0, t]),
                "written_off_eur": float(s.written_off[0, t]),
                "closing_eur": float(s.closing[0, t]),
                **{
                    f"{name}_eur": sum(float(a[0, t]) for a in getattr(s, name).values())
                    for name in ("contributions", "repaid", "asked", "paid", "distributed", "outstanding")
                },
            }


def _cash(result: Result) -> Iterator[dict[str, Any]]:
    """What each arrangement brings each account, years without money left out."""
    names = dict.fromkeys(p.arrangement for p in result.run.agreed.postings)
    for name in names:
        for party, amounts in cash_of(result, name).items():
            for year, amount in zip(result.run.clock.years, amounts.tolist(), strict=True):
                if amount:
                    yield {"arrangement": name, "party": party, "year": year, "amount_eur": amount}
