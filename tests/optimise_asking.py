"""Asking `coalition optimise` as a user does, for tests of its screen, its JSON and the plans that it writes."""

from __future__ import annotations

from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from rich.console import Console

from coalition.best_plan import Optimum, optimised
from coalition.cli import main
from coalition.outputs.optimise_json import Found
from coalition.outputs.optimise_text import print_optimum
from coalition.scenario import load_scenario

AGREED = "drenthe-akkoord"
TEAM = "domeinoverstijgend"
"""Three areas, one intervention: the Wlz fund gains what everyone else pays."""


def run(*arguments: str) -> Result:
    """One command in this process; an unexpected exception fails the test."""
    return CliRunner().invoke(main, ["optimise", *arguments], catch_exceptions=False)


@cache
def best_of(name: str) -> Optimum:
    """The best plan of a shipped scenario, sought once."""
    return optimised(load_scenario(name))


def found_in(name: str) -> Found:
    """The same, without any study."""
    return Found(best_of(name))


def screen(found: Found, lang: Any = "nl", *, all_prices: bool = False) -> str:
    """What is printed, without colours, in a terminal of 150 characters."""
    out = StringIO()
    print_optimum(found, Console(file=out, width=150), lang, all_prices=all_prices)
    return out.getvalue()


def a_scenario(folder: Path, wishes: str, base: str = TEAM) -> Path:
    """A scenario file that changes only the wishes of a shipped one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scenario.yaml"
    file.write_text(f"scenario: {{base: {base}, name: wensen, title: Wensen}}\noptimise:\n{wishes}", "utf-8")
    return file


WHOLE = "  nobody_worse:\n    tafel: {than: zero}\n"
STAYS = "  pins:\n    team: {intervention: een_team, do: as_planned}\n"
NO_PAYMENTS = "  transfers: false\n"
