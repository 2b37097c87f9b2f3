"""Who starts with an intervention: in which years, within which capacity, and who has the policy module."""

from __future__ import annotations

from collections.abc import Mapping

from coalition.cells import Block, Expr, Line, Sheet, added, as_expr, before, largest, picked, rows_of, smallest
from coalition.kernels import at_most_in_cells
from coalition.schema import Approach, InArea
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame
from coalition.workbook.people import People
from coalition.workbook.policies import Policies


class ProgrammeRows:
    """Where the rows of one intervention come, and what they are about.

    Attributes:
        stated: the intervention; positions: of its areas; group: people per area of the region.
        grows: whether its places follow a group whose size changes.
        share, unit: words for a part, and for people.
    """

    def __init__(self, sheet: Sheet, areas: Areas, policies: Policies, name: str) -> None:
        self.sheet, self.areas, self.policies, self.name = sheet, areas, policies, name
        self.frame: Frame = areas.frame
        self.people: People = areas.people
        self.stated = self.frame.spec.interventions[name]
        self.say, self.of = self.frame.say, self.frame.inputs.of
        self.positions = tuple(
            k for k, a in enumerate(areas.codes) if self.stated.areas == "all" or a in self.stated.areas
        )
        self.group = self.people.group(self.stated.target_group)
        self.grows = self.stated.approach is Approach.POPULATION and len(self.frame.scenario.region.years) > 1
        self.share, self.unit = self.say("deel", "share"), self.say("mensen", "people")

    def rows(self, caption: Caption, content: AnArea) -> AreaBlock:
        """New rows, one per area of the intervention."""
        return self.areas.block(caption.below(self.name), self.positions, content, self.sheet)

    def count(self, key: str, label: str, content: AnArea, *, total: bool = False) -> AreaBlock:
        """People per area."""
        return self.rows(Caption(key, label, self.unit, "count", total), content)

    def part(self, key: str, label: str, content: Expr) -> Line:
        """A part, in every year."""
        return self.sheet.series(key, label, self.share, content, style="share")

    def own(self, position: int) -> InArea:
        """What an area states for itself."""
        return self.stated.per_area.get(self.areas.codes[position], InArea())


class Starters:
    """Starters of one intervention.

    Attributes:
        found: per area; enrolled: those of them who have the policy module, None without one.
    """

    def __init__(self, at: ProgrammeRows, size: AreaBlock) -> None:
        self.at, self.size, self.say = at, size, at.say
        for k in at.positions:
            self.timing(k)
        part = self.with_module()
        self.enrolled = self.reached_by_module(part)
        self.found = self.all(part)

    def all(self, part: Mapping[int, Expr]) -> AreaBlock:
        """Everybody who starts; `part` is who has the module, per area."""
        enrolled = self.enrolled

        def wanted(k: int) -> Expr:
            reach = self.at.of(self.at.own(k).reach or self.at.stated.reach)
            found = self.eligible(k) * reach
            if k in part:
                found = self.eligible(k) * (1 - part[k]) * reach
            return found if enrolled is None else found + enrolled.at(k)

        label = self.say("deelnemers die beginnen", "starters")
        if not self.limited:
            return self.at.count("starters", label, wanted, total=True)
        words = self.say("zonder grens aan capaciteit", "without a limit of capacity")
        asked = self.at.count("asked", words, wanted)
        fits = self.capacity(asked)
        starters = self.at.count("starters", label, lambda k: asked.at(k) * fits(k), total=True)
        if enrolled is not None:
            words = self.say("met de module, binnen de capaciteit", "with the module, within capacity")
            self.enrolled = self.at.count("enrolled kept", words, lambda k: enrolled.at(k) * fits(k))
        return starters

    # when

    def level(self, position: int | None) -> Line:
        """Part of the full reach that starts in each year; of one area where it has years of its own."""
        at, area = self.at, "" if position is None else self.at.areas.codes[position]
        key = f"level {at.name} {area}"
        if at.sheet.has(key):
            return at.sheet.of(key)
        where = f" ({at.areas.people.name(area)})" if area else ""
        running, level = self.ramp(area, where)
        label = self.say("deel van het bereik", "part of the reach") + where
        if at.stated.approach is not Approach.POPULATION:
            return at.part(key, label, level)
        full = at.part(f"full {at.name} {area}", label, level)
        return at.part(key, self.say("nieuw bereikt", "newly reached") + where, (full - before(full)) * running)

    def ramp(self, area: str, where: str) -> tuple[Line, Expr]:
        """Whether a year is a start year, and the part of the reach in it."""
        at, inputs, axis = self.at, self.at.frame.inputs, self.at.frame.axis
        path = f"interventions.{at.name}"
        starts = f"{path}.per_area.{area}.starts" if area else f"{path}.starts"
        first, last = inputs.stated(f"{starts}.first"), inputs.stated(f"{starts}.last")
        label = self.say("startjaar", "start year") + where
        content = axis.running(first, last)
        running = at.sheet.series(f"starts {at.name} {area}", label, "0/1", content, style="plain")
        steps = Block([inputs.stated(f"{path}.ramp_up.{k}") for k in range(len(at.stated.ramp_up))])
        if len(steps) == 1:
            return running, steps[0] * running
        label = self.say("stap van de aanloop", "step of the ramp-up") + where
        step = smallest(largest(axis.year - first, 0) + 1, rows_of(steps))
        since = at.sheet.series(f"since {at.name} {area}", label, "", step, style="plain")
        return running, picked(steps, since) * running

    def timing(self, position: int) -> Line:
        """The level of an area."""
        return self.level(position if self.at.own(position).starts is not None else None)

    def start_years(self, position: int) -> Line:
        """1 in the years in which people of an area can start."""
        area = self.at.areas.codes[position] if self.at.own(position).starts is not None else ""
        return self.at.sheet.of(f"starts {self.at.name} {area}")

    # who

    def eligible(self, position: int) -> Expr:
        """People of an area who may start, at the level of each year."""
        found = self.size.at(position) * self.timing(position)
        insurer = self.at.stated.members_of
        return found if insurer is None else found * self.at.areas.market_at(insurer, position)

    def with_module(self) -> dict[int, Expr]:
        """Part of the group that has the policy module, in the areas where it exists."""
        module = self.at.stated.policy_module
        if module is None:
            return {}
        covered, _ = self.at.policies.cover(module.module)
        share = self.at.of(module.enrolled_share_of_group)
        return {k: share * c for k, c in covered.items() if k in self.at.positions}

    def reached_by_module(self, part: Mapping[int, Expr]) -> AreaBlock | None:
        """Starters who have the policy module; coverage is not uptake."""
        module = self.at.stated.policy_module
        if module is None:
            return None
        reach, label = self.at.of(module.reach), self.say("deelnemers met de polismodule", "starters with the module")
        return self.at.count(
            "enrolled", label, lambda k: self.eligible(k) * part[k] * reach if k in part else as_expr(0)
        )

    # how many at most

    @property
    def limited(self) -> bool:
        """Whether any capacity is stated."""
        stated, own = self.at.stated, any(self.at.own(k).capacity_per_year for k in self.at.positions)
        return own or stated.capacity_per_year is not None

    def capacity(self, asked: AreaBlock) -> AnArea:
        """Factor, at most 1, per area."""
        local = self.local_capacity(asked)
        whole = self.at.stated.capacity_per_year
        if whole is None:
            return lambda k: local.get(k, as_expr(1))
        here = asked
        if local:
            label = self.say("na grenzen per gebied", "after limits per area")
            here = self.at.count("asked within areas", label, lambda k: asked.at(k) * local.get(k, as_expr(1)))
        label = self.say("past in de capaciteit van alle gebieden samen", "fits the capacity of all areas together")
        fits = self.at.part(f"{self.at.name} fits", label, at_most_in_cells(self.at.of(whole), added(here)))
        return lambda k: local[k] * fits if k in local else fits

    def local_capacity(self, asked: AreaBlock) -> dict[int, Expr]:
        """Factor of the areas that have a capacity of their own."""
        label = self.say("past in de capaciteit van", "fits the capacity of")
        found: dict[int, Expr] = {}
        for k in self.at.positions:
            limit = self.at.own(k).capacity_per_year
            if limit is not None:
                area = self.at.areas.codes[k]
                words = f"{label} {self.at.people.name(area)}"
                content = at_most_in_cells(self.at.of(limit), asked.at(k))
                found[k] = self.at.part(f"{self.at.name} fits {area}", words, content)
        return found
