"""Plain data as the text of a scenario file: blocks for mappings, one line for a number in full and for a list.

Only what a scenario file may hold is written: no anchors, no tags, numbers always with a plain decimal
point, text in double quotes where it could mean anything else. What is written reads back as the same data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from coalition.scalars import plain_scalar
from coalition.workbook.safe_text import number_text

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_]+")
_PLAIN_TEXT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
WIDEST = 110
"""Characters of a line; a longer mapping becomes a block."""


def yaml_text(data: dict[str, Any]) -> str:
    """The text of a file."""
    return "".join(f"{line}\n" for line in _block(data, ""))


def _block(data: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict) and value and not _fits(value, indent):
            yield f"{indent}{_key(key)}:"
            yield from _block(value, indent + "  ")
        elif isinstance(value, list) and value and not _fits(value, indent):
            yield f"{indent}{_key(key)}:"
            yield from (line for element in value for line in _element(element, indent + "  "))
        else:
            yield f"{indent}{_key(key)}: {_line(value)}"


def _element(value: Any, indent: str) -> Iterator[str]:
    """One item of a list; a mapping that does not fit on a line begins behind the dash."""
    if not isinstance(value, dict) or not value or _fits(value, indent):
        yield f"{indent}- {_line(value)}"
        return
    first, *rest = _block(value, indent + "  ")
    yield f"{indent}- {first.lstrip()}"
    yield from rest


def _fits(value: Any, indent: str) -> bool:
    """Whether it can stand on one line and still be read: a mapping of plain values or a short list."""
    inside = value.values() if isinstance(value, dict) else value
    nested = any(isinstance(v, dict | list) for v in inside)
    number = isinstance(value, dict) and "value" in value
    return not nested and (number or len(indent) + len(_line(value)) <= WIDEST)


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_line(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_line, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    text = str(value)
    is_plain = _PLAIN_TEXT.fullmatch(text) is not None and plain_scalar(text) == (text, None)
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _key(key: Any) -> str:
    text = str(key)
    return text if _PLAIN_KEY.fullmatch(text) else json.dumps(text, ensure_ascii=False)
