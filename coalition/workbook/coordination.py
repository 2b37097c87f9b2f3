"""Running the coalition, as cells: the grant where one was in force, the rest by the payers that are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from coalition.cells import Expr, Line, total_of
from coalition.law_alone import LegalFacts
from coalition.parties import COORDINATION, INSURERS, MUNICIPALITY, RESOURCES, STATE, Pocket, Reason
from coalition.payers import coordination_grant_in_cells
from coalition.schema import Coordination, Payer
from coalition.workbook.areas import AreaBlock
from coalition.workbook.law_rows import LawSheet
from coalition.workbook.postings import CellPosting


class CoordinationCells:
    """Cost of coordination, and who pays it."""

    def __init__(self, on: LawSheet, facts: LegalFacts) -> None:
        self.on, self.facts, self.say = on, facts, on.say

    def postings(self) -> Iterator[CellPosting]:
        """Nothing where no coordination is stated."""
        stated, on, say = self.on.frame.spec.payers.coordination, self.on, self.say
        if stated is None:
            return
        on.sheet.heading(say("Coördinatie", "Coordination"))
        first, last = (on.inputs.stated(f"payers.coordination.years.{end}") for end in ("first", "last"))
        content = on.frame.price(stated.cost_per_year) * on.frame.axis.running(first, last)
        cost = on.total("coordination cost", say("kosten van de coördinatie", "cost of coordination"), content)
        left: Expr = cost
        if stated.grant_applicant is not None and stated.eligible_share is not None:
            granted = self.granted(stated, cost)
            left = cost - granted
            rows = self.spread("coordination state", say("subsidie van het Rijk", "state grant"), granted)
            yield CellPosting(Reason.COORDINATION, Pocket.BELASTING, COORDINATION, STATE, RESOURCES, rows)
        whole = total_of(on.inputs.of(payer.share) for payer in stated.payers)
        for n, payer in enumerate(stated.payers):
            label = say("deel van de coördinatie", "part of coordination") + f": {on.frame.party(payer.party)}"
            share = on.part(f"coordination share {n}", label, on.inputs.of(payer.share) / whole)
            label = say("betaalt coördinatie", "pays coordination") + f": {on.frame.party(payer.party)}"
            yield from self.paid_by(payer, n, on.total(f"coordination paid {n}", label, left * share))

    def granted(self, stated: Coordination, cost: Line) -> Line:
        """What the grant pays, by the share that the regulation pays in each year."""
        assert stated.eligible_share is not None
        on, say, shares = self.on, self.say, list(self.facts.grant_share_by_year)
        known = [*shares, *[shares[-1]] * (on.frame.years - len(shares))]
        label = say("subsidiedeel volgens de regeling", "grant share by regulation")
        rate = on.sheet.line("coordination grant share", label, on.share, known, style="share")
        eligible, ceiling = on.inputs.of(stated.eligible_share), stated.grant_ceiling_per_year
        most = None if ceiling is None else on.frame.price(ceiling)
        content = coordination_grant_in_cells(cost, eligible, most, rate)
        return on.total("coordination granted", say("subsidie van het Rijk", "state grant"), content)

    def spread(self, key: str, label: str, amount: Expr) -> AreaBlock:
        """An amount spread over all areas by inhabitants."""
        areas = self.on.areas
        return self.on.rows(key, label, range(len(areas.codes)), lambda k: amount * areas.people_share(k))

    def paid_by(self, payer: Payer, n: int, amount: Line) -> Iterator[CellPosting]:
        """What a payer that is named pays: a municipality, a national account, or insurers."""
        areas, label = self.on.areas, self.say("betaalt coördinatie", "pays coordination")
        booked = partial(CellPosting, Reason.COORDINATION, payer.law, COORDINATION)
        if payer.party == MUNICIPALITY:
            words = self.say("gemeente ", "municipality ") + label
            yield booked(MUNICIPALITY, RESOURCES, areas=self.spread(f"coordination areas {n}", words, amount))
        elif payer.party != INSURERS:
            yield booked(payer.party, RESOURCES, total=amount)
        else:
            per_area = None if areas.uniform else self.spread(f"coordination areas {n}", label, amount)
            for insurer in areas.insurers:
                part = areas.regional[insurer] * amount if per_area is None else areas.insured_part(per_area, insurer)
                words = f"{areas.insurer_name(insurer)} {label}"
                yield booked(insurer, RESOURCES, total=self.on.total(f"coordination {n} {insurer}", words, part))
