"""What a workbook checks of itself, with the sums that the checks compare on a sheet of the calculation.

Nothing is added to the finished rows of the calculation. The sheet that a reader sees is written in check_page.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coalition.cells import (
    FIRST_YEAR,
    HERE,
    Block,
    Expr,
    Line,
    added,
    as_expr,
    at_end,
    before,
    column_letters,
    equal,
    flag,
    highest_in,
    highest_year,
    over_years,
    size_of,
    sum_of,
    when,
)
from coalition.inputs import Inputs
from coalition.model import funds_of, present_worth
from coalition.money import HALF_CENT_EUR
from coalition.parties import Pocket
from coalition.prices import growth_factor_in_cells
from coalition.problems import SUM_TOLERANCE
from coalition.workbook.accounts import AccountRows
from coalition.workbook.checks import Check, Written, runs_of, whole_runs
from coalition.wrong_pocket import PartyResult, by_party

if TYPE_CHECKING:
    from coalition.workbook.book import Book
    from coalition.workbook.result_rows import ResultRows

EXACT = 1e-9
"""Tolerance of shares and counts: a spreadsheet adds in another order."""


def checks_of(book: Book, rows: ResultRows, changed: Sequence[str]) -> list[Check]:
    """All checks of a workbook.

    Args:
        book: every row.
        rows: what the result shows.
        changed: ranges of cells that are 1 where an input is not what it was at export.
    """
    return _Checks(book, rows, changed).all()


class _Checks:
    def __init__(self, book: Book, rows: ResultRows, changed: Sequence[str]) -> None:
        self.book, self.rows, self.frame, self.axis = book, rows, book.frame, book.frame.axis
        self.say = book.frame.say
        self.sheet = self.frame.sheet(
            ("Berekening_controles", "Calc_checks"), ("Wat de controles vergelijken", "What the checks compare")
        )
        self.changed = self.sheet.line(
            "changed",
            self.say("invoer die is veranderd sinds de export", "inputs changed since the export"),
            self.say("aantal", "number"),
            Written("+".join(f"SUM({part})" for part in changed), 0.0),
            style="plain",
        )
        self.unchanged = self.sheet.line(
            "unchanged",
            self.say("niets is veranderd", "nothing is changed"),
            "0/1",
            flag(equal(self.changed, 0)),
            style="plain",
        )

    def all(self) -> list[Check]:
        """In the order in which a reader wants them: money, keys, time, results, errors."""
        found = [c for scope in self.book.accounts.scopes for c in self.money(scope)]
        booked = [Check(label, left, right, HALF_CENT_EUR) for label, left, right in self.book.booking.checks]
        found += [*self.keys(), *self.time(), *self.amounts(), *self.funds(), *booked]
        found += [c for scope in self.book.accounts.scopes for c in self.stored(scope)]
        return [*found, *self.errors()]

    # money

    def money(self, scope: str) -> list[Check]:
        """Every euro goes from one account to another; results follow from accounts."""
        accounts = [r.sums["net", scope] for r in self.book.accounts.rows.values()]
        if not self.rows.parties:
            return []
        sheet, say, after = self.sheet, self.say, self.book.accounts.after(scope)
        sheet.heading(say("Sluiten van de rekeningen", "Closing of the accounts") + after)
        nets = self.net_block(scope, accounts)
        apart = sheet.series(
            f"apart {scope}",
            say("alle rekeningen samen, zonder teken", "all accounts together, without sign"),
            "€",
            size_of(nets),
            style="euro2",
        )
        society = self.rows.society[scope]
        worth = sheet.line(
            f"worth {scope}",
            say("contante waarde van alle partijen", "present value of all parties"),
            "€",
            added(self.rows.numbers["npv", scope]),
            style="euro2",
        )
        return [
            Check(
                say("In elk jaar tellen alle rekeningen op tot 0", "In every year all accounts add up to 0") + after,
                highest_year(apart),
                as_expr(0),
                HALF_CENT_EUR,
            ),
            Check(
                say(
                    "Wat partijen samen winnen is wat de samenleving bespaart",
                    "What parties gain together is what society saves",
                )
                + after,
                worth,
                society,
                HALF_CENT_EUR,
            ),
            Check(
                say(
                    "Contante waarde van alle partijen samen, op een andere manier (NPV)",
                    "Present value of all parties together, in another way (NPV)",
                )
                + after,
                worth,
                self.npv(scope, self.rows.together[scope]),
                HALF_CENT_EUR,
            ),
        ]

    def net_block(self, scope: str, accounts: Sequence[Line]) -> Expr:
        """Net of all accounts in every year calculated, real resources included."""
        block = Block(
            [
                self.sheet.series(f"net {scope} {k}", line_name, "€", as_expr(line), style="euro2")
                for k, (line_name, line) in enumerate(zip(self.names(), accounts, strict=True))
            ]
        )
        return added(block)

    def names(self) -> list[str]:
        """Accounts, as a reader knows them."""
        return [r.name for r in self.book.accounts.rows.values()]

    def npv(self, scope: str, everyone: Line) -> Expr:
        """The same present value with NPV() where one rate holds for all years, else year by year from the last."""
        sheet, say, tijdas = self.sheet, self.say, self.frame.present.sheet
        rate, step, deflator = (tijdas.of(k) for k in ("rate", "step", "deflator"))
        real = sheet.series(
            f"real {scope}",
            say("saldo in prijzen van het prijspeil", "net in prices of the price year"),
            "€",
            everyone / deflator,
            style="euro2",
        )
        grown = sheet.later(f"grown {scope}", say("opgerent tot het jaar", "grown to the year"), "€", style="euro2")
        sheet.place(grown, before(grown) * step + real)
        last = column_letters(FIRST_YEAR + self.frame.years - 1)
        grown_last = Written(f"{sheet.name}!${last}${grown.row_number}", float(grown.values[-1]))
        back = sheet.line(
            f"back {scope}",
            say("teruggerekend naar het eerste jaar", "brought back to the first year"),
            "€",
            Written(
                f"{grown_last.text(None)}/PRODUCT({step.whole(sheet)})", float(grown.values[-1] / np.prod(step.values))
            ),
            style="euro2",
        )
        first_rate = float(rate.values[0])
        factors = (1 + first_rate) ** -np.arange(1.0, self.frame.years + 1)
        by_npv = float((real.values * factors).sum() * (1 + first_rate))
        start = f"{tijdas.name}!${column_letters(FIRST_YEAR)}${rate.row_number}"
        npv = Written(f"NPV({start},{real.whole(sheet)})*(1+{start})", by_npv)
        same = Written(
            f"MAX({rate.whole(sheet)})=MIN({rate.whole(sheet)})", float(rate.values.max() == rate.values.min())
        )
        return sheet.line(f"npv {scope}", "NPV()", "€", when(same, npv, back), style="euro2")

    # keys

    def keys(self) -> list[Check]:
        """What is divided is divided as a whole."""
        spec, inputs, found = self.frame.spec, self.frame.inputs, []
        if spec.parties.insurers:
            shares = [inputs.of(i.market_share) for i in spec.parties.insurers.values()]
            words = self.say("Marktaandelen tellen op tot 1", "Market shares add up to 1")
            found.append(Check(words, sum_of(shares), as_expr(1), SUM_TOLERANCE))
        for intervention in spec.interventions.values():
            shares = [inputs.of(p.share) for p in intervention.payers]
            if shares:
                words = self.say("Betalers tellen op tot 1: ", "Payers add up to 1: ") + intervention.name
                found.append(Check(words, sum_of(shares), as_expr(1), SUM_TOLERANCE))
        if spec.payers.coordination is not None:
            shares = [inputs.of(p.share) for p in spec.payers.coordination.payers]
            words = self.say("Betalers tellen op tot 1: coördinatie", "Payers add up to 1: coordination")
            found.append(Check(words, sum_of(shares), as_expr(1), SUM_TOLERANCE))
        return found

    # time

    def time(self) -> list[Check]:
        """Everything falls within the time axis."""
        words = self.say(
            "Het laatste jaar past op de tijdas (zo niet: schuif een begin minder ver op)",
            "The last year fits on the time axis (if not: move a start less far)",
        )
        return [Check(words, as_expr(self.axis.last), at_end(self.axis.year), EXACT, "at_most")]

    # amounts

    def amounts(self) -> list[Check]:
        """No number of people below 0, and never more avoided than there was."""
        found = []
        starters = [
            line
            for sheet in self.frame.sheets
            for line in sheet
            if any(line.key.startswith(f"{name} starters ") for name in self.frame.spec.interventions)
        ]
        if starters:
            lowest = min(float(line.values.min()) for line in starters)
            text = f"MIN({whole_runs(starters)})"
            number = self.sheet.line(
                "starters",
                self.say("laagste aantal deelnemers dat begint", "lowest number of starters"),
                "",
                Written(text, lowest),
                style="plain",
            )
            words = self.say("Nergens begint een negatief aantal deelnemers", "Nowhere do fewer than 0 people start")
            found.append(Check(words, as_expr(0), as_expr(number), EXACT, "at_most"))
        return found + self.within_baseline()

    def within_baseline(self) -> list[Check]:
        """Per pocket: avoided in a year against what all inhabitants cost in that year."""
        region, found = self.frame.scenario.region, list[Check]()
        if self.book.places is not None:  # what many municipalities avoid is a figure of the model
            return found
        streams = [line for sheet in self.frame.sheets for line in sheet]
        for pocket in region.cost:
            avoided = [line for line in streams if f" {pocket.value} avoided " in line.key and line.is_series]
            if avoided:
                found.append(self.pocket_within(pocket, avoided))
        return found

    def pocket_within(self, pocket: Pocket, avoided: Sequence[Line]) -> Check:
        """One pocket; cost with the latest known population, at the growth of the scenario."""
        region, inputs, sheet, say = self.frame.scenario.region, self.frame.inputs, self.sheet, self.say
        name = self.frame.pocket(pocket)
        sheet.heading(say("Vermeden kosten en alle kosten: ", "Avoided cost and all cost: ") + name)
        year = region.years[-1]
        cost = Block(
            [
                sheet.line(
                    f"cost {pocket.value} {area}",
                    inputs.area_name(area),
                    f"€ {region.price_year[pocket]}",
                    over_years(
                        inputs.tables.of(f"people|{area}|{year}"), inputs.tables.of(f"cost|{area}|{pocket.value}")
                    ),
                    style="euro2",
                )
                for area in region.areas
            ]
        )
        priced = inputs.fixed(say("prijspeil", "price year"), say("jaar", "year"), float(region.price_year[pocket]))
        growth = inputs.of(self.frame.spec.region.growth_per_year[pocket])
        whole = sheet.series(
            f"whole {pocket.value}",
            say("kosten van alle inwoners", "cost of all inhabitants"),
            "€",
            added(cost) * growth_factor_in_cells(growth, priced, self.axis.year),
            style="euro2",
        )
        runs = ",".join(f"{s}!{HERE}{a}:{HERE}{b}" for s, a, b in runs_of(avoided))
        less = sheet.series(
            f"avoided {pocket.value}",
            say("vermeden door alle interventies", "avoided by all interventions"),
            "€",
            Written(f"SUM({runs})", np.sum([line.values for line in avoided], axis=0)),
            style="euro2",
        )
        over = sheet.series(
            f"over {pocket.value}",
            say("meer vermeden dan er was", "avoided beyond that"),
            "€",
            less - whole,
            style="euro2",
        )
        words = (
            say(
                "Niet meer vermeden dan alle kosten (vermeden min kosten, hoogste jaar): ",
                "Not more avoided than all cost (avoided less cost, highest year): ",
            )
            + name
        )
        return Check(words, highest_year(over), as_expr(0), HALF_CENT_EUR, "at_most")

    # funds

    def funds(self) -> list[Check]:
        """A fund's balance is what came in less what went out, and it pays no more than it may."""
        found = []
        for name, lines in self.book.agreed.funds.items():
            title = self.frame.scenario.spec.arrangements.funds[name].name
            into = [lines.interest, *lines.contributions.values(), *lines.repaid.values()]
            out = [lines.fees, *lines.paid.values(), *lines.distributed.values()]
            self.sheet.heading(title)
            moved = self.sheet.series(
                f"fund {name}",
                self.say("erin min eruit", "in less out"),
                "€",
                sum_of(into) - sum_of(out),
                style="euro2",
            )
            words = self.say("Eindsaldo is alles erin min alles eruit: ", "Closing balance is all in less all out: ")
            found.append(Check(words + title, at_end(lines.closing), over_years(moved), HALF_CENT_EUR))
            over = self.sheet.series(
                f"fund over {name}",
                self.say("betaald boven wat het fonds mag uitgeven", "paid beyond what the fund may spend"),
                "€",
                lines.fees + sum_of([*lines.paid.values()]) - lines.room,
                style="euro2",
            )
            words = self.say("Nooit onder het laagste saldo uitbetaald: ", "Never paid below the lowest balance: ")
            found.append(Check(words + title, highest_year(over), as_expr(0), HALF_CENT_EUR, "at_most"))
        return found

    # what the model said

    def stored(self, scope: str) -> list[Check]:
        """Results are those of the model, which stand here as values, as long as no input is changed."""
        if not self.rows.parties:
            return []
        funds = {} if scope == "law" else {r.party.id: r for r in self.fund_results()}
        results: dict[str, PartyResult] = {**self.book.results(scope), **funds}
        words = {
            "paid": self.say("betaalt", "pays"),
            "gained": self.say("krijgt of bespaart", "gains"),
            "npv": self.say("contante waarde", "present value"),
        }
        after, found = self.book.accounts.after(scope), []
        for kind, word in words.items():
            title = self.say("Waarden uit het rekenmodel bij export: ", "Values of the model at export: ") + word
            self.sheet.heading(title + after)
            model = Block(
                [
                    self.sheet.line(
                        f"model {kind} {scope} {r.id}", r.name, "€", _of_model(results, r, kind), style="euro2"
                    )
                    for r in self.rows.parties
                ]
            )
            self.sheet.heading(
                self.say("Verschil met dit werkboek: ", "Difference with this workbook: ") + word + after,
                2,
            )
            own = self.rows.numbers[kind, scope]
            apart = Block(
                [
                    self.sheet.line(
                        f"apart {kind} {scope} {r.id}", r.name, "€", size_of(own[k] - model[k]), style="euro2"
                    )
                    for k, r in enumerate(self.rows.parties)
                ]
            )
            label = self.say("Gelijk aan het rekenmodel (grootste verschil): ", "Equal to the model (largest apart): ")
            found.append(
                Check(
                    label + word + after,
                    highest_in(apart),
                    as_expr(0),
                    HALF_CENT_EUR,
                    applies=self.unchanged,
                )
            )
        return found

    def fund_results(self) -> list[PartyResult]:
        """Funds hold money of others; the model shows them apart from parties."""
        result, run = self.book.result, self.book.result.run
        funds = funds_of(result.scenario)
        worth = present_worth(result.scenario, run.projection.baseline.prices, run.clock, Inputs())
        return by_party(run.cells, funds, result.years, worth) if funds else []

    # errors

    def errors(self) -> list[Check]:
        """No cell of the calculation shows an error."""
        found = []
        for sheet in self.frame.sheets:
            if sheet is self.sheet or not any(True for _ in sheet):
                continue
            last = column_letters(FIRST_YEAR + sheet.years - 1)
            text = f"SUMPRODUCT(ISERROR({sheet.name}!$D$6:${last}${sheet.height})*1)"
            words = self.say("Geen foutwaarden op ", "No error values on ") + sheet.name
            found.append(Check(words, Written(text, 0.0), as_expr(0), EXACT))
        return found


def _of_model(results: dict[str, PartyResult], rows: AccountRows, kind: str) -> float:
    found = results.get(rows.id)
    if found is None:  # a fund that is only there with what is agreed
        return 0.0
    return float(found.npv[0]) if kind == "npv" else float(getattr(found, kind)[0].sum())
