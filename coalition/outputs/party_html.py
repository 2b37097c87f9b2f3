"""A party's page as HTML that prints on one sheet of A4: no scripts, nothing from elsewhere, every text escaped.

The chart tells its bars apart in grey: outlined for the law alone, filled for what is agreed. The same report gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from coalition.outputs.formats import number
from coalition.outputs.labels import Lang
from coalition.outputs.party_page import PartyPage, YearRow, asked_parties, party_pages, said
from coalition.report import Report
from coalition.sources.writing import write_text

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{name}: wat eruit gaat en wat erin komt", "{name}: what goes out and what comes in"),
    "per_year": ("Per jaar", "Per year"),
    "amounts": (
        "Hele euro's van elk jaar; + is een baat. De laatste kolom telt op, in euro's van het prijspeil.",
        "Whole euros of each year; + is a gain. The last column adds up, in euros of the price level.",
    ),
    "year": ("jaar", "year"),
    "law_net": ("de wet alleen: saldo", "the law alone: net"),
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
    "net": ("saldo", "net"),
    "worth": ("contante waarde, opgeteld", "present value, added up"),
    "total": ("samen", "together"),
    "chart": ("Saldo per jaar (€)", "Net per year (€)"),
    "chart_told": (
        "Staafdiagram van het saldo per jaar; de getallen staan in de tabel.",
        "Bar chart of the net per year; the figures stand in the table.",
    ),
    "agreed": ("met afspraken", "as agreed"),
    "law": ("de wet alleen", "the law alone"),
    "assumptions": (
        "De aannames die voor deze partij het zwaarst wegen",
        "The assumptions that matter most to this party",
    ),
    "assumption": ("aanname", "assumption"),
    "value": ("waarde (laag – hoog)", "value (low – high)"),
    "moves": ("verschuift, contante waarde", "moves, present value"),
    "arrangement": ("afspraak", "arrangement"),
    "receives": ("ontvangt", "receives"),
    "pays": ("betaalt", "pays"),
    "arrangements": ("Contracten, fondsen en andere afspraken", "Contracts, funds and other arrangements"),
    "source": ("Waar deze cijfers vandaan komen", "Where these figures come from"),
    "model": (
        "Een berekening van wat er volgens de invoer gebeurt; geen toezegging en geen afrekening.",
        "A calculation of what happens by the inputs; no promise and no settlement.",
    ),
}

STYLE = """
@page { size: A4; margin: 12mm 14mm }
* { box-sizing: border-box }
body { font: 9pt/1.3 Arial, Helvetica, sans-serif; color: #000; max-width: 182mm; margin: 0 auto }
h1 { font-size: 14pt; line-height: 1.15; margin: 0 0 1mm }
h2 { font-size: 10pt; margin: 3mm 0 0.5mm; border-bottom: 0.3mm solid #000; break-after: avoid }
p { margin: 0 0 1mm; overflow-wrap: anywhere }
.small { font-size: 7.5pt; color: #333 }
table { border-collapse: collapse; width: 100% }
th, td { padding: 0.3mm 1.5mm; text-align: right; vertical-align: top; font-variant-numeric: tabular-nums }
td + td, tfoot th, tbody th { white-space: nowrap }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }
thead th { border-bottom: 0.2mm solid #000; vertical-align: bottom }
tfoot td, tfoot th { border-top: 0.2mm solid #000; font-weight: bold }
.facts td { text-align: left; border: 0.2mm solid #777; width: 20%; white-space: normal }
.facts b { display: block; font-size: 10pt }
code { font-family: "Courier New", monospace; font-size: 8pt; overflow-wrap: anywhere }
svg { display: block; width: 100%; height: 38mm }
""".strip()

LONGEST_NAME = 70
"""Characters of a name on the page; a longer one would push the rest to a second sheet."""
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 158, 76, 18, 18
"""Units of the chart: its size, and the room for words at its edges."""


def word(key: str, lang: Lang, **facts: str) -> str:
    """A word or sentence in one language, safe inside HTML."""
    return escape(WORDS[key][0 if lang == "nl" else 1].format(**facts))


def write_summaries(report: Report, folder: Path, party: str | None, file: str, lang: Lang) -> list[Path]:
    """One page per party into a folder, named by the party's id; returns the files.

    Args:
        report: of the scenario.
        folder: made when it is not there; files of other names stay.
        party: a party or group; None for every party that the scenario touches.
        file: the scenario as the user named it.
        lang: of the words.
    Raises:
        UnknownNameError: no such party.
    """
    written = []
    for page in party_pages(report, asked_parties(report, party), file, lang):
        path = folder / f"{page.party}.html"
        write_text(party_html(page), path)
        written.append(path)
    return written


def party_html(page: PartyPage) -> str:
    """The page."""
    lang, title = page.lang, word("title", page.lang, name=_clipped(page.name))
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{lang}">',
        "<head>",
        '<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{title} · {escape(page.scenario)}</title>",
        f"<style>\n{STYLE}\n</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        f'<p class="small">{escape(_clipped(page.scenario))} · {escape(page.basis)}</p>',
        f"<p>{escape(page.lead)}</p>",
        _facts(page),
        *_years(page),
        f"<h2>{word('chart', lang)}</h2>",
        _chart(page),
        f"<h2>{word('assumptions', lang)}</h2>",
        _assumptions(page),
        f"<h2>{word('arrangements', lang)}</h2>",
        _arrangements(page),
        f"<h2>{word('source', lang)}</h2>",
        *(f"<p><code>{escape(command)}</code></p>" for command in page.commands),
        f'<p class="small">{word("model", lang)} {escape(page.stamp)}</p>',
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _facts(page: PartyPage) -> str:
    cells = "".join(f"<td>{_unbroken(what)}<b>{_unbroken(value)}</b></td>" for what, value in page.facts)
    return f'<table class="facts"><tr>{cells}</tr></table>'


def _unbroken(value: str) -> str:
    """An amount whose sign and digits stay on one line."""
    return escape(value).replace("€ ", "€&nbsp;").replace(" %", "&nbsp;%")


def _years(page: PartyPage) -> Iterator[str]:
    lang = page.lang
    keys = ["year", *(["law_net"] if page.has_agreement else []), "paid", "gained", "net", "worth"]
    head = "".join(f'<th scope="col">{word(k, lang)}</th>' for k in keys)
    yield f"<h2>{word('per_year', lang)}</h2>"
    yield f"<table><thead><tr>{head}</tr></thead>"
    yield "<tbody>"
    for row in page.years:
        amounts = [*([row.law] if page.has_agreement else []), row.paid, row.gained, row.net, row.worth]
        yield _line(row.label, amounts, lang)
    yield "</tbody>"
    law, paid, gained = page.totals
    sums = [*([law] if page.has_agreement else []), paid, gained, gained - paid]
    total = _line(word("total", lang), sums, lang, after="<td></td>")
    yield f"<tfoot>{total}</tfoot></table>"
    yield f'<p class="small">{word("amounts", lang)}</p>'


def _line(label: str, amounts: Sequence[int], lang: Lang, after: str = "") -> str:
    cells = "".join(f"<td>{number(a, lang)}</td>" for a in amounts)
    return f'<tr><th scope="row">{escape(label)}</th>{cells}{after}</tr>'


def _assumptions(page: PartyPage) -> str:
    if not page.assumptions:
        return f"<p>{escape(said('no_assumption', page.lang))}</p>"
    return _named(("assumption", "value", "moves"), page.assumptions, page.lang)


def _arrangements(page: PartyPage) -> str:
    if not page.arrangements:
        key = "no_part" if page.has_agreement else "nothing"
        return f"<p>{escape(said(key, page.lang))}</p>"
    return _named(("arrangement", "receives", "pays"), page.arrangements, page.lang)


def _named(keys: Sequence[str], rows: Sequence[Sequence[str]], lang: Lang) -> str:
    """A table of names with what belongs to each."""
    head = "".join(f'<th scope="col">{word(key, lang)}</th>' for key in keys)
    body = "".join(
        f"<tr><td>{escape(_clipped(what))}</td>{''.join(f'<td>{_unbroken(value)}</td>' for value in values)}</tr>"
        for what, *values in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _clipped(name: str) -> str:
    """A name that leaves room for the rest of the page."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


# --- the chart ----------------------------------------------------------------------------------------------------


def _chart(page: PartyPage) -> str:
    """Bars of the net per row of the table; two beside each other where something is agreed."""
    lang, has_law = page.lang, page.has_agreement
    values = [v for y in page.years for v in ((y.law, y.net) if has_law else (y.net,))]
    low, high = min([0, *values]), max([0, *values])
    scale = (HEIGHT - TOP - BOTTOM) / ((high - low) or 1)
    zero = TOP + high * scale
    step = (WIDTH - LEFT) / len(page.years)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="chart" font-family="Arial" font-size="10">',
        f'<title id="chart">{word("chart", lang)}</title>',
        f"<desc>{word('chart_told', lang)}</desc>",
        *_legend(lang, has_law=has_law),
        *_marks(low, high, zero, scale, lang),
        *(part for k, row in enumerate(page.years) for part in _bars(row, LEFT + k * step, step, zero, scale, has_law)),
        f'<line x1="{LEFT}" y1="{zero:.1f}" x2="{WIDTH}" y2="{zero:.1f}" stroke="#000" stroke-width="1"/>',
        "</svg>",
    ]
    return "\n".join(parts)


def _legend(lang: Lang, *, has_law: bool) -> Iterator[str]:
    """What outlined and filled bars mean; one kind of bar needs no words."""
    if not has_law:
        return
    for x, key, fill in ((LEFT, "law", "#fff"), (LEFT + 130, "agreed", "#444")):
        yield f'<rect x="{x}" y="2" width="10" height="9" fill="{fill}" stroke="#000" stroke-width="0.8"/>'
        yield f'<text x="{x + 15}" y="10">{word(key, lang)}</text>'


def _marks(low: int, high: int, zero: float, scale: float, lang: Lang) -> Iterator[str]:
    """The highest and lowest amount, and zero, at the left."""
    for value in dict.fromkeys((high, 0, low)):
        y = zero - value * scale
        if value and abs(y - zero) < 10:
            continue
        yield f'<text x="{LEFT - 6}" y="{y + 3:.1f}" text-anchor="end">{number(value, lang)}</text>'
        if value:
            yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}" stroke="#bbb" stroke-width="0.5"/>'


def _bars(row: YearRow, left: float, step: float, zero: float, scale: float, has_law: bool) -> Iterator[str]:
    """The bars of one row, and its year below."""
    bars = [(row.law, "#fff"), (row.net, "#444")] if has_law else [(row.net, "#444")]
    wide = 0.7 * step / len(bars)
    for k, (value, fill) in enumerate(bars):
        x, top = left + 0.15 * step + k * wide, min(zero, zero - value * scale)
        yield (
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{abs(value) * scale:.1f}" '
            f'fill="{fill}" stroke="#000" stroke-width="0.8"/>'
        )
    yield f'<text x="{left + step / 2:.1f}" y="{HEIGHT - 4}" text-anchor="middle">{escape(row.label)}</text>'
