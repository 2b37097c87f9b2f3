"""Why there is no plan, on the screen and as JSON: which wishes clash, and the least that must give.

Where parties may pay each other the solver names one of many who could ask less: whoever does, the others pay it. Then
the total is what counts, and it is shown with everyone who could bear it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from coalition.allocation_problem import CLEARING, Allocation, Least, Link
from coalition.allocation_studies import Clash, Relaxation
from coalition.best_plan import Optimum
from coalition.money import shown_parts
from coalition.outputs.formats import decimal, euro, grid, print_whole
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_names import Words
from coalition.outputs.optimise_words import said
from coalition.solver import Status

if TYPE_CHECKING:
    from rich.console import Console


def is_impossible(optimum: Optimum) -> bool:
    """Whether the wishes clash; a solver that ran out of time has not shown that."""
    return optimum.best is None and optimum.answer.solved.status is Status.INFEASIBLE


# --- who could ask less -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shared:
    """What parties together must ask less, however they divide it.

    Attributes:
        when: the year or term that it is about, "" for all years together.
        amount_eur: all of it; present value, or nominal where it is about a year or term.
        parties: who could bear it, in any parts.
    """

    when: str
    amount_eur: float
    parties: tuple[str, ...]


def shared_of(problem: Allocation, clash: Clash) -> list[Shared]:
    """What must give that several could, per year or term."""
    found = []
    asked = [r for r in clash.relaxations if r.rule == "nobody_worse"]
    for when in sorted({_when(r) for r in asked}):
        here = [r for r in asked if _when(r) == when]
        parties = _who_could(problem, when, [str(r.key[0]) for r in here])
        if len(parties) > 1:
            found.append(Shared(when, sum(r.amount for r in here), parties))
    return found


def _when(relaxation: Relaxation) -> str:
    return str(relaxation.key[1]) if len(relaxation.key) > 1 else ""


def _who_could(problem: Allocation, when: str, named: Sequence[str]) -> tuple[str, ...]:
    """Who may pay everyone that is named and breaks no other wish by it; empty unless all who are named can.

    Who asks a euro less can pay that euro to whoever then need not ask less. A payment in a year counts in every wish
    about that year, so a party with more wishes than this one would break another.
    """
    here = [x for x in problem.leasts if x.rule == "nobody_worse" and x.when == when]
    able = [x.party for x in here if not any(_meet(x, y) for y in problem.leasts if y.party == x.party and y is not x)]
    found = tuple(p for p in able if set(named) <= _reached(problem.links, p))
    return found if set(named) <= set(found) else ()


def _meet(one: Least, other: Least) -> bool:
    """Whether a payment counts in both of two wishes of a party."""
    return one.weights is None or other.weights is None or bool((one.weights * other.weights).any())


def _reached(links: Sequence[Link], party: str) -> set[str]:
    """Everyone whom a party can pay, directly or through others, and itself."""
    found, fresh = {party}, [party]
    while fresh:
        payer = fresh.pop()
        for source, target in links:
            if source == payer and target not in found:
                found.add(target)
                fresh.append(target)
    return found - {CLEARING}


# --- as JSON ------------------------------------------------------------------------------------------------------


def clash_data(problem: Allocation, clash: Clash) -> dict[str, Any]:
    """A clash as plain data."""
    return {
        "wishes": [{"rule": rule, "name": name} for rule, name in clash.wishes],
        "least_that_must_give": [
            {"rule": r.rule, "key": [str(part) for part in r.key], "unit": r.unit, "amount": r.amount}
            for r in clash.relaxations
        ],
        "shared": [asdict(s) for s in shared_of(problem, clash)],
        "total_eur": clash.total_eur,
        "with_whole_starts": clash.with_whole_starts,
    }


# --- on the screen ------------------------------------------------------------------------------------------------

MOST_WISHES = 20
"""Wishes that clash, and amounts that must give, that are shown one by one; JSON has them all."""


def print_impossible(optimum: Optimum, clash: Clash | None, console: Console, lang: Lang) -> None:
    """Which wishes clash and the least that must give; or that the solver could not tell."""
    words = Words(optimum, lang)
    status = optimum.answer.solved.status
    if clash is None or not clash.wishes:
        seconds = decimal(optimum.scenario.spec.optimise.seconds, 0, lang)
        key = "no_limit" if status is Status.UNBOUNDED else "no_reason" if is_impossible(optimum) else "no_time"
        console.print(said(key, lang, seconds=seconds), highlight=False)
        return
    wishes, shared = clash.wishes, shared_of(optimum.problem, clash)
    console.print(f"[bold]{said('impossible' if len(wishes) > 1 else 'impossible_one', lang)}[/bold]", highlight=False)
    for rule, name in wishes[:MOST_WISHES]:
        console.print(f"• {words.wish(rule, name)}", highlight=False, markup=False)
    if len(wishes) > MOST_WISHES:
        console.print(f"• {said('more_wishes', lang, count=str(len(wishes) - MOST_WISHES))}", highlight=False)
    if len(wishes) > 1:
        console.print(said("irreducible", lang) + (said("pays_for_all", lang) if shared else ""), highlight=False)
    if clash.with_whole_starts:
        console.print(said("whole_starts", lang), highlight=False)
    console.print()
    _print_relaxations(clash, shared, words, console)
    for line in _divisions(optimum, clash, shared, words):
        console.print(line, highlight=False, markup=False)


def _print_relaxations(clash: Clash, shared: Sequence[Shared], words: Words, console: Console) -> None:
    lang = words.lang
    table = grid(said("least_that_gives", lang), [said("wish", lang), said("by", lang)], right=(1,), whole=(1,))
    euros = list(_in_euro(clash, shared, words))
    amounts = shown_parts([amount for _, amount in euros])
    for (what, _), amount in zip(euros[:MOST_WISHES], amounts, strict=False):
        table.add_row(what, euro(amount, lang))
    if rest := amounts[MOST_WISHES:]:
        table.add_row(said("more_wishes", lang, count=str(len(rest))), euro(sum(rest), lang))
    if euros:
        table.add_row(said("together", lang), euro(sum(amounts), lang), style="bold")
    for r in clash.relaxations:
        if r.unit != "eur":
            table.add_row(words.gives(r), words.quantity(r.amount, r.unit))
    print_whole(console, table)


def _in_euro(clash: Clash, shared: Sequence[Shared], words: Words) -> Iterator[tuple[str, float]]:
    """What must give in euro: first what several could bear, as one amount, then the wishes one by one."""
    for s in shared:
        yield words.together_less(s.when), s.amount_eur
    whens = {s.when for s in shared}
    for r in clash.relaxations:
        if r.unit == "eur" and not (r.rule == "nobody_worse" and _when(r) in whens):
            yield words.gives(r), r.amount


def _divisions(optimum: Optimum, clash: Clash, shared: Sequence[Shared], words: Words) -> Iterator[str]:
    """Over whom an amount may be divided; or that it may be another than who is named."""
    for parties in dict.fromkeys(s.parties for s in shared):
        yield said("divide", words.lang, parties=words.parties(parties))
    whens = {s.when for s in shared}
    if optimum.problem.links and any(r.rule == "nobody_worse" and _when(r) not in whens for r in clash.relaxations):
        yield said("one_of_many", words.lang)
