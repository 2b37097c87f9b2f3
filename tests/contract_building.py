"""A plain contract, of which a test changes what it is about."""

from __future__ import annotations

from typing import Any

from coalition.contract_checks import contradictions
from coalition.contracts import Contract

PLAIN: dict[str, Any] = {
    "name": "plain",
    "pays": "payer",
    "sharers": {"payer": {}, "provider": {}},
    "population": "all_insured",
    "benchmark": "norm_cost",
    "gate": "none",
    "first_dollar": True,
    "sharing_rate": 0.5,
    "losses": "none",
    "quality": "none",
}


def contract(**terms: Any) -> Contract:
    """The plain contract with other terms; a term of None is left out."""
    stated = {k: v for k, v in {**PLAIN, **terms}.items() if v is not None}
    found = Contract.model_validate(stated)
    assert contradictions(found) == []
    return found
