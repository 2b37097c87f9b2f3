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
        "Van {units} van de {of} eenheden ontbreken periodes; {treated} daarvan doen mee. `did` vergelijkt dan deels "
        "andere eenheden; `twfe` en `event_study` vergelijken elke eenheid met zichzelf.",
        "{units} of the {of} units miss some periods; {treated} of these take part. `did` then compares partly other "
        "units; `twfe` and `event_study` compare each unit with itself.",
    ),
    "regression_to_mean": (
        "De deelnemers stonden vooraf hoger dan {place} % van de anderen, en zouden ook zonder programma dalen. De "
        "ruwe "
        "verandering voor en na is {raw_change}; daarvan is naar verwachting {expected_change} vanzelf gegaan.",
        "Those who take part stood higher than {place} % of the others before, and would fall without a programme too. "
        "The raw change before and after is {raw_change}; {expected_change} of it is expected by itself.",
    ),
    # --- comparison
    "few_clusters_some": (
        "Deelnemende clusters: {treated}, andere: {controls}. Dat zijn er weinig; leg de p-waarden van rang en "
        "bootstrap, waar die bij de methode staan, ernaast.",
        "Clusters that take part: {treated}, others: {controls}. These are few; read the p-values by rank and "
        "bootstrap, where they stand with the method, beside its own.",
    ),
    "few_clusters_ranked": (
        "Eenheden in één cluster bewegen samen en tellen als één waarneming: {treated} van wie meedoet, {controls} van "
        "de anderen. De toets is een rang tussen die clusters: p kan niet lager zijn dan {smallest_p}, en alleen een "
        "uitkomst die verder afwijkt dan alle andere, op hoogstens {beside} na, valt op.",
        "Units in one cluster move together and count as one observation: {treated} of those who take part, {controls} "
        "of the others. The test is a rank among these clusters: p cannot be below {smallest_p}, and only a result "
        "that is further off than all others, but for at most {beside}, shows.",
    ),
    "few_clusters_never": (
        "Eenheden in één cluster bewegen samen en tellen als één waarneming: {treated} van wie meedoet, {controls} van "
        "de anderen. De toets is een rang tussen die clusters: p kan niet lager zijn dan {smallest_p}, en dat is boven "
        "het gevraagde niveau. Deze toets kan dus niets vinden; daarvoor zijn minstens {needed} andere clusters nodig.",
        "Units in one cluster move together and count as one observation: {treated} of those who take part, {controls} "
        "of the others. The test is a rank among these clusters: p cannot be below {smallest_p}, which is above the "
        "level asked. So this test cannot find anything; for that at least {needed} other clusters are needed.",
    ),
    "drift": (
        "Vóór het begin veranderde het verschil tussen wie meedoet en de rest al met {slope} per periode (van {first} "
        "tot {last} naast het gemiddelde). Doorgetrokken geeft dat {carried_on}, naast een schatting van {estimate}; "
        "het verschil is {left}, en ook dat bewijst niets. De uitkomst hangt af van de gekozen voorperiode. Dat een "
        "toets gelijke trends niet verwerpt, toont niet dat zij gelijk waren.",
        "Before the start the difference between those who take part and the others already changed by {slope} per "
        "period (from {first} to {last} beside its mean). Carried on that gives {carried_on}, beside an estimate of "
        "{estimate}; the difference is {left}, and proves nothing either. The result depends on the periods chosen "
        "before the start. That a test does not reject equal trends does not show "
        "that they were equal.",
    ),
    "pre_trend": (
        "Vóór het begin liepen de groepen al uiteen (p = {p_value}); dan zegt het verschil daarna weinig.",
        "The groups were drifting apart before the start (p = {p_value}); then the difference afterwards says little.",
    ),
    "one_unit": (
        "Eén eenheid draagt de uitkomst: zonder {unit} is het effect {without}.",
        "One unit carries the result: without {unit} the effect is {without}.",
    ),
    "uncontrolled": (
        "Er is geen vergelijkingsgroep: alles wat in die jaren veranderde telt mee als effect.",
        "There is no comparison group: everything that changed in those years counts as effect.",
    ),
    "staggered_twfe": (
        "Wie later begon is vergeleken met wie al meedeed: {forbidden} % van het gewicht komt van zulke "
        "vergelijkingen, en "
        "{negative} % telt negatief. Kies bij verschillende beginjaren `callaway_santanna`.",
        "Those who started later are compared with those who had started: {forbidden} % of the weight comes from such "
        "comparisons, and {negative} % counts negatively. With different starts choose `callaway_santanna`.",
    ),
    # --- starts that differ
    "always_treated_left_out": (
        "{units} eenheden deden vanaf de eerste periode mee; van hen is geen verandering te zien en zij tellen niet "
        "mee.",
        "{units} units took part from the first period; their change cannot be seen and they do not count.",
    ),
    "cells_without_treated": (
        "{cells} keer is een groep niet waargenomen (begin {groups}); die jaren tellen niet mee.",
        "{cells} times a group was not observed (start {groups}); those years do not count.",
    ),
    "cells_without_controls": (
        "{cells} keer is er niemand om mee te vergelijken (begin {groups}); die jaren tellen niet mee.",
        "{cells} times there is nobody to compare with (start {groups}); those years do not count.",
    ),
    "cells_collinear": (
        "{cells} keer volgen kenmerken uit elkaar (begin {groups}); die jaren tellen niet mee.",
        "{cells} times characteristics follow from each other (start {groups}); those years do not count.",
    ),
    "cells_without_overlap": (
        "{cells} keer lijkt niemand van de anderen op wie meedoet (begin {groups}); die jaren tellen niet mee.",
        "{cells} times none of the others resembles those who take part (start {groups}); those years do not count.",
    ),
    "scarce_overlap": (
        "Weinig van de anderen lijken op wie meedoet: de kans om mee te doen loopt op tot {propensity} (begin "
        "{groups}).",
        "Few of the others resemble those who take part: the chance to take part goes up to {propensity} (start "
        "{groups}).",
    ),
    "one_cluster_in_group": (
        "Bij begin {groups} is er één deelnemend cluster; haar eigen toeval zit niet in de standaardfout.",
        "At start {groups} there is one cluster that takes part; its own chance is not in the standard error.",
    ),
    # --- synthetic comparison
    "few_donors": (
        "Er zijn {donors} eenheden om een vergelijking van te maken; zij lijkt snel te goed.",
        "There are {donors} units to make a comparison of; it soon looks too good.",
    ),
    "few_periods_before": (
        "Er zijn {periods} periodes vóór het begin; dat de vergelijking daarin past, zegt weinig.",
        "There are {periods} periods before the start; that the comparison fits them says little.",
    ),
    "weight_on_one": (
        "De vergelijking bij begin {start} is voor {percent} % één eenheid: {unit}.",
        "The comparison at start {start} is for {percent} % one unit: {unit}.",
    ),
    "poor_fit_spread": (
        "De vergelijking past vóór het begin slecht: zij wijkt {pre_rmspe} af, {percent} % van de spreiding tussen "
        "eenheden.",
        "The comparison fits badly before the start: it is {pre_rmspe} off, {percent} % of the spread between units.",
    ),
    "poor_fit_usual": (
        "De vergelijking past vóór het begin slechter ({pre_rmspe}) dan die van de meeste anderen ({usual}).",
        "The comparison fits worse before the start ({pre_rmspe}) than those of most others ({usual}).",
    ),
    "exact_fit": (
        "Met {donors} eenheden en {periods} periodes past de vergelijking vanzelf precies; dat bewijst niets.",
        "With {donors} units and {periods} periods the comparison fits exactly by itself; that proves nothing.",
    ),
    "unequal_noise": (
        "De uitkomst van wie meedoet schommelt {ratio} keer zo sterk als die van de anderen; placebo's zeggen dan te "
        "veel "
        "of te weinig.",
        "The outcome of those who take part varies {ratio} times as much as that of the others; placebos then say too "
        "much "
        "or too little.",
    ),
    "no_placebos": (
        "Met {donors} eenheden naast {treated} deelnemers zijn er geen placebo's te maken; er is dus geen interval.",
        "With {donors} units beside {treated} that take part no placebos can be made, so that there is no interval.",
    ),
    "smallest_p_above_alpha": (
        "Met {placebos} placebo's is de kleinste p-waarde {smallest_p}: de toets kan op dit niveau nooit iets vinden; "
        "daarvoor zijn er {needed} nodig.",
        "With {placebos} placebos the smallest p-value is {smallest_p}: the test can never find anything at this "
        "level; "
        "that takes {needed}.",
    ),
    "few_placebos": (
        "Er zijn {placebos} verschillende placebo's; hun spreiding is een ruwe maat. Voor het niveau zijn er {needed} "
        "nodig.",
        "There are {placebos} different placebos; their spread is a rough measure. The level asks for {needed}.",
    ),
    "one_donor_carries": (
        "Eén vergelijkbare eenheid draagt de uitkomst: zonder {unit} is het effect {without}.",
        "One unit of the comparison carries the result: without {unit} the effect is {without}.",
    ),
    "no_constant_effect": (
        "Geen enkel gelijk blijvend effect past bij de gegevens; het interval is dat van de gemiddelde afwijking "
        "({low} tot {high}).",
        "No constant effect fits the data; the interval is that of the mean difference ({low} to {high}).",
    ),
    # --- time series
    "short_series": (
        "De reeks telt {points} punten vóór het begin (minder dan {least}); haar standaardfout is te klein.",
        "The series has {points} points before the start (fewer than {least}); its standard error is too small.",
    ),
    "season_not_modelled": (
        "Met {points} punten vóór het begin is het seizoen ({season} per jaar) niet te schatten.",
        "With {points} points before the start the season ({season} a year) cannot be estimated.",
    ),
    "trend_form": (
        "De vorm van de trend beslist: recht doorgetrokken is het effect {linear}, met een buigzame trend {flexible} "
        "(p = {p_flexible}).",
        "The form of the trend decides: drawn on straight the effect is {linear}, with a flexible trend {flexible} "
        "(p = {p_flexible}).",
    ),
    "no_flexible_trend": (
        "Met {points} punten vóór het begin is alleen een rechte trend te trekken; of hij recht was, weet niemand.",
        "With {points} points before the start only a straight trend can be drawn; nobody knows whether it was "
        "straight.",
    ),
    # --- cost per person
    "share_at_edge": (
        "In {cells} groepen heeft iedereen of niemand kosten; daar is het deel met kosten niet te modelleren.",
        "In {cells} groups everybody or nobody has cost; there the share with cost cannot be modelled.",
    ),
    "no_standard_error": (
        "Met {treated} deelnemende en {control} andere clusters is er geen standaardfout te geven.",
        "With {treated} clusters that take part and {control} others no standard error can be given.",
    ),
    # --- weighting
    "balance_not_reached": (
        "Na weging verschillen de groepen nog in {covariates} (tot {largest}, grens {most}).",
        "After weighting the groups still differ in {covariates} (up to {largest}, limit {most}).",
    ),
    "matched_on_outcome": (
        "Gewogen is op een uitkomst die vooraf {difference} standaarddeviaties verschilde; dan keert een deel vanzelf "
        "terug.",
        "Weighting was on an outcome that differed by {difference} standard deviations before; part of it returns by "
        "itself.",
    ),
    "few_effective_controls": (
        "Na weging telt de vergelijking als {controls} eenheden (minder dan {least}).",
        "After weighting the comparison counts as {controls} units (fewer than {least}).",
    ),
    "off_support": (
        "Van {treated} deelnemende eenheden is er bij de anderen geen evenknie.",
        "{treated} units that take part have no match among the others.",
    ),
    "propensity_separates": (
        "De kenmerken scheiden wie meedoet bijna volledig van wie niet meedoet; wegen helpt dan niet.",
        "The characteristics nearly separate those who take part from the others; weighting does not help then.",
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

NOTES: Final[dict[str, tuple[str, str]]] = {
    "controls_not_yet_treated": (
        "Vergeleken met eenheden die (nog) niet meedoen.", "Compared with units that do not take part (yet).",
    ),
    "controls_never_treated": (
        "Vergeleken met eenheden die nooit meedoen.", "Compared with units that never take part.",
    ),
    "aggregation_simple": (
        "Gemiddeld over deelnemende eenheden en periodes.", "Mean over treated units and periods.",
    ),
    "aggregation_group": ("Eerst per beginjaar gemiddeld.", "Averaged per starting group first."),
    "aggregation_dynamic": ("Eerst per tijd sinds het begin gemiddeld.", "Averaged per time since the start first."),
    "aggregation_calendar": ("Eerst per kalenderjaar gemiddeld.", "Averaged per calendar period first."),
    "base_varying": (
        "Elke periode vóór het begin is vergeleken met de periode ervoor; daarna met de laatste periode vóór het "
        "begin.",
        "Each period before the start is compared with the one before it; later ones with the last before the start.",
    ),
    "unit_weight_of_period": (
        "Een eenheid telt met haar persoonsjaren van de periode zelf.",
        "A unit counts with its person-years of the period itself.",
    ),
    "pairs_seen_in_both_periods": (
        "Een eenheid telt in een vergelijking mee als zij in beide periodes is waargenomen.",
        "A unit counts in a comparison when it is observed in both periods.",
    ),
    "adjustment_outcome": (
        "Gecorrigeerd met een regressie van de verandering van de anderen.",
        "Adjusted by a regression of the change of the others.",
    ),
    "adjustment_weighting": (
        "Gecorrigeerd door te wegen met de kans om mee te doen.", "Adjusted by weighting with the chance to take part.",
    ),
    "adjustment_doubly_robust": (
        "Dubbel robuust gecorrigeerd: regressie en weging samen.",
        "Adjusted doubly robustly: regression and weighting together.",
    ),
    "covariates_at_reference": (
        "Kenmerken zijn die van de periode waarmee wordt vergeleken.",
        "Characteristics are those of the period that is compared with.",
    ),
    "covariates_by_period": (
        "Kenmerken van vóór het begin mogen in elke periode anders uitwerken.",
        "Characteristics from before the start may work out differently in each period.",
    ),
    "regression_adjustment": (
        "Gecorrigeerd voor kenmerken van vóór het begin, die in elke periode anders mogen uitwerken.",
        "Adjusted for characteristics from before the start, which may work out differently in each period.",
    ),
    "cohorts_interaction_weighted": (
        "Effecten zijn per beginjaar geschat en gewogen opgeteld (Sun–Abraham).",
        "Effects are estimated per starting group and added up by weight (Sun–Abraham).",
    ),
    "ratio_effect": (
        "Het effect is een verhouding; in euro is het het gemiddelde over deelnemers na het begin.",
        "The effect is a ratio; in euro it is the mean over the treated after the start.",
    ),
    "average_marginal_effect": (
        "Euro's zijn voorspelde kosten met programma minus voorspelde kosten zonder.",
        "Euros are predicted cost with the programme minus predicted cost without.",
    ),
    "no_zero_cost": (
        "Niemand heeft kosten 0; beide delen vallen dan samen.", "Nobody has cost 0; both parts are then one.",
    ),
    "series_against_controls": (
        "De reeks is het verschil tussen wie meedoet en wie niet.",
        "The series is the difference between those who take part and those who do not.",
    ),
    "series_alone": ("De reeks staat alleen.", "The series stands alone."),
    "larger_of_two_errors": (
        "De grootste van de gewone en de robuuste (Newey–West) fout is genomen.",
        "The larger of the ordinary and the robust (Newey–West) error is taken.",
    ),
    "harmonics": ("Het seizoen is met golven gevolgd.", "The season is followed with waves."),
    "donors_never_treated": (
        "De vergelijking bestaat uit eenheden die nooit meedoen, ongewogen.",
        "The comparison is made of units that never take part, unweighted.",
    ),
    "treated_averaged_by_weight": (
        "Wie meedoet is één reeks: het gemiddelde, naar persoonsjaren.",
        "Those who take part are one series: the mean, by person-years.",
    ),
    "treated_averaged": (
        "Wie meedoet is één reeks: het gemiddelde.", "Those who take part are one series: the mean.",
    ),
    "starts_averaged_by_treated_weight": (
        "Per beginjaar geschat, en naar omvang opgeteld.", "Estimated per start, and added up by size.",
    ),
    "placebos_of_clusters": (
        "Placebo's zijn hele clusters die niet meedoen.", "Placebos are whole clusters that take no part.",
    ),
    "placebos_of_units": (
        "Placebo's zijn eenheden die niet meedoen.", "Placebos are units that take no part.",
    ),
    "matched_on_covariates": (
        "De vergelijking past op de uitkomst vóór het begin en op kenmerken.",
        "The comparison is matched on the outcome before the start and on characteristics.",
    ),
    "matched_on_outcomes": (
        "De vergelijking past op de uitkomst in elke periode vóór het begin.",
        "The comparison is matched on the outcome in each period before the start.",
    ),
    "most_even_weights": (
        "Van alle gewichten die precies passen zijn de meest gelijke genomen.",
        "Of all weights that fit exactly the most even ones are taken.",
    ),
    "rmspe_ratio_ranked": (
        "De rang is die van de afwijking na het begin gedeeld door die ervoor.",
        "The rank is that of the error after the start divided by that before.",
    ),
    "rmspe_ranked": ("De rang is die van de afwijking na het begin.", "The rank is that of the error after the start."),
    "interval_of_constant_effects": (
        "Het interval bevat de gelijk blijvende effecten die de rangtoets niet verwerpt.",
        "The interval holds the constant effects that the permutation test does not reject.",
    ),
    "time_weights_without_ridge": (
        "Gewichten op periodes hebben bijna geen demping, zoals in het oorspronkelijke artikel.",
        "Weights on periods have next to no ridge, as in the original article.",
    ),
    "placebo_error_supposes_equal_noise": (
        "De fout is de spreiding van placebo's; dat veronderstelt dat wie meedoet even sterk schommelt als de anderen.",
        "The error is the spread of placebos; that supposes that those who take part vary as much as the others.",
    ),
    "covariates_not_used": (
        "Deze methode gebruikt de kenmerken niet.", "This method does not use the characteristics.",
    ),
}
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
