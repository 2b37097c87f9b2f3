"""Overlap inside a target group: several interventions on the same people never avoid more than these cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coalition.cells import Block, Expr, Line, as_expr, largest, part_of, smallest, when
from coalition.numbers import Number
from coalition.overlap import joint_shares_in_cells, overlap_factors_in_cells, pair_shares_in_cells
from coalition.workbook.overlap_rows import Alone, Factors, OverlapRows

Pairs = Mapping[tuple[str, str], Number]
"""Stated pairs, and the part of the smaller one's participants who also take part in the other."""


def inside_groups(rows: OverlapRows, alone: Alone) -> Factors:
    """Factor per intervention and area, with the others on its own group."""
    found: Factors = {}
    for group, members in alone.groups.items():
        for k in range(len(rows.areas.codes)):
            here = alone.here(members, k)
            if here:
                base = _base(rows, alone, group, k)
                inside = _Together(rows, alone, (group, k), base)
                found |= inside.factors(here) if len(here) > 1 else _single(rows, alone, (here[0], k), base)
    return found


def _base(rows: OverlapRows, alone: Alone, group: str, position: int) -> Line:
    """What the people cost among whom effects can coincide."""
    there = rows.there_together(group, alone.groups[group], position)
    label = rows.say("kosten van de doelgroep", "cost of the target group")
    words = f"{label} {rows.group(group)}, {rows.area(position)}"
    cost = rows.people.cost(group, alone.pocket)[position]
    return rows.euros(f"{alone.pocket.value} base {group} {position}", words, there * cost)


def _single(rows: OverlapRows, alone: Alone, where: tuple[str, int], base: Line) -> Factors:
    """One intervention is only held to the cost of its group."""
    name, position = where
    gain = alone.gains[where]
    label = rows.say("blijft binnen de kosten van de groep", "stays within the cost of the group")
    words = f"{label}: {rows.called(name)}, {rows.area(position)}"
    content = when(gain > 0, smallest(base / gain, 1), 1)
    return {where: rows.factor(f"{alone.pocket.value} inside {name} {position}", words, content)}


class _Together:
    """Several interventions on one group in one area."""

    def __init__(self, rows: OverlapRows, alone: Alone, where: tuple[str, int], base: Line) -> None:
        self.rows, self.alone, self.base, self.say = rows, alone, base, rows.say
        self.group, self.position = where
        self.key = f"{alone.pocket.value} {self.group} {self.position}"

    def words(self, dutch: str, english: str, name: str) -> str:
        return f"{self.say(dutch, english)}: {self.rows.called(name)}, {self.rows.area(self.position)}"

    def share(self, key: str, label: str, content: Expr) -> Line:
        return self.rows.share(f"{self.key} {key}", label, content)

    def factors(self, members: Sequence[str]) -> Factors:
        """Shapley parts of all of them, as factors."""
        own = {
            m: self.share(
                f"x {m}",
                self.words("deel van de kosten, alleen", "part of the cost, alone", m),
                smallest(part_of(self.alone.gains[m, self.position], self.base), 1),
            )
            for m in members
        }
        pairs = self.pairs(members)
        parts: dict[str, Line] = dict(own)
        for (first, second), nested in pairs.items():
            parts[first], parts[second] = self.paired(first, second, own, nested)
        players = self.players(own, parts, pairs) if pairs else own
        gauss = self.rows.gauss(len(players))
        products = self.rows.products(self.key, Block(list(players.values())), gauss)
        found: Factors = {}
        for m in members:
            player = next(p for p in players if m in p.split("+"))
            kept: Expr = joint_shares_in_cells(players[player], products, gauss)
            if player != m:
                whole = self.share(f"pair share {m}", self.words("deel van het paar", "part of the pair", m), kept)
                kept = part_of(parts[m], players[player]) * whole
            found[m, self.position] = self.factor(m, kept)
        return found

    def factor(self, name: str, kept: Expr) -> Line:
        """The factor of one intervention, given its part of the cost after overlap."""
        label = self.words("deel na samenloop", "part after overlap", name)
        line = self.share(f"kept {name}", label, kept)
        content = overlap_factors_in_cells(self.alone.gains[name, self.position], line, self.base)
        label = self.words("factor in de groep", "factor in the group", name)
        return self.rows.factor(f"{self.key} inside {name}", label, content)

    # stated pairs

    def pairs(self, members: Sequence[str]) -> Pairs:
        return {
            (p.between[0], p.between[1]): p.share_of_smaller
            for p in self.rows.frame.spec.overlap
            if p.between[0] in members and p.between[1] in members
        }

    def paired(self, first: str, second: str, own: Mapping[str, Line], share: Number) -> tuple[Line, Line]:
        """Shapley shares of a stated pair, split inside."""
        reached = [self.reached(m, own[m]) for m in (first, second)]
        nested = self.rows.frame.inputs.of(share)
        both = self.share(
            f"both {first} {second}",
            self.words("doet aan beide mee", "takes part in both", first),
            largest(nested * smallest(*reached), reached[0] + reached[1] - 1),
        )
        common = self.share(
            f"common {first} {second}",
            self.words("vermijden beide", "both avoid", first),
            own[first] * own[second] * part_of(both, reached[0] * reached[1], 1),
        )
        one, other = pair_shares_in_cells(own[first], own[second], common, self.rows.half())
        return self.in_pair(first, one), self.in_pair(second, other)

    def in_pair(self, name: str, content: Expr) -> Line:
        return self.share(f"in pair {name}", self.words("deel binnen het paar", "part in the pair", name), content)

    def reached(self, name: str, own: Line) -> Line:
        """Part of the group that is reached; as many at least as what is avoided says."""
        there = self.rows.there_together(self.group, self.alone.groups[self.group], self.position)
        active = self.alone.active(name, self.position)
        content = largest(smallest(largest(part_of(active, there), 0), 1), own)
        return self.share(f"reached {name}", self.words("bereikt deel", "part reached", name), content)

    def players(self, own: Mapping[str, Line], parts: Mapping[str, Line], pairs: Pairs) -> dict[str, Line]:
        """Interventions and pairs, below each other; a pair is one player."""
        partner = dict(pairs.keys())
        found: dict[str, Line] = {}
        for m in own:
            if m in partner.values():
                continue
            name, content = m, as_expr(own[m])
            if m in partner:
                name, content = f"{m}+{partner[m]}", parts[m] + parts[partner[m]]
            found[name] = self.share(f"player {name}", self.words("speler", "player", m), content)
        return found
