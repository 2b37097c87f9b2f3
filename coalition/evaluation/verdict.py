"""The verdict in one word: savings shown, not shown, or not detectable at this size.

Shown: the whole interval of the primary estimate lies on the side of a saving. Not detectable: the interval holds both
zero and the plan, so that these data cannot tell the two apart, or there is no interval at all. Not shown: everything
else, harm included, and a fall that a known break in who pays explains.
"""

from __future__ import annotations

from enum import StrEnum
from math import isnan

from coalition.evaluation.estimates import Effect

NO_SAVING = frozenset({"pocket_shift"})
"""Flags with which a fall in cost is no saving."""


class Verdict(StrEnum):
    """What the data say about a saving."""

    SHOWN = "shown"
    """A saving, more than chance."""
    NOT_SHOWN = "not_shown"
    """No saving that is more than chance, although the plan would have been seen; or harm."""
    NOT_DETECTABLE = "not_detectable"
    """The interval holds both zero and the plan, or nothing shows how sure the estimate is."""


def verdict_of(effect: Effect, plan: float | None, flags: frozenset[str] = frozenset()) -> Verdict:
    """The verdict on an effect.

    Args:
        effect: on the outcome; negative is a saving. Without an interval its ends are NaN.
        plan: planned saving, positive; None when there was none: then nothing can be undetectable.
        flags: ids of the traps that apply.
    """
    if flags & NO_SAVING:
        return Verdict.NOT_SHOWN
    if isnan(effect.low) or isnan(effect.high):
        return Verdict.NOT_DETECTABLE
    if effect.high < 0:
        return Verdict.SHOWN
    holds_plan = plan is not None and effect.low <= -plan <= effect.high
    return Verdict.NOT_DETECTABLE if effect.low <= 0 and holds_plan else Verdict.NOT_SHOWN
