"""Units followed over periods: the data of every evaluation, as arrays.

A unit is a municipality, a practice or a person; a period a year, a quarter or a month, numbered in order. What was not
observed is NaN, never zero. The outcome is per unit of weight (euro per person-year); the weight is what it is an
average of (person-years), and 1 everywhere when the data do not say. Nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NEVER = np.inf
"""First treated period of a unit that is never treated."""


@dataclass(frozen=True)
class Panel:
    """Units by periods.

    Attributes:
        units: names, sorted, so that the order of rows changes nothing.
        periods: in ascending order.
        outcome: (unit, period) in the outcome's own unit; NaN where not observed.
        weight: (unit, period) > 0 where the outcome is observed, NaN elsewhere.
        treated_from: (unit,) first treated period, one of `periods`; NEVER for a unit that is never treated.
        cluster: (unit,) number of the cluster in which treatment was assigned; each unit its own when not stated.
        covariates: name -> (unit, period).
        weighted: whether the data state a weight; without one no total can be given.
        cluster_names: name of each number in `cluster`; none where the data name no clusters.
    """

    units: tuple[str, ...]
    periods: tuple[int, ...]
    outcome: Floats
    weight: Floats
    treated_from: Floats
    cluster: Ints
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    weighted: bool = False
    cluster_names: tuple[str, ...] = ()

    @cached_property
    def observed(self) -> Bools:
        """(unit, period) whether there is an outcome."""
        return ~np.isnan(self.outcome)

    @cached_property
    def ever(self) -> Bools:
        """(unit,) whether it is treated in some period."""
        return np.isfinite(self.treated_from)

    @cached_property
    def treated(self) -> Bools:
        """(unit, period) whether the programme runs there."""
        return np.asarray(np.array(self.periods)[None, :] >= self.treated_from[:, None])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """First treated periods, in order, each once."""
        return tuple(int(p) for p in np.unique(self.treated_from[self.ever]))

    @property
    def balanced(self) -> bool:
        """Whether every unit is observed in every period."""
        return bool(self.observed.all())

    def of_units(self, keep: Bools) -> Panel:
        """The same panel of some units."""
        return replace(
            self,
            units=tuple(u for u, k in zip(self.units, keep.tolist(), strict=True) if k),
            outcome=self.outcome[keep],
            weight=self.weight[keep],
            treated_from=self.treated_from[keep],
            cluster=self.cluster[keep],
            covariates={name: values[keep] for name, values in self.covariates.items()},
        )
