"""A made-up contract and made-up figures of any number of draws, for measuring only: every figure is an invention."""

from __future__ import annotations

import numpy as np

from coalition.contracts import Contract
from coalition.shared_savings import ProjectedSavings

YEARS = 20


def every_clause() -> Contract:
    """A one-sided contract in which no clause is idle."""
    return Contract.model_validate(
        {
            "name": "measuring",
            "pays": "payer",
            "sharers": {"payer": {}, "a": {}, "b": {"gain_cap_eur": 300_000}},
            "population": "all_insured",
            "benchmark": "historical",
            "risk_cap_up": 0.03,
            "discount": 0.005,
            "gate": "statistical",
            "confidence": 0.9,
            "dispersion": {"cost_variation": 2.0},
            "first_dollar": True,
            "exit_after_losses": 6,
            "gain_bands": [
                {"up_to": 0.05, "shares": {"payer": 0.4, "a": 0.4, "b": 0.2}},
                {"shares": {"payer": 0.8, "a": 0.1, "b": 0.1}},
            ],
            "losses": "none",
            "quality": "score",
            "gain_cap_share_of_benchmark": 0.1,
            "withhold_gain_share": 0.05,
            "withhold_released_after_periods": 2,
            "carry_forward_share": 0.5,
            "carry_forward_interest": 0.02,
            "reserve_share": 0.2,
        }
    )


def figures(draws: int) -> ProjectedSavings:
    """So many draws of twenty years."""
    rng = np.random.default_rng(1)
    shape = (draws, YEARS)
    benchmark = rng.uniform(2e7, 4e7, shape)
    return ProjectedSavings(
        rng.uniform(8_000, 12_000, shape),
        benchmark,
        benchmark * rng.normal(0.98, 0.03, shape),
        rng.uniform(0.5, 1.0, shape),
        None,
        rng.uniform(0.95, 1.08, shape),
    )
