"""Effects as cells: in whom an effect works in each year, what a year of it is worth, and what it avoids alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from coalition.cells import Block, Expr, Line, Sheet, as_expr, at_age, before, largest, part_of, smallest
from coalition.kernels import (
    over_cohorts_in_cells,
    per_cohort_in_cells,
    potential_impact_in_cells,
    staying_in_cells,
    time_weights_in_cells,
    years_of_effect_in_cells,
)
from coalition.parties import MUNICIPAL_POCKETS, NATURE, Pocket, PocketNature
from coalition.projection import MEMBERS_POCKETS
from coalition.schema import (
    Approach,
    CareKind,
    Comparator,
    EuroEffect,
    EventsEffect,
    Intervention,
    MonetisedEffect,
    Per,
    QalyEffect,
    RelativeEffect,
    ShiftEffect,
    TargetGroup,
    TimeProfile,
    Touches,
)
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.frame import Frame
from coalition.workbook.people import People
from coalition.workbook.programmes import ProgrammeCells, Programmes


@dataclass(frozen=True)
class CellStream:
    """Avoided cost of one effect in one pocket, as rows per area.

    Attributes:
        avoided, moved, wage, active: as in streams.Stream; None where there is none.
        cohorts, active_cohorts: the same by the age of the cohort, for an insurer's members.
    """

    intervention: str
    effect: str
    pocket: Pocket
    care_kind: CareKind | None
    avoided: AreaBlock
    moved: AreaBlock | None
    active: AreaBlock
    wage: AreaBlock | None = None
    cohorts: list[AreaBlock] | None = None
    active_cohorts: list[AreaBlock] | None = None

    @property
    def key(self) -> str:
        """What it is."""
        return f"{self.intervention} {self.effect} {self.pocket.value}"

    def with_rows(self, **rows: object) -> CellStream:
        """The same with other rows."""
        return replace(self, **rows)  # type: ignore[arg-type]


@dataclass(frozen=True)
class CellWelfare:
    """Health or pleasure that is no cash."""

    intervention: str
    effect: str
    label: str
    is_qaly: bool
    amounts: AreaBlock


@dataclass
class _Shift:
    effect: ShiftEffect
    group: TargetGroup
    share: AreaBlock


class Effects:
    """All effects of a scenario, alone."""

    def __init__(self, frame: Frame, people: People, areas: Areas, programmes: Programmes) -> None:
        self.frame, self.people, self.areas, self.programmes = frame, people, areas, programmes
        self.sheet: Sheet = frame.sheet(
            ("Berekening_effecten", "Calc_effects"),
            ("Effecten, ieder alsof het alleen stond", "Effects, each as if alone"),
        )
        self.streams: list[CellStream] = []
        self.welfare: list[CellWelfare] = []
        self.shifted: dict[str, dict[str, _Shift]] = {}
        people.prevalence_of = self.prevalence

    def add_all(self) -> None:
        """Population approaches first, because they change risk classes."""
        spec = self.frame.spec
        population = [n for n, i in spec.interventions.items() if i.approach is Approach.POPULATION]
        for name in [*population, *(n for n in spec.interventions if n not in population)]:
            _Maker(self, name, self.programmes.add(name)).add()

    def prevalence(self, name: str) -> Block | None:
        """Part of a group's ages in its risk class after the shifts so far."""
        group, frame, say = self.frame.spec.target_groups[name], self.frame, self.frame.say
        if group.risk_class is None:
            return None
        factor, inputs = frame.spec.risk_factors[group.risk_class.factor], frame.inputs
        class_ = group.risk_class.class_
        start = inputs.of(factor.classes[class_].prevalence)
        own = self.people.of_ages(group.ages)
        shifts = list(self.shifted.get(group.risk_class.factor, {}).items())
        shared = {n: self.people.of_ages(group.ages, s.group.ages) for n, s in shifts}
        self.people.sheet.heading(say("in de risicoklasse", "in the risk class") + f": {group.name}", 2)
        rows = []
        for k, area in enumerate(self.areas.codes):
            found: Expr = start
            for n, shift in shifts:
                if k in shift.share.positions:
                    after = inputs.of(shift.effect.shifted[class_])
                    found = found + shift.share.at(k) * part_of(shared[n][k], own[k]) * (after - start)
            rows.append(
                self.people.sheet.line(
                    f"prevalence {name} {area}",
                    self.people.name(area),
                    say("deel", "share"),
                    largest(0, smallest(found, 1)),
                    style="share",
                )
            )
        return Block(rows)


class _Maker:
    """Makes the rows of one intervention's effects."""

    def __init__(self, all_: Effects, name: str, programme: ProgrammeCells) -> None:
        self.all, self.name, self.programme, self.frame = all_, name, programme, all_.frame
        self.stated: Intervention = programme.stated
        self.group = self.frame.spec.target_groups[self.stated.target_group]
        self.sheet, self.say, self.of = all_.sheet, self.frame.say, self.frame.inputs.of
        self.path = f"interventions.{name}"
        self.population = self.stated.approach is Approach.POPULATION
        self.grows = programme.starting is not programme.starters

    def rows(self, key, label, unit, content, style="euro2", total=False) -> AreaBlock:  # type: ignore[no-untyped-def]
        return self.all.areas.block(
            f"{self.name} {key}",
            label,
            unit,
            self.programme.positions,
            content,
            sheet=self.sheet,
            style=style,
            total=total,
        )

    def add(self) -> None:
        self.sheet.heading(self.stated.name)
        for effect in self.stated.effects:
            self.effect(effect)
        self.life_years()

    # when and in whom an effect works

    def survival(self) -> Expr:
        if self.population:
            return as_expr(1)
        if self.stated.life_years is not None:
            return self.survival_with()
        return self.of(self.group.survival_per_year)

    def survival_with(self) -> Expr:
        stated = self.stated.life_years
        assert stated is not None
        without, with_ = self.of(stated.survival_without_per_year), self.of(stated.survival_with_per_year)
        key = f"{self.name} survival with"
        if not self.sheet.has(key):
            self.sheet.line(
                key,
                self.say("overleving per jaar met interventie", "survival per year with it"),
                self.say("deel", "share"),
                without + self.frame.effect_scale * (with_ - without),
                style="share",
            )
        return self.sheet.of(key)

    def after(self, key: str, follow_up: Expr) -> Line:
        """Years after the follow-up, by the age of the cohort."""
        return self.sheet.series(
            f"{self.name} {key} after",
            self.say("jaren na de meting", "years after follow-up"),
            self.say("jaren", "years"),
            largest(self.frame.axis.index - follow_up, 0),
            style="factor",
        )

    def left(self, key: str, label: str, per_year: Expr, after: Line) -> Expr:
        """Share left, by the age of the cohort."""
        if self.population:
            return as_expr(1)
        return self.sheet.series(
            f"{self.name} {key}", label, self.say("deel", "share"), staying_in_cells(per_year, after), style="factor"
        )

    def kernel(self, effect: str, time: TimeProfile) -> tuple[Line, Line | None]:
        """Years of effect on who is alive by the age of the cohort, and the part of it on who has moved away."""
        say, year = self.say, self.say("jaren", "years")
        onset, plateau, decay, first = (
            self.of(n) for n in (time.onset_years, time.plateau_years, time.decay_years, time.first_year_share)
        )
        found = time_weights_in_cells(onset, plateau, decay, first, self.frame.axis.index)
        key = f"{self.name} {effect}"
        full = self.sheet.series(
            f"{key} full",
            say(
                "jaren op volle kracht, tot en met leeftijd cohort",
                "years at full strength, up to the age of the cohort",
            ),
            year,
            found.full,
            style="factor",
        )
        falling = self.sheet.series(
            f"{key} falling", say("jaren in afname", "years of decay"), year, found.falling, style="factor"
        )
        effective = self.sheet.series(
            f"{key} effective",
            say("jaren effect tot en met die leeftijd", "years of effect up to that age"),
            year,
            years_of_effect_in_cells(full, falling, decay),
            style="factor",
        )
        after = self.after(effect, self.frame.inputs.stated(f"{self.path}.effects.{effect}.time.follow_up_years"))
        alive = self.left(f"{effect} alive", say("nog in leven", "still alive"), self.survival(), after)
        kernel = self.sheet.series(
            f"{key} kernel",
            say(
                "jaren effect per deelnemer, naar leeftijd cohort", "years of effect per starter, by age of the cohort"
            ),
            year,
            (effective - before(effective)) * alive,
            style="factor",
        )
        if self.population:
            return kernel, None
        stays = self.left(
            f"{effect} stays",
            say("woont nog in de gemeente", "still lives there"),
            1 - self.of(self.group.moves_per_year),
            after,
        )
        gone = self.sheet.series(
            f"{key} gone",
            say("daarvan bij wie verhuisd is", "of which on who has moved"),
            year,
            kernel * (1 - stays),
            style="factor",
        )
        return kernel, gone

    def worked(self, key: str, label: str, kernel: Line) -> AreaBlock:
        """Person-years in which an effect works."""
        index, starting, size = self.frame.axis.index, self.programme.starting, self.programme.size

        def content(k: int) -> Expr:
            found = over_cohorts_in_cells(starting.at(k), kernel, index)
            return found * size.at(k) if self.grows else found

        return self.rows(key, label, self.say("persoonsjaren", "person-years"), content, "count")

    # what a year of effect is worth

    def correction(self, effect: str, position: int) -> Expr:
        """Completion and deadweight, each only where the effect was not already measured with it."""
        stated = self.stated.effects[effect]
        own = self.stated.per_area.get(self.all.areas.codes[position])
        completion = None
        if stated.per is Per.COMPLETER:
            completion = (own.completion if own is not None else None) or self.stated.completion
        key = f"{self.name} {effect} correction {completion.path if completion is not None else ''}"
        if not self.sheet.has(key):
            found: Expr = self.frame.effect_scale
            if completion is not None:
                found = found * self.of(completion)
            if stated.comparator is Comparator.UNCONTROLLED and stated.deadweight is not None:
                found = found * (1 - self.of(stated.deadweight))
            label = self.say("deel van het effect dat telt", "part of the effect that counts")
            self.sheet.line(key, label, self.say("deel", "share"), found, style="share")
        return self.sheet.of(key)

    def values(self, effect: str) -> dict[Pocket, Callable[[int], Expr]]:
        """Worth of one participant's year of full effect, per pocket, of one area."""
        stated, people, group = self.stated.effects[effect], self.all.people, self.stated.target_group
        say, key = self.say, f"{self.name} {effect}"
        if isinstance(stated, EuroEffect):
            line = self.sheet.series(
                f"{key} worth",
                say("vermeden per persoonsjaar", "avoided per person-year"),
                "€",
                self.frame.price(stated.avoided_per_year),
            )
            return {stated.pocket: lambda _k: line}
        if isinstance(stated, EventsEffect):
            return self.event_values(effect, stated)
        assert isinstance(stated, RelativeEffect | ShiftEffect)
        if isinstance(stated, RelativeEffect):
            share = self.of(stated.reduction) * self.of(stated.cause_share)
        else:
            share = self.impact(stated) * self.of(stated.cause_share)
        part = self.sheet.line(
            f"{key} part",
            say("deel van de kosten dat verdwijnt", "part of the cost that goes"),
            say("deel", "share"),
            share,
            style="rate",
        )
        cost = people.cost(group, stated.pocket)
        return {stated.pocket: lambda k: part * cost[k]}

    def event_values(self, effect: str, stated: EventsEffect) -> dict[Pocket, Callable[[int], Expr]]:
        key, say = f"{self.name} {effect}", self.say
        events = self.of(stated.events_per_person_year) * self.of(stated.risk_multiplier) * self.of(stated.reduction)
        avoided = self.sheet.line(
            f"{key} events",
            say("gebeurtenissen vermeden per persoonsjaar", "events avoided per person-year"),
            say("aantal", "number"),
            events,
            style="factor",
        )
        price = self.sheet.series(
            f"{key} event price",
            say("kosten per gebeurtenis", "cost per event"),
            "€",
            self.frame.price(stated.cost_per_event),
        )
        found: dict[Pocket, Callable[[int], Expr]] = {}
        for pocket in stated.split:
            line = self.sheet.series(
                f"{key} worth {pocket}",
                say("vermeden per persoonsjaar", "avoided per person-year") + f", {pocket.value}",
                "€",
                self.split(effect, stated, pocket) * avoided * price,
            )
            found[pocket] = lambda _k, line=line: line  # type: ignore[misc]
        return found

    def split(self, effect: str, stated: EventsEffect, pocket: Pocket) -> Line:
        """Part of an event's cost that falls in a pocket; all together 1."""
        key = f"{self.name} {effect} split {pocket}"
        if not self.sheet.has(key):
            total: Expr = as_expr(0)
            for part in stated.split.values():
                total = total + self.of(part)
            self.sheet.line(
                key,
                self.say("deel van de kosten", "part of the cost") + f", {pocket.value}",
                self.say("deel", "share"),
                self.of(stated.split[pocket]) / total,
                style="share",
            )
        return self.sheet.of(key)

    def impact(self, effect: ShiftEffect) -> Expr:
        """Share of the risk-related cost that a shift avoids."""
        factor, key, say = self.frame.spec.risk_factors[effect.factor], f"{self.name} {effect.factor}", self.say
        if not self.sheet.has(f"{key} impact"):
            blocks = []
            for word, label, numbers in (
                ("before", say("vóórkomen", "prevalence"), {c: s.prevalence for c, s in factor.classes.items()}),
                ("after", say("vóórkomen na verschuiving", "prevalence after"), effect.shifted),
                (
                    "risk",
                    say("relatief risico", "relative risk"),
                    {c: s.relative_risk for c, s in factor.classes.items()},
                ),
            ):
                blocks.append(
                    Block(
                        [
                            self.sheet.line(
                                f"{key} {word} {c}", f"{label}: {c}", "", self.of(numbers[c]), style="factor"
                            )
                            for c in factor.classes
                        ]
                    )
                )
            self.sheet.line(
                f"{key} impact",
                say("deel van het risico dat verdwijnt (PIF)", "part of the risk (PIF)"),
                say("deel", "share"),
                potential_impact_in_cells(*blocks),
                style="rate",
            )
        return self.sheet.of(f"{key} impact")

    # effects

    def effect(self, effect: str) -> None:
        stated = self.stated.effects[effect]
        self.sheet.heading(f"{self.stated.name}: {effect}", 2)
        kernel, gone = self.kernel(effect, stated.time)
        active = self.worked(
            f"{effect} active", self.say("persoonsjaren waarin het werkt", "person-years in which it works"), kernel
        )
        if isinstance(stated, ShiftEffect):
            self.shift(effect, stated, active)
        if isinstance(stated, QalyEffect | MonetisedEffect):
            self.add_welfare(effect, stated, active)
            return
        for pocket, worth in self.values(effect).items():
            self.stream(effect, pocket, worth, (kernel, gone, active))

    def shift(self, effect: str, stated: ShiftEffect, active: AreaBlock) -> None:
        if self.name in self.all.shifted.get(stated.factor, {}):
            return
        people = self.all.people.of_ages(self.group.ages)
        share = self.rows(
            f"{effect} share",
            self.say("deel van de mensen bij wie het werkt", "part of the people in whom it works"),
            self.say("deel", "share"),
            lambda k: part_of(active.at(k), people[k]) * self.correction(effect, k),
            "share",
        )
        self.all.shifted.setdefault(stated.factor, {})[self.name] = _Shift(stated, self.group, share)

    def stream(
        self, effect: str, pocket: Pocket, worth: Callable[[int], Expr], work: tuple[Line, Line | None, AreaBlock]
    ) -> None:
        kernel, gone, active = work
        stated = self.stated.effects[effect]
        assert isinstance(stated, Touches | EventsEffect | ShiftEffect)
        key, euro, index = f"{effect} {pocket.value}", "€", self.frame.axis.index
        for k in self.programme.positions:
            self.correction(effect, k)
        added_back = self.part_of_delivery(effect, pocket)

        def avoided(k: int) -> Expr:
            found = active.at(k) * worth(k) * self.correction(effect, k)
            return found if added_back is None else found + self.programme.total.at(k) * added_back(k)

        label = self.say("vermeden kosten (alleen)", "avoided cost (alone)") + f", {pocket.value}"
        alone = self.rows(f"{key} alone", label, euro, avoided, total=True)
        moved = None
        if pocket in MUNICIPAL_POCKETS and gone is not None:
            left = self.worked(
                f"{key} left", self.say("persoonsjaren bij wie verhuisd is", "person-years on who has moved"), gone
            )
            moved = self.rows(
                f"{key} moved",
                self.say("daarvan bij wie verhuisd is", "of which on who has moved"),
                euro,
                lambda k: left.at(k) * worth(k) * self.correction(effect, k),
            )
        wage = None
        if isinstance(stated, Touches) and stated.wage_instead_per_year is not None:
            price = self.frame.price(stated.wage_instead_per_year)
            wage = self.rows(
                f"{key} wage",
                self.say("loon in plaats van uitkering", "wage instead of benefit"),
                euro,
                lambda k: active.at(k) * self.correction(effect, k) * price,
            )
        cohorts = by_age = None
        if self.stated.members_of is not None and pocket in MEMBERS_POCKETS:
            by_age = self.by_age(f"{key} active", kernel, index)
            cohorts = self.cohorts(key, by_age, lambda k: worth(k) * self.correction(effect, k), added_back)
        kind = stated.care_kind if pocket is Pocket.ZVW else None
        self.all.streams.append(
            CellStream(self.name, effect, pocket, kind, alone, moved, active, wage, cohorts, by_age)
        )

    def part_of_delivery(self, effect: str, pocket: Pocket) -> Callable[[int], Expr] | None:
        """Delivery that a measured change already contains, per area; None where it contains none."""
        stated = self.stated.effects[effect]
        if not stated.includes_delivery:
            return None
        if isinstance(stated, EventsEffect):
            split = self.split(effect, stated, pocket)
            return lambda k: self.correction(effect, k) * split
        return lambda k: self.correction(effect, k)

    # members of one insurer: by the age of the cohort

    def age(self, years: int) -> Line:
        return self.frame.inputs.fixed(
            self.say("leeftijd van het cohort", "age of the cohort"), self.say("jaren", "years"), float(years)
        )

    def by_age(self, key: str, kernel: Line, index: Line) -> list[AreaBlock]:
        """Person-years by the age of the cohort."""
        found = []
        for years in range(self.frame.years):
            age, label = self.age(years), self.say("persoonsjaren", "person-years")
            found.append(
                self.rows(
                    f"{key} age {years}",
                    f"{label}, " + self.say(f"cohort van {years} jaar", f"cohort of {years} years"),
                    self.say("persoonsjaren", "person-years"),
                    lambda k, age=age: per_cohort_in_cells(
                        self.programme.starters.at(k), at_age(kernel, age), age, index
                    ),
                    "count",
                )
            )
        return found

    def cohorts(
        self, key: str, by_age: list[AreaBlock], worth: Callable[[int], Expr], added_back: Callable[[int], Expr] | None
    ) -> list[AreaBlock]:
        """Avoided cost by the age of the cohort."""
        found = []
        for years, active in enumerate(by_age):
            label = self.say(f"vermeden, cohort van {years} jaar", f"avoided, cohort of {years} years")

            def content(k: int, years: int = years, active: AreaBlock = active) -> Expr:
                amount = active.at(k) * worth(k)
                if added_back is not None:
                    for part in self.delivery_of(years):
                        amount = amount + part.at(k) * added_back(k)
                return amount

            found.append(self.rows(f"{key} age {years}", label, "€", content))
        return found

    def delivery_of(self, years: int) -> list[AreaBlock]:
        """Delivery on a cohort of this age; fixed cost and what the module pays on the youngest."""
        programme = self.programme
        found = [programme.parts[years]] if years < len(programme.parts) else []
        if years == 0:
            found += [b for b in (programme.fixed, programme.by_module) if b is not None]
        return found

    # longer lives, health

    def life_years(self) -> None:
        stated, say = self.stated.life_years, self.say
        if stated is None:
            return
        self.sheet.heading(f"{self.stated.name}: " + say("langer leven", "longer lives"), 2)
        follow = [
            self.frame.inputs.stated(f"{self.path}.effects.{e}.time.follow_up_years") for e in self.stated.effects
        ]
        after = self.after(LIFE_YEARS, largest(*follow) if follow else as_expr(0))
        without = self.sheet.series(
            f"{self.name} without",
            say("in leven zonder", "alive without"),
            "",
            staying_in_cells(self.of(stated.survival_without_per_year), after),
            style="factor",
        )
        with_ = self.sheet.series(
            f"{self.name} with",
            say("in leven met", "alive with"),
            "",
            staying_in_cells(self.survival_with(), after),
            style="factor",
        )
        gained = self.sheet.series(
            f"{self.name} gained",
            say("gewonnen levensjaren", "life-years gained"),
            say("jaren", "years"),
            with_ - without,
            style="factor",
        )
        gone = gained
        if not self.population:
            stays = self.sheet.series(
                f"{self.name} stays",
                say("woont nog in de gemeente", "still lives there"),
                "",
                staying_in_cells(1 - self.of(self.group.moves_per_year), after),
                style="factor",
            )
            gone = self.sheet.series(
                f"{self.name} gained gone",
                say("daarvan verhuisd", "of which moved"),
                "",
                gained * (1 - stays),
                style="factor",
            )
        self.gained_care(gained, gone)

    def gained_care(self, gained: Line, gone: Line) -> None:
        """Care in gained life-years, in every pocket of care with a baseline."""
        index, starters, say = self.frame.axis.index, self.programme.starters, self.say
        years = say("persoonsjaren", "person-years")
        extra = self.rows(
            "extra",
            say("gewonnen persoonsjaren", "person-years gained"),
            years,
            lambda k: over_cohorts_in_cells(starters.at(k), gained, index),
            "count",
        )
        for pocket in self.frame.scenario.region.cost:
            if NATURE[pocket] is not PocketNature.CARE:
                continue
            cost = self.all.people.cost(self.stated.target_group, pocket)
            label = say("zorg in gewonnen levensjaren", "care in gained life-years") + f", {pocket.value}"
            alone = self.rows(
                f"{LIFE_YEARS} {pocket.value}", label, "€", lambda k, cost=cost: 0 - extra.at(k) * cost[k]
            )
            moved = None
            if pocket in MUNICIPAL_POCKETS and not self.population:
                left = self.rows(
                    f"extra gone {pocket.value}",
                    say("daarvan verhuisd", "of which moved"),
                    years,
                    lambda k: over_cohorts_in_cells(starters.at(k), gone, index),
                    "count",
                )
                moved = self.rows(
                    f"{LIFE_YEARS} moved {pocket.value}",
                    say("daarvan verhuisd", "of which moved"),
                    "€",
                    lambda k, cost=cost, left=left: 0 - left.at(k) * cost[k],
                )
            cohorts = by_age = None
            if self.stated.members_of is not None and pocket in MEMBERS_POCKETS:
                by_age = self.by_age(f"{LIFE_YEARS} {pocket.value} active", gained, index)
                cohorts = self.cohorts(f"{LIFE_YEARS} {pocket.value}", by_age, lambda k, cost=cost: 0 - cost[k], None)
            kind = CareKind.MEDICINE_AND_DIAGNOSIS if pocket is Pocket.ZVW else None
            self.all.streams.append(
                CellStream(self.name, LIFE_YEARS, pocket, kind, alone, moved, extra, None, cohorts, by_age)
            )

    def add_welfare(self, effect: str, stated: QalyEffect | MonetisedEffect, active: AreaBlock) -> None:
        for k in self.programme.positions:
            self.correction(effect, k)
        is_qaly = isinstance(stated, QalyEffect)
        worth: Expr = (
            self.of(stated.gain) if isinstance(stated, QalyEffect) else self.frame.price(stated.value_per_year)
        )
        label = "QALY" if isinstance(stated, QalyEffect) else stated.label
        amounts = self.rows(
            f"{effect} welfare",
            label,
            "QALY" if is_qaly else "€",
            lambda k: active.at(k) * self.correction(effect, k) * worth,
            "count",
            True,
        )
        self.all.welfare.append(CellWelfare(self.name, effect, label, is_qaly, amounts))
