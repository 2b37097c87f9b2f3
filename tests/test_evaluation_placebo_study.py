"""Placebo studies: which regions start together, and when what a test rejects is fixed beforehand."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from evaluation_designs import make_panel

from coalition.evaluation.estimates import Method, Options
from coalition.evaluation.panel import Panel
from coalition.evaluation.placebo_study import Windows, groups_of, rates, tries

REGIONS = 8


def panel() -> Panel:
    """Eight regions of two towns in six years, with names; nothing happens anywhere."""
    made = make_panel(np.random.default_rng(4), units=2 * REGIONS, starts={4: 2}, cluster_size=2, cluster_sd=0.5)
    return replace(made, cluster_names=tuple("ABCDEFGH"))


@pytest.mark.parametrize("together", [1, 2, 3])
@pytest.mark.parametrize("asked", [5, 60])
def test_groups_are_all_there_are_or_as_many_different_ones_as_asked(together: int, asked: int) -> None:
    groups = groups_of(panel(), Windows(together=together, groups=asked), seed=3)
    every = comb(REGIONS, together)
    assert len(groups) == len(set(groups)) == (every if every <= max(asked, REGIONS) else asked)
    assert all(len(set(group)) == together for group in groups)
    assert groups == groups_of(panel(), Windows(together=together, groups=asked), seed=3)


@pytest.mark.parametrize(
    ("together", "groups", "fixed"),
    [
        (1, 50, True),  # each region in turn among all of them
        (2, 28, True),  # every pair among all pairs
        (2, 10, False),  # some of the pairs: what they reject is not fixed
        (3, 10, False),  # judged by their own variance
    ],
)
def test_a_rank_among_all_groups_fixes_what_is_rejected(together: int, groups: int, fixed: bool) -> None:
    """Then at each start the same number is on top, and no interval is given."""
    options = Options(alpha=0.15, draws=99)
    found = list(tries(panel(), [Method.DID], options, Windows(2, 2, together, groups)))
    rate = rates(found)[0]
    assert rate.fixed == fixed == bool(np.isnan(rate.low))
    if fixed:
        on_top = int(0.15 * comb(REGIONS, together))
        assert {sum(t.rejected for t in found if t.start == start) for start in {t.start for t in found}} == {on_top}
