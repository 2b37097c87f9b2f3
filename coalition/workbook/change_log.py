"""The log beside each version of a scenario that a workbook made: what changed, when, why, and from what to what.

One CSV file per version, `<stem>.changes.csv`. What a whole scenario has gone through is the logs of its file and of
the files that it changes, the oldest first.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from coalition.errors import ScenarioError
from coalition.problems import Problem
from coalition.reading import decoded
from coalition.scenario import Scenario, files_of
from coalition.workbook.changes import Change
from coalition.workbook.safe_text import as_typed, inert, number_text


@dataclass(frozen=True)
class Logged:
    """One line of a log; every field is text, as it stands there.

    Attributes:
        date: of the import, year-month-day.
        who: as given with --who, or "".
        path, label: of the input.
        old, new: numbers with a point; "" where there was none, or the name of a discount standard.
        reason: as given with --reason.
    """

    date: str
    who: str
    path: str
    label: str
    old: str
    new: str
    reason: str


COLUMNS = tuple(f.name for f in fields(Logged))


def log_file(scenario_file: Path) -> Path:
    """Where the log of a version stands."""
    return scenario_file.with_suffix(".changes.csv")


def today() -> dt.date:
    """The day of import; SOURCE_DATE_EPOCH decides where the same input must give the same bytes."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return dt.datetime.fromtimestamp(int(stated), dt.UTC).date() if stated.isdigit() else dt.date.today()


def logged(changes: Iterable[Change], *, reason: str, who: str, date: dt.date) -> list[Logged]:
    """Lines of a log."""
    return [
        Logged(date.isoformat(), who, c.path, c.label, c.words or _number(c.old), _number(c.new), reason)
        for c in changes
    ]


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value)


def log_text(lines: Iterable[Logged]) -> str:
    """A log as CSV; text that a spreadsheet would run as a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(cell) for cell in asdict(line).values()] for line in lines)
    return out.getvalue()


def change_log(scenario: Scenario) -> list[Logged]:
    """Everything that workbooks have changed in a scenario and in those that it builds on, the oldest first.

    Raises:
        ScenarioError: a log lacks a column.
    """
    found: list[Logged] = []
    for file in reversed(files_of(scenario)):
        if log_file(file).is_file():
            found += _read(log_file(file))
    return found


def _read(file: Path) -> list[Logged]:
    reader = csv.DictReader(io.StringIO(decoded(file.read_bytes(), str(file)), newline=""))
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        allowed = {"allowed": ", ".join(COLUMNS)}
        raise ScenarioError([Problem("table.missing_column", str(file), 1, name, facts=allowed) for name in absent])
    return [Logged(*(as_typed(row[name] or "") for name in COLUMNS)) for row in reader]
