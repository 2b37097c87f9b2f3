"""Budgets, fixed sums, bonds, tariffs and co-financing from the edge of each rule, in cases/arrangements.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from coalition.arrangements import area_funds, bond_account, budget_account, deviation_share, smoothed

CASES = YAML(typ="safe", pure=True).load((Path(__file__).parent / "cases" / "arrangements.yaml").read_text("utf-8"))

Case = dict[str, Any]


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES[kind], ids=[c["name"] for c in CASES[kind]])


def row(amounts: list[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Amounts per year of one draw."""
    return np.array([amounts], dtype=float)


def euros(amounts: Any) -> Any:
    """To the cent."""
    return pytest.approx(np.ravel(amounts).tolist(), abs=0.005)


@cases("bonds")
def test_a_bond_at_its_edges(case: Case) -> None:
    """Nothing below the target, everything saved from there on, never more than the capped return."""
    invested, measured, payable = (row(case[k]) for k in ("invested", "measured", "payable"))
    found = bond_account(invested, measured, payable, case["targets"], np.array([float(case["return_cap"])]))
    assert case["repaid"] == euros(found.repaid)
    assert case["outstanding"] == euros(found.outstanding)


@cases("fixed_sums")
def test_a_fixed_sum_at_its_edges(case: Case) -> None:
    """A part of the difference inside the corridor, and no more outside it."""
    corridor = None if case["corridor"] is None else np.array([[case["corridor"]]])
    kept = deviation_share(row([case["payment"]]), row([case["cost"]]), np.array([[float(case["share"])]]), corridor)
    assert [case["kept"]] == euros(kept)


@cases("budgets")
def test_a_regional_budget_at_its_edges(case: Case) -> None:
    """Overspending first, then delivery, then deposits, then shares."""
    deposits, changes = ({n: row(a) for n, a in case[k].items()} for k in ("deposits", "changes"))
    shares = {n: np.array([s]) for n, s in case["shares"].items()}
    running = np.ones((1, len(case["asked"])))
    found = budget_account(deposits, changes, {"delivery": row(case["asked"])}, shares, running)
    assert case["paid"] == euros(found.paid["delivery"])
    assert case["closing"] == euros(found.closing)
    for member, amounts in case["settled"].items():
        assert amounts == euros(found.settled[member])


@cases("deprivation_funds")
def test_a_deprivation_fund_at_its_edges(case: Case) -> None:
    """It pays what there is, saves what is left, and gives the rest back at the end."""
    income, asked = (row(case[k])[:, None, :] for k in ("income", "asked"))
    found = area_funds(income, asked, np.ones((1, len(case["income"]))))
    assert case["paid"] == euros(found.paid)
    assert case["given_back"] == euros(found.given_back)


@cases("smoothed_bills")
def test_a_smoothed_bill(case: Case) -> None:
    """The mean of the last bills; years before the first count as the first."""
    assert case["smoothed"] == euros(smoothed(row(case["bills"]), case["years"]))
