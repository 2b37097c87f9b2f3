"""Funds, budgets, bonds, tariffs, co-financing and the smallest transfer as cells: the same euros as the arrays."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from coalition.arrangement_terms import CoFinancing, ImpactBond, PopulationPayment, RegionalBudget
from coalition.arrangements import (
    area_funds,
    bond_account,
    budget_account,
    deviation_share,
    earned,
    repaid_by,
    smoothed,
    within,
)
from coalition.arrangements_in_cells import (
    CoFinancingLines,
    CostLines,
    area_funds_in_cells,
    bond_account_in_cells,
    budget_account_in_cells,
    capitation_in_cells,
    co_financing_in_cells,
    deviation_share_in_cells,
    impact_bond_in_cells,
    population_payment_in_cells,
    smoothed_in_cells,
)
from coalition.cells import (
    BEFORE,
    CONSTANT,
    FIRST_YEAR,
    HERE,
    Axis,
    Line,
    Page,
    Sheet,
    cell_form,
    column_letters,
    largest,
    only_year,
    over_years,
    rules_with_cells,
    running_years,
    so_far,
)
from coalition.errors import DefectError
from coalition.fund import RequestLines, Requests, Statement, StatementLines, run_fund, run_fund_in_cells
from coalition.fund_terms import Fund
from coalition.inputs import Floats, Inputs
from coalition.numbers import Number
from coalition.transfers import TransferLines, smallest_transfer, smallest_transfer_in_cells
from coalition.workbook.fund_words import FUND_WORDS

YEARS = tuple(range(2027, 2037))
SPARE = 2
CASES = YAML(typ="safe", pure=True).load((Path(__file__).parent / "cases" / "arrangements.yaml").read_text("utf-8"))
CENT = 1e-6
"""Euro by which cells and arrays may differ."""

Row = Sequence[float]


# --- sheets to write on -------------------------------------------------------------------------------------------


class GivenInputs:
    """Inputs as cells, made when they are asked for, from the terms by path."""

    def __init__(self, years: Sequence[int], terms: Mapping[str, Any]) -> None:
        self.sheet, self.years, self.terms = Sheet("Inputs", "", len(years)), years, terms
        self.found: dict[str, Line] = {}

    def of(self, number: Number) -> Line:
        return self._made(f"number {id(number)}", number.value)

    def stated(self, path: str) -> Line:
        return self._made(path, float(self._at(path)))

    def by_year(self, path: str) -> Line:
        amounts = self._at(path)
        return self._made(path, np.array([amounts.get(y, 0.0) for y in self.years]))

    def fixed(self, label: str, unit: str, value: float) -> Line:  # noqa: ARG002 - what an input is given
        return self._made(f"fixed {label}", value)

    def _at(self, path: str) -> Any:
        name, *keys = path.split(".")
        found = self.terms[name]
        for key in keys:
            found = found[key] if isinstance(found, dict) else getattr(found, key)
        return found

    def _made(self, key: str, value: Any) -> Line:
        if key not in self.found:
            self.found[key] = self.sheet.line(key, key, "", value)
        return self.found[key]


class Book:
    """Sheets for inputs, years, what happens outside, and rules."""

    def __init__(self, years: Sequence[int] = YEARS, **terms: Any) -> None:
        self.counted = len(years)
        every = [*years, *range(years[-1] + 1, years[-1] + 1 + SPARE)]
        self.inputs = GivenInputs(every, terms)
        self.years, self.facts, self.rules = (Sheet(name, "", len(every)) for name in ("Years", "Facts", "Rules"))
        inside = np.array([float(y <= years[-1]) for y in every])
        line = self.years.line
        self.axis = Axis(
            year=line("year", "", "", np.array(every, dtype=float)),
            index=line("index", "", "", np.arange(float(len(every)))),
            counted=line("counted", "", "", inside),
            shown=line("shown", "", "", inside),
            last=line("last", "", "", float(years[-1])),
        )

    def page(self, below: str) -> Page:
        """A page on which every label must be known."""
        return Page(self.rules, self.inputs, self.axis, lambda key: FUND_WORDS[key][0], below=below)

    def fact(self, values: Any) -> Line:
        """A row of what somebody else calculates: amounts of the years, or a number."""
        amounts = np.asarray(values, dtype=float)
        if amounts.ndim:
            amounts = np.concatenate([amounts, np.zeros(self.facts.years - len(amounts))])
        return self.facts.line(f"fact {self.facts.height}", "", "", amounts)

    def facts_of(self, rows: Mapping[str, Any]) -> dict[str, Line]:
        return {n: self.fact(values) for n, values in rows.items()}

    def shown(self, line: Line) -> Floats:
        """Values in the years that are counted; there is nothing in the spare years but a balance that stays."""
        return line.values[: self.counted]


def same(book: Book, line: Line, expected: Any) -> None:
    assert book.shown(line) == pytest.approx(np.ravel(expected), abs=CENT, rel=1e-12), line.key


def same_rows(book: Book, lines: Mapping[str, Line], expected: Mapping[str, Any]) -> None:
    """A row that is missing is 0 throughout."""
    for name, values in expected.items():
        if name in lines:
            same(book, lines[name], values)
        else:
            assert not np.count_nonzero(values), name


def one_draw(rows: Mapping[str, Row]) -> dict[str, Floats]:
    return {n: np.array([amounts], dtype=float) for n, amounts in rows.items()}


# --- a fund -------------------------------------------------------------------------------------------------------

MONEY = st.lists(st.sampled_from([0.0, 0.0, 1.0]).flatmap(lambda z: st.floats(0, 1e6) if z else st.just(0.0)),
                 min_size=len(YEARS), max_size=len(YEARS))  # fmt: skip
SHARE = st.sampled_from([0.0, 0.05, 0.3, 0.5, 1.0])
EUROS = st.sampled_from([0.0, 1e3, 2e5, 5e5])
FIRST, LAST = st.integers(2027, 2029), st.integers(2032, 2036)


@st.composite
def draws_of_a_fund(draw: Callable[..., Any]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["grant", "loan", "savings"]))
    stated: dict[str, Any] = {
        "name": kind, "intervention": "x", "to": "municipality", "kind": "loan" if kind == "loan" else "grant",
        "rank": draw(st.integers(1, 3)), "delivery_share": 1.0, "years": {"first": draw(FIRST), "last": draw(LAST)},
    }  # fmt: skip
    if kind == "loan":
        stated["loan"] = {
            "grace_years": draw(st.integers(0, 3)), "repayment_years": draw(st.integers(1, 5)),
            "interest_per_year": draw(st.sampled_from([0.0, 0.03, -0.01])), "default_share": draw(SHARE),
        }  # fmt: skip
    if kind == "savings":
        stated["from_savings"] = {
            "holder": "zk", "pockets": ["zvw"], "share": draw(SHARE), "lag_years": draw(st.integers(0, 3)),
            "premium_share": draw(SHARE),
            "cap_eur_per_year": draw(st.none() | st.just(4e4)),
        }  # fmt: skip
    return stated


@st.composite
def funds(draw: Callable[..., Any]) -> Fund:
    leaves = st.none() | st.integers(2026, 2037)
    contributions = {
        n: {
            "party": n, "law": "eigen_middelen", "leaves_after": draw(leaves),
            "amounts_eur": dict(zip(YEARS, draw(MONEY), strict=True)),
        }
        for n in ["a", "b", "c"][: draw(st.integers(1, 3))]
    }  # fmt: skip
    return Fund.model_validate({
        "name": "Fonds", "years": {"first": draw(FIRST), "last": draw(LAST)}, "contributions": contributions,
        "draws": {n: draw(draws_of_a_fund()) for n in ["x", "y", "z"][: draw(st.integers(1, 3))]},
        "interest_per_year": draw(st.sampled_from([0.0, 0.02])), "fee_eur_per_year": draw(EUROS),
        "fee_share_of_balance": draw(st.sampled_from([0.0, 0.01])), "minimum_balance_eur": draw(EUROS),
        "shortage": draw(st.sampled_from(["scale", "refuse"])),
        "wind_up": draw(st.sampled_from(["by_contribution", "stays"])), "rank_among_claims": "after_contracts",
    })  # fmt: skip


def fund_in(book: Book, fund: Fund, asked: Mapping[str, Row], saved: Mapping[str, Row]) -> StatementLines:
    requests = RequestLines(book.facts_of(asked), book.facts_of(saved))
    return run_fund_in_cells(book.page("funds.f"), fund, "f", requests)


def fund_by_arrays(fund: Fund, asked: Mapping[str, Row], saved: Mapping[str, Row]) -> Statement:
    contributions = {n: np.array([[c.amounts_eur.get(y, 0.0) for y in YEARS]]) for n, c in fund.contributions.items()}
    return run_fund(fund, Requests(contributions, one_draw(asked), one_draw(saved)), YEARS, Inputs())


def is_the_same_fund(book: Book, found: StatementLines, expected: Statement) -> None:
    for key in ("opening", "interest", "fees", "written_off", "closing", "short"):
        same(book, getattr(found, key), getattr(expected, key))
    for key in ("contributions", "asked", "paid", "repaid", "outstanding", "distributed"):
        same_rows(book, getattr(found, key), getattr(expected, key))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(funds(), st.lists(MONEY, min_size=3, max_size=3), st.lists(MONEY, min_size=3, max_size=3))
def test_a_fund_in_cells_is_the_fund(fund: Fund, asked: list[Row], saved: list[Row]) -> None:
    """Loans, savings, ranks, shortage, floor, fees, leaving and winding up, year by year."""
    book = Book(f=fund)
    wanted, cash = (dict(zip(fund.draws, rows, strict=False)) for rows in (asked, saved))
    found = fund_in(book, fund, wanted, cash)
    expected = fund_by_arrays(fund, wanted, cash)
    is_the_same_fund(book, found, expected)
    for n, stated in fund.draws.items():
        if stated.from_savings is not None:
            back, lag = expected.repaid[n][0], stated.from_savings.lag_years
            same(book, found.claimed[n], np.concatenate([back[lag:], np.zeros(lag)]))


def a_fund(**terms: Any) -> Fund:
    """One of everything: a loan, a grant from savings, two contributors of whom one leaves."""
    plain: dict[str, Any] = {
        "name": "Fonds",
        "years": {"first": 2027, "last": 2035},
        "contributions": {
            "a": {"party": "zk", "law": "eigen_middelen", "amounts_eur": {2027: 5e5, 2028: 2e5}},
            "b": {"party": "g", "law": "eigen_middelen", "amounts_eur": {2027: 3e5}, "leaves_after": 2031},
        },
        "draws": {
            "x": {
                "name": "Lening", "intervention": "x", "to": "municipality", "kind": "loan", "rank": 2,
                "delivery_share": 1.0, "years": {"first": 2027, "last": 2030},
                "loan": {"grace_years": 1, "repayment_years": 3, "interest_per_year": 0.03, "default_share": 0.1},
            },
            "y": {
                "name": "Subsidie", "intervention": "x", "to": "municipality", "kind": "grant", "rank": 1,
                "delivery_share": 1.0, "years": {"first": 2028, "last": 2033},
                "from_savings": {
                    "holder": "zk", "pockets": ["zvw"], "share": 0.5, "lag_years": 1, "premium_share": 0.1,
                    "cap_eur_per_year": 8e4,
                },
            },
            "z": {
                "name": "Proef", "intervention": "x", "to": "municipality", "kind": "grant", "rank": 2,
                "delivery_share": 1.0, "years": {"first": 2027, "last": 2033},
            },
        },
        "interest_per_year": 0.02, "fee_eur_per_year": 1e4, "fee_share_of_balance": 0.01, "minimum_balance_eur": 5e4,
        "shortage": "scale", "wind_up": "by_contribution", "rank_among_claims": "after_contracts",
    }  # fmt: skip
    return Fund.model_validate({**plain, **terms})


ASKED = {"x": [2e5] * 5, "y": [1e5] * 8, "z": [3e5, 1e5, 0, 1e5]}
SAVED = {"y": [0, 5e4, 1.5e5, 2e5, 3e5, 3e5]}


def whole(rows: Mapping[str, Row]) -> dict[str, list[float]]:
    return {n: [*amounts, *[0.0] * (len(YEARS) - len(amounts))] for n, amounts in rows.items()}


@pytest.mark.parametrize("shortage", ["scale", "refuse"])
@pytest.mark.parametrize("wind_up", ["by_contribution", "stays"])
def test_one_of_everything(shortage: str, wind_up: str) -> None:
    """Money is short in it, part of it comes back, and somebody leaves."""
    fund = a_fund(shortage=shortage, wind_up=wind_up)
    book = Book(f=fund)
    found = fund_in(book, fund, whole(ASKED), whole(SAVED))
    is_the_same_fund(book, found, fund_by_arrays(fund, whole(ASKED), whole(SAVED) | dict.fromkeys("xz", [0.0] * 10)))
    assert found.short.values.sum() > 1000
    assert all(found.repaid[n].values.sum() > 1000 for n in "xy")
    assert found.distributed["b"].values[4] > 1000


def every_flow(found: StatementLines) -> list[Line]:
    single = [found.opening, found.interest, found.room, found.fees, found.short, found.written_off, found.closing]
    groups = (found.contributions, found.asked, found.paid, found.repaid, found.outstanding, found.distributed)
    return single + [line for group in groups for line in group.values()]


def test_a_fund_that_is_switched_off_does_nothing() -> None:
    """Every row of it is 0."""
    fund = a_fund(enabled=False)
    found = fund_in(Book(f=fund), fund, whole(ASKED), whole(SAVED))
    assert not any(np.count_nonzero(line.values) for line in every_flow(found))


def test_a_loan_and_what_comes_back_follow_the_inputs() -> None:
    """Whoever changes years, amounts or lags in the inputs gets the fund of those terms, with the same formulas."""
    other = a_fund().model_dump(by_alias=True)
    other["contributions"]["b"]["leaves_after"] = 2030
    other["contributions"]["a"]["amounts_eur"] = {2028: 9e5}
    other["draws"]["x"]["loan"] |= {"grace_years": 2, "repayment_years": 2}
    other["draws"]["y"]["from_savings"]["lag_years"] = 2
    texts = []
    for fund in (a_fund(), Fund.model_validate(other)):
        book = Book(f=fund)
        fund_in(book, fund, whole(ASKED), whole(SAVED))
        texts.append(formulas(book))
    assert texts[0] == texts[1]


# --- a regional budget --------------------------------------------------------------------------------------------


def a_budget(deposits: Mapping[str, Row], shares: Mapping[str, float], spending: Sequence[str], **terms: Any) -> Any:
    years = terms.pop("years", {"first": YEARS[0], "last": YEARS[-1]})
    return RegionalBudget.model_validate({
        "name": "Kavel", "years": years, "interventions": "all", "areas": "all",
        "members": {
            n: {
                "party": n, "pockets": ["zvw"], "law": "eigen_middelen", "closing_share": shares[n],
                "deposits_eur": {YEARS[t]: float(a) for t, a in enumerate(deposits[n]) if a},
            }
            for n in shares
        },
        "spending": {n: {"intervention": "x", "to": "municipality", "delivery_share": 1.0} for n in spending},
        **terms,
    })  # fmt: skip


def budget_by_arrays(terms: RegionalBudget, changes: Mapping[str, Row], asked: Mapping[str, Row], years: Any) -> Any:
    running = np.array([[float(terms.years.first <= y <= terms.years.last) for y in years]])
    members = terms.members.items()
    deposits = {n: np.array([[m.deposits_eur.get(y, 0.0) for y in years]]) for n, m in members}
    total = sum(m.closing_share.value for _, m in members)
    shares = {n: np.array([m.closing_share.value / total]) for n, m in members}
    return budget_account(deposits, one_draw(changes), one_draw(asked), shares, running)


def is_the_same_budget(book: Book, terms: Any, changes: Mapping[str, Row], asked: Mapping[str, Row]) -> Any:
    found = budget_account_in_cells(book.page("budget"), terms, "b", book.facts_of(changes), book.facts_of(asked))
    years = [int(y) for y in book.shown(book.axis.year)]
    expected = budget_by_arrays(terms, changes, asked, years)
    same(book, found.opening, expected.opening)
    same(book, found.closing, expected.closing)
    for key in ("saved", "covered", "paid", "settled"):
        same_rows(book, getattr(found, key), getattr(expected, key))
    return found


SIGNED = st.lists(st.floats(-1e6, 1e6), min_size=len(YEARS), max_size=len(YEARS))


@settings(max_examples=60, deadline=None)
@given(st.tuples(MONEY, MONEY), st.tuples(SIGNED, SIGNED), st.tuples(MONEY, MONEY), SHARE, FIRST, LAST)
def test_a_budget_in_cells_is_the_budget(
    deposits: tuple[Row, Row], changes: tuple[Row, Row], asked: tuple[Row, Row], share: float, first: int, last: int
) -> None:
    """Savings in, overspending out, delivery, and the closing settlement."""
    named: list[dict[str, Any]] = [dict(zip("ab", rows, strict=True)) for rows in (deposits, changes, asked)]
    terms = a_budget(named[0], {"a": share, "b": 1 - share}, "ab", years={"first": first, "last": last})
    is_the_same_budget(Book(b=terms), terms, named[1], named[2])


@pytest.mark.parametrize("case", CASES["budgets"], ids=lambda c: c["name"])
def test_a_budget_at_its_edges(case: dict[str, Any]) -> None:
    """The cases that the arrays are tested with."""
    years = YEARS[: len(case["asked"])]
    terms = a_budget(case["deposits"], case["shares"], ["x"], years={"first": years[0], "last": years[-1]})
    book = Book(years, b=terms)
    found = is_the_same_budget(book, terms, case["changes"], {"x": case["asked"]})
    assert book.shown(found.paid["x"]) == pytest.approx(case["paid"])
    for n, amounts in case["settled"].items():
        assert book.shown(found.settled[n]) == pytest.approx(amounts)


def test_a_budget_that_is_switched_off_does_nothing() -> None:
    """Also when there is much to divide."""
    terms = a_budget({"a": [100.0]}, {"a": 1.0}, ["x"], enabled=False)
    book = Book(b=terms)
    found = budget_account_in_cells(
        book.page("b"), terms, "b", {"a": book.fact([100.0, -50.0])}, {"x": book.fact([30.0])}
    )
    rows = [*found.settled.values(), *found.paid.values(), *found.covered.values(), found.closing]
    assert not any(np.count_nonzero(line.values) for line in rows)


# --- a fixed sum --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["fixed_sums"], ids=lambda c: c["name"])
def test_a_fixed_sum_at_its_edges(case: dict[str, Any]) -> None:
    """The cases that the arrays are tested with."""
    book = Book(YEARS[:1])
    corridor = None if case["corridor"] is None else book.fact(case["corridor"])
    payment, cost = book.fact([case["payment"]]), book.fact([case["cost"]])
    found = deviation_share_in_cells(book.page("p"), payment, cost, book.fact(case["share"]), corridor)
    assert book.shown(found) == pytest.approx([case["kept"]])


def a_payment(corridor: float | None = 0.02, **terms: Any) -> PopulationPayment:
    return PopulationPayment.model_validate({
        "name": "Som", "pays": "zk", "receives": "g", "receiver_share": 0.8, "corridor": corridor,
        "scope": {
            "pockets": ["zvw"], "interventions": "all", "areas": "all", "years": {"first": 2028, "last": 2031},
        },
        "norms": [
            {"age_from": age, "eur_per_person_year": {"value": eur, "price_year": 2024, "index": "cpi"}}
            for age, eur in ((0, 100.0), (65, 300.0))
        ],
        "need_by_area": {"GM0001": 1.2},
        **terms,
    })  # fmt: skip


@pytest.mark.parametrize("corridor", [None, 0.0, 0.02, 1.0])
def test_a_population_payment(corridor: float | None) -> None:
    """Only in its years; who owes whom stands apart."""
    terms = a_payment(corridor)
    book = Book(p=terms)
    expected, saved = np.linspace(900, 1100, 10), np.array([0, 50.0, -10, 5, 300, -300, 10, 10, 10, 10])
    found = population_payment_in_cells(book.page("p"), terms, "p", book.fact(expected), book.fact(saved))
    running = np.array([float(2028 <= y <= 2031) for y in YEARS])
    bounds = None if corridor is None else np.array([[corridor]])
    payment, cost = expected * running, (expected - saved) * running
    kept = deviation_share(payment[None], cost[None], np.array([[0.8]]), bounds)[0]
    for line, values in ((found.payment, payment), (found.cost, cost), (found.kept, kept)):
        same(book, line, values)
    same(book, found.owed, np.maximum(kept, 0))
    same(book, found.carried, np.maximum(-kept, 0))


@pytest.mark.parametrize("need", [{}, {"GM0001": 1.2}])
def test_the_sum_of_norms(need: dict[str, float]) -> None:
    """Norm times people times need; 1 for an area without a need of its own."""
    terms = a_payment(need_by_area=need)
    book = Book(p=terms)
    heads = np.arange(40.0).reshape(2, 2, 10)
    price = np.array([np.linspace(100, 120, 10), np.linspace(300, 310, 10)])
    lines = [[book.fact(row) for row in rows] for rows in heads]
    found = capitation_in_cells(book.page("p"), terms, ["GM0001", "GM0002"], lines, [book.fact(p) for p in price])
    weights = np.array([need.get("GM0001", 1.0), 1.0])
    same(book, found, np.einsum("kat,a,kt->t", heads, weights, price))


# --- an impact bond -----------------------------------------------------------------------------------------------


def a_bond(targets: Mapping[int, float], shares: Mapping[str, float], **terms: Any) -> ImpactBond:
    return ImpactBond.model_validate({
        "name": "Bond", "investor": "i", "provider": "municipality", "intervention": "x", "areas": "all",
        "raised_eur": 3e5, "delivery_share": 1.0, "years": {"first": 2028, "last": 2031},
        "targets_eur": dict(targets), "return_cap_per_year": 0.08,
        "outcome_payers": {n: {"party": n, "pockets": ["zvw"], "share": share} for n, share in shares.items()},
        **terms,
    })  # fmt: skip


def bond_is_the_same(book: Book, terms: ImpactBond, asked: Row, measured: Any, cash: Any) -> None:
    """What `impact_bond` does with the arrays, without the law around it."""
    found = impact_bond_in_cells(
        book.page("bond"), terms, "i", book.fact(asked), book.facts_of(measured), book.facts_of(cash)
    )
    years = np.array(YEARS)
    running = (years >= terms.years.first) & (years <= terms.years.last)
    judged = (years >= terms.years.first).astype(float)
    invested = within(np.array([asked]) * running, np.array([terms.raised_eur.value]))
    payable = {n: np.array([cash[n]]) * p.share.value * judged for n, p in terms.outcome_payers.items()}
    saved = np.sum([np.array([m]) * judged for m in measured.values()], axis=0)
    targets = {YEARS.index(y): a for y, a in terms.targets_eur.items() if y in YEARS}
    total = np.sum([*payable.values()], axis=0)
    account = bond_account(invested, saved, total, targets, np.array([terms.return_cap_per_year.value]))
    for key in ("invested", "repaid", "outstanding", "passed"):
        same(book, getattr(found.account, key), getattr(account, key))
    back = repaid_by(account, payable)
    same_rows(book, found.repaid, back)
    same_rows(book, found.claimed, {n: earned(back[n], payable[n]) for n in back})


@settings(max_examples=60, deadline=None)
@given(
    MONEY,
    st.tuples(SIGNED, SIGNED),
    st.tuples(MONEY, MONEY),
    st.dictionaries(st.integers(2025, 2036), st.sampled_from([1.0, 5e5, 2e6]), max_size=3),
)
def test_a_bond_in_cells_is_the_bond(
    asked: Row, measured: tuple[Row, Row], cash: tuple[Row, Row], targets: dict[int, float]
) -> None:
    """Hit or missed, with two payers who have saved in different years."""
    terms = a_bond(targets, {"a": 0.5, "b": 1.0})
    bond_is_the_same(
        Book(i=terms), terms, asked, dict(zip("ab", measured, strict=True)), dict(zip("ab", cash, strict=True))
    )


@pytest.mark.parametrize("case", CASES["bonds"], ids=lambda c: c["name"])
def test_a_bond_at_its_edges(case: dict[str, Any]) -> None:
    """The cases that the arrays are tested with."""
    book = Book(YEARS[: len(case["invested"])])
    targets = book.fact([case["targets"].get(t, 0) for t in range(book.counted)])
    invested, measured, payable = (book.fact(case[k]) for k in ("invested", "measured", "payable"))
    terms = (targets, book.fact(case["return_cap"]))
    found = bond_account_in_cells(book.page("bond"), invested, measured, payable, terms)
    assert book.shown(found.repaid) == pytest.approx(case["repaid"])
    assert book.shown(found.outstanding) == pytest.approx(case["outstanding"])


def test_a_bond_that_is_switched_off_does_nothing() -> None:
    """Neither the investor nor the payers."""
    terms = a_bond({2030: 1.0}, {"a": 1.0}, enabled=False)
    book = Book(i=terms)
    rows = ({"a": book.fact([1e5] * 10)}, {"a": book.fact([1e5] * 10)})
    found = impact_bond_in_cells(book.page("bond"), terms, "i", book.fact([1e5] * 10), *rows)
    assert not any(np.count_nonzero(line.values) for line in [*vars(found.account).values(), *found.claimed.values()])


# --- funds per area -----------------------------------------------------------------------------------------------


def area_fund_lines(book: Book, income: Any, asked: Any) -> Any:
    page = book.page("tariff")
    running, last = running_years(page, "t"), only_year(page, "t", "last")
    names = [f"GM{k:04}" for k in range(len(income))]
    come_in, wanted = (book.facts_of(dict(zip(names, values, strict=True))) for values in (income, asked))
    return area_funds_in_cells(page, come_in, wanted, running, last)


def in_years(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"enabled": True, "years": {"first": first, "last": last}, **more}


@settings(max_examples=40, deadline=None)
@given(st.tuples(MONEY, MONEY, MONEY), st.tuples(MONEY, MONEY, MONEY), FIRST, LAST)
def test_area_funds_in_cells_are_the_area_funds(
    income: tuple[Row, Row, Row], asked: tuple[Row, Row, Row], first: int, last: int
) -> None:
    """Each area on its own."""
    book = Book(t=in_years(first, last))
    found = area_fund_lines(book, income, asked)
    running = np.array([[float(first <= y <= last) for y in YEARS]])
    expected = area_funds(np.array([income]), np.array([asked]), running)
    for key in ("paid", "given_back", "closing"):
        same_rows(book, getattr(found, key), dict(zip(found.paid, getattr(expected, key)[0], strict=True)))


@pytest.mark.parametrize("case", CASES["deprivation_funds"], ids=lambda c: c["name"])
def test_an_area_fund_at_its_edges(case: dict[str, Any]) -> None:
    """The cases that the arrays are tested with."""
    years = YEARS[: len(case["income"])]
    book = Book(years, t=in_years(years[0], years[-1]))
    found = area_fund_lines(book, [case["income"]], [case["asked"]])
    assert book.shown(found.paid["GM0000"]) == pytest.approx(case["paid"])
    assert book.shown(found.given_back["GM0000"]) == pytest.approx(case["given_back"])


# --- co-financing -------------------------------------------------------------------------------------------------


def shared_costs(capped: bool, **terms: Any) -> CoFinancing:
    cap = {"value": 90.0, "price_year": 2024, "index": "cpi"} if capped else None
    return CoFinancing.model_validate({
        "name": "Mede", "years": {"first": 2028, "last": 2033}, "areas": "all", "to": "zk", "pockets": ["zvw"],
        "law": "wmo", "share": 0.2, "cap_eur_per_inhabitant": cap, "smoothing_years": 3,
        "compensated_share": 0.9, "compensated_by": "state", **terms,
    })  # fmt: skip


def cost_lines(book: Book, expected: Any, saved: Any, people: Any, cap: Floats | None) -> CostLines:
    tables = (expected, saved, people)
    one, two, three = (book.facts_of({f"GM{k:04}": r for k, r in enumerate(values)}) for values in tables)
    return CostLines(one, two, three, None if cap is None else book.fact(cap))


def bills_are_the_same(book: Book, terms: CoFinancing, found: CoFinancingLines, facts: Any) -> None:
    """What `co_financing` does with the arrays, without the law around it."""
    expected, saved, people, cap = facts
    first, last, n = terms.years.first - YEARS[0], terms.years.last - YEARS[0], terms.smoothing_years
    running = np.array([float(first <= t <= last) for t in range(len(YEARS))])
    limit = np.inf if cap is None else cap * people
    without, really = (np.minimum(terms.share.value * c, limit) * running for c in (expected, expected - saved))

    def averaged(bill: Floats) -> Floats:
        out = np.zeros(bill.shape)
        rows = np.concatenate([without[:, first : first + 1], bill[:, first : last + 1]], axis=1)
        out[:, first : last + 1] = smoothed(rows, n)[:, 1:]
        return out

    names = list(found.bill)
    bill, plan = averaged(really), averaged(without)
    back = terms.compensated_share.value * plan
    same_rows(book, found.bill, dict(zip(names, bill, strict=True)))
    same_rows(book, found.expected_bill, dict(zip(names, plan, strict=True)))
    same_rows(book, found.compensation, dict(zip(names, back, strict=True)))
    counted = np.clip(last - np.arange(len(YEARS)) + 1, 0, n) / n
    same(book, found.lower, np.maximum((without - really).sum(axis=0) * counted, 0))
    alone = terms.compensated_by == terms.to
    same_rows(book, found.pays, dict(zip(names, np.maximum(bill - back, 0) if alone else bill, strict=True)))
    if terms.compensated_by == "municipality":
        assert found.gets == {}
    else:
        same_rows(book, found.gets, dict(zip(names, np.maximum(back - bill, 0) if alone else back, strict=True)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(MONEY, min_size=2, max_size=2),
    st.lists(SIGNED, min_size=2, max_size=2),
    st.booleans(),
    st.integers(1, 10),
    st.sampled_from(["state", "zk", "municipality"]),
    FIRST,
    LAST,
)
def test_co_financing_in_cells_is_co_financing(
    expected: list[Row], saved: list[Row], capped: bool, years: int, by: str, first: int, last: int
) -> None:
    """Cap, smoothing over one year up to more than there are, and each who may compensate."""
    terms = shared_costs(capped, smoothing_years=years, compensated_by=by, years={"first": first, "last": last})
    book = Book(c=terms)
    people = np.array([np.linspace(1000, 1100, 10), np.full(10, 500.0)])
    facts = (np.array(expected), np.array(saved), people, np.linspace(90, 99, 10) if capped else None)
    found = co_financing_in_cells(book.page("co"), terms, "c", cost_lines(book, *facts))
    bills_are_the_same(book, terms, found, facts)


@pytest.mark.parametrize("case", CASES["smoothed_bills"], ids=lambda c: c["name"])
def test_a_smoothed_bill(case: dict[str, Any]) -> None:
    """The cases that the arrays are tested with."""
    years = YEARS[: len(case["bills"])]
    book = Book(years, c=in_years(years[0], years[-1], smoothing_years=case["years"]))
    page = book.page("co")
    running, many = running_years(page, "c"), book.inputs.stated("c.smoothing_years")
    missing = page.row("bills_missing", largest(many - so_far(running), 0))
    bills = book.fact(case["bills"])
    first = page.number("first_bill", over_years(bills, only_year(page, "c", "first")))
    found = page.row("bill", smoothed_in_cells(page, bills, many, (missing, first)) * running)
    assert book.shown(found) == pytest.approx(case["smoothed"])


# --- the smallest transfer ----------------------------------------------------------------------------------------


def transfer_lines(book: Book, net: Mapping[str, float]) -> TransferLines:
    return smallest_transfer_in_cells(book.page("transfer"), book.facts_of(net))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.004, -0.004]) | st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_the_smallest_transfer_in_cells_is_the_smallest_transfer(values: list[float]) -> None:
    """Everybody pays and gets the same, whether winners have enough or not."""
    net = {f"p{k}": v for k, v in enumerate(values)}
    book = Book()
    found, expected = transfer_lines(book, net), smallest_transfer(net)
    assert found.total.values == pytest.approx(expected.total_eur, abs=CENT)
    assert found.short.values == pytest.approx(expected.short_eur, abs=CENT)
    assert found.moved.values == pytest.approx(sum(expected.payments.values()), abs=CENT)
    for link, line in found.payments.items():
        assert line.values == pytest.approx(expected.payments.get(link, 0.0), abs=CENT)
    for n in net:
        paid = sum(x for (by, _), x in expected.payments.items() if by == n)
        got = sum(x for (_, to), x in expected.payments.items() if to == n)
        assert found.pays[n].values == pytest.approx(paid, abs=CENT)
        assert found.gets[n].values == pytest.approx(got, abs=CENT)


# --- what stands in the cells -------------------------------------------------------------------------------------


def everything(*, other: bool = False) -> Book:
    """A book with one of every arrangement, in which money is short, targets are hit and missed, and parties leave.

    Args:
        other: with other numbers in the inputs, and nothing else in its form.
    """
    spans = [{"first": y + other, "last": y + 5} for y in (2027, 2028)]
    terms: dict[str, Any] = {
        "f": a_fund(years={"first": 2027 + other, "last": 2035 - other}, interest_per_year=0.01 if other else 0.02),
        "g": a_fund(shortage="refuse", wind_up="stays", enabled=not other),
        "b": a_budget({"a": [50.0, 10.0], "b": [30.0]}, {"a": 0.3, "b": 0.3 if other else 0.5}, "xy", years=spans[0]),
        "p": a_payment(0.1 if other else 0.02),
        "i": a_bond({2029: 1e5, 2032 + other: 4e5}, {"a": 0.5, "b": 0.2 if other else 1.0}, years=spans[1]),
        "t": in_years(**spans[1]),
        "c": shared_costs(True, years=spans[1], smoothing_years=5 if other else 3),
        "d": shared_costs(False, compensated_by="zk", smoothing_years=2 if other else 1),
    }
    book = Book(**terms)
    for key in "fg":
        requests = RequestLines(book.facts_of(ASKED), book.facts_of(SAVED))
        run_fund_in_cells(book.page(key), terms[key], key, requests)
    changes = {"a": [100, -200, 300, -50, 80], "b": [0, 40, -90, 10, 10, 10, 70]}
    asked = {"x": [60, 60, 60, 60], "y": [0, 90, 0, 300]}
    budget_account_in_cells(book.page("b"), terms["b"], "b", book.facts_of(changes), book.facts_of(asked))
    heads = [[book.fact(np.arange(10) + 10 * k + age) for k in range(3)] for age in (0, 65)]
    prices = [book.fact(np.linspace(100, 120, 10)), book.fact(np.linspace(300, 310, 10))]
    norms = capitation_in_cells(book.page("p"), terms["p"], ["GM0001", "GM0002", "GM0003"], heads, prices)
    costs = book.fact(np.linspace(20000, 40000, 10)), book.fact(np.linspace(-100, 900, 10))
    population_payment_in_cells(book.page("p"), terms["p"], "p", *costs, norms)
    measured = {"a": [0, 2e4, 4e4, 1e5, 1e5, 2e5], "b": [0, 0, -1e4, 5e4, 2e5]}
    cash = {"a": [0, 1e4, 2e4, 1e5, 5e4, 2e5], "b": [0, 0, 0, 5e4, 1e5]}
    bond = (book.fact([1e5] * 6), book.facts_of(measured), book.facts_of(cash))
    impact_bond_in_cells(book.page("i"), terms["i"], "i", *bond)
    area_fund_lines(book, [[100, 50, 50, 0, 20], [0, 70, 0, 10]], [[40, 80, 10, 90, 5], [0, 0, 90, 0, 5]])
    expected = np.array([np.linspace(5e5, 6e5, 10), np.linspace(2e5, 1e5, 10)])
    saved, people = expected * np.linspace(0, 0.3, 10), np.array([[1000.0] * 10, [500.0] * 10])
    for key in "cd":
        lines = cost_lines(book, expected, saved, people, np.linspace(90, 99, 10) if key == "c" else None)
        co_financing_in_cells(book.page(key), terms[key], key, lines)
    transfer_lines(book, {"a": 500.0, "b": -300.0, "c": -100.0, "d": 20.0, "e": 0.0})
    return book


def formulas(book: Book) -> list[tuple[str, str]]:
    return [(line.key, line.formula.text(line.sheet)) for line in book.rules if line.formula is not None]


def has_if_in_if(text: str) -> bool:
    """Whether an IF stands among the arguments of another."""
    around: list[str] = []
    for name, close in re.findall(r"([A-Z]*)\(|(\))", text):
        if close:
            around.pop()
        elif name == "IF" and "IF" in around:
            return True
        else:
            around.append(name)
    return False


def test_formulas_are_plain() -> None:
    """No constant but 0 and 1, no IF in an IF, nothing volatile, and short."""
    for key, text in formulas(everything()):
        bare = re.sub(r'"[^"]*"', "", text)
        references = re.sub(rf"(\w+!)?\$?[A-Z{HERE}{BEFORE}]+\$?\d+", "R", bare)
        assert set(re.findall(r"(?<![A-Za-z])\d+(?:\.\d+)?", references)) <= {"0", "1"}, (key, text)
        assert not has_if_in_if(bare), (key, text)
        assert not re.search(r"OFFSET|INDIRECT|[{}]", text), (key, text)
        assert len(text) <= 130, (key, len(text), text)


def test_other_inputs_change_no_formula() -> None:
    """What a user may change is read from a cell, and nothing of it is built into a text."""
    one, other = everything(), everything(other=True)
    assert formulas(one) == formulas(other)
    changed = [a for a, b in zip(one.rules, other.rules, strict=True) if not np.array_equal(a.values, b.values)]
    assert len(changed) > 100


def test_every_rule_here_has_its_form() -> None:
    """By the name of its array form, which stands in the module of the same name."""
    names = "budget_account deviation_share capitation impact_bond bond_account within repaid_by earned area_funds"
    names += " smoothed co_financing population_payment"
    rules = {f"coalition.arrangements.{name}" for name in names.split()}
    assert {*rules, "coalition.fund.run_fund", "coalition.transfers.smallest_transfer"} <= set(rules_with_cells())


def test_a_form_elsewhere_is_no_form() -> None:
    """It stands below its rule, or in the module beside it."""

    def smoothed_in_cells() -> None:
        """Here."""

    with pytest.raises(DefectError, match="no cell form"):
        cell_form(smoothed)(smoothed_in_cells)


def test_every_word_is_used() -> None:
    """A label that no row bears is a label too many."""
    used = {key.rpartition(".")[2] for key, _ in formulas(everything())} | {"half_cent"}
    assert set(FUND_WORDS) - used == set()


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def write(book: Book, path: Path) -> list[Sheet]:
    """Every row as a plain writer puts it down; formulas show 0 until somebody calculates them."""
    sheets = [book.inputs.sheet, book.years, book.facts, book.rules]
    with xlsxwriter.Workbook(path) as file:
        for sheet in sheets:
            page = file.add_worksheet(sheet.name)
            for line in sheet:
                values = np.atleast_1d(line.values)
                start = FIRST_YEAR if line.is_series else CONSTANT
                for k, value in enumerate(values.tolist()):
                    if line.formula is None:
                        page.write_number(line.row, start + k, value)
                        continue
                    here, earlier = column_letters(start + k), column_letters(start + k - 1)
                    text = line.formula.text(sheet).replace(HERE, here).replace(BEFORE, earlier)
                    page.write_formula(line.row, start + k, f"={text}", None, 0)
    return sheets


def recalculated(path: Path, folder: Path) -> Path:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    out = folder / "out"
    office = [shutil.which("soffice") or "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command = [*office, "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return out / path.name


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_a_spreadsheet_calculates_what_the_lines_say(tmp_path: Path) -> None:
    """Texts and values are two ways of saying the same, in every cell."""
    book = everything()
    sheets = write(book, tmp_path / "book.xlsx")
    file = openpyxl.load_workbook(recalculated(tmp_path / "book.xlsx", tmp_path), data_only=True)
    compared = 0
    for sheet in sheets:
        page = file[sheet.name]
        for line in sheet:
            start = FIRST_YEAR if line.is_series else CONSTANT
            shown = [page.cell(line.row + 1, start + k + 1).value for k in range(np.atleast_1d(line.values).size)]
            assert all(isinstance(v, (int, float)) for v in shown), (sheet.name, line.key, shown)
            assert shown == pytest.approx(np.atleast_1d(line.values).tolist(), abs=CENT, rel=1e-9), line.key
            compared += len(shown)
    assert compared > 2000
