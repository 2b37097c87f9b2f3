"""What every sheet of the calculation shares: the time axis, price levels, discounting, and words in two languages.

The axis has some spare years after the clock, so that a start year may be moved later in the sheet; they are not
counted. Values are those of the plain run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coalition.arrangement_terms import KINDS, last_year_of
from coalition.cells import (
    Axis,
    Block,
    Expr,
    Line,
    Operand,
    Sheet,
    as_expr,
    both,
    flag,
    is_number,
    largest,
    logarithm,
    rounded_up,
    smallest,
    when,
)
from coalition.contracts import Contract
from coalition.kernels import kernel_years_in_cells
from coalition.model import HARDLY_ANYONE, clock_of, discount_rate, known_price_levels
from coalition.numbers import Euro, Index, Number
from coalition.parameters import load_parameters
from coalition.prices import (
    discount_factors_in_cells,
    discount_step_in_cells,
    price_level_in_cells,
    worth_of_a_euro_in_cells,
)
from coalition.region import OPEN_AGE
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, Intervention, RateKind, Spec
from coalition.workbook.inputs import InputCells

SPARE_YEARS = 5
"""Years after the clock that the sheets hold, for a plan that is moved later."""


@dataclass
class Frame:
    """The axis and what stands on it.

    Attributes:
        scenario: as loaded; spec: after departures.
        lang: of the labels.
        inputs: its cells.
        axis: calendar years.
        present: worth of a nominal euro of each year in euro of the price year.
        level: consumer price level of each year.
        sheets: the sheets of the calculation, in order.
    """

    scenario: Scenario
    spec: Spec
    lang: str
    inputs: InputCells
    axis: Axis
    sheets: list[Sheet]
    level: Line
    present: Line
    known: tuple[Block, Line, Line]
    clock_years: int
    effect_scale: Line
    _factors: dict[tuple[Index, int], Line] = field(default_factory=dict)

    def say(self, dutch: str, english: str) -> str:
        """A label in the language of the workbook."""
        return dutch if self.lang == "nl" else english

    @property
    def years(self) -> int:
        """Columns of the axis."""
        return len(self.axis.year.values)

    def sheet(self, name: tuple[str, str], title: tuple[str, str]) -> Sheet:
        """A new sheet of the calculation."""
        found = Sheet(self.say(*name), self.say(*title), self.years)
        self.sheets.append(found)
        return found

    def price(self, euro: Euro) -> Expr:
        """A stated amount in the euros of each year."""
        return self.inputs.of(euro) * self.factor(euro.index, euro.price_year)

    def factor(self, index: Index, price_year: int) -> Expr:
        """What one euro of the price year is in each year: a row of the axis, 1 for fixed amounts."""
        if index is Index.NOMINAL:
            return as_expr(1)
        if (index, price_year) not in self._factors:
            base = self.level_of(price_year)
            label = self.say(f"euro van {price_year} in euro van het jaar", f"euro of {price_year} in euro of the year")
            sheet = self.level.sheet
            self._factors[index, price_year] = sheet.series(
                f"factor {price_year}", label, self.say("factor", "factor"), self.level / base, style="factor"
            )
        return self._factors[index, price_year]

    def level_of(self, year: int) -> Expr:
        """Price level of one year, a number."""
        levels, first, last = self.known
        sheet, key = self.level.sheet, f"level {year}"
        if not sheet.has(key):
            stated = self.inputs.fixed(self.say("prijspeil", "price year"), self.say("jaar", "year"), float(year))
            growth = self.inputs.of(self.spec.region.general_index_per_year)
            level = price_level_in_cells(levels, (first, last), growth, stated)
            label = self.say(f"prijsniveau van {year}", f"price level of {year}")
            sheet.line(key, label, self.say("2015 = 100", "2015 = 100"), level, style="factor")
        return sheet.of(key)

    def kernel_years(self, intervention: str, effect: str) -> Line:
        """Calendar years after the start in which an effect may still work."""
        return self.level.sheet.of(f"kernel {intervention} {effect}")

    def year_or(self, path: str, stated: int | None, otherwise: Operand) -> Expr:
        """A year of the scenario, or something else where it states none."""
        return as_expr(otherwise) if stated is None else self.inputs.stated(path)


def build_frame(scenario: Scenario, spec: Spec, lang: str) -> Frame:
    """The axis of a scenario with its prices."""
    clock = clock_of(scenario)
    years = tuple(range(clock.years[0], clock.years[-1] + SPARE_YEARS + 1))
    inputs = InputCells(scenario, spec, lang, years)
    dutch = lang == "nl"
    sheet = Sheet(
        "Tijdas" if dutch else "Time_axis",
        "Tijdas, prijzen en verdiscontering" if dutch else "Time axis, prices and discounting",
        len(years),
    )
    maker = _AxisMaker(scenario, spec, lang, inputs, sheet, years)
    axis = maker.axis()
    inputs.year = axis.year
    known = maker.known_levels()
    growth = inputs.of(spec.region.general_index_per_year)
    level = sheet.series(
        "level",
        maker.say("consumentenprijzen", "consumer prices"),
        "2015 = 100",
        price_level_in_cells(known[0], known[1:], growth, axis.year),
        style="factor",
    )
    scale = inputs.fixed(maker.say("effecten: 1 = zoals gesteld", "effects: 1 = as stated"), "factor", 1.0)
    frame = Frame(scenario, spec, lang, inputs, axis, [sheet], level, level, known, len(clock.years), scale)
    frame.present = maker.present(frame)
    return frame


class _AxisMaker:
    """Rows of the axis: years, which of them count, and what a euro is worth in each."""

    def __init__(
        self, scenario: Scenario, spec: Spec, lang: str, inputs: InputCells, sheet: Sheet, years: tuple[int, ...]
    ) -> None:
        self.scenario, self.spec, self.lang, self.inputs, self.sheet, self.years = (
            scenario, spec, lang, inputs, sheet, years,
        )  # fmt: skip

    def say(self, dutch: str, english: str) -> str:
        return dutch if self.lang == "nl" else english

    def axis(self) -> Axis:
        """Years, index and flags."""
        sheet, first = self.sheet, float(self.scenario.spec.scenario.first_year)
        start = self.inputs.fixed(self.say("eerste jaar", "first year"), self.say("jaar", "year"), first)
        index = sheet.line(
            "index",
            self.say("jaren na het eerste", "years after the first"),
            self.say("jaren", "years"),
            np.arange(len(self.years), dtype=float),
            style="plain",
        )
        year = sheet.series(
            "year", self.say("kalenderjaar", "calendar year"), self.say("jaar", "year"), start + index, style="plain"
        )
        last, shown_last = self._lasts(start)
        counted = sheet.series(
            "counted", self.say("wordt berekend", "is calculated"), "0/1", flag(year <= last), style="plain"
        )
        shown = sheet.series(
            "shown", self.say("wordt getoond", "is shown"), "0/1", flag(year <= shown_last), style="plain"
        )
        return Axis(year, index, counted, shown, last)

    def _lasts(self, start: Line) -> tuple[Line, Line]:
        """Last year calculated and last year shown."""
        sheet, unit = self.sheet, self.say("jaar", "year")
        ends: list[Expr] = [start]
        for name, intervention in self.scenario.spec.interventions.items():
            ends.append(self._end(name, intervention))
        coordination = self.spec.payers.coordination
        if coordination is not None:
            ends.append(self.inputs.as_stated("payers.coordination.years.last"))
        for name, policy in self.scenario.spec.gemeentepolis.items():
            if policy.last_year is not None:
                ends.append(self.inputs.as_stated(f"gemeentepolis.{name}.last_year"))
        effects = sheet.line(
            "last effect",
            self.say("laatste jaar met effect", "last year with an effect"),
            unit,
            largest(*ends),
            style="plain",
        )
        settled = sheet.line(
            "last settled",
            self.say("laatste jaar van doorwerking", "last year of settlement"),
            unit,
            largest(effects + self._settlement(), *self._agreed()),
            style="plain",
        )
        horizon = self.scenario.spec.scenario.horizon_years
        shown: Expr = settled
        if horizon is not None:
            shown = start + self.inputs.as_stated("scenario.horizon_years") - 1
        shown_last = sheet.line(
            "last shown", self.say("laatste getoonde jaar", "last year shown"), unit, shown, style="plain"
        )
        last = sheet.line(
            "last",
            self.say("laatste berekende jaar", "last year calculated"),
            unit,
            largest(settled, shown_last),
            style="plain",
        )
        return last, shown_last

    def _end(self, name: str, intervention: Intervention) -> Expr:
        """Last year in which an intervention works or costs money."""
        path = f"interventions.{name}"
        starts: list[Expr] = [self.inputs.as_stated(f"{path}.starts.last")]
        starts += [
            self.inputs.as_stated(f"{path}.per_area.{area}.starts.last")
            for area, own in intervention.per_area.items()
            if own.starts is not None
        ]
        delivered = max(len(intervention.cost.per_starter), len(intervention.cost.per_completer), 1)
        lengths: list[Expr] = [self._fixed_years(delivered)]
        for effect, stated in intervention.effects.items():
            times = (stated.time.onset_years, stated.time.plateau_years, stated.time.decay_years)
            longest = [self._at_most(n) for n in times]
            label = f"{intervention.name}, {effect}: " + self.say("jaren dat het kan werken", "years it may work")
            content = kernel_years_in_cells(longest)
            lengths.append(
                self.sheet.line(f"kernel {name} {effect}", label, self.say("jaren", "years"), content, style="plain")
            )
        if intervention.life_years is not None:
            lengths.append(self._gained(path, intervention))
        label = f"{intervention.name}: " + self.say("laatste jaar", "last year")
        return self.sheet.line(
            f"end {name}", label, self.say("jaar", "year"), largest(*starts) + largest(*lengths) - 1, style="plain"
        )

    def _fixed_years(self, years: int) -> Expr:
        return self.inputs.fixed(self.say("aantal jaren", "number of years"), self.say("jaren", "years"), float(years))

    def _at_most(self, number: Number) -> Expr:
        """The longest that the evidence allows, as long as the value lies within its range."""
        value = self.inputs.of(number)
        if number.low is None or number.high is None:
            return value
        label, unit = self.say("grens van", "limit of") + f" {number.path}", self.say("jaren", "years")
        low, high = self.inputs.fixed(label, unit, number.low), self.inputs.fixed(label, unit, number.high)
        key = f"longest {number.path}"
        return self.sheet.line(
            key,
            value.label + self.say(", langst", ", longest"),
            unit,
            when(both(value >= low, value <= high), high, value),
            style="plain",
        )

    def _gained(self, path: str, intervention: Intervention) -> Expr:
        """Years until hardly anyone of a cohort with longer lives is left, or the oldest age is reached."""
        assert intervention.life_years is not None
        ages = self.spec.target_groups[intervention.target_group].ages
        oldest = self._fixed_years(OPEN_AGE - ages.from_)
        survival = self._at_most(intervention.life_years.survival_with_per_year)
        follow = [self.inputs.as_stated(f"{path}.effects.{e}.time.follow_up_years") for e in intervention.effects]
        hardly = self.inputs.fixed(
            self.say("vrijwel niemand", "hardly anyone"), self.say("deel", "share"), HARDLY_ANYONE
        )
        left = rounded_up((largest(*follow) if follow else as_expr(0)) + logarithm(hardly) / logarithm(survival)) + 1
        return smallest(oldest, left)

    def _settlement(self) -> Expr:
        """Years after the last effect in which equalisation or a budget still settles it."""
        if not self.scenario.spec.interventions:
            return as_expr(0)
        equalisation = self.spec.holders.equalisation
        longest = max([1, *(len(c) for c in equalisation.clawback.values())]) if equalisation else 0
        lag = load_parameters("participatiewet")["budget_history_lag_years"].values[0].value or 0
        return self._fixed_years(int(max(longest, lag)))

    def _agreed(self) -> list[Expr]:
        """Last year in which each arrangement moves money; 0 where it is switched off."""
        found: list[Expr] = []
        original = self.scenario.spec.arrangements
        for kind in KINDS:
            for name, stated in getattr(original, kind).items():
                path = f"arrangements.{kind}.{name}"
                enabled = self.inputs.as_stated(f"{path}.enabled")
                if isinstance(stated, Contract) and stated.scope is not None:
                    last = self.inputs.as_stated(f"{path}.scope.years.last")
                    found.append(enabled * (last + self.inputs.as_stated(f"{path}.settlement_lag_years")))
                elif kind == "population_payments":
                    found.append(enabled * self.inputs.as_stated(f"{path}.scope.years.last"))
                elif kind in {"side_payments", "departures", "impact_bonds"}:
                    label = self.say("laatste jaar van", "last year of") + f" {stated.name}"
                    found.append(
                        enabled * self.inputs.fixed(label, self.say("jaar", "year"), float(last_year_of(stated)))
                    )
                else:
                    found.append(enabled * self.inputs.as_stated(f"{path}.years.last"))
        return found

    def known_levels(self) -> tuple[Block, Line, Line]:
        """Published consumer prices, below each other, with their first and last year."""
        known = known_price_levels()
        sheet, unit = self.inputs.constants, "2015 = 100"
        sheet.heading(self.say("Consumentenprijzen (CBS)", "Consumer prices (Statistics Netherlands)"))
        rows = [
            sheet.line(
                f"cpi {year}", self.say(f"prijsniveau {year}", f"price level {year}"), unit, known[year], style="factor"
            )
            for year in range(min(known), max(known) + 1)
        ]
        sheet.heading(self.say("Overige vaste waarden", "Other fixed values"))
        first = self.inputs.fixed(
            self.say("eerste bekende jaar", "first known year"), self.say("jaar", "year"), float(min(known))
        )
        last = self.inputs.fixed(
            self.say("laatste bekende jaar", "last known year"), self.say("jaar", "year"), float(max(known))
        )
        return Block(rows), first, last

    def present(self, frame: Frame) -> Line:
        """Worth of a nominal euro in euro of the price year."""
        sheet, head = self.sheet, self.scenario.spec.scenario
        rate = sheet.series(
            "rate",
            self.say("discontovoet", "discount rate"),
            self.say("per jaar", "per year"),
            self._rate(),
            style="rate",
        )
        step = sheet.series(
            "step",
            self.say("stap van het jaar", "step of the year"),
            "factor",
            discount_step_in_cells(rate, frame.axis),
            style="factor",
        )
        factor = sheet.series(
            "discount",
            self.say("disconteringsfactor", "discount factor"),
            "factor",
            discount_factors_in_cells(step),
            style="factor",
        )
        nominal = not isinstance(head.discount, DiscountStandard) and head.discount.kind is RateKind.NOMINAL
        level = frame.level_of(head.first_year) if nominal else frame.level
        deflator = sheet.series(
            "deflator",
            self.say("prijsniveau t.o.v. het prijspeil", "price level relative to the price year"),
            "factor",
            level / frame.level_of(head.price_year),
            style="factor",
        )
        label = self.say(
            f"waarde van een euro, prijspeil {head.price_year}", f"worth of a euro in prices of {head.price_year}"
        )
        return sheet.series("present", label, "factor", worth_of_a_euro_in_cells(factor, deflator), style="factor")

    def _rate(self) -> Expr:
        stated = self.scenario.spec.scenario.discount
        if not isinstance(stated, DiscountStandard):
            return self.inputs.of(stated.per_year)
        rates = discount_rate(self.scenario, max(len(self.years), 2))
        unit = self.say("per jaar", "per year")
        label = self.say("discontovoet volgens", "discount rate of") + f" {stated.value}"
        standard = self.sheet.line("standard rate", label, unit, rates[: len(self.years)], style="rate")
        own = self.inputs.optional(
            "scenario.discount.per_year",
            self.say("eigen reële discontovoet (leeg: de standaard)", "own real discount rate (empty: the standard)"),
            unit,
        )
        return when(is_number(own), own, standard)
