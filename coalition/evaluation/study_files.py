"""A study from disk: its file, its data and everything that is wrong with either, at once.

The data become a Panel whose outcome is at one price level. Names, periods and numbers are checked where they were
written; whether a method can work with the data is decided in requirements.py. Nothing is estimated here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from coalition.breaches import problems_from_validation
from coalition.csv_tables import LINES, Columns, read_table
from coalition.errors import ScenarioError
from coalition.evaluation.panel import NEVER, Floats, Ints, Panel
from coalition.evaluation.requirements import findings_of
from coalition.evaluation.study import IndexKind, Study
from coalition.parties import Pocket
from coalition.problems import Problem, closest
from coalition.reading import Document, read_document
from coalition.schema import keys_below
from coalition.tables import Column, Table

MOST_NAMED = 10
"""Units or rows that one problem names; more are counted."""


@dataclass(frozen=True)
class LoadedStudy:
    """A checked study with its data.

    Attributes:
        study: as stated; document: where; folder: of the file.
        panel: the data that are used, at the price level asked for.
        nominal: (unit, period) the outcome as it stands in the data.
        index: (period,) what one unit of the period's money is at the price level.
        pockets: of other pockets, (unit, period), at the same price level.
        persons: (unit, period) persons behind a cell; None when the data do not say.
        data_sha256: of the file with the data.
    """

    study: Study
    document: Document
    folder: Path
    panel: Panel
    nominal: Floats
    index: Floats
    pockets: Mapping[Pocket, Floats] = field(default_factory=dict)
    persons: Floats | None = None
    data_sha256: str = ""


def load_study(path: Path) -> LoadedStudy:
    """A study with its data.

    Args:
        path: of the study file.
    Raises:
        ScenarioError: with every problem found.
    """
    document = read_document(path, str(path))
    study = study_of(document)
    data = path.parent / study.data
    origin = document.origin("data")
    if not data.is_file():
        raise ScenarioError([Problem("table.missing", origin.file, origin.line, "data", study.data)])
    columns = read_table(data, contract_of(study), str(data), with_others=True)
    rows = _Rows(study, columns, str(data))
    problems = [*rows.problems(), *(_placed(f, document) for f in rows.study_findings())]
    if not problems:
        loaded = LoadedStudy(study, document, path.parent, *rows.arrays(), data_sha256=_sha256(data))
        problems = [_placed(finding, document) for finding in findings_of(study, loaded.panel)]
    if problems:
        raise ScenarioError(sorted(problems, key=lambda p: (p.file, p.line)))
    return loaded


def study_of(document: Document) -> Study:
    """What a study file says.

    Raises:
        ScenarioError: with every problem found.
    """
    try:
        return Study.model_validate(document.data)
    except ValidationError as error:
        found = list(error.errors(include_url=False))
        raise ScenarioError(problems_from_validation(found, document, lambda at: keys_below(Study, at))) from None


def _placed(finding: tuple[str, str, str, dict[str, str]], document: Document) -> Problem:
    code, at, found, facts = finding
    origin = document.origin(at)
    return Problem(code, origin.file, origin.line, at, found or origin.raw, facts)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contract_of(study: Study) -> Table:
    """The columns that the data must and may have, under the names that the study gives them."""
    names, stated = study.columns, study.columns.model_fields_set
    needs_start = not study.treated

    def number(key: str, *, needed: bool = False, kind: str = "float64", nullable: bool = True) -> Column:
        there = needed or key in stated
        return Column(getattr(names, key), kind, key, key, key, "", nullable=nullable, optional=not there)

    def further(name: str) -> Column:
        return Column(name, "float64", name, name, name, nullable=True)

    known = [
        Column(names.unit, "string", "name", "unit", "unit"),
        number("period", needed=True, kind="int64", nullable=False),
        number("outcome", needed=True),
        number("weight"),
        number("treated_from", needed=needs_start, kind="int64"),
        Column(names.cluster, "string", "name", "cluster", "cluster", optional="cluster" not in stated),
        number("persons"),
        *map(further, names.covariates),
        *map(further, study.pockets.values()),
    ]
    return Table("study", tuple({c.name: c for c in known}.values()), key=(names.unit, names.period))


class _Rows:
    """The rows of the data, on their way to arrays (unit, period)."""

    def __init__(self, study: Study, columns: Columns, file: str) -> None:
        self.study, self.names, self.file = study, study.columns, file
        kept = self._used(columns)
        self.columns = {name: values[kept] for name, values in columns.items()}
        self.lines: Ints = self.columns[LINES]
        self.every_unit = sorted(set(columns[self.names.unit].tolist()))
        units, periods = self.columns[self.names.unit].tolist(), self.columns[self.names.period]
        self.units = sorted(set(units))
        place = {name: k for k, name in enumerate(self.units)}
        self.unit = np.array([place[name] for name in units], dtype=np.int64)
        self.periods, self.period = np.unique(periods, return_inverse=True)

    def _used(self, columns: Columns) -> Any:
        """Rows of periods and units that the study uses."""
        period, unit = columns[self.names.period], columns[self.names.unit]
        kept = ~np.isin(unit, self.named(self.study.exclude, unit.tolist()))
        if self.study.periods is not None:
            kept &= (period >= self.study.periods.first) & (period <= self.study.periods.last)
        return kept

    def named(self, names: Sequence[str], units: Iterable[str]) -> list[str]:
        """The units that some names mean; `*` stands for anything."""
        return [unit for unit in set(units) if any(fnmatchcase(unit, name) for name in names)]

    # --- what is wrong

    def problems(self) -> list[Problem]:
        """Problems of rows, at their line in the data."""
        found = [*self._weights(), *self._small_groups(), *self._starts()]
        return [Problem(code, self.file, line, name, text, facts) for code, line, name, text, facts in found]

    def _weights(self) -> list[tuple[str, int, str, str, dict[str, str]]]:
        name = self.names.weight
        if name not in self.columns:
            return []
        weight, there = self.columns[name], ~np.isnan(self.columns[self.names.outcome])
        wrong = np.flatnonzero(there & ~(weight > 0))
        return [self._row("study.weight", k, name, weight[k], len(wrong)) for k in wrong[:MOST_NAMED]]

    def _small_groups(self) -> list[tuple[str, int, str, str, dict[str, str]]]:
        """Rows about fewer persons than may be published."""
        name = self.names.persons if self.names.persons in self.columns else self.names.weight
        if name not in self.columns or not self._counts_persons(name):
            return []
        persons = self.columns[name]
        wrong = np.flatnonzero((persons > 0) & (persons < self.study.smallest_group))
        return [self._row("study.small_group", k, name, persons[k], len(wrong)) for k in wrong[:MOST_NAMED]]

    def _counts_persons(self, name: str) -> bool:
        """Whether a column counts persons per row; a row per person has weights of about one, and hides nobody."""
        values = self.columns[name]
        values = values[~np.isnan(values)]
        return bool(len(values)) and float(np.median(values)) >= self.study.smallest_group

    def _row(self, code: str, k: int, name: str, value: float, count: int) -> tuple[str, int, str, str, dict[str, str]]:
        unit, period = self.columns[self.names.unit][k], self.columns[self.names.period][k]
        text = "" if np.isnan(value) else f"{value:.10g}"
        facts = {"unit": str(unit), "period": str(period), "count": str(count)}
        return (code, int(self.lines[k]), name, text, facts | {"least": str(self.study.smallest_group)})

    def _starts(self) -> list[tuple[str, int, str, str, dict[str, str]]]:
        """A unit has one start, in whichever row it is read."""
        name = self.names.treated_from
        if name not in self.columns or self.study.treated:
            return []
        start = np.where(np.isnan(self.columns[name]), NEVER, self.columns[name])
        first = np.full(len(self.units), np.nan)
        first[self.unit[::-1]] = start[::-1]
        wrong = np.flatnonzero(start != first[self.unit])
        seen = {int(self.unit[k]): int(k) for k in wrong[::-1]}
        return [self._row("study.two_starts", k, name, start[k], len(seen)) for k in list(seen.values())[:MOST_NAMED]]

    def study_findings(self) -> list[tuple[str, str, str, dict[str, str]]]:
        """What the study file says that the data do not know."""
        found, study = [], self.study
        if study.treated and "treated_from" in self.names.model_fields_set:
            found.append(("study.treated_twice", "treated", "", {"column": self.names.treated_from}))
        if bool(study.treated) != (study.start is not None):
            found.append(("study.start", "treated" if study.treated else "start", "", {}))
        for at, names in (("treated", study.treated), ("exclude", study.exclude)):
            for k, name in enumerate(names):
                if not self.named([name], self.every_unit):
                    near = closest(name, self.every_unit)
                    found.append(("study.unknown_unit", f"{at}.{k}", name, {"suggestion": near}))
        if not len(self.lines):
            return [*found, ("study.no_rows", "periods" if study.periods else "exclude", "", {})]
        periods = self.periods.tolist()
        first, last = {"first": str(periods[0]), "last": str(periods[-1])}.values()
        start = study.start if study.treated else None
        if start is not None and start not in periods:
            found.append(("study.start_outside", "start", str(start), {"first": first, "last": last}))
        if study.price_index is not None:
            known = set(price_levels(study))
            missing = [p for p in {*periods, study.price_index.to_period} if p not in known]
            if missing:
                text = ", ".join(str(p) for p in sorted(missing))
                found.append(("study.no_index", "price_index", text, {"known": f"{min(known)}-{max(known)}"}))
        return found

    # --- arrays

    def arrays(self) -> tuple[Panel, Floats, Floats, dict[Pocket, Floats], Floats | None]:
        """Panel, nominal outcome, index, other pockets and persons."""
        nominal, index = self._wide(self.names.outcome), self._index
        there = ~np.isnan(nominal)
        weighted = self.names.weight in self.columns
        names, clusters = self._clusters()
        weight = self._wide(self.names.weight) if weighted else np.ones_like(nominal)
        panel = Panel(
            units=tuple(self.units),
            periods=tuple(self.periods.tolist()),
            outcome=nominal * index,
            weight=np.where(there, weight, np.nan),
            treated_from=self._treated_from(),
            cluster=clusters,
            covariates={name: self._wide(name) for name in self.names.covariates},
            weighted=weighted,
            cluster_names=names,
        )
        pockets = {pocket: self._wide(name) * index for pocket, name in self.study.pockets.items()}
        persons = self._wide(self.names.persons) if self.names.persons in self.columns else None
        if persons is None and weighted and self._counts_persons(self.names.weight):
            persons = weight
        return panel, nominal, index, pockets, persons

    def _wide(self, name: str) -> Floats:
        found = np.full((len(self.units), len(self.periods)), np.nan)
        found[self.unit, self.period] = self.columns[name]
        return found

    @cached_property
    def _index(self) -> Floats:
        if self.study.price_index is None:
            return np.ones(len(self.periods))
        levels = price_levels(self.study)
        to = levels[self.study.price_index.to_period]
        return np.array([to / levels[p] for p in self.periods.tolist()])

    def _treated_from(self) -> Floats:
        found = np.full(len(self.units), NEVER)
        if self.study.treated:
            found[np.isin(self.units, self.named(self.study.treated, self.units))] = self.study.start
        else:
            start = self.columns[self.names.treated_from]
            found[self.unit] = np.where(np.isnan(start), NEVER, start)
        return found

    def _clusters(self) -> tuple[tuple[str, ...], Ints]:
        """Names of clusters, and the number of each unit's; every unit its own where the data do not say."""
        if self.names.cluster not in self.columns:
            return (), np.arange(len(self.units))
        of_unit = np.empty(len(self.units), dtype=object)
        of_unit[self.unit] = self.columns[self.names.cluster]
        names, numbers = np.unique(of_unit.astype(str), return_inverse=True)
        return tuple(names.tolist()), numbers.astype(np.int64)


def price_levels(study: Study) -> dict[int, float]:
    """Price level per period: as stated, or the consumer price index by calendar year."""
    stated = study.price_index
    if stated is None or stated.kind is IndexKind.OWN:
        return {} if stated is None else dict(stated.values)
    from coalition.sources.cpi import read_cpi

    table = read_cpi().table
    years: Sequence[int] = table["year"].tolist()
    return dict(zip(years, table["index_2015_100"].tolist(), strict=True))
