"""What a user reads when something went wrong, or when a check found nothing."""

from __future__ import annotations

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from coalition import __version__
from coalition.contract_messages import MESSAGES as CONTRACT_MESSAGES
from coalition.errors import CoalitionError, EngineError, InputError, MissingExtraError, UnknownNameError
from coalition.evaluation.messages import MESSAGES as STUDY_MESSAGES
from coalition.messages import MESSAGES, render_all
from coalition.optimise_messages import MESSAGES as OPTIMISE_MESSAGES
from coalition.outputs.labels import Lang
from coalition.problems import closest
from coalition.scenario import Scenario
from coalition.sources.messages import MESSAGES as SOURCE_MESSAGES
from coalition.workbook_messages import MESSAGES as WORKBOOK_MESSAGES

MOST_NAMES = 80
"""A longer list of names helps nobody; the one that is near is named all the same."""


ALSO = {
    "verify": (
        "\nOf installeer LibreOffice (het programma `soffice`); dat is sneller.",
        "\nOr install LibreOffice (the program `soffice`); that is faster.",
    ),
}
"""What helps as well as the optional part, in Dutch and English."""


def error_text(error: CoalitionError, lang: Lang) -> str:
    """What a user reads about an error: all problems of a file, or one or two sentences."""
    if isinstance(error, InputError):
        pages = (MESSAGES, CONTRACT_MESSAGES, OPTIMISE_MESSAGES, WORKBOOK_MESSAGES, SOURCE_MESSAGES, STUDY_MESSAGES)
        return render_all(error.problems, lang, {code: said for page in pages for code, said in page.items()})
    if isinstance(error, UnknownNameError):
        return _unknown_text(error, lang)
    if isinstance(error, MissingExtraError):
        nl = f"Hiervoor is een extra onderdeel nodig. Installeer het met: pip install 'coalition[{error.extra}]'"
        en = f"This needs an optional part. Install it with: pip install 'coalition[{error.extra}]'"
        nl_also, en_also = ALSO.get(error.extra, ("", ""))
        return nl + nl_also if lang == "nl" else en + en_also
    if isinstance(error, EngineError):
        return _engine_text(error, lang)
    return str(error)


def _engine_text(error: EngineError, lang: Lang) -> str:
    """The program that recalculates is there and did not do it."""
    name = {"libreoffice": "LibreOffice"}.get(error.engine, error.engine)
    said = f" ({error.reason.splitlines()[-1]})" if error.reason else ""
    if lang == "nl":
        what = f"{error.workbook} niet doorgerekend" if error.workbook else "niet op tijd geantwoord"
        return f"{name} heeft {what}{said}. Kies een andere --engine, of probeer het opnieuw."
    what = f"did not recalculate {error.workbook}" if error.workbook else "did not answer in time"
    return f"{name} {what}{said}. Choose another --engine, or try again."


def _unknown_text(error: UnknownNameError, lang: Lang) -> str:
    if error.instead:
        return _instead_text(error, lang)
    near = "" if error.kind == "year" else closest(error.name, error.names)
    known = ", ".join(error.names) if len(error.names) <= MOST_NAMES else ""
    if lang == "nl":
        meant, there = f" Bedoelde u {near!r}?" if near else "", f" Wel: {known}." if known else ""
        return f"{error.name!r} bestaat hier niet.{meant}{there}"
    meant, there = f" Did you mean {near!r}?" if near else "", f" There is: {known}." if known else ""
    return f"{error.name!r} does not exist here.{meant}{there}"


def _instead_text(error: UnknownNameError, lang: Lang) -> str:
    """A name that is an intervention's where a party's was asked for."""
    path, id = error.instead, error.instead.rpartition(".")[2]
    if lang == "nl":
        return f"{error.name!r} is geen partij. Vraag {path}, of een partij met --intervention {id}."
    return f"{error.name!r} is no party. Ask {path}, or a party with --intervention {id}."


def defect_text(error: Exception, lang: Lang) -> str:
    """Name the log file of a defect; the details go there and not on the screen."""
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    log = Path(tempfile.gettempdir()) / f"coalition-{when}.log"
    log.write_text(f"coalition {__version__}\n" + "".join(traceback.format_exception(error)), "utf-8")
    if lang == "nl":
        return f"Dit is een fout in het programma, niet in uw bestand. Stuur dit logboek mee met uw melding: {log}"
    return f"This is a fault of the program, not of your file. Send this log with your report: {log}"


def checked_text(scenario: Scenario, lang: Lang) -> str:
    """One line about a file without problems."""
    spec = scenario.spec
    counted = ((len(scenario.region.areas), 0), (len(spec.interventions), 1), (len(spec.gemeentepolis), 2))
    words = {
        "nl": (("gebied", "gebieden"), ("interventie", "interventies"), ("gemeentepolis", "gemeentepolissen")),
        "en": (("area", "areas"), ("intervention", "interventions"), ("policy", "policies")),
    }[lang]
    found = ", ".join(f"{count} {words[k][count != 1]}" for count, k in counted)
    return f"{scenario.path}: {'in orde' if lang == 'nl' else 'fine'} ({found})"
