"""Placebo groups: who they are, how many there are, and what a rank among them says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from evaluation_designs import make_panel, panel_of

from coalition.evaluation.panel import NEVER, Panel
from coalition.evaluation.placebos import (
    assigned,
    design_of,
    earlier,
    group_means,
    not_rejected_up_to,
    period_rows,
    placebo_assignments,
    placebo_names,
    rank_p_value,
)


def panel(treated: int, units: int, starts: tuple[int, ...] = (3,), cluster: list[int] | None = None) -> Panel:
    """Four periods; the first units start, in turn, at the starts."""
    begins = [float(starts[k % len(starts)]) if k < treated else NEVER for k in range(units)]
    return panel_of(np.arange(4.0 * units).reshape(units, 4), begins, cluster=cluster)


def test_every_way_is_taken_once_when_there_are_few() -> None:
    one = placebo_assignments(panel(1, 6), draws=99, seed=1)
    assert placebo_names(panel(1, 6), one) == [f"unit {k:03d}" for k in range(1, 6)]
    two = placebo_assignments(panel(2, 6), draws=99, seed=1)
    assert len(two) == 6  # 4 over 2
    assert len(set(placebo_names(panel(2, 6), two))) == 6
    assert (two.groups.sum(axis=(1, 2)) == 2).all()
    assert (two.donors.sum(axis=1) == 2).all()
    assert not (two.groups | two.donors[:, None, :])[:, :, :2].any()  # the treated are nowhere
    several = placebo_assignments(panel(2, 6, (2, 3)), draws=99, seed=1)
    assert len(several) == 12  # an ordered pair out of 4
    assert (several.groups.sum(axis=2) == 1).all()


def test_otherwise_they_are_drawn_with_the_seed() -> None:
    many = make_panel(np.random.default_rng(1), units=40, starts={4: 8})
    first, again, other = (placebo_assignments(many, draws=50, seed=seed) for seed in (3, 3, 4))
    assert len(first) == 50
    assert (first.groups == again.groups).all()
    assert (first.groups != other.groups).any()
    assert (first.groups.sum(axis=(1, 2)) == 8).all()


def test_order_of_units_plays_no_part_in_draws() -> None:
    many = make_panel(np.random.default_rng(1), units=40, starts={4: 8})
    order = np.random.default_rng(2).permutation(40)
    mixed = replace(
        many,
        units=tuple(many.units[k] for k in order),
        treated_from=many.treated_from[order],
        cluster=many.cluster[order],
        outcome=many.outcome[order],
        weight=many.weight[order],
    )
    names = [placebo_names(p, placebo_assignments(p, draws=20, seed=1)) for p in (many, mixed)]
    assert names[0] == names[1]


def test_whole_clusters_are_placebos() -> None:
    clusters = [0, 0, 1, 1, 1, 2, 2, 3]
    found = placebo_assignments(panel(2, 8, cluster=clusters), draws=99, seed=1)
    assert placebo_names(panel(2, 8, cluster=clusters), found) == [
        "unit 002 + unit 003 + unit 004",
        "unit 005 + unit 006",
        "unit 007",
    ]


def test_placebos_of_whole_clusters_have_their_names() -> None:
    named = replace(panel(2, 8, cluster=[0, 0, 1, 1, 1, 2, 2, 3]), cluster_names=("A", "Noord", "Oost", "Zuid"))
    assert placebo_names(named, placebo_assignments(named, draws=99, seed=1)) == ["Noord", "Oost", "Zuid"]
    alone = replace(panel(1, 4), cluster_names=("A", "B", "C", "D"))
    assert placebo_names(alone, placebo_assignments(alone, draws=99, seed=1)) == ["B", "C", "D"]


def test_no_placebos_without_a_donor_left() -> None:
    assert len(placebo_assignments(panel(2, 4), draws=99, seed=1)) == 0
    assert len(placebo_assignments(panel(2, 5), draws=99, seed=1)) == 3


def test_means_are_weighted_with_person_years() -> None:
    data = panel_of([[10, 20], [30, 60], [5, 5]], [2, 2, NEVER], weight=[[3, 1], [1, 1], [9, 9]])
    means, years = group_means(design_of(data), assigned(data))
    np.testing.assert_allclose(means[0, 0], [15, 40])
    np.testing.assert_allclose(years[0, 0], [4, 2])


def test_a_start_that_is_put_earlier_leaves_out_what_came_after_the_real_one() -> None:
    design = earlier(design_of(panel(2, 6, (3, 4))), 1)
    assert design.before.tolist() == [[True, False, False, False], [True, True, False, False]]
    assert design.after.tolist() == [[False, True, False, False], [False, False, True, False]]


def test_rows_per_period() -> None:
    one = [(row.period, row.event_time, row.judged) for row in period_rows(design_of(panel(1, 6)))]
    assert one == [(1, -2, False), (2, -1, False), (3, 0, True), (4, 1, True)]
    several = [(row.period, row.event_time) for row in period_rows(design_of(panel(2, 6, (3, 4))))]
    assert several == [(3, None), (4, None), (None, -3), (None, -2), (None, -1), (None, 0), (None, 1)]


def test_ranks_by_hand() -> None:
    placebos = np.arange(1.0, 20.0)  # 19 of them
    assert rank_p_value(20.0, placebos) == 1 / 20
    assert rank_p_value(19.0, placebos) == 2 / 20
    assert rank_p_value(0.0, placebos) == 1.0
    # at 5 % only a value above all placebos is rejected, at 10 % also one that equals the largest
    assert not_rejected_up_to(placebos, 0.05) == 19.0
    assert not_rejected_up_to(placebos, 0.10) == 18.0
    assert not_rejected_up_to(placebos, 0.04) == np.inf


def test_a_value_is_rejected_exactly_above_the_limit() -> None:
    placebos = np.random.default_rng(1).normal(size=57) ** 2
    for alpha in (0.01, 0.05, 0.1, 0.32):
        limit = float(not_rejected_up_to(placebos, alpha))
        assert rank_p_value(limit, placebos) > alpha
        assert not np.isfinite(limit) or rank_p_value(limit * 1.0001, placebos) <= alpha
