"""What is not certain about a scenario, taken apart: numbers, what each of them moves, ranges and break-even points.

The runs are those of uncertainty.py; here stand the lines that were read from them, each with its input and source.
Present values are in euro of the price year.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coalition.errors import UnknownNameError
from coalition.figures import Derivation, Figure, Part
from coalition.inputs import Inputs
from coalition.model import outcomes
from coalition.origins import Source, number_sources, place_of, table_sources
from coalition.report import Report
from coalition.schema import numbers_in
from coalition.trace import SOCIETY, accounts_of
from coalition.uncertainty import assumed_numbers, break_even_effect, influences, npv_ranges


def assumptions(report: Report) -> Derivation:
    """Every assumed number with what it moves; those without a range move nothing here."""
    paths = [path for path, _ in assumed_numbers(report.scenario)]
    results = {"assumed": float(report.assumed_count), "numbers": float(report.number_count)}
    return _moving(report, Figure.ASSUMPTIONS, "", paths, results)


def one_input(report: Report, path: str) -> Derivation:
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


def spread(report: Report, party: str) -> Derivation:
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


def break_even(report: Report, party: str) -> Derivation:
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
