"""On whose account avoided cost falls, as cells: by the nature of its pocket, as the law has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from coalition.cells import Expr
from coalition.holders import removed_share_in_cells
from coalition.law_alone import LegalFacts
from coalition.parties import (
    EMPLOYERS,
    MUNICIPALITY,
    NATURE,
    PROVIDERS,
    RESIDENTS,
    RESOURCES,
    REST_OF_NL,
    STATE,
    UWV,
    WLZ_FUND,
    Pocket,
    PocketNature,
    Reason,
)
from coalition.workbook.areas import Areas
from coalition.workbook.assistance import AssistanceBudget
from coalition.workbook.cashed import Cashed
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.equalisation import Equalisation
from coalition.workbook.law_rows import LawSheet, Where
from coalition.workbook.members import Insured
from coalition.workbook.own_risk import OwnRiskPaid, OwnRiskShare
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import Programmes


class Avoided:
    """What streams of avoided cost lead to.

    Attributes:
        cashed, insured: what payers no longer pay, and which part of it is an insurer's.
    """

    def __init__(self, areas: Areas, programmes: Programmes, facts: LegalFacts) -> None:
        self.on = LawSheet(
            areas,
            ("Berekening_houders", "Calc_holders"),
            ("Bij wie valt het: vermeden kosten", "On whose account: avoided cost"),
        )
        self.facts, self.say = facts, self.on.say
        self.cashed, self.insured = Cashed(self.on), Insured(self.on)
        self.equalisation = Equalisation(self.on, self.cashed, self.insured)
        self.own_risk = OwnRiskPaid(self.on, programmes)
        self.budget = AssistanceBudget(self.on, facts)

    def postings(self, stream: CellStream) -> Iterator[CellPosting]:
        """Of one stream, by the nature of its pocket."""
        name = self.on.frame.spec.interventions[stream.intervention].name
        self.on.sheet.heading(f"{name}: {self.on.frame.effect(stream.effect)}, {self.on.frame.pocket(stream.pocket)}")
        nature = NATURE[stream.pocket]
        if nature is PocketNature.CARE:
            yield from self.care(stream)
        elif nature is PocketNature.TRANSFER:
            yield from self.transfer(stream)
        else:
            target = {Pocket.JUSTITIE: STATE, Pocket.WERKGEVER: EMPLOYERS, Pocket.INWONER: RESIDENTS}[stream.pocket]
            about = (Reason.AVOIDED_COST, stream.pocket, stream.intervention)
            yield CellPosting(*about, RESOURCES, target, areas=stream.avoided)

    # care

    def care(self, stream: CellStream) -> Iterator[CellPosting]:
        """Providers lose turnover and, as far as it disappears, capacity; their payers pay less."""
        about, of = (stream.pocket, stream.intervention), self.on.inputs.of
        stated = self.on.frame.spec.holders.cashable[stream.pocket]
        label = self.say("capaciteit die verdwijnt bij aanbieders", "capacity removed at providers")
        avoidable = of(stated.avoidable_cost_share)
        freed = avoidable * removed_share_in_cells(stream.avoided, of(stated.capacity_removed_share))
        capacity = self.on.total(f"{stream.key} capacity", label, freed)
        yield CellPosting(Reason.CAPACITY, *about, RESOURCES, PROVIDERS, total=capacity)
        if stream.pocket is Pocket.ZVW:
            own = OwnRiskShare(self.on, stream, self.facts.own_risk_eur).line()
            yield from self.equalisation.postings(stream, own)
            yield from self.own_risk.postings(stream, own)
        elif stream.pocket is Pocket.AANVULLENDE_VERZEKERING:
            amounts = self.cashed.amounts(stream)
            for insurer in self.on.areas.insurers:
                part = partial(self.insured.part, stream.intervention, insurer, amounts)
                yield self.supplementary(stream, insurer, part)
        elif stream.pocket is Pocket.WLZ:
            yield CellPosting(Reason.AVOIDED_COST, *about, PROVIDERS, WLZ_FUND, areas=self.cashed.rows(stream))
        else:
            yield from self.municipal(stream)

    def supplementary(self, stream: CellStream, insurer: str, part: Callable[[Where], Expr]) -> CellPosting:
        """What an insurer no longer pays under a supplementary policy."""
        label = self.on.areas.insurer_name(insurer) + self.say(" betaalt niet meer", " no longer pays")
        total = self.on.total(f"{stream.key} saved {insurer}", label, part(None))
        about = (Reason.AVOIDED_COST, stream.pocket, stream.intervention)
        return CellPosting(*about, PROVIDERS, insurer, total=total, within=part)

    def municipal(self, stream: CellStream) -> Iterator[CellPosting]:
        """Care that municipalities pay; of who has moved away, other municipalities."""
        booked = partial(CellPosting, Reason.AVOIDED_COST, stream.pocket, stream.intervention, PROVIDERS)
        cashed, moved = self.cashed.rows(stream), stream.moved
        if moved is None:
            yield booked(MUNICIPALITY, areas=cashed)
            return
        elsewhere = self.on.rows(
            f"{stream.key} elsewhere",
            self.say("waarvan elders in Nederland", "of which elsewhere in the country"),
            moved.positions,
            lambda k: moved.at(k) * self.cashed.share(stream.pocket, stream.avoided.at(k)),
        )
        label = self.say("voor de gemeente", "for the municipality")
        stays = self.on.rows(f"{stream.key} stays", label, moved.positions, lambda k: cashed.at(k) - elsewhere.at(k))
        yield booked(MUNICIPALITY, areas=stays)
        yield booked(REST_OF_NL, areas=elsewhere)

    # benefits

    def transfer(self, stream: CellStream) -> Iterator[CellPosting]:
        """Benefits and taxes; what residents no longer get, they may earn."""
        about, avoided = (stream.pocket, stream.intervention), stream.avoided
        if stream.wage is not None:
            yield CellPosting(Reason.WAGE, *about, RESOURCES, RESIDENTS, areas=stream.wage)
        booked = partial(CellPosting, Reason.AVOIDED_COST, *about, RESIDENTS)
        if stream.pocket in {Pocket.UWV, Pocket.BELASTING}:
            yield booked(UWV if stream.pocket is Pocket.UWV else STATE, areas=avoided)
            return
        stays, moved = avoided, stream.moved
        if moved is not None:
            label = self.say("voor de gemeente", "for the municipality")
            stays = self.on.rows(f"{stream.key} stays", label, moved.positions, lambda k: avoided.at(k) - moved.at(k))
            yield booked(REST_OF_NL, areas=moved)
        yield booked(MUNICIPALITY, areas=stays)
        if stream.pocket is Pocket.PARTICIPATIEWET:
            yield self.budget.posting(stream, stays)
