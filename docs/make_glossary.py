"""The text of docs/glossary.md, from the words that ship with the package.

`python docs/make_pages.py` writes it.
"""

from __future__ import annotations

from coalition.terms import Term, glossary

HEAD = """# Glossary · Woordenlijst

One word per thing, in code, tables and text. The first column is what stands in files, JSON and code and is never
translated; statutory terms stay Dutch everywhere. A plus is a gain for the party that is named.
"""


def glossary_page() -> str:
    """The page."""
    return HEAD + "".join(
        f"\n## {part.title_en} · {part.title_nl}\n\n"
        "| code | English | Nederlands | meaning | betekenis |\n|---|---|---|---|---|\n"
        + "".join(_line(term) for term in part.terms)
        for part in glossary()
    )


def _line(term: Term) -> str:
    codes = ", ".join(f"`{code}`" for code in term.codes)
    return f"| {codes} | {term.en} | {term.nl} | {term.meaning_en} | {term.meaning_nl} |\n"
