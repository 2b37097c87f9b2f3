"""Insurers' parts of amounts: by market share, or where the members of one insurer are insured some years later."""

from __future__ import annotations

from collections.abc import Sequence

from coalition.cells import Block, Expr, Line, as_expr, at_age, dot, when
from coalition.holders import member_shares_in_cells, switching_parameter_in_cells
from coalition.workbook.areas import AreaBlock
from coalition.workbook.law_rows import Amounts, LawSheet, Where


class Insured:
    """Who is insured where."""

    def __init__(self, on: LawSheet) -> None:
        self.on = on
        self._members: dict[str, Members] = {}

    def members(self, intervention: str) -> Members | None:
        """Where the members of one insurer are insured later; None where everybody may take part."""
        insurer = self.on.frame.spec.interventions[intervention].members_of
        if insurer is None:
            return None
        if insurer not in self._members:
            self._members[insurer] = Members(self.on, insurer)
        return self._members[insurer]

    def part(self, intervention: str, insurer: str, amounts: Amounts, inside: Where = None, later: int = 0) -> Expr:
        """An insurer's part of amounts; `later` years after they arose."""
        members = self.members(intervention)
        if amounts.cohorts is None or members is None:
            return self.on.areas.insured_part(amounts.rows, insurer, inside)
        return members.part(insurer, amounts.cohorts, inside, later)


class Members:
    """Where the members of one insurer are insured some years later."""

    def __init__(self, on: LawSheet, insurer: str) -> None:
        self.on, self.insurer, self.say = on, insurer, on.say
        on.sheet.heading(self.say("Waar verzekerden later verzekerd zijn", "Where members are insured later"))
        stayed = self._stayed()
        self.rows = {n: self._of(n, stayed) for n in on.areas.insurers}

    def _stayed(self) -> Line:
        """Part that never switched, along the axis by years after the start."""
        on, say, index = self.on, self.say, self.on.frame.axis.index
        stated = on.frame.spec.holders.switching_per_year
        assert stated is not None  # checks.py asks for it
        hardly = on.inputs.fixed(say("vrijwel niemand kan overstappen", "hardly anybody can switch"), "", 1e-12)
        shares = Block([on.areas.regional[n] for n in on.areas.insurers])
        content = switching_parameter_in_cells(on.inputs.of(stated), shares, hardly)
        label = say("overstapparameter", "switching parameter")
        sigma = on.sheet.line(f"switching {self.insurer}", label, "", content, style="share")
        label = say("nooit overgestapt, na jaren", "never switched, after years")
        content = when(index > 0, (1 - sigma) ** index, 1)
        return on.sheet.series(f"stayed {self.insurer}", label, on.share, content, style="share")

    def _of(self, insurer: str, stayed: Line) -> Block:
        """Part with one insurer, by years after the start."""
        on, own = self.on, insurer == self.insurer
        label = self.say("leeftijd van het cohort", "age of the cohort")
        lines = []
        for years in range(on.frame.years):
            place = on.inputs.fixed(label, on.years, float(years))
            content = member_shares_in_cells(at_age(stayed, place), on.areas.regional[insurer], own=own)
            words = f"{on.areas.insurer_name(insurer)}, " + self.say(f"na {years} jaar", f"after {years} years")
            lines.append(on.part(f"members {self.insurer} {insurer} {years}", words, content))
        return Block(lines)

    def share(self, insurer: str, years: int) -> Line:
        """Part of the members who are with an insurer after some years."""
        return self.rows[insurer][years]

    def part(self, insurer: str, cohorts: Sequence[AreaBlock], inside: Where, later: int) -> Expr:
        """An insurer's part of amounts by the age of the cohort, some years later."""
        sheet, where = self.on.sheet, "" if inside is None else f" {sorted(inside)}"
        key = f"sum of {cohorts[0][0].key}{where}"
        if not sheet.has(f"{key} 0"):
            for age, cohort in enumerate(cohorts):
                label = self.say(f"alle gebieden, cohort van {age} jaar", f"all areas, cohort of {age} years")
                self.on.euros(f"{key} {age}", label, self.on.areas.summed(cohort, inside))
        sums = [sheet.of(f"{key} {age}") for age in range(len(cohorts))]
        kept = len(sums) - later
        return dot(Block(self.rows[insurer].lines[later:]), Block(sums[:kept])) if kept > 0 else as_expr(0)
