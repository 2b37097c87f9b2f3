"""The rules of an allocation, one function each, as rows over the columns of its layout.

The formula of every rule stands in optimise.py, under the name of its function here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from coalition.allocation_problem import CLEARING, THOUSAND, Allocation, Wish
from coalition.candidates import Candidates
from coalition.contract_rules import CONTRACT_RULES, MeasuredYear, put_contracts
from coalition.solver import INFINITE, Entries, Family, Floats, Ints, Variables

# --- columns ----------------------------------------------------------------------------------------------------------


class Layout:
    """Where the variables of an allocation stand among the columns of the solver.

    Attributes:
        problem: what it was built from.
        part, start: position per candidate; opens: per intervention with a fixed cost and first year.
        left: per budget and year; pays: per link and year; best, worst, least: of the goals about who is served
            best and worst, and who gains least.
        deposits: per fund, by contribution and year; balance: per fund and year.
        paid: per intervention and payer, where somebody else could pay.
        settled: per measuring year of each contract that the programme follows.
        opening, paying: number of an intervention with its payers (Candidates.paid_by) -> row of `opens`, `paid`.
        columns: how many there are; bounds: of all of them.
    """

    def __init__(self, problem: Allocation) -> None:
        self.problem, c = problem, problem.coefficients
        count, self.columns = len(c.candidates), 0
        self.part, self.start = self._new(count), self._new(count)
        names = sorted(set(c.fixed_starts.paid_by.tolist()))
        self.opening = {i: k for k, i in enumerate(names)}
        several = {i for i, payers in enumerate(c.candidates.payers) if len(payers) > 1}
        paid = np.unique(c.candidates.paid_by[np.isin(c.candidates.intervention, list(several))])
        self.paying = {i: k for k, i in enumerate(paid.tolist())}
        self.paid = self._new(len(paid))
        self.opens = self._new(len(names) * len(c.candidates.starts)).reshape(len(names), len(c.candidates.starts))
        self.left = self._new(len(problem.budgets) * len(c.years)).reshape(len(problem.budgets), len(c.years))
        payments = len(problem.links) * len(problem.payment_years)
        self.pays = self._new(payments).reshape(len(problem.links), len(problem.payment_years))
        self.best, self.worst, self.least = self._new(3)
        protected = 0 if problem.sure is None else len(problem.sure.parties)
        draws = 0 if problem.sure is None else len(problem.sure.above_eur)
        funds, years = c.funds, len(c.years)
        self.deposits = [self._new(f.most_eur.size).reshape(f.most_eur.shape) for f in funds]
        self.balance = self._new(len(funds) * years).reshape(len(funds), years)
        self.sure_of, self.short = self._new(protected), self._new(protected * draws).reshape(protected, draws)
        self.settled = self._settled()
        self.bounds = self._bounds()

    def _new(self, count: int) -> Ints:
        first, self.columns = self.columns, self.columns + count
        return np.arange(first, first + count)

    def _settled(self) -> list[MeasuredYear]:
        """Columns of contracts: first all pieces, then what is saved in them, then benchmarks that differ."""
        rooms, place = self.problem.coefficients.contracts, self.problem.candidates.place
        years = [(room, t) for room in rooms for t in range(len(room.years))]
        pieces, savings = ([self._new(len(room.pieces[t])) for room, t in years] for _ in range(2))
        benchmarks = [self._new(0 if room.is_fixed(t) else len(room.pieces[t])) for room, t in years]
        return [
            MeasuredYear(room, t, piece, saving, benchmark, room.reach(t, self.problem.largest, place))
            for (room, t), piece, saving, benchmark in zip(years, pieces, savings, benchmarks, strict=True)
        ]

    def _bounds(self) -> Variables:
        problem, lower, upper = self.problem, np.zeros(self.columns), np.full(self.columns, INFINITE)
        upper[self.part] = problem.largest
        upper[self.start] = problem.largest > 0
        upper[self.opens], upper[self.paid] = 1, 1
        for room, deposits, balance in zip(problem.coefficients.funds, self.deposits, self.balance, strict=True):
            upper[deposits] = room.most_eur / THOUSAND
            lower[balance] = np.where(room.runs, room.minimum_eur / THOUSAND, 0.0)
        lower[[self.best, self.worst, self.least, *self.sure_of]] = -INFINITE
        if problem.sure is not None and problem.sure.share >= 1:
            upper[self.short] = 0  # in no draw may anything be short
        whole = np.zeros(self.columns, dtype=bool)
        for year in self.settled:
            lower[year.saving[year.live]], upper[year.piece] = -INFINITE, year.live
            upper[year.saving[~year.live]] = 0.0
            whole[year.piece] = True
            if len(year.benchmark):
                upper[year.benchmark[~year.live]] = 0.0
        whole[self.start] = True
        whole[self.opens.ravel()], whole[self.paid] = True, True
        return Variables(lower, upper, whole)

    @property
    def opening_columns(self) -> Ints:
        """The column of `opens` of each row of fixed cost."""
        starts = self.problem.coefficients.fixed_starts
        rows = np.array([self.opening[i] for i in starts.paid_by.tolist()], dtype=np.int64)
        return np.asarray(self.opens[rows, starts.start])


# --- rows -------------------------------------------------------------------------------------------------------------


def budget(layout: Layout) -> Family | None:
    """Sum of paid[j, y] * part[j] + left[b, y] - carried * left[b, y-1] = money[b, y], every limit b and year y."""
    problem, c = layout.problem, layout.problem.coefficients
    if not problem.budgets:
        return None
    years, entries = np.arange(len(c.years)), Entries()
    for b, money in enumerate(problem.budgets):
        row = b * len(years) + years
        payments = np.flatnonzero(money.counts.any(axis=0))
        for paid, area, column in _chosen(layout, c.linear.outlay_eur[0], c.fixed.outlay_eur[0]):
            mine = np.flatnonzero(np.asarray(money.counts.any(axis=1))[area])
            counts, amounts = money.counts[area[mine]] / THOUSAND, np.zeros((len(mine), len(years)))
            for k in payments:
                amounts += paid[mine, k] * counts[:, k, None]
            entries.put(row[:, None], column[mine], amounts.T)
        entries.put(row, layout.left[b], 1.0)
        entries.put(row[1:], layout.left[b, :-1], -money.carry_over_share)
    keys = [(money.name, y) for money in problem.budgets for y in c.years]
    limits = np.concatenate([money.limit_eur for money in problem.budgets]) / THOUSAND
    return entries.family("budget", keys, limits, limits, soft=True)


def spent(layout: Layout) -> Family | None:
    """Sum over all years of paid[j, y] * part[j] >= share * all money[b], every limit b that is to be spent."""
    problem, c = layout.problem, layout.problem.coefficients
    wanted = [money for money in problem.budgets if money.spend_at_least > 0]
    if not wanted:
        return None
    entries, paid = Entries(), [e.outlay_eur[0].sum(axis=2) for e in (c.linear, c.fixed)]
    for row, money in enumerate(wanted):
        for amounts, area, column in _chosen(layout, *paid):
            entries.put(row, column, (amounts * money.counts[area]).sum(axis=1) / THOUSAND)
    lower = np.array([money.spend_at_least * money.limit_eur.sum() for money in wanted]) / THOUSAND
    return entries.family("spent", [(money.name,) for money in wanted], lower, soft=True)


def _chosen(layout: Layout, linear: Floats, fixed: Floats) -> Iterator[tuple[Floats, Ints, Ints]]:
    """Coefficients of starts and of openings, with their areas and columns."""
    c = layout.problem.coefficients
    yield linear, c.candidates.area, layout.part
    if len(c.fixed_starts):
        yield fixed, c.fixed_starts.area, layout.opening_columns


def _put_worth(layout: Layout, entries: Entries, row_of: Ints, weights: Floats | None = None) -> None:
    """What parties have by the plan, in the row that `row_of` gives each party (-1 for none).

    Args:
        weights: (year,) of the nominal net; None for present values.
    """
    c = layout.problem.coefficients
    of = [(e.npv_eur[0] if weights is None else e.net_eur[0] @ weights) for e in (c.linear, c.fixed)]
    for worth, area, column in _chosen(layout, *of):
        rows = row_of[c.party_of[area]]
        entries.put(np.maximum(rows, 0), column[:, None], np.where(rows >= 0, worth, 0.0) / THOUSAND)
    _put_deposits(layout, entries, row_of, c.present[0] if weights is None else weights)
    put_contracts(layout, entries, row_of, c.present[0] if weights is None else weights)
    fixed = c.agreed_fixed_eur if weights is None or not c.agreed_fixed_eur.size else c.agreed_fixed_net_eur @ weights
    alone = c.agreed_eur if weights is None else c.agreed_net_eur @ weights
    for on_top, column in ((alone, layout.part), (fixed, layout.opening_columns)):
        if on_top.any():
            rows = np.broadcast_to(row_of[None], on_top.shape)
            entries.put(np.maximum(rows, 0), column[:, None], np.where(rows >= 0, on_top, 0.0) / THOUSAND)


def worth_of(layout: Layout, columns: Floats, weights: Floats | None = None) -> Floats:
    """What each party has by some columns, transfers and what holds anyway left out; euro, shape (party,).

    Args:
        weights: (year,) of the nominal net; None for present values.
    """
    parties, entries = layout.problem.coefficients.parties, Entries()
    _put_worth(layout, entries, np.arange(len(parties)), weights)
    rows = entries.family("worth", [(p,) for p in parties])
    return np.asarray(np.bincount(rows.row, rows.value * columns[rows.column], len(parties)) * THOUSAND)


def _put_payments(layout: Layout, entries: Entries, party: str, row: int, weights: Floats | None = None) -> None:
    """What a party receives minus what it gives, in one row."""
    problem, c = layout.problem, layout.problem.coefficients
    years = [c.years.index(y) for y in problem.payment_years]
    worth = c.present[0][years] if weights is None else weights[years]
    for k, (payer, receiver) in enumerate(problem.links):
        if party in (payer, receiver):
            entries.put(row, layout.pays[k], worth if party == receiver else -worth)


def _leasts(layout: Layout, rule: str) -> Family | None:
    c = layout.problem.coefficients
    wanted = [least for least in layout.problem.leasts if least.rule == rule]
    if not wanted:
        return None
    entries, keys, lower = Entries(), [], np.zeros(len(wanted))
    for weights in _different([least.weights for least in wanted]):
        left = {row: least.party for row, least in enumerate(wanted) if least.weights is weights}
        while left:  # who is protected twice has two rows
            now = {party: row for row, party in left.items()}
            row_of = np.full(len(c.parties), -1)
            row_of[[c.parties.index(party) for party in now]] = list(now.values())
            _put_worth(layout, entries, row_of, weights)
            left = {row: party for row, party in left.items() if row != now[party]}
    for row, least in enumerate(wanted):
        p = c.parties.index(least.party)
        _put_payments(layout, entries, least.party, row, least.weights)
        anyway = c.nothing_eur[0, p] if least.weights is None else c.nothing_net_eur[0, p] @ least.weights
        lower[row] = (least.at_least_eur - anyway) / THOUSAND
        keys.append((least.party, least.when) if least.when else (least.party,))
    return entries.family(rule, keys, lower, soft=True)


def _different(weights: Sequence[Floats | None]) -> list[Floats | None]:
    """Each set of weights once, by identity."""
    return list({id(w): w for w in weights}.values())


def nobody_worse(layout: Layout) -> Family | None:
    """Sum of worth[j, p] * part[j] + fixed[p] + received[p] - given[p] >= least[p], every party p that is protected."""
    return _leasts(layout, "nobody_worse")


def paid_back(layout: Layout) -> Family | None:
    """The same of the first years only, every party that must have its money back in time."""
    return _leasts(layout, "paid_back")


def capacity(layout: Layout) -> Family | None:
    """Sum of starters[j, y] * part[j] <= places[i, y], every intervention with a capacity."""
    problem, c = layout.problem, layout.problem.coefficients
    limited = [int(i) for i in np.flatnonzero(np.isfinite(problem.places).any(axis=1))] if problem.places.size else []
    if not limited:
        return None
    entries, years = Entries(), np.arange(len(c.years))
    for k, i in enumerate(limited):
        mine = np.flatnonzero(c.candidates.intervention == i)
        entries.put(k * len(years) + years[None], layout.part[mine][:, None], c.linear.starters[0, mine])
    keys = [(c.candidates.interventions[i], y) for i in limited for y in c.years]
    return entries.family("capacity", keys, upper=problem.places[limited].ravel(), soft=True)


def staff(layout: Layout) -> Family | None:
    """Sum of hours[i] * starters[j, y] * part[j] <= hours[w], everyone w who works on several interventions."""
    problem, c = layout.problem, layout.problem.coefficients
    if not problem.staff:
        return None
    entries, years = Entries(), np.arange(len(c.years))
    for k, who in enumerate(problem.staff):
        hours = who.hours[c.candidates.intervention] * who.works[c.candidates.area]
        entries.put(k * len(years) + years[None], layout.part[:, None], hours[:, None] * c.linear.starters[0])
    keys = [(who.name, y) for who in problem.staff for y in c.years]
    upper = np.repeat([who.hours_per_year for who in problem.staff], len(years))
    return entries.family("staff", keys, upper=upper, soft=True)


def portion(layout: Layout) -> Family | None:
    """at_least * all money <= money of some <= at_most * all money, every stated portion; present values."""
    problem, c = layout.problem, layout.problem.coefficients
    wanted = [
        (p, side, limit)
        for p in problem.portions
        for side, limit in (("at_least", p.at_least), ("at_most", p.at_most))
        if limit is not None
    ]
    if not wanted:
        return None
    entries = Entries()
    paid = [(e.outlay_eur[0].sum(axis=1) @ c.present[0]) for e in (c.linear, c.fixed)]
    about = [c.candidates.intervention, c.fixed_starts.intervention]
    for row, (p, side, limit) in enumerate(wanted):
        sign = 1.0 if side == "at_least" else -1.0
        for (money, area, column), i in zip(_chosen(layout, *paid), about, strict=False):
            entries.put(row, column, sign * (p.counts[i, area] - limit) * money / THOUSAND)
    return entries.family("portion", [(p.name, side) for p, side, _ in wanted], 0.0, soft=True)


def pinned(layout: Layout) -> Family | None:
    """part[j] = what stays, every start that is no longer open."""
    problem, c = layout.problem, layout.problem.coefficients
    fixed = np.flatnonzero(~np.isnan(problem.stays)) if problem.stays.size else np.zeros(0, dtype=np.int64)
    if not len(fixed):
        return None
    entries = Entries()
    entries.put(np.arange(len(fixed)), layout.part[fixed], 1.0)
    stays = problem.stays[fixed]
    return entries.family("pinned", [c.candidates.keys[j] for j in fixed], stays, stays, soft=True)


def at_most(layout: Layout) -> Family:
    """part[j] <= largest[j] * start[j]: only what starts is done."""
    entries, rows = Entries(), np.arange(len(layout.part))
    entries.put(rows, layout.part, 1.0)
    entries.put(rows, layout.start, -layout.problem.largest)
    return entries.family("at_most", layout.problem.candidates.keys, upper=0.0)


def at_least(layout: Layout) -> Family | None:
    """part[j] >= smallest[j] * start[j]: what starts is worth beginning."""
    some = np.flatnonzero(layout.problem.smallest > 0)
    if not len(some):
        return None
    entries, rows = Entries(), np.arange(len(some))
    entries.put(rows, layout.part[some], 1.0)
    entries.put(rows, layout.start[some], -layout.problem.smallest[some])
    return entries.family("at_least", [layout.problem.candidates.keys[j] for j in some], 0.0)


def one_start(layout: Layout) -> Family:
    """Sum over years of start[i, a, year] <= 1, every intervention and area."""
    c = layout.problem.candidates
    place = c.intervention * len(c.areas) + c.area
    there, row = np.unique(place, return_inverse=True)
    entries = Entries()
    entries.put(row, layout.start, 1.0)
    keys = [(c.interventions[p // len(c.areas)], c.areas[p % len(c.areas)]) for p in there.tolist()]
    return entries.family("one_start", keys, upper=1.0)


def _until(layout: Layout, entries: Entries, rows: Ints, mine: Ints, sign: float) -> None:
    """Whether some candidates have started by each year; `rows` per (area, year), -1 for none."""
    c = layout.problem.candidates
    for later in range(len(c.starts)):
        by_then = mine[c.start[mine] <= later]
        row = rows[c.area[by_then], later]
        entries.put(row[row >= 0], layout.start[by_then][row >= 0], sign)


def _rows_of(c: Candidates, mine: Ints, first: int) -> tuple[Ints, list[tuple[object, ...]]]:
    """A row for every area and year in which some candidates may start, numbered from `first`."""
    rows, keys = np.full((len(c.areas), len(c.starts)), -1), list[tuple[object, ...]]()
    for j in mine:
        if rows[c.area[j], c.start[j]] < 0:
            rows[c.area[j], c.start[j]] = first + len(keys)
            keys.append(c.keys[j])
    return rows, keys


def needs(layout: Layout) -> Family | None:
    """start[i, a, until y] <= start[other, a, until y], every intervention i that needs another, area and year."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for one, other in layout.problem.needs:
        mine, others = (np.flatnonzero(c.intervention == i) for i in (one, other))
        rows, own = _rows_of(c, mine, len(keys))
        _until(layout, entries, rows, mine, 1.0)
        _until(layout, entries, rows, others, -1.0)
        keys += [(*key, c.interventions[other]) for key in own]
    return entries.family("needs", keys, upper=0.0, soft=True) if keys else None


def apart(layout: Layout) -> Family | None:
    """start[i, a, any] + start[other, a, any] <= 1, every pair that is not done in one area."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for one, other in layout.problem.apart:
        mine = (c.intervention == one) | (c.intervention == other)
        entries.put(len(keys) + c.area[mine], layout.start[mine], 1.0)
        keys += [(c.interventions[one], c.interventions[other], area) for area in c.areas]
    return entries.family("apart", keys, upper=1.0, soft=True) if keys else None


def opened(layout: Layout) -> Family | None:
    """start[i, a, until y] <= opens[i, until y]: the fixed cost runs from the first start anywhere."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for i, place in layout.opening.items():
        mine = np.flatnonzero(c.paid_by == i)
        rows, own = _rows_of(c, mine, len(keys))
        _until(layout, entries, rows, mine, 1.0)
        for later in range(len(c.starts)):
            row = rows[:, later][rows[:, later] >= 0]
            entries.put(row[:, None], layout.opens[place, : later + 1][None], -1.0)
        keys += own
    return entries.family("opened", keys, upper=0.0) if keys else None


def opened_by(layout: Layout) -> Family | None:
    """opens[i, y] <= sum over areas of start[i, a, y], and at most once: no fixed cost without a start."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for i, place in layout.opening.items():
        mine = np.flatnonzero(c.paid_by == i)
        entries.put(len(keys) + c.start[mine], layout.start[mine], -1.0)
        entries.put(len(keys) + np.arange(len(c.starts)), layout.opens[place], 1.0)
        keys += [(c.called(i), y) for y in c.starts]
        entries.put(len(keys), layout.opens[place], 1.0)
        keys.append((c.called(i), "once"))
    upper = [1.0 if key[1] == "once" else 0.0 for key in keys]
    return entries.family("opened_by", keys, upper=upper) if keys else None


def one_payer(layout: Layout) -> Family | None:
    """start[j] <= paid[i, who], and sum over who of paid[i, who] <= 1: the same payers in all areas."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for paid_by, place in layout.paying.items():
        mine = np.flatnonzero(c.paid_by == paid_by)
        rows = len(keys) + np.arange(len(mine))
        entries.put(rows, layout.start[mine], 1.0)
        entries.put(rows, layout.paid[place], -1.0)
        keys += [c.keys[j] for j in mine]
    pairs = len(keys)
    most = max(map(len, c.payers), default=1)
    for i in sorted({paid_by // most for paid_by in layout.paying}):
        columns = [layout.paid[place] for paid_by, place in layout.paying.items() if paid_by // most == i]
        entries.put(len(keys), columns, 1.0)
        keys.append((c.interventions[i],))
    upper = np.repeat([0.0, 1.0], [pairs, len(keys) - pairs])
    return entries.family("one_payer", keys, upper=upper) if keys else None


def fund(layout: Layout) -> Family | None:
    """balance[f, y] = growth * balance[f, y-1] + put in[f, y] + sum of flow[j, f, y] * part[j], every fund and year."""
    c, entries = layout.problem.coefficients, Entries()
    if not c.funds:
        return None
    years, given = np.arange(len(c.years)), []
    for k, room in enumerate(c.funds):
        rows = k * len(years) + years
        entries.put(rows, layout.balance[k], 1.0)
        entries.put(rows[1:], layout.balance[k, :-1], -room.growth * room.runs[1:])
        entries.put(rows[None], layout.deposits[k], -1.0)
        entries.put(rows[None], layout.part[:, None], -room.flow_eur * room.runs / THOUSAND)
        if room.fixed_flow_eur.size:
            entries.put(rows[None], layout.opening_columns[:, None], -room.fixed_flow_eur * room.runs / THOUSAND)
        given.append(room.stays_eur * room.runs / THOUSAND)
    limits = np.concatenate(given)
    keys = [(room.name, y) for room in c.funds for y in c.years]
    return entries.family("fund", keys, limits, limits, soft=True)


def _put_deposits(layout: Layout, entries: Entries, row_of: Ints, weights: Floats) -> None:
    """What parties put into funds and get back at the end, in the row of each party."""
    c = layout.problem.coefficients
    rows = np.maximum(row_of, 0)
    for room, columns in zip(c.funds, layout.deposits, strict=True):
        entries.put(rows[None, None], columns[:, :, None], np.where(row_of >= 0, room.worth(weights), 0.0))


def exchange(layout: Layout) -> Family | None:
    """What parties give each other through the clearing account = what they receive from it, every year."""
    problem, entries = layout.problem, Entries()
    through = [(k, link) for k, link in enumerate(problem.links) if CLEARING in link]
    if not through:
        return None
    rows = np.arange(len(problem.payment_years))
    for k, (_, receiver) in through:
        entries.put(rows, layout.pays[k], 1.0 if receiver == CLEARING else -1.0)
    return entries.family("exchange", [(y,) for y in problem.payment_years], 0.0, 0.0)


def served(layout: Layout) -> Family | None:
    """Worst <= healthy years per 1,000 inhabitants of each area <= best; only where that gap is a goal.

    What an area has anyway stands in the limits of its two rows.
    """
    c = layout.problem.coefficients
    if not any(w.kind == "gap" for w in layout.problem.wishes):
        return None
    lived = np.flatnonzero(c.inhabitants > 0)  # where nobody lives, nobody is served better or worse
    row_of = np.full(len(c.candidates.areas), -1)
    row_of[lived] = np.arange(len(lived))
    entries, areas, rows = Entries(), np.arange(len(lived)), row_of[c.candidates.area]
    here = rows >= 0
    gained = c.linear.qalys[0][here] / c.inhabitants[c.candidates.area[here]] * THOUSAND
    for first, end in ((0, layout.best), (len(areas), layout.worst)):
        entries.put(first + rows[here], layout.part[here], gained)
        entries.put(first + areas, end, -1.0)
    keys = [(side, c.candidates.areas[a]) for side in ("best", "worst") for a in lived.tolist()]
    lower = np.repeat([-INFINITE, 0.0], len(areas))
    anyway = np.tile(c.qalys_anyway[lived] / c.inhabitants[lived] * THOUSAND, 2)
    return entries.family("served", keys, lower - anyway, np.repeat([0.0, INFINITE], len(areas)) - anyway)


def least_gain(layout: Layout) -> Family | None:
    """least_gain <= worth[p] of every party at the table; only where it is a goal."""
    c = layout.problem.coefficients
    parties = next((w.parties for w in layout.problem.wishes if w.kind == "worst"), ())
    if not parties:
        return None
    entries, row_of = Entries(), np.full(len(c.parties), -1)
    positions = [c.parties.index(p) for p in parties]
    row_of[positions] = np.arange(len(parties))
    _put_worth(layout, entries, row_of)
    for row, party in enumerate(parties):
        _put_payments(layout, entries, party, row)
    entries.put(np.arange(len(parties)), layout.least, -1.0)
    return entries.family("least_gain", [(p,) for p in parties], -c.nothing_eur[0, positions] / THOUSAND)


def sure(layout: Layout) -> Family | None:
    """sure_of[p] - sum over draws of short[p, d] / (1 - share) / draws >= 0, every party p that must be sure."""
    asked = layout.problem.sure
    if asked is None:
        return None
    entries, rows = Entries(), np.arange(len(asked.parties))
    entries.put(rows, layout.sure_of, 1.0)
    if asked.share < 1:
        entries.put(rows[:, None], layout.short, -1 / ((1 - asked.share) * len(asked.above_eur)))
    return entries.family("sure", [(p,) for p in asked.parties], 0.0, soft=True)


def sure_draw(layout: Layout) -> Family | None:
    """short[p, d] >= sure_of[p] - (what p has in draw d above its least), every party p and draw d."""
    asked, c = layout.problem.sure, layout.problem.coefficients
    if asked is None:
        return None
    entries, draws = Entries(), len(asked.above_eur)
    positions = [c.parties.index(p) for p in asked.parties]
    row_of = np.full(len(c.parties), -1)
    row_of[positions] = np.arange(len(positions)) * draws
    for d in range(draws):
        for worth, area, column in _chosen(layout, asked.linear_eur[d], asked.fixed_eur[d]):
            rows = row_of[c.party_of[area]]
            entries.put(np.maximum(rows, 0) + d, column[:, None], np.where(rows >= 0, worth, 0.0) / THOUSAND)
        for on_top, column in ((c.agreed_eur, layout.part), (c.agreed_fixed_eur, layout.opening_columns)):
            if on_top.any():
                worth = np.where(row_of >= 0, on_top, 0.0) / THOUSAND
                entries.put(np.maximum(row_of, 0)[None] + d, column[:, None], worth)
        for put in (_put_deposits, put_contracts):
            put(layout, entries, np.where(row_of >= 0, row_of + d, -1), c.present[0])
        for k, party in enumerate(asked.parties):
            _put_payments(layout, entries, party, k * draws + d)
    rows = np.arange(len(positions) * draws)
    entries.put(rows, layout.short.ravel(), 1.0)
    entries.put(rows, np.repeat(layout.sure_of, draws), -1.0)
    keys = [(p, d) for p in asked.parties for d in range(draws)]
    return entries.family("sure_draw", keys, -asked.above_eur[:, positions].T.ravel() / THOUSAND)


def goal(layout: Layout) -> Family:
    """The worth of the plan by each goal; without limits until another goal is maximised."""
    entries, wishes = Entries(), layout.problem.wishes
    for row, wish in enumerate(wishes):
        _put_goal(layout, entries, row, wish)
    return entries.family("goal", [(w.goal,) for w in wishes])


def _put_goal(layout: Layout, entries: Entries, row: int, wish: Wish) -> None:
    c = layout.problem.coefficients
    if wish.kind == "parties":
        weights = None if not wish.years else c.present[0] * (np.arange(len(c.years)) < wish.years)
        row_of = np.full(len(c.parties), -1)
        row_of[[c.parties.index(p) for p in wish.parties]] = row
        _put_worth(layout, entries, row_of, weights)
        for party in wish.parties:
            _put_payments(layout, entries, party, row, weights)
    elif wish.kind == "societal":
        for worth, _, column in _chosen(layout, c.linear.societal_eur[0], c.fixed.societal_eur[0]):
            entries.put(row, column, worth / THOUSAND)
    elif wish.kind == "qaly":
        entries.put(row, layout.part, c.linear.qalys[0])
    elif wish.kind == "gap":
        entries.put(row, [layout.best, layout.worst], [-1.0, 1.0])
    else:
        entries.put(row, layout.least, 1.0)


def worth_anyway(problem: Allocation, wish: Wish) -> float:
    """What a goal is worth when nothing is chosen, in its own unit; thousands of euro, healthy years."""
    c = problem.coefficients
    if wish.kind == "societal":
        return float(c.nothing_societal_eur[0]) / THOUSAND
    if wish.kind == "qaly":
        return float(c.qalys_anyway.sum())
    if wish.kind != "parties":
        return 0.0
    positions = [c.parties.index(p) for p in wish.parties]
    if not wish.years:
        return float(c.nothing_eur[0, positions].sum()) / THOUSAND
    return float((c.nothing_net_eur[0, positions, : wish.years] @ c.present[0, : wish.years]).sum()) / THOUSAND


RULES: tuple[Callable[[Layout], Family | None], ...] = (
    *(budget, spent, nobody_worse, paid_back, capacity, staff, portion, pinned),
    *(at_most, at_least, one_start, needs, apart, opened, opened_by, one_payer),
    *CONTRACT_RULES,
    *(fund, exchange, served, least_gain, sure, sure_draw, goal),
)
"""Every rule, in the order of the rows."""
