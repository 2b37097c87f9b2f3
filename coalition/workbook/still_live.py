"""Which numbers of a summed workbook may still be changed: those that every euro they decide follows by a formula.

Starters and avoided cost of a summed workbook are figures of the model, and so are postings that places do not tell
exactly. A number that such a figure follows from would, when it is changed, move only a part of the result; it stands
among the fixed values. What is left works on totals over municipalities alone, whatever its value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Set
from dataclasses import dataclass

from coalition.parties import Pocket, Reason
from coalition.scenario import Scenario
from coalition.schema import Intervention
from coalition.workbook.inputs import kind_of
from coalition.workbook.stated import value_at

DELIVERED = frozenset({Reason.DELIVERY, Reason.COORDINATION})
INSURED = frozenset({Pocket.ZVW, Pocket.EIGEN_RISICO, Pocket.AANVULLENDE_VERZEKERING})
"""Pockets whose money insurers hold, or would without an own risk."""


def no_sum_of_areas(scenario: Scenario) -> bool:
    """Whether something is agreed per area that is no sum over areas, so that places cannot tell it.

    A bill of co-financing has limits per area; the average cost of places moves when their people change.
    """
    agreed = scenario.spec.arrangements
    by_people = bool(agreed.contracts or agreed.population_payments)
    return bool(agreed.co_financing) or (by_people and len(scenario.region.years) > 1)


@dataclass(frozen=True)
class StillLive:
    """What is live in a summed workbook.

    Attributes:
        scenario: of the places.
        replaced: why and out of which pocket the law moves money that is a figure of the model here.
        agreed: whether what is agreed is live.
        priced: what the delivery of an intervention is live in: (intervention, "per_starter" or "fixed_per_year").
    """

    scenario: Scenario
    replaced: Collection[tuple[Reason, Pocket]]
    agreed: bool
    priced: Set[tuple[str, str]]

    def __call__(self, path: str) -> bool:
        """Whether a number may be changed."""
        head, _, rest = path.partition(".")
        if head == "scenario":
            return rest.startswith("discount.")
        if self.lasting and self._is_year(path):
            return False
        if head == "arrangements":
            return self.agreed and not rest.startswith("departures.")
        if not self.agreed and self.scenario.spec.arrangements.named:
            return False
        rules: dict[str, Callable[[str], bool]] = {
            "interventions": self._intervention,
            "payers": self._payers,
            "holders": self._holders,
            "parties": self._market,
            "target_groups": self._own_risk,
        }
        return head in rules and rules[head](rest)

    @property
    def lasting(self) -> bool:
        """Whether anything goes on as long as years are counted: its figures end with the years of the export."""
        spec = self.scenario.spec
        return any(p.last_year is None for p in spec.gemeentepolis.values()) or any(
            i.life_years is not None for i in spec.interventions.values()
        )

    def _is_year(self, path: str) -> bool:
        number = value_at(self.scenario.spec, path)
        return isinstance(number, int) and not isinstance(number, bool) and kind_of(path, None) in {"year", "whole"}

    # who pays

    def _intervention(self, rest: str) -> bool:
        """Shares of payers, and prices of a delivery that no effect contains."""
        name, _, key = rest.partition(".")
        if key.startswith("payers."):
            return self._payers(key)
        stated, part = self.scenario.spec.interventions[name], key.removeprefix("cost.").split(".")[0]
        priced = key.startswith("cost.") and (name, part) in self.priced
        return priced and not _contained(stated) and self._payers(key)

    def _payers(self, _: str) -> bool:
        return not any(reason in DELIVERED for reason, _ in self.replaced)

    # who holds a saving

    def _holders(self, rest: str) -> bool:
        head, _, key = rest.partition(".")
        if head == "cashable":
            pocket = Pocket(key.split(".")[0])
            if pocket in INSURED:  # cohorts of members rise and fall apart, which places do not tell
                return not self._figures_in(INSURED) and not any(self._members())
            return not self._figures_in({pocket})
        if head == "own_risk":
            return self._own_risk(rest)
        if head == "equalisation":
            return not self._figures_in(INSURED)
        return self._market(rest)

    def _own_risk(self, rest: str) -> bool:
        """A part of what is saved; not where a policy insures it, or where it follows from the cost of each area."""
        policies = self.scenario.spec.gemeentepolis.values()
        insured = any(t.own_risk_insured for p in policies for t in p.tiers.values())
        return "own_risk.share" in f".{rest}" and not insured and not self._figures_in(INSURED)

    def _market(self, _: str) -> bool:
        """Parts of insurers; not where starters follow from them, or areas have their own."""
        spec = self.scenario.spec
        alike = not spec.holders.market_shares_by_area and not any(self._members())
        return alike and not self._figures_in(INSURED) and not any(r in DELIVERED for r, _ in self.replaced)

    def _members(self) -> Iterator[bool]:
        return (i.members_of is not None for i in self.scenario.spec.interventions.values())

    def _figures_in(self, pockets: Collection[Pocket]) -> bool:
        return any(pocket in pockets and reason not in DELIVERED for reason, pocket in self.replaced)


def _contained(intervention: Intervention) -> bool:
    """Whether an effect was measured with the delivery in it, so that avoided cost follows from the price."""
    return any(effect.includes_delivery for effect in intervention.effects.values())
