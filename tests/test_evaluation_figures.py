"""Figures of an evaluation: units on the axes, forms beside colours, and a caption that says what every mark is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from evaluation_designs import make_panel
from evaluation_studies import Row, rows, write

from coalition.evaluation.evaluated import Evaluation, evaluate
from coalition.evaluation.study_files import load_study
from coalition.outputs.evaluation_figure_words import WORDS, Saying
from coalition.outputs.evaluation_figures import Figure, figures, svg
from coalition.outputs.evaluation_report import write_report
from coalition.outputs.labels import Lang

UNIT = "euro per persoonsjaar"


def panel_rows(**design: Any) -> list[Row]:
    """A made-up panel as rows of a file."""
    panel = make_panel(np.random.default_rng(3), **design)
    return [
        {
            "unit": unit,
            "period": period,
            "outcome": round(float(panel.outcome[u, t]), 2),
            "treated_from": int(panel.treated_from[u]) if np.isfinite(panel.treated_from[u]) else None,
        }
        for u, unit in enumerate(panel.units)
        for t, period in enumerate(panel.periods)
    ]


OWN = {"treated": None, "start": None, "plan": None, "primary_method": None, "draws": 99}
AGED = [{**row, "age": 40 + int(row["unit"][2:]) % 7} for row in rows()]
STUDIES: dict[str, tuple[list[Row], dict[str, Any]]] = {
    "plain": (rows(), {"methods": ["did", "event_study", "synthetic_control", "synthetic_did"], "draws": 99}),
    "balanced": (AGED, {"adjustment": "entropy", "columns": {"covariates": ["age"]}}),
    "staggered": (
        panel_rows(units=16, periods=7, starts={4: 4, 5: 4}), OWN | {"methods": ["synthetic_did", "event_study"]},
    ),
    "few": (panel_rows(units=6, starts={4: 1}), OWN | {"methods": ["did", "synthetic_control"]}),
    "months": (panel_rows(units=6, periods=40, starts={30: 3}), OWN | {"methods": ["its"], "season": 12}),
    "near zero": (panel_rows(level=0.0, starts={4: 20}), OWN | {"methods": ["did"], "unit": "punten"}),
}  # fmt: skip


@cache
def found_in(study: str) -> Evaluation:
    """The evaluation of one of the studies."""
    data, changed = STUDIES[study]
    with TemporaryDirectory() as folder:
        return evaluate(load_study(write(Path(folder), data, **changed)))


def drawn(study: str, lang: Lang = "nl") -> dict[str, Figure]:
    """Its figures by name."""
    return {figure.name: figure for figure in figures(found_in(study), lang)}


def axes(spec: Any, channel: str) -> Iterator[Any]:
    """What every layer says about an axis."""
    for layer in spec["layer"]:
        if "title" in layer.get("encoding", {}).get(channel, {}):
            yield layer["encoding"][channel]


def titles(figure: Figure, channel: str) -> set[str]:
    """Titles of an axis, each as one line."""
    found = (axis["title"] for axis in axes(figure.spec, channel))
    return {title if isinstance(title, str) else " ".join(title) for title in found if title is not None}


# --- axes -----------------------------------------------------------------------------------------------------------


def test_axes_of_amounts_have_the_unit_of_the_outcome() -> None:
    """In the language of the reader."""
    found = drawn("plain")
    assert titles(found["groups"], "y") == {f"gemiddelde uitkomst ({UNIT})"}
    assert titles(found["synthetic_control_trajectories"], "y") == {f"gemiddelde uitkomst ({UNIT})"}
    assert titles(found["did_effects"], "y") == {f"effect ({UNIT})"}
    assert titles(found["synthetic_did_placebos"], "x") == {f"effect van een placebo ({UNIT})"}
    assert titles(drawn("plain", "en")["did_effects"], "y") == {"effect (euro per person-year)"}
    assert titles(drawn("balanced")["balance"], "x") == {"verschil tussen de groepen (standaarddeviaties)"}


def test_a_long_unit_goes_on_below() -> None:
    """So that a title is no longer than its axis."""
    say = Saying("nl", "ziekenhuisopnamen per duizend verzekerden van 65 jaar en ouder", "95 %", "jaar")
    lines = say.measured("effect")
    assert lines == ["effect", "(ziekenhuisopnamen per duizend", "verzekerden van 65 jaar en ouder)"]


def test_periods_are_years_unless_a_year_has_several() -> None:
    """And of many periods every fifth has a label."""
    assert titles(drawn("plain")["groups"], "x") == {"jaar"}
    months = drawn("months")["groups"]
    assert titles(months, "x") == {"periode"}
    assert next(axes(months.spec, "x"))["axis"]["values"] == list(range(5, 41, 5))


@pytest.mark.parametrize(("study", "zero"), [("plain", False), ("near zero", True)])
def test_it_is_said_when_the_axis_does_not_start_at_zero(study: str, zero: bool) -> None:
    """The scale and the caption agree."""
    figure = drawn(study)["groups"]
    assert {axis["scale"]["zero"] for axis in axes(figure.spec, "y")} == {zero}
    assert ("begint niet bij nul" in figure.caption) is not zero


def test_counts_of_placebos_are_whole() -> None:
    """With five placebos there is no tick at a half."""
    counts = [layer["encoding"]["y"] for layer in drawn("few")["synthetic_control_placebos"].spec["layer"][:1]]
    assert all(axis["axis"]["values"] == list(range(len(axis["axis"]["values"]))) for axis in counts)
    assert {axis["axis"]["format"] for axis in counts} == {"d"}


# --- marks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["groups", "synthetic_did_trajectories"])
def test_two_lines_differ_in_form_as_well(name: str) -> None:
    """A dash and a marker of their own, so that a print in grey says the same."""
    layers = drawn("plain")[name].spec["layer"]
    dashes = [layer["mark"]["strokeDash"] for layer in layers if layer["mark"]["type"] == "line"]
    assert len(dashes) == 2
    assert dashes[0] != dashes[1]
    shapes = [layer["encoding"]["shape"]["scale"]["range"] for layer in layers if layer["mark"]["type"] == "point"]
    assert shapes == [["circle", "square"]]


def test_dots_before_the_start_are_hollow() -> None:
    """From the start on they are filled."""
    values = drawn("plain")["did_effects"].spec["data"]["values"]
    assert {row["before"] for row in values if row["at"] < 0} == {1}
    assert {row["before"] for row in values if row["at"] >= 0} == {0}


def test_with_several_starts_each_has_its_own_trajectories() -> None:
    """One line of the treated would jump between starts; times since the start and periods are not mixed."""
    found = drawn("staggered")
    assert {name for name in found if "trajectories" in name} == {
        "synthetic_did_trajectories_4",
        "synthetic_did_trajectories_5",
    }
    assert found["synthetic_did_trajectories_4"].title.endswith("verloop, begin 4")
    for figure in found.values():
        if "trajectories" in figure.name:
            places = [(row["period"], row["group"]) for row in figure.spec["data"]["values"]]
            assert len(places) == len(set(places))
    effects = [row["at"] for row in found["synthetic_did_effects"].spec["data"]["values"]]
    assert effects == sorted(set(effects))
    assert min(effects) < 0


def test_an_interval_without_an_end_is_left_out_and_said() -> None:
    """With one treated cluster among six no interval ends; JSON has no infinity."""
    figure = drawn("few")["did_effects"]
    assert "Infinity" not in json.dumps(figure.spec)
    assert "zonder einde is niet getekend" in figure.caption
    assert "Dikke staaf" not in figure.caption


# --- captions -------------------------------------------------------------------------------------------------------

SAID = {
    "effects": ("Stip", "Dikke staaf: interval van 95 %"),
    "trajectories": ("stippellijn: begin", "begint niet bij nul"),
    "placebos": ("Grijze staven", "Rode lijn: de schatting"),
    "weights": ("gewichten samen zijn 1",),
    "groups": ("stippellijn: begin", "Gewogen met persoonsjaren"),
}


def test_captions_say_what_the_marks_are() -> None:
    """Bars, lines and dots, and what is drawn of how many."""
    found = drawn("plain")
    for name, figure in found.items():
        kind = name.rpartition("_")[2]
        assert all(text in figure.caption for text in SAID[kind]), (name, figure.caption)
        assert figure.caption in figure.spec["description"]
    assert "Dunne staaf: band" in found["did_effects"].caption
    assert "zonder stip" in found["event_study_effects"].caption
    assert "zonder stip" not in found["did_effects"].caption
    assert re.search(r"de 15 grootste van \d\d\.", found["synthetic_did_weights"].caption)
    assert "alleen het verloop telt" in found["synthetic_did_trajectories"].caption
    assert "0,1 standaarddeviatie" in drawn("balanced")["balance"].caption
    assert "Per begin" in drawn("staggered")["synthetic_did_weights"].caption


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_and_text_have_every_caption(tmp_path: Path, lang: Lang) -> None:
    """Under the figure."""
    write_report(found_in("plain"), tmp_path, lang)
    page, text = ((tmp_path / name).read_text("utf-8") for name in ("report.html", "report.md"))
    for figure in figures(found_in("plain"), lang):
        assert f"![{figure.title}](figures/{figure.name}.svg)\n\n{figure.caption}" in text
        assert f"<p>{figure.caption}</p></figure>" in page.replace("\u00a0%", " %")


def test_a_drawing_has_its_words() -> None:
    """Axes, legend, and the words above lines."""
    picture = svg(drawn("plain")["groups"].spec, "nl")
    assert all(f">{word}<" in picture for word in ("doet mee", "doet niet mee", "begin", "jaar"))
    assert ">schatting<" in svg(drawn("plain")["synthetic_did_placebos"].spec, "nl")
    assert ">uitkomst 2012–2013<" in svg(drawn("balanced")["balance"].spec, "nl")


def test_every_word_is_there_in_both_languages() -> None:
    """With the same facts."""
    for nl, en in WORDS.values():
        assert nl
        assert en
        assert set(re.findall(r"{\w+}", nl)) == set(re.findall(r"{\w+}", en))
