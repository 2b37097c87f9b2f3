"""Text and numbers as files of a scenario and its log hold them: no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

from coalition.scalars import reads_as_number, suspicious_number

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """The text as a cell of a CSV file, with an apostrophe where a spreadsheet would take it for a formula.

    A negative number stays as it is: it runs nothing.
    """
    return "'" + text if text.startswith(FORMULA_STARTS) and not reads_as_number(text) else text


def as_typed(cell: str) -> str:
    """What `inert` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def number_text(value: float) -> str:
    """A number that our own files read as exactly this number: whole without a point, 250.125 as 250.1250."""
    if float(value).is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = repr(float(value))
    return text + "0" if suspicious_number(text) else text
