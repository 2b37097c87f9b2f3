"""An agreement as text: the law alone beside what is agreed, term sheets clause by clause, fund statements.

Renders only; every figure comes from agreement.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from coalition.agreement import (
    FundSheet,
    PartyChange,
    TermSheet,
    changes,
    fund_sheets,
    smallest_transfer_of,
    term_sheets,
)
from coalition.chances import has_cliff
from coalition.clauses import receivers
from coalition.contracts import Contract
from coalition.inputs import Floats
from coalition.model import Result, funds_of, parties_of
from coalition.money import HALF_CENT_EUR, half_away_from_zero, shown_parts
from coalition.outputs.contract_text import (
    POPULATIONS,
    benchmark_lines,
    gate_lines,
    later_lines,
    limit_lines,
    sharing_lines,
)
from coalition.outputs.formats import decimal, euro, grid, number, percent, print_whole
from coalition.outputs.joint_text import print_departures, print_joint, together
from coalition.outputs.labels import Lang, pocket_label
from coalition.outputs.trail_words import word
from coalition.parties import MUNICIPALITY, RESOURCES
from coalition.transfers import SmallestTransfer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS: dict[str, tuple[str, str]] = {
    "beside": (
        "De wet alleen naast de afspraken (contante waarde)",
        "The law alone beside what is agreed (present value)",
    ),
    "party": ("partij", "party"),
    "law": ("de wet alleen", "the law alone"),
    "agreed": ("met afspraken", "as agreed"),
    "change": ("verschil", "difference"),
    "verdict": ("oordeel", "verdict"),
    "loses": ("verliest nog", "still loses"),
    "more": ("verliest meer", "loses more"),
    "less": ("verliest minder", "loses less"),
    "repaired": ("hersteld", "repaired"),
    "over": ("hersteld, {amount} erboven", "repaired, {amount} above it"),
    "new_loss": ("verliest door de afspraken", "loses by the agreement"),
    "gains": ("wint", "gains"),
    "gains_less": ("wint minder", "gains less"),
    "per_year": (
        "De wet alleen, met afspraken, en het verschil per jaar (nominaal)",
        "The law alone, as agreed, and the difference per year (nominal)",
    ),
    "total": ("samen", "together"),
    "no_change": ("Voor de andere partijen verandert er niets.", "Nothing changes for the other parties."),
    "transfer": (
        "Kleinste overdracht die daarna niemand aan tafel slechter af laat: {total}; {pays}.",
        "Smallest transfer that then leaves nobody at the table worse off: {total}; {pays}.",
    ),
    "transfer_none": ("Daarna is niemand aan tafel slechter af.", "After that nobody at the table is worse off."),
    "transfer_short": (
        "De winnaars aan tafel hebben te weinig: {short} moet van buiten komen, of van minder plannen.",
        "The winners at the table have too little: {short} must come from outside, or from fewer plans.",
    ),
    "forbidden": (
        "Niet toegestaan: {source} aan {target} ({reason}).",
        "Not allowed: {source} to {target} ({reason}).",
    ),
    "no_way": (
        "Daardoor is {short} niet te herstellen, ook niet langs een andere partij aan tafel.",
        "Because of that {short} cannot be repaired, not even by way of another party at the table.",
    ),
    "route": ("{source} betaalt {target} {amount}.", "{source} pays {target} {amount}."),
    "transfer_pays": ("{party} betaalt {amount}", "{party} pays {amount}"),
    "nobody_can": ("niemand aan tafel wint", "nobody at the table wins"),
    "noiseless": (
        "Afgerekend op de prognose zelf, zonder meetruis; wat toeval doet staat op de afsprakenkaart (--view terms).",
        "Settled on the projection itself, without noise of measuring; what chance does stands on the term sheet "
        "(--view terms).",
    ),
    "sheet": ("Afsprakenkaart: {name}", "Term sheet: {name}"),
    "who": (
        "Wie: de besparing valt bij {pays} en wordt gedeeld met {others}.",
        "Who: the saving falls to {pays} and is shared with {others}.",
    ),
    "what": (
        "Waarover: {pockets}; meetjaren {first}–{last}; afrekening {lag} jaar later.",
        "What: {pockets}; measuring years {first}–{last}; settled {lag} years later.",
    ),
    "truncation": (
        "LET OP: het contract kapt hoge kosten per persoon af op {amount}; deze prognose kent alleen gemiddelden en "
        "doet dat niet.",
        "BEWARE: the contract cuts high cost per person off at {amount}; this projection knows means and does not.",
    ),
    "gate_none": ("Drempel: geen; ook toeval wordt betaald.", "Gate: none; chance is paid as well."),
    "gate_fixed": ("Drempel: {rate} van de norm.", "Gate: {rate} of the benchmark."),
    "gate_table": ("Drempel: tabel naar grootte.", "Gate: a table by size."),
    "gate_statistical": (
        "Drempel: toeval met {confidence} zekerheid buiten de deur, hier {rate} van de norm.",
        "Gate: chance kept out with {confidence} confidence, here {rate} of the benchmark.",
    ),
    "cliff": (
        "LET OP: bij de drempel springt de betaling met {height} per jaar; een euro meer of minder beslist.",
        "BEWARE: at the gate the payment jumps by {height} a year; one euro more or less decides.",
    ),
    "unsafe": (
        "LET OP: het contract noemt geen spreiding van kosten; wat toeval doet is niet te zeggen.",
        "BEWARE: the contract states no dispersion of cost; what chance does cannot be told.",
    ),
    "break_even": (
        "Hoogste aandeel dat gedeeld kan worden zonder erop toe te leggen (φ*, {pays}): {share}.",
        "Highest share that {pays} can give without losing by it (φ*): {share}.",
    ),
    "own_money": (
        "LET OP: {amount} van wat wordt betaald komt niet uit deze besparing; dat is eigen geld van {pays}.",
        "BEWARE: {amount} of what {pays} pays it does not have from this saving; that is its own money.",
    ),
    "populations": ("Dezelfde afspraken, drie manieren van meten", "The same terms, three ways of measuring"),
    "population": ("wie wordt gemeten", "who is measured"),
    "persons": ("personen per jaar", "persons a year"),
    "rate": ("besparing", "saving"),
    "error": ("meetfout (per jaar)", "error (a year)"),
    "false": ("betaalt terwijl er niets is bespaard", "pays though nothing was saved"),
    "nothing": ("betaalt niets terwijl het plan lukt", "pays nothing though the plan succeeds"),
    "cash": ("Geld per jaar (nominaal; + ontvangt, − betaalt)", "Cash per year (nominal; + receives, − pays)"),
    "fund": ("Fonds: {name}", "Fund: {name}"),
    "year": ("jaar", "year"),
    "opening": ("begin", "opening"),
    "put_in": ("inleg", "contributions"),
    "back": ("terug", "repaid"),
    "interest": ("rente", "interest"),
    "paid": ("uitgekeerd", "paid out"),
    "short": ("tekort", "short"),
    "fees": ("kosten", "fees"),
    "given": ("naar inleggers", "to contributors"),
    "closing": ("eind", "closing"),
    "ratio": (
        "Iedere ingelegde euro is {ratio} keer uitgekeerd; van een uitgekeerde euro kwam {back} terug; met € 1 uit het "
        "fonds is € {leverage} in beweging gebracht.",
        "Each euro put in was paid out {ratio} times; {back} of a euro paid came back; € 1 of the fund moved "
        "€ {leverage}.",
    ),
    "keeps": (
        "Aan het eind is {nominal} van de inleg over, in koopkracht {real}.",
        "At the end {nominal} of what was put in is left, {real} in purchasing power.",
    ),
    "dry": ("Leeg: {plan} volgens plan, {zero} bij effect nul.", "Runs dry: {plan} as planned, {zero} at zero effect."),
    "never": ("nooit", "never"),
    "used": (
        "Van wat er te besteden was is {rate} uitgekeerd; {life}.",
        "Of what was there to spend {rate} was paid out; {life}.",
    ),
    "life": ("een uitgekeerde euro komt gemiddeld na {years} jaar terug", "a euro paid comes back after {years} years"),
    "no_life": ("er komt niets terug", "nothing comes back"),
    "contributors": ("Inleggers", "Contributors"),
    "contributor": ("wie", "who"),
    "got_back": ("terug", "back"),
    "npv": ("contante waarde", "present value"),
    "payback": ("quitte in", "paid back in"),
    "irr": ("rendement (IRR)", "return (IRR)"),
    "mirr": ("idem, herbelegd tegen fondsrente", "same, reinvested at the fund's interest"),
    "no_return": ("niet te bepalen", "undefined"),
    "several": ("meerdere: {rates}; geen ervan is een rendement", "several: {rates}; none of them is a return"),
}
"""Dutch and English, by key."""


def said(key: str, lang: Lang, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


# --- the law beside the agreement ---------------------------------------------------------------------------------


def print_changes(result: Result, console: Console, lang: Lang) -> None:
    """Who loses under the law alone, and what the agreement makes of it."""
    headings = [said(k, lang) for k in ("party", "law", "agreed", "change", "verdict")]
    table = grid(said("beside", lang), headings, right=(1, 2, 3), compact=True)
    for row in changes(result):
        name = row.party.name_nl if lang == "nl" else row.party.name_en
        amounts = (row.law_eur, row.agreed_eur, row.change_eur)
        table.add_row(name, *(number(half_away_from_zero(a), lang) for a in amounts), verdict(row, lang))
    print_whole(console, table)
    console.print(_transfer(result, lang), highlight=False)
    print_departures(result, _names(result, lang), console, lang)
    console.print(said("noiseless", lang), style="dim", highlight=False)


def print_years(result: Result, console: Console, lang: Lang) -> None:
    """The law alone, the agreement and the difference, per year, for every party whom the agreement touches."""
    headings = [said("party", lang), "", *map(str, result.years), said("total", lang)]
    table = grid(said("per_year", lang), headings, right=range(2, len(headings)), compact=True)
    for row in changes(result):
        difference = [b - a for a, b in zip(row.law_net_eur, row.agreed_net_eur, strict=True)]
        if max(map(abs, difference)) < HALF_CENT_EUR:
            continue
        name = row.party.name_nl if lang == "nl" else row.party.name_en
        lines = (("law", row.law_net_eur), ("agreed", row.agreed_net_eur), ("change", difference))
        for key, amounts in lines:
            shown = [number(part, lang) for part in shown_parts([*amounts])]
            total = number(sum(shown_parts([*amounts])), lang)
            table.add_row(name if key == "law" else "", said(key, lang), *shown, total)
    print_whole(console, table)
    console.print(said("no_change", lang), style="dim", highlight=False)


def _transfer(result: Result, lang: Lang) -> str:
    """What must still move at the table, who has it, and what is lacking."""
    found = smallest_transfer_of(result)
    if not found.total_eur:
        return said("transfer_none", lang)
    names = _names(result, lang)
    payers: dict[str, float] = {}
    for (payer, receiver), amount in found.payments.items():
        payers[payer] = payers.get(payer, 0.0) + amount
        payers[receiver] = payers.get(receiver, 0.0) - amount  # who only passes money on, pays nothing
    net = {p: amount for p, amount in payers.items() if amount > HALF_CENT_EUR}
    parts = [said("transfer_pays", lang, party=names[p], amount=euro(a, lang)) for p, a in net.items()]
    pays = ", ".join(parts) or said("nobody_can", lang)
    lines = [said("transfer", lang, total=euro(found.total_eur, lang), pays=pays)]
    if found.blocked:
        lines += _blocked(found, result, names, lang)
    elif found.short_eur > HALF_CENT_EUR:
        lines.append(said("transfer_short", lang, short=euro(found.short_eur, lang)))
    return " ".join(lines)


def _blocked(found: SmallestTransfer, result: Result, names: dict[str, str], lang: Lang) -> Iterator[str]:
    """What the law does not allow, and the way round it or the lack of one."""
    links = result.scenario.spec.arrangements.forbidden_links
    shown = {(names.get(k.source, k.source), names.get(k.target, k.target)): k.reason for k in links}
    for (source, target), reason in shown.items():
        yield said("forbidden", lang, source=source, target=target, reason=reason.rstrip("."))
    if found.short_eur > HALF_CENT_EUR:
        yield said("no_way", lang, short=euro(found.short_eur, lang))
    for (source, target), amount in found.payments.items():
        yield said("route", lang, source=names[source], target=names[target], amount=euro(amount, lang))


def verdict(row: PartyChange, lang: Lang) -> str:
    """What an agreement does to a party, in words; half a euro is no difference."""
    if row.still_loses:
        if not row.loses_under_law:
            return said("new_loss", lang)
        key = "less" if row.change_eur > 0.5 else "more" if row.change_eur < -0.5 else "loses"
        return said(key, lang)
    if row.loses_under_law:
        over = row.overpaid_eur
        return said("over", lang, amount=euro(over, lang)) if over >= 0.5 else said("repaired", lang)
    return said("gains_less" if row.change_eur < -0.5 else "gains", lang)


# --- term sheets --------------------------------------------------------------------------------------------------


def print_terms(result: Result, console: Console, lang: Lang) -> None:
    """Every contract in force as its parties read it before they sign."""
    names = _names(result, lang)
    for sheet in term_sheets(result):
        contract = sheet.outcome.contract
        console.print(f"[bold]{said('sheet', lang, name=contract.name)}[/bold]", highlight=False)
        for line in _terms(sheet, names, lang):
            console.print(f"• {line}", highlight=False, markup=False)
        console.print()
        print_whole(console, _populations(sheet, lang))
        print_whole(console, _cash(sheet, result, names, lang))
        console.print()
    print_joint(result, names, console, lang)


def _names(result: Result, lang: Lang) -> dict[str, str]:
    accounts = [*parties_of(result.scenario), *funds_of(result.scenario)]
    found = {p.id: p.name_nl if lang == "nl" else p.name_en for p in accounts}
    found[RESOURCES] = word("resources", lang)
    return {**found, MUNICIPALITY: {"nl": "de gemeenten", "en": "the municipalities"}[lang]}


def _terms(sheet: TermSheet, names: dict[str, str], lang: Lang) -> Iterator[str]:
    contract, scope = sheet.outcome.contract, sheet.outcome.contract.scope
    assert scope is not None
    shown = {p: s.name or names.get(p, p) for p, s in contract.sharers.items()}
    others = ", ".join(shown[p] for p in receivers(contract))
    pays = shown[contract.pays]
    yield said("who", lang, pays=pays, others=others)
    pockets = ", ".join(pocket_label(p.value, lang) for p in scope.pockets)
    years = {"first": str(scope.years.first), "last": str(scope.years.last)}
    yield said("what", lang, pockets=pockets, lag=str(contract.settlement_lag_years), **years)
    yield from benchmark_lines(contract, pays, lang)
    yield _gate(sheet, lang)
    yield from gate_lines(contract, lang)
    yield from sharing_lines(contract, shown, lang)
    yield from limit_lines(contract, shown, lang)
    yield from later_lines(contract, lang)
    if MUNICIPALITY in contract.sharers:
        yield together(lang)
    yield said("break_even", lang, pays=pays, share=_rate(sheet.break_even_share, lang))
    own = float(sheet.outcome.own_money[0].sum())
    if own >= 0.5:
        yield said("own_money", lang, amount=euro(own, lang), pays=pays)
    yield from _warnings(sheet, lang)


def _gate(sheet: TermSheet, lang: Lang) -> str:
    contract: Contract = sheet.outcome.contract
    rate = percent(float(sheet.outcome.settlement.minimum_rate[0, 0]), lang, 2)
    confidence = percent(contract.confidence or 0.0, lang)
    return said(f"gate_{contract.gate.value}", lang, rate=rate, confidence=confidence)


def _warnings(sheet: TermSheet, lang: Lang) -> Iterator[str]:
    contract = sheet.outcome.contract
    cut = contract.truncation_eur_per_person
    if cut is not None:
        yield said("truncation", lang, amount=euro(cut.value, lang))
    if contract.dispersion is None:
        yield said("unsafe", lang)
        return
    own = next(m for m in sheet.populations if m.population is contract.population)
    if has_cliff(contract) and own.chances is not None:
        yield said("cliff", lang, height=euro(float(own.chances.cliff_eur.max()), lang))


def _rate(value: float, lang: Lang) -> str:
    return "-" if np.isnan(value) else percent(value, lang)


def _populations(sheet: TermSheet, lang: Lang) -> Table:
    headings = [said(k, lang) for k in ("population", "persons", "rate", "error", "false", "nothing")]
    table = grid(said("populations", lang), headings, right=range(1, 6), compact=True)
    for m in sheet.populations:
        mark = " ←" if m.population is sheet.outcome.contract.population else ""
        cells = [POPULATIONS[m.population][0 if lang == "nl" else 1] + mark]
        cells += [number(half_away_from_zero(float(m.savings.persons.mean())), lang), _rate(m.savings_rate, lang)]
        if m.chances is None:
            cells += ["-"] * 3
        else:
            columns = (m.chances.standard_error, m.chances.pays_without_saving, m.chances.nothing_at_plan)
            cells += [percent(float(c.mean()), lang) for c in columns]
        table.add_row(*cells)
    return table


def _cash(sheet: TermSheet, result: Result, names: dict[str, str], lang: Lang) -> Table:
    when = [t for t in range(len(result.run.clock.years)) if any(c[t] for c in sheet.cash_eur.values())]
    years = [str(result.run.clock.years[t]) for t in when]
    table = grid(said("cash", lang), [said("party", lang), *years], right=range(1, len(years) + 1), compact=True)
    for party, cash in sheet.cash_eur.items():
        table.add_row(names.get(party, party), *(number(half_away_from_zero(float(cash[t])), lang) for t in when))
    return table


# --- funds --------------------------------------------------------------------------------------------------------


def print_funds(result: Result, console: Console, lang: Lang) -> None:
    """Every fund in force year by year, and what it does."""
    names = _names(result, lang)
    for sheet in fund_sheets(result):
        print_whole(console, _statement(sheet, lang))
        holders = {d.from_savings.holder for d in sheet.outcome.fund.draws.values() if d.from_savings}
        for line in [*_measures(sheet, lang), *([together(lang)] if MUNICIPALITY in holders else [])]:
            console.print(f"• {line}", highlight=False, markup=False)
        console.print()
        print_whole(console, _contributors(sheet, names, lang))
        console.print()


def _statement(sheet: FundSheet, lang: Lang) -> Table:
    s, fund = sheet.outcome.statement, sheet.outcome.fund
    keys = ("year", "opening", "put_in", "back", "interest", "paid", "short", "fees", "given", "closing")
    table = grid(said("fund", lang, name=fund.name), [said(k, lang) for k in keys], right=range(1, 10), compact=True)
    sums: list[Floats] = [
        s.opening, _sum(s.contributions.values()), _sum(s.repaid.values()), s.interest, _sum(s.paid.values()), s.short,
        s.fees, _sum(s.distributed.values()), s.closing,
    ]  # fmt: skip
    for t, year in enumerate(s.years):
        if fund.years.first <= year <= fund.years.last:
            table.add_row(str(year), *(number(half_away_from_zero(float(a[0, t])), lang) for a in sums))
    return table


def _sum(arrays: Iterable[Floats]) -> Floats:
    return np.asarray(sum(arrays))


def _measures(sheet: FundSheet, lang: Lang) -> Iterator[str]:
    m = sheet.measures
    shown = (m.revolving_ratio, m.recovery_per_euro, m.leverage)
    ratio, back, leverage = (decimal(float(v[0]), 2, lang) for v in shown)
    yield said("ratio", lang, ratio=ratio, back=back, leverage=leverage)
    yield said(
        "keeps",
        lang,
        nominal=_rate(float(m.perpetuity_nominal[0]), lang),
        real=_rate(float(m.perpetuity_real[0]), lang),
    )
    years: Sequence[int | None] = (m.dry_year[0], sheet.dry_at_zero)
    plan, zero = (said("never", lang) if y is None else str(y) for y in years)
    yield said("dry", lang, plan=plan, zero=zero)
    life = float(m.average_life_years[0])
    shown_life = said("no_life", lang) if np.isnan(life) else said("life", lang, years=decimal(life, 1, lang))
    yield said("used", lang, rate=_rate(float(m.utilisation[0]), lang), life=shown_life)


def _contributors(sheet: FundSheet, names: dict[str, str], lang: Lang) -> Table:
    """What each contributor puts in, gets back and makes of it."""
    keys = ("contributor", "put_in", "got_back", "npv", "payback", "irr", "mirr")
    table = grid(said("contributors", lang), [said(k, lang) for k in keys], right=range(1, len(keys)), compact=True)
    for name, c in sheet.contributors.items():
        party = sheet.outcome.fund.contributions[name].party
        amounts = (number(half_away_from_zero(a), lang) for a in (c.put_in_eur, c.got_back_eur, c.npv_eur))
        payback = said("never", lang) if c.payback_year is None else str(c.payback_year)
        table.add_row(
            names.get(party, party),
            *amounts,
            payback,
            _returns(sheet.returns[name], lang),
            _rate(c.modified_rate, lang),
        )
    return table


def _returns(rates: Sequence[float], lang: Lang) -> str:
    shown = ", ".join(percent(r, lang) for r in rates)
    if not rates:
        return said("no_return", lang)
    return shown if len(rates) == 1 else said("several", lang, rates=shown)
