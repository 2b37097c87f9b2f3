"""What a projection consists of: values only, no rule.

Shapes: (draw, area, year) unless said otherwise; euro nominal; positive = cost avoided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from coalition.baseline import Baseline, Group
from coalition.inputs import Floats
from coalition.parties import Pocket
from coalition.schema import CareKind

LIFE_YEARS = "life_years"
"""What stands in the place of an effect for care in gained life-years."""


class Stream(NamedTuple):
    """Avoided cost of one effect in one pocket.

    Attributes:
        intervention, effect: ids; the effect `life_years` is care in gained life-years.
        pocket, care_kind: where it falls; care_kind only under the Zvw.
        avoided: X, euro per year; negative where cost rises.
        moved: the part of `avoided` on people who have left the area's municipality; 0 outside municipal pockets.
        by_cohort: the same as `avoided` with the age of the cohort before the year; only for an insurer's members.
        wage: wage earned instead of a benefit, euro per year; None when not stated.
        active: participants in whom the effect works, in person-years.
        active_by_cohort: the same with the age of the cohort before the year; where `by_cohort` is.
    """

    intervention: str
    effect: str
    pocket: Pocket
    care_kind: CareKind | None
    avoided: Floats
    moved: Floats
    by_cohort: Floats | None
    wage: Floats | None
    active: Floats
    active_by_cohort: Floats | None


@dataclass(frozen=True)
class Delivery:
    """What doing an intervention costs.

    Attributes:
        by_programme_year: shape (programme year, draw, area, year): cost in calendar year t of those who started
            0, 1, ... years before, the part that a policy module pays left out.
        fixed: cost that does not depend on starters.
        by_module: paid by the gemeentepolis module.
    """

    by_programme_year: list[Floats]
    fixed: Floats
    by_module: Floats

    @property
    def total(self) -> Floats:
        """All delivery cost."""
        total = self.fixed + self.by_module
        for part in self.by_programme_year:
            total = total + part
        return total


@dataclass(frozen=True)
class Welfare:
    """Health or pleasure that is no cash: QALYs, or euro that nobody can spend."""

    intervention: str
    effect: str
    label: str
    is_qaly: bool
    amounts: Floats


@dataclass(frozen=True)
class Projection:
    """Everything that a set of interventions does, stand-alone and after overlap.

    Attributes:
        baseline, groups: what they start from.
        group_of: id of the target group per intervention.
        starters, enrolled_starters: per intervention; the second have the policy module and are part of the first.
        deliveries: per intervention.
        streams: after overlap; `alone` holds them before it.
        welfare: kept apart from euros.
    """

    baseline: Baseline
    groups: dict[str, Group]
    group_of: dict[str, str]
    starters: dict[str, Floats]
    enrolled_starters: dict[str, Floats]
    deliveries: dict[str, Delivery]
    alone: list[Stream]
    streams: list[Stream]
    welfare: list[Welfare]
