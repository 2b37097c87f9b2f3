"""Interventions as cells: who starts, within which capacity, and what delivery costs."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.cells import (
    Block,
    Expr,
    Line,
    Sheet,
    added,
    as_expr,
    before,
    lagged,
    largest,
    part_of,
    picked,
    rows_of,
    smallest,
)
from coalition.kernels import at_most_in_cells
from coalition.numbers import Number
from coalition.schema import Approach, Intervention
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.frame import Frame
from coalition.workbook.people import People
from coalition.workbook.policies import Policies


@dataclass
class ProgrammeCells:
    """Rows of one intervention, per area in which it is done.

    Attributes:
        positions: of its areas.
        size: of the target group; starters per year; enrolled: those of them who have the policy module.
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

    def __init__(self, frame: Frame, people: People, areas: Areas, policies: Policies) -> None:
        self.frame, self.people, self.areas, self.policies = frame, people, areas, policies
        self.sheet: Sheet = frame.sheet(
            ("Berekening_uitvoering", "Calc_delivery"),
            ("Deelnemers en uitvoeringskosten", "Starters and delivery cost"),
        )
        self.found: dict[str, ProgrammeCells] = {}

    def add(self, name: str) -> ProgrammeCells:
        """The rows of one intervention."""
        made = _Maker(self, name).programme()
        self.found[name] = made
        return made


class _Maker:
    """Makes the rows of one intervention."""

    def __init__(self, all_: Programmes, name: str) -> None:
        self.all, self.name, self.frame, self.areas = all_, name, all_.frame, all_.areas
        self.stated = self.frame.spec.interventions[name]
        self.path, self.say, self.of = f"interventions.{name}", self.frame.say, self.frame.inputs.of
        codes = self.areas.codes
        self.positions = tuple(k for k, a in enumerate(codes) if self.stated.areas == "all" or a in self.stated.areas)
        self.sheet = all_.sheet
        self.group = all_.people.group(self.stated.target_group)
        self.grows = self.stated.approach is Approach.POPULATION and len(self.frame.scenario.region.years) > 1

    def programme(self) -> ProgrammeCells:
        self.sheet.heading(self.stated.name)
        size = self.rows("size", self.say("doelgroep", "target group"), self.unit, lambda k: self.group[k], "count")
        starters, enrolled = self.starters(size)
        starting = starters
        if self.grows:
            starting = self.rows(
                "starting",
                self.say("deel van de plek dat begint", "part of the place that begins"),
                self.say("deel", "share"),
                lambda k: part_of(starters.at(k), size.at(k)),
                "share",
            )
        parts, by_module = self.delivery(size, starters, starting, enrolled)
        fixed = self.fixed(size)
        own, total = self.totals(parts, fixed, by_module)
        return ProgrammeCells(
            self.name,
            self.stated,
            self.positions,
            size,
            starters,
            enrolled,
            starting,
            parts,
            fixed,
            by_module,
            own,
            total,
        )

    @property
    def unit(self) -> str:
        return self.say("mensen", "people")

    def rows(self, key, label, unit, content, style="euro2", total=False) -> AreaBlock:  # type: ignore[no-untyped-def]
        return self.areas.block(
            f"{self.name} {key}", label, unit, self.positions, content, sheet=self.sheet, style=style, total=total
        )

    def stated_or(self, position: int, key: str) -> Number | None:
        """A number of an area of its own."""
        own = self.stated.per_area.get(self.areas.codes[position])
        return None if own is None else getattr(own, key)

    # starters

    def level(self, position: int | None) -> Line:
        """Part of the full reach that starts in each year; of one area where it has years of its own."""
        area = None if position is None else self.areas.codes[position]
        path = f"{self.path}.starts" if area is None else f"{self.path}.per_area.{area}.starts"
        key = f"level {self.name} {area or ''}"
        if self.sheet.has(key):
            return self.sheet.of(key)
        inputs, axis, where = self.frame.inputs, self.frame.axis, "" if area is None else f" ({area})"
        first, last = inputs.stated(f"{path}.first"), inputs.stated(f"{path}.last")
        running = self.sheet.series(
            f"starts {self.name} {area or ''}",
            self.say("startjaar", "start year") + where,
            "0/1",
            axis.running(first, last),
            style="plain",
        )
        steps = Block([inputs.stated(f"{self.path}.ramp_up.{k}") for k in range(len(self.stated.ramp_up))])
        level: Expr = steps[0] * running
        if len(steps) > 1:
            since = self.sheet.series(
                f"since {self.name} {area or ''}",
                self.say("stap van de aanloop", "step of the ramp-up") + where,
                "",
                smallest(largest(axis.year - first, 0) + 1, rows_of(steps)),
                style="plain",
            )
            level = picked(steps, since) * running
        label = self.say("deel van het bereik", "part of the reach") + where
        if self.stated.approach is not Approach.POPULATION:
            return self.sheet.series(key, label, self.say("deel", "share"), level, style="share")
        full = self.sheet.series(
            f"full {self.name} {area or ''}", label, self.say("deel", "share"), level, style="share"
        )
        return self.sheet.series(
            key,
            self.say("nieuw bereikt", "newly reached") + where,
            self.say("deel", "share"),
            (full - before(full)) * running,
            style="share",
        )

    def timing(self, position: int) -> Line:
        return self.level(position if self.stated_or(position, "starts") is not None else None)

    def starters(self, size: AreaBlock) -> tuple[AreaBlock, AreaBlock | None]:
        for k in self.positions:
            self.timing(k)
        enrolled = None
        module = self.stated.policy_module
        part: dict[int, Expr] = {}
        if module is not None:
            covered, _ = self.all.policies.cover(module.module)
            share = self.of(module.enrolled_share_of_group)
            part = {k: share * c for k, c in covered.items() if k in self.positions}
            reach = self.of(module.reach)
            enrolled = self.rows(
                "enrolled",
                self.say("deelnemers met de polismodule", "starters with the module"),
                self.unit,
                lambda k: self.eligible(size, k) * part[k] * reach if k in part else as_expr(0),
                "count",
            )

        def wanted(k: int) -> Expr:
            reach = self.of(self.stated_or(k, "reach") or self.stated.reach)
            found = self.eligible(size, k) * reach
            if k in part:
                found = self.eligible(size, k) * (1 - part[k]) * reach
            return found if enrolled is None else found + enrolled.at(k)

        label = self.say("deelnemers die beginnen", "starters")
        if not self.limited:
            return self.rows("starters", label, self.unit, wanted, "count", True), enrolled
        asked = self.rows(
            "asked", self.say("zonder grens aan capaciteit", "without a limit of capacity"), self.unit, wanted, "count"
        )
        fits = self.capacity(asked)
        starters = self.rows("starters", label, self.unit, lambda k: asked.at(k) * fits(k), "count", True)
        if enrolled is not None:
            first = enrolled
            enrolled = self.rows(
                "enrolled kept",
                self.say("met de module, binnen de capaciteit", "with the module, within capacity"),
                self.unit,
                lambda k: first.at(k) * fits(k),
                "count",
            )
        return starters, enrolled

    def eligible(self, size: AreaBlock, position: int) -> Expr:
        found = size.at(position) * self.timing(position)
        if self.stated.members_of is not None:
            found = found * self.areas.market_at(self.stated.members_of, position)
        return found

    @property
    def limited(self) -> bool:
        own = any(self.stated_or(k, "capacity_per_year") for k in self.positions)
        return own or self.stated.capacity_per_year is not None

    def capacity(self, asked: AreaBlock):  # type: ignore[no-untyped-def]
        """Factor, at most 1, per area."""
        local: dict[int, Line] = {}
        for k in self.positions:
            limit = self.stated_or(k, "capacity_per_year")
            if limit is not None:
                label = self.say("past in de capaciteit van", "fits the capacity of")
                local[k] = self.sheet.series(
                    f"{self.name} fits {self.areas.codes[k]}",
                    f"{label} {self.all.people.name(self.areas.codes[k])}",
                    self.say("deel", "share"),
                    at_most_in_cells(self.of(limit), asked.at(k)),
                    style="share",
                )
        if self.stated.capacity_per_year is None:
            return lambda k: local.get(k, as_expr(1))
        here = asked
        if local:
            here = self.rows(
                "asked within areas",
                self.say("na grenzen per gebied", "after limits per area"),
                self.unit,
                lambda k: asked.at(k) * local.get(k, as_expr(1)),
                "count",
            )
        whole = self.sheet.series(
            f"{self.name} fits",
            self.say("past in de capaciteit van alle gebieden samen", "fits the capacity of all areas together"),
            self.say("deel", "share"),
            at_most_in_cells(self.of(self.stated.capacity_per_year), added(here)),
            style="share",
        )
        return lambda k: local[k] * whole if k in local else whole

    # delivery

    def unit_cost(self, year: int, position: int) -> Line:
        """Cost per starter in a programme year, in euro of the year."""
        cost = self.stated.cost
        own = self.stated_or(position, "completion") if year < len(cost.per_completer) else None
        where = self.areas.codes[position] if own is not None else ""
        key = f"unit cost {self.name} {year} {where}"
        if self.sheet.has(key):
            return self.sheet.of(key)
        content: Expr = as_expr(0)
        if year < len(cost.per_starter):
            content = content + self.frame.price(cost.per_starter[year])
        if year < len(cost.per_completer):
            completion = self.of(own or self.stated.completion)
            content = content + completion * self.frame.price(cost.per_completer[year])
        label = self.say(
            f"kosten per deelnemer, programmajaar {year + 1}", f"cost per starter, programme year {year + 1}"
        ) + (f" ({where})" if where else "")
        return self.sheet.series(key, label, "€", content, style="euro2")

    def delivery(
        self, size: AreaBlock, starters: AreaBlock, starting: AreaBlock, enrolled: AreaBlock | None
    ) -> tuple[list[AreaBlock], AreaBlock | None]:
        count = max(len(self.stated.cost.per_starter), len(self.stated.cost.per_completer), 1)
        for year in range(count):
            for k in self.positions:
                self.unit_cost(year, k)
        paid = self.by_module(enrolled, count)
        parts = []
        for year in range(count):
            label = self.say(f"uitvoering, programmajaar {year + 1}", f"delivery, programme year {year + 1}")

            def content(k: int, year: int = year) -> Expr:
                found = self.present(size, starters, starting, k, year) * self.unit_cost(year, k)
                return found if paid is None else found - paid[year].at(k)

            parts.append(self.rows(f"delivery {year}", label, "€", content, total=True))
        if paid is None:
            return parts, None
        label = self.say("uitvoering die de module betaalt", "delivery that the module pays")
        return parts, self.rows("by module", label, "€", lambda k: _sum([p.at(k) for p in paid]))

    def years_ago(self, year: int) -> Line:
        return self.frame.inputs.fixed(
            self.say("jaren geleden begonnen", "began so many years ago"), self.say("jaren", "years"), float(year)
        )

    def present(self, size: AreaBlock, starters: AreaBlock, starting: AreaBlock, position: int, year: int) -> Expr:
        """Starters of some years ago on this year's place."""
        if not self.grows:
            line = starters.at(position)
            return line if year == 0 else lagged(line, self.years_ago(year), self.frame.axis.index)
        line = starting.at(position)
        found: Expr = line if year == 0 else lagged(line, self.years_ago(year), self.frame.axis.index)
        return found * size.at(position)

    def by_module(self, enrolled: AreaBlock | None, count: int) -> list[AreaBlock] | None:
        """What the policy module pays per programme year; a policy that has ended pays nothing."""
        module = self.stated.policy_module
        if module is None or enrolled is None:
            return None
        covered, ceiling = self.all.policies.cover(module.module)
        left = self.rows(
            "module left 0",
            self.say("vergoeding die over is", "reimbursement left"),
            "€",
            lambda k: ceiling.get(k, as_expr(0)),
        )
        say, paid = self.say, []
        for year in range(count):
            per_starter = self.rows(
                f"module per starter {year}",
                say("vergoeding per deelnemer", "reimbursed per starter"),
                "€",
                lambda k, left=left, year=year: (
                    smallest(self.unit_cost(year, k), left.at(k)) * covered.get(k, as_expr(0))
                ),
            )
            paid.append(
                self.rows(
                    f"module paid {year}",
                    say(f"module betaalt, programmajaar {year + 1}", f"module pays, programme year {year + 1}"),
                    "€",
                    lambda k, each=per_starter, year=year: self.earlier(enrolled, k, year) * each.at(k),
                )
            )
            if year + 1 < count:
                left = self.left_next_year(left, per_starter, year + 1)
        return paid

    def left_next_year(self, left: AreaBlock, per_starter: AreaBlock, year: int) -> AreaBlock:
        """What is left of the reimbursement a year later, for those who began a year earlier."""
        say = self.say
        rest = self.rows(
            f"module rest {year}",
            say("over na dit jaar", "left after this year"),
            "€",
            lambda k: left.at(k) - per_starter.at(k),
        )
        label = say("vergoeding die over is", "reimbursement left")
        return self.rows(f"module left {year}", label, "€", lambda k: before(rest.at(k)))

    def earlier(self, block: AreaBlock, position: int, year: int) -> Expr:
        line = block.at(position)
        return line if year == 0 else lagged(line, self.years_ago(year), self.frame.axis.index)

    def fixed(self, size: AreaBlock) -> AreaBlock | None:
        """Fixed cost while people can start, spread over the areas by the size of the group."""
        stated = self.stated.cost.fixed_per_year
        if stated is None:
            return None
        running = {
            id(self.sheet.of(f"starts {self.name} {self.own_years(k)}")): self.sheet.of(
                f"starts {self.name} {self.own_years(k)}"
            )
            for k in self.positions
        }
        somewhere = self.sheet.series(
            f"{self.name} somewhere",
            self.say("ergens kan men beginnen", "somebody can start somewhere"),
            "0/1",
            largest(*running.values()),
            style="plain",
        )
        cost = self.sheet.series(
            f"{self.name} fixed", self.say("vaste kosten", "fixed cost"), "€", somewhere * self.frame.price(stated)
        )
        together = self.sheet.line(
            f"{self.name} group together",
            self.say("doelgroep in alle gebieden", "target group in all areas"),
            self.unit,
            added(size),
            style="count",
        )
        evenly = self.frame.inputs.fixed(
            self.say("gelijk deel per gebied", "equal part per area"),
            self.say("deel", "share"),
            1 / len(self.positions),
        )
        return self.rows(
            "fixed", self.say("vaste kosten", "fixed cost"), "€", lambda k: cost * part_of(size.at(k), together, evenly)
        )

    def own_years(self, position: int) -> str:
        return self.areas.codes[position] if self.stated_or(position, "starts") is not None else ""

    def totals(
        self, parts: list[AreaBlock], fixed: AreaBlock | None, by_module: AreaBlock | None
    ) -> tuple[AreaBlock, AreaBlock]:
        own = parts[0]
        if len(parts) > 1 or fixed is not None:
            blocks = [*parts, *([fixed] if fixed is not None else [])]
            own = self.rows(
                "own delivery",
                self.say("uitvoering samen", "delivery together"),
                "€",
                lambda k: _sum([b.at(k) for b in blocks]),
                total=True,
            )
        if by_module is None:
            return own, own
        return own, self.rows(
            "all delivery",
            self.say("uitvoering met de module", "delivery with the module"),
            "€",
            lambda k: own.at(k) + by_module.at(k),
            total=True,
        )


def _sum(parts) -> Expr:  # type: ignore[no-untyped-def]
    total: Expr = as_expr(0)
    for part in parts:
        total = total + part
    return total
