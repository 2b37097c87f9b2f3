"""Breaches of the schema, brought back to the file, line and text where they were written.

The schema reports what is wrong with plain data; here it becomes one problem per real mistake, with a suggestion where
a key or choice was misspelled. The noise of alternatives that nobody meant is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coalition.problems import Problem, closest
from coalition.reading import Document, joined
from coalition.scalars import MOST_FOUND, number_facts, reads_as_number, share_text, suspicious_number

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
        joined(p.path.rpartition(".")[0], p.facts["suggestion"]) for p in first.values() if p.code == "key.unknown"
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
        return suspicious_number(value) is not None or reads_as_number(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _problem(breach: _Breach, document: Document, known_keys: Callable[[str], list[str]]) -> Problem:
    code, facts = _code_and_facts(breach, known_keys)
    path, found = breach.path, _shown(breach.value)
    if breach.kind in ("union_tag_not_found", "union_tag_invalid"):
        path = joined(path, str(breach.context.get("discriminator", "")).strip("'"))
    if "at" in breach.context and "." in breach.kind:
        path, found = joined(path, breach.context["at"]), ""
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
        plain = "number.quoted" if reads_as_number(value) else "number.not_a_number"
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
        return "share.percentage", {"as_share": share_text(str(number)), "percentage": f"{number:.10g}"}
    return _BOUNDS[bound], {"limit": _fact(limited)}
