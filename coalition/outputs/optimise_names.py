"""What is named in a best plan: parties, limits, prices, wishes and what must give, as phrases in one language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coalition.allocation_problem import Least
from coalition.allocation_studies import Relaxation, ShadowPrice
from coalition.best_plan import Optimum
from coalition.money import half_away_from_zero
from coalition.outputs.explain_figure import names_of
from coalition.outputs.formats import decimal, euro, number, percent
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_words import WORDS, area_names, said
from coalition.parties import MUNICIPALITY
from coalition.report import at_table


def _span(years: Sequence[int]) -> str:
    """First and last of some years."""
    return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


class Words:
    """What is named in one optimum, in one language.

    Attributes:
        optimum: of which scenario and wishes.
        lang: language.
    """

    def __init__(self, optimum: Optimum, lang: Lang) -> None:
        self.optimum, self.lang, self.spec = optimum, lang, optimum.scenario.spec
        self.names = names_of(optimum.scenario, lang)
        self.names[MUNICIPALITY] = "gemeenten" if lang == "nl" else "municipalities"

    # names

    def party(self, name: str) -> str:
        """A party or role."""
        return self.names.get(name, name)

    def intervention(self, name: str) -> str:
        """An intervention."""
        own, _, payers = name.partition(":")
        stated = self.spec.interventions.get(own)
        called = own if stated is None else stated.name
        return said("paid_by", self.lang, name=called, payers=payers) if payers else called

    def parties(self, names: Sequence[str]) -> str:
        """Several parties; those at the table in one word when it is all of them."""
        if set(names) == set(at_table(self.optimum.scenario)):
            return said("everyone_at_table", self.lang)
        return area_names([self.party(name) for name in names], self.lang, "many_parties")

    def area(self, code: str) -> str:
        """An area."""
        return self.spec.region.names.get(code, code)

    def money(self, name: str) -> str:
        """A limit on money; `own_plan:PARTY` is the default one of a party."""
        key, _, party = name.partition(":")
        stated = self.spec.optimise.budgets.get(key)
        if stated is None:
            return said("own_money", self.lang, party=self.party(party or key))
        shown = stated.name or key
        quoted = f"“{shown}”"
        return said("each_money", self.lang, name=quoted, party=self.party(party)) if party else quoted

    def goal(self, goal: str) -> str:
        """A goal."""
        kind, _, about = goal.partition(":")
        roles = {"insurers": "insurers", "municipalities": "all_municipalities", "table": "table_parties"}
        who = said(roles[about], self.lang) if about in roles else self.party(about)
        return said(kind, self.lang, party=who, years=about)

    def basis(self) -> dict[str, str]:
        """On what the figures of the screen stand."""
        head, shown = self.spec.scenario, self.optimum.own.result.years
        policies = said("policies", self.lang) if self.spec.gemeentepolis else ""
        facts = {"years": _span(shown), "price_year": str(head.price_year), "policies": policies}
        return {**facts, "least": self._standards()}

    def _standards(self) -> str:
        """What nobody may be worse off than, in words."""
        stated = self.spec.optimise.nobody_worse
        than = {n.than.value for n in stated.values()} or {"law_alone"}
        keys = {"law_alone": "least_own_law", "nothing": "least_nothing", "zero": "least_zero"}
        return said(keys[than.pop()] if len(than) == 1 else "least_mixed", self.lang)

    # limits

    def price(self, price: ShadowPrice, others: int = 0) -> str:
        """What one more of a limit brings, as a sentence.

        Args:
            price: of the limit.
            others: parties of whom one euro less brings the same.
        """
        key = "price_patience" if price.unit == "years" else f"price_{price.rule}"
        how = said("by_step" if price.is_step else "by_dual", self.lang)
        what = self._about(key, price.rule, price.key, others)
        if price.is_step and price.worth == 0:
            return said("brings_nothing", self.lang, what=what, how=how)
        return said("brings", self.lang, what=what, worth=self._worth(price), how=how)

    def _worth(self, price: ShadowPrice) -> str:
        if self.optimum.problem.wishes[0].kind in ("qaly", "gap"):
            return said("worth_qaly", self.lang, amount=decimal(price.worth, 5, self.lang))
        if price.worth < 1000:
            return f"€ {decimal(price.worth, 2, self.lang)}"
        return euro(price.worth, self.lang)

    def gives(self, given: Relaxation) -> str:
        """What must give, as a phrase."""
        return self._about(f"gives_{given.rule}", given.rule, given.key)

    def together_less(self, when: str) -> str:
        """That parties must accept less together, as a phrase."""
        said_when = said("when", self.lang, when=when) if when else said("all_years", self.lang)
        return said("gives_together", self.lang, when=said_when)

    def _about(self, key: str, rule: str, about: Sequence[object], others: int = 0) -> str:
        """A phrase about one row, with the names of what it is about."""
        if key not in WORDS:
            name = " ".join([rule, *(str(part) for part in about if part is not None)])
            return said(f"{key.partition('_')[0]}_own", self.lang, name=name)
        facts = {"name": self._named(rule, about[0]), "year": str(about[-1]), "when": "", "area": "", "other": ""}
        if others:
            facts["name"] += said("or_another" if others == 1 else "or_others", self.lang, count=str(others))
        if rule in ("nobody_worse", "paid_back") and len(about) > 1:
            facts["when"] = said("when", self.lang, when=str(about[1]))
        if rule == "apart":
            facts |= {"other": self.intervention(str(about[1])), "area": self.area(str(about[2]))}
        elif rule in ("pinned", "needs"):
            facts |= {"area": self.area(str(about[1])), "other": self.intervention(str(about[-1]))}
        return said(key, self.lang, **facts)

    def _named(self, rule: str, name: object) -> str:
        """What the first part of a row's key means under its rule."""
        text, asked = str(name), self.spec.optimise
        if rule in ("budget", "spent"):
            return self.money(text)
        if rule in ("nobody_worse", "paid_back", "sure"):
            return self.party(text)
        if rule in ("capacity", "pinned", "needs", "apart"):
            return self.intervention(text)
        if rule == "fund":
            return self.spec.arrangements.funds[text].name
        stated = asked.staff.get(text) if rule == "staff" else asked.portions.get(text)
        return text if stated is None else stated.name

    def quantity(self, amount: float, unit: str) -> str:
        """An amount of something that is no money."""
        digits = 2 if unit in ("part", "own") else 0
        return said(f"unit_{unit}", self.lang, amount=decimal(amount, digits, self.lang))

    # wishes

    def wish(self, rule: str, name: str) -> str:
        """A wish with its figures."""
        first, _, second = name.partition(" ")
        if f"gives_{rule}" not in WORDS:
            return said("wish_own", self.lang, name=f"{rule} {name}".strip())
        facts = {"name": self._named(rule, first if rule in ("portion", "needs", "apart") else name)}
        if rule == "portion":
            return said(f"wish_portion_{second}", self.lang, **facts, amount=self._portion(first, second))
        if rule in ("needs", "apart"):
            facts["other"] = self.intervention(second)
        if rule in ("nobody_worse", "paid_back"):
            return self._least(
                facts["name"], [x for x in self.optimum.problem.leasts if (x.rule, x.party) == (rule, name)]
            )
        return said(f"wish_{rule}", self.lang, **facts, **self._figures(rule, name))

    def _portion(self, name: str, side: str) -> str:
        part = next(getattr(p, side) for p in self.optimum.problem.portions if p.name == name)
        return percent(part or 0.0, self.lang)

    def _figures(self, rule: str, name: str) -> dict[str, str]:
        """The amounts of a wish."""
        problem, lang = self.optimum.problem, self.lang
        if rule in ("budget", "spent"):
            money = next(m for m in problem.budgets if m.name == name)
            years, total = problem.coefficients.years, float(money.limit_eur.sum())
            amount = total if rule == "budget" else total * money.spend_at_least
            paid = [y for y, limit in zip(years, money.limit_eur, strict=True) if limit] or list(years)
            return {"amount": euro(amount, lang), "years": _span(paid)}
        if rule == "capacity":
            places = problem.places[problem.candidates.interventions.index(name)]
            return {"amount": number(half_away_from_zero(float(places.max())), lang)}
        if rule == "staff":
            hours = next(s.hours_per_year for s in problem.staff if s.name == name)
            return {"amount": number(half_away_from_zero(hours), lang)}
        return {}

    def _least(self, name: str, leasts: Sequence[Least]) -> str:
        """What a party must at least have: all years together, in every period, or in time."""
        first = leasts[0]
        if first.weights is None:
            return said("wish_nobody_worse", self.lang, name=name, amount=euro(first.at_least_eur, self.lang))
        if first.rule == "nobody_worse":
            return said("wish_nobody_worse_when", self.lang, name=name, count=str(len(leasts)), least=self._standards())
        return said("wish_paid_back", self.lang, name=name, years=str(int(np.count_nonzero(first.weights))))
