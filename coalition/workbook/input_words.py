"""What an input cell is called, the entity's own name and the key in words; its unit; the section where it stands."""

from __future__ import annotations

from typing import Any

from coalition.numbers import Euro, Growth, Index, Number
from coalition.outputs.labels import Lang
from coalition.parties import Pocket
from coalition.scenario import Scenario
from coalition.workbook.reader_words import as_words, care_word, effect_word, party_word, pocket_word

SECTIONS: dict[str, tuple[str, str]] = {
    "scenario": ("Scenario", "Scenario"),
    "region": ("Regio en prijzen", "Region and prices"),
    "parties": ("Partijen", "Parties"),
    "holders": ("Bij wie een besparing valt", "On whose account a saving falls"),
    "target_groups": ("Doelgroepen", "Target groups"),
    "risk_factors": ("Risicofactoren", "Risk factors"),
    "interventions": ("Interventies", "Interventions"),
    "overlap": ("Samenloop", "Overlap"),
    "gemeentepolis": ("Gemeentepolis", "Gemeentepolis"),
    "payers": ("Coördinatie en subsidies", "Coordination and grants"),
    "arrangements": ("Afspraken", "Arrangements"),
}

KEYS: dict[str, tuple[str, str]] = {
    "reach": ("bereik", "reach"),
    "completion": ("afronding", "completion"),
    "starts": ("starters", "starts"),
    "first": ("eerste jaar", "first year"),
    "last": ("laatste jaar", "last year"),
    "first_year": ("eerste jaar", "first year"),
    "last_year": ("laatste jaar", "last year"),
    "from_year": ("vanaf jaar", "from year"),
    "horizon_years": ("aantal getoonde jaren", "number of years shown"),
    "ramp_up": ("aanloop, stap", "ramp-up, step"),
    "capacity_per_year": ("capaciteit per jaar", "capacity per year"),
    "per_starter": ("kosten per deelnemer, programmajaar", "cost per starter, programme year"),
    "per_completer": ("kosten per afronder, programmajaar", "cost per completer, programme year"),
    "fixed_per_year": ("vaste kosten per jaar", "fixed cost per year"),
    "cost_per_year": ("kosten per jaar", "cost per year"),
    "payers": ("betaler", "payer"),
    "share": ("aandeel", "share"),
    "count": ("aantal", "count"),
    "cost_multiplier": ("kosten als veelvoud van gemiddeld", "cost as a multiple of average"),
    "cost_multiplier_by_pocket": ("kosten als veelvoud van gemiddeld", "cost as a multiple of average"),
    "survival_per_year": ("overleving per jaar", "survival per year"),
    "moves_per_year": ("verhuist per jaar", "moves per year"),
    "prevalence": ("vóórkomen", "prevalence"),
    "relative_risk": ("relatief risico", "relative risk"),
    "shifted": ("vóórkomen na verschuiving", "prevalence after the shift"),
    "reduction": ("vermindering", "reduction"),
    "cause_share": ("aandeel van de oorzaak in de kosten", "share of the cause in the cost"),
    "avoided_per_year": ("vermeden per jaar", "avoided per year"),
    "events_per_person_year": ("gebeurtenissen per persoon per jaar", "events per person per year"),
    "risk_multiplier": ("risico als veelvoud", "risk as a multiple"),
    "cost_per_event": ("kosten per gebeurtenis", "cost per event"),
    "split": ("verdeling over domeinen", "split over pockets"),
    "ceiling_per_unit": ("plafond per persoon", "ceiling per person"),
    "wage_instead_per_year": ("loon in plaats van uitkering", "wage instead of benefit"),
    "deadweight": ("was toch al gebeurd", "would have happened anyway"),
    "onset_years": ("jaren tot het werkt", "years before it works"),
    "plateau_years": ("jaren op volle kracht", "years at full strength"),
    "decay_years": ("jaren van afname", "years of decay"),
    "first_year_share": ("deel van het eerste jaar", "part of the first year"),
    "follow_up_years": ("gemeten jaren", "years measured"),
    "survival_with_per_year": ("overleving met interventie", "survival with the intervention"),
    "survival_without_per_year": ("overleving zonder interventie", "survival without it"),
    "gain": ("gezondheidswinst (QALY)", "health gain (QALY)"),
    "value_per_year": ("waarde per jaar", "value per year"),
    "enrolled_share_of_group": ("deel van de doelgroep met de polis", "part of the group with the policy"),
    "switching_per_year": ("overstappers per jaar", "switching per year"),
    "own_risk": ("eigen risico, deel van een euro", "own risk, part of a euro"),
    "cost_classes": ("kostenklasse", "cost class"),
    "people_share": ("deel van de mensen", "part of the people"),
    "cost_eur": ("kosten per jaar", "cost per year"),
    "equalisation": ("risicoverevening", "risk equalisation"),
    "clawback": ("teruggenomen na jaar", "taken back after year"),
    "cashable": ("verzilverbaar", "cashable"),
    "capacity_removed_share": ("capaciteit die echt verdwijnt", "capacity really removed"),
    "avoidable_cost_share": ("vermijdbaar deel van de omzet", "avoidable part of turnover"),
    "market_share": ("marktaandeel", "market share"),
    "market_shares_by_area": ("marktaandeel in", "market share in"),
    "population": ("inwoners", "inhabitants"),
    "growth_per_year": ("groei van kosten per persoon", "growth of cost per person"),
    "general_index_per_year": ("algemene prijsstijging na het laatste bekende jaar", "general price growth"),
    "discount": ("discontovoet", "discount rate"),
    "per_year": ("per jaar", "per year"),
    "uptake": ("deelname", "uptake"),
    "share_of_people": ("deel van de inwoners", "share of inhabitants"),
    "share_of_enrolled": ("deel van de deelnemers", "share of the enrolled"),
    "contribution_per_month": ("gemeentelijke bijdrage per maand", "municipal contribution per month"),
    "list_premium_basic_per_month": ("basispremie per maand", "basic premium per month"),
    "list_premium_supplementary_per_month": ("premie aanvullend per maand", "supplementary premium per month"),
    "discount_basic_per_month": ("korting basis per maand", "discount basic per month"),
    "discount_supplementary_per_month": ("korting aanvullend per maand", "discount supplementary per month"),
    "own_risk_rider_per_month": ("meeverzekerd eigen risico per maand", "own risk rider per month"),
    "own_risk_claims_per_year": ("vergoed eigen risico per jaar", "own risk reimbursed per year"),
    "wmo_contribution_covered_per_year": ("vergoede eigen bijdrage Wmo per jaar", "Wmo contribution covered per year"),
    "claims_per_year": ("vergoedingen per jaar", "reimbursements per year"),
    "execution_per_year": ("uitvoering per deelnemer per jaar", "execution per participant per year"),
    "municipal_cost_per_year": ("kosten gemeente per deelnemer", "municipal cost per participant"),
    "municipal_benefit_per_year": ("baten gemeente per deelnemer", "municipal benefit per participant"),
    "benefit_outside_municipality_per_year": ("baten elders per deelnemer", "benefits elsewhere per participant"),
    "max_per_starter": ("hoogste vergoeding per deelnemer", "most reimbursed per starter"),
    "carry_over_share": ("meenemen naar volgend jaar", "carried over to the next year"),
    "shift_limit_share": ("verschuiven tussen onderdelen", "shifted between items"),
    "eligible_share": ("subsidiabel deel", "eligible part"),
    "grant_ceiling_per_year": ("subsidieplafond per jaar", "grant ceiling per year"),
    "enabled": ("aan (1) of uit (0)", "on (1) or off (0)"),
    "scope": ("reikwijdte", "scope"),
    "years": ("looptijd", "years"),
    "sharing_rate": ("deel van de besparing", "share of the saving"),
    "loss_rate": ("deel van een verlies", "share of a loss"),
    "minimum_savings_rate": ("drempel besparing", "minimum savings rate"),
    "minimum_loss_rate": ("drempel verlies", "minimum loss rate"),
    "gain_bands": ("schijf besparing", "gain band"),
    "loss_bands": ("schijf verlies", "loss band"),
    "shares": ("aandeel", "share"),
    "up_to": ("tot", "up to"),
    "settlement_lag_years": ("jaren tot de afrekening", "years until settlement"),
    "interim_share": ("voorschot", "interim part"),
    "dispersion": ("spreiding", "dispersion"),
    "contributions": ("inleg", "contribution"),
    "amounts_eur": ("bedragen per jaar", "amounts per year"),
    "draws": ("uitkering", "draw"),
    "delivery_share": ("deel van de uitvoering", "part of the delivery"),
    "from_savings": ("uit besparing", "from savings"),
    "premium_share": ("opslag", "premium"),
    "cap_eur_per_year": ("hoogste bedrag per jaar", "most per year"),
    "lag_years": ("jaren later", "years later"),
    "interest_per_year": ("rente per jaar", "interest per year"),
    "minimum_balance_eur": ("laagste saldo", "lowest balance"),
    "fee_eur_per_year": ("vaste kosten per jaar", "fee per year"),
    "fee_share_of_balance": ("kosten als deel van het saldo", "fee as a part of the balance"),
    "loan": ("lening", "loan"),
    "default_share": ("komt niet terug", "never comes back"),
    "raised_eur": ("opgehaald", "raised"),
    "return_cap_per_year": ("hoogste rendement per jaar", "highest return per year"),
    "targets_eur": ("doel", "target"),
    "closing_share": ("deel van de slotafrekening", "part of the closing settlement"),
    "deposits_eur": ("inleg", "deposit"),
    "receiver_share": ("deel van de ontvanger", "receiver's part"),
    "corridor": ("bandbreedte", "corridor"),
    "eur_per_person_year": ("norm per persoon per jaar", "norm per person per year"),
    "need_by_area": ("zorgzwaarte", "need"),
    "patients": ("patiënten", "patients"),
    "surcharge_eur_per_patient": ("toeslag per patiënt", "surcharge per patient"),
    "fund_eur_per_patient": ("fondsbijdrage per patiënt", "fund contribution per patient"),
    "cooperation_share": ("vereist deel van de gemeente", "part required of the municipality"),
    "cap_eur_per_inhabitant": ("hoogste bedrag per inwoner", "most per inhabitant"),
    "smoothing_years": ("gemiddeld over jaren", "averaged over years"),
    "compensated_share": ("vooraf vergoed deel", "part compensated beforehand"),
    "special_assistance_avoided_per_year": (
        "vermeden bijzondere bijstand per jaar",
        "special assistance avoided per year",
    ),
    "municipal_arrears_cost_avoided_per_year": (
        "vermeden kosten van betalingsachterstand voor de gemeente, per jaar",
        "municipal cost of arrears avoided per year",
    ),
    "insurer_arrears_avoided_per_year": (
        "vermeden betalingsachterstand bij de verzekeraar, per jaar",
        "arrears at the insurer avoided per year",
    ),
    "induced_care_per_year": ("extra zorg doordat men de polis heeft, per jaar", "care induced by the policy per year"),
    "base_years": ("basisjaar", "base year"),
    "year": ("jaar", "year"),
    "weight": ("gewicht", "weight"),
    "gate_table": ("drempeltabel, regel", "gate table, row"),
    "persons_from": ("mensen vanaf", "people from"),
    "persons_to": ("mensen tot", "people to"),
    "rate_from": ("drempel aan het begin", "rate at the start"),
    "rate_to": ("drempel aan het eind", "rate at the end"),
    "below_first_row": ("kleinere groep krijgt de eerste drempel", "a smaller group takes the first rate"),
    "first_dollar": ("boven de drempel wordt alles gedeeld", "above the gate everything is shared"),
    "gain_cap_share_of_benchmark": ("hoogste deel, van de norm", "highest share, of the benchmark"),
    "withhold_gain_share": ("ingehouden van een betaling", "held back of a payment"),
    "payments": ("betaling", "payment"),
    "share_of_smaller": ("deel dat ook aan de ander meedoet", "part that also takes part in the other"),
}
"""The last words of a path, for a reader; what is not here is shown as the key itself."""

SILENT = {
    "scenario", "region", "parties", "holders", "insurers", "municipalities", "target_groups", "risk_factors",
    "classes", "interventions", "gemeentepolis", "policy_module", "bands", "tiers", "modules", "mkba", "components",
    "payers", "grants", "items", "arrangements", "contracts", "funds", "regional_budgets", "population_payments",
    "impact_bonds", "deprivation_tariffs", "co_financing", "side_payments", "departures", "cost", "effects", "time",
    "per_area", "areas", "life_years", "members", "spending", "outcome_payers", "norms", "assessor", "coordination",
}  # fmt: skip
"""Keys of a path that say nothing beside the names round them."""


IN_WORDS = {
    "bands": ("inkomensgroep ", "income band "),
    "tiers": ("pakket ", "tier "),
    "modules": ("module ", "module "),
}
"""What stands before an id below these keys."""


def label_of(scenario: Scenario, path: str, lang: Lang) -> str:
    """What an input is called: names of what it belongs to, then the key in words."""
    steps = path.split(".")
    found = (_step(scenario, steps[: n + 1], lang, last=n + 1 == len(steps)) for n in range(len(steps)))
    return " · ".join(word for word in found if word)


def _step(scenario: Scenario, steps: list[str], lang: Lang, *, last: bool) -> str:
    """One step of a path in words; empty where it says nothing beside the names round it."""
    step, above, side = steps[-1], steps[-2] if len(steps) > 1 else "", 0 if lang == "nl" else 1
    if above == "payers" and step.isdigit():
        return _payer(scenario, steps, lang)
    if above == "effects":
        return effect_word(step, lang)
    if above == "clawback":
        return care_word(step, lang)
    if above in IN_WORDS:
        return IN_WORDS[above][side] + (_named(scenario, steps, lang) or as_words(step))
    named = _named(scenario, steps, lang)
    if named:
        return named
    if step.isdigit():
        return str(int(step) + 1) if len(step) < 4 else step
    if step in KEYS and (last or step not in SILENT):
        return KEYS[step][side]
    return "" if step in SILENT else party_word(scenario.spec, step, lang) or as_words(step)


def _payer(scenario: Scenario, steps: list[str], lang: Lang) -> str:
    """Who pays a part, and under which law."""
    found: Any = scenario.document.data
    for key in steps[:-1]:
        found = found[key]
    stated = found[int(steps[-1])]
    who = party_word(scenario.spec, stated["party"], lang) or scenario.spec.region.names.get(stated["party"], "")
    said = "betaler" if lang == "nl" else "payer"
    return f"{said} {who or stated['party']} ({pocket_word(Pocket(stated['law']), lang)})"


def _named(scenario: Scenario, steps: list[str], lang: Lang) -> str:
    """The name to show of what stands at a path, if it has one."""
    step = steps[-1]
    if step in scenario.spec.region.names:
        return scenario.spec.region.names[step]
    if step in {p.value for p in Pocket} and len(steps) > 1:
        return pocket_word(Pocket(step), lang)
    found: Any = scenario.document.data
    for key in steps:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict) or steps == ["scenario"]:
        return ""
    if isinstance(found.get("name"), str):
        return str(found["name"])
    return party_word(scenario.spec, found["party"], lang) if isinstance(found.get("party"), str) else ""


def section_of(scenario: Scenario, path: str, lang: Lang) -> str:
    """Heading above an input."""
    steps = path.split(".")
    top = SECTIONS.get(steps[0], (steps[0], steps[0]))[0 if lang == "nl" else 1]
    depth = 3 if steps[0] == "arrangements" else 2
    named = _named(scenario, steps[:depth], lang) if len(steps) > depth else ""
    return f"{top}: {named}" if named else top


UNITS: dict[str, tuple[str, str]] = {
    "share": ("deel, 0–100%", "share, 0–100%"),
    "rate": ("deel; min is een stijging", "share; minus is a rise"),
    "euro": ("€", "€"),
    "count": ("aantal", "number"),
    "years": ("jaren", "years"),
    "whole": ("geheel getal", "whole number"),
    "year": ("kalenderjaar", "calendar year"),
    "switch": ("1 = ja, 0 = nee", "1 = yes, 0 = no"),
    "real": ("getal", "number"),
}
"""Unit of each kind of input."""
UNITS_OF_KEYS: dict[str, tuple[str, str]] = {
    "cost_multiplier": ("keer gemiddeld", "times average"),
    "cost_multiplier_by_pocket": ("keer gemiddeld", "times average"),
    "risk_multiplier": ("keer gemiddeld", "times average"),
    "events_per_person_year": ("per persoon per jaar", "per person per year"),
    "capacity_per_year": ("deelnemers per jaar", "starters per year"),
    "gain": ("QALY per deelnemer", "QALY per participant"),
    "lag_years": ("jaren", "years"),
    "settlement_lag_years": ("jaren", "years"),
    "follow_up_years": ("jaren", "years"),
    "horizon_years": ("jaren", "years"),
    "smoothing_years": ("jaren", "years"),
}
"""Unit of a key whose kind says too little."""


def unit_of(kind: str, number: Number | None, lang: Lang, path: str = "") -> str:
    """Unit of an input, for a reader; the path says more about a number without a type of its own."""
    side, steps = 0 if lang == "nl" else 1, path.split(".")
    if isinstance(number, Euro):
        dutch = f"€, prijspeil {number.price_year}" if number.index is Index.CPI else f"€ van {number.price_year}, vast"
        english = f"€ of {number.price_year}" if number.index is Index.CPI else f"€ of {number.price_year}, fixed"
        return dutch if lang == "nl" else english
    if isinstance(number, Growth):
        return ("per jaar", "per year")[side]
    if "_eur_" in steps[-1]:
        return "€"
    known = next((UNITS_OF_KEYS[step] for step in reversed(steps[-2:]) if step in UNITS_OF_KEYS), UNITS[kind])
    return known[side]
