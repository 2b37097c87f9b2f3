"""What every arrangement is asked: known parties, purses, interventions, areas and years.

Each function yields findings; nothing is repaired and nothing is calculated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coalition.contracts import MeasuringYears
from coalition.laws import WHO_MAY_PAY
from coalition.parties import INSURERS, MUNICIPALITY, NATIONAL_PARTIES, STATE, UWV, ZVW_FUND, Pocket
from coalition.problems import Findings, closest
from coalition.schema import Spec

HOLDER_OF: Mapping[Pocket, frozenset[str]] = {
    **WHO_MAY_PAY,
    Pocket.UWV: frozenset({UWV}),
    Pocket.JUSTITIE: frozenset({STATE}),
}
"""On whose account a change in a purse falls."""


@dataclass(frozen=True)
class Known:
    """What a scenario knows.

    Attributes:
        spec: the scenario.
        municipalities, areas: codes of the region.
        costed: purses with a cost table, against which savings can be measured.
    """

    spec: Spec
    municipalities: tuple[str, ...]
    areas: tuple[str, ...]
    costed: frozenset[Pocket]

    @property
    def parties(self) -> list[str]:
        """Every party that an arrangement may name."""
        stated = self.spec.parties
        national = (p.id for p in NATIONAL_PARTIES)
        return [*stated.insurers, *stated.investors, MUNICIPALITY, *self.municipalities, *national]

    def role(self, party: str) -> str:
        """What a party is to the law: one of the insurers, a municipality, or itself."""
        return INSURERS if party in self.spec.parties.insurers else MUNICIPALITY if party.startswith("GM") else party


def known_party(known: Known, party: str, path: str) -> Findings:
    """A party that the scenario has."""
    if party not in known.parties:
        facts = {"known": ", ".join(known.parties), "suggestion": closest(party, known.parties)}
        yield ("arrangement.party", path, party, facts)


def paying_party(known: Known, party: str, law: Pocket, path: str, key: str = "party") -> Findings:
    """A known party that pays out of a purse of its own."""
    yield from known_party(known, party, f"{path}.{key}")
    role = known.role(party)
    own = law is Pocket.EIGEN_MIDDELEN or role in HOLDER_OF.get(law, frozenset())
    if party in known.parties and not own and (role, law) != (ZVW_FUND, Pocket.ZVW):
        yield ("arrangement.law", f"{path}.law", law.value, {"party": party, "pocket": law.value})


def holding_party(known: Known, party: str, pockets: Sequence[Pocket], path: str) -> Findings:
    """A party on whose account a saving in each purse falls."""
    if not pockets:
        yield ("arrangement.nobody", path, "", {})
    for k, pocket in enumerate(pockets):
        if known.role(party) not in HOLDER_OF.get(pocket, frozenset()):
            yield ("arrangement.not_holder", f"{path}.{k}", pocket.value, {"party": party, "pocket": pocket.value})


def costed_pockets(known: Known, pockets: Sequence[Pocket], path: str) -> Findings:
    """Purses with a cost table."""
    for k, pocket in enumerate(pockets):
        if pocket not in known.costed:
            yield ("arrangement.no_baseline", f"{path}.{k}", pocket.value, {"pocket": pocket.value})


def known_interventions(known: Known, named: Sequence[str] | Literal["all"], path: str) -> Findings:
    """Interventions of the scenario."""
    if named != "all":
        for k, name in enumerate(named):
            yield from known_intervention(known, name, f"{path}.{k}")


def known_intervention(known: Known, name: str, path: str) -> Findings:
    """An intervention of the scenario."""
    names = list(known.spec.interventions)
    if name not in names:
        facts = {"known": ", ".join(names) or "-", "suggestion": closest(name, names)}
        yield ("arrangement.intervention", path, name, facts)


def known_areas(known: Known, named: Iterable[str] | Literal["all"], path: str) -> Findings:
    """Areas of the region; a list by position, a mapping by key."""
    if named != "all":
        for k, area in enumerate(named):
            if area not in known.areas:
                facts = {"known": ", ".join(known.areas), "suggestion": closest(area, known.areas)}
                yield ("arrangement.area", f"{path}.{area if isinstance(named, Mapping) else k}", area, facts)


def not_early(known: Known, year: int, path: str) -> Findings:
    """Not before the scenario begins; a later year only lengthens the clock."""
    first = known.spec.scenario.first_year
    if year < first:
        yield ("arrangement.early", path, str(year), {"first_year": str(first)})


def in_time(known: Known, year: int, path: str) -> Findings:
    """A year in which money moves: not before the scenario begins, and not after the years that it shows."""
    yield from not_early(known, year, path)
    head = known.spec.scenario
    if head.horizon_years is not None and year >= head.first_year + head.horizon_years:
        last = head.first_year + head.horizon_years - 1
        yield ("arrangement.late", path, str(year), {"last_year": str(last)})


def in_order(known: Known, years: MeasuringYears, path: str) -> Findings:
    """A span of years that begins in the scenario and ends after it begins."""
    if years.last < years.first:
        yield ("starts.order", path, f"{years.first}–{years.last}", {})
    yield from not_early(known, years.first, f"{path}.first")


def within(years: MeasuringYears, found: Iterable[int], path: str) -> Findings:
    """Years that lie inside a span."""
    for year in found:
        if not years.first <= year <= years.last:
            facts = {"first": str(years.first), "last": str(years.last)}
            yield ("arrangement.year_outside", f"{path}.{year}", str(year), facts)


def delivery_payer(known: Known, party: str, intervention: str, path: str) -> Findings:
    """A party that pays part of the delivery of an intervention: by itself, or as one of a role."""
    yield from known_party(known, party, path)
    stated = known.spec.interventions.get(intervention)
    roles = {party, known.role(party)}
    if stated is not None and party in known.parties and roles.isdisjoint(p.party for p in stated.payers):
        yield ("arrangement.no_payer", path, party, {"intervention": intervention})
