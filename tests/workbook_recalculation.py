"""A workbook with other inputs, recalculated: what its formulas give is the test's to compare with the model.

Only the input cells are rewritten, in the XML of their sheet; all else is carried over byte by byte, because a library
that loads and saves a workbook loses parts of it. All copies are recalculated in one start of LibreOffice.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile

from coalition.workbook.content import place_in
from coalition.workbook.recalculate import AUTO, recalculated
from coalition.workbook.stored import Place, Value, defined_names, sheet_parts

Changes = Mapping[str, float | str]
"""New values of input cells by defined name, such as `in_reach`, or by place, such as `Invoer!H12`."""


def recalculate_changed(
    path: Path, changes: Sequence[Changes], *, engine: str = AUTO, folder: Path | None = None
) -> list[dict[Place, Value]]:
    """The values of all formula cells under each set of changes, in the order given.

    Args:
        path: an exported workbook.
        changes: one set of new input values per copy; an empty set is the workbook as it is.
        engine: as in coalition.workbook.recalculate.
        folder: where the copies are made and kept; a temporary one by default.
    """
    with tempfile.TemporaryDirectory() as name:
        where = folder or Path(name)
        copies = [where / f"{number}-{path.name}" for number in range(len(changes))]
        source = _Source(path)
        for copy, own in zip(copies, changes, strict=True):
            source.write(copy, own)
        found = recalculated(copies, engine)
    return [found[copy] for copy in copies]


def changed_copy(path: Path, copy: Path, changes: Changes) -> Path:
    """A copy with other inputs, not recalculated."""
    _Source(path).write(copy, changes)
    return copy


class _Source:
    """A workbook in memory, ready to be written with other inputs."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as archive:
            self._sheets = sheet_parts(archive)
            self._names = defined_names(archive)
            self._parts = {name: archive.read(name) for name in archive.namelist()}

    def write(self, copy: Path, changes: Changes) -> None:
        """The workbook with these inputs; not compressed, which takes longer than anything else."""
        parts = dict(self._parts)
        for key, value in changes.items():
            sheet, cell = self._place(key)
            part = self._sheets[sheet]
            parts[part] = _with_value(parts[part], cell, value)
        with ZipFile(copy, "w", ZIP_STORED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    def _place(self, key: str) -> Place:
        place = place_in(self._names.get(key, key))
        if place is None:
            raise KeyError(f"{key} is neither a defined name of one cell nor a place such as Invoer!D12")
        return place


def _with_value(sheet: bytes, cell: str, value: float | str) -> bytes:
    """The XML of a sheet with another constant in a cell; its format stays."""
    found = re.search(rb'<c r="%s"([^>]*?)(?:/>|>(.*?)</c>)' % cell.encode(), sheet, re.DOTALL)
    if found is None:
        raise KeyError(f"{cell} is not in the sheet; an empty cell with a format would be")
    if b"<f" in (found[2] or b""):
        raise ValueError(f"{cell} holds a formula and is no input")
    kept = re.sub(rb'\st="\w+"', b"", found[1])
    if isinstance(value, str):
        new = b'<c r="%s"%s t="inlineStr"><is><t>%s</t></is></c>'
        text = escape(value)
    else:
        new, text = b'<c r="%s"%s><v>%s</v></c>', repr(float(value))
    return sheet[: found.start()] + new % (cell.encode(), kept, text.encode()) + sheet[found.end() :]
