"""A made-up scenario of any size, for measuring only: every figure in it is an invention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from coalition.parties import Pocket
from coalition.reading import Document
from coalition.region import OPEN_AGE, Region
from coalition.scenario import Scenario
from coalition.schema import Spec

INSURERS = {"a": 0.4, "b": 0.25, "c": 0.2, "d": 0.15}
FIRST_YEAR = 2027


def scenario(areas: int, interventions: int, years: int) -> Scenario:
    """A region of so many municipalities with so many interventions, two pockets each, over so many years."""
    spec = Spec.model_validate(
        {
            "scenario": {
                "name": "synthetic",
                "title": "synthetic",
                "first_year": FIRST_YEAR,
                "horizon_years": years,
                "price_year": 2025,
                "discount": "mkba",
            },
            "region": {
                "people": "-",
                "growth_per_year": dict.fromkeys(("zvw", "wlz", "wmo", "jeugdwet"), 0.02),
                "general_index_per_year": 0.02,
            },
            "parties": {
                "insurers": {i: {"name": i, "market_share": m, "contracting": i < "d"} for i, m in INSURERS.items()}
            },
            "holders": {
                "own_risk": {"share": 0.05},
                "equalisation": {"basis": "use", "clawback": {"acute": [0.5, 0.1]}},
                "cashable": {
                    p: {"share": 0.5, "capacity_removed_share": 0.4, "avoidable_cost_share": 0.6}
                    for p in ("zvw", "wlz", "wmo")
                },
            },
            "target_groups": {f"g{k}": _group(k) for k in range(5)},
            "interventions": {f"i{k}": _intervention(k, years) for k in range(interventions)},
        }
    )
    return Scenario(spec, region(areas), Document({}, {}), Path("synthetic"), "")


def _group(k: int) -> dict[str, Any]:
    return {
        "name": f"g{k}",
        "ages": {"from": 10 * k + 20},
        "share": 0.2,
        "cost_multiplier": 1.3,
        "survival_per_year": 0.98,
        "moves_per_year": 0.03,
    }


def _intervention(k: int, years: int) -> dict[str, Any]:
    euro = {"price_year": 2024, "index": "cpi"}
    time = {
        "onset_years": 0.0,
        "plateau_years": 3.0,
        "decay_years": 2.0,
        "first_year_share": 0.5,
        "follow_up_years": 2.0,
        "beyond_follow_up": "for measuring",
    }
    common = {
        "per": "starter",
        "comparator": "controlled",
        "includes_delivery": False,
        "evidence_level": "model",
        "time": time,
    }
    return {
        "name": f"i{k}",
        "approach": "high_risk",
        "target_group": f"g{k % 5}",
        "areas": "all",
        "starts": {"first": FIRST_YEAR, "last": FIRST_YEAR + years - 10},
        "reach": 0.02,
        "completion": 0.8,
        "cost": {"per_starter": [{"value": 300 + 10 * k, **euro}, {"value": 50, **euro}]},
        "payers": [
            {"party": "municipality", "share": 0.6, "law": "wpg"},
            {"party": "insurers", "share": 0.4, "law": "zvw"},
        ],
        "effects": {
            "care": {
                "kind": "relative",
                "pocket": "zvw",
                "care_kind": "acute",
                "reduction": 0.03,
                "cause_share": 1.0,
                **common,
            },
            "falls": {
                "kind": "events",
                "events_per_person_year": 0.03,
                "risk_multiplier": 2.0,
                "reduction": 0.2,
                "cost_per_event": {"value": 8000, **euro},
                "split": {"zvw": 0.5, "wlz": 0.4, "wmo": 0.1},
                "care_kind": "acute",
                **common,
            },
        },
    }


def region(areas: int) -> Region:
    """Nineteen age classes per municipality, with costs that rise with age."""
    rng = np.random.default_rng(1)
    age_from = np.arange(0, 95, 5)
    age_to = np.append(age_from[1:] - 1, OPEN_AGE)
    people = rng.uniform(500, 5000, (areas, len(age_from), 1))
    rising = np.linspace(500, 9000, len(age_from))
    pockets = {Pocket.ZVW: 1.0, Pocket.WLZ: 0.8, Pocket.WMO: 0.2, Pocket.JEUGDWET: 0.1}
    return Region(
        tuple(f"GM{k:04d}" for k in range(areas)),
        ("PV22",) * areas,
        age_from,
        age_to,
        (2024,),
        people,
        people * 0.98,
        {p: np.outer(rng.uniform(0.9, 1.1, areas), rising) * f for p, f in pockets.items()},
        {p: 2019 if p is Pocket.ZVW else 2022 for p in pockets},
        frozenset(),
    )
