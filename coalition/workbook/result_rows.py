"""What the result shows, unrounded: per party what it pays, gains and has now, and per year and group the net.

Rows of one kind stand below each other in the order of the parties, so that the result can round the column as a whole:
what is shown then adds up to the rounded total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from coalition.cells import Block, Expr, Line, Page, Sheet, added, as_expr, over_years, so_far
from coalition.parties import PROVIDERS, RESIDENTS, RESOURCES, PartyKind
from coalition.report import at_table
from coalition.transfers import TransferLines, smallest_transfer_in_cells
from coalition.workbook.accounts import AccountRows
from coalition.workbook.book import Book
from coalition.workbook.fund_words import FUND_WORDS

NUMBERS = ("paid", "gained", "npv")
"""What there is of a party over all years shown."""


@dataclass(frozen=True)
class Group:
    """Parties that stand below each other; `together` is what they are called as one."""

    id: str
    together: str
    first: int
    count: int

    def within(self, block: Block) -> Block:
        """Their rows."""
        return Block(block.lines[self.first : self.first + self.count])


@dataclass
class ResultRows:
    """Everything that the result shows.

    Attributes:
        sheet: where the rows stand; parties: in the order of the rows; groups: all of them, in that order.
        numbers: (paid, gained or npv, law or all) -> a row per party.
        years: scope -> net of each year shown, a row per party; together: scope -> of all parties.
        groups_npv, groups_net: scope -> a row per group.
        at_table: scope -> name of who negotiates -> present value, added up year by year.
        transfers: scope -> what must still move so that nobody at the table is worse off; none where the law forbids a
            payment, for then it is no formula, and none where municipalities are taken together.
        society: scope -> present value of what society saves; qalys, valued: health and pleasure, no cash.
    """

    sheet: Sheet
    parties: list[AccountRows]
    groups: list[Group]
    numbers: dict[tuple[str, str], Block] = field(default_factory=dict)
    years: dict[str, Block] = field(default_factory=dict)
    together: dict[str, Line] = field(default_factory=dict)
    groups_npv: dict[str, Block] = field(default_factory=dict)
    groups_net: dict[str, list[Line]] = field(default_factory=dict)
    at_table: dict[str, list[Line]] = field(default_factory=dict)
    transfers: dict[str, TransferLines] = field(default_factory=dict)
    society: dict[str, Line] = field(default_factory=dict)
    qalys: Line | None = None
    valued: list[Line] = field(default_factory=list)


def result_rows(book: Book) -> ResultRows:
    """Make the rows, on a new sheet of the calculation."""
    return _Maker(book).made()


class _Maker:
    def __init__(self, book: Book) -> None:
        self.book, self.frame, self.say = book, book.frame, book.frame.say
        self.axis = book.frame.axis
        sheet = self.frame.sheet(
            ("Berekening_resultaat", "Calc_results"), ("Uitkomsten, onafgerond", "Results, unrounded")
        )
        parties = self._ordered([r for r in book.accounts.rows.values() if r.party is not None])
        self.rows = ResultRows(sheet, parties, self._groups(parties))

    def made(self) -> ResultRows:
        """All rows."""
        for scope in self.book.accounts.scopes:
            if self.rows.parties:
                self._numbers(scope)
                self._years(scope)
        if self.book.accounts.has_agreement and self.book.places is None and not self._forbidden:
            for scope in self.book.accounts.scopes:
                self._transfer(scope)
        self._society()
        self._welfare()
        return self.rows

    # who

    def _ordered(self, found: Sequence[AccountRows]) -> list[AccountRows]:
        """Insurers that take part, other insurers, municipalities, and the rest as it stands."""
        return sorted(found, key=lambda r: (_kind_rank(r), not (r.party and r.party.contracting)))

    def _groups(self, parties: Sequence[AccountRows]) -> list[Group]:
        words = {
            "insurers": self.say("Zorgverzekeraars samen", "Health insurers together"),
            "municipalities": self.say("Gemeenten samen", "Municipalities together"),
            "others": self.say("Overige partijen", "Other parties"),
            "residents": self.say("Inwoners", "Residents"),
            "providers": self.say("Zorgaanbieders", "Care providers"),
            "investors": self.say("Investeerders samen", "Investors together"),
            "funds": self.say("Fondsen van deze coalitie", "Funds of this coalition"),
        }
        found: list[Group] = []
        for position, rows in enumerate(parties):
            name = _group_of(rows)
            if found and found[-1].id == name:
                last = found.pop()
                found.append(Group(name, last.together, last.first, last.count + 1))
            else:
                found.append(Group(name, words[name], position, 1))
        return found

    # rows

    def _heading(self, dutch: str, english: str, scope: str) -> None:
        self.rows.sheet.heading(self.say(dutch, english) + self.book.accounts.after(scope))

    def _numbers(self, scope: str) -> None:
        words = {
            "paid": ("Betaalt, alle getoonde jaren", "Pays, all years shown"),
            "gained": ("Krijgt of bespaart, alle getoonde jaren", "Gains, all years shown"),
            "npv": ("Contante waarde", "Present value"),
        }
        for kind in NUMBERS:
            self._heading(*words[kind], scope)
            self.rows.numbers[kind, scope] = Block(
                [
                    self.rows.sheet.line(
                        f"{kind} {scope} {r.id}", r.name, "€", self._number(r, kind, scope), style="euro2"
                    )
                    for r in self.rows.parties
                ]
            )

        self._heading("Contante waarde per groep", "Present value per group", scope)
        worth = self.rows.numbers["npv", scope]
        self.rows.groups_npv[scope] = Block(
            [
                self.rows.sheet.line(
                    f"npv {scope} {k} {g.id}", self._called(g), "€", added(g.within(worth)), style="euro2"
                )
                for k, g in enumerate(self.rows.groups)
            ]
        )

    def _called(self, group: Group) -> str:
        return group.together if group.count > 1 else self.rows.parties[group.first].name

    def _number(self, rows: AccountRows, kind: str, scope: str) -> Expr:
        return rows.npv[scope] if kind == "npv" else over_years(rows.sums[kind, scope], self.axis.shown)

    def _years(self, scope: str) -> None:
        sheet, axis = self.rows.sheet, self.axis
        self._heading("Saldo per partij en jaar", "Net per party and year", scope)
        block = Block(
            [
                sheet.series(
                    f"net {scope} {r.id}", r.name, "€", r.sums["net", scope] * axis.shown, style="euro2", total=True
                )
                for r in self.rows.parties
            ]
        )
        self.rows.years[scope] = block
        self.rows.together[scope] = sheet.series(
            f"together {scope}", self.say("alle partijen", "all parties"), "€", added(block), style="euro2", total=True
        )
        self._heading("Saldo per groep en jaar", "Net per group and year", scope)
        self.rows.groups_net[scope] = [
            sheet.series(
                f"group {scope} {k} {g.id}",
                self._called(g),
                "€",
                added(g.within(block)),
                style="euro2",
                total=True,
            )
            for k, g in enumerate(self.rows.groups)
        ]
        self._heading(
            "Contante waarde van wie aan tafel zit, opgeteld", "Present value of who negotiates, added up", scope
        )
        self.rows.at_table[scope] = [
            self._so_far(f"{scope} {name}", words, block, members) for name, words, members in self._at_table()
        ]

    def _so_far(self, key: str, words: str, block: Block, members: Sequence[int]) -> Line:
        sheet = self.rows.sheet
        net = added(Block([block[k] for k in members]))
        worth = sheet.series(
            f"worth {key}",
            words + self.say(", contante waarde per jaar", ", present value per year"),
            "€",
            net * self.frame.present,
            style="euro2",
        )
        return sheet.series(f"so far {key}", words, "€", so_far(worth), style="euro2")

    def _at_table(self) -> list[tuple[str, str, list[int]]]:
        """Who negotiates, in groups: id, what it is called, and its rows."""
        together = {
            PartyKind.INSURER.value: self.say("verzekeraars die meedoen", "contracting insurers"),
            PartyKind.MUNICIPALITY.value: self.say("gemeenten", "municipalities"),
            PartyKind.INVESTOR.value: self.say("investeerders", "investors"),
        }
        there = at_table(self.frame.scenario)
        groups: dict[str, list[int]] = {}
        for k, rows in enumerate(self.rows.parties):
            if rows.party is not None and rows.id in there:
                kind = rows.party.kind.value
                groups.setdefault(kind if kind in together else rows.id, []).append(k)
        named = self.rows.parties
        return [(n, together[n] if n in together and len(m) > 1 else named[m[0]].name, m) for n, m in groups.items()]

    @property
    def _forbidden(self) -> bool:
        return bool(self.frame.spec.arrangements.forbidden_links)

    def _transfer(self, scope: str) -> None:
        """Who would pay and get, so that nobody at the table is worse off."""
        self._heading("Kleinste overdracht aan tafel", "Smallest transfer at the table", scope)
        words, names = self._words_of_funds, {r.id: r.name for r in self.rows.parties}
        page = Page(self.rows.sheet, self.frame.inputs, self.frame.axis, words, names.__getitem__, f"transfer {scope}")
        there, worth = at_table(self.frame.scenario), self.rows.numbers["npv", scope]
        net = {r.id: worth[k] for k, r in enumerate(self.rows.parties) if r.id in there}
        self.rows.transfers[scope] = smallest_transfer_in_cells(page, net, links=())

    def _words_of_funds(self, key: str) -> str:
        return self.say(*FUND_WORDS[key])

    def _society(self) -> None:
        resources = self.book.accounts.rows.get(RESOURCES)
        self.rows.sheet.heading(self.say("Samenleving (echte middelen)", "Society (real resources)"))
        for scope in self.book.accounts.scopes:
            label = self.say("besparing van de samenleving, contante waarde", "saving of society, present value")
            worth = as_expr(0) if resources is None else 0 - resources.npv[scope]
            self.rows.society[scope] = self.rows.sheet.line(
                f"society {scope}", label + self.book.accounts.after(scope), "€", worth, style="euro2"
            )

    def _welfare(self) -> None:
        """Health and pleasure over the years shown, apart from cash."""
        sheet = self.rows.sheet
        labels = dict.fromkeys((w.label, w.is_qaly) for w in self.book.welfare)
        if labels:
            sheet.heading(self.say("Apart van geld", "Apart from money"))
        for label, is_qaly in labels:
            parts = [
                sheet.series(
                    f"welfare {label} {w.intervention} {w.effect}",
                    f"{label}: {self.frame.spec.interventions[w.intervention].name}, {self.frame.effect(w.effect)}",
                    "QALY" if is_qaly else "€",
                    added(w.amounts) * self.axis.shown,
                    style="count" if is_qaly else "euro2",
                    total=True,
                )
                for w in self.book.welfare
                if (w.label, w.is_qaly) == (label, is_qaly)
            ]
            total: Expr = as_expr(0)
            for part in parts:
                total = total + over_years(part)
            line = sheet.line(
                f"welfare {label} {is_qaly}",
                label + self.say(", alle getoonde jaren", ", all years shown"),
                "QALY" if is_qaly else "€",
                total,
                style="count" if is_qaly else "euro2",
            )
            if is_qaly:
                self.rows.qalys = line
            else:
                self.rows.valued.append(line)


_ORDER = ("insurers", "municipalities", "others", "residents", "providers", "investors", "funds")


def _group_of(rows: AccountRows) -> str:
    party = rows.party
    if party is None:
        return "others"
    if party.id in (RESIDENTS, PROVIDERS):
        return party.id
    named = {
        PartyKind.INSURER: "insurers", PartyKind.MUNICIPALITY: "municipalities", PartyKind.PROVIDER: "providers",
        PartyKind.INVESTOR: "investors", PartyKind.FUND: "funds",
    }  # fmt: skip
    return named.get(party.kind, "others")


def _kind_rank(rows: AccountRows) -> int:
    return _ORDER.index(_group_of(rows))
