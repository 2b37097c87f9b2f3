"""The commands. Each one reads, calls and prints; what it prints is made elsewhere.

Data goes to standard output, everything else to standard error. Heavy packages are imported inside the commands, so
that asking for help stays quick. Exit codes are those of the error classes; a defect of ours writes a log and exits
with 70.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coalition import __version__
from coalition.command_options import Lang, console, lang_option, set_option
from coalition.errors import CoalitionError

if TYPE_CHECKING:
    pass


@contextmanager
def user_errors(lang: Lang) -> Iterator[None]:
    """Print what a user can repair and leave with the exit code of its kind; log what only we can repair."""
    try:
        yield
    except CoalitionError as error:
        from coalition.outputs.failures import error_text

        click.echo(error_text(error, lang), err=True)
        sys.exit(error.exit_code)
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        from coalition.outputs.failures import defect_text

        click.echo(defect_text(error, lang), err=True)
        sys.exit(70)


class LazyGroup(click.Group):
    """A group of which some members live in modules that are only imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in alphabetical order."""
        return sorted([*super().list_commands(ctx), "evaluate", "source"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name == "source":
            from coalition.source_commands import source

            return source
        if cmd_name == "evaluate":
            from coalition.evaluate_commands import evaluate

            return evaluate
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors of any command end here."""
        with user_errors(_wanted_lang()):
            return super().invoke(ctx)


def _wanted_lang() -> Lang:
    """The language asked for, also where a command failed before it knew."""
    words = sys.argv[1:]
    for position, word in enumerate(words):
        if word == "--lang=en" or (word == "--lang" and words[position + 1 : position + 2] == ["en"]):
            return "en"
    return "nl"


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="coalition")
def main() -> None:
    """Who pays for prevention, who benefits, and what makes nobody worse off.

    \b
    Begin:  coalition init demo
            coalition run demo
    """  # noqa: D301 - click reads the escape as "keep these lines"


@main.command()
@click.argument("folder", default="demo", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source_name",
    default="drenthe",
    show_default=True,
    help="Shipped scenario, or a filled input form (.xlsx).",
)
@lang_option
def init(folder: Path, source_name: str, lang: Lang) -> None:
    """Make an example coalition to edit."""
    from coalition.outputs.start import init_text, make_example

    made = make_example(folder, source_name)
    click.echo(init_text(folder, made, lang), err=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--layout",
    "layouts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with your own form.yaml, theme.yaml and logo.",
)
@lang_option
def template(file: Path, layouts: Path | None, lang: Lang) -> None:
    """Write an empty, explained input form (.xlsx)."""
    from coalition.forms.template import write_form
    from coalition.outputs.start import form_text

    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{file}: name a file that ends in .xlsx")
    write_form(file, lang, layouts)
    click.echo(form_text(file, lang), err=True)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@set_option
@lang_option
def check(files: tuple[str, ...], assign: tuple[str, ...], lang: Lang) -> None:
    """Validate scenarios; all problems at once."""
    from coalition.outputs.failures import checked_text
    from coalition.scenario import load_all

    for scenario in load_all(files, assign):
        click.echo(checked_text(scenario, lang))


@main.command()
@click.argument("file")
@set_option
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for all tables and a manifest.")
@click.option(
    "--by",
    type=click.Choice(["pocket", "intervention", "year"]),
    default="pocket",
    show_default=True,
    help="Columns of the second table.",
)
@click.option(
    "--view",
    type=click.Choice(["parties", "years", "terms", "fund"]),
    default="parties",
    show_default=True,
    help="Who pays and gains, the law beside the agreement per year, term sheets, or fund statements.",
)
@lang_option
def run(file: str, assign: tuple[str, ...], form: str, output: Path | None, by: str, view: str, lang: Lang) -> None:
    """Show who pays and who benefits."""
    from coalition.outputs.shown import show_run
    from coalition.report import build_report
    from coalition.scenario import load_scenario

    show_run(build_report(load_scenario(file, assign)), form, output, file, console(), by=by, view=view, lang=lang)


@main.command()
@click.argument("file", metavar="SCENARIO")
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False), metavar="WORKBOOK.xlsx")
@set_option
@click.option("--theme", type=click.Path(path_type=Path), help="Colours, font and logo (excel_templates/theme.yaml).")
@click.option("--force", is_flag=True, help="Replace the file if it exists; inputs filled in there are lost.")
@lang_option
def export(file: str, workbook: Path, assign: tuple[str, ...], theme: Path | None, lang: Lang, *, force: bool) -> None:
    """Write a scenario as a workbook with live formulas."""
    from coalition.forms.theme import load_theme
    from coalition.scenario import load_scenario
    from coalition.workbook.change_log import change_log
    from coalition.workbook.export import check_free, export_workbook, exported_text

    if workbook.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{workbook}: name a file that ends in .xlsx")
    if not force:
        check_free(workbook)
    scenario = load_scenario(file, assign)
    export_workbook(scenario, workbook, lang, theme=load_theme(theme), changes=change_log(scenario))
    click.echo(exported_text(workbook, lang), err=True)


@main.command()
@click.argument("file")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--party", help="Only this party or group, by its id or name.")
@set_option
@lang_option
def summary(file: str, folder: Path, party: str | None, assign: tuple[str, ...], lang: Lang) -> None:
    """Write a page per party to print: what it pays and gets, and why."""
    from coalition.outputs.party_html import write_summaries
    from coalition.report import build_report
    from coalition.scenario import load_scenario

    for path in write_summaries(build_report(load_scenario(file, assign)), folder, party, file, lang):
        click.echo(str(path), err=True)


@main.command()
@click.argument("first")
@click.argument("second")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@lang_option
def diff(first: str, second: str, form: str, lang: Lang) -> None:
    """Show changed inputs and changed results side by side."""
    from coalition.outputs.shown import show_diff
    from coalition.scenario import load_scenario

    show_diff(load_scenario(first), load_scenario(second), form, console(), lang)


@main.command()
@click.argument("file")
@click.argument("what")
@click.argument("year", type=int, required=False)
@click.option("--pocket", help="Only this pocket.")
@click.option("--intervention", help="Only this intervention.")
@click.option("--zero-effect", is_flag=True, help="The twin in which nothing has an effect.")
@click.option("--range", "spread", is_flag=True, help="Where the range of a party comes from.")
@click.option("--break-even", "even", is_flag=True, help="Where its break-even point comes from.")
@set_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@lang_option
def explain(
    file: str,
    what: str,
    year: int | None,
    pocket: str | None,
    intervention: str | None,
    zero_effect: bool,
    spread: bool,
    even: bool,
    assign: tuple[str, ...],
    form: str,
    lang: Lang,
) -> None:
    """Trace a figure down to its inputs and sources.

    WHAT is a party or group, society, a dotted path of the scenario, a parameter such as cpi.cpi, or a figure: index,
    repair, windfall, clawback, policies, qalys, monetised, capacity, tail, assumptions, inputs.
    """
    from coalition.figures import Figure
    from coalition.outputs.explain import Asked, explain
    from coalition.scenario import load_scenario
    from coalition.trace import Question

    question = Question(what, year, pocket, intervention, zero_effect)
    figures = tuple(f for f, wanted in ((Figure.RANGE, spread), (Figure.BREAK_EVEN, even)) if wanted)
    explain(load_scenario(file, assign), Asked(what, figures, question), form, console(), lang)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="[CONTRACT] MEASUREMENTS.csv")
@click.option("--preset", help="A contract that ships with the package, instead of CONTRACT.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--currency", default="EUR", show_default=True, help="Currency of the measurements.")
@lang_option
def settle(files: tuple[str, ...], preset: str | None, form: str, currency: str, lang: Lang) -> None:
    """Settle a contract on observed figures, clause by clause."""
    from coalition.contract_files import load_contract, load_preset
    from coalition.measurements import read_measurements
    from coalition.outputs.settle_text import settled_rows, show_settlement

    *named, measured = files
    if len(named) != (preset is None):
        raise click.UsageError("give CONTRACT or --preset NAME, and one file of measurements")
    contract = (load_contract(Path(named[0])) if preset is None else load_preset(preset)).contract
    rows = settled_rows(contract, read_measurements(Path(measured), contract))
    show_settlement(contract, rows, form, currency, console(), lang)


@main.command()
@click.argument("entry", required=False)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@lang_option
def catalogue(entry: str | None, form: str, lang: Lang) -> None:
    """Show interventions, policies and parameters with source, date and standing."""
    from coalition.outputs.catalogue_text import show_catalogue

    show_catalogue(entry, form, console(), lang)


@main.command("import")
@click.argument("workbook", metavar="X.xlsx", type=click.Path(path_type=Path))
@click.option("--into", required=True, metavar="SCENARIO", help="Scenario that the workbook was made from.")
@click.option("--reason", required=True, help="Why the numbers change; it becomes their source.")
@click.option("--who", default="", help="Who says so, for the log of changes.")
@lang_option
def import_(workbook: Path, into: str, reason: str, who: str, lang: Lang) -> None:
    """Put the numbers of a filled-in workbook in a new version of its scenario."""
    from coalition.workbook.imported_text import show_import
    from coalition.workbook.importing import import_workbook

    show_import(import_workbook(workbook, into, reason=reason, who=who), console(), lang)


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path), metavar="WORKBOOK.xlsx")
@click.option("--scenario", help="What it was exported from; by default the scenario that the workbook names.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "libreoffice", "formulas"]),
    default="auto",
    show_default=True,
    help="What recalculates it.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@lang_option
def verify(workbook: Path, scenario: str | None, engine: str, form: str, lang: Lang) -> None:
    """Recalculate a workbook and compare it with what it says and with the model."""
    from coalition.workbook.verify import verify
    from coalition.workbook.verify_text import show_verdict

    verdict = verify(workbook, scenario, engine=engine)
    show_verdict(verdict, form, console(), lang)
    sys.exit(0 if verdict.holds else 1)


@main.command()
@click.argument("file", metavar="SCENARIO")
@set_option
@click.option("--objective", "goals", multiple=True, metavar="GOAL", help="Instead of the scenario's own; repeatable.")
@click.option("--frontier", metavar="A,B", help="Plans between two goals.")
@click.option("--points", type=click.IntRange(min=2), default=5, show_default=True, help="How many of them.")
@click.option("--sensitivity", is_flag=True, help="Show what one more of every limit brings.")
@click.option("--robust", "share", type=click.FloatRange(0, 1), metavar="SHARE", help="Whole in this part of draws.")
@click.option("--alternatives", "count", type=click.IntRange(min=1), default=None, help="Other plans that are as good.")
@click.option("--within", "within_pct", type=click.FloatRange(min=0), default=5.0, show_default=True, metavar="PCT")
@click.option("--seconds", help="Most seconds of the solver for one plan.")
@click.option("--gap", help="Part below the best possible at which it may stop.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the plan as a new scenario.")
@lang_option
def optimise(file: str, form: str, lang: Lang, **asked: Any) -> None:
    """Find where the money should go, or why no plan meets all wishes.

    GOAL is societal_npv, public_npv, npv:PARTY (or insurers, municipalities, table), qaly, health_gap, worst_off or
    cash_back:YEARS.
    """
    from coalition.outputs.optimise_files import Asked, optimise

    sys.exit(0 if optimise(file, Asked(**asked), form, console(), lang) else 1)


@main.command()
@lang_option
def doctor(lang: Lang) -> None:
    """Show versions, solver, locale and extras."""
    from coalition.outputs.doctor import doctor_text

    click.echo(doctor_text(lang))


if __name__ == "__main__":
    main()
