"""A plan that keeps everybody whole in most of what may happen, and what that certainty costs.

Draws are those of the whole model (uncertainty.py). The plan is best on average; in the draws that must hold, every
protected party has at least what it must have, payments between parties being the same in all draws, because they are
agreed before. What the whole model says of a plan in every draw is counted, and the difference with the programme is
put into it before the next try.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from pyomo.environ import ConcreteModel

from coalition.allocation_problem import THOUSAND, Allocation, Sure
from coalition.allocations import allocation_of, asks_per_year, parties_called
from coalition.best_plan import Checked, checked, net_of
from coalition.coefficients import Coefficients, Effects, coefficients_of
from coalition.inputs import Floats, Inputs
from coalition.model import outcomes, run_inputs
from coalition.money import HALF_CENT_EUR
from coalition.optimise import build_allocation, columns_of, payments_in, programme_of, read_plan, solve
from coalition.optimise_terms import AT_TABLE, NobodyWorse, Over, Standard
from coalition.plans import Plan, reach_in, with_plan
from coalition.scenario import Scenario
from coalition.uncertainty import draw_inputs

GAP = 0.001
"""Relative gap of plans over draws: the draws themselves are less exact."""
TRIES = 6
"""Plans that are tried before a share of the draws is called out of reach."""


@dataclass(frozen=True)
class Robust:
    """A plan that is best on average beside one that is sure.

    Attributes:
        draws: how many draws were made; asked: part of them in which everybody must be whole.
        plain, sure: the best plan on average, and the best one found that is whole in at least the part asked.
        share_whole_plain, share_whole_sure: part of the draws in which every protected party is whole, by the whole
            model; of the best try where no plan reaches the part asked, and then `sure` is None.
        price: what the certainty costs on average by the first goal, in its unit; nan without a sure plan.
        payments_eur: what each party receives (+) or gives (-) in the sure plan, present value.
    """

    draws: int
    asked: float
    plain: Checked
    sure: Checked | None
    share_whole_plain: float
    share_whole_sure: float
    price: float
    payments_eur: Mapping[str, float]


@dataclass(frozen=True)
class _Try:
    """One plan in all draws.

    Attributes:
        seen, value: the plan as the plain model has it, and its worth on average as the programme sees it.
        given: present value that each party receives or gives.
        margin: (draw, party) present value above the least, payments included, by the whole model.
        off: (draw, party of the scenario) whole model minus programme.
    """

    seen: Checked
    value: float
    given: Mapping[str, float]
    margin: Floats
    off: Floats

    @property
    def whole(self) -> NDArray[np.bool_]:
        """In which draws every protected party is whole."""
        return np.asarray((self.margin >= -HALF_CENT_EUR).all(axis=1))


def robust(scenario: Scenario, share: float, goals: Sequence[str] = ()) -> Robust | None:
    """The best plan on average, and the best found that keeps everyone whole in at least a part of the draws.

    Args:
        scenario: as loaded; its section `uncertainty` says how many draws, and from which seed.
        share: part of the draws, 0-1.
        goals: instead of the scenario's own.
    Returns:
        None where the wishes clash even on average.
    """
    drawn = _Drawn(scenario, share, goals)
    plain = drawn.tried(drawn.plain)
    if plain is None:
        return None
    found = _sure(drawn, plain)
    reached = [t for t in found if t.whole.mean() >= share]
    sure = max(reached, key=lambda t: t.value) if reached else None
    closest = sure or max([plain, *found], key=lambda t: float(t.whole.mean()))
    return Robust(
        draws=drawn.inputs.draws,
        asked=share,
        plain=plain.seen,
        sure=sure.seen if sure else None,
        share_whole_plain=float(plain.whole.mean()),
        share_whole_sure=float(closest.whole.mean()),
        price=plain.value - sure.value if sure else float("nan"),
        payments_eur=dict(closest.given),
    )


def _sure(drawn: _Drawn, plain: _Try) -> list[_Try]:
    """Plans for the draws that must hold: first on average over the worst, then in those that are easiest to hold."""
    if plain.whole.mean() >= drawn.share:
        return [plain]
    found, off = list[_Try](), plain.off
    keep: NDArray[np.int64] | None = None
    for _ in range(TRIES):
        wish = drawn.wish(off, keep)
        held = None if keep is None else drawn.tried(replace(drawn.holding(found[-1].seen.plan), sure=wish))
        tried = held or drawn.tried(replace(drawn.plain, sure=wish))
        if tried is None:
            break
        found.append(tried)
        if keep is not None and tried.whole.mean() >= drawn.share:
            break
        off = np.minimum(off, tried.off)  # the worst seen so far: taking the last one goes to and fro
        count = int(np.ceil(drawn.share * drawn.inputs.draws))
        keep = np.sort(np.argsort(-tried.margin.min(axis=1), kind="stable")[:count])
    return found


class _Drawn:
    """A scenario in many draws."""

    def __init__(self, scenario: Scenario, share: float, goals: Sequence[str]) -> None:
        self.scenario, self.share = scenario, share
        stated = scenario.spec.uncertainty
        self.inputs: Inputs = draw_inputs(scenario, stated.draws, np.random.default_rng(stated.seed))
        yearly = asks_per_year(scenario.spec.optimise, goals)
        once = coefficients_of(scenario, yearly=yearly)
        followed = [room.name for room in once.contracts]
        self.each = coefficients_of(scenario, self.inputs, yearly=yearly, apart=followed)
        self.mean: Coefficients = replace(
            once,
            linear=_mean(self.each.linear),
            fixed=_mean(self.each.fixed),
            nothing_eur=self.each.nothing_eur.mean(axis=0, keepdims=True),
            nothing_net_eur=self.each.nothing_net_eur.mean(axis=0, keepdims=True),
            nothing_societal_eur=self.each.nothing_societal_eur.mean(keepdims=True),
        )
        self.plain: Allocation = allocation_of(scenario, self.mean, goals)
        self.protected = tuple(dict.fromkeys(x.party for x in self.plain.leasts if x.weights is None))
        self.positions = [self.mean.parties.index(p) for p in self.protected]
        self.least = self._least()
        average = dict(zip(self.mean.parties, self.least.mean(axis=0).tolist(), strict=True))
        leasts = (x if x.weights is not None else replace(x, at_least_eur=average[x.party]) for x in self.plain.leasts)
        self.plain = replace(self.plain, leasts=tuple(leasts))

    def _least(self) -> Floats:
        """What each party must at least have in each draw by the strictest wish about it, shape (draw, party)."""
        own = run_inputs(self.scenario, self.inputs).law_parties
        law = np.stack([np.broadcast_to(p.npv, (self.inputs.draws,)) for p in own], axis=1)
        standards = {Standard.LAW_ALONE: law, Standard.NOTHING: self.each.policies_eur, Standard.ZERO: 0.0 * law}
        found = np.full(law.shape, -np.inf)
        for wish in self.scenario.spec.optimise.nobody_worse.values() or [NobodyWorse()]:
            names = [AT_TABLE] if wish.parties == AT_TABLE else wish.parties
            rows = [self.mean.parties.index(p) for name in names for p in parties_called(self.scenario, name)]
            if wish.over is Over.TOTAL:
                found[:, rows] = np.maximum(found[:, rows], standards[wish.than][:, rows])
        return found

    def wish(self, off: Floats, keep: NDArray[np.int64] | None) -> Sure:
        """What must hold: on average over the worst draws, or in all draws that are kept."""
        above = self.each.nothing_eur + off - self.least
        rows = np.arange(self.inputs.draws) if keep is None else keep
        worth = (self.each.linear.npv_eur[rows], self.each.fixed.npv_eur[rows], above[rows])
        return Sure(self.share if keep is None else 1.0, self.protected, *worth)

    def holding(self, plan: Plan) -> Allocation:
        """The problem in which what agreements are about stays as in a plan: their worth differs from draw to draw."""
        model = build_allocation(self.plain)
        part = columns_of(model, plan)[model.layout.part]
        about = self.mean.agreed_eur.any(axis=1)
        for room in self.mean.contracts:
            about |= room.counts
        return replace(self.plain, stays=np.where(about, part, self.plain.stays))

    def _drawn_for(self, plan: Plan) -> Inputs:
        """The draws of a plan: of a part of a reach, the same part of what was drawn of all of it."""
        varied = dict(self.inputs.varied)
        for choice in plan.choices:
            stated = reach_in(self.scenario.spec.interventions[choice.intervention], choice.area).path
            if choice.part < 1 and stated in self.inputs.varied:
                own = f"interventions.{choice.intervention}.per_area.{choice.area}.reach"
                varied[own] = self.inputs.varied[stated] * choice.part
        return replace(self.inputs, varied=varied)

    def tried(self, problem: Allocation) -> _Try | None:
        """The best plan of a problem, in all draws of the whole model; None where there is none."""
        asked, model = self.scenario.spec.optimise, build_allocation(problem)
        answer = solve(model, programme_of(model), seconds=asked.seconds, gap=max(asked.gap, GAP))
        columns = answer.solved.columns
        if not len(columns):
            return None
        plan, given = read_plan(model, columns), net_of(payments_in(model, columns))
        npv = np.stack(list(outcomes(with_plan(self.scenario, plan), self._drawn_for(plan)).values()), axis=1)
        paid = np.array([given.get(p, 0.0) for p in self.mean.parties])
        margin = (npv + paid - self.least)[:, self.positions]
        seen = checked(self.scenario, problem, plan, columns)
        return _Try(seen, answer.values[0], given, margin, npv - self._thought(model, plan))

    def _thought(self, model: ConcreteModel, plan: Plan) -> Floats:
        """What the programme thinks that each party has in each draw, payments left out; shape (draw, party)."""
        c, columns = self.each, columns_of(model, plan)
        part, layout = columns[model.layout.part], model.layout
        found = c.nothing_eur + self.mean.agreed_eur.T @ part
        if self.mean.agreed_fixed_eur.size:
            found = found + self.mean.agreed_fixed_eur.T @ columns[layout.opening_columns]
        for room, put_in in zip(self.mean.funds, layout.deposits, strict=True):
            found = found + np.einsum("cyp,cy->p", room.worth(self.mean.present[0]), columns[put_in] * THOUSAND)
        for contract in self.mean.contracts:
            found = found + contract.net(part) @ self.mean.present[0]
        pairs = [(c.linear.npv_eur, c.candidates.area, part)]
        if len(c.fixed_starts):
            pairs.append((c.fixed.npv_eur, c.fixed_starts.area, columns[layout.opening_columns]))
        for worth, area, amount in pairs:
            for j in np.flatnonzero(amount).tolist():
                found[:, c.party_of[area[j]]] += worth[:, j] * amount[j]  # a party has one slot in an area
        return np.asarray(found)


def _mean(effects: Effects) -> Effects:
    """The average over the draws, as one draw."""
    return Effects(*(getattr(effects, f.name).mean(axis=0, keepdims=True) for f in fields(Effects)))
