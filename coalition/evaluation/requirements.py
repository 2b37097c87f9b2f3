"""What the data must have before a method may be used on them; all of it at once, before anything is estimated.

A finding names the key of the study file that it is about, the units or periods found, and what would mend it. Nothing
is estimated here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

import numpy as np

from coalition.evaluation.estimates import Method
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.study import Adjustment, Controls, Study
from coalition.problems import Finding

MOST_NAMED = 10
"""Units that a problem names; the others are counted."""

BALANCED = {Method.SYNTHETIC_CONTROL, Method.SYNTHETIC_DID}
ONE_START = {Method.DID, Method.ITS, Method.GAMMA_GLM, Method.TWO_PART}
NEEDS_CONTROLS = set(Method) - {Method.ITS}
NEEDS_TWO_BEFORE = {Method.SYNTHETIC_CONTROL, Method.SYNTHETIC_DID, Method.EVENT_STUDY}
NEEDS_THREE_BEFORE = {Method.ITS}
NOT_NEGATIVE = {Method.GAMMA_GLM, Method.TWO_PART}
WITH_COVARIATES = {
    Method.DID, Method.TWFE, Method.EVENT_STUDY, Method.CALLAWAY_SANTANNA, Method.SYNTHETIC_CONTROL,
}  # fmt: skip


def findings_of(study: Study, panel: Panel) -> list[Finding]:
    """Everything that stands in the way of the methods asked for.

    Args:
        study: as stated.
        panel: the data that are used.
    """
    checks: list[Callable[[Study, Panel], Iterable[Finding]]] = [
        _treated, _starts, _gaps, _controls, _balance, _both_sides, _outcomes, _covariates, _primary,
    ]  # fmt: skip
    return list(chain.from_iterable(check(study, panel) for check in checks))


def _methods(study: Study, some: set[Method]) -> Iterator[tuple[int, Method]]:
    for k, method in enumerate(study.methods):
        if method in some:
            yield k, method


def _named(names: Iterable[str]) -> str:
    """Some names, the others counted."""
    listed = list(names)
    more = len(listed) - MOST_NAMED
    return ", ".join(listed[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "")


def _units(panel: Panel, some: Bools) -> str:
    return _named(np.array(panel.units)[some].tolist())


def _at_treatment(study: Study) -> str:
    return "start" if study.treated else "columns.treated_from"


def _treated(study: Study, panel: Panel) -> Iterator[Finding]:
    """Somebody is treated, within the periods of the data, with periods before the start."""
    at = _at_treatment(study)
    if not panel.ever.any():
        yield ("study.nobody_treated", at, "", {})
        return
    first, last = panel.periods[0], panel.periods[-1]
    facts = {"first": str(first), "last": str(last)}
    outside = np.asarray(panel.ever & ~np.isin(panel.treated_from, panel.periods))
    if outside.any():
        yield ("study.start_outside", at, _starts_of(panel, outside), {**facts, "units": _units(panel, outside)})
    early = panel.ever & (panel.treated_from <= first)
    before = panel.observed & ~panel.treated
    no_before = np.asarray(panel.ever & ~before.any(axis=1) & ~outside)
    persons_only = set(study.methods) <= {Method.GAMMA_GLM, Method.TWO_PART}  # other persons may stand before the start
    if early.any() or (no_before.any() and not persons_only):
        yield ("study.no_before", at, _units(panel, early | no_before), facts)


def _starts_of(panel: Panel, some: Bools) -> str:
    return _named(str(int(p)) for p in np.unique(panel.treated_from[some]))


def _starts(study: Study, panel: Panel) -> Iterator[Finding]:
    """Methods for one start; and enough periods before it."""
    many = len(panel.starts) > 1
    found = _named(str(s) for s in panel.starts)
    for k, method in _methods(study, ONE_START):
        if many:
            yield ("study.several_starts", f"methods.{k}", found, {"method": method})
    if not panel.starts:
        return
    before = sum(p < panel.starts[0] for p in panel.periods)
    for some, least in ((NEEDS_TWO_BEFORE, 2), (NEEDS_THREE_BEFORE, 3)):
        for k, method in _methods(study, some):
            if 0 < before < least:
                yield ("study.few_before", f"methods.{k}", str(before), {"method": method, "least": str(least)})


def _gaps(study: Study, panel: Panel) -> Iterator[Finding]:
    """A trend in time needs periods that follow each other: months written as 202301 do not."""
    gap = next((b for a, b in itertools.pairwise(panel.periods) if b != a + 1), None)
    for k, method in _methods(study, {Method.ITS}):
        if gap is not None:
            yield ("study.period_gap", f"methods.{k}", str(gap), {"method": method})


def _controls(study: Study, panel: Panel) -> Iterator[Finding]:
    """Somebody to compare with, and more than one: units, and where chance is taken per cluster, clusters."""
    alone = ~panel.ever
    units, clusters = int(alone.sum()), len(np.unique(panel.cluster[alone]))
    may_wait = study.controls is Controls.NOT_YET and len(panel.starts) > 1
    for k, method in _methods(study, NEEDS_CONTROLS):
        if method is Method.CALLAWAY_SANTANNA and may_wait:
            continue
        if units == 0:
            yield ("study.no_controls", f"methods.{k}", "", {"method": method})
        elif (units if method in BALANCED else clusters) == 1:
            yield ("study.one_control", f"methods.{k}", _units(panel, alone), {"method": method})


def _balance(study: Study, panel: Panel) -> Iterator[Finding]:
    gaps = np.asarray(~panel.observed.all(axis=1))
    for k, method in _methods(study, BALANCED):
        if gaps.any():
            facts = {"method": method, "count": str(int(gaps.sum()))}
            yield ("study.unbalanced", f"methods.{k}", _units(panel, gaps), facts)


def _both_sides(study: Study, panel: Panel) -> Iterator[Finding]:
    """Treated and controls are both observed before and after the first start."""
    del study
    inside = panel.starts and all(panel.periods[0] < s <= panel.periods[-1] for s in panel.starts)
    if not inside or panel.ever.all():
        return
    after = np.array(panel.periods) >= panel.starts[0]
    sides = {
        "study.empty_treated_after": (panel.ever, after),
        "study.empty_controls_before": (~panel.ever, ~after),
        "study.empty_controls_after": (~panel.ever, after),
    }
    for code, (group, side) in sides.items():
        if not panel.observed[group][:, side].any():
            yield (code, "data", "", {})


def _outcomes(study: Study, panel: Panel) -> Iterator[Finding]:
    values = panel.outcome[panel.observed]
    if len(values) and (values < 0).any():
        for k, method in _methods(study, NOT_NEGATIVE):
            facts = {"method": method, "count": str(int((values < 0).sum()))}
            yield ("study.negative_outcome", f"methods.{k}", f"{values.min():.10g}", facts)
    if len(values) and np.ptp(values) == 0:
        yield ("study.constant_outcome", "columns.outcome", f"{values[0]:.10g}", {})


def _covariates(study: Study, panel: Panel) -> Iterator[Finding]:
    """Covariates are known everywhere, are used by some method, and none follows from the others."""
    if not panel.covariates:
        return
    if not any(True for _ in _methods(study, WITH_COVARIATES)) and study.adjustment not in (
        Adjustment.ENTROPY,
        Adjustment.PROPENSITY,
    ):
        yield ("study.unused_covariates", "columns.covariates", _named(panel.covariates), {})
    columns = []
    for k, (name, values) in enumerate(panel.covariates.items()):
        gaps = np.asarray((np.isnan(values) & panel.observed).any(axis=1))
        if gaps.any():
            yield ("study.covariate_gap", f"columns.covariates.{k}", name, {"units": _units(panel, gaps)})
        columns.append(values[panel.observed])
    yield from _collinear(panel.covariates, columns)


def _collinear(names: Mapping[str, Floats], columns: list[Floats]) -> Iterator[Finding]:
    """Covariates that are a sum of the others, a constant included."""
    if any(np.isnan(c).any() for c in columns):
        return
    kept: list[Floats] = [np.ones_like(columns[0])]
    for k, (name, column) in enumerate(zip(names, columns, strict=True)):
        scale = float(np.abs(column).max()) or 1.0
        design = np.stack([c / (np.abs(c).max() or 1.0) for c in kept], axis=1)
        left = column / scale - design @ np.linalg.lstsq(design, column / scale, rcond=None)[0]
        if float(np.abs(left).max()) < 1e-9:
            yield ("study.collinear", f"columns.covariates.{k}", name, {"others": ", ".join(list(names)[:k])})
        else:
            kept.append(column)


def _primary(study: Study, panel: Panel) -> Iterator[Finding]:
    del panel
    if study.primary_method is not None and study.primary_method not in study.methods:
        listed = ", ".join(study.methods)
        yield ("study.primary_not_asked", "primary_method", study.primary_method, {"methods": listed})
    if study.contract is not None and study.scenario is None:
        yield ("study.contract_without_scenario", "contract", study.contract, {})
    if study.scenario is not None and study.primary_method is None:
        yield ("study.no_primary", "scenario", study.scenario, {"methods": ", ".join(study.methods)})
