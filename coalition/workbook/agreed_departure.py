"""Side payments and departures as cells: fixed amounts, and who pays in the place of the party that left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coalition.agreed import PAYS_DELIVERY
from coalition.arrangement_terms import Departure, SidePayment
from coalition.cells import Expr, Line, as_expr, largest
from coalition.measured import side_of
from coalition.parties import MUNICIPALITY, Reason
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.areas import AreaBlock, Caption
from coalition.workbook.claims import Booking
from coalition.workbook.postings import CellPosting


def side_payment_postings(
    on: AgreementRows, name: str, payment: SidePayment, path: str, switch: Expr
) -> list[CellPosting]:
    """A fixed amount from one party to another, where its switch is on, and that of its departure."""
    amount = on.claims.row(payment.name, on.inputs.by_year(f"{path}.amounts_eur") * switch)
    booking = Booking(name, Reason.SIDE_PAYMENT, payment.law)
    return on.claims.post(booking, (payment.source, payment.target), amount)


def departure_postings(
    on: AgreementRows, name: str, departure: Departure, so_far: Sequence[CellPosting]
) -> Iterator[CellPosting]:
    """What is paid at a departure, and the burdens that another party takes over.

    Args:
        on: where rows come.
        name, departure: which.
        so_far: what all other arrangements moved.
    """
    path = on.paths[name]
    for key, payment in departure.payments.items():
        switch = on.inputs.stated(f"{path}.payments.{key}.enabled") * on.enabled(name)
        yield from side_payment_postings(on, name, payment, f"{path}.payments.{key}", switch)
    if departure.taken_over_by is None or departure.law is None:
        return
    first = on.inputs.stated(f"{path}.from_year")
    label = on.say("na het vertrek", "after leaving")
    gone = on.claims.row(label, on.frame.axis.running(first, on.frame.axis.last) * on.enabled(name), "0/1")
    booking, sides = Booking(name, Reason.TAKE_OVER, departure.law), (departure.taken_over_by, departure.party)
    for n, burden in enumerate(_burdens(on, departure.party, so_far)):
        for sign, pair in ((1, sides), (-1, sides[::-1])):
            block = _taken_over(on, f"{name} burden {n} {sign}", burden, gone, gains=sign < 0)
            yield on.claims.posting(booking, pair, areas=block)


def _taken_over(on: AgreementRows, key: str, burden: AreaBlock, gone: Line, *, gains: bool) -> AreaBlock:
    """A burden from the departure on; or what it gained, where a policy is no burden but a gain."""
    return on.claims.rows(
        Caption(key, on.say("overgenomen", "taken over")),
        burden.positions,
        lambda k: largest((0 - burden.at(k) if gains else burden.at(k)) * gone, 0),
    )


def _burdens(on: AgreementRows, party: str, so_far: Sequence[CellPosting]) -> list[AreaBlock]:
    """What a party pays (+) for delivery, and for each policy that it carries, per area."""
    for_party = [p for p in so_far if p.reason in PAYS_DELIVERY and side_of(p.target) == side_of(party)]

    def delivery(k: int) -> Expr:
        total: Expr = as_expr(0)
        for intervention in on.frame.spec.interventions:
            total = total + on.claims.delivery_at(party, intervention, k)
        for p in for_party:
            if p.areas is not None and (party in {p.target, MUNICIPALITY} or p.target == MUNICIPALITY):
                mine = not party.startswith("GM") or on.areas.municipalities[k] == party
                total = total - (p.areas.at(k) if mine and k in p.areas.positions else as_expr(0))
        return largest(total, 0)

    label = on.say("uitvoering van", "delivery of") + f" {on.claims.called(party)}"
    found = [on.claims.rows(Caption(f"burden of {party}", label), range(len(on.areas.codes)), delivery)]
    carried = [n for n, policy in on.frame.spec.gemeentepolis.items() if policy.insurer == party]
    return found + [_policy_burden(on, name, party) for name in carried]


def _policy_burden(on: AgreementRows, name: str, party: str) -> AreaBlock:
    """What a policy costs the insurer that carries it, per area."""
    moved = [(p, p.areas) for p in on.claims.postings if p.intervention == name and p.areas is not None]

    def paid(k: int) -> Expr:
        total: Expr = as_expr(0)
        for p, areas in moved:
            if k in areas.positions and p.source == party:
                total = total + areas.at(k)
            if k in areas.positions and p.target == party:
                total = total - areas.at(k)
        return total

    label = on.say("wat de polis kost", "what the policy costs") + f": {name}"
    return on.claims.rows(Caption(f"burden {name}", label), range(len(on.areas.codes)), paid)
