"""Figures of an evaluation as SVG: effects per period, trajectories, placebos, weights and balance.

Each figure is a Vega-Lite description made of values that stand in a table as well; vl-convert draws it without a
browser or a network. A caption says what every mark is. Two lines or marks differ in form and not in colour alone, so
that a print in grey says the same. No figure is made where a method has nothing for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from coalition.evaluation.breaks import group_means
from coalition.evaluation.estimates import Cell, Estimate, Method, PeriodEffect, Row
from coalition.evaluation.evaluated import Evaluation
from coalition.outputs.evaluation_columns import covariate_name
from coalition.outputs.evaluation_figure_words import Saying, saying_of
from coalition.outputs.evaluation_words import method_name
from coalition.outputs.formats import number
from coalition.outputs.labels import Lang

Spec = dict[str, Any]
BLUE, GREY, RED, BLACK = "#1f5fa8", "#777777", "#b03a2e", "#000000"
WIDTH, HEIGHT = 560, 240
MOST_LABELS = 16
"""Periods on an axis that all have a label."""
STEPS = (1, 2, 5, 10, 20, 50, 100)
"""Of many periods each second one has a label, or each fifth one, and so on."""
MOST_BARS = 15
"""Donors with the largest weights that are drawn."""
FEW_COUNTS = 8
"""Below this every whole number has a tick; above it ticks are whole by themselves."""
BAR, ROW = 18, 30
"""Height of a bar and of a row of dots, in pixels."""
WIDEST_NAME = 360
"""Pixels of a name beside a bar; a longer one is cut."""


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        name: of its file; title: above it; caption: what its marks are.
        spec: as Vega-Lite.
    """

    name: str
    title: str
    caption: str
    spec: Spec


Drawn = tuple[Spec, str]
"""A description and its caption."""


def figures(found: Evaluation, lang: Lang) -> Iterator[Figure]:
    """Every figure, the groups first."""
    say = saying_of(found.loaded.study, lang)
    yield _figure("groups", say("groups_title"), _groups(found, say))
    for estimate in found.estimates:
        yield from _of_method(estimate, say)
    if found.balance:
        yield _figure("balance", say("balance_title"), _balance(found.balance, say))


def _of_method(estimate: Estimate, say: Saying) -> Iterator[Figure]:
    """Figures of one method; with several starts trajectories for each."""
    name = method_name(estimate.method, say.lang)
    name = name[:1].upper() + name[1:]
    pairs = list(_trajectories(estimate, say))
    made: list[tuple[str, int | None, Drawn | None]] = [
        ("effects", None, _effects(estimate, say)),
        *(("trajectories", start if len(pairs) > 1 else None, drawn) for start, drawn in pairs),
        ("placebos", None, _placebos(estimate, say)),
        ("weights", None, _weights(estimate, say)),
    ]
    for kind, start, drawn in made:
        file, title = f"{estimate.method}_{kind}", say(f"{kind}_title", method=name)
        if drawn is not None and start is None:
            yield _figure(file, title, drawn)
        elif drawn is not None:
            yield _figure(f"{file}_{start}", f"{title}, {say('start')} {start}", drawn)


def _figure(name: str, title: str, drawn: Drawn) -> Figure:
    """The title and caption are also what a reader hears who does not see the figure."""
    spec, caption = drawn
    return Figure(name, title, caption, {**spec, "description": f"{title}. {caption}"})


def svg(spec: Spec, lang: Lang) -> str:
    """A description, drawn; numbers have the marks of the language."""
    import vl_convert

    locale: Literal["nl-NL", "en-US"] = "nl-NL" if lang == "nl" else "en-US"
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20", format_locale=locale)
    return drawn


def _chart(values: Sequence[Mapping[str, Any]], layers: Sequence[Spec], step: int = 0) -> Spec:
    """Layers on one pair of axes; with `step` as high as there are rows."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": {"step": step} if step else HEIGHT,
        "background": "white",
        "data": {"values": [dict(v) for v in values]},
        "layer": list(layers),
        "config": {
            "font": "Arial, Helvetica, DejaVu Sans, sans-serif",
            "axis": {"grid": True, "gridColor": "#eeeeee", "labelFontSize": 11, "titleFontSize": 11},
            "legend": {"orient": "bottom", "labelFontSize": 11, "labelLimit": 0, "symbolSize": 70},
        },
    }


def _axis(field: str, title: str | list[str] | None, kind: str = "quantitative", **further: Any) -> Spec:
    return {"field": field, "type": kind, "title": title, **further}


def _places(field: str, title: str, places: Iterable[int]) -> Spec:
    """Periods side by side; of many some have a label, and a minus is as long as elsewhere."""
    domain = sorted(set(places))
    step = next((s for s in STEPS if len(domain) <= s * MOST_LABELS), STEPS[-1])
    labelled = [place for place in domain if place % step == 0]
    minus = "replace(datum.label, '-', '\u2212')"
    axis = {"labelAngle": 0, "labelOverlap": "parity", "labelExpr": minus, "values": labelled}
    return _axis(field, title, "ordinal", axis=axis, scale={"domain": domain})


def _names(field: str) -> Spec:
    return _axis(field, None, "nominal", sort=None, axis={"labelLimit": WIDEST_NAME})


def _label(text: str, place: Spec, colour: str = BLACK, align: str = "center") -> Spec:
    """A word just above the figure."""
    mark = {"type": "text", "text": text, "align": align, "baseline": "bottom", "dy": -3, "fontSize": 11}
    return {"mark": {**mark, "color": colour}, "encoding": {**place, "y": {"value": 0}}}


# --- lines ------------------------------------------------------------------------------------------------------------


def _groups(found: Evaluation, say: Saying) -> Drawn:
    panel, values = found.loaded.panel, []
    for name, some in (("treated", panel.ever), ("control", ~panel.ever)):
        for period, mean in zip(panel.periods, group_means(panel, some).tolist(), strict=True):
            if not math.isnan(mean):
                values.append({"period": period, "mean": mean, "group": say(name)})
    return _lines(values, panel.starts, ("treated", "control"), say, "by_weight" if panel.weighted else "")


def _trajectories(estimate: Estimate, say: Saying) -> Iterator[tuple[int, Drawn]]:
    """For each start the treated beside their comparison."""
    rows = estimate.tables.get("trajectories", ())
    moved = "moved" if estimate.method is Method.SYNTHETIC_DID else ""
    for start in dict.fromkeys(int(row["start"] or 0) for row in rows):
        values = [
            {"period": row["period"], "mean": row[name], "group": say(name)}
            for row in rows
            for name in ("treated", "synthetic")
            if row["start"] == start
        ]
        yield start, _lines(values, [start], ("treated", "synthetic"), say, moved)


def _lines(
    values: Sequence[Mapping[str, Any]], starts: Sequence[int], names: Sequence[str], say: Saying, about: str
) -> Drawn:
    """Two lines: drawn through with dots, and dashed with squares; a start is a dotted line."""
    zero = _has_zero(row["mean"] for row in values)
    x, kinds = _places("period", say.period, (row["period"] for row in values)), [say(n) for n in names]
    lines = {
        "x": x,
        "y": _axis("mean", say.measured("outcome"), scale={"zero": zero}),
        "color": _by_kind("group", kinds, [BLUE, GREY]),
    }
    rules: Spec = {"data": {"values": [{"period": s} for s in starts]}}
    layers = [
        {**rules, "mark": {"type": "rule", "strokeDash": [1, 3], "strokeWidth": 1.5}, "encoding": {"x": x}},
        *([{**rules, **_label(say("start"), {"x": x})}] if len(starts) == 1 else []),
        *(
            {
                "transform": [{"filter": {"field": "group", "equal": kind}}],
                "mark": {"type": "line", "strokeDash": dash},
                "encoding": lines,
            }
            for kind, dash in zip(kinds, ([1, 0], [7, 4]), strict=True)
        ),
        {
            "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
            "encoding": {**lines, "shape": _by_kind("group", kinds, ["circle", "square"])},
        },
    ]
    return _chart(values, layers), say.all(about, "starts", "" if zero else "no_zero")


def _by_kind(field: str, kinds: Sequence[str], forms: Sequence[Any]) -> Spec:
    """A colour or a form for each kind; one legend says both."""
    return {"field": field, "type": "nominal", "title": None, "scale": {"domain": list(kinds), "range": list(forms)}}


def _has_zero(values: Iterable[float]) -> bool:
    """Whether an axis can hold zero without making what varies flat."""
    listed = list(values)
    low, high = min(listed), max(listed)
    return low <= 0 <= high or min(abs(low), abs(high)) < (high - low) / 2


# --- effects per period -----------------------------------------------------------------------------------------------


def _effects(estimate: Estimate, say: Saying) -> Drawn | None:
    rows = [row for row in estimate.per_period if row.event_time is not None]
    by_time = len(rows) > 0
    if not by_time:
        rows = [row for row in estimate.per_period if row.period is not None]
    if len(rows) < 2:
        return None
    values = [_bars(row) for row in rows]
    places = {row["at"] for row in values}
    reference = by_time and min(places) < -1 < max(places) and -1 not in places
    x = _places("at", say("since") if by_time else say.period, places | ({-1} if reference else set()))
    y = _axis("estimate", say.measured("effect"))
    dots = _axis("before", None, "nominal", legend=None)
    layers = [
        {"mark": {"type": "rule", "color": BLACK}, "encoding": {"y": {"datum": 0}}},
        _bar(values, "band", x, y, {"color": GREY, "strokeWidth": 1.5}),
        _bar(values, "interval", x, y, {"color": BLUE, "strokeWidth": 4}),
        {
            "mark": {"type": "point", "size": 60, "opacity": 1, "stroke": BLUE, "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "fill": {**dots, "scale": {"domain": [0, 1], "range": [BLUE, "#ffffff"]}}},
        },
    ]
    has = {kind for row in values for kind in ("interval", "band") if row[f"{kind}_low"] is not None}
    caption = say.all(
        "dots_before" if any(row["before"] for row in values) else "dots",
        "thick" if "interval" in has else "",
        "thin" if "band" in has else "",
        "reference" if reference else "",
        "open" if any(_endless(row) for row in rows) else "",
    )
    return _chart(values, layers), caption


def _bars(row: PeriodEffect) -> dict[str, Any]:
    """A dot and its two bars; one without both ends is left out."""
    effect = row.effect
    found: dict[str, Any] = {
        "at": row.period if row.event_time is None else row.event_time,
        "before": int(row.event_time is not None and row.event_time < 0),
        "estimate": effect.estimate if math.isfinite(effect.estimate) else None,
    }
    for kind, low, high in (("interval", effect.low, effect.high), ("band", row.band_low, row.band_high)):
        there = math.isfinite(low) and math.isfinite(high)
        found |= {f"{kind}_low": low if there else None, f"{kind}_high": high if there else None}
    return found


def _endless(row: PeriodEffect) -> bool:
    return any(math.isinf(end) for end in (row.effect.low, row.effect.high, row.band_low, row.band_high))


def _bar(values: Sequence[Mapping[str, Any]], kind: str, x: Spec, y: Spec, look: Spec) -> Spec:
    there = [row for row in values if row[f"{kind}_low"] is not None]
    ends = {"y": {**y, "field": f"{kind}_low"}, "y2": {"field": f"{kind}_high"}}
    return {"data": {"values": there}, "mark": {"type": "rule", **look}, "encoding": {"x": x, **ends}}


# --- placebos, weights, balance ---------------------------------------------------------------------------------------


def _numbers(rows: Sequence[Row], key: str) -> list[float]:
    return [float(v) for row in rows if isinstance(v := row.get(key), int | float) and math.isfinite(v)]


def _placebos(estimate: Estimate, say: Saying) -> Drawn | None:
    """How often placebos gave an effect of each size, with the estimate as a line."""
    effects = _numbers(estimate.tables.get("placebos", ()), "effect")
    if len(effects) < 5:
        return None
    own = estimate.effect.estimate
    edges = np.histogram_bin_edges([*effects, own], bins=min(40, max(10, len(effects) // 8)))
    counts = np.histogram(effects, edges)[0].tolist()
    values = [
        {"from": a, "to": b, "count": c}
        for a, b, c in zip(edges[:-1].tolist(), edges[1:].tolist(), counts, strict=True)
    ]
    bars = {
        "mark": {"type": "bar", "color": "#bbbbbb", "stroke": "white"},
        "encoding": {
            "x": _axis("from", say.measured("placebo"), bin={"binned": True}, axis={"tickCount": 8}),
            "x2": {"field": "to"},
            "y": _axis("count", say("count"), axis=_whole(max(counts))),
        },
    }
    line = {"mark": {"type": "rule", "color": RED, "size": 3}, "encoding": {"x": {"datum": own}}}
    beside = {"left": own < np.quantile(edges, 0.1), "right": own > np.quantile(edges, 0.9)}
    align = next((side for side, near in beside.items() if near), "center")
    label = {"data": {"values": [{}]}, **_label(say("estimate"), {"x": {"datum": own}}, RED, align)}
    return _chart(values, [bars, line, label]), say.all("bars")


def _whole(most: int) -> Spec:
    """Ticks of an axis that counts: none between two whole numbers."""
    return {"format": "d"} | ({"values": list(range(most + 1))} if most < FEW_COUNTS else {})


def _weights(estimate: Estimate, say: Saying) -> Drawn | None:
    rows = [r for r in estimate.tables.get("weights", ()) if "unit" in r and isinstance(r.get("weight"), int | float)]
    if not rows:
        return None
    several = len({row["start"] for row in rows}) > 1
    largest = sorted(rows, key=lambda r: -float(r["weight"] or 0))[:MOST_BARS]
    values = [
        {"name": f"{r['unit']} ({say('start')} {r['start']})" if several else r["unit"], "weight": r["weight"]}
        for r in largest
    ]
    encoding = {"y": _names("name"), "x": _axis("weight", say("weight"))}
    caption = say.all("sum_each" if several else "sum")
    if len(rows) > len(largest):
        counts = {"shown": str(len(largest)), "all": number(len(rows), say.lang)}
        caption = f"{say('largest', **counts)} {caption}"
    return _chart(values, [{"mark": {"type": "bar", "color": BLUE}, "encoding": encoding}], BAR), caption


def _balance(rows: Sequence[Mapping[str, Cell]], say: Saying) -> Drawn:
    kinds = [say("before"), say("after")]
    values = [
        {"name": covariate_name(row, say.lang), "smd": row[key], "when": when}
        for row in rows
        for key, when in zip(("difference_before", "difference_after"), kinds, strict=True)
        if row[key] is not None
    ]
    encoding = {
        "y": _names("name"),
        "x": _axis("smd", say("smd"), axis={"tickCount": 6}, scale={"padding": 12}),
        "color": _by_kind("when", kinds, [GREY, BLUE]),
        "shape": _by_kind("when", kinds, ["square", "circle"]),
    }
    edges = {
        "data": {"values": [{"x": -0.1}, {"x": 0.1}]},
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    dots = {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}, "encoding": encoding}
    return _chart(values, [edges, dots], ROW), say.all("alike")
