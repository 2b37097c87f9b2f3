"""Who holds the same money, who has invested, and whose account is no party's."""

from __future__ import annotations

from functools import cache

import pytest

from coalition.model import Result, run_scenario
from coalition.outputs.remarks import remarks
from coalition.parties import same_holder
from coalition.report import at_table, build_report, stakes_of
from coalition.scenario import load_scenario
from coalition.wrong_pocket import PartyResult, stakes


@cache
def result_of(name: str) -> Result:
    return run_scenario(load_scenario(name))


def party(name: str, of: str) -> PartyResult:
    return next(r for r in result_of(name).run.parties if r.party.id == of)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("GM0106", "GM0106", True),
        ("municipality", "GM0106", True),
        ("GM0106", "municipality", True),
        ("GM0106", "GM0114", False),
        ("wlz_fund", "wlz_fund", True),
        ("municipality", "wlz_fund", False),
    ],
)
def test_a_municipality_and_all_of_them_hold_the_same_money(one: str, other: str, same: bool) -> None:
    """Two municipalities do not, and nobody else does."""
    assert same_holder(one, other) is same


def test_an_investor_has_invested_and_is_even_in_the_year_of_its_money() -> None:
    """What is put in to come back is laid out; what an outcome payer pays is a loss."""
    investor, payer = party("stevig-staan", "investeerders"), party("stevig-staan", "wlz_fund")
    assert investor.laid_out[0].sum() == pytest.approx(1_800_000, abs=1)
    assert investor.payback_year == [2027]
    assert not payer.invests
    assert payer.paid[0].sum() > 0


def test_a_contribution_to_a_fund_is_laid_out() -> None:
    """Beside what an insurer lays out under the law alone."""
    with_fund, alone = party("drenthe-akkoord", "vgz_unive"), party("drenthe", "vgz_unive")
    assert with_fund.laid_out[0].sum() - alone.laid_out[0].sum() == pytest.approx(250_000)


@pytest.mark.parametrize(("name", "account"), [("drenthe-akkoord", "preventiefonds"), ("kavel-drenthe", "kavel")])
def test_the_account_of_a_fund_takes_no_part_in_the_index(name: str, account: str) -> None:
    """It moves money, and it is other people's."""
    result = result_of(name)
    assert account in stakes(result.run.cells, result.years, result.run.present)
    assert account not in stakes_of(result)


@pytest.mark.parametrize(("name", "sits"), [("stevig-staan", True), ("vallen", False)])
def test_an_investor_sits_at_the_table_and_the_screen_says_so(name: str, sits: bool) -> None:
    """Only where there is one."""
    report = build_report(load_scenario(name), studies=False)
    assert ("investeerders" in at_table(report.scenario)) is sits
    (repair,) = (r.line("nl") for r in remarks(report, "nl") if r.line("nl").startswith("Te herstellen verlies"))
    assert ("gemeenten, investeerders, Wlz-fonds" in repair) is sits
