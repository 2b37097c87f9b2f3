"""What is not certain about a scenario, taken apart: numbers, what each of them moves, ranges and break-even points.

The runs are those of uncertainty.py; here stand the lines that were read from them, each with its input and source.
Present values are in euro of the price year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from coalition.errors import UnknownNameError
from coalition.figures import Derivation, Figure, Part
from coalition.inputs import Inputs
from coalition.model import outcomes
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Euro, Index
from coalition.origins import (
    Source,
    discount_parameters,
    number_sources,
    parameter_source,
    price_sources,
    value_sources,
)
from coalition.report import Report
from coalition.schema import numbers_in
from coalition.tables_used import table_sources
from coalition.trace import SOCIETY, accounts_of
from coalition.uncertainty import (
    assumed_numbers,
    break_even_effect,
    influences,
    largest_multiple,
    npv_ranges,
)


def assumptions(report: Report) -> Derivation:
    """Every assumed number with what it moves; those without a range move nothing here."""
    paths = [path for path, _ in assumed_numbers(report.scenario)]
    results = {"numbers": float(report.number_count), "assumed": float(report.assumed_count)}
    return _moving(report, Figure.ASSUMPTIONS, "", paths, results)


def inputs(report: Report) -> Derivation:
    """Every number put in, with what it moves; those without a range move nothing here."""
    paths = [path for path, _ in numbers_in(report.scenario.spec)]
    results = {"assumed": float(report.assumed_count), "numbers": float(report.number_count)}
    return _moving(report, Figure.INPUTS, "", paths, results)


def one_input(report: Report, path: str) -> Derivation:
    """One number: what it does to each party; a part of the scenario: what each number in it moves, and the rest."""
    scenario = report.scenario
    below = number_sources(scenario, (path,))
    if len(below) == 1 and below[0].path == path:
        return _one_number(report, path, [*below, *_prices(report, path)])
    others = _other_values(report, path)
    if below:
        found = _moving(report, Figure.INPUT, path, [s.path for s in below], {})
        return replace(found, sources=[*found.sources, *others])
    if path not in scenario.document.origins:
        raise UnknownNameError("input", path, [p for p, _ in numbers_in(scenario.spec)])
    return Derivation(Figure.INPUT, path, {}, (), (), [], sources=others)


def _other_values(report: Report, path: str) -> list[Source]:
    """Values at or below a path that are no number with a range: tables as counts, standards with their rate."""
    scenario = report.scenario
    tables = [s for s in table_sources(scenario) if s.path == path]
    if tables:
        return tables
    found = value_sources(scenario, (path,))
    rates = discount_parameters(scenario) if any(s.path == "scenario.discount" for s in found) else []
    return [*found, *(parameter_source(scenario, *rate) for rate in rates)]


def _prices(report: Report, path: str) -> list[Source]:
    """Price levels that bring an amount to the years shown; none for what is no amount moved by prices."""
    stated = dict(numbers_in(report.scenario.spec))[path]
    moves = isinstance(stated, Euro) and stated.index is Index.CPI
    return price_sources(report.scenario, (path,), report.result.years) if moves else []


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
        return Derivation(Figure.INPUT, path, {}, (), (), [], sources=sources, reason="no_range")
    only = found[0]
    planned = {r.party.id: float(r.npv[0]) for r in report.result.run.parties}
    parts = [
        Part((party,), (low, planned[party], only.high_eur[party], only.high_eur[party] - low), (party,))
        for party, low in only.low_eur.items()
        if only.high_eur[party] != low
    ]
    changes = [part.values[-1] or 0.0 for part in parts]
    results: dict[str, float | None] = {
        "winners_npv_eur": sum(c for c in changes if c > 0),
        "losers_npv_eur": sum(c for c in changes if c < 0),
        "change_npv_eur": sum(changes),
        "moves_npv_eur": only.size_eur,
    }
    columns = ("at_low_npv_eur", "planned_npv_eur", "at_high_npv_eur", "change_npv_eur")
    if not parts:
        return Derivation(Figure.INPUT, path, {}, (), (), [], sources=sources, reason="moves_nothing")
    summed = ("change_npv_eur",)
    return Derivation(Figure.INPUT, path, results, ("party",), columns, parts, summed=summed, sources=sources)


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
    """A party's present value without effect, at the stated effects, and at the multiple that brings it to zero.

    Where there is none, the last line is the multiple beyond which an effect would avoid everything.
    """
    scenario = report.scenario
    asked, members = _members(report, party)
    multiple, limit = break_even_effect(scenario, {asked: members})[asked], largest_multiple(scenario)
    last = limit if multiple is None else multiple
    multiples = [0.0, 1.0, *([last] if np.isfinite(last) else [])]
    found = outcomes(scenario, Inputs(len(multiples), {}, np.array(multiples)))
    npv = [float(v) for v in np.sum([found[m] for m in members], axis=0)]
    asks: list[tuple[str, ...]] = [(asked, "--zero-effect"), (asked,), ()]
    parts = [Part((), (m, v), ask) for m, v, ask in zip(multiples, npv, asks, strict=False)]
    results: dict[str, float | None] = {"break_even_multiple": multiple}
    reason = ""
    if multiple is None:
        reason = _why_never_even(npv)
        results |= {"largest_multiple": limit} if np.isfinite(limit) else {}
    if reason == "loses_nothing":
        results, parts = {}, parts[:2]
    columns = ("effect_multiple", "npv_eur")
    return Derivation(Figure.BREAK_EVEN, asked, results, (), columns, parts, reason=reason)


def _why_never_even(npv: list[float]) -> str:
    """Why no multiple is given, from the present values without effect, as stated, and at the largest multiple."""
    if npv[0] >= -HALF_CENT_EUR:
        return "loses_nothing"
    if npv[1] <= npv[0]:
        return "effect_does_not_help"
    return "beyond_everything" if npv[-1] < 0 else "not_found"


def _members(report: Report, party: str) -> tuple[str, list[str]]:
    """Id and accounts of a party or group that has a present value of its own."""
    asked, accounts, _ = accounts_of(report.scenario, party)
    if asked == SOCIETY:
        raise UnknownNameError("party", party, [r.party.id for r in report.rows])
    return asked, accounts
