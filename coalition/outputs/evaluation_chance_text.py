"""What chance does: how often placebos find an effect, and what history says could be seen. Tables and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coalition import __version__
from coalition.evaluation.placebo_study import Rate, Try, Windows
from coalition.evaluation.power import Detectable, History
from coalition.outputs.evaluation_json import defined
from coalition.outputs.evaluation_words import amount, method_name
from coalition.outputs.formats import decimal, grid, number, percent, print_whole
from coalition.outputs.labels import Lang

if TYPE_CHECKING:
    from rich.console import Console

PLACEBO_SCHEMA, POWER_SCHEMA = "coalition.evaluate-placebo/1", "coalition.evaluate-power/1"
MOST_NAMED = 12
"""Regions that are named; the JSON has all of them."""
WORDS: dict[str, tuple[str, str]] = {
    "placebo_title": (
        "Hoe vaak een effect wordt gevonden waar niets gebeurde ({regions} keer {together}, begin {first}-{last}, "
        "{before} jaar ervoor en {after} erna, niveau {alpha})",
        "How often an effect is found where nothing happened ({regions} times {together}, start {first}-{last}, "
        "{before} years before and {after} after, level {alpha})",
    ),
    "method": ("methode", "method"),
    "tries": ("pogingen", "tries"),
    "found": ("gevonden", "found"),
    "share": ("deel", "share"),
    "interval": ("interval 95 %", "95 % interval"),
    "smallest": ("kleinst mogelijke p", "smallest possible p"),
    "one_region": ("een regio", "one region"),
    "regions": ("{count} regio's samen", "{count} regions together"),
    "size": ("uitslag door toeval (RMS)", "what chance does (RMS)"),
    "worst": ("Gevonden door {method}: {names}.", "Found by {method}: {names}."),
    "fixed": (
        "{method}: de toets is een rang tussen de regio's zelf, en daarvan valt per begin vanzelf hetzelfde deel op. "
        "Dit deel toetst de methode dus niet; `--together 3` doet dat wel, bij minstens zes regio's.",
        "{method}: the test is a rank among the regions themselves, of which the same share shows at each start by "
        "itself. So this share is no test of the method; `--together 3` is, with at least six regions.",
    ),
    "overlap": (
        "Pogingen delen jaren en vergelijkingsgroepen en zijn dus niet onafhankelijk; het interval is eerder te smal.",
        "Tries share years and comparison groups, so they are not independent; the interval is rather too narrow.",
    ),
    "too_often": (
        "{method} vindt vaker iets dan het niveau toestaat: deze methode mag op deze gegevens niet als bewijs dienen.",
        "{method} finds something more often than the level allows: on these data this method may not serve as proof.",
    ),
    "power_title": (
        "Wat op deze gegevens te zien zou zijn (kans {power} om het te vinden, niveau {alpha})",
        "What could be seen in these data (chance {power} to find it, level {alpha})",
    ),
    "who": ("wie", "who"),
    "after": ("jaren erna", "years after"),
    "years": ("persoonsjaren", "person-years"),
    "se": ("standaardfout", "standard error"),
    "least": ("kleinst zichtbaar", "least visible"),
    "part": ("van de kosten", "of cost"),
    "plan": ("× plan", "× plan"),
    "power": ("kans bij plan", "chance at plan"),
    "placebos": ("placebo's", "placebos"),
    "treated": (
        "de deelnemers als losse gemeenten van die grootte",
        "those who take part, as single towns of that size",
    ),
    "region": ("een hele regio", "a whole region"),
    "town": ("een gemeente met {size} inwoners", "a municipality of {size} inhabitants"),
    "shock": (
        "Buurgemeenten delen schokken: een hele regio is onzekerder dan evenveel losse gemeenten. Voor een programma "
        "in "
        "één regio telt de regel van de hele regio.",
        "Neighbours share shocks: a whole region is less certain than as many single towns. For a programme in one "
        "region "
        "the row of the whole region counts.",
    ),
}


def word(key: str, lang: Lang, **facts: str) -> str:
    """A word or sentence."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def placebo_json(found: Sequence[Try], rates: Sequence[Rate], windows: Windows, alpha: float) -> str:
    """All tries and the rates."""
    data: dict[str, Any] = {
        "schema": PLACEBO_SCHEMA,
        "version": __version__,
        "alpha": alpha,
        "before": windows.before,
        "after": windows.after,
        "together": windows.together,
        "rates": [{**asdict(rate), "share": rate.share} for rate in rates],
        "tries": [
            {
                "region": t.region,
                "start": t.start,
                "method": t.method,
                **asdict(t.effect),
                "rejected": t.rejected,
                "by_rank": t.by_rank,
                "smallest_p": t.smallest_p,
            }
            for t in found
        ],
    }
    return json.dumps(defined(data), ensure_ascii=False, indent=1, allow_nan=False)


def show_placebos(
    found: Sequence[Try],
    rates: Sequence[Rate],
    windows: Windows,
    study: tuple[float, str],
    console: Console,
    lang: Lang,
) -> None:
    """The rates as a table.

    Args:
        found, rates, windows: of the tries.
        study: level of the test, and unit of the outcome.
        console, lang: where, and in which language.
    """
    alpha, unit = study
    starts = sorted({t.start for t in found})
    title = word(
        "placebo_title", lang,
        regions=str(len({t.region for t in found})),
        together=word("one_region", lang) if windows.together == 1 else word(
            "regions", lang, count=str(windows.together)), first=str(starts[0]), last=str(starts[-1]),
        before=str(windows.before), after=str(windows.after), alpha=percent(alpha, lang),
    )  # fmt: skip
    keys = ("method", "tries", "found", "share", "interval", "smallest", "size")
    table = grid(title, [word(k, lang) for k in keys], right=range(1, 7))
    for rate in rates:
        table.add_row(
            method_name(rate.method, lang), str(rate.tries), str(rate.rejections), percent(rate.share, lang),
            "-" if rate.fixed else f"{percent(rate.low, lang)} … {percent(rate.high, lang)}",
            "-" if math.isnan(rate.smallest_p) else decimal(rate.smallest_p, 3, lang),
            amount(rate.root_mean_square, unit, lang),
        )  # fmt: skip
    print_whole(console, table)
    for rate in rates:
        if rate.low > alpha:
            console.print(word("too_often", lang, method=method_name(rate.method, lang)), markup=False)
    for rate in rates:
        called, names = method_name(rate.method, lang), _found_by(found, rate)
        if rate.fixed:
            console.print(word("fixed", lang, method=called), markup=False)
        if names:
            console.print(word("worst", lang, method=called, names=", ".join(names)), markup=False)
    console.print(word("overlap", lang), markup=False)


def _found_by(found: Sequence[Try], rate: Rate) -> list[str]:
    """Region and start of what a method found; the others are counted."""
    names = [f"{t.region} {t.start}" for t in found if t.rejected and t.method is rate.method]
    return names[:MOST_NAMED] + ([f"(+{len(names) - MOST_NAMED})"] if len(names) > MOST_NAMED else [])


PowerRow = tuple[str, int, History, Detectable]
"""Who, years after the start, what history says and what is detectable."""


def power_json(rows: Sequence[PowerRow], settings: Mapping[str, Any]) -> str:
    """The rows as JSON."""
    data = {
        "schema": POWER_SCHEMA,
        "version": __version__,
        **settings,
        "rows": [
            {"who": who, "years_after": years, **asdict(history), **asdict(seen)} for who, years, history, seen in rows
        ],
    }
    return json.dumps(defined(data), ensure_ascii=False, indent=1, allow_nan=False)


def show_power(rows: Sequence[PowerRow], settings: Mapping[str, Any], unit: str, console: Console, lang: Lang) -> None:
    """The rows as a table."""
    title = word("power_title", lang, power=percent(settings["power"], lang), alpha=percent(settings["alpha"], lang))
    keys = ("who", "after", "years", "se", "least", "part", "plan", "power", "placebos")
    table = grid(title, [word(k, lang) for k in keys], right=range(1, 9))
    for who, years, history, seen in rows:
        table.add_row(
            who_text(who, lang), str(years), number(round(history.person_years), lang),
            amount(history.standard_error, unit, lang), amount(seen.effect, unit, lang),
            percent(seen.percent / 100, lang, 2),
            "-" if math.isnan(seen.times_plan) else decimal(seen.times_plan, 1, lang),
            "-" if math.isnan(seen.power_at_plan) else percent(seen.power_at_plan, lang), str(history.placebos),
        )  # fmt: skip
    print_whole(console, table)
    if any(who == "region" for who, *_ in rows):
        console.print(word("shock", lang), markup=False)


def who_text(who: str, lang: Lang) -> str:
    """Who a row is about: `treated`, `region`, or `town` with a size behind a colon."""
    kind, _, size = who.partition(":")
    return word(kind, lang, size=number(int(size), lang)) if size else word(kind, lang)
