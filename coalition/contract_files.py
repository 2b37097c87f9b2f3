"""A contract from disk: a preset that ships with the package, or the user's own file.

A file holds one contract: the mapping that also stands under `arrangements.contracts` in a scenario. All problems are
reported together. What a contract means is decided in contracts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from coalition.breaches import problems_from_validation
from coalition.contract_checks import contradictions
from coalition.contracts import Contract
from coalition.errors import ScenarioError, UnknownNameError
from coalition.problems import Problem
from coalition.reading import Document, read_document, read_text
from coalition.schema import keys_below


@dataclass(frozen=True)
class ContractFile:
    """A checked contract with the place of every value."""

    contract: Contract
    document: Document


def _folder() -> Traversable:
    return files("coalition") / "data" / "contracts"


@cache
def preset_names() -> tuple[str, ...]:
    """Names of the contracts that ship with the package, such as `mssp-enhanced`."""
    return tuple(sorted(f.name.removesuffix(".yaml") for f in _folder().iterdir() if f.name.endswith(".yaml")))


def load_preset(name: str) -> ContractFile:
    """A contract that ships with the package.

    Raises:
        UnknownNameError: there is none of this name; `names` are those that there are.
    """
    if name not in preset_names():
        raise UnknownNameError("preset", name, preset_names())
    file = _folder() / f"{name}.yaml"
    return _checked(read_text(file.read_text("utf-8"), file.name))


def load_contract(path: Path) -> ContractFile:
    """A contract from a file of its own.

    Raises:
        ScenarioError: with every problem found.
    """
    return _checked(read_document(path, str(path)))


def _checked(document: Document) -> ContractFile:
    try:
        contract = Contract.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError(
            problems_from_validation(
                list(error.errors(include_url=False)), document, lambda path: keys_below(Contract, path)
            )
        ) from None
    problems = [placed(finding, document) for finding in contradictions(contract)]
    if problems:
        raise ScenarioError(problems)
    return ContractFile(contract, document)


def placed(finding: tuple[str, str, str, dict[str, str]], document: Document, below: str = "") -> Problem:
    """A finding about a contract, at the line where it was written.

    Args:
        finding: code, path below the contract, found text and facts.
        document: the file.
        below: dotted path of the contract in the file.
    """
    code, at, found, facts = finding
    path = f"{below}.{at}" if below else at
    origin = document.origin(path)
    return Problem(code, origin.file, origin.line, path, found or origin.raw, facts)
