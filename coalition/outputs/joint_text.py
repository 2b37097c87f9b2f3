"""Budgets, bonds and the other arrangements as text, and what it costs when somebody leaves.

Renders only; every figure comes from agreement.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from coalition.agreement import DeparturePrice, JointSheet, departure_prices, joint_sheets
from coalition.arrangement_terms import (
    Arrangement,
    CoFinancing,
    DeprivationTariff,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
    parties_named,
)
from coalition.contracts import MeasuringYears
from coalition.inputs import Floats
from coalition.model import Result
from coalition.money import half_away_from_zero
from coalition.outputs.formats import euro, grid, number, percent, print_whole
from coalition.outputs.labels import Lang, pocket_label
from coalition.outputs.trail_words import ACCOUNT_WORDS
from coalition.parties import MUNICIPALITY

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS: dict[str, tuple[str, str]] = {
    "sheet": ("Afsprakenkaart: {name}", "Term sheet: {name}"),
    "budget": (
        "Kavelmodel {years}: wat leden in {pockets} minder uitgeven dan verwacht blijft in de regio; daaruit gaat "
        "eerst een overschrijding, dan de uitvoering; wat over is gaat bij de slotafrekening naar de leden.",
        "One regional budget {years}: what members spend less than expected in {pockets} stays in the region; "
        "overspending is paid from it first, then delivery; the rest goes to the members at the closing settlement.",
    ),
    "population": (
        "Populatiebekostiging {years}: een vaste som voor {pockets}; de ontvanger houdt of draagt {share} van het "
        "verschil met de werkelijke kosten{corridor}.",
        "Population payment {years}: a fixed sum for {pockets}; the receiver keeps or carries {share} of the "
        "difference with real cost{corridor}.",
    ),
    "corridor": (", tot {rate} van de som", ", up to {rate} of the sum"),
    "bond": (
        "Impact bond: de investeerder legt ten hoogste {raised} in en krijgt alleen terug wat is bespaard, na "
        "{targets}; anders niets. Rendement ten hoogste {cap} per jaar.",
        "Impact bond: the investor puts in {raised} at most and gets back only what is saved, after {targets}; else "
        "nothing. Return {cap} a year at most.",
    ),
    "target": ("{amount} bespaard tot en met {year}", "{amount} saved until {year}"),
    "return": ("Rendement van de investeerder volgens plan: {rate}.", "Return of the investor as planned: {rate}."),
    "no_rate": ("niet te bepalen", "undefined"),
    "no_return": ("geen (de inleg komt niet terug)", "none (the money does not come back)"),
    "tariff": (
        "Achterstandstarief {years}: verzekeraars betalen de huisarts een toeslag per patiënt en vullen een fonds, dat "
        "meebetaalt waar de gemeente zelf, voor die bijdrage, ten minste {share} van de uitvoering betaalt.",
        "Deprivation tariff {years}: insurers pay GPs a surcharge per patient and fill a fund, which helps pay where "
        "the municipality itself, before that help, pays at least {share} of the delivery.",
    ),
    "co_financing": (
        "Medefinanciering {years}: de gemeente betaalt {share} van de kosten in {pockets}{limit}, als gemiddelde van "
        "{smooth} jaar; {back} van de verwachte rekening wordt vooraf vergoed. Dat iemand zich door de prijs anders "
        "gedraagt, rekent het model niet mee.",
        "Co-financing {years}: the municipality pays {share} of the cost in {pockets}{limit}, as the mean of {smooth} "
        "years; {back} of the expected bill is compensated beforehand. The model does not assume that anybody behaves "
        "otherwise because of the price.",
    ),
    "together": (
        "De gemeenten doen hier samen mee: hun bedragen worden naar inwoners verdeeld, niet naar wie er bespaarde.",
        "The municipalities take part together: amounts are divided by inhabitants, not by who of them saved.",
    ),
    "cap": (
        ", ten hoogste {amount} per inwoner (prijspeil {year})",
        ", at most {amount} per inhabitant (prices of {year})",
    ),
    "year": ("jaar", "year"),
    "yes": ("ja", "yes"),
    "cash": ("Geld per jaar (nominaal; + ontvangt, − betaalt)", "Cash per year (nominal; + receives, − pays)"),
    "party": ("partij", "party"),
    "leaves": (
        "{name}: wat het de anderen kost dat {party} vanaf {year} niet meer meedoet (contante waarde; + is verlies)",
        "{name}: what it costs the others that {party} no longer takes part from {year} (present value; + is a loss)",
    ),
    "price": ("prijs van het vertrek", "price of leaving"),
    "leaver": ("{party} (vertrekt)", "{party} (leaves)"),
    "nobody": ("Het vertrek van {party} kost niemand iets.", "That {party} leaves costs nobody anything."),
}
"""Dutch and English, by key."""


def said(key: str, lang: Lang, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def print_joint(result: Result, names: Mapping[str, str], console: Console, lang: Lang) -> None:
    """Every budget, payment, bond and tariff in force as its parties read it before they sign."""
    for sheet in joint_sheets(result):
        console.print(f"[bold]{said('sheet', lang, name=sheet.terms.name)}[/bold]", highlight=False)
        for line in _clauses(sheet, lang):
            console.print(f"• {line}", highlight=False, markup=False)
        print_whole(console, _figures(sheet, result, lang))
        print_whole(console, _cash(sheet, result, names, lang))
        console.print()


def _clauses(sheet: JointSheet, lang: Lang) -> Iterator[str]:
    yield _about(sheet.terms, lang)
    if isinstance(sheet.terms, ImpactBond):
        put_in, back = (float(sheet.outcome.figures[key][0].sum()) for key in ("invested", "repaid"))
        key = "no_return" if put_in and not back else "no_rate"
        rates = ", ".join(percent(r, lang) for r in sheet.returns) or said(key, lang)
        yield said("return", lang, rate=rates)
    if isinstance(sheet.terms, RegionalBudget | ImpactBond) and MUNICIPALITY in parties_named(sheet.terms):
        yield together(lang)


def together(lang: Lang) -> str:
    """How amounts of all municipalities are divided among them."""
    return said("together", lang)


def _about(terms: Arrangement, lang: Lang) -> str:
    match terms:
        case RegionalBudget():
            pockets = dict.fromkeys(p for m in terms.members.values() for p in m.pockets)
            shown = ", ".join(pocket_label(p.value, lang) for p in pockets)
            return said("budget", lang, years=_years(terms.years), pockets=shown)
        case PopulationPayment():
            limit = "" if terms.corridor is None else said("corridor", lang, rate=percent(terms.corridor.value, lang))
            shown = ", ".join(pocket_label(p.value, lang) for p in terms.scope.pockets)
            share, years = percent(terms.receiver_share.value, lang), _years(terms.scope.years)
            return said("population", lang, years=years, pockets=shown, share=share, corridor=limit)
        case ImpactBond():
            targets = ", ".join(
                said("target", lang, amount=euro(amount, lang), year=str(year))
                for year, amount in terms.targets_eur.items()
            )
            cap, raised = percent(terms.return_cap_per_year.value, lang), euro(terms.raised_eur.value, lang)
            return said("bond", lang, raised=raised, targets=targets, cap=cap)
        case DeprivationTariff():
            share = percent(terms.cooperation_share.value, lang)
            return said("tariff", lang, years=_years(terms.years), share=share)
        case CoFinancing():
            shown = ", ".join(pocket_label(p.value, lang) for p in terms.pockets)
            facts = {"share": percent(terms.share.value, lang), "back": percent(terms.compensated_share.value, lang)}
            facts |= {"smooth": str(terms.smoothing_years), "limit": _per_inhabitant(terms, lang)}
            return said("co_financing", lang, years=_years(terms.years), pockets=shown, **facts)
    return terms.name


def _per_inhabitant(terms: CoFinancing, lang: Lang) -> str:
    cap = terms.cap_eur_per_inhabitant
    return "" if cap is None else said("cap", lang, amount=euro(cap.value, lang), year=str(cap.price_year))


def _years(years: MeasuringYears) -> str:
    return f"{years.first}–{years.last}"


def _figures(sheet: JointSheet, result: Result, lang: Lang) -> Table:
    """What happens per year, in the years in which anything does."""
    figures = sheet.outcome.figures
    headings = [said("year", lang), *(ACCOUNT_WORDS[key][0 if lang == "nl" else 1] for key in figures)]
    table = grid("", headings, right=range(1, len(headings)), compact=True)
    for t, year in enumerate(result.run.clock.years):
        if any(abs(a[0, t]) >= 0.5 for a in figures.values()):
            table.add_row(str(year), *(_figure(key, a, t, lang) for key, a in figures.items()))
    return table


def _figure(key: str, amounts: Floats, t: int, lang: Lang) -> str:
    value = float(amounts[0, t])
    if key == "passed":
        return said("yes", lang) if value else ""
    return number(half_away_from_zero(value), lang)


def _cash(sheet: JointSheet, result: Result, names: Mapping[str, str], lang: Lang) -> Table:
    years = result.run.clock.years
    when = [t for t in range(len(years)) if any(abs(c[t]) >= 0.5 for c in sheet.cash_eur.values())]
    headings = [said("party", lang), *(str(years[t]) for t in when)]
    table = grid(said("cash", lang), headings, right=range(1, len(headings)), compact=True)
    for party, cash in sheet.cash_eur.items():
        if (abs(cash) < 0.5).all():
            continue
        table.add_row(names.get(party, party), *(number(half_away_from_zero(float(cash[t])), lang) for t in when))
    return table


def print_departures(result: Result, names: Mapping[str, str], console: Console, lang: Lang) -> None:
    """The price of each departure, for each of the others."""
    for price in departure_prices(result):
        _print_departure(price, result, names, console, lang)


def _print_departure(
    price: DeparturePrice, result: Result, names: Mapping[str, str], console: Console, lang: Lang
) -> None:
    stated = result.scenario.spec.arrangements.departures[price.name]
    leaver = names.get(stated.party, stated.party)
    if not price.price_eur:
        console.print(said("nobody", lang, party=leaver), highlight=False)
        return
    title = said("leaves", lang, name=stated.name, party=leaver, year=str(stated.from_year))
    table = grid(title, [said("party", lang), said("price", lang)], right=(1,), compact=True)
    for party, amount in price.price_eur.items():
        table.add_row(names.get(party, party), number(half_away_from_zero(amount), lang))
    table.add_row(said("leaver", lang, party=leaver), number(half_away_from_zero(price.leaver_eur), lang))
    print_whole(console, table)
