"""One value that holds everything a reader sees first; text, JSON and CSV only render it.

Who pays, who gains, how sure that is, what it stands on and what to beware of. Figures come from the views and the
uncertainty study; nothing is calculated here beyond sums of them. Euro nominal over the years shown, unless the name
says npv: then present value in euro of the price year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from coalition.inputs import Floats
from coalition.model import Result, discount_rate, funds_of, health_effect_rate, health_worth, run_scenario
from coalition.notes import Freed, Note, freed_capacity, notes_of
from coalition.parties import PROVIDERS, RESIDENTS, STATE, WLZ_FUND, ZVW_FUND, Party, PartyKind
from coalition.scenario import Scenario
from coalition.schema import numbers_in
from coalition.uncertainty import (
    Influence,
    Range,
    assumed_numbers,
    break_even_effect,
    clawback_extremes,
    influences,
    npv_ranges,
)
from coalition.wrong_pocket import (
    Cell,
    CellKey,
    PartyResult,
    Repair,
    Stake,
    combined,
    index_without,
    repair,
    stakes,
    windfall,
)

MUNICIPALITIES = Party("municipalities", PartyKind.MUNICIPALITY, "Gemeenten samen", "Municipalities together")
ALL_INSURERS = Party("insurers", PartyKind.INSURER, "Zorgverzekeraars samen", "Health insurers together")

INDEX_WITHOUT: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "without_providers": (PROVIDERS,),
    "without_providers_residents_zvw_fund": (PROVIDERS, RESIDENTS, ZVW_FUND),
}
"""Variants of the wrong-pocket index, and the accounts that each leaves out."""


class Axis(StrEnum):
    """What stands above the columns of a matrix of parties."""

    POCKET = "pocket"
    INTERVENTION = "intervention"
    YEAR = "year"


@dataclass(frozen=True)
class Row:
    """One party, or a group of them, on the first screen.

    Attributes:
        party: who; `is_group` for the sum of a kind.
        paid_eur, gained_eur: nominal over the years shown, >= 0.
        npv_eur: present value of the net.
        npv_range: where it lies in the draws; None when nothing is uncertain.
        payback_year: None when it does not pay back or nothing is laid out.
        invests: whether it lays anything out.
        break_even: multiple of the stated effects at which its present value is zero; None when there is none.
    """

    party: Party
    is_group: bool
    paid_eur: float
    gained_eur: float
    npv_eur: float
    npv_range: Range | None
    payback_year: int | None
    invests: bool
    break_even: float | None
    npv_zero_effect_eur: float

    @property
    def net_eur(self) -> float:
        """Gained − paid."""
        return self.gained_eur - self.paid_eur


@dataclass(frozen=True)
class Report:
    """What a scenario gives, ready to be shown.

    Attributes:
        scenario: what was run.
        result: the plain run.
        rows: groups and parties in the order of the screen, the empty ones left out.
        pockets: (party id or group id, pocket) -> nominal net.
        societal_npv_eur, societal_npv_zero_effect_eur: real resources saved.
        index: wrong-pocket index, over all accounts and without some; NaN when nobody pays or nobody gains.
        repair: the loss at the table, and who bears it.
        policy_eur: what municipalities pay and gain through the gemeentepolis; 0 without any.
        windfall_eur: what insurers gain that take no part, before and after their own delivery; None without any.
        clawback: each insurer's npv when equalisation takes nothing and everything.
        influences: what the assumptions do, largest first.
        assumed_count, number_count: inputs that are assumptions, and all inputs.
        notes: what a reader must know beside the figures.
        freed: capacity that is freed and stays; no money.
        qalys, monetised_eur: health and pleasure, apart from cash: label -> amount over the years shown.
        qalys_discounted: QALYs at the rate for health effects, `qaly_rate`, which differs from that for money.
        tail_eur: what falls after the years shown, per party.
        rate: discount rate in the first year.
    """

    scenario: Scenario
    result: Result
    rows: list[Row]
    pockets: dict[tuple[str, str], float]
    societal_npv_eur: float
    societal_npv_zero_effect_eur: float
    index: dict[str, float]
    repair: Repair
    policy_eur: tuple[float, float]
    windfall_eur: tuple[float, float] | None
    clawback: dict[str, tuple[float, float]]
    influences: list[Influence]
    assumed_count: int
    number_count: int
    notes: list[Note]
    freed: list[Freed]
    qalys: float
    qalys_discounted: float
    qaly_rate: float
    monetised_eur: dict[str, float]
    tail_eur: dict[str, float]
    rate: float


def build_report(scenario: Scenario, *, studies: bool = True) -> Report:
    """Run a scenario and gather what its first screen shows.

    Args:
        scenario: as loaded.
        studies: whether to add ranges, influences and break-even points, which run many draws.
    """
    result = run_scenario(scenario)
    zero = Result(scenario, result.zero_effect)
    found, years = result.run.cells, result.years
    assumed = assumed_numbers(scenario)
    weights = stakes_of(result)
    outside = any(not i.contracting for i in scenario.spec.parties.insurers.values())
    return Report(
        scenario=scenario,
        result=result,
        rows=_rows(result, zero, _Studies.of(scenario, result) if studies else _Studies({}, {})),
        pockets=matrix(result, Axis.POCKET),
        societal_npv_eur=result.societal_npv_eur,
        societal_npv_zero_effect_eur=zero.societal_npv_eur,
        index={name: float(index_without(weights, left_out)[0]) for name, left_out in INDEX_WITHOUT.items()},
        repair=repair(result.run.parties, at_table(scenario)),
        policy_eur=_through_policies(result),
        windfall_eur=windfall(result.run.parties, found, years) if outside else None,
        clawback=clawback_extremes(scenario) if studies else {},
        influences=influences(scenario, assumed) if studies else [],
        assumed_count=len(assumed),
        number_count=len(numbers_in(scenario.spec)),
        notes=notes_of(scenario, result.run),
        freed=freed_capacity(scenario, result.run),
        qalys=_welfare(result, is_qaly=True).get("QALY", 0.0),
        qalys_discounted=_discounted_qalys(result),
        qaly_rate=health_effect_rate(scenario),
        monetised_eur=_welfare(result, is_qaly=False),
        tail_eur=result.tail,
        rate=float(discount_rate(scenario, 1)[0]),
    )


def stakes_of(result: Result) -> dict[str, Stake]:
    """What the index is made of; a fund holds other people's money and is no party that pays or gains."""
    funds = {p.id for p in funds_of(result.scenario)}
    found = stakes(result.run.cells, result.years, result.run.present)
    return {name: stake for name, stake in found.items() if name not in funds}


def at_table(scenario: Scenario) -> list[str]:
    """Parties that negotiate: contracting insurers, municipalities, investors, and the Wlz fund and the state."""
    insurers = [i for i, s in scenario.spec.parties.insurers.items() if s.contracting]
    region = scenario.region
    municipalities = dict.fromkeys(region.municipality(k) for k in range(len(region.areas)))
    return [*insurers, *municipalities, *scenario.spec.parties.investors, WLZ_FUND, STATE]


@dataclass(frozen=True)
class _Studies:
    """What many draws add to a row, per party and per group."""

    ranges: Mapping[str, Range]
    break_even: Mapping[str, float | None]

    @classmethod
    def of(cls, scenario: Scenario, result: Result) -> _Studies:
        groups = {g.id: [r.party.id for r in m] for g, m in _groups(result.run.parties) if g is not None}
        return cls(npv_ranges(scenario, groups), break_even_effect(scenario, groups))


def _groups(parties: Sequence[PartyResult]) -> list[tuple[Party | None, list[PartyResult]]]:
    """Parties in the order of the screen, with the group that sums them."""
    municipal = [r for r in parties if r.party.kind is PartyKind.MUNICIPALITY]
    insurers = [r for r in parties if r.party.kind is PartyKind.INSURER]
    rest = [r for r in parties if r.party.kind not in {PartyKind.MUNICIPALITY, PartyKind.INSURER}]
    return [(MUNICIPALITIES, municipal), (ALL_INSURERS, insurers), (None, rest)]


def _rows(result: Result, zero: Result, studies: _Studies) -> list[Row]:
    at_zero = {r.party.id: r for r in zero.run.parties}
    rows = []
    for group, members in _groups(result.run.parties):
        touched = [r for r in members if r.paid.any() or r.gained.any()]
        if group is not None and len(touched) > 1:
            total = combined(group, touched, result.years)
            empty = float(sum(at_zero[r.party.id].npv[0] for r in members))
            rows.append(
                _row(total, empty, studies.ranges.get(group.id), studies.break_even.get(group.id), is_group=True)
            )
        for r in touched:
            name = r.party.id
            rows.append(
                _row(
                    r,
                    float(at_zero[name].npv[0]),
                    studies.ranges.get(name),
                    studies.break_even.get(name),
                    is_group=False,
                )
            )
    return rows


def _row(r: PartyResult, zero: float, found: Range | None, break_even: float | None, *, is_group: bool) -> Row:
    return Row(
        r.party,
        is_group,
        float(r.paid[0].sum()),
        float(r.gained[0].sum()),
        float(r.npv[0]),
        found,
        r.payback_year[0],
        r.invests,
        break_even,
        zero,
    )


def matrix(result: Result, by: Axis) -> dict[tuple[str, str], float]:
    """Nominal net per party and column, and per group and column, over the years shown.

    Args:
        result: the plain run.
        by: what the columns are: pockets, interventions or years.
    """
    kind = {r.party.id: r.party.kind for r in result.run.parties}
    groups = {PartyKind.MUNICIPALITY: MUNICIPALITIES.id, PartyKind.INSURER: ALL_INSURERS.id}
    sums: dict[tuple[str, str], float] = {}
    for key, cell in result.run.cells.items():
        if key.party not in kind:
            continue
        net = (cell.gained - cell.paid)[0, : len(result.years)]
        if by is Axis.YEAR:
            columns = dict(zip(map(str, result.years), map(float, net), strict=True))
        else:
            columns = {key.pocket if by is Axis.POCKET else key.intervention: float(net.sum())}
        for name in filter(None, (key.party, groups.get(kind[key.party]))):
            for column, amount in columns.items():
                sums[name, column] = sums.get((name, column), 0.0) + amount
    return sums


def policy_cells(result: Result) -> Iterator[tuple[CellKey, Cell]]:
    """Cells of the municipalities' money that moves through a gemeentepolis."""
    municipal = {r.party.id for r in result.run.parties if r.party.kind is PartyKind.MUNICIPALITY}
    policies = result.scenario.spec.gemeentepolis
    return ((k, c) for k, c in result.run.cells.items() if k.party in municipal and k.intervention in policies)


def _through_policies(result: Result) -> tuple[float, float]:
    own = [cell for _, cell in policy_cells(result)]
    paid, gained = (
        sum(float(getattr(c, part)[0, : len(result.years)].sum()) for c in own) for part in ("paid", "gained")
    )
    return paid, gained


def _welfare(result: Result, *, is_qaly: bool) -> dict[str, float]:
    shown = slice(0, len(result.years))
    sums: dict[str, float] = {}
    for item in result.run.projection.welfare:
        if item.is_qaly is is_qaly:
            amounts: Floats = np.asarray(item.amounts)[..., shown]
            sums[item.label] = sums.get(item.label, 0.0) + float(amounts[0].sum())
    return sums


def _discounted_qalys(result: Result) -> float:
    years = len(result.years)
    factors = health_worth(result.scenario, years)
    found = (w.amounts[0, :, :years].sum(axis=0) @ factors for w in result.run.projection.welfare if w.is_qaly)
    return float(sum(found))
