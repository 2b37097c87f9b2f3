"""Two scenarios side by side: which inputs differ, and which results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coalition.money import HALF_CENT_EUR, half_away_from_zero
from coalition.outputs.formats import number
from coalition.outputs.labels import Lang, text
from coalition.report import Report, build_report
from coalition.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Change:
    """A value that differs; "" where one side has none."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What differs between two scenarios.

    Attributes:
        inputs: changed values of the merged files, in the order of the second one.
        results: party -> present value of the net, before and after.
    """

    inputs: list[Change]
    results: dict[str, tuple[float, float]]


def compare(first: Scenario, second: Scenario) -> Comparison:
    """Run both and compare."""
    before, after = build_report(first, studies=False), build_report(second, studies=False)
    return Comparison(changed_inputs(first, second), _results(before, after))


def changed_inputs(first: Scenario, second: Scenario) -> list[Change]:
    """Values that differ, by dotted path."""
    old, new = dict(_leaves(first.document.data, "")), dict(_leaves(second.document.data, ""))
    paths = [*new, *(p for p in old if p not in new)]
    return [Change(p, old.get(p, ""), new.get(p, "")) for p in paths if old.get(p) != new.get(p)]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in items:
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    else:
        yield path, str(value)


def _results(before: Report, after: Report) -> dict[str, tuple[float, float]]:
    old = {p.party.id: float(p.npv[0]) for p in before.result.run.parties}
    new = {p.party.id: float(p.npv[0]) for p in after.result.run.parties}
    return {i: (old.get(i, 0.0), new.get(i, 0.0)) for i in [*new, *(i for i in old if i not in new)]}


HEADINGS = {
    "inputs": ("Gewijzigde invoer", "Changed inputs"),
    "results": ("Contante waarde per partij (€)", "Present value per party (€)"),
    "was": ("was", "was"),
    "is": ("wordt", "becomes"),
    "difference": ("verschil", "difference"),
    "none": ("Er is geen verschil.", "There is no difference."),
}


def print_comparison(found: Comparison, names: dict[str, str], console: Console, lang: Lang) -> None:
    """Inputs, then results that differ by at least a euro."""
    from rich import box
    from rich.table import Table

    word = {k: v[0 if lang == "nl" else 1] for k, v in HEADINGS.items()}
    if not found.inputs and all(abs(a - b) < HALF_CENT_EUR for a, b in found.results.values()):
        console.print(word["none"])
        return
    inputs = Table("", word["was"], word["is"], title=word["inputs"], box=box.SIMPLE_HEAD, title_justify="left")
    for change in found.inputs:
        inputs.add_row(change.path, change.before or "-", change.after or "-")
    results = Table(text("party", lang), title=word["results"], box=box.SIMPLE_HEAD, title_justify="left")
    for heading in ("was", "is", "difference"):
        results.add_column(word[heading], justify="right")
    for party, values in found.results.items():
        before, after = (half_away_from_zero(v) for v in values)
        if before != after:
            results.add_row(names.get(party, party), *(number(v, lang) for v in (before, after, after - before)))
    console.print(inputs)
    console.print(results)


def comparison_data(found: Comparison) -> dict[str, Any]:
    """The comparison as plain data for JSON."""
    return {
        "schema": "coalition-diff-1",
        "inputs": [{"path": c.path, "before": c.before, "after": c.after} for c in found.inputs],
        "results": [{"party": p, "npv_before_eur": a, "npv_after_eur": b} for p, (a, b) in found.results.items()],
    }
