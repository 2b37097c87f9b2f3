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
from coalition.outputs.settle_text import SettledRow, settled_rows
from coalition.scenario import shipped_folder

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


# --- the rows that ship -------------------------------------------------------------------------------------------

SHIPPED = shipped_folder() / "medicare-cms"
FIRST_YEAR = "P4R"
"""Quality score of a group of which reporting was enough."""


def table(name: str) -> list[dict[str, str]]:
    """A table of the scenario."""
    with (SHIPPED / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def shipped_rows() -> dict[tuple[str, int], SettledRow]:
    """The shipped measurements, settled on the preset."""
    return {(r.id, r.period): r for r in settled_file(SHIPPED / "measurements.csv")}


def settled_file(file: Path) -> list[SettledRow]:
    """The rows of a file, settled on the terms of track 1."""
    contract = load_preset("mssp-track-1").contract
    return settled_rows(contract, read_measurements(file, contract))


def near_eur(row: dict[str, str], gross_eur: float) -> float:
    """A dollar, and half of the last of four published decimals of a rounded quality score."""
    rounded = row["QualScore"] not in {FIRST_YEAR, "0", "1"} and float(row["FinalShareRate"]) > 0
    return 1 + rounded * 0.00005 * 0.5 * 0.98 * max(gross_eur, 0.0)


@pytest.mark.parametrize("row", table("published.csv"), ids=lambda r: f"{r['ACO_Num']}-{r['year']}")
def test_a_shipped_row_is_paid_what_was_published(row: dict[str, str]) -> None:
    """Each payment equals the published one, as closely as the published score allows."""
    found = shipped_rows()[row["ACO_Num"], int(row["year"])]
    gross = float(found.settlement.gross_eur[found.at])
    assert found.payment_eur("provider") == pytest.approx(float(row["EarnSaveLoss"]), abs=near_eur(row, gross))
    assert found.payment_eur("provider") == -found.payment_eur("payer")


@pytest.mark.parametrize(("row", "measured"), list(zip(table("published.csv"), table("measurements.csv"), strict=True)))
def test_shipped_measurements_are_the_published_rows(row: dict[str, str], measured: dict[str, str]) -> None:
    """The same figures under the names of `coalition settle`; quality 0 where no share was left."""
    same = {"id": "ACO_Num", "period": "year", "person_years": "person_years", "population": "N_AB"}
    same |= {"benchmark_eur": "ABtotBnchmk", "cost_eur": "ABtotExp", "minimum_savings_rate": "MinSavPerc"}
    assert {ours: measured[ours] for ours in same} == {ours: row[theirs] for ours, theirs in same.items()}
    if row["QualScore"] == FIRST_YEAR:
        assert measured["quality_score"] == ""
    else:
        score = float(row["QualScore"]) / (100 if row["year"] == "2015" else 1)
        expected = score if float(row["FinalShareRate"]) > 0 else 0.0
        assert float(measured["quality_score"]) == pytest.approx(expected, abs=1e-12)


def test_every_rule_of_the_track_is_seen_at_work() -> None:
    """Gate, sharing, quality and cap each decide some row; a loss costs nothing; a low score shares less."""
    rows = list(shipped_rows().values())
    clauses = Counter(r.settlement.steps[int(r.settlement.decided[r.at])].clause.value for r in rows)
    assert clauses == {"gate": 2, "sharing": 8, "quality": 2, "cap": 2}
    assert [r.payment_eur("provider") for r in rows if r.settlement.gross_eur[r.at] < 0] == [0.0, 0.0]
    lowest = min(float(r.settlement.final_rate[r.at]) for r in rows if r.payment_eur("provider") > 0)
    assert lowest == pytest.approx(0.34395)


@pytest.mark.parametrize(("more", "paid"), [(1_507_797, False), (1_507_798, True)])
def test_the_group_of_29_million_was_one_and_a_half_short_of_its_gate(tmp_path: Path, more: int, paid: bool) -> None:
    """2 % of 1,536,117,872 is 30,722,357.44: a dollar of saving decides on 12.9 million."""
    (row,) = [r for r in table("measurements.csv") if (r["id"], r["period"]) == ("A28708", "2017")]
    row["cost_eur"] = str(int(row["cost_eur"]) - more)
    file = tmp_path / "one.csv"
    file.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", "utf-8")
    (found,) = settled_file(file)
    assert found.payment_eur("provider") == pytest.approx(12_938_875 if paid else 0, abs=1)


LARGE = [r for r in table("published.csv") if int(r["N_AB"]) >= 5000]


@pytest.mark.parametrize("row", LARGE, ids=lambda r: f"{r['ACO_Num']}-{r['year']}")
def test_the_table_of_the_preset_gives_the_published_gate(tmp_path: Path, row: dict[str, str]) -> None:
    """From 5,000 persons on, the table in straight lines is the published rate, to its four decimals."""
    file = tmp_path / "one.csv"
    file.write_text(
        "id,period,person_years,population,benchmark_eur,cost_eur\n"
        f"x,{row['year']},{row['person_years']},{row['N_AB']},{row['ABtotBnchmk']},{row['ABtotExp']}\n",
        "utf-8",
    )
    (found,) = settled_file(file)
    assert float(found.settlement.minimum_rate[found.at]) == pytest.approx(float(row["MinSavPerc"]), abs=0.00005)


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_shipped_rows_are_those_of_the_published_files(year: int) -> None:
    """Not a character differs from the file of the publisher."""
    file = FILES / f"mssp_{year}.csv"
    if not file.is_file():
        pytest.skip("the published file is not here")
    with file.open(encoding="utf-8", newline="") as lines:
        original = {r["ACO_Num"]: r for r in csv.DictReader(lines)}
    for row in table("published.csv"):
        if row["year"] == str(year):
            source = original[row["ACO_Num"]]
            persons = source.get("N_AB_Year") or source["N_AB_Year_PY"]
            assert row == {**{k: source[k] for k in row if k in source}, "year": str(year), "person_years": persons}
