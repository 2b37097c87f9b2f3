"""Whether a workbook still says what the model says: recalculated by others, read against its rules and its export.

Three questions, each answered for itself: do the stored values follow from the formulas; do the formulas keep the
rules of form; and are they the formulas of the model, cell by cell, when the workbook is exported anew with its own
inputs. Amounts in euro; half a cent is no difference.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from coalition.cells import column_letters
from coalition.money import HALF_CENT_EUR
from coalition.scenario import Scenario, find_scenario, load_scenario
from coalition.workbook.anew import exported_anew
from coalition.workbook.content import CellContent, Content, contents
from coalition.workbook.export import NAMES
from coalition.workbook.findings import Finding, Kind
from coalition.workbook.input_pages import PLACE
from coalition.workbook.lint import lint, position
from coalition.workbook.recalculate import AUTO, Engine, chosen_engine, recalculated
from coalition.workbook.stored import Place, Value, formula_values, is_error

MASTER = "check_master"
"""The defined name of the cell that is 1 when all checks of the workbook hold."""
UNIT_COLUMN = "C"
_AMOUNT = re.compile(r"euro|€|\bEUR\b", re.IGNORECASE)
RELATIVE = 1e-9
"""A spreadsheet adds in another order than we do; whatever a hand changed is larger than this."""
FIFTEEN_DIGITS = 1e-14
"""LibreOffice writes 15 digits; from 500 billion euro on, half a cent is beyond what it can say."""


ABOUT_THE_EXPORT = frozenset(name for key in ("cover", "inputs", "input_tables", "checks") for name in NAMES[key]) | {
    "Berekening_controles",
    "Calc_checks",
}
"""Sheets that count what was changed since the export: with other inputs their values are those of nobody's export."""
TO_WRITE_IN = frozenset(NAMES["cover"])
"""Sheets whose unlocked cells are for people, such as who approved it; the model reads nothing there."""
WHERE_STATED = frozenset((*NAMES["inputs"], *NAMES["sources"]))
"""Sheets that say in one column in which file and line a number stands: another place of the same scenario is fine."""
PLACE_COLUMN = column_letters(PLACE)


@dataclass(frozen=True)
class Verdict:
    """What was verified and found.

    Attributes:
        path: the workbook, as the user named it.
        findings: all of them, in the order of the workbook.
        formula_cells: how many cells with a formula were recalculated.
        engine: what recalculated; None when that was left undone because the workbook reaches outside itself.
        largest: the largest difference between a stored and a recalculated number.
        scenario: name of the scenario that it was compared with; "" without one.
        compared: whether formulas and values were compared with a fresh export.
    """

    path: Path
    findings: tuple[Finding, ...]
    formula_cells: int
    engine: Engine | None
    largest: float
    scenario: str = ""
    compared: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing serious was found."""
        return not any(f.serious for f in self.findings)


def verify(path: Path, asked: str | None = None, *, engine: str = AUTO) -> Verdict:
    """Verify a workbook.

    Args:
        path: a workbook (.xlsx).
        asked: the scenario that it was exported from; None for the one that the workbook names, if it is found here.
        engine: "auto", "libreoffice" or "formulas".
    Raises:
        InputError: the workbook, or the scenario asked for, cannot be read.
        MissingExtraError, EngineError: nothing can recalculate it.
    """
    content = contents(path)
    scenario = scenario_of(content, asked)
    found = lint(content)
    values: dict[Place, Value] | None = None
    used: Engine | None = None
    if not any(f.kind is Kind.OUTSIDE for f in found):  # nothing from elsewhere is ever run
        used = chosen_engine(engine)
        values = recalculated([path], used)[path]
        found += compare_stored(content, values)
    found += _about_master(content, values or {})
    about = [] if scenario is None else [*_about_scenario(content, scenario)]
    found += about
    compared = scenario is not None and not about  # another scenario than the one of the export has other formulas
    if scenario is not None and compared:
        with tempfile.TemporaryDirectory(prefix="coalition-") as folder:
            anew = exported_anew(path, scenario, Path(folder))
            expected = contents(anew.as_exported)
            wanted = None if anew.with_inputs is None else formula_values(anew.with_inputs)
        found += compare_contents(content, expected, values, wanted)
    return Verdict(
        path=path,
        findings=tuple(in_order(content, found)),
        formula_cells=sum(cell.formula is not None for cell in content.cells.values()),
        engine=used,
        largest=_largest(content, values or {}),
        scenario=scenario.spec.scenario.name if scenario else "",
        compared=compared,
    )


def scenario_of(content: Content, asked: str | None) -> Scenario | None:
    """The scenario that is asked for, or the one that the workbook names if it is found here, else None.

    Raises:
        ScenarioError: the scenario cannot be read.
    """
    if asked is not None:
        return load_scenario(asked)
    stated = str(content.properties.get("coalition_scenario") or "")
    for name in (stated, stated.replace("_", "-")):  # folders of scenarios are written with hyphens
        if name and Path(name).name == name and find_scenario(name).is_file():  # a workbook never chooses a path
            return load_scenario(name)
    return None


def in_order(content: Content, found: list[Finding]) -> list[Finding]:
    """Serious findings first, each group in the order of the sheets, so that a cause stands before what follows."""
    order = {sheet: k for k, sheet in enumerate(content.sheets)}

    def place(finding: Finding) -> tuple[bool, int, int, int]:
        whole = re.fullmatch(r"[A-Z]+\d+", finding.cell) is None
        column, row = (0, 0) if whole else position(finding.cell)
        return not finding.serious, order.get(finding.sheet, -1), row, column

    return sorted(found, key=place)


# --- stored against recalculated ----------------------------------------------------------------------------------


def compare_stored(content: Content, values: dict[Place, Value]) -> list[Finding]:
    """Formula cells that showed something else when the file was saved than a recalculation gives."""
    found = []
    for place, own in content.cells.items():
        if own.formula is None or place not in values:
            continue
        if is_error(values[place]) and not is_error(own.value):
            found.append(Finding(Kind.FORMULA_ERROR, *place, f"{values[place]}: {own.formula}"))
        elif not same(own.value, values[place], amount=_is_amount(content, place)):
            found.append(Finding(Kind.STALE, *place, shown(own.value), shown(values[place])))
    return found


def same(left: Value, right: Value, *, amount: bool) -> bool:
    """Whether two values are the same to a reader.

    Amounts may differ by half a cent: less cannot be paid. That would hide a changed share, factor or index, whose
    whole size is below 1, so any other number must agree to nine digits; absolute below 1, because what is left of a
    subtraction of equal numbers has no digits to agree on. An empty text is an empty cell.
    """
    if isinstance(left, int | float) and isinstance(right, int | float):
        size = max(abs(left), abs(right))
        limit = max(HALF_CENT_EUR, FIFTEEN_DIGITS * size) if amount else RELATIVE * max(1.0, size)
        return abs(float(left) - float(right)) <= limit
    return (left or "") == (right or "") and isinstance(left, str | None) and isinstance(right, str | None)


def _is_amount(content: Content, place: Place) -> bool:
    """Whether the unit of a row is euros; where no unit stands, such as on a cover, a number is taken for an amount."""
    sheet, cell = place
    unit = content.cells.get((sheet, f"{UNIT_COLUMN}{position(cell)[1]}"))
    return unit is None or not isinstance(unit.value, str) or not unit.value or bool(_AMOUNT.search(unit.value))


def shown(value: Value) -> str:
    """A value as text; a number with all its digits."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _largest(content: Content, values: dict[Place, Value]) -> float:
    sizes = (
        abs(float(own.value) - float(value))
        for place, value in values.items()
        if isinstance(value, int | float) and (own := content.cells.get(place)) and isinstance(own.value, int | float)
    )
    return max(filter(isfinite, sizes), default=0.0)


def _about_master(content: Content, values: dict[Place, Value]) -> Iterator[Finding]:
    """The cell in which all checks of the workbook come together."""
    place = content.place_of(MASTER)
    own = content.cells.get(place) if place else None
    if place is None or own is None:
        yield Finding(Kind.NO_MASTER, found=content.names.get(MASTER, ""))
    elif own.formula is None:
        yield Finding(Kind.NO_MASTER, *place, shown(own.value))
    elif not same(values.get(place, own.value), 1.0, amount=False):
        yield Finding(Kind.MASTER, *place, shown(values.get(place, own.value)), "1")


def _about_scenario(content: Content, scenario: Scenario) -> Iterator[Finding]:
    """Whether the scenario is still the one that was exported."""
    stated = content.properties.get("coalition_input_hash")
    if stated is not None and str(stated) != scenario.input_hash:
        yield Finding(Kind.SCENARIO, found=str(stated), expected=scenario.input_hash)


# --- the workbook against its export ------------------------------------------------------------------------------


def compare_contents(
    found: Content,
    expected: Content,
    values: dict[Place, Value] | None = None,
    wanted_values: dict[Place, Value] | None = None,
) -> list[Finding]:
    """Where a workbook differs from the one that it should be.

    Args:
        found: the workbook of the user.
        expected: a fresh export of the scenario.
        values: the recalculated values of the formulas found; the stored ones are taken without them.
        wanted_values: what the formulas must give with the user's inputs; None where these are the scenario's.
    """
    differences: list[Finding] = []
    for place, wanted in expected.cells.items():
        if place[0] in found.sheets:
            cell = wanted if wanted_values is None else _with_inputs(place, wanted, wanted_values, values)
            own = found.cells.get(place)
            if _may_differ(place, own, wanted, read=wanted_values is not None):
                continue
            differences += _compared(place, own, cell, expected, values)
    for place, own in found.cells.items():
        if place[0] in expected.sheets and place not in expected.cells and (own.formula or own.value is not None):
            differences.append(Finding(Kind.ADDED, *place, own.formula or shown(own.value)))
    differences += [Finding(Kind.MISSING, sheet) for sheet in expected.sheets if sheet not in found.sheets]
    differences += [Finding(Kind.ADDED_SHEET, sheet) for sheet in found.sheets if sheet not in expected.sheets]
    return differences + list(_compared_names(found, expected))


def _may_differ(place: Place, own: CellContent | None, wanted: CellContent, *, read: bool) -> bool:
    """Whether a cell says what its user may say: an input that the model has read, a name, or where a number stands."""
    if own is None or own.formula is not None or wanted.formula is not None:
        return False
    if wanted.locked:
        return place[0] in WHERE_STATED and re.fullmatch(rf"{PLACE_COLUMN}\d+", place[1]) is not None
    return not own.locked and own.value is not None and (read or place[0] in TO_WRITE_IN)


def _with_inputs(
    place: Place, wanted: CellContent, wanted_values: dict[Place, Value], values: dict[Place, Value] | None
) -> CellContent:
    """A cell as it must be with other inputs; what counts the changes themselves shows what it shows."""
    if wanted.formula is None:
        return wanted
    if place[0] in ABOUT_THE_EXPORT or place not in wanted_values:
        return replace(wanted, value=(values or {}).get(place, wanted.value))
    return replace(wanted, value=wanted_values[place])


def _compared(
    place: Place, own: CellContent | None, wanted: CellContent, expected: Content, values: dict[Place, Value] | None
) -> Iterator[Finding]:
    if own is None or (own.formula is None and own.value in (None, "")):
        if wanted.formula or wanted.value not in (None, ""):
            yield Finding(Kind.MISSING, *place, expected=wanted.formula or shown(wanted.value))
        return
    if wanted.formula is not None or own.formula is not None:
        yield from _compared_formulas(place, own, wanted, expected, values)
    elif not same(own.value, wanted.value, amount=False):
        if wanted.locked:
            yield Finding(Kind.LOCKED, *place, shown(own.value), shown(wanted.value))
        elif wanted.value is not None:  # an empty unlocked cell is there to be written in
            yield Finding(Kind.INPUT, *place, shown(own.value), shown(wanted.value))
    if wanted.locked and not own.locked:
        yield Finding(Kind.UNLOCKED, *place)


def _compared_formulas(
    place: Place, own: CellContent, wanted: CellContent, expected: Content, values: dict[Place, Value] | None
) -> Iterator[Finding]:
    if spelled(own.formula) != spelled(wanted.formula) or own.array != wanted.array:
        texts = own.formula or shown(own.value), wanted.formula or shown(wanted.value)
        yield Finding(Kind.FORMULA, *place, *texts)
        return
    value = own.value if values is None else values.get(place, own.value)
    if not same(value, wanted.value, amount=_is_amount(expected, place)):
        yield Finding(Kind.MODEL, *place, shown(value), shown(wanted.value))


_SPELLING: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"('[A-Za-z_][A-Za-z0-9_.]*')(?=!)"), lambda m: m[1][1:-1]),
    (re.compile(r"\s+"), lambda _: ""),
)


def spelled(formula: str | None) -> str | None:
    """A formula without what programs spell in their own way on saving: spaces, and quotes round a plain sheet name."""
    if formula is None:
        return None
    parts = formula.split('"')
    for number in range(0, len(parts), 2):  # what stands between double quotes is text
        for pattern, plain in _SPELLING:
            parts[number] = pattern.sub(plain, parts[number])
    return '"'.join(parts)


def _compared_names(found: Content, expected: Content) -> Iterator[Finding]:
    """A name that points elsewhere moves an input without any formula being touched."""
    for name, target in expected.names.items():
        own = found.names.get(name)
        if name.startswith(("in_", "check_")) and spelled(own) != spelled(target):
            yield Finding(Kind.FORMULA, found=f"{name} = {own or '-'}", expected=f"{name} = {target}")
