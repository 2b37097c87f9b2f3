"""Scenario files become plain data; what a Dutch keyboard produces is caught and never guessed."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from coalition.breaches import problems_from_validation
from coalition.errors import ScenarioError
from coalition.problems import Problem
from coalition.reading import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Document,
    Origin,
    assignments,
    decoded,
    from_data,
    read_document,
    read_text,
)
from coalition.scalars import number_facts, plain_scalar, suspicious_number


def refused(text: str) -> list[tuple[str, int, str]]:
    """Code, line and path of every problem in a text."""
    with pytest.raises(ScenarioError) as caught:
        read_text(text, "scenario.yaml")
    return [(p.code, p.line, p.path) for p in caught.value.problems]


def only_problem(text: str) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        read_text(text, "scenario.yaml")
    (problem,) = caught.value.problems
    return problem


# --- plain data and its places ------------------------------------------------------------------------------------


def test_every_value_gets_its_type_and_every_path_its_line() -> None:
    """A whole small scenario: numbers, dates, text, lists and blocks, each with the line it stands on."""
    document = read_text(
        "scenario:\n  name: drenthe\n  start: 2026-01-01\ncost:\n  - 0.5\n  - {value: 3, open: true, none: }\n",
        "s.yaml",
    )
    expected = {
        "scenario": {"name": "drenthe", "start": dt.date(2026, 1, 1)},
        "cost": [0.5, {"value": 3, "open": True, "none": None}],
    }
    assert expected == document.data
    assert Origin("s.yaml", 5, "0.5") == document.origin("cost.0")
    assert Origin("s.yaml", 6, "3") == document.origin("cost.1.value")
    assert Origin("s.yaml", 4, "") == document.origin("cost")
    assert document.origin("cost.1.none").line == 6


def test_a_path_that_is_missing_points_at_its_nearest_ancestor() -> None:
    """A key that was left out has no line of its own; the block it belongs to has."""
    document = read_text("a:\n  b:\n    c: 1\n", "s.yaml")
    assert document.origin("a.b.x.y").line == 2
    assert document.origin("z").line == 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("0.125", 0.125), ("0", 0), ("-3", -3), ("250000", 250_000), ("250.0", 250.0), ("12.5", 12.5),
        ("1.1250", 1.125), ("1e5", 1e5), ("1e-300", 1e-300), (".5", 0.5), ("+5", 5), ("true", True), ("False", False),
        ("null", None), ("~", None), ("", None), ("2026-01-31", dt.date(2026, 1, 31)),
        ("007", "007"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"),
        ("12:30", "12:30"), ("1.2.3", "1.2.3"), ("GM0106", "GM0106"), ("9401 AB", "9401 AB"), ("65-plus", "65-plus"),
        ("31-01-2026", "31-01-2026"), ("0592 366911", "0592 366911"),
    ],
)  # fmt: skip
def test_an_unquoted_value_means_what_a_reader_sees(raw: str, expected: object) -> None:
    """Only true/false, null, plain numbers and ISO dates are more than text; codes keep their zeros."""
    value = read_text(f"a: {raw}\n", "s.yaml").data["a"]
    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.parametrize("raw", ["0,6", "250.000", "12 %", "true", "2026-01-01", "007"])
def test_quoted_text_stays_text(raw: str) -> None:
    """Quotes are how a user says that something is no number."""
    assert raw == read_text(f"a: '{raw}'\nb: \"{raw}\"\n", "s.yaml").data["a"]


# --- numbers of a Dutch keyboard ----------------------------------------------------------------------------------

DUTCH = [
    ("0,6", "number.decimal_comma", "0.6"),
    ("-0,6", "number.decimal_comma", "-0.6"),
    ("1.250,50", "number.decimal_comma", "1250.50"),
    ("250.000", "number.thousands_point", "250000"),
    ("1.125", "number.thousands_point", "1125"),
    ("1.250.000", "number.thousands_points", "1250000"),
    ("250,000", "number.thousands_comma", "250000"),
    ("1,250,000", "number.thousands_commas", "1250000"),
    ("1,250.50", "number.thousands_commas", "1250.50"),
    ("1 250", "number.space", "1250"),
    ("1\u00a0250\u00a0000", "number.space", "1250000"),
    ("1_000", "number.underscore", "1000"),
    ("€ 5", "number.currency", "5"),
    ("5 euro", "number.currency", "5"),
    ("5 EUR", "number.currency", "5"),
    ("5,-", "number.currency", "5"),
    ("€ 250.000,-", "number.currency", "250000"),
    ("€ 1.250,50", "number.currency", "1250.50"),
    ("−5", "number.minus", "-5"),
]


@pytest.mark.parametrize(("raw", "code", "as_number"), DUTCH)
def test_a_number_typed_the_dutch_way_is_refused_with_what_to_write(raw: str, code: str, as_number: str) -> None:
    """The problem comes at once, with line, path, the text itself and the number it probably means."""
    problem = only_problem(f"x: 1\na:\n  b: {raw}\n")
    assert (code, 3, "a.b", raw) == (problem.code, problem.line, problem.path, problem.found)
    assert as_number == problem.facts["as_number"]


@pytest.mark.parametrize(
    ("raw", "as_share"),
    [("12 %", "0.12"), ("12%", "0.12"), ("2,5 %", "0.025"), ("5‰", "0.005"), ("35 procent", "0.35")],
)
def test_a_percent_sign_is_refused_and_the_share_is_given(raw: str, as_share: str) -> None:
    """12 % is 0.12; the user writes it, the model does not."""
    problem = only_problem(f"reach: {raw}\n")
    assert ("number.percent", as_share) == (problem.code, problem.facts["as_share"])


@pytest.mark.parametrize("raw", [".nan", ".NaN", "nan", ".inf", "-.Inf", "Infinity", "1e999", "-1e999", "9" * 400])
def test_no_infinite_or_undefined_number_gets_in(raw: str) -> None:
    """In any spelling."""
    assert refused(f"a: {raw}\n") == [("number.not_finite", 1, "a")]


@pytest.mark.parametrize(
    ("raw", "as_decimal"), [("250.000", "250.0"), ("12.500", "12.5"), ("1.125", "1.1250"), ("250,000", "250.0")]
)
def test_the_way_out_of_an_ambiguous_number_is_itself_accepted(raw: str, as_decimal: str) -> None:
    """Whichever reading the user meant, what the message proposes can be read."""
    facts = number_facts(raw, str(suspicious_number(raw)))
    assert as_decimal == facts["as_decimal"]
    assert float(raw.replace(",", ".")) == plain_scalar(facts["as_decimal"])[0]
    assert (int(facts["as_number"]), None) == plain_scalar(facts["as_number"])


@pytest.mark.parametrize(
    ("text", "found"), [("a: [0,6]", "0,6"), ("a: {value: 0,6}", "0,6"), ("a: [1, 2,5, 3]", "2,5")]
)
def test_a_decimal_comma_in_brackets_is_not_read_as_two_values(text: str, found: str) -> None:
    """YAML itself splits [0,6] into 0 and 6; that would move money silently."""
    problem = only_problem(text)
    assert ("number.comma_in_list", found) == (problem.code, problem.found)


def test_a_list_with_spaces_after_its_commas_is_a_list() -> None:
    """[0.5, 1] is two numbers, and so is one on several lines."""
    assert read_text("a: [0.5, 1,\n  2]\n", "s.yaml").data["a"] == [0.5, 1, 2]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_python_writes_it_comes_back_or_is_refused_as_ambiguous(number: float) -> None:
    """Nothing is lost or changed; 12.125 alone is refused, because a Dutch reader may mean thousands."""
    raw = repr(number)
    if suspicious_number(raw) == "number.thousands_point":
        assert refused(f"a: {raw}") == [("number.thousands_point", 1, "a")]
        raw += "0"
    value = read_text(f"a: {raw}", "s.yaml").data["a"]
    assert number == value
    assert isinstance(value, float)


GROUPED = st.integers(1_000, 10**12).map(lambda n: f"{n:,}".replace(",", "."))
COMMA = st.tuples(GROUPED | st.integers(0, 10**6).map(str), st.from_regex(r"[0-9]{1,6}", fullmatch=True)).map(",".join)
DUTCH_NUMBERS = st.tuples(st.sampled_from(["", "-"]), GROUPED | COMMA).map("".join)


@given(DUTCH_NUMBERS, st.sampled_from(["a: {}", "a: [{}]", "a: {{b: {}}}", "a:\n  - {}", "a: {} ", "a: [1, {}, 2]"]))
def test_no_dutch_number_is_ever_silently_accepted(number: str, form: str) -> None:
    """Thousands with points and decimals with commas, anywhere in a file, are a problem and never another number."""
    codes = {code.split(".")[0] for code, _, _ in refused(form.format(number))}
    assert {"number"} == codes


@given(st.text(max_size=30))
def test_judging_a_text_never_fails(text: str) -> None:
    """Any text is either no number or gets a code for which the facts can be made."""
    code = suspicious_number(text)
    assert code is None or isinstance(number_facts(text, code), dict)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    """Nothing that a user can type ends in a traceback."""
    try:
        read: Any = read_text(text, "s.yaml").data
    except ScenarioError as error:
        read = error.problems
    assert isinstance(read, dict) or len(read) > 0


# --- what a scenario never needs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "file.empty", 0),
        ("# alleen een opmerking\n", "file.empty", 0),
        ("- a\n- b\n", "yaml.top_is_list", 1),
        ("zomaar tekst\n", "yaml.top_is_text", 1),
        ("a: 1\n---\nb: 2\n", "yaml.several_documents", 2),
        ("a:\n\tb: 1\n", "yaml.tab", 2),
        ("a: &x 1\n", "yaml.alias", 1),
        ("a: 1\nb: *x\n", "yaml.alias", 2),
        ("a: {<<: 1}\n", "yaml.alias", 1),
        ("a: !!python/object:os.system x\n", "yaml.tag", 1),
        ("? [a, b]\n: 1\n", "yaml.complex_key", 1),
        ("a: 1\n'': 2\n", "key.empty", 2),
        ("a.b: 1\n", "key.with_point", 1),
        ("a: b: c\n", "yaml.colon", 1),
        ("a: 1\nb: 'x\nc: 2\n", "yaml.open_quote", 2),
        ("a: [1, 2\nb: 1\n", "yaml.open_bracket", 1),
        ("a:\n  b: 1\n c: 2\n", "yaml.structure", 3),
        ("a: 1\nb\nc: 1\n", "yaml.missing_colon", 2),
        ("a: @x\n", "yaml.start_character", 1),
        ('a: "\\q"\n', "yaml.escape", 1),
        ("a: \x07\n", "yaml.control_character", 1),
        ("a: 2026-02-30\n", "value.impossible_date", 1),
    ],
)
def test_a_file_that_cannot_be_a_scenario_says_why_and_where(text: str, code: str, line: int) -> None:
    """One problem, with the line to look at."""
    problem = only_problem(text)
    assert (code, line) == (problem.code, problem.line)


def test_a_key_that_stands_twice_is_reported_with_both_lines() -> None:
    """The later one would silently win."""
    problem = only_problem("a:\n  reach: 0.1\n  cost: 1\n  reach: 0.2\n")
    assert (
        problem.code, problem.line, problem.path, problem.facts["first_line"]
    ) == ("key.duplicate", 4, "a.reach", "2")  # fmt: skip


def test_an_alias_bomb_is_one_problem_and_is_never_expanded() -> None:
    """Ten levels of ten references would be ten thousand million values."""
    levels = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 11)]
    assert refused("\n".join(levels)) == [("yaml.alias", 1, "")]


def test_all_problems_of_a_file_are_told_at_once_in_reading_order() -> None:
    """A user repairs them in one go."""
    text = "a: 0,6\nb: 250.000\nc: 12 %\na: 1\n"
    codes = ["number.decimal_comma", "number.thousands_point", "number.percent", "key.duplicate"]
    assert codes == [code for code, _, _ in refused(text)]


def test_nesting_size_and_number_of_values_are_bounded() -> None:
    """At the limit it is read; one beyond is refused."""
    inside = MAX_DEPTH - 1
    assert read_text("a: " + "[" * inside + "]" * inside, "s.yaml").data
    assert refused("a: " + "[" * (inside + 1)) == [("yaml.too_deep", 1, "")]
    assert refused("a: [" + "x, " * MAX_NODES + "]") == [("yaml.too_many_values", 1, "")]
    assert refused("a: " + "x" * MAX_BYTES) == [("file.too_large", 0, "")]


# --- files ----------------------------------------------------------------------------------------------------------


def codes_of(path: Path, shown_as: str | None = None) -> list[tuple[str, str, int]]:
    with pytest.raises(ScenarioError) as caught:
        read_document(path, shown_as)
    return [(p.code, p.file, p.line) for p in caught.value.problems]


def test_a_folder_stands_for_the_scenario_in_it(tmp_path: Path) -> None:
    """`coalition run drenthe` reads drenthe/scenario.yaml."""
    (tmp_path / "scenario.yaml").write_text("a: 1\n", encoding="utf-8")
    assert read_document(tmp_path).data == {"a": 1}
    assert str(tmp_path / "scenario.yaml") == read_document(tmp_path).origin("a").file


def test_a_missing_file_and_a_folder_without_scenario_are_told_apart(tmp_path: Path) -> None:
    """The name that the user typed comes back."""
    assert codes_of(tmp_path / "x.yaml", "x.yaml") == [("file.missing", "x.yaml", 0)]
    assert codes_of(tmp_path, "map") == [("file.no_scenario_in_folder", "map", 0)]


def test_a_file_that_is_not_utf8_names_the_byte_and_the_line(tmp_path: Path) -> None:
    """An ë saved as Latin-1 is byte 0xEB."""
    file = tmp_path / "s.yaml"
    file.write_bytes("a: 1\nb: coördinatie\nc: reünie\n".encode("latin-1"))
    with pytest.raises(ScenarioError) as caught:
        read_document(file, "s.yaml")
    (problem,) = caught.value.problems
    assert (
        problem.code, problem.line, problem.facts["byte"], problem.facts["meant"]
    ) == ("file.not_utf8", 2, "0xF6", "ö")  # fmt: skip


def test_utf16_is_named_and_a_utf8_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    """Both come from editors on Windows; only one can be read."""
    file = tmp_path / "s.yaml"
    file.write_bytes("a: ë\n".encode("utf-16"))
    assert codes_of(file, "s.yaml") == [("file.utf16", "s.yaml", 0)]
    file.write_bytes("a: ë\r\n".encode("utf-8-sig"))
    assert read_document(file).data == {"a": "ë"}
    assert decoded(b"\xc3\xab", "s.yaml") == "ë"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Two million bytes are forty times a large scenario."""
    file = tmp_path / "s.yaml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    assert codes_of(file, "s.yaml") == [("file.too_large", "s.yaml", 0)]


def test_the_parser_in_c_is_used() -> None:
    """In pure Python a scenario of 40 kB takes seven times as long."""
    from ruamel.yaml import YAML

    assert YAML(typ="safe").Parser.__name__ == "CParser"


# --- documents over each other ------------------------------------------------------------------------------------


def test_blocks_merge_and_everything_else_replaces() -> None:
    """A scenario that changes another one states only what differs; lists are replaced whole."""
    base = read_text("a:\n  x: 1\n  y: {low: 1, high: 3}\nlist: [1, 2, 3]\n", "base.yaml")
    top = read_text("a:\n  y: 2\nlist: [9]\nnew: 5\n", "top.yaml")
    merged = top.over(base)
    assert merged.data == {"a": {"x": 1, "y": 2}, "list": [9], "new": 5}
    assert (merged.origin("a.x").file, merged.origin("a.x").line) == ("base.yaml", 2)
    assert (merged.origin("a.y.low").file, merged.origin("a.y.low").line) == ("top.yaml", 2)
    assert merged.origin("list.2").file == "top.yaml"
    assert base.data == {"a": {"x": 1, "y": {"low": 1, "high": 3}}, "list": [1, 2, 3]}


def test_a_block_that_is_touched_from_the_command_line_keeps_its_place_in_the_file() -> None:
    """What is missing in the block is still missing in the file, on a line."""
    merged = assignments(["a.x=0.5"]).over(read_text("b: 1\na:\n  y: 2\n", "s.yaml"))
    assert Origin("--set", 0, "0.5") == merged.origin("a.x")
    assert (merged.origin("a.z").file, merged.origin("a.z").line) == ("s.yaml", 2)


def test_an_element_of_a_list_is_named_by_its_position() -> None:
    """One value inside a list changes; the rest of the list and its places stay."""
    file = read_text("a:\n  - {x: 1, y: 2}\n  - {x: 3}\n", "s.yaml")
    merged = assignments(["a.1.x=0.5"]).over(file)
    assert merged.data == {"a": [{"x": 1, "y": 2}, {"x": 0.5}]}
    assert (merged.origin("a.1.x").file, merged.origin("a.0.y").line) == ("--set", 2)


@pytest.mark.parametrize("top", ["a: {}", "a: {2: {x: 1}}", "a: {z: 1}"])
def test_a_block_in_the_place_of_a_list_does_not_vanish(top: str) -> None:
    """What is no position of the list stands as it was written, for the schema to refuse."""
    below = read_text("a: [{x: 1}, {x: 3}]\n", "base.yaml")
    assert isinstance(read_text(top + "\n", "top.yaml").over(below).data["a"], dict)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(st.sampled_from("abcd"), PLAIN, max_size=4)


@given(MAPPINGS, MAPPINGS)
def test_every_value_after_a_merge_knows_the_file_that_it_came_from(top: dict[str, Any], base: dict[str, Any]) -> None:
    """Laying the result over the base once more changes nothing, and each path of the top belongs to the top."""
    merged = from_data(top, "top").over(from_data(base, "base"))
    again = merged.over(from_data(base, "base"))
    assert merged.data == again.data
    for key, value in top.items():
        if not isinstance(value, dict):
            assert value == merged.data[key]
            assert merged.origin(key).file == "top"
    assert all(merged.origin(key).file == "base" for key in set(base) - set(top))


# --- the command line ---------------------------------------------------------------------------------------------


def test_a_change_on_the_command_line_is_read_as_in_a_file() -> None:
    """Numbers, words, quoted text and an empty value."""
    document = assignments(["a.b=0.05", "a.c=GM0106", "d='12'", "e=", "f=a=b"])
    assert document.data == {"a": {"b": 0.05, "c": "GM0106"}, "d": "12", "e": None, "f": "a=b"}
    assert Origin("--set", 0, "0.05") == document.origin("a.b")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("reach", "set.form"), ("=1", "set.form"), ("a..b=1", "set.form"), ("a=[1, 2]", "set.no_scalar"),
        ("a=0,6", "number.decimal_comma"), ("a=250.000", "number.thousands_point"), ("a=12 %", "number.percent"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_read_is_a_problem(item: str, code: str) -> None:
    """The same rules as in a file."""
    with pytest.raises(ScenarioError) as caught:
        assignments([item])
    assert [(code, "--set")] == [(p.code, p.file) for p in caught.value.problems]


@pytest.mark.parametrize("items", [["a=1", "a=1"], ["a=1", "a.b=2"], ["a.b=2", "a=1"]])
def test_one_place_is_set_once(items: list[str]) -> None:
    """Two values for one place contradict each other, whatever their order."""
    with pytest.raises(ScenarioError) as caught:
        assignments(items)
    assert [p.code for p in caught.value.problems] == ["set.twice"]


def test_data_from_python_has_places_without_lines() -> None:
    """A catalogue template; its keys become text."""
    document = from_data({"a": {2026: [1, 2.5]}}, "catalogus")
    assert document.data == {"a": {"2026": [1, 2.5]}}
    assert Origin("catalogus", 0, "2.5") == document.origin("a.2026.1")


# --- breaches of the schema ---------------------------------------------------------------------------------------


class Strictly(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Share = Annotated[float, Strict(), Field(ge=0, le=1)]


class Ranged(Strictly):
    value: Share
    low: Share | None = None


class Wrapped(Strictly):
    value: Share

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"value": data}


class Euro(Strictly):
    kind: Literal["euro"]
    amount: Annotated[float, Strict(), Field(ge=0)]


class Relative(Strictly):
    kind: Literal["relative"]
    reduction: Share


class Group(Strictly):
    share: float | None = None
    count: float | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Group:
        if (self.share is None) == (self.count is None):
            raise PydanticCustomError("group.one_of", "share or count", {"at": "share", "total": 0.5})
        return self


class Case(Strictly):
    reach: Share | None = None
    ranged: Share | Ranged | None = None
    wrapped: Wrapped | None = None
    growth: Annotated[float, Field(ge=-0.5, le=0.5)] | None = None
    years: Annotated[int, Strict(), Field(gt=0)] | None = None
    areas: list[str] | Literal["all"] | None = None
    effects: dict[str, Annotated[Euro | Relative, Field(discriminator="kind")]] = {}
    split: dict[Literal["zvw", "wlz"], Share] = {}
    group: Group | None = None
    name: Annotated[str, Strict()] | None = None
    day: dt.date | None = None
    active: Annotated[bool, Strict()] | None = None


def breaches(text: str) -> list[Problem]:
    document = read_text(text, "s.yaml")
    known = {"": list(Case.model_fields), "ranged": list(Ranged.model_fields)}
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(document.data)
    errors: list[Any] = caught.value.errors()
    return problems_from_validation(errors, document, lambda path: known.get(path, ["kind", "amount"]))


@pytest.mark.parametrize(
    ("text", "code", "path", "found"),
    [
        ("reach: 35", "share.percentage", "reach", "35"),
        ("reach: 101", "number.too_high", "reach", "101"),
        ("reach: -0.1", "number.too_low", "reach", "-0.1"),
        ("reach: '0,6'", "number.decimal_comma", "reach", "0,6"),
        ("reach: '0.6'", "number.quoted", "reach", "0.6"),
        ("reach: veel", "number.not_a_number", "reach", "veel"),
        ("reach: yes", "number.not_a_number", "reach", "yes"),
        ("reach: true", "number.not_a_number", "reach", "true"),
        ("reach: [0.5]", "number.not_a_number", "reach", ""),
        ("growth: 2", "share.percentage", "growth", "2"),
        ("growth: 0.6", "number.too_high", "growth", "0.6"),
        ("years: 1.5", "number.not_whole", "years", "1.5"),
        ("years: 0", "number.not_above", "years", "0"),
        ("wrapped: 35", "share.percentage", "wrapped", "35"),
        ("wrapped:\n  value: '250.000'", "number.thousands_point", "wrapped.value", "250.000"),
        ("ranged: 35", "share.percentage", "ranged", "35"),
        ("ranged: veel", "number.not_a_number", "ranged", "veel"),
        ("ranged: {value: 35}", "share.percentage", "ranged.value", "35"),
        ("ranged: {value: 0.3, lwo: 0.2}", "key.unknown", "ranged.lwo", "lwo"),
        ("ranged: {low: 0.2}", "key.missing", "ranged.value", ""),
        ("areas: al", "value.unknown_choice", "areas", "al"),
        ("areas: [GM0106, 12]", "value.not_text", "areas.1", "12"),
        ("effects: {falls: {kind: eruo, amount: 1}}", "value.unknown_choice", "effects.falls.kind", "eruo"),
        ("effects: {falls: {amount: 1}}", "key.missing", "effects.falls.kind", ""),
        ("effects: {falls: {kind: euro, amount: -1}}", "number.too_low", "effects.falls.amount", "-1"),
        ("effects: {euro: {kind: euro}}", "key.missing", "effects.euro.amount", ""),
        ("effects: {falls: 3}", "value.not_mapping", "effects.falls", "3"),
        ("split: {zwv: 0.5}", "value.unknown_choice", "split.zwv", "zwv"),
        ("group: {}", "group.one_of", "group.share", ""),
        ("name: 12", "value.not_text", "name", "12"),
        ("name:\neffects:", "value.empty", "effects", ""),
        ("day: gisteren", "value.not_date", "day", "gisteren"),
        ("active: ja", "value.not_bool", "active", "ja"),
        ("raech: 0.3", "key.unknown", "raech", "raech"),
    ],
)
def test_each_mistake_gives_one_problem_at_its_place(text: str, code: str, path: str, found: str) -> None:
    """The many ways in which a union or a wrapped number can fail never reach the user."""
    (problem,) = breaches(text)
    assert (code, path, found, "s.yaml") == (problem.code, problem.path, problem.found, problem.file)


def test_a_misspelled_key_is_not_also_reported_as_missing() -> None:
    """One mistake, one problem, with the name that was probably meant."""
    (problem,) = breaches("ranged:\n  valeu: 0.3\n")
    assert (problem.code, problem.line, problem.facts["suggestion"]) == ("key.unknown", 2, "value")


def test_a_percentage_typed_as_a_share_is_told_as_share() -> None:
    """For 35 % write 0.35; for 2.5 % write 0.025."""
    assert breaches("reach: 35")[0].facts["as_share"] == "0.35"
    assert breaches("growth: 2.5")[0].facts["as_share"] == "0.025"


def test_a_check_of_our_own_gives_its_facts() -> None:
    """The code is the type of the error, the facts are its context, and `at` is a place and no fact."""
    (problem,) = breaches("group: {share: 0.1, count: 5}")
    assert dict(problem.facts) == {"total": "0.5"}


def test_problems_of_one_scenario_come_in_reading_order_with_their_lines() -> None:
    """Whatever order the schema has."""
    problems = breaches("name: 12\nyears: 1.5\nreach: 35\nunknown: 1\n")
    assert [p.line for p in problems] == [1, 2, 3, 4]


@given(st.floats(min_value=1.001, max_value=100))
def test_every_percentage_is_recognised(share: float) -> None:
    """From just above 1 to 100, in a field that runs to 1; what is proposed is a hundredth of it."""
    (problem,) = breaches(f"reach: {share:.6f}")
    assert problem.code == "share.percentage"
    assert math.isclose(float(problem.facts["as_share"]) * 100, share, rel_tol=1e-6)


def test_a_document_without_origins_still_answers() -> None:
    """For data that Python callers make by hand."""
    assert Origin("", 0, "") == Document({}, {}).origin("a.b")
