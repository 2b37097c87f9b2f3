"""From a party's money back to what made it: years, postings, the steps between, and the inputs with their sources.

A trace is a value; outputs/explain.py renders it. It only reads: the postings of the ledger, the projection's own
arrays and the numbers of the scenario. Euro nominal, first draw. Figures that are no party's money, such as the
wrong-pocket index, are taken apart in derivation.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.arrangement_terms import KINDS
from coalition.errors import UnknownNameError
from coalition.inputs import Floats
from coalition.ledger import Ledger
from coalition.model import Run, funds_of, parties_of
from coalition.money import HALF_CENT_EUR
from coalition.origins import Source, sources_of
from coalition.parties import RESOURCES, PartyKind, Pocket
from coalition.scenario import Scenario
from coalition.steps import Step, scope_of
from coalition.steps_agreed import agreed_steps
from coalition.steps_of_law import steps_of
from coalition.tables_used import table_sources

SOCIETY = "society"
GROUP_NAMES: Mapping[str, tuple[str, ...]] = {
    "municipalities": ("gemeenten", "de gemeenten", "gemeenten samen", "municipalities together", "the municipalities"),
    "insurers": (
        "zorgverzekeraars",
        "de zorgverzekeraars",
        "zorgverzekeraars samen",
        "health insurers together",
        "the health insurers",
    ),
    SOCIETY: ("samenleving", "samenleving (echte middelen)", "society (real resources)"),
}
"""Groups of parties that a reader may ask for, by the names on the first screen."""


@dataclass(frozen=True)
class Question:
    """Which figure to trace.

    Attributes:
        party: id or name of a party or of a fund, `municipalities`, `insurers`, or `society`.
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
    scenario = replace(scenario, spec=run.law.spec)  # as it goes on after whoever leaves has left
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
        [*steps_of(scenario, run, accounts, positions, pairs), *_agreed(scenario, run, accounts, positions, pairs)],
        _sources(scenario, run, accounts, positions, pairs),
    )


def _agreed(
    scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int], pairs: Sequence[tuple[str, str]]
) -> Iterator[Step]:
    """Clause by clause, what each arrangement made of what was measured."""
    scope = scope_of(scenario, run, accounts, positions)
    for name, pocket in pairs:
        if name in scenario.spec.arrangements.named:
            yield from agreed_steps(scope, name, pocket)


def _sources(
    scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int], pairs: Sequence[tuple[str, str]]
) -> list[Source]:
    """Inputs, price levels up to the last year asked for, and what the tables say of these areas."""
    here = scope_of(scenario, run, accounts, positions).here
    years = run.clock.years[: max(positions) + 1]
    return [*sources_of(scenario, pairs, years), *table_sources(scenario, here, pairs)]


def accounts_of(scenario: Scenario, name: str) -> tuple[str, list[str], float]:
    """The id that a name means, its accounts, and +1; society is the account of real resources, and −1.

    Raises:
        UnknownNameError: no party, or more than one, has this name; `names` are those that there are.
    """
    parties = [*parties_of(scenario), *funds_of(scenario)]
    named = {party.id: {party.id, party.name_nl, party.name_en} for party in parties}
    named |= {group: {group, *GROUP_NAMES[group]} for group in GROUP_NAMES}
    found = _matching(name, named)
    if found is None:
        names = [n for names in named.values() for n in sorted(names)]
        raise UnknownNameError("party", name, names, instead=_path_of(scenario, name))
    if found == SOCIETY:
        return found, [RESOURCES], -1.0
    kinds = {"municipalities": PartyKind.MUNICIPALITY, "insurers": PartyKind.INSURER}
    if found in kinds:
        return found, [p.id for p in parties if p.kind is kinds[found]], 1.0
    return found, [found], 1.0


def _path_of(scenario: Scenario, name: str) -> str:
    """Where the intervention, policy or arrangement of this name stands; "" when there is none."""
    spec = scenario.spec
    named = {f"interventions.{i}": {i, stated.name} for i, stated in spec.interventions.items()}
    named |= {f"gemeentepolis.{i}": {i, stated.name} for i, stated in spec.gemeentepolis.items()}
    accounts = {fund.id for fund in funds_of(scenario)}  # what has an account answers as a party does
    for kind in KINDS:
        stated = {i: agreed for i, agreed in getattr(spec.arrangements, kind).items() if i not in accounts}
        named |= {f"arrangements.{kind}.{i}": {i, agreed.name} for i, agreed in stated.items()}
    return _matching(name, named) or ""


def _matching(name: str, named: Mapping[str, set[str]]) -> str | None:
    """The id that a name means: written in full, or as the beginning of one name only, as a screen cuts it."""
    asked = _typed(name)
    whole = [i for i, names in named.items() if asked in map(_typed, names)]
    begins = [i for i, names in named.items() if any(_typed(n).startswith(asked) for n in names)]
    return whole[0] if whole else begins[0] if len(begins) == 1 else None


def _typed(name: str) -> str:
    """A name without what a reader may type differently: capitals, spaces for underscores, the mark of a cut."""
    return name.casefold().replace("_", " ").removesuffix("...").removesuffix("…").strip()


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
    shown |= {name: {name, stated.name} for name, stated in spec.arrangements.named.items()}
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
