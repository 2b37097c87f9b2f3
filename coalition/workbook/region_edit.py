"""A table of a region with some cells changed; every other character of the file stays as it was.

The file has been read and checked before; here it is only taken apart into rows and cells. Separators, quotes, line
ends and the order of columns and rows are the user's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coalition.errors import DefectError

Key = tuple[str, ...]


def edited(text: str, key: Sequence[str], edits: Mapping[Key, Mapping[str, str]]) -> tuple[str, dict[Key, int]]:
    """The text of a CSV file with other cells in some rows, and the line of each of these rows.

    Args:
        text: with its own line ends.
        key: columns that tell rows apart; ages are compared as numbers.
        edits: per row the new text of columns.
    Raises:
        DefectError: a row to change is not there; whoever asks has read the table.
    """
    rows = _rows(text)
    _, heading = next(rows)
    names = [_bare(heading[a:b]) for a, b in _cells(heading)]
    at = [names.index(name) for name in key]
    out, lines = [heading], {}
    for line, row in rows:
        cells = _cells(row)
        own = tuple(_comparable(row[slice(*cells[k])]) for k in at) if len(cells) == len(names) else ()
        if own in edits:
            lines[own] = line
            for name, new in sorted(edits[own].items(), key=lambda item: names.index(item[0]), reverse=True):
                first, last = cells[names.index(name)]
                row = row[:first] + new + row[last:]
        out.append(row)
    if lines.keys() != edits.keys():
        raise DefectError(f"no row {sorted(set(edits) - set(lines))}")
    return "".join(out), lines


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Each row with its line end, and the line on which it begins; a quoted cell may hold line ends."""
    row, start = "", 1
    for line, piece in enumerate(text.splitlines(keepends=True), start=1):
        start = start if row else line
        row += piece
        if row.count('"') % 2 == 0:
            yield start, row
            row = ""
    if row:
        yield start, row


def _cells(row: str) -> list[tuple[int, int]]:
    """Where each cell of a row begins and ends."""
    end = len(row.rstrip("\r\n"))
    spans, first, quoted = [], 0, False
    for position in range(end):
        if row[position] == '"':
            quoted = not quoted
        elif row[position] == "," and not quoted:
            spans.append((first, position))
            first = position + 1
    return [*spans, (first, end)]


def _bare(cell: str) -> str:
    """The text of a cell without quotes and without the mark at the beginning of a file."""
    cell = cell.removeprefix("\ufeff")
    return cell[1:-1].replace('""', '"') if cell.startswith('"') and cell.endswith('"') and len(cell) > 1 else cell


def _comparable(cell: str) -> str:
    """A cell as part of a key: `65`, `65.0` and `065` are one age."""
    text = _bare(cell)
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text
