"""Published results of US contracts of 2014-2017, settled again from their terms.

Source: Centers for Medicare & Medicaid Services, Performance Year Financial and Quality Results. The files are used
where they are there; a made-up file in the same layout keeps the reading of the traps tested everywhere.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coalition.contract_files import load_preset
from coalition.measurements import read_measurements
from coalition.outputs.settle_text import settled_rows

FILES = Path(__file__).resolve().parents[2] / "shared" / "data" / "cms_mssp"
TERMS = ("minimum_savings_rate", "sharing_rate")
HEADING = ("id", "period", "person_years", "population", "benchmark_eur", "cost_eur", *TERMS)


@dataclass(frozen=True)
class Published:
    """One row of a published file: what goes in, and what was paid."""

    track: int
    figures: dict[str, str]
    paid: float
    disasters: float
    failed: bool


def published(path: Path, year: int) -> Iterator[Published]:
    """The rows of a file; rates of 2015 are percentages, column names change with the years."""
    hundred = 100 if year == 2015 else 1
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            prefix = "Track" if year < 2016 else "Current_Track_"
            track = next((n for n in (1, 2, 3) if row.get(f"{prefix}{n}") == "1"), 3)
            persons = row.get("N_AB_Year") or row.get("N_AB_Year_PY") or row["N_AB"]
            figures = (
                row["ACO_Num"], str(year), persons, row["N_AB"], row["ABtotBnchmk"], row["ABtotExp"],
                row["MinSavPerc"], repr(float(row["FinalShareRate"]) / hundred),
            )  # fmt: skip
            failed = float(row["FinalShareRate"]) == 0 and float(row["GenSaveLoss"]) > 0
            disasters = float(row.get("DisAdj") or 0)
            yield Published(
                track, dict(zip(HEADING, figures, strict=True)), float(row["EarnSaveLoss"]), disasters, failed
            )


def settled(rows: list[Published], folder: Path) -> dict[str, tuple[float, str]]:
    """Per row what the provider receives and which clause decided, track by track."""
    found = {}
    for track in (1, 2, 3):
        own = [r for r in rows if r.track == track]
        if not own:
            continue
        file = folder / f"track-{track}.csv"
        text = [",".join(HEADING), *(",".join(r.figures.values()) for r in own)]
        file.write_text("\n".join(text) + "\n", "utf-8")
        contract = load_preset(f"mssp-track-{track}").contract
        for row in settled_rows(contract, read_measurements(file, contract)):
            step = row.settlement.steps[int(row.settlement.decided[row.at])]
            found[row.id] = (row.payment_eur("provider"), step.clause.value)
    return found


def compared(rows: list[Published], folder: Path) -> Counter[str]:
    """How many rows fall within a dollar, within 0.015 %, and why the rest do not."""
    ours = settled(rows, folder)
    counts: Counter[str] = Counter()
    for row in rows:
        paid, clause = ours[row.figures["id"]]
        difference, near = abs(paid - row.paid), max(1.0, 0.00015 * abs(row.paid))
        counts["dollar"] += difference <= 1
        counts["near"] += difference <= near
        counts["cap"] += clause == "cap"
        counts["quality"] += row.failed
        gross = float(row.figures["benchmark_eur"]) - float(row.figures["cost_eur"])
        if difference <= near:
            continue
        if row.disasters and abs(paid - row.disasters - row.paid) <= near:
            counts["disasters"] += 1
        elif difference <= 0.005 * abs(gross):  # half of the last digit of a rate with two decimals
            counts["rounded_rate"] += 1
        else:
            counts["unexplained"] += 1
    return counts


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2014, {"rows": 333, "dollar": 268, "near": 268, "rounded_rate": 65, "disasters": 0, "cap": 0}),
        (2015, {"rows": 392, "dollar": 297, "near": 392, "rounded_rate": 0, "disasters": 0, "cap": 0}),
        (2016, {"rows": 432, "dollar": 319, "near": 432, "rounded_rate": 0, "disasters": 0, "cap": 1}),
        (2017, {"rows": 472, "dollar": 324, "near": 461, "rounded_rate": 0, "disasters": 11, "cap": 1}),
    ],
)
def test_every_published_payment_follows_from_its_terms(tmp_path: Path, year: int, expected: dict[str, int]) -> None:
    """Rates of 2014 have two decimals; losses of 2017 were lowered for disasters by an amount that is published."""
    file = FILES / f"mssp_{year}.csv"
    if not file.is_file():
        pytest.skip("the published file is not here; the made-up one below keeps the layout tested")
    rows = list(published(file, year))
    counts = compared(rows, tmp_path)
    assert {"rows": len(rows), **{k: counts[k] for k in expected if k != "rows"}} == expected
    assert counts["unexplained"] == 0


MADE_UP = """\
ACO_Num,Track1,Track2,N_AB,N_AB_Year_PY,ABtotBnchmk,ABtotExp,MinSavPerc,FinalShareRate,GenSaveLoss,EarnSaveLoss
A1,1,0,10500,10000,100000000,95000000,0.03,45,5000000,2205000
A2,1,0,10500,10000,100000000,97500000,0.03,45,0,0
A3,1,0,10500,10000,100000000,97000000,0.03,45,3000000,1323000
A4,1,0,10500,10000,100000000,70000000,0.03,45,30000000,10000000
A5,1,0,10500,10000,100000000,90000000,0.03,0,10000000,0
A6,0,1,10500,10000,100000000,105000000,0.02,57,-5000000,-2150000
"""


def test_the_layout_is_read_with_its_traps(tmp_path: Path) -> None:
    """A made-up file: percentages, below and at the gate, the payment cap, failed quality, a loss of track 2."""
    file = tmp_path / "made_up.csv"
    file.write_text(MADE_UP, "utf-8")
    rows = list(published(file, 2015))
    counts = compared(rows, tmp_path)
    assert (counts["dollar"], counts["cap"], counts["quality"], counts["unexplained"]) == (6, 1, 1, 0)
