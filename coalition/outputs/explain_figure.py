"""A figure taken apart, as text or JSON. Renders only; every figure comes from derivation.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from coalition.figures import Derivation, Figure, Part
from coalition.law_alone import COORDINATION
from coalition.model import parties_of
from coalition.money import half_away_from_zero
from coalition.origins import Source
from coalition.outputs.formats import decimal, euro, grid, number, percent, plain, print_whole
from coalition.outputs.labels import REASONS, Lang, pocket_label, standing_label
from coalition.parties import Reason
from coalition.scenario import Scenario
from coalition.streams import LIFE_YEARS

if TYPE_CHECKING:
    from rich.console import Console

MOST_LINES_OF_A_RANGE = 20

TITLES: dict[Figure, tuple[str, str]] = {
    Figure.INDEX: ("Verkeerde-portemonnee-index", "Wrong-pocket index"),
    Figure.REPAIR: ("Te herstellen verlies aan tafel", "Loss to be repaired at the table"),
    Figure.WINDFALL: ("Verzekeraars die niet meedoen", "Insurers that take no part"),
    Figure.CLAWBACK: ("Wat risicoverevening met elke verzekeraar doet", "What risk equalisation does to each insurer"),
    Figure.POLICIES: ("Geld van gemeenten door de gemeentepolis", "Municipal money through the gemeentepolis"),
    Figure.QALYS: ("Gezondheid, apart van geld", "Health, apart from money"),
    Figure.MONETISED: ("Geen geld, wel door de bron gewaardeerd", "No cash, but valued by the source"),
    Figure.CAPACITY: ("Vrijgespeelde maar niet weggenomen capaciteit", "Capacity freed but not removed"),
    Figure.TAIL: ("Wat na de getoonde jaren valt", "What falls after the years shown"),
    Figure.ASSUMPTIONS: ("Aannames", "Assumptions"),
    Figure.RANGE: ("{subject}: bandbreedte van de contante waarde", "{subject}: range of the present value"),
    Figure.BREAK_EVEN: ("{subject}: quitte bij … × effect", "{subject}: even at … × effect"),
    Figure.INPUT: ("{subject}", "{subject}"),
}

HOW: dict[Figure, tuple[str, str]] = {
    Figure.INDEX: (
        "Per rekening: betalen is inleg min ontvangen inleg, plus verlies; winnen is wat het oplevert (contante "
        "waarde). Het deel van een rekening is ½ × |aandeel in al het betalen − aandeel in al het winnen|; de index is "
        "de som van die delen.",
        "Per account: paying is outlay less outlay received, plus losses; gaining is what it brings (present value). "
        "An account's part is ½ × |share of all paying − share of all gaining|; the index is the sum of the parts.",
    ),
    Figure.REPAIR: (
        "De contante waarde van ieder aan tafel: meedoende verzekeraars, gemeenten, Wlz-fonds en Rijk. De verliezen "
        "samen moeten worden hersteld; de winsten samen zijn er om dat uit te betalen.",
        "The present value of everyone at the table: contracting insurers, municipalities, Wlz fund and state. The "
        "losses together are to be repaired; the gains together are there to pay for it.",
    ),
    Figure.WINDFALL: (
        "Nominaal, over de getoonde jaren: wat elke verzekeraar die niet meedoet door anderen wint, en wat hij zelf "
        "aan uitvoering betaalt.",
        "Nominal, over the years shown: what each insurer that takes no part gains by others, and what it pays for "
        "delivery itself.",
    ),
    Figure.CLAWBACK: (
        "Contante waarde. Zonder verevening; wat zij volgens de invoer terugneemt; wat dan overblijft; en hetzelfde "
        "als zij alles in het eerste jaar daarna terugneemt.",
        "Present value. Without equalisation; what it takes back by the inputs; what is then left; and the same if it "
        "takes everything back in the year after.",
    ),
    Figure.POLICIES: (
        "Nominaal, over de getoonde jaren: wat elke gemeente voor elke polis betaalt en wat zij er door krijgt.",
        "Nominal, over the years shown: what each municipality pays for each policy and gets through it.",
    ),
    Figure.QALYS: (
        "Deelnemersjaren waarin het werkt × QALY-winst per jaar, per interventie en effect; de tweede kolom "
        "verdisconteerd.",
        "Participant-years in which it works × QALY gain per year, per intervention and effect; the second column "
        "discounted.",
    ),
    Figure.MONETISED: (
        "Deelnemersjaren waarin het werkt × de waarde die de bron er aan geeft, nominaal over de getoonde jaren.",
        "Participant-years in which it works × the value that the source gives it, nominal over the years shown.",
    ),
    Figure.CAPACITY: (
        "Vermeden zorg over de getoonde jaren × (1 − deel van de capaciteit dat verdwijnt). Geen geld.",
        "Avoided care over the years shown × (1 − share of capacity that is removed). No money.",
    ),
    Figure.TAIL: (
        "Nominaal saldo na het laatste getoonde jaar, per partij, oorzaak en domein.",
        "Nominal net after the last year shown, per party, cause and pocket.",
    ),
    Figure.ASSUMPTIONS: (
        "Elk getal dat een aanname is. Verschuift: de helft van alle veranderingen in contante waarde tussen zijn "
        "laagste en hoogste waarde, de rest ongewijzigd; leeg zonder bandbreedte.",
        "Every number that is an assumption. Moves: half of all changes in present value between its lowest and "
        "highest value, the rest unchanged; empty without a range.",
    ),
    Figure.RANGE: (
        "Alle getallen met een bandbreedte worden tegelijk getrokken en het hele model wordt per trekking "
        "doorgerekend; de bandbreedte zijn kwantielen van die uitkomsten. De regels hieronder doen één getal tegelijk.",
        "All numbers with a range are drawn at once and the whole model is run for each draw; the range are quantiles "
        "of those outcomes. The lines below change one number at a time.",
    ),
    Figure.BREAK_EVEN: (
        "Alle effecten worden met hetzelfde getal vermenigvuldigd en het model wordt opnieuw doorgerekend.",
        "All effects are multiplied by the same number and the model is run again.",
    ),
    Figure.INPUT: (
        "Contante waarde per partij als dit getal op zijn laagste en op zijn hoogste waarde staat, de rest "
        "ongewijzigd. Verschuift: (som van alle veranderingen zonder teken + som met teken) / 2.",
        "Present value per party with this number at its lowest and at its highest value, the rest unchanged. Moves: "
        "(sum of all changes without sign + sum with sign) / 2.",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "party": ("partij", "party"),
    "pocket": ("domein", "pocket"),
    "intervention": ("door", "through"),
    "effect": ("effect", "effect"),
    "input": ("invoer", "input"),
    "ask": ("verder: explain …", "go on: explain …"),
    "total": ("samen", "together"),
    "index_all": ("index", "index"),
    "index_without_providers": ("index zonder aanbieders", "index without providers"),
    "index_without_providers_residents_zvw_fund": (
        "index ook zonder inwoners en zorgverzekeringsfonds",
        "index also without residents and the equalisation fund",
    ),
    "paying_npv_eur": ("betalen", "paying"),
    "gaining_npv_eur": ("winnen", "gaining"),
    "part_all": ("deel van de index", "part of the index"),
    "part_without_providers": ("zonder aanbieders", "without providers"),
    "part_without_providers_residents_zvw_fund": ("ook zonder inw. en fonds", "also without res. and fund"),
    "loss_npv_eur": ("verlies", "loss"),
    "surplus_npv_eur": ("winst", "gain"),
    "short_npv_eur": ("te kort", "lacking"),
    "before_delivery_eur": ("door wat anderen doen", "by what others do"),
    "own_delivery_eur": ("eigen uitvoeringskosten", "own delivery cost"),
    "after_delivery_eur": ("na eigen uitvoeringskosten", "after own delivery cost"),
    "none_npv_eur": ("zonder verevening", "without equalisation"),
    "taken_npv_eur": ("neemt terug", "takes back"),
    "stated_npv_eur": ("zoals ingevoerd", "as stated"),
    "taken_all_npv_eur": ("neemt hoogstens terug", "takes at most"),
    "all_npv_eur": ("als alles terug moet", "if all is taken"),
    "paid_eur": ("betaalt", "pays"),
    "gained_eur": ("krijgt of bespaart", "gains"),
    "qalys": ("QALY's", "QALYs"),
    "qalys_discounted": ("QALY's, verdisconteerd", "QALYs, discounted"),
    "discount_rate_share": ("discontovoet voor gezondheid, per jaar", "discount rate for health, per year"),
    "monetised_eur": ("bedrag", "amount"),
    "avoided_eur": ("vermeden zorg", "avoided care"),
    "removed_share": ("capaciteit die verdwijnt", "capacity removed"),
    "freed_eur": ("vrij, blijft", "freed, stays"),
    "staff_hours": ("uren personeel", "staff hours"),
    "net_eur": ("saldo", "net"),
    "tail_eur": ("saldo daarna", "net thereafter"),
    "assumed": ("aannames", "assumptions"),
    "numbers": ("ingevoerde getallen", "numbers put in"),
    "without_range": ("daarvan zonder bandbreedte", "of which without a range"),
    "value": ("waarde", "value"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "moves_npv_eur": ("verschuift", "moves"),
    "changes_npv_eur": ("som van de veranderingen, zonder teken", "sum of changes, without sign"),
    "net_change_npv_eur": ("som van de veranderingen, met teken", "sum of changes, with sign"),
    "at_low_npv_eur": ("bij laag", "at low"),
    "planned_npv_eur": ("zoals gepland", "as planned"),
    "at_high_npv_eur": ("bij hoog", "at high"),
    "change_npv_eur": ("verandering", "change"),
    "difference_npv_eur": ("verschil", "difference"),
    "draws": ("trekkingen", "draws"),
    "seed": ("startgetal", "seed"),
    "interval_share": ("deel van de trekkingen binnen de bandbreedte", "part of the draws inside the range"),
    "low_npv_eur": ("bandbreedte, laag", "range, low"),
    "high_npv_eur": ("bandbreedte, hoog", "range, high"),
    "lowest_npv_eur": ("laagste trekking", "lowest draw"),
    "middle_npv_eur": ("middelste trekking", "middle draw"),
    "highest_npv_eur": ("hoogste trekking", "highest draw"),
    "loss_share": ("deel van de trekkingen met verlies", "part of the draws with a loss"),
    "effect_multiple": ("× effect", "× effect"),
    "npv_eur": ("contante waarde", "present value"),
    "break_even_multiple": ("quitte bij × effect", "even at × effect"),
    "undefined": ("niet te bepalen", "undefined"),
    "standing": ("status", "standing"),
    "source": ("bron", "source"),
    "place": ("plaats", "place"),
    "sources": ("Waarop het rust", "What it rests on"),
    "more": (
        "en {count} getallen die minder doen; met --format json alle.",
        "and {count} numbers that do less; all of them with --format json.",
    ),
    "no_range": (
        "Dit getal heeft geen bandbreedte en telt in geen enkele bandbreedte mee.",
        "This number has no range and counts in none.",
    ),
    "empty": ("Hier valt in dit scenario niets uit te leggen.", "There is nothing to explain here in this scenario."),
    LIFE_YEARS: ("zorg in gewonnen levensjaren", "care in gained life-years"),
}


def show_derivation(scenario: Scenario, found: Derivation, form: str, console: Console, lang: Lang) -> None:
    """Print a derivation: what it is, its figures, its lines, its inputs."""
    if form == "json":
        click.echo(json.dumps({"schema": "coalition-derivation-1", **asdict(found)}, ensure_ascii=False, indent=1))
        return
    names = names_of(scenario, lang)
    subject = names.get(found.subject, found.subject)
    title = TITLES[found.figure][0 if lang == "nl" else 1].format(subject=subject)
    console.print(f"[bold]{title}[/bold]", highlight=False)
    if found.parts:
        console.print(HOW[found.figure][0 if lang == "nl" else 1], highlight=False)
    for key, value in found.results.items():
        console.print(f"• {_label(key, names, lang)}: {shown(key, value, lang)}", highlight=False, markup=False)
    if not found.parts and found.sources and found.sources[0].value is not None:
        console.print(word("no_range", lang), highlight=False)
    elif not found.parts and not found.sources:
        console.print(word("empty", lang), highlight=False)
    _print_parts(found, names, console, lang)
    if found.sources and found.name_columns != ("input",):
        print_sources(word("sources", lang), found.sources, console, lang)


def names_of(scenario: Scenario, lang: Lang) -> dict[str, str]:
    """What a reader sees for parties, groups, interventions and policies."""
    spec = scenario.spec
    names = {p.id: p.name_nl if lang == "nl" else p.name_en for p in parties_of(scenario)}
    names |= {i: stated.name for i, stated in spec.interventions.items()}
    names |= {i: stated.name for i, stated in spec.gemeentepolis.items()}
    names |= {i: stated.name for i, stated in spec.risk_factors.items() if hasattr(stated, "name")}
    names[COORDINATION] = REASONS[Reason.COORDINATION][0 if lang == "nl" else 1]
    names["municipalities"] = "Gemeenten samen" if lang == "nl" else "Municipalities together"
    names["insurers"] = "Zorgverzekeraars samen" if lang == "nl" else "Health insurers together"
    return names


def word(key: str, lang: Lang, /, **facts: str) -> str:
    """A word or sentence of this page; a key that is none is shown as it is."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts) if key in WORDS else key


def _label(key: str, names: Mapping[str, str], lang: Lang) -> str:
    """The words of a key; what follows a colon says whose it is."""
    name, _, whose = key.partition(":")
    if not whose:
        return word(name, lang)
    return f"{word(name, lang)}, {_name('pocket' if name == 'freed_eur' else '', whose, names, lang)}"


def _name(column: str, name: str, names: Mapping[str, str], lang: Lang) -> str:
    return pocket_label(name, lang) if column == "pocket" else names.get(name, word(name, lang))


def shown(key: str, value: float | None, lang: Lang, *, in_table: bool = False) -> str:
    """A value as its name says: euros, shares, counts."""
    name = key.partition(":")[0]
    if value is None:
        return "" if in_table else word("undefined", lang)
    if name.endswith("_eur"):
        return number(half_away_from_zero(value), lang) if in_table else euro(value, lang)
    if name.endswith("_share"):
        return percent(value, lang)
    if name.startswith(("index", "part_")):
        return decimal(value, 4 if in_table else 2, lang)
    if name.endswith("multiple"):
        return decimal(value, 2, lang)
    if name.startswith("qalys"):
        return decimal(value, 2 if in_table else 1, lang)
    return number(round(value), lang) if name == "staff_hours" else plain(value, lang)


def _print_parts(found: Derivation, names: Mapping[str, str], console: Console, lang: Lang) -> None:
    """The lines, with their total where they add up, and per input its source."""
    if not found.parts:
        return
    most = MOST_LINES_OF_A_RANGE if found.figure is Figure.RANGE else len(found.parts)
    of_input = {s.path: s for s in found.sources} if found.name_columns == ("input",) else {}
    used = [k for k in range(len(found.value_columns)) if any(p.values[k] is not None for p in found.parts)]
    columns = [found.value_columns[k] for k in used]
    first = len(found.name_columns)
    headings = [word(k, lang) for k in (*found.name_columns, *columns)]
    headings += [word(k, lang) for k in ("standing", "source", "place")] if of_input else [word("ask", lang)]
    whole = (0, len(headings) - 1) if of_input else (len(headings) - 1,)
    folded = (len(headings) - 2,) if of_input else ()
    table = grid("", headings, right=range(first, first + len(used)), whole=whole, folded=folded)
    for part in found.parts[:most]:
        shown_names = [_name(c, n, names, lang) for c, n in zip(found.name_columns, part.names, strict=True)]
        values = [shown(found.value_columns[k], part.values[k], lang, in_table=True) for k in used]
        table.add_row(*shown_names, *values, *_end_of_line(part, of_input, lang))
    if found.summed:
        totals = [shown(c, found.total(c), lang, in_table=True) if c in found.summed else "" for c in columns]
        table.add_row(word("total", lang), *[""] * (first - 1), *totals, "", style="bold")
    print_whole(console, table)
    if len(found.parts) > most:
        console.print(word("more", lang, count=str(len(found.parts) - most)), highlight=False)


def _end_of_line(part: Part, of_input: Mapping[str, Source], lang: Lang) -> list[str]:
    """Standing, source and place of an input; of any other line what to ask next."""
    if not of_input:
        return [" ".join(part.ask)]
    source = of_input[part.names[0]]
    return [standing_label(source.standing, lang), source.source, source.place.rsplit("/", 1)[-1]]


def print_sources(title: str, sources: list[Source], console: Console, lang: Lang) -> None:
    """Inputs with value, range, standing, source and place."""
    headings = [word("input", lang), word("value", lang), f"{word('low', lang)}–{word('high', lang)}"]
    headings += [word(k, lang) for k in ("standing", "source", "place")]
    table = grid(title, headings, right=(1, 2), whole=(0, 5), folded=(4,))
    for s in sources:
        value = "" if s.value is None else plain(s.value, lang) + (f" ({s.unit})" if s.unit else "")
        limits = "" if s.low is None or s.high is None else f"{plain(s.low, lang)}–{plain(s.high, lang)}"
        standing = "; ".join(standing_label(part, lang) for part in s.standing.split("; "))
        table.add_row(s.path, value, limits, standing, s.source, s.place.rsplit("/", 1)[-1])
    print_whole(console, table)
