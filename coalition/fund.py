"""The revolving regional prevention fund.

Contributions come in, requests draw, part of what is really saved flows back. The fund never decides who saved what;
it keeps one promise: its balance never falls under the agreed floor. When money is short, requests are scaled or
refused by the stated rule and the statement says so. Shapes: (draw, year) unless said otherwise; euro nominal. Clock:
calendar years, flows on 31 December; interest runs over the balance of a year before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.cells import (
    Expr,
    Line,
    Page,
    ahead,
    as_expr,
    before,
    cell_form,
    equal,
    flag,
    lagged,
    largest,
    only_year,
    part_of,
    running_years,
    smallest,
    so_far,
    sum_before,
    sum_of,
    sum_of_ages,
    when,
)
from coalition.fund_terms import DrawKind, FromSavings, Fund, LoanSchedule, Shortage, WindUp
from coalition.inputs import Floats, Inputs
from coalition.money import half_away_from_zero


@dataclass(frozen=True)
class Requests:
    """What meets at the fund, per name, each of shape (draw, year).

    Attributes:
        contributions: what each contributor puts in.
        draws: what is asked; with kind `outcome` already cut to the result that was reached.
        savings: what each draw's holder saved in cash in the pockets and interventions named, >= 0.
    """

    contributions: Mapping[str, Floats]
    draws: Mapping[str, Floats]
    savings: Mapping[str, Floats]


@dataclass(frozen=True)
class Statement:
    """A fund year by year.

    Attributes:
        years: calendar years of the last axis.
        opening, interest, fees, closing: balance and its own movements; fees >= 0.
        contributions, paid, asked, repaid, distributed: per name, >= 0; `asked` beside `paid` shows what was short.
        written_off: loans that never come back.
        outstanding: what draws still owe at the end of the year, premium included, claims on savings and loans alike.
    """

    years: tuple[int, ...]
    opening: Floats
    interest: Floats
    fees: Floats
    contributions: Mapping[str, Floats]
    asked: Mapping[str, Floats]
    paid: Mapping[str, Floats]
    repaid: Mapping[str, Floats]
    written_off: Floats
    distributed: Mapping[str, Floats]
    outstanding: Mapping[str, Floats]
    closing: Floats

    @property
    def short(self) -> Floats:
        """What was asked and not paid."""
        return np.asarray(sum(self.asked.values()) - sum(self.paid.values()))


def run_fund(fund: Fund, requests: Requests, years: Sequence[int], inputs: Inputs) -> Statement:
    """Run a fund over the years of a clock.

    Args:
        fund: its rules.
        requests: what meets at it.
        years: calendar years of the arrays.
        inputs: draws of its numbers.
    """
    return _Run(fund, requests, tuple(years), inputs).statement()


class _Run:
    """One fund over the years; every array is filled year by year."""

    def __init__(self, fund: Fund, requests: Requests, years: tuple[int, ...], inputs: Inputs) -> None:
        self.fund, self.requests, self.years, self.inputs = fund, requests, years, inputs
        shapes = [a.shape for group in vars(requests).values() for a in group.values()]
        self.draws = max([inputs.draws, *(s[0] for s in shapes)])
        blank = {name: self._zeros() for name in fund.draws}
        self.paid, self.repaid, self.outstanding = ({n: a.copy() for n, a in blank.items()} for _ in range(3))
        self.contributed = {n: self._zeros() for n in fund.contributions}
        self.distributed = {n: self._zeros() for n in fund.contributions}
        self.opening, self.interest, self.fees, self.closing = (self._zeros() for _ in range(4))
        self.written_off = self._zeros()
        self.due = {n: self._zeros() for n in fund.draws}
        self.lost = {n: self._zeros() for n in fund.draws}

    def _zeros(self) -> Floats:
        return np.zeros((self.draws, len(self.years)))

    def statement(self) -> Statement:
        """Every year in order."""
        first, last = self.fund.years.first, self.fund.years.last
        for t, year in enumerate(self.years):
            if first <= year <= last:
                self._year(t)
                self._leave(t)
            if year == last and self.fund.wind_up is WindUp.BY_CONTRIBUTION:
                self._distribute(t, self._taking_part(t), self.closing[:, t])
            if year > last and t:
                self.opening[:, t] = self.closing[:, t] = self.closing[:, t - 1]
        asked = {n: self._asked(n) for n in self.fund.draws}
        return Statement(
            self.years,
            self.opening,
            self.interest,
            self.fees,
            self.contributed,
            asked,
            self.paid,
            self.repaid,
            self.written_off,
            self.distributed,
            self.outstanding,
            self.closing,
        )

    # one year

    def _year(self, t: int) -> None:
        of = self.inputs.of
        before = self.closing[:, t - 1] if t else np.zeros(self.draws)
        self.opening[:, t] = before
        self.interest[:, t] = before * of(self.fund.interest_per_year)
        for name, stated in self.fund.contributions.items():
            if stated.leaves_after is None or self.years[t] <= stated.leaves_after:
                self.contributed[name][:, t] = self.requests.contributions[name][:, t]
        came_in = sum(c[:, t] for c in self.contributed.values()) + self._repayments(t)
        cash = before + self.interest[:, t] + came_in
        room = np.maximum(cash - of(self.fund.minimum_balance_eur), 0.0)
        fees = of(self.fund.fee_eur_per_year) + of(self.fund.fee_share_of_balance) * np.maximum(before, 0.0)
        self.fees[:, t] = np.minimum(fees, room)
        went_out = self._pay(t, room - self.fees[:, t])
        self.closing[:, t] = cash - self.fees[:, t] - went_out

    def _repayments(self, t: int) -> Floats:
        total = np.zeros(self.draws)
        for name, stated in self.fund.draws.items():
            owed = self.outstanding[name][:, t - 1] if t else np.zeros(self.draws)
            back = np.zeros(self.draws)
            if stated.loan is not None:
                back = self.due[name][:, t]
                self.written_off[:, t] += self.lost[name][:, t]
                owed = owed - self._principal(name, t)
            if stated.from_savings is not None:
                back = self._from_savings(name, t, owed)
                owed = owed - back
            self.repaid[name][:, t] = back
            self.outstanding[name][:, t] = owed
            total = total + back
        return total

    def _from_savings(self, name: str, t: int, owed: Floats) -> Floats:
        """min(share · saving of some years ago, what is owed, the cap of a year)."""
        rule = self.fund.draws[name].from_savings
        assert rule is not None
        source = t - rule.lag_years
        if source < 0:
            return np.zeros(self.draws)
        back = np.minimum(self.inputs.of(rule.share) * self.requests.savings[name][:, source], owed)
        if rule.cap_eur_per_year is not None:
            back = np.minimum(back, self.inputs.of(rule.cap_eur_per_year))
        return np.maximum(back, 0.0)

    def _principal(self, name: str, t: int) -> Floats:
        """Principal that falls due in a year, paid or lost."""
        schedule = self.fund.draws[name].loan
        assert schedule is not None
        total = np.zeros(self.draws)
        for k in _instalments(schedule):
            if t - k >= 0:
                total += self.paid[name][:, t - k] / schedule.repayment_years
        return total

    def _asked(self, name: str) -> Floats:
        """What is asked in the years of the draw and of the fund."""
        stated = self.fund.draws[name]
        first = max(stated.years.first, self.fund.years.first)
        last = min(stated.years.last, self.fund.years.last)
        inside = np.array([first <= year <= last for year in self.years])
        return np.broadcast_to(self.requests.draws[name] * inside, self.paid[name].shape)

    def _pay(self, t: int, room: Floats) -> Floats:
        """Requests by rank, scaled or refused where money is short; gives what went out."""
        left = np.array(room)
        for rank in sorted({d.rank for d in self.fund.draws.values()}):
            names = [n for n, d in self.fund.draws.items() if d.rank == rank]
            asked = {n: self._asked(n)[:, t] for n in names}
            if self.fund.shortage is Shortage.SCALE:
                total = np.asarray(sum(asked.values()))
                part = np.divide(left, total, out=np.ones(self.draws), where=total > left)
                granted = {n: a * part for n, a in asked.items()}
                left = np.maximum(left - np.asarray(sum(granted.values())), 0.0)  # a product may be a hair too much
            else:
                granted = {}
                for n, amount in asked.items():
                    granted[n] = np.where(amount <= left, amount, 0.0)
                    left = left - granted[n]
            for n, amount in granted.items():
                self._grant(n, t, amount)
        return room - left

    def _grant(self, name: str, t: int, amount: Floats) -> None:
        stated = self.fund.draws[name]
        self.paid[name][:, t] = amount
        if stated.loan is not None:
            self._lend(name, stated.loan, t, amount)
            self.outstanding[name][:, t] += amount
        elif stated.from_savings is not None:
            self.outstanding[name][:, t] += amount * (1 + self.inputs.of(stated.from_savings.premium_share))

    def _lend(self, name: str, schedule: LoanSchedule, t: int, amount: Floats) -> None:
        """Instalments of a loan: interest on what is owed and equal parts of the principal, less what never comes."""
        rate, lost = self.inputs.of(schedule.interest_per_year), self.inputs.of(schedule.default_share)
        owed, part = np.array(amount), amount / schedule.repayment_years
        for k in range(1, schedule.grace_years + schedule.repayment_years + 1):
            principal = part if k in _instalments(schedule) else np.zeros_like(part)
            if t + k < len(self.years):
                self.due[name][:, t + k] += (owed * rate + principal) * (1 - lost)
                self.lost[name][:, t + k] += principal * lost
            owed = owed - principal

    # leaving and winding up

    def _leave(self, t: int) -> None:
        leaving = [n for n, c in self.fund.contributions.items() if c.leaves_after == self.years[t]]
        winds_up = self.years[t] == self.fund.years.last and self.fund.wind_up is WindUp.BY_CONTRIBUTION
        if not leaving or winds_up:
            return
        room = np.maximum(self.closing[:, t] - self.inputs.of(self.fund.minimum_balance_eur), 0.0)
        claims = self._claims(self._taking_part(t), t)
        total = np.asarray(sum(claims.values()))
        part = np.asarray(sum(claims[n] for n in leaving))
        share = np.divide(part, total, out=np.zeros(self.draws), where=total > 0)
        self._distribute(t, leaving, np.minimum(share * self.closing[:, t], room))

    def _taking_part(self, t: int) -> list[str]:
        """Contributors who have not left in an earlier year: whoever has left was paid out then, once."""
        year = self.years[t]
        return [n for n, c in self.fund.contributions.items() if c.leaves_after is None or c.leaves_after >= year]

    def _claims(self, names: Sequence[str], t: int) -> dict[str, Floats]:
        """What each contributor put in so far, less what it already got back; never negative."""
        upto = slice(0, t + 1)
        return {
            n: np.maximum(self.contributed[n][:, upto].sum(axis=1) - self.distributed[n][:, upto].sum(axis=1), 0.0)
            for n in names
        }

    def _distribute(self, t: int, names: Sequence[str], amount: Floats) -> None:
        """An amount to some contributors, in proportion to their claims."""
        claims = self._claims(names, t)
        total, whole = np.asarray(sum(claims.values())), np.maximum(amount, 0.0)
        for name in names:
            part = np.divide(claims[name], total, out=np.zeros(self.draws), where=total > 0) * whole
            self.distributed[name][:, t] += part
            self.closing[:, t] -= part


def _instalments(schedule: LoanSchedule) -> range:
    """Years after lending in which principal is repaid; the first is at least one year later."""
    first = max(schedule.grace_years, 0) + 1
    return range(first, first + schedule.repayment_years)


# --- as cells -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequestLines:
    """What meets at the fund, per draw.

    Attributes:
        draws: what is asked; with kind `outcome` already cut to the result that was reached.
        savings: what the holder saved in cash, for draws that are paid back from savings.
    """

    draws: Mapping[str, Line]
    savings: Mapping[str, Line]


@dataclass(frozen=True)
class StatementLines:
    """A fund as rows; meanings as in `Statement`. A name is missing where there can be nothing.

    Attributes:
        room: what may go out in a year, before fees.
        short: what was asked and not paid.
        claimed: what came back from savings, in the years of these savings.
    """

    opening: Line
    interest: Line
    contributions: Mapping[str, Line]
    room: Line
    fees: Line
    asked: Mapping[str, Line]
    paid: Mapping[str, Line]
    short: Line
    repaid: Mapping[str, Line]
    outstanding: Mapping[str, Line]
    written_off: Line
    distributed: Mapping[str, Line]
    claimed: Mapping[str, Line]
    closing: Line


@cell_form(run_fund)
def run_fund_in_cells(page: Page, fund: Fund, path: str, requests: RequestLines) -> StatementLines:
    """A fund as rows.

    Args:
        page: where they come.
        fund: its rules; ranks, the shortage rule, the wind-up and who may leave are part of the form.
        path: of the fund in the scenario.
        requests: what meets at it.
    """
    return _RunInCells(page, fund, path, requests).statement()


class _RunInCells:
    """The rows of one fund, in the order of a year; what a year leaves to the next is announced first."""

    def __init__(self, page: Page, fund: Fund, path: str, requests: RequestLines) -> None:
        self.page, self.fund, self.path, self.requests = page, fund, path, requests
        self.of, self.stated = page.inputs.of, page.inputs.stated
        self.draw = {n: page.of(n, stated.name) for n, stated in fund.draws.items()}
        self.contributor = {n: page.of(n, page.called(stated.party)) for n, stated in fund.contributions.items()}
        self.owing = [n for n, d in fund.draws.items() if d.loan is not None or d.from_savings is not None]
        self.ends = fund.wind_up is WindUp.BY_CONTRIBUTION
        self.paid_out = [n for n, c in fund.contributions.items() if self.ends or c.leaves_after is not None]

    def statement(self) -> StatementLines:
        """Every row from the opening of a year to its closing."""
        page = self.page
        self.running = running_years(page, self.path)
        contributions = self._contributions()
        self.closing = page.later("closing")
        self.paid = {n: self.draw[n].later("paid", total=True) for n in self.fund.draws}
        self.outstanding = {n: self.draw[n].later("outstanding") for n in self.owing}
        opening = page.row("opening", before(self.closing))
        interest = page.row("interest", opening * self.of(self.fund.interest_per_year) * self.running, total=True)
        repaid, written_off = self._repaid()
        came_in = sum_of([*contributions.values()]) + sum_of([*repaid.values()])
        cash = page.row("cash", opening + interest + came_in)
        floor = self.of(self.fund.minimum_balance_eur)
        room = page.row("room", largest(cash - floor, 0) * self.running)
        fee = self.of(self.fund.fee_eur_per_year) + self.of(self.fund.fee_share_of_balance) * largest(opening, 0)
        fees = page.row("fees", smallest(fee, room), total=True)
        asked = self._asked()
        self._pay(asked, room - fees)
        short = page.row("short", sum_of([*asked.values()]) - sum_of([*self.paid.values()]), total=True)
        self._owe(repaid)
        left = page.row("before_distribution", cash - fees - sum_of([*self.paid.values()]))
        distributed = self._distributed(contributions, left, floor)
        page.place(self.closing, left - sum_of([*distributed.values()]))
        return StatementLines(
            opening=opening,
            interest=interest,
            contributions=contributions,
            room=room,
            fees=fees,
            asked=asked,
            paid=self.paid,
            short=short,
            repaid=repaid,
            outstanding=self.outstanding,
            written_off=written_off,
            distributed=distributed,
            claimed=self._claimed(repaid),
            closing=self.closing,
        )

    # what comes in

    def _contributions(self) -> dict[str, Line]:
        """What is put in as long as a contributor takes part."""
        self.taking_part = {
            n: self.contributor[n].row("taking_part", flag(self.page.axis.year <= self._leaves(n)), "0/1")
            for n, stated in self.fund.contributions.items()
            if stated.leaves_after is not None
        }
        amounts = {n: self.page.inputs.by_year(f"{self.path}.contributions.{n}.amounts_eur") for n in self.contributor}
        return {
            n: page.row("put_in", amounts[n] * self.taking_part.get(n, as_expr(1)) * self.running, total=True)
            for n, page in self.contributor.items()
        }

    def _leaves(self, name: str) -> Line:
        return self.stated(f"{self.path}.contributions.{name}.leaves_after")

    def _repaid(self) -> tuple[dict[str, Line], Line]:
        """What comes back of each draw, and what of loans never does."""
        self.principal: dict[str, Line] = {}
        back: dict[str, Expr] = {}
        lost: list[Line] = []
        for name in self.owing:
            schedule, rule = self.fund.draws[name].loan, self.fund.draws[name].from_savings
            if schedule is not None:
                back[name] = self._instalment(name, schedule)
                share = self.of(schedule.default_share)
                lost.append(self.draw[name].row("lost", self.principal[name] * share, total=True))
            elif rule is not None:
                back[name] = self._out_of_savings(name, rule)
        repaid = {n: self.draw[n].row("repaid", amount, total=True) for n, amount in back.items()}
        return repaid, self.page.row("written_off", sum_of(lost), total=True)

    def _instalment(self, name: str, schedule: LoanSchedule) -> Expr:
        """Equal parts of what was lent so many years ago, and interest on what is owed, less what never comes."""
        page, loan = self.draw[name], f"{self.path}.draws.{name}.loan"
        grace, years = self.stated(f"{loan}.grace_years"), self.stated(f"{loan}.repayment_years")
        ages = page.number("first_instalment", grace + 1, ""), page.number("last_instalment", grace + years, "")
        falling_due = sum_of_ages(self.paid[name], *ages, page.axis.index)
        due = page.row("principal", falling_due / years * self.running, total=True)
        owed = before(self.outstanding[name])
        interest = page.row("loan_interest", owed * self.of(schedule.interest_per_year) * self.running, total=True)
        self.principal[name] = due
        return (due + interest) * (1 - self.of(schedule.default_share))

    def _out_of_savings(self, name: str, rule: FromSavings) -> Expr:
        """min(share · saving of some years ago, what is owed, the cap of a year)."""
        page = self.draw[name]
        saved = lagged(self.requests.savings[name], self._lag(name), page.axis.index)
        limits = [page.row("part_of_saving", self.of(rule.share) * saved), before(self.outstanding[name])]
        if rule.cap_eur_per_year is not None:
            limits.append(self.of(rule.cap_eur_per_year))
        return largest(smallest(*limits), 0) * self.running

    def _lag(self, name: str) -> Line:
        return self.stated(f"{self.path}.draws.{name}.from_savings.lag_years")

    def _claimed(self, repaid: Mapping[str, Line]) -> dict[str, Line]:
        """What came back from savings is a claim on the year of the saving."""
        index = self.page.axis.index
        return {
            n: self.draw[n].row("claimed", ahead(repaid[n], self._lag(n), index), total=True)
            for n, stated in self.fund.draws.items()
            if stated.from_savings is not None
        }

    # what goes out

    def _asked(self) -> dict[str, Line]:
        """What is asked in the years of the draw and of the fund."""
        found = {}
        for name, page in self.draw.items():
            first, last = (self.stated(f"{self.path}.draws.{name}.years.{end}") for end in ("first", "last"))
            inside = page.axis.running(first, last) * self.running
            found[name] = page.row("asked", self.requests.draws[name] * inside, total=True)
        return found

    def _pay(self, asked: Mapping[str, Line], room: Expr) -> None:
        """Requests by rank, scaled or refused where money is short."""
        ranked = sorted(self.fund.draws, key=lambda n: self.fund.draws[n].rank)
        if self.fund.shortage is Shortage.REFUSE:
            for name in ranked:
                left = self.draw[name].row("left_for", room)
                fits = when(asked[name] <= left, asked[name], 0)
                room = left - self.page.place(self.paid[name], fits)
            return
        parts: dict[int, Line] = {}
        for rank in sorted({d.rank for d in self.fund.draws.values()}):
            page = self.page.of(f"rank_{rank}", str(rank))
            left = page.row("left_for_rank", room)
            total = page.row("asked_of_rank", sum_of([asked[n] for n in ranked if self.fund.draws[n].rank == rank]))
            parts[rank] = page.row("part_of_rank", when(total > left, left / total, 1), "")
            room = largest(left - total, 0)
        for name in ranked:
            self.page.place(self.paid[name], asked[name] * parts[self.fund.draws[name].rank])

    def _owe(self, repaid: Mapping[str, Line]) -> None:
        """What is still owed at the end of the year: what was, less what came back, and what was drawn."""
        for name, line in self.outstanding.items():
            rule, drawn = self.fund.draws[name].from_savings, as_expr(self.paid[name])
            if rule is not None:
                drawn = drawn * (1 + self.of(rule.premium_share))
            gone = repaid[name] if rule is not None else self.principal[name]
            self.page.place(line, (before(line) - gone + drawn) * self.running)

    # leaving and winding up

    def _distributed(self, contributions: Mapping[str, Line], left: Line, floor: Line) -> dict[str, Line]:
        """To those who leave their part as far as the floor allows; at a wind-up everything to all who are there."""
        if not self.paid_out:
            return {}
        page = self.page
        found = {n: self.contributor[n].later("distributed", total=True) for n in self.paid_out}
        if self.ends:
            self.at_end = only_year(page, self.path, "last")
        claims = self._claims(contributions, found)
        counted = {n: self.contributor[n].row("claim_paid", claims[n] * self._now(n)) for n in self.paid_out}
        total = page.row("claims_paid", sum_of([*counted.values()]))
        share = page.row("share_paid", part_of(total, sum_of([*claims.values()])), "")
        kept = floor * (1 - self.at_end) if self.ends else floor
        limit = page.row("may_leave", largest(left - kept, 0) * self.running)
        amount = page.row("leaves", largest(smallest(share * left, limit), 0))
        for name, line in found.items():
            page.place(line, part_of(counted[name], total) * amount)
        return found

    def _claims(self, contributions: Mapping[str, Line], distributed: Mapping[str, Line]) -> dict[str, Line]:
        """What each contributor put in so far, less what it got back in earlier years; of who has not left before."""
        claims = {}
        for name, page in self.contributor.items():
            got = sum_before(distributed[name]) if name in distributed else as_expr(0)
            there = self.taking_part.get(name, as_expr(1)) * self.running
            claims[name] = page.row("claim", largest(so_far(contributions[name]) - got, 0) * there)
        return claims

    def _now(self, name: str) -> Expr:
        """1 in the year in which a contributor is paid out."""
        moments: list[Expr] = []
        if self.ends:
            moments.append(self.at_end)
        if name in self.taking_part:
            moments.append(flag(equal(self.page.axis.year, self._leaves(name))))
        return moments[0] if len(moments) == 1 else largest(*moments)


# --- in cents -----------------------------------------------------------------------------------------------------


def in_cents(statement: Statement, draw: int = 0) -> dict[str, list[int]]:
    """One draw in whole cents: every movement rounded, the balance built from them; so that it adds up each year."""
    found: dict[str, list[int]] = {}
    groups = {
        "contribution": statement.contributions,
        "repaid": statement.repaid,
        "paid": statement.paid,
        "distributed": statement.distributed,
    }
    for kind, named in groups.items():
        for name, amounts in named.items():
            found[f"{kind}:{name}"] = _cents(amounts, draw)
    found["interest"], found["fees"] = _cents(statement.interest, draw), _cents(statement.fees, draw)
    balance, opening, closing = 0, [], []
    for t in range(len(statement.years)):
        opening.append(balance)
        for key, values in found.items():
            kind = key.partition(":")[0]
            balance += values[t] if kind in {"contribution", "repaid", "interest"} else -values[t]
        closing.append(balance)
    return {"opening": opening, **found, "closing": closing}


def _cents(amounts: Floats, draw: int) -> list[int]:
    """Cumulative rounding over the years, so that no cent is lost."""
    row = amounts[min(draw, len(amounts) - 1)]
    edges = [half_away_from_zero(total * 100) for total in np.cumsum(row).tolist()]
    return [high - low for low, high in zip([0, *edges], edges, strict=False)]


def pays_on_proof(kind: DrawKind) -> bool:
    """Whether a request is only paid as far as its result was reached."""
    return kind is DrawKind.OUTCOME
