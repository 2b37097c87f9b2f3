"""What a figure takes from the region's tables: inhabitants, people of an age, mean cost, and who published them.

Counts and means are those of the areas asked for, as they stand in the tables. The publishers are read from the notice
beside the scenario: a line `| **Bron: NAME** ... | ... `column` ... |` says what of the tables comes from whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coalition.baseline import age_weights
from coalition.inputs import Floats
from coalition.origins import Source, place_of
from coalition.parameters import Standing
from coalition.parties import Pocket
from coalition.scenario import Scenario
from coalition.schema import Ages

NOTICES = ("DATA-NOTICE.md", "README.md")
"""Pages beside a scenario that say where its tables come from, the most telling first."""
PEOPLE_COLUMNS = ("people", "insured_years")
_PUBLISHER = re.compile(r"^\|\s*\*\*Bron: (?P<name>[^*]+)\*\*[^|]*\|(?P<told>[^|]*)\|", re.MULTILINE)


def table_sources(
    scenario: Scenario, areas: Sequence[int] | None = None, pairs: Sequence[tuple[str, str]] = ()
) -> list[Source]:
    """Counts and mean cost from the tables for these areas, ages and pockets, or the tables as a whole.

    Args:
        scenario: as loaded.
        areas: positions of the areas; None for all.
        pairs: interventions and pockets; the ages are those of their target groups.
    """
    here = list(range(len(scenario.region.areas))) if areas is None else list(areas)
    groups = [(_ages(scenario, name), pocket) for name, pocket in pairs if name in scenario.spec.interventions]
    people = _people(scenario)[here].sum(axis=0)
    year = _year(scenario)
    found = [_people_source(scenario, float(people.sum()), str(year))]
    for ages in dict.fromkeys(ages for ages, _ in groups):
        counted = float((people * age_weights(ages, scenario.region)).sum())
        found.append(_people_source(scenario, counted, f"{_told(ages)}, {year}"))
    costs = [_mean_cost(scenario, here, ages, pocket) for ages, pocket in dict.fromkeys(groups)]
    return [*found, *([c for c in costs if c is not None] or _whole_cost(scenario))]


def _ages(scenario: Scenario, intervention: str) -> Ages:
    return scenario.spec.target_groups[scenario.spec.interventions[intervention].target_group].ages


def _told(ages: Ages) -> str:
    return f"{ages.from_}+" if ages.to is None else f"{ages.from_}–{ages.to}"


def _year(scenario: Scenario) -> int:
    """The table's year that describes the first year of the scenario best: the last one before it, else the first."""
    years = scenario.region.years
    return ([y for y in years if y <= scenario.spec.scenario.first_year] or [years[0]])[-1]


def _people(scenario: Scenario) -> Floats:
    """Inhabitants per area and age class, in one year of the table."""
    return scenario.region.people[:, :, scenario.region.years.index(_year(scenario))]


def _people_source(scenario: Scenario, value: float, words: str) -> Source:
    told = _said(scenario, scenario.spec.region.people, PEOPLE_COLUMNS)
    place, standing = place_of(scenario, "region.people"), Standing.READ.value
    return Source("region.people", place, value, None, None, "inhabitants", standing, told, words)


def _mean_cost(scenario: Scenario, here: list[int], ages: Ages, pocket: str) -> Source | None:
    """Cost per person of an age in one pocket, averaged over the areas by people; None where the table has none."""
    region, law = scenario.region, Pocket.ZVW if pocket == Pocket.EIGEN_RISICO.value else Pocket(pocket)
    if law not in region.cost or scenario.spec.region.cost is None:
        return None
    heads = _people(scenario)[here] * age_weights(ages, region)
    mean = float((heads * region.cost[law][here]).sum() / heads.sum()) if heads.sum() else 0.0
    standing = Standing.DERIVED if law in region.modelled else Standing.READ
    told = _said(scenario, scenario.spec.region.cost, (law.value,))
    unit = f"euro {region.price_year[law]} per person"
    place = place_of(scenario, "region.cost")
    return Source("region.cost", place, mean, None, None, unit, standing.value, told, f"{law.value}, {_told(ages)}")


def _whole_cost(scenario: Scenario) -> Iterator[Source]:
    """The cost table, with the pockets that are modelled rather than taken from own accounts."""
    name = scenario.spec.region.cost
    if name is None:
        return
    modelled = ", ".join(sorted(p.value for p in scenario.region.modelled))
    standing = Standing.READ.value if not modelled else f"{Standing.READ.value}; {Standing.DERIVED.value}: {modelled}"
    told = _said(scenario, name, [p.value for p in scenario.region.cost])
    yield Source("region.cost", place_of(scenario, "region.cost"), None, None, None, "", standing, told, name)


def _said(scenario: Scenario, table: str, columns: Sequence[str]) -> str:
    """Publishers of these columns, the table and the notice that tells about both."""
    folder = scenario.path.parent
    notice = next((n for n in NOTICES if (folder / n).exists()), "")
    names = publishers(folder / notice) if notice else {}
    named = dict.fromkeys(name for column in columns for name in names.get(column, ()))
    return ", ".join(filter(None, (f"{'; '.join(named)}:" if named else "", table, notice))).replace(":,", ":")


def publishers(notice: Path) -> Mapping[str, tuple[str, ...]]:
    """Who published what: column or pocket of the tables -> names; empty where a notice tells nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _PUBLISHER.finditer(notice.read_text("utf-8")):
        for column in re.findall(r"`(\w+)`", line["told"]):
            found[column] = (*found.get(column, ()), line["name"].strip())
    return found
