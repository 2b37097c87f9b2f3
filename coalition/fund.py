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

from coalition.fund_terms import DrawKind, Fund, LoanSchedule, Shortage, WindUp
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
                left = left - np.asarray(sum(granted.values()))
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
