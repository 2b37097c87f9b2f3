"""`coalition source …`: published files to the package's tables, and a region's tables from them.

Data goes to standard output or a file, notes to standard error. Nothing is calculated here; bad files raise an
InputError, which cli.py shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from coalition.sources.reading import Note, Reading
    from coalition.sources.region_tables import Published, RegionTables
    from coalition.tables import Table

_FILE = click.Path(path_type=Path)
_LEVEL = click.Choice(["municipality", "wijk", "buurt"])
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _lang(command: _Command) -> _Command:
    choice = click.Choice(["nl", "en"])
    return click.option("--lang", type=choice, default="nl", help="Taal van de opmerkingen.")(command)


def _out(command: _Command) -> _Command:
    return click.option("-o", "--out", type=_FILE, help="Schrijf naar dit CSV-bestand in plaats van naar het scherm.")(
        command
    )


def _year(command: _Command) -> _Command:
    return click.option("--year", type=int, help="Jaar van het bestand, als de naam het niet zegt.")(command)


_FILES = click.argument("files", nargs=-1, required=True, type=_FILE)


@click.group()
def source() -> None:
    """Gepubliceerde gegevens (Vektis, CBS, CPB) omzetten naar tabellen."""


@source.command()
@_FILES
@_year
@click.option("--panel", is_flag=True, help="Gemeente × jaar, klaar voor `coalition evaluate run`.")
@click.option("--basket", "baskets", multiple=True, help="Zorg: total, stable, of soorten met + ertussen; herhaalbaar.")
@click.option("--ages", multiple=True, metavar="0-14", help="Leeftijden; herhaalbaar.")
@click.option("--standardise-to", type=int, metavar="YEAR", help="Leeftijdsopbouw van dit jaar voor alle jaren.")
@click.option("--price-year", type=int, help="Prijspeil, met de consumentenprijsindex.")
@_out
@_lang
def vektis(files: Sequence[Path], year: int | None, out: Path | None, lang: str, **asked: Any) -> None:
    """Gemeentebestanden van Vektis: verzekerden en kosten per gemeente, geslacht en leeftijdsklasse.

    Met --panel: kosten per verzekerdejaar per gemeente en jaar, fusies verwerkt.
    """
    from coalition.sources.vektis import VEKTIS, read_vektis
    from coalition.sources.vektis_panel import TOTAL, vektis_panel

    wants_panel = asked.pop("panel")
    if not wants_panel and any(asked.values()):
        raise click.UsageError("--basket, --ages, --standardise-to and --price-year belong to --panel")
    readings = [read_vektis(file, year=year) for file in files]
    if wants_panel:
        baskets, ages = asked.pop("baskets") or (TOTAL,), asked.pop("ages")
        made = vektis_panel(readings, baskets, ages, **asked)
        _show(made.contract, [made], out, lang)
    else:
        _show(VEKTIS, readings, out, lang)


@source.command()
@_FILES
@_year
@_out
@_lang
def cbs(files: Sequence[Path], year: int | None, out: Path | None, lang: str) -> None:
    """Bestanden van CBS: Kerncijfers wijken en buurten, Regionale kerncijfers of de consumentenprijsindex."""
    from coalition.sources.cbs import read_cbs_files

    table, readings = read_cbs_files(files, year=year)
    _show(table, readings, out, lang)


@source.command()
@_FILES
@_year
@_out
@_lang
def cpb(files: Sequence[Path], year: int | None, out: Path | None, lang: str) -> None:
    """Werkboek van CPB: uitgaven per inwoner naar leeftijd voor Zvw, Wlz, Wmo en Jeugdwet."""
    from coalition.sources.cpb import CPB, read_cpb

    _show(CPB, [read_cpb(file, year=year) for file in files], out, lang)


@source.command()
@click.argument("file", required=False, type=_FILE)
@_out
@_lang
def cpi(file: Path | None, out: Path | None, lang: str) -> None:
    """Consumentenprijsindex: het gegeven CBS-bestand, of zonder bestand de meegeleverde reeks."""
    from coalition.sources.cpi import CPI, read_cpi

    _show(CPI, [read_cpi(file)], out, lang)


@source.command()
@click.option("--vektis", "vektis_file", required=True, type=_FILE, help="Gemeentebestand van Vektis.")
@click.option("--kwb", "kwb_file", required=True, type=_FILE, help="CBS, Kerncijfers wijken en buurten.")
@click.option("--cpb", "cpb_file", required=True, type=_FILE, help="CPB, uitgaven per leeftijd (.xlsx).")
@click.option("--zvw-year", required=True, type=int, help="Jaar van het Vektis-bestand; prijspeil van de Zvw.")
@click.option("--kwb-year", type=int, help="Jaar van het CBS-bestand, als de naam het niet zegt.")
@click.option("--cpb-year", type=int, help="Jaar van het CPB-bestand, als de naam het niet zegt.")
@click.option("--province", default="", help="Naam of code van een provincie: alle gemeenten daarin.")
@click.option("--municipality", "municipalities", multiple=True, help="Naam of code van een gemeente; herhaalbaar.")
@click.option("--level", type=_LEVEL, default="municipality", help="Gebieden waarvan regels komen.", show_default=True)
@click.option("--allow-incomplete-mental-health", "incomplete", is_flag=True, help="Aanvaard Vektis 2021.")
@click.option("-o", "--out", required=True, type=_FILE, help="Map voor region.csv en cost.csv.")
@_lang
def region(province: str, municipalities: Sequence[str], level: str, incomplete: bool, **rest: Any) -> None:
    """Maak region.csv en cost.csv van een provincie of van gemeenten, eventueel per wijk of buurt."""
    from coalition.sources.recode import select
    from coalition.sources.region_tables import Level, build_region

    published = _published(**{name: rest[name] for name in _PUBLISHED})
    areas = select(municipalities=municipalities, province=province)
    tables = build_region(published, areas, level=Level(level), allow_incomplete_mental_health=incomplete)
    readings = (published.vektis, published.kwb, published.cpb)
    _say([*(note for reading in readings for note in reading.notes), *tables.notes], rest["lang"])
    _write_region(tables, rest["out"])


_PUBLISHED = ("vektis_file", "zvw_year", "kwb_file", "kwb_year", "cpb_file", "cpb_year")


def _published(**files: Any) -> Published:
    """The three readings behind a region."""
    from coalition.sources.cbs import read_kwb
    from coalition.sources.cpb import read_cpb
    from coalition.sources.region_tables import Published
    from coalition.sources.vektis import read_vektis

    return Published(
        vektis=read_vektis(files["vektis_file"], year=files["zvw_year"]),
        kwb=read_kwb(files["kwb_file"], year=files["kwb_year"]),
        cpb=read_cpb(files["cpb_file"], year=files["cpb_year"]),
    )


def _write_region(tables: RegionTables, folder: Path) -> None:
    """Both tables into a folder, which is made when it is not there."""
    from coalition.region import COST, REGION
    from coalition.sources.writing import write_table

    write_table(tables.region, REGION, folder / "region.csv")
    write_table(tables.cost, COST, folder / "cost.csv")


def _show(table: Table, readings: Sequence[Reading], out: Path | None, lang: str) -> None:
    """The rows of all readings as one CSV on standard output or in a file; their notes on standard error."""
    from coalition.sources.writing import csv_text, joined, write_text

    _say([note for reading in readings for note in reading.notes], lang)
    content = csv_text(joined([reading.table for reading in readings], table), table)
    if out is None:
        click.echo(content, nl=False)
    else:
        write_text(content, out)


def _say(notes: Iterable[Note], lang: str) -> None:
    """Each note once, on standard error."""
    for sentence in dict.fromkeys(note.sentence(lang) for note in notes):
        click.echo(sentence, err=True)
