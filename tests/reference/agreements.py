"""Agreements on top of docs/complete that reach, one by one, the rules of section 16 of docs/model.md."""

from __future__ import annotations

from typing import Any

Tree = dict[str, Any]

SMOKING = "stoppen_met_roken"
FALLS = "valpreventie"
HOME = "veilig_wonen"
DEBTS = "schuldhulp"
ENDS_IN_LOSSES = (2021, 2032)
"""The saving rate of SMOKING in zvw: 0 in two years, then .0030, .0018 and a loss in the last two."""


def scope(
    pockets: list[str], interventions: Any = "all", areas: Any = "all", years: tuple[int, int] = (2021, 2027)
) -> Tree:
    """State what a contract is about."""
    first, last = years
    return {
        "pockets": pockets,
        "interventions": interventions,
        "areas": areas,
        "years": {"first": first, "last": last},
    }


def contract(pays: str, others: list[str], about: Tree, **terms: Any) -> Tree:
    """State a contract that shares half from the first euro; terms replace what stands here."""
    told: Tree = {
        "name": "A contract",
        "pays": pays,
        "sharers": {party: {} for party in [pays, *others]},
        "scope": about,
        "population": "participants",
        "benchmark": "control_group",
        "gate": "none",
        "first_dollar": True,
        "losses": "none",
        "quality": "none",
    }
    if "gain_bands" not in terms:
        told["sharing_rate"] = 0.5
    return {**told, **terms}


def smoking(**terms: Any) -> Tree:
    """State a contract of an insurer on the care of its members, gains first and losses in the end."""
    return contract("zorgzaam", ["GM0114"], scope(["zvw"], [SMOKING], "all", ENDS_IN_LOSSES), **terms)


def all_its_years(**terms: Any) -> Tree:
    """State the contract of `smoking` in the years in which anyone takes part."""
    return smoking(scope=scope(["zvw"], [SMOKING], ["GM0114"], (2022, 2032)), **terms)


def in_bands(**terms: Any) -> Tree:
    """State a contract in bands, in the years in which anyone takes part."""
    about = scope(["zvw"], [SMOKING], ["GM0114"], (2022, 2032))
    return contract("zorgzaam", ["GM0114", "gezondplus"], about, gain_bands=TWO_BANDS, **terms)


def long_term(**terms: Any) -> Tree:
    """State a contract of the fund of long-term care on falls."""
    return contract("wlz_fund", ["zorgzaam"], scope(["wlz"], [FALLS, HOME]), **terms)


def draw(intervention: str, to: str, kind: str = "grant", **terms: Any) -> Tree:
    """State a draw of half of a payer's delivery."""
    return {
        "name": "A draw",
        "intervention": intervention,
        "to": to,
        "kind": kind,
        "rank": 1,
        "delivery_share": 0.5,
        "years": {"first": 2022, "last": 2026},
        **terms,
    }


def savings(holder: str, pockets: list[str], **terms: Any) -> Tree:
    """State what comes back out of savings."""
    return {"holder": holder, "pockets": pockets, "share": 0.4, "lag_years": 1, "premium_share": 0.0, **terms}


def puts_in(party: str, amounts: dict[int, float], **terms: Any) -> Tree:
    """State a contribution."""
    return {"party": party, "law": "eigen_middelen", "amounts_eur": amounts, **terms}


def fund(draws: Tree, **terms: Any) -> Tree:
    """State a fund of an insurer and the municipalities."""
    return {
        "name": "A fund",
        "years": {"first": 2022, "last": 2032},
        "contributions": {
            "een": puts_in("zorgzaam", {2022: 40000, 2023: 10000}),
            "twee": puts_in("municipality", {2022: 20000, 2024: 15000}),
        },
        "draws": draws,
        "interest_per_year": 0.02,
        "fee_eur_per_year": 500,
        "fee_share_of_balance": 0.01,
        "minimum_balance_eur": 1000,
        "shortage": "scale",
        "wind_up": "by_contribution",
        "rank_among_claims": "after_contracts",
        **terms,
    }


def contracts(**named: Tree) -> Tree:
    """State an agreement of contracts only."""
    return {"contracts": named}


def funds(**named: Tree) -> Tree:
    """State an agreement of funds only."""
    return {"funds": named}


CHANCE = {"cost_variation": 0.018}
ROWS = [
    {"persons_from": 1, "persons_to": 49, "rate_from": 0.0035, "rate_to": 0.0025},
    {"persons_from": 50, "persons_to": 99, "rate_from": 0.0025, "rate_to": 0.0035},
    {"persons_from": 100, "rate_from": 0.0029, "rate_to": 0.0029},
]
TWO_BANDS = [
    {"up_to": 0.0015, "shares": {"zorgzaam": 0.7, "GM0114": 0.2, "gezondplus": 0.1}},
    {"up_to": 0.0025, "shares": {"zorgzaam": 0.4, "GM0114": 0.4, "gezondplus": 0.2}},
    {"shares": {"zorgzaam": 1.0, "GM0114": 0.0, "gezondplus": 0.0}},
]
LOSS_BANDS = [
    {"up_to": 0.05, "shares": {"zorgzaam": 0.6, "GM0114": 0.3, "gezondplus": 0.1}},
    {"shares": {"zorgzaam": 0.9, "GM0114": 0.05, "gezondplus": 0.05}},
]
THREE: Tree = {"zorgzaam": {}, "GM0114": {}, "gezondplus": {}}
LOAN = {"grace_years": 1, "repayment_years": 4, "interest_per_year": 0.03, "default_share": 0.1}

AGREEMENTS: dict[str, Tree] = {
    "half": contracts(k=smoking()),
    "gate_fixed_passed_and_not": contracts(k=smoking(gate="fixed", minimum_savings_rate=0.0025)),
    "gate_fixed_with_losses": contracts(
        k=smoking(gate="fixed", minimum_savings_rate=0.0025, minimum_loss_rate=0.02, losses="fixed", loss_rate=0.3)
    ),
    "gate_below_share": contracts(
        k=smoking(gate="fixed", minimum_savings_rate=0.0025, below_gate_share=0.25, losses="fixed", loss_rate=0.3)
    ),
    "gate_below_share_of_losses": contracts(
        k=smoking(
            gate="fixed",
            minimum_savings_rate=0.0025,
            minimum_loss_rate=0.1,
            below_gate_share=0.25,
            losses="fixed",
            loss_rate=0.3,
        )
    ),
    "gate_excess": contracts(
        k=smoking(gate="fixed", minimum_savings_rate=0.0015, first_dollar=False, losses="fixed", loss_rate=0.3)
    ),
    "gate_excess_below_share": contracts(
        k=smoking(gate="fixed", minimum_savings_rate=0.0025, first_dollar=False, below_gate_share=0.5)
    ),
    "gate_table": contracts(k=smoking(gate="table", gate_table=ROWS, below_first_row=True)),
    "gate_table_excess": contracts(
        k=smoking(
            gate="table",
            gate_table=ROWS,
            below_first_row=True,
            first_dollar=False,
            minimum_loss_rate=0.02,
            losses="fixed",
            loss_rate=0.5,
        )
    ),
    "gate_statistical_passed_and_not": contracts(
        k=all_its_years(gate="statistical", confidence=0.99, dispersion=CHANCE, first_dollar=False)
    ),
    "gate_statistical_with_everything": contracts(
        k=all_its_years(
            gate="statistical",
            confidence=0.8,
            minimum_savings_rate=0.003,
            dispersion={
                "cost_variation": 0.05,
                "design_effect": 1.5,
                "benchmark_persons": 300,
                "covariance": 0.002,
            },
            first_dollar=False,
            losses="fixed",
            loss_rate=0.4,
        )
    ),
    "gate_statistical_loss_rate": contracts(
        k=all_its_years(
            gate="statistical",
            confidence=0.9,
            minimum_loss_rate=0.001,
            dispersion={"cost_variation": 0.5},
            first_dollar=False,
            losses="fixed",
            loss_rate=0.4,
        )
    ),
    "discount": contracts(k=smoking(discount=0.0025, losses="fixed", loss_rate=0.5)),
    "discount_gate_excess": contracts(
        k=smoking(discount=0.0008, gate="fixed", minimum_savings_rate=0.002, first_dollar=False)
    ),
    "bands_and_loss_bands": contracts(k=in_bands(losses="fixed", loss_bands=LOSS_BANDS)),
    "bands_after_discount_and_excess": contracts(
        k=in_bands(
            discount=0.001,
            gate="fixed",
            minimum_savings_rate=0.001,
            first_dollar=False,
        )
    ),
    "one_minus": contracts(k=smoking(sharing_rate=0.7, losses="one_minus")),
    "one_minus_floor": contracts(k=smoking(sharing_rate=0.7, losses="one_minus", loss_rate_floor=0.4)),
    "one_minus_ceiling": contracts(k=smoking(sharing_rate=0.2, losses="one_minus", loss_rate_ceiling=0.6)),
    "quality_score_does_not_apply": contracts(
        k=smoking(quality="score", quality_minimum=0.5, losses="fixed", loss_rate=0.4, quality_on_losses="inverse")
    ),
    "quality_same_on_losses": contracts(
        k=smoking(quality="score", losses="fixed", loss_rate=0.4, quality_on_losses="same")
    ),
    "quality_ladder_one_minus": contracts(
        k=smoking(
            quality="ladder",
            quality_ladder=[{"score_from": 0.5, "multiplier": 0.5}, {"score_from": 0.8, "multiplier": 0.9}],
            losses="one_minus",
        )
    ),
    "risk_caps_without_a_ratio": contracts(k=smoking(risk_cap_up=0.03, risk_cap_down=0.0)),
    "caps_by_share_of_benchmark": contracts(
        k=smoking(
            gain_cap_share_of_benchmark=0.0014,
            losses="fixed",
            loss_rate=0.5,
            loss_cap_share_of_benchmark=0.01,
            discount=0.0002,
        )
    ),
    "caps_in_euro": contracts(
        k=smoking(gain_cap_eur=700, losses="fixed", loss_rate=0.5, loss_cap_eur=400, gain_cap_share_of_benchmark=0.1)
    ),
    "caps_of_ones_own": contracts(
        k=in_bands(
            sharers={
                "zorgzaam": {},
                "GM0114": {"gain_cap_eur": 900, "loss_cap_share_of_benchmark": 0.001},
                "gezondplus": {"gain_cap_share_of_benchmark": 0.0005},
            },
            gain_cap_eur=300,
            gain_cap_share_of_benchmark=0.0025,
            losses="fixed",
            loss_bands=LOSS_BANDS,
            loss_cap_eur=20,
        )
    ),
    "withhold_for_ever": contracts(
        k=smoking(withhold_gain_share=0.2, losses="fixed", loss_rate=0.5, withhold_loss_share=0.6)
    ),
    "withhold_with_release": contracts(
        k=smoking(
            withhold_gain_share=0.2,
            withhold_released_after_periods=2,
            losses="fixed",
            loss_rate=0.5,
            withhold_loss_share=0.6,
        )
    ),
    "withhold_released_at_the_end": contracts(
        k=long_term(
            scope=scope(["wlz"], [FALLS, HOME], "all", (2021, 2024)),
            withhold_gain_share=0.2,
            withhold_released_after_periods=3,
        )
    ),
    "withhold_released_at_once": contracts(k=smoking(withhold_gain_share=0.2, withhold_released_after_periods=0)),
    "withhold_released_into_losses": contracts(
        k=smoking(
            withhold_gain_share=0.5,
            withhold_released_after_periods=4,
            losses="fixed",
            loss_rate=0.5,
            discount=0.0025,
            reserve_share=0.3,
        )
    ),
    "carry_forward": contracts(k=smoking(discount=0.002, carry_forward_share=0.5)),
    "carry_forward_with_interest": contracts(
        k=smoking(
            discount=0.002,
            carry_forward_share=1.0,
            carry_forward_interest=0.1,
            gate="fixed",
            minimum_savings_rate=0.0003,
        )
    ),
    "claw_back": contracts(k=smoking(discount=0.002, claw_back_share=1.0)),
    "claw_back_with_cap": contracts(k=smoking(discount=0.002, claw_back_share=0.9, claw_back_cap_share=0.3)),
    "claw_back_with_withhold_and_reserve": contracts(
        k=smoking(
            discount=0.002,
            claw_back_share=0.9,
            claw_back_cap_share=0.5,
            withhold_gain_share=0.2,
            withhold_released_after_periods=5,
            reserve_share=0.4,
        )
    ),
    "claw_back_of_bands": contracts(k=in_bands(discount=0.001, claw_back_share=0.8)),
    "claw_back_before_cap": contracts(
        k=smoking(
            claw_back_share=1.0,
            gain_cap_eur=500,
            order=[
                "risk",
                "discount",
                "gate",
                "exit",
                "carry_forward",
                "quality",
                "sharing",
                "reserve",
                "claw_back",
                "withhold",
                "cap",
            ],
        )
    ),
    "reserve": contracts(k=smoking(reserve_share=0.5, losses="fixed", loss_rate=0.5)),
    "reserve_eaten_up": contracts(k=smoking(discount=0.0025, reserve_share=0.5, losses="fixed", loss_rate=0.9)),
    "exit": contracts(
        k=smoking(
            exit_after_losses=2,
            losses="fixed",
            loss_rate=0.5,
            discount=0.0025,
        )
    ),
    "exit_after_one": contracts(k=long_term(exit_after_losses=1, losses="fixed", loss_rate=0.5, discount=0.0042)),
    "exit_and_carry_forward": contracts(k=long_term(exit_after_losses=2, discount=0.002, carry_forward_share=0.7)),
    "exit_after_carry_forward": contracts(
        k=long_term(
            exit_after_losses=2,
            discount=0.0045,
            carry_forward_share=0.7,
            order=[
                "discount",
                "risk",
                "gate",
                "carry_forward",
                "exit",
                "quality",
                "sharing",
                "cap",
                "withhold",
                "claw_back",
                "reserve",
            ],
        )
    ),
    "interim_and_lag": contracts(
        k=smoking(settlement_lag_years=2, interim_share=0.3, losses="fixed", loss_rate=0.5, reserve_share=0.1)
    ),
    "everyone_of_the_ages": contracts(
        k=contract(
            "zorgzaam",
            ["GM0106", "wlz_fund"],
            scope(["zvw"], [FALLS, SMOKING], "all", (2022, 2031)),
            population="age_group",
            sharers={"zorgzaam": {}, "GM0106": {}, "wlz_fund": {}},
            gate="fixed",
            minimum_savings_rate=0.00002,
            first_dollar=False,
            gain_bands=[{"shares": {"zorgzaam": 0.5, "GM0106": 0.3, "wlz_fund": 0.2}}],
        )
    ),
    "everyone_insured": contracts(
        k=contract(
            "gezondplus",
            ["wlz_fund"],
            scope(["zvw"], "all", "all", (2021, 2033)),
            population="all_insured",
            gate="statistical",
            confidence=0.9,
            dispersion={"cost_variation": 0.01},
            first_dollar=False,
            losses="fixed",
            loss_rate=0.5,
        )
    ),
    "participants_of_several": contracts(
        k=contract(
            "gezondplus",
            ["wlz_fund"],
            scope(["zvw"], "all", "all", (2021, 2033)),
            gate="fixed",
            minimum_savings_rate=0.0004,
            first_dollar=False,
            losses="fixed",
            loss_rate=0.5,
        )
    ),
    "insurer_with_members_of_interventions_and_clawback": contracts(
        k=smoking(sharing_rate=0.9, gain_cap_share_of_benchmark=0.005),
        l=contract("overige", ["zorgzaam"], scope(["zvw"], [SMOKING, "rookvrije_omgeving"], "all", (2022, 2030))),
    ),
    "municipalities": contracts(
        k=contract("municipality", ["zorgzaam"], scope(["wmo"], [FALLS, HOME], ["GM0106", "GM0114"], (2022, 2026))),
    ),
    "one_municipality": contracts(
        k=contract(
            "GM0106",
            ["zorgzaam", "municipality"],
            scope(["wmo"], [FALLS, HOME], "all", (2022, 2026)),
            sharers={"GM0106": {}, "zorgzaam": {}, "state": {}},
            gain_bands=[{"shares": {"GM0106": 0.2, "zorgzaam": 0.5, "state": 0.3}}],
            losses="fixed",
            loss_bands=[{"shares": {"GM0106": 0.2, "zorgzaam": 0.5, "state": 0.3}}],
        )
    ),
    "two_contracts_in_a_stated_order": {
        "contracts": {
            "k": smoking(sharing_rate=0.6, settlement_lag_years=1),
            "l": contract("zorgzaam", ["wlz_fund"], scope(["zvw"], "all", "all", (2022, 2031)), sharing_rate=0.9),
        },
        "order": ["l", "k"],
    },
    "two_contracts_of_municipalities": {
        "contracts": {
            "k": contract("municipality", ["zorgzaam"], scope(["wmo"]), sharing_rate=0.9),
            "l": contract("GM0106", ["zorgzaam"], scope(["wmo"]), sharing_rate=0.9),
            "m": contract("GM0114", ["zorgzaam"], scope(["wmo"]), sharing_rate=0.9),
        },
        "order": ["m", "k", "l"],
    },
    "switched_off": {
        "contracts": {"k": smoking(enabled=False), "l": long_term()},
        "funds": {"f": fund({"v": draw(FALLS, "zorgzaam")}, enabled=False)},
        "side_payments": {
            "p": {
                "name": "Off",
                "enabled": False,
                "source": "zorgzaam",
                "target": "GM0106",
                "law": "zvw",
                "amounts_eur": {2032: 1},
            }
        },
    },
    "side_payments": {
        "side_payments": {
            "p": {
                "name": "A payment",
                "source": "municipality",
                "target": "zorgzaam",
                "law": "wmo",
                "amounts_eur": {2021: 1000, 2024: 500},
            },
            "q": {
                "name": "Another",
                "source": "state",
                "target": "municipality",
                "law": "belasting",
                "amounts_eur": {2022: 70},
            },
            "r": {
                "name": "A third",
                "source": "wlz_fund",
                "target": "GM0114",
                "law": "wlz",
                "amounts_eur": {2023: 7, 2027: 8},
            },
        }
    },
    "grants": funds(
        f=fund(
            {
                "v": draw(FALLS, "municipality"),
                "w": draw(SMOKING, "zorgzaam", rank=2, years={"first": 2022, "last": 2024}),
            }
        )
    ),
    "refuse": funds(
        f=fund(
            {
                "v": draw(FALLS, "municipality", delivery_share=1.0),
                "w": draw(FALLS, "gezondplus"),
                "x": draw(DEBTS, "zorgzaam", rank=2),
            },
            shortage="refuse",
        )
    ),
    "scale": funds(
        f=fund(
            {
                "v": draw(FALLS, "municipality", delivery_share=1.0),
                "w": draw(FALLS, "gezondplus"),
                "x": draw(DEBTS, "zorgzaam", rank=2),
            },
        )
    ),
    "loan": funds(f=fund({"v": draw(SMOKING, "zorgzaam", "loan", loan=LOAN)})),
    "loan_without_grace": funds(
        f=fund(
            {
                "v": draw(HOME, "municipality", "loan", loan={**LOAN, "grace_years": 0, "interest_per_year": 0.0}),
                "w": draw(HOME, "GM0106", "loan", loan={**LOAN, "grace_years": 3, "repayment_years": 1}),
            },
            minimum_balance_eur=0,
        )
    ),
    "outcome": funds(f=fund({"v": draw(FALLS, "gezondplus", "outcome")})),
    "from_savings": funds(
        f=fund({"v": draw(FALLS, "municipality", "outcome", from_savings=savings("wlz_fund", ["wlz"]))})
    ),
    "from_savings_with_cap_and_premium": funds(
        f=fund(
            {
                "v": draw(
                    HOME,
                    "municipality",
                    delivery_share=0.02,
                    from_savings=savings("wlz_fund", ["wlz"], share=0.9, premium_share=0.3, cap_eur_per_year=250),
                ),
                "w": draw(
                    FALLS,
                    "zorgzaam",
                    from_savings=savings("zorgzaam", ["zvw"], lag_years=0, premium_share=0.1),
                ),
            }
        )
    ),
    "from_savings_of_municipalities": funds(
        f=fund({"v": draw(HOME, "municipality", from_savings=savings("municipality", ["wmo"], share=0.8))}),
        g=fund({"v": draw(FALLS, "GM0106", from_savings=savings("GM0106", ["wmo"], share=0.8, lag_years=2))}),
    ),
    "leaving": funds(
        f=fund(
            {"v": draw(FALLS, "municipality", years={"first": 2023, "last": 2026})},
            contributions={
                "een": puts_in("zorgzaam", {2022: 40000, 2024: 5000}, leaves_after=2024),
                "twee": puts_in("municipality", {2022: 20000, 2024: 15000}),
                "drie": puts_in("gezondplus", {2022: 10000, 2026: 3000}, leaves_after=2024),
            },
        )
    ),
    "leaving_as_far_as_the_floor_allows": funds(
        f=fund(
            {"v": draw(FALLS, "municipality", years={"first": 2023, "last": 2023})},
            contributions={
                "een": puts_in("zorgzaam", {2022: 10000}, leaves_after=2023),
                "twee": puts_in("municipality", {2022: 2000, 2025: 9000}),
                "drie": puts_in("gezondplus", {2022: 10000}, leaves_after=2023),
            },
            minimum_balance_eur=9000,
        )
    ),
    "wind_up_stays": funds(f=fund({"v": draw(FALLS, "municipality")}, wind_up="stays")),
    "rank_before_contracts": {
        "contracts": {"k": long_term(sharing_rate=0.9)},
        "funds": {
            "f": fund(
                {"v": draw(FALLS, "municipality", from_savings=savings("wlz_fund", ["wlz"], share=1.0))},
                rank_among_claims="before_contracts",
            )
        },
        "order": ["f", "k"],
    },
    "rank_after_contracts": {
        "contracts": {"k": long_term(sharing_rate=0.7)},
        "funds": {"f": fund({"v": draw(FALLS, "municipality", from_savings=savings("wlz_fund", ["wlz"], share=1.0))})},
        "order": ["k", "f"],
    },
    "two_funds_on_one_saving": {
        "funds": {
            "f": fund({"v": draw(FALLS, "municipality", from_savings=savings("wlz_fund", ["wlz"], share=0.8))}),
            "g": fund(
                {"v": draw(FALLS, "zorgzaam", from_savings=savings("wlz_fund", ["wlz"], share=0.8, lag_years=2))}
            ),
        },
        "order": ["g", "f"],
    },
    "gains_and_losses_of_receivers_in_one_year": contracts(
        k=contract(
            "zorgzaam",
            ["GM0114", "gezondplus"],
            scope(["zvw"], [SMOKING], ["GM0114"], (2022, 2032)),
            gain_bands=[{"shares": {"zorgzaam": 0.5, "GM0114": 0.5, "gezondplus": 0.0}}],
            losses="fixed",
            loss_bands=[{"shares": {"zorgzaam": 0.4, "GM0114": 0.0, "gezondplus": 0.6}}],
            reserve_share=0.6,
        )
    ),
    "more_losses_than_gains_in_one_year": contracts(
        k=contract(
            "zorgzaam",
            ["GM0114", "gezondplus"],
            scope(["zvw"], [SMOKING], ["GM0114"], (2022, 2032)),
            gain_bands=[{"shares": {"zorgzaam": 0.5, "GM0114": 0.5, "gezondplus": 0.0}}],
            losses="fixed",
            loss_bands=[{"shares": {"zorgzaam": 0.4, "GM0114": 0.0, "gezondplus": 0.6}}],
            reserve_share=0.01,
        )
    ),
    "a_municipality_shares_with_itself": contracts(
        k=contract(
            "municipality",
            ["GM0106"],
            scope(["wmo"], [FALLS, HOME], "all", (2022, 2026)),
            interim_share=0.5,
            settlement_lag_years=1,
        ),
        l=contract(
            "GM0106", ["municipality"], scope(["wmo"], [SMOKING], "all", (2022, 2026)), losses="fixed", loss_rate=0.2
        ),
    ),
    "from_savings_of_a_benefit": funds(
        f=fund(
            {
                "v": draw(DEBTS, "municipality", from_savings=savings("municipality", ["participatiewet"])),
                "w": draw(DEBTS, "zorgzaam", rank=3),
            },
            contributions={"een": puts_in("state", {2022: 40000}), "twee": puts_in("GM0106", {2023: 9000}, law="wmo")},
        )
    ),
    "several_leave_to_the_floor": funds(
        f=fund(
            {"v": draw(FALLS, "municipality", years={"first": 2026, "last": 2026})},
            contributions={
                "een": puts_in("zorgzaam", {2022: 12000}, leaves_after=2023),
                "twee": puts_in("municipality", {2022: 2000, 2025: 9000}),
                "drie": puts_in("gezondplus", {2022: 10000}, leaves_after=2023),
            },
            minimum_balance_eur=9000,
        )
    ),
    "leaving_in_the_last_year": funds(
        f=fund(
            {"v": draw(FALLS, "municipality", years={"first": 2023, "last": 2023})},
            contributions={
                "een": puts_in("zorgzaam", {2022: 40000}, leaves_after=2032),
                "twee": puts_in("municipality", {2031: 12000}),
            },
            minimum_balance_eur=9000,
        )
    ),
    "leaving_in_the_last_year_of_a_fund_that_stays": funds(
        f=fund(
            {"v": draw(FALLS, "municipality", years={"first": 2023, "last": 2023})},
            contributions={
                "een": puts_in("zorgzaam", {2022: 40000}, leaves_after=2032),
                "twee": puts_in("municipality", {2031: 12000}),
            },
            wind_up="stays",
        )
    ),
    "bands_in_a_year_without_people": contracts(
        k=contract(
            "zorgzaam",
            ["GM0114", "gezondplus"],
            scope(["zvw"], [SMOKING], ["GM0114"], (2021, 2032)),
            gain_bands=TWO_BANDS,
        )
    ),
    "statistical_gate_in_a_year_without_people": contracts(
        k=smoking(gate="statistical", confidence=0.99, dispersion=CHANCE, first_dollar=False)
    ),
}
