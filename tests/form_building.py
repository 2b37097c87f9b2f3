"""An input form filled in as a user would: cells by their key, with openpyxl."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from coalition.forms.places import FIRST_AGE, HIGH, LOW, PRICE_YEAR, SOURCE, STANDING, VALUE
from coalition.forms.template import write_form
from coalition.forms.theme import template_folder

Answers = Mapping[str, Any]
"""Key of a row -> its value, or a mapping of columns to values; for the row of ages a list."""
BESIDE = {"value": VALUE, "low": LOW, "high": HIGH, "price_year": PRICE_YEAR, "source": SOURCE, "standing": STANDING}


@cache
def _empty(lang: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_form(Path(folder) / "form.xlsx", lang)
        return (Path(folder) / "form.xlsx").read_bytes()


def empty_form(path: Path, lang: str = "nl") -> Path:
    """A copy of the empty form."""
    path.write_bytes(_empty(lang))
    return path


def filled_form(path: Path, answers: Answers, lang: str = "nl") -> Path:
    """A form with these answers and nothing else."""
    return fill(empty_form(path, lang), answers)


@cache
def _region() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return filled_form(Path(folder) / "form.xlsx", ANSWERS).read_bytes()


def region_form(path: Path) -> Path:
    """The form of the made-up region below."""
    path.write_bytes(_region())
    return path


@dataclass(frozen=True)
class Opened:
    """A form in memory: the workbook, and where each key stands with the columns of its table."""

    book: Any
    places: dict[str, tuple[Any, int, dict[str, int]]]


@lru_cache(maxsize=4)
def _opened(content: bytes) -> Opened:
    """Read a form, once for the many that are filled in from it."""
    book: Any = openpyxl.load_workbook(BytesIO(content))
    places: dict[str, tuple[Any, int, dict[str, int]]] = {}
    for sheet in book.worksheets:
        columns: dict[str, int] = {}
        for line in sheet.iter_rows():
            key = line[0].value
            if isinstance(key, str) and key.endswith(":columns"):
                columns = {str(c.value): k for k, c in enumerate(line) if c.value}
            elif isinstance(key, str):
                places[key] = (sheet, line[0].row, columns)
    return Opened(book, places)


def fill(path: Path, answers: Answers) -> Path:
    """Put answers into a form; None empties a cell."""
    form, before = _opened(path.read_bytes()), []
    for key, answer in answers.items():
        sheet, row, columns = form.places[key]
        for column, value in _cells(answer, columns if key.split(".")[0] in TABLES else BESIDE):
            cell = sheet.cell(row, column + 1)
            before.append((cell, cell.value, cell.number_format))
            cell.value = value
    form.book.save(path)
    for cell, value, shown in reversed(before):  # as it was read, for the next one
        cell.value, cell.number_format = value, shown
    return path


TABLES = {"people", "insured", "cost", "insurers"}


def _cells(answer: Any, columns: Mapping[str, int]) -> list[tuple[int, Any]]:
    if isinstance(answer, list):
        return [(FIRST_AGE + k, value) for k, value in enumerate(answer)]
    if not isinstance(answer, dict):
        return [(VALUE, answer)]
    listed = [(FIRST_AGE + k, value) for k, value in enumerate(answer.get("ages", []))]
    return [(columns[name], value) for name, value in answer.items() if name != "ages"] + listed


def without_row(path: Path, key: str) -> Path:
    """The form without the key of one row."""
    book: Any = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for line in sheet.iter_rows(max_col=1):
            if line[0].value == key:
                line[0].value = None
    book.save(path)
    return path


def copied_layout(folder: Path) -> Path:
    """A copy of the shipped layouts, to change."""
    shutil.copytree(template_folder(), folder)
    return folder


ANSWERS: dict[str, Any] = {
    "scenario.name": "proef",
    "scenario.title": "Proefregio 2027",
    "scenario.first_year": 2027,
    "scenario.horizon_years": 6,
    "scenario.price_year": 2025,
    "scenario.discount": "MKBA-standaard",
    "region.general_index_per_year": {"value": 0.02, "low": 0.01, "high": 0.03, "source": "ECB", "standing": "aanname"},
    "people.year": 2024,
    "people.insured_same": "nee",
    "ages": [0, 18, 65],
    "people.1": {"code": "GM0106", "name": "Assen", "ages": [13000, 42000, 14500.5]},
    "people.2": {"code": "GM0114", "name": "Emmen", "ages": [19000, 63000, 25000]},
    "insured.1": {"ages": [12900, 41500, 14500]},
    "insured.2": {"ages": [18900, 62000, 25000]},
    "cost.zvw.price_year": 2023,
    "region.growth_per_year.zvw": {"value": 0.03, "low": 0.02, "high": 0.04, "standing": "aanname"},
    "cost.wlz.price_year": 2022,
    "region.growth_per_year.wlz": 0.035,
    "cost.wmo.price_year": 2022,
    "region.growth_per_year.wmo": 0.03,
    "cost.1": {"pocket": "Zvw", "area": "Assen", "standing": "waargenomen", "ages": [1200.5, 2100.25, 6200]},
    "cost.2": {"pocket": "Zvw", "area": "GM0114", "standing": "waargenomen", "ages": [1300, 2300, 6100]},
    "cost.3": {"pocket": "Wlz", "area": "alle", "standing": "gemodelleerd", "ages": [8, 90, 5300]},
    "cost.4": {"pocket": "Wmo", "area": "alle", "standing": "eigen administratie", "ages": [4, 150, 900]},
    "insurers.1": {
        "name": "Zilveren Zorg", "market_share": 0.6, "low": 0.5, "high": 0.7, "contracting": "ja",
        "source": "eigen opgave", "standing": "aanname",
    },
    "insurers.2": {"name": "Overige", "market_share": 0.4, "contracting": "nee"},
    "holders.switching_per_year": 0.07,
    "holders.own_risk.share": {"value": 0.05, "low": 0, "high": 0.15, "standing": "aanname"},
    "holders.equalisation.basis": "op gebruik",
    "holders.equalisation.clawback.acute.0": 0.1,
    "holders.equalisation.clawback.acute.1": 0.05,
    "holders.cashable.zvw.share": 0.5,
    "holders.cashable.zvw.from_year": 2028,
    "holders.cashable.zvw.capacity_removed_share": 0.35,
    "holders.cashable.zvw.avoidable_cost_share": 0.6,
    "holders.cashable.wlz.share": 0.35,
    "holders.cashable.wlz.capacity_removed_share": 0.25,
    "holders.cashable.wlz.avoidable_cost_share": 0.7,
    "holders.cashable.wmo.share": 0.6,
    "holders.cashable.wmo.capacity_removed_share": 0.5,
    "holders.cashable.wmo.avoidable_cost_share": 0.8,
    "group.1.name": "Thuiswonende 65-plussers",
    "group.1.ages.from": 65,
    "group.1.share": {"value": 0.5, "low": 0.4, "high": 0.6, "source": "schatting", "standing": "aanname"},
    "group.1.unit": "persoon",
    "group.1.renewed_each_year": "nee",
    "group.1.cost_multiplier": 1.4,
    "group.1.survival_per_year": 0.95,
    "group.1.moves_per_year": 0.02,
    "group.2.name": "Huishoudens met schulden",
    "group.2.ages.from": 18,
    "group.2.ages.to": 64,
    "group.2.count": 400,
    "group.2.unit": "huishouden",
    "group.2.renewed_each_year": "ja",
    "group.2.cost_multiplier": 1,
    "group.2.survival_per_year": 0.99,
    "group.2.moves_per_year": 0.04,
    "intervention.1.from": "val_keten",
    "intervention.1.name": "Valpreventie",
    "intervention.1.target_group": "Thuiswonende 65-plussers",
    "intervention.1.areas": "alle",
    "intervention.1.starts.first": 2027,
    "intervention.1.starts.last": 2029,
    "intervention.1.reach": {"value": 0.05, "low": 0.03, "high": 0.06},
    "intervention.1.completion": 0.8,
    "intervention.1.payers.0.party": "gemeente",
    "intervention.1.payers.0.law": "Wpg",
    "intervention.1.payers.0.share": 0.6,
    "intervention.1.payers.1.party": "Zilveren Zorg",
    "intervention.1.payers.1.law": "eigen middelen",
    "intervention.1.payers.1.share": 0.4,
    "intervention.1.asked.1": 2.2,
    "intervention.1.asked.2": 0.5,
    "intervention.2.from": "poh_ggz",
    "intervention.2.target_group": "Huishoudens met schulden",
    "intervention.2.areas": "Emmen",
    "intervention.2.starts.first": 2028,
    "intervention.2.starts.last": 2028,
    "intervention.2.reach": 0.5,
    "intervention.2.completion": 0.65,
    "intervention.2.cost.per_starter.0": {"value": 1800, "low": 1500, "high": 2000, "price_year": 2025},
    "intervention.2.cost.fixed_per_year": {"value": 10000, "price_year": 2024},
    "intervention.2.payers.0.party": "gemeente",
    "intervention.2.payers.0.law": "Wmo",
    "intervention.2.payers.0.share": 1,
    "effect.1.intervention": "2",
    "effect.1.pocket": "Wmo",
    "effect.1.avoided_per_year": {"value": 55, "low": 10, "high": 80, "price_year": 2024, "standing": "aanname"},
    "effect.1.per": "per starter",
    "effect.1.comparator": "zonder vergelijkingsgroep",
    "effect.1.deadweight": 0.3,
    "effect.1.includes_delivery": "nee",
    "effect.1.evidence_level": "voor en na",
    "effect.1.time.onset_years": 0,
    "effect.1.time.plateau_years": 2,
    "effect.1.time.decay_years": 0,
    "effect.1.time.first_year_share": 0.5,
    "effect.1.time.follow_up_years": 2,
}  # fmt: skip
"""A small made-up region, as a user types it."""
