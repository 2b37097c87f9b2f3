"""From a measured saving to a party's money: clauses and accounts in `explain` lead to what was posted."""

from __future__ import annotations

from functools import cache

import pytest
from click.testing import CliRunner

from coalition.agreement import changes, fund_sheets
from coalition.cli import main
from coalition.ledger import LAW_ALONE
from coalition.model import Result, run_scenario
from coalition.scenario import load_scenario
from coalition.trace import Question, Trace, trace


@cache
def result_of(name: str) -> Result:
    return run_scenario(load_scenario(name))


def traced(name: str, party: str, year: int | None, arrangement: str) -> Trace:
    result = result_of(name)
    return trace(result.scenario, result.run, Question(party, year, intervention=arrangement))


def values(found: Trace) -> dict[str, float]:
    return {step.name: step.value for step in found.steps}


@pytest.mark.parametrize("year", [None, 2028, 2029, 2033])
@pytest.mark.parametrize("party", ["GM0118", "zilveren_kruis", "vgz_unive", "wlz_fund"])
def test_a_contract_is_followed_clause_by_clause(party: str, year: int | None) -> None:
    """Norm − cost = saving; what receivers get × this party's part = what was posted for it."""
    found = traced("drenthe-akkoord", party, year, "langer_thuis")
    step = values(found)
    assert step["benchmark"] - step["measured_cost"] == pytest.approx(step["measured_saving"])
    assert step["measured_rate"] == pytest.approx(step["measured_saving"] / step["benchmark"])
    assert step["receivers_after:sharing"] == pytest.approx(0.9 * step["measured_saving"])
    assert step["receivers_after:sharing"] * step["part_of_receivers"] == pytest.approx(step["agreed_net"])
    assert step["agreed_net"] == pytest.approx(sum(line.amount_eur for line in found.lines))
    assert step["measured_years"] == (6 if year is None else 1)


def test_the_year_of_payment_leads_to_the_measuring_year_before_it() -> None:
    """Settled a year later: the money of 2028 is the saving of 2027, and 2027 has none."""
    assert traced("drenthe-akkoord", "GM0118", 2027, "langer_thuis").steps == []
    paid = result_of("drenthe-akkoord").run.agreed.contracts[0]
    step = values(traced("drenthe-akkoord", "GM0118", 2028, "langer_thuis"))
    assert step["measured_saving"] == pytest.approx(float(paid.settlement.gross_eur[0, paid.years.index(2027)]))


@pytest.mark.parametrize("year", range(2027, 2035))
def test_a_fund_is_followed_by_its_account(year: int) -> None:
    """Opening + in − out = closing, for each year that is asked."""
    step = values(traced("drenthe-akkoord", "preventiefonds", year, "preventiefonds"))
    into = sum(step.get(f"account:{k}", 0.0) for k in ("opening", "deposits", "repaid", "interest"))
    out = sum(step.get(f"account:{k}", 0.0) for k in ("paid", "fees", "settled"))
    assert into - out == pytest.approx(step["account:closing"], abs=1e-6)


@pytest.mark.parametrize("year", range(2027, 2032))
def test_a_regional_budget_is_followed_by_its_account(year: int) -> None:
    """The same for what members save and overspend, and for the closing settlement."""
    step = values(traced("kavel-drenthe", "wlz_fund", year, "kavel"))
    into = sum(step.get(f"account:{k}", 0.0) for k in ("opening", "deposits", "saved"))
    out = sum(step.get(f"account:{k}", 0.0) for k in ("covered", "paid", "settled"))
    assert into - out == pytest.approx(step["account:closing"], abs=1e-6)
    assert step["agreed_net"] < 0


def test_the_law_and_the_agreement_per_year_differ_by_what_was_agreed() -> None:
    """The difference of each party and year is what arrangements posted for it."""
    result = result_of("drenthe-akkoord")
    ledger = result.run.ledger
    for row in changes(result):
        agreed = [0.0] * len(result.years)
        for p in ledger.postings:
            for side, sign in ((p.source, -1.0), (p.target, 1.0)):
                if p.arrangement != LAW_ALONE and row.party.id in ledger.accounts(side):
                    here = [k for k in range(len(ledger.areas)) if ledger.account(side, k) == row.party.id]
                    moved = p.amounts[0][here].sum(axis=0)
                    agreed = [a + sign * float(m) for a, m in zip(agreed, moved, strict=False)]
        difference = [b - a for a, b in zip(row.law_net_eur, row.agreed_net_eur, strict=True)]
        assert difference == pytest.approx(agreed, abs=1e-6), row.party.id


def test_the_view_per_year_shows_three_lines_per_party_that_the_agreement_touches() -> None:
    """Whoever it does not touch is left out and said to be."""
    shown = CliRunner().invoke(main, ["run", "drenthe-akkoord", "--view", "years"], env={"COLUMNS": "250"})
    assert shown.exit_code == 0, shown.output
    lines = [line for line in shown.output.splitlines() if "Hoogeveen" in line]
    assert len(lines) == 1
    assert "de wet alleen" in lines[0]
    assert "Menzis" not in shown.output
    assert "Voor de andere partijen verandert er niets." in shown.output


def test_what_a_contributor_makes_of_a_fund() -> None:
    """Nominal in and out, their present value, and no year of payback where the money does not come back."""
    result = result_of("drenthe-akkoord")
    sheet = fund_sheets(result)[0]
    found = sheet.contributors["zilveren_kruis"]
    assert found.put_in_eur == 400000
    back = sheet.outcome.statement.distributed["zilveren_kruis"][0]
    assert found.got_back_eur == pytest.approx(back.sum())
    worth = result.run.present[0]
    flows = back - sheet.outcome.statement.contributions["zilveren_kruis"][0]
    assert found.npv_eur == pytest.approx(float((flows[: len(worth)] * worth).sum()))
    assert found.payback_year is None
    assert found.modified_rate == pytest.approx((found.got_back_eur / found.put_in_eur) ** (1 / 7) - 1)
