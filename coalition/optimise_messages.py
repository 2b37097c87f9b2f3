"""What is wrong with the wishes of a coalition, and what to do about it, in Dutch and English.

The same form as messages.py; a module of its own because wishes come from the command line as well.
"""

from __future__ import annotations

from typing import Final

from coalition.messages import Message

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    # --- goals and years
    "optimise.goal": Message(
        "Dit doel kent het model niet.",
        "Kies uit: {known}; achter npv: hoort een partij, achter cash_back: een aantal jaren.",
        "The model does not know this goal.",
        "Choose from: {known}; after npv: goes a party, after cash_back: a number of years.",
    ),
    "optimise.years": Message(
        "Hier hoort een aantal jaren van 1 tot en met {most}; meer jaren worden er niet getoond.",
        "Kies een ander aantal, of maak `scenario.horizon_years` groter.",
        "A number of years from 1 to {most} belongs here; no more years are shown.",
        "Choose another number, or make `scenario.horizon_years` larger.",
    ),
    "optimise.twice": Message(
        "Dit staat er al.", "Haal er een weg.",
        "This is there already.", "Remove one of them.",
    ),
    "optimise.start_year": Message(
        "In dit jaar kan niets beginnen; dat kan van {first} tot en met {last}.",
        "Kies een ander jaar, of laat een interventie langer beginnen (`starts.last`).",
        "Nothing can start in this year; it can from {first} to {last}.",
        "Choose another year, or let an intervention start for longer (`starts.last`).",
    ),
    "optimise.empty": Message(
        "Hier staat niets; dan doet de wens niets.", "Vul het in, of laat de wens weg.",
        "Nothing stands here; then the wish does nothing.", "State it, or leave out the wish.",
    ),
    # --- money
    "optimise.fund": Message(
        "Dit fonds bestaat niet.", "Bekend zijn: {known}.",
        "This fund does not exist.", "Known are: {known}.",
    ),
    "optimise.contribution": Message(
        "Deze inleg kent het fonds niet.", "Bekend zijn: {known}; voeg een inleg toe bij het fonds zelf.",
        "The fund does not know this contribution.", "Known are: {known}; add a contribution to the fund itself.",
    ),
    "optimise.fund_year": Message(
        "In dit jaar bestaat het fonds niet.", "Kies een jaar van {first} tot en met {last}.",
        "The fund does not exist in this year.", "Choose a year from {first} to {last}.",
    ),
    "optimise.budget_one_of": Message(
        "Hoeveel geld er is, staat hier niet, of op twee manieren.",
        "Vul `amounts_eur` in (euro per jaar) of `own_plan_share` (deel van het eigen plan), niet allebei.",
        "How much money there is, is not stated here, or in two ways.",
        "State `amounts_eur` (euro per year) or `own_plan_share` (part of the own plan), not both.",
    ),
    "optimise.budget_year": Message(
        "In dit jaar kost geen enkele interventie iets; dit geld zou nooit worden besteed.",
        "Kies een jaar van {first} tot en met {last}.",
        "In this year no intervention costs anything; this money would never be spent.",
        "Choose a year from {first} to {last}.",
    ),
    "optimise.pays_nothing": Message(
        "Geen van deze partijen betaalt zo mee aan een interventie; dan begrenst dit niets.",
        "Kies een partij en een domein die onder `payers` van een interventie staan.",
        "None of these parties pays for an intervention in this way; then this limits nothing.",
        "Choose a party and a pocket that stand under the `payers` of an intervention.",
    ),
    "optimise.portion_of_all": Message(
        "Hier staat niet om welk deel van het geld het gaat.", "Vul `areas`, `interventions` of `approach` in.",
        "This does not say which part of the money it is about.", "State `areas`, `interventions` or `approach`.",
    ),
    "optimise.portion_of_nothing": Message(
        "Niets van wat het scenario doet, hoort hierbij; er kan dus geen geld heen.",
        "Controleer `areas`, `interventions` en `approach`.",
        "Nothing of what the scenario does belongs here, so that no money can go to it.",
        "Check `areas`, `interventions` and `approach`.",
    ),
    "optimise.portion_limit": Message(
        "Hier staat geen grens.", "Vul `at_least` of `at_most` in.",
        "No limit is stated here.", "State `at_least` or `at_most`.",
    ),
    "optimise.portion_order": Message(
        "Het kleinste deel is groter dan het grootste (`at_most` = {most}).", "Verlaag het ene, of verhoog het andere.",
        "The smallest part is larger than the largest (`at_most` = {most}).", "Lower the one, or raise the other.",
    ),
    "optimise.portion_sum": Message(
        "Dit en eerdere delen die elkaar niet raken, moeten samen {total} van het geld krijgen; er is maar 1.",
        "Verlaag `at_least` van een van de delen.",
        "This and earlier portions that do not overlap must get {total} of the money together; there is only 1.",
        "Lower `at_least` of one of the portions.",
    ),
    # --- what goes with what
    "optimise.itself": Message(
        "Dit is twee keer dezelfde interventie.", "Noem twee verschillende.",
        "This is the same intervention twice.", "Name two different ones.",
    ),
    "optimise.needs_circle": Message(
        "Deze interventies hebben elkaar in een kring nodig; dan is er geen eerste.", "Haal een van de stappen weg.",
        "These interventions need each other in a circle; then none comes first.", "Remove one of the steps.",
    ),
    "optimise.apart_needed": Message(
        "De ene heeft de andere nodig (`needs.{other}`), en ze mogen niet in hetzelfde gebied.",
        "Laat een van beide wensen weg.",
        "The one needs the other (`needs.{other}`), and they may not be in the same area.",
        "Leave out one of the two wishes.",
    ),
    "optimise.apart_pinned": Message(
        "Beide staan vast zoals gepland in {areas}.", "Zet een van beide los, of laat deze wens weg.",
        "Both are pinned as planned in {areas}.", "Unpin one of them, or leave out this wish.",
    ),
    # --- what is no longer open
    "optimise.pin_area": Message(
        "Het scenario doet `{intervention}` hier niet; wel in: {areas}.", "Haal dit gebied weg, of kies een ander.",
        "The scenario does not do `{intervention}` here; it does in: {areas}.",
        "Remove this area, or choose another.",
    ),
    "optimise.pin_zero": Message(
        "Dit blijft zoals gepland, maar er kan niemand beginnen: `{key}` is 0 in {areas}.",
        "Maak `{key}` hoger, of zet deze gebieden niet vast.",
        "This stays as planned, but nobody can start: `{key}` is 0 in {areas}.",
        "Raise `{key}`, or do not pin these areas.",
    ),
    "optimise.pin_start": Message(
        "Dit blijft zoals gepland en begint in {first} in {areas}, maar dat jaar staat niet in `start_years`.",
        "Voeg {first} toe aan `start_years`, of zet het niet vast.",
        "This stays as planned and starts in {first} in {areas}, but that year is not in `start_years`.",
        "Add {first} to `start_years`, or do not pin it.",
    ),
    "optimise.pin_clash": Message(
        "Volgens `pins.{other}` geldt het omgekeerde in {areas}.", "Houd een van de twee.",
        "By `pins.{other}` the opposite holds in {areas}.", "Keep one of the two.",
    ),
    "optimise.pin_needs": Message(
        "Dit blijft zoals gepland, maar heeft `{other}` nodig, en dat begint niet of later in {areas}.",
        "Laat `{other}` daar (eerder) toe, of zet dit niet vast.",
        "This stays as planned, but needs `{other}`, which does not start or starts later in {areas}.",
        "Allow `{other}` (earlier) there, or do not pin this.",
    ),
    # --- the command line
    "optimise.frontier_itself": Message(
        "Tussen een doel en zichzelf valt niets te kiezen.",
        "Noem twee verschillende doelen, zoals `societal_npv,qaly`.",
        "Between a goal and itself there is nothing to choose.",
        "Name two different goals, such as `societal_npv,qaly`.",
    ),
    "optimise.frontier_ends": Message(
        "Hier horen twee doelen; er zijn er {count}.", "Schrijf ze met een komma ertussen, zoals `societal_npv,qaly`.",
        "Two goals belong here; there are {count}.", "Write them with a comma between, such as `societal_npv,qaly`.",
    ),
    # --- terms that are fitted
    "optimise.fit_path": Message(
        "Op dit pad staat geen getal van een afspraak.",
        "Noem een getal onder `arrangements`, zoals `arrangements.contracts.NAAM.sharing_rate`.",
        "No number of an agreement stands on this path.",
        "Name a number under `arrangements`, such as `arrangements.contracts.NAME.sharing_rate`.",
    ),
    "optimise.fit_range": Message(
        "De laagste waarde moet onder de hoogste liggen.", "Wissel ze om, of laat deze voorwaarde weg.",
        "The lowest value must be below the highest.", "Swap them, or leave out this term.",
    ),
    "optimise.fit_share": Message(
        "Dit getal is een deel, van 0 tot en met 1.", "Kies waarden van 0 tot en met 1.",
        "This number is a share, from 0 to 1.", "Choose values from 0 to 1.",
    ),
    "optimise.fit_points": Message(
        "Zoveel combinaties kunnen niet worden doorgerekend; hooguit {most}.",
        "Kies minder `points` of minder voorwaarden.",
        "So many combinations cannot be run; at most {most}.", "Choose fewer `points` or fewer terms.",
    ),
}
# fmt: on
