"""A scenario's wishes as an allocation: its limits, floors and goals in the places of the coefficients.

What is left out in the section `optimise` has a default: everyone pays at most what it pays in the own plan, and nobody
at the table is worse off than in it under the law alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from coalition.allocation_problem import CLEARING, Allocation, Least, Link, Money, PortionLimit, StaffLimit, Wish
from coalition.coefficients import Coefficients
from coalition.inputs import Floats
from coalition.model import Result, run_scenario
from coalition.optimise_terms import AT_TABLE, EACH, MoneyLimit, NobodyWorse, Optimise, Over, Standard
from coalition.parties import MUNICIPALITY, REST_OF_NL, STATE, UWV, WLZ_FUND, ZVW_FUND
from coalition.plans import own_plan, reach_in
from coalition.report import at_table
from coalition.scenario import Scenario

PUBLIC = (ZVW_FUND, WLZ_FUND, STATE, REST_OF_NL, UWV)
"""Public accounts beside the municipalities."""

FEWEST = 1.0
"""Starters in the fullest year below which nothing starts at all."""


# --- wishes ---------------------------------------------------------------------------------------------------------


def wishes_of(scenario: Scenario, goals: Sequence[str] = ()) -> tuple[Wish, ...]:
    """The goals of a scenario, or others, as sums over parties or areas; among equals what society gains decides."""
    wanted = dict.fromkeys([*(goals or scenario.spec.optimise.objective), "societal_npv"])
    return tuple(_wish(scenario, goal) for goal in wanted)


def _wish(scenario: Scenario, goal: str) -> Wish:
    kind, _, about = goal.partition(":")
    if kind == "npv":
        return Wish(goal, "parties", parties_called(scenario, about))
    if kind == "cash_back":
        return Wish(goal, "parties", tuple(at_table(scenario)), int(about))
    if kind == "public_npv":
        return Wish(goal, "parties", (*parties_called(scenario, "municipalities"), *PUBLIC))
    if kind == "worst_off":
        return Wish(goal, "worst", tuple(at_table(scenario)))
    return Wish(goal, {"societal_npv": "societal", "qaly": "qaly", "health_gap": "gap"}[kind])


def parties_called(scenario: Scenario, name: str) -> tuple[str, ...]:
    """The parties that a name or a role means."""
    region = scenario.region
    roles = {
        "insurers": tuple(scenario.spec.parties.insurers),
        "municipalities": tuple(dict.fromkeys(region.municipality(k) for k in range(len(region.areas)))),
        AT_TABLE: tuple(at_table(scenario)),
    }
    roles[MUNICIPALITY] = roles["municipalities"]
    return roles.get(name, (name,))


# --- the problem ----------------------------------------------------------------------------------------------------


def allocation_of(scenario: Scenario, c: Coefficients, goals: Sequence[str] = ()) -> Allocation:
    """Everything that the scenario states about its plan.

    Args:
        scenario: as loaded.
        c: what each start brings.
        goals: instead of the scenario's own.
    """
    asked, gathered = scenario.spec.optimise, _Gathered(scenario, c)
    largest, smallest = gathered.bounds()
    return Allocation(
        coefficients=c,
        largest=largest,
        smallest=smallest,
        wishes=wishes_of(scenario, goals),
        budgets=tuple(gathered.budgets()),
        leasts=tuple(gathered.leasts()),
        staff=tuple(gathered.staff()),
        portions=tuple(gathered.portions()),
        places=gathered.places(),
        needs=tuple((gathered.place(n.intervention), gathered.place(n.after)) for n in asked.needs.values()),
        apart=tuple((gathered.place(one), gathered.place(other)) for one, other in asked.apart.values()),
        stays=gathered.stays(),
        links=gathered.links() if asked.transfers else (),
        payment_years=c.years if gathered.is_yearly() else c.years[:1],
    )


def asks_per_year(asked: Optimise, goals: Sequence[str] = ()) -> bool:
    """Whether anything is wished of single years."""
    counted = any(g.startswith("cash_back") for g in (*asked.objective, *goals))
    return counted or bool(asked.payback) or any(n.over is not Over.TOTAL for n in asked.nobody_worse.values())


class _Gathered:
    """Wishes in the places of the coefficients."""

    def __init__(self, scenario: Scenario, c: Coefficients) -> None:
        self.scenario, self.c, self.asked = scenario, c, scenario.spec.optimise
        self.candidates = c.candidates
        self.municipalities = [c.parties[p] for p in c.party_of[:, 0]]

    def place(self, intervention: str) -> int:
        """Position of an intervention."""
        return self.candidates.interventions.index(intervention)

    @cached_property
    def own_part(self) -> Floats:
        """The own plan, (candidate,); where capacity keeps people out, the part that fits in every year."""
        own = {(x.intervention, x.area, x.first): x.part for x in own_plan(self.scenario).choices}
        part = np.array([own.get(key, 0.0) for key in self.candidates.keys])
        stated = self.scenario.spec.interventions.values()
        if any(i.capacity_per_year or any(a.capacity_per_year for a in i.per_area.values()) for i in stated):
            for j in np.flatnonzero(part):
                part[j] *= self._fits(int(j))
        return part

    def _fits(self, j: int) -> float:
        """Part of a candidate's full starters that the own plan has in the year in which capacity keeps most out."""
        c, full = self.candidates, self.c.linear.starters[0, j]
        starters = self.own_result.run.projection.starters[c.interventions[c.intervention[j]]]
        there = full > 0
        really = starters[0, c.area[j], : len(full)]
        return float(min(1.0, (really[there] / full[there]).min(initial=1.0)))

    @cached_property
    def own_opened(self) -> Floats:
        """Fixed cost of the own plan, per row of fixed cost."""
        starts, c = self.c.fixed_starts, self.candidates
        done, none = self.own_part > 0, len(c.starts)
        first = {i: c.start[done & (c.intervention == i)].min(initial=none) for i in set(c.intervention.tolist())}
        opened = [first[i] == s for i, s in zip(starts.intervention.tolist(), starts.start, strict=True)]
        return np.asarray(np.array(opened, dtype=float) * (starts.payer == 0))

    # bounds

    def bounds(self) -> tuple[Floats, Floats]:
        """Largest and smallest part of the reach where a candidate starts."""
        spec, c = self.scenario.spec, self.candidates
        most = self.c.linear.starters[0].max(axis=1, initial=0.0)
        largest, smallest = np.ones(len(c)), np.zeros(len(c))
        for j, (_, area, _) in enumerate(c.keys):
            name = c.interventions[c.intervention[j]]
            intervention = spec.interventions[name]
            own = intervention.per_area.get(area)
            if own is not None and own.capacity_per_year is not None and most[j] > 0:
                largest[j] = min(1.0, own.capacity_per_year.value / most[j])
            fewest = max(self.asked.minimum_starters_per_year.get(name, 0.0), FEWEST)
            smallest[j] = fewest / most[j] if most[j] > 0 else np.inf
            if intervention.policy_module is not None:
                smallest[j] = max(smallest[j], 1.0)  # the reach among the insured cannot be stated per area
            if reach_in(intervention, area).value == 0 and intervention.policy_module is None:
                largest[j] = 0.0
        if self.asked.start_years:
            open_years = np.isin(np.array(c.starts)[c.start], self.asked.start_years)
            largest[~open_years & ~self.stays_as_planned] = 0.0
        largest[smallest > largest] = 0.0
        kept = self.stays_as_planned  # however few start there
        largest[kept], smallest[kept] = np.maximum(largest[kept], self.own_part[kept]), 0.0
        return largest, np.where(largest > 0, smallest, 0.0)

    def places(self) -> Floats:
        """Most starters per intervention and year."""
        found = np.full((len(self.candidates.interventions), len(self.c.years)), np.inf)
        for i, name in enumerate(self.candidates.interventions):
            limit = self.scenario.spec.interventions[name].capacity_per_year
            if limit is not None:
                found[i] = limit.value
        return found

    @property
    def stays_as_planned(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """What must be done as in the own plan, per candidate."""
        return np.asarray(np.nan_to_num(self.stays()) > 0)

    def stays(self) -> Floats:
        """What is no longer open, per candidate; nan where it is."""
        found = np.full(len(self.candidates), np.nan)
        names, areas = np.array(self.candidates.interventions), np.array(self.candidates.areas)
        for pin in self.asked.pins.values():
            mine = names[self.candidates.intervention] == pin.intervention
            if pin.areas != "all":
                mine &= np.isin(areas[self.candidates.area], pin.areas)
            found[mine] = self.own_part[mine] if pin.do == "as_planned" else 0.0
        return found

    # money

    def budgets(self) -> list[Money]:
        """Limits on money; by default what everyone pays in the own plan."""
        stated = self.asked.budgets or {"own_plan": MoneyLimit(parties=EACH, own_plan_share=1.0)}
        found = []
        for name, limit in stated.items():
            groups = [[p] for p in self.payers_now(limit)] if limit.parties == EACH else [list(limit.parties)]
            for parties in groups:
                counts = self.counts(parties, limit)
                own = f"{name}:{parties[0]}" if limit.parties == EACH else name
                money = Money(own, self.limit(limit, counts), limit.carry_over_share, counts, limit.spend_at_least)
                found.append(money)
        return found

    def limit(self, limit: MoneyLimit, counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
        """Nominal euro per year."""
        if limit.amounts_eur is not None:
            return np.array([limit.amounts_eur.get(y, 0.0) for y in self.c.years])
        return self.paid_now(counts) * (1.0 if limit.own_plan_share is None else limit.own_plan_share)

    def paid_now(self, counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
        """Delivery cost of the own plan that counts, per year."""
        pairs = (
            (self.c.linear, self.candidates, self.own_part),
            (self.c.fixed, self.c.fixed_starts, self.own_opened),
        )
        return np.asarray(
            sum(np.einsum("j,jo,joy->y", part, counts[starts.area], e.outlay_eur[0]) for e, starts, part in pairs)
        )

    def payers_now(self, limit: MoneyLimit) -> list[str]:
        """Everyone who pays delivery in the own plan, or could."""
        every = self.c.linear.outlay_eur[0].any(axis=(0, 2))  # whoever only pays by another option has nothing to spend
        return [p for p in self.c.parties if (self.counts([p], limit) & every).any()]

    def counts(self, parties: Sequence[str], limit: MoneyLimit) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which payments count, per area and payment."""
        wanted = {name for p in parties for name in parties_called(self.scenario, p)}
        found = np.zeros((len(self.candidates.areas), len(self.c.payments)), dtype=bool)
        for k, (slot, law) in enumerate(self.c.payments):
            if limit.law in (None, law):
                payers = self.municipalities if slot == MUNICIPALITY else [slot] * len(found)
                found[:, k] = [payer in wanted for payer in payers]
        return found

    # parties

    def leasts(self) -> list[Least]:
        """Who may not be worse off, and who must have its money back."""
        stated = self.asked.nobody_worse or {"table": NobodyWorse()}
        every = [least for wish in stated.values() for least in self.protected(wish)]
        found = list(_strictest(every).values())
        for wish in self.asked.payback.values():
            weights = self.c.present[0] * (np.arange(len(self.c.years)) < wish.years)
            found += [Least("paid_back", p, "", 0.0, weights) for p in parties_called(self.scenario, wish.party)]
        return found

    def protected(self, wish: NobodyWorse) -> list[Least]:
        """One wish, per party and period."""
        names = [AT_TABLE] if wish.parties == AT_TABLE else wish.parties
        parties = [p for name in names for p in parties_called(self.scenario, name)]
        found = []
        for when, weights in self.periods(wish):
            for party in parties:
                found.append(Least("nobody_worse", party, when, self.standard(wish, party, weights), weights))
        return found

    def periods(self, wish: NobodyWorse) -> list[tuple[str, Floats | None]]:
        """The years that count, with a name."""
        years = np.array(self.c.years)
        if wish.over is Over.TOTAL:
            return [("", None)]
        if wish.over is Over.YEAR:
            return [(str(y), (years == y).astype(float)) for y in self.c.years]
        return [(f"{t.first}-{t.last}", ((years >= t.first) & (years <= t.last)).astype(float)) for t in wish.terms]

    def standard(self, wish: NobodyWorse, party: str, weights: Floats | None) -> float:
        """What a party has without the coalition."""
        if wish.than is Standard.ZERO:
            return 0.0
        if wish.than is Standard.NOTHING:
            p = self.c.parties.index(party)
            return float(self.c.policies_eur[0, p] if weights is None else self.c.policies_net_eur[0, p] @ weights)
        own = next(p for p in self.own_result.run.law_parties if p.party.id == party)
        return float(own.npv[0]) if weights is None else float(own.net[0] @ weights)

    @cached_property
    def own_result(self) -> Result:
        """The own plan through the whole model."""
        return run_scenario(self.scenario)

    def is_yearly(self) -> bool:
        """Whether anything is wished of single years."""
        return asks_per_year(self.asked)

    def links(self) -> tuple[Link, ...]:
        """Who may pay whom: through the clearing account where all may, else each link that the law leaves open.

        Only who is protected in all years takes part, because nothing would keep the others from paying more than they
        have.
        """
        covered: dict[str, Floats] = {}
        for least in self.leasts():
            if least.rule == "nobody_worse":
                counted = np.ones(len(self.c.years)) if least.weights is None else least.weights
                covered[least.party] = covered.get(least.party, np.zeros(len(self.c.years))) + counted
        table = [p for p in at_table(self.scenario) if p in covered and (covered[p] > 0).all()]
        forbidden = forbidden_links(self.scenario)
        if not forbidden:
            return (*((p, CLEARING) for p in table), *((CLEARING, p) for p in table))
        return tuple((a, b) for a in table for b in table if a != b and (a, b) not in forbidden)

    # further limits

    def staff(self) -> list[StaffLimit]:
        """Who has how many hours."""
        names, areas = self.candidates.interventions, self.candidates.areas
        return [
            StaffLimit(
                key,
                np.array([w.hours_per_starter.get(n, 0.0) for n in names]),
                np.array([w.areas == "all" or a in w.areas for a in areas]),
                w.hours_per_year,
            )
            for key, w in self.asked.staff.items()
        ]

    def portions(self) -> list[PortionLimit]:
        """Who gets which part of the money."""
        spec, names = self.scenario.spec, self.candidates.interventions
        found = []
        for key, p in self.asked.portions.items():
            about = [
                (p.interventions is None or n in p.interventions)
                and (p.approach is None or spec.interventions[n].approach.value == p.approach)
                for n in names
            ]
            where = [p.areas is None or a in p.areas for a in self.candidates.areas]
            found.append(PortionLimit(key, np.outer(about, where), p.at_least, p.at_most))
        return found


def _strictest(leasts: Sequence[Least]) -> dict[tuple[str, str], Least]:
    """Of several wishes about one party and the same years, the one that asks most."""
    found: dict[tuple[str, str], Least] = {}
    for least in leasts:
        known = found.get((least.party, least.when))
        if known is None or least.at_least_eur > known.at_least_eur:
            found[least.party, least.when] = least
    return found


def forbidden_links(scenario: Scenario) -> set[Link]:
    """Payments that the law does not allow, each municipality by its code."""
    return {
        (a, b)
        for link in scenario.spec.arrangements.forbidden_links
        for a in parties_called(scenario, link.source)
        for b in parties_called(scenario, link.target)
        if a != b
    }
