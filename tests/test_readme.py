"""What a README shows is what the program prints. Rewrite it with: python tests/test_readme.py"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from coalition.cli import main

README = Path(__file__).resolve().parents[1] / "README.md"
MEDICARE = README.parent / "scenarios" / "medicare-cms" / "README.md"
SETTLED = "settle --preset mssp-track-1 scenarios/medicare-cms/measurements.csv --currency USD"
BEST_PLAN = README.parent / "docs" / "optimise.nl.md"
SCREENS = [
    (README, "first screen", "run scenarios/drenthe"),
    (MEDICARE, "settled", SETTLED),
    (BEST_PLAN, "best plan", "optimise scenarios/drenthe-akkoord"),
]
"""Page, name of the place in it, and the command whose output stands there."""


def with_screen(text: str, place: str, command: str) -> str:
    """The page with the present output of a command in its place."""
    shown = CliRunner().invoke(main, command.split(), catch_exceptions=False).stdout
    lines = "\n".join(line.rstrip() for line in shown.splitlines())
    block = re.compile(rf"(<!-- {place}: begin -->\n).*?(<!-- {place}: end -->)", re.DOTALL)
    assert block.search(text)
    return block.sub(lambda found: f"{found[1]}```text\n{lines}\n```\n{found[2]}", text)


@pytest.mark.parametrize(("page", "place", "command"), SCREENS)
def test_a_readme_shows_a_screen_as_it_is_printed(page: Path, place: str, command: str) -> None:
    """A reader sees the figures of this version, not of an older one."""
    text = page.read_text("utf-8")
    assert with_screen(text, place, command) == text


def test_the_readme_of_medicare_names_the_command_that_it_shows() -> None:
    """Whoever copies the command gets the table below it."""
    assert f"    coalition {SETTLED}\n" in MEDICARE.read_text("utf-8")


def test_every_command_of_the_readme_exists() -> None:
    """The table of commands names those of the program, and all of them."""
    named = set(re.findall(r"^\| `coalition (\w+)", README.read_text("utf-8"), re.MULTILINE))
    assert named == set(main.list_commands(None))  # type: ignore[arg-type]


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever copies the lines of the README gets a ledger."""
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert code
    exec(code[1], {})
    assert "amount_eur" in capsys.readouterr().out


if __name__ == "__main__":
    for page, place, command in SCREENS:
        page.write_text(with_screen(page.read_text("utf-8"), place, command), "utf-8")
