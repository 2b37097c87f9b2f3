"""Words of a figure taken apart and of its inputs, in Dutch and English; keys are those of figures.py."""

from __future__ import annotations

from coalition.figures import Figure
from coalition.origins import ENDED
from coalition.outputs.labels import Lang, pocket_label
from coalition.parties import Pocket
from coalition.streams import LIFE_YEARS

TITLES: dict[Figure, tuple[str, str]] = {
    Figure.INDEX: ("Verkeerde-portemonnee-index", "Wrong-pocket index"),
    Figure.REPAIR: ("Te herstellen verlies aan tafel", "Loss to be repaired at the table"),
    Figure.WINDFALL: ("Verzekeraars die niet meedoen", "Insurers that take no part"),
    Figure.CLAWBACK: ("Wat risicoverevening met elke verzekeraar doet", "What risk equalisation does to each insurer"),
    Figure.POLICIES: ("Geld van gemeenten door de gemeentepolis", "Municipal money through the gemeentepolis"),
    Figure.QALYS: ("Gezondheid, apart van geld", "Health, apart from money"),
    Figure.MONETISED: ("Geen geld, wel door de bron gewaardeerd", "No cash, but valued by the source"),
    Figure.CAPACITY: ("Vrijgespeelde maar niet weggenomen capaciteit", "Capacity freed but not removed"),
    Figure.TAIL: ("Wat na de getoonde jaren valt", "What falls after the years shown"),
    Figure.ASSUMPTIONS: ("Aannames", "Assumptions"),
    Figure.INPUTS: ("Alle ingevoerde getallen", "All numbers put in"),
    Figure.RANGE: ("{subject}: bandbreedte van de contante waarde", "{subject}: range of the present value"),
    Figure.BREAK_EVEN: ("{subject}: quitte bij … × effect", "{subject}: even at … × effect"),
    Figure.INPUT: ("{subject}", "{subject}"),
    Figure.PARAMETER: ("{subject}", "{subject}"),
}

HOW: dict[Figure, tuple[str, str]] = {
    Figure.INDEX: (
        "Per rekening: betalen is inleg min ontvangen inleg, plus verlies; winnen is wat het oplevert (contante "
        "waarde). Het deel van een rekening is ½ × |aandeel in al het betalen − aandeel in al het winnen|; de index is "
        "de som van die delen.",
        "Per account: paying is outlay less outlay received, plus losses; gaining is what it brings (present value). "
        "An account's part is ½ × |share of all paying − share of all gaining|; the index is the sum of the parts.",
    ),
    Figure.REPAIR: (
        "De contante waarde van ieder aan tafel: meedoende verzekeraars, gemeenten, investeerders, Wlz-fonds en Rijk. "
        "De verliezen samen moeten worden hersteld; de winsten samen zijn er om dat uit te betalen.",
        "The present value of everyone at the table: contracting insurers, municipalities, investors, Wlz fund and "
        "state. The losses together are to be repaired; the gains together are there to pay for it.",
    ),
    Figure.WINDFALL: (
        "Nominaal, over de getoonde jaren: wat elke verzekeraar die niet meedoet door anderen wint, en wat hij zelf "
        "aan uitvoering betaalt.",
        "Nominal, over the years shown: what each insurer that takes no part gains by others, and what it pays for "
        "delivery itself.",
    ),
    Figure.CLAWBACK: (
        "Contante waarde. Zonder verevening; wat zij volgens de invoer terugneemt; wat dan overblijft; en hetzelfde "
        "als zij alles in het eerste jaar daarna terugneemt.",
        "Present value. Without equalisation; what it takes back by the inputs; what is then left; and the same if it "
        "takes everything back in the year after.",
    ),
    Figure.POLICIES: (
        "Nominaal, over de getoonde jaren: wat elke gemeente voor elke polis betaalt en wat zij er door krijgt.",
        "Nominal, over the years shown: what each municipality pays for each policy and gets through it.",
    ),
    Figure.QALYS: (
        "Deelnemersjaren waarin het werkt × QALY-winst per jaar, per interventie en effect; de tweede kolom "
        "verdisconteerd.",
        "Participant-years in which it works × QALY gain per year, per intervention and effect; the second column "
        "discounted.",
    ),
    Figure.MONETISED: (
        "Deelnemersjaren waarin het werkt × de waarde die de bron er aan geeft, nominaal over de getoonde jaren.",
        "Participant-years in which it works × the value that the source gives it, nominal over the years shown.",
    ),
    Figure.CAPACITY: (
        "Vermeden zorg over de getoonde jaren × (1 − deel van de capaciteit dat verdwijnt). Geen geld.",
        "Avoided care over the years shown × (1 − share of capacity that is removed). No money.",
    ),
    Figure.TAIL: (
        "Nominaal saldo na het laatste getoonde jaar, per partij, oorzaak en domein.",
        "Nominal net after the last year shown, per party, cause and pocket.",
    ),
    Figure.ASSUMPTIONS: (
        "Elk getal dat een aanname is. {moves}",
        "Every number that is an assumption. {moves}",
    ),
    Figure.INPUTS: (
        "Elk getal dat is ingevoerd, aanname of niet. {moves}",
        "Every number put in, assumption or not. {moves}",
    ),
    Figure.RANGE: (
        "Alle getallen met een bandbreedte worden tegelijk getrokken en het hele model wordt per trekking "
        "doorgerekend; de bandbreedte zijn kwantielen van die uitkomsten. De regels hieronder doen één getal tegelijk.",
        "All numbers with a range are drawn at once and the whole model is run for each draw; the range are quantiles "
        "of those outcomes. The lines below change one number at a time.",
    ),
    Figure.BREAK_EVEN: (
        "Alle effecten worden met hetzelfde getal vermenigvuldigd en het model wordt opnieuw doorgerekend.",
        "All effects are multiplied by the same number and the model is run again.",
    ),
    Figure.INPUT: (
        "Contante waarde als een getal op zijn laagste en op zijn hoogste waarde staat, de rest ongewijzigd. {moves}",
        "Present value with a number at its lowest and at its highest value, the rest unchanged. {moves}",
    ),
    Figure.PARAMETER: ("", ""),
}

MOVES = (
    "Verschuift: van laag naar hoog gaan sommige partijen erop vooruit (winnaars) en andere erop achteruit "
    "(verliezers), in contante waarde; het is de grootste van beide sommen. Leeg zonder bandbreedte.",
    "Moves: from low to high some parties gain (winners) and others lose (losers), in present value; it is the larger "
    "of the two sums. Empty without a range.",
)
"""What `moves` means wherever it stands."""

WORDS: dict[str, tuple[str, str]] = {
    "party": ("partij", "party"),
    "pocket": ("domein", "pocket"),
    "intervention": ("door", "through"),
    "effect": ("effect", "effect"),
    "input": ("invoer", "input"),
    "ask": ("verder: explain …", "go on: explain …"),
    "total": ("samen", "together"),
    "index_all": ("index", "index"),
    "index_without_providers": ("index zonder aanbieders", "index without providers"),
    "index_without_providers_residents_zvw_fund": (
        "index ook zonder inwoners en zorgverzekeringsfonds",
        "index also without residents and the equalisation fund",
    ),
    "paying_npv_eur": ("betalen", "paying"),
    "gaining_npv_eur": ("winnen", "gaining"),
    "part_all": ("deel van de index", "part of the index"),
    "part_without_providers": ("zonder aanbieders", "without providers"),
    "part_without_providers_residents_zvw_fund": ("ook zonder inw. en fonds", "also without res. and fund"),
    "loss_npv_eur": ("verlies", "loss"),
    "surplus_npv_eur": ("winst", "gain"),
    "short_npv_eur": ("te kort", "lacking"),
    "before_delivery_eur": ("door wat anderen doen", "by what others do"),
    "own_delivery_eur": ("eigen uitvoeringskosten", "own delivery cost"),
    "after_delivery_eur": ("na eigen uitvoeringskosten", "after own delivery cost"),
    "none_npv_eur": ("zonder verevening", "without equalisation"),
    "taken_npv_eur": ("neemt terug", "takes back"),
    "stated_npv_eur": ("zoals ingevoerd", "as stated"),
    "agreed_none_npv_eur": ("afspraken veranderen dan", "arrangements then change"),
    "agreed_all_npv_eur": ("afspraken veranderen dan ook", "arrangements then change too"),
    "taken_all_npv_eur": ("neemt hoogstens terug", "takes at most"),
    "all_npv_eur": ("als alles terug moet", "if all is taken"),
    "paid_eur": ("betaalt", "pays"),
    "gained_eur": ("krijgt of bespaart", "gains"),
    "qalys": ("QALY's", "QALYs"),
    "qalys_discounted": ("QALY's, verdisconteerd", "QALYs, discounted"),
    "discount_rate_share": ("discontovoet voor gezondheid, per jaar", "discount rate for health, per year"),
    "monetised_eur": ("bedrag", "amount"),
    "avoided_eur": ("vermeden zorg", "avoided care"),
    "removed_share": ("capaciteit die verdwijnt", "capacity removed"),
    "freed_eur": ("vrij, blijft", "freed, stays"),
    "staff_hours": ("uren personeel", "staff hours"),
    "net_eur": ("saldo", "net"),
    "tail_eur": ("saldo daarna", "net thereafter"),
    "assumed": ("aannames", "assumptions"),
    "numbers": ("ingevoerde getallen", "numbers put in"),
    "without_range": ("daarvan zonder bandbreedte", "of which without a range"),
    "value": ("waarde", "value"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "moves_npv_eur": ("verschuift", "moves"),
    "winners_npv_eur": ("winnaars samen", "winners together"),
    "losers_npv_eur": ("verliezers samen", "losers together"),
    "at_low_npv_eur": ("bij laag", "at low"),
    "planned_npv_eur": ("zoals gepland", "as planned"),
    "at_high_npv_eur": ("bij hoog", "at high"),
    "change_npv_eur": ("verandering", "change"),
    "difference_npv_eur": ("verschil", "difference"),
    "draws": ("trekkingen", "draws"),
    "seed": ("startgetal", "seed"),
    "interval_share": ("deel van de trekkingen binnen de bandbreedte", "part of the draws inside the range"),
    "low_npv_eur": ("bandbreedte, laag", "range, low"),
    "high_npv_eur": ("bandbreedte, hoog", "range, high"),
    "lowest_npv_eur": ("laagste trekking", "lowest draw"),
    "middle_npv_eur": ("middelste trekking", "middle draw"),
    "highest_npv_eur": ("hoogste trekking", "highest draw"),
    "loss_share": ("deel van de trekkingen met verlies", "part of the draws with a loss"),
    "effect_multiple": ("× effect", "× effect"),
    "npv_eur": ("contante waarde", "present value"),
    "break_even_multiple": ("quitte bij × effect", "even at × effect"),
    "largest_multiple": (
        "daarboven zou een effect meer dan alles vermijden, × effect",
        "beyond it an effect would avoid more than everything, × effect",
    ),
    "year": ("jaar", "year"),
    "worth_factor": ("waarde van een euro", "worth of a euro"),
    "taken_eur": ("neemt terug, nominaal", "takes back, nominal"),
    "taken_all_eur": ("neemt hoogstens terug, nominaal", "takes at most, nominal"),
    "by_year": ("Jaar voor jaar", "Year by year"),
    "date": ("plaats of datum", "place or date"),
    "path": ("vraag: explain …", "ask: explain …"),
    "own_choice": ("eigen keuze van de coalitie", "own choice of the coalition"),
    "from_catalogue": ("uit de catalogus", "from the catalogue"),
    "undefined": ("niet te bepalen", "undefined"),
    "standing": ("status", "standing"),
    "source": ("bron", "source"),
    "place": ("plaats", "place"),
    "sources": ("Waarop het rust", "What it rests on"),
    "more": (
        "en {count} getallen die minder doen; met --format json alle.",
        "and {count} numbers that do less; all of them with --format json.",
    ),
    "no_range": (
        "Dit getal heeft geen bandbreedte en telt in geen enkele bandbreedte mee.",
        "This number has no range and counts in none.",
    ),
    "moves_nothing": (
        "Dit getal heeft een bandbreedte, maar tussen laag en hoog verandert hier voor geen enkele partij iets.",
        "This number has a range, but between low and high nothing changes here for any party.",
    ),
    "loses_nothing": (
        "Zonder effect verliest deze partij niets: er is geen quitte-punt om te halen.",
        "Without effect this party loses nothing: there is no break-even point to reach.",
    ),
    "effect_does_not_help": (
        "Niet bereikbaar: met meer effect gaat deze partij er niet op vooruit.",
        "Out of reach: with more effect this party gains nothing.",
    ),
    "beyond_everything": (
        "Niet bereikbaar: ook bij het grootste meervoud waarbij geen effect meer dan alles vermijdt (de laatste regel) "
        "blijft de contante waarde negatief.",
        "Out of reach: even at the largest multiple at which no effect avoids more than everything (the last line) the "
        "present value stays negative.",
    ),
    "not_found": (
        "Niet bereikbaar: er is geen meervoud gevonden waarbij de contante waarde nul is.",
        "Out of reach: no multiple was found at which the present value is zero.",
    ),
    "empty": ("Hier valt in dit scenario niets uit te leggen.", "There is nothing to explain here in this scenario."),
    LIFE_YEARS: ("zorg in gewonnen levensjaren", "care in gained life-years"),
}

CHOICES: dict[str, tuple[str, str]] = {
    ENDED: ("vervallen", "ended"),
    "use": ("vermeden gebruik", "avoided use"),
    "cash": ("bespaard geld", "money saved"),
    "mkba": ("MKBA-standaard", "MKBA standard"),
    "hta": ("richtlijn gezondheidseconomie", "health economics guideline"),
    "real": ("reëel", "real"),
    "nominal": ("nominaal", "nominal"),
}
"""Words of a scenario file that a reader sees as the value of an input."""


def choice_label(key: str, lang: Lang) -> str:
    """A pocket or a choice in words; anything else as it stands."""
    if key in {pocket.value for pocket in Pocket}:
        return pocket_label(key, lang)
    return CHOICES[key][0 if lang == "nl" else 1] if key in CHOICES else key


def word(key: str, lang: Lang, /, **facts: str) -> str:
    """A word or sentence of this page; a key that is none is shown as it is."""
    return WORDS[key][0 if lang == "nl" else 1].format(**facts) if key in WORDS else key
