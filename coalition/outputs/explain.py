"""A trace as text or JSON: which postings, by which steps, from which inputs and sources."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from coalition.model import parties_of, run_scenario
from coalition.money import shown_parts
from coalition.outputs.formats import decimal, euro, grid, number, plain
from coalition.outputs.labels import Lang, pocket_label, pocket_named, reason_label, standing_label
from coalition.parties import RESOURCES
from coalition.scenario import Scenario
from coalition.trace import Question, Trace, trace

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Question", "show_trace"]

WORDS: dict[str, tuple[str, str]] = {
    "resources": ("echte middelen", "real resources"),
    "society": ("samenleving", "society"),
    "municipalities": ("gemeenten samen", "municipalities together"),
    "insurers": ("zorgverzekeraars samen", "health insurers together"),
    "title": ("{party}, {years}: saldo {net}", "{party}, {years}: net {net}"),
    "zero": (" (effect nul)", " (zero effect)"),
    "npv": (
        "Contante waarde {npv}: elk jaar × wat een euro van dat jaar waard is ({worth}).",
        "Present value {npv}: each year × what a euro of that year is worth ({worth}).",
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
    "path": ("invoer", "input"),
    "range": ("bandbreedte", "range"),
    "standing": ("status", "standing"),
    "source": ("bron", "source"),
    "place": ("plaats", "place"),
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


def show_trace(scenario: Scenario, question: Question, form: str, console: Console, lang: Lang) -> None:
    """Trace one figure and print it."""
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
    years = str(found.years[0]) if len(found.years) == 1 else f"{found.years[0]}–{found.years[-1]}"
    head = word("title", lang, party=who, years=years, net=euro(found.net_eur, lang))
    console.print(f"[bold]{head}{word('zero', lang) if found.question.zero_effect else ''}[/bold]", highlight=False)
    worth = ", ".join(f"{y}: {decimal(w, 4, lang)}" for y, w in found.worth.items())
    console.print(word("npv", lang, npv=euro(found.npv_eur, lang), worth=worth), highlight=False)
    if not found.lines:
        console.print(word("none", lang))
        return
    _print_lines(scenario, found, names, console, lang)
    _print_steps(scenario, found, console, lang)
    _print_sources(found, console, lang)


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
    console.print(table)


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
    console.print(table)


def _print_sources(found: Trace, console: Console, lang: Lang) -> None:
    headings = [word(k, lang) for k in ("path", "value", "range", "standing", "source", "place")]
    table = grid(word("sources", lang), headings, right=(1, 2))
    for s in found.sources:
        value = "" if s.value is None else plain(s.value, lang) + (f" ({s.unit})" if s.unit else "")
        limits = "" if s.low is None or s.high is None else f"{plain(s.low, lang)}–{plain(s.high, lang)}"
        standing = "; ".join(standing_label(part, lang) for part in s.standing.split("; "))
        table.add_row(s.path, value, limits, standing, s.source, s.place.rsplit("/", 1)[-1])
    console.print(table)
