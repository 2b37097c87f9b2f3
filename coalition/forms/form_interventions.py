"""For whom and what in a filled form: target groups, interventions from the catalogue, and effects of one's own.

An intervention is asked for what every intervention needs and for what the evidence of the chosen one lacks; the
questions are those that the form itself shows beside the cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from coalition.catalogue import CatalogueEntry, catalogue_ids, load_entry
from coalition.forms.answers import Answers, Touched
from coalition.forms.asked import EUROS
from coalition.forms.cells_read import Row
from coalition.forms.layout import Field
from coalition.forms.places import LABEL, LOW, PRICE_YEAR, VALUE
from coalition.parties import Pocket
from coalition.reading import Origin

MOST_PAYERS = 3
"""Payers of one intervention that the form has room for."""


def read_groups(form: Answers) -> None:
    """Target groups; their names become ids."""
    for part in form.used_blocks("groups"):
        start = f"group.{part.number}."
        row = form.rows.get(f"{start}name")
        name = None if row is None else form.cell(row, VALUE, "text", "target_groups")[0]
        id = f"doelgroep_{part.number}"
        if row is not None:
            id = form.id(name, id, form.groups, row, VALUE)
        if name is not None:
            form.groups[name] = id
        for stated in part.fields:
            form.read(stated, f"target_groups.{id}.{stated.key.removeprefix(start)}", stated.required)
        _size(form, start, f"target_groups.{id}")


def _size(form: Answers, start: str, path: str) -> None:
    """A group has a share or a count."""
    stated = [k for k in ("share", "count") if (r := form.rows.get(f"{start}{k}")) is not None and VALUE in r.cells]
    if not stated:
        form.missing(f"{start}share", f"{path}.share")


def read_interventions(form: Answers) -> None:
    """Interventions by the catalogue's id; a second one of the same entry gets a number."""
    for part in form.used_blocks("interventions"):
        start = f"intervention.{part.number}."
        chosen = form.rows.get(f"{start}from")
        entry = _entry(chosen)
        taken = list(form.blocks.values())
        id = entry.id if entry is not None else f"interventie_{part.number}"
        id = id if id not in taken else f"{id}_{sum(t == id or t.startswith(f'{id}_') for t in taken) + 1}"
        form.blocks[part.number] = id
        if chosen is not None:
            form.origins[f"interventions.{id}"] = Origin(form.shown, chosen.place(VALUE), "")
        for stated in part.fields:
            _of_intervention(form, stated, start, f"interventions.{id}", entry)
        _payers(form, start, f"interventions.{id}")
        if entry is not None:
            _whole_cost(form, start, f"interventions.{id}", entry)
            _asked(form, start, f"interventions.{id}", entry)


def _entry(row: Row | None) -> CatalogueEntry | None:
    value = None if row is None or VALUE not in row.cells else row.cells[VALUE].value
    return load_entry(value.strip()) if isinstance(value, str) and value.strip() in catalogue_ids() else None


def _of_intervention(form: Answers, stated: Field, start: str, path: str, entry: CatalogueEntry | None) -> None:
    """One row of a block; what is asked per intervention and the payers come after it."""
    own = stated.key.removeprefix(start)
    if stated.kind in ("show", "asked") or own.startswith(("payers.", "no_effect")):
        return
    if own == "areas":
        _intervention_areas(form, stated, f"{path}.areas")
        return
    needed = stated.required or (own == "completion" and entry is not None and "completion" not in entry.template)
    form.read(stated, f"{path}.{own}", needed)


def _intervention_areas(form: Answers, stated: Field, path: str) -> None:
    row = form.rows.get(stated.key)
    text, raw = (None, "") if row is None else form.cell(row, VALUE, "text", path)
    if row is None or text is None:
        form.missing(stated.key, path)
    elif text.casefold() in ("alle", "all"):
        form.put(path, "all", row, VALUE, raw)
    else:
        for position, code in enumerate(form.named_areas(row, VALUE, path, text)):
            form.put(f"{path}.{position}", code, row, VALUE, code)


def _payers(form: Answers, start: str, path: str) -> None:
    """The payers without gaps; a payer is whole or not there."""
    for position in range(MOST_PAYERS):
        keys = list(form.fields("interventions", f"{start}payers.{position}."))
        there = any(f.key in form.rows and VALUE in form.rows[f.key].cells for f in keys)
        for stated in keys if there or position == 0 else ():
            form.read(stated, f"{path}.{stated.key.removeprefix(start)}", required=True)


def _whole_cost(form: Answers, start: str, path: str, entry: CatalogueEntry) -> None:
    """Cost that the evidence does not give, and a first year below a second one."""
    lacking = {m.key for m in entry.missing if m.key.split(".")[0] == "cost"}
    first, second, fixed = (f"{start}cost.{k}" for k in ("per_starter.0", "per_starter.1", "fixed_per_year"))
    there = {key for key in (first, second, fixed) if key in form.rows and VALUE in form.rows[key].cells}
    if (second in there and first not in there) or ("cost" in lacking and not there):
        form.missing(first, f"{path}.cost.per_starter.0")
    if "cost.fixed_per_year" in lacking and fixed not in there:
        form.missing(fixed, f"{path}.cost.fixed_per_year")


def _asked(form: Answers, start: str, path: str, entry: CatalogueEntry) -> None:
    """What the evidence lacks, by the questions that the form itself shows for this intervention."""
    lacking = {m.key for m in entry.missing}
    for stated in form.fields("interventions", f"{start}asked."):
        number = stated.key.rpartition(".")[2]
        question, row = form.rows.get(f"asked.{entry.id}.{number}"), form.rows.get(stated.key)
        if row is None:
            continue
        if question is None:
            if VALUE in row.cells:
                form.add("form.not_asked", row, VALUE, path, str(row.cells[VALUE].value))
            continue
        own, words = question.text(VALUE), question.text(LOW)
        key = own.rpartition(".")[2]
        if own not in lacking and key != "ceiling_per_unit":
            form.add("form.not_asked", row, VALUE, path, own)
            continue
        kind = "choice" if key == "pocket" else "eurocost" if key in EUROS else "number"
        _answer(form, stated, row, f"{path}.{own}", kind, words if own in lacking else "")
    _known_effects(form, start, path, entry)


def _answer(form: Answers, stated: Field, row: Row, path: str, kind: str, words: str) -> None:
    """One answer; `words` are those of the question when it must be answered."""
    if kind != "eurocost" and PRICE_YEAR in row.cells:
        form.add("form.not_asked", row, PRICE_YEAR, path, str(row.cells[PRICE_YEAR].value))
    before = len(form.problems)
    value = form.read(Field(stated.key, kind, choices="pocket" if kind == "choice" else ""), path)
    if value is None and words and len(form.problems) == before:
        form.add("form.missing", row, VALUE, path, label=row.text(LABEL), why=words.rstrip("."))


def _known_effects(form: Answers, start: str, path: str, entry: CatalogueEntry) -> None:
    """Pockets that the catalogue's effects touch; an intervention without effects must say that it has none."""
    effects = entry.template.get("effects", {})
    for name, effect in effects.items():
        asked = form.at(f"{path}.effects.{name}.pocket")
        for pocket in [*effect.get("split", {}), *(p for p in (effect.get("pocket") or asked,) if p)]:
            form.touched.append(Touched(str(pocket), str(effect.get("care_kind") or "")))
    key = f"{start}no_effect"
    row = form.rows.get(key)
    if row is None:
        return
    zero, _ = form.cell(row, VALUE, "choice", f"{path}.effects", "yes_no")
    if zero == "true" and (effects or _has_own_effect(form, start)):
        form.add("form.zero_and_effect", row, VALUE, f"{path}.effects")
    elif effects:
        return
    elif zero == "true":
        form.put(f"{path}.effects", {}, row, VALUE)
    elif not _has_own_effect(form, start):
        form.missing(key, f"{path}.effects")


def _has_own_effect(form: Answers, start: str) -> bool:
    number = start.split(".")[1]
    rows = (r for key, r in form.rows.items() if re.fullmatch(r"effect\.[0-9]+\.intervention", key))
    values = (row.cells[VALUE].value for row in rows if VALUE in row.cells)
    return any(str(value).strip() == number for value in values)


def read_effects(form: Answers) -> None:
    """Effects of the coalition's own, each with the intervention whose block number it names."""
    for part in form.used_blocks("effects"):
        start = f"effect.{part.number}."
        block = _block(form, f"{start}intervention")
        path = f"interventions.{form.blocks.get(block, f'interventie_{block}')}.effects.eigen_{part.number}"
        wanted = {f.key.removeprefix(start): f for f in part.fields}
        found = {
            own: form.read(stated, f"{path}.{own}", stated.required)
            for own, stated in wanted.items()
            if own != "intervention"
        }
        row = form.rows.get(f"{start}intervention")
        if row is not None and block:
            form.put(f"{path}.kind", "euro", row)
            form.origins[path] = Origin(form.shown, row.place(VALUE), "")
        _own_effect(form, start, path, found)


def _block(form: Answers, key: str) -> int:
    row = form.rows.get(key)
    value = None if row is None else form.cell(row, VALUE, "choice", "effects", "blocks")[0]
    if value is None:
        form.missing(key, "effects")
    return int(value) if value is not None else 0


def _own_effect(form: Answers, start: str, path: str, found: Mapping[str, Any]) -> None:
    """What an effect of one's own needs, depending on pocket and comparison."""
    pocket = found.get("pocket")
    if pocket is not None:
        form.touched.append(Touched(pocket, str(found.get("care_kind") or "")))
    needed = {
        "care_kind": pocket == Pocket.ZVW,
        "deadweight": found.get("comparator") == "uncontrolled",
        "wage_instead_per_year": pocket in (Pocket.PARTICIPATIEWET, Pocket.UWV),
    }
    for own, wanted in needed.items():
        if wanted and found.get(own) is None:
            form.missing(f"{start}{own}", f"{path}.{own}")
