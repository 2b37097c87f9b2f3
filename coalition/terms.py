"""The words of the package and what they mean, in Dutch and English; docs/glossary.md is made from the same file.

Codes stand in files, JSON and code and are never translated. What a screen calls a pocket or a reason in few letters is
not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from coalition.errors import DefectError
from coalition.parameters import data_file, read_yaml


@dataclass(frozen=True)
class Term:
    """One thing, or a few that are explained together.

    Attributes:
        codes: what stands in files and code.
        en, nl: what it is called.
        meaning_en, meaning_nl: one sentence, without a point.
    """

    codes: tuple[str, ...]
    en: str
    nl: str
    meaning_en: str
    meaning_nl: str


@dataclass(frozen=True)
class Section:
    """Terms about one subject."""

    title_en: str
    title_nl: str
    terms: tuple[Term, ...]


@cache
def glossary() -> tuple[Section, ...]:
    """All sections in reading order.

    Raises:
        DefectError: the shipped file is not in the form that this module reads.
    """
    try:
        return tuple(
            Section(
                part["title_en"],
                part["title_nl"],
                tuple(Term(**{**term, "codes": tuple(term["codes"])}) for term in part["terms"]),
            )
            for part in read_yaml(data_file("glossary.yaml"))
        )
    except (KeyError, TypeError) as error:
        raise DefectError(f"glossary: {error!r}") from error
