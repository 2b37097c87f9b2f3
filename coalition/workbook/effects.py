"""Effects as cells: what each intervention avoids alone, per pocket, and the health and pleasure that it gives."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.cells import Block, Expr, Sheet, largest, part_of, smallest
from coalition.parties import MUNICIPAL_POCKETS, Pocket
from coalition.projection import MEMBERS_POCKETS
from coalition.schema import (
    Approach,
    EventsEffect,
    MonetisedEffect,
    QalyEffect,
    ShiftEffect,
    TargetGroup,
    Touches,
)
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.cohorts import avoided_by_age, worked_by_age
from coalition.workbook.effect_rows import CellStream, CellWelfare, EffectRows, Work
from coalition.workbook.frame import Frame
from coalition.workbook.life_years import gained_streams
from coalition.workbook.programmes import Programmes
from coalition.workbook.times import work_of, worked
from coalition.workbook.worths import correction, split, worths


@dataclass
class _Shift:
    """A shift of risk classes, and the part of the people per area in whom it works."""

    effect: ShiftEffect
    group: TargetGroup
    share: AreaBlock


class Effects:
    """All effects of a scenario, alone."""

    def __init__(self, frame: Frame, areas: Areas, programmes: Programmes) -> None:
        self.frame, self.people, self.areas, self.programmes = frame, areas.people, areas, programmes
        self.sheet: Sheet = frame.sheet(
            ("Berekening_effecten", "Calc_effects"),
            ("Effecten, ieder alsof het alleen stond", "Effects, each as if alone"),
        )
        self.streams: list[CellStream] = []
        self.welfare: list[CellWelfare] = []
        self.shifted: dict[str, dict[str, _Shift]] = {}
        self.people.prevalence_of = self.prevalence

    def add_all(self) -> None:
        """Population approaches first, because they change risk classes."""
        stated = self.frame.spec.interventions
        population = [n for n, i in stated.items() if i.approach is Approach.POPULATION]
        for name in [*population, *(n for n in stated if n not in population)]:
            at = EffectRows(self.sheet, self.areas, self.programmes.add(name))
            self.sheet.heading(at.stated.name)
            for effect in at.stated.effects:
                self.add(at, effect)
            self.streams += gained_streams(at)

    def add(self, at: EffectRows, effect: str) -> None:
        """One effect of one intervention."""
        stated = at.stated.effects[effect]
        self.sheet.heading(f"{at.stated.name}: {self.frame.effect(effect)}", 2)
        work = work_of(at, effect)
        if isinstance(stated, ShiftEffect):
            self.shift(at, effect, stated, work.active)
        if isinstance(stated, QalyEffect | MonetisedEffect):
            self.welfare.append(_welfare(at, effect, stated, work.active))
            return
        for pocket, worth in worths(at, effect).items():
            self.streams.append(_stream(at, (effect, pocket), worth, work))

    # risk classes

    def shift(self, at: EffectRows, effect: str, stated: ShiftEffect, active: AreaBlock) -> None:
        """Note in whom a shift of risk classes works; an intervention shifts a factor once."""
        if at.name in self.shifted.get(stated.factor, {}):
            return
        people = self.people.of_ages(at.group.ages)
        label = at.say("deel van de mensen bij wie het werkt", "part of the people in whom it works")
        share = at.rows(
            Caption(f"{effect} share", label, at.share, "share"),
            lambda k: part_of(active.at(k), people[k]) * correction(at, effect, k),
        )
        self.shifted.setdefault(stated.factor, {})[at.name] = _Shift(stated, at.group, share)

    def prevalence(self, name: str) -> Block | None:
        """Part of a group's ages in its risk class after the shifts so far."""
        group, say, sheet = self.frame.spec.target_groups[name], self.frame.say, self.people.sheet
        if group.risk_class is None:
            return None
        inputs, class_ = self.frame.inputs, group.risk_class.class_
        start = inputs.of(self.frame.spec.risk_factors[group.risk_class.factor].classes[class_].prevalence)
        own = self.people.of_ages(group.ages)
        shifts = list(self.shifted.get(group.risk_class.factor, {}).items())
        shared = {n: self.people.of_ages(group.ages, s.group.ages) for n, s in shifts}
        sheet.heading(say("in de risicoklasse", "in the risk class") + f": {group.name}", 2)
        rows = []
        for k, area in enumerate(self.areas.codes):
            found: Expr = start
            for n, shift in shifts:
                if k in shift.share.positions:
                    after = inputs.of(shift.effect.shifted[class_])
                    found = found + shift.share.at(k) * part_of(shared[n][k], own[k]) * (after - start)
            key, inside = f"prevalence {name} {area}", largest(0, smallest(found, 1))
            rows.append(sheet.line(key, self.people.name(area), say("deel", "share"), inside, style="share"))
        return Block(rows)


def _welfare(at: EffectRows, effect: str, stated: QalyEffect | MonetisedEffect, active: AreaBlock) -> CellWelfare:
    """Health or pleasure, which no party has in cash."""
    for k in at.programme.positions:
        correction(at, effect, k)
    if isinstance(stated, QalyEffect):
        worth: Expr = at.of(stated.gain)
        label, unit = "QALY", "QALY"
    else:
        worth, label, unit = at.frame.price(stated.value_per_year), stated.label, "€"
    caption = Caption(f"{effect} welfare", label, unit, "count", total=True)
    amounts = at.rows(caption, lambda k: active.at(k) * correction(at, effect, k) * worth)
    return CellWelfare(at.name, effect, label, isinstance(stated, QalyEffect), amounts)


# --- avoided cost of one effect in one pocket ---------------------------------------------------------------------


def _stream(at: EffectRows, which: tuple[str, Pocket], worth: AnArea, work: Work) -> CellStream:
    """What an effect avoids in a pocket, alone."""
    effect, pocket = which
    stated, key = at.stated.effects[effect], f"{effect} {pocket.value}"
    assert isinstance(stated, Touches | EventsEffect | ShiftEffect)
    for k in at.programme.positions:
        correction(at, effect, k)
    added_back = _part_of_delivery(at, effect, pocket)

    def avoided(k: int) -> Expr:
        found = work.active.at(k) * worth(k) * correction(at, effect, k)
        return found if added_back is None else found + at.programme.total.at(k) * added_back(k)

    label = at.say("vermeden kosten (alleen)", "avoided cost (alone)") + f", {at.frame.pocket(pocket)}"
    alone = at.euros(f"{key} alone", label, avoided, total=True)
    moved = None
    if pocket in MUNICIPAL_POCKETS and work.gone is not None:
        label = at.say("persoonsjaren bij wie verhuisd is", "person-years on who has moved")
        left = worked(at, f"{key} left", label, work.gone)
        label = at.say("daarvan bij wie verhuisd is", "of which on who has moved")
        moved = at.euros(f"{key} moved", label, lambda k: left.at(k) * worth(k) * correction(at, effect, k))
    wage = _wage(at, which, work.active)
    cohorts = by_age = None
    if at.stated.members_of is not None and pocket in MEMBERS_POCKETS:
        by_age = worked_by_age(at, f"{key} active", work.kernel)
        cohorts = avoided_by_age(at, key, by_age, lambda k: worth(k) * correction(at, effect, k), added_back)
    kind = stated.care_kind if pocket is Pocket.ZVW else None
    return CellStream(at.name, effect, pocket, kind, alone, moved, work.active, wage, cohorts, by_age)


def _wage(at: EffectRows, which: tuple[str, Pocket], active: AreaBlock) -> AreaBlock | None:
    """Wages in the place of benefits; None where the effect states none."""
    effect, pocket = which
    stated = at.stated.effects[effect]
    if not isinstance(stated, Touches) or stated.wage_instead_per_year is None:
        return None
    price = at.frame.price(stated.wage_instead_per_year)
    label = at.say("loon in plaats van uitkering", "wage instead of benefit")
    return at.euros(f"{effect} {pocket.value} wage", label, lambda k: active.at(k) * correction(at, effect, k) * price)


def _part_of_delivery(at: EffectRows, effect: str, pocket: Pocket) -> AnArea | None:
    """Delivery that a measured change already contains, per area; None where it contains none."""
    stated = at.stated.effects[effect]
    if not stated.includes_delivery:
        return None
    if isinstance(stated, EventsEffect):
        part = split(at, effect, stated, pocket)
        return lambda k: correction(at, effect, k) * part
    return lambda k: correction(at, effect, k)
