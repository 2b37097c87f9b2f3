"""The protocol: what would be done with the data, written and sealed before there were any.

A protocol is the study without its data: design, outcome, controls, exclusions, methods and the one that counts. Its
seal is the SHA-256 of those terms, so that nobody changes them afterwards unseen. An analysis may depart from it; then
the report says where. Nothing is estimated here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coalition.errors import ScenarioError
from coalition.evaluation.study import Study
from coalition.problems import Problem
from coalition.reading import Document, read_document

FORM = "coalition-protocol-1"
AFTERWARDS = ("data", "about", "protocol", "payments_eur", "quality_scores")
"""Keys of a study that are only known once there are data."""


@dataclass(frozen=True)
class Departure:
    """A term that the analysis took otherwise.

    Attributes:
        key: of the study file; planned, done: as JSON.
    """

    key: str
    planned: str
    done: str


@dataclass(frozen=True)
class Protocol:
    """A protocol beside the study that names it.

    Attributes:
        file: as named; written_on: date as stated.
        sha256: of its terms as they are now; sealed: as written down. They differ when somebody changed a term.
        departures: terms that the study took otherwise.
    """

    file: str
    written_on: str
    sha256: str
    sealed: str
    departures: tuple[Departure, ...]

    @property
    def intact(self) -> bool:
        """Whether its terms are those that were sealed."""
        return self.sha256 == self.sealed


def terms_of(study: Study) -> dict[str, Any]:
    """What a protocol fixes, as plain data; only what differs from a default is written."""
    stated = study.model_dump(mode="json", exclude_defaults=True)
    return {key: value for key, value in stated.items() if key not in AFTERWARDS}


def seal(terms: Mapping[str, Any]) -> str:
    """SHA-256 of the terms, whatever the order in which they are written."""
    text = json.dumps(terms, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def protocol_text(study: Study, written_on: str) -> str:
    """The file of a protocol.

    Args:
        study: the design, with or without data.
        written_on: date, as it shall stand in the file.
    """
    from ruamel.yaml import YAML

    terms = terms_of(study)
    out = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.sort_base_mapping_type_on_output = False, False  # type: ignore[assignment]
    yaml.width, yaml.allow_unicode = 120, True
    yaml.dump({"protocol": FORM, "written_on": written_on, "sha256": seal(terms), "terms": terms}, out)
    return out.getvalue()


def write_protocol(study: Study, written_on: str, path: Path) -> None:
    """Write a protocol; one that is there already is never replaced.

    Args:
        study: the design; written_on: a date, YYYY-MM-DD.
        path: of the file.
    Raises:
        ScenarioError: the file is there already, or the date is none.
    """
    problems = []
    try:
        dt.date.fromisoformat(written_on)
    except ValueError:
        problems.append(Problem("study.date", "--date", 0, "", written_on))
    if path.exists():
        problems.append(Problem("file.exists", str(path)))
    if problems:
        raise ScenarioError(problems)
    path.write_text(protocol_text(study, written_on), "utf-8")


def read_protocol(path: Path, study: Study, named: Problem) -> Protocol:
    """A protocol, compared with the study that names it.

    Args:
        path: of the protocol; study: what was done.
        named: the place in the study file that names it, for a problem about it.
    Raises:
        ScenarioError: there is no such file, or it is no protocol.
    """
    if not path.is_file():
        raise ScenarioError([named])
    document = read_document(path, str(path))
    for key, kind in (("protocol", str), ("written_on", object), ("sha256", str), ("terms", dict)):
        value = document.data.get(key)
        if value is None or not isinstance(value, kind) or (key == "protocol" and value != FORM):
            raise ScenarioError([_not_one(document, path, key)])
    terms = document.data["terms"]
    written_on = document.origin("written_on").raw or str(document.data["written_on"])
    return Protocol(str(path), written_on, seal(terms), document.data["sha256"], departures(terms, study))


def _not_one(document: Document, path: Path, key: str) -> Problem:
    origin = document.origin(key)
    return Problem("study.not_a_protocol", str(path), origin.line, key, origin.raw, {"key": key})


def departures(terms: Mapping[str, Any], study: Study) -> tuple[Departure, ...]:
    """Where the study took another term than the protocol; a term that is not written has its default."""
    done, defaults = study.model_dump(mode="json"), Study(data="", methods=study.methods).model_dump(mode="json")
    found = []
    for key in Study.model_fields:
        planned = _completed(terms.get(key, defaults[key]), defaults[key])
        if key not in AFTERWARDS and not (key == "methods" and key not in terms) and planned != done[key]:
            found.append(Departure(key, _text(planned), _text(done[key])))
    return tuple(found)


def _completed(planned: Any, default: Any) -> Any:
    """A term with the defaults of what it leaves out below it."""
    if isinstance(planned, dict) and isinstance(default, dict):
        return {**default, **planned}
    return planned


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
