"""What overlap is calculated with: what is avoided alone, who can meet whom, and the points of the Shapley integral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coalition.cells import Block, Expr, Line, Sheet, as_expr, lagged, largest, product_of_rests, smallest, so_far
from coalition.overlap import Points, gauss_points
from coalition.parties import Pocket
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import Areas
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.frame import Frame
from coalition.workbook.people import People

Factors = dict[tuple[str, int], Expr]
"""Factor per intervention and area; or per target group and area."""
Groups = Mapping[str, list[str]]
"""Target group -> the interventions on it."""


@dataclass(frozen=True)
class Alone:
    """What is avoided in one pocket, each intervention as if alone.

    Attributes:
        groups: of the interventions that avoid anything here.
        gains: per intervention and area, rises of cost left out; only where it is done.
    """

    pocket: Pocket
    streams: Sequence[CellStream]
    groups: Groups
    gains: Mapping[tuple[str, int], Line]

    def here(self, members: Sequence[str], position: int) -> list[str]:
        """Those of some interventions that are done in an area."""
        return [m for m in members if (m, position) in self.gains]

    def active(self, name: str, position: int) -> Expr:
        """Participants in whom an intervention works on the pocket: the largest of its effects there."""
        found = [s.active.at(position) for s in self.streams if s.intervention == name and s.effect != LIFE_YEARS]
        return largest(*found) if found else as_expr(0)


class OverlapRows:
    """Where the rows of overlap come, and what all parts of it share."""

    def __init__(self, frame: Frame, areas: Areas) -> None:
        self.frame, self.areas, self.say = frame, areas, frame.say
        self.people: People = areas.people
        self.sheet: Sheet = frame.sheet(
            ("Berekening_samenloop", "Calc_overlap"),
            ("Samenloop: samen nooit meer dan de kosten", "Overlap: never more than the cost"),
        )
        self._gauss: dict[int, Points] = {}

    # words

    def area(self, position: int) -> str:
        """Name of an area."""
        return self.people.name(self.areas.codes[position])

    def called(self, intervention: str) -> str:
        """Name of an intervention."""
        return self.frame.spec.interventions[intervention].name

    def group(self, group: str) -> str:
        """Name of a target group."""
        return self.frame.spec.target_groups[group].name

    # rows

    def factor(self, key: str, label: str, content: Expr, unit: str | None = None) -> Line:
        """A factor, or something else without a unit of money."""
        return self.sheet.series(
            key, label, self.say("factor", "factor") if unit is None else unit, content, style="factor"
        )

    def share(self, key: str, label: str, content: Expr) -> Line:
        """A part."""
        return self.factor(key, label, content, self.say("deel", "share"))

    def euros(self, key: str, label: str, content: Expr) -> Line:
        """An amount."""
        return self.sheet.series(key, label, "€", content, style="euro2")

    # who can meet whom

    def there_together(self, group: str, members: Sequence[str], position: int) -> Expr:
        """People in whom effects can work at the same time.

        Of a group that is renewed each year, these are the people of as many years as effects last.
        """
        people = self.people.group(group)[position]
        if not self.frame.spec.target_groups[group].renewed_each_year:
            return people
        longest, index = self._longest(group, members), self.frame.axis.index
        if not people.is_series:
            return people * smallest(index + 1, longest)
        key = f"{group} flow {position}"
        if not self.sheet.has(key):
            label, unit = self.say("ooit in de groep", "ever in the group"), self.say("mensen", "people")
            self.sheet.series(key, label, unit, so_far(people), style="count")
        flow = self.sheet.of(key)
        return flow - lagged(flow, longest, index)

    def _longest(self, group: str, members: Sequence[str]) -> Line:
        """Years that the longest effect on a group may work."""
        effects = [(m, e) for m in members for e in self.frame.spec.interventions[m].effects]
        lengths = [self.frame.kernel_years(m, e) for m, e in effects]
        key, sheet = f"longest {group} {' '.join(members)}", self.frame.level.sheet
        if not sheet.has(key):
            label = self.say("jaren dat het kan werken", "years it may work") + f": {self.group(group)}"
            sheet.line(key, label, self.say("jaren", "years"), largest(*lengths), style="plain")
        return sheet.of(key)

    # the Shapley integral

    def gauss(self, players: int) -> Points:
        """Points of the integral over so many players."""
        points = gauss_points(players)
        count = len(points)
        if count not in self._gauss:
            sheet, say = self.frame.inputs.constants, self.say
            sheet.heading(
                say(f"Punten van de Shapley-integraal ({count})", f"Points of the Shapley integral ({count})"), 2
            )
            words = (("point", say("punt", "point")), ("weight", say("gewicht", "weight")))
            columns = []
            for column, (key, label) in enumerate(words):
                lines = [
                    sheet.line(f"gauss {count} {key} {n}", f"{label} {n + 1}", "", point[column], style="factor")
                    for n, point in enumerate(points)
                ]
                columns.append(Block(lines))
            self._gauss[count] = Points(*columns)
        return self._gauss[count]

    def products(self, key: str, shares: Block, gauss: Points) -> Block:
        """Π (1 − u·x) for each point of the integral."""
        label = self.say("kans dat niemand ervoor was, punt", "nobody came before, point")
        return Block(
            [
                self.factor(f"{key} product {n}", f"{label} {n + 1}", product_of_rests(shares, point), "")
                for n, point in enumerate(gauss.points)
            ]
        )

    def half(self) -> Line:
        """A half."""
        return self.frame.inputs.fixed(self.say("de helft", "one half"), self.say("deel", "share"), 0.5)
