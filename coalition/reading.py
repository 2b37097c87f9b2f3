"""A scenario file as plain data, with the place of every value.

ruamel.yaml parses; this module turns its events into dicts, lists and scalars and remembers file, line and text of
each. What a plain scalar means is decided in scalars.py. Refused is what a scenario never needs: anchors, tags, several
documents. What a key means is decided in schema.py. Paths are dotted, keys are always text:
`interventions.valpreventie.cost.per_starter.0`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from coalition.errors import ScenarioError
from coalition.problems import Problem
from coalition.scalars import MOST_FOUND, number_facts, plain_scalar, suspicious_number

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_NODES = 200_000


@dataclass(frozen=True)
class Origin:
    """Where a value was written.

    Attributes:
        file: the file as the user named it; `--set` for the command line.
        line: counted from 1; 0 when there is no line; a Cell when the file is a workbook.
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
        here = joined(path, key)
        below = base.get(key)
        if isinstance(below, dict) and "value" in below and _states_a_value(value):
            merged[key] = _restated(value, below)
            replaced.add(here)
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(value, below, here, replaced)
        elif isinstance(below, list) and _names_elements(value, below):
            elements = _merged(value, {str(k): element for k, element in enumerate(below)}, here, replaced)
            merged[key] = list(elements.values())
        else:
            merged[key] = value
            replaced.add(here)
    return merged


def _states_a_value(value: Any) -> bool:
    """Whether a number is put in the place of another one: bare, or in full with its own value."""
    return "value" in value if isinstance(value, dict) else isinstance(value, int | float)


def _names_elements(value: Any, below: list[Any]) -> bool:
    """Whether elements of a list are named by their position, as `--set a.0.b=1` does."""
    return isinstance(value, dict) and bool(value) and set(value) <= {str(k) for k in range(len(below))}


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


def joined(path: str, key: object) -> str:
    """A dotted path one step further."""
    return f"{path}.{key}" if path else str(key)


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


def invisible_sign(text: str) -> str:
    """The first sign of a text that a reader does not see, such as `U+200B`; "" when there is none."""
    found = _INVISIBLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


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
        facts = {"character": invisible_sign(text)}
        yield Problem("yaml.control_character", file, _line_of(text, found.start()), facts=facts)
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
        path = joined(level.path, key)
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
            path = joined(level.path, len(level.holder))
            level.holder.append(value)
        elif level.key is None:
            self._stop("yaml.complex_key", line)
        else:
            path = joined(level.path, level.key)
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
        return {str(key): _copied(v, file, joined(path, key), origins) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(v, file, joined(path, i), origins) for i, v in enumerate(value)]
    return value
