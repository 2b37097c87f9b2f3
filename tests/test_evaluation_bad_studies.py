"""Whatever is wrong with a study is said at once, with its place and remedy, in both languages.

The messages in tests/bad_studies are decisions; `python docs/make_errors.py --messages` renews them and the page made
of them. A new check gets a case in study_cases.py.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from evaluation_studies import rows, study, write, write_study
from study_cases import CASES, StudyCase, first, on_rows, sealed_on

from coalition.errors import ScenarioError
from coalition.evaluation.messages import MESSAGES
from coalition.evaluation.study_files import load_study
from coalition.problems import Problem

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))
make_errors: Any = importlib.import_module("make_errors")


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, as the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems_of(case: StudyCase) -> list[Problem]:
    """What is wrong with the study of a case, standing in an empty folder."""
    with pytest.raises(ScenarioError) as caught:
        case.refused()
    return list(caught.value.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.usefixtures("stand")
def test_a_mistake_is_found_where_it_was_made_and_gets_exactly_these_words(case: StudyCase) -> None:
    """The problem names the file, the line and the key; what it means and what to do are said to the letter."""
    found = problems_of(case)
    problem = next(p for p in found if (p.code, p.path) == (case.code, case.path))
    assert problem.file in ("study.yaml", "panel.csv", "protocol.yaml", "--date")
    assert problem.line > 0 or problem.file == "--date"
    assert case.line in (None, problem.line)
    for lang in make_errors.LANGUAGES:
        said = make_errors.error_text(ScenarioError(found), lang) + "\n"
        assert make_errors.study_stored(case, lang).read_text("utf-8") == said


def test_every_message_has_a_case_and_every_case_its_messages() -> None:
    """A check without a case has words that nobody has read; a stored message belongs to a case that is still there."""
    assert set() == set(MESSAGES) - {case.code for case in CASES}
    names = [make_errors.study_stored(case, lang).name for case in CASES for lang in make_errors.LANGUAGES]
    assert sorted(names) == sorted(path.name for path in (Path(__file__).parent / "bad_studies").iterdir())


def test_the_page_of_errors_holds_every_message_about_a_study() -> None:
    """Each case once, under a heading of its own, with what is wrong in a phrase."""
    _, _, section = make_errors.PAGE.read_text("utf-8").partition("\n## study\n")
    headings = [line.removeprefix("### ") for line in section.splitlines() if line.startswith("### ")]
    assert headings == [case.name for case in CASES]
    assert all(f"### {case.name}\n\n{case.what}\n" in section for case in CASES)


@pytest.mark.usefixtures("stand")
def test_all_mistakes_are_told_at_once() -> None:
    """Four mistakes of different kinds give four problems in one go."""
    said = {"treated": ["GM0001", "GM9"], "start": 2025, "exclude": ["GM8888"]}
    codes = [p.code for p in problems_of(StudyCase("", "", "", on_rows(first, weight=0), said))]
    assert sorted(codes) == ["study.start_outside", "study.unknown_unit", "study.unknown_unit", "study.weight"]


def test_a_sound_study_loads(tmp_path: Path) -> None:
    """The same files without a mistake are accepted, whatever the order of the rows."""
    data = rows()
    loaded = load_study(write(tmp_path, reversed(data)))
    assert loaded.panel.units == tuple(sorted({row["unit"] for row in data}))
    assert loaded.panel.outcome[0, 0] == data[0]["outcome"]
    assert loaded.panel.starts == (2018,)


def test_a_protocol_is_never_replaced(stand: Path) -> None:
    """One that is there already stays as it is, and a wrong date is told in the same go."""
    (stand / "protocol.yaml").write_text("sealed", "utf-8")
    case = StudyCase("file.exists", "", "", ask=sealed_on("gisteren"))
    assert [p.code for p in problems_of(case)] == ["study.date", "file.exists"]
    assert (stand / "protocol.yaml").read_text("utf-8") == "sealed"


def test_weights_of_one_person_each_are_no_small_groups(tmp_path: Path) -> None:
    """A row per person has a weight of at most one and hides nobody."""
    data = rows()
    on_rows(lambda _: True, weight=1)(data)
    assert load_study(write(tmp_path, data)).persons is None


def test_a_study_file_alone_is_checked_first(tmp_path: Path) -> None:
    """A key that does not exist is told before the data are read."""
    path = write_study(tmp_path, study(metods=["did"]))
    with pytest.raises(ScenarioError) as caught:
        load_study(path)
    assert [p.path for p in caught.value.problems] == ["metods"]
