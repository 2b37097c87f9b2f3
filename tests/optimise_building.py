"""Made-up allocation problems, and small scenarios to plan, for tests of the optimiser.

A problem holds random coefficients and random wishes of every kind, so that a test need not say what they are; a
scenario is small enough to try every plan of it. Amounts of the problems are euro, mostly some thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from building import a_group, a_region, a_scenario, a_time, an_intervention, avoids, cashable, euro, holders, insurers
from numpy.typing import NDArray

from coalition.allocation_problem import CLEARING, Allocation, Least, Link, Money, PortionLimit, StaffLimit, Wish
from coalition.candidates import Candidates
from coalition.coefficients import Coefficients, Effects
from coalition.contract_rooms import ContractRoom, Pieces
from coalition.inputs import Floats
from coalition.optimise import Answer, build_allocation, programme_of, solve, weights_of
from coalition.optimise_terms import Optimise
from coalition.parties import MUNICIPALITY, Pocket
from coalition.plans import Choice, Plan
from coalition.reading import Document
from coalition.region import Region
from coalition.scenario import Scenario
from coalition.schema import Spec
from coalition.solver import Solved
from coalition.straight_lines import Edge

FIRST = 2027
AREAS = ("GM0114", "GM1681", "GM1701", "GM0118")
SLOTS = (MUNICIPALITY, "a", "b", "wlz_fund")
PAYMENTS = ((MUNICIPALITY, Pocket.WPG), ("a", Pocket.ZVW))
INSTANCES = 200


# --- made-up coefficients -----------------------------------------------------------------------------------------


def some_candidates(rng: np.random.Generator) -> Candidates:
    """Two or three interventions in two to four areas, in two or three years; a few starts are not open."""
    interventions, areas, starts = (int(rng.integers(2, high)) for high in (4, 5, 4))
    every = [row for row in product(range(interventions), range(areas), range(starts)) if rng.random() < 0.9]
    columns = np.array(every or [(0, 0, 0)], dtype=np.int64).T
    names = tuple(f"i{k}" for k in range(interventions))
    return Candidates(names, AREAS[:areas], tuple(FIRST + s for s in range(starts)), *columns)


def some_effects(rng: np.random.Generator, starts: Candidates, present: Floats, *, fixed: bool = False) -> Effects:
    """Delivery paid from the start on, gains in the years after it; fixed cost brings no gain and no starters."""
    rows, years, slots = len(starts), len(present), len(SLOTS)
    since = np.arange(years) - starts.start[:, None]
    outlay = rng.uniform(500, 4000, (rows, len(PAYMENTS), years)) * ((since >= 0) & (since < 2))[:, None]
    gains = rng.uniform(-500, 3500, (rows, slots, years)) * (since >= 1)[:, None]
    if fixed:
        outlay, gains = outlay * 0.4, gains * 0.0
    net = np.zeros((rows, slots, years)) + gains
    for k, (slot, _) in enumerate(PAYMENTS):
        net[:, SLOTS.index(slot)] -= outlay[:, k]
    starters = np.zeros((rows, years)) if fixed else rng.uniform(5, 30, (rows, years)) * ((since >= 0) & (since < 2))
    qalys = np.zeros(rows) if fixed else rng.uniform(0, 2, rows)
    npv = net @ present
    societal = npv.sum(axis=1) + (0.0 if fixed else rng.uniform(-1000, 1500, rows))
    return Effects(npv[None], net[None], outlay[None], starters[None], societal[None], qalys[None])


def some_coefficients(rng: np.random.Generator) -> Coefficients:
    """Coefficients of made-up parties; some interventions have fixed cost, some areas share a municipality."""
    candidates = some_candidates(rng)
    years = tuple(range(FIRST, FIRST + len(candidates.starts) + 2))
    present = 0.97 ** np.arange(len(years), dtype=float)
    homes = list(candidates.areas)
    if rng.random() < 0.3:
        homes[-1] = homes[0]
    parties = ("a", "b", *dict.fromkeys(homes), "wlz_fund")
    with_fixed = [rng.random() < 0.4 for _ in candidates.interventions]
    fixed_starts = candidates.of(with_fixed)
    agreed = rng.uniform(-300, 300, (len(candidates), len(parties), len(years))) * (rng.random() < 0.4)
    nothing = rng.uniform(-200, 600, (1, len(parties), len(years)))
    return Coefficients(
        candidates=candidates,
        years=years,
        present=present[None],
        parties=parties,
        slots=SLOTS,
        payments=PAYMENTS,
        party_of=np.array([[parties.index(home if s == MUNICIPALITY else s) for s in SLOTS] for home in homes]),
        linear=some_effects(rng, candidates, present),
        fixed_starts=fixed_starts,
        fixed=some_effects(rng, fixed_starts, present, fixed=True),
        nothing_eur=nothing @ present,
        nothing_net_eur=nothing,
        nothing_societal_eur=rng.uniform(-500, 500, 1),
        policies_eur=np.zeros((1, len(parties))),
        policies_net_eur=np.zeros((1, len(parties), len(years))),
        agreed_eur=agreed @ present,
        agreed_net_eur=agreed,
        inhabitants=rng.uniform(500, 5000, len(candidates.areas)),
    )


# --- made-up wishes -----------------------------------------------------------------------------------------------


def a_problem(seed: int, **changes: Any) -> Allocation:
    """A random problem with some wishes of most kinds.

    Args:
        seed: every seed is another problem, always the same one.
        changes: fields of the allocation that are not random.
    """
    rng = np.random.default_rng(seed)
    c = some_coefficients(rng)
    leasts = _leasts(rng, c)
    links = _links(rng, c) if leasts else ()  # who is not protected could pay without end
    yearly = any(least.weights is not None for least in leasts)
    smallest = np.where(rng.random(len(c.candidates)) < 0.4, 0.3, 0.0)
    problem = Allocation(
        coefficients=c,
        largest=rng.choice([1.0, 0.7, 0.0], len(c.candidates), p=[0.75, 0.2, 0.05]),
        smallest=smallest,
        wishes=(_goal(seed, rng, c),),
        budgets=tuple(_budgets(rng, c)),
        leasts=tuple(leasts),
        staff=tuple(_staff(rng, c)),
        portions=tuple(_portions(rng, c)),
        places=_places(rng, c),
        needs=((0, 1),) if rng.random() < 0.25 else (),
        apart=((0, 1),) if rng.random() < 0.25 else (),
        stays=np.full(len(c.candidates), np.nan),
        links=links,
        payment_years=c.years if yearly else c.years[:1],
    )
    problem = replace(problem, smallest=np.minimum(problem.smallest, problem.largest), stays=_stays(rng, problem))
    return replace(problem, **changes)


def _goal(seed: int, rng: np.random.Generator, c: Coefficients) -> Wish:
    municipalities = tuple(p for p in c.parties if p.startswith("GM"))
    goals = (
        Wish("societal_npv", "societal"),
        Wish("npv:table", "parties", c.parties),
        Wish("npv:municipalities", "parties", municipalities),
        Wish("qaly", "qaly"),
        Wish("cash_back:2", "parties", c.parties, 2),
        Wish("worst_off", "worst", tuple(rng.permutation(c.parties)[:3].tolist())),
        Wish("health_gap", "gap"),
    )
    return goals[seed % len(goals)]


def _links(rng: np.random.Generator, c: Coefficients) -> tuple[Link, ...]:
    """Nobody may pay, everybody may pay everybody, or some may pay some."""
    kind = rng.random()
    if kind < 0.35:
        return ()
    if kind < 0.75:
        return (*((p, CLEARING) for p in c.parties), *((CLEARING, p) for p in c.parties))
    return tuple((a, b) for a in c.parties for b in c.parties if a != b and rng.random() < 0.5)


def _budgets(rng: np.random.Generator, c: Coefficients) -> Iterator[Money]:
    """Money for a part of what everything would cost."""
    everything = c.linear.outlay_eur[0].sum(axis=(0, 1)) / len(c.candidates.starts)
    for k in range(int(rng.integers(0, 3))):
        counts = rng.random((len(c.candidates.areas), len(PAYMENTS))) < 0.7
        limit = everything * rng.uniform(0.1, 0.7, len(c.years))
        yield Money(f"money{k}", limit, float(rng.choice([0.0, 0.5, 1.0])), counts, float(rng.choice([0.0, 0.0, 0.2])))


def _leasts(rng: np.random.Generator, c: Coefficients) -> list[Least]:
    """Everyone protected as a whole, and sometimes one of them per year or until it has its money back."""
    if rng.random() < 0.2:
        return []
    height = 2500.0 if rng.random() < 0.25 else 0.0
    found = [Least("nobody_worse", p, "", float(rng.uniform(-3000, 1000) + height)) for p in c.parties]
    years = np.array(c.years)
    if rng.random() < 0.3:
        party = str(rng.choice(c.parties))
        found += [
            Least("nobody_worse", party, str(y), float(rng.uniform(-6000, -1000)), (years == y).astype(float))
            for y in c.years
        ]
    if rng.random() < 0.3:
        found.append(Least("paid_back", str(rng.choice(c.parties)), "", 0.0, c.present[0] * (years < FIRST + 3)))
    return found


def _staff(rng: np.random.Generator, c: Coefficients) -> Iterator[StaffLimit]:
    if rng.random() < 0.3:
        works = rng.random(len(c.candidates.areas)) < 0.8
        yield StaffLimit("nurses", rng.uniform(0, 3, len(c.candidates.interventions)), works, 80.0)


def _portions(rng: np.random.Generator, c: Coefficients) -> Iterator[PortionLimit]:
    if rng.random() < 0.3:
        counts = rng.random((len(c.candidates.interventions), len(c.candidates.areas))) < 0.6
        yield PortionLimit("deprived", counts, float(rng.choice([0.3, 0.6])), float(rng.choice([0.8, 1.0])))


def _places(rng: np.random.Generator, c: Coefficients) -> Floats:
    places = np.full((len(c.candidates.interventions), len(c.years)), np.inf)
    if rng.random() < 0.4:
        places[0] = rng.uniform(10, 60)
    return places


def _stays(rng: np.random.Generator, problem: Allocation) -> Floats:
    """Mostly everything is open; sometimes one intervention in one area is not done, or stays as it is."""
    c, stays = problem.candidates, np.full(len(problem.candidates), np.nan)
    kind = rng.random()
    if kind < 0.3:
        here = np.flatnonzero((c.intervention == 0) & (c.area == 0))
        stays[here] = 0.0
        if kind < 0.15:
            stays[here[:1]] = problem.largest[here[:1]]
    return stays


# --- solving ------------------------------------------------------------------------------------------------------


def answered(problem: Allocation, *, gap: float = 0.0) -> Answer:
    """The best plan of a problem."""
    model = build_allocation(problem)
    return solve(model, programme_of(model), seconds=60.0, gap=gap)


def relaxed(problem: Allocation) -> Solved:
    """The same when what starts need not start as a whole, first goal only, what holds anyway left out."""
    model = build_allocation(problem)
    programme = programme_of(model)
    programme.whole(False)
    programme.maximise(weights_of(model, 0))
    return programme.solve()


# --- small scenarios ----------------------------------------------------------------------------------------------


def as_scenario(spec: Spec, region: Region) -> Scenario:
    """A scenario that never was a file."""
    return Scenario(spec, region, Document({}, {}), Path("made-up.yaml"), "")


def a_plan_region(people: Mapping[str, float] | None = None, **more: Any) -> Region:
    """Two municipalities of different size, with a cost per person in three pockets."""
    counts = people or {AREAS[0]: 1000.0, AREAS[1]: 400.0}
    cost = {Pocket.ZVW: 2000.0, Pocket.WMO: 400.0, Pocket.WLZ: 900.0}
    return a_region({a: [n] for a, n in counts.items()}, cost=cost, **more)


def something(pocket: str, avoided: float, unit_cost: float, **changes: Any) -> dict[str, Any]:
    """An intervention for a tenth of a group, which avoids so many euro per completer and year in one pocket."""
    effect = avoids(avoided, pocket, years=2.0, time=a_time(2.0, first_year_share=0.5), per="completer")
    stated = {
        "starts": {"first": FIRST, "last": FIRST + 1},
        "reach": 0.1,
        "completion": 0.9,
        "cost": {"per_starter": [euro(unit_cost)]},
    }
    return an_intervention({"works": effect}, **(stated | changes))


def a_plan_spec(interventions: Mapping[str, Any] | None = None, **changes: Any) -> Spec:
    """A scenario over five years in which three interventions each have a target group and a pocket of their own."""
    stated = interventions or {
        "home": something("wmo", 300.0, 200.0, target_group="first"),
        "care": something("zvw", 500.0, 350.0, target_group="second"),
        "later": something("wlz", 900.0, 700.0, target_group="third"),
    }
    head = {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"}
    groups = {name: a_group(share=0.3) for name in ("first", "second", "third")}
    sections: dict[str, Any] = {
        "scenario": {**head, "horizon_years": 5},
        "target_groups": groups,
        "interventions": stated,
        "parties": {"insurers": insurers(a=0.6, b=0.4)},
        "holders": holders(
            cashable={p: cashable(share=0.8, avoidable=0.9) for p in ("zvw", "wlz", "wmo", "wpg")},
            equalisation={"basis": "use", "clawback": {"acute": [0.3], "medicine_and_diagnosis": [0.0]}},
        ),
    }
    return a_scenario(**(sections | changes))


def a_plan_scenario(interventions: Mapping[str, Any] | None = None, **changes: Any) -> Scenario:
    """A small scenario without overlap; `region` replaces its two municipalities, the rest are its sections."""
    region = changes.pop("region_tables", None) or a_plan_region()
    return as_scenario(a_plan_spec(interventions, **changes), region)


def wishing(scenario: Scenario, **wishes: Any) -> Scenario:
    """The scenario with other wishes, as a user writes them."""
    return replace(scenario, spec=scenario.spec.model_copy(update={"optimise": Optimise.model_validate(wishes)}))


def every_plan(candidates: Candidates, parts: Sequence[float] = (1.0,)) -> Iterator[Plan]:
    """Every way to start each intervention in each area once, in one of the years and parts, or not at all."""
    places = dict.fromkeys((i, a) for i, a, _ in candidates.keys)
    options: list[list[Choice | None]] = [
        [None, *(Choice(i, a, y, p) for (j, b, y) in candidates.keys if (j, b) == (i, a) for p in parts)]
        for i, a in places
    ]
    for chosen in product(*options):
        yield Plan(tuple(c for c in chosen if c is not None))


def a_random_plan(candidates: Candidates, rng: np.random.Generator) -> Plan:
    """Each intervention in each area in a random year with a random part of its reach, or not at all."""
    places = dict.fromkeys((i, a) for i, a, _ in candidates.keys)
    found = []
    for i, a in places:
        years = [y for j, b, y in candidates.keys if (j, b) == (i, a)]
        if rng.random() < 0.75:
            found.append(Choice(i, a, int(rng.choice(years)), float(rng.choice([1.0, rng.uniform(0.1, 1.0)]))))
    return Plan(tuple(found))


# --- the same problem in other words ------------------------------------------------------------------------------


def in_tens(problem: Allocation) -> Allocation:
    """The problem in which every amount of money is ten times as large."""
    c = problem.coefficients
    money = ("npv_eur", "net_eur", "outlay_eur", "societal_eur")
    linear, fixed = (replace(e, **{f: getattr(e, f) * 10 for f in money}) for e in (c.linear, c.fixed))
    more = ("nothing_eur", "nothing_net_eur", "nothing_societal_eur", "agreed_eur", "agreed_net_eur")
    scaled = replace(c, linear=linear, fixed=fixed, **{f: getattr(c, f) * 10 for f in more})
    budgets = tuple(replace(b, limit_eur=b.limit_eur * 10) for b in problem.budgets)
    leasts = tuple(replace(least, at_least_eur=least.at_least_eur * 10) for least in problem.leasts)
    return replace(problem, coefficients=scaled, budgets=budgets, leasts=leasts)


def with_parties_turned(problem: Allocation) -> Allocation:
    """The problem with the parties the other way round."""
    c, last = problem.coefficients, len(problem.coefficients.parties) - 1
    per_party = ("nothing_eur", "nothing_net_eur", "policies_eur", "policies_net_eur", "agreed_eur", "agreed_net_eur")
    turned = {f: getattr(c, f)[:, ::-1] for f in per_party}
    return replace(
        problem,
        coefficients=replace(c, parties=c.parties[::-1], party_of=last - c.party_of, **turned),
        leasts=problem.leasts[::-1],
        links=problem.links[::-1],
    )


def with_areas_turned(problem: Allocation) -> Allocation:
    """The problem with the areas the other way round."""
    c, old = problem.coefficients, problem.candidates
    order = np.lexsort((old.start, -old.area, old.intervention))
    candidates = _turned(old, order)
    of_fixed = np.lexsort((c.fixed_starts.start, -c.fixed_starts.area, c.fixed_starts.intervention))
    return replace(
        problem,
        coefficients=replace(
            c,
            candidates=candidates,
            party_of=c.party_of[::-1],
            linear=_rows(c.linear, order),
            fixed_starts=_turned(c.fixed_starts, of_fixed),
            fixed=_rows(c.fixed, of_fixed),
            agreed_eur=c.agreed_eur[order],
            agreed_net_eur=c.agreed_net_eur[order],
            inhabitants=c.inhabitants[::-1],
        ),
        largest=problem.largest[order],
        smallest=problem.smallest[order],
        stays=problem.stays[order],
        budgets=tuple(replace(b, counts=b.counts[::-1]) for b in problem.budgets),
        staff=tuple(replace(w, works=w.works[::-1]) for w in problem.staff),
        portions=tuple(replace(p, counts=p.counts[:, ::-1]) for p in problem.portions),
    )


def _turned(c: Candidates, order: NDArray[np.int64]) -> Candidates:
    area = len(c.areas) - 1 - c.area[order]
    return Candidates(c.interventions, c.areas[::-1], c.starts, c.intervention[order], area, c.start[order])


def _rows(effects: Effects, order: NDArray[np.int64]) -> Effects:
    fields = ("npv_eur", "net_eur", "outlay_eur", "starters", "societal_eur", "qalys")
    return Effects(*(getattr(effects, f)[:, order] for f in fields))


# --- tidy problems for golden files -------------------------------------------------------------------------------


def tidy_coefficients(*, fixed: bool) -> Coefficients:
    """Two interventions in two municipalities in two years; numbers that are exact in binary, so that bytes stay."""
    areas, names, years = AREAS[:2], ("home", "care"), (FIRST, FIRST + 1, FIRST + 2)
    rows = list(product(range(2), range(2), range(2)))
    candidates = Candidates(names, areas, years[:2], *np.array(rows, dtype=np.int64).T)
    fixed_starts = candidates.of([fixed, False])
    present, parties = np.array([1.0, 0.5, 0.25]), ("a", *areas, "wlz_fund")
    anyway = np.full((1, len(parties), len(years)), 125.0)
    agreed = np.zeros((len(rows), len(parties), len(years)))
    return Coefficients(
        candidates=candidates,
        years=years,
        present=present[None],
        parties=parties,
        slots=(MUNICIPALITY, "a", "wlz_fund"),
        payments=PAYMENTS,
        party_of=np.array([[1, 0, 3], [2, 0, 3]]),
        linear=_tidy_effects(candidates, present),
        fixed_starts=fixed_starts,
        fixed=_tidy_effects(fixed_starts, present, only_cost=True),
        nothing_eur=anyway @ present,
        nothing_net_eur=anyway,
        nothing_societal_eur=np.array([62.5]),
        policies_eur=np.zeros((1, len(parties))),
        policies_net_eur=np.zeros((1, len(parties), len(years))),
        agreed_eur=agreed @ present,
        agreed_net_eur=agreed,
        inhabitants=np.array([1000.0, 500.0]),
    )


def _tidy_effects(c: Candidates, present: Floats, *, only_cost: bool = False) -> Effects:
    """The municipality pays 1,000 euro in the year of the start, and more for the second; others gain a year later."""
    rows, years = len(c), len(present)
    net, outlay, starters = np.zeros((rows, 3, years)), np.zeros((rows, 2, years)), np.zeros((rows, years))
    for row, (i, a, s) in enumerate(zip(c.intervention, c.area, c.start, strict=True)):
        cost = 125.0 if only_cost else 1000.0 + 500.0 * i
        outlay[row, 0, s] = cost
        net[row, 0, s] = -cost
        if not only_cost:
            net[row, :, s + 1] = [250.0 + 125.0 * a, 500.0, 1500.0 + 500.0 * i]
            starters[row, s] = 10.0 + 5.0 * a
    npv = net @ present
    qalys = starters.sum(axis=1) / 128.0
    return Effects(npv[None], net[None], outlay[None], starters[None], npv.sum(axis=1)[None], qalys[None])


def tidy_contracts() -> tuple[ContractRoom, ...]:
    """A gate with a limit above it, on everybody in 2028; and a gate for losses on who takes part in 2029.

    Every early start saves `a` 8,192 or twice as much in 2028, less in 2029; half goes to the first municipality.
    """
    rows, years = np.arange(8), 3
    shares = np.zeros((3, 4, years))
    shares[:, 0, 2], shares[:, 1, 2] = [0, -0.5, 0], [0, 0.5, 0]
    top = np.zeros((3, 4, years))
    top[2, 0, 2], top[2, 1, 2] = -(2.0**-6), 2.0**-6
    saving = np.where(rows % 2 == 0, 8192.0, 0.0)[:, None] * (1.0 + rows[:, None] // 4)
    gate = Pieces((Edge(2.0**-6, True), Edge(2.0**-5, False)), shares, top)
    losses = Pieces((Edge(-(2.0**-3), True), Edge(0.0, False)), shares[[1, 0, 1]], top * 0.0)
    few = np.where(rows < 4, 4096.0, 2048.0)[:, None]
    none = np.zeros(1)
    return (
        ContractRoom("everybody", (FIRST + 1,), saving, np.zeros((8, 1)), none, np.full(1, 2.0**20), (gate,)),
        ContractRoom("participants", (FIRST + 2,), saving / 4 - 2560.0, few, none, none, (losses,)),
    )


def tidy_problems() -> dict[str, Allocation]:
    """Small problems that together have every rule: plain, everything with fixed cost, yearly wishes, and contracts."""
    plain, fixed = tidy_coefficients(fixed=False), tidy_coefficients(fixed=True)
    ones, all_pay = np.ones(len(plain.candidates)), np.ones((2, 2), dtype=bool)
    money = Money("prevention", np.array([2000.0, 1500.0, 0.0]), 0.5, all_pay)
    protected = tuple(Least("nobody_worse", p, "", 218.75) for p in plain.parties)
    clearing: tuple[Link, ...] = (*((p, CLEARING) for p in plain.parties), *((CLEARING, p) for p in plain.parties))
    years = np.array(plain.years)
    yearly = tuple(Least("nobody_worse", "a", str(y), 0.0, (years == y).astype(float)) for y in plain.years)
    return {
        "plain": Allocation(
            plain,
            largest=ones,
            smallest=ones * 0.0,
            wishes=(Wish("societal_npv", "societal"),),
            budgets=(money,),
            leasts=protected,
            links=clearing,
            payment_years=plain.years[:1],
        ),
        "limits": Allocation(
            fixed,
            largest=ones * 0.75,
            smallest=ones * 0.25,
            wishes=(Wish("npv:municipalities", "parties", plain.parties[1:3]), Wish("qaly", "qaly")),
            budgets=(replace(money, spend_at_least=0.25),),
            staff=(StaffLimit("nurses", np.array([2.0, 0.0]), np.array([True, False]), 12.0),),
            portions=(PortionLimit("small_town", np.array([[False, True], [False, True]]), 0.25, 0.75),),
            places=np.array([[20.0, 20.0, 20.0], [np.inf, np.inf, np.inf]]),
            needs=((1, 0),),
            apart=((0, 1),),
            stays=np.array([np.nan] * 7 + [0.0]),
        ),
        "yearly": Allocation(
            plain,
            largest=ones,
            smallest=ones * 0.0,
            wishes=(Wish("worst_off", "worst", plain.parties), Wish("health_gap", "gap")),
            leasts=(*yearly, Least("paid_back", "GM0114", "", 0.0, plain.present[0] * (years < FIRST + 2))),
            links=(("wlz_fund", "GM0114"), ("a", "GM1681")),
            payment_years=plain.years,
        ),
        "contracts": Allocation(
            replace(plain, contracts=tidy_contracts()),
            largest=ones,
            smallest=ones * 0.0,
            wishes=(Wish("npv:municipalities", "parties", plain.parties[1:3]),),
            leasts=(Least("nobody_worse", "a", "", -4000.0),),
        ),
    }
