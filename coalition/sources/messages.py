"""What is wrong with a published file, and what to do about it, in Dutch and English.

The templates name `{found}` (what was found), `{path}` (the column) and the facts of the problem.
"""

from __future__ import annotations

from typing import Final

from coalition.messages import Message

MESSAGES: Final[dict[str, Message]] = {
    "source.not_found": Message(
        "Dit bestand bestaat niet.",
        "Controleer de naam en de map.",
        "This file does not exist.",
        "Check the name and the folder.",
    ),
    "source.unreadable": Message(
        "Dit bestand kan niet worden gelezen: {found}.",
        "Controleer of het een bestand is en of u het mag openen.",
        "This file cannot be read: {found}.",
        "Check that it is a file and that you may open it.",
    ),
    "source.empty": Message(
        "Het bestand bevat geen gegevens.",
        "Download het bestand opnieuw bij de uitgever.",
        "The file holds no data.",
        "Download the file again from its publisher.",
    ),
    "source.broken_archive": Message(
        "Het ingepakte bestand is beschadigd.",
        "Download het opnieuw, of pak het zelf uit.",
        "The compressed file is damaged.",
        "Download it again, or unpack it yourself.",
    ),
    "source.too_big": Message(
        "Het bestand is uitgepakt groter dan {limit} MB; zo groot is geen van de bekende bestanden.",
        "Controleer of dit het gemeentebestand van één jaar is.",
        "The file is larger than {limit} MB when unpacked; none of the known files is that large.",
        "Check that this is the municipal file of one year.",
    ),
    "source.encoding": Message(
        "Op deze regel staan tekens die geen tekst zijn (geen UTF-8 en geen Latin-1).",
        "Sla het bestand op als CSV in UTF-8, of download het opnieuw.",
        "This line holds signs that are no text (neither UTF-8 nor Latin-1).",
        "Save the file as CSV in UTF-8, or download it again.",
    ),
    "source.year_unknown": Message(
        "Het jaar van dit bestand is onbekend: in de naam staat geen jaartal, of meer dan één ({found}).",
        "Geef het jaar mee (--year; bij `region` --kwb-year, --cpb-year),"
        " of noem het bestand bijvoorbeeld `vektis_2019_gemeente.csv`.",
        "The year of this file is unknown: its name holds no year, or several ({found}).",
        "State the year (--year; with `region` --kwb-year, --cpb-year),"
        " or name the file for example `vektis_2019_gemeente.csv`.",
    ),
    "source.year_differs": Message(
        "U noemt het jaar {found}, maar de bestandsnaam zegt {named}.",
        "Kies het juiste bestand of het juiste jaar.",
        "You state the year {found}, but the file name says {named}.",
        "Choose the right file or the right year.",
    ),
    "source.year_contradicted": Message(
        "Dit bestand kan niet van {found} zijn: kostensoort {care} staat in bestanden vanaf {first} en niet eerder.",
        "Controleer het jaar in de bestandsnaam.",
        "This file cannot be of {found}: kind of care {care} is in files from {first} on and not before.",
        "Check the year in the file name.",
    ),
    "source.not_vektis": Message(
        "Dit is geen gemeentebestand van Vektis.",
        "Kies het bestand `gemeente` van het Open Databestand Zorgverzekeringswet (niet postcode3), met `;` ertussen.",
        "This is no municipal file of Vektis.",
        "Choose the file `gemeente` of the Open Databestand Zorgverzekeringswet (not postcode3), separated by `;`.",
    ),
    "source.not_cbs": Message(
        "Dit is geen CBS-bestand dat hier bekend is.",
        "Bekend zijn: Kerncijfers wijken en buurten, Regionale kerncijfers en de consumentenprijsindex.",
        "This is no CBS file that is known here.",
        "Known are: Kerncijfers wijken en buurten, Regionale kerncijfers and the consumer price index.",
    ),
    "source.not_cpb": Message(
        "Dit is niet het CPB-werkboek met uitgaven per leeftijd (kop `Leeftijd`, Zvw, Wlz, Wmo, Jeugd).",
        "Download het `.xlsx`-bestand opnieuw bij CPB.",
        "This is not CPB's workbook of spending by age (heading `Leeftijd`, Zvw, Wlz, Wmo, Jeugd).",
        "Download the `.xlsx` file again from CPB.",
    ),
    "source.not_cpi": Message(
        "Dit is niet de consumentenprijsindex.",
        "Download StatLine-tabel 83131NED met jaarcijfers.",
        "This is not the consumer price index.",
        "Download StatLine table 83131NED with yearly figures.",
    ),
    "source.wrong_base": Message(
        "De index heeft een ander basisjaar dan 2015 = 100: {found}",
        "Kies de reeks met 2015 = 100.",
        "The index has another base year than 2015 = 100: {found}",
        "Choose the series with 2015 = 100.",
    ),
    "source.missing_column": Message(
        "Kolom `{path}` ontbreekt.",
        "Gebruik het bestand zoals de uitgever het levert.",
        "Column `{path}` is missing.",
        "Use the file as its publisher gives it.",
    ),
    "source.duplicate_column": Message(
        "Kolom `{found}` staat er meer dan één keer in.",
        "Gebruik het bestand zoals de uitgever het levert.",
        "Column `{found}` occurs more than once.",
        "Use the file as its publisher gives it.",
    ),
    "source.bad_row": Message(
        "Deze regel heeft {found} cellen in plaats van {expected}.",
        "Het bestand is afgebroken of bewerkt; download het opnieuw.",
        "This row has {found} cells instead of {expected}.",
        "The file was cut off or edited; download it again.",
    ),
    "source.bad_number": Message(
        "In kolom `{path}` staat geen getal: `{found}`.",
        "Gebruik het oorspronkelijke bestand; een spreadsheet kan punten en komma's hebben veranderd.",
        "Column `{path}` holds no number: `{found}`.",
        "Use the original file; a spreadsheet may have changed points and commas.",
    ),
    "source.bad_count": Message(
        "In kolom `{path}` staat geen aantal: `{found}`. Een aantal ontbreekt niet, is niet negatief, en personen zijn"
        " heel.",
        "Gebruik het oorspronkelijke bestand.",
        "Column `{path}` holds no count: `{found}`. A count is not missing, not negative, and persons are whole.",
        "Use the original file.",
    ),
    "source.bad_sex": Message(
        "Onbekend geslacht: `{found}`.",
        "Alleen M en V komen voor.",
        "Unknown sex: `{found}`.",
        "Only M and V occur.",
    ),
    "source.bad_age_class": Message(
        "Onbekende leeftijd: `{found}`.",
        "Vektis kent klassen van vijf jaar (`0 t/m 4 jaar` tot en met `90+`), CPB losse jaren tot en met 99.",
        "Unknown age: `{found}`.",
        "Vektis has classes of five years (`0 t/m 4 jaar` up to `90+`), CPB single years up to 99.",
    ),
    "source.bad_ages": Message(
        "Deze leeftijden vallen niet samen met de klassen van Vektis: `{found}`.",
        "Neem klassen van vijf jaar, zoals `0-14`, `65-89` of `65+`.",
        "These ages do not fall together with Vektis' classes: `{found}`.",
        "Take classes of five years, such as `0-14`, `65-89` or `65+`.",
    ),
    "source.unknown_basket": Message(
        "Deze zorg is niet bekend: `{found}`.",
        "Bekend zijn: {known}; soorten worden opgeteld met `+`.",
        "This care is not known: `{found}`.",
        "Known are: {known}; kinds are added up with `+`.",
    ),
    "source.year_twice": Message(
        "Van dit jaar zijn er twee bestanden: {found}.",
        "Geef er een.",
        "There are two files of this year: {found}.",
        "Give one of them.",
    ),
    "source.no_reference_year": Message(
        "Er is geen bestand van het jaar waarnaar wordt gestandaardiseerd: {found}.",
        "Kies uit: {years}.",
        "There is no file of the year that is standardised to: {found}.",
        "Choose from: {years}.",
    ),
    "source.no_price_index": Message(
        "Van {found} is er geen prijsindex; die loopt van {first} tot en met {last}.",
        "Kies een ander jaar, of laat `--price-year` weg.",
        "There is no price index of {found}; it runs from {first} to {last}.",
        "Choose another year, or leave out `--price-year`.",
    ),
    "source.bad_code": Message(
        "Geen CBS-code: `{found}`.",
        "Een gemeente is `GM` met vier cijfers, een wijk `WK` en een buurt `BU`.",
        "No CBS code: `{found}`.",
        "A municipality is `GM` with four digits, a wijk `WK` and a buurt `BU`.",
    ),
    "source.bad_period": Message(
        "Geen jaar: `{found}`.",
        "Kies bij het downloaden jaarcijfers.",
        "No year: `{found}`.",
        "Choose yearly figures when downloading.",
    ),
    "source.duplicate_row": Message(
        "Deze regel komt twee keer voor: {found}.",
        "Haal de dubbele regel weg, of download het bestand opnieuw.",
        "This row occurs twice: {found}.",
        "Remove the second one, or download the file again.",
    ),
    "source.bands_do_not_add_up": Message(
        "De leeftijdsgroepen tellen op tot {found}, maar er zijn {people} inwoners.",
        "Kies bij het downloaden aantallen, geen percentages.",
        "The age groups add up to {found}, but there are {people} inhabitants.",
        "Choose counts, not percentages, when downloading.",
    ),
    "source.ages_incomplete": Message(
        "Het profiel moet elke leeftijd van 0 tot en met 99 één keer hebben, op volgorde; gevonden: {found}.",
        "Download het werkboek opnieuw bij CPB.",
        "The profile must have each age from 0 to 99 once, in order; found: {found}.",
        "Download the workbook again from CPB.",
    ),
    "source.split_municipality": Message(
        "{found} is opgesplitst over {over} en heeft geen opvolger.",
        "Laat deze gemeenten samen weg uit een reeks over de splitsing heen; kies voor een regio een buurgemeente.",
        "{found} was split over {over} and has no successor.",
        "Leave these municipalities out together in a series across the split; for a region choose a neighbour.",
    ),
    "source.unknown_municipality": Message(
        "Onbekende gemeente: `{found}`.",
        "Geef een naam van CBS of een code als GM0106.",
        "Unknown municipality: `{found}`.",
        "Give a name as CBS writes it, or a code such as GM0106.",
    ),
    "source.unknown_province": Message(
        "Onbekende provincie: `{found}`.",
        "Geef een naam als Drenthe of een code als PV22.",
        "Unknown province: `{found}`.",
        "Give a name such as Drenthe or a code such as PV22.",
    ),
    "source.no_area": Message(
        "Er is geen gebied genoemd.",
        "Noem een provincie (--province) of gemeenten (--municipality).",
        "No area was named.",
        "Name a province (--province) or municipalities (--municipality).",
    ),
    "source.area_not_in_file": Message(
        "{found} staat niet in het bestand van {source}.",
        "Kies een bestand van een ander jaar of een ander gebied.",
        "{found} is not in the file of {source}.",
        "Choose a file of another year, or another area.",
    ),
    "source.no_area_below": Message(
        "Er is geen bewoond gebied van niveau {found} in het CBS-bestand.",
        "Kies niveau municipality.",
        "The CBS file has no inhabited area of level {found}.",
        "Choose level municipality.",
    ),
    "source.missing_population": Message(
        "CBS publiceert geen aantal inwoners voor {found}.",
        "Kies een ander jaar van de Kerncijfers.",
        "CBS does not publish the number of inhabitants of {found}.",
        "Choose another year of the Kerncijfers.",
    ),
    "source.band_without_persons": Message(
        "{found} heeft inwoners, maar Vektis heeft daar geen verzekerden om ze over leeftijden te verdelen.",
        "Kies een ander jaar van Vektis.",
        "{found} has inhabitants, but Vektis has no insured persons there to spread them over ages.",
        "Choose another year of Vektis.",
    ),
    "source.unusable_class": Message(
        "De kosten van {found} zijn negatief of staan tegenover nul verzekerdejaren.",
        "Kies een ander jaar van Vektis.",
        "The cost of {found} is negative or stands against zero insured years.",
        "Choose another year of Vektis.",
    ),
    "source.classes_missing": Message(
        "In het Vektis-bestand ontbreken de leeftijdsklassen vanaf: {found}.",
        "Gebruik het volledige landelijke bestand.",
        "Vektis' file lacks the age classes from: {found}.",
        "Use the whole national file.",
    ),
    "source.implausible_old_ages": Message(
        "Op elke verzekerde van 85 tot 90 zijn er {found} van 90 en ouder; dat kan niet bij stijgende sterfte.",
        "Gebruik het volledige landelijke bestand.",
        "For each insured person of 85 to 90 there are {found} of 90 and over; rising mortality does not allow that.",
        "Use the whole national file.",
    ),
    "source.year_too_old": Message(
        "Vektis {found} is te oud voor Zvw-kosten.",
        "Gebruik {first} of later, met volledige geestelijke gezondheidszorg.",
        "Vektis {found} is too old for Zvw cost.",
        "Use {first} or later, with complete mental health care.",
    ),
    "source.incomplete_mental_health": Message(
        "In Vektis {found} ontbreekt 28 % van de geestelijke gezondheidszorg, 2,4 % van de Zvw-kosten.",
        "Gebruik 2019 of 2020, of aanvaard het tekort met --allow-incomplete-mental-health.",
        "Vektis {found} lacks 28 % of mental health care, 2.4 % of Zvw cost.",
        "Use 2019 or 2020, or accept the gap with --allow-incomplete-mental-health.",
    ),
    "source.no_mental_health": Message(
        "In Vektis {found} is geen kolom met geestelijke gezondheidszorg herkend.",
        "Gebruik 2019 of 2020.",
        "No column of mental health care was recognised in Vektis {found}.",
        "Use 2019 or 2020.",
    ),
    "source.mixed_kinds": Message(
        "Deze CBS-bestanden zijn van verschillende soort: {found}.",
        "Lees ze elk met een eigen opdracht.",
        "These CBS files are of different kinds: {found}.",
        "Read each with its own command.",
    ),
}
"""Code of a problem -> what it means and what to do."""
