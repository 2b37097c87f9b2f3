"""Colours, font and logo of every workbook; a municipality's own file changes what it names and keeps the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from coalition.errors import ScenarioError
from coalition.problems import Problem, closest
from coalition.reading import Document, read_document

THEME_FILE = "theme.yaml"
COLOURS = ("title", "heading", "input_fill", "input_font", "locked", "good", "bad", "line")
_KEYS = ("colours", "font", "logo")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_PICTURES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Theme:
    """Colours (#RRGGBB by role), font, and the logo's file or None."""

    colours: Mapping[str, str]
    font: str
    logo: Path | None


def template_folder() -> Path:
    """Where the shipped layouts lie: in the installed package, or in the source tree."""
    inside = Path(str(files("coalition"))) / "_shipped" / "excel_templates"
    return inside if inside.is_dir() else Path(str(files("coalition"))).parent / "excel_templates"


def load_theme(file: Path | None = None) -> Theme:
    """The shipped theme, or a file of one's own over it.

    Raises:
        ScenarioError: with everything that is wrong with the file.
    """
    document = read_document(template_folder() / THEME_FILE)
    if file is not None:
        if not file.is_file():
            raise ScenarioError([Problem("theme.missing", str(file))])
        document = read_document(file).over(document)
    problems = list(_problems(document))
    if problems:
        raise ScenarioError(sorted(problems, key=lambda p: p.line))
    logo = _logo(document)
    return Theme(document.data["colours"], document.data["font"], logo)


def _problems(document: Document) -> Iterator[Problem]:
    data = document.data
    yield from _unknown(document, "", data, _KEYS)
    if not isinstance(data["colours"], dict):
        yield _problem("theme.colour", document, "colours", data["colours"])
        return
    yield from _unknown(document, "colours.", data["colours"], COLOURS)
    for key in COLOURS:
        colour = data["colours"][key]
        if not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
            yield _problem("theme.colour", document, f"colours.{key}", colour)
    if not (isinstance(data["font"], str) and data["font"].strip()):
        yield _problem("theme.font", document, "font", data["font"])
    if data["logo"] is not None and _logo(document) is None:
        yield _problem("theme.logo", document, "logo", data["logo"])


def _unknown(document: Document, before: str, found: Mapping[str, Any], allowed: tuple[str, ...]) -> Iterator[Problem]:
    for key in found:
        if key not in allowed:
            facts = {"allowed": ", ".join(allowed), "suggestion": closest(key, allowed)}
            yield _problem("theme.unknown", document, f"{before}{key}", key, facts)


def _problem(code: str, document: Document, path: str, found: Any, facts: dict[str, str] | None = None) -> Problem:
    origin = document.origin(path)
    return Problem(code, origin.file, origin.line, path, "" if found is None else str(found), facts or {})


def _logo(document: Document) -> Path | None:
    """The picture, relative to the file that names it; None where there is none."""
    stated = document.data["logo"]
    if not isinstance(stated, str):
        return None
    picture = Path(document.origin("logo").file).parent / stated
    return picture if picture.is_file() and picture.suffix.lower() in _PICTURES else None
