"""A study, evaluated: every method, the verdict, the traps, the euros and the settlement.

Estimators are looked up by name and loaded when they are asked for. The primary method alone gives the verdict and
settles; without one the first method is shown, and a flag says that nobody fixed it beforehand.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.evaluation.estimates import Estimate, Flag, Method, Options
from coalition.evaluation.euros import SavingRow, saving_rows
from coalition.evaluation.flags import flags_of
from coalition.evaluation.matching import Matched, match, with_weights
from coalition.evaluation.panel import Floats, Panel
from coalition.evaluation.power import Detectable, seen_in
from coalition.evaluation.protocol import Protocol, read_protocol
from coalition.evaluation.settlement import Settled, asks_quality, contract_to_settle, settled
from coalition.evaluation.study import Adjustment, Study
from coalition.evaluation.study_files import LoadedStudy
from coalition.evaluation.verdict import Verdict, verdict_of
from coalition.parties import Pocket
from coalition.problems import Problem

Estimator = Callable[[Panel, Options], Estimate]

ESTIMATORS: Mapping[Method, str] = {
    Method.DID: "did:did",
    Method.TWFE: "twfe:twfe",
    Method.EVENT_STUDY: "event_study:event_study",
    Method.CALLAWAY_SANTANNA: "callaway_santanna:callaway_santanna",
    Method.SYNTHETIC_CONTROL: "synthetic_control:synthetic_control",
    Method.SYNTHETIC_DID: "synthetic_did:synthetic_did",
    Method.ITS: "its:its",
    Method.GAMMA_GLM: "cost_models:gamma_glm",
    Method.TWO_PART: "cost_models:two_part",
}
"""Method -> module of this folder and function in it."""
FEWEST_DRAWS = 99
"""Draws where only the estimate is used."""
OWN_WEIGHTS = {Method.SYNTHETIC_CONTROL, Method.SYNTHETIC_DID, Method.ITS}
"""Methods that find weights of controls themselves, or need none; they work on the panel as it is."""


@dataclass(frozen=True)
class Evaluation:
    """What a study found.

    Attributes:
        loaded: the study and its data.
        estimates: one per method, in the order asked.
        primary: the one that counts.
        by_pocket: estimates of the other pockets by the primary method.
        savings: in euro, of the main outcome; pocket_savings: of the others.
        verdict: in one word; flags: every trap that applies.
        seen: what the primary estimate could have shown.
        balance: controls beside treated before and after weighting; empty where nothing was weighted.
        protocol, settlement: where the study names them.
    """

    loaded: LoadedStudy
    estimates: Sequence[Estimate]
    primary: Estimate
    by_pocket: Mapping[Pocket, Estimate]
    savings: Sequence[SavingRow]
    pocket_savings: Mapping[Pocket, Sequence[SavingRow]]
    verdict: Verdict
    flags: Sequence[Flag]
    seen: Detectable
    balance: Sequence[Mapping[str, str | int | float | None]] = ()
    protocol: Protocol | None = None
    settlement: Settled | None = None


def estimator(method: Method) -> Estimator:
    """The function that estimates by a method."""
    module, _, name = ESTIMATORS[method].partition(":")
    found: Estimator = getattr(importlib.import_module(f"coalition.evaluation.{module}"), name)
    return found


def options_of(study: Study) -> Options:
    """What the study leaves to its methods."""
    before = study.adjustment in (Adjustment.ENTROPY, Adjustment.PROPENSITY)
    covariates = () if before or study.adjustment is Adjustment.NONE else tuple(study.columns.covariates)
    return Options(
        alpha=study.alpha,
        seed=study.seed,
        draws=study.draws,
        controls=study.controls,
        aggregation=study.aggregation,
        adjustment=study.adjustment if covariates else Adjustment.NONE,
        covariates=covariates,
        season=study.season,
    )


def evaluate(loaded: LoadedStudy, told: Callable[[str], None] = lambda _: None) -> Evaluation:
    """Estimate, judge and settle.

    Args:
        loaded: as read.
        told: called with the name of each method before it starts, for a progress line.
    Raises:
        ScenarioError: the scenario, contract or protocol cannot be used.
    """
    study, panel = loaded.study, loaded.panel
    asked = contract_to_settle(loaded)
    protocol = _protocol(loaded)
    options = options_of(study)
    matched = _matched(study, panel, options)
    weighted = panel if matched is None else with_weights(panel, matched.weights)
    estimates = []
    for method in study.methods:
        told(method)
        estimates.append(estimator(method)(panel if method in OWN_WEIGHTS else weighted, options))
    primary = next((e for e in estimates if e.method == study.primary_method), estimates[0])
    by_pocket = {
        pocket: estimator(primary.method)(_with_outcome(weighted, values), options)
        for pocket, values in loaded.pockets.items()
    }
    quick = replace(options, draws=FEWEST_DRAWS)
    flags = flags_of(study, panel, primary, by_pocket, lambda other: estimator(primary.method)(other, quick))
    flags += () if matched is None else matched.flags
    flags += [flag for e in estimates for flag in e.flags]
    verdict = verdict_of(primary.effect, study.plan, frozenset(f.id for f in flags))
    settlement = None
    if asked is not None:
        settlement = settled(loaded, asked, primary, protocol.sealed if protocol else "")
        flags += _about_settlement(study, settlement, verdict)
    flags += _about_protocol(protocol)
    return Evaluation(
        loaded, estimates, primary, by_pocket,
        saving_rows(primary, panel, _paid(study, loaded)),
        {pocket: saving_rows(e, _with_outcome(panel, loaded.pockets[pocket]), {}) for pocket, e in by_pocket.items()},
        verdict, _once(flags), seen_in(primary, study.plan, study.alpha),
        () if matched is None else matched.rows, protocol, settlement,
    )  # fmt: skip


def _protocol(loaded: LoadedStudy) -> Protocol | None:
    name = loaded.study.protocol
    if name is None:
        return None
    origin = loaded.document.origin("protocol")
    named = Problem("study.no_protocol", origin.file, origin.line, "protocol", name)
    return read_protocol(loaded.folder / name, loaded.study, named)


def _matched(study: Study, panel: Panel, options: Options) -> Matched | None:
    """Weights on controls that make them like the treated, where the study asks for it."""
    if study.adjustment not in (Adjustment.ENTROPY, Adjustment.PROPENSITY) or not study.columns.covariates:
        return None
    return match(panel, replace(options, covariates=tuple(study.columns.covariates), adjustment=study.adjustment))


def _with_outcome(panel: Panel, values: Floats) -> Panel:
    """The same units with another outcome."""
    there = panel.observed & ~np.isnan(values)
    return replace(panel, outcome=np.where(there, values, np.nan), weight=np.where(there, panel.weight, np.nan))


def _paid(study: Study, loaded: LoadedStudy) -> dict[int, float]:
    """Payments at the price level of the outcome."""
    index = dict(zip(loaded.panel.periods, loaded.index.tolist(), strict=True))
    return {period: paid * index.get(period, 1.0) for period, paid in study.payments_eur.items()}


def _about_settlement(study: Study, found: Settled, verdict: Verdict) -> list[Flag]:
    flags = []
    paid = sum(int(np.maximum(cents, 0).sum()) for cents in found.cents.values())
    if paid and verdict is not Verdict.SHOWN:
        flags.append(Flag("settled_without_proof", {"euro": paid / 100}))
    if asks_quality(found.contract) and not study.quality_scores:
        flags.append(Flag("quality_assumed", {}))
    return flags


def _about_protocol(protocol: Protocol | None) -> list[Flag]:
    if protocol is None:
        return []
    broken = [] if protocol.intact else [Flag("protocol_changed", {"file": protocol.file})]
    return broken + [
        Flag("protocol_departure", {"key": d.key, "planned": d.planned, "done": d.done}) for d in protocol.departures
    ]


def _once(flags: Sequence[Flag]) -> list[Flag]:
    """Each flag once, in order."""
    return list({(flag.id, str(sorted(flag.facts.items()))): flag for flag in flags}.values())
