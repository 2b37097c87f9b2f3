"""Texts and workbooks that look like those of Vektis, CBS and CPB, with every peculiarity that theirs have."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

CLASSES = [f" {a} t/m  {a + 4} jaar" if a < 10 else f"{a} t/m {a + 4} jaar" for a in range(0, 90, 5)] + ["90+"]
"""The 19 age classes as Vektis writes them, leading and doubled spaces included."""

PERSONS = [40, 45, 50, 55, 50, 45, 50, 55, 60, 65, 70, 75, 70, 65, 60, 50, 40, 24, 12]
"""Insured persons per class, of each sex, in a municipality of size 1."""

KEYS = ["geslacht", "leeftijdsklasse", "gemeentenaam", "aantal_bsn", "aantal_verzekerdejaren"]

_BASE = [
    "medisch_specialistische_zorg",
    "farmacie",
    "huisarts_inschrijftarief",
    "huisarts_consult",
    "huisarts_overig",
    "hulpmiddelen",
    "mondzorg",
    "paramedische_zorg_fysiotherapie",
    "paramedische_zorg_overig",
    "ziekenvervoer_zittend",
    "ziekenvervoer_liggend",
    "kraamzorg",
    "verloskundige_zorg",
    "grensoverschrijdende_zorg",
    "eerstelijns_ondersteuning",
]
_FROM_2015 = ["geriatrische_revalidatiezorg", "huisarts_mdz", "verpleging_en_verzorging"]
_GGZ_2014 = ["specialistische_ggz", "generalistische_basis_ggz", "langdurige_ggz"]
_GGZ_2022 = ["consulten_ggz", "intramuraal_verblijf_ggz", "overige_prestaties_ggz"]

_GGZ_2011 = ["tweedelijns_ggz", "eerstelijns_psychologische_zorg"]

LAYOUTS: Mapping[int, list[str]] = {
    **{key: [*_BASE, *_GGZ_2011, "overig"] for key in (2011, 2012)},
    2013: [*_BASE, *_GGZ_2011, "geriatrische_revalidatiezorg", "overig"],
    2014: [*_BASE, *_GGZ_2014[:2], "geriatrische_revalidatiezorg", "overig"],
    **{key: [*_BASE, *_FROM_2015, *_GGZ_2014, "overig"] for key in (2015, 2016, 2017)},
    **{key: [*_BASE, *_FROM_2015, *_GGZ_2014, "eerstelijnsverblijf", "overig"] for key in (2018, 2019)},
    2020: [*_BASE, *_FROM_2015, *_GGZ_2014, "eerstelijnsverblijf", "gzsp", "overig"],
    2021: [
        *_BASE,
        *_FROM_2015,
        *_GGZ_2014,
        "eerstelijnsverblijf",
        "gzsp",
        "integrale_geboortezorg",
        "innovatiegelden_ggz",
        "overig",
    ],
    2023: [
        *_BASE,
        *_FROM_2015,
        "eerstelijnsverblijf",
        "gzsp",
        "integrale_geboortezorg",
        "innovatiegelden_ggz",
        "overig",
        *_GGZ_2022,
    ],
}
"""Year -> cost columns without `kosten_`."""

REST_ROW = ["", "", "", "500", "250.5"]


def vektis_rows(names: Sequence[str], year: int = 2019) -> list[list[str]]:
    """Header and rows for each sex × class × municipality, without a rest row.

    Municipality n (from 1) has n times PERSONS of each sex; insured years are 0.98 of persons; cost column c (from 1)
    of class k (from 0) holds persons × (c + k) + 0.25 euro.
    """
    columns = LAYOUTS[year]
    rows = [[*KEYS, *(f"kosten_{name}"[:32] if year >= 2023 else f"kosten_{name}" for name in columns)]]
    for sex in "MV":
        for k, age in enumerate(CLASSES):
            for n, name in enumerate(names, start=1):
                persons = n * PERSONS[k]
                costs = [f"{persons * (c + k) + 0.25:.2f}" for c in range(1, len(columns) + 1)]
                rows.append([sex, age, name, str(persons), f"{persons * 0.98:.2f}", *costs])
    return rows


def with_rest_row(rows: list[list[str]], place: int) -> list[list[str]]:
    """The rows with the row that belongs to no municipality put before row `place`; each cost is 7 euro."""
    rest = [*REST_ROW, *(["7"] * (len(rows[0]) - len(REST_ROW)))]
    return [*rows[:place], rest, *rows[place:]]


def vektis_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows joined by `;` and line feeds, the last one without."""
    return "\n".join(";".join(row) for row in rows)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """The text as a file, packed when its name ends in `.gz`."""
    raw = text.encode(encoding)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def kwb_text(areas: Mapping[str, tuple[str, Sequence[str]]]) -> str:
    """CBS' key figures: code -> (name, five age bands); `.` for missing. Padded codes, byte order mark, `\\r\\n`."""
    kind = {"NL": "Land      ", "GM": "Gemeente  ", "WK": "Wijk      ", "BU": "Buurt     "}
    bands = ["0 tot 15 jaar", "15 tot 25 jaar", "25 tot 45 jaar", "45 tot 65 jaar", "65 jaar of ouder"]
    header = [
        "Wijken en buurten",
        "Regioaanduiding/Gemeentenaam (naam)",
        "Regioaanduiding/Soort regio (omschrijving)",
        "Regioaanduiding/Codering (code)",
        "Regioaanduiding/Indelingswijziging gemeente, wijk, buurt (code)",
        "Bevolking/Aantal inwoners (aantal)",
        *(f"Bevolking/Leeftijdsgroepen/{band} (aantal)" for band in bands),
    ]
    lines = [";".join(f'"{name}"' for name in header)]
    for code, (name, people) in areas.items():
        total = "." if "." in people else str(sum(int(cell) for cell in people))
        texts = [name, name.ljust(40), kind[code[:2]], code.ljust(10), "1"]
        lines.append(";".join([*(f'"{text}"' for text in texts), total, *people]))
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def cpb_workbook(path: Path, *, ages: int = 100, sheet: str = "data") -> Path:
    """CPB's workbook: headings in row 5, one age per row; Wlz is 100 × age, Wmo 10 × age, youth 50 below 18."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(["Data figuren 1 t/m 4: uitgaven per inwoner per leeftijd (leeftijdsprofielen)"])
    page.append([])
    page.append([None, "Figuur 1", "Figuur 2", "Figuur 3", "Figuur 4"])
    page.append([])
    page.append(["Leeftijd", "Zvw", "Wlz", "Wmo", "Jeugd"])
    for age in range(ages):
        label = f"{age} en ouder" if age == 99 else age
        page.append([label, 1000 + age, 100 * age, 10.0 * age, 50 if age < 18 else 0])
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


CPI_STATLINE = (
    '\ufeff"Consumentenprijzen; prijsindex 2015=100"\n"Bestedingscategorieën: 000000 Alle bestedingen"\n'
    '"";"Onderwerp"\n"";"CPI";"CPI afgeleid";"Jaarmutatie CPI";"Jaarmutatie CPI afgeleid"\n'
    '"Perioden";"2015 = 100";"2015 = 100";"%";"%"\n"2014";"99,40";"99,00";"";""\n"2015";"100,00";"100,00";"0,6";"1,0"\n'
    '"2016";"100,32";"100,10";"0,3";"0,1"\n"Bron: CBS"\n'
)
