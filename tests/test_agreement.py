"""What a reader of an agreement sees: the least that must still move, and the law beside the agreement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.agreement import PartyChange, changes, fund_sheets, term_sheets
from coalition.model import run_scenario
from coalition.outputs.agreement_text import verdict
from coalition.parties import Party, PartyKind
from coalition.scenario import load_scenario
from coalition.transfers import smallest_transfer

NET = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1)


def change(law: float, agreed: float) -> PartyChange:
    return PartyChange(Party("p", PartyKind.INSURER, "p", "p"), law, agreed)


@pytest.mark.parametrize(
    ("net", "total", "short", "payments"),
    [
        ({"a": 100.0, "b": -40.0}, 40, 0, {("a", "b"): 40}),
        ({"a": 60.0, "b": 20.0, "c": -40.0}, 40, 0, {("a", "c"): 30, ("b", "c"): 10}),
        ({"a": 30.0, "b": -40.0, "c": -20.0}, 60, 30, {("a", "b"): 20, ("a", "c"): 10}),
        ({"a": -40.0}, 40, 40, {}),
        ({"a": 5.0, "b": 0.0}, 0, 0, {}),
    ],
)
def test_who_pays_whom(
    net: dict[str, float], total: float, short: float, payments: dict[tuple[str, str], float]
) -> None:
    """Winners pay as they win; losers share what there is as they lose."""
    found = smallest_transfer(net)
    assert (found.total_eur, found.short_eur) == pytest.approx((total, short))
    assert found.payments == pytest.approx(payments)


@pytest.mark.parametrize(
    ("law", "agreed", "words"),
    [
        (-100, -99.4, "verliest minder"),
        (-100, -99.6, "verliest nog"),
        (-100, -100.4, "verliest nog"),
        (-100, -100.6, "verliest meer"),
        (100, -100, "verliest door de afspraken"),
        (-100, 0, "hersteld"),
        (-100, 50, "hersteld, € 50 erboven"),
        (100, 99.6, "wint"),
        (100, 99.4, "wint minder"),
    ],
)
def test_a_party_reads_what_the_agreement_does_to_it(law: float, agreed: float, words: str) -> None:
    """Whoever loses more than under the law alone is not told that it loses still."""
    assert verdict(change(law, agreed), "nl") == words


@given(NET)
def test_nobody_is_worse_off_after_it_where_that_can_be(net: dict[str, float]) -> None:
    """Winners keep at least nothing; with enough at the table every loss is repaired; no smaller sum would do."""
    found = smallest_transfer(net)
    after = dict(net)
    for (payer, receiver), amount in found.payments.items():
        after[payer] -= amount
        after[receiver] += amount
    assert sum(after.values()) == pytest.approx(sum(net.values()), abs=1e-6)
    assert all(after[name] >= -1e-6 for name, value in net.items() if value > 0.005)
    if found.short_eur < 1e-9:
        assert all(value >= -0.0051 for value in after.values())
    assert sum(found.payments.values()) == pytest.approx(found.total_eur - found.short_eur, abs=1e-6)


def test_what_is_paid_above_a_loss_is_named() -> None:
    """Only for who would have lost."""
    assert [change(*pair).overpaid_eur for pair in ((-10, 3), (-10, -2), (5, 9))] == [3, 0, 0]
    assert [change(*pair).still_loses for pair in ((-10, 3), (-10, -2), (5, 9))] == [False, True, False]


def test_drenthe_with_agreements_shows_who_loses_and_what_changes() -> None:
    """The town that pays for Hollandscheveld gains most; transfers cost society only what running the fund costs."""
    result = run_scenario(load_scenario("drenthe-akkoord"))
    rows = {r.party.id: r for r in changes(result)}
    assert rows["GM0118"].loses_under_law
    assert rows["GM0118"].change_eur == max(r.change_eur for r in rows.values())
    assert rows["wlz_fund"].change_eur < 0 < rows["wlz_fund"].agreed_eur
    years = len(result.years)
    fees = sum(float(f.outcome.statement.fees[0, :years].sum()) for f in fund_sheets(result))
    nominal = [float(r.net.sum()) for parties in (result.run.parties, result.run.law_parties) for r in parties]
    half = len(nominal) // 2
    assert sum(nominal[:half]) - sum(nominal[half:]) == pytest.approx(-fees)
    for sheet in term_sheets(result):
        assert sum(float(c.sum()) for c in sheet.cash_eur.values() if len(c)) == pytest.approx(0, abs=1e-6)
