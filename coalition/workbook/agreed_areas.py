"""Arrangements that differ per area, as cells: the deprivation tariff with its funds, and co-financing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coalition.arrangement_terms import CoFinancing, DeprivationTariff
from coalition.arrangements import ALMOST
from coalition.arrangements_in_cells import CostLines, area_funds_in_cells, co_financing_in_cells
from coalition.cells import Expr, Line, as_expr, both, flag, only_year, part_of, running_years, smallest, total_of
from coalition.measured import Subject
from coalition.parties import MUNICIPALITY, PROVIDERS, Pocket, Reason
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.areas import AnArea, AreaBlock, Caption
from coalition.workbook.claims import Booking
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting


class _PerArea:
    """Rows of one arrangement in its areas."""

    def __init__(self, on: AgreementRows, name: str, where: Sequence[int]) -> None:
        self.on, self.name, self.where = on, name, tuple(where)

    def rows(self, key: str, label: str, content: AnArea, unit: str = "€") -> AreaBlock:
        """Rows of amounts, or of people."""
        caption = Caption(f"{self.name} {key}", label, unit, "euro2" if unit == "€" else "count")
        return self.on.claims.rows(caption, self.where, content)

    def by_code(self, block: AreaBlock) -> dict[str, Line]:
        """Rows by the code of their area."""
        return {self.on.areas.codes[k]: block.at(k) for k in self.where}

    def together(self, key: str, label: str, lines: Mapping[str, Line]) -> AreaBlock:
        """Rows that stand apart, below each other."""
        return self.rows(key, label, lambda k: as_expr(lines[self.on.areas.codes[k]]))


# --- deprivation tariff -------------------------------------------------------------------------------------------


def tariff_postings(on: AgreementRows, name: str, terms: DeprivationTariff) -> Iterator[CellPosting]:
    """Insurers pay GPs more in deprived areas, and a fund that helps where the municipality takes part."""
    page, path, say = on.claims.page(name), on.paths[name], on.say
    running, last = running_years(page, path), only_year(page, path, "last")
    at = _PerArea(on, name, [k for k, a in enumerate(on.areas.codes) if a in terms.patients])
    label = say("toeslag per patiënt", "surcharge per patient")
    per_patient = on.claims.row(label, on.frame.price(terms.surcharge_eur_per_patient) * running)
    label = say("fondsbijdrage per patiënt", "contribution per patient")
    to_fund = on.claims.row(label, on.frame.price(terms.fund_eur_per_patient) * running)
    patients = {k: on.inputs.of(terms.patients[on.areas.codes[k]]) for k in at.where}
    label = say("achterstandstoeslag", "deprivation surcharge")
    surcharge = at.rows("surcharge", label, lambda k: patients[k] * per_patient)
    label = say("bijdrage aan het fonds", "contribution to the fund")
    income = at.rows("income", label, lambda k: patients[k] * to_fund)
    label = say("gevraagd van het fonds", "asked of the fund")
    asked = at.rows("asked", label, lambda k: _helped(on, terms, k))
    funds = area_funds_in_cells(page, at.by_code(income), at.by_code(asked), running, last)
    back = at.together("back rows", say("terug naar verzekeraars", "back to insurers"), funds.given_back)
    paid = at.together("paid rows", say("uitkering van het fonds", "paid by the fund"), funds.paid)
    for insurer in on.areas.insurers:
        for reason, sides, block in (
            (Reason.DEPRIVATION_SURCHARGE, (insurer, PROVIDERS), surcharge),
            (Reason.DEPRIVATION_FUND, (insurer, name), income),
            (Reason.DEPRIVATION_REST, (name, insurer), back),
        ):
            label = f"{on.areas.insurer_name(insurer)}: {block[0].label.partition(':')[0]}"
            part = on.claims.row(label, on.areas.insured_part(block, insurer))
            yield on.claims.posting(Booking(name, reason, Pocket.ZVW), sides, total=part)
    booking = Booking(name, Reason.DEPRIVATION_DELIVERY, Pocket.ZVW)
    yield on.claims.posting(booking, (name, terms.to), areas=paid)


def _helped(on: AgreementRows, terms: DeprivationTariff, position: int) -> Expr:
    """What is asked of the fund in an area, where the municipality pays at least the agreed part."""
    claims, say, name = on.claims, on.say, terms.intervention
    payers = dict.fromkeys(p.source for p in claims.postings if p.reason is Reason.DELIVERY)
    total = total_of(claims.delivery_at(payer, name, position) for payer in payers)
    area = on.areas.people.name(on.areas.codes[position])
    whole = claims.row(say("alle uitvoering", "all delivery") + f", {area}", total)
    own = claims.delivery_at(MUNICIPALITY, name, position)
    almost = on.inputs.fixed(say("marge bij het vereiste deel", "margin at the part required"), "", ALMOST)
    needed = on.inputs.of(terms.cooperation_share) - almost
    label = say("gemeente doet mee", "municipality takes part") + f", {area}"
    together = claims.row(label, flag(both(part_of(own, whole) >= needed, whole > 0)), "0/1")
    delivery = claims.delivery_at(terms.to, name, position)
    return on.inputs.of(terms.delivery_share) * delivery * together


# --- co-financing -------------------------------------------------------------------------------------------------


def co_financing_postings(on: AgreementRows, name: str, terms: CoFinancing) -> Iterator[CellPosting]:
    """The municipality pays a part of what its inhabitants cost, and is compensated beforehand."""
    claims, say = on.claims, on.say
    subject = on.subject(terms.to, terms.pockets, "all", terms.areas)
    at = _PerArea(on, name, claims.inside(subject))
    lines = _cost_lines(at, terms, subject)
    found = co_financing_in_cells(claims.page(name), terms, on.paths[name], lines)
    cash = claims.cash(subject)
    served = claims.row(say("ten laste van de besparing", "out of the saving"), smallest(found.lower, cash))
    claims.note(subject, served)
    back = Reason.CO_FINANCING if terms.compensated_by == terms.to else Reason.CO_FINANCING_COMPENSATION
    for reason, sides, amounts in (
        (Reason.CO_FINANCING, (MUNICIPALITY, terms.to), found.pays),
        (back, (terms.compensated_by, MUNICIPALITY), found.gets),
    ):
        if amounts:
            block = at.together(f"{reason} {sides[0]}", str(reason.value).replace("_", " "), amounts)
            yield claims.posting(Booking(name, reason, terms.law), sides, areas=block)


def _cost_lines(at: _PerArea, terms: CoFinancing, subject: Subject) -> CostLines:
    """What the people of each area are expected to cost, what is saved, how many they are, and the most they pay."""
    on, say, people = at.on, at.on.say, at.on.areas.people
    weights, everybody = people.weights(EVERYBODY), say("iedereen", "everybody")
    costs = {q: people.cost_of(weights, everybody, q) for q in terms.pockets if people.has_cost(q)}

    def cost(k: int) -> Expr:
        total = total_of(block[k] * people.growth(q) for q, block in costs.items())
        return total * on.areas.market_at(terms.to, k) if terms.to in on.areas.insurers else total

    expected = at.rows("expected", say("verwachte kosten", "expected cost"), cost)
    saved = at.rows("saved", say("bespaard", "saved"), lambda k: on.measured.saved_in(subject, [k]))
    heads, unit = people.of_ages(EVERYBODY), say("mensen", "people")
    inhabitants = at.rows("people", say("inwoners", "inhabitants"), lambda k: as_expr(heads[k]), unit)
    cap = None
    if terms.cap_eur_per_inhabitant is not None:
        label = say("plafond per inwoner", "cap per inhabitant")
        cap = on.claims.row(label, on.frame.price(terms.cap_eur_per_inhabitant))
    return CostLines(at.by_code(expected), at.by_code(saved), at.by_code(inhabitants), cap)
