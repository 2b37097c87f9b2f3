"""Budgets, population payments, bonds, tariffs and co-financing: the edge of each rule, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.arrangements import area_funds, bond_account, budget_account, deviation_share, smoothed
from coalition.inputs import Floats

AMOUNT = st.floats(0, 1e6).map(lambda x: round(x, 2))
SIGNED = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))
SHARE = st.floats(0, 1)
YEARS = 5


def per_year(*amounts: float) -> Floats:
    return np.array([amounts], dtype=float)


def rows(values: st.SearchStrategy[float], years: int = YEARS) -> st.SearchStrategy[Floats]:
    """One draw of so many years."""
    return st.lists(values, min_size=years, max_size=years).map(lambda found: np.array([found]))


# --- a regional budget --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saved", "over", "asked", "covered", "paid", "closing"),
    [
        (100, 40, 60, 40, 60, 0),
        (100, 40, 59, 40, 59, 1),
        (100, 40, 61, 40, 60, 0),
        (40, 40, 60, 40, 0, 0),
        (39, 40, 60, 39, 0, 0),
        (0, 40, 60, 0, 0, 0),
    ],
)
def test_overspending_goes_before_delivery(
    saved: float, over: float, asked: float, covered: float, paid: float, closing: float
) -> None:
    """What is there pays who turned out dearer first, then delivery, and never more than is there."""
    found = budget_account(
        {"a": per_year(0, 0), "b": per_year(0, 0)},
        {"a": per_year(saved, 0), "b": per_year(-over, 0)},
        {"x": per_year(asked, 0)},
        {"a": np.ones(1), "b": np.zeros(1)},
        per_year(1, 1),
    )
    assert found.covered["b"][0].tolist() == [covered, 0]
    assert found.paid["x"][0].tolist() == [paid, 0]
    assert found.closing[0].tolist() == [closing, 0]
    assert found.settled["a"][0].tolist() == [0, closing]


@pytest.mark.parametrize(
    ("left", "back_a", "back_b"), [(0, 0, 0), (150, 100, 50), (299, 598 / 3, 299 / 3), (300, 200, 100), (400, 240, 160)]
)
def test_the_closing_settlement_gives_deposits_back_first(left: float, back_a: float, back_b: float) -> None:
    """Deposits of 200 and 100; what is left above them is divided 40 : 60."""
    spent = {"x": per_year(300 - left if left < 300 else 0, 0)}
    found = budget_account(
        {"a": per_year(200, 0), "b": per_year(100, 0)},
        {"a": per_year(max(left - 300, 0), 0), "b": per_year(0, 0)},
        spent,
        {"a": np.full(1, 0.4), "b": np.full(1, 0.6)},
        per_year(1, 1),
    )
    assert found.settled["a"][0, 1] == pytest.approx(back_a)
    assert found.settled["b"][0, 1] == pytest.approx(back_b)


def test_a_budget_that_spends_nothing_divides_what_was_saved() -> None:
    """No delivery is asked: the saving waits until the closing settlement."""
    found = budget_account({"a": per_year(0, 0)}, {"a": per_year(10, 5)}, {}, {"a": np.ones(1)}, per_year(1, 1))
    assert found.settled["a"][0].tolist() == [0, 15]


def test_after_its_last_year_a_budget_is_over() -> None:
    """Savings before and after it stay with whoever has them."""
    found = budget_account(
        {"a": per_year(0, 0, 0)}, {"a": per_year(5, 10, 20)}, {}, {"a": np.ones(1)}, per_year(0, 1, 0)
    )
    assert found.saved["a"][0].tolist() == [0, 10, 0]
    assert found.settled["a"][0].tolist() == [0, 10, 0]


@given(rows(AMOUNT), rows(AMOUNT), rows(SIGNED), rows(SIGNED), rows(AMOUNT), rows(AMOUNT), SHARE)
def test_a_budget_keeps_its_balance_and_never_falls_below_nothing(
    put_a: Floats, put_b: Floats, change_a: Floats, change_b: Floats, ask_x: Floats, ask_y: Floats, share: float
) -> None:
    """Opening + in − out = closing in every year; nobody gets more than it asked; everything is paid out at the end."""
    found = budget_account(
        {"a": put_a, "b": put_b},
        {"a": change_a, "b": change_b},
        {"x": ask_x, "y": ask_y},
        {"a": np.full(1, share), "b": np.full(1, 1 - share)},
        np.ones((1, YEARS)),
    )
    into = found.opening + put_a + put_b + sum(found.saved.values())
    out = sum(found.covered.values()) + sum(found.paid.values()) + sum(found.settled.values())
    assert into - out == pytest.approx(found.closing, abs=1e-6)
    assert (found.closing >= -1e-6).all()
    assert found.closing[0, -1] == 0
    assert (found.opening[:, 1:] == found.closing[:, :-1]).all()
    assert (found.paid["x"] <= ask_x + 1e-6).all()
    assert (found.covered["a"] <= np.maximum(-change_a, 0) + 1e-6).all()


@given(rows(AMOUNT), rows(SIGNED), rows(SIGNED), rows(AMOUNT), SHARE, st.floats(0.01, 100))
def test_a_budget_in_other_euros_and_another_order_is_the_same(
    put: Floats, change_a: Floats, change_b: Floats, ask: Floats, share: float, scale: float
) -> None:
    """Scaling all euros scales every amount; the order of members does not matter."""

    def run(names: list[str], factor: float) -> dict[str, Floats]:
        changes = {"a": change_a * factor, "b": change_b * factor}
        shares = {"a": np.full(1, share), "b": np.full(1, 1 - share)}
        found = budget_account(
            dict.fromkeys(names, put * factor),
            {n: changes[n] for n in names},
            {"x": ask * factor},
            {n: shares[n] for n in names},
            np.ones((1, YEARS)),
        )
        return {**{f"covered {n}": a for n, a in found.covered.items()}, **dict(found.settled)}

    plain = run(["a", "b"], 1.0)
    for other in (run(["b", "a"], 1.0), {n: a / scale for n, a in run(["a", "b"], scale).items()}):
        for name, amounts in plain.items():
            assert other[name] == pytest.approx(amounts, rel=1e-6, abs=1e-4)


# --- a population payment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "kept"),
    [(100, 0), (99, 0.8), (98, 1.6), (97.9, 1.6), (90, 1.6), (101, -0.8), (102, -1.6), (102.1, -1.6), (150, -1.6)],
)
def test_beyond_the_corridor_everything_is_the_payers_again(cost: float, kept: float) -> None:
    """A sum of 100, four fifths of the difference, up to two percent of the sum."""
    found = deviation_share(per_year(100), per_year(cost), np.full((1, 1), 0.8), np.full((1, 1), 0.02))
    assert found[0, 0] == pytest.approx(kept)


@pytest.mark.parametrize(("cost", "kept"), [(90, 8), (110, -8), (100, 0)])
def test_without_a_corridor_the_receiver_has_its_part_of_all_of_it(cost: float, kept: float) -> None:
    """Gain and loss alike."""
    assert deviation_share(per_year(100), per_year(cost), np.full((1, 1), 0.8), None)[0, 0] == pytest.approx(kept)


@given(st.floats(1, 1e6), SIGNED, SIGNED, SHARE, SHARE)
def test_cheaper_care_never_leaves_the_receiver_with_less(
    payment: float, one: float, other: float, share: float, corridor: float
) -> None:
    """Monotone in cost, and a small change of cost makes a small change, at the edge of the corridor too."""
    cheap, dear = sorted((payment + one, payment + other))
    terms = (np.full((1, 1), share), np.full((1, 1), corridor))
    most = deviation_share(per_year(payment), per_year(cheap), *terms)[0, 0]
    least = deviation_share(per_year(payment), per_year(dear), *terms)[0, 0]
    assert most >= least - 1e-9
    assert most - least <= share * (dear - cheap) + 1e-6


# --- an impact bond -----------------------------------------------------------------------------------------------


def bond(measured: Floats, invested: Floats | None = None, target: float = 100.0, cap: float = 0.08) -> list[float]:
    """What comes back of 100 put in at first, judged in the third year, when all of the saving may be paid."""
    put_in = per_year(100, 0, 0) if invested is None else invested
    found = bond_account(put_in, measured, np.maximum(measured, 0), {2: target}, np.full(1, cap))
    return [float(x) for x in found.repaid[0]]


@pytest.mark.parametrize(
    ("saved", "back"), [(99, 0), (99.99, 0), (100, 100), (101, 101), (116, 116), (116.64, 116.64), (117, 116.64)]
)
def test_one_euro_below_the_target_nothing_is_paid(saved: float, back: float) -> None:
    """At the target what was saved comes back, up to the money with its return of eight percent a year."""
    assert bond(per_year(0, saved, 0)) == pytest.approx([0, 0, back])


@pytest.mark.parametrize(("cap", "back"), [(0.0, 100), (0.08, 116.64), (0.12, 125.44)])
def test_the_return_is_capped(cap: float, back: float) -> None:
    """However much was saved."""
    assert bond(per_year(0, 1000, 0), cap=cap) == pytest.approx([0, 0, back])


def test_a_loss_counts_against_the_target() -> None:
    """Measured since the start: a hundred saved and one lost is ninety-nine."""
    assert bond(per_year(100, -1, 0)) == [0, 0, 0]


def test_what_waited_is_paid_when_a_later_target_is_reached() -> None:
    """Missed at first, reached afterwards: the savings of the years between are still there."""
    measured = per_year(0, 50, 0, 60, 0)
    found = bond_account(per_year(100, 0, 0, 0, 0), measured, measured, {2: 100.0, 4: 110.0}, np.zeros(1))
    assert found.repaid[0].tolist() == [0, 0, 0, 0, 100]
    assert found.passed[0].tolist() == [0, 0, 0, 0, 1]


@given(rows(AMOUNT), rows(SIGNED), st.floats(0, 1), st.floats(1, 1e6), st.floats(0, 0.12))
def test_a_bond_pays_at_most_what_was_saved_and_what_the_return_allows(
    invested: Floats, measured: Floats, share: float, target: float, cap: float
) -> None:
    """Nothing when a target is missed; never more than waits, and never more than the money at the capped return."""
    payable = share * np.maximum(measured, 0)
    found = bond_account(invested, measured, payable, {2: target, 4: target}, np.full(1, cap))
    assert found.repaid.sum() <= payable.sum() + 1e-6
    worth = sum(x * (1 + cap) ** (YEARS - 1 - t) for t, x in enumerate(invested[0]))
    back = sum(x * (1 + cap) ** (YEARS - 1 - t) for t, x in enumerate(found.repaid[0]))
    assert back <= worth * (1 + 1e-9) + 1e-6
    assert (found.outstanding >= -1e-6).all()
    reached = np.cumsum(measured[0])
    for t in range(YEARS):
        if t not in (2, 4) or reached[t] < target:
            assert found.repaid[0, t] == 0


def test_draws_of_a_bond_do_not_meet() -> None:
    """Two draws at once give what each gives by itself."""
    measured = np.array([[0.0, 99.0, 0.0], [0.0, 130.0, 0.0]])
    both = bond_account(per_year(100, 0, 0), measured, measured, {2: 100.0}, np.full(1, 0.08))
    assert both.repaid.tolist() == [[0, 0, 0], pytest.approx([0, 0, 116.64])]


# --- a deprivation fund -------------------------------------------------------------------------------------------


def test_areas_keep_their_own_money() -> None:
    """What one area does not use waits for its later years, goes back in the last, and helps no other area."""
    income = np.array([[[10.0, 10.0, 10.0], [10.0, 10.0, 10.0]]])
    asked = np.array([[[0.0, 25.0, 5.0], [30.0, 0.0, 0.0]]])
    found = area_funds(income, asked, per_year(1, 1, 1))
    assert found.paid[0].tolist() == [[0, 20, 5], [10, 0, 0]]
    assert found.given_back[0].tolist() == [[0, 0, 5], [0, 0, 20]]
    assert found.closing[0].tolist() == [[10, 0, 0], [0, 10, 0]]


@given(rows(AMOUNT), rows(AMOUNT))
def test_a_fund_of_an_area_pays_out_what_came_in(income: Floats, asked: Floats) -> None:
    """All of it, for delivery or back; never below nothing."""
    found = area_funds(income[:, None], asked[:, None], np.ones((1, YEARS)))
    assert (found.paid + found.given_back).sum() == pytest.approx(income.sum())
    assert (found.closing >= 0).all()
    assert (found.paid <= asked[:, None]).all()


# --- co-financing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "expected"), [(1, [90, 120, 60]), (2, [90, 105, 90]), (3, [90, 100, 90]), (4, [90, 97.5, 90])]
)
def test_a_bill_is_the_mean_of_so_many_years(years: int, expected: list[float]) -> None:
    """Years before the first count as the first."""
    assert smoothed(per_year(90, 120, 60), years)[0].tolist() == pytest.approx(expected)


@given(rows(AMOUNT), st.integers(1, 6))
def test_smoothing_keeps_bills_between_the_lowest_and_the_highest(bills: Floats, years: int) -> None:
    """A constant bill stays what it is, and no mean lies outside the bills."""
    found = smoothed(bills, years)
    assert found.shape == bills.shape
    assert (found >= bills.min() - 1e-6).all()
    assert (found <= bills.max() + 1e-6).all()
    assert smoothed(np.full((1, YEARS), 7.0), years)[0].tolist() == pytest.approx([7.0] * YEARS)
