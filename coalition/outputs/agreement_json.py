"""An agreement as plain data: the law alone beside what is agreed, contracts and funds. Keys are never translated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from coalition.agreement import (
    FundSheet,
    JointSheet,
    TermSheet,
    changes,
    departure_prices,
    fund_sheets,
    joint_sheets,
    smallest_transfer_of,
    term_sheets,
)
from coalition.ledger import LAW_ALONE
from coalition.model import Result


def arrangement_ids(result: Result) -> list[str]:
    """The law, and every arrangement that moves money."""
    return [LAW_ALONE, *dict.fromkeys(p.arrangement for p in result.run.agreed.postings)]


def agreement_data(result: Result) -> dict[str, Any] | None:
    """What is agreed and what it changes; None where nothing is."""
    if not result.run.agreed.postings and not result.scenario.spec.arrangements.departures:
        return None
    return {
        "parties": [
            {
                "id": r.party.id,
                "law_npv_eur": r.law_eur,
                "agreed_npv_eur": r.agreed_eur,
                "overpaid_eur": r.overpaid_eur,
                "law_net_eur": list(r.law_net_eur),
                "agreed_net_eur": list(r.agreed_net_eur),
            }
            for r in changes(result)
        ],
        "smallest_transfer": _transfer(result),
        "contracts": [_contract(sheet, result) for sheet in term_sheets(result)],
        "funds": [_fund(sheet) for sheet in fund_sheets(result)],
        "others": [_other(sheet, result) for sheet in joint_sheets(result)],
        "departures": [
            {"id": p.name, "price_npv_eur": p.price_eur, "leaver_npv_eur": p.leaver_eur}
            for p in departure_prices(result)
        ],
        "noise": "none: the projection itself is settled; `populations` tell what chance does",
    }


def _transfer(result: Result) -> dict[str, Any]:
    found = smallest_transfer_of(result)
    payments = [{"source": a, "target": b, "npv_eur": amount} for (a, b), amount in found.payments.items()]
    blocked = [{"source": a, "target": b} for a, b in found.blocked]
    totals = {"total_npv_eur": found.total_eur, "short_npv_eur": found.short_eur}
    return {**totals, "payments": payments, "blocked": blocked}


def _contract(sheet: TermSheet, result: Result) -> dict[str, Any]:
    found = sheet.outcome
    return {
        "id": found.name,
        "name": found.contract.name,
        "years": list(found.years),
        "gross_savings_eur": found.settlement.gross_eur[0].tolist(),
        "gate_passed": found.settlement.passed[0].tolist(),
        "own_money_eur": found.own_money[0].tolist(),
        "break_even_share": _defined(sheet.break_even_share),
        "cash_eur": {party: amounts.tolist() for party, amounts in sheet.cash_eur.items()},
        "cash_years": list(result.run.clock.years),
        "populations": [
            {
                "population": m.population.value,
                "persons": float(m.savings.persons.mean()),
                "savings_rate": _defined(m.savings_rate),
                "standard_error": None if m.chances is None else _mean(m.chances.standard_error),
                "pays_without_saving": None if m.chances is None else _mean(m.chances.pays_without_saving),
                "false_payment_eur": None if m.chances is None else float(m.chances.false_payment_eur.sum()),
                "nothing_at_plan": None if m.chances is None else _mean(m.chances.nothing_at_plan),
                "expected_payment_eur": None if m.chances is None else float(m.chances.expected_eur.sum()),
                "cliff_eur": None if m.chances is None else float(m.chances.cliff_eur.max()),
            }
            for m in sheet.populations
        ],
    }


def _other(sheet: JointSheet, result: Result) -> dict[str, Any]:
    return {
        "id": sheet.outcome.name,
        "name": sheet.terms.name,
        "years": list(result.run.clock.years),
        "figures": {key: amounts[0].tolist() for key, amounts in sheet.outcome.figures.items()},
        "cash_eur": {party: amounts.tolist() for party, amounts in sheet.cash_eur.items()},
        "internal_rates": sheet.returns,
    }


def _fund(sheet: FundSheet) -> dict[str, Any]:
    s, m = sheet.outcome.statement, sheet.measures
    return {
        "id": sheet.outcome.name,
        "name": sheet.outcome.fund.name,
        "statement": [
            {
                "year": year,
                "opening_eur": float(s.opening[0, t]),
                "contributions_eur": {n: float(a[0, t]) for n, a in s.contributions.items()},
                "interest_eur": float(s.interest[0, t]),
                "repaid_eur": {n: float(a[0, t]) for n, a in s.repaid.items()},
                "asked_eur": {n: float(a[0, t]) for n, a in s.asked.items()},
                "paid_eur": {n: float(a[0, t]) for n, a in s.paid.items()},
                "fees_eur": float(s.fees[0, t]),
                "distributed_eur": {n: float(a[0, t]) for n, a in s.distributed.items()},
                "closing_eur": float(s.closing[0, t]),
            }
            for t, year in enumerate(s.years)
            if sheet.outcome.fund.years.first <= year <= sheet.outcome.fund.years.last
        ],
        "revolving_ratio": _defined(float(m.revolving_ratio[0])),
        "recovery_per_euro": _defined(float(m.recovery_per_euro[0])),
        "leverage": _defined(float(m.leverage[0])),
        "utilisation": _defined(float(m.utilisation[0])),
        "perpetuity_nominal": _defined(float(m.perpetuity_nominal[0])),
        "perpetuity_real": _defined(float(m.perpetuity_real[0])),
        "dry_year": m.dry_year[0],
        "dry_year_zero_effect": sheet.dry_at_zero,
        "average_life_years": _defined(float(m.average_life_years[0])),
        "internal_rates": sheet.returns,
        "contributors": {
            name: {
                "put_in_eur": c.put_in_eur,
                "got_back_eur": c.got_back_eur,
                "npv_eur": c.npv_eur,
                "payback_year": c.payback_year,
                "modified_rate": _defined(c.modified_rate),
            }
            for name, c in sheet.contributors.items()
        },
    }


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return float(values.mean())


def _defined(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else value
