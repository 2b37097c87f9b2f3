"""What an exported workbook says, from excel_templates/export.yaml: titles, texts and widths in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coalition.errors import ScenarioError
from coalition.forms.theme import template_folder
from coalition.outputs.labels import Lang
from coalition.problems import Problem
from coalition.reading import Document, read_document


@dataclass(frozen=True)
class Words:
    """The words of a workbook in one language.

    Attributes:
        document: the file, with the place of every value.
        lang: which language is taken.
        facts: what is filled in for {marks}.
    """

    document: Document
    lang: Lang
    facts: Mapping[str, str]

    def at(self, path: str) -> Any:
        """What stands at a dotted path.

        Raises:
            ScenarioError: nothing does.
        """
        found: Any = self.document.data
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if found is None:
            raise self.missing(path)
        return found

    def of(self, path: str) -> Any:
        """What stands at a path in the language of the workbook."""
        return self.at(f"{path}.{self.lang}")

    def text(self, path: str) -> str:
        """A text with its marks filled in."""
        return self.filled(str(self.of(path)))

    def texts(self, path: str) -> list[str]:
        """A list of texts."""
        found = self.of(path)
        if not isinstance(found, list):
            raise self.missing(path)
        return [self.filled(str(text)) for text in found]

    def rows(self, path: str, length: int) -> list[list[str]]:
        """A list of rows of texts.

        Raises:
            ScenarioError: a row has another number of texts.
        """
        found = self.of(path)
        if not isinstance(found, list) or any(not isinstance(row, list) or len(row) != length for row in found):
            raise self.missing(path)
        return [[self.filled(str(text)) for text in row] for row in found]

    def sheet(self, key: str) -> tuple[str, str]:
        """Title and one line about a sheet."""
        found = self.of(f"sheets.{key}")
        if not isinstance(found, list) or len(found) != 2:
            raise self.missing(f"sheets.{key}")
        return str(found[0]), str(found[1])

    def sections(self, path: str) -> list[tuple[str, list[str]]]:
        """Headings with their paragraphs."""
        try:
            return [(str(s["heading"]), [self.filled(str(t)) for t in s["text"]]) for s in self.of(path)]
        except (TypeError, KeyError) as error:
            raise self.missing(path) from error

    def width(self, key: str) -> float:
        """Width of a kind of column, in characters."""
        found = self.at(f"widths.{key}")
        if isinstance(found, bool) or not isinstance(found, int | float) or not 1 <= found <= 255:
            raise self.missing(f"widths.{key}")
        return float(found)

    def filled(self, text: str) -> str:
        """A text with what is known in the place of its marks; other braces stay."""
        for mark, value in self.facts.items():
            text = text.replace(f"{{{mark}}}", value)
        return text

    def missing(self, path: str) -> ScenarioError:
        """The error that something is not there."""
        origin = self.document.origin(path)
        return ScenarioError([Problem("layout.missing", origin.file, origin.line, path)])


def load_words(lang: Lang, facts: Mapping[str, str]) -> Words:
    """The shipped words.

    Raises:
        ScenarioError: the file cannot be read.
    """
    return Words(read_document(template_folder() / "export.yaml"), lang, facts)
