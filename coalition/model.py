"""The floors in order: a scenario becomes a result. No rule of its own.

`run_scenario` is one pass for the plain run; `outcomes` is the same pass over many draws, reduced to what a range or a
what-if needs, because a ledger of many draws would not fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from coalition.agreed import Agreed, agreed
from coalition.arrangement_terms import DeprivationTariff, RegionalBudget, last_year_of
from coalition.baseline import Baseline, build_baseline
from coalition.cells import next_whole
from coalition.departures import after_departures
from coalition.errors import ScenarioError
from coalition.fund_terms import Fund
from coalition.inputs import Floats, Inputs
from coalition.kernels import kernel_years
from coalition.law_alone import LegalFacts, law_alone
from coalition.ledger import Ledger
from coalition.measured import LawRun
from coalition.money import HALF_CENT_EUR
from coalition.parameters import load_parameters
from coalition.parties import NATIONAL_PARTIES, Party, PartyKind
from coalition.prices import Prices, worth_of_a_euro
from coalition.problems import Problem
from coalition.projection import project
from coalition.region import OPEN_AGE
from coalition.scenario import Scenario
from coalition.schema import DiscountStandard, RateKind
from coalition.streams import Projection
from coalition.wrong_pocket import Cells, PartyResult, by_party, cells, societal_cash

HARDLY_ANYONE = 0.01
"""Share of a cohort below which care in its gained life-years is no longer followed."""

CHUNK_CELLS = 50_000
"""Largest number of draw × area × year cells that one array of a pass may hold; more draws are done in blocks."""


@dataclass(frozen=True)
class Clock:
    """Which calendar years a run calculates and shows.

    Attributes:
        years: calculated: until the last effect and its settlement have run out.
        shown: the first of them, up to the horizon.
    """

    years: tuple[int, ...]
    shown: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """One pass of the model over one or more draws.

    Attributes:
        clock, projection, ledger: what the floors made.
        present: worth of a nominal euro per shown year in euro of the price year, shape (draw, year).
        cells: the ledger per party, pocket and intervention.
        parties: result per party, with all that is agreed.
        law: what the law does by itself; law_parties: result per party then, the same where nothing is agreed.
        agreed: what the arrangements lead to.
    """

    clock: Clock
    projection: Projection
    ledger: Ledger
    present: Floats
    cells: Cells
    parties: list[PartyResult]
    law: LawRun
    law_parties: list[PartyResult]
    agreed: Agreed


@dataclass(frozen=True)
class Result:
    """What a scenario gives.

    Attributes:
        scenario: what was run.
        run: the plain run, one draw.
    """

    scenario: Scenario
    run: Run

    @cached_property
    def zero_effect(self) -> Run:
        """The same with every effect at zero."""
        return run_inputs(self.scenario, Inputs(effect_scale=np.zeros(1)))

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years shown."""
        return self.run.clock.shown

    @cached_property
    def societal_npv_eur(self) -> float:
        """Present value of what society saves in real resources."""
        cash = societal_cash(self.run.ledger)[:, : len(self.years)]
        return float((cash * self.run.present).sum())

    @cached_property
    def tail(self) -> dict[str, float]:
        """Per party the nominal net that falls after the years shown; empty when nothing does."""
        beyond = len(self.years)
        sums: dict[str, float] = {}
        parties = {p.party.id for p in self.run.parties}
        for key, cell in self.run.cells.items():
            if key.party not in parties:
                continue
            net = float((cell.gained - cell.paid)[0, beyond:].sum())
            if net:
                sums[key.party] = sums.get(key.party, 0.0) + net
        return {name: value for name, value in sums.items() if abs(value) >= HALF_CENT_EUR}


def run_scenario(scenario: Scenario) -> Result:
    """Who pays and who gains in one scenario: under the law as it stands, and with what is agreed on top."""
    return Result(scenario, run_inputs(scenario, Inputs()))


def run_inputs(scenario: Scenario, inputs: Inputs) -> Run:
    """One pass over the draws of `inputs`, with its ledger."""
    clock = clock_of(scenario)  # the same whoever leaves, so that runs can be set side by side
    region = scenario.region
    municipality_of = {area: region.municipality(k) for k, area in enumerate(region.areas)}
    scenario = replace(scenario, spec=after_departures(scenario.spec, municipality_of))
    baseline = baseline_of(scenario, clock, inputs)
    projection = project(scenario.spec, baseline, inputs)
    facts = legal_facts(scenario, clock)
    region = scenario.region
    municipalities = tuple(region.municipality(k) for k in range(len(region.areas)))
    postings = law_alone(scenario.spec, projection, facts, inputs)
    law = Ledger(clock.years, region.areas, municipalities, tuple(postings))
    alone = LawRun(scenario.spec, projection, facts, inputs, law)
    on_top = agreed(alone)
    _check_gates(scenario, on_top)
    ledger = law.plus(on_top.postings) if on_top.postings else law
    present = present_worth(scenario, baseline.prices, clock, inputs)
    found, parties = _per_party(scenario, ledger, inputs, (clock, present))
    law_parties = _per_party(scenario, law, inputs, (clock, present))[1] if on_top.postings else parties
    return Run(clock, projection, ledger, present[:, : len(clock.shown)], found, parties, alone, law_parties, on_top)


def _check_gates(scenario: Scenario, on_top: Agreed) -> None:
    """A gate that has no rate for the population that is expected cannot be settled.

    Raises:
        ScenarioError: with every such contract.
    """
    problems = []
    for found in on_top.contracts:
        without = np.isnan(found.settlement.minimum_rate[0]) & (found.savings.persons[0] > 0)
        if without.any():
            path = f"arrangements.contracts.{found.name}.gate_table"
            origin, persons = scenario.document.origin(path), found.savings.persons[0][without].min()
            facts = {"first": str(found.contract.gate_table[0].persons_from)}
            problems.append(Problem("settle.below_table", origin.file, origin.line, path, f"{persons:.0f}", facts))
    if problems:
        raise ScenarioError(problems)


def _per_party(
    scenario: Scenario, ledger: Ledger, inputs: Inputs, when: tuple[Clock, Floats]
) -> tuple[Cells, list[PartyResult]]:
    """A ledger's cells and the result of each party."""
    found = cells(ledger, inputs.draws)
    return found, by_party(found, parties_of(scenario), when[0].shown, when[1])


def outcomes(scenario: Scenario, inputs: Inputs) -> dict[str, Floats]:
    """Present value of each party's net per draw, shape (draw,); done in blocks of draws."""
    blocks: dict[str, list[Floats]] = {p.id: [] for p in parties_of(scenario)}
    for block in _blocks(scenario, inputs):
        for result in run_inputs(scenario, block).parties:
            npv = np.broadcast_to(result.npv, (block.draws,)) if len(result.npv) == 1 else result.npv
            blocks[result.party.id].append(npv)
    return {name: np.concatenate(parts) for name, parts in blocks.items()}


def _blocks(scenario: Scenario, inputs: Inputs) -> Iterator[Inputs]:
    """The draws in blocks of a size that keeps arrays small; every draw is calculated alone, whatever its block."""
    cells_per_draw = len(scenario.region.areas) * len(clock_of(scenario).years)
    size = max(1, CHUNK_CELLS // cells_per_draw)
    for start in range(0, inputs.draws, size):
        part = slice(start, min(start + size, inputs.draws))
        scale = inputs.effect_scale if len(inputs.effect_scale) == 1 else inputs.effect_scale[part]
        clawback = None if inputs.clawback is None else inputs.clawback[part]
        yield Inputs(part.stop - part.start, {k: v[part] for k, v in inputs.varied.items()}, scale, clawback)


# --- what a run stands on -----------------------------------------------------------------------------------------


def clock_of(scenario: Scenario) -> Clock:
    """The years of a run: starts, the longest effect, and then clawback or budget history."""
    spec, head = scenario.spec, scenario.spec.scenario
    last = head.first_year
    for name, intervention in spec.interventions.items():
        longest = max((kernel_years(e.time) for e in intervention.effects.values()), default=1)
        longest = max(longest, _gained_years(scenario, name))
        delivered = max(len(intervention.cost.per_starter), len(intervention.cost.per_completer), 1)
        starts = [intervention.starts.last, *(a.starts.last for a in intervention.per_area.values() if a.starts)]
        last = max(last, max(starts) + max(longest, delivered) - 1)
    if spec.payers.coordination is not None:
        last = max(last, spec.payers.coordination.years.last)
    for policy in spec.gemeentepolis.values():
        last = max(last, policy.last_year or head.first_year)
    last = max(last + _settlement_years(scenario), _agreed_until(scenario))
    shown_last = last if head.horizon_years is None else head.first_year + head.horizon_years - 1
    years = tuple(range(head.first_year, max(last, shown_last) + 1))
    return Clock(years, years[: shown_last - head.first_year + 1])


def _agreed_until(scenario: Scenario) -> int:
    """Last year in which an arrangement that is in force still moves money."""
    terms = scenario.spec.arrangements
    ends = [last_year_of(stated) for stated in terms.named.values() if stated.enabled]
    return max(ends, default=0)


def _gained_years(scenario: Scenario, name: str) -> int:
    """Years until hardly anyone of a cohort with longer lives is left, or the oldest age is reached."""
    intervention = scenario.spec.interventions[name]
    if intervention.life_years is None:
        return 1
    oldest = OPEN_AGE - scenario.spec.target_groups[intervention.target_group].ages.from_
    stated = intervention.life_years.survival_with_per_year
    survival = stated.value if stated.high is None else stated.high
    if survival >= 1:
        return oldest
    follow_up = max((e.time.follow_up_years for e in intervention.effects.values()), default=0.0)
    return min(oldest, next_whole(follow_up + np.log(HARDLY_ANYONE) / np.log(max(survival, HARDLY_ANYONE))) + 1)


def _settlement_years(scenario: Scenario) -> int:
    """Years after the last effect in which equalisation or a budget still settles it."""
    equalisation = scenario.spec.holders.equalisation
    longest = max([1, *(len(c) for c in equalisation.clawback.values())]) if equalisation else 0
    return max(longest, _history_lag(scenario)) if scenario.spec.interventions else 0


def _history_lag(scenario: Scenario) -> int:
    return int(_value("participatiewet", "budget_history_lag_years", scenario))


def baseline_of(scenario: Scenario, clock: Clock, inputs: Inputs) -> Baseline:
    """The region on the clock, before any programme."""
    growth = inputs.of(scenario.spec.region.general_index_per_year)
    prices = Prices(clock.years, known_price_levels(), growth)
    return build_baseline(scenario.region, scenario.spec.region, clock.years, prices, inputs)


def known_price_levels() -> dict[int, float]:
    """Consumer price index per calendar year, as far as it is published."""
    series = load_parameters("cpi")["cpi"]
    return {dated.start.year: dated.value for dated in series.values if dated.value is not None}


def discount_rate(scenario: Scenario, years: int) -> Floats:
    """Rate per year of a horizon of so many years, shape (year,)."""
    stated = scenario.spec.scenario.discount
    if not isinstance(stated, DiscountStandard):
        return np.full(years, stated.per_year.value)
    if stated is DiscountStandard.HTA:
        return np.full(years, _value("discount", "hta_cost", scenario))
    rate = np.full(years, _value("discount", "mkba", scenario))
    later = load_parameters("discount")["mkba_after_horizon_break"]
    if _year_end(scenario) >= later.values[0].start:
        rate[int(_value("discount", "mkba_horizon_break_years", scenario)) + 1 :] = _value(
            "discount", "mkba_after_horizon_break", scenario
        )
    return rate


def health_effect_rate(scenario: Scenario) -> float:
    """Yearly discount rate for health, which the guideline sets apart from that for cost."""
    return _value("discount", "hta_effect", scenario)


def health_worth(scenario: Scenario, years: int) -> Floats:
    """Worth of a healthy year in each of so many years, seen from the first, shape (year,)."""
    return np.asarray((1 + health_effect_rate(scenario)) ** -np.arange(years, dtype=float))


def health_gained(scenario: Scenario, run: Run) -> Floats:
    """Healthy years per area over the years shown, at the rate for health, shape (draw or 1, area)."""
    years = len(run.clock.shown)
    worth = health_worth(scenario, years)
    gained = [w.amounts[:, :, :years] @ worth for w in run.projection.welfare if w.is_qaly]
    return sum(gained, np.zeros((1, len(scenario.region.areas))))


def present_worth(scenario: Scenario, prices: Prices, clock: Clock, inputs: Inputs) -> Floats:
    """Worth of a nominal euro of each calculated year in euro of the price year, shape (draw, year).

    A real rate comes after deflation by consumer prices; a nominal rate replaces it, and then only the first year's
    euro is brought to the price year.
    """
    stated = scenario.spec.scenario.discount
    base = prices.level(scenario.spec.scenario.price_year)
    if isinstance(stated, DiscountStandard):
        rate = discount_rate(scenario, len(clock.years))[None]
    else:
        rate = np.repeat(inputs.of(stated.per_year)[:, None], len(clock.years), axis=1)
    nominal = not isinstance(stated, DiscountStandard) and stated.kind is RateKind.NOMINAL
    levels = prices.levels[:, : 1 if nominal else len(clock.years)]
    return worth_of_a_euro(rate, levels / base[:, None])


def legal_facts(scenario: Scenario, clock: Clock) -> LegalFacts:
    """Dated values of the law for this scenario's first year."""
    grant = load_parameters("grants")["coordination_grant_share"]
    shares = [
        (grant.at(date(y, 12, 31)).value or 0.0) if date(y, 12, 31) >= grant.values[0].start else 0.0
        for y in clock.years
    ]
    return LegalFacts(
        own_risk_eur=_value("own_risk", "own_risk_mandatory", scenario),
        history_upper=_value("participatiewet", "budget_history_zero_population", scenario),
        history_span=_value("participatiewet", "budget_history_population_width", scenario),
        history_lag_years=_history_lag(scenario),
        grant_share_by_year=np.array(shares),
    )


def _year_end(scenario: Scenario) -> date:
    return date(scenario.spec.scenario.first_year, 12, 31)


def _value(subject: str, name: str, scenario: Scenario) -> float:
    """A parameter in the scenario's first year, or the first known value when the scenario starts before it."""
    parameter = load_parameters(subject)[name]
    found = parameter.at(max(_year_end(scenario), parameter.values[0].start)).value
    assert found is not None, (subject, name)
    return found


def parties_of(scenario: Scenario) -> list[Party]:
    """Everyone with an account: insurers, municipalities, then the national parties and providers."""
    spec, region = scenario.spec, scenario.region
    insurers = [Party(i, PartyKind.INSURER, s.name, s.name, s.contracting) for i, s in spec.parties.insurers.items()]
    codes = dict.fromkeys(region.municipality(k) for k in range(len(region.areas)))
    municipalities = []
    for code in codes:
        stated = spec.parties.municipalities.get(code)
        name = (stated.name if stated else None) or spec.region.names.get(code, code)
        municipalities.append(Party(code, PartyKind.MUNICIPALITY, name, name))
    investors = [Party(i, PartyKind.INVESTOR, s.name, s.name) for i, s in spec.parties.investors.items()]
    return [*insurers, *municipalities, *investors, *NATIONAL_PARTIES]


def funds_of(scenario: Scenario) -> list[Party]:
    """Accounts of funds and budgets that are agreed; what they hold is no party's gain."""
    terms = scenario.spec.arrangements
    held: dict[str, Fund | RegionalBudget | DeprivationTariff] = {
        **terms.funds,
        **terms.regional_budgets,
        **terms.deprivation_tariffs,
    }
    return [Party(i, PartyKind.FUND, stated.name, stated.name) for i, stated in held.items()]
