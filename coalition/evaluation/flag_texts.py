"""Sentences of flags and notes, in Dutch and English. `{...}` are the facts of the flag.

A sentence says what was seen and what follows for the reader; it never softens a figure.
"""

from __future__ import annotations

from typing import Final

from coalition.evaluation.estimates import Flag

# fmt: off
BREAKS: Final[dict[str, tuple[str, str]]] = {
    "geriatric_rehabilitation_2013": (
        "in 2013 kwam de geriatrische revalidatie van de AWBZ naar de basisverzekering",
        "in 2013 geriatric rehabilitation came from the AWBZ into the basic insurance",
    ),
    "mental_health_split_2014": (
        "in 2014 is de ggz opnieuw ingedeeld (basis en specialistisch)",
        "in 2014 mental health care was divided anew (basic and specialist)",
    ),
    "district_nursing_2015": (
        "in 2015 kwam de wijkverpleging naar de basisverzekering",
        "in 2015 district nursing came into the basic insurance",
    ),
    "youth_mental_health_2015": (
        "in 2015 ging de ggz tot 18 jaar van de zorgverzekeraar naar de gemeente (Jeugdwet)",
        "in 2015 mental health care below 18 went from the insurer to the municipality (Jeugdwet)",
    ),
    "long_mental_health_2015": (
        "in 2015 kwam een deel van de langdurige ggz naar de basisverzekering",
        "in 2015 part of long-stay mental health care came into the basic insurance",
    ),
    "short_stay_2018": (
        "in 2018 kwam het eerstelijnsverblijf als eigen prestatie in de basisverzekering",
        "in 2018 short-stay beds came into the basic insurance as a kind of care of their own",
    ),
    "pandemic_2020": (
        "in 2020 viel gewone zorg weg door de pandemie",
        "in 2020 ordinary care fell away in the pandemic",
    ),
    "mental_health_2021": (
        "in het bestand van 2021 ontbreekt ruim een kwart van de ggz",
        "the file of 2021 lacks over a quarter of mental health care",
    ),
    "maternity_2021": (
        "in 2021 kreeg de integrale geboortezorg een eigen kolom",
        "in 2021 integrated birth care got a column of its own",
    ),
}

FLAGS: Final[dict[str, tuple[str, str]]] = {
    # --- the data
    "known_break": (
        "Bekende breuk in de gegevens: {told}. Een verschil over dat jaar heen kan daardoor komen.",
        "Known break in the data: {told}. A difference across that year may come from it.",
    ),
    "pocket_shift_known_break": (
        "Verschuiving naar een andere pot, geen besparing: {told}, precies bij het begin van deze studie.",
        "A shift to another pocket, no saving: {told}, exactly at the start of this study.",
    ),
    "pocket_shift_vanished": (
        "Verschuiving naar een andere pot, geen besparing: de kosten vallen in één keer bijna geheel weg ({percent} "
        "%). "
        "Geen programma doet dat; zoek uit wie er nu betaalt of hoe er nu wordt geteld.",
        "A shift to another pocket, no saving: nearly all cost vanishes at once ({percent} %). No programme does that; "
        "find out who pays now or how it is counted now.",
    ),
    "pocket_shift_risen": (
        "Verschuiving naar een andere pot, geen besparing: in {pockets} stegen de kosten met {rise} per eenheid.",
        "A shift to another pocket, no saving: in {pockets} cost rose by {rise} per unit.",
    ),
    "structural_break": (
        "Ook bij wie niet meedoet springen de cijfers in {year} ({percent} %): dat is een breuk in de gegevens of het "
        "beleid.",
        "Those who do not take part jump in {year} as well ({percent} %): a break in the data or in policy.",
    ),
    "composition_change": (
        "De groep die meedoet groeide {percent} % anders dan de rest: het zijn niet meer dezelfde mensen.",
        "The group that takes part grew {percent} % otherwise than the rest: they are no longer the same people.",
    ),
    "units_come_and_go": (
        "Van {units} van de {of} deelnemende eenheden ontbreken periodes.",
        "Of {units} of the {of} units that take part some periods are missing.",
    ),
    "regression_to_mean": (
        "De deelnemers stonden vooraf hoger dan {place} % van de anderen, en zouden ook zonder programma dalen. De "
        "ruwe "
        "verandering voor en na is {raw_change}; daarvan is naar verwachting {expected_change} vanzelf gegaan.",
        "Those who take part stood higher than {place} % of the others before, and would fall without a programme too. "
        "The raw change before and after is {raw_change}; {expected_change} of it is expected by itself.",
    ),
    # --- comparison
    "few_controls": (
        "Met {controls} vergelijkbare eenheden is de kleinste p-waarde van een rangtoets {smallest_p}; voor het "
        "gevraagde "
        "niveau zijn er {needed} nodig.",
        "With {controls} units to compare with the smallest p-value of a permutation test is {smallest_p}; the level "
        "asked "
        "for needs {needed}.",
    ),
    "few_clusters": (
        "Er zijn {treated} deelnemende en {controls} andere clusters; daarom is er niet op grote aantallen vertrouwd.",
        "There are {treated} clusters that take part and {controls} others; so large numbers were not relied on.",
    ),
    "pre_trend": (
        "Vóór het begin liepen de groepen al uiteen (p = {p}); dan zegt het verschil daarna weinig.",
        "The groups were drifting apart before the start (p = {p}); then the difference afterwards says little.",
    ),
    "one_unit": (
        "Eén eenheid draagt de uitkomst: zonder {unit} is het effect {without}.",
        "One unit carries the result: without {unit} the effect is {without}.",
    ),
    "uncontrolled": (
        "Er is geen vergelijkingsgroep: alles wat in die jaren veranderde telt mee als effect.",
        "There is no comparison group: everything that changed in those years counts as effect.",
    ),
    # --- what was fixed beforehand
    "no_primary": (
        "Niemand heeft vooraf vastgelegd welke methode telt; getoond is {method}. Wie achteraf kiest, vindt altijd "
        "iets.",
        "Nobody fixed beforehand which method counts; shown is {method}. Who chooses afterwards always finds "
        "something.",
    ),
    "no_plan": (
        "Er is geen geplande besparing opgegeven; of die zichtbaar had kunnen zijn, is dan niet te zeggen.",
        "No planned saving was stated; whether it could have been seen cannot be said then.",
    ),
    "no_protocol": (
        "Er is geen protocol van vóór de gegevens.", "There is no protocol from before the data.",
    ),
    "protocol_changed": (
        "Het protocol {file} is na het verzegelen veranderd: de zegel klopt niet meer.",
        "The protocol {file} was changed after it was sealed: the seal no longer fits.",
    ),
    "protocol_departure": (
        "Anders dan het protocol: {key} was {planned} en is {done}.",
        "Other than the protocol: {key} was {planned} and is {done}.",
    ),
    # --- settlement
    "settled_without_proof": (
        "Het contract betaalt {euro} euro hoewel er geen besparing is aangetoond: dat kan toeval zijn. De drempel van "
        "het "
        "contract laat dat toe.",
        "The contract pays {euro} euro although no saving was shown: that may be chance. The contract's gate lets it.",
    ),
    "quality_assumed": (
        "Er zijn geen kwaliteitscijfers; aan de norm is geacht te zijn voldaan.",
        "There are no quality scores; the standard counts as met.",
    ),
}

NOTES: Final[dict[str, tuple[str, str]]] = {}
# fmt: on


def flag_text(flag: Flag, lang: str) -> str:
    """The sentence of a flag in "nl" or "en"; its id where there is none."""
    side = 0 if lang == "nl" else 1
    key = f"{flag.id}_{flag.facts['how']}" if "how" in flag.facts else flag.id
    known = BREAKS.get(str(flag.facts.get("break", "")))
    facts = {name: _shown(value, lang) for name, value in flag.facts.items()} | ({"told": known[side]} if known else {})
    return FLAGS[key][side].format(**facts) if key in FLAGS else key


def note_text(note: str, lang: str) -> str:
    """The sentence of a note."""
    return NOTES[note][0 if lang == "nl" else 1] if note in NOTES else note


def _shown(value: str | int | float, lang: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not value.is_integer():
        shown = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    else:
        shown = f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    return shown.translate(str.maketrans(",.", ".,")) if lang == "nl" else shown
