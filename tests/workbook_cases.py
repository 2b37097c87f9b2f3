"""Workbooks that are refused: one way to make each kind of problem, as a user or an attacker would.

The exact words stand in tests/bad_workbooks, beside a page made of them (docs/errors.md). A case is named as its code,
with words after a hyphen when the code has several cases. Everything is made when it is needed.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbook_making import Made, dated, formula, part_of, repacked

from coalition.messages import Language
from coalition.scenario import load_scenario
from coalition.workbook import contract

SCENARIOS = Path(__file__).parent / "bad_scenarios"
FILE = Path("X.xlsx")
REACH = "interventions.valpreventie.reach"
UPTAKE = "interventions.valpreventie.completion"
AMOUNTS = "arrangements.funds.fonds.contributions.verzekeraar.amounts_eur"
PEOPLE = "people|GM0114|2024"
COST = "cost|GM0114|zvw"
REASON = "Overleg van 3 maart"


@dataclass(frozen=True)
class BookCase:
    """One refused workbook.

    Attributes:
        name: code, and words after a hyphen when the code has several cases.
        what: what is wrong, for a reader of the page.
        make: makes the file in the current folder, and returns what is imported.
        into, reason: what is asked on the command line.
    """

    name: str
    what: str
    make: Callable[[], Path]
    into: str = "agreed"
    reason: str = REASON

    @property
    def code(self) -> str:
        """The code of the problem that the case is about."""
        return self.name.partition("-")[0]


def furnish(folder: Path) -> None:
    """Put the scenarios that the workbooks come from in a folder."""
    for name in ("good", "agreed"):
        shutil.copytree(SCENARIOS / name, folder / name)


def sound() -> Path:
    """A workbook without problems."""
    return Made(load_scenario("agreed")).write(FILE)


def made(change: Callable[[Made], object], lang: Language = "nl") -> Callable[[], Path]:
    """A workbook that is changed before it is written."""

    def make() -> Path:
        book = Made(load_scenario("agreed"), lang)
        change(book)
        return book.write(FILE)

    return make


def raw(content: bytes | Callable[[], bytes], name: Path = FILE) -> Callable[[], Path]:
    """A file of these bytes."""

    def make() -> Path:
        name.write_bytes(content if isinstance(content, bytes) else content())
        return name

    return make


def in_part(part: str, change: Callable[[str], str]) -> Callable[[], Path]:
    """A sound workbook with another text in one part."""
    return lambda: repacked(sound(), {part: change(part_of(FILE, part)).encode()})


def with_part(name: str, content: bytes) -> Callable[[], Path]:
    """A sound workbook with one part more."""
    return lambda: repacked(sound(), {}, add={name: content})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- hostile files --------------------------------------------------------------------------------------------------

SHEET = "xl/worksheets/sheet2.xml"
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)) + "]>"


def declared(declaration: str) -> Callable[[str], str]:
    """A part with a document type declaration."""
    return lambda text: text.replace("?>", f"?>{declaration}", 1)


def bomb() -> Path:
    """200 kB that unpack to one cell of 200 million characters."""
    head = b"<worksheet><sheetData><row><c t='inlineStr'><is><t>"
    return repacked(sound(), {SHEET: XML + head + b"A" * 200_000_000 + b"</t></is></c></row></sheetData></worksheet>"})


def lying_bomb() -> Path:
    """The same, with a directory that says 1,000 bytes."""
    content = bomb().read_bytes()
    start = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    FILE.write_bytes(content[: start + 24] + struct.pack("<I", 1000) + content[start + 28 :])
    return FILE


def within_limits(piece: bytes, times: int, around: tuple[bytes, bytes] = (b"<a>", b"</a>")) -> Callable[[], Path]:
    """A part that is hardly packed, so that its size and ratio stay below the limits, with a hostile form."""

    def make() -> Path:
        filler = b"".join(b"<!--%032x-->" % (n * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128) for n in range(80_000))
        return repacked(sound(), {"xl/styles.xml": XML + around[0] + filler + piece * times + around[1]})

    return make


def many_parts() -> Path:
    """A directory of 60,000 empty parts."""
    return repacked(sound(), {}, add={f"xl/{n}.xml": b"" for n in range(60_000)})


def named(name: str) -> Callable[[], Path]:
    """A sound workbook with a part of this name, which a careful packer would not write."""

    def make() -> Path:
        path = with_part("N" * len(name), b"<a/>")()
        path.write_bytes(path.read_bytes().replace(b"N" * len(name), name.encode()))
        return path

    return make


def twice() -> Path:
    """A part that is in the file two times."""
    path = with_part("xl/workbook.xmk", b"<a/>")()
    path.write_bytes(path.read_bytes().replace(b"xl/workbook.xmk", b"xl/workbook.xml"))
    return path


def locked_zip() -> Path:
    """A zip file whose parts are encrypted."""
    content = bytearray(sound().read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    FILE.write_bytes(bytes(content))
    return FILE


def flipped() -> Path:
    """One byte of a packed part is another one."""
    content = bytearray(sound().read_bytes())
    content[len(content) // 2] ^= 0xFF
    FILE.write_bytes(bytes(content))
    return FILE


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HOSTILE = [
    BookCase("workbook.bomb", "A file of 200 kB that unpacks to 200 MB.", bomb),
    BookCase("workbook.bomb-many_elements", "Styles of 300,000 elements.", within_limits(b"<b/>", 300_000)),
    BookCase(
        "workbook.bomb-deep", "Elements 400 levels deep.", within_limits(b"<b>", 400, (b"<a>", b"</b>" * 400 + b"</a>"))
    ),
    BookCase(
        "workbook.bomb-endless_tag",
        "A tag of two million characters.",
        within_limits(b"x" * 1000, 2000, (b"<a>", b'<b c="')),
    ),
    BookCase("workbook.bomb-long_text", "A text of 300,000 characters.", within_limits(b"x" * 1000, 300)),
    BookCase("workbook.damaged-lying_size", "A bomb whose directory names another size.", lying_bomb),
    BookCase("workbook.too_many_parts", "A file of 60,000 parts.", many_parts),
    BookCase(
        "workbook.part_name-above", "A part that would be unpacked outside its folder.", named("../../../tmp/x.xml")
    ),
    BookCase("workbook.part_name-absolute", "A part with an absolute name.", named("/etc/x.xml")),
    BookCase("workbook.part_name-windows", "A part with a name of another system.", named("..\\..\\x.xml")),
    BookCase("workbook.part_name-deep", "A part twenty folders deep.", named("a/" * 20 + "x.xml")),
    BookCase("workbook.part_twice", "A file with two parts of one name.", twice),
    BookCase("workbook.nested", "A file inside the workbook, as an object.", with_part("xl/embeddings/a.bin", b"x")),
    BookCase(
        "workbook.nested-zip", "A zip file inside the workbook.", with_part("xl/media/a.png", zipped({"a": b"a"}))
    ),
    BookCase(
        "workbook.doctype-external",
        "A part that reads another file.",
        in_part("xl/sharedStrings.xml", declared(ENTITY)),
    ),
    BookCase("workbook.doctype-expansion", "A part that grows a billion times.", in_part(SHEET, declared(LAUGHS))),
    BookCase(
        "workbook.doctype",
        "The same in a part that nobody reads.",
        with_part("xl/drawings/x.vml", ENTITY.encode() + b"<a/>"),
    ),
    BookCase(
        "workbook.doctype-utf16",
        "The same in another encoding.",
        with_part("a.xml", f"<?xml version='1.0'?>{ENTITY}<a/>".encode("utf-16")),
    ),
    BookCase("workbook.macros", "A workbook with macros, named .xlsx.", with_part("xl/vbaProject.bin", OLE)),
    BookCase("workbook.macros-xlsm", "A workbook named .xlsm.", raw(lambda: sound().read_bytes(), Path("X.xlsm"))),
    BookCase(
        "workbook.macros-type",
        "A workbook of the kind that holds macros, without any.",
        in_part(
            "[Content_Types].xml",
            lambda text: text.replace(
                "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "vnd.ms-excel.sheet.macroEnabled.main"
            ),
        ),
    ),
    BookCase(
        "workbook.outside",
        "A workbook with a link to another one.",
        with_part("xl/externalLinks/externalLink1.xml", b"<a/>"),
    ),
    BookCase(
        "workbook.outside-relation",
        "A picture that is fetched from a server.",
        with_part(
            "xl/drawings/_rels/drawing1.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            b'Type="http://x/image" Target="http://example.org/a.png" TargetMode="External"/></Relationships>',
        ),
    ),
    # --- files that are something else
    BookCase("workbook.other_kind-xls", "An old .xls with another name.", raw(OLE + b"\0" * 600)),
    BookCase(
        "workbook.encrypted",
        "A workbook with a password.",
        raw(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    ),
    BookCase("workbook.encrypted-zip", "A zip file with a password.", locked_zip),
    BookCase("workbook.other_kind-pdf", "A PDF with another name.", raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")),
    BookCase("workbook.other_kind-png", "A picture with another name.", raw(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")),
    BookCase("workbook.other_kind-html", "A web page with another name.", raw(b"<!DOCTYPE html>\n<html></html>")),
    BookCase("workbook.other_kind-csv", "A CSV file with another name.", raw(b"id;waarde\na;0,6\n")),
    BookCase(
        "workbook.other_kind-ods", "An .ods with another name.", raw(zipped({"mimetype": b"x", "content.xml": b"<a/>"}))
    ),
    BookCase(
        "workbook.other_kind-docx", "A text document with another name.", raw(zipped({"word/document.xml": b"<a/>"}))
    ),
    BookCase(
        "workbook.other_kind-xlsb", "A binary workbook with another name.", raw(zipped({"xl/workbook.bin": b"x"}))
    ),
    BookCase("workbook.other_kind-zip", "A zip file with another name.", raw(zipped({"a.txt": b"x"}))),
    BookCase("workbook.damaged", "A file that did not arrive completely.", raw(lambda: sound().read_bytes()[:4000])),
    BookCase("workbook.damaged-byte", "A file with one byte changed on the way.", flipped),
    BookCase("workbook.damaged-xml", "A part that is cut off.", in_part(SHEET, lambda text: text[: len(text) // 2])),
    BookCase(
        "workbook.damaged-value",
        "A number in the file that is none.",
        in_part(SHEET, lambda text: text.replace("<v>0.05</v>", "<v>0.0.5</v>")),
    ),
    BookCase("workbook.nothing", "An empty file.", raw(b"")),
    BookCase("workbook.missing", "A file name with a slip.", lambda: Path("X.xslx")),
    BookCase("workbook.missing-folder", "A folder.", lambda: Path("agreed")),
    BookCase("workbook.too_large", "A file of 11 MB.", raw(lambda: b"PK\x03\x04" + b"\0" * 11_000_000)),
]


# --- workbooks that something happened to -----------------------------------------------------------------------------


def properties(**changed: object) -> Callable[[], Path]:
    """A workbook that says something else about itself."""
    return made(lambda book: book.properties.update(changed))


def left_out(sheet: str) -> Callable[[], Path]:
    return made(lambda book: book.left_out.add(sheet))


def renamed(id: str, *targets: str) -> Callable[[], Path]:
    """A workbook in which the name of an input's cell points to these places."""

    def change(book: Made) -> None:
        name = next(name for name, row in book.names if row == id)
        book.names = [*(n for n in book.names if n[1] != id), *((name, target) for target in targets)]

    return made(change)


def doubled_name() -> Path:
    """A name that stands twice in the file, which no program writes."""

    def change(text: str) -> str:
        at = text.index('<definedName name="in_interventions_valpreventie_reach"')
        end = text.index("</definedName>", at) + len("</definedName>")
        return text[:end] + text[at:end] + text[end:]

    return in_part("xl/workbook.xml", change)()


def swapped(book: Made) -> None:
    """Two rows have changed places, as sorting does; names stay where they were."""
    first, second = book.row(REACH), book.row(UPTAKE)
    names = list(book.names)
    first[:], second[:] = second[:], first[:]
    exchanged = {REACH: UPTAKE, UPTAKE: REACH}
    book.names = [(name, exchanged.get(id, id)) for name, id in names]


def without_row(book: Made) -> None:
    """A row was deleted; its name points nowhere."""
    name = next(name for name, id in book.names if id == REACH)
    book.scalars.remove(book.row(REACH))
    book.names = [*(n for n in book.names if n[1] != REACH), (name, "=Invoer!#REF!")]


def without_table_row(table: str, id: str) -> Callable[[Made], None]:
    def change(book: Made) -> None:
        headings, rows = book.tables[table]
        book.tables[table] = (headings, [row for row in rows if row[0] != id])

    return change


def with_headings(table: str, change: Callable[[list[str]], list[str]]) -> Callable[[Made], None]:
    def apply(book: Made) -> None:
        headings, rows = book.tables[table]
        book.tables[table] = (change(headings), rows)

    return apply


def set_id(old: str, new: str) -> Callable[[Made], None]:
    def change(book: Made) -> None:
        at = f"=Invoer!$C${4 + book.scalars.index(book.row(old))}"
        book.row(old)[0] = new
        book.names = [(name, at if id == old else id) for name, id in book.names]

    return change


def repeated(book: Made) -> None:
    book.scalars.append(list(book.row(REACH)))


def table_row_twice(book: Made) -> None:
    _, rows = book.tables[contract.PEOPLE]
    rows.append(list(rows[0]))


def table_id(old: str, new: str) -> Callable[[Made], None]:
    def change(book: Made) -> None:
        _, rows = book.tables[contract.PEOPLE]
        next(row for row in rows if row[0] == old)[0] = new

    return change


def other_table_name(book: Made) -> None:
    book.tables = {("#region.peple" if name == contract.PEOPLE else name): t for name, t in book.tables.items()}


def later_switching() -> Path:
    """The scenario has changed after the export."""
    file = sound()
    scenario = Path("good/scenario.yaml")
    text = scenario.read_text("utf-8").replace("switching_per_year: 0.07", "switching_per_year: 0.08")
    scenario.write_text(text, "utf-8")
    return file


def later_people() -> Path:
    """A table has changed after the export."""
    file = sound()
    table = Path("good/region.csv")
    table.write_text(table.read_text("utf-8").replace("65,,25000,", "65,,25500,"), "utf-8")
    return file


def value(id: str, what: object) -> Callable[[], Path]:
    return made(lambda book: book.set(id, what))


def error_value() -> Path:
    """What stands in a cell after a failed look-up was pasted as a value."""
    change = r'<c r="\1" t="e"><v>#N/A</v>'
    return in_part(SHEET, lambda text: re.sub(r'<c r="(C[0-9]+)"><v>0.05</v>', change, text, count=1))()


def cell(table: str, id: str, heading: str, what: object) -> Callable[[], Path]:
    return made(lambda book: book.set_cell(table, id, heading, what))


def far_row(book: Made) -> None:
    book.scalars += [["", "", None, None]] * 10_100
    book.scalars.append(["", "ver weg", 1, None])


CHANGED = [
    BookCase(
        "workbook.not_ours",
        "A workbook without the properties of the export.",
        made(lambda book: book.properties.clear()),
    ),
    BookCase("workbook.not_ours-layout", "A workbook whose layout is no number.", properties(coalition_layout="een")),
    BookCase("workbook.newer_layout", "A workbook of a later layout.", properties(coalition_layout=2)),
    BookCase("workbook.newer_version", "A workbook of a later version.", properties(coalition_version="9.0.0")),
    BookCase("workbook.other_scenario", "A workbook of another scenario.", properties(coalition_scenario="drenthe")),
    BookCase("workbook.sheet_missing", "The sheet of inputs was removed.", left_out("inputs")),
    BookCase(
        "workbook.sheet_missing-tables",
        "The sheet of tables was renamed.",
        made(lambda book: book.sheets.update(tables="Tabellen")),
    ),
    BookCase(
        "workbook.heading_missing",
        "The heading was overwritten.",
        in_part("xl/sharedStrings.xml", lambda text: text.replace(">Bij export<", "><")),
    ),
    BookCase("workbook.too_many_rows", "Something stands below row 10,000.", made(far_row)),
    BookCase("workbook.id_missing", "An id was emptied.", made(set_id(REACH, ""))),
    BookCase("workbook.id_missing-table", "An id of a table was emptied.", made(table_id(PEOPLE, ""))),
    BookCase("workbook.id_twice", "A row was copied.", made(repeated)),
    BookCase("workbook.id_twice-table", "A row of a table was copied.", made(table_row_twice)),
    BookCase("workbook.id_unknown", "An id was changed.", made(set_id(REACH, "interventions.valpreventie.raech"))),
    BookCase(
        "workbook.id_unknown-table", "An id of a table was changed.", made(table_id(PEOPLE, "people|GM0115|2024"))
    ),
    BookCase(
        "workbook.id_unknown-words", "An id of something that is no number.", made(set_id(REACH, "scenario.title"))
    ),
    BookCase("workbook.name_missing", "The name of a cell was removed.", renamed(REACH)),
    BookCase("workbook.name_twice", "A name stands twice in the file.", doubled_name),
    BookCase(
        "workbook.name_twice-second",
        "A cell has two names.",
        made(lambda book: book.names.append(("in_interventions_valpreventie_reach_2", REACH))),
    ),
    BookCase("workbook.name_elsewhere", "The sheet was sorted.", made(swapped)),
    BookCase("workbook.name_elsewhere-sheet", "A name points to another sheet.", renamed(REACH, "=Voorblad!$C$5")),
    BookCase("workbook.name_several", "A name points to several cells.", renamed(REACH, "=Invoer!$C$5:$C$6")),
    BookCase("workbook.row_gone", "A row was deleted.", made(without_row)),
    BookCase("workbook.table_missing", "A table was deleted.", made(lambda book: book.tables.pop(contract.COST))),
    BookCase("workbook.table_unknown", "The name of a table was changed.", made(other_table_name)),
    BookCase("workbook.row_missing", "A row of a table was deleted.", made(without_table_row(contract.COST, COST))),
    BookCase(
        "workbook.row_missing-amounts",
        "A row of amounts was deleted.",
        made(without_table_row(contract.BY_YEAR, AMOUNTS)),
    ),
    BookCase(
        "workbook.column_missing",
        "A column of a table was deleted.",
        made(with_headings(contract.PEOPLE, lambda h: [h[0]])),
    ),
    BookCase(
        "workbook.column_missing-year",
        "The column of a year was deleted.",
        made(with_headings(contract.BY_YEAR, lambda h: [h[0], "", *h[2:]])),
    ),
    BookCase(
        "workbook.column_missing-first",
        "The column of the first year was deleted.",
        made(with_headings(contract.BY_YEAR, lambda h: ["", *h[1:]])),
    ),
    BookCase(
        "workbook.column_twice",
        "A column has the heading of another one.",
        made(with_headings(contract.COST, lambda h: [h[0], h[0]])),
    ),
    BookCase(
        "workbook.column_unknown",
        "A heading was changed.",
        made(with_headings(contract.PEOPLE, lambda h: ["0-46", *h[1:]])),
    ),
    BookCase(
        "workbook.column_unknown-year",
        "A column of a table of years that is no year.",
        made(with_headings(contract.BY_YEAR, lambda h: [*h[:-1], "later"])),
    ),
    # --- what stands in a cell
    BookCase("workbook.formula", "A formula in an input cell.", value(REACH, formula("=0.05+0.01"))),
    BookCase("workbook.formula-table", "A formula in a table.", cell(contract.COST, COST, "65+", formula("=C4*2"))),
    BookCase("workbook.error_value", "An error value in an input cell.", error_value),
    BookCase("workbook.date", "1-5 became a date.", value(REACH, dated(46143))),
    BookCase("workbook.boolean", "TRUE in the cell of a number.", value(REACH, True)),
    BookCase("workbook.boolean-table", "TRUE in a table.", cell(contract.PEOPLE, PEOPLE, "65+", True)),
    BookCase("workbook.switch", "Half a yes.", value("arrangements.contracts.minder_zorg.enabled", 0.5)),
    BookCase("workbook.empty", "An input cell was emptied.", value(REACH, None)),
    BookCase("workbook.empty-table", "A cell of a table was emptied.", cell(contract.PEOPLE, PEOPLE, "65+", None)),
    BookCase("workbook.text", "Words in an input cell.", value(REACH, "n.v.t.")),
    BookCase(
        "workbook.text-injection",
        "A text that begins as a formula does.",
        value(REACH, '=HYPERLINK("http://example.org")'),
    ),
    BookCase("workbook.text_number", "A number as text, with a comma.", value(REACH, "0,6")),
    BookCase(
        "workbook.text_number-table",
        "A number as text in a table.",
        cell(contract.BY_YEAR, AMOUNTS, "2028", "€ 75.000,50"),
    ),
    BookCase("workbook.text_number-plain", "A number as text that is written well.", value(REACH, "0.6")),
    BookCase("workbook.text_percent", "A percentage as text.", value(REACH, "12 %")),
    BookCase("workbook.text_ambiguous", "A point that may mean thousands.", value(REACH, "250.000")),
    # --- beside the scenario, and on the command line
    BookCase("workbook.stale", "The scenario was changed after the export.", later_switching),
    BookCase("workbook.stale_table", "A table of the scenario was changed after the export.", later_people),
    BookCase("workbook.no_reason", "An import without a reason.", sound, reason=" \n"),
    BookCase("workbook.strange_reason", "A reason with a sign that cannot be seen.", sound, reason="Over\u200bleg"),
    BookCase("workbook.shipped", "An import into a scenario of the program itself.", sound, into="drenthe"),
]

CASES = HOSTILE + CHANGED
