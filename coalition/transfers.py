"""The smallest transfer after which nobody at the table is worse off, and who pays it to whom.

With every payment allowed the total is the sum of the losses, and winners pay in proportion to what they win. Where the
law forbids a link, money goes round it or not at all: a min-cost flow, solved as two linear programmes.
Present values in euro of the price year; positive is a gain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coalition.cells import Line, Page, cell_form, part_of, smallest, sum_of, when
from coalition.errors import DefectError
from coalition.money import HALF_CENT_EUR

Link = tuple[str, str]
"""Who pays, and who receives."""


@dataclass(frozen=True)
class SmallestTransfer:
    """The least that must still move so that nobody at the table is worse off.

    Attributes:
        total_eur: Σ max(0, loss).
        payments: (who pays, who receives) -> amount; without forbidden links winners pay in proportion to what they
            win, and losers get in proportion to what they lose when the winners have too little.
        short_eur: what cannot be repaired among those at the table.
        blocked: forbidden links each of which, were it allowed, would leave less short or move less; all in the way
            where only several of them together would.
    """

    total_eur: float
    payments: dict[Link, float]
    short_eur: float
    blocked: tuple[Link, ...] = ()


def smallest_transfer(net_eur: Mapping[str, float], forbidden: Collection[Link] = ()) -> SmallestTransfer:
    """Who would pay whom, given the present value of everyone at the table.

    Args:
        net_eur: party -> present value with all that is agreed.
        forbidden: payments that the law does not allow; they bind only between parties at the table.
    """
    free = _in_proportion(net_eur)
    in_the_way = tuple(link for link in dict.fromkeys(forbidden) if link[0] in net_eur and link[1] in net_eur)
    if not set(in_the_way) & set(free.payments):
        return free
    payments, short = _flow(net_eur, frozenset(in_the_way))
    found = SmallestTransfer(free.total_eur, payments, short)
    if not _worse(found, free):
        return found
    helps = tuple(link for link in in_the_way if _worse(found, _without(net_eur, in_the_way, link)))
    return SmallestTransfer(free.total_eur, payments, short, helps or in_the_way)


def _worse(found: SmallestTransfer, than: SmallestTransfer) -> bool:
    """Whether more stays short, or more has to move for the same."""
    if abs(found.short_eur - than.short_eur) > HALF_CENT_EUR:
        return found.short_eur > than.short_eur
    return _sum(found.payments) > _sum(than.payments) + HALF_CENT_EUR


def _without(net_eur: Mapping[str, float], links: Collection[Link], allowed: Link) -> SmallestTransfer:
    """The transfer if one of the links were allowed after all."""
    payments, short = _flow(net_eur, frozenset(links) - {allowed})
    return SmallestTransfer(0.0, payments, short)


def _sum(payments: Mapping[Link, float]) -> float:
    return sum(payments.values())


def _in_proportion(net_eur: Mapping[str, float]) -> SmallestTransfer:
    losses = {name: -value for name, value in net_eur.items() if value < -HALF_CENT_EUR}
    gains = {name: value for name, value in net_eur.items() if value > HALF_CENT_EUR}
    total, there = sum(losses.values()), sum(gains.values())
    moved = min(total, there)
    payments = {
        (winner, loser): moved * (gain / there) * (loss / total)
        for winner, gain in gains.items()
        for loser, loss in losses.items()
    }
    return SmallestTransfer(total, payments, total - moved)


@dataclass(frozen=True)
class TransferLines:
    """The smallest transfer as rows; every payment is allowed, with forbidden links it is no formula.

    Attributes:
        total, moved, short: what is lacking together, what winners can pay of that, and the rest.
        pays, gets: per party, >= 0.
        payments: (who pays, who receives) -> amount.
    """

    total: Line
    moved: Line
    short: Line
    pays: Mapping[str, Line]
    gets: Mapping[str, Line]
    payments: Mapping[Link, Line]


@cell_form(smallest_transfer)
def smallest_transfer_in_cells(
    page: Page, net: Mapping[str, Line], links: Collection[Link] | None = None
) -> TransferLines:
    """Winners pay in proportion to what they win, losers get in proportion to what they lose.

    Args:
        page: where the rows come.
        net: party -> present value with all that is agreed.
        links: the payments that get a row of their own; all of them when left out.
    """
    parties = {n: page.of(n, page.called(n)) for n in net}
    least = page.inputs.fixed(page.words("half_cent"), "€", HALF_CENT_EUR)
    losses = {n: p.number("loss", when(0 - net[n] > least, 0 - net[n], 0)) for n, p in parties.items()}
    gains = {n: p.number("gain", when(net[n] > least, net[n], 0)) for n, p in parties.items()}
    total, there = page.number("losses", sum_of([*losses.values()])), page.number("gains", sum_of([*gains.values()]))
    moved = page.number("moved", smallest(total, there))
    short = page.number("transfer_short", total - moved)
    pays = {n: p.number("transfer_pays", part_of(gains[n], there) * moved) for n, p in parties.items()}
    gets = {n: p.number("transfer_gets", part_of(losses[n], total) * moved) for n, p in parties.items()}
    shown = [(a, b) for a in net for b in net if a != b] if links is None else links
    payments = {
        (a, b): page.of(f"{a}.{b}", f"{page.called(a)} → {page.called(b)}").number(
            "transfer_payment", part_of(gets[b], moved) * pays[a]
        )
        for a, b in shown
    }
    return TransferLines(total, moved, short, pays, gets, payments)


def _flow(net_eur: Mapping[str, float], forbidden: frozenset[Link]) -> tuple[dict[Link, float], float]:
    """Payments over the links that are left: first as little short as can be, then as little moved as can be.

    Amounts go to the solver as parts of the sum of all losses, so that its tolerance is one of money.
    """
    names = list(net_eur)
    scale = sum(-v for v in net_eur.values() if v < 0)
    links = [(a, b) for a in names for b in names if a != b and (a, b) not in forbidden]
    losers = [n for n in names if net_eur[n] < -HALF_CENT_EUR]
    least_short = _solved(net_eur, links, losers, (scale, None))[len(links) :].sum()
    solution = _solved(net_eur, links, losers, (scale, least_short))
    amounts = {link: float(x) * scale for link, x in zip(links, solution, strict=False)}
    return {link: x for link, x in amounts.items() if x > HALF_CENT_EUR}, float(least_short) * scale


def _solved(
    net_eur: Mapping[str, float], links: list[Link], losers: list[str], stage: tuple[float, float | None]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Values of links, then of what each loser stays short.

    The first stage (no limit on what is short) minimises the shortage, the second the payments within that shortage.
    """
    import highspy
    from highspy._core import _Highs  # highspy.Highs() prints its name before it can be told to be silent

    scale, most_short = stage
    model: Any = _Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)  # as in solver.py: the first number in a process holds for all of it
    first = most_short is None
    costs = [0.0 if first else 1.0] * len(links) + [1.0 if first else 0.0] * len(losers)
    for cost in costs:
        model.addCol(cost, 0.0, highspy.kHighsInf, 0, [], [])
    for name, value in net_eur.items():
        into = [k for k, (_, to) in enumerate(links) if to == name]
        out = [k for k, (by, _) in enumerate(links) if by == name]
        own = [len(links) + losers.index(name)] if name in losers else []
        columns = [*into, *out, *own]
        signs = [1.0] * len(into) + [-1.0] * len(out) + [1.0] * len(own)
        model.addRow(-value / scale, highspy.kHighsInf, len(columns), columns, signs)
    if most_short is not None:
        columns = [len(links) + k for k in range(len(losers))]
        model.addRow(-highspy.kHighsInf, most_short + 1e-9, len(columns), columns, [1.0] * len(columns))
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise DefectError(f"smallest transfer: {model.getModelStatus()}")
    return np.array(model.getSolution().col_value)
