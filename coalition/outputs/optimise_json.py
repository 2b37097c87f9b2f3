"""A best plan as values that a reader sees, and as JSON. Keys are never translated, and equal input gives equal bytes.

Amounts are present values in euro of the price year; delivery and participants are nominal sums over the years shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coalition import __version__
from coalition.allocation_problem import THOUSAND, Wish
from coalition.allocation_studies import Clash, FrontierPoint, ShadowPrice
from coalition.best_plan import Checked, Optimum, net_of, worth_in_full
from coalition.fitted_terms import Fitted
from coalition.outputs.optimise_clash import clash_data
from coalition.outputs.optimise_payments import dated, gains_count, moves
from coalition.parties import Party, Reason
from coalition.plans import Choice, Plan
from coalition.report import at_table
from coalition.sure_plans import Robust

SCHEMA_NAME = "coalition.optimise/1"
HEALTH = ("qaly", "gap")
"""Kinds of goals that are not counted in thousands of euro."""
QALY = Wish("qaly", "qaly")


@dataclass(frozen=True)
class Found:
    """Everything that was asked about a scenario's best plan.

    Attributes:
        optimum: the best plan, or the problem that has none.
        clash: why there is none; None where there is one, or where that was not found out.
        prices: what one more of every limit that binds brings, largest first.
        goals, frontier: two goals, and the plans between them; empty when not asked.
        robust: what certainty costs; None when not asked.
        within, asked, alternatives: how much worse another plan may be, how many were asked, and those found; None when
            not asked.
        fitted: terms of agreements that go with the plan; None when the scenario leaves none open.
    """

    optimum: Optimum
    clash: Clash | None = None
    prices: Sequence[ShadowPrice] = ()
    goals: tuple[str, str] | None = None
    frontier: Sequence[FrontierPoint] = ()
    robust: Robust | None = None
    within: float = 0.0
    asked: int = 0
    alternatives: Sequence[Checked] | None = None
    fitted: Fitted | None = None


# --- what a plan does ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """One intervention in a plan.

    Attributes:
        intervention: id; choices: where it starts, when, and with which part of its reach.
        starters: over all areas and years shown.
        paid_eur: who pays the delivery by law -> nominal euro over the years shown, largest first.
    """

    intervention: str
    choices: Sequence[Choice]
    starters: float
    paid_eur: dict[str, float]

    @property
    def delivery_eur(self) -> float:
        """What all of them pay."""
        return sum(self.paid_eur.values())


def done_in(checked: Checked) -> dict[str, Done]:
    """What a plan does, per intervention that is done, in the order of the scenario."""
    run, shown = checked.result.run, len(checked.result.years)
    paid: dict[str, dict[str, float]] = {}
    for p in run.law.ledger.postings:
        if p.reason is Reason.DELIVERY:
            own = paid.setdefault(p.intervention, {})
            own[p.source] = own.get(p.source, 0.0) + float(p.amounts[0, :, :shown].sum())
    found = {}
    for name in dict.fromkeys(c.intervention for c in checked.plan.choices):
        starters = float(run.projection.starters[name][0, :, :shown].sum())
        largest_first = dict(sorted(paid.get(name, {}).items(), key=lambda kv: (-kv[1], kv[0])))
        found[name] = Done(name, list(checked.plan.of(name).values()), starters, largest_first)
    return found


def left_out(plan: Plan, own: Plan) -> list[str]:
    """Interventions of one plan that another does nowhere, in the order of the scenario."""
    kept = {c.intervention for c in plan.choices}
    return [name for name in dict.fromkeys(c.intervention for c in own.choices) if name not in kept]


@dataclass(frozen=True)
class Totals:
    """A plan in five figures.

    Attributes:
        goal: worth by the first goal, in euro or healthy years.
        delivery_eur, starters: nominal and head count over the years shown.
        healthy_years: discounted.
        table_eur: present value of everyone at the table together.
    """

    goal: float
    delivery_eur: float
    starters: float
    healthy_years: float
    table_eur: float


def totals_of(optimum: Optimum, checked: Checked) -> Totals:
    """A plan in five figures."""
    done, scenario = done_in(checked).values(), optimum.scenario
    present, table = _present(checked), at_table(scenario)
    return Totals(
        in_units(checked.full[0], optimum.problem.wishes[0]),
        sum(d.delivery_eur for d in done),
        sum(d.starters for d in done),
        worth_in_full(scenario, QALY, checked.result, {}),
        sum(present[p] for p in table),
    )


def in_units(worth: float, wish: Wish) -> float:
    """Worth by a goal in euro, or in healthy years."""
    return worth if wish.kind in HEALTH else worth * THOUSAND


def _present(checked: Checked) -> dict[str, float]:
    return {p.party.id: float(p.npv[0]) for p in checked.result.run.parties}


# --- who gains ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gain:
    """One party in the own plan and in the best one.

    Attributes:
        party: who; at_table: whether it negotiates.
        own_eur, eur: present value of its net in both, with what is agreed.
        least_eur: what it must at least have over all years; None for who is not protected.
        moved_eur: received (+) or paid (-) in what parties give each other.
    """

    party: Party
    at_table: bool
    own_eur: float
    eur: float
    least_eur: float | None
    moved_eur: float


def gains(optimum: Optimum, best: Checked) -> list[Gain]:
    """Every party; who sits at the table first, in its order."""
    own, new, table = _present(optimum.own), _present(best), at_table(optimum.scenario)
    leasts = [x for x in optimum.problem.leasts if x.rule == "nobody_worse" and x.weights is None]
    least = {p: max(x.at_least_eur for x in leasts if x.party == p) for p in {x.party for x in leasts}}
    net, parties = net_of(moves(optimum, best)), {p.party.id: p.party for p in best.result.run.parties}
    order = [*table, *(p for p in parties if p not in table)]
    return [Gain(parties[p], p in table, own[p], new[p], least.get(p), net.get(p, 0.0)) for p in order]


# --- how sure the solver is ---------------------------------------------------------------------------------------


def bound_of(optimum: Optimum) -> float:
    """The best that the programme still thinks possible by the first goal, in euro or healthy years; nan without."""
    bounds = optimum.answer.bounds
    return in_units(bounds[0], optimum.problem.wishes[0]) if bounds else math.nan


# --- as JSON ------------------------------------------------------------------------------------------------------


def optimum_json(found: Found) -> str:
    """All of it as JSON text with a fixed order of keys."""
    return json.dumps(optimum_data(found), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def optimum_data(found: Found) -> dict[str, Any]:
    """All of it as plain data."""
    optimum, best = found.optimum, found.optimum.best
    head, wishes = optimum.scenario.spec.scenario, optimum.problem.wishes
    data = {
        "schema": SCHEMA_NAME,
        "scenario": head.name,
        "input_hash": optimum.scenario.input_hash,
        "version": __version__,
        "price_level": head.price_year,
        "objective": [w.goal for w in wishes],
        "status": optimum.answer.solved.status.value,
        "gap": _defined(optimum.answer.gap),
        "bound": _defined(bound_of(optimum)),
        "rounds": len(optimum.rounds),
        "settled_after": {k: why.value for k, why in optimum.problem.coefficients.settled_after.items()},
        "narrowed": optimum.narrowed,
    }
    if best is not None:
        data |= _best_data(optimum, best)
    return {
        **data,
        "own_plan": plan_of(optimum, optimum.own),
        "fitted": None if found.fitted is None else asdict(found.fitted),
        "shadow_prices": [_price(p, wishes[0]) for p in found.prices],
        "frontier": [plan_of(optimum, p.checked, found.goals) for p in found.frontier],
        "alternatives": [plan_of(optimum, c) for c in found.alternatives or ()],
        "robust": None if found.robust is None else _robust(optimum, found.robust),
        "clash": None if found.clash is None else clash_data(optimum.problem, found.clash),
    }


def _best_data(optimum: Optimum, best: Checked) -> dict[str, Any]:
    first, paid = optimum.problem.wishes[0], dated(optimum, best)
    return {
        "values": {
            "linear": _values(best.linear, optimum.problem.wishes),
            "full": _values(best.full, optimum.problem.wishes),
        },
        "difference": {
            "amount": in_units(best.linear[0] - best.full[0], first),
            "share": best.difference,
            "unit": unit_of(first),
        },
        "plan": plan_of(optimum, best)["choices"],
        "totals": _totals(optimum, best),
        "delivery": [
            {"intervention": d.intervention, "starters": d.starters, "paid_eur": d.paid_eur}
            for d in done_in(best).values()
        ],
        "deposits": [asdict(d) for d in best.plan.deposits],
        "left_out": left_out(best.plan, optimum.own.plan),
        "parties": [_gain(g) for g in gains(optimum, best)],
        "transfers": [{"source": a, "target": b, "npv_eur": v} for (a, b), v in moves(optimum, best).items()],
        "transfers_are": "part_of_goal" if gains_count(optimum) else "smallest",
        "payments": None if paid is None else [asdict(p) for p in paid],
        "short_eur": best.short_eur,
    }


def _values(worth: Sequence[float], wishes: Sequence[Wish]) -> dict[str, dict[str, float | str]]:
    pairs = zip(worth, wishes, strict=False)
    return {w.goal: {"amount": in_units(value, w), "unit": unit_of(w)} for value, w in pairs}


def unit_of(wish: Wish) -> str:
    """In what a goal is counted."""
    return {"qaly": "healthy_years", "gap": "healthy_years_per_1000"}.get(wish.kind, "eur")


def plan_of(optimum: Optimum, checked: Checked, goals: Sequence[str] | None = None) -> dict[str, Any]:
    """One plan: what it is worth and what it does.

    Args:
        optimum: of the same scenario.
        checked: the plan.
        goals: by which its worth is known; the goals of the optimum when left out.
    """
    areas, years = list(optimum.scenario.region.areas), checked.result.years
    starters = checked.result.run.projection.starters
    values = _values(checked.full, optimum.problem.wishes) if goals is None else _values(checked.full, _wishes(goals))
    return {
        "values": values,
        "totals": _totals(optimum, checked),
        "short_eur": checked.short_eur,
        "choices": [
            {
                "intervention": c.intervention,
                "area": c.area,
                "first": c.first,
                "part": c.part,
                "payers": c.payers,
                "starters": {
                    str(year): float(count)
                    for year, count in zip(years, starters[c.intervention][0, areas.index(c.area)], strict=False)
                    if count
                },
            }
            for c in checked.plan.choices
        ],
    }


def _wishes(goals: Sequence[str]) -> list[Wish]:
    """Goals by name; only how they are counted matters here."""
    return [Wish(g, {"qaly": "qaly", "health_gap": "gap"}.get(g, "parties")) for g in goals]


def _totals(optimum: Optimum, checked: Checked) -> dict[str, float]:
    found = totals_of(optimum, checked)
    return {
        "delivery_eur": found.delivery_eur,
        "starters": found.starters,
        "healthy_years": found.healthy_years,
        "table_npv_eur": found.table_eur,
    }


def _gain(g: Gain) -> dict[str, Any]:
    return {
        "id": g.party.id,
        "kind": g.party.kind.value,
        "name": g.party.name_nl,
        "at_table": g.at_table,
        "own_npv_eur": g.own_eur,
        "npv_eur": g.eur,
        "least_npv_eur": g.least_eur,
        "transfer_npv_eur": g.moved_eur,
    }


def _price(price: ShadowPrice, wish: Wish) -> dict[str, Any]:
    return {
        "rule": price.rule,
        "key": [str(part) for part in price.key],
        "unit": price.unit,
        "worth": price.worth,
        "worth_unit": unit_of(wish),
        "is_step": price.is_step,
        "relaxed_worth": price.relaxed_worth,
    }


def _robust(optimum: Optimum, found: Robust) -> dict[str, Any]:
    return {
        "share": found.asked,
        "draws": found.draws,
        "share_whole_plain": found.share_whole_plain,
        "share_whole_sure": _defined(found.share_whole_sure),
        "price": _defined(in_units(found.price, optimum.problem.wishes[0])),
        "payments_npv_eur": dict(found.payments_eur),
        "plain": plan_of(optimum, found.plain),
        "sure": None if found.sure is None else plan_of(optimum, found.sure),
    }


def _defined(value: float) -> float | None:
    return value if math.isfinite(value) else None
