"""Write docs/errors.md, and on request the messages that it quotes: about scenarios, workbooks and studies.

    python docs/make_errors.py               the page, from the files and the messages beside them
    python docs/make_errors.py --messages    first the messages (`.nl.txt` and `.en.txt`), as the program says them now

A case is a file `<code>.yaml`, a folder `<code>/` with a scenario and its tables, or a file `<code>.set` with changes
(`--set`) to the scenario `good`; `<code>-<words>` is a further case of the same code. What cannot lie in a folder of
small text files (a file of 100 MB, other encodings, a filled input form) is made by MADE when it is needed. Workbooks
that come back are all made, by tests/workbook_cases.py; the messages about them lie in tests/bad_workbooks. Evaluation
studies are made by tests/study_cases.py; the messages about them lie in tests/bad_studies.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coalition.contract_messages import MESSAGES as CONTRACT_MESSAGES
from coalition.errors import InputError
from coalition.messages import MESSAGES, Language, render_all
from coalition.optimise_messages import MESSAGES as OPTIMISE_MESSAGES
from coalition.outputs.failures import error_text
from coalition.problems import Problem
from coalition.scenario import load_all
from coalition.workbook.importing import import_workbook

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
workbook_cases: Any = importlib.import_module("workbook_cases")
study_cases: Any = importlib.import_module("study_cases")
form_building: Any = importlib.import_module("form_building")
CASES = ROOT / "tests" / "bad_scenarios"
PAGE = ROOT / "docs" / "errors.md"
SOUND = ("good", "small", "agreed", "wishes")
"""Scenarios without problems, on which the bad ones build."""
LANGUAGES: tuple[Language, Language] = ("nl", "en")


@dataclass(frozen=True)
class Case:
    """One mistake.

    Attributes:
        name: code, and words after a hyphen when the code has several cases.
        file: what is checked, as the user names it.
        assign: changes on the command line.
        shown: (file name, text) of what the mistake is in; a sentence when the file is made.
    """

    name: str
    file: str
    assign: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]

    @property
    def code(self) -> str:
        """The code of the problem that the case is about."""
        return self.name.partition("-")[0]


GOOD_TEXT = (CASES / "good" / "scenario.yaml").read_text("utf-8")


def _hundred_megabytes(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(100_000_001)


def _table(file: Path, rows: str) -> None:
    """A folder with a scenario on `small` and a region table of these rows."""
    file.mkdir()
    (file / "scenario.yaml").write_text("scenario: {base: ../small}\nregion: {people: region.csv}\n", "utf-8")
    heading = (CASES / "small" / "region.csv").read_text("utf-8").partition("\n")[0]
    (file / "region.csv").write_text(f"{heading}\n{rows}", "utf-8")


def _form(**answers: Any) -> Callable[[Path], object]:
    """A filled input form in which these answers are other ones; `__` stands for the points of a key."""
    changed = {key.replace("__", "."): value for key, value in answers.items()}
    return lambda file: form_building.filled_form(file, {**form_building.ANSWERS, **changed})


def _no_form(file: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(file)


MADE: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "file.missing": ("scenraio.yaml", "A file name with a slip.", lambda file: file.exists()),
    "file.no_scenario_in_folder": ("map", "A folder without `scenario.yaml`.", lambda file: file.mkdir()),
    "file.too_large": ("groot.yaml", "A file of 100 MB.", _hundred_megabytes),
    "file.too_large-table": (
        "grote_tabel",
        "A table of 100 MB.",
        lambda file: (_table(file, ""), _hundred_megabytes(file / "region.csv")),
    ),
    "file.utf16": ("utf16.yaml", "A file saved as “Unicode”.", lambda file: file.write_text(GOOD_TEXT, "utf-16")),
    "file.workbook": ("werkboek.yaml", "A workbook with another name.", lambda file: file.write_bytes(b"PK\3\4\0\0")),
    "file.not_utf8": (
        "ansi.yaml",
        "A file saved as ANSI (Windows-1252).",
        lambda file: file.write_bytes("scenario:\n  title: Coalitie in coördinatie\n".encode("cp1252")),
    ),
    "yaml.control_character": (
        "teken.yaml",
        "A file with an invisible sign.",
        lambda file: file.write_text("scenario:\n  base: good\u200b\n", "utf-8"),
    ),
    "yaml.too_many_values": (
        "veel.yaml",
        "A file with 200,001 values.",
        lambda file: file.write_text("published:\n  inputs: [" + "1, " * 200_000 + "1]\n", "utf-8"),
    ),
    "table.too_many_rows": (
        "lang",
        "A table of over two million rows.",
        lambda file: _table(file, "1\n" * 2_000_001),
    ),
    "table.more": (
        "fout",
        "A table with a mistake in each of its 60 rows.",
        lambda file: _table(file, "".join(f"GM{n:04},PV22,2024,0,,veel,1\n" for n in range(60))),
    ),
    "file.not_a_form": ("ander.xlsx", "A workbook that is no input form.", _no_form),
    "file.row_gone": (
        "rij_weg.xlsx",
        "A form from which the row of the title is deleted.",
        lambda file: form_building.without_row(_form()(file), "scenario.title"),
    ),
    "form.missing": ("leeg.xlsx", "An empty form.", lambda file: form_building.empty_form(file)),
    "form.missing-asked": (
        "gevraagd.xlsx",
        "A form without what the evidence of falls prevention lacks, and without a pocket that it touches.",
        _form(intervention__1__asked__1=None, holders__cashable__wlz__share=None),
    ),
    "form.missing_in_row": (
        "rij.xlsx",
        "A form with a row of people that lacks an age class.",
        _form(people__2={"code": "GM0114", "name": "Emmen", "ages": [19000, None, 25000]}),
    ),
    "form.no_price_year": (
        "prijspeil.xlsx",
        "A form with an amount without a price year.",
        _form(intervention__2__cost__fixed_per_year=10000),
    ),
    "form.formula": ("formule.xlsx", "A form with a formula in an input cell.", _form(intervention__1__reach="=1/20")),
    "form.error": ("fout.xlsx", "A form with an error value.", _form(intervention__1__reach="#N/A")),
    "form.date": (
        "datum.xlsx",
        "A form with a number that became a date.",
        _form(intervention__1__reach=dt.date(2027, 2, 1)),
    ),
    "form.text_number": (
        "komma.xlsx",
        "A form with numbers typed as text: `0,6` and `12 %`.",
        _form(intervention__1__reach="0,6", intervention__1__completion="12 %"),
    ),
    "form.text_ambiguous": (
        "duizend.xlsx",
        "A form with `63.000` typed as text.",
        _form(people__2={"code": "GM0114", "name": "Emmen", "ages": [19000, "63.000", 25000]}),
    ),
    "form.no_number": ("woord.xlsx", "A form with a word for a number.", _form(scenario__first_year="volgend jaar")),
    "form.invisible": ("onzichtbaar.xlsx", "A form with an invisible sign.", _form(scenario__title="Proef\u200b")),
    "form.ages_order": ("leeftijden.xlsx", "A form whose age classes do not rise.", _form(ages=[0, 65, 18])),
    "form.no_class": (
        "klasse.xlsx",
        "A form with people in a column without an age class.",
        _form(people__2={"code": "GM0114", "name": "Emmen", "ages": [19000, 63000, 25000, 100]}),
    ),
    "form.duplicate": (
        "dubbel.xlsx",
        "A form that names an area twice.",
        _form(people__3={"code": "GM0106", "name": "Assen", "ages": [1, 2, 3]}, insured__3={"ages": [1, 2, 3]}),
    ),
    "form.no_pocket": (
        "domein.xlsx",
        "A form with cost in a pocket that has no price year in it.",
        _form(cost__4={"pocket": "justitie", "area": "alle", "standing": "waargenomen", "ages": [4, 150, 900]}),
    ),
    "form.not_asked": (
        "niet_gevraagd.xlsx",
        "A form with an answer that is not asked for the chosen intervention.",
        _form(intervention__1__asked__5=0.5),
    ),
    "form.zero_and_effect": (
        "nul.xlsx",
        "A form that calculates an intervention with zero effect, although it has one.",
        _form(intervention__1__no_effect="ja"),
    ),
    "share.percentage-form": ("procent.xlsx", "A form with 35 for a share.", _form(intervention__1__reach=35)),
    "region.area-form": (
        "gebied.xlsx",
        "A form with an area that is no code.",
        _form(people__2={"code": "Emmen", "name": "Emmen", "parent": "GM0114", "ages": [19000, 63000, 25000]}),
    ),
}
"""Per name: what it is called, what it is, and how it is made in a folder that holds copies of all other cases."""


def cases() -> list[Case]:
    """Every case, in alphabetical order."""
    found = [Case(name, file, (), (("", what),)) for name, (file, what, _) in MADE.items()]
    for path in CASES.iterdir():
        if path.suffix == ".yaml":
            found.append(Case(path.stem, path.name, (), ((path.name, path.read_text("utf-8")),)))
        elif path.suffix == ".set":
            items = tuple(path.read_text("utf-8").splitlines())
            command = "\n".join(f"coalition check good --set '{item}'" for item in items[:1])
            command += "".join(f" --set '{item}'" for item in items[1:])
            found.append(Case(path.stem, "good", items, (("", command),)))
        elif path.is_dir() and path.name not in SOUND:
            inside = sorted(path.iterdir(), key=lambda p: p.suffix, reverse=True)
            texts = tuple((f"{path.name}/{p.name}", p.read_text("utf-8")) for p in inside)
            found.append(Case(path.name, path.name, (), texts))
    return sorted(found, key=lambda case: case.name)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder with all cases, also the made ones, in which a user would stand; cleared afterwards."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "cases"
        shutil.copytree(CASES, folder)
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)


def problems_of(case: Case) -> list[Problem]:
    """What is wrong in a case, standing in the workplace; nothing when it is accepted."""
    if case.name in MADE and not Path(case.file).exists():
        MADE[case.name][2](Path(case.file))
    try:
        load_all([case.file], case.assign)
    except InputError as error:
        return list(error.problems)
    return []


def worded(problems: Sequence[Problem], lang: Language) -> str:
    """What the program says about problems; "" when there are none."""
    if not problems:
        return ""
    return render_all(problems, lang, {**MESSAGES, **CONTRACT_MESSAGES, **OPTIMISE_MESSAGES}) + "\n"


def said(case: Case, lang: Language) -> str:
    """What the program says about a case, standing in the workplace."""
    return worded(problems_of(case), lang)


def stored(case: Case, lang: Language) -> Path:
    """The file with the exact message."""
    return CASES / f"{case.name}.{lang}.txt"


def workbook_stored(case: Any, lang: Language) -> Path:
    """The file with the exact message about a workbook."""
    return ROOT / "tests" / "bad_workbooks" / f"{case.name}.{lang}.txt"


def workbook_said(case: Any) -> dict[Language, str]:
    """What the program says about a workbook, standing in a folder of its own; "" when it accepts it."""

    def ask() -> None:
        workbook_cases.furnish(Path())
        import_workbook(case.make(), case.into, reason=case.reason)

    return _said_alone(ask)


def study_stored(case: Any, lang: Language) -> Path:
    """The file with the exact message about a study."""
    return ROOT / "tests" / "bad_studies" / f"{case.name}.{lang}.txt"


def study_said(case: Any) -> dict[Language, str]:
    """What the program says about a study, standing in a folder of its own; "" when it accepts it."""
    return _said_alone(case.refused)


def _said_alone(ask: Callable[[], object]) -> dict[Language, str]:
    """What the program says when something is asked in an empty folder; "" when nothing is wrong."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            ask()
        except InputError as error:
            return {lang: error_text(error, lang) + "\n" for lang in LANGUAGES}
        finally:
            os.chdir(before)
    return dict.fromkeys(LANGUAGES, "")


def write_messages() -> None:
    """Renew every stored message; read the difference before you keep it."""
    for case in workbook_cases.CASES:
        for lang, text in workbook_said(case).items():
            workbook_stored(case, lang).write_text(text, "utf-8")
    for case in study_cases.CASES:
        for lang, text in study_said(case).items():
            study_stored(case, lang).write_text(text, "utf-8")
    with workplace():
        for case in cases():
            for lang in LANGUAGES:
                stored(case, lang).write_text(said(case, lang), "utf-8")


def page() -> str:
    """The text of docs/errors.md."""
    parts = [INTRODUCTION]
    subject = ""
    for case in cases():
        if (own := case.code.partition(".")[0]) != subject:
            subject = own
            parts.append(f"## {subject}")
        parts.append(f"### {case.name}")
        for file, text in case.shown:
            first = _fenced(file, text) if file or text.startswith("coalition ") else text
            parts.append(first)
        parts += [_fenced("", stored(case, lang).read_text("utf-8")) for lang in LANGUAGES]
    parts += made_parts(WORKBOOKS, workbook_cases.CASES, workbook_stored)
    parts += made_parts(STUDIES, study_cases.CASES, study_stored)
    return "\n\n".join(parts) + "\n"


def made_parts(introduction: str, made: Sequence[Any], stored_at: Callable[[Any, Language], Path]) -> Iterator[str]:
    """A part of the page about files that are all made: what is wrong in a phrase, and the words."""
    yield introduction
    for case in made:
        yield f"### {case.name}"
        yield case.what
        yield from (_fenced("", stored_at(case, lang).read_text("utf-8")) for lang in LANGUAGES)


WORKBOOKS = """## workbook

`coalition import` reads a workbook that comes back. It looks at the file before it opens it, then at what stands in the
input cells, and writes a new version of the scenario only when nothing is wrong. The workbooks are made by
[tests/workbook_cases.py](../tests/workbook_cases.py)."""

STUDIES = """## study

`coalition evaluate` reads a study: a file that says who takes part from when and by which methods the effect is
estimated, and a table with a row per unit and period. Both are checked before anything is estimated, and so are the
protocol and the contract that the study names. The studies are made by
[tests/study_cases.py](../tests/study_cases.py): forty municipalities over ten years, four of which take part."""

INTRODUCTION = """# What can be wrong in a scenario, a workbook or a study, and what the program says about it

`coalition check FILE` and every command that reads a scenario report all problems at once: where (file and line), what
was found, what it means and what to do. Then the exit code is 3, nothing is calculated and nothing is written.
`--lang en` gives English.

Below stands each kind of problem with a file that has it, and the exact message in Dutch and in English. The files lie
in [tests/bad_scenarios](../tests/bad_scenarios); most build on a sound scenario there (`base: good`, `small`,
`agreed` or `wishes`) and change one thing. A contract in a file of its own, for `coalition settle`, gets the same
words. Workbooks that come back and evaluation studies stand at the end ([workbook](#workbook), [study](#study)). This
page is made by `docs/make_errors.py`."""


def _fenced(file: str, text: str) -> str:
    kind = file.rpartition(".")[2] if file else "text"
    head = f"`{file}`\n\n" if file else ""
    return f"{head}```{kind}\n{text.rstrip()}\n```"


if __name__ == "__main__":
    if "--messages" in sys.argv[1:]:
        write_messages()
    PAGE.write_text(page(), "utf-8")
