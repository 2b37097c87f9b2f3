# ruff: noqa: SIM300 - the expected value comes first
"""The catalogue: what evidence fills in, what it leaves to the user, and what it refuses to fill in."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from coalition.catalogue import (
    CatalogueEntry,
    all_evidence,
    catalogue_ids,
    evidence_of,
    load_entry,
    policies,
    read_entry,
    read_policy,
    unit_of,
)
from coalition.errors import DefectError, UnknownNameError
from coalition.parameters import data_file, read_yaml
from coalition.schema import Intervention

EURO = {"value": 100, "price_year": 2024, "index": "cpi"}
SAMPLES: dict[str, Any] = {
    "target_group": "ouderen", "areas": "all", "starts": {"first": 2027, "last": 2028}, "reach": 0.1,
    "payers": [{"party": "municipality", "share": 1, "law": "wpg"}], "completion": 0.7, "cost": {"per_starter": [EURO]},
    "effects": {}, "fixed_per_year": EURO, "wage_instead_per_year": EURO, "cost_per_event": EURO, "pocket": "wmo",
    "risk_multiplier": 3, "reduction": 0.1, "events_per_person_year": 0.1, "cause_share": 0.2, "deadweight": 0.25,
    "first_year_share": 0.5,
}  # fmt: skip
"""A made-up answer per missing key, by its last part."""
ELSEWHERE = ("target_groups.", "holders.")
OPTIONAL_IN_FORM = ("deadweight", "wage_instead_per_year", "fixed_per_year")
"""Keys whose necessity depends on other keys, which the form alone does not see."""


def filled(entry: CatalogueEntry, *, without: str = "") -> dict[str, Any]:
    """The template with a made-up answer for each missing key but one."""
    model = entry.model()
    for missing in entry.missing:
        if missing.key == without or missing.key.startswith(ELSEWHERE):
            continue
        *above, last = missing.key.split(".")
        node = model
        for key in above:
            node = node.setdefault(key, {})
        node[last] = copy.deepcopy(SAMPLES[last])
    return model


def effects_of(entry: CatalogueEntry) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, effect in entry.template.get("effects", {}).items():
        yield f"{entry.id}.{name}", effect


def numbers_of(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and "value" in node:
        yield node
    elif isinstance(node, dict | list):
        for below in node.values() if isinstance(node, dict) else node:
            yield from numbers_of(below)


@pytest.mark.parametrize("id", catalogue_ids())
def test_template_plus_missing_keys_is_a_complete_intervention(id: str) -> None:
    """Who answers every missing key has an intervention that the scenario form accepts."""
    assert load_entry(id).approach == Intervention.model_validate(filled(load_entry(id))).approach.value


@pytest.mark.parametrize("id", catalogue_ids())
def test_no_missing_key_can_be_left_out(id: str) -> None:
    """Each missing key is really needed: without its answer the form refuses."""
    entry = load_entry(id)
    for missing in entry.missing:
        if not missing.key.startswith(ELSEWHERE) and not missing.key.endswith(OPTIONAL_IN_FORM):
            with pytest.raises(ValidationError):
                Intervention.model_validate(filled(entry, without=missing.key))


@pytest.mark.parametrize("id", catalogue_ids())
def test_nothing_that_is_missing_stands_in_the_template(id: str) -> None:
    """A key is either filled by evidence or left to the user, never both."""
    entry = load_entry(id)
    for missing in entry.missing:
        node: Any = entry.model()
        for key in missing.key.split("."):
            node = node.get(key) if isinstance(node, dict) else None
        assert node is None, missing.key
        assert {"."} == {missing.nl[-1], missing.en[-1]}


@pytest.mark.parametrize("id", catalogue_ids())
def test_reach_payers_and_cost_multiplier_are_always_the_users(id: str) -> None:
    """No national figure says how many people a region reaches, who pays, or who takes part."""
    keys = {missing.key for missing in load_entry(id).missing}
    assert {"reach", "payers", "target_groups.cost_multiplier"} <= keys


@pytest.mark.parametrize("id", catalogue_ids())
def test_no_shipped_effect_has_an_interval_that_holds_zero(id: str) -> None:
    """An effect that may be nothing is no default."""
    for name, effect in effects_of(load_entry(id)):
        for key in ("reduction", "avoided_per_year", "gain"):
            number = effect.get(key, {})
            assert not number.get("low", 1) <= 0 <= number.get("high", -1), name


@pytest.mark.parametrize("id", catalogue_ids())
def test_no_shipped_effect_lasts_longer_than_it_was_measured(id: str) -> None:
    """Plateau and decay stay within the follow-up."""
    for name, effect in effects_of(load_entry(id)):
        lasts = sum(effect["time"][key]["value"] for key in ("onset_years", "plateau_years", "decay_years"))
        assert 0 < lasts <= effect["time"]["follow_up_years"], name


@pytest.mark.parametrize("id", catalogue_ids())
def test_an_uncontrolled_effect_asks_for_its_deadweight(id: str) -> None:
    """Before-after figures are never used whole; controlled ones take no deduction."""
    entry = load_entry(id)
    asked = {missing.key for missing in entry.missing if missing.key.endswith(".deadweight")}
    uncontrolled = {n.removeprefix(f"{id}.") for n, e in effects_of(entry) if e["comparator"] == "uncontrolled"}
    assert {f"effects.{name}.deadweight" for name in uncontrolled} == asked


@pytest.mark.parametrize("id", catalogue_ids())
def test_an_entry_reads_in_both_languages(id: str) -> None:
    """What, for whom, who pays and what to beware of stand in Dutch and English; tracks and goals exist."""
    entry = load_entry(id)
    texts = [entry.name_nl, entry.name_en, entry.what_nl, entry.what_en, entry.target_nl, entry.target_en]
    texts += [t for s in (entry.payer_note, *entry.cautions) for t in (s.nl, s.en)]
    assert all(texts)
    assert all((entry.cautions, entry.tracks, entry.gala_goals))
    assert set(entry.gala_goals) <= set(range(1, 8))
    assert entry.approach == entry.template["approach"]


def test_shares_of_a_split_sum_to_one() -> None:
    """The cost of an event goes whole to the pockets."""
    splits = [(n, e["split"]) for id in catalogue_ids() for n, e in effects_of(load_entry(id)) if "split" in e]
    assert splits
    for name, split in splits:
        assert 1 == pytest.approx(sum(share["value"] for share in split.values())), name


def test_a_neighbourhood_team_makes_wmo_cost_rise() -> None:
    """A negative reduction is a cost increase; the controlled Dutch figure is unfavourable."""
    effect = load_entry("sociaal_wijkteam").template["effects"]["wmo_referrals"]
    assert (-0.07, "wmo") == (effect["reduction"]["value"], effect["pocket"])


def test_a_falls_course_at_three_times_the_risk_avoids_less_than_it_costs() -> None:
    """.0272 treated falls x 3 x .23 x 8,700 euro is 163 euro per starter, below the 252 of the course."""
    model = load_entry("val_inbalans").template
    falls = model["effects"]["falls"]
    rate, reduction, cost = (falls[k]["value"] for k in ("events_per_person_year", "reduction", "cost_per_event"))
    avoided = 3 * rate * reduction * cost
    assert 163 == pytest.approx(avoided, abs=1)
    assert avoided < model["cost"]["per_starter"][0]["value"]


def test_a_lifestyle_programme_costs_the_sum_of_its_tariffs() -> None:
    """857.13 in the first year and 73 % of 393.16 in the second, and no effect in money is filled in."""
    model = load_entry("gli").template
    assert [857.13, 287.01] == [year["value"] for year in model["cost"]["per_starter"]]
    assert 287.01 == pytest.approx(0.73 * 4 * 98.29, abs=0.01)
    assert "effects" not in model


def figure(id: str, parameter: str, column: str = "value") -> float:
    """One published figure of an intervention."""
    return float(next(getattr(row, column) for row in evidence_of(id) if row.parameter == parameter))


def shipped(id: str, path: str, column: str = "value") -> float:
    """One number of an intervention's template."""
    node: Any = load_entry(id).template
    for key in path.split("."):
        node = node[int(key)] if key.isdigit() else node[key]
    return float(node[column])


def test_templates_hold_the_figures_of_the_evidence() -> None:
    """A cost or effect that a source prints stands unchanged in the template."""
    assert figure("gli", "completion_two_years") == shipped("gli", "completion")
    assert figure("gli_slimmer", "qaly_gain") == shipped("gli_slimmer", "effects.health.gain")
    assert figure("val_inbalans", "delivery_cost") == shipped("val_inbalans", "cost.per_starter.0")
    assert figure("stevig_ouderschap", "delivery_cost") == shipped("stevig_ouderschap", "cost.per_starter.0")
    assert figure("schuldhulp", "delivery_cost_derived") == shipped("schuldhulp", "cost.per_starter.0")
    hospital = shipped("krachtige_basiszorg", "effects.hospital.avoided_per_year", "high")
    assert figure("krachtige_basiszorg", "saving_hospital_per_patient") == hospital


def test_templates_turn_round_the_sign_of_a_cost_change() -> None:
    """A fall in cost or risk in the evidence is a positive avoided amount or reduction in the template."""
    domestic_help = "effects.domestic_help.avoided_per_year"
    assert -figure("reablement", "cost_change_domestic_help_nl") == shipped("reablement", domestic_help)
    assert -figure("reablement", "cost_change_domestic_help_nl", "high") == shipped("reablement", domestic_help, "low")
    asthma = -figure("rookvrije_omgeving", "asthma_hospital_attendance_change") / 100
    assert asthma == pytest.approx(shipped("rookvrije_omgeving", "effects.asthma.reduction"))
    growth = figure("sociaal_wijkteam", "wmo_referral_growth_difference")
    assert -growth / 2 == shipped("sociaal_wijkteam", "effects.wmo_referrals.reduction")


def test_templates_derive_reductions_from_printed_rates() -> None:
    """A reduction is one minus the printed ratio, or the difference of two printed rates over the higher one."""
    for column, opposite in (("value", "value"), ("low", "high"), ("high", "low")):
        ratio = figure("val_keten", "fall_rate_ratio_any_exercise", column)
        assert 1 - ratio == pytest.approx(shipped("val_keten", "effects.falls.reduction", opposite))
    ratio = figure("depressiepreventie", "incidence_rate_ratio")
    assert 1 - ratio == pytest.approx(shipped("depressiepreventie", "effects.depression.reduction"))
    with_visits, without = (figure("voorzorg", f"child_protection_report_{arm}") for arm in ("intervention", "control"))
    reports = "effects.child_protection_reports"
    assert (without - with_visits) / without == pytest.approx(shipped("voorzorg", f"{reports}.reduction"), abs=0.001)
    assert without / 3 == pytest.approx(shipped("voorzorg", f"{reports}.events_per_person_year"), abs=0.0001)
    months = figure("schuldhulp", "welfare_spell_shortening")
    assert months / 12 * 15_000 == shipped("schuldhulp", "effects.benefit.avoided_per_year")


NOT_IN_MONEY = ["gli", "smr", "preventieconsult", "jogg", "housing_first", "leefstijl_poh", "buurtsportcoach"]


@pytest.mark.parametrize("id", NOT_IN_MONEY)
def test_what_no_evidence_turns_into_money_has_no_effect_filled_in(id: str) -> None:
    """Null, foreign, average or uncontrolled findings stay evidence; the user states an effect or none."""
    assert "effects" in {missing.key for missing in load_entry(id).missing}


@pytest.mark.parametrize("id", catalogue_ids())
def test_no_foreign_currency_stands_in_a_template(id: str) -> None:
    """Dollars, pounds and kroner are never put in euros: no amount rests on a source that prints them."""
    for number in numbers_of(load_entry(id).model()):
        if "price_year" in number:
            assert not any(word in number["source"] for word in ("USD", "GBP", "CAD", "AUD", "dollar", "pound")), number


def test_evidence_of_one_intervention_is_its_own_rows_in_order() -> None:
    """The figures of all interventions together are the whole file."""
    assert 13 == len(evidence_of("val_inbalans"))
    rows = [row for id in catalogue_ids() for row in evidence_of(id)]
    assert sorted(all_evidence(), key=str) == sorted(rows, key=str)


def test_an_unknown_intervention_names_the_ones_that_exist() -> None:
    """A misspelled id is answered with the ids, for entry and evidence alike."""
    for ask in (load_entry, evidence_of):
        with pytest.raises(UnknownNameError) as caught:
            ask("valketen")
        assert catalogue_ids() == caught.value.names


def test_changing_a_model_does_not_change_the_catalogue() -> None:
    """Who edits the copy leaves the next reader's untouched."""
    load_entry("gli").model()["completion"]["value"] = 0.0
    assert 0.60 == load_entry("gli").model()["completion"]["value"]


def test_a_model_carries_its_name_in_the_readers_language() -> None:
    """The name of an intervention follows the language asked for."""
    entry = load_entry("voorzorg")
    assert (entry.name_nl, entry.name_en) == (entry.model()["name"], entry.model("en")["name"])


@pytest.mark.parametrize("key", ["id", "tracks", "missing", "model", "payer_note_nl", "name_en"])
def test_a_broken_entry_is_our_defect_and_is_named(key: str) -> None:
    """A catalogue file without one of its keys names itself."""
    content = read_yaml(data_file("interventions", "gli.yaml"))
    del content[key]
    with pytest.raises(DefectError, match="catalogue entry gli"):
        read_entry("gli", content)


def test_a_policy_file_of_an_unknown_kind_is_our_defect_and_is_named() -> None:
    """A policy is a contract or a module, and nothing else."""
    content = read_yaml(data_file("policies", "dronten_unive_2024.yaml"))
    with pytest.raises(DefectError, match="policy dronten_unive_2024"):
        read_policy("dronten_unive_2024", {**content, "kind": "subsidy"})


def test_unit_of_a_number_is_that_of_the_nearest_key() -> None:
    """A pocket's part of a split is a share; a key without a unit is refused."""
    assert unit_of("effects.falls.split.zvw") == unit_of("split")
    with pytest.raises(UnknownNameError):
        unit_of("effects.falls.colour")


def policy(id: str) -> dict[str, Any]:
    return dict(next(p for p in policies() if p.id == id).content)


def test_list_premium_minus_discount_and_contribution_is_what_the_insured_pays() -> None:
    """Noardwest Fryslân 2019: 125.45 + 34.25 - 7.53 - 10.65 = 141.52; 2023: 189.45 - 24.75 = 164.70."""
    for year, tier, printed in ((2019, "compleet", 141.52), (2023, "frieso", 164.70)):
        content = policy(f"noardwest_fryslan_de_friesland_{year}")["tiers"][tier]
        total, discount = (content[f"{key}_total_per_month"]["value"] for key in ("list_premium", "discount"))
        contribution = content["contribution_per_month"]["tot_130"]["value"]
        assert printed == content["insured_pays_per_month"]["tot_130"]["value"]
        assert printed == pytest.approx(total - discount - contribution)


def test_buying_off_the_own_risk_costs_the_insured_less_than_the_own_risk() -> None:
    """Den Helder: 12 x 29.40 = 352.80, 32.20 below 385."""
    rider = policy("den_helder_unive_2019")["tiers"]["compleet"]["own_risk_rider_per_month"]["value"]
    assert 352.80 == pytest.approx(12 * rider)
    assert 32.20 == pytest.approx(385 - 12 * rider)


def test_a_lower_income_pays_less_for_every_tier_in_dronten() -> None:
    """Each tier is 15 euro a month cheaper up to 110 % of the social minimum."""
    content = policy("dronten_unive_2024")
    for tier in content["tiers"].values():
        low, high = (tier["insured_pays_per_month"][band]["value"] for band in ("tot_110", "tot_130"))
        assert content["contribution_step_per_month"]["value"] == pytest.approx(high - low)


def test_what_a_policy_does_not_publish_is_null_and_asked_for() -> None:
    """Uptake is asked for in every policy, and an unpublished contribution of a band is named."""
    for offered in policies():
        keys = {missing.key for missing in offered.missing}
        assert "uptake" in keys
        for name, band in offered.content.get("bands", {}).items():
            asked = f"bands.{name}.contribution_per_month" in keys
            assert (band["contribution_per_month"] is None) == asked, offered.id


def test_every_prevention_module_names_an_intervention_of_the_catalogue() -> None:
    """A module of a policy leads to the evidence of what it reimburses; its maximum is the user's to state."""
    modules = [p for p in policies() if p.kind == "module"]
    assert 6 == len(modules)
    for module in modules:
        assert module.content["intervention"] in catalogue_ids()
        assert module.content["max_per_starter"] is None
