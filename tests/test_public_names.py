"""What outsiders may rely on, and nothing else."""

from __future__ import annotations

import inspect

import pytest

import coalition

PUBLIC = [
    "CoalitionError",
    "DefectError",
    "InputError",
    "MissingExtraError",
    "NoAgreementError",
    "Result",
    "Scenario",
    "ScenarioError",
    "SourceError",
    "UnknownNameError",
    "__version__",
    "draw_inputs",
    "load_parameters",
    "load_scenario",
    "run_scenario",
]


def test_the_public_names_are_the_ones_decided_on() -> None:
    """A name becomes public, or stops being so, by a decision that changes this list."""
    assert sorted(coalition.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - {"__version__"}))
def test_every_public_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    """A public name has a docstring of its own, not one that it inherits."""
    found = getattr(coalition, name)
    assert found.__name__ == name
    assert (vars(found)["__doc__"] if inspect.isclass(found) else found.__doc__) is not None


def test_an_unknown_name_is_refused_as_python_refuses_it() -> None:
    """Lazy imports do not hide a typing error."""
    with pytest.raises(AttributeError, match="run_scenarios"):
        _ = coalition.run_scenarios
