"""A table beside a scenario is exactly what its contract says, or every problem is told with its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition import csv_tables
from coalition.csv_tables import MOST_PROBLEMS, read_table
from coalition.errors import ScenarioError
from coalition.problems import Problem
from coalition.tables import Column, Table

PEOPLE = Table(
    "people",
    (
        Column("area", "string", "CBS code", "Gebied", "Area"),
        Column("age_from", "int64", "years", "Leeftijd vanaf", "Age from"),
        Column("age_to", "int64", "years", "Leeftijd tot en met", "Age to", nullable=True),
        Column("people", "float64", "inhabitants", "Inwoners", "People", "inhabitants, >= 0"),
        Column("change", "float64", "share", "Verandering", "Change", "growth; may be negative", nullable=True),
    ),
    key=("area", "age_from"),
)
HEADING = "area,age_from,age_to,people,change\n"


def problems_of(content: str | bytes, folder: Path, contract: Table = PEOPLE) -> tuple[Problem, ...]:
    file = folder / "people.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        read_table(file, contract, "people.csv")
    assert {"people.csv"} == {p.file for p in caught.value.problems}
    return caught.value.problems


def told(content: str | bytes, folder: Path) -> list[tuple[str, int, str]]:
    return [(p.code, p.line, p.path) for p in problems_of(content, folder)]


def test_a_good_table_comes_back_as_columns_with_the_line_of_every_row(tmp_path: Path) -> None:
    """Any order of columns, empty lines and text over two lines; an empty cell is NaN where the contract allows it."""
    file = tmp_path / "people.csv"
    file.write_text(
        'people,area,age_from,age_to,change\n1250.5,GM0106,0,64,0.5\n\n12.345,"Een\nwijk",65,,\n900,GM0114,0,64,-0.5\n',
        encoding="utf-8",
    )
    table = read_table(file, PEOPLE, "people.csv")
    assert [*PEOPLE.names, "lines"] == list(table)
    assert table["area"].tolist() == ["GM0106", "Een\nwijk", "GM0114"]
    assert table["lines"].tolist() == [2, 4, 6]
    assert table["people"].tolist() == [1250.5, 12.345, 900.0]
    np.testing.assert_array_equal([64, np.nan, 64], table["age_to"])
    np.testing.assert_array_equal([0.5, np.nan, -0.5], table["change"])
    assert [str(table[name].dtype) for name in ("age_from", "age_to")] == ["int64", "float64"]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    """As a spreadsheet saves “CSV UTF-8”."""
    file = tmp_path / "people.csv"
    file.write_bytes((HEADING + "GM0106,0,64,1,\n").replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_table(file, PEOPLE, "people.csv")["area"].tolist() == ["GM0106"]


def test_a_missing_file_is_named_as_the_user_wrote_it(tmp_path: Path) -> None:
    """Not by its place on the disk."""
    with pytest.raises(ScenarioError) as caught:
        read_table(tmp_path / "weg.csv", PEOPLE, "weg.csv")
    assert [(p.code, p.file) for p in caught.value.problems] == [("file.missing", "weg.csv")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "file.empty"),
        ("\n \n", "file.empty"),
        (HEADING, "table.no_rows"),
        (HEADING.replace(",", ";") + "GM0106;0;64;1,5;\n", "table.separator"),
        (HEADING.replace(",", "\t"), "table.separator"),
        (HEADING + 'GM0106,0,64,"1,\n', "table.quotes"),
        (HEADING.encode("utf-16"), "file.utf16"),
    ],
)
def test_a_file_that_is_no_table_is_one_problem(content: str | bytes, code: str, tmp_path: Path) -> None:
    """Empty, a heading only, the semicolons of a Dutch spreadsheet, an open quote, another encoding."""
    assert [code] == [p.code for p in problems_of(content, tmp_path)]


def test_latin1_names_the_line(tmp_path: Path) -> None:
    """An ë of an old spreadsheet."""
    content = (HEADING + "GM0106,0,64,1,\nCoëvorden,0,64,1,\n").encode("latin-1")
    assert told(content, tmp_path) == [("file.not_utf8", 3, "")]


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size on disk decides."""
    monkeypatch.setattr(csv_tables, "MAX_BYTES", 10)
    assert told(HEADING, tmp_path) == [("file.too_large", 0, "")]


def test_more_rows_than_allowed_are_refused(tmp_path: Path) -> None:
    """Two rows are read, three are too many."""
    file = tmp_path / "people.csv"
    rows = [f"GM010{n},0,64,1,\n" for n in range(3)]
    file.write_text(HEADING + "".join(rows[:2]), encoding="utf-8")
    assert len(read_table(file, PEOPLE, "people.csv", max_rows=2)["area"]) == 2
    file.write_text(HEADING + "".join(rows), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_table(file, PEOPLE, "people.csv", max_rows=2)
    assert [p.code for p in caught.value.problems] == ["table.too_many_rows"]


def test_the_heading_is_compared_with_the_contract(tmp_path: Path) -> None:
    """Misspelled (with the column that was meant), superfluous, double and missing, all at once."""
    problems = problems_of("area,area,age_from,poeple,toelichting,change\nGM0106,x,0,1,x,\n", tmp_path)
    assert [(p.code, p.path, p.facts.get("suggestion", "")) for p in problems] == [
        ("table.duplicate_column", "area", ""),
        ("table.unknown_column", "poeple", "people"),
        ("table.unknown_column", "toelichting", ""),
        ("table.missing_column", "age_to", ""),
    ]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ('GM0106,0,64,"0,6",', "number.decimal_comma", "people"),
        ("GM0106,0,64,250.000,", "number.thousands_point", "people"),
        ("GM0106,0,64,1.250.000,", "number.thousands_points", "people"),
        ('GM0106,0,64,"250,000",', "number.thousands_comma", "people"),
        ("GM0106,0,64,1 250,", "number.space", "people"),
        ("GM0106,0,64,1_250,", "number.underscore", "people"),
        ("GM0106,0,64,€ 5,", "number.currency", "people"),
        ("GM0106,0,64,1,12 %", "number.percent", "change"),
        ("GM0106,0,64,nan,", "number.not_finite", "people"),
        ("GM0106,0,64,inf,", "number.not_finite", "people"),
        ("GM0106,0,64,1e999,", "number.not_finite", "people"),
        ("GM0106,0,64,-1,", "number.negative", "people"),
        ("GM0106,0,64,veel,", "number.not_a_number", "people"),
        ("GM0106,0,64,=1+1,", "table.formula", "people"),
        ("GM0106,0.5,64,1,", "number.not_whole", "age_from"),
        ("GM0106,1.000,64,1,", "number.thousands_point", "age_from"),
        ("GM0106,,64,1,", "table.empty_cell", "age_from"),
        ("GM0106,0,64,,", "table.empty_cell", "people"),
        (" ,0,64,1,", "table.empty_cell", "area"),
        ("=A1,0,64,1,", "table.formula", "area"),
        ("+A,0,64,1,", "table.formula", "area"),
        ("-A,0,64,1,", "table.formula", "area"),
        ("@A,0,64,1,", "table.formula", "area"),
    ],
)
def test_a_cell_that_cannot_be_used_is_told_with_line_and_column(
    row: str, code: str, column: str, tmp_path: Path
) -> None:
    """The row after a good one."""
    assert [(code, 3, column)] == told(f"{HEADING}GM0114,0,64,7,\n{row}\n", tmp_path)


def test_a_decimal_comma_without_quotes_is_a_row_with_a_cell_too_many(tmp_path: Path) -> None:
    """0,6 becomes two cells; the row is told with both counts."""
    (problem,) = problems_of(HEADING + "GM0106,0,64,0,6,\nGM0114,0,64,1,\n", tmp_path)
    assert (
        problem.code, problem.line, problem.facts["cells"], problem.facts["expected"]
    ) == ("table.cells", 2, "6", "5")  # fmt: skip


def test_three_decimals_are_accepted_only_where_the_column_shows_that_its_point_is_decimal(tmp_path: Path) -> None:
    """12.345 beside 0.5 is a decimal number; alone it may be twelve thousand."""
    assert told(HEADING + "GM0106,0,64,12.345,\n", tmp_path) == [("number.thousands_point", 2, "people")]
    file = tmp_path / "people.csv"
    file.write_text(HEADING + "GM0106,0,64,12.345,\nGM0114,0,64,0.5,\n", encoding="utf-8")
    assert read_table(file, PEOPLE, "people.csv")["people"].tolist() == [12.345, 0.5]


def test_a_last_zero_shows_that_a_hand_typed_thousands(tmp_path: Path) -> None:
    """No program writes 1.250 for 1.25, so it is refused among decimals too."""
    rows = "GM0106,0,64,0.5,\nGM0114,0,64,1.250,\n"
    assert told(HEADING + rows, tmp_path) == [("number.thousands_point", 3, "people")]


def test_a_key_that_repeats_is_told_with_both_lines(tmp_path: Path) -> None:
    """The same area and age on lines 2 and 5."""
    rows = "GM0106,0,64,1,\nGM0106,65,,1,\n\nGM0106,0,70,2,\n"
    (problem,) = problems_of(HEADING + rows, tmp_path)
    assert (
        problem.code, problem.line, problem.facts["first_line"], problem.found
    ) == ("table.duplicate_key", 5, "2", "area GM0106, age_from 0")  # fmt: skip


def test_the_first_fifty_problems_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    """A file full of one mistake does not flood the screen."""
    rows = "".join(f"GM{n:04d},0,64,veel,\n" for n in range(MOST_PROBLEMS + 12))
    problems = problems_of(HEADING + rows, tmp_path)
    assert len(problems) == MOST_PROBLEMS + 1
    assert (problems[-1].code, problems[-1].facts["count"]) == ("table.more", "12")


def test_a_yes_or_no_column_knows_two_words(tmp_path: Path) -> None:
    """`true` and `false`, as in the scenario itself."""
    table = Table("t", (Column("open", "bool", "-", "Open", "Open"),))
    file = tmp_path / "t.csv"
    file.write_text("open\ntrue\nFALSE\n", encoding="utf-8")
    assert read_table(file, table, "t.csv")["open"].tolist() == [True, False]
    assert [p.code for p in problems_of('open\nja\n""\n', tmp_path, table)] == ["value.not_bool", "table.empty_cell"]


NUMBERS = Table("numbers", (Column("x", "float64", "-", "X", "X"),))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    """To the last bit; a first row 0.5 shows that points are decimal."""
    file = tmp_path_factory.getbasetemp() / "numbers.csv"
    file.write_text("x\n0.5\n" + "".join(f"{v!r}\n" for v in values), encoding="utf-8")
    assert [0.5, *values] == read_table(file, NUMBERS, "numbers.csv")["x"].tolist()


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 5), max_size=4))
def test_any_table_is_read_or_refused_with_problems(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    """Whatever stands in the cells, there is no traceback."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes((HEADING + text.getvalue()).encode("utf-8", "replace"))
    try:
        columns = set(read_table(file, PEOPLE, "any.csv"))
    except ScenarioError as error:
        columns = {*PEOPLE.names, "lines"} if error.problems else set()
    assert columns == {*PEOPLE.names, "lines"}
