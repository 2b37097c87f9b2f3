"""The numbers of a scenario as cells that a user may change.

A number becomes an input cell when the calculation asks for it; what no formula uses is no input. Scalars get a defined
name, which is also the key by which an import finds them; amounts per year and the region's tables have an id in the
first column. Every line knows the path of its number in the scenario, so that a change finds its way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from coalition.cells import Expr, Floats, Line, Sheet, flag, smallest, when
from coalition.errors import DefectError
from coalition.numbers import Euro, Growth, Number, ReducingShare, Share
from coalition.origins import place_of
from coalition.outputs.labels import Lang
from coalition.parties import Pocket
from coalition.region import OPEN_AGE
from coalition.scenario import Scenario
from coalition.workbook.input_words import label_of, section_of, unit_of
from coalition.workbook.leaving import NEVER, Leaving
from coalition.workbook.reader_words import pocket_word

VALUE_COLUMN = 2
"""Column of the value of a scalar input, counted from 0."""
_FIXED_STYLES = {"euro": "euro2"} | dict.fromkeys(("count", "years", "whole", "switch", "real"), "plain")
"""How a kind of input is shown where it is none."""


@dataclass(frozen=True)
class Stated:
    """What stands behind an input cell.

    Attributes:
        path: of the value in the scenario.
        number: with range, source and standing; None for a plain value.
        kind: share, count, euro, years, year, switch, whole or real: decides format and validation.
        place: file and line.
    """

    path: str
    number: Number | None
    kind: str
    place: str


def value_at(spec: BaseModel, path: str) -> Any:
    """What stands in a scenario at a dotted path.

    Raises:
        DefectError: nothing does.
    """
    found: Any = spec
    for step in path.split("."):
        if isinstance(found, BaseModel):
            names = {f.alias or name: name for name, f in type(found).model_fields.items()}
            found = getattr(found, names[step]) if step in names else None
        elif isinstance(found, dict):
            found = found.get(step, found.get(int(step)) if step.lstrip("-").isdigit() else None)
        elif isinstance(found, list):
            found = found[int(step)] if step.isdigit() and int(step) < len(found) else None
        if found is None:
            raise DefectError(f"nothing stands at {path}")
    return found


def _found(spec: BaseModel, path: str) -> Any:
    """What stands in a scenario at a dotted path; None when nothing does."""
    try:
        return value_at(spec, path)
    except DefectError:
        return None


def _first_year_of(path: str, spec: BaseModel) -> str:
    """Where the first year of an arrangement stands."""
    head = path.rpartition(".")[0]
    scoped = _found(spec, f"{head}.scope.years.first") is not None
    return f"{head}.scope.years.first" if scoped else f"{head}.years.first"


class InputCells:
    """Input cells of a scenario, made when they are asked for.

    Args:
        scenario: as loaded.
        leaving: who leaves; the calculation works with its terms.
        lang: of labels.
        years: calendar years of the axis.
        summed: whether areas are taken together, so that people and cost per area are no input.
    """

    def __init__(
        self, scenario: Scenario, leaving: Leaving, lang: Lang, years: tuple[int, ...], *, summed: bool = False
    ) -> None:
        self.scenario, self.leaving, self.lang, self.years, self.summed = scenario, leaving, lang, years, summed
        self.spec = leaving.spec
        self.scalars = Sheet(self.say("Invoer", "Inputs"), "", len(years))
        self.scalars.constant_column = VALUE_COLUMN
        self.tables = Sheet(self.say("Invoer_tabellen", "Input_tables"), "", len(years))
        self.constants = Sheet(self.say("Vaste_waarden", "Fixed_values"), "", len(years))
        self.behind: dict[str, Stated] = {}
        self.may_change: Callable[[str], bool] = lambda _: True
        self.year: Line | None = None
        self._lines: dict[str, Line] = {}
        self._fixed: dict[tuple[str, float], Line] = {}
        self._names: dict[str, str] = {}
        self._by_year: list[Line] = []

    def say(self, dutch: str, english: str) -> str:
        """A label in the language of the workbook."""
        return dutch if self.lang == "nl" else english

    # asked for by the calculation

    def of(self, number: Number) -> Line:
        """A number of the scenario, by its own place."""
        if not number.path:
            raise DefectError("a number without a place in the scenario")
        return self._scalar(number.path, number.value, number)

    def as_stated(self, path: str) -> Line:
        """A plain number, year or yes/no as the scenario states it, whoever leaves."""
        value = value_at(self.scenario.spec, path)
        if isinstance(value, Number):
            return self.of(value)
        return self._scalar(path, float(value), None, switch=isinstance(value, bool))

    def stated(self, path: str) -> Line:
        """A plain number, year or yes/no as the run takes it: cut off where a party has left."""
        who = self.leaving.of(path)
        return self._cut(path, who) if who else self.as_stated(path)

    def optional(self, path: str, label: str, unit: str) -> Line:
        """A value that the scenario does not state, and may state; its cell is empty."""
        if path not in self._lines:
            self._add(path, label, unit, np.nan, Stated(path, None, "share", ""))
        return self._lines[path]

    def fixed(self, label: str, unit: str, value: float) -> Line:
        """A number that no user changes."""
        key = (label, value)
        if key not in self._fixed:
            self._fixed[key] = self.constants.line(f"{label} {value!r}", label, unit, value, style="plain")
        return self._fixed[key]

    def by_year(self, path: str) -> Line:
        """Amounts per calendar year, as the run takes them: cut off where a party has left."""
        amounts, who = self.amounts(path), self.leaving.of(path)
        return self._cut_amounts(path, who) if who else amounts

    def amounts(self, path: str) -> Line:
        """Amounts per calendar year as the scenario states them, as a series; 0 where none is stated."""
        if path not in self._lines:
            stated = value_at(self.scenario.spec, path)
            amounts = np.array([float(stated.get(y, 0.0)) for y in self.years])
            line = Line(self.tables, path, label_of(self.scenario, path, self.lang), "€", amounts, style="euro2")
            self._lines[path] = line
            self._by_year.append(line)
            self.behind[path] = Stated(path, None, "euro", place_of(self.scenario, path))
        return self._lines[path]

    def _cut_amounts(self, path: str, who: Sequence[str]) -> Line:
        """Amounts until a party leaves."""
        key = f"cut {path}"
        if not self.constants.has(key):
            last = self._last_year(who)
            label = label_of(self.scenario, path, self.lang) + self.say(" (na vertrek)", " (cut)")
            assert self.year is not None
            self.constants.line(key, label, "€", self._lines[path] * flag(self.year <= last), style="euro2")
        return self.constants.of(key)

    # departures

    def _cut(self, path: str, who: Sequence[str]) -> Line:
        """A year or a switch that departures cut off: live in their years and switches."""
        key = f"cut {path}"
        if not self.constants.has(key):
            before, last = _found(self.scenario.spec, path), self._last_year(who)
            if path.endswith(".enabled"):
                first = self.as_stated(_first_year_of(path, self.scenario.spec))
                content: Expr = self.as_stated(path) * flag(first <= last)
            elif before is None and ".per_area." in path:
                content = self._regional(path, last)
            else:
                content = last if before is None else smallest(self.as_stated(path), last)
            label = label_of(self.scenario, path, self.lang) + self.say(" (na vertrek)", " (after leaving)")
            self.constants.line(key, label, self.say("jaar", "year"), content, style="year")
        return self.constants.of(key)

    def _regional(self, path: str, last: Expr) -> Expr:
        """An area that got years of its own by the departure: those of the whole, cut off."""
        head, _, key = path.rpartition(".")
        whole = self.as_stated(f"{head.split('.per_area.')[0]}.starts.{key}")
        return smallest(whole, last) if key == "last" else whole + 0

    def _last_year(self, who: Sequence[str]) -> Expr:
        """The last year with all of these parties; far away as long as none of them leaves."""
        return smallest(*(self._last_with(name) for name in who))

    def _last_with(self, departure: str) -> Line:
        """The last year before one departure."""
        key, path = f"last with {departure}", f"arrangements.departures.{departure}"
        if not self.constants.has(key):
            unit, name = self.say("jaar", "year"), self.scenario.spec.arrangements.departures[departure].name
            never = self.fixed(self.say("een jaar na alle andere", "a year after all others"), unit, float(NEVER))
            content = when(self.as_stated(f"{path}.enabled"), self.as_stated(f"{path}.from_year"), never) - 1
            label = self.say("laatste jaar voor", "last year before") + f": {name}"
            self.constants.line(key, label, unit, content, style="year")
        return self.constants.of(key)

    # the region's tables

    def region_tables(self) -> tuple[dict[tuple[str, int], Line], dict[tuple[str, Pocket], Line]]:
        """People per area and known year, and cost per area and pocket; along the age classes."""
        region = self.scenario.region
        classes = tuple(_class_label(a, b) for a, b in zip(region.age_from, region.age_to, strict=True))
        people, cost = {}, {}
        self._table_heading("region.people", classes)
        for k, area in enumerate(region.areas):
            for t, year in enumerate(region.years):
                label, unit = f"{self.area_name(area)}, {year}", self.say("inwoners", "inhabitants")
                people[area, year] = self._table_row(f"people|{area}|{year}", label, unit, region.people[k, :, t])
        if region.cost:
            self._table_heading("region.cost", classes)
        for pocket, per_person in region.cost.items():
            for k, area in enumerate(region.areas):
                label = f"{self.area_name(area)}, {pocket_word(pocket, self.lang)}"
                unit = f"€ {region.price_year[pocket]}"
                cost[area, pocket] = self._table_row(f"cost|{area}|{pocket.value}", label, unit, per_person[k])
        return people, cost

    def area_name(self, area: str) -> str:
        """Name of an area, for a reader."""
        return self.scenario.spec.region.names.get(area, area)

    def _table_heading(self, name: str, classes: tuple[str, ...]) -> None:
        """Above a table of the region; of areas added up it is no input."""
        if self.summed:
            words = self.say("Gebieden samen: ", "Areas together: ") + name
            self.constants.heading(words, headers=classes)
        else:
            self.tables.heading(f"#{name}", headers=classes)

    def _table_row(self, key: str, label: str, unit: str, values: Floats) -> Line:
        if self.summed:
            return self.constants.line(key, label, unit, values, style="plain")
        line = self.tables.line(key, label, unit, values, style="plain")
        self.behind[key] = Stated(key, None, "table", "")
        return line

    # how it is kept

    def _scalar(self, path: str, value: float, number: Number | None, *, switch: bool = False) -> Line:
        if path not in self._lines:
            kind = "switch" if switch else kind_of(path, number)
            stated = Stated(path, number, kind, place_of(self.scenario, path))
            label, unit = label_of(self.scenario, path, self.lang), unit_of(kind, number, self.lang, path)
            self._add(path, label, unit, value, stated)
        return self._lines[path]

    def _add(self, path: str, label: str, unit: str, value: float, stated: Stated) -> None:
        line = Line(self.scalars, path, label, unit, value, style=stated.kind)
        line.name = self._name(path)
        self._lines[path], self.behind[path] = line, stated

    def _name(self, path: str) -> str:
        wanted = "in_" + re.sub(r"[^A-Za-z0-9_]", "_", path)
        name, number = wanted, 2
        while name.lower() in self._names:
            name, number = f"{wanted}_{number}", number + 1
        self._names[name.lower()] = path
        return name

    def settle_rows(self) -> None:
        """Give every input its row, in the order of the scenario file; nothing may be asked for afterwards."""
        self._fix([line for path, line in self._lines.items() if not self.may_change(path)])
        scalars = [line for line in self._lines.values() if line.sheet is self.scalars]
        scalars.sort(key=lambda line: _order(self.scenario.spec, line.key))
        section = ""
        for line in scalars:
            here = section_of(self.scenario, line.key, self.lang)
            if here != section:
                self.scalars.heading(here)
                section = here
            self.scalars.adopt(line)
        if self._by_year:
            self.tables.heading("#by_year", headers=tuple(float(y) for y in self.years))
            for line in self._by_year:
                self.tables.adopt(line)

    def _fix(self, lines: Sequence[Line]) -> None:
        """Put numbers that may not be changed here among the fixed values."""
        if lines:
            words = "Getallen van het scenario die in dit werkboek vaststaan", "Numbers of the scenario, fixed here"
            self.constants.heading(self.say(*words))
        for line in lines:
            line.style, line.name = _FIXED_STYLES.get(line.style, line.style), ""
            line.sheet = self.constants
            self.constants.adopt(line)
            del self.behind[line.key]
        self._by_year = [line for line in self._by_year if line.sheet is self.tables]

    @property
    def amount_rows(self) -> int:
        """Rows of amounts per year."""
        return len(self._by_year)


def _order(spec: BaseModel, path: str) -> tuple[tuple[int, ...], bool]:
    """Where a value stands in its scenario: what it belongs to, and which of its keys; a last year after its first.

    Numbers of one list keep the order in which they were asked for, because a formula takes them as one range.
    """
    steps, places = path.split("."), []
    found: Any = spec
    below = len(steps) > 2 and steps[2] in {"effects", "bands", "tiers", "modules"}
    for step in steps[: 4 if below or steps[0] == "arrangements" else 3]:
        if isinstance(found, BaseModel):
            inside: dict[str, Any] = {f.alias or n: getattr(found, n) for n, f in type(found).model_fields.items()}
        else:
            inside = {str(k): v for k, v in found.items()} if isinstance(found, dict) else {}
        places.append(list(inside).index(step) if step in inside else len(inside))
        found = inside.get(step)
    return tuple(places), steps[-1] == "last"


def _class_label(first: int, last: int) -> str:
    return f"{first}+" if last >= OPEN_AGE else f"{first}-{last}"


def kind_of(path: str, number: Number | None) -> str:
    """What kind of value an input is; decides its format and what may be typed."""
    last = path.rpartition(".")[2]
    if isinstance(number, Share):
        return "share"
    if isinstance(number, Growth | ReducingShare):
        return "rate"
    if isinstance(number, Euro) or last.endswith("_eur") or ".amounts_eur." in path:
        return "euro"
    if ".time." in path:
        return "years"
    if number is not None:
        return "count"
    if last in {"first", "last", "first_year", "last_year", "from_year", "leaves_after"}:
        return "year"
    if last.endswith(("_years", "_periods")) or last.startswith("horizon"):
        return "whole"
    return "share" if ".ramp_up." in path or last in {"people_share", "weight"} else "real"
