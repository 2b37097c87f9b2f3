"""Contracts from the edge of each rule: just below it, at it, just above it; and what holds for every contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract_building import contract
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from coalition.clauses import Values, receivers
from coalition.contract_files import load_preset, preset_names
from coalition.contracts import SCALAR_TERMS, Clause
from coalition.errors import DefectError
from coalition.shared_savings import ObservedSavings, ProjectedSavings, Settlement, pay, settle

CASES = YAML(typ="safe", pure=True).load((Path(__file__).parent / "cases" / "contracts.yaml").read_text("utf-8"))
FIGURES = ("person_years", "benchmark_eur", "cost_eur", "quality_score", "revenue_eur", "risk_ratio", "population")


def observed(**figures: Any) -> ObservedSavings:
    """Figures of one holder, per period."""
    stated = {"person_years": 10_000.0, **figures}
    periods = max(np.size(v) for v in stated.values())
    return ObservedSavings(**{k: np.broadcast_to(np.asarray(v, dtype=float), (1, periods)) for k, v in stated.items()})


def case_settled(case: dict[str, Any]) -> tuple[Settlement, dict[str, Any]]:
    base = load_preset(case["preset"]).contract if "preset" in case else contract(**case.get("contract", {}))
    figures = {k: case[k] for k in FIGURES if k in case}
    return pay(
        Values(base, columns={t: np.array([[case[t]]], float) for t in SCALAR_TERMS if t in case}), observed(**figures)
    )


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_each_rule_at_its_edge(case: dict[str, Any]) -> None:
    """What the parties pay and receive, in whole cents."""
    _, cents = case_settled(case)
    expected = {party: np.round(np.array(amounts, float) * 100) for party, amounts in case["payments"].items()}
    assert {p: cents[p][0].tolist() for p in expected} == {p: np.ravel(v).tolist() for p, v in expected.items()}
    assert sum(cents.values()).sum() == 0


# --- what holds for every contract --------------------------------------------------------------------------------

AMOUNT = st.floats(1e4, 1e8)
RATE = st.floats(0.0, 1.0)
PRESETS = st.sampled_from(preset_names())


def settled(preset: str, benchmark: float, part: float, score: float, scale: float = 1.0) -> Settlement:
    found = load_preset(preset).contract
    figures = {"person_years": 12_000.0, "quality_score": score, "revenue_eur": scale * benchmark / 3}
    return settle(
        Values(found), observed(benchmark_eur=scale * benchmark, cost_eur=scale * benchmark * part, **figures)
    )


@given(PRESETS, AMOUNT, st.floats(0.3, 1.7), RATE)
def test_what_parties_get_sums_to_zero(preset: str, benchmark: float, part: float, score: float) -> None:
    """A settlement moves money and makes none."""
    found = settled(preset, benchmark, part, score)
    assert abs(sum(float(p[0, 0]) for p in found.payments_eur.values())) <= 1e-9 * benchmark


@given(PRESETS, AMOUNT, st.floats(0.3, 1.7), RATE, st.floats(0.01, 100))
def test_in_another_currency_it_is_the_same_settlement(
    preset: str, benchmark: float, part: float, score: float, scale: float
) -> None:
    """All amounts times c give all payments times c."""
    one, other = settled(preset, benchmark, part, score), settled(preset, benchmark, part, score, scale)
    for party, amount in one.payments_eur.items():
        assert other.payments_eur[party] == pytest.approx(amount * scale, rel=1e-9, abs=1e-9 * scale * benchmark)


@given(PRESETS, AMOUNT, st.floats(0.3, 1.7), st.floats(0.3, 1.7), RATE)
def test_who_saves_more_does_not_get_less(preset: str, benchmark: float, a: float, b: float, score: float) -> None:
    """Payments rise with savings, over gates and bands alike; a gate only makes them jump."""
    low, high = (settled(preset, benchmark, part, score) for part in (max(a, b), min(a, b)))
    assert low.payments_eur["provider"][0, 0] <= high.payments_eur["provider"][0, 0] + 1e-9 * benchmark


@given(PRESETS, AMOUNT, st.floats(0.3, 1.7), RATE)
def test_no_limit_is_ever_exceeded(preset: str, benchmark: float, part: float, score: float) -> None:
    """The lowest of the stated limits holds for gains and for losses."""
    stated = load_preset(preset).contract
    paid = float(settled(preset, benchmark, part, score).payments_eur["provider"][0, 0])
    for side, amount in (("gain", paid), ("loss", -paid)):
        share, revenue = (getattr(stated, f"{side}_cap_share_of_{k}") for k in ("benchmark", "revenue"))
        assert share is None or amount <= share.value * benchmark * (1 + 1e-12)
        assert revenue is None or amount <= revenue.value * benchmark / 3 * (1 + 1e-12)


@given(
    st.permutations(["a", "b", "c"]), AMOUNT, st.floats(0.5, 1.5), st.lists(st.floats(0.05, 1), min_size=4, max_size=4)
)
def test_the_order_of_the_parties_does_not_matter(
    order: list[str], benchmark: float, part: float, weights: list[float]
) -> None:
    """Each party has its own amount, however the contract lists them."""
    shares = dict(zip(["payer", "a", "b", "c"], (w / sum(weights) for w in weights), strict=True))
    found = []
    for names in (["a", "b", "c"], order):
        terms: dict[str, Any] = {"sharers": {n: {} for n in ["payer", *names]}, "sharing_rate": None, "losses": "fixed"}
        bands = [{"shares": {n: shares[n] for n in ["payer", *names]}}]
        found.append(
            settle(
                Values(contract(**terms, gain_bands=bands, loss_bands=bands)),
                observed(benchmark_eur=benchmark, cost_eur=benchmark * part),
            )
        )
    for party, amount in found[0].payments_eur.items():
        assert found[1].payments_eur[party] == pytest.approx(amount)


@given(AMOUNT, st.sampled_from([0.05, 0.10, 0.15]))
def test_bands_meet_at_their_edges(benchmark: float, edge: float) -> None:
    """Just below and just above an edge of a marginal band nobody's amount jumps."""
    for sign in (1, -1):
        below, above = (settled("reach-professional", benchmark, 1 - sign * edge * (1 + k), 1.0) for k in (-1e-9, 1e-9))
        assert below.payments_eur["provider"] == pytest.approx(above.payments_eur["provider"], abs=1e-6 * benchmark)


@given(AMOUNT, st.floats(0.5, 1.5), st.integers(1, 30))
def test_many_draws_are_as_many_single_settlements(benchmark: float, part: float, draws: int) -> None:
    """A row knows nothing of the other rows."""
    parts = np.linspace(part, part + 0.2, draws)[:, None]
    shape = np.ones((draws, 1))
    many = settle(
        Values(load_preset("mssp-enhanced").contract),
        ProjectedSavings(12_000.0 * shape, benchmark * shape, benchmark * parts, 0.8 * shape),
    )
    last = settled("mssp-enhanced", benchmark, float(parts[-1, 0]), 0.8)
    assert many.payments_eur["provider"][-1, 0] == last.payments_eur["provider"][0, 0]


def test_a_projection_is_never_paid() -> None:
    """Only observed figures become cents."""
    one = np.ones((1, 1))
    with pytest.raises(DefectError):
        pay(Values(contract()), ProjectedSavings(one, one, one))  # type: ignore[arg-type]


def test_cents_of_several_parties_are_rounded_in_the_order_of_their_ids() -> None:
    """Cumulative rounding: three equal parts of a euro are 33, 34 and 33 cents."""
    sharers: dict[str, Any] = {"payer": {}, "a": {}, "b": {}, "c": {}}
    bands = [{"shares": {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3, "payer": 0.0}}]
    found = contract(sharers=sharers, sharing_rate=None, gain_bands=bands)
    _, cents = pay(Values(found), observed(benchmark_eur=101.0, cost_eur=100.0))
    assert {p: int(c[0, 0]) for p, c in cents.items()} == {"a": 33, "b": 34, "c": 33, "payer": -100}
    assert receivers(found) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("figures", "clause"),
    [
        ({"cost_eur": 99.0}, Clause.GATE),
        ({"cost_eur": 97.0}, Clause.SHARING),
        ({"cost_eur": 70.0}, Clause.CAP),
        ({"cost_eur": 97.0, "quality_score": 0.0}, Clause.QUALITY),
    ],
)
def test_the_clause_that_decided_is_named(figures: dict[str, float], clause: Clause) -> None:
    """The gate, sharing itself, a limit, or quality."""
    terms = {"gate": "fixed", "minimum_savings_rate": 0.02, "quality": "score", "gain_cap_share_of_benchmark": 0.1}
    found = settle(Values(contract(**terms)), observed(benchmark_eur=100.0, **figures))
    assert found.steps[int(found.decided[0, 0])].clause is clause
