"""Names of input cells in a workbook: each input has its own, and it points to the cell in the row of its id.

Formulas read inputs by name. A sheet that was sorted moves the numbers and leaves the names, so that the workbook would
calculate with the wrong ones: therefore a name that points elsewhere is refused, however well its row can be found.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from coalition.workbook.contract import NAME_START, is_name_of, plain_name

Names = list[tuple[str, str]]
"""Name and where it points, such as `Invoer!$C$12`; a name that stands twice in the file comes twice."""


def defined_names(content: BytesIO) -> Names:
    """Every name in a workbook that begins as names of inputs do."""
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(content) as archive:
        tree = fromstring(archive.read("xl/workbook.xml"))
    names = [(e.get("name", ""), (e.text or "").strip()) for e in tree.iter() if e.tag.endswith("}definedName")]
    return [(name, target) for name, target in names if name.casefold().startswith(NAME_START)]


def check_names(
    names: Names, places: Mapping[str, str], reported: Iterable[str], sheet: str, add: Callable[..., None]
) -> None:
    """Report every input whose cell does not have its own name and only that one.

    Args:
        names: what the workbook has.
        places: id of an input -> the place of its cell, such as `Invoer!C12`.
        reported: places of rows whose id is wrong or gone; their names are not reported again.
        sheet: the sheet of inputs.
        add: takes code, place, id and facts.
    """
    by_target: dict[str, list[str]] = {}
    often = Counter(name.casefold() for name, _ in names)
    for name, target in names:
        by_target.setdefault(one_cell(target), []).append(name)
    accepted = {name.casefold() for place in reported for name in by_target.get(place, [])}
    searched: dict[str, str] = {}
    for id, place in places.items():
        own = [name for name in by_target.get(place, []) if is_name_of(name, id)]
        accepted |= {name.casefold() for name in own}
        if len(own) > 1 or any(often[name.casefold()] > 1 for name in own):
            add("workbook.name_twice", place, id, name=own[0])
        elif not own:
            searched[id] = place
    spare = [(name, target) for name, target in names if name.casefold() not in accepted]
    for id, place in searched.items():
        at = next((k for k, (name, _) in enumerate(spare) if is_name_of(name, id)), None)
        if at is None:
            add("workbook.name_missing", place, id, name=plain_name(id))
            continue
        name, target = spare.pop(at)
        code = "workbook.name_several" if re.search(r"[0-9][:;,]", target) else "workbook.name_elsewhere"
        add(code, place, id, name=name, target=target)
    for name, _ in spare:
        add("workbook.row_gone", sheet, name=name)


def one_cell(target: str) -> str:
    """A target such as `'Invoer'!$C$12` as the place of a cell; "" when it is no single cell."""
    match = re.fullmatch(r"=?'?([^'!]+)'?!\$?([A-Z]{1,3})\$?([0-9]+)", target)
    return f"{match[1]}!{match[2]}{match[3]}" if match else ""
