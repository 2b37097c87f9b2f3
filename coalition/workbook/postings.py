"""Amounts that go from one account to another, as rows of a sheet: the ledger of the workbook.

A posting here is the same movement as in the ledger of the model, with rows in the place of arrays: rows per area where
it matters in which municipality it falls, else one row for the whole region. Who pays and who gains is added up from
these rows and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from coalition.cells import Expr, Line
from coalition.ledger import LAW_ALONE
from coalition.parties import Pocket, Reason
from coalition.workbook.areas import AreaBlock


@dataclass
class CellPosting:
    """One movement.

    Attributes:
        reason, pocket, intervention, source, target, arrangement: as in the ledger.
        areas: rows per area; None where the total is known alone.
        total: row of the whole region; None where rows per area are added up.
        within: how the amount of some areas is made, for an arrangement that is about a part of the region.
    """

    reason: Reason
    pocket: Pocket
    intervention: str
    source: str
    target: str
    areas: AreaBlock | None = None
    total: Line | None = None
    within: Callable[[Collection[int]], Expr] | None = None
    arrangement: str = LAW_ALONE
    notes: list[str] = field(default_factory=list)
