"""A workbook from elsewhere is looked at before it is opened, and everything that is wrong with it is said exactly.

The messages in tests/bad_workbooks are decisions; `python docs/make_errors.py --messages` renews them and the page made
of them. What is hostile must also be refused quickly and in little memory, measured in a process of its own.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import workbook_cases
from click.testing import CliRunner
from workbook_cases import CASES, HOSTILE, BookCase
from workbook_making import repacked

from coalition.cli import main
from coalition.errors import ScenarioError
from coalition.forms.opening import MAX_UNPACKED, opened
from coalition.messages import Language
from coalition.workbook.importing import import_workbook
from coalition.workbook_messages import MESSAGES

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))
make_errors: Any = importlib.import_module("make_errors")

NO_CASE = {
    "workbook.unreadable": "not a matter of content; shown below",
    "workbook.folder": "not a matter of content; shown in test_workbook_import.py",
}
"""Codes that no file can provoke, and why."""
MOST_SECONDS, MOST_MEGABYTES = 2.0, 300


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scenarios, as the current folder."""
    workbook_cases.furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_workbook_gets_exactly_these_words_and_changes_nothing(case: BookCase, stand: Path) -> None:
    """Where, what was found, what it means, what to do: to the letter, in both languages; no file changes."""
    file = case.make()
    before = kept(stand)
    with pytest.raises(ScenarioError) as caught:
        import_workbook(file, case.into, reason=case.reason)
    assert before == kept(stand)
    assert case.code in {p.code for p in caught.value.problems}
    for lang in make_errors.LANGUAGES:
        said = make_errors.error_text(caught.value, lang) + "\n"
        assert make_errors.workbook_stored(case, lang).read_text("utf-8") == said


def test_every_message_has_a_case_and_every_case_its_messages() -> None:
    """A check without a case has words that nobody has read; a stored message belongs to a case that is still there."""
    assert set(NO_CASE) == set(MESSAGES) - {case.code for case in CASES}
    names = {make_errors.workbook_stored(case, lang).name for case in CASES for lang in make_errors.LANGUAGES}
    assert names == {path.name for path in (Path(__file__).parent / "bad_workbooks").iterdir()}


MEASURED = r"""
import json, os, pathlib, re, resource, sys, time
from coalition.cli import main
for folder, arguments in json.load(sys.stdin):
    os.chdir(folder)
    start = time.process_time()
    try:
        main(arguments)
    except SystemExit as left:
        seconds, kilobytes = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        status = pathlib.Path("/proc/self/status")  # what ru_maxrss says of a child can be its parent's
        if status.exists():
            kilobytes = int(re.search(r"VmHWM:\s*([0-9]+)", status.read_text())[1])
        print(left.code, seconds, kilobytes / 1024)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Exit code, seconds, and megabytes at most until then, of each hostile file; all in one process, one by one."""
    commands = []
    for case in HOSTILE:
        folder = tmp_path_factory.mktemp("hostile")
        workbook_cases.furnish(folder)
        with contextlib.chdir(folder):
            arguments = ["import", str(case.make()), "--into", case.into, "--reason", case.reason]
        commands.append((str(folder), arguments))
    command, typed = [sys.executable, "-c", MEASURED], json.dumps(commands)
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return dict(zip((case.name for case in HOSTILE), lines, strict=True))


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_a_hostile_file_costs_neither_time_nor_memory(case: BookCase, measured: dict[str, list[str]]) -> None:
    """Refused with exit code 3 within two seconds of work and 300 MB, the whole program counted."""
    code, seconds, megabytes = measured[case.name]
    assert code == "3"
    assert float(seconds) < MOST_SECONDS
    assert float(megabytes) < MOST_MEGABYTES


@pytest.mark.usefixtures("stand")
def test_a_bomb_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the directory says nothing wrong: what is unpacked is counted on the way."""
    file = workbook_cases.bomb()
    monkeypatch.setattr("coalition.forms.opening._check_sizes", lambda _: None)
    monkeypatch.setattr("coalition.forms.opening.MAX_TEXT", MAX_UNPACKED * 10)
    monkeypatch.setattr("coalition.forms.opening._MOST_SILENT", MAX_UNPACKED * 10)
    with pytest.raises(ScenarioError, match=r"workbook\.bomb"):
        opened(file, "X.xlsx")


@pytest.mark.usefixtures("stand")
def test_a_file_that_may_not_be_opened_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of rights is named as such, and is no defect."""

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    file = workbook_cases.sound()
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(ScenarioError) as caught:
        opened(file, "X.xlsx")
    assert [(p.code, p.facts["reason"]) for p in caught.value.problems] == [
        ("workbook.unreadable", "Permission denied")
    ]


@pytest.mark.parametrize("lang", make_errors.LANGUAGES)
@pytest.mark.usefixtures("stand")
def test_the_command_refuses_in_the_language_asked_for(lang: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, words on standard error, nothing on standard output."""
    arguments = ["import", str(workbook_cases.bomb()), "--into", "agreed", "--reason", "x", "--lang", lang]
    monkeypatch.setattr("sys.argv", ["coalition", *arguments])
    found = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert (found.exit_code, found.stdout) == (3, "")
    case = next(case for case in CASES if case.name == "workbook.bomb")
    assert found.stderr == make_errors.workbook_stored(case, lang).read_text("utf-8")


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_random_damage_is_refused_or_read(seed: int) -> None:
    """Whatever happened on the way: a problem in words or a sound import, never a defect."""
    random_bytes = random.Random(seed)
    content = bytearray(workbook_cases.sound().read_bytes())
    for _ in range(random_bytes.randrange(1, 20)):
        content[random_bytes.randrange(len(content))] = random_bytes.randrange(256)
    Path("X.xlsx").write_bytes(bytes(content))
    with contextlib.suppress(ScenarioError):
        import_workbook(Path("X.xlsx"), "agreed", reason="x")


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize("seed", range(40))
def test_a_part_with_random_damage_is_refused_or_read(seed: int) -> None:
    """The same below the packing, where no checksum helps."""
    chance = random.Random(seed)
    file = workbook_cases.sound()
    with zipfile.ZipFile(file) as archive:
        name = chance.choice([n for n in archive.namelist() if n.endswith((".xml", ".rels"))])
        content = bytearray(archive.read(name))
    for _ in range(chance.randrange(1, 4)):
        content[chance.randrange(len(content))] = chance.choice(b'<>&"=0123456789 abcxyz/!?:.')
    repacked(file, {name: bytes(content)})
    with contextlib.suppress(ScenarioError):
        import_workbook(file, "agreed", reason="x")


@pytest.mark.usefixtures("stand")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("[trash]/0000.dat", b"\x00\x01\x02"),
        ("xl/printerSettings/printerSettings1.bin", "\\\\server\\printer".encode("utf-16-le")),
        ("docProps/thumbnail.jpeg", b"\xff\xd8\xff\xe0"),
        ("xl/drawings/vmlDrawing1.vml", b"<xml><br></xml>"),
        ("docMetadata/LabelInfo.xml", b"<a/>"),
        (
            "xl/worksheets/_rels/sheet3.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
            b'Target="http://example.org/" TargetMode="External"/></Relationships>',
        ),
    ],
)
def test_what_office_programs_leave_in_a_workbook_is_let_through(name: str, content: bytes) -> None:
    """Printer settings, a thumbnail, a note, a sensitivity label, a link to a web page: no reason to refuse."""
    file = repacked(workbook_cases.sound(), {}, add={name: content})
    assert import_workbook(file, "agreed", reason="x").file is None
