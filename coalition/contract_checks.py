"""Whether the terms of one contract are complete and do not contradict each other.

Each value has already been checked by itself; here the clauses of one contract meet. Findings name the clause and what
it clashes with; nothing is repaired. Whether the parties and pockets exist in a scenario is checked in checks.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from coalition.contracts import (
    BEFORE_SHARING,
    BenchmarkMethod,
    Clause,
    Contract,
    Gate,
    LossRule,
    Quality,
    QualityOnLosses,
    ShareBand,
)
from coalition.problems import SUM_TOLERANCE, Finding, Findings

TWO = 2
"""Parties for which one rate says everything."""


def contradictions(contract: Contract) -> list[Finding]:
    """Everything that is wrong with a contract as a whole, with paths below the contract."""
    checks: list[Callable[[Contract], Findings]] = [
        _parties,
        _benchmark,
        _gate,
        _gate_table,
        _shares,
        _losses,
        _quality,
        _years,
        _order,
    ]
    return [finding for check in checks for finding in check(contract)]


def _parties(contract: Contract) -> Findings:
    if contract.pays not in contract.sharers:
        yield ("contract.payer_shares", "pays", contract.pays, {"known": ", ".join(contract.sharers)})
    if len(contract.sharers) < TWO:
        yield ("contract.two_parties", "sharers", "", {})


def _benchmark(contract: Contract) -> Findings:
    historical = contract.benchmark is BenchmarkMethod.HISTORICAL
    total = sum(year.weight.value for year in contract.base_years)
    if contract.base_years and abs(total - 1) > SUM_TOLERANCE:
        yield ("contract.base_weights", "base_years", "", {"total": f"{total:.6g}"})
    if contract.base_years and not historical:
        yield _clash("base_years", "benchmark", contract.benchmark.value)
    if contract.trend_per_year is not None and not historical:
        yield _clash("trend_per_year", "benchmark", contract.benchmark.value)
    if contract.rebase_every_periods is not None and not historical:
        yield _clash("rebase_every_periods", "benchmark", contract.benchmark.value)
    if contract.rebase_add_back_share is not None and contract.rebase_every_periods is None:
        yield _needs("rebase_add_back_share", "rebase_every_periods")


def _clash(term: str, other: str, value: str) -> Finding:
    return ("contract.clash", term, "", {"other": other, "value": value})


def _needs(term: str, other: str) -> Finding:
    return ("contract.needs", term, "", {"other": other})


def _gate(contract: Contract) -> Findings:
    kind = contract.gate
    if kind is Gate.FIXED and contract.minimum_savings_rate is None:
        yield _needs("gate", "minimum_savings_rate")
    if kind is Gate.TABLE and not contract.gate_table:
        yield _needs("gate", "gate_table")
    if kind is Gate.STATISTICAL:
        for term in ("confidence", "dispersion"):
            if getattr(contract, term) is None:
                yield _needs("gate", term)
    belongs = {"gate_table": Gate.TABLE, "confidence": Gate.STATISTICAL}
    for term, owner in belongs.items():
        if getattr(contract, term) and kind is not owner:
            yield _clash(term, "gate", kind.value)
    if kind is Gate.NONE:
        for term in ("minimum_savings_rate", "minimum_loss_rate", "below_gate_share"):
            if getattr(contract, term) is not None:
                yield _clash(term, "gate", kind.value)
        if not contract.first_dollar:
            yield _clash("first_dollar", "gate", kind.value)
    elif kind is Gate.TABLE and contract.minimum_savings_rate is not None:
        yield _clash("minimum_savings_rate", "gate", kind.value)


def _gate_table(contract: Contract) -> Findings:
    rows = contract.gate_table
    for k, row in enumerate(rows):
        at = f"gate_table.{k}"
        if row.persons_to is None and k < len(rows) - 1:
            yield ("contract.open_row", at, "", {})
        if row.persons_to is None and row.rate_from != row.rate_to:
            yield ("contract.open_row_rate", at, "", {})
        if row.persons_to is not None and row.persons_to < row.persons_from:
            yield ("contract.row_order", at, "", {"from": str(row.persons_from), "to": str(row.persons_to)})
    for k, (low, high) in enumerate(pairwise(rows)):
        if low.persons_to is not None and high.persons_from != low.persons_to + 1:
            facts = {"expected": str(low.persons_to + 1), "from": str(high.persons_from)}
            yield ("contract.table_gap", f"gate_table.{k + 1}.persons_from", "", facts)


def _shares(contract: Contract) -> Findings:
    if (contract.sharing_rate is None) == (not contract.gain_bands):
        yield ("contract.rate_or_bands", "sharing_rate", "", {"rate": "sharing_rate", "bands": "gain_bands"})
    if contract.sharing_rate is not None and len(contract.sharers) > TWO:
        yield ("contract.rate_of_two", "sharing_rate", "", {"bands": "gain_bands", "count": str(len(contract.sharers))})
    yield from _bands(contract, "gain_bands", contract.gain_bands)
    yield from _bands(contract, "loss_bands", contract.loss_bands)


def _bands(contract: Contract, term: str, bands: list[ShareBand]) -> Findings:
    for k, band in enumerate(bands):
        at = f"{term}.{k}"
        total = sum(share.value for share in band.shares.values())
        if abs(total - 1) > SUM_TOLERANCE:
            yield ("contract.band_sum", f"{at}.shares", "", {"total": f"{total:.6g}"})
        for party in band.shares:
            if party not in contract.sharers:
                facts = {"known": ", ".join(contract.sharers), "party": party}
                yield ("contract.band_party", f"{at}.shares.{party}", party, facts)
        if (band.up_to is None) != (k == len(bands) - 1):
            yield ("contract.band_open", at, "", {})
    edges = [(k, band.up_to) for k, band in enumerate(bands) if band.up_to is not None]
    for (_, low), (k, high) in pairwise(edges):
        if high <= low:
            yield ("contract.band_order", f"{term}.{k}.up_to", "", {"before": f"{low:.6g}", "edge": f"{high:.6g}"})


def _losses(contract: Contract) -> Findings:
    stated = contract.loss_rate is not None or bool(contract.loss_bands)
    if contract.losses is LossRule.FIXED and (contract.loss_rate is None) == (not contract.loss_bands):
        yield ("contract.rate_or_bands", "losses", "", {"rate": "loss_rate", "bands": "loss_bands"})
    if contract.loss_rate is not None and len(contract.sharers) > TWO:
        yield ("contract.rate_of_two", "loss_rate", "", {"bands": "loss_bands", "count": str(len(contract.sharers))})
    if contract.losses is LossRule.ONE_MINUS and contract.sharing_rate is None:
        yield _needs("losses", "sharing_rate")
    if contract.losses is not LossRule.FIXED and stated:
        yield _clash("loss_rate" if contract.loss_rate else "loss_bands", "losses", contract.losses.value)
    for term in ("loss_rate_floor", "loss_rate_ceiling"):
        if getattr(contract, term) is not None and contract.losses is not LossRule.ONE_MINUS:
            yield _clash(term, "losses", contract.losses.value)
    if contract.losses is LossRule.NONE:
        caps = [t for t in type(contract).model_fields if t.startswith("loss_cap_")]
        for term in ("minimum_loss_rate", "withhold_loss_share", *caps):
            if getattr(contract, term) is not None:
                yield _clash(term, "losses", contract.losses.value)
        return
    for term in ("carry_forward_share", "claw_back_share"):
        if getattr(contract, term) is not None:  # the loss would be paid twice
            yield _clash(term, "losses", contract.losses.value)


def _quality(contract: Contract) -> Findings:
    if contract.quality is Quality.LADDER and not contract.quality_ladder:
        yield _needs("quality", "quality_ladder")
    if contract.quality_ladder and contract.quality is not Quality.LADDER:
        yield _clash("quality_ladder", "quality", contract.quality.value)
    if contract.quality_minimum is not None and contract.quality is Quality.NONE:
        yield _clash("quality_minimum", "quality", contract.quality.value)
    if contract.quality_on_losses is not QualityOnLosses.NONE:
        if contract.quality is Quality.NONE:
            yield _clash("quality_on_losses", "quality", contract.quality.value)
        if contract.losses is not LossRule.FIXED:
            yield _clash("quality_on_losses", "losses", contract.losses.value)
    for k, (low, high) in enumerate(pairwise(contract.quality_ladder)):
        if high.score_from <= low.score_from:
            facts = {"before": f"{low.score_from:.6g}", "edge": f"{high.score_from:.6g}"}
            yield ("contract.ladder_order", f"quality_ladder.{k + 1}.score_from", "", facts)


def _years(contract: Contract) -> Findings:
    if contract.carry_forward_share is not None and contract.claw_back_share is not None:
        yield _clash("claw_back_share", "carry_forward_share", f"{contract.carry_forward_share.value:.6g}")
    if contract.carry_forward_interest is not None and contract.carry_forward_share is None:
        yield _needs("carry_forward_interest", "carry_forward_share")
    if contract.claw_back_cap_share is not None and contract.claw_back_share is None:
        yield _needs("claw_back_cap_share", "claw_back_share")
    if contract.withhold_released_after_periods is not None and contract.withhold_gain_share is None:
        yield _needs("withhold_released_after_periods", "withhold_gain_share")
    if contract.interim_share is not None and contract.settlement_lag_years == 0:
        yield _needs("interim_share", "settlement_lag_years")
    if contract.scope is not None and contract.scope.years.last < contract.scope.years.first:
        years = contract.scope.years
        yield ("starts.order", "scope.years", f"{years.first}–{years.last}", {})


def _order(contract: Contract) -> Findings:
    counted = Counter(contract.order)
    for clause in Clause:
        if counted[clause] != 1:
            yield ("contract.order_once", "order", "", {"clause": clause.value, "count": str(counted[clause])})
            return
    place = contract.order.index
    for clause in BEFORE_SHARING:
        if place(clause) > place(Clause.SHARING):
            yield ("contract.order_before", "order", "", {"clause": clause.value})
    for clause in Clause:
        if clause is not Clause.SHARING and clause not in BEFORE_SHARING and place(clause) < place(Clause.SHARING):
            yield ("contract.order_after", "order", "", {"clause": clause.value})
    must_follow = ((Clause.RISK, Clause.GATE), (Clause.DISCOUNT, Clause.GATE), (Clause.GATE, Clause.EXIT))
    for first, second in (*must_follow, (Clause.GATE, Clause.CARRY_FORWARD)):
        if place(first) > place(second):
            yield ("contract.order_pair", "order", "", {"first": first.value, "second": second.value})
