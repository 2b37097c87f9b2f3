"""`coalition optimise`: its screen, its JSON and the scenarios it writes, as a negotiator and a controller use them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from optimise_asking import AGREED, NO_PAYMENTS, STAYS, TEAM, WHOLE, a_scenario, best_of, found_in, run, screen

from coalition.allocation_problem import Least, PortionLimit, StaffLimit
from coalition.allocation_studies import Clash, FrontierPoint, Relaxation, ShadowPrice, why_not
from coalition.allocations import allocation_of
from coalition.best_plan import optimised
from coalition.coefficients import coefficients_of
from coalition.errors import ScenarioError
from coalition.optimise import build_allocation, programme_of
from coalition.optimise_terms import NobodyWorse, Standard
from coalition.outputs import optimise_files
from coalition.outputs.optimise_clash import shared_of
from coalition.outputs.optimise_json import Found, bound_of, done_in, gains, optimum_json
from coalition.outputs.optimise_names import Words
from coalition.outputs.optimise_text import areas_and_years
from coalition.outputs.optimise_words import WORDS
from coalition.plans import Plan
from coalition.scenario import load_scenario
from coalition.solver import Solved, Status

# --- the screen ---------------------------------------------------------------------------------------------------


def cells(text: str, row: str) -> list[int]:
    """The whole numbers in the row of a table that begins with a name."""
    line = next(line for line in text.splitlines() if line.strip().startswith(row))
    return [int(n.replace(".", "")) for n in re.findall(r"(?<![\w,])-?\d[\d.]*(?![\w,])", line.strip()[len(row) :])]


def test_the_screen_answers_every_question_of_a_negotiator() -> None:
    """What to do, who pays, who gains, what binds and how sure the solver is, on one screen."""
    text = screen(found_in(AGREED))
    for heading in ("Het beste plan gevonden", "Wat te doen", "wie betaalt", "Wie wint", "Wat knelt", "Oplosser:"):
        assert heading in text
    assert "lineaire programma" in text
    assert len(text.splitlines()) <= 66
    assert max(map(len, text.splitlines())) <= 158


def test_the_parties_on_the_screen_add_up() -> None:
    """A controller who adds up a column finds the total below it, to the euro."""
    text = screen(found_in(AGREED))
    table = text[text.index("Wie wint") :]
    names = Words(best_of(AGREED), "nl").names
    best = best_of(AGREED).best
    assert best is not None
    rows = [cells(table, names[g.party.id]) for g in gains(best_of(AGREED), best) if names[g.party.id] in table]
    assert len(rows) == 15
    assert [sum(column) for column in zip(*rows, strict=True)] == cells(table, "samen")
    for own, new, change, least, net, after in rows:
        assert (change, after) == (new - own, new + net)
        assert after >= least - 1


def test_the_smallest_transfer_leaves_nobody_below_the_least() -> None:
    """What is paid is received, and afterwards everyone at the table has what it must have."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    found = [g for g in gains(optimum, optimum.best) if g.at_table]
    assert abs(sum(g.moved_eur for g in found)) < 0.01
    assert sum(abs(g.moved_eur) for g in found) / 2 == pytest.approx(optimum.best.transfer.total_eur)
    assert optimum.best.transfer.total_eur > 100_000
    assert all(g.least_eur is not None and g.eur + g.moved_eur >= g.least_eur - 0.01 for g in found)


def test_the_screen_names_what_the_own_plan_did_and_this_one_does_not() -> None:
    """Who loses a programme must read it here, not find out later."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    kept = {c.intervention for c in optimum.best.plan.choices}
    text = " ".join(screen(found_in(AGREED)).split())
    gone = text[text.index("niet in dit plan,") : text.index("Wie wint")]
    interventions = optimum.scenario.spec.interventions
    assert [n for n, i in interventions.items() if i.name in gone] == [n for n in interventions if n not in kept]
    assert set(interventions) - kept


def test_delivery_on_the_screen_is_that_of_the_ledger() -> None:
    """The cost of all interventions together is what the whole model's run of the plan lays out."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    deliveries = optimum.best.result.run.projection.deliveries.values()
    years = len(optimum.best.result.years)
    expected = sum(float(np.broadcast_to(d.total, d.total.shape)[0, :, :years].sum()) for d in deliveries)
    assert sum(d.delivery_eur for d in done_in(optimum.best).values()) == pytest.approx(expected, abs=0.01)
    assert f"{round(expected):,}".replace(",", ".") in screen(found_in(AGREED))


def test_costs_per_intervention_add_up_to_the_cost_of_the_plan() -> None:
    """To the euro, as a controller adds them up."""
    text = screen(found_in(AGREED))
    plan = text[text.index("Wat te doen") : text.index("Wel in het eigen plan")]
    amounts = [int(n.replace(".", "")) for n in re.findall(r"€ ([\d.]+)", plan)]
    assert len(amounts) == 9
    assert f"{sum(amounts):,}".replace(",", ".") in text[: text.index("Wat te doen")]


def test_participants_of_what_is_dropped_complete_the_own_plan() -> None:
    """Those of the interventions shown and those of the interventions left out are all of the own plan, as shown."""
    optimum, text = best_of(AGREED), screen(found_in(AGREED))
    own = cells(text.replace("€", ""), "eigen plan")[2]
    assert own == round(sum(d.starters for d in done_in(optimum.own).values()))
    plan = text[text.index("Wat te doen") : text.index("Wel in het eigen plan")]
    kept = [int(n.replace(".", "")) for n in re.findall(r" ([\d.]+) +€", plan)]
    gone = int(re.findall(r"niet in dit plan, samen ([\d.]+) deelnemers", text)[0].replace(".", ""))
    assert len(kept) == 9
    assert sum(kept) + gone == own


YEARLY = "  nobody_worse:\n    tafel: {over: year}\n"


def test_wishes_per_year_come_with_payments_per_year(tmp_path: Path) -> None:
    """Who is below its least in a year gets what it lacks in that year; the screen and JSON say how much and when."""
    file = a_scenario(tmp_path, YEARLY, AGREED)
    optimum = optimised(load_scenario(file))
    data, text = json.loads(optimum_json(Found(optimum))), " ".join(screen(Found(optimum)).split())
    assert optimum.best is not None
    assert optimum.best.short_eur == 0
    years = optimum.problem.coefficients.years
    net = {p.party.id: p.net[0].copy() for p in optimum.best.result.run.parties}
    lacked = sum(max(0.0, x.at_least_eur - float(net[x.party] @ x.weights)) for x in optimum.problem.leasts)
    for p in data["payments"]:
        net[p["source"]][years.index(p["year"])] -= p["eur"]
        net[p["target"]][years.index(p["year"])] += p["eur"]
    assert all(float(net[x.party] @ x.weights) >= x.at_least_eur - 0.02 for x in optimum.problem.leasts)
    assert sum(p["eur"] for p in data["payments"]) == pytest.approx(lacked, abs=0.5)
    first = sum(p["eur"] for p in data["payments"] if p["year"] == 2027)
    assert f"Betaald per jaar, nominaal: 2027 € {round(first):,}".replace(",", ".") in text.replace(",", ".")
    received = [p["transfer_npv_eur"] for p in data["parties"] if p["transfer_npv_eur"] > 0]
    assert f"per saldo € {round(sum(received)):,}".replace(",", ".") in text


def test_several_parties_with_the_same_price_stand_in_one_line() -> None:
    """Where parties pay each other, a euro less of any of them brings the same; nobody reads that fifteen times."""
    parties = ("GM0766", "GM0228", "GM0118")
    prices = [ShadowPrice("nobody_worse", (p, "2022"), "eur", 0.5, False, 0.5) for p in parties]
    text = screen(replace(found_in(TEAM), prices=prices))
    assert "minder die Dongen (of een van 2 andere partijen) in 2022 moet overhouden brengt € 0,50" in text
    assert text.count("moet overhouden") == 1
    text = screen(replace(found_in(TEAM), prices=[*prices[:2], replace(prices[2], worth=0.4)]))
    assert "Dongen (of een andere partij)" in text
    assert text.count("moet overhouden") == 2


def test_a_step_that_brings_nothing_is_called_nothing() -> None:
    """A price of zero is no price."""
    price = ShadowPrice("budget", ("own_plan:GM0766", 2021), "eur", 0.0, True, 20.5)
    assert "brengt niets (nagerekend" in Words(best_of(TEAM), "nl").price(price)
    assert "brings nothing (checked" in Words(best_of(TEAM), "en").price(price)


def test_other_plans_say_who_stays_short() -> None:
    """A plan of a frontier or an alternative that leaves protected parties short shows how much, in words too."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    plans = [optimum.best, replace(optimum.best, short_eur=1234.4)]
    goals = ("societal_npv", "qaly")
    frontier = replace(found_in(AGREED), goals=goals, frontier=[FrontierPoint(p) for p in plans])
    others = replace(found_in(AGREED), within=0.05, asked=2, alternatives=plans)
    for found in (frontier, others):
        dutch, english = (" ".join(screen(found, lang).split()) for lang in ("nl", "en"))
        assert "komt te kort" in dutch
        assert "€ 1.234" in dutch
        assert "niemand" in dutch
        assert "voldoet niet aan de wensen" in dutch
        assert "€ 1,234" in english
        assert "does not meet the wishes" in english
    data = json.loads(optimum_json(replace(frontier, alternatives=plans)))
    assert [p["short_eur"] for p in data["frontier"]] == [p["short_eur"] for p in data["alternatives"]] == [0.0, 1234.4]


def test_other_plans_without_anybody_short_say_so() -> None:
    """Half a cent is nobody short."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    whole = replace(optimum.best, short_eur=0.004)
    text = " ".join(screen(replace(found_in(AGREED), within=0.05, asked=3, alternatives=[whole])).split())
    assert "In geen van deze plannen komt wie beschermd is in het hele model te kort" in text
    assert "komt te kort niemand" not in text
    assert "Gevraagd 3, gevonden 1" in text


def test_english_has_the_same_figures() -> None:
    """--lang en changes words and marks, not figures."""
    dutch, english = screen(found_in(AGREED)), screen(found_in(AGREED), "en")
    assert "Best plan found" in english
    rows = [[re.findall(r"\d+", line) for line in text.splitlines()[:8]] for text in (dutch, english)]
    assert rows[0] == rows[1]
    assert any(rows[0])


def test_nothing_to_begin_is_said_in_words() -> None:
    """Where doing nothing is best the screen says so; where nothing can be chosen it says that."""
    assert "Niets beginnen" in screen(found_in("drenthe"))
    assert "Er valt niets te kiezen" in screen(found_in("gemeentepolis-mkba"))


def test_part_of_the_reach_stands_behind_the_area() -> None:
    """An area that gets half of the stated reach is not shown as if it got all."""
    optimum = best_of(TEAM)
    assert optimum.best is not None
    words, done = Words(optimum, "nl"), done_in(optimum.best)["een_team"]
    assert areas_and_years(optimum.scenario, done, words) == "2021: alle 3 gebieden"
    half = [replace(c, part=0.5) if k == 0 else c for k, c in enumerate(done.choices)]
    later = [replace(c, first=2022) if k == 2 else c for k, c in enumerate(half)]
    expected = "2021: Dongen (50 %), Ede; 2022: Hoogeveen (Hollandscheveld)"
    assert areas_and_years(optimum.scenario, replace(done, choices=later), words) == expected


def test_the_one_who_gains_pays_those_who_lose(tmp_path: Path) -> None:
    """With payments the Wlz fund makes municipalities and insurers whole; without them nothing can begin."""
    paid = run(str(a_scenario(tmp_path / "a", WHOLE))).stdout
    assert "kolom overdracht" in paid
    assert "€ 2.219.816" in paid
    assert "Niets beginnen" in run(str(a_scenario(tmp_path / "b", WHOLE + NO_PAYMENTS))).stdout


# --- no plan ------------------------------------------------------------------------------------------------------


def test_clashing_wishes_are_named_with_the_least_that_must_give(tmp_path: Path) -> None:
    """Exit code 1; the wishes and amounts on standard output, and the amounts add up to their total."""
    found = run(str(a_scenario(tmp_path, WHOLE + STAYS + NO_PAYMENTS)))
    assert found.exit_code == 1
    assert found.stderr == ""
    text = found.stdout
    clash = text[text.index("kunnen niet samen") : text.index("Valt er een")]
    assert "Een team over de domeinen heen ligt vast" in clash
    assert "houdt ten minste € 0 over" in clash
    amounts = [int(n.replace(".", "")) for n in re.findall(r"minder +€ ([\d.]+)", text)]
    assert amounts
    assert [sum(amounts)] == cells(text.replace("€ ", ""), "samen")
    assert "loslaten" not in text  # money gives before a choice of the coalition does


def test_the_clash_as_json(tmp_path: Path) -> None:
    """The same, unrounded, with a total."""
    found = run(str(a_scenario(tmp_path, WHOLE + STAYS + NO_PAYMENTS)), "--format", "json")
    data = json.loads(found.stdout)
    assert found.exit_code == 1
    assert {w["rule"] for w in data["clash"]["wishes"]} == {"nobody_worse", "pinned"}
    given = data["clash"]["least_that_must_give"]
    assert sum(g["amount"] for g in given if g["unit"] == "eur") == pytest.approx(data["clash"]["total_eur"])
    assert data["clash"]["total_eur"] > 100_000
    assert "plan" not in data


def test_with_payments_the_total_counts_and_not_who_is_named(tmp_path: Path) -> None:
    """Whoever asks less can be paid by no one and pay everyone: one amount, and everybody who could bear it."""
    file = a_scenario(tmp_path, "  nobody_worse:\n    tafel: {than: zero}\n", AGREED)
    data = json.loads(run(str(file), "--format", "json").stdout)["clash"]
    (shared,) = data["shared"]
    asked = [g["amount"] for g in data["least_that_must_give"] if g["rule"] == "nobody_worse"]
    assert shared["amount_eur"] == pytest.approx(sum(asked)) == pytest.approx(8_590_121, abs=1)
    assert len(shared["parties"]) == 16
    text = " ".join(run(str(file)).stdout.split())
    assert "Partijen samen genoegen laten nemen met minder (contante waarde) € 8.590.121" in text
    assert "elke verdeling daarvan over iedereen aan tafel is mogelijk" in text
    assert "Zilveren Kruis (Achmea, met De Friesland) genoegen" not in text


def test_any_division_of_what_is_shared_makes_a_plan_possible() -> None:
    """The one who bears it may be another than the solver names, or several; a hair less is not enough."""
    scenario = load_scenario(AGREED)
    wish = NobodyWorse(than=Standard.ZERO)
    asked = scenario.spec.optimise.model_copy(update={"nobody_worse": {"table": wish}})
    scenario = replace(scenario, spec=scenario.spec.model_copy(update={"optimise": asked}))
    problem = allocation_of(scenario, coefficients_of(scenario))
    clash = why_not(problem)
    assert clash is not None
    (shared,) = shared_of(problem, clash)
    others = [r for r in clash.relaxations if r.rule != "nobody_worse"]
    assert others == []

    def possible(parts: dict[str, float]) -> bool:
        eased = [replace(x, at_least_eur=x.at_least_eur - parts.get(x.party, 0.0)) for x in problem.leasts]
        programme = programme_of(build_allocation(replace(problem, leasts=tuple(eased))))
        programme.maximise(np.zeros(len(programme.variables.lower)))
        return programme.solve().status is Status.OPTIMAL

    more, less = shared.amount_eur + 1.0, shared.amount_eur - 100.0
    assert possible({shared.parties[-1]: more})
    assert possible(dict.fromkeys(shared.parties, more / len(shared.parties)))
    assert not possible(dict.fromkeys(shared.parties, less / len(shared.parties)))


def of_leasts(*leasts: tuple[str, str], rule: str = "nobody_worse") -> list[Least]:
    """Wishes of parties about years; "" for all years together."""
    years = np.array([2027, 2028, 2029])
    spans = {"2027": years == 2027, "2028": years == 2028, "both": years < 2029}
    return [Least(rule, p, when, 0.0, spans[when].astype(float) if when else None) for p, when in leasts]


@pytest.mark.parametrize(
    ("leasts", "links", "named", "expected"),
    [
        (of_leasts(("a", ""), ("b", ""), ("c", "")), ("ab", "bc", "ca"), "b", ("a", "b", "c")),
        (of_leasts(("a", ""), ("b", ""), ("c", "")), ("ab", "ba"), "b", ("a", "b")),  # c can pay nobody
        (of_leasts(("a", ""), ("b", "")), (), "b", ()),  # nobody can
        (of_leasts(("a", ""), ("b", "")), ("ba",), "a", ("a", "b")),
        (of_leasts(("a", ""), ("b", "")), ("ab",), "a", ()),  # only itself
        (of_leasts(("a", ""), ("b", ""), ("a", "2027")), ("ab", "ba"), "b", ()),  # a payment breaks another wish of a
        ([*of_leasts(("a", ""), ("b", "")), *of_leasts(("a", "2027"), rule="paid_back")], ("ab", "ba"), "b", ()),
        (of_leasts(("a", "2027"), ("a", "2028"), ("b", "2027")), ("ab", "ba"), "b", ("a", "b")),
        (of_leasts(("a", "2027"), ("a", "both"), ("b", "2027")), ("ab", "ba"), "b", ()),
    ],
)
def test_who_could_bear_what_is_short(
    leasts: list[Least], links: tuple[str, ...], named: str, expected: tuple[str, ...]
) -> None:
    """Who can pay the one that is named, breaks no other wish by it, and asks something of the same years itself."""
    problem = replace(best_of(TEAM).problem, leasts=tuple(leasts), links=tuple((x[0], x[1]) for x in links))
    when = next(x.when for x in leasts if x.party == named)
    key = (named, when) if when else (named,)
    found = shared_of(problem, Clash((), (Relaxation("nobody_worse", key, "eur", 5.0),), 5.0))
    assert [(s.when, s.amount_eur, s.parties) for s in found] == ([(when, 5.0, expected)] if expected else [])


def test_no_folder_is_written_without_a_plan(tmp_path: Path) -> None:
    """There is nothing to reproduce."""
    run(str(a_scenario(tmp_path, WHOLE + STAYS + NO_PAYMENTS)), "-o", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_out_of_time_is_not_called_impossible() -> None:
    """A solver that stopped without a plan has proved nothing."""
    optimum = best_of(TEAM)
    none = np.zeros(0)
    solved = Solved(Status.NO_PLAN, float("nan"), float("nan"), none, none, none)
    stopped = replace(optimum, best=None, answer=replace(optimum.answer, solved=solved, values=(), bounds=()))
    text = " ".join(screen(Found(stopped)).split())
    assert "ook niet bewezen dat er geen is" in text
    assert "kunnen niet samen" not in text
    assert json.loads(optimum_json(Found(stopped)))["bound"] is None


def test_very_many_wishes_are_counted() -> None:
    """A clash of hundreds of municipalities still fits a screen, and its amounts still add up."""
    optimum = replace(best_of(TEAM), best=None)
    solved = replace(optimum.answer.solved, status=Status.INFEASIBLE)
    optimum = replace(optimum, answer=replace(optimum.answer, solved=solved))
    given = tuple(Relaxation("nobody_worse", (f"GM{k:04}",), "eur", 10.4) for k in range(100))
    wishes = tuple(("pinned", f"plan_{k}") for k in range(100))
    text = screen(Found(optimum, Clash(wishes, given, 1040.0)))
    assert "nog 80 andere" in text
    assert re.search(r"samen +€ 1\.040", text)
    assert len(text.splitlines()) < 60


# --- words --------------------------------------------------------------------------------------------------------

ROWS: dict[str, tuple[tuple[object, ...], str, str]] = {
    "budget": (("own_plan:GM0766", 2021), "eur", "2021 voor het geld van Dongen"),
    "spent": (("own_plan:GM0766",), "eur", "het geld van Dongen"),
    "nobody_worse": (("GM0228", "2022"), "eur", "die Ede in 2022 moet overhouden"),
    "paid_back": (("GM0228",), "eur", "Ede op tijd"),
    "capacity": (("een_team", 2021), "starters", "2021 bij Een team over de domeinen heen"),
    "staff": (("nurses", 2021), "hours", "nurses in 2021"),
    "portion": (("poor", "at_least"), "eur", "de eis over poor"),
    "pinned": (("een_team", "GM0766", 2021), "part", "Een team over de domeinen heen in Dongen"),
    "needs": (("een_team", "GM0766", 2021, "other"), "part", "in Dongen niet op other"),
    "apart": (("een_team", "other", "GM0766"), "part", "Een team over de domeinen heen en other in Dongen"),
    "sure": (("GM0228",), "eur", "zekerheid voor Ede"),
}
"""Per rule a row of it, its unit, and what its price must name."""


@pytest.mark.parametrize("rule", ROWS)
def test_every_limit_has_a_sentence(rule: str) -> None:
    """A price says of what, where and when one more is meant, and whether it was solved again."""
    key, unit, names = ROWS[rule]
    words = Words(best_of(TEAM), "nl")
    said = words.price(ShadowPrice(rule, key, unit, 0.425, True, 0.5))
    assert names in said
    assert said.endswith("brengt € 0,42 (nagerekend met een kleine stap).")
    assert "richtprijs" in words.price(ShadowPrice(rule, key, unit, 0.425, False, 0.425))
    assert Words(best_of(TEAM), "en").gives(Relaxation(rule, key, unit, 3.0))
    if unit != "eur":
        assert re.match("3", words.quantity(3.0, unit))


def test_patience_is_counted_in_years() -> None:
    """A year later is no euro less."""
    said = Words(best_of(TEAM), "nl").price(ShadowPrice("paid_back", ("GM0228",), "years", 12_345.6, True, 0.0))
    assert said == "Een jaar meer geduld van Ede brengt € 12.346 (nagerekend met een kleine stap)."


def test_every_rule_that_somebody_wishes_has_words() -> None:
    """A new soft rule gets its sentences before anybody can meet it."""
    soft = {f.name for s in (AGREED, TEAM) for f in build_allocation(best_of(s).problem).families if f.soft}
    assert soft <= set(ROWS)
    for rule in ROWS:
        assert {f"price_{rule}", f"gives_{rule}"} <= set(WORDS)


def test_wishes_are_named_with_their_figures() -> None:
    """Whoever must give reads how much was asked."""
    optimum = best_of(TEAM)
    c, areas = optimum.problem.coefficients, len(optimum.problem.candidates.areas)
    yearly = [Least("nobody_worse", "GM0228", str(y), 1.0, np.ones(len(c.years))) for y in c.years]
    back = Least("paid_back", "GM0766", "", 0.0, np.array([1.0, 0.0]))
    problem = replace(
        optimum.problem,
        leasts=(Least("nobody_worse", "GM0766", "", 1234.4), back, *yearly),
        staff=(StaffLimit("nurses", np.ones(1), np.ones(areas, dtype=bool), 1500.0),),
        portions=(PortionLimit("poor", np.ones((1, areas), dtype=bool), 0.25, None),),
        places=np.full((1, len(c.years)), 40.0),
    )
    words = Words(replace(optimum, problem=problem), "nl")
    assert words.wish("nobody_worse", "GM0766") == "Dongen houdt ten minste € 1.234 over"
    assert words.wish("paid_back", "GM0766") == "Dongen heeft zijn geld na 1 jaar terug"
    assert words.wish("nobody_worse", "GM0228") == (
        "Ede zit in geen van 2 perioden onder de ondergrens (wat de partij in het eigen plan heeft onder alleen de wet)"
    )
    assert words.wish("staff", "nurses") == "nurses: ten hoogste 1.500 uur per jaar"
    assert words.wish("portion", "poor at_least") == "poor: ten minste 25 % van het geld"
    assert words.wish("capacity", "een_team") == "Een team over de domeinen heen: ten hoogste 40 deelnemers per jaar"
    assert words.wish("needs", "een_team b") == "Een team over de domeinen heen kan pas waar b loopt"
    assert words.wish("apart", "een_team b") == "Een team over de domeinen heen en b niet in hetzelfde gebied"
    money = problem.budgets[0]
    total = f"{round(money.limit_eur.sum()):,}".replace(",", ".")
    assert f"ten hoogste € {total} in 2021" in words.wish("budget", money.name)


def test_both_languages_say_the_same_facts() -> None:
    """A fact that one language leaves out is a fact that half of the table does not get."""
    for key, (dutch, english) in WORDS.items():
        facts = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (dutch, english)]
        assert facts[0] == facts[1], key


def test_a_budget_of_the_scenario_has_its_own_name() -> None:
    """The name that the coalition gave, not the key in the file."""
    found = Found(best_of(AGREED), prices=[ShadowPrice("budget", ("preventiegeld", 2028), "eur", 0.42, True, 0.42)])
    assert "Een euro meer in 2028 voor “Het geld van het eigen plan” brengt € 0,42" in screen(found)


def test_the_first_screen_shows_five_prices() -> None:
    """The others are counted, and --sensitivity shows them all."""
    prices = [ShadowPrice("budget", ("preventiegeld", 2027 + k), "eur", 1 / (k + 1), False, 0.0) for k in range(8)]
    found = Found(best_of(AGREED), prices=prices)
    assert screen(found).count("Een euro meer in") == 5
    assert "en nog 3" in screen(found)
    assert screen(found, all_prices=True).count("Een euro meer in") == 8


# --- the solver's answer ------------------------------------------------------------------------------------------


def test_bound_and_gap_are_those_of_the_figure_shown() -> None:
    """What holds anyway is part of the goal, so it is part of the bound."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    assert bound_of(optimum) >= optimum.answer.values[0] * 1000 - 1
    assert bound_of(optimum) == pytest.approx(optimum.best.full[0] * 1000, rel=0.002)
    assert optimum.answer.gap <= optimum.scenario.spec.optimise.gap + 1e-9
    loose = replace(optimum, answer=replace(optimum.answer, bounds=(optimum.answer.values[0] + 100,)))
    assert bound_of(loose) == pytest.approx(optimum.answer.values[0] * 1000 + 100_000)
    assert loose.answer.gap == pytest.approx(100 / abs(optimum.answer.values[0]))


def test_it_is_said_when_the_last_rounds_were_held_to_a_plan() -> None:
    """And the bound is there only where it is known."""
    optimum = best_of(AGREED)
    text, held = (" ".join(screen(Found(o)).split()) for o in (optimum, replace(optimum, narrowed=True)))
    said = "lag vast wat kan beginnen, omdat steeds iemand tekort kwam; deze grens geldt voor alles."
    assert (said in text, said in held) == (False, True)
    unknown = replace(optimum, answer=replace(optimum.answer, bounds=()))
    assert "Het best mogelijke is hooguit" in text
    assert "Het best mogelijke is hooguit" not in screen(Found(unknown))
    assert json.loads(optimum_json(Found(unknown)))["gap"] is None


def test_a_difference_with_the_whole_model_is_shown_in_euro_and_per_cent() -> None:
    """It is never hidden, and a large one is said to be large."""
    optimum = best_of(TEAM)
    assert optimum.best is not None
    off = replace(optimum, best=replace(optimum.best, linear=(optimum.best.full[0] * 1.01,)))
    text = " ".join(screen(Found(off)).split())
    assert "verschil € 24.600 (1 %)" in text
    assert "nog meer dan 0,1 % uit elkaar" in text
    assert "binnen 0,1 % van elkaar" in " ".join(screen(Found(optimum)).split())


# --- JSON ---------------------------------------------------------------------------------------------------------

PROMISED = {
    *("schema", "scenario", "input_hash", "version", "price_level", "objective", "status", "gap", "bound", "rounds"),
    *("values", "difference", "plan", "own_plan", "left_out", "parties", "transfers", "short_eur", "shadow_prices"),
    *("frontier", "alternatives", "robust", "clash"),
}


def test_json_has_the_promised_keys_and_repeats_byte_by_byte() -> None:
    """Programs rely on these keys; the same input gives the same bytes, also in a fresh interpreter."""
    command = [sys.executable, "-m", "coalition.cli", "optimise", TEAM, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    data = json.loads(done.stdout)
    assert data["schema"] == "coalition.optimise/1"
    assert set(data) >= PROMISED
    assert run(TEAM, "--format", "json", "--lang", "en").stdout == done.stdout


def test_json_is_what_the_model_says_of_the_plan() -> None:
    """Present values per party, starters per year and worth are those of a run of the plan."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    data = json.loads(optimum_json(found_in(AGREED)))
    result = optimum.best.result
    assert {p["id"]: p["npv_eur"] for p in data["parties"]} == {p.party.id: p.npv[0] for p in result.run.parties}
    assert data["values"]["full"]["societal_npv"]["amount"] == pytest.approx(result.societal_npv_eur)
    started = sum(sum(c["starters"].values()) for c in data["plan"])
    years = len(result.years)
    assert started == pytest.approx(sum(s[0, :, :years].sum() for s in result.run.projection.starters.values()))
    assert started == pytest.approx(data["totals"]["starters"])
    paid = {(t["source"], t["target"]): t["npv_eur"] for t in data["transfers"]}
    assert paid == optimum.best.transfer.payments


# --- what is asked wrongly ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "place"),
    [
        (("--objective", "npv:nobody"), 3, "--objective"),
        (("--objective", "sociatal"), 3, "--objective"),
        (("--frontier", "qaly,foo"), 3, "--frontier"),
        (("--frontier", "qaly,qaly"), 2, "two different goals"),
        (("--frontier", "qaly"), 2, "two different goals"),
        (("--frontier", "qaly,societal_npv", "--points", "1"), 2, "--points"),
        (("--seconds", "0"), 3, "optimise.seconds"),
        (("--seconds", "0,5"), 3, "optimise.seconds"),
        (("--gap", "2"), 3, "optimise.gap"),
        (("--robust", "1.5"), 2, "--robust"),
    ],
)
def test_wrong_options_are_refused_where_they_stand(options: tuple[str, ...], code: int, place: str) -> None:
    """Nothing is sought for a goal, a number or a pair that means nothing."""
    found = run(TEAM, *options)
    assert found.exit_code == code
    assert place in found.stderr
    assert found.stdout == ""


def test_goals_are_checked_as_those_of_a_file() -> None:
    """From Python, too."""
    scenario = load_scenario(TEAM)
    assert optimise_files.with_goals(scenario, ["qaly"], "x").spec.optimise.objective == ["qaly"]
    with pytest.raises(ScenarioError):
        optimise_files.with_goals(scenario, ["qaly", "wealth"], "x")


def test_other_plans_say_what_they_do_otherwise() -> None:
    """What is dropped, what is added and what starts elsewhere."""
    optimum = best_of(AGREED)
    assert optimum.best is not None
    choices = optimum.best.plan.choices
    first = choices[0].intervention
    rest = tuple(c for c in choices if c.intervention != first)
    moved = Plan((*rest[:-1], replace(rest[-1], first=rest[-1].first + 1)))
    text = " ".join(screen(Found(optimum, within=0.05, alternatives=[replace(optimum.best, plan=moved)])).split())
    names = {n: i.name.partition(" (")[0] for n, i in optimum.scenario.spec.interventions.items()}
    assert "hooguit 5 % minder goed" in text
    assert f"zonder {names[first]}" in text
    assert f"{names[rest[-1].intervention]}: anders in één gebied" in text
    assert "Geen duidelijk ander plan" in screen(Found(optimum, within=0.05, alternatives=[]))
