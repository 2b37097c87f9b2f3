"""The words for a best plan: goals, limits that bind, wishes that clash and what must give, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coalition.allocation_problem import Least
from coalition.allocation_studies import Relaxation, ShadowPrice
from coalition.best_plan import Optimum
from coalition.money import half_away_from_zero
from coalition.outputs.explain_figure import names_of
from coalition.outputs.formats import decimal, euro, number, percent
from coalition.outputs.labels import Lang
from coalition.parties import MUNICIPALITY

WORDS: dict[str, tuple[str, str]] = {
    # goals
    "societal_npv": ("wat de samenleving netto bespaart", "what society saves, net"),
    "public_npv": (
        "saldo van gemeenten, fondsen, Rijk en UWV samen",
        "net of municipalities, funds, state and UWV together",
    ),
    "npv": ("saldo van {party}", "net of {party}"),
    "insurers": ("de zorgverzekeraars samen", "the health insurers together"),
    "all_municipalities": ("de gemeenten samen", "the municipalities together"),
    "table_parties": ("iedereen aan tafel samen", "everyone at the table together"),
    "qaly": ("gezonde jaren (QALY's)", "healthy years (QALYs)"),
    "health_gap": (
        "verschil in gezonde jaren per 1.000 inwoners (zo klein mogelijk; als minus getoond)",
        "gap in healthy years per 1,000 inhabitants (as small as can be; shown as a minus)",
    ),
    "worst_off": ("saldo van wie aan tafel het minst wint", "net of whoever at the table gains least"),
    "cash_back": ("saldo van de tafel na {years} jaar", "net of the table after {years} years"),
    # plan against own plan
    "against": ("Het beste plan gevonden; doel: {goal}", "Best plan found; goal: {goal}"),
    "goal": ("doel", "goal"),
    "delivery": ("uitvoering", "delivery"),
    "starters": ("deelnemers", "participants"),
    "healthy_years": ("gezonde jaren", "healthy years"),
    "table": ("saldo van de tafel", "net of the table"),
    "own_plan": ("eigen plan", "own plan"),
    "this_plan": ("dit plan", "this plan"),
    "difference": ("verschil", "difference"),
    # what to do
    "what": ("Wat te doen", "What to do"),
    "intervention": ("interventie", "intervention"),
    "where": ("vanaf wanneer en waar", "from when and where"),
    "was": ("eigen plan", "own plan"),
    "payers": ("wie betaalt (de wet alleen)", "who pays (the law alone)"),
    "other_payers": ("{payers} (anders dan nu)", "{payers} (other than now)"),
    "everywhere": ("{year}: alle {count} gebieden", "{year}: all {count} areas"),
    "from": ("{year}: {areas}", "{year}: {areas}"),
    "many_areas": ("{count} gebieden, waaronder {names}", "{count} areas, among which {names}"),
    "left_out": ("Wel in het eigen plan, niet in dit plan: {names}.", "In the own plan, not in this one: {names}."),
    "nothing": (
        "Niets beginnen: geen ander plan binnen de wensen is beter voor dit doel.",
        "Begin nothing: no other plan within the wishes serves this goal better.",
    ),
    "no_choice": (
        "Er valt niets te kiezen: dit scenario heeft geen interventies.",
        "There is nothing to choose: this scenario has no interventions.",
    ),
    # who gains
    "who": ("Wie wint (contante waarde, €)", "Who gains (present value, €)"),
    "party": ("partij", "party"),
    "least": ("ondergrens", "at least"),
    "transfer": ("overdracht", "transfer"),
    "after": ("na overdracht", "after transfer"),
    "municipalities": ("Gemeenten samen ({count})", "Municipalities together ({count})"),
    "together": ("samen", "together"),
    "transfer_is": (
        "Kleinste overdracht waarna niemand onder de ondergrens zit: {total} ({who}).",
        "Smallest transfer after which nobody is below the least: {total} ({who}).",
    ),
    "part_of_goal": (
        "Betalingen over en weer die in dit doel meetellen: samen {total} ({who}). Dit is een van de mogelijke "
        "verdelingen.",
        "Payments between parties that count in this goal: {total} together ({who}). This is one of the possible "
        "divisions.",
    ),
    "pays_to": ("{payer} aan {receiver} {amount}", "{payer} to {receiver} {amount}"),
    "many_pay": (
        "aan {receivers}; wie erboven zit betaalt, zie de kolom overdracht",
        "to {receivers}; who is above it pays, see the column transfer",
    ),
    "and_more": (" en {count} anderen", " and {count} others"),
    "no_transfer": (
        "Niemand aan tafel zit onder de ondergrens; er hoeft niets over en weer betaald te worden.",
        "Nobody at the table is below the least; nobody has to pay anybody.",
    ),
    "no_payments": (
        "Onder de ondergrens: samen {total}; betalingen tussen partijen staan uit.",
        "Below the least: {total} together; payments between parties are switched off.",
    ),
    "short": (
        "LET OP: wie beschermd is komt in het hele model samen nog {short} te kort.",
        "BEWARE: in the whole model those who are protected are still {short} short together.",
    ),
    "basis": (
        "Uitvoering: nominaal, {years}. Overige bedragen: contante waarde, prijspeil {price_year}. Saldo: met alle "
        "afspraken{policies}. Ondergrens: {least}.",
        "Delivery: nominal, {years}. Other amounts: present value, prices of {price_year}. Net: with all that is "
        "agreed{policies}. At least: {least}.",
    ),
    "policies": (" en de gemeentepolissen", " and municipal health policies"),
    "minus": (
        " Een min bij het doel: het plan kost meer dan het oplevert.",
        " A minus at the goal: the plan costs more than it brings.",
    ),
    "least_own_law": ("wat de partij in het eigen plan heeft onder alleen de wet", "the own plan under the law alone"),
    "least_nothing": (
        "wat de partij heeft als er samen niets gebeurt",
        "what the party has when nothing is done together",
    ),
    "least_zero": ("nul", "zero"),
    "least_mixed": ("zoals de wensen zeggen", "as the wishes say"),
    # what binds
    "binds": ("Wat knelt, en wat iets meer ruimte brengt", "What binds, and what a little more room brings"),
    "nothing_binds": (
        "Niets knelt: meer geld of ruimte maakt het doel niet beter.",
        "Nothing binds: more money or room does not serve the goal better.",
    ),
    "binds_unknown": (
        "Niet bekend: de laatste ronde van de oplosser gaf geen plan.",
        "Not known: the last round of the solver gave no plan.",
    ),
    "more_prices": ("en nog {count} (--sensitivity toont ze alle)", "and {count} more (--sensitivity shows them all)"),
    "brings": ("{what} brengt {worth} ({how}).", "{what} brings {worth} ({how})."),
    "by_step": ("nagerekend met een kleine stap", "checked by solving again with a small step"),
    "by_dual": ("richtprijs: starts mogen daarin half", "indication: starts may be partial in it"),
    "worth_qaly": ("{amount} gezonde jaren", "{amount} healthy years"),
    "price_budget": ("Een euro meer in {year} voor {name}", "One euro more in {year} for {name}"),
    "price_spent": ("Een euro minder hoeven uitgeven van {name}", "Having to spend one euro less of {name}"),
    "price_nobody_worse": (
        "Een euro minder die {name}{when} moet overhouden",
        "One euro less that {name} must have{when}",
    ),
    "price_paid_back": (
        "Een euro minder die {name} op tijd terug moet hebben",
        "One euro less that {name} must have back in time",
    ),
    "price_patience": ("Een jaar meer geduld van {name}", "One more year of patience of {name}"),
    "price_capacity": ("Eén deelnemer meer in {year} bij {name}", "One participant more in {year} in {name}"),
    "price_staff": ("Een uur meer van {name} in {year}", "One hour more of {name} in {year}"),
    "price_portion": ("Een euro meer ruimte bij de eis over {name}", "One euro more room in the wish about {name}"),
    "price_pinned": ("{name} in {area} niet langer vastleggen", "No longer fixing {name} in {area}"),
    "price_needs": (
        "{name} in {area} niet op {other} laten wachten",
        "Not letting {name} wait for {other} in {area}",
    ),
    "price_apart": ("{name} en {other} in {area} samen toestaan", "Allowing {name} and {other} together in {area}"),
    "price_sure": ("Een euro minder zekerheid voor {name}", "One euro less certainty for {name}"),
    "price_fund": ("Een euro meer in {name} in {year}", "One euro more in {name} in {year}"),
    "price_own": ("Iets meer ruimte in de eigen regel {name}", "A little more room in the own rule {name}"),
    "when": (" in {when}", " in {when}"),
    # the solver
    "status_optimal": ("Oplosser: klaar.", "Solver: done."),
    "status_stopped": (
        "Oplosser: gestopt na {seconds} seconden; er kan een beter plan zijn.",
        "Solver: stopped after {seconds} seconds; there may be a better plan.",
    ),
    "status_infeasible": (
        "Oplosser: in de laatste ronde was er geen plan meer; dit is het beste uit een eerdere ronde.",
        "Solver: the last round had no plan any more; this is the best of an earlier one.",
    ),
    "status_no_plan": (
        "Oplosser: in de laatste ronde op tijd gestopt zonder plan; dit is het beste uit een eerdere ronde.",
        "Solver: the last round ended at the time limit without a plan; this is the best of an earlier one.",
    ),
    "status_unbounded": (
        "Oplosser: de laatste ronde had geen grens; dit is het beste uit een eerdere ronde.",
        "Solver: the last round had no limit; this is the best of an earlier one.",
    ),
    "bound": (
        "Het best mogelijke is hooguit {bound} (marge {gap}).",
        "The best possible is at most {bound} (gap {gap}).",
    ),
    "fitted_terms": (
        "Voorwaarden die bij dit plan passen, gezocht op een rooster van {points} punten",
        "Terms that go with this plan, sought on a grid of {points} points",
    ),
    "term": ("voorwaarde", "term"),
    "stated": ("in het scenario", "in the scenario"),
    "fitted": ("past het best", "fits best"),
    "fitted_needed": (
        "Wie beschermd is komt samen {before} tekort met de voorwaarden van het scenario, en {after} met deze. "
        "Tussen de punten is niet gezocht; neem een waarde over met --set PAD=WAARDE.",
        "Those who are protected lack {before} together with the terms of the scenario, and {after} with these. "
        "Nothing was sought between the points; take a value over with --set PATH=VALUE.",
    ),
    "paid_by": ("{name} (betalers: {payers})", "{name} (payers: {payers})"),
    "deposit": (
        "Inleg in {fund} van {party}: {years}.",
        "Put into {fund} by {party}: {years}.",
    ),
    "no_deposit": ("niets", "nothing"),
    "near": (
        "Ronden: {rounds}; lineair programma en heel model liggen binnen {close} van elkaar.",
        "Rounds: {rounds}; the linear programme and the whole model are within {close} of each other.",
    ),
    "far": (
        "Ronden: {rounds}; lineair programma en heel model liggen nog meer dan {close} uit elkaar.",
        "Rounds: {rounds}; the linear programme and the whole model are still more than {close} apart.",
    ),
    "linear": (
        "Doel volgens het lineaire programma {linear}, volgens het hele model {full}: verschil {difference} ({share}).",
        "Goal by the linear programme {linear}, by the whole model {full}: difference {difference} ({share}).",
    ),
    # studies
    "frontier": ("Van het ene doel naar het andere", "From one goal to the other"),
    "alternatives": ("Andere plannen, hooguit {within} minder goed", "Other plans, at most {within} less good"),
    "no_alternatives": (
        "Geen duidelijk ander plan is hooguit {within} minder goed.",
        "No clearly different plan is at most {within} less good.",
    ),
    "other_than": ("anders dan het beste plan", "other than the best plan"),
    "without": ("zonder {names}", "without {names}"),
    "with": ("met {names}", "with {names}"),
    "areas": ("{name}: anders in {count} gebieden", "{name}: different in {count} areas"),
    "one_area": ("{name}: anders in één gebied", "{name}: different in one area"),
    "no_change": ("niets", "nothing"),
    "robust": ("Zekerheid", "Certainty"),
    "robust_plain": (
        "Het plan dat gemiddeld het beste is houdt iedereen boven de ondergrens in {plain} van {draws} trekkingen.",
        "The plan that is best on average keeps everyone above the least in {plain} of {draws} draws.",
    ),
    "robust_none": (
        "Geen plan gevonden waarmee dat in {share} van de trekkingen lukt; het dichtst erbij komt {sure}.",
        "No plan was found with which this holds in {share} of the draws; the closest comes to {sure}.",
    ),
    "robust_sure": (
        "Het beste plan met zekerheid {share} haalt dat in {sure}; die zekerheid kost gemiddeld {price} van het doel.",
        "The best plan with certainty {share} does so in {sure}; that certainty costs {price} of the goal on average.",
    ),
    "robust_changes": ("Wat er dan anders gaat: {changes}.", "What is then different: {changes}."),
    # no plan
    "impossible": (
        "Geen plan voldoet aan alle wensen. Deze wensen kunnen niet samen:",
        "No plan meets all wishes. These wishes cannot all hold:",
    ),
    "impossible_one": (
        "Geen plan voldoet aan alle wensen. Deze wens is op zichzelf al onhaalbaar:",
        "No plan meets all wishes. This wish cannot be met even by itself:",
    ),
    "irreducible": (
        "Valt er een van deze wensen weg, dan kunnen de andere hier wel samen. Alles wat moet wijken staat hieronder.",
        "If any one of these wishes is dropped, the others here can hold together. All that must give stands below.",
    ),
    "more_wishes": ("nog {count} andere", "{count} others"),
    "whole_starts": (
        "Met halve starts zou het kunnen: het knelt doordat wat begint groot genoeg moet zijn of vaste kosten heeft.",
        "With partial starts it could be done: it clashes because what starts must be large enough or has fixed cost.",
    ),
    "no_time": (
        "Binnen {seconds} seconden is geen plan gevonden, en ook niet bewezen dat er geen is. Geef meer tijd met "
        "--seconds.",
        "No plan was found within {seconds} seconds, nor was it proved that there is none. Give more time with "
        "--seconds.",
    ),
    "no_reason": (
        "Geen plan voldoet aan alle wensen; welke wensen botsen, was binnen {seconds} seconden niet te vinden.",
        "No plan meets all wishes; which of them clash could not be found within {seconds} seconds.",
    ),
    "no_limit": (
        "Het doel heeft geen grens: er ontbreekt een budget of een capaciteit.",
        "The goal has no limit: a budget or a capacity is missing.",
    ),
    "least_that_gives": (
        "Het minste dat moet wijken, en dan bestaat er een plan",
        "The least that must give for a plan to exist",
    ),
    "wish": ("wens", "wish"),
    "by": ("hoeveel", "by how much"),
    "wish_budget": ("{name}: ten hoogste {amount} in {years}", "{name}: at most {amount} in {years}"),
    "wish_spent": ("{name}: ten minste {amount} besteden", "{name}: spend at least {amount}"),
    "wish_nobody_worse": ("{name} houdt ten minste {amount} over", "{name} has at least {amount}"),
    "wish_nobody_worse_when": (
        "{name} is in geen van {count} perioden slechter af dan zonder dit plan",
        "{name} is worse off in none of {count} periods than without this plan",
    ),
    "wish_paid_back": (
        "{name} heeft zijn geld na {years} jaar terug",
        "{name} has its money back after {years} years",
    ),
    "wish_capacity": (
        "{name}: ten hoogste {amount} deelnemers per jaar",
        "{name}: at most {amount} participants a year",
    ),
    "wish_staff": ("{name}: ten hoogste {amount} uur per jaar", "{name}: at most {amount} hours a year"),
    "wish_portion_at_least": ("{name}: ten minste {amount} van het geld", "{name}: at least {amount} of the money"),
    "wish_portion_at_most": ("{name}: ten hoogste {amount} van het geld", "{name}: at most {amount} of the money"),
    "wish_pinned": ("{name} ligt vast", "{name} is fixed"),
    "wish_needs": ("{name} kan pas waar {other} loopt", "{name} only where {other} runs"),
    "wish_apart": ("{name} en {other} niet in hetzelfde gebied", "{name} and {other} not in the same area"),
    "wish_fund": (
        "{name} blijft boven zijn bodem met wat erin mag",
        "{name} stays above its floor with what may be put in",
    ),
    "wish_own": ("de eigen regel {name}", "the own rule {name}"),
    "gives_own": ("Ruimte in de eigen regel {name}", "Room in the own rule {name}"),
    "unit_own": ("{amount}", "{amount}"),
    "wish_sure": ("{name} heeft zekerheid", "{name} has certainty"),
    "gives_budget": ("Meer geld in {year}: {name}", "More money in {year}: {name}"),
    "gives_spent": ("Minder hoeven uitgeven van {name}", "Spend less of {name}"),
    "gives_nobody_worse": ("{name} genoegen laten nemen met minder{when}", "{name} to accept less{when}"),
    "gives_paid_back": ("{name} later terug laten krijgen{when}", "{name} to get it back later{when}"),
    "gives_capacity": ("Meer plaatsen in {year}: {name}", "More places in {year}: {name}"),
    "gives_staff": ("Meer uren van {name} in {year}", "More hours of {name} in {year}"),
    "gives_portion": ("Ruimte in de eis over {name}", "Room in the wish about {name}"),
    "gives_pinned": ("{name} in {area} loslaten", "Let go of {name} in {area}"),
    "gives_needs": ("{name} in {area} zonder {other}", "{name} in {area} without {other}"),
    "gives_apart": ("{name} en {other} samen in {area}", "{name} and {other} together in {area}"),
    "gives_fund": ("Meer in {name} in {year}", "More in {name} in {year}"),
    "gives_sure": ("Minder zekerheid voor {name}", "Less certainty for {name}"),
    "own_money": ("het geld van {party} (evenveel als in het eigen plan)", "the money of {party} (as in the own plan)"),
    "each_money": ("{name}, {party}", "{name}, {party}"),
    "unit_starters": ("{amount} deelnemers", "{amount} participants"),
    "unit_hours": ("{amount} uur", "{amount} hours"),
    "unit_part": ("{amount} start", "{amount} of a start"),
    # files
    "seeking": ("Het beste plan wordt gezocht", "Seeking the best plan"),
    "point": ("Plan {place} tussen twee doelen: {title}", "Plan {place} between two goals: {title}"),
    "title": ("Beste plan ({goal}): {title}", "Best plan ({goal}): {title}"),
}
"""Dutch and English, by key."""


def said(key: str, lang: Lang, /, **facts: str) -> str:
    """A sentence or word in one language."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts)


MOST_AREAS = 14
"""Areas that are named one by one."""


def area_names(names: Sequence[str], lang: Lang) -> str:
    """Names of areas; of very many only the first."""
    if len(names) <= MOST_AREAS:
        return ", ".join(names)
    return said("many_areas", lang, count=str(len(names)), names=", ".join(names[:3]))


def _span(years: Sequence[int]) -> str:
    """First and last of some years."""
    return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


class Words:
    """What is named in one optimum, in one language.

    Attributes:
        optimum: of which scenario and wishes.
        lang: language.
    """

    def __init__(self, optimum: Optimum, lang: Lang) -> None:
        self.optimum, self.lang, self.spec = optimum, lang, optimum.scenario.spec
        self.names = names_of(optimum.scenario, lang)
        self.names[MUNICIPALITY] = "gemeenten" if lang == "nl" else "municipalities"

    # names

    def party(self, name: str) -> str:
        """A party or role."""
        return self.names.get(name, name)

    def intervention(self, name: str) -> str:
        """An intervention."""
        own, _, payers = name.partition(":")
        stated = self.spec.interventions.get(own)
        called = own if stated is None else stated.name
        return said("paid_by", self.lang, name=called, payers=payers) if payers else called

    def area(self, code: str) -> str:
        """An area."""
        return self.spec.region.names.get(code, code)

    def money(self, name: str) -> str:
        """A limit on money; `own_plan:PARTY` is the default one of a party."""
        key, _, party = name.partition(":")
        stated = self.spec.optimise.budgets.get(key)
        if stated is None:
            return said("own_money", self.lang, party=self.party(party or key))
        shown = stated.name or key
        quoted = f"“{shown}”"
        return said("each_money", self.lang, name=quoted, party=self.party(party)) if party else quoted

    def goal(self, goal: str) -> str:
        """A goal."""
        kind, _, about = goal.partition(":")
        roles = {"insurers": "insurers", "municipalities": "all_municipalities", "table": "table_parties"}
        who = said(roles[about], self.lang) if about in roles else self.party(about)
        return said(kind, self.lang, party=who, years=about)

    def basis(self) -> dict[str, str]:
        """On what the figures of the screen stand."""
        head, shown = self.spec.scenario, self.optimum.own.result.years
        policies = said("policies", self.lang) if self.spec.gemeentepolis else ""
        facts = {"years": _span(shown), "price_year": str(head.price_year), "policies": policies}
        return {**facts, "least": self._standards()}

    def _standards(self) -> str:
        """What nobody may be worse off than, in words."""
        stated = self.spec.optimise.nobody_worse
        than = {n.than.value for n in stated.values()} or {"law_alone"}
        keys = {"law_alone": "least_own_law", "nothing": "least_nothing", "zero": "least_zero"}
        return said(keys[than.pop()] if len(than) == 1 else "least_mixed", self.lang)

    # limits

    def price(self, price: ShadowPrice) -> str:
        """What one more of a limit brings, as a sentence."""
        key = "price_patience" if price.unit == "years" else f"price_{price.rule}"
        how = said("by_step" if price.is_step else "by_dual", self.lang)
        return said(
            "brings", self.lang, what=self._about(key, price.rule, price.key), worth=self._worth(price), how=how
        )

    def _worth(self, price: ShadowPrice) -> str:
        if self.optimum.problem.wishes[0].kind in ("qaly", "gap"):
            return said("worth_qaly", self.lang, amount=decimal(price.worth, 5, self.lang))
        if price.worth < 1000:
            return f"€ {decimal(price.worth, 2, self.lang)}"
        return euro(price.worth, self.lang)

    def gives(self, given: Relaxation) -> str:
        """What must give, as a phrase."""
        return self._about(f"gives_{given.rule}", given.rule, given.key)

    def _about(self, key: str, rule: str, about: Sequence[object]) -> str:
        """A phrase about one row, with the names of what it is about."""
        if key not in WORDS:
            name = " ".join([rule, *(str(part) for part in about if part is not None)])
            return said(f"{key.partition('_')[0]}_own", self.lang, name=name)
        facts = {"name": self._named(rule, about[0]), "year": str(about[-1]), "when": "", "area": "", "other": ""}
        if rule in ("nobody_worse", "paid_back") and len(about) > 1:
            facts["when"] = said("when", self.lang, when=str(about[1]))
        if rule == "apart":
            facts |= {"other": self.intervention(str(about[1])), "area": self.area(str(about[2]))}
        elif rule in ("pinned", "needs"):
            facts |= {"area": self.area(str(about[1])), "other": self.intervention(str(about[-1]))}
        return said(key, self.lang, **facts)

    def _named(self, rule: str, name: object) -> str:
        """What the first part of a row's key means under its rule."""
        text, asked = str(name), self.spec.optimise
        if rule in ("budget", "spent"):
            return self.money(text)
        if rule in ("nobody_worse", "paid_back", "sure"):
            return self.party(text)
        if rule in ("capacity", "pinned", "needs", "apart"):
            return self.intervention(text)
        if rule == "fund":
            return self.spec.arrangements.funds[text].name
        stated = asked.staff.get(text) if rule == "staff" else asked.portions.get(text)
        return text if stated is None else stated.name

    def quantity(self, amount: float, unit: str) -> str:
        """An amount of something that is no money."""
        digits = 2 if unit in ("part", "own") else 0
        return said(f"unit_{unit}", self.lang, amount=decimal(amount, digits, self.lang))

    # wishes

    def wish(self, rule: str, name: str) -> str:
        """A wish with its figures."""
        first, _, second = name.partition(" ")
        if f"gives_{rule}" not in WORDS:
            return said("wish_own", self.lang, name=f"{rule} {name}".strip())
        facts = {"name": self._named(rule, first if rule in ("portion", "needs", "apart") else name)}
        if rule == "portion":
            return said(f"wish_portion_{second}", self.lang, **facts, amount=self._portion(first, second))
        if rule in ("needs", "apart"):
            facts["other"] = self.intervention(second)
        if rule in ("nobody_worse", "paid_back"):
            return self._least(
                facts["name"], [x for x in self.optimum.problem.leasts if (x.rule, x.party) == (rule, name)]
            )
        return said(f"wish_{rule}", self.lang, **facts, **self._figures(rule, name))

    def _portion(self, name: str, side: str) -> str:
        part = next(getattr(p, side) for p in self.optimum.problem.portions if p.name == name)
        return percent(part or 0.0, self.lang)

    def _figures(self, rule: str, name: str) -> dict[str, str]:
        """The amounts of a wish."""
        problem, lang = self.optimum.problem, self.lang
        if rule in ("budget", "spent"):
            money = next(m for m in problem.budgets if m.name == name)
            years, total = problem.coefficients.years, float(money.limit_eur.sum())
            amount = total if rule == "budget" else total * money.spend_at_least
            paid = [y for y, limit in zip(years, money.limit_eur, strict=True) if limit] or list(years)
            return {"amount": euro(amount, lang), "years": _span(paid)}
        if rule == "capacity":
            places = problem.places[problem.candidates.interventions.index(name)]
            return {"amount": number(half_away_from_zero(float(places.max())), lang)}
        if rule == "staff":
            hours = next(s.hours_per_year for s in problem.staff if s.name == name)
            return {"amount": number(half_away_from_zero(hours), lang)}
        return {}

    def _least(self, name: str, leasts: Sequence[Least]) -> str:
        """What a party must at least have: all years together, in every period, or in time."""
        first = leasts[0]
        if first.weights is None:
            return said("wish_nobody_worse", self.lang, name=name, amount=euro(first.at_least_eur, self.lang))
        if first.rule == "nobody_worse":
            return said("wish_nobody_worse_when", self.lang, name=name, count=str(len(leasts)))
        return said("wish_paid_back", self.lang, name=name, years=str(int(np.count_nonzero(first.weights))))
