"""What a year of an effect is worth: per participant, per pocket, and which part of it counts."""

from __future__ import annotations

from collections.abc import Mapping

from coalition.cells import Block, Expr, Line, total_of
from coalition.kernels import potential_impact_in_cells
from coalition.numbers import Number
from coalition.parties import Pocket
from coalition.schema import (
    Comparator,
    EuroEffect,
    EventsEffect,
    Per,
    RelativeEffect,
    RiskFactor,
    ShiftEffect,
)
from coalition.workbook.areas import AnArea
from coalition.workbook.effect_rows import EffectRows


def correction(at: EffectRows, effect: str, position: int) -> Expr:
    """Completion and deadweight, each only where the effect was not already measured with it."""
    stated, own = at.stated.effects[effect], at.stated.per_area.get(at.areas.codes[position])
    completion = None
    if stated.per is Per.COMPLETER:
        completion = (own.completion if own is not None else None) or at.stated.completion
    key = f"{at.name} {effect} correction {completion.path if completion is not None else ''}"
    if not at.sheet.has(key):
        found: Expr = at.frame.effect_scale
        if completion is not None:
            found = found * at.of(completion)
        if stated.comparator is Comparator.UNCONTROLLED and stated.deadweight is not None:
            found = found * (1 - at.of(stated.deadweight))
        label = at.say("deel van het effect dat telt", "part of the effect that counts")
        at.sheet.line(key, label, at.share, found, style="share")
    return at.sheet.of(key)


def worths(at: EffectRows, effect: str) -> dict[Pocket, AnArea]:
    """Worth of one participant's year of full effect, per pocket, of an area."""
    stated = at.stated.effects[effect]
    if isinstance(stated, EuroEffect):
        label = at.say("vermeden per persoonsjaar", "avoided per person-year")
        price = at.frame.price(stated.avoided_per_year)
        return {stated.pocket: _everywhere(at.sheet.series(f"{at.name} {effect} worth", label, "€", price))}
    if isinstance(stated, EventsEffect):
        return _of_events(at, effect, stated)
    assert isinstance(stated, RelativeEffect | ShiftEffect)
    if isinstance(stated, RelativeEffect):
        share = at.of(stated.reduction) * at.of(stated.cause_share)
    else:
        share = _impact(at, stated) * at.of(stated.cause_share)
    label = at.say("deel van de kosten dat verdwijnt", "part of the cost that goes")
    part = at.sheet.line(f"{at.name} {effect} part", label, at.share, share, style="rate")
    cost = at.people.cost(at.stated.target_group, stated.pocket)
    return {stated.pocket: lambda k: part * cost[k]}


def _everywhere(line: Line) -> AnArea:
    """The same in every area."""
    return lambda _position: line


def _of_events(at: EffectRows, effect: str, stated: EventsEffect) -> dict[Pocket, AnArea]:
    """Events avoided at the cost of an event, in each pocket that pays a part of it."""
    key, say = f"{at.name} {effect}", at.say
    events = at.of(stated.events_per_person_year) * at.of(stated.risk_multiplier) * at.of(stated.reduction)
    label = say("gebeurtenissen vermeden per persoonsjaar", "events avoided per person-year")
    avoided = at.sheet.line(f"{key} events", label, say("aantal", "number"), events, style="factor")
    label = say("kosten per gebeurtenis", "cost per event")
    price = at.sheet.series(f"{key} event price", label, "€", at.frame.price(stated.cost_per_event))
    label = say("vermeden per persoonsjaar", "avoided per person-year")
    found = {}
    for pocket in stated.split:
        content = split(at, effect, stated, pocket) * avoided * price
        line = at.sheet.series(f"{key} worth {pocket}", f"{label}, {at.frame.pocket(pocket)}", "€", content)
        found[pocket] = _everywhere(line)
    return found


def split(at: EffectRows, effect: str, stated: EventsEffect, pocket: Pocket) -> Line:
    """Part of an event's cost that falls in a pocket; all together 1."""
    key = f"{at.name} {effect} split {pocket}"
    if not at.sheet.has(key):
        total = total_of(at.of(part) for part in stated.split.values())
        label = at.say("deel van de kosten", "part of the cost") + f", {at.frame.pocket(pocket)}"
        at.sheet.line(key, label, at.share, at.of(stated.split[pocket]) / total, style="share")
    return at.sheet.of(key)


def _impact(at: EffectRows, effect: ShiftEffect) -> Expr:
    """Share of the risk-related cost that a shift avoids."""
    key, say = f"{at.name} {effect.factor}", at.say
    if not at.sheet.has(f"{key} impact"):
        factor = at.frame.spec.risk_factors[effect.factor]
        prevalence = {c: s.prevalence for c, s in factor.classes.items()}
        risk = {c: s.relative_risk for c, s in factor.classes.items()}
        blocks = [
            _classes(at, f"{key} before", say("vóórkomen", "prevalence"), factor, prevalence),
            _classes(at, f"{key} after", say("vóórkomen na verschuiving", "prevalence after"), factor, effect.shifted),
            _classes(at, f"{key} risk", say("relatief risico", "relative risk"), factor, risk),
        ]
        label = say("deel van het risico dat verdwijnt (PIF)", "part of the risk (PIF)")
        at.sheet.line(f"{key} impact", label, at.share, potential_impact_in_cells(*blocks), style="rate")
    return at.sheet.of(f"{key} impact")


def _classes(at: EffectRows, key: str, label: str, factor: RiskFactor, numbers: Mapping[str, Number]) -> Block:
    """A number per risk class, below each other."""
    return Block(
        [at.sheet.line(f"{key} {c}", f"{label}: {c}", "", at.of(numbers[c]), style="factor") for c in factor.classes]
    )
