"""What is agreed on top of the law, as cells: every arrangement, in the order in which its claims are served.

An arrangement that is switched off stands in the workbook too, with amounts of 0: its switch is an input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coalition.arrangement_terms import (
    KINDS,
    Arrangement,
    CoFinancing,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
)
from coalition.contracts import Contract
from coalition.fund import StatementLines
from coalition.fund_terms import Fund
from coalition.workbook.agreed_areas import co_financing_postings, tariff_postings
from coalition.workbook.agreed_budget import bond_postings, budget_postings
from coalition.workbook.agreed_contract import contract_postings, payment_postings
from coalition.workbook.agreed_departure import departure_postings, side_payment_postings
from coalition.workbook.agreed_fund import fund_postings, fund_statement
from coalition.workbook.agreement_rows import AgreementRows
from coalition.workbook.areas import Areas
from coalition.workbook.law import Law
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


def agreed_in_cells(areas: Areas, law: Law) -> AgreedCells:
    """Every arrangement of a scenario, in force or not."""
    found, frame = AgreedCells(), areas.frame
    if any(getattr(frame.spec.arrangements, kind) for kind in KINDS):
        sheet = frame.sheet(
            ("Berekening_afspraken", "Calc_agreements"),
            ("Afspraken: contracten, fonds en andere", "Agreements: contracts, fund and others"),
        )
        _Agreement(AgreementRows(areas, law, sheet), found).all()
    return found


class _Agreement:
    """Arrangements in the order in which their claims are served."""

    def __init__(self, on: AgreementRows, found: AgreedCells) -> None:
        self.on, self.found = on, found

    def all(self) -> None:
        """Those that claim a saving in the order of their claims, then the others."""
        on, terms = self.on, self.on.terms
        before = [n for n, f in terms.funds.items() if f.rank_among_claims == "before_contracts"]
        for name in dict.fromkeys([*terms.order, *before, *terms.claiming]):
            on.sheet.heading(terms.claiming[name].name)
            self.add(self.claim(name, terms.claiming[name]))
        for name, tariff in terms.deprivation_tariffs.items():
            on.sheet.heading(tariff.name)
            self.add(tariff_postings(on, name, tariff))
        for name, payment in terms.side_payments.items():
            self.add(side_payment_postings(on, name, payment, on.paths[name], on.enabled(name)))
        for name, departure in terms.departures.items():
            on.sheet.heading(departure.name)
            self.add(departure_postings(on, name, departure, tuple(self.found.postings)))

    def add(self, postings: Iterable[CellPosting]) -> None:
        """Postings of an arrangement."""
        self.found.postings.extend(postings)

    def claim(self, name: str, terms: Arrangement) -> Iterable[CellPosting]:
        """One arrangement that is paid out of a saving."""
        if isinstance(terms, Contract):
            return contract_postings(self.on, name, terms)
        if isinstance(terms, Fund):
            moved = self.found.funds[name] = fund_statement(self.on, name, terms)
            return fund_postings(self.on, name, terms, moved)
        if isinstance(terms, RegionalBudget):
            return budget_postings(self.on, name, terms)
        if isinstance(terms, PopulationPayment):
            return payment_postings(self.on, name, terms)
        if isinstance(terms, ImpactBond):
            return bond_postings(self.on, name, terms)
        assert isinstance(terms, CoFinancing)  # the others claim nothing
        return co_financing_postings(self.on, name, terms)
