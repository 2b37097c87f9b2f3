"""A scenario file as plain data, with the place of every value.

ruamel.yaml parses; this module turns its events into dicts, lists and scalars and remembers file, line and text of
each. It decides what a plain scalar is (only true/false, null, numbers with a decimal point, ISO dates), and catches
numbers that a Dutch keyboard produces instead of guessing them. It refuses what a scenario never needs: anchors,
tags, several documents. What a key means is decided in schema.py; the breaches found there come back here to get
their file and line. Paths are dotted: `interventions.valpreventie.cost.per_starter.0`; keys are always text.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from coalition.errors import ScenarioError
from coalition.problems import Problem, closest

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_NODES = 200_000
MOST_FOUND = 200
"""Characters of a found text that a problem keeps."""


@dataclass(frozen=True)
class Origin:
    """Where a value was written.

    Attributes:
        file: the file as the user named it; `--set` for the command line.
        line: counted from 1; 0 when there is no line.
        raw: the scalar's own text, without quotes; "" for a mapping, a list or an empty value.
    """

    file: str
    line: int
    raw: str


@dataclass(frozen=True)
class Document:
    """Plain data and, per dotted path, where it was written; the path "" is the whole document."""

    data: dict[str, Any]
    origins: dict[str, Origin]

    def origin(self, path: str) -> Origin:
        """Where the value at a path was written, or its nearest ancestor when it has no place of its own."""
        while path and path not in self.origins:
            path = path.rpartition(".")[0]
        return self.origins.get(path, Origin("", 0, ""))

    def over(self, base: Document) -> Document:
        """This document laid over another: mappings merge, everything else replaces.

        Origins follow the values; a mapping that both have keeps the place that has a line number.
        """
        replaced: set[str] = set()
        data = _merged(self.data, base.data, "", replaced)
        kept = {path: origin for path, origin in base.origins.items() if not _below(path, replaced)}
        own = {path: origin for path, origin in self.origins.items() if origin.line or path not in kept}
        return Document(data, {**kept, **own})


def _merged(top: dict[str, Any], base: dict[str, Any], path: str, replaced: set[str]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        here = _join(path, key)
        below = base.get(key)
        if isinstance(below, dict) and "value" in below and _states_a_value(value):
            merged[key] = _restated(value, below)
            replaced.add(here)
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(value, below, here, replaced)
        else:
            merged[key] = value
            replaced.add(here)
    return merged


def _states_a_value(value: Any) -> bool:
    """Whether a number is put in the place of another one: bare, or in full with its own value."""
    return "value" in value if isinstance(value, dict) else isinstance(value, int | float)


def _restated(value: Any, below: dict[str, Any]) -> Any:
    """A number of one's own keeps price year and index of the one below it, never its range, source or standing."""
    prices = {k: v for k, v in below.items() if k in {"price_year", "index"}}
    if isinstance(value, dict):
        return {**prices, **value}
    return {**prices, "value": value} if prices else value


def _below(path: str, tops: set[str]) -> bool:
    """Whether the path or one of its ancestors is in `tops`."""
    while path:
        if path in tops:
            return True
        path = path.rpartition(".")[0]
    return False


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


# --- numbers as people type them ----------------------------------------------------------------------------------

_SPACE = "[ \u00a0\u2009\u202f]"
_CORE = rf"[-+−–]?[0-9](?:(?:[0-9.,]|{_SPACE})*[0-9])?"
_EURO = "(?:€|euro|eur)"
_DASH = "(?:[.,][-–—]+)"
_TYPED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for code, pattern in (
        ("number.not_finite", r"[-+−]?\.?(?:nan|inf|infinity)"),
        ("number.currency", rf"[-+−]?{_EURO}{_SPACE}*{_CORE}{_DASH}?|{_CORE}{_DASH}?{_SPACE}*{_EURO}|{_CORE}{_DASH}"),
        ("number.percent", rf"{_CORE}{_SPACE}*(?:%|‰|procent|percent|pct\.?)"),
        ("number.underscore", r"[-+−]?[0-9][0-9.,]*(?:_[0-9.,]+)+"),
        ("number.thousands_point", r"[-+−–]?[1-9][0-9]{0,2}\.[0-9]{3}"),
        ("number.thousands_points", r"[-+−–]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"),
        ("number.thousands_comma", r"[-+−–]?[1-9][0-9]{0,2},[0-9]{3}"),
        ("number.thousands_commas", r"[-+−–]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)"),
        ("number.decimal_comma", rf"[-+−–]?(?:[0-9](?:[0-9.]|{_SPACE})*)?,[0-9]+(?:e[-+]?[0-9]+)?"),
        ("number.space", rf"[-+−–]?[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+(?:\.[0-9]+)?"),
        ("number.minus", r"[−–][0-9]+(?:\.[0-9]+)?"),
    )
)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LONGEST_NUMBER = 80


def suspicious_number(raw: str) -> str | None:
    """The code of the problem when a text looks like a number that is not written with a plain decimal point.

    A point before exactly three digits, as in 250.000, may mean thousands or decimals: it is never guessed.
    """
    text = raw.strip()
    if len(text) > _LONGEST_NUMBER and not _FLOAT.fullmatch(text):
        return None
    code = next((code for code, pattern in _TYPED if pattern.fullmatch(text)), None)
    if code is None and _FLOAT.fullmatch(text) and not math.isfinite(float(text)):
        return "number.not_finite"
    return code


def number_facts(raw: str, code: str) -> dict[str, str]:
    """How the number should be written: `as_number`, and `as_decimal` or `as_share` where the code needs them."""
    if not code.startswith("number.") or code == "number.not_finite":
        return {}
    bare = re.sub(rf"{_SPACE}|_|{_DASH}|{_EURO}|%|‰|procent|percent|pct\.?|^\+", "", raw.strip(), flags=re.IGNORECASE)
    bare = re.sub("[−–]", "-", bare)
    inner = suspicious_number(bare)
    if inner == "number.decimal_comma":
        number = bare.replace(".", "").replace(",", ".")
    elif inner and "thousands_comma" in inner:
        number = bare.replace(",", "")
    else:
        number = bare.replace(".", "") if inner and "thousands_point" in inner else bare
    if code in ("number.thousands_point", "number.thousands_comma"):
        return {"as_number": number, "as_decimal": _unambiguous(bare.replace(",", "."))}
    if code == "number.percent":
        parts = 1000 if "‰" in raw else 100
        return {"as_share": _share_text(bare.replace(",", "."), parts)}
    return {"as_number": number}


def _unambiguous(decimal: str) -> str:
    """A decimal number written so that its point cannot be taken for thousands: 12.5 for 12.500, 1.1250 for 1.125."""
    short = decimal.rstrip("0")
    short += "0" if short.endswith(".") else ""
    return decimal + "0" if suspicious_number(short) else short


def _share_text(number: str, parts: int = 100) -> str:
    try:
        return f"{float(number) / parts:.10g}"
    except ValueError:
        return "0.35"


def plain_scalar(raw: str) -> tuple[Any, str | None]:
    """What an unquoted text means, and the code of the problem when it must not be guessed.

    Returns:
        None, bool, int, float, date or str; a text with a problem stays text.
    """
    lower = raw.lower()
    if lower in ("", "~", "null"):
        return None, None
    if lower in ("true", "false"):
        return lower == "true", None
    if not any(c in "0123456789" for c in raw) and lower.lstrip("+-−.") not in ("nan", "inf", "infinity"):
        return raw, None
    if code := suspicious_number(raw):
        return raw, code
    if _INT.fullmatch(raw):
        return int(raw), None
    if _FLOAT.fullmatch(raw):
        return float(raw), None
    if _DATE.fullmatch(raw):
        try:
            return dt.date.fromisoformat(raw), None
        except ValueError:
            return raw, "value.impossible_date"
    return raw, None


# --- from a file to a document ------------------------------------------------------------------------------------


def read_document(path: Path, shown_as: str | None = None) -> Document:
    """The document in a YAML file, or in `scenario.yaml` of a folder.

    Args:
        path: the file or folder.
        shown_as: how problems name it; the path itself when left out.
    Raises:
        ScenarioError: with all problems: missing, too large, not UTF-8, or anything that `read_text` refuses.
    """
    file = path / "scenario.yaml" if path.is_dir() else path
    shown = shown_as or str(file)
    if not file.is_file():
        code = "file.no_scenario_in_folder" if path.is_dir() else "file.missing"
        raise ScenarioError([Problem(code, shown_as or str(path))])
    try:
        content = file.read_bytes() if file.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise ScenarioError([Problem("file.unreadable", shown, facts={"reason": error.strerror or ""})]) from error
    if content is None:
        raise ScenarioError([_too_large(shown)])
    return read_text(decoded(content, shown), shown)


def _too_large(file: str) -> Problem:
    return Problem("file.too_large", file, facts={"limit": f"{MAX_BYTES // 1_000_000} MB"})


def decoded(content: bytes, file: str) -> str:
    """The bytes of a file as text; a UTF-8 byte order mark is dropped.

    Raises:
        ScenarioError: it is a workbook or UTF-16, holds NUL bytes, or is not UTF-8; names the first byte that is wrong.
    """
    if content[:4] == b"PK\x03\x04":
        raise ScenarioError([Problem("file.workbook", file)])
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:1000]:
        raise ScenarioError([Problem("file.utf16", file)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        line = error.object.count(b"\n", 0, error.start) + 1
        meant = bytes([byte]).decode("cp1252", errors="replace")
        facts = {"byte": f"0x{byte:02X}", "meant": meant}
        raise ScenarioError([Problem("file.not_utf8", file, line, facts=facts)]) from error


_INVISIBLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Control signs, marks of width zero and of writing direction: a reader does not see them, and a name is not found."""
_HIDDEN_ESCAPE = re.compile("[\t\x85\u2028\u2029]")
_TAB_INDENT = re.compile(r"^ *\t[ \t]*[^\s#]", re.MULTILINE)


def read_text(text: str, file: str) -> Document:
    """The document in a YAML text.

    Raises:
        ScenarioError: with all problems that could be found; a syntax error ends the search.
    """
    if len(text) > MAX_BYTES:
        raise ScenarioError([_too_large(file)])
    problems = list(_unreadable_characters(text, file))
    if problems:
        raise ScenarioError(problems)
    tree = _Tree(file, text)
    tree.read()
    if tree.problems:
        raise ScenarioError(sorted(tree.problems, key=lambda p: p.line))
    return Document(tree.root, tree.origins)


def _unreadable_characters(text: str, file: str) -> Iterator[Problem]:
    if found := _INVISIBLE.search(text):
        character = f"U+{ord(found[0]):04X}"
        yield Problem("yaml.control_character", file, _line_of(text, found.start()), facts={"character": character})
    if found := _TAB_INDENT.search(text):
        yield Problem("yaml.tab", file, _line_of(text, found.start()))


def _line_of(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


class _Stopped(Exception):  # noqa: N818 - it is no error: the reason stands in the problems
    """Nothing useful can be read any further."""


@dataclass
class _Level:
    """A mapping or list that is still open."""

    holder: dict[str, Any] | list[Any]
    path: str
    in_brackets: bool
    key: str | None = None
    key_line: int = 0
    key_lines: dict[str, int] = field(default_factory=dict)


class _Tree:
    """Plain data built from parser events, without recursion, so that depth and aliases cost nothing."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.root: dict[str, Any] = {}
        self.origins: dict[str, Origin] = {}
        self.problems: list[Problem] = []
        self._levels: list[_Level] = []
        self._nodes = self._documents = 0
        self._digit_end: tuple[int, int] = (-1, -1)

    def read(self) -> None:
        """Fill `root` and `origins`, or `problems`."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            for event in YAML(typ="safe").parse(self.text):
                self._take(event, type(event).__name__)
            if not self._documents:
                self._add("file.empty")
        except _Stopped:
            pass
        except YAMLError as error:
            self.problems.append(_syntax_problem(error, self.text, self.file))

    def _add(self, code: str, line: int = 0, path: str = "", found: str = "", **facts: str) -> None:
        self.problems.append(Problem(code, self.file, line, path, found[:MOST_FOUND], facts))

    def _stop(self, code: str, line: int, **facts: str) -> NoReturn:
        self._add(code, line, **facts)
        raise _Stopped

    def _take(self, event: Any, kind: str) -> None:
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._levels.pop()
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self._stop("yaml.several_documents", event.start_mark.line + 1)
        elif kind in ("AliasEvent", "ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            self._check_node(event, event.start_mark.line + 1)
            if kind == "ScalarEvent":
                self._scalar(event, event.start_mark.line + 1)
            else:
                self._open({} if kind == "MappingStartEvent" else [], event)

    def _check_node(self, event: Any, line: int) -> None:
        self._nodes += 1
        if event.anchor is not None:
            self._stop("yaml.alias", line, name=str(event.anchor)[:MOST_FOUND])
        if self._nodes > MAX_NODES:
            self._stop("yaml.too_many_values", line, limit=str(MAX_NODES))
        if getattr(event, "tag", None) is not None:
            self._add("yaml.tag", line, found=str(event.tag))

    def _open(self, holder: dict[str, Any] | list[Any], event: Any) -> None:
        line = event.start_mark.line + 1
        if len(self._levels) >= MAX_DEPTH:
            self._stop("yaml.too_deep", line, limit=str(MAX_DEPTH))
        if self._levels:
            path = self._place(holder, "", line)
        elif isinstance(holder, dict):
            path, self.root = "", holder
            self.origins[""] = Origin(self.file, 1, "")
        else:
            self._stop("yaml.top_is_list", line)
        self._levels.append(_Level(holder, path, bool(event.flow_style)))

    def _scalar(self, event: Any, line: int) -> None:
        plain = not event.style
        if not self._levels:
            self._stop("file.empty" if plain and not event.value else "yaml.top_is_text", line)
        level = self._levels[-1]
        if plain and level.in_brackets:
            self._check_comma(event, line, level)
        if isinstance(level.holder, dict) and level.key is None:
            self._key(level, event.value, line, plain)
            return
        value, code = plain_scalar(event.value) if plain else (event.value, None)
        if event.style == '"' and (_INVISIBLE.search(value) or _HIDDEN_ESCAPE.search(value)):
            self._add("yaml.escape", line, found=self.text[event.start_mark.index : event.end_mark.index])
        path = self._place(value, event.value, line)
        if code:
            self._add(code, self.origins[path].line, path, event.value, **number_facts(event.value, code))

    def _check_comma(self, event: Any, line: int, level: _Level) -> None:
        """In brackets, YAML itself splits 0,6 into 0 and 6; a comma between two digits is therefore refused."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.value[:1].isdigit() and self._digit_end[1] == start - 1:
            found = self.text[self._digit_end[0] : end]
            thousands = suspicious_number(found) == "number.thousands_comma"
            as_list, as_number = found.replace(",", ", "), found.replace(",", "" if thousands else ".")
            self._add("number.comma_in_list", line, level.path, found, as_list=as_list, as_number=as_number)
        self._digit_end = (start, end) if event.value[-1:].isdigit() else (-1, -1)

    def _key(self, level: _Level, key: str, line: int, plain: bool) -> None:
        path = _join(level.path, key)
        if plain and key == "<<":
            self._stop("yaml.alias", line, name="<<")
        if not key or "." in key:
            self._add("key.empty" if not key else "key.with_point", line, path if key else level.path, key)
        elif key in level.key_lines:
            self._add("key.duplicate", line, path, key, first_line=str(level.key_lines[key]))
        level.key_lines.setdefault(key, line)
        level.key, level.key_line = key, line

    def _place(self, value: Any, raw: str, line: int) -> str:
        """Put a value in the mapping or list that is open; returns its path."""
        level = self._levels[-1]
        if isinstance(level.holder, list):
            path = _join(level.path, len(level.holder))
            level.holder.append(value)
        elif level.key is None:
            self._stop("yaml.complex_key", line)
        else:
            path = _join(level.path, level.key)
            level.holder[level.key] = value
            line = line if raw else level.key_line
            level.key = None
        self.origins[path] = Origin(self.file, line, raw)
        return path


_SYNTAX: tuple[tuple[str, str, bool], ...] = (
    ("mapping values are not allowed", "yaml.colon", False),
    ("unexpected end of stream", "yaml.open_quote", True),
    ("expected ',' or", "yaml.open_bracket", True),
    ("could not find expected ':'", "yaml.missing_colon", True),
    ("cannot start any token", "yaml.start_character", False),
    ("unknown escape character", "yaml.escape", False),
    ("did not find expected key", "yaml.structure", False),
    ("expected <block end>", "yaml.structure", False),
    ("expected '-' indicator", "yaml.structure", False),
)
"""What the parser says, our code, and whether the cause stands where the parser began instead of where it stopped."""


def _syntax_problem(error: Any, text: str, file: str) -> Problem:
    said = str(getattr(error, "problem", "") or "")
    code, at_start = next(((code, start) for part, code, start in _SYNTAX if part in said), ("yaml.syntax", False))
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    mark = next((m for m in (reversed(marks) if at_start else marks) if m is not None), None)
    lines = text.splitlines() or [""]
    line = min(mark.line + 1, len(lines)) if mark is not None else 0
    return Problem(code, file, line, found=lines[line - 1].strip()[:MOST_FOUND] if line else "")


# --- from the command line and from Python --------------------------------------------------------------------------


def assignments(items: Sequence[str]) -> Document:
    """The document that `--set a.b.c=value` describes; each value is read as one YAML scalar.

    Raises:
        ScenarioError: with all problems: no `=`, an empty part in the path, a value that is no scalar, a path twice.
    """
    data: dict[str, Any] = {}
    origins: dict[str, Origin] = {"": Origin("--set", 0, "")}
    problems: list[Problem] = []
    for item in items:
        path, equals, raw = item.partition("=")
        parts = path.strip().split(".")
        if not equals or not all(parts):
            problems.append(Problem("set.form", "--set", found=item[:MOST_FOUND]))
            continue
        value, code = _argument(raw.strip())
        shown = value if isinstance(value, str) else raw.strip()
        if code:
            problems.append(Problem(code, "--set", 0, ".".join(parts), raw[:MOST_FOUND], number_facts(raw, code)))
        elif not _put(data, parts, value):
            problems.append(Problem("set.twice", "--set", 0, ".".join(parts), raw[:MOST_FOUND]))
        for depth in range(1, len(parts)):
            origins[".".join(parts[:depth])] = Origin("--set", 0, "")
        origins[".".join(parts)] = Origin("--set", 0, shown)
    if problems:
        raise ScenarioError(problems)
    return Document(data, origins)


def _argument(raw: str) -> tuple[Any, str | None]:
    """One YAML scalar; quotes keep it text."""
    if raw[:1] in "[{&*!|>" and raw:
        return raw, "set.no_scalar"
    quoted = re.fullmatch(r"\"([^\"\\]*)\"|'([^']*)'", raw)
    if quoted:
        return quoted[1] if quoted[1] is not None else quoted[2], None
    return plain_scalar(raw)


def _put(data: dict[str, Any], parts: Sequence[str], value: Any) -> bool:
    """Put a value at a path; False when something stands there or on the way to it."""
    for part in parts[:-1]:
        below = data.setdefault(part, {})
        if not isinstance(below, dict):
            return False
        data = below
    free = parts[-1] not in data
    data.setdefault(parts[-1], value)
    return free


def from_data(data: Mapping[str, Any], file: str) -> Document:
    """The document of data that no file holds, such as a catalogue template: every origin has line 0."""
    origins: dict[str, Origin] = {}
    return Document(_copied(data, file, "", origins), origins)


def _copied(value: Any, file: str, path: str, origins: dict[str, Origin]) -> Any:
    scalar = value is not None and not isinstance(value, (Mapping, list, tuple))
    origins[path] = Origin(file, 0, str(value) if scalar else "")
    if isinstance(value, Mapping):
        return {str(key): _copied(v, file, _join(path, key), origins) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(v, file, _join(path, i), origins) for i, v in enumerate(value)]
    return value


# --- breaches of the schema, back to where they were written --------------------------------------------------------

_WANTS_MAPPING = {"model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"}
_WANTS_LIST = {"list_type", "tuple_type", "set_type", "iterable_type"}
_WANTS_NUMBER = {"float_type", "float_parsing", "int_type", "int_parsing", "int_from_float", "finite_number"}
_WANTS_CHOICE = {"enum", "literal_error"}
_WANTS_DATE = {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"}
_WANTS_BOOL = {"bool_type", "bool_parsing"}
_WANTS_SCALAR = _WANTS_NUMBER | _WANTS_CHOICE | _WANTS_DATE | _WANTS_BOOL | {"string_type", "none_required"}
_CODES = {
    **dict.fromkeys(_WANTS_MAPPING, "value.not_mapping"),
    **dict.fromkeys(_WANTS_LIST, "value.not_list"),
    "missing": "key.missing",
    "string_type": "value.not_text",
    **dict.fromkeys(_WANTS_BOOL, "value.not_bool"),
    **dict.fromkeys(_WANTS_DATE, "value.not_date"),
    "string_pattern_mismatch": "value.pattern",
    "none_required": "value.not_empty",
}
_BOUNDS = {"le": "number.too_high", "lt": "number.not_below", "ge": "number.too_low", "gt": "number.not_above"}
_LENGTHS = {"min_length": "value.too_short", "max_length": "value.too_long"}


@dataclass(frozen=True)
class _Breach:
    """One pydantic error, tied to the document."""

    kind: str
    path: str
    value: Any
    context: Mapping[str, Any]
    said: str
    branches: tuple[tuple[str, str], ...]
    """(path, name) of each branch of a union that the error went through; no keys of the document."""
    of_key: bool
    """The key itself is wrong, not what stands under it."""


def problems_from_validation(
    errors: Iterable[Mapping[str, Any]], document: Document, known_keys: Callable[[str], list[str]]
) -> list[Problem]:
    """The errors of pydantic as problems in the user's file: one per mistake, in reading order.

    Args:
        errors: `ValidationError.errors()`. A custom error whose type holds a point is a code of our own; its context
            gives the facts, and `at` in it points below the place where the check stands.
        document: the data that was validated.
        known_keys: the keys that may stand in the mapping at a dotted path.
    """
    first: dict[tuple[str, str], Problem] = {}
    for breach in _one_branch_each([_breach(error, document.data) for error in errors]):
        problem = _problem(breach, document, known_keys)
        first.setdefault((problem.path, problem.code if "." in breach.kind else ""), problem)
    misspelled = {
        _join(p.path.rpartition(".")[0], p.facts["suggestion"]) for p in first.values() if p.code == "key.unknown"
    }
    kept = [p for p in first.values() if not (p.code == "key.missing" and p.path in misspelled)]
    return sorted(kept, key=lambda p: p.line)


def _breach(error: Mapping[str, Any], data: dict[str, Any]) -> _Breach:
    kind, location = str(error["type"]), [str(part) for part in error["loc"]]
    wanted = error.get("input")
    is_key = bool(location) and location[-1] == "[key]"
    last = location.pop() if location and kind == "missing" else None
    ways = list(_ways(location, data))
    keys, branches, value = next((way for way in ways if _same(way[2], wanted)), ways[0])
    if last is not None:
        keys, value = (*keys, last), ""
    return _Breach(
        kind=kind,
        path=".".join(keys),
        value=wanted if is_key else value,
        context=error.get("ctx") or {},
        said=str(error.get("msg", "")),
        branches=branches,
        of_key=is_key,
    )


_Way = tuple[tuple[str, ...], tuple[tuple[str, str], ...], Any]


def _ways(location: Sequence[str], data: Any) -> Iterator[_Way]:
    """How pydantic's location can be read: which of its parts are keys and which name a branch of a union.

    A part that is no key of the data is a branch; a part that could be both is first taken as a key, and once as a
    branch.
    """
    both: list[int] = []
    yield _way(location, data, None, both)
    for index in both:
        yield _way(location, data, index, [])


def _way(location: Sequence[str], data: Any, as_branch: int | None, both: list[int]) -> _Way:
    keys: list[str] = []
    branches: list[tuple[str, str]] = []
    for index, part in enumerate(location):
        if index != as_branch and isinstance(data, dict) and part in data:
            both.append(index)
            keys, data = [*keys, part], data[part]
        elif index != as_branch and isinstance(data, list) and part.isdigit() and int(part) < len(data):
            keys, data = [*keys, part], data[int(part)]
        else:
            branches.append((".".join(keys), part))
    return tuple(keys), tuple(branches), data


def _same(value: Any, wanted: Any) -> bool:
    return value is wanted or (type(value) is type(wanted) and bool(value == wanted))


def _one_branch_each(breaches: list[_Breach]) -> list[_Breach]:
    """Without the errors of the branches of a union that the user cannot have meant."""
    forks = sorted({branch[0] for breach in breaches for branch in breach.branches}, key=len)
    for fork in forks:
        tried: dict[str, list[_Breach]] = {}
        for breach in breaches:
            for name in [name for path, name in breach.branches if path == fork][:1]:
                tried.setdefault(name, []).append(breach)
        if len(tried) > 1:
            meant = min(tried, key=lambda name: (max(_misfit(b, fork) for b in tried[name]), len(tried[name])))
            dropped = {id(b) for name, group in tried.items() if name != meant for b in group}
            breaches = [b for b in breaches if id(b) not in dropped]
    return breaches


def _misfit(breach: _Breach, fork: str) -> int:
    """How unlikely it is that this branch was meant: 0 its kind of value was given, 3 something else altogether."""
    if breach.path != fork or breach.kind not in _WANTS_SCALAR | _WANTS_MAPPING | _WANTS_LIST:
        return 0
    if isinstance(breach.value, (dict, list)):
        return 3 if breach.kind in _WANTS_SCALAR else 2
    if breach.kind not in _WANTS_SCALAR:
        return 3
    like_number = _like_number(breach.value)
    return 1 if like_number == (breach.kind in _WANTS_NUMBER) else 2


def _like_number(value: Any) -> bool:
    if isinstance(value, str):
        return suspicious_number(value) is not None or _FLOAT.fullmatch(value.strip()) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _problem(breach: _Breach, document: Document, known_keys: Callable[[str], list[str]]) -> Problem:
    code, facts = _code_and_facts(breach, known_keys)
    path, found = breach.path, _shown(breach.value)
    if breach.kind in ("union_tag_not_found", "union_tag_invalid"):
        path = _join(path, str(breach.context.get("discriminator", "")).strip("'"))
    if "at" in breach.context and "." in breach.kind:
        path, found = _join(path, breach.context["at"]), ""
    origin = document.origin(path)
    if code == "key.unknown":
        found = path.rpartition(".")[2]
    elif not breach.of_key and path in document.origins:
        found = origin.raw
    return Problem(code, origin.file, origin.line, path, found[:MOST_FOUND], facts)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _code_and_facts(breach: _Breach, known_keys: Callable[[str], list[str]]) -> tuple[str, dict[str, str]]:
    kind, context = breach.kind, breach.context
    if "." in kind:
        return kind, {name: _fact(value) for name, value in context.items() if name != "at"}
    if kind == "extra_forbidden":
        above, _, key = breach.path.rpartition(".")
        known = known_keys(above)
        return _choice("key.unknown", key, known)
    if breach.value is None and kind in _WANTS_SCALAR | _WANTS_MAPPING | _WANTS_LIST:
        return "value.empty", {}
    if kind in _WANTS_NUMBER:
        return _not_a_number(breach.value, kind)
    if kind in _WANTS_CHOICE:
        return _choice("value.unknown_choice", str(breach.value), _quoted(context.get("expected", "")))
    if kind == "union_tag_invalid":
        return _choice("value.unknown_choice", str(context.get("tag", "")), _quoted(context.get("expected_tags", "")))
    if kind == "union_tag_not_found":
        return "key.missing", {}
    if bound := next((name for name in _BOUNDS if name in context), None):
        return _out_of_bounds(breach.value, bound, context[bound])
    if kind.endswith(("too_short", "too_long")):
        name = next((name for name in _LENGTHS if name in context), "min_length")
        return _LENGTHS[name], {"limit": _fact(context.get(name, ""))}
    if kind in _CODES:
        return _CODES[kind], {"pattern": _fact(context["pattern"])} if "pattern" in context else {}
    return "value.refused", {"reason": breach.said.removeprefix("Value error, ")}


def _fact(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_fact(v) for v in value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _choice(code: str, found: str, known: Sequence[str]) -> tuple[str, dict[str, str]]:
    """An unknown name; with a code of its own when a known name is near."""
    near = closest(found.lower().replace("-", "_"), known)
    return code, {"allowed": ", ".join(known), "suggestion": near}


def _quoted(expected: Any) -> list[str]:
    return [str(part) for part in re.findall(r"'([^']*)'", str(expected))]


def _not_a_number(value: Any, kind: str) -> tuple[str, dict[str, str]]:
    if kind == "finite_number" or (isinstance(value, float) and not math.isfinite(value)):
        return "number.not_finite", {}
    if isinstance(value, str):
        plain = "number.quoted" if _FLOAT.fullmatch(value.strip()) else "number.not_a_number"
        code = suspicious_number(value) or plain
        return code, number_facts(value, code)
    return ("number.not_whole" if isinstance(value, float) else "number.not_a_number"), {}


def _out_of_bounds(value: Any, bound: str, limit: Any) -> tuple[str, dict[str, str]]:
    """Beyond a limit; 35 where at most 1 is allowed is a percentage typed as a share."""
    number = float(value) if _like_number(value) and not isinstance(value, str) else math.nan
    limited = float(limit)
    if (bound in ("le", "lt") and limited <= 1 <= number <= 100 and number > limited) or (
        bound in ("ge", "gt") and -1 < limited < 0 and -100 <= number <= -1
    ):
        return "share.percentage", {"as_share": _share_text(str(number)), "percentage": f"{number:.10g}"}
    return _BOUNDS[bound], {"limit": _fact(limited)}
