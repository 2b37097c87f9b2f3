"""Every mistake that a scenario can hold is refused with the exact words that stand beside it in tests/bad_scenarios.

The messages `<case>.nl.txt` and `<case>.en.txt` are decisions. After a change of words, renew them and the page made of
them with `python docs/make_errors.py --messages`, and read the difference before you keep it. A new check gets a case
there; docs/make_errors.py says how a case is named. Cases are read where a user would stand, in a folder of their own.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coalition.cli import main
from coalition.contract_messages import MESSAGES as CONTRACT_MESSAGES
from coalition.errors import ScenarioError
from coalition.messages import MESSAGES, Language
from coalition.optimise_messages import MESSAGES as OPTIMISE_MESSAGES
from coalition.problems import Problem
from coalition.scenario import load_scenario

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))
make_errors: Any = importlib.import_module("make_errors")

CASES = make_errors.cases()
NO_CASE = {
    "value.not_empty": "no key of today must stay empty; for a later one",
    "value.not_date": "no key of today is a date; for a later one",
    "value.refused": "the last resort, when a rule of the schema has no words of its own",
    "file.unreadable": "not a matter of content; shown below",
    "init.exists": "not about a scenario file; shown below",
    "file.exists": "about writing a form; tests/test_workbook_template.py shows it",
    "form.layout": "about writing a form; tests/test_workbook_template.py shows it",
    **dict.fromkeys(
        ("optimise.frontier_itself", "optimise.frontier_ends"),
        "about goals on the command line; tests/test_optimise_checks.py shows it",
    ),
    **dict.fromkeys(
        (
            "export.exists",
            "export.unwritable",
            "layout.missing",
            "theme.colour",
            "theme.font",
            "theme.logo",
            "theme.missing",
            "theme.unknown",
        ),
        "about writing a workbook; tests/test_workbook_export.py shows it",
    ),
}
"""Codes that no file can provoke, and why."""
NOT_IN_A_SCENARIO = "settle."
"""How codes about a file of measurements begin; tests/test_settle.py has their cases."""


@pytest.fixture(scope="module")
def stand() -> Iterator[Path]:
    """The folder with all cases, as the current folder."""
    with make_errors.workplace() as folder:
        yield folder


@cache
def problems_of(case: Any) -> list[Problem]:
    """What is wrong in a case, read once for all that is asked about it."""
    problems: list[Problem] = make_errors.problems_of(case)
    return problems


@pytest.mark.parametrize("lang", make_errors.LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.usefixtures("stand")
def test_each_mistake_gets_exactly_these_words(case: Any, lang: Language) -> None:
    """Where, what was found, what it means, what to do: to the letter."""
    assert make_errors.stored(case, lang).read_text("utf-8") == make_errors.worded(problems_of(case), lang)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.usefixtures("stand")
def test_each_case_provokes_the_code_that_it_is_named_after(case: Any) -> None:
    """The case `reach.total` is about too many starters and not about something that it happens to hold as well."""
    found = {p.code for p in problems_of(case)}
    assert case.code in found or (found and case.code == "many")


@pytest.mark.usefixtures("stand")
def test_every_problem_names_its_file() -> None:
    """A problem without a place cannot be repaired; only what concerns a whole file has no line."""
    without_line = set()
    for case in CASES:
        assert all(p.file for p in problems_of(case)), case.name
        without_line |= {p.code for p in problems_of(case) if not p.line and p.file != "--set"}
    assert {"table.more", *(code for code in without_line if code.startswith("file."))} == without_line


def test_every_message_has_a_case() -> None:
    """A check without a case has words that nobody has read."""
    about_scenarios = {code for code in CONTRACT_MESSAGES if not code.startswith(NOT_IN_A_SCENARIO)}
    assert set(NO_CASE) == (set(MESSAGES) | about_scenarios | set(OPTIMISE_MESSAGES)) - {case.code for case in CASES}


def test_no_message_is_left_without_its_case() -> None:
    """A stored message belongs to a case that is still there."""
    stored = {path.name for path in make_errors.CASES.glob("*.txt")}
    assert {make_errors.stored(case, lang).name for case in CASES for lang in make_errors.LANGUAGES} == stored


def test_the_page_of_errors_is_made_from_the_cases() -> None:
    """docs/errors.md says what the program says; `python docs/make_errors.py` renews it."""
    assert make_errors.page() == make_errors.PAGE.read_text("utf-8")


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize("name", make_errors.SOUND)
def test_the_scenarios_that_the_cases_build_on_are_sound(name: str) -> None:
    """What a case adds is the only thing that is wrong with it."""
    assert name == load_scenario(name).spec.scenario.name


@pytest.mark.usefixtures("stand")
def test_many_mistakes_are_shown_all_at_once_in_reading_order() -> None:
    """Twelve mistakes in one file are twelve problems, from top to bottom."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario("many-at_once.yaml")
    lines = [p.line for p in caught.value.problems]
    assert (12, sorted(lines)) == (len(lines), lines)


# --- every command that reads a scenario ----------------------------------------------------------------------------

BAD = "many-at_once.yaml"
COMMANDS = {
    "check": ["check", BAD],
    "check_two": ["check", "good", BAD],
    "run": ["run", BAD, "-o", "made"],
    "run_json": ["run", BAD, "--format", "json", "-o", "made"],
    "diff_first": ["diff", BAD, "good"],
    "diff_second": ["diff", "good", BAD],
    "explain": ["explain", BAD, "state", "2027"],
    "set": ["run", "good", "--set", "interventions.valpreventie.reach=6", "-o", "made"],
    "table": ["run", "cost.cells", "-o", "made"],
    "missing": ["run", "nergens.yaml", "-o", "made"],
    "init": ["init", "good"],
}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.stat().st_size < 10_000}


def invoked(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setattr("sys.argv", ["coalition", *arguments])
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize("lang", make_errors.LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_bad_input_shows_problems_and_makes_nothing(
    command: str, lang: str, stand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, words on standard error in the language asked for, nothing on standard output, nothing written."""
    before = files_below(stand)
    result = invoked([*COMMANDS[command], "--lang", lang], monkeypatch)
    assert (result.exit_code, result.stdout) == (3, "")
    assert {"nl": "er is niets berekend", "en": "nothing was calculated"}[lang] in result.stderr
    assert "Traceback" not in result.stderr
    assert before == files_below(stand)


@pytest.mark.usefixtures("stand")
def test_problems_of_several_files_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """`coalition check` of three files does not stop at the first bad one."""
    result = invoked(["check", "reach.total.yaml", "good", "payers.sum.yaml"], monkeypatch)
    assert result.exit_code == 3
    assert all(name in result.stderr for name in ("reach.total.yaml heeft 1", "payers.sum.yaml heeft 1"))


@pytest.mark.usefixtures("stand")
def test_a_file_that_may_not_be_opened_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of rights is named as such, and is no defect."""

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("good")
    assert [(p.code, p.facts["reason"]) for p in caught.value.problems] == [("file.unreadable", "Permission denied")]


@pytest.mark.usefixtures("stand")
def test_a_file_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 MB cost no memory: the size is looked at before the content."""
    make_errors.said(next(case for case in CASES if case.name == "file.too_large"), "nl")
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(ScenarioError, match=r"file\.too_large"):
        load_scenario("groot.yaml")
