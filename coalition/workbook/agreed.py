"""What is agreed on top of the law, as cells: contracts, funds and the other arrangements, in the order of their claims.

An arrangement that is switched off stands in the workbook too, with amounts of 0: its switch is an input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coalition.agreed import PAYS_DELIVERY, dated_in_cells
from coalition.arrangement_terms import (
    KINDS,
    Arrangement,
    CoFinancing,
    Departure,
    DeprivationTariff,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
    SidePayment,
)
from coalition.arrangements import ALMOST
from coalition.arrangements_in_cells import (
    CostLines,
    area_funds_in_cells,
    budget_account_in_cells,
    capitation_in_cells,
    co_financing_in_cells,
    impact_bond_in_cells,
    population_payment_in_cells,
)
from coalition.benchmarks import PeopleLines
from coalition.cells import Expr, Line, Sheet, as_expr, both, flag, largest, only_year, part_of, running_years, smallest
from coalition.contract_cells import TermLines
from coalition.contracts import Contract, Population
from coalition.fund import RequestLines, StatementLines, pays_on_proof, run_fund_in_cells
from coalition.fund_terms import Draw, Fund
from coalition.measured import Subject, projected_savings_in_cells, side_of
from coalition.parties import MUNICIPALITY, PROVIDERS, RESOURCES, STATE, Pocket, Reason
from coalition.schema import Ages
from coalition.shared_savings import settle_in_cells
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.claims import Booking, CellClaims
from coalition.workbook.contract_words import CONTRACT_WORDS
from coalition.workbook.frame import Frame
from coalition.workbook.law import Law
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting


@dataclass
class AgreedCells:
    """What the arrangements of a scenario lead to.

    Attributes:
        postings: to be added to those of the law.
        funds: statements by id.
    """

    postings: list[CellPosting] = field(default_factory=list)
    funds: dict[str, StatementLines] = field(default_factory=dict)


def agreed_in_cells(frame: Frame, areas: Areas, law: Law) -> AgreedCells:
    """Every arrangement of a scenario, in force or not."""
    found = AgreedCells()
    if any(getattr(frame.spec.arrangements, kind) for kind in KINDS):
        sheet = frame.sheet(
            ("Berekening_afspraken", "Calc_agreements"),
            ("Afspraken: contracten, fonds en andere", "Agreements: contracts, fund and others"),
        )
        _Agreement(frame, areas, law, sheet, found).all()
    return found


class _Agreement:
    """Arrangements in the order in which their claims are served."""

    def __init__(self, frame: Frame, areas: Areas, law: Law, sheet: Sheet, found: AgreedCells) -> None:
        self.frame, self.areas, self.law, self.sheet, self.found = frame, areas, law, sheet, found
        self.claims = CellClaims(frame, areas, law, sheet)
        self.terms, self.say, self.inputs = frame.spec.arrangements, frame.say, frame.inputs
        self.paths = {n: f"arrangements.{kind}.{n}" for kind in KINDS for n in getattr(self.terms, kind)}

    def all(self) -> None:
        """Those that claim a saving in the order of their claims, then the others."""
        before = [n for n, f in self.terms.funds.items() if f.rank_among_claims == "before_contracts"]
        for name in dict.fromkeys([*self.terms.order, *before, *self.terms.claiming]):
            self.sheet.heading(self.terms.claiming[name].name)
            self.claim(name, self.terms.claiming[name])
        for name, tariff in self.terms.deprivation_tariffs.items():
            self.sheet.heading(tariff.name)
            self.tariff(name, tariff)
        for name, payment in self.terms.side_payments.items():
            self.side_payment(name, payment, self.paths[name])
        for name, departure in self.terms.departures.items():
            self.departure(name, departure)

    def claim(self, name: str, terms: Arrangement) -> None:
        """One arrangement that is paid out of a saving."""
        if isinstance(terms, Contract):
            self.contract(name, terms)
        elif isinstance(terms, Fund):
            self.fund(name, terms)
        elif isinstance(terms, RegionalBudget):
            self.budget(name, terms)
        elif isinstance(terms, PopulationPayment):
            self.payment(name, terms)
        elif isinstance(terms, ImpactBond):
            self.bond(name, terms)
        elif isinstance(terms, CoFinancing):
            self.co_financing(name, terms)

    def add(self, postings: list[CellPosting]) -> None:
        """Postings of an arrangement."""
        self.found.postings.extend(postings)

    def subject(self, holder: str, pockets: object, interventions: object, areas: object = "all") -> Subject:
        """What a claim is about, with `all` written out."""
        named = list(self.frame.spec.interventions) if interventions == "all" else list(interventions)  # type: ignore[call-overload]
        where = self.areas.codes if areas == "all" else areas
        return Subject(holder, frozenset(pockets), frozenset(named), frozenset(where))  # type: ignore[arg-type,call-overload]

    def enabled(self, name: str) -> Line:
        """The switch of an arrangement."""
        return self.inputs.stated(f"{self.paths[name]}.enabled")

    # contracts

    def contract(self, name: str, contract: Contract) -> None:
        """Savings measured, clauses, and payments when they are made."""
        scope, path = contract.scope, self.paths[name]
        assert scope is not None  # checks.py asks for it
        subject = self.subject(contract.pays, scope.pockets, scope.interventions, scope.areas)
        people = self.claims.people(subject, contract.population)
        lines = PeopleLines(
            people.persons, people.cost, self.claims.saved(subject),
            {q: self.inputs.of(self.frame.spec.region.growth_per_year[q]) for q in people.cost},
            contract.population is not Population.PARTICIPANTS,
        )  # fmt: skip
        names = {p: s.name or self.claims.called(p) for p, s in contract.sharers.items()}
        terms = TermLines(self.sheet, contract, path, self.inputs, self.frame.axis, self.contract_words, names)
        settlement = settle_in_cells(terms, projected_savings_in_cells(terms, lines))
        paid = dated_in_cells(settlement, self.claims.cash(subject))
        self.claims.note(subject, paid.served)
        where, pocket = self.claims.inside(subject), scope.pockets[0]
        for party in settlement.payments:
            for reason, amounts, sides in (
                (Reason.SHARED_SAVINGS, paid.shared_savings, (contract.pays, party)),
                (Reason.OWN_MONEY, paid.own_paid, (contract.pays, party)),
                (Reason.SHARED_SAVINGS, paid.owed, (party, contract.pays)),
            ):
                self.add(self.claims.post(Booking(name, reason, pocket), sides, amounts[party], positions=where))

    def contract_words(self, key: str) -> str:
        """A label of a contract."""
        return CONTRACT_WORDS[key][0 if self.frame.lang == "nl" else 1]

    # funds

    def fund(self, name: str, fund: Fund) -> None:
        """Requests, the statement, and what moves."""
        everywhere = range(len(self.areas.codes))
        wanted = {}
        for n, draw in fund.draws.items():
            asked = self.claims.asked(draw.to, draw.intervention, draw.delivery_share, everywhere)
            if pays_on_proof(draw.kind):
                label = self.say("alleen op resultaat", "only on a result")
                asked = self.claims.row(label, asked * flag(self.frame.effect_scale > 0))
            wanted[n] = asked
        subjects = {n: self.of_draw(d) for n, d in fund.draws.items() if d.from_savings is not None}
        savings = {n: self.claims.cash(s) for n, s in subjects.items()}
        page = self.claims.page(name, "")
        moved = run_fund_in_cells(page, fund, self.paths[name], RequestLines(wanted, savings))
        for n, subject in subjects.items():
            if n in moved.claimed:
                self.claims.note(subject, moved.claimed[n])
        self.found.funds[name] = moved
        self.fund_postings(name, fund, moved)

    def of_draw(self, draw: Draw) -> Subject:
        rule = draw.from_savings
        assert rule is not None
        return self.subject(rule.holder, rule.pockets, [draw.intervention])

    def fund_postings(self, name: str, fund: Fund, moved: StatementLines) -> None:
        own = Pocket.EIGEN_MIDDELEN

        def post(
            reason: Reason,
            law: Pocket,
            sides: tuple[str, str],
            amounts: Mapping[str, Line],
            n: str,
            draw: Draw | None = None,
        ) -> None:
            if n not in amounts:
                return
            key = None if draw is None else (lambda k: self.claims.delivery_at(draw.to, draw.intervention, k))
            self.add(self.claims.post(Booking(name, reason, law), sides, amounts[n], key))

        for n, stated in fund.contributions.items():
            post(Reason.FUND_CONTRIBUTION, stated.law, (stated.party, name), moved.contributions, n)
            post(Reason.FUND_DISTRIBUTION, stated.law, (name, stated.party), moved.distributed, n)
        for n, draw in fund.draws.items():
            post(Reason.FUND_DRAW, own, (name, draw.to), moved.paid, n, draw)
            payer = draw.to if draw.from_savings is None else draw.from_savings.holder
            law = own if draw.from_savings is None else draw.from_savings.pockets[0]
            post(Reason.FUND_REPAYMENT, law, (payer, name), moved.repaid, n)
        post(Reason.FUND_INTEREST, own, (STATE, name), {"": moved.interest}, "")
        post(Reason.FUND_FEE, own, (name, RESOURCES), {"": moved.fees}, "")

    # one regional budget

    def budget(self, name: str, terms: RegionalBudget) -> None:
        """Kavelmodel: members bring in what they expect to pay."""
        subjects = {
            n: self.subject(m.party, m.pockets, terms.interventions, terms.areas) for n, m in terms.members.items()
        }
        where = [k for k, a in enumerate(self.areas.codes) if terms.areas == "all" or a in terms.areas]
        changes = {n: self.claims.change_row(s) for n, s in subjects.items()}
        asked = {n: self.claims.asked(s.to, s.intervention, s.delivery_share, where) for n, s in terms.spending.items()}
        moved = budget_account_in_cells(self.claims.page(name, ""), terms, self.paths[name], changes, asked)
        for n, member in terms.members.items():
            self.claims.note(subjects[n], moved.saved[n])
            into, out, here = (member.party, name), (name, member.party), self.claims.inside(subjects[n])
            for reason, law, sides, amounts in (
                (Reason.BUDGET_DEPOSIT, member.law, into, moved.deposits),
                (Reason.BUDGET_SAVING, member.pockets[0], into, moved.saved),
                (Reason.BUDGET_COVER, member.pockets[0], out, moved.covered),
                (Reason.BUDGET_CLOSING, member.law, out, moved.settled),
            ):
                if n in amounts:
                    self.add(self.claims.post(Booking(name, reason, law), sides, amounts[n], positions=here))
        for n, spending in terms.spending.items():
            booking = Booking(name, Reason.BUDGET_DELIVERY, Pocket.EIGEN_MIDDELEN)
            self.add(
                self.claims.post(
                    booking,
                    (name, spending.to),
                    moved.paid[n],
                    lambda k, s=spending: self.claims.delivery_at(s.to, s.intervention, k),
                    where,
                )
            )  # type: ignore[misc]

    # population payment

    def payment(self, name: str, terms: PopulationPayment) -> None:
        """A fixed sum for the people of a region."""
        scope = terms.scope
        subject = self.subject(terms.pays, scope.pockets, scope.interventions, scope.areas)
        people = self.claims.people(subject, Population.ALL_INSURED)
        label = self.say("kosten zonder programma", "cost without a programme")
        total: Expr = as_expr(0)
        for line in people.cost.values():
            total = total + line
        expected, page = self.claims.row(label, total), self.claims.page(name, "")
        norms = self.norms(name, terms, subject) if terms.norms else None
        found = population_payment_in_cells(page, terms, self.paths[name], expected, self.claims.saved(subject), norms)
        cash, where = self.claims.cash(subject), self.claims.inside(subject)
        served = self.claims.row(
            self.say("betaald uit de besparing", "paid out of the saving"), smallest(found.owed, cash)
        )
        own = self.claims.row(self.say("eigen geld", "own money"), found.owed - served)
        self.claims.note(subject, served)
        first = min(subject.pockets, key=list(Pocket).index)
        sides = (terms.pays, terms.receives)
        paid = Booking(name, Reason.POPULATION_PAYMENT, first)
        self.add(self.claims.post(paid, sides, served, positions=where))
        self.add(self.claims.post(Booking(name, Reason.OWN_MONEY, first), sides, own, positions=where))
        carried = Booking(name, Reason.POPULATION_PAYMENT, scope.pockets[0])
        self.add(self.claims.post(carried, sides[::-1], found.carried, positions=where))

    def norms(self, name: str, terms: PopulationPayment, subject: Subject) -> Line:
        """The sum by norms: people of each age as far as the payer has to do with them."""
        people, where = self.areas.people, self.claims.inside(subject)
        heads = []
        lasts = [*(n.age_from - 1 for n in terms.norms[1:]), None]
        for norm, last in zip(terms.norms, lasts, strict=True):
            ages = people.of_ages(Ages.model_validate({"from": norm.age_from, "to": last}))

            def part(k: int, ages: object = ages) -> Expr:
                insured = self.areas.market_at(terms.pays, k) if terms.pays in self.areas.insurers else as_expr(1)
                return ages[k] * insured  # type: ignore[index]

            block = self.areas.block(
                f"{name} heads {norm.age_from}",
                self.say("mensen vanaf", "people from") + f" {norm.age_from}",
                self.say("mensen", "people"),
                where,
                part,
                sheet=self.sheet,
                style="count",
            )
            heads.append(block.lines)
        prices = [
            self.claims.row(self.say("norm", "norm") + f" {n.age_from}+", self.frame.price(n.eur_per_person_year))
            for n in terms.norms
        ]
        codes = [self.areas.codes[k] for k in where]
        return capitation_in_cells(self.claims.page(name, ""), terms, codes, heads, prices)

    # impact bond

    def bond(self, name: str, terms: ImpactBond) -> None:
        """An investor pays the delivery; outcome payers pay back out of what they saved."""
        subjects = {
            n: self.subject(p.party, p.pockets, [terms.intervention], terms.areas)
            for n, p in terms.outcome_payers.items()
        }
        where = [k for k, a in enumerate(self.areas.codes) if terms.areas == "all" or a in terms.areas]
        asked = self.claims.asked(terms.provider, terms.intervention, terms.delivery_share, where)
        measured = {n: self.claims.saved(s) for n, s in subjects.items()}
        cash = {n: self.claims.cash(s) for n, s in subjects.items()}
        found = impact_bond_in_cells(self.claims.page(name, ""), terms, self.paths[name], asked, measured, cash)
        self.add(
            self.claims.post(
                Booking(name, Reason.BOND_INVESTMENT, Pocket.EIGEN_MIDDELEN),
                (terms.investor, terms.provider),
                found.account.invested,
                lambda k: self.claims.delivery_at(terms.provider, terms.intervention, k),
                where,
            )
        )
        if terms.assessor is not None:
            fee = self.claims.row(
                self.say("kosten van de beoordelaar", "cost of the assessor"),
                self.inputs.by_year(f"{self.paths[name]}.assessor.fee_eur") * self.enabled(name),
            )
            booking = Booking(name, Reason.BOND_ASSESSMENT, terms.assessor.law)
            self.add(self.claims.post(booking, (terms.assessor.paid_by, RESOURCES), fee, positions=where))
        for n, payer in terms.outcome_payers.items():
            self.claims.note(subjects[n], found.claimed[n])
            booking = Booking(name, Reason.BOND_REPAYMENT, payer.pockets[0])
            here = self.claims.inside(subjects[n])
            self.add(self.claims.post(booking, (payer.party, terms.investor), found.repaid[n], positions=here))

    # deprivation tariff

    def tariff(self, name: str, terms: DeprivationTariff) -> None:
        """Insurers pay GPs more in deprived areas, and a fund that helps where the municipality takes part."""
        page, path, say = self.claims.page(name, ""), self.paths[name], self.say
        running, last = running_years(page, path), only_year(page, path, "last")
        where = [k for k, a in enumerate(self.areas.codes) if a in terms.patients]
        price = {
            key: self.claims.row(label, self.frame.price(stated) * running)
            for key, label, stated in (
                ("surcharge", say("toeslag per patiënt", "surcharge per patient"), terms.surcharge_eur_per_patient),
                ("income", say("fondsbijdrage per patiënt", "contribution per patient"), terms.fund_eur_per_patient),
            )
        }
        patients = {k: self.inputs.of(terms.patients[self.areas.codes[k]]) for k in where}

        def per_area(key: str, label: str) -> AreaBlock:
            return self.areas.block(
                f"{name} {key}", label, "€", where, lambda k: patients[k] * price[key], sheet=self.sheet
            )

        surcharge = per_area("surcharge", say("achterstandstoeslag", "deprivation surcharge"))
        income = per_area("income", say("bijdrage aan het fonds", "contribution to the fund"))
        asked = self.areas.block(
            f"{name} asked",
            say("gevraagd van het fonds", "asked of the fund"),
            "€",
            where,
            lambda k: self.helped(terms, k),
            sheet=self.sheet,
        )
        codes = {k: self.areas.codes[k] for k in where}
        funds = area_funds_in_cells(
            page, {codes[k]: income.at(k) for k in where}, {codes[k]: asked.at(k) for k in where}, running, last
        )

        def rows(key: str, label: str, lines: Mapping[str, Line]) -> AreaBlock:
            return self.areas.block(
                f"{name} {key} rows", label, "€", where, lambda k: as_expr(lines[codes[k]]), sheet=self.sheet
            )

        back = rows("back", say("terug naar verzekeraars", "back to insurers"), funds.given_back)
        paid = rows("paid", say("uitkering van het fonds", "paid by the fund"), funds.paid)
        for insurer in self.areas.insurers:
            for reason, sides, block in (
                (Reason.DEPRIVATION_SURCHARGE, (insurer, PROVIDERS), surcharge),
                (Reason.DEPRIVATION_FUND, (insurer, name), income),
                (Reason.DEPRIVATION_REST, (name, insurer), back),
            ):
                label = f"{self.areas.insurer_name(insurer)}: {block[0].label.partition(':')[0]}"
                part = self.claims.row(label, self.areas.insured_part(block, insurer))
                self.add([self.claims.posting(Booking(name, reason, Pocket.ZVW), sides, total=part)])
        booking = Booking(name, Reason.DEPRIVATION_DELIVERY, Pocket.ZVW)
        self.add([self.claims.posting(booking, (name, terms.to), areas=paid)])

    def helped(self, terms: DeprivationTariff, position: int) -> Expr:
        """What is asked of the fund in an area, where the municipality pays at least the agreed part."""
        total: Expr = as_expr(0)
        for source in dict.fromkeys(p.source for p in self.claims.postings if p.reason is Reason.DELIVERY):
            total = total + self.claims.delivery_at(source, terms.intervention, position)
        area, say = self.areas.people.name(self.areas.codes[position]), self.say
        whole = self.claims.row(say("alle uitvoering", "all delivery") + f", {area}", total)
        own = self.claims.delivery_at(MUNICIPALITY, terms.intervention, position)
        almost = self.inputs.fixed(say("marge bij het vereiste deel", "margin at the part required"), "", ALMOST)
        needed = self.inputs.of(terms.cooperation_share) - almost
        together = self.claims.row(
            say("gemeente doet mee", "municipality takes part") + f", {area}",
            flag(both(part_of(own, whole) >= needed, whole > 0)),
            "0/1",
        )
        delivery = self.claims.delivery_at(terms.to, terms.intervention, position)
        return self.inputs.of(terms.delivery_share) * delivery * together

    # co-financing

    def co_financing(self, name: str, terms: CoFinancing) -> None:
        """The municipality pays a part of what its inhabitants cost, and is compensated beforehand."""
        subject = self.subject(terms.to, terms.pockets, "all", terms.areas)
        where = self.claims.inside(subject)
        pockets = [q for q in terms.pockets if self.areas.people.has_cost(q)]
        people, say = self.areas.people, self.say
        weights = people.weights(EVERYBODY)
        costs = {q: people.cost_of(weights, say("iedereen", "everybody"), q) for q in pockets}
        insured = terms.to in self.areas.insurers

        def expected(k: int) -> Expr:
            total: Expr = as_expr(0)
            for q, block in costs.items():
                total = total + block[k] * people.growth(q)
            return total * self.areas.market_at(terms.to, k) if insured else total

        codes = {k: self.areas.codes[k] for k in where}
        rows = {
            "expected": self.areas.block(
                f"{name} expected", say("verwachte kosten", "expected cost"), "€", where, expected, sheet=self.sheet
            ),
            "saved": self.areas.block(
                f"{name} saved",
                say("bespaard", "saved"),
                "€",
                where,
                lambda k: self.claims.saved_in(subject, [k]),
                sheet=self.sheet,
            ),
            "people": self.areas.block(
                f"{name} people",
                say("inwoners", "inhabitants"),
                say("mensen", "people"),
                where,
                lambda k: as_expr(people.of_ages(EVERYBODY)[k]),
                sheet=self.sheet,
                style="count",
            ),
        }
        cap = None
        if terms.cap_eur_per_inhabitant is not None:
            cap = self.claims.row(
                say("plafond per inwoner", "cap per inhabitant"), self.frame.price(terms.cap_eur_per_inhabitant)
            )
        per_area = {key: {codes[k]: block.at(k) for k in where} for key, block in rows.items()}
        found = co_financing_in_cells(
            self.claims.page(name, ""),
            terms,
            self.paths[name],
            CostLines(per_area["expected"], per_area["saved"], per_area["people"], cap),
        )
        cash = self.claims.cash(subject)
        served = self.claims.row(say("ten laste van de besparing", "out of the saving"), smallest(found.lower, cash))
        self.claims.note(subject, served)
        back = Reason.CO_FINANCING if terms.compensated_by == terms.to else Reason.CO_FINANCING_COMPENSATION
        for reason, sides, lines in (
            (Reason.CO_FINANCING, (MUNICIPALITY, terms.to), found.pays),
            (back, (terms.compensated_by, MUNICIPALITY), found.gets),
        ):
            if lines:
                block = self.areas.block(
                    f"{name} {reason} {sides[0]}",
                    str(reason.value).replace("_", " "),
                    "€",
                    where,
                    lambda k, lines=lines: as_expr(lines[codes[k]]),
                    sheet=self.sheet,
                )  # type: ignore[misc]
                self.add([self.claims.posting(Booking(name, reason, terms.law), sides, areas=block)])

    # payments and departures

    def side_payment(self, name: str, payment: SidePayment, path: str) -> None:
        """A fixed amount from one party to another."""
        switch = self.inputs.stated(f"{path}.enabled")
        if path.startswith("arrangements.departures."):
            switch = self.inputs.stated(f"{'.'.join(path.split('.')[:3])}.enabled")
        amount = self.claims.row(payment.name, self.inputs.by_year(f"{path}.amounts_eur") * switch)
        self.add(
            self.claims.post(Booking(name, Reason.SIDE_PAYMENT, payment.law), (payment.source, payment.target), amount)
        )

    def departure(self, name: str, departure: Departure) -> None:
        """Who pays in the place of the party that left."""
        self.sheet.heading(departure.name)
        for n, payment in departure.payments.items():
            self.side_payment(name, payment, f"{self.paths[name]}.payments.{n}")
        if departure.taken_over_by is None or departure.law is None:
            return
        first = self.inputs.stated(f"{self.paths[name]}.from_year")
        gone = self.claims.row(
            self.say("na het vertrek", "after leaving"),
            self.frame.axis.running(first, self.frame.axis.last) * self.enabled(name),
            "0/1",
        )
        booking = Booking(name, Reason.TAKE_OVER, departure.law)
        sides = (departure.taken_over_by, departure.party)
        for n, burden in enumerate(self.burdens(departure.party)):
            for sign, pair in ((1, sides), (-1, sides[::-1])):
                block = self.areas.block(
                    f"{name} burden {n} {sign}",
                    self.say("overgenomen", "taken over"),
                    "€",
                    burden.positions,
                    lambda k, b=burden, s=sign: largest((b.at(k) if s > 0 else 0 - b.at(k)) * gone, 0),  # type: ignore[misc]
                    sheet=self.sheet,
                )
                self.add([self.claims.posting(booking, pair, areas=block)])

    def burdens(self, party: str) -> list[AreaBlock]:
        """What a party pays (+) for delivery, and for each policy that it carries, per area."""
        everywhere = range(len(self.areas.codes))
        own = [p for p in self.found.postings if p.reason in PAYS_DELIVERY and side_of(p.target) == side_of(party)]

        def delivery(k: int) -> Expr:
            total: Expr = as_expr(0)
            for intervention in self.frame.spec.interventions:
                total = total + self.claims.delivery_at(party, intervention, k)
            for p in own:
                if p.areas is not None and (party in {p.target, MUNICIPALITY} or p.target == MUNICIPALITY):
                    mine = not party.startswith("GM") or self.areas.municipalities[k] == party
                    total = total - (p.areas.at(k) if mine and k in p.areas.positions else as_expr(0))
            return largest(total, 0)

        found = [
            self.areas.block(
                f"burden of {party}",
                self.say("uitvoering van", "delivery of") + f" {self.claims.called(party)}",
                "€",
                everywhere,
                delivery,
                sheet=self.sheet,
            )
        ]
        for name, policy in self.frame.spec.gemeentepolis.items():
            if policy.insurer == party:
                found.append(self.policy_burden(name, party))
        return found

    def policy_burden(self, name: str, party: str) -> AreaBlock:
        """What a policy costs the insurer that carries it, per area."""
        moved = [p for p in self.claims.postings if p.intervention == name and p.areas is not None]

        def paid(k: int) -> Expr:
            total: Expr = as_expr(0)
            for p in moved:
                assert p.areas is not None
                if k in p.areas.positions and p.source == party:
                    total = total + p.areas.at(k)
                if k in p.areas.positions and p.target == party:
                    total = total - p.areas.at(k)
            return total

        label = self.say("wat de polis kost", "what the policy costs") + f": {name}"
        return self.areas.block(f"burden {name}", label, "€", range(len(self.areas.codes)), paid, sheet=self.sheet)
