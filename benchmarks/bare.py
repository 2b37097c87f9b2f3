"""The same arithmetic as the model on the synthetic scenario, written as bare numpy arrays: the yardstick.

It knows only this one kind of scenario: no names, no checks, no ledger, no draws. The benchmark compares both results
before it compares times.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coalition.model import known_price_levels
from coalition.scenario import Scenario

U, W = np.polynomial.legendre.leggauss(8)
U, W = (U + 1) / 2, W / 2


def prepared(scenario: Scenario, years: tuple[int, ...]) -> dict[str, Any]:
    """Everything that is input, as arrays; not part of the measured time."""
    spec, region = scenario.spec, scenario.region
    known = known_price_levels()
    last = max(known)
    level = {y: known[y] if y in known else known[last] * 1.02 ** (y - last) for y in [*known, *years]}
    names = list(spec.interventions)
    groups = list(spec.target_groups)
    return {
        "people": region.people[:, :, 0],
        "pockets": [p.value for p in region.cost],
        "cost": np.stack(list(region.cost.values())),
        "price_year": np.array(list(region.price_year.values())),
        "years": np.array(years),
        "cpi": np.array([level[y] for y in years]),
        "cpi_2024": level[2024],
        "group_of": np.array([groups.index(spec.interventions[n].target_group) for n in names]),
        "age_from": np.array([spec.target_groups[g].ages.from_ for g in groups]),
        "class_from": region.age_from,
        "unit": np.array([[c.value for c in spec.interventions[n].cost.per_starter] for n in names]),
        "last_start": spec.interventions[names[0]].starts.last,
        "market": np.array([i.market_share.value for i in spec.parties.insurers.values()]),
    }


def shapley(x: np.ndarray) -> np.ndarray:
    """Shapley factor of independent shares along the first axis."""
    out = np.zeros_like(x)
    for u, w in zip(U, W, strict=True):
        left = 1 - u * x
        total = left.prod(axis=0)
        out += w * total / left
    return out


def project(d: dict[str, Any]) -> dict[str, np.ndarray]:
    """Net per party and year; municipalities by area."""
    years, people = d["years"], d["people"]
    length = len(years)
    weight = (d["class_from"][None, :] >= d["age_from"][:, None]).astype(float)
    growth = 1.02 ** (years[None, :] - d["price_year"][:, None])
    heads = np.einsum("ga,ma->gm", weight, people)
    total = np.einsum("ga,ma,pma->gpm", weight, people, d["cost"])
    per_person = total / heads[:, None, :] * 1.3
    size = 0.2 * heads
    g = d["group_of"]
    starting = (years <= d["last_start"]).astype(float)
    starters = (0.02 * size)[g][:, :, None] * starting
    edges = np.concatenate([[0.0], 0.5 + np.arange(7)])
    falling = np.clip(edges - 3, 0, 2)
    weights = np.diff(np.clip(edges, 0, 3) + falling - falling**2 / 4)
    late = np.clip(np.arange(7) - 2.0, 0, None)
    alive, stay = 0.98**late, 0.97**late
    toeplitz = np.zeros((2, length, length))
    for j in range(7):
        index = np.arange(length - j)
        toeplitz[0, index, index + j] = weights[j] * alive[j]
        toeplitz[1, index, index + j] = weights[j] * alive[j] * (1 - stay[j])
    working, gone = starters @ toeplitz[0], starters @ toeplitz[1]
    price = d["cpi"] / d["cpi_2024"]
    event = 0.03 * 2.0 * 0.2 * 8000 * price
    zvw = d["pockets"].index("zvw")
    care = 0.03 * per_person[g][:, zvw, :, None] * growth[zvw] * working
    falls = working * event
    alone = {"zvw": care + 0.5 * falls, "wlz": 0.4 * falls, "wmo": 0.1 * falls}
    avoided = {p: a * overlap(d, p, a, g, size, per_person, growth, weight) for p, a in alone.items()}
    return held(d, avoided, gone / np.where(working > 0, working, 1), starters, price)


def overlap(
    d: dict[str, Any],
    pocket: str,
    alone: np.ndarray,
    g: np.ndarray,
    size: np.ndarray,
    per_person: np.ndarray,
    growth: np.ndarray,
    weight: np.ndarray,
) -> np.ndarray:
    """Factor per intervention, area and year: inside groups, then between groups of the same ages."""
    k = d["pockets"].index(pocket)
    cost = size[:, :, None] * per_person[:, k, :, None] * growth[k]
    factor = np.ones_like(alone)
    totals = np.zeros((len(size), *alone.shape[1:]))
    for group in range(len(size)):
        rows = np.flatnonzero(g == group)
        factor[rows] = shapley(alone[rows] / cost[group])
        totals[group] = (alone[rows] * factor[rows]).sum(axis=0)
    patterns, atom = np.unique(weight, axis=1, return_inverse=True)
    by_age = d["people"] * d["cost"][k]
    atoms = np.stack([by_age[:, atom.ravel() == a].sum(axis=1) for a in range(patterns.shape[1])], axis=-1)
    base = atoms[:, None, :] * growth[k][None, :, None]
    part = patterns[:, None, None, :] * base
    x = part / part.sum(axis=-1, keepdims=True) * totals[..., None] / base
    between = (shapley(x) * x * base).sum(axis=-1) / np.where(totals > 0, totals, 1)
    between[totals == 0] = 1
    return factor * between[g]


def held(
    d: dict[str, Any], avoided: dict[str, np.ndarray], gone: np.ndarray, starters: np.ndarray, price: np.ndarray
) -> dict[str, np.ndarray]:
    """Who holds it and who pays, per intervention, area and year, then summed."""
    market = d["market"]
    own, gamma, capacity = 0.05, 0.5, 0.4 * 0.6
    x = avoided["zvw"]
    back = np.zeros_like(x)
    back[..., 1:] += 0.5 * x[..., :-1]
    back[..., 2:] += 0.1 * x[..., :-2]
    back *= 1 - own
    delivery = starters * d["unit"][:, 0, None, None] * price
    delivery[..., 1:] += (starters[..., :-1] * d["unit"][:, 1, None, None]) * price[1:]
    insurers = ((gamma - own) * x - back - 0.4 * delivery)[None] * market[:, None, None, None]
    wmo = gamma * avoided["wmo"]
    freed = capacity * (avoided["zvw"] + avoided["wlz"] + avoided["wmo"])
    return {
        "insurers": insurers.sum(axis=(1, 2)),
        "zvw_fund": back.sum(axis=(0, 1)),
        "residents": (own * x).sum(axis=(0, 1)),
        "wlz_fund": (gamma * avoided["wlz"]).sum(axis=(0, 1)),
        "municipalities": (wmo * (1 - gone) - 0.6 * delivery).sum(axis=0),
        "rest_of_nl": (wmo * gone).sum(axis=(0, 1)),
        "providers": (freed - gamma * (x + avoided["wlz"] + avoided["wmo"])).sum(axis=(0, 1)),
        "resources": (delivery - freed).sum(axis=(0, 1)),
    }
