"""What parties give each other beside a plan: as present values for the tables, and per year for who has to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coalition.allocation_problem import Link, Wish
from coalition.best_plan import Checked, Optimum
from coalition.plan_payments import Payment, in_first_year, payments_per_year, present_value

GAINS = ("parties", "worst")
"""Kinds of goals in which what parties give each other counts."""


def gains_count(optimum: Optimum, wishes: Sequence[Wish] = ()) -> bool:
    """Whether what parties give each other is part of the first goal, or of any of others that were asked."""
    return any(w.kind in GAINS for w in wishes or optimum.problem.wishes[:1])


def has_least(optimum: Optimum) -> bool:
    """Whether somebody must have something over all years together, which a smallest transfer can repair."""
    return any(x.rule == "nobody_worse" and x.weights is None for x in optimum.problem.leasts)


def is_yearly(optimum: Optimum) -> bool:
    """Whether anything is wished of what parties have in single years or terms."""
    return any(x.weights is not None for x in optimum.problem.leasts)


def moves(optimum: Optimum, checked: Checked, wishes: Sequence[Wish] = ()) -> Mapping[Link, float]:
    """Present value of what each gives each: what the goal needs where it is the gain of some, else the least needed.

    Args:
        optimum: what was asked.
        checked: a plan for it.
        wishes: goals by which the plan was found; those of the optimum when left out.
    """
    if not optimum.problem.links:
        return {}
    if gains_count(optimum, wishes):
        return checked.payments
    if is_yearly(optimum):
        return present_value(optimum.problem, payments_per_year(optimum.problem, checked.result))
    return checked.transfer.payments if has_least(optimum) else {}


def dated(optimum: Optimum, checked: Checked, wishes: Sequence[Wish] = ()) -> list[Payment] | None:
    """The same per year, nominal; None where only its present value is known.

    Payments that a goal needs are kept as present values; where wishes are about single years that does not say when.
    """
    if not is_yearly(optimum):
        given = moves(optimum, checked, wishes)
        return in_first_year(optimum.problem, given) if given else []
    if not optimum.problem.links:
        return []
    return None if gains_count(optimum, wishes) else payments_per_year(optimum.problem, checked.result)
