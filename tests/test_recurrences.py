"""Rows that follow from their own past: a balance that goes round, and what may not go round."""

from __future__ import annotations

import numpy as np
import pytest

from coalition.cells import (
    BEFORE,
    HERE,
    Line,
    Sheet,
    before,
    highest_year,
    largest,
    smallest,
    so_far,
    sum_before,
    sum_of_ages,
)
from coalition.errors import DefectError

YEARS = 6


def a_sheet() -> tuple[Sheet, Line]:
    sheet = Sheet("S", "", YEARS)
    return sheet, sheet.line("index", "", "", np.arange(float(YEARS)))


def shown(line: Line) -> str:
    """A formula as it stands in column H, whose year before is G."""
    assert line.formula is not None
    return line.formula.text(line.sheet).replace(HERE, "H").replace(BEFORE, "G")


def test_a_balance_goes_round() -> None:
    """Opening is the closing of a year earlier, plus interest, less what is asked as far as it is there."""
    sheet, _ = a_sheet()
    rate = sheet.line("rate", "", "", 0.1)
    income = sheet.line("income", "", "", np.array([100.0, 0, 0, 50, 0, 0]))
    asked = sheet.line("asked", "", "", np.array([30.0, 50, 50, 0, 20, 50]))
    closing = sheet.later("closing", "", "")
    opening = sheet.series("opening", "", "", before(closing))
    there = sheet.series("there", "", "", opening * (1 + rate) + income)
    paid = sheet.series("paid", "", "", smallest(asked, there))
    sheet.place(closing, there - paid)
    balance, expected = 0.0, []
    for t in range(YEARS):
        balance = balance * 1.1 + income.values[t]
        balance -= min(asked.values[t], balance)
        expected.append(balance)
    assert closing.values == pytest.approx(expected)
    assert opening.values == pytest.approx([0.0, *expected[:-1]])
    assert shown(opening) == f"G{closing.row_number}"
    assert [row.key for row in sheet][-1] == "closing"


def test_several_rows_may_be_awaited_and_depend_on_each_other() -> None:
    """What is owed limits what comes back, which limits what is lent again."""
    sheet, index = a_sheet()
    money, owed = sheet.later("money", "", ""), sheet.later("owed", "", "")
    lent = sheet.later("lent", "", "")
    first = sheet.line("first", "", "", np.array([100.0, 0, 0, 0, 0, 0]))
    two = sheet.line("two", "", "", 2.0)
    back = sheet.series("back", "", "", sum_of_ages(lent, 1, two, index) / two)
    sheet.place(lent, before(money) + first)
    sheet.place(owed, before(owed) - back + lent)
    assert money.awaited
    sheet.place(money, back)
    lent_by_hand = np.zeros(YEARS)
    back_by_hand = np.zeros(YEARS)
    for t in range(YEARS):
        back_by_hand[t] = lent_by_hand[max(t - 2, 0) : t].sum() / 2
        lent_by_hand[t] = first.values[t] + (back_by_hand[t - 1] if t else 0)
    assert back.values == pytest.approx(back_by_hand)
    assert owed.values == pytest.approx(np.cumsum(lent_by_hand - back_by_hand))


def test_sums_of_earlier_years_never_touch_the_own_column() -> None:
    """Else a row that follows from them would need itself."""
    sheet, index = a_sheet()
    amounts = sheet.line("amounts", "", "", np.array([1.0, 2, 4, 8, 16, 32]))
    grace = sheet.line("grace", "", "", 1.0)
    earlier = sheet.series("earlier", "", "", sum_before(amounts))
    aged = sheet.series("aged", "", "", sum_of_ages(amounts, grace + 1, grace + 1 + 1, index))
    assert earlier.values.tolist() == [0, 1, 3, 7, 15, 31]
    assert aged.values.tolist() == [0, 0, 1, 3, 6, 12]
    assert shown(earlier) == "SUM($F7:G7)"
    assert shown(aged) == 'SUMIFS($F7:G7,$F6:G6,">="&H6-($D$8+1+1),$F6:G6,"<="&H6-($D$8+1))'


def test_a_year_to_come_is_no_age() -> None:
    """Age 0 is this year itself, and never counts."""
    sheet, index = a_sheet()
    amounts = sheet.line("amounts", "", "", np.ones(YEARS))
    assert sum_of_ages(amounts, 0, 1, index).values.tolist() == [0, 1, 1, 1, 1, 1]


def test_rows_made_before_the_recurrence_stay_as_they_are() -> None:
    """A second recurrence does not calculate the first again."""
    sheet, _ = a_sheet()
    one = sheet.later("one", "", "")
    sheet.place(one, before(one) + 1)
    two = sheet.later("two", "", "")
    up = sheet.series("up", "", "", so_far(one))
    sheet.place(two, largest(before(two), up))
    assert one.values.tolist() == [1, 2, 3, 4, 5, 6]
    assert two.values.tolist() == np.cumsum(one.values).tolist()


# --- what may not be ----------------------------------------------------------------------------------------------


def test_this_year_of_a_row_that_is_not_there_yet_is_refused() -> None:
    """That would be a circle within a year."""
    sheet, _ = a_sheet()
    closing = sheet.later("closing", "", "")
    with pytest.raises(DefectError, match="only its earlier years"):
        sheet.series("paid", "", "", smallest(closing, 1))


def test_a_year_to_come_of_a_row_below_is_refused() -> None:
    """The highest of all years of a row, which follows from it: that never comes to rest."""
    sheet, _ = a_sheet()
    below = sheet.later("below", "", "")
    row = sheet.series("row", "", "", before(below) + 1)
    with pytest.raises(DefectError, match="a year to come"):
        sheet.place(below, highest_year(row))


def test_a_row_is_placed_once_and_announced_first() -> None:
    """And it has no place on the sheet until then."""
    sheet, index = a_sheet()
    line = sheet.later("line", "", "")
    with pytest.raises(DefectError, match="no row yet"):
        before(line).text(sheet)
    with pytest.raises(DefectError, match="twice"):
        sheet.later("line", "", "")
    sheet.place(line, 0)
    for again in (line, index):
        with pytest.raises(DefectError, match="not awaited"):
            sheet.place(again, 0)
