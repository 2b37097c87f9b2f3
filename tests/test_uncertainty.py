"""Draws, ranges and what matters most: the same seed, the stated limits, and one draw like the plain run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from coalition.inputs import Inputs
from coalition.model import outcomes, run_inputs, run_scenario
from coalition.numbers import Number, Share
from coalition.parties import PartyKind
from coalition.scenario import Scenario, load_scenario
from coalition.schema import numbers_in
from coalition.uncertainty import (
    Influence,
    assumed_numbers,
    break_even_effect,
    clawback_extremes,
    draw_inputs,
    influences,
    npv_ranges,
)


@cache
def vallen() -> Scenario:
    """A small shipped scenario with uncertain numbers."""
    return load_scenario("vallen")


def test_the_same_seed_gives_the_same_draws() -> None:
    """A range on the first screen can be reproduced."""
    first = draw_inputs(vallen(), 50, np.random.default_rng(7))
    second = draw_inputs(vallen(), 50, np.random.default_rng(7))
    assert first.varied.keys() == second.varied.keys()
    assert all((first.varied[k] == second.varied[k]).all() for k in first.varied)


def test_only_numbers_with_a_range_vary() -> None:
    """What has no low and high keeps its value in every draw."""
    drawn = draw_inputs(vallen(), 10, np.random.default_rng(1)).varied
    assert set(drawn) == {path for path, n in numbers_in(vallen().spec) if n.low is not None and n.low != n.high}


def test_a_triangular_number_stays_between_low_and_high() -> None:
    """An assumption never leaves its stated limits."""
    drawn = draw_inputs(vallen(), 400, np.random.default_rng(1)).varied
    for path, number in numbers_in(vallen().spec):
        if path in drawn and number.drawn_as.value == "triangular":
            assert number.low is not None
            assert number.high is not None
            assert (drawn[path] >= number.low).all()
            assert (drawn[path] <= number.high).all()


def test_a_share_is_never_drawn_outside_zero_and_one() -> None:
    """A share whose interval nearly reaches 1 is cut off there."""
    from coalition.uncertainty import _draw

    number = Share.model_validate({"value": 0.9, "low": 0.5, "high": 0.99, "source": "x", "standing": "read"})
    drawn = _draw(number, 2_000, np.random.default_rng(3))
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_an_interval_holds_its_part_of_the_draws() -> None:
    """Low and high of a published interval are the 2.5 and 97.5 % points, on each side of the value apart."""
    from coalition.uncertainty import _draw

    number = Number.model_validate({"value": 0.0, "low": -1.0, "high": 4.0, "source": "x", "standing": "read"})
    drawn = _draw(number, 40_000, np.random.default_rng(3))
    assert (drawn < -1.0).mean() == pytest.approx(0.025, abs=0.004)
    assert (drawn > 4.0).mean() == pytest.approx(0.025, abs=0.004)
    assert np.median(drawn) == pytest.approx(0.0, abs=0.05)


def test_each_draw_is_the_plain_run_with_those_values() -> None:
    """Many draws at once give what each of them gives alone."""
    inputs = draw_inputs(vallen(), 5, np.random.default_rng(2))
    together = outcomes(vallen(), inputs)
    for draw in range(5):
        alone = run_inputs(vallen(), Inputs(1, {k: v[draw : draw + 1] for k, v in inputs.varied.items()}))
        for result in alone.parties:
            assert together[result.party.id][draw] == pytest.approx(float(result.npv[0]), rel=1e-9, abs=1e-6)


def test_ranges_hold_the_stated_part_of_the_draws_for_parties_and_groups() -> None:
    """Low lies under high, and a group of one party has that party's range."""
    party = next(iter(vallen().spec.parties.insurers))
    found = npv_ranges(vallen(), {"alone": [party]})
    assert all(r.low_eur <= r.high_eur and 0 <= r.share_of_draws_with_loss <= 1 for r in found.values())
    assert found["alone"] == found[party]


def test_influence_is_the_change_between_the_ends_of_one_number() -> None:
    """The largest influence is found again by running its two ends."""
    found = influences(vallen(), assumed_numbers(vallen()))
    assert [i.size_eur for i in found] == sorted((i.size_eur for i in found), reverse=True)
    first = found[0]
    for value, expected in ((first.number.low, first.low_eur), (first.number.high, first.high_eur)):
        assert value is not None
        alone = run_inputs(vallen(), Inputs(1, {first.path: np.array([value])}))
        for result in alone.parties:
            assert expected[result.party.id] == pytest.approx(float(result.npv[0]), abs=1e-6)


def test_equalisation_that_takes_everything_leaves_an_insurer_less_than_one_that_takes_nothing() -> None:
    """Both ends are shown because nobody knows the share that is taken back."""
    for none, everything in clawback_extremes(vallen()).values():
        assert everything < none


def test_the_ends_of_equalisation_are_nothing_and_everything() -> None:
    """Each end is the plain run with that share taken back at once."""
    found = clawback_extremes(vallen())
    for position, share in enumerate((0.0, 1.0)):
        alone = outcomes(vallen(), Inputs(1, clawback=np.array([share])))
        for insurer, ends in found.items():
            assert ends[position] == pytest.approx(float(alone[insurer][0]))


@pytest.mark.parametrize(
    ("changes", "size"),
    [({"a": 10.0, "b": -10.0}, 10.0), ({"a": 10.0, "b": -4.0}, 10.0), ({"a": 10.0}, 10.0), ({"a": 3.0, "b": 4.0}, 7.0)],
)
def test_the_size_of_an_influence_counts_each_euro_that_moves_once(changes: dict[str, float], size: float) -> None:
    """A transfer of 10 is 10, and so is a gain of 10 that nobody else loses."""
    low = dict.fromkeys(changes, 0.0)
    assert Influence("x", Share(value=0.1), low, changes).size_eur == size


def test_break_even_is_where_the_present_value_is_zero() -> None:
    """Running the model at that multiple of the effects gives about zero, as far as overlap allows."""
    drenthe = load_scenario("drenthe")
    zero = outcomes(drenthe, Inputs(1, {}, np.zeros(1)))
    found = {p: m for p, m in break_even_effect(drenthe).items() if m is not None}
    assert len(found) >= 3
    for party, multiple in found.items():
        at = outcomes(drenthe, Inputs(1, {}, np.array([multiple])))
        assert float(at[party][0]) == pytest.approx(0.0, abs=0.01 * abs(float(zero[party][0])) + 1)


def test_a_group_breaks_even_where_its_sum_is_zero() -> None:
    """Members that are even at different multiples: together they are even in between, found on their sum."""
    drenthe = load_scenario("drenthe")
    members = [r.party.id for r in run_scenario(drenthe).run.parties if r.party.kind is PartyKind.MUNICIPALITY]
    found = break_even_effect(drenthe, {"together": members})
    multiple = found["together"]
    assert multiple is not None
    at, zero = (outcomes(drenthe, Inputs(1, {}, np.array([m]))) for m in (multiple, 0.0))
    loss = sum(float(zero[m][0]) for m in members)
    assert sum(float(at[m][0]) for m in members) == pytest.approx(0.0, abs=0.01 * abs(loss) + 1)


def test_an_investor_is_even_where_a_bond_begins_to_pay() -> None:
    """A bond pays nothing below its target: the loss ends with a jump, and the multiple is where it ends."""
    target = ["arrangements.impact_bonds.hib.targets_eur.2019=2375000"]
    bond = load_scenario("sociaal-hospitaal-bond", target)
    assert break_even_effect(bond)["cz"] == pytest.approx(0.5, abs=1e-5)
    below, at = (float(outcomes(bond, Inputs(1, {}, np.array([m])))["cz"][0]) for m in (0.4999, 0.5001))
    assert below == pytest.approx(-1_300_000)
    assert at > 0


def test_a_bond_that_misses_its_target_as_planned_pays_when_more_is_saved() -> None:
    """Three times the stated 4.75 million reaches a target of 14.25 million."""
    missed = load_scenario("sociaal-hospitaal-bond", ["arrangements.impact_bonds.hib.targets_eur.2019=14250000"])
    assert break_even_effect(missed)["cz"] == pytest.approx(3, abs=1e-4)


def test_there_is_no_break_even_beyond_avoiding_everything() -> None:
    """All falls are already avoided in this case, so no larger effect exists at which the municipality is even."""
    assert set(break_even_effect(vallen()).values()) == {None}
