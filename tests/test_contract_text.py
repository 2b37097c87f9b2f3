"""A term sheet says every clause that a contract states, in Dutch and English."""

from __future__ import annotations

from typing import Any

import pytest
from contract_building import contract

from coalition.contracts import Contract
from coalition.outputs.contract_text import WORDS, benchmark_lines, gate_lines, later_lines, limit_lines, sharing_lines
from coalition.outputs.labels import Lang

SHOWN = {"payer": "Verzekeraar", "provider": "Huisartsen"}
GATE = {"gate": "fixed", "minimum_savings_rate": 0.02}
LOSSES = {"losses": "fixed", "loss_rate": 0.3}
ONE_MINUS = {"losses": "one_minus", "loss_rate_floor": 0.4, "loss_rate_ceiling": 0.75}
LADDER = {"quality": "ladder", "quality_ladder": [{"score_from": 0.5, "multiplier": 0.8}]}
BANDS = [{"up_to": 0.05, "shares": {"payer": 0.5, "provider": 0.5}}, {"shares": {"payer": 0.9, "provider": 0.1}}]
BASE = [{"year": 2024, "weight": 0.25}, {"year": 2025, "weight": 0.75}]


def lines(stated: Contract, lang: Lang = "nl") -> list[str]:
    """Everything that the sheet says of a contract by itself."""
    return [
        *benchmark_lines(stated, SHOWN["payer"], lang),
        *gate_lines(stated, lang),
        *sharing_lines(stated, SHOWN, lang),
        *limit_lines(stated, SHOWN, lang),
        *later_lines(stated, lang),
    ]


@pytest.mark.parametrize(
    ("beside", "terms", "sentence"),
    [
        (
            {},
            {"benchmark": "historical"},
            "tegen wat zij zelf kostten in het jaar voor het eerste meetjaar, met de groei",
        ),
        ({"benchmark": "historical"}, {"base_years": BASE}, "in 2024 (25 %), 2025 (75 %), met"),
        ({"benchmark": "historical"}, {"trend_per_year": 0.015}, "met 1,5 % groei per jaar"),
        ({"benchmark": "historical"}, {"rebase_every_periods": 3, "rebase_add_back_share": 0.5}, "iedere 3 jaar"),
        ({}, {"risk_cap_up": 0.03}, "hoogstens 3 % omhoog en onbeperkt omlaag"),
        ({}, {"population": "participants"}, "Gemeten: deelnemers"),
        ({}, {"discount": 0.0005}, "de eerste 0,05 % van de norm is voor Verzekeraar"),
        ({**GATE, **LOSSES}, {"minimum_loss_rate": 0.01}, "Een verlies telt vanaf 1 % van de norm."),
        (GATE, {"first_dollar": False}, "Alleen wat boven de drempel ligt wordt gedeeld."),
        (GATE, {"below_gate_share": 0.5}, "Onder de drempel telt 50 % van het verschil."),
        ({}, {"sharing_rate": 0.4}, "40 % van een besparing gaat naar Huisartsen."),
        ({}, {"sharing_rate": None, "gain_bands": BANDS}, "Verdeling daarboven: Verzekeraar 90 %, Huisartsen 10 %."),
        ({}, LOSSES, "Verlies: 30 % ervan is voor Huisartsen."),
        ({}, {"losses": "fixed", "loss_bands": BANDS}, "van een verlies tot 5 % van de norm: Verzekeraar 50 %"),
        (
            {},
            {"losses": "one_minus", "loss_rate_floor": 0.4, "loss_rate_ceiling": 0.75},
            "ten minste 40 % en ten hoogste 75 %",
        ),
        ({}, {"quality": "score", "quality_minimum": 0.4}, "met de score; onder 0,40 wordt niets gedeeld."),
        (
            {},
            {"quality": "ladder", "quality_ladder": [{"score_from": 0.5, "multiplier": 0.8}]},
            "vanaf 0,50: 0,80 keer",
        ),
        ({"quality": "score", **LOSSES}, {"quality_on_losses": "inverse"}, "het aandeel in een verlies kleiner"),
        ({}, {"gain_cap_share_of_benchmark": 0.1, "gain_cap_eur": 5000}, "hoogstens 10 % van de norm of € 5.000."),
        (LOSSES, {"loss_cap_share_of_revenue": 0.02}, "betaalt per jaar hoogstens 2 % van de eigen omzet."),
        ({}, {"withhold_gain_share": 0.02}, "2 % van een winst en 0 % van een verlies; dat blijft bij de betaler."),
        ({"withhold_gain_share": 0.02}, {"withhold_released_after_periods": 2}, "; na 2 jaar alsnog betaald."),
        ({}, {"carry_forward_share": 0.5, "carry_forward_interest": 0.02}, "met 2 % rente per jaar"),
        ({}, {"claw_back_share": 0.5}, "hoogstens 100 % van wat al was betaald"),
        ({}, {"reserve_share": 0.2}, "Reserve: 20 % van iedere winst"),
        ({}, {"exit_after_losses": 3}, "na 3 verliesjaren op rij"),
        ({"settlement_lag_years": 1}, {"interim_share": 0.3}, "30 % wordt al in het meetjaar betaald"),
    ],
)
def test_a_clause_that_is_stated_is_said(beside: dict[str, Any], terms: dict[str, Any], sentence: str) -> None:
    """It is not said without it, and the English sheet says as much."""
    plain, stated = contract(**beside), contract(**{**beside, **terms})
    assert any(sentence in line for line in lines(stated))
    assert not any(sentence in line for line in lines(plain))
    assert len(lines(stated, "en")) == len(lines(stated))
    assert lines(stated, "en") != lines(plain, "en")


def test_another_order_of_clauses_is_said() -> None:
    """The usual order needs no sentence."""
    usual = contract()
    order = [*usual.order]
    cap, withhold = order.index("cap"), order.index("withhold")  # type: ignore[arg-type]
    order[cap], order[withhold] = order[withhold], order[cap]
    assert not any(line.startswith("Volgorde") for line in lines(usual))
    assert "Volgorde: " in lines(contract(order=order))[-1]
    assert "inhouding, plafond" in lines(contract(order=order))[-1]


def test_a_party_with_a_limit_of_its_own_reads_that_one() -> None:
    """The contract's own limit holds for the others."""
    found = lines(contract(gain_cap_eur=100, sharers={"payer": {}, "provider": {"gain_cap_eur": 70}}))
    assert [line for line in found if "Plafond" in line] == ["Plafond: Huisartsen krijgt per jaar hoogstens € 70."]


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_name_the_same_facts(key: str) -> None:
    """No figure is lost in translation."""
    dutch, english = ({part.split("}")[0] for part in text.split("{")[1:]} for text in WORDS[key])
    assert dutch == english
