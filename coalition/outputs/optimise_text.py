"""A best plan as text: what to do, who pays, who gains, what binds, and how sure the solver is.

Why there is none stands in optimise_clash.py. Renders only; every figure comes from optimise_json.py and the studies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from coalition.allocation_problem import THOUSAND, Link, Wish
from coalition.allocation_studies import ShadowPrice
from coalition.best_plan import CLOSE, Checked, Optimum, net_of
from coalition.money import HALF_CENT_EUR, half_away_from_zero, shown_parts
from coalition.outputs.formats import decimal, euro, grid, number, percent, print_whole
from coalition.outputs.labels import Lang
from coalition.outputs.optimise_clash import print_impossible
from coalition.outputs.optimise_json import (
    HEALTH,
    Done,
    Found,
    Gain,
    Totals,
    bound_of,
    done_in,
    gains,
    in_units,
    left_out,
    totals_of,
)
from coalition.outputs.optimise_names import Words
from coalition.outputs.optimise_payments import dated, gains_count, has_least, is_yearly, moves
from coalition.outputs.optimise_words import area_names, said
from coalition.parties import PartyKind
from coalition.plans import Plan
from coalition.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console

MOST_PARTIES = 20
"""Parties at the table above which the municipalities are shown together."""
MOST_PRICES = 5
"""Prices of limits on the first screen."""
WIDEST_NAME, WIDEST_PLACES = 34, 42
"""Most characters of names of interventions and payers, and of areas, on one line."""


def print_optimum(found: Found, console: Console, lang: Lang, *, all_prices: bool = False) -> None:
    """The first screen, and what was asked beside it."""
    optimum, best = found.optimum, found.optimum.best
    console.print(f"[bold]{optimum.scenario.spec.scenario.title}[/bold]", highlight=False)
    if best is None:
        print_impossible(optimum, found.clash, console, lang)
        return
    words = Words(optimum, lang)
    _print_totals(optimum, best, words, console)
    _print_plan(optimum, best, words, console)
    _print_gains(optimum, best, words, console)
    _print_prices(found, words, console, all_prices=all_prices)
    for line in _solver_lines(optimum, best, words):
        console.print(line, style="dim", highlight=False, markup=False)
    for more in (_print_fitted, _print_frontier, _print_alternatives, _print_robust):
        more(found, words, console)


# --- the plan -----------------------------------------------------------------------------------------------------


def _print_totals(optimum: Optimum, best: Checked, words: Words, console: Console) -> None:
    """Plan against own plan, five figures each and their difference."""
    lang, wish = words.lang, optimum.problem.wishes[0]
    keys = ("", "goal", "delivery", "starters", "healthy_years", "table")
    headings = [said(k, lang) if k else "" for k in keys]
    table = grid(said("against", lang, goal=words.goal(wish.goal)), headings, right=range(1, 6), compact=True)
    own, new = totals_of(optimum, optimum.own), totals_of(optimum, best)
    for key, totals in (("own_plan", own), ("this_plan", new), ("difference", _minus(new, own))):
        table.add_row(said(key, lang), *_five(totals, wish, lang))
    print_whole(console, table)


def _minus(new: Totals, own: Totals) -> Totals:
    """The difference of what is shown, so that the rows add up."""
    pairs = ((f.name, getattr(new, f.name), getattr(own, f.name)) for f in fields(Totals))
    return Totals(**{name: _apart(a, b, 1 if name == "healthy_years" else None) for name, a, b in pairs})


def _apart(one: float, other: float, digits: int | None = None) -> float:
    """The difference of two figures as they are shown: money in whole euros, small figures more precisely."""
    shown = digits if digits is not None else 0 if abs(one) + abs(other) >= THOUSAND else 3
    return round(one, shown) - round(other, shown)


def _five(t: Totals, wish: Wish, lang: Lang) -> list[str]:
    counted = number(half_away_from_zero(t.starters), lang), decimal(t.healthy_years, 1, lang)
    return [amount_in(t.goal, wish, lang), euro(t.delivery_eur, lang), *counted, euro(t.table_eur, lang)]


def amount_in(amount: float, wish: Wish, lang: Lang) -> str:
    """Worth by a goal: euro, or healthy years."""
    if wish.kind == "qaly":
        return decimal(amount, 1, lang)
    return decimal(amount, 3, lang) if wish.kind in HEALTH else euro(amount, lang)


def _print_plan(optimum: Optimum, best: Checked, words: Words, console: Console) -> None:
    """Per intervention where and when it starts, how many take part, what it costs and who pays."""
    lang, own = words.lang, done_in(optimum.own)
    headings = [said(k, lang) for k in ("intervention", "where", "starters", "was", "delivery", "payers")]
    table = grid(said("what", lang), headings, right=(2, 3, 4), whole=(2, 3, 4), widest=WIDEST_NAME)
    table.columns[1].max_width, table.columns[5].max_width = WIDEST_PLACES, WIDEST_NAME
    new = done_in(best)
    costs = shown_parts([d.delivery_eur for d in new.values()])
    for (name, done), cost in zip(new.items(), costs, strict=True):
        before = own[name].starters if name in own else 0.0
        counts = (number(half_away_from_zero(n), lang) for n in (done.starters, before))
        where = areas_and_years(optimum.scenario, done, words)
        table.add_row(words.intervention(name), where, *counts, euro(cost, lang), _payers(done, words))
    if table.row_count:
        console.print(table)
    else:
        key = "nothing" if optimum.scenario.spec.interventions else "no_choice"
        console.print(said(key, lang), highlight=False)
    gone = left_out(best.plan, optimum.own.plan)
    if gone and best.plan.choices:
        names = ", ".join(words.intervention(n) for n in gone)
        kept = sum(half_away_from_zero(own[name].starters) for name in new if name in own)  # as shown above
        count = number(half_away_from_zero(sum(d.starters for d in own.values())) - kept, lang)
        console.print(said("left_out", lang, names=names, count=count), highlight=False)
    for line in _deposits(optimum.scenario, best.plan, words):
        console.print(line, highlight=False, markup=False)


def _deposits(scenario: Scenario, plan: Plan, words: Words) -> Iterator[str]:
    """Per fund and contributor what is put in per year."""
    funds, lang = scenario.spec.arrangements.funds, words.lang
    for fund, name in dict.fromkeys((d.fund, d.contribution) for d in plan.deposits):
        put_in = [d for d in plan.deposits if (d.fund, d.contribution) == (fund, name) and d.eur > HALF_CENT_EUR]
        years = ", ".join(f"{d.year} {euro(d.eur, lang)}" for d in put_in) or said("no_deposit", lang)
        party = words.party(funds[fund].contributions[name].party)
        yield said("deposit", lang, fund=funds[fund].name, party=party, years=years)


def areas_and_years(scenario: Scenario, done: Done, words: Words) -> str:
    """Per first year the areas, with the part of the reach where it is not all of it."""
    lang, total = words.lang, len(scenario.region.areas)
    years = sorted({c.first for c in done.choices})
    groups = []
    for year in years:
        here = [c for c in done.choices if c.first == year]
        parts = [percent(c.part, lang) for c in here]
        everything = percent(1.0, lang)
        if len(here) == total > 1 and set(parts) == {everything}:
            return said("everywhere", lang, year=str(year), count=str(total))
        shown = [
            words.area(c.area) + ("" if part == everything else f" ({part})")
            for c, part in zip(here, parts, strict=True)
        ]
        groups.append(said("from", lang, year=str(year), areas=area_names(shown, lang)))
    return "; ".join(groups)


def _payers(done: Done, words: Words) -> str:
    """Who pays by law, in parts of the delivery that are at least half a per cent; names without their explanation."""
    parts = {p: amount / done.delivery_eur for p, amount in done.paid_eur.items() if amount > HALF_CENT_EUR}
    shown = {words.party(p).partition(" (")[0]: part for p, part in parts.items() if part >= SMALLEST_PART}
    names = (f"{name} {percent(part, words.lang, 0)}" for name, part in shown.items())
    text = ", ".join(names if len(shown) > 1 else shown)
    return said("other_payers", words.lang, payers=text) if done.choices[0].payers else text


SMALLEST_PART = 0.005
"""Part of a delivery below which its payer is not named."""


# --- who gains ----------------------------------------------------------------------------------------------------


def _print_gains(optimum: Optimum, best: Checked, words: Words, console: Console) -> None:
    """Everyone at the table: own plan, this plan, what it must have, and the smallest transfer."""
    lang, rows = words.lang, [g for g in gains(optimum, best) if _has_money(g)]
    keys = ["party", "own_plan", "this_plan", "difference"]
    keys += ["least"] if any(g.least_eur is not None for g in rows) else []
    keys += ["transfer", "after"] if any(g.moved_eur for g in rows) else []
    table = grid(said("who", lang), [said(k, lang) for k in keys], right=range(1, len(keys)), compact=True)
    for name, amounts in _gain_rows(rows, words):
        table.add_row(name, *(amounts[k] for k in keys[1:]))
    print_whole(console, table)
    for line in _transfer_lines(optimum, best, words):
        console.print(line, highlight=False, markup=False)
    basis = said("basis", lang, **words.basis())
    is_minus = best.full[0] < 0 and optimum.problem.wishes[0].kind not in HEALTH
    console.print(basis + (said("minus", lang) if is_minus else ""), style="dim", highlight=False)


def _has_money(g: Gain) -> bool:
    """Whether a party sits at the table and any of its amounts is not nil."""
    amounts = g.own_eur, g.eur, g.least_eur or 0.0, g.moved_eur
    return g.at_table and max(map(abs, amounts)) > HALF_CENT_EUR


def _gain_rows(rows: Sequence[Gain], words: Words) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows in whole euros that add up; of many parties the municipalities stand together."""
    municipal = [g for g in rows if g.party.kind is PartyKind.MUNICIPALITY]
    groups = [(words.party(g.party.id), [g]) for g in rows]
    if len(rows) > MOST_PARTIES:
        name = said("municipalities", words.lang, count=str(len(municipal)))
        groups = [(name, municipal), *(group for group in groups if group[1][0] not in municipal)]
    columns = [shown_parts([sum(of(g) for g in group) for _, group in groups]) for of in AMOUNTS]
    totals = [sum(column) for column in columns]
    for (name, group), amounts in zip(groups, zip(*columns, strict=True), strict=True):
        yield name, _shown(amounts, words.lang, is_protected=any(g.least_eur is not None for g in group))
    everybody = all(g.least_eur is not None for g in rows)
    yield said("together", words.lang), _shown(totals, words.lang, is_protected=everybody)


AMOUNTS: tuple[Callable[[Gain], float], ...] = (
    lambda g: g.own_eur,
    lambda g: g.eur,
    lambda g: g.least_eur or 0.0,
    lambda g: g.moved_eur,
)


def _shown(amounts: Sequence[int], lang: Lang, *, is_protected: bool) -> dict[str, str]:
    """One row by the key of each column."""
    own, new, least, moved = amounts
    cells = {"own_plan": own, "this_plan": new, "difference": new - own, "transfer": moved, "after": new + moved}
    shown = {key: number(amount, lang) for key, amount in cells.items()}
    return {**shown, "least": number(least, lang) if is_protected else "·"}


def _transfer_lines(optimum: Optimum, best: Checked, words: Words) -> Iterator[str]:
    """What parties give each other, who pays and who receives, and what is short."""
    lang, total = words.lang, best.transfer.total_eur
    moved = moves(optimum, best)
    if gains_count(optimum) and moved:
        yield said("part_of_goal", lang, total=euro(sum(moved.values()), lang), who=_who_pays_whom(moved, words))
    elif moved and is_yearly(optimum):
        total = sum(v for v in net_of(moved).values() if v > 0)
        yield said("transfer_years", lang, total=euro(total, lang), who=_who_pays_whom(moved, words))
        yield said("paid_in", lang, years=_by_year(optimum, best, lang))
    elif moved:
        yield said("transfer_is", lang, total=euro(total, lang), who=_who_pays_whom(moved, words))
    elif has_least(optimum):
        key = "no_transfer" if total <= HALF_CENT_EUR else "no_payments"
        yield said(key, lang, total=euro(total, lang))
    elif is_yearly(optimum) and best.short_eur <= HALF_CENT_EUR:
        yield said("no_transfer_years", lang)
    if best.short_eur > HALF_CENT_EUR:
        yield said("short", lang, short=euro(best.short_eur, lang))


def _by_year(optimum: Optimum, best: Checked, lang: Lang) -> str:
    """What is paid in each year, nominal."""
    total: dict[int, float] = {}
    for payment in dated(optimum, best) or ():
        total[payment.year] = total.get(payment.year, 0.0) + payment.eur
    return ", ".join(f"{year} {euro(amount, lang)}" for year, amount in sorted(total.items()))


MOST_NAMED = 3
"""Payments, or receivers, that are named in a sentence; the table above it shows them all."""


def _who_pays_whom(payments: Mapping[Link, float], words: Words) -> str:
    lang = words.lang
    if len(payments) <= MOST_NAMED:
        pairs = ((words.party(a), words.party(b), euro(v, lang)) for (a, b), v in payments.items())
        return ", ".join(said("pays_to", lang, payer=a, receiver=b, amount=v) for a, b, v in pairs)
    receivers = [party for party, amount in net_of(payments).items() if amount > HALF_CENT_EUR]
    names = ", ".join(words.party(b) for b in receivers[:MOST_NAMED])
    if len(receivers) > MOST_NAMED:
        more = len(receivers) - MOST_NAMED
        names += said("and_one_more" if more == 1 else "and_more", lang, count=str(more))
    return said("many_pay", lang, receivers=names)


# --- what binds, and how sure it is -------------------------------------------------------------------------------


def _print_prices(found: Found, words: Words, console: Console, *, all_prices: bool) -> None:
    """What one more of each limit that binds brings."""
    console.print()
    console.print(f"[bold]{said('binds', words.lang)}[/bold]", highlight=False)
    lines = list(_price_lines(found.prices, words))
    shown = lines if all_prices else lines[:MOST_PRICES]
    for line in shown:
        console.print(f"• {line}", highlight=False, markup=False)
    if not found.prices:
        key = "nothing_binds" if found.optimum.answer.values else "binds_unknown"
        console.print(f"• {said(key, words.lang)}", highlight=False)
    elif len(shown) < len(lines):
        count = str(len(lines) - len(shown))
        console.print(f"• {said('more_prices', words.lang, count=count)}", highlight=False)
    console.print()


def _price_lines(prices: Sequence[ShadowPrice], words: Words) -> Iterator[str]:
    """A line per price; parties who may pay each other and whose least has the same price stand in one line."""
    alike: dict[tuple[object, ...], list[ShadowPrice]] = {}
    for k, price in enumerate(prices):
        is_least = price.rule == "nobody_worse" and price.unit == "eur"
        same = (price.key[1:], round(price.worth, 2), price.is_step) if is_least else (k,)
        alike.setdefault(same, []).append(price)
    for same_prices in alike.values():
        yield words.price(same_prices[0], others=len(same_prices) - 1)


def _solver_lines(optimum: Optimum, best: Checked, words: Words) -> Iterator[str]:
    """Status, gap and bound; then what the linear programme says beside the whole model."""
    lang, solved, wishes = words.lang, optimum.answer.solved, optimum.problem.wishes
    facts = {"seconds": decimal(optimum.scenario.spec.optimise.seconds, 0, lang), "rounds": str(len(optimum.rounds))}
    status = said(f"status_{solved.status.value}", lang, **facts)
    if optimum.answer.bounds:
        bound = amount_in(bound_of(optimum), wishes[0], lang)
        facts |= {"gap": percent(optimum.answer.gap, lang, 3), "bound": bound}
        status += " " + said("bound", lang, **facts)
    if optimum.narrowed:
        status += " " + said("narrowed", lang)
    key = "near" if abs(best.difference) <= CLOSE else "far"
    yield f"{status} {said(key, lang, close=percent(CLOSE, lang), **facts)}"
    linear, full = (in_units(worth[0], wishes[0]) for worth in (best.linear, best.full))
    amounts = {"linear": linear, "full": full, "difference": linear - full}
    shown = {key: amount_in(amount, wishes[0], lang) for key, amount in amounts.items()}
    yield said("linear", lang, share=percent(round(best.difference, 5) + 0.0, lang, 3), **shown)
    for name, why in optimum.problem.coefficients.settled_after.items():
        contract = optimum.scenario.spec.arrangements.contracts[name].name
        yield said("settled_after", lang, contract=contract, why=said(f"after_{why.value}", lang))


# --- studies that were asked --------------------------------------------------------------------------------------


def _print_frontier(found: Found, words: Words, console: Console) -> None:
    if found.goals is None:
        return
    lang, goals = words.lang, [Wish(g, {"qaly": "qaly", "health_gap": "gap"}.get(g, "parties")) for g in found.goals]
    names = [words.goal(g.goal) for g in goals]
    plans = [point.checked for point in found.frontier]
    is_short = any(map(_is_short, plans))
    keys = ("delivery", "starters", "table", *(["stays_short"] if is_short else []))
    headings = ["", *names, *(said(k, lang) for k in keys)]
    table = grid(said("frontier", lang), headings, right=range(7))
    for place, point in enumerate(found.frontier, 1):
        totals = totals_of(found.optimum, point.checked)
        worth = (amount_in(in_units(v, g), g, lang) for v, g in zip(point.checked.full, goals, strict=False))
        counted = number(half_away_from_zero(totals.starters), lang)
        amounts = euro(totals.delivery_eur, lang), counted, euro(totals.table_eur, lang)
        table.add_row(f"{place:02}", *worth, *amounts, *([_short_in(point.checked, lang)] if is_short else []))
    console.print()
    print_whole(console, table)
    _say_short(found.optimum, plans, console, lang)


def _is_short(checked: Checked) -> bool:
    """Whether those who are protected stay short in the whole model."""
    return checked.short_eur > HALF_CENT_EUR


def _short_in(checked: Checked, lang: Lang) -> str:
    """How much, or nobody."""
    return euro(checked.short_eur, lang) if _is_short(checked) else said("nobody_short", lang)


def _say_short(optimum: Optimum, plans: Sequence[Checked], console: Console, lang: Lang) -> None:
    """What it means that those who are protected stay short, or that nobody does."""
    if optimum.problem.leasts and plans:
        key = "some_short" if any(map(_is_short, plans)) else "none_short"
        console.print(said(key, lang), highlight=False)


def _print_fitted(found: Found, words: Words, console: Console) -> None:
    """Terms that need the least payment beside them, as stated and as found."""
    terms, lang = found.fitted, words.lang
    if terms is None:
        return
    console.print()
    headings = [said(k, lang) for k in ("term", "stated", "fitted")]
    table = grid(said("fitted_terms", lang, points=str(terms.points)), headings, right=(1, 2), whole=(1, 2))
    for name, path in terms.paths.items():
        table.add_row(path, decimal(terms.own[name], 4, lang), decimal(terms.values[name], 4, lang))
    console.print(table)
    amounts = {"before": euro(terms.own_needed_eur, lang), "after": euro(terms.needed_eur, lang)}
    console.print(said("fitted_needed", lang, **amounts), highlight=False)


def _print_alternatives(found: Found, words: Words, console: Console) -> None:
    best = found.optimum.best
    if found.alternatives is None or best is None:
        return
    lang, wish = words.lang, found.optimum.problem.wishes[0]
    console.print()
    if not found.alternatives:
        console.print(said("no_alternatives", lang, within=percent(found.within, lang)), highlight=False)
        return
    is_short = any(map(_is_short, found.alternatives))
    keys = ("goal", "difference", *(["stays_short"] if is_short else []))
    numbers = range(1, len(keys) + 1)
    headings = ["", *(said(k, lang) for k in (*keys, "other_than"))]
    title = said("alternatives", lang, within=percent(found.within, lang))
    table = grid(title, headings, right=numbers, whole=numbers)
    for place, other in enumerate(found.alternatives, 1):
        goal, known = (in_units(c.full[0], wish) for c in (other, best))
        shown = [amount_in(a, wish, lang) for a in (goal, _apart(goal, known))]
        shown += [_short_in(other, lang)] if is_short else []
        table.add_row(str(place), *shown, "; ".join(_changes(other.plan, best.plan, words)))
    console.print(table)
    _say_short(found.optimum, found.alternatives, console, lang)
    if len(found.alternatives) < found.asked:
        counts = {"asked": str(found.asked), "found": str(len(found.alternatives))}
        console.print(said("fewer_alternatives", lang, **counts), highlight=False)


def _changes(plan: Plan, best: Plan, words: Words) -> Iterator[str]:
    """What a plan does otherwise than the best one; names without their explanation."""
    lang = words.lang
    short = {c.intervention: words.intervention(c.intervention).partition(" (")[0] for c in plan.choices + best.choices}
    for key, names in (("without", left_out(plan, best)), ("with", left_out(best, plan))):
        if names:
            yield said(key, lang, names=", ".join(short[n] for n in names))
    both = {c.intervention for c in plan.choices} & {c.intervention for c in best.choices}
    for name in dict.fromkeys(c.intervention for c in best.choices if c.intervention in both):
        here, there = plan.of(name), best.of(name)
        other = sum(here.get(area) != there.get(area) for area in here | there)
        if other:
            yield said("one_area" if other == 1 else "areas", lang, name=short[name], count=str(other))


def _print_robust(found: Found, words: Words, console: Console) -> None:
    study = found.robust
    if study is None:
        return
    lang, wish = words.lang, found.optimum.problem.wishes[0]
    facts = {"draws": number(study.draws, lang), "plain": percent(study.share_whole_plain, lang)}
    facts |= {"share": percent(study.asked, lang), "sure": percent(study.share_whole_sure, lang)}
    console.print()
    console.print(f"[bold]{said('robust', lang)}[/bold]", highlight=False)
    console.print(said("robust_plain", lang, **facts), highlight=False)
    if study.sure is None:
        console.print(said("robust_none", lang, **facts), highlight=False)
        return
    facts["price"] = amount_in(in_units(study.price, wish), wish, lang)
    console.print(said("robust_sure", lang, **facts), highlight=False)
    paid = sum(amount for amount in study.payments_eur.values() if amount > 0)
    if paid > HALF_CENT_EUR:
        console.print(said("robust_paid", lang, total=euro(paid, lang)), highlight=False)
    changes = "; ".join(_changes(study.sure.plan, study.plain.plan, words))
    console.print(said("robust_changes", lang, changes=changes or said("no_change", lang)), highlight=False)
