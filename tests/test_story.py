"""The story of the agreements in Drenthe: its tables are what the program prints, and every number in it has a place.

Each table stands below a line `<!-- prints COMMAND: TITLE -->`; rewrite them with: python tests/test_story.py
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from coalition.cli import main

ROOT = Path(__file__).resolve().parents[1]
STORY = ROOT / "scenarios" / "drenthe-akkoord" / "README.md"
TABLE = re.compile(r"(<!-- prints ([^:]+): ([^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""A table of a story: the command that prints it and how its title begins."""
CODE = re.compile(r"^    .*$|`[^`\n]*`", re.MULTILINE)
NUMBER = r"\d+(?:[.,]\d+)*"
SCREENS = tuple(f"run scenarios/drenthe-akkoord{view}" for view in ("", " --view terms", " --view fund"))
SOURCES = tuple(ROOT / "coalition" / "data" / "parameters" / name for name in ("payers.yaml", "grants.yaml"))

TOLD = [
    (r"Preventieakkoord Drenthe #:", r"Preventieakkoord Drenthe #:"),
    (
        r"verdeeld: # % blijft bij het fonds, # % gaat naar Hoogeveen, # % naar Zilveren Kruis, # % naar VGZ",
        r"Fonds langdurige zorg # %, Hoogeveen # %, Zilveren Kruis \([^)]*\) # %, VGZ \(met Univé\) # %",
    ),
    (r"# % van wat de gemeenten aan jeugdhulp besparen", r"# % van een besparing gaat naar Zilveren Kruis"),
    (r"leggen # en daarna # euro in", r" 2027 0 #(?: \S+){7} 2028 \S+ # "),
    (r"Hoogeveen\*\* is het meest geholpen: € #", r" Hoogeveen -\S+ -\S+ # verliest minder"),
    (r"van zijn winst weg en houdt € # over", r"Fonds langdurige zorg \S+ # -\S+ wint minder"),
    (r"VGZ/Univé gaat erop achteruit\*\*, met € #", r"VGZ \(met Univé\) -\S+ -\S+ -# verliest meer"),
    (r"Emmen gaat erop achteruit\*\*, met € #", r" Emmen -\S+ -\S+ -# verliest meer"),
    (r"van een uitgekeerde euro komt # terug", r"van een uitgekeerde euro kwam # terug"),
    (r"In # is er te weinig om alles te betalen", r"Leeg: # volgens plan"),
    (r"in # nog minder", r" #(?: \S+){5} [1-9]\S+ \S+ 0 \S+ 2032 "),
    (r"aan het eind is # % van de inleg over", r"Aan het eind is # % van de inleg over"),
    (r"verliezen de partijen aan tafel samen nog € #", r"niemand aan tafel slechter af laat: € #;"),
    (r"Het Fonds langdurige zorg kan daar € # van dragen", r"; Fonds langdurige zorg betaalt € #\."),
    (r"dragen; € # moet van buiten de tafel komen", r"te weinig: € # moet van buiten komen"),
    (r"besluit van # februari # \(Stb #, #\)", r"Besluit van # februari #, Stb #, #,"),
    (r"\(Stcrt #, #\)", r"Stcrt #, #,"),
    (r"op # januari # vervallen", r"Vervallen per # januari #\."),
]
"""Sentences of the story, and where a screen or a source says the same; each # is a number."""


@cache
def printed(command: str) -> str:
    """What a command prints, without spaces at the ends of lines."""
    shown = CliRunner().invoke(main, command.split(), catch_exceptions=False).stdout
    return "\n".join(line.rstrip() for line in shown.splitlines())


def table_of(command: str, title: str) -> str:
    """The first table whose title begins like this: from its title to the empty line below its last row."""
    found = re.search(rf"^{re.escape(title)}.*?\n\n.*?(?=\n\n)", printed(command), re.DOTALL | re.MULTILINE)
    assert found, title
    return found[0]


def with_tables(text: str) -> str:
    """A story with its tables as they are printed now."""
    return TABLE.sub(lambda m: f"{m[1]}```text\n{table_of(m[2], m[3])}\n```\n{m[4]}", text)


def found_in(text: str, pattern: str) -> re.Match[str]:
    """Where a pattern occurs first, with a group for each number."""
    found = re.search(pattern.replace("#", f"({NUMBER})"), text)
    assert found, pattern
    return found


def test_the_story_shows_tables_as_they_are_printed() -> None:
    """A reader of the agreements sees the figures of this version."""
    text = STORY.read_text("utf-8")
    assert [command for _, command, _, _ in TABLE.findall(text)] == [SCREENS[k] for k in (0, 1, 2, 0)]
    assert with_tables(text) == text


def test_every_number_in_the_sentences_of_the_story_has_its_place() -> None:
    """A number stands where a screen or a source has it too, about the same party or year; no number stands loose."""
    prose = " ".join(CODE.sub("", TABLE.sub("", STORY.read_text("utf-8"))).split())
    shown = " ".join(" ".join([*map(printed, SCREENS), *(file.read_text("utf-8") for file in SOURCES)]).split())
    held = set()
    for sentence, place in TOLD:
        told = found_in(prose, sentence)
        assert told.groups() == found_in(shown, place).groups(), sentence
        held |= {told.span(k + 1) for k in range(len(told.groups()))}
    assert [number[0] for number in re.finditer(NUMBER, prose) if number.span() not in held] == []


if __name__ == "__main__":
    STORY.write_text(with_tables(STORY.read_text("utf-8")), "utf-8")
