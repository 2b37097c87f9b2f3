"""How an effect is spread over the years after a start, and sums over cohorts.

Pure functions on arrays, linear in starters. Shapes: a kernel is (draw, years since the start); starters and sums are
(draw, area, year).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coalition.cells import (
    Block,
    Expr,
    Line,
    added,
    cell_form,
    dot,
    lagged,
    largest,
    next_whole,
    over_cohorts_of,
    part_of,
    rounded_up,
    smallest,
    when,
)
from coalition.inputs import Floats, Inputs, ratio
from coalition.schema import TimeProfile


def time_weights(times: Sequence[TimeProfile], inputs: Inputs, years: int) -> Floats:
    """Years of full effect per calendar year since the start, shape (profile, draws, years).

    The effect runs from `onset` at full strength for `plateau` years, then falls in a straight line over `decay`
    years; the first calendar year holds only `first_year_share` of a year.
    """
    stated = inputs.several(
        n for t in times for n in (t.onset_years, t.plateau_years, t.decay_years, t.first_year_share)
    )
    onset, plateau, decay, first = stated.T.reshape(len(times), 4, -1, 1).swapaxes(0, 1)
    edges = first + np.arange(-1, years)
    edges[..., 0] = 0.0
    works = edges - onset
    full = np.clip(works, 0, plateau)
    falling = np.clip(works - plateau, 0, decay)
    return np.diff(full + falling - ratio(falling**2, 2 * decay), axis=-1)


class TimeRows(NamedTuple):
    """Rows along the age of a cohort, 0 in the year of the start.

    Attributes:
        full, falling: years at full strength and in decay up to the end of that year.
    """

    full: Expr
    falling: Expr


@cell_form(time_weights)
def time_weights_in_cells(onset: Expr, plateau: Expr, decay: Expr, first: Expr, age: Expr) -> TimeRows:
    """Years at full strength and in decay, up to the end of the year in which a cohort has this age."""
    works = first + age - onset
    return TimeRows(smallest(largest(works, 0), plateau), smallest(largest(works - plateau, 0), decay))


def years_of_effect_in_cells(full: Line, falling: Line, decay: Expr) -> Expr:
    """Years of full effect up to the end of a year; decay in a straight line takes off half of its square."""
    return full + falling - part_of(falling * falling, decay + decay)


def kernel_years(time: TimeProfile) -> int:
    """Calendar years after the start in which an effect may still work, at the longest the evidence allows."""
    longest = sum(
        n.value if n.high is None else n.high for n in (time.onset_years, time.plateau_years, time.decay_years)
    )
    return next_whole(longest) + 1


@cell_form(kernel_years)
def kernel_years_in_cells(longest: Sequence[Expr]) -> Expr:
    """The same, given the longest onset, plateau and decay."""
    onset, plateau, decay = longest
    return rounded_up(onset + plateau + decay) + 1


def staying(per_year: Floats, follow_up_years: float | Floats, years: int) -> Floats:
    """Share left after t years, shape (..., years); the years of a trial's follow-up are already in its means.

    Args:
        per_year: share left of those of a year before, shape (..., draw).
        follow_up_years: one for all, or as many axes as per_year.
        years: how many years t = 0, 1, ... to give.
    """
    exponent = np.maximum(np.arange(years) - np.asarray(follow_up_years)[..., None], 0)
    return np.asarray(per_year[..., None] ** exponent)


@cell_form(staying)
def staying_in_cells(per_year: Expr, years: Line) -> Expr:
    """The same, given the years after the follow-up; nobody has gone before."""
    return when(years > 0, per_year**years, 1)


def potential_impact(prevalence: Floats, shifted: Floats, relative_risk: Floats) -> Floats:
    """PIF = 1 − Σp′RR/ΣpRR: the share of the risk-related cost that a shift of exposure avoids; shape (draw,).

    Drawn distributions no longer sum to 1, so the mean risk before and after is taken.
    """
    before = (prevalence * relative_risk).sum(axis=-1) / prevalence.sum(axis=-1)
    after = (shifted * relative_risk).sum(axis=-1) / shifted.sum(axis=-1)
    return np.asarray(1 - after / before)


@cell_form(potential_impact)
def potential_impact_in_cells(prevalence: Block, shifted: Block, relative_risk: Block) -> Expr:
    """The same, with a row per class."""
    before, after = dot(prevalence, relative_risk) / added(prevalence), dot(shifted, relative_risk) / added(shifted)
    return 1 - after / before


def over_cohorts(starters: Floats, kernel: Floats) -> Floats:
    """Sum over cohorts: out[t] = Σ_j starters[t − j]·kernel[j].

    One product of matrices: the kernel stands once per year of the start, each time a year later.

    Args:
        starters: shape (..., draw, area, year).
        kernel: shape (..., draw, j).
    """
    years = starters.shape[-1]
    lengthened = np.zeros((*kernel.shape[:-1], years))
    lengthened[..., : kernel.shape[-1]] = kernel[..., :years]
    since = np.arange(years) - np.arange(years)[:, None]
    return np.asarray(starters @ np.triu(lengthened[..., since]))


@cell_form(over_cohorts)
def over_cohorts_in_cells(starters: Line, kernel: Line, index: Line) -> Expr:
    """The same; the kernel stands along the axis by age."""
    return over_cohorts_of(starters, kernel, index)


def per_cohort(starters: Floats, kernel: Floats) -> Floats:
    """As over_cohorts with the cohort's age kept: shape (draw, area, age, year)."""
    years = starters.shape[-1]
    out = np.zeros((max(starters.shape[0], kernel.shape[0]), starters.shape[1], years, years))
    for j in range(min(kernel.shape[1], years)):
        out[:, :, j, j:] = kernel[:, j, None, None] * starters[..., : years - j]
    return out


@cell_form(per_cohort)
def per_cohort_in_cells(starters: Line, weight: Expr, age: Expr, index: Line) -> Expr:
    """Those of one age."""
    return lagged(starters, age, index) * weight


def at_most(limit: Floats, amount: Floats) -> Floats:
    """Factor, at most 1, that keeps an amount within a limit; 1 where there is no amount."""
    fitting = np.divide(limit, amount, out=np.ones(np.broadcast(limit, amount).shape), where=amount > 0)
    return np.minimum(fitting, 1.0)


@cell_form(at_most)
def at_most_in_cells(limit: Expr, amount: Expr) -> Expr:
    """The same."""
    return smallest(part_of(limit, amount, 1), 1)
