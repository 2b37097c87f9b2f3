"""What is agreed on top of the law, recomputed from section 16 of docs/model.md alone, in plain Python.

One part per section of the page, with its symbols. recompute.py gives the law: the streams, the people and the book, to
which the transfers of this file are added.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import NormalDist

from reference.recompute import (
    CARE,
    LIFE_YEARS,
    MUNICIPAL,
    Law,
    Outcome,
    Region,
    Series,
    Stream,
    Tree,
    Work,
    age_weights,
    cashed,
    clip,
    consumer_prices,
    cost_growth,
    cost_per_unit,
    law_alone,
    market_share,
    member_shares,
    num,
    outcome_of,
    share_of,
)

MUNICIPALITY = "municipality"
EIGEN = "eigen_middelen"
DEFAULT_ORDER = (
    "risk",
    "discount",
    "gate",
    "exit",
    "carry_forward",
    "quality",
    "sharing",
    "cap",
    "withhold",
    "claw_back",
    "reserve",
)
Payments = dict[str, float]
Move = tuple[str, str, str, str, str, str, str]


def stated(terms: Tree, key: str) -> float | None:
    """Return a term that is one number, None when it is left out."""
    return None if terms.get(key) is None else num(terms[key])


def number_or(terms: Tree, key: str, other: float) -> float:
    """Return a term that is one number, or what holds without it."""
    return other if terms.get(key) is None else num(terms[key])


def is_municipal(party: str) -> bool:
    """Tell whether a party of the file is a municipality, or all of them."""
    return party == MUNICIPALITY or party.startswith("GM")


def same_holder(one: str, other: str) -> bool:
    """Tell whether two parties of the file have the same saving: a municipality and `municipality` alike."""
    return one == other or (is_municipal(one) and is_municipal(other) and MUNICIPALITY in (one, other))


# --- Places, and amounts spread over them -----------------------------------------------------------------------------


@dataclass
class Agreed:
    """The law with what has been agreed so far: the claims on savings that have been served."""

    law: Law
    claims: list[Claim] = field(default_factory=list)
    cash: dict[str, Series] = field(default_factory=dict)
    """Σ cash of a contract's claims per measuring year, for whoever wants the ratio."""
    moved: dict[Move, float] = field(default_factory=dict)
    """Every transfer: arrangement, reason, pocket, giver, taker, area and calendar year."""
    funds: dict[str, list[FundYear]] = field(default_factory=dict)
    """What every fund did in each of its years."""

    @property
    def region(self) -> Region:
        """The region."""
        return self.law.region


@dataclass
class Claim:
    """A claim on the saving of a holder, and how much of it was served out of the saving of each year."""

    holder: str
    pockets: list[str]
    interventions: list[str]
    areas: list[str]
    served: Series

    def meets(self, other: Claim) -> bool:
        """Tell whether two claims are on the same saving."""
        return (
            same_holder(self.holder, other.holder)
            and bool(set(self.pockets) & set(other.pockets))
            and bool(set(self.interventions) & set(other.interventions))
            and bool(set(self.areas) & set(other.areas))
        )


def party_in(region: Region, party: str, area: str) -> str:
    """Return who a party of the file is in an area."""
    return region.municipality(area) if party == MUNICIPALITY else party


def transfer(
    agreed: Agreed, where: tuple[int, list[str]], route: tuple[str, str], what: tuple[str, str, str], x: float
) -> None:
    """Post an amount of a year, spread over areas by inhabitants."""
    t, areas = where
    transfer_by(agreed, t, {area: agreed.region.inhabitants(area, t) for area in areas}, route, what, x)


def transfer_by(
    agreed: Agreed, t: int, key: dict[str, float], route: tuple[str, str], what: tuple[str, str, str], x: float
) -> None:
    """Post an amount of a year, spread over areas by a key."""
    pocket, ident, reason = what
    for area, weight in key.items():
        part = share_of(weight, sum(key.values()))
        giver, taker = (party_in(agreed.region, party, area) for party in route)
        agreed.law.book.transfer(t, (giver, taker), pocket, ident, part * x)
        move = (ident, reason, pocket, giver, taker, area, str(agreed.region.first + t))
        agreed.moved[move] = agreed.moved.get(move, 0.0) + part * x


def cash_left(agreed: Agreed, claim: Claim, t: int) -> float:
    """cash[t]: what the holder wins by the law, less what earlier claims took, when it is more than nothing."""
    return max(0.0, change_left(agreed, claim, t))


def change_left(agreed: Agreed, claim: Claim, t: int) -> float:
    """Return the same, a loss too."""
    won = 0.0
    for (party, pocket, intervention, area), series in agreed.law.book.won.items():
        of_holder = party == claim.holder or (claim.holder == MUNICIPALITY and party.startswith("GM"))
        if of_holder and pocket in claim.pockets and intervention in claim.interventions and area in claim.areas:
            won += series[t]
    return won - sum(earlier.served[t] for earlier in agreed.claims if earlier.meets(claim))


# --- 16.1 What a contract measures ------------------------------------------------------------------------------------


@dataclass
class Scope:
    """What a contract is about."""

    payer: str
    pockets: list[str]
    works: list[Work]
    areas: list[str]
    years: list[int]  # as t


def scope_of(law: Law, contract: Tree) -> Scope:
    """Read the scope; of a municipality as payer only its own areas."""
    region, terms, payer = law.region, contract["scope"], contract["pays"]
    areas = region.areas if terms["areas"] == "all" else [a for a in region.areas if a in terms["areas"]]
    if payer.startswith("GM"):
        areas = [area for area in areas if region.municipality(area) == payer]
    works = [w for w in law.works if terms["interventions"] == "all" or w.ident in terms["interventions"]]
    first, last = int(terms["years"]["first"]) - region.first, int(terms["years"]["last"]) - region.first
    return Scope(payer, list(terms["pockets"]), works, areas, list(range(first, last + 1)))


def part_of(region: Region, payer: str, area: str) -> float:
    """Return the market share of an insurer as payer, 1 for any other."""
    insurers = region.part("parties").get("insurers") or {}
    return market_share(region, area, payer) if payer in insurers else 1.0


def cashable(region: Region, pocket: str, t: int, x: float) -> float:
    """γ·X; all of it in pockets that are no care."""
    return x * (cashed(region, pocket, t, x) if pocket in CARE else 1.0)


def saved_in_stream(region: Region, scope: Scope, work: Work, stream: Stream, where: tuple[str, int]) -> float:
    """Return the part of the payer in γ·X of one stream, area and year."""
    area, t = where
    member_of = work.item.get("members_of")
    insurers = region.part("parties").get("insurers") or {}
    x = stream.after_overlap(area, t)
    if scope.payer in insurers:
        if member_of is None:
            return part_of(region, scope.payer, area) * cashable(region, stream.pocket, t, x)
        total = 0.0
        for k, amount in enumerate(stream.avoided[area][t]):
            share = member_shares(region, member_of, k)[scope.payer]
            total += share * cashable(region, stream.pocket, t, stream.kept[area][t] * amount)
        return total
    if is_municipal(scope.payer) and stream.pocket in MUNICIPAL and x != 0:
        left = x - stream.kept[area][t] * stream.moved[area][t]
        return left * cashable(region, stream.pocket, t, x) / x  # γ by the sign of X
    return cashable(region, stream.pocket, t, x)


def saved(region: Region, scope: Scope, t: int) -> float:
    """saved[t]."""
    return sum(
        saved_in_stream(region, scope, work, stream, (area, t))
        for work in scope.works
        for stream in work.streams
        if stream.pocket in scope.pockets
        for area in scope.areas
    )


def working_of(region: Region, payer: str, work: Work, stream: Stream, where: tuple[str, int]) -> float:
    """U[a,t] · part: by market share, or per cohort where members of one insurer are insured by then."""
    area, t = where
    member_of, insurers = work.item.get("members_of"), region.part("parties").get("insurers") or {}
    if member_of is None or payer not in insurers:
        return stream.working[area][t] * part_of(region, payer, area)
    return sum(stream.units[area, k, t] * member_shares(region, member_of, k)[payer] for k in range(t + 1))


def participants(region: Region, scope: Scope, t: int) -> tuple[float, float]:
    """n[t] and B[t] of those who take part."""
    persons = cost = 0.0
    for work in scope.works:
        streams = [s for s in work.streams if s.pocket in scope.pockets and s.name != LIFE_YEARS]
        per_unit = [cost_per_unit(region, work.item["target_group"], pocket) for pocket in scope.pockets]
        for area in scope.areas:
            here = max([working_of(region, scope.payer, work, s, (area, t)) for s in streams], default=0.0)
            persons += here
            cost += here * sum(c[area][t] for c in per_unit)
    return persons, cost


def everyone(region: Region, scope: Scope, t: int, by_age: bool) -> tuple[float, float]:
    """n[t] and B[t] of all insured, or of those who have the ages of a target group."""
    persons = cost = 0.0
    groups = [region.part("target_groups")[work.item["target_group"]] for work in scope.works]
    for area in scope.areas:
        weights = [age_weights(region, group, area) for group in groups]
        for c, series in enumerate(region.people[area]):
            weight = max([w[c] for w in weights], default=0.0) if by_age else 1.0
            here = weight * series[t] * part_of(region, scope.payer, area)
            persons += here
            for pocket in scope.pockets:
                cost += here * region.cost[pocket][area][c] * cost_growth(region, pocket, t)
    return persons, cost


def measured(region: Region, scope: Scope, population: str, t: int) -> tuple[float, float]:
    """n[t] and B[t]."""
    if population == "participants":
        return participants(region, scope, t)
    return everyone(region, scope, t, by_age=population == "age_group")


class Past:
    """A historical benchmark: K, base, trend and risk of the page."""

    def __init__(self, region: Region, scope: Scope, contract: Tree) -> None:
        self.region, self.contract = region, contract
        self.persons, self.cost, self.saved = [], [], []
        for t in region.clock:
            costs = {}
            for pocket in scope.pockets:
                persons, costs[pocket] = measured_in(region, scope, contract["population"], pocket, t)
            self.persons.append(persons)
            self.cost.append(costs)
            self.saved.append(saved(region, scope, t))

    def at_prices(self, s: int, year: int) -> float:
        """K(s, y)."""
        growths = self.region.tree["region"]["growth_per_year"]
        return sum(
            share_of(b, self.persons[s]) * float((1 + num(growths[q])) ** (year - self.region.first - s))
            for q, b in self.cost[s].items()
        )

    def measured(self, s: int) -> float:
        """Return what a person cost with the programme."""
        return share_of(sum(self.cost[s].values()) - self.saved[s], self.persons[s])

    def like(self, year: int, t: int) -> int:
        """s."""
        if self.contract["population"] == "participants":
            return t
        on_clock = max(0, year - self.region.first)
        return on_clock if self.persons[on_clock] > 0 else t

    def base(self, year: int, t: int, instead: float | None = None) -> float:
        """base(y) · trend(y)."""
        s, y, now = self.like(year, t), year - self.region.first, self.region.first + t
        amount = self.at_prices(s, year)
        if y >= 0 and self.persons[y] > 0:
            amount *= share_of(self.measured(y) if instead is None else instead, self.at_prices(y, year))
        stated_trend = stated(self.contract, "trend_per_year")
        if stated_trend is None:
            return amount * share_of(self.at_prices(s, now), self.at_prices(s, year))
        return float(amount * (1 + stated_trend) ** (now - year))

    def risk(self, t: int, same: float) -> float:
        """risk[t]."""
        down, up = (number_or(self.contract, f"risk_cap_{side}", math.inf) for side in ("down", "up"))
        return clip(share_of(self.at_prices(t, self.region.first + t), same), 1 - down, 1 + up)


def historical(region: Region, scope: Scope, contract: Tree) -> Series:
    """b[t] of every measuring year."""
    past, each = Past(region, scope, contract), list[float]()
    stated_years = contract.get("base_years") or [{"year": region.first + scope.years[0] - 1, "weight": 1.0}]
    length, back = contract.get("rebase_every_periods"), number_or(contract, "rebase_add_back_share", 0.0)
    for k, t in enumerate(scope.years):
        block: list[int] = []
        if length is not None and k >= int(length):
            begin = (k // int(length) - 1) * int(length)
            block = [i for i in range(begin, begin + int(length)) if past.persons[scope.years[i]] > 0]
        if block:
            years = [region.first + scope.years[i] for i in block]
            m = sum(past.base(y, t) for y in years) / len(block)
            e = sum(past.base(y, t, each[i]) for i, y in zip(block, years, strict=True)) / len(block)
            same = sum(past.at_prices(past.like(y, t), region.first + t) for y in years) / len(block)
            each.append(past.risk(t, same) * (m + back * max(0.0, e - m)))
            continue
        total = same = 0.0
        for base in stated_years:
            y, weight = int(base["year"]), num(base["weight"])
            total += weight * past.base(y, t)
            same += weight * past.at_prices(past.like(y, t), region.first + t)
        each.append(past.risk(t, same) * total)
    return [x * past.persons[t] for x, t in zip(each, scope.years, strict=True)]


def measured_in(region: Region, scope: Scope, population: str, pocket: str, t: int) -> tuple[float, float]:
    """n[t] of the scope, and its cost in one pocket."""
    persons, _ = measured(region, scope, population, t)
    if population != "participants":
        one = replace(scope, pockets=[pocket])
        return persons, measured(region, one, population, t)[1]
    cost = 0.0
    for work in scope.works:
        streams = [s for s in work.streams if s.pocket in scope.pockets and s.name != LIFE_YEARS]
        per_unit = cost_per_unit(region, work.item["target_group"], pocket)
        for area in scope.areas:
            here = max([working_of(region, scope.payer, work, s, (area, t)) for s in streams], default=0.0)
            cost += here * per_unit[area][t]
    return persons, cost


# --- 16.2 Clauses -----------------------------------------------------------------------------------------------------


@dataclass
class History:
    """What a contract remembers of earlier periods."""

    losing: int = 0
    ended: bool = False
    carried: float = 0.0
    held: list[Payments] = field(default_factory=list)
    paid: Payments = field(default_factory=dict)
    recovered: Payments = field(default_factory=dict)
    waiting: Payments = field(default_factory=dict)


@dataclass
class Period:
    """One period on its way through the clauses."""

    contract: Tree
    history: History
    number: int
    last: bool
    persons: float
    b: float
    c: float
    base: float = 0.0
    gross: float = 0.0
    passed: bool = False
    factor: float = 1.0
    payments: Payments = field(default_factory=dict)

    @property
    def receivers(self) -> list[str]:
        """All sharers but the payer."""
        return [party for party in self.contract["sharers"] if party != self.contract["pays"]]

    @property
    def is_loss(self) -> bool:
        """Tell whether there is a loss to share."""
        return self.base < 0


def table_rate(contract: Tree, persons: float) -> float:
    """Return the rate of the row of a gate table in which a population falls."""
    rows = contract["gate_table"]
    row = rows[0]
    if persons < row["persons_from"] and not contract.get("below_first_row", False):
        return math.inf
    for later in rows[1:]:
        if persons >= later["persons_from"]:
            row = later
    if row.get("persons_to") is None:
        return float(row["rate_from"])
    along = share_of(persons - row["persons_from"], row["persons_to"] - row["persons_from"])
    return float(row["rate_from"] + clip(along, 0.0, 1.0) * (row["rate_to"] - row["rate_from"]))


def standard_error(contract: Tree, persons: float) -> float:
    """SE, without the terms that are not stated."""
    terms = contract["dispersion"]
    if persons <= 0:
        return math.inf
    chance = 1 / persons
    if terms.get("benchmark_persons") is not None:
        chance += 1 / num(terms["benchmark_persons"])
    variance = num(terms["cost_variation"]) ** 2 * num(terms.get("design_effect", 1.0)) * chance
    return math.sqrt(max(0.0, variance - 2 * number_or(terms, "covariance", 0.0)))


def least_rate(contract: Tree, persons: float, gain: bool) -> float:
    """MSR, or MLR on the side of losses."""
    if not gain and contract.get("minimum_loss_rate") is not None:
        return num(contract["minimum_loss_rate"])
    kind = contract["gate"]
    if kind == "none":
        return 0.0
    if kind == "fixed":
        return num(contract["minimum_savings_rate"])
    if kind == "table":
        return table_rate(contract, persons)
    z = NormalDist().inv_cdf(num(contract["confidence"]))
    return max(z * standard_error(contract, persons), number_or(contract, "minimum_savings_rate", 0.0))


def clause_risk(_: Period) -> None:
    """Without a ratio unchanged."""


def clause_discount(period: Period) -> None:
    """The payer keeps a part of the benchmark first."""
    period.b *= 1 - number_or(period.contract, "discount", 0.0)


def clause_gate(period: Period) -> None:
    """Compare the rate with the least that counts."""
    period.gross = period.b - period.c
    rate = share_of(period.gross, period.b)
    least = least_rate(period.contract, period.persons, gain=rate >= 0)
    period.passed = abs(rate) >= least - 1e-12
    if not period.passed:
        period.base = number_or(period.contract, "below_gate_share", 0.0) * period.gross
    elif period.contract["first_dollar"]:
        period.base = period.gross
    else:
        period.base = math.copysign(max(0.0, abs(period.gross) - least * period.b), period.gross)


def clause_exit(period: Period) -> None:
    """After so many losing periods in a row nothing is settled any more."""
    most, history = period.contract.get("exit_after_losses"), period.history
    if history.ended:
        period.base = 0.0
    history.losing = history.losing + 1 if period.gross < 0 and period.passed else 0
    if most is not None and history.losing >= int(most):
        history.ended = True


def clause_carry_forward(period: Period) -> None:
    """Earlier losses come off a gain."""
    history = period.history
    used = max(0.0, min(period.base, history.carried))
    period.base -= used
    fresh = number_or(period.contract, "carry_forward_share", 0.0) * max(0.0, -period.base)
    interest = number_or(period.contract, "carry_forward_interest", 0.0)
    history.carried = (history.carried - used + fresh) * (1 + interest)


def clause_quality(period: Period) -> None:
    """Without a score the factor is 1."""
    period.factor = 1.0


def bands_of(period: Period, gain: bool) -> list[tuple[float, float, Payments]]:
    """Return the bands of one side: lower edge, upper edge, share of each receiver."""
    contract = period.contract
    bands = contract.get("gain_bands" if gain else "loss_bands") or []
    if not bands:
        rate = number_or(contract, "sharing_rate" if gain else "loss_rate", 0.0)
        return [(0.0, math.inf, dict.fromkeys(period.receivers, rate))]
    result, lower = [], 0.0
    for band in bands:
        upper = math.inf if band.get("up_to") is None else float(band["up_to"])
        result.append((lower, upper, {p: num(band["shares"].get(p, 0.0)) for p in period.receivers}))
        lower = upper
    return result


def shared(period: Period, amount: float, bands: list[tuple[float, float, Payments]]) -> Payments:
    """Return each receiver's part of an amount by marginal bands of the benchmark."""
    parts = dict.fromkeys(period.receivers, 0.0)
    for lower, upper, shares in bands:
        width = (upper - lower) * period.b if upper < math.inf else math.inf
        inside = clip(amount - lower * period.b, 0.0, max(0.0, width))
        for party, share in shares.items():
            parts[party] += inside * share
    return parts


def clause_sharing(period: Period) -> None:
    """From a saving to an amount per receiver."""
    contract = period.contract
    if not period.is_loss:
        parts = shared(period, period.base, bands_of(period, gain=True))
        period.payments = {party: part * period.factor for party, part in parts.items()}
        return
    losses = contract["losses"]
    if losses == "none":
        period.payments = dict.fromkeys(period.receivers, 0.0)
    elif losses == "one_minus":
        rate = 1 - number_or(contract, "sharing_rate", 0.0) * period.factor
        rate = max(rate, number_or(contract, "loss_rate_floor", 0.0))
        rate = min(rate, number_or(contract, "loss_rate_ceiling", 1.0))
        period.payments = dict.fromkeys(period.receivers, rate * period.base)
    else:
        on_losses = contract.get("quality_on_losses", "none")
        f = {"none": 1.0, "same": period.factor, "inverse": 1 - period.factor}[on_losses]
        if contract["quality"] == "none":
            f = 1.0
        parts = shared(period, -period.base, bands_of(period, gain=False))
        period.payments = {party: -part * f for party, part in parts.items()}


def limit(period: Period, party: str, side: str) -> float:
    """Return the lowest limit of a receiver on one side, its own before the contract's."""
    own = period.contract["sharers"][party] or {}
    share = stated(own, f"{side}_cap_share_of_benchmark")
    if share is None:
        share = stated(period.contract, f"{side}_cap_share_of_benchmark")
    amount = stated(own, f"{side}_cap_eur")
    if amount is None:
        amount = stated(period.contract, f"{side}_cap_eur")
    return min(math.inf if share is None else share * period.b, math.inf if amount is None else amount)


def clause_cap(period: Period) -> None:
    """The most that a receiver gets or owes."""
    for party, x in period.payments.items():
        period.payments[party] = clip(x, -limit(period, party, "loss"), limit(period, party, "gain"))


def clause_withhold(period: Period) -> None:
    """A part is held, and perhaps released later."""
    contract, history = period.contract, period.history
    on_gain, on_loss = (number_or(contract, f"withhold_{side}_share", 0.0) for side in ("gain", "loss"))
    held = {party: on_gain * max(0.0, x) for party, x in period.payments.items()}
    history.held.append(held)
    for party, x in period.payments.items():
        period.payments[party] = x * (1 - (on_gain if x > 0 else on_loss))
    wait = contract.get("withhold_released_after_periods")
    if wait is None:
        return
    for earlier, parts in enumerate(history.held):
        due = earlier + int(wait) == period.number or (period.last and earlier + int(wait) > period.number)
        for party in period.payments:
            period.payments[party] += parts[party] if due else 0.0


def clause_claw_back(period: Period) -> None:
    """Earlier payments are recovered after a loss."""
    share, history = stated(period.contract, "claw_back_share"), period.history
    if share is None or not period.is_loss:
        return
    parts = shared(period, -period.base, bands_of(period, gain=True))
    most = number_or(period.contract, "claw_back_cap_share", 1.0)
    for party, part in parts.items():
        room = most * history.paid.get(party, 0.0) - history.recovered.get(party, 0.0)
        back = min(share * part, max(0.0, room))
        period.payments[party] -= back
        history.recovered[party] = history.recovered.get(party, 0.0) + back


def remember_payments(period: Period) -> None:
    """Add to what was paid so far, as a later claw-back sees it."""
    for party, x in period.payments.items():
        period.history.paid[party] = period.history.paid.get(party, 0.0) + max(0.0, x)


def clause_reserve(period: Period) -> None:
    """A part of gains waits for later losses."""
    share, waiting = number_or(period.contract, "reserve_share", 0.0), period.history.waiting
    for party, x in period.payments.items():
        before = waiting.get(party, 0.0)
        if x > 0:
            waiting[party] = before + share * x
            period.payments[party] = x * (1 - share)
        else:
            met = min(before, -x)
            waiting[party] = before - met
            period.payments[party] = x + met
        if period.last:
            period.payments[party] += waiting[party]
            waiting[party] = 0.0


CLAUSES = {
    "risk": clause_risk,
    "discount": clause_discount,
    "gate": clause_gate,
    "exit": clause_exit,
    "carry_forward": clause_carry_forward,
    "quality": clause_quality,
    "sharing": clause_sharing,
    "cap": clause_cap,
    "withhold": clause_withhold,
    "claw_back": clause_claw_back,
    "reserve": clause_reserve,
}


def settle(contract: Tree, figures: list[tuple[float, float, float]]) -> list[Payments]:
    """Apply the clauses to the persons, benchmark and cost of each period; what each receiver gets or owes."""
    history, result = History(), []
    for number, (persons, b, c) in enumerate(figures):
        period = Period(contract, history, number, number == len(figures) - 1, persons, b, c)
        for clause in contract.get("order") or DEFAULT_ORDER:
            CLAUSES[clause](period)
            if clause == "claw_back":
                remember_payments(period)
        result.append(dict(period.payments))
    return result


# --- 16.3 When it is paid, and out of what ----------------------------------------------------------------------------


def post_contract(agreed: Agreed, ident: str, contract: Tree) -> None:
    """Settle a contract on the projection and post what is paid."""
    region, scope = agreed.region, scope_of(agreed.law, contract)
    figures = []
    norms = historical(region, scope, contract) if contract["benchmark"] == "historical" else None
    for k, t in enumerate(scope.years):
        persons, b = measured(region, scope, contract["population"], t)
        figures.append((persons, b if norms is None else norms[k], b - saved(region, scope, t)))
    names = [work.ident for work in scope.works]
    claim = Claim(scope.payer, scope.pockets, names, scope.areas, [0.0] * region.years)
    cash = [0.0] * region.years
    lag, interim = int(contract.get("settlement_lag_years", 0)), number_or(contract, "interim_share", 0.0)
    for t, payments in zip(scope.years, settle(contract, figures), strict=True):
        owed = sum(payments.values())
        cash[t] = cash_left(agreed, claim, t)
        claim.served[t] = clip(owed, 0.0, cash[t])
        from_saving = claim.served[t] / owed if owed > 0 else 1.0
        for party, x in payments.items():
            for later, share in ((0, interim), (lag, 1 - interim)):
                where, pocket = (t + later, scope.areas), scope.pockets[0]
                if x > 0:
                    for reason, part in (("shared_savings", from_saving), ("own_money", 1 - from_saving)):
                        transfer(agreed, where, (scope.payer, party), (pocket, ident, reason), share * part * x)
                else:
                    transfer(agreed, where, (party, scope.payer), (pocket, ident, "shared_savings"), -share * x)
    agreed.cash[ident] = cash
    agreed.claims.append(claim)


# --- 16.4 A fund ------------------------------------------------------------------------------------------------------


@dataclass
class Loan:
    """A sum lent in a year, with its schedule."""

    lent: int
    principal: float
    terms: Tree

    def due(self, t: int) -> float:
        """Return what comes back in year t: the instalment with its interest, less what never comes."""
        parts, since = int(self.terms["repayment_years"]), t - self.lent - int(self.terms["grace_years"])
        if t <= self.lent or since > parts:
            return 0.0
        done = max(0, since - 1)
        owed = self.principal * (1 - done / parts)
        instalment = self.principal / parts if since >= 1 else 0.0
        interest = num(self.terms["interest_per_year"]) * owed
        return (instalment + interest) * (1 - num(self.terms["default_share"]))


@dataclass
class FundBook:
    """What a fund remembers."""

    ident: str
    fund: Tree
    put_in: Payments = field(default_factory=dict)
    got_back: Payments = field(default_factory=dict)
    loans: list[tuple[Tree, Loan]] = field(default_factory=list)
    drawn: Payments = field(default_factory=dict)
    returned: Payments = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)

    def worth(self, name: str) -> float:
        """Return the claim of a contributor: put in less what it got back."""
        return self.put_in.get(name, 0.0) - self.got_back.get(name, 0.0)


@dataclass
class FundYear:
    """What a fund did in one year of the clock."""

    t: int
    put_in: float
    repaid: float
    asked: float
    paid: float
    distributed: float
    closing: float


def in_years(region: Region, years: Tree, t: int) -> bool:
    """Tell whether a year lies within those stated."""
    return int(years["first"]) <= region.first + t <= int(years["last"])


def delivered_in(agreed: Agreed, party: str, intervention: str, t: int) -> dict[str, float]:
    """Return what a party pays for the delivery of an intervention in each area."""
    found = dict.fromkeys(agreed.region.areas, 0.0)
    for (payer, name, area), series in agreed.law.book.delivered.items():
        if name == intervention and (payer == party or (party == MUNICIPALITY and payer.startswith("GM"))):
            found[area] += series[t]
    return found


def fund_contributions(agreed: Agreed, book: FundBook, t: int) -> float:
    """Post what is put in."""
    total, year = 0.0, agreed.region.first + t
    for name, terms in book.fund["contributions"].items():
        if terms.get("leaves_after") is not None and year > int(terms["leaves_after"]):
            continue
        amount = num(terms["amounts_eur"].get(year, 0.0))
        what = (terms["law"], book.ident, "fund_contribution")
        transfer(agreed, (t, agreed.region.areas), (terms["party"], book.ident), what, amount)
        book.put_in[name] = book.put_in.get(name, 0.0) + amount
        total += amount
    return total


def fund_loans_back(agreed: Agreed, book: FundBook, t: int) -> float:
    """Post what comes back of loans."""
    total = 0.0
    for draw, loan in book.loans:
        amount = loan.due(t)
        what = (EIGEN, book.ident, "fund_repayment")
        transfer(agreed, (t, agreed.region.areas), (draw["to"], book.ident), what, amount)
        total += amount
    return total


def fund_savings_back(agreed: Agreed, book: FundBook, t: int) -> float:
    """Post what flows back out of savings."""
    total = 0.0
    for name, draw in book.fund["draws"].items():
        rule = draw.get("from_savings")
        if rule is None:
            continue
        if name not in book.claims:
            place = (rule["holder"], list(rule["pockets"]), [draw["intervention"]], agreed.region.areas)
            book.claims[name] = Claim(*place, [0.0] * agreed.region.years)
            agreed.claims.append(book.claims[name])
        year_of_saving = t - int(rule["lag_years"])
        if year_of_saving < 0:
            continue
        owed = book.drawn.get(name, 0.0) * (1 + num(rule["premium_share"])) - book.returned.get(name, 0.0)
        cash = cash_left(agreed, book.claims[name], year_of_saving)
        most = math.inf if rule.get("cap_eur_per_year") is None else num(rule["cap_eur_per_year"])
        amount = max(0.0, min(num(rule["share"]) * cash, owed, most))
        what = (rule["pockets"][0], book.ident, "fund_repayment")
        transfer(agreed, (t, agreed.region.areas), (rule["holder"], book.ident), what, amount)
        book.claims[name].served[year_of_saving] += amount
        book.returned[name] = book.returned.get(name, 0.0) + amount
        total += amount
    return total


def grants_by_rank(fund: Tree, asked: Payments, room: float) -> Payments:
    """Return what each draw gets of what it asks."""
    granted: Payments = {}
    for rank in sorted({int(fund["draws"][name]["rank"]) for name in asked}):
        names = [name for name in asked if int(fund["draws"][name]["rank"]) == rank]
        if fund["shortage"] == "scale":
            wanted = sum(asked[name] for name in names)
            part = min(1.0, share_of(room, wanted))
            granted |= {name: part * asked[name] for name in names}
            room -= part * wanted
        else:
            for name in names:
                granted[name] = asked[name] if asked[name] <= room else 0.0
                room -= granted[name]
    return granted


def fund_draws(agreed: Agreed, book: FundBook, t: int, room: float) -> tuple[float, float]:
    """Post what is paid out of the room; return what was asked and what was paid."""
    asked = {
        name: num(draw["delivery_share"]) * sum(delivered_in(agreed, draw["to"], draw["intervention"], t).values())
        for name, draw in book.fund["draws"].items()
        if in_years(agreed.region, draw["years"], t) and (draw["kind"] != "outcome" or agreed.region.effect > 0)
    }
    granted = grants_by_rank(book.fund, asked, room)
    for name, amount in granted.items():
        draw = book.fund["draws"][name]
        what = (EIGEN, book.ident, "fund_draw")
        key = delivered_in(agreed, draw["to"], draw["intervention"], t)
        transfer_by(agreed, t, key, (book.ident, draw["to"]), what, amount)
        book.drawn[name] = book.drawn.get(name, 0.0) + amount
        if draw["kind"] == "loan":
            book.loans.append((draw, Loan(t, amount, draw["loan"])))
    return sum(asked.values()), sum(granted.values())


def distribute(agreed: Agreed, book: FundBook, t: int, parts: Payments) -> float:
    """Post what contributors get back."""
    for name, amount in parts.items():
        terms = book.fund["contributions"][name]
        what = (terms["law"], book.ident, "fund_distribution")
        transfer(agreed, (t, agreed.region.areas), (book.ident, terms["party"]), what, amount)
        book.got_back[name] = book.got_back.get(name, 0.0) + amount
    return sum(parts.values())


def staying(book: FundBook, year: int) -> list[str]:
    """Return the contributors who have not left in an earlier year."""
    every = book.fund["contributions"].items()
    return [n for n, terms in every if terms.get("leaves_after") is None or int(terms["leaves_after"]) >= year]


def fund_leaving(agreed: Agreed, book: FundBook, t: int, balance: float) -> float:
    """Pay out those who leave at the end of this year."""
    year = agreed.region.first + t
    if year == int(book.fund["years"]["last"]) and book.fund["wind_up"] != "stays":
        return 0.0  # the winding-up divides everything
    claims = {name: max(0.0, book.worth(name)) for name in staying(book, year)}
    leaving = [n for n, terms in book.fund["contributions"].items() if terms.get("leaves_after") == year]
    of_leaving = sum(claims[name] for name in leaving)
    above_floor = max(0.0, balance - num(book.fund["minimum_balance_eur"]))
    together = min(balance * share_of(of_leaving, sum(claims.values())), above_floor)
    return distribute(agreed, book, t, {n: together * share_of(claims[n], of_leaving) for n in leaving})


def fund_winding_up(agreed: Agreed, book: FundBook, t: int, balance: float) -> float:
    """Pay the whole balance out by claims, on the last day."""
    if int(book.fund["years"]["last"]) != agreed.region.first + t or book.fund["wind_up"] == "stays":
        return 0.0
    claims = {name: max(0.0, book.worth(name)) for name in staying(book, agreed.region.first + t)}
    whole = sum(claims.values())
    return distribute(agreed, book, t, {n: balance * share_of(claim, whole) for n, claim in claims.items()})


def post_fund(agreed: Agreed, ident: str, fund: Tree) -> None:
    """Run a fund over its years."""
    region, book, balance = agreed.region, FundBook(ident, fund), 0.0
    agreed.funds[ident] = []
    for t in region.clock:
        if not in_years(region, fund["years"], t):
            continue
        opening, floor = balance, num(fund["minimum_balance_eur"])
        interest = num(fund["interest_per_year"]) * opening
        transfer(agreed, (t, region.areas), ("state", ident), (EIGEN, ident, "fund_interest"), interest)
        put_in = fund_contributions(agreed, book, t)
        repaid = fund_loans_back(agreed, book, t) + fund_savings_back(agreed, book, t)
        balance += interest + put_in + repaid
        room = max(0.0, balance - floor)
        fees = min(num(fund["fee_eur_per_year"]) + num(fund["fee_share_of_balance"]) * max(0.0, opening), room)
        transfer(agreed, (t, region.areas), (ident, "resources"), (EIGEN, ident, "fund_fee"), fees)
        asked, paid = fund_draws(agreed, book, t, room - fees)
        balance -= fees + paid
        distributed = fund_leaving(agreed, book, t, balance)
        distributed += fund_winding_up(agreed, book, t, balance - distributed)
        balance -= distributed
        agreed.funds[ident].append(FundYear(t, put_in, repaid, asked, paid, distributed, balance))


def fund_figures(agreed: Agreed, fund: Tree, years: list[FundYear]) -> dict[str, float]:
    """Return the figures of the whole life of a fund."""
    region, names = agreed.region, {draw["intervention"] for draw in fund["draws"].values()}
    shared = [work for work in agreed.law.works if work.ident in names]
    put_in, repaid, paid = (sum(getattr(year, key) for year in years) for key in ("put_in", "repaid", "paid"))
    there = mobilised = real_put_in = real_left = 0.0
    for year in years:
        level = consumer_prices(region, region.first + year.t) / consumer_prices(region, region.first)
        real_put_in += year.put_in / level
        real_left += year.distributed / level
        if year.paid > 0:
            there += year.paid + year.closing + year.distributed
            mobilised += sum(work.delivery.total(area, year.t) for work in shared for area in region.areas)
    at_the_end = years[-1].closing
    last_level = consumer_prices(region, region.first + region.years - 1) / consumer_prices(region, region.first)
    dry = [region.first + year.t for year in years if year.asked - year.paid > 0.005]
    return {
        "revolving_ratio": paid / put_in,
        "recovery_per_euro": repaid / paid,
        "leverage": mobilised / paid,
        "utilisation": paid / there,
        "perpetuity_nominal": (at_the_end + sum(year.distributed for year in years)) / put_in,
        "perpetuity_real": (at_the_end / last_level + real_left) / real_put_in,
        "dry_year": dry[0] if dry else 0.0,
    }


# --- 16.5 Chance before signature -------------------------------------------------------------------------------------


def chance_of(contract: Tree, figures: tuple[float, float], true: float) -> tuple[float, float]:
    """Return the chance of a payment, and its average, for a true rate: 20,000 equally likely measured ones.

    Of one period by itself: a contract without a memory. figures: persons and benchmark.
    """
    persons, b = figures
    error, normal, parts = standard_error(contract, persons), NormalDist(), 20_000
    paid = total = 0.0
    for k in range(parts):
        rate = true + error * normal.inv_cdf((k + 0.5) / parts)
        got = sum(settle(contract, [(persons, b, b * (1 - rate))])[0].values())
        paid += got > 0
        total += got
    return paid / parts, total / parts


# --- The whole --------------------------------------------------------------------------------------------------------


CLAIMING = ("contracts", "population_payments", "impact_bonds", "co_financing", "regional_budgets", "funds")


def in_order(tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    """Return what claims a saving, with its kind, in the order in which claims are served."""
    terms = tree.get("arrangements") or {}
    kinds = {name: kind for kind in CLAIMING for name in terms.get(kind) or {}}
    before = [n for n, fund in (terms.get("funds") or {}).items() if fund["rank_among_claims"] == "before_contracts"]
    for name in dict.fromkeys([*(terms.get("order") or []), *before, *kinds]):
        if name in kinds and terms[kinds[name]][name].get("enabled", True):
            yield name, kinds[name], terms[kinds[name]][name]


def post_side_payments(agreed: Agreed, payments: dict[str, Tree]) -> None:
    """Post the fixed amounts from one party to another."""
    region = agreed.region
    for ident, terms in payments.items():
        if not terms.get("enabled", True):
            continue
        for year, amount in terms["amounts_eur"].items():
            t = int(year) - region.first
            if 0 <= t < region.years:
                route, what = (terms["source"], terms["target"]), (terms["law"], ident, "side_payment")
                transfer(agreed, (t, region.areas), route, what, num(amount))


def agree(law: Law) -> Agreed:
    """Add to the law what is agreed on top of it."""
    from reference import recompute_joint as joint  # it works with the claims of this module

    agreed, terms = Agreed(law), law.region.part("arrangements")
    posts = {
        "contracts": post_contract,
        "funds": post_fund,
        "regional_budgets": joint.post_budget,
        "population_payments": joint.post_population,
        "impact_bonds": joint.post_bond,
        "co_financing": joint.post_co_financing,
    }
    for ident, kind, one in in_order(law.region.tree):
        posts[kind](agreed, ident, one)
    for ident, tariff in (terms.get("deprivation_tariffs") or {}).items():
        if tariff.get("enabled", True):
            joint.post_tariff(agreed, ident, tariff)
    post_side_payments(agreed, terms.get("side_payments") or {})
    for ident, departure in (terms.get("departures") or {}).items():
        if departure.get("enabled", True):
            for payment in (departure.get("payments") or {}).values():
                post_side_payments(agreed, {ident: payment})
            joint.post_departure(agreed, ident, departure)
    return agreed


def recompute_agreed(folder: Path, effect: float = 1.0) -> tuple[Outcome, Agreed]:
    """Recompute a scenario, what is agreed included; a fund has no present value of its own."""
    agreed = agree(law_alone(folder, effect))
    outcome = outcome_of(agreed.law)
    terms = agreed.region.part("arrangements")
    held = {n for kind in ("funds", "regional_budgets", "deprivation_tariffs") for n in terms.get(kind) or {}}
    npv = {party: amount for party, amount in outcome.npv.items() if party not in held}
    return replace(outcome, npv=npv), agreed


def recompute(folder: Path) -> Outcome:
    """Recompute a scenario by docs/model.md."""
    return recompute_agreed(folder)[0]
