"""Interventions as cells: who starts, and what delivery costs in each year of the programme."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.cells import Expr, Line, Sheet, added, as_expr, before, lagged, largest, part_of, smallest, total_of
from coalition.schema import Intervention
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame
from coalition.workbook.policies import Policies
from coalition.workbook.starters import ProgrammeRows, Starters


@dataclass
class ProgrammeCells:
    """Rows of one intervention, per area in which it is done.

    Attributes:
        positions: of its areas.
        size: of the target group; starters per year; enrolled: those of them who have the policy module.
        starting: starters, or the part of the place that begins where places follow a group that changes.
        parts: delivery per programme year 0, 1, ... that the payers carry; fixed: what does not depend on starters.
        by_module: what the module pays; own: delivery that the payers carry; total: all of it.
    """

    name: str
    stated: Intervention
    positions: tuple[int, ...]
    size: AreaBlock
    starters: AreaBlock
    enrolled: AreaBlock | None
    starting: AreaBlock
    parts: list[AreaBlock]
    fixed: AreaBlock | None
    by_module: AreaBlock | None
    own: AreaBlock
    total: AreaBlock


class Programmes:
    """All interventions, in the order in which they change each other's groups."""

    def __init__(self, frame: Frame, areas: Areas, policies: Policies) -> None:
        self.areas, self.policies = areas, policies
        self.sheet: Sheet = frame.sheet(
            ("Berekening_uitvoering", "Calc_delivery"),
            ("Deelnemers en uitvoeringskosten", "Starters and delivery cost"),
        )
        self.found: dict[str, ProgrammeCells] = {}

    def add(self, name: str) -> ProgrammeCells:
        """The rows of one intervention."""
        self.found[name] = _Delivery(ProgrammeRows(self.sheet, self.areas, self.policies, name)).programme()
        return self.found[name]


class _Delivery:
    """What the delivery of one intervention costs."""

    def __init__(self, at: ProgrammeRows) -> None:
        self.at, self.say, self.years = at, at.say, at.say("jaren", "years")
        at.sheet.heading(at.stated.name)
        self.size = at.count("size", self.say("doelgroep", "target group"), lambda k: at.group[k])
        self.starters = Starters(at, self.size)
        self.starting = self.starters.found
        if at.grows:
            caption = Caption(
                "starting", self.say("deel van de plek dat begint", "part of the place that begins"), at.share, "share"
            )
            self.starting = at.rows(caption, lambda k: part_of(self.starters.found.at(k), self.size.at(k)))

    def programme(self) -> ProgrammeCells:
        """All rows."""
        at, found = self.at, self.starters
        parts, by_module = self.parts()
        fixed = self.fixed()
        own, total = self.totals(parts, fixed, by_module)
        who = (self.size, found.found, found.enrolled, self.starting)
        return ProgrammeCells(at.name, at.stated, at.positions, *who, parts, fixed, by_module, own, total)

    def euros(self, key: str, label: str, content: AnArea, *, total: bool = False) -> AreaBlock:
        return self.at.rows(Caption(key, label, total=total), content)

    # per programme year

    @property
    def count(self) -> int:
        """Years of the programme."""
        return max(len(self.at.stated.cost.per_starter), len(self.at.stated.cost.per_completer), 1)

    def unit_cost(self, year: int, position: int) -> Line:
        """Cost per starter in a programme year, in euro of the year."""
        at, cost = self.at, self.at.stated.cost
        own = at.own(position).completion if year < len(cost.per_completer) else None
        where = at.areas.codes[position] if own is not None else ""
        key = f"unit cost {at.name} {year} {where}"
        if at.sheet.has(key):
            return at.sheet.of(key)
        content: Expr = as_expr(0)
        if year < len(cost.per_starter):
            content = content + at.frame.price(cost.per_starter[year])
        if year < len(cost.per_completer):
            completion = at.of(own or at.stated.completion)
            content = content + completion * at.frame.price(cost.per_completer[year])
        label = self.say(
            f"kosten per deelnemer, programmajaar {year + 1}", f"cost per starter, programme year {year + 1}"
        ) + (f" ({where})" if where else "")
        return at.sheet.series(key, label, "€", content, style="euro2")

    def parts(self) -> tuple[list[AreaBlock], AreaBlock | None]:
        """Delivery per programme year that the payers carry, and what the module pays of all years."""
        for year in range(self.count):
            for k in self.at.positions:
                self.unit_cost(year, k)
        paid = self.by_module()
        parts = [self.part(year, None if paid is None else paid[year]) for year in range(self.count)]
        if paid is None:
            return parts, None
        label = self.say("uitvoering die de module betaalt", "delivery that the module pays")
        return parts, self.euros("by module", label, lambda k: total_of(p.at(k) for p in paid))

    def part(self, year: int, paid: AreaBlock | None) -> AreaBlock:
        """Delivery of one programme year, less what the module paid."""
        label = self.say(f"uitvoering, programmajaar {year + 1}", f"delivery, programme year {year + 1}")

        def content(k: int) -> Expr:
            found = self.present(k, year) * self.unit_cost(year, k)
            return found if paid is None else found - paid.at(k)

        return self.euros(f"delivery {year}", label, content, total=True)

    def earlier(self, line: Line, year: int) -> Expr:
        """A row of some years ago."""
        if year == 0:
            return line
        label = self.say("jaren geleden begonnen", "began so many years ago")
        ago = self.at.frame.inputs.fixed(label, self.years, float(year))
        return lagged(line, ago, self.at.frame.axis.index)

    def present(self, position: int, year: int) -> Expr:
        """Starters of some years ago on this year's place."""
        found = self.earlier(self.starting.at(position), year)
        return found * self.size.at(position) if self.at.grows else found

    # what the policy module pays

    def by_module(self) -> list[AreaBlock] | None:
        """What the policy module pays per programme year; a policy that has ended pays nothing."""
        module, enrolled = self.at.stated.policy_module, self.starters.enrolled
        if module is None or enrolled is None:
            return None
        covered, ceiling = self.at.policies.cover(module.module)
        label = self.say("vergoeding die over is", "reimbursement left")
        left = self.euros("module left 0", label, lambda k: ceiling.get(k, as_expr(0)))
        paid = []
        for year in range(self.count):
            per_starter = self.reimbursed(year, left, covered)
            paid.append(self.paid_by_module(year, enrolled, per_starter))
            if year + 1 < self.count:
                left = self.left_next_year(left, per_starter, year + 1)
        return paid

    def reimbursed(self, year: int, left: AreaBlock, covered: dict[int, Expr]) -> AreaBlock:
        """What the module pays per starter."""
        label = self.say("vergoeding per deelnemer", "reimbursed per starter")
        return self.euros(
            f"module per starter {year}",
            label,
            lambda k: smallest(self.unit_cost(year, k), left.at(k)) * covered.get(k, as_expr(0)),
        )

    def paid_by_module(self, year: int, enrolled: AreaBlock, per_starter: AreaBlock) -> AreaBlock:
        """What the module pays for all who have it."""
        label = self.say(f"module betaalt, programmajaar {year + 1}", f"module pays, programme year {year + 1}")
        return self.euros(
            f"module paid {year}", label, lambda k: self.earlier(enrolled.at(k), year) * per_starter.at(k)
        )

    def left_next_year(self, left: AreaBlock, per_starter: AreaBlock, year: int) -> AreaBlock:
        """What is left of the reimbursement a year later, for those who began a year earlier."""
        label = self.say("over na dit jaar", "left after this year")
        rest = self.euros(f"module rest {year}", label, lambda k: left.at(k) - per_starter.at(k))
        label = self.say("vergoeding die over is", "reimbursement left")
        return self.euros(f"module left {year}", label, lambda k: before(rest.at(k)))

    # fixed cost, and all together

    def fixed(self) -> AreaBlock | None:
        """Fixed cost while people can start, spread over the areas by the size of the group."""
        at, stated = self.at, self.at.stated.cost.fixed_per_year
        if stated is None:
            return None
        running = list(dict.fromkeys(self.starters.start_years(k) for k in at.positions))
        label = self.say("ergens kan men beginnen", "somebody can start somewhere")
        somewhere = at.sheet.series(f"{at.name} somewhere", label, "0/1", largest(*running), style="plain")
        label = self.say("vaste kosten", "fixed cost")
        cost = at.sheet.series(f"{at.name} fixed", label, "€", somewhere * at.frame.price(stated))
        words = self.say("doelgroep in alle gebieden", "target group in all areas")
        together = at.sheet.line(f"{at.name} group together", words, at.unit, added(self.size), style="count")
        words = self.say("gelijk deel per gebied", "equal part per area")
        evenly = at.frame.inputs.fixed(words, at.share, 1 / len(at.positions))
        return self.euros("fixed", label, lambda k: cost * part_of(self.size.at(k), together, evenly))

    def totals(
        self, parts: list[AreaBlock], fixed: AreaBlock | None, by_module: AreaBlock | None
    ) -> tuple[AreaBlock, AreaBlock]:
        """What the payers carry, and all delivery."""
        own = parts[0]
        if len(parts) > 1 or fixed is not None:
            blocks = [*parts, *([fixed] if fixed is not None else [])]
            label = self.say("uitvoering samen", "delivery together")
            own = self.euros("own delivery", label, lambda k: total_of(b.at(k) for b in blocks), total=True)
        if by_module is None:
            return own, own
        label = self.say("uitvoering met de module", "delivery with the module")
        return own, self.euros("all delivery", label, lambda k: own.at(k) + by_module.at(k), total=True)
