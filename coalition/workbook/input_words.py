"""What an input cell is called, the entity's own name and the key in words; its unit; the section where it stands."""

from __future__ import annotations

from typing import Any

from coalition.numbers import Euro, Index, Number
from coalition.outputs.labels import POCKETS, Lang
from coalition.parties import Pocket
from coalition.scenario import Scenario

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


def label_of(scenario: Scenario, path: str, lang: Lang) -> str:
    """What an input is called: names of what it belongs to, then the key in words."""
    words = []
    for position, step in enumerate(path.split(".")):
        above = path.split(".")[:position]
        named = _named(scenario, [*above, step], lang)
        if named:
            words.append(named)
        elif step.isdigit():
            words.append(str(int(step) + 1) if len(step) < 4 else step)
        elif step in KEYS and not (step in SILENT and position + 1 < len(path.split("."))):
            words.append(KEYS[step][0 if lang == "nl" else 1])
        elif step not in SILENT:
            words.append(step.replace("_", " "))
    return " · ".join(words)


def _named(scenario: Scenario, steps: list[str], lang: Lang) -> str:
    """The name to show of what stands at a path, if it has one."""
    step = steps[-1]
    if step in scenario.spec.region.names:
        return scenario.spec.region.names[step]
    if step in {p.value for p in Pocket} and len(steps) > 1:
        return POCKETS[Pocket(step)][0 if lang == "nl" else 1]
    found: Any = scenario.document.data
    for key in steps:
        found = found.get(key) if isinstance(found, dict) else None
    return str(found["name"]) if isinstance(found, dict) and isinstance(found.get("name"), str) else ""


def section_of(scenario: Scenario, path: str, lang: Lang) -> str:
    """Heading above an input."""
    steps = path.split(".")
    top = SECTIONS.get(steps[0], (steps[0], steps[0]))[0 if lang == "nl" else 1]
    depth = 3 if steps[0] == "arrangements" else 2
    named = _named(scenario, steps[:depth], lang) if len(steps) > depth else ""
    return f"{top}: {named}" if named else top


def unit_of(kind: str, number: Number | None, lang: Lang) -> str:
    """Unit of an input, for a reader."""
    if isinstance(number, Euro):
        dutch = f"€, prijspeil {number.price_year}" if number.index is Index.CPI else f"€ van {number.price_year}, vast"
        english = f"€ of {number.price_year}" if number.index is Index.CPI else f"€ of {number.price_year}, fixed"
        return dutch if lang == "nl" else english
    words = {
        "share": ("deel, 0–100%", "share, 0–100%"),
        "rate": ("deel of groei", "share or growth"),
        "euro": ("€", "€"),
        "count": ("aantal", "number"),
        "years": ("jaren", "years"),
        "whole": ("geheel getal", "whole number"),
        "year": ("kalenderjaar", "calendar year"),
        "switch": ("1 of 0", "1 or 0"),
        "real": ("getal", "number"),
    }
    return words[kind][0 if lang == "nl" else 1]


def pocket_word(pocket: Pocket, lang: Lang) -> str:
    """A pocket for a reader."""
    return POCKETS[pocket][0 if lang == "nl" else 1]
