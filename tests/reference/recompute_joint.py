"""Budgets, population payments, bonds, tariffs, co-financing and departures: sections 16.6–16.11 of docs/model.md.

In plain Python, one year and one area at a time. What every claim works with stands in recompute_agreed.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reference.recompute import Region, Series, Tree, Work, clip, euro, market_share, num, share_of
from reference.recompute_agreed import (
    EIGEN,
    MUNICIPALITY,
    Agreed,
    Claim,
    Scope,
    cash_left,
    change_left,
    delivered_in,
    everyone,
    part_of,
    saved,
    transfer,
    transfer_by,
)

POCKETS = (
    "zvw", "eigen_risico", "aanvullende_verzekering", "wlz", "wmo", "jeugdwet", "wpg", "participatiewet",
    "bijzondere_bijstand", "uwv", "justitie", "belasting", "werkgever", "inwoner", "eigen_middelen",
)  # fmt: skip


@dataclass
class Subject:
    """Whose saving is claimed, in which pockets, through what, where."""

    holder: str
    pockets: list[str]
    works: list[Work]
    areas: list[str]

    def claim(self, years: int) -> Claim:
        """Return a claim of which nothing has been served yet."""
        return Claim(self.holder, self.pockets, [w.ident for w in self.works], self.areas, [0.0] * years)

    def scope(self) -> Scope:
        """Return the same as what a contract measures."""
        return Scope(self.holder, self.pockets, self.works, self.areas, [])


def subject_of(
    agreed: Agreed, holder: str, pockets: list[str], names: list[str] | str, areas: list[str] | str
) -> Subject:
    """Read a subject; of one municipality only its own areas."""
    region = agreed.region
    where = [a for a in region.areas if areas == "all" or a in areas]
    if holder.startswith("GM"):
        where = [a for a in where if region.municipality(a) == holder]
    works = [w for w in agreed.law.works if names == "all" or w.ident in names]
    return Subject(holder, list(pockets), works, where)


def span(region: Region, years: Tree) -> range:
    """Return the years from first to last as t."""
    return range(int(years["first"]) - region.first, int(years["last"]) - region.first + 1)


def send(
    agreed: Agreed, t: int, areas: list[str], route: tuple[str, str], what: tuple[str, str, str], x: float
) -> None:
    """Post an amount by inhabitants, unless giver and taker are one account."""
    if route[0] != route[1] and x:
        transfer(agreed, (t, areas), route, what, x)


# --- 16.6 A regional budget -------------------------------------------------------------------------------------------


def post_budget(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Run a budget over its years."""
    region, members, balance = agreed.region, terms["members"], 0.0
    subjects = {
        m: subject_of(agreed, x["party"], x["pockets"], terms["interventions"], terms["areas"])
        for m, x in members.items()
    }
    where = [a for a in region.areas if terms["areas"] == "all" or a in terms["areas"]]
    claims = {m: subject.claim(region.years) for m, subject in subjects.items()}
    change = {m: [change_left(agreed, claims[m], t) for t in region.clock] for m in members}
    given: dict[str, float] = dict.fromkeys(members, 0.0)
    years = span(region, terms["years"])
    for t in years:
        deposit = {m: num((x.get("deposits_eur") or {}).get(region.first + t, 0.0)) for m, x in members.items()}
        kept = {m: max(0.0, change[m][t]) for m in members}
        over = {m: max(0.0, -change[m][t]) for m in members}
        there = balance + sum(deposit.values()) + sum(kept.values())
        covered = min(sum(over.values()), there)
        asked, keys = {}, {}
        for j, x in terms["spending"].items():
            paid_there = delivered_in(agreed, x["to"], x["intervention"], t)
            keys[j] = {a: paid_there[a] for a in where}
            asked[j] = num(x["delivery_share"]) * sum(keys[j].values())
        paid = min(sum(asked.values()), there - covered)
        balance = there - covered - paid
        for m, x in members.items():
            given[m] += deposit[m]
            law, pocket, areas = x["law"], x["pockets"][0], subjects[m].areas
            send(agreed, t, areas, (x["party"], ident), (law, ident, "budget_deposit"), deposit[m])
            send(agreed, t, areas, (x["party"], ident), (pocket, ident, "budget_saving"), kept[m])
            part = over[m] * share_of(covered, sum(over.values()))
            send(agreed, t, areas, (ident, x["party"]), (pocket, ident, "budget_cover"), part)
            claims[m].served[t] = kept[m]
        for j, x in terms["spending"].items():
            part = asked[j] * share_of(paid, sum(asked.values()))
            transfer_by(agreed, t, keys[j], (ident, x["to"]), (EIGEN, ident, "budget_delivery"), part)
        if t == years[-1]:
            whole = sum(given.values())
            back = min(1.0, share_of(balance, whole))
            for m, x in members.items():
                amount = back * given[m] + num(x["closing_share"]) * (balance - back * whole)
                send(agreed, t, subjects[m].areas, (ident, x["party"]), (x["law"], ident, "budget_closing"), amount)
    agreed.claims += claims.values()


# --- 16.7 A population payment ----------------------------------------------------------------------------------------


def norm_at(region: Region, terms: Tree, age: int, t: int) -> float:
    """Return the norm of one year of age: that of the last class that begins at or below it, else nothing."""
    found = [norm["eur_per_person_year"] for norm in terms["norms"] if int(norm["age_from"]) <= age]
    return euro(region, found[-1], t) if found else 0.0


def capitation(agreed: Agreed, terms: Tree, subject: Subject, t: int) -> float:
    """Return the sum by norm, age, need and part."""
    region, total = agreed.region, 0.0
    for area in subject.areas:
        need = (terms.get("need_by_area") or {}).get(area)
        for c, (age_from, age_to) in enumerate(region.classes[area]):
            heads = region.people[area][c][t] * part_of(region, subject.holder, area) / (age_to - age_from + 1)
            norms = sum(norm_at(region, terms, age, t) for age in range(age_from, age_to + 1))
            total += heads * (1.0 if need is None else num(need)) * norms
    return total


def post_population(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Post what the receiver keeps or carries of norm minus real cost."""
    region, scope = agreed.region, terms["scope"]
    subject = subject_of(agreed, terms["pays"], scope["pockets"], scope["interventions"], scope["areas"])
    claim = subject.claim(region.years)
    for t in span(region, scope["years"]):
        expected = everyone(region, subject.scope(), t, by_age=False)[1]
        norm = capitation(agreed, terms, subject, t) if terms.get("norms") else expected
        deviation = norm - (expected - saved(region, subject.scope(), t))
        if terms.get("corridor") is not None:
            deviation = clip(deviation, -num(terms["corridor"]) * norm, num(terms["corridor"]) * norm)
        kept = num(terms["receiver_share"]) * deviation
        there, back = (terms["pays"], terms["receives"]), (terms["receives"], terms["pays"])
        if kept > 0:
            claim.served[t] = min(kept, cash_left(agreed, claim, t))
            pocket = min(scope["pockets"], key=POCKETS.index)
            send(agreed, t, subject.areas, there, (pocket, ident, "population_payment"), claim.served[t])
            send(agreed, t, subject.areas, there, (pocket, ident, "own_money"), kept - claim.served[t])
        else:
            what = (scope["pockets"][0], ident, "population_payment")
            send(agreed, t, subject.areas, back, what, -kept)
    agreed.claims.append(claim)


# --- 16.8 An impact bond ----------------------------------------------------------------------------------------------


@dataclass
class Waiting:
    """What an outcome payer may have to pay, by the year of its saving: the oldest goes first."""

    by_year: dict[int, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All that waits."""
        return sum(self.by_year.values())

    def take(self, amount: float) -> dict[int, float]:
        """Take an amount out, from the oldest year on."""
        taken = {}
        for year in sorted(self.by_year):
            taken[year] = min(self.by_year[year], amount)
            self.by_year[year] -= taken[year]
            amount -= taken[year]
        return taken


def post_bond(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Run a bond over the clock."""
    region, payers = agreed.region, terms["outcome_payers"]
    subjects = {
        p: subject_of(agreed, x["party"], x["pockets"], [terms["intervention"]], terms["areas"])
        for p, x in payers.items()
    }
    claims = {p: subject.claim(region.years) for p, subject in subjects.items()}
    waiting = {p: Waiting() for p in payers}
    where = [a for a in region.areas if terms["areas"] == "all" or a in terms["areas"]]
    first, last = int(terms["years"]["first"]) - region.first, int(terms["years"]["last"]) - region.first
    asked_so_far = reached = out = 0.0
    for t in region.clock:
        there = delivered_in(agreed, terms["provider"], terms["intervention"], t)
        asked = num(terms["delivery_share"]) * sum(there[a] for a in where) if first <= t <= last else 0.0
        raised = num(terms["raised_eur"])
        invested = min(asked_so_far + asked, raised) - min(asked_so_far, raised)
        asked_so_far += asked
        if invested and terms["investor"] != terms["provider"]:
            route, what = (terms["investor"], terms["provider"]), (EIGEN, ident, "bond_investment")
            transfer_by(agreed, t, {a: there[a] for a in where}, route, what, invested)
        out = out * (1 + num(terms["return_cap_per_year"])) + invested
        if t >= first:
            for p, x in payers.items():
                reached += saved(region, subjects[p].scope(), t)
                waiting[p].by_year[t] = num(x["share"]) * cash_left(agreed, claims[p], t)
        target = terms["targets_eur"].get(region.first + t)
        if target is not None and reached >= num(target):
            together = sum(w.total for w in waiting.values())
            repaid = min(together, out)
            for p, x in payers.items():
                part = repaid * share_of(waiting[p].total, together) if repaid < together else waiting[p].total
                for year, amount in waiting[p].take(part).items():
                    claims[p].served[year] += amount
                route, what = (x["party"], terms["investor"]), (x["pockets"][0], ident, "bond_repayment")
                send(agreed, t, subjects[p].areas, route, what, part)
            out -= repaid
    assessor = terms.get("assessor") or {"fee_eur": {}}
    for year, fee in assessor["fee_eur"].items():
        what = (assessor["law"], ident, "bond_assessment")
        send(agreed, int(year) - region.first, where, (assessor["paid_by"], "resources"), what, num(fee))
    agreed.claims += claims.values()


# --- 16.9 A deprivation tariff ----------------------------------------------------------------------------------------


def post_tariff(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Run the surcharge, and the fund of each area."""
    region = agreed.region
    balance = dict.fromkeys(region.areas, 0.0)
    insurers = region.part("parties").get("insurers") or {}
    years = span(region, terms["years"])
    for t in years:
        to, own = (delivered_in(agreed, p, terms["intervention"], t) for p in (terms["to"], MUNICIPALITY))
        for area in region.areas:
            patients = num(terms["patients"].get(area, 0.0))
            surcharge = patients * euro(region, terms["surcharge_eur_per_patient"], t)
            income = patients * euro(region, terms["fund_eur_per_patient"], t)
            whole = sum(
                series[t]
                for (_, name, a), series in agreed.law.book.delivered.items()
                if (name, a) == (terms["intervention"], area)
            )
            together = whole > 0 and own[area] >= num(terms["cooperation_share"]) * whole - 1e-9 * whole
            asked = num(terms["delivery_share"]) * to[area] if together else 0.0
            balance[area] += income
            paid = min(asked, balance[area])
            balance[area] -= paid
            rest = balance[area] if t == years[-1] else 0.0
            for insurer in insurers:
                m = market_share(region, area, insurer)
                send(agreed, t, [area], (insurer, "providers"), ("zvw", ident, "deprivation_surcharge"), m * surcharge)
                send(agreed, t, [area], (insurer, ident), ("zvw", ident, "deprivation_fund"), m * income)
                send(agreed, t, [area], (ident, insurer), ("zvw", ident, "deprivation_rest"), m * rest)
            send(agreed, t, [area], (ident, terms["to"]), ("zvw", ident, "deprivation_delivery"), paid)


# --- 16.10 Municipal co-financing -------------------------------------------------------------------------------------


def bill_of(region: Region, terms: Tree, area: str, t: int, cost: float) -> float:
    """Return a part of a cost, at most the cap."""
    most = num(terms["share"]) * cost
    cap = terms.get("cap_eur_per_inhabitant")
    return most if cap is None else min(most, euro(region, cap, t) * region.inhabitants(area, t))


def post_co_financing(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Post each area's bill and its compensation."""
    region, length = agreed.region, int(terms["smoothing_years"])
    subject = subject_of(agreed, terms["to"], terms["pockets"], "all", terms["areas"])
    claim, years = subject.claim(region.years), span(region, terms["years"])
    lower = dict.fromkeys(years, 0.0)
    for area in subject.areas:
        only = Scope(subject.holder, subject.pockets, subject.works, [area], [])
        without: Series = []
        with_it: Series = []
        for t in years:
            cost = everyone(region, only, t, by_age=False)[1]
            without.append(bill_of(region, terms, area, t, cost))
            with_it.append(bill_of(region, terms, area, t, cost - saved(region, only, t)))
        for k, t in enumerate(years):
            window = range(k - length + 1, k + 1)
            expected = sum(without[max(i, 0)] for i in window) / length
            bill = sum(with_it[i] if i >= 0 else without[0] for i in window) / length
            back = num(terms["compensated_share"]) * expected
            there, home = (MUNICIPALITY, terms["to"]), (terms["compensated_by"], MUNICIPALITY)
            if terms["compensated_by"] == terms["to"]:
                net, what = bill - back, (terms["law"], ident, "co_financing")
                send(agreed, t, [area], there if net > 0 else home, what, abs(net))
            else:
                send(agreed, t, [area], there, (terms["law"], ident, "co_financing"), bill)
                send(agreed, t, [area], home, (terms["law"], ident, "co_financing_compensation"), back)
            later_bills = min(length, years[-1] - t + 1)
            lower[t] += (without[k] - with_it[k]) * later_bills / length
    for t in years:
        claim.served[t] = clip(lower[t], 0.0, cash_left(agreed, claim, t))
    agreed.claims.append(claim)


# --- 16.11 Departures -------------------------------------------------------------------------------------------------


def post_departure(agreed: Agreed, ident: str, terms: Tree) -> None:
    """Post what someone else takes over."""
    region, party = agreed.region, terms["party"]
    taker, law = terms.get("taken_over_by"), terms.get("law")
    if taker is None or law is None:
        return
    policies = [name for name, p in region.part("gemeentepolis").items() if p["insurer"] == party]
    for t in range(max(0, int(terms["from_year"]) - region.first), region.years):
        for area in region.areas:
            paid = sum(delivered_in(agreed, party, name, t)[area] for name in region.part("interventions"))
            left = paid - got_for_delivery(agreed, party, area, t)
            move_over(agreed, t, area, (taker, party), (law, ident, "take_over"), max(0.0, left))
        for name in policies:
            for area in region.areas:
                net = agreed.law.book.net.get((party, name, area), [0.0] * region.years)[t]
                move_over(agreed, t, area, (taker, party), (law, ident, "take_over"), -net)


def got_for_delivery(agreed: Agreed, party: str, area: str, t: int) -> float:
    """Return what budgets, tariffs and investors pay a party for delivery."""
    me = agreed.region.municipality(area) if party == MUNICIPALITY else party
    reasons = ("budget_delivery", "deprivation_delivery", "bond_investment")
    return sum(
        amount
        for (_, reason, _, _, taker, place, year), amount in agreed.moved.items()
        if reason in reasons and taker == me and place == area and int(year) == agreed.region.first + t
    )


def move_over(agreed: Agreed, t: int, area: str, route: tuple[str, str], what: tuple[str, str, str], x: float) -> None:
    """Post an amount of one area, the other way when it is negative."""
    send(agreed, t, [area], route if x > 0 else route[::-1], what, abs(x))
