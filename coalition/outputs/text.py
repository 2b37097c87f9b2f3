"""A report as text in a terminal: the first screen. Renders only; every figure comes from report.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from coalition.money import HALF_CENT_EUR, half_away_from_zero, shown_parts
from coalition.outputs.agreement_text import print_changes
from coalition.outputs.formats import decimal, grid, number, percent, print_whole, short_euro
from coalition.outputs.labels import Lang, pocket_label, text
from coalition.outputs.remarks import remarks
from coalition.parties import COORDINATION, RESIDENTS, PartyKind, Pocket
from coalition.report import ALL_INSURERS, MUNICIPALITIES, Axis, Report, Row, matrix
from coalition.schema import DiscountStandard

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDEST_NAME = 32
THOUSANDS_FROM_EUR = 1_000_000
"""From this largest amount on, tables are in thousands of euros; the whole euros stand in JSON, CSV and explain."""


def print_report(report: Report, console: Console, lang: Lang, command: str, by: Axis = Axis.POCKET) -> None:
    """The first screen: basis, sentences, parties, matrix, zero effect, notes."""
    head = report.scenario.spec.scenario
    console.print(f"[bold]{head.title}[/bold]", highlight=False)
    console.print(basis(report, lang), highlight=False)
    agreed = _agreed_names(report)
    console.print(text("with_agreed", lang, names=", ".join(agreed)) if agreed else text("law", lang), highlight=False)
    console.print()
    for sentence in sentences(report, lang):
        console.print(f"[bold]{sentence}[/bold]", highlight=False)
    console.print()
    print_whole(console, _party_table(report, lang))
    unit = _unit(report, lang)
    years = {"price_year": str(head.price_year), "first": str(head.first_year)}
    console.print(text("amounts", lang, unit=unit, **years), highlight=False, style="dim")
    console.print()
    if agreed:
        print_changes(report.result, console, lang)
        console.print()
    print_whole(console, _matrix_table(report, by, lang))
    console.print(text("rounded", lang), highlight=False, style="dim")
    console.print()
    print_whole(console, _zero_table(report, lang))
    console.print(text("zero_why", lang), highlight=False, style="dim")
    if _better_without_effect(report):
        console.print(text("zero_residents", lang), highlight=False, style="dim")
    console.print()
    console.print(f"[bold]{text('to_know', lang)}[/bold]")
    for remark in remarks(report, lang):
        console.print(f"• {remark.line(lang)}", highlight=False, markup=False)
    console.print()
    console.print(text("more", lang, command=command), highlight=False, style="dim")


def _agreed_names(report: Report) -> list[str]:
    """Names of the arrangements that move money."""
    terms = report.scenario.spec.arrangements
    leaving = [name for name, departure in terms.departures.items() if departure.enabled]
    moving = dict.fromkeys([*(p.arrangement for p in report.result.run.agreed.postings), *leaving])
    return [terms.named[arrangement].name for arrangement in moving]


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
            found.append(sentence(row, text(words, lang) if row.is_group else row.party.name_nl, report, lang))
    return found


def _group_row(report: Report, group: str, kind: PartyKind) -> Row | None:
    """The row of a group, or of its only member."""
    rows = [r for r in report.rows if r.party.id == group]
    return rows[0] if rows else next((r for r in report.rows if r.party.kind is kind), None)


def sentence(row: Row, who: str, report: Report, lang: Lang) -> str:
    """What a party or group pays, gets and when it is even, in one sentence."""
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


def _amounts(title: str, headings: Sequence[str]) -> Table:
    """A table of amounts: a name, then numbers."""
    return grid(title, headings, right=range(1, len(headings)), compact=True, widest=WIDEST_NAME)


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
    table = _amounts(f"{text('who', lang)} ({_unit(report, lang)})", headings)
    last, scale = str(report.result.years[-1]), _scale(report)
    paid, gained = _shown(report, lambda r: r.paid_eur), _shown(report, lambda r: r.gained_eur)
    npv = _shown(report, lambda r: r.npv_eur)
    for row in report.rows:
        party = row.party.id
        amounts = (paid[party], gained[party], gained[party] - paid[party], npv[party])
        cells = [_name(row, report, lang), *(number(a, lang) for a in amounts)]
        if with_range:
            cells.append(_range(row, scale, lang))
        cells.append(_payback(row, last, lang))
        table.add_row(*cells, style="bold" if row.is_group else None)
    return table


def _shown(report: Report, amount: Callable[[Row], float]) -> dict[str, int]:
    """One column in the unit shown: members add up to their group, everybody else is rounded alone."""
    scale = _scale(report)
    shown = {r.party.id: half_away_from_zero(amount(r) / scale) for r in report.rows}
    for group in (r for r in report.rows if r.is_group):
        members = [r for r in report.rows if not r.is_group and r.party.kind is group.party.kind]
        parts = shown_parts([amount(r) / scale for r in members])
        shown |= {r.party.id: part for r, part in zip(members, parts, strict=True)}
        shown[group.party.id] = sum(parts)
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
    return f"{number(low, lang)} … {number(high, lang)}" if low != high else number(low, lang)


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
    table = _amounts(text(f"matrix_{by.value}", lang, unit=_unit(report, lang)), headings)
    by_column = [_shown(report, lambda r, c=c: found.get((r.party.id, c), 0.0)) for c in columns]  # type: ignore[misc]
    paid, gained = _shown(report, lambda r: r.paid_eur), _shown(report, lambda r: r.gained_eur)
    for row in report.rows:
        party = row.party.id
        cells = [number(shown[party], lang) if shown[party] else "·" for shown in by_column]
        total = number(gained[party] - paid[party], lang)
        table.add_row(_name(row, report, lang), *cells, total, style="bold" if row.is_group else None)
    return table


def _columns(report: Report, by: Axis) -> list[str]:
    if by is Axis.YEAR:
        return [str(year) for year in report.result.years]
    if by is Axis.POCKET:
        return [p.value for p in Pocket]
    spec = report.scenario.spec
    return [*spec.interventions, *spec.gemeentepolis, COORDINATION]


def _column_label(by: Axis, column: str, lang: Lang) -> str:
    if column == COORDINATION:
        return text("coordination", lang)
    return pocket_label(column, lang) if by is Axis.POCKET else column


def _largest(found: Mapping[tuple[str, str], float], column: str) -> float:
    return max((abs(v) for (_, c), v in found.items() if c == column), default=0.0)


def _zero_table(report: Report, lang: Lang) -> Table:
    headings = [f"{text('party', lang)} ({text('npv', lang)})"]
    headings += [text(k, lang) for k in ("plan", "at_zero", "break_even")]
    table = _amounts(f"{text('zero', lang)} ({_unit(report, lang)})", headings)
    scale = _scale(report)
    for row in report.rows:
        if row.is_group or _kind(row) is None or not _in_group(row, report):
            break_even = _break_even(row, lang)
            plan, zero = (half_away_from_zero(v / scale) for v in (row.npv_eur, row.npv_zero_effect_eur))
            table.add_row(_name(row, report, lang), number(plan, lang), number(zero, lang), break_even)
    society = (report.societal_npv_eur, report.societal_npv_zero_effect_eur)
    table.add_row(
        text("society", lang), *(number(half_away_from_zero(v / scale), lang) for v in society), "", style="bold"
    )
    return table


def _better_without_effect(report: Report) -> bool:
    """Whether residents come out better at zero effect while there is a policy: a reader would think it a fault."""
    found = [r for r in report.rows if r.party.id == RESIDENTS]
    return bool(report.scenario.spec.gemeentepolis) and any(r.npv_zero_effect_eur > r.npv_eur for r in found)


def _break_even(row: Row, lang: Lang) -> str:
    """The multiple; empty for who loses nothing without effect, a word for who no larger effect can help."""
    if row.break_even is not None:
        return decimal(row.break_even, 2, lang)
    return text("unreachable", lang) if row.npv_zero_effect_eur < -HALF_CENT_EUR else ""


def _in_group(row: Row, report: Report) -> bool:
    return any(r.is_group and r.party.kind is row.party.kind for r in report.rows)
