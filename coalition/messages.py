"""What a problem means and what to do about it, in Dutch and English.

A problem carries facts (problems.py); here they become sentences: first the place and what was found, then the meaning,
then the remedy. Templates name `{found}`, `{path}`, `{file}` and the facts of their problem. A near name
(`suggestion`) is added by itself. Nothing is printed here, and the exit code is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from coalition.problems import Cell, Problem

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Message:
    """One kind of problem; `meaning` says which rule is broken, `remedy` what the user can write instead."""

    nl_meaning: str
    nl_remedy: str
    en_meaning: str
    en_remedy: str


# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    # --- the file itself
    "file.missing": Message(
        "Dit bestand bestaat niet.",
        "Controleer de naam en de map; `coalition init --from x` noemt de scenario's die zijn meegeleverd.",
        "This file does not exist.",
        "Check the name and the folder; `coalition init --from x` names the scenarios that are shipped.",
    ),
    "file.no_scenario_in_folder": Message(
        "In deze map staat geen bestand `scenario.yaml`.", "Kies een andere map, of noem het bestand zelf.",
        "This folder holds no file `scenario.yaml`.", "Choose another folder, or name the file itself.",
    ),
    "file.unreadable": Message(
        "Dit bestand kan niet worden gelezen ({reason}).", "Controleer of u het mag openen.",
        "This file cannot be read ({reason}).", "Check that you may open it.",
    ),
    "file.too_large": Message(
        "Dit bestand is groter dan {limit}; zo groot is geen invoerbestand.",
        "Controleer of dit het juiste bestand is.",
        "This file is larger than {limit}; no input file is that large.", "Check that this is the right file.",
    ),
    "file.empty": Message(
        "In dit bestand staat niets.", "Begin met het voorbeeld dat `coalition init` maakt.",
        "There is nothing in this file.", "Start from the example that `coalition init` makes.",
    ),
    "file.utf16": Message(
        "Dit bestand is geen gewone tekst in UTF-8 (het lijkt UTF-16, door Windows ook “Unicode” genoemd).",
        "Sla het opnieuw op en kies bij codering “UTF-8”; in Excel heet dat “CSV UTF-8”.",
        "This file is no plain text in UTF-8 (it looks like UTF-16, which Windows also calls “Unicode”).",
        "Save it again and choose the encoding “UTF-8”; Excel calls it “CSV UTF-8”.",
    ),
    "file.workbook": Message(
        "Dit is een werkboek of een zip-bestand en geen tekst.", "Sla het blad in Excel op als “CSV UTF-8”.",
        "This is a workbook or a zip file and no text.", "Save the sheet in Excel as “CSV UTF-8”.",
    ),
    "file.not_utf8": Message(
        "Op deze regel staat een teken dat geen UTF-8 is (byte {byte}, waarschijnlijk bedoeld als “{meant}”).",
        "Sla het bestand opnieuw op en kies bij codering “UTF-8”; in Excel heet dat “CSV UTF-8”.",
        "This line holds a sign that is not UTF-8 (byte {byte}, probably meant as “{meant}”).",
        "Save the file again and choose the encoding “UTF-8”; Excel calls it “CSV UTF-8”.",
    ),
    "init.exists": Message(
        "In deze map staat al een bestand met deze naam.", "Kies een lege map, of verplaats het bestand.",
        "This folder holds a file of this name already.", "Choose an empty folder, or move the file.",
    ),
    # --- the input form (a workbook)
    "file.not_a_form": Message(
        "Dit werkboek is geen invoerformulier van deze versie.",
        "Maak een leeg formulier met `coalition template x.xlsx` en neem uw cijfers daarin over.",
        "This workbook is no input form of this version.",
        "Make an empty form with `coalition template x.xlsx` and copy your figures into it.",
    ),
    "file.exists": Message(
        "Dit bestand bestaat al en wordt niet overschreven.", "Kies een andere naam, of verplaats het bestand.",
        "This file exists already and is not overwritten.", "Choose another name, or move the file.",
    ),
    "file.row_gone": Message(
        "In het formulier ontbreekt de rij met deze sleutel (kolom A).",
        "Neem een nieuw formulier, of zet de rij terug.",
        "The form lacks the row with this key (column A).", "Take a new form, or put the row back.",
    ),
    "form.layout": Message(
        "Deze indeling van het formulier kan niet worden gelezen ({reason}).",
        "Vergelijk het bestand met het meegeleverde in `excel_templates`.",
        "This layout of the form cannot be read ({reason}).",
        "Compare the file with the shipped one in `excel_templates`.",
    ),
    "form.missing": Message(
        "Verplicht en niet ingevuld: “{label}” ({why}).", "Vul de gele cel in.",
        "Required and not filled in: “{label}” ({why}).", "Fill in the yellow cell.",
    ),
    "form.missing_in_row": Message(
        "Deze cel hoort bij “{of}” en is leeg; een lege cel is iets anders dan 0.",
        "Vul de cel in, of maak de hele rij leeg als zij niet meedoet.",
        "This cell belongs to “{of}” and is empty; an empty cell is not the same as 0.",
        "Fill in the cell, or empty the whole row when it does not take part.",
    ),
    "form.no_price_year": Message(
        "Dit bedrag heeft geen prijspeil; zonder jaartal weet het model niet van welke euro's het spreekt.",
        "Vul in de kolom Prijspeil het jaar in waarin het bedrag is uitgedrukt.",
        "This amount has no price year; without a year the model does not know which euros it speaks of.",
        "State in the column Price year the year in which the amount is expressed.",
    ),
    "form.formula": Message(
        "In deze cel staat een formule; haar bewaarde uitkomst kan verouderd zijn.",
        "Plak de uitkomst als waarde: kopiëren, en dan plakken speciaal, waarden.",
        "This cell holds a formula; its stored result may be out of date.",
        "Paste the result as a value: copy, and then paste special, values.",
    ),
    "form.error": Message(
        "In deze cel staat een foutwaarde van het rekenblad.", "Typ de waarde zelf.",
        "This cell holds an error value of the spreadsheet.", "Type the value itself.",
    ),
    "form.date": Message(
        "In deze cel staat een datum of tijd; Excel maakt die soms van een getal als 1-2.",
        "Zet de celeigenschappen op Standaard en typ de waarde opnieuw.",
        "This cell holds a date or time; Excel sometimes makes one of a number such as 1-2.",
        "Set the format of the cell to General and type the value again.",
    ),
    "form.text_number": Message(
        "Deze cel bevat tekst en geen getal; het model raadt niet wat is bedoeld.",
        "Typ {as_number} als getal, met het decimaalteken dat uw Excel gebruikt (vaak een komma), zonder % of €.",
        "This cell holds text and no number; the model does not guess what was meant.",
        "Type {as_number} as a number, with the decimal sign that your Excel uses, without % or €.",
    ),
    "form.text_ambiguous": Message(
        "Deze cel bevat tekst en geen getal, en het teken erin kan duizendtallen of decimalen aangeven.",
        "Typ {as_number} of {as_decimal} als getal, wat u bedoelt, met het decimaalteken dat uw Excel gebruikt.",
        "This cell holds text and no number, and the sign in it may mean thousands or decimals.",
        "Type {as_number} or {as_decimal} as a number, whichever you mean, with the decimal sign that your Excel uses.",
    ),
    "form.no_number": Message(
        "Hier hoort een getal.", "Typ alleen het getal, zonder eenheid of toelichting.",
        "A number belongs here.", "Type the number only, without a unit or a remark.",
    ),
    "form.invisible": Message(
        "In deze cel staat een onzichtbaar teken ({character}).", "Typ de tekst opnieuw.",
        "This cell holds an invisible sign ({character}).", "Type the text again.",
    ),
    "form.ages_order": Message(
        "De leeftijdsklassen beginnen niet bij 0 of lopen niet op.",
        "Begin links met 0 en geef elke volgende klasse een hogere eerste leeftijd.",
        "The age classes do not start at 0 or do not rise.",
        "Start with 0 on the left and give each next class a higher first age.",
    ),
    "form.no_class": Message(
        "Boven deze kolom staat geen leeftijdsklasse.",
        "Typ de eerste leeftijd op het blad Gebieden, of maak de cel leeg.",
        "There is no age class above this column.", "Type its first age on the sheet Areas, or empty the cell.",
    ),
    "form.duplicate": Message(
        "Dit staat ook al in {first}.", "Houd één van de twee, of geef ze duidelijk verschillende namen.",
        "This is in {first} as well.", "Keep one of the two, or give them clearly different names.",
    ),
    "form.no_pocket": Message(
        "Voor dit domein heeft het formulier geen prijspeil en groei.",
        "Kies een domein van het blad Kosten; een ander kan met `coalition init MAP --from x.xlsx`.",
        "The form has no price year and growth for this pocket.",
        "Choose a pocket of the sheet Cost; another is possible with `coalition init FOLDER --from x.xlsx`.",
    ),
    "form.not_asked": Message(
        "Dit wordt bij uw keuze niet gevraagd en zou niet meetellen.", "Maak de cel leeg, of pas de keuze aan.",
        "This is not asked with your choice and would not count.", "Empty the cell, or change the choice.",
    ),
    "form.zero_and_effect": Message(
        "Hier staat dat met effect nul wordt gerekend, maar deze interventie heeft een effect: uit de catalogus of van "
        "het blad Effecten.",
        "Maak de cel leeg, of haal het eigen effect weg.",
        "This says that the effect is zero, but this intervention has an effect: from the catalogue or the sheet "
        "Effects.",
        "Empty the cell, or remove the effect of your own.",
    ),
    # --- colours and words of a workbook
    "export.exists": Message(
        "Dit bestand bestaat al en wordt niet overschreven: er kan invoer in staan die u nog wilt gebruiken.",
        "Kies een andere naam. Haal invoer eruit met `coalition import`; daarna vervangt `--force` het bestand.",
        "This file exists already and is not replaced: it may hold inputs that you still want to use.",
        "Choose another name. Take inputs out with `coalition import`; after that `--force` replaces the file.",
    ),
    "export.unwritable": Message(
        "Dit bestand kan niet worden geschreven ({reason}).",
        "Sluit het in andere programma's, en controleer of de map er is en of u er mag schrijven.",
        "This file cannot be written ({reason}).",
        "Close it in other programs, and check that the folder is there and that you may write in it.",
    ),
    "theme.missing": Message(
        "Dit bestand met kleuren bestaat niet.", "Controleer de naam en de map.",
        "This file of colours does not exist.", "Check the name and the folder.",
    ),
    "theme.unknown": Message(
        "Dit kan hier niet worden ingesteld.", "Hier mogen staan: {allowed}.",
        "This cannot be set here.", "Allowed here: {allowed}.",
    ),
    "theme.colour": Message(
        "Hier hoort een kleur.", "Schrijf # en zes cijfers of letters A–F, tussen aanhalingstekens: \"#154273\".",
        "A colour belongs here.", "Write # and six digits or letters A–F, in quotes: \"#154273\".",
    ),
    "theme.font": Message(
        "Hier hoort de naam van een lettertype.", "Schrijf bijvoorbeeld Calibri.",
        "The name of a font belongs here.", "Write Calibri, for instance.",
    ),
    "theme.logo": Message(
        "Dit plaatje is er niet, of het is geen PNG of JPEG.",
        "Zet het in de map van dit bestand en noem het hier; of schrijf null.",
        "This picture is not there, or is no PNG or JPEG.",
        "Put it in the folder of this file and name it here; or write null.",
    ),
    "layout.missing": Message(
        "Dit ontbreekt in de woorden van het werkboek, of het heeft niet de vorm van het meegeleverde bestand.",
        "Zet het terug zoals het stond.",
        "This is missing from the words of the workbook, or not in the form of the file that is shipped.",
        "Put it back as it was.",
    ),
    # --- how YAML is written
    "yaml.control_character": Message(
        "Op deze regel staat een onzichtbaar teken ({character}).", "Typ de regel opnieuw.",
        "This line holds an invisible sign ({character}).", "Type the line again.",
    ),
    "yaml.tab": Message(
        "Deze regel springt in met een tab.", "Gebruik spaties: twee per niveau.",
        "This line is indented with a tab.", "Use spaces: two per level.",
    ),
    "yaml.several_documents": Message(
        "Hier begint met `---` een tweede document in hetzelfde bestand.",
        "Haal de streepjes weg, of maak er twee bestanden van.",
        "Here `---` starts a second document in the same file.", "Remove the dashes, or make two files of it.",
    ),
    "yaml.alias": Message(
        "Hier staat een verwijzing binnen het bestand (`{name}`, met `&`, `*` of `<<`); die worden niet gelezen.",
        "Schrijf de waarde voluit. Is het gewone tekst, zet die dan tussen aanhalingstekens.",
        "Here is a reference inside the file (`{name}`, with `&`, `*` or `<<`); these are not read.",
        "Write the value in full. If it is plain text, put it in quotes.",
    ),
    "yaml.tag": Message(
        "Een waarde mag niet met een uitroepteken beginnen.", "Haal het weg, of zet de tekst tussen aanhalingstekens.",
        "A value may not start with an exclamation mark.", "Remove it, or put the text in quotes.",
    ),
    "yaml.too_many_values": Message(
        "Dit bestand telt meer dan {limit} waarden.", "Zet grote tabellen in een CSV-bestand naast het scenario.",
        "This file holds more than {limit} values.", "Put large tables in a CSV file beside the scenario.",
    ),
    "yaml.too_deep": Message(
        "Hier liggen meer dan {limit} niveaus in elkaar.", "Controleer de haakjes en het inspringen.",
        "Here more than {limit} levels lie inside each other.", "Check the brackets and the indentation.",
    ),
    "yaml.top_is_list": Message(
        "Het bestand begint met een lijst in plaats van met onderdelen.",
        "Begin met een onderdeel, zoals `scenario:`, zonder streepje.",
        "The file starts with a list instead of sections.",
        "Start with a section, such as `scenario:`, without a dash.",
    ),
    "yaml.top_is_text": Message(
        "In dit bestand staan geen onderdelen, alleen losse tekst.",
        "Schrijf onderdelen als `naam: waarde`, met een spatie na de dubbele punt.",
        "This file holds no sections, only loose text.",
        "Write sections as `name: value`, with a space after the colon.",
    ),
    "yaml.complex_key": Message(
        "Links van de dubbele punt staat een lijst of een blok.", "Schrijf daar één naam.",
        "To the left of the colon stands a list or a block.", "Write one name there.",
    ),
    "yaml.colon": Message(
        "Hier past geen dubbele punt, of de regel springt te ver in, of de regel erboven mist een dubbele punt.",
        "Zet tekst met een dubbele punt tussen aanhalingstekens, en laat regels van één niveau even ver inspringen.",
        "A colon does not fit here, or the line is indented too far, or the line above lacks a colon.",
        "Put text that holds a colon in quotes, and indent lines of one level equally.",
    ),
    "yaml.open_quote": Message(
        "De tekst die hier begint, heeft geen aanhalingsteken aan het eind.", "Zet het erbij.",
        "The text that starts here has no quote at its end.", "Add it.",
    ),
    "yaml.open_bracket": Message(
        "De lijst of het blok dat hier begint, wordt niet goed afgesloten.",
        "Zet er een `]` of een `}}` achter, en een komma en een spatie tussen de onderdelen.",
        "The list or block that starts here is not closed properly.",
        "End it with `]` or `}}`, and put a comma and a space between its parts.",
    ),
    "yaml.missing_colon": Message(
        "Op deze regel ontbreekt een dubbele punt.", "Schrijf `naam: waarde`, met een spatie na de dubbele punt.",
        "A colon is missing on this line.", "Write `name: value`, with a space after the colon.",
    ),
    "yaml.start_character": Message(
        "Een waarde mag niet met dit teken beginnen (zoals %, @ of `).", "Zet de tekst tussen aanhalingstekens.",
        "A value may not start with this sign (such as %, @ or `).", "Put the text in quotes.",
    ),
    "yaml.escape": Message(
        "Na een schuine streep `\\` staat een teken dat daar niet past.",
        "Gebruik enkele aanhalingstekens om de tekst, of schrijf `\\\\`.",
        "After a backslash `\\` stands a sign that does not fit there.",
        "Put the text in single quotes, or write `\\\\`.",
    ),
    "yaml.structure": Message(
        "Deze regel past niet bij de regels erboven.",
        "Laat regels van één niveau even ver inspringen, en begin in een lijst elke regel met een streepje.",
        "This line does not fit the lines above it.",
        "Indent lines of one level equally, and in a list start every line with a dash.",
    ),
    "yaml.syntax": Message(
        "Deze regel kan niet worden gelezen.", "Controleer aanhalingstekens, haakjes en inspringen, hier en erboven.",
        "This line cannot be read.", "Check quotes, brackets and indentation, here and above.",
    ),
    # --- names of keys
    "key.empty": Message(
        "Links van de dubbele punt staat niets.", "Schrijf daar een naam.",
        "There is nothing to the left of the colon.", "Write a name there.",
    ),
    "key.with_point": Message(
        "In een naam mag geen punt staan.", "Zet wat na de punt komt ingesprongen op de regel eronder.",
        "A name may not hold a point.", "Put what follows the point on the line below, indented.",
    ),
    "key.duplicate": Message(
        "Deze naam staat ook al op regel {first_line}.", "Houd één van de twee.",
        "This name stands on line {first_line} as well.", "Keep one of the two.",
    ),
    "key.unknown": Message(
        "Deze naam kent het model hier niet.", "Hier mogen staan: {allowed}.",
        "The model does not know this name here.", "Allowed here: {allowed}.",
    ),
    "key.missing": Message(
        "Dit is verplicht en heeft geen standaardwaarde.", "Vul het in.",
        "This is required and has no default.", "State it.",
    ),
    # --- numbers as they are typed
    "number.decimal_comma": Message(
        "Een komma is hier geen decimaalteken.",
        "Schrijf een punt: {as_number}. Is het gewone tekst, zet die dan tussen aanhalingstekens.",
        "A comma is no decimal sign here.", "Write a point: {as_number}. If it is plain text, put it in quotes.",
    ),
    "number.thousands_point": Message(
        "Deze punt kan duizendtallen of decimalen aangeven; het model raadt niet.",
        "Schrijf {as_number} of {as_decimal}, wat u bedoelt.",
        "This point may mean thousands or decimals; the model does not guess.",
        "Write {as_number} or {as_decimal}, whichever you mean.",
    ),
    "number.thousands_points": Message(
        "Duizendtallen worden zonder punten geschreven.", "Schrijf {as_number}.",
        "Thousands are written without points.", "Write {as_number}.",
    ),
    "number.thousands_comma": Message(
        "Deze komma kan duizendtallen of decimalen aangeven; het model raadt niet.",
        "Schrijf {as_number} of {as_decimal}, wat u bedoelt.",
        "This comma may mean thousands or decimals; the model does not guess.",
        "Write {as_number} or {as_decimal}, whichever you mean.",
    ),
    "number.thousands_commas": Message(
        "Duizendtallen worden zonder komma's geschreven.", "Schrijf {as_number}.",
        "Thousands are written without commas.", "Write {as_number}.",
    ),
    "number.comma_in_list": Message(
        "Tussen haakjes scheidt een komma twee waarden; dit kan ook als één getal bedoeld zijn.",
        "Schrijf {as_number} voor één getal, of {as_list} (met een spatie) voor twee waarden.",
        "In brackets a comma separates two values; this may also be meant as one number.",
        "Write {as_number} for one number, or {as_list} (with a space) for two values.",
    ),
    "number.percent": Message(
        "Een percentage wordt niet met een procentteken geschreven.",
        "Schrijf een aandeel als getal van 0 tot 1: {as_share}. Is het gewone tekst, zet die dan tussen "
        "aanhalingstekens.",
        "A percentage is not written with a percent sign.",
        "Write a share as a number from 0 to 1: {as_share}. If it is plain text, put it in quotes.",
    ),
    "number.currency": Message(
        "Een bedrag wordt zonder euroteken en zonder streepje geschreven.",
        "Schrijf {as_number}. Is het gewone tekst, zet die dan tussen aanhalingstekens.",
        "An amount is written without a euro sign and without a dash.",
        "Write {as_number}. If it is plain text, put it in quotes.",
    ),
    "number.space": Message(
        "In een getal mag geen spatie staan.",
        "Schrijf {as_number}. Is het gewone tekst, zet die dan tussen aanhalingstekens.",
        "A number may not hold a space.", "Write {as_number}. If it is plain text, put it in quotes.",
    ),
    "number.underscore": Message(
        "In een getal mag geen liggend streepje staan.",
        "Schrijf {as_number}. Is het gewone tekst, zet die dan tussen aanhalingstekens.",
        "A number may not hold an underscore.", "Write {as_number}. If it is plain text, put it in quotes.",
    ),
    "number.minus": Message(
        "Dit is een lang streepje en geen minteken.", "Gebruik het gewone streepje van het toetsenbord: {as_number}.",
        "This is a long dash and no minus sign.", "Use the plain hyphen of the keyboard: {as_number}.",
    ),
    "number.not_finite": Message(
        "Dit is geen getal waarmee te rekenen is (oneindig, onbepaald of te groot).", "Vul een gewoon getal in.",
        "This is no number to calculate with (infinite, undefined or too large).", "State an ordinary number.",
    ),
    "number.quoted": Message(
        "Dit getal staat tussen aanhalingstekens en is daardoor tekst.", "Haal de aanhalingstekens weg.",
        "This number stands in quotes and is therefore text.", "Remove the quotes.",
    ),
    "number.not_a_number": Message(
        "Hier hoort een getal.", "Schrijf alleen cijfers, met een punt voor decimalen, zoals 1250.5.",
        "A number belongs here.", "Write digits only, with a point for decimals, such as 1250.5.",
    ),
    "number.not_whole": Message(
        "Hier hoort een geheel getal.", "Schrijf het zonder decimalen.",
        "A whole number belongs here.", "Write it without decimals.",
    ),
    "number.negative": Message(
        "Dit getal mag niet onder 0 liggen.", "Vul 0 of meer in.",
        "This number may not be below 0.", "State 0 or more.",
    ),
    "number.too_high": Message(
        "Dit getal mag hoogstens {limit} zijn.", "Vul een lager getal in, of controleer de eenheid.",
        "This number may be at most {limit}.", "State a lower number, or check the unit.",
    ),
    "number.too_low": Message(
        "Dit getal moet minstens {limit} zijn.", "Vul een hoger getal in, of controleer de eenheid.",
        "This number must be at least {limit}.", "State a higher number, or check the unit.",
    ),
    "number.not_below": Message(
        "Dit getal moet lager zijn dan {limit}.", "Vul een lager getal in, of controleer de eenheid.",
        "This number must be below {limit}.", "State a lower number, or check the unit.",
    ),
    "number.not_above": Message(
        "Dit getal moet hoger zijn dan {limit}.", "Vul een hoger getal in, of controleer de eenheid.",
        "This number must be above {limit}.", "State a higher number, or check the unit.",
    ),
    "number.one_sided": Message(
        "Er staat een ondergrens zonder bovengrens, of andersom.", "Vul `low` en `high` allebei in, of geen van beide.",
        "There is a lower limit without an upper one, or the reverse.", "State both `low` and `high`, or neither.",
    ),
    "number.range_order": Message(
        "De waarde {value} ligt niet tussen `low` {low} en `high` {high}.", "Controleer de drie getallen.",
        "The value {value} does not lie between `low` {low} and `high` {high}.", "Check the three numbers.",
    ),
    "share.percentage": Message(
        "Een aandeel wordt als deel van 1 geschreven, niet in procenten.", "Voor {percentage} % schrijft u {as_share}.",
        "A share is written as a part of 1, not in percent.", "For {percentage} % write {as_share}.",
    ),
    # --- other values
    "value.empty": Message(
        "Achter de dubbele punt staat niets.", "Vul de waarde in.",
        "There is nothing after the colon.", "State the value.",
    ),
    "value.not_empty": Message(
        "Hier hoort niets te staan.", "Haal de waarde weg.",
        "Nothing belongs here.", "Remove the value.",
    ),
    "value.not_text": Message(
        "Hier hoort tekst.", "Zet de waarde tussen aanhalingstekens.",
        "Text belongs here.", "Put the value in quotes.",
    ),
    "value.not_bool": Message(
        "Hier hoort `true` (ja) of `false` (nee).", "Schrijf een van die twee woorden.",
        "`true` or `false` belongs here.", "Write one of these two words.",
    ),
    "value.not_date": Message(
        "Hier hoort een datum.", "Schrijf jaar-maand-dag, zoals 2026-01-31.",
        "A date belongs here.", "Write year-month-day, such as 2026-01-31.",
    ),
    "value.impossible_date": Message(
        "Deze datum bestaat niet.", "Controleer maand en dag; de volgorde is jaar-maand-dag.",
        "This date does not exist.", "Check month and day; the order is year-month-day.",
    ),
    "value.not_list": Message(
        "Hier hoort een lijst.", "Zet elk onderdeel op een eigen regel met een streepje ervoor, of schrijf [a, b].",
        "A list belongs here.", "Put each item on its own line with a dash before it, or write [a, b].",
    ),
    "value.not_mapping": Message(
        "Hier hoort een blok met namen en waarden.", "Schrijf eronder, ingesprongen, regels als `naam: waarde`.",
        "A block of names and values belongs here.", "Write lines like `name: value` below it, indented.",
    ),
    "value.pattern": Message(
        "Deze tekst heeft niet de vorm die hier hoort.",
        "Een naam bestaat uit kleine letters, cijfers en `_`; een gebied is een CBS-code zoals GM0106.",
        "This text does not have the form that belongs here.",
        "A name consists of lower-case letters, digits and `_`; an area is a CBS code such as GM0106.",
    ),
    "value.unknown_choice": Message(
        "Dit is geen van de keuzes.", "Kies uit: {allowed}.",
        "This is none of the choices.", "Choose from: {allowed}.",
    ),
    "value.too_short": Message(
        "Hier horen minstens {limit} onderdelen of tekens.", "Vul aan.",
        "At least {limit} items or characters belong here.", "Add what is missing.",
    ),
    "value.too_long": Message(
        "Hier horen hoogstens {limit} onderdelen of tekens.", "Maak het korter.",
        "At most {limit} items or characters belong here.", "Make it shorter.",
    ),
    "value.refused": Message(
        "Deze waarde past hier niet ({reason}).", "Controleer de waarde in de handleiding.",
        "This value does not fit here ({reason}).", "Check the value in the manual.",
    ),
    # --- changes on the command line
    "set.form": Message(
        "Een wijziging heeft de vorm `onderdeel.naam=waarde`.",
        "Schrijf bijvoorbeeld `--set interventions.valpreventie.reach=0.05`.",
        "A change has the form `section.name=value`.",
        "Write for example `--set interventions.valpreventie.reach=0.05`.",
    ),
    "set.unknown": Message(
        "Het scenario heeft dit niet; er is: {known}.",
        "Verbeter de naam. Iets nieuws voegt u toe in het bestand, niet met `--set`.",
        "The scenario does not have this; there is: {known}.",
        "Correct the name. Something new is added in the file, not with `--set`.",
    ),
    "set.no_scalar": Message(
        "Met `--set` kan alleen een enkele waarde worden gezet.", "Wijzig lijsten en blokken in het bestand.",
        "Only a single value can be set with `--set`.", "Change lists and blocks in the file.",
    ),
    "set.twice": Message(
        "Dit wordt twee keer gezet, of ligt binnen iets dat al gezet is.", "Houd één van de twee.",
        "This is set twice, or lies within something that is set already.", "Keep one of the two.",
    ),
    # --- tables beside a scenario
    "table.missing": Message(
        "Deze tabel bestaat niet.", "Controleer de naam; het pad geldt vanaf het bestand dat de tabel noemt.",
        "This table does not exist.", "Check the name; its path counts from the file that names the table.",
    ),
    "table.separator": Message(
        "De kolommen zijn gescheiden met `{separator}` in plaats van met een komma.",
        "Sla het bestand op als CSV met komma's; decimalen krijgen dan een punt.",
        "The columns are separated by `{separator}` instead of a comma.",
        "Save the file as CSV with commas; decimals then take a point.",
    ),
    "table.quotes": Message(
        "Vanaf deze regel staat een aanhalingsteken dat niet past of niet wordt gesloten.",
        "Sluit het, of haal het weg.",
        "From this line on, a quote does not fit or is not closed.", "Close it, or remove it.",
    ),
    "table.no_rows": Message(
        "Onder de kopregel staan geen gegevens.", "Vul de tabel, of kies een ander bestand.",
        "There are no data below the heading.", "Fill the table, or choose another file.",
    ),
    "table.too_many_rows": Message(
        "Deze tabel telt meer dan {limit} regels.", "Controleer of dit het juiste bestand is.",
        "This table has more than {limit} rows.", "Check that this is the right file.",
    ),
    "table.unknown_column": Message(
        "Deze kolom hoort niet in deze tabel.", "De kolommen zijn: {allowed}.",
        "This column does not belong in this table.", "The columns are: {allowed}.",
    ),
    "table.missing_column": Message(
        "Deze kolom ontbreekt.", "De kolommen zijn: {allowed}.",
        "This column is missing.", "The columns are: {allowed}.",
    ),
    "table.duplicate_column": Message(
        "Deze kolom staat twee keer in de kopregel.", "Houd één van de twee.",
        "This column stands twice in the heading.", "Keep one of the two.",
    ),
    "table.cells": Message(
        "Deze regel heeft {cells} cellen in plaats van {expected}.",
        "Schrijf decimalen met een punt, en zet tekst met een komma tussen aanhalingstekens.",
        "This row has {cells} cells instead of {expected}.",
        "Write decimals with a point, and put text that holds a comma in quotes.",
    ),
    "table.empty_cell": Message(
        "Deze cel is leeg; een lege cel is iets anders dan 0.", "Vul de waarde in.",
        "This cell is empty; an empty cell is not the same as 0.", "State the value.",
    ),
    "table.formula": Message(
        "Een rekenblad zou deze tekst als formule uitvoeren.", "Begin de tekst niet met =, +, - of @.",
        "A spreadsheet would run this text as a formula.", "Do not start the text with =, +, - or @.",
    ),
    "table.duplicate_key": Message(
        "Deze combinatie staat ook al op regel {first_line}.", "Houd één van de twee regels.",
        "This combination stands on line {first_line} as well.", "Keep one of the two rows.",
    ),
    "table.more": Message(
        "… en nog {count} in dit bestand.", "Los eerst de bovenstaande op.",
        "… and {count} more in this file.", "Solve those above first.",
    ),
    # --- names that refer to something
    "base.missing": Message(
        "Het scenario waarop dit voortbouwt, bestaat niet.", "Controleer de naam achter `base:`.",
        "The scenario that this one builds on does not exist.", "Check the name after `base:`.",
    ),
    "base.circular": Message(
        "Deze scenario's bouwen in een kring, of te vaak, op elkaar voort.", "Haal ergens in de reeks `base:` weg.",
        "These scenarios build on each other in a circle, or too many times.", "Remove `base:` somewhere in the chain.",
    ),
    "unknown.catalogue": Message(
        "De catalogus kent deze interventie niet.", "Bekijk de lijst met `coalition catalogue`.",
        "The catalogue does not know this intervention.", "See the list with `coalition catalogue`.",
    ),
    "unknown.insurer": Message(
        "Deze verzekeraar staat niet onder `parties.insurers`.", "Bekend zijn: {known}.",
        "This insurer is not listed under `parties.insurers`.", "Known are: {known}.",
    ),
    "unknown.factor": Message(
        "Deze risicofactor staat niet onder `risk_factors`.", "Bekend zijn: {known}.",
        "This risk factor is not listed under `risk_factors`.", "Known are: {known}.",
    ),
    "unknown.class": Message(
        "Deze klasse heeft de risicofactor niet.", "Bekend zijn: {known}.",
        "The risk factor has no such class.", "Known are: {known}.",
    ),
    "unknown.target_group": Message(
        "Deze doelgroep staat niet onder `target_groups`.", "Bekend zijn: {known}.",
        "This target group is not listed under `target_groups`.", "Known are: {known}.",
    ),
    "unknown.module": Message(
        "Geen enkele gemeentepolis heeft deze preventiemodule.", "Bekend zijn: {known}.",
        "No gemeentepolis has this prevention module.", "Known are: {known}.",
    ),
    "unknown.intervention": Message(
        "Deze interventie staat niet onder `interventions`.", "Bekend zijn: {known}.",
        "This intervention is not listed under `interventions`.", "Known are: {known}.",
    ),
    "unknown.party": Message(
        "Deze partij bestaat niet.", "Bekend zijn: {known}.",
        "There is no such party.", "Known are: {known}.",
    ),
    "delivery.no_cost": Message(
        "Alleen een verandering van kosten kan uitvoeringskosten bevatten; gezondheid of gewaardeerd welzijn niet.",
        "Schrijf `includes_delivery: false`.",
        "Only a change of cost can hold delivery cost; health or monetised welfare cannot.",
        "Write `includes_delivery: false`.",
    ),
    "delivery.per_completer": Message(
        "Alle deelnemers kosten geld, ook wie niet afrondt; uitvoeringskosten in een effect per afronder kloppen niet.",
        "Geef het effect per deelnemer (`per: starter`), of zonder uitvoeringskosten.",
        "All starters cost money, also those who drop out; delivery inside an effect per completer cannot be right.",
        "State the effect per starter (`per: starter`), or without delivery.",
    ),
    "delivery.no_baseline": Message(
        "In {pocket} staan geen kosten per persoon; daar geldt een plafond, en daar valt uitvoering niet onder.",
        "Geef het effect zonder uitvoeringskosten (`includes_delivery: false`).",
        "There is no cost per person in {pocket}; a ceiling holds there, and delivery cost does not fall under it.",
        "State the effect without delivery cost (`includes_delivery: false`).",
    ),
    "population.members": Message(
        "Een populatieaanpak bereikt iedereen in een gebied, niet alleen de leden van één verzekeraar.",
        "Laat `members_of` weg, of kies `approach: high_risk`.",
        "A population approach reaches everyone in an area; it cannot be for the members of one insurer only.",
        "Leave out `members_of`, or choose `approach: high_risk`.",
    ),
    "id.taken": Message(
        "Deze naam heeft al een andere betekenis: een gemeentepolis, of het draaien van de coalitie (`coordination`).",
        "Geef de interventie een andere naam; anders lopen hun bedragen door elkaar.",
        "This name already means something else: a gemeentepolis, or running the coalition (`coordination`).",
        "Give the intervention another name; else their amounts run together.",
    ),
    "effect.near": Message(
        "De catalogus geeft deze interventie een effect met bijna dezelfde naam; nu zouden beide meetellen.",
        "Gebruik dezelfde naam om het te wijzigen, of een duidelijk andere om er een effect bij te zetten.",
        "The catalogue gives this intervention an effect of almost the same name; both would count now.",
        "Use the same name to change it, or a clearly different one to add an effect.",
    ),
    "unknown.area": Message(
        "Dit gebied staat niet in de regiotabel.", "Bekend zijn: {known}.",
        "This area is not in the region table.", "Known are: {known}.",
    ),
    "unknown.pocket": Message(
        "Dit domein bestaat niet.", "Bekend zijn: {known}.",
        "There is no such pocket.", "Known are: {known}.",
    ),
    # --- clock and prices
    "starts.order": Message(
        "Het laatste jaar ligt vóór het eerste.", "Wissel de jaren om, of controleer ze.",
        "The last year lies before the first.", "Swap the years, or check them.",
    ),
    "starts.early": Message(
        "Dit begint vóór het eerste jaar van het scenario ({first_year}).",
        "Kies een later jaar, of verschuif `scenario.first_year`.",
        "This starts before the first year of the scenario ({first_year}).",
        "Choose a later year, or move `scenario.first_year`.",
    ),
    "starts.late": Message(
        "Dit begint na het laatste jaar van het scenario ({last_year}).",
        "Kies een eerder jaar, of verleng `scenario.horizon_years`.",
        "This starts after the last year of the scenario ({last_year}).",
        "Choose an earlier year, or lengthen `scenario.horizon_years`.",
    ),
    "horizon.needed": Message(
        "Dit loopt door zonder eind, zodat het model niet weet wanneer het moet stoppen.",
        "Vul `scenario.horizon_years` in.",
        "This goes on without end, so that the model does not know when to stop.", "State `scenario.horizon_years`.",
    ),
    "scenario.nothing": Message(
        "Dit scenario heeft geen interventie en geen gemeentepolis; er valt niets te berekenen.",
        "Voeg er ten minste één toe.",
        "This scenario has no intervention and no gemeentepolis; there is nothing to calculate.", "Add at least one.",
    ),
    "price_year.unknown": Message(
        "Van dit prijspeil is geen consumentenprijsindex bekend; de reeks begint in {first}.",
        "Kies een later prijspeil.",
        "No consumer price index is known for this price year; the series starts in {first}.",
        "Choose a later price year.",
    ),
    "price_year.future": Message(
        "Dit prijspeil ligt meer dan vijftig jaar na het begin van het scenario.", "Controleer het jaartal.",
        "This price year lies more than fifty years after the start of the scenario.", "Check the year.",
    ),
    "discount.before": Message(
        "Deze standaard voor de discontovoet geldt pas vanaf {first}.",
        "Vul een eigen voet in: {{per_year: …, kind: real}}.",
        "This standard for the discount rate holds from {first} only.",
        "State a rate of your own: {{per_year: …, kind: real}}.",
    ),
    # --- parties and holders
    "market_shares.sum": Message(
        "De marktaandelen tellen op tot {total} in plaats van tot 1.",
        "Neem ook de verzekeraars op die niet meedoen (`contracting: false`).",
        "The market shares sum to {total} instead of 1.",
        "Include the insurers that do not take part (`contracting: false`).",
    ),
    "insurer.reserved": Message(
        "Deze naam heeft in het model al een vaste betekenis.", "Geef de verzekeraar een andere naam.",
        "This name has a fixed meaning in the model.", "Give the insurer another name.",
    ),
    "group.multiplier": Message(
        "Een deel van {share} van een leeftijd kan niet meer kosten dan iedereen van die leeftijd.",
        "Neem ten hoogste {most}, of een kleiner deel.",
        "A part of {share} of an age cannot cost more than everyone of that age.",
        "Take {most} at most, or a smaller part.",
    ),
    "switching.too_high": Message(
        "Zoveel mensen kunnen niet overstappen als de marktaandelen gelijk blijven; het hoogste is {most}.",
        "Geef het deel van de verzekerden dat per jaar overstapt; landelijk is dat ongeveer 0.07.",
        "So many people cannot switch while market shares stay the same; the highest is {most}.",
        "State the share of insured people who switch per year; nationally it is about 0.07.",
    ),
    "switching.alone": Message(
        "Met één verzekeraar kan niemand overstappen.", "Voeg de andere verzekeraars toe, of vul 0 in.",
        "With one insurer nobody can switch.", "Add the other insurers, or state 0.",
    ),
    "switching.missing": Message(
        "Alleen verzekerden van één verzekeraar doen mee; dan telt mee hoeveel er later overstappen.",
        "Vul `holders.switching_per_year` in.",
        "Only members of one insurer take part; then it matters how many switch later.",
        "State `holders.switching_per_year`.",
    ),
    "clawback.sum": Message(
        "De verevening haalt samen {total} terug; meer dan 1 kan niet.", "Verlaag de aandelen per jaar.",
        "Equalisation takes back {total} in all; more than 1 is impossible.", "Lower the shares per year.",
    ),
    "clawback.kind": Message(
        "Voor deze soort zorg ({kind}) is niet ingevuld wat de verevening terughaalt.",
        "Voeg onder `clawback` een regel toe voor `{kind}`.",
        "For this kind of care ({kind}) it is not stated what equalisation takes back.",
        "Add a line for `{kind}` under `clawback`.",
    ),
    "equalisation.missing": Message(
        "Een effect in de Zvw vraagt wat de verevening later terughaalt.", "Vul `holders.equalisation` in.",
        "An effect under the Zvw needs what equalisation takes back later.", "State `holders.equalisation`.",
    ),
    "care_kind.missing": Message(
        "Een effect in de Zvw vraagt welke soort zorg het is, want de verevening verschilt per soort.",
        "Vul `care_kind` in: acute of medicine_and_diagnosis.",
        "An effect under the Zvw needs its kind of care, because equalisation differs by kind.",
        "State `care_kind`: acute or medicine_and_diagnosis.",
    ),
    "own_risk.missing": Message(
        "Een effect in de Zvw vraagt welk deel de verzekerde via het eigen risico zelf betaald zou hebben.",
        "Vul `holders.own_risk` in, of `own_risk` bij de doelgroep.",
        "An effect under the Zvw needs the part that the insured person would have paid as own risk.",
        "State `holders.own_risk`, or `own_risk` with the target group.",
    ),
    "own_risk.one_of": Message(
        "Het eigen risico staat hier niet, of op twee manieren.", "Vul `share` in of `cost_classes`, niet allebei.",
        "The own risk is not stated here, or in two ways.", "State `share` or `cost_classes`, not both.",
    ),
    "shares.sum": Message(
        "De aandelen tellen op tot {total} in plaats van tot 1.", "Controleer de aandelen.",
        "The shares sum to {total} instead of 1.", "Check the shares.",
    ),
    "insurers.missing": Message(
        "Hiervoor is een verzekeraar nodig, en het scenario noemt er geen.", "Vul `parties.insurers` in.",
        "This needs an insurer, and the scenario names none.", "State `parties.insurers`.",
    ),
    "cashable.missing": Message(
        "Voor het domein {pocket} is niet ingevuld welk deel van de vermeden kosten verzilverbaar is.",
        "Vul `holders.cashable.{pocket}` in; vraag het de zorginkoper.",
        "For the pocket {pocket} it is not stated which part of avoided cost is cashable.",
        "State `holders.cashable.{pocket}`; ask the buyer of care.",
    ),
    # --- target groups and risk factors
    "ages.order": Message(
        "De laatste leeftijd ligt onder de eerste.", "Wissel ze om, of controleer ze.",
        "The last age lies below the first.", "Swap them, or check them.",
    ),
    "ages.open_class": Message(
        "De regiotabel deelt de leeftijden vanaf {last} niet verder op.",
        "Laat `to` weg, of eindig vóór {last}.",
        "The region table does not divide the ages from {last} on.", "Leave `to` out, or end before {last}.",
    ),
    "group.one_of": Message(
        "De grootte van de doelgroep staat hier niet, of op twee manieren.",
        "Vul `share` in (een deel) of `count` (een aantal), niet allebei.",
        "The size of the target group is not stated here, or in two ways.",
        "State `share` (a part) or `count` (a number), not both.",
    ),
    "group.count_and_share": Message(
        "De doelgroep is een aantal (`count`), dat over de gebieden wordt verdeeld; een deel per gebied telt dan niet.",
        "Geef de doelgroep een `share`, of laat het deel van dit gebied weg.",
        "The target group is a number (`count`) that is spread over the areas; a part per area does not count then.",
        "Give the target group a `share`, or leave out the part of this area.",
    ),
    "prevalence.sum": Message(
        "De klassen tellen op tot {total} in plaats van tot 1.",
        "Iedereen hoort in precies één klasse; controleer dat.",
        "The classes sum to {total} instead of 1.", "Everyone belongs in exactly one class; check this.",
    ),
    # --- interventions and their effects
    "reach.total": Message(
        "In {years} jaar beginnen zo meer mensen dan er in de doelgroep zijn ({total} keer de doelgroep).",
        "Verlaag het bereik per jaar, of zet `renewed_each_year: true` als de groep elk jaar nieuw is.",
        "In {years} years more people would start than the target group holds ({total} times the group).",
        "Lower the reach per year, or set `renewed_each_year: true` if the group is new each year.",
    ),
    "ramp_up.empty": Message(
        "De opbouw per jaar is een lege lijst.", "Laat `ramp_up` weg, of noem het deel per jaar, zoals [0.5, 1.0].",
        "The build-up per year is an empty list.",
        "Leave `ramp_up` out, or state the part per year, such as [0.5, 1.0].",
    ),
    "population.risk_class": Message(
        "Een aanpak voor de hele bevolking kan niet op één risicoklasse gericht zijn.",
        "Kies een doelgroep zonder `risk_class`.",
        "An approach for the whole population cannot be aimed at one risk class.",
        "Choose a target group without `risk_class`.",
    ),
    "effect.delivery_twice": Message(
        "Meer dan één effect zegt de uitvoeringskosten al te bevatten; dan tellen ze dubbel.",
        "Zet `includes_delivery: true` bij hoogstens één effect.",
        "More than one effect claims to include the delivery cost; it would then count twice.",
        "Set `includes_delivery: true` for at most one effect.",
    ),
    "deadweight.missing": Message(
        "Een effect zonder vergelijkingsgroep vraagt welk deel ook zonder het programma was gebeurd.",
        "Vul `deadweight` in.",
        "An effect without a comparison group needs the part that would have happened anyway.", "State `deadweight`.",
    ),
    "deadweight.superfluous": Message(
        "Een effect met vergelijkingsgroep is daarvoor al gecorrigeerd.", "Haal `deadweight` weg.",
        "An effect with a comparison group is corrected for this already.", "Remove `deadweight`.",
    ),
    "duration.beyond": Message(
        "Het effect duurt {length} jaar en is maar {follow_up} jaar gemeten.",
        "Maak het korter, of zeg in `beyond_follow_up` waarom het langer zou duren; dat telt als aanname.",
        "The effect lasts {length} years and was measured for {follow_up} years only.",
        "Shorten it, or say in `beyond_follow_up` why it would last longer; this counts as an assumption.",
    ),
    "pocket.payment_only": Message(
        "Uit dit domein kan worden betaald, maar er kunnen geen kosten in worden vermeden.", "Kies een ander domein.",
        "This pocket can pay, but no cost can be avoided in it.", "Choose another pocket.",
    ),
    "wage.missing": Message(
        "Als een uitkering eindigt, telt mee welk loon ervoor in de plaats komt.",
        "Vul `wage_instead_per_year` in; 0 als u het niet weet.",
        "When a benefit ends, it matters which wage is earned instead.",
        "State `wage_instead_per_year`; 0 when you do not know.",
    ),
    "split.sum": Message(
        "De verdeling over de domeinen telt op tot {total} in plaats van tot 1.", "Controleer de delen.",
        "The split over pockets sums to {total} instead of 1.", "Check the parts.",
    ),
    "shift.approach": Message(
        "Een verschuiving van een risicofactor hoort bij een aanpak voor de hele bevolking.",
        "Zet `approach: population` bij deze interventie.",
        "A shift of a risk factor belongs to an approach for the whole population.",
        "Set `approach: population` for this intervention.",
    ),
    "shift.classes": Message(
        "Na de verschuiving horen dezelfde klassen te bestaan als ervoor.", "Noem precies deze: {classes}.",
        "After the shift the same classes must exist as before.", "State exactly these: {classes}.",
    ),
    "overlap.twice": Message(
        "Deze interventie staat al in een ander paar.", "Noem elke interventie in hoogstens één paar.",
        "This intervention is in another pair already.", "Name each intervention in at most one pair.",
    ),
    "overlap.groups": Message(
        "Een paar bestaat uit twee verschillende interventies voor dezelfde doelgroep.",
        "Controleer de namen en hun doelgroep.",
        "A pair consists of two different interventions for the same target group.",
        "Check the names and their target group.",
    ),
    "baseline.missing": Message(
        "De kostentabel heeft geen kosten in het domein {pocket}, waarop dit effect een deel bespaart.",
        "Voeg ze toe, of schrijf het effect in euro.",
        "The cost table has no cost in the pocket {pocket}, of which this effect saves a part.",
        "Add them, or write the effect in euro.",
    ),
    "ceiling.missing": Message(
        "Zonder kosten in het domein {pocket} weet het model niet hoeveel er hoogstens te vermijden is.",
        "Vul `ceiling_per_unit` in, of voeg de kosten toe aan de kostentabel.",
        "Without cost in the pocket {pocket} the model does not know how much can be avoided at most.",
        "State `ceiling_per_unit`, or add the cost to the cost table.",
    ),
    # --- who pays
    "payers.none": Message(
        "Hier betaalt niemand.", "Noem ten minste één betaler.",
        "Nobody pays here.", "Name at least one payer.",
    ),
    "payers.sum": Message(
        "De betalers dragen samen {total} in plaats van 1.", "Controleer de aandelen.",
        "The payers carry {total} together instead of 1.", "Check the shares.",
    ),
    "payer.law": Message(
        "Partij {party} mag niet uit dit domein betalen.", "Dit mogen: {allowed}.",
        "Party {party} may not pay from this pocket.", "These may: {allowed}.",
    ),
    "payer.wlz_plan": Message(
        "Een zorgkantoor mag buiten het pakket alleen meebetalen aan een plan met een onderbouwde besparing in de Wlz.",
        "Geef het effect in het domein wlz op, of laat een andere partij betalen.",
        "A Wlz office may pay outside its package only for a plan with a substantiated saving under the Wlz.",
        "State the effect in the pocket wlz, or let another party pay.",
    ),
    "payer.not_in_force": Message(
        "In {year} is deze betaling volgens de wet niet toegestaan.", "Kies een andere betaler of een ander jaar.",
        "In {year} the law does not allow this payment.", "Choose another payer or another year.",
    ),
    "grant.eligible": Message(
        "Bij een subsidieaanvraag hoort welk deel van de kosten subsidiabel is.", "Vul `eligible_share` in.",
        "A grant application needs the part of the cost that is eligible.", "State `eligible_share`.",
    ),
    "grant.lapsed": Message(
        "In {year} bestaat de subsidie voor preventiecoalities niet.", "Haal `grant_applicant` weg.",
        "In {year} the grant for prevention coalitions does not exist.", "Remove `grant_applicant`.",
    ),
    "grant.law": Message(
        "Niemand betaalt deze interventie uit {law}, waarvoor dit geld bedoeld is.",
        "Voeg bij de interventie een betaler toe met `law: {law}`.",
        "Nobody pays this intervention from {law}, for which this money is meant.",
        "Add a payer with `law: {law}` to the intervention.",
    ),
    "grant.year": Message(
        "In dit jaar kost de interventie niets; het budget zou nooit worden besteed.",
        "Kies een jaar van {first} tot en met {last}.",
        "In this year the intervention costs nothing; the budget would never be spent.",
        "Choose a year from {first} up to and including {last}.",
    ),
    # --- gemeentepolis
    "policy.method": Message(
        "De methode is `{method}`, maar ingevuld is: {stated}.", "Vul alleen `{method}` in; tel nooit allebei.",
        "The method is `{method}`, but stated is: {stated}.", "State `{method}` only; never count both.",
    ),
    "policy.tiers": Message(
        "Met `components` zijn de pakketten van de polis nodig.", "Vul `tiers` in.",
        "With `components` the levels of the policy are needed.", "State `tiers`.",
    ),
    "tiers.sum": Message(
        "De pakketten tellen op tot {total} in plaats van tot 1.", "Elke deelnemer kiest één pakket; controleer dat.",
        "The levels sum to {total} instead of 1.", "Everyone enrolled chooses one level; check this.",
    ),
    "bands.sum": Message(
        "De inkomensgroepen tellen op tot {total} van alle inwoners; meer dan 1 kan niet.", "Controleer de aandelen.",
        "The income bands sum to {total} of all inhabitants; more than 1 is impossible.", "Check the shares.",
    ),
    "tier.own_risk": Message(
        "Dit pakket verzekert het eigen risico, maar zegt niet wat dat per jaar kost.",
        "Vul `own_risk_claims_per_year` in.",
        "This level insures the own risk, but does not say what that costs per year.",
        "State `own_risk_claims_per_year`.",
    ),
    "tier.own_risk_not": Message(
        "Dit pakket verzekert het eigen risico niet, maar noemt er wel bedragen voor.",
        "Haal de bedragen weg, of zet `own_risk_insured: true`.",
        "This level does not insure the own risk, but states amounts for it.",
        "Remove the amounts, or set `own_risk_insured: true`.",
    ),
    "tier.discount": Message(
        "In {year} is op de basisverzekering hoogstens {limit} collectiviteitskorting toegestaan.",
        "Verlaag de korting.",
        "In {year} a group discount of at most {limit} is allowed on the basic insurance.", "Lower the discount.",
    ),
    "policy.twice": Message(
        "In deze gebieden geldt in dezelfde jaren ook `{other}`.", "Houd per gebied en jaar één gemeentepolis.",
        "In these areas `{other}` is in force in the same years.", "Keep one gemeentepolis per area and year.",
    ),
    "ramp_up.falls": Message(
        "Een bevolkingsaanpak bereikt mensen één keer; wie bereikt is, blijft bereikt.",
        "Schrijf een opbouw die niet daalt, zoals [0.5, 1.0].",
        "A population approach reaches people once; who has been reached stays reached.",
        "Write a ramp-up that does not fall, such as [0.5, 1.0].",
    ),
    "members.module": Message(
        "Een interventie kan niet tegelijk alleen voor leden van één verzekeraar zijn en via een module lopen.",
        "Laat `members_of` of `policy_module` weg; twee interventies kunnen ook.",
        "An intervention cannot at once be for one insurer's members alone and run through a module.",
        "Leave out `members_of` or `policy_module`; two interventions will do too.",
    ),
    "factor.ages": Message(
        "Deze leeftijden vallen deels buiten de leeftijden waarvoor risicofactor {factor} is opgegeven.",
        "Kies leeftijden binnen die van de risicofactor, of verruim die.",
        "These ages lie partly outside those for which risk factor {factor} is stated.",
        "Choose ages within those of the risk factor, or widen them.",
    ),
    "shift.differs": Message(
        "Eén interventie verschuift risicofactor {factor} maar op één manier.",
        "Geef bij elk domein dezelfde verschoven verdeling op.",
        "One intervention shifts risk factor {factor} in one way only.",
        "State the same shifted distribution for every pocket.",
    ),
    # --- region tables
    "region.classes": Message(
        "Dit gebied heeft andere leeftijdsklassen dan de andere gebieden.", "Gebruik overal dezelfde klassen.",
        "This area has other age classes than the other areas.", "Use the same classes everywhere.",
    ),
    "region.gap": Message(
        "De leeftijdsklassen sluiten bij deze leeftijd niet aan, of beginnen niet bij 0.",
        "Laat elke klasse beginnen waar de vorige eindigt.",
        "The age classes do not join at this age, or do not start at 0.",
        "Let each class begin where the one before it ends.",
    ),
    "region.open_class": Message(
        "De laatste leeftijdsklasse eindigt hier; wie ouder is, zou niet meetellen.",
        "Laat `age_to` van de laatste klasse leeg.",
        "The last age class ends here; people who are older would not count.",
        "Leave `age_to` of the last class empty.",
    ),
    "region.years": Message(
        "Voor dit gebied ontbreekt een jaar dat de andere gebieden wel hebben ({years}).",
        "Geef elk gebied dezelfde jaren.",
        "This area lacks a year that the other areas have ({years}).", "Give every area the same years.",
    ),
    "region.area": Message(
        "Dit is geen gebiedscode van het CBS.", "Schrijf een gemeente als GM0106, een wijk als WK010601.",
        "This is no area code of Statistics Netherlands.", "Write a municipality as GM0106, a wijk as WK010601.",
    ),
    "region.parent": Message(
        "Een wijk of buurt ({area}) hoort bij een gemeente; dit is geen gemeentecode.",
        "Schrijf de code van de gemeente, zoals GM0106.",
        "A wijk or buurt ({area}) belongs to a municipality; this is no code of one.",
        "Write the code of the municipality, such as GM0106.",
    ),
    "region.parents": Message(
        "Gebied {area} hoort hier bij een ander gebied dan op een eerdere regel ({first}).", "Houd één van de twee.",
        "Area {area} belongs to another area here than on an earlier row ({first}).", "Keep one of the two.",
    ),
    "region.within": Message(
        "Dit gebied ligt binnen {around}, dat ook in de tabel staat; de inwoners zouden dubbel tellen.",
        "Houd het kleine gebied of het grote.",
        "This area lies within {around}, which is in the table as well; its people would count twice.",
        "Keep the small area or the large one.",
    ),
    "cost.standing": Message(
        "Dit is geen bekende status.", "Kies uit: {allowed}.",
        "This is no known standing.", "Choose from: {allowed}.",
    ),
    "cost.price_years": Message(
        "Het domein {pocket} heeft meer dan één prijspeil.", "Breng alle bedragen van een domein naar één jaar.",
        "The pocket {pocket} has more than one price year.", "Bring all amounts of a pocket to one year.",
    ),
    "cost.cells": Message(
        "De kosten van {pocket} passen niet op de regiotabel (ontbreekt: {missing}; te veel: {extra}).",
        "Geef elke leeftijdsklasse van elk gebied precies één regel.",
        "The cost of {pocket} does not fit the region table (missing: {missing}; superfluous: {extra}).",
        "Give each age class of each area exactly one row.",
    ),
    "growth.missing": Message(
        "Voor het domein {pocket} is niet ingevuld hoe de kosten groeien.", "Vul `region.growth_per_year.{pocket}` in.",
        "For the pocket {pocket} the growth of cost is not stated.", "State `region.growth_per_year.{pocket}`.",
    ),
    "population.missing": Message(
        "Voor het budget van de Participatiewet is het inwonertal van de hele gemeente {code} nodig.",
        "Vul `parties.municipalities.{code}.population` in.",
        "The budget of the Participatiewet needs the inhabitants of the whole municipality {code}.",
        "State `parties.municipalities.{code}.population`.",
    ),
}
# fmt: on


class _Facts(dict[str, str]):
    """Facts of a problem; one that is absent shows as a dash, so that the other sentences still reach the user."""

    def __missing__(self, key: str) -> str:
        return "–"


def render(problem: Problem, lang: Language, messages: Mapping[str, Message] = MESSAGES) -> str:
    """One problem: `file:line, path = found` and below it what it means and what to do.

    Args:
        messages: sentences by code; a reader of published data adds its own to MESSAGES.
    """
    where = ", ".join(part for part in (problem.place, _what(problem, lang)) if part)
    return f"{where}\n   {_sentences(problem, lang, messages)}"


def render_all(problems: Sequence[Problem], lang: Language, messages: Mapping[str, Message] = MESSAGES) -> str:
    """All problems, per file under a heading that counts them, numbered throughout."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    blocks = []
    number = 0
    for file, own in by_file.items():
        lines = [_heading(file, own, lang)]
        for problem in own:
            if problem.code == "table.more":
                lines.append(f"   {_sentences(problem, lang, messages)}")
                continue
            number += 1
            where = ", ".join(part for part in (_line(problem, lang), _what(problem, lang)) if part)
            lines += [f"{number}. {where or file}", f"   {_sentences(problem, lang, messages)}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _heading(file: str, problems: Sequence[Problem], lang: Language) -> str:
    uncounted = [p for p in problems if p.code == "table.more"]
    count = len(problems) - len(uncounted) + sum(int(p.facts["count"]) for p in uncounted)
    if lang == "nl":
        noun = "probleem" if count == 1 else "problemen"
        return f"{file or 'De invoer'} heeft {count} {noun}; er is niets berekend."
    noun = "problem" if count == 1 else "problems"
    return f"{file or 'The input'} has {count} {noun}; nothing was calculated."


def _line(problem: Problem, lang: Language) -> str:
    """The line of a text or the cell of a workbook; "" when there is none."""
    if not problem.line:
        return ""
    nl, en = ("cel", "cell") if isinstance(problem.line, Cell) else ("regel", "line")
    return f"{nl if lang == 'nl' else en} {_visible(str(problem.line))}"


def _what(problem: Problem, lang: Language) -> str:
    """The path and what was found there."""
    path, found = _visible(problem.path), _visible(problem.found)
    if problem.code in ("key.missing", "table.missing_column"):
        return f"{path} {'ontbreekt' if lang == 'nl' else 'is missing'}"
    if not path or not found or f".{path}".endswith(f".{found}"):  # the key itself is what was found
        return path or found
    return f"{path} = {found}"


def _visible(text: str) -> str:
    """Text of a user on one line, without signs that a terminal would obey."""
    return "".join(c if c.isprintable() else "␤" if c == "\n" else "�" for c in text)


def _sentences(problem: Problem, lang: Language, messages: Mapping[str, Message]) -> str:
    message = messages.get(problem.code)
    if message is None:
        return f"({problem.code})"
    meaning, remedy = (
        (message.nl_meaning, message.nl_remedy) if lang == "nl" else (message.en_meaning, message.en_remedy)
    )
    facts = _Facts({name: _visible(str(value)) or "–" for name, value in problem.facts.items()})
    facts.update(found=_visible(problem.found), path=_visible(problem.path), file=problem.file)
    near = problem.facts.get("suggestion", "")
    asked = {"nl": f" Bedoelt u `{_visible(near)}`?", "en": f" Do you mean `{_visible(near)}`?"}[lang]
    hint = asked if near and "{suggestion}" not in meaning + remedy else ""
    return f"{meaning.format_map(facts)}{hint} {remedy.format_map(facts)}".strip()
