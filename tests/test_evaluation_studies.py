"""The worked studies: on Vektis' published years where they are, on made-up files of the same layout always."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from made_up.published import CLASSES, LAYOUTS, PERSONS, vektis_text, write

from coalition.cli import main
from coalition.sources.recode import shipped

ROOT = Path(__file__).resolve().parents[1]
STUDIES = ROOT / "scenarios" / "evaluation"
SHARED = ROOT.parent / "shared" / "data" / "vektis"
YEARS = range(2011, 2020)
MENTAL_HEALTH = (
    "tweedelijns_ggz",
    "eerstelijns_psychologische_zorg",
    "specialistische_ggz",
    "generalistische_basis_ggz",
    "langdurige_ggz",
)


def made_up_vektis(folder: Path) -> list[Path]:
    """Nine years of sixty municipalities, Drenthe among them; mental health below 15 ends with 2014, nothing else does.

    Cost per insured year rises with age and by 2 % a year, each town has its level and its own shocks, and there is
    no programme anywhere.
    """
    rng = np.random.default_rng(11)
    known = shipped()
    regions = ("Drenthe", "Twente", "Zeeland", "Flevoland", "Groningen")
    named = {code: name for code, name in known.names.items() if known.newest.get(code) == (code,)}
    chosen = [code for region in regions for code in sorted(named) if known.regions.get(code) == region]
    level = {code: rng.normal(1, 0.06) for code in chosen}
    size = {code: int(rng.integers(20, 200)) for code in chosen}
    written = []
    for year in YEARS:
        columns = LAYOUTS[year]
        rows = [["GESLACHT", "LEEFTIJDSKLASSE", "GEMEENTENAAM", "AANTAL_BSN", "AANTAL_VERZEKERDEJAREN",
                 *(f"KOSTEN_{c.upper()}" for c in columns)]]  # fmt: skip
        shock = {code: rng.normal(1, 0.02) for code in chosen}
        for sex in "MV":
            for k, age in enumerate(CLASSES):
                for code in chosen:
                    persons = size[code] * PERSONS[k]
                    base = (10 + 3 * k) * 1.02 ** (year - 2011) * level[code] * shock[code]
                    costs = [0.0 if c in MENTAL_HEALTH and k < 3 and year >= 2015 else base * persons for c in columns]
                    cells = [f"{cost:.2f}" for cost in costs]
                    rows.append([sex, age, named[code].upper(), str(persons), f"{persons * 0.98:.2f}", *cells])
        written.append(write(folder / f"vektis_{year}_gemeente.csv", vektis_text(rows)))
    return written


@pytest.fixture(scope="module", params=["made up", "published"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """Vektis' files of 2011-2019."""
    if request.param == "made up":
        yield made_up_vektis(tmp_path_factory.mktemp("vektis"))
        return
    if not SHARED.is_dir():
        pytest.skip("the published files may not be committed")
    yield [SHARED / f"vektis_{year}_gemeente.csv.gz" for year in YEARS]


def study_with_panel(folder: Path, name: str, files: list[Path], *options: str, **changed: str) -> Path:
    """A worked study beside the panel that its first lines say how to make."""
    text = (STUDIES / name / "study.yaml").read_text("utf-8")
    assert " ".join(options) in text.replace("# ", "")
    asked = ["source", "vektis", *map(str, files), "--panel", *options, "-o", str(folder / "panel.csv")]
    made = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert made.exit_code == 0, made.output
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "study.yaml").write_text(text, "utf-8")
    return folder / "study.yaml"


def answer(*words: str) -> dict[str, Any]:
    """What a command gives as JSON."""
    result = CliRunner().invoke(main, ["evaluate", *words, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


STABLE = ("--basket", "stable", "--standardise-to", "2019", "--price-year", "2019")


def test_mental_health_of_children_went_to_another_pocket(tmp_path: Path, files: list[Path]) -> None:
    """All of it is gone from 2015: found, named, and no saving."""
    asked = ("--basket", "mental_health", "--ages", "0-14", "--ages", "25-64")
    path = study_with_panel(tmp_path, "ggz-jeugd-2015", files, *asked)
    found = answer("run", str(path))
    primary = found["estimates"][0]
    assert primary["high"] < 0
    assert primary["percent"] == pytest.approx(-100, abs=1)
    assert found["verdict"] == "not_shown"
    flags = {flag["id"]: flag["facts"] for flag in found["flags"]}
    assert flags["pocket_shift"]["break"] == "youth_mental_health_2015"
    text = CliRunner().invoke(main, ["evaluate", "run", str(path)]).stdout
    assert "Geen besparing maar een verschuiving" in text


def test_drenthe_without_a_programme_shows_no_saving(tmp_path: Path, files: list[Path]) -> None:
    """Nothing started there in 2017; the report does not say that anything was saved."""
    path = study_with_panel(tmp_path, "placebo-drenthe", files, *STABLE, **{"draws: 199": "draws: 99"})
    found = answer("run", str(path))
    assert found["verdict"] in ("not_shown", "not_detectable")
    for estimate in found["estimates"]:
        low, high = (estimate[k] if estimate[k] is not None else 0.0 for k in ("low", "high"))  # null has no bound
        assert low <= 0 <= high, estimate["method"]


def test_placebos_do_not_find_more_than_their_level(tmp_path: Path, files: list[Path]) -> None:
    """The primary method, by rank among regions, over every region and start: that share is fixed, and said to be."""
    path = study_with_panel(
        tmp_path, "placebo-drenthe", files, *STABLE, **{"methods: [did, synthetic_did]": "methods: [did]"}
    )
    found = answer("placebo", str(path))
    rate = next(r for r in found["rates"] if r["method"] == "did")
    regions = {t["region"] for t in found["tries"]}
    assert rate["tries"] == len(found["tries"]) == 4 * len(regions)
    assert rate["rejections"] == sum(t["rejected"] for t in found["tries"])
    assert rate["share"] <= 0.05
    assert rate["fixed"]
    assert rate["low"] is None
    screen = CliRunner().invoke(main, ["evaluate", "placebo", str(path)]).stdout
    assert "Dit deel toetst de methode dus niet" in " ".join(screen.split())


def test_some_regions_together_do_not_find_more_than_their_level(tmp_path: Path, files: list[Path]) -> None:
    """Judged by their own variance, which nothing fixes; with five regions in all that leaves too few to do so."""
    changed = {"methods: [did, synthetic_did]": "methods: [did]"}
    path = study_with_panel(tmp_path, "placebo-drenthe", files, *STABLE, **changed)
    regions = len({line.split(",")[7] for line in (tmp_path / "panel.csv").read_text("utf-8").splitlines()[1:]})
    found = answer("placebo", str(path), "--together", "3", "--groups", "25")
    rate = found["rates"][0]
    assert found["together"] == 3
    assert len({t["region"] for t in found["tries"]}) == min(25, comb(regions, 3))
    assert rate["fixed"] == (regions == 5)
    assert rate["share"] <= 0.05


def test_what_could_be_seen_in_drenthe_and_in_a_small_town(tmp_path: Path, files: list[Path]) -> None:
    """A town of 20,000 shows less than Drenthe, and a whole region less than as many towns from everywhere."""
    path = study_with_panel(tmp_path, "onderscheid", files, *STABLE)
    rows = {(r["who"], r["years_after"]): r for r in answer("power", str(path), "--size", "20000")["rows"]}
    assert set(rows) == {(who, years) for who in ("treated", "region", "town:20000") for years in (1, 2, 3)}
    for years in (1, 2, 3):
        assert rows["treated", years]["effect"] < rows["town:20000", years]["effect"]
        assert rows["treated", years]["effect"] == pytest.approx(
            2.8016 * rows["treated", years]["standard_error"], rel=1e-4
        )


def test_the_page_says_what_was_found_in_the_published_years(tmp_path: Path) -> None:
    """Every figure of the three studies on docs/evaluation.md is what the program finds."""
    if not SHARED.is_dir():
        pytest.skip("the published files may not be committed")
    files = [SHARED / f"vektis_{year}_gemeente.csv.gz" for year in YEARS]
    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    said = " ".join(text.partition("<!-- studies: begin -->")[2].partition("<!-- studies: end -->")[0].split())
    for name, asked, found_in in (
        ("ggz-jeugd-2015", ("--basket", "mental_health", "--ages", "0-14", "--ages", "25-64"), mental_health_found),
        ("placebo-drenthe", STABLE, drenthe_found),
        ("onderscheid", STABLE, seen_found),
    ):
        folder = tmp_path / name
        folder.mkdir()
        for sentence in found_in(study_with_panel(folder, name, files, *asked)):
            assert sentence in said


def mental_health_found(path: Path) -> Iterator[str]:
    """What the page says of the first study."""
    found = answer("run", str(path))
    primary = found["estimates"][0]
    yield f"fell by {-primary['estimate']:.0f} euro per insured year"
    yield f"(interval {-primary['high']:.0f} to {-primary['low']:.0f})"
    yield f"{found['savings'][-1]['gross_eur'] / 1e9:.1f} billion euro in five years"


def drenthe_found(path: Path) -> Iterator[str]:
    """What the page says of the second study."""
    found = answer("run", str(path))
    did, synthetic = found["estimates"]
    yield f"finds {did['estimate']:.0f} euro *more* cost per insured year"
    yield f"(interval −{-did['low']:.0f} to {did['high']:.0f}, p = {did['p_value']:.2f})"
    yield f"{synthetic['estimate']:.0f} more (−{-synthetic['low']:.0f} to {synthetic['high']:.0f})"
    seen = found["seen"]
    yield f"from about {seen['effect']:.0f} euro"
    yield f"seen with a chance of {100 * seen['power_at_plan']:.0f} %"
    drift = next(f["facts"] for f in found["flags"] if f["id"] == "drift")
    yield f"by {drift['slope']:.0f} euro a year"
    alone = {r["method"]: r for r in answer("placebo", str(path))["rates"]}
    yield f"rejects in {alone['did']['rejections']} of {alone['did']['tries']} tries, but"
    one = alone["synthetic_did"]
    yield (
        f"rejects in {one['rejections']} of {one['tries']} tries one by one "
        f"({100 * one['low']:.1f} to {100 * one['high']:.1f} %)"
    )
    together = {r["method"]: r for r in answer("placebo", str(path), "--together", "3")["rates"]}
    three = together["did"]
    yield f"it rejects in {three['rejections']} of {three['tries']} tries, {100 * three['share']:.1f} % at a level of"
    three = together["synthetic_did"]
    yield (
        f"in {three['rejections']} of {three['tries']} three at a time "
        f"({100 * three['low']:.1f} to {100 * three['high']:.1f} %)"
    )


def seen_found(path: Path) -> Iterator[str]:
    """What the page says of the third study."""
    rows = answer("power", str(path), "--size", "20000")["rows"]
    for row in rows:
        if row["years_after"] == 3:
            yield (
                f"| {row['standard_error']:.0f} | {row['effect']:.0f} | {row['percent']:.1f} % "
                f"| {100 * row['power_at_plan']:.0f} % |"
            )


def test_the_page_is_what_the_program_makes() -> None:
    """docs/evaluation.md shows the keys, methods and screens of this version."""
    sys.path.insert(0, str(ROOT / "docs"))
    page = importlib.import_module("make_evaluation")
    text = page.PAGE.read_text("utf-8")
    assert page.page(text) == text
