"""Figures of an evaluation as SVG: effects per period, trajectories, placebos, weights and balance.

Each figure is a Vega-Lite description made of values that stand in a table as well; vl-convert draws it without a
browser or a network. No figure is made where a method has nothing for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from coalition.evaluation.breaks import group_means
from coalition.evaluation.estimates import Cell, Estimate
from coalition.evaluation.evaluated import Evaluation
from coalition.outputs.evaluation_words import method_name
from coalition.outputs.labels import Lang

Spec = dict[str, Any]
BLUE, GREY, RED = "#1f5fa8", "#777777", "#b03a2e"
WIDTH, HEIGHT = 560, 240
MOST_BARS = 15
"""Donors with the largest weights that are drawn."""
WORDS: dict[str, tuple[str, str]] = {
    "effect": ("effect", "effect"),
    "since": ("periodes sinds het begin", "periods since the start"),
    "period": ("jaar", "year"),
    "outcome": ("uitkomst", "outcome"),
    "treated": ("doet mee", "takes part"),
    "control": ("doet niet mee", "takes no part"),
    "synthetic": ("synthetisch", "synthetic"),
    "placebo": ("placebo-effect", "placebo effect"),
    "units": ("aantal", "count"),
    "weight": ("gewicht", "weight"),
    "smd": ("gestandaardiseerd verschil", "standardised difference"),
    "before": ("ongewogen", "unweighted"),
    "after": ("gewogen", "weighted"),
    "effects_title": ("{method}: effect per periode", "{method}: effect per period"),
    "groups_title": ("Gemiddelde uitkomst van beide groepen", "Mean outcome of both groups"),
    "trajectories_title": ("{method}: verloop", "{method}: trajectories"),
    "placebos_title": ("{method}: het effect tussen placebo's", "{method}: the effect among placebos"),
    "weights_title": ("{method}: gewichten", "{method}: weights"),
    "balance_title": ("Groepen naast elkaar", "Groups beside each other"),
}


def said(key: str, lang: Lang, **facts: str) -> str:
    """A word in a figure."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def figures(found: Evaluation, lang: Lang) -> Iterator[tuple[str, str, Spec]]:
    """Name of the file, title and description of every figure."""
    yield "groups", said("groups_title", lang), _groups(found, lang)
    for estimate in found.estimates:
        name = {"method": method_name(estimate.method, lang)}
        makers = (
            ("effects", _effects),
            ("trajectories", _trajectories),
            ("placebos", _placebos),
            ("weights", _weights),
        )
        for kind, make in makers:
            spec = make(estimate, lang)
            if spec is not None:
                yield f"{estimate.method}_{kind}", said(f"{kind}_title", lang, **name), spec
    if found.balance:
        yield "balance", said("balance_title", lang), _balance(found.balance, lang)


def svg(spec: Spec, lang: Lang) -> str:
    """A description, drawn; numbers have the marks of the language."""
    import vl_convert

    locale: Literal["nl-NL", "en-US"] = "nl-NL" if lang == "nl" else "en-US"
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20", format_locale=locale)
    return drawn


def _chart(values: Sequence[Mapping[str, Any]], layers: Sequence[Spec], **further: Any) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": "white",
        "data": {"values": [dict(v) for v in values]},
        "layer": list(layers),
        "config": {"font": "Arial", "axis": {"grid": True, "gridColor": "#eeeeee"}},
        **further,
    }


def _axis(field: str, title: str, kind: str = "quantitative", **further: Any) -> Spec:
    return {"field": field, "type": kind, "title": title, **further}


def _years(field: str, title: str) -> Spec:
    return _axis(field, title, "ordinal", axis={"labelAngle": 0})


def _y(field: str, title: str) -> Spec:
    return _axis(field, title, scale={"zero": False})


def _groups(found: Evaluation, lang: Lang) -> Spec:
    panel, values = found.loaded.panel, []
    for name, some in (("treated", panel.ever), ("control", ~panel.ever)):
        for period, mean in zip(panel.periods, group_means(panel, some).tolist(), strict=True):
            if not math.isnan(mean):
                values.append({"period": period, "mean": mean, "group": said(name, lang)})
    return _lines(values, lang, ("treated", "control"), panel.starts)


def _lines(values: Sequence[Mapping[str, Any]], lang: Lang, names: Sequence[str], starts: Sequence[int]) -> Spec:
    """Trajectories, with a line where the programme starts."""
    colours = {"domain": [said(n, lang) for n in names], "range": [BLUE, GREY]}
    encoding = {
        "x": _years("period", said("period", lang)),
        "y": _y("mean", said("outcome", lang)),
        "color": {"field": "group", "type": "nominal", "title": None, "scale": colours},
    }
    start: Spec = {
        "data": {"values": [{"period": s} for s in starts]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#000000"},
        "encoding": {"x": _years("period", said("period", lang))},
    }
    return _chart(values, [{"mark": {"type": "line", "point": True}, "encoding": encoding}, start])


def _effects(estimate: Estimate, lang: Lang) -> Spec | None:
    by_time = all(row.event_time is not None for row in estimate.per_period)
    values = [
        {
            "at": row.event_time if by_time else row.period,
            "estimate": row.effect.estimate,
            "low": row.effect.low,
            "high": row.effect.high,
            "band_low": row.band_low,
            "band_high": row.band_high,
        }
        for row in estimate.per_period
        if row.event_time is not None or row.period is not None
    ]
    values = [{k: v for k, v in row.items() if not (isinstance(v, float) and math.isnan(v))} for row in values]
    if len(values) < 2:
        return None
    x = _years("at", said("since" if by_time else "period", lang))
    y = said("effect", lang)
    band = {"mark": {"type": "rule", "color": GREY, "opacity": 0.5}, "encoding": _ends(x, y, "band_low", "band_high")}
    rule = {"mark": {"type": "rule", "color": BLUE, "size": 3}, "encoding": _ends(x, y, "low", "high")}
    dot = {
        "mark": {"type": "point", "filled": True, "color": BLUE, "size": 50},
        "encoding": {"x": x, "y": _y("estimate", y)},
    }
    zero = {"mark": {"type": "rule", "color": "#000000"}, "encoding": {"y": {"datum": 0}}}
    return _chart(values, [zero, band, rule, dot])


def _ends(x: Spec, title: str, low: str, high: str) -> Spec:
    return {"x": x, "y": _y(low, title), "y2": {"field": high}}


def _trajectories(estimate: Estimate, lang: Lang) -> Spec | None:
    rows = estimate.tables.get("trajectories", ())
    values = [
        {"period": row["period"], "mean": row[name], "group": said(name, lang)}
        for row in rows
        for name in ("treated", "synthetic")
        if row.get(name) is not None
    ]
    starts = [row.period for row in estimate.per_period if row.event_time == 0 and row.period is not None]
    return _lines(values, lang, ("treated", "synthetic"), starts) if values else None


def _numbers(rows: Sequence[Mapping[str, Cell]], key: str) -> list[float]:
    return [float(v) for row in rows if isinstance(v := row.get(key), int | float) and math.isfinite(v)]


def _placebos(estimate: Estimate, lang: Lang) -> Spec | None:
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
            "x": _axis("from", said("placebo", lang), bin={"binned": True}),
            "x2": {"field": "to"},
            "y": _axis("count", said("units", lang)),
        },
    }
    line = {"mark": {"type": "rule", "color": RED, "size": 3}, "encoding": {"x": {"datum": own}}}
    return _chart(values, [bars, line])


def _weights(estimate: Estimate, lang: Lang) -> Spec | None:
    rows = [r for r in estimate.tables.get("weights", ()) if "unit" in r and isinstance(r.get("weight"), int | float)]
    if not rows:
        return None
    largest = sorted(rows, key=lambda r: -float(r["weight"]))[:MOST_BARS]  # type: ignore[arg-type]
    encoding = {
        "y": _axis("unit", "", "nominal", sort=None),
        "x": _axis("weight", said("weight", lang)),
    }
    return _chart(largest, [{"mark": {"type": "bar", "color": BLUE}, "encoding": encoding}])


def _balance(rows: Sequence[Mapping[str, Cell]], lang: Lang) -> Spec:
    values = [
        {"name": row["covariate"], "smd": row[key], "when": said(when, lang)}
        for row in rows
        for key, when in (("difference_before", "before"), ("difference_after", "after"))
    ]
    colours = {"domain": [said("before", lang), said("after", lang)], "range": [GREY, BLUE]}
    encoding = {
        "y": _axis("name", "", "nominal"),
        "x": _axis("smd", said("smd", lang)),
        "color": {"field": "when", "type": "nominal", "title": None, "scale": colours},
    }
    edges = {
        "data": {"values": [{"x": -0.1}, {"x": 0.1}]},
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    return _chart(values, [{"mark": {"type": "point", "filled": True, "size": 70}, "encoding": encoding}, edges])
