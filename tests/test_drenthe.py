"""The Drenthe scenario: signs and sizes that follow from its sources, and the figures it gives today.

A changed golden figure is a decision, not a detail: say it in CHANGELOG.md under "Numbers that change", and then write
the new file with `python tests/test_drenthe.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coalition.model import Result, run_scenario
from coalition.money import half_away_from_zero
from coalition.notes import notes_of
from coalition.parameters import Standing
from coalition.parties import Pocket, Reason
from coalition.scenario import Scenario, load_scenario
from coalition.schema import PayersSection, numbers_in
from coalition.wrong_pocket import windfall

FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "drenthe"
GOLDEN = Path(__file__).parent / "golden" / "drenthe_parties.json"
DECISION = (
    "A figure of the Drenthe scenario changed. If that is meant, note it in CHANGELOG.md under 'Numbers that change' "
    "and write the golden file again with: python tests/test_drenthe.py"
)
EMMEN, BORGER_ODOORN, WESTERVELD = "GM0114", "GM1681", "GM1701"


@cache
def drenthe() -> Result:
    """The plain run, once for all tests."""
    return run_scenario(load_scenario(FOLDER))


@cache
def falls_alone() -> Result:
    """Nothing but the fall prevention course, without any gemeentepolis or coordination."""
    scenario = drenthe().scenario
    course = scenario.spec.interventions["valpreventie"].model_copy(update={"policy_module": None})
    changed = {"interventions": {"valpreventie": course}, "gemeentepolis": {}, "payers": PayersSection()}
    return run_scenario(replace(scenario, spec=scenario.spec.model_copy(update=changed)))


def municipalities(scenario: Scenario) -> list[str]:
    return list(dict.fromkeys(scenario.region.municipality(k) for k in range(len(scenario.region.areas))))


def npv(result: Result) -> dict[str, float]:
    return {r.party.id: float(r.npv[0]) for r in result.run.parties}


def net(result: Result, parties: Iterable[str], intervention: str) -> float:
    """Nominal gained - paid of some accounts through one intervention."""
    wanted = set(parties)
    cells = [c for k, c in result.run.cells.items() if k.party in wanted and k.intervention == intervention]
    return float(sum((c.gained - c.paid)[0].sum() for c in cells))


def posted(result: Result, reason: Reason, pocket: Pocket, area: str) -> float:
    """Nominal sum of what is posted for one reason in one pocket and area, first draw."""
    position = result.scenario.region.areas.index(area)
    found = [p for p in result.run.ledger.postings if p.reason is reason and p.pocket is pocket]
    return float(sum(p.amounts[0, position].sum() for p in found))


# --- what stands in it --------------------------------------------------------------------------------------------


def test_zvw_baseline_is_what_vektis_published() -> None:
    """Zvw cost of all residents before indexation is Vektis' own total for Drenthe in 2019: 1,485.106 million."""
    region = drenthe().scenario.region
    assert pytest.approx((region.insured_years[:, :, 0] * region.cost[Pocket.ZVW]).sum() / 1e6, abs=0.0005) == 1485.106
    assert region.price_year[Pocket.ZVW] == 2019


def test_twelve_municipalities_with_names() -> None:
    """All municipalities of Drenthe are there, each under its name."""
    spec = drenthe().scenario.spec
    assert len(municipalities(drenthe().scenario)) == 12
    assert set(municipalities(drenthe().scenario)) == set(spec.region.names)


def test_at_least_eight_interventions_that_start_from_the_catalogue() -> None:
    """The plan is built on published evidence; one intervention has no entry in the catalogue and says why."""
    own = [name for name, i in drenthe().scenario.spec.interventions.items() if i.from_ is None]
    assert len(drenthe().scenario.spec.interventions) - len(own) >= 8
    assert own == ["langer_thuis_hoogeveen"]


def test_every_assumption_says_that_it_is_one_and_of_what_kind() -> None:
    """An assumption is a choice, an estimate or general knowledge; an estimate has a low and a high."""
    kinds = ("keuze", "schatting", "algemene kennis")
    for path, number in numbers_in(drenthe().scenario.spec):
        if number.standing is not Standing.ASSUMED:
            continue
        source = number.source or ""
        from_catalogue = "choice:" in source or path.endswith("falls.cost_per_event")
        assert from_catalogue or source.startswith(kinds), path
        assert number.uncertain or not source.startswith("schatting"), f"{path} is an estimate without a range"


def test_every_figure_that_is_read_or_derived_names_its_source() -> None:
    """No figure claims to be published without saying where."""
    kinds = {Standing.READ, Standing.DERIVED}
    published = [(p, n) for p, n in numbers_in(drenthe().scenario.spec) if n.standing in kinds]
    assert [path for path, number in published if not number.source] == []
    assert len(published) >= 40


def test_market_shares_are_assumed_with_a_range() -> None:
    """No regional market share was published, so none may look as if it was."""
    shares = [i.market_share for i in drenthe().scenario.spec.parties.insurers.values()]
    assert pytest.approx(sum(s.value for s in shares)) == 1.0
    assert all(s.standing is Standing.ASSUMED and s.uncertain for s in shares)


# --- signs and sizes ----------------------------------------------------------------------------------------------


def test_falls_alone_cost_every_municipality_and_give_to_the_wlz() -> None:
    """The municipality pays the course and holds 5 % of the cost of falls; Wlz and insurers pay nothing and gain."""
    found = npv(falls_alone())
    assert all(found[code] < 0 for code in municipalities(falls_alone().scenario))
    assert all(found[i] > 0 for i in falls_alone().scenario.spec.parties.insurers)
    assert found["wlz_fund"] > 0
    paid = {r.party.id: r.paid[0].sum() for r in falls_alone().run.parties}
    assert paid["wlz_fund"] == 0


def test_falls_do_not_pay_back_even_over_all_pockets_together() -> None:
    """At three times the average risk and rate ratio .77 a course avoids less care than it costs."""
    projection = falls_alone().run.projection
    avoided = sum(float(s.avoided[0].sum()) for s in projection.streams)
    assert avoided < float(projection.deliveries["valpreventie"].total[0].sum())


def test_falls_avoided_stay_a_small_part_of_what_falls_cost_in_drenthe() -> None:
    """3.19 % of the national 893 million is the bill; courses for 2 % of the elderly avoid about a percent of it."""
    result = falls_alone()
    streams = result.run.projection.streams
    dearest = max(np.sum([s.avoided[0].sum(axis=0) for s in streams], axis=0))
    in_2027 = 134.56 / 100.32 * 1.02**2
    assert 0.005 < dearest / (0.0319 * 893e6 * in_2027) < 0.03


def test_falls_reach_stays_under_the_national_target() -> None:
    """Per year fewer people start a course than the 3 % of people over 65 whom the GALA target would offer one."""
    result = drenthe()
    elderly = result.scenario.region.people[:, result.scenario.region.age_from >= 65].sum()
    starters = result.run.projection.starters["valpreventie"][0].sum(axis=0)
    assert 1000 < starters.max() < 0.03 * elderly


def test_emmen_and_borger_odoorn_have_no_gemeentepolis() -> None:
    """Emmen had none in 2023 and Borger-Odoorn stopped in 2020, so no money of a policy moves there."""
    policies = set(drenthe().scenario.spec.gemeentepolis)
    cells = {k: c for k, c in drenthe().run.cells.items() if k.intervention in policies}
    touched = {k.party for k, c in cells.items() if c.paid.any() or c.gained.any()}
    assert not touched & {EMMEN, BORGER_ODOORN}
    assert "GM0106" in touched


def test_policy_module_moves_cost_of_the_course_to_the_insurer() -> None:
    """Where the policy holds the course, the supplementary insurance pays part of it and more people start."""
    result = drenthe()
    position = result.scenario.region.areas.index("GM0106")
    by_module = result.run.projection.deliveries["valpreventie"].by_module[0]
    assert by_module[position].sum() > 0
    assert by_module[result.scenario.region.areas.index(EMMEN)].sum() == 0
    with_policy = result.run.projection.starters["valpreventie"][0, position]
    without = falls_alone().run.projection.starters["valpreventie"][0, position]
    assert (with_policy[:3] > without[:3]).all()


def test_social_assistance_of_a_small_municipality_is_given_back_two_years_later() -> None:
    """Westerveld (20,003 people) returns four fifths of a saving through its budget, Emmen nothing."""
    result, pocket = drenthe(), Pocket.PARTICIPATIEWET
    weight = (40_000 - result.scenario.region.people[result.scenario.region.areas.index(WESTERVELD)].sum()) / 25_000
    saved = posted(result, Reason.AVOIDED_COST, pocket, WESTERVELD)
    assert weight * 1.02**2 * saved == pytest.approx(posted(result, Reason.BUDGET, pocket, WESTERVELD), rel=1e-6)
    assert posted(result, Reason.BUDGET, pocket, EMMEN) == 0


def test_two_cross_domain_cases_have_their_published_signs() -> None:
    """Hoogeveen: Wlz gains, municipality and insurers lose. Sociaal Hospitaal: insurer pays, municipalities gain."""
    result = drenthe()
    here, insurers = municipalities(result.scenario), list(result.scenario.spec.parties.insurers)
    assert net(result, ["wlz_fund"], "langer_thuis_hoogeveen") > 0
    assert net(result, here, "langer_thuis_hoogeveen") < 0
    assert net(result, insurers, "langer_thuis_hoogeveen") < 0
    assert net(result, ["zilveren_kruis"], "sociaal_hospitaal") < 0
    assert net(result, here, "sociaal_hospitaal") > 0


def test_a_transfer_could_repair_care_at_home_but_not_sociaal_hospitaal() -> None:
    """In Hoogeveen those at the table gain together; half the claim does not pay for the families really reached."""
    result = drenthe()
    table = [*municipalities(result.scenario), "zilveren_kruis", "vgz_unive", "wlz_fund"]
    assert net(result, table, "langer_thuis_hoogeveen") > 0
    assert (
        net(result, table, "sociaal_hospitaal") < 0 < net(result, municipalities(result.scenario), "sociaal_hospitaal")
    )


def test_neighbourhood_team_makes_wmo_dearer() -> None:
    """Referrals grew 14 % more than elsewhere: the adverse effect is booked, not left out."""
    streams = [s for s in drenthe().run.projection.streams if s.intervention == "wijkteam"]
    assert {Pocket.WMO} == {s.pocket for s in streams}
    assert all(float(s.avoided[0].sum()) < 0 for s in streams)


@pytest.mark.parametrize("name", ["leefstijl_gli", "stoppen_met_roken", "stevig_ouderschap", "welzijn_op_recept"])
def test_interventions_without_proven_saving_book_none(name: str) -> None:
    """What is good for health but saves no payer money within the term shows its cost alone."""
    assert [s for s in drenthe().run.projection.streams if s.intervention == name] == []
    assert float(drenthe().run.projection.deliveries[name].total[0].sum()) > 0


def test_no_grant_and_no_state_money() -> None:
    """The coalition grant lapsed in 2022 and the broad SPUK runs until 2026: from 2027 the state pays nothing."""
    assert [p for p in drenthe().run.ledger.postings if p.reason is Reason.GRANT] == []
    assert [k for k in drenthe().run.cells if k.party == "state"] == []


def test_insurers_that_stay_out_gain_before_their_own_cost() -> None:
    """Others' prevention is a windfall; care at home costs them more than that, and then comes the basic package."""
    result = drenthe()
    before, after = windfall(result.run.parties, result.run.cells, result.years)
    elsewhere = {k: c for k, c in result.run.cells.items() if k.intervention != "langer_thuis_hoogeveen"}
    gain, _ = windfall(result.run.parties, elsewhere, result.years)
    assert after < before < 0 < gain


def test_without_effect_everyone_who_pays_loses() -> None:
    """The zero-effect twin: municipalities and contracting insurers lose, funds that pay nothing get nothing."""
    zero = {r.party.id: float(r.npv[0]) for r in drenthe().zero_effect.parties}
    assert all(zero[code] < 0 for code in municipalities(drenthe().scenario))
    assert zero["zilveren_kruis"] < 0
    assert zero["vgz_unive"] < 0
    assert [zero[name] for name in ("wlz_fund", "uwv", "rest_of_nl")] == [0, 0, 0]


def test_accounts_add_up_to_nothing() -> None:
    """Every euro that one account gains another one loses, real resources included."""
    total = sum(float((c.gained - c.paid)[0].sum()) for c in drenthe().run.cells.values())
    assert pytest.approx(total, abs=0.01) == 0


def test_nothing_serious_to_warn_about() -> None:
    """No effect exceeds half of its cause's cost and none was cut back to its group's cost."""
    assert [n.code for n in notes_of(drenthe().scenario, drenthe().run) if n.serious] == []


# --- the figures of today -----------------------------------------------------------------------------------------


def figures(result: Result) -> dict[str, Any]:
    """What the golden file holds: the party table in whole euros, and how many inputs are assumptions."""
    numbers = numbers_in(result.scenario.spec)
    return {
        "numbers": len(numbers),
        "assumed": sum(n.standing is Standing.ASSUMED for _, n in numbers),
        "parties": {
            r.party.id: {
                "paid_eur": half_away_from_zero(float(r.paid[0].sum())),
                "gained_eur": half_away_from_zero(float(r.gained[0].sum())),
                "net_eur": half_away_from_zero(float(r.net[0].sum())),
                "npv_eur": half_away_from_zero(float(r.npv[0])),
                "payback_year": r.payback_year[0],
            }
            for r in result.run.parties
        },
    }


def test_party_table_is_the_golden_one() -> None:
    """Paid, gained, net, present value and payback year of every party, to the euro."""
    expected, found = json.loads(GOLDEN.read_text(encoding="utf-8")), figures(drenthe())
    assert list(expected["parties"]) == list(found["parties"]), DECISION
    for party, row in expected["parties"].items():
        for key, value in row.items():
            given = found["parties"][party][key]
            same = value == given if key == "payback_year" else abs(value - given) <= 1
            assert same, f"{party}.{key}: {value} became {given}. {DECISION}"


def test_counts_of_assumptions_are_the_golden_ones() -> None:
    """How many inputs there are and how many of them are assumptions is part of the result."""
    expected, found = json.loads(GOLDEN.read_text(encoding="utf-8")), figures(drenthe())
    assert (expected["numbers"], expected["assumed"]) == (found["numbers"], found["assumed"]), DECISION


FUNDS = ("wlz_fund", "zvw_fund", "uwv", "rest_of_nl")
COLUMNS = ("gemeenten", "verzekeraars", *FUNDS, "residents", "providers", "resources")


def readme_rows(result: Result) -> list[str]:
    """The table of scenarios/drenthe/README.md: net per account through each part of the plan, thousands of euros."""
    spec = result.scenario.spec
    groups = dict.fromkeys(municipalities(result.scenario), "gemeenten")
    groups |= dict.fromkeys(spec.parties.insurers, "verzekeraars")
    names = {n: i.name for n, i in spec.interventions.items()} | {n: p.name for n, p in spec.gemeentepolis.items()}
    names["coordination"] = "Coördinatie"
    sums = {name: dict.fromkeys(COLUMNS, 0.0) for name in names}
    for key, cell in result.run.cells.items():
        sign = -1 if key.party == "resources" else 1
        sums[key.intervention][groups.get(key.party, key.party)] += sign * float((cell.gained - cell.paid)[0].sum())
    rows = [(names[name], row) for name, row in sums.items()]
    rows.append(("**Samen**", {c: sum(row[c] for row in sums.values()) for c in COLUMNS}))
    return [f"| {name} | " + " | ".join(thousands(row[c]) for c in COLUMNS) + " |" for name, row in rows]


def thousands(amount: float) -> str:
    return f"{half_away_from_zero(amount / 1000):,}".replace(",", ".")


def test_readme_shows_what_the_model_gives() -> None:
    """The table and the counts in the README are those of the run."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [row for row in readme_rows(drenthe()) if row not in text] == [], DECISION
    counts = figures(drenthe())
    assert f"{counts['assumed']} van de {counts['numbers']}" in text, DECISION


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(figures(drenthe()), indent=2) + "\n", encoding="utf-8")
    print("\n".join(readme_rows(drenthe())))
