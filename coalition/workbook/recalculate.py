"""Workbooks recalculated by a program that is not ours: LibreOffice, or the package `formulas`.

LibreOffice starts once for many workbooks, with a profile of its own that recalculates everything on loading (by
default it shows the stored values), runs no macros and follows no links. Nothing is compared here.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from coalition.errors import EngineError, MissingExtraError
from coalition.workbook.stored import Place, Value, formula_values


class Engine(StrEnum):
    """What recalculates."""

    LIBREOFFICE = "libreoffice"
    FORMULAS = "formulas"


AUTO = "auto"
"""LibreOffice where it is installed, because it is a spreadsheet that people use; else `formulas`."""

MOST_AT_ONCE = 200
"""Workbooks per start, so that the command stays within the length that every system allows."""
START_SECONDS, WORKBOOK_SECONDS = 120, 120
"""Patience with a first start on a slow machine, and with each workbook; a large one takes about a second."""

NOWHERE = "http://127.0.0.1:9"
"""A proxy that answers nobody: a workbook has nothing to fetch."""

SETTINGS = {
    "/org.openoffice.Office.Calc/Formula/Load": {"OOXMLRecalcMode": "0", "ODFRecalcMode": "0"},
    "/org.openoffice.Office.Calc/Content/Update": {"Link": "2"},
    "/org.openoffice.Office.Common/Security/Scripting": {"MacroSecurityLevel": "3", "DisableMacrosExecution": "true"},
    "/org.openoffice.Setup/L10N": {"ooLocale": "en-US", "ooSetupSystemLocale": "en-US"},
}
"""Always recalculate on loading (0); never follow links to other files (2); run no macros, whoever signed them (3);
TEXT writes numbers in the same way on every machine."""


def office() -> str | None:
    """The command of LibreOffice, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def chosen_engine(asked: str = AUTO) -> Engine:
    """The engine that is asked for, or the best one that is there.

    Raises:
        MissingExtraError: it is not installed.
    """
    present = {Engine.LIBREOFFICE: office() is not None, Engine.FORMULAS: find_spec("formulas") is not None}
    for engine, there in present.items():
        if there and asked in (AUTO, engine):
            return engine
    raise MissingExtraError("verify")


def recalculated(paths: Iterable[Path], engine: str = AUTO) -> dict[Path, dict[Place, Value]]:
    """The value of every formula cell of every workbook after a full recalculation.

    Args:
        paths: workbooks (.xlsx); the files are not changed.
        engine: "auto", or one of Engine.
    Raises:
        MissingExtraError: no engine is installed.
        EngineError: it did not finish.
    """
    wanted = list(paths)
    if chosen_engine(engine) is Engine.FORMULAS:
        return {path: _by_formulas(path) for path in wanted}
    rest, found = iter(wanted), {}
    while batch := list(islice(rest, MOST_AT_ONCE)):
        found.update(_by_libreoffice(batch))
    return found


# --- LibreOffice --------------------------------------------------------------------------------------------------


def _by_libreoffice(paths: Sequence[Path]) -> dict[Path, dict[Place, Value]]:
    with tempfile.TemporaryDirectory(prefix="coalition-") as name:
        made = saved_again(paths, Path(name))
        return {path: formula_values(file) for path, file in zip(paths, made, strict=True)}


def saved_again(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks as LibreOffice saves them after a full recalculation, in one start of it.

    Args:
        paths: workbooks (.xlsx); the files are not changed.
        folder: an empty one, where the new files come.
    Raises:
        EngineError: it did not finish.
    """
    made = folder / "recalculated"
    copies = [_copied(path, folder / f"{number}.xlsx") for number, path in enumerate(paths)]
    _write_profile(folder / "profile")
    command = [
        office() or "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", "xlsx", "--outdir", str(made)),
        *map(str, copies),
    ]
    said = _finished(command, START_SECONDS + WORKBOOK_SECONDS * len(copies))
    missing = [path for path, copy in zip(paths, copies, strict=True) if not (made / copy.name).is_file()]
    if missing:
        raise EngineError(Engine.LIBREOFFICE, missing[0].name, said)
    return [made / copy.name for copy in copies]


def _copied(path: Path, copy: Path) -> Path:
    """A copy under a plain name: two folders may hold files of the same name, and a name may look like an option."""
    shutil.copyfile(path, copy)
    return copy


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, properties in SETTINGS.items()
        for name, value in properties.items()
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        "utf-8",
    )


def _finished(command: Sequence[str], seconds: float) -> str:
    """What a command said on standard error; it and its children are ended when the time is up."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **proxies},
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=seconds)[1].decode("utf-8", "replace").strip()
    except subprocess.TimeoutExpired as error:
        raise EngineError(Engine.LIBREOFFICE, "", f"{seconds:.0f} s") from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, with all that it started; `soffice` is only a script that starts the program."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


# --- formulas -----------------------------------------------------------------------------------------------------


def _by_formulas(path: Path) -> dict[Place, Value]:
    """One workbook as it is."""
    [found] = with_inputs(path, [{}])
    return found


def with_inputs(path: Path, changes: Sequence[Mapping[Place, float]]) -> list[dict[Place, Value]]:
    """The values of all formula cells by `formulas` under each set of other inputs; the workbook is read once.

    Args:
        path: a workbook.
        changes: input cell -> value, one mapping per calculation.
    Raises:
        EngineError: the package cannot read or calculate it.
    """
    stored = formula_values(path)
    with (
        tempfile.TemporaryDirectory(prefix="coalition-") as name,
        contextlib.redirect_stderr(io.StringIO()),  # a progress bar, which nobody asked for
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        import formulas

        formulas.get_functions()["HYPERLINK"] = _hyperlink  # the one classic function that the package lacks
        try:
            model = formulas.ExcelModel().loads(str(_copied(path, Path(name) / "0.xlsx"))).finish()
            solutions = [model.calculate(inputs={_node(place): v for place, v in own.items()}) for own in changes]
        except Exception as error:  # whatever the package stumbles over is the workbook's or its own, not ours
            raise EngineError(Engine.FORMULAS, path.name, str(error)) from error
        shown = [dict(_single_cells(solution)) for solution in solutions]
    return [{place: own.get((place[0].upper(), place[1])) for place in stored} for own in shown]


def _node(place: Place) -> str:
    """How the package calls a cell; it writes sheet names in capitals."""
    return f"'[0.xlsx]{place[0].upper()}'!{place[1]}"


def _hyperlink(address: Any, words: Any = None) -> Any:
    """What a link shows."""
    return address if words is None else words


def _single_cells(solution: Any) -> Iterator[tuple[Place, Value]]:
    """Each cell of a solution of `formulas`; its keys are `'[file]SHEET'!A1`, also for ranges and names."""
    for key, ranges in solution.items():
        if not isinstance(key, str) or "]" not in key or ":" in key.rpartition("!")[2]:
            continue
        sheet, _, cell = key.partition("]")[2].rpartition("'!")
        yield (sheet.replace("''", "'"), cell), _plain(ranges.value[0, 0])


def _plain(value: Any) -> Value:
    """A value of `formulas` as one of ours; a reference to an empty cell shows 0."""
    kind = type(value).__name__
    if kind in ("bool", "bool_"):
        return bool(value)
    if kind == "Token":
        return 0.0
    return str(value) if isinstance(value, str) else float(value)
