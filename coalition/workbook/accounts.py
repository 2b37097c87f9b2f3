"""Who pays and who gains, as cells: every account per arrangement, pocket and intervention, and its sums.

Read from the postings alone. A cell of an account has a row for what it lays out, what it receives and what the effect
is; paid and gained follow from these. Rows of one kind stand below each other, the law first, so that the law alone and
the law with what is agreed are sums of ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from coalition.cells import Block, Expr, Line, Sheet, added, as_expr, over_years, so_far
from coalition.ledger import LAW_ALONE
from coalition.model import funds_of, parties_of
from coalition.money import HALF_CENT_EUR
from coalition.parties import COORDINATION, MUNICIPALITY, RESOURCES, Party, Pocket
from coalition.workbook.areas import Areas
from coalition.workbook.frame import Frame
from coalition.workbook.postings import CellPosting
from coalition.wrong_pocket import (
    CellKey,
    cells_in_cells,
    columns_of,
    index_parts_in_cells,
    payback_of_in_cells,
    paying_and_gaining_in_cells,
    short_years_in_cells,
    wrong_pocket_index_in_cells,
)

KINDS: dict[str, tuple[str, str]] = {
    "laid_out": ("legt uit", "lays out"),
    "received": ("ontvangt", "receives"),
    "effect": ("effect", "effect"),
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
}
"""Rows of a cell, and what they are called."""
SCOPES: dict[str, tuple[str, str]] = {
    "law": ("de wet alleen", "law alone"),
    "all": ("met afspraken", "as agreed"),
}
"""The law alone, and with all that is agreed."""


@dataclass
class AccountRows:
    """One account.

    Attributes:
        id, name: which; party: None for real resources.
        cells: rows of each kind by cell; `sums`: (kind or net, law or all) -> row.
        npv, payback, cumulative: per scope.
        outlay, effect: per scope the present values that the index needs.
    """

    id: str
    name: str
    party: Party | None
    cells: dict[str, dict[CellKey, Line]] = field(default_factory=dict)
    sums: dict[tuple[str, str], Line] = field(default_factory=dict)
    npv: dict[str, Line] = field(default_factory=dict)
    payback: dict[str, Line] = field(default_factory=dict)
    outlay: dict[str, Line] = field(default_factory=dict)
    effect: dict[str, Line] = field(default_factory=dict)


class Accounts:
    """Every account of a workbook."""

    def __init__(self, frame: Frame, areas: Areas, postings: Sequence[CellPosting]) -> None:
        self.frame, self.areas, self.postings, self.say = frame, areas, postings, frame.say
        self.sheet: Sheet = frame.sheet(
            ("Partijen", "Parties"), ("Wie betaalt en wie krijgt, per partij", "Who pays and who gains, per party")
        )
        self.has_agreement = any(p.arrangement != LAW_ALONE for p in postings)
        self.scopes = list(SCOPES) if self.has_agreement else ["law"]
        booked = self.booked()
        self.rows: dict[str, AccountRows] = {}
        for party in [*parties_of(frame.scenario), *funds_of(frame.scenario)]:
            self.add(party.id, self.say(party.name_nl, party.name_en), party, booked.get(party.id, {}))
        label = self.say("echte middelen (geen partij)", "real resources (no party)")
        self.add(RESOURCES, label, None, booked.get(RESOURCES, {}))

    # words

    def called(self, scope: str) -> str:
        """The law alone, or as agreed."""
        return self.say(*SCOPES[scope])

    def after(self, scope: str) -> str:
        """The same behind a label; nothing where nothing is agreed."""
        return f" ({self.called(scope)})" if self.has_agreement else ""

    # from postings to cells

    def booked(self) -> dict[str, dict[CellKey, dict[str, Expr]]]:
        """Account -> cell -> what it lays out, receives and what the effect is, as formulas."""
        found: dict[str, dict[CellKey, dict[str, Expr]]] = {}
        for posting in self.postings:
            into, out = columns_of(posting.reason)
            for side, column in ((posting.target, into), (posting.source, out)):
                for account, amount in self.amounts(posting, side):
                    key = CellKey(posting.arrangement, account, posting.pocket.value, posting.intervention)
                    cell = found.setdefault(account, {}).setdefault(key, {})
                    kind = ("received", "laid_out", "effect", "effect")[column]
                    before = cell.get(kind, as_expr(0))
                    cell[kind] = before - amount if column == 3 else before + amount
        return found

    def amounts(self, posting: CellPosting, side: str) -> list[tuple[str, Expr]]:
        """What a side of a posting is for each account that it means."""
        if side != MUNICIPALITY:
            if posting.total is not None:
                return [(side, posting.total)]
            assert posting.areas is not None
            return [(side, added(posting.areas))]
        assert posting.areas is not None  # rows per area, wherever a municipality is named by its role
        per_code: dict[str, Expr] = {}
        for k in posting.areas.positions:
            code = self.areas.municipalities[k]
            per_code[code] = per_code.get(code, as_expr(0)) + posting.areas.at(k)
        return list(per_code.items())

    # rows

    def add(self, id_: str, name: str, party: Party | None, cells: dict[CellKey, dict[str, Expr]]) -> None:
        """The rows of one account."""
        if not cells:
            return
        self.sheet.heading(name)
        rows = AccountRows(id_, name, party)
        ordered = sorted(cells, key=lambda k: k.arrangement != LAW_ALONE)
        for kind in KINDS:
            made = self.kind(rows, kind, ordered, cells)
            if made:
                rows.cells[kind] = made
        self.sheet.heading(name + self.say(": samen", ": together"), 2)
        for scope in self.scopes:
            self.sum_up(rows, scope)
        self.rows[id_] = rows

    def kind(
        self, rows: AccountRows, kind: str, ordered: Sequence[CellKey], cells: dict[CellKey, dict[str, Expr]]
    ) -> dict[CellKey, Line]:
        """Rows of one kind below each other, the law first."""
        label = self.say(*KINDS[kind])
        if kind == "effect":
            label += self.say(" (verlies is negatief)", " (a loss is negative)")
        found: dict[CellKey, Line] = {}
        for key in ordered:
            if kind in ("paid", "gained"):
                parts = [rows.cells.get(k, {}).get(key) for k in ("laid_out", "received", "effect")]
                content = cells_in_cells(*parts)[0 if kind == "paid" else 1]
            elif kind in cells[key]:
                content = cells[key][kind]
            else:
                continue
            if not found:
                self.sheet.heading(f"{rows.name}: {label}", 2)
            found[key] = self.sheet.series(
                f"{rows.id} {kind} {'|'.join(key)}", self.words(key), "€", content, style="euro2", total=True
            )
        return found

    def words(self, key: CellKey) -> str:
        """What a cell is called."""
        named = self.frame.spec.arrangements.named
        spec = self.frame.spec
        if key.intervention in spec.interventions:
            what = spec.interventions[key.intervention].name
        elif key.intervention in spec.gemeentepolis:
            what = spec.gemeentepolis[key.intervention].name
        elif key.intervention in named:
            what = named[key.intervention].name
        else:
            what = self.say("coördinatie", "coordination") if key.intervention == COORDINATION else key.intervention
        return f"{what} · {self.frame.pocket(Pocket(key.pocket))}"

    def sum_up(self, rows: AccountRows, scope: str) -> None:
        """Sums over the cells of an account, and what they are worth."""
        axis, present = self.frame.axis, self.frame.present
        after = self.after(scope)

        def row(kind: str, label: str, content: Expr) -> Line:
            found = self.sheet.series(
                f"{rows.id} {kind} {scope}", label + after, "€", content * axis.counted, style="euro2", total=True
            )
            rows.sums[kind, scope] = found
            return found

        for kind in KINDS:
            lines = [
                line for key, line in rows.cells.get(kind, {}).items() if scope == "all" or key.arrangement == LAW_ALONE
            ]
            row(kind, self.say(*KINDS[kind]), added(Block(lines)) if lines else as_expr(0))
        net = row("net", self.say("saldo", "net"), rows.sums["gained", scope] - rows.sums["paid", scope])
        worth = row("worth", self.say("contante waarde van het saldo", "present value of the net"), net * present)
        self.values(rows, scope, after, worth)

    def values(self, rows: AccountRows, scope: str, after: str, worth: Line) -> None:
        """Present values and the payback year of an account."""
        axis, present, sheet, say = self.frame.axis, self.frame.present, self.sheet, self.say

        def number(key: str, label: str, content: Expr, style: str = "euro2") -> Line:
            return sheet.line(
                f"{rows.id} {key} {scope}",
                label + after,
                "€" if style == "euro2" else say("jaar", "year"),
                content,
                style=style,
            )

        rows.npv[scope] = number("npv", say("contante waarde", "present value"), over_years(worth, axis.shown))
        outlay, received = (rows.sums[k, scope] for k in ("laid_out", "received"))
        rows.outlay[scope] = number(
            "outlay",
            say("contante waarde van uitgaven min ontvangsten", "present value of outlay less receipts"),
            over_years(outlay, present, axis.shown) - over_years(received, present, axis.shown),
        )
        rows.effect[scope] = number(
            "effect npv",
            say("contante waarde van effecten", "present value of effects"),
            over_years(rows.sums["effect", scope], present, axis.shown),
        )
        half = self.frame.inputs.fixed(say("halve cent", "half a cent"), "€", HALF_CENT_EUR)
        cumulative = sheet.series(
            f"{rows.id} cumulative {scope}",
            say("contante waarde, opgeteld", "present value, added up") + after,
            "€",
            so_far(worth),
            style="euro2",
        )
        short = sheet.series(
            f"{rows.id} short {scope}",
            say("nog niet terugverdiend, plaats van het jaar", "not yet paid back, place of the year") + after,
            "",
            short_years_in_cells(cumulative, half, axis),
            style="plain",
        )
        rows.payback[scope] = number(
            "payback", say("terugverdiend in", "paid back in"), payback_of_in_cells(short, outlay, axis), "payback"
        )


class Index:
    """The wrong-pocket index, per scope."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts, self.frame, self.say = accounts, accounts.frame, accounts.say
        self.sheet: Sheet = self.frame.sheet(
            ("Berekening_index", "Calc_index"), ("Index van de verkeerde portemonnee", "Wrong-pocket index")
        )
        held = {f.id for f in funds_of(self.frame.scenario)}
        self.counted = [r for r in accounts.rows.values() if r.party is not None and r.id not in held]
        self.found = {scope: self.index(scope) for scope in accounts.scopes}

    def index(self, scope: str) -> Line:
        """0 when each gains as it pays, 1 when payers and gainers differ."""
        sheet, say = self.sheet, self.say
        after = f" ({self.accounts.called(scope)})"
        sheet.heading(say("Betalen en winnen", "Paying and gaining") + after)
        sides = [paying_and_gaining_in_cells(r.outlay[scope], r.effect[scope]) for r in self.counted]
        both_sides = []
        for n, word in enumerate((say("betaalt", "pays"), say("wint", "gains"))):
            both_sides.append(
                Block(
                    [
                        sheet.line(f"{scope} side {n} {r.id}", f"{r.name} {word}", "€", side[n], style="euro2")
                        for r, side in zip(self.counted, sides, strict=True)
                    ]
                )
            )
        totals = tuple(
            sheet.line(f"{scope} total {n}", word, "€", added(block), style="euro2")
            for n, (word, block) in enumerate(
                zip(
                    (say("betaald samen", "paid together"), say("gewonnen samen", "gained together")),
                    both_sides,
                    strict=True,
                )
            )
        )
        half = self.frame.inputs.fixed(say("de helft", "one half"), say("deel", "share"), 0.5)
        cent = self.frame.inputs.fixed(say("halve cent", "half a cent"), "€", HALF_CENT_EUR)
        parts = Block(
            [
                sheet.line(
                    f"{scope} part {r.id}",
                    f"{r.name}: " + say("half verschil van aandelen", "half the difference of shares"),
                    say("deel", "share"),
                    index_parts_in_cells(both_sides[0][n], both_sides[1][n], (totals[0], totals[1]), half, cent),
                    style="share",
                )
                for n, r in enumerate(self.counted)
            ]
        )
        return sheet.line(
            f"{scope} index",
            say("index van de verkeerde portemonnee", "wrong-pocket index") + after,
            "0–1",
            wrong_pocket_index_in_cells(parts, (totals[0], totals[1]), cent),
            style="index",
        )
