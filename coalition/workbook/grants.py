"""Earmarked grants as cells: what the state pays of a delivery, with money carried over and shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.cells import Expr, Line, added, as_expr, part_of
from coalition.parties import RESOURCES, STATE, Pocket, Reason
from coalition.payers import grant_payments_in_cells
from coalition.schema import EarmarkedGrant
from coalition.workbook.postings import CellPosting

if TYPE_CHECKING:
    from coalition.workbook.law import Law

WORDS: dict[str, tuple[str, str]] = {
    "carried": ("over naar volgend jaar", "carried over to next year"),
    "available": ("beschikbaar", "available"),
    "own": ("uit het eigen budget", "from its own budget"),
    "left": ("blijft over", "left"),
    "short": ("komt tekort", "short"),
    "offer": ("kan afstaan", "can give"),
    "offered": ("samen af te staan", "to be given together"),
    "wanted": ("samen tekort", "short together"),
    "moved": ("verschuift", "is shifted"),
    "given": ("staat af", "gives"),
    "paid": ("subsidie betaalt", "the grant pays"),
    "cost": ("kosten onder deze wet", "cost under this law"),
}


class Grants:
    """All grants of a scenario, each on what earlier grants of the same law left."""

    def __init__(self, law: Law) -> None:
        self.law, self.say = law, law.say
        self.paid: dict[tuple[str, Pocket], list[Line]] = {}
        for name, grant in law.frame.spec.payers.grants.items():
            self._grant(name, grant)

    def _grant(self, name: str, grant: EarmarkedGrant) -> None:
        self.law.payers.heading(f"{self.say('Subsidie', 'Grant')}: {grant.name}")

        def words(key: str, item: str = "") -> tuple[str, str]:
            about = self.law.frame.spec.interventions[item].name if item else grant.name
            return f"grant {name} {key} {item}", f"{self.say(*WORDS[key])}: {about}"

        costs = {}
        for item in grant.items:
            content: Expr = self._law_cost(item, grant.law)
            for earlier in self.paid.get((item, grant.law), []):
                content = content - earlier
            costs[item] = self.law.total(self.law.payers, *words("cost", item), content)
        budgets = {item: self.law.inputs.by_year(f"payers.grants.{name}.items.{item}") for item in grant.items}
        limits = (self.law.inputs.of(grant.carry_over_share), self.law.inputs.of(grant.shift_limit_share))
        for item, line in grant_payments_in_cells(self.law.payers, costs, budgets, limits, words).items():
            self.paid.setdefault((item, grant.law), []).append(line)

    def _law_cost(self, name: str, pocket: Pocket) -> Line:
        """Delivery cost that falls under one law, before grants."""
        key = f"law cost {name} {pocket}"
        if not self.law.payers.has(key):
            share: Expr = as_expr(0)
            for n, payer in enumerate(self.law.frame.spec.interventions[name].payers):
                if payer.law is pocket:
                    share = share + self.law.payer_share(name, n)
            label = self.say("uitvoering onder", "delivery under") + f" {pocket.value}"
            own = self.law.programmes.found[name].own
            part = self.law.payers.line(
                f"{key} part", label + self.say(", deel", ", part"), self.say("deel", "share"), share, style="share"
            )
            self.law.total(self.law.payers, key, label, added(own) * part)
        return self.law.payers.of(key)

    def state_pays(self, name: str) -> None:
        """Postings of what the state pays of one intervention."""
        for (item, pocket), lines in self.paid.items():
            if item == name:
                for line in lines:
                    self.law.found.append(CellPosting(Reason.DELIVERY, pocket, name, STATE, RESOURCES, total=line))

    def left_to_pay(self, name: str, pocket: Pocket) -> Expr | None:
        """Part of the cost under a law that no grant paid; None where no grant can pay."""
        lines = self.paid.get((name, pocket))
        if lines is None:
            return None
        granted: Expr = as_expr(0)
        for line in lines:
            granted = granted + line
        key, label = f"left {name} {pocket}", self.say("deel zonder subsidie", "part without a grant")
        if not self.law.payers.has(key):
            self.law.payers.series(
                key,
                f"{label}: {name}, {pocket.value}",
                self.say("deel", "share"),
                1 - part_of(granted, self._law_cost(name, pocket)),
                style="share",
            )
        return self.law.payers.of(key)
