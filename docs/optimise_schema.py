"""The JSON Schema of what `coalition optimise --format json` prints; make_schemas.py writes it."""

from __future__ import annotations

from schema_parts import DIALECT, EURO, MAYBE, NOT_NEGATIVE, TEXT, Node, a_list, a_map, an_object, or_null, said

from coalition.allocation_rules import RULES
from coalition.contract_rooms import Afterwards
from coalition.outputs.optimise_json import SCHEMA_NAME
from coalition.parties import PartyKind
from coalition.solver import Status

YEAR: Node = {"type": "integer"}
COUNT: Node = {"type": "integer", "minimum": 0}
SHARE: Node = {"type": "number", "minimum": 0, "maximum": 1}
FOUND = ("values", "difference", "plan", "totals", "delivery", "deposits", "left_out", "parties", "transfers")
FOUND += ("transfers_are", "payments", "short_eur")
"""Keys that are there when there is a plan, and only then."""


def optimise_schema() -> Node:
    """JSON Schema of what `coalition optimise --format json` prints."""
    always, found = an_object(_head() | _studies()), _found()
    return {
        "$schema": DIALECT,
        "title": "coalition optimise",
        "description": "What `coalition optimise --format json` prints: the best plan, or why there is none. Amounts "
        "are present values in euro of `price_level` unless said otherwise; + is a gain. Readers should let keys pass "
        "that they do not know.",
        **always,
        "properties": always["properties"] | found,
        "dependentRequired": {key: [other for other in found if other != key] for key in found},
        "if": {"required": ["plan"]},
        "then": {"properties": {"clash": {"type": "null"}}},
        "else": {"properties": {key: {"type": "array", "maxItems": 0} for key in ("frontier", "alternatives")}},
        "$defs": {"plan": _plan(), "value": _value(), "choice": _choice(), "totals": _totals()},
    }


def _head() -> dict[str, Node]:
    return {
        "schema": said("name and version of this schema", {"const": SCHEMA_NAME}),
        "scenario": said("the scenario's short name", TEXT),
        "input_hash": said("SHA-256 over everything that was read", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "version": said("version of the program", TEXT),
        "price_level": said("present values are in euro of this year", YEAR),
        "objective": said("goals in order of importance; what society saves decides among equals", a_list(TEXT)),
        "status": said("how the solver ended in the last round", {"enum": [s.value for s in Status]}),
        "gap": said(
            "how far the first goal may lie below the best possible of the programme, as a part of it; null: not known",
            MAYBE,
        ),
        "bound": said("the best possible by the first goal as the programme sees it; null: not known", MAYBE),
        "rounds": said("how often a plan was sought and run through the whole model", COUNT),
        "settled_after": said(
            "contracts that the programme cannot follow and why: what it pays over a year depends on other years; the "
            "gate or a limit in euro depends on how many take part; something else is paid out of what it leaves; a "
            "policy module decides whom it reaches; or what it measures is no sum over what is started",
            a_map({"enum": [why.value for why in Afterwards]}),
        ),
        "narrowed": said(
            "whether in the last round only starts of one plan were open, because somebody was short each time; the "
            "bound is about every start",
            {"type": "boolean"},
        ),
    }


def _found() -> dict[str, Node]:
    """What is there when there is a plan."""
    values = said("per goal", a_map({"$ref": "#/$defs/value"}))
    delivery = {
        "intervention": TEXT,
        "starters": said("over all areas and years shown", NOT_NEGATIVE),
        "paid_eur": said("per party that pays by law; nominal, over the years shown", a_map(NOT_NEGATIVE)),
    }
    deposit = {"fund": TEXT, "contribution": TEXT, "year": YEAR, "eur": said("nominal", NOT_NEGATIVE)}
    transfer = {"source": TEXT, "target": TEXT, "npv_eur": NOT_NEGATIVE}
    payment = {"source": TEXT, "target": TEXT, "year": YEAR, "eur": said("nominal", NOT_NEGATIVE)}
    parts: dict[str, Node] = {
        "values": said("the plan's worth", an_object({"linear": values, "full": values})),
        "difference": said(
            "linear programme minus whole model by the first goal; share is a part of the latter",
            an_object({"amount": {"type": "number"}, "share": {"type": "number"}, "unit": TEXT}),
        ),
        "plan": said("what starts where, when and with which part of its reach", a_list({"$ref": "#/$defs/choice"})),
        "totals": {"$ref": "#/$defs/totals"},
        "delivery": said("per intervention that is done", a_list(an_object(delivery))),
        "deposits": said("what is put into funds whose contributions are open", a_list(an_object(deposit))),
        "left_out": said("interventions of the own plan that are done nowhere", a_list(TEXT)),
        "parties": said("every party; who sits at the table first", a_list(_party())),
        "transfers": said("what parties give each other over all years", a_list(an_object(transfer))),
        "transfers_are": said(
            "part_of_goal: the goal is the gain of some, and counts them; smallest: the least after which nobody who "
            "is protected is below its least",
            {"enum": ["part_of_goal", "smallest"]},
        ),
        "payments": said(
            "the same year by year; null where only the present value is known", or_null(a_list(an_object(payment)))
        ),
        "short_eur": said("what protected parties stay short in the whole model, after all payments", NOT_NEGATIVE),
    }
    assert tuple(parts) == FOUND
    return parts


def _party() -> Node:
    return an_object(
        {
            "id": TEXT,
            "kind": {"enum": [k.value for k in PartyKind]},
            "name": TEXT,
            "at_table": said("whether it negotiates", {"type": "boolean"}),
            "own_npv_eur": said("net in the own plan with what is agreed", EURO),
            "npv_eur": said("net in this plan with what is agreed, before `transfer_npv_eur`", EURO),
            "least_npv_eur": said("what it must have over all years together; null: not protected so", MAYBE),
            "transfer_npv_eur": said("received (+) or given (-) in `transfers`", EURO),
        }
    )


def _studies() -> dict[str, Node]:
    """What is always there: the own plan, what was asked beside the plan, and why there is none."""
    plans = a_list({"$ref": "#/$defs/plan"})
    return {
        "own_plan": said("the scenario's own plan, run in the same way", {"$ref": "#/$defs/plan"}),
        "fitted": said("terms of agreements that go with the plan; null: none are open", or_null(_fitted())),
        "shadow_prices": said("what one more of each limit that binds brings, largest first", a_list(_price())),
        "frontier": said("plans between two goals, worst by the second goal first; empty: not asked", plans),
        "alternatives": said("other plans nearly as good; empty: not asked, or none", plans),
        "robust": said("what certainty costs; null: not asked", or_null(_robust())),
        "clash": said("why there is no plan; null: there is one, or it was not found out", or_null(_clash())),
    }


def _value() -> Node:
    units = ["eur", "healthy_years", "healthy_years_per_1000"]
    return an_object({"amount": {"type": "number"}, "unit": {"enum": units}})


def _plan() -> Node:
    return an_object(
        {
            "values": said("worth per goal by the whole model", a_map({"$ref": "#/$defs/value"})),
            "totals": {"$ref": "#/$defs/totals"},
            "short_eur": said(
                "what protected parties stay short in the whole model, after all payments; above half a cent the plan "
                "does not meet the wishes",
                NOT_NEGATIVE,
            ),
            "choices": a_list({"$ref": "#/$defs/choice"}),
        }
    )


def _choice() -> Node:
    return an_object(
        {
            "intervention": TEXT,
            "area": TEXT,
            "first": said("first calendar year in which people start", YEAR),
            "part": said("of the reach that the scenario states there", SHARE),
            "payers": said("name in `optimise.payer_options`; empty: as the scenario states", TEXT),
            "starters": said(
                "per calendar year with any",
                {"type": "object", "patternProperties": {r"^\d{4}$": NOT_NEGATIVE}, "additionalProperties": False},
            ),
        }
    )


def _totals() -> Node:
    return an_object(
        {
            "delivery_eur": said("cost of delivery; nominal, over the years shown", NOT_NEGATIVE),
            "starters": said("over the years shown", NOT_NEGATIVE),
            "healthy_years": said("discounted", {"type": "number"}),
            "table_npv_eur": said("everyone at the table together", EURO),
        }
    )


def _fitted() -> Node:
    number = a_map({"type": "number"})
    return an_object(
        {
            "paths": said("per term where its number stands in the scenario", a_map(TEXT)),
            "own": said("per term as the scenario states it", number),
            "values": said("per term as it fits best, on the grid", number),
            "npv_eur": said("per party with these terms", a_map(EURO)),
            "own_needed_eur": said("what protected parties lack together with the terms as stated", NOT_NEGATIVE),
            "needed_eur": said("the same with those that fit best", NOT_NEGATIVE),
            "points": said("combinations that were tried", COUNT),
        }
    )


RULE = "the rule that a row belongs to; others are rules of one's own"
UNIT: Node = {"enum": ["eur", "starters", "hours", "part", "own", "years"]}


def _rule() -> Node:
    return said(f"{RULE}: {', '.join(rule.__name__ for rule in RULES)}", TEXT)


def _price() -> Node:
    units = ["eur", "healthy_years", "healthy_years_per_1000"]
    return an_object(
        {
            "rule": _rule(),
            "key": said("what the row is about, such as a limit and a year", a_list(TEXT)),
            "unit": said("of what one more is given", UNIT),
            "worth": said("what the first goal gains by one unit more", NOT_NEGATIVE),
            "worth_unit": {"enum": units},
            "is_step": said("whether it was found by solving again with a small step", {"type": "boolean"}),
            "relaxed_worth": said("the price when starts may be partial", NOT_NEGATIVE),
        }
    )


def _robust() -> Node:
    maybe_share: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    return an_object(
        {
            "share": said("part of the draws in which every protected party must be whole", SHARE),
            "draws": COUNT,
            "share_whole_plain": said("part in which the plan that is best on average keeps them whole", SHARE),
            "share_whole_sure": said("the same of the sure plan, or of the nearest that was found", maybe_share),
            "price": said("what the certainty costs on average by the first goal; null: no sure plan", MAYBE),
            "payments_npv_eur": said("received (+) or given (-) beside the sure plan, in all draws", a_map(EURO)),
            "plain": {"$ref": "#/$defs/plan"},
            "sure": said("null: no plan found that is sure enough", or_null({"$ref": "#/$defs/plan"})),
        }
    )


def _clash() -> Node:
    relaxation = {"rule": _rule(), "key": a_list(TEXT), "unit": UNIT, "amount": said("in that unit", NOT_NEGATIVE)}
    shared = {
        "when": said("the year or term; empty: all years together", TEXT),
        "amount_eur": said("present value, or nominal where it is about a year or term", NOT_NEGATIVE),
        "parties": said("who could bear any part of it", a_list(TEXT)),
    }
    return an_object(
        {
            "wishes": said(
                "wishes that cannot all hold; without any one of them a plan exists",
                a_list(an_object({"rule": _rule(), "name": TEXT})),
            ),
            "least_that_must_give": said("the least that must give for a plan to exist", a_list(an_object(relaxation))),
            "shared": said(
                "what of that is not of who is named there, because parties may pay each other",
                a_list(an_object(shared)),
            ),
            "total_eur": said("all euro of `least_that_must_give`", NOT_NEGATIVE),
            "with_whole_starts": said("whether it only clashes because starts are whole", {"type": "boolean"}),
        }
    )
