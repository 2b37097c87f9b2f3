"""Whether the wishes of a scenario can be wished: names, years, limits, and wishes that contradict each other.

Each value has already been checked by itself; here the section `optimise` meets the scenario and itself, and goals come
from the command line. Found is what no plan can keep to whatever else is wished, and what would silently mean nothing.
Whether a plan keeps to all wishes together is not decided here but by the solver. Nothing is repaired.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import TYPE_CHECKING

from coalition.contracts import MeasuringYears
from coalition.numbers import Share
from coalition.optimise_terms import AT_TABLE, EACH, MoneyLimit, NobodyWorse, Over, Pin, Portion
from coalition.parties import INSURERS, MUNICIPALITY
from coalition.problems import SUM_TOLERANCE, Finding, Findings, Problem, closest
from coalition.schema import Intervention, areas_of, numbers_in, starts_in
from coalition.scope_checks import Known, in_time, known_areas, known_intervention, known_interventions

if TYPE_CHECKING:
    from coalition.scenario import Scenario

MUNICIPALITIES = "municipalities"
"""All municipalities, as a goal names them."""
PARTY_GOAL, YEARS_GOAL = "npv", "cash_back"
"""Goals about a party, and about a number of years."""
PLAIN_GOALS = ("societal_npv", "public_npv", "qaly", "health_gap", "worst_off")
"""Goals without anything behind a colon."""
MOST_POINTS = 20_000
"""Most combinations of fitted terms that are tried."""
MOST_YEARS = 100
"""Most years that a wish may count where the scenario states no horizon."""
ENDS = 2
"""A frontier runs between two goals, and from one end to the other."""
STAYS, NOT_DONE = "as_planned", "not_at_all"
"""What a pin says."""


def optimise_findings(known: Known) -> list[Finding]:
    """Everything that is wrong with what the coalition wants of its money."""
    checks: list[Callable[[Known], Findings]] = [
        _objective,
        _start_years,
        _fewest,
        _payer_options,
        _fund_contributions,
        _budgets,
        _nobody_worse,
        _payback,
        _staff,
        _needs,
        _apart,
        _portions,
        _pins,
        _pins_that_meet,
        _fit,
    ]
    return [finding for check in checks for finding in check(known)]


def goal_problems(
    scenario: Scenario, goals: Sequence[str], points: int | None = None, *, seconds: float | None = None
) -> list[Problem]:
    """What is wrong with goals that are asked on the command line instead of in the scenario.

    Args:
        scenario: as loaded.
        goals: of `--objective`, in order; with `points` the two of `--frontier`.
        points: how many plans the frontier is to have; None when no frontier is asked.
        seconds: most time for one plan; None when it is not asked.
    """
    region = scenario.region
    municipalities = tuple(dict.fromkeys(region.municipality(k) for k in range(len(region.areas))))
    known = Known(scenario.spec, municipalities, tuple(region.areas), frozenset(region.cost))
    option = "--objective" if points is None else "--frontier"
    asked = [(option, finding) for finding in _goals(known, goals, "", is_frontier=points is not None)]
    if points is not None and points < ENDS:
        asked.append(("--points", ("number.too_low", "", str(points), {"limit": str(ENDS)})))
    if seconds is not None and not math.isfinite(seconds):
        asked.append(("--seconds", ("number.not_finite", "", str(seconds), {})))
    elif seconds is not None and seconds <= 0:
        asked.append(("--seconds", ("number.not_above", "", f"{seconds:g}", {"limit": "0"})))
    return [Problem(code, file, 0, "", found, facts) for file, (code, _, found, facts) in asked]


# --- goals and years ----------------------------------------------------------------------------------------------


def _objective(known: Known) -> Findings:
    yield from _goals(known, known.spec.optimise.objective, "optimise.objective")


def _goals(known: Known, goals: Sequence[str], path: str, *, is_frontier: bool = False) -> Findings:
    for k, goal in enumerate(goals):
        yield from _goal(known, goal, f"{path}.{k}")
        if goal in goals[:k]:
            yield ("optimise.frontier_itself" if is_frontier else "optimise.twice", f"{path}.{k}", goal, {})
    if is_frontier and len(goals) != ENDS:
        yield ("optimise.frontier_ends", path, ",".join(goals), {"count": str(len(goals))})


def _goal(known: Known, goal: str, path: str) -> Findings:
    kind, colon, about = goal.partition(":")
    if kind == PARTY_GOAL and colon:
        if about not in (names := _names(known)):
            near = closest(about, names)
            facts = {"known": ", ".join(names), "suggestion": near and f"{kind}:{near}"}
            yield ("unknown.party", path, goal, facts)
    elif kind == YEARS_GOAL and about.isdecimal():
        yield from _years_shown(known, int(about), path, goal)
    elif goal not in PLAIN_GOALS:
        written = [*PLAIN_GOALS, f"{PARTY_GOAL}:…", f"{YEARS_GOAL}:…"]
        near = closest(goal, PLAIN_GOALS)
        yield ("optimise.goal", path, goal, {"known": ", ".join(written), "suggestion": near})


def _years_shown(known: Known, years: int, path: str, found: str) -> Findings:
    """A number of years from the first that the scenario shows in full."""
    most = known.spec.scenario.horizon_years or MOST_YEARS
    if not 1 <= years <= most:
        yield ("optimise.years", path, found, {"most": str(most)})


def _start_years(known: Known) -> Findings:
    asked, span = known.spec.optimise.start_years, _years_of_starts(known)
    for k, year in enumerate(asked):
        path = f"optimise.start_years.{k}"
        if span is not None and not span[0] <= year <= span[1]:
            facts = {"first": str(span[0]), "last": str(span[1])}
            yield ("optimise.start_year", path, str(year), facts)
        if year in asked[:k]:
            yield ("optimise.twice", path, str(year), {})


def _years_of_starts(known: Known) -> tuple[int, int] | None:
    """From the first year of the scenario to the last in which anything may start; None when nothing does."""
    head = known.spec.scenario
    lasts = [starts_in(i, a).last for i in known.spec.interventions.values() for a in areas_of(i, known.areas)]
    if not lasts:
        return None
    shown = max(lasts) if head.horizon_years is None else head.first_year + head.horizon_years - 1
    return head.first_year, min(max(lasts), shown)


# --- whose money, and who may not lose ----------------------------------------------------------------------------


def _names(known: Known) -> list[str]:
    """Everyone whom a wish may name: parties, and groups of them."""
    insurers = [INSURERS] if known.spec.parties.insurers else []
    return [*insurers, MUNICIPALITIES, AT_TABLE, *known.parties]


def _parties(known: Known, named: Sequence[str], path: str) -> Findings:
    if not named:
        yield ("optimise.empty", path, "", {})
    for k, party in enumerate(named):
        yield from _party(known, party, f"{path}.{k}")


def _party(known: Known, party: str, path: str) -> Findings:
    if party not in (names := _names(known)):
        yield ("unknown.party", path, party, {"known": ", ".join(names), "suggestion": closest(party, names)})


def _fewest(known: Known) -> Findings:
    yield from _each_intervention(known, known.spec.optimise.minimum_starters_per_year, "minimum_starters_per_year")


def _each_intervention(known: Known, named: Iterable[str], key: str) -> Findings:
    """Interventions that stand as keys below a wish."""
    for name in named:
        yield from known_intervention(known, name, f"optimise.{key}.{name}")


def _payer_options(known: Known) -> Findings:
    yield from _each_intervention(known, known.spec.optimise.payer_options, "payer_options")


def _fund_contributions(known: Known) -> Findings:
    """Funds, contributions and years in which the fund exists."""
    funds = known.spec.arrangements.funds
    for name, opened in known.spec.optimise.fund_contributions.items():
        path = f"optimise.fund_contributions.{name}"
        if name not in funds:
            yield ("optimise.fund", path, name, {"known": ", ".join(funds) or "-", "suggestion": closest(name, funds)})
            continue
        stated, years = funds[name].contributions, funds[name].years
        for key, most in opened.items():
            if key not in stated:
                facts = {"known": ", ".join(stated) or "-", "suggestion": closest(key, stated)}
                yield ("optimise.contribution", f"{path}.{key}", key, facts)
            for year in most:
                if not years.first <= year <= years.last:
                    facts = {"first": str(years.first), "last": str(years.last)}
                    yield ("optimise.fund_year", f"{path}.{key}.{year}", str(year), facts)


def _budgets(known: Known) -> Findings:
    for name, limit in known.spec.optimise.budgets.items():
        path = f"optimise.budgets.{name}"
        if limit.parties != EACH:
            yield from _parties(known, limit.parties, f"{path}.parties")
        if (limit.amounts_eur is None) == (limit.own_plan_share is None):
            yield ("optimise.budget_one_of", path, "", {})
        for year in limit.amounts_eur or {}:
            yield from _spendable(known, year, f"{path}.amounts_eur.{year}")
        yield from _limits_nothing(known, limit, path)


def _spendable(known: Known, year: int, path: str) -> Findings:
    """Money before the clock, or after the last year in which anything costs anything, is never spent."""
    if outside := list(in_time(known, year, path)):
        yield from outside
        return
    lasts = [
        starts_in(i, area).last + max(len(i.cost.per_starter), len(i.cost.per_completer), 1) - 1
        for i in known.spec.interventions.values()
        for area in areas_of(i, known.areas)
    ]
    if lasts and year > max(lasts):
        facts = {"first": str(known.spec.scenario.first_year), "last": str(max(lasts))}
        yield ("optimise.budget_year", path, str(year), facts)


def _limits_nothing(known: Known, limit: MoneyLimit, path: str) -> Findings:
    """A limit on what nobody pays would be kept by every plan."""
    options = [stated for by_name in known.spec.optimise.payer_options.values() for stated in by_name.values()]
    pairs = [(p.party, p.law) for i in known.spec.interventions.values() for p in i.payers]
    pairs += [(p.party, p.law) for payers in options for p in payers]
    paid = {party for party, law in pairs if limit.law in (None, law)}
    roles = {role for party in limit.parties if limit.parties != EACH for role in _pays_as(known, party)}
    anyone = limit.parties == EACH or AT_TABLE in limit.parties or not set(limit.parties) <= set(_names(known))
    if limit.parties and not (paid and (anyone or paid & roles)):
        key, found = ("parties", ", ".join(limit.parties)) if limit.law is None else ("law", limit.law.value)
        yield ("optimise.pays_nothing", f"{path}.{key}", found, {})


def _pays_as(known: Known, party: str) -> set[str]:
    """How a party or group may stand among the payers of an intervention."""
    if party == INSURERS:
        return {INSURERS, *known.spec.parties.insurers}
    return {MUNICIPALITY} if party == MUNICIPALITIES else {party, known.role(party)}


def _nobody_worse(known: Known) -> Findings:
    for name, wish in known.spec.optimise.nobody_worse.items():
        path = f"optimise.nobody_worse.{name}"
        if wish.parties != AT_TABLE:
            yield from _parties(known, wish.parties, f"{path}.parties")
        yield from _terms(known, wish, path)


def _terms(known: Known, wish: NobodyWorse, path: str) -> Findings:
    if wish.over is Over.TERM and not wish.terms:
        yield ("contract.needs", f"{path}.over", "", {"other": "terms"})
    if wish.terms and wish.over is not Over.TERM:
        yield ("contract.clash", f"{path}.terms", "", {"other": "over", "value": wish.over.value})
    for k, term in enumerate(wish.terms):
        yield from _term(known, term, f"{path}.terms.{k}")
        if term in wish.terms[:k]:
            yield ("optimise.twice", f"{path}.terms.{k}", f"{term.first}–{term.last}", {})


def _term(known: Known, term: MeasuringYears, path: str) -> Findings:
    if term.last < term.first:
        yield ("starts.order", path, f"{term.first}–{term.last}", {})
        return
    for key in ("first", "last"):
        yield from in_time(known, getattr(term, key), f"{path}.{key}")


def _payback(known: Known) -> Findings:
    for name, wish in known.spec.optimise.payback.items():
        path = f"optimise.payback.{name}"
        yield from _party(known, wish.party, f"{path}.party")
        yield from _years_shown(known, wish.years, f"{path}.years", str(wish.years))


# --- what goes with what ------------------------------------------------------------------------------------------


def _staff(known: Known) -> Findings:
    for name, who in known.spec.optimise.staff.items():
        path = f"optimise.staff.{name}"
        yield from _each_intervention(known, who.hours_per_starter, f"staff.{name}.hours_per_starter")
        yield from known_areas(known, who.areas, f"{path}.areas")
        for key in ("hours_per_starter", "areas"):
            if not getattr(who, key):
                yield ("optimise.empty", f"{path}.{key}", "", {})


def _needs(known: Known) -> Findings:
    graph: dict[str, set[str]] = {}
    for name, need in known.spec.optimise.needs.items():
        path = f"optimise.needs.{name}"
        yield from known_intervention(known, need.intervention, f"{path}.intervention")
        yield from known_intervention(known, need.after, f"{path}.after")
        if need.intervention == need.after:
            yield ("optimise.itself", f"{path}.after", need.after, {})
        else:
            graph.setdefault(need.intervention, set()).add(need.after)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield ("optimise.needs_circle", "optimise.needs", " → ".join(error.args[1]), {})


def _apart(known: Known) -> Findings:
    needed = {frozenset((n.intervention, n.after)): name for name, n in known.spec.optimise.needs.items()}
    for name, pair in known.spec.optimise.apart.items():
        path = f"optimise.apart.{name}"
        yield from known_interventions(known, pair, path)
        if len(set(pair)) == 1:
            yield ("optimise.itself", path, pair[0], {})
        elif (other := needed.get(frozenset(pair))) is not None:
            yield ("optimise.apart_needed", path, ", ".join(pair), {"other": other})


# --- portions -----------------------------------------------------------------------------------------------------

Cells = frozenset[tuple[str, str]]
"""Interventions in areas."""


def _portions(known: Known) -> Findings:
    portions = known.spec.optimise.portions
    for name, portion in portions.items():
        yield from _portion(known, portion, f"optimise.portions.{name}")
    taken, total = Cells(), 0.0
    for name, portion in portions.items():
        cells = _cells(known, portion)
        if not cells or not portion.at_least or cells & taken:
            continue
        taken, total = taken | cells, total + portion.at_least
        if total > 1 + SUM_TOLERANCE:
            facts = {"total": f"{total:g}"}
            yield ("optimise.portion_sum", f"optimise.portions.{name}.at_least", f"{portion.at_least:g}", facts)
            return


def _portion(known: Known, portion: Portion, path: str) -> Findings:
    yield from known_areas(known, portion.areas or [], f"{path}.areas")
    yield from known_interventions(known, portion.interventions or [], f"{path}.interventions")
    if (portion.areas, portion.interventions, portion.approach) == (None, None, None):
        yield ("optimise.portion_of_all", path, "", {})
    elif not _cells(known, portion) and not _names_unknown(known, portion):
        yield ("optimise.portion_of_nothing", path, "", {})
    if portion.at_least is None and portion.at_most is None:
        yield ("optimise.portion_limit", path, "", {})
    elif portion.at_least is not None and portion.at_most is not None and portion.at_least > portion.at_most:
        facts = {"most": f"{portion.at_most:g}"}
        yield ("optimise.portion_order", f"{path}.at_least", f"{portion.at_least:g}", facts)


def _cells(known: Known, portion: Portion) -> Cells:
    """What a portion is about, of all that may be done."""
    return frozenset(
        (name, area)
        for name, intervention in known.spec.interventions.items()
        if portion.interventions is None or name in portion.interventions
        if portion.approach in (None, intervention.approach.value)
        for area in areas_of(intervention, known.areas)
        if portion.areas is None or area in portion.areas
    )


def _names_unknown(known: Known, portion: Portion) -> bool:
    """Whether a portion is about nothing because of a slip that is reported already."""
    return not (
        set(portion.areas or []) <= set(known.areas)
        and set(portion.interventions or []) <= set(known.spec.interventions)
    )


# --- pins ---------------------------------------------------------------------------------------------------------


def _pinned_areas(known: Known, pin: Pin) -> list[str]:
    """Where a pin holds."""
    intervention = known.spec.interventions.get(pin.intervention)
    possible = [] if intervention is None else areas_of(intervention, known.areas)
    named = set(possible if pin.areas == "all" else pin.areas)
    return [a for a in possible if a in named]


def _pinned(known: Known, do: str) -> dict[str, set[str]]:
    """Per intervention where it is pinned to one thing."""
    found: dict[str, set[str]] = {}
    for pin in known.spec.optimise.pins.values():
        if pin.do == do:
            found.setdefault(pin.intervention, set()).update(_pinned_areas(known, pin))
    return found


def _pins(known: Known) -> Findings:
    for name, pin in known.spec.optimise.pins.items():
        path = f"optimise.pins.{name}"
        yield from known_intervention(known, pin.intervention, f"{path}.intervention")
        yield from known_areas(known, pin.areas, f"{path}.areas")
        if not pin.areas:
            yield ("optimise.empty", f"{path}.areas", "", {})
        intervention = known.spec.interventions.get(pin.intervention)
        if intervention is None:
            continue
        possible = areas_of(intervention, known.areas)
        for k, area in enumerate([] if pin.areas == "all" else pin.areas):
            if area in known.areas and area not in possible:
                facts = {"intervention": pin.intervention, "areas": ", ".join(possible) or "–"}
                yield ("optimise.pin_area", f"{path}.areas.{k}", area, facts)
        if pin.do == STAYS:
            yield from _stays(known, pin, intervention, path)


def _stays(known: Known, pin: Pin, intervention: Intervention, path: str) -> Findings:
    """What stays as planned must be able to start, in a year in which something may start."""
    areas, asked = _pinned_areas(known, pin), known.spec.optimise.start_years
    for key in ("capacity_per_year", "reach"):
        where = [a for a in areas if _is_zero(intervention, a, key)]
        if where:
            yield ("optimise.pin_zero", path, pin.intervention, {"key": key, "areas": ", ".join(where)})
    firsts = {a: starts_in(intervention, a).first for a in areas}
    for first in dict.fromkeys(firsts.values()):
        if asked and first not in asked:
            facts = {"first": str(first), "areas": ", ".join(a for a, year in firsts.items() if year == first)}
            yield ("optimise.pin_start", path, pin.intervention, facts)


def _is_zero(intervention: Intervention, area: str, key: str) -> bool:
    """Whether nobody can start in an area; reach of a module of a policy is stated elsewhere."""
    if key == "reach" and intervention.policy_module is not None:
        return False
    own = getattr(intervention.per_area.get(area), key, None)
    total = getattr(intervention, key)
    if key == "reach":
        return bool((total if own is None else own).value == 0)
    return any(limit is not None and limit.value == 0 for limit in (own, total))


def _pins_that_meet(known: Known) -> Findings:
    yield from _contradicted(known)
    yield from _needed(known)
    stay = _pinned(known, STAYS)
    for name, (one, other) in known.spec.optimise.apart.items():
        both = stay.get(one, set()) & stay.get(other, set())
        if both and one != other:
            path = f"optimise.apart.{name}"
            yield ("optimise.apart_pinned", path, f"{one}, {other}", {"areas": ", ".join(sorted(both))})


def _contradicted(known: Known) -> Findings:
    """One thing cannot stay and not be done."""
    for (first, one), (second, other) in combinations(known.spec.optimise.pins.items(), 2):
        both = set(_pinned_areas(known, one)) & set(_pinned_areas(known, other))
        if both and one.intervention == other.intervention and one.do != other.do:
            facts = {"other": first, "areas": ", ".join(sorted(both))}
            yield ("optimise.pin_clash", f"optimise.pins.{second}", other.intervention, facts)


def _needed(known: Known) -> Findings:
    """What stays must find there what it needs: not undone, not impossible, not staying with a later start."""
    spec, wishes = known.spec, known.spec.optimise
    undone, stay = _pinned(known, NOT_DONE), _pinned(known, STAYS)
    for name, pin in wishes.pins.items():
        own = spec.interventions.get(pin.intervention)
        for need in wishes.needs.values():
            other = spec.interventions.get(need.after)
            if pin.do != STAYS or need.intervention != pin.intervention or own is None or other is None:
                continue
            there = set(areas_of(other, known.areas)) - undone.get(need.after, set())
            there -= {a for a in stay.get(need.after, set()) if starts_in(other, a).first > starts_in(own, a).first}
            lacking = [a for a in _pinned_areas(known, pin) if a not in there]
            if lacking:
                facts = {"other": need.after, "areas": ", ".join(lacking)}
                yield ("optimise.pin_needs", f"optimise.pins.{name}", pin.intervention, facts)


# --- terms that are fitted ------------------------------------------------------------------------------------------


def _fit(known: Known) -> Findings:
    """Numbers of agreements that exist, a range that they may have, and a grid of a size that can be run."""
    numbers = dict(numbers_in(known.spec.arrangements, "arrangements"))
    points = 1
    for name, term in known.spec.optimise.fit.items():
        path = f"optimise.fit.{name}"
        points *= term.points
        if term.path not in numbers:
            yield ("optimise.fit_path", f"{path}.path", term.path, {"suggestion": closest(term.path, numbers)})
        elif not term.lowest < term.highest:
            yield ("optimise.fit_range", path, f"{term.lowest:g}–{term.highest:g}", {})
        elif isinstance(numbers[term.path], Share) and not 0 <= term.lowest < term.highest <= 1:
            yield ("optimise.fit_share", path, f"{term.lowest:g}–{term.highest:g}", {})
    if points > MOST_POINTS:
        yield ("optimise.fit_points", "optimise.fit", str(points), {"most": str(MOST_POINTS)})
