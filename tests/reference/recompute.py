"""A scenario recomputed from docs/model.md alone, in plain Python and without the package.

One part per section of the page, in its order and with its symbols, so that the two can be read side by side. Amounts
are euro, nominal. A series is a list over the years of the clock (index t); `table[a]` is the series of area a.
"""

from __future__ import annotations

import copy
import csv
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from reference.departing import after_departures

Tree = dict[str, Any]
Series = list[float]
ByArea = dict[str, Series]
Cell = tuple[str, str, str]

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "coalition" / "data"

CARE = ("zvw", "aanvullende_verzekering", "wlz", "wmo", "jeugdwet", "wpg")
MUNICIPAL_CARE = ("wmo", "jeugdwet", "wpg")
MUNICIPAL = (*MUNICIPAL_CARE, "participatiewet", "bijzondere_bijstand")
WAGE_POCKETS = ("participatiewet", "bijzondere_bijstand", "uwv", "belasting")
LAID_OUT = ("delivery", "coordination", "policy_cost", "policy_contribution", "policy_execution")
LIFE_YEARS = "life_years"


# --- 0. Conventions -------------------------------------------------------------------------------------------------


def num(node: Any) -> float:
    """Return the value of a number, bare or as a mapping."""
    return float(node["value"] if isinstance(node, dict) else node)


def clip(x: float, low: float, high: float) -> float:
    """Return x within low and high."""
    return min(max(x, low), high)


def share_of(part: float, whole: float) -> float:
    """Divide where a share is spread: nothing of nothing is 0."""
    return part / whole if whole else 0.0


def factor_of(part: float, whole: float) -> float:
    """Divide where a factor is made: nothing of nothing leaves all as it is."""
    return part / whole if whole else 1.0


def is_number(node: Any) -> bool:
    """Tell whether a node of the file is one number."""
    return "value" in node if isinstance(node, Mapping) else isinstance(node, int | float)


def lay_over(own: Any, below: Any) -> Any:
    """Lay one's own keys over those below: mappings merge, all else is replaced, a number keeps its price year."""
    if is_number(own) and isinstance(below, Mapping) and is_number(below):
        kept = {key: below[key] for key in ("price_year", "index") if key in below}
        return {**kept, **(own if isinstance(own, Mapping) else {"value": own})}
    if isinstance(own, Mapping) and isinstance(below, Mapping) and not is_number(own) and not is_number(below):
        merged = dict(below)
        for key, value in own.items():
            merged[key] = lay_over(value, below[key]) if key in below else value
        return merged
    return own


def read_yaml(path: Path) -> Tree:
    """Read one YAML file."""
    return copy.deepcopy(parsed(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def parsed(text: str) -> Tree:
    """Parse a text, once for the many variants that stand on it."""
    return dict(YAML(typ="safe", pure=True).load(text))


def read_own_keys(folder: Path) -> Tree:
    """Read a scenario, laid over its base, its tables as lists of rows."""
    tree = read_yaml(folder / "scenario.yaml")
    region = dict(tree.get("region", {}))
    for name in ("people", "cost"):
        if name in region:
            with (folder / region[name]).open(encoding="utf-8", newline="") as lines:
                region[name] = list(csv.DictReader(lines))
    tree["region"] = region
    base = tree["scenario"].get("base")
    if base is None:
        return tree
    beside = folder / base
    return dict(lay_over(tree, read_own_keys(beside if beside.exists() else ROOT / "scenarios" / base)))


def read_scenario(folder: Path) -> Tree:
    """Read a scenario, its interventions laid over their templates."""
    tree = read_own_keys(folder)
    for ident, item in (tree.get("interventions") or {}).items():
        if "from" in item:
            template = read_yaml(DATA / "interventions" / f"{item['from']}.yaml")["model"]
            tree["interventions"][ident] = lay_over(item, template)
    return tree


@dataclass
class Region:
    """The scenario with its clock, its people and its prices."""

    tree: Tree
    first: int
    years: int
    shown: int
    parent: dict[str, str]
    classes: dict[str, list[tuple[int, int]]]
    people: dict[str, list[Series]]
    cost: dict[str, dict[str, Series]]
    cost_year: dict[str, int]
    shifts: list[tuple[str, Tree, ByArea, Tree]] = field(default_factory=list)
    effect: float = 1.0
    """The multiple of every effect, 0 for the run without any."""

    @property
    def clock(self) -> range:
        """The calculated years, t = 0, 1, …"""
        return range(self.years)

    @property
    def areas(self) -> list[str]:
        """The areas of the people table."""
        return list(self.classes)

    def part(self, name: str) -> Tree:
        """Return a part of the scenario, empty when left out."""
        return self.tree.get(name) or {}

    def municipality(self, area: str) -> str:
        """Return the municipality of an area."""
        return area if area.startswith("GM") else self.parent[area]

    def inhabitants(self, area: str, t: int) -> float:
        """Return everyone in the area."""
        return sum(series[t] for series in self.people[area])


# --- 1. Clock -------------------------------------------------------------------------------------------------------


def kernel_years(effect: Tree) -> int:
    """Return K of one effect: the calendar years in which it can work, durations at their high."""
    total = 0.0
    for key in ("onset_years", "plateau_years", "decay_years"):
        node = effect["time"][key]
        total += float(node["high"]) if isinstance(node, Mapping) and "high" in node else num(node)
    return math.ceil(total) + 1


def gained_years(tree: Tree, item: Tree) -> int:
    """Return how long a cohort with longer lives is followed; 1 without `life_years`."""
    if not item.get("life_years"):
        return 1
    node = item["life_years"]["survival_with_per_year"]
    survival = float(node["high"]) if isinstance(node, Mapping) and "high" in node else num(node)
    oldest = 120 - int(tree["target_groups"][item["target_group"]]["ages"]["from"])
    if survival >= 1:
        return oldest
    follow_up = max([num(effect["time"]["follow_up_years"]) for effect in item["effects"].values()], default=0.0)
    return min(oldest, math.ceil(follow_up + math.log(0.01) / math.log(max(survival, 0.01))) + 1)


def last_start(item: Tree) -> int:
    """Return the last calendar year in which anyone starts."""
    apart = [own["starts"]["last"] for own in (item.get("per_area") or {}).values() if "starts" in own]
    return int(max([item["starts"]["last"], *apart]))


def agreed_until(tree: Tree) -> list[int]:
    """Return the years in which what is agreed and in force has run out."""
    agreed = tree.get("arrangements") or {}
    ends = []
    for kind in agreed:
        if kind in ("order", "forbidden_links"):
            continue
        for terms in agreed[kind].values():
            if terms.get("enabled", True):
                ends += years_of(kind, terms)
    return ends


def years_of(kind: str, terms: Tree) -> list[int]:
    """Return the years in which one arrangement may still move money."""
    if kind == "contracts":
        return [int(terms["scope"]["years"]["last"]) + int(terms.get("settlement_lag_years", 0))]
    if kind == "population_payments":
        return [int(terms["scope"]["years"]["last"])]
    if kind == "side_payments":
        return [int(year) for year in terms["amounts_eur"]]
    if kind == "departures":
        paid = [int(y) for payment in (terms.get("payments") or {}).values() for y in payment["amounts_eur"]]
        return [int(terms["from_year"]), *paid]
    if kind == "impact_bonds":
        fees = (terms.get("assessor") or {"fee_eur": {}})["fee_eur"]
        return [int(terms["years"]["last"]), *map(int, terms["targets_eur"]), *map(int, fees)]
    return [int(terms["years"]["last"])]


def clock_years(tree: Tree) -> tuple[int, int]:
    """Return how many years are calculated and how many are shown."""
    first = int(tree["scenario"]["first_year"])
    ends = [first]
    interventions = tree.get("interventions") or {}
    for item in interventions.values():
        kernel = max([kernel_years(effect) for effect in (item.get("effects") or {}).values()], default=1)
        cost = item.get("cost") or {}
        programme = max(len(cost.get("per_starter", [])), len(cost.get("per_completer", [])), 1)
        ends.append(last_start(item) + max(kernel, programme, gained_years(tree, item)) - 1)
    coordination = (tree.get("payers") or {}).get("coordination")
    if coordination:
        ends.append(int(coordination["years"]["last"]))
    ends += [int(policy.get("last_year") or first) for policy in (tree.get("gemeentepolis") or {}).values()]
    last = max(ends)
    if interventions:
        equalisation = (tree.get("holders") or {}).get("equalisation")
        longest = max([len(shares) for shares in equalisation["clawback"].values()], default=0) if equalisation else 0
        last += max(longest, 1 if equalisation else 0, 2)
    last = max([last, *agreed_until(tree)])
    horizon = tree["scenario"].get("horizon_years")
    if horizon is None:
        return last - first + 1, last - first + 1
    return max(last - first + 1, int(horizon)), int(horizon)


# --- 2. Prices ------------------------------------------------------------------------------------------------------


def published_prices() -> dict[int, float]:
    """Read D(y) of the known years."""
    values = read_yaml(DATA / "parameters" / "cpi.yaml")["cpi"]["values"]
    return {day.year: float(item["value"]) for day, item in values.items() if item["value"] is not None}


KNOWN_PRICES = published_prices()


def consumer_prices(region: Region, year: int) -> float:
    """D(y)."""
    if year in KNOWN_PRICES:
        return KNOWN_PRICES[year]
    growth = 1 + num(region.tree["region"]["general_index_per_year"])
    return KNOWN_PRICES[2025] * growth ** (year - 2025)


def euro(region: Region, amount: Tree | None, t: int) -> float:
    """Return an amount in euro of year t; nothing where it is left out."""
    if amount is None:
        return 0.0
    if amount["index"] == "nominal":
        return num(amount)
    return num(amount) * consumer_prices(region, region.first + t) / consumer_prices(region, int(amount["price_year"]))


def cost_growth(region: Region, pocket: str, t: int) -> float:
    """g_q(y)."""
    growth = 1 + num(region.tree["region"]["growth_per_year"][pocket])
    return float(growth ** (region.first + t - region.cost_year[pocket]))


# --- 3. People and target groups ------------------------------------------------------------------------------------


def straight_line(points: dict[int, float], year: int) -> float:
    """Return the people in a year: on straight lines between the counts, constant before and after."""
    known = sorted(points)
    if year <= known[0]:
        return points[known[0]]
    for before, after in pairwise(known):
        if year <= after:
            return points[before] + (points[after] - points[before]) * (year - before) / (after - before)
    return points[known[-1]]


def build_region(tree: Tree) -> Region:
    """Put the people and the cost on the clock."""
    first = int(tree["scenario"]["first_year"])
    years, shown = clock_years(tree)
    counts: dict[str, dict[tuple[int, int], dict[int, float]]] = {}
    parent = {}
    for row in tree["region"]["people"]:
        ages = (int(row["age_from"]), int(row["age_to"] or 120))
        counts.setdefault(row["area"], {}).setdefault(ages, {})[int(row["year"])] = float(row["people"])
        parent[row["area"]] = row["parent"]
    classes = {area: sorted(per_class) for area, per_class in counts.items()}
    people = {
        area: [[straight_line(counts[area][ages], first + t) for t in range(years)] for ages in classes[area]]
        for area in classes
    }
    cost: dict[str, dict[str, Series]] = {}
    cost_year = {}
    for row in tree["region"].get("cost", []):
        place = classes[row["area"]].index((int(row["age_from"]), int(row["age_to"] or 120)))
        per_area = cost.setdefault(row["pocket"], {area: [0.0] * len(classes[area]) for area in classes})
        per_area[row["area"]][place] = float(row["cost_eur_per_person"])
        cost_year[row["pocket"]] = int(row["price_year"])
    return Region(tree, first, years, shown, parent, classes, people, cost, cost_year)


def age_weights(region: Region, group: Tree, area: str) -> Series:
    """W_c of every class of the area."""
    start = num(group["ages"]["from"])
    end = 120.0 if group["ages"].get("to") is None else num(group["ages"]["to"])
    return [
        max(0.0, min(age_to, end) - max(age_from, start) + 1) / (age_to - age_from + 1)
        for age_from, age_to in region.classes[area]
    ]


def people_of_ages(region: Region, group: Tree, area: str, t: int) -> float:
    """N_g[a,t]."""
    weights = age_weights(region, group, area)
    return sum(weight * series[t] for weight, series in zip(weights, region.people[area], strict=True))


def prevalence(region: Region, group: Tree, area: str, t: int) -> float:
    """Return the part of the people that is in the risk class, after the shifts calculated so far."""
    if "risk_class" not in group:
        return 1.0
    factor, name = group["risk_class"]["factor"], group["risk_class"]["class"]
    before = num(region.part("risk_factors")[factor]["classes"][name]["prevalence"])
    after = before
    for shifted_factor, shifted, reached, other in region.shifts:
        if shifted_factor == factor:
            common = {"ages": both_ages(group["ages"], other["ages"])}
            part = share_of(people_of_ages(region, common, area, t), people_of_ages(region, group, area, t))
            after += reached[area][t] * part * (num(shifted[name]) - before)
    return clip(after, 0.0, 1.0)


def both_ages(one: Tree, other: Tree) -> Tree:
    """Ages that lie in both ranges; from above to when there are none."""
    ends = [ages["to"] for ages in (one, other) if ages.get("to") is not None]
    return {"from": max(one["from"], other["from"]), **({"to": min(ends)} if ends else {})}


def group_size(region: Region, ident: str) -> ByArea:
    """G[a,t]."""
    group = region.part("target_groups")[ident]
    size: ByArea = {area: [] for area in region.areas}
    for t in region.clock:
        of_ages = {area: people_of_ages(region, group, area, t) for area in region.areas}
        for area in region.areas:
            if "count" in group:
                units = num(group["count"]) * share_of(of_ages[area], sum(of_ages.values()))
            else:
                own = (group.get("areas") or {}).get(area) or {}
                units = num(own.get("share", group.get("share"))) * of_ages[area]
            size[area].append(units * prevalence(region, group, area, t))
    return size


def cost_per_unit(region: Region, ident: str, pocket: str) -> ByArea:
    """C[a,q,t]."""
    group = region.part("target_groups")[ident]
    cost: ByArea = {}
    for area in region.areas:
        own = (group.get("areas") or {}).get(area) or {}
        by_pocket = group.get("cost_multiplier_by_pocket") or {}
        multiple = num(own.get("cost_multiplier", by_pocket.get(pocket, group["cost_multiplier"])))
        weights = age_weights(region, group, area)
        cost[area] = []
        for t in region.clock:
            spent = heads = 0.0
            for weight, series, price in zip(weights, region.people[area], region.cost[pocket][area], strict=True):
                spent += weight * series[t] * price
                heads += weight * series[t]
            cost[area].append(multiple * cost_growth(region, pocket, t) * share_of(spent, heads))
    return cost


# --- 11. Cells (here, because every posting goes into them) ---------------------------------------------------------


@dataclass
class Book:
    """What every party lays out, receives back and wins or loses, per pocket, intervention and year."""

    years: int
    laid_out: dict[Cell, Series] = field(default_factory=dict)
    received: dict[Cell, Series] = field(default_factory=dict)
    effect: dict[Cell, Series] = field(default_factory=dict)
    won: dict[tuple[str, str, str, str], Series] = field(default_factory=dict)
    """The effect per party, pocket, intervention and area: the cash that an arrangement may share."""
    delivered: dict[tuple[str, str, str], Series] = field(default_factory=dict)
    """What a party pays for the delivery of an intervention in an area."""
    net: dict[tuple[str, str, str], Series] = field(default_factory=dict)
    """Received − paid of a party through an intervention or policy in an area, for whatever reason."""

    def post(
        self, where: tuple[str, int], route: tuple[str, str], reason: str, what: tuple[str, str], amount: float
    ) -> None:
        """Post an amount that goes from one account to another, in a pocket and for an intervention."""
        area, t = where
        giver, taker = route
        pocket, intervention = what
        if amount == 0:
            return
        for party, sign in ((giver, -1), (taker, 1)):
            self.net.setdefault((party, intervention, area), [0.0] * self.years)[t] += sign * amount
        if reason == "delivery":
            self.delivered.setdefault((giver, intervention, area), [0.0] * self.years)[t] += amount
        if reason not in LAID_OUT:
            for party, sign in ((giver, -1), (taker, 1)):
                place = (party, pocket, intervention, area)
                self.won.setdefault(place, [0.0] * self.years)[t] += sign * amount
        if reason in LAID_OUT:
            self._add(self.laid_out, (giver, pocket, intervention), t, amount)
            self._add(self.received, (taker, pocket, intervention), t, amount)
        else:
            self._add(self.effect, (giver, pocket, intervention), t, -amount)
            self._add(self.effect, (taker, pocket, intervention), t, amount)

    def copied(self) -> Book:
        """Return a book of its own with the same amounts, for what is agreed on top."""
        sides = (self.laid_out, self.received, self.effect)
        laid_out, received, effect = ({cell: [*series] for cell, series in side.items()} for side in sides)
        return Book(self.years, laid_out, received, effect, self.won, self.delivered, self.net)

    def transfer(self, t: int, route: tuple[str, str], pocket: str, ident: str, amount: float) -> None:
        """Post what is agreed: the receiver books it as received, the payer as an effect of minus the amount."""
        giver, taker = route
        if amount != 0:
            self._add(self.effect, (giver, pocket, ident), t, -amount)
            self._add(self.received, (taker, pocket, ident), t, amount)

    def _add(self, side: dict[Cell, Series], cell: Cell, t: int, amount: float) -> None:
        side.setdefault(cell, [0.0] * self.years)[t] += amount

    def cells(self) -> dict[Cell, tuple[Series, Series]]:
        """Return paid and gained of every cell, those of the account `resources` too."""
        nothing = [0.0] * self.years
        result = {}
        for cell in sorted({*self.laid_out, *self.received, *self.effect}):
            laid_out = self.laid_out.get(cell, nothing)
            received = self.received.get(cell, nothing)
            effect = self.effect.get(cell, nothing)
            paid = [out + max(0.0, -won) for out, won in zip(laid_out, effect, strict=True)]
            gained = [back + max(0.0, won) for back, won in zip(received, effect, strict=True)]
            result[cell] = (paid, gained)
        return result


# --- 4. Gemeentepolis -----------------------------------------------------------------------------------------------


def in_force(region: Region, policy: Tree, area: str, t: int) -> bool:
    """F[a,t]."""
    year, last = region.first + t, policy.get("last_year")
    return (
        region.municipality(area) in policy["areas"]
        and int(policy["first_year"]) <= year
        and (last is None or year <= int(last))
    )


def enrolled_by_band(region: Region, policy: Tree, area: str, t: int) -> dict[str, float]:
    """E_b."""
    people = region.inhabitants(area, t) if in_force(region, policy, area, t) else 0.0
    return {
        name: people * num(band["share_of_people"]) * num(policy["uptake"]) for name, band in policy["bands"].items()
    }


def policy_money(region: Region, book: Book) -> None:
    """Post the money that each policy moves by itself."""
    for ident, policy in region.part("gemeentepolis").items():
        for area in region.areas:
            for t in region.clock:
                bands = enrolled_by_band(region, policy, area, t)
                if policy["method"] == "mkba":
                    policy_by_mkba(region, book, (ident, policy, area, t), sum(bands.values()))
                else:
                    policy_by_components(region, book, (ident, policy, area, t), bands)


def policy_by_mkba(region: Region, book: Book, where: tuple[str, Tree, str, int], enrolled: float) -> None:
    """Post the rows of the method mkba."""
    ident, policy, area, t = where
    municipality, figures = region.municipality(area), policy["mkba"]
    for reason, route, key in (
        ("policy_cost", (municipality, "residents"), "municipal_cost_per_year"),
        ("policy_benefit", ("resources", municipality), "municipal_benefit_per_year"),
        ("policy_benefit", ("resources", "residents"), "benefit_outside_municipality_per_year"),
    ):
        units = enrolled * (region.effect if reason == "policy_benefit" else 1.0)
        book.post((area, t), route, reason, ("bijzondere_bijstand", ident), units * euro(region, figures[key], t))


def policy_by_components(
    region: Region, book: Book, where: tuple[str, Tree, str, int], bands: dict[str, float]
) -> None:
    """Post the rows of the method components, then those per tier."""
    ident, policy, area, t = where
    town, insurer, enrolled = region.municipality(area), policy["insurer"], sum(bands.values())
    for name, units in bands.items():
        amount = units * 12 * euro(region, policy["bands"][name]["contribution_per_month"], t)
        book.post((area, t), (town, "residents"), "policy_contribution", ("bijzondere_bijstand", ident), amount)
    for reason, pocket, route, key in (
        ("policy_execution", "bijzondere_bijstand", (town, "resources"), "execution_per_year"),
        ("policy_benefit", "bijzondere_bijstand", ("residents", town), "special_assistance_avoided_per_year"),
        ("policy_benefit", "bijzondere_bijstand", ("resources", town), "municipal_arrears_cost_avoided_per_year"),
        ("policy_benefit", "zvw", ("residents", insurer), "insurer_arrears_avoided_per_year"),
        ("policy_claims", "zvw", (insurer, "resources"), "induced_care_per_year"),
    ):
        units_now = enrolled * (region.effect if reason == "policy_benefit" else 1.0)
        amount = units_now * euro(region, policy["components"].get(key), t)
        book.post((area, t), route, reason, (pocket, ident), amount)
    to_insurer, to_residents, extra = ("residents", insurer), (insurer, "residents"), "aanvullende_verzekering"
    for tier in (policy.get("tiers") or {}).values():
        units = enrolled * num(tier["share_of_enrolled"])
        for reason, pocket, route, key, times in (
            ("policy_premium", extra, to_insurer, "list_premium_supplementary_per_month", 12),
            ("policy_premium", extra, to_insurer, "own_risk_rider_per_month", 12),
            ("policy_premium", "zvw", to_residents, "discount_basic_per_month", 12),
            ("policy_premium", extra, to_residents, "discount_supplementary_per_month", 12),
            ("policy_claims", extra, to_residents, "own_risk_claims_per_year", 1),
            ("policy_claims", extra, to_residents, "wmo_contribution_covered_per_year", 1),
            ("policy_claims", extra, to_residents, "claims_per_year", 1),
        ):
            book.post((area, t), route, reason, (pocket, ident), times * units * euro(region, tier.get(key), t))


def with_module(region: Region, item: Tree) -> list[Tree]:
    """Return the policies that have the module of an intervention."""
    if "policy_module" not in item:
        return []
    name = item["policy_module"]["module"]
    return [policy for policy in region.part("gemeentepolis").values() if name in (policy.get("modules") or {})]


def covered(region: Region, item: Tree, area: str, t: int) -> bool:
    """Tell whether a policy with the module is in force: covered[a,t]."""
    return any(in_force(region, policy, area, t) for policy in with_module(region, item))


def most_per_starter(region: Region, item: Tree, area: str, t: int) -> float:
    """R[a,t]."""
    return sum(
        euro(region, policy["modules"][item["policy_module"]["module"]]["max_per_starter"], t)
        for policy in with_module(region, item)
        if in_force(region, policy, area, t)
    )


# --- 5. Starters ----------------------------------------------------------------------------------------------------


def market_share(region: Region, area: str, insurer: str) -> float:
    """m[a,n]."""
    apart = ((region.part("holders").get("market_shares_by_area")) or {}).get(area)
    return num(apart[insurer]) if apart else num(region.part("parties")["insurers"][insurer]["market_share"])


def insurers(region: Region) -> list[str]:
    """Return the ids of the insurers."""
    return list(region.part("parties").get("insurers") or {})


def own_or(item: Tree, area: str, key: str) -> Any:
    """Return what the area states for itself, else what the intervention states."""
    own = (item.get("per_area") or {}).get(area) or {}
    return own.get(key, item.get(key))


def areas_of(region: Region, item: Tree) -> list[str]:
    """Return the areas of an intervention."""
    return region.areas if item["areas"] == "all" else [area for area in region.areas if area in item["areas"]]


def can_start(region: Region, item: Tree, area: str, t: int) -> bool:
    """Tell whether people can start in the area in year t."""
    starts = own_or(item, area, "starts")
    return int(starts["first"]) <= region.first + t <= int(starts["last"])


def starting_part(region: Region, item: Tree, area: str, t: int) -> float:
    """T[a,t]."""
    if not can_start(region, item, area, t):
        return 0.0
    ramp = [num(step) for step in item.get("ramp_up") or [1.0]]
    since = region.first + t - int(own_or(item, area, "starts")["first"])
    level = ramp[min(since, len(ramp) - 1)]
    if item["approach"] == "high_risk":
        return level
    return level - (ramp[min(since - 1, len(ramp) - 1)] if since > 0 else 0.0)


def starters(region: Region, item: Tree, size: ByArea) -> tuple[ByArea, ByArea]:
    """S[a,t] and H[a,t], the starters that have the module."""
    all_of_them: ByArea = {area: [0.0] * region.years for area in region.areas}
    by_module: ByArea = {area: [0.0] * region.years for area in region.areas}
    module = item.get("policy_module")
    for t in region.clock:
        for area in areas_of(region, item):
            units = size[area][t] * starting_part(region, item, area, t)
            reach = num(own_or(item, area, "reach"))
            if "members_of" in item:
                reach *= market_share(region, area, item["members_of"])
            u = num(module["enrolled_share_of_group"]) if module and covered(region, item, area, t) else 0.0
            with_it = units * u * num(module["reach"]) if module else 0.0
            total = units * (1 - u) * reach + with_it
            room = (
                own_or(item, area, "capacity_per_year")
                if "capacity_per_year" in ((item.get("per_area") or {}).get(area) or {})
                else None
            )
            first_factor = 1.0 if room is None else min(1.0, factor_of(num(room), total))
            all_of_them[area][t], by_module[area][t] = total * first_factor, with_it * first_factor
        if item.get("capacity_per_year") is not None:
            together = sum(series[t] for series in all_of_them.values())
            second_factor = min(1.0, factor_of(num(item["capacity_per_year"]), together))
            for area in region.areas:
                all_of_them[area][t] *= second_factor
                by_module[area][t] *= second_factor
    return all_of_them, by_module


# --- 6. Delivery ----------------------------------------------------------------------------------------------------


@dataclass
class Delivery:
    """D_j[a,t] as rest[a][t][j], B[a,t] and Φ[a,t]."""

    rest: dict[str, list[Series]]
    by_module: ByArea
    fixed: ByArea

    def total(self, area: str, t: int) -> float:
        """Σ_j D_j + B + Φ."""
        return sum(self.rest[area][t]) + self.by_module[area][t] + self.fixed[area][t]


def unit_cost(region: Region, item: Tree, area: str, when: tuple[int, int]) -> float:
    """unit_j[a,t]."""
    j, t = when
    cost = item.get("cost") or {}
    starter, completer = cost.get("per_starter", []), cost.get("per_completer", [])
    each = euro(region, starter[j], t) if j < len(starter) else 0.0
    extra = euro(region, completer[j], t) if j < len(completer) else 0.0
    return each + (num(own_or(item, area, "completion")) * extra if extra else 0.0)


def delivery(region: Region, item: Tree, size: ByArea, started: tuple[ByArea, ByArea]) -> Delivery:
    """Return what delivery costs, and which part of it the modules pay."""
    all_of_them, with_it = started
    cost = item.get("cost") or {}
    programme = max(len(cost.get("per_starter", [])), len(cost.get("per_completer", [])), 1)
    rest = {area: [[0.0] * programme for _ in region.clock] for area in region.areas}
    by_module: ByArea = {area: [0.0] * region.years for area in region.areas}
    fixed: ByArea = {area: [0.0] * region.years for area in region.areas}
    places = areas_of(region, item)
    for area in places:
        for s in region.clock:
            left = most_per_starter(region, item, area, s)
            for j in range(programme):
                t = s + j
                if t >= region.years:
                    break
                unit = unit_cost(region, item, area, (j, t))
                paid = min(unit, left) if covered(region, item, area, t) else 0.0
                left -= paid
                by_module[area][t] += with_it[area][s] * paid
                here = all_of_them[area][s] * lives_there(item, size, area, (s, t))
                rest[area][t][j] = here * unit - with_it[area][s] * paid
    for t in region.clock:
        if any(can_start(region, item, area, t) for area in places):
            whole = sum(size[area][t] for area in places)
            for area in places:
                part = size[area][t] / whole if whole else 1 / len(places)
                fixed[area][t] = euro(region, cost.get("fixed_per_year"), t) * part
    return Delivery(rest, by_module, fixed)


# --- 7. Effects -----------------------------------------------------------------------------------------------------


@dataclass
class Stream:
    """One effect of one intervention in one pocket, per area, year and age k of the cohort where needed."""

    name: str
    pocket: str
    care_kind: str | None
    avoided: dict[str, list[Series]]  # A[a,k,t] as avoided[a][t][k]
    moved: ByArea  # M[a,t]
    wage: ByArea  # W[a,t]
    working: ByArea  # U[a,t]
    ceiling: Tree | None
    kept: ByArea = field(default_factory=dict)  # f[a,t]
    units: dict[tuple[str, int, int], float] = field(default_factory=dict)  # U[a,k,t]

    def alone(self, area: str, t: int) -> float:
        """A[a,t]."""
        return sum(self.avoided[area][t])

    def after_overlap(self, area: str, t: int) -> float:
        """X[a,t]."""
        return self.kept[area][t] * self.alone(area, t)


@dataclass
class Work:
    """One intervention, calculated up to its streams."""

    ident: str
    item: Tree
    starters: ByArea
    by_module: ByArea
    delivery: Delivery
    streams: list[Stream]
    size: ByArea

    def present(self, area: str, s: int, t: int) -> float:
        """How many of each one reached in year s are there in year t: a place keeps up with its people."""
        return lives_there(self.item, self.size, area, (s, t))


def lives_there(item: Tree, size: ByArea, area: str, years: tuple[int, int]) -> float:
    """G[t] / G[s] for a population approach, 1 for a high-risk one."""
    if item["approach"] != "population" or size[area][years[0]] == size[area][years[1]]:
        return 1.0
    return share_of(size[area][years[1]], size[area][years[0]])


def time_weight(effect: Tree, k: int) -> float:
    """w[k]."""
    time = effect["time"]
    onset, plateau, decay = (num(time[key]) for key in ("onset_years", "plateau_years", "decay_years"))

    def integral(x: float) -> float:
        p, q = clip(x - onset, 0.0, plateau), clip(x - onset - plateau, 0.0, decay)
        return p + (q - q * q / (2 * decay) if decay else 0.0)

    phi = num(time["first_year_share"])
    return integral(phi) if k == 0 else integral(phi + k) - integral(phi + k - 1)


def shares_of_pockets(effect: Tree) -> dict[str, float]:
    """Return the pockets of an effect, with the part of the whole that each of them has."""
    if effect["kind"] in ("qaly", "monetised"):
        return {}
    if effect["kind"] == "events":
        return {pocket: num(share) for pocket, share in effect["split"].items()}
    return {effect["pocket"]: 1.0}


def worth(region: Region, item: Tree, effect: Tree, pocket: str) -> ByArea:
    """v[a,t] in one pocket."""
    kind = effect["kind"]
    if kind in ("relative", "risk_shift"):
        part = num(effect["cause_share"]) * (num(effect["reduction"]) if kind == "relative" else impact(region, effect))
        cost = cost_per_unit(region, item["target_group"], pocket)
        return {area: [part * amount for amount in series] for area, series in cost.items()}
    if kind == "euro":
        per_year = [euro(region, effect["avoided_per_year"], t) for t in region.clock]
    else:
        avoided = num(effect["events_per_person_year"]) * num(effect["risk_multiplier"]) * num(effect["reduction"])
        share = num(effect["split"][pocket])
        per_year = [share * avoided * euro(region, effect["cost_per_event"], t) for t in region.clock]
    return dict.fromkeys(region.areas, per_year)


def impact(region: Region, effect: Tree) -> float:
    """PIF."""
    classes = region.part("risk_factors")[effect["factor"]]["classes"]
    before = sum(num(c["prevalence"]) * num(c["relative_risk"]) for c in classes.values())
    after = sum(num(effect["shifted"][name]) * num(c["relative_risk"]) for name, c in classes.items())
    return 1 - after / before


def correction(item: Tree, effect: Tree, area: str) -> float:
    """Return the part of the starters in which the effect is the programme's own."""
    part = num(own_or(item, area, "completion")) if effect["per"] == "completer" else 1.0
    if effect["comparator"] == "uncontrolled":
        part *= 1 - num(effect["deadweight"])
    return part


def still_there(region: Region, item: Tree, follow_up: float, k: int) -> tuple[float, float]:
    """alive[k] and stays[k]."""
    if item["approach"] == "population":
        return 1.0, 1.0
    group = region.part("target_groups")[item["target_group"]]
    survival = num(group["survival_per_year"])
    if "life_years" in item:
        survival = num(item["life_years"]["survival_with_per_year"])
    later = max(0.0, k - follow_up)
    return float(survival**later), float((1 - num(group["moves_per_year"])) ** later)


def empty_stream(region: Region, name: str, pocket: str, care_kind: str | None, ceiling: Tree | None) -> Stream:
    """Return a stream without anything in it."""
    nothing: list[ByArea] = [{area: [0.0] * region.years for area in region.areas} for _ in range(3)]
    avoided = {area: [[0.0] * region.years for _ in region.clock] for area in region.areas}
    return Stream(name, pocket, care_kind, avoided, nothing[0], nothing[1], nothing[2], ceiling)


def effect_stream(region: Region, work: Work, named: tuple[str, Tree], pocket: str) -> Stream:
    """Return A, M, W and U of one effect in one pocket."""
    name, effect = named
    stream = empty_stream(region, name, pocket, effect.get("care_kind"), effect.get("ceiling_per_unit"))
    v = worth(region, work.item, effect, pocket)
    follow_up = num(effect["time"]["follow_up_years"])
    weights = [time_weight(effect, k) for k in region.clock]
    there = [still_there(region, work.item, follow_up, k) for k in region.clock]
    wage = effect.get("wage_instead_per_year") if pocket in WAGE_POCKETS else None
    for area in region.areas:
        own_part = correction(work.item, effect, area)
        for t in region.clock:
            each = v[area][t] * own_part
            for k in range(t + 1):
                alive, stays = there[k]
                units = work.starters[area][t - k] * work.present(area, t - k, t) * weights[k] * alive
                stream.avoided[area][t][k] = units * each
                stream.working[area][t] += units
                stream.units[area, k, t] = units
                if pocket in MUNICIPAL:
                    stream.moved[area][t] += units * each * (1 - stays)
            stream.wage[area][t] = stream.working[area][t] * own_part * euro(region, wage, t)
            if effect["includes_delivery"]:
                add_delivery(work.delivery, stream, (area, t), own_part * shares_of_pockets(effect)[pocket])
    return stream


def add_delivery(cost: Delivery, stream: Stream, where: tuple[str, int], share: float) -> None:
    """Add back the delivery that a measured change was already net of."""
    area, t = where
    ages = stream.avoided[area][t]
    for j, amount in enumerate(cost.rest[area][t]):
        if j < len(ages):
            ages[j] += share * amount
    ages[0] += share * (cost.by_module[area][t] + cost.fixed[area][t])


def life_year_stream(region: Region, work: Work, pocket: str) -> Stream:
    """Return the cost of gained life-years in one pocket."""
    stream = empty_stream(region, LIFE_YEARS, pocket, "medicine_and_diagnosis", None)
    with_it = num(work.item["life_years"]["survival_with_per_year"])
    without = num(work.item["life_years"]["survival_without_per_year"])
    effects = (work.item.get("effects") or {}).values()
    follow_up = max([num(effect["time"]["follow_up_years"]) for effect in effects], default=0.0)
    cost = cost_per_unit(region, work.item["target_group"], pocket)
    for area in region.areas:
        for t in region.clock:
            for k in range(t + 1):
                later = max(0.0, k - follow_up)
                stays = still_there(region, work.item, follow_up, k)[1]
                amount = -cost[area][t] * work.starters[area][t - k] * (with_it**later - without**later)
                stream.avoided[area][t][k] = amount
                if pocket in MUNICIPAL:
                    stream.moved[area][t] += amount * (1 - stays)
    return stream


def calculate(region: Region, ident: str, item: Tree) -> Work:
    """Calculate one intervention by sections 5, 6 and 7, and remember how it shifts risk factors."""
    size = group_size(region, item["target_group"])
    started, by_module = starters(region, item, size)
    work = Work(ident, item, started, by_module, delivery(region, item, size, (started, by_module)), [], size)
    effects = item.get("effects") or {}
    for named in effects.items():
        work.streams += [effect_stream(region, work, named, pocket) for pocket in shares_of_pockets(named[1])]
    if "life_years" in item:
        work.streams += [life_year_stream(region, work, pocket) for pocket in CARE if pocket in region.cost]
    for stream in work.streams:
        for area in region.areas:
            stream.avoided[area] = [[region.effect * a for a in ages] for ages in stream.avoided[area]]
            stream.moved[area] = [region.effect * a for a in stream.moved[area]]
            stream.wage[area] = [region.effect * a for a in stream.wage[area]]
    seen = set()
    for effect in effects.values():
        if item["approach"] == "population" and effect["kind"] == "risk_shift" and effect["factor"] not in seen:
            seen.add(effect["factor"])
            group = region.part("target_groups")[item["target_group"]]
            region.shifts.append((effect["factor"], effect["shifted"], shifted_part(region, work, effect), group))
    return work


def shifted_part(region: Region, work: Work, effect: Tree) -> ByArea:
    """First factor of r[a,t] of section 3: per person of the ages of the group that the shift acts on."""
    reached: ByArea = {}
    group = region.part("target_groups")[work.item["target_group"]]
    for area in region.areas:
        own_part = correction(work.item, effect, area)
        reached[area] = [
            share_of(
                region.effect
                * own_part
                * sum(
                    work.starters[area][s] * work.present(area, s, t) * time_weight(effect, t - s) for s in range(t + 1)
                ),
                people_of_ages(region, group, area, t),
            )
            for t in region.clock
        ]
    return reached


# --- 8. Overlap -----------------------------------------------------------------------------------------------------


def shapley(parts: list[float]) -> list[float]:
    """φ_i of independent players, the integral of the polynomial worked out exactly."""
    result = []
    for i, own in enumerate(parts):
        polynomial = [1.0]
        for j, other in enumerate(parts):
            if j != i:
                longer = [*polynomial, 0.0]
                for power, coefficient in enumerate(polynomial):
                    longer[power + 1] -= coefficient * other
                polynomial = longer
        result.append(own * sum(coefficient / (power + 1) for power, coefficient in enumerate(polynomial)))
    return result


@dataclass
class Player:
    """One intervention in one pocket, area and year: A_i, U_i, and L_i (None when no ceiling binds it)."""

    work: Work
    avoided: float
    working: float
    ceiling: float | None


def players_of(region: Region, works: list[Work], pocket: str, where: tuple[str, int]) -> dict[str, list[Player]]:
    """Return the interventions with an effect in the pocket, by target group."""
    area, t = where
    groups: dict[str, list[Player]] = {}
    for work in works:
        streams = [stream for stream in work.streams if stream.pocket == pocket]
        if not streams:
            continue
        avoided = sum(max(0.0, stream.alone(area, t)) for stream in streams)
        effects = [stream for stream in streams if stream.name != LIFE_YEARS]
        working = max([stream.working[area][t] for stream in effects], default=0.0)
        limits = [euro(region, stream.ceiling, t) for stream in effects if stream.ceiling is not None]
        ceiling = max(limits) if effects and len(limits) == len(effects) else None
        groups.setdefault(work.item["target_group"], []).append(Player(work, avoided, working, ceiling))
    return groups


def standing_size(region: Region, ident: str, size: ByArea, players: list[Player]) -> ByArea:
    """G as in Base: of a group that is renewed each year, the flows of as many years as an effect can last."""
    if not region.part("target_groups")[ident].get("renewed_each_year"):
        return size
    effects = [effect for player in players for effect in (player.work.item.get("effects") or {}).values()]
    back = max([kernel_years(effect) for effect in effects], default=1)
    return {area: [sum(flow[max(0, t - back + 1) : t + 1]) for t in region.clock] for area, flow in size.items()}


def inside_group(region: Region, players: list[Player], units: float, base: float) -> list[float]:
    """f_i inside one target group, of which the whole cost is `base`."""
    x = [clip(share_of(player.avoided, base), 0.0, 1.0) for player in players]
    names = [player.work.ident for player in players]
    teams: list[tuple[list[int], list[float]]] = []
    paired = set()
    for pair in region.tree.get("overlap") or []:
        if not all(name in names for name in pair["between"]):
            continue
        i, j = (names.index(name) for name in pair["between"])
        p1, p2 = (max(clip(share_of(players[n].working, units), 0.0, 1.0), x[n]) for n in (i, j))
        both = max(num(pair["share_of_smaller"]) * min(p1, p2), p1 + p2 - 1)
        common = share_of(x[i] * x[j] * both, p1 * p2)
        teams.append(([i, j], [x[i] - common / 2, x[j] - common / 2]))
        paired |= {i, j}
    teams += [([i], [x[i]]) for i in range(len(players)) if i not in paired]
    phi = [0.0] * len(players)
    for (members, parts), whole in zip(teams, shapley([sum(parts) for _, parts in teams]), strict=True):
        for member, part in zip(members, parts, strict=True):
            phi[member] = whole * share_of(part, sum(parts))
    return [
        factor_of(share * base, player.avoided) if player.avoided > 0 else 1.0
        for share, player in zip(phi, players, strict=True)
    ]


def between_groups(region: Region, pocket: str, where: tuple[str, int], amounts: dict[str, float]) -> dict[str, float]:
    """f_h of every group h with its amount Z_h.

    Every age class is taken by itself here: classes of one block have the same x, so the outcome is that of blocks.
    """
    area, t = where
    growth = cost_growth(region, pocket, t)
    everyone = [
        series[t] * price * growth for series, price in zip(region.people[area], region.cost[pocket][area], strict=True)
    ]
    weights = {name: age_weights(region, region.part("target_groups")[name], area) for name in amounts}
    weighed = {name: sum(w * k for w, k in zip(weights[name], everyone, strict=True)) for name in amounts}
    together = dict.fromkeys(amounts, 0.0)
    for c, whole in enumerate(everyone):
        x = [
            clip(share_of(share_of(amounts[name] * weights[name][c] * whole, weighed[name]), whole), 0.0, 1.0)
            for name in amounts
        ]
        for name, part in zip(amounts, shapley(x), strict=True):
            together[name] += part * whole
    return {name: factor_of(together[name], amounts[name]) for name in amounts}


def under_ceilings(players: list[Player], units: float) -> list[float]:
    """f_i in a pocket without a baseline, within one group."""
    own = [
        1.0 if player.ceiling is None else min(1.0, factor_of(player.ceiling * player.working, player.avoided))
        for player in players
    ]
    limits = [player.ceiling for player in players]
    if None in limits:
        return own
    most = max(limit for limit in limits if limit is not None) * min(sum(p.working for p in players), units)
    claimed = sum(part * player.avoided for part, player in zip(own, players, strict=True))
    together = min(1.0, factor_of(most, claimed))
    return [part * together for part in own]


def overlap(region: Region, works: list[Work]) -> None:
    """Give every stream its f[a,t]."""
    for work in works:
        for stream in work.streams:
            stream.kept = {area: [1.0] * region.years for area in region.areas}
    sizes = {ident: group_size(region, ident) for ident in region.part("target_groups")}
    for pocket in {stream.pocket for work in works for stream in work.streams}:
        costs = {ident: cost_per_unit(region, ident, pocket) for ident in sizes} if pocket in region.cost else {}
        for area in region.areas:
            for t in region.clock:
                overlap_once(region, players_of(region, works, pocket, (area, t)), (pocket, area, t), (sizes, costs))


def overlap_once(
    region: Region,
    groups: dict[str, list[Player]],
    where: tuple[str, str, int],
    known: tuple[dict[str, ByArea], dict[str, ByArea]],
) -> None:
    """Set f of all streams in one pocket, area and year."""
    pocket, area, t = where
    sizes, costs = known
    factors: dict[str, list[float]] = {}
    for ident, players in groups.items():
        units = standing_size(region, ident, sizes[ident], players)[area][t]
        if costs:
            factors[ident] = inside_group(region, players, units, units * costs[ident][area][t])
        else:
            factors[ident] = under_ceilings(players, units)
    if costs:
        amounts = {
            ident: sum(player.avoided * f for player, f in zip(players, factors[ident], strict=True))
            for ident, players in groups.items()
        }
        standing = {i: z for i, z in amounts.items() if not region.part("target_groups")[i].get("renewed_each_year")}
        for ident, outer in between_groups(region, pocket, (area, t), standing).items():
            factors[ident] = [inner * outer for inner in factors[ident]]
    for ident, players in groups.items():
        for player, f in zip(players, factors[ident], strict=True):
            for stream in player.work.streams:
                if stream.pocket == pocket and stream.alone(area, t) > 0:
                    stream.kept[area][t] = f


# --- 9. On whose account --------------------------------------------------------------------------------------------


def cashed(region: Region, pocket: str, t: int, x: float) -> float:
    """γ[t] for an amount with the sign of x."""
    rules = region.part("holders")["cashable"][pocket]
    if rules.get("from_year") is not None and region.first + t < int(rules["from_year"]):
        return 0.0
    return num(rules["share"]) if x >= 0 else 1.0


def capacity(region: Region, pocket: str, x: float) -> float:
    """v · a_q · X."""
    rules = region.part("holders")["cashable"][pocket]
    removed = num(rules["capacity_removed_share"]) if x >= 0 else 1.0
    return removed * num(rules["avoidable_cost_share"]) * x


def member_shares(region: Region, member_of: str, k: int) -> dict[str, float]:
    """π_n(k)."""
    shares = {name: num(region.part("parties")["insurers"][name]["market_share"]) for name in insurers(region)}
    concentration = sum(share * share for share in shares.values())
    switching = num(region.part("holders").get("switching_per_year", 0.0))
    sigma = switching / (1 - concentration) if len(shares) > 1 else 0.0
    stayed = (1 - sigma) ** k
    return {n: m * (1 - stayed) + (stayed if n == member_of else 0.0) for n, m in shares.items()}


def own_risk_part(region: Region, work: Work, stream: Stream) -> float:
    """o of one stream under the Zvw."""
    group = region.part("target_groups")[work.item["target_group"]]
    stated = group.get("own_risk") or region.part("holders").get("own_risk")
    if not stated:
        return 0.0
    if "share" in stated:
        return num(stated["share"])
    classes = [(num(c["people_share"]), num(c["cost_eur"])) for c in stated["cost_classes"]]
    deductible = 385.0
    rho = 1.0
    if stream.name != LIFE_YEARS:
        average = sum(people * cost for people, cost in classes)
        costs = cost_per_unit(region, work.item["target_group"], "zvw") if "zvw" in region.cost else None
        saved = base = 0.0
        for area in region.areas:
            for t in region.clock:
                saved += stream.after_overlap(area, t)
                base += stream.working[area][t] * (costs[area][t] if costs else average)
        rho = clip(share_of(saved, base), -1.0, 1.0)
    off_the_top = sum(people * (min(cost, deductible) - min(cost * (1 - rho), deductible)) for people, cost in classes)
    return share_of(off_the_top, sum(people * cost * rho for people, cost in classes))


def post_own_risk(region: Region, book: Book, work: Work, where: tuple[str, int], amount: float) -> None:
    """Post o·X: to residents, and to the insurers of policies that insure the own risk."""
    area, t = where
    left = 1.0
    what = ("eigen_risico", work.ident)
    for policy in region.part("gemeentepolis").values():
        if not in_force(region, policy, area, t):
            continue
        insured = sum(
            num(tier["share_of_enrolled"])
            for tier in (policy.get("tiers") or {}).values()
            if tier.get("own_risk_insured")
        )
        if "policy_module" in work.item and work.item["policy_module"]["module"] in (policy.get("modules") or {}):
            part = share_of(sum(work.by_module[area]), sum(work.starters[area]))
        else:
            enrolled = sum(enrolled_by_band(region, policy, area, t).values())
            part = share_of(enrolled, region.inhabitants(area, t))
        z = insured * part
        left -= z
        book.post((area, t), ("providers", policy["insurer"]), "own_risk", what, z * amount)
    book.post((area, t), ("providers", "residents"), "own_risk", what, left * amount)


def clawback_shares(region: Region, stream: Stream) -> Series:
    """c_1, c_2, …"""
    rules = region.part("holders").get("equalisation")
    if not rules or stream.care_kind is None:
        return []
    return [num(share) for share in rules["clawback"].get(stream.care_kind, [])]


def post_zvw(region: Region, book: Book, work: Work, stream: Stream) -> None:
    """Post a stream under the Zvw: to insurers, to residents, and later to the fund."""
    o = own_risk_part(region, work, stream)
    by_use = (region.part("holders").get("equalisation") or {}).get("basis", "use") == "use"
    clawback = clawback_shares(region, stream)
    member_of = work.item.get("members_of")
    by_age = [member_shares(region, member_of, k) for k in region.clock] if member_of else []
    what = ("zvw", work.ident)
    for area in region.areas:
        everyone = {n: market_share(region, area, n) for n in insurers(region)}
        seen: list[Series] = []  # Y[t] per age of the cohort; one age for participants from the whole area
        for t in region.clock:
            f = stream.kept[area][t]
            ages = [f * amount for amount in stream.avoided[area][t]] if member_of else [stream.after_overlap(area, t)]
            gammas = [cashed(region, "zvw", t, x) for x in ages]
            seen.append([x if by_use else gamma * x for x, gamma in zip(ages, gammas, strict=True)])
            for k, (x, gamma) in enumerate(zip(ages, gammas, strict=True)):
                book.post((area, t), ("resources", "providers"), "capacity", what, capacity(region, "zvw", x))
                post_own_risk(region, book, work, (area, t), o * x)
                back = 0.0
                for j, share in enumerate(clawback, start=1):
                    age = k - j if member_of else 0
                    if t - j >= 0 and age >= 0:
                        back += share * seen[t - j][age]
                for n, share in (by_age[k] if member_of else everyone).items():
                    book.post((area, t), ("providers", n), "avoided_cost", what, share * (gamma - o) * x)
                    book.post((area, t), (n, "zvw_fund"), "equalisation", what, share * (1 - o) * back)


def budget_history(region: Region, municipality: str) -> float:
    """h."""
    stated = (region.part("parties").get("municipalities") or {}).get(municipality) or {}
    people = sum(region.inhabitants(area, 0) for area in region.areas if region.municipality(area) == municipality)
    if stated.get("population") is not None:
        people = num(stated["population"])
    return clip((40000 - people) / 25000, 0.0, 1.0)


def post_other(region: Region, book: Book, work: Work, stream: Stream) -> None:
    """Post a stream in a pocket other than zvw."""
    pocket, what = stream.pocket, (stream.pocket, work.ident)
    for area in region.areas:
        town = region.municipality(area)
        for t in region.clock:
            x = stream.after_overlap(area, t)
            moved = stream.kept[area][t] * stream.moved[area][t]
            if pocket in CARE:
                book.post((area, t), ("resources", "providers"), "capacity", what, capacity(region, pocket, x))
                gamma = cashed(region, pocket, t, x)
                if pocket == "wlz":
                    book.post((area, t), ("providers", "wlz_fund"), "avoided_cost", what, gamma * x)
                elif pocket == "aanvullende_verzekering":
                    for n in insurers(region):
                        part = market_share(region, area, n) * gamma * x
                        book.post((area, t), ("providers", n), "avoided_cost", what, part)
                else:
                    book.post((area, t), ("providers", town), "avoided_cost", what, gamma * (x - moved))
                    book.post((area, t), ("providers", "rest_of_nl"), "avoided_cost", what, gamma * moved)
            elif pocket in ("participatiewet", "bijzondere_bijstand"):
                book.post((area, t), ("residents", town), "avoided_cost", what, x - moved)
                book.post((area, t), ("residents", "rest_of_nl"), "avoided_cost", what, moved)
            else:
                giver, taker = {
                    "uwv": ("residents", "uwv"),
                    "belasting": ("residents", "state"),
                    "justitie": ("resources", "state"),
                    "werkgever": ("resources", "employers"),
                    "inwoner": ("resources", "residents"),
                }[pocket]
                book.post((area, t), (giver, taker), "avoided_cost", what, x)
            if pocket in WAGE_POCKETS:
                wage = stream.kept[area][t] * stream.wage[area][t]
                book.post((area, t), ("resources", "residents"), "wage", what, wage)
            if pocket == "participatiewet" and t >= 2:
                earlier = stream.after_overlap(area, t - 2) - stream.kept[area][t - 2] * stream.moved[area][t - 2]
                year = region.first + t
                growth = consumer_prices(region, year) / consumer_prices(region, year - 2)
                amount = budget_history(region, town) * earlier * growth
                book.post((area, t), (town, "rest_of_nl"), "budget", what, amount)


# --- 10. Who pays ---------------------------------------------------------------------------------------------------


def post_modules(region: Region, book: Book, work: Work) -> None:
    """Post what the policies' insurers pay out of the supplementary insurance."""
    for policy in with_module(region, work.item):
        for area in region.areas:
            for t in region.clock:
                if in_force(region, policy, area, t):
                    amount = work.delivery.by_module[area][t]
                    route, what = (policy["insurer"], "resources"), ("aanvullende_verzekering", work.ident)
                    book.post((area, t), route, "delivery", what, amount)


def cost_under_law(region: Region, work: Work, law: str) -> ByArea:
    """Return the delivery, modules apart, that payers out of one law pay when there is no grant."""
    share = sum(num(payer["share"]) for payer in work.item["payers"] if payer["law"] == law)
    cost = work.delivery
    return {a: [share * (sum(cost.rest[a][t]) + cost.fixed[a][t]) for t in region.clock] for a in region.areas}


def post_grants(region: Region, book: Book, works: list[Work]) -> dict[tuple[str, str], Series]:
    """Post the earmarked grants; return per intervention and law the part of the cost that they paid, per year."""
    by_name = {work.ident: work for work in works}
    paid: dict[tuple[str, str], Series] = {}
    whole: dict[tuple[str, str], Series] = {}
    per_area: dict[tuple[str, str], ByArea] = {}
    for grant in (region.part("payers").get("grants") or {}).values():
        law = grant["law"]
        carried = dict.fromkeys(grant["items"], 0.0)
        for name in grant["items"]:
            cost = cost_under_law(region, by_name[name], law)
            per_area[name, law] = cost
            whole[name, law] = [sum(series[t] for series in cost.values()) for t in region.clock]
            paid.setdefault((name, law), [0.0] * region.years)
        for t in region.clock:
            left, short, offer, own = {}, {}, {}, {}
            for name, items in grant["items"].items():
                budget = num(items.get(region.first + t, 0.0))
                cost_now = whole[name, law][t] - paid[name, law][t]
                own[name] = min(cost_now, budget + carried[name])
                left[name] = budget + carried[name] - own[name]
                short[name] = cost_now - own[name]
                offer[name] = min(left[name], num(grant["shift_limit_share"]) * budget)
            moved = min(sum(offer.values()), sum(short.values()))
            for name, items in grant["items"].items():
                given = moved * share_of(offer[name], sum(offer.values()))
                taken = moved * share_of(short[name], sum(short.values()))
                budget = num(items.get(region.first + t, 0.0))
                carried[name] = min(left[name] - given, num(grant["carry_over_share"]) * budget)
                paid[name, law][t] += own[name] + taken
                for area in region.areas:
                    amount = (own[name] + taken) * share_of(per_area[name, law][area][t], whole[name, law][t])
                    book.post((area, t), ("state", "resources"), "delivery", (law, name), amount)
    return {key: [share_of(p, w) for p, w in zip(paid[key], whole[key], strict=True)] for key in paid}


def payers_of(region: Region, party: str, area: str) -> dict[str, float]:
    """Return who pays when a payer is named in the file, and which part."""
    if party == "municipality":
        return {region.municipality(area): 1.0}
    if party == "insurers":
        return {n: market_share(region, area, n) for n in insurers(region)}
    return {party: 1.0}


def post_payers(region: Region, book: Book, work: Work, granted: dict[tuple[str, str], Series]) -> None:
    """Post what the payers of an intervention pay themselves."""
    member_of = work.item.get("members_of")
    for payer in work.item["payers"]:
        law = payer["law"]
        follows = member_of is not None and payer["party"] in ("insurers", member_of)
        for area in region.areas:
            for t in region.clock:
                part = num(payer["share"]) * (1 - granted.get((work.ident, law), [0.0] * region.years)[t])
                for j, amount in enumerate([*work.delivery.rest[area][t], work.delivery.fixed[area][t]]):
                    age = j if j < len(work.delivery.rest[area][t]) else 0
                    parties = payers_of(region, payer["party"], area)
                    if follows and member_of is not None:
                        parties = member_shares(region, member_of, age)
                    for party, share in parties.items():
                        book.post((area, t), (party, "resources"), "delivery", (law, work.ident), part * share * amount)


def post_coordination(region: Region, book: Book) -> None:
    """Post what running the coalition costs."""
    rules = region.part("payers").get("coordination")
    if not rules:
        return
    for t in region.clock:
        year = region.first + t
        if not int(rules["years"]["first"]) <= year <= int(rules["years"]["last"]):
            continue
        cost, grant = euro(region, rules["cost_per_year"], t), 0.0
        if rules.get("grant_applicant") is not None:
            grant = cost * num(rules["eligible_share"]) * (1 / 3 if 2017 <= year <= 2021 else 0.0)
            if rules.get("grant_ceiling_per_year") is not None:
                grant = min(grant, euro(region, rules["grant_ceiling_per_year"], t))
        everyone = sum(region.inhabitants(area, t) for area in region.areas)
        for area in region.areas:
            part = share_of(region.inhabitants(area, t), everyone)
            what = ("belasting", "coordination")
            book.post((area, t), ("state", "resources"), "coordination", what, grant * part)
            here = (cost - grant) * part
            for payer in rules["payers"]:
                for party, share in payers_of(region, payer["party"], area).items():
                    amount = here * num(payer["share"]) * share
                    what = (payer["law"], "coordination")
                    book.post((area, t), (party, "resources"), "coordination", what, amount)


# --- 12. Present value ----------------------------------------------------------------------------------------------

MKBA = ((2011, 0.055), (2016, 0.03), (2021, 0.0225), (2026, 0.028))
HTA = ((2016, 0.04), (2024, 0.03))


def rate(region: Region, t: int) -> float:
    """Return the discount rate of year t."""
    choice = region.tree["scenario"]["discount"]
    if isinstance(choice, Mapping):
        return num(choice["per_year"])
    if choice == "mkba" and region.first >= 2026 and t > 35:
        return 0.018
    return [share for since, share in (MKBA if choice == "mkba" else HTA) if since <= region.first][-1]


def present(region: Region) -> Series:
    """present[t]."""
    choice, price_year = region.tree["scenario"]["discount"], int(region.tree["scenario"]["price_year"])
    nominal = isinstance(choice, Mapping) and choice["kind"] == "nominal"
    result, disc = [], 1.0
    for t in region.clock:
        disc *= 1.0 if t == 0 else 1 / (1 + rate(region, t))
        year = region.first if nominal else region.first + t
        result.append(disc / (consumer_prices(region, year) / consumer_prices(region, price_year)))
    return result


# --- The whole ------------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """Paid and gained per cell over the calculated years, NPV per party over the years shown."""

    first: int
    years: int
    shown: int
    cells: dict[Cell, tuple[Series, Series]]
    npv: dict[str, float]
    book: Book


@dataclass
class Law:
    """What the law does by itself: the region, its interventions calculated up to their streams, and the book."""

    region: Region
    works: list[Work]
    book: Book


def law_alone(folder: Path, effect: float = 1.0) -> Law:
    """Post everything of sections 4-10, with every effect multiplied."""
    region = build_region(read_scenario(folder))
    region.tree = after_departures(region.tree)  # the clock is that of the scenario as stated
    region.effect = effect
    below = {name: part for name, part in region.tree.items() if name != "arrangements"}
    law = law_of(pickle.dumps(replace(region, tree=below)))
    return Law(replace(law.region, tree=region.tree), law.works, law.book.copied())


@lru_cache(maxsize=2)
def law_of(stated: bytes) -> Law:
    """Post everything below what is agreed; the same for many agreements on one scenario."""
    region: Region = pickle.loads(stated)
    book = Book(region.years)
    policy_money(region, book)
    items = region.part("interventions")
    works = {}
    for approach in ("population", "high_risk"):
        for ident, item in items.items():
            if item["approach"] == approach:
                works[ident] = calculate(region, ident, item)
    in_order = [works[ident] for ident in items]
    overlap(region, in_order)
    granted = post_grants(region, book, in_order)
    for work in in_order:
        for stream in work.streams:
            (post_zvw if stream.pocket == "zvw" else post_other)(region, book, work, stream)
        post_modules(region, book, work)
        post_payers(region, book, work, granted)
    post_coordination(region, book)
    return Law(region, in_order, book)


def outcome_of(law: Law) -> Outcome:
    """Add the book up to cells and present values."""
    region, cells = law.region, law.book.cells()
    weights = present(region)
    npv: dict[str, float] = {}
    for (party, _, _), (paid, gained) in cells.items():
        worth_now = sum((gained[t] - paid[t]) * weights[t] for t in range(region.shown))
        npv[party] = npv.get(party, 0.0) + worth_now
    return Outcome(region.first, region.years, region.shown, cells, npv, law.book)
