"""What a figure rests on: values of the scenario, dated values of the law and price levels, with place and standing.

Only looks up what stands in the scenario and in the parameters; what comes from the region's tables stands in
tables_used.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from coalition.arrangement_terms import KINDS
from coalition.numbers import Euro, Index, Number
from coalition.parameters import DatedValue, Standing, all_subjects, load_parameters
from coalition.parties import COORDINATION, Pocket
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, numbers_in

ENDED = "ended"
"""What stands in the place of a number from the date on which a rule has ended."""
UNTOLD = ("gala_goals", "tracks")
"""Values of an intervention on which no figure rests."""


@dataclass(frozen=True)
class Source:
    """An input: a number of the scenario, a parameter of the law, or a table.

    Attributes:
        path: where it stands; place: file and line, or the date of a dated value.
        value, low, high: value None when it is no number; low and high None when there is no range.
        unit: "" for a plain number or share.
        words: what stands there when it is no number; beside a number what it counts.
    """

    path: str
    place: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    standing: str
    source: str
    words: str = ""


def sources_of(scenario: Scenario, pairs: Sequence[tuple[str, str]], years: Sequence[int]) -> list[Source]:
    """Every value of the scenario that these interventions and pockets rest on, parameters, and price levels used.

    Args:
        scenario: as loaded.
        pairs: interventions and pockets.
        years: calendar years whose prices matter.
    """
    wanted = _prefixes(scenario, pairs)
    parameters = [parameter_source(scenario, *named) for named in _parameters(scenario, pairs)]
    numbers = number_sources(scenario, wanted)
    plain = [s for s in value_sources(scenario, wanted) if s.value is not None or s.path in TELLING]
    return [*numbers, *plain, *parameters, *price_sources(scenario, [s.path for s in numbers], years)]


TELLING = ("holders.equalisation.basis",)
"""Words of a scenario on which amounts rest."""


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
    wanted = ["region.general_index_per_year", "scenario.discount", "scenario.price_year"]
    for name, pocket in pairs:
        law = Pocket.ZVW.value if pocket == Pocket.EIGEN_RISICO.value else pocket
        wanted += [f"region.growth_per_year.{law}", f"holders.cashable.{law}"]
        if law == Pocket.ZVW.value:
            wanted += ["holders.own_risk", "holders.equalisation", "holders.switching_per_year", "parties.insurers"]
        if name in spec.interventions:
            intervention = spec.interventions[name]
            group = spec.target_groups[intervention.target_group]
            wanted += [f"interventions.{name}", f"target_groups.{intervention.target_group}"]
            wanted += _module_paths(scenario, name)
            if group.risk_class is not None:
                wanted.append(f"risk_factors.{group.risk_class.factor}")
        if name in spec.gemeentepolis:
            wanted.append(f"gemeentepolis.{name}")
        if name in spec.arrangements.named:
            wanted += [f"arrangements.{kind}.{name}" for kind in KINDS]
        if name == COORDINATION:
            wanted.append("payers.coordination")
        wanted += [f"payers.grants.{grant}" for grant, stated in spec.payers.grants.items() if name in stated.items]
    return list(dict.fromkeys(wanted))


def _module_paths(scenario: Scenario, name: str) -> list[str]:
    """Where the policies say what they reimburse of an intervention."""
    module = scenario.spec.interventions[name].policy_module
    policies = scenario.spec.gemeentepolis
    return [
        f"gemeentepolis.{p}.modules.{module.module}"
        for p in policies
        if module and module.module in policies[p].modules
    ]


def value_sources(scenario: Scenario, prefixes: Iterable[str]) -> list[Source]:
    """Everything at or below these dotted paths that is no number with a range and source: years, steps, choices."""
    numbers = {path for path, _ in numbers_in(scenario.spec)}
    found: dict[str, Source] = {}
    for prefix in prefixes:
        value = _value_at(scenario, prefix)
        found |= {s.path: s for s in _leaves(scenario, prefix, value, numbers)} if value is not None else {}
    return list(found.values())


def _value_at(scenario: Scenario, path: str) -> Any:
    """What stands in the scenario at a path, as it was read; None when nothing does."""
    value: Any = scenario.document.data
    for step in path.split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = (
                value.get(step, value.get(int(step)) if step.isdigit() else None) if isinstance(value, dict) else None
            )
    return value


def _leaves(scenario: Scenario, path: str, value: Any, numbers: set[str]) -> Iterator[Source]:
    if path in numbers or path.rpartition(".")[2] in UNTOLD:
        return
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(scenario, f"{path}.{key}", below, numbers)
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    place = place_of(scenario, path)
    standing = Standing.OWN.value if ":" in place or place == "--set" else ""
    words = "" if is_number else str(value)
    yield Source(path, place, float(value) if is_number else None, None, None, "", standing, "", words)


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
    wanted = discount_parameters(scenario)
    pockets = {p for _, p in pairs}
    if Pocket.PARTICIPATIEWET.value in pockets:
        history = ("budget_history_zero_population", "budget_history_population_width", "budget_history_lag_years")
        wanted += [("participatiewet", name) for name in history]
    if pockets & {Pocket.ZVW.value, Pocket.EIGEN_RISICO.value}:
        wanted.append(("own_risk", "own_risk_mandatory"))
    if any(name == COORDINATION for name, _ in pairs):
        wanted.append(("grants", "coordination_grant_share"))
    return wanted


def discount_parameters(scenario: Scenario) -> list[tuple[str, str]]:
    """Subject and name of the discount rate where the scenario names a standard."""
    stated = scenario.spec.scenario.discount
    if not isinstance(stated, DiscountStandard):
        return []
    return [("discount", "hta_cost" if stated is DiscountStandard.HTA else "mkba")]


def parameter_source(scenario: Scenario, subject: str, name: str) -> Source:
    """A dated value in the scenario's first year: the one in force; the nearest known one where that is missing."""
    parameter = load_parameters(subject)[name]
    year_end = date(scenario.spec.scenario.first_year, 12, 31)
    found = parameter.at(max(year_end, parameter.values[0].start))
    if found.standing is Standing.MISSING:
        known = [d for d in parameter.values if d.value is not None]
        found = ([d for d in known if d.start <= year_end] or known[:1])[-1]
    return _dated_source(subject, name, found)


def dated_sources(subject: str, name: str) -> list[Source]:
    """Every value that a parameter has had, the oldest first.

    Raises:
        UnknownNameError: there is no such subject or parameter.
    """
    return [_dated_source(subject, name, dated) for dated in load_parameters(subject)[name].values]


def parameter_paths(path: str) -> list[str]:
    """`subject.name` of every parameter of the subject with which a path begins; empty where there is none."""
    subject = path.partition(".")[0]
    return [f"{subject}.{p.id}" for p in load_parameters(subject)] if subject in all_subjects() else []


def _dated_source(subject: str, name: str, dated: DatedValue) -> Source:
    unit = load_parameters(subject)[name].unit
    place, standing = dated.start.isoformat(), dated.standing.value
    words = ENDED if dated.value is None and dated.standing is not Standing.MISSING else ""
    return Source(f"{subject}.{name}", place, dated.value, dated.low, dated.high, unit, standing, dated.source, words)


def price_sources(scenario: Scenario, paths: Iterable[str], years: Sequence[int]) -> list[Source]:
    """Consumer price levels of the price years of these numbers, of the scenario's price year and of `years`.

    After the last published year a level is calculated; its source is the sum.
    """
    stated, wanted = dict(numbers_in(scenario.spec)), set(paths)
    euros = [n for path, n in stated.items() if path in wanted and isinstance(n, Euro) and n.index is Index.CPI]
    known = {int(s.place[:4]): s for s in dated_sources("cpi", "cpi") if s.value is not None}
    last = known[max(known)]
    growth = scenario.spec.region.general_index_per_year.value
    found = []
    for year in sorted({n.price_year for n in euros} | {scenario.spec.scenario.price_year, *years}):
        if year in known:
            found.append(known[year])
            continue
        after = year - max(known)
        level = (last.value or 0.0) * (1 + growth) ** after
        how = f"{last.value} ({max(known)}) × (1 + region.general_index_per_year)^{after}"
        found.append(Source(last.path, f"{year}-01-01", level, None, None, last.unit, Standing.DERIVED.value, how))
    return found
