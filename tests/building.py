"""Small scenarios, built in Python, for tests of the model's core.

What a test does not mention is as neutral as it can be: one municipality, prices that do not move, everything
cashable, no own risk, no equalisation, nobody dies or moves. So an expected value can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coalition.baseline import Baseline, build_baseline
from coalition.inputs import Floats, Inputs
from coalition.law_alone import LegalFacts, law_alone
from coalition.ledger import Ledger
from coalition.parties import NATIONAL_PARTIES, RESOURCES, Party, PartyKind, Pocket, Reason
from coalition.prices import Prices
from coalition.projection import project
from coalition.region import OPEN_AGE, Region
from coalition.schema import Spec
from coalition.streams import Projection, Stream
from coalition.wrong_pocket import Cells, PartyResult, by_party, cells

FIRST = 2027
AREA = "GM0114"
Written = dict[str, Any]
"""A part of a scenario file, as a user writes it."""


# --- parts of a scenario file -------------------------------------------------------------------------------------


def euro(value: float, *, price_year: int = FIRST, index: str = "nominal", **more: Any) -> Written:
    """An amount in euro; without further words it does not move with prices."""
    return {"value": value, "price_year": price_year, "index": index, **more}


def a_time(plateau: float = 1.0, **changes: Any) -> Written:
    """An effect that works at full strength from the first of January of the start, for a whole number of years."""
    return {
        "onset_years": 0.0,
        "plateau_years": plateau,
        "decay_years": 0.0,
        "first_year_share": 1.0,
        "follow_up_years": plateau,
        **changes,
    }


def an_effect(kind: str = "euro", *, years: float = 1.0, **changes: Any) -> Written:
    """A controlled effect per starter; what its kind needs is in `changes`."""
    return {
        "kind": kind,
        "per": "starter",
        "comparator": "controlled",
        "includes_delivery": False,
        "evidence_level": "rct",
        "time": a_time(years),
        **changes,
    }


def avoids(amount: float, pocket: str, *, years: float = 1.0, **changes: Any) -> Written:
    """Euro avoided per starter and year in one pocket."""
    kind = {"care_kind": "acute"} if pocket == "zvw" else {}
    return an_effect(years=years, pocket=pocket, avoided_per_year=euro(amount), **kind, **changes)


def an_intervention(effects: Mapping[str, Written] | None = None, **changes: Any) -> Written:
    """Everybody of the group starts in the first year; it costs nothing and the municipality pays that."""
    return {
        "name": "test",
        "approach": "high_risk",
        "target_group": "everyone",
        "areas": "all",
        "starts": {"first": FIRST, "last": FIRST},
        "reach": 1.0,
        "completion": 1.0,
        "cost": {},
        "payers": [{"party": "municipality", "share": 1.0, "law": "wpg"}],
        "effects": dict(effects or {}),
        **changes,
    }


def a_group(**changes: Any) -> Written:
    """Everybody of all ages, average in cost, immortal and settled."""
    return {
        "name": "everyone",
        "ages": {"from": 0},
        "share": 1.0,
        "cost_multiplier": 1.0,
        "survival_per_year": 1.0,
        "moves_per_year": 0.0,
        **changes,
    }


def insurers(**market_share: float) -> Written:
    """Insurers by id with their market shares; the first two take part in the coalition."""
    return {
        name: {"name": name.upper(), "market_share": share, "contracting": position < 2}
        for position, (name, share) in enumerate(market_share.items())
    }


def cashable(share: float = 1.0, removed: float = 1.0, avoidable: float = 0.0, **changes: Any) -> Written:
    """γ, v and a of one pocket."""
    return {"share": share, "capacity_removed_share": removed, "avoidable_cost_share": avoidable, **changes}


def holders(**changes: Any) -> Written:
    """Everything cashable at once, no own risk and no equalisation."""
    return {
        "switching_per_year": 0.0,
        "own_risk": {"share": 0.0},
        "equalisation": {"basis": "use", "clawback": {"acute": [0.0], "medicine_and_diagnosis": [0.0]}},
        "cashable": {
            pocket: cashable() for pocket in ("zvw", "wlz", "wmo", "jeugdwet", "wpg", "aanvullende_verzekering")
        },
        **changes,
    }


def a_scenario(**changes: Any) -> Spec:
    """A whole scenario; each keyword replaces one section, `general_index` and `growth` are the region's."""
    growth = changes.pop("growth", {pocket.value: 0.0 for pocket in Pocket})
    index = changes.pop("general_index", 0.0)
    data = {
        "scenario": {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"},
        "region": {"people": "x.csv", "growth_per_year": growth, "general_index_per_year": index},
        "parties": {"insurers": insurers(a=0.5, b=0.3, c=0.2)},
        "holders": holders(),
        "target_groups": {"everyone": a_group()},
        "interventions": {"i": an_intervention()},
    }
    return Spec.model_validate(data | changes)


def a_region(
    people: Mapping[str, Sequence[float]] | None = None,
    *,
    ages: Sequence[int] = (0,),
    cost: Mapping[Pocket, float | Sequence[float]] | None = None,
    parents: Mapping[str, str] | None = None,
) -> Region:
    """Inhabitants per area and age class, the same every year; cost per person per pocket, one or per age class."""
    counts = people or {AREA: [100.0] * len(ages)}
    heads = np.array([list(row) for row in counts.values()], dtype=float)[:, :, None]
    tables = {
        pocket: np.broadcast_to(np.array(per_person, dtype=float), heads.shape[:2]).copy()
        for pocket, per_person in (cost or {}).items()
    }
    return Region(
        areas=tuple(counts),
        parents=tuple((parents or {}).get(a, "PV22") for a in counts),
        age_from=np.array(ages),
        age_to=np.array([*(a - 1 for a in ages[1:]), OPEN_AGE]),
        years=(2024,),
        people=heads,
        insured_years=heads.copy(),
        cost=tables,
        price_year=dict.fromkeys(tables, FIRST),
        modelled=frozenset(),
    )


# --- a run --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What one pass of the core gives."""

    projection: Projection
    ledger: Ledger
    found: Cells
    parties: dict[str, PartyResult]

    def net(self, account: str, draw: int = 0) -> list[float]:
        """Received − paid of an account per year, to a thousandth of a cent."""
        balance = self.ledger.balance(account)
        return [round(float(x), 5) + 0.0 for x in balance[min(draw, len(balance) - 1)]]

    def moved(self, reason: Reason, source: str, target: str) -> list[float]:
        """What went from one account to another for one reason per year, all areas together."""
        total = np.zeros((1, len(self.ledger.years)))
        for p in self.ledger.postings:
            if (p.reason, p.source, p.target) == (reason, source, target):
                total = total + p.amounts.sum(axis=1)
        return [round(float(x), 5) + 0.0 for x in total[0]]

    def stream(self, intervention: str, pocket: Pocket) -> Stream:
        """The only stream of an intervention in a pocket, after overlap."""
        (found,) = (s for s in self.projection.streams if (s.intervention, s.pocket) == (intervention, pocket))
        return found

    def avoided(self, intervention: str, pocket: Pocket) -> list[float]:
        """Avoided cost of an intervention in a pocket per year, after overlap, all areas together."""
        total = np.zeros((1, len(self.ledger.years)))
        for s in self.projection.streams:
            if (s.intervention, s.pocket) == (intervention, pocket):
                total = total + s.avoided.sum(axis=1)
        return [round(float(x), 5) + 0.0 for x in total[0]]

    @property
    def accounts(self) -> set[str]:
        """Every account on which anything was booked."""
        return {key.party for key in self.found}

    @property
    def everyone_net(self) -> Floats:
        """Net of all parties together, shape (draw, year); `resources` is no party."""
        total = np.zeros((1, len(self.ledger.years)))
        for account in sorted(self.accounts - {RESOURCES}):
            total = total + self.ledger.balance(account)
        return total


def prices(spec: Spec, years: Sequence[int], inputs: Inputs | None = None) -> Prices:
    """Consumer prices that stand still until the first year and then follow the scenario's index."""
    given = (inputs or Inputs()).of(spec.region.general_index_per_year)
    return Prices(tuple(years), dict.fromkeys(range(1990, FIRST + 1), 100.0), given)


def a_baseline(spec: Spec, region: Region, years: int = 1, inputs: Inputs | None = None) -> Baseline:
    """The region on a clock of so many years."""
    clock = tuple(range(FIRST, FIRST + years))
    chosen = inputs or Inputs()
    return build_baseline(region, spec.region, clock, prices(spec, clock, chosen), chosen)


def the_law(years: int, grant_share: Sequence[float] | None = None) -> LegalFacts:
    """The dated values of the law that the rules name."""
    return LegalFacts(385.0, 40_000.0, 25_000.0, 2, np.array(grant_share or [0.0] * years))


def run(
    spec: Spec,
    region: Region | None = None,
    inputs: Inputs | None = None,
    *,
    years: int = 1,
    facts: LegalFacts | None = None,
) -> Outcome:
    """One pass through the core: projection, what the law does, ledger, views; nothing is discounted."""
    where, chosen = region or a_region(), inputs or Inputs()
    baseline = a_baseline(spec, where, years, chosen)
    projection = project(spec, baseline, chosen)
    postings = law_alone(spec, projection, facts or the_law(years), chosen)
    municipalities = tuple(where.municipality(k) for k in range(len(where.areas)))
    ledger = Ledger(baseline.years, where.areas, municipalities, tuple(postings))
    found = cells(ledger, chosen.draws)
    parties = [Party(i, PartyKind.INSURER, i, i, s.contracting) for i, s in spec.parties.insurers.items()]
    parties += [Party(code, PartyKind.MUNICIPALITY, code, code) for code in dict.fromkeys(municipalities)]
    results = by_party(found, [*parties, *NATIONAL_PARTIES], baseline.years, np.ones((1, years)))
    return Outcome(projection, ledger, found, {r.party.id: r for r in results})
