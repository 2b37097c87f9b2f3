"""Longer lives as cells: care in the years that people gain."""

from __future__ import annotations

from coalition.cells import Line, as_expr, largest
from coalition.kernels import over_cohorts_in_cells, staying_in_cells
from coalition.parties import MUNICIPAL_POCKETS, NATURE, Pocket, PocketNature
from coalition.projection import MEMBERS_POCKETS
from coalition.schema import CareKind
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock
from coalition.workbook.cohorts import avoided_by_age, worked_by_age
from coalition.workbook.effect_rows import CellStream, EffectRows


def gained_streams(at: EffectRows) -> list[CellStream]:
    """Care in gained life-years, in every pocket of care with a baseline; negative, for it is no saving."""
    if at.stated.life_years is None:
        return []
    gained, gone = _gained(at)
    starters, index = at.programme.starters, at.frame.axis.index
    label = at.say("gewonnen persoonsjaren", "person-years gained")
    extra = at.work("extra", label, lambda k: over_cohorts_in_cells(starters.at(k), gained, index))
    pockets = [p for p in at.frame.scenario.region.cost if NATURE[p] is PocketNature.CARE]
    return [_care(at, pocket, extra, gained, gone) for pocket in pockets]


def _gained(at: EffectRows) -> tuple[Line, Line]:
    """Life-years gained by the age of the cohort, and those of them elsewhere in the country."""
    stated, say = at.stated.life_years, at.say
    assert stated is not None
    at.sheet.heading(f"{at.stated.name}: " + say("langer leven", "longer lives"), 2)
    follow = [at.follow_up(effect) for effect in at.stated.effects]
    after = at.after(LIFE_YEARS, largest(*follow) if follow else as_expr(0))
    content = staying_in_cells(at.of(stated.survival_without_per_year), after)
    without = at.factor("without", say("in leven zonder", "alive without"), "", content)
    with_ = at.factor("with", say("in leven met", "alive with"), "", staying_in_cells(at.survival_with(), after))
    gained = at.factor("gained", say("gewonnen levensjaren", "life-years gained"), at.years, with_ - without)
    if at.population:
        return gained, gained
    stays = at.stays(after, "stays", "")
    return gained, at.factor("gained gone", say("daarvan verhuisd", "of which moved"), "", gained * (1 - stays))


def _care(at: EffectRows, pocket: Pocket, extra: AreaBlock, gained: Line, gone: Line) -> CellStream:
    """Care of one pocket in the years gained."""
    cost, say, name = at.people.cost(at.stated.target_group, pocket), at.say, pocket.value
    label = say("zorg in gewonnen levensjaren", "care in gained life-years") + f", {name}"
    alone = at.euros(f"{LIFE_YEARS} {name}", label, lambda k: 0 - extra.at(k) * cost[k])
    moved = None
    if pocket in MUNICIPAL_POCKETS and not at.population:
        starters, index = at.programme.starters, at.frame.axis.index
        label = say("daarvan verhuisd", "of which moved")
        left = at.work(f"extra gone {name}", label, lambda k: over_cohorts_in_cells(starters.at(k), gone, index))
        moved = at.euros(f"{LIFE_YEARS} moved {name}", label, lambda k: 0 - left.at(k) * cost[k])
    cohorts = by_age = None
    if at.stated.members_of is not None and pocket in MEMBERS_POCKETS:
        by_age = worked_by_age(at, f"{LIFE_YEARS} {name} active", gained)
        cohorts = avoided_by_age(at, f"{LIFE_YEARS} {name}", by_age, lambda k: 0 - cost[k], None)
    kind = CareKind.MEDICINE_AND_DIAGNOSIS if pocket is Pocket.ZVW else None
    return CellStream(at.name, LIFE_YEARS, pocket, kind, alone, moved, extra, None, cohorts, by_age)
