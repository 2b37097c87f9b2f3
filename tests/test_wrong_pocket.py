"""Who pays, who gains, from when, and how wrong the pockets are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from building import AREA, FIRST, a_scenario, an_intervention, avoids, cashable, euro, holders, run
from hypothesis import given
from hypothesis import strategies as st

from coalition.ledger import Ledger, Posting
from coalition.parties import MUNICIPALITY, RESOURCES, STATE, WLZ_FUND, Party, PartyKind, Pocket, Reason
from coalition.wrong_pocket import (
    Cell,
    CellKey,
    PartyResult,
    by_party,
    cells,
    index_without,
    repair,
    stakes,
    windfall,
    wrong_pocket_index,
)

money = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-3)


def index(outlay: Sequence[float], effect: Sequence[float]) -> float:
    return float(wrong_pocket_index(np.array(outlay, dtype=float)[:, None], np.array(effect, dtype=float)[:, None])[0])


def a_party(name: str, kind: PartyKind = PartyKind.NATIONAL, *, contracting: bool = True) -> Party:
    return Party(name, kind, name, name, contracting)


def results(
    flows: Mapping[str, Sequence[tuple[Reason, float]]], present: Sequence[float] | None = None
) -> dict[str, PartyResult]:
    """Per party a flow per year: delivery is laid out by it, everything else is an effect on it."""
    years = range(FIRST, FIRST + max(len(f) for f in flows.values()))
    postings = []
    for party, amounts in flows.items():
        for position, (reason, amount) in enumerate(amounts):
            row = np.zeros((1, 1, len(years)))
            row[0, 0, position] = abs(amount) if reason is Reason.DELIVERY else amount
            source, target = (party, RESOURCES) if reason is Reason.DELIVERY else (RESOURCES, party)
            postings.append(Posting(reason, Pocket.WLZ, "i", source, target, row))
    ledger = Ledger(tuple(years), (AREA,), (AREA,), tuple(postings))
    worth = np.array([present or [1.0] * len(years)])
    found = by_party(cells(ledger), [a_party(p) for p in flows], list(years), worth)
    return {r.party.id: r for r in found}


def invests(*nets: float) -> int | None:
    """Payback year of a party that lays 10 out in the first year; the nets are per year."""
    first = [(Reason.DELIVERY, 10.0)]
    flows = {"x": [*first, *((Reason.AVOIDED_COST, n) for n in nets)]}
    return results(flows)["x"].payback_year[0]


# --- paid and gained ------------------------------------------------------------------------------------------------


def test_an_outlay_is_paid_and_its_receipt_is_gained() -> None:
    """A contribution of 30: the one pays, the other receives; neither is an effect."""
    posting = Posting(Reason.POLICY_CONTRIBUTION, Pocket.WPG, "p", STATE, "residents", np.full((1, 1, 1), 30.0))
    found = cells(Ledger((FIRST,), (AREA,), (AREA,), (posting,)))
    paid, gained = (next(c for k, c in found.items() if k.party == name) for name in (STATE, "residents"))
    assert (paid.paid[0, 0], paid.gained[0, 0], paid.effect[0, 0]) == (30.0, 0.0, 0.0)
    assert (gained.paid[0, 0], gained.gained[0, 0], gained.effect[0, 0]) == (0.0, 30.0, 0.0)


def test_a_municipality_named_by_its_code_has_one_cell() -> None:
    """Each area's own municipality gains 30 and the one of this area another 5: one cell of 35, the other one of 30."""
    areas = (AREA, "GM0106")
    own, named = (
        Posting(Reason.AVOIDED_COST, Pocket.WMO, "i", RESOURCES, side, np.array([[[first], [second]]]))
        for side, first, second in ((MUNICIPALITY, 30.0, 30.0), (AREA, 5.0, 0.0))
    )
    found = cells(Ledger((FIRST,), areas, areas, (own, named)))
    gained = {key.party: float(cell.gained[0, 0]) for key, cell in found.items()}
    assert gained == {AREA: 35.0, "GM0106": 30.0, RESOURCES: 0.0}
    parties = by_party(found, [a_party(AREA), a_party("GM0106")], [FIRST], np.ones((1, 1)))
    assert [p.npv.tolist() for p in parties] == [[35.0], [30.0]]


def test_clawback_is_taken_off_the_effect_and_not_shown_as_an_outlay() -> None:
    """Avoided 100 and 100, half taken back: gained 100 and 50, paid nothing."""
    spec = a_scenario(
        holders=holders(equalisation={"basis": "use", "clawback": {"acute": [0.5]}}),
        parties={"insurers": {"a": {"name": "A", "market_share": 1.0, "contracting": True}}},
        interventions={"i": an_intervention({"e": avoids(1, "zvw", years=2)})},
    )
    result = run(spec, years=2).parties["a"]
    assert result.gained.tolist() == [[100.0, 50.0]]
    assert result.paid.tolist() == [[0.0, 0.0]]
    assert not result.invests


def test_a_loss_is_paid() -> None:
    """A provider that loses 40 pays 40 and lays nothing out."""
    spec = a_scenario(
        holders=holders(cashable={"wlz": cashable(avoidable=0.6)}),
        interventions={"i": an_intervention({"e": avoids(1, "wlz")})},
    )
    provider = run(spec).parties["providers"]
    assert [float(x[0, 0]) for x in (provider.paid, provider.gained, provider.laid_out)] == [40.0, 0.0, 0.0]


def test_gain_and_loss_in_different_pockets_are_both_shown() -> None:
    """A municipality that gains 100 in the Wmo and loses 30 in youth care: gained 100, paid 30, net 70."""
    effects = {
        "wmo": avoids(1, "wmo", ceiling_per_unit=euro(1)),
        "jeugdwet": avoids(-0.3, "jeugdwet", ceiling_per_unit=euro(1)),
    }
    result = run(a_scenario(interventions={"i": an_intervention(effects)})).parties[AREA]
    assert [pytest.approx(100), pytest.approx(30), pytest.approx(70)] == [
        float(x[0, 0]) for x in (result.gained, result.paid, result.net)
    ]


def test_years_beyond_those_shown_are_left_out() -> None:
    """Three years in the cells, one shown."""
    posting = Posting(Reason.AVOIDED_COST, Pocket.WLZ, "i", RESOURCES, WLZ_FUND, np.full((1, 1, 3), 10.0))
    found = cells(Ledger((FIRST, FIRST + 1, FIRST + 2), (AREA,), (AREA,), (posting,)))
    (shown,) = by_party(found, [a_party(WLZ_FUND)], [FIRST], np.ones((1, 1)))
    assert shown.gained.tolist() == [[10.0]]
    assert shown.npv.tolist() == [10.0]


# --- payback --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nets", "year"),
    [
        ((10.0,), FIRST + 1),
        ((9.99,), None),
        ((4.0, 6.0), FIRST + 2),
        ((20.0, -15.0), None),
        ((20.0, -15.0, 5.0), FIRST + 3),
        ((20.0, -10.0), FIRST + 1),
    ],
)
def test_payback_is_the_year_from_which_the_sum_stays_positive(nets: tuple[float, ...], year: int | None) -> None:
    """10 laid out; exactly 10 back is enough, a later fall below zero undoes it."""
    assert year == invests(*nets)


def test_who_invests_nothing_has_no_payback_year() -> None:
    """A windfall is not paid back, and a loss of turnover is no investment."""
    assert results({"x": [(Reason.AVOIDED_COST, 10.0)]})["x"].payback_year == [None]
    assert results({"x": [(Reason.AVOIDED_COST, -10.0), (Reason.AVOIDED_COST, 20.0)]})["x"].payback_year == [None]


def test_payback_looks_at_discounted_money() -> None:
    """10 laid out and 10 back, worth 9 by then: never."""
    flows = {"x": [(Reason.DELIVERY, 10.0), (Reason.AVOIDED_COST, 10.0)]}
    assert results(flows, [1.0, 0.9])["x"].payback_year == [None]


# --- the index ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outlay", "effect", "expected"),
    [
        ([10, 0], [0, 10], 1.0),
        ([10, 10], [10, 10], 0.0),
        ([10, 10], [30, 10], 0.25),
        ([10], [90], 0.0),
        ([10, -5], [0, 0], 1.0),
        ([0, 0], [-10, 10], 1.0),
        ([30, 10], [0, 20], 0.75),
    ],
)
def test_the_index_at_its_edges(outlay: Sequence[float], effect: Sequence[float], expected: float) -> None:
    """0 when each gains as it pays, 1 when payers and gainers differ; losses are paying, net receipts are gaining."""
    assert pytest.approx(expected) == index(outlay, effect)


@pytest.mark.parametrize(("outlay", "effect"), [([0, 0], [0, 10]), ([10, 0], [0, -5]), ([0], [0])])
def test_where_nobody_pays_or_nobody_gains_there_is_no_index(outlay: Sequence[float], effect: Sequence[float]) -> None:
    """None, rather than a number that means nothing."""
    assert np.isnan(index(outlay, effect))


@given(st.lists(st.tuples(money, money), min_size=1, max_size=6), st.floats(1, 100))
def test_the_index_lies_between_0_and_1_and_has_no_unit(rows: list[tuple[float, float]], factor: float) -> None:
    """Whatever is paid and gained, also in other euros or another order."""
    outlay, effect = [r[0] for r in rows], [r[1] for r in rows]
    found = index(outlay, effect)
    if np.isnan(found):
        return
    assert -1e-12 <= found <= 1 + 1e-12
    assert pytest.approx(found, abs=1e-9) == index([factor * x for x in outlay], [factor * x for x in effect])
    assert pytest.approx(found, abs=1e-9) == index(outlay[::-1], effect[::-1])


def test_a_partys_effects_count_as_one_number_over_all_pockets() -> None:
    """The municipality pays 10 and gains 100 − 100 over two pockets: it gains nothing, Wlz gains 50: index 1."""
    effects = {
        "wmo": avoids(1, "wmo", ceiling_per_unit=euro(1)),
        "jeugdwet": avoids(-1, "jeugdwet", ceiling_per_unit=euro(1)),
        "wlz": avoids(0.5, "wlz", ceiling_per_unit=euro(1)),
    }
    result = run(a_scenario(interventions={"i": an_intervention(effects, cost={"per_starter": [euro(0.1)]})}))
    found = stakes(result.found, [FIRST], np.ones((1, 1)))
    assert RESOURCES not in found
    assert pytest.approx(1.0) == index_without(found, ["providers"])[0]


def test_the_index_without_some_accounts() -> None:
    """With providers, whose lost 50 is paying, the municipality pays half: still 1; without everyone there is none."""
    result = run(
        a_scenario(interventions={"i": an_intervention({"e": avoids(0.5, "wlz")}, cost={"per_starter": [euro(0.5)]})})
    )
    found = stakes(result.found, [FIRST], np.ones((1, 1)))
    assert pytest.approx(1.0) == index_without(found, [])[0]
    assert np.isnan(index_without(found, list(found))[0])


# --- repair and windfall --------------------------------------------------------------------------------------------


def test_the_loss_to_be_repaired_is_that_of_the_parties_at_the_table() -> None:
    """Losses of 10 and 20 at the table, 40 gained there, 99 lost elsewhere."""
    flows = {"x": -10.0, "y": -20.0, "z": 40.0, "away": -99.0}
    found = results({name: [(Reason.AVOIDED_COST, amount)] for name, amount in flows.items()})
    answer = repair(list(found.values()), ["x", "y", "z"])
    assert (answer.loss_eur, answer.losers, answer.surplus_eur) == (30.0, ["x", "y"], 40.0)


def test_half_a_cent_is_no_loss() -> None:
    """Below what can be paid nobody is a loser, one cent is."""
    found = results({"x": [(Reason.AVOIDED_COST, -0.004)], "y": [(Reason.AVOIDED_COST, -0.01)]})
    assert repair(list(found.values()), ["x", "y"]).losers == ["y"]


def test_a_windfall_is_shown_before_and_after_own_delivery_and_what_is_received_for_it() -> None:
    """An outsider gains 20, pays 6 of the delivery and gets 2 of that back: 20 before, 16 after."""
    one = {name: np.array([[amount]]) for name, amount in (("laid_out", 6.0), ("received", 2.0), ("effect", 20.0))}
    outside = a_party("out", PartyKind.INSURER, contracting=False)
    result = PartyResult(outside, one["laid_out"], one["effect"], one["laid_out"], one["effect"], [None])
    assert windfall([result], {CellKey("law", "out", "zvw", "i"): Cell(**one)}, [FIRST]) == (20.0, 16.0)


def test_only_insurers_outside_the_coalition_have_a_windfall() -> None:
    """A contracting insurer's gain is what it came for."""
    spec = a_scenario(interventions={"i": an_intervention({"e": avoids(1, "zvw")})})
    result = run(spec)
    assert windfall(list(result.parties.values()), result.found, [FIRST]) == (20.0, 20.0)
    inside = [r for r in result.parties.values() if r.party.contracting]
    assert windfall(inside, result.found, [FIRST]) == (0, 0)
