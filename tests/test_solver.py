"""The solver's own programme: rows from blocks, what it says when there is no answer, and changes between solves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coalition.solver import INFINITE, Entries, Family, Programme, Status, Variables


def columns(*upper: float, whole: bool = False) -> Variables:
    """Columns from 0 up to a limit each."""
    count = len(upper)
    return Variables(np.zeros(count), np.array(upper), np.full(count, whole))


def a_row(values: dict[int, float], lower: float = -INFINITE, upper: float = INFINITE, name: str = "row") -> Family:
    """A family of one row."""
    entries = Entries()
    entries.put(0, list(values), list(values.values()))
    return entries.family(name, [("only",)], lower, upper)


def solved(families: list[Family], variables: Variables, weights: list[float]) -> Programme:
    """A programme that maximises a sum."""
    programme = Programme(families, variables)
    programme.maximise(np.array(weights))
    return programme


def most(families: list[Family], count: int, column: int) -> float:
    """The largest that one column can be within 0 and 1,000."""
    weights = [float(k == column) for k in range(count)]
    return solved(families, columns(*[1000.0] * count), weights).solve().value


# --- rows ---------------------------------------------------------------------------------------------------------


def test_entries_of_one_place_are_added_up() -> None:
    """A rule may come back to a place, inside a block and in another one; to nothing at all, too."""
    entries = Entries()
    entries.put([0, 0, 1, 1], [2, 2, 0, 2], [1.0, 2.0, 5.0, 3.0])
    entries.put([0, 1], 2, [4.0, -3.0])
    family = entries.family("sum", [("a",), ("b",)], upper=[21.0, 10.0])
    assert [most([family], 3, k) for k in range(3)] == [2.0, 1000.0, 3.0]


def test_blocks_are_broadcast_and_zeros_left_out() -> None:
    """One row for all columns, one column for all rows."""
    entries = Entries()
    entries.put(np.arange(2)[:, None], np.arange(3), [[1.0, 0.0, 2.0], [0.0, 0.0, 3.0]])
    family = entries.family("block", [("a",), ("b",)], upper=4.0)
    assert (family.row.tolist(), family.column.tolist()) == ([0, 0, 1], [0, 2, 2])
    assert (family.lower.tolist(), family.upper.tolist()) == ([-INFINITE] * 2, [4.0] * 2)


def test_families_lie_under_each_other() -> None:
    """A family without rows and a row without entries take nothing from the others."""
    nothing, bare = Entries().family("nothing", []), Entries().family("bare", [("x",)], -1.0, 1.0)
    families = [a_row({0: 1.0}, upper=5.0, name="one"), nothing, bare, a_row({1: 2.0}, upper=6.0, name="two")]
    assert [most(families, 3, k) for k in range(3)] == [5.0, 3.0, 1000.0]
    assert dict(Programme(families, columns(1.0, 1.0)).first_row) == {"one": 0, "nothing": 1, "bare": 1, "two": 2}


@pytest.mark.parametrize("seed", range(5))
def test_a_large_sparse_programme_is_the_dense_one(seed: int) -> None:
    """Rows of many families in any order of entries, some places more than once: the same limits as row by row."""
    rng = np.random.default_rng(seed)
    table = np.zeros((30, 40))
    families = []
    for k in range(3):
        entries, rows = Entries(), slice(10 * k, 10 * k + 10)
        for _ in range(4):
            row, column, value = rng.integers(0, 10, 60), rng.integers(0, 40, 60), rng.uniform(0.1, 1, 60)
            entries.put(row, column, value)
            np.add.at(table[rows], (row, column), value)
        families.append(entries.family(f"f{k}", [(r,) for r in range(10)], upper=7.0))
    one_by_one = [a_row(dict(enumerate(row)), upper=7.0, name=f"r{r}") for r, row in enumerate(table)]
    limits, weights = columns(*[1.0] * 40), rng.uniform(0, 1, 40).tolist()
    found = solved(families, limits, weights).solve()
    assert found.value == pytest.approx(solved(one_by_one, limits, weights).solve().value, rel=1e-9)
    assert (table @ found.columns <= 7.0 + 1e-6).all()
    assert np.isclose(table @ found.columns, 7.0).any()


def test_a_row_is_found_by_its_key() -> None:
    """Counted over all families above it."""
    entries = Entries()
    entries.put([0, 1], [0, 1], 1.0)
    below = entries.family("below", [("a", 2027), ("a", 2028)])
    programme = Programme([a_row({0: 1.0}), below], columns(1.0, 1.0))
    assert programme.row("below", ("a", 2028)) == 2


# --- no answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True])
def test_an_impossible_programme_is_called_so(whole: bool) -> None:
    """No columns, no worth, no bound."""
    found = solved([a_row({0: 1.0, 1: 1.0}, lower=3.0)], columns(1.0, 1.0, whole=whole), [1.0, 1.0]).solve()
    assert found.status is Status.INFEASIBLE
    assert (len(found.columns), len(found.row_price)) == (0, 0)
    assert np.isnan([found.value, found.bound, found.gap]).all()


@pytest.mark.parametrize("whole", [False, True])
def test_a_programme_without_end_is_called_so(whole: bool) -> None:
    """And not impossible, which presolve cannot tell apart."""
    found = solved([a_row({0: 1.0, 1: -1.0}, upper=1.0)], columns(INFINITE, INFINITE, whole=whole), [1.0, 1.0]).solve()
    assert found.status is Status.UNBOUNDED


def test_impossible_and_without_end_at_once_is_impossible() -> None:
    """There is no plan, so nothing can grow."""
    families = [a_row({0: 1.0}, lower=2.0), a_row({1: 1.0}, lower=0.0, name="free")]
    assert solved(families, columns(1.0, INFINITE), [0.0, 1.0]).solve().status is Status.INFEASIBLE


def a_knapsack(count: int = 60) -> Programme:
    """Whole things of odd weights, many to choose from."""
    rng = np.random.default_rng(7)
    entries = Entries()
    entries.put(np.arange(5)[:, None], np.arange(count), rng.integers(10, 99, (5, count)))
    family = entries.family("bags", [(k,) for k in range(5)], upper=777.0)
    return solved([family], columns(*[1.0] * count, whole=True), rng.integers(10, 99, count).astype(float).tolist())


def test_without_time_there_is_no_plan_and_with_time_there_is() -> None:
    """A limit counts from the start of its own solve, however long the solves before it took."""
    programme = a_knapsack()
    assert programme.solve(seconds=0.0).status in (Status.NO_PLAN, Status.STOPPED)
    first = programme.solve(seconds=60.0, gap=0.05)
    assert first.status is Status.OPTIMAL
    assert 0.0 <= first.gap <= 0.05
    for _ in range(3):
        assert programme.solve(seconds=60.0, gap=0.05).status is Status.OPTIMAL


def test_a_plan_at_the_time_limit_shows_how_far_it_may_be_off() -> None:
    """The bound is never below the worth of the plan."""
    programme = a_knapsack(200)
    programme.start_from(np.zeros(200))
    found = programme.solve(seconds=0.0)
    if found.status is Status.STOPPED:  # the offered plan
        assert found.bound >= found.value >= 0.0
    else:
        assert found.status is Status.NO_PLAN
        assert len(found.columns) == 0


# --- changes ------------------------------------------------------------------------------------------------------


def test_whole_or_not_between_solves() -> None:
    """The relaxed worth is a bound on the whole one, and going back gives the same."""
    programme = solved([a_row({0: 2.0, 1: 2.0}, upper=3.0)], columns(1.0, 1.0, whole=True), [1.0, 1.0])
    assert programme.solve().value == 1.0
    programme.whole(False)
    assert programme.solve().value == 1.5
    programme.whole(True)
    found = programme.solve()
    assert (found.value, found.bound, found.gap) == (1.0, 1.0, 0.0)


def test_limits_of_rows_and_columns_change_the_answer() -> None:
    """Without building it anew."""
    programme = solved([a_row({0: 1.0, 1: 1.0}, upper=3.0)], columns(2.0, 2.0), [2.0, 1.0])
    assert programme.solve().value == 5.0
    programme.limit_row(0, 0.0, 1.0)
    assert programme.solve().value == 2.0
    programme.limit_column(0, 0.0, 0.5)
    assert programme.solve().value == 1.5
    programme.maximise(np.array([0.0, 1.0]))
    assert programme.solve().value == 1.0


def test_added_columns_give_way_where_they_stand() -> None:
    """They come after the others and are worth nothing until they get a price."""
    programme = solved([a_row({0: 1.0}, lower=3.0)], columns(1.0), [0.0])
    assert programme.solve().status is Status.INFEASIBLE
    (slack,) = programme.add_columns([0], [1.0])
    programme.price(slack, -10.0)
    found = programme.solve()
    assert slack == 1
    assert (found.value, found.columns.tolist()) == (-20.0, [1.0, 2.0])


def test_prices_have_the_sign_of_what_more_room_brings() -> None:
    """A limit above that binds: above 0; one below that binds: below 0; one that does not bind: 0."""
    families = [a_row({0: 1.0}, upper=3.0, name="top"), a_row({1: 1.0}, lower=2.0, name="floor")]
    families.append(a_row({0: 1.0, 1: 1.0}, upper=99.0, name="loose"))
    found = solved(families, columns(10.0, 10.0), [2.0, -5.0]).solve()
    assert (found.value, found.row_price.tolist()) == (-4.0, [2.0, -5.0, 0.0])


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """Data goes to stdout, and the solver's name is none."""
    a_knapsack(5).solve()
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_names_that_an_lp_file_cannot_hold_are_bent(tmp_path: Path) -> None:
    """One such name would make the solver leave out all names."""
    entries = Entries()
    entries.put([0, 1], [0, 1], 1.0)
    family = entries.family("budget", [("own_plan:GM0114", 2027), ("own plan", "2027-2030")], upper=3.0)
    programme = solved([family], columns(2.0, 2.0), [1.0, 1.0])
    programme.write(tmp_path / "x.lp", iter(["part[home,GM0114,2027]", "pays[a,b,2027]"]))
    text = (tmp_path / "x.lp").read_text("utf-8")
    assert " budget(own_plan_GM0114,2027): +1 part(home,GM0114,2027) <= +3\n" in text
    assert " budget(own_plan,2027_2030): +1 pays(a,b,2027) <= +3\n" in text
