"""A power table of a study: what its treated, a whole region or a town of some size would let see.

Read from how units moved that had no programme (power.py), for several numbers of years. Each years-after is set
beside as many years before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coalition.evaluation.evaluated import options_of
from coalition.evaluation.power import Detectable, History, detectable, power_from_history
from coalition.evaluation.study_files import LoadedStudy

Row = tuple[str, int, History, Detectable]


def power_rows(loaded: LoadedStudy, years: Sequence[int], sizes: Sequence[int], power: float) -> list[Row]:
    """Rows `treated`, `region` (where there are fewer clusters than units) and `town:<size>`, for each number of years.

    Args:
        loaded: the study, whose treated units are left out of the history.
        years: periods after the start.
        sizes: person-years of further single units.
        power: chance wanted to find the plan.
    """
    panel, study = loaded.panel, loaded.study
    treated = [u for u, ever in zip(panel.units, panel.ever.tolist(), strict=True) if ever]
    asked: list[tuple[str, float | None, bool]] = [("treated", None, False)]
    if len(np.unique(panel.cluster)) < len(panel.units):
        asked.append(("region", None, True))
    asked += [(f"town:{size}", float(size), False) for size in sizes]
    rows = []
    for who, size, regions in asked:
        for after in years:
            if 2 * after <= len(panel.periods):
                found = power_from_history(panel, treated, after, options_of(study), size=size, regions=regions)
                seen = detectable(
                    found.standard_error, mean=found.mean_outcome, plan=study.plan, alpha=study.alpha, power=power
                )
                rows.append((who, after, found, seen))
    return rows
