"""Earmarked grants as cells: what the state pays of a delivery, with money carried over and shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.cells import Expr
from coalition.parties import Pocket

if TYPE_CHECKING:
    from coalition.workbook.law import Law


class Grants:
    """All grants of a scenario."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def state_pays(self, name: str) -> None:
        """Postings of what the state pays of one intervention."""

    def left_to_pay(self, name: str, pocket: Pocket) -> Expr | None:
        """Part of the cost under a law that no grant paid; None where no grant can pay."""
        return None
