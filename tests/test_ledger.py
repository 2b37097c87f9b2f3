"""Every amount goes from one account to another; whatever is booked, accounts balance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.errors import DefectError
from coalition.ledger import LAW_ALONE, LEDGER, Ledger, Posting
from coalition.parties import MUNICIPALITY, RESOURCES, STATE, WLZ_FUND, Pocket, Reason
from coalition.wrong_pocket import societal_cash

AREAS = ("GM0114", "BU01060000", "BU01060001")
MUNICIPALITIES = ("GM0114", "GM0106", "GM0106")
YEARS = (2027, 2028)


def a_posting(source: str, target: str, amounts: object, reason: Reason = Reason.DELIVERY) -> Posting:
    return Posting(reason, Pocket.WPG, "i", source, target, np.array(amounts, dtype=float))


def a_ledger(*postings: Posting) -> Ledger:
    return Ledger(YEARS, AREAS, MUNICIPALITIES, postings)


PAID = a_posting(MUNICIPALITY, RESOURCES, [[[1, 2], [10, 20], [100, 200]]])


def test_a_municipality_pays_for_each_of_its_areas() -> None:
    """Two buurten of one municipality are one account; the other pays its own."""
    ledger = a_ledger(PAID)
    assert ledger.balance("GM0114").tolist() == [[-1, -2]]
    assert ledger.balance("GM0106").tolist() == [[-110, -220]]
    assert ledger.balance(RESOURCES).tolist() == [[111, 222]]
    assert societal_cash(ledger).tolist() == [[-111, -222]]


def test_an_account_on_which_nothing_was_booked_is_empty() -> None:
    """Zero in every year."""
    assert a_ledger(PAID).balance(STATE).tolist() == [[0, 0]]


def test_a_negative_amount_goes_the_other_way() -> None:
    """Care that costs more is booked from the fund to the provider as a negative saving."""
    ledger = a_ledger(a_posting(RESOURCES, WLZ_FUND, [[[-5, 0]] * 3], Reason.AVOIDED_COST))
    assert ledger.balance(WLZ_FUND).tolist() == [[-15, 0]]


def test_an_amount_from_an_account_to_itself_changes_nothing() -> None:
    """Nothing is made by moving money in a circle."""
    assert a_ledger(a_posting(STATE, STATE, [[[7, 7]] * 3])).balance(STATE).tolist() == [[0, 0]]


def test_further_postings_leave_the_first_ledger_as_it_was() -> None:
    """An agreement on top is another ledger."""
    first = a_ledger(PAID)
    second = first.plus([a_posting(STATE, "GM0114", [[[1, 2], [0, 0], [0, 0]]], Reason.GRANT)])
    assert first.balance("GM0114").tolist() == [[-1, -2]]
    assert second.balance("GM0114").tolist() == [[0, 0]]


@pytest.mark.parametrize("amounts", [[[1.0, 2.0]], [[[1.0, 2.0]]], [[[1.0]] * 3]])
def test_a_posting_without_all_areas_and_years_is_our_bug(amounts: object) -> None:
    """A row that is short would be money that falls away."""
    with pytest.raises(DefectError, match="shape"):
        a_ledger(a_posting(STATE, RESOURCES, amounts))


@pytest.mark.parametrize("amount", [np.nan, np.inf, -np.inf])
def test_an_amount_that_is_no_number_is_our_bug(amount: float) -> None:
    """It stops the run instead of standing in a total."""
    with pytest.raises(DefectError, match="not finite"):
        a_ledger(a_posting(STATE, RESOURCES, [[[1, amount]] * 3]))


def test_rows_name_the_municipality_and_leave_zeros_out() -> None:
    """One row per area and year in which something moved, with its own account."""
    rows = list(a_ledger(a_posting(MUNICIPALITY, RESOURCES, [[[0, 2], [0, 0], [3, 0]]])).entries())
    assert [(r.source, r.year, r.amount_eur) for r in rows] == [("GM0114", 2028, 2.0), ("GM0106", 2027, 3.0)]
    assert {LAW_ALONE} == {r.arrangement for r in rows}
    assert [r.area for r in rows] == ["GM0114", "BU01060001"]


def test_the_table_has_the_columns_of_its_contract() -> None:
    """As documented, in that order, also when nothing moved."""
    assert LEDGER.names == list(a_ledger(PAID).frame().columns)
    assert len(a_ledger(PAID).frame()) == 6
    assert LEDGER.names == list(a_ledger().frame().columns)


def test_a_draw_that_a_posting_does_not_have_is_its_only_one() -> None:
    """What does not vary is the same in every draw."""
    varied = a_posting(STATE, RESOURCES, [[[1, 1]] * 3, [[2, 2]] * 3])
    ledger = a_ledger(PAID, varied)
    assert [sum(-r.amount_eur for r in ledger.entries(d) if r.source == STATE and r.year == 2027) for d in (0, 1)] == [
        -3,
        -6,
    ]
    assert (
        sum(r.amount_eur for r in ledger.entries(1) if r.reason == "delivery" and r.year == 2027 and r.source != STATE)
        == 111
    )


accounts = st.sampled_from([MUNICIPALITY, RESOURCES, STATE, WLZ_FUND, "a"])
three_by_two = st.lists(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2), min_size=3, max_size=3)


@given(st.lists(st.tuples(accounts, accounts, three_by_two), max_size=6))
def test_whatever_is_booked_the_accounts_balance(rows: list[tuple[str, str, list[list[float]]]]) -> None:
    """The sum over all accounts is zero in every year."""
    ledger = a_ledger(*(a_posting(s, t, [a]) for s, t, a in rows))
    total = sum(ledger.balance(x) for x in ("GM0114", "GM0106", RESOURCES, STATE, WLZ_FUND, "a"))
    assert np.allclose(0, total, atol=1e-5)
