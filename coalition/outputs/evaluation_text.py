"""An evaluation on the screen: the verdict, what each method finds, the euros, the traps and what is settled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coalition.evaluation.estimates import Effect, Estimate
from coalition.evaluation.euros import SavingRow
from coalition.evaluation.evaluated import Evaluation
from coalition.evaluation.flag_texts import flag_text
from coalition.evaluation.settlement import Settled
from coalition.outputs.evaluation_words import (
    CONVENTIONS,
    amount,
    is_shift,
    level_text,
    method_name,
    seen_text,
    unit_text,
    verdict_text,
    word,
)
from coalition.outputs.explain_figure import names_of
from coalition.outputs.formats import decimal, euro, grid, number, percent, print_whole
from coalition.outputs.labels import Lang
from coalition.parties import MUNICIPALITY

if TYPE_CHECKING:
    from rich.console import Console

SEAL = 12
"""Characters of a seal that are shown; the whole of it stands in the report."""
CENTS = 100


def print_evaluation(found: Evaluation, console: Console, lang: Lang) -> None:
    """The evaluation."""
    study = found.loaded.study
    console.print(study.title or study.data, style="bold", markup=False)
    console.print(data_text(found, lang), markup=False)
    if study.about:
        console.print(study.about, markup=False)
    console.print()
    console.print(verdict_text(found, lang), style="bold", markup=False)
    console.print(seen_text(found, lang), markup=False)
    console.print()
    _print_estimates(found, console, lang)
    _print_savings(found, found.savings, console, lang)
    for pocket, estimate in found.by_pocket.items():
        console.print(_pocket_line(found, pocket, estimate, lang), markup=False)
    if found.settlement is not None:
        _print_settlement(found.settlement, console, lang)
    _print_flags(found, console, lang)
    if found.protocol is not None:
        console.print(protocol_text(found, lang, short=True), markup=False)


def data_text(found: Evaluation, lang: Lang) -> str:
    """Which data were used, in one line."""
    panel = found.loaded.panel
    clusters = [str(len(np.unique(some))) for some in (panel.cluster, panel.cluster[panel.ever])]
    called = word("clusters", lang, clusters=clusters[0], treated=clusters[1]) if panel.cluster_names else ""
    return word(
        "data",
        lang,
        units=str(len(panel.units)),
        treated=str(int(panel.ever.sum())),
        clusters=called,
        first=str(panel.periods[0]),
        last=str(panel.periods[-1]),
        start=", ".join(str(s) for s in panel.starts),
    )


def p_text(p: float, lang: Lang) -> str:
    """A p-value with three decimals, never as zero."""
    if math.isnan(p):
        return "-"
    return "< " + decimal(0.001, 3, lang) if p < 0.001 else decimal(p, 3, lang)


def interval_text(effect: Effect, unit: str, lang: Lang) -> str:
    """Both ends of an interval."""
    return f"{amount(effect.low, unit, lang)} … {amount(effect.high, unit, lang)}"


def estimate_cells(found: Evaluation, estimate: Estimate, lang: Lang) -> list[str]:
    """The row of one method."""
    unit = found.loaded.study.unit
    marked = " *" if estimate is found.primary else ""
    return [
        method_name(estimate.method, lang) + marked,
        amount(estimate.effect.estimate, unit, lang),
        interval_text(estimate.effect, unit, lang),
        p_text(estimate.effect.p_value, lang),
        percent(estimate.percent / 100, lang),
        CONVENTIONS[estimate.convention][0 if lang == "nl" else 1],
    ]


def estimate_headings(found: Evaluation, lang: Lang) -> list[str]:
    """Headings above the methods."""
    level = level_text(found.loaded.study.alpha, lang)
    keys = ("method", "effect", "interval", "p", "percent", "se")
    return [word(k, lang, level=level) for k in keys]


def _print_estimates(found: Evaluation, console: Console, lang: Lang) -> None:
    table = grid(
        word("estimates", lang, unit=unit_text(found.loaded.study.unit, lang)),
        estimate_headings(found, lang),
        right=(1, 2, 3, 4),
    )
    for estimate in found.estimates:
        table.add_row(*estimate_cells(found, estimate, lang))
    print_whole(console, table)


def prices_text(found: Evaluation, lang: Lang) -> str:
    """In which prices amounts stand."""
    index = found.loaded.study.price_index
    return word("nominal", lang) if index is None else word("prices", lang, year=str(index.to_period))


def saving_headings(lang: Lang, *, paid: bool) -> list[str]:
    """Headings above savings in euro; what was paid only where something was."""
    keys = ("period", "years", "each", "percent", "gross", "low", "high", *(("paid", "net") if paid else ()))
    return [word(k, lang) for k in keys]


def saving_cells(row: SavingRow, unit: str, lang: Lang, *, paid: bool) -> list[str]:
    """The row of a period."""

    def total(value: float) -> str:
        return "-" if math.isnan(value) else amount(value, "euro", lang) if math.isinf(value) else euro(value, lang)

    return [
        word("all", lang) if row.period is None else str(row.period),
        "-" if math.isnan(row.person_years) else number(round(row.person_years), lang),
        amount(row.each, unit, lang),
        percent(row.percent / 100, lang),
        *map(total, (row.gross_eur, row.low_eur, row.high_eur)),
        *(map(total, (row.payments_eur, row.net_eur)) if paid else ()),
    ]


def _print_savings(found: Evaluation, rows: Sequence[SavingRow], console: Console, lang: Lang) -> None:
    if not found.loaded.panel.weighted:
        return
    title = word("fall" if is_shift(found) else "savings", lang, prices=prices_text(found, lang))
    paid = any(row.payments_eur for row in rows)
    headings = saving_headings(lang, paid=paid)
    table = grid(title, headings, right=range(1, len(headings)))
    for row in rows:
        table.add_row(*saving_cells(row, found.loaded.study.unit, lang, paid=paid))
    print_whole(console, table)


def _pocket_line(found: Evaluation, pocket: str, estimate: Estimate, lang: Lang) -> str:
    unit = found.loaded.study.unit
    effect = amount(estimate.effect.estimate, unit, lang)
    return f"{word('others', lang)}: {pocket}: {effect} ({interval_text(estimate.effect, unit, lang)})"


def settlement_rows(found: Settled, lang: Lang) -> list[list[str]]:
    """Party, plan, now, and at both ends of the interval, over all measured periods."""
    called = {**names_of(found.scenario, lang), MUNICIPALITY: word("municipalities", lang)}
    rows = []
    for party, cents in found.cents.items():
        amounts = [float(e[party].sum()) for e in (found.planned_eur, found.low_eur, found.high_eur)]
        planned, low, high = ("-" if not math.isfinite(a) else euro(a, lang) for a in amounts)
        rows.append([called.get(party, party), planned, euro(int(cents.sum()) / CENTS, lang), low, high])
    return rows


def settlement_years(found: Settled, lang: Lang) -> list[str]:
    """Per measured period: saving, gate and whether it was passed."""
    lines = []
    for k, period in enumerate(found.periods):
        saving = float(found.savings.benchmark_eur[0, k] - found.savings.cost_eur[0, k])
        said = word(
            "saved",
            lang,
            euro=euro(saving, lang),
            percent=percent(float(found.settlement.savings_rate[0, k]), lang, 2),
            gate=percent(float(found.settlement.minimum_rate[0, k]), lang, 2),
            passed=word("passed" if found.settlement.passed[0, k] else "not_passed", lang),
        )
        lines.append(f"{period}: {said}")
    return lines


def settlement_headings(lang: Lang) -> list[str]:
    """Headings above what each party owes."""
    return [word(k, lang) for k in ("party", "planned", "due", "at_low", "at_high")]


def _print_settlement(found: Settled, console: Console, lang: Lang) -> None:
    table = grid(word("settlement", lang, name=found.contract.name), settlement_headings(lang), right=range(1, 5))
    for row in settlement_rows(found, lang):
        table.add_row(*row)
    print_whole(console, table)
    for line in settlement_years(found, lang):
        console.print(line, markup=False)


def _print_flags(found: Evaluation, console: Console, lang: Lang) -> None:
    if not found.flags:
        return
    console.print()
    console.print(word("flags", lang), style="bold")
    for flag in found.flags:
        console.print(f"- {flag_text(flag, lang)}", markup=False)


def protocol_text(found: Evaluation, lang: Lang, *, short: bool = False) -> str:
    """The protocol with its seal."""
    protocol = found.protocol
    if protocol is None:
        return ""
    seal = protocol.sealed[:SEAL] if short else protocol.sealed
    said = word("protocol", lang, file=protocol.file, date=protocol.written_on, seal=seal)
    return said if protocol.departures or not protocol.intact else f"{said}. {word('as_planned', lang)}"
