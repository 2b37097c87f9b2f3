"""A plan that keeps everybody whole in most draws: its share is what the whole model gives, and it has a price."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from optimise_building import a_plan_scenario, something

from coalition.allocation_problem import THOUSAND
from coalition.best_plan import Checked, net_of
from coalition.inputs import Floats, Inputs
from coalition.model import outcomes, run_inputs
from coalition.money import HALF_CENT_EUR
from coalition.plans import NOTHING, Choice, Plan, own_plan, reach_in, with_plan
from coalition.scenario import Scenario, load_scenario
from coalition.sure_plans import GAP, Robust, robust
from coalition.uncertainty import draw_inputs

DRAWS = 30
TABLE = ("a", "b", "GM0114", "GM1681", "wlz_fund", "state")


def uncertain(pocket: str, cost: float, low: float, value: float, high: float, group: str) -> dict[str, Any]:
    """An intervention that avoids something between low and high."""
    stated = something(pocket, value, cost, target_group=group)
    stated["effects"]["works"]["avoided_per_year"] |= {
        "low": low,
        "high": high,
        "standing": "assumed",
        "source": "made up",
    }
    return stated


UNCERTAIN = {
    "home": uncertain("wmo", 200.0, 50.0, 300.0, 450.0, "first"),
    "care": uncertain("zvw", 350.0, 250.0, 500.0, 800.0, "second"),
    "later": uncertain("wlz", 700.0, -100.0, 900.0, 2000.0, "third"),
}
MOST_SPENT = {"most": {"parties": ["municipality"], "own_plan_share": 0.5, "spend_at_least": 0.9}}


def doubtful(than: str, *, transfers: bool, draws: int = DRAWS, seed: int = 3, **asked: Any) -> Scenario:
    """Three interventions that may disappoint; nobody at the table may be worse off than stated."""
    protected = {"table": {"parties": ["table"], "than": than}}
    return a_plan_scenario(
        UNCERTAIN,
        optimise={"nobody_worse": protected, "transfers": transfers, **asked},
        uncertainty={"draws": draws, "seed": seed},
    )


@cache
def studied(share: float, than: str = "nothing", *, transfers: bool = True) -> Robust:
    """The study of that scenario."""
    found = robust(doubtful(than, transfers=transfers), share)
    assert found is not None
    return found


def margins(scenario: Scenario, seen: Checked, given: dict[str, float], than: str) -> Floats:
    """What each at the table has above its least in each draw, shape (draw, party); nothing of the study is used."""
    stated = scenario.spec.uncertainty
    inputs = draw_inputs(scenario, stated.draws, np.random.default_rng(stated.seed))
    by_plan = outcomes(with_plan(scenario, seen.plan), inputs)
    # without agreements and health policies the law alone is the own plan itself
    least = outcomes(with_plan(scenario, {"law_alone": own_plan(scenario)}.get(than, NOTHING)), inputs)
    zero = 0.0 if than == "zero" else 1.0
    return np.stack([by_plan[p] + given.get(p, 0.0) - zero * least[p] for p in TABLE], axis=1)


def without_agreements(scenario: Scenario) -> Scenario:
    """The own plan under the law alone."""
    stated = scenario.spec.arrangements
    empty: dict[str, Any] = {k: {} for k in type(stated).model_fields if isinstance(getattr(stated, k), dict)}
    spec = scenario.spec.model_copy(update={"arrangements": stated.model_copy(update=empty)})
    return replace(scenario, spec=spec)


def share_whole(margin: Floats) -> float:
    """Part of the draws in which nobody is short."""
    return float((margin >= -HALF_CENT_EUR).all(axis=1).mean())


# --- the share ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfers", [False, True])
@pytest.mark.parametrize("than", ["nothing", "zero", "law_alone"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.9, 1.0])
def test_share_of_the_draws_is_what_the_whole_model_gives(share: float, than: str, transfers: bool) -> None:
    """Of the plain plan and of the sure one, payments included; and the sure one reaches what was asked."""
    found, scenario = studied(share, than, transfers=transfers), doubtful(than, transfers=transfers)
    assert found.draws == DRAWS
    assert found.asked == share
    plain = margins(scenario, found.plain, net_of(found.plain.payments), than)
    assert found.share_whole_plain == share_whole(plain)
    assert found.sure is not None
    given = dict(found.payments_eur)
    assert sum(given.values()) == pytest.approx(0.0, abs=0.01)
    assert found.share_whole_sure == share_whole(margins(scenario, found.sure, given, than))
    assert found.share_whole_sure >= share
    if not transfers:
        assert not any(given.values())


def test_certainty_has_a_price_that_grows_with_what_is_asked() -> None:
    """Never below 0 by more than the gap; 0 where the plain plan is sure enough; more certainty is dearer."""
    for transfers in (False, True):
        prices = [studied(share, transfers=transfers).price for share in (0.0, 0.3, 0.7, 0.9, 1.0)]
        best = studied(0.0, transfers=transfers).plain.linear[0]
        assert prices[0] == 0
        assert min(prices) >= -GAP * best
        assert prices == pytest.approx(sorted(prices), rel=1e-9)
        assert prices[-1] > 10 * GAP * best


def test_price_is_what_the_average_plan_brings_more() -> None:
    """On average over the draws, society gains so much less by the sure plan."""
    found, scenario = studied(0.7, transfers=False), doubtful("nothing", transfers=False)
    assert found.sure is not None
    inputs = draw_inputs(scenario, DRAWS, np.random.default_rng(3))
    worth = [
        sum(x.mean() for x in outcomes(with_plan(scenario, s.plan), inputs).values()) for s in (found.plain, found.sure)
    ]
    assert found.price > 1
    assert found.price == pytest.approx((worth[0] - worth[1]) / THOUSAND, rel=1e-6)


def test_a_share_that_the_plain_plan_reaches_costs_nothing() -> None:
    """Then both plans are one."""
    for found in (studied(0.0), studied(0.5, transfers=False), studied(1.0, "law_alone")):
        assert found.sure is not None
        assert found.price == 0
        assert found.sure.plan == found.plain.plan
        assert found.share_whole_sure == found.share_whole_plain


def test_all_draws_can_be_sure_by_doing_nothing() -> None:
    """What may disappoint every payer is not done, and nobody is short in any draw."""
    found = studied(1.0, transfers=False)
    assert found.sure is not None
    assert found.sure.plan == NOTHING
    assert found.share_whole_sure == 1.0
    assert len(found.plain.plan.choices) == 4


def test_the_plan_of_the_law_alone_is_whole_in_every_draw() -> None:
    """Nobody is worse off than by the own plan in any draw, though the draws on average are not the plain run."""
    scenario = doubtful("law_alone", transfers=False)
    inputs = draw_inputs(scenario, DRAWS, np.random.default_rng(3))
    central = outcomes(scenario, type(inputs)())["GM0114"][0]
    assert abs(outcomes(scenario, inputs)["GM0114"].mean() - central) > 500
    assert studied(0.9, "law_alone", transfers=False).share_whole_plain == 1.0


# --- no sure plan, no plan ----------------------------------------------------------------------------------------


def test_a_share_that_no_plan_reaches() -> None:
    """Money that must be spent cannot be sure: no plan, no price, and the share of the closest try."""
    found = robust(doubtful("nothing", transfers=True, budgets=MOST_SPENT), 0.95)
    assert found is not None
    assert found.sure is None
    assert np.isnan(found.price)
    assert found.share_whole_plain <= found.share_whole_sure < 0.95


def test_wishes_that_clash_on_average_have_no_plan_at_all() -> None:
    """The same without payments: spending makes a municipality worse off whatever happens."""
    assert robust(doubtful("nothing", transfers=False, budgets=MOST_SPENT), 0.5) is None


# --- repeated, and with other wishes ------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer() -> None:
    """Draws come from the seed of the scenario, and another seed gives another share."""
    once, again = (robust(doubtful("nothing", transfers=True), 0.7) for _ in range(2))
    assert once is not None
    assert again is not None
    assert once.sure is not None
    assert again.sure is not None
    assert once.sure.plan == again.sure.plan
    assert (once.price, once.share_whole_sure, once.payments_eur) == (
        again.price,
        again.share_whole_sure,
        again.payments_eur,
    )
    others = {
        r.share_whole_plain for seed in (4, 5, 6) if (r := robust(doubtful("nothing", transfers=True, seed=seed), 0))
    }
    assert others != {once.share_whole_plain}


@pytest.mark.parametrize(
    "asked",
    [
        {"payback": {"soon": {"party": "wlz_fund", "years": 4}}},
        {"nobody_worse": {"all": {"than": "nothing"}, "year": {"parties": ["a"], "than": "nothing", "over": "year"}}},
        {"objective": ["cash_back:3"]},
    ],
)
def test_wishes_about_years_hold_on_average(asked: dict[str, Any]) -> None:
    """A study over draws also takes wishes of single years."""
    found = robust(doubtful("nothing", transfers=True, draws=20, **asked), 0.5)
    assert found is not None
    assert found.sure is not None
    assert found.share_whole_sure >= 0.5


def test_each_party_is_measured_by_the_strictest_wish_about_it() -> None:
    """One may not lose at all, another not more than under the law alone; the one does not soften the other."""
    wishes = {
        "fund": {"parties": ["wlz_fund"], "than": "nothing"},
        "first": {"parties": ["GM0114", "GM1681"], "than": "law_alone"},
        "second": {"parties": ["GM1681"], "than": "zero"},
    }
    scenario = doubtful("nothing", transfers=True, nobody_worse=wishes)
    found = robust(scenario, 0.0)
    assert found is not None
    given = net_of(found.plain.payments)
    law, zero = (margins(scenario, found.plain, given, than) for than in ("law_alone", "zero"))
    small, large, fund = (TABLE.index(p) for p in ("GM1681", "GM0114", "wlz_fund"))
    kept = np.stack([law[:, large], np.minimum(law[:, small], zero[:, small]), zero[:, fund]], axis=1)
    assert found.share_whole_plain == share_whole(kept)
    # were all measured by one standard, the share would be another
    assert share_whole(kept) not in {share_whole(x[:, [small, large, fund]]) for x in (law, zero)}


def test_other_goals_are_read_from_the_answer() -> None:
    """Who gains least is counted after payments, in the programme and in the plan that is shown."""
    found = robust(doubtful("nothing", transfers=True, draws=20), 0.5, ("worst_off",))
    assert found is not None
    assert found.plain.linear[0] > 1
    assert found.sure is not None
    assert found.price == pytest.approx(found.plain.linear[0] - found.sure.linear[0])


# --- of a whole coalition -----------------------------------------------------------------------------------------


def with_parts(scenario: Scenario, plan: Plan, inputs: Inputs) -> Inputs:
    """A part of a reach varies as the reach that it is a part of."""
    own = {
        f"interventions.{c.intervention}.per_area.{c.area}.reach": inputs.varied[stated] * c.part
        for c in plan.choices
        if c.part < 1
        and (stated := reach_in(scenario.spec.interventions[c.intervention], c.area).path) in inputs.varied
    }
    return replace(inputs, varied={**inputs.varied, **own})


def test_a_part_of_a_reach_is_a_part_of_every_draw_of_it() -> None:
    """Half of the reach has half of the starters in each draw."""
    scenario = load_scenario("drenthe", ["uncertainty.draws=20"])
    whole = Plan((Choice("leefstijl_gli", "GM0106", 2027),))
    half = Plan((Choice("leefstijl_gli", "GM0106", 2027, 0.5),))
    inputs = draw_inputs(scenario, 20, np.random.default_rng(1))
    drawn = with_parts(scenario, half, inputs)
    starters = [
        run_inputs(with_plan(scenario, plan), given).projection.starters["leefstijl_gli"].sum(axis=(1, 2))
        for plan, given in ((whole, inputs), (half, drawn))
    ]
    assert np.ptp(starters[0]) > 0
    assert starters[1] == pytest.approx(starters[0] / 2)


def test_share_of_a_coalition_with_agreements() -> None:
    """Drenthe: agreements differ from draw to draw and overlap counts; the share is still that of the whole model."""
    scenario = load_scenario("drenthe-akkoord", [f"uncertainty.draws={DRAWS}"])
    found = robust(scenario, 0.5)
    assert found is not None
    assert found.sure is not None
    inputs = draw_inputs(scenario, DRAWS, np.random.default_rng(scenario.spec.uncertainty.seed))
    by_plan = outcomes(with_plan(scenario, found.sure.plan), with_parts(scenario, found.sure.plan, inputs))
    law = outcomes(without_agreements(scenario), inputs)
    protected = {p for p in by_plan if p.startswith("GM") or p in {"zilveren_kruis", "vgz_unive", "wlz_fund", "state"}}
    short = [by_plan[p] + found.payments_eur.get(p, 0.0) - law[p] < -HALF_CENT_EUR for p in protected]
    assert found.share_whole_sure == 1 - np.any(short, axis=0).mean()
    assert found.share_whole_sure >= 0.5 > found.share_whole_plain
    assert found.price >= -GAP * abs(found.plain.linear[0])
