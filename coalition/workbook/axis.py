"""The rows of the time axis: the years, which of them are calculated and shown, and until when anything works.

The last year follows from the inputs, so that a plan that is moved later stays within the spare years of the sheets.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coalition.arrangement_terms import KINDS, Arrangement, Departure, ImpactBond, SidePayment
from coalition.cells import (
    Axis,
    Expr,
    Line,
    Sheet,
    as_expr,
    both,
    equal,
    flag,
    highest_year,
    largest,
    logarithm,
    rounded_up,
    smallest,
    when,
)
from coalition.contracts import Contract
from coalition.kernels import kernel_years_in_cells
from coalition.model import HARDLY_ANYONE
from coalition.numbers import Number
from coalition.parameters import load_parameters
from coalition.region import OPEN_AGE
from coalition.schema import Intervention
from coalition.workbook.inputs import InputCells
from coalition.workbook.reader_words import effect_word


def axis_in_cells(inputs: InputCells, sheet: Sheet) -> Axis:
    """Years, index and flags."""
    return _Axis(inputs, sheet).axis()


class _Axis:
    """Makes the rows of the axis; whoever leaves has no influence on its length."""

    def __init__(self, inputs: InputCells, sheet: Sheet) -> None:
        self.inputs, self.sheet, self.say = inputs, sheet, inputs.say
        self.spec, self.original = inputs.spec, inputs.scenario.spec
        self.year_unit, self.years_unit = inputs.say("jaar", "year"), inputs.say("jaren", "years")

    def axis(self) -> Axis:
        say, first = self.say, float(self.original.scenario.first_year)
        start = self.inputs.fixed(say("eerste jaar", "first year"), self.year_unit, first)
        label = say("jaren na het eerste", "years after the first")
        places = np.arange(self.sheet.years, dtype=float)
        index = self.sheet.line("index", label, self.years_unit, places, style="plain")
        year = self.row("year", say("kalenderjaar", "calendar year"), self.year_unit, start + index)
        last, shown_last = self.lasts(start)
        counted = self.row("counted", say("wordt berekend", "is calculated"), "0/1", flag(year <= last))
        shown = self.row("shown", say("wordt getoond", "is shown"), "0/1", flag(year <= shown_last))
        return Axis(year, index, counted, shown, last)

    def row(self, key: str, label: str, unit: str, content: Expr) -> Line:
        return self.sheet.series(key, label, unit, content, style="plain")

    def year(self, key: str, label: str, content: Expr) -> Line:
        """A calendar year, in the column of constants."""
        return self.sheet.line(key, label, self.year_unit, content, style="plain")

    def length(self, key: str, label: str, content: Expr) -> Line:
        """A number of years, in the column of constants."""
        return self.sheet.line(key, label, self.years_unit, content, style="plain")

    def fixed_years(self, years: int) -> Expr:
        return self.inputs.fixed(self.say("aantal jaren", "number of years"), self.years_unit, float(years))

    # the last years

    def lasts(self, start: Line) -> tuple[Line, Line]:
        """Last year calculated and last year shown."""
        say, label = self.say, self.say("laatste jaar met effect", "last year with an effect")
        effects = self.year("last effect", label, largest(*self.ends(start)))
        label = say("laatste jaar van doorwerking", "last year of settlement")
        settled = self.year("last settled", label, largest(effects + self.settlement(), *self.agreed()))
        shown: Expr = settled
        if self.original.scenario.horizon_years is not None:
            shown = start + self.inputs.as_stated("scenario.horizon_years") - 1
        shown_last = self.year("last shown", say("laatste getoonde jaar", "last year shown"), shown)
        label = say("laatste berekende jaar", "last year calculated")
        return self.year("last", label, largest(settled, shown_last)), shown_last

    def ends(self, start: Line) -> list[Expr]:
        """Last year of everything that the law pays."""
        found: list[Expr] = [start]
        found += [self.end(name, stated) for name, stated in self.original.interventions.items()]
        if self.spec.payers.coordination is not None:
            found.append(self.inputs.as_stated("payers.coordination.years.last"))
        policies = [n for n, p in self.original.gemeentepolis.items() if p.last_year is not None]
        return found + [self.inputs.as_stated(f"gemeentepolis.{n}.last_year") for n in policies]

    def settlement(self) -> Expr:
        """Years after the last effect in which equalisation or a budget still settles it."""
        if not self.original.interventions:
            return as_expr(0)
        equalisation = self.spec.holders.equalisation
        longest = max([1, *(len(c) for c in equalisation.clawback.values())]) if equalisation else 0
        lag = load_parameters("participatiewet")["budget_history_lag_years"].values[0].value or 0
        return self.fixed_years(int(max(longest, lag)))

    def agreed(self) -> list[Expr]:
        """Last year in which each arrangement moves money; 0 where it is switched off."""
        named = [(kind, n, s) for kind in KINDS for n, s in getattr(self.original.arrangements, kind).items()]
        return [self.last_of(kind, f"arrangements.{kind}.{name}", stated) for kind, name, stated in named]

    def last_of(self, kind: str, path: str, stated: Arrangement) -> Expr:
        """Last year in which one arrangement moves money."""
        enabled, at = self.inputs.as_stated(f"{path}.enabled"), self.inputs.as_stated
        if isinstance(stated, Contract) and stated.scope is not None:
            return enabled * (at(f"{path}.scope.years.last") + at(f"{path}.settlement_lag_years"))
        if kind == "population_payments":
            return enabled * at(f"{path}.scope.years.last")
        if isinstance(stated, SidePayment):
            return enabled * self.last_amount(f"{path}.amounts_eur", stated.amounts_eur)
        if isinstance(stated, Departure):
            paid = [
                self.last_amount(f"{path}.payments.{n}.amounts_eur", p.amounts_eur) for n, p in stated.payments.items()
            ]
            return enabled * largest(at(f"{path}.from_year"), *paid)
        ends: list[Expr] = [at(f"{path}.years.last")]
        if isinstance(stated, ImpactBond):
            ends.append(self.last_amount(f"{path}.targets_eur", stated.targets_eur))
            if stated.assessor is not None:
                ends.append(self.last_amount(f"{path}.assessor.fee_eur", stated.assessor.fee_eur))
        return enabled * largest(*ends)

    def last_amount(self, path: str, stated: Mapping[int, float]) -> Expr:
        """Last year for which an amount is stated, or is put in the sheet."""
        amounts = self.inputs.amounts(path)
        label = self.say("jaar met een bedrag", "year with an amount") + f": {amounts.label}"
        years = self.row(f"amounts {path}", label, self.year_unit, when(equal(amounts, 0), 0, self.sheet.of("year")))
        label = self.say("laatste jaar met een bedrag", "last year with an amount") + f": {amounts.label}"
        known = self.inputs.fixed(label, self.year_unit, float(max(stated, default=0)))
        return largest(known, highest_year(years))

    # how long an intervention works

    def end(self, name: str, intervention: Intervention) -> Expr:
        """Last year in which an intervention works or costs money."""
        path = f"interventions.{name}"
        starts = [self.inputs.as_stated(f"{path}.starts.last")]
        starts += [
            self.inputs.as_stated(f"{path}.per_area.{area}.starts.last")
            for area, own in intervention.per_area.items()
            if own.starts is not None
        ]
        lengths = self.lengths(name, intervention)
        label = f"{intervention.name}: " + self.say("laatste jaar", "last year")
        return self.year(f"end {name}", label, largest(*starts) + largest(*lengths) - 1)

    def lengths(self, name: str, intervention: Intervention) -> list[Expr]:
        """Years after a start in which it costs money, each effect may work, and people live longer."""
        delivered = max(len(intervention.cost.per_starter), len(intervention.cost.per_completer), 1)
        found: list[Expr] = [self.fixed_years(delivered)]
        for effect, stated in intervention.effects.items():
            times = (stated.time.onset_years, stated.time.plateau_years, stated.time.decay_years)
            longest = [self.at_most(n) for n in times]
            label = f"{intervention.name}, {effect_word(effect, self.inputs.lang)}: "
            label += self.say("jaren dat het kan werken", "years it may work")
            found.append(self.length(f"kernel {name} {effect}", label, kernel_years_in_cells(longest)))
        if intervention.life_years is not None:
            found.append(self.gained(name, intervention, intervention.life_years.survival_with_per_year))
        return found

    def at_most(self, number: Number) -> Expr:
        """The longest that the evidence allows, as long as the value lies within its range."""
        value = self.inputs.of(number)
        if number.low is None or number.high is None:
            return value
        label = self.say("grens van", "limit of") + f" {number.path}"
        low, high = (self.inputs.fixed(label, self.years_unit, end) for end in (number.low, number.high))
        words = value.label + self.say(", langst", ", longest")
        return self.length(f"longest {number.path}", words, when(both(value >= low, value <= high), high, value))

    def gained(self, name: str, intervention: Intervention, survival_with: Number) -> Expr:
        """Years until hardly anyone of a cohort with longer lives is left, or the oldest age is reached."""
        oldest = self.fixed_years(OPEN_AGE - self.spec.target_groups[intervention.target_group].ages.from_)
        survival, path = self.at_most(survival_with), f"interventions.{name}.effects"
        follow = [self.inputs.as_stated(f"{path}.{e}.time.follow_up_years") for e in intervention.effects]
        words = self.say("vrijwel niemand", "hardly anyone")
        hardly = self.inputs.fixed(words, self.say("deel", "share"), HARDLY_ANYONE)
        rate = logarithm(largest(survival, hardly))  # of 0 there is none, and nobody of 1 is ever gone
        left = rounded_up((largest(*follow) if follow else as_expr(0)) + logarithm(hardly) / rate) + 1
        return when(survival >= 1, oldest, smallest(oldest, left))
