"""People and their cost without any programme, as cells: ages, target groups per area, cost per person per pocket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.baseline import age_weights_in_cells, ends_of
from coalition.cells import Block, Expr, Line, Sheet, added, as_expr, largest, over_years, part_of, smallest, total_of
from coalition.parties import Pocket
from coalition.prices import growth_factor_in_cells
from coalition.region import OPEN_AGE
from coalition.schema import Ages, TargetGroup
from coalition.workbook.frame import Frame

EVERYBODY = Ages.model_validate({"from": 0})
"""All ages together."""


@dataclass
class People:
    """Rows about people, made when they are asked for.

    Attributes:
        frame: axis and inputs.
        sheet: where they stand; ages: the sheet along the age classes.
    """

    frame: Frame
    sheet: Sheet
    ages: Sheet
    _of_ages: dict[tuple[int, int], Block] = field(default_factory=dict)
    _groups: dict[str, Block] = field(default_factory=dict)
    _cost: dict[tuple[str, Pocket], Block] = field(default_factory=dict)
    _growth: dict[Pocket, Line] = field(default_factory=dict)
    _mean: dict[tuple[tuple[int, int], Pocket], Block] = field(default_factory=dict)
    prevalence_of: Callable[[str], Block | None] = field(default=lambda _name: None)
    """Part of a group's ages in its risk class, where it has one; given by the population approaches."""

    def __post_init__(self) -> None:
        say, region = self.frame.say, self.frame.scenario.region
        self.areas = region.areas
        self.table_people, self.table_cost = self.frame.inputs.region_tables()
        years = say("jaren", "years")
        self.age_from = self.ages.line(
            "age from", say("eerste leeftijd", "first age"), years, region.age_from.astype(float), style="plain"
        )
        self.age_to = self.ages.line(
            "age to", say("laatste leeftijd", "last age"), years, region.age_to.astype(float), style="plain"
        )
        self._tents = self._known_years()

    def name(self, area: str) -> str:
        """Name of an area."""
        return self.frame.inputs.area_name(area)

    # ages

    def weights(self, *ages: Ages) -> Line:
        """Part of each age class that lies in all of these ages."""
        firsts, lasts = zip(*map(ends_of, ages), strict=True)
        first, last = max(firsts), min(lasts)
        key = f"weight {first} {last}"
        if not self.ages.has(key):
            say, unit = self.frame.say, self.frame.say("leeftijd", "age")
            ends = [self.frame.inputs.fixed(say("leeftijdsgrens", "age limit"), unit, float(a)) for a in (first, last)]
            label = say(f"deel van de klasse in {_span(first, last)}", f"part of the class in {_span(first, last)}")
            self.ages.line(
                key,
                label,
                say("deel", "share"),
                age_weights_in_cells((ends[0], ends[1]), self.age_from, self.age_to),
                style="factor",
            )
        return self.ages.of(key)

    def of_ages(self, *ages: Ages) -> Block:
        """People who have all of these ages, per area."""
        firsts, lasts = zip(*map(ends_of, ages), strict=True)
        key = (max(firsts), min(lasts))
        if key not in self._of_ages:
            weights, say = self.weights(*ages), self.frame.say
            label = say("inwoners", "inhabitants") + f" {_span(*key)}"
            self.sheet.heading(label, 2)
            self._of_ages[key] = self._heads(f"people {key}", label, weights)
        return self._of_ages[key]

    def widest(self, ages: Sequence[Ages]) -> tuple[Line, str]:
        """Part of each age class that lies in any of these ages, at the largest, and what it is called."""
        lines = list(dict.fromkeys(self.weights(a) for a in ages))
        words = " / ".join(_span(*ends_of(a)) for a in ages)
        key = f"widest {' '.join(line.key for line in lines)}"
        if not self.ages.has(key):
            label = self.frame.say("deel van de klasse in", "part of the class in") + f" {words}"
            self.ages.line(key, label, self.frame.say("deel", "share"), largest(*lines) + 0, style="factor")
        return self.ages.of(key), words

    def heads_of(self, weights: Line, words: str) -> Block:
        """People by weights along the age classes, per area."""
        key = f"heads {weights.key}"
        if not self.sheet.has(f"{key} {self.areas[0]}"):
            label = self.frame.say("inwoners", "inhabitants") + f" {words}"
            self.sheet.heading(label, 2)
            self._heads(key, label, weights)
        return Block([self.sheet.of(f"{key} {area}") for area in self.areas])

    def _heads(self, key: str, label: str, weights: Line) -> Block:
        """Counts of the tables by weights along the age classes, on the axis."""
        known = self.frame.scenario.region.years
        sums = {area: [over_years(self.table_people[area, y], weights) for y in known] for area in self.areas}
        return self._on_clock(key, label, self.frame.say("inwoners", "inhabitants"), sums)

    def _known_years(self) -> list[Line]:
        """How much the count of each known year weighs in each year of the axis; empty when there is one."""
        known, frame = self.frame.scenario.region.years, self.frame
        if len(known) == 1:
            return []
        say, year = frame.say, frame.axis.year
        marks = [
            frame.inputs.fixed(say("jaar van de bevolkingstelling", "year of the count"), say("jaar", "year"), float(y))
            for y in known
        ]
        self.sheet.heading(say("Tussen bekende jaren", "Between known years"), 2)
        found = []
        for k, y in enumerate(known):
            rises: Expr = as_expr(1) if k == 0 else (year - marks[k - 1]) / (marks[k] - marks[k - 1])
            falls: Expr = as_expr(1) if k == len(known) - 1 else (marks[k + 1] - year) / (marks[k + 1] - marks[k])
            label = say(f"gewicht van {y}", f"weight of {y}")
            content = largest(0, smallest(1, rises, falls))
            found.append(self.sheet.series(f"tent {y}", label, say("deel", "share"), content, style="factor"))
        return found

    def _on_clock(self, key: str, label: str, unit: str, sums: Mapping[str, Sequence[Expr]]) -> Block:
        """Sums over people per known year, on the axis; numbers where one year is known."""
        known = self.frame.scenario.region.years

        def row(area: str, content: Expr, year: str = "") -> Line:
            name = f"{label}: {self.name(area)}" + (f", {year}" if year else "")
            return self.sheet.line(f"{key} {area} {year}".rstrip(), name, unit, content, style="count")

        if not self._tents:
            return Block([row(area, parts[0]) for area, parts in sums.items()])
        stated = {
            area: [row(area, part, str(y)) for y, part in zip(known, parts, strict=True)]
            for area, parts in sums.items()
        }
        on_axis = {
            area: total_of(line * tent for line, tent in zip(lines, self._tents, strict=True))
            for area, lines in stated.items()
        }
        return Block([row(area, content) for area, content in on_axis.items()])

    # groups

    def group(self, name: str) -> Block:
        """Size of a target group per area, its risk class included."""
        if name not in self._groups:
            group, say = self.frame.spec.target_groups[name], self.frame.say
            inside = self.of_ages(group.ages)
            prevalence = self.prevalence_of(name)
            self.sheet.heading(say("Doelgroep", "Target group") + f": {group.name}", 2)
            whole = None
            if group.count is not None:
                unit = say("inwoners", "inhabitants")
                whole = self.sheet.line(f"ages {name}", say("samen", "together"), unit, added(inside), style="count")
            rows = []
            for k, area in enumerate(self.areas):
                size = self._size(group, inside[k], area, whole)
                if prevalence is not None:
                    size = size * prevalence[k]
                unit = self.frame.unit(group.unit, many=True)
                rows.append(self.sheet.line(f"group {name} {area}", self.name(area), unit, size, style="count"))
            self._groups[name] = Block(rows)
        return self._groups[name]

    def _size(self, group: TargetGroup, inside: Line, area: str, whole: Line | None) -> Expr:
        """People of an area who belong to a group, its risk class left out; `whole` is given where a count is."""
        if group.count is not None:
            assert whole is not None
            return part_of(inside, whole) * self.frame.inputs.of(group.count)
        own = group.areas[area].share if area in group.areas else None
        stated = own if own is not None else group.share
        assert stated is not None  # the schema asks for share or count
        return inside * self.frame.inputs.of(stated)

    def growth(self, pocket: Pocket) -> Line:
        """Cost level of a pocket relative to its price year."""
        if pocket not in self._growth:
            frame = self.frame
            stated = frame.inputs.of(frame.spec.region.growth_per_year[pocket])
            year = frame.scenario.region.price_year[pocket]
            base = frame.inputs.fixed(frame.say("prijspeil", "price year"), frame.say("jaar", "year"), float(year))
            label = frame.say("kostenniveau", "cost level") + f" {frame.pocket(pocket)}"
            content = growth_factor_in_cells(stated, base, frame.axis.year)
            self._growth[pocket] = frame.level.sheet.series(
                f"growth {pocket}", label, "factor", content, style="factor"
            )
        return self._growth[pocket]

    def mean_cost(self, ages: Ages, pocket: Pocket) -> Block:
        """Average cost per person of some ages in the pocket's price year, per area."""
        key = (ends_of(ages), pocket)
        if key not in self._mean:
            total = self.cost_of(self.weights(ages), f"{_span(*key[0])}", pocket)
            heads = self.of_ages(ages)
            label = self.frame.say("gemiddelde kosten", "average cost")
            label += f" {_span(*key[0])}, {self.frame.pocket(pocket)}"
            self.sheet.heading(label, 2)
            means = [part_of(one, people) for one, people in zip(total, heads, strict=True)]
            self._mean[key] = self._euros(f"mean {key}", label, means)
        return self._mean[key]

    def cost_of(self, weights: Line, words: str, pocket: Pocket) -> Block:
        """Cost of everyone of some ages in euro of the pocket's price year, per area."""
        key = f"cost {words} {pocket} {weights.key}"
        if not self.sheet.has(f"{key} {self.areas[0]}"):
            label = self.frame.say("kosten van iedereen", "cost of everybody")
            label += f" {words}, {self.frame.pocket(pocket)}"
            self.sheet.heading(label, 2)
            sums = {
                area: [
                    over_years(self.table_people[area, y], weights, self.table_cost[area, pocket])
                    for y in self.frame.scenario.region.years
                ]
                for area in self.areas
            }
            self._on_clock(key, label, "€", sums)
        return Block([self.sheet.of(f"{key} {area}") for area in self.areas])

    def cost(self, name: str, pocket: Pocket) -> Block:
        """Cost per unit of a target group in a pocket, in euro of the year, per area."""
        if (name, pocket) not in self._cost:
            group, frame = self.frame.spec.target_groups[name], self.frame
            mean, growth = self.mean_cost(group.ages, pocket), self.growth(pocket)
            label = frame.say("kosten per", "cost per") + f" {frame.unit(group.unit)}, {group.name}"
            label += f", {frame.pocket(pocket)}"
            self.sheet.heading(label, 2)
            rows = []
            for k, area in enumerate(self.areas):
                own = group.areas[area].cost_multiplier if area in group.areas else None
                multiplier = own or group.cost_multiplier_by_pocket.get(pocket, group.cost_multiplier)
                rows.append(mean[k] * growth * frame.inputs.of(multiplier))
            self._cost[name, pocket] = self._euros(f"cost per unit {name} {pocket}", label, rows)
        return self._cost[name, pocket]

    def _euros(self, key: str, label: str, contents: Sequence[Expr]) -> Block:
        """Amounts below each other, one per area."""
        return Block(
            [
                self.sheet.line(f"{key} {area}", f"{label}: {self.name(area)}", "€", content, style="euro2")
                for area, content in zip(self.areas, contents, strict=True)
            ]
        )

    def has_cost(self, pocket: Pocket) -> bool:
        """Whether the region has a cost table for a pocket."""
        return pocket in self.frame.scenario.region.cost


def new_people(frame: Frame) -> People:
    """Sheets of people, empty."""
    sheet = frame.sheet(
        ("Berekening_bevolking", "Calc_people"),
        ("Bevolking, doelgroepen en kosten per persoon", "People, target groups and cost per person"),
    )
    ages = Sheet(
        frame.say("Berekening_leeftijden", "Calc_ages"),
        frame.say("Deel van iedere leeftijdsklasse", "Part of each age class"),
        len(frame.scenario.region.age_from),
    )
    frame.sheets.insert(1, ages)
    return People(frame, sheet, ages)


def _span(first: int, last: int) -> str:
    return f"{first}+" if last >= OPEN_AGE else f"{first}–{last}"
