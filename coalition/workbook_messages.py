"""What is wrong with a workbook that comes back, and what to do about it, in Dutch and English.

The same form as messages.py. The place of a problem is a cell, such as `Invoer!C12`, and behind it the id of the input.
"""

from __future__ import annotations

from typing import Final

from coalition.messages import Message

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    # --- the file itself
    "workbook.missing": Message(
        "Dit werkboek bestaat niet.", "Controleer de naam en de map.",
        "This workbook does not exist.", "Check the name and the folder.",
    ),
    "workbook.unreadable": Message(
        "Dit bestand kan niet worden gelezen ({reason}).", "Sluit het in andere programma's en controleer uw rechten.",
        "This file cannot be read ({reason}).", "Close it in other programs and check your rights.",
    ),
    "workbook.nothing": Message(
        "In dit bestand staat niets.", "Sla het werkboek opnieuw op, of haal het opnieuw op.",
        "There is nothing in this file.", "Save the workbook again, or fetch it again.",
    ),
    "workbook.too_large": Message(
        "Dit bestand is groter dan {limit}; een werkboek van dit programma is veel kleiner.",
        "Controleer of dit het juiste bestand is, en haal toegevoegde plaatjes weg.",
        "This file is larger than {limit}; a workbook of this program is much smaller.",
        "Check that this is the right file, and remove pictures that were added.",
    ),
    "workbook.other_kind": Message(
        "Dit is geen werkboek in de vorm .xlsx, maar iets anders ({kind}); de naam van een bestand verandert dat niet.",
        "Geef het werkboek dat `coalition export` maakte; een ander soort rekenblad slaat u eerst op als .xlsx.",
        "This is no workbook of the form .xlsx but something else ({kind}); the name of a file does not change that.",
        "Give the workbook that `coalition export` made; save a spreadsheet of another kind as .xlsx first.",
    ),
    "workbook.encrypted": Message(
        "Dit werkboek is versleuteld met een wachtwoord.", "Sla het op zonder wachtwoord om te openen.",
        "This workbook is encrypted with a password.", "Save it without a password to open.",
    ),
    "workbook.macros": Message(
        "Dit werkboek bevat macro's of onderdelen die iets kunnen uitvoeren; die worden niet geopend.",
        "Sla het op als .xlsx, zonder macro's.",
        "This workbook holds macros or parts that can run something; these are not opened.",
        "Save it as .xlsx, without macros.",
    ),
    "workbook.damaged": Message(
        "Dit bestand is beschadigd of niet helemaal overgekomen.",
        "Haal het opnieuw op, of open het in een rekenprogramma en sla het opnieuw op als .xlsx.",
        "This file is damaged or did not arrive completely.",
        "Fetch it again, or open it in a spreadsheet program and save it as .xlsx again.",
    ),
    "workbook.bomb": Message(
        "Uitgepakt is dit veel groter of ingewikkelder dan een werkboek (hoogstens {limit}); het wordt niet geopend.",
        "Vraag van wie het bestand komt, en exporteer het werkboek opnieuw.",
        "Unpacked this is much larger or more intricate than a workbook (at most {limit}); it is not opened.",
        "Ask from whom the file comes, and export the workbook again.",
    ),
    "workbook.too_many_parts": Message(
        "Dit bestand bestaat uit meer dan {limit} onderdelen; het wordt niet geopend.",
        "Vraag van wie het bestand komt, en exporteer het werkboek opnieuw.",
        "This file consists of more than {limit} parts; it is not opened.",
        "Ask from whom the file comes, and export the workbook again.",
    ),
    "workbook.part_name": Message(
        "Een onderdeel heeft een naam die buiten het werkboek wijst of te diep ligt.",
        "Vraag van wie het bestand komt, en exporteer het werkboek opnieuw.",
        "A part has a name that points outside the workbook or lies too deep.",
        "Ask from whom the file comes, and export the workbook again.",
    ),
    "workbook.part_twice": Message(
        "Dit onderdeel zit er twee keer in; het ene programma leest het eerste, het andere het tweede.",
        "Open het bestand in een rekenprogramma en sla het opnieuw op als .xlsx.",
        "This part is in it twice; one program reads the first, another the second.",
        "Open the file in a spreadsheet program and save it as .xlsx again.",
    ),
    "workbook.nested": Message(
        "In dit werkboek zit een ander bestand.", "Haal het weg en sla het werkboek opnieuw op.",
        "There is another file inside this workbook.", "Remove it and save the workbook again.",
    ),
    "workbook.doctype": Message(
        "Dit onderdeel bepaalt zijn eigen taal (DOCTYPE); zo kan het andere bestanden lezen of eindeloos groeien.",
        "Vraag van wie het bestand komt, en exporteer het werkboek opnieuw.",
        "This part defines its own language (DOCTYPE); in this way a file can read other files or grow endlessly.",
        "Ask from whom the file comes, and export the workbook again.",
    ),
    "workbook.outside": Message(
        "Dit werkboek haalt gegevens uit een ander bestand of van een andere plaats.",
        "Verbreek de koppelingen (Gegevens, Koppelingen bewerken) en sla het opnieuw op.",
        "This workbook fetches data from another file or place.",
        "Break the links (Data, Edit links) and save it again.",
    ),
    # --- which workbook it is
    "workbook.not_ours": Message(
        "Dit werkboek komt niet uit `coalition export`, of de eigenschappen van het bestand zijn weg.",
        "Vul de getallen in een werkboek in dat `coalition export` maakte.",
        "This workbook does not come from `coalition export`, or the properties of the file are gone.",
        "Enter the numbers in a workbook that `coalition export` made.",
    ),
    "workbook.newer_layout": Message(
        "Dit werkboek heeft indeling {found}; dit programma kent die tot en met {known}.",
        "Werk het programma bij, of exporteer het werkboek opnieuw met dit programma.",
        "This workbook has layout {found}; this program knows them up to {known}.",
        "Update the program, or export the workbook again with this program.",
    ),
    "workbook.newer_version": Message(
        "Dit werkboek is gemaakt met versie {found} van het programma; dit is versie {known}.",
        "Werk het programma bij, of exporteer het werkboek opnieuw met dit programma.",
        "This workbook was made with version {found} of the program; this is version {known}.",
        "Update the program, or export the workbook again with this program.",
    ),
    "workbook.other_scenario": Message(
        "Dit werkboek hoort bij het scenario `{found}`; `--into` noemt `{known}`.",
        "Noem achter `--into` het scenario waaruit het werkboek is gemaakt.",
        "This workbook belongs to the scenario `{found}`; `--into` names `{known}`.",
        "Name after `--into` the scenario that the workbook was made from.",
    ),
    # --- its sheets, rows and columns
    "workbook.sheet_missing": Message(
        "Het blad `{sheet}` ontbreekt of heeft een andere naam gekregen.",
        "Zet het terug, of exporteer het werkboek opnieuw en neem uw getallen over.",
        "The sheet `{sheet}` is missing or was given another name.",
        "Put it back, or export the workbook again and copy your numbers.",
    ),
    "workbook.heading_missing": Message(
        "Op dit blad staat de kopregel niet meer met de kolommen {columns}.",
        "Zet de kopregel terug, of exporteer het werkboek opnieuw en neem uw getallen over.",
        "This sheet no longer has its heading with the columns {columns}.",
        "Put the heading back, or export the workbook again and copy your numbers.",
    ),
    "workbook.too_many_rows": Message(
        "Dit blad telt meer dan {limit} rijen.", "Haal weg wat eronder is toegevoegd.",
        "This sheet has more than {limit} rows.", "Remove what was added below.",
    ),
    "workbook.id_missing": Message(
        "In deze rij staat een waarde, maar de id in kolom A is weg.", "Zet de id terug, of maak de rij leeg.",
        "This row has a value, but the id in column A is gone.", "Put the id back, or clear the row.",
    ),
    "workbook.id_twice": Message(
        "Deze id staat twee keer; de eerste keer in {first}.", "Houd één van de twee rijen.",
        "This id stands twice; the first time in {first}.", "Keep one of the two rows.",
    ),
    "workbook.id_unknown": Message(
        "Het scenario heeft geen invoer met deze id.", "Verbeter de id, of haal de rij weg.",
        "The scenario has no input with this id.", "Correct the id, or remove the row.",
    ),
    "workbook.name_missing": Message(
        "De cel heeft haar naam `{name}` niet meer; de formules lezen haar dan niet.",
        "Geef de cel die naam weer, of exporteer het werkboek opnieuw en neem uw getallen over.",
        "The cell no longer has its name `{name}`; the formulas then do not read it.",
        "Give the cell that name again, or export the workbook again and copy your numbers.",
    ),
    "workbook.name_twice": Message(
        "De naam `{name}` bestaat twee keer in dit werkboek.", "Verwijder er een in het namenbeheer.",
        "The name `{name}` exists twice in this workbook.", "Remove one of them in the name manager.",
    ),
    "workbook.name_elsewhere": Message(
        "De naam `{name}` wijst naar {target} en niet naar deze cel; is het blad gesorteerd of verschoven?",
        "Zet de rijen terug in hun volgorde, of exporteer het werkboek opnieuw en neem uw getallen over.",
        "The name `{name}` points to {target} and not to this cell; was the sheet sorted or moved?",
        "Put the rows back in their order, or export the workbook again and copy your numbers.",
    ),
    "workbook.name_several": Message(
        "De naam `{name}` wijst naar meer dan één cel ({target}).", "Laat hem in het namenbeheer naar één cel wijzen.",
        "The name `{name}` points to more than one cell ({target}).", "Let it point to one cell in the name manager.",
    ),
    "workbook.row_gone": Message(
        "De rij van de naam `{name}` is weg. Een verwijderde rij verandert niets aan het scenario.",
        "Zet de rij terug; wilt u nul, vul dan 0 in.",
        "The row of the name `{name}` is gone. A removed row changes nothing in the scenario.",
        "Put the row back; if you mean nil, enter 0.",
    ),
    "workbook.table_missing": Message(
        "De tabel `{table}` staat niet meer op dit blad.",
        "Zet haar terug, of exporteer het werkboek opnieuw en neem uw getallen over.",
        "The table `{table}` is no longer on this sheet.",
        "Put it back, or export the workbook again and copy your numbers.",
    ),
    "workbook.table_unknown": Message(
        "Een tabel van deze naam is er niet; wel: {known}.", "Verbeter de naam in kolom A.",
        "There is no table of this name; there is: {known}.", "Correct the name in column A.",
    ),
    "workbook.row_missing": Message(
        "In de tabel `{table}` ontbreekt de rij `{row}`. Een verwijderde rij verandert niets aan het scenario.",
        "Zet de rij terug; is er geen bedrag, maak dan de cellen leeg of nul.",
        "The table `{table}` lacks the row `{row}`. A removed row changes nothing in the scenario.",
        "Put the row back; if there is no amount, empty the cells or enter nil.",
    ),
    "workbook.column_missing": Message(
        "In de tabel `{table}` ontbreekt de kolom `{column}`.", "Zet de kolom terug met haar getallen.",
        "The table `{table}` lacks the column `{column}`.", "Put the column back with its numbers.",
    ),
    "workbook.column_twice": Message(
        "Deze kolom staat twee keer in de tabel `{table}`.", "Houd één van de twee.",
        "This column stands twice in the table `{table}`.", "Keep one of the two.",
    ),
    "workbook.column_unknown": Message(
        "Het scenario heeft deze kolom niet in de tabel `{table}`; er is: {known}.",
        "Verbeter wat erboven staat, of haal de kolom weg.",
        "The scenario does not have this column in the table `{table}`; there is: {known}.",
        "Correct what stands above it, or remove the column.",
    ),
    # --- what stands in a cell
    "workbook.formula": Message(
        "In deze invoercel staat een formule; een invoer is een getal.",
        "Vul de uitkomst in als getal (kopiëren, plakken als waarde).",
        "This input cell holds a formula; an input is a number.",
        "Enter its result as a number (copy, paste as value).",
    ),
    "workbook.error_value": Message(
        "In deze cel staat een foutwaarde.", "Vul een getal in.",
        "This cell holds an error value.", "Enter a number.",
    ),
    "workbook.date": Message(
        "Van deze invoer heeft het rekenprogramma een datum of tijd gemaakt.",
        "Zet de celopmaak op Getal en typ het getal opnieuw.",
        "The spreadsheet program made a date or time of this input.",
        "Format the cell as Number and type the number again.",
    ),
    "workbook.boolean": Message(
        "Hier staat WAAR of ONWAAR waar een getal hoort.", "Vul een getal in.",
        "This is TRUE or FALSE where a number belongs.", "Enter a number.",
    ),
    "workbook.switch": Message(
        "Dit is een keuze tussen ja (1) en nee (0).", "Vul 1 of 0 in.",
        "This is a choice between yes (1) and no (0).", "Enter 1 or 0.",
    ),
    "workbook.empty": Message(
        "Deze invoercel is leeg. Leeg is iets anders dan nul.", "Vul een getal in.",
        "This input cell is empty. Empty is not the same as nil.", "Enter a number.",
    ),
    "workbook.text": Message(
        "In deze cel staat tekst waar een getal hoort.", "Vul een getal in; een opmerking kan ernaast.",
        "This cell holds text where a number belongs.", "Enter a number; a remark can stand beside it.",
    ),
    "workbook.text_number": Message(
        "Dit lijkt een getal, maar het is tekst: het rekenprogramma rekent er niet mee.",
        "Zet de celopmaak op Getal en typ {as_number} (met het decimaalteken van uw rekenprogramma).",
        "This looks like a number, but it is text: the spreadsheet program does not calculate with it.",
        "Format the cell as Number and type {as_number} (with the decimal sign of your spreadsheet program).",
    ),
    "workbook.text_percent": Message(
        "Dit is tekst, en een percentage. Een aandeel wordt als deel van 1 geschreven.",
        "Zet de celopmaak op Getal en typ {as_share} (met het decimaalteken van uw rekenprogramma).",
        "This is text, and a percentage. A share is written as a part of 1.",
        "Format the cell as Number and type {as_share} (with the decimal sign of your spreadsheet program).",
    ),
    "workbook.text_ambiguous": Message(
        "Dit is tekst, en kan {as_number} of {as_decimal} betekenen; er wordt niet geraden.",
        "Zet de celopmaak op Getal en typ het getal opnieuw.",
        "This is text, and may mean {as_number} or {as_decimal}; nothing is guessed.",
        "Format the cell as Number and type the number again.",
    ),
    # --- beside the scenario as it is now
    "workbook.stale": Message(
        "Het scenario is sinds de export veranderd: hier was het {exported}, nu is het {now}, en u wijzigde dit niet.",
        "Exporteer het werkboek opnieuw en neem uw wijzigingen over, of noem achter `--into` het oude scenario.",
        "The scenario has changed since the export: this was {exported} and is {now} now, and you did not change it.",
        "Export the workbook again and copy your changes, or name the old scenario after `--into`.",
    ),
    "workbook.stale_table": Message(
        "Het scenario is sinds de export veranderd en heeft hier {now}; niet te zien is of u dit wijzigde.",
        "Exporteer het werkboek opnieuw en neem uw wijzigingen over, of noem achter `--into` het oude scenario.",
        "The scenario has changed since the export and has {now} here; it cannot be seen whether you changed this.",
        "Export the workbook again and copy your changes, or name the old scenario after `--into`.",
    ),
    # --- what is asked on the command line
    "workbook.no_reason": Message(
        "Iedere wijziging heeft een reden; die wordt de bron van de nieuwe getallen.",
        "Schrijf achter `--reason` waarom, en waar het staat.",
        "Every change has a reason; it becomes the source of the new numbers.",
        "Write after `--reason` why, and where it stands.",
    ),
    "workbook.strange_reason": Message(
        "Deze tekst bevat tekens die niet te zien zijn.", "Typ hem opnieuw.",
        "This text holds signs that cannot be seen.", "Type it again.",
    ),
    "workbook.shipped": Message(
        "Dit scenario hoort bij het programma; daar komt geen nieuwe versie naast.",
        "Maak een eigen exemplaar met `coalition init MAP --from {found}` en noem dat achter `--into`.",
        "This scenario is part of the program; no new version is put beside it.",
        "Make your own copy with `coalition init FOLDER --from {found}` and name that after `--into`.",
    ),
    "workbook.folder": Message(
        "In deze map kan niet worden geschreven ({reason}).", "Controleer uw rechten en de ruimte op de schijf.",
        "Nothing can be written in this folder ({reason}).", "Check your rights and the space on the disk.",
    ),
}
# fmt: on
