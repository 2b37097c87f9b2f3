"""A contract on measured figures as a table or JSON: per row what was saved, which clause decided and who gets what."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from coalition import __version__
from coalition.clauses import Values
from coalition.contracts import Contract
from coalition.measurements import Measurements
from coalition.outputs.formats import decimal, grid, percent, print_whole
from coalition.outputs.labels import Lang
from coalition.outputs.trail_words import CLAUSE_LABELS
from coalition.shared_savings import Settlement, pay

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_NAME = "coalition-settle-1"
CENTS = 100

HEADINGS: dict[Lang, tuple[str, ...]] = {
    "nl": ("wie", "periode", "bespaard", "van de norm", "drempel", "gehaald", "deel", "besliste"),
    "en": ("who", "period", "saved", "of benchmark", "gate", "passed", "rate", "decided by"),
}


@dataclass(frozen=True)
class SettledRow:
    """One row of measurements, settled.

    Attributes:
        id, period: as in the file.
        line: position in the file's order of holders and periods.
        settlement, cents: of its group of holders; row, column: its place in their arrays.
    """

    id: str
    period: int
    settlement: Settlement
    cents: dict[str, NDArray[np.int64]]
    row: int
    column: int

    @property
    def at(self) -> tuple[int, int]:
        """Its place in the arrays."""
        return self.row, self.column

    def payment_eur(self, party: str) -> float:
        """What the party receives, in whole cents."""
        return int(self.cents[party][self.at]) / CENTS


def settled_rows(contract: Contract, measured: Sequence[Measurements]) -> list[SettledRow]:
    """Every row of a file, settled for payment, in order of id and period."""
    rows = []
    for group in measured:
        settlement, cents = pay(Values(contract, columns=group.terms), group.savings)
        for row, name in enumerate(group.ids):
            for column, period in enumerate(group.periods[row]):
                rows.append(SettledRow(name, period, settlement, cents, row, column))
    return sorted(rows, key=lambda r: (r.id, r.period))


def show_settlement(
    contract: Contract, rows: Sequence[SettledRow], form: str, currency: str, console: Console, lang: Lang
) -> None:
    """The settled rows on standard output."""
    if form == "json":
        found = settlement_data(contract, rows, currency)
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print_table(contract, rows, currency, console, lang)


# --- JSON ---------------------------------------------------------------------------------------------------------


def settlement_data(contract: Contract, rows: Sequence[SettledRow], currency: str) -> dict[str, Any]:
    """The settled rows as plain data; amounts are in the currency named, whatever the keys say."""
    return {
        "schema": SCHEMA_NAME,
        "version": __version__,
        "contract": contract.name,
        "currency": currency,
        "rows": [_row_data(row) for row in rows],
        "totals": {
            "gross_savings_eur": math.fsum(float(r.settlement.gross_eur[r.at]) for r in rows),
            "payments": {party: _total_cents(rows, party) / CENTS for party in contract.sharers},
        },
    }


def _total_cents(rows: Sequence[SettledRow], party: str) -> int:
    return sum(int(r.cents[party][r.at]) for r in rows)


def _row_data(row: SettledRow) -> dict[str, Any]:
    found, at = row.settlement, row.at
    return {
        "id": row.id,
        "period": row.period,
        "gross_savings_eur": float(found.gross_eur[at]),
        "savings_rate": float(found.savings_rate[at]),
        "minimum_savings_rate": float(found.minimum_rate[at]),
        "gate_passed": bool(found.passed[at]),
        "final_rate": _defined(found.final_rate[at]),
        "payments": {party: row.payment_eur(party) for party in found.payments_eur},
        "decided_by": found.steps[int(found.decided[at])].clause.value,
        "clauses": [
            {"clause": s.clause.value, "value": _defined(s.value[at]), "amount_eur": float(s.amount_eur[at])}
            for s in found.steps
        ],
    }


def _defined(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else float(value)


# --- the table ----------------------------------------------------------------------------------------------------


def _print_table(contract: Contract, rows: Sequence[SettledRow], currency: str, console: Console, lang: Lang) -> None:
    parties = list(contract.sharers)
    names = [contract.sharers[p].name or p for p in parties]
    headings = [*HEADINGS[lang], *names]
    right = [2, 3, 4, 6, *range(len(HEADINGS[lang]), len(headings))]
    table = grid(f"{contract.name} ({currency})", headings, right=right, compact=True)
    for row in rows:
        table.add_row(*_cells(row, lang), *(decimal(row.payment_eur(p), 2, lang) for p in parties))
    table.add_section()
    total = decimal(math.fsum(float(r.settlement.gross_eur[r.at]) for r in rows), 2, lang)
    sums = (decimal(_total_cents(rows, p) / CENTS, 2, lang) for p in parties)
    table.add_row({"nl": "totaal", "en": "total"}[lang], "", total, *[""] * 5, *sums)
    print_whole(console, table)
    note = {
        "nl": "+ ontvangt, − betaalt; betalingen zijn hele centen en tellen per rij op tot nul.",
        "en": "+ receives, − pays; payments are whole cents and add up to zero in each row.",
    }
    console.print(note[lang], style="dim", highlight=False)


def _cells(row: SettledRow, lang: Lang) -> Iterator[str]:
    found, at = row.settlement, row.at
    yield row.id
    yield str(row.period)
    yield decimal(float(found.gross_eur[at]), 2, lang)
    yield percent(float(found.savings_rate[at]), lang, 2)
    yield percent(float(found.minimum_rate[at]), lang, 2)
    yield {"nl": ("nee", "ja"), "en": ("no", "yes")}[lang][bool(found.passed[at])]
    rate = float(found.final_rate[at])
    yield "-" if math.isnan(rate) else percent(rate, lang, 2)
    yield CLAUSE_LABELS[found.steps[int(found.decided[at])].clause][0 if lang == "nl" else 1]
