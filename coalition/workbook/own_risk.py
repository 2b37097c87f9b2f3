"""The own risk under the Zvw as cells: which part of an avoided euro the insured would have paid, and who is that."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from coalition.cells import Block, Expr, Line, added, as_expr, dot, largest, over_years, part_of, smallest
from coalition.holders import own_risk_share_in_cells
from coalition.parties import PROVIDERS, RESIDENTS, Pocket, Reason
from coalition.schema import OwnRisk
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AnArea, AreaBlock, Caption
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law_rows import LawSheet
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import Programmes


class OwnRiskShare:
    """Part of an avoided euro that the insured would have paid, of one stream."""

    def __init__(self, on: LawSheet, stream: CellStream, own_risk_eur: float) -> None:
        self.on, self.stream, self.say, self.key = on, stream, on.say, stream.key
        self.own_risk_eur = own_risk_eur
        self.group = on.frame.spec.interventions[stream.intervention].target_group

    def line(self) -> Line:
        """As stated, or from the cost classes."""
        own = self.on.frame.spec.target_groups[self.group].own_risk
        stated = own or self.on.frame.spec.holders.own_risk
        assert stated is not None  # checks.py asks for it
        path = f"target_groups.{self.group}.own_risk" if own is not None else "holders.own_risk"
        label = self.say("deel voor het eigen risico", "part for the own risk")
        content: Expr = self.on.inputs.of(stated.share) if stated.share is not None else self.of_classes(stated, path)
        return self.on.part(f"{self.key} own risk", label, content)

    def of_classes(self, stated: OwnRisk, path: str) -> Expr:
        """From the cost classes and the relative size of the saving over all calculated years."""
        assert stated.cost_classes is not None
        say, stated_at = self.say, self.on.inputs.stated
        paths = [f"{path}.cost_classes.{n}" for n in range(len(stated.cost_classes))]
        people = [stated_at(f"{p}.people_share") for p in paths]
        euros = [stated_at(f"{p}.cost_eur") for p in paths]
        label = say("deel van de mensen", "part of people")
        weight = Block([self.on.part(f"{self.key} class weight {n}", label, w) for n, w in enumerate(people)])
        cost = self.per_class("cost", say("kosten van de klasse", "cost of the class"), euros)
        left = self.left(weight, cost)
        limit = self.on.inputs.fixed(say("verplicht eigen risico", "mandatory own risk"), "€", self.own_risk_eur)
        contents: list[Expr] = [smallest(c, limit) - smallest(c * left, limit) for c in cost]
        less = self.per_class("own", say("minder eigen risico", "less own risk"), contents)
        contents = [c - c * left for c in cost]
        avoided = self.per_class("saved", say("vermeden in de klasse", "avoided in the class"), contents)
        return own_risk_share_in_cells(weight, less, avoided)

    def per_class(self, key: str, label: str, contents: list[Expr] | list[Line]) -> Block:
        """Amounts of the cost classes, below each other."""
        return Block(
            [
                self.on.sheet.line(f"{self.key} class {key} {n}", label, "€", content, style="euro2")
                for n, content in enumerate(contents)
            ]
        )

    def left(self, weight: Block, cost: Block) -> Expr:
        """What is left of the cost of a participant; nothing, for who would no longer be alive."""
        if self.stream.effect == LIFE_YEARS:
            return as_expr(0)
        saved = self.relative_saving(weight, cost)
        label = self.say("wat er van de kosten overblijft", "what is left of the cost")
        return self.on.part(f"{self.key} left", label, 1 - largest(smallest(saved, 1), 0 - as_expr(1)))

    def relative_saving(self, weight: Block, cost: Block) -> Line:
        """Avoided as a part of what the participants cost, over all calculated years."""
        on, stream, say, each = self.on, self.stream, self.say, self.cost_each(weight, cost)
        label = say("kosten van wie meedoet", "cost of who takes part")
        positions = stream.active.positions
        spent = on.rows(f"{self.key} spent", label, positions, lambda k: stream.active.at(k) * each(k))
        whole = on.euros(f"{self.key} spent together", say("samen", "together"), added(spent))
        label = say("vermeden, samen", "avoided, together")
        avoided = on.euros(f"{self.key} avoided together", label, added(stream.avoided))
        counted, label = on.frame.axis.counted, say("vermeden deel van de kosten", "part of the cost avoided")
        content = part_of(over_years(avoided, counted), over_years(whole, counted))
        return on.sheet.line(f"{self.key} relative", label, on.share, content, style="rate")

    def cost_each(self, weight: Block, cost: Block) -> AnArea:
        """What a participant costs in an area: by the region's table, else the average of the classes."""
        people = self.on.areas.people
        if people.has_cost(Pocket.ZVW):
            return people.cost(self.group, Pocket.ZVW).__getitem__
        label = self.say("gemiddelde kosten", "average cost")
        mean = self.on.sheet.line(f"{self.key} mean", label, "€", dot(weight, cost), style="euro2")
        return lambda _position: mean


class OwnRiskPaid:
    """Who no longer pays own risk: the policy where it pays that of its enrolled, the residents elsewhere."""

    def __init__(self, on: LawSheet, programmes: Programmes) -> None:
        self.on, self.say, self.programmes, self.policies = on, on.say, programmes, programmes.policies

    def postings(self, stream: CellStream, own: Line) -> Iterator[CellPosting]:
        """What is no longer paid of one stream, given the part of an avoided euro."""
        on, where = self.on, stream.avoided.positions
        policies = {n: part for n in self.policies.found if (part := self.policies.own_risk_insured(n)) is not None}
        label = self.say("eigen risico dat niet meer betaald wordt", "own risk no longer paid")
        booked = partial(CellPosting, Reason.OWN_RISK, Pocket.EIGEN_RISICO, stream.intervention, PROVIDERS)
        if not policies:
            total = on.total(f"{stream.key} own risk total", label, own * added(stream.avoided))
            yield booked(RESIDENTS, total=total)
            return
        shares = {n: self.covered(stream, n, part) for n, part in policies.items()}
        for name, share in shares.items():
            policy = on.frame.spec.gemeentepolis[name]
            yield booked(policy.insurer, areas=self.paid(stream, own, (name, share), f"{label}: {policy.name}"))

        def rest(k: int) -> Expr:
            left: Expr = as_expr(1)
            for share in shares.values():
                left = left - share.at(k)
            return own * stream.avoided.at(k) * left

        yield booked(RESIDENTS, areas=on.rows(f"{stream.key} own risk residents", label, where, rest))

    def paid(self, stream: CellStream, own: Line, policy: tuple[str, AreaBlock], label: str) -> AreaBlock:
        """What a policy no longer pays, given its part of the participants."""
        name, share = policy
        return self.on.rows(
            f"{stream.key} own risk {name}",
            label,
            stream.avoided.positions,
            lambda k: own * stream.avoided.at(k) * share.at(k),
        )

    def covered(self, stream: CellStream, policy: str, insured: Expr) -> AreaBlock:
        """Part of the participants whose own risk a policy pays, per area."""
        cells, programme = self.policies.found[policy], self.programmes.found[stream.intervention]
        module, counted = programme.stated.policy_module, self.on.frame.axis.counted
        has_module = module is not None and module.module in cells.policy.modules

        def part(k: int) -> Expr:
            if k not in cells.positions:
                return as_expr(0)
            inside = cells.force.at(k) * insured
            if not has_module:
                return inside * self.policies.part_enrolled(policy, k)
            assert programme.enrolled is not None
            enrolled, starters = programme.enrolled.at(k), programme.starters.at(k)
            return inside * part_of(over_years(enrolled, counted), over_years(starters, counted))

        label = self.say("deel met deze polis", "part with this policy") + f": {cells.policy.name}"
        caption = Caption(f"{stream.key} covered {policy}", label, self.on.share, "share")
        return self.on.areas.block(caption, stream.avoided.positions, part, self.on.sheet)
