"""Every rule of the model has its rows in the workbook, and the cell form of a rule shows what its array form gives."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from building import a_time
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from coalition import baseline, holders, kernels, overlap, payers, prices, wrong_pocket
from coalition.cells import Axis, Block, Expr, Line, Sheet, in_cells, product_of_rests, rules_with_cells
from coalition.errors import DefectError, ScenarioError
from coalition.inputs import Floats, Inputs
from coalition.model import run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Number
from coalition.overlap import Points
from coalition.region import OPEN_AGE, Region
from coalition.scenario import Scenario, load_scenario
from coalition.schema import Ages, ClawbackBasis, TimeProfile, numbers_in
from coalition.workbook.book import build_book

ROOT = Path(__file__).resolve().parents[1]

# --- (a) every rule has its rows ------------------------------------------------------------------------------------

RULES = (
    "prices", "baseline", "kernels", "overlap", "joint", "holders", "payers", "gemeentepolis", "projection",
    "law_alone", "benchmarks", "measured", "claims", "clauses", "shared_savings", "fund", "arrangements", "agreed",
    "departures", "transfers", "wrong_pocket", "inputs", "money",
)  # fmt: skip
"""Modules that hold rules; in them every public function counts."""
WITH_PRIVATE: dict[str, Sequence[str]] = {
    "joint": (),
    "gemeentepolis": (),
    "projection": ("_Engine",),
    "law_alone": ("_Law",),
    "arrangements": (),
}
"""Modules whose private functions hold rules too, and the classes in them whose methods do."""

ROWS = {
    "baseline.build_baseline": "people.People._on_clock",
    "baseline.people_of_ages": "people.People.of_ages",
    "baseline.build_groups": "people.People.group",
    "overlap.gauss_points": "overlap_rows.OverlapRows.gauss",
    "joint.after_overlap": "overlap.Overlap.streams",
    "joint._scaled": "overlap.Overlap.scaled",
    "joint._per_intervention": "overlap.Overlap.gains",
    "joint._factors": "overlap.Overlap.factors",
    "joint._inside_groups": "overlap_inside.inside_groups",
    "joint._cost": "overlap_inside._base",
    "joint._reached": "overlap_inside._Together.reached",
    "joint._pairs": "overlap_inside._Together.pairs",
    "joint._there_together": "overlap_rows.OverlapRows.there_together",
    "joint.there_together": "overlap_rows.OverlapRows.there_together",
    "joint._under_ceilings": "overlap_ceilings.under_ceilings",
    "joint._by_group": "overlap.Overlap.in_pocket",
    "joint._ceiling": "overlap_ceilings._ceiling",
    "joint._active": "overlap_rows.Alone.active",
    "joint._between_groups": "overlap_between.between_groups",
    "joint._cost_of_blocks": "overlap_between._Area.cost",
    "gemeentepolis.in_force": "policies.Policies._policy",
    "gemeentepolis.enrolled_by_band": "policies.Policies._band",
    "gemeentepolis.module_cover": "policies.Policies.cover",
    "gemeentepolis.own_risk_insured": "policies.Policies.own_risk_insured",
    "gemeentepolis.policy_flows": "policies.Policies.postings",
    "gemeentepolis._mkba_flows": "policies.Policies._mkba",
    "gemeentepolis._contribution_flows": "policies.Policies._contribution",
    "gemeentepolis._tier_flows": "policies.Policies._tiers",
    "gemeentepolis._component_flows": "policies.Policies._components",
    "gemeentepolis._priced": "frame.Frame.price",
    "projection.project": "effects.Effects.add_all",
    "projection.area_market_shares": "areas.Areas.market_at",
    "projection._later": "programmes._Delivery.earlier",
    "projection._earlier": "programmes._Delivery.left_next_year",
    "projection._add_delivery": "cohorts._delivery_on",
    "projection._Engine.add": "effects.Effects.add",
    "projection._Engine.group": "people.People.group",
    "projection._Engine._prevalence": "effects.Effects.prevalence",
    "projection._Engine._starters": "starters.Starters.all",
    "projection._Engine._cover": "starters.Starters.with_module",
    "projection._Engine._timing": "starters.Starters.level",
    "projection._Engine._spans": "starters.Starters.ramp",
    "projection._Engine._members": "starters.Starters.eligible",
    "projection._Engine._completion": "programmes._Delivery.unit_cost",
    "projection._Engine._capacity": "starters.Starters.capacity",
    "projection._Engine._delivery": "programmes._Delivery.parts",
    "projection._Engine._by_module": "programmes._Delivery.by_module",
    "projection._Engine._unit_costs": "programmes._Delivery.unit_cost",
    "projection._Engine._present": "programmes._Delivery.present",
    "projection._Engine._grows": "starters.ProgrammeRows",
    "projection._Engine.price": "frame.Frame.price",
    "projection._Engine._fixed": "programmes._Delivery.fixed",
    "projection._Engine._work": "times.work_of",
    "projection._Engine._kernels": "times._kernel",
    "projection._Engine._survival": "effect_rows.EffectRows.survival",
    "projection._Engine._moves": "effect_rows.EffectRows.stays",
    "projection._Engine._starting": "programmes._Delivery",
    "projection._Engine._participants": "times.worked",
    "projection._Engine._effect": "effects.Effects.add",
    "projection._Engine._has_shifted": "effects.Effects.shift",
    "projection._Engine._correction": "worths.correction",
    "projection._Engine._values": "worths.worths",
    "projection._Engine._split": "worths.split",
    "projection._Engine._impact": "worths._impact",
    "projection._Engine._stream": "effects._stream",
    "projection._Engine._survival_with": "effect_rows.EffectRows.survival_with",
    "projection._Engine._life_years": "life_years.gained_streams",
    "projection._Engine._welfare": "effects._welfare",
    "law_alone.cashed": "measured.MeasuredCells._saved_by",
    "law_alone.insured_participants": "measured.MeasuredCells._participants_of",
    "law_alone.law_alone": "law.Law",
    "law_alone._own_delivery": "programmes._Delivery.totals",
    "law_alone._Law.effects": "avoided.Avoided.postings",
    "law_alone._Law._care": "avoided.Avoided.care",
    "law_alone._Law.cashable": "cashed.Cashed.share",
    "law_alone._Law.cashed": "cashed.Cashed.amounts",
    "law_alone._Law.people": "measured.MeasuredCells._participants_of",
    "law_alone._Law._supplementary": "avoided.Avoided.supplementary",
    "law_alone._Law._zvw": "equalisation.Equalisation.postings",
    "law_alone._Law._clawback": "equalisation.Equalisation._clawback",
    "law_alone._Law._part_of": "members.Insured.part",
    "law_alone._Law.members": "members.Members",
    "law_alone._Law.own_risk": "own_risk.OwnRiskShare.line",
    "law_alone._Law._own_risk_from_classes": "own_risk.OwnRiskShare.of_classes",
    "law_alone._Law._own_risk_columns": "own_risk.OwnRiskPaid.postings",
    "law_alone._Law._policy_participants": "own_risk.OwnRiskPaid.covered",
    "law_alone._Law._transfer": "avoided.Avoided.transfer",
    "law_alone._Law._budget_loss": "assistance.AssistanceBudget.posting",
    "law_alone._Law._inhabitants": "assistance.AssistanceBudget._inhabitants",
    "law_alone._Law.delivery": "deliveries.Deliveries.postings",
    "law_alone._Law._payer_shares": "grants.payer_share",
    "law_alone._Law._modules": "deliveries.Deliveries.by_modules",
    "law_alone._Law._law_cost": "grants.Grants._law_cost",
    "law_alone._Law._grants": "grants.Grants",
    "law_alone._Law._one_grant": "grants.Grants._grant",
    "law_alone._Law._after_grant": "grants.Grants.left_to_pay",
    "law_alone._Law._paid_by": "deliveries.Deliveries.paid_by",
    "law_alone._Law.coordination": "coordination.CoordinationCells.postings",
    "law_alone._Law._coordinate": "coordination.CoordinationCells.paid_by",
    "measured.subject_of": "agreement_rows.AgreementRows.subject",
    "measured.subject_of_contract": "agreement_rows.AgreementRows.subject",
    "measured.inside": "claims.CellClaims.inside",
    "measured.cash_change": "claims.CellClaims.cash_change",
    "measured.measured_saving": "measured.MeasuredCells.saved",
    "measured.saving_per_area": "measured.MeasuredCells.saved_in",
    "measured.people_and_cost": "measured.MeasuredCells.people",
    "measured.insured_part": "measured.MeasuredCells._insured_sum",
    "arrangements.regional_budget": "agreed_budget.budget_postings",
    "arrangements._member_postings": "agreed_budget.budget_postings",
    "arrangements._need": "agreed_contract._norms",
    "arrangements._price": "frame.Frame.price",
    "arrangements._bond_postings": "agreed_budget.bond_postings",
    "arrangements.deprivation_tariff": "agreed_areas.tariff_postings",
    "arrangements._together": "agreed_areas._helped",
    "arrangements._lower_bills": "agreed_areas.co_financing_postings",
    "agreed.agreed": "agreed.agreed_in_cells",
    "agreed.claim_order": "agreed._Agreement.all",
    "departures.after_departures": "inputs.InputCells._cut",
    "wrong_pocket.by_party": "accounts.Accounts.values",
    "wrong_pocket.columns_of": "accounts.Accounts.booked",
    "wrong_pocket.stakes": "accounts.Accounts.values",
}
"""Rule -> what makes its rows, in coalition/workbook."""

WITH_OTHERS = {
    "arrangements._added": "budget_account",
    "arrangements._part": "budget_account",
    "arrangements._closing_shares": "budget_account",
    "arrangements._settled_bills": "co_financing",
    "arrangements._bill": "co_financing",
    "arrangements._averaged": "co_financing",
}
"""Part of a rule of the same module -> that rule, whose cell form holds it."""

WITHOUT = {
    "baseline.ends_of": "two whole ages as stated; they become cells in People.weights",
    "joint._alike": "only puts groups beside each other, so that arrays are calculated in one go",
    "gemeentepolis.insured_pays_per_month": "a premium to show beside the results; no euro moves by it",
    "projection._Engine._here": "which areas an intervention is done in: elsewhere the workbook has no rows",
    "law_alone._column": "only turns arrays into postings",
    "law_alone._by_cohort": "only puts streams beside each other, so that arrays are calculated in one go",
    "law_alone._Law._columns": "only puts streams beside each other, so that arrays are calculated in one go",
    "measured.side_of": "only names an account",
    "agreed.contract_postings": "asks the rule on postings of a contract, which has its cells, for a what-if",
    "agreed.measuring_years": "only names years; rows exist for these",
    "clauses.receivers": "only names the parties that share",
    "shared_savings.pay": "an observed saving settled in whole cents; the workbook holds forecasts",
    "fund.in_cents": "a statement rounded to whole cents for a table; the workbook shows what is not rounded",
    "fund.pays_on_proof": "only reads what kind a draw is of",
    "departures.called_off": "another scenario, run beside this one for a comparison",
    "departures.ending_without": "only names parties without whom an arrangement ends",
    "wrong_pocket.combined": "all municipalities as one party, in reports; the workbook has each of them",
    "wrong_pocket.index_without": "a what-if of the agreement study, for other sets of parties",
    "wrong_pocket.parts_without": "a what-if of the agreement study, for other sets of parties",
    "wrong_pocket.repair": "a sum over who sits at the table, in reports",
    "wrong_pocket.windfall": "a sum over who takes no part, in reports",
    "wrong_pocket.windfall_parts": "a sum over who takes no part, in reports",
    "wrong_pocket.societal_cash": "minus the account of real resources, which the workbook has",
    "inputs.per_draw": "only shapes arrays, for many draws",
    "inputs.aligned": "only shapes arrays, for many draws",
    "inputs.ratio": "cells.part_of, which every form uses",
    "money.half_away_from_zero": "whole cents of what is really paid; the workbook shows what is not rounded",
    "money.split_cents": "whole cents of what is really paid; the workbook shows what is not rounded",
    "money.shown_parts": "rounds figures of a text, so that the parts shown add up",
}
"""Rule -> why it needs no rows."""


def rules_of(module: str) -> list[str]:
    """Names of the rules in a module, below `coalition`."""
    found = importlib.import_module(f"coalition.{module}")
    private = module in WITH_PRIVATE

    def own(holder: Any) -> list[str]:
        return [n for n, f in vars(holder).items() if inspect.isfunction(f) and f.__module__ == found.__name__]

    names = [n for n in own(found) if (private or not n.startswith("_")) and not n.endswith("_in_cells")]
    names += [
        f"{holder}.{n}"
        for holder in WITH_PRIVATE.get(module, ())
        for n in own(getattr(found, holder))
        if n != "__init__"
    ]
    return [f"{module}.{n}" for n in names]


def every_rule() -> list[str]:
    return [rule for module in RULES for rule in rules_of(module)]


@functools.cache
def with_cell_form() -> set[str]:
    """Rules that have a cell form, once every module that may hold one is loaded."""
    for module in RULES:
        for name in (f"coalition.{module}", f"coalition.{module}_in_cells"):
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
    return {name.removeprefix("coalition.") for name in rules_with_cells()}


@pytest.mark.parametrize("module", RULES)
def test_every_rule_has_a_cell_form_or_rows_or_a_reason_to_have_none(module: str) -> None:
    """A rule that only arrays know would make the workbook say less than the model."""
    known = with_cell_form() | set(ROWS) | set(WITH_OTHERS) | set(WITHOUT)
    missing = [rule for rule in rules_of(module) if rule not in known]
    assert missing == [], (
        f"{', '.join(missing)}: write a cell form below the rule (`<rule>_in_cells`, marked @cell_form), or say in "
        "ROWS which class or function of coalition/workbook makes its rows, or in WITHOUT why it needs none"
    )


def test_no_entry_is_about_a_rule_that_is_gone() -> None:
    """The tables hold what exists, each rule once, and none that has a cell form."""
    listed = [*ROWS, *WITH_OTHERS, *WITHOUT]
    assert sorted(set(listed)) == sorted(listed)
    assert set(listed) - set(every_rule()) == set()
    assert set(listed) & with_cell_form() == set()


@pytest.mark.parametrize("rule", ROWS)
def test_what_makes_the_rows_of_a_rule_exists(rule: str) -> None:
    """The table names classes and functions of coalition/workbook."""
    module, *names = ROWS[rule].split(".")
    found = functools.reduce(getattr, names, importlib.import_module(f"coalition.workbook.{module}"))
    assert callable(found)


@pytest.mark.parametrize("rule", WITH_OTHERS)
def test_the_rule_that_holds_a_part_has_a_cell_form(rule: str) -> None:
    """A part of a rule has its cells in the cell form of the whole."""
    assert f"{rule.split('.')[0]}.{WITH_OTHERS[rule]}" in with_cell_form()


@pytest.mark.parametrize("rule", WITHOUT)
def test_every_exception_has_a_reason(rule: str) -> None:
    """A reader must be able to accept it."""
    assert len(WITHOUT[rule]) > 20


# --- (b) the cell form shows what the array form gives --------------------------------------------------------------

YEARS = 5
amounts = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 1e6, -1e6]), st.floats(-1e6, 1e6).map(lambda x: round(x, 2)))
positive = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1e6).map(lambda x: round(x, 2)))
shares = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1).map(lambda x: round(x, 3)))
rates = st.floats(-0.2, 0.2).map(lambda x: round(x, 4))


def rows(values: st.SearchStrategy[float], years: int = YEARS) -> st.SearchStrategy[Floats]:
    return st.lists(values, min_size=years, max_size=years).map(np.array)


def several(values: st.SearchStrategy[float], least: int = 1, most: int = 5) -> st.SearchStrategy[Floats]:
    return st.lists(values, min_size=least, max_size=most).map(np.array)


class Page:
    """A sheet with a time axis, on which numbers become lines."""

    def __init__(self, years: int = YEARS) -> None:
        self.sheet, self.made = Sheet("Rules", "", years), 0
        self.index = self.line(np.arange(float(years)))

    def line(self, values: ArrayLike) -> Line:
        self.made += 1
        return self.sheet.line(f"given {self.made}", "", "", np.asarray(values, dtype=float))

    def block(self, values: Sequence[float] | Sequence[Floats] | Floats) -> Block:
        return Block([self.line(v) for v in values])

    def shown(self, content: Expr) -> Line:
        """A row with a formula, which must be one that can be written."""
        self.made += 1
        line = self.sheet.series(f"found {self.made}", "", "", content)
        assert content.text(self.sheet)
        return line

    def axis(self, first: int = 2027, shown: int = YEARS, counted: int = YEARS) -> Axis:
        places = np.arange(YEARS)
        return Axis(
            self.line(first + places),
            self.index,
            self.line((places < counted) * 1.0),
            self.line((places < shown) * 1.0),
            self.line(first + counted - 1.0),
        )


def same(content: Expr, expected: Any, tolerance: float = 1e-9) -> None:
    """The values are those of the array form, up to what adding up in another order does."""
    wanted = np.asarray(expected, dtype=float)
    found = np.broadcast_to(content.values, np.broadcast_shapes(content.values.shape, wanted.shape))
    scale = max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
    np.testing.assert_allclose(found, np.broadcast_to(wanted, found.shape), rtol=tolerance, atol=tolerance * scale)


# prices


@given(several(st.floats(60, 140), 2, 6), rates, st.integers(-1, 8))
def test_price_level(known: Floats, growth: float, after: int) -> None:
    """As published, and later by the growth stated."""
    first = 2020
    last, years = first + len(known) - 1, tuple(range(first + max(after, 0), first + max(after, 0) + YEARS))
    page = Page()
    form = prices.price_level_in_cells(
        page.block(known),
        (page.line(first), page.line(last)),
        page.line(growth),
        page.line(np.array(years, dtype=float)),
    )
    same(form, prices.price_level({first + k: float(v) for k, v in enumerate(known)}, np.array([growth]), years)[0])


@given(rates, st.integers(2015, 2035))
def test_growth_factor(growth: float, price_year: int) -> None:
    """Before the price year too."""
    page, years = Page(), tuple(range(2024, 2024 + YEARS))
    form = prices.growth_factor_in_cells(page.line(growth), page.line(price_year), page.line(np.array(years)))
    same(form, prices.growth_factor(np.array([growth]), price_year, years)[0])


@given(rows(rates), rows(st.floats(0.5, 2)))
def test_discounting(rate: Floats, deflator: Floats) -> None:
    """Each year at its own rate; the first is not discounted."""
    page = Page()
    steps = page.shown(prices.discount_step_in_cells(page.line(rate), page.axis()))
    factor = page.shown(prices.discount_factors_in_cells(steps))
    same(factor, prices.discount_factors(rate[None])[0])
    form = prices.worth_of_a_euro_in_cells(factor, page.line(deflator))
    same(form, prices.worth_of_a_euro(rate[None], deflator[None])[0])


# baseline


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(0, 90), st.one_of(st.none(), st.integers(0, 99))
)
def test_age_weights(widths: list[int], first: int, last: int | None) -> None:
    """People are spread evenly within a class; the last class is open."""
    edges = np.cumsum([0, *widths])
    age_from, age_to = edges[:-1], np.append(edges[1:-1] - 1, OPEN_AGE)
    empty = np.zeros((1, len(age_from), 1))
    region = Region(("GM0001",), ("",), age_from, age_to, (2027,), empty, empty, {}, {}, frozenset())
    ages = Ages.model_validate({"from": first, "to": None if last is None else max(first, last)})
    page = Page(len(widths))
    low, high = (page.line(float(end)) for end in baseline.ends_of(ages))
    form = baseline.age_weights_in_cells((low, high), page.line(age_from * 1.0), page.line(age_to * 1.0))
    same(form, baseline.age_weights(ages, region))


# kernels


def a_profile(onset: float, plateau: float, decay: float, first_year: float = 1.0) -> TimeProfile:
    """How an effect runs; each number has a value alone."""
    stated = {"onset_years": onset, "plateau_years": plateau, "decay_years": decay, "first_year_share": first_year}
    return TimeProfile.model_validate(a_time() | stated)


lengths = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 6).map(lambda x: round(x, 2)))


@given(lengths, lengths, lengths, shares)
def test_time_weights(onset: float, plateau: float, decay: float, first: float) -> None:
    """Without a plateau or decay too; the years of effect of an age are the rise of the sum up to it."""
    page = Page()
    onset_, plateau_, decay_, first_ = (page.line(v) for v in (onset, plateau, decay, first))
    form = kernels.time_weights_in_cells(onset_, plateau_, decay_, first_, page.index)
    full, falling = page.shown(form.full), page.shown(form.falling)
    effective = kernels.years_of_effect_in_cells(full, falling, decay_)
    weights = np.diff(effective.values, prepend=0.0)
    expected = kernels.time_weights([a_profile(onset, plateau, decay, first)], Inputs(), YEARS)[0, 0]
    np.testing.assert_allclose(weights, expected, rtol=1e-9, atol=1e-9)


@given(st.lists(lengths, min_size=3, max_size=3))
def test_kernel_years(stated: list[float]) -> None:
    """A part of a year counts as a year."""
    page = Page()
    form = kernels.kernel_years_in_cells([page.line(v) for v in stated])
    same(form, kernels.kernel_years(a_profile(*stated)))


@given(shares, st.integers(0, 7))
def test_staying(per_year: float, follow_up: int) -> None:
    """Nobody has gone within the follow-up; afterwards, of survival 0, everybody."""
    page = Page()
    after = page.line(np.maximum(np.arange(YEARS) - follow_up, 0.0))
    same(
        kernels.staying_in_cells(page.line(per_year), after), kernels.staying(np.array([per_year]), follow_up, YEARS)[0]
    )


def test_nobody_has_gone_before_the_first_year_even_of_survival_0() -> None:
    """A spreadsheet knows no 0 to the power 0, as arrays do: there the formula has to say 1 itself."""
    page = Page()
    text = kernels.staying_in_cells(page.line(0.0), page.index).text(page.sheet)
    assert text.startswith("IF(")
    assert text.endswith(",1)")


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.1, 10)), min_size=1, max_size=5))
def test_potential_impact(classes: list[tuple[float, float, float]]) -> None:
    """Of distributions that need not sum to 1; one class alone can shift nowhere."""
    before, after, risk = (np.array(column) for column in zip(*classes, strict=True))
    page = Page()
    form = kernels.potential_impact_in_cells(page.block(before), page.block(after), page.block(risk))
    same(form, kernels.potential_impact(before[None], after[None], risk[None])[0])


@given(rows(amounts), rows(amounts))
def test_over_cohorts(starters: Floats, kernel: Floats) -> None:
    """Each cohort at its own age."""
    page = Page()
    form = kernels.over_cohorts_in_cells(page.line(starters), page.line(kernel), page.index)
    same(form, kernels.over_cohorts(starters[None, None], kernel[None])[0, 0])


@given(rows(positive), rows(shares), st.integers(0, YEARS - 1))
def test_per_cohort(starters: Floats, kernel: Floats, age: int) -> None:
    """The cohort of one age."""
    page = Page()
    form = kernels.per_cohort_in_cells(page.line(starters), page.line(kernel[age]), page.line(age), page.index)
    same(form, kernels.per_cohort(starters[None, None], kernel[None])[0, 0, age])


@given(rows(positive), rows(positive))
def test_at_most(limit: Floats, amount: Floats) -> None:
    """1 where there is no amount."""
    page = Page()
    same(kernels.at_most_in_cells(page.line(limit), page.line(amount)), kernels.at_most(limit, amount))


# overlap


@given(st.lists(rows(shares), min_size=1, max_size=7))
def test_joint_shares(stated: list[Floats]) -> None:
    """Shapley parts of one or several, all of the cost included."""
    page = Page()
    block = page.block(stated)
    points = overlap.gauss_points(len(stated))
    gauss = Points(page.block([p for p, _ in points]), page.block([w for _, w in points]))
    products = Block([page.shown(product_of_rests(block, point)) for point in gauss.points])
    expected = overlap.joint_shares(np.array(stated))
    for line, wanted in zip(block, expected, strict=True):
        same(overlap.joint_shares_in_cells(line, products, gauss), wanted)


@given(rows(shares), rows(shares), rows(shares))
def test_pair_shares(x1: Floats, x2: Floats, common: Floats) -> None:
    """Half of what both avoid goes to each."""
    page = Page()
    forms = overlap.pair_shares_in_cells(page.line(x1), page.line(x2), page.line(common), page.line(0.5))
    for form, expected in zip(forms, overlap.pair_shares(x1, x2, common), strict=True):
        same(form, expected)


@given(rows(amounts), rows(positive.filter(lambda x: x == 0 or x > 0.01)))
def test_overlap_factor_of_one(gain: Floats, base: Floats) -> None:
    """Alone it is only cut back to the cost; a rise of cost is never diluted."""
    shares_ = np.divide(gain, base, out=np.zeros(YEARS), where=base > 0)
    page = Page()
    part = page.line(np.clip(shares_, 0, 1))
    form = overlap.overlap_factors_in_cells(page.line(gain), part, page.line(base))
    expected = np.where((base <= 0) & (gain > 0), 0.0, overlap.overlap_factors(shares_[None])[0])
    same(form, expected)


@given(st.lists(rows(positive), min_size=1, max_size=4), rows(positive))
def test_shared_baseline(avoided: list[Floats], base: Floats) -> None:
    """What remains of groups that share people; all of it where these cost nothing."""
    page = Page()
    stacked = np.array(avoided)
    part = overlap.joint_shares(np.clip(np.divide(stacked, base, out=np.zeros(stacked.shape), where=base > 0), 0, 1))
    expected = overlap.shared_baseline(stacked, base)
    for own, line, wanted in zip(part, stacked, expected, strict=True):
        same(overlap.shared_baseline_in_cells(page.line(own), page.line(base), page.line(line)), wanted)


# holders


@given(rows(amounts), shares, rows(st.sampled_from([0.0, 1.0])))
def test_cashed_share(avoided: Floats, share: float, negotiated: Floats) -> None:
    """Extra care is invoiced in full; under a lump sum nothing is."""
    page = Page()
    form = in_cells(holders.cashed_share, page.line(avoided), page.line(share), page.line(negotiated))
    same(form, holders.cashed_share(avoided, np.array(share), negotiated))


@given(st.lists(rows(amounts), min_size=1, max_size=4), shares)
def test_removed_share(avoided: list[Floats], share: float) -> None:
    """Of several areas together: the stated part of falls, all of rises."""
    page, per_area = Page(), np.array(avoided)
    expected = (per_area * holders.removed_share(per_area, np.array(share))).sum(axis=0)
    same(holders.removed_share_in_cells(page.block(avoided), page.line(share)), expected)


@given(shares, several(st.floats(0.01, 1), 1, 5))
def test_where_members_are_insured_later(switching: float, sizes: Floats) -> None:
    """One insurer alone has nobody to lose; more cannot switch than there is elsewhere."""
    market = sizes / sizes.sum()
    page = Page()
    sigma = holders.switching_parameter(np.array([switching]), market[None])
    form = holders.switching_parameter_in_cells(page.line(switching), page.block(market), page.line(1e-12))
    same(form, sigma[0])
    expected = holders.member_shares(0, YEARS, sigma, market[None])[0]
    stayed = page.line((1 - sigma[0]) ** np.arange(YEARS))
    for n, share in enumerate(market):
        same(holders.member_shares_in_cells(stayed, page.line(share), own=n == 0), expected[:, n])


@given(
    st.lists(st.tuples(positive, shares, shares), min_size=1, max_size=5),
    st.sampled_from([0.0, 385.0, 885.0]),
)
def test_own_risk_share(classes: list[tuple[float, float, float]], own_risk: float) -> None:
    """0 where nothing is avoided."""
    before, left, weights = (np.array(column) for column in zip(*classes, strict=True))
    after, page = before * left, Page()
    own = np.minimum(before, own_risk) - np.minimum(after, own_risk)
    form = holders.own_risk_share_in_cells(page.block(weights), page.block(own), page.block(before - after))
    same(form, holders.own_risk_share(before[None], after[None], np.array([own_risk]), weights)[0])


@given(rows(amounts), several(shares, 0, 7), shares, shares, st.sampled_from(ClawbackBasis))
def test_split_zvw(avoided: Floats, clawback: Floats, cashable: float, own: float, basis: ClawbackBasis) -> None:
    """Equalisation sees use or cash, for as many years as stated; extra care too."""
    page = Page()
    kernel = np.zeros(YEARS)
    kernel[1 : len(clawback) + 1] = clawback[: YEARS - 1]
    seen = avoided if basis is ClawbackBasis.USE else cashable * avoided
    back = holders.taken_back_in_cells(page.line(seen), page.line(kernel), page.index)
    same(back, holders.taken_back(seen[None, None], clawback[None], by_cohort=False)[0, 0])
    own_ = page.line(own)
    forms = holders.split_zvw_in_cells(page.line(avoided), page.line(cashable * avoided), own_, back)
    found = holders.split_zvw(
        avoided[None, None], np.array(cashable), np.array(own), clawback[None], basis=basis, by_cohort=False
    )
    for form, expected in zip(forms, (found.invoices, found.own_risk, found.returned), strict=True):
        same(form, expected[0, 0])


@given(positive, st.floats(1, 1e6), st.floats(1, 1e6))
def test_history_weight(population: float, upper: float, span: float) -> None:
    """Between 0 and 1."""
    page = Page()
    form = in_cells(holders.history_weight, page.line(population), page.line(upper), page.line(span))
    same(form, holders.history_weight(np.array(population), upper, span))


@given(rows(amounts), shares, rows(st.floats(0.5, 2)), st.integers(1, YEARS - 1))
def test_budget_loss(avoided: Floats, weight: float, growth: Floats, lag: int) -> None:
    """Nothing in the first years."""
    page = Page()
    form = holders.budget_loss_in_cells(
        page.line(avoided), page.line(weight), page.line(growth), page.line(lag), page.index
    )
    same(form, holders.budget_loss(avoided[None, None], np.array([weight]), growth[None], lag)[0, 0])


# payers


@given(rows(positive), shares, st.one_of(st.none(), rows(positive)), rows(shares))
def test_coordination_grant(cost: Floats, eligible: float, ceiling: Floats | None, by_year: Floats) -> None:
    """Without a ceiling nothing limits it."""
    page = Page()
    most = None if ceiling is None else page.line(ceiling)
    form = payers.coordination_grant_in_cells(page.line(cost), page.line(eligible), most, page.line(by_year))
    limit = np.full(YEARS, np.inf) if ceiling is None else ceiling
    same(form, payers.coordination_grant(cost[None], np.array([eligible]), limit[None], by_year)[0])


@given(st.lists(st.tuples(rows(positive), rows(positive)), min_size=1, max_size=4), shares, shares)
@example([(np.array([50.0, 200.0, 0, 0, 0]), np.full(5, 100.0)), (np.full(5, 150.0), np.full(5, 100.0))], 1.0, 0.5)
def test_grant_payments(items: list[tuple[Floats, Floats]], carry_over: float, shift: float) -> None:
    """Own budget first, then what others leave; a part of the rest one year later."""
    page, names = Page(), [f"item {k}" for k in range(len(items))]
    cost = {n: c for n, (c, _) in zip(names, items, strict=True)}
    budget = {n: b for n, (_, b) in zip(names, items, strict=True)}
    expected = payers.grant_payments(
        {n: c[None] for n, c in cost.items()}, budget, np.array([carry_over]), np.array([shift])
    )
    found = payers.grant_payments_in_cells(
        page.sheet,
        {n: page.line(c) for n, c in cost.items()},
        {n: page.line(b) for n, b in budget.items()},
        (page.line(carry_over), page.line(shift)),
        lambda key, item="": (f"{key} {item}", key),
    )
    for name in names:
        same(found[name], expected[name][0])


# the wrong pocket


def one_cell(laid_out: Floats, received: Floats, effect: Floats) -> wrong_pocket.Cell:
    return wrong_pocket.Cell(laid_out[None], received[None], effect[None])


@given(rows(positive), rows(positive), rows(amounts), st.sets(st.sampled_from(["laid_out", "received", "effect"])))
def test_paid_and_gained(laid_out: Floats, received: Floats, effect: Floats, absent: set[str]) -> None:
    """A cell without one of its parts has 0 there."""
    page = Page()
    values = {"laid_out": laid_out, "received": received, "effect": effect}
    lines = {k: None if k in absent else page.line(v) for k, v in values.items()}
    paid, gained = wrong_pocket.cells_in_cells(*lines.values())
    cell = one_cell(*(np.zeros(YEARS) if k in absent else v for k, v in values.items()))
    same(paid, cell.paid[0])
    same(gained, cell.gained[0])


@given(rows(amounts), rows(positive), st.integers(1, YEARS))
def test_payback(worth: Floats, laid_out: Floats, shown: int) -> None:
    """From when it stays whole, later years included; nothing for who lays nothing out, or never is whole."""
    page = Page()
    axis = page.axis(2027, shown)
    place = page.shown(wrong_pocket.short_years_in_cells(page.line(np.cumsum(worth)), page.line(HALF_CENT_EUR), axis))
    form = wrong_pocket.payback_of_in_cells(place, page.line(laid_out), axis)
    years = list(range(2027, 2027 + shown))
    ((expected,),) = wrong_pocket.payback_of(worth[None, None], laid_out[None, None, :shown], years)
    assert float(form.values) == (expected or 0)


@given(several(amounts, 1, 6), st.data())
def test_wrong_pocket_index(outlay: Floats, data: st.DataObject) -> None:
    """Losses are paying, receipts gaining; without payers or gainers there is no index."""
    effect = np.array(data.draw(st.lists(amounts, min_size=len(outlay), max_size=len(outlay))))
    page = Page()
    sides = [
        wrong_pocket.paying_and_gaining_in_cells(page.line(o), page.line(e))
        for o, e in zip(outlay, effect, strict=True)
    ]
    for side, expected in zip(zip(*sides, strict=True), wrong_pocket.paying_and_gaining(outlay, effect), strict=True):
        for form, wanted in zip(side, expected, strict=True):
            same(form, wanted)
    paying, gaining = (page.block([float(s.values) for s in side]) for side in zip(*sides, strict=True))
    totals = (page.line(paying.values.sum()), page.line(gaining.values.sum()))
    half, cent = page.line(0.5), page.line(HALF_CENT_EUR)
    parts = [wrong_pocket.index_parts_in_cells(p, g, totals, half, cent) for p, g in zip(paying, gaining, strict=True)]
    expected_parts = wrong_pocket.index_parts(outlay[:, None], effect[:, None])[:, 0]
    index = wrong_pocket.wrong_pocket_index_in_cells(page.block([float(p.values) for p in parts]), totals, cent)
    expected_index = wrong_pocket.wrong_pocket_index(outlay[:, None], effect[:, None])[0]
    np.testing.assert_allclose(index.values, expected_index, atol=1e-9, equal_nan=True)
    if not np.isnan(expected_index):
        np.testing.assert_allclose([p.values for p in parts], expected_parts, atol=1e-9)


def test_a_rule_that_is_not_of_one_form_is_refused() -> None:
    """Only what is written for arrays and cells alike may be given cells."""
    with pytest.raises(DefectError, match="not written for arrays and cells alike"):
        in_cells(holders.removed_share, Page().line(1.0))


# --- (c) what is no input cell has no influence ---------------------------------------------------------------------

SCENARIOS = ("docs/complete", "zutphen-vertrek", "vallen", "drenthe-akkoord")
PAYER_KEEPS = "arrangements.contracts.langer_zelfstandig."
NEVER_ALONE = {
    f"{PAYER_KEEPS}gain_bands.0.shares.wlz_fund": "the payer keeps what others do not get; a band's shares make 1",
    f"{PAYER_KEEPS}gain_bands.1.shares.wlz_fund": "the payer keeps what others do not get; a band's shares make 1",
    f"{PAYER_KEEPS}loss_bands.0.shares.wlz_fund": "the payer keeps what others do not get; a band's shares make 1",
}
"""Numbers of docs/complete without a cell that the checks do not let anyone change alone, and why."""


def present_values(scenario: Scenario) -> dict[str, float]:
    """What each party gains or loses, by the model."""
    return {p.party.id: float(p.npv[0]) for p in run_scenario(scenario).run.parties}


def file_of(name: str) -> str:
    return str(ROOT / name / "scenario.yaml") if "/" in name else name


def changed(name: str, path: str, number: Number) -> Scenario | None:
    """The scenario with another value at a path; None where the checks refuse any other."""
    for value in (number.value * 0.9 + 0.01, number.value * 0.9, number.value * 1.1, (1 + number.value) / 2):
        with contextlib.suppress(ScenarioError):
            return load_scenario(file_of(name), [f"{path}={value:.6f}"])
    return None


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_number_without_an_input_cell_has_no_influence(name: str) -> None:
    """Every number that moves money can be changed in the workbook."""
    scenario = load_scenario(file_of(name))
    cells = {line.key for line in build_book(scenario).frame.inputs.scalars}
    others = [(path, number) for path, number in numbers_in(scenario.spec) if path not in cells]
    assert others
    expected, missing, refused = present_values(scenario), [], []
    for path, number in others:
        other = changed(name, path, number)
        if other is None:
            refused.append(path)
        elif present_values(other) != pytest.approx(expected, abs=1e-6):
            missing.append(path)
    assert missing == [], (
        "these move money: ask frame.inputs for them where the workbook makes the rows that they are in"
    )
    assert set(refused) == (set(NEVER_ALONE) if name == "docs/complete" else set())
