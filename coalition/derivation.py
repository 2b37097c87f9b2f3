"""From a figure that is no party's own money back to what made it: its parts, what it is, and what to ask next.

A party's money is traced posting by posting (trace.py). Here are the other figures of the first screen: the index, the
loss to be repaired, ranges, break-even points, what an assumption moves, health, capacity and counts. Each is taken
apart into lines that add up to it, or that show the runs it was read from; each line says what `coalition explain` can
be asked next, down to an input with its source. Nothing is calculated here that the report does not calculate; what
the report keeps as a sum stands here before it was summed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

import numpy as np

from coalition.errors import UnknownNameError
from coalition.inputs import Inputs
from coalition.model import outcomes, run_inputs
from coalition.origins import Source, number_sources, parameter_source, place_of, table_sources
from coalition.parties import Reason
from coalition.report import INDEX_WITHOUT, Report, at_table, policy_cells
from coalition.schema import numbers_in
from coalition.trace import SOCIETY, accounts_of
from coalition.uncertainty import assumed_numbers, break_even_effect, influences, npv_ranges
from coalition.wrong_pocket import parts_without, paying_and_gaining, stakes, windfall_parts


class Figure(StrEnum):
    """A figure of the first screen that is no party's own money."""

    INDEX = "index"
    REPAIR = "repair"
    WINDFALL = "windfall"
    CLAWBACK = "clawback"
    POLICIES = "policies"
    QALYS = "qalys"
    MONETISED = "monetised"
    CAPACITY = "capacity"
    TAIL = "tail"
    ASSUMPTIONS = "assumptions"
    RANGE = "range"
    """Of one party or group."""
    BREAK_EVEN = "break_even"
    """Of one party or group."""
    INPUT = "input"
    """What a number of the scenario does, or where a part of it stands."""


FIGURE_NAMES: Mapping[Figure, tuple[str, ...]] = {
    Figure.INDEX: ("index", "verkeerde-portemonnee-index"),
    Figure.REPAIR: ("verlies", "te herstellen verlies"),
    Figure.WINDFALL: ("niet-deelnemers",),
    Figure.CLAWBACK: ("verevening", "risicoverevening"),
    Figure.POLICIES: ("gemeentepolis", "gemeentepolissen"),
    Figure.QALYS: ("gezondheid", "qaly's"),
    Figure.MONETISED: ("gewaardeerd",),
    Figure.CAPACITY: ("capaciteit",),
    Figure.TAIL: ("later",),
    Figure.ASSUMPTIONS: ("aannames",),
}
"""What a Dutch reader types for a figure beside its id; the first stands on the Dutch screen."""


def figure_named(name: str) -> Figure | None:
    """The figure of everyone together that a word means; capitals do not matter."""
    asked = name.casefold()
    return next((f for f, names in FIGURE_NAMES.items() if asked in {f.value, *names}), None)


@dataclass(frozen=True)
class Part:
    """One line of a figure.

    Attributes:
        names: ids, one per name column.
        values: one per value column; None where the line has none.
        ask: what `coalition explain` is asked to go on from here; empty where an input is reached.
    """

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """How a figure came about.

    Attributes:
        figure, subject: which; the subject is a party, group or dotted path, "" where the figure needs none.
        results: the figures as the first screen shows them, by key; a name ends in its unit.
        name_columns: what the names of the parts are: party, pocket, intervention, effect, input, multiple.
        value_columns: what the values are; a name ends in its unit.
        parts: the lines.
        summed: value columns of which the sum over the lines is a result.
        sources: inputs that the figure rests on directly.
    """

    figure: Figure
    subject: str
    results: dict[str, float | None]
    name_columns: tuple[str, ...]
    value_columns: tuple[str, ...]
    parts: list[Part]
    summed: tuple[str, ...] = ()
    sources: list[Source] = field(default_factory=list)

    def total(self, column: str) -> float:
        """Sum of a value column over the lines."""
        position = self.value_columns.index(column)
        return sum(part.values[position] or 0.0 for part in self.parts)


def derive(report: Report, figure: Figure, subject: str = "") -> Derivation:
    """Take a figure apart.

    Args:
        report: of a run; its studies may have been left out: those that a figure needs are done here.
        figure: which.
        subject: a party or group by id or name for RANGE and BREAK_EVEN, a dotted path for INPUT; else unused.

    Raises:
        UnknownNameError: the scenario has no such party or path.
    """
    of_all: Mapping[Figure, Callable[[Report], Derivation]] = {
        Figure.INDEX: _index,
        Figure.REPAIR: _repair,
        Figure.WINDFALL: _windfall,
        Figure.CLAWBACK: _clawback,
        Figure.POLICIES: _policies,
        Figure.QALYS: partial(_welfare, is_qaly=True),
        Figure.MONETISED: partial(_welfare, is_qaly=False),
        Figure.CAPACITY: _capacity,
        Figure.TAIL: _tail,
        Figure.ASSUMPTIONS: _assumptions,
    }
    if figure in of_all:
        return of_all[figure](report)
    of_one = {Figure.RANGE: _range, Figure.BREAK_EVEN: _break_even, Figure.INPUT: _input}
    return of_one[figure](report, subject)


# --- sums over parties --------------------------------------------------------------------------------------------


def _index(report: Report) -> Derivation:
    """Each account's paying, gaining and part of the three indices."""
    result = report.result
    found = stakes(result.run.cells, result.years, result.run.present)
    parts_of = {name: parts_without(found, left_out) for name, left_out in INDEX_WITHOUT.items()}
    parts = []
    for account, stake in found.items():
        paying, gaining = paying_and_gaining(stake.laid_out - stake.received, stake.effect)
        own = [parts_of[name].get(account) for name in INDEX_WITHOUT]
        values = (float(paying[0]), float(gaining[0]), *(None if p is None else float(p[0]) for p in own))
        if any(values[:2]):
            parts.append(Part((account,), values, (account,)))
    columns = tuple(f"part_{name}" for name in INDEX_WITHOUT)
    results = {f"index_{name}": value for name, value in report.index.items()}
    return Derivation(
        Figure.INDEX,
        "",
        dict(results),
        ("party",),
        ("paying_npv_eur", "gaining_npv_eur", *columns),
        parts,
        summed=("paying_npv_eur", "gaining_npv_eur", *columns),
    )


def _repair(report: Report) -> Derivation:
    """Present value of everyone at the table, losses and gains apart."""
    found = report.repair
    present = {r.party.id: float(r.npv[0]) for r in report.result.run.parties}
    parts = [
        Part((party,), (max(-present[party], 0.0), max(present[party], 0.0)), (party,))
        for party in at_table(report.scenario)
    ]
    results = {"loss_npv_eur": found.loss_eur, "surplus_npv_eur": found.surplus_eur}
    results["short_npv_eur"] = max(found.loss_eur - found.surplus_eur, 0.0)
    columns = ("loss_npv_eur", "surplus_npv_eur")
    return Derivation(Figure.REPAIR, "", dict(results), ("party",), columns, parts, summed=columns)


def _windfall(report: Report) -> Derivation:
    """What insurers outside the coalition gain, and what they lay out themselves."""
    run = report.result.run
    found = windfall_parts(run.parties, run.cells, report.result.years)
    parts = [
        Part((name,), (effect, laid_out, effect - laid_out), (name,)) for name, (effect, laid_out) in found.items()
    ]
    columns = ("before_delivery_eur", "own_delivery_eur", "after_delivery_eur")
    results: dict[str, float | None] = {}
    if report.windfall_eur is not None:
        results = dict(zip((columns[0], columns[2]), report.windfall_eur, strict=True))
    return Derivation(Figure.WINDFALL, "", results, ("party",), columns, parts, summed=columns)


def _clawback(report: Report) -> Derivation:
    """Each insurer's present value without equalisation, and what equalisation takes: as stated and at its most."""
    scenario, stated = report.scenario, report.result.run
    everything = run_inputs(scenario, Inputs(clawback=np.ones(1)))
    parts = []
    results: dict[str, float | None] = {}
    for insurer in scenario.spec.parties.insurers if scenario.spec.holders.equalisation else ():
        taken, most = (
            sum(
                float((p.amounts[0].sum(axis=0)[: len(report.result.years)] * run.present[0]).sum())
                for p in run.ledger.postings
                if p.reason is Reason.EQUALISATION and p.source == insurer
            )
            for run in (stated, everything)
        )
        npv = next(float(r.npv[0]) for r in stated.parties if r.party.id == insurer)
        results |= {f"stated_npv_eur:{insurer}": npv, f"none_npv_eur:{insurer}": npv + taken}
        results |= {f"all_npv_eur:{insurer}": npv + taken - most}
        parts.append(
            Part((insurer,), (npv + taken, taken, npv, most, npv + taken - most), (insurer, "--pocket", "zvw"))
        )
    columns = ("none_npv_eur", "taken_npv_eur", "stated_npv_eur", "taken_all_npv_eur", "all_npv_eur")
    sources = number_sources(scenario, ("holders.equalisation", "holders.cashable.zvw", "holders.own_risk"))
    return Derivation(Figure.CLAWBACK, "", results, ("party",), columns, parts, sources=sources)


def _policies(report: Report) -> Derivation:
    """What each municipality pays and gets through each gemeentepolis."""
    shown = len(report.result.years)
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for key, cell in policy_cells(report.result):
        paid, gained = sums.get((key.party, key.intervention), (0.0, 0.0))
        paid, gained = paid + float(cell.paid[0, :shown].sum()), gained + float(cell.gained[0, :shown].sum())
        sums[key.party, key.intervention] = (paid, gained)
    parts = [Part(names, both, (names[0], "--intervention", names[1])) for names, both in sums.items()]
    columns = ("paid_eur", "gained_eur")
    results = dict(zip(columns, report.policy_eur, strict=True))
    return Derivation(Figure.POLICIES, "", dict(results), ("party", "intervention"), columns, parts, summed=columns)


def _tail(report: Report) -> Derivation:
    """What falls after the years shown, per party, pocket and cause."""
    beyond = len(report.result.years)
    parts = []
    for key, cell in report.result.run.cells.items():
        net = float((cell.gained - cell.paid)[0, beyond:].sum())
        if key.party in report.tail_eur and net:
            parts.append(
                Part((key.party, key.intervention, key.pocket), (net,), (key.party, "--intervention", key.intervention))
            )
    results = {f"tail_eur:{party}": value for party, value in report.tail_eur.items()}
    names = ("party", "intervention", "pocket")
    return Derivation(Figure.TAIL, "", dict(results), names, ("net_eur",), parts)


# --- health and capacity ------------------------------------------------------------------------------------------


def _welfare(report: Report, *, is_qaly: bool) -> Derivation:
    """Health or other welfare per intervention and effect, with the inputs of those interventions."""
    scenario, years = report.scenario, len(report.result.years)
    discount = (1 + report.qaly_rate) ** -np.arange(years, dtype=float)
    parts, wanted = [], []
    for item in report.result.run.projection.welfare:
        if item.is_qaly is not is_qaly:
            continue
        by_year = item.amounts[0, :, :years].sum(axis=0)
        total = float(by_year.sum())
        values = (total, float(by_year @ discount)) if is_qaly else (total,)
        path = f"interventions.{item.intervention}.effects.{item.effect}"
        parts.append(Part((item.intervention, item.effect), values, (path,)))
        wanted += [path, *_people_of(report, item.intervention)]
    sources = number_sources(scenario, dict.fromkeys(wanted))
    if is_qaly:
        columns: tuple[str, ...] = ("qalys", "qalys_discounted")
        results: dict[str, float | None] = {"qalys": report.qalys, "qalys_discounted": report.qalys_discounted}
        results["discount_rate_share"] = report.qaly_rate
        sources.append(parameter_source(scenario, "discount", "hta_effect"))
    else:
        columns = ("monetised_eur",)
        results = {f"monetised_eur:{label}": amount for label, amount in report.monetised_eur.items()}
    figure = Figure.QALYS if is_qaly else Figure.MONETISED
    sources += table_sources(scenario)
    return Derivation(figure, "", results, ("intervention", "effect"), columns, parts, summed=columns, sources=sources)


def _people_of(report: Report, name: str) -> Iterable[str]:
    """Where the numbers stand that say how many people an intervention reaches, and until when."""
    group = report.scenario.spec.interventions[name].target_group
    return (f"interventions.{name}.reach", f"interventions.{name}.completion", f"target_groups.{group}")


def _capacity(report: Report) -> Derivation:
    """Avoided care per pocket and intervention, and the part whose capacity stays."""
    parts = [
        Part(
            (f.pocket.value, f.intervention),
            (f.avoided_eur, f.removed_share, f.turnover_eur, f.staff_hours),
            (SOCIETY, "--pocket", f.pocket.value, "--intervention", f.intervention),
        )
        for f in report.freed
        if f.avoided_eur
    ]
    results: dict[str, float | None] = {}
    for f in report.freed:
        key = f"freed_eur:{f.pocket.value}"
        results[key] = (results.get(key) or 0.0) + f.turnover_eur
    sources = number_sources(report.scenario, dict.fromkeys(f"holders.cashable.{f.pocket.value}" for f in report.freed))
    columns = ("avoided_eur", "removed_share", "freed_eur", "staff_hours")
    return Derivation(Figure.CAPACITY, "", results, ("pocket", "intervention"), columns, parts, sources=sources)


# --- what is not certain ------------------------------------------------------------------------------------------


def _assumptions(report: Report) -> Derivation:
    """Every assumed number with what it moves; those without a range move nothing here."""
    paths = [path for path, _ in assumed_numbers(report.scenario)]
    results = {"assumed": float(report.assumed_count), "numbers": float(report.number_count)}
    return _moving(report, Figure.ASSUMPTIONS, "", paths, results)


def _input(report: Report, path: str) -> Derivation:
    """One number: what it does to each party; a part of the scenario: what each number in it moves."""
    below = number_sources(report.scenario, (path,))
    if len(below) == 1 and below[0].path == path:
        return _one_number(report, path, below)
    if below:
        return _moving(report, Figure.INPUT, path, [s.path for s in below], {})
    if path not in report.scenario.document.origins:
        raise UnknownNameError("input", path, [p for p, _ in numbers_in(report.scenario.spec)])
    tables = [s for s in table_sources(report.scenario) if s.path == path]
    stands = Source(path, place_of(report.scenario, path), None, None, None, "", "", str(_value_at(report, path)))
    return Derivation(Figure.INPUT, path, {}, (), (), [], sources=tables or [stands])


def _value_at(report: Report, path: str) -> object:
    """What stands in the scenario at a path, as it was read."""
    value: object = report.scenario.document.data
    for step in path.split("."):
        value = value[step] if isinstance(value, dict) else value[int(step)]  # type: ignore[index]
    return value


def _moving(report: Report, figure: Figure, subject: str, paths: list[str], results: Mapping[str, float]) -> Derivation:
    """Numbers with their range and the money that moves between its ends, the largest first."""
    stated = dict(numbers_in(report.scenario.spec))
    moved = {i.path: i.size_eur for i in influences(report.scenario, [(path, stated[path]) for path in paths])}
    parts = [
        Part((path,), (stated[path].value, stated[path].low, stated[path].high, moved.get(path)), (path,))
        for path in paths
    ]
    parts.sort(key=lambda part: -(part.values[-1] or 0.0))
    every = {**results, "without_range": float(len(paths) - len(moved))}
    columns = ("value", "low", "high", "moves_npv_eur")
    sources = number_sources(report.scenario, paths)
    return Derivation(figure, subject, dict(every), ("input",), columns, parts, sources=sources)


def _one_number(report: Report, path: str, sources: list[Source]) -> Derivation:
    """Present value of each party with a number at its low and at its high end, the rest as planned."""
    found = influences(report.scenario, [(path, dict(numbers_in(report.scenario.spec))[path])])
    if not found:
        return Derivation(Figure.INPUT, path, {}, (), (), [], sources=sources)
    only = found[0]
    planned = {r.party.id: float(r.npv[0]) for r in report.result.run.parties}
    parts = [
        Part((party,), (low, planned[party], only.high_eur[party], only.high_eur[party] - low), (party,))
        for party, low in only.low_eur.items()
        if only.high_eur[party] != low
    ]
    changes = [part.values[-1] or 0.0 for part in parts]
    results: dict[str, float | None] = {"moves_npv_eur": only.size_eur}
    results |= {"changes_npv_eur": float(sum(map(abs, changes))), "net_change_npv_eur": float(abs(sum(changes)))}
    columns = ("at_low_npv_eur", "planned_npv_eur", "at_high_npv_eur", "change_npv_eur")
    return Derivation(Figure.INPUT, path, results, ("party",), columns, parts, sources=sources)


def _range(report: Report, party: str) -> Derivation:
    """A party's present value over the draws, and what each uncertain number does to it on its own."""
    scenario = report.scenario
    asked, members = _members(report, party)
    stated = scenario.spec.uncertainty
    results: dict[str, float | None] = {"draws": float(stated.draws), "seed": float(stated.seed)}
    found = npv_ranges(scenario, {asked: members}).get(asked)
    if found is not None:
        results |= {"interval_share": stated.interval, "low_npv_eur": found.low_eur, "high_npv_eur": found.high_eur}
        results |= {"lowest_npv_eur": found.lowest_eur, "middle_npv_eur": found.middle_eur}
        results |= {"highest_npv_eur": found.highest_eur, "loss_share": found.share_of_draws_with_loss}
    parts = []
    for i in influences(scenario, numbers_in(scenario.spec)):
        low, high = (sum(end[m] for m in members) for end in (i.low_eur, i.high_eur))
        if low != high:
            parts.append(Part((i.path,), (i.number.low, i.number.high, low, high, abs(high - low)), (i.path,)))
    parts.sort(key=lambda part: -(part.values[-1] or 0.0))
    columns = ("low", "high", "at_low_npv_eur", "at_high_npv_eur", "difference_npv_eur")
    sources = number_sources(scenario, [part.names[0] for part in parts])
    return Derivation(Figure.RANGE, asked, results, ("input",), columns, parts, sources=sources)


def _break_even(report: Report, party: str) -> Derivation:
    """A party's present value without effect, at the stated effects, and at the multiple that brings it to zero."""
    asked, members = _members(report, party)
    multiple = break_even_effect(report.scenario, {asked: members})[asked]
    multiples = [0.0, 1.0, *([] if multiple is None else [multiple])]
    found = outcomes(report.scenario, Inputs(len(multiples), {}, np.array(multiples)))
    npv = np.sum([found[m] for m in members], axis=0)
    asks: list[tuple[str, ...]] = [(asked, "--zero-effect"), (asked,), ()]
    parts = [Part((), (m, float(v)), ask) for m, v, ask in zip(multiples, npv, asks, strict=False)]
    results = {"break_even_multiple": multiple}
    return Derivation(Figure.BREAK_EVEN, asked, results, (), ("effect_multiple", "npv_eur"), parts)


def _members(report: Report, party: str) -> tuple[str, list[str]]:
    """Id and accounts of a party or group that has a present value of its own."""
    asked, accounts, _ = accounts_of(report.scenario, party)
    if asked == SOCIETY:
        raise UnknownNameError("party", party, [r.party.id for r in report.rows])
    return asked, accounts
