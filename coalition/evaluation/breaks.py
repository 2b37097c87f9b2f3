"""Breaks in the data that look like effects: those of Vektis' years by name, and jumps that everybody shows.

A known break is about some care, sometimes some ages, and a year. It matters when that care is in the outcome and the
year lies within the periods used. Whether it explains an effect is decided in flags.py. Source: Vektis, Open
Databestand Zorgverzekeringswet 2011-2021, as read by coalition/sources/vektis.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.panel import Bools, Floats, Panel

JUMP = 6.0
"""Robust standard deviations beyond which the change of a year is no ordinary one."""
LARGE = 0.08
"""Part of the mean that a jump must have, so that a very steady series does not cry wolf."""
VANISHED = 0.8
"""Part of the expected outcome that no programme takes away at once: then somebody else pays, or nobody counts."""


@dataclass(frozen=True)
class Break:
    """A known break.

    Attributes:
        id: which, as in the texts of flags.py.
        year: first year of the new situation.
        care: kinds of care that it touches, as coalition/sources/vektis.py names them.
        ages: first and last age that it touches.
        moves_pocket: whether the cost went to another purse.
    """

    id: str
    year: int
    care: frozenset[str]
    ages: tuple[int, int] = (0, 120)
    moves_pocket: bool = False


EVERYTHING = "total"
KNOWN = (
    Break("geriatric_rehabilitation_2013", 2013, frozenset({"geriatric_rehabilitation"}), (60, 120), moves_pocket=True),
    Break("mental_health_split_2014", 2014, frozenset({"mental_health"})),
    Break("district_nursing_2015", 2015, frozenset({"district_nursing"}), moves_pocket=True),
    Break("youth_mental_health_2015", 2015, frozenset({"mental_health"}), (0, 17), moves_pocket=True),
    Break("long_mental_health_2015", 2015, frozenset({"mental_health"}), (18, 120), moves_pocket=True),
    Break("short_stay_2018", 2018, frozenset({"short_stay"}), (60, 120), moves_pocket=True),
    Break("pandemic_2020", 2020, frozenset({EVERYTHING})),
    Break("mental_health_2021", 2021, frozenset({"mental_health"})),
    Break("maternity_2021", 2021, frozenset({"maternity"}), (15, 50)),
)
"""Breaks of Vektis' years 2011-2021."""


def ages_of(stated: str) -> tuple[int, int]:
    """First and last age of a text such as `0-14` or `90+`; all ages when nothing is stated."""
    first, _, last = stated.strip().partition("-")
    if not first:
        return 0, 120
    if first.endswith("+"):
        return int(first[:-1]), 120
    return int(first), int(last or first)


def known_breaks(basket: str, ages: str, panel: Panel) -> list[Break]:
    """Known breaks of some care within the periods used.

    Args:
        basket: kinds of care joined by `+`, or `total`; nothing is known of an outcome that does not say.
        ages: as in ages_of.
        panel: whose periods count.
    """
    care = set(basket.split("+")) if basket else set()
    low, high = ages_of(ages)
    inside = [b for b in KNOWN if panel.periods[0] < b.year <= panel.periods[-1]]
    touched = [b for b in inside if care & b.care or EVERYTHING in care or (care and EVERYTHING in b.care)]
    return [b for b in touched if b.ages[0] <= high and low <= b.ages[1]]


def jumps(panel: Panel, some: Bools) -> Iterator[tuple[int, float]]:
    """Periods in which some units jumped together, with the change as a part of the mean before."""
    means = group_means(panel, some)
    changes = np.diff(means)
    if len(changes) < 4 or np.isnan(changes).any():
        return
    for k, change in enumerate(changes):
        others = np.delete(changes, k)
        middle = float(np.median(others))
        spread = 1.4826 * float(np.median(np.abs(others - middle)))
        part = abs(change - middle) / max(abs(float(means[k])), 1e-12)
        if part > LARGE and abs(change - middle) > JUMP * max(spread, 1e-12):
            yield panel.periods[k + 1], float(change / means[k]) if means[k] else float("nan")


def group_means(panel: Panel, some: Bools) -> Floats:
    """Mean outcome of some units per period, by weight; NaN where none is observed."""
    rows = panel.observed & some[:, None]
    total = np.where(rows, panel.outcome * panel.weight, 0.0).sum(axis=0)
    weight = np.where(rows, panel.weight, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, weight, out=np.full(len(weight), np.nan), where=weight > 0))
