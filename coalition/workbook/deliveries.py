"""Who pays delivery, as cells: the policy module and grants first, then the payers that are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from coalition.cells import Expr, total_of
from coalition.parties import INSURERS, MUNICIPALITY, RESOURCES, Pocket, Reason
from coalition.schema import Payer
from coalition.workbook.areas import AreaBlock
from coalition.workbook.grants import Grants, payer_share
from coalition.workbook.law_rows import LawSheet, Where
from coalition.workbook.members import Insured
from coalition.workbook.policies import PolicyCells
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import ProgrammeCells, Programmes


class Deliveries:
    """Payers of every intervention."""

    def __init__(self, on: LawSheet, programmes: Programmes, insured: Insured) -> None:
        self.on, self.programmes, self.insured, self.say = on, programmes, insured, on.say

    def postings(self) -> Iterator[CellPosting]:
        """What each payer pays."""
        grants = Grants(self.on, self.programmes)
        for name, programme in self.programmes.found.items():
            self.on.sheet.heading(programme.stated.name)
            yield from self.by_modules(programme)
            yield from grants.postings(name)
            for n, payer in enumerate(programme.stated.payers):
                share = payer_share(self.on, name, n)
                left = grants.left_to_pay(name, payer.law)
                yield from self.paid_by(programme, payer, f"{name} paid {n}", share if left is None else share * left)

    def by_modules(self, programme: ProgrammeCells) -> Iterator[CellPosting]:
        """What the policies pay of it that have its module."""
        module, paid = programme.stated.policy_module, programme.by_module
        if module is None or paid is None:
            return
        for policy in self.programmes.policies.found.values():
            if module.module in policy.policy.modules:
                yield from self.by_module(programme, policy, paid)

    def by_module(self, programme: ProgrammeCells, policy: PolicyCells, paid: AreaBlock) -> Iterator[CellPosting]:
        """What one policy pays, where and while it is in force."""
        here = [k for k in programme.positions if k in policy.positions]
        if here:
            label = self.say("betaald door de module van", "paid by the module of") + f" {policy.policy.name}"
            key = f"{programme.name} module {policy.name}"
            rows = self.on.rows(key, label, here, lambda k: paid.at(k) * policy.force.at(k))
            about = (Reason.DELIVERY, Pocket.AANVULLENDE_VERZEKERING, programme.name)
            yield CellPosting(*about, policy.policy.insurer, RESOURCES, rows)

    def paid_by(self, programme: ProgrammeCells, payer: Payer, key: str, share: Expr) -> Iterator[CellPosting]:
        """What a payer that is named pays: a municipality, a national account, or insurers."""
        own, label = programme.own, self.say("betaalt uitvoering", "pays delivery")
        booked = partial(CellPosting, Reason.DELIVERY, payer.law, programme.name)
        if payer.party == MUNICIPALITY:
            words = self.say("gemeente ", "municipality ") + label
            rows = self.on.rows(key, words, programme.positions, lambda k: own.at(k) * share)
            yield booked(MUNICIPALITY, RESOURCES, areas=rows)
        elif payer.party in {INSURERS, programme.stated.members_of}:
            for insurer in self.on.areas.insurers:
                part = partial(self.insured_part, programme, insurer, share)
                words = f"{self.on.areas.insurer_name(insurer)} {label}"
                total = self.on.total(f"{key} {insurer}", words, part())
                yield booked(insurer, RESOURCES, total=total, within=part)
        else:

            def all_of(inside: Where = None) -> Expr:
                return share * self.on.areas.summed(own, inside)

            total = self.on.total(key, f"{self.on.frame.party(payer.party)} {label}", all_of())
            yield booked(payer.party, RESOURCES, total=total, within=all_of)

    def insured_part(self, programme: ProgrammeCells, insurer: str, share: Expr, inside: Where = None) -> Expr:
        """An insurer's part of delivery: by market, or where members are insured in each programme year."""
        members, areas = self.insured.members(programme.name), self.on.areas
        if members is None:
            return share * areas.insured_part(programme.own, insurer, inside)
        amounts = []
        for year, part in enumerate(programme.parts):
            amount = areas.summed(part, inside)
            if year == 0 and programme.fixed is not None:
                amount = amount + areas.summed(programme.fixed, inside)
            amounts.append(members.share(insurer, year) * amount)
        return share * total_of(amounts)
