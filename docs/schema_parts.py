"""What a JSON Schema is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

Node = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EURO: Node = {"type": "number"}
NOT_NEGATIVE: Node = {"type": "number", "minimum": 0}
TEXT: Node = {"type": "string"}
MAYBE: Node = {"type": ["number", "null"]}


def an_object(properties: Mapping[str, Node]) -> Node:
    """A mapping in which all of these keys stand; readers let others pass."""
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def or_null(node: Node) -> Node:
    """The same, or null."""
    return {"anyOf": [node, {"type": "null"}]}


def a_list(items: Node) -> Node:
    """A list of one kind of things."""
    return {"type": "array", "items": items}


def a_map(values: Node) -> Node:
    """A mapping with names of the scenario as keys."""
    return {"type": "object", "additionalProperties": values}


def said(text: str, node: Node) -> Node:
    """The same with its meaning."""
    return {"description": text, **node}


def a_closed_object(properties: Mapping[str, Node], optional: Iterable[str] = ()) -> Node:
    """A mapping with these keys and no others; all of them stand there but the optional ones."""
    left_out = set(optional)
    required = [key for key in properties if key not in left_out]
    return {**an_object(properties), "required": required, "additionalProperties": False}


def one_of(enum: type[StrEnum]) -> Node:
    """A value of an enum."""
    return {"enum": [member.value for member in enum]}
