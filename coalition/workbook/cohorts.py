"""Person-years and avoided cost by the age of the cohort, for the members of one insurer, who may switch later."""

from __future__ import annotations

from collections.abc import Sequence

from coalition.cells import Expr, Line, at_age
from coalition.kernels import per_cohort_in_cells
from coalition.workbook.areas import AnArea, AreaBlock
from coalition.workbook.effect_rows import EffectRows


def worked_by_age(at: EffectRows, key: str, kernel: Line) -> list[AreaBlock]:
    """Person-years by the age of the cohort."""
    return [_of_age(at, key, kernel, years) for years in range(at.frame.years)]


def _of_age(at: EffectRows, key: str, kernel: Line, years: int) -> AreaBlock:
    age = at.frame.inputs.fixed(at.say("leeftijd van het cohort", "age of the cohort"), at.years, float(years))
    label = f"{at.person_years}, " + at.say(f"cohort van {years} jaar", f"cohort of {years} years")
    index, starters = at.frame.axis.index, at.programme.starters
    return at.work(
        f"{key} age {years}", label, lambda k: per_cohort_in_cells(starters.at(k), at_age(kernel, age), age, index)
    )


def avoided_by_age(
    at: EffectRows, key: str, by_age: Sequence[AreaBlock], worth: AnArea, added_back: AnArea | None
) -> list[AreaBlock]:
    """Avoided cost by the age of the cohort, given person-years by age and what each of them is worth."""
    return [_avoided_at(at, f"{key} age {n}", (n, active), worth, added_back) for n, active in enumerate(by_age)]


def _avoided_at(
    at: EffectRows, key: str, of_age: tuple[int, AreaBlock], worth: AnArea, added_back: AnArea | None
) -> AreaBlock:
    years, active = of_age
    label = at.say(f"vermeden, cohort van {years} jaar", f"avoided, cohort of {years} years")

    def content(k: int) -> Expr:
        amount = active.at(k) * worth(k)
        if added_back is not None:
            for part in _delivery_on(at, years):
                amount = amount + part.at(k) * added_back(k)
        return amount

    return at.euros(key, label, content)


def _delivery_on(at: EffectRows, years: int) -> list[AreaBlock]:
    """Delivery on a cohort of this age; fixed cost and what the module pays on the youngest."""
    programme = at.programme
    found = [programme.parts[years]] if years < len(programme.parts) else []
    if years == 0:
        found += [b for b in (programme.fixed, programme.by_module) if b is not None]
    return found
