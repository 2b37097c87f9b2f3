"""Whose cost a contract measures: people, what they cost a payer, and what that payer saves on them in cash.

Three populations can be measured (participants, their ages, everybody), in the areas and purses of a contract, for the
part that its payer insures or serves. Shapes: (draw, year); euro nominal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coalition.benchmarks import People, PeopleLines, historical_benchmark, historical_benchmark_in_cells
from coalition.cells import Block, added, as_expr, cell_form
from coalition.contract_cells import MeasuredLines, TermLines
from coalition.contracts import BenchmarkMethod, Contract, Population
from coalition.inputs import Floats, Inputs
from coalition.law_alone import LegalFacts, Measured, cashed, insured_participants
from coalition.ledger import Ledger
from coalition.parties import MUNICIPALITY, OUTLAYS, Pocket, same_holder
from coalition.projection import area_market_shares
from coalition.schema import Spec
from coalition.shared_savings import ProjectedSavings
from coalition.streams import Projection


@dataclass(frozen=True)
class LawRun:
    """What the law does by itself, for arrangements to build on.

    Attributes:
        spec, projection, facts, inputs: what it was made from.
        ledger: its postings.
    """

    spec: Spec
    projection: Projection
    facts: LegalFacts
    inputs: Inputs
    ledger: Ledger

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years of the clock."""
        return self.ledger.years


@dataclass(frozen=True)
class Subject:
    """What a claim on a saving is about: purses, interventions and areas of one holder.

    Attributes:
        holder: a party of the scenario; `municipality` is every municipality in the areas.
        pockets, interventions: where the saving falls, through what.
        areas: codes.
    """

    holder: str
    pockets: frozenset[Pocket]
    interventions: frozenset[str]
    areas: frozenset[str]

    def meets(self, other: Subject) -> bool:
        """Whether both are about the same euro."""
        return (
            same_holder(self.holder, other.holder)
            and not self.pockets.isdisjoint(other.pockets)
            and not self.interventions.isdisjoint(other.interventions)
            and not self.areas.isdisjoint(other.areas)
        )


def subject_of(
    law: LawRun,
    holder: str,
    pockets: Iterable[Pocket],
    interventions: Iterable[str] | Literal["all"],
    areas: Iterable[str] | Literal["all"] = "all",
) -> Subject:
    """What a claim is about, with `all` written out."""
    named = law.spec.interventions if interventions == "all" else interventions
    where = law.ledger.areas if areas == "all" else areas
    return Subject(holder, frozenset(pockets), frozenset(named), frozenset(where))


def subject_of_contract(law: LawRun, contract: Contract) -> Subject:
    """What a contract's claim is about."""
    scope = contract.scope
    assert scope is not None  # arrangement_checks.py asks for it
    return subject_of(law, contract.pays, scope.pockets, scope.interventions, scope.areas)


def inside(law: LawRun, subject: Subject) -> Floats:
    """1 in the areas of a subject that its holder has to do with, else 0; shape (area, 1)."""
    rows = []
    for area, municipality in zip(law.ledger.areas, law.ledger.municipalities, strict=True):
        own = not subject.holder.startswith("GM") or subject.holder == municipality
        rows.append([float(own and area in subject.areas)])
    return np.array(rows)


def side_of(holder: str) -> str:
    """How postings of the law name a holder: a municipality by its role."""
    return MUNICIPALITY if holder.startswith("GM") else holder


def cash_change(law: LawRun, subject: Subject) -> Floats:
    """Net change on the holder's account from these interventions and purses, after clawback, before its delivery."""
    side, where = side_of(subject.holder), inside(law, subject)
    total = np.zeros((1, len(law.years)))
    for p in law.ledger.postings:
        if p.pocket in subject.pockets and p.intervention in subject.interventions and p.reason not in OUTLAYS:
            sign = float(p.target == side) - float(p.source == side)
            if sign:
                total = total + sign * (p.amounts * where).sum(axis=1)
    return total


def measured_saving(law: LawRun, subject: Subject) -> Floats:
    """What the payer no longer paid, γ·A before own risk: what a contract measures."""
    return np.asarray(saving_per_area(law, subject).sum(axis=1))


def saving_per_area(law: LawRun, subject: Subject) -> Floats:
    """What the payer no longer paid, γ·A before own risk, shape (draw, area, year)."""
    about = Measured(side_of(subject.holder), subject.pockets, subject.interventions)
    saved = cashed(law.spec, law.projection, law.facts, law.inputs, about)
    return np.asarray(saved * inside(law, subject))


def projected_savings(law: LawRun, contract: Contract, population: Population | None = None) -> ProjectedSavings:
    """What a contract is expected to measure in its measuring years, shape (draw, period).

    Args:
        law: what the law does by itself.
        contract: with a scope.
        population: another population than the contract's own, to compare.
    """
    assert contract.scope is not None  # arrangement_checks.py asks for it
    subject = subject_of_contract(law, contract)
    of_areas, costs = _people_and_costs(law, subject, population or contract.population)
    persons, saved = of_areas.sum(axis=1), measured_saving(law, subject)
    by_pocket = {pocket: cost.sum(axis=1) for pocket, cost in costs.items()}
    years = contract.scope.years
    when = [t for t, year in enumerate(law.years) if years.first <= year <= years.last]
    shape = np.broadcast_shapes(persons.shape, saved.shape, *(c.shape for c in by_pocket.values()))
    persons, saved = (np.broadcast_to(a, shape) for a in (persons, saved))
    by_pocket = {pocket: np.broadcast_to(cost, shape) for pocket, cost in by_pocket.items()}
    expected = np.asarray(sum(by_pocket.values(), np.zeros(shape)))[:, when]
    benchmark = expected
    if contract.benchmark is BenchmarkMethod.HISTORICAL:
        by_age = (population or contract.population) is not Population.PARTICIPANTS
        measured = People(law.years, persons, by_pocket, saved, _growth(law), by_age)
        benchmark = historical_benchmark(measured, contract, years, law.inputs)
    return ProjectedSavings(persons[:, when], benchmark, expected - saved[:, when], without_eur=expected)


@cell_form(projected_savings)
def projected_savings_in_cells(terms: TermLines, people: PeopleLines) -> MeasuredLines:
    """What a contract is expected to measure, in every year of the clock."""
    terms.heading("measured")
    whole = added(Block(list(people.cost.values()))) if people.cost else as_expr(0)
    expected = terms.row("measured.without", "euro", whole)
    cost = terms.row("measured.cost", "euro", expected - people.saved)
    benchmark = expected
    if terms.contract.benchmark is BenchmarkMethod.HISTORICAL:
        benchmark = historical_benchmark_in_cells(terms, people)
    return MeasuredLines(people.persons, benchmark, cost, expected)


def _growth(law: LawRun) -> dict[Pocket, Floats]:
    """Growth of the cost per person of each pocket with a cost table, shape (draw,)."""
    return {pocket: law.inputs.of(stated) for pocket, stated in law.spec.region.growth_per_year.items()}


def people_and_cost(law: LawRun, subject: Subject, kind: Population) -> tuple[Floats, Floats]:
    """People who are measured and what they cost in the subject's purses without any programme.

    Both of shape (draw, area, year); 0 outside the subject's areas.
    """
    persons, costs = _people_and_costs(law, subject, kind)
    return persons, np.asarray(sum(costs.values(), np.zeros(persons.shape)))


def _people_and_costs(law: LawRun, subject: Subject, kind: Population) -> tuple[Floats, dict[Pocket, Floats]]:
    """The same, with the cost of each purse apart."""
    if kind is Population.PARTICIPANTS:
        persons, costs = _participants(law, subject)
    else:
        insured = insured_part(law, subject.holder)
        persons, costs = _of_ages(law, subject, everybody=kind is Population.ALL_INSURED)
        persons, costs = persons * insured, {pocket: cost * insured for pocket, cost in costs.items()}
    where = inside(law, subject)
    return persons * where, {pocket: cost * where for pocket, cost in costs.items()}


def insured_part(law: LawRun, holder: str) -> Floats:
    """Part of the people whom the holder insures or serves, shape (draw, area, 1)."""
    insurers = list(law.spec.parties.insurers)
    if holder not in insurers:
        return np.ones((1, 1, 1))
    shares = area_market_shares(law.spec, law.ledger.areas, law.inputs)
    return shares[:, :, insurers.index(holder), None]


def _participants(law: LawRun, subject: Subject) -> tuple[Floats, dict[Pocket, Floats]]:
    """The holder's person-years in which an intervention works, and their cost; shape (draw, area, year)."""
    shape = (1, len(law.ledger.areas), len(law.years))
    persons, costs = np.zeros(shape), {pocket: np.zeros(shape) for pocket in _costed(law, subject)}
    about = Measured(side_of(subject.holder), subject.pockets, subject.interventions)
    for name, people in insured_participants(law.spec, law.projection, law.facts, law.inputs, about).items():
        group = law.projection.groups[law.projection.group_of[name]]
        persons = persons + people
        for pocket in costs:
            if pocket in group.cost_per_person:
                costs[pocket] = costs[pocket] + people * group.cost_per_person[pocket]
    return persons, costs


def _costed(law: LawRun, subject: Subject) -> list[Pocket]:
    """The subject's purses that have a cost table."""
    return sorted(subject.pockets & set(law.projection.baseline.region.cost))


def _of_ages(law: LawRun, subject: Subject, *, everybody: bool) -> tuple[Floats, dict[Pocket, Floats]]:
    """Everybody, or everybody of the ages of the target groups, and what they cost; shape (draw, area, year)."""
    baseline = law.projection.baseline
    groups = [law.projection.groups[law.projection.group_of[name]] for name in sorted(subject.interventions)]
    weights = np.ones(len(baseline.region.age_from))
    if not everybody:
        weights = np.max([g.age_weights for g in groups], axis=0)
    persons = (baseline.people * weights[:, None]).sum(axis=1)[None]
    costs = {}
    for pocket in _costed(law, subject):
        by_age = baseline.region.cost[pocket] * weights
        per_area = (baseline.people * by_age[:, :, None]).sum(axis=1)
        costs[pocket] = per_area * baseline.pocket_growth[pocket][:, None, :]
    return persons, costs
