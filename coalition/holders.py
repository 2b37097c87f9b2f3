"""On whose account an avoided euro falls, in each year after it arose.

One function per rule, on arrays whose last axis is the calendar year and whose first axis is the draw; a cohort axis
stands just before the year where people's age in the programme matters. Positive is a gain. What a contract moves
afterwards is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.cells import (
    Block,
    Expr,
    Line,
    cell_form,
    dot,
    gains_in,
    lagged,
    losses_in,
    one_form,
    over_cohorts_of,
    size_of,
    smallest,
    when,
)
from coalition.inputs import Floats, per_draw
from coalition.schema import ClawbackBasis

# --- cash and capacity --------------------------------------------------------------------------------------------


@one_form
def cashed_share(avoided: Floats, share: Floats, negotiated: Floats) -> Floats:
    """Which part of a change in care reaches the payer.

    Of avoided care the stated part; extra care is invoiced in full. Under a lump sum neither is.

    Args:
        avoided: turnover that no longer arises, any shape that ends in the year; negative for extra care.
        share: cashable part γ, broadcastable to avoided.
        negotiated: 1 in years without a lump sum, else 0, shape (year,).
    """
    return np.where(avoided < 0, 1.0, share) * negotiated


def removed_share(avoided: Floats, share: Floats) -> Floats:
    """Which part of the capacity changes with care: the stated part where it falls, all of it where it grows."""
    return np.where(avoided < 0, 1.0, share)


@cell_form(removed_share)
def removed_share_in_cells(avoided: Block, share: Expr) -> Expr:
    """What is removed of avoided care in several areas together: the stated part of falls, all of rises."""
    return share * gains_in(avoided) + losses_in(avoided)


# --- the insurer's part -------------------------------------------------------------------------------------------


def switching_parameter(switching_per_year: Floats, market_shares: Floats) -> Floats:
    """σ = s/(1 − Σm²): with the matrix (1−σ)I + σ·1mᵀ the market shares stay what they are.

    Args:
        switching_per_year: share of all insured who change insurer, shape (draw,).
        market_shares: shape (draw, insurer), sums to 1.
    Returns:
        Shape (draw,), 0-1; an insurer i loses σ(1 − m_i) of its members per year. 0 where there is only one insurer;
        1, everyone mixed within a year, where more is stated than can switch between insurers of these sizes.
    """
    elsewhere = 1 - (market_shares**2).sum(axis=-1)
    shape = np.broadcast_shapes(switching_per_year.shape, elsewhere.shape)
    sigma = np.divide(switching_per_year, elsewhere, out=np.zeros(shape), where=elsewhere > 1e-12)
    return np.asarray(np.minimum(sigma, 1.0))


@cell_form(switching_parameter)
def switching_parameter_in_cells(switching_per_year: Expr, market_shares: Block, hardly: Expr) -> Expr:
    """The same; `hardly` is the part below which nobody can switch."""
    elsewhere = 1 - dot(market_shares, market_shares)
    return smallest(when(elsewhere > hardly, switching_per_year / elsewhere, 0), 1)


def member_shares(insurer: int, years: int, sigma: Floats, market_shares: Floats) -> Floats:
    """Where the members of one insurer are insured k years later.

    Args:
        insurer: position of the insurer whose members take part.
        years: how many years k = 0, 1, ... to give.
        sigma: from switching_parameter, shape (draw,).
        market_shares: shape (draw, insurer).
    Returns:
        Shape (draw, years, insurer); each row sums to 1. At k = 0 everyone is with the insurer itself.
    """
    stayed = (1 - sigma)[:, None] ** np.arange(years)
    gone = (1 - stayed)[:, :, None] * market_shares[:, None, :]
    gone = np.array(np.broadcast_to(gone, (max(len(sigma), len(market_shares)), years, market_shares.shape[1])))
    gone[:, :, insurer] += stayed
    return gone


@cell_form(member_shares)
def member_shares_in_cells(stayed: Expr, market_share: Expr, *, own: bool) -> Expr:
    """The part of one insurer, given who has stayed; `own` for the insurer whose members take part."""
    gone = (1 - stayed) * market_share
    return gone + stayed if own else gone


def own_risk_share(cost_before: Floats, cost_after: Floats, own_risk_eur: Floats, weights: Floats) -> Floats:
    """Which part of avoided cost the insured themselves would have paid.

    Savings come off the top: a person with a cost far above the own risk keeps paying it in full.

    Args:
        cost_before, cost_after: yearly cost per person that counts for the own risk, shape (draw, class).
        own_risk_eur: the mandatory own risk, shape (draw,) or (1,).
        weights: people per class, shape (class,).
    Returns:
        Shape (draw,), 0-1; 0 where nothing is avoided.
    """
    limit = own_risk_eur[:, None]
    own = ((np.minimum(cost_before, limit) - np.minimum(cost_after, limit)) * weights).sum(axis=-1)
    saved = ((cost_before - cost_after) * weights).sum(axis=-1)
    own, saved = np.broadcast_arrays(own, saved)
    return np.asarray(np.divide(own, saved, out=np.zeros_like(saved), where=saved != 0))


@cell_form(own_risk_share)
def own_risk_share_in_cells(weights: Block, own: Block, saved: Block) -> Expr:
    """The same, given per class what the insured pay less, and what is avoided."""
    total = dot(weights, saved)
    return when(size_of(total) > 0, dot(weights, own) / total, 0)


def taken_back(avoided: Floats, clawback: Floats, *, by_cohort: bool) -> Floats:
    """What equalisation takes back in each year, before the own risk: Σ_j c_j · X_{t−j}.

    Args:
        avoided: shape (..., draw, area, year), or (..., draw, area, cohort age, year) when by_cohort.
        clawback: c_j for j = 1, 2, ..., shape (..., draw, j).
        by_cohort: whether a cohort axis stands before the year; a cohort is then j years older when it pays back.
    """
    axes = 3 if by_cohort else 2
    back = np.zeros(np.broadcast_shapes(avoided.shape, (*clawback.shape[:-1], *(1,) * axes)))
    for j in range(1, clawback.shape[-1] + 1):
        if j >= avoided.shape[-1] or (by_cohort and j >= avoided.shape[-2]):
            break
        rate = per_draw(clawback[..., j - 1], axes)
        if by_cohort:
            back[..., j:, j:] += rate * avoided[..., :-j, :-j]
        else:
            back[..., j:] += rate * avoided[..., :-j]
    return back


@cell_form(taken_back)
def taken_back_in_cells(avoided: Line, clawback: Line, index: Line) -> Expr:
    """The same; `clawback` stands along the axis, c_j where the index is j."""
    return over_cohorts_of(avoided, clawback, index)


@dataclass(frozen=True)
class ZvwSplit:
    """An avoided euro under the Zvw, before it is divided over insurers; all in euro, same shape as avoided.

    Attributes:
        invoices: what insurers as a group no longer pay: (γ − o)·X; may be negative under a lump sum.
        own_risk: what the insured (or the policy that covers it) no longer pay: o·X.
        returned: what equalisation takes from insurers for the fund: (1 − o)·Σ c_j X_{t−j}.
    """

    invoices: Floats
    own_risk: Floats
    returned: Floats


def split_zvw(
    avoided: Floats, cashable: Floats, own_risk: Floats, clawback: Floats, *, basis: ClawbackBasis, by_cohort: bool
) -> ZvwSplit:
    """Divide avoided care under the Zvw between insured, insurers and the equalisation fund.

    Args:
        avoided: avoided turnover X, as in taken_back.
        cashable: γ per year, broadcastable to avoided.
        own_risk: o, broadcastable to avoided.
        clawback: c_j, as in taken_back.
        basis: whether equalisation sees use (X) or cash (γX).
        by_cohort: see taken_back.
    """
    seen = avoided if basis is ClawbackBasis.USE else cashable * avoided
    back = taken_back(seen, clawback, by_cohort=by_cohort)
    return ZvwSplit((cashable - own_risk) * avoided, own_risk * avoided, (1 - own_risk) * back)


@cell_form(split_zvw)
def split_zvw_in_cells(avoided: Expr, cashed: Expr, own_risk: Expr, back: Expr) -> tuple[Expr, Expr, Expr]:
    """Invoices, own risk and what is returned, given γ·X and what equalisation takes back before the own risk."""
    return cashed - own_risk * avoided, own_risk * avoided, (1 - own_risk) * back


# --- municipal pockets --------------------------------------------------------------------------------------------


@one_form
def history_weight(population: Floats, upper: float, span: float) -> Floats:
    """Which part of a municipality's social assistance budget follows its own past spending, 0-1.

    1 for the smallest municipalities, 0 from `upper` inhabitants: clip((upper − population)/span, 0, 1).
    """
    return np.clip((upper - population) / span, 0, 1)


def budget_loss(avoided: Floats, weight: Floats, growth: Floats, lag_years: int) -> Floats:
    """What a later budget is lower because spending was lower: w·X_{t−lag}, in amounts of year t.

    Args:
        avoided: shape (..., draw, area, year).
        weight: shape (area,) or (draw, area).
        growth: price of a benefit in year t relative to t − lag, shape (draw, year); 1 in the first years.
        lag_years: years between spending and the budget that follows it.
    """
    lost = np.zeros(np.broadcast_shapes(avoided.shape, growth[:, None, :].shape, weight[..., None].shape))
    lost[..., lag_years:] = weight[..., None] * avoided[..., :-lag_years] * growth[:, None, lag_years:]
    return lost


@cell_form(budget_loss)
def budget_loss_in_cells(avoided: Line, weight: Expr, growth: Expr, lag: Expr, index: Line) -> Expr:
    """The same of one area."""
    return weight * lagged(avoided, lag, index) * growth
