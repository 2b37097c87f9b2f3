"""Overlap in a pocket without a table of cost: effects add up until the ceiling per person is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coalition.cells import Expr, Line, largest, smallest, total_of
from coalition.joint import UNLIMITED_EUR
from coalition.kernels import at_most_in_cells
from coalition.schema import EventsEffect, Touches
from coalition.workbook.overlap_rows import Alone, Factors, OverlapRows

Ceilings = Mapping[str, Line]
"""Most that one person can avoid per year, by intervention."""


def under_ceilings(rows: OverlapRows, alone: Alone) -> Factors:
    """Factor per intervention and area."""
    found: Factors = {}
    ceilings = {m: _ceiling(rows, alone, m) for members in alone.groups.values() for m in members}
    for group in alone.groups:
        for k in range(len(rows.areas.codes)):
            here = alone.here(alone.groups[group], k)
            if here:
                found |= _in_area(rows, alone, (group, k), here, ceilings)
    return found


def _ceiling(rows: OverlapRows, alone: Alone, name: str) -> Line:
    """Most that one person can avoid per year: the largest that an effect states."""
    pocket, frame, say = alone.pocket, rows.frame, rows.say
    stated = [
        e.ceiling_per_unit
        for e in frame.spec.interventions[name].effects.values()
        if (isinstance(e, Touches) and e.pocket is pocket) or (isinstance(e, EventsEffect) and pocket in e.split)
    ]
    label = say("hoogstens per persoon", "most per person") + f": {rows.called(name)}"
    known = [frame.price(c) for c in stated if c is not None]
    content: Expr = (
        largest(*known)
        if known and len(known) == len(stated)
        else frame.inputs.fixed(say("geen plafond", "no ceiling"), "€", UNLIMITED_EUR)
    )
    return rows.euros(f"{pocket.value} ceiling {name}", label, content)


def _in_area(
    rows: OverlapRows, alone: Alone, where: tuple[str, int], here: Sequence[str], ceilings: Ceilings
) -> Factors:
    """Each under its own ceiling, then all under the highest of the people who can have several."""
    (group, k), say = where, rows.say
    key, members = f"{alone.pocket.value} {group} {k}", alone.groups[group]
    active = {m: alone.active(m, k) for m in here}
    label = say("blijft onder het plafond", "stays under the ceiling")
    own = {
        m: rows.factor(
            f"{key} own {m}",
            f"{label}: {rows.called(m)}",
            at_most_in_cells(ceilings[m] * active[m], alone.gains[m, k]),
        )
        for m in here
    }
    people = smallest(total_of(active.values()), rows.there_together(group, members, k))
    highest = largest(*(ceilings[m] for m in members))
    added = total_of(alone.gains[m, k] * own[m] for m in here)
    label = say("samen onder het plafond", "together under the ceiling")
    together = rows.factor(f"{key} together", label, at_most_in_cells(highest * people, added))
    return {(m, k): own[m] * together for m in here}
