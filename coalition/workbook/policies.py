"""The gemeentepolis as cells: who is insured, what a module reimburses, and the money that a policy moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coalition.cells import Block, Expr, Sheet, as_expr, largest, part_of, total_of
from coalition.numbers import Euro
from coalition.parties import MUNICIPALITY, RESIDENTS, RESOURCES, Pocket, Reason
from coalition.schema import Policy, PolicyMethod
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting
from coalition.workbook.reader_words import as_words

ONCE = (as_expr(1), as_expr(1))
"""Once a year, for everybody enrolled."""
Rows = list[tuple[Reason, Pocket, str, str, Euro | None]]
"""Why, under which law, from whom, to whom, and how much per enrolled."""


@dataclass
class PolicyCells:
    """Rows of one policy, per area of it.

    Attributes:
        policy: as stated; positions: of its areas.
        force: 1 in its areas and years; enrolled: people who have it; bands: per income band.
    """

    name: str
    policy: Policy
    positions: tuple[int, ...]
    force: AreaBlock
    bands: dict[str, AreaBlock]
    enrolled: AreaBlock


class Policies:
    """All policies of a scenario."""

    def __init__(self, frame: Frame, areas: Areas) -> None:
        self.frame, self.areas, self.found = frame, areas, dict[str, PolicyCells]()
        if not frame.spec.gemeentepolis:
            return
        self.sheet: Sheet = frame.sheet(
            ("Berekening_gemeentepolis", "Calc_gemeentepolis"),
            ("Gemeentepolis", "Gemeentepolis (municipal health policy)"),
        )
        for name, policy in frame.spec.gemeentepolis.items():
            self.found[name] = self._policy(name, policy)

    def _policy(self, name: str, policy: Policy) -> PolicyCells:
        """Where and when a policy is in force, and who has it."""
        say, frame, path = self.frame.say, self.frame, f"gemeentepolis.{name}"
        positions = tuple(k for k, m in enumerate(self.areas.municipalities) if m in policy.areas)
        self.sheet.heading(policy.name)
        first = frame.inputs.stated(f"{path}.first_year")
        last = frame.year_or(f"{path}.last_year", policy.last_year, frame.axis.last)
        caption = Caption(f"force {name}", say("van kracht", "in force"), "0/1", "plain")
        running = self.sheet.series(*caption[:3], frame.axis.running(first, last), style="plain")
        force = self._rows(caption, positions, lambda _k: running)
        everybody, uptake = self.areas.people.of_ages(EVERYBODY), frame.inputs.of(policy.uptake)
        bands = {band: self._band((name, band), force, everybody, uptake) for band in policy.bands}
        caption = Caption(f"enrolled {name}", say("deelnemers", "enrolled"), say("mensen", "people"), "count")
        enrolled = self._rows(caption, positions, lambda k: total_of(b.at(k) for b in bands.values()))
        return PolicyCells(name, policy, positions, force, bands, enrolled)

    def _band(self, which: tuple[str, str], force: AreaBlock, everybody: Block, uptake: Expr) -> AreaBlock:
        """Enrolled of one income band of a policy."""
        (name, band), say = which, self.frame.say
        share = self.frame.inputs.of(self.frame.spec.gemeentepolis[name].bands[band].share_of_people)
        label = say("deelnemers, inkomensgroep", "enrolled, income band") + f" {as_words(band)}"
        caption = Caption(f"enrolled {name} {band}", label, say("mensen", "people"), "count")
        return self._rows(caption, force.positions, lambda k: everybody[k] * force.at(k) * share * uptake)

    def _rows(self, caption: Caption, positions: Sequence[int], content: AnArea) -> AreaBlock:
        return self.areas.block(caption, positions, content, self.sheet)

    # what interventions need

    def cover(self, module: str) -> tuple[dict[int, Expr], dict[int, Expr]]:
        """Per area whether a module exists (0/1), and the most it reimburses per starter in euro of the year."""
        covered: dict[int, Expr] = {}
        ceiling: dict[int, Expr] = {}
        for cells in self.found.values():
            if module not in cells.policy.modules:
                continue
            most = self.frame.price(cells.policy.modules[module].max_per_starter)
            for k in cells.positions:
                force = cells.force.at(k)
                covered[k] = force if k not in covered else largest(covered[k], force)
                amount = force * most
                ceiling[k] = amount if k not in ceiling else ceiling[k] + amount
        return covered, ceiling

    # money of its own

    def postings(self) -> list[CellPosting]:
        """Everything that the policies move by themselves."""
        found = []
        for cells in self.found.values():
            self.sheet.heading(
                f"{cells.policy.name}: " + self.frame.say("geld dat de polis verplaatst", "money that the policy moves")
            )
            if cells.policy.method is PolicyMethod.MKBA:
                found += self._mkba(cells)
            else:
                found += [*self._contribution(cells), *self._tiers(cells), *self._components(cells)]
        return found

    def _post(
        self, cells: PolicyCells, reason: Reason, pocket: Pocket, sides: tuple[str, str], block: AreaBlock
    ) -> CellPosting:
        return CellPosting(reason, pocket, cells.name, *sides, areas=block)

    def _per_enrolled(self, cells: PolicyCells, rows: Rows, per: tuple[Expr, Expr]) -> list[CellPosting]:
        """Amounts per enrolled; `per` is how often a year, and the part of the enrolled whom it is about."""
        stated = [(reason, pocket, (source, to), euro) for reason, pocket, source, to, euro in rows if euro is not None]
        return [
            self._post(cells, reason, pocket, sides, self._paid(cells, reason, euro, per))
            for reason, pocket, sides, euro in stated
        ]

    def _paid(self, cells: PolicyCells, reason: Reason, euro: Euro, per: tuple[Expr, Expr]) -> AreaBlock:
        """One amount per enrolled, per area."""
        times, part = per
        factor = self.frame.effect_scale if reason is Reason.POLICY_BENEFIT else as_expr(1)
        label = self.frame.inputs.of(euro).label
        price = self.frame.price(euro)
        caption = Caption(f"{cells.name} {reason} {euro.path}", label)
        return self._rows(caption, cells.positions, lambda k: cells.enrolled.at(k) * part * times * price * factor)

    def _mkba(self, cells: PolicyCells) -> list[CellPosting]:
        stated, pocket = cells.policy.mkba, Pocket.BIJZONDERE_BIJSTAND
        assert stated is not None
        rows: Rows = [
            (Reason.POLICY_COST, pocket, MUNICIPALITY, RESIDENTS, stated.municipal_cost_per_year),
            (Reason.POLICY_BENEFIT, pocket, RESOURCES, MUNICIPALITY, stated.municipal_benefit_per_year),
            (Reason.POLICY_BENEFIT, pocket, RESOURCES, RESIDENTS, stated.benefit_outside_municipality_per_year),
        ]
        return self._per_enrolled(cells, rows, ONCE)

    @property
    def _months(self) -> Expr:
        return self.frame.inputs.fixed(
            self.frame.say("maanden in een jaar", "months in a year"), self.frame.say("maanden", "months"), 12.0
        )

    def _contribution(self, cells: PolicyCells) -> list[CellPosting]:
        prices = {b: self.frame.price(s.contribution_per_month) for b, s in cells.policy.bands.items()}
        months, sides = self._months, (MUNICIPALITY, RESIDENTS)
        label = self.frame.say("gemeentelijke premiebijdrage", "municipal contribution")
        block = self._rows(
            Caption(f"{cells.name} contribution", label),
            cells.positions,
            lambda k: total_of(cells.bands[b].at(k) * months * p for b, p in prices.items()),
        )
        return [self._post(cells, Reason.POLICY_CONTRIBUTION, Pocket.BIJZONDERE_BIJSTAND, sides, block)]

    def _tiers(self, cells: PolicyCells) -> list[CellPosting]:
        extra, insurer, found = Pocket.AANVULLENDE_VERZEKERING, cells.policy.insurer, []
        premium, claims = Reason.POLICY_PREMIUM, Reason.POLICY_CLAIMS
        for tier in cells.policy.tiers.values():
            part = self.frame.inputs.of(tier.share_of_enrolled)
            monthly: Rows = [
                (premium, extra, RESIDENTS, insurer, tier.list_premium_supplementary_per_month),
                (premium, extra, RESIDENTS, insurer, tier.own_risk_rider_per_month),
                (premium, Pocket.ZVW, insurer, RESIDENTS, tier.discount_basic_per_month),
                (premium, extra, insurer, RESIDENTS, tier.discount_supplementary_per_month),
            ]
            yearly: Rows = [
                (claims, extra, insurer, RESIDENTS, tier.own_risk_claims_per_year),
                (claims, extra, insurer, RESIDENTS, tier.wmo_contribution_covered_per_year),
                (claims, extra, insurer, RESIDENTS, tier.claims_per_year),
            ]
            found += self._per_enrolled(cells, monthly, (self._months, part))
            found += self._per_enrolled(cells, yearly, (as_expr(1), part))
        return found

    def _components(self, cells: PolicyCells) -> list[CellPosting]:
        parts, assistance, insurer = cells.policy.components, Pocket.BIJZONDERE_BIJSTAND, cells.policy.insurer
        assert parts is not None
        benefit = Reason.POLICY_BENEFIT
        rows: Rows = [
            (Reason.POLICY_EXECUTION, assistance, MUNICIPALITY, RESOURCES, parts.execution_per_year),
            (benefit, assistance, RESIDENTS, MUNICIPALITY, parts.special_assistance_avoided_per_year),
            (benefit, assistance, RESOURCES, MUNICIPALITY, parts.municipal_arrears_cost_avoided_per_year),
            (benefit, Pocket.ZVW, RESIDENTS, insurer, parts.insurer_arrears_avoided_per_year),
            (Reason.POLICY_CLAIMS, Pocket.ZVW, insurer, RESOURCES, parts.induced_care_per_year),
        ]
        return self._per_enrolled(cells, rows, ONCE)

    def own_risk_insured(self, name: str) -> Expr | None:
        """Share of the enrolled of a policy whose own risk it pays; None where it pays nobody's."""
        tiers = self.found[name].policy.tiers.values()
        parts = [self.frame.inputs.of(t.share_of_enrolled) for t in tiers if t.own_risk_insured]
        return total_of(parts) if parts else None

    def part_enrolled(self, name: str, position: int) -> Expr:
        """Enrolled of a policy as a part of the inhabitants of an area."""
        return part_of(self.found[name].enrolled.at(position), self.areas.people.of_ages(EVERYBODY)[position])
