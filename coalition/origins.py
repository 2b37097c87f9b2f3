"""What a figure rests on: numbers of the scenario, dated values of the law, and tables, each with place and standing.

Only looks up what stands in the scenario and in the parameters; nothing is calculated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coalition.numbers import Euro, Number
from coalition.parameters import Standing, load_parameters
from coalition.parties import COORDINATION, Pocket
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, numbers_in

NOTICES = ("DATA-NOTICE.md", "README.md")
"""Pages beside a scenario that say where its tables come from, the most telling first."""


@dataclass(frozen=True)
class Source:
    """An input: a number of the scenario, a parameter of the law, or a table.

    Attributes:
        path: where it stands; place: file and line.
        value, low, high: low and high None when there is no range.
        unit: "" for a plain number or share.
    """

    path: str
    place: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    standing: str
    source: str


def sources_of(scenario: Scenario, pairs: Sequence[tuple[str, str]]) -> list[Source]:
    """Every number of the scenario that these interventions and pockets rest on, then parameters and tables."""
    wanted = _prefixes(scenario, pairs)
    parameters = [parameter_source(scenario, *named) for named in _parameters(scenario, pairs)]
    return [*number_sources(scenario, wanted), *parameters, *table_sources(scenario)]


def number_sources(scenario: Scenario, prefixes: Iterable[str]) -> list[Source]:
    """Every number of the scenario at or below these dotted paths, in reading order."""
    wanted = list(prefixes)
    return [
        _number_source(scenario, path, number)
        for path, number in numbers_in(scenario.spec)
        if any(path == w or path.startswith(f"{w}.") for w in wanted)
    ]


def _prefixes(scenario: Scenario, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Parts of the scenario that matter for these interventions and pockets."""
    spec = scenario.spec
    wanted = ["region.general_index_per_year", "scenario.discount"]
    for name, pocket in pairs:
        law = Pocket.ZVW.value if pocket == Pocket.EIGEN_RISICO.value else pocket
        wanted += [f"region.growth_per_year.{law}", f"holders.cashable.{law}"]
        if law == Pocket.ZVW.value:
            wanted += ["holders.own_risk", "holders.equalisation", "holders.switching_per_year", "parties.insurers"]
        if name in spec.interventions:
            intervention = spec.interventions[name]
            group = spec.target_groups[intervention.target_group]
            wanted += [f"interventions.{name}", f"target_groups.{intervention.target_group}"]
            if group.risk_class is not None:
                wanted.append(f"risk_factors.{group.risk_class.factor}")
        if name in spec.gemeentepolis:
            wanted.append(f"gemeentepolis.{name}")
        if name == COORDINATION:
            wanted.append("payers.coordination")
        wanted += [f"payers.grants.{grant}" for grant, stated in spec.payers.grants.items() if name in stated.items]
    return list(dict.fromkeys(wanted))


def _number_source(scenario: Scenario, path: str, number: Number) -> Source:
    unit = f"euro {number.price_year}, index {number.index.value}" if isinstance(number, Euro) else ""
    return Source(
        path,
        place_of(scenario, path),
        number.value,
        number.low,
        number.high,
        unit,
        number.standing.value,
        number.source or "",
    )


def place_of(scenario: Scenario, path: str) -> str:
    """File and line where a value of the scenario was written."""
    origin = scenario.document.origin(path)
    return f"{origin.file}:{origin.line}" if origin.line else origin.file


def _parameters(scenario: Scenario, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Subject and name of the dated values that matter for these pockets."""
    stated = scenario.spec.scenario.discount
    wanted = [("cpi", "cpi")]
    if isinstance(stated, DiscountStandard):
        wanted.append(("discount", "hta_cost" if stated is DiscountStandard.HTA else "mkba"))
    pockets = {p for _, p in pairs}
    if Pocket.PARTICIPATIEWET.value in pockets:
        history = ("budget_history_zero_population", "budget_history_population_width", "budget_history_lag_years")
        wanted += [("participatiewet", name) for name in history]
    if pockets & {Pocket.ZVW.value, Pocket.EIGEN_RISICO.value}:
        wanted.append(("own_risk", "own_risk_mandatory"))
    if any(name == COORDINATION for name, _ in pairs):
        wanted.append(("grants", "coordination_grant_share"))
    return wanted


def parameter_source(scenario: Scenario, subject: str, name: str) -> Source:
    """A dated value as it stands in the scenario's first year; the first known one where the scenario is older."""
    parameter = load_parameters(subject)[name]
    known = [d for d in parameter.values if d.value is not None]
    value = ([d for d in known if d.start.year <= scenario.spec.scenario.first_year] or known[:1])[-1]
    return Source(
        f"{subject}.{name}",
        value.start.isoformat(),
        value.value,
        value.low,
        value.high,
        parameter.unit,
        value.standing.value,
        value.source,
    )


def table_sources(scenario: Scenario) -> Iterator[Source]:
    """The tables of the region, with the pockets that are modelled rather than taken from own accounts."""
    files = scenario.spec.region
    for key, name in (("people", files.people), ("cost", files.cost)):
        if name is not None:
            modelled = ", ".join(sorted(p.value for p in scenario.region.modelled)) if key == "cost" else ""
            standing = (
                Standing.READ.value if not modelled else f"{Standing.READ.value}; {Standing.DERIVED.value}: {modelled}"
            )
            notice = next((n for n in NOTICES if (scenario.path.parent / n).exists()), "")
            told = f"{name}, {notice}" if notice else name
            yield Source(f"region.{key}", place_of(scenario, f"region.{key}"), None, None, None, "", standing, told)
