"""What a contract pays by chance, against the formulas of the page and the published worked example."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from contract_building import contract

from coalition.chances import Chances, chances
from coalition.clauses import Values
from coalition.shared_savings import ProjectedSavings

GATE: dict[str, Any] = {"gate": "fixed", "minimum_savings_rate": 0.02, "dispersion": {"cost_variation": 3.0}}


def found(true_rate: float, benchmark: float = 30e6, persons: float = 10_000.0, **terms: Any) -> Chances:
    """The chances of a contract on one period."""
    one = np.ones((1, 1))
    plan = ProjectedSavings(persons * one, benchmark * one, benchmark * (1 - true_rate) * one)
    return chances(Values(contract(**{**GATE, **terms})), plan)


def expected(true_rate: float, gate: float, error: float, share: float, benchmark: float, cap: float = np.inf) -> float:
    """φB{δΦ(z) + SE·ϕ(z) − [(δ−C)Φ(z_C) + SE·ϕ(z_C)]}."""
    normal = NormalDist()
    z = (true_rate - gate) / error
    paid = true_rate * normal.cdf(z) + error * normal.pdf(z)
    if np.isfinite(cap):
        above = (true_rate - cap) / error
        paid -= (true_rate - cap) * normal.cdf(above) + error * normal.pdf(above)
    return share * benchmark * paid


def test_the_worked_example() -> None:
    """10,000 people, coefficient of variation 3, 30 million, half, gate 2 %."""
    nothing, two = found(0.0), found(0.02)
    assert nothing.standard_error[0] == pytest.approx(0.03)
    assert nothing.pays_without_saving[0] == pytest.approx(0.2525, abs=5e-5)
    assert nothing.false_payment_eur[0] == pytest.approx(143_752, rel=2e-4)
    assert two.expected_eur[0] == pytest.approx(329_524, rel=2e-4)
    assert two.nothing_at_plan[0] == pytest.approx(0.5, abs=1e-4)
    assert two.at_plan_eur[0] == pytest.approx(300_000)


@pytest.mark.parametrize("rate", [-0.03, 0.0, 0.01, 0.02, 0.05])
@pytest.mark.parametrize("cap", [0.04, 0.10])
def test_with_a_limit(rate: float, cap: float) -> None:
    """A limit on what is paid takes the upper end of chance away."""
    got = found(rate, gain_cap_share_of_benchmark=cap / 2)
    assert got.expected_eur[0] == pytest.approx(expected(rate, 0.02, 0.03, 0.5, 30e6, cap), rel=3e-4, abs=20)


def test_a_first_dollar_gate_has_a_cliff_and_an_excess_gate_has_none() -> None:
    """At 2 % half of 600,000 becomes payable at once."""
    assert found(0.02).cliff_eur[0] == pytest.approx(300_000, rel=1e-6)
    assert found(0.02, first_dollar=False).cliff_eur[0] == 0


def test_twice_as_many_people_make_chance_smaller() -> None:
    """SE falls with the root of the number."""
    small, large = found(0.0), found(0.0, persons=40_000.0)
    assert large.standard_error[0] == pytest.approx(small.standard_error[0] / 2)
    assert large.pays_without_saving[0] < small.pays_without_saving[0]


def test_periods_move_independently() -> None:
    """A loss of one year that is carried to the next lowers what chance pays in it."""
    stated = contract(dispersion={"cost_variation": 3.0}, carry_forward_share=1)
    two = np.ones((1, 2))
    got = chances(Values(stated), ProjectedSavings(10_000 * two, 30e6 * two, 30e6 * two))
    assert got.false_payment_eur[0] == pytest.approx(0.5 * 30e6 * 0.03 / np.sqrt(2 * np.pi), rel=1e-3)
    # E[(X2 - max(-X1, 0))+] = 1/(2 sqrt(pi)) for independent standard normal X1 and X2
    assert got.false_payment_eur[1] == pytest.approx(0.5 * 30e6 * 0.03 / (2 * np.sqrt(np.pi)), rel=0.01)
