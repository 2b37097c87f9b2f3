"""Write the published JSON Schemas: of a scenario file, and of what commands give with `--format json`.

    python docs/make_schemas.py

The scenario's schema comes from coalition/schema.py and the modules that it builds on (TERMS), with the docstrings as
descriptions; it lets bare numbers pass wherever the model does, and asks for nothing that a base scenario or the
catalogue fills in. The run's schema comes from the table contracts and the list below, that of a best plan from
optimise_schema.py, those of an evaluation from evaluation_schema.py; tests hold them against real answers.
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

from evaluation_schema import evaluate_schema, placebo_schema, plan_schema, power_schema
from optimise_schema import optimise_schema
from pydantic import BaseModel
from schema_parts import DIALECT, EURO, MAYBE, NOT_NEGATIVE, TEXT, Node, a_list, an_object, or_null, said

from coalition.catalogue import catalogue_ids, load_entry
from coalition.contracts import Population
from coalition.numbers import Frozen, Number
from coalition.outputs.json_text import SCHEMA_NAME
from coalition.outputs.result_tables import FLOWS, PARTIES
from coalition.parties import PartyKind, Pocket
from coalition.schema import Intervention, Spec
from coalition.tables import Column, Table

TERMS = ("schema", "numbers", "arrangement_terms", "contracts", "fund_terms", "optimise_terms")
"""Modules of the package that define what a scenario may hold."""
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
        meanings = "; ".join(f"{value}: {text}" if text else value for value, text in choices(enum).items())
        defs[enum.__name__]["description"] = f"{one_line(enum.__doc__ or '')} {meanings}"
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
_YEAR_OR_NULL: Node = {"type": ["integer", "null"]}
_POCKET: Node = {"enum": [p.value for p in Pocket]}
_INDEX: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


def run_schema() -> Node:
    """JSON Schema of what `coalition run --format json` prints."""
    kinds = {"kind": {"enum": [k.value for k in PartyKind]}}
    year = {"year": {"type": "integer"}, "paid_eur": NOT_NEGATIVE, "gained_eur": NOT_NEGATIVE}
    party = _row(
        PARTIES,
        kinds
        | {
            "invests": said("whether it lays anything out", {"type": "boolean"}),
            "cash_need_eur": said("deepest point of the nominal running balance", NOT_NEGATIVE),
            "by_year": said("nominal, per year shown", a_list(an_object(year))),
            "break_even_effect": said("multiple of the effects at which its present value is 0; null: none", MAYBE),
        },
    )
    flow = _row(FLOWS, {"pocket": _POCKET})
    head = {
        "schema": said("name and version of this schema", {"const": SCHEMA_NAME}),
        "scenario": said("the scenario's short name", TEXT),
        "input_hash": said("SHA-256 over everything that was read", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "version": said("version of the program", TEXT),
        "price_level": said("present values are in euro of this year", {"type": "integer"}),
        "first_year": said("first calendar year shown", {"type": "integer"}),
        "last_year": said("last calendar year shown", {"type": "integer"}),
        "discount_rate": said("per year, in the first year; 0.0225 is 2.25 percent", {"type": "number"}),
        "parties": said("every party over the years shown", a_list(party)),
        "flows": said("what is paid and gained; nominal, not discounted", a_list(flow)),
        "pockets": said(
            "net per party and pocket; nominal, + is a gain",
            a_list(an_object({"party": TEXT, "pocket": _POCKET, "net_eur": EURO})),
        ),
    }
    return {
        "$schema": DIALECT,
        "title": "coalition run",
        "description": "What `coalition run --format json` prints. Readers should let keys pass that they do not know.",
        **an_object(head | _totals() | _judgement()),
    }


def _totals() -> dict[str, Node]:
    freed = an_object({"pocket": _POCKET, "turnover_eur": EURO, "staff_hours": MAYBE})
    return {
        "society": said(
            "real resources; + is a saving",
            an_object(
                {"npv_eur": EURO, "freed_capacity": said("capacity freed but not removed: no money", a_list(freed))}
            ),
        ),
        "welfare": said(
            "health and pleasure, never added to cash",
            an_object(
                {
                    "qalys": said("over the years shown", {"type": "number"}),
                    "qalys_discounted": said("at `qaly_discount_rate`", {"type": "number"}),
                    "qaly_discount_rate": said("per year", {"type": "number"}),
                    "monetised_eur": {"type": "object", "additionalProperties": EURO},
                }
            ),
        ),
        "wrong_pocket_index": said("0: each gains as it pays; 1: payers and gainers differ; null: undefined", _INDEX),
        "wrong_pocket_index_variants": said(
            "the same without some accounts", {"type": "object", "additionalProperties": _INDEX}
        ),
        "repair": said(
            "what must move so that nobody at the table is worse off; present value",
            an_object({"loss_eur": NOT_NEGATIVE, "losers": a_list(TEXT), "surplus_eur": NOT_NEGATIVE}),
        ),
        "windfall": said(
            "what insurers gain that take no part; null without any",
            {"anyOf": [an_object({"before_delivery_eur": EURO, "after_delivery_eur": EURO}), {"type": "null"}]},
        ),
        "clawback_extremes": said(
            "each insurer's present value if equalisation takes nothing, and everything",
            {"type": "object", "additionalProperties": an_object({"none_eur": EURO, "all_eur": EURO})},
        ),
        "zero_effect": said(
            "the same plans if they bring nothing",
            an_object(
                {"society_npv_eur": EURO, "parties": a_list(an_object({"id": TEXT, "net_eur": EURO, "npv_eur": EURO}))}
            ),
        ),
    }


def _judgement() -> dict[str, Node]:
    influence = an_object({"path": TEXT, "value": EURO, "low": MAYBE, "high": MAYBE, "moves_eur": NOT_NEGATIVE})
    count: Node = {"type": "integer", "minimum": 0}
    return {
        "assumptions": said(
            "inputs that are assumptions, and which matter most",
            an_object({"assumed": count, "numbers": count, "influences": a_list(influence)}),
        ),
        "tail_eur": said(
            "nominal net per party after the years shown", {"type": "object", "additionalProperties": EURO}
        ),
        "arrangements": said("law_alone first, then the id of each agreement that moves money", a_list(TEXT)),
        "agreement": said("what is agreed on top of the law; null where nothing moves", or_null(_agreement())),
        "checks": said(
            "what a reader must know beside the figures",
            a_list(
                an_object(
                    {
                        "code": TEXT,
                        "serious": {"type": "boolean"},
                        "facts": {"type": "object", "additionalProperties": TEXT},
                    }
                )
            ),
        ),
    }


def _agreement() -> Node:
    """The law alone beside what is agreed, contracts and funds."""
    change = {
        "id": said("of the party", TEXT),
        "law_npv_eur": said("present value of its net under the law alone", EURO),
        "agreed_npv_eur": said("the same with what is agreed", EURO),
        "overpaid_eur": said("what it gets above its loss under the law alone", NOT_NEGATIVE),
        "law_net_eur": said("net per year shown under the law alone; nominal", a_list(EURO)),
        "agreed_net_eur": said("the same with what is agreed", a_list(EURO)),
    }
    payment = {"source": said("the winner who pays", TEXT), "target": TEXT, "npv_eur": NOT_NEGATIVE}
    transfer = {
        "total_npv_eur": said("all that losers at the table lose; present value", NOT_NEGATIVE),
        "short_npv_eur": said("what the winners at the table lack", NOT_NEGATIVE),
        "payments": a_list(an_object(payment)),
        "blocked": said(
            "forbidden payments without which less would be short, or less would move",
            a_list(an_object({"source": TEXT, "target": TEXT})),
        ),
    }
    departure = {
        "id": TEXT,
        "price_npv_eur": said(
            "per party the present value if nobody leaves - the present value as it is; + is a loss by the departure",
            {"type": "object", "additionalProperties": EURO},
        ),
        "leaver_npv_eur": said("the same for the party that leaves", EURO),
    }
    return an_object(
        {
            "parties": a_list(an_object(change)),
            "smallest_transfer": said("that then leaves nobody at the table worse off", an_object(transfer)),
            "contracts": a_list(_contract()),
            "funds": a_list(_fund()),
            "others": said("budgets, population payments, bonds, tariffs and co-financing", a_list(_other())),
            "departures": a_list(an_object(departure)),
            "noise": said("what chance does to the figures above", TEXT),
        }
    )


def _contract() -> Node:
    maybe_share: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    measured = {
        "population": {"enum": [p.value for p in Population]},
        "persons": said("per measuring year, on average", NOT_NEGATIVE),
        "savings_rate": said("saving / benchmark over all measuring years", MAYBE),
        "standard_error": said("of the rate measured in one year; null: no dispersion stated", MAYBE),
        "pays_without_saving": said("chance per year that it pays though nothing is saved", maybe_share),
        "false_payment_eur": said("expected payment over all years though nothing is saved", MAYBE),
        "nothing_at_plan": said("chance per year that it pays nothing though the plan succeeds", maybe_share),
        "expected_payment_eur": said("over all years, as planned, chance counted", MAYBE),
        "cliff_eur": said("largest jump of a year's payment at the gate", MAYBE),
    }
    return an_object(
        {
            "id": TEXT,
            "name": TEXT,
            "years": said("measuring years; the next three have one value for each", a_list({"type": "integer"})),
            "gross_savings_eur": said("benchmark - cost; + is a saving", a_list(EURO)),
            "gate_passed": a_list({"type": "boolean"}),
            "own_money_eur": said("part of what the payer owes that it does not save", a_list(NOT_NEGATIVE)),
            "break_even_share": said("highest share that the payer can give away without losing by it", MAYBE),
            "cash_eur": said(
                "per party what it gets (+) or pays (-) in each of `cash_years`; nominal",
                {"type": "object", "additionalProperties": a_list(EURO)},
            ),
            "cash_years": a_list({"type": "integer"}),
            "populations": said("the same terms on three ways of measuring", a_list(an_object(measured))),
        }
    )


def _fund() -> Node:
    named: Node = {"type": "object", "additionalProperties": NOT_NEGATIVE}
    year = {
        "year": {"type": "integer"},
        "opening_eur": EURO,
        "contributions_eur": said("per contribution", named),
        "interest_eur": EURO,
        "repaid_eur": said("per draw", named),
        "asked_eur": said("per draw", named),
        "paid_eur": said("per draw; less than asked when money is short", named),
        "fees_eur": NOT_NEGATIVE,
        "distributed_eur": said("per contribution", named),
        "closing_eur": EURO,
    }
    return an_object(
        {
            "id": TEXT,
            "name": TEXT,
            "statement": said("year by year; nominal", a_list(an_object(year))),
            "revolving_ratio": said("paid out / put in", MAYBE),
            "recovery_per_euro": said("came back / paid out", MAYBE),
            "leverage": said("cost of delivery / paid out", MAYBE),
            "utilisation": said("paid out / what was there to pay out", MAYBE),
            "perpetuity_nominal": said("left at the end / put in", MAYBE),
            "perpetuity_real": said("the same in purchasing power", MAYBE),
            "dry_year": said("first year in which less is paid than asked; null: never", _YEAR_OR_NULL),
            "dry_year_zero_effect": said("the same when nothing has an effect", _YEAR_OR_NULL),
            "average_life_years": said("mean time between paying out and getting back", MAYBE),
            "internal_rates": said(
                "per contribution every internal rate of what it put in and got back; empty: none",
                {"type": "object", "additionalProperties": a_list({"type": "number"})},
            ),
            "contributors": said(
                "per contribution", {"type": "object", "additionalProperties": an_object(_contributor())}
            ),
        }
    )


def _contributor() -> dict[str, Node]:
    return {
        "put_in_eur": said("nominal, over the whole life", NOT_NEGATIVE),
        "got_back_eur": said("the same", NOT_NEGATIVE),
        "npv_eur": said("present value of what it gets back - what it puts in", EURO),
        "payback_year": said("from which the cumulative present value stays >= 0; null: never", _YEAR_OR_NULL),
        "modified_rate": said("modified internal rate at the fund's own interest", MAYBE),
    }


def _other() -> Node:
    per_year = a_list(EURO)
    return an_object(
        {
            "id": TEXT,
            "name": TEXT,
            "years": said("of the lists below", a_list({"type": "integer"})),
            "figures": said(
                "what happens on its account, by name; nominal", {"type": "object", "additionalProperties": per_year}
            ),
            "cash_eur": said(
                "per account what it receives - pays; nominal", {"type": "object", "additionalProperties": per_year}
            ),
            "internal_rates": said(
                "of a bond every internal rate of what its investor put in and got back; empty: none",
                a_list({"type": "number"}),
            ),
        }
    )


def _row(table: Table, more: Mapping[str, Node]) -> Node:
    """A row of a table contract as an object; `more` adds keys and refines the type of columns."""
    columns = {c.name: _column(c) for c in table.columns}
    refined = {k: ({"description": columns[k]["description"]} if k in columns else {}) | v for k, v in more.items()}
    return an_object(columns | refined)


def _column(column: Column) -> Node:
    kind = _JSON_TYPE[column.dtype]
    node: Node = {"description": "; ".join(filter(None, (column.label_en, column.unit, column.meaning)))}
    node["type"] = [kind, "null"] if column.nullable else kind
    return node | {"minimum": 0} if ">= 0" in column.meaning else node


# --- files --------------------------------------------------------------------------------------------------------


def schema_files(root: Path) -> dict[Path, str]:
    """The text of each published schema by its file."""
    folder = root / "coalition" / "data" / "schemas"
    made: Iterable[tuple[str, Node]] = (
        ("scenario", scenario_schema()),
        ("run", run_schema()),
        ("optimise", optimise_schema()),
        ("evaluate", evaluate_schema()),
        ("evaluate-plan", plan_schema()),
        ("evaluate-placebo", placebo_schema()),
        ("evaluate-power", power_schema()),
    )
    return {folder / f"{name}.schema.json": json.dumps(s, ensure_ascii=False, indent=1) + "\n" for name, s in made}


def write(texts: Mapping[Path, str]) -> None:
    """Write files, and their folders."""
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    write(schema_files(Path(__file__).resolve().parents[1]))
