"""When an effect works, and in whom: years of effect by the age of the cohort, and person-years per area."""

from __future__ import annotations

from coalition.cells import Expr, Line, as_expr, before
from coalition.kernels import (
    over_cohorts_in_cells,
    staying_in_cells,
    time_weights_in_cells,
    years_of_effect_in_cells,
)
from coalition.schema import TimeProfile
from coalition.workbook.areas import AreaBlock
from coalition.workbook.effect_rows import EffectRows, Work


def work_of(at: EffectRows, effect: str) -> Work:
    """In whom an effect works, in each year."""
    kernel, gone = _kernel(at, effect, at.stated.effects[effect].time)
    label = at.say("persoonsjaren waarin het werkt", "person-years in which it works")
    return Work(kernel, gone, worked(at, f"{effect} active", label, kernel))


def worked(at: EffectRows, key: str, label: str, kernel: Line) -> AreaBlock:
    """Person-years in which an effect works."""
    programme = at.programme

    def content(k: int) -> Expr:
        found = over_cohorts_in_cells(programme.starting.at(k), kernel, at.frame.axis.index)
        return found * programme.size.at(k) if at.grows else found

    return at.work(key, label, content)


def _kernel(at: EffectRows, effect: str, time: TimeProfile) -> tuple[Line, Line | None]:
    """Years of effect on who is alive by the age of the cohort, and the part of it on who has moved away."""
    say, effective = at.say, _effective(at, effect, time)
    after = at.after(effect, at.follow_up(effect))
    alive: Expr = as_expr(1)
    survival = at.survival()
    if not at.population:
        label = say("nog in leven", "still alive")
        alive = at.factor(f"{effect} alive", label, at.share, staying_in_cells(survival, after))
    label = say("jaren effect per deelnemer, naar leeftijd cohort", "years of effect per starter, by age of the cohort")
    kernel = at.factor(f"{effect} kernel", label, at.years, (effective - before(effective)) * alive)
    if at.population:
        return kernel, None
    stays = at.stays(after, f"{effect} stays", at.share)
    label = say("daarvan bij wie verhuisd is", "of which on who has moved")
    return kernel, at.factor(f"{effect} gone", label, at.years, kernel * (1 - stays))


def _effective(at: EffectRows, effect: str, time: TimeProfile) -> Line:
    """Years of full effect up to an age of the cohort."""
    say = at.say
    onset, plateau, decay, first = (
        at.of(n) for n in (time.onset_years, time.plateau_years, time.decay_years, time.first_year_share)
    )
    found = time_weights_in_cells(onset, plateau, decay, first, at.frame.axis.index)
    label = say(
        "jaren op volle kracht, tot en met leeftijd cohort", "years at full strength, up to the age of the cohort"
    )
    full = at.factor(f"{effect} full", label, at.years, found.full)
    falling = at.factor(f"{effect} falling", say("jaren in afname", "years of decay"), at.years, found.falling)
    label = say("jaren effect tot en met die leeftijd", "years of effect up to that age")
    return at.factor(f"{effect} effective", label, at.years, years_of_effect_in_cells(full, falling, decay))
