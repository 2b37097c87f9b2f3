"""What is wrong with a contract or with figures measured for it, and what to do about it, in Dutch and English.

The same form as messages.py; a module of its own because contracts are read in files of their own as well.
"""

from __future__ import annotations

from typing import Final

from coalition.messages import Message

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    # --- the terms of one contract
    "contract.payer_shares": Message(
        "Wie betaalt, staat niet bij de partijen van het contract; er is: {known}.",
        "Zet de betaler ook onder `sharers`.",
        "Who pays is not among the parties of the contract; there is: {known}.", "Put it under `sharers` as well.",
    ),
    "contract.two_parties": Message(
        "Een contract verdeelt tussen minstens twee partijen.", "Noem ze onder `sharers`.",
        "A contract shares between at least two parties.", "Name them under `sharers`.",
    ),
    "contract.base_weights": Message(
        "De gewichten van de basisjaren zijn samen {total} in plaats van 1.", "Controleer de gewichten.",
        "The weights of the base years sum to {total} instead of 1.", "Check the weights.",
    ),
    "contract.base_year": Message(
        "Een basisjaar ligt voor het eerste meetjaar ({first}).", "Kies een eerder jaar.",
        "A base year lies before the first measuring year ({first}).", "Choose an earlier year.",
    ),
    "contract.clash": Message(
        "Dit spreekt een andere afspraak tegen: `{other}` = {value}.", "Laat een van beide weg.",
        "This contradicts another term: `{other}` = {value}.", "Leave one of them out.",
    ),
    "contract.needs": Message(
        "Hiervoor is ook `{other}` nodig.", "Vul `{other}` in, of laat dit weg.",
        "This needs `{other}` as well.", "State `{other}`, or leave this out.",
    ),
    "contract.open_row": Message(
        "Alleen de laatste rij van de tabel mag geen bovengrens hebben.", "Vul `persons_to` in.",
        "Only the last row of the table may have no upper limit.", "State `persons_to`.",
    ),
    "contract.open_row_rate": Message(
        "De laatste rij heeft geen bovengrens en kan dus maar één percentage hebben.",
        "Maak `rate_to` gelijk aan `rate_from`.",
        "The last row has no upper limit and so can have only one rate.", "Make `rate_to` equal to `rate_from`.",
    ),
    "contract.row_order": Message(
        "Deze rij loopt van {from} tot {to}; dat is omgekeerd.", "Draai de grenzen om.",
        "This row runs from {from} to {to}; that is upside down.", "Swap the limits.",
    ),
    "contract.table_gap": Message(
        "Deze rij begint bij {from}, de vorige eindigt net voor {expected}: er zit een gat of overlap tussen.",
        "Laat de rij bij {expected} beginnen.",
        "This row begins at {from}, the one before ends just before {expected}: there is a gap or an overlap.",
        "Let the row begin at {expected}.",
    ),
    "contract.rate_or_bands": Message(
        "Het aandeel staat hier niet, of op twee manieren.",
        "Vul `{rate}` in (twee partijen) of `{bands}` (schijven), niet allebei.",
        "The share is not stated here, or in two ways.", "State `{rate}` (two parties) or `{bands}`, not both.",
    ),
    "contract.rate_of_two": Message(
        "Eén percentage zegt niet hoe {count} partijen delen.", "Gebruik `{bands}` met een aandeel per partij.",
        "One rate does not say how {count} parties share.", "Use `{bands}` with a share per party.",
    ),
    "contract.band_sum": Message(
        "De aandelen in deze schijf zijn samen {total} in plaats van 1.",
        "Controleer de aandelen; ook wat de betaler houdt, telt mee.",
        "The shares in this band sum to {total} instead of 1.",
        "Check the shares; what the payer keeps counts as well.",
    ),
    "contract.band_party": Message(
        "Deze partij staat niet bij het contract; er is: {known}.", "Verbeter de naam, of zet haar onder `sharers`.",
        "This party is not in the contract; there is: {known}.", "Correct the name, or put it under `sharers`.",
    ),
    "contract.band_open": Message(
        "De laatste schijf heeft geen bovengrens (`up_to`) en alle andere wel.",
        "Haal `up_to` weg bij de laatste schijf, of vul hem in.",
        "The last band has no upper edge (`up_to`) and all others do.",
        "Remove `up_to` from the last band, or state it.",
    ),
    "contract.band_order": Message(
        "Deze schijf eindigt bij {edge}, de vorige al bij {before}: zij overlappen of dalen.",
        "Zet de schijven in oplopende volgorde.",
        "This band ends at {edge}, the one before at {before}: they overlap or descend.",
        "Put the bands in rising order.",
    ),
    "contract.ladder_order": Message(
        "Deze trede begint bij {edge}, de vorige bij {before}.", "Zet de treden in oplopende volgorde.",
        "This step begins at {edge}, the one before at {before}.", "Put the steps in rising order.",
    ),
    "contract.order_once": Message(
        "`{clause}` staat {count} keer in de volgorde; iedere stap hoort er één keer in.",
        "Noem alle stappen, elk één keer.",
        "`{clause}` stands {count} times in the order; each step belongs in it once.", "Name all steps, each once.",
    ),
    "contract.order_before": Message(
        "`{clause}` gaat over de besparing als geheel en hoort voor `sharing`.", "Zet hem voor `sharing`.",
        "`{clause}` is about the saving as a whole and belongs before `sharing`.", "Put it before `sharing`.",
    ),
    "contract.order_after": Message(
        "`{clause}` gaat over wat een partij krijgt en hoort na `sharing`.", "Zet hem na `sharing`.",
        "`{clause}` is about what a party gets and belongs after `sharing`.", "Put it after `sharing`.",
    ),
    "contract.order_pair": Message(
        "`{first}` moet voor `{second}` komen.", "Verander de volgorde.",
        "`{first}` must come before `{second}`.", "Change the order.",
    ),
    # --- arrangements of a scenario
    "arrangement.party": Message(
        "Deze partij kent het scenario niet; er is: {known}.", "Verbeter de naam.",
        "The scenario does not know this party; there is: {known}.", "Correct the name.",
    ),
    "arrangement.intervention": Message(
        "Deze interventie staat niet in het scenario; er is: {known}.", "Verbeter de naam.",
        "This intervention is not in the scenario; there is: {known}.", "Correct the name.",
    ),
    "arrangement.id": Message(
        "Deze naam is al in gebruik voor iets anders.", "Kies een andere naam.",
        "This name already stands for something else.", "Choose another name.",
    ),
    "arrangement.order": Message(
        "Geen afspraak van deze naam maakt aanspraak op een besparing; er is: {known}.", "Verbeter de naam.",
        "No arrangement of this name claims a saving; there is: {known}.", "Correct the name.",
    ),
    "arrangement.order_twice": Message(
        "Dit staat twee keer in de volgorde.", "Haal er een weg.",
        "This stands twice in the order.", "Remove one of them.",
    ),
    "arrangement.scope": Message(
        "Dit contract zegt niet waarover het gaat.",
        "Vul `scope` in: de domeinen, interventies, gebieden en jaren waarin wordt gemeten.",
        "This contract does not say what it is about.",
        "State `scope`: the pockets, interventions, areas and years in which is measured.",
    ),
    "arrangement.not_holder": Message(
        "Een besparing in {pocket} valt niet bij `{party}`; die kan haar dus niet delen.",
        "Kies een domein van deze partij, of een andere betaler.",
        "A saving in {pocket} does not fall to `{party}`, who cannot share it.",
        "Choose a pocket of this party, or another payer.",
    ),
    "arrangement.no_baseline": Message(
        "In {pocket} staan geen kosten per persoon; dan is er geen norm om tegen te meten.",
        "Voeg ze toe aan de kostentabel, of laat dit domein weg.",
        "There is no cost per person in {pocket}; then there is no benchmark to measure against.",
        "Add them to the cost table, or leave out this pocket.",
    ),
    "arrangement.no_revenue": Message(
        "Een prognose kent de omzet van een partij niet.",
        "Gebruik hier een deel van de norm of een bedrag als plafond.",
        "A projection does not know a party's revenue.", "Use a share of the benchmark or an amount as limit here.",
    ),
    "arrangement.early": Message(
        "Dit begint voor het eerste jaar van het scenario ({first_year}).", "Kies een later jaar.",
        "This begins before the first year of the scenario ({first_year}).", "Choose a later year.",
    ),
    "arrangement.late": Message(
        "Dit valt na het laatste jaar dat het scenario toont ({last_year}).",
        "Kies een eerder jaar, of maak `horizon_years` groter.",
        "This falls after the last year that the scenario shows ({last_year}).",
        "Choose an earlier year, or make `horizon_years` larger.",
    ),
    "arrangement.claimed_twice": Message(
        "Ook `{other}` maakt aanspraak op deze besparing ({pocket}); een euro kan maar één keer worden beloofd.",
        "Zet beide in `arrangements.order`, wie het eerst gaat vooraan; of laat er een weg.",
        "`{other}` claims this saving ({pocket}) as well; a euro can be promised only once.",
        "Put both in `arrangements.order`, who goes first in front; or leave one out.",
    ),
    "arrangement.loop": Message(
        "Deze betalingen gaan in een kring rond.", "Verreken ze tot één betaling.",
        "These payments go round in a circle.", "Net them into one payment.",
    ),
    "arrangement.year_outside": Message(
        "Deze afspraak loopt van {first} tot en met {last}.", "Kies een jaar daarbinnen, of laat haar langer lopen.",
        "This arrangement runs from {first} to {last}.", "Choose a year within it, or let it run longer.",
    ),
    "arrangement.no_payer": Message(
        "Deze partij betaalt niets van `{intervention}`; er is dan niets te vergoeden.",
        "Kies een betaler van die interventie.",
        "This party pays nothing of `{intervention}`, so that there is nothing to pay it for.",
        "Choose a payer of that intervention.",
    ),
    "arrangement.area": Message(
        "Dit gebied staat niet in de regio; er is: {known}.", "Verbeter de code.",
        "This area is not in the region; there is: {known}.", "Correct the code.",
    ),
    "arrangement.law": Message(
        "`{pocket}` is geen portemonnee van `{party}`.", "Kies een domein van deze partij, of `eigen_middelen`.",
        "`{pocket}` is no purse of `{party}`.", "Choose a purse of this party, or `eigen_middelen`.",
    ),
    "arrangement.nobody": Message(
        "Hier staat niets; dan doet de afspraak niets.", "Vul het in, of laat de afspraak weg.",
        "Nothing stands here; then the arrangement does nothing.", "State it, or leave out the arrangement.",
    ),
    "arrangement.itself": Message(
        "Dit is dezelfde partij als aan de andere kant.", "Kies een andere partij.",
        "This is the same party as on the other side.", "Choose another party.",
    ),
    "arrangement.closing_shares": Message(
        "De aandelen bij de slotafrekening zijn samen {total} in plaats van 1.", "Controleer `closing_share`.",
        "The shares at the closing settlement sum to {total} instead of 1.", "Check `closing_share`.",
    ),
    "population.norm_order": Message(
        "De leeftijdsklassen lopen op; de vorige begint bij {previous}.", "Zet ze van jong naar oud.",
        "The age classes ascend; the one before begins at {previous}.", "Put them from young to old.",
    ),
    "population.need_outside": Message(
        "Dit gebied hoort niet bij deze afspraak; die gaat over {areas}.", "Haal het weg, of voeg het gebied toe.",
        "This area is not in the arrangement, which is about {areas}.", "Remove it, or add the area.",
    ),
    "bond.early_target": Message(
        "De bond begint pas in {first}; dan valt er nog niets te beoordelen.", "Kies een later jaar.",
        "The bond only begins in {first}; there is nothing to assess yet.", "Choose a later year.",
    ),
    "arrangement.paid_twice": Message(
        "Ook `{other}` vergoedt de uitvoering van `{intervention}`: samen {total} keer de kosten in {year}.",
        "Verlaag `delivery_share`, zodat samen ten hoogste 1 wordt gevraagd.",
        "`{other}` pays for the delivery of `{intervention}` too: together {total} times the cost in {year}.",
        "Lower `delivery_share`, so that together at most 1 is asked.",
    ),
    "departure.party": Message(
        "Deze partij betaalt niets en staat in geen afspraak; haar vertrek verandert niets.",
        "Kies een partij die betaalt of in een afspraak staat.",
        "This party pays nothing and stands in no arrangement; nothing changes when it leaves.",
        "Choose a party that pays or stands in an arrangement.",
    ),
    "departure.payment_before": Message(
        "De partij vertrekt pas in {from_year}.", "Kies een jaar vanaf het vertrek.",
        "The party only leaves in {from_year}.", "Choose a year from the departure on.",
    ),
    "departure.take_over": Message(
        "`deliveries: {value}` hoort bij wie de uitvoering overneemt en waaruit: allebei, of geen van beide.",
        "Vul `taken_over_by` en `law` in bij `taken_over`, en laat ze weg bij `stop`.",
        "`deliveries: {value}` goes with who takes the delivery over and out of which purse: both, or neither.",
        "State `taken_over_by` and `law` with `taken_over`, and leave them out with `stop`.",
    ),
    "fund.loan_terms": Message(
        "Een lening heeft voorwaarden (`loan`), en alleen een lening.", "Vul `loan` in, of verander `kind`.",
        "A loan has terms (`loan`), and only a loan does.", "State `loan`, or change `kind`.",
    ),
    "fund.ends_early": Message(
        "De laatste aflossing valt in {ends}; het fonds eindigt in {last}.",
        "Laat het fonds langer lopen, of leen korter.",
        "The last repayment falls in {ends}; the fund ends in {last}.", "Let the fund run longer, or lend shorter.",
    ),
    # --- measured figures
    "settle.not_positive": Message(
        "Hier hoort een bedrag of aantal groter dan nul.", "Vul het in, of laat de rij weg.",
        "An amount or number above zero belongs here.", "State it, or leave out the row.",
    ),
    "settle.not_share": Message(
        "Dit loopt van 0 tot 1.", "Voor {found} % schrijft u {as_share}.",
        "This runs from 0 to 1.", "For {found} % write {as_share}.",
    ),
    "settle.no_revenue": Message(
        "`{term}` begrenst deze rij met een deel van de eigen omzet, en die staat er niet.", "Vul `revenue_eur` in.",
        "`{term}` limits this row to a share of own revenue, which is missing.", "State `revenue_eur`.",
    ),
    "settle.below_table": Message(
        "De tabel met drempels begint bij {first}; deze groep is kleiner.",
        "Voeg groepen samen, geef de rij een `minimum_savings_rate`, of zet `below_first_row: true` in het contract.",
        "The table of gates begins at {first}; this group is smaller.",
        "Pool groups, give the row its own `minimum_savings_rate`, or put `below_first_row: true` in the contract.",
    ),
    "settle.no_rate": Message(
        "Voor deze rij is er geen drempel.", "Vul `minimum_savings_rate` in.",
        "There is no gate for this row.", "State `minimum_savings_rate`.",
    ),
    "settle.term_without_effect": Message(
        "Deze kolom verandert een afspraak die in dit contract niet werkt (zie `{other}`).",
        "Laat de kolom weg, of kies een ander contract.",
        "This column changes a term that does nothing in this contract (see `{other}`).",
        "Leave out the column, or choose another contract.",
    ),
    "settle.period_gap": Message(
        "Bij `{id}` volgt deze periode op {before}; er ontbreekt er een.", "Voeg de ontbrekende rij toe.",
        "For `{id}` this period follows {before}; one is missing.", "Add the missing row.",
    ),
}
# fmt: on
