"""Write the made parts of docs/evaluation.md: keys of a study file, methods, screens and measured sizes.

    python docs/make_evaluation.py

The text of the page is written by hand; what stands between `<!-- name: begin -->` and `<!-- name: end -->` is made
here. Measured sizes come from docs/evaluation_size.csv, which benchmarks/evaluation.py writes.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from click.testing import CliRunner
from make_schemas import one_line, own_meanings
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from coalition.cli import main
from coalition.evaluation.estimates import Convention, Method
from coalition.evaluation.study import Adjustment, Aggregation, Columns, Controls, IndexKind, PriceIndex, Study
from coalition.outputs.evaluation_words import CONVENTIONS, METHODS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "evaluation.md"
SIZES = ROOT / "docs" / "evaluation_size.csv"
EXAMPLE = "scenarios/evaluation/drie-jaar"
SCREENS = {
    "plan": f"evaluate plan {EXAMPLE} --rho 0.5 --controls 100000 --lang en",
    "run": f"evaluate run {EXAMPLE}/study.yaml --lang en",
}
"""Place in the page -> command whose output stands there."""


def table(headings: list[str], rows: list[list[str]]) -> str:
    """A table of Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def screen(command: str) -> str:
    """What a command prints."""
    shown = CliRunner().invoke(main, command.split(), catch_exceptions=False).stdout
    lines = "\n".join(line.rstrip() for line in shown.splitlines())
    return f"```console\n$ coalition {command}\n{lines}\n```"


def study_file() -> str:
    """The study of the example, as it is."""
    return f"```yaml\n{(ROOT / EXAMPLE / 'study.yaml').read_text('utf-8').rstrip()}\n```"


def keys() -> str:
    """Every key of a study, of `columns` and of `price_index`, and the choices."""
    parts = [("", Study), ("columns.", Columns), ("price_index.", PriceIndex)]
    rows = [row for before, model in parts for row in _keys(before, model)]
    choices = [
        [f"`{enum_name}`", f"`{member}`", one_line(own_meanings(enum)[member.name])]
        for enum_name, enum in (
            ("controls", Controls),
            ("aggregation", Aggregation),
            ("adjustment", Adjustment),
            ("price_index.kind", IndexKind),
        )
        for member in enum
    ]
    return table(["key", "when left out", "meaning"], rows) + "\n\n" + table(["key", "choice", "meaning"], choices)


def _keys(before: str, model: type[BaseModel]) -> list[list[str]]:
    says = own_meanings(model)
    return [
        [f"`{before}{name}`", _default(info.default, required=info.is_required()), one_line(says[name])]
        for name, info in model.model_fields.items()
        if not _is_model(info.annotation)
    ]


def _is_model(annotation: Any) -> bool:
    """Whether a key holds a mapping with keys of its own."""
    arguments = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(a in (Columns, PriceIndex) for a in arguments)


def _default(value: Any, *, required: bool) -> str:
    if required:
        return "required"
    if value in (None, "", [], {}) or value is PydanticUndefined:
        return "-"
    shown = getattr(value, "value", value)
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


def methods() -> str:
    """Methods and conventions with what they are."""
    says, errors = own_meanings(Method), own_meanings(Convention)
    first = table(
        ["`methods`", "name", "what it does"],
        [[f"`{m}`", METHODS[m][1], one_line(says[m.name])] for m in Method],
    )
    second = table(
        ["`convention`", "name", "how error, interval and p-value were found"],
        [[f"`{c}`", CONVENTIONS[c][1], one_line(errors[c.name])] for c in Convention],
    )
    return f"{first}\n\n{second}"


def sizes() -> str:
    """What benchmarks/evaluation.py measured."""
    with SIZES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    headings = ["method", "design", "replications", "bias / its error", "size at 5 %", "coverage of 95 %", "power"]
    return table(
        headings,
        [
            [
                f"`{r['method']}`", r["design"].replace("_", " "), r["replications"], r["bias_in_errors"],
                _percent(r["size"]), _percent(r["coverage"]), _percent(r["power"]),
            ]
            for r in rows
        ],
    )  # fmt: skip


def _percent(share: str) -> str:
    return f"{100 * float(share):.1f} %" if share else ""


def page(text: str) -> str:
    """The page with everything that is made in its place."""
    made = {"study": study_file(), "keys": keys(), "methods": methods()}
    made |= {name: screen(command) for name, command in SCREENS.items()}
    if SIZES.is_file():
        made["size"] = sizes()
    for name, content in made.items():
        block = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if not block.search(text):
            raise SystemExit(f"no place for {name}")
        text = block.sub(lambda found, content=content: f"{found[1]}\n{content}\n\n{found[2]}", text)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
