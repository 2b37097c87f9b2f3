"""What the form says about each intervention of the catalogue, and what it asks because the evidence lacks it.

The rows of the form cover what every intervention needs (group, areas, years, reach, payers, completion, cost); here
are the remaining questions, such as how much more often participants fall. Nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coalition.catalogue import CatalogueEntry
from coalition.forms.layout import Layout

MOST_ASKED = 6
"""Questions per intervention that the form has room for."""
EUROS = frozenset({"cost_per_event", "wage_instead_per_year", "ceiling_per_unit"})
"""Last words of the keys that are amounts and so need a price year."""
_LONGEST_SOURCE = 110


@dataclass(frozen=True)
class Asked:
    """One question: the dotted path below the intervention, what to supply, its unit, and whether it must be."""

    path: str
    text: str
    unit: str
    required: bool = True

    @property
    def key(self) -> str:
        """The last word of the path, which says what kind of value it is."""
        return self.path.rpartition(".")[2]


def asked_of(entry: CatalogueEntry, layout: Layout, lang: str) -> tuple[Asked, ...]:
    """The questions about one intervention, in the order of its catalogue file; optional ones last."""
    asked = [
        Asked(m.key, m.nl if lang == "nl" else m.en, layout.asked_units.get(m.key.rpartition(".")[2], ""))
        for m in entry.missing
        if m.key.startswith("effects.")
    ]
    return (*asked, *_ceilings(entry, layout))


def _ceilings(entry: CatalogueEntry, layout: Layout) -> Iterator[Asked]:
    """Effects on a pocket that a region's cost table may lack, where only a ceiling bounds what can be avoided."""
    for name, effect in entry.template.get("effects", {}).items():
        if effect["kind"] in ("events", "euro") and "ceiling_per_unit" not in effect:
            pockets = ", ".join(_pockets(effect, layout)) or layout.words["this_pocket"]
            text = layout.words["ceiling"].format(pocket=pockets)
            yield Asked(f"effects.{name}.ceiling_per_unit", text, layout.asked_units["ceiling_per_unit"], False)


def _pockets(effect: Mapping[str, Any], layout: Layout) -> list[str]:
    named = list(effect.get("split", {})) or [effect[k] for k in ("pocket",) if k in effect]
    return [layout.choices["pocket"][pocket] for pocket in named]


def evidence_text(entry: CatalogueEntry, layout: Layout, lang: str) -> str:
    """The effects that a scenario takes from the catalogue, one line each."""
    effects = entry.template.get("effects", {})
    lines = [_effect_text(effect, layout, lang) for effect in effects.values()]
    return "\n".join(lines) or layout.words["no_effect_known"]


def _effect_text(effect: Mapping[str, Any], layout: Layout, lang: str) -> str:
    pockets = ", ".join(_pockets(effect, layout)) or (layout.words["health"] if effect["kind"] == "qaly" else "")
    key = next((k for k in ("reduction", "avoided_per_year", "gain") if k in effect), "")
    size = layout.words[key].format(number=number_text(effect[key], lang)) if key else ""
    stated = effect[key] if key and isinstance(effect[key], dict) else {}
    source = str(stated.get("source", ""))
    source = source if len(source) <= _LONGEST_SOURCE else source[: _LONGEST_SOURCE - 1] + "…"
    parts = (size, layout.choices["evidence_level"][effect["evidence_level"]], source)
    return (f"{pockets}: " if pockets else "") + "; ".join(p for p in parts if p)


def cost_text(entry: CatalogueEntry, layout: Layout, lang: str) -> str:
    """What doing the intervention costs by the evidence, or that it is to be stated."""
    cost = entry.template.get("cost", {})
    told = []
    for key, word in (("per_starter", "per_starter"), ("per_completer", "per_completer")):
        for amount in cost.get(key, []):
            told.append(f"€ {number_text(amount, lang)} {layout.words[word]} ({amount['price_year']})")
    if "fixed_per_year" in cost:
        amount = cost["fixed_per_year"]
        told.append(f"€ {number_text(amount, lang)} {layout.words['fixed']} ({amount['price_year']})")
    return "; ".join(told) or layout.words["no_cost_known"]


def number_text(number: Any, lang: str) -> str:
    """A number with its range, in the marks of the language: `0,23 (0,17–0,29)`."""
    stated = number if isinstance(number, dict) else {"value": number}
    value = _plain(stated["value"], lang)
    if stated.get("low") is None or stated.get("low") == stated.get("high"):
        return value
    return f"{value} ({_plain(stated['low'], lang)}–{_plain(stated['high'], lang)})"


def _plain(value: float, lang: str) -> str:
    text = f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text
