"""What every sheet of the calculation shares: the time axis, price levels, discounting, and words in two languages.

The axis has some spare years after the clock, so that a start year may be moved later in the sheet; they are not
counted. Values are those of the plain run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from coalition.cells import Axis, Block, Expr, Line, Operand, Sheet, as_expr, is_number, when
from coalition.model import clock_of, discount_rate, known_price_levels
from coalition.numbers import Euro, Index
from coalition.outputs.labels import Lang
from coalition.parties import Pocket
from coalition.prices import (
    discount_factors_in_cells,
    discount_step_in_cells,
    price_level_in_cells,
    worth_of_a_euro_in_cells,
)
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, GroupUnit, RateKind, Spec
from coalition.workbook.axis import axis_in_cells
from coalition.workbook.inputs import InputCells
from coalition.workbook.leaving import Leaving
from coalition.workbook.reader_words import effect_word, party_word, pocket_word, unit_word

MOST_FORMULAS = 200_000
"""Formula cells that a sheet may hold, so that any finance department can open it."""
SPARE_YEARS = 5
"""Years after the clock that the sheets hold, for a plan that is moved later."""
PRICE_BASE = "2015 = 100"
"""Unit of price levels."""


@dataclass
class Frame:
    """The axis and what stands on it.

    Attributes:
        scenario: as loaded; spec: with every departure in its place.
        lang: of the labels.
        inputs: its cells.
        axis: calendar years.
        present: worth of a nominal euro of each year in euro of the price year.
        level: consumer price level of each year.
        sheets: the sheets of the calculation, in order.
        known: published price levels below each other, with their first and last year.
        clock_years: how many years the clock counts.
        effect_scale: 1; 0 would be the zero-effect twin.
    """

    scenario: Scenario
    spec: Spec
    lang: Lang
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
        return self.inputs.say(dutch, english)

    def pocket(self, pocket: Pocket) -> str:
        """A law or other purse, for a reader."""
        return pocket_word(pocket, self.lang)

    def effect(self, effect: str) -> str:
        """An effect, for a reader."""
        return effect_word(effect, self.lang)

    def unit(self, unit: GroupUnit, *, many: bool = False) -> str:
        """What a target group is counted in, for a reader."""
        return unit_word(unit, self.lang, many=many)

    def party(self, party: str) -> str:
        """A party that pays, for a reader; an area by its name."""
        return party_word(self.spec, party, self.lang) or self.inputs.area_name(party)

    @property
    def years(self) -> int:
        """Columns of the axis."""
        return len(self.axis.year.values)

    def sheet(self, name: tuple[str, str], title: tuple[str, str]) -> Sheet:
        """A new sheet of the calculation."""
        found = Sheet(self.say(*name), self.say(*title), self.years)
        found.most = None if self.inputs.summed else MOST_FORMULAS
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
            content = self.level / self.level_of(price_year)
            label = self.say(f"euro van {price_year} in euro van het jaar", f"euro of {price_year} in euro of the year")
            made = self.level.sheet.series(f"factor {price_year}", label, "factor", content, style="factor")
            self._factors[index, price_year] = made
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
            sheet.line(key, label, PRICE_BASE, level, style="factor")
        return sheet.of(key)

    def kernel_years(self, intervention: str, effect: str) -> Line:
        """Calendar years after the start in which an effect may still work."""
        return self.level.sheet.of(f"kernel {intervention} {effect}")

    def year_or(self, path: str, stated: int | None, otherwise: Operand) -> Expr:
        """A year of the scenario, or something else where it states none."""
        return as_expr(otherwise) if stated is None else self.inputs.stated(path)


def build_frame(scenario: Scenario, lang: Lang, *, summed: bool = False) -> Frame:
    """The axis of a scenario with its prices."""
    clock = clock_of(scenario)
    years = tuple(range(clock.years[0], clock.years[-1] + SPARE_YEARS + 1))
    region = scenario.region
    leaving = Leaving(scenario.spec, {area: region.municipality(k) for k, area in enumerate(region.areas)})
    inputs, spec = InputCells(scenario, leaving, lang, years, summed=summed), leaving.spec
    title = inputs.say("Tijdas, prijzen en verdiscontering", "Time axis, prices and discounting")
    sheet = Sheet(inputs.say("Tijdas", "Time_axis"), title, len(years))
    axis = axis_in_cells(inputs, sheet)
    inputs.year = axis.year
    known = _known_levels(inputs)
    growth = inputs.of(spec.region.general_index_per_year)
    content = price_level_in_cells(known[0], known[1:], growth, axis.year)
    label = inputs.say("consumentenprijzen", "consumer prices")
    level = sheet.series("level", label, PRICE_BASE, content, style="factor")
    scale = inputs.fixed(inputs.say("effecten: 1 = zoals gesteld", "effects: 1 = as stated"), "factor", 1.0)
    frame = Frame(scenario, spec, lang, inputs, axis, [sheet], level, level, known, len(clock.years), scale)
    frame.present = _present(frame)
    return frame


def _known_levels(inputs: InputCells) -> tuple[Block, Line, Line]:
    """Published consumer prices, below each other, with their first and last year."""
    known, sheet, say = known_price_levels(), inputs.constants, inputs.say
    sheet.heading(say("Consumentenprijzen (CBS)", "Consumer prices (Statistics Netherlands)"))
    rows = []
    for year in range(min(known), max(known) + 1):
        label = say(f"prijsniveau {year}", f"price level {year}")
        rows.append(sheet.line(f"cpi {year}", label, PRICE_BASE, known[year], style="factor"))
    sheet.heading(say("Overige vaste waarden", "Other fixed values"))
    unit = say("jaar", "year")
    first = inputs.fixed(say("eerste bekende jaar", "first known year"), unit, float(min(known)))
    last = inputs.fixed(say("laatste bekende jaar", "last known year"), unit, float(max(known)))
    return Block(rows), first, last


def _present(frame: Frame) -> Line:
    """Worth of a nominal euro in euro of the price year."""
    sheet, head, say = frame.level.sheet, frame.scenario.spec.scenario, frame.say

    def row(key: str, label: str, content: Expr) -> Line:
        return sheet.series(key, label, "factor", content, style="factor")

    label = say("discontovoet", "discount rate")
    rate = sheet.series("rate", label, say("per jaar", "per year"), _rate(frame), style="rate")
    step = row("step", say("stap van het jaar", "step of the year"), discount_step_in_cells(rate, frame.axis))
    factor = row("discount", say("disconteringsfactor", "discount factor"), discount_factors_in_cells(step))
    nominal = not isinstance(head.discount, DiscountStandard) and head.discount.kind is RateKind.NOMINAL
    level = frame.level_of(head.first_year) if nominal else frame.level
    label = say("prijsniveau t.o.v. het prijspeil", "price level relative to the price year")
    deflator = row("deflator", label, level / frame.level_of(head.price_year))
    year = head.price_year
    label = say(f"waarde van een euro, prijspeil {year}", f"worth of a euro in prices of {year}")
    return row("present", label, worth_of_a_euro_in_cells(factor, deflator))


def _rate(frame: Frame) -> Expr:
    """The rate stated; or the standard named, in whose place a user may put a rate of their own."""
    stated, say = frame.scenario.spec.scenario.discount, frame.say
    if not isinstance(stated, DiscountStandard):
        label = say("discontovoet van het scenario", "discount rate of the scenario")
        own = frame.inputs.of(stated.per_year)
        return frame.level.sheet.series("standard rate", label, say("per jaar", "per year"), own, style="rate")
    rates = discount_rate(frame.scenario, max(frame.years, 2))
    unit, label = say("per jaar", "per year"), say("discontovoet volgens", "discount rate of") + f" {stated.value}"
    standard = frame.level.sheet.line("standard rate", label, unit, rates[: frame.years], style="rate")
    label = say("eigen reële discontovoet (leeg: de standaard)", "own real discount rate (empty: the standard)")
    own = frame.inputs.optional("scenario.discount.per_year", label, unit)
    return when(is_number(own), own, standard)
