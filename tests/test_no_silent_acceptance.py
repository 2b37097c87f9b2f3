"""Nothing misspelled and nothing mistyped is accepted in silence, wherever it stands in a scenario.

Every key of every shipped scenario (and of docs/complete, which uses all keys that there are) loses a letter
or has two neighbours swapped; every number is typed in a wrong way that is invalid at its place. At the first of the
places that the schema treats alike (the share of any payer of any intervention) each wrong way is tried, at the others
one of them in turn. One change at a time, in the file's own text, read as a user's file is read. What is invalid at a
place follows from the schema: the field's type and limits, found by walking the checked scenario; no list of places is
kept here.

Exempt, because the user chooses the name and nothing else in the scenario refers to it:
an id in a mapping of named things (an insurer, a target group, an effect, a band, ...). If something refers to
it, then renaming it must be noticed, and is tested. (NO_REFERENCE lists the three places where the same word may stand
without referring to it.) Exempt too: a change that gives the same text. Nothing else.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from coalition.errors import ScenarioError
from coalition.numbers import Name, Number
from coalition.problems import Problem
from coalition.reading import Document, read_document, read_text
from coalition.region import COST, REGION
from coalition.scenario import check_document, load_scenario, read_region, shipped_folder, shipped_scenarios
from coalition.schema import Spec
from coalition.tables import Table

COMPLETE = Path(__file__).parents[1] / "docs" / "complete"
SCENARIOS = [*(shipped_folder() / name for name in shipped_scenarios()), COMPLETE]
NO_REFERENCE = re.compile(r"scenario\.name$|interventions\.[^.]*\.from$|published\.")
"""The scenario's own name, an id in the catalogue, and the names of published figures."""
END_TO_END = 150
"""One in so many changes is also made in a file on disk and read by `load_scenario`."""


# --- where every key and every scalar stands in the text -----------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A key or a scalar: its dotted path and its stretch of text."""

    path: str
    start: int
    end: int
    is_key: bool


def places(text: str) -> list[Place]:
    """Every key and every scalar of a YAML text, in reading order."""
    found: list[Place] = []
    open_levels: list[tuple[str, int | None]] = []  # path, and the next position in a list
    key = ""

    def here() -> str:
        path, position = open_levels[-1]
        step = key if position is None else str(position)
        return f"{path}.{step}" if path else step

    expects_key: list[bool] = []
    for event in YAML(typ="safe").parse(text):
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            path = here() if open_levels else ""
            open_levels.append((path, None if kind == "MappingStartEvent" else 0))
            expects_key.append(True)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            open_levels.pop()
            expects_key.pop()
            _step(open_levels, expects_key)
        elif kind == "ScalarEvent":
            start, end = event.start_mark.index, event.end_mark.index
            if open_levels[-1][1] is None and expects_key[-1]:
                key, expects_key[-1] = event.value, False
                found.append(Place(here(), start, end, True))
            else:
                found.append(Place(here(), start, end, False))
                _step(open_levels, expects_key)
    return found


def _step(open_levels: list[tuple[str, int | None]], expects_key: list[bool]) -> None:
    """After a value: the next item of a list, or the next key of a mapping."""
    if open_levels:
        path, position = open_levels[-1]
        open_levels[-1] = (path, None if position is None else position + 1)
        expects_key[-1] = True


# --- what the schema says about a place ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """What a number at a place must keep to."""

    low: float | None = None
    high: float | None = None
    is_year: bool = False


@dataclass
class Schema:
    """The limits of every number, and the paths whose key the user chooses, of one checked scenario."""

    numbers: dict[str, Limits]
    free_keys: set[str]


def described(spec: Spec) -> Schema:
    """Walk a checked scenario beside the types of its fields."""
    schema = Schema({}, set())
    _walk(spec, Spec, (), "", schema)
    return schema


def _walk(value: Any, annotation: Any, limits: tuple[Any, ...], path: str, schema: Schema) -> None:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        limits = (*limits, *more)
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            below = f"{path}.{field.alias or name}".lstrip(".")
            _walk(getattr(value, name), field.annotation, tuple(field.metadata), below, schema)
        if isinstance(value, Number):
            schema.numbers[path] = schema.numbers[f"{path}.value"]  # written bare
    elif isinstance(value, dict):
        key_type, item_type = get_args(_branch(annotation, dict))
        for key, item in value.items():
            below = f"{path}.{key}"
            if key_type is Name:
                schema.free_keys.add(below)
            _walk(item, item_type, (), below, schema)
    elif isinstance(value, list):
        (item_type,) = get_args(_branch(annotation, list))
        for position, item in enumerate(value):
            _walk(item, item_type, (), f"{path}.{position}", schema)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        schema.numbers[path] = _limits(limits + _inner(annotation), isinstance(value, int))


def _branch(annotation: Any, origin: type) -> Any:
    if get_origin(annotation) is origin:
        return annotation
    return next(found for part in get_args(annotation) if (found := _branch(part, origin)) is not None)


def _inner(annotation: Any) -> tuple[Any, ...]:
    """Limits of the number among the branches of an optional type."""
    return tuple(
        limit for part in get_args(annotation) for limit in (*getattr(part, "__metadata__", ()), *_inner(part))
    )


def _limits(metadata: tuple[Any, ...], is_int: bool) -> Limits:
    flat = [m for part in metadata for m in getattr(part, "metadata", [part])]
    low, high = _bound(flat, "ge", "gt"), _bound(flat, "le", "lt")
    return Limits(low, high, is_int and (low, high) == (1990, 2150))


def _bound(metadata: list[Any], *names: str) -> float | None:
    return next((float(getattr(m, name)) for m in metadata for name in names if hasattr(m, name)), None)


# --- the ways to spoil ---------------------------------------------------------------------------------------------

ALWAYS = {
    "decimal comma": "0,35",
    "Dutch thousands": "1.250",
    "Dutch thousands, twice": "1.250.000",
    "English thousands": "1,250",
    "English thousands and point": "1,250.50",
    "not a number": "nan",
    "YAML's not a number": ".nan",
    "infinite": "inf",
    "YAML's infinite": "-.inf",
    "text": "veel",
    "yes or no": "true",
    "quoted": '"35"',
}
"""Invalid wherever a number belongs."""


def number_spoilings(limits: Limits, written: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each wrong way to type a number that is invalid within these limits."""
    yield from ALWAYS.items()
    if limits.low is not None and limits.low >= 0:
        yield "negative", f"-{written.lstrip('-')}" if float(written) else "-1"
    if limits.high is not None and limits.high <= 1:
        percentage = round(float(written) * 100, 10)
        yield "percentage", f"{percentage:g}" if percentage > limits.high else "35"
    if limits.is_year:
        yield "a year long ago", "1899"
        yield "a year with a digit too many", f"{written}0"


def key_spoilings(name: str) -> Iterator[tuple[str, str]]:
    """The name with one letter dropped, and with two neighbours swapped, at every position."""
    for i in range(len(name)):
        yield "one letter dropped", name[:i] + name[i + 1 :]
    for i in range(len(name) - 1):
        swapped = name[:i] + name[i + 1] + name[i] + name[i + 2 :]
        if swapped != name:
            yield "two letters swapped", swapped


def one_each(spoilings: Iterator[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """One spoiling of each kind: near the middle of the name, where the eye is least likely to notice."""
    by_kind: dict[str, list[str]] = {}
    for kind, text in spoilings:
        by_kind.setdefault(kind, []).append(text)
    return [(kind, texts[min(len(name) // 2, len(texts) - 1)]) for kind, texts in by_kind.items()]


Spoiling = tuple[Place, str, str]
"""Where, which kind of mistake, and what stands there then."""
POSITION = re.compile(r"\.\d+(?=\.|$)")
"""A place in a list, or a year."""


def keys_to_spoil(text: str, schema: Schema) -> Iterator[Spoiling]:
    """Every key with its spoilings, without the names that are the user's own and that nothing refers to."""
    found = places(text)
    for place in found:
        if place.is_key:
            name = text[place.start : place.end]
            own_name = place.path in schema.free_keys
            if not own_name or (not NO_REFERENCE.match(place.path) and _referred_to(place, text, found, schema)):
                for kind, spoiled in one_each(key_spoilings(name), name):
                    yield place, kind, spoiled


def _referred_to(place: Place, text: str, found: list[Place], schema: Schema) -> bool:
    """Whether a name that the user gave stands elsewhere, as a value or as a name in another kind of mapping."""
    name = text[place.start : place.end]
    same = [p for p in found if p != place and text[p.start : p.end] == name and not NO_REFERENCE.match(p.path)]
    own_kind = _kind(place.path, schema)
    return any(not p.is_key or (p.path in schema.free_keys and _kind(p.path, schema) != own_kind) for p in same)


def _kind(path: str, schema: Schema) -> str:
    """The path without the user's names: `interventions.*.effects.*`."""
    steps = path.split(".")
    named = [".".join(steps[: i + 1]) in schema.free_keys for i in range(len(steps))]
    return ".".join("*" if own else step for step, own in zip(steps, named, strict=True))


def numbers_to_spoil(text: str, schema: Schema) -> Iterator[Spoiling]:
    """Every number with the spoilings that are invalid at its place."""
    for place in places(text):
        limits = schema.numbers.get(place.path)
        if not place.is_key and limits is not None:
            for kind, spoiled in number_spoilings(limits, text[place.start : place.end]):
                yield place, kind, spoiled


def place_kind(place: Place, schema: Schema) -> str:
    """What the schema treats alike: the path without names, positions and years."""
    return POSITION.sub(".#", _kind(place.path, schema))


def well_chosen(changes: Iterator[Spoiling], schema: Schema) -> Iterator[Spoiling]:
    """Every way at the first place of its kind, and one way, another each time, at those that are like it."""
    seen: set[str] = set()
    for turn, (place, own) in enumerate(groupby(changes, key=itemgetter(0))):
        kind, ways = place_kind(place, schema), list(own)
        yield from [ways[turn % len(ways)]] if kind in seen else ways
        seen.add(kind)


# --- one scenario, read again after each change ---------------------------------------------------------------------


class Read:
    """A checked scenario whose text can be changed in one place and checked again within milliseconds.

    Only the innermost block around the change is parsed again, under the keys that lead to it, and laid in the data of
    the rest; a change to a key of the first level is parsed in full. Interventions that the change does not touch have
    been filled in from the catalogue already. Everything after that is done in full.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.text = (folder / "scenario.yaml").read_text(encoding="utf-8")
        self.scenario = load_scenario(folder)
        self.schema = described(self.scenario.spec)
        self.document = read_text(self.text, "whole")
        self.blocks = blocks(self.text)
        filled = self.scenario.document.data.get("interventions", {})
        self.filled = {name: {k: v for k, v in own.items() if k != "from"} for name, own in filled.items()}

    def changed(self, place: Place, spoiled: str) -> str:
        """The text with one stretch replaced."""
        return self.text[: place.start] + spoiled + self.text[place.end :]

    def problems(self, place: Place, spoiled: str) -> list[Problem]:
        """What is said about the scenario with one change; empty when it is accepted in silence."""
        try:
            document = self._again(place, spoiled)
        except ScenarioError as error:
            return list(error.problems)
        return check_document(self._with_filled(document), self.scenario.region)[2]

    def _with_filled(self, document: Document) -> Document:
        """The document with the filled-in form of every intervention that is the very one that was read at first."""
        first, now = (d.data.get("interventions") for d in (self.document, document))
        if not isinstance(first, dict) or not isinstance(now, dict):
            return document
        whole = {name: self.filled[name] if own is first.get(name) else own for name, own in now.items()}
        return Document({**document.data, "interventions": whole}, document.origins)

    def _again(self, place: Place, spoiled: str) -> Document:
        above = place.path
        while above and (above == place.path or above not in self.blocks):
            above = above.rpartition(".")[0]
        if not above:
            return read_text(self.changed(place, spoiled), "whole")
        prefix, start, end = self.blocks[above]
        part = prefix + self.text[start : place.start] + spoiled + self.text[place.end : end]
        return Document(
            _laid(self.document.data, read_text(part, "part").data, above.split(".")), self.document.origins
        )


def _laid(whole: dict[str, Any], part: dict[str, Any], path: list[str]) -> dict[str, Any]:
    """The whole, with what the part holds at a path."""
    first, *rest = path
    return {**whole, first: _laid(whole[first], part[first], rest) if rest else part[first]}


def blocks(text: str) -> dict[str, tuple[str, int, int]]:
    """Per path of a key that begins a line, outside lists: the keys above it as text, and the stretch of its lines."""
    found: dict[str, tuple[str, int, int]] = {}
    for place in places(text):
        begin = text.rfind("\n", 0, place.start) + 1
        above = place.path.rpartition(".")[0]
        indent = place.start - begin
        if place.is_key and not text[begin : place.start].strip() and (not above or above in found):
            after = re.compile(rf"^ {{0,{indent}}}[^ #\n]", re.MULTILINE).search(text, place.end)
            prefix = found[above][0] + text[found[above][1] :].partition("\n")[0] + "\n" if above else ""
            found[place.path] = (prefix, begin, after.start() if after else len(text))
    return found


BY_NAME = {folder.name: folder for folder in SCENARIOS}


@cache
def read_again(name: str) -> Read:
    """One scenario, read once for all tests."""
    return Read(BY_NAME[name])


def judged(read: Read, changes: Iterator[Spoiling]) -> tuple[Counter[str], list[str]]:
    """How many changes of each kind were tried, and those that were accepted in silence or ended in a traceback."""
    tried: Counter[str] = Counter()
    wrong = []
    for place, kind, spoiled in changes:
        tried[kind] += 1
        shown = f"{kind}: {place.path}: {read.text[place.start : place.end]} -> {spoiled}"
        try:
            if not read.problems(place, spoiled):
                wrong.append(f"accepted, {shown}")
        except Exception as error:
            wrong.append(f"{type(error).__name__}, {shown}")
    return tried, wrong


@pytest.mark.parametrize("name", BY_NAME)
def test_no_misspelled_key_is_accepted_in_silence(name: str) -> None:
    """A key with a letter dropped or two letters swapped gives at least one problem, whichever key it is."""
    read = read_again(name)
    tried, wrong = judged(read, well_chosen(keys_to_spoil(read.text, read.schema), read.schema))
    assert "\n".join(wrong) == ""
    assert tried["one letter dropped"] > 20
    assert tried["two letters swapped"] > 20


@pytest.mark.parametrize("name", BY_NAME)
def test_no_mistyped_number_is_accepted_in_silence(name: str) -> None:
    """A number typed as a percentage, with a comma, with thousands, negative, infinite or as text gives a problem."""
    read = read_again(name)
    tried, wrong = judged(read, well_chosen(numbers_to_spoil(read.text, read.schema), read.schema))
    assert "\n".join(wrong) == ""
    assert {*ALWAYS, "negative", "percentage", "a year long ago", "a year with a digit too many"} == set(tried)


@pytest.mark.parametrize("name", BY_NAME)
def test_no_key_and_no_number_is_left_alone(name: str) -> None:
    """The choice among the changes leaves out no place, and no way to spoil a place of its kind."""
    read = read_again(name)
    for spoilings in (keys_to_spoil, numbers_to_spoil):
        whole = list(spoilings(read.text, read.schema))
        chosen = list(well_chosen(iter(whole), read.schema))
        assert {place for place, _, _ in chosen} == {place for place, _, _ in whole}
        ways = [{(place_kind(p, read.schema), kind) for p, kind, _ in changes} for changes in (whole, chosen)]
        assert ways[0] == ways[1]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_number_of_the_file_is_among_those_that_are_spoiled(name: str) -> None:
    """The walk along the schema leaves no number out: each one that the file holds has its limits."""
    read = read_again(name)
    values = [(p.path, read.text[p.start : p.end]) for p in places(read.text) if not p.is_key]
    left_out = [
        path for path, text in values if re.fullmatch(r"-?\d+(\.\d+)?", text) and path not in read.schema.numbers
    ]
    assert left_out == []


@pytest.mark.parametrize("name", BY_NAME)
def test_the_file_itself_is_refused_too(name: str, tmp_path: Path) -> None:
    """A sample of all changes, made in the file on disk, is refused by the same way as a user's file is read."""
    read = read_again(name)
    folder = tmp_path / name
    shutil.copytree(read.folder, folder)
    found = (keys_to_spoil(read.text, read.schema), numbers_to_spoil(read.text, read.schema))
    changes = [change for spoilings in found for change in well_chosen(spoilings, read.schema)]
    for place, kind, spoiled in changes[::END_TO_END]:
        (folder / "scenario.yaml").write_text(read.changed(place, spoiled), encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_scenario(folder)
        assert caught.value.problems, (place, kind, spoiled)


# --- the tables beside a scenario -----------------------------------------------------------------------------------

TABLES = [
    (folder, file.name, contract)
    for folder in SCENARIOS
    for file, contract in ((folder / "region.csv", REGION), (folder / "cost.csv", COST))
    if file.exists()
]


def table_changes(text: str, contract: Table) -> Iterator[tuple[str, str]]:
    """(what, text): each heading misspelled, and each kind of wrong number in the middle row.

    How a number is judged depends on its column alone, so that one row speaks for all of them.
    """
    heading, *rows = list(csv.reader(io.StringIO(text)))
    for position, name in enumerate(heading):
        for kind, spoiled in one_each(key_spoilings(name), name):
            yield f"{kind}: {spoiled}", _written([[*heading[:position], spoiled, *heading[position + 1 :]], *rows])
    row = len(rows) // 2
    for column in contract.columns:
        if column.dtype in ("float64", "int64"):
            position = heading.index(column.name)
            for kind, spoiled in {**ALWAYS, **_own_spoilings(column.name, rows[row][position])}.items():
                if kind != "quoted":  # quotes are part of how CSV is written
                    changed = [[*r] for r in rows]
                    changed[row][position] = spoiled
                    yield f"row {row + 2}, {column.name}, {kind}", _written([heading, *changed])


def _own_spoilings(column: str, cell: str) -> dict[str, str]:
    if column in ("year", "price_year"):
        return {"a year long ago": "1899", "a year with a digit too many": f"{cell}0", "negative": f"-{cell}"}
    return {"negative": "-1"}


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(("folder", "file", "contract"), TABLES, ids=[f"{f.name}-{n}" for f, n, _ in TABLES])
def test_no_mistake_in_a_table_is_accepted_in_silence(folder: Path, file: str, contract: Table, tmp_path: Path) -> None:
    """Headings and numbers of the tables are kept to the same rule, read from disk as their scenario reads them."""
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    accepted = []
    document = read_document(copy)
    for what, text in table_changes((folder / file).read_text(encoding="utf-8"), contract):
        (copy / file).write_text(text, encoding="utf-8")
        region, problems = read_region(document, copy)
        if region is not None and not problems:
            accepted.append(what)
    assert "\n".join(accepted) == ""
