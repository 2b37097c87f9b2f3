"""Words of a party's trail from postings to inputs, in Dutch and English; the steps are named in steps.py."""

from __future__ import annotations

from coalition.contracts import Clause
from coalition.outputs.labels import CARE_KINDS, REASONS, Lang, key_label

WORDS: dict[str, tuple[str, str]] = {
    "resources": ("echte middelen", "real resources"),
    "society": ("samenleving", "society"),
    "municipalities": ("gemeenten samen", "municipalities together"),
    "insurers": ("zorgverzekeraars samen", "health insurers together"),
    "title": ("{party}, {years}: saldo {net}", "{party}, {years}: net {net}"),
    "zero": (" (effect nul)", " (zero effect)"),
    "npv": (
        "Contante waarde {npv}: elk jaar × wat een euro van dat jaar waard is.",
        "Present value {npv}: each year × what a euro of that year is worth.",
    ),
    "years": ("Jaar voor jaar", "Year by year"),
    "year": ("jaar", "year"),
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
    "net": ("saldo", "net"),
    "worth": ("waarde van een euro", "worth of a euro"),
    "npv_year": ("contante waarde", "present value"),
    "cumulative": ("opgeteld", "cumulative"),
    "total": ("samen", "together"),
    "no_detail": (
        "Jaar, domein, interventie en effect nul kunnen alleen bij een partij worden gevraagd.",
        "A year, pocket, intervention or zero effect can only be asked of a party.",
    ),
    "all_years": (
        "Bandbreedte en quitte-punt gelden over alle jaren, domeinen en interventies samen: laat de rest weg.",
        "Range and break-even point hold over all years, pockets and interventions together: leave the rest out.",
    ),
    "one_figure": (
        "Vraag --range of --break-even, niet beide: elk heeft zijn eigen uitleg.",
        "Ask --range or --break-even, not both: each has its own explanation.",
    ),
    "lines": ("Waaruit het bestaat (+ is ontvangen of bespaard)", "What it is made of (+ is received or saved)"),
    "intervention": ("door", "through"),
    "pocket": ("domein", "pocket"),
    "reason": ("reden", "reason"),
    "others": ("met", "with"),
    "amount": ("€", "€"),
    "steps": ("Van mensen naar euro's", "From people to euros"),
    "step": ("stap", "step"),
    "value": ("waarde", "value"),
    "sources": ("Waarop het rust", "What it rests on"),
    "none": ("Op deze partij valt hier niets.", "Nothing falls to this party here."),
    "coordination": ("procescoördinatie", "coordination"),
    "group_people_years": (
        "mensen in de doelgroep × jaren waarin er begonnen wordt",
        "people in the target group × years in which anyone starts",
    ),
    "timing_share": (
        "× deel dat aan de beurt is (beginjaren, opstart)",
        "× part whose turn it is (start years, ramp-up)",
    ),
    "timing_capacity_share": (
        "× deel dat aan de beurt is (beginjaren, opstart, capaciteit)",
        "× part whose turn it is (start years, ramp-up, capacity)",
    ),
    "members_share": ("× deel bij de verzekeraar om wie het gaat", "× part insured with the insurer concerned"),
    "reach_share": ("× bereik", "× reach"),
    "module_enrolled_share": ("deel van de groep met de polismodule", "part of the group with the policy module"),
    "module_reach_share": ("bereik onder hen", "reach among them"),
    "starting_share": ("× bereik in plaats daarvan, met de polismodule", "× reach instead, with the policy module"),
    "starters": ("= deelnemers die beginnen", "= starters"),
    "delivery_per_starter": ("uitvoeringskosten per beginner, €", "delivery cost per starter, €"),
    "delivery_of_starters": ("uitvoeringskosten voor de deelnemers, €", "delivery cost for participants, €"),
    "fixed_of_all": ("vaste kosten van alle gebieden, €", "fixed cost of all areas, €"),
    "group_area_share": (
        "× deel van dit gebied, naar omvang van de doelgroep",
        "× part of this area, by size of the group",
    ),
    "delivery_fixed": ("vaste kosten, €", "fixed cost, €"),
    "delivery": ("uitvoeringskosten samen, €", "delivery cost together, €"),
    "delivery_module": ("− wat de polismodule betaalt, €", "− what the policy module pays, €"),
    "delivery_left": ("= wat de betalers dragen, €", "= what the payers bear, €"),
    "paid_share": ("× deel dat deze partij uit dit domein betaalt", "× part that this party pays out of this pocket"),
    "module_paid_share": ("× deel van de polismodule dat hier valt", "× part of the policy module that falls here"),
    "delivery_paid": ("= betaald voor uitvoering, €", "= paid for delivery, €"),
    "participant_years": ("deelnemersjaren waarin het werkt", "participant-years in which it works"),
    "avoided_alone": ("vermeden kosten op zichzelf, €", "avoided cost stand-alone, €"),
    "overlap_factor": ("factor voor overlap met andere interventies", "factor for overlap with other interventions"),
    "avoided": ("vermeden kosten, €", "avoided cost, €"),
    "avoided_per_participant_year": ("vermeden per deelnemersjaar, €", "avoided per participant-year, €"),
    "moved_away": ("daarvan bij verhuisden, €", "of which on people who moved away, €"),
    "cashed_of_all": ("daarvan wordt geld, bij alle betalers samen, €", "of which becomes money, for all payers, €"),
    "cashed_share": ("verzilverd deel (gewogen over deze jaren)", "cashed share (weighted over these years)"),
    "inhabitant_years": (
        "inwoners × jaren, waar en wanneer de polis geldt",
        "inhabitants × years, where and when the policy is in force",
    ),
    "band_share": ("× deel van de inwoners, inkomensgroep {0}", "× part of the inhabitants, income band {0}"),
    "uptake_share": ("× deelname onder wie recht heeft", "× uptake among the eligible"),
    "enrolled_years": ("= verzekerden × jaren, inkomensgroep {0}", "= insured × years, income band {0}"),
    "insured_years": ("verzekerden × jaren samen", "insured × years together"),
    "per_insured_by": ("waarvan door {0}, € per verzekerde per jaar", "of which by {0}, € per insured per year"),
    "per_insured": ("× {0}, € per verzekerde per jaar", "× {0}, € per insured per year"),
    "of_insured": ("= {0}, €", "= {0}, €"),
    "capacity_removed_share": ("deel van de capaciteit dat verdwijnt", "share of capacity that is removed"),
    "avoidable_cost_share": ("vermijdbaar deel van de kosten van aanbieders", "avoidable share of providers' cost"),
    "own_risk_of_all": ("daarvan eigen risico, alle verzekerden, €", "of which own risk, all insured, €"),
    "invoices_of_all": ("wat alle verzekeraars niet meer betalen, €", "what all insurers no longer pay, €"),
    "party_share": ("deel van deze partij", "share of this party"),
    "equalised_use": (
        "vermeden gebruik {1} jaar eerder, ook wat geen geld werd, € ({0})",
        "avoided use {1} year(s) before, cashed or not, € ({0})",
    ),
    "equalised_cash": ("bespaard geld {1} jaar eerder, € ({0})", "money saved {1} year(s) before, € ({0})"),
    "clawback_share": ("× wat daarvan na {1} jaar terug moet ({0})", "× part taken back after {1} year(s) ({0})"),
    "not_own_risk_share": ("× deel dat geen eigen risico is", "× part that is no own risk"),
    "returned_of_all": (
        "= risicoverevening neemt van alle verzekeraars terug, €",
        "= taken back from all insurers by risk equalisation, €",
    ),
    "party_returned_share": ("× deel van deze partij daarin", "× share of this party in it"),
    "budget_lag_years": ("budget volgt na jaren", "budget follows after years"),
    "budget_base": ("besparing zoveel jaar eerder, €", "saving so many years before, €"),
    "budget_price_factor": ("× prijsstijging in die jaren", "× rise of prices in those years"),
    "budget_inhabitants": ("inwoners, waarvan het gewicht afhangt", "inhabitants, on which the weight depends"),
    "history_weight_factor": (
        "× gewicht van het eigen verleden in het budget",
        "× weight of own history in the budget",
    ),
    "budget_lost": ("= later lager budget, €", "= lower budget later, €"),
    "coordination_of_all": ("kosten van coördinatie, alle betalers, €", "cost of coordination, all payers, €"),
    "coordination_grant": ("− subsidie, €", "− grant, €"),
    "coordination_payer_share": ("× deel van deze betaler", "× part of this payer"),
    "inhabitants_area_share": ("× deel van dit gebied, naar inwoners", "× part of this area, by inhabitants"),
    "measured_years": ("meetjaren waarover wordt betaald", "measuring years that are paid for"),
    "measured_person_years": ("persoonsjaren die worden gemeten", "person-years that are measured"),
    "benchmark": ("norm (na risico en korting), €", "benchmark (after risk and discount), €"),
    "measured_cost": ("− werkelijke kosten, €", "− real cost, €"),
    "measured_saving": ("= besparing, €", "= saving, €"),
    "measured_rate": ("besparing / norm", "saving / benchmark"),
    "gate_rate": ("drempel", "gate"),
    "counted_after": ("na {0}: wat telt, €", "after {0}: what counts, €"),
    "receivers_after": (
        "na {0}: wat de ontvangers samen krijgen, €",
        "after {0}: what the receivers get together, €",
    ),
    "interim_share": ("deel dat al in het meetjaar wordt betaald", "part that is paid in the measuring year"),
    "settlement_lag_years": ("jaren tot de afrekening", "years until settlement"),
    "part_of_receivers": ("× deel van deze partij, in deze jaren", "× part of this party, in these years"),
    "own_money_of_payer": ("waarvan eigen geld van de betaler, €", "of which own money of the payer, €"),
    "account": ("rekening: {0}, €", "account: {0}, €"),
    "agreed_net": ("= voor deze partij, in deze jaren, €", "= for this party, in these years, €"),
    "coordination_paid": ("= betaald voor coördinatie, €", "= paid for coordination, €"),
}


CLAUSE_LABELS: dict[Clause, tuple[str, str]] = {
    Clause.RISK: ("risicocorrectie", "risk adjustment"),
    Clause.DISCOUNT: ("korting op de norm", "discount"),
    Clause.GATE: ("drempel", "gate"),
    Clause.EXIT: ("uitstap", "exit"),
    Clause.CARRY_FORWARD: ("verlies uit eerdere jaren", "carry-forward"),
    Clause.QUALITY: ("kwaliteit", "quality"),
    Clause.SHARING: ("verdeling", "sharing"),
    Clause.CAP: ("plafond", "cap"),
    Clause.WITHHOLD: ("inhouding", "withhold"),
    Clause.CLAW_BACK: ("terugvordering", "claw-back"),
    Clause.RESERVE: ("reserve", "reserve"),
}
"""Dutch and English names of the clauses."""

ACCOUNT_WORDS: dict[str, tuple[str, str]] = {
    "opening": ("begin", "opening"),
    "deposits": ("inleg", "deposits"),
    "saved": ("bespaard", "saved"),
    "covered": ("overschrijding", "overspending"),
    "asked": ("gevraagd", "asked"),
    "paid": ("uitgekeerd", "paid out"),
    "interest": ("rente", "interest"),
    "fees": ("kosten", "fees"),
    "settled": ("naar de leden", "to members"),
    "closing": ("eind", "closing"),
    "payment": ("vaste som", "fixed sum"),
    "cost": ("werkelijk", "real cost"),
    "kept": ("voor de ontvanger", "for the receiver"),
    "invested": ("ingelegd", "invested"),
    "repaid": ("terugbetaald", "repaid"),
    "outstanding": ("nog uit", "outstanding"),
    "passed": ("doel gehaald", "target reached"),
    "surcharge": ("toeslag", "surcharge"),
    "income": ("naar het fonds", "to the fund"),
    "given_back": ("terug", "given back"),
    "expected_bill": ("verwachte rekening", "expected bill"),
    "bill": ("rekening", "bill"),
    "compensation": ("vergoeding", "compensation"),
}
"""Dutch and English names of what moves on the account of an arrangement."""


def word(key: str, lang: Lang, /, *facts: str, **named: str) -> str:
    """A word or sentence of this page."""
    return WORDS[key][0 if lang == "nl" else 1].format(*facts, **named)


def step_words(name: str, lang: Lang) -> str:
    """What a step is; reasons, kinds of care and inputs that it names in words, other ids as they are."""
    key, *ids = name.split(":")
    labels = {**CARE_KINDS, **{reason.value: both for reason, both in REASONS.items()}}
    labels |= {clause.value: both for clause, both in CLAUSE_LABELS.items()}
    labels |= ACCOUNT_WORDS if key == "account" else {}
    return word(
        key, lang, *(labels[i][0 if lang == "nl" else 1] if i in labels else _amount_words(i, lang) for i in ids)
    )


def _amount_words(path: str, lang: Lang) -> str:
    """An amount of a policy with its tier or band; anything else as it stands."""
    section, *inside = path.split(".")
    of = f" ({inside[2]})" if section == "gemeentepolis" and inside[1] in {"tiers", "bands"} else ""
    return key_label(path, lang) + of
