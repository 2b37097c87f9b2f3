"""Where a figure comes from, as text or JSON: which years and postings, by which steps, from which inputs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click

from coalition.derivation import derive
from coalition.errors import UnknownNameError
from coalition.figures import Figure, figure_named
from coalition.model import parties_of, run_scenario
from coalition.money import half_away_from_zero, shown_parts
from coalition.outputs.explain_figure import print_sources, show_derivation
from coalition.outputs.formats import decimal, euro, grid, number, print_whole
from coalition.outputs.labels import Lang, pocket_label, pocket_named, reason_label
from coalition.parties import RESOURCES
from coalition.report import build_report
from coalition.scenario import Scenario
from coalition.trace import Question, Trace, trace

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Asked:
    """What a reader types after the scenario.

    Attributes:
        what: a party or group, a figure, or a dotted path.
        figure: RANGE or BREAK_EVEN when that was asked of a party.
        question: the same for a party's money.
    """

    what: str
    figure: Figure | None
    question: Question


WORDS: dict[str, tuple[str, str]] = {
    "resources": ("echte middelen", "real resources"),
    "society": ("samenleving", "society"),
    "municipalities": ("gemeenten samen", "municipalities together"),
    "insurers": ("zorgverzekeraars samen", "health insurers together"),
    "title": ("{party}, {years}: saldo {net}", "{party}, {years}: net {net}"),
    "zero": (" (effect nul)", " (zero effect)"),
    "npv": (
        "Contante waarde {npv}: elk jaar × wat een euro van dat jaar waard is.",
        "Present value {npv}: each year × what a euro of that year is worth.",
    ),
    "years": ("Jaar voor jaar", "Year by year"),
    "year": ("jaar", "year"),
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
    "net": ("saldo", "net"),
    "worth": ("waarde van een euro", "worth of a euro"),
    "npv_year": ("contante waarde", "present value"),
    "cumulative": ("opgeteld", "cumulative"),
    "total": ("samen", "together"),
    "no_detail": (
        "Jaar, domein, interventie en effect nul kunnen alleen bij een partij worden gevraagd.",
        "A year, pocket, intervention or zero effect can only be asked of a party.",
    ),
    "lines": ("Waaruit het bestaat (+ is ontvangen of bespaard)", "What it is made of (+ is received or saved)"),
    "intervention": ("door", "through"),
    "pocket": ("domein", "pocket"),
    "reason": ("reden", "reason"),
    "others": ("met", "with"),
    "amount": ("€", "€"),
    "steps": ("Van mensen naar euro's", "From people to euros"),
    "step": ("stap", "step"),
    "value": ("waarde", "value"),
    "sources": ("Waarop het rust", "What it rests on"),
    "none": ("Op deze partij valt hier niets.", "Nothing falls to this party here."),
    "coordination": ("procescoördinatie", "coordination"),
    "group_people": ("mensen in de doelgroep (eerste jaar)", "people in the target group (first year)"),
    "starters": ("deelnemers die beginnen", "starters"),
    "delivery": ("uitvoeringskosten, €", "delivery cost, €"),
    "participant_years": ("deelnemersjaren waarin het werkt", "participant-years in which it works"),
    "avoided_alone": ("vermeden kosten op zichzelf, €", "avoided cost stand-alone, €"),
    "overlap_factor": ("factor voor overlap met andere interventies", "factor for overlap with other interventions"),
    "avoided": ("vermeden kosten, €", "avoided cost, €"),
    "avoided_per_participant_year": ("vermeden per deelnemersjaar, €", "avoided per participant-year, €"),
    "moved_away": ("daarvan bij verhuisden, €", "of which on people who moved away, €"),
    "cashed_of_all": ("daarvan wordt geld, bij alle betalers samen, €", "of which becomes money, for all payers, €"),
    "cashed_share": ("verzilverd deel (gewogen over deze jaren)", "cashed share (weighted over these years)"),
    "inhabitant_years": ("inwoners × jaren", "inhabitants × years"),
    "enrolled_years": ("verzekerden × jaren, inkomensgroep {band}", "enrolled × years, income band {band}"),
    "capacity_removed_share": ("deel van de capaciteit dat verdwijnt", "share of capacity that is removed"),
    "avoidable_cost_share": ("vermijdbaar deel van de kosten van aanbieders", "avoidable share of providers' cost"),
    "own_risk_of_all": ("daarvan eigen risico, alle verzekerden, €", "of which own risk, all insured, €"),
    "invoices_of_all": ("wat alle verzekeraars niet meer betalen, €", "what all insurers no longer pay, €"),
    "party_share": ("deel van deze partij", "share of this party"),
    "returned_of_all": (
        "risicoverevening neemt van alle verzekeraars terug, €",
        "taken back from all insurers by risk equalisation, €",
    ),
}


def explain(scenario: Scenario, asked: Asked, form: str, console: Console, lang: Lang) -> None:
    """Show where a figure comes from: a party's money, a figure of everyone together, or a number of the scenario.

    Raises:
        UnknownNameError: the scenario has nothing of that name.
        click.UsageError: a year, pocket, intervention or zero effect is asked of a figure that has none.
    """
    figure = asked.figure or figure_named(asked.what) or (Figure.INPUT if _is_path(scenario, asked.what) else None)
    if figure is None and "." in asked.what:
        raise UnknownNameError("input", asked.what, sorted(scenario.document.origins))
    if figure is None:
        show_trace(scenario, asked.question, form, console, lang)
        return
    if asked.question != Question(asked.what):
        raise click.UsageError(word("no_detail", lang))
    report = build_report(scenario, studies=False)
    show_derivation(scenario, derive(report, figure, asked.what), form, console, lang)


def _is_path(scenario: Scenario, what: str) -> bool:
    """Whether this is where something stands in the scenario file, and no party's name."""
    return what in scenario.document.origins and what not in {p.id for p in parties_of(scenario)}


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


def word(key: str, lang: Lang, /, **facts: str) -> str:
    """A word or sentence of this page."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def print_trace(scenario: Scenario, found: Trace, console: Console, lang: Lang) -> None:
    """Head, postings, steps, sources."""
    names = {p.id: p.name_nl if lang == "nl" else p.name_en for p in parties_of(scenario)}
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
    print_sources(word("sources", lang), found.sources, console, lang)


def _print_years(found: Trace, console: Console, lang: Lang) -> None:
    """Paid, gained and net per year, and how they become the present value."""
    headings = [word(k, lang) for k in ("year", "paid", "gained", "net", "worth", "npv_year", "cumulative")]
    table = grid(word("years", lang), headings, right=range(1, 7))
    for line in found.years:
        paid, gained = ("" if v is None else _whole(v, lang) for v in (line.paid_eur, line.gained_eur))
        amounts = [_whole(line.net_eur, lang), decimal(line.worth, 4, lang), _whole(line.npv_eur, lang)]
        table.add_row(str(line.year), paid, gained, *amounts, _whole(line.cumulative_npv_eur, lang))
    sums = [
        "" if found.years[0].paid_eur is None else _whole(sum(getattr(y, part) for y in found.years), lang)
        for part in ("paid_eur", "gained_eur")
    ]
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
    return spec.gemeentepolis[intervention].name if intervention in spec.gemeentepolis else intervention


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
        name, _, band = step.name.partition(":")
        share = name.endswith(("_share", "_factor"))
        value = decimal(step.value, 4, lang) if share else decimal(step.value, 2 if abs(step.value) < 1000 else 0, lang)
        label = pocket_label(step.pocket, lang)
        table.add_row(_name(scenario, step.intervention, lang), label, word(name, lang, band=band), value)
    print_whole(console, table)
