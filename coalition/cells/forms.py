"""Which rules have a form for cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from coalition.cells.expressions import Expr, Operand, as_expr
from coalition.errors import DefectError

F = TypeVar("F", bound=Callable[..., Any])

_CELL_FORMS: dict[str, Callable[..., Any]] = {}
_ONE_FORM: dict[str, Callable[..., Any]] = {}


def cell_form(rule: Callable[..., Any]) -> Callable[[F], F]:
    """Say that a function is a rule's cell form, `<name>_in_cells`: below the array form, or in `<module>_in_cells`."""

    def register(form: F) -> F:
        homes = (rule.__module__, f"{rule.__module__}_in_cells")
        if form.__module__ not in homes or form.__name__ != f"{rule.__name__}_in_cells":
            raise DefectError(f"{form.__module__}.{form.__name__} is no cell form of {rule.__name__}")
        _CELL_FORMS[f"{rule.__module__}.{rule.__name__}"] = form
        return form

    return register


def one_form(rule: F) -> F:
    """Say that a rule is written once for arrays and cells alike: elementwise, without a mask or an index."""
    _ONE_FORM[f"{rule.__module__}.{rule.__name__}"] = rule
    return rule


def in_cells(rule: Callable[..., Any], *values: Operand) -> Expr:
    """What a rule of one form gives for cells.

    Raises:
        DefectError: the rule is not of one form.
    """
    if f"{rule.__module__}.{rule.__name__}" not in _ONE_FORM:
        raise DefectError(f"{rule.__name__} is not written for arrays and cells alike")
    return as_expr(rule(*values))


def rules_with_cells() -> dict[str, Callable[..., Any]]:
    """Every rule that has a cell form, by its dotted name."""
    return {**_CELL_FORMS, **_ONE_FORM}
