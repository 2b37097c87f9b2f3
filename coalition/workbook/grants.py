"""Earmarked grants as cells: what the state pays of a delivery, with money carried over and shifted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from coalition.cells import Expr, Line, added, part_of, total_of
from coalition.parties import RESOURCES, STATE, Pocket, Reason
from coalition.payers import grant_payments_in_cells
from coalition.schema import EarmarkedGrant
from coalition.workbook.law_rows import LawSheet
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import Programmes

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


def payer_share(on: LawSheet, name: str, n: int) -> Line:
    """A payer's part of the delivery of an intervention; all payers together 1."""
    key = f"{name} payer {n}"
    if not on.sheet.has(key):
        payers = on.frame.spec.interventions[name].payers
        total = total_of(on.inputs.of(payer.share) for payer in payers)
        label = on.say("deel van de uitvoering", "part of the delivery")
        words = f"{label}: {on.frame.party(payers[n].party)}, {on.frame.pocket(payers[n].law)}"
        on.part(key, words, on.inputs.of(payers[n].share) / total)
    return on.sheet.of(key)


class Grants:
    """All grants of a scenario, each on what earlier grants of the same law left."""

    def __init__(self, on: LawSheet, programmes: Programmes) -> None:
        self.on, self.programmes, self.say = on, programmes, on.say
        self.paid: dict[tuple[str, Pocket], list[Line]] = {}
        for name, grant in on.frame.spec.payers.grants.items():
            self._grant(name, grant)

    def _grant(self, name: str, grant: EarmarkedGrant) -> None:
        """What one grant pays."""
        on = self.on
        on.sheet.heading(f"{self.say('Subsidie', 'Grant')}: {grant.name}")

        def words(key: str, item: str = "") -> tuple[str, str]:
            about = on.frame.spec.interventions[item].name if item else grant.name
            return f"grant {name} {key} {item}", f"{self.say(*WORDS[key])}: {about}"

        costs = {}
        for item in grant.items:
            content: Expr = self._law_cost(item, grant.law)
            for earlier in self.paid.get((item, grant.law), []):
                content = content - earlier
            costs[item] = on.total(*words("cost", item), content)
        budgets = {item: on.inputs.by_year(f"payers.grants.{name}.items.{item}") for item in grant.items}
        limits = (on.inputs.of(grant.carry_over_share), on.inputs.of(grant.shift_limit_share))
        for item, line in grant_payments_in_cells(on.sheet, costs, budgets, limits, words).items():
            self.paid.setdefault((item, grant.law), []).append(line)

    def _law_cost(self, name: str, pocket: Pocket) -> Line:
        """Delivery cost that falls under one law, before grants."""
        on, key = self.on, f"law cost {name} {pocket}"
        if not on.sheet.has(key):
            payers = on.frame.spec.interventions[name].payers
            share = total_of(payer_share(on, name, n) for n, payer in enumerate(payers) if payer.law is pocket)
            label = self.say("uitvoering onder", "delivery under") + f" {on.frame.pocket(pocket)}"
            part = on.part(f"{key} part", label + self.say(", deel", ", part"), share)
            on.total(key, label, added(self.programmes.found[name].own) * part)
        return on.sheet.of(key)

    def postings(self, name: str) -> Iterator[CellPosting]:
        """What the state pays of one intervention."""
        for (item, pocket), lines in self.paid.items():
            if item == name:
                for line in lines:
                    within = partial(self._within, name, line)
                    yield CellPosting(Reason.DELIVERY, pocket, name, STATE, RESOURCES, total=line, within=within)

    def _within(self, name: str, line: Line, inside: Collection[int]) -> Expr:
        """What a grant pays in some areas: it follows the delivery cost, as in law_alone.py."""
        own = self.programmes.found[name].own
        return line * part_of(self.on.areas.summed(own, inside), added(own))

    def left_to_pay(self, name: str, pocket: Pocket) -> Expr | None:
        """Part of the cost under a law that no grant paid; None where no grant can pay."""
        lines = self.paid.get((name, pocket))
        if lines is None:
            return None
        on, key = self.on, f"left {name} {pocket}"
        if not on.sheet.has(key):
            label = self.say("deel zonder subsidie", "part without a grant")
            label += f": {on.frame.spec.interventions[name].name}, {on.frame.pocket(pocket)}"
            content = 1 - part_of(total_of(lines), self._law_cost(name, pocket))
            on.sheet.series(key, label, on.share, content, style="share")
        return on.sheet.of(key)
