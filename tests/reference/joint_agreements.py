"""Budgets, payments, bonds, tariffs, co-payments and departures that reach the rules of section 16 of docs/model.md."""

from __future__ import annotations

from typing import Any

from reference.agreements import DEBTS, FALLS, HOME, SMOKING, contract, draw, fund, savings, scope, smoking

Tree = dict[str, Any]
SMOKE_FREE = "rookvrije_omgeving"


def euro(value: float, index: str = "cpi") -> Tree:
    """State an amount of 2021."""
    return {"value": value, "price_year": 2021, "index": index}


def span(first: int = 2022, last: int = 2027) -> Tree:
    return {"first": first, "last": last}


def member(party: str, pockets: list[str], share: float, **terms: Any) -> Tree:
    return {"party": party, "pockets": pockets, "law": pockets[0], "closing_share": share, **terms}


def budget(**terms: Any) -> Tree:
    """State a budget of an insurer, the fund of long-term care and the municipalities that pays for two deliveries."""
    return {
        "name": "A budget",
        "years": span(),
        "interventions": "all",
        "areas": "all",
        "members": {
            "een": member("zorgzaam", ["zvw"], 0.3, law="eigen_middelen", deposits_eur={2022: 5000, 2024: 1000}),
            "twee": member("wlz_fund", ["wlz"], 0.5),
            "drie": member("municipality", ["wmo", "participatiewet"], 0.2, deposits_eur={2022: 2500}),
        },
        "spending": {
            "val": {"intervention": FALLS, "to": "municipality", "delivery_share": 0.2},
            "roken": {"intervention": SMOKING, "to": "zorgzaam", "delivery_share": 0.1},
        },
        **terms,
    }


def payment(**terms: Any) -> Tree:
    """State a population payment to providers of which they carry four fifths."""
    return {
        "name": "A sum",
        "pays": "zorgzaam",
        "receives": "providers",
        "scope": scope(["zvw"], "all", "all", (2022, 2028)),
        "receiver_share": 0.8,
        **terms,
    }


def bond(**terms: Any) -> Tree:
    """State a bond of investors on a delivery that the municipalities pay."""
    return {
        "name": "A bond",
        "investor": "zorgzaam",
        "provider": "municipality",
        "intervention": FALLS,
        "areas": "all",
        "raised_eur": 30000,
        "delivery_share": 0.5,
        "years": span(2021, 2024),
        "targets_eur": {2023: 100, 2027: 2000},
        "outcome_payers": {
            "wlz": {"party": "wlz_fund", "pockets": ["wlz"], "share": 0.8},
            "gemeenten": {"party": "municipality", "pockets": ["wmo"], "share": 0.5},
        },
        "return_cap_per_year": 0.06,
        **terms,
    }


def tariff(**terms: Any) -> Tree:
    """State a tariff in both municipalities with a fund that helps pay falls prevention."""
    return {
        "name": "A tariff",
        "years": span(2021, 2026),
        "patients": {"GM0106": 3000, "GM0114": 5000},
        "surcharge_eur_per_patient": euro(20),
        "fund_eur_per_patient": euro(3, "nominal"),
        "intervention": FALLS,
        "to": "municipality",
        "delivery_share": 0.5,
        "cooperation_share": 0.5,
        **terms,
    }


def shared(**terms: Any) -> Tree:
    """State a co-payment of the municipalities for the care that an insurer pays."""
    return {
        "name": "A co-payment",
        "years": span(2021, 2027),
        "areas": "all",
        "to": "zorgzaam",
        "pockets": ["zvw"],
        "law": "wmo",
        "share": 0.1,
        "smoothing_years": 1,
        "compensated_share": 1.0,
        "compensated_by": "state",
        **terms,
    }


def leaves(party: str, year: int = 2023, deliveries: str = "stop", **terms: Any) -> Tree:
    return {"name": "A departure", "party": party, "from_year": year, "deliveries": deliveries, **terms}


def taken_over(party: str, by: str, law: str, year: int = 2023, **terms: Any) -> Tree:
    return leaves(party, year, "taken_over", taken_over_by=by, law=law, **terms)


def historical(**terms: Any) -> Tree:
    """State a contract on the past of those who take part, in years in which they do."""
    years = scope(["zvw"], [SMOKING], ["GM0114"], (2022, 2032))
    told: Tree = {"scope": years, "benchmark": "historical", "losses": "fixed", "loss_rate": 0.5, **terms}
    return {"contracts": {"k": smoking(**told)}}


PAST = [{"year": 2018, "weight": 0.1}, {"year": 2019, "weight": 0.3}, {"year": 2020, "weight": 0.6}]
ALL = {"population": "all_insured", "benchmark": "historical", "losses": "fixed", "loss_rate": 0.2}
NORMS = [{"age_from": 0, "eur_per_person_year": euro(1500)}, {"age_from": 65, "eur_per_person_year": euro(5200)}]
EVERYONE = {
    "contracts": {"k": contract("gezondplus", ["GM0106"], scope(["zvw"], [SMOKE_FREE], "all", (2022, 2029)), **ALL)}
}
CLAIMED = {
    "contracts": {"k": contract("wlz_fund", ["zorgzaam"], scope(["wlz"], [FALLS]))},
    "impact_bonds": {"b": bond()},
}
AGREED = {
    "contracts": {"k": contract("municipality", ["zorgzaam"], scope(["wmo"], [HOME]))},
    "funds": {"f": fund({"v": draw(FALLS, "municipality", from_savings=savings("wlz_fund", ["wlz"]))})},
    "side_payments": {
        "p": {
            "name": "A payment",
            "source": "zorgzaam",
            "target": "GM0106",
            "law": "eigen_middelen",
            "amounts_eur": {2021: 100, 2022: 200, 2023: 300, 2024: 400},
        }
    },
}
LATER = {
    "later": {
        "name": "Instead",
        "source": "GM0114",
        "target": "residents",
        "law": "bijzondere_bijstand",
        "amounts_eur": {2023: 900, 2025: 800},
    }
}

JOINT_AGREEMENTS: dict[str, Tree] = {
    "historical_plain": historical(),
    "historical_weights": historical(base_years=PAST, trend_per_year=0.01),
    "historical_region_growth": historical(base_years=PAST),
    "historical_base_with_programme": historical(
        base_years=[{"year": 2022, "weight": 1.0}], scope=scope(["zvw"], [SMOKING], ["GM0114"], (2023, 2032))
    ),
    "historical_participants_capped": historical(base_years=PAST, risk_cap_up=0.0, risk_cap_down=0.0),
    "historical_all_added_back": historical(base_years=PAST, rebase_every_periods=2, rebase_add_back_share=1.0),
    "historical_rebased": historical(base_years=PAST, rebase_every_periods=3),
    "historical_rebased_half_back": historical(rebase_every_periods=2, rebase_add_back_share=0.5, trend_per_year=0.02),
    "historical_everyone_capped": {
        "contracts": {"k": {**EVERYONE["contracts"]["k"], "risk_cap_up": 0.001, "risk_cap_down": 0.001}}
    },
    "historical_everyone": EVERYONE,
    "budget": {"regional_budgets": {"b": budget()}},
    "budget_of_one_area": {"regional_budgets": {"b": budget(areas=["GM0106"], interventions=[FALLS, HOME])}},
    "budget_of_a_municipality": {
        "regional_budgets": {
            "b": budget(members={"een": member("GM0106", ["wmo"], 0.4), "twee": member("wlz_fund", ["wlz"], 0.6)})
        }
    },
    "budget_without_money": {
        "regional_budgets": {
            "b": budget(
                members={"een": member("municipality", ["participatiewet"], 1.0)},
                spending={"val": {"intervention": FALLS, "to": "municipality", "delivery_share": 1.0}},
            )
        }
    },
    "budget_after_a_contract": {
        "contracts": {"k": smoking()},
        "regional_budgets": {"b": budget()},
        "order": ["k", "b"],
    },
    "budget_before_a_fund": {
        "funds": {"f": fund({"v": draw(FALLS, "municipality", from_savings=savings("wlz_fund", ["wlz"]))})},
        "regional_budgets": {"b": budget()},
        "order": ["b", "f"],
    },
    "sum_by_cost": {"population_payments": {"s": payment()}},
    "sum_by_norm": {"population_payments": {"s": payment(norms=NORMS, need_by_area={"GM0106": 1.1, "GM0114": 0.95})}},
    "sum_in_a_corridor": {"population_payments": {"s": payment(norms=NORMS, corridor=0.01)}},
    "sum_that_is_too_low": {
        "population_payments": {"s": payment(norms=[{"age_from": 0, "eur_per_person_year": euro(900)}], corridor=0.05)}
    },
    "sum_of_a_municipality": {
        "population_payments": {
            "s": payment(
                pays="municipality", receives="zorgzaam", scope=scope(["wmo"], [HOME], ["GM0106"], (2022, 2025))
            )
        }
    },
    "sum_with_a_norm_inside_an_age_class": {
        "population_payments": {
            "s": payment(
                norms=[
                    {"age_from": 5, "eur_per_person_year": euro(1500)},
                    {"age_from": 30, "eur_per_person_year": euro(2100, "nominal")},
                    {"age_from": 90, "eur_per_person_year": euro(9000)},
                ]
            )
        }
    },
    "sum_of_a_single_municipality": {
        "population_payments": {
            "s": payment(
                pays="GM0106",
                receives="providers",
                norms=[{"age_from": 0, "eur_per_person_year": euro(300)}],
                scope=scope(["wmo"], [HOME], "all", (2022, 2025)),
            )
        }
    },
    "bond": {"impact_bonds": {"b": bond()}},
    "sum_too_low_for_municipalities": {
        "population_payments": {
            "s": payment(
                receives="municipality",
                norms=[{"age_from": 0, "eur_per_person_year": euro(900)}],
                scope=scope(["zvw"], "all", ["GM0114"], (2022, 2028)),
            )
        }
    },
    "bond_of_one_area": {"impact_bonds": {"b": bond(areas=["GM0114"], raised_eur=9000)}},
    "bond_of_a_single_municipality": {
        "impact_bonds": {
            "b": bond(
                provider="GM0106",
                outcome_payers={"een": {"party": "GM0106", "pockets": ["wmo"], "share": 1.0}},
                targets_eur={2024: 1, 2026: 1},
            )
        }
    },
    "bond_that_misses_its_target": {"impact_bonds": {"b": bond(targets_eur={2023: 1000000, 2026: 1000000})}},
    "bond_that_is_paid_late": {"impact_bonds": {"b": bond(targets_eur={2022: 1000000, 2028: 1})}},
    "bond_of_who_pays": {
        "impact_bonds": {
            "b": bond(
                investor="zorgzaam",
                provider="zorgzaam",
                intervention=SMOKING,
                raised_eur=2000,
                outcome_payers={"een": {"party": "gezondplus", "pockets": ["zvw"], "share": 1.0}},
                targets_eur={2025: 1, 2028: 1, 2032: 1},
            )
        }
    },
    "bond_with_an_assessor": {
        "impact_bonds": {
            "b": bond(
                areas=["GM0114"],
                assessor={"paid_by": "municipality", "law": "wpg", "fee_eur": {2023: 500, 2027: 700}},
            )
        }
    },
    "contract_before_bond": {**CLAIMED, "order": ["k", "b"]},
    "bond_before_contract": {**CLAIMED, "order": ["b", "k"]},
    "tariff": {"deprivation_tariffs": {"t": tariff()}},
    "tariff_without_cooperation": {"deprivation_tariffs": {"t": tariff(cooperation_share=0.8)}},
    "tariff_at_the_edge_of_cooperation": {"deprivation_tariffs": {"t": tariff(cooperation_share=0.7)}},
    "tariff_that_runs_short": {"deprivation_tariffs": {"t": tariff(patients={"GM0106": 100}, delivery_share=1.0)}},
    "tariff_for_an_insurer": {
        "deprivation_tariffs": {"t": tariff(intervention=DEBTS, to="zorgzaam", cooperation_share=0.75)}
    },
    "co_payment": {"co_financing": {"c": shared()}},
    "co_payment_smoothed": {"co_financing": {"c": shared(smoothing_years=3, compensated_share=0.9)}},
    "co_payment_capped": {"co_financing": {"c": shared(cap_eur_per_inhabitant=euro(60), smoothing_years=2)}},
    "co_payment_netted": {"co_financing": {"c": shared(compensated_by="zorgzaam", smoothing_years=3)}},
    "co_payment_before_contract": {"co_financing": {"c": shared()}, "contracts": {"k": smoking()}, "order": ["c", "k"]},
    "co_payment_compensated_by_itself": {"co_financing": {"c": shared(compensated_by="municipality")}},
    "co_payment_smoothed_before_contract": {
        "co_financing": {"c": shared(smoothing_years=3, share=0.6)},
        "contracts": {"k": smoking()},
        "order": ["c", "k"],
    },
    "co_payment_smoothed_before_budget": {
        "co_financing": {"c": shared(smoothing_years=4, share=0.9, years=span(2021, 2029))},
        "regional_budgets": {"b": budget(years=span(2022, 2030))},
        "order": ["c", "b"],
    },
    "co_payment_capped_before_budget": {
        "co_financing": {"c": shared(cap_eur_per_inhabitant=euro(100), smoothing_years=3)},
        "regional_budgets": {"b": budget()},
        "order": ["c", "b"],
    },
    "co_payment_for_long_term_care": {
        "co_financing": {"c": shared(to="wlz_fund", pockets=["wlz"], areas=["GM0114"], share=0.3)}
    },
    "insurer_leaves": {**AGREED, "departures": {"d": leaves("zorgzaam")}},
    "insurer_leaves_at_once": {**AGREED, "departures": {"d": leaves("zorgzaam", 2021)}},
    "insurer_is_replaced": {**AGREED, "departures": {"d": taken_over("zorgzaam", "gezondplus", "eigen_middelen")}},
    "fund_member_leaves_before_its_end": {**AGREED, "departures": {"d": leaves("zorgzaam", 2031)}},
    "fund_leaves": {**CLAIMED, "order": ["k", "b"], "departures": {"d": leaves("wlz_fund", 2024)}},
    "deposits_of_others_end_with_the_budget": {
        "regional_budgets": {
            "b": budget(
                members={
                    "een": member("zorgzaam", ["zvw"], 0.5),
                    "twee": member("municipality", ["wmo"], 0.5, deposits_eur={2022: 2000, 2026: 4000}),
                }
            )
        },
        "departures": {"d": leaves("zorgzaam", 2024)},
    },
    "sum_of_one_area_that_is_too_low": {
        "population_payments": {
            "s": payment(
                pays="municipality",
                norms=[{"age_from": 0, "eur_per_person_year": euro(10)}],
                scope=scope(["wmo"], [HOME], ["GM0114"], (2022, 2025)),
            )
        }
    },
    "insurer_with_a_policy_is_replaced": {
        "departures": {"d": taken_over("gezondplus", "zorgzaam", "aanvullende_verzekering", 2022, payments=LATER)}
    },
    "one_municipality_leaves": {**AGREED, "departures": {"d": leaves("GM0106", 2023)}},
    "one_municipality_leaves_at_once": {**AGREED, "departures": {"d": leaves("GM0114", 2021)}},
    "one_municipality_is_replaced": {"departures": {"d": taken_over("GM0106", "state", "belasting", 2023)}},
    "one_municipality_is_replaced_beside_a_tariff": {
        "deprivation_tariffs": {"t": tariff()},
        "departures": {"d": taken_over("GM0106", "state", "belasting", 2023)},
    },
    "all_municipalities_leave_with_each_of_them": {
        **AGREED,
        "co_financing": {"c": shared()},
        "departures": {"d": leaves("municipality", 2023)},
    },
    "replaced_beside_a_budget": {
        "regional_budgets": {
            "b": budget(
                members={"een": member("wlz_fund", ["wlz"], 1.0, deposits_eur={2022: 60000})},
                interventions=[FALLS],
            )
        },
        "departures": {"d": taken_over("municipality", "state", "belasting", 2024)},
    },
    "two_leave": {**AGREED, "departures": {"d": leaves("zorgzaam", 2024), "e": leaves("gezondplus", 2023)}},
    "departure_called_off": {**AGREED, "departures": {"d": leaves("zorgzaam", enabled=False, payments=LATER)}},
    "budget_ends_before_a_deposit": {
        "regional_budgets": {"b": budget()},
        "departures": {"d": leaves("zorgzaam", 2024)},
    },
    "budget_and_its_member_leaves": {
        "regional_budgets": {"b": budget()},
        "departures": {"d": leaves("zorgzaam", 2025)},
    },
    "all_together": {
        **AGREED,
        "population_payments": {"s": payment(scope=scope(["zvw"], [SMOKE_FREE], "all", (2022, 2026)))},
        "impact_bonds": {
            "bond": bond(outcome_payers={"gemeenten": {"party": "municipality", "pockets": ["wmo"], "share": 1.0}})
        },
        "regional_budgets": {"b": budget(interventions=[SMOKING], spending={})},
        "deprivation_tariffs": {"t": tariff(intervention=DEBTS, to="zorgzaam", cooperation_share=0.75)},
        "co_financing": {"c": shared(pockets=["zvw"], to="gezondplus")},
        "order": ["k", "bond", "s", "b", "c", "f"],
        "departures": {"d": taken_over("gezondplus", "zorgzaam", "eigen_middelen", 2024)},
    },
}
"""By name what each adds to docs/complete, whose own agreements are switched off."""
