"""What stands in the input form, as data: sheets, rows, words and lists from excel_templates.

A municipality may change words and order there; keys and kinds are read back by form.py. A folder of one's own may
hold form.yaml and theme.yaml; what it lacks is taken from the shipped folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from coalition.errors import ScenarioError
from coalition.forms.theme import template_folder
from coalition.parameters import read_yaml
from coalition.problems import Problem

FORM_FILE = "form.yaml"
MOST_AGES = 20
"""Age classes that the form has room for."""


@dataclass(frozen=True)
class Field:
    """One row: a value, its words, and the key under which it is read back.

    Attributes:
        choices: name of the list of a choice.
        plain: a number that has no range and no source.
    """

    key: str
    kind: str
    label: str = ""
    unit: str = ""
    explanation: str = ""
    required: bool = False
    choices: str = ""
    plain: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a table; `at` is the column of a sheet with rows that it shares, when the table stands there."""

    key: str
    kind: str
    label: str
    choices: str = ""
    at: str = ""


@dataclass(frozen=True)
class Part:
    """A stretch of a sheet: rows, the row of age classes, or a table.

    Attributes:
        number: of a block that is repeated; 0 otherwise.
        table, rows, columns, ages_kind: of a table; `ages_kind` is the kind of its columns per age class, or "".
        echo: name of the table whose first columns it repeats.
    """

    heading: str = ""
    note: str = ""
    number: int = 0
    fields: tuple[Field, ...] = ()
    ages: bool = False
    table: str = ""
    rows: int = 0
    columns: tuple[Column, ...] = ()
    ages_kind: str = ""
    echo: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet; a grid has narrow columns for age classes."""

    id: str
    name: str
    about: str
    grid: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The whole form in one language; `choices` is list -> key -> label."""

    format: str
    words: Mapping[str, str]
    cover: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    kinds: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    asked_units: Mapping[str, str]
    sheets: tuple[Sheet, ...]
    catalogue_columns: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = field(default=())

    def sheet(self, id: str) -> Sheet:
        """The sheet with this id."""
        return next(sheet for sheet in self.sheets if sheet.id == id)

    def parts(self) -> Iterator[Part]:
        """Every part, in reading order."""
        return (part for sheet in self.sheets for part in sheet.parts)


@cache
def load_layout(lang: str, folder: Path | None = None) -> Layout:
    """The form in "nl" or "en".

    Raises:
        ScenarioError: the file in a folder of one's own is not in the form of the shipped one.
    """
    file = own_file(folder, FORM_FILE) or template_folder() / FORM_FILE
    try:
        return _layout(read_yaml(file), lang)
    except Exception as error:  # whatever the file holds, the user hears which file it is
        facts = {"reason": f"{type(error).__name__}: {error}"}
        raise ScenarioError([Problem("form.layout", str(file), facts=facts)]) from error


def own_file(folder: Path | None, name: str) -> Path | None:
    """A file in a folder of one's own; None where it is not there."""
    own = None if folder is None else folder / name
    return own if own is not None and own.is_file() else None


def _layout(content: Mapping[str, Any], lang: str) -> Layout:
    side = 0 if lang == "nl" else 1
    choices = {
        name: {_key(key): str(labels[side]) for key, labels in listed.items()}
        for name, listed in content["choices"].items()
    }
    sheets = content["sheets"]
    catalogue = next(sheet for sheet in sheets if sheet["id"] == "catalogue")
    terms = next(sheet for sheet in sheets if sheet["id"] == "terms")["terms"]
    return Layout(
        format=content["format"],
        words={name: words[lang] for name, words in content["words"].items()},
        cover=tuple(content["cover"][lang]),
        legend=tuple((row["style"], row[lang]) for row in content["legend"]),
        kinds={kind: words[lang] for kind, words in content["kinds"].items()},
        choices=choices,
        asked_units={key: units[side] for key, units in content["asked_units"].items()},
        sheets=tuple(_sheet(sheet, lang, choices) for sheet in sheets),
        catalogue_columns=tuple(catalogue["columns"][lang]),
        terms=tuple((term[lang][0], term[lang][1]) for term in terms),
    )


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _sheet(content: Mapping[str, Any], lang: str, choices: Mapping[str, Mapping[str, str]]) -> Sheet:
    parts = tuple(part for stated in content.get("parts", ()) for part in _parts(stated, lang, choices))
    return Sheet(content["id"], content[lang][0], content[lang][1], bool(content.get("grid")), parts)


def _parts(content: Mapping[str, Any], lang: str, choices: Mapping[str, Mapping[str, str]]) -> Iterator[Part]:
    """A part, as often as it is repeated."""
    heading, note = content.get(lang, ("", ""))
    if "fields_for" in content:
        named = choices[content["fields_for"]["list"]]
        marks = [{"n": key, "N": named[key]} for key in content["fields_for"]["only"]]
        yield Part(heading, note, fields=tuple(_field(f, lang, m) for m in marks for f in content["fields"]))
        return
    for number in range(1, content.get("repeat", 1) + 1):
        marks_here = {"n": str(number), "N": str(number)}
        yield Part(
            heading=_marked(heading, marks_here),
            note=note,
            number=number if "repeat" in content else 0,
            fields=tuple(_field(f, lang, marks_here) for f in content.get("fields", ())),
            ages=bool(content.get("ages")),
            table=content.get("table", ""),
            rows=content.get("rows", 0),
            columns=tuple(
                Column(c["key"], c["kind"], c[lang], c.get("list", ""), c.get("at", ""))
                for c in content.get("columns", ())
            ),
            ages_kind=content.get("ages_kind", ""),
            echo=content.get("echo", ""),
        )


def _field(content: Mapping[str, Any], lang: str, marks: Mapping[str, str]) -> Field:
    label, unit, explanation = content.get(lang, ("", "", ""))
    return Field(
        key=_marked(content["key"], marks),
        kind=content["kind"],
        label=_marked(label, marks),
        unit=unit,
        explanation=explanation,
        required=bool(content.get("required")),
        choices=content.get("list", ""),
        plain=bool(content.get("plain")),
    )


def _marked(text: str, marks: Mapping[str, str]) -> str:
    for mark, value in marks.items():
        text = text.replace(f"{{{mark}}}", value)
    return text
