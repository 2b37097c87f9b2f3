"""Tables to CSV: UTF-8, comma, line feed, decimal point, always the same bytes for the same table.

A file is written under a temporary name and moved into place, so that a run that is killed leaves the old file.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem
from coalition.tables import Table, inert_text

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = 8
"""Digits after the point: 17 million insured years times half a unit of the last digit is nine cents."""


def csv_text(frame: pd.DataFrame, table: Table) -> str:
    """The table as CSV with its header; rows in the order of the frame."""
    conformed = table.conform(frame)
    columns = [_cells(conformed[column.name], column.dtype) for column in table.columns]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def joined(frames: Sequence[pd.DataFrame], table: Table) -> pd.DataFrame:
    """The rows of several frames of one table, in order.

    Raises:
        SourceError: two of them hold the same row, for instance the same year twice.
    """
    import pandas as pd

    frame = pd.concat(list(frames), ignore_index=True)
    again = frame[frame.duplicated(list(table.key))]
    if len(again):
        found = " ".join(str(again.iloc[0][name]) for name in table.key)
        raise SourceError([Problem("source.duplicate_row", found=found)])
    return frame


def write_table(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write the table as CSV in one step: readers see the old file or the new one, never half of it."""
    write_text(csv_text(frame, table), path)


def write_text(content: str, path: Path) -> None:
    """Write a text file in one step, beside its place and then moved into it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _cells(column: pd.Series, dtype: str) -> list[str]:
    """The cells of one column as text; a missing one is empty."""
    missing = column.isna().tolist()
    values = column.tolist()
    if dtype == "float64":
        return ["" if gone else _decimal(value) for value, gone in zip(values, missing, strict=True)]
    if dtype in ("int64", "Int64"):
        return ["" if gone else str(int(value)) for value, gone in zip(values, missing, strict=True)]
    if dtype == "bool":
        return ["true" if value else "false" for value in values]
    return ["" if gone else inert_text(str(value)) for value, gone in zip(values, missing, strict=True)]


def _decimal(value: float) -> str:
    digits = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits
