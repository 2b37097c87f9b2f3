"""The input form: empty it asks for everything, filled it is a scenario, and a bad cell is named with sheet and cell."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from form_building import copied_layout, empty_form, fill, filled_form

from coalition.catalogue import catalogue_ids, load_entry
from coalition.cli import main
from coalition.errors import ScenarioError
from coalition.messages import Language, render_all
from coalition.problems import Problem
from coalition.report import build_report
from coalition.scenario import load_scenario
from coalition.workbook.asked import MOST_ASKED, asked_of
from coalition.workbook.layout import load_layout
from coalition.workbook.template import write_form

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

SCENARIO = """
scenario: {name: proef, title: Proefregio 2027, first_year: 2027, horizon_years: 6, price_year: 2025, discount: mkba}
region:
  people: region.csv
  cost: cost.csv
  names: {GM0106: Assen, GM0114: Emmen}
  growth_per_year: {zvw: {value: 0.03, low: 0.02, high: 0.04, standing: assumed}, wlz: 0.035, wmo: 0.03}
  general_index_per_year: {value: 0.02, low: 0.01, high: 0.03, source: ECB, standing: assumed}
parties:
  insurers:
    zilveren_zorg:
      name: Zilveren Zorg
      market_share: {value: 0.6, low: 0.5, high: 0.7, source: eigen opgave, standing: assumed}
      contracting: true
    overige: {name: Overige, market_share: 0.4, contracting: false}
holders:
  switching_per_year: 0.07
  own_risk: {share: {value: 0.05, low: 0, high: 0.15, standing: assumed}}
  equalisation: {basis: use, clawback: {acute: [0.1, 0.05]}}
  cashable:
    zvw: {share: 0.5, from_year: 2028, capacity_removed_share: 0.35, avoidable_cost_share: 0.6}
    wlz: {share: 0.35, capacity_removed_share: 0.25, avoidable_cost_share: 0.7}
    wmo: {share: 0.6, capacity_removed_share: 0.5, avoidable_cost_share: 0.8}
target_groups:
  thuiswonende_65_plussers:
    name: Thuiswonende 65-plussers
    ages: {from: 65}
    share: {value: 0.5, low: 0.4, high: 0.6, source: schatting, standing: assumed}
    cost_multiplier: 1.4
    survival_per_year: 0.95
    moves_per_year: 0.02
  huishoudens_met_schulden:
    name: Huishoudens met schulden
    ages: {from: 18, to: 64}
    count: 400
    unit: household
    renewed_each_year: true
    cost_multiplier: 1
    survival_per_year: 0.99
    moves_per_year: 0.04
interventions:
  val_keten:
    from: val_keten
    name: Valpreventie
    target_group: thuiswonende_65_plussers
    areas: all
    starts: {first: 2027, last: 2029}
    reach: {value: 0.05, low: 0.03, high: 0.06}
    completion: 0.8
    payers:
      - {party: municipality, law: wpg, share: 0.6}
      - {party: zilveren_zorg, law: eigen_middelen, share: 0.4}
    effects: {falls: {risk_multiplier: 2.2, time: {first_year_share: 0.5}}}
  poh_ggz:
    from: poh_ggz
    target_group: huishoudens_met_schulden
    areas: [GM0114]
    starts: {first: 2028, last: 2028}
    reach: 0.5
    completion: 0.65
    cost:
      per_starter: [{value: 1800, low: 1500, high: 2000, price_year: 2025, index: cpi}]
      fixed_per_year: {value: 10000, price_year: 2024, index: cpi}
    payers: [{party: municipality, law: wmo, share: 1}]
    effects:
      eigen_1:
        kind: euro
        pocket: wmo
        avoided_per_year: {value: 55, low: 10, high: 80, price_year: 2024, index: cpi, standing: assumed}
        per: starter
        comparator: uncontrolled
        deadweight: 0.3
        includes_delivery: false
        evidence_level: before_after
        time: {onset_years: 0, plateau_years: 2, decay_years: 0, first_year_share: 0.5, follow_up_years: 2}
"""
REGION = """area,parent,year,age_from,age_to,people,insured_years
GM0106,PV22,2024,0,17,13000,12900
GM0106,PV22,2024,18,64,42000,41500
GM0106,PV22,2024,65,,14500.5,14500
GM0114,PV22,2024,0,17,19000,18900
GM0114,PV22,2024,18,64,63000,62000
GM0114,PV22,2024,65,,25000,25000
"""
COST = """area,age_from,age_to,pocket,price_year,cost_eur_per_person,standing
GM0106,0,17,zvw,2023,1200.5,observed
GM0106,18,64,zvw,2023,2100.25,observed
GM0106,65,,zvw,2023,6200,observed
GM0114,0,17,zvw,2023,1300,observed
GM0114,18,64,zvw,2023,2300,observed
GM0114,65,,zvw,2023,6100,observed
GM0106,0,17,wlz,2022,8,modelled
GM0106,18,64,wlz,2022,90,modelled
GM0106,65,,wlz,2022,5300,modelled
GM0114,0,17,wlz,2022,8,modelled
GM0114,18,64,wlz,2022,90,modelled
GM0114,65,,wlz,2022,5300,modelled
GM0106,0,17,wmo,2022,4,own_accounts
GM0106,18,64,wmo,2022,150,own_accounts
GM0106,65,,wmo,2022,900,own_accounts
GM0114,0,17,wmo,2022,4,own_accounts
GM0114,18,64,wmo,2022,150,own_accounts
GM0114,65,,wmo,2022,900,own_accounts
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where the files are, so that problems name them as a user does."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """The form of the made-up region."""
    return filled_form(tmp_path / "proef.xlsx", ANSWERS)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return list(caught.value.problems)


def by_hand(folder: Path) -> Path:
    """The same region as a scenario file with tables."""
    folder.mkdir()
    (folder / "scenario.yaml").write_text(SCENARIO, "utf-8")
    (folder / "region.csv").write_text(REGION, "utf-8")
    (folder / "cost.csv").write_text(COST, "utf-8")
    return folder


def figures(path: Path) -> dict[tuple[str, ...], float]:
    """Every posting of the ledger, by what it is about, and each party's present value with its range."""
    report = json.loads(run("run", str(path), "--format", "json").stdout)
    return dict(_numbers({k: report[k] for k in ("parties", "flows", "pockets", "wrong_pocket_index", "zero_effect")}))


def _numbers(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], float]]:
    if isinstance(value, dict):
        return [found for key, below in value.items() for found in _numbers(below, (*path, key))]
    if isinstance(value, list):
        return [found for key, below in enumerate(value) for found in _numbers(below, (*path, str(key)))]
    return [(path, float(value))] if isinstance(value, int | float) else []


# --- a filled form is a scenario ------------------------------------------------------------------------------------


def test_a_filled_form_gives_what_the_same_scenario_file_gives(form: Path, tmp_path: Path) -> None:
    """The numbers that a user types are the numbers that the model uses, in every party, flow and range."""
    expected = figures(by_hand(tmp_path / "by_hand"))
    found = figures(form)
    assert len(expected) > 100
    assert expected == pytest.approx(found, rel=1e-9, abs=1e-9)


def test_a_filled_form_becomes_a_folder_that_gives_the_same(form: Path) -> None:
    """`init --from x.xlsx`: a scenario file and tables to extend by hand, without losing a digit."""
    assert run("init", "regio", "--from", "proef.xlsx").exit_code == 0
    made = sorted(p.name for p in Path("regio").iterdir())
    assert made == ["cost.csv", "region.csv", "scenario.schema.json", "scenario.yaml"]
    assert figures(Path("regio")) == figures(form)


def test_a_scenario_file_may_build_on_a_form(form: Path) -> None:
    """What the form has no room for stands in a file with `base: proef.xlsx`."""
    Path("meer.yaml").write_text(
        "scenario: {base: proef.xlsx, title: Meer bereik}\ninterventions: {val_keten: {reach: 0.1}}\n", "utf-8"
    )
    scenario = load_scenario("meer.yaml")
    assert (scenario.spec.interventions["val_keten"].reach.value, scenario.spec.interventions["val_keten"].reach.low) == (
        0.1, None,
    )  # fmt: skip
    assert scenario.region.people.sum() == load_scenario(form).region.people.sum()
