"""Words for what a method gives: its tables, their columns, its single figures, and the codes that stand in cells.

A report shows these words; JSON and CSV keep the raw names. A name that means something else in one table or by one
method stands under `table.column` or `method.figure`. How a value is written follows from its kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from coalition.evaluation.estimates import Cell, Row
from coalition.outputs.evaluation_text import p_text
from coalition.outputs.evaluation_words import CONVENTIONS, METHODS, word
from coalition.outputs.formats import decimal, number, plain
from coalition.outputs.labels import Lang


class Kind(StrEnum):
    """How a value is written."""

    AMOUNT = "amount"
    """In the outcome's unit."""
    NUMBER = "number"
    """With three decimals where it is not whole."""
    SHORT = "short"
    """As short as it is exact."""
    COUNT = "count"
    """Whole, with thousands marks."""
    PERIOD = "period"
    """Whole, without marks; none is all periods together."""
    P_VALUE = "p_value"
    """Never zero."""
    YES_NO = "yes_no"
    """1 or 0."""
    CODE = "code"
    """One of VALUES."""
    NAME = "name"
    """As it is."""


class Named(NamedTuple):
    """A name in Dutch and English, and how its values are written."""

    nl: str
    en: str
    kind: Kind


Names = Mapping[str, Named]
AMOUNT, NUMBER, SHORT, COUNT, PERIOD, P_VALUE, YES_NO, CODE, NAME = Kind


def _with_ends(name: str, nl: str, en: str, kind: Kind, *, tested: bool = False) -> dict[str, Named]:
    """A figure with both ends of its interval and, when it is tested, its p-value."""
    found = {
        name: Named(nl, en, kind),
        f"{name}_low": Named(f"{nl}: laag", f"{en}: low", kind),
        f"{name}_high": Named(f"{nl}: hoog", f"{en}: high", kind),
    }
    return found | ({f"{name}_p_value": Named(f"{nl}: p", f"{en}: p", P_VALUE)} if tested else {})


# fmt: off
TABLES: Final[Mapping[str, tuple[str, str]]] = {
    # --- of all studies
    "estimates": ("Schattingen", "Estimates"),
    "periods": ("Het effect per periode", "The effect per period"),
    "savings": ("Besparing", "Saving"),
    "settlement": ("Afrekening", "Settlement"),
    "groups": ("Wie is gemeten", "Who was measured"),
    "balance": ("Groepen naast elkaar vóór het begin", "Groups beside each other before the start"),
    # --- of regressions
    "leave_one_out": ("Het effect zonder telkens één cluster", "The effect without one cluster at a time"),
    "sensitivity": (
        "Het interval als de groepen ook zonder programma uiteen waren gelopen",
        "The interval if the groups had drifted apart without the programme too",
    ),
    "att_gt": ("Het effect per begin en periode", "The effect per start and period"),
    "aggregation_simple": ("Het effect over allen en alle periodes", "The effect over all and all periods"),
    "aggregation_group": ("Het effect per begin", "The effect per start"),
    "aggregation_dynamic": ("Het effect per periode sinds het begin", "The effect per period since the start"),
    "aggregation_calendar": ("Het effect per kalenderperiode", "The effect per calendar period"),
    # --- of synthetic comparisons
    "synthetic_control.leave_one_out": (
        "Het effect zonder telkens één eenheid van de vergelijking",
        "The effect without one unit of the comparison at a time",
    ),
    "weights": ("Gewichten van eenheden in de vergelijking", "Weights of units in the comparison"),
    "time_weights": ("Gewichten van periodes vóór het begin", "Weights of periods before the start"),
    "trajectories": (
        "Verloop van wie meedoet en van de vergelijking", "Trajectories of who takes part and of the comparison",
    ),
    "tests": (
        "Rangtoetsen, en de gelijk blijvende effecten die zij niet verwerpen",
        "Tests by rank, and the constant effects that they do not reject",
    ),
    "placebos": (
        "Placebo's: het effect bij anderen, alsof zij meededen", "Placebos: the effect on others, as if treated",
    ),
    "placebo_in_time": (
        "Placebo's in de tijd: het effect van een eerder begin, toen er nog geen programma was",
        "Placebos in time: the effect of an earlier start, when there was no programme yet",
    ),
    "standard_errors": ("Standaardfouten naast elkaar", "Standard errors side by side"),
    # --- of a time series
    "trend_forms": ("Het effect per vorm van de trend", "The effect by form of the trend"),
    "series": ("De reeks en haar trend", "The series and its trend"),
}

COLUMNS: Final[Names] = {
    # --- which row
    "cluster": Named("zonder cluster", "without cluster", NAME),
    "convention": Named("fout en interval", "error and interval", CODE),
    "covariate": Named("kenmerk", "characteristic", NAME),
    "event_time": Named("periodes sinds het begin", "periods since the start", PERIOD),
    "form": Named("trend", "trend", CODE),
    "group": Named("begin", "start", PERIOD),
    "groups.group": Named("groep", "group", CODE),
    "leave_one_out.unit": Named("zonder eenheid", "without unit", NAME),
    "method": Named("methode", "method", CODE),
    "party": Named("partij", "party", NAME),
    "period": Named("periode", "period", PERIOD),
    "periods_earlier": Named("periodes eerder", "periods earlier", COUNT),
    "placebos.unit": Named("alsof zij meededen", "as if treated", NAME),
    "restriction": Named("hoever de trends uiteen mogen lopen", "how far trends may drift apart", CODE),
    "start": Named("begin", "start", PERIOD),
    "statistic": Named("wat een rang krijgt", "what is ranked", CODE),
    "trend_forms.series": Named("reeks", "series", CODE),
    "unit": Named("eenheid", "unit", NAME),
    # --- an effect and how sure it is
    "estimate": Named("schatting", "estimate", AMOUNT),
    "effect": Named("effect", "effect", AMOUNT),
    "standard_error": Named("standaardfout", "standard error", AMOUNT),
    "standard_error_influence": Named("standaardfout (invloed)", "standard error (influence)", AMOUNT),
    "low": Named("laag", "low", AMOUNT),
    "high": Named("hoog", "high", AMOUNT),
    "band_low": Named("band laag", "band low", AMOUNT),
    "band_high": Named("band hoog", "band high", AMOUNT),
    "p_value": Named("p", "p", P_VALUE),
    "significant": Named("significant", "significant", YES_NO),
    "degrees_of_freedom": Named("vrijheidsgraden", "degrees of freedom", NUMBER),
    "expected": Named("verwacht zonder programma", "expected without the programme", AMOUNT),
    "percent": Named("procent van verwacht", "percent of expected", NUMBER),
    "m": Named("M", "M", SHORT),
    # --- a comparison
    "weight": Named("gewicht", "weight", NUMBER),
    "pre_rmspe": Named("afwijking ervoor (RMSPE)", "gap before (RMSPE)", AMOUNT),
    "post_rmspe": Named("afwijking erna (RMSPE)", "gap after (RMSPE)", AMOUNT),
    "ratio": Named("afwijking erna / ervoor", "gap after / before", NUMBER),
    "treated": Named("doet mee", "takes part", AMOUNT),
    "synthetic": Named("vergelijking", "comparison", AMOUNT),
    "control": Named("doet niet mee", "takes no part", AMOUNT),
    "value": Named("reeks", "series", AMOUNT),
    "fitted": Named("trend", "trend", AMOUNT),
    "continued": Named("trend van ervoor, doorgetrokken", "trend from before, carried on", AMOUNT),
    # --- groups beside each other
    "treated_mean": Named("doet mee", "takes part", NUMBER),
    "control_mean_before": Named("doet niet mee, ongewogen", "takes no part, unweighted", NUMBER),
    "control_mean_after": Named("doet niet mee, gewogen", "takes no part, weighted", NUMBER),
    "difference_before": Named("verschil, ongewogen (sd)", "difference, unweighted (sd)", NUMBER),
    "difference_after": Named("verschil, gewogen (sd)", "difference, weighted (sd)", NUMBER),
    "unlike": Named("ongelijk na weging", "unlike after weighting", YES_NO),
    "outcome": Named("is uitkomst", "is outcome", YES_NO),
    # --- who was measured
    "n": Named("eenheden", "units", COUNT),
    "n_treated": Named("waarvan doen mee", "of which take part", COUNT),
    "units": Named("eenheden", "units", COUNT),
    "persons": Named("personen", "persons", COUNT),
    "groups.weight": Named("gewicht (persoonsjaren)", "weight (person-years)", COUNT),
    "mean": Named("gemiddelde uitkomst", "mean outcome", AMOUNT),
    "shown": Named("getoond", "shown", YES_NO),
    # --- euros
    "person_years": Named("persoonsjaren", "person-years", COUNT),
    "each": Named("besparing per eenheid van gewicht", "saving per unit of weight", AMOUNT),
    "each_low": Named("besparing per eenheid: laag", "saving per unit: low", AMOUNT),
    "each_high": Named("besparing per eenheid: hoog", "saving per unit: high", AMOUNT),
    "gross_eur": Named("besparing (euro)", "saving (euro)", COUNT),
    "low_eur": Named("laag (euro)", "low (euro)", COUNT),
    "high_eur": Named("hoog (euro)", "high (euro)", COUNT),
    "payments_eur": Named("betaald (euro)", "paid (euro)", COUNT),
    "net_eur": Named("na betaling (euro)", "net of payments (euro)", COUNT),
    "due_eur": Named("nu (euro)", "now (euro)", COUNT),
    "planned_eur": Named("gepland (euro)", "planned (euro)", COUNT),
}

FIGURES: Final[Names] = {
    # --- of regressions
    "permutation_p_value": Named("p volgens rang, deelname verwisseld", "p by rank, starts exchanged", P_VALUE),
    "smallest_p_value": Named("kleinste p die een rang hier kan hebben", "smallest p that a rank can have", P_VALUE),
    "exchanges": Named("verwisselingen van deelname", "exchanges of starts", COUNT),
    "wild_bootstrap_p_value": Named("p volgens wilde bootstrap", "p by wild bootstrap", P_VALUE),
    "wild_bootstrap_low": Named("wilde bootstrap: laag", "wild bootstrap: low", AMOUNT),
    "wild_bootstrap_high": Named("wilde bootstrap: hoog", "wild bootstrap: high", AMOUNT),
    "standard_error_cr1": Named(
        "standaardfout, robuust per cluster (CR1)", "standard error, cluster robust (CR1)", AMOUNT,
    ),
    "standard_error_influence": Named(
        "standaardfout uit invloedsfuncties", "standard error from influence functions", AMOUNT,
    ),
    "degrees_of_freedom": Named("vrijheidsgraden", "degrees of freedom", NUMBER),
    "pretest_statistic": Named(
        "toets op gelijke trend vóór het begin: toetsgrootheid", "test of equal trends before the start: statistic",
        NUMBER,
    ),
    "pretest_count": Named(
        "toets op gelijke trend vóór het begin: effecten", "test of equal trends before the start: effects", COUNT,
    ),
    "pretest_p_value": Named(
        "toets op gelijke trend vóór het begin: p", "test of equal trends before the start: p", P_VALUE,
    ),
    "band_factor": Named(
        "band: standaardfouten aan weerszijden", "band: standard errors on either side", NUMBER,
    ),
    "negative_weights": Named("gewicht dat negatief telt", "weight that counts negatively", NUMBER),
    "forbidden_share": Named(
        "deel van de vergelijkingen met wie al meedeed", "part of the comparisons with those who had started", NUMBER,
    ),
    "breakdown_mbar": Named(
        "tot hoeveel keer de grootste stap vóór het begin (M) de uitkomst standhoudt",
        "up to how many times the largest step before the start (M) the result stands", NUMBER,
    ),
    "largest_propensity": Named(
        "grootste kans om mee te doen bij een vergeleken eenheid", "largest chance to take part of a compared unit",
        NUMBER,
    ),
    # --- of synthetic comparisons
    "pre_rmspe": Named("afwijking vóór het begin (RMSPE)", "gap before the start (RMSPE)", AMOUNT),
    "post_rmspe": Named("afwijking vanaf het begin (RMSPE)", "gap from the start on (RMSPE)", AMOUNT),
    "synthetic_control.ratio": Named("afwijking erna / ervoor", "gap after / before", NUMBER),
    "placebos": Named("placebo's", "placebos", COUNT),
    "placebo_sd": Named("standaarddeviatie van placebo-effecten", "standard deviation of placebo effects", AMOUNT),
    "placebo_mean": Named("gemiddeld placebo-effect", "mean placebo effect", AMOUNT),
    "p_value_of_rank": Named("p volgens rang tussen placebo's", "p by rank among placebos", P_VALUE),
    "donors": Named("eenheden waaruit de vergelijking kan bestaan", "units that the comparison may be made of", COUNT),
    "donors_with_weight": Named(
        "eenheden waaruit de vergelijking bestaat", "units that the comparison is made of", COUNT,
    ),
    "largest_weight": Named("grootste gewicht van een eenheid", "largest weight of a unit", NUMBER),
    "largest_time_weight": Named("grootste gewicht van een periode", "largest weight of a period", NUMBER),
    # --- of a time series
    "points_before": Named("punten vóór het begin", "points before the start", COUNT),
    "points_after": Named("punten vanaf het begin", "points from the start on", COUNT),
    "lag": Named("periodes waarover autocorrelatie meetelt", "periods over which autocorrelation counts", COUNT),
    **_with_ends("level_change", "sprong bij het begin", "jump at the start", AMOUNT),
    **_with_ends("slope_change", "verandering van helling per periode", "change of slope per period", AMOUNT),
    "newey_west_error": Named("standaardfout volgens Newey–West", "standard error by Newey–West", AMOUNT),
    "classical_error": Named("gewone standaardfout", "ordinary standard error", AMOUNT),
    "residual_autocorrelation": Named("autocorrelatie van de residuen", "autocorrelation of residuals", NUMBER),
    "size_white_noise": Named(
        "deel vals alarm in nagebootste reeksen", "part of false alarms in simulated series", NUMBER,
    ),
    "p_value_white_noise": Named("p in nagebootste reeksen", "p in simulated series", P_VALUE),
    "size_autocorrelated": Named(
        "deel vals alarm in nagebootste reeksen met autocorrelatie",
        "part of false alarms in simulated series with autocorrelation", NUMBER,
    ),
    "p_value_autocorrelated": Named(
        "p in nagebootste reeksen met autocorrelatie", "p in simulated series with autocorrelation", P_VALUE,
    ),
    # --- of cost per person
    **_with_ends("ratio", "kosten met / zonder programma", "cost with / without the programme", NUMBER, tested=True),
    **_with_ends(
        "ratio_if_any", "hoogte als er kosten zijn, met / zonder programma",
        "cost if there is any, with / without the programme", NUMBER, tested=True,
    ),
    **_with_ends(
        "odds_ratio_any", "odds op kosten, met / zonder programma", "odds of any cost, with / without the programme",
        NUMBER, tested=True,
    ),
    "share_any": Named("deel van de deelnemers met kosten", "part of the treated with any cost", NUMBER),
    # --- of weights that make groups alike
    "effective_controls": Named("eenheden waarvoor de anderen na weging tellen", "others after weighting, as units",
                                NUMBER),
    "treated_off_support": Named("deelnemende eenheden zonder evenknie", "treated units without a match", COUNT),
    "controls_off_support": Named("andere eenheden zonder evenknie", "other units without a match", COUNT),
    "largest_difference": Named("grootste verschil na weging (sd)", "largest difference after weighting (sd)", NUMBER),
}

VALUES: Final[Mapping[str, tuple[str, str]]] = {
    **METHODS,
    **CONVENTIONS,
    "jackknife": ("telkens één cluster weg (jackknife), normaal", "leaving out one cluster (jackknife), normal"),
    "treated": ("doet mee", "takes part"),
    "control": ("doet niet mee", "takes no part"),
    "difference": ("doet mee min doet niet mee", "takes part minus takes no part"),
    "linear": ("recht", "straight"),
    "flexible": ("buigzaam", "flexible"),
    "relative_magnitude": (
        "per periode ten hoogste M keer de grootste stap van vóór het begin",
        "per period at most M times the largest step before the start",
    ),
    "smoothness": ("de helling verandert per periode ten hoogste M", "the slope changes by at most M per period"),
    "rmspe": ("afwijking erna (RMSPE)", "gap after (RMSPE)"),
    "rmspe_ratio": ("afwijking erna / ervoor (RMSPE)", "gap after / before (RMSPE)"),
    "mean_gap": ("gemiddelde afwijking erna", "mean gap after"),
    "mean_gap_ratio": ("gemiddelde afwijking erna / RMSPE ervoor", "mean gap after / RMSPE before"),
    # --- choices of a study
    "never": ("wie nooit meedoet", "those who never take part"),
    "not_yet": ("wie (nog) niet meedoet", "those who do not take part (yet)"),
    "simple": ("over allen en alle periodes", "over all and all periods"),
    "group": ("eerst per begin", "first per start"),
    "dynamic": ("eerst per periode sinds het begin", "first per period since the start"),
    "calendar": ("eerst per kalenderperiode", "first per calendar period"),
    "none": ("geen", "none"),
    "outcome": ("regressie", "regression"),
    "weighting": ("weging", "weighting"),
    "doubly_robust": ("regressie en weging (dubbel robuust)", "regression and weighting (doubly robust)"),
    "entropy": ("weging vooraf (entropie)", "weighting beforehand (entropy)"),
    "propensity": ("weging vooraf (kans om mee te doen)", "weighting beforehand (propensity score)"),
    "cpi": ("consumentenprijzen (CBS)", "consumer prices (CBS)"),
    "own": ("eigen reeks", "own series"),
}

SETTINGS: Final[Names] = {
    # --- the data
    "title": Named("titel", "title", NAME),
    "about": Named("over de gegevens", "about the data", NAME),
    "data": Named("gegevens", "data", NAME),
    "data_sha256": Named("zegel van de gegevens (SHA-256)", "seal of the data (SHA-256)", NAME),
    "terms_sha256": Named("zegel van de keuzes (SHA-256)", "seal of the choices (SHA-256)", NAME),
    "columns": Named("kolom", "column", NAME),
    "treated": Named("doet mee", "takes part", NAME),
    "start": Named("begin", "start", PERIOD),
    "exclude": Named("weggelaten", "left out", NAME),
    "periods": Named("periodes", "periods", PERIOD),
    "periods.first": Named("eerste periode", "first period", PERIOD),
    "periods.last": Named("laatste periode", "last period", PERIOD),
    # --- how the effect is estimated
    "methods": Named("methoden", "methods", CODE),
    "primary_method": Named("primaire methode", "primary method", CODE),
    "controls": Named("vergeleken met", "compared with", CODE),
    "aggregation": Named("samengevoegd", "put together", CODE),
    "adjustment": Named("correctie voor kenmerken", "adjustment for characteristics", CODE),
    "season": Named("periodes in een jaar", "periods in a year", COUNT),
    "alpha": Named("niveau van toetsen (alfa)", "level of tests (alpha)", SHORT),
    "seed": Named("begin van de toevalsreeks (seed)", "seed of what is drawn", PERIOD),
    "draws": Named("trekkingen", "draws", COUNT),
    # --- what the outcome is
    "plan": Named("geplande besparing", "planned saving", AMOUNT),
    "unit": Named("eenheid van de uitkomst", "unit of the outcome", NAME),
    "price_index": Named("prijspeil", "price level", NAME),
    "price_index.kind": Named("prijspeil: reeks", "price level: series", CODE),
    "price_index.to_period": Named("prijspeil van", "prices of", PERIOD),
    "price_index.values": Named("prijsindex", "price index", SHORT),
    "pocket": Named("pot", "pocket", NAME),
    "pockets": Named("andere pot", "other pocket", NAME),
    "payments_eur": Named("betaald (euro)", "paid (euro)", COUNT),
    "quality_scores": Named("kwaliteit", "quality", SHORT),
    "selected": Named("gekozen om hoge uitkomst", "chosen for a high outcome", YES_NO),
    "basket": Named("zorgsoorten", "kinds of care", NAME),
    "ages": Named("leeftijden", "ages", NAME),
    "smallest_group": Named("kleinste groep die wordt getoond", "smallest group that is shown", COUNT),
    "scenario": Named("scenario", "scenario", NAME),
    "contract": Named("contract", "contract", NAME),
    "protocol": Named("protocol", "protocol", NAME),
    # --- with what it was made
    "coalition": Named("versie van coalition", "version of coalition", NAME),
    "python": Named("versie van Python", "version of Python", NAME),
    "numpy": Named("versie van numpy", "version of numpy", NAME),
    "scipy": Named("versie van scipy", "version of scipy", NAME),
    "statsmodels": Named("versie van statsmodels", "version of statsmodels", NAME),
    "pandas": Named("versie van pandas", "version of pandas", NAME),
}
"""Of what a report was made; see `manifest` in evaluation_report.py. What stands inside a key has the key's word."""
YES: Final = (("nee", "no"), ("ja", "yes"))
OUTCOME: Final = ("uitkomst", "outcome")
# fmt: on


def title_of(table: str, lang: Lang, method: str = "") -> str:
    """The title of a table."""
    return _side(TABLES.get(f"{method}.{table}") or TABLES.get(table, (table, table)), lang)


def column_of(table: str, column: str) -> Named:
    """A column; its raw name where there is no word for it."""
    return _named(COLUMNS, table, column)


def figure_of(method: str, figure: str) -> Named:
    """A single figure."""
    return _named(FIGURES, method, figure)


def setting_of(key: str) -> Named:
    """A line of the settings; `payments_eur.2027` has the word of `payments_eur`, then 2027."""
    known, rest = key, ""
    while known not in SETTINGS and "." in known:
        known, _, last = known.rpartition(".")
        rest = f": {last}{rest}"
    found = SETTINGS.get(known, Named(known, known, NAME))
    return Named(found.nl + rest, found.en + rest, found.kind)


def name_in(named: Named, lang: Lang) -> str:
    """The name in a language."""
    return named.nl if lang == "nl" else named.en


def _named(names: Names, place: str, name: str) -> Named:
    return names.get(f"{place}.{name}") or names.get(name, Named(name, name, NUMBER))


def _side(texts: tuple[str, str], lang: Lang) -> str:
    return texts[0 if lang == "nl" else 1]


def value_text(value: Cell, kind: Kind, unit: str, lang: Lang) -> str:
    """A value as a reader sees it; `-` where it is not defined.

    Args:
        value: of a cell, figure or setting.
        kind: how it is written.
        unit: of the outcome; amounts of euro have cents.
        lang: of marks and words.
    """
    if value is None:
        return word("all", lang) if kind is PERIOD else "-"
    if isinstance(value, str):
        return ", ".join(_side(VALUES.get(v, (v, v)), lang) for v in value.split(", ")) if kind is CODE else value
    if math.isnan(value) or math.isinf(value):
        return "-" if math.isnan(value) else "∞" if value > 0 else "-∞"
    if kind is YES_NO:
        return _side(YES[bool(value)], lang)
    if kind is P_VALUE:
        return p_text(value, lang)
    if kind is PERIOD:
        return str(int(value))
    if kind is SHORT:
        return plain(value, lang)
    if kind is COUNT:
        return number(round(value), lang)
    if kind is AMOUNT:
        return decimal(value, 2 if "euro" in unit.lower() else 3, lang)
    return number(int(value), lang) if float(value).is_integer() else decimal(value, 3, lang)


def cell_text(table: str, column: str, row: Row, unit: str, lang: Lang) -> str:
    """A cell of a table."""
    if column == "covariate":
        return covariate_name(row, lang)
    return value_text(row.get(column), column_of(table, column).kind, unit, lang)


def has_text(table: str, column: str, row: Row) -> bool:
    """Whether a cell says something; no period is all of them together."""
    return row.get(column) is not None or (column in row and column_of(table, column).kind is PERIOD)


def covariate_name(row: Row, lang: Lang) -> str:
    """The name of what is balanced; a user's own columns as they are, the outcome in words with its periods."""
    name = str(row["covariate"])
    return _side(OUTCOME, lang) + name.removeprefix(OUTCOME[1]) if row.get("outcome") else name
