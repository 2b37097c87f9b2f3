"""What a reader must know beside the figures of the first screen, one sentence each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from coalition.figures import FIGURE_NAMES, Figure, figure_named
from coalition.money import half_away_from_zero
from coalition.notes import Note, freed_per_pocket
from coalition.outputs.formats import decimal, euro, number, percent, plain
from coalition.outputs.labels import Lang, key_label, pocket_label, text
from coalition.parties import Pocket
from coalition.report import Report, at_table
from coalition.uncertainty import Influence

MOST_INFLUENCES = 3
SMALLEST_EUR = 0.5
NAMED_TOGETHER = {"no_cash_effect": "intervention", "extra_care": "pocket", "mkba_gross": "policy"}
"""Notes that differ in one name only, and which."""


@dataclass(frozen=True)
class Remark:
    """One sentence beside the tables.

    Attributes:
        said: the sentence.
        ask: what `coalition explain` is asked for its figures; empty when it has none.
    """

    said: str
    ask: tuple[str, ...] = ()

    def line(self, lang: Lang) -> str:
        """The sentence with what to ask between brackets, figures by their name in this language."""
        figure = figure_named(self.ask[0]) if self.ask else None
        words = self.ask if figure is None or lang == "en" else (FIGURE_NAMES[figure][0],)
        return f"{self.said} [{' '.join(words)}]" if words else self.said


def remarks(report: Report, lang: Lang) -> list[Remark]:
    """What a reader must know, one sentence each, the serious ones first."""
    serious = [Remark(text(n.code, lang, **_facts(n, lang)), n.ask) for n in report.notes if n.serious]
    others = _said_together([n for n in report.notes if not n.serious], lang)
    return [*serious, *_money_notes(report, lang), *_assumption_notes(report, lang), *others, *_tail(report, lang)]


def note_lines(notes: list[Note], lang: Lang) -> list[str]:
    """What notes say, one sentence each, the serious ones first."""
    serious = [text(n.code, lang, **_facts(n, lang)) for n in notes if n.serious]
    return [*serious, *(r.said for r in _said_together([n for n in notes if not n.serious], lang))]


def _facts(note: Note, lang: Lang) -> dict[str, str]:
    shown = dict(note.facts)
    if "pocket" in shown:
        shown["pocket"] = pocket_label(shown["pocket"], lang)
    if "pockets" in shown:
        shown["pockets"] = ", ".join(pocket_label(p, lang) for p in shown["pockets"].split(", "))
    return shown


def _said_together(notes: list[Note], lang: Lang) -> list[Remark]:
    """One sentence per note, but one for all where only the name differs."""
    lines: list[Remark] = []
    for code in dict.fromkeys(n.code for n in notes):
        alike = [n for n in notes if n.code == code]
        facts = [_facts(n, lang) for n in alike]
        if code == "shares_differ":
            parts = "; ".join(text("shares_differ_part", lang, **f) for f in facts)
            lines.append(Remark(text(code, lang, parts=parts), alike[0].ask))
        elif code in NAMED_TOGETHER:
            key = NAMED_TOGETHER[code]
            lines.append(Remark(text(code, lang, **{key: ", ".join(f[key] for f in facts)})))
        else:
            lines += [Remark(text(code, lang, **f), n.ask) for n, f in zip(alike, facts, strict=True)]
    return lines


def _money_notes(report: Report, lang: Lang) -> list[Remark]:
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    return [
        _repair(report, names, lang),
        *_policy(report, lang),
        _index(report, lang),
        *_windfall(report, lang),
        *_clawback(report, names, lang),
        *_welfare(report, lang),
        *_freed(report, lang),
    ]


def _index(report: Report, lang: Lang) -> Remark:
    if math.isnan(report.index["all"]):
        gains = any(r.gained_eur >= SMALLEST_EUR for r in report.rows)
        why = text("nobody_pays" if gains else "nobody_gains", lang)
        return Remark(text("note_index_none", lang, why=why), (Figure.INDEX,))
    shown = {k: decimal(v, 2, lang) for k, v in report.index.items()}
    rest = shown.pop("without_providers_residents_zvw_fund")
    return Remark(text("note_index", lang, rest=rest, **shown), (Figure.INDEX,))


def _windfall(report: Report, lang: Lang) -> list[Remark]:
    if report.windfall_eur is None:
        return []
    before, after = (euro(v, lang) for v in report.windfall_eur)
    return [Remark(text("note_windfall", lang, before=before, after=after), (Figure.WINDFALL,))]


def _clawback(report: Report, names: dict[str, str], lang: Lang) -> list[Remark]:
    lines = []
    for insurer, (none, everything) in report.clawback.items():
        if report.scenario.spec.parties.insurers[insurer].contracting:
            stated = next(r.npv_eur for r in report.rows if r.party.id == insurer)
            facts = {"name": names.get(insurer, insurer), "stated": euro(stated, lang)}
            facts |= {"none": euro(none, lang), "all": euro(everything, lang)}
            lines.append(Remark(text("note_clawback", lang, **facts), (Figure.CLAWBACK,)))
    return lines


def _welfare(report: Report, lang: Lang) -> list[Remark]:
    """Health, and what a source valued without there being any money."""
    lines = []
    if report.qalys:
        shown = [decimal(q, 1, lang) for q in (report.qalys, report.qalys_discounted)]
        rate = percent(report.qaly_rate, lang)
        lines.append(Remark(text("note_qalys", lang, qalys=shown[0], discounted=shown[1], rate=rate), (Figure.QALYS,)))
    for label, amount in report.monetised_eur.items():
        said = text("note_monetised", lang, label=label, amount=euro(amount, lang))
        lines.append(Remark(said, (Figure.MONETISED,)))
    return lines


def _repair(report: Report, names: dict[str, str], lang: Lang) -> Remark:
    """The loss at the table, and whether its winners could make it good."""
    found = report.repair
    if not found.losers:
        return Remark(text("note_repair_none", lang), (Figure.REPAIR,))
    winners = [
        r.party.id for r in report.result.run.parties if r.party.id in at_table(report.scenario) and r.npv[0] > 0.5
    ]
    facts = {
        "surplus": euro(found.surplus_eur, lang),
        "winners": ", ".join(names.get(i, i) for i in winners),
        "short": euro(found.loss_eur - found.surplus_eur, lang),
    }
    case = "note_enough" if found.surplus_eur >= found.loss_eur else "note_not_enough"
    enough = text(case if winners else "note_no_winner", lang, **facts)
    losers = ", ".join(names.get(i, i) for i in found.losers)
    investors = text("note_investors", lang) if report.scenario.spec.parties.investors else ""
    facts = {"losers": losers, "loss": euro(found.loss_eur, lang), "enough": enough, "investors": investors}
    said = text("note_repair", lang, **facts)
    outside = _winners_outside(report)
    if outside and found.surplus_eur < found.loss_eur:
        said += text("note_outside", lang, outside=", ".join(names.get(i, i) for i in outside))
    return Remark(said, (Figure.REPAIR,))


def _winners_outside(report: Report) -> list[str]:
    """Parties that gain and sit at no table: where money could come from."""
    table = at_table(report.scenario)
    return [r.party.id for r in report.result.run.parties if r.party.id not in table and r.npv[0] > SMALLEST_EUR]


def _policy(report: Report, lang: Lang) -> list[Remark]:
    """How much of the municipalities' money is the gemeentepolis."""
    spec = report.scenario.spec
    if not spec.gemeentepolis or not spec.interventions:
        return []
    paid, gained = (euro(v, lang) for v in report.policy_eur)
    return [Remark(text("note_policy", lang, paid=paid, gained=gained), (Figure.POLICIES,))]


def _freed(report: Report, lang: Lang) -> list[Remark]:
    parts = []
    for pocket, (amount, hours) in freed_per_pocket(report.freed).items():
        if abs(amount) >= SMALLEST_EUR:
            staff = "" if hours is None else text("hours", lang, hours=number(half_away_from_zero(hours), lang))
            parts.append(f"{pocket_label(pocket.value, lang)} {euro(amount, lang)}{staff}")
    return [Remark(text("note_freed", lang, parts="; ".join(parts)), (Figure.CAPACITY,))] if parts else []


def _assumption_notes(report: Report, lang: Lang) -> list[Remark]:
    said = text("note_assumed", lang, count=str(report.assumed_count), number=str(report.number_count))
    lines = [Remark(said, (Figure.ASSUMPTIONS,))]
    felt = [i for i in report.influences if i.size_eur >= SMALLEST_EUR]
    for rank, found in enumerate(felt[:MOST_INFLUENCES], start=1):
        lines.append(_influence(rank, found, report, lang))
    unranged = report.assumed_count - len(report.influences)
    if report.influences and unranged:
        lines.append(Remark(text("without_range", lang, count=str(unranged)), (Figure.ASSUMPTIONS,)))
    return lines + _outside_range(report, lang)


def _outside_range(report: Report, lang: Lang) -> list[Remark]:
    """Parties whose planned present value is not between the ends of its own range."""
    outside = [
        r.party.name_nl if lang == "nl" else r.party.name_en
        for r in report.rows
        if r.npv_range is not None and not r.npv_range.low_eur - 1 <= r.npv_eur <= r.npv_range.high_eur + 1
    ]
    return [Remark(text("at_an_end", lang, parties=", ".join(outside)))] if outside else []


def _influence(rank: int, found: Influence, report: Report, lang: Lang) -> Remark:
    stated = found.number
    low, high = (plain(v, lang) for v in (stated.low or 0.0, stated.high or 0.0))
    said = text(
        "note_influence",
        lang,
        rank=str(rank),
        what=_what(found.path, report, lang),
        value=plain(stated.value, lang),
        low=low,
        high=high,
        size=euro(found.size_eur, lang),
    )
    return Remark(said, (found.path,))


def _what(path: str, report: Report, lang: Lang) -> str:
    """A number in words: whose it is, and what it says."""
    spec = report.scenario.spec
    section, _, rest = path.partition(".")
    owner = rest.partition(".")[0]
    names = {
        "interventions": {k: v.name for k, v in spec.interventions.items()},
        "target_groups": {k: v.name for k, v in spec.target_groups.items()},
        "gemeentepolis": {k: v.name for k, v in spec.gemeentepolis.items()},
    }.get(section, {})
    label = key_label(path, lang)
    if owner in names:
        return f"{names[owner]}, {label}"
    if path.startswith("parties.insurers."):
        return f"{spec.parties.insurers[path.split('.')[2]].name}, {label}"
    pocket = next((p.value for p in Pocket if p.value in path.split(".")), None)
    return f"{pocket_label(pocket, lang)}, {label}" if pocket else label


def _tail(report: Report, lang: Lang) -> list[Remark]:
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    last = str(report.result.years[-1])
    return [
        Remark(text("note_tail", lang, last=last, amount=euro(amount, lang), party=names[party]), (Figure.TAIL,))
        for party, amount in report.tail_eur.items()
        if abs(amount) >= 0.5 and party in names
    ]
