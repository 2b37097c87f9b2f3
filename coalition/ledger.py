"""Every amount that goes from one account to another, for a reason.

A posting is one such amount per draw, area and year; a ledger is a list of them, so accounts balance by construction.
Amounts are nominal euro, unrounded, booked on 31 December; a negative amount goes the other way. Who pays and who
gains is read off here and calculated nowhere else. The ledger knows no law and no contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalition.errors import DefectError
from coalition.parties import MUNICIPALITY, Pocket, Reason
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

LAW_ALONE = "law_alone"
"""The arrangement without any agreement on top of the law."""

LEDGER = Table(
    "ledger",
    (
        Column(
            "arrangement", "string", "id", "Afspraak", "Arrangement", "law_alone, or the agreement that moves the money"
        ),
        Column("year", "int64", "calendar year", "Jaar", "Year"),
        Column("pocket", "string", "purse", "Domein", "Pocket"),
        Column("reason", "string", "id", "Reden", "Reason"),
        Column(
            "intervention", "string", "id", "Interventie", "Intervention", "intervention, gemeentepolis or coordination"
        ),
        Column("area", "string", "CBS code", "Gebied", "Area"),
        Column("source", "string", "account", "Van", "From", "pays"),
        Column("target", "string", "account", "Naar", "To", "receives"),
        Column("amount_eur", "float64", "euro, nominal", "Bedrag", "Amount", "negative goes the other way"),
    ),
)


class Entry(NamedTuple):
    """One row: an amount that goes from `source` to `target`."""

    arrangement: str
    year: int
    pocket: str
    reason: str
    intervention: str
    area: str
    source: str
    target: str
    amount_eur: float


class Posting(NamedTuple):
    """The same movement in all draws, areas and years.

    Attributes:
        arrangement: see LAW_ALONE.
        reason, pocket: why and out of which purse.
        intervention: id of what causes it.
        source, target: accounts; `municipality` stands for the municipality of each area.
        amounts: shape (draw, area, year), euro nominal.
    """

    reason: Reason
    pocket: Pocket
    intervention: str
    source: str
    target: str
    amounts: NDArray[np.float64]
    arrangement: str = LAW_ALONE


@dataclass(frozen=True)
class Ledger:
    """All postings of a run.

    Attributes:
        years: calendar years of the last axis.
        areas: codes of the middle axis.
        municipalities: account of the municipality of each area.
        postings: in the order in which the model made them.
    """

    years: tuple[int, ...]
    areas: tuple[str, ...]
    municipalities: tuple[str, ...]
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        whole = (len(self.areas), len(self.years))
        for p in self.postings:
            if p.amounts.ndim != 3 or p.amounts.shape[1:] != whole:
                raise DefectError(f"posting {p.reason} of {p.intervention}: shape {p.amounts.shape}")
        finite = np.isfinite(self.over_areas).all(axis=(1, 2))
        if not finite.all():
            p = self.postings[int(np.argmin(finite))]
            raise DefectError(f"posting {p.reason} of {p.intervention}: an amount is not finite")

    def plus(self, postings: Iterable[Posting]) -> Ledger:
        """A ledger with further postings."""
        return Ledger(self.years, self.areas, self.municipalities, (*self.postings, *postings))

    def account(self, side: str, position: int) -> str:
        """The account that a posting's side means in one area."""
        return self.municipalities[position] if side == MUNICIPALITY else side

    @cached_property
    def accounts_of_areas(self) -> tuple[str, ...]:
        """Every municipality once, in the order of the areas."""
        return tuple(dict.fromkeys(self.municipalities))

    @cached_property
    def over_areas(self) -> NDArray[np.float64]:
        """Every posting with its areas added up, shape (posting, draw, year)."""
        with np.errstate(invalid="ignore"):  # what is not finite is named by the check above
            return np.asarray(np.einsum("pday->pdy", self._side_by_side(range(len(self.postings)))))

    def per_municipality(self, positions: Sequence[int]) -> NDArray[np.float64]:
        """Postings with the areas of each municipality added up, shape (posting · municipality, draw, year)."""
        amounts = self._side_by_side(positions)
        if len(self.accounts_of_areas) < len(self.areas):
            codes = np.array(self.municipalities)
            sums = [amounts[:, :, codes == account].sum(axis=2) for account in self.accounts_of_areas]
            amounts = np.stack(sums, axis=2)
        return amounts.swapaxes(1, 2).reshape(-1, amounts.shape[1], len(self.years))

    def _side_by_side(self, positions: Sequence[int]) -> NDArray[np.float64]:
        """Amounts of some postings, shape (posting, draw, area, year)."""
        draws = max((len(p.amounts) for p in self.postings), default=1)
        amounts = np.empty((len(positions), draws, len(self.areas), len(self.years)))
        for row, position in zip(amounts, positions, strict=True):
            row[...] = self.postings[position].amounts
        return amounts

    def accounts(self, side: str) -> tuple[str, ...]:
        """The accounts that a posting's side means."""
        return self.accounts_of_areas if side == MUNICIPALITY else (side,)

    def balance(self, account: str) -> NDArray[np.float64]:
        """Received − paid of one account, shape (draw, year)."""
        total: NDArray[np.float64] = np.zeros((1, len(self.years)))
        here = np.array([code == account for code in self.municipalities])
        for p, everywhere in zip(self.postings, self.over_areas, strict=True):
            for side, sign in ((p.target, 1.0), (p.source, -1.0)):
                if account in self.accounts(side):
                    total = total + sign * (p.amounts[:, here].sum(axis=1) if side == MUNICIPALITY else everywhere)
        return total

    def entries(self, draw: int = 0) -> Iterator[Entry]:
        """The rows of one draw that are not zero."""
        for p in self.postings:
            amounts = p.amounts[min(draw, p.amounts.shape[0] - 1)]
            for a, t in zip(*np.nonzero(amounts), strict=True):
                yield Entry(
                    p.arrangement,
                    self.years[t],
                    p.pocket.value,
                    p.reason.value,
                    p.intervention,
                    self.areas[a],
                    self.account(p.source, a),
                    self.account(p.target, a),
                    float(amounts[a, t]),
                )

    def frame(self, draw: int = 0) -> pd.DataFrame:
        """The rows of one draw as table LEDGER."""
        import pandas as pd

        return LEDGER.conform(pd.DataFrame(list(self.entries(draw)), columns=LEDGER.names))
