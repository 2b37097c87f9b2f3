"""Opening a published file: bounded in size, unpacked, decoded, and cut into fields.

Nothing here knows which data set it reads. Numbers are read exactly as the publisher writes them: a decimal comma is
accepted only where that publisher uses one, and nothing is repaired.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem
from coalition.sources.reading import Note

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES = 64 * 2**20
"""Largest file that is read, after unpacking; the largest published one here is under 4 MB."""

MOST_SHOWN = 50
"""Most problems of one kind that are reported for one file; more would hide the first."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x80-\x9f]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAP_YEAR = re.compile(r"indeling[ _-]*(?:19|20)\d\d", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """The text of a file.

    Attributes:
        file: as the user named it.
        content: decoded, without byte order mark, every line end a line feed.
        notes: what was remarkable about the encoding.
    """

    file: str
    content: str
    notes: tuple[Note, ...] = ()


def refuse(code: str, file: str, **more: str) -> SourceError:
    """A SourceError with one problem about a whole file; `found` is what was found, the rest are facts."""
    found = more.pop("found", "")
    return SourceError([Problem(code, file=file, found=found[:200], facts=more)])


def load_bytes(path: Path) -> bytes:
    """The file's bytes, unpacked when they are gzip.

    Raises:
        SourceError: the file is not there, cannot be read, is empty, is damaged or is larger than MAX_BYTES.
    """
    file = str(path)
    limit = str(MAX_BYTES // 2**20)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("source.not_found", file) from None
    except OSError as error:
        raise refuse("source.unreadable", file, found=error.strerror or "") from None
    if raw[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise refuse("source.broken_archive", file) from None
    if len(raw) > MAX_BYTES:
        raise refuse("source.too_big", file, limit=limit)
    if not raw.strip():
        raise refuse("source.empty", file)
    return raw


def load_text(path: Path) -> Text:
    """The file as text: UTF-8 with or without byte order mark, else Latin-1, which is noted.

    Raises:
        SourceError: as load_bytes, or the bytes are no text in either encoding.
    """
    raw = load_bytes(path)
    notes: tuple[Note, ...] = ()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = raw.decode("latin-1")
        notes = (Note("note.latin1", str(path)),)
    strange = _CONTROL.search(content)
    if strange:
        line = content.count("\n", 0, strange.start()) + 1
        raise SourceError([Problem("source.encoding", file=str(path), line=line)])
    return Text(str(path), content.replace("\r\n", "\n").replace("\r", "\n"), notes)


def year_of(path: Path, year: int | None) -> int:
    """The year that a file describes: as stated, else the only one in its name (a map year `indeling2017` is none).

    Raises:
        SourceError: nothing was stated and the name holds no year or several, or the name says another year.
    """
    found = sorted(set(_YEAR.findall(_MAP_YEAR.sub("", path.name))))
    if year is not None and (len(found) != 1 or int(found[0]) == year):
        return year
    if year is not None:
        raise refuse("source.year_differs", str(path), found=str(year), named=found[0])
    if len(found) != 1:
        raise refuse("source.year_unknown", str(path), found=", ".join(found))
    return int(found[0])


def header_of(text: Text, separator: str, *, line: int = 1) -> list[str]:
    """The column names on a line, without the spaces round them.

    Raises:
        SourceError: a name occurs twice, so that a column could not be told from another.
    """
    first = text.content.split("\n", line)[line - 1]
    try:
        names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    except csv.Error:
        names = []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problems = [Problem("source.duplicate_column", file=text.file, line=line, found=n[:200]) for n in twice]
        raise SourceError(problems)
    return names


def read_fields(text: Text, separator: str, *, line: int = 1) -> pd.DataFrame:
    """All cells below the header on `line`, as text without the spaces round them; index = line in the file.

    Raises:
        SourceError: a row has more or fewer cells than the header, or there is no row at all.
    """
    import pandas as pd

    names = header_of(text, separator, line=line)
    body = text.content.split("\n", line)[line:]
    reader = csv.reader(io.StringIO(body[0] if body else ""), delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        for cells in reader:
            if len(cells) != len(names) and any(cells):
                problems.append(_ragged(text.file, line + reader.line_num, len(cells), len(names)))
            elif any(cells):
                rows.append([cell.strip() for cell in cells])
                lines.append(line + reader.line_num)
    except csv.Error:
        problems.append(_ragged(text.file, line + reader.line_num, 1, len(names)))
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    if not rows:
        raise refuse("source.empty", text.file)
    return pd.DataFrame(rows, columns=names, index=lines, dtype="str")


def ragged_rows(text: Text, separator: str) -> list[Problem]:
    """A problem for each row without quotes whose number of cells differs from the header's."""
    lines = text.content.rstrip("\n").split("\n")
    expected = lines[0].count(separator)
    return [
        _ragged(text.file, number, line.count(separator) + 1, expected + 1)
        for number, line in enumerate(lines, start=1)
        if line and line.count(separator) != expected and '"' not in line
    ][:MOST_SHOWN]


def numbers(cells: pd.Series, *, file: str, decimal: str = ".") -> tuple[pd.Series, list[Problem]]:
    """Cells as float64; empty and `.` are missing (NaN), never zero. Index = line in the file.

    Returns:
        The numbers, and a `source.bad_number` problem for each cell that holds something else.
    """
    import numpy as np
    import pandas as pd

    plain = cells.where(~cells.isin(["", "."]))
    marked = plain if decimal == "." else plain.where(~plain.str.contains(".", regex=False, na=False), "?")
    values = pd.to_numeric(marked.str.replace(decimal, ".", regex=False), errors="coerce").astype("float64")
    bad = plain.notna() & ~np.isfinite(values)
    problems = [
        Problem("source.bad_number", file=file, line=int(str(line)), path=str(cells.name), found=str(cell)[:200])
        for line, cell in plain[bad].head(MOST_SHOWN).items()
    ]
    return values, problems


def _ragged(file: str, line: int, cells: int, expected: int) -> Problem:
    return Problem("source.bad_row", file=file, line=line, found=str(cells), facts={"expected": str(expected)})
