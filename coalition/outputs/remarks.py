"""What a reader must know beside the figures of the first screen, one sentence each."""

from __future__ import annotations

from coalition.money import half_away_from_zero
from coalition.notes import Note, freed_capacity
from coalition.outputs.formats import decimal, euro, number, percent, plain
from coalition.outputs.labels import Lang, key_label, pocket_label, text
from coalition.parties import PartyKind, Pocket
from coalition.report import Report, at_table
from coalition.uncertainty import Influence

MOST_INFLUENCES = 3
SMALLEST_EUR = 0.5
NAMED_TOGETHER = {"no_cash_effect": "intervention", "extra_care": "pocket", "mkba_gross": "policy"}
"""Notes that differ in one name only, and which."""


def remarks(report: Report, lang: Lang) -> list[str]:
    """What a reader must know, one sentence each, the serious ones first."""
    serious = [text(n.code, lang, **_facts(n, lang)) for n in report.notes if n.serious]
    others = _said_together([n for n in report.notes if not n.serious], lang)
    return [*serious, *_money_notes(report, lang), *_assumption_notes(report, lang), *others, *_tail(report, lang)]


def _facts(note: Note, lang: Lang) -> dict[str, str]:
    shown = dict(note.facts)
    if "pocket" in shown:
        shown["pocket"] = pocket_label(shown["pocket"], lang)
    if "pockets" in shown:
        shown["pockets"] = ", ".join(pocket_label(p, lang) for p in shown["pockets"].split(", "))
    return shown


def _said_together(notes: list[Note], lang: Lang) -> list[str]:
    """One sentence per note, but one for all where only the name differs."""
    lines: list[str] = []
    for code in dict.fromkeys(n.code for n in notes):
        facts = [_facts(n, lang) for n in notes if n.code == code]
        if code == "shares_differ":
            parts = "; ".join(text("shares_differ_part", lang, **f) for f in facts)
            lines.append(text(code, lang, parts=parts))
        elif code in NAMED_TOGETHER:
            key = NAMED_TOGETHER[code]
            lines.append(text(code, lang, **{key: ", ".join(f[key] for f in facts)}))
        else:
            lines += [text(code, lang, **f) for f in facts]
    return lines


def _money_notes(report: Report, lang: Lang) -> list[str]:
    lines = []
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    if report.repair.losers:
        lines.append(_repair(report, names, lang))
    else:
        lines.append(text("note_repair_none", lang))
    lines += _policy(report, lang)
    shown = {k: decimal(v, 2, lang) for k, v in report.index.items()}
    rest = shown.pop("without_providers_residents_zvw_fund")
    lines.append(text("note_index", lang, rest=rest, **shown))
    if report.windfall_eur is not None:
        before, after = (euro(v, lang) for v in report.windfall_eur)
        lines.append(text("note_windfall", lang, before=before, after=after))
    for insurer, (none, everything) in report.clawback.items():
        if report.scenario.spec.parties.insurers[insurer].contracting:
            name = names.get(insurer, insurer)
            lines.append(text("note_clawback", lang, name=name, none=euro(none, lang), all=euro(everything, lang)))
    if report.qalys:
        shown_qalys = [decimal(q, 1, lang) for q in (report.qalys, report.qalys_discounted)]
        rate = percent(report.qaly_rate, lang)
        lines.append(text("note_qalys", lang, qalys=shown_qalys[0], discounted=shown_qalys[1], rate=rate))
    for label, amount in report.monetised_eur.items():
        lines.append(text("note_monetised", lang, label=label, amount=euro(amount, lang)))
    return lines + _freed(report, lang)


def _repair(report: Report, names: dict[str, str], lang: Lang) -> str:
    """The loss at the table, and whether its winners could make it good."""
    found = report.repair
    winners = [
        r.party.id for r in report.result.run.parties if r.party.id in at_table(report.scenario) and r.npv[0] > 0.5
    ]
    facts = {
        "surplus": euro(found.surplus_eur, lang),
        "winners": ", ".join(names.get(i, i) for i in winners) or "-",
        "short": euro(found.loss_eur - found.surplus_eur, lang),
    }
    enough = text("note_enough" if found.surplus_eur >= found.loss_eur else "note_not_enough", lang, **facts)
    losers = ", ".join(names.get(i, i) for i in found.losers)
    return text("note_repair", lang, losers=losers, loss=euro(found.loss_eur, lang), enough=enough)


def _policy(report: Report, lang: Lang) -> list[str]:
    """How much of the municipalities' money is the gemeentepolis."""
    policies, years = report.scenario.spec.gemeentepolis, len(report.result.years)
    municipal = {r.party.id for r in report.rows if r.party.kind is PartyKind.MUNICIPALITY}
    own = [c for k, c in report.result.run.cells.items() if k.party in municipal and k.intervention in policies]
    paid, gained = (sum(float(getattr(c, part)[0, :years].sum()) for c in own) for part in ("paid", "gained"))
    if not own or not report.scenario.spec.interventions:
        return []
    return [text("note_policy", lang, paid=euro(paid, lang), gained=euro(gained, lang))]


def _freed(report: Report, lang: Lang) -> list[str]:
    parts = []
    for pocket, (amount, hours) in freed_capacity(report.scenario, report.result.run).items():
        if abs(amount) >= SMALLEST_EUR:
            staff = "" if hours is None else text("hours", lang, hours=number(half_away_from_zero(hours), lang))
            parts.append(f"{pocket_label(pocket.value, lang)} {euro(amount, lang)}{staff}")
    return [text("note_freed", lang, parts="; ".join(parts))] if parts else []


def _assumption_notes(report: Report, lang: Lang) -> list[str]:
    lines = [text("note_assumed", lang, count=str(report.assumed_count), number=str(report.number_count))]
    felt = [i for i in report.influences if i.size_eur >= SMALLEST_EUR]
    for rank, found in enumerate(felt[:MOST_INFLUENCES], start=1):
        lines.append(_influence(rank, found, report, lang))
    unranged = report.assumed_count - len(report.influences)
    if report.influences and unranged:
        lines.append(text("without_range", lang, count=str(unranged)))
    return lines + _outside_range(report, lang)


def _outside_range(report: Report, lang: Lang) -> list[str]:
    """Parties whose planned present value is not between the ends of its own range."""
    outside = [
        r.party.name_nl if lang == "nl" else r.party.name_en
        for r in report.rows
        if r.npv_range is not None and not r.npv_range.low_eur - 1 <= r.npv_eur <= r.npv_range.high_eur + 1
    ]
    return [text("at_an_end", lang, parties=", ".join(outside))] if outside else []


def _influence(rank: int, found: Influence, report: Report, lang: Lang) -> str:
    stated = found.number
    low, high = (plain(v, lang) for v in (stated.low or 0.0, stated.high or 0.0))
    return text(
        "note_influence",
        lang,
        rank=str(rank),
        what=_what(found.path, report, lang),
        path=found.path,
        value=plain(stated.value, lang),
        low=low,
        high=high,
        size=euro(found.size_eur, lang),
    )


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


def _tail(report: Report, lang: Lang) -> list[str]:
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    last = str(report.result.years[-1])
    return [
        text("note_tail", lang, last=last, amount=euro(amount, lang), party=names.get(party, party))
        for party, amount in report.tail_eur.items()
        if abs(amount) >= 0.5 and party in names
    ]
