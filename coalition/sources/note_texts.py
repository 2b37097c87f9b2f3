"""The sentences of notes, in Dutch and English. A name in braces is filled in when the note is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class NoteText:
    """One note in two languages."""

    nl: str
    en: str

    def of(self, lang: str) -> str:
        """The note in "nl" or "en"."""
        return self.nl if lang == "nl" else self.en


NOTES: Final[dict[str, NoteText]] = {
    "note.latin1": NoteText(
        "Het bestand is geen UTF-8 en is als Latin-1 gelezen.",
        "The file is not UTF-8 and was read as Latin-1.",
    ),
    "note.rest_row": NoteText(
        "Weggelaten uit de gemeentetabel: {rows} restregel(s) zonder geslacht, leeftijd of gemeente (groepen onder 10"
        " personen en onbekende kenmerken), {persons} verzekerden, {cost_eur} euro. Landelijke totalen tellen ze mee.",
        "Left out of the municipal table: {rows} rest row(s) without sex, age or municipality (groups under 10 persons"
        " and unknown characteristics), {persons} insured persons, {cost_eur} euro. National totals include them.",
    ),
    "note.unknown_names": NoteText(
        "{count} gemeentenaam/-namen zonder bekende CBS-code ({names}): {persons} verzekerden, {cost_eur} euro. De"
        " regels staan in de tabel zonder code en vallen weg zodra op gebied wordt opgeteld.",
        "{count} municipal name(s) without a known CBS code ({names}): {persons} insured persons, {cost_eur} euro. The"
        " rows stand in the table without a code and drop out once areas are added up.",
    ),
    "note.unclassified": NoteText(
        "Nog niet ingedeelde kostenkolommen: {names}. Ze tellen mee in het totaal.",
        "Cost columns not yet classified: {names}. They count in the total.",
    ),
    "note.ignored_columns": NoteText(
        "Niet gelezen kolommen: {names}.",
        "Columns not read: {names}.",
    ),
    "note.empty_cells": NoteText(
        "{cells} lege kostencel(len): niet gepubliceerd, dus leeg gelaten; het totaal van zo'n regel is de som van wat"
        " er wel staat.",
        "{cells} empty cost cell(s): not published, so left empty; the total of such a row sums what is there.",
    ),
    "note.absent_cells": NoteText(
        "{cells} combinatie(s) van geslacht, leeftijd en gemeente staan niet in het bestand: afwezig, niet nul.",
        "{cells} combination(s) of sex, age and municipality are not in the file: absent, not zero.",
    ),
    "note.classification": NoteText(
        "{municipalities} gemeenten; hun namen horen bij de gemeentelijke indeling van {map}.",
        "{municipalities} municipalities; their names belong to the municipal map of {map}.",
    ),
    "note.break_2015": NoteText(
        "Breuk in 2015: wijkverpleging komt in de Zvw en de geestelijke gezondheidszorg voor jeugd gaat eruit"
        " (Jeugdwet). Vergelijk totalen van voor en na 2015 niet.",
        "Break in 2015: district nursing enters the Zvw and mental health care for the young leaves it (Jeugdwet). Do"
        " not compare totals before and after 2015.",
    ),
    "note.break_2020": NoteText(
        "2020 is een pandemiejaar: uitgestelde zorg drukt de kosten.",
        "2020 is a pandemic year: postponed care lowers the costs.",
    ),
    "note.break_2021": NoteText(
        "De geestelijke gezondheidszorg van 2021 is onvolledig: 28 % ervan ontbreekt, 2,4 % van de Zvw (2,88 tegen 4,02"
        " miljard euro in 2020). Trends die in 2021 eindigen zijn te laag.",
        "Mental health care of 2021 is incomplete: 28 % of it is missing, 2.4 % of the Zvw (2.88 against 4.02 billion"
        " euro in 2020). Trends that end in 2021 are too low.",
    ),
    "note.later_layout": NoteText(
        "De kolommen van {year} zijn op betekenis gelezen; de geestelijke gezondheidszorg is anders ingedeeld dan tot"
        " 2021.",
        "The columns of {year} were matched by meaning; mental health care is split differently than until 2021.",
    ),
    "note.unmapped_rows": NoteText(
        "{rows} regel(s) met een onbekende gemeentenaam zijn weggelaten.",
        "{rows} row(s) with an unknown municipal name were left out.",
    ),
    "note.left_out_splits": NoteText(
        "Weggelaten omdat een gemeente werd opgesplitst en haar inwoners naar de buren gingen: {names}.",
        "Left out because a municipality was split and its people went to its neighbours: {names}.",
    ),
    "note.merged": NoteText(
        "Opgeteld tot de nieuwste gemeentelijke indeling ({count} fusies): {names}.",
        "Added up to the newest municipal map ({count} mergers): {names}.",
    ),
    "note.kind_not_in_year": NoteText(
        "{kind} staat niet in de bestanden van {years}; over de jaren heen is het dus niet dezelfde zorg.",
        "{kind} is not in the files of {years}, so that over the years it is not the same care.",
    ),
    "note.kwb_rounding": NoteText(
        "CBS rondt aantallen onder gemeenteniveau af op 5: delen tellen niet precies op tot het geheel.",
        "CBS rounds counts below municipality level to 5: parts do not add up exactly.",
    ),
    "note.missing_counts": NoteText(
        "{rows} gebied(en) met een ontbrekend aantal: leeg gelaten, niet nul.",
        "{rows} area(s) with a missing count: left empty, not zero.",
    ),
    "note.empty_regions": NoteText(
        "{rows} opgeheven of lege regio('s) zonder inwoners in het bestand zijn weggelaten.",
        "{rows} abolished or empty region(s) without inhabitants in the file were left out.",
    ),
    "note.unknown_regions": NoteText(
        "{count} regionaam/-namen zonder bekende CBS-code zijn weggelaten ({names}): {people} inwoners.",
        "{count} region name(s) without a known CBS code were left out ({names}): {people} inhabitants.",
    ),
    "note.cpi_chained": NoteText(
        "De index vanaf {year} is gekoppeld met jaarmutaties die op 0,1 % zijn afgerond.",
        "The index from {year} on is chained from yearly changes rounded to 0.1 %.",
    ),
    "note.region_years": NoteText(
        "Inwoners zijn van {people}; verzekerdejaren en Zvw-kosten van {zvw}; de andere domeinen hebben prijspeil"
        " {profile}. Niets is geïndexeerd. De kolom `year` is het jaar van de inwoners.",
        "Inhabitants are of {people}; insured years and Zvw cost of {zvw}; the other pockets have price year {profile}."
        " Nothing is indexed. Column `year` is the year of the inhabitants.",
    ),
    "note.modelled_pockets": NoteText(
        "Wlz, Wmo en Jeugdwet komen uit het landelijke leeftijdsprofiel van CPB ({profile}), overal gelijk en niet"
        " geschaald met de Zvw. Vervang ze door de eigen cijfers van de gemeente waar die er zijn.",
        "Wlz, Wmo and Jeugdwet come from CPB's national age profile ({profile}), the same everywhere and not scaled by"
        " the Zvw. Replace them by the municipality's own accounts where there are any.",
    ),
    "note.region_absent_cells": NoteText(
        "{classes} leeftijdsklasse(n) van een gemeente staan niet in Vektis en hebben geen regel; bij {half} klasse(n)"
        " is maar één geslacht gepubliceerd.",
        "{classes} age class(es) of a municipality are not in Vektis' file and have no row; in {half} class(es) only"
        " one sex is published.",
    ),
    "note.below_municipality": NoteText(
        "{areas} wijken of buurten met het leeftijdspatroon binnen elke CBS-klasse en de Zvw-kosten van hun gemeente;"
        " verzekerdejaren zijn naar inwoners verdeeld. CBS rondt hun inwoners af op 5.",
        "{areas} wijken or buurten with the age pattern within each CBS band and the Zvw cost of their municipality;"
        " insured years are divided by inhabitants. CBS rounds their inhabitants to 5.",
    ),
    "note.hidden_areas": NoteText(
        "{areas} wijk(en) of buurt(en) zonder gepubliceerde leeftijden zijn weggelaten: {names}.",
        "{areas} wijk(en) or buurt(en) without published ages were left out: {names}.",
    ),
    "note.uninhabited_areas": NoteText(
        "{areas} wijk(en) of buurt(en) zonder inwoners zijn weggelaten.",
        "{areas} wijk(en) or buurt(en) without inhabitants were left out.",
    ),
    "note.years_not_placed": NoteText(
        "{years} verzekerdejaren konden aan geen wijk of buurt worden toegedeeld.",
        "{years} insured years could not be given to any wijk or buurt.",
    ),
}
"""Code of a note -> its sentence."""
