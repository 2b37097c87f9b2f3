"""A report as JSON. Keys are never translated; the schema of this file is published with the package."""

from __future__ import annotations

import json
import math
from typing import Any

from coalition import __version__
from coalition.notes import Note, freed_per_pocket
from coalition.outputs.agreement_json import agreement_data, arrangement_ids
from coalition.report import Report
from coalition.wrong_pocket import PartyResult

SCHEMA_NAME = "coalition-run-1"


def report_json(report: Report) -> str:
    """The report as JSON text with a fixed order of keys."""
    return json.dumps(report_data(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def report_data(report: Report) -> dict[str, Any]:
    """The report as plain data; see the published schema for the meaning of each key."""
    head = report.scenario.spec.scenario
    zero = report.result.zero_effect
    return {
        "schema": SCHEMA_NAME,
        "scenario": head.name,
        "input_hash": report.scenario.input_hash,
        "version": __version__,
        "price_level": head.price_year,
        "first_year": report.result.years[0],
        "last_year": report.result.years[-1],
        "discount_rate": report.rate,
        "parties": [party_data(p, report) for p in report.result.run.parties],
        "flows": flows_data(report),
        "pockets": [
            {"party": party, "pocket": pocket, "net_eur": value}
            for (party, pocket), value in report.pockets.items()
            if party not in {"municipalities", "insurers"}
        ],
        "society": {"npv_eur": report.societal_npv_eur, "freed_capacity": _freed(report)},
        "welfare": {
            "qalys": report.qalys,
            "qalys_discounted": report.qalys_discounted,
            "qaly_discount_rate": report.qaly_rate,
            "monetised_eur": report.monetised_eur,
        },
        "wrong_pocket_index": _defined(report.index["all"]),
        "wrong_pocket_index_variants": {k: _defined(v) for k, v in report.index.items()},
        "repair": {
            "loss_eur": report.repair.loss_eur,
            "losers": report.repair.losers,
            "surplus_eur": report.repair.surplus_eur,
        },
        "windfall": None
        if report.windfall_eur is None
        else dict(zip(("before_delivery_eur", "after_delivery_eur"), report.windfall_eur, strict=True)),
        "clawback_extremes": {k: {"none_eur": a, "all_eur": b} for k, (a, b) in report.clawback.items()},
        "zero_effect": {
            "society_npv_eur": report.societal_npv_zero_effect_eur,
            "parties": [
                {"id": p.party.id, "net_eur": float(p.net.sum()), "npv_eur": float(p.npv[0])} for p in zero.parties
            ],
        },
        "assumptions": {
            "assumed": report.assumed_count,
            "numbers": report.number_count,
            "influences": [
                {
                    "path": i.path,
                    "value": i.number.value,
                    "low": i.number.low,
                    "high": i.number.high,
                    "moves_eur": i.size_eur,
                }
                for i in report.influences
            ],
        },
        "tail_eur": report.tail_eur,
        "arrangements": arrangement_ids(report.result),
        "agreement": agreement_data(report.result),
        "checks": [_note(n) for n in report.notes],
    }


def party_data(found: PartyResult, report: Report) -> dict[str, Any]:
    """One party over the years shown."""
    row = next((r for r in report.rows if r.party.id == found.party.id), None)
    limits = None if row is None or row.npv_range is None else row.npv_range
    return {
        "id": found.party.id,
        "kind": found.party.kind.value,
        "name": found.party.name_nl,
        "paid_eur": float(found.paid[0].sum()),
        "gained_eur": float(found.gained[0].sum()),
        "net_eur": float(found.net[0].sum()),
        "npv_eur": float(found.npv[0]),
        "npv_low_eur": None if limits is None else limits.low_eur,
        "npv_high_eur": None if limits is None else limits.high_eur,
        "payback_year": found.payback_year[0],
        "invests": found.invests,
        "cash_need_eur": float(max(0.0, -found.net[0].cumsum().min())),
        "by_year": [
            {"year": year, "paid_eur": float(paid), "gained_eur": float(gained)}
            for year, paid, gained in zip(report.result.years, found.paid[0], found.gained[0], strict=True)
        ],
        "break_even_effect": None if row is None else row.break_even,
    }


def flows_data(report: Report) -> list[dict[str, Any]]:
    """Per arrangement, year, party, pocket and intervention what is paid and gained: not negative, nominal."""
    rows = []
    parties = {p.party.id for p in report.result.run.parties}
    years = report.result.years
    for key, cell in report.result.run.cells.items():
        if key.party not in parties:
            continue
        paid, gained = cell.paid[0], cell.gained[0]
        for t, year in enumerate(years):
            if paid[t] or gained[t]:
                rows.append(
                    {
                        "arrangement": key.arrangement,
                        "year": year,
                        "party": key.party,
                        "pocket": key.pocket,
                        "intervention": key.intervention,
                        "paid_eur": float(paid[t]),
                        "gained_eur": float(gained[t]),
                    }
                )
    return sorted(rows, key=lambda r: (r["arrangement"], r["year"], r["party"], r["pocket"], r["intervention"]))


def _freed(report: Report) -> list[dict[str, Any]]:
    found = freed_per_pocket(report.freed)
    return [{"pocket": p.value, "turnover_eur": t, "staff_hours": h} for p, (t, h) in found.items()]


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value


def _note(note: Note) -> dict[str, Any]:
    return {"code": note.code, "serious": note.serious, "facts": note.facts}
