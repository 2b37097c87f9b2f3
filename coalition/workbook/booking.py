"""Where a controller books the plan: municipal amounts by task field of Iv3, insurers' amounts by heading of cost.

Every row adds up rows of the sheet of parties, so that what is booked is what the party pays and gains. Three sides:
what is spent, what comes in, and what is not spent any more; an avoided cost is a lower expense and no revenue. A
column is a budget year. Where no task field was read for a pocket, the row says whom to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.cells import Expr, Line, Sheet, as_expr, over_years, size_of, sum_of
from coalition.parties import PartyKind, Pocket
from coalition.workbook.accounts import AccountRows, Accounts
from coalition.workbook.frame import Frame
from coalition.workbook.task_fields import Place, booking_plan, spans
from coalition.wrong_pocket import CellKey

Check = tuple[str, Expr, Expr]
"""What is compared: a label, and two numbers that must be the same."""

SPENT, CAME_IN, SAVED = "spent", "came_in", "saved"
SIDES = (SPENT, CAME_IN, SAVED)


@dataclass
class BookingRows:
    """The sheet, its rows and what must hold for them.

    Attributes:
        sheet: the sheet of bookings.
        rows: (account, pocket, first budget year of the place, side) -> row.
        totals: (account, "paid" or "gained") -> row with all that is booked.
        checks: booked totals against party totals.
    """

    sheet: Sheet
    rows: dict[tuple[str, Pocket, int, str], Line] = field(default_factory=dict)
    totals: dict[tuple[str, str], Line] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)


def booking(frame: Frame, accounts: Accounts) -> BookingRows:
    """The sheet of bookings, added to the sheets of the calculation."""
    return _Booking(frame, accounts).all()


class _Booking:
    def __init__(self, frame: Frame, accounts: Accounts) -> None:
        self.frame, self.accounts, self.say = frame, accounts, frame.say
        self.scope = accounts.scopes[-1]
        self.years = [int(year) for year in frame.axis.year.values]
        title = ("Boeking per taakveld en kostensoort", "Booking by task field and heading of cost")
        self.made = BookingRows(frame.sheet(("Boeking", "Booking"), title))
        self.off: list[Line] = []

    def all(self) -> BookingRows:
        """Municipalities, then insurers, then what must hold."""
        plan = booking_plan()
        self.explain()
        for kind, places in ((PartyKind.MUNICIPALITY, plan.municipal), (PartyKind.INSURER, plan.insurer)):
            for rows in self.accounts.rows.values():
                if rows.party is not None and rows.party.kind is kind:
                    self.account(rows, places)
        if self.off:
            self.differences()
        return self.made

    def explain(self) -> None:
        """What a controller must know above the first row."""
        say, heading = self.say, self.made.sheet.heading
        heading(
            say(
                "Een kolom is een begrotingsjaar; een taakveld geldt per jaar.",
                "A column is a budget year; a task field holds by year.",
            ),
            2,
        )
        heading(
            say("Vermeden kosten zijn lagere lasten, geen baten.", "Avoided cost is a lower expense, no revenue."), 2
        )
        heading(
            say(
                "Economische categorie: niet gelezen; vraag de afdeling financiën.",
                "Economic category: not read; ask the finance department.",
            ),
            2,
        )

    def account(self, rows: AccountRows, places: Mapping[Pocket, Sequence[Place]]) -> None:
        """One municipality or insurer: its pockets in order, then its totals."""
        self.made.sheet.heading(rows.name)
        pockets = {key.pocket for kind in ("paid", "gained") for key in rows.cells.get(kind, {})}
        for pocket in (p for p in Pocket if p.value in pockets):
            for place, first, last in spans(places, pocket, self.years):
                self.place(rows, place, self.within(first, last))
        for total, sides in (("paid", (SPENT,)), ("gained", (CAME_IN, SAVED))):
            self.total(rows, total, sides)

    def within(self, first: int, last: int) -> Expr:
        """1 in the years of a place; no factor where it holds on the whole axis."""
        if (first, last) == (self.years[0], self.years[-1]):
            return as_expr(1)
        fixed, unit = self.frame.inputs.fixed, self.say("jaar", "year")
        since = fixed(self.say("eerste begrotingsjaar", "first budget year"), unit, float(first))
        until = fixed(self.say("laatste begrotingsjaar", "last budget year"), unit, float(last))
        return self.frame.axis.running(since, until)

    def place(self, rows: AccountRows, place: Place, within: Expr) -> None:
        """Up to three rows of one pocket; a side on which nothing can fall has none."""
        amounts: dict[str, Callable[[], Expr]] = {
            SPENT: lambda: self.sum(rows, "paid", place.pocket),
            CAME_IN: lambda: self.sum(rows, "received", place.pocket),
            SAVED: lambda: self.sum(rows, "gained", place.pocket) - self.sum(rows, "received", place.pocket),
        }
        for side in SIDES:
            if not self.can_fall(rows, side, place.pocket):
                continue
            note = place.note_nl if self.frame.lang == "nl" else place.note_en
            self.made.rows[rows.id, place.pocket, place.first_year, side] = self.made.sheet.series(
                f"{rows.id} {place.pocket.value} {place.first_year} {side}",
                f"{self.title(place, rows)} · {self.side_word(side, rows)}",
                "€",
                amounts[side]() * within * self.frame.axis.counted,
                style="euro2",
                total=True,
                note=note,
            )

    def can_fall(self, rows: AccountRows, side: str, pocket: Pocket) -> bool:
        """Whether a cell of the pocket has rows of which this side is made."""
        kinds = {SPENT: ("laid_out", "effect"), CAME_IN: ("received",), SAVED: ("effect",)}[side]
        return any(key.pocket == pocket.value for kind in kinds for key in rows.cells.get(kind, {}))

    def sum(self, rows: AccountRows, kind: str, pocket: Pocket) -> Expr:
        """Rows of one kind and pocket added up."""
        found: Mapping[CellKey, Line] = rows.cells.get(kind, {})
        lines = [line for key, line in found.items() if key.pocket == pocket.value]
        return sum_of(lines) if lines else as_expr(0)

    def title(self, place: Place, rows: AccountRows) -> str:
        """Task field or heading; where none was read, the pocket and whom to ask."""
        title = place.title_nl if self.frame.lang == "nl" else place.title_en
        pocket = self.frame.pocket(place.pocket)
        if place.known:
            return f"{place.code} {title} ({pocket})" if place.code else title
        assert rows.party is not None  # only municipalities and insurers are booked
        what = (
            self.say("taakveld: vraag de afdeling financiën", "task field: ask the finance department")
            if rows.party.kind is PartyKind.MUNICIPALITY
            else self.say("kostensoort: vraag de afdeling financiën", "heading: ask the finance department")
        )
        return f"{pocket} ({what})"

    def side_word(self, side: str, rows: AccountRows) -> str:
        """A side in the words of a municipality or of an insurer."""
        assert rows.party is not None  # as above
        municipal = {
            SPENT: self.say("lasten", "expenses"),
            CAME_IN: self.say("baten", "revenue"),
            SAVED: self.say("lagere lasten", "lower expenses"),
        }
        insurer = {
            SPENT: self.say("kosten", "cost"),
            CAME_IN: self.say("opbrengsten", "revenue"),
            SAVED: self.say("lagere kosten", "lower cost"),
        }
        return (municipal if rows.party.kind is PartyKind.MUNICIPALITY else insurer)[side]

    def total(self, rows: AccountRows, total: str, sides: Sequence[str]) -> None:
        """All that is booked on some sides of an account, set beside what the sheet of parties says."""
        words = {
            "paid": self.say("geboekt samen: betaalt", "booked together: pays"),
            "gained": self.say("geboekt samen: krijgt of bespaart", "booked together: gains"),
        }[total]
        lines = [line for (account, *_, side), line in self.made.rows.items() if account == rows.id and side in sides]
        party = rows.sums[total, self.scope]
        booked = self.made.sheet.series(
            f"{rows.id} {total}", words, "€", sum_of(lines) if lines else as_expr(0), style="euro2", total=True
        )
        self.made.totals[rows.id, total] = booked
        label = f"{rows.name}: {words} = " + self.say("partij", "party")
        self.made.checks.append((label, over_years(booked), over_years(party)))
        off = self.say("verschil met Partijen (moet 0 zijn)", "difference with Parties (must be 0)")
        self.off.append(
            self.made.sheet.series(f"{rows.id} {total} off", off, "€", size_of(booked - party), style="euro2")
        )

    def differences(self) -> None:
        """One row for all accounts, so that a fault in one year cannot hide behind another year."""
        self.made.sheet.heading(self.say("Alles samen", "All together"))
        label = self.say("verschillen met Partijen, samen", "differences with Parties, together")
        row = self.made.sheet.series("off", label, "€", sum_of(self.off), style="euro2")
        self.made.checks.append((label, over_years(row), as_expr(0)))
