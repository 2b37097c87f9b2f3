"""Words about an evaluation in Dutch and English: headings, names of methods, and the verdict as a sentence."""

from __future__ import annotations

import math

from coalition.evaluation.evaluated import Evaluation
from coalition.evaluation.verdict import NO_SAVING, Verdict
from coalition.outputs.formats import decimal, euro, percent
from coalition.outputs.labels import Lang

# fmt: off
METHODS: dict[str, tuple[str, str]] = {
    "did": ("verschil in verschillen", "difference-in-differences"),
    "twfe": ("vaste effecten per eenheid en periode", "two-way fixed effects"),
    "event_study": ("effect per periode rond het begin", "event study"),
    "callaway_santanna": ("per beginjaar (Callaway–Sant'Anna)", "per starting year (Callaway–Sant'Anna)"),
    "synthetic_control": ("synthetische vergelijking", "synthetic control"),
    "synthetic_did": ("synthetisch verschil in verschillen", "synthetic difference-in-differences"),
    "its": ("onderbroken tijdreeks", "interrupted time series"),
    "gamma_glm": ("kosten per persoon, gamma met log", "cost per person, gamma with log link"),
    "two_part": ("wel of geen kosten × hoogte", "any cost × how much"),
}
CONVENTIONS: dict[str, tuple[str, str]] = {
    "cluster_t": ("robuust per cluster (CR1), t", "cluster robust (CR1), t"),
    "influence_t": ("invloedsfuncties per cluster, t", "influence functions per cluster, t"),
    "jackknife_t": ("telkens één cluster weg (CR3), t", "leaving out one cluster (CR3), t"),
    "jackknife_welch": ("telkens één cluster weg, t (Welch)", "leaving out one cluster, t (Welch)"),
    "wild_bootstrap": ("wilde bootstrap per cluster", "wild cluster bootstrap"),
    "permutation": ("rang tussen placebo's", "rank among placebos"),
    "placebo": ("spreiding van placebo's, normaal", "spread of placebos, normal"),
    "newey_west": ("Newey–West", "Newey–West"),
}
WORDS: dict[str, tuple[str, str]] = {
    "estimates": ("Wat de methoden vinden ({unit}; minder kosten is negatief)", "What the methods find ({unit}; lower "
    "cost is negative)"),
    "method": ("methode", "method"),
    "effect": ("effect", "effect"),
    "interval": ("interval {level}", "{level} interval"),
    "p": ("p", "p"),
    "percent": ("van verwacht", "of expected"),
    "se": ("fout en interval", "error and interval"),
    "counts": ("telt", "counts"),
    "savings": ("Besparing van wie meedoet (positief is minder kosten){prices}", "Saving of those who take part "
    "(positive is lower cost){prices}"),
    "fall": (
        "Hoeveel deze kosten daalden; geen besparing{prices}",
        "How much this cost fell; no saving{prices}",
    ),
    "prices": (", prijspeil {year}", ", prices of {year}"),
    "nominal": (", in de prijzen van de gegevens", ", in the prices of the data"),
    "period": ("periode", "period"),
    "all": ("samen", "together"),
    "years": ("persoonsjaren", "person-years"),
    "each": ("per persoonsjaar", "per person-year"),
    "gross": ("besparing", "saving"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "paid": ("betaald", "paid"),
    "net": ("na betaling", "net of payments"),
    "flags": ("Wat een kritische lezer moet weten", "What a critical reader must know"),
    "settlement": ("Afrekening volgens {name} (euro; + is ontvangen)", "Settlement by {name} (euro; + is received)"),
    "party": ("partij", "party"),
    "municipalities": ("gemeenten", "municipalities"),
    "planned": ("gepland", "planned"),
    "due": ("nu", "now"),
    "at_low": ("bij laagste besparing", "at the lowest saving"),
    "at_high": ("bij hoogste besparing", "at the highest saving"),
    "passed": ("drempel gehaald", "gate passed"),
    "not_passed": ("drempel niet gehaald", "gate not passed"),
    "saved": ("besparing {euro} ({percent} van de norm; drempel {gate}): {passed}", "saving {euro} ({percent} of the "
    "benchmark; gate {gate}): {passed}"),
    "protocol": ("Protocol {file}, {date}, zegel {seal}", "Protocol {file}, {date}, seal {seal}"),
    "balance": ("Groepen naast elkaar vóór het begin", "Groups beside each other before the start"),
    "as_planned": ("Niets wijkt van het protocol af.", "Nothing departs from the protocol."),
    "data": (
        "{units} eenheden ({treated} doen mee){clusters}, {first}-{last}, begin {start}",
        "{units} units ({treated} take part){clusters}, {first}-{last}, start {start}",
    ),
    "clusters": (
        " in {clusters} clusters ({treated} met deelnemers)",
        " in {clusters} clusters ({treated} with some that take part)",
    ),
    "others": ("Andere potten, dezelfde methode", "Other pockets, by the same method"),
    "pocket": ("pot", "pocket"),
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.SHOWN: (
        "Besparing aangetoond: {each} {per}; het interval van {level} loopt van {low} tot {high}.",
        "Saving shown: {each} {per}; the {level} interval runs from {low} to {high}.",
    ),
    Verdict.NOT_SHOWN: (
        "Geen besparing aangetoond: de besparing is geschat op {each} {per}; het interval van {level} loopt van {low} "
        "tot {high} (negatief is duurder).",
        "No saving shown: the saving is estimated at {each} {per}; the {level} interval runs from {low} to {high} "
        "(negative is dearer).",
    ),
    Verdict.NOT_DETECTABLE: (
        "Niet vast te stellen bij deze omvang: het interval van {level} voor de besparing loopt van {low} tot {high} "
        "{per} (negatief is duurder), en daarin vallen zowel nul als het plan ({plan}).",
        "Not detectable at this size: the {level} interval of the saving runs from {low} to {high} {per} (negative is "
        "dearer), and holds both zero and the plan ({plan}).",
    ),
}
SHIFT = (
    "Geen besparing maar een verschuiving: de kosten daalden {each} {per}, en kwamen elders terecht of werden "
    "niet meer geteld.",
    "No saving but a shift: cost fell by {each} {per}, and went elsewhere or was no longer counted.",
)
UNSURE = (
    "Niet vast te stellen: de besparing is geschat op {each} {per}, en niets laat zien hoe zeker dat is.",
    "Not detectable: the saving is estimated at {each} {per}, and nothing shows how sure that is.",
)
SEEN = (
    "Deze vergelijking laat pas een effect vanaf ongeveer {least} ({percent} van verwacht) met {power} kans zien.",
    "This comparison shows an effect with a chance of {power} only from about {least} ({percent} of expected).",
)
SEEN_PLAN = (
    " Had het plan van {plan} precies gewerkt, dan was dat met ongeveer {chance} kans gezien.",
    " Had the plan of {plan} worked exactly, it would have been seen with a chance of about {chance}.",
)
NOTHING_SEEN = (
    "Deze vergelijking kan geen enkel effect laten zien, hoe groot ook.",
    "This comparison cannot show any effect, however large.",
)
HARM = (
    " De kosten zijn juist hoger dan zonder het programma was verwacht.",
    " Cost is in fact higher than was expected without the programme.",
)
# fmt: on


def word(key: str, lang: Lang, **facts: str) -> str:
    """A word or heading."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def is_shift(found: Evaluation) -> bool:
    """Whether what fell is no saving, because it went elsewhere."""
    return bool(NO_SAVING & {f.id for f in found.flags})


def method_name(method: str, lang: Lang) -> str:
    """The name of a method."""
    return METHODS[method][0 if lang == "nl" else 1]


def amount(value: float, unit: str, lang: Lang) -> str:
    """An amount in the outcome's unit: euro with two decimals below a thousand, else a number of its own."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if "euro" in unit.lower():
        return euro(value, lang) if abs(value) >= 1000 else "€ " + decimal(value, 2, lang)
    return decimal(value, 3, lang)


def about(value: float, unit: str, lang: Lang) -> str:
    """An amount of which only the first three digits mean something."""
    rounded = float(f"{value:.3g}")
    if "euro" in unit.lower() and rounded.is_integer():
        return euro(rounded, lang)
    return amount(rounded, unit, lang)


YEARS = {"nl": "persoonsjaar", "en": "person-year"}


def unit_text(unit: str, lang: Lang) -> str:
    """The unit of the outcome to show; a study's own words as they are."""
    return unit.replace(YEARS["en"], YEARS[lang])


def per_text(unit: str, lang: Lang) -> str:
    """Per what an amount is, such as `per person-year`; "" where the unit does not say."""
    _, found, of = unit_text(unit, lang).partition(" per ")
    return f"per {of}" if found else ""


def level_text(alpha: float, lang: Lang) -> str:
    """The confidence of an interval, such as `95 %`."""
    return decimal(100 * (1 - alpha), 1, lang).rstrip("0").rstrip(",.") + " %"


def seen_text(found: Evaluation, lang: Lang) -> str:
    """What the comparison could have shown; whatever was found."""
    study, side = found.loaded.study, 0 if lang == "nl" else 1
    seen = found.seen
    if not math.isfinite(seen.effect):
        return NOTHING_SEEN[side]
    said = SEEN[side].format(
        least=about(seen.effect, study.unit, lang),
        percent=percent(seen.percent / 100, lang),
        power=percent(seen.power, lang),
    )
    if math.isnan(seen.power_at_plan):
        return said
    plan = amount(study.plan or 0.0, study.unit, lang)
    return said + SEEN_PLAN[side].format(plan=plan, chance=percent(seen.power_at_plan, lang))


def verdict_text(found: Evaluation, lang: Lang) -> str:
    """The verdict as a sentence, about a saving: positive is lower cost."""
    study, effect, side = found.loaded.study, found.primary.effect, 0 if lang == "nl" else 1
    facts = {
        "each": amount(-effect.estimate, study.unit, lang),
        "low": amount(-effect.high, study.unit, lang),
        "high": amount(-effect.low, study.unit, lang),
        "level": level_text(study.alpha, lang),
        "per": per_text(study.unit, lang),
        "plan": amount(study.plan or 0.0, study.unit, lang),
    }
    if is_shift(found):
        return SHIFT[side].format(**facts)
    if math.isnan(effect.low):
        return UNSURE[side].format(**facts)
    said = VERDICTS[found.verdict][side].format(**facts)
    return said + (HARM[side] if effect.low > 0 else "")
