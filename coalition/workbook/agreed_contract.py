"""Shared-savings contracts and population payments as cells: paid out of what a payer no longer paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coalition.agreed import dated_in_cells
from coalition.arrangement_terms import PopulationPayment
from coalition.arrangements_in_cells import capitation_in_cells, population_payment_in_cells
from coalition.benchmarks import PeopleLines
from coalition.cells import Expr, Line, as_expr, smallest, total_of
from coalition.contract_cells import TermLines
from coalition.contracts import Contract, Population
from coalition.measured import Subject, projected_savings_in_cells
from coalition.parties import Pocket, Reason
from coalition.schema import Ages
from coalition.shared_savings import settle_in_cells
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.areas import Caption
from coalition.workbook.claims import Booking
from coalition.workbook.contract_words import CONTRACT_WORDS
from coalition.workbook.postings import CellPosting


def contract_postings(on: AgreementRows, name: str, contract: Contract) -> Iterator[CellPosting]:
    """Savings measured, clauses, and payments when they are made."""
    scope, claims = contract.scope, on.claims
    assert scope is not None  # checks.py asks for it
    subject = on.subject(contract.pays, scope.pockets, scope.interventions, scope.areas)
    people = on.measured.people(subject, contract.population)
    saved = on.measured.saved(subject)
    growth = {q: on.inputs.of(on.frame.spec.region.growth_per_year[q]) for q in people.cost}
    chosen = contract.population is not Population.PARTICIPANTS
    lines = PeopleLines(people.persons, people.cost, saved, growth, chosen)
    names = {p: s.name or claims.called(p) for p, s in contract.sharers.items()}
    terms = TermLines(
        on.sheet, contract, on.paths[name], on.inputs, on.frame.axis, lambda key: on.say(*CONTRACT_WORDS[key]), names
    )
    settlement = settle_in_cells(terms, projected_savings_in_cells(terms, lines))
    paid = dated_in_cells(settlement, claims.cash(subject))
    claims.note(subject, paid.served)
    where, pocket = claims.inside(subject), scope.pockets[0]
    for party in settlement.payments:
        for reason, amounts, sides in (
            (Reason.SHARED_SAVINGS, paid.shared_savings, (contract.pays, party)),
            (Reason.OWN_MONEY, paid.own_paid, (contract.pays, party)),
            (Reason.SHARED_SAVINGS, paid.owed, (party, contract.pays)),
        ):
            yield from claims.post(Booking(name, reason, pocket), sides, amounts[party], positions=where)


# --- population payment -------------------------------------------------------------------------------------------


def payment_postings(on: AgreementRows, name: str, terms: PopulationPayment) -> Iterator[CellPosting]:
    """A fixed sum for the people of a region."""
    scope, claims, say = terms.scope, on.claims, on.say
    subject = on.subject(terms.pays, scope.pockets, scope.interventions, scope.areas)
    people = on.measured.people(subject, Population.ALL_INSURED)
    label = say("kosten zonder programma", "cost without a programme")
    expected, page = claims.row(label, total_of(people.cost.values())), claims.page(name)
    norms = _norms(on, name, terms, subject) if terms.norms else None
    saved = on.measured.saved(subject)
    found = population_payment_in_cells(page, terms, on.paths[name], expected, saved, norms)
    cash, where = claims.cash(subject), claims.inside(subject)
    served = claims.row(say("betaald uit de besparing", "paid out of the saving"), smallest(found.owed, cash))
    own = claims.row(say("eigen geld", "own money"), found.owed - served)
    claims.note(subject, served)
    first, sides = min(subject.pockets, key=list(Pocket).index), (terms.pays, terms.receives)
    for booking, pair, amount in (
        (Booking(name, Reason.POPULATION_PAYMENT, first), sides, served),
        (Booking(name, Reason.OWN_MONEY, first), sides, own),
        (Booking(name, Reason.POPULATION_PAYMENT, scope.pockets[0]), sides[::-1], found.carried),
    ):
        yield from claims.post(booking, pair, amount, positions=where)


def _norms(on: AgreementRows, name: str, terms: PopulationPayment, subject: Subject) -> Line:
    """The sum by norms: people of each age as far as the payer has to do with them."""
    where, label = on.claims.inside(subject), on.say("norm", "norm")
    lasts = [*(n.age_from - 1 for n in terms.norms[1:]), None]
    heads = [
        _heads(on, (name, terms.pays), (norm.age_from, last), where)
        for norm, last in zip(terms.norms, lasts, strict=True)
    ]
    prices = [on.claims.row(f"{label} {n.age_from}+", on.frame.price(n.eur_per_person_year)) for n in terms.norms]
    codes = [on.areas.codes[k] for k in where]
    return capitation_in_cells(on.claims.page(name), terms, codes, heads, prices)


def _heads(on: AgreementRows, whose: tuple[str, str], ages: tuple[int, int | None], where: Sequence[int]) -> list[Line]:
    """People of some ages whom the payer insures or serves, per area."""
    (name, payer), (first, last) = whose, ages
    people = on.areas.people.of_ages(Ages.model_validate({"from": first, "to": last}))

    def part(k: int) -> Expr:
        insured = on.areas.market_at(payer, k) if payer in on.areas.insurers else as_expr(1)
        return people[k] * insured

    label, unit = on.say("mensen vanaf", "people from") + f" {first}", on.say("mensen", "people")
    return on.claims.rows(Caption(f"{name} heads {first}", label, unit, "count"), where, part).lines
