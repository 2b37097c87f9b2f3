"""Overlap between target groups: people of the same ages can belong to several groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coalition.cells import Block, Expr, Line, at_age, part_of, smallest, total_of, when
from coalition.overlap import joint_shares_in_cells, shared_baseline_in_cells
from coalition.workbook.overlap_rows import Alone, Factors, Groups, OverlapRows


class AgeBlock(NamedTuple):
    """Ages on which groups have the same weights.

    Attributes:
        classes: 1 for the classes of it, along the age classes; weights: of each group there.
    """

    classes: Line
    weights: Mapping[str, Line]

    def has(self, group: str) -> bool:
        """Whether people of a group have these ages."""
        return bool(float(self.weights[group].values))


def between_groups(rows: OverlapRows, alone: Alone, inside: Factors) -> Factors:
    """Factor per target group and area; a group that is renewed each year takes no part."""
    groups = rows.frame.spec.target_groups
    standing = [g for g in alone.groups if not groups[g].renewed_each_year]
    found: Factors = {}
    if not standing:
        return found
    blocks = _blocks(rows, standing)
    for k in range(len(rows.areas.codes)):
        members = {g: alone.here(alone.groups[g], k) for g in standing}
        here = {g: m for g, m in members.items() if m}
        if here:
            found |= _Area(rows, alone, here, k).factors(blocks, inside)
    return found


def _blocks(rows: OverlapRows, standing: Sequence[str]) -> list[AgeBlock]:
    """Ages on which groups have the same weights; those of no group left out."""
    people = rows.people
    lines = {g: people.weights(rows.frame.spec.target_groups[g].ages) for g in standing}
    patterns = [tuple(float(lines[g].values[c]) for g in standing) for c in range(len(people.age_from.values))]
    found = []
    for pattern in dict.fromkeys(patterns):
        if not any(pattern):
            continue
        classes = [float(p == pattern) for p in patterns]
        key = "block " + " ".join(f"{c:.0f}" for c in classes)
        if not people.ages.has(key):
            label = rows.say("klassen met dezelfde gewichten", "classes with the same weights")
            people.ages.line(key, label, "0/1", classes, style="plain")
        first = classes.index(1.0)
        label = rows.say("plaats van de leeftijdsklasse", "place of the age class")
        place = rows.frame.inputs.fixed(label, "", float(first))
        weights = {g: _weight(rows, g, lines[g], place) for g in standing}
        found.append(AgeBlock(people.ages.of(key), weights))
    return found


def _weight(rows: OverlapRows, group: str, weights: Line, place: Line) -> Line:
    """Weight of a group in the age class at a place."""
    sheet, key = rows.people.sheet, f"weight of {group} at {int(place.values)}"
    if not sheet.has(key):
        label = rows.say("gewicht van", "weight of") + f" {rows.group(group)}"
        sheet.line(key, label, rows.say("deel", "share"), at_age(weights, place), style="factor")
    return sheet.of(key)


class _Area:
    """Groups with interventions in one area."""

    def __init__(self, rows: OverlapRows, alone: Alone, groups: Groups, position: int) -> None:
        self.rows, self.alone, self.groups, self.position, self.say = rows, alone, groups, position, rows.say
        self.key, self.name = f"{alone.pocket.value} {position}", rows.area(position)

    def factors(self, blocks: Sequence[AgeBlock], inside: Factors) -> Factors:
        """What remains of each group after the others at the same ages, as a factor."""
        costs = {b: self.cost(b, blocks[b]) for b in range(len(blocks)) if any(map(blocks[b].has, self.groups))}
        totals = {g: self.total(g, members, inside) for g, members in self.groups.items()}
        spread = {
            g: total_of(blocks[b].weights[g] * cost for b, cost in costs.items() if blocks[b].has(g))
            for g in self.groups
        }
        kept: dict[str, list[Expr]] = {g: [] for g in self.groups}
        for b, cost in costs.items():
            label = self.say("daarvan op deze leeftijden", "of which at these ages")
            amounts = {
                g: self.rows.euros(
                    f"{self.key} amount {g} {b}",
                    label,
                    totals[g] * part_of(blocks[b].weights[g] * cost, spread[g]),
                )
                for g in self.groups
                if blocks[b].has(g)
            }
            for g, part in self.kept(f"{self.key} {b}", amounts, cost).items():
                kept[g].append(part)
        return {(g, self.position): self.factor(g, part_of(total_of(kept[g]), totals[g], 1)) for g in self.groups}

    def cost(self, number: int, block: AgeBlock) -> Line:
        """Cost of everybody of a block of ages."""
        people, pocket = self.rows.people, self.alone.pocket
        words = self.say(f"blok {number + 1}", f"block {number + 1}")
        everyone = people.cost_of(block.classes, words, pocket)[self.position]
        label = self.say("kosten van iedereen van deze leeftijden", "cost of everybody of these ages")
        return self.rows.euros(f"{self.key} block {number}", f"{label}, {self.name}", everyone * people.growth(pocket))

    def total(self, group: str, members: Sequence[str], inside: Factors) -> Line:
        """What a group avoids after overlap inside it."""
        label = self.say("na samenloop in de groep", "after overlap in the group")
        content = total_of(self.alone.gains[m, self.position] * inside[m, self.position] for m in members)
        return self.rows.euros(f"{self.key} total {group}", f"{label} {self.rows.group(group)}, {self.name}", content)

    def factor(self, group: str, content: Expr) -> Line:
        label = self.say("factor tussen groepen", "factor between groups")
        words = f"{label}: {self.rows.group(group)}, {self.name}"
        return self.rows.factor(f"{self.key} between {group}", words, content)

    def kept(self, key: str, amounts: Mapping[str, Line], cost: Line) -> dict[str, Expr]:
        """What remains of amounts of several groups at the same ages."""
        if len(amounts) == 1:
            ((group, amount),) = amounts.items()
            return {group: when(cost > 0, smallest(amount, cost), amount)}
        label = self.say("deel van die kosten", "part of that cost")
        shares = [self.rows.share(f"{key} share {g}", label, smallest(part_of(a, cost), 1)) for g, a in amounts.items()]
        gauss = self.rows.gauss(len(amounts))
        products = self.rows.products(key, Block(shares), gauss)
        label, found = self.say("blijft over", "remains"), dict[str, Expr]()
        for (g, amount), share in zip(amounts.items(), shares, strict=True):
            part = joint_shares_in_cells(share, products, gauss)
            found[g] = self.rows.euros(f"{key} kept {g}", label, shared_baseline_in_cells(part, cost, amount))
        return found
