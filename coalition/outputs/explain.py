"""Where a figure comes from, as text or JSON: which years and postings, by which steps, from which inputs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click

from coalition.derivation import derive
from coalition.errors import UnknownNameError
from coalition.figures import Figure, figure_named
from coalition.model import funds_of, parties_of, run_scenario
from coalition.money import half_away_from_zero, shown_parts
from coalition.origins import parameter_paths
from coalition.outputs.explain_figure import show_derivation
from coalition.outputs.explain_sources import print_sources
from coalition.outputs.formats import decimal, euro, grid, number, plain, print_whole
from coalition.outputs.labels import Lang, pocket_label, pocket_named, reason_label
from coalition.outputs.trail_words import WORDS, step_words, word
from coalition.parties import RESOURCES
from coalition.report import build_report
from coalition.scenario import Scenario
from coalition.steps import Step
from coalition.trace import Question, Trace, trace

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Asked:
    """What a reader types after the scenario.

    Attributes:
        what: a party or group, a figure, or a dotted path.
        figures: RANGE or BREAK_EVEN when that was asked of a party; one at a time has an answer.
        question: the same for a party's money.
    """

    what: str
    figures: tuple[Figure, ...]
    question: Question


def explain(scenario: Scenario, asked: Asked, form: str, console: Console, lang: Lang) -> None:
    """Show where a figure comes from: a party's money, a figure of everyone together, or a value of the scenario.

    Raises:
        UnknownNameError: the scenario has nothing of that name.
        click.UsageError: two figures at once, or a year, pocket, intervention or zero effect of a figure without any.
    """
    figure = _figure(scenario, asked, lang)
    if figure is None:
        show_trace(scenario, asked.question, form, console, lang)
        return
    if asked.question != Question(asked.what):
        raise click.UsageError(word("all_years" if asked.figures else "no_detail", lang))
    report = build_report(scenario, studies=False)
    show_derivation(scenario, derive(report, figure, asked.what), form, console, lang)


def _figure(scenario: Scenario, asked: Asked, lang: Lang) -> Figure | None:
    """Which figure is meant; None for a party's money."""
    if len(asked.figures) > 1:
        raise click.UsageError(word("one_figure", lang))
    if asked.figures:
        return asked.figures[0]
    if _is_path(scenario, asked.what):
        return Figure.INPUT
    if asked.what in parameter_paths(asked.what):
        return Figure.PARAMETER
    found = figure_named(asked.what)
    if found is None and "." in asked.what.rstrip("."):
        near = parameter_paths(asked.what)
        raise UnknownNameError("input", asked.what, near or sorted(scenario.document.origins))
    return found


def _is_path(scenario: Scenario, what: str) -> bool:
    """Whether this is where something stands in the scenario file, and neither a party's name nor a figure's."""
    named = what in {p.id for p in (*parties_of(scenario), *funds_of(scenario))} or figure_named(what) is not None
    return what in scenario.document.origins and not named


def show_trace(scenario: Scenario, question: Question, form: str, console: Console, lang: Lang) -> None:
    """Trace a party's money and print it."""
    result = run_scenario(scenario)
    if question.pocket is not None:
        question = replace(question, pocket=pocket_named(question.pocket))
    found = trace(scenario, result.zero_effect if question.zero_effect else result.run, question)
    if form == "json":
        click.echo(json.dumps({"schema": "coalition-explain-1", **asdict(found)}, ensure_ascii=False, indent=1))
    else:
        print_trace(scenario, found, console, lang)


def print_trace(scenario: Scenario, found: Trace, console: Console, lang: Lang) -> None:
    """Head, postings, steps, sources."""
    accounts = [*parties_of(scenario), *funds_of(scenario)]
    names = {p.id: p.name_nl if lang == "nl" else p.name_en for p in accounts}
    names[RESOURCES] = word("resources", lang)
    who = word(found.asked, lang) if found.asked in WORDS else names[found.accounts[0]]
    first, last = found.years[0].year, found.years[-1].year
    years = str(first) if first == last else f"{first}–{last}"
    head = word("title", lang, party=who, years=years, net=euro(found.net_eur, lang))
    console.print(f"[bold]{head}{word('zero', lang) if found.question.zero_effect else ''}[/bold]", highlight=False)
    console.print(word("npv", lang, npv=euro(found.npv_eur, lang)), highlight=False)
    if not found.lines:
        console.print(word("none", lang))
        return
    _print_years(found, console, lang)
    _print_lines(scenario, found, names, console, lang)
    _print_steps(scenario, found, console, lang)
    print_sources(word("sources", lang), found.sources, scenario, console, lang)


def _print_years(found: Trace, console: Console, lang: Lang) -> None:
    """Paid, gained and net per year, and how they become the present value; society only has a net."""
    sides = found.years[0].paid_eur is not None
    columns = ("year", *(("paid", "gained") if sides else ()), "net", "worth", "npv_year", "cumulative")
    headings = [word(k, lang) for k in columns]
    table = grid(word("years", lang), headings, right=range(1, len(headings)))
    for line in found.years:
        both = (_whole(line.paid_eur or 0.0, lang), _whole(line.gained_eur or 0.0, lang)) if sides else ()
        amounts = [_whole(line.net_eur, lang), decimal(line.worth, 4, lang), _whole(line.npv_eur, lang)]
        table.add_row(str(line.year), *both, *amounts, _whole(line.cumulative_npv_eur, lang))
    sums = [_whole(sum(getattr(y, part) for y in found.years), lang) for part in ("paid_eur", "gained_eur") if sides]
    total = [*sums, _whole(found.net_eur, lang), "", _whole(found.npv_eur, lang), ""]
    table.add_row(word("total", lang), *total, style="bold")
    print_whole(console, table)


def _whole(amount: float, lang: Lang) -> str:
    return number(half_away_from_zero(amount), lang)


def _name(scenario: Scenario, intervention: str, lang: Lang) -> str:
    spec = scenario.spec
    if intervention in WORDS:
        return word(intervention, lang)
    if intervention in spec.interventions:
        return spec.interventions[intervention].name
    named = {**spec.gemeentepolis, **spec.arrangements.named}
    return named[intervention].name if intervention in named else intervention


def _print_lines(scenario: Scenario, found: Trace, names: dict[str, str], console: Console, lang: Lang) -> None:
    headings = [word(k, lang) for k in ("intervention", "pocket", "reason", "others", "amount")]
    table = grid(word("lines", lang), headings, right=(4,))
    amounts = shown_parts([line.amount_eur for line in found.lines])
    for line, amount in zip(found.lines, amounts, strict=True):
        others = ", ".join(names.get(o, o) for o in line.others[:3]) + (" …" if len(line.others) > 3 else "")
        table.add_row(
            _name(scenario, line.intervention, lang),
            pocket_label(line.pocket, lang),
            reason_label(line.reason, lang),
            others,
            number(amount, lang),
        )
    print_whole(console, table)


def _print_steps(scenario: Scenario, found: Trace, console: Console, lang: Lang) -> None:
    if not found.steps:
        return
    headings = [word(k, lang) for k in ("intervention", "pocket", "step", "value")]
    table = grid(word("steps", lang), headings, right=(3,))
    for step in found.steps:
        label, name = pocket_label(step.pocket, lang), _name(scenario, step.intervention, lang)
        table.add_row(name, label, step_words(step.name, lang), _step_value(step, lang))
    print_whole(console, table)


def _step_value(step: Step, lang: Lang) -> str:
    """Shares and factors as exact as they multiply; amounts in whole euros unless they are small."""
    name = step.name.partition(":")[0]
    if name.endswith(("_share", "_factor", "lag_years")):
        return plain(step.value, lang)
    return decimal(step.value, 2 if abs(step.value) < 1000 else 0, lang)
