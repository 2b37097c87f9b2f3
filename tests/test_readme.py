"""What the README shows is what the program prints. Rewrite it with: python tests/test_readme.py"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from coalition.cli import main

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- first screen: begin -->\n).*?(<!-- first screen: end -->)", re.DOTALL)


def with_first_screen(text: str) -> str:
    """The page with the present output of the demo in its place."""
    shown = CliRunner().invoke(main, ["run", "scenarios/drenthe"], catch_exceptions=False).stdout
    lines = "\n".join(line.rstrip() for line in shown.splitlines())
    return BLOCK.sub(lambda found: f"{found[1]}```text\n{lines}\n```\n{found[2]}", text)


def test_the_readme_shows_the_first_screen_as_it_is_printed() -> None:
    """A reader sees the figures of this version, not of an older one."""
    text = README.read_text("utf-8")
    assert with_first_screen(text) == text


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
    README.write_text(with_first_screen(README.read_text("utf-8")), "utf-8")
