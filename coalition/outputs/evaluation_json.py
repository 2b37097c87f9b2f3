"""An evaluation as JSON. Keys are never translated, and equal input gives equal bytes; what is undefined is null.

Estimates are in the outcome's own unit and are effects: negative is lower cost. Savings turn the sign. JSON has no
infinity, so that an end of an interval is null both where there is no limit and where nothing is known: `p_value` is a
number in the first case and null in the second. The published schema is evaluate.schema.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from coalition import __version__
from coalition.evaluation.estimates import Effect, Estimate, PeriodEffect
from coalition.evaluation.euros import SavingRow
from coalition.evaluation.evaluated import Evaluation
from coalition.evaluation.flag_texts import flag_text, note_text
from coalition.evaluation.settlement import Settled
from coalition.outputs.labels import Lang

SCHEMA_NAME = "coalition.evaluate/1"
CENTS = 100


def evaluation_json(found: Evaluation, lang: Lang) -> str:
    """The whole evaluation as JSON text."""
    return json.dumps(evaluation_data(found, lang), ensure_ascii=False, indent=1, allow_nan=False)


def evaluation_data(found: Evaluation, lang: Lang) -> dict[str, Any]:
    """The whole evaluation as plain data."""
    study, panel = found.loaded.study, found.loaded.panel
    data = {
        "schema": SCHEMA_NAME,
        "version": __version__,
        "study": {
            "title": study.title,
            "data": study.data,
            "data_sha256": found.loaded.data_sha256,
            "unit": study.unit,
            "alpha": study.alpha,
            "seed": study.seed,
            "draws": study.draws,
            "plan": study.plan,
            "periods": list(panel.periods),
            "starts": list(panel.starts),
            "units_treated": int(panel.ever.sum()),
            "units_control": int((~panel.ever).sum()),
        },
        "estimates": [estimate_data(e, lang) for e in found.estimates],
        "primary_method": found.primary.method,
        "savings": [saving_data(row) for row in found.savings],
        "pockets": {
            pocket: {
                "estimate": estimate_data(estimate, lang),
                "savings": [saving_data(row) for row in found.pocket_savings[pocket]],
            }
            for pocket, estimate in found.by_pocket.items()
        },
        "balance": [dict(row) for row in found.balance],
        "verdict": found.verdict,
        "seen": asdict(found.seen),
        "flags": [{"id": f.id, "text": flag_text(f, lang), "facts": dict(f.facts)} for f in found.flags],
        "protocol": _protocol(found),
        "settlement": None if found.settlement is None else settlement_data(found.settlement),
    }
    cleaned: dict[str, Any] = defined(data)
    return cleaned


def estimate_data(estimate: Estimate, lang: Lang) -> dict[str, Any]:
    """One method's estimate."""
    return {
        "method": estimate.method,
        **_effect(estimate.effect),
        "percent": estimate.percent,
        "expected": estimate.expected,
        "convention": estimate.convention,
        "clusters_treated": estimate.clusters_treated,
        "clusters_control": estimate.clusters_control,
        "observations": estimate.observations,
        "per_period": [_period(row) for row in estimate.per_period],
        "figures": dict(estimate.figures),
        "tables": {name: [dict(row) for row in rows] for name, rows in estimate.tables.items()},
        "notes": [{"id": note, "text": note_text(note, lang)} for note in estimate.notes],
    }


def _effect(effect: Effect) -> dict[str, float]:
    return {
        "estimate": effect.estimate,
        "standard_error": effect.standard_error,
        "low": effect.low,
        "high": effect.high,
        "p_value": effect.p_value,
    }


def _period(row: PeriodEffect) -> dict[str, Any]:
    return {
        "period": row.period,
        "event_time": row.event_time,
        **_effect(row.effect),
        "band_low": row.band_low,
        "band_high": row.band_high,
    }


def saving_data(row: SavingRow) -> dict[str, Any]:
    """What was saved in a period; the row without a period is about all of them."""
    return {**asdict(row), "net_eur": row.net_eur}


def _protocol(found: Evaluation) -> dict[str, Any] | None:
    if found.protocol is None:
        return None
    return {**asdict(found.protocol), "intact": found.protocol.intact}


def settlement_data(found: Settled) -> dict[str, Any]:
    """What each party owes, beside the plan."""
    savings, steps = found.savings, found.settlement
    return {
        "contract": found.name,
        "name": found.contract.name,
        "method": savings.method,
        "protocol_sha256": savings.protocol_sha256,
        "periods": [
            {
                "period": period,
                "person_years": float(savings.person_years[0, k]),
                "benchmark_eur": float(savings.benchmark_eur[0, k]),
                "cost_eur": float(savings.cost_eur[0, k]),
                "saving_eur": float(savings.benchmark_eur[0, k] - savings.cost_eur[0, k]),
                "minimum_rate": float(steps.minimum_rate[0, k]),
                "passed": bool(steps.passed[0, k]),
                "decided_by": steps.steps[int(steps.decided[0, k])].clause,
                "payments_eur": {party: int(cents[k]) / CENTS for party, cents in found.cents.items()},
                "planned_eur": {party: float(eur[k]) for party, eur in found.planned_eur.items()},
                "low_eur": {party: float(eur[k]) for party, eur in found.low_eur.items()},
                "high_eur": {party: float(eur[k]) for party, eur in found.high_eur.items()},
            }
            for k, period in enumerate(found.periods)
        ],
        "payments_eur": {party: int(cents.sum()) / CENTS for party, cents in found.cents.items()},
    }


def defined(value: Any) -> Any:
    """The same data with null for every number that is not one."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: defined(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [defined(inner) for inner in value]
    return value
