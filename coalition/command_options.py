"""Options that several commands share, and the console that they print on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

Lang = Literal["nl", "en"]
NARROWEST = 150
"""Characters per line below which sentences and tables would be hard to read."""
F = TypeVar("F", bound=Callable[..., Any])


def lang_option(command: F) -> F:
    """The option --lang, the same for every command."""
    kind = click.Choice(["nl", "en"])
    return click.option("--lang", type=kind, default="nl", show_default=True, help="Taal / language.")(command)


def set_option(command: F) -> F:
    """The option --set, the same for every command that reads a scenario."""
    return click.option("--set", "assign", multiple=True, metavar="PATH=VALUE", help="Change one value.")(command)


def console() -> Console:
    """A console of the terminal's width, or of a readable width where there is no terminal."""
    from rich.console import Console

    return Console(width=max(Console().width, NARROWEST))
