"""How sure a result is: draws of the inputs, ranges, and which assumptions matter most.

Every number with a range can vary; the random generator comes in from outside, so that the same seed gives the same
draws. Distributions are named with the number (numbers.py), never hidden here. What the draws mean for a contract is
not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from coalition.inputs import Floats, Inputs
from coalition.model import outcomes
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Count, Distribution, EuroCost, Number, ReducingShare, Share
from coalition.parameters import Standing
from coalition.scenario import Scenario
from coalition.schema import EventsEffect, RelativeEffect, numbers_in

HALF_INTERVAL = 1.959963984540054
"""Standard deviations between the middle and an end of a 95 % interval."""


def draw_inputs(scenario: Scenario, n: int, rng: Generator) -> Inputs:
    """N draws of every number of the scenario that has a range.

    Args:
        scenario: as loaded.
        n: number of draws, >= 1.
        rng: random generator; numbers are drawn in the order in which they stand in the file.
    """
    varied = {path: _draw(number, n, rng) for path, number in numbers_in(scenario.spec) if number.uncertain}
    return Inputs(n, varied)


def _draw(number: Number, n: int, rng: Generator) -> Floats:
    assert number.low is not None
    assert number.high is not None
    if number.drawn_as is Distribution.TRIANGULAR:
        return rng.triangular(number.low, number.value, number.high, n)
    z = rng.standard_normal(n)
    below = (number.value - number.low) / HALF_INTERVAL
    above = (number.high - number.value) / HALF_INTERVAL
    drawn = number.value + z * np.where(z < 0, below, above)
    return np.clip(drawn, *_limits(number))


def _limits(number: Number) -> tuple[float, float]:
    """Values that a number can have at all."""
    if isinstance(number, Share):
        return 0.0, 1.0
    if isinstance(number, ReducingShare):
        return -np.inf, 1.0
    return (0.0, np.inf) if isinstance(number, Count | EuroCost) else (-np.inf, np.inf)


BREAK_EVEN_STEPS = 4
BREAK_EVEN_TOLERANCE = 0.01
"""A break-even multiple is given when at most this part of the loss without effect is left there."""
MOST_MULTIPLE = 100.0
"""Beyond so many times the stated effects nothing is looked for."""
TRIED_MULTIPLES = (1.0, 2.0, 5.0, 10.0)
"""Where it is tried whether a loss has ended, when the present value jumps."""
HALVINGS = 20
"""Of the stretch in which a loss ends: to a millionth of it."""


@dataclass(frozen=True)
class Range:
    """Where a party's present value lies over the draws; euro of the price year.

    Attributes:
        low_eur, high_eur: ends of the stated part of the draws.
        lowest_eur, middle_eur, highest_eur: of all draws.
    """

    low_eur: float
    high_eur: float
    lowest_eur: float
    middle_eur: float
    highest_eur: float
    share_of_draws_with_loss: float


def npv_ranges(scenario: Scenario, groups: Mapping[str, Sequence[str]] | None = None) -> dict[str, Range]:
    """Range of each party's present value over the scenario's own draws and seed; empty without uncertain numbers.

    Args:
        scenario: as loaded.
        groups: further sums of parties to give a range for: name -> party ids.
    """
    stated = scenario.spec.uncertainty
    inputs = draw_inputs(scenario, stated.draws, np.random.default_rng(stated.seed))
    if not inputs.varied:
        return {}
    found = _with_groups(outcomes(scenario, inputs), groups)
    edge = (1 - stated.interval) / 2
    return {name: _range(npv, edge) for name, npv in found.items()}


def _with_groups(found: Mapping[str, Floats], groups: Mapping[str, Sequence[str]] | None) -> dict[str, Floats]:
    """Outcomes per party and per group, a group being the sum of its members."""
    sums = {name: np.sum([found[p] for p in members], axis=0) for name, members in (groups or {}).items() if members}
    return {**found, **sums}


def _range(npv: Floats, edge: float) -> Range:
    low, high, lowest, middle, highest = map(float, np.quantile(npv, [edge, 1 - edge, 0, 0.5, 1]))
    return Range(low, high, lowest, middle, highest, float((npv < -HALF_CENT_EUR).mean()))


def assumed_numbers(scenario: Scenario) -> list[tuple[str, Number]]:
    """Every number of the scenario that is an assumption, with its path."""
    return [(path, n) for path, n in numbers_in(scenario.spec) if n.standing is Standing.ASSUMED]


@dataclass(frozen=True)
class Influence:
    """What one number does to the parties: present value at its low and at its high end, the rest unchanged."""

    path: str
    number: Number
    low_eur: Mapping[str, float]
    high_eur: Mapping[str, float]

    @property
    def size_eur(self) -> float:
        """Money that moves between the two ends: half of all absolute changes, those in real resources included.

        To a millionth of a euro, so that two numbers that move the same money are equal, whatever the order of sums.
        """
        changes = [self.high_eur[p] - self.low_eur[p] for p in self.low_eur]
        return round((sum(map(abs, changes)) + abs(sum(changes))) / 2, 6)


def influences(scenario: Scenario, numbers: Sequence[tuple[str, Number]]) -> list[Influence]:
    """What each number does on its own, the largest first; numbers without a range are left out.

    All ends are calculated in one pass: the draw axis carries them.
    """
    ranged = [(path, n) for path, n in numbers if n.uncertain]
    if not ranged:
        return []
    size = 2 * len(ranged)
    varied = {}
    for position, (path, number) in enumerate(ranged):
        values = np.full(size, number.value)
        values[2 * position] = number.low
        values[2 * position + 1] = number.high
        varied[path] = values
    found = outcomes(scenario, Inputs(size, varied))
    result = [
        Influence(
            path,
            number,
            {p: float(v[2 * k]) for p, v in found.items()},
            {p: float(v[2 * k + 1]) for p, v in found.items()},
        )
        for k, (path, number) in enumerate(ranged)
    ]
    return sorted(result, key=lambda i: -i.size_eur)


def clawback_extremes(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Each insurer's present value when equalisation takes back nothing, and when it takes back everything at once."""
    if scenario.spec.holders.equalisation is None:
        return {}
    found = outcomes(scenario, Inputs(2, clawback=np.array([0.0, 1.0])))
    return {i: (float(found[i][0]), float(found[i][1])) for i in scenario.spec.parties.insurers}


def break_even_effect(scenario: Scenario, groups: Mapping[str, Sequence[str]] | None = None) -> dict[str, float | None]:
    """How large effects must be, as a multiple of those stated, for each party or group to come out at zero.

    Found by a straight line between no effect and the stated one, then corrected by running the model at the multiple
    itself, because overlap and ceilings bend the line. Where an agreement makes a present value jump, as at the target
    of a bond, it is the multiple at which the loss ends.

    Args:
        scenario: as loaded.
        groups: further sums of parties: name -> party ids.

    Returns:
        None where the party does not lose without effect, where no larger effect brings it to zero, or where an effect
        would have to avoid more than everything.
    """

    def reached(parties: Sequence[str], multiples: Floats) -> Floats:
        """The present value of each party at its own multiple."""
        found = _with_groups(outcomes(scenario, Inputs(len(multiples), {}, multiples)), groups)
        return np.array([found[p][k] for k, p in enumerate(parties)])

    most = min(largest_multiple(scenario), MOST_MULTIPLE)
    ends = _with_groups(outcomes(scenario, Inputs(2, {}, np.array([0.0, 1.0]))), groups)
    start, stated = ({p: float(v[k]) for p, v in ends.items()} for k in (0, 1))
    losing = [p for p in start if start[p] < -HALF_CENT_EUR and stated[p] > start[p] - HALF_CENT_EUR]
    wanted = [p for p in losing if stated[p] > start[p]]
    found = _along_a_line(wanted, start, stated, most, reached)
    found |= _where_losses_end([p for p in losing if p not in found], most, reached)
    return {p: found.get(p) for p in start}


Reached = Callable[[Sequence[str], Floats], Floats]
"""The present value of each party at its own multiple of the effects."""


def _along_a_line(
    wanted: Sequence[str], start: Mapping[str, float], stated: Mapping[str, float], most: float, reached: Reached
) -> dict[str, float]:
    """Where a present value that changes little by little is zero; left out where it is not found."""
    if not wanted:
        return {}
    low, value = np.zeros(len(wanted)), np.array([start[p] for p in wanted])
    guess = np.clip([-start[p] / (stated[p] - start[p]) for p in wanted], 0, most)
    for _ in range(BREAK_EVEN_STEPS):
        there = reached(wanted, guess)
        slope = np.divide(there - value, guess - low, out=np.zeros_like(guess), where=guess != low)
        low, value = guess, there
        guess = np.where(slope > 0, guess - np.divide(there, slope, out=np.zeros_like(there), where=slope > 0), guess)
        guess = np.clip(guess, 0, most)
    return {
        p: float(at)
        for p, at, left in zip(wanted, low, value, strict=True)
        if abs(left) <= max(1.0, BREAK_EVEN_TOLERANCE * -start[p])
    }


def _where_losses_end(parties: Sequence[str], most: float, reached: Reached) -> dict[str, float]:
    """The multiple at which a present value passes zero with a jump, by halving; left out where it never does."""
    tried = [0.0, *(m for m in TRIED_MULTIPLES if m < most), most]
    edges: dict[str, tuple[float, float]] = {}
    for low, high in pairwise(tried):
        waiting = [p for p in parties if p not in edges]
        if not waiting:
            break
        there = reached(waiting, np.full(len(waiting), high))
        edges |= {p: (low, high) for p, left in zip(waiting, there, strict=True) if left >= -HALF_CENT_EUR}
    if not edges:
        return {}
    names = list(edges)
    below, above = (np.array([edges[p][k] for p in names]) for k in (0, 1))
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        passed = reached(names, middle) >= -HALF_CENT_EUR
        below, above = np.where(passed, below, middle), np.where(passed, middle, above)
    return dict(zip(names, map(float, above), strict=True))


def largest_multiple(scenario: Scenario) -> float:
    """The multiple at which the first relative reduction would avoid everything; infinite without any."""
    effects = (e for i in scenario.spec.interventions.values() for e in i.effects.values())
    largest = max((e.reduction.value for e in effects if isinstance(e, RelativeEffect | EventsEffect)), default=0.0)
    return 1 / largest if largest > 0 else np.inf
