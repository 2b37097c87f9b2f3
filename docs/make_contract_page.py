"""The text of docs/contract.md: every term of a shared-savings contract, its clauses, presets and measured figures.

`python docs/make_pages.py` writes it. Meanings are the docstrings of coalition/contracts.py, columns those of the table
that `coalition settle` reads, presets the files that ship; the worked example is run while the page is made.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner
from key_words import columns, holds, table
from make_schemas import choices, meaning, one_line
from pydantic import BaseModel

from coalition.cli import main
from coalition.contract_files import load_preset, preset_names
from coalition.contracts import (
    BEFORE_SHARING,
    DEFAULT_ORDER,
    SCALAR_TERMS,
    BaseYear,
    BenchmarkMethod,
    Clause,
    Contract,
    Dispersion,
    Gate,
    GateRow,
    LossRule,
    MeasuringYears,
    Population,
    Quality,
    QualityOnLosses,
    Scope,
    ShareBand,
    Sharer,
    Step,
    unit_of_term,
)
from coalition.measurements import FIGURES, MEASUREMENTS
from coalition.tables import Table

COMMANDS = (
    "coalition settle docs/settle/contract.yaml docs/settle/measured.csv --lang en",
    "coalition settle --preset mssp-track-1 docs/settle/measured.csv --lang en",
)
"""What the page runs, from the folder above docs/."""

PARTS = (BaseYear, GateRow, Step, ShareBand, Sharer, Dispersion, Scope, MeasuringYears)
CHOICES = (Population, BenchmarkMethod, Gate, LossRule, Quality, QualityOnLosses)

HOW_A_BENCHMARK_IS_MADE = ("base_years", "trend_per_year", "rebase_every_periods", "rebase_add_back_share")
"""Terms that make the benchmark of a scenario; a file of measurements gives its own."""
NOT_PROJECTED = ("truncation_eur_per_person",)
"""Terms that no figure rests on: means cannot be truncated, and a measured benchmark is."""
DATES = ("settlement_lag_years", "interim_share")
"""Terms that work in a scenario only."""

INTRODUCTION = """\
<!-- Made by docs/make_pages.py from coalition/contracts.py, the presets and docs/settle; do not edit. -->

# A shared-savings contract

One party pays care or support and has the saving first; the contract says what the others get of it, and what they owe
when cost rises. The same mapping stands in three places: under `arrangements.contracts` in a [scenario](scenario.md),
in a file of its own for `coalition settle`, and in the presets that ship with the package. In a scenario the expected
saving is settled, without noise, and `--view terms` says what chance does to it; `coalition settle` settles what was
measured, in whole cents.

Rates, shares and scores run from 0 to 1. Amounts are nominal: a contract names them in the euro of its own years."""

TERMS_TEXT = """\
In the column *file*, "column" marks a term that a file of measurements may override row by row, with a column of the
same name; an empty cell leaves it to the contract."""

NO_FIGURE_TEXT = """\
{terms} make a historical benchmark in a scenario, as docs/model.md says; `coalition settle` takes the benchmark of the
file. No figure rests on {silent}: a scenario knows means, which cannot be cut off, and measured figures are cut off
already. The caps on risk limit the column `risk_ratio`, and in a scenario what a historical benchmark moves with the
age structure. In a projection the quality standard counts as met. Limits on a share of revenue need the column
`revenue_eur`; a scenario refuses them. {dates} say when a scenario pays; `coalition settle` dates nothing."""

CLAUSES_TEXT = """\
A contract applies its clauses in the order of `order`; below is the order when it states none. Those marked *before*
are about the saving as a whole and stand before `sharing`, the others after it. A clause without terms does nothing.
Every clause is in the order once."""

PRESETS_TEXT = """\
`coalition settle --preset NAME measured.csv` settles on one of these. Source, standing and year hold for each number of
a preset that states no other; *read* is read in the source, *assumed* is a choice that you replace. Foreign terms are
no Dutch tariff. What a source does not give is said in the last column."""

MEASURED_TEXT = """\
One row per contract holder and period, as UTF-8 CSV with a comma between cells and a point in decimals.
{columns}
Further columns have the name of a term and override it in their row: {terms}."""

EXAMPLE_TEXT = """`docs/settle/contract.yaml`, made up for this page:

```yaml
{contract}
```

`docs/settle/measured.csv`:

```csv
{measured}
```

{runs}

By hand, for two rows:

- *north* in 2026: the benchmark of 30,000,000 less the discount of 0.5 % is 29,850,000; cost was 29,250,000, so that
  600,000 was saved, 2.01 % and more than the gate of 1 %. Half of it times the quality score of 0.8 is 240,000; the
  limit of 4 % of 7,000,000 is not reached.
- *south* in 2026: cost was 24,600,000 against 23,880,000, a loss of 720,000. The care group owes a quarter, 180,000,
  but no more than 2 % of its revenue of 5,000,000: 100,000."""


def contract_page(docs: Path) -> str:
    """The page, with the worked example run from the folder above `docs`."""
    parts = [
        INTRODUCTION,
        f"## A worked example\n\n{_example(docs)}",
        f"## Terms\n\n{TERMS_TEXT}\n\n{_terms(Contract)}",
        NO_FIGURE_TEXT.format(
            terms=_listed(HOW_A_BENCHMARK_IS_MADE),
            silent=_listed(NOT_PROJECTED),
            dates=" and ".join(_quoted(DATES)),
        ),
        *(f"### {one_line(part.__doc__ or '').rstrip('.')}\n\n{_terms(part)}" for part in PARTS),
        f"## Choices\n\n{_choices()}",
        f"## Clauses and their order\n\n{CLAUSES_TEXT}\n\n{_clauses()}",
        f"## Contracts that ship with the package\n\n{PRESETS_TEXT}\n\n{_presets()}",
        f"## Columns of a file of measurements\n\n{_measured()}",
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _quoted(names: Sequence[str]) -> list[str]:
    return [f"`{name}`" for name in names]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_quoted(names))


def _terms(model: type[BaseModel]) -> str:
    """Every key of a part of a contract."""
    rows = []
    for field in model.model_fields:
        file = "column" if model is Contract and field in SCALAR_TERMS else ""
        rows.append((f"`{field}`", meaning(model, field), holds(model, field), unit_of_term(field), file))
    if model is not Contract:
        return table(("key", "meaning", "holds", "unit"), [row[:4] for row in rows])
    return table(("term", "meaning", "holds", "unit", "file"), rows)


def _choices() -> str:
    parts = []
    for enum in CHOICES:
        parts.append(f"**{one_line(enum.__doc__ or '')}**\n")
        parts.append(table(("write", "meaning"), [(f"`{v}`", text) for v, text in choices(enum).items()]))
    return "\n".join(parts)


def _clauses() -> str:
    told = choices(Clause)
    rows = [
        (str(place), f"`{clause.value}`", told[clause.value], "before" if clause in BEFORE_SHARING else "")
        for place, clause in enumerate(DEFAULT_ORDER, start=1)
    ]
    return table(("", "clause", "what it does", "sharing"), rows)


def _presets() -> str:
    rows = []
    for name in preset_names():
        stated = load_preset(name).contract
        told = (str(stated.terms_of_year), stated.standing.value, stated.source or "", stated.note or "")
        rows.append((f"`{name}`", stated.name, *told))
    return table(("preset", "contract", "terms of", "standing", "source", "what to know"), rows)


def _measured() -> str:
    figures = tuple(c for c in MEASUREMENTS.columns if c.name in {*MEASUREMENTS.key, *FIGURES})
    own = Table(MEASUREMENTS.name, figures, key=MEASUREMENTS.key)
    return MEASURED_TEXT.format(columns=f"\n{columns(own)}", terms=_listed(SCALAR_TERMS))


def _example(docs: Path) -> str:
    runs = "\n\n".join(f"```console\n$ {command}\n{_printed(command, docs.parent)}\n```" for command in COMMANDS)
    contract, measured = (
        (docs / "settle" / name).read_text("utf-8").rstrip() for name in ("contract.yaml", "measured.csv")
    )
    return EXAMPLE_TEXT.format(contract=contract, measured=measured, runs=runs)


def _printed(command: str, folder: Path) -> str:
    """What a command prints in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(main, command.split()[1:], catch_exceptions=False)
    finally:
        os.chdir(before)
    return "\n".join(line.rstrip() for line in done.output.splitlines()).rstrip()
