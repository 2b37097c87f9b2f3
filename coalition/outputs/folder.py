"""A result folder: tidy tables as CSV and a manifest that says from what they were made.

Everything is written beside the target first and moved into place at once, so that a run that is stopped leaves the
old folder. Text cells that a spreadsheet would take for a formula are refused when they are read, so none is written.
"""

from __future__ import annotations

import csv
import json
import platform
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coalition import __version__
from coalition.ledger import LEDGER
from coalition.outputs.json_text import flows_data, report_data
from coalition.report import Report
from coalition.tables import Column, Table

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


def write_folder(report: Report, folder: Path) -> list[Path]:
    """Write the result folder, replacing an older one of this program; returns the files written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
        new = Path(made) / folder.name
        new.mkdir()
        data = report_data(report)
        _write_csv(new / "flows.csv", FLOWS, flows_data(report))
        _write_csv(new / "parties.csv", PARTIES, data["parties"])
        _write_csv(new / "ledger.csv", LEDGER, (e._asdict() for e in report.result.run.ledger.entries()))
        (new / "result.json").write_text(
            json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8"
        )
        (new / "manifest.json").write_text(json.dumps(_manifest(report), indent=1) + "\n", "utf-8")
        _move_files(new, folder)
    return sorted(folder.iterdir())


def table_csv(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV text under a contract; an empty cell means "not stated"."""
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, table.names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return out.getvalue()


def _write_csv(path: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text(table_csv(table, rows), "utf-8")


def _move_files(source: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in sorted(source.iterdir()):
        shutil.move(file, folder / file.name)


def _manifest(report: Report) -> dict[str, Any]:
    import numpy
    import pydantic

    stated = report.scenario.spec.uncertainty
    return {
        "scenario": report.scenario.spec.scenario.name,
        "input_hash": report.scenario.input_hash,
        "seed": stated.seed,
        "draws": stated.draws,
        "versions": {
            "coalition": __version__,
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "pydantic": pydantic.__version__,
        },
        "tables": {t.name: _columns(t.columns) for t in (FLOWS, PARTIES, LEDGER)},
    }


def _columns(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [{"name": c.name, "type": c.dtype, "unit": c.unit, "meaning": c.meaning} for c in columns]
