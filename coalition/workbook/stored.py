"""The values that stand in the formula cells of a workbook: what the program that saved it last showed there.

Reads the parts of the file in one pass without building anything, so that dozens of recalculated copies of a large
workbook can be compared in seconds. Knows no formula text and no formats; content.py reads those.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from defusedxml.common import DTDForbidden
from defusedxml.ElementTree import fromstring

Value = float | str | bool | None
"""What a cell shows; an error is its text, such as `#REF!`."""
Place = tuple[str, str]
"""Sheet and cell, such as ("Invoer", "D12")."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR = re.compile(r"#(REF|DIV/0|N/A|NAME|NULL|NUM|VALUE|SPILL|CALC)[!?]?|Err:\d+", re.IGNORECASE)


def is_error(value: object) -> bool:
    """Whether a value is an error of a spreadsheet."""
    return isinstance(value, str) and _ERROR.fullmatch(value) is not None


def formula_values(path: Path) -> dict[Place, Value]:
    """The stored value of every formula cell, sheet by sheet in the order of the workbook."""
    found: dict[Place, Value] = {}
    with ZipFile(path) as archive:
        for sheet, part in sheet_parts(archive).items():
            with archive.open(part) as stream:
                found.update(((sheet, cell), value) for cell, value in _Formulas(stream).values())
    return found


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Name of each sheet of cells -> its part in the file."""
    links = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("xl", link.get("Target", ""))).lstrip("/")
        for link in fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter(f"{_MAIN}sheet")
    return {s.get("name", ""): links[s.get(_LINKED, "")] for s in sheets if s.get(_LINKED, "") in links}


def defined_names(archive: ZipFile) -> dict[str, str]:
    """Defined names of the whole workbook with what they refer to."""
    names = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter(f"{_MAIN}definedName")
    return {n.get("name", ""): n.text or "" for n in names if n.get("localSheetId") is None}


class _Formulas:
    """One pass over a sheet that remembers the cells that hold a formula."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._found: list[tuple[str, Value]] = []
        self._cell, self._kind, self._text = "", "n", ""
        self._formula = self._reading = False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._read
        parser.ParseFile(stream)

    def values(self) -> Iterator[tuple[str, Value]]:
        """Cell and value, row by row."""
        return iter(self._found)

    def _refuse(self, name: str, system: str | None, public: str | None, _: bool) -> None:
        raise DTDForbidden(name, system, public)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._cell, self._kind = attributes.get("r", ""), attributes.get("t", "n")
            self._text, self._formula = "", False
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._reading = True

    def _read(self, text: str) -> None:
        if self._reading:
            self._text += text

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "v":
            self._reading = False
        elif name == "c" and self._formula:
            self._found.append((self._cell, _value(self._kind, self._text)))


def _value(kind: str, text: str) -> Value:
    if kind == "b":
        return text == "1"
    if kind == "n":
        return float(text) if text else None
    return text
