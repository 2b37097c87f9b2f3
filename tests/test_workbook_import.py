"""A workbook that comes back: what it changes, what is written, and that the old scenario is never touched."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from workbook_making import PLAIN, Made, dated, formula

from coalition.cli import main
from coalition.errors import ScenarioError
from coalition.numbers import Distribution, Euro, Number
from coalition.parameters import Standing
from coalition.problems import Problem
from coalition.reading import read_text
from coalition.scenario import Scenario, files_of, load_scenario, shipped_folder, shipped_scenarios
from coalition.schema import OwnRate, numbers_in
from coalition.workbook import contract
from coalition.workbook.change_log import Logged, change_log
from coalition.workbook.changes import Change
from coalition.workbook.importing import Imported, import_workbook
from coalition.workbook.region_edit import edited
from coalition.workbook.safe_text import as_typed, inert, number_text
from coalition.workbook.version import Why, write_version
from coalition.workbook.yaml_text import yaml_text

CASES = Path(__file__).parent / "bad_scenarios"
REACH = "interventions.valpreventie.reach"
REDUCTION = "interventions.valpreventie.effects.falls.reduction"
AMOUNTS = "arrangements.funds.fonds.contributions.verzekeraar.amounts_eur"
WHY = 'Overleg van 3 maart: "definitief"; verslag, p. 4'


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with sound scenarios, as the current folder."""
    for name in ("good", "agreed", "small"):
        shutil.copytree(CASES / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772500000")
    return tmp_path


def kept(folder: Path) -> dict[str, bytes]:
    """Every file and folder below, hidden ones too, with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


def imported(made: Made, into: str = "agreed", who: str = "") -> Imported:
    """The import of a made workbook, after which everything that was there before is there unchanged."""
    file = made.write(Path("X.xlsx"))
    before = kept(Path.cwd())
    try:
        return import_workbook(file, into, reason=WHY, who=who)
    finally:
        after = kept(Path.cwd())
        assert {name: after.get(name) for name in before} == before


def problems(made: Made, into: str = "agreed") -> list[Problem]:
    """What an import says; nothing at all is written then."""
    file = made.write(Path("X.xlsx"))
    before = kept(Path.cwd())
    with pytest.raises(ScenarioError) as caught:
        import_workbook(file, into, reason=WHY)
    assert before == kept(Path.cwd())
    return list(caught.value.problems)


def number_at(scenario: Scenario, path: str) -> Number:
    return dict(numbers_in(scenario.spec))[path]


def new_version(made: Made, into: str = "agreed") -> Scenario:
    file = imported(made, into).file
    assert file is not None
    return load_scenario(file)


# --- what a change becomes ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
def test_a_workbook_without_changes_writes_nothing() -> None:
    """Exported and imported again, also with the numbers as a spreadsheet keeps them."""
    made = Made(load_scenario("agreed"))
    before = kept(Path.cwd())
    assert Imported((), None) == imported(made)
    assert {*before, "X.xlsx"} == set(kept(Path.cwd()))


@pytest.mark.usefixtures("stand")
def test_a_changed_number_becomes_the_coalitions_own() -> None:
    """Its source is the reason, its standing is own; nothing else of the scenario changes."""
    old = load_scenario("agreed")
    new = new_version(Made(old).set(REACH, 0.07))
    assert number_at(new, REACH).model_dump() == {
        "value": 0.07, "low": None, "high": None, "source": WHY, "standing": Standing.OWN, "distribution": None,
    }  # fmt: skip
    others = {path: n.model_dump() for path, n in numbers_in(old.spec) if path != REACH}
    assert others == {path: n.model_dump() for path, n in numbers_in(new.spec) if path != REACH}
    assert old.spec.scenario == new.spec.scenario


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize(("value", "low", "high"), [(0.3, 0.3, 0.46), (0.4, 0.3, 0.46), (0.47, None, None)])
def test_a_range_is_kept_as_long_as_it_holds_the_number(value: float, low: float | None, high: float | None) -> None:
    """The source's range of 0.30 to 0.46 says nothing about 0.47."""
    number = number_at(new_version(Made(load_scenario("agreed")).set(REDUCTION, value)), REDUCTION)
    assert (value, low, high) == (number.value, number.low, number.high)


@pytest.mark.usefixtures("stand")
def test_an_assumption_keeps_the_way_it_is_drawn() -> None:
    """Own numbers are drawn as two half normals; an assumption with hard limits stays triangular."""
    path = "interventions.valpreventie.effects.falls.cost_per_event"
    number = number_at(new_version(Made(load_scenario("agreed")).set(path, 9000)), path)
    assert (number.drawn_as, number.low, number.high) == (Distribution.TRIANGULAR, 4100, 12000)


@pytest.mark.usefixtures("stand")
def test_an_amount_keeps_its_price_level() -> None:
    """14,000 euro is still in prices of 2016, also out of the range that was published."""
    path = "interventions.valpreventie.effects.falls.cost_per_event"
    number = number_at(new_version(Made(load_scenario("agreed")).set(path, 14_000)), path)
    assert isinstance(number, Euro)
    assert (number.value, number.high, number.price_year, number.index) == (14_000, None, 2016, "cpi")


@pytest.mark.usefixtures("stand")
def test_two_items_of_one_list_change_together_and_the_others_stay() -> None:
    """Lists are replaced whole: who pays and out of which purse is repeated."""
    made = Made(load_scenario("agreed"))
    made.set("interventions.valpreventie.payers.0.share", 0.25).set("interventions.valpreventie.payers.1.share", 0.75)
    payers = new_version(made).spec.interventions["valpreventie"].payers
    assert [(p.party, p.share.value, p.law) for p in payers] == [
        ("municipality", 0.25, "wpg"),
        ("noorderzorg", 0.75, "eigen_middelen"),
    ]


@pytest.mark.usefixtures("stand")
def test_a_number_of_a_list_of_numbers_changes() -> None:
    """The ramp-up of a scenario, and the one that is only a default."""
    made = Made(load_scenario("agreed")).set(PLAIN[1], 0.6).set(PLAIN[2], 0.9)
    found = new_version(made).spec.interventions
    assert (found["valpreventie"].ramp_up, found["beweeggroep"].ramp_up) == ([0.6, 1.0], [0.9])


@pytest.mark.usefixtures("stand")
def test_a_year_stays_a_whole_number() -> None:
    """2028 comes out of a spreadsheet as a decimal number."""
    assert (
        new_version(
            Made(load_scenario("small"), plain=PLAIN[:1]).set(PLAIN[0], 2026.0), "small"
        ).spec.scenario.first_year
        == 2026
    )


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize("off", [0, False])
def test_an_arrangement_is_switched_off(off: object) -> None:
    """A yes or no is 1 or 0, or what a spreadsheet makes of it."""
    id = "arrangements.contracts.minder_zorg.enabled"
    assert (
        not new_version(Made(load_scenario("agreed")).set(id, off)).spec.arrangements.contracts["minder_zorg"].enabled
    )


@pytest.mark.usefixtures("stand")
def test_a_discount_rate_of_ones_own_takes_the_place_of_a_standard() -> None:
    """An empty cell leaves the standard; a number is a real rate."""
    made = Made(load_scenario("small"))
    assert made.row(contract.DISCOUNT_RATE)[2] is None
    rate = new_version(made.set(contract.DISCOUNT_RATE, 0.03), "small").spec.scenario.discount
    assert isinstance(rate, OwnRate)
    assert (rate.per_year.value, rate.kind, rate.per_year.source) == (0.03, "real", WHY)


@pytest.mark.usefixtures("stand")
def test_a_number_of_the_catalogue_changes() -> None:
    """A template's number gets a value of the coalition's own above it."""
    shutil.copytree("good", "own")
    text = (
        Path("own/scenario.yaml")
        .read_text("utf-8")
        .replace("        reduction: {value: 0.35", "        # {value: 0.35")
    )
    Path("own/scenario.yaml").write_text(text, "utf-8")
    old = load_scenario("own")
    assert "catalogue" in old.document.origin(REDUCTION).file
    assert number_at(new_version(Made(old).set(REDUCTION, 0.2), "own"), REDUCTION).value == 0.2


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_number_of_every_scenario_can_become_the_coalitions_own(name: str, tmp_path: Path) -> None:
    """Wherever it stands: in the file, its base, the catalogue, a list in a list; ranges and draws stay as they are."""
    shutil.copytree(shipped_folder(), tmp_path / "scenarios")
    old = load_scenario(tmp_path / "scenarios" / name)
    changes = [Change(path, "", n.value, n.value, "Invoer!C1") for path, n in numbers_in(old.spec)]
    new = load_scenario(write_version(old, changes, Why(WHY, "", dt.date(2026, 3, 3), "X.xlsx")))
    for (path, was), (same_path, now) in zip(numbers_in(old.spec), numbers_in(new.spec), strict=True):
        assert (path, was.value, was.low, was.high) == (same_path, now.value, now.low, now.high)
        assert (now.source, now.standing) == (WHY, Standing.OWN)
        assert now.drawn_as is was.drawn_as or not was.uncertain
        assert getattr(was, "price_year", None) == getattr(now, "price_year", None)


# --- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
def test_changed_cells_make_new_tables_with_all_else_as_it_was() -> None:
    """Every other byte stays: line ends, quotes, order of columns, decimals; a stated cost is no published one."""
    shutil.copytree("good", "own")
    people = (
        Path("own/region.csv").read_text("utf-8").replace("\n", "\r\n").replace("WK010601,GM0106", '"WK010601",GM0106')
    )
    Path("own/region.csv").write_bytes(b"\xef\xbb\xbf" + people.encode())
    made = Made(load_scenario("own"))
    made.set_cell(contract.PEOPLE, "people|WK010601|2024", "65+", 1600.5)
    made.set_cell(contract.COST, "cost|GM0114|wlz", "0-64", 91.125)
    new = new_version(made, "own")
    assert new.region.people[1, 1, 0] == 1600.5
    was, now = Path("own/region.csv").read_bytes(), Path("own/people-v2.csv").read_bytes()
    assert now == was.replace(b'"WK010601",GM0106,2024,65,,1500,', b'"WK010601",GM0106,2024,65,,1600.5,')
    was, now = Path("own/cost.csv").read_bytes(), Path("own/cost-v2.csv").read_bytes()
    assert now == was.replace(b"wlz,2022,90.5,modelled", b"wlz,2022,91.1250,own_accounts")


def test_a_row_with_quotes_and_line_ends_keeps_its_other_cells() -> None:
    """Only the cell itself is replaced, and rows are found by key and not by position."""
    text = 'b,"a",n\r\n"x, ""y""\nz",k,1\r\n\r\nq,065,2'
    out, lines = edited(text, ("a",), {("k",): {"n": "7"}, ("65",): {"b": "w"}})
    assert out == 'b,"a",n\r\n"x, ""y""\nz",k,7\r\n\r\nw,065,2'
    assert lines == {("k",): 2, ("65",): 5}


@pytest.mark.usefixtures("stand")
def test_amounts_per_year_change_are_added_and_are_emptied() -> None:
    """An empty cell is no amount; nothing can be left out of a mapping, so it becomes nil."""
    made = Made(load_scenario("agreed"))
    made.set_cell(contract.BY_YEAR, AMOUNTS, "2027", None).set_cell(contract.BY_YEAR, AMOUNTS, "2028", 75_000)
    stated = new_version(made).spec.arrangements.funds["fonds"].contributions["verzekeraar"].amounts_eur
    assert stated == {2027: 0, 2028: 75_000}


@pytest.mark.usefixtures("stand")
def test_sorted_rows_and_moved_columns_of_a_table_mean_the_same() -> None:
    """Rows are known by their id and columns by what stands above them."""
    made = Made(load_scenario("agreed")).set_cell(contract.COST, "cost|GM0114|wlz", "0-64", 91)
    for name, (headings, rows) in made.tables.items():
        turned = [[row[0], row[1], *reversed(row[2:])] for row in reversed(rows)]
        made.tables[name] = (headings[::-1], turned)
    assert [(c.path, c.old, c.new) for c in imported(made).changes] == [("cost|GM0114|wlz|0-64", 90.5, 91.0)]


@pytest.mark.usefixtures("stand")
def test_the_rest_of_the_workbook_is_not_read() -> None:
    """Formulas, texts and dates outside input cells are the user's own."""
    made = Made(load_scenario("agreed"))
    made.row(REACH)[1] = formula("=1/0")
    made.scalars.append(["", "Mijn aantekening: 0,6", None, None])
    headings, rows = made.tables[contract.PEOPLE]
    rows[0].append("vergadering")
    assert not imported(made).changes
    assert headings == ["0-64", "65+"]


# --- versions and log -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
def test_versions_follow_each_other_and_their_logs_add_up() -> None:
    """The second workbook changes the second version; the log of the third tells everything, oldest first."""
    imported(Made(load_scenario("agreed")).set(REACH, 0.07), who="=wethouder")
    second = load_scenario("agreed/scenario-v2.yaml")
    found = imported(
        Made(second).set(REACH, 0.06).set_cell(contract.BY_YEAR, AMOUNTS, "2028", 5), "agreed/scenario-v2.yaml"
    )
    assert found.file == Path("agreed/scenario-v3.yaml")
    third = load_scenario(found.file)
    chain = ["agreed/scenario-v3.yaml", "agreed/scenario-v2.yaml", "agreed/scenario.yaml", "good/scenario.yaml"]
    assert chain == [str(p.resolve().relative_to(Path.cwd())) for p in files_of(third)]
    assert change_log(third) == [
        Logged("2026-03-03", "=wethouder", REACH, "Over reach", "0.05", "0.07", WHY),
        Logged("2026-03-03", "", REACH, "Over reach", "0.07", "0.06", WHY),
        Logged(
            "2026-03-03", "", f"{AMOUNTS}.2028", "arrangements.funds.fonds.contributions.verzekeraar 2028", "", "5", WHY
        ),
    ]
    assert change_log(load_scenario("agreed")) == []


@pytest.mark.usefixtures("stand")
def test_a_version_takes_the_next_number_that_nobody_has() -> None:
    """Beside version 4 comes version 5, even if version 2 is gone; a folder of a running import is passed over."""
    Path("agreed/scenario-v4.yaml").write_text("# van iemand anders\n", "utf-8")
    Path("agreed/.scenario-v5.tmp").mkdir()
    assert imported(Made(load_scenario("agreed")).set(REACH, 0.07)).file == Path("agreed/scenario-v6.yaml")


@pytest.mark.usefixtures("stand")
def test_the_log_runs_nothing_in_a_spreadsheet() -> None:
    """A label or name that begins as a formula does gets an apostrophe; a negative number stays a number."""
    path = "arrangements.funds.fonds.contributions.verzekeraar"
    made = Made(load_scenario("agreed")).set(REACH, 0.07)
    made.row(REACH)[1] = "@SUM(1)"
    imported(made, who='=HYPERLINK("x")')
    with Path("agreed/scenario-v2.changes.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["label"], row["who"]) == ("'@SUM(1)", '\'=HYPERLINK("x")')
    assert path not in row["path"]


@pytest.mark.usefixtures("stand")
def test_a_log_that_lost_a_column_is_a_problem() -> None:
    """An incomplete log is not shown as a complete one."""
    imported(Made(load_scenario("agreed")).set(REACH, 0.07))
    Path("agreed/scenario-v2.changes.csv").write_text("date,path\n2026-01-01,x\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        change_log(load_scenario("agreed/scenario-v2.yaml"))
    assert [p.path for p in caught.value.problems] == ["who", "label", "old", "new", "reason"]


@pytest.mark.parametrize(
    ("typed", "cell"),
    [("=1+1", "'=1+1"), ("-2", "-2"), ("-2+3", "'-2+3"), ("+31 6", "'+31 6"), ("\tx", "'\tx"), ("a=", "a=")],
)
def test_text_is_made_inert_and_read_back(typed: str, cell: str) -> None:
    """What a spreadsheet would run gets an apostrophe, and loses it again."""
    assert (cell, typed) == (inert(typed), as_typed(cell))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_it_is_read_as_itself(value: float) -> None:
    """Thousands and decimals are never taken for each other: 250.125 is written 250.1250."""
    assert read_text(f"a: {number_text(value)}\n", "x").data == {"a": value}


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc", "Cf"]))
KEYS = st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True)
VALUES = st.recursive(
    st.booleans() | st.floats(-1e6, 1e6) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_as_yaml_reads_back_as_itself(data: dict[str, object]) -> None:
    """A reason may hold anything that can be seen: quotes, colons, hashes, words such as null."""
    assert read_text(yaml_text(data), "x").data == data


# --- beside a scenario that has changed -----------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
def test_a_scenario_that_changed_elsewhere_is_not_turned_back() -> None:
    """What the user did not touch differs now: said per input, and nothing is written."""
    made = Made(load_scenario("agreed")).set(REACH, 0.07)
    text = Path("good/scenario.yaml").read_text("utf-8")
    Path("good/scenario.yaml").write_text(text.replace("switching_per_year: 0.07", "switching_per_year: 0.08"), "utf-8")
    (problem,) = problems(made)
    assert (problem.code, problem.facts["exported"], problem.facts["now"]) == ("workbook.stale", "0.07", "0.08")
    assert problem.path.endswith(" holders.switching_per_year")


@pytest.mark.usefixtures("stand")
def test_a_scenario_whose_words_changed_still_takes_the_numbers() -> None:
    """Another story gives another hash, but no number that the workbook would turn back."""
    made = Made(load_scenario("agreed")).set(REACH, 0.07)
    text = Path("agreed/scenario.yaml").read_text("utf-8")
    Path("agreed/scenario.yaml").write_text(text.replace("zonder fouten", "met een andere titel"), "utf-8")
    assert number_at(new_version(made), REACH).value == 0.07


@pytest.mark.usefixtures("stand")
def test_a_table_that_changed_elsewhere_is_not_turned_back() -> None:
    """The workbook does not say what a table held at export, so a difference is never guessed to be the user's."""
    made = Made(load_scenario("agreed"))
    text = Path("good/region.csv").read_text("utf-8")
    Path("good/region.csv").write_text(text.replace("65,,25000,", "65,,25500,"), "utf-8")
    (problem,) = problems(made)
    assert (problem.code, problem.found, problem.facts["now"]) == ("workbook.stale_table", "25000", "25500")


# --- numbers that may not be ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        (REACH, 7, "share.percentage"),
        (REACH, -0.1, "number.too_low"),
        ("scenario.first_year", 2027.5, "number.not_whole"),
        ("scenario.first_year", 1066, "number.too_low"),
        ("arrangements.contracts.minder_zorg.enabled", 0.5, "workbook.switch"),
    ],
)
def test_a_number_out_of_its_range_is_refused_at_its_cell(id: str, value: float, code: str) -> None:
    """The scenario's own checks judge; the place is the cell."""
    made = Made(load_scenario("agreed")).set(id, value)
    (problem,) = problems(made)
    line = 4 + made.scalars.index(made.row(id))
    assert (code, "X.xlsx", f"Invoer!C{line} {id}") == (problem.code, problem.file, problem.path)


@pytest.mark.usefixtures("stand")
def test_numbers_that_do_not_fit_together_are_refused_at_a_changed_cell() -> None:
    """Payers that sum to 1.3 are a problem of the cell that changed."""
    id = "interventions.valpreventie.payers.0.share"
    (problem,) = problems(Made(load_scenario("agreed")).set(id, 0.9))
    assert problem.code == "payers.sum"
    assert problem.path.endswith(id)


@pytest.mark.usefixtures("stand")
def test_a_negative_count_is_refused_at_the_cell_of_the_table() -> None:
    """The new table is checked as any table is."""
    (problem,) = problems(Made(load_scenario("agreed")).set_cell(contract.PEOPLE, "people|GM0114|2024", "65+", -5))
    assert (problem.code, problem.path) == ("number.negative", "Invoer_tabellen!D4 people|GM0114|2024|65+")


@pytest.mark.usefixtures("stand")
def test_all_problems_of_a_workbook_come_at_once() -> None:
    """A text, a date and a number out of range in one list."""
    made = (
        Made(load_scenario("agreed"))
        .set(REACH, "0,6")
        .set(REDUCTION, 1.5)
        .set("holders.switching_per_year", dated(46143))
    )
    found = problems(made)
    assert sorted(p.code for p in found) == ["share.percentage", "workbook.date", "workbook.text_number"]


@pytest.mark.usefixtures("stand")
def test_many_problems_are_counted() -> None:
    """Fifty in full, the rest as a number."""
    made = Made(load_scenario("agreed"))
    for row in made.scalars[1:]:
        row[2] = "n.v.t."
    found = problems(made)
    assert (len(found), found[-1].code) == (51, "table.more")


# --- the command ----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", *arguments], catch_exceptions=False)


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize(
    ("lang", "old", "new", "tail"), [("nl", "0,05", "0,075", ""), ("en", "0.05", "0.075", " --lang en")]
)
def test_the_command_shows_each_change_the_file_and_what_comes_next(lang: str, old: str, new: str, tail: str) -> None:
    """Decimals as the language writes them."""
    Made(load_scenario("agreed")).set(REACH, 0.075).write(Path("X.xlsx"))
    found = run("X.xlsx", "--into", "agreed", "--reason", WHY, "--lang", lang)
    assert found.exit_code == 0
    row = next(line for line in found.stdout.splitlines() if REACH in line)
    assert [REACH, old, new] == row.split()[-3:]
    assert found.stdout.endswith(f": coalition run agreed/scenario-v2.yaml{tail}\n")


@pytest.mark.usefixtures("stand")
def test_the_command_says_that_nothing_changed() -> None:
    """No file, and no failure."""
    Made(load_scenario("agreed"), "en").write(Path("X.xlsx"))
    found = run("X.xlsx", "--into", "agreed", "--reason", WHY, "--lang", "en")
    assert (found.exit_code, found.stdout) == (
        0,
        "The workbook changes nothing in the scenario; nothing was written.\n",
    )


@pytest.mark.usefixtures("stand")
def test_the_next_command_runs() -> None:
    """What is printed can be copied."""
    Made(load_scenario("agreed")).set(REACH, 0.075).write(Path("X.xlsx"))
    last = run("X.xlsx", "--into", "agreed", "--reason", WHY).stdout.splitlines()[-1]
    arguments = last.partition("coalition ")[2].split()
    assert CliRunner().invoke(main, arguments, catch_exceptions=False).exit_code == 0


@pytest.mark.usefixtures("stand")
def test_labels_of_a_workbook_reach_the_screen_as_they_are() -> None:
    """Square brackets are no colours, and no sign moves the cursor."""
    made = Made(load_scenario("agreed")).set(REACH, 0.075)
    made.row(REACH)[1] = "[red]Bereik[/red] [link=x]"
    made.write(Path("X.xlsx"))
    assert "[red]Bereik[/red] [link=x]" in run("X.xlsx", "--into", "agreed", "--reason", WHY).stdout


@pytest.mark.usefixtures("stand")
def test_a_folder_that_may_not_be_written_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of rights is named as such, and is no defect."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = Made(load_scenario("agreed")).set(REACH, 0.07).write(Path("X.xlsx"))
    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ScenarioError) as caught:
        import_workbook(file, "agreed", reason=WHY)
    assert [(p.code, p.file) for p in caught.value.problems] == [("workbook.folder", "agreed")]


@pytest.mark.usefixtures("stand")
def test_a_defect_on_the_way_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the program itself fails half-way."""

    def broken(*_: object) -> None:
        raise RuntimeError

    file = Made(load_scenario("agreed")).set(REACH, 0.07).write(Path("X.xlsx"))
    before = kept(Path.cwd())
    monkeypatch.setattr("coalition.workbook.version.log_text", broken)
    with pytest.raises(RuntimeError):
        import_workbook(file, "agreed", reason=WHY)
    assert before == kept(Path.cwd())


# --- other programs -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stand")
def test_a_workbook_that_libreoffice_saved_imports_the_same() -> None:
    """Names, properties, ids and numbers survive another program."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    made = Made(load_scenario("agreed")).set(REACH, 0.07).set_cell(contract.BY_YEAR, AMOUNTS, "2028", 75_000)
    made.set_cell(contract.COST, "cost|GM0114|wlz", "0-64", 91.125)
    made.write(Path("X.xlsx"))
    Path("office").mkdir()
    command = [office, f"-env:UserInstallation=file://{Path.cwd()}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", "office", "X.xlsx"], check=True, capture_output=True, timeout=120)
    assert Path("office/X.xlsx").read_bytes() != Path("X.xlsx").read_bytes()
    straight = import_workbook(Path("X.xlsx"), "agreed", reason=WHY)
    around = import_workbook(Path("office/X.xlsx"), "agreed", reason=WHY)
    assert straight.changes == around.changes
    first, second = load_scenario("agreed/scenario-v2.yaml"), load_scenario("agreed/scenario-v3.yaml")
    assert numbers_in(first.spec) == numbers_in(second.spec)
    assert Path("agreed/cost-v2.csv").read_bytes() == Path("agreed/cost-v3.csv").read_bytes()


def test_names_of_cells_are_told_apart_without_capitals() -> None:
    """A spreadsheet knows one name for `A.b` and `a_B`."""
    assert contract.cell_names(["x.A.b", "x.a_B", "x.é"]) == {
        "x.A.b": "in_x_A_b",
        "x.a_B": "in_x_a_B_2",
        "x.é": "in_x__",
    }


def test_drenthe_comes_back(tmp_path: Path) -> None:
    """The main scenario, with its catalogue numbers and large tables."""
    folder = tmp_path / "drenthe"
    shutil.copytree(Path(__file__).resolve().parents[1] / "scenarios" / "drenthe", folder)
    made = Made(load_scenario(folder), plain=())
    path = made.scalars[5][0]
    made.set(path, made.row(path)[2] * 0.99)
    found = import_workbook(made.write(tmp_path / "X.xlsx"), folder, reason=WHY)
    assert [path] == [c.path for c in found.changes]
