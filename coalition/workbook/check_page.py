"""The sheet of checks, and the one cell in which they come together: `check_master` is 1 when all of them hold."""

from __future__ import annotations

from collections.abc import Sequence

from coalition.cells import Sheet, column_letters
from coalition.money import HALF_CENT_EUR
from coalition.workbook.checks import Check
from coalition.workbook.pages import HEADER_ROW, Page
from coalition.workbook.write import in_column

MASTER = "check_master"
NOTHING = "–"
"""Where no check fails."""
MORE = ((" (en nog ", " (and "), (")", " more)"))
"""Before and after the number of further checks that fail."""
LABEL, LEFT, RIGHT, DIFFERENCE, TOLERANCE, HOLDS, SAID = 1, 3, 4, 5, 6, 7, 8
MASTER_ROW, FIRST_CHECK = HEADER_ROW + 1, HEADER_ROW + 3


def holds_range(name: str, count: int) -> str:
    """The cells that are 1 or 0."""
    return _range(name, HOLDS, count)


def _range(name: str, column: int, count: int) -> str:
    letters = column_letters(column)
    return f"{name}!${letters}${FIRST_CHECK + 1}:${letters}${FIRST_CHECK + count}"


def verdict(page: Page, name: str, checks: Sequence[Check]) -> tuple[str, str]:
    """Formula and value of the text that says whether all checks hold, on another sheet."""
    return f"{name}!${column_letters(LEFT)}${MASTER_ROW + 1}", _said(page, name, checks)[1]


def write_verdict(page: Page, name: str, checks: Sequence[Check]) -> None:
    """That text below the title of a sheet, in green or red."""
    page.formula(HEADER_ROW, LABEL, *verdict(page, name, checks), "bold")
    colour_verdict(page, HEADER_ROW, LABEL)


def colour_verdict(page: Page, row: int, column: int) -> None:
    """Green only where every check could be made and holds: what was not tested is not said to be right."""
    cell = f"${column_letters(column)}${row + 1}"
    for sign, look in (("=", "good"), ("<>", "bad")):
        rule = {"type": "formula", "criteria": f'={cell}{sign}"{all_hold(page)}"', "format": page.looks[look]}
        page.sheet.conditional_format(row, column, row, column, rule)


def all_hold(page: Page) -> str:
    """What the verdict says where every check could be made and holds."""
    return page.say("Alle controles kloppen", "All checks hold")


def _absent(page: Page) -> str:
    """What stands beside a check that cannot be made."""
    return page.say("n.v.t.", "n/a")


def first_failing(page: Page, name: str, checks: Sequence[Check]) -> tuple[str, str]:
    """Formula and value of the name of the first check that fails, and the number of others, on another sheet."""
    every, labels = holds_range(name, len(checks)), _range(name, LABEL, len(checks))
    before, after = (page.say(*words) for words in MORE)
    failing = [c.label for c in checks if not c.holds]
    others = f"{before}{len(failing) - 1}{after}" if len(failing) > 1 else ""
    count = f"ROWS({every})-SUM({every})"
    counted = f'IF({count}>1,"{before}"&TEXT({count}-1,"0")&"{after}","")'
    text = f'IF({MASTER}=1,"{NOTHING}",INDEX({labels},MATCH(0,{every},0))&{counted})'
    return text, failing[0] + others if failing else NOTHING


def _said(page: Page, name: str, checks: Sequence[Check]) -> tuple[str, str]:
    good = all_hold(page)
    one = page.say(f"1 controle klopt niet: zie {name}", f"1 check fails: see {name}")
    many = page.say(f" controles kloppen niet: zie {name}", f" checks fail: see {name}")
    every = holds_range(name, len(checks))
    count = f"ROWS({every})-SUM({every})"
    untested = page.say(*UNTESTED)
    absent = f'COUNTIF({_range(name, SAID, len(checks))},"{_absent(page)}")'
    whole = f'IF({absent}=0,"{good}",TEXT({absent},"0")&"{untested}")'
    text = f'IF({MASTER}=1,{whole},IF({count}=1,"{one}",TEXT({count},"0")&"{many}"))'
    failing = sum(not c.holds for c in checks)
    skipped = sum(c.applies is not None and not float(c.applies.values) for c in checks)
    return text, {0: f"{skipped}{untested}" if skipped else good, 1: one}.get(failing, f"{failing}{many}")


UNTESTED = (
    " controles zijn niet te doen nu invoer is veranderd: draai `coalition verify`. De andere kloppen",
    " checks cannot be made now that inputs changed: run `coalition verify`. The others hold",
)
"""After a number: with another input the model has other figures, so that the workbook cannot compare with them."""


def write_checks(page: Page, checks: Sequence[Check]) -> None:
    """A check per row."""
    page.begin(*page.words.sheet("checks"))
    for column, width in ((0, 2), (LABEL, 84), (2, 1.5), (SAID, 12), (HOLDS, 12)):
        page.sheet.set_column(column, column, width)
    page.sheet.set_column(LEFT, DIFFERENCE, 20)
    page.sheet.set_column(TOLERANCE, TOLERANCE, 14)
    for column, words in (
        (LABEL, page.say("Wat moet kloppen", "What must hold")),
        (LEFT, page.say("Links", "Left")),
        (RIGHT, page.say("Rechts", "Right")),
        (DIFFERENCE, page.say("Verschil", "Difference")),
        (TOLERANCE, page.say("Hoogstens", "At most")),
        (HOLDS, page.say("1 = klopt", "1 = holds")),
        (SAID, ""),
    ):
        page.text(HEADER_ROW, column, words, "header" if column in (LABEL, SAID) else "header_number")
    _master(page, checks)
    here = Sheet(page.name, "", 1)
    for k, check in enumerate(checks):
        _check(page, here, FIRST_CHECK + k, check)
    last = FIRST_CHECK + len(checks) - 1
    for first_row, last_row in ((MASTER_ROW, MASTER_ROW), (FIRST_CHECK, last)):
        for value, look in ((1, "good"), (0, "bad")):
            rule = {"type": "cell", "criteria": "==", "value": value, "format": page.looks[look]}
            page.sheet.conditional_format(first_row, HOLDS, last_row, HOLDS, rule)
    page.sheet.freeze_panes(FIRST_CHECK, 0)
    page.sheet.repeat_rows(0, HEADER_ROW)


def _master(page: Page, checks: Sequence[Check]) -> None:
    page.text(MASTER_ROW, LABEL, page.say("Alle controles samen", "All checks together"), "bold")
    every = holds_range(page.name, len(checks))
    good = float(all(c.holds for c in checks))
    flag = page.looks.with_("flag", bold=True)
    page.formula(MASTER_ROW, HOLDS, f"IF(SUM({every})=ROWS({every}),1,0)", good, flag)
    page.book.define_name(MASTER, f"={page.name}!${column_letters(HOLDS)}${MASTER_ROW + 1}")
    text, said = _said(page, page.name, checks)
    page.formula(MASTER_ROW, LEFT, text, said, "bold")


def _check(page: Page, here: Sheet, row: int, check: Check) -> None:
    number = page.looks["amount" if check.tolerance == HALF_CENT_EUR else "plain"]
    left, right, apart, most, holds = (f"{column_letters(c)}{row + 1}" for c in range(LEFT, HOLDS + 1))
    page.wrapped(row, LABEL, check.label, 84, "label")
    for column, expr in ((LEFT, check.left), (RIGHT, check.right)):
        page.formula(row, column, in_column(expr.text(here), 0), float(expr.values), number)
    difference = f"MAX({left}-{right},0)" if check.how == "at_most" else f"ABS({left}-{right})"
    if check.applies is not None:
        applies = in_column(check.applies.text(here), 0)
        difference = f"IF({applies}=1,{difference},0)"
    page.formula(row, DIFFERENCE, difference, check.difference, number)
    page.number(row, TOLERANCE, check.tolerance, page.looks.made(num_format="0.000######", bg_color="@locked"))
    page.formula(row, HOLDS, f"IF(ISNUMBER({apart}),IF({apart}<={most},1,0),0)", float(check.holds), "flag")
    good, bad = page.say("klopt", "holds"), page.say("klopt niet", "fails")
    said = f'IF({holds}=1,"{good}","{bad}")'
    shown = good if check.holds else bad
    if check.applies is not None:
        absent = _absent(page)
        said = f'IF({in_column(check.applies.text(here), 0)}=1,{said},"{absent}")'
        shown = shown if float(check.applies.values) else absent
    page.formula(row, SAID, said, shown, "unit")
