"""Read-only views of a ledger: who pays, who gains, from when, and how wrong the pockets are.

No view makes an entry and none knows a rule of law. A party *pays* what it lays out for doing something and what it
loses by it; it *gains* what it saves or receives. Both are never negative; net = gained − paid, + is a gain.
Shapes: (draw, year) unless said otherwise; euro nominal unless a name says present value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalition.cells import (
    Axis,
    Block,
    Expr,
    Line,
    Text,
    added,
    as_expr,
    at_start,
    both,
    cell_form,
    highest_year,
    largest,
    over_years,
    part_of,
    size_of,
    when,
)
from coalition.ledger import Ledger
from coalition.money import HALF_CENT_EUR
from coalition.parties import INVESTMENTS, MUNICIPALITY, OUTLAYS, RESOURCES, TRANSFERS, Party, PartyKind, Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CellKey(NamedTuple):
    """What one cell is about."""

    arrangement: str
    party: str
    pocket: str
    intervention: str


class Cell(NamedTuple):
    """One party's money in one pocket through one intervention.

    Attributes:
        laid_out: outlays, >= 0.
        received: outlays of others that this party receives, >= 0.
        effect: what the intervention does to the party in this pocket, clawback included; negative is a loss.
    """

    laid_out: Floats
    received: Floats
    effect: Floats

    @property
    def paid(self) -> Floats:
        """Outlay and losses, >= 0."""
        return np.asarray(self.laid_out + np.maximum(-self.effect, 0.0))

    @property
    def gained(self) -> Floats:
        """Receipts and gains, >= 0."""
        return np.asarray(self.received + np.maximum(self.effect, 0.0))


class Cells(Mapping[CellKey, Cell]):
    """Cells by what they are about.

    Attributes:
        places: row of each cell in the arrays below.
        side_by_side: the amounts of all of them, shape (cell, draw, year).
    """

    def __init__(self, places: Mapping[CellKey, int], side_by_side: Cell) -> None:
        self.places, self.side_by_side = places, side_by_side

    def __getitem__(self, key: CellKey) -> Cell:
        place = self.places[key]
        return Cell(*(amounts[place] for amounts in self.side_by_side))

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


def cells(ledger: Ledger, draws: int = 1) -> Cells:
    """Every party's money per arrangement, pocket and intervention; `resources` included."""
    keys, national, local = _booked(ledger)
    rows = [ledger.over_areas[national.postings], ledger.per_municipality(local.postings)]
    places = np.concatenate([national.places, local.places])
    sums = _summed(np.concatenate(rows), places, len(keys) * len(_COLUMNS))
    columns = sums.reshape(len(keys), len(_COLUMNS), *sums.shape[1:])
    full = np.broadcast_to(columns, (*columns.shape[:2], draws, len(ledger.years)))
    received, laid_out, gained, lost = full.swapaxes(0, 1)
    return Cells(keys, Cell(laid_out, received, gained - lost))


@dataclass(frozen=True)
class _Booked:
    """Sides of postings: the cell of each account that a side means, and the column in which it books."""

    postings: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    cells: list[list[int]] = field(default_factory=list)

    @property
    def places(self) -> Ints:
        """Row of a table of cells times columns, for each account of each side."""
        rows = np.array(self.cells, dtype=np.int64) * len(_COLUMNS)
        return (rows + np.array(self.columns, dtype=np.int64)[:, None]).ravel() if len(rows) else rows


_COLUMNS = ("received", "laid_out", "gained", "lost")
"""What a cell adds up: outlays of both sides, then effects of both sides."""


def columns_of(reason: Reason) -> tuple[int, int]:
    """Column in which the receiver and the payer of a posting book."""
    if reason in OUTLAYS | INVESTMENTS:
        return 0, 1
    return (0, 3) if reason in TRANSFERS else (2, 3)


def _booked(ledger: Ledger) -> tuple[dict[CellKey, int], _Booked, _Booked]:
    """The position of every cell, and the sides on national accounts and on those of the areas' municipalities."""
    keys: dict[CellKey, int] = {}
    known: dict[tuple[str, str, str, str], list[int]] = {}
    national, local = _Booked(), _Booked()
    for position, (reason, pocket, intervention, source, target, _, arrangement) in enumerate(ledger.postings):
        for column, side in zip(columns_of(reason), (target, source), strict=True):
            about = (arrangement, side, pocket, intervention)
            own = known.get(about)
            if own is None:
                purse = pocket.value
                named = [CellKey(arrangement, account, purse, intervention) for account in ledger.accounts(side)]
                own = known[about] = [keys.setdefault(key, len(keys)) for key in named]
            booked = local if side == MUNICIPALITY else national
            booked.postings.append(position)
            booked.columns.append(column)
            booked.cells.append(own)
    return keys, national, local


def _summed(rows: Floats, places: Ints, count: int) -> Floats:
    """Rows added up per place, shape (place, ...); 0 where no row belongs."""
    totals = np.zeros((count, *rows.shape[1:]))
    if len(places):
        order = np.argsort(places, kind="stable")
        sorted_places = places[order]
        starts = np.flatnonzero(np.diff(sorted_places, prepend=-1))
        totals[sorted_places[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return totals


@cell_form(cells)
def cells_in_cells(laid_out: Expr | None, received: Expr | None, effect: Expr | None) -> tuple[Expr, Expr]:
    """Paid and gained of one cell: outlay and losses, receipts and gains."""
    paid, gained = laid_out or as_expr(0), received or as_expr(0)
    if effect is None:
        return paid, gained
    return paid + largest(0 - effect, 0), gained + largest(effect, 0)


@dataclass(frozen=True)
class PartyResult:
    """One party over the years shown.

    Attributes:
        party: who.
        paid, gained, laid_out: per year, >= 0.
        worth: present value of net per calculated year, those after the years shown too.
        payback_year: per draw the year from which the cumulative present value stays >= 0; None where it does not,
            or where the party lays nothing out.
    """

    party: Party
    paid: Floats
    gained: Floats
    laid_out: Floats
    worth: Floats
    payback_year: list[int | None]

    @property
    def net(self) -> Floats:
        """Gained − paid per year."""
        return self.gained - self.paid

    @property
    def npv(self) -> Floats:
        """Present value of net over the years shown, in euro of the price year, shape (draw,)."""
        return np.asarray(self.worth[:, : self.paid.shape[1]].sum(axis=1))

    @property
    def invests(self) -> bool:
        """Whether the party lays anything out in the first draw."""
        return bool((self.laid_out[0] > 0).any())


def by_party(found: Cells, parties: Sequence[Party], years: Sequence[int], present: Floats) -> list[PartyResult]:
    """Result per party, in the order given.

    Args:
        found: from cells().
        parties: whom to report.
        years: calendar years shown; later years of the cells only matter for the payback year.
        present: what a nominal euro of each calculated year is worth in euro of the price year, shape (draw, year).
    """
    position = {p.id: k for k, p in enumerate(parties)}
    places = np.array([position.get(key.party, len(parties)) for key in found], dtype=np.int64)
    every = found.side_by_side
    rows = np.stack([every.paid, every.gained, every.laid_out], axis=1)
    paid, gained, laid_out = _summed(rows, places, len(parties) + 1)[:-1].swapaxes(0, 1)  # the last are no party
    worth, shown = (gained - paid) * present, slice(0, len(years))
    payback = payback_of(worth, laid_out[..., shown], years)
    per_party = (paid[..., shown], gained[..., shown], laid_out[..., shown], worth, payback)
    return [PartyResult(*values) for values in zip(parties, *per_party, strict=True)]


def payback_of(worth: Floats, laid_out: Floats, years: Sequence[int]) -> list[list[int | None]]:
    """Per party and draw the year shown from which the cumulative present value stays whole, later years included.

    Arrays (party, draw, year); `worth` holds every calculated year.
    """
    negative = np.cumsum(worth, axis=-1) < -HALF_CENT_EUR
    length = negative.shape[-1]
    first_whole = np.where(negative.any(axis=-1), length - np.argmax(negative[..., ::-1], axis=-1), 0)
    payers = (laid_out > 0).any(axis=-1) & (first_whole < len(years))
    return [
        [years[t] if pays else None for t, pays in zip(*rows, strict=True)]
        for rows in zip(first_whole.tolist(), payers.tolist(), strict=True)
    ]


def short_years_in_cells(cumulative: Line, half_cent: Expr, axis: Axis) -> Expr:
    """Place of a year, counted from 1, in which the cumulative present value is short; 0 in the others."""
    return when(both(cumulative < 0 - half_cent, axis.counted > 0), axis.index + 1, 0)


@cell_form(payback_of)
def payback_of_in_cells(place: Line, laid_out: Line, axis: Axis) -> Expr:
    """The first year after the last one that is short, where it is shown and anything was laid out; else 0."""
    last = highest_year(place)
    in_time = last < over_years(axis.shown)
    pays = over_years(laid_out, axis.shown) > 0
    return when(both(in_time, pays), at_start(axis.year) + last, 0)


def combined(party: Party, members: Sequence[PartyResult], years: Sequence[int]) -> PartyResult:
    """Several parties as one, such as all municipalities."""
    paid, gained, laid_out, worth = (
        np.asarray(sum(getattr(m, name) for m in members)) for name in ("paid", "gained", "laid_out", "worth")
    )
    (payback,) = payback_of(worth[None], laid_out[None], years)
    return PartyResult(party, paid, gained, laid_out, worth, payback)


# --- the wrong pocket ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stake:
    """One party's present value of outlay (transfers received deducted) and of effects."""

    laid_out: Floats
    received: Floats
    effect: Floats


def stakes(found: Mapping[CellKey, Cell], years: Sequence[int], present: Floats) -> dict[str, Stake]:
    """Per account the present values that the index needs; `resources` left out."""
    shown = slice(0, len(years))
    result: dict[str, Stake] = {}
    for key, cell in found.items():
        if key.party == RESOURCES:
            continue
        values = [(part[:, shown] * present).sum(axis=1) for part in (cell.laid_out, cell.received, cell.effect)]
        old = result.get(key.party)
        if old is not None:
            values = [v + o for v, o in zip(values, (old.laid_out, old.received, old.effect), strict=True)]
        result[key.party] = Stake(*values)
    return result


def paying_and_gaining(outlay: Floats, effect: Floats) -> tuple[Floats, Floats]:
    """What counts as paying and as gaining, both >= 0: a loss is paying, and an outlay received is a gain."""
    return (
        np.clip(outlay, 0, None) + np.clip(-effect, 0, None),
        np.clip(effect, 0, None) + np.clip(-outlay, 0, None),
    )


@cell_form(paying_and_gaining)
def paying_and_gaining_in_cells(outlay: Expr, effect: Expr) -> tuple[Expr, Expr]:
    """The same."""
    return largest(outlay, 0) + largest(0 - effect, 0), largest(effect, 0) + largest(0 - outlay, 0)


def index_parts(outlay: Floats, effect: Floats) -> Floats:
    """Each party's ½·|share of paying − share of gaining|; together the wrong-pocket index.

    Args:
        outlay: present value laid out minus transfers received, shape (party, draw); a negative one is a gain.
        effect: present value of all effects, shape (party, draw); a negative one is a loss, which is paying.

    Returns:
        Shape (party, draw); NaN where nobody pays or nobody gains: less than half a cent is a hair of rounding.
    """
    paying, gaining = paying_and_gaining(outlay, effect)
    total_paying, total_gaining = paying.sum(axis=0), gaining.sum(axis=0)
    defined = (total_paying > HALF_CENT_EUR) & (total_gaining > HALF_CENT_EUR)
    pay = np.divide(paying, total_paying, out=np.zeros_like(paying), where=defined)
    gain = np.divide(gaining, total_gaining, out=np.zeros_like(gaining), where=defined)
    return np.where(defined, np.abs(pay - gain) / 2, np.nan)


@cell_form(index_parts)
def index_parts_in_cells(paying: Expr, gaining: Expr, totals: tuple[Expr, Expr], half: Expr, half_cent: Expr) -> Expr:
    """One party's part, given what all pay and gain together; 0 where nobody pays or nobody gains."""
    found = half * size_of(part_of(paying, totals[0]) - part_of(gaining, totals[1]))
    return when(_somebody_pays_and_gains(totals, half_cent), found, 0)


def _somebody_pays_and_gains(totals: tuple[Expr, Expr], half_cent: Expr) -> Expr:
    return both(*(total > half_cent for total in totals))


def wrong_pocket_index(outlay: Floats, effect: Floats) -> Floats:
    """0 when each gains as it pays, 1 when payers and gainers differ; shape (draw,), arguments as in index_parts."""
    return np.asarray(index_parts(outlay, effect).sum(axis=0))


@cell_form(wrong_pocket_index)
def wrong_pocket_index_in_cells(parts: Block, totals: tuple[Expr, Expr], half_cent: Expr) -> Expr:
    """The same; `-` where nobody pays or nobody gains."""
    return when(_somebody_pays_and_gains(totals, half_cent), added(parts), Text("-"))


def index_without(found: Mapping[str, Stake], left_out: Iterable[str]) -> Floats:
    """The index over all accounts but those left out, shape (draw,)."""
    parts = list(parts_without(found, left_out).values())
    return np.asarray(np.stack(parts).sum(axis=0)) if parts else np.full(1, np.nan)


def parts_without(found: Mapping[str, Stake], left_out: Iterable[str]) -> dict[str, Floats]:
    """Each account's part of the index over all accounts but those left out, shape (draw,)."""
    kept = {name: stake for name, stake in found.items() if name not in set(left_out)}
    if not kept:
        return {}
    outlay = np.stack([s.laid_out - s.received for s in kept.values()])
    return dict(zip(kept, index_parts(outlay, np.stack([s.effect for s in kept.values()])), strict=True))


@dataclass(frozen=True)
class Repair:
    """What it takes to leave no party at the table worse off.

    Attributes:
        loss_eur: present value of all losses of parties at the table, >= 0; the smallest transfer that repairs them.
        losers: their ids.
        surplus_eur: what the winners at the table have, from which it could be paid.
    """

    loss_eur: float
    losers: list[str] = field(default_factory=list)
    surplus_eur: float = 0.0


def repair(results: Sequence[PartyResult], at_table: Iterable[str]) -> Repair:
    """The loss to be repaired among the parties at the table, first draw."""
    present = {r.party.id: float(r.npv[0]) for r in results if r.party.id in set(at_table)}
    losers = [name for name, value in present.items() if value < -HALF_CENT_EUR]
    return Repair(-sum(present[name] for name in losers), losers, sum(v for v in present.values() if v > 0))


def windfall(
    results: Sequence[PartyResult], found: Mapping[CellKey, Cell], years: Sequence[int]
) -> tuple[float, float]:
    """What insurers gain that do not take part, before and after their own delivery cost; euro nominal, first draw."""
    parts = windfall_parts(results, found, years).values()
    before = sum(effect for effect, _ in parts)
    return before, before - sum(laid_out for _, laid_out in parts)


def windfall_parts(
    results: Sequence[PartyResult], found: Mapping[CellKey, Cell], years: Sequence[int]
) -> dict[str, tuple[float, float]]:
    """Per insurer that takes no part: effect, and own outlay less what it receives; euro nominal, first draw."""
    parts = {r.party.id: (0.0, 0.0) for r in results if r.party.kind is PartyKind.INSURER and not r.party.contracting}
    shown = slice(0, len(years))
    for key, cell in found.items():
        if key.party in parts:
            effect, laid_out = parts[key.party]
            own = float((cell.laid_out - cell.received)[0, shown].sum())
            parts[key.party] = (effect + float(cell.effect[0, shown].sum()), laid_out + own)
    return parts


def societal_cash(ledger: Ledger) -> Floats:
    """What society saves in real resources: minus the balance of `resources`, shape (draw, year)."""
    return -ledger.balance(RESOURCES)
