"""The report of an evaluation: one HTML page and the same as Markdown, with figures, tables as CSV and a manifest.

The report is first a list of blocks, then rendered twice, so that both say the same. Figures stand inside the page and
as files beside it. Every text from a user is escaped, and nothing comes from elsewhere.
"""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Any

from coalition import __version__
from coalition.evaluation.cells import group_cells
from coalition.evaluation.estimates import Cell
from coalition.evaluation.evaluated import Evaluation
from coalition.evaluation.flag_texts import flag_text, note_text
from coalition.evaluation.protocol import seal, terms_of
from coalition.outputs.evaluation_columns import (
    Named,
    cell_text,
    column_of,
    figure_of,
    has_text,
    name_in,
    setting_of,
    title_of,
    value_text,
)
from coalition.outputs.evaluation_figures import Figure, figures, svg
from coalition.outputs.evaluation_json import defined, evaluation_json, saving_data, settlement_data
from coalition.outputs.evaluation_text import (
    data_text,
    estimate_cells,
    estimate_headings,
    prices_text,
    protocol_text,
    saving_cells,
    saving_headings,
    settlement_headings,
    settlement_rows,
    settlement_years,
)
from coalition.outputs.evaluation_words import (
    is_shift,
    level_text,
    method_name,
    seen_text,
    unit_text,
    verdict_text,
    word,
)
from coalition.outputs.labels import Lang
from coalition.sources.writing import write_text
from coalition.tables import inert_text

Rows = Sequence[Mapping[str, Any]]
WORDS: dict[str, tuple[str, str]] = {
    "verdict": ("Uitkomst", "Result"),
    "cannot": ("Wat hieruit niet mag worden opgemaakt", "What cannot be concluded from this"),
    "figures": ("Figuren", "Figures"),
    "details": ("Per methode", "Per method"),
    "groups": ("Wie is gemeten", "Who was measured"),
    "settings": ("Instellingen", "Settings"),
    "departures": ("Anders dan het protocol", "Other than the protocol"),
    "figure": ("grootheid", "figure"),
    "value": ("waarde", "value"),
    "hidden": (
        "Een streepje staat waar minder dan {least} personen achter een cijfer staan, of waar het anders te herleiden "
        "was.",
        "A dash stands where fewer than {least} persons are behind a figure, or where it could be worked out "
        "otherwise.",
    ),
    "measures": (
        "Schattingen, standaardfouten en afwijkingen zijn in {unit}; laag en hoog zijn de grenzen van het interval van "
        "{level}. Een band geldt voor alle periodes samen; RMSPE is de wortel uit het gemiddelde kwadraat van de "
        "afwijking.",
        "Estimates, standard errors and gaps are in {unit}; low and high are the ends of the {level} interval. A "
        "band holds for all periods together; RMSPE is the root of the mean square gap.",
    ),
    "more": ("De hele tabel staat in tables/{file}.", "The whole table stands in tables/{file}."),
    "sign": (
        "Een effect is het verschil dat een methode aan het programma toeschrijft: negatief is minder kosten. Een "
        "besparing is het tegendeel. De methode met * was de primaire: zij alleen telt voor de uitkomst en voor een "
        "afrekening. "
        "Methoden wegen eenheden en jaren verschillend en vinden dus niet hetzelfde; achteraf kiezen kan niet.",
        "An effect is the difference that a method ascribes to the programme: negative is lower cost. A saving is the "
        "opposite. The method with * was the primary one: it alone counts for the result and for a settlement. "
        "Methods weigh units "
        "and years differently and so do not find the same; choosing afterwards is not possible.",
    ),
    "cannot_shown": (
        "Dat een besparing is aangetoond, zegt niet dat zij blijft, dat zij elders ook zou ontstaan, of welk deel van "
        "het "
        "programma haar gaf.",
        "That a saving was shown does not say that it lasts, that it would arise elsewhere, or which part of the "
        "programme "
        "gave it.",
    ),
    "cannot_not_shown": (
        "Dat geen besparing is aangetoond, bewijst niet dat het programma niets doet: het zegt dat deze vergelijking "
        "haar "
        "niet laat zien.",
        "That no saving was shown does not prove that the programme does nothing: it says that this comparison does "
        "not "
        "show it.",
    ),
    "cannot_not_detectable": (
        "Deze gegevens kunnen de geplande besparing niet van nul onderscheiden. Er is niet aangetoond dat er iets werd "
        "bespaard, niet dat er niets werd bespaard, en niet dat het duurder werd; wie een van deze drie "
        "opschrijft, schrijft meer dan er staat.",
        "These data cannot tell the planned saving from zero. It was not shown that anything was saved, nor that "
        "nothing was, nor that it became dearer; who writes any of these writes more than is there.",
    ),
    "cannot_always": (
        "De schatting gaat over de kosten in deze gegevens. Kosten van anderen, gezondheid en kwaliteit van leven "
        "vallen "
        "erbuiten.",
        "The estimate is about the cost in these data. Cost of others, health and quality of life fall outside it.",
    ),
}
HEADINGS = ("h1", "h2", "h3", "h4")
MOST_ROWS = 30
"""Rows of a table in the report; the CSV has all of them."""
STYLE = """
body { font: 10.5pt/1.45 Arial, Helvetica, sans-serif; color: #111; max-width: 190mm; margin: 8mm auto; padding: 0 6mm }
h1 { font-size: 18pt; line-height: 1.2 } h2 { font-size: 13pt; border-bottom: 1px solid #000; margin-top: 8mm }
h3 { font-size: 11pt; margin-bottom: 1mm } h4 { font-size: 9.5pt; margin: 4mm 0 1mm }
h2, h3, h4 { break-after: avoid } tr { break-inside: avoid }
.verdict { font-size: 12.5pt; font-weight: bold; border-left: 4px solid #1f5fa8; padding: 2mm 4mm; background: #f3f6fa }
table { border-collapse: collapse; width: 100%; font-size: 9pt; font-variant-numeric: tabular-nums; margin: 2mm 0 }
th, td { text-align: right; padding: 1mm 2mm; border-bottom: 1px solid #ddd; vertical-align: top }
th:first-child, td:first-child { text-align: left }
thead th { border-bottom: 1.5px solid #000 }
.pairs td:last-child { overflow-wrap: anywhere }
figure { margin: 3mm 0; break-inside: avoid } figcaption { font-weight: bold; font-size: 9.5pt }
svg { max-width: 100%; height: auto } figure p { font-size: 9pt; margin: 0 }
code { overflow-wrap: anywhere; font-size: 9pt }
@page { margin: 12mm } @media print { body { max-width: none; margin: 0; padding: 0 } }
""".strip()


@dataclass(frozen=True)
class Block:
    """A part of the report.

    Attributes:
        kind: h1, h2, h3, h4, text, strong, list, table or figure.
        text: heading, paragraph or title.
        items: of a list, or what the marks of a figure are; headings, rows: of a table; file: of a figure.
    """

    kind: str
    text: str = ""
    items: Sequence[str] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    file: str = ""


def said(key: str, lang: Lang, **facts: str) -> str:
    """A word or sentence of the report."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


# --- the report as blocks -------------------------------------------------------------------------------------------


def report_blocks(found: Evaluation, drawn: Sequence[Figure], lang: Lang) -> Iterator[Block]:
    """The report, from the verdict to the settings.

    Args:
        found: the evaluation.
        drawn: its figures.
        lang: of the words.
    """
    study = found.loaded.study
    yield Block("h1", study.title or study.data)
    yield Block("text", data_text(found, lang) + ".")
    if study.about:
        yield Block("text", study.about)
    yield Block("strong", verdict_text(found, lang))
    yield Block("text", seen_text(found, lang))
    yield from _cannot(found, lang)
    if found.flags:
        yield Block("h2", word("flags", lang))
        yield Block("list", items=[flag_text(flag, lang) for flag in found.flags])
    yield Block("h2", word("estimates", lang, unit=unit_text(study.unit, lang)))
    yield Block("text", said("sign", lang))
    rows = [estimate_cells(found, estimate, lang) for estimate in found.estimates]
    yield Block("table", headings=estimate_headings(found, lang), rows=rows)
    yield from _savings(found, lang)
    yield from _settlement(found, lang)
    if drawn:
        yield Block("h2", said("figures", lang))
        yield from (Block("figure", figure.title, items=[figure.caption], file=figure.name) for figure in drawn)
    yield from _details(found, lang)
    yield from _people(found, lang)
    yield from _settings(found, lang)


def _cannot(found: Evaluation, lang: Lang) -> Iterator[Block]:
    """What may not be concluded."""
    yield Block("h2", said("cannot", lang))
    yield Block("list", items=[said(f"cannot_{found.verdict}", lang), said("cannot_always", lang)])


def _savings(found: Evaluation, lang: Lang) -> Iterator[Block]:
    if not found.loaded.panel.weighted:
        return
    yield Block("h2", word("fall" if is_shift(found) else "savings", lang, prices=prices_text(found, lang)))
    groups = [("", found.savings), *((str(pocket), rows) for pocket, rows in found.pocket_savings.items())]
    for pocket, rows in groups:
        if pocket:
            yield Block("h3", f"{word('others', lang)}: {pocket}")
        paid = any(row.payments_eur for row in rows)
        cells = [saving_cells(row, found.loaded.study.unit, lang, paid=paid) for row in rows]
        yield Block("table", headings=saving_headings(lang, paid=paid), rows=cells)


def _settlement(found: Evaluation, lang: Lang) -> Iterator[Block]:
    if found.settlement is None:
        return
    yield Block("h2", word("settlement", lang, name=found.settlement.contract.name))
    yield Block("table", headings=settlement_headings(lang), rows=settlement_rows(found.settlement, lang))
    yield Block("list", items=settlement_years(found.settlement, lang))


def _details(found: Evaluation, lang: Lang) -> Iterator[Block]:
    """Single figures, tables and choices of every method."""
    unit = found.loaded.study.unit
    yield Block("h2", said("details", lang))
    level = level_text(found.loaded.study.alpha, lang)
    yield Block("text", said("measures", lang, unit=unit_text(unit, lang), level=level))
    for estimate in found.estimates:
        yield Block("h3", method_name(estimate.method, lang))
        if estimate.notes:
            yield Block("list", items=[note_text(note, lang) for note in estimate.notes])
        if estimate.figures:
            rows = [_named(figure_of(estimate.method, k), v, unit, lang) for k, v in estimate.figures.items()]
            yield Block("table", headings=[said("figure", lang), said("value", lang)], rows=rows)
        for name, table in estimate.tables.items():
            yield from _table(name, table, unit, lang, method=estimate.method)
    yield from _table("balance", found.balance, unit, lang)


def _named(named: Named, value: Cell, unit: str, lang: Lang) -> list[str]:
    """A row of a name and its value."""
    return [name_in(named, lang), value_text(value, named.kind, unit, lang)]


def _table(name: str, rows: Rows, unit: str, lang: Lang, *, method: str = "") -> Iterator[Block]:
    """The first rows of a table, of a method or of the study, under its title."""
    if not rows:
        return
    columns = [c for c in dict.fromkeys(chain(*rows)) if any(has_text(name, c, row) for row in rows)]
    shown = [[cell_text(name, column, row, unit, lang) for column in columns] for row in rows[:MOST_ROWS]]
    yield Block("h4" if method else "h3", title_of(name, lang, method))
    yield Block("table", headings=[name_in(column_of(name, column), lang) for column in columns], rows=shown)
    if len(rows) > MOST_ROWS:
        yield Block("text", said("more", lang, file=f"{method}_{name}.csv".lstrip("_")))


def _people(found: Evaluation, lang: Lang) -> Iterator[Block]:
    yield Block("h2", said("groups", lang))
    cells = [asdict(cell) for cell in group_cells(found.loaded)]
    weighted = found.loaded.panel.weighted
    columns = [name for name in cells[0] if name != "shown" and (weighted or name != "weight")]
    headings = [name_in(column_of("groups", name), lang) for name in columns]
    unit = found.loaded.study.unit
    rows = [[cell_text("groups", name, cell, unit, lang) for name in columns] for cell in cells]
    yield Block("table", headings=headings, rows=rows)
    if not all(c["shown"] for c in cells):
        yield Block("text", said("hidden", lang, least=str(found.loaded.study.smallest_group)))


def _settings(found: Evaluation, lang: Lang) -> Iterator[Block]:
    yield Block("h2", said("settings", lang))
    if found.protocol is not None:
        yield Block("text", protocol_text(found, lang))
    unit = found.loaded.study.unit
    rows = [_named(setting_of(key), value, unit, lang) for key, value in manifest(found).items()]
    yield Block("table", headings=[said("figure", lang), said("value", lang)], rows=rows)


# --- rendering ------------------------------------------------------------------------------------------------------


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    if block.kind in HEADINGS:
        return f"{'#' * int(block.kind[1])} {_plain(block.text)}"
    if block.kind == "strong":
        return f"**{_plain(block.text)}**"
    if block.kind == "list":
        return "\n".join(f"- {_plain(item)}" for item in block.items)
    if block.kind == "figure":
        title = _plain(block.text)
        return "\n\n".join([f"**{title}**", f"![{title}](figures/{block.file}.svg)", *map(_plain, block.items)])
    if block.kind == "table":
        lines = [block.headings, ["---", *["---:"] * (len(block.headings) - 1)], *block.rows]
        return "\n".join(f"| {' | '.join(_plain(c) for c in line)} |" for line in lines)
    return _plain(block.text)


def _plain(text: str) -> str:
    """Text that Markdown does not take for markup or a new cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def html(blocks: Iterable[Block], pictures: Mapping[str, str], lang: Lang) -> str:
    """The blocks as one page with its pictures inside."""
    listed = list(blocks)
    title = next(block.text for block in listed if block.kind == "h1")
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{lang}">',
        '<head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{STYLE}\n</style></head>",
        "<body>",
        *(_html(block, pictures) for block in listed),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _html(block: Block, pictures: Mapping[str, str]) -> str:
    text = _held(block.text)
    if block.kind in HEADINGS:
        return f"<{block.kind}>{text}</{block.kind}>"
    if block.kind == "strong":
        return f'<p class="verdict">{text}</p>'
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{_held(item)}</li>" for item in block.items) + "</ul>"
    if block.kind == "figure":
        caption = "".join(f"<p>{_held(item)}</p>" for item in block.items)
        return f"<figure><figcaption>{text}</figcaption>{pictures[block.file]}{caption}</figure>"
    if block.kind == "table":
        head = "".join(f"<th>{_held(h)}</th>" for h in block.headings)
        rows = "".join("<tr>" + "".join(f"<td>{_held(c)}</td>" for c in row) + "</tr>" for row in block.rows)
        kind = ' class="pairs"' if len(block.headings) == 2 else ""
        return f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p>{text}</p>"


def _held(text: str) -> str:
    """Text of the page, in which a number and its sign stay together on a line."""
    return escape(text).replace("€ ", "€\u00a0").replace(" %", "\u00a0%")


# --- files ----------------------------------------------------------------------------------------------------------


def manifest(found: Evaluation) -> dict[str, str | int | float]:
    """From what the report was made: input, settings, versions and seed."""
    study = found.loaded.study
    packages = ("numpy", "scipy", "statsmodels", "pandas")
    return {
        "data": study.data,
        "data_sha256": found.loaded.data_sha256,
        "terms_sha256": seal(terms_of(study)),
        "alpha": study.alpha,
        "seed": study.seed,
        "draws": study.draws,
        **dict(_stated(terms_of(study))),
        "coalition": __version__,
        "python": platform.python_version(),
        **{name: _version(name) for name in packages},
    }


def _stated(terms: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str | int | float]]:
    """Every term of the study that differs from its default, under the key that the study file gives it."""
    for key, value in terms.items():
        if isinstance(value, Mapping):
            yield from _stated(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", ", ".join(map(str, value)) if isinstance(value, list) else value


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def tables(found: Evaluation) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every table, whole."""
    yield "savings", [saving_data(row) for row in found.savings]
    for pocket, saved in found.pocket_savings.items():
        yield f"savings_{pocket}", [saving_data(row) for row in saved]
    yield (
        "estimates",
        [
            {
                "method": e.method,
                **asdict(e.effect),
                "percent": e.percent,
                "expected": e.expected,
                "convention": e.convention,
            }
            for e in found.estimates
        ],
    )
    for e in found.estimates:
        if e.per_period:
            yield (
                f"{e.method}_periods",
                [{"period": r.period, "event_time": r.event_time, **asdict(r.effect),
                  "band_low": r.band_low, "band_high": r.band_high} for r in e.per_period],
            )  # fmt: skip
        for name, rows in e.tables.items():
            yield f"{e.method}_{name}", rows
    if found.balance:
        yield "balance", found.balance
    yield "groups", [asdict(cell) for cell in group_cells(found.loaded)]
    if found.settlement is not None:
        yield "settlement", _flat(settlement_data(found.settlement)["periods"])


def _flat(periods: Rows) -> Rows:
    """One row per period and party."""
    return [
        {
            "period": p["period"],
            "party": party,
            "due_eur": due,
            **{k: p[k][party] for k in ("planned_eur", "low_eur", "high_eur")},
        }
        for p in periods
        for party, due in p["payments_eur"].items()
    ]


def csv_text(rows: Rows) -> str:
    """Rows as CSV; an empty cell is undefined, and no text is a formula."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    for row in rows:
        cells = [defined(row.get(h)) for h in headings]
        writer.writerow(["" if c is None else inert_text(c) if isinstance(c, str) else c for c in cells])
    return out.getvalue()


def write_report(found: Evaluation, folder: Path, lang: Lang) -> list[Path]:
    """Write the report into a folder, which is made when it is not there; returns the files.

    Args:
        found: the evaluation.
        folder: gets report.html, report.md, evaluation.json, manifest.json, figures/ and tables/.
        lang: of the words.
    """
    drawn = list(figures(found, lang))
    pictures = {figure.name: svg(figure.spec, lang) for figure in drawn}
    blocks = list(report_blocks(found, drawn, lang))
    files = {
        "report.html": html(blocks, pictures, lang),
        "report.md": markdown(blocks),
        "evaluation.json": evaluation_json(found, lang) + "\n",
        "manifest.json": json.dumps(manifest(found), ensure_ascii=False, indent=1) + "\n",
        **{f"figures/{name}.svg": picture + "\n" for name, picture in pictures.items()},
        **{f"tables/{name}.csv": csv_text(rows) for name, rows in tables(found) if rows},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, path)
    return [folder / name for name in files]
