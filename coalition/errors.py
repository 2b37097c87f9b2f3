"""Every error of the package, on one page.

    CoalitionError         the user can repair it; the command line prints it without traceback
      InputError           a file says something impossible or unreadable; carries all problems (exit code 3)
        ScenarioError        it is a scenario file, or a table beside it
        SourceError          it is a published data file (Vektis, CBS, CPB)
      UnknownNameError     a party, year, intervention or parameter that the scenario does not have (exit code 2)
      NoAgreementError     no allocation satisfies all parties (exit code 1)
      MissingExtraError    an optional package is not installed (exit code 4)
      EngineError          a spreadsheet program is installed, but did not recalculate a workbook (exit code 4)
    DefectError            something that cannot be is: our bug, never the user's (exit code 70)

Exit codes are data of the class, so that one place in cli.py can use them. Nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from coalition.problems import Problem


class CoalitionError(Exception):
    """Something that the user can repair."""

    exit_code: ClassVar[int] = 1


class InputError(CoalitionError):
    """A file holds problems; all of them are in `problems`, in reading order."""

    exit_code: ClassVar[int] = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise DefectError("an InputError needs at least one problem")
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place}: {p.code}" for p in self.problems))


class ScenarioError(InputError):
    """A scenario file, or a table beside it, says something impossible."""


class SourceError(InputError):
    """A published data file is not what its reader expects."""


class UnknownNameError(CoalitionError):
    """A name that the scenario or catalogue does not have; `names` are the ones that it has.

    `instead` is the dotted path of something of another kind that has this name, or "".
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, kind: str, name: str, names: Sequence[str], *, instead: str = "") -> None:
        self.kind, self.name, self.names, self.instead = kind, name, tuple(names), instead
        super().__init__(f"{kind}: {name!r}")


class NoAgreementError(CoalitionError):
    """No allocation satisfies all parties; the message names the clashing wishes."""

    exit_code: ClassVar[int] = 1


class MissingExtraError(CoalitionError):
    """An optional package is not installed; `extra` names what to install."""

    exit_code: ClassVar[int] = 4

    def __init__(self, extra: str) -> None:
        self.extra = extra
        super().__init__(f"coalition[{extra}]")


class EngineError(CoalitionError):
    """The program that recalculates did not finish; `workbook` is the file's name or "", `reason` what it said."""

    exit_code: ClassVar[int] = 4

    def __init__(self, engine: str, workbook: str, reason: str) -> None:
        self.engine, self.workbook, self.reason = engine, workbook, reason
        super().__init__(f"{engine}: {workbook} {reason}")


class DefectError(Exception):
    """Our bug. The command line names a log file and exits with 70."""

    exit_code: ClassVar[int] = 70
