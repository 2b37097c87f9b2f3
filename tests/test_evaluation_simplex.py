"""Weights on the simplex: optimality conditions, a general optimiser, ties, many problems at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from coalition.evaluation.panel import Bools, Floats
from coalition.evaluation.simplex import simplex_weights


def kkt_residual(columns: Floats, target: Floats, weights: Floats, ridge: float, allowed: Bools) -> float:
    """How far weights are from the conditions of an optimum, by the size of the gradient's terms.

    With gradient g and multiplier m = g·w: g >= m for every donor allowed, g = m for those with weight.
    """
    middle = columns[:, allowed].mean(axis=1)
    near, goal = columns - middle[:, None], target - middle
    gradient = near.T @ (near @ weights - goal) + ridge * weights
    multiplier = gradient @ weights
    size = (near[:, allowed] ** 2).sum(axis=0).max() + (goal**2).sum() + ridge + 1e-300
    slack = np.where(allowed, multiplier - gradient, -np.inf).max()
    complementary = np.abs(weights * (gradient - multiplier)).max()
    return float(
        max(slack / size, complementary / size, abs(weights.sum() - 1), -weights.min(), np.abs(weights[~allowed]).sum())
    )


@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 12),
    donors=st.integers(1, 30),
    ridge=st.sampled_from([0.0, 0.01, 0.3, 5.0, 200.0]),
    inside=st.booleans(),
)
@settings(max_examples=60)
def test_weights_meet_the_conditions_of_an_optimum(
    seed: int, rows: int, donors: int, ridge: float, inside: bool
) -> None:
    rng = np.random.default_rng(seed)
    columns = 3_000 + 10 * rng.normal(size=(rows, donors))
    mixed = rng.dirichlet(np.ones(donors), size=4) @ columns.T
    targets = mixed if inside else 3_000 + 10 * rng.normal(size=(4, rows))
    allowed = rng.random((4, donors)) < 0.7
    allowed[:, 0] = True
    weights = simplex_weights(columns, targets, ridge=100 * ridge, allowed=allowed)
    for target, found, may in zip(targets, weights, allowed, strict=True):
        assert kkt_residual(columns, target, found, 100 * ridge, may) < 1e-10


@pytest.mark.parametrize("ridge", [0.0, 0.5, 20.0])
@pytest.mark.parametrize("shape", [(6, 4), (4, 4), (9, 7)])
def test_a_general_optimiser_finds_the_same(shape: tuple[int, int], ridge: float) -> None:
    rng = np.random.default_rng(11)
    columns, target = rng.normal(size=shape), rng.normal(size=shape[0])
    found = simplex_weights(columns, target[None, :], ridge=ridge)[0]
    general = minimize(
        lambda w: ((columns @ w - target) ** 2).sum() + ridge * (w**2).sum(),
        np.full(shape[1], 1 / shape[1]),
        bounds=[(0, 1)] * shape[1],
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1_000},
    )
    np.testing.assert_allclose(found, general.x, atol=1e-6)


def test_by_hand() -> None:
    """Donors at 0 and 10: a target at 3 is 0.7 and 0.3 of them, one at 12 is all of the second; a ridge pulls to ½."""
    columns = np.array([[0.0, 10.0]])
    np.testing.assert_allclose(
        simplex_weights(columns, np.array([[3.0], [12.0]])), [[0.7, 0.3], [0.0, 1.0]], atol=1e-12
    )
    # derivative of (10w − 3)² + 50 ((1−w)² + w²) is 200w − 60 + 200w − 100: w = 0.4
    np.testing.assert_allclose(simplex_weights(columns, np.array([[3.0]]), ridge=50.0), [[0.6, 0.4]], atol=1e-12)


def test_equal_fits_take_the_most_even_weights() -> None:
    """With more donors than rows many weights fit exactly; no other such weights have a smaller sum of squares."""
    rng = np.random.default_rng(3)
    columns = rng.normal(size=(3, 9))
    target = columns @ rng.dirichlet(np.ones(9))
    found = simplex_weights(columns, target[None, :])[0]
    np.testing.assert_allclose(columns @ found, target, atol=1e-12)
    general = minimize(
        lambda w: (w**2).sum(),
        np.full(9, 1 / 9),
        bounds=[(0, 1)] * 9,
        constraints={"type": "eq", "fun": lambda w: np.append(columns @ w - target, w.sum() - 1)},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1_000},
    )
    np.testing.assert_allclose(found, general.x, atol=1e-6)


@pytest.mark.parametrize("level", [-5.0, 1.0, 1.7, 9.0])
def test_twins_share_their_weight(level: float) -> None:
    """Parallel donors, each twice: inside, on and outside the range of their levels."""
    shape = np.array([1.0, -2.0, 0.5, 3.0])
    levels = np.array([0.0, 1.0, 2.5, 4.0])
    columns = np.tile(shape[:, None] + levels, 2)
    found = simplex_weights(columns, (shape + level)[None, :])[0]
    np.testing.assert_allclose(found[:4], found[4:], atol=1e-9)
    np.testing.assert_allclose(columns @ found, shape + np.clip(level, 0.0, 4.0), atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1), ridge=st.sampled_from([0.0, 1.0]))
@settings(max_examples=25)
def test_order_of_donors_and_scale_play_no_part(seed: int, ridge: float) -> None:
    rng = np.random.default_rng(seed)
    columns, targets = rng.normal(size=(4, 15)), rng.normal(size=(3, 4)) / 2
    order = rng.permutation(15)
    found = simplex_weights(columns, targets, ridge=ridge)
    np.testing.assert_allclose(simplex_weights(columns[:, order], targets, ridge=ridge), found[:, order], atol=1e-9)
    scaled = simplex_weights(1e4 * columns + 7e5, 1e4 * targets + 7e5, ridge=1e8 * ridge)
    np.testing.assert_allclose(scaled, found, atol=1e-7)


def test_many_problems_are_the_problems_one_by_one() -> None:
    rng = np.random.default_rng(5)
    columns, targets = rng.normal(size=(40, 6, 5)), rng.normal(size=(40, 6))
    ridge = np.where(np.arange(40) % 2, 0.0, 1.0)
    together = simplex_weights(columns, targets, ridge=ridge)
    for k in range(40):
        alone = simplex_weights(columns[k], targets[k][None, :], ridge=ridge[k])[0]
        np.testing.assert_allclose(together[k], alone, atol=1e-10)


def test_every_donor_against_all_others() -> None:
    """The placebos of a synthetic control: 120 donors, 8 periods, none may stand beside itself."""
    columns = np.random.default_rng(8).normal(size=(8, 120))
    others = ~np.eye(120, dtype=bool)
    weights = simplex_weights(columns, columns.T.copy(), allowed=others)
    worst = max(kkt_residual(columns, columns[:, k], weights[k], 0.0, others[k]) for k in range(120))
    assert worst < 1e-10


def test_nothing_to_choose_from() -> None:
    """One donor has all the weight; identical donors share it."""
    np.testing.assert_allclose(simplex_weights(np.ones((3, 1)), np.zeros((2, 3))), np.ones((2, 1)))
    for ridge in (0.0, 2.0):
        np.testing.assert_allclose(
            simplex_weights(np.ones((3, 4)), np.zeros((1, 3)), ridge=ridge), np.full((1, 4), 0.25)
        )
