"""The fund: its identity in cents, its floor, who goes first, what comes back and what contributors earn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.fund import Requests, Statement, in_cents, run_fund
from coalition.fund_measures import (
    contributor_flows,
    dry_years,
    internal_rates,
    lent_in_all,
    measures,
    modified_rate,
    payback_year,
    recovery_of_a_cycle,
)
from coalition.fund_terms import Fund
from coalition.inputs import Floats, Inputs

YEARS = tuple(range(2027, 2037))
LOAN = {"grace_years": 0, "repayment_years": 2, "interest_per_year": 0.0, "default_share": 0.0}
SAVING = {"holder": "zk", "pockets": ["zvw"], "share": 0.5, "lag_years": 1, "premium_share": 0.0}


def draw(**terms: Any) -> dict[str, Any]:
    plain = {
        "name": "x", "intervention": "x", "to": "municipality", "kind": "grant", "rank": 1, "delivery_share": 1.0,
        "years": {"first": 2027, "last": 2036},
    }  # fmt: skip
    return {**plain, **terms}


def fund(draws: dict[str, dict[str, Any]] | None = None, **terms: Any) -> Fund:
    plain: dict[str, Any] = {
        "name": "Fonds",
        "years": {"first": 2027, "last": 2036},
        "contributions": {"a": {"party": "zk", "law": "eigen_middelen", "amounts_eur": {2027: 1}}},
        "draws": draws or {"x": draw()},
        "interest_per_year": 0.0,
        "fee_eur_per_year": 0.0,
        "fee_share_of_balance": 0.0,
        "minimum_balance_eur": 0.0,
        "shortage": "scale",
        "wind_up": "stays",
        "rank_among_claims": "after_contracts",
    }
    return Fund.model_validate({**plain, **terms})


def row(*amounts: float) -> Floats:
    return np.array([[*amounts, *[0.0] * (len(YEARS) - len(amounts))]])


def ran(rules: Fund, put_in: Floats, asked: dict[str, Floats], savings: dict[str, Floats] | None = None) -> Statement:
    requests = Requests(dict.fromkeys(rules.contributions, put_in), asked, savings or {n: row() for n in asked})
    return run_fund(rules, requests, YEARS, Inputs())


# --- the floor and who goes first ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "paid"), [(79.99, 79.99), (80.0, 80.0), (80.01, 80.0)])
def test_nothing_is_paid_that_would_break_the_floor(asked: float, paid: float) -> None:
    """100 in, floor 20: up to 80 may go out."""
    found = ran(fund(minimum_balance_eur=20.0), row(100.0), {"x": row(asked)})
    assert found.paid["x"][0, 0] == pytest.approx(paid)
    assert found.closing[0, 0] == pytest.approx(100 - paid)
    assert dry_years(found) == [2027 if asked > 80 else None]


def test_the_first_rank_goes_first_and_the_second_shares_the_rest() -> None:
    """Scaled inside a rank, in proportion to what was asked."""
    rules = fund({"x": draw(rank=2), "y": draw(rank=1), "z": draw(rank=2)})
    found = ran(rules, row(100.0), {"x": row(60.0), "y": row(70.0), "z": row(30.0)})
    assert [found.paid[n][0, 0] for n in "xyz"] == pytest.approx([20, 70, 10])


def test_a_rank_that_asks_nothing_gets_nothing_after_one_that_takes_all() -> None:
    """The part of the first rank is a quotient, whose product with what was asked is a hair more than there is."""
    found = ran(fund({"x": draw(rank=2), "y": draw(rank=1)}), row(480422.6171875), {"x": row(), "y": row(785613.0)})
    assert found.paid["y"][0, 0] == pytest.approx(480422.6171875)
    assert np.count_nonzero(found.paid["x"]) == 0
    assert found.closing[0] == pytest.approx(np.zeros(len(YEARS)), abs=1e-6)


def test_refused_requests_are_refused_whole() -> None:
    """In the order of the file, until one no longer fits; a later smaller one may."""
    rules = fund({"x": draw(), "y": draw(), "z": draw()}, shortage="refuse")
    found = ran(rules, row(100.0), {"x": row(60.0), "y": row(50.0), "z": row(40.0)})
    assert [found.paid[n][0, 0] for n in "xyz"] == [60, 0, 40]
    assert found.short[0, 0] == 50


def test_fees_never_break_the_floor_either() -> None:
    """They are paid as far as there is room, before any request."""
    found = ran(fund(fee_eur_per_year=30.0, minimum_balance_eur=80.0), row(100.0), {"x": row(50.0)})
    assert (found.fees[0, 0], found.paid["x"][0, 0], found.closing[0, -1]) == (20, 0, 80)


# --- what comes back ----------------------------------------------------------------------------------------------


def test_a_loan_comes_back_by_its_schedule() -> None:
    """100 lent, a year of grace, two instalments of 50 with 10 % on what is owed, 5 % never comes."""
    loan = {"grace_years": 1, "repayment_years": 2, "interest_per_year": 0.1, "default_share": 0.05}
    found = ran(fund({"x": draw(kind="loan", loan=loan)}), row(100.0), {"x": row(100.0)})
    assert found.repaid["x"][0, :4] == pytest.approx([0, 9.5, 57, 52.25])
    assert found.outstanding["x"][0, :4] == pytest.approx([100, 100, 50, 0])
    assert found.written_off[0].sum() == pytest.approx(5)


@pytest.mark.parametrize(
    ("saved", "cap", "repaid"),
    [
        ((100, 100, 100), None, [0, 50, 50, 0]),  # half of each saving, until 100 is back
        ((100, 60, 100), None, [0, 50, 30, 20]),
        ((100, 100, 100), 40, [0, 40, 40, 20]),
        ((0, 0, 0), None, [0, 0, 0, 0]),  # nothing saved, nothing back
        ((-50, 100, 0), None, [0, 0, 50, 0]),
    ],
)
def test_savings_bring_back_what_was_drawn_and_no_more(
    saved: tuple[float, ...], cap: float | None, repaid: list[float]
) -> None:
    """A year later, at most the share, what is owed and the cap of a year."""
    rule = SAVING if cap is None else {**SAVING, "cap_eur_per_year": cap}
    found = ran(fund({"x": draw(from_savings=rule)}), row(100.0), {"x": row(100.0)}, {"x": row(*saved, 100)})
    assert found.repaid["x"][0, :4].tolist() == repaid


def test_a_fund_never_gets_back_before_it_pays() -> None:
    """A saving without anything drawn owes nothing."""
    found = ran(fund({"x": draw(from_savings=SAVING)}), row(100.0), {"x": row(0, 0, 40.0)}, {"x": row(80, 80, 80)})
    assert found.repaid["x"][0, :5].tolist() == [0, 0, 0, 40, 0]


# --- leaving and the end ------------------------------------------------------------------------------------------


def test_the_balance_goes_back_by_contribution() -> None:
    """Two contributors of 60 and 40, half of it spent."""
    rules = fund(
        contributions={n: {"party": n, "law": "eigen_middelen", "amounts_eur": {2027: 1}} for n in ("a", "b")},
        wind_up="by_contribution",
    )
    requests = Requests({"a": row(60.0), "b": row(40.0)}, {"x": row(50.0)}, {"x": row()})
    found = run_fund(rules, requests, YEARS, Inputs())
    assert [found.distributed[n][0, -1] for n in "ab"] == pytest.approx([30, 20])
    assert found.closing[0, -1] == pytest.approx(0)


def test_who_leaves_gets_its_part_as_far_as_the_floor_allows() -> None:
    """a leaves after 2028 with 60 % of the claims; the floor keeps 70 in."""
    stated: dict[str, dict[str, Any]] = {
        n: {"party": n, "law": "eigen_middelen", "amounts_eur": {2027: 1}} for n in ("a", "b")
    }
    stated["a"]["leaves_after"] = 2028
    requests = Requests({"a": row(60.0), "b": row(40.0)}, {"x": row()}, {"x": row()})
    found = run_fund(fund(contributions=stated, minimum_balance_eur=70.0), requests, YEARS, Inputs())
    assert found.distributed["a"][0, 1] == pytest.approx(30)
    assert found.closing[0, -1] == pytest.approx(70)


def test_who_has_left_is_paid_out_once() -> None:
    """a is paid out in 2028, cut by the floor; what is there at the end is for b, who stayed."""
    stated: dict[str, dict[str, Any]] = {
        n: {"party": n, "law": "eigen_middelen", "amounts_eur": {2027: 1}} for n in ("a", "b")
    }
    stated["a"]["leaves_after"] = 2028
    requests = Requests({"a": row(60.0), "b": row(40.0)}, {"x": row()}, {"x": row()})
    rules = fund(contributions=stated, minimum_balance_eur=70.0, wind_up="by_contribution")
    found = run_fund(rules, requests, YEARS, Inputs())
    assert found.distributed["a"][0].sum() == pytest.approx(30)
    assert found.distributed["b"][0].sum() == pytest.approx(70)
    assert found.closing[0, -1] == pytest.approx(0)


def test_who_has_left_puts_nothing_in_any_more() -> None:
    """What was promised for later years is not asked."""
    stated = {"a": {"party": "a", "law": "eigen_middelen", "amounts_eur": {2027: 1}, "leaves_after": 2028}}
    found = ran(fund(contributions=stated), row(10.0, 10.0, 10.0), {"x": row()})
    assert found.contributions["a"][0, :3].tolist() == [10, 10, 0]


# --- what always holds --------------------------------------------------------------------------------------------

MONEY = st.lists(st.floats(0, 1e6), min_size=len(YEARS), max_size=len(YEARS))


@given(MONEY, MONEY, MONEY, st.floats(0, 2e5), st.floats(0, 0.05), st.sampled_from(["scale", "refuse"]), st.booleans())
def test_the_identity_holds_in_cents_and_the_floor_is_never_broken(
    put_in: list[float], asked: list[float], saved: list[float], floor: float, rate: float, shortage: str, ends: bool
) -> None:
    """opening + in − out = closing every year; no payment brings the balance under the floor."""
    rules = fund(
        {"x": draw(kind="loan", loan={**LOAN, "default_share": 0.1}), "y": draw(rank=2, from_savings=SAVING)},
        minimum_balance_eur=floor, interest_per_year=rate, fee_eur_per_year=1000.0, fee_share_of_balance=0.01,
        shortage=shortage, wind_up="by_contribution" if ends else "stays",
    )  # fmt: skip
    half = np.array([asked]) / 2
    found = ran(rules, np.array([put_in]), {"x": half, "y": half}, {"x": row(), "y": np.array([saved])})
    cents = in_cents(found)
    for t in range(len(YEARS)):
        movement = sum(
            values[t] if key.startswith(("contribution", "repaid", "interest")) else -values[t]
            for key, values in cents.items()
            if key not in {"opening", "closing"}
        )
        assert cents["opening"][t] + movement == cents["closing"][t]
        assert abs(cents["closing"][t] - 100 * found.closing[0, t]) <= 7
    went_out = sum(p[0] for p in found.paid.values()) + found.fees[0]
    broken = (found.closing[0, :-1] < floor - 1e-6) & (went_out[:-1] > 1e-6)
    assert not broken.any()
    paid_in = sum(float(a.sum()) for a in found.contributions.values())
    given_back = sum(float(a.sum()) for a in found.distributed.values())
    earned = float(found.interest.sum() - found.fees.sum()) + sum(float(a.sum()) for a in found.repaid.values())
    spent = sum(float(a.sum()) for a in found.paid.values())
    assert paid_in - given_back == pytest.approx(float(found.closing[0, -1]) - earned + spent, abs=1e-3)


@given(st.lists(MONEY, min_size=2, max_size=4))
def test_each_draw_is_a_fund_of_its_own(rows: list[list[float]]) -> None:
    """Many draws at once give what each gives alone."""
    rules = fund({"x": draw(from_savings=SAVING)}, minimum_balance_eur=1e4)
    many = ran(rules, np.array(rows), {"x": np.array(rows) / 2}, {"x": np.array(rows)})
    alone = ran(rules, np.array(rows[-1:]), {"x": np.array(rows[-1:]) / 2}, {"x": np.array(rows[-1:])})
    assert np.array_equal(many.closing[-1], alone.closing[0])


# --- measures -----------------------------------------------------------------------------------------------------


def test_what_a_cycle_leaves_and_what_is_lent_in_all() -> None:
    """q = (1 − g)(1 − d)(1 + r) − f; K(1 − qⁿ)/(1 − q)."""
    q = recovery_of_a_cycle(0.1, 0.05, 0.02, 0.01)
    assert q == pytest.approx(0.9 * 0.95 * 1.02 - 0.01)
    assert lent_in_all(1000, 0.5, 3) == pytest.approx(1000 + 500 + 250)
    assert lent_in_all(1000, 0.75) == pytest.approx(4000)
    assert lent_in_all(1000, 1.0, 4) == 4000
    assert lent_in_all(1000, 1.0) == np.inf


def test_a_euro_that_goes_round_twice() -> None:
    """100 in, lent, back after one year, lent again."""
    once = {**LOAN, "repayment_years": 1}
    found = ran(fund({"x": draw(kind="loan", loan=once)}), row(100.0), {"x": row(100.0, 0, 100.0)})
    got = measures(found, 2 * found.paid["x"], np.ones((1, len(YEARS))))
    assert got.revolving_ratio[0] == 2
    assert got.recovery_per_euro[0] == 1
    assert got.leverage[0] == 2
    assert got.perpetuity_nominal[0] == 1
    assert got.average_life_years[0] == 1


def test_a_fund_keeps_its_euros_and_loses_its_worth() -> None:
    """Prices double: half of the purchasing power is left."""
    found = ran(fund(), row(100.0), {"x": row()})
    deflator = np.linspace(1, 2, len(YEARS))[None]
    assert measures(found, row(), deflator).perpetuity_real[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("flows", "rates"),
    [
        ([-100, 110], [0.1]),
        ([-100, 0, 121], [0.1]),
        ([-100, 230, -132], [0.1, 0.2]),  # two sign changes, two rates
        ([-100, -10], []),
        ([100, 10], []),
        ([-100, 50], [-0.5]),
    ],
)
def test_every_internal_rate_is_named(flows: list[float], rates: list[float]) -> None:
    """One, several or none."""
    assert internal_rates(flows) == pytest.approx(rates)


def test_the_modified_rate_and_payback() -> None:
    """MIRR of −100, 60, 60 at 5 % and 10 %: (60·1.1 + 60)/100 over two years."""
    assert modified_rate([-100, 60, 60], 0.05, 0.10) == pytest.approx(1.26**0.5 - 1)
    assert np.isnan(modified_rate([-100, 0], 0.05, 0.1))
    assert payback_year(np.array([-100.0, 60, 60]), np.ones(3), [2027, 2028, 2029]) == 2029
    assert payback_year(np.array([-100.0, 60, 39.99]), np.ones(3), [2027, 2028, 2029]) is None
    assert payback_year(np.array([0.0, 5, 5]), np.ones(3), [2027, 2028, 2029]) is None


def test_a_contributor_sees_what_it_put_in_and_got_back() -> None:
    """Flows by year."""
    found = ran(fund(wind_up="by_contribution"), row(100.0), {"x": row(0, 30.0)})
    assert contributor_flows(found, "a").tolist() == [-100, *[0] * 8, 70]
