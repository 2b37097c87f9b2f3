"""What the law does by itself, as cells: on whose account avoided cost falls, and who pays delivery.

Every posting of the model's law has its rows here, in the same order of reasons; rows per area where a municipality or
a part of the region matters, one row for the region where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from coalition.model import clock_of, legal_facts
from coalition.workbook.areas import Areas
from coalition.workbook.avoided import Avoided
from coalition.workbook.coordination import CoordinationCells
from coalition.workbook.deliveries import Deliveries
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law_rows import LawSheet
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import Programmes


class Law:
    """The postings of the law.

    Attributes:
        streams: avoided cost after overlap; found: the postings.
        cashed, insured: what payers no longer pay of a stream, and which part of it is an insurer's.
        deliveries: who makes the rows of what payers pay.
    """

    deliveries: type[Deliveries] = Deliveries

    def __init__(self, areas: Areas, programmes: Programmes, streams: Sequence[CellStream]) -> None:
        facts = legal_facts(areas.frame.scenario, clock_of(areas.frame.scenario))
        self.streams = streams
        avoided = Avoided(areas, programmes, facts)
        self.cashed, self.insured = avoided.cashed, avoided.insured
        payers = LawSheet(
            areas, ("Berekening_betalers", "Calc_payers"), ("Wie betaalt de uitvoering", "Who pays the delivery")
        )
        self.found: list[CellPosting] = [
            *programmes.policies.postings(),
            *self.deliveries(payers, programmes, self.insured).postings(),
            *CoordinationCells(payers, facts).postings(),
        ]
        for stream in streams:
            self.found += avoided.postings(stream)
