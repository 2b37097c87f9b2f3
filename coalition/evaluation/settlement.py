"""From an estimate to what each party owes: the contract of the scenario, settled on what the study found.

The estimate stands in for the benchmark: cost of the treated + saving is what they would have cost. The contract's own
clauses then decide, gate included; only the primary estimate settles. Amounts are nominal euro, positive = received.
Whether a saving was shown is not decided here; the report says so beside the amounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coalition.clauses import Values
from coalition.contracts import Contract, Quality
from coalition.errors import ScenarioError
from coalition.evaluation.estimates import Effect, Estimate
from coalition.evaluation.euros import effects_by_period, treated_years
from coalition.evaluation.panel import Floats
from coalition.problems import Problem
from coalition.shared_savings import ObservedSavings, Settlement, pay, settle

if TYPE_CHECKING:
    from coalition.evaluation.study_files import LoadedStudy
    from coalition.model import Result
    from coalition.scenario import Scenario


@dataclass(frozen=True)
class EstimatedSavings(ObservedSavings):
    """Observed cost beside an estimated benchmark.

    Attributes:
        low_eur, high_eur: interval of the saving, shape (1, period).
        method: that gave it; protocol_sha256: of the protocol that named the method, "" without one.
    """

    low_eur: Floats | None = None
    high_eur: Floats | None = None
    method: str = ""
    protocol_sha256: str = ""


@dataclass(frozen=True)
class Settled:
    """A contract settled on an estimate.

    Attributes:
        name, contract: which; scenario: that holds it, for the names of parties.
        periods: measured.
        savings: what was settled; settlement: clause by clause.
        cents: party -> whole cents per period; they sum to zero in each.
        planned_eur: party -> what the scenario expected per period; NaN where it expected nothing for it.
        low_eur, high_eur: party -> what it would be at the ends of the interval of the saving.
    """

    name: str
    contract: Contract
    scenario: Scenario
    periods: tuple[int, ...]
    savings: EstimatedSavings
    settlement: Settlement
    cents: Mapping[str, NDArray[np.int64]]
    planned_eur: Mapping[str, Floats]
    low_eur: Mapping[str, Floats]
    high_eur: Mapping[str, Floats]


@dataclass(frozen=True)
class ToSettle:
    """A contract with the scenario's own expectation of it."""

    name: str
    contract: Contract
    result: Result


def contract_to_settle(loaded: LoadedStudy) -> ToSettle | None:
    """The contract that a study names; None where it names no scenario.

    Raises:
        ScenarioError: the scenario or contract cannot be used with these data; every reason at once.
    """
    if loaded.study.scenario is None:
        return None
    from coalition.model import run_scenario
    from coalition.scenario import load_scenario

    path = loaded.folder / loaded.study.scenario
    scenario = load_scenario(path if path.exists() else loaded.study.scenario)
    name, problems = _named_contract(loaded, scenario)
    if name:
        problems = _unusable(loaded, scenario.spec.arrangements.contracts[name])
    if problems:
        raise ScenarioError(problems)
    return ToSettle(name, scenario.spec.arrangements.contracts[name], run_scenario(scenario))


def _named_contract(loaded: LoadedStudy, scenario: Scenario) -> tuple[str, list[Problem]]:
    known, name = [*scenario.spec.arrangements.contracts], loaded.study.contract
    listed = {"known": ", ".join(known) or "-"}
    if name is None and len(known) != 1:
        return "", [_problem(loaded, "study.which_contract", "scenario", loaded.study.scenario or "", listed)]
    if name is not None and name not in known:
        return "", [_problem(loaded, "study.unknown_contract", "contract", name, listed)]
    return name or known[0], []


def _problem(loaded: LoadedStudy, code: str, at: str, found: str, facts: dict[str, str]) -> Problem:
    origin = loaded.document.origin(at)
    return Problem(code, origin.file, origin.line, at, found, facts)


def _unusable(loaded: LoadedStudy, contract: Contract) -> list[Problem]:
    """Why a contract cannot be settled on these data."""
    found, scope, study = [], contract.scope, loaded.study
    if scope is None or study.pocket not in scope.pockets:
        wanted = ", ".join(scope.pockets) if scope else "-"
        found.append(_problem(loaded, "study.pocket", "pocket", study.pocket or "", {"wanted": wanted}))
    if not loaded.panel.weighted:
        found.append(_problem(loaded, "study.no_weight", "columns.weight", "", {}))
    if scope is not None and not _measured(loaded, contract):
        years = {"first": str(scope.years.first), "last": str(scope.years.last)}
        found.append(_problem(loaded, "study.no_measured_period", "contract", "", years))
    return found


def _measured(loaded: LoadedStudy, contract: Contract) -> list[int]:
    """Positions of the periods that the contract measures and in which somebody is treated."""
    assert contract.scope is not None  # a scenario's contract has one; contract_checks.py asks for it
    first, last = contract.scope.years.first, contract.scope.years.last
    treated = treated_years(loaded.panel)
    return [k for k, p in enumerate(loaded.panel.periods) if first <= p <= last and treated[k] > 0]


def settled(loaded: LoadedStudy, asked: ToSettle, estimate: Estimate, protocol_sha256: str) -> Settled:
    """Settle a contract on the primary estimate.

    Args:
        loaded: the study; asked: the contract.
        estimate: of the study's outcome by its primary method.
        protocol_sha256: seal of the protocol, "" without one.
    """
    places = _measured(loaded, asked.contract)
    periods = tuple(loaded.panel.periods[k] for k in places)
    effects = effects_by_period(estimate, loaded.panel)
    savings = _savings(loaded, places, [effects[p] for p in periods], estimate, protocol_sha256)
    values = Values(asked.contract)
    settlement, cents = pay(values, savings)
    ends = [_paid_at(values, savings, end) for end in (savings.low_eur, savings.high_eur) if end is not None]
    return Settled(
        asked.name,
        asked.contract,
        asked.result.scenario,
        periods,
        savings,
        settlement,
        {party: found[0] for party, found in cents.items()},
        _planned(asked, periods),
        *ends,
    )


def _savings(
    loaded: LoadedStudy, places: list[int], effects: list[Effect], estimate: Estimate, protocol_sha256: str
) -> EstimatedSavings:
    """Cost as it was paid, and what it would have been, per measured period; nominal."""
    panel, nominal = loaded.panel, loaded.nominal
    treated = np.where(panel.treated & panel.observed, panel.weight, 0.0)
    years = treated.sum(axis=0)[places]
    cost = (treated * np.where(panel.observed, nominal, 0.0)).sum(axis=0)[places]
    to_nominal = years / loaded.index[places]
    saved, low, high = (
        -np.array([getattr(e, name) for e in effects]) * to_nominal for name in ("estimate", "high", "low")
    )
    score = None
    if loaded.study.quality_scores:
        score = np.array([[loaded.study.quality_scores.get(panel.periods[k], np.nan) for k in places]])
    return EstimatedSavings(
        person_years=years[None],
        benchmark_eur=(cost + saved)[None],
        cost_eur=cost[None],
        quality_score=score,
        low_eur=low[None],
        high_eur=high[None],
        method=str(estimate.method),
        protocol_sha256=protocol_sha256,
    )


def _at(savings: EstimatedSavings, saved: Floats) -> ObservedSavings:
    """The same cost beside the benchmark that goes with another saving."""
    return ObservedSavings(savings.person_years, savings.cost_eur + saved, savings.cost_eur, savings.quality_score)


def _paid_at(values: Values, savings: EstimatedSavings, saved: Floats) -> dict[str, Floats]:
    """What each party would receive per period at another saving; NaN where the interval has no end."""
    known = np.isfinite(saved)
    found = settle(values, _at(savings, np.where(known, saved, 0.0))).payments_eur
    return {party: np.where(known[0], paid[0], np.nan) for party, paid in found.items()}


def _planned(asked: ToSettle, periods: tuple[int, ...]) -> dict[str, Floats]:
    """What the scenario expected each party to receive per period."""
    outcome = next((o for o in asked.result.run.agreed.contracts if o.name == asked.name), None)
    if outcome is None:  # it is not in force in the scenario
        return {party: np.full(len(periods), np.nan) for party in asked.contract.sharers}
    place = {year: k for k, year in enumerate(outcome.years)}

    def expected(paid: Floats) -> Floats:
        row = np.broadcast_to(paid, (1, len(outcome.years)))[0]
        return np.array([row[place[p]] if p in place else np.nan for p in periods])

    return {party: expected(paid) for party, paid in outcome.settlement.payments_eur.items()}


def asks_quality(contract: Contract) -> bool:
    """Whether the contract looks at a quality score."""
    return contract.quality is not Quality.NONE
