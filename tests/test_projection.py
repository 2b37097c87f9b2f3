"""From starters to delivery cost and avoided cost: who starts, when it works, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from building import (
    AREA,
    FIRST,
    a_group,
    a_region,
    a_scenario,
    a_time,
    an_effect,
    an_intervention,
    avoids,
    euro,
    run,
)
from hypothesis import given
from hypothesis import strategies as st

from coalition.cells.expressions import HAIR_DECIMALS
from coalition.inputs import Inputs
from coalition.kernels import kernel_years, over_cohorts, per_cohort, potential_impact, staying, time_weights
from coalition.parties import Pocket, Reason
from coalition.schema import TimeProfile

OTHER = "GM0106"


def weights(years: int = 6, **changes: Any) -> list[float]:
    return [round(float(w), 6) for w in time_weights([TimeProfile(**a_time(1.0, **changes))], Inputs(), years)[0, 0]]


def starters(years: int = 4, *, region: Any = None, **changes: Any) -> list[float]:
    sections = {k: changes.pop(k) for k in ("target_groups", "gemeentepolis") if k in changes}
    result = run(a_scenario(interventions={"i": an_intervention(**changes)}, **sections), region, years=years)
    return [round(float(x), 6) for x in result.projection.starters["i"][0].sum(axis=0)]


# --- when it works --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [1, 0, 0]),
        ({"first_year_share": 0.5}, [0.5, 0.5, 0]),
        ({"first_year_share": 0.0}, [0, 1, 0]),
        ({"plateau_years": 2.5}, [1, 1, 0.5, 0]),
        ({"onset_years": 1.0}, [0, 1, 0]),
        ({"onset_years": 0.5}, [0.5, 0.5, 0]),
        ({"plateau_years": 0.0}, [0, 0]),
        ({"plateau_years": 0.0, "decay_years": 2.0}, [0.75, 0.25, 0]),
        ({"decay_years": 1.0, "first_year_share": 0.5}, [0.5, 0.875, 0.125, 0]),
        ({"onset_years": 9.0}, [0] * 6),
    ],
)
def test_years_of_full_effect_per_calendar_year(changes: dict[str, float], expected: list[float]) -> None:
    """Onset, plateau, a straight fall to zero, and a first calendar year that may hold only a part."""
    assert expected == weights(len(expected), **changes)


@given(st.floats(0, 2), st.floats(0, 3), st.floats(0, 3), st.floats(0, 1))
def test_an_effect_lasts_as_long_as_is_stated(onset: float, plateau: float, decay: float, first: float) -> None:
    """Over all years: the plateau and half the decay, and no more than a hair after the years that the kernel names."""
    time = TimeProfile(
        **a_time(1.0, onset_years=onset, plateau_years=plateau, decay_years=decay, first_year_share=first)
    )
    found = time_weights([time], Inputs(), 12)[0, 0]
    assert pytest.approx(plateau + decay / 2, abs=1e-9) == float(found.sum())
    assert (found >= -1e-12).all()
    assert float(np.abs(found[kernel_years(time) :]).sum()) <= 10.0**-HAIR_DECIMALS  # what next_whole rounds away


def test_an_uncertain_duration_is_calculated_to_its_longest() -> None:
    """A plateau of 3, at most 5, after half a year, may still work in the sixth calendar year after the start."""
    time = TimeProfile(**a_time(1.0, onset_years=0.5, plateau_years={"value": 3, "low": 2, "high": 5}))
    assert kernel_years(time) == 7


def test_cohorts_are_added_with_their_age() -> None:
    """Starters (10, 0, 4) with a kernel (1, .5): 10, 5, 4, 2; by age the same sum."""
    who, kernel = np.array([[[10.0, 0, 4, 0]]]), np.array([[1.0, 0.5]])
    assert pytest.approx([10, 5, 4, 2]) == over_cohorts(who, kernel)[0, 0]
    ages = per_cohort(who, kernel)[0, 0]
    assert pytest.approx([10, 5, 4, 2]) == ages.sum(axis=0)
    assert pytest.approx([0, 5, 0, 2]) == ages[1]


def test_survival_of_zero_and_one_at_the_edges() -> None:
    """Everyone lives, or nobody after the year of the start."""
    assert list(staying(np.array([1.0]), 0, 3)[0]) == [1, 1, 1]
    assert list(staying(np.array([0.0]), 0, 3)[0]) == [1, 0, 0]


# --- who starts -----------------------------------------------------------------------------------------------------


def test_people_start_in_the_years_stated_and_not_a_year_earlier_or_later() -> None:
    """A high-risk programme starts a cohort every year."""
    assert starters(starts={"first": FIRST + 1, "last": FIRST + 2}, reach=0.2) == [0, 20, 20, 0]


def test_a_ramp_up_holds_its_last_level() -> None:
    """A tenth, a half, then the full reach of 20."""
    assert starters(starts={"first": FIRST, "last": FIRST + 3}, reach=0.2, ramp_up=[0.1, 0.5, 1.0]) == [2, 10, 20, 20]


def test_a_population_approach_reaches_people_once() -> None:
    """The same ramp-up in steps: 2, 8 more, 10 more, and then nobody is new."""
    found = starters(
        starts={"first": FIRST, "last": FIRST + 3}, reach=0.2, ramp_up=[0.1, 0.5, 1.0], approach="population"
    )
    assert found == [2, 8, 10, 0]


@pytest.mark.parametrize(("reach", "expected"), [(0.0, 0.0), (1.0, 100.0)])
def test_reach_at_its_edges(reach: float, expected: float) -> None:
    """Nobody or everybody."""
    assert [expected] == starters(1, reach=reach)


@pytest.mark.parametrize(("capacity", "expected"), [(0.0, 0), (19.9, 19.9), (20.0, 20), (30.0, 20)])
def test_capacity_limits_starters(capacity: float, expected: float) -> None:
    """Exactly the capacity may start, not more."""
    assert [expected] == starters(1, reach=0.2, capacity_per_year=capacity)


def test_capacity_of_the_whole_is_shared_in_proportion() -> None:
    """Areas of 100 and 300 people and room for 40: 10 and 30; an area's own limit of 5 counts first."""
    region = a_region({AREA: [100.0], OTHER: [300.0]})
    spec = a_scenario(interventions={"i": an_intervention(capacity_per_year=40.0)})
    assert pytest.approx([10, 30]) == run(spec, region).projection.starters["i"][0, :, 0]
    spec = a_scenario(
        interventions={"i": an_intervention(capacity_per_year=65.0, per_area={AREA: {"capacity_per_year": 25.0}})}
    )
    assert pytest.approx([5, 60]) == run(spec, region).projection.starters["i"][0, :, 0]


def test_only_a_capacity_may_vary() -> None:
    """Draws of 5 and 50 per year in one area, nothing else."""
    spec = a_scenario(
        interventions={"i": an_intervention(per_area={AREA: {"capacity_per_year": {"value": 9, "low": 5, "high": 50}}})}
    )
    result = run(spec, inputs=Inputs(2, {f"interventions.i.per_area.{AREA}.capacity_per_year": np.array([5.0, 50.0])}))
    assert pytest.approx([5, 50]) == result.projection.starters["i"][:, 0, 0]


def test_members_of_one_insurer_are_its_part_of_the_group() -> None:
    """Insurer b has 30 %: at most 30 of 100 people start, at a reach of .2 six."""
    assert starters(1, members_of="b") == [30.0]
    assert [pytest.approx(6.0)] == starters(1, members_of="b", reach=0.2)


def test_members_with_a_module_are_still_only_members() -> None:
    """30 members, of whom 40 % have the module and all start, the other 18 at a tenth: 13.8, far below 42."""
    module = {"module": "fit", "enrolled_share_of_group": 0.4, "reach": 1.0}
    found = starters(1, gemeentepolis={"p": a_policy(0)}, members_of="b", reach=0.1, policy_module=module)
    assert found == [pytest.approx(13.8)]


def test_areas_may_differ_in_reach_start_and_completion() -> None:
    """One area reaches .5 a year later; completion .5 there halves the extra cost per completer."""
    region = a_region({AREA: [100.0], OTHER: [100.0]})
    own = {"reach": 0.5, "completion": 0.5, "starts": {"first": FIRST + 1, "last": FIRST + 1}}
    cost = {"per_completer": [euro(4)]}
    result = run(a_scenario(interventions={"i": an_intervention(per_area={OTHER: own}, cost=cost)}), region, years=2)
    assert result.net(AREA) == [-400.0, 0.0]
    assert result.net(OTHER) == [0.0, -100.0]


def test_an_intervention_stays_in_its_areas() -> None:
    """Where it is not done nobody starts and nobody pays."""
    region = a_region({AREA: [100.0], OTHER: [100.0]})
    result = run(
        a_scenario(interventions={"i": an_intervention(areas=[OTHER], cost={"per_starter": [euro(1)]})}), region
    )
    assert [result.net(AREA), result.net(OTHER)] == [[0.0], [-100.0]]


def test_a_count_of_households_is_spread_over_the_areas_by_people() -> None:
    """250 households over 100 and 300 people of those ages: 62.5 and 187.5."""
    region = a_region({AREA: [100.0], OTHER: [300.0]})
    spec = a_scenario(target_groups={"everyone": {**a_group(unit="household", count=250.0), "share": None}})
    assert pytest.approx([62.5, 187.5]) == run(spec, region).projection.starters["i"][0, :, 0]


# --- what it costs --------------------------------------------------------------------------------------------------


def test_cost_follows_a_starter_through_the_years_of_the_programme() -> None:
    """10 in the first and 3 in the second year, starts in two years: 1,000, 1,300, 300."""
    result = run(
        a_scenario(
            interventions={
                "i": an_intervention(
                    starts={"first": FIRST, "last": FIRST + 1},
                    cost={"per_starter": [euro(10), euro(3)]},
                )
            }
        ),
        years=3,
    )
    assert result.net(AREA) == [-1000.0, -1300.0, -300.0]


def test_cost_moves_with_the_index_named() -> None:
    """2 % a year: 100, 102, 104.04; nominal amounts stay."""
    cost = {"per_starter": [euro(1, index="cpi")]}
    spec = a_scenario(
        general_index=0.02, interventions={"i": an_intervention(starts={"first": FIRST, "last": FIRST + 2}, cost=cost)}
    )
    assert run(spec, years=3).net(AREA) == [-100.0, -102.0, -104.04]


def test_fixed_cost_is_spread_by_the_size_of_the_group() -> None:
    """1,000 over areas of 100 and 300 people, in start years only."""
    region = a_region({AREA: [100.0], OTHER: [300.0]})
    result = run(a_scenario(interventions={"i": an_intervention(cost={"fixed_per_year": euro(1000)})}), region, years=2)
    assert [result.net(AREA), result.net(OTHER)] == [[-250.0, 0.0], [-750.0, 0.0]]


def test_fixed_cost_is_due_in_every_year_in_which_someone_starts() -> None:
    """One area starts a year later than the other: two years of fixed cost."""
    region = a_region({AREA: [100.0], OTHER: [100.0]})
    own = {OTHER: {"starts": {"first": FIRST + 1, "last": FIRST + 1}}}
    spec = a_scenario(interventions={"i": an_intervention(cost={"fixed_per_year": euro(1000)}, per_area=own)})
    result = run(spec, region, years=3)
    assert [round(a + b, 5) for a, b in zip(result.net(AREA), result.net(OTHER), strict=True)] == [
        -1000.0,
        -1000.0,
        0.0,
    ]


def test_fixed_cost_remains_where_the_group_is_empty() -> None:
    """Nobody of the ages lives there: the venue is rented all the same, half by each area."""
    region = a_region({AREA: [100.0, 0.0], OTHER: [100.0, 0.0]}, ages=(0, 65))
    spec = a_scenario(
        target_groups={"everyone": a_group(ages={"from": 65})},
        interventions={"i": an_intervention(cost={"fixed_per_year": euro(1000)})},
    )
    result = run(spec, region)
    assert [result.net(AREA), result.net(OTHER)] == [[-500.0], [-500.0]]


# --- what it avoids -------------------------------------------------------------------------------------------------


def test_a_course_against_falls_returns_less_than_it_costs() -> None:
    """.0305 falls of 8,700 a year, three times average risk, .23 fewer: 183 a year per participant, against 270."""
    effect = an_effect(
        "events",
        care_kind="acute",
        events_per_person_year=0.0305,
        risk_multiplier=3.0,
        reduction=0.23,
        cost_per_event=euro(8700),
        split={"wmo": 1.0},
    )
    spec = a_scenario(interventions={"i": an_intervention({"e": effect}, cost={"per_starter": [euro(270)]})})
    result = run(spec, a_region({AREA: [1.0]}, cost={Pocket.WMO: 5000.0}))
    assert [pytest.approx(183, abs=0.2)] == result.avoided("i", Pocket.WMO)
    assert result.net(AREA)[0] < 0


def test_costs_of_a_pocket_grow_with_its_own_index_and_trial_amounts_with_theirs() -> None:
    """A tenth of 1,000 growing 3 %; 100 of a trial growing 2 %."""
    effects = {
        "relative": an_effect("relative", years=2, pocket="wmo", reduction=0.1, cause_share=1.0),
        "euro": an_effect("euro", years=2, pocket="wlz", avoided_per_year=euro(100, index="cpi")),
    }
    spec = a_scenario(
        general_index=0.02, growth={"wmo": 0.03, "wlz": 0.03}, interventions={"i": an_intervention(effects)}
    )
    result = run(spec, a_region({AREA: [1.0]}, cost={Pocket.WMO: 1000.0, Pocket.WLZ: 9000.0}), years=2)
    assert result.avoided("i", Pocket.WMO) == [100.0, 103.0]
    assert result.avoided("i", Pocket.WLZ) == [100.0, 102.0]


def test_a_negative_effect_is_a_cost_of_its_holder() -> None:
    """Care that rises by 5 a person: the fund pays 500 more, without bound."""
    assert run(a_scenario(interventions={"i": an_intervention({"e": avoids(-5, "wlz")})})).net("wlz_fund") == [-500.0]


def test_only_the_cause_can_be_avoided() -> None:
    """All of a cause that makes up 3.19 % of 14,263: at most 455 a person, however effective."""
    effect = an_effect("relative", pocket="wlz", reduction=1.0, cause_share=0.0319)
    result = run(
        a_scenario(interventions={"i": an_intervention({"e": effect})}),
        a_region({AREA: [1.0]}, cost={Pocket.WLZ: 14_263.0}),
    )
    assert [pytest.approx(454.99, abs=0.01)] == result.avoided("i", Pocket.WLZ)


def test_a_distribution_that_is_not_shifted_avoids_nothing() -> None:
    """PIF 0 for no shift, 1 − 1/RR̄ when all risk is gone; drawn shares that do not sum to 1 change nothing."""
    p, rr = np.array([0.5, 0.5]), np.array([1.0, 3.0])
    assert pytest.approx(0.0) == float(potential_impact(p, p, rr))
    assert pytest.approx(0.5) == float(potential_impact(p, np.array([1.0, 0.0]), rr))
    assert pytest.approx(0.0) == float(potential_impact(1.1 * p, p, rr))


def test_health_and_pleasure_are_kept_apart_from_cash() -> None:
    """QALYs and monetised well-being are counted, and no account moves."""
    effects = {
        "health": an_effect("qaly", gain=0.01),
        "joy": an_effect("monetised", label="joy", value_per_year=euro(5), includes_health=False),
    }
    result = run(a_scenario(interventions={"i": an_intervention(effects)}))
    assert {w.label: float(w.amounts.sum()) for w in result.projection.welfare} == {"QALY": 1.0, "joy": 500.0}
    assert set() == result.accounts


# --- cover by a policy ----------------------------------------------------------------------------------------------


def a_policy(most: float, last_year: int | None = None) -> dict[str, Any]:
    zero = {
        "municipal_cost_per_year": euro(0),
        "municipal_benefit_per_year": euro(0),
        "benefit_outside_municipality_per_year": euro(0),
    }
    return {
        "name": "policy",
        "areas": [AREA],
        "insurer": "a",
        "first_year": FIRST,
        "last_year": last_year,
        "uptake": 1.0,
        "bands": {},
        "method": "mkba",
        "mkba": zero,
        "modules": {"fit": {"max_per_starter": euro(most)}},
    }


def covered(
    most: float, costs: list[float], last_year: int | None = None, years: int = 3
) -> tuple[list[float], list[float]]:
    module = {"module": "fit", "enrolled_share_of_group": 0.4, "reach": 0.5}
    cost = {"per_starter": [euro(c) for c in costs]}
    spec = a_scenario(
        gemeentepolis={"p": a_policy(most, last_year)},
        interventions={"i": an_intervention(cost=cost, reach=0.1, policy_module=module)},
    )
    result = run(spec, years=years)
    return result.moved(Reason.DELIVERY, "a", "resources"), result.moved(Reason.DELIVERY, "municipality", "resources")


def test_cover_changes_reach_only_of_those_who_have_it() -> None:
    """40 of 100 have the policy: half of them start, of the other 60 a tenth."""
    module = {"module": "fit", "enrolled_share_of_group": 0.4, "reach": 0.5}
    assert starters(1, gemeentepolis={"p": a_policy(0)}, reach=0.1, policy_module=module) == [26.0]


@pytest.mark.parametrize(("most", "insurer"), [(0, 0.0), (30, 600.0), (50, 1000.0), (80, 1000.0)])
def test_a_module_pays_up_to_its_maximum(most: float, insurer: float) -> None:
    """26 starters at 50: the insurer pays for its 20 up to the maximum, the municipality the rest of 1,300."""
    assert ([insurer], [1300.0 - insurer]) == covered(most, [50], years=1)


def test_the_maximum_of_a_module_counts_over_the_years_of_a_programme() -> None:
    """40 and 40 per starter with a maximum of 60: 40, then 20 of the second year for 20 people."""
    assert covered(60, [40, 40])[0] == [800.0, 400.0, 0.0]


def test_a_policy_that_has_ended_pays_nothing_and_the_cost_remains() -> None:
    """The policy ends after the first year: the municipality pays all 26 × 40 of the second."""
    insurer, municipality = covered(80, [40, 40], last_year=FIRST)
    assert insurer == [800.0, 0.0, 0.0]
    assert municipality == [240.0, 1040.0, 0.0]
