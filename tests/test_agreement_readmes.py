"""What the READMEs of agreements print is what the program prints. Rewrite the tables with:

    python tests/test_agreement_readmes.py

A table stands between `<!-- law: begin -->` and `<!-- law: end -->` (the law alone beside what is agreed; rows in which
nothing changes are left out) or `<!-- terms: … -->` (the account of the term sheet). Every amount of the text around
it stands on the screen, in the scenario, or among those that test_agreement_scenarios.py calculates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from coalition.cli import main
from coalition.scenario import shipped_folder

AGREED = (
    "kavel-drenthe",
    "populatiebekostiging",
    "achterstandstarief",
    "denemarken",
    "stevig-staan",
    "sociaal-hospitaal-bond",
    "zutphen-vertrek",
)
UNCHANGED = re.compile(r"\s0\s{2,}(verliest nog|wint)\s*$")
AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.]*\d)")
"""A number with thousands marks, as a Dutch reader writes it."""
CALCULATED = {
    "kavel-drenthe": {"23.188"},
    "populatiebekostiging": {"69.975", "35.220"},
    "achterstandstarief": {"912.513", "5.402.077", "65.964"},
    "stevig-staan": {"45.000", "1.250.000"},
    "zutphen-vertrek": {"1.000.000"},
}
"""Figures of a source, and sums that test_agreement_scenarios.py does again."""


@cache
def screen(folder: str, *options: str) -> str:
    """What a reader sees."""
    shown = CliRunner().invoke(main, ["run", f"scenarios/{folder}", *options], catch_exceptions=False).stdout
    return "\n".join(line.rstrip() for line in shown.splitlines())


def law(folder: str) -> str:
    """The law alone beside what is agreed, with only the rows that change, and the smallest transfer."""
    lines = screen(folder).split("\n")
    start = next(k for k, line in enumerate(lines) if line.startswith("De wet alleen naast"))
    end = next(k for k, line in enumerate(lines) if line.startswith("Afgerekend op"))
    return "\n".join(line for line in lines[start:end] if not UNCHANGED.search(line)).rstrip("\n")


def terms(folder: str) -> str:
    """The account of the first term sheet, without its clauses."""
    lines = screen(folder, "--view", "terms").split("\n")
    start = next(k for k, line in enumerate(lines) if re.match(r" jaar\s", line))
    end = next(k for k, line in enumerate(lines[start:], start) if not line.strip())
    return "\n".join(lines[start:end])


BLOCKS = {"law": law, "terms": terms}


def page(folder: str) -> Path:
    """The README of a scenario."""
    return shipped_folder() / folder / "README.md"


def with_blocks(folder: str) -> str:
    """The page with the present tables in their places."""
    text = page(folder).read_text("utf-8")
    for name, made in BLOCKS.items():
        block = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if block.search(text):
            table = f"```text\n{made(folder)}\n```\n"
            text = block.sub(rf"\g<1>{table}\g<2>", text)
    return text


@pytest.mark.parametrize("folder", AGREED)
def test_a_readme_shows_its_tables_as_they_are_printed(folder: str) -> None:
    """A negotiator reads the figures of this version, the law alone beside what is agreed."""
    text = page(folder).read_text("utf-8")
    assert "<!-- law: begin -->" in text
    assert with_blocks(folder) == text


def told(folder: str) -> Iterator[str]:
    """Amounts in the text of a page, tables of the program left out."""
    yield from AMOUNT.findall(re.sub(r"```text.*?```", "", page(folder).read_text("utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize("folder", AGREED)
def test_every_amount_in_the_text_stands_on_the_screen_or_in_the_scenario(folder: str) -> None:
    """No amount that was typed once and then forgotten."""
    scenario = (shipped_folder() / folder / "scenario.yaml").read_text("utf-8")
    stated = {f"{int(n):,}".replace(",", ".") for n in re.findall(r"\b\d{4,}\b", scenario)}
    shown = screen(folder) + screen(folder, "--view", "terms") + screen(folder, "--lang", "nl", "--by", "year")
    known = stated | set(AMOUNT.findall(shown)) | set(AMOUNT.findall(scenario)) | CALCULATED.get(folder, set())
    assert [amount for amount in told(folder) if amount not in known] == []


@pytest.mark.parametrize("folder", AGREED)
def test_the_english_part_of_a_readme_has_no_other_amounts(folder: str) -> None:
    """It tells the same story: an amount there with a comma stands above it with a point."""
    dutch, _, english = page(folder).read_text("utf-8").partition("In English")
    amounts = re.findall(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,]*\d)", english)
    assert [a for a in amounts if a.replace(",", ".") not in dutch] == []


if __name__ == "__main__":
    for name in AGREED:
        page(name).write_text(with_blocks(name), "utf-8")
