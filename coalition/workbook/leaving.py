"""Who leaves, as cells: what a departure cuts off follows its switch and its year, whatever a user makes of them.

A workbook has the rows of every departure, whether it is in force or not. Which terms a departure cuts is found by
letting it happen before anything began; its switch and its year only decide until when they hold.
"""

from __future__ import annotations

from collections.abc import Mapping

from coalition.arrangement_terms import Departure
from coalition.departures import after_departures
from coalition.schema import Spec
from coalition.workbook.stated import value_at

NEVER = 9999
"""A year after all others: who is not leaving leaves then."""
ALWAYS = 0
"""A year before all others."""


class Leaving:
    """The departures of a scenario.

    Attributes:
        spec: the terms with every cut in its place, none of which has come yet.
    """

    def __init__(self, spec: Spec, municipality_of: Mapping[str, str]) -> None:
        names = spec.arrangements.departures
        self._stated = spec
        self.spec = _after(spec, dict.fromkeys(names, NEVER), municipality_of)
        self._alone = {n: _after(spec, {n: ALWAYS}, municipality_of) for n in names}

    def of(self, path: str) -> list[str]:
        """The departures that cut off what stands at a path: a year, amounts per year, or the switch of these."""
        head, _, last = path.rpartition(".")
        if last == "enabled":
            scoped = value_at(self._stated, f"{head}.scope.years.last") is not None
            path = f"{head}.scope.years.last" if scoped else f"{head}.years.last"
        stated = value_at(self._stated, path)
        return [n for n, spec in self._alone.items() if value_at(spec, path) != stated]


def _after(spec: Spec, years: Mapping[str, int], municipality_of: Mapping[str, str]) -> Spec:
    """The terms after departures in these years; the departures stand in it as they are stated."""
    stated = spec.arrangements.departures
    moved = {n: stated[n].model_copy(update={"enabled": True, "from_year": year}) for n, year in years.items()}
    return _with_departures(after_departures(_with_departures(spec, moved), municipality_of), stated)


def _with_departures(spec: Spec, departures: Mapping[str, Departure]) -> Spec:
    arrangements = spec.arrangements.model_copy(update={"departures": dict(departures)})
    return spec.model_copy(update={"arrangements": arrangements})
