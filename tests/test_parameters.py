# ruff: noqa: SIM300 - the expected value comes first
"""Parameters: a rule holds from its first day to the day before the next; published figures agree with each other."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.errors import DefectError, UnknownNameError
from coalition.parameters import Parameter, Standing, all_subjects, load_parameters, read_parameters


def at(subject: str, id: str, date: str) -> float | None:
    return load_parameters(subject).at(id, dt.date.fromisoformat(date)).value


EDGES = [
    (385, "own_risk", "own_risk_mandatory", "2019-01-01"),
    (0, "own_risk", "own_risk_exempt_smoking_cessation", "2019-12-31"),
    (1, "own_risk", "own_risk_exempt_smoking_cessation", "2020-01-01"),
    (0.10, "premium_discount", "collectivity_discount_basic_max", "2019-12-31"),
    (0.05, "premium_discount", "collectivity_discount_basic_max", "2020-01-01"),
    (0.05, "premium_discount", "collectivity_discount_basic_max", "2022-12-31"),
    (0, "premium_discount", "collectivity_discount_basic_max", "2023-01-01"),
    (1 / 3, "grants", "coordination_grant_share", "2017-01-01"),
    (1 / 3, "grants", "coordination_grant_share", "2021-12-31"),
    (None, "grants", "coordination_grant_share", "2022-01-01"),
    (0.20, "grants", "spuk_carry_over_share", "2023-12-31"),
    (0, "grants", "spuk_carry_over_share", "2024-01-01"),
    (0.15, "grants", "spuk_shift_limit_share", "2026-12-31"),
    (None, "grants", "spuk_shift_limit_share", "2027-01-01"),
    (1, "grants", "spuk_in_force", "2026-12-31"),
    (None, "grants", "spuk_in_force", "2027-01-01"),
    (0, "payers", "zvw_may_pay_gli", "2018-12-31"),
    (1, "payers", "zvw_may_pay_gli", "2019-01-01"),
    (0, "payers", "wlz_may_pay_outside_package", "2025-12-31"),
    (1, "payers", "wlz_may_pay_outside_package", "2026-01-01"),
    (0.055, "discount", "mkba", "2015-12-31"),
    (0.03, "discount", "mkba", "2016-01-01"),
    (0.03, "discount", "mkba", "2020-12-31"),
    (0.0225, "discount", "mkba", "2021-01-01"),
    (0.0225, "discount", "mkba", "2025-12-31"),
    (0.028, "discount", "mkba", "2026-01-01"),
    (0.04, "discount", "hta_cost", "2023-12-31"),
    (0.03, "discount", "hta_cost", "2024-01-01"),
    (21.50, "gp_funding", "deprivation_surcharge", "2019-01-01"),
    (6.68, "gp_funding", "deprivation_surcharge", "2018-12-31"),
    (1, "denmark", "kmf_in_force", "2026-12-31"),
    (None, "denmark", "kmf_in_force", "2027-01-01"),
]


@pytest.mark.parametrize(("expected", "subject", "id", "date"), EDGES)
def test_a_rule_changes_on_its_day_and_not_before(expected: float | None, subject: str, id: str, date: str) -> None:
    """The day before a rule begins or ends still has the old value."""
    assert expected == at(subject, id, date)


BEFORE_THE_FIRST_DAY = [
    ("grants", "coordination_grant_share", "2016-12-31"),
    ("grants", "spuk_in_force", "2022-12-31"),
    ("cpi", "cpi", "2009-12-31"),
    ("discount", "hta_cost", "2015-12-31"),
]


@pytest.mark.parametrize(("subject", "id", "date"), BEFORE_THE_FIRST_DAY)
def test_a_day_before_the_first_known_one_is_refused(subject: str, id: str, date: str) -> None:
    """No value is guessed for a day before the first; the error names the days that are known."""
    with pytest.raises(UnknownNameError) as caught:
        at(subject, id, date)
    known = [value.start.isoformat() for value in load_parameters(subject)[id].values]
    assert (date, known) == (caught.value.name, list(caught.value.names))


def test_an_unknown_subject_or_id_names_the_ones_that_exist() -> None:
    """A misspelled name is answered with the names, so that a face can suggest the nearest."""
    with pytest.raises(UnknownNameError) as subject:
        load_parameters("eigenrisico")
    with pytest.raises(UnknownNameError) as id:
        load_parameters("own_risk")["own_risk"]
    assert "own_risk" in subject.value.names
    assert "own_risk_mandatory" in id.value.names


def test_the_price_level_of_a_year_without_a_figure_is_missing_not_carried_forward() -> None:
    """After the last published year the index says that the user must supply the rise of prices."""
    after = load_parameters("cpi").at("cpi", dt.date(2026, 1, 1))
    assert (None, Standing.MISSING) == (after.value, after.standing)
    assert all((after.note_nl, after.note_en))


PRINTED_FACTORS_TO_2023 = {
    2015: 1.261, 2016: 1.257, 2017: 1.240, 2018: 1.219, 2019: 1.188, 2020: 1.173, 2021: 1.142, 2022: 1.038,
}  # fmt: skip


@pytest.mark.parametrize(("year", "factor"), PRINTED_FACTORS_TO_2023.items())
def test_consumer_prices_agree_with_the_printed_factors(year: int, factor: float) -> None:
    """The index gives the factors to 2023 of the costing manual within a thousandth."""
    assert factor == pytest.approx(v("cpi", "cpi", "2023-01-01") / v("cpi", "cpi", f"{year}-01-01"), abs=0.001)


def test_reference_prices_of_2023_are_those_of_2022_plus_inflation() -> None:
    """Every price rises by 3.8 % from 2022 to 2023, but for the rounding of the printed prices (0.05 %)."""
    for price in load_parameters("reference_prices"):
        if price.id != "friction_period":
            old, new = (v("reference_prices", price.id, f"{year}-01-01") for year in (2022, 2023))
            assert new == pytest.approx(old * 1.038, rel=0.0005), price.id


def v(subject: str, id: str, date: str) -> float:
    value = at(subject, id, date)
    assert value is not None
    return value


def test_equalisation_anchors_follow_from_the_lifetime_gaps() -> None:
    """What is left of the incentive: 4,840 of 8,542 for obesity, 1,101 of 4,620 for smoking."""
    for who, anchor in (("obese", 0.567), ("smokers", 0.238)):
        left = v("equalisation", f"lifetime_gap_{who}_health_adjusters", "2020-01-01")
        whole = v("equalisation", f"lifetime_gap_{who}_simple", "2020-01-01")
        assert (
            anchor
            == v("equalisation", f"retention_anchor_{who}", "2020-01-01")
            == pytest.approx(left / whole, abs=0.001)
        )


PARTS_OF_THE_COST_OF_ALCOHOL = ("premature_death", "productivity", "police", "traffic", "medical", "other")


def test_the_policy_costs_a_municipality_more_than_it_returns() -> None:
    """213 - 227 = -14 per participant; 16 falls outside the municipality; 30.59 a month is 367.08 a year."""
    cost, benefit = (v("gemeentepolis", f"policy_{side}_municipality", "2020-01-01") for side in ("cost", "benefit"))
    assert -14 == benefit - cost
    outside = v("gemeentepolis", "policy_benefit_outside_municipality", "2020-01-01")
    assert 16 == outside == v("gemeentepolis", "policy_benefit_society", "2020-01-01") - benefit
    assert 367.08 == pytest.approx(12 * v("gemeentepolis", "municipal_contribution", "2023-01-01"))


def test_buying_off_the_own_risk_costs_less_than_the_own_risk() -> None:
    """12 x 29.40 = 352.80, against 385."""
    year_premium = 12 * v("own_risk", "own_risk_rider_premium", "2019-01-01")
    assert 352.80 == pytest.approx(year_premium)
    assert 32.20 == pytest.approx(v("own_risk", "own_risk_mandatory", "2019-01-01") - year_premium)


def test_the_cost_of_falls_splits_whole_over_three_pockets() -> None:
    """455 + 390 + 48 = 893 million, 3 above the printed total; each share is its part of 893."""
    cost = {pocket: v("falls", f"fall_cost_{pocket}", "2024-01-01") for pocket in ("zvw", "wlz", "wmo")}
    assert (893, 890) == (sum(cost.values()), v("falls", "fall_cost_total_printed", "2024-01-01"))
    for pocket, amount in cost.items():
        assert v("falls", f"fall_cost_split_{pocket}", "2024-01-01") == pytest.approx(amount / 893, abs=0.0001)
    rate = v("falls", "treated_falls", "2024-01-01") / v("falls", "people_65_plus", "2024-01-01")
    assert v("falls", "treated_falls_per_person_65_plus", "2024-01-01") == pytest.approx(rate, abs=0.0001)


def test_four_in_five_members_are_left_after_three_years() -> None:
    """With 7 % switching a year, .804 of the members are left after three years."""
    assert 0.804 == pytest.approx((1 - v("switching", "switch_rate", "2025-06-01")) ** 3, abs=0.001)


def test_the_deprivation_funds_add_up() -> None:
    """912,513 patients x 5.92 euro = 5,402,077 euro in 2017."""
    patients, per_patient = (v("gp_funding", id, "2017-01-01") for id in ("deprived_patients", "deprivation_fund"))
    assert v("gp_funding", "deprivation_fund_total", "2017-01-01") == pytest.approx(patients * per_patient, abs=1)


def test_kinzigtal_stayed_seven_percent_below_its_norm() -> None:
    """5.5 of 75.5 million is 7.28 %."""
    saving, norm = (v("shared_savings", f"kinzigtal_{id}", "2013-01-01") for id in ("saving", "norm_cost"))
    assert 0.0728 == pytest.approx(saving / norm, abs=0.0001)
    assert v("shared_savings", "effect_kinzigtal", "2013-01-01") == pytest.approx(saving / norm, abs=0.0005)


def test_sociaal_hospitaal_per_family() -> None:
    """1.3 million in and 4.75 million expected for 250 families: 5,200 and 19,000 per family, ratio 3.65."""
    paid, saved, families = (
        v("impact_bonds", f"sociaal_hospitaal_{id}", "2018-01-01") for id in ("investment", "saving_target", "families")
    )
    assert v("impact_bonds", "sociaal_hospitaal_cost_per_family", "2018-01-01") == paid * 1e6 / families
    assert v("impact_bonds", "sociaal_hospitaal_saving_per_family", "2018-01-01") == saved * 1e6 / families
    assert 3.65 == pytest.approx(saved / paid, abs=0.005)


def test_homeless_and_youth_figures_follow_from_their_totals() -> None:
    """557 million / 12,050 and 469 million / 13,000; a municipality has 13.1 % of the Wajong case."""
    assert v("published_cases", "homeless_avoided_cost", "2018-01-01") == pytest.approx(557e6 / 12_050, abs=1)
    assert v("published_cases", "residential_homeless_avoided_cost", "2018-01-01") == pytest.approx(
        469e6 / 13_000, abs=1
    )
    part, whole = (
        v("published_cases", f"homeless_youth_wajong_{w}", "2018-01-01") for w in ("municipality", "society")
    )
    assert 0.131 == pytest.approx(part / whole, abs=0.0005)


def test_the_cost_of_alcohol_is_the_sum_of_its_parts() -> None:
    """Six parts add up to 8.1 billion, of which medical care is 5 %."""
    parts = {part: v("published_cases", f"alcohol_{part}", "2013-01-01") for part in PARTS_OF_THE_COST_OF_ALCOHOL}
    assert v("published_cases", "alcohol_total", "2013-01-01") == pytest.approx(sum(parts.values()))
    assert 0.05 == pytest.approx(parts["medical"] / sum(parts.values()), abs=0.001)


def test_the_grant_pays_at_most_a_third_of_coordination_and_nothing_of_delivery() -> None:
    """90,000 of coordination and 500,000 of delivery give at most 30,000."""
    coordination, delivery = (
        v("grants", f"coordination_grant_{id}", "2021-12-31") for id in ("share", "delivery_share")
    )
    assert 30_000 == pytest.approx(90_000 * coordination + 500_000 * delivery)


def test_a_small_municipality_hands_most_of_a_saving_on_assistance_back() -> None:
    """19,982 inhabitants: of 100 a year for four years 239.86 is kept, because the budget follows history by .80."""
    zero, width, lag = (
        v("participatiewet", f"budget_history_{id}", "2026-01-01")
        for id in ("zero_population", "population_width", "lag_years")
    )
    follows = min(max((zero - 19_982) / width, 0), 1)
    assert 239.86 == pytest.approx(4 * 100 - (4 - lag) * 100 * follows, abs=0.01)


def test_vollsmose_per_resident() -> None:
    """45 million over four years for 7,800 residents is 1,442 a year each."""
    budget, residents = (v("denmark", f"vollsmose_{id}", "2020-01-01") for id in ("budget", "residents"))
    assert v("denmark", "vollsmose_benchmark", "2020-01-01") == pytest.approx(budget * 1e6 / 4 / residents, abs=0.5)


def every_parameter() -> list[Parameter]:
    return [parameter for subject in all_subjects() for parameter in load_parameters(subject)]


def test_a_value_lies_within_its_own_range() -> None:
    """Low, value and high are in order, and a one-sided range does not exist."""
    for parameter in every_parameter():
        for dated in parameter.values:
            assert (dated.low is None) == (dated.high is None), parameter.id
            if dated.low is not None and dated.high is not None:
                assert dated.low <= (dated.low if dated.value is None else dated.value) <= dated.high, parameter.id


def test_what_is_missing_has_no_value_and_says_what_to_supply() -> None:
    """A figure that was not found is null, with a sentence in both languages."""
    missing = [(p, d) for p in every_parameter() for d in p.values if d.standing is Standing.MISSING]
    assert missing
    for parameter, dated in missing:
        assert (None, True, True) == (dated.value, bool(dated.note_nl), bool(dated.note_en)), parameter.id


def test_general_knowledge_is_never_called_read() -> None:
    """A figure without a document stands as assumed, so that a result counts it as an assumption."""
    for parameter in every_parameter():
        for dated in parameter.values:
            if "general knowledge" in dated.source or dated.source.startswith("choice"):
                assert Standing.ASSUMED is dated.standing, parameter.id
            assert Standing.OWN is not dated.standing, parameter.id


@given(st.dates(dt.date(2019, 1, 1), dt.date(2040, 1, 1)))
def test_the_value_in_force_is_the_last_that_has_started(day: dt.date) -> None:
    """On any day the value is the one with the latest start that is not after that day."""
    for parameter in load_parameters("premium_discount"):
        assert max(d.start for d in parameter.values if d.start <= day) == parameter.at(day).start


WHOLE: Mapping[str, Any] = {
    "meaning_nl": "Voorbeeld", "meaning_en": "Example", "unit": "euro",
    "values": {dt.date(2025, 1, 1): {"value": 1.0, "low": 0.5, "high": 2.0, "source": "document", "standing": "read"}},
}  # fmt: skip


def test_a_file_in_the_agreed_form_is_read() -> None:
    """The made-up file that the next test breaks is itself in order."""
    assert 1.0 == read_parameters("x", {"rate": WHOLE})["rate"].at(dt.date(2025, 1, 1)).value


@pytest.mark.parametrize(
    "broken",
    [
        {key: value for key, value in WHOLE.items() if key != "unit"},
        {**WHOLE, "values": {}},
        {**WHOLE, "comment": "superfluous"},
        {**WHOLE, "values": {"2025": {"value": 1.0, "source": "document", "standing": "read"}}},
        {**WHOLE, "values": {dt.date(2025, 1, 1): {"value": 1.0, "source": "document", "standing": "certain"}}},
        {**WHOLE, "values": {dt.date(2025, 1, 1): {"value": 1.0, "standing": "read"}}},
        {**WHOLE, "values": {dt.date(2025, 1, 1): {"value": None, "source": "", "standing": "read"}}},
        None,
    ],
)
def test_a_broken_shipped_file_is_our_defect_and_names_the_parameter(broken: object) -> None:
    """A file of ours in another form is a defect, never a problem of the user."""
    with pytest.raises(DefectError, match=r"x\.rate"):
        read_parameters("x", {"rate": broken})


def test_a_parameter_file_that_is_no_mapping_is_our_defect() -> None:
    """An empty or flat file names its subject."""
    with pytest.raises(DefectError, match="parameters of x"):
        read_parameters("x", None)


def test_loaded_parameters_cannot_be_changed_by_a_caller() -> None:
    """One caller cannot change what the next one reads."""
    with pytest.raises(TypeError):
        load_parameters("own_risk").by_id["own_risk_mandatory"] = None  # type: ignore[index]


def test_importing_parameters_and_catalogue_stays_light() -> None:
    """Reading names loads no YAML reader, numbers or tables package."""
    heavy = {"ruamel", "ruamel.yaml", "numpy", "pandas", "pydantic", "openpyxl"}
    code = f"import sys, coalition.parameters, coalition.catalogue; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
