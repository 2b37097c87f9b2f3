"""Write docs/scenario.md, docs/contract.md, docs/glossary.md, and the JSON Schemas beside the package.

    python docs/make_pages.py

The page of a scenario is docs/complete/scenario.yaml with the docstrings of coalition/schema.py and the modules that it
builds on above its keys, and tables made from the enums and table contracts that the program itself uses. So a key has
its meaning in one place only, and a key without an example stops this program, but for those that a scenario refuses
(MEASURED_ONLY), which the page lists apart. The page of a contract (make_contract_page.py) is made alike.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from key_words import DEFINITIONS, columns, holds, table
from make_contract_page import contract_page
from make_glossary import glossary_page
from make_schemas import (
    choices,
    enums,
    key_of,
    meaning,
    models,
    one_line,
    owner,
    schema_files,
    write,
)
from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from coalition.contracts import NEEDS_REVENUE, Contract, Sharer
from coalition.laws import DATED_RIGHT, WHO_MAY_PAY
from coalition.outputs.labels import POCKETS
from coalition.parties import INSURERS, MUNICIPALITY, NATIONAL_PARTIES, NATURE, Pocket, PocketNature
from coalition.region import COST, REGION
from coalition.schema import Spec

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs" / "complete" / "scenario.yaml"
WIDTH = 116
EVERY_KEY = """## Every key, in one example

The figures are made up and round. A comment above a key gives its meaning and, between brackets, what it holds and
whether it is required; a key that occurs more often is explained at its first place. A few keys that only
measured figures can have stand below the example. The file and its two tables are in `docs/complete`;
`coalition run docs/complete` runs it."""
MEASURED_ONLY_TEXT = """A contract under `arrangements.contracts` has the keys of a contract in a file of its own, which
[contract.md](contract.md) explains with clauses and presets. These are not in the example above: they need the revenue
of a party, which a file of measurements states and a projection does not know. `coalition check` refuses them in a
scenario, also in a contract that is not in force; `coalition settle` works with them."""
GENERATED = "<!-- Made by docs/make_pages.py from coalition/schema.py and docs/complete/scenario.yaml; do not edit. -->"


# --- keys of the example ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """One key of the example that the schema knows.

    Attributes:
        path: dotted path in the file.
        model, field: where the schema defines it.
        line, column: counted from 0.
        in_block: whether it stands on a line of its own, so that a comment can stand above it.
    """

    path: str
    model: type[BaseModel]
    field: str
    line: int
    column: int
    in_block: bool

    @property
    def identity(self) -> tuple[type[BaseModel], str]:
        """What the key is: the same for every class that inherits the field."""
        return owner(self.model, self.field), self.field


def keys(text: str) -> list[Key]:
    """The keys of a scenario file that the schema knows, in reading order; ids of the user's own are left out."""
    root = YAML(typ="rt").compose(text)
    return list(_keys(root, [Spec], "", in_block=True))


ALTERNATIVE = re.compile(r"^( *)# ( *[a-z_]+:.*)$")
"""A line of YAML in a comment: what may stand in the place of the key above it."""


def alternative(text: str) -> str:
    """The example with what stands in comments in the place of the lines above it; every line keeps its number."""
    lines = text.split("\n")
    for position, line in enumerate(lines):
        if found := ALTERNATIVE.match(line):
            lines[position] = found[1] + found[2]
            name = lines[position].partition(":")[0]
            for above in range(position):
                if lines[above].partition(":")[0] == name:
                    lines[above] = ""
    return "\n".join(lines)


def all_keys(text: str) -> list[Key]:
    """The keys of the example, those in its comments included."""
    commented = {n for n, line in enumerate(text.split("\n")) if ALTERNATIVE.match(line)}
    return [*keys(text), *(k for k in keys(alternative(text)) if k.line in commented)]


def _keys(node: Any, annotations: Sequence[Any], path: str, *, in_block: bool) -> Iterator[Key]:
    """Walk a node along the types that may stand there."""
    in_block = in_block and not getattr(node, "flow_style", False)
    if isinstance(node, SequenceNode):
        items = [get_args(a)[0] for a in annotations if get_origin(a) is list]
        for position, item in enumerate(node.value):
            yield from _keys(item, _opened(items), f"{path}.{position}", in_block=in_block)
    if not isinstance(node, MappingNode):
        return
    below = [get_args(a)[1] for a in annotations if get_origin(a) is dict]
    model = _meant([a for a in annotations if isinstance(a, type) and issubclass(a, BaseModel)], node)
    for name, value in node.value:
        here = f"{path}.{name.value}" if path else str(name.value)
        if model is None:
            yield from _keys(value, _opened(below), here, in_block=in_block)
            continue
        field = next((f for f in model.model_fields if key_of(model, f) == name.value), None)
        if field is None:
            raise ValueError(f"{here}: no such key in {model.__name__}")
        yield Key(here, model, field, name.start_mark.line, name.start_mark.column, in_block)
        yield from _keys(value, _opened([model.model_fields[field].annotation]), here, in_block=in_block)


def _opened(annotations: Sequence[Any]) -> list[Any]:
    """Types with optional and union types opened; lists and mappings stay as they are."""
    found: list[Any] = []
    for annotation in annotations:
        if isinstance(annotation, type) or get_origin(annotation) in {dict, list}:
            found.append(annotation)
        else:
            found += _opened(get_args(annotation)) if get_args(annotation) else []
    return found


def _meant(candidates: Sequence[type[BaseModel]], node: MappingNode) -> type[BaseModel] | None:
    """The model that a mapping is: by its `kind` where there are several, without one by the first that fits."""
    names = {str(k.value): v.value for k, v in node.value if isinstance(k, ScalarNode)}
    for model in candidates:
        kind = model.model_fields.get("kind")
        known = {key_of(model, f) for f in model.model_fields}
        if set(names) <= known and ("kind" not in names or kind is None or names["kind"] in get_args(kind.annotation)):
            return model
    return candidates[0] if candidates else None


MEASURED_ONLY = tuple((m, f) for m in (Contract, Sharer) for f in NEEDS_REVENUE)
"""Keys of a contract in a file of its own, for measured figures; a scenario that holds one is refused."""


def missing_keys(found: Sequence[Key]) -> list[str]:
    """Keys of the schema that stand nowhere in the example on a line of their own, as Model.key."""
    shown = {k.identity for k in found if k.in_block}
    every = [
        (m, f) for m in models() if m.__name__ in DEFINITIONS for f in m.model_fields if (m, f) not in MEASURED_ONLY
    ]
    return [f"{m.__name__}.{key_of(m, f)}" for m, f in every if (owner(m, f), f) not in shown]


# --- the annotated example ----------------------------------------------------------------------------------------


def annotated(text: str) -> str:
    """The example with the meaning of each key above its first place.

    Raises:
        ValueError: a key of the schema stands nowhere in the example, or has no meaning.
    """
    found = all_keys(text)
    if lacking := missing_keys(found):
        raise ValueError(f"docs/complete/scenario.yaml lacks, on a line of its own: {', '.join(lacking)}")
    lines = text.rstrip("\n").split("\n")
    seen: set[tuple[type[BaseModel], str]] = set()
    comments: dict[int, list[str]] = {}
    for key in found:
        if key.in_block and key.identity not in seen:
            seen.add(key.identity)
            comments.setdefault(key.line, []).extend(_comment(key, lines[key.line]))
    out = []
    for position, line in enumerate(lines):
        out += [*comments.get(position, []), line]
    return "\n".join(out) + "\n"


def _comment(key: Key, line: str) -> list[str]:
    says = meaning(key.model, key.field)
    if not says:
        raise ValueError(f"{key.model.__name__}.{key.field} has no docstring")
    indent = " " * (len(line) - len(line.lstrip()))
    said = f"{says} [{holds(key.model, key.field)}]".replace("`", "")
    return textwrap.wrap(
        said, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#   ", break_on_hyphens=False
    )


# --- tables -------------------------------------------------------------------------------------------------------


def _choices() -> str:
    parts = []
    for enum in enums():
        if enum is not Pocket:
            parts.append(f"**{one_line(enum.__doc__ or enum.__name__)}** ({_used_in(enum.__name__)})\n")
            parts.append(table(("write", "meaning"), [(f"`{v}`", text) for v, text in choices(enum).items()]))
    return "\n".join(parts)


def _used_in(name: str) -> str:
    """The keys that hold an enum."""
    found = [
        f"`{key_of(m, f)}`"
        for m in models()
        if m.__name__ in DEFINITIONS
        for f in m.model_fields
        if f'#/$defs/{name}"' in str(DEFINITIONS[m.__name__]["properties"][key_of(m, f)]).replace("'", '"')
    ]
    return ", ".join(dict.fromkeys(found))


def _measured_only() -> str:
    """What stands in no example because a scenario refuses it."""
    rows = [
        (f"`{f}`", "contract" if m is Contract else "a party of a contract", meaning(m, f), holds(m, f))
        for m, f in MEASURED_ONLY
    ]
    return f"{MEASURED_ONLY_TEXT}\n\n{table(('key', 'of', 'meaning', 'holds'), rows)}"


def _pockets() -> str:
    natures = choices(PocketNature)
    rows = [
        (
            f"`{p.value}`",
            POCKETS[p][1],
            NATURE[p].value,
            ", ".join(f"`{w}`" for w in sorted(WHO_MAY_PAY.get(p, ()))) or "nobody",
        )
        for p in Pocket
    ]
    purses = table(("pocket", "shown as", "what an avoided euro is", "who may pay out of it"), rows)
    told = "\n".join(f"- `{value}`: {text}" for value, text in natures.items())
    dated = " and ".join(f"`{p.value}`" for p in DATED_RIGHT)
    law = f"Out of {dated} the law allows it in certain years only; `coalition check` says when it does not."
    return f"{purses}\n{told}\n\n{law}\n"


def _parties() -> str:
    rows = [
        (f"`{MUNICIPALITY}`", "as a payer: the municipality of each area, each for its own people"),
        (f"`{INSURERS}`", "as a payer: all insurers by market share"),
        ("an id from `parties.insurers`", "that insurer"),
        *((f"`{p.id}`", p.name_en) for p in NATIONAL_PARTIES),
    ]
    return table(("party", "who"), rows)


# --- the page -----------------------------------------------------------------------------------------------------


def scenario_page() -> str:
    """The text of docs/scenario.md."""
    parts = [
        GENERATED,
        (ROOT / "docs" / "scenario_intro.md").read_text("utf-8").rstrip("\n"),
        EVERY_KEY,
        f"```yaml\n{annotated(EXAMPLE.read_text('utf-8')).rstrip()}\n```",
        f"## Keys for measured figures only\n\n{_measured_only().rstrip()}",
        f"## Choices\n\n{_choices().rstrip()}",
        f"## Pockets, and who may pay out of them\n\n{_pockets().rstrip()}",
        f"## Parties\n\n{_parties().rstrip()}",
        f"## Columns of region.csv\n\n{columns(REGION).rstrip()}",
        f"## Columns of cost.csv\n\n{columns(COST).rstrip()}",
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """The text of every made file."""
    docs = ROOT / "docs"
    made = {"scenario.md": scenario_page(), "contract.md": contract_page(docs), "glossary.md": glossary_page()}
    return {**{docs / name: text for name, text in made.items()}, **schema_files(ROOT)}


if __name__ == "__main__":
    write(pages())
