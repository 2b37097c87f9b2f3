"""The JSON Schemas of what `coalition evaluate … --format json` prints; make_schemas.py writes them.

Objects whose keys are fixed are closed: a key that is not described here is a mistake. An effect is negative where cost
is lower, a saving is positive there. What null means is said of each number; see evaluation_method_schema.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluation_method_schema import (
    BAND,
    COUNT,
    LESS,
    MAYBE_CELL,
    MAYBE_SHARE,
    MAYBE_SIZE,
    MAYBE_YEAR,
    SHARE,
    UNIT,
    YEAR,
    ZERO_OR_ONE,
    figures,
    tables,
    with_effect,
)
from schema_parts import (
    DIALECT,
    EURO,
    MAYBE,
    NOT_NEGATIVE,
    TEXT,
    Node,
    a_closed_object,
    a_list,
    a_map,
    one_of,
    or_null,
    said,
)

from coalition.contracts import Clause, Population
from coalition.evaluation.estimates import Convention, Method
from coalition.evaluation.verdict import Verdict
from coalition.outputs import evaluation_chance_text, evaluation_json, evaluation_plan_text
from coalition.parties import Pocket

FLAG: Node = {"type": "boolean"}
DIGEST: Node = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MORE = f"{UNIT}; positive is lower cost"
PLAN = said(f"planned saving, {MORE}; null: none stated", MAYBE)
LEVEL = said("level of the two-sided test, 0-1", SHARE)
CHANCE = said("chance wanted to find the plan, 0-1", SHARE)
NO_END_OF_SAVING = "null: no limit or not known, as the end of the effect that it comes from"


def a_schema(name: str, command: str, description: str, properties: Mapping[str, Node]) -> Node:
    """The schema of what a command prints."""
    head = {
        "schema": said("name and version of this schema", {"const": name}),
        "version": said("version of the program", TEXT),
    }
    return {
        "$schema": DIALECT,
        "title": f"coalition {command}",
        "description": f"What `coalition {command} --format json` prints. {description}",
        **a_closed_object(head | dict(properties)),
    }


# --- evaluate run -----------------------------------------------------------------------------------------------------


def evaluate_schema() -> Node:
    """JSON Schema of what `coalition evaluate run --format json` prints, and of evaluation.json of a report."""
    savings = a_list({"$ref": "#/$defs/saving"})
    estimate: Node = {"$ref": "#/$defs/estimate"}
    pocket = a_closed_object(
        {
            "estimate": said("by the primary method, on the cost of this pocket", estimate),
            "savings": said("a row per treated period, then one for all of them", savings),
        }
    )
    made = a_schema(
        evaluation_json.SCHEMA_NAME,
        "evaluate run",
        "An effect is negative where cost is lower, a saving is positive there. A number that does not exist is null.",
        {
            "study": said("what was evaluated", _study()),
            "estimates": said("one per method, in the order asked", a_list(estimate)),
            "primary_method": said(
                "gives verdict, savings and settlement: the one fixed beforehand, else the first (flag `no_primary`)",
                one_of(Method),
            ),
            "savings": said("by the primary method: a row per treated period, then one for all of them", savings),
            "pockets": said(
                "cost of other pockets, to see whether cost only moved; empty: none stated",
                {"type": "object", "propertyNames": one_of(Pocket), "additionalProperties": pocket},
            ),
            "balance": said(
                "groups beside each other before the start, a row per characteristic; empty: nothing was weighted",
                a_list(_balance()),
            ),
            "verdict": said(
                "shown: the whole interval is a saving; not_detectable: it holds both zero and the plan; not_shown: "
                "everything else, harm and a shift to another pocket included",
                one_of(Verdict),
            ),
            "seen": said(
                "what the comparison could have shown, by the width of the primary estimate's interval",
                _seen("`expected`", "the interval has no limit or is not known, which `p_value` tells apart"),
            ),
            "flags": said("traps that apply; a critical reader must know them", a_list(_flag())),
            "protocol": said("the protocol beside the study; null: none is named", or_null(_protocol())),
            "settlement": said("what each party owes; null: no contract is named", or_null(_settlement())),
        },
    )
    return made | {"$defs": {"estimate": _estimate(), "period": _period(), "saving": _saving()}}


def _study() -> Node:
    return a_closed_object(
        {
            "title": said("as stated; may be empty", TEXT),
            "data": said("file of the data, as the study names it", TEXT),
            "data_sha256": said("SHA-256 of that file", DIGEST),
            "unit": said("unit of the outcome, in the study's own words", TEXT),
            "alpha": said("level of tests; intervals have the confidence 1 - alpha", SHARE),
            "seed": said("of everything that is drawn", COUNT),
            "draws": said("of a bootstrap, and placebos at most", COUNT),
            "plan": PLAN,
            "periods": said("used, in order", a_list(YEAR)),
            "starts": said("first treated periods that occur, in order", a_list(YEAR)),
            "units_treated": said("units that start at some time", COUNT),
            "units_control": said("units that never start", COUNT),
        }
    )


def _estimate() -> Node:
    return with_effect(
        {"method": said("how the effect is estimated; docs/evaluation.md says what each does", one_of(Method))},
        {
            "percent": said("the estimate in percent of `expected`, same sign; null: undefined", MAYBE),
            "expected": said(
                f"mean outcome of the treated in treated periods without the programme, {UNIT}; null: not known",
                MAYBE,
            ),
            "convention": said("how standard error, interval and p-value were found", one_of(Convention)),
            "clusters_treated": said("clusters that take part", COUNT),
            "clusters_control": said("clusters that do not", COUNT),
            "observations": said("cells of unit and period that were used", COUNT),
            "per_period": said(
                "effects before the start, for a test of trends, and after it; empty: the method gives none",
                a_list({"$ref": "#/$defs/period"}),
            ),
            "figures": said(
                "single figures of the method by name; which there are depends on the data; null: not known, where "
                "nothing else is said of it",
                figures(),
            ),
            "tables": said("tables of the method by name; which there are depends on the data", tables()),
            "notes": said(
                "choices that were made",
                a_list(
                    a_closed_object(
                        {"id": said("never translated", TEXT), "text": said("the choice as a sentence", TEXT)}
                    )
                ),
            ),
        },
    )


def _period() -> Node:
    no_band = "null: no band was made, or it has no limit; then nothing is said of all periods together"
    return with_effect(
        {
            "period": said("calendar period; null: the row is about a time since the start", MAYBE_YEAR),
            "event_time": said(
                "periods since the start, 0 is the first treated one, negative is before it; null: starts differ",
                MAYBE_YEAR,
            ),
        },
        {
            "band_low": said(f"lower {BAND}, {LESS}; {no_band}", MAYBE),
            "band_high": said(f"upper {BAND}, {LESS}; {no_band}", MAYBE),
        },
    )


def _saving() -> Node:
    none = "null: the data have no person-years"
    return a_closed_object(
        {
            "period": said("treated calendar period; null: all of them together", MAYBE_YEAR),
            "person_years": said(f"of the treated; {none}", MAYBE_SIZE),
            "each": said(f"saving per unit of weight, {MORE}; null: no estimate", MAYBE),
            "each_low": said(f"lower end of its interval, {MORE}; {NO_END_OF_SAVING}", MAYBE),
            "each_high": said(f"upper end of the same, {MORE}; {NO_END_OF_SAVING}", MAYBE),
            "percent": said("saving in percent of what was expected; positive is lower cost; null: undefined", MAYBE),
            "gross_eur": said(
                f"saving in total, euro at the data's price level; positive is lower cost; {none}", MAYBE
            ),
            "low_eur": said(f"`each_low` in total, euro; {NO_END_OF_SAVING}, or no person-years", MAYBE),
            "high_eur": said(f"`each_high` in total, euro; {NO_END_OF_SAVING}, or no person-years", MAYBE),
            "payments_eur": said("cost of the programme and its bonuses, euro; 0: none stated", NOT_NEGATIVE),
            "net_eur": said(f"`gross_eur` - `payments_eur`, euro; positive is a gain; {none}", MAYBE),
        }
    )


def _balance() -> Node:
    apart = "the treated's mean - the others', in standard deviations"
    return a_closed_object(
        {
            "covariate": said("characteristic, or `outcome` with the periods that it is the mean of", TEXT),
            "treated_mean": said("mean of the treated, in the characteristic's own unit", EURO),
            "control_mean_before": said("mean of the others as they are, in the same unit", EURO),
            "control_mean_after": said("mean of the others as weighted, in the same unit", EURO),
            "difference_before": said(f"{apart}, before weighting; null: nobody varies, yet the groups differ", MAYBE),
            "difference_after": said(f"{apart}, after weighting; null: the same", MAYBE),
            "unlike": said("1: still more than a tenth of a standard deviation apart, 0: not", ZERO_OR_ONE),
            "outcome": said("1: the outcome before the start, 0: a covariate", ZERO_OR_ONE),
        }
    )


def _flag() -> Node:
    facts = {"type": "object", "additionalProperties": MAYBE_CELL}
    return a_closed_object(
        {
            "id": said("which trap; never translated", TEXT),
            "text": said("the trap as a sentence, with its facts", TEXT),
            "facts": said("figures and names in the text, by name; null: undefined or without limit", facts),
        }
    )


def _protocol() -> Node:
    departure = {
        "key": said("of the study file", TEXT),
        "planned": said("the term in the protocol, as JSON text", TEXT),
        "done": said("the term in the study, as JSON text", TEXT),
    }
    return a_closed_object(
        {
            "file": said("of the protocol", TEXT),
            "written_on": said("date as stated in it", TEXT),
            "sha256": said("SHA-256 of its terms as they are now", DIGEST),
            "sealed": said("SHA-256 as written down in it", TEXT),
            "departures": said("terms that the study took otherwise", a_list(a_closed_object(departure))),
            "intact": said("whether its terms are those that were sealed", FLAG),
        }
    )


def _settlement() -> Node:
    received = "per party, nominal euro; positive is received, negative is paid"
    period = {
        "period": said("measured calendar period", YEAR),
        "person_years": said("of the treated", NOT_NEGATIVE),
        "benchmark_eur": said("what they would have cost, by the primary estimate; nominal euro", EURO),
        "cost_eur": said("what they did cost; nominal euro", EURO),
        "saving_eur": said("benchmark - cost, nominal euro; positive is lower cost", EURO),
        "minimum_rate": said("gate: saving as a part of the benchmark below which it counts as chance", EURO),
        "passed": said("whether the saving met the gate", FLAG),
        "decided_by": said("clause of the contract that decided the outcome", one_of(Clause)),
        "payments_eur": said(f"{received}; whole cents that sum to zero", a_map(EURO)),
        "planned_eur": said(f"what the scenario expected, {received}; null: it expected nothing", a_map(MAYBE)),
        "low_eur": said(f"at the lowest saving of the interval, {received}; null: it has no such end", a_map(MAYBE)),
        "high_eur": said(f"at the highest saving of the interval, {received}; null: it has no such end", a_map(MAYBE)),
    }
    return a_closed_object(
        {
            "contract": said("its id in the scenario", TEXT),
            "name": said("its name", TEXT),
            "method": said("whose estimate is settled: the primary one", one_of(Method)),
            "protocol_sha256": said("seal of the protocol that named the method; empty: no protocol", TEXT),
            "periods": said("measured by the contract and treated, in order", a_list(a_closed_object(period))),
            "payments_eur": said(f"over all periods, {received}; whole cents", a_map(EURO)),
        }
    )


# --- before the start -------------------------------------------------------------------------------------------------


def _seen(mean: str, unknown: str = "not known") -> Node:
    """What can be seen with a standard error."""
    no_plan = f"null: no saving is planned, or {unknown}"
    return a_closed_object(
        {
            "standard_error": said(f"of the effect, {UNIT}; null: {unknown}", MAYBE_SIZE),
            "effect": said(
                f"least effect that is found with the chance `power`, {UNIT}, without sign; null: {unknown}", MAYBE_SIZE
            ),
            "percent": said(f"that effect in percent of {mean}; null: {unknown}", MAYBE),
            "times_plan": said(
                f"that effect in planned savings; above 1 the plan itself is likely to be missed; {no_plan}", MAYBE_SIZE
            ),
            "power_at_plan": said(
                "chance to find the planned saving, 0-1; null: no saving is planned, or not known", MAYBE_SHARE
            ),
            "alpha": LEVEL,
            "power": CHANCE,
        }
    )


def plan_schema() -> Node:
    """JSON Schema of what `coalition evaluate plan --format json` prints."""
    return a_schema(
        evaluation_plan_text.SCHEMA_NAME,
        "evaluate plan",
        "What an evaluation of the scenario's contracts could see, and what each contract pays by chance. Amounts are "
        "euro per person-year of one calendar year.",
        {
            "scenario": said("as named on the command line", TEXT),
            "design": said("how it would be evaluated, as asked", _design()),
            "rows": said(
                "one per contract in force and population; empty: no contract is in force", a_list(_plan_row())
            ),
        },
    )


def _design() -> Node:
    own = "null: as the contract states"
    return a_closed_object(
        {
            "years_before": said("measured before the start", COUNT),
            "years_after": said("measured from the start on; null: the contract's measuring years", MAYBE_YEAR),
            "rho": said("correlation of a person's cost between two years, 0-1", SHARE),
            "variation": said(f"standard deviation / mean of yearly cost of a person; {own}", MAYBE_SIZE),
            "controls": said(f"persons in the comparison group; {own}", MAYBE_SIZE),
            "cluster_size": said("persons who move together", {"type": "number", "minimum": 1}),
            "icc": said("correlation between persons of one cluster, 0-1", SHARE),
            "area_persons": said("persons of one area that could be compared with", NOT_NEGATIVE),
            "alpha": LEVEL,
            "power": CHANCE,
        }
    )


def _plan_row() -> Node:
    unknown = "not known (`variation` is null) or nothing is planned (`plan_eur` is 0)"
    chance = "chance by the contract's own clauses, the mean over its measuring years, 0-1"
    return a_closed_object(
        {
            "contract": said("id in the scenario", TEXT),
            "name": said("its name", TEXT),
            "population": said("whose cost is measured", one_of(Population)),
            "agreed": said("whether the contract measures this population", FLAG),
            "persons": said("person-years per measuring year", NOT_NEGATIVE),
            "mean_eur": said("cost without the programme, euro per person-year", EURO),
            "plan_eur": said("planned saving, euro per person-year; positive is lower cost", EURO),
            "variation": said("standard deviation / mean that was used; null: nobody states one", MAYBE_SIZE),
            "controls": said("persons compared with; null: no limit, the benchmark is taken as known", MAYBE_SIZE),
            "seen": said("least effect that can be seen, in euro per person-year", _seen("`mean_eur`")),
            "persons_needed": said(f"treated persons with which the plan is detectable; null: {unknown}", MAYBE_SIZE),
            "controls_needed": said(
                f"persons to compare with for that; null: {unknown}, else no number is enough", MAYBE_SIZE
            ),
            "areas_needed": said(
                f"areas of `area_persons` for that; null: {unknown}, else no number is enough", MAYBE_SIZE
            ),
            "pays_without_effect": said(
                f"that it pays though nothing is saved: {chance}; null: not known", MAYBE_SHARE
            ),
            "nothing_at_plan": said(
                f"that it pays nothing though the plan succeeds: {chance}; null: not known", MAYBE_SHARE
            ),
        }
    )


def power_schema() -> Node:
    """JSON Schema of what `coalition evaluate power --format json` prints."""
    who: Node = {"type": "string", "pattern": "^(treated|region|town:[1-9][0-9]*)$"}
    nobody = "null: nobody is left to compare with"
    row = {
        "who": said("treated: those of the study, as single towns; region: a whole cluster; town:<person-years>", who),
        "years_after": said("periods after the start, and as many before it", {"type": "integer", "minimum": 1}),
        **_seen("`mean_outcome`")["properties"],
        "mean_estimate": said(
            f"mean of the placebo estimates, {LESS}; far from 0 it is a trend and no chance; {nobody}", MAYBE
        ),
        "upper_quantile": said(f"size that chance alone exceeds with probability alpha, {UNIT}; {nobody}", MAYBE_SIZE),
        "mean_outcome": said("mean outcome in the years taken for after, in its own unit", EURO),
        "placebos": said("estimates where there was no programme", COUNT),
        "windows": said("spans of years that they are from", COUNT),
        "person_years": said("of a stand-in for the treated, per period", NOT_NEGATIVE),
    }
    return a_schema(
        evaluation_chance_text.POWER_SCHEMA,
        "evaluate power",
        "What could be seen in the data of a study, by how they moved without a programme.",
        {
            "power": CHANCE,
            "alpha": LEVEL,
            "plan": PLAN,
            "rows": said("per who and number of years; empty: too few periods", a_list(a_closed_object(row))),
        },
    )


# --- where nothing happened -------------------------------------------------------------------------------------------


def placebo_schema() -> Node:
    """JSON Schema of what `coalition evaluate placebo --format json` prints."""
    interval = "end of the 95 % interval of `share`, as if tries were independent; null: the share is fixed"
    least = said("least p-value that the test could give, 0-1; null: it has none", MAYBE_SHARE)
    rate = {
        "method": said("that was tried", one_of(Method)),
        "tries": said("how often", COUNT),
        "rejections": said("how often the test said that there is an effect", COUNT),
        "low": said(f"lower {interval}", MAYBE_SHARE),
        "high": said(f"upper {interval}", MAYBE_SHARE),
        "fixed": said("whether a test by rank fixes the share, whatever the data", FLAG),
        "smallest_p": least,
        "root_mean_square": said(f"of the estimates, {UNIT}: what chance alone does; null: not known", MAYBE_SIZE),
        "share": said("rejections / tries", SHARE),
    }
    one = with_effect(
        {
            "region": said("taken as treated; several are joined by ` + `", TEXT),
            "start": said("first period taken as treated", YEAR),
            "method": said("of the estimate", one_of(Method)),
        },
        {
            "rejected": said("whether the test says that there is an effect: `p_value` <= `alpha`", FLAG),
            "by_rank": said("whether the test is a rank among the same regions", FLAG),
            "smallest_p": least,
        },
    )
    return a_schema(
        evaluation_chance_text.PLACEBO_SCHEMA,
        "evaluate placebo",
        "How often methods find an effect where nothing happened; the truth of every effect here is 0.",
        {
            "alpha": LEVEL,
            "before": said("periods before each start", COUNT),
            "after": said("periods from each start on", COUNT),
            "together": said("regions that are taken as treated at once", COUNT),
            "rates": said("one per method", a_list(a_closed_object(rate))),
            "tries": said("every region, or group of them, from every start by every method", a_list(one)),
        },
    )
