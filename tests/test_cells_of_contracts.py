"""Shared-savings contracts as cells: every rule shows what its array form calculates, in a real spreadsheet too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from building import AREA
from building import FIRST as FIRST_YEAR
from contract_building import contract
from contract_sheets import FIRST, Book, differences, formula_at, on_clock, recalculated, within_years, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_agreed import HALF, law_of, paid, saves
from test_shared_savings import CASES

from coalition import clauses, clauses_in_cells
from coalition.agreed import _Agreement, agreed, dated_in_cells
from coalition.benchmarks import People, PeopleLines, historical_benchmark, historical_benchmark_in_cells
from coalition.cells import rules_with_cells
from coalition.clauses import CLAUSES, Values
from coalition.contract_files import load_preset, preset_names
from coalition.contracts import SCALAR_TERMS, Clause, Contract, MeasuringYears, Population
from coalition.inputs import Floats, Inputs
from coalition.measured import (
    _people_and_costs,
    cash_change,
    measured_saving,
    projected_savings_in_cells,
    subject_of_contract,
)
from coalition.parties import Pocket, Reason
from coalition.shared_savings import ProjectedSavings, Settlement, SettlementLines, settle, settle_in_cells

YEARS, START = 9, FIRST + 2
Figures = Mapping[str, Any]


# --- both forms of one settlement ---------------------------------------------------------------------------------


def array_form(stated: Contract, figures: Figures) -> Settlement:
    """The settlement of the model, of one draw."""
    rows = {name: np.atleast_2d(np.asarray(values, float)) for name, values in figures.items()}
    return settle(Values(stated), ProjectedSavings(**rows))


def cell_form_of(book: Book, path: str, figures: Figures, start: int = START) -> SettlementLines:
    """The same as rows of a sheet."""
    at = {name: on_clock(values, start, book.years) for name, values in figures.items()}
    lines = {"persons": at["person_years"], "benchmark": at["benchmark_eur"], "cost": at["cost_eur"]}
    names = {"quality_score": "quality_score", "revenue": "revenue_eur", "risk_ratio": "risk_ratio"}
    others: dict[str, Floats | None] = {name: at.get(key) for name, key in names.items()}
    measured = book.measured(path, {**lines, "without": at["benchmark_eur"], **others})
    return settle_in_cells(book.terms(path), measured)


def assert_same(lines: SettlementLines, arrays: Settlement, start: int = START) -> None:
    """In the measuring years what the model says, outside them nothing."""
    periods = arrays.base_eur.shape[1]
    when = slice(start - FIRST, start - FIRST + periods)
    known = ~np.isnan(arrays.minimum_rate[0])
    pairs = {
        "passed": (lines.passed, arrays.passed[0].astype(float)),
        "gross": (lines.gross, arrays.gross_eur[0]),
        "base": (lines.base, arrays.base_eur[0]),
        **{party: (line, arrays.payments_eur[party][0]) for party, line in lines.payments.items()},
        "claim": (lines.claim, np.maximum(-arrays.payments_eur[arrays.contract.pays][0], 0.0)),
    }
    for name, (line, expected) in pairs.items():
        assert line.values[when] == pytest.approx(np.broadcast_to(expected, periods), rel=1e-12, abs=1e-6), name
        assert not np.delete(line.values, np.arange(YEARS)[when]).any(), name
    assert lines.minimum_rate.values[when][known] == pytest.approx(arrays.minimum_rate[0][known], abs=1e-12)
    assert not lines.passed.values[when][~known & (arrays.gross_eur[0] >= 0)].any()


def assert_forms_agree(stated: Contract, figures: Figures) -> Book:
    periods = len(np.atleast_1d(figures["benchmark_eur"]))
    book = Book(YEARS, {"k": within_years(stated, START, START + periods - 1)})
    assert_same(cell_form_of(book, "k", figures), array_form(stated, figures))
    return book


# --- presets and cases --------------------------------------------------------------------------------------------

BENCHMARK = np.array([1e7, 1.02e7, 1.05e7, 1.1e7, 1.08e7])
PARTS = [[0.7, 0.9, 0.96, 0.99, 1.0], [1.03, 1.2, 0.85, 1.04, 1.5], [0.981, 0.979, 0.9, 1.021, 0.5]]


def preset_figures(part: list[float], score: float) -> Figures:
    return {
        "person_years": np.array([4000.0, 5000.0, 5400.0, 12_345.0, 600_000.0]),
        "benchmark_eur": BENCHMARK,
        "cost_eur": BENCHMARK * part,
        "quality_score": np.array([score, np.nan, score / 2, 1.0, 0.0]),
        "revenue_eur": BENCHMARK / 3,
    }


@pytest.mark.parametrize("preset", preset_names())
@pytest.mark.parametrize("part", PARTS, ids=["saves", "loses", "at the gate"])
def test_every_preset(preset: str, part: list[float]) -> None:
    """Savings, losses and both sides of the gate; with scores, and as a projection without any."""
    figures = preset_figures(part, 0.83)
    assert_forms_agree(load_preset(preset).contract, figures)
    bare = {k: v for k, v in figures.items() if k in ("person_years", "benchmark_eur", "cost_eur")}
    assert_forms_agree(load_preset(preset).contract, bare)


def case_of(case: Mapping[str, Any]) -> tuple[Contract, Figures]:
    """Contract and figures of a case; a column that overrides the contract becomes a term of it."""
    base = load_preset(case["preset"]).contract if "preset" in case else contract(**case.get("contract", {}))
    terms = {**base.model_dump(exclude_none=True), **{t: case[t] for t in SCALAR_TERMS if t in case}}
    names = ("benchmark_eur", "cost_eur", "quality_score", "revenue_eur", "risk_ratio")
    periods = np.size(case["benchmark_eur"])
    figures = {name: np.broadcast_to(np.asarray(case[name], float), periods) for name in names if name in case}
    persons = case.get("population", case.get("person_years", 10_000.0))
    return Contract.model_validate(terms), {**figures, "person_years": np.full(periods, float(persons))}


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_each_rule_at_its_edge(case: dict[str, Any]) -> None:
    """The cases from the edge of each rule."""
    assert_forms_agree(*case_of(case))


LADDER: dict[str, Any] = {"quality": "ladder", "quality_ladder": [{"score_from": 0.3, "multiplier": 0.5}]}
LOSSES: dict[str, Any] = {"losses": "fixed", "loss_rate": 0.5}
SMALL: dict[str, Any] = {"gate": "table", "gate_table": [{"persons_from": 5000, "rate_from": 0.02, "rate_to": 0.02}]}


@pytest.mark.parametrize(
    ("terms", "score", "paid_out"),
    [
        (LADDER, np.nan, 50.0),
        (LADDER, 1.0, 25.0),
        ({**LADDER, **LOSSES, "quality_on_losses": "inverse"}, None, 50.0),
        ({"gate": "fixed", "minimum_savings_rate": 0.1}, None, 50.0),
        ({**SMALL}, None, 0.0),
        ({**SMALL, "below_first_row": True}, None, 50.0),
    ],
)
def test_a_saving_of_a_tenth(terms: dict[str, Any], score: float | None, paid_out: float) -> None:
    """Without a score the standard is met, at the gate to a binary fraction it counts, too few people do not."""
    figures: dict[str, Any] = {"person_years": [1000.0, 1000.0], "benchmark_eur": [1000.0, 1000.0]}
    figures |= {"cost_eur": [900.0 + 2e-13, 1100.0]}
    scores = {} if score is None else {"quality_score": [score, score]}
    book = assert_forms_agree(contract(**terms), {**figures, **scores})
    [shown] = [line for line in book.sheets[-1] if line.key == "k.settlement.payment.provider"]
    assert shown.values[START - FIRST] == pytest.approx(paid_out)


@pytest.mark.parametrize(("rate", "owed"), [(None, 0.0), (0.1, -50.0), (0.11, 0.0)])
def test_a_loss_of_too_few_people_counts_where_the_contract_says_when(rate: float | None, owed: float) -> None:
    """A table that does not admit a population says nothing about losses that have a gate of their own."""
    figures = {"person_years": [1000.0], "benchmark_eur": [1000.0], "cost_eur": [1100.0]}
    book = assert_forms_agree(contract(**SMALL, **LOSSES, minimum_loss_rate=rate), figures)
    [shown] = [line for line in book.sheets[-1] if line.key == "k.settlement.payment.provider"]
    assert shown.values[START - FIRST] == pytest.approx(owed)


def test_a_contract_that_is_not_in_force_pays_nothing() -> None:
    """The switch is a number of the sheet."""
    stated = within_years(contract(enabled=False), START, START)
    book = Book(YEARS, {"k": stated})
    found = cell_form_of(book, "k", {"person_years": [1e4], "benchmark_eur": [1e6], "cost_eur": [9e5]})
    assert found.base.values.sum() == pytest.approx(1e5)
    assert not found.claim.values.any()
    assert not found.payments["provider"].values.any()


# --- any contract -------------------------------------------------------------------------------------------------

SHARE = st.sampled_from([0.0, 0.02, 0.3, 0.5, 1.0])
MAYBE = st.none() | SHARE
TABLE = [
    {"persons_from": 1000, "persons_to": 4999, "rate_from": 0.05, "rate_to": 0.03},
    {"persons_from": 5000, "persons_to": 5000, "rate_from": 0.025, "rate_to": 0.025},
    {"persons_from": 5001, "rate_from": 0.02, "rate_to": 0.02},
]
SCATTER: list[dict[str, Any]] = [
    {"cost_variation": 3.0},
    {"cost_variation": 2.0, "design_effect": 1.5, "benchmark_persons": 8000.0, "covariance": 1e-4},
    {"cost_variation": 0.1, "covariance": 0.5},
]


@st.composite
def gates(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["none", "fixed", "table", "statistical"]))
    if kind == "none":
        return {"gate": kind}
    terms: dict[str, Any] = {"gate": kind, "first_dollar": draw(st.booleans()), "below_gate_share": draw(MAYBE)}
    if kind == "fixed":
        return {**terms, "minimum_savings_rate": draw(st.sampled_from([0.0, 0.02]))}
    if kind == "table":
        return {**terms, "gate_table": TABLE, "below_first_row": draw(st.booleans())}
    floor = draw(st.sampled_from([None, 0.02]))
    confidence = draw(st.sampled_from([0.6, 0.9, 0.95, 0.999]))
    dispersion = draw(st.sampled_from(SCATTER))
    return {**terms, "confidence": confidence, "dispersion": dispersion, "minimum_savings_rate": floor}


def bands(draw: st.DrawFn, parties: list[str]) -> list[dict[str, Any]]:
    edges = draw(st.sampled_from([[], [0.05], [0.05, 0.1]]))
    found = []
    for edge in [*edges, None]:
        weights = np.array(draw(st.lists(st.floats(0.1, 1), min_size=len(parties), max_size=len(parties))))
        shares = dict(zip(parties, (weights / weights.sum()).tolist(), strict=True))
        found.append({"shares": shares} if edge is None else {"up_to": edge, "shares": shares})
    return found


@st.composite
def orders(draw: st.DrawFn) -> list[str]:
    """Orders that a contract may state."""
    early = draw(st.permutations([Clause.RISK, Clause.DISCOUNT]))
    middle = draw(st.permutations([Clause.EXIT, Clause.CARRY_FORWARD]))
    late = draw(st.permutations([Clause.CAP, Clause.WITHHOLD, Clause.CLAW_BACK, Clause.RESERVE]))
    found = [*early, Clause.GATE, *middle]
    found.insert(draw(st.integers(0, len(found))), Clause.QUALITY)
    return [clause.value for clause in (*found, Clause.SHARING, *late)]


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Any contract whose terms do not contradict each other."""
    losses = draw(st.sampled_from(["none", "fixed", "one_minus"]))
    parties = draw(st.sampled_from([["payer", "provider"], ["payer", "b", "a"]]))
    several = losses != "one_minus" and (len(parties) > 2 or draw(st.booleans()))
    parties = parties if several else ["payer", "provider"]
    limits = [f"{s}_cap_{k}" for s in ("gain", "loss") for k in ("share_of_benchmark", "share_of_revenue", "eur")]
    caps = {t: draw(st.sampled_from([None, 2e4 if t.endswith("eur") else 0.02])) for t in limits}
    own = {"gain_cap_eur": 7000.0} if draw(st.booleans()) else {}
    terms: dict[str, Any] = {
        **draw(gates()),
        **caps,
        "sharers": {p: own if p in ("a", "provider") else {} for p in parties},
        "losses": losses,
        "discount": draw(st.sampled_from([None, 0.03])),
        "risk_cap_up": draw(st.sampled_from([None, 0.03])),
        "risk_cap_down": draw(st.sampled_from([None, 0.01])),
        "exit_after_losses": draw(st.sampled_from([None, 1, 2])),
        "withhold_gain_share": draw(MAYBE),
        "reserve_share": draw(MAYBE),
        "order": draw(orders()),
    }
    if several:
        terms |= {"sharing_rate": None, "gain_bands": bands(draw, parties)}
    else:
        terms["sharing_rate"] = draw(SHARE)
    if losses != "none" and terms["gate"] != "none":
        terms["minimum_loss_rate"] = draw(st.sampled_from([None, 0.03]))
    if terms["withhold_gain_share"] is not None:
        terms["withhold_released_after_periods"] = draw(st.sampled_from([None, 0, 1, 2, 12]))
    terms |= draw(qualities(losses)) | losses_of(draw, losses, several, parties)
    return contract(**terms)


def losses_of(draw: st.DrawFn, losses: str, several: bool, parties: list[str]) -> dict[str, Any]:
    """Terms about losses; those of a contract that shares none stand in their place."""
    if losses == "none":
        kind = draw(st.sampled_from(["", "carry_forward", "claw_back"]))
        extra = {"carry_forward": "carry_forward_interest", "claw_back": "claw_back_cap_share"}
        capless = {f"loss_cap_{k}": None for k in ("share_of_benchmark", "share_of_revenue", "eur")}
        return capless | (
            {f"{kind}_share": draw(SHARE), extra[kind]: draw(st.sampled_from([None, 0.0, 0.05, 0.5]))} if kind else {}
        )
    terms: dict[str, Any] = {"withhold_loss_share": draw(MAYBE)}
    if losses == "one_minus":
        return terms | {"loss_rate_floor": draw(MAYBE), "loss_rate_ceiling": draw(MAYBE)}
    return terms | ({"loss_bands": bands(draw, parties)} if several else {"loss_rate": draw(SHARE)})


@st.composite
def qualities(draw: st.DrawFn, losses: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["none", "score", "ladder"]))
    if kind == "none":
        return {"quality": kind}
    on_losses = st.sampled_from(["none", "same", "inverse"]) if losses == "fixed" else st.just("none")
    terms = {"quality": kind, "quality_minimum": draw(MAYBE), "quality_on_losses": draw(on_losses)}
    steps = [{"score_from": 0.3, "multiplier": 0.5}, {"score_from": 0.5, "multiplier": 1.1 / 1.2}]
    return terms | ({"quality_ladder": steps} if kind == "ladder" else {})


PART = st.sampled_from([0.5, 0.9, 0.95, 0.98, 0.97, 1.0, 1.02, 1.05, 1.1, 1.6]) | st.floats(0.3, 1.7)
NEARLY = st.sampled_from([0.0, 1e-9, -1e-9])


@st.composite
def measurements(draw: st.DrawFn, periods: int) -> Figures:
    """Figures on, just above and just below edges; some of nobody."""

    def each(values: st.SearchStrategy[float]) -> Floats:
        return np.array(draw(st.lists(values, min_size=periods, max_size=periods)))

    benchmark = each(st.sampled_from([1e6, 1e6, 2.5e7, 0.0]))
    figures = {
        "benchmark_eur": benchmark,
        "cost_eur": benchmark * (each(PART) + each(NEARLY)),
        "person_years": each(st.sampled_from([0.0, 999.0, 1000.0, 3210.5, 4999.0, 5000.0, 5000.4, 5001.0, 1e6])),
        "revenue_eur": benchmark / 3,
    }
    if draw(st.booleans()):
        figures["quality_score"] = each(st.sampled_from([np.nan, 0.0, 0.29, 0.3, 0.49, 0.5, 1.0]))
    if draw(st.booleans()):
        figures["risk_ratio"] = each(st.sampled_from([np.nan, 0.9, 0.99, 1.0, 1.029, 1.05]))
    return figures


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(contracts(), st.integers(1, 6).flatmap(measurements))
def test_any_contract_on_any_figures(stated: Contract, figures: Figures) -> None:
    """Both sides of each gate, limit and band; losses, exits, and what one year does to another."""
    assert_forms_agree(stated, figures)


# --- when and out of what it is paid ------------------------------------------------------------------------------


def posted(stated: Contract, years: tuple[int, ...], found: Settlement, own: Floats) -> dict[tuple[str, str], Floats]:
    """Amounts per reason and source of the array form, without areas."""
    amounts: dict[tuple[str, str], Floats] = {}

    def posting(booking: Any, sides: tuple[str, str], dated: Floats, _key: Floats) -> list[None]:
        amounts[booking.reason.value, "/".join(sides)] = dated[0]
        return []

    law = SimpleNamespace(years=tuple(range(FIRST, FIRST + YEARS)), inputs=Inputs(), spec=None)
    law.ledger = SimpleNamespace(areas=("GM0114",), municipalities=("GM0114",))
    law.spec = SimpleNamespace(interventions=["i"])
    agreement: Any = SimpleNamespace(law=law, claims=SimpleNamespace(posting=posting, people=np.ones((1, 1, YEARS))))
    agreement._dated = lambda *args: _Agreement._dated(agreement, *args)
    outcome: Any = SimpleNamespace(name="k", contract=stated, years=years, settlement=found, own_money=own)
    assert list(_Agreement._contract_postings(agreement, outcome)) == []
    return amounts


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PART, min_size=1, max_size=5),
    st.lists(st.sampled_from([0.0, 13_500.0, 50_000.0, 1e9]), min_size=YEARS, max_size=YEARS),
    st.sampled_from([(0, None), (1, None), (2, None), (1, 0.4), (4, 1.0), (2, 0.0)]),
    st.sampled_from(["none", "fixed"]),
)
def test_it_is_paid_in_the_same_years_out_of_the_same_purse(
    parts: list[float], cash: list[float], late: tuple[int, float | None], losses: str
) -> None:
    """What is in cash from the saving first, own money beyond it; an interim part at once, the rest later."""
    terms: dict[str, Any] = {"losses": losses, "loss_rate": 0.3 if losses == "fixed" else None}
    terms |= {"settlement_lag_years": late[0], "interim_share": late[1]}
    stated = within_years(contract(**terms), START, START + len(parts) - 1)
    figures = {
        "person_years": [1.0] * len(parts),
        "benchmark_eur": [1e5] * len(parts),
        "cost_eur": np.multiply(1e5, parts),
    }
    book = Book(YEARS, {"k": stated})
    lines = cell_form_of(book, "k", figures)
    cash_line = book.sheet("cash").line("cash", "", "", cash)
    found, arrays = dated_in_cells(lines, cash_line), array_form(stated, figures)
    years = tuple(range(START, START + len(parts)))
    claim = np.maximum(-arrays.payments_eur["payer"], 0.0)
    served = np.minimum(claim, np.array([cash[START - FIRST : START - FIRST + len(parts)]]))
    if late[0] + START + len(parts) - 1 >= FIRST + YEARS:
        return  # a clock that ends before the last payment is never made
    expected = posted(stated, years, arrays, claim - served)
    assert found.served.values[START - FIRST :][: len(parts)] == pytest.approx(served[0], abs=1e-6)
    assert found.own_money.values.sum() == pytest.approx((claim - served).sum(), abs=1e-6)
    rows = {
        ("shared_savings", "payer/provider"): found.shared_savings,
        ("own_money", "payer/provider"): found.own_paid,
        ("shared_savings", "provider/payer"): found.owed,
    }
    for key, line in rows.items():
        assert line["provider"].values == pytest.approx(expected[key], abs=1e-6), key


# --- a benchmark out of the own past ------------------------------------------------------------------------------

POCKETS = (Pocket.ZVW, Pocket.WLZ)
BASES: list[list[tuple[int, float]]] = [
    [],
    [(FIRST - 3, 0.1), (FIRST - 2, 0.3), (FIRST - 1, 0.6)],
    [(FIRST - 1, 0.25), (FIRST, 0.25), (FIRST + 1, 0.5)],
]


@st.composite
def historical(draw: st.DrawFn) -> Contract:
    """Base years before and on the clock, a trend or the region's growth, caps, rebasing."""
    base = [{"year": year, "weight": weight} for year, weight in draw(st.sampled_from(BASES))]
    rebase = draw(st.sampled_from([None, 1, 2, 3]))
    terms = {
        "base_years": base,
        "trend_per_year": draw(st.sampled_from([None, None, 0.03, -0.01])),
        "risk_cap_up": draw(st.sampled_from([None, 0.0, 0.03])),
        "risk_cap_down": draw(st.sampled_from([None, 0.0, 0.02])),
        "rebase_every_periods": rebase,
        "rebase_add_back_share": None if rebase is None else draw(st.sampled_from([None, 0.0, 0.5, 1.0])),
    }
    first = draw(st.integers(FIRST, FIRST + 3))
    return within_years(contract(benchmark="historical", **terms), first, first + draw(st.integers(0, 5)))


@st.composite
def measured_people(draw: st.DrawFn) -> People:
    """People who come, go, grow dearer and save or lose; in some years nobody."""

    def series(values: st.SearchStrategy[float]) -> Floats:
        return np.array([draw(st.lists(values, min_size=YEARS, max_size=YEARS))])

    persons = series(st.sampled_from([0.0, 100.0, 100.0, 150.0, 5000.0]))
    pockets = POCKETS[: draw(st.integers(1, 2))]
    each = {q: series(st.sampled_from([0.0, 2000.0, 2100.0]) | st.floats(500, 5000)) for q in pockets}
    cost = {q: persons * each[q] for q in pockets}
    saved = sum(cost.values()) * series(st.sampled_from([0.0, 0.1, -0.1, 0.35]))
    growth = {q: np.array([draw(st.sampled_from([0.0, 0.02, -0.03, 0.1]))]) for q in pockets}
    return People(tuple(range(FIRST, FIRST + YEARS)), persons, cost, np.asarray(saved), growth, draw(st.booleans()))


def people_lines(book: Book, people: People, name: str = "people") -> PeopleLines:
    sheet = book.sheet(name)
    return PeopleLines(
        sheet.line("persons", "", "", people.persons[0]),
        {q: sheet.line(f"cost {q}", "", "", cost[0]) for q, cost in people.cost.items()},
        sheet.line("saved", "", "", people.saved[0]),
        {q: book.inputs.made_at(f"growth {name} {q}", float(g[0])) for q, g in people.growth.items()},
        people.by_age,
    )


def measuring_years(stated: Contract) -> MeasuringYears:
    assert stated.scope is not None
    return stated.scope.years


def assert_same_benchmark(stated: Contract, people: People) -> None:
    book, years = Book(YEARS, {"k": stated}), measuring_years(stated)
    found = historical_benchmark_in_cells(book.terms("k"), people_lines(book, people))
    when = [t for t, year in enumerate(people.years) if years.first <= year <= years.last]
    expected = historical_benchmark(people, stated, years, Inputs())[0]
    assert found.values[when] == pytest.approx(expected, rel=1e-9, abs=1e-6)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(historical(), measured_people())
def test_any_historical_benchmark(stated: Contract, people: People) -> None:
    """Base years in and before the clock, ages and participants, trends, caps and rebasing with its add-back."""
    assert_same_benchmark(stated, people)


def test_what_is_measured_is_cost_and_saving() -> None:
    """Expected cost, what it is with the programme, and a norm that is neither."""
    years = tuple(range(FIRST, FIRST + YEARS))
    cost = {Pocket.ZVW: np.full((1, YEARS), 1000.0), Pocket.WLZ: np.full((1, YEARS), 500.0)}
    growth = {q: np.array([0.0]) for q in cost}
    people = People(years, np.ones((1, YEARS)), cost, np.full((1, YEARS), 100.0), growth)
    for kind, benchmark in (("norm_cost", 1500.0), ("historical", 1400.0)):
        base = [{"year": FIRST, "weight": 1.0}] if kind == "historical" else []
        stated = within_years(contract(benchmark=kind, base_years=base), START, START + 2)
        book = Book(YEARS, {"k": stated})
        found = projected_savings_in_cells(book.terms("k"), people_lines(book, people))
        assert found.without.values == pytest.approx(1500.0)
        assert found.cost.values == pytest.approx(1400.0)
        assert found.benchmark.values == pytest.approx(benchmark)


# --- a contract in a whole model -----------------------------------------------------------------------------------

LATE = {"settlement_lag_years": 1, "interim_share": 0.25, "losses": "fixed", "loss_rate": 0.4}
PAST = {"benchmark": "historical", "rebase_every_periods": 1, "rebase_add_back_share": 0.5, "trend_per_year": 0.01}


@pytest.mark.parametrize("population", list(Population))
@pytest.mark.parametrize("terms", [{}, LATE, {**PAST, **LATE}], ids=["plain", "late", "own past"])
@pytest.mark.parametrize("saved", [300.0, -200.0])
def test_a_contract_of_a_model_pays_the_same(population: Population, terms: dict[str, Any], saved: float) -> None:
    """From people and cost of a scenario to the postings of its contract, on one sheet."""
    scope = {**HALF["scope"], "years": {"first": FIRST_YEAR, "last": FIRST_YEAR + 2}}
    written = {**HALF, **terms, "scope": scope, "population": population}
    spec = saves(saved, years=2.0, arrangements={"contracts": {"k": written}})
    law, stated = law_of(spec), spec.arrangements.contracts["k"]
    people, costs = _people_and_costs(law, (subject := subject_of_contract(law, stated)), population)
    by_age = population is not Population.PARTICIPANTS
    cost = {q: c.sum(axis=1) for q, c in costs.items()}
    growth = {q: Inputs().of(n) for q, n in spec.region.growth_per_year.items()}
    measured = People(law.years, people.sum(axis=1), cost, measured_saving(law, subject), growth, by_age)
    book = Book(len(law.years), {"k": stated}, first=law.years[0])
    found = projected_savings_in_cells(terms_of := book.terms("k"), people_lines(book, measured))
    cash = book.sheet("cash").line("cash", "", "", np.maximum(cash_change(law, subject)[0], 0.0))
    lines, model = dated_in_cells(settle_in_cells(terms_of, found), cash), agreed(law)
    for reason, source, target, row in (
        (Reason.SHARED_SAVINGS, "a", AREA, lines.shared_savings),
        (Reason.OWN_MONEY, "a", AREA, lines.own_paid),
        (Reason.SHARED_SAVINGS, AREA, "a", lines.owed),
    ):
        assert row[AREA].values == pytest.approx(paid(model, reason, source, target), abs=2e-6), reason
    assert lines.settlement.base.values.any()


# --- the forms themselves -----------------------------------------------------------------------------------------


def test_every_clause_has_a_cell_form() -> None:
    """A clause without rows would be missing from the sheet without a word."""
    forms = rules_with_cells()
    assert set(clauses_in_cells.CLAUSES) == set(CLAUSES)
    for clause, rule in CLAUSES.items():
        assert forms[f"{rule.__module__}.{rule.__name__}"] is clauses_in_cells.CLAUSES[clause]
    assert {f"{clauses.__name__}.{name}" for name in ("standard_error", "minimum_rates")} <= set(forms)


def everything() -> Book:
    """Every preset, case and kind of benchmark, each on a sheet of its own."""
    plain = {f"case_{k}": case_of(case) for k, case in enumerate(CASES)}
    plain |= {
        f"preset_{k}_{n}": (load_preset(name).contract, preset_figures(part, 0.83))
        for k, name in enumerate(preset_names())
        for n, part in enumerate(PARTS)
    }
    dated = within_years(contract(settlement_lag_years=2, interim_share=0.4), START, START + 4)
    ends = {path: START + len(figures["benchmark_eur"]) - 1 for path, (_, figures) in plain.items()}
    stated = {path: within_years(terms, START, ends[path]) for path, (terms, _) in plain.items()}
    history = {f"history_{k}": terms for k, terms in enumerate(HISTORIES)}
    book = Book(YEARS, {**stated, **history, "dated": dated})
    for path, (_, figures) in plain.items():
        cell_form_of(book, path, figures)
    for k in range(len(history)):
        people = people_lines(book, PEOPLE[k % len(PEOPLE)], f"people_{k}")
        measured = projected_savings_in_cells(book.terms(f"history_{k}"), people)
        assert measured.benchmark.values.any()
    lines = cell_form_of(book, "dated", preset_figures(PARTS[1], 1.0))
    dated_in_cells(lines, book.sheet("cash").line("cash", "", "", np.linspace(0, 1e6, YEARS)))
    return book


def a_history(**terms: Any) -> Contract:
    return within_years(contract(benchmark="historical", **terms), START, START + 5)


HISTORIES = [
    a_history(base_years=[{"year": y, "weight": w} for y, w in base], trend_per_year=trend, **more)
    for base in BASES
    for trend in (None, 0.03)
    for more in ({}, {"rebase_every_periods": 2, "rebase_add_back_share": 0.5, "risk_cap_up": 0.03})
    for _ in range(2)
]


def some_people(by_age: bool) -> People:
    persons = np.array([[100.0, 100, 120, 0, 130, 130, 140, 150, 150]])
    cost = {q: persons * np.linspace(2000, 2300, YEARS) * (k + 1) for k, q in enumerate(POCKETS)}
    saved, growth = sum(cost.values()) * 0.07, {q: np.array([0.01 + k / 50]) for k, q in enumerate(POCKETS)}
    return People(tuple(range(FIRST, FIRST + YEARS)), persons, cost, np.asarray(saved), growth, by_age)


PEOPLE = [some_people(True), some_people(False)]


def test_formulas_hold_no_constant_and_no_nested_if() -> None:
    """A number in a formula is an input that nobody can change; a short formula can be read."""
    for sheet in everything().sheets:
        for line in sheet:
            if line.formula is None:
                continue
            text = re.sub(r"\$?[A-Z]+\$?\d+|\w+!", "", formula_at(line, 7))
            assert set(re.findall(r"\d[\d.]*", text)) <= {"0", "1"}, text
            assert len(re.findall(r"\bIF\(", text)) <= 1, text
            assert len(formula_at(line, 7)) <= 150, text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not installed")
def test_a_spreadsheet_shows_the_same(tmp_path: Path) -> None:
    """Every cell of every kind of contract, recalculated by a spreadsheet program, shows the value of its row."""
    book = everything()
    write(book, tmp_path / "contracts.xlsx")
    assert differences(book, recalculated(tmp_path / "contracts.xlsx", tmp_path)) == []


@pytest.mark.parametrize("preset", ["mssp-track-1", "mssp-enhanced", "nl-statistisch"])
def test_rows_stand_in_the_order_of_the_clauses(preset: str) -> None:
    """The contract's own order is the reading order of its sheet."""
    stated = within_years(load_preset(preset).contract, START, START + 4)
    book = Book(YEARS, {"k": stated})
    cell_form_of(book, "k", preset_figures(PARTS[0], 0.9))
    keys = list(dict.fromkeys(line.key.split(".")[1] for line in book.sheets[-1]))
    assert [key for key in keys if key in set(Clause)] == [clause for clause in stated.order if clause in keys]


def other_numbers(value: Any) -> Any:
    """The same terms with every number and switch another one."""
    if isinstance(value, dict):
        return {k: 1.7 if k == "design_effect" else other_numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [other_numbers(v) for v in value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value * 0.97 if isinstance(value, float) else value


def texts(book: Book) -> list[str]:
    return [f"{line.key} {formula_at(line, 7)}" for s in book.sheets for line in s if line.formula is not None]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(contracts(), historical(), measured_people())
def test_every_number_is_a_cell(stated: Contract, past: Contract, people: People) -> None:
    """With other numbers of the same kind of contract the formulas stay what they are."""
    found = []
    plain = {"k": within_years(stated, START, START + 3), "past": past}
    written = {name: c.model_dump(mode="json", exclude_none=True) for name, c in plain.items()}
    for terms_of in (written, other_numbers(written)):
        both = {name: Contract.model_validate(terms) for name, terms in terms_of.items()}
        book = Book(YEARS, both)
        cell_form_of(book, "k", preset_figures(PARTS[0], 0.9))
        terms = book.terms("past")
        measured = projected_savings_in_cells(terms, people_lines(book, people))
        dated_in_cells(settle_in_cells(terms, measured), book.axis.year)
        found.append(texts(book))
    assert found[0] == found[1]
