"""Write the published JSON Schemas: of a scenario file, and of what `coalition run --format json` gives.

    python docs/make_schemas.py

The scenario's schema comes from coalition/schema.py and the modules that it builds on (TERMS), with the docstrings as
descriptions; it lets bare numbers pass wherever the model does, and asks for nothing that a base scenario or the
catalogue fills in. The run's schema comes from the table contracts and the list below; a test holds it against a real
run.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import itertools
import json
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from coalition.catalogue import catalogue_ids, load_entry
from coalition.contracts import Population
from coalition.numbers import Frozen, Number
from coalition.outputs.json_text import SCHEMA_NAME
from coalition.outputs.result_tables import FLOWS, PARTIES
from coalition.parties import PartyKind, Pocket
from coalition.schema import Intervention, Spec
from coalition.tables import Column, Table

Node = dict[str, Any]
TERMS = ("schema", "numbers", "arrangement_terms", "contracts", "fund_terms", "optimise_terms")
"""Modules of the package that define what a scenario may hold."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE_MEANING = "Another scenario that this one changes: a path from this file, or the name of a shipped scenario."


# --- docstrings ---------------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """A docstring without its line ends."""
    return " ".join(text.split())


@cache
def own_meanings(cls: type) -> Mapping[str, str]:
    """What the docstrings below the attributes of one class say, by attribute name."""
    tree = ast.parse(inspect.getsource(sys.modules[cls.__module__]))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == cls.__name__)
    found = {}
    for statement, below in itertools.pairwise(body):
        target: ast.expr | None = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
        says = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else None
        if isinstance(target, ast.Name) and isinstance(says, str):
            found[target.id] = one_line(says)
    return found


def owner(model: type[BaseModel], field: str) -> type[BaseModel]:
    """The class whose docstring tells what a field means: the nearest one that has one, else the model itself."""
    ours = [c for c in model.__mro__ if issubclass(c, Frozen) and c is not Frozen]
    return next((c for c in ours if field in own_meanings(c)), model)


def meaning(model: type[BaseModel], field: str) -> str:
    """What a field means; "" when no docstring says so."""
    return own_meanings(owner(model, field)).get(field, "")


def choices(enum: type[StrEnum]) -> dict[str, str]:
    """The values of an enum with their meanings."""
    says = own_meanings(enum)
    return {member.value: says.get(member.name, "") for member in enum}


def models(of: type[Frozen] = Frozen) -> list[type[Frozen]]:
    """Every model below one, each once, in the order in which the source defines them."""
    below = [m for direct in of.__subclasses__() for m in (direct, *models(direct))]
    return [m for m in dict.fromkeys(below) if m.__module__ in {f"coalition.{name}" for name in TERMS}]


def number_names() -> list[str]:
    """The names of the models that are a number."""
    every: list[type[Frozen]] = [Number, *models(Number)]
    return [m.__name__ for m in every]


def enums() -> list[type[StrEnum]]:
    """The enums whose values a scenario may hold."""
    modules = [importlib.import_module(f"coalition.{name}") for name in (*TERMS, "parameters")]
    found = [v for m in modules for v in vars(m).values() if inspect.isclass(v)]
    used = Spec.model_json_schema()["$defs"]
    return [e for e in dict.fromkeys(found) if issubclass(e, StrEnum) and e.__name__ in used]


def key_of(model: type[BaseModel], field: str) -> str:
    """How a field is written in a file."""
    return model.model_fields[field].alias or field


# --- the scenario file --------------------------------------------------------------------------------------------


def scenario_schema() -> Node:
    """JSON Schema of a scenario file.

    A file with `scenario.base` states only what differs, and an intervention with `from` only what its template
    leaves open; both are then held against copies of the definitions in which nothing is required.
    """
    raw = Spec.model_json_schema(by_alias=True, mode="validation")
    defs: dict[str, Node] = raw.pop("$defs")
    defs["Spec"] = raw
    for definition in defs.values():
        _tidy(definition)
    _describe(defs)
    defs["Head"]["properties"]["base"] = {"type": "string", "description": BASE_MEANING}
    defs["Intervention"]["properties"]["from"]["anyOf"][0] = {"enum": list(catalogue_ids())}
    partial = {f"Partial{name}": _partial(d, defs) for name, d in defs.items() if "properties" in d}
    for name in [n for n in number_names() if defs.get(n, {}).get("required") == ["value"]]:
        defs[name], partial[f"Partial{name}"] = _or_bare(defs[name]), _or_bare(partial[f"Partial{name}"])
    defs["Intervention"] = _unless_from(defs.pop("Intervention"))
    has_base = {"required": ["scenario"], "properties": {"scenario": {"type": "object", "required": ["base"]}}}
    return {
        "$schema": DIALECT,
        "title": "coalition scenario",
        "description": "A scenario file of `coalition`; docs/scenario.md shows every key in one example.",
        "type": "object",
        "if": has_base,
        "then": {"$ref": "#/$defs/PartialSpec"},
        "else": {"$ref": "#/$defs/Spec"},
        "$defs": dict(sorted((defs | partial).items())),
    }


def _tidy(node: Any) -> None:
    """Without generated titles and dialect words of others; keys that a pattern governs must fit it."""
    if isinstance(node, list):
        for part in node:
            _tidy(part)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    node.pop("discriminator", None)
    if "patternProperties" in node:
        node["additionalProperties"] = False
    for part in node.values():
        _tidy(part)


def _describe(defs: dict[str, Node]) -> None:
    """Put the docstrings of classes, fields and choices in."""
    for model in models():
        for field in model.model_fields if model.__name__ in defs else ():
            if text := meaning(model, field):
                defs[model.__name__]["properties"][key_of(model, field)]["description"] = text
    every: list[type[StrEnum]] = [*enums(), Pocket]
    for enum in dict.fromkeys(every):
        said = "; ".join(f"{value}: {text}" if text else value for value, text in choices(enum).items())
        defs[enum.__name__]["description"] = f"{one_line(enum.__doc__ or '')} {said}"
    for definition in defs.values():
        definition["description"] = one_line(definition.get("description", ""))


def _partial(definition: Node, defs: Mapping[str, Node]) -> Node:
    """A definition in which nothing is required, at any depth."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(part) for part in node]
        if not isinstance(node, dict):
            return node
        found = {("anyOf" if key == "oneOf" else key): walk(part) for key, part in node.items()}
        name = str(found.get("$ref", "")).removeprefix("#/$defs/")
        return found | {"$ref": f"#/$defs/Partial{name}"} if "properties" in defs.get(name, {}) else found

    made: Node = walk(copy.deepcopy(definition))
    made.pop("required", None)
    return made


def _or_bare(definition: Node) -> Node:
    """A number that may be written bare or in full."""
    text = definition.pop("description")
    bare = {k: v for k, v in definition["properties"]["value"].items() if k != "description"}
    return {"description": text, "anyOf": [bare, definition]}


def _unless_from(definition: Node) -> Node:
    """An intervention in full, unless it starts from the catalogue; then only what no template ever fills is asked."""
    filled = {key for entry in catalogue_ids() for key in load_entry(entry).model()}
    open_keys = [key for key in definition["required"] if key not in filled]
    return {
        "description": one_line(Intervention.__doc__ or ""),
        "if": {"required": ["from"], "properties": {"from": {"type": "string"}}},
        "then": {"$ref": "#/$defs/PartialIntervention", "required": open_keys},
        "else": definition,
    }


# --- the result of a run ------------------------------------------------------------------------------------------

_JSON_TYPE = {"float64": "number", "int64": "integer", "string": "string", "bool": "boolean"}
_EURO: Node = {"type": "number"}
_NOT_NEGATIVE: Node = {"type": "number", "minimum": 0}
_TEXT: Node = {"type": "string"}
_MAYBE: Node = {"type": ["number", "null"]}
_YEAR_OR_NULL: Node = {"type": ["integer", "null"]}
_POCKET: Node = {"enum": [p.value for p in Pocket]}
_INDEX: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


def run_schema() -> Node:
    """JSON Schema of what `coalition run --format json` prints."""
    kinds = {"kind": {"enum": [k.value for k in PartyKind]}}
    year = {"year": {"type": "integer"}, "paid_eur": _NOT_NEGATIVE, "gained_eur": _NOT_NEGATIVE}
    party = _row(
        PARTIES,
        kinds
        | {
            "invests": _said("whether it lays anything out", {"type": "boolean"}),
            "cash_need_eur": _said("deepest point of the nominal running balance", _NOT_NEGATIVE),
            "by_year": _said("nominal, per year shown", _list(_object(year))),
            "break_even_effect": _said("multiple of the effects at which its present value is 0; null: none", _MAYBE),
        },
    )
    flow = _row(FLOWS, {"pocket": _POCKET})
    head = {
        "schema": _said("name and version of this schema", {"const": SCHEMA_NAME}),
        "scenario": _said("the scenario's short name", _TEXT),
        "input_hash": _said("SHA-256 over everything that was read", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "version": _said("version of the program", _TEXT),
        "price_level": _said("present values are in euro of this year", {"type": "integer"}),
        "first_year": _said("first calendar year shown", {"type": "integer"}),
        "last_year": _said("last calendar year shown", {"type": "integer"}),
        "discount_rate": _said("per year, in the first year; 0.0225 is 2.25 percent", {"type": "number"}),
        "parties": _said("every party over the years shown", _list(party)),
        "flows": _said("what is paid and gained; nominal, not discounted", _list(flow)),
        "pockets": _said(
            "net per party and pocket; nominal, + is a gain",
            _list(_object({"party": _TEXT, "pocket": _POCKET, "net_eur": _EURO})),
        ),
    }
    return {
        "$schema": DIALECT,
        "title": "coalition run",
        "description": "What `coalition run --format json` prints. Readers should let keys pass that they do not know.",
        **_object(head | _totals() | _judgement()),
    }


def _totals() -> dict[str, Node]:
    freed = _object({"pocket": _POCKET, "turnover_eur": _EURO, "staff_hours": _MAYBE})
    return {
        "society": _said(
            "real resources; + is a saving",
            _object(
                {"npv_eur": _EURO, "freed_capacity": _said("capacity freed but not removed: no money", _list(freed))}
            ),
        ),
        "welfare": _said(
            "health and pleasure, never added to cash",
            _object(
                {
                    "qalys": _said("over the years shown", {"type": "number"}),
                    "qalys_discounted": _said("at `qaly_discount_rate`", {"type": "number"}),
                    "qaly_discount_rate": _said("per year", {"type": "number"}),
                    "monetised_eur": {"type": "object", "additionalProperties": _EURO},
                }
            ),
        ),
        "wrong_pocket_index": _said("0: each gains as it pays; 1: payers and gainers differ; null: undefined", _INDEX),
        "wrong_pocket_index_variants": _said(
            "the same without some accounts", {"type": "object", "additionalProperties": _INDEX}
        ),
        "repair": _said(
            "what must move so that nobody at the table is worse off; present value",
            _object({"loss_eur": _NOT_NEGATIVE, "losers": _list(_TEXT), "surplus_eur": _NOT_NEGATIVE}),
        ),
        "windfall": _said(
            "what insurers gain that take no part; null without any",
            {"anyOf": [_object({"before_delivery_eur": _EURO, "after_delivery_eur": _EURO}), {"type": "null"}]},
        ),
        "clawback_extremes": _said(
            "each insurer's present value if equalisation takes nothing, and everything",
            {"type": "object", "additionalProperties": _object({"none_eur": _EURO, "all_eur": _EURO})},
        ),
        "zero_effect": _said(
            "the same plans if they bring nothing",
            _object(
                {"society_npv_eur": _EURO, "parties": _list(_object({"id": _TEXT, "net_eur": _EURO, "npv_eur": _EURO}))}
            ),
        ),
    }


def _judgement() -> dict[str, Node]:
    influence = _object({"path": _TEXT, "value": _EURO, "low": _MAYBE, "high": _MAYBE, "moves_eur": _NOT_NEGATIVE})
    count: Node = {"type": "integer", "minimum": 0}
    return {
        "assumptions": _said(
            "inputs that are assumptions, and which matter most",
            _object({"assumed": count, "numbers": count, "influences": _list(influence)}),
        ),
        "tail_eur": _said(
            "nominal net per party after the years shown", {"type": "object", "additionalProperties": _EURO}
        ),
        "arrangements": _said("law_alone first, then the id of each agreement that moves money", _list(_TEXT)),
        "agreement": _said("what is agreed on top of the law; null where nothing moves", _or_null(_agreement())),
        "checks": _said(
            "what a reader must know beside the figures",
            _list(
                _object(
                    {
                        "code": _TEXT,
                        "serious": {"type": "boolean"},
                        "facts": {"type": "object", "additionalProperties": _TEXT},
                    }
                )
            ),
        ),
    }


def _agreement() -> Node:
    """The law alone beside what is agreed, contracts and funds."""
    change = {
        "id": _said("of the party", _TEXT),
        "law_npv_eur": _said("present value of its net under the law alone", _EURO),
        "agreed_npv_eur": _said("the same with what is agreed", _EURO),
        "overpaid_eur": _said("what it gets above its loss under the law alone", _NOT_NEGATIVE),
        "law_net_eur": _said("net per year shown under the law alone; nominal", _list(_EURO)),
        "agreed_net_eur": _said("the same with what is agreed", _list(_EURO)),
    }
    payment = {"source": _said("the winner who pays", _TEXT), "target": _TEXT, "npv_eur": _NOT_NEGATIVE}
    transfer = {
        "total_npv_eur": _said("all that losers at the table lose; present value", _NOT_NEGATIVE),
        "short_npv_eur": _said("what the winners at the table lack", _NOT_NEGATIVE),
        "payments": _list(_object(payment)),
        "blocked": _said(
            "forbidden payments without which less would be short, or less would move",
            _list(_object({"source": _TEXT, "target": _TEXT})),
        ),
    }
    departure = {
        "id": _TEXT,
        "price_npv_eur": _said(
            "per party the present value if nobody leaves - the present value as it is; + is a loss by the departure",
            {"type": "object", "additionalProperties": _EURO},
        ),
        "leaver_npv_eur": _said("the same for the party that leaves", _EURO),
    }
    return _object(
        {
            "parties": _list(_object(change)),
            "smallest_transfer": _said("that then leaves nobody at the table worse off", _object(transfer)),
            "contracts": _list(_contract()),
            "funds": _list(_fund()),
            "others": _said("budgets, population payments, bonds, tariffs and co-financing", _list(_other())),
            "departures": _list(_object(departure)),
            "noise": _said("what chance does to the figures above", _TEXT),
        }
    )


def _contract() -> Node:
    maybe_share: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    measured = {
        "population": {"enum": [p.value for p in Population]},
        "persons": _said("per measuring year, on average", _NOT_NEGATIVE),
        "savings_rate": _said("saving / benchmark over all measuring years", _MAYBE),
        "standard_error": _said("of the rate measured in one year; null: no dispersion stated", _MAYBE),
        "pays_without_saving": _said("chance per year that it pays though nothing is saved", maybe_share),
        "false_payment_eur": _said("expected payment over all years though nothing is saved", _MAYBE),
        "nothing_at_plan": _said("chance per year that it pays nothing though the plan succeeds", maybe_share),
        "expected_payment_eur": _said("over all years, as planned, chance counted", _MAYBE),
        "cliff_eur": _said("largest jump of a year's payment at the gate", _MAYBE),
    }
    return _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "years": _said("measuring years; the next three have one value for each", _list({"type": "integer"})),
            "gross_savings_eur": _said("benchmark - cost; + is a saving", _list(_EURO)),
            "gate_passed": _list({"type": "boolean"}),
            "own_money_eur": _said("part of what the payer owes that it does not save", _list(_NOT_NEGATIVE)),
            "break_even_share": _said("highest share that the payer can give away without losing by it", _MAYBE),
            "cash_eur": _said(
                "per party what it gets (+) or pays (-) in each of `cash_years`; nominal",
                {"type": "object", "additionalProperties": _list(_EURO)},
            ),
            "cash_years": _list({"type": "integer"}),
            "populations": _said("the same terms on three ways of measuring", _list(_object(measured))),
        }
    )


def _fund() -> Node:
    named: Node = {"type": "object", "additionalProperties": _NOT_NEGATIVE}
    year = {
        "year": {"type": "integer"},
        "opening_eur": _EURO,
        "contributions_eur": _said("per contribution", named),
        "interest_eur": _EURO,
        "repaid_eur": _said("per draw", named),
        "asked_eur": _said("per draw", named),
        "paid_eur": _said("per draw; less than asked when money is short", named),
        "fees_eur": _NOT_NEGATIVE,
        "distributed_eur": _said("per contribution", named),
        "closing_eur": _EURO,
    }
    return _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "statement": _said("year by year; nominal", _list(_object(year))),
            "revolving_ratio": _said("paid out / put in", _MAYBE),
            "recovery_per_euro": _said("came back / paid out", _MAYBE),
            "leverage": _said("cost of delivery / paid out", _MAYBE),
            "utilisation": _said("paid out / what was there to pay out", _MAYBE),
            "perpetuity_nominal": _said("left at the end / put in", _MAYBE),
            "perpetuity_real": _said("the same in purchasing power", _MAYBE),
            "dry_year": _said("first year in which less is paid than asked; null: never", _YEAR_OR_NULL),
            "dry_year_zero_effect": _said("the same when nothing has an effect", _YEAR_OR_NULL),
            "average_life_years": _said("mean time between paying out and getting back", _MAYBE),
            "internal_rates": _said(
                "per contribution every internal rate of what it put in and got back; empty: none",
                {"type": "object", "additionalProperties": _list({"type": "number"})},
            ),
            "contributors": _said(
                "per contribution", {"type": "object", "additionalProperties": _object(_contributor())}
            ),
        }
    )


def _contributor() -> dict[str, Node]:
    return {
        "put_in_eur": _said("nominal, over the whole life", _NOT_NEGATIVE),
        "got_back_eur": _said("the same", _NOT_NEGATIVE),
        "npv_eur": _said("present value of what it gets back - what it puts in", _EURO),
        "payback_year": _said("from which the cumulative present value stays >= 0; null: never", _YEAR_OR_NULL),
        "modified_rate": _said("modified internal rate at the fund's own interest", _MAYBE),
    }


def _other() -> Node:
    per_year = _list(_EURO)
    return _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "years": _said("of the lists below", _list({"type": "integer"})),
            "figures": _said(
                "what happens on its account, by name; nominal", {"type": "object", "additionalProperties": per_year}
            ),
            "cash_eur": _said(
                "per account what it receives - pays; nominal", {"type": "object", "additionalProperties": per_year}
            ),
            "internal_rates": _said(
                "of a bond every internal rate of what its investor put in and got back; empty: none",
                _list({"type": "number"}),
            ),
        }
    )


def _row(table: Table, more: Mapping[str, Node]) -> Node:
    """A row of a table contract as an object; `more` adds keys and refines the type of columns."""
    columns = {c.name: _column(c) for c in table.columns}
    refined = {k: ({"description": columns[k]["description"]} if k in columns else {}) | v for k, v in more.items()}
    return _object(columns | refined)


def _column(column: Column) -> Node:
    kind = _JSON_TYPE[column.dtype]
    node: Node = {"description": "; ".join(filter(None, (column.label_en, column.unit, column.meaning)))}
    node["type"] = [kind, "null"] if column.nullable else kind
    return node | {"minimum": 0} if ">= 0" in column.meaning else node


def _object(properties: Mapping[str, Node]) -> Node:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def _or_null(node: Node) -> Node:
    return {"anyOf": [node, {"type": "null"}]}


def _list(items: Node) -> Node:
    return {"type": "array", "items": items}


def _said(text: str, node: Node) -> Node:
    return {"description": text, **node}


# --- files --------------------------------------------------------------------------------------------------------


def schema_files(root: Path) -> dict[Path, str]:
    """The text of each published schema by its file."""
    folder = root / "coalition" / "data" / "schemas"
    made: Iterable[tuple[str, Node]] = (("scenario", scenario_schema()), ("run", run_schema()))
    return {folder / f"{name}.schema.json": json.dumps(s, ensure_ascii=False, indent=1) + "\n" for name, s in made}


def write(texts: Mapping[Path, str]) -> None:
    """Write files, and their folders."""
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    write(schema_files(Path(__file__).resolve().parents[1]))
