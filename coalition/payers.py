"""How far a grant goes: coordination and earmarked money.

Delivery is paid by the payers that the law and the agreement name; coordination may have got the preventiecoalitie
grant, delivery never; earmarked money has a budget per year, a part that may be carried over and a part that may be
shifted. What a grant paid is nobody else's outlay. Amounts: euro nominal, not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from coalition.cells import Block, Expr, Line, Sheet, added, before, cell_form, part_of, smallest
from coalition.inputs import Floats


def coordination_grant(cost: Floats, eligible_share: Floats, ceiling: Floats, grant_share_by_year: Floats) -> Floats:
    """What the preventiecoalitie grant pays of running a coalition.

    Args:
        cost: coordination cost, shape (draw, year); delivery is never in it.
        eligible_share: part that is process coordination and paid by no other law, shape (draw,).
        ceiling: most per year, shape (draw, year); infinite when there is none.
        grant_share_by_year: share that the regulation pays in each year, shape (year,); 0 once it has lapsed.
    """
    return np.minimum(cost * eligible_share[:, None] * grant_share_by_year, ceiling)


@cell_form(coordination_grant)
def coordination_grant_in_cells(cost: Expr, eligible_share: Expr, ceiling: Expr | None, grant_share: Expr) -> Expr:
    """The same; without a ceiling nothing limits it."""
    wanted = cost * eligible_share * grant_share
    return wanted if ceiling is None else smallest(wanted, ceiling)


def grant_payments(
    cost: Mapping[str, Floats], budget: Mapping[str, Floats], carry_over_share: Floats, shift_limit_share: Floats
) -> dict[str, Floats]:
    """What earmarked money pays per item and year.

    An item first uses its own budget and what was carried over to it; a shortage may then be filled from what other
    items leave, each giving at most `shift_limit_share` of its budget; of the rest at most `carry_over_share` of the
    year's budget moves to the next year, for one year.

    Args:
        cost: per item, delivery cost that the grant may pay, shape (draw, year), >= 0.
        budget: per item, euro per year, shape (year,).
        carry_over_share, shift_limit_share: shape (draw,).
    Returns:
        Per item, shape (draw, year); never more than the cost, and over all items never more than the money.
    """
    names = list(budget)
    wanted = np.stack(np.broadcast_arrays(*(cost[n] for n in names)))
    money = np.stack([budget[n] for n in names])
    draws = max(wanted.shape[1], len(carry_over_share), len(shift_limit_share))
    paid = np.zeros((len(names), draws, wanted.shape[2]))
    carried = np.zeros(paid.shape[:2])
    for t in range(paid.shape[-1]):
        available = money[:, None, t] + carried
        own = np.minimum(wanted[..., t], available)
        left = available - own
        given, received = _shifted(left, wanted[..., t] - own, shift_limit_share * money[:, None, t])
        paid[..., t] = own + received
        carried = np.minimum(left - given, carry_over_share * money[:, None, t])
    return dict(zip(names, paid, strict=True))


class GrantWords(Protocol):
    """How the rows of an item are called."""

    def __call__(self, key: str, item: str = "") -> tuple[str, str]:
        """Key on the sheet and label."""


@cell_form(grant_payments)
def grant_payments_in_cells(
    sheet: Sheet,
    cost: Mapping[str, Line],
    budget: Mapping[str, Line],
    limits: tuple[Expr, Expr],
    words: GrantWords,
) -> dict[str, Line]:
    """The same; `limits` are the parts that may be carried over and shifted."""
    carry_over, shift_limit = limits

    def rows(key: str, content: Callable[[str], Expr]) -> dict[str, Line]:
        return {n: sheet.series(*words(key, n), "€", content(n), style="euro2") for n in budget}

    carried = {n: sheet.later(*words("carried", n), "€", style="euro2") for n in budget}
    available = rows("available", lambda n: budget[n] + before(carried[n]))
    own = rows("own", lambda n: smallest(cost[n], available[n]))
    left = rows("left", lambda n: available[n] - own[n])
    short = rows("short", lambda n: cost[n] - own[n])
    offer = rows("offer", lambda n: smallest(left[n], shift_limit * budget[n]))
    offered = sheet.series(*words("offered"), "€", added(Block(list(offer.values()))), style="euro2")
    wanted = sheet.series(*words("wanted"), "€", added(Block(list(short.values()))), style="euro2")
    moved = sheet.series(*words("moved"), "€", smallest(offered, wanted), style="euro2")
    given = rows("given", lambda n: offer[n] * part_of(moved, offered))
    paid = rows("paid", lambda n: own[n] + short[n] * part_of(moved, wanted))
    for n, line in carried.items():
        sheet.place(line, smallest(left[n] - given[n], carry_over * budget[n]))
    return paid


def _shifted(left: Floats, short: Floats, limit: Floats) -> tuple[Floats, Floats]:
    """Money that items with a rest give to items with a shortage, in proportion on both sides."""
    offer = np.minimum(left, limit)
    total_offer, total_short = offer.sum(axis=0), short.sum(axis=0)
    moved = np.minimum(total_offer, total_short)
    give = np.divide(moved, total_offer, out=np.zeros_like(moved), where=total_offer > 0)
    take = np.divide(moved, total_short, out=np.zeros_like(moved), where=total_short > 0)
    return offer * give, short * take
