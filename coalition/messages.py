"""What a problem means and what to do about it, in Dutch and English.

A problem carries facts (problems.py); here they become sentences: first the place and what was found, then the meaning,
then the remedy. Templates name `{found}`, `{path}`, `{file}` and the facts of their problem. A near name
(`suggestion`) is added by itself. Nothing is printed here, and the exit code is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from coalition.problems import Problem

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Message:
    """One kind of problem; `meaning` says which rule is broken, `remedy` what the user can write instead."""

    nl_meaning: str
    nl_remedy: str
    en_meaning: str
    en_remedy: str


MESSAGES: Final[dict[str, Message]] = {
    # --- the file itself
    "file.missing": Message(
        "Dit bestand bestaat niet.", "Controleer de naam en de map.",
        "This file does not exist.", "Check the name and the folder.",
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
        "Dit bestand is groter dan {limit}; zo groot is geen invoerbestand.", "Controleer of dit het juiste bestand is.",
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
    "file.not_utf8": Message(
        "Op deze regel staat een teken dat geen UTF-8 is (byte {byte}, waarschijnlijk bedoeld als “{meant}”).",
        "Sla het bestand opnieuw op en kies bij codering “UTF-8”; in Excel heet dat “CSV UTF-8”.",
        "This line holds a sign that is not UTF-8 (byte {byte}, probably meant as “{meant}”).",
        "Save the file again and choose the encoding “UTF-8”; Excel calls it “CSV UTF-8”.",
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
        "The file starts with a list instead of sections.", "Start with a section, such as `scenario:`, without a dash.",
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
        "Hier staat een dubbele punt die niet past, of de regel springt te ver in.",
        "Zet tekst met een dubbele punt tussen aanhalingstekens, en laat regels van één niveau even ver inspringen.",
        "A colon does not fit here, or the line is indented too far.",
        "Put text that holds a colon in quotes, and indent lines of one level equally.",
    ),
    "yaml.open_quote": Message(
        "De tekst die hier begint, heeft geen aanhalingsteken aan het eind.", "Zet het erbij.",
        "The text that starts here has no quote at its end.", "Add it.",
    ),
    "yaml.open_bracket": Message(
        "De lijst of het blok dat hier begint, wordt niet goed afgesloten.",
        "Zet er een `]` of een `}` achter, en een komma en een spatie tussen de onderdelen.",
        "The list or block that starts here is not closed properly.",
        "End it with `]` or `}`, and put a comma and a space between its parts.",
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
        "In een naam mag geen punt staan.", "Gebruik een liggend streepje: `_`.",
        "A name may not hold a point.", "Use an underscore: `_`.",
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
    "set.no_scalar": Message(
        "Met `--set` kan alleen een enkele waarde worden gezet.", "Wijzig lijsten en blokken in het bestand.",
        "Only a single value can be set with `--set`.", "Change lists and blocks in the file.",
    ),
    "set.twice": Message(
        "Dit wordt twee keer gezet, of ligt binnen iets dat al gezet is.", "Houd één van de twee.",
        "This is set twice, or lies within something that is set already.", "Keep one of the two.",
    ),
    # --- tables beside a scenario
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
}


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
            line = {"nl": "regel", "en": "line"}[lang] + f" {problem.line}" if problem.line else ""
            where = ", ".join(part for part in (line, _what(problem, lang)) if part)
            lines += [f"{number}. {where}" if where else f"{number}.", f"   {_sentences(problem, lang, messages)}"]
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


def _what(problem: Problem, lang: Language) -> str:
    """The path and what was found there."""
    path, found = _visible(problem.path), _visible(problem.found)
    if problem.code in ("key.missing", "table.missing_column"):
        return f"{path} {'ontbreekt' if lang == 'nl' else 'is missing'}"
    if not path or not found or problem.code in ("key.unknown", "key.duplicate", "table.unknown_column"):
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
