"""Three rules of thumb beside the best plan, and the page that lays them side by side.

`python docs/make_optimise.py` renews the figures of the page. What its text says of Drenthe is asked here again, so
that a change of the inputs cannot leave a claim behind.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coalition.allocation_problem import Allocation
from coalition.allocations import allocation_of
from coalition.best_plan import optimised
from coalition.coefficients import coefficients_of
from coalition.inputs import Floats
from coalition.money import HALF_CENT_EUR
from coalition.plans import Plan, own_plan
from coalition.rules_of_thumb import RULES, best_ratio_first, each_for_itself, equal_per_head
from coalition.scenario import Scenario

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(DOCS))
make_optimise: Any = importlib.import_module("make_optimise")
sys.path.remove(str(DOCS))

LANGUAGES = tuple(make_optimise.PAGES)
HEALTHY = "leefstijl_gli"
"""The programme that the page says is the only one with healthy years."""
AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)")


def scenario() -> Scenario:
    """The scenario that the page works out."""
    found: Scenario = make_optimise.compared().scenario
    return found


def problem() -> Allocation:
    """Its wishes."""
    found: Allocation = make_optimise.compared().problem
    return found


@cache
def plan(rule: str) -> Plan:
    """What a rule of thumb does."""
    return RULES[rule](scenario(), problem())


def parts(of: Plan) -> Floats:
    """A plan as parts of the candidates."""
    chosen = {(x.intervention, x.area, x.first): x.part for x in of.choices}
    return np.array([chosen.get(key, 0.0) for key in problem().candidates.keys])


def first_years(of: Plan) -> dict[str, int]:
    """The year from which each intervention costs its fixed amount."""
    return {x.intervention: min(c.first for c in of.of(x.intervention).values()) for x in of.choices}


def paid(of: Plan, *, by_who_takes_part: bool = False) -> Floats:
    """Nominal delivery under the only limit by these coefficients, (area, payment, year).

    Fixed cost falls on all areas of an intervention, or only on those that take part.
    """
    c, counts = problem().coefficients, problem().budgets[0].counts
    found = np.zeros((len(c.candidates.areas), len(c.payments), len(c.years)))
    np.add.at(found, c.candidates.area, parts(of)[:, None, None] * c.linear.outlay_eur[0])
    first = first_years(of)
    done = {(x.intervention, x.area) for x in of.choices}
    on = np.array(
        [
            first.get(name) == year and (not by_who_takes_part or (name, area) in done)
            for name, area, year in c.fixed_starts.keys
        ]
    )
    np.add.at(found, c.fixed_starts.area[on], c.fixed.outlay_eur[0, on])
    return np.asarray(found * counts[:, :, None])


def overspent(limit: Floats, spent: Floats) -> float:
    """By how much money that may be spent later is overspent at most."""
    return float(-np.minimum(np.cumsum(limit - spent), 0).min())


def with_money(part: float = 1.0, spend_at_least: float | None = None) -> Allocation:
    """The problem with another amount of money."""
    money = problem().budgets[0]
    least = money.spend_at_least if spend_at_least is None else spend_at_least
    return replace(problem(), budgets=(replace(money, limit_eur=money.limit_eur * part, spend_at_least=least),))


# --- the optimum beside the rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["own", *RULES])
def test_the_optimum_beats_the_own_plan_and_every_rule_in_the_whole_model(other: str) -> None:
    """By the scenario's own goal, and without anybody at the table short."""
    found = make_optimise.compared()
    best = found.plans["best"]
    assert best.full[0] > found.plans[other].full[0] + 1
    assert best.short_eur <= HALF_CENT_EUR


@pytest.mark.parametrize("name", ["own", *RULES, "best"])
def test_every_plan_keeps_to_the_money_by_the_ledger_of_the_whole_model(name: str) -> None:
    """No year is overspent, with what earlier years left."""
    found, money = make_optimise.compared(), problem().budgets[0]
    assert money.carry_over_share == 1
    spent = make_optimise.spent_eur(problem(), found.plans[name])[0]
    assert spent.sum() > 0
    assert overspent(money.limit_eur, spent) <= HALF_CENT_EUR


@pytest.mark.parametrize("name", ["own", "best_ratio_first", "each_for_itself", "best"])
def test_those_that_claim_to_spend_enough_do(name: str) -> None:
    """Equal per head does not claim it: what an area cannot use is left."""
    found, money = make_optimise.compared(), problem().budgets[0]
    spent = make_optimise.spent_eur(problem(), found.plans[name])[0]
    assert spent.sum() >= money.spend_at_least * money.limit_eur.sum() - 1


# --- equal per head -------------------------------------------------------------------------------------------------


def test_every_inhabitant_gets_the_same_amount_where_the_area_can_use_it() -> None:
    """An area gets the common amount, or does all that it can for less."""
    per_head = paid(plan("equal_per_head")).sum(axis=(1, 2)) / problem().coefficients.inhabitants
    amount = problem().budgets[0].limit_eur.sum() / problem().coefficients.inhabitants.sum()
    done = plan("equal_per_head").choices
    partly = {x.area for x in done if x.part < 1}
    assert 0 < len(partly) < len(per_head)
    for area, eur in zip(problem().candidates.areas, per_head, strict=True):
        assert eur == pytest.approx(amount) if area in partly else eur <= amount


def test_within_an_area_everything_that_can_be_partial_has_the_same_part() -> None:
    """No programme goes before another."""
    whole = problem().smallest >= problem().largest
    indivisible = {problem().candidates.keys[j][0] for j in np.flatnonzero(whole)}
    for area in problem().candidates.areas:
        mine = [x for x in plan("equal_per_head").choices if x.area == area]
        assert len({round(x.part, 9) for x in mine if x.intervention not in indivisible}) == 1
        assert {x.part for x in mine if x.intervention in indivisible} <= {1.0}


def test_less_money_per_head_fits_the_tightest_year() -> None:
    """With a poor first year the common amount goes down for all until that year fits."""
    money = problem().budgets[0]
    limit = money.limit_eur.copy()
    limit[0] *= 0.5
    tight = replace(problem(), budgets=(replace(money, limit_eur=limit),))
    found = equal_per_head(scenario(), tight)
    spent = paid(found).sum(axis=(0, 1))
    assert overspent(limit, spent) <= HALF_CENT_EUR
    assert spent[0] > 0.75 * limit[0]


# --- best ratio first -----------------------------------------------------------------------------------------------


def ratios(of: set[tuple[str, str]]) -> list[float]:
    """Worth for society per euro of delivery of some of the own plan's parts, fixed cost of the area included."""
    c, first, found = problem().coefficients, first_years(own_plan(scenario())), []
    for x in own_plan(scenario()).choices:
        if (x.intervention, x.area) in of:
            j = c.candidates.keys.index((x.intervention, x.area, x.first))
            fixed = [
                k for k, key in enumerate(c.fixed_starts.keys) if key == (x.intervention, x.area, first[x.intervention])
            ]
            worth = c.linear.societal_eur[0, j] + c.fixed.societal_eur[0, fixed].sum()
            cost = c.linear.outlay_eur[0, j].sum(axis=0) + c.fixed.outlay_eur[0, fixed].sum(axis=(0, 1))
            found.append(float(worth / (cost @ c.present[0])))
    return found


def test_the_best_ratios_are_taken() -> None:
    """Nothing that was left brings clearly more per euro than anything that was taken."""
    taken = {(x.intervention, x.area) for x in plan("best_ratio_first").choices}
    left = {(x.intervention, x.area) for x in own_plan(scenario()).choices} - taken
    assert taken
    assert left
    assert min(ratios(taken)) >= max(ratios(left)) - 1e-9


def test_what_costs_more_than_it_brings_is_only_done_because_money_must_be_spent() -> None:
    """Without that wish nothing in Drenthe is worth its cost in euros; with all of the money everything is done."""
    assert best_ratio_first(scenario(), with_money(spend_at_least=0.0)).choices == ()
    assert best_ratio_first(scenario(), with_money(spend_at_least=1.0)) == own_plan(scenario())


def test_what_brings_more_than_it_costs_is_done_without_a_duty_to_spend() -> None:
    """And only that."""
    c = problem().coefficients
    worth = c.linear.societal_eur.copy()
    worth[0, [name == "wijkteam" for name, _, _ in c.candidates.keys]] = 1.0
    rich = replace(c, linear=replace(c.linear, societal_eur=worth))
    found = best_ratio_first(scenario(), replace(with_money(spend_at_least=0.0), coefficients=rich))
    assert found.choices == tuple(own_plan(scenario()).of("wijkteam").values())


def test_of_what_brings_as_much_the_first_in_the_file_is_taken() -> None:
    """What brings society nothing in euros is a tie; the last digits of its figures do not decide."""
    own = own_plan(scenario()).choices
    tied = [x for x in own if ratios({(x.intervention, x.area)})[0] == pytest.approx(-1, abs=1e-9)]
    taken = [x in plan("best_ratio_first").choices for x in tied]
    assert True in taken
    assert taken == sorted(taken, reverse=True)
    assert False in taken


def test_money_that_is_left_may_be_spent_later_where_the_limit_says_so() -> None:
    """All money in the first year is enough for everything, or for the first year only."""
    money = with_money(spend_at_least=1.0).budgets[0]
    limit = np.zeros(len(money.limit_eur))
    limit[0] = money.limit_eur.sum()
    at_once = replace(money, limit_eur=limit)
    assert best_ratio_first(scenario(), replace(problem(), budgets=(at_once,))) == own_plan(scenario())
    lost = replace(at_once, carry_over_share=0.0)
    assert paid(best_ratio_first(scenario(), replace(problem(), budgets=(lost,))))[:, :, 1:].sum() == 0


def test_less_money_takes_less() -> None:
    """The limit of money stops the rule too, not only that enough is spent."""
    found = best_ratio_first(scenario(), with_money(0.5, spend_at_least=1.0))
    spent, limit = paid(found).sum(axis=(0, 1)), problem().budgets[0].limit_eur * 0.5
    assert overspent(limit, spent) <= HALF_CENT_EUR
    assert spent.sum() > 0.8 * limit.sum()


# --- each for itself ------------------------------------------------------------------------------------------------


def paid_by(of: Plan, party: str) -> Floats:
    """What a party pays per year under the limit for what it takes part in."""
    c, taken = problem().coefficients, paid(of, by_who_takes_part=True)
    slots = [c.slots.index(slot) for slot, _ in c.payments]
    mine = c.party_of[:, slots] == c.parties.index(party)
    return np.asarray((taken * mine[:, :, None]).sum(axis=(0, 1)))


def payers() -> list[str]:
    """Everyone who pays in the own plan."""
    return [p for p in problem().coefficients.parties if paid_by(own_plan(scenario()), p).any()]


def test_nobody_spends_more_than_its_own_money() -> None:
    """In no year more than it pays in the own plan, with what is left of earlier years."""
    assert len(payers()) == 14
    for party in payers():
        own, spent = paid_by(own_plan(scenario()), party), paid_by(plan("each_for_itself"), party)
        assert overspent(own, spent) <= HALF_CENT_EUR, party


def test_nobody_spends_more_than_its_own_money_where_that_is_less_than_the_plan_costs() -> None:
    """With a duty to spend all of half the money nobody spends more than half of what it pays in the own plan."""
    found = each_for_itself(scenario(), with_money(0.5, 1.0))
    assert found.choices
    for party in payers():
        assert overspent(paid_by(own_plan(scenario()), party) / 2, paid_by(found, party)) <= HALF_CENT_EUR, party


def test_what_is_agreed_counts_for_who_gets_it() -> None:
    """A payer that gets its money back by a contract chooses what it would not choose without."""
    c, free = problem().coefficients, with_money(spend_at_least=0.0)
    assert each_for_itself(scenario(), free).of("leefstijl_gli") == {}
    agreed = c.agreed_eur.copy()
    mine = [name == "leefstijl_gli" for name, _, _ in c.candidates.keys]
    for party in ("zilveren_kruis", "vgz_unive"):
        agreed[mine, c.parties.index(party)] = 1e6
    found = each_for_itself(scenario(), replace(free, coefficients=replace(c, agreed_eur=agreed)))
    assert set(found.of("leefstijl_gli")) == set(problem().candidates.areas)


def test_without_a_duty_to_spend_everybody_only_does_what_brings_itself_money() -> None:
    """Each payer of what is done gains by it on its own."""
    c, found = problem().coefficients, each_for_itself(scenario(), with_money(spend_at_least=0.0))
    slots = [c.slots.index(slot) for slot, _ in c.payments]
    for x in found.choices:
        j = c.candidates.keys.index((x.intervention, x.area, x.first))
        area, counts = c.candidates.area[j], problem().budgets[0].counts
        for k in np.flatnonzero(c.linear.outlay_eur[0, j].any(axis=1) & counts[c.candidates.area[j]]):
            party = c.party_of[area, slots[k]]
            gain = c.linear.npv_eur[0, j, c.party_of[area] == party].sum() + c.agreed_eur[j, party]
            assert gain > 0, x
    assert len(found.choices) < len(plan("each_for_itself").choices)


def test_what_several_pay_is_not_done_where_one_of_them_has_no_money() -> None:
    """Without money of Zilveren Kruis nothing is done that it pays a part of, though others would."""
    c, money = problem().coefficients, problem().budgets[0]
    slots = [slot for slot, _ in c.payments]
    kruis = np.array([slot == "zilveren_kruis" for slot in slots])
    rest = replace(money, name="rest", counts=money.counts & ~kruis)
    none = replace(money, name="none", counts=money.counts & kruis, limit_eur=money.limit_eur * 0)
    found = each_for_itself(scenario(), replace(problem(), budgets=(rest, none)))
    assert found.choices
    assert paid_by(found, "zilveren_kruis").sum() == 0
    assert paid_by(plan("each_for_itself"), "zilveren_kruis").sum() > 0


# --- other limits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_what_is_pinned_stays_as_it_is(rule: str) -> None:
    """What is not done is not done; what stays is done in full, with little money and no duty to spend it."""
    names = np.array([name for name, _, _ in problem().candidates.keys])
    stays, own = np.full(len(names), np.nan), parts(own_plan(scenario()))
    stays[names == "schuldhulp"] = 0.0
    found = RULES[rule](scenario(), replace(with_money(spend_at_least=1.0), stays=stays))
    assert found.choices
    assert found.of("schuldhulp") == {}
    stays = np.where(names == "wijkteam", own, np.nan)
    assert RULES[rule](scenario(), with_money(0.6, 0.0)).of("wijkteam") != own_plan(scenario()).of("wijkteam")
    found = RULES[rule](scenario(), replace(with_money(0.6, 0.0), stays=stays))
    assert found.of("wijkteam") == own_plan(scenario()).of("wijkteam")


@pytest.mark.parametrize("rule", RULES)
def test_a_capacity_binds(rule: str) -> None:
    """Where half of the starters of debt help can be served, no year has more."""
    c = problem().coefficients
    i = c.candidates.interventions.index("schuldhulp")
    mine = c.candidates.intervention == i
    starters = parts(own_plan(scenario()))[mine] @ c.linear.starters[0, mine]
    places = np.full((len(c.candidates.interventions), len(c.years)), np.inf)
    places[i] = starters.max() / 2
    assert (parts(plan(rule))[mine] @ c.linear.starters[0, mine]).max() > places[i, 0]
    found = RULES[rule](scenario(), replace(problem(), places=places))
    assert (parts(found)[mine] @ c.linear.starters[0, mine] <= places[i] + 1e-6).all()


@pytest.mark.parametrize("rule", RULES)
def test_what_the_own_plan_starts_in_a_closed_year_starts_in_the_first_open_one(rule: str) -> None:
    """A rule of thumb keeps the own years, as far as they are open."""
    own = {(x.intervention, x.area): x.first for x in own_plan(scenario()).choices}
    assert all(x.first == own[x.intervention, x.area] for x in plan(rule).choices)
    spec = scenario().spec
    asked = spec.optimise.model_copy(update={"start_years": [2029]})
    late = replace(scenario(), spec=spec.model_copy(update={"optimise": asked}))
    closed = allocation_of(late, coefficients_of(late, yearly=False))
    found = RULES[rule](late, replace(closed, budgets=problem().budgets))
    assert found.choices
    assert {x.first for x in found.choices} == {2029}


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_what_its_maker_makes(lang: str) -> None:
    """`python docs/make_optimise.py` renews it."""
    assert make_optimise.page(lang) == make_optimise.PAGES[lang].read_text("utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_amount_of_the_page_stands_in_a_made_table(lang: str) -> None:
    """So that no amount in the text grows old."""
    text = make_optimise.PAGES[lang].read_text("utf-8")
    by_hand = re.sub(r"<!-- ([\w ]+): begin -->.*?<!-- \1: end -->", "", text, flags=re.DOTALL)
    assert AMOUNT.findall(text)
    assert AMOUNT.findall(by_hand) == []


def test_the_example_by_hand_is_the_coefficient() -> None:
    """Input figures alone give what the optimiser counts with, and nearly what the whole plan gives."""
    by_hand, alone, whole = make_optimise.example()
    worth = float(by_hand.net_eur @ by_hand.worth)
    assert worth == pytest.approx(alone, rel=1e-9)
    assert worth == pytest.approx(whole, rel=0.01)
    assert worth != pytest.approx(whole, rel=1e-9)


def test_the_example_by_hand_is_what_society_gets_back() -> None:
    """The last row of the example, by the coefficients of that start."""
    c, by_hand = problem().coefficients, make_optimise.example()[0]
    choice = make_optimise.compared().plans["best"].plan.of(make_optimise.EXAMPLE)[make_optimise.PLACE]
    j = c.candidates.keys.index((choice.intervention, choice.area, choice.first))
    cost = float(c.linear.outlay_eur[0, j].sum(axis=0) @ c.present[0])
    assert by_hand.per_euro == pytest.approx(1 + c.linear.societal_eur[0, j] / cost, rel=1e-9)


def test_nothing_in_drenthe_pays_for_itself_in_euros() -> None:
    """What the page says in bold, and that doing nothing scores better than every plan."""
    assert max(ratios({(x.intervention, x.area) for x in own_plan(scenario()).choices})) < 0
    found = make_optimise.compared().plans
    assert all(found["nothing"].full[0] > found[name].full[0] for name in ("own", *RULES, "best"))


def test_most_of_the_difference_is_from_spending_less_and_later() -> None:
    """As the page says."""
    own, best = (make_optimise.compared().figures(name) for name in ("own", "best"))
    less = own.delivery_eur - best.delivery_eur
    assert less > (best.goal - own.goal) * 1000 / 2


def test_healthy_years_are_filled_in_for_one_programme_that_the_optimum_drops() -> None:
    """And the goal of healthy years takes it first."""
    c = problem().coefficients
    healthy = {c.candidates.interventions[i] for i in c.candidates.intervention[c.linear.qalys[0] > 0]}
    assert healthy == {HEALTHY}
    assert make_optimise.compared().plans["best"].plan.of(HEALTHY) == {}
    best = optimised(scenario(), ["qaly"]).best
    assert best is not None
    assert set(best.plan.of(HEALTHY)) == set(own_plan(scenario()).of(HEALTHY))


def test_without_a_duty_to_spend_the_goal_chooses_next_to_nothing() -> None:
    """As the page says."""
    spec = scenario().spec
    free = {name: b.model_copy(update={"spend_at_least": 0.0}) for name, b in spec.optimise.budgets.items()}
    asked = spec.optimise.model_copy(update={"budgets": free})
    best = optimised(replace(scenario(), spec=spec.model_copy(update={"optimise": asked}))).best
    assert best is not None
    assert len(best.plan.choices) < len(own_plan(scenario()).choices) / 5
