"""A contract clause by clause, as its parties read it before they sign: one sentence per clause that it states.

Renders only. What the clauses lead to in figures stands in agreement_text.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coalition.clauses import receivers
from coalition.contracts import (
    DEFAULT_ORDER,
    BenchmarkMethod,
    Contract,
    Gate,
    LossRule,
    Population,
    Quality,
    QualityOnLosses,
    ShareBand,
    Sharer,
)
from coalition.numbers import Number
from coalition.outputs.formats import decimal, euro, percent
from coalition.outputs.labels import Lang
from coalition.outputs.trail_words import CLAUSE_LABELS

WORDS: dict[str, tuple[str, str]] = {
    "measured": (
        "Gemeten: {population}, tegen {benchmark}.",
        "Measured: {population}, against {benchmark}.",
    ),
    "norm_cost": ("wat een norm hen laat kosten", "what a norm lets them cost"),
    "control_group": ("een vergelijkbare groep zonder de aanpak", "a comparable group without the programme"),
    "historical": (
        "wat zij zelf kostten in {years}, met {trend}; de leeftijdsopbouw telt mee",
        "what they cost themselves in {years}, with {trend}; ages count",
    ),
    "trend": ("{rate} groei per jaar", "{rate} growth a year"),
    "trend_region": ("de groei van de kosten in de regio", "the growth of cost in the region"),
    "before": ("het jaar voor het eerste meetjaar", "the year before the first measuring year"),
    "rebase": (
        "Herijking: na iedere {periods} jaar wordt de norm wat er toen is gemeten, met {share} van de besparing erbij.",
        "Rebasing: after every {periods} years the benchmark is what was measured then, plus {share} of the saving.",
    ),
    "risk": (
        "Risico: de norm gaat met het risico van de mensen mee, hoogstens {up} omhoog en {down} omlaag.",
        "Risk: the benchmark moves with the risk of the people, at most {up} up and {down} down.",
    ),
    "unlimited": ("onbeperkt", "without limit"),
    "discount": (
        "Korting: de eerste {share} van de norm is voor {pays}.",
        "Discount: the first {share} of the benchmark is for {pays}.",
    ),
    "loss_gate": ("Een verlies telt vanaf {rate} van de norm.", "A loss counts from {rate} of the benchmark."),
    "first_dollar": (
        "Boven de drempel wordt alles gedeeld vanaf de eerste euro.",
        "Above the gate everything is shared from the first euro.",
    ),
    "excess": ("Alleen wat boven de drempel ligt wordt gedeeld.", "Only what exceeds the gate is shared."),
    "below": ("Onder de drempel telt {share} van het verschil.", "Below the gate {share} of the difference counts."),
    "share": (
        "Verdeling: {share} van een besparing gaat naar {others}.",
        "Sharing: {share} of a saving goes to {others}.",
    ),
    "band": ("Verdeling{edge}: {shares}.", "Sharing{edge}: {shares}."),
    "edge": (" van een besparing tot {rate} van de norm", " of a saving up to {rate} of the benchmark"),
    "loss_edge": (" van een verlies tot {rate} van de norm", " of a loss up to {rate} of the benchmark"),
    "edge_above": (" daarboven", " above it"),
    "loss_band": (" van een verlies", " of a loss"),
    "one_sided": ("Verlies: wordt niet gedeeld.", "Loss: not shared."),
    "loss_share": ("Verlies: {share} ervan is voor {others}.", "Loss: {share} of it is borne by {others}."),
    "loss_bands": ("Verlies: wordt ook gedeeld.", "Loss: shared as well."),
    "one_minus": (
        "Verlies: het deel van {others} is 1 − hun deel in een besparing, ten minste {floor} en ten hoogste {ceiling}.",
        "Loss: the part of {others} is 1 − their part of a saving, at least {floor} and at most {ceiling}.",
    ),
    "quality_score": (
        "Kwaliteit: het aandeel wordt vermenigvuldigd met de score{least}.",
        "Quality: the share is multiplied by the score{least}.",
    ),
    "quality_ladder": (
        "Kwaliteit: het aandeel volgt een ladder ({steps}){least}.",
        "Quality: the share follows a ladder ({steps}){least}.",
    ),
    "step": ("vanaf {score}: {factor} keer", "from {score}: {factor} times"),
    "least": ("; onder {score} wordt niets gedeeld", "; below {score} nothing is shared"),
    "quality_losses_same": (
        "Kwaliteit telt in een verlies even zwaar mee.",
        "Quality weighs the same in a loss.",
    ),
    "quality_losses_inverse": (
        "Goede kwaliteit maakt het aandeel in een verlies kleiner.",
        "Good quality makes the share of a loss smaller.",
    ),
    "gain_cap": ("Plafond: {who} krijgt per jaar hoogstens {limits}.", "Cap: {who} gets at most {limits} a year."),
    "loss_cap": ("Plafond: {who} betaalt per jaar hoogstens {limits}.", "Cap: {who} pays at most {limits} a year."),
    "of_benchmark": ("{share} van de norm", "{share} of the benchmark"),
    "of_revenue": ("{share} van de eigen omzet", "{share} of its own revenue"),
    "lowest": (" of ", " or "),
    "withhold": (
        "Inhouding: {gain} van een winst en {loss} van een verlies{release}.",
        "Withhold: {gain} of a gain and {loss} of a loss{release}.",
    ),
    "released": ("; na {periods} jaar alsnog betaald", "; paid after all after {periods} years"),
    "not_released": ("; dat blijft bij de betaler", "; this stays with the payer"),
    "carry_forward": (
        "Verlies van eerdere jaren: {share} ervan gaat van een latere besparing af, met {interest} rente per jaar.",
        "Losses of earlier years: {share} comes off a later saving, with {interest} interest a year.",
    ),
    "claw_back": (
        "Terugvordering: na een verlies wordt {share} van het aandeel daarin teruggehaald, hoogstens {cap} van wat al "
        "was betaald.",
        "Claw-back: after a loss {share} of the share in it is recovered, at most {cap} of what had been paid.",
    ),
    "reserve": (
        "Reserve: {share} van iedere winst wacht op een later verlies en komt anders met het laatste jaar vrij.",
        "Reserve: {share} of each gain waits for a later loss, and else is paid with the last year.",
    ),
    "exit": (
        "Uitstap: na {periods} verliesjaren op rij houdt het contract op.",
        "Exit: after {periods} losing years in a row the contract ends.",
    ),
    "interim": (
        "Voorschot: {share} wordt al in het meetjaar betaald.",
        "Interim payment: {share} is paid in the measuring year.",
    ),
    "order": ("Volgorde: {clauses}.", "Order: {clauses}."),
}
"""Dutch and English, by key."""

PLACES = 2
"""Places behind the comma of a percentage: a discount can be a hundredth of a percent."""

POPULATIONS: dict[Population, tuple[str, str]] = {
    Population.PARTICIPANTS: ("deelnemers", "participants"),
    Population.AGE_GROUP: ("hun leeftijdsgroep", "their age group"),
    Population.ALL_INSURED: ("alle verzekerden", "all insured"),
}


def said(key: str, lang: Lang, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


def benchmark_lines(contract: Contract, pays: str, lang: Lang) -> Iterator[str]:
    """Who is measured against what, and what moves the benchmark."""
    population = POPULATIONS[contract.population][0 if lang == "nl" else 1]
    yield said("measured", lang, population=population, benchmark=_benchmark(contract, lang))
    if contract.rebase_every_periods is not None:
        share = _percent(contract.rebase_add_back_share, lang)
        yield said("rebase", lang, periods=str(contract.rebase_every_periods), share=share)
    caps = (contract.risk_cap_up, contract.risk_cap_down)
    if any(caps):
        up, down = (said("unlimited", lang) if c is None else _percent(c, lang) for c in caps)
        yield said("risk", lang, up=up, down=down)
    if contract.discount is not None:
        yield said("discount", lang, share=_percent(contract.discount, lang), pays=pays)


def _benchmark(contract: Contract, lang: Lang) -> str:
    if contract.benchmark is not BenchmarkMethod.HISTORICAL:
        return said(contract.benchmark.value, lang)
    years = ", ".join(f"{b.year} ({percent(b.weight.value, lang)})" for b in contract.base_years)
    stated = contract.trend_per_year
    trend = said("trend_region", lang) if stated is None else said("trend", lang, rate=_percent(stated, lang))
    return said("historical", lang, years=years or said("before", lang), trend=trend)


def gate_lines(contract: Contract, lang: Lang) -> Iterator[str]:
    """What counts on either side of the gate."""
    if contract.gate is Gate.NONE:
        return
    if contract.minimum_loss_rate is not None:
        yield said("loss_gate", lang, rate=_percent(contract.minimum_loss_rate, lang))
    yield said("first_dollar" if contract.first_dollar else "excess", lang)
    if contract.below_gate_share is not None:
        yield said("below", lang, share=_percent(contract.below_gate_share, lang))


def sharing_lines(contract: Contract, shown: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """Who gets what of a saving, who bears what of a loss, and what quality does to it."""
    others = ", ".join(shown[p] for p in receivers(contract))
    if contract.sharing_rate is not None:
        yield said("share", lang, share=_percent(contract.sharing_rate, lang), others=others)
    yield from _bands(contract.gain_bands, "edge", shown, lang)
    yield from _losses(contract, others, shown, lang)
    yield from _quality(contract, lang)


def _bands(bands: Sequence[ShareBand], edge_key: str, shown: Mapping[str, str], lang: Lang) -> Iterator[str]:
    for k, band in enumerate(bands):
        if band.up_to is not None:
            edge = said(edge_key, lang, rate=percent(band.up_to, lang))
        else:
            edge = said("edge_above", lang) if k else said("loss_band", lang) if edge_key == "loss_edge" else ""
        parts = ", ".join(f"{shown[p]} {_percent(share, lang)}" for p, share in band.shares.items())
        yield said("band", lang, edge=edge, shares=parts)


def _losses(contract: Contract, others: str, shown: Mapping[str, str], lang: Lang) -> Iterator[str]:
    if contract.losses is LossRule.NONE:
        yield said("one_sided", lang)
    elif contract.losses is LossRule.ONE_MINUS:
        floor, ceiling = contract.loss_rate_floor, contract.loss_rate_ceiling
        facts = {
            "floor": _percent(floor, lang),
            "ceiling": percent(1.0, lang) if ceiling is None else _percent(ceiling, lang),
        }
        yield said("one_minus", lang, others=others, **facts)
    elif contract.loss_bands:
        yield said("loss_bands", lang)
        yield from _bands(contract.loss_bands, "loss_edge", shown, lang)
    else:
        yield said("loss_share", lang, share=_percent(contract.loss_rate, lang), others=others)


def _quality(contract: Contract, lang: Lang) -> Iterator[str]:
    if contract.quality is Quality.NONE:
        return
    least = "" if contract.quality_minimum is None else _least(contract.quality_minimum, lang)
    steps = "; ".join(
        said("step", lang, score=decimal(s.score_from, 2, lang), factor=decimal(s.multiplier, 2, lang))
        for s in contract.quality_ladder
    )
    yield said(f"quality_{contract.quality.value}", lang, least=least, steps=steps)
    if contract.quality_on_losses is not QualityOnLosses.NONE:
        yield said(f"quality_losses_{contract.quality_on_losses.value}", lang)


def _least(score: Number, lang: Lang) -> str:
    return said("least", lang, score=decimal(score.value, 2, lang))


def limit_lines(contract: Contract, shown: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """The most that anyone gets or pays, and what is held back."""
    for side in ("gain", "loss"):
        for party in receivers(contract):
            own, common = contract.sharers[party], contract
            limits = _limits(own, common, side, lang)
            if limits:
                yield said(f"{side}_cap", lang, who=shown[party], limits=said("lowest", lang).join(limits))
    gain, loss = contract.withhold_gain_share, contract.withhold_loss_share
    if gain is not None or loss is not None:
        wait = contract.withhold_released_after_periods
        release = said("not_released", lang) if wait is None else said("released", lang, periods=str(wait))
        yield said("withhold", lang, gain=_percent(gain, lang), loss=_percent(loss, lang), release=release)


def _limits(own: Sharer, common: Contract, side: str, lang: Lang) -> list[str]:
    """The limits of one party; the lowest of them holds."""
    found = []
    for kind in ("share_of_benchmark", "share_of_revenue", "eur"):
        term = f"{side}_cap_{kind}"
        stated: Number | None = getattr(own, term) or getattr(common, term)
        if stated is None:
            continue
        if kind == "eur":
            found.append(euro(stated.value, lang))
        else:
            found.append(said(kind.removeprefix("share_"), lang, share=_percent(stated, lang)))
    return found


def later_lines(contract: Contract, lang: Lang) -> Iterator[str]:
    """What one year does to another, and the order of clauses where it is not the usual one."""
    if contract.carry_forward_share is not None:
        interest = _percent(contract.carry_forward_interest, lang)
        yield said("carry_forward", lang, share=_percent(contract.carry_forward_share, lang), interest=interest)
    if contract.claw_back_share is not None:
        cap = (
            percent(1.0, lang) if contract.claw_back_cap_share is None else _percent(contract.claw_back_cap_share, lang)
        )
        yield said("claw_back", lang, share=_percent(contract.claw_back_share, lang), cap=cap)
    if contract.reserve_share is not None:
        yield said("reserve", lang, share=_percent(contract.reserve_share, lang))
    if contract.exit_after_losses is not None:
        yield said("exit", lang, periods=str(contract.exit_after_losses))
    if contract.interim_share is not None:
        yield said("interim", lang, share=_percent(contract.interim_share, lang))
    if tuple(contract.order) != DEFAULT_ORDER:
        words = (CLAUSE_LABELS[clause][0 if lang == "nl" else 1] for clause in contract.order)
        yield said("order", lang, clauses=", ".join(words))


def _percent(stated: Number | None, lang: Lang, otherwise: float = 0.0) -> str:
    return percent(otherwise if stated is None else stated.value, lang, PLACES)
