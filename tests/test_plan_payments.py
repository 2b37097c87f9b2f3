"""What parties pay each other beside a plan, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from coalition.allocation_problem import CLEARING, Allocation, Least, Link
from coalition.allocations import allocation_of
from coalition.coefficients import coefficients_of
from coalition.model import Result
from coalition.plan_payments import Payment, in_first_year, payments_per_year, present_value
from coalition.scenario import load_scenario

YEARS = (2021, 2022)
NET = {"a": (100.0, -40.0), "b": (-30.0, 70.0), "c": (10.0, 10.0)}


@cache
def plain() -> Allocation:
    """A problem of two years, for its clock and its discounting only."""
    scenario = load_scenario("domeinoverstijgend")
    return allocation_of(scenario, coefficients_of(scenario))


def a_problem(leasts: Sequence[Least], links: tuple[Link, ...]) -> Allocation:
    """Wishes about what parties have, and who may pay whom."""
    assert plain().coefficients.years == YEARS
    return replace(plain(), leasts=tuple(leasts), links=links, payment_years=YEARS)


def through_clearing(*parties: str) -> tuple[Link, ...]:
    """Everyone may pay everyone."""
    return (*((p, CLEARING) for p in parties), *((CLEARING, p) for p in parties))


def no_loss(*parties: str, year: int) -> list[Least]:
    """Nobody below zero in a year."""
    weights = (np.array(YEARS) == year).astype(float)
    return [Least("nobody_worse", p, str(year), 0.0, weights) for p in parties]


def had(net: Mapping[str, tuple[float, float]]) -> Result:
    """A run that gave parties these nominal nets."""
    present = plain().coefficients.present[0]
    parties = [
        SimpleNamespace(party=SimpleNamespace(id=p), net=np.array([v]), npv=np.array([np.array(v) @ present]))
        for p, v in net.items()
    ]
    return cast(Result, cast(Any, SimpleNamespace(run=SimpleNamespace(parties=parties))))


def after(payments: Sequence[Payment]) -> dict[str, list[float]]:
    """What each has per year with what is paid."""
    found = {p: list(v) for p, v in NET.items()}
    for p in payments:
        found[p.source][YEARS.index(p.year)] -= p.eur
        found[p.target][YEARS.index(p.year)] += p.eur
    return found


def test_a_loss_of_a_year_is_paid_in_that_year() -> None:
    """In the first year b lacks 30, in the second a lacks 40, and no more than that is paid."""
    wishes = [*no_loss(*NET, year=2021), *no_loss(*NET, year=2022)]
    paid = payments_per_year(a_problem(wishes, through_clearing(*NET)), had(NET))
    assert sum(p.eur for p in paid if p.year == 2021) == pytest.approx(30)
    assert sum(p.eur for p in paid if p.year == 2022) == pytest.approx(40)
    assert {p.target for p in paid if p.year == 2021} == {"b"}
    assert {p.target for p in paid if p.year == 2022} == {"a"}
    assert min(min(v) for v in after(paid).values()) >= -0.001


def test_over_links_that_are_allowed_only() -> None:
    """Where only c may pay b, b gets what c has and no more; the rest stays short."""
    wishes = no_loss(*NET, year=2021)
    paid = payments_per_year(a_problem(wishes, (("c", "b"), ("b", "a"))), had(NET))
    assert [(p.source, p.target, p.year) for p in paid] == [("c", "b", 2021)]
    assert paid[0].eur == pytest.approx(10, abs=0.001)


def test_a_wish_about_all_years_and_one_about_a_year_are_met_together() -> None:
    """What c pays in the first year it gets back in the second, because it may not lose over all years either."""
    problem = a_problem([], ())
    worth = problem.coefficients.present[0]
    net = {"a": (-10.0, 100.0), "c": (10.0, 0.0)}
    wishes = [*no_loss("a", "c", year=2021), Least("nobody_worse", "c", "", float(10.0 * worth[0]))]
    paid = payments_per_year(a_problem(wishes, through_clearing("a", "c")), had(net))
    assert [(p.source, p.target, p.year) for p in paid] == [("c", "a", 2021), ("a", "c", 2022)]
    assert paid[0].eur == pytest.approx(10)
    assert paid[1].eur == pytest.approx(10 * worth[0] / worth[1])
    values = present_value(problem, paid)
    assert values["c", "a"] == pytest.approx(values["a", "c"])


def test_nobody_pays_where_nobody_may_or_nobody_lacks() -> None:
    """Without links, and with everyone whole."""
    wishes = no_loss(*NET, year=2021)
    assert payments_per_year(a_problem(wishes, ()), had(NET)) == []
    whole = dict.fromkeys(NET, (5.0, 5.0))
    assert payments_per_year(a_problem(wishes, through_clearing(*NET)), had(whole)) == []


def test_a_present_value_in_the_first_year_is_worth_the_same() -> None:
    """There and back."""
    problem = replace(plain(), payment_years=YEARS[:1])
    values = {("a", "b"): 12_345.6, ("c", "b"): 7.8}
    paid = in_first_year(problem, values)
    assert [p.year for p in paid] == [2021, 2021]
    assert present_value(problem, paid) == pytest.approx(values)
