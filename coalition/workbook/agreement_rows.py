"""What every arrangement is made from, as cells: its terms, its claims, and which savings it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from coalition.arrangement_terms import KINDS
from coalition.cells import Line, Sheet
from coalition.measured import Subject
from coalition.parties import Pocket
from coalition.workbook.areas import Areas
from coalition.workbook.claims import CellClaims
from coalition.workbook.frame import Frame
from coalition.workbook.law import Law
from coalition.workbook.measured import MeasuredCells

Named = Iterable[str] | Literal["all"]
"""Ids, or all there are."""


class AgreementRows:
    """Where the rows of arrangements come, and what they work with.

    Attributes:
        claims: savings promised so far; measured: what payers no longer paid.
        paths: of each arrangement in the scenario, by its id.
    """

    def __init__(self, areas: Areas, law: Law, sheet: Sheet) -> None:
        self.areas, self.sheet = areas, sheet
        self.frame: Frame = areas.frame
        self.terms, self.say, self.inputs = self.frame.spec.arrangements, self.frame.say, self.frame.inputs
        self.claims = CellClaims(areas, law.found, sheet)
        self.measured = MeasuredCells(self.claims, law)
        self.paths = {n: f"arrangements.{kind}.{n}" for kind in KINDS for n in getattr(self.terms, kind)}

    def subject(self, holder: str, pockets: Iterable[Pocket], interventions: Named, areas: Named = "all") -> Subject:
        """What a claim is about, with `all` written out."""
        named = self.frame.spec.interventions if interventions == "all" else interventions
        where = self.areas.codes if areas == "all" else areas
        return Subject(holder, frozenset(pockets), frozenset(named), frozenset(where))

    def positions(self, areas: Named) -> list[int]:
        """Positions of areas in the region."""
        return [k for k, area in enumerate(self.areas.codes) if areas == "all" or area in areas]

    def enabled(self, name: str) -> Line:
        """The switch of an arrangement."""
        return self.inputs.stated(f"{self.paths[name]}.enabled")
