"""Before the start: what an evaluation of a scenario's contracts could see, and what each contract pays by chance.

The population and the plan are the model's own, the dispersion is the contract's or the user's. Every figure is per
person-year of one calendar year's euros; chances come from chances.py, which applies the clauses of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from coalition.agreement import Measurable, TermSheet, term_sheets
from coalition.contracts import Dispersion, Population
from coalition.evaluation.power import Design, Detectable, areas_needed, controls_needed, detectable, persons_needed
from coalition.model import run_scenario
from coalition.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """How it would be evaluated.

    Attributes:
        years_before, years_after: measured; after: the contract's measuring years when None.
        rho: correlation of a person's cost between two years, in euro.
        variation: coefficient of variation of yearly cost; the contract's own when None.
        controls: persons to compare with; the contract's benchmark persons when None, and when it states none, the
            benchmark is taken as known.
        cluster_size, icc: persons who move together, and how much; the contract's design effect when left out.
        area_persons: persons of one area that could be compared with.
        alpha, power: level of the test, and the chance wanted to find the plan.
    """

    years_before: int = 3
    years_after: int | None = None
    rho: float = 0.0
    variation: float | None = None
    controls: float | None = None
    cluster_size: float = 1.0
    icc: float = 0.0
    area_persons: float = 20_000.0
    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True)
class PlanRow:
    """What could be seen of one contract, measured on one population.

    Attributes:
        contract: id; name: to show; population: whose cost; agreed: whether the contract measures this population.
        persons: person-years per measuring year.
        mean_eur, plan_eur: cost without the programme, and planned saving, per person-year.
        variation: coefficient of variation used; NaN where nobody stated one: then nothing further is known.
        controls: persons compared with; infinite where the benchmark is taken as known.
        seen: the least detectable effect, beside the plan.
        persons_needed, controls_needed, areas_needed: with which the plan is detectable; infinite where no number is
            enough, NaN where nothing is planned.
        pays_without_effect, nothing_at_plan: chances of the contract's own clauses, the mean over measuring years.
    """

    contract: str
    name: str
    population: Population
    agreed: bool
    persons: float
    mean_eur: float
    plan_eur: float
    variation: float
    controls: float
    seen: Detectable
    persons_needed: float
    controls_needed: float
    areas_needed: float
    pays_without_effect: float
    nothing_at_plan: float


def plan_rows(scenario: Scenario, asked: Asked) -> list[PlanRow]:
    """One row per contract in force and population that has people in it.

    Args:
        scenario: with contracts.
        asked: the design.
    """
    return [row for sheet in term_sheets(run_scenario(scenario)) for row in _of_contract(sheet, asked)]


def _of_contract(sheet: TermSheet, asked: Asked) -> Iterator[PlanRow]:
    for measurable in sheet.populations:
        if float(measurable.savings.person_years.sum()) > 0 and float(measurable.savings.benchmark_eur.sum()) > 0:
            yield _row(sheet, measurable, asked)


def _row(sheet: TermSheet, measurable: Measurable, asked: Asked) -> PlanRow:
    contract, savings = sheet.outcome.contract, measurable.savings
    heads = float(savings.person_years.sum())
    without = savings.benchmark_eur if savings.without_eur is None else savings.without_eur
    mean = float(without.sum()) / heads
    plan = float((without - savings.cost_eur).sum()) / heads
    persons = heads / savings.person_years.shape[1]
    design = _design(contract.dispersion, persons, mean, asked, savings.person_years.shape[1])
    error, larger = design.standard_error, abs(plan) > 0
    level = {"alpha": asked.alpha, "power": asked.power}
    seen = detectable(error, mean=mean, plan=plan if larger else None, **level)
    chances = measurable.chances
    return PlanRow(
        contract=sheet.outcome.name,
        name=contract.name,
        population=measurable.population,
        agreed=measurable.population is contract.population,
        persons=persons,
        mean_eur=mean,
        plan_eur=plan,
        variation=_variation(contract.dispersion, asked),
        controls=design.persons_control,
        seen=seen,
        persons_needed=persons_needed(design, abs(plan), **level) if larger else float("nan"),
        controls_needed=controls_needed(design, abs(plan), **level) if larger else float("nan"),
        areas_needed=areas_needed(design, abs(plan), asked.area_persons, **level) if larger else float("nan"),
        pays_without_effect=float("nan") if chances is None else float(np.mean(chances.pays_without_saving)),
        nothing_at_plan=float("nan") if chances is None else float(np.mean(chances.nothing_at_plan)),
    )


def _design(stated: Dispersion | None, persons: float, mean: float, asked: Asked, periods: int) -> Design:
    """The comparison, with what the contract states where the user says nothing."""
    variation = _variation(stated, asked)
    controls = asked.controls
    if controls is None:
        known = stated is not None and stated.benchmark_persons is not None
        controls = stated.benchmark_persons.value if known else float("inf")  # type: ignore[union-attr]
    design = Design(
        persons_treated=persons,
        persons_control=controls,
        sd=variation * mean,
        rho=asked.rho,
        years_before=asked.years_before,
        years_after=asked.years_after or periods,
        cluster_size=asked.cluster_size,
        icc=asked.icc,
    )
    if asked.icc == 0 and stated is not None:  # the contract states the factor on the variance itself
        design = replace(design, sd=design.sd * float(np.sqrt(stated.design_effect)))
    return design


def _variation(stated: Dispersion | None, asked: Asked) -> float:
    """Coefficient of variation of yearly cost: as asked, else the contract's; NaN where nobody states one."""
    if asked.variation is not None:
        return asked.variation
    return float("nan") if stated is None else stated.cost_variation.value
