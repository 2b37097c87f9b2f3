"""Every start that a plan may contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from coalition.scenario import Scenario
from coalition.schema import areas_of, starts_in

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Every start that a plan may contain, in the order of interventions, areas and years.

    Attributes:
        interventions, areas, starts: names and first years.
        intervention, area, start: position of each candidate in them, shape (candidate,).
        payers: per intervention the names of who may pay it; the first, "", is who pays in the scenario.
        payer: position of each candidate in them, shape (candidate,).
    """

    interventions: tuple[str, ...]
    areas: tuple[str, ...]
    starts: tuple[int, ...]
    intervention: Ints
    area: Ints
    start: Ints
    payers: tuple[tuple[str, ...], ...] = ()
    payer: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if not self.payers:  # everything is paid as the scenario says
            object.__setattr__(self, "payers", (("",),) * len(self.interventions))
            object.__setattr__(self, "payer", np.zeros(len(self.start), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def paid_by(self) -> Ints:
        """A number for each intervention with one of its payers, shape (candidate,)."""
        return self.intervention * max(map(len, self.payers), default=1) + self.payer

    @property
    def place(self) -> Ints:
        """A number for each intervention and area, of which one start at most is chosen; shape (candidate,)."""
        return self.intervention * len(self.areas) + self.area

    def called(self, paid_by: int) -> str:
        """The name of an intervention with one of its payers."""
        i, payer = divmod(paid_by, max(map(len, self.payers), default=1))
        return self.interventions[i] + (f":{self.payers[i][payer]}" if payer else "")

    def of(self, interventions: Sequence[bool]) -> Candidates:
        """The candidates of some interventions."""
        rows = np.array(interventions, dtype=bool)[self.intervention]
        parts = (self.intervention[rows], self.area[rows], self.start[rows])
        return Candidates(self.interventions, self.areas, self.starts, *parts, self.payers, self.payer[rows])

    @cached_property
    def keys(self) -> list[tuple[str, str, int]]:
        """(intervention, area, first year) of each; who pays stands behind the intervention where it is another."""
        return [
            (self.called(i), self.areas[a], self.starts[s])
            for i, a, s in zip(self.paid_by.tolist(), self.area.tolist(), self.start.tolist(), strict=True)
        ]


def candidates_of(scenario: Scenario) -> Candidates:
    """Every start that the scenario leaves open."""
    spec, areas = scenario.spec, scenario.region.areas
    named = {name: areas_of(i, areas) for name, i in spec.interventions.items()}
    years = start_years(scenario)
    stated = spec.optimise.payer_options
    payers = tuple(("", *stated.get(name, {})) for name in named)
    rows = [
        (i, areas.index(area), s, payer)
        for i, (name, where) in enumerate(named.items())
        for payer in range(len(payers[i]))
        for area in where
        for s, year in enumerate(years)
        if year <= starts_in(spec.interventions[name], area).last
    ]
    intervention, area, start, payer = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Candidates(tuple(named), areas, years, intervention, area, start, payers, payer)


def start_years(scenario: Scenario) -> tuple[int, ...]:
    """Years in which something may start, or does in the own plan.

    As asked, or from the first start of the own plan to its last; the own plan's years are always there, so that it can
    be set beside what is found.
    """
    interventions = scenario.spec.interventions.values()
    stated = [starts_in(i, a) for i in interventions for a in areas_of(i, scenario.region.areas)]
    if not stated:
        return ()
    asked = scenario.spec.optimise.start_years or range(min(s.first for s in stated), max(s.last for s in stated) + 1)
    return tuple(sorted({*asked, *(s.first for s in stated)}))


# --- what an agreement is about -------------------------------------------------------------------------------------


def candidates_about(stated: BaseModel, candidates: Candidates) -> NDArray[np.bool_]:
    """Which candidates an arrangement measures or pays, shape (candidate,)."""
    names, areas = _named(stated, "intervention"), _named(stated, "area")
    interventions = np.array([n in names or "all" in names for n in candidates.interventions], dtype=bool)
    places = np.array([not areas or "all" in areas or a in areas for a in candidates.areas], dtype=bool)
    return np.asarray(interventions[candidates.intervention] & places[candidates.area])


def _named(terms: BaseModel, word: str) -> set[str]:
    """Everything that stands under the keys `word` and `words` of some terms, however deep."""
    found: set[str] = set()
    for key in type(terms).model_fields:
        value = getattr(terms, key)
        if key in {word, f"{word}s"} and value is not None:
            found |= {value} if isinstance(value, str) else set(value)
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for part in below:
            if isinstance(part, BaseModel):
                found |= _named(part, word)
    return found
