"""What is left of a scenario after someone leaves: section 16.11 of docs/model.md, on the file's own tree."""

from __future__ import annotations

import copy
from typing import Any

Tree = dict[str, Any]


def after_departures(tree: Tree) -> Tree:
    """Return the tree as it goes on; the clock is read from the one before."""
    left = copy.deepcopy(tree)
    for departure in ((tree.get("arrangements") or {}).get("departures") or {}).values():
        if departure.get("enabled", True):
            _leave(left, departure)
    return left


def _gone(departure: Tree, named: str) -> bool:
    """Tell whether who is named leaves: with `municipality` each of them does."""
    return named == departure["party"] or (departure["party"] == "municipality" and named.startswith("GM"))


def _stop_in_areas(tree: Tree, item: Tree, party: str, last: int) -> None:
    """Nobody starts any more in the areas of one municipality."""
    rows = {row["area"]: row["parent"] for row in tree["region"]["people"]}
    for area, parent in rows.items():
        here = item["areas"] == "all" or area in item["areas"]
        if here and party == (area if area.startswith("GM") else parent):
            own = item.setdefault("per_area", {}).setdefault(area, {})
            starts = own.get("starts") or item["starts"]
            own["starts"] = {**starts, "last": min(starts["last"], last)}


def _leave(tree: Tree, departure: Tree) -> None:
    party, last, agreed = departure["party"], int(departure["from_year"]) - 1, tree["arrangements"]
    if departure["deliveries"] == "stop":
        for policy in (tree.get("gemeentepolis") or {}).values():
            if policy["insurer"] == party:
                policy["last_year"] = min(policy.get("last_year") or last, last)
        for item in (tree.get("interventions") or {}).values():
            named = [payer["party"] for payer in item["payers"]]
            if party in named or ("insurers" in named and item.get("members_of") == party):
                for starts in [
                    item["starts"],
                    *(a["starts"] for a in (item.get("per_area") or {}).values() if a.get("starts")),
                ]:
                    starts["last"] = min(starts["last"], last)
            elif "municipality" in named and party.startswith("GM"):
                _stop_in_areas(tree, item, party, last)
    for contract in (agreed.get("contracts") or {}).values():
        if any(_gone(departure, p) for p in contract["sharers"]):
            _end(contract, contract["scope"]["years"], last)
    for payment in (agreed.get("population_payments") or {}).values():
        if any(_gone(departure, p) for p in (payment["pays"], payment["receives"])):
            _end(payment, payment["scope"]["years"], last)
    for bond in (agreed.get("impact_bonds") or {}).values():
        payers = [p["party"] for p in bond["outcome_payers"].values()]
        if any(_gone(departure, p) for p in (bond["investor"], bond["provider"], *payers)):
            _end(bond, bond["years"], last)
    for shared in (agreed.get("co_financing") or {}).values():
        if any(_gone(departure, p) for p in (shared["to"], shared["compensated_by"], "municipality")):
            _end(shared, shared["years"], last)
    for budget in (agreed.get("regional_budgets") or {}).values():
        if any(_gone(departure, member["party"]) for member in budget["members"].values()):
            _end(budget, budget["years"], last)
    for payment in (agreed.get("side_payments") or {}).values():
        if any(_gone(departure, p) for p in (payment["source"], payment["target"])):
            payment["amounts_eur"] = {y: a for y, a in payment["amounts_eur"].items() if int(y) <= last}
    for fund in (agreed.get("funds") or {}).values():
        for given in fund["contributions"].values():
            if _gone(departure, given["party"]):
                given["amounts_eur"] = {y: a for y, a in given["amounts_eur"].items() if int(y) <= last}
                given["leaves_after"] = min(given.get("leaves_after") or last, last)
        for draw in fund["draws"].values():
            if _gone(departure, draw["to"]):
                draw["years"]["last"] = min(draw["years"]["last"], last)


def _end(terms: Tree, years: Tree, last: int) -> None:
    years["last"] = min(years["last"], last)
    if years["first"] > years["last"]:
        terms["enabled"] = False
