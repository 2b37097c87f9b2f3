"""The best plan of an allocation problem by another road, in textbook loops.

Nothing of it is taken from the package but the values of a problem. Where the package has a start per year, it has
`begun`, which stays 1 once something runs; carry-over is a limit on everything spent so far; present values are summed
from yearly flows; money between parties is one signed amount per party where all payments are allowed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy

if TYPE_CHECKING:
    from coalition.allocation_problem import Allocation, Wish

Expression = Any
"""A sum of variables, as the solver's own modelling layer has it."""


@dataclass(frozen=True)
class Best:
    """How it ended: optimal, infeasible or unbounded; and the worth, in the unit of the goal."""

    status: str
    value: float
    parts: dict[tuple[str, str, int], float]


def best_of(problem: Allocation) -> Best:
    """The best plan by the first goal."""
    return _Textbook(problem).best()


class _Textbook:
    """One model, written out; amounts in thousands of euro."""

    def __init__(self, problem: Allocation) -> None:
        self.p, self.c = problem, problem.coefficients
        self.h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("mip_rel_gap", 0.0)
        self.h.setOptionValue("mip_abs_gap", 0.0)
        self.h.setOptionValue("mip_feasibility_tolerance", 1e-9)
        self.h.setOptionValue("primal_feasibility_tolerance", 1e-9)
        self.keys = list(self.c.candidates.keys)
        self.starts = self.c.candidates.starts
        self.part: dict[int, Any] = {}
        self.starting: dict[int, Expression] = {}
        self.begun: dict[tuple[int, int, int], Expression] = {}
        self.opening: dict[tuple[int, int], Expression] = {}
        self.moved: dict[tuple[str, int], Expression] = {}
        for build in (self.begin, self.open, self.money, self.people, self.portions, self.between, self.transfers):
            build()
        self.parties()

    def number(self, low: float = 0.0, high: float = math.inf) -> Any:
        return self.h.addVariable(low, high)

    def yes_or_no(self) -> Any:
        return self.h.addVariable(0, 1, 0, highspy.HighsVarType.kInteger)

    def rule(self, expression: Expression, low: float, high: float) -> None:
        """A limit on both sides; a sum without variables only has to be within them."""
        if isinstance(expression, (int, float)):
            if not low - 1e-9 <= expression <= high + 1e-9:
                never = self.number()
                self.h.addConstr(never <= -1)
            return
        if low > -math.inf:
            self.h.addConstr(expression >= low)
        if high < math.inf:
            self.h.addConstr(expression <= high)

    # what begins

    def begin(self) -> None:
        """Something has begun or not by each year, and it does not end; how much of it is chosen in its first year."""
        c = self.c.candidates
        for i in range(len(c.interventions)):
            for a in range(len(c.areas)):
                before: Expression = 0
                for s in range(len(self.starts)):
                    rows = [j for j in range(len(c)) if (c.intervention[j], c.area[j], c.start[j]) == (i, a, s)]
                    if not rows or self.p.largest[rows[0]] == 0:
                        self.begun[i, a, s] = before
                        for j in rows:
                            self.starting[j], self.part[j] = 0, self.number(0, 0)
                        continue
                    (j,) = rows
                    now = self.yes_or_no()
                    self.rule(now - before, 0, 1)
                    self.begun[i, a, s], self.starting[j] = now, now - before
                    self.part[j] = self.number(0, float(self.p.largest[j]))
                    self.rule(self.part[j] - float(self.p.largest[j]) * self.starting[j], -math.inf, 0)
                    self.rule(self.part[j] - float(self.p.smallest[j]) * self.starting[j], 0, math.inf)
                    before = now
        for j, stays in enumerate(self.p.stays):
            if not math.isnan(stays):
                self.rule(self.part[j] + 0, float(stays), float(stays))

    def open(self) -> None:
        """Fixed cost begins exactly in the year in which the first area begins."""
        c = self.c.candidates
        for i in sorted({int(k) for k in self.c.fixed_starts.intervention}):
            before: Expression = 0
            for s in range(len(self.starts)):
                running = [self.begun[i, a, s] for a in range(len(c.areas))]
                now = self.yes_or_no()
                for one in running:
                    self.rule(now - one, 0, math.inf)
                self.rule(sum(running) - now, 0, math.inf)
                self.opening[i, s] = now - before
                before = now

    def chosen(self) -> list[tuple[Expression, Any, int, int]]:
        """Everything that costs or brings something: how much of it, its effects, its row there, its area."""
        linear = [(self.part[j], self.c.linear, j, int(a)) for j, a in enumerate(self.c.candidates.area)]
        fixed = self.c.fixed_starts
        return linear + [
            (self.opening[int(i), int(s)], self.c.fixed, k, int(a))
            for k, (i, a, s) in enumerate(zip(fixed.intervention, fixed.area, fixed.start, strict=True))
        ]

    # limits

    def money(self) -> None:
        """What was spent so far, with what is lost by carrying over, within what there was so far."""
        for b in self.p.budgets:
            spent: list[Expression] = []
            for y in range(len(self.c.years)):
                amounts = [
                    amount * float(effects.outlay_eur[0, row, k, y]) / 1000
                    for amount, effects, row, area in self.chosen()
                    for k in range(len(self.c.payments))
                    if b.counts[area, k]
                ]
                spent.append(sum(amounts))
            for y in range(len(self.c.years)):
                faded = [b.carry_over_share ** (y - t) for t in range(y + 1)]
                there = sum(f * float(b.limit_eur[t]) / 1000 for t, f in enumerate(faded))
                self.rule(sum(f * spent[t] for t, f in enumerate(faded)), -math.inf, there)
            if b.spend_at_least > 0:
                self.rule(sum(spent), b.spend_at_least * float(sum(b.limit_eur)) / 1000, math.inf)

    def people(self) -> None:
        """Places per intervention, hours per group of staff."""
        c, starters = self.c.candidates, self.c.linear.starters[0]
        for y in range(len(self.c.years)):
            for i in range(len(c.interventions)):
                if len(self.p.places) and self.p.places[i, y] < math.inf:
                    mine = [self.part[j] * float(starters[j, y]) for j in range(len(c)) if c.intervention[j] == i]
                    self.rule(sum(mine), -math.inf, float(self.p.places[i, y]))
            for who in self.p.staff:
                hours = [
                    self.part[j] * float(who.hours[c.intervention[j]] * starters[j, y])
                    for j in range(len(c))
                    if who.works[c.area[j]]
                ]
                self.rule(sum(hours), -math.inf, who.hours_per_year)

    def portions(self) -> None:
        """Part of the present value of all delivery."""
        present = self.c.present[0]
        for p in self.p.portions:
            for share, low, high in ((p.at_least, 0, math.inf), (p.at_most, -math.inf, 0)):
                if share is None:
                    continue
                beyond: list[Expression] = []
                for amount, effects, row, area in self.chosen():
                    starts = self.c.candidates if effects is self.c.linear else self.c.fixed_starts
                    flows = effects.outlay_eur[0, row]
                    cost = sum(float(f[y] * present[y]) for f in flows for y in range(len(present))) / 1000
                    counts = 1.0 if p.counts[starts.intervention[row], area] else 0.0
                    if counts != share:
                        beyond.append((counts - share) * cost * amount)
                self.rule(sum(beyond), low, high)

    def between(self) -> None:
        """What needs something else begins no earlier than that; what is apart is not in one area."""
        last = len(self.starts) - 1
        for a in range(len(self.c.candidates.areas)):
            for one, other in self.p.needs:
                for s in range(last + 1):
                    self.rule(self.begun[other, a, s] - self.begun[one, a, s], 0, math.inf)
            for one, other in self.p.apart:
                self.rule(self.begun[one, a, last] + self.begun[other, a, last], -math.inf, 1)

    # parties

    def transfers(self) -> None:
        """What each party gets from the others in a year, less what it gives."""
        for y in self.p.payment_years:
            for party in self.c.parties:
                self.moved[party, y] = 0
            if any("clearing" in link for link in self.p.links):
                for party in self.c.parties:
                    self.moved[party, y] = self.number(-math.inf)
                self.rule(sum(self.moved[p, y] for p in self.c.parties), 0, 0)
                continue
            for payer, receiver in self.p.links:
                amount = self.number()
                self.moved[payer, y] = self.moved[payer, y] - amount
                self.moved[receiver, y] = self.moved[receiver, y] + amount

    def worth(self, party: str, weights: list[float]) -> Expression:
        """Net of a party, every year with a weight; transfers and what it has anyway included."""
        p = self.c.parties.index(party)
        total: Expression = sum(float(x) * w for x, w in zip(self.c.nothing_net_eur[0, p], weights, strict=True)) / 1000
        for amount, effects, row, area in self.chosen():
            flows = [effects.net_eur[0, row, k] for k, at in enumerate(self.c.party_of[area]) if at == p]
            if effects is self.c.linear:
                flows.append(self.c.agreed_net_eur[row, p])
            brings = sum(float(f[y]) * weights[y] for f in flows for y in range(len(weights))) / 1000
            total = total + brings * amount
        for y in self.p.payment_years:
            total = total + weights[self.c.years.index(y)] * self.moved[party, y]
        return total

    @property
    def present(self) -> list[float]:
        return [float(x) for x in self.c.present[0]]

    def parties(self) -> None:
        """What each party must have."""
        for least in self.p.leasts:
            weights = self.present if least.weights is None else [float(w) for w in least.weights]
            self.rule(self.worth(least.party, weights), least.at_least_eur / 1000, math.inf)

    # goals

    def goal(self, wish: Wish) -> Expression:
        """The worth of a plan by one goal."""
        c = self.c.candidates
        if wish.kind == "societal":
            brings = [amount * float(e.societal_eur[0, row]) / 1000 for amount, e, row, _ in self.chosen()]
            return sum(brings) + float(self.c.nothing_societal_eur[0]) / 1000
        if wish.kind == "qaly":
            return sum(self.part[j] * float(self.c.linear.qalys[0, j]) for j in range(len(c)))
        if wish.kind == "parties":
            years = wish.years or len(self.c.years)
            weights = [w if y < years else 0.0 for y, w in enumerate(self.present)]
            return sum((self.worth(p, weights) for p in wish.parties), 0)
        if wish.kind == "worst":
            lowest = self.number(-math.inf)
            for party in wish.parties:
                self.rule(self.worth(party, self.present) - lowest, 0, math.inf)
            return lowest + 0
        gap = self.number(0)
        health: list[Expression] = []
        for a, people in enumerate(self.c.inhabitants):
            mine = [self.part[j] * float(self.c.linear.qalys[0, j] * 1000 / people) for j in range(len(c))]
            health.append(sum(m for m, area in zip(mine, c.area, strict=True) if area == a))
        for one in health:
            for other in health:
                if one is not other:
                    self.rule(one - other - gap, -math.inf, 0)
        return 0 - gap

    def best(self) -> Best:
        """Solve."""
        self.h.maximize(self.goal(self.p.wishes[0]))
        status = self.h.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            self.h.setOptionValue("presolve", "off")
            self.h.run()
            status = self.h.getModelStatus()
        words = {"kOptimal": "optimal", "kInfeasible": "infeasible", "kUnbounded": "unbounded"}
        word = words.get(status.name, status.name)
        if word != "optimal":
            return Best(word, math.nan, {})
        parts = {key: float(self.h.val(self.part[j])) for j, key in enumerate(self.keys)}
        return Best(word, float(self.h.getInfo().objective_function_value), parts)
