"""Which form a result takes: table, JSON or CSV on standard output, and a folder when asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coalition.model import parties_of
from coalition.outputs.agreement_text import print_funds, print_terms, print_years
from coalition.outputs.compare import compare, comparison_data, print_comparison
from coalition.outputs.folder import table_csv, write_folder
from coalition.outputs.json_text import flows_data, report_json
from coalition.outputs.labels import Lang
from coalition.outputs.result_tables import FLOWS
from coalition.outputs.text import print_report
from coalition.report import Axis, Report
from coalition.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console


def show_run(
    report: Report, form: str, output: Path | None, file: str, console: Console, *, by: str, view: str, lang: Lang
) -> None:
    """A run on standard output; the folder, when asked for, is named on standard error."""
    views = {"years": print_years, "terms": print_terms, "fund": print_funds}
    if form == "table" and view in views:
        views[view](report.result, console, lang)
    elif form == "json":
        click.echo(report_json(report), nl=False)
    elif form == "csv":
        click.echo(table_csv(FLOWS, flows_data(report)), nl=False)
    else:
        print_report(report, console, lang, _next_command(report, file, lang), Axis(by))
    if output is not None:
        for path in write_folder(report, output):
            click.echo(str(path), err=True)


def _next_command(report: Report, file: str, lang: Lang) -> str:
    first = next((r.party.id for r in report.rows if not r.is_group), "PARTY")
    return f"coalition explain {file} {first} {report.result.years[0]}" + ("" if lang == "nl" else " --lang en")


def show_diff(first: Scenario, second: Scenario, form: str, console: Console, lang: Lang) -> None:
    """Two scenarios side by side."""
    found = compare(first, second)
    if form == "json":
        click.echo(json.dumps(comparison_data(found), ensure_ascii=False, indent=1))
        return
    names = {p.id: p.name_nl if lang == "nl" else p.name_en for p in [*parties_of(first), *parties_of(second)]}
    print_comparison(found, names, console, lang)
