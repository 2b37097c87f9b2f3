# ruff: noqa: SIM300 - the expected value comes first
"""Every shipped scenario is a story that runs, balances, says where its numbers come from and gives what was published.

The published figures stand in the scenario with their source, apart from its inputs. How each is read off the ledger
of a plain run stands in MEASURES; nothing else can make an output.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coalition.agreement import changes
from coalition.contract_files import load_preset
from coalition.contracts import Contract
from coalition.gemeentepolis import insured_pays_per_month
from coalition.inputs import Inputs
from coalition.ledger import LAW_ALONE
from coalition.model import Result, Run, funds_of, run_scenario
from coalition.numbers import Number
from coalition.outputs.text import print_report
from coalition.parameters import Standing
from coalition.parties import RESIDENTS, RESOURCES, WLZ_FUND, ZVW_FUND, Pocket, Reason
from coalition.report import build_report
from coalition.scenario import Scenario, load_scenario, shipped_folder, shipped_scenarios
from coalition.schema import EventsEffect, PublishedFigure, numbers_in

VEKTIS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "vektis"
ROUNDING_EUR = 0.005
MILLION, BILLION = 1e6, 1e9

# --- what is published --------------------------------------------------------------------------------------------


def net(result: Result, *parties: str, pocket: Pocket | None = None) -> float:
    """Nominal net of some parties over the years shown, in one pocket or all; + is a gain."""
    shown = slice(0, len(result.years))
    return sum(
        float((cell.gained - cell.paid)[0, shown].sum())
        for key, cell in result.run.cells.items()
        if key.party in parties and (pocket is None or key.pocket == pocket)
    )


def effect(result: Result, *parties: str, pocket: Pocket) -> float:
    """The same without what is laid out for doing something."""
    shown = slice(0, len(result.years))
    return sum(
        float(cell.effect[0, shown].sum())
        for key, cell in result.run.cells.items()
        if key.party in parties and key.pocket == pocket
    )


def laid_out(result: Result, party: str) -> float:
    """What a party lays out over the years shown."""
    return sum(float(p.laid_out[0].sum()) for p in result.run.parties if p.party.id == party)


def society(result: Result) -> float:
    """Real resources saved over the years shown, nominal."""
    return -float(result.run.ledger.balance(RESOURCES)[0, : len(result.years)].sum())


def monetised(result: Result) -> float:
    """Health and pleasure in euro, which are in no account."""
    return sum(float(w.amounts[..., : len(result.years)].sum()) for w in result.run.projection.welfare)


def municipalities(result: Result) -> tuple[str, ...]:
    """Accounts of the municipalities."""
    return tuple(dict.fromkeys(result.run.ledger.municipalities))


def sign(amount: float) -> float:
    """1 for a gain, -1 for a loss, 0 for less than half a cent."""
    return float(np.sign(amount)) if abs(amount) >= ROUNDING_EUR else 0.0


def insured_per_month(result: Result, policy: str) -> float:
    """List premium of the basic package plus what residents pay on top by the ledger, per enrolled per month."""
    stated = result.scenario.spec.gemeentepolis[policy]
    (area,) = (k for k, code in enumerate(result.run.ledger.areas) if code in stated.areas)
    paid = 0.0
    for p in result.run.ledger.postings:
        if p.intervention == policy and p.reason in {Reason.POLICY_PREMIUM, Reason.POLICY_CONTRIBUTION}:
            paid += float(p.amounts[0, area, 0]) * ((p.source == RESIDENTS) - (p.target == RESIDENTS))
    enrolled = float(result.scenario.region.people[area].sum())
    (tier,) = stated.tiers.values()
    return tier.list_premium_basic_per_month.value + paid / enrolled / 12


def rider_per_year(result: Result, policy: str) -> float:
    """What the enrolled pay the insurer on top of the supplementary part: the rider that buys off the own risk."""
    stated = result.scenario.spec.gemeentepolis[policy]
    (tier,) = stated.tiers.values()
    premium = sum(
        float(p.amounts.sum())
        for p in result.run.ledger.postings
        if p.intervention == policy and p.reason is Reason.POLICY_PREMIUM and p.source == RESIDENTS
    )
    return premium - 12 * tier.list_premium_supplementary_per_month.value


def falls_over_pockets(result: Result) -> float:
    """What a fall costs over the three pockets together."""
    municipal = effect(result, *municipalities(result), pocket=Pocket.WMO)
    return net(result, "zorgverzekeraars", ZVW_FUND) + net(result, WLZ_FUND) + municipal


def moved(result: Result, party: str, arrangement: str) -> float:
    """What a party receives under the law alone, or by one agreement; nominal over the years shown."""
    shown = slice(0, len(result.years))
    return sum(
        float(p.amounts[0, :, shown].sum()) * ((p.target == party) - (p.source == party))
        for p in result.run.ledger.postings
        if p.arrangement == arrangement
    )


def printed(result: Result, name: str) -> float:
    """A published input, in euro or the currency of the source."""
    return in_euro(result.scenario.spec.published.inputs[name])


def saved_care(result: Result) -> float:
    """Real resources saved before what delivery takes, nominal."""
    shown = slice(0, len(result.years))
    return society(result) + sum(float(d.total[0, :, shown].sum()) for d in result.run.projection.deliveries.values())


def cost_per_event(result: Result, intervention: str, name: str) -> float:
    """What one event costs, as stated."""
    stated = result.scenario.spec.interventions[intervention].effects[name]
    assert isinstance(stated, EventsEffect)
    return stated.cost_per_event.value


PARTICIPANTS = 655_000
RESIDENT_YEARS = 7_800 * 4

MEASURES: dict[str, dict[str, Callable[[Result], float]]] = {
    "gemeentepolis-mkba": {
        "gemeente_saldo": lambda r: net(r, "GM0000") / PARTICIPANTS,
        "samenleving": lambda r: society(r) / PARTICIPANTS,
        "gemeenten_saldo_landelijk": lambda r: net(r, "GM0000") / MILLION,
    },
    "gemeentepolis-premies": {
        "verzekerde_2019": lambda r: insured_per_month(r, "noardwest_fryslan_2019"),
        "verzekerde_2023": lambda r: insured_per_month(r, "noardwest_fryslan_2023"),
        "afkoop_per_jaar": lambda r: rider_per_year(r, "den_helder_2018"),
        "gat_eigen_risico": lambda r: -net(r, "unive"),
    },
    "vallen": {
        "zvw": lambda r: net(r, "zorgverzekeraars", ZVW_FUND, pocket=Pocket.ZVW) / MILLION,
        "wlz": lambda r: net(r, WLZ_FUND, pocket=Pocket.WLZ) / MILLION,
        "wmo": lambda r: net(r, *municipalities(r), pocket=Pocket.WMO) / MILLION,
        "deel_gemeente": lambda r: net(r, *municipalities(r), pocket=Pocket.WMO) / falls_over_pockets(r),
        "afrondingsrest": lambda r: (
            falls_over_pockets(r) / MILLION - r.scenario.spec.published.inputs["totaal_gedrukt"].value
        ),
    },
    "sociaal-hospitaal": {
        "inleg": lambda r: laid_out(r, "cz") / MILLION,
        "besparing": lambda r: net(r, "GM0518") / MILLION,
        "verhouding": lambda r: net(r, "GM0518") / laid_out(r, "cz"),
        "verzekeraar_bij_effect_nul": lambda r: net(Result(r.scenario, r.zero_effect), "cz") / MILLION,
    },
    "domeinoverstijgend": {
        "wlz": lambda r: sign(effect(r, WLZ_FUND, pocket=Pocket.WLZ)),
        "wmo": lambda r: sign(effect(r, *municipalities(r), pocket=Pocket.WMO)),
        "zvw": lambda r: sign(effect(r, "zorgverzekeraars", pocket=Pocket.ZVW)),
        "samen": lambda r: sign(society(r)),
    },
    "stevig-staan": {
        "vallen": lambda r: saved_care(r) / cost_per_event(r, "stevig_staan", "minder_vallen"),
        "besparing": lambda r: saved_care(r) / MILLION,
        "programma": lambda r: laid_out(r, "GM0000") / MILLION,
    },
    "alcohol": {
        "zorg": lambda r: net(r, "zorgverzekeraars", ZVW_FUND, pocket=Pocket.ZVW) / BILLION,
        "productiviteit": lambda r: net(r, "employers") / BILLION,
        "politie": lambda r: net(r, "state", pocket=Pocket.JUSTITIE) / BILLION,
        "verkeer_en_overig": lambda r: net(r, RESIDENTS, pocket=Pocket.INWONER) / BILLION,
        "saldo": lambda r: (society(r) + monetised(r)) / BILLION,
        "deel_verzekeraar": lambda r: (
            net(r, "zorgverzekeraars", ZVW_FUND) / (r.scenario.spec.published.inputs["kosten"].value * BILLION)
        ),
    },
    "vollsmose": {
        "inzet_per_inwoner": lambda r: -net(r, "GM0000") / RESIDENT_YEARS,
    },
    "kinzigtal": {
        "deel_van_de_norm": lambda r: moved(r, "ziekenfondsen", LAW_ALONE) / printed(r, "norm"),
        "per_verzekerde": lambda r: moved(r, "ziekenfondsen", LAW_ALONE) / printed(r, "verzekerden"),
    },
    "medicare-cms": {
        "bespaard": lambda r: moved(r, "medicare", LAW_ALONE),
        "deel_van_de_norm": lambda r: moved(r, "medicare", LAW_ALONE) / printed(r, "norm"),
        "uitkering": lambda r: moved(r, "providers", "spoor_1"),
    },
    "jeugd-ggz-2015": {
        "weg_uit_zvw": lambda r: net(r, "zorgverzekeraars", ZVW_FUND, pocket=Pocket.ZVW) / MILLION,
        "naar_jeugdwet": lambda r: net(r, *municipalities(r), pocket=Pocket.JEUGDWET) / MILLION,
        "verzekeraars": lambda r: sign(net(r, "zorgverzekeraars")),
        "verevening": lambda r: sign(net(r, ZVW_FUND)),
        "gemeenten": lambda r: sign(net(r, *municipalities(r))),
        "samen": lambda r: sign(net(r, "zorgverzekeraars", ZVW_FUND, *municipalities(r))),
    },
}
"""Folder -> published output -> how it is read off a plain run, in the unit in which it was published."""

OUTPUTS = [(folder, name) for folder, measures in MEASURES.items() for name in measures]


@cache
def shipped(folder: str) -> Result:
    """The plain run of a shipped scenario."""
    return run_scenario(load_scenario(shipped_folder() / folder))


def own_outputs(scenario: Scenario) -> dict[str, PublishedFigure]:
    """Published outputs of the scenario's own file; those of its base are about the base."""
    outputs, own = scenario.spec.published.outputs, scenario.document.origin("scenario.name").file
    return {n: f for n, f in outputs.items() if scenario.document.origin(f"published.outputs.{n}.value").file == own}


@pytest.mark.parametrize(("folder", "name"), OUTPUTS)
def test_a_published_figure_comes_out(folder: str, name: str) -> None:
    """What a source prints comes out of projection, holders and ledger, within half of its last printed digit."""
    result = shipped(folder)
    published = result.scenario.spec.published.outputs[name]
    assert published.value == pytest.approx(MEASURES[folder][name](result), rel=1e-9, abs=published.tolerance + 1e-6), (
        published.source
    )


def test_every_published_output_is_read_off() -> None:
    """No scenario promises an output that no test reads, and none is read that no source prints."""
    promised = {(folder, name) for folder in shipped_scenarios() for name in own_outputs(shipped(folder).scenario)}
    assert promised == set(OUTPUTS)


# --- what goes in -------------------------------------------------------------------------------------------------


def in_euro(figure: PublishedFigure) -> float:
    """A published figure without its word for a million or a billion."""
    scale = {"miljoen": MILLION, "miljard": BILLION}.get(figure.unit.split()[0], 1.0)
    return figure.value * scale


def plain_numbers(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, float]]:
    """Every number below a node of the file, with its dotted path; published outputs left out."""
    if path[:2] == ("published", "outputs"):
        return
    if isinstance(node, dict):
        for key, below in node.items():
            yield from plain_numbers(below, (*path, str(key)))
    elif isinstance(node, list):
        for position, below in enumerate(node):
            yield from plain_numbers(below, (*path, str(position)))
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield ".".join(path), float(node)


def outputs_among_inputs(scenario: Scenario) -> list[str]:
    """Where an asserted output stands among what goes in: by name, by value and unit, or as any number of the file.

    A sign is no amount, and 1 stands in every file; signs are left out.
    """
    published = scenario.spec.published
    outputs = {n: f for n, f in own_outputs(scenario).items() if not f.unit.startswith("teken")}
    found = [f"published.inputs.{name}" for name in published.inputs if name in outputs]
    found += [
        f"published.inputs.{name}"
        for name, given in published.inputs.items()
        if any(in_euro(given) == in_euro(f) and given.unit == f.unit for f in outputs.values())
    ]
    asserted = {sign * value for f in outputs.values() for value in (f.value, in_euro(f)) for sign in (1, -1)}
    return found + [path for path, number in plain_numbers(scenario.document.data) if number in asserted]


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_no_published_output_is_also_an_input(folder: str) -> None:
    """A figure that must come out does not stand anywhere among the numbers that go in."""
    assert [] == outputs_among_inputs(shipped(folder).scenario)


@pytest.mark.parametrize(
    ("folder", "path", "number"),
    [
        ("vallen", "interventions.valpreventie.effects.geen_behandelde_val.ceiling_per_unit.value", "455000000"),
        ("gemeentepolis-mkba", "gemeentepolis.landelijk.mkba.municipal_benefit_per_year.high", "229"),
        ("jeugd-ggz-2015", "interventions.jeugdwet_2015.effects.weg_uit_zvw.ceiling_per_unit.value", "540"),
    ],
)
def test_an_output_put_among_the_inputs_is_found(folder: str, path: str, number: str) -> None:
    """The walk sees an output that is written anywhere in the file, in euro or in millions."""
    low = [path.removesuffix("high") + "low=1"] if path.endswith("high") else []
    changed = load_scenario(shipped_folder() / folder, [f"{path}={number}", *low])
    assert path in outputs_among_inputs(changed)


NONE_OR_ALL = re.compile(
    r"""parties\.insurers\.\w+\.market_share                # the only insurer
    | \w+\.\w+\.payers\.\d+\.share                          # the only payer
    | gemeentepolis\.\w+\.tiers\.\w+\.(share_of_enrolled    # the only tier
                                     | wmo_contribution_covered_per_year)
    | gemeentepolis\.\w+\.components\.\w+                   # part of a policy that the story leaves out
    | interventions\.\w+\.effects\.\w+\.time\.\w+           # an effect of exactly the year shown
    | target_groups\.\w+\.(survival_per_year | moves_per_year | cost_multiplier)""",
    re.VERBOSE,
)
"""Where a bare 0 or 1 may stand, because there it means none or all (scenarios/README.md)."""


def without_origin(scenario: Scenario) -> list[str]:
    """Numbers of the scenario's own file that have no source and standing, or are estimated without low and high."""
    found = []
    for path, number in numbers_in(scenario.spec):
        if scenario.document.origin(path).file == "catalogue":
            continue  # its figures have their own test
        whole = number.value in (0, 1) and NONE_OR_ALL.fullmatch(path) is not None
        if not (whole if number.standing is Standing.OWN else has_origin(number)):
            found.append(path)
    return found


CHOICE = "keuze:"
"""How the source of an assumption begins that is no estimate but what the coalition itself decides."""


def has_origin(number: Number) -> bool:
    """Whether a number names its source, and its range where it is an estimate."""
    if number.standing is Standing.ASSUMED:
        ranged = number.low is not None and number.high is not None
        return bool(number.source) and (ranged or str(number.source).startswith(CHOICE))
    return bool(number.source) and number.standing in {Standing.READ, Standing.DERIVED}


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_every_number_of_a_shipped_scenario_has_an_origin(folder: str) -> None:
    """Each number is read or derived with a source, assumed with a range, or a choice; a bare one is none or all."""
    assert [] == without_origin(shipped(folder).scenario)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("interventions.valpreventie.reach", "1"),
        ("interventions.valpreventie.effects.geen_behandelde_val.risk_multiplier.standing", "assumed"),
        ("parties.insurers.zorgverzekeraars.market_share", "0.9999999"),
        ("target_groups.ouderen.survival_per_year", "0.5"),
    ],
)
def test_a_number_without_origin_is_found(path: str, text: str) -> None:
    """A bare number is found, other than none or all also where these may stand, and so is a guess without a range."""
    found = without_origin(load_scenario(shipped_folder() / "vallen", [f"{path}={text}"]))
    assert [path.removesuffix(".standing")] == found


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_a_shipped_scenario_tells_its_story(folder: str) -> None:
    """Beside every scenario stands a README with an English part, and the file itself tells what it is about."""
    readme = (shipped_folder() / folder / "README.md").read_text("utf-8")
    assert re.search(r"^#+ In English$", readme, re.MULTILINE)
    assert shipped(folder).scenario.spec.scenario.story


# --- that it runs -------------------------------------------------------------------------------------------------


def held(result: Result, run: Run) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What funds hold more at the end of each year shown than a year before; 0 where no fund is agreed."""
    shown = slice(0, len(run.clock.shown))
    balances = [run.ledger.balance(fund.id)[0, shown] for fund in funds_of(result.scenario)]
    return np.asarray(sum(balances, np.zeros(len(run.clock.shown))))


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_a_shipped_scenario_balances(folder: str) -> None:
    """What all parties gain together, and funds hold more, is what the real economy no longer uses, in every year."""
    run = shipped(folder).run
    shown = slice(0, len(run.clock.shown))
    together = np.sum([held(shipped(folder), run), *(p.net[0] for p in run.parties)], axis=0)
    largest = max(float(np.abs(p.amounts).max()) for p in run.ledger.postings)
    assert (-run.ledger.balance(RESOURCES)[0, shown]).tolist() == pytest.approx(together.tolist(), abs=1e-9 * largest)


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_without_effect_nothing_is_avoided(folder: str) -> None:
    """With every effect at zero no stream avoids anything."""
    assert [] == [s.effect for s in shipped(folder).zero_effect.projection.streams if s.avoided.any()]


@pytest.mark.parametrize("folder", shipped_scenarios())
def test_without_effect_parties_lose_what_doing_it_costs(folder: str) -> None:
    """Without effect all together lose delivery, coordination and what funds cost, but for what a gemeentepolis does.

    What a party puts into a fund is lost to it, and not to all together: the fund pays it out or still holds it.
    """
    zero = shipped(folder).zero_effect
    shown = slice(0, len(zero.clock.shown))
    delivery = sum(float(d.total[0, :, shown].sum()) for d in zero.projection.deliveries.values())
    running, by_policy = 0.0, 0.0
    for p in zero.ledger.postings:
        from_resources = float(p.amounts[0, :, shown].sum()) * ((p.source == RESOURCES) - (p.target == RESOURCES))
        running -= from_resources if p.reason in {Reason.COORDINATION, Reason.FUND_FEE} else 0.0
        by_policy += from_resources if p.intervention in shipped(folder).scenario.spec.gemeentepolis else 0.0
    expected = by_policy - delivery - running - float(held(shipped(folder), zero).sum())
    assert expected == pytest.approx(sum(float(p.net[0].sum()) for p in zero.parties), rel=1e-9, abs=ROUNDING_EUR)


def test_what_a_fund_holds_is_the_balance_of_its_statement() -> None:
    """The account in the ledger and the statement that contributors read are the same money, year by year."""
    result = shipped("drenthe-akkoord")
    for run in (result.run, result.zero_effect):
        (fund,) = run.agreed.funds
        closing = fund.statement.closing[0, : len(run.clock.shown)]
        assert float(closing.max()) > 100_000
        assert closing.tolist() == pytest.approx(np.cumsum(held(result, run)).tolist(), abs=ROUNDING_EUR)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("folder", shipped_scenarios())
def test_the_first_screen_of_a_shipped_scenario_is_made(folder: str, lang: str) -> None:
    """The title and every party with money are printed in both languages."""
    from rich.console import Console

    report = build_report(shipped(folder).scenario, studies=False)
    shown = io.StringIO()
    print_report(report, Console(width=160, file=shown), lang, folder)  # type: ignore[arg-type]
    screen = shown.getvalue()
    assert report.scenario.spec.scenario.title.split(":")[0] in screen
    names = {r.party.id: r.party.name_nl if lang == "nl" else r.party.name_en for r in report.rows}
    assert [] == [party for party, name in names.items() if name[:20] not in screen]


# --- what each story is about -------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["noardwest_fryslan_2019", "noardwest_fryslan_2023"])
def test_the_ledger_and_the_premium_agree(policy: str) -> None:
    """What an insured person pays by the ledger is list premiums minus discounts minus contribution."""
    result = shipped("gemeentepolis-premies")
    stated = result.scenario.spec.gemeentepolis[policy]
    (tier,), (band,) = stated.tiers.values(), stated.bands.values()
    expected = float(insured_pays_per_month(tier, band, Inputs())[0])
    assert expected == pytest.approx(insured_per_month(result, policy), abs=1e-9)


def test_the_published_premium_is_the_sum_of_two_assumed_parts() -> None:
    """The split of 189.45 is assumed (AV Frieso 2023), its sum is published."""
    spec = shipped("gemeentepolis-premies").scenario.spec
    (tier,) = spec.gemeentepolis["noardwest_fryslan_2023"].tiers.values()
    parts = tier.list_premium_basic_per_month.value + tier.list_premium_supplementary_per_month.value
    assert spec.published.inputs["lijstpremie_2023"].value == pytest.approx(parts, abs=1e-9)


def test_the_falls_split_is_that_of_the_source() -> None:
    """The parts of 455, 390 and 48 million add to 893, where 890 is printed (verkeersnet.nl 15258)."""
    result = shipped("vallen")
    whole = [round(MEASURES["vallen"][p](result)) for p in ("zvw", "wlz", "wmo")]
    assert [455, 390, 48] == whole
    assert 3 == sum(whole) - 890


def test_the_municipality_pays_for_falls_that_others_gain_by() -> None:
    """The municipality loses, insurers and long-term care fund lay nothing out and gain."""
    result = shipped("vallen")
    assert net(result, "GM0000") < 0 < min(net(result, "zorgverzekeraars"), net(result, WLZ_FUND))
    assert 0 == laid_out(result, "zorgverzekeraars") == laid_out(result, WLZ_FUND)


def test_a_failed_bond_costs_the_insurer_and_nobody_else() -> None:
    """With zero effect the municipality has nothing and the insurer has lost what it put in."""
    zero = Result(shipped("sociaal-hospitaal").scenario, shipped("sociaal-hospitaal").zero_effect)
    assert 0 == net(zero, "GM0518")
    assert -1_300_000 == pytest.approx(net(zero, "cz"))


def test_the_agreements_of_drenthe_divide_a_saving_and_make_none() -> None:
    """What scenarios/drenthe-akkoord/README.md tells: who is helped, who would not sign, and what a fund costs."""
    result = shipped("drenthe-akkoord")
    rows = {row.party.id: row for row in changes(result)}
    worse = {party for party, row in rows.items() if row.change_eur < -ROUNDING_EUR}
    better = {party for party, row in rows.items() if row.change_eur > ROUNDING_EUR}
    towns = set(municipalities(result))

    assert {"vgz_unive", "GM0114", WLZ_FUND} == worse
    assert {"zilveren_kruis", *towns} - {"GM0114"} == better
    assert max(towns, key=lambda p: rows[p].change_eur) == "GM0118" == min(towns, key=lambda p: rows[p].law_eur)
    assert all(rows[p].law_eur < 0 for p in (*towns, *result.scenario.spec.parties.insurers))
    assert 0 < rows[WLZ_FUND].agreed_eur < rows[WLZ_FUND].law_eur / 2
    fees = sum(float(p.amounts.sum()) for p in result.run.ledger.postings if p.reason is Reason.FUND_FEE)
    pairs = list(zip(result.run.parties, result.run.law_parties, strict=True))
    nominal = {agreed.party.id: float((agreed.net - law.net).sum()) for agreed, law in pairs}
    assert -fees == pytest.approx(sum(nominal.values()))
    assert {"vgz_unive", "GM0106"} == {party for party, row in rows.items() if nominal[party] * row.change_eur < 0}


def test_the_insurer_that_would_not_sign_in_drenthe_would_on_other_terms() -> None:
    """Without what it puts into the fund, or with a larger part of Hollandscheveld, the agreements help VGZ."""
    fund = "arrangements.funds.preventiefonds.contributions.vgz_unive.amounts_eur"
    shares = "arrangements.contracts.langer_thuis.gain_bands.0.shares"
    for terms in (
        (f"{fund}.2027=0", f"{fund}.2028=0"),
        (f"{shares}.vgz_unive=0.25", f"{shares}.GM0118=0.42"),
    ):
        rows = {row.party.id: row for row in changes(run_scenario(load_scenario("drenthe-akkoord", terms)))}
        assert rows["vgz_unive"].change_eur > 0 > rows["vgz_unive"].agreed_eur


def test_without_effect_the_contracts_of_drenthe_pay_nothing_and_the_fund_does() -> None:
    """Contributors lose more than without agreements, and the municipalities lose less."""
    plain, agreed = shipped("drenthe").zero_effect, shipped("drenthe-akkoord").zero_effect
    lost = {p.party.id: float(a.npv[0] - p.npv[0]) for p, a in zip(plain.parties, agreed.parties, strict=True)}
    towns = municipalities(shipped("drenthe-akkoord"))
    assert max(lost["zilveren_kruis"], lost["vgz_unive"]) < 0 < min(lost[p] for p in towns)
    assert not any(c.settlement.payments_eur[p].any() for c in agreed.agreed.contracts for p in c.contract.sharers)


def test_fall_prevention_saves_long_term_care_less_than_the_fund_pays_for_it() -> None:
    """A quarter of the cost goes out and half of the whole saving comes back, which is less; so the fund runs dry."""
    result = shipped("drenthe-akkoord")
    (draw,) = result.scenario.spec.arrangements.funds["preventiefonds"].draws.values()
    assert draw.delivery_share is not None
    assert draw.from_savings is not None
    assert (0.25, 0.5) == (draw.delivery_share.value, draw.from_savings.share.value)
    (fund,) = result.run.agreed.funds
    repaid, paid = (
        sum(float(a.sum()) for a in flows.values()) for flows in (fund.statement.repaid, fund.statement.paid)
    )
    assert 0 < repaid / draw.from_savings.share.value < paid


def test_the_long_term_care_saving_can_repair_what_others_lose() -> None:
    """Working across the laws leaves something after municipality, insurer and equalisation are made whole."""
    result = shipped("domeinoverstijgend")
    losers = (*municipalities(result), "zorgverzekeraars", ZVW_FUND)
    assert max(net(result, party) for party in losers) < 0
    assert net(result, WLZ_FUND) + net(result, *losers) > 0


def test_every_amount_behind_a_published_sign_is_assumed() -> None:
    """Where a source gives signs only, no euro in the scenario claims to be read."""
    scenario = shipped("domeinoverstijgend").scenario
    euros = [(path, n) for path, n in numbers_in(scenario.spec) if type(n).__name__.startswith("Euro")]
    assert len(euros) >= 4
    assert [] == [path for path, n in euros if n.standing is not Standing.ASSUMED]


def test_alcohol_leaves_a_net_cost_inside_the_printed_range() -> None:
    """Cost minus benefits lies between the printed 2.3 and 2.9 billion (RIVM 2016-0065), most of it no cash."""
    result = shipped("alcohol")
    assert 2.3 <= (society(result) + monetised(result)) / BILLION <= 2.9
    assert -3.4 == pytest.approx(monetised(result) / BILLION)


def test_a_shift_of_pocket_saves_nothing() -> None:
    """When care only changes its payer, real resources stay the same and no provider gains or loses."""
    result = shipped("jeugd-ggz-2015")
    assert 0 == pytest.approx(society(result), abs=ROUNDING_EUR)
    assert 0 == pytest.approx(net(result, "providers"), abs=ROUNDING_EUR)


def settled_row(result: Result) -> dict[str, float]:
    """What the only contract of a scenario is expected to measure and pay."""
    (outcome,) = result.run.agreed.contracts
    found = outcome.settlement
    arrays = {
        "benchmark": found.benchmark_eur,
        "cost": outcome.savings.cost_eur,
        "persons": outcome.savings.persons,
        "rate": found.savings_rate,
        "gate": found.minimum_rate,
        "paid": found.payments_eur["providers"],
    }
    return {name: float(array.item()) for name, array in arrays.items()}


def test_kinzigtal_measures_all_insured_against_the_published_norm() -> None:
    """75.5 million for 33,000 insured, 7.28 % below it; half of 5.5 million for who does it, an assumption."""
    found = settled_row(shipped("kinzigtal"))
    assert 75_500_000 == pytest.approx(found["benchmark"], abs=1)
    assert 70_000_000 == pytest.approx(found["cost"], abs=1)
    assert 33_000 == found["persons"]
    assert 0.0728 == round(found["rate"], 4)
    assert 2_750_000 == pytest.approx(found["paid"], abs=1)


@pytest.mark.parametrize(
    ("each", "insured", "printed_millions"), [(146, 31_000, 4.6), (170, 33_000, 5.5)], ids=["2012", "2013"]
)
def test_kinzigtal_prints_rounded_figures(each: int, insured: int, printed_millions: float) -> None:
    """146 x 31,000 = 4.53, printed 4.6; 170 x 33,000 = 5.61, printed 5.5: rounding of all three can explain it."""
    inputs = shipped("kinzigtal").scenario.spec.published.inputs
    assert {printed_millions, insured} <= {figure.value for figure in inputs.values()}
    rounding = 0.05 + (500 * each + 0.5 * insured) / MILLION
    assert printed_millions == pytest.approx(each * insured / MILLION, abs=rounding)


@pytest.mark.parametrize(("share", "company"), [("0", 0), ("0.5", 2_750_000), ("1", 5_500_000)])
def test_kinzigtal_shares_what_is_left_open(share: str, company: float) -> None:
    """Whatever the unpublished split, funds and company have the saving together and nobody else pays."""
    result = run_scenario(load_scenario("kinzigtal", [f"arrangements.contracts.kinzigtal.sharing_rate={share}"]))
    assert company == pytest.approx(moved(result, "providers", "kinzigtal"), abs=1)
    assert 5_500_000 == pytest.approx(net(result, "ziekenfondsen", "providers"), abs=1)


def test_kinzigtal_above_the_norm_pays_nothing() -> None:
    """Cost above the norm stays with the funds: a one-sided contract shares no loss."""
    path = "interventions.gesundes_kinzigtal.effects.onder_de_norm.avoided_per_year.value"
    result = run_scenario(load_scenario("kinzigtal", [f"{path}=-10"]))
    assert 0 == moved(result, "providers", "kinzigtal")
    assert -330_000 == pytest.approx(net(result, "ziekenfondsen"), abs=1)


def test_without_a_programme_kinzigtal_shares_nothing() -> None:
    """If all that lies below the norm had been there anyway, nothing is saved and nothing is paid."""
    path = "interventions.gesundes_kinzigtal.effects.onder_de_norm.deadweight.value"
    result = run_scenario(load_scenario("kinzigtal", [f"{path}=1"]))
    assert 0 == net(result, "ziekenfondsen") == net(result, "providers")


WORDS = {"name", "source", "standing", "terms_of_year", "note", "pays", "sharers", "scope"}
"""What a contract says of itself and its parties; the rest are its terms."""


def terms_of(contract: Contract) -> dict[str, Any]:
    """The terms of a contract without origins."""
    plain = contract.model_dump(exclude=WORDS)
    return {key: value.get("value", value) if isinstance(value, dict) else value for key, value in plain.items()}


@pytest.mark.parametrize(
    ("folder", "name", "preset"),
    [("kinzigtal", "kinzigtal", "kinzigtal"), ("medicare-cms", "spoor_1", "mssp-track-1")],
)
def test_a_contract_read_elsewhere_has_the_terms_of_its_preset(folder: str, name: str, preset: str) -> None:
    """A scenario repeats its preset term by term, so that both show one contract."""
    stated, shipped_terms = (
        terms_of(c) for c in (shipped(folder).scenario.spec.arrangements.contracts[name], load_preset(preset).contract)
    )
    for years in (stated, shipped_terms):
        years["base_years"] = [(y["year"], y["weight"]["value"]) for y in years["base_years"]]
    assert shipped_terms == stated


def test_one_published_group_of_medicare_comes_out_to_the_dollar() -> None:
    """10,206 persons have a gate of 2.99 %; 5.64 % passes it; half of the saving less 2 % is paid (CMS 2014)."""
    found = settled_row(shipped("medicare-cms"))
    assert 93_699_147 == pytest.approx(found["benchmark"], abs=0.01)
    assert 88_411_725 == pytest.approx(found["cost"], abs=0.01)
    assert 0.0299 == round(found["gate"], 4)
    assert 2_590_836.78 == pytest.approx(found["paid"], abs=0.01)


@pytest.mark.parametrize(("per_person", "paid"), [(274, 0), (275, 0.49 * 275 * 10_206), (-518, 0)])
def test_that_group_would_have_had_nothing_just_below_its_gate(per_person: float, paid: float) -> None:
    """274 of 9,180.79 dollars is 2.985 %, below 2.988 %; 275 is above it and all is shared; a loss costs nothing."""
    path = "interventions.zorggroep.effects.onder_de_norm.avoided_per_year.value"
    result = run_scenario(load_scenario("medicare-cms", [f"{path}={per_person}"]))
    assert paid == pytest.approx(moved(result, "providers", "spoor_1"), abs=0.01)


@pytest.mark.skipif(not VEKTIS.is_dir(), reason="open data not beside the project")
def test_youth_mental_health_follows_from_the_published_files() -> None:
    """540, 360 and 0 million in 2013, 2014 and 2015 under the Zvw for ages 0-14, and the scenario's inputs (Vektis)."""
    from coalition.sources.vektis import read_vektis

    cost, insured = {}, {}
    for year in (2013, 2014, 2015):
        table = read_vektis(VEKTIS / f"vektis_{year}_gemeente.csv.gz").table
        children = table[table["age_from"] < 15]
        cost[year] = float(children["mental_health_eur"].sum())
        insured[year] = float(children["insured_years"].sum())
    scenario = shipped("jeugd-ggz-2015").scenario
    inputs, outputs = scenario.spec.published.inputs, scenario.spec.published.outputs
    assert outputs["weg_uit_zvw"].value == round(cost[2013] / MILLION)
    assert inputs["zvw_2014"].value == round(cost[2014] / MILLION)
    assert inputs["zvw_2015"].value == round(cost[2015] / MILLION)
    assert inputs["verzekerdejaren_2013"].value == pytest.approx(insured[2013], abs=0.01)
    assert inputs["per_verzekerdejaar_2013"].value == round(cost[2013] / insured[2013], 2)
    assert float(scenario.region.people[0, 0, 0]) == pytest.approx(insured[2013], abs=0.01)
