"""The smallest transfer where the law forbids a payment: round it, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.transfers import smallest_transfer

Link = tuple[str, str]
CENTS = st.integers(-100_000, 100_000).map(lambda cents: cents / 100)
NET = st.dictionaries(st.sampled_from("abcd"), CENTS, min_size=2)
LINKS = st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda k: k[0] != k[1]))


@pytest.mark.parametrize(
    ("net", "forbidden", "payments", "short", "blocked"),
    [
        ({"a": 50, "b": 50, "c": -60}, [("a", "c")], {("b", "c"): 50, ("a", "b"): 10, ("b", "c#"): 10}, 0, True),
        ({"a": 100, "b": 100, "c": -60}, [("a", "c")], {("b", "c"): 60}, 0, False),
        ({"a": 100, "c": -60}, [("a", "c")], {}, 60, True),
        ({"a": 100, "b": 0, "c": -60}, [("a", "c")], {("a", "b"): 60, ("b", "c"): 60}, 0, True),
        ({"a": 100, "b": 0, "c": -60}, [("a", "c"), ("b", "c")], {}, 60, True),
        ({"a": 100, "c": -60}, [("c", "a")], {("a", "c"): 60}, 0, False),
        ({"a": 100, "c": -60}, [("a", "z")], {("a", "c"): 60}, 0, False),
        ({"a": 10, "b": 5, "c": -60}, [("a", "c")], {("b", "c"): 15, ("a", "b"): 10}, 45, True),
    ],
)
def test_money_goes_round_a_forbidden_link_or_stays(
    net: dict[str, float], forbidden: list[Link], payments: dict[Link, float], short: float, blocked: bool
) -> None:
    """By way of another party at the table; where there is no way, what stays short is said."""
    wanted: dict[Link, float] = {}
    for (source, target), amount in payments.items():
        link = (source, target.rstrip("#"))
        wanted[link] = wanted.get(link, 0.0) + amount
    found = smallest_transfer(net, forbidden)
    assert found.payments == pytest.approx(wanted, abs=1e-6)
    assert found.short_eur == pytest.approx(short, abs=1e-6)
    assert bool(found.blocked) is blocked
    assert found.total_eur == pytest.approx(60)


@pytest.mark.parametrize(
    ("forbidden", "named"),
    [
        ([("a", "c"), ("a", "b")], [("a", "c"), ("a", "b")]),
        ([("a", "c"), ("b", "a")], [("a", "c")]),
        ([("a", "c"), ("c", "b")], [("a", "c")]),
        ([("a", "c"), ("b", "c")], [("a", "c"), ("b", "c")]),
    ],
)
def test_only_links_that_matter_are_named(forbidden: list[Link], named: list[Link]) -> None:
    """a wins, c loses, b stands between: each link that would help if it were allowed, and no other."""
    assert list(smallest_transfer({"a": 100, "b": 0, "c": -60}, forbidden).blocked) == named


@given(NET, LINKS)
@settings(max_examples=60)
def test_a_way_round_uses_no_forbidden_link_and_leaves_nobody_worse_off(
    net: dict[str, float], forbidden: set[Link]
) -> None:
    """Winners keep at least nothing, losers lack together what is short, and a law never makes it cheaper."""
    free, found = smallest_transfer(net), smallest_transfer(net, sorted(forbidden))
    assert not set(found.payments) & {k for k in forbidden if k[0] in net and k[1] in net}
    after = dict(net)
    for (source, target), amount in found.payments.items():
        assert amount > 0
        after[source] -= amount
        after[target] += amount
    assert all(after[name] >= -0.02 for name, value in net.items() if value >= 0)
    assert -sum(value for value in after.values() if value < -0.005) <= found.short_eur + 0.05
    assert found.short_eur >= free.short_eur - 0.01
    if found.short_eur <= free.short_eur + 0.01:
        assert sum(found.payments.values()) >= sum(free.payments.values()) - 0.05


@given(NET, LINKS)
@settings(max_examples=60)
def test_what_is_short_is_what_no_way_can_bring(net: dict[str, float], forbidden: set[Link]) -> None:
    """Against the largest flow from winners to losers, found by pushing cents along any way that is left."""
    found = smallest_transfer(net, sorted(forbidden))
    cents = {name: round(value * 100) for name, value in net.items()}
    lost = -sum(value for value in cents.values() if value < 0)
    assert found.short_eur == pytest.approx((lost - largest_flow(cents, forbidden)) / 100, abs=0.05)


def largest_flow(cents: dict[str, int], forbidden: set[Link]) -> int:
    """Ford and Fulkerson: as long as there is a way with room, send as much along it as fits."""
    much = 10**9
    room = {(a, b): much for a in cents for b in cents if a != b and (a, b) not in forbidden}
    room |= {("+", name): value for name, value in cents.items() if value > 0}
    room |= {(name, "-"): -value for name, value in cents.items() if value < 0}
    sent = 0
    while way := way_through(room):
        amount = min(room[link] for link in way)
        for a, b in way:
            room[a, b] -= amount
            room[b, a] = room.get((b, a), 0) + amount
        sent += amount
    return sent


def way_through(room: dict[Link, int]) -> list[Link]:
    """A way from winners to losers over links with room; empty when there is none."""
    came: dict[str, Link] = {}
    waiting = ["+"]
    while waiting:
        here = waiting.pop(0)
        for (a, b), left in list(room.items()):
            if a == here and left > 0 and b not in came and b != "+":
                came[b] = (a, b)
                waiting.append(b)
    way: list[Link] = []
    end = "-"
    while end in came:
        way.append(came[end])
        end = came[end][0]
    return way[::-1]
