"""What is wrong with a study, and what to do about it, in two languages; the same form as coalition/messages.py."""

from __future__ import annotations

from typing import Final

from coalition.messages import Message

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    # --- rows of the data
    "study.weight": Message(
        "Een gewicht is meer dan 0: zonder persoonsjaren heeft een gemiddelde geen betekenis ({unit}, {period}; "
        "{count} in totaal).",
        "Laat de rij weg, of vul het aantal persoonsjaren in.",
        "A weight is more than 0: without person-years a mean has no meaning ({unit}, {period}; {count} in "
        "all).",
        "Leave out the row, or state the person-years.",
    ),
    "study.small_group": Message(
        "Achter deze rij staan minder dan {least} personen ({unit}, {period}; {count} in totaal); zulke cijfers "
        "kunnen over iemand herkenbaars gaan.",
        "Voeg kleine groepen samen, of laat de eenheid weg met `exclude`; een andere grens is `smallest_group`.",
        "Fewer than {least} persons stand behind this row ({unit}, {period}; {count} in all); such "
        "figures may be about somebody recognisable.",
        "Put small groups together, or leave out the unit with `exclude`; another limit is `smallest_group`.",
    ),
    "study.two_starts": Message(
        "Deze eenheid ({unit}) heeft in de gegevens meer dan één begin ({count} in totaal).",
        "Geef elke eenheid in al haar rijen dezelfde eerste periode, of laat die overal leeg.",
        "This unit ({unit}) has more than one start in the data ({count} in all).",
        "Give each unit the same first period in all its rows, or leave it empty everywhere.",
    ),
    # --- who is treated, from when
    "study.treated_twice": Message(
        "Wie meedoet staat twee keer: hier en in de kolom {column}.", "Kies één van beide.",
        "Who takes part is stated twice: here and in the column {column}.", "Choose one of the two.",
    ),
    "study.start": Message(
        "Wie meedoet en vanaf wanneer horen bij elkaar, en een van de twee ontbreekt.",
        "Vul `treated` en `start` samen in, of zet in de gegevens een kolom `treated_from`.",
        "Who takes part and from when belong together, and one of the two is missing.",
        "State `treated` and `start` together, or put a column `treated_from` in the data.",
    ),
    "study.unknown_unit": Message(
        "Deze eenheid staat niet in de gegevens.", "Schrijf de naam zoals in de kolom met eenheden.",
        "The data do not hold this unit.", "Write the name as in the column of units.",
    ),
    "study.no_rows": Message(
        "Na deze keuze blijft er geen rij over.", "Kies andere periodes of eenheden.",
        "No row is left after this choice.", "Choose other periods or units.",
    ),
    "study.start_outside": Message(
        "In deze periode zijn er geen gegevens; die lopen van {first} tot en met {last}.",
        "Kies een begin binnen de gegevens, of voeg periodes toe.",
        "There are no data of this period; they run from {first} to {last}.",
        "Choose a start within the data, or add periods.",
    ),
    "study.nobody_treated": Message(
        "Geen enkele eenheid doet mee; dan is er niets te schatten.",
        "Vul `treated` en `start` in, of de kolom `treated_from`.",
        "No unit takes part; then there is nothing to estimate.",
        "State `treated` and `start`, or the column `treated_from`.",
    ),
    "study.no_before": Message(
        "Van deze eenheden is er geen periode vóór het begin (de gegevens beginnen in {first}); hun verandering is "
        "niet te zien.",
        "Voeg eerdere periodes toe, of laat de eenheden weg met `exclude`.",
        "These units have no period before the start (the data begin in {first}); their change cannot be seen.",
        "Add earlier periods, or leave out the units with `exclude`.",
    ),
    # --- what a method needs
    "study.several_starts": Message(
        "De methode {method} kent één begin, en hier zijn er meer.",
        "Kies `callaway_santanna` of `event_study`, of neem per studie één groep.",
        "The method {method} knows one start, and there are several here.",
        "Choose `callaway_santanna` or `event_study`, or take one group per study.",
    ),
    "study.few_before": Message(
        "De methode {method} heeft minstens {least} periodes vóór het begin nodig.",
        "Voeg eerdere periodes toe, of kies een andere methode.",
        "The method {method} needs at least {least} periods before the start.",
        "Add earlier periods, or choose another method.",
    ),
    "study.period_gap": Message(
        "De methode {method} trekt een lijn door de tijd, en tussen de periodes zit een gat (vóór {found}).",
        "Nummer de periodes zonder gaten, ook maanden (1, 2, 3, …), of vul de ontbrekende aan.",
        "The method {method} draws a line through time, and there is a gap between the periods (before {found}).",
        "Number the periods without gaps, months too (1, 2, 3, …), or complete the missing ones.",
    ),
    "study.no_controls": Message(
        "De methode {method} vergelijkt met eenheden die nooit meedoen, en die zijn er niet.",
        "Voeg zulke eenheden toe; met verschillende beginjaren kan `callaway_santanna` met `controls: not_yet`.",
        "The method {method} compares with units that never take part, and there are none.",
        "Add such units; with different starts `callaway_santanna` can do with `controls: not_yet`.",
    ),
    "study.one_control": Message(
        "De methode {method} heeft hier één eenheid of cluster om mee te vergelijken; dan is toeval niet van effect te "
        "scheiden.",
        "Voeg eenheden toe, liefst meer dan twintig, in meer dan één cluster.",
        "The method {method} has one unit or cluster to compare with here; then chance cannot be told from effect.",
        "Add units, preferably more than twenty, in more than one cluster.",
    ),
    "study.unbalanced": Message(
        "De methode {method} heeft elke eenheid in elke periode nodig; bij {count} in totaal ontbreekt er een.",
        "Vul de rijen aan, laat de eenheden weg met `exclude`, of kies minder periodes met `periods`.",
        "The method {method} needs every unit in every period; {count} in all lack one.",
        "Complete the rows, leave out the units with `exclude`, or choose fewer periods with `periods`.",
    ),
    "study.empty_treated_after": Message(
        "Er zijn van wie meedoet geen gegevens na het begin.",
        "Vul de rijen aan; een vergelijking heeft beide groepen nodig, vóór en na het begin.",
        "There are no data of those who take part after the start.",
        "Complete the rows; a comparison needs both groups, before and after the start.",
    ),
    "study.empty_controls_before": Message(
        "Er zijn van wie niet meedoet geen gegevens vóór het begin.",
        "Vul de rijen aan; een vergelijking heeft beide groepen nodig, vóór en na het begin.",
        "There are no data of those who do not take part before the start.",
        "Complete the rows; a comparison needs both groups, before and after the start.",
    ),
    "study.empty_controls_after": Message(
        "Er zijn van wie niet meedoet geen gegevens na het begin.",
        "Vul de rijen aan; een vergelijking heeft beide groepen nodig, vóór en na het begin.",
        "There are no data of those who do not take part after the start.",
        "Complete the rows; a comparison needs both groups, before and after the start.",
    ),
    "study.negative_outcome": Message(
        "De methode {method} kent geen bedragen onder nul; hier {count} in totaal.",
        "Tel correcties bij de periode waar zij bij horen, of kies een andere methode.",
        "The method {method} knows no amounts below zero; here {count} in all.",
        "Book corrections in the period that they belong to, or choose another method.",
    ),
    "study.constant_outcome": Message(
        "De uitkomst is overal gelijk; daaruit is niets af te leiden.", "Controleer de kolom met de uitkomst.",
        "The outcome is the same everywhere; nothing can be derived from it.", "Check the column with the outcome.",
    ),
    # --- covariates
    "study.unused_covariates": Message(
        "Geen van de gekozen methoden gebruikt deze kenmerken.",
        "Kies `did`, `twfe`, `event_study`, `callaway_santanna` of `synthetic_control`, of `adjustment: entropy`, of "
        "laat de kenmerken weg.",
        "None of the chosen methods uses these characteristics.",
        "Choose `did`, `twfe`, `event_study`, `callaway_santanna` or `synthetic_control`, or `adjustment: entropy`, or "
        "leave out the characteristics.",
    ),
    "study.covariate_gap": Message(
        "Dit kenmerk ontbreekt bij {units}.", "Vul het aan, of laat het kenmerk of de eenheden weg.",
        "This characteristic is missing of {units}.", "Complete it, or leave out the characteristic or the units.",
    ),
    "study.collinear": Message(
        "Dit kenmerk volgt volledig uit de andere ({others}) of is overal gelijk; dan is niet te zeggen wat waarvan "
        "komt.",
        "Laat een van de kenmerken weg.",
        "This characteristic follows wholly from the others ({others}) or is the same everywhere; then nothing can "
        "be told apart.",
        "Leave out one of the characteristics.",
    ),
    # --- prices, protocol and settlement
    "study.no_index": Message(
        "Van deze periode is er geen prijsindex; bekend is {known}.",
        "Neem `kind: own` met een waarde per periode, of laat `price_index` weg: dan zijn bedragen nominaal.",
        "There is no price index of this period; known is {known}.",
        "Take `kind: own` with a value per period, or leave out `price_index`: amounts are then nominal.",
    ),
    "study.primary_not_asked": Message(
        "Deze methode staat niet bij `methods` ({methods}).", "Voeg haar daar toe, of kies er een van.",
        "This method does not stand under `methods` ({methods}).", "Add it there, or choose one of them.",
    ),
    "study.no_primary": Message(
        "Wie wil afrekenen, legt vooraf vast welke methode telt; `primary_method` ontbreekt.",
        "Kies er een van: {methods}.",
        "To settle, the method that counts is fixed beforehand; `primary_method` is missing.",
        "Choose one of: {methods}.",
    ),
    "study.contract_without_scenario": Message(
        "Er staat een contract, maar niet in welk scenario.", "Vul `scenario` in.",
        "A contract is named, but not in which scenario.", "State `scenario`.",
    ),
    "study.unknown_contract": Message(
        "Dit contract staat niet in het scenario; bekend zijn: {known}.", "Kies er een van.",
        "The scenario does not hold this contract; known are: {known}.", "Choose one of them.",
    ),
    "study.which_contract": Message(
        "Het scenario heeft meer of geen contracten ({known}).", "Noem er een onder `contract`.",
        "The scenario has several contracts or none ({known}).", "Name one under `contract`.",
    ),
    "study.pocket": Message(
        "Het contract gaat over {wanted}, en de gegevens gaan over iets anders.",
        "Stel `pocket` in op de kosten die het contract meet, en kies daar de kolom bij.",
        "The contract is about {wanted}, and the data are about something else.",
        "Set `pocket` to the cost that the contract measures, and choose its column.",
    ),
    "study.no_weight": Message(
        "Zonder persoonsjaren is er geen totaal, en zonder totaal niets af te rekenen.",
        "Noem de kolom met persoonsjaren onder `columns.weight`.",
        "Without person-years there is no total, and without a total nothing to settle.",
        "Name the column with person-years under `columns.weight`.",
    ),
    "study.no_measured_period": Message(
        "Het contract meet {first}-{last}, en daarvan is na het begin geen periode in de gegevens.",
        "Voeg de meetjaren toe, of controleer het begin.",
        "The contract measures {first}-{last}, and the data hold no period of that after the start.",
        "Add the measuring years, or check the start.",
    ),
    "study.date": Message(
        "Dit is geen datum.", "Schrijf jaar-maand-dag, zoals 2027-01-31.",
        "This is no date.", "Write year-month-day, such as 2027-01-31.",
    ),
    "study.no_protocol": Message(
        "Dit protocol bestaat niet.", "Maak het vóór de gegevens er zijn met `coalition evaluate protocol`.",
        "This protocol does not exist.", "Make it before there are data with `coalition evaluate protocol`.",
    ),
    "study.not_a_protocol": Message(
        "Dit bestand is geen protocol: `{key}` ontbreekt of is anders van vorm.",
        "Maak het met `coalition evaluate protocol`, en verander het daarna niet.",
        "This file is no protocol: `{key}` is missing or of another form.",
        "Make it with `coalition evaluate protocol`, and do not change it afterwards.",
    ),
}
# fmt: on
