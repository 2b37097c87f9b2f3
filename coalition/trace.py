"""From a party's money back to what made it: years, postings, the steps between, and the inputs with their sources.

A trace is a value; outputs/explain.py renders it. It only reads: the postings of the ledger, the projection's own
arrays and the numbers of the scenario. Euro nominal, first draw. Figures that are no party's money, such as the
wrong-pocket index, are taken apart in derivation.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.errors import UnknownNameError
from coalition.gemeentepolis import enrolled_by_band
from coalition.inputs import Floats, Inputs
from coalition.ledger import Ledger
from coalition.model import Run, parties_of
from coalition.money import HALF_CENT_EUR
from coalition.origins import Source, sources_of
from coalition.parties import RESOURCES, PartyKind, Pocket, Reason
from coalition.scenario import Scenario
from coalition.streams import Stream

SOCIETY = "society"
GROUP_NAMES: Mapping[str, tuple[str, ...]] = {
    "municipalities": ("gemeenten", "gemeenten samen", "municipalities together"),
    "insurers": ("zorgverzekeraars", "zorgverzekeraars samen", "health insurers together"),
    SOCIETY: ("samenleving", "samenleving (echte middelen)", "society (real resources)"),
}
"""Groups of parties that a reader may ask for, by the names on the first screen."""


@dataclass(frozen=True)
class Question:
    """Which figure to trace.

    Attributes:
        party: id or name of a party, `municipalities`, `insurers`, or `society`.
        year: calendar year; None for all years shown.
        pocket, intervention: only these; None for all.
        zero_effect: the twin in which nothing has an effect.
    """

    party: str
    year: int | None = None
    pocket: str | None = None
    intervention: str | None = None
    zero_effect: bool = False


@dataclass(frozen=True)
class YearLine:
    """One year of a figure; paid and gained >= 0, and None for society, which only has a net.

    Attributes:
        worth: of a nominal euro of this year, in euro of the price year.
        cumulative_npv_eur: present value of the net of this and all earlier years asked for; a party is even from the
            year in which it stays above zero.
    """

    year: int
    paid_eur: float | None
    gained_eur: float | None
    net_eur: float
    worth: float
    npv_eur: float
    cumulative_npv_eur: float


@dataclass(frozen=True)
class Line:
    """Postings of one kind, seen from the party: + is received."""

    intervention: str
    pocket: str
    reason: str
    others: tuple[str, ...]
    amount_eur: float


@dataclass(frozen=True)
class Step:
    """One figure on the way from people to euros; `name` is a key of the labels."""

    intervention: str
    pocket: str
    name: str
    value: float


@dataclass(frozen=True)
class Trace:
    """The answer to a question.

    Attributes:
        asked: id of the party, or of the group.
        accounts: the accounts that it stands for.
        years: the calendar years summed.
        lines: they sum to `net_eur`.
        npv_eur: present value of the net over the years summed.
    """

    question: Question
    asked: str
    accounts: tuple[str, ...]
    years: list[YearLine]
    lines: list[Line]
    net_eur: float
    npv_eur: float
    steps: list[Step]
    sources: list[Source]


def trace(scenario: Scenario, run: Run, question: Question) -> Trace:
    """Trace one figure.

    Raises:
        UnknownNameError: the scenario has no such party, year, pocket or intervention.
    """
    asked, accounts, sign = accounts_of(scenario, question.party)
    positions = [run.clock.years.index(y) for y in _years(run, question.year)]
    question = _resolved(scenario, run, question)
    lines = _lines(run.ledger, set(accounts), positions, question, sign)
    years = _year_lines(run, set(accounts), positions, question, sign)
    pairs = list(dict.fromkeys((line.intervention, line.pocket) for line in lines))
    return Trace(
        question,
        asked,
        tuple(accounts),
        years,
        lines,
        sum(line.amount_eur for line in lines),
        sum(line.npv_eur for line in years),
        _steps(scenario, run, accounts, positions, pairs),
        sources_of(scenario, pairs),
    )


def accounts_of(scenario: Scenario, name: str) -> tuple[str, list[str], float]:
    """The id that a name means, its accounts, and +1; society is the account of real resources, and −1.

    Raises:
        UnknownNameError: no party, or more than one, has this name; `names` are those that there are.
    """
    parties = parties_of(scenario)
    named = {party.id: {party.id, party.name_nl, party.name_en} for party in parties}
    named |= {group: {group, *GROUP_NAMES[group]} for group in GROUP_NAMES}
    found = _matching(name, named)
    if found is None:
        raise UnknownNameError("party", name, [n for names in named.values() for n in sorted(names)])
    if found == SOCIETY:
        return found, [RESOURCES], -1.0
    kinds = {"municipalities": PartyKind.MUNICIPALITY, "insurers": PartyKind.INSURER}
    if found in kinds:
        return found, [p.id for p in parties if p.kind is kinds[found]], 1.0
    return found, [found], 1.0


def _matching(name: str, named: Mapping[str, set[str]]) -> str | None:
    """The id that a name means: written in full, or as the beginning of one name only; capitals do not matter."""
    asked = name.casefold()
    whole = [i for i, names in named.items() if asked in {n.casefold() for n in names}]
    begins = [i for i, names in named.items() if any(n.casefold().startswith(asked) for n in names)]
    return whole[0] if whole else begins[0] if len(begins) == 1 else None


def _years(run: Run, year: int | None) -> tuple[int, ...]:
    if year is None:
        return run.clock.shown
    if year not in run.clock.shown:
        raise UnknownNameError("year", str(year), [str(y) for y in run.clock.shown])
    return (year,)


def _resolved(scenario: Scenario, run: Run, question: Question) -> Question:
    """The question with ids in the place of the names that a reader typed."""
    spec = scenario.spec
    shown = {name: {name, i.name} for name, i in spec.interventions.items()}
    shown |= {name: {name, policy.name} for name, policy in spec.gemeentepolis.items()}
    moved = {p.intervention for p in run.ledger.postings}
    interventions = {name: shown.get(name, {name}) for name in sorted(moved)}
    pockets = {p.value: {p.value} for p in Pocket}
    return replace(
        question,
        pocket=_known("pocket", question.pocket, pockets),
        intervention=_known("intervention", question.intervention, interventions),
    )


def _known(kind: str, name: str | None, named: Mapping[str, set[str]]) -> str | None:
    if name is None:
        return None
    found = _matching(name, named)
    if found is None:
        raise UnknownNameError(kind, name, list(named))
    return found


# --- postings -----------------------------------------------------------------------------------------------------


def _sides(ledger: Ledger, accounts: set[str], question: Question) -> Iterator[tuple[str, str, str, str, Floats]]:
    """Every movement on the accounts: intervention, pocket, reason, the other account, and signed amount per year."""
    for p in ledger.postings:
        if question.pocket not in {None, p.pocket.value} or question.intervention not in {None, p.intervention}:
            continue
        for position in range(len(ledger.areas)):
            source, target = ledger.account(p.source, position), ledger.account(p.target, position)
            amounts = p.amounts[0, position]
            if not amounts.any():
                continue
            if target in accounts:
                yield p.intervention, p.pocket.value, p.reason.value, source, amounts
            if source in accounts:
                yield p.intervention, p.pocket.value, p.reason.value, target, -amounts


def _lines(ledger: Ledger, accounts: set[str], positions: Sequence[int], question: Question, sign: float) -> list[Line]:
    sums: dict[tuple[str, str, str], float] = {}
    others: dict[tuple[str, str, str], dict[str, None]] = {}
    for intervention, pocket, reason, other, amounts in _sides(ledger, accounts, question):
        key = (intervention, pocket, reason)
        sums[key] = sums.get(key, 0.0) + sign * float(amounts[list(positions)].sum())
        others.setdefault(key, {})[other] = None
    return [Line(*key, tuple(others[key]), amount) for key, amount in sums.items() if abs(amount) >= HALF_CENT_EUR]


def _year_lines(
    run: Run, accounts: set[str], positions: Sequence[int], question: Question, sign: float
) -> list[YearLine]:
    """The figure year by year: paid and gained from the cells that the first screen sums, the net from the postings."""
    net = np.zeros(len(run.clock.years))
    for _, _, _, _, amounts in _sides(run.ledger, accounts, question):
        net = net + sign * amounts
    own = [
        cell
        for key, cell in run.cells.items()
        if key.party in accounts
        and question.pocket in {None, key.pocket}
        and question.intervention in {None, key.intervention}
    ]
    lines: list[YearLine] = []
    for t in positions:
        paid, gained = (sum(float(getattr(cell, part)[0, t]) for cell in own) for part in ("paid", "gained"))
        is_society = accounts == {RESOURCES}
        worth = float(run.present[0, t])
        lines.append(
            YearLine(
                run.clock.years[t],
                None if is_society else paid,
                None if is_society else gained,
                float(net[t]),
                worth,
                float(net[t]) * worth,
                float(net[t]) * worth + (lines[-1].cumulative_npv_eur if lines else 0.0),
            )
        )
    return lines


# --- steps --------------------------------------------------------------------------------------------------------


def _steps(
    scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int], pairs: Sequence[tuple[str, str]]
) -> list[Step]:
    """People, starters, participants, avoided cost before and after overlap, per intervention and pocket."""
    region = scenario.region
    here = [k for k in range(len(region.areas)) if region.municipality(k) in accounts] or list(range(len(region.areas)))
    steps: list[Step] = []
    for name, pocket in pairs:
        if name in scenario.spec.gemeentepolis:
            steps += _policy_steps(scenario, run, name, pocket, here, positions)
        if name not in run.projection.starters:
            continue
        group = run.projection.groups[run.projection.group_of[name]]
        first = positions[0]
        steps.append(Step(name, pocket, "group_people", _sum(group.people, here, [first])))
        steps.append(Step(name, pocket, "starters", _sum(run.projection.starters[name], here, positions)))
        steps.append(Step(name, pocket, "delivery", _sum(run.projection.deliveries[name].total, here, positions)))
        steps += _stream_steps(run, name, pocket, here, positions)
        steps += _cash_steps(scenario, run, name, pocket, here, positions)
        if pocket in {Pocket.ZVW.value, Pocket.EIGEN_RISICO.value}:
            steps += _zvw_steps(run, name, pocket, accounts, positions)
    return steps


def _policy_steps(
    scenario: Scenario, run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]
) -> Iterator[Step]:
    """Inhabitants and enrolled adults of a policy, summed over these years."""
    bands = enrolled_by_band(scenario.spec.gemeentepolis[name], run.projection.baseline, Inputs())
    people = run.projection.baseline.people.sum(axis=1)[None]
    yield Step(name, pocket, "inhabitant_years", _sum(people, here, positions))
    for band, enrolled in bands.items():
        yield Step(name, pocket, f"enrolled_years:{band}", _sum(enrolled, here, positions))


def _zvw_steps(run: Run, name: str, pocket: str, accounts: Sequence[str], positions: Sequence[int]) -> Iterator[Step]:
    """How an avoided euro of care is divided: own risk, insurers' invoices, equalisation, and this party's part."""
    totals: dict[Reason, float] = {}
    own = 0.0
    for p in run.ledger.postings:
        if p.intervention == name and p.pocket in {Pocket.ZVW, Pocket.EIGEN_RISICO}:
            amount = float(p.amounts[0][:, list(positions)].sum())
            totals[p.reason] = totals.get(p.reason, 0.0) + amount
            own += amount if p.reason is Reason.AVOIDED_COST and p.target in accounts else 0.0
    invoices = totals.get(Reason.AVOIDED_COST, 0.0)
    yield Step(name, pocket, "own_risk_of_all", totals.get(Reason.OWN_RISK, 0.0))
    yield Step(name, pocket, "invoices_of_all", invoices)
    if own and invoices:
        yield Step(name, pocket, "party_share", own / invoices)
    yield Step(name, pocket, "returned_of_all", totals.get(Reason.EQUALISATION, 0.0))


def _stream_steps(run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]) -> Iterator[Step]:
    law = Pocket.ZVW.value if pocket == Pocket.EIGEN_RISICO.value else pocket
    alone = [s for s in run.projection.alone if s.intervention == name and s.pocket.value == law]
    after = [s for s in run.projection.streams if s.intervention == name and s.pocket.value == law]
    if not alone:
        return
    active = max(_sum(s.active, here, positions) for s in alone)
    avoided = _total(after, here, positions)
    before = _total(alone, here, positions)
    yield Step(name, pocket, "participant_years", active)
    yield Step(name, pocket, "avoided_alone", before)
    if before:
        yield Step(name, pocket, "overlap_factor", avoided / before)
    yield Step(name, pocket, "avoided", avoided)
    if active:
        yield Step(name, pocket, "avoided_per_participant_year", avoided / active)
    moved = sum(_sum(s.moved, here, positions) for s in after)
    if moved:
        yield Step(name, pocket, "moved_away", moved)


def _cash_steps(
    scenario: Scenario, run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]
) -> Iterator[Step]:
    """What avoided care becomes: the cashed amount and its share, weighted over these years."""
    law = Pocket.ZVW if pocket == Pocket.EIGEN_RISICO.value else Pocket(pocket)
    stated = scenario.spec.holders.cashable.get(law)
    streams = [s for s in run.projection.streams if s.intervention == name and s.pocket is law]
    if stated is None or not streams:
        return
    avoided = _total(streams, here, positions)
    cashed = sum(
        _sum(p.amounts, here, positions)
        for p in run.ledger.postings
        if p.intervention == name
        and p.reason in {Reason.AVOIDED_COST, Reason.OWN_RISK}
        and p.pocket in {law, Pocket.EIGEN_RISICO if law is Pocket.ZVW else law}
    )
    yield Step(name, pocket, "cashed_of_all", cashed)
    if avoided:
        yield Step(name, pocket, "cashed_share", cashed / avoided)
    yield Step(name, pocket, "capacity_removed_share", stated.capacity_removed_share.value)
    yield Step(name, pocket, "avoidable_cost_share", stated.avoidable_cost_share.value)


def _sum(amounts: Floats, here: Sequence[int], positions: Sequence[int]) -> float:
    shape = (amounts.shape[0], max(amounts.shape[1], max(here) + 1), max(amounts.shape[2], max(positions) + 1))
    full = np.broadcast_to(amounts, shape)
    return float(full[0][np.ix_(list(here), list(positions))].sum())


def _total(streams: Sequence[Stream], here: Sequence[int], positions: Sequence[int]) -> float:
    return sum(_sum(s.avoided, here, positions) for s in streams)
