"""One party of a coalition on one page: the value behind the printed summary.

Rows and words only; how they look is decided in party_html.py. Whole euros; years add up to their totals as shown.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from coalition.agreement import cash_of
from coalition.arrangement_terms import parties_named
from coalition.errors import UnknownNameError
from coalition.model import Result
from coalition.money import HALF_CENT_EUR, half_away_from_zero, shown_parts
from coalition.numbers import Euro, Growth, Number, ReducingShare, Share
from coalition.outputs.explain_sources import input_name
from coalition.outputs.formats import decimal, euro, number, percent, plain
from coalition.outputs.labels import Lang
from coalition.outputs.text import basis, sentence
from coalition.parties import MUNICIPALITY, PartyKind
from coalition.report import Report, Row
from coalition.trace import SOCIETY, accounts_of
from coalition.uncertainty import Influence, assumed_numbers, influences
from coalition.wrong_pocket import PartyResult

MOST_YEARS = 12
"""Rows of the table of years; later years are taken together in the last one."""
MOST_ASSUMPTIONS = 3
MOST_ARRANGEMENTS = 5

WORDS: dict[str, tuple[str, str]] = {
    "law": ("de wet alleen", "the law alone"),
    "agreed": ("met afspraken", "as agreed"),
    "npv": ("contante waarde", "present value"),
    "range": ("bandbreedte ({interval})", "range ({interval})"),
    "payback": ("terugverdiend in", "paid back in"),
    "zero": ("contante waarde bij effect nul", "present value at zero effect"),
    "never": ("niet binnen {last}", "not by {last}"),
    "pays_nothing": ("geen inleg", "no outlay"),
    "nothing": ("Er is niets afgesproken; dit is wat de wet alleen doet.", "Nothing is agreed; this is the law alone."),
    "no_part": ("Deze partij doet aan geen afspraak mee.", "This party takes part in no arrangement."),
    "more": ("en nog {count}", "and {count} more"),
    "no_assumption": (
        "Geen aanname met een bandbreedte verandert de uitkomst van deze partij.",
        "No assumption with a range changes the result of this party.",
    ),
}


def said(key: str, lang: Lang, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


@dataclass(frozen=True)
class YearRow:
    """One year, or the later years together; whole euros.

    Attributes:
        label: the year, or the first and last of several.
        law: net under the law alone.
        paid, gained: with what is agreed, >= 0.
        worth: present value of the net up to and including this row.
    """

    label: str
    law: int
    paid: int
    gained: int
    worth: int

    @property
    def net(self) -> int:
        """Gained − paid."""
        return self.gained - self.paid


@dataclass(frozen=True)
class PartyPage:
    """What the page says.

    Attributes:
        party, name: id and name; scenario: its name; lang: of the words.
        basis, lead: price level and years; what the party pays and gets, in one sentence.
        facts: (what, value) beside each other at the top.
        years: in order; totals: nominal sums of law, paid and gained.
        has_agreement: whether something is agreed that moves money.
        assumptions: (what, value with its range, what it moves), the largest first.
        arrangements: (name, what the party gets and pays in it over all years); a last line for those left out.
        commands: what shows where the figures come from.
        stamp: version and hash of what it was made from.
    """

    party: str
    name: str
    scenario: str
    lang: Lang
    basis: str
    lead: str
    facts: list[tuple[str, str]]
    years: list[YearRow]
    totals: tuple[int, int, int]
    has_agreement: bool
    assumptions: list[tuple[str, str, str]]
    arrangements: list[tuple[str, str, str]]
    commands: list[str]
    stamp: str


def asked_parties(report: Report, party: str | None) -> list[str]:
    """Ids of the parties that get a page: all that the scenario touches, or those that a name means.

    Raises:
        UnknownNameError: no party has this name, or the scenario does not touch it.
    """
    touched = [r.party.id for r in report.rows if not r.is_group]
    if party is None:
        return touched
    asked, accounts, _ = accounts_of(report.scenario, party)
    found = [a for a in accounts if a in touched]
    if asked == SOCIETY or not found:
        raise UnknownNameError("party", party, touched)
    return found


def party_pages(report: Report, parties: Sequence[str], file: str, lang: Lang) -> list[PartyPage]:
    """One page per party.

    Args:
        report: of the scenario.
        parties: their ids.
        file: the scenario as the user named it, for the commands on the page.
        lang: of the words.
    """
    moved = influences(report.scenario, assumed_numbers(report.scenario))
    return [_page(report, party, moved, file, lang) for party in parties]


def _page(report: Report, party: str, moved: Sequence[Influence], file: str, lang: Lang) -> PartyPage:
    from coalition import __version__

    result = report.result
    row = next(r for r in report.rows if r.party.id == party and not r.is_group)
    law, agreed = (_found(parties, party) for parties in (result.run.law_parties, result.run.parties))
    name = row.party.name_nl if lang == "nl" else row.party.name_en
    years = _years(result, law, agreed)
    return PartyPage(
        party=party,
        name=name,
        scenario=report.scenario.spec.scenario.name,
        lang=lang,
        basis=basis(report, lang),
        lead=sentence(row, name, report, lang),
        facts=_facts(report, row, law, lang),
        years=_shortened(years),
        totals=(sum(y.law for y in years), sum(y.paid for y in years), sum(y.gained for y in years)),
        has_agreement=bool(result.run.agreed.postings),
        assumptions=_assumptions(report, party, moved, lang),
        arrangements=_arrangements(result, party, lang),
        commands=_commands(report, party, file, lang),
        stamp=f"coalition {__version__} · {report.scenario.input_hash[:12]}",
    )


def _found(parties: Sequence[PartyResult], party: str) -> PartyResult:
    return next(p for p in parties if p.party.id == party)


# --- facts and years ----------------------------------------------------------------------------------------------


def _facts(report: Report, row: Row, law: PartyResult, lang: Lang) -> list[tuple[str, str]]:
    """Present values, range, payback and the twin without effect."""
    has_agreement, npv = bool(report.result.run.agreed.postings), said("npv", lang)
    facts = []
    if has_agreement:
        facts.append((f"{npv}, {said('law', lang)}", euro(float(law.npv[0]), lang)))
    facts.append((f"{npv}, {said('agreed' if has_agreement else 'law', lang)}", euro(row.npv_eur, lang)))
    if row.npv_range is not None:
        interval = percent(report.scenario.spec.uncertainty.interval, lang, 0)
        ends = (number(half_away_from_zero(v), lang) for v in (row.npv_range.low_eur, row.npv_range.high_eur))
        facts.append((said("range", lang, interval=interval), " … ".join(ends)))
    facts.append((said("payback", lang), _payback(row, str(report.result.years[-1]), lang)))
    facts.append((said("zero", lang), euro(row.npv_zero_effect_eur, lang)))
    return facts


def _payback(row: Row, last: str, lang: Lang) -> str:
    if not row.invests:
        return said("pays_nothing", lang)
    return said("never", lang, last=last) if row.payback_year is None else str(row.payback_year)


def _years(result: Result, law: PartyResult, agreed: PartyResult) -> list[YearRow]:
    """Every year shown, in whole euros that add up."""
    shown = len(result.years)
    paid, gained = shown_parts(agreed.paid[0].tolist()), shown_parts(agreed.gained[0].tolist())
    alone = shown_parts(law.net[0].tolist())
    worth = accumulate(shown_parts(agreed.worth[0, :shown].tolist()))
    columns = zip(map(str, result.years), alone, paid, gained, worth, strict=True)
    return [YearRow(*values) for values in columns]


def _shortened(years: Sequence[YearRow]) -> list[YearRow]:
    """As many rows as a page holds; the later years together in the last one."""
    if len(years) <= MOST_YEARS:
        return list(years)
    kept, rest = years[: MOST_YEARS - 1], years[MOST_YEARS - 1 :]
    law, paid, gained = (sum(getattr(y, key) for y in rest) for key in ("law", "paid", "gained"))
    return [*kept, YearRow(f"{rest[0].label}–{rest[-1].label}", law, paid, gained, rest[-1].worth)]


# --- what matters and what is agreed ------------------------------------------------------------------------------


def _assumptions(report: Report, party: str, moved: Sequence[Influence], lang: Lang) -> list[tuple[str, str, str]]:
    """The assumptions that move this party's present value most between their low and high ends."""
    sized = [(abs(i.high_eur[party] - i.low_eur[party]), i) for i in moved]
    largest = sorted((s for s in sized if s[0] >= HALF_CENT_EUR), key=lambda s: -s[0])[:MOST_ASSUMPTIONS]
    return [
        (input_name(i.path, report.scenario.spec, lang), _value(i.number, lang), euro(size, lang))
        for size, i in largest
    ]


def _value(stated: Number, lang: Lang) -> str:
    """A number with its range, in percent where it is a share and in euro where it is an amount."""

    def one(value: float | None) -> str:
        if value is None:
            return "-"
        if isinstance(stated, Share | ReducingShare | Growth):
            return percent(value, lang, 2)
        return (
            f"€ {decimal(value, 0 if value == round(value) else 2, lang)}"
            if isinstance(stated, Euro)
            else plain(value, lang)
        )

    return f"{one(stated.value)} ({one(stated.low)} – {one(stated.high)})"


def _arrangements(result: Result, party: str, lang: Lang) -> list[tuple[str, str, str]]:
    """What the party takes part in, with its receipts and payments over all years; nominal."""
    terms = result.scenario.spec.arrangements
    moving = dict.fromkeys(p.arrangement for p in result.run.agreed.postings)
    cash = {name: cash_of(result, name).get(party) for name in moving}
    roles = {party, MUNICIPALITY} if _is_municipality(result, party) else {party}
    found = []
    for name, stated in terms.named.items():
        amounts = cash.get(name)
        if not stated.enabled or (amounts is None and not roles & parties_named(stated)):
            continue
        came = 0.0 if amounts is None else float(amounts[amounts > 0].sum())
        went = 0.0 if amounts is None else float(-amounts[amounts < 0].sum())
        found.append((stated.name, euro(came, lang), euro(went, lang)))
    if len(found) > MOST_ARRANGEMENTS:
        rest = len(found) - MOST_ARRANGEMENTS + 1
        return [*found[: MOST_ARRANGEMENTS - 1], (said("more", lang, count=str(rest)), "", "")]
    return found


def _is_municipality(result: Result, party: str) -> bool:
    return _found(result.run.parties, party).party.kind is PartyKind.MUNICIPALITY


def _commands(report: Report, party: str, file: str, lang: Lang) -> list[str]:
    """What to type for where an amount comes from."""
    tail = "" if lang == "nl" else " --lang en"
    asked = f"coalition explain {shlex.quote(file)} {party}"
    commands = [f"{asked} {report.result.years[0]}{tail}"]
    row = next(r for r in report.rows if r.party.id == party)
    return [*commands, f"{asked} --range{tail}"] if row.npv_range is not None else commands
