"""Words of the figures of an evaluation, in Dutch and English: axes, legends, titles, and what every mark is."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from coalition.evaluation.study import Study
from coalition.outputs.evaluation_words import level_text, unit_text
from coalition.outputs.labels import Lang

LONGEST_LINE = 40
"""Characters of a line of an axis title; a longer one goes on below."""
# fmt: off
WORDS: dict[str, tuple[str, str]] = {
    "effect": ("effect", "effect"),
    "since": ("periodes sinds het begin (0 is de eerste met programma)", "periods since the start (0 is the first with "
    "the programme)"),
    "year": ("jaar", "year"),
    "period": ("periode", "period"),
    "outcome": ("gemiddelde uitkomst", "mean outcome"),
    "treated": ("doet mee", "takes part"),
    "control": ("doet niet mee", "takes no part"),
    "synthetic": ("gewogen vergelijking", "weighted comparison"),
    "start": ("begin", "start"),
    "placebo": ("effect van een placebo", "effect of a placebo"),
    "estimate": ("schatting", "estimate"),
    "count": ("aantal placebo's", "number of placebos"),
    "weight": ("gewicht (deel van 1)", "weight (part of 1)"),
    "smd": ("verschil tussen de groepen (standaarddeviaties)", "difference between the groups (standard deviations)"),
    "before": ("ongewogen", "unweighted"),
    "after": ("gewogen", "weighted"),
    # --- titles
    "effects_title": ("{method}: effect per periode", "{method}: effect per period"),
    "groups_title": ("Gemiddelde uitkomst van beide groepen", "Mean outcome of both groups"),
    "trajectories_title": ("{method}: verloop", "{method}: trajectories"),
    "placebos_title": ("{method}: het effect tussen placebo's", "{method}: the effect among placebos"),
    "weights_title": ("{method}: gewichten", "{method}: weights"),
    "balance_title": ("Groepen naast elkaar", "Groups beside each other"),
    # --- captions
    "dots": ("Stip: schatting.", "Dot: estimate."),
    "dots_before": (
        "Stip: schatting; open: vóór het begin, waar zij rond nul hoort te liggen.",
        "Dot: estimate; hollow: before the start, where it should be about zero.",
    ),
    "thick": ("Dikke staaf: interval van {level} van die periode.", "Thick bar: {level} interval of that period."),
    "thin": (
        "Dunne staaf: band van {level} voor alle periodes samen.", "Thin bar: {level} band for all periods together.",
    ),
    "reference": (
        "Met de periode zonder stip wordt vergeleken.", "The period without a dot is what is compared with.",
    ),
    "open": (
        "Een interval of band zonder einde is niet getekend.", "An interval or band without an end is not drawn.",
    ),
    "by_weight": ("Gewogen met persoonsjaren.", "Weighted by person-years."),
    "starts": (
        "Verticale stippellijn: begin van het programma.", "Vertical dotted line: start of the programme.",
    ),
    "moved": (
        "De vergelijking is op de hoogte van wie meedoet gezet: alleen het verloop telt.",
        "The comparison is moved to the level of those who take part: only its course counts.",
    ),
    "no_zero": ("De verticale as begint niet bij nul.", "The vertical axis does not start at zero."),
    "bars": (
        "Grijze staven: hoe vaak anderen, alsof zij meededen, een effect van deze grootte gaven. Rode lijn: de "
        "schatting van wie meedoet.",
        "Grey bars: how often others, as if they took part, gave an effect of this size. Red line: the estimate of "
        "those who take part.",
    ),
    "sum": ("Alle gewichten samen zijn 1.", "All weights sum to 1."),
    "sum_each": ("Per begin zijn alle gewichten samen 1.", "Per start all weights sum to 1."),
    "largest": ("Getekend zijn de {shown} grootste van {all}.", "Drawn are the {shown} largest of {all}."),
    "alike": (
        "Binnen de streepjeslijnen (0,1 standaarddeviatie) lijken de groepen op elkaar.",
        "Within the dashed lines (0.1 standard deviations) the groups are alike.",
    ),
}
# fmt: on


@dataclass(frozen=True)
class Saying:
    """How the figures of one study speak.

    Attributes:
        lang: of the words.
        unit: of the outcome; level: of intervals, such as `95 %`.
        period: what a period is called.
    """

    lang: Lang
    unit: str
    level: str
    period: str

    def __call__(self, key: str, **facts: str) -> str:
        """A word or sentence."""
        return WORDS[key][0 if self.lang == "nl" else 1].format(level=self.level, **facts)

    def all(self, *keys: str) -> str:
        """Sentences after each other; "" is none."""
        return " ".join(self(key) for key in keys if key)

    def measured(self, key: str) -> str | list[str]:
        """A title with the unit of the outcome, on a line of its own when the two are long."""
        whole = f"{self(key)} ({self.unit})"
        return whole if len(whole) <= LONGEST_LINE else [self(key), *wrap(f"({self.unit})", LONGEST_LINE)]


def saying_of(study: Study, lang: Lang) -> Saying:
    """With the unit and the confidence of a study; its periods are years where a year has one."""
    period = WORDS["year" if study.season == 1 else "period"][0 if lang == "nl" else 1]
    return Saying(lang, unit_text(study.unit, lang), level_text(study.alpha, lang), period)
