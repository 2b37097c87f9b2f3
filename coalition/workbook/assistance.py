"""Social assistance as cells: a later budget is lower because spending was lower."""

from __future__ import annotations

from coalition.cells import Expr, Line, at_age, in_cells, lagged, total_of, when
from coalition.holders import budget_loss_in_cells, history_weight
from coalition.law_alone import LegalFacts
from coalition.parties import MUNICIPALITY, REST_OF_NL, Reason
from coalition.workbook.areas import AreaBlock
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law_rows import LawSheet
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting


class AssistanceBudget:
    """The budgets that municipalities get for social assistance."""

    def __init__(self, on: LawSheet, facts: LegalFacts) -> None:
        self.on, self.facts, self.say = on, facts, on.say

    def posting(self, stream: CellStream, stays: AreaBlock) -> CellPosting:
        """What the budgets are lower through one stream, given what municipalities spend less."""
        on, index, label = (
            self.on,
            self.on.frame.axis.index,
            self.say("later lager bijstandsbudget", "lower social assistance budget later"),
        )
        words = self.say("jaren tot het bijstandsbudget volgt", "years until the budget follows")
        lag = on.inputs.fixed(words, on.years, float(self.facts.history_lag_years))
        growth = self._growth(lag)
        weights = {k: self._history(on.areas.municipalities[k]) for k in stays.positions}
        rows = on.rows(
            f"{stream.key} budget",
            label,
            stays.positions,
            lambda k: budget_loss_in_cells(stays.at(k), weights[k], growth, lag, index),
        )
        return CellPosting(Reason.BUDGET, stream.pocket, stream.intervention, MUNICIPALITY, REST_OF_NL, areas=rows)

    def _growth(self, lag: Expr) -> Line:
        """Prices relative to those of the year that a budget follows; 1 in the first years."""
        sheet, level, index = self.on.sheet, self.on.frame.level, self.on.frame.axis.index
        if not sheet.has("budget growth"):
            label = self.say("prijsstijging tot het budget", "price growth until the budget")
            content = when(index >= lag, level / lagged(level, lag, index), 1)
            sheet.series("budget growth", label, "factor", content, style="factor")
        return sheet.of("budget growth")

    def _history(self, code: str) -> Line:
        """Which part of a municipality's budget follows its own past spending."""
        on, say, key = self.on, self.say, f"history {code}"
        if not on.sheet.has(key):
            label = say("geen historisch budget vanaf", "no historical budget from")
            upper = on.inputs.fixed(label, on.people, self.facts.history_upper)
            span = on.inputs.fixed(say("over een breedte van", "over a width of"), on.people, self.facts.history_span)
            name = on.areas.people.name(code)
            label = say("inwoners in het eerste jaar", "inhabitants in the first year") + f": {name}"
            content = self._inhabitants(code)
            population = on.sheet.line(f"population {code}", label, on.people, content, style="count")
            label = say(
                "deel van het budget dat de eigen uitgaven volgt", "part of the budget that follows own spending"
            )
            on.part(key, f"{label}: {name}", in_cells(history_weight, population, upper, span))
        return on.sheet.of(key)

    def _inhabitants(self, code: str) -> Expr:
        """As stated for a municipality, else by the table in the first year."""
        on, stated = self.on, self.on.frame.spec.parties.municipalities.get(code)
        if stated is not None and stated.population is not None:
            return on.inputs.of(stated.population)
        everybody = on.areas.people.of_ages(EVERYBODY)
        start = on.inputs.fixed(self.say("eerste jaar van de as", "first year of the axis"), "", 0.0)
        own = [everybody[k] for k, municipality in enumerate(on.areas.municipalities) if municipality == code]
        return total_of(at_age(line, start) if line.is_series else line for line in own)
