"""Overlap as cells: what several interventions on the same people avoid together, per pocket and area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coalition.cells import Expr, Line, Sheet, largest, total_of, when
from coalition.parties import Pocket
from coalition.workbook.areas import AreaBlock, Areas, Caption
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.frame import Frame
from coalition.workbook.overlap_between import between_groups
from coalition.workbook.overlap_ceilings import under_ceilings
from coalition.workbook.overlap_inside import inside_groups
from coalition.workbook.overlap_rows import Alone, Factors, OverlapRows


class Overlap:
    """Factors on stand-alone avoided cost, and the streams after it."""

    def __init__(self, frame: Frame, areas: Areas, alone: Sequence[CellStream]) -> None:
        self.frame, self.areas, self.alone, self.say = frame, areas, alone, frame.say
        self.rows = OverlapRows(frame, areas)
        self.after: Sheet = frame.sheet(
            ("Berekening_vermeden", "Calc_avoided"), ("Vermeden kosten na samenloop", "Avoided cost after overlap")
        )

    def streams(self) -> list[CellStream]:
        """The streams after overlap, in the order of the scenario."""
        scaled: dict[str, CellStream] = {}
        for pocket in dict.fromkeys(s.pocket for s in self.alone):
            self.rows.sheet.heading(self.frame.pocket(pocket))
            here = self.in_pocket(pocket)
            factors = self.factors(here)
            for stream in here.streams:
                scaled[stream.key] = self.scaled(stream, factors)
        order = list(self.frame.spec.interventions)
        return sorted((scaled[s.key] for s in self.alone), key=lambda s: order.index(s.intervention))

    def in_pocket(self, pocket: Pocket) -> Alone:
        """What is avoided in one pocket, alone."""
        streams = [s for s in self.alone if s.pocket is pocket]
        groups: dict[str, list[str]] = {}
        gains: dict[tuple[str, int], Line] = {}
        for name in dict.fromkeys(s.intervention for s in streams):
            groups.setdefault(self.frame.spec.interventions[name].target_group, []).append(name)
            block = self.gains(pocket, name, [s.avoided for s in streams if s.intervention == name])
            gains |= {(name, k): block.at(k) for k in block.positions}
        return Alone(pocket, streams, groups, gains)

    def gains(self, pocket: Pocket, name: str, avoided: Sequence[AreaBlock]) -> AreaBlock:
        """What an intervention avoids alone, rises of cost left out."""
        label = self.say("vermeden, ieder alleen", "avoided alone") + f": {self.rows.called(name)}"
        caption = Caption(f"{pocket.value} {name} gain", label)
        return self.areas.block(
            caption, avoided[0].positions, lambda k: total_of(largest(a.at(k), 0) for a in avoided), self.rows.sheet
        )

    def factors(self, alone: Alone) -> Factors:
        """Factor per intervention and area in one pocket."""
        if not self.areas.people.has_cost(alone.pocket):
            return under_ceilings(self.rows, alone)
        found = inside_groups(self.rows, alone)
        between = between_groups(self.rows, alone, found)
        label = self.say("factor van samenloop", "factor of overlap")
        for (name, k), factor in list(found.items()):
            group = self.frame.spec.interventions[name].target_group
            if (group, k) in between:
                key, words = f"{alone.pocket.value} factor {name} {k}", f"{label}: {self.rows.called(name)}"
                found[name, k] = self.rows.factor(key, f"{words}, {self.rows.area(k)}", factor * between[group, k])
        return found

    # after overlap

    def scaled(self, stream: CellStream, factors: Factors) -> CellStream:
        """A stream times its factor; extra cost is never diluted."""
        say, moved, effect = self.say, stream.moved, self.frame.effect(stream.effect)
        self.after.heading(f"{self.rows.called(stream.intervention)}, {effect}, {self.frame.pocket(stream.pocket)}", 2)

        def rows(part: str, label: str, block: AreaBlock) -> AreaBlock:
            def content(k: int) -> Expr:
                factor = factors[stream.intervention, k]
                return when(stream.avoided.at(k) > 0, block.at(k) * factor, block.at(k))

            return self.areas.block(
                Caption(f"{stream.key} {part}", label, total=True), block.positions, content, self.after
            )

        avoided = rows("avoided", say("vermeden kosten", "avoided cost"), stream.avoided)
        if moved is not None:
            moved = rows("moved", say("daarvan bij wie verhuisd is", "of which on who has moved"), moved)
        wage = stream.wage
        if wage is not None:
            wage = rows("wage", say("loon in plaats van uitkering", "wage instead of benefit"), wage)
        cohorts = stream.cohorts
        if cohorts is not None:
            words = [say(f"cohort van {n} jaar", f"cohort of {n} years") for n in range(len(cohorts))]
            cohorts = [rows(f"age {n}", words[n], block) for n, block in enumerate(cohorts)]
        return replace(stream, avoided=avoided, moved=moved, wage=wage, cohorts=cohorts)
