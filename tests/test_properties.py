"""What must hold for every scenario, whatever it says: checked on whole small scenarios that are made up at random."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from building import (
    FIRST,
    Outcome,
    Written,
    a_group,
    a_region,
    a_time,
    an_effect,
    an_intervention,
    cashable,
    euro,
    holders,
    run,
    the_law,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.inputs import Inputs
from coalition.parties import RESOURCES, Pocket, Reason
from coalition.region import Region
from coalition.schema import Spec, numbers_in
from coalition.wrong_pocket import index_without, societal_cash, stakes

YEARS = 7
COSTED = (Pocket.ZVW, Pocket.WLZ, Pocket.WMO, Pocket.JEUGDWET)
"""Pockets with a baseline in every made-up region; the other pockets have a ceiling."""
AREAS = ("GM0114", "GM0106", "WK011401", "BU01060001")
PARENTS = {"WK011401": "GM0114", "BU01060001": "GM0106"}
MODULE = "fit"

shares = st.floats(0, 1).map(lambda x: round(x, 3))
reaches = st.sampled_from([0.03, 0.4, 0.6, 0.95])
parts = st.floats(0.02, 0.5).map(lambda x: round(x, 3))


@dataclass(frozen=True)
class Made:
    """A made-up scenario: as written, and its region."""

    data: Written
    region: Region

    @property
    def spec(self) -> Spec:
        return Spec.model_validate(self.data)

    def changed(self, **sections: Any) -> Spec:
        return Spec.model_validate(self.data | sections)

    def run(self, inputs: Inputs | None = None, spec: Spec | None = None) -> Outcome:
        facts = the_law(YEARS, [1 / 3] * 3 + [0.0] * (YEARS - 3))
        return run(spec or self.spec, self.region, inputs, years=YEARS, facts=facts)


# --- strategies -----------------------------------------------------------------------------------------------------


def summing_to_one(draw: st.DrawFn, size: int) -> list[float]:
    weights = np.array([draw(st.integers(1, 9)) for _ in range(size)], dtype=float)
    return list(weights / weights.sum())


@st.composite
def time_profiles(draw: st.DrawFn) -> Written:
    return {
        "onset_years": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "plateau_years": draw(st.sampled_from([0.5, 1.0, 2.0])),
        "decay_years": draw(st.sampled_from([0.0, 1.5])),
        "first_year_share": draw(shares),
        "follow_up_years": draw(st.sampled_from([0.0, 1.0, 3.0])),
        "beyond_follow_up": "made up",
    }


@st.composite
def effects(draw: st.DrawFn, approach: str) -> Written:
    kinds = ["relative", "euro", "events", "qaly", "monetised"] + (
        ["risk_shift"] * 2 if approach == "population" else []
    )
    kind = draw(st.sampled_from(kinds))
    uncontrolled = draw(st.booleans())
    common: Written = {
        "time": draw(time_profiles()),
        "per": draw(st.sampled_from(["starter", "completer"])),
        "comparator": "uncontrolled" if uncontrolled else "controlled",
        **({"deadweight": draw(shares)} if uncontrolled else {}),
    }
    reduction = draw(st.sampled_from([-0.3, 0.1, 0.5, 0.9, 1.0]))
    pocket = draw(st.sampled_from(COSTED)).value
    care: Written = {"care_kind": draw(st.sampled_from(["acute", "medicine_and_diagnosis"]))} if pocket == "zvw" else {}
    if kind == "relative":
        return an_effect(
            kind, pocket=pocket, reduction=reduction, cause_share=draw(st.sampled_from([0.3, 1.0])), **care, **common
        )
    if kind == "risk_shift":
        shifted = dict(zip(("low", "high"), summing_to_one(draw, 2), strict=True))
        return an_effect(
            kind, pocket=pocket, factor="exposure", shifted=shifted, cause_share=draw(shares), **care, **common
        )
    if kind == "events":
        split = dict(zip(("zvw", "wmo", "werkgever"), summing_to_one(draw, 3), strict=True))
        return an_effect(
            kind,
            events_per_person_year=draw(parts),
            risk_multiplier=draw(st.sampled_from([1.0, 3.0])),
            reduction=reduction,
            cost_per_event=euro(9000),
            split=split,
            care_kind="acute",
            ceiling_per_unit=euro(2000),
            **common,
        )
    if kind == "qaly":
        return an_effect(kind, gain=draw(parts), **common)
    if kind == "monetised":
        return an_effect(kind, label="joy", value_per_year=euro(100), includes_health=False, **common)
    other = draw(st.sampled_from(["participatiewet", "uwv", "bijzondere_bijstand", "inwoner", pocket]))
    care = care if other == "zvw" else {}
    benefit: Written = {"wage_instead_per_year": euro(700)} if other in {"participatiewet", "uwv"} else {}
    return an_effect(
        kind,
        pocket=other,
        avoided_per_year=euro(draw(st.sampled_from([-300.0, 40.0, 1500.0, 9000.0]))),
        ceiling_per_unit=euro(3000),
        **care,
        **benefit,
        **common,
    )


@st.composite
def interventions(draw: st.DrawFn, insurers: list[str], areas: list[str], with_delivery_inside: bool) -> Written:
    approach = draw(st.sampled_from(["high_risk", "high_risk", "population"]))
    names = draw(st.lists(st.sampled_from(["x", "y", "z"]), max_size=2, unique=True))
    found = {name: draw(effects(approach)) for name in names}
    for effect in list(found.values())[:1]:
        inside = with_delivery_inside and effect["kind"] not in {"qaly", "monetised", "risk_shift"}
        effect["includes_delivery"] = inside and draw(st.booleans())
    members = draw(st.sampled_from([None, insurers[0]])) if approach == "high_risk" else None
    group = (
        "everyone" if approach == "population" else draw(st.sampled_from(["old", "all_ages", "exposed", "everyone"]))
    )
    purses = [
        ("municipality", "wpg"),
        ("municipality", "wmo"),
        ("insurers", "zvw"),
        (insurers[0], "zvw"),
        ("state", "belasting"),
    ]
    payers = draw(st.lists(st.sampled_from(purses), min_size=1, max_size=3, unique=True))
    years = sorted((draw(st.integers(FIRST, FIRST + 3)), draw(st.integers(FIRST, FIRST + 3))))
    changes: Written = {
        "approach": approach,
        "target_group": group,
        "members_of": members,
        "areas": draw(st.sampled_from(["all", areas[:1]])),
        "starts": {"first": years[0], "last": years[1]},
        "reach": draw(reaches),
        "completion": draw(shares),
        "ramp_up": draw(st.sampled_from([[1.0], [0.4, 1.0]])),
        "cost": {
            "per_starter": [euro(300, index="cpi"), euro(80)],
            "per_completer": [euro(20)],
            **({"fixed_per_year": euro(5000)} if draw(st.booleans()) else {}),
        },
        "payers": [
            {"party": party, "share": share, "law": law}
            for (party, law), share in zip(payers, summing_to_one(draw, len(payers)), strict=True)
        ],
    }
    if draw(st.integers(0, 3)) == 0:
        changes["capacity_per_year"] = draw(st.sampled_from([0.0, 5.0, 100.0]))
    if draw(st.integers(0, 3)) == 0:
        changes["per_area"] = {
            areas[0]: {
                "reach": draw(parts),
                "capacity_per_year": 40.0,
                "starts": {"first": FIRST + 1, "last": FIRST + 4},
            }
        }
    if approach == "high_risk" and draw(st.integers(0, 3)) == 0:
        changes["life_years"] = {
            "survival_without_per_year": 0.9,
            "survival_with_per_year": draw(st.sampled_from([0.9, 0.93])),
        }
    if draw(st.booleans()):
        changes["policy_module"] = {"module": MODULE, "enrolled_share_of_group": draw(parts), "reach": draw(shares)}
    return an_intervention(found, **changes)


@st.composite
def policies(draw: st.DrawFn, insurer: str, areas: list[str]) -> Written:
    method = draw(st.sampled_from(["mkba", "components"]))
    insured = draw(st.booleans())
    tier = {
        "share_of_enrolled": 1.0,
        "list_premium_basic_per_month": euro(130),
        "discount_basic_per_month": euro(0),
        "list_premium_supplementary_per_month": euro(35),
        "discount_supplementary_per_month": euro(3),
        "own_risk_insured": insured,
        "wmo_contribution_covered_per_year": euro(12),
        "claims_per_year": euro(200),
        **({"own_risk_rider_per_month": euro(29.4), "own_risk_claims_per_year": euro(250)} if insured else {}),
    }
    money = (
        {
            "mkba": {
                "municipal_cost_per_year": euro(227),
                "municipal_benefit_per_year": euro(213),
                "benefit_outside_municipality_per_year": euro(30),
            }
        }
        if method == "mkba"
        else {
            "components": {
                "execution_per_year": euro(10),
                "special_assistance_avoided_per_year": euro(60),
                "municipal_arrears_cost_avoided_per_year": euro(40),
                "insurer_arrears_avoided_per_year": euro(20),
                "induced_care_per_year": euro(25),
            }
        }
    )
    return {
        "name": "policy",
        "areas": [a for a in areas if a.startswith("GM")] or [PARENTS[areas[0]]],
        "insurer": insurer,
        "first_year": FIRST,
        "uptake": draw(shares),
        "method": method,
        "tiers": {"t": tier},
        "last_year": draw(st.sampled_from([None, FIRST, FIRST + 1])),
        "bands": {
            "low": {"income_limit_pct": 130.0, "share_of_people": draw(parts), "contribution_per_month": euro(30)}
        },
        "modules": {MODULE: {"max_per_starter": euro(draw(st.sampled_from([0.0, 100.0, 350.0, 1000.0])))}},
        **money,
    }


@st.composite
def regions(draw: st.DrawFn) -> Region:
    areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=4, unique=True))
    people = {a: [draw(st.sampled_from([0.0, 80.0, 12_000.0])), draw(st.sampled_from([10.0, 3_000.0]))] for a in areas}
    cost = {p: [draw(st.sampled_from([50.0, 900.0])), draw(st.sampled_from([400.0, 7000.0]))] for p in COSTED}
    return a_region(people, ages=(0, 65), cost=cost, parents=PARENTS)


@st.composite
def made_up(draw: st.DrawFn, *, policy: bool | None = None, delivery_inside: bool = True) -> Made:
    region = draw(regions())
    areas, insurers = list(region.areas), ["a", "b", "c"][: draw(st.integers(1, 3))]
    market = dict(zip(insurers, summing_to_one(draw, len(insurers)), strict=True))
    names = ["i", "j", "k", "l"][: draw(st.integers(1, 4))]
    several = {n: draw(interventions(insurers, areas, delivery_inside)) for n in names}
    with_policy = draw(st.booleans()) if policy is None else policy
    if not with_policy:
        for written in several.values():
            written.pop("policy_module", None)
    groups = [several[n]["target_group"] for n in names]
    pairs = [["i", "j"]] if len(names) > 1 and groups[0] == groups[1] and draw(st.booleans()) else []
    steps = [draw(st.sampled_from([0.0, 0.3, 0.5])), draw(st.sampled_from([0.0, 0.5]))]
    granted = draw(st.sampled_from([[], [names[0]], names]))
    other = {"survival_per_year": 0.95, "moves_per_year": 0.05}
    data = {
        "scenario": {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"},
        "region": {"people": "x", "growth_per_year": {p.value: 0.03 for p in COSTED}, "general_index_per_year": 0.02},
        "parties": {"insurers": {n: {"name": n, "market_share": market[n], "contracting": n == "a"} for n in insurers}},
        "holders": holders(
            switching_per_year=0.05 if len(insurers) > 1 else 0.0,
            own_risk={"share": draw(shares)},
            equalisation={
                "basis": draw(st.sampled_from(["use", "cash"])),
                "clawback": {"acute": steps, "medicine_and_diagnosis": steps[:1]},
            },
            cashable={
                p.value: cashable(draw(shares), draw(shares), draw(shares), from_year=FIRST + draw(st.integers(0, 2)))
                for p in COSTED
            },
        ),
        "risk_factors": {
            "exposure": {
                "name": "e",
                "ages": {"from": 0},
                "classes": {
                    "low": {"prevalence": 0.7, "relative_risk": 1.0},
                    "high": {"prevalence": 0.3, "relative_risk": 2.5},
                },
            }
        },
        "target_groups": {
            "everyone": a_group(cost_multiplier=1.0),
            "all_ages": a_group(share=draw(shares), cost_multiplier=draw(st.sampled_from([0.5, 1.0, 3.0])), **other),
            "old": a_group(
                ages={"from": 65},
                share=draw(shares),
                cost_multiplier=1.5,
                **other,
                own_risk={
                    "cost_classes": [
                        {"people_share": 0.5, "cost_eur": 200.0},
                        {"people_share": 0.5, "cost_eur": 9000.0},
                    ]
                },
            ),
            "exposed": a_group(ages={"from": 20}, risk_class={"factor": "exposure", "class": "high"}, **other),
        },
        "gemeentepolis": {"p": draw(policies(insurers[0], areas))} if with_policy else {},
        "interventions": several,
        "overlap": [{"between": p, "share_of_smaller": draw(shares)} for p in pairs],
        "payers": {
            "coordination": {
                "cost_per_year": euro(90_000),
                "years": {"first": FIRST, "last": FIRST + 4},
                "eligible_share": 0.8,
                "payers": [
                    {"party": "municipality", "share": 0.5, "law": "wpg"},
                    {"party": "insurers", "share": 0.5, "law": "zvw"},
                ],
                "grant_applicant": insurers[0],
            },
            "grants": {
                "g": {
                    "name": "g",
                    "law": "wpg",
                    "items": {n: {FIRST: 20_000.0, FIRST + 1: 500.0} for n in granted},
                    "carry_over_share": draw(shares),
                    "shift_limit_share": draw(shares),
                }
            }
            if granted
            else {},
        },
    }
    return Made(data, region)


def doubled(written: Any) -> Any:
    """The same with every amount in euro doubled; the budgets of grants are plain numbers."""
    if isinstance(written, dict):
        if "price_year" in written and "value" in written:
            return written | {"value": 2 * written["value"]}
        return {
            key: {i: {y: 2 * e for y, e in by.items()} for i, by in value.items()}
            if key == "items"
            else value
            if key == "own_risk"
            else doubled(value)
            for key, value in written.items()
        }
    return [doubled(part) for part in written] if isinstance(written, list) else written


def amounts(result: Outcome) -> dict[tuple[str, str, str, str, str], np.ndarray[Any, Any]]:
    """All postings by what they are about, so that their order does not matter."""
    found: dict[tuple[str, str, str, str, str], np.ndarray[Any, Any]] = {}
    for p in result.ledger.postings:
        key = (p.reason.value, p.pocket.value, p.intervention, p.source, p.target)
        found[key] = found.get(key, 0.0) + p.amounts
    return found


def assert_same(expected: dict[Any, Any], found: dict[Any, Any], factor: float = 1.0, close: float = 1e-9) -> None:
    size = max([1.0, *(float(np.abs(v).max()) for v in expected.values())])
    for key in expected.keys() | found.keys():
        left, right = factor * np.asarray(expected.get(key, 0.0)), np.asarray(found.get(key, 0.0))
        assert float(np.abs(left - right).max()) <= close * size * factor, key


def postings_total(result: Outcome, reasons: Iterable[Reason]) -> np.ndarray[Any, Any]:
    total = np.zeros((1, YEARS))
    for p in result.ledger.postings:
        if p.reason in set(reasons):
            total = total + p.amounts.sum(axis=1)
    return total


# --- accounts -------------------------------------------------------------------------------------------------------


@given(made_up())
@settings(max_examples=60)
def test_accounts_sum_to_zero_and_society_gains_what_the_parties_gain(made: Made) -> None:
    """Every year all accounts with `resources` add up to nothing, and societal cash is minus `resources`."""
    result = made.run()
    size = max([1.0, *(float(np.abs(p.amounts).sum()) for p in result.ledger.postings)])
    everything = result.everyone_net + result.ledger.balance(RESOURCES)
    assert float(np.abs(everything).max()) <= 1e-9 * size
    assert np.allclose(societal_cash(result.ledger), result.everyone_net, atol=1e-9 * size)


@given(made_up())
@settings(max_examples=40)
def test_party_totals_are_the_ledger(made: Made) -> None:
    """What is shown per party is its balance in the ledger, and nobody with money is left out."""
    result = made.run()
    assert result.accounts - {RESOURCES} <= set(result.parties)
    for name, party in result.parties.items():
        assert np.allclose(result.ledger.balance(name), party.net, atol=1e-6), name
        assert (party.paid >= 0).all()
        assert (party.gained >= 0).all()


@given(made_up(policy=True))
@settings(max_examples=60)
def test_every_euro_of_delivery_is_paid_once(made: Made) -> None:
    """Modules, grants and payers together pay the delivery, whoever is insured where by then."""
    result = made.run()
    for name, delivery in result.projection.deliveries.items():
        paid = sum(
            (p.amounts for p in result.ledger.postings if p.reason is Reason.DELIVERY and p.intervention == name),
            np.zeros((1, 1, 1)),
        )
        assert np.allclose(delivery.total, paid, atol=1e-6), name
        assert (np.asarray(paid) >= -1e-9).all()


@given(made_up())
@settings(max_examples=40)
def test_running_the_coalition_costs_what_it_costs(made: Made) -> None:
    """Grant and payers together pay 90,000 a year in the years stated, and nothing after them."""
    paid = postings_total(made.run(), [Reason.COORDINATION])
    assert np.allclose([[90_000.0] * 5 + [0.0] * (YEARS - 5)], paid)


# --- holders --------------------------------------------------------------------------------------------------------


@given(made_up(policy=False, delivery_inside=False))
@settings(max_examples=40)
def test_what_is_avoided_is_held_by_someone(made: Made) -> None:
    """Per pocket of care, holders get the cashable part of what is avoided and all of what is added."""
    result = made.run()
    for pocket in COSTED:
        gamma = made.data["holders"]["cashable"][pocket.value]
        open_ = np.arange(FIRST, FIRST + YEARS) >= gamma["from_year"]
        cashed = np.zeros(YEARS)
        for s in result.projection.streams:
            if s.pocket is pocket:
                x = s.avoided if s.by_cohort is None else s.by_cohort
                cashed = cashed + np.where(x < 0, x, gamma["share"] * x).reshape(-1, YEARS).sum(axis=0)
        held = np.zeros((1, YEARS))
        for p in result.ledger.postings:
            mine = p.pocket is pocket or (pocket is Pocket.ZVW and p.pocket is Pocket.EIGEN_RISICO)
            if mine and p.reason in {Reason.AVOIDED_COST, Reason.OWN_RISK}:
                held = held + p.amounts.sum(axis=1)
        assert np.allclose(cashed * open_, held, atol=1e-6), pocket


@given(
    st.integers(2, 5).flatmap(lambda n: st.lists(st.integers(1, 9), min_size=n, max_size=n)),
    shares,
    shares,
    shares,
    st.booleans(),
)
@settings(max_examples=60)
def test_holding_shares_sum_to_1_while_savings_are_constant(
    weights: list[int], own: float, back: float, switching: float, members: bool
) -> None:
    """Insurers, fund and own risk together hold a constant saving, k years after it began."""
    market = np.array(weights) / sum(weights)
    data = {
        "scenario": {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"},
        "region": {"people": "x", "growth_per_year": {}, "general_index_per_year": 0.0},
        "parties": {
            "insurers": {
                f"n{k}": {"name": "n", "market_share": float(m), "contracting": True} for k, m in enumerate(market)
            }
        },
        "holders": holders(
            switching_per_year=float(switching * (1 - (market**2).sum())),
            own_risk={"share": own},
            equalisation={"basis": "use", "clawback": {"acute": [back / 2, back / 2]}},
            cashable={"zvw": cashable()},
        ),
        "target_groups": {"everyone": a_group()},
        "interventions": {
            "i": an_intervention(
                {"e": an_effect("euro", pocket="zvw", care_kind="acute", avoided_per_year=euro(1), time=a_time(5))},
                members_of="n0" if members else None,
            )
        },
    }
    result = run(Spec.model_validate(data), a_region({"GM0114": [100 / (market[0] if members else 1)]}), years=5)
    names = [f"n{k}" for k in range(len(market))]
    assert np.allclose([100] * 5, sum(np.array(result.net(a)) for a in [*names, "zvw_fund", "residents"]))
    expected = (1 - own) * (1 - np.array([0, back / 2, back, back, back])) * 100
    assert np.allclose(expected, sum(np.array(result.net(a)) for a in names), atol=1e-4)


# --- never more than there is ---------------------------------------------------------------------------------------


@given(made_up(delivery_inside=False))
@settings(max_examples=100)
def test_gains_stay_within_the_baseline(made: Made) -> None:
    """Per area, pocket and year all interventions together avoid at most what everyone there costs."""
    result = made.run()
    for pocket in COSTED:
        gains = np.zeros((1, len(made.region.areas), YEARS))
        for s in result.projection.streams:
            if s.pocket is pocket:
                gains = gains + np.clip(s.avoided, 0, None)
        cost = result.projection.baseline.pocket_cost(pocket).sum(axis=2)
        assert (gains <= cost * (1 + 1e-9) + 1e-6).all(), pocket


@given(made_up(delivery_inside=False))
@settings(max_examples=40)
def test_overlap_only_takes_off_and_never_turns_a_sign(made: Made) -> None:
    """After overlap a gain lies between 0 and its stand-alone size; extra cost is what it was."""
    result = made.run()
    after = {(s.intervention, s.effect, s.pocket): s for s in result.projection.streams}
    for alone in result.projection.alone:
        kept = after[alone.intervention, alone.effect, alone.pocket].avoided
        assert np.allclose(np.clip(alone.avoided, None, 0), np.clip(kept, None, 0), rtol=1e-9)
        assert (kept <= np.clip(alone.avoided, 0, None) * (1 + 1e-9) + 1e-9).all()


@given(made_up())
@settings(max_examples=40)
def test_nobody_starts_who_is_not_there(made: Made) -> None:
    """Starters of a year are not negative, at most the group, and within the capacity."""
    projection = made.run().projection
    for name, starters in projection.starters.items():
        written = made.data["interventions"][name]
        group = projection.groups[written["target_group"]].people
        assert (starters >= 0).all()
        assert (starters <= group + 1e-9).all()
        assert (projection.enrolled_starters[name] <= starters + 1e-9).all()
        if "capacity_per_year" in written:
            assert (starters.sum(axis=1) <= written["capacity_per_year"] + 1e-9).all()


# --- scale, order, zero ---------------------------------------------------------------------------------------------


@given(made_up())
@settings(max_examples=40)
def test_doubling_all_amounts_doubles_all_results(made: Made) -> None:
    """Twice the cost, prices, budgets and cost classes: twice every posting, the index unchanged."""
    twice = doubled(copy.deepcopy(made.data))
    twice["target_groups"]["old"].pop("own_risk")
    once = copy.deepcopy(made.data)
    once["target_groups"]["old"].pop("own_risk")
    region = Region(**(vars(made.region) | {"cost": {p: 2 * c for p, c in made.region.cost.items()}}))
    coordination = twice["payers"]["coordination"]
    assert coordination["cost_per_year"]["value"] == 180_000
    first, second = Made(once, made.region).run(), Made(twice, region).run()
    assert_same(amounts(first), amounts(second), factor=2.0)
    present = np.ones((1, YEARS))
    found = [index_without(stakes(r.found, range(YEARS), present), []) for r in (first, second)]
    assert np.allclose(found[0], found[1], atol=1e-9, equal_nan=True)


@given(made_up(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_parties_groups_and_interventions_is_irrelevant(made: Made, random: Any) -> None:
    """The same scenario in another order gives the same money."""

    def shuffled(section: Written) -> Written:
        keys = list(section)
        random.shuffle(keys)
        return {k: section[k] for k in keys}

    mixed = made.data | {
        "parties": {"insurers": shuffled(made.data["parties"]["insurers"])},
        "interventions": shuffled(made.data["interventions"]),
        "target_groups": shuffled(made.data["target_groups"]),
        "overlap": [pair | {"between": pair["between"][::-1]} for pair in made.data["overlap"]],
    }
    assert_same(amounts(made.run()), amounts(Made(mixed, made.region).run()))


@given(made_up(policy=False))
@settings(max_examples=40)
def test_without_effect_only_delivery_and_coordination_are_left(made: Made) -> None:
    """Zero effect: nothing is avoided, and the parties together lose what delivery and coordination cost."""
    result = made.run(Inputs(effect_scale=np.zeros(1)))
    assert all(not s.avoided.any() for s in result.projection.streams)
    assert {p.reason for p in result.ledger.postings} <= {Reason.DELIVERY, Reason.COORDINATION}
    assert np.allclose(-postings_total(result, [Reason.DELIVERY, Reason.COORDINATION]), result.everyone_net, atol=1e-6)


@given(made_up(policy=True))
@settings(max_examples=20)
def test_without_effect_a_policy_still_moves_its_own_money(made: Made) -> None:
    """Zero effect: premium, claims and contribution go on, but what the policy brings is an effect and is gone."""
    policy = {r for r in Reason if r.value.startswith("policy_")} - {Reason.POLICY_BENEFIT}
    before, after = made.run(), made.run(Inputs(effect_scale=np.zeros(1)))
    assert np.allclose(postings_total(before, policy), postings_total(after, policy))
    assert not any(p.reason is Reason.POLICY_BENEFIT for p in after.ledger.postings)


@given(made_up(policy=False, delivery_inside=False), st.sampled_from([0.2, 0.5]))
@settings(max_examples=40)
def test_everything_is_linear_in_starters_before_overlap(made: Made, factor: float) -> None:
    """Half the reach: half the starters, the cost per starter and the stand-alone effects."""
    plain = copy.deepcopy(made.data)
    for written in plain["interventions"].values():
        written.pop("capacity_per_year", None)
        written.pop("per_area", None)
        written["cost"].pop("fixed_per_year", None)
        if written["approach"] == "population":
            written["effects"] = {n: e for n, e in written["effects"].items() if e["kind"] != "risk_shift"}
    more = copy.deepcopy(plain)
    for written in more["interventions"].values():
        written["reach"] *= factor
    first, second = (Made(d, made.region).run().projection for d in (plain, more))
    for name, starters in first.starters.items():
        assert np.allclose(factor * starters, second.starters[name])
        assert np.allclose(factor * first.deliveries[name].total, second.deliveries[name].total)
    for a, b in zip(first.alone, second.alone, strict=True):
        assert np.allclose(factor * a.avoided, b.avoided, rtol=1e-9)


# --- draws ----------------------------------------------------------------------------------------------------------


def a_few_values(made: Made, paths: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Three values per number, none outside what the number can be."""
    central = dict(numbers_in(made.spec))
    return {p: np.array([0.8, 1.0, 0.9]) * central[p].value for p in paths}


def assert_draws_equal_plain_runs(made: Made, varied: dict[str, np.ndarray[Any, Any]]) -> None:
    scale = np.array([1.0, 0.0, 1.2])
    many = amounts(made.run(Inputs(3, varied, scale)))
    for k in range(3):
        one = amounts(made.run(Inputs(1, {p: v[k : k + 1] for p, v in varied.items()}, scale[k : k + 1])))
        assert_same(one, {key: a[min(k, len(a) - 1)][None] for key, a in many.items()})


@given(made_up(), st.data())
@settings(max_examples=40)
def test_one_draw_of_many_is_the_plain_run_of_that_draw(made: Made, data: st.DataObject) -> None:
    """Any numbers may vary together; every draw is calculated as if it were alone."""
    paths = [p for p, _ in numbers_in(made.spec)]
    chosen = data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=12, unique=True))
    assert_draws_equal_plain_runs(made, a_few_values(made, chosen))


def everything() -> Made:
    """One scenario with every kind of number in it: members, module, capacity, grants, pair, shift, life years."""
    region = a_region(
        {"GM0114": [12_000.0, 3_000.0], "BU01060001": [800.0, 100.0]},
        ages=(0, 65),
        parents=PARENTS,
        cost={p: [900.0, 7000.0] for p in COSTED},
    )
    time = a_time(
        1.5, onset_years=0.5, decay_years=1.0, first_year_share=0.5, follow_up_years=0.5, beyond_follow_up="x"
    )
    care: Written = {"pocket": "zvw", "care_kind": "acute", "time": time}
    events = an_effect(
        "events",
        time=time,
        care_kind="acute",
        events_per_person_year=0.1,
        risk_multiplier=2.0,
        reduction=0.5,
        cost_per_event=euro(8000),
        split={"zvw": 0.5, "wmo": 0.3, "inwoner": 0.2},
        ceiling_per_unit=euro(70),
        per="completer",
        comparator="uncontrolled",
        deadweight=0.2,
    )
    benefit = an_effect(
        "euro",
        time=time,
        pocket="participatiewet",
        avoided_per_year=euro(500),
        ceiling_per_unit=euro(400),
        wage_instead_per_year=euro(300),
    )
    shift = an_effect(
        "risk_shift",
        factor="exposure",
        shifted={"low": 0.8, "high": 0.2},
        cause_share=0.5,
        per="completer",
        **care,
    )
    elsewhere = {
        pocket: an_effect("relative", pocket=pocket, reduction=0.1, cause_share=1.0, time=time)
        for pocket in ("wlz", "jeugdwet")
    }
    shared = {"target_group": "old", "reach": 0.1, "completion": 0.6, "starts": {"first": FIRST, "last": FIRST + 1}}
    payers = [{"party": "municipality", "share": 0.6, "law": "wpg"}, {"party": "insurers", "share": 0.4, "law": "zvw"}]
    cost = {"per_starter": [euro(300), euro(80)], "per_completer": [euro(20)], "fixed_per_year": euro(5000)}
    more = {"cost": cost, "payers": payers, "capacity_per_year": 150.0}
    own = {"GM0114": {"reach": 0.1, "completion": 0.7, "capacity_per_year": 170.0}}
    zero = {"survival_per_year": 0.95, "moves_per_year": 0.05}
    tier = {
        "share_of_enrolled": 1.0,
        "own_risk_insured": True,
        "list_premium_basic_per_month": euro(130),
        **{
            k: euro(9)
            for k in (
                "list_premium_supplementary_per_month",
                "discount_basic_per_month",
                "discount_supplementary_per_month",
                "own_risk_rider_per_month",
                "own_risk_claims_per_year",
                "wmo_contribution_covered_per_year",
                "claims_per_year",
            )
        },
    }
    components = {
        k: euro(30)
        for k in (
            "execution_per_year",
            "special_assistance_avoided_per_year",
            "municipal_arrears_cost_avoided_per_year",
            "insurer_arrears_avoided_per_year",
            "induced_care_per_year",
        )
    }
    return Made(
        {
            "scenario": {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"},
            "region": {
                "people": "x",
                "growth_per_year": {p.value: 0.03 for p in COSTED},
                "general_index_per_year": 0.02,
            },
            "parties": {
                "insurers": {
                    n: {"name": n, "market_share": m, "contracting": True} for n, m in (("a", 0.6), ("b", 0.4))
                },
                "municipalities": {"GM0106": {"population": 30_000.0}},
            },
            "holders": holders(
                switching_per_year=0.05,
                own_risk={"share": 0.1},
                equalisation={"basis": "cash", "clawback": {"acute": [0.3, 0.2], "medicine_and_diagnosis": [0.9]}},
                cashable={p.value: cashable(0.5, 0.4, 0.6, from_year=FIRST + 1) for p in COSTED},
            ),
            "risk_factors": {
                "exposure": {
                    "name": "e",
                    "ages": {"from": 0},
                    "classes": {
                        "low": {"prevalence": 0.7, "relative_risk": 1.0},
                        "high": {"prevalence": 0.3, "relative_risk": 2.5},
                    },
                }
            },
            "target_groups": {
                "everyone": a_group(cost_multiplier=0.9),
                "old": a_group(
                    ages={"from": 65},
                    share=0.5,
                    cost_multiplier=1.5,
                    cost_multiplier_by_pocket={"wmo": 2.0},
                    **zero,
                    own_risk={"cost_classes": [{"people_share": 1.0, "cost_eur": 500.0}]},
                ),
                "exposed": {
                    **a_group(count=400.0, risk_class={"factor": "exposure", "class": "high"}, **zero),
                    "share": None,
                },
            },
            "gemeentepolis": {
                "p": {
                    "name": "p",
                    "areas": ["GM0114"],
                    "insurer": "a",
                    "first_year": FIRST,
                    "uptake": 0.5,
                    "method": "components",
                    "bands": {
                        "low": {"income_limit_pct": 130.0, "share_of_people": 0.2, "contribution_per_month": euro(30)}
                    },
                    "tiers": {"t": tier},
                    "components": components,
                    "modules": {MODULE: {"max_per_starter": euro(350)}},
                }
            },
            "interventions": {
                "i": an_intervention(
                    {"x": events, "y": benefit},
                    per_area=own,
                    **shared,
                    **more,
                    policy_module={
                        "module": MODULE,
                        "enrolled_share_of_group": 0.3,
                        "reach": 0.6,
                    },
                ),
                "j": an_intervention(
                    {"x": an_effect("relative", reduction=0.4, cause_share=0.9, **care), "y": benefit, **elsewhere},
                    **shared,
                    **more,
                ),
                "k": an_intervention(
                    {"x": an_effect("relative", reduction=0.4, cause_share=0.9, **care)},
                    target_group="exposed",
                    members_of="a",
                    cost=cost,
                    payers=[
                        {"party": "a", "share": 0.7, "law": "zvw"},
                        {"party": "municipality", "share": 0.3, "law": "wmo"},
                    ],
                    life_years={"survival_without_per_year": 0.9, "survival_with_per_year": 0.93},
                ),
                "l": an_intervention(
                    {"x": shift, "q": an_effect("qaly", gain=0.1, time=time)},
                    approach="population",
                    ramp_up=[0.5, 1.0],
                    reach=0.9,
                    starts={"first": FIRST, "last": FIRST + 1},
                    cost=cost,
                    payers=payers,
                ),
            },
            "overlap": [{"between": ["i", "j"], "share_of_smaller": 0.3}],
            "payers": {
                "coordination": {
                    "cost_per_year": euro(90_000),
                    "years": {"first": FIRST, "last": FIRST + 4},
                    "eligible_share": 0.8,
                    "payers": payers,
                    "grant_applicant": "a",
                    "grant_ceiling_per_year": euro(20_000),
                },
                "grants": {
                    "g": {
                        "name": "g",
                        "law": "wpg",
                        "items": {"i": {FIRST: 1e6}, "j": {FIRST: 1000.0, FIRST + 1: 1000.0}},
                        "carry_over_share": 0.02,
                        "shift_limit_share": 0.01,
                    }
                },
            },
        },
        region,
    )


def test_every_number_may_vary_alone() -> None:
    """No number needs another one to vary with it, and each of its draws is the plain run of that draw."""
    made, still = everything(), set()
    for path, number in numbers_in(made.spec):
        values = np.array([0.8, 0.9]) * number.value
        many = amounts(made.run(Inputs(2, {path: values})))
        for k in (0, 1):
            one = amounts(made.run(Inputs(1, {path: values[k : k + 1]})))
            assert_same(one, {key: a[min(k, len(a) - 1)][None] for key, a in many.items()})
        still |= {path} if all(np.allclose(a[0], a[-1], rtol=1e-12, atol=1e-9) for a in many.values()) else set()
    assert still == NO_MONEY


NO_MONEY = {
    "gemeentepolis.p.bands.low.income_limit_pct",
    "gemeentepolis.p.tiers.t.list_premium_basic_per_month",
    *(
        f"interventions.l.effects.q.{x}"
        for x in ("gain", *(f"time.{t}" for t in ("onset_years", "plateau_years", "decay_years", "first_year_share")))
    ),
    "target_groups.everyone.survival_per_year",
    "target_groups.everyone.moves_per_year",
    "target_groups.exposed.survival_per_year",
    "target_groups.old.cost_multiplier_by_pocket.wmo",
}
"""Numbers that move no money here: health; what is paid with and without the policy; people who die or move while the
effect is of a place; survival where it is stated with the life-years; a multiplier of a pocket with events only."""


@given(made_up(), st.data())
@settings(max_examples=30)
def test_a_drawn_share_of_a_payer_leaves_no_cost_unpaid(made: Made, data: st.DataObject) -> None:
    """Payers' shares that are drawn apart are brought back to 1, so that delivery is paid in every draw."""
    paths = [p for p, _ in numbers_in(made.spec) if ".payers." in p and p.endswith(".share")]
    varied = {p: np.array([data.draw(st.floats(0.1, 0.9)) for _ in range(2)]) for p in paths}
    result = made.run(Inputs(2, varied))
    for name, delivery in result.projection.deliveries.items():
        paid = sum(
            (p.amounts for p in result.ledger.postings if (p.reason, p.intervention) == (Reason.DELIVERY, name)),
            np.zeros((1, 1, 1)),
        )
        assert np.allclose(np.asarray(delivery.total), paid, atol=1e-6)
