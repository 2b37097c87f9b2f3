"""What a reader of the workbook sees in the place of an id: a law, a party, an effect, the unit of a target group.

Cells have room for whole words, so abbreviations of the terminal are written out here.
"""

from __future__ import annotations

from coalition.outputs.labels import CARE_KINDS, POCKETS, Lang
from coalition.parties import INSURERS, MUNICIPALITY, NATIONAL_PARTIES, Pocket
from coalition.schema import GroupUnit, Spec

POCKET_WORDS: dict[Pocket, tuple[str, str]] = {
    **POCKETS,
    Pocket.AANVULLENDE_VERZEKERING: ("aanvullende verzekering", "supplementary insurance"),
    Pocket.PARTICIPATIEWET: ("Participatiewet", "Participatiewet"),
    Pocket.BIJZONDERE_BIJSTAND: ("bijzondere bijstand", "special assistance"),
}

EFFECTS: dict[str, tuple[str, str]] = {
    "asthma": ("astma", "asthma"),
    "benefit": ("bijstandsuitkering", "social assistance"),
    "child_protection_reports": ("meldingen bij de kinderbescherming", "child protection reports"),
    "depression": ("depressie", "depression"),
    "domestic_help": ("huishoudelijke hulp", "domestic help"),
    "falls": ("vallen", "falls"),
    "health": ("gezondheid", "health"),
    "hospital": ("ziekenhuiszorg", "hospital care"),
    "lower_respiratory": ("luchtweginfecties", "lower respiratory infections"),
    "municipal_saving": ("besparing van de gemeente", "municipal saving"),
    "nursing_home": ("verpleeghuis", "nursing home"),
    "placements": ("uithuisplaatsingen", "placements"),
    "preterm_birth": ("vroeggeboorte", "preterm birth"),
    "wmo_referrals": ("verwijzingen naar de Wmo", "referrals to the Wmo"),
    "ww": ("WW-uitkering", "unemployment benefit"),
}
"""Effects of the shipped catalogue; any other id is shown as words."""

_UNITS = {GroupUnit.PERSON: (("persoon", "person"), ("personen", "persons"))}
_UNITS[GroupUnit.HOUSEHOLD] = (("huishouden", "household"), ("huishoudens", "households"))
_LAWS = {word.casefold(): word for word in ("Zvw", "Wlz", "Wmo", "Jeugdwet", "Wpg", "Participatiewet", "UWV", "WW")}


def as_words(id_: str) -> str:
    """An id that somebody made up, as words; the names of laws as they are written."""
    return " ".join(_LAWS.get(word, word) for word in id_.split("_"))


def pocket_word(pocket: Pocket, lang: Lang) -> str:
    """A law or other purse."""
    return POCKET_WORDS[pocket][_side(lang)]


def effect_word(effect: str, lang: Lang) -> str:
    """An effect of an intervention."""
    return EFFECTS[effect][_side(lang)] if effect in EFFECTS else as_words(effect)


def care_word(kind: str, lang: Lang) -> str:
    """A kind of care that risk equalisation sees."""
    return CARE_KINDS[kind][_side(lang)]


def unit_word(unit: GroupUnit, lang: Lang, *, many: bool = False) -> str:
    """What a target group is counted in."""
    return _UNITS[unit][int(many)][_side(lang)]


def party_word(spec: Spec, party: str, lang: Lang) -> str:
    """A party or a group of them; empty where it is an area or nobody that the scenario knows."""
    groups = {MUNICIPALITY: ("gemeenten", "municipalities"), INSURERS: ("verzekeraars", "insurers")}
    if party in groups:
        return groups[party][_side(lang)]
    for national in NATIONAL_PARTIES:
        if national.id == party:
            return national.name_nl if lang == "nl" else national.name_en
    if party in spec.parties.insurers:
        return spec.parties.insurers[party].name
    return spec.parties.investors[party].name if party in spec.parties.investors else ""


def _side(lang: Lang) -> int:
    return 0 if lang == "nl" else 1
