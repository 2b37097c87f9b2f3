"""What an evaluation could see before it starts, as a table, sentences or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coalition import __version__
from coalition.evaluation.planning import Asked, PlanRow
from coalition.outputs.evaluation_json import defined
from coalition.outputs.formats import decimal, euro, grid, number, percent, print_whole
from coalition.outputs.labels import Lang

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_NAME = "coalition.evaluate-plan/1"
POPULATIONS = {
    "participants": ("deelnemers", "participants"),
    "age_group": ("leeftijdsgroep", "age group"),
    "all_insured": ("alle verzekerden", "all insured"),
}
WORDS: dict[str, tuple[str, str]] = {
    "title": (
        "Wat een evaluatie zou kunnen zien ({before} jaar ervoor, {after} erna, correlatie {rho}, toets {alpha}, "
        "kans {power} om het plan te vinden)",
        "What an evaluation could see ({before} years before, {after} after, correlation {rho}, test {alpha}, chance "
        "{power} to find the plan)",
    ),
    "contract_years": ("de meetjaren van het contract", "the contract's measuring years"),
    "contract": ("contract", "contract"),
    "population": ("gemeten bij", "measured on"),
    "persons": ("personen", "persons"),
    "cost": ("kosten p.p.", "cost p.p."),
    "plan": ("plan p.p.", "plan p.p."),
    "least": ("kleinst zichtbaar p.p.", "least visible p.p."),
    "part": ("van de kosten", "of cost"),
    "times": ("× plan", "× plan"),
    "power": ("kans op vinden", "chance to find"),
    "needed": ("nodig: personen", "needed: persons"),
    "areas": ("nodig: gebieden", "needed: areas"),
    "false": ("betaalt zonder effect", "pays without effect"),
    "missed": ("betaalt niet bij plan", "pays nothing at plan"),
    "none": (
        "Geen contract in dit scenario is van kracht; er is dus niets te meten.",
        "No contract of this scenario is in force, so that there is nothing to measure.",
    ),
    "unknown": (
        "{name}: niemand zegt hoe sterk kosten tussen mensen verschillen. Geef --variation (standaarddeviatie / "
        "gemiddelde), of `dispersion` in het contract.",
        "{name}: nobody says how much cost differs between people. Give --variation (standard deviation / mean), or "
        "`dispersion` in the contract.",
    ),
    "invisible": (
        "{name} ({population}): het plan is te klein om te zien; pas een effect van {times} keer het plan valt op. "
        "Meet "
        "een grotere groep of langer, of spreek af niet op een uitkomst af te rekenen.",
        "{name} ({population}): the plan is too small to be seen; only an effect of {times} times the plan shows. "
        "Measure "
        "a larger group or for longer, or agree not to settle on a result.",
    ),
    "visible": (
        "{name} ({population}): het plan is met {power} kans te zien.",
        "{name} ({population}): the plan can be seen with a chance of {power}.",
    ),
    "no_effect": (
        "{name} ({population}): er is geen besparing gepland; een effect kan alleen worden gevonden, niet getoetst.",
        "{name} ({population}): no saving is planned; an effect can only be found, not tested.",
    ),
    "known": (
        "Zonder vergelijkingsgroep (--controls) telt de norm als exact bekend; met een echte groep is minder te zien.",
        "Without a comparison group (--controls) the benchmark counts as known exactly; a real group shows less.",
    ),
    "rho": (
        "Zonder --rho is geen samenhang tussen jaren aangenomen; dezelfde mensen volgen laat meer zien.",
        "Without --rho no correlation between years is assumed; following the same people shows more.",
    ),
}


def word(key: str, lang: Lang, **facts: str) -> str:
    """A word or sentence."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def plan_json(rows: Sequence[PlanRow], asked: Asked, scenario: str) -> str:
    """The rows as JSON."""
    data: dict[str, Any] = {
        "schema": SCHEMA_NAME,
        "version": __version__,
        "scenario": scenario,
        "design": asdict(asked),
        "rows": [asdict(row) for row in rows],
    }
    return json.dumps(defined(data), ensure_ascii=False, indent=1, allow_nan=False)


def show_plan(rows: Sequence[PlanRow], asked: Asked, scenario: str, form: str, console: Console, lang: Lang) -> None:
    """The rows on standard output."""
    if form == "json":
        click.echo(plan_json(rows, asked, scenario))
        return
    if not rows:
        console.print(word("none", lang), markup=False)
        return
    print_whole(console, _table(rows, asked, lang))
    for line in sentences(rows, asked, lang):
        console.print(f"- {line}", markup=False)


def _table(rows: Sequence[PlanRow], asked: Asked, lang: Lang) -> Any:
    title = word(
        "title",
        lang,
        before=str(asked.years_before),
        after=str(asked.years_after) if asked.years_after else word("contract_years", lang),
        rho=decimal(asked.rho, 2, lang),
        alpha=percent(asked.alpha, lang),
        power=percent(asked.power, lang),
    )
    keys = ("contract", "population", "persons", "cost", "plan", "least", "part", "times", "power")
    more = ("needed", "areas", "false", "missed")
    table = grid(title, [word(k, lang) for k in (*keys, *more)], right=range(2, 13))
    for row in rows:
        table.add_row(*_cells(row, lang))
    return table


def population_name(row: PlanRow, lang: Lang) -> str:
    """Whose cost is measured; marked where the contract measures it so."""
    return POPULATIONS[row.population][0 if lang == "nl" else 1] + (" *" if row.agreed else "")


def _cells(row: PlanRow, lang: Lang) -> list[str]:
    seen = row.seen
    return [
        row.contract,
        population_name(row, lang),
        number(round(row.persons), lang),
        euro(row.mean_eur, lang),
        "€ " + decimal(row.plan_eur, 2, lang),
        _or_dash(seen.effect, lambda x: "€ " + decimal(x, 2, lang)),
        _or_dash(seen.percent / 100, lambda x: percent(x, lang)),
        _or_dash(seen.times_plan, lambda x: decimal(x, 1, lang)),
        _or_dash(seen.power_at_plan, lambda x: percent(x, lang)),
        _or_dash(row.persons_needed, lambda x: number(round(x), lang)),
        _or_dash(row.areas_needed, lambda x: number(round(x), lang)),
        _or_dash(row.pays_without_effect, lambda x: percent(x, lang)),
        _or_dash(row.nothing_at_plan, lambda x: percent(x, lang)),
    ]


def _or_dash(value: float, shown: Any) -> str:
    """A number, `-` where there is none, `∞` where none is enough."""
    if math.isnan(value):
        return "-"
    return "∞" if math.isinf(value) else str(shown(value))


def sentences(rows: Sequence[PlanRow], asked: Asked, lang: Lang) -> list[str]:
    """What follows, for each contract as it measures itself."""
    found = []
    for row in rows:
        if not row.agreed:
            continue
        facts = {"name": row.name, "population": population_name(row, lang).rstrip(" *")}
        if math.isnan(row.variation):
            found.append(word("unknown", lang, **facts))
        elif math.isnan(row.seen.times_plan):
            found.append(word("no_effect", lang, **facts))
        elif row.seen.power_at_plan < asked.power:
            found.append(word("invisible", lang, times=decimal(row.seen.times_plan, 1, lang), **facts))
        else:
            found.append(word("visible", lang, power=percent(row.seen.power_at_plan, lang), **facts))
    if any(math.isinf(row.controls) for row in rows):
        found.append(word("known", lang))
    if asked.rho == 0:
        found.append(word("rho", lang))
    return found
