"""Make panel.csv: invented figures of Zilveren Kruis' insured of 65 and older in 72 municipalities, without any effect.

    python scenarios/evaluation/drie-jaar/make_panel.py

Levels lie round 8,500 euro per insured year, everybody follows the same price and volume growth, and each municipality
has its own shocks: of the people (a standard deviation of twice the mean, spread over the insured) and of the town.
The twelve municipalities of Drenthe take part from 2027; in truth the programme does nothing that can be seen here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

TREATED = (
    *("GM0106", "GM0109", "GM0114", "GM0118", "GM0119", "GM1680"),
    *("GM1681", "GM1690", "GM1699", "GM1701", "GM1730", "GM1731"),
)
YEARS = range(2021, 2030)
MEAN_EUR, GROWTH, VARIATION, TOWN_SHOCK = 8_500.0, 0.03, 2.0, 0.012


def rows(seed: int = 2026) -> list[str]:
    """Heading and one row per municipality and year."""
    rng = np.random.default_rng(seed)
    found = ["unit,period,outcome,weight"]
    for unit in (*TREATED, *(f"V{k:03d}" for k in range(1, 61))):
        level, insured = MEAN_EUR * rng.normal(1, 0.05), rng.uniform(900, 6_500)
        for k, year in enumerate(YEARS):
            years = insured * 1.015**k
            noise = rng.normal(0, VARIATION * MEAN_EUR / years**0.5 * 0.7) + rng.normal(0, TOWN_SHOCK * MEAN_EUR)
            found.append(f"{unit},{year},{level * (1 + GROWTH) ** k + noise:.2f},{years:.1f}")
    return found


if __name__ == "__main__":
    Path(__file__).with_name("panel.csv").write_text("\n".join(rows()) + "\n", "utf-8")
