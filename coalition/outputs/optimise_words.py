"""The words about a best plan in Dutch and English: goals, limits that bind, wishes that clash and what must give.

Sentences only; names of parties, limits and wishes are put into them in optimise_names.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from coalition.outputs.labels import Lang

WORDS: dict[str, tuple[str, str]] = {
    # goals
    "societal_npv": ("wat de samenleving netto bespaart", "what society saves, net"),
    "public_npv": (
        "saldo van gemeenten, fondsen, Rijk en UWV samen",
        "net of municipalities, funds, state and UWV together",
    ),
    "npv": ("saldo van {party}", "net of {party}"),
    "insurers": ("de zorgverzekeraars samen", "the health insurers together"),
    "all_municipalities": ("de gemeenten samen", "the municipalities together"),
    "table_parties": ("iedereen aan tafel samen", "everyone at the table together"),
    "qaly": ("gezonde jaren (QALY's)", "healthy years (QALYs)"),
    "health_gap": (
        "verschil in gezonde jaren per 1.000 inwoners (zo klein mogelijk; als minus getoond)",
        "gap in healthy years per 1,000 inhabitants (as small as can be; shown as a minus)",
    ),
    "worst_off": ("saldo van wie aan tafel het minst wint", "net of whoever at the table gains least"),
    "cash_back": ("saldo van de tafel na {years} jaar", "net of the table after {years} years"),
    # plan against own plan
    "against": ("Het beste plan gevonden; doel: {goal}", "Best plan found; goal: {goal}"),
    "goal": ("doel", "goal"),
    "delivery": ("uitvoering", "delivery"),
    "starters": ("deelnemers", "participants"),
    "healthy_years": ("gezonde jaren", "healthy years"),
    "table": ("saldo van de tafel", "net of the table"),
    "own_plan": ("eigen plan", "own plan"),
    "this_plan": ("dit plan", "this plan"),
    "difference": ("verschil", "difference"),
    # what to do
    "what": ("Wat te doen", "What to do"),
    "intervention": ("interventie", "intervention"),
    "where": ("vanaf wanneer en waar", "from when and where"),
    "was": ("in eigen plan", "in own plan"),
    "payers": ("wie betaalt (de wet alleen)", "who pays (the law alone)"),
    "other_payers": ("{payers} (anders dan nu)", "{payers} (other than now)"),
    "everywhere": ("{year}: alle {count} gebieden", "{year}: all {count} areas"),
    "from": ("{year}: {areas}", "{year}: {areas}"),
    "many_areas": ("{count} gebieden, waaronder {names}", "{count} areas, among which {names}"),
    "left_out": (
        "Wel in het eigen plan, niet in dit plan, samen {count} deelnemers: {names}.",
        "In the own plan, not in this one, {count} participants together: {names}.",
    ),
    "nothing": (
        "Niets beginnen: geen ander plan binnen de wensen is beter voor dit doel.",
        "Begin nothing: no other plan within the wishes serves this goal better.",
    ),
    "no_choice": (
        "Er valt niets te kiezen: dit scenario heeft geen interventies.",
        "There is nothing to choose: this scenario has no interventions.",
    ),
    # who gains
    "who": ("Wie wint (contante waarde, €)", "Who gains (present value, €)"),
    "party": ("partij", "party"),
    "least": ("ondergrens", "at least"),
    "transfer": ("overdracht", "transfer"),
    "after": ("na overdracht", "after transfer"),
    "municipalities": ("Gemeenten samen ({count})", "Municipalities together ({count})"),
    "together": ("samen", "together"),
    "transfer_is": (
        "Kleinste overdracht waarna niemand onder de ondergrens zit: {total} ({who}).",
        "Smallest transfer after which nobody is below the least: {total} ({who}).",
    ),
    "transfer_years": (
        "Minste betalingen over en weer waarna niemand in een jaar of periode onder de ondergrens zit: per saldo "
        "{total} ({who}).",
        "Least payments between parties after which nobody is below the least in any year or period: {total} on "
        "balance ({who}).",
    ),
    "paid_in": ("Betaald per jaar, nominaal: {years}.", "Paid per year, nominal: {years}."),
    "no_transfer_years": (
        "Niemand zit in een jaar of periode onder de ondergrens; er hoeft niets over en weer betaald te worden.",
        "Nobody is below the least in any year or period; nobody has to pay anybody.",
    ),
    "part_of_goal": (
        "Betalingen over en weer die in dit doel meetellen: samen {total} ({who}). Dit is een van de mogelijke "
        "verdelingen.",
        "Payments between parties that count in this goal: {total} together ({who}). This is one of the possible "
        "divisions.",
    ),
    "pays_to": ("{payer} aan {receiver} {amount}", "{payer} to {receiver} {amount}"),
    "many_pay": (
        "aan {receivers}; wie erboven zit betaalt, zie de kolom overdracht",
        "to {receivers}; who is above it pays, see the column transfer",
    ),
    "and_more": (" en {count} anderen", " and {count} others"),
    "and_one_more": (" en een ander", " and another"),
    "no_transfer": (
        "Niemand aan tafel zit onder de ondergrens; er hoeft niets over en weer betaald te worden.",
        "Nobody at the table is below the least; nobody has to pay anybody.",
    ),
    "no_payments": (
        "Onder de ondergrens: samen {total}; betalingen tussen partijen staan uit.",
        "Below the least: {total} together; payments between parties are switched off.",
    ),
    "short": (
        "LET OP: wie beschermd is komt in het hele model samen nog {short} te kort.",
        "BEWARE: in the whole model those who are protected are still {short} short together.",
    ),
    "basis": (
        "Uitvoering: nominaal, {years}. Overige bedragen: contante waarde, prijspeil {price_year}. Saldo: met alle "
        "afspraken{policies}. Ondergrens: {least}.",
        "Delivery: nominal, {years}. Other amounts: present value, prices of {price_year}. Net: with all that is "
        "agreed{policies}. At least: {least}.",
    ),
    "policies": (" en de gemeentepolissen", " and municipal health policies"),
    "minus": (
        " Een min bij het doel: het plan kost meer dan het oplevert.",
        " A minus at the goal: the plan costs more than it brings.",
    ),
    "least_own_law": ("wat de partij in het eigen plan heeft onder alleen de wet", "the own plan under the law alone"),
    "least_nothing": (
        "wat de partij heeft als er samen niets gebeurt",
        "what the party has when nothing is done together",
    ),
    "least_zero": ("nul", "zero"),
    "least_mixed": ("zoals de wensen zeggen", "as the wishes say"),
    # what binds
    "binds": ("Wat knelt, en wat iets meer ruimte brengt", "What binds, and what a little more room brings"),
    "nothing_binds": (
        "Niets knelt: meer geld of ruimte maakt het doel niet beter.",
        "Nothing binds: more money or room does not serve the goal better.",
    ),
    "binds_unknown": (
        "Niet bekend: de laatste ronde van de oplosser gaf geen plan.",
        "Not known: the last round of the solver gave no plan.",
    ),
    "more_prices": ("en nog {count} (--sensitivity toont ze alle)", "and {count} more (--sensitivity shows them all)"),
    "brings": ("{what} brengt {worth} ({how}).", "{what} brings {worth} ({how})."),
    "brings_nothing": ("{what} brengt niets ({how}).", "{what} brings nothing ({how})."),
    "or_another": (" (of een andere partij)", " (or another party)"),
    "or_others": (" (of een van {count} andere partijen)", " (or one of {count} other parties)"),
    "by_step": ("nagerekend met een kleine stap", "checked by solving again with a small step"),
    "by_dual": ("richtprijs: starts mogen daarin half", "indication: starts may be partial in it"),
    "worth_qaly": ("{amount} gezonde jaren", "{amount} healthy years"),
    "price_budget": ("Een euro meer in {year} voor {name}", "One euro more in {year} for {name}"),
    "price_spent": ("Een euro minder hoeven uitgeven van {name}", "Having to spend one euro less of {name}"),
    "price_nobody_worse": (
        "Een euro minder die {name}{when} moet overhouden",
        "One euro less that {name} must have{when}",
    ),
    "price_paid_back": (
        "Een euro minder die {name} op tijd terug moet hebben",
        "One euro less that {name} must have back in time",
    ),
    "price_patience": ("Een jaar meer geduld van {name}", "One more year of patience of {name}"),
    "price_capacity": ("Eén deelnemer meer in {year} bij {name}", "One participant more in {year} in {name}"),
    "price_staff": ("Een uur meer van {name} in {year}", "One hour more of {name} in {year}"),
    "price_portion": ("Een euro meer ruimte bij de eis over {name}", "One euro more room in the wish about {name}"),
    "price_pinned": ("{name} in {area} niet langer vastleggen", "No longer fixing {name} in {area}"),
    "price_needs": (
        "{name} in {area} niet op {other} laten wachten",
        "Not letting {name} wait for {other} in {area}",
    ),
    "price_apart": ("{name} en {other} in {area} samen toestaan", "Allowing {name} and {other} together in {area}"),
    "price_sure": ("Een euro minder zekerheid voor {name}", "One euro less certainty for {name}"),
    "price_fund": ("Een euro meer in {name} in {year}", "One euro more in {name} in {year}"),
    "price_own": ("Iets meer ruimte in de eigen regel {name}", "A little more room in the own rule {name}"),
    "when": (" in {when}", " in {when}"),
    # the solver
    "status_optimal": ("Oplosser: klaar.", "Solver: done."),
    "status_stopped": (
        "Oplosser: gestopt na {seconds} seconden; er kan een beter plan zijn.",
        "Solver: stopped after {seconds} seconds; there may be a better plan.",
    ),
    "status_infeasible": (
        "Oplosser: in de laatste ronde was er geen plan meer; dit is het beste uit een eerdere ronde.",
        "Solver: the last round had no plan any more; this is the best of an earlier one.",
    ),
    "status_no_plan": (
        "Oplosser: in de laatste ronde op tijd gestopt zonder plan; dit is het beste uit een eerdere ronde.",
        "Solver: the last round ended at the time limit without a plan; this is the best of an earlier one.",
    ),
    "status_unbounded": (
        "Oplosser: de laatste ronde had geen grens; dit is het beste uit een eerdere ronde.",
        "Solver: the last round had no limit; this is the best of an earlier one.",
    ),
    "bound": (
        "Het best mogelijke is hooguit {bound} (marge {gap}).",
        "The best possible is at most {bound} (gap {gap}).",
    ),
    "narrowed": (
        "In de laatste ronden lag vast wat kan beginnen, omdat steeds iemand tekort kwam; deze grens geldt voor alles.",
        "In the last rounds what may start was held, because somebody was short each time; this bound is about all.",
    ),
    "fitted_terms": (
        "Voorwaarden die bij dit plan passen, gezocht op een rooster van {points} punten",
        "Terms that go with this plan, sought on a grid of {points} points",
    ),
    "term": ("voorwaarde", "term"),
    "stated": ("in het scenario", "in the scenario"),
    "fitted": ("past het best", "fits best"),
    "fitted_needed": (
        "Wie beschermd is komt samen {before} tekort met de voorwaarden van het scenario, en {after} met deze. "
        "Tussen de punten is niet gezocht; neem een waarde over met --set PAD=WAARDE.",
        "Those who are protected lack {before} together with the terms of the scenario, and {after} with these. "
        "Nothing was sought between the points; take a value over with --set PATH=VALUE.",
    ),
    "paid_by": ("{name} (betalers: {payers})", "{name} (payers: {payers})"),
    "deposit": (
        "Inleg in {fund} van {party}: {years}.",
        "Put into {fund} by {party}: {years}.",
    ),
    "no_deposit": ("niets", "nothing"),
    "near": (
        "Ronden: {rounds}; lineair programma en heel model liggen binnen {close} van elkaar.",
        "Rounds: {rounds}; the linear programme and the whole model are within {close} of each other.",
    ),
    "far": (
        "Ronden: {rounds}; lineair programma en heel model liggen nog meer dan {close} uit elkaar.",
        "Rounds: {rounds}; the linear programme and the whole model are still more than {close} apart.",
    ),
    "linear": (
        "Doel volgens het lineaire programma {linear}, volgens het hele model {full}: verschil {difference} ({share}).",
        "Goal by the linear programme {linear}, by the whole model {full}: difference {difference} ({share}).",
    ),
    "settled_after": (
        "Contract {contract} is pas verrekend nadat een plan gevonden was, omdat {why}.",
        "Contract {contract} was only settled after a plan was found, because {why}.",
    ),
    "after_years": (
        "wat het over een jaar betaalt van andere jaren afhangt",
        "what it pays over a year depends on other years",
    ),
    "after_size": (
        "de drempel of een grens in euro's afhangt van hoeveel mensen meedoen",
        "its gate or a limit in euro depends on how many people take part",
    ),
    "after_claims": (
        "een andere afspraak betaald wordt uit wat het van de besparing overlaat",
        "another agreement is paid out of what it leaves of the saving",
    ),
    "after_module": (
        "een polis bepaalt wie een interventie ervan bereikt",
        "a health policy decides whom an intervention of it reaches",
    ),
    "after_measured": (
        "wat het meet geen som is over wat er begint",
        "what it measures is no sum over what is started",
    ),
    # studies
    "frontier": ("Van het ene doel naar het andere", "From one goal to the other"),
    "stays_short": ("komt te kort", "stays short"),
    "nobody_short": ("niemand", "nobody"),
    "some_short": (
        "LET OP: bij een bedrag onder “komt te kort” houden beschermde partijen in het hele model samen zoveel te "
        "weinig over, ook na alle betalingen die kunnen. Zo'n plan voldoet niet aan de wensen.",
        "BEWARE: with an amount below “stays short” protected parties have that much too little together in the whole "
        "model, also after all payments that can be made. Such a plan does not meet the wishes.",
    ),
    "none_short": (
        "In geen van deze plannen komt wie beschermd is in het hele model te kort, na de betalingen die daarvoor nodig "
        "zijn.",
        "In none of these plans is anybody who is protected short in the whole model, after the payments it takes.",
    ),
    "alternatives": (
        "Andere plannen, naar het lineaire programma hooguit {within} minder goed",
        "Other plans, by the linear programme at most {within} less good",
    ),
    "fewer_alternatives": (
        "Gevraagd {asked}, gevonden {found}: verder is geen plan gevonden dat duidelijk anders is.",
        "Asked {asked}, found {found}: no further plan was found that is clearly different.",
    ),
    "no_alternatives": (
        "Geen duidelijk ander plan is hooguit {within} minder goed.",
        "No clearly different plan is at most {within} less good.",
    ),
    "other_than": ("anders dan het beste plan", "other than the best plan"),
    "without": ("zonder {names}", "without {names}"),
    "with": ("met {names}", "with {names}"),
    "areas": ("{name}: anders in {count} gebieden", "{name}: different in {count} areas"),
    "one_area": ("{name}: anders in één gebied", "{name}: different in one area"),
    "no_change": ("niets", "nothing"),
    "robust": ("Zekerheid", "Certainty"),
    "robust_plain": (
        "Het plan dat gemiddeld het beste is houdt iedereen boven de ondergrens in {plain} van {draws} trekkingen.",
        "The plan that is best on average keeps everyone above the least in {plain} of {draws} draws.",
    ),
    "robust_none": (
        "Geen plan gevonden waarmee dat in {share} van de trekkingen lukt; het dichtst erbij komt {sure}.",
        "No plan was found with which this holds in {share} of the draws; the closest comes to {sure}.",
    ),
    "robust_sure": (
        "Het beste plan met zekerheid {share} haalt dat in {sure}; die zekerheid kost gemiddeld {price} van het doel.",
        "The best plan with certainty {share} does so in {sure}; that certainty costs {price} of the goal on average.",
    ),
    "robust_paid": (
        "Daarbij horen betalingen over en weer van samen {total}, vooraf afgesproken en in alle trekkingen gelijk.",
        "With it go payments between parties of {total} together, agreed beforehand and the same in all draws.",
    ),
    "robust_changes": ("Wat er dan anders gaat: {changes}.", "What is then different: {changes}."),
    # no plan
    "impossible": (
        "Geen plan voldoet aan alle wensen. Deze wensen kunnen niet samen:",
        "No plan meets all wishes. These wishes cannot all hold:",
    ),
    "impossible_one": (
        "Geen plan voldoet aan alle wensen. Deze wens is op zichzelf al onhaalbaar:",
        "No plan meets all wishes. This wish cannot be met even by itself:",
    ),
    "irreducible": (
        "Valt er een van deze wensen weg, dan kunnen de andere hier wel samen. Alles wat moet wijken staat hieronder.",
        "If any one of these wishes is dropped, the others here can hold together. All that must give stands below.",
    ),
    "pays_for_all": (
        " Zonder ondergrens zou een partij het hele tekort van de andere kunnen betalen.",
        " Without its least a party could pay all that the others lack.",
    ),
    "more_wishes": ("nog {count} andere", "{count} others"),
    "whole_starts": (
        "Met halve starts zou het kunnen: het knelt doordat wat begint groot genoeg moet zijn of vaste kosten heeft.",
        "With partial starts it could be done: it clashes because what starts must be large enough or has fixed cost.",
    ),
    "no_time": (
        "Binnen {seconds} seconden is geen plan gevonden, en ook niet bewezen dat er geen is. Geef meer tijd met "
        "--seconds.",
        "No plan was found within {seconds} seconds, nor was it proved that there is none. Give more time with "
        "--seconds.",
    ),
    "no_reason": (
        "Geen plan voldoet aan alle wensen; welke wensen botsen, was binnen {seconds} seconden niet te vinden.",
        "No plan meets all wishes; which of them clash could not be found within {seconds} seconds.",
    ),
    "no_limit": (
        "Het doel heeft geen grens: er ontbreekt een budget of een capaciteit.",
        "The goal has no limit: a budget or a capacity is missing.",
    ),
    "least_that_gives": (
        "Het minste dat moet wijken, en dan bestaat er een plan",
        "The least that must give for a plan to exist",
    ),
    "wish": ("wens", "wish"),
    "by": ("hoeveel", "by how much"),
    "wish_budget": ("{name}: ten hoogste {amount} in {years}", "{name}: at most {amount} in {years}"),
    "wish_spent": ("{name}: ten minste {amount} besteden", "{name}: spend at least {amount}"),
    "wish_nobody_worse": ("{name} houdt ten minste {amount} over", "{name} has at least {amount}"),
    "wish_nobody_worse_when": (
        "{name} zit in geen van {count} perioden onder de ondergrens ({least})",
        "{name} is in none of {count} periods below the least ({least})",
    ),
    "wish_paid_back": (
        "{name} heeft zijn geld na {years} jaar terug",
        "{name} has its money back after {years} years",
    ),
    "wish_capacity": (
        "{name}: ten hoogste {amount} deelnemers per jaar",
        "{name}: at most {amount} participants a year",
    ),
    "wish_staff": ("{name}: ten hoogste {amount} uur per jaar", "{name}: at most {amount} hours a year"),
    "wish_portion_at_least": ("{name}: ten minste {amount} van het geld", "{name}: at least {amount} of the money"),
    "wish_portion_at_most": ("{name}: ten hoogste {amount} van het geld", "{name}: at most {amount} of the money"),
    "wish_pinned": ("{name} ligt vast", "{name} is fixed"),
    "wish_needs": ("{name} kan pas waar {other} loopt", "{name} only where {other} runs"),
    "wish_apart": ("{name} en {other} niet in hetzelfde gebied", "{name} and {other} not in the same area"),
    "wish_fund": (
        "{name} blijft boven zijn bodem met wat erin mag",
        "{name} stays above its floor with what may be put in",
    ),
    "wish_own": ("de eigen regel {name}", "the own rule {name}"),
    "gives_own": ("Ruimte in de eigen regel {name}", "Room in the own rule {name}"),
    "unit_own": ("{amount}", "{amount}"),
    "wish_sure": ("{name} heeft zekerheid", "{name} has certainty"),
    "gives_budget": ("Meer geld in {year}: {name}", "More money in {year}: {name}"),
    "gives_spent": ("Minder hoeven uitgeven van {name}", "Spend less of {name}"),
    "gives_nobody_worse": ("{name} genoegen laten nemen met minder{when}", "{name} to accept less{when}"),
    "gives_together": (
        "Partijen samen genoegen laten nemen met minder{when}",
        "Parties together to accept less{when}",
    ),
    "all_years": (" (contante waarde)", " (present value)"),
    "divide": (
        "Omdat partijen elkaar mogen betalen, telt alleen hoeveel minder zij samen krijgen; elke verdeling daarvan "
        "over {parties} is mogelijk.",
        "Because parties may pay each other, only how much less they get together counts; any division of it over "
        "{parties} is possible.",
    ),
    "one_of_many": (
        "Omdat partijen elkaar mogen betalen, kan ook een ander in plaats van wie hier genoemd is met minder genoegen "
        "nemen.",
        "Because parties may pay each other, another may accept less in the place of who is named here.",
    ),
    "everyone_at_table": ("iedereen aan tafel", "everyone at the table"),
    "many_parties": ("{count} partijen, waaronder {names}", "{count} parties, among which {names}"),
    "gives_paid_back": ("{name} later terug laten krijgen{when}", "{name} to get it back later{when}"),
    "gives_capacity": ("Meer plaatsen in {year}: {name}", "More places in {year}: {name}"),
    "gives_staff": ("Meer uren van {name} in {year}", "More hours of {name} in {year}"),
    "gives_portion": ("Ruimte in de eis over {name}", "Room in the wish about {name}"),
    "gives_pinned": ("{name} in {area} loslaten", "Let go of {name} in {area}"),
    "gives_needs": ("{name} in {area} zonder {other}", "{name} in {area} without {other}"),
    "gives_apart": ("{name} en {other} samen in {area}", "{name} and {other} together in {area}"),
    "gives_fund": ("Meer in {name} in {year}", "More in {name} in {year}"),
    "gives_sure": ("Minder zekerheid voor {name}", "Less certainty for {name}"),
    "own_money": ("het geld van {party} (evenveel als in het eigen plan)", "the money of {party} (as in the own plan)"),
    "each_money": ("{name}, {party}", "{name}, {party}"),
    "unit_starters": ("{amount} deelnemers", "{amount} participants"),
    "unit_hours": ("{amount} uur", "{amount} hours"),
    "unit_part": ("{amount} start", "{amount} of a start"),
    # files
    "asks_base": (
        "Dit bestand is een gevonden plan; gevraagd is opnieuw wat {file} vraagt.",
        "This file is a plan that was found; what {file} asks was asked again.",
    ),
    "payment": ("Bij het plan: {payer} aan {receiver}", "With the plan: {payer} to {receiver}"),
    "note_plan": (
        "Een plan dat coalition optimise vond voor: {title}.",
        "A plan that coalition optimise found for: {title}.",
    ),
    "note_paid_once": (
        "Bij dit plan horen betalingen tussen partijen, samen {total} (contante waarde). Zij staan in één keer in "
        "{years} onder arrangements.side_payments, uit eigen middelen; een andere beurs of betalen in termijnen met "
        "dezelfde contante waarde mag ook, als de wet het toelaat.",
        "With this plan go payments between parties, {total} together (present value). They stand at once in {years} "
        "under arrangements.side_payments, out of own means; another purse, or instalments with the same present "
        "value, will do too if the law allows it.",
    ),
    "note_paid": (
        "Bij dit plan horen betalingen tussen partijen, per saldo {total} (contante waarde). Zij staan per jaar "
        "({years}) onder arrangements.side_payments, uit eigen middelen; een andere beurs mag ook, als de wet het "
        "toelaat.",
        "With this plan go payments between parties, {total} on balance (present value). They stand per year ({years}) "
        "under arrangements.side_payments, out of own means; another purse will do too if the law allows it.",
    ),
    "note_unpaid": (
        "LET OP: dit plan is pas heel met betalingen tussen partijen die niet in dit bestand staan (contante waarde): "
        "{payments}.",
        "BEWARE: this plan is only whole with payments between parties that are not in this file (present value): "
        "{payments}.",
    ),
    "seeking": ("Het beste plan wordt gezocht", "Seeking the best plan"),
    "point": ("Plan {place} tussen twee doelen: {title}", "Plan {place} between two goals: {title}"),
    "title": ("Beste plan ({goal}): {title}", "Best plan ({goal}): {title}"),
}
"""Dutch and English, by key."""


def said(key: str, lang: Lang, /, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


MOST_AREAS = 14
"""Areas that are named one by one."""


def area_names(names: Sequence[str], lang: Lang, many: str = "many_areas") -> str:
    """Names of areas or others; of very many only the first."""
    if len(names) <= MOST_AREAS:
        return ", ".join(names)
    return said(many, lang, count=str(len(names)), names=", ".join(names[:3]))
