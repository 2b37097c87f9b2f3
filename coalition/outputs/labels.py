"""Words that a reader sees, in Dutch and English. Ids and JSON keys are never translated; they have no entry here."""

from __future__ import annotations

from typing import Literal

from coalition.parties import Pocket, Reason

Lang = Literal["nl", "en"]

POCKETS: dict[Pocket, tuple[str, str]] = {
    Pocket.ZVW: ("Zvw", "Zvw (care)"),
    Pocket.EIGEN_RISICO: ("eigen risico", "own risk"),
    Pocket.AANVULLENDE_VERZEKERING: ("aanv. verz.", "suppl. ins."),
    Pocket.WLZ: ("Wlz", "Wlz (long-term)"),
    Pocket.WMO: ("Wmo", "Wmo (support)"),
    Pocket.JEUGDWET: ("Jeugdwet", "Jeugdwet (youth)"),
    Pocket.WPG: ("Wpg", "Wpg (public health)"),
    Pocket.PARTICIPATIEWET: ("Partic.wet", "Partic.wet"),
    Pocket.BIJZONDERE_BIJSTAND: ("bijz. bijst.", "spec. assist."),
    Pocket.UWV: ("UWV", "UWV"),
    Pocket.JUSTITIE: ("justitie", "justice"),
    Pocket.BELASTING: ("Rijk/belasting", "State/tax"),
    Pocket.WERKGEVER: ("werkgever", "employer"),
    Pocket.INWONER: ("inwoner", "resident"),
    Pocket.EIGEN_MIDDELEN: ("eigen geld", "own means"),
}

REASONS: dict[Reason, tuple[str, str]] = {
    Reason.DELIVERY: ("uitvoering", "delivery"),
    Reason.COORDINATION: ("procescoördinatie", "coordination"),
    Reason.GRANT: ("subsidie", "grant"),
    Reason.AVOIDED_COST: ("vermeden kosten", "avoided cost"),
    Reason.OWN_RISK: ("eigen risico dat niet meer betaald wordt", "own risk no longer paid"),
    Reason.EQUALISATION: ("risicoverevening neemt terug", "taken back by risk equalisation"),
    Reason.CAPACITY: ("weggenomen capaciteit bij aanbieders", "capacity removed at providers"),
    Reason.BUDGET: ("later lager bijstandsbudget", "lower social assistance budget later"),
    Reason.WAGE: ("loon in plaats van uitkering", "wage instead of benefit"),
    Reason.POLICY_COST: ("kosten gemeentepolis", "cost of the gemeentepolis"),
    Reason.POLICY_CONTRIBUTION: ("gemeentelijke premiebijdrage", "municipal premium contribution"),
    Reason.POLICY_PREMIUM: ("premie en korting gemeentepolis", "premium and discount of the gemeentepolis"),
    Reason.POLICY_CLAIMS: ("vergoedingen gemeentepolis", "reimbursements of the gemeentepolis"),
    Reason.POLICY_EXECUTION: ("uitvoering gemeentepolis", "execution of the gemeentepolis"),
    Reason.POLICY_BENEFIT: ("baten gemeentepolis", "benefits of the gemeentepolis"),
    Reason.SHARED_SAVINGS: ("deel van de besparing", "share of the saving"),
    Reason.OWN_MONEY: ("toegezegd boven de besparing (eigen geld)", "promised beyond the saving (own money)"),
    Reason.FUND_CONTRIBUTION: ("inleg in het fonds", "contribution to the fund"),
    Reason.FUND_DRAW: ("uitkering van het fonds", "payment by the fund"),
    Reason.FUND_REPAYMENT: ("terug naar het fonds", "repaid to the fund"),
    Reason.FUND_DISTRIBUTION: ("uit het fonds terug naar inleggers", "from the fund back to contributors"),
    Reason.FUND_INTEREST: ("rente van het fonds", "interest of the fund"),
    Reason.FUND_FEE: ("kosten van het fonds", "cost of the fund"),
    Reason.SIDE_PAYMENT: ("betaling tussen partijen", "payment between parties"),
    Reason.BUDGET_DEPOSIT: ("inleg in het regiobudget", "deposit in the regional budget"),
    Reason.BUDGET_SAVING: ("besparing naar het regiobudget", "saving to the regional budget"),
    Reason.BUDGET_COVER: ("overschrijding uit het regiobudget", "overspending covered by the regional budget"),
    Reason.BUDGET_DELIVERY: ("uitvoering uit het regiobudget", "delivery paid by the regional budget"),
    Reason.BUDGET_CLOSING: ("slotafrekening van het regiobudget", "closing settlement of the regional budget"),
    Reason.POPULATION_PAYMENT: ("afwijking van de populatiebekostiging", "deviation of the population payment"),
    Reason.BOND_INVESTMENT: ("inleg van de investeerder", "investment by the investor"),
    Reason.BOND_REPAYMENT: ("terugbetaling op resultaat", "repayment on result"),
    Reason.BOND_ASSESSMENT: ("kosten van de beoordelaar", "cost of the assessor"),
    Reason.DEPRIVATION_SURCHARGE: ("achterstandstoeslag huisarts", "deprivation surcharge for GPs"),
    Reason.DEPRIVATION_FUND: ("bijdrage aan het achterstandsfonds", "contribution to the deprivation fund"),
    Reason.DEPRIVATION_DELIVERY: ("uitkering van het achterstandsfonds", "payment by the deprivation fund"),
    Reason.DEPRIVATION_REST: ("rest van het achterstandsfonds", "rest of the deprivation fund"),
    Reason.CO_FINANCING: ("medefinanciering door de gemeente", "municipal co-financing"),
    Reason.CO_FINANCING_COMPENSATION: ("vergoeding vooraf van de medefinanciering", "compensation of co-financing"),
    Reason.TAKE_OVER: ("overgenomen uitvoering", "delivery taken over"),
}

TEXTS: dict[str, tuple[str, str]] = {
    "basis": (
        "Basisjaar {first} · prijspeil {price_year} · jaren {first}–{last} · discontovoet {rate} {kind}",
        "Base year {first} · price level {price_year} · years {first}–{last} · discount rate {rate} {kind}",
    ),
    "real_mkba": ("reëel (MKBA-standaard)", "real (MKBA standard)"),
    "real_hta": ("reëel (richtlijn gezondheidseconomie)", "real (health economics guideline)"),
    "real": ("reëel (eigen keuze)", "real (own choice)"),
    "nominal": ("nominaal (eigen keuze)", "nominal (own choice)"),
    "law": ("Alleen de wet, nog zonder afspraken.", "The law alone, before any agreement."),
    "with_agreed": (
        "Met afspraken: {names}. De wet alleen staat eronder ernaast.",
        "With what is agreed: {names}. The law alone stands beside it below.",
    ),
    "who": ("Wie betaalt en wie profiteert", "Who pays and who benefits"),
    "party": ("partij", "party"),
    "paid": ("betaalt", "pays"),
    "gained": ("krijgt of bespaart", "gains"),
    "net": ("saldo", "net"),
    "npv": ("contante waarde", "present value"),
    "range": ("bandbreedte ({interval})", "range ({interval})"),
    "payback": ("terugverdiend in", "paid back in"),
    "never": ("niet binnen {last}", "not by {last}"),
    "pays_nothing": ("geen inleg", "no outlay"),
    "amounts": (
        "{unit}, nominaal, som over de jaren; + is een baat. Betaalt: inleg en verlies samen. Contante waarde: "
        "prijspeil {price_year}, verdisconteerd naar {first}.",
        "{unit}, nominal, summed over the years; + is a gain. Pays: outlay and loss together. Present value: prices of "
        "{price_year}, discounted to {first}.",
    ),
    "matrix_pocket": ("Saldo per partij en domein ({unit}, nominaal)", "Net per party and pocket ({unit}, nominal)"),
    "matrix_intervention": (
        "Saldo per partij en interventie ({unit}, nominaal)",
        "Net per party and intervention ({unit}, nominal)",
    ),
    "matrix_year": ("Saldo per partij en jaar ({unit}, nominaal)", "Net per party and year ({unit}, nominal)"),
    "unit_1": ("€", "€"),
    "unit_1000": ("€ × 1.000", "€ × 1,000"),
    "million": ("miljoen", "million"),
    "total": ("totaal", "total"),
    "coordination": ("coördinatie", "coordination"),
    "rounded": (
        "Kolommen tellen op tot hun groep; in een rij kan de afronding een paar eenheden schelen. Hele euro's staan in "
        "explain, JSON en CSV.",
        "Columns add up to their group; in a row rounding may differ by a few units. Whole euros stand in explain, "
        "JSON and CSV.",
    ),
    "zero": (
        "Dezelfde plannen en polissen als ze niets opleveren (effect nul)",
        "The same plans and policies if they bring nothing (zero effect)",
    ),
    "zero_why": (
        "Gepubliceerde effecten zijn klein en onzeker; dit is wat er dan overblijft.",
        "Published effects are small and uncertain; this is what is then left.",
    ),
    "zero_residents": (
        "Inwoners houden bij effect nul de bijdrage aan hun gemeentepolis en verliezen geen uitkering; daarom staan "
        "zij er dan beter voor.",
        "At zero effect residents keep the contribution to their gemeentepolis and lose no benefit; that is why they "
        "are then better off.",
    ),
    "plan": ("zoals gepland", "as planned"),
    "at_zero": ("bij effect nul", "at zero effect"),
    "break_even": ("quitte bij … × effect", "even at … × effect"),
    "unreachable": ("niet bereikbaar", "out of reach"),
    "society": ("Samenleving (echte middelen)", "Society (real resources)"),
    "to_know": ("Goed om te weten", "Good to know"),
    "back_many": (
        "{who} betalen {paid}, krijgen {gained} terug en staan in {year} quitte.",
        "{who} pay {paid}, get {gained} back and are even in {year}.",
    ),
    "back_one": (
        "{who}: betaald {paid}, terug {gained}, quitte in {year}.",
        "{who}: paid {paid}, back {gained}, even in {year}.",
    ),
    "never_many": (
        "{who} betalen {paid}, krijgen {gained} terug en staan in {last} nog niet quitte.",
        "{who} pay {paid}, get {gained} back and are not yet even in {last}.",
    ),
    "never_one": (
        "{who}: betaald {paid}, terug {gained}, in {last} nog niet quitte.",
        "{who}: paid {paid}, back {gained}, not yet even in {last}.",
    ),
    "gain_many": (
        "{who} leggen niets in en krijgen {gained}.",
        "{who} lay nothing out and get {gained}.",
    ),
    "gain_one": (
        "{who}: niets ingelegd, {gained} gekregen of bespaard.",
        "{who}: nothing laid out, {gained} gained.",
    ),
    "lose_many": ("{who} leggen niets in en verliezen {paid}.", "{who} lay nothing out and lose {paid}."),
    "lose_one": (
        "{who}: niets ingelegd, {paid} verloren.",
        "{who}: nothing laid out, {paid} lost.",
    ),
    "both_many": (
        "{who} leggen niets in; zij krijgen {gained} en verliezen {paid}.",
        "{who} lay nothing out; they get {gained} and lose {paid}.",
    ),
    "both_one": (
        "{who}: niets ingelegd, {gained} gekregen of bespaard en {paid} verloren.",
        "{who}: nothing laid out, {gained} gained and {paid} lost.",
    ),
    "municipalities": ("De gemeenten", "The municipalities"),
    "insurers": ("De zorgverzekeraars", "The health insurers"),
    "note_repair": (
        "Te herstellen verlies: {loss} contante waarde, bij {losers}. Zoveel moet minstens verschuiven om niemand aan "
        "tafel (meedoende verzekeraars, gemeenten{investors}, Wlz-fonds, Rijk) erop achteruit te laten gaan. {enough}",
        "Loss to be repaired: {loss} present value, borne by {losers}. At least that much must move so that nobody at "
        "the table (contracting insurers, municipalities{investors}, Wlz fund, state) is worse off. {enough}",
    ),
    "note_investors": (", investeerders", ", investors"),
    "note_enough": (
        "De winnaars aan tafel, {winners}, winnen {surplus}: genoeg.",
        "The winners at the table, {winners}, win {surplus}: enough.",
    ),
    "note_not_enough": (
        "De winnaars aan tafel winnen {surplus} ({winners}): er blijft {short} te kort. Dat komt van buiten de "
        "tafel, of van minder plannen.",
        "The winners at the table win {surplus} ({winners}): {short} is lacking. It comes from outside the table, "
        "or from fewer plans.",
    ),
    "note_wage": (
        "Wie geen uitkering meer krijgt, verdient hier niets: loon in de plaats van een uitkering staat op 0. Het "
        "verlies van inwoners lijkt daardoor groter dan het is.",
        "Whoever loses a benefit earns nothing here: the wage instead of a benefit stands at 0. The loss of residents "
        "therefore seems larger than it is.",
    ),
    "note_policy": (
        "In deze bedragen zit de gemeentepolis: gemeenten betalen daarvoor {paid} en krijgen er {gained} door "
        "(nominaal).",
        "These amounts include the gemeentepolis: municipalities pay {paid} for it and get {gained} through it "
        "(nominal).",
    ),
    "note_repair_none": (
        "Geen partij aan tafel gaat erop achteruit.",
        "No party at the table is worse off.",
    ),
    "note_index": (
        "Verkeerde-portemonnee-index {all} (zonder aanbieders {without_providers}; ook zonder inwoners en "
        "zorgverzekeringsfonds {rest}). 0: ieder wint naar wat hij betaalt; 1: betalers en winnaars zijn anderen.",
        "Wrong-pocket index {all} (without providers {without_providers}; also without residents and the equalisation "
        "fund {rest}). 0: each gains as it pays; 1: payers and gainers are different.",
    ),
    "note_index_none": (
        "Verkeerde-portemonnee-index: niet te bepalen, want {why}.",
        "Wrong-pocket index: undefined, because {why}.",
    ),
    "nobody_gains": ("niemand wint", "nobody gains"),
    "nobody_pays": ("niemand betaalt", "nobody pays"),
    "note_no_winner": (
        "Aan tafel wint niemand: het moet van buiten de tafel komen, of van minder plannen.",
        "Nobody at the table wins: it has to come from outside the table, or from fewer plans.",
    ),
    "note_outside": (" Buiten de tafel winnen: {outside}.", " Outside the table there win: {outside}."),
    "note_windfall": (
        "Verzekeraars die niet meedoen: saldo {before} door wat anderen doen; na hun eigen uitvoeringskosten {after} "
        "(nominaal).",
        "Insurers that take no part: net {before} by what others do; after their own delivery cost {after} (nominal).",
    ),
    "note_clawback": (
        "Risicoverevening, {name} (contante waarde): {stated} zoals ingevoerd, {none} als zij niets terugneemt, {all} "
        "als zij een jaar later alle vermeden zorg terugneemt, ook wat geen geld werd.",
        "Risk equalisation, {name} (present value): {stated} as put in, {none} if it takes nothing back, {all} if it "
        "takes back all avoided care a year later, also what did not become money.",
    ),
    "note_assumed": (
        "Aannames: {count} van de {number} ingevoerde getallen.",
        "Assumptions: {count} of the {number} numbers put in.",
    ),
    "note_influence": (
        "Weegt het zwaarst, nr. {rank}: {what} = {value} ({low}–{high}); tussen laag en hoog verschuift {size} "
        "contante waarde.",
        "Matters most, no. {rank}: {what} = {value} ({low}–{high}); between low and high {size} of present "
        "value moves.",
    ),
    "note_qalys": (
        "Gezondheid, apart van geld: {qalys} QALY's over de getoonde jaren ({discounted} bij {rate} per jaar).",
        "Health, apart from money: {qalys} QALYs over the years shown ({discounted} at {rate} per year).",
    ),
    "note_monetised": (
        "Geen geld, wel door de bron gewaardeerd: {label} {amount}.",
        "No cash, but valued by the source: {label} {amount}.",
    ),
    "note_tail": (
        "Na {last} valt nog {amount} bij {party}; dat staat niet in deze cijfers.",
        "After {last} another {amount} falls to {party}; it is not in these figures.",
    ),
    "note_freed": (
        "Vrijgespeelde maar niet weggenomen capaciteit (geen geld, zorg ter waarde van): {parts}.",
        "Capacity freed but not removed (no money, care worth): {parts}.",
    ),
    "hours": (" ({hours} uur personeel)", " ({hours} staff hours)"),
    "large_effect": (
        "LET OP: {intervention} vermijdt {part} van wat de oorzaak in de hele regio kost. Dat is meer dan aannemelijk.",
        "BEWARE: {intervention} avoids {part} of what the cause costs in the region. That is more than plausible.",
    ),
    "capped": (
        "LET OP: {intervention} zou in {pocket} meer vermijden dan de doelgroep kost en is daarop afgekapt.",
        "BEWARE: {intervention} would avoid more in {pocket} than its target group costs and was cut back to that.",
    ),
    "uncontrolled": (
        "{intervention}: gemeten zonder vergelijkingsgroep. Verwachte daling zonder programma: {regression}",
        "{intervention}: measured without a comparison group. Expected fall without a programme: {regression}",
    ),
    "uncontrolled_unknown": (
        "{intervention}: gemeten zonder vergelijkingsgroep; hoeveel er vanzelf daalt (regressie naar het gemiddelde) "
        "is niet opgegeven.",
        "{intervention}: measured without a comparison group; how much falls by itself (regression to the mean) is not "
        "stated.",
    ),
    "extra_care": (
        "{pocket}: extra zorg wordt volledig betaald, vermeden zorg maar voor het verzilverbare deel.",
        "{pocket}: extra care is paid in full, avoided care only for its cashable part.",
    ),
    "mkba_gross": (
        "{policy}: de bron splitst kosten en baten niet in overdrachten en echte middelen. De bedragen bij inwoners en "
        "samenleving zijn daarom bruto baten; alleen die van de gemeente zijn netto.",
        "{policy}: the source does not divide cost and benefit into transfers and real resources. The amounts of "
        "residents and society are therefore gross benefits; only those of the municipality are net.",
    ),
    "at_an_end": (
        "Het plan ligt buiten de bandbreedte bij {parties}: veel getallen staan daar aan een uiterste van hun bereik.",
        "The plan lies outside the range of {parties}: many numbers stand at an end of theirs.",
    ),
    "without_range": (
        "Aannames zonder bandbreedte, die in deze rangorde en in de bandbreedte niet meetellen: {count}.",
        "Assumptions without a range, which count neither in this order nor in the ranges: {count}.",
    ),
    "lump_sum": (
        "{pocket}: tot {year} geldt een vaste som; tot dan houden aanbieders wat er wordt vermeden.",
        "{pocket}: a lump sum holds until {year}; until then providers keep what is avoided.",
    ),
    "shares_differ": (
        "Het deel van vermeden zorg dat geld oplevert, is niet het deel van de capaciteit dat verdwijnt. {parts}. De "
        "betaler merkt het eerste, de samenleving het tweede.",
        "Of avoided care another part is cashed than capacity is removed. {parts}. The payer notices the first, "
        "society the second.",
    ),
    "shares_differ_part": (
        "{pocket}: {cashable} wordt geld, {removed} verdwijnt",
        "{pocket}: {cashable} cashed, {removed} removed",
    ),
    "static_population": (
        "De bevolking is in alle jaren die van {year}: vergrijzing is niet meegerekend.",
        "The population is that of {year} in all years: ageing is not taken into account.",
    ),
    "modelled": (
        "Kosten per persoon in {pockets} zijn landelijke leeftijdsprofielen, geen eigen administratie.",
        "Cost per person in {pockets} are national age profiles, not own accounts.",
    ),
    "no_cash_effect": (
        "{intervention}: er is geen effect op geld aangetoond; alleen de kosten tellen mee.",
        "{intervention}: no effect on money has been shown; only its cost counts.",
    ),
    "more": (
        "Waar een bedrag vandaan komt: {command} (partij, eventueel een jaar; met --range de bandbreedte, met "
        "--break-even het quitte-punt, met --zero-effect de cijfers bij effect nul). Bij de regels hierboven staat "
        "tussen haken wat u in plaats van de partij vraagt.",
        "Where an amount comes from: {command} (a party, and if you like a year; with --range its range, with "
        "--break-even its break-even point, with --zero-effect the figures at zero effect). The lines above give "
        "between brackets what to ask in place of the party.",
    ),
}


STANDINGS: dict[str, tuple[str, str]] = {
    "read": ("gelezen", "read"),
    "derived": ("afgeleid", "derived"),
    "assumed": ("aanname", "assumed"),
    "own": ("eigen opgave", "own statement"),
    "missing": ("ontbreekt", "missing"),
}

KEYS: dict[str, tuple[str, str]] = {
    "reach": ("bereik per jaar", "reach per year"),
    "completion": ("deel dat afrondt", "share that completes"),
    "share": ("aandeel", "share"),
    "market_share": ("marktaandeel", "market share"),
    "cost_multiplier": ("kosten ten opzichte van leeftijdgenoten", "cost relative to their age"),
    "survival_per_year": ("overleving per jaar", "survival per year"),
    "moves_per_year": ("verhuizingen per jaar", "moves per year"),
    "reduction": ("afname", "reduction"),
    "cause_share": ("deel van de kosten door deze oorzaak", "share of cost by this cause"),
    "avoided_per_year": ("vermeden per deelnemer per jaar", "avoided per participant per year"),
    "events_per_person_year": ("gebeurtenissen per persoon per jaar", "events per person per year"),
    "risk_multiplier": ("risico ten opzichte van leeftijdgenoten", "risk relative to their age"),
    "cost_per_event": ("kosten per gebeurtenis", "cost per event"),
    "deadweight": ("wat ook zonder hulp was gebeurd", "what would have happened anyway"),
    "wage_instead_per_year": ("loon in plaats van uitkering", "wage instead of benefit"),
    "plateau_years": ("duur van het effect", "duration of the effect"),
    "onset_years": ("jaren tot het werkt", "years before it works"),
    "decay_years": ("jaren van uitdoven", "years of decay"),
    "first_year_share": ("deel van het eerste jaar", "part of the first year"),
    "gain": ("QALY-winst", "QALY gain"),
    "capacity_per_year": ("capaciteit per jaar", "capacity per year"),
    "per_starter": ("kosten per deelnemer", "cost per starter"),
    "per_completer": ("kosten per afronder", "cost per completer"),
    "fixed_per_year": ("vaste kosten per jaar", "fixed cost per year"),
    "cost_per_year": ("kosten per jaar", "cost per year"),
    "capacity_removed_share": ("deel van de capaciteit dat verdwijnt", "share of capacity removed"),
    "avoidable_cost_share": ("vermijdbaar deel van aanbiederskosten", "avoidable share of providers' cost"),
    "switching_per_year": ("overstappers per jaar", "switching per year"),
    "clawback": ("terugname door verevening", "taken back by equalisation"),
    "growth_per_year": ("groei van de kosten per jaar", "growth of cost per year"),
    "general_index_per_year": ("algemene prijsstijging per jaar", "general price rise per year"),
    "uptake": ("deelname onder wie recht heeft", "uptake among the eligible"),
    "share_of_people": ("deel van de inwoners met recht", "share of inhabitants eligible"),
    "contribution_per_month": ("gemeentelijke bijdrage per maand", "municipal contribution per month"),
    "claims_per_year": ("vergoedingen per jaar", "reimbursements per year"),
    "own_risk_claims_per_year": ("vergoed eigen risico per jaar", "own risk reimbursed per year"),
    "list_premium_supplementary_per_month": ("premie aanvullend per maand", "supplementary premium per month"),
    "special_assistance_avoided_per_year": ("minder bijzondere bijstand per jaar", "less special assistance per year"),
    "execution_per_year": ("uitvoeringskosten per jaar", "execution cost per year"),
    "induced_care_per_year": ("extra zorggebruik per jaar", "extra care use per year"),
    "enrolled_share_of_group": ("deel van de groep met de polis", "part of the group with the policy"),
    "price_year": ("prijspeil", "price year"),
    "discount": ("discontovoet", "discount rate"),
    "from_year": ("eerste jaar zonder vaste som", "first year without a lump sum"),
    "ramp_up": ("opstart: deel van het volle bereik, per jaar", "ramp-up: part of the full reach, by year"),
    "starts": ("beginjaren", "start years"),
    "years": ("jaren", "years"),
    "first_year": ("eerste jaar", "first year"),
    "last_year": ("laatste jaar", "last year"),
    "ages": ("leeftijden", "ages"),
    "max_per_starter": ("hoogste vergoeding per deelnemer", "most reimbursed per starter"),
    "split": ("verdeling over de domeinen", "split over pockets"),
    "basis": ("waarop de verevening terugneemt", "on what equalisation takes back"),
    "follow_up_years": ("jaren waarin het is gemeten", "years in which it was measured"),
    "share_of_enrolled": ("deel van de verzekerden", "part of the insured"),
    "municipal_cost_per_year": ("kosten voor de gemeente per jaar", "cost to the municipality per year"),
    "municipal_benefit_per_year": ("baten voor de gemeente per jaar", "benefit to the municipality per year"),
    "benefit_outside_municipality_per_year": ("baten daarbuiten per jaar", "benefit elsewhere per year"),
    "municipal_arrears_cost_avoided_per_year": ("minder schuldhulp per jaar", "less debt help per year"),
    "insurer_arrears_avoided_per_year": ("minder premieachterstand per jaar", "fewer premium arrears per year"),
    "list_premium_basic_per_month": ("premie basis per maand", "basic premium per month"),
    "discount_basic_per_month": ("korting basis per maand", "basic discount per month"),
    "discount_supplementary_per_month": ("korting aanvullend per maand", "supplementary discount per month"),
    "own_risk_rider_per_month": ("premie afgekocht eigen risico per maand", "premium for the own risk per month"),
    "wmo_contribution_covered_per_year": ("vergoede Wmo-bijdrage per jaar", "Wmo contribution covered per year"),
    "income_limit_pct": ("inkomensgrens, % van het sociaal minimum", "income limit, % of the social minimum"),
    "ceiling_per_unit": ("hoogste bedrag per deelnemer", "most per participant"),
    "count": ("aantal", "number"),
    "value_per_year": ("waarde per jaar", "value per year"),
    "cost_multiplier_by_pocket": ("kosten ten opzichte van leeftijdgenoten", "cost relative to their age"),
    "people": ("inwoners", "inhabitants"),
    "cost": ("kosten per persoon", "cost per person"),
    # what is agreed
    "weight": ("gewicht van het basisjaar", "weight of the base year"),
    "trend_per_year": ("groei van de norm per jaar", "growth of the benchmark per year"),
    "truncation_eur_per_person": ("kosten per persoon die meetellen, hoogstens", "most cost per person that counts"),
    "risk_cap_up": ("hoogste stijging van de norm door risico", "most that risk raises the benchmark"),
    "risk_cap_down": ("hoogste daling van de norm door risico", "most that risk lowers the benchmark"),
    "minimum_savings_rate": ("drempel voor een besparing", "gate for a saving"),
    "minimum_loss_rate": ("drempel voor een verlies", "gate for a loss"),
    "persons_from": ("kleinste groep van de rij", "smallest population of the row"),
    "persons_to": ("grootste groep van de rij", "largest population of the row"),
    "rate_from": ("drempel van de kleinste groep", "gate of the smallest population"),
    "rate_to": ("drempel van de grootste groep", "gate of the largest population"),
    "confidence": ("zekerheid van de drempel", "confidence of the gate"),
    "cost_variation": ("spreiding van kosten tussen mensen", "spread of cost between persons"),
    "design_effect": ("samenhang van kosten in een praktijk of buurt", "likeness of cost within a practice or area"),
    "benchmark_persons": ("mensen achter de norm", "persons behind the benchmark"),
    "covariance": ("samenhang van norm en kosten", "covariance of benchmark and cost"),
    "below_gate_share": ("deel onder de drempel dat toch wordt gedeeld", "part below the gate shared all the same"),
    "sharing_rate": ("deel van een besparing voor wie niet betaalt", "part of a saving for who does not pay"),
    "loss_rate": ("deel van een verlies voor wie niet betaalt", "part of a loss for who does not pay"),
    "loss_rate_floor": ("laagste deel van een verlies", "lowest part of a loss"),
    "loss_rate_ceiling": ("hoogste deel van een verlies", "highest part of a loss"),
    "gain_bands": ("aandeel in een besparing", "share in a saving"),
    "loss_bands": ("aandeel in een verlies", "share in a loss"),
    "up_to": ("bovengrens van de schijf", "upper edge of the band"),
    "quality_minimum": ("laagste score waarbij wordt gedeeld", "lowest score at which anything is shared"),
    "score_from": ("laagste score van de trede", "lowest score of the step"),
    "multiplier": ("factor op het aandeel", "factor on the share"),
    "gain_cap_share_of_benchmark": ("hoogste ontvangst, deel van de norm", "most received, share of the benchmark"),
    "gain_cap_share_of_revenue": ("hoogste ontvangst, deel van de omzet", "most received, share of revenue"),
    "gain_cap_eur": ("hoogste ontvangst", "most received"),
    "loss_cap_share_of_benchmark": ("hoogste bijbetaling, deel van de norm", "most owed, share of the benchmark"),
    "loss_cap_share_of_revenue": ("hoogste bijbetaling, deel van de omzet", "most owed, share of revenue"),
    "loss_cap_eur": ("hoogste bijbetaling", "most owed"),
    "withhold_gain_share": ("ingehouden deel van een ontvangst", "part of a receipt held back"),
    "withhold_loss_share": ("niet gevraagd deel van een bijbetaling", "part of what is owed that is not asked"),
    "withhold_released_after_periods": ("jaren tot de inhouding vrijkomt", "periods until it is released"),
    "carry_forward_share": ("deel van een verlies dat meegaat", "part of a loss carried forward"),
    "carry_forward_interest": ("rente over wat meegaat", "interest on what is carried"),
    "claw_back_share": ("deel van een verlies dat wordt teruggehaald", "part of a loss clawed back"),
    "claw_back_cap_share": (
        "hoogstens teruggehaald, deel van het betaalde",
        "most clawed back, share of what was paid",
    ),
    "reserve_share": ("deel van een ontvangst in reserve", "part of a receipt in reserve"),
    "exit_after_losses": ("verliesjaren tot het contract eindigt", "losing periods until the contract ends"),
    "settlement_lag_years": ("jaren tot de afrekening", "years until settlement"),
    "interim_share": ("deel dat vooruit wordt betaald", "part paid in advance"),
    "rebase_every_periods": ("perioden tot een nieuwe norm", "periods until a new benchmark"),
    "rebase_add_back_share": ("besparing teruggeteld in de nieuwe norm", "saving added back to a new benchmark"),
    "amounts_eur": ("bedrag per jaar", "amount per year"),
    "leaves_after": ("laatste jaar van deelname", "last year of taking part"),
    "rank": ("volgorde als het geld op raakt", "rank when money is short"),
    "delivery_share": ("deel van de uitvoering dat wordt gevraagd", "part of delivery that is asked"),
    "grace_years": ("jaren zonder aflossing", "years without repayment"),
    "repayment_years": ("jaren van aflossing", "years of repayment"),
    "default_share": ("deel dat nooit terugkomt", "part that never comes back"),
    "lag_years": ("jaren tussen besparing en terugbetaling", "years between saving and repayment"),
    "cap_eur_per_year": ("hoogstens terug per jaar", "most back per year"),
    "premium_share": ("opslag op wat terugkomt", "premium on what comes back"),
    "interest_per_year": ("rente per jaar", "interest per year"),
    "fee_eur_per_year": ("kosten van het fonds per jaar", "cost of the fund per year"),
    "fee_share_of_balance": ("kosten van het fonds, deel van het saldo", "cost of the fund, share of the balance"),
    "minimum_balance_eur": ("laagste saldo van het fonds", "lowest balance of the fund"),
    "deposits_eur": ("openingsinleg per jaar", "opening deposit per year"),
    "closing_share": ("deel van wat aan het eind over is", "part of what is left at the end"),
    "members": ("wie erin inbrengt", "who brings money in"),
    "spending": ("wat eruit wordt betaald", "what is paid from it"),
    "receiver_share": ("deel van het verschil voor de ontvanger", "part of the difference for the receiver"),
    "corridor": ("verschil waarbuiten alles van de betaler is", "difference beyond which all is the payer's"),
    "eur_per_person_year": ("vaste som per persoon per jaar", "fixed sum per person per year"),
    "age_from": ("jongste leeftijd van de klasse", "youngest age of the class"),
    "need_by_area": ("zorgbehoefte ten opzichte van de som", "need of care relative to the sum"),
    "receives": ("wie de vaste som krijgt", "who gets the fixed sum"),
    "investor": ("wie voorschiet", "who invests"),
    "raised_eur": ("hoogste inleg", "most invested"),
    "targets_eur": ("besparing die bereikt moet zijn, per jaar", "saving that must be reached, by year"),
    "outcome_payers": ("wie terugbetaalt", "who pays back"),
    "return_cap_per_year": ("hoogste rendement per jaar", "highest return per year"),
    "assessor": ("beoordelaar", "assessor"),
    "fee_eur": ("kosten van de beoordelaar per jaar", "cost of the assessor per year"),
    "patients": ("patiënten in achterstandspostcodes", "patients in deprived postcodes"),
    "surcharge_eur_per_patient": ("toeslag per patiënt per jaar", "surcharge per patient per year"),
    "fund_eur_per_patient": ("naar het fonds per patiënt per jaar", "to the fund per patient per year"),
    "cooperation_share": ("deel dat de gemeente zelf moet betalen", "part that the municipality itself must pay"),
    "cap_eur_per_inhabitant": ("hoogste rekening per inwoner per jaar", "highest bill per inhabitant per year"),
    "smoothing_years": ("jaren waarover de rekening is gemiddeld", "years over which the bill is averaged"),
    "compensated_share": ("deel dat vooraf wordt vergoed", "part compensated beforehand"),
    "compensated_by": ("wie vooraf vergoedt", "who compensates beforehand"),
    "deliveries": ("wat er met de uitvoering gebeurt", "what happens to deliveries"),
    "taken_over_by": ("wie overneemt", "who takes over"),
}
"""What a reader sees for a key of a scenario file; a key that is not here is shown as it stands in the file."""


UNITS: dict[str, str] = {
    r"euro (\d{4}), index cpi": r"euro van \1, met de prijsindex",
    r"euro (\d{4}), index nominal": r"euro van \1, niet geïndexeerd",
    r"euro (\d{4}) per person": r"euro van \1 per persoon",
    r"index, (\d{4}) = 100": r"index, \1 = 100",
    r"inhabitants": r"inwoners",
    r"persons|people": r"mensen",
    r"years": r"jaar",
    r"share per year, real": r"per jaar, reëel",
    r"share per year": r"per jaar",
    r"share of the insured": r"van de verzekerden",
    r"share of coordination cost": r"van de kosten van coördinatie",
    r"share of avoided use, over all later years together": r"van het vermeden gebruik, over alle latere jaren samen",
    r"euro per person": r"euro per persoon",
    r"euro per year": r"euro per jaar",
    r"euro per person per year": r"euro per persoon per jaar",
    r"euro per insured per year": r"euro per verzekerde per jaar",
    r"euro per adult per year": r"euro per volwassene per jaar",
    r"euro per adult per month": r"euro per volwassene per maand",
    r"euro per participant per year": r"euro per deelnemer per jaar",
    r"million euro per year": r"miljoen euro per jaar",
    r"billion euro per year": r"miljard euro per jaar",
    r"calendar year": r"kalenderjaar",
}
"""What a Dutch reader sees for a unit, by a pattern of the whole unit; one that is not here is shown as it stands."""

CARE_KINDS: dict[str, tuple[str, str]] = {
    "acute": ("acute zorg", "acute care"),
    "medicine_and_diagnosis": ("zorg met een medicijn- of diagnosekenmerk", "care known by medicine or diagnosis"),
}


def key_label(path: str, lang: Lang) -> str:
    """The last key of a dotted path that has a label, else the path itself."""
    if path.startswith("holders.cashable.") and path.endswith(".share"):
        return "verzilverbaar deel" if lang == "nl" else "cashable share"
    if path.endswith("own_risk.share"):
        return "deel dat eigen risico is" if lang == "nl" else "part that is own risk"
    if path.endswith("from_savings.share"):
        return "deel van de besparing dat terugkomt" if lang == "nl" else "part of the saving that comes back"
    if path.startswith("arrangements.departures.") and path.endswith(".from_year"):
        return "eerste jaar zonder deze partij" if lang == "nl" else "first year without this party"
    if ".outcome_payers." in path and path.endswith(".share"):
        return "deel van de besparing dat terugbetaalt" if lang == "nl" else "part of the saving that pays back"
    if path.startswith("arrangements.") and path.endswith(".discount"):
        return "deel dat de betaler eerst houdt" if lang == "nl" else "part that the payer keeps first"
    for key in reversed(path.split(".")):
        if key in KEYS:
            return KEYS[key][0 if lang == "nl" else 1]
    return path


def text(key: str, lang: Lang, /, **facts: str) -> str:
    """A sentence with its facts filled in."""
    return TEXTS[key][0 if lang == "nl" else 1].format(**facts)


def pocket_label(pocket: str, lang: Lang) -> str:
    """What a reader sees for a pocket."""
    return POCKETS[Pocket(pocket)][0 if lang == "nl" else 1]


def pocket_named(word: str) -> str:
    """The id of a pocket by its label in either language, capitals aside; any other word as it is."""
    labels = {label.casefold(): pocket.value for pocket, both in POCKETS.items() for label in both}
    return labels.get(word.casefold(), word)


def reason_label(reason: str, lang: Lang) -> str:
    """What a reader sees for a reason."""
    return REASONS[Reason(reason)][0 if lang == "nl" else 1]


def standing_label(standing: str, lang: Lang) -> str:
    """What a reader sees for a standing; words after a colon stay as they are."""
    key, colon, rest = standing.partition(":")
    return (STANDINGS[key][0 if lang == "nl" else 1] if key in STANDINGS else key) + colon + rest
