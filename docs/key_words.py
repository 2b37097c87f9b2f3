"""What a key holds, in words, and tables of Markdown: what the pages of docs/ that are made from the program share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from make_schemas import Node, key_of, number_names
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from coalition.schema import Spec
from coalition.tables import Table

_RAW = Spec.model_json_schema(by_alias=True, mode="validation")
DEFINITIONS: Mapping[str, Node] = {**_RAW["$defs"], "Spec": _RAW}
_NUMBERS = set(number_names())


def holds(model: type[BaseModel], field: str) -> str:
    """Type and unit of a key, and whether it is required."""
    info = model.model_fields[field]
    if model.__name__ in _NUMBERS and field in {"value", "low", "high"}:
        words = "number, within the limits of the key above"
    else:
        words = type_words(DEFINITIONS[model.__name__]["properties"][key_of(model, field)])
    if info.is_required():
        return f"{words}; required"
    default = None if info.default is PydanticUndefined else info.default
    if default in (None, "", {}, []) or isinstance(default, BaseModel):
        return f"{words}; optional"
    return f"{words}; optional, {_as_yaml(default)} when left out"


def _as_yaml(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_as_yaml, value))
    shown = getattr(value, "value", value)
    return str(shown).lower() if isinstance(shown, bool) else str(shown)


def type_words(node: Node) -> str:
    """A JSON Schema node in words."""
    if "$ref" in node:
        return _reference(node["$ref"].rpartition("/")[2])
    if "anyOf" in node or "oneOf" in node:
        ways: list[Node] = node.get("anyOf") or node["oneOf"]
        parts = [type_words(way) for way in ways if way.get("type") != "null"]
        return " or ".join(dict.fromkeys(parts))
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    if "pattern" in node:
        return _pattern(node["pattern"])
    kind = node.get("type")
    if kind == "array":
        return f"list of: {type_words(node['items'])}"
    if kind == "object":
        patterns = node.get("patternProperties")
        value = next(iter(patterns.values())) if patterns else node["additionalProperties"]
        return f"{_mapping_key(node)} → {type_words(value)}"
    words = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}[str(kind)]
    return f"{words}{_limits(node)}"


def _reference(name: str) -> str:
    definition = DEFINITIONS[name]
    if "enum" in definition:
        return "a pocket" if name == "Pocket" else " or ".join(f"`{v}`" for v in definition["enum"])
    if name not in _NUMBERS:
        return "keys below"
    limits = _limits(definition["properties"]["value"])
    return f"euro{limits}, with price_year and index" if "price_year" in definition["properties"] else f"number{limits}"


def _limits(node: Node) -> str:
    low = node.get("minimum", node.get("exclusiveMinimum"))
    high = node.get("maximum", node.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f", {low:g} to {high:g}" + (" (these excluded)" if "exclusiveMinimum" in node else "")
    if "exclusiveMinimum" in node:
        return f", more than {low:g}"
    if low is not None:
        return ", not negative" if low == 0 else f", at least {low:g}"
    return f", at most {high:g}" if high is not None else ""


def _pattern(pattern: str) -> str:
    if "npv" in pattern:
        return "goal"
    if "GM" in pattern and "a-z" in pattern:
        return "id of a party, or CBS code GM…"
    if "GM" in pattern:
        return "CBS code GM…, WK… or BU…"
    return "id (lower case, digits, underscores)"


def _mapping_key(node: Node) -> str:
    if "patternProperties" in node:
        return _pattern(next(iter(node["patternProperties"])))
    return type_words(node["propertyNames"]) if "propertyNames" in node else "calendar year"


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"


def columns(of: Table) -> str:
    """The columns of a table of the program, and what a row is about."""
    rows = [
        (
            f"`{c.name}`",
            {"int64": "whole number", "float64": "number", "string": "text"}[c.dtype],
            c.unit,
            c.meaning + ("" if not c.nullable or "empty" in c.meaning else "; may be empty"),
        )
        for c in of.columns
    ]
    key = ", ".join(f"`{name}`" for name in of.key)
    return table(("column", "type", "unit", "meaning"), rows) + f"\nOne row per {key}.\n"
