"""Every number of an arrangement may have a range: two draws give what each of them gives alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference.joint_agreements import NORMS, bond, budget, euro, payment, shared, taken_over, tariff
from test_reference_recomputation import write_variant

from coalition.inputs import Inputs
from coalition.model import outcomes
from coalition.scenario import Scenario, load_scenario
from coalition.schema import numbers_in

FEE = {"paid_by": "municipality", "law": "wpg", "fee_eur": {2023: 500}}
NEED = {"GM0106": 1.1, "GM0114": 0.95}
KINDS: dict[str, Any] = {
    "population_payments": payment(norms=NORMS, corridor=0.01, need_by_area=NEED),
    "impact_bonds": bond(assessor=FEE, targets_eur={2023: 100, 2031: 200}, raised_eur=2500),
    "regional_budgets": budget(),
    "deprivation_tariffs": tariff(),
    "co_financing": shared(cap_eur_per_inhabitant=euro(80), smoothing_years=3),
}
LEAVES = {"d": taken_over("gezondplus", "zorgzaam", "eigen_middelen", 2027)}


def with_one(kind: str, folder: Path) -> Scenario:
    """The complete example with one arrangement, and a departure beside it."""
    write_variant(folder, [(["arrangements"], {kind: {"x": KINDS[kind]}, "departures": LEAVES})])
    return load_scenario(str(folder))


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_an_arrangement_may_vary_alone(kind: str, tmp_path: Path) -> None:
    """No number needs another one to vary with it."""
    scenario = with_one(kind, tmp_path)
    paths = {path: n.value for path, n in numbers_in(scenario.spec) if path.startswith(f"arrangements.{kind}.x.")}
    for path, value in paths.items():
        values = np.array([0.8, 0.93]) * value
        together = outcomes(scenario, Inputs(2, {path: values}))
        for k in (0, 1):
            alone = outcomes(scenario, Inputs(1, {path: values[k : k + 1]}))
            assert {p: float(v[k]) for p, v in together.items()} == pytest.approx(
                {p: float(v[0]) for p, v in alone.items()}
            )
    assert paths
