"""From a figure that is no party's own money back to what made it: its parts, what it is, and what to ask next.

A party's money is traced posting by posting (trace.py). Here are the figures of the first screen that add up over
parties, pockets or effects: the index, the loss to be repaired, equalisation, health, capacity and what falls later;
what is not certain stands in sensitivity.py. Each is taken apart into lines that add up to it, or that show the runs it
was read from; each line says what `coalition explain` can be asked next, down to an input with its source. Nothing is
calculated here that the report does not calculate; what the report keeps as a sum stands here before it was summed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from coalition.figures import Derivation, Figure, Part
from coalition.inputs import Floats, Inputs
from coalition.model import Run, run_inputs
from coalition.origins import dated_sources, number_sources, parameter_source, price_sources
from coalition.parties import Reason
from coalition.report import INDEX_WITHOUT, Report, at_table, policy_cells, stakes_of
from coalition.sensitivity import assumptions, break_even, inputs, one_input, spread
from coalition.tables_used import table_sources
from coalition.trace import SOCIETY
from coalition.wrong_pocket import parts_without, paying_and_gaining, windfall_parts


def derive(report: Report, figure: Figure, subject: str = "") -> Derivation:
    """Take a figure apart.

    Args:
        report: of a run; its studies may have been left out: those that a figure needs are done here.
        figure: which.
        subject: a party or group by id or name for RANGE and BREAK_EVEN, a dotted path for INPUT and PARAMETER; else
            unused.

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
        Figure.ASSUMPTIONS: assumptions,
        Figure.INPUTS: inputs,
    }
    if figure in of_all:
        return of_all[figure](report)
    of_one = {
        Figure.RANGE: spread,
        Figure.BREAK_EVEN: break_even,
        Figure.INPUT: one_input,
        Figure.PARAMETER: _parameter,
    }
    return of_one[figure](report, subject)


# --- sums over parties --------------------------------------------------------------------------------------------


def _index(report: Report) -> Derivation:
    """Each account's paying, gaining and part of the three indices."""
    result = report.result
    found = stakes_of(result)
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
    """Each insurer's present value without equalisation, and what equalisation takes: as stated and at its most.

    What is agreed follows what an insurer has in cash, so that it moves too when equalisation takes more or less.
    """
    scenario, stated = report.scenario, report.result.run
    nothing, everything = (run_inputs(scenario, Inputs(clawback=np.full(1, share))) for share in (0.0, 1.0))
    agreed = bool(stated.agreed.postings)
    parts, by_year = [], []
    results: dict[str, float | None] = {}
    for insurer in scenario.spec.parties.insurers if scenario.spec.holders.equalisation else ():
        yearly, most_yearly = _taken(stated, insurer), _taken(everything, insurer)
        taken, most = (float((nominal * stated.present[0]).sum()) for nominal in (yearly, most_yearly))
        none, npv, at_all = (_npv(run, insurer) for run in (nothing, stated, everything))
        moved = (none - npv - taken, at_all - npv - taken + most) if agreed else (0.0, 0.0)
        results |= {f"stated_npv_eur:{insurer}": npv, f"none_npv_eur:{insurer}": npv + taken + moved[0]}
        results |= {f"all_npv_eur:{insurer}": npv + taken - most + moved[1]}
        ask = (insurer, "--pocket", "zvw")
        row = (npv + taken + moved[0], moved[0], taken, npv, most, moved[1], npv + taken - most + moved[1])
        parts.append(Part((insurer,), row if agreed else (row[0], *row[2:5], row[6]), ask))
        for year, worth, amount, at_most in zip(
            report.result.years, stated.present[0], yearly, most_yearly, strict=True
        ):
            values = tuple(map(float, (worth, amount, amount * worth, at_most, at_most * worth)))
            by_year.append(Part((insurer, str(year)), values, (insurer, str(year), "--pocket", "zvw")))
    columns = ["none_npv_eur", "taken_npv_eur", "stated_npv_eur", "taken_all_npv_eur", "all_npv_eur"]
    if agreed:
        columns.insert(1, "agreed_none_npv_eur")
        columns.insert(-1, "agreed_all_npv_eur")
    year_columns = ("worth_factor", "taken_eur", "taken_npv_eur", "taken_all_eur", "taken_all_npv_eur")
    sources = number_sources(scenario, ("holders.equalisation", "holders.cashable.zvw", "holders.own_risk"))
    found = Derivation(Figure.CLAWBACK, "", results, ("party",), tuple(columns), parts, sources=sources)
    return replace(found, by_year=by_year, year_columns=year_columns)


def _npv(run: Run, party: str) -> float:
    return next(float(r.npv[0]) for r in run.parties if r.party.id == party)


def _taken(run: Run, insurer: str) -> Floats:
    """What equalisation takes from one insurer in each year shown, nominal."""
    shown = len(run.clock.shown)
    posted = (p for p in run.ledger.postings if p.reason is Reason.EQUALISATION and p.source == insurer)
    return sum((p.amounts[0].sum(axis=0)[:shown] for p in posted), np.zeros(shown))


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
    sources += price_sources(scenario, wanted, report.result.years) if not is_qaly else []
    sources += table_sources(scenario, pairs=[(part.names[0], "zvw") for part in parts])
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


def _parameter(report: Report, path: str) -> Derivation:  # noqa: ARG001 - the same for every scenario
    """A dated value that ships with the package: what it was from which date, by which source."""
    subject, _, name = path.partition(".")
    return Derivation(Figure.PARAMETER, path, {}, (), (), [], sources=dated_sources(subject, name))
