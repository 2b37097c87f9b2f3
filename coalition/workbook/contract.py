"""What the workbook of a scenario promises its reader: properties, sheets, columns, ids and names of cells.

The exporter writes by this page and `coalition import` reads by it; what does not stand here is not read. A changed
promise is a higher LAYOUT. Ids and names are the same in both languages; what a reader sees above a column is not.

- The sheet of inputs has one row per scalar input: every number of the scenario with a range and source, and any plain
  number, whole number or yes/no (1 or 0) that formulas use. Rows without an id are headings.
- The sheet of tables has a table of the region's people (every area and year), one of its cost (every area and pocket)
  when there is a cost table, and one of amounts per calendar year (those that formulas use; years without gaps
  from the scenario's first one on); an empty cell of the last one is no amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coalition.messages import Language

LAYOUT: Final = 1
"""Version of this page."""

SCENARIO, INPUT_HASH, VERSION, LAYOUT_KEY, LANGUAGE = (
    "coalition_scenario",
    "coalition_input_hash",
    "coalition_version",
    "coalition_layout",
    "coalition_lang",
)
"""Custom properties of the file: scenario.name, Scenario.input_hash, version of the package, LAYOUT, "nl" or "en"."""

SUMMED: Final = "coalition_summed"
"""Custom property: 1 when areas were taken together, so that the workbook has no tables of people and cost."""
AMOUNT_ROWS: Final = "coalition_amount_rows"
"""Custom property: rows of the table of amounts per year, so that a deleted one is noticed; may be left out."""

INPUTS: Final[dict[Language, str]] = {"nl": "Invoer", "en": "Inputs"}
TABLES: Final[dict[Language, str]] = {"nl": "Invoer_tabellen", "en": "Input_tables"}
"""Names of the two sheets that are read."""

HEADER_ROWS: Final = 10
"""The heading of the sheet of inputs stands in one of so many first rows."""


@dataclass(frozen=True)
class Heading:
    """A column of the sheet of inputs: its position counted from 0, and what stands above it."""

    position: int
    nl: str
    en: str


COLUMNS: Final[dict[str, Heading]] = {
    "id": Heading(0, "Id", "Id"),
    "label": Heading(1, "Omschrijving", "Label"),
    "value": Heading(2, "Waarde", "Value"),
    "unit": Heading(3, "Eenheid", "Unit"),
    "minimum": Heading(4, "Minimum", "Minimum"),
    "maximum": Heading(5, "Maximum", "Maximum"),
    "source": Heading(6, "Bron", "Source"),
    "standing": Heading(7, "Status", "Standing"),
    "place": Heading(8, "Plaats", "Place"),
    "exported": Heading(9, "Bij export", "At export"),
    "changed": Heading(10, "Gewijzigd", "Changed"),
}
READ: Final = ("id", "label", "value", "exported")
"""Columns that are read back; they are found by what stands above them."""

DISCOUNT_RATE: Final = "scenario.discount.per_year"
"""Id of the discount rate; its cell may stay empty where the scenario names a standard."""

TABLE_MARK: Final = "#"
PEOPLE: Final = "#region.people"
COST: Final = "#region.cost"
BY_YEAR: Final = "#by_year"
"""What stands in column A of a table's heading; a label of each row is in column B, headings stand
in any column from C on."""
FIRST_TABLE_COLUMN: Final = 2

NAME_START: Final = "in_"
"""How names of input cells begin."""


def people_id(area: str, year: int) -> str:
    """Id of a row of the table of people."""
    return f"people|{area}|{year}"


def cost_id(area: str, pocket: str) -> str:
    """Id of a row of the table of cost."""
    return f"cost|{area}|{pocket}"


def age_heading(first: int, last: int | None) -> str:
    """What stands above a column of an age class; `last` is None for the open class."""
    return f"{first}+" if last is None else f"{first}-{last}"


def plain_name(path: str) -> str:
    """The name of an input's cell when no other input asks for the same one."""
    return NAME_START + re.sub(r"[^A-Za-z0-9_]", "_", path)


def cell_names(paths: Iterable[str]) -> dict[str, str]:
    """The name of every input's cell: in the order given, `_2`, `_3`, … after one that is taken.

    Capitals do not tell names apart, as in a spreadsheet.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        name, count = plain_name(path), 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain_name(path)}_{count}"
        taken.add(name.casefold())
        names[path] = name
    return names


def is_name_of(name: str, path: str) -> bool:
    """Whether a name may be that of this input's cell."""
    return re.fullmatch(rf"{re.escape(plain_name(path))}(_[0-9]+)?", name, re.IGNORECASE) is not None
