"""Overlap as cells: what several interventions on the same people avoid together, per pocket and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coalition.cells import (
    Block,
    Expr,
    Line,
    Sheet,
    as_expr,
    at_age,
    lagged,
    largest,
    part_of,
    product_of_rests,
    smallest,
    so_far,
    when,
)
from coalition.joint import UNLIMITED_EUR
from coalition.kernels import at_most_in_cells
from coalition.numbers import Number
from coalition.overlap import (
    Points,
    gauss_points,
    joint_shares_in_cells,
    overlap_factors_in_cells,
    pair_shares_in_cells,
    shared_baseline_in_cells,
)
from coalition.parties import MUNICIPAL_POCKETS, Pocket
from coalition.schema import EventsEffect, Touches
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.effects import CellStream, Effects
from coalition.workbook.frame import Frame
from coalition.workbook.people import People

Factors = dict[tuple[str, int], Expr]
"""Factor per intervention and area."""


class Overlap:
    """Factors on stand-alone avoided cost, and the streams after it."""

    def __init__(self, frame: Frame, people: People, areas: Areas, effects: Effects) -> None:
        self.frame, self.people, self.areas, self.effects, self.say = frame, people, areas, effects, frame.say
        self.sheet: Sheet = frame.sheet(
            ("Berekening_samenloop", "Calc_overlap"),
            ("Samenloop: samen nooit meer dan de kosten", "Overlap: never more than the cost"),
        )
        self.after: Sheet = frame.sheet(
            ("Berekening_vermeden", "Calc_avoided"), ("Vermeden kosten na samenloop", "Avoided cost after overlap")
        )
        self._gauss: dict[int, Points] = {}

    def streams(self) -> list[CellStream]:
        """The streams after overlap, in the order of the scenario."""
        alone = self.effects.streams
        scaled: dict[str, CellStream] = {}
        for pocket in dict.fromkeys(s.pocket for s in alone):
            here = [s for s in alone if s.pocket is pocket]
            self.sheet.heading(pocket.value)
            gains = self.gains(pocket, here)
            factors = self.factors(pocket, here, gains)
            for stream in here:
                scaled[stream.key] = self.scaled(stream, factors)
        order = list(self.frame.spec.interventions)
        return sorted((scaled[s.key] for s in alone), key=lambda s: order.index(s.intervention))

    def gains(self, pocket: Pocket, streams: Sequence[CellStream]) -> dict[tuple[str, int], Line]:
        """What each intervention avoids alone, rises of cost left out; per intervention and area."""
        found: dict[tuple[str, int], Line] = {}
        for name in dict.fromkeys(s.intervention for s in streams):
            own = [s for s in streams if s.intervention == name]
            label = self.say("avoided alone", "avoided alone") if self.frame.lang == "en" else "vermeden, ieder alleen"

            def content(k: int, own: list[CellStream] = own) -> Expr:
                total: Expr = as_expr(0)
                for stream in own:
                    total = total + largest(stream.avoided.at(k), 0)
                return total

            title = f"{label}: {self.frame.spec.interventions[name].name}"
            block = self.areas.block(
                f"{pocket.value} {name} gain", title, "€", own[0].avoided.positions, content, sheet=self.sheet
            )
            found |= {(name, k): block.at(k) for k in block.positions}
        return found

    def scaled(self, stream: CellStream, factors: Factors) -> CellStream:
        """A stream times its factor; extra cost is never diluted."""
        name, key = stream.intervention, stream.key
        words = f"{self.frame.spec.interventions[name].name}, {stream.effect}, {stream.pocket.value}"
        self.after.heading(words, 2)

        def rows(part: str, label: str, block: AreaBlock) -> AreaBlock:
            return self.areas.block(
                f"{key} {part}",
                label,
                "€",
                block.positions,
                lambda k: when(stream.avoided.at(k) > 0, block.at(k) * factors[name, k], block.at(k)),
                sheet=self.after,
                total=True,
            )

        say = self.say
        moved = stream.moved
        return stream.with_rows(
            avoided=rows("avoided", say("vermeden kosten", "avoided cost"), stream.avoided),
            moved=rows("moved", say("daarvan bij wie verhuisd is", "of which on who has moved"), moved)
            if moved is not None and stream.pocket in MUNICIPAL_POCKETS
            else None,
            wage=None
            if stream.wage is None
            else rows("wage", say("loon in plaats van uitkering", "wage instead of benefit"), stream.wage),
            cohorts=None
            if stream.cohorts is None
            else [
                rows(f"age {n}", say(f"cohort van {n} jaar", f"cohort of {n} years"), c)
                for n, c in enumerate(stream.cohorts)
            ],
        )

    # factors

    def factors(self, pocket: Pocket, streams: Sequence[CellStream], gains: Mapping[tuple[str, int], Line]) -> Factors:
        """Factor per intervention and area in one pocket."""
        groups = self.by_group(dict.fromkeys(s.intervention for s in streams))
        if not self.people.has_cost(pocket):
            return self.under_ceilings(pocket, streams, groups, gains)
        found: Factors = {}
        for group, members in groups.items():
            for k in range(len(self.areas.codes)):
                here = [m for m in members if (m, k) in gains]
                if here:
                    found |= self.inside(pocket, group, here, k, streams, gains)
        between = self.between(pocket, groups, gains, found)
        for (name, k), factor in list(found.items()):
            group = self.frame.spec.interventions[name].target_group
            if (group, k) in between:
                label = self.say("factor van samenloop", "factor of overlap")
                found[name, k] = self.sheet.series(
                    f"{pocket.value} factor {name} {k}",
                    f"{label}: {self.frame.spec.interventions[name].name}, {self.people.name(self.areas.codes[k])}",
                    self.say("factor", "factor"),
                    factor * between[group, k],
                    style="factor",
                )
        return found

    def by_group(self, names: Mapping[str, None]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in names:
            found.setdefault(self.frame.spec.interventions[name].target_group, []).append(name)
        return found

    def row(self, key: str, label: str, unit: str, content: Expr, style: str = "factor") -> Line:
        return self.sheet.series(key, label, unit, content, style=style)

    # inside a group

    def base(self, pocket: Pocket, group: str, members: Sequence[str], position: int) -> Line:
        """What the people cost among whom effects can coincide."""
        key = f"{pocket.value} base {group} {position}"
        if not self.sheet.has(key):
            there = self.there_together(group, members, position)
            label = self.say("kosten van de doelgroep", "cost of the target group")
            self.row(
                key,
                f"{label} {self.frame.spec.target_groups[group].name}, {self.people.name(self.areas.codes[position])}",
                "€",
                there * self.people.cost(group, pocket)[position],
                "euro2",
            )
        return self.sheet.of(key)

    def there_together(self, group: str, members: Sequence[str], position: int) -> Expr:
        """People in whom effects can work at the same time; of a yearly flow, those of as many years as effects last."""
        people = self.people.group(group)[position]
        if not self.frame.spec.target_groups[group].renewed_each_year:
            return people
        lengths = [self.frame.kernel_years(m, e) for m in members for e in self.frame.spec.interventions[m].effects]
        key, label = f"longest {group} {' '.join(members)}", self.say("jaren dat het kan werken", "years it may work")
        sheet = self.frame.level.sheet
        if not sheet.has(key):
            sheet.line(
                key,
                f"{label}: {self.frame.spec.target_groups[group].name}",
                self.say("jaren", "years"),
                largest(*lengths),
                style="plain",
            )
        longest, index = sheet.of(key), self.frame.axis.index
        if not people.is_series:
            return people * smallest(index + 1, longest)
        where = f"{group} flow {position}"
        if not self.sheet.has(where):
            self.row(
                where,
                self.say("ooit in de groep", "ever in the group"),
                self.say("mensen", "people"),
                so_far(people),
                "count",
            )
        flow = self.sheet.of(where)
        return flow - lagged(flow, longest, index)

    def inside(
        self,
        pocket: Pocket,
        group: str,
        members: list[str],
        position: int,
        streams: Sequence[CellStream],
        gains: Mapping[tuple[str, int], Line],
    ) -> Factors:
        """Factors within one group, in one area."""
        everybody = [
            s.intervention for s in streams if self.frame.spec.interventions[s.intervention].target_group == group
        ]
        base = self.base(pocket, group, list(dict.fromkeys(everybody)), position)
        if len(members) == 1:
            gain = gains[members[0], position]
            content = when(gain > 0, smallest(base / gain, 1), 1)
            label = self.say("blijft binnen de kosten van de groep", "stays within the cost of the group")
            key = f"{pocket.value} inside {members[0]} {position}"
            name = self.frame.spec.interventions[members[0]].name
            return {
                (members[0], position): self.row(
                    key,
                    f"{label}: {name}, {self.people.name(self.areas.codes[position])}",
                    self.say("factor", "factor"),
                    content,
                )
            }
        return _Together(self, pocket, (group, position), base, streams).factors(members, gains)

    def gauss(self, players: int) -> Points:
        """Points of the integral over so many players."""
        points = gauss_points(players)
        if len(points) not in self._gauss:
            sheet, say = self.frame.inputs.constants, self.say
            sheet.heading(
                say(
                    f"Punten van de Shapley-integraal ({len(points)})",
                    f"Points of the Shapley integral ({len(points)})",
                ),
                2,
            )
            rows = [
                [
                    sheet.line(
                        f"gauss {len(points)} {word} {n}", f"{say(*label)} {n + 1}", "", point[column], style="factor"
                    )
                    for n, point in enumerate(points)
                ]
                for column, (word, label) in enumerate(
                    (("point", ("punt", "point")), ("weight", ("gewicht", "weight")))
                )
            ]
            self._gauss[len(points)] = Points(Block(rows[0]), Block(rows[1]))
        return self._gauss[len(points)]

    def half(self) -> Line:
        """A half."""
        return self.frame.inputs.fixed(self.say("de helft", "one half"), self.say("deel", "share"), 0.5)

    # between groups

    def between(
        self, pocket: Pocket, groups: Mapping[str, list[str]], gains: Mapping[tuple[str, int], Line], inside: Factors
    ) -> dict[tuple[str, int], Expr]:
        """Factor per target group and area; a yearly flow takes no part."""
        standing = [g for g in groups if not self.frame.spec.target_groups[g].renewed_each_year]
        found: dict[tuple[str, int], Expr] = {}
        if not standing:
            return found
        blocks = self.blocks(standing)
        for k in range(len(self.areas.codes)):
            members = {g: [m for m in groups[g] if (m, k) in gains] for g in standing}
            here = {g: m for g, m in members.items() if m}
            if here:
                found |= self.between_in(pocket, here, blocks, k, gains, inside)
        return found

    def blocks(self, standing: Sequence[str]) -> list[tuple[Line, dict[str, Line]]]:
        """Ages on which groups have the same weights: 1 for their classes, and the weight of each group there."""
        lines = {g: self.people.weights(self.frame.spec.target_groups[g].ages) for g in standing}
        patterns = [tuple(float(lines[g].values[c]) for g in standing) for c in range(len(self.people.age_from.values))]
        found = []
        for pattern in dict.fromkeys(patterns):
            if not any(pattern):
                continue
            classes = [float(p == pattern) for p in patterns]
            key = "block " + " ".join(f"{c:.0f}" for c in classes)
            if not self.people.ages.has(key):
                self.people.ages.line(
                    key,
                    self.say("klassen met dezelfde gewichten", "classes with the same weights"),
                    "0/1",
                    classes,
                    style="plain",
                )
            place = self.frame.inputs.fixed(
                self.say("plaats van de leeftijdsklasse", "place of the age class"), "", float(classes.index(1.0))
            )
            weights = {}
            for g in standing:
                where = f"weight of {g} at {classes.index(1.0)}"
                if not self.people.sheet.has(where):
                    label = self.say("gewicht van", "weight of") + f" {self.frame.spec.target_groups[g].name}"
                    self.people.sheet.line(
                        where, label, self.say("deel", "share"), at_age(lines[g], place), style="factor"
                    )
                weights[g] = self.people.sheet.of(where)
            found.append((self.people.ages.of(key), weights))
        return found

    def between_in(
        self,
        pocket: Pocket,
        groups: Mapping[str, list[str]],
        blocks: list[tuple[Line, dict[str, Line]]],
        position: int,
        gains: Mapping[tuple[str, int], Line],
        inside: Factors,
    ) -> dict[tuple[str, int], Expr]:
        """Factor per group in one area."""
        name, say, at = self.people.name(self.areas.codes[position]), self.say, f"{pocket.value} {position}"
        costs: dict[int, Line] = {}
        for b, (classes, weights) in enumerate(blocks):
            if any(float(weights[g].values) for g in groups):
                everyone = self.people.cost_of(classes, say(f"blok {b + 1}", f"block {b + 1}"), pocket)[position]
                costs[b] = self.row(
                    f"{at} block {b}",
                    say("kosten van iedereen van deze leeftijden", "cost of everybody of these ages") + f", {name}",
                    "€",
                    everyone * self.people.growth(pocket),
                    "euro2",
                )
        totals = {
            g: self.row(
                f"{at} total {g}",
                say("na samenloop in de groep", "after overlap in the group")
                + f" {self.frame.spec.target_groups[g].name}, {name}",
                "€",
                _sum([gains[m, position] * inside[m, position] for m in members]),
                "euro2",
            )
            for g, members in groups.items()
        }
        kept: dict[str, list[Expr]] = {g: [] for g in groups}
        spread = {
            g: _sum([blocks[b][1][g] * cost for b, cost in costs.items() if float(blocks[b][1][g].values)])
            for g in groups
        }
        for b, cost in costs.items():
            amounts = {}
            for g in groups:
                if float(blocks[b][1][g].values):
                    amounts[g] = self.row(
                        f"{at} amount {g} {b}",
                        say("daarvan op deze leeftijden", "of which at these ages"),
                        "€",
                        totals[g] * part_of(blocks[b][1][g] * cost, spread[g]),
                        "euro2",
                    )
            for g, part in self.kept(f"{at} {b}", amounts, cost).items():
                kept[g].append(part)
        found: dict[tuple[str, int], Expr] = {}
        for g in groups:
            found[g, position] = self.row(
                f"{at} between {g}",
                say("factor tussen groepen", "factor between groups")
                + f": {self.frame.spec.target_groups[g].name}, {name}",
                say("factor", "factor"),
                part_of(_sum(kept[g]), totals[g], 1),
            )
        return found

    def kept(self, key: str, amounts: Mapping[str, Line], cost: Line) -> dict[str, Expr]:
        """What remains of amounts of several groups at the same ages."""
        if len(amounts) == 1:
            ((group, amount),) = amounts.items()
            return {group: when(cost > 0, smallest(amount, cost), amount)}
        say = self.say
        shares = Block(
            [
                self.row(
                    f"{key} share {g}",
                    say("deel van die kosten", "part of that cost"),
                    say("deel", "share"),
                    smallest(part_of(a, cost), 1),
                )
                for g, a in amounts.items()
            ]
        )
        gauss = self.gauss(len(amounts))
        products = self.products(key, shares, gauss)
        return {
            g: self.row(
                f"{key} kept {g}",
                say("blijft over", "remains"),
                "€",
                shared_baseline_in_cells(joint_shares_in_cells(shares[n], products, gauss), cost, amounts[g]),
                "euro2",
            )
            for n, g in enumerate(amounts)
        }

    def products(self, key: str, shares: Block, gauss: Points) -> Block:
        """Π (1 − u·x) for each point of the integral."""
        label = self.say("kans dat niemand ervoor was, punt", "nobody came before, point")
        return Block(
            [
                self.row(f"{key} product {n}", f"{label} {n + 1}", "", product_of_rests(shares, point))
                for n, point in enumerate(gauss.points)
            ]
        )

    # pockets without a baseline

    def under_ceilings(
        self,
        pocket: Pocket,
        streams: Sequence[CellStream],
        groups: Mapping[str, list[str]],
        gains: Mapping[tuple[str, int], Line],
    ) -> Factors:
        """Effects add up until the ceiling per unit is reached."""
        found: Factors = {}
        ceilings = {m: self.ceiling(pocket, m) for members in groups.values() for m in members}
        for group, members in groups.items():
            for k in range(len(self.areas.codes)):
                here = [m for m in members if (m, k) in gains]
                if here:
                    found |= self.ceilings_in(pocket, (group, members, k), here, streams, gains, ceilings)
        return found

    def ceiling(self, pocket: Pocket, name: str) -> Line:
        """Most that one unit can avoid per year: the largest that an effect states."""
        effects = self.frame.spec.interventions[name].effects.values()
        stated = [
            e.ceiling_per_unit
            for e in effects
            if (isinstance(e, Touches) and e.pocket is pocket) or (isinstance(e, EventsEffect) and pocket in e.split)
        ]
        label = self.say("hoogstens per persoon", "most per person") + f": {self.frame.spec.interventions[name].name}"
        known = [self.frame.price(c) for c in stated if c is not None]
        content: Expr = (
            largest(*known)
            if known and len(known) == len(stated)
            else self.frame.inputs.fixed(self.say("geen plafond", "no ceiling"), "€", UNLIMITED_EUR)
        )
        return self.row(f"{pocket.value} ceiling {name}", label, "€", content, "euro2")

    def ceilings_in(
        self,
        pocket: Pocket,
        where: tuple[str, list[str], int],
        here: list[str],
        streams: Sequence[CellStream],
        gains: Mapping[tuple[str, int], Line],
        ceilings: Mapping[str, Line],
    ) -> Factors:
        group, members, k = where
        say, at = self.say, f"{pocket.value} {group} {k}"
        active = {m: self.active(pocket, m, k, streams) for m in here}
        own = {
            m: self.row(
                f"{at} own {m}",
                say("blijft onder het plafond", "stays under the ceiling")
                + f": {self.frame.spec.interventions[m].name}",
                say("factor", "factor"),
                at_most_in_cells(ceilings[m] * active[m], gains[m, k]),
            )
            for m in here
        }
        people = smallest(_sum(list(active.values())), self.there_together(group, members, k))
        highest = largest(*(ceilings[m] for m in members))
        together = self.row(
            f"{at} together",
            say("samen onder het plafond", "together under the ceiling"),
            say("factor", "factor"),
            at_most_in_cells(highest * people, _sum([gains[m, k] * own[m] for m in here])),
        )
        return {(m, k): own[m] * together for m in here}

    def active(self, pocket: Pocket, name: str, position: int, streams: Sequence[CellStream]) -> Expr:
        """Participants in whom an intervention works on a pocket: the largest of its effects there."""
        found = [
            s.active.at(position)
            for s in streams
            if s.intervention == name and s.pocket is pocket and s.effect != LIFE_YEARS
        ]
        return largest(*found) if found else as_expr(0)


class _Together:
    """Several interventions on one group in one area."""

    def __init__(
        self, all_: Overlap, pocket: Pocket, where: tuple[str, int], base: Line, streams: Sequence[CellStream]
    ) -> None:
        self.all, self.pocket, self.group, self.position = all_, pocket, *where
        self.base, self.streams, self.say = base, streams, all_.say
        self.key = f"{pocket.value} {where[0]} {where[1]}"

    def factors(self, members: list[str], gains: Mapping[tuple[str, int], Line]) -> Factors:
        own = {
            m: self.all.row(
                f"{self.key} x {m}",
                self.words("deel van de kosten, alleen", "part of the cost, alone", m),
                self.say("deel", "share"),
                smallest(part_of(gains[m, self.position], self.base), 1),
            )
            for m in members
        }
        parts: dict[str, Expr] = dict(own)
        players: dict[str, Line] = dict(own)
        pairs = self.pairs(members)
        for (first, second), share in pairs.items():
            parts[first], parts[second] = self.paired(first, second, own, share)
        if pairs:
            players = self.players(members, own, parts, pairs)
        gauss = self.all.gauss(len(players))
        block = Block(list(players.values()))
        products = self.all.products(self.key, block, gauss)
        found: Factors = {}
        for m in members:
            player = next(p for p in players if p == m or p.startswith(f"{m}+") or p.endswith(f"+{m}"))
            share = joint_shares_in_cells(players[player], products, gauss)
            kept: Expr = share
            if player != m:
                whole = self.all.row(
                    f"{self.key} pair share {m}",
                    self.words("deel van het paar", "part of the pair", m),
                    self.say("deel", "share"),
                    share,
                )
                kept = part_of(parts[m], players[player]) * whole
            line = self.all.row(
                f"{self.key} kept {m}",
                self.words("deel na samenloop", "part after overlap", m),
                self.say("deel", "share"),
                kept,
            )
            gain = gains[m, self.position]
            found[m, self.position] = self.all.row(
                f"{self.key} inside {m}",
                self.words("factor in de groep", "factor in the group", m),
                self.say("factor", "factor"),
                overlap_factors_in_cells(gain, line, self.base),
            )
        return found

    def words(self, dutch: str, english: str, name: str) -> str:
        area = self.all.people.name(self.all.areas.codes[self.position])
        return f"{self.say(dutch, english)}: {self.all.frame.spec.interventions[name].name}, {area}"

    def pairs(self, members: list[str]) -> dict[tuple[str, str], Number]:
        return {
            (p.between[0], p.between[1]): p.share_of_smaller
            for p in self.all.frame.spec.overlap
            if p.between[0] in members and p.between[1] in members
        }

    def paired(self, first: str, second: str, own: Mapping[str, Line], share: Number) -> tuple[Expr, Expr]:
        """Shapley shares of a stated pair, split inside."""
        reached = [self.reached(m, own[m]) for m in (first, second)]
        nested = self.all.frame.inputs.of(share)
        both = self.all.row(
            f"{self.key} both {first} {second}",
            self.words("doet aan beide mee", "takes part in both", first),
            self.say("deel", "share"),
            largest(nested * smallest(*reached), reached[0] + reached[1] - 1),
        )
        common = self.all.row(
            f"{self.key} common {first} {second}",
            self.words("vermijden beide", "both avoid", first),
            self.say("deel", "share"),
            own[first] * own[second] * part_of(both, reached[0] * reached[1], 1),
        )
        shares = pair_shares_in_cells(own[first], own[second], common, self.all.half())
        return (
            self.all.row(
                f"{self.key} in pair {first}",
                self.words("deel binnen het paar", "part in the pair", first),
                self.say("deel", "share"),
                shares[0],
            ),
            self.all.row(
                f"{self.key} in pair {second}",
                self.words("deel binnen het paar", "part in the pair", second),
                self.say("deel", "share"),
                shares[1],
            ),
        )

    def reached(self, name: str, own: Line) -> Line:
        """Part of the group that is reached; as many at least as what is avoided says."""
        members = list(
            dict.fromkeys(
                s.intervention
                for s in self.streams
                if self.all.frame.spec.interventions[s.intervention].target_group == self.group
            )
        )
        there = self.all.there_together(self.group, members, self.position)
        active = self.all.active(self.pocket, name, self.position, self.streams)
        content = largest(smallest(largest(part_of(active, there), 0), 1), own)
        return self.all.row(
            f"{self.key} reached {name}",
            self.words("bereikt deel", "part reached", name),
            self.say("deel", "share"),
            content,
        )

    def players(
        self,
        members: list[str],
        own: Mapping[str, Line],
        parts: Mapping[str, Expr],
        pairs: Mapping[tuple[str, str], Number],
    ) -> dict[str, Line]:
        """Interventions and pairs, below each other."""
        second = {b: a for a, b in pairs}
        found: dict[str, Line] = {}
        first = {a: b for a, b in pairs}
        for m in members:
            if m in second:
                continue
            name, content = (f"{m}+{first[m]}", parts[m] + parts[first[m]]) if m in first else (m, own[m])
            found[name] = self.all.row(
                f"{self.key} player {name}",
                self.words("speler", "player", m),
                self.say("deel", "share"),
                as_expr(content) + 0,
            )
        return found


def _sum(parts: Sequence[Expr]) -> Expr:
    total: Expr = as_expr(0)
    for part in parts:
        total = total + part
    return total
