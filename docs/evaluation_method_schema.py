"""What the JSON Schemas of an evaluation say of an effect, and of the figures and tables that belong to one method.

JSON knows neither infinity nor "not a number", and both become null. The ends of an interval need both: they are null
where the interval has no limit and where it is not known, and the p-value beside them tells these apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schema_parts import MAYBE, NOT_NEGATIVE, TEXT, Node, a_closed_object, a_list, said

COUNT: Node = {"type": "integer", "minimum": 0}
YEAR: Node = {"type": "integer"}
MAYBE_YEAR: Node = {"type": ["integer", "null"]}
SHARE: Node = {"type": "number", "minimum": 0, "maximum": 1}
MAYBE_SHARE: Node = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
MAYBE_SIZE: Node = {"type": ["number", "null"], "minimum": 0}
MAYBE_CELL: Node = {"type": ["number", "string", "null"]}
ZERO_OR_ONE: Node = {"enum": [0, 1]}

UNIT = "in the outcome's own unit"
LESS = f"{UNIT}; negative is lower cost"
BAND = "end of a band that holds for all periods together, as `low` and `high` do for one"
NO_END = "null: no limit on this side where `p_value` is a number, not known where that is null too"


# --- an effect --------------------------------------------------------------------------------------------------------


def with_effect(before: Mapping[str, Node], after: Mapping[str, Node]) -> Node:
    """A mapping with an effect in it, whose interval has no ends where nothing shows how sure the estimate is."""
    effect = {
        "estimate": said(f"effect, {LESS}; null: none could be made", MAYBE),
        "standard_error": said(
            f"of the estimate, {UNIT}; null: not known, or none exists, as where placebos are ranked", MAYBE_SIZE
        ),
        "low": said(f"lower end of the interval with confidence 1 - alpha, {LESS}; {NO_END}", MAYBE),
        "high": said(f"upper end of the same interval, {LESS}; {NO_END}", MAYBE),
        "p_value": said("of no effect, two-sided; null: nothing shows how sure the estimate is", MAYBE_SHARE),
    }
    return {
        **a_closed_object({**before, **effect, **after}),
        "if": {"properties": {"p_value": {"type": "null"}}},
        "then": {"properties": {"low": {"type": "null"}, "high": {"type": "null"}}},
    }


def with_null(node: Node) -> Node:
    """The same, saying that null is what is not known, where nothing else is said of null."""
    text, may_be_null = node["description"], "null" in node.get("type", ())
    return {**node, "description": f"{text}; null: not known"} if may_be_null and "null: " not in text else node


# --- figures ----------------------------------------------------------------------------------------------------------


def _interval(name: str, text: str, node: Node) -> dict[str, Node]:
    """A figure with the ends of its interval."""
    return {
        name: said(text, node),
        f"{name}_low": said("lower end of its interval", node),
        f"{name}_high": said("upper end of its interval", node),
    }


def _tested(name: str, text: str) -> dict[str, Node]:
    """A ratio with its interval and p-value."""
    p_value = said("of a ratio of 1, two-sided", MAYBE_SHARE)
    return {**_interval(name, text, MAYBE_SIZE), f"{name}_p_value": p_value}


_BOOTSTRAP = f"end of the interval by the wild cluster bootstrap, {LESS}; null: no limit"
_SIZE = "part of simulated series without an effect in which this test finds one, at level alpha"
FIGURES: dict[str, Node] = {
    # --- regressions
    "permutation_p_value": said("two-sided, by exchanging starts among clusters", MAYBE_SHARE),
    "smallest_p_value": said("least p-value that a rank can have here; null: no placebos", MAYBE_SHARE),
    "exchanges": said("exchanges of starts behind `permutation_p_value`; a count", NOT_NEGATIVE),
    "wild_bootstrap_p_value": said("two-sided, by the wild cluster bootstrap", MAYBE_SHARE),
    "wild_bootstrap_low": said(f"lower {_BOOTSTRAP}", MAYBE),
    "wild_bootstrap_high": said(f"upper {_BOOTSTRAP}", MAYBE),
    "standard_error_cr1": said(f"robust within clusters (CR1), {UNIT}; not the one that is used", MAYBE_SIZE),
    "standard_error_influence": said(f"by influence functions, {UNIT}; too small with few clusters", MAYBE_SIZE),
    "degrees_of_freedom": said("behind the interval; need not be whole", MAYBE_SIZE),
    "pretest_statistic": said("quadratic form: are all effects before the start 0? null: no such test", MAYBE_SIZE),
    "pretest_count": said("effects that this test is about; a count", NOT_NEGATIVE),
    "pretest_p_value": said("of that test; null: no such test", MAYBE_SHARE),
    "band_factor": said("standard errors on either side of the band; null: no band, or no limit", MAYBE_SIZE),
    "negative_weights": said("weight of treated cells that count negatively; all weights sum to 1", MAYBE_SIZE),
    "forbidden_share": said("part of the comparisons whose controls had started before, 0-1", MAYBE_SHARE),
    "breakdown_mbar": said(
        "how far trends may drift apart before the result falls, in largest steps before the start; null: beyond 20",
        MAYBE_SIZE,
    ),
    "largest_propensity": said("largest chance to take part among those compared with, 0-1", MAYBE_SHARE),
    # --- synthetic comparisons
    "pre_rmspe": said(f"root mean square gap before the start, {UNIT}", MAYBE_SIZE),
    "post_rmspe": said(f"root mean square gap from the start on, {UNIT}", MAYBE_SIZE),
    "placebos": said("how many there are; a count", NOT_NEGATIVE),
    "placebo_sd": said(f"standard deviation of their effects, {UNIT}; null: none", MAYBE_SIZE),
    "placebo_mean": said(f"mean of their effects, {LESS}; null: none", MAYBE),
    "p_value_of_rank": said("two-sided, by rank among placebos; null: none", MAYBE_SHARE),
    "donors": said("units that the comparison may be made of; a count", NOT_NEGATIVE),
    "donors_with_weight": said("those that it is made of; a count", NOT_NEGATIVE),
    "largest_weight": said("largest weight of a unit, 0-1", SHARE),
    "largest_time_weight": said("largest weight of a period before the start, 0-1", SHARE),
    # --- interrupted time series
    "points_before": said("points of the series before the start; a count", NOT_NEGATIVE),
    "points_after": said("points from the start on; a count", NOT_NEGATIVE),
    "lag": said("periods over which autocorrelation is allowed for; a count", NOT_NEGATIVE),
    **_interval("level_change", f"jump of the line at the start, {LESS}", MAYBE),
    **_interval("slope_change", f"change of its slope per period, {LESS}", MAYBE),
    "newey_west_error": said(f"standard error by Newey and West, {UNIT}", MAYBE_SIZE),
    "classical_error": said(f"ordinary standard error, {UNIT}; the larger of the two is used", MAYBE_SIZE),
    "residual_autocorrelation": said("from one period to the next, -1 to 1", MAYBE),
    "size_white_noise": said(f"{_SIZE}; independent in time, 0-1", MAYBE_SHARE),
    "p_value_white_noise": said("p-value by rank among these series", MAYBE_SHARE),
    "size_autocorrelated": said(f"{_SIZE}; with autocorrelation, 0-1", MAYBE_SHARE),
    "p_value_autocorrelated": said("p-value by rank among these series", MAYBE_SHARE),
    # --- models of cost
    **_tested(
        "ratio",
        "gamma_glm, two_part: cost with the programme / without it, below 1 is lower cost; synthetic_control: gap "
        "from the start on / gap before it, null: no gap before",
    ),
    **_tested("ratio_if_any", "cost of those who have any, with the programme / without it; below 1 is lower cost"),
    **_tested("odds_ratio_any", "odds of any cost, with the programme / without it; below 1 is less often"),
    "share_any": said("part of the treated person-years with any cost, 0-1", SHARE),
}
"""Single figures of methods; several methods may have one."""


def figures() -> Node:
    """Single figures by name; one that is not described here is a number or null too."""
    known = {name: with_null(node) for name, node in FIGURES.items()}
    return {"type": "object", "properties": known, "additionalProperties": MAYBE}


# --- tables -----------------------------------------------------------------------------------------------------------

_TABLE_END = "null: no limit, or not known"
COLUMNS: dict[str, Node] = {
    "band_high": said(f"upper {BAND}, {LESS}; null: no band, or no limit", MAYBE),
    "band_low": said(f"lower {BAND}, {LESS}; null: no band, or no limit", MAYBE),
    "cluster": said("that is left out", TEXT),
    "continued": said(f"line from before the start carried on, {UNIT}", MAYBE),
    "control": said(f"mean of those who take no part, {UNIT}; null: none", MAYBE),
    "convention": said("how the error was found", {"enum": ["placebo", "jackknife", "permutation"]}),
    "degrees_of_freedom": said("behind the interval", NOT_NEGATIVE),
    "effect": said(f"found where nothing began, {LESS}", MAYBE),
    "estimate": said(f"effect, {LESS}; null: none could be made", MAYBE),
    "event_time": said("periods since the start, 0 is the first treated one; null: all together", MAYBE_YEAR),
    "fitted": said(f"fitted line, {UNIT}", MAYBE),
    "form": said("of the trend", {"enum": ["linear", "flexible"]}),
    "group": said("first treated period of those who started together; null: all together", MAYBE_YEAR),
    "high": said(f"upper end of the interval, {LESS}; {_TABLE_END}", MAYBE),
    "low": said(f"lower end of the interval, {LESS}; {_TABLE_END}", MAYBE),
    "m": said(f"the limit: a multiple under relative_magnitude, {UNIT} under smoothness", NOT_NEGATIVE),
    "n": said("units compared", COUNT),
    "n_treated": said("those of them that are treated", COUNT),
    "p_value": said("of no effect, two-sided", MAYBE_SHARE),
    "period": said("calendar period; null: all together", MAYBE_YEAR),
    "periods_earlier": said("than the real start", COUNT),
    "post_rmspe": said(f"root mean square gap from that start on, {UNIT}", NOT_NEGATIVE),
    "pre_rmspe": said(f"root mean square gap before the start, {UNIT}", NOT_NEGATIVE),
    "ratio": said("`post_rmspe` / `pre_rmspe`; null: no gap before", MAYBE_SIZE),
    "restriction": said("on how far trends may drift apart", {"enum": ["relative_magnitude", "smoothness"]}),
    "series": said("the treated minus others, or the treated alone", {"enum": ["difference", "treated"]}),
    "significant": said("1: the effect differs from zero at level alpha, 0: not", ZERO_OR_ONE),
    "standard_error": said(f"of the estimate, {UNIT}; null: none, or not known", MAYBE_SIZE),
    "standard_error_influence": said(f"by influence functions, {UNIT}", MAYBE_SIZE),
    "start": said("first treated period, real or as if", YEAR),
    "statistic": said("what is ranked; `_ratio` is divided by the gap before the start", TEXT),
    "synthetic": said(f"what is set beside the treated, {UNIT}", MAYBE),
    "treated": said(f"mean of the treated, {UNIT}", MAYBE),
    "unit": said("a unit, or the units of a placebo joined by ` + `", TEXT),
    "value": said(f"series that is fitted, {UNIT}", MAYBE),
    "weight": said("in the comparison, 0-1; those of a start sum to 1, but for some too small to show", SHARE),
}
"""Every column of the tables of methods."""

_EFFECT, _BANDS = "estimate standard_error low high", "band_low? band_high? standard_error_influence?"
TABLES: dict[str, tuple[str, str]] = {
    "leave_one_out": (
        "the effect without each cluster, or without each unit that the comparison is made of",
        "cluster? unit? estimate standard_error? significant? pre_rmspe?",
    ),
    "sensitivity": ("intervals of the mean effect if trends may drift apart", "restriction m low high"),
    "att_gt": ("per starting group and period", f"group period {_EFFECT} n n_treated standard_error_influence"),
    "aggregation_simple": ("these in one, mean over treated units and periods", f"period {_EFFECT} {_BANDS}"),
    "aggregation_group": ("these per starting group, first all together", f"group {_EFFECT} {_BANDS}"),
    "aggregation_dynamic": ("these per time since the start, first all together", f"event_time {_EFFECT} {_BANDS}"),
    "aggregation_calendar": ("effects per calendar period", f"period {_EFFECT} p_value? {_BANDS}"),
    "weights": ("units that the comparison is made of, per start", "start unit weight"),
    "time_weights": ("periods before the start that are compared with", "start period weight"),
    "trajectories": ("the treated beside what is compared with", "start period treated synthetic"),
    "tests": ("tests by rank, and the constant effects that they do not reject", "statistic p_value low high"),
    "placebos": ("others as if they had been treated", "unit effect pre_rmspe post_rmspe? ratio?"),
    "placebo_in_time": (
        "earlier starts, on periods before the real one",
        "periods_earlier start effect pre_rmspe post_rmspe? ratio?",
    ),
    "standard_errors": ("the error that is used, beside others", "convention standard_error low high p_value"),
    "trend_forms": (
        "the effect by form of the trend, with and without a comparison",
        f"form series {_EFFECT} p_value degrees_of_freedom",
    ),
    "series": ("the series and its line", "period treated control value fitted continued"),
}
"""Table -> what its rows are, and its columns; one with ? is not in every table of that name."""


def tables() -> Node:
    """Tables by name; one that is not described here has rows of numbers, texts and nulls too."""
    known = {name: said(text, a_list(_row(columns.split()))) for name, (text, columns) in TABLES.items()}
    others = a_list({"type": "object", "additionalProperties": MAYBE_CELL})
    return {"type": "object", "properties": known, "additionalProperties": others}


def _row(columns: Iterable[str]) -> Node:
    optional = {column.rstrip("?"): column.endswith("?") for column in columns}
    lacking = [name for name, may_lack in optional.items() if may_lack]
    return a_closed_object({name: with_null(COLUMNS[name]) for name in optional}, lacking)
