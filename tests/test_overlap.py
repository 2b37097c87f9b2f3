"""Two interventions on the same people never avoid more than those people cost."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from building import AREA, a_group, a_region, a_scenario, an_effect, an_intervention, avoids, euro, run
from hypothesis import given
from hypothesis import strategies as st

from coalition.inputs import Inputs
from coalition.overlap import joint_shares, overlap_factors, shared_baseline
from coalition.parties import Pocket

unit = st.floats(0, 1)
Array = np.ndarray[Any, np.dtype[np.float64]]


def column(*values: float) -> Array:
    return np.array(values, dtype=float)[:, None]


def relative(reduction: float) -> dict[str, Any]:
    return {"e": an_effect("relative", pocket="zvw", care_kind="acute", reduction=reduction, cause_share=1.0)}


def shapley_by_counting(x: list[float]) -> list[float]:
    """The definition: the mean, over all orders of arrival, of what each adds to 1 − Π(1 − x)."""
    found = [0.0] * len(x)
    for order in permutations(range(len(x))):
        left = 1.0
        for i in order:
            found[i] += left * x[i]
            left *= 1 - x[i]
    return [f / math.factorial(len(x)) for f in found]


@given(st.lists(unit, min_size=1, max_size=5))
def test_joint_shares_are_shapley_values(x: list[float]) -> None:
    """The integral agrees with counting all orders."""
    assert pytest.approx(shapley_by_counting(x), abs=1e-12) == list(joint_shares(column(*x)).ravel())


@given(st.lists(unit, min_size=1, max_size=16))
def test_joint_shares_sum_to_what_is_avoided_together(x: list[float]) -> None:
    """Σφ = 1 − Π(1 − x), exact up to sixteen interventions on one group."""
    assert pytest.approx(1 - math.prod(1 - v for v in x), abs=1e-12) == float(joint_shares(column(*x)).sum())


def test_an_intervention_alone_keeps_what_it_avoids() -> None:
    """Factor 1, also when another one does nothing."""
    assert pytest.approx([1.0, 1.0]) == list(overlap_factors(column(0.3, 0.0), column(0.5, 0.0)).ravel())


@pytest.mark.parametrize(("stated", "expected"), [(0.5, 1.0), (1.0, 1.0), (1.25, 0.8), (4.0, 0.25)])
def test_one_that_exceeds_the_baseline_is_cut_back_to_it(stated: float, expected: float) -> None:
    """Exactly the baseline is allowed; more is cut."""
    assert pytest.approx(expected) == float(overlap_factors(column(stated), column(1.0))[0, 0])


def test_extra_cost_stands_apart() -> None:
    """A negative effect keeps factor 1 and does not dilute the other."""
    assert pytest.approx([1.0, 1.0]) == list(overlap_factors(column(-0.4, 0.9), column(0.5, 0.9)).ravel())


@given(st.lists(st.tuples(st.floats(0, 3), unit), min_size=2, max_size=5), unit)
def test_with_a_stated_pair_nobody_turns_negative_and_the_baseline_holds(
    rows: list[tuple[float, float]], nested: float
) -> None:
    """Any reach, any effect, any stated common part: factors from 0 to 1, together at most the baseline."""
    x, p = column(*(r[0] for r in rows)), column(*(r[1] for r in rows))
    factors = overlap_factors(x, p, {(0, 1): np.array([nested])})
    assert (factors >= -1e-12).all()
    assert (factors <= 1 + 1e-12).all()
    assert float((factors * x).sum()) <= 1 + 1e-9


def test_two_that_reach_nearly_everyone_have_people_in_common() -> None:
    """Reach .95 each cannot be apart: .9 coincide at least, so that 2 × .855 − .9 × .9² = .981 is avoided."""
    x, p = column(0.855, 0.855), column(0.95, 0.95)
    assert pytest.approx(0.981) == float((overlap_factors(x, p, {(0, 1): np.zeros(1)}) * x).sum())


def test_a_pair_is_one_player_among_the_others() -> None:
    """Pair .122 of .130 and a third of .5: together .122 + .5 − .061 = .561."""
    x, p = column(0.05, 0.08, 0.5), column(0.5, 0.4, 0.5)
    assert pytest.approx(0.561) == float((overlap_factors(x, p, {(0, 1): np.ones(1)}) * x).sum())


def test_a_common_part_with_a_range_varies_by_draw() -> None:
    """Draws from apart to nested: .130, .126 and .122 of 100 people who cost 1,000."""
    spec = a_scenario(
        interventions={"i": an_intervention(relative(0.1), reach=0.5), "j": an_intervention(relative(0.2), reach=0.4)},
        overlap=[{"between": ["i", "j"], "share_of_smaller": {"value": 0.5, "low": 0.0, "high": 1.0}}],
    )
    inputs = Inputs(3, {"overlap.0.share_of_smaller": np.array([0.0, 0.5, 1.0])})
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}), inputs)
    total = sum(s.avoided for s in result.projection.streams)
    assert pytest.approx([13_000, 12_600, 12_200]) == list(np.asarray(total)[:, 0, 0])


def test_groups_that_share_ages_respect_the_cost_of_those_ages() -> None:
    """Two groups of all people, each avoiding 80 %: together 96 % of 100,000, half each."""
    groups = {"everyone": a_group(), "again": a_group()}
    spec = a_scenario(
        target_groups=groups,
        interventions={
            "i": an_intervention(relative(0.8)),
            "j": an_intervention(relative(0.8), target_group="again"),
        },
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}))
    assert [pytest.approx(48_000)] == result.avoided("i", Pocket.ZVW) == result.avoided("j", Pocket.ZVW)


def test_groups_of_other_ages_do_not_meet() -> None:
    """Children and older people: nothing is taken off."""
    groups = {"everyone": a_group(ages={"from": 0, "to": 64}), "old": a_group(ages={"from": 65})}
    spec = a_scenario(
        target_groups=groups,
        interventions={
            "i": an_intervention(relative(0.8)),
            "j": an_intervention(relative(0.8), target_group="old"),
        },
    )
    region = a_region({AREA: [100.0, 50.0]}, ages=(0, 65), cost={Pocket.ZVW: 1000.0})
    result = run(spec, region)
    assert result.avoided("i", Pocket.ZVW) == [80_000.0]
    assert result.avoided("j", Pocket.ZVW) == [40_000.0]


def test_groups_meet_only_on_the_ages_that_they_share() -> None:
    """Everyone avoids 10 %, the old 50 %: of the old's 50,000 together 55 %, of the young's 100,000 still 10 %."""
    groups = {"everyone": a_group(), "old": a_group(ages={"from": 65})}
    spec = a_scenario(
        target_groups=groups,
        interventions={
            "i": an_intervention(relative(0.1)),
            "j": an_intervention(relative(0.5), target_group="old"),
        },
    )
    region = a_region({AREA: [100.0, 50.0]}, ages=(0, 65), cost={Pocket.ZVW: 1000.0})
    result = run(spec, region)
    assert [pytest.approx(10_000 + 3_750)] == result.avoided("i", Pocket.ZVW)
    assert [pytest.approx(23_750)] == result.avoided("j", Pocket.ZVW)


def test_a_group_cannot_avoid_more_than_its_ages_cost() -> None:
    """Everyone at multiplier 1.5 with 80 % less would be 120 % of what all people cost; 100 % is kept."""
    spec = a_scenario(
        target_groups={"everyone": a_group(cost_multiplier=1.5)},
        interventions={"i": an_intervention(relative(0.8))},
    )
    assert [pytest.approx(100_000)] == run(spec, a_region(cost={Pocket.ZVW: 1000.0})).avoided("i", Pocket.ZVW)


@pytest.mark.parametrize(
    ("multiplier", "cost_per_person", "expected"), [(0.0, 100.0, 0.0), (1.0, 0.0, 0.0), (1.0, 100.0, 1000.0)]
)
def test_who_costs_nothing_can_save_nothing(multiplier: float, cost_per_person: float, expected: float) -> None:
    """10 euro per person is stated; a group or a place without cost in the pocket avoids none of it."""
    spec = a_scenario(
        target_groups={"everyone": a_group(cost_multiplier=multiplier)},
        interventions={"i": an_intervention({"e": avoids(10, "zvw")})},
    )
    assert [expected] == run(spec, a_region(cost={Pocket.ZVW: cost_per_person})).avoided("i", Pocket.ZVW)


def test_factors_per_group_where_ages_have_no_cost() -> None:
    """Without cost nothing is cut; 5 and 10 of 10 share it as 5·(1 − 1/2) and 10·(1 − .5/2)."""
    first, second = shared_baseline(np.array([[7.0, 5.0], [7.0, 10.0]]), np.array([0.0, 10.0]))
    assert first.tolist() == pytest.approx([7.0, 2.5])
    assert second.tolist() == pytest.approx([7.0, 7.5])


def test_extra_cost_of_the_same_intervention_is_not_diluted_by_its_overlap() -> None:
    """i avoids 50 % and costs 30 % more elsewhere in the pocket, j avoids 50 %: gains 37.5 each, the loss stays 30."""
    loss = an_effect("relative", pocket="zvw", care_kind="acute", reduction=-0.3, cause_share=1.0)
    spec = a_scenario(
        interventions={
            "i": an_intervention(relative(0.5) | {"loss": loss}),
            "j": an_intervention(relative(0.5)),
        }
    )
    result = run(spec, a_region(cost={Pocket.ZVW: 1000.0}))
    assert [pytest.approx(37_500 - 30_000)] == result.avoided("i", Pocket.ZVW)
    assert [pytest.approx(37_500)] == result.avoided("j", Pocket.ZVW)


@pytest.mark.parametrize(("ceiling", "expected"), [(10, 6), (6, 6), (5, 5), (0, 0)])
def test_a_pocket_without_a_baseline_stops_at_the_ceiling_per_unit(ceiling: float, expected: float) -> None:
    """6 per person is stated; the ceiling is the most that a person can avoid."""
    effect = avoids(6, "inwoner", ceiling_per_unit=euro(ceiling))
    result = run(a_scenario(interventions={"i": an_intervention({"e": effect})}))
    assert [pytest.approx(100 * expected)] == result.avoided("i", Pocket.INWONER)


def test_in_a_pocket_without_a_baseline_effects_add_up_to_the_ceiling() -> None:
    """Two of 6 on the same 100 people with a ceiling of 10: 1,000 together, half each."""
    effect = avoids(6, "inwoner", ceiling_per_unit=euro(10))
    spec = a_scenario(interventions={"i": an_intervention({"e": effect}), "j": an_intervention({"e": effect})})
    result = run(spec)
    assert [pytest.approx(500)] == result.avoided("i", Pocket.INWONER) == result.avoided("j", Pocket.INWONER)


def test_below_the_ceiling_effects_just_add_up() -> None:
    """A fifth of the people each: 20 × 6 twice, far below 100 × 10."""
    effect = avoids(6, "inwoner", ceiling_per_unit=euro(10))
    spec = a_scenario(interventions={n: an_intervention({"e": effect}, reach=0.2) for n in "ij"})
    result = run(spec)
    assert [120.0] == result.avoided("i", Pocket.INWONER) == result.avoided("j", Pocket.INWONER)
