"""Write the figures into docs/optimise.md and docs/optimise.nl.md.

    python docs/make_optimise.py

The text of the pages is written by hand; what stands between `<!-- name: begin -->` and `<!-- name: end -->` is made
here. Every plan in the tables goes through the whole model; the worked example is calculated from the input figures
alone, so that it can be laid beside what the model says.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from key_words import table

from coalition.allocation_problem import THOUSAND, Allocation
from coalition.allocations import allocation_of
from coalition.best_plan import Checked, checked, optimised
from coalition.coefficients import Coefficients, coefficients_of
from coalition.inputs import Floats
from coalition.ledger import Posting
from coalition.model import known_price_levels
from coalition.outputs.formats import decimal, number
from coalition.outputs.labels import Lang
from coalition.parties import MUNICIPALITY, Pocket, Reason
from coalition.plans import NOTHING, own_plan
from coalition.rules_of_thumb import RULES
from coalition.scenario import Scenario, load_scenario, shipped_folder
from coalition.schema import EuroEffect

DOCS = Path(__file__).resolve().parent
SCENARIO = "drenthe-akkoord"
HEALTH = "qaly"
EXAMPLE, PLACE = "langer_actief_thuis", "GM1730"
"""What the worked example recomputes, and where."""
PAGES: dict[Lang, Path] = {"en": DOCS / "optimise.md", "nl": DOCS / "optimise.nl.md"}
PLANS = ("nothing", "own", *RULES, "best")
NAMES = {
    "nothing": ("niets doen", "do nothing"),
    "own": ("eigen plan", "own plan"),
    "equal_per_head": ("ieder evenveel per inwoner", "equal per head"),
    "best_ratio_first": ("beste verhouding eerst", "best benefit-cost ratio first"),
    "each_for_itself": ("ieder voor zich", "each party for itself"),
    "best": ("**optimum**", "**optimum**"),
}


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a table shows of one plan, all from the whole model.

    Attributes:
        places: how many interventions are done in how many areas, together.
        spent_eur: (limit, year) nominal delivery that counts under each limit.
        delivery_eur: present value of all delivery, whoever pays.
        goal: worth by the scenario's first goal, in its own unit.
        qalys: discounted healthy years.
        short_eur: what those who are protected stay short after all payments that are possible.
    """

    places: int
    spent_eur: Floats
    delivery_eur: float
    goal: float
    qalys: float
    short_eur: float


@dataclass(frozen=True)
class Compared:
    """The plans of one scenario.

    Attributes:
        scenario, problem: as asked, with healthy years beside the goals.
        plans: name -> plan through the whole model, in the order of PLANS.
    """

    scenario: Scenario
    problem: Allocation
    plans: dict[str, Checked]

    def figures(self, name: str) -> Figures:
        """What a table shows of one plan."""
        found, c = self.plans[name], self.problem.coefficients
        paid = sum((p.amounts[0, :, : len(c.years)].sum(axis=0) for p in _delivery(found)), np.zeros(len(c.years)))
        return Figures(
            len(found.plan.choices),
            spent_eur(self.problem, found),
            float(paid @ c.present[0]),
            found.full[0],
            found.full[[w.goal for w in self.problem.wishes].index(HEALTH)],
            found.short_eur,
        )


def _delivery(found: Checked) -> list[Posting]:
    """What a plan costs to do, by whom."""
    return [p for p in found.result.run.law.ledger.postings if p.reason is Reason.DELIVERY]


def spent_eur(problem: Allocation, found: Checked) -> Floats:
    """Nominal delivery of a plan that counts under each limit, by the ledger of the whole model, (limit, year)."""
    c = problem.coefficients
    place, spent = {key: k for k, key in enumerate(c.payments)}, np.zeros((len(problem.budgets), len(c.years)))
    for p in _delivery(found):
        for b, money in enumerate(problem.budgets):
            spent[b] += money.counts[:, place[p.source, p.pocket]] @ p.amounts[0, :, : len(c.years)]
    return spent


@cache
def compared() -> Compared:
    """The scenario's own plan, the rules of thumb and the optimum."""
    scenario = load_scenario(shipped_folder() / SCENARIO)
    goals = [*scenario.spec.optimise.objective, HEALTH]
    problem = allocation_of(scenario, coefficients_of(scenario), goals)
    optimum = optimised(scenario)
    if optimum.best is None:
        raise ValueError(f"{SCENARIO} has no plan within its own wishes")
    plans = {"nothing": NOTHING, "own": own_plan(scenario)} | {n: rule(scenario, problem) for n, rule in RULES.items()}
    plans["best"] = optimum.best.plan
    return Compared(scenario, problem, {name: checked(scenario, problem, plan) for name, plan in plans.items()})


# --- the worked example ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worked:
    """One intervention in one municipality, from the input figures alone.

    Attributes:
        people, group, starters: of the ages, in the target group, and who start each year.
        years: calendar years; worth: of one euro of each in euro of the price year.
        cost_each_eur, help_each_eur: per starter, and less help per person and full year, in euro of each year.
        begun: starters per year; helped: person-years in which it works.
        cashed: part of less help that becomes money; real: part that becomes people and means for something else.
    """

    people: float
    group: float
    starters: float
    years: tuple[int, ...]
    worth: Floats
    cost_each_eur: Floats
    help_each_eur: Floats
    begun: Floats
    helped: Floats
    cashed: float
    real: float

    @property
    def cost_eur(self) -> Floats:
        """What the municipality pays per year."""
        return self.begun * self.cost_each_eur

    @property
    def less_help_eur(self) -> Floats:
        """What less help would have cost per year."""
        return self.helped * self.help_each_eur

    @property
    def net_eur(self) -> Floats:
        """What the municipality has per year; + is a gain."""
        return self.less_help_eur * self.cashed - self.cost_eur

    @property
    def per_euro(self) -> float:
        """What society gets back per euro of delivery."""
        return float(self.less_help_eur * self.real @ self.worth / (self.cost_eur @ self.worth))


def worked(scenario: Scenario, c: Coefficients, first: int) -> Worked:
    """The example by hand: ages, shares, price levels and time weights, nothing from the model.

    Args:
        scenario: for the numbers that its file states.
        c: for the years that are shown and what a euro of each is worth.
        first: year of the first start.
    """
    spec, years = scenario.spec, np.array(c.years)
    stated = spec.interventions[EXAMPLE]
    group = spec.target_groups[stated.target_group]
    effect, cost, wmo = stated.effects["domestic_help"], stated.cost.per_starter[0], spec.holders.cashable[Pocket.WMO]
    assert isinstance(effect, EuroEffect)
    assert group.share is not None
    with (shipped_folder() / "drenthe" / "region.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["area"] == PLACE]
    people = sum(float(row["people"]) for row in rows if int(row["age_from"]) >= group.ages.from_)
    starters = people * group.share.value * stated.reach.value
    begun = np.where((years >= first) & (years <= stated.starts.last), starters, 0.0)
    at_once = effect.time.first_year_share.value
    earlier = np.append(0.0, begun[:-1])
    return Worked(
        people,
        people * group.share.value,
        starters,
        c.years,
        c.present[0],
        cost.value * _price(scenario, years, cost.price_year),
        effect.avoided_per_year.value * _price(scenario, years, effect.avoided_per_year.price_year),
        begun,
        begun * at_once + earlier * (1 - at_once),
        wmo.share.value,
        wmo.capacity_removed_share.value * wmo.avoidable_cost_share.value,
    )


def _price(scenario: Scenario, years: np.ndarray[tuple[int], np.dtype[np.int64]], price_year: int) -> Floats:
    """What one euro of a year is in each of some years: as published, later by the growth that is stated."""
    known, growth = known_price_levels(), scenario.spec.region.general_index_per_year.value
    last = max(known)
    levels = np.array([known[min(int(y), last)] * (1 + growth) ** max(int(y) - last, 0) for y in years])
    return np.asarray(levels / known[price_year])


def example() -> tuple[Worked, float, float]:
    """The example; what the municipality has of it by the coefficients alone, and in the whole plan; present values."""
    found = compared()
    c, best = found.problem.coefficients, found.plans["best"]
    choice = best.plan.of(EXAMPLE)[PLACE]
    row = c.candidates.keys.index((EXAMPLE, PLACE, choice.first))
    alone = float(c.linear.npv_eur[0, row, c.slots.index(MUNICIPALITY)]) * choice.part
    area, whole = c.candidates.areas.index(PLACE), 0.0
    for p in best.result.run.law.ledger.postings:
        if p.intervention == EXAMPLE and MUNICIPALITY in (p.source, p.target):
            sign = 1.0 if p.target == MUNICIPALITY else -1.0
            whole += sign * float(p.amounts[0, area, : len(c.years)] @ c.present[0])
    return worked(found.scenario, c, choice.first), alone, whole


# --- blocks ---------------------------------------------------------------------------------------------------------


def _eur(amount: float, lang: Lang) -> str:
    return number(round(amount), lang)


def plans_block(lang: Lang) -> str:
    """Every plan beside the others."""
    found = compared()
    nothing = found.figures("nothing")
    limit = sum(float(m.limit_eur.sum()) for m in found.problem.budgets)
    heads = {
        "nl": ("plan", "plaatsen", "uitgegeven (€)", "deel van het geld", "uitkomst voor de samenleving (€)",
               "terug per euro uitvoering (€)", "gezonde jaren", "komt tekort (€)"),
        "en": ("plan", "places", "spent (€)", "part of the money", "worth for society (€)",
               "back per euro of delivery (€)", "healthy years", "stays short (€)"),
    }[lang]  # fmt: skip
    rows = []
    for name in PLANS:
        f = found.figures(name)
        back = 1 + (f.goal - nothing.goal) * THOUSAND / f.delivery_eur if f.delivery_eur else float("nan")
        spent = float(f.spent_eur.sum())
        rows.append((
            NAMES[name][lang == "en"], str(f.places), _eur(spent, lang), f"{decimal(spent / limit * 100, 1, lang)} %",
            _eur(f.goal * THOUSAND, lang), decimal(back, 2, lang), decimal(f.qalys, 1, lang), _eur(f.short_eur, lang),
        ))  # fmt: skip
    return table(heads, rows)


def difference_block(lang: Lang) -> str:
    """Where the difference with the own plan comes from."""
    found = compared()
    own, best = found.figures("own"), found.figures("best")
    total, less = (best.goal - own.goal) * THOUSAND, own.delivery_eur - best.delivery_eur
    rule = max(RULES, key=lambda n: found.figures(n).goal)
    ahead = (best.goal - found.figures(rule).goal) * THOUSAND
    said = {
        "nl": (
            ("Optimum min eigen plan", total),
            ("waarvan doordat er minder wordt uitgegeven, of later", less),
            ("waarvan doordat wat wordt gedaan meer opbrengt", total - less),
            (f"Optimum min de beste vuistregel ({NAMES[rule][0]})", ahead),
        ),
        "en": (
            ("Optimum minus own plan", total),
            ("of which because less is spent, or later", less),
            ("of which because what is done brings more", total - less),
            (f"Optimum minus the best rule of thumb ({NAMES[rule][1]})", ahead),
        ),
    }[lang]
    return table(("verschil", "€") if lang == "nl" else ("difference", "€"), [(w, _eur(x, lang)) for w, x in said])


def programmes_block(lang: Lang) -> str:
    """Per intervention what it brings by itself, and where it is done."""
    found = compared()
    scenario, c = found.scenario, found.problem.coefficients
    own, best = found.plans["own"].plan, found.plans["best"].plan
    rows = []
    for name, stated in scenario.spec.interventions.items():
        paid, worth, health = _alone(c, {(x.intervention, x.area, x.first) for x in own.of(name).values()})
        chosen = best.of(name)
        years = sorted({x.first for x in chosen.values()})
        when = "–".join(dict.fromkeys((str(years[0]), str(years[-1])))) if years else "-"
        per_euro = 1 + worth / paid if paid else float("nan")
        rows.append((per_euro, (
            str(stated.name or name), decimal(per_euro, 2, lang), decimal(health, 1, lang),
            str(len(own.of(name))), str(len(chosen)), when,
        )))  # fmt: skip
    heads = {
        "nl": ("interventie", "terug per euro uitvoering (€)", "gezonde jaren", "eigen plan: gebieden",
               "optimum: gebieden", "begint"),
        "en": ("intervention", "back per euro of delivery (€)", "healthy years", "own plan: areas",
               "optimum: areas", "begins"),
    }[lang]  # fmt: skip
    return table(heads, [row for _, row in sorted(rows, key=lambda r: -r[0])])


def _alone(c: Coefficients, starts: set[tuple[str, str, int]]) -> tuple[float, float, float]:
    """Delivery, worth for society and healthy years of the starts of one intervention, before overlap."""
    chosen = np.array([key in starts for key in c.candidates.keys])
    first = min(year for _, _, year in starts)
    fixed = np.array([k[0] in {n for n, _, _ in starts} and k[2] == first for k in c.fixed_starts.keys], dtype=bool)
    paid = sum(
        float((e.outlay_eur[0, on].sum(axis=1) @ c.present[0]).sum())
        for e, on in ((c.linear, chosen), (c.fixed, fixed))
    )
    worth = float(c.linear.societal_eur[0, chosen].sum() + c.fixed.societal_eur[0, fixed].sum())
    return paid, worth, float(c.linear.qalys[0, chosen].sum())


def example_block(lang: Lang) -> str:
    """The example, step by step and year by year."""
    found = compared()
    spec = found.scenario.spec
    w, alone, whole = example()
    stated = spec.interventions[EXAMPLE]
    group, effect = spec.target_groups[stated.target_group], stated.effects["domestic_help"]
    assert isinstance(effect, EuroEffect)
    assert group.share is not None
    t = next(k for k, s in enumerate(w.begun) if s)
    year, cost, saved = w.years[t], stated.cost.per_starter[0], effect.avoided_per_year
    place = spec.region.names[PLACE]

    def num(value: float, digits: int = 2) -> str:
        return decimal(value, digits, lang)

    priced = {"nl": "× prijspeil {0} / {1}", "en": "× price level {0} / {1}"}[lang]
    says = {
        "nl": ("stap", "rekening", "uitkomst", f"65-plussers in {place}", "region.csv", "met hulp thuis",
               "starters per jaar", f"kosten per starter in {year} (€)", f"kosten in {year} (€)",
               f"minder hulp per persoon en jaar in {year} (€)", f"minder hulp in {year} (€)",
               f"waarvan geld voor {place} (€)"),
        "en": ("step", "sum", "result", f"people of 65 and over in {place}", "region.csv", "with help at home",
               "starters per year", f"cost per starter in {year} (€)", f"cost in {year} (€)",
               f"less help per person and year in {year} (€)", f"less help in {year} (€)",
               f"of which money for {place} (€)"),
    }[lang]  # fmt: skip
    at_once = effect.time.first_year_share.value
    steps = [
        (says[3], says[4], num(w.people, 1)),
        (says[5], f"× {num(group.share.value)}", num(w.group, 1)),
        (says[6], f"× {num(stated.reach.value)}", num(w.starters, 2)),
        (says[7], f"{num(cost.value, 0)} {priced.format(year, cost.price_year)}", num(w.cost_each_eur[t])),
        (says[8], f"{num(w.begun[t])} × {num(w.cost_each_eur[t])}", num(w.cost_eur[t])),
        (says[9], f"{num(saved.value, 0)} {priced.format(year, saved.price_year)}", num(w.help_each_eur[t])),
        (says[10], f"{num(w.begun[t])} × {num(at_once, 1)} × {num(w.help_each_eur[t])}", num(w.less_help_eur[t])),
        (says[11], f"× {num(w.cashed)}", num(w.less_help_eur[t] * w.cashed)),
    ]
    return f"{table(says[:3], steps)}\n{_example_years(w, lang)}\n{_example_end(w, (alone, whole), place, lang)}"


def _example_years(w: Worked, lang: Lang) -> str:
    heads = {
        "nl": ("jaar", "starters", "betaalt (€)", "bespaart (€)", "saldo (€)", "een euro is nu waard", "nu waard (€)"),
        "en": ("year", "starters", "pays (€)", "saves (€)", "net (€)", "a euro is now worth", "now worth (€)"),
    }[lang]
    rows = [
        (str(y), decimal(w.begun[t], 2, lang), *(decimal(x, 2, lang) for x in (
            w.cost_eur[t], w.less_help_eur[t] * w.cashed, w.net_eur[t])),
            decimal(w.worth[t], 4, lang), decimal(w.net_eur[t] * w.worth[t], 2, lang))
        for t, y in enumerate(w.years) if w.cost_eur[t] or w.less_help_eur[t]
    ]  # fmt: skip
    return table(heads, rows)


def _example_end(w: Worked, model: tuple[float, float], place: str, lang: Lang) -> str:
    by_hand = float(w.net_eur @ w.worth)
    words = {
        "nl": ("contante waarde van alle jaren", f"{place}, met de hand (€)", f"{place}, coëfficiënt van het model (€)",
               f"{place}, in het hele plan, na overlap (€)", "terug voor de samenleving per euro uitvoering (€)"),
        "en": ("present value of all years", f"{place}, by hand (€)", f"{place}, coefficient of the model (€)",
               f"{place}, in the whole plan, after overlap (€)", "back for society per euro of delivery (€)"),
    }[lang]  # fmt: skip
    amounts = (by_hand, *model)
    rows = [(word, decimal(x, 2, lang)) for word, x in zip(words[1:], (*amounts, w.per_euro), strict=True)]
    return table((words[0], ""), rows)


BLOCKS = {
    "plans": plans_block,
    "difference": difference_block,
    "programmes": programmes_block,
    "example": example_block,
}


def page(lang: Lang) -> str:
    """A page with the present figures in their places."""
    text = PAGES[lang].read_text("utf-8")
    for name, made in BLOCKS.items():
        block = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        found = block.search(text)
        if found is None:
            raise ValueError(f"{PAGES[lang].name} has no place for {name}")
        text = f"{text[: found.start()]}{found[1]}{made(lang).rstrip()}\n{found[2]}{text[found.end() :]}"
    return text


if __name__ == "__main__":
    for lang, path in PAGES.items():
        path.write_text(page(lang), "utf-8")
