"""Every amount of every shipped scenario, against a second calculation written from docs/model.md alone.

tests/reference/recompute.py shares no line with the package. Its reading of the page is itself held against the worked
example that the page prints; then the model is held against it, cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
from reference.agreements import AGREEMENTS
from reference.joint_agreements import JOINT_AGREEMENTS
from reference.recompute import ROOT, Outcome, read_yaml
from reference.recompute_agreed import (
    Agreed,
    chance_of,
    fund_figures,
    measured,
    recompute,
    recompute_agreed,
    saved,
    scope_of,
    table_rate,
)
from ruamel.yaml import YAML

from coalition.agreement import fund_sheets, term_sheets
from coalition.ledger import LAW_ALONE
from coalition.model import run_scenario
from coalition.scenario import load_scenario

SHIPPED = sorted(path.parent.name for path in (ROOT / "scenarios").glob("*/scenario.yaml"))
COMPLETE = ROOT / "docs" / "complete"
FOLDERS = [*(ROOT / "scenarios" / name for name in SHIPPED), COMPLETE]
HALF_A_CENT, CENT = 0.005, 0.01

Amounts = dict[tuple[str, ...], float]


@dataclass(frozen=True)
class Told:
    """What the model tells: paid and gained per cell and year, what is agreed, NPV per party, the years shown."""

    paid: Amounts
    gained: Amounts
    moved: Amounts
    npv: dict[str, float]
    shown: list[int]


def model_of(name: str) -> Told:
    """Run the model on a shipped name or a folder."""
    run = run_scenario(load_scenario(name)).run
    paid: Amounts = {}
    gained: Amounts = {}
    first = int(run.clock.shown[0])
    for (_, party, pocket, intervention), cell in run.cells.items():
        for t, (out, back) in enumerate(zip(cell.paid[0], cell.gained[0], strict=True)):
            paid[party, pocket, intervention, str(first + t)] = float(out)
            gained[party, pocket, intervention, str(first + t)] = float(back)
    moved: Amounts = {}
    for e in run.ledger.entries():
        if e.arrangement != LAW_ALONE:
            key = (e.arrangement, e.reason, e.pocket, e.source, e.target, e.area, str(e.year))
            moved[key] = moved.get(key, 0.0) + e.amount_eur
    npv = {told.party.id: float(told.npv[0]) for told in run.parties}
    return Told(paid, gained, moved, npv, [int(year) for year in run.clock.shown])


def by_year(outcome: Outcome, side: int) -> Amounts:
    """Spell out the recomputed cells per year; side 0 is paid and 1 is gained."""
    return {
        (*cell, str(outcome.first + t)): amount
        for cell, sides in outcome.cells.items()
        for t, amount in enumerate(sides[side])
    }


@dataclass(frozen=True)
class Both:
    """A folder by the page, what is agreed apart, and by the model."""

    outcome: Outcome
    agreed: Agreed
    told: Told


def both(folder: Path) -> Both:
    """Recompute a folder and run the model on it."""
    outcome, agreed = recompute_agreed(folder)
    return Both(outcome, agreed, model_of(folder.name if folder.parent.name == "scenarios" else str(folder)))


@cache
def shipped(folder: Path) -> Both:
    """The same for a folder that more than one test asks for; the many variants are not kept."""
    return both(folder)


def differences(expected: Amounts, told: Amounts, tolerance: float) -> list[str]:
    """Return every amount that differs; a key that one side lacks counts as nothing there."""
    return [
        f"{key}: recomputed {expected.get(key, 0.0):.4f}, model {told.get(key, 0.0):.4f}"
        for key in sorted({*expected, *told})
        if abs(expected.get(key, 0.0) - told.get(key, 0.0)) > tolerance
    ]


def per_party_pocket_year(amounts: Amounts) -> Amounts:
    """Add interventions up."""
    sums: Amounts = {}
    for (party, pocket, _, year), amount in amounts.items():
        sums[party, pocket, year] = sums.get((party, pocket, year), 0.0) + amount
    return sums


def with_money(*sides: Amounts) -> set[tuple[str, ...]]:
    """Return the cells and years in which at least half a cent is paid or gained."""
    return {key for side in sides for key, amount in side.items() if abs(amount) >= HALF_A_CENT}


def compared(found: Both) -> tuple[list[str], set[tuple[str, ...]]]:
    """Return what differs between the two calculations, and the cells that were compared and hold money."""
    outcome, agreed, told = found.outcome, found.agreed, found.told
    paid, gained = by_year(outcome, 0), by_year(outcome, 1)
    wrong = differences(paid, told.paid, HALF_A_CENT) + differences(gained, told.gained, HALF_A_CENT)
    wrong += differences(per_party_pocket_year(paid), per_party_pocket_year(told.paid), HALF_A_CENT)
    wrong += differences(per_party_pocket_year(gained), per_party_pocket_year(told.gained), HALF_A_CENT)
    wrong += differences(dict(agreed.moved.items()), told.moved, HALF_A_CENT)
    own_npv: Amounts = {(party,): amount for party, amount in outcome.npv.items() if party != "resources"}
    told_npv: Amounts = {(party,): amount for party, amount in told.npv.items()}
    wrong += differences(own_npv, told_npv, CENT)
    return wrong, with_money(paid, gained) & with_money(told.paid, told.gained)


def clock_of_the_page(outcome: Outcome) -> tuple[list[int], list[int]]:
    """Return the years calculated and the years shown, recomputed."""
    calculated = list(range(outcome.first, outcome.first + outcome.years))
    return calculated, calculated[: outcome.shown]


def clock_of_the_model(told: Told) -> tuple[list[int], list[int]]:
    """Return the years calculated and the years shown, as the model tells them."""
    return sorted({int(key[-1]) for key in told.paid}), told.shown


# --- The shipped scenarios ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_amount_of_a_shipped_scenario_follows_from_the_page(folder: Path) -> None:
    """Cells, sums per party, pocket and year (half a cent) and present values (a cent) are those of the page."""
    wrong, cells = compared(shipped(folder))

    assert wrong == []
    assert cells


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_same_years_are_calculated_and_shown(folder: Path) -> None:
    """The clock of the page is the clock of the model, its settlement years included."""
    found = shipped(folder)
    assert clock_of_the_page(found.outcome) == clock_of_the_model(found.told)


def test_the_comparison_on_drenthe_is_not_one_of_nothing() -> None:
    """More than a thousand cells of Drenthe hold money on both sides."""
    _, cells = compared(shipped(ROOT / "scenarios" / "drenthe"))

    assert len(cells) > 1000


def test_every_shipped_scenario_takes_part() -> None:
    """Drenthe, five agreements on it, a bond beside its story and twelve stories are all held against the page."""
    assert len(SHIPPED) == 19
    assert {"drenthe", "drenthe-akkoord"} <= set(SHIPPED)


# --- Rules that no shipped scenario reaches -------------------------------------------------------------------------

FALLS = ["interventions", "valpreventie", "effects", "falls"]
AT_HOME = ["interventions", "veilig_wonen", "effects", "minder_vallen"]
SMOKING = ["interventions", "stoppen_met_roken"]
DEBTS = ["interventions", "schuldhulp"]
EXPENSIVE = [{"people_share": 0.5, "cost_eur": 100}, {"people_share": 0.3, "cost_eur": 420}]
CLASSES = [*EXPENSIVE, {"people_share": 0.2, "cost_eur": 5000}]
Changes = list[tuple[list[str], Any]]


def amount(value: float, index: str = "cpi") -> dict[str, Any]:
    """State an amount in prices of 2021."""
    return {"value": value, "price_year": 2021, "index": index}


def more_help_with_debts() -> Changes:
    """Three programmes for the same families, together longer at work than there are families."""
    changes: Changes = []
    for name, most in (("schuldhulp", 650), ("tweede", 650), ("derde", 900)):
        programme = read_yaml(COMPLETE / "scenario.yaml")["interventions"]["schuldhulp"]
        programme["reach"] = 0.33
        programme["effects"]["uit_de_bijstand"]["ceiling_per_unit"] = amount(most)
        changes.append((["interventions", name], programme))
    return changes


VARIANTS: dict[str, Changes] = {
    "rate_of_hta": [(["scenario", "discount"], "hta")],
    "own_nominal_rate": [
        (["scenario", "discount"], {"per_year": 0.03, "kind": "nominal"}),
        (["scenario", "price_year"], 2018),
    ],
    "more_years_than_needed": [(["scenario", "horizon_years"], 45)],
    "equalisation_on_cash": [(["holders", "equalisation", "basis"], "cash")],
    "delivery_inside_events": [
        ([*FALLS, "includes_delivery"], True),
    ],
    "delivery_inside_members": [([*SMOKING, "effects", "minder_zorg", "includes_delivery"], True)],
    "care_that_rises": [
        ([*AT_HOME, "reduction"], -0.5),
        ([*SMOKING, "effects", "minder_zorg", "reduction"], -0.3),
        (["target_groups", "ouderen", "own_risk"], {"cost_classes": CLASSES}),
    ],
    "own_risk_of_classes_and_a_policy_that_insures_it": [
        (["target_groups", "ouderen", "own_risk"], {"cost_classes": CLASSES}),
        (["interventions", "valpreventie", "policy_module", "enrolled_share_of_group"], 0.5),
    ],
    "baselines_that_run_out": [([*AT_HOME, "risk_multiplier"], 300), ([*FALLS, "risk_multiplier"], 300)],
    "yearly_flow_that_runs_out": [
        (["target_groups", "ouderen", "renewed_each_year"], True),
        (["overlap"], []),
        ([*AT_HOME, "risk_multiplier"], 300),
        ([*FALLS, "risk_multiplier"], 300),
    ],
    "groups_that_claim_more_than_everyone_costs": [
        (["target_groups", "ouderen", "cost_multiplier"], 2),
        (["target_groups", "ouderen", "share"], 0.5),
        (["target_groups", "ouderen", "areas"], {}),
        (["target_groups", "ouderen", "ages"], {"from": 50}),
        (["target_groups", "rokers", "cost_multiplier"], 80),
        (["target_groups", "rokers", "share"], 1.0),
        ([*AT_HOME, "risk_multiplier"], 900),
        ([*SMOKING, "effects", "minder_zorg", "reduction"], 0.9),
        ([*SMOKING, "effects", "minder_zorg", "cause_share"], 1.0),
    ],
    "nested_participants": [
        (["overlap"], [{"between": ["valpreventie", "veilig_wonen"], "share_of_smaller": 1.0}]),
        ([*FALLS, "risk_multiplier"], 40),
    ],
    "participants_who_cannot_all_be_apart": [
        (["interventions", "valpreventie", "reach"], 0.19),
        (["interventions", "valpreventie", "ramp_up"], [1.0]),
        (["interventions", "valpreventie", "capacity_per_year"], 1_000_000),
        ([*FALLS, "time"], {"plateau_years": 8, "beyond_follow_up": "A variant."}),
        (["interventions", "veilig_wonen", "reach"], 0.3),
        ([*AT_HOME, "time", "plateau_years"], 8),
    ],
    "ceiling_of_a_whole_group_that_binds": more_help_with_debts(),
    "duration_with_a_range": [
        ([*SMOKING, "life_years", "survival_with_per_year"], 0.986),  # fewer years than the longest duration
        ([*SMOKING, "effects", "minder_zorg", "time", "plateau_years"], {"value": 4, "low": 4, "high": 80}),
    ],
    "ceiling_that_binds": [
        (
            [*DEBTS, "effects", "uit_de_bijstand", "ceiling_per_unit"],
            amount(500),
        )
    ],
    "small_town_whose_budget_follows": [(["parties", "municipalities", "GM0106", "population"], 25000)],
    "members_with_programme_years": [
        (
            [*SMOKING, "payers"],
            [
                {"party": "insurers", "share": 0.4, "law": "zvw"},
                {"party": "zorgzaam", "share": 0.3, "law": "zvw"},
                {"party": "gezondplus", "share": 0.3, "law": "eigen_middelen"},
            ],
        ),
        (
            [*SMOKING, "cost", "per_starter"],
            [amount(300), amount(200), amount(100)],
        ),
        ([*SMOKING, "cost", "fixed_per_year"], amount(10000, "nominal")),
    ],
    "module_that_ends_within_a_programme": [
        (
            ["interventions", "valpreventie", "cost", "per_starter"],
            [amount(60), amount(60), amount(60), amount(60)],
        ),
    ],
    "two_grants_of_one_law": [
        (
            ["payers", "grants", "tweede"],
            {
                "name": "Tweede",
                "law": "wpg",
                "items": {"valpreventie": {2021: 5000, 2022: 90000}, "rookvrije_omgeving": {2022: 5000, 2024: 90000}},
                "carry_over_share": 0.5,
                "shift_limit_share": 0.5,
            },
        ),
    ],
}


LISTS = {"order", "forbidden_links"}
"""What is agreed that has no id of its own to switch off."""


def alone(arrangements: Any) -> dict[str, Any]:
    """Return arrangements with all that docs/complete agrees itself switched off."""
    own = read_yaml(COMPLETE / "scenario.yaml")["arrangements"]
    off = {kind: {name: {"enabled": False} for name in own[kind]} for kind in own if kind not in LISTS}
    merged = {kind: {**off[kind], **arrangements.get(kind, {})} for kind in off}
    return {"order": [], **arrangements, **merged}


def write_variant(folder: Path, changes: Changes) -> Path:
    """Write a scenario that changes some keys of docs/complete, as a scenario with a base."""
    tree: dict[str, Any] = {"scenario": {"base": str(COMPLETE), "name": "variant", "title": "Variant"}}
    for path, value in changes:
        place = tree
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = alone(value) if path == ["arrangements"] else value
    with (folder / "scenario.yaml").open("w", encoding="utf-8") as out:
        YAML(typ="safe", pure=True).dump(tree, out)
    return folder


@pytest.mark.parametrize("name", VARIANTS)
def test_rules_that_no_shipped_scenario_reaches_follow_from_the_page(name: str, tmp_path: Path) -> None:
    """A change of docs/complete that brings in another rule changes the result, and in both calculations alike."""
    found, unchanged = both(write_variant(tmp_path, VARIANTS[name])), shipped(COMPLETE).outcome
    wrong, cells = compared(found)

    assert wrong == []
    assert cells
    assert clock_of_the_page(found.outcome) == clock_of_the_model(found.told)
    assert (found.outcome.cells, found.outcome.npv) != (unchanged.cells, unchanged.npv)


# --- Rules of what is agreed ----------------------------------------------------------------------------------------


ALL_AGREEMENTS: dict[str, dict[str, Any]] = {**AGREEMENTS, **JOINT_AGREEMENTS}


@pytest.mark.parametrize("name", ALL_AGREEMENTS)
def test_agreements_that_no_shipped_scenario_has_follow_from_the_page(name: str, tmp_path: Path) -> None:
    """Every transfer of an agreement on docs/complete is that of section 16, and so is every cell."""
    found = both(write_variant(tmp_path, [(["arrangements"], ALL_AGREEMENTS[name])]))
    wrong, _ = compared(found)

    assert wrong == []
    assert any(amount >= HALF_A_CENT for amount in found.agreed.moved.values())
    assert clock_of_the_page(found.outcome) == clock_of_the_model(found.told)


BESIDE_A_GAIN = ["outcome", "from_savings", "discount", "bands_after_discount_and_excess", "everyone_insured"]


@pytest.mark.parametrize("name", BESIDE_A_GAIN)
def test_an_agreement_at_zero_effect_follows_from_the_page(name: str, tmp_path: Path) -> None:
    """Without any effect present values are those of the page, and a draw on proof gets nothing."""
    folder = write_variant(tmp_path, [(["arrangements"], ALL_AGREEMENTS[name])])
    outcome, _ = recompute_agreed(folder, effect=0.0)
    zero = run_scenario(load_scenario(str(folder))).zero_effect
    told: Amounts = {(party.party.id,): float(party.npv[0]) for party in zero.parties}
    recomputed: Amounts = {(party,): npv for party, npv in outcome.npv.items() if party != "resources"}

    assert differences(recomputed, told, CENT) == []


@pytest.mark.parametrize("name", ["loan", "scale", "refuse", "leaving", "wind_up_stays", "from_savings"])
def test_the_figures_of_a_fund_follow_from_the_page(name: str, tmp_path: Path) -> None:
    """How often a euro goes round, what it moves and what is left."""
    folder = write_variant(tmp_path, [(["arrangements"], ALL_AGREEMENTS[name])])
    _, agreed = recompute_agreed(folder)
    figures = fund_figures(agreed, AGREEMENTS[name]["funds"]["f"], agreed.funds["f"])
    told = fund_sheets(run_scenario(load_scenario(str(folder))))[0].measures

    assert figures["dry_year"] == (told.dry_year[0] or 0)
    for key in set(figures) - {"dry_year"}:
        assert float(getattr(told, key)[0]) == pytest.approx(figures[key], rel=1e-9), key


def test_the_break_even_share_and_the_chances_follow_from_the_page() -> None:
    """φ* of both contracts of Drenthe, and what the one for long-term care pays by chance in its first year."""
    folder = ROOT / "scenarios" / "drenthe-akkoord"
    agreed = shipped(folder).agreed
    sheets = {sheet.outcome.name: sheet for sheet in term_sheets(run_scenario(load_scenario(folder.name)))}
    for ident, contract in agreed.region.part("arrangements")["contracts"].items():
        scope = scope_of(agreed.law, contract)
        share = sum(agreed.cash[ident]) / sum(saved(agreed.region, scope, t) for t in scope.years)
        assert sheets[ident].break_even_share == pytest.approx(share, rel=1e-9)

        t = scope.years[0]
        figures = measured(agreed.region, scope, "participants", t)
        by_chance = next(p for p in sheets[ident].populations if p.population == "participants").chances
        assert by_chance is not None
        paid, false_payment = chance_of(contract, figures, 0.0)
        plan = chance_of(contract, figures, saved(agreed.region, scope, t) / figures[1])
        assert float(by_chance.pays_without_saving[0]) == pytest.approx(paid, abs=1e-4)
        assert float(by_chance.false_payment_eur[0]) == pytest.approx(false_payment, abs=CENT)
        assert float(by_chance.nothing_at_plan[0]) == pytest.approx(1 - plan[0], abs=1e-4)
        assert float(by_chance.expected_eur[0]) == pytest.approx(plan[1], rel=1e-6)


# --- The worked figures of section 16 -------------------------------------------------------------------------------


def test_the_gate_of_5400_people() -> None:
    """MSSP Track 1: .0378."""
    row = {"persons_from": 5000, "persons_to": 5999, "rate_from": 0.039, "rate_to": 0.036}

    assert table_rate({"gate_table": [row]}, 5400) == pytest.approx(0.0378, abs=5e-5)


def test_half_of_100_out_of_what_own_risk_and_clawback_leave() -> None:
    """X = 100, own risk .1, clawback .85: 13.5 from the saving, 36.5 own money, result −36.5."""
    left = (1 - 0.1) * 100 - 0.85 * (1 - 0.1) * 100
    from_saving = min(50.0, left)

    assert (from_saving, 50 - from_saving, left - 50) == pytest.approx((13.5, 36.5, -36.5))


def test_what_a_gate_pays_by_chance() -> None:
    """n = 10,000, cost_variation 3, b = 30 million, half, gate .02: by equal parts and by the closed form."""
    contract = {
        "pays": "a",
        "sharers": {"a": {}, "b": {}},
        "gate": "fixed",
        "minimum_savings_rate": 0.02,
        "dispersion": {"cost_variation": 3.0},
        "first_dollar": True,
        "sharing_rate": 0.5,
        "losses": "none",
        "quality": "none",
    }
    normal = NormalDist()
    for true, printed in ((0.0, 143_752), (0.02, 329_524)):
        chance, average = chance_of(contract, (10_000, 30e6), true)
        z = (true - 0.02) / 0.03
        closed = 0.5 * 30e6 * (true * normal.cdf(z) + 0.03 * normal.pdf(z))

        assert average == pytest.approx(printed, abs=50)
        assert closed == pytest.approx(printed, abs=0.5)
        assert true > 0 or chance == pytest.approx(0.2525, abs=1e-4)


# --- The worked example of the page ---------------------------------------------------------------------------------


def printed_block(start: str, language: str) -> str:
    """Return the first block of code after a text in the page."""
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    return page.split("## 15.")[1].split(start)[1].split(f"```{language}\n")[1].split("```")[0]


def printed_table(start: str) -> list[list[str]]:
    """Return the rows of the first table after a text in the page, its head first."""
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    lines = page.split("## 15.")[1].split(start)[1].split("\n")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    columns = len(rows[0])
    ended = next((n for n, row in enumerate(rows) if len(row) != columns), len(rows))
    return [row for n, row in enumerate(rows[:ended]) if n != 1]


def printed_number(text: str) -> float:
    """Read a number as the page prints it."""
    return float(text.replace("−", "-").replace(",", ""))


@pytest.fixture
def worked_example(tmp_path: Path) -> Outcome:
    """Recompute the scenario that the page prints."""
    (tmp_path / "scenario.yaml").write_text(printed_block("`scenario.yaml`", "yaml"), encoding="utf-8")
    (tmp_path / "people.csv").write_text(printed_block("`people.csv`", "csv"), encoding="utf-8")
    (tmp_path / "cost.csv").write_text(printed_block("`cost.csv`", "csv"), encoding="utf-8")
    return recompute(tmp_path)


def test_the_recomputation_gives_the_table_that_the_page_prints(worked_example: Outcome) -> None:
    """Net per party and year, and its present value, are the printed ones to the cent."""
    head, *rows = printed_table("Net per party and year")
    years = [int(year) for year in head[1:-1]]
    recomputed = {}
    for party in (row[0] for row in rows):
        account, sign = ("resources", -1) if party == "society" else (party, 1)
        net = [0.0] * len(years)
        for cell, (paid, gained) in worked_example.cells.items():
            if cell[0] == account:
                for n, year in enumerate(years):
                    net[n] += sign * (gained[year - worked_example.first] - paid[year - worked_example.first])
        recomputed[party] = [*net, sign * worked_example.npv[account]]

    assert len(rows) == 10
    for party, *printed in rows:
        assert [printed_number(text) for text in printed] == pytest.approx(recomputed[party], abs=0.00501), party


def test_the_recomputation_gives_the_cells_that_the_page_prints(worked_example: Outcome) -> None:
    """Paid and gained of every cell of 2028 are the printed ones to the cent, and there are no others."""
    _, *rows = printed_table("Paid and gained per cell in 2028")
    t = 2028 - worked_example.first
    recomputed = {
        cell: [paid[t], gained[t]]
        for cell, (paid, gained) in worked_example.cells.items()
        if cell[0] != "resources" and max(paid[t], gained[t]) >= HALF_A_CENT
    }

    assert {(row[0], row[1], row[2]) for row in rows} == set(recomputed)
    for party, pocket, intervention, *printed in rows:
        expected = [printed_number(text) for text in printed]
        assert expected == pytest.approx(recomputed[party, pocket, intervention], abs=0.00501)
