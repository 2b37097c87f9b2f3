"""Whether a file may be opened as a workbook: looked at as bytes, before any program for workbooks sees it.

A workbook is a zip file with XML parts. Refused is what unpacks to far more than it should, what runs, what fetches
something from elsewhere, and what is no workbook at all. A part is unpacked in pieces and thrown away, so that a
hostile file costs neither time nor memory. What stands in cells is read in intake.py.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from coalition.errors import ScenarioError
from coalition.problems import Problem

MAX_BYTES = 10_000_000
MAX_UNPACKED = 50_000_000
MAX_RATIO = 100
"""Most times that a part may be larger than what it was packed into; small parts are left out of this rule."""
SMALL_PART = 1_000_000
MAX_PARTS = 300
MAX_LEVELS = 6
"""Folders in the name of a part; a workbook has four."""
MAX_DEPTH = 100
MAX_ELEMENTS = 50_000
"""Elements of a part that is read as a whole, and elements of a sheet outside its cells."""
MAX_CELLS = 2_000_000
"""Elements in the cells of a sheet, which are read piece by piece; a formula with its value has three."""
MAX_TEXTS = 200_000
"""Elements in the texts of all sheets."""
MAX_TEXT = 200_000
"""Characters of one text in a part; a cell holds at most 32,767."""
_PIECE = 65_536
_MOST_SILENT = 1_000_000
"""Bytes of XML in which nothing begins or ends: one endless tag."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS: tuple[tuple[bytes, str], ...] = (
    (_OLE, "XLS"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
)
_MACRO_FILES = (".xlsm", ".xltm", ".xlam", ".xlsb")
_MACRO_PARTS = re.compile(r"vbaproject|/macrosheets/|/activex/|/ctrlprops/.*\.bin$", re.IGNORECASE)
_OUTSIDE_PARTS = re.compile(r"/externallinks/|/connections\.xml$|/querytables/|/webextensions/", re.IGNORECASE)
_EMBEDDED_PARTS = re.compile(r"/embeddings/|\.(zip|xlsx|docx|pptx|ods|odt|jar|7z|gz)$", re.IGNORECASE)
_NO_XML = re.compile(r"\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|ico|bin)$", re.IGNORECASE)
_XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_XML_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


_IN_SHEETS = frozenset({"row", "c", "f", "v", "is", "t", "r"})
_IN_TEXTS = frozenset({"si", "t", "r", "rPr", "phoneticPr", "sz", "color", "rFont", "family", "scheme", "b", "i"})


class _Refused(Exception):  # noqa: N818 - it is no error of its own: the reason becomes a problem
    """Why the file is not opened."""

    def __init__(self, code: str, part: str = "", **facts: str) -> None:
        self.code, self.part, self.facts = code, part, facts


def opened(path: Path, shown_as: str) -> BytesIO:
    """The bytes of a workbook that is safe to read.

    Args:
        path: the file.
        shown_as: how problems name it.
    Raises:
        ScenarioError: with the reason why it is not opened.
    """
    try:
        content = _bytes(path)
        _check_kind(content, path.suffix.lower())
        _check_parts(content)
    except _Refused as refused:
        raise ScenarioError([Problem(refused.code, shown_as, 0, refused.part, "", refused.facts)]) from None
    return BytesIO(content)


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise _Refused("workbook.missing")
        if path.stat().st_size > MAX_BYTES:
            raise _Refused("workbook.too_large", limit=f"{MAX_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise _Refused("workbook.unreadable", reason=error.strerror or "") from error
    if not content.strip(b"\0 \t\r\n"):
        raise _Refused("workbook.nothing")
    return content


def _check_kind(content: bytes, suffix: str) -> None:
    """Refuse what is no zip file, under its own name where that can be told."""
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _Refused("workbook.encrypted")
    if suffix in _MACRO_FILES:
        raise _Refused("workbook.macros", suffix)
    if content.startswith(_ZIP):
        return
    kind = next((kind for start, kind in _KINDS if content.startswith(start)), "")
    raise _Refused("workbook.other_kind", kind=kind or _kind_of_text(content[:2000]))


def _kind_of_text(start: bytes) -> str:
    lower = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if lower.startswith(b"<"):
        return "XML"
    return "?" if b"\0" in start else "CSV"


# --- the zip file -------------------------------------------------------------------------------------------------


def _check_parts(content: bytes) -> None:
    """Refuse a zip file that is damaged, hostile, or no workbook."""
    if content.count(b"PK\x01\x02") > MAX_PARTS:  # looked at first: a directory of a million parts costs memory
        raise _Refused("workbook.too_many_parts", limit=str(MAX_PARTS))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_names(parts)
            _check_sizes(parts)
            _check_workbook(archive)
            unpacked = 0
            for part in parts:
                unpacked += _check_part(archive, part, MAX_UNPACKED - unpacked)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError) as error:
        raise _Refused("workbook.damaged") from error
    except (NotImplementedError, RuntimeError) as error:  # a way of packing that no spreadsheet program uses
        raise _Refused("workbook.damaged") from error


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        steps = name.split("/")
        if name.startswith("/") or "\\" in name or ":" in name or ".." in steps or part.orig_filename != name:
            raise _Refused("workbook.part_name", name)
        if len(steps) > MAX_LEVELS:
            raise _Refused("workbook.part_name", name[:100])
        if name.lower() in seen:
            raise _Refused("workbook.part_twice", name)
        seen.add(name.lower())
        if part.flag_bits & 1:
            raise _Refused("workbook.encrypted", name)
        inside = "/" + name
        if _MACRO_PARTS.search(inside):
            raise _Refused("workbook.macros", name)
        if _OUTSIDE_PARTS.search(inside):
            raise _Refused("workbook.outside", name)
        if _EMBEDDED_PARTS.search(inside):
            raise _Refused("workbook.nested", name)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """What the directory says; what is really unpacked is counted as well."""
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_much()
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise _Refused("workbook.bomb", part.filename, limit=f"{MAX_UNPACKED // 1_000_000} MB")


def _too_much() -> _Refused:
    return _Refused("workbook.bomb", limit=f"{MAX_UNPACKED // 1_000_000} MB")


def _check_workbook(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return
    if "xl/workbook.bin" in names:
        kind = "XLSB"
    elif "mimetype" in names:
        kind = "ODF"
    elif any(name.startswith("word/") for name in names):
        kind = "DOCX"
    elif any(name.startswith("ppt/") for name in names):
        kind = "PPTX"
    else:
        kind = "ZIP"
    raise _Refused("workbook.other_kind", kind=kind)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """Unpack a part in pieces and look at each; returns its size."""
    size = 0
    scan: _Scan | None = None
    for piece in _pieces(archive, part):
        if size == 0:
            if piece.startswith(_ZIP):
                raise _Refused("workbook.nested", part.filename)
            is_xml = not _NO_XML.search(part.filename) or piece.startswith(_XML_STARTS)
            scan = _Scan(part.filename) if is_xml else None
        size += len(piece)
        if size > room:
            raise _too_much()
        if scan is not None:
            scan.feed(piece)
    if scan is not None:
        scan.feed(b"", last=True)
    return size


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            yield piece


# --- XML ------------------------------------------------------------------------------------------------------------


@dataclass
class _Scan:
    """One XML part, read without keeping anything.

    Attributes:
        part: its name.
        depth, elements: elements that are open, and all that began outside cells.
        cells: elements in cells; which those are, and how many there may be.
        text: characters since the last begin or end.
        silent: bytes since anything began or ended.
    """

    part: str
    depth: int = 0
    elements: int = 0
    text: int = 0
    silent: int = 0
    broken: bool = False
    cells: int = 0
    in_cells: frozenset[str] = field(init=False)
    most_in_cells: int = field(init=False)
    parser: Any = field(init=False)

    def __post_init__(self) -> None:
        self.in_cells, self.most_in_cells = frozenset[str](), 0
        if self.part.startswith("xl/worksheets/sheet"):
            self.in_cells, self.most_in_cells = _IN_SHEETS, MAX_CELLS
        elif self.part == "xl/sharedStrings.xml":
            self.in_cells, self.most_in_cells = _IN_TEXTS, MAX_TEXTS
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Look at the next piece."""
        if self.broken:
            return
        self.silent += len(piece)
        try:
            self.parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            if _XML.search(self.part):  # old drawings and the like are no proper XML, and nobody reads them
                raise _Refused("workbook.damaged", self.part) from error
            self.broken = True
        if self.silent > _MOST_SILENT:
            self._refuse()

    def _doctype(self, *_: Any) -> NoReturn:
        raise _Refused("workbook.doctype", self.part)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.text = self.silent = 0
        if tag in self.in_cells:
            self.cells += 1
        else:
            self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS or self.cells > self.most_in_cells:
            self._refuse()
        if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith("/hyperlink"):
            raise _Refused("workbook.outside", self.part)
        if "macroEnabled" in attributes.get("ContentType", ""):
            raise _Refused("workbook.macros", self.part)

    def _end(self, _: str) -> None:
        self.depth -= 1
        self.text = self.silent = 0

    def _characters(self, text: str) -> None:
        self.text += len(text)
        self.silent = 0
        if self.text > MAX_TEXT:
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise _Refused("workbook.bomb", self.part, limit=f"{MAX_UNPACKED // 1_000_000} MB")
