"""`coalition evaluate …`: what was saved after three years, its power before the start, and the protocol.

Data goes to standard output, everything else to standard error; a verdict, whatever it is, is no failure. Nothing is
calculated here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coalition.command_options import Lang, console, lang_option, set_option
from coalition.errors import MissingExtraError

_FORM = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
_STUDY = click.argument("file", metavar="STUDY.yaml", type=click.Path(path_type=Path))
_POSITIVE = click.FloatRange(0, min_open=True)
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.group()
def evaluate() -> None:
    """Bespaarde het iets, meer dan toeval, en wat wordt er afgerekend?"""


@evaluate.command()
@_STUDY
@_FORM
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Map voor het verslag, figuren en tabellen.")
@lang_option
def run(file: Path, form: str, output: Path | None, lang: Lang) -> None:
    """Schat het effect in een studie en reken het contract af.

    STUDY.yaml noemt de gegevens, wie meedoet vanaf wanneer, en de methoden; zie docs/evaluation.md.
    """
    _needs_extra()
    from coalition.evaluation.evaluated import evaluate as evaluated
    from coalition.evaluation.study_files import load_study
    from coalition.outputs.evaluation_json import evaluation_json
    from coalition.outputs.evaluation_text import print_evaluation

    found = evaluated(load_study(file), _told(lang))
    if output is not None:
        from coalition.outputs.evaluation_report import write_report

        written = write_report(found, output, lang)
        click.echo("\n".join(str(path) for path in written), err=True)
    if form == "json":
        click.echo(evaluation_json(found, lang))
    else:
        print_evaluation(found, console(), lang)


@evaluate.command()
@click.argument("file", metavar="SCENARIO")
@click.option("--years-before", type=click.IntRange(0, 30), default=3, show_default=True, help="Jaren ervoor.")
@click.option("--years-after", type=click.IntRange(1, 30), help="Jaren erna; die van het contract.")
@click.option(
    "--rho", type=click.FloatRange(0, 0.999), default=0.0, show_default=True, help="Correlatie van jaar op jaar."
)
@click.option("--variation", type=_POSITIVE, help="Standaarddeviatie / gemiddelde van kosten per persoon.")
@click.option("--controls", type=_POSITIVE, help="Personen in de vergelijkingsgroep.")
@click.option("--cluster-size", type=click.FloatRange(1), default=1.0, show_default=True, help="Personen per cluster.")
@click.option(
    "--icc", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Samenhang binnen een cluster."
)
@click.option("--area-persons", type=_POSITIVE, default=20_000.0, show_default=True, help="Personen per gebied.")
@click.option("--alpha", type=_SHARE, default=0.05, show_default=True, help="Niveau van de toets.")
@click.option("--power", type=_SHARE, default=0.8, show_default=True, help="Gewenste kans om het plan te vinden.")
@_FORM
@set_option
@lang_option
def plan(file: str, assign: tuple[str, ...], form: str, lang: Lang, **design: Any) -> None:
    """Wat een evaluatie van dit scenario zou kunnen zien, en wat het contract door toeval betaalt."""
    from coalition.evaluation.planning import Asked, plan_rows
    from coalition.outputs.evaluation_plan_text import show_plan
    from coalition.scenario import load_scenario

    asked = Asked(**design)
    show_plan(plan_rows(load_scenario(file, assign), asked), asked, file, form, console(), lang)


@evaluate.command()
@_STUDY
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Bestand voor het protocol.")
@click.option("--date", "written_on", required=True, metavar="YYYY-MM-DD", help="Datum die erin komt te staan.")
@lang_option
def protocol(file: Path, output: Path, written_on: str, lang: Lang) -> None:
    """Leg de opzet van een studie vast en verzegel haar, voordat er gegevens zijn."""
    from coalition.evaluation.protocol import seal, terms_of, write_protocol
    from coalition.evaluation.study_files import study_of
    from coalition.reading import read_document

    study = study_of(read_document(file, str(file)))
    write_protocol(study, written_on, output)
    said = "Verzegeld" if lang == "nl" else "Sealed"
    click.echo(f"{said}: {output} sha256 {seal(terms_of(study))}")


@evaluate.command()
@_STUDY
@click.option("--before", type=click.IntRange(1, 30), default=3, show_default=True, help="Jaren voor het begin.")
@click.option("--after", type=click.IntRange(1, 30), default=3, show_default=True, help="Jaren erna.")
@click.option("--together", type=click.IntRange(1), default=1, show_default=True, help="Regio's die samen meedoen.")
@click.option("--groups", type=click.IntRange(1), default=50, show_default=True, help="Groepen regio's per begin.")
@_FORM
@lang_option
def placebo(file: Path, before: int, after: int, together: int, groups: int, form: str, lang: Lang) -> None:
    """Hoe vaak de methoden van een studie een effect vinden waar niets gebeurde.

    Elke regio (`columns.cluster`) telt om de beurt als deelnemer, vanaf elk mogelijk jaar; met `--together` steeds een
    aantal regio's samen.
    """
    _needs_extra()
    from coalition.evaluation.evaluated import options_of
    from coalition.evaluation.placebo_study import Windows, rates, tries
    from coalition.evaluation.study_files import load_study
    from coalition.outputs.evaluation_chance_text import placebo_json, show_placebos

    loaded, windows = load_study(file), Windows(before, after, together, groups)
    study, regions, periods = loaded.study, len(set(loaded.panel.cluster.tolist())), len(loaded.panel.periods)
    if together > regions - 2 or before + after > periods:
        raise click.UsageError(
            f"{regions} regio's en {periods} periodes: `--together` is hoogstens {regions - 2}, `--before` en "
            f"`--after` samen hoogstens {periods}."
            if lang == "nl"
            else f"{regions} regions and {periods} periods: `--together` is at most {regions - 2}, `--before` and "
            f"`--after` together at most {periods}."
        )
    found = list(tries(loaded.panel, study.methods, options_of(study), windows, _said_on_terminal))
    shares = rates(found)
    if form == "json":
        click.echo(placebo_json(found, shares, windows, study.alpha))
    else:
        show_placebos(found, shares, windows, (study.alpha, study.unit), console(), lang)


@evaluate.command()
@_STUDY
@click.option("--years", type=click.IntRange(1, 30), multiple=True, default=(1, 2, 3), help="Jaren erna; herhaalbaar.")
@click.option("--size", "sizes", type=click.IntRange(1), multiple=True, help="Ook een gemeente van deze grootte.")
@click.option("--power", type=_SHARE, default=0.8, show_default=True, help="Gewenste kans om het plan te vinden.")
@_FORM
@lang_option
def power(file: Path, years: tuple[int, ...], sizes: tuple[int, ...], power: float, form: str, lang: Lang) -> None:
    """Wat op de gegevens van een studie te zien zou zijn, volgens hoe zij zonder programma bewogen."""
    _needs_extra()
    from coalition.evaluation.history import power_rows
    from coalition.evaluation.study_files import load_study
    from coalition.outputs.evaluation_chance_text import power_json, show_power

    loaded = load_study(file)
    rows = power_rows(loaded, years, sizes, power)
    settings = {"power": power, "alpha": loaded.study.alpha, "plan": loaded.study.plan}
    if form == "json":
        click.echo(power_json(rows, settings))
    else:
        show_power(rows, settings, loaded.study.unit, console(), lang)


def _said_on_terminal(name: str) -> None:
    """A line of progress."""
    if sys.stderr.isatty():
        click.echo(f"… {name}", err=True)


def _told(lang: Lang) -> Callable[[str], None]:
    """A line on a terminal for each method that begins."""
    from coalition.outputs.evaluation_words import method_name

    def told(method: str) -> None:
        _said_on_terminal(method_name(method, lang))

    return told


def _needs_extra() -> None:
    """Fail kindly where statsmodels or scipy is not installed.

    Raises:
        MissingExtraError: one of them is not.
    """
    from importlib.util import find_spec

    if find_spec("statsmodels") is None or find_spec("scipy") is None:
        raise MissingExtraError("evaluate")
