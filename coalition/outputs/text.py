"""A report as text in a terminal: the first screen. Renders only; every figure comes from report.py."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coalition.money import half_away_from_zero, shown_parts
from coalition.notes import freed_capacity
from coalition.outputs.labels import Lang, key_label, pocket_label, text
from coalition.parties import PartyKind, Pocket
from coalition.report import ALL_INSURERS, MUNICIPALITIES, Axis, Report, Row, at_table, matrix
from coalition.schema import DiscountStandard
from coalition.uncertainty import Influence

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MOST_INFLUENCES = 3
SMALLEST_EUR = 0.5
WIDEST_NAME = 32
WIDEST_TABLE = 400
THOUSANDS_FROM_EUR = 1_000_000
"""From this largest amount on, tables are in thousands of euros; the whole euros stand in JSON, CSV and explain."""


def euro(amount: float, lang: Lang) -> str:
    """Whole euros: `€ 1.234` in Dutch, `€ 1,234` in English; a minus stands before the number."""
    return "€ " + number(half_away_from_zero(amount), lang)


def short_euro(amount: float, lang: Lang) -> str:
    """`€ 34,6 miljoen` from a million on, whole euros below."""
    if abs(amount) < 1_000_000:
        return euro(amount, lang)
    return f"€ {decimal(amount / 1_000_000, 2, lang)} {text('million', lang)}"


def number(value: int, lang: Lang) -> str:
    """A whole number with thousands marks."""
    marked = f"{value:,}"
    return marked.replace(",", ".") if lang == "nl" else marked


def decimal(value: float, digits: int, lang: Lang) -> str:
    """A number with decimals; `-` when it is not defined."""
    if math.isnan(value):
        return "-"
    marked = f"{value:,.{digits}f}"
    return marked.translate(str.maketrans(",.", ".,")) if lang == "nl" else marked


def percent(share: float, lang: Lang, digits: int = 1) -> str:
    """A share as a percentage, without superfluous zeros."""
    shown = decimal(share * 100, digits, lang)
    mark = "," if lang == "nl" else "."
    return (shown.rstrip("0").rstrip(mark) if mark in shown else shown) + " %"


def print_report(report: Report, console: Console, lang: Lang, command: str, by: Axis = Axis.POCKET) -> None:
    """The first screen: basis, sentences, parties, matrix, zero effect, notes."""
    head = report.scenario.spec.scenario
    console.print(f"[bold]{head.title}[/bold]", highlight=False)
    console.print(basis(report, lang), highlight=False)
    console.print(text("law", lang), highlight=False)
    console.print()
    for sentence in sentences(report, lang):
        console.print(f"[bold]{sentence}[/bold]", highlight=False)
    console.print()
    _print_whole(console, _party_table(report, lang))
    unit = _unit(report, lang)
    years = {"price_year": str(head.price_year), "first": str(head.first_year)}
    console.print(text("amounts", lang, unit=unit, **years), highlight=False, style="dim")
    console.print()
    _print_whole(console, _matrix_table(report, by, lang))
    console.print()
    _print_whole(console, _zero_table(report, lang))
    console.print(text("zero_why", lang), highlight=False, style="dim")
    console.print()
    console.print(f"[bold]{text('to_know', lang)}[/bold]")
    for line in notes(report, lang):
        console.print(f"• {line}", highlight=False, markup=False)
    console.print()
    console.print(text("more", lang, command=command), highlight=False, style="dim")


def _print_whole(console: Console, table: Table) -> None:
    """Print a table at its full width, however narrow the terminal: a number that is cut off is a wrong number."""
    from rich.measure import Measurement

    usual, wide = console.width, console.options.update(width=WIDEST_TABLE, max_width=WIDEST_TABLE)
    console.width = max(usual, Measurement.get(console, wide, table).maximum)
    console.print(table)
    console.width = usual


def basis(report: Report, lang: Lang) -> str:
    """Base year, price level, horizon and discount rate in one line."""
    head, years = report.scenario.spec.scenario, report.result.years
    stated = head.discount
    kind = f"real_{stated.value}" if isinstance(stated, DiscountStandard) else stated.kind.value
    return text(
        "basis",
        lang,
        first=str(years[0]),
        last=str(years[-1]),
        price_year=str(head.price_year),
        rate=percent(report.rate, lang, 2),
        kind=text(kind, lang),
    )


def sentences(report: Report, lang: Lang) -> list[str]:
    """One sentence for the municipalities and one for the insurers."""
    found = []
    for group, words in ((MUNICIPALITIES, "municipalities"), (ALL_INSURERS, "insurers")):
        row = _group_row(report, group.id, group.kind)
        if row is not None:
            found.append(_sentence(row, text(words, lang) if row.is_group else row.party.name_nl, report, lang))
    return found


def _group_row(report: Report, group: str, kind: PartyKind) -> Row | None:
    """The row of a group, or of its only member."""
    rows = [r for r in report.rows if r.party.id == group]
    return rows[0] if rows else next((r for r in report.rows if r.party.kind is kind), None)


def _sentence(row: Row, who: str, report: Report, lang: Lang) -> str:
    facts = {"who": who, "paid": short_euro(row.paid_eur, lang), "gained": short_euro(row.gained_eur, lang)}
    facts |= {"year": str(row.payback_year), "last": str(report.result.years[-1])}
    return text(f"{_case(row)}_{'many' if row.is_group else 'one'}", lang, **facts)


def _case(row: Row) -> str:
    """Which sentence fits: pays and gets back, pays for good, only gains, only loses, or both without paying in."""
    if row.invests:
        return "never" if row.payback_year is None else "back"
    if row.paid_eur < 0.5:
        return "gain"
    return "lose" if row.gained_eur < 0.5 else "both"


# --- tables -------------------------------------------------------------------------------------------------------


def _table(title: str, headings: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )
    table.add_column(headings[0], justify="left", no_wrap=True, max_width=WIDEST_NAME)
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _scale(report: Report) -> int:
    """1,000 where amounts are large, else 1."""
    largest = max((max(r.paid_eur, r.gained_eur) for r in report.rows), default=0.0)
    return 1000 if largest >= THOUSANDS_FROM_EUR else 1


def _unit(report: Report, lang: Lang) -> str:
    return text(f"unit_{_scale(report)}", lang)


def _party_table(report: Report, lang: Lang) -> Table:
    interval = percent(report.scenario.spec.uncertainty.interval, lang, 0)
    with_range = any(r.npv_range for r in report.rows)
    headings = [text(k, lang) for k in ("party", "paid", "gained", "net", "npv")]
    if with_range:
        headings.append(text("range", lang, interval=interval))
    headings.append(text("payback", lang))
    table = _table(f"{text('who', lang)} ({_unit(report, lang)})", headings)
    last, scale = str(report.result.years[-1]), _scale(report)
    for row, paid, gained in _shown_rows(report):
        cells = [_name(row, report, lang), number(paid, lang), number(gained, lang), number(gained - paid, lang)]
        cells.append(number(half_away_from_zero(row.npv_eur / scale), lang))
        if with_range:
            cells.append(_range(row, scale, lang))
        cells.append(_payback(row, last, lang))
        table.add_row(*cells, style="bold" if row.is_group else None)
    return table


def _shown_rows(report: Report) -> list[tuple[Row, int, int]]:
    """Rows with what they pay and gain, rounded such that the members of a group add up to it."""
    shown: list[tuple[Row, int, int]] = []
    scale = _scale(report)
    for kind in (PartyKind.MUNICIPALITY, PartyKind.INSURER, None):
        members = [r for r in report.rows if not r.is_group and _kind(r) is kind]
        group = next((r for r in report.rows if r.is_group and r.party.kind is kind), None)
        paid = shown_parts([r.paid_eur / scale for r in members])
        gained = shown_parts([r.gained_eur / scale for r in members])
        if group is not None:
            shown.append((group, sum(paid), sum(gained)))
        shown += list(zip(members, paid, gained, strict=True))
    return shown


def _kind(row: Row) -> PartyKind | None:
    return row.party.kind if row.party.kind in {PartyKind.MUNICIPALITY, PartyKind.INSURER} else None


def _name(row: Row, report: Report, lang: Lang) -> str:
    name = row.party.name_nl if lang == "nl" else row.party.name_en
    grouped = any(r.is_group and r.party.kind is row.party.kind for r in report.rows)
    return f"  {name}" if grouped and not row.is_group else name


def _range(row: Row, scale: int, lang: Lang) -> str:
    if row.npv_range is None:
        return ""
    low, high = (half_away_from_zero(v / scale) for v in (row.npv_range.low_eur, row.npv_range.high_eur))
    return f"{number(low, lang)} … {number(high, lang)}"


def _payback(row: Row, last: str, lang: Lang) -> str:
    if not row.invests:
        return text("pays_nothing", lang)
    return str(row.payback_year) if row.payback_year is not None else text("never", lang, last=last)


def _matrix_table(report: Report, by: Axis, lang: Lang) -> Table:
    """Net per party and column; the columns that would show only zeros are left out."""
    found = report.pockets if by is Axis.POCKET else matrix(report.result, by)
    scale = _scale(report)
    columns = [c for c in _columns(report, by) if _largest(found, c) >= scale / 2]
    headings = [text("party", lang), *(_column_label(by, c, lang) for c in columns), text("total", lang)]
    table = _table(text(f"matrix_{by.value}", lang, unit=_unit(report, lang)), headings)
    nets = {row.party.id: gained - paid for row, paid, gained in _shown_rows(report)}
    for row in report.rows:
        cells = _adding_up([found.get((row.party.id, c), 0.0) / scale for c in columns], nets[row.party.id])
        shown = [number(c, lang) if c else "·" for c in cells]
        style = "bold" if row.is_group else None
        table.add_row(_name(row, report, lang), *shown, number(sum(cells), lang), style=style)
    return table


def _adding_up(values: Sequence[float], total: int) -> list[int]:
    """Whole amounts that add up to a total shown elsewhere; what rounding leaves over goes to the largest."""
    cells = [half_away_from_zero(v) for v in values]
    if cells and (left := total - sum(cells)):
        cells[max(range(len(cells)), key=lambda k: abs(values[k]))] += left
    return cells


def _columns(report: Report, by: Axis) -> list[str]:
    if by is Axis.YEAR:
        return [str(year) for year in report.result.years]
    if by is Axis.POCKET:
        return [p.value for p in Pocket]
    spec = report.scenario.spec
    return [*spec.interventions, *spec.gemeentepolis, "coordination"]


def _column_label(by: Axis, column: str, lang: Lang) -> str:
    return pocket_label(column, lang) if by is Axis.POCKET else column


def _largest(found: Mapping[tuple[str, str], float], column: str) -> float:
    return max((abs(v) for (_, c), v in found.items() if c == column), default=0.0)


def _zero_table(report: Report, lang: Lang) -> Table:
    headings = [f"{text('party', lang)} ({text('npv', lang)})"]
    headings += [text(k, lang) for k in ("plan", "at_zero", "break_even")]
    table = _table(f"{text('zero', lang)} ({_unit(report, lang)})", headings)
    scale = _scale(report)
    for row in report.rows:
        if row.is_group or _kind(row) is None or not _in_group(row, report):
            break_even = "" if row.break_even is None else decimal(row.break_even, 2, lang)
            plan, zero = (half_away_from_zero(v / scale) for v in (row.npv_eur, row.npv_zero_effect_eur))
            table.add_row(_name(row, report, lang), number(plan, lang), number(zero, lang), break_even)
    society = (report.societal_npv_eur, report.societal_npv_zero_effect_eur)
    table.add_row(
        text("society", lang), *(number(half_away_from_zero(v / scale), lang) for v in society), "", style="bold"
    )
    return table


def _in_group(row: Row, report: Report) -> bool:
    return any(r.is_group and r.party.kind is row.party.kind for r in report.rows)


# --- notes --------------------------------------------------------------------------------------------------------


def notes(report: Report, lang: Lang) -> list[str]:
    """What a reader must know, one sentence each, the serious ones first."""
    serious = [text(n.code, lang, **_facts(n.facts, lang)) for n in report.notes if n.serious]
    others = [text(n.code, lang, **_facts(n.facts, lang)) for n in report.notes if not n.serious]
    return [*serious, *_money_notes(report, lang), *_assumption_notes(report, lang), *others, *_tail(report, lang)]


def _facts(facts: dict[str, str], lang: Lang) -> dict[str, str]:
    shown = dict(facts)
    if "pocket" in shown:
        shown["pocket"] = pocket_label(shown["pocket"], lang)
    return shown


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
    lines = []
    for pocket, (amount, hours) in freed_capacity(report.scenario, report.result.run).items():
        if abs(amount) >= 0.5:
            staff = "" if hours is None else text("hours", lang, hours=number(half_away_from_zero(hours), lang))
            label = pocket_label(pocket.value, lang)
            lines.append(text("note_freed", lang, amount=euro(amount, lang), pocket=label, hours=staff))
    return lines


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


def plain(value: float, lang: Lang) -> str:
    """A number as short as it is exact to six digits."""
    shown = f"{value:.6g}"
    return shown.replace(".", ",") if lang == "nl" else shown


def _tail(report: Report, lang: Lang) -> list[str]:
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    last = str(report.result.years[-1])
    return [
        text("note_tail", lang, last=last, amount=euro(amount, lang), party=names.get(party, party))
        for party, amount in report.tail_eur.items()
        if abs(amount) >= 0.5 and party in names
    ]
