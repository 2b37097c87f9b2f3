"""Every problem becomes a sentence that a negotiator understands, in Dutch and English."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.contract_messages import MESSAGES as CONTRACT_MESSAGES
from coalition.errors import ScenarioError
from coalition.evaluation.messages import MESSAGES as STUDY_MESSAGES
from coalition.messages import MESSAGES, Language, Message, render, render_all
from coalition.optimise_messages import MESSAGES as OPTIMISE_MESSAGES
from coalition.problems import Problem
from coalition.reading import read_text
from coalition.sources.messages import MESSAGES as SOURCE_MESSAGES
from coalition.workbook_messages import MESSAGES as WORKBOOK_MESSAGES

PACKAGE = Path(__file__).resolve().parents[1] / "coalition"
ALWAYS = {"found", "path", "file"}
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
MAKERS = {"Problem", "_Refused", "PydanticCustomError", "_add", "add", "_stop", "_sum_to_one", "_choice"}


def modules() -> list[Path]:
    """The modules whose problems are worded here; published data has its own page of messages."""
    return sorted(p for p in PACKAGE.rglob("*.py") if "sources" not in p.relative_to(PACKAGE).parts)


def texts_in(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def codes_in(tree: ast.Module) -> set[str]:
    """Codes that a module makes problems with: first argument of a maker, first part of a finding, tables."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MAKERS and node.args:
                found |= texts_in(node.args[0])
            found |= {t for k in node.keywords if k.arg == "code" for t in texts_in(k.value)}
        elif isinstance(node, ast.Yield | ast.Return) and isinstance(node.value, ast.Tuple) and node.value.elts:
            found |= texts_in(node.value.elts[0])
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "code" for t in node.targets):
            found |= texts_in(node.value)
    return {code for code in found if CODE.fullmatch(code)}


def known_texts(tree: ast.Module) -> set[str]:
    """Every name that a module could give to a fact: keys of dicts and names of arguments."""
    keywords = {k.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords if k.arg}
    keys = {k.value for n in ast.walk(tree) if isinstance(n, ast.Dict) for k in n.keys if isinstance(k, ast.Constant)}
    return keywords | {str(k) for k in keys}


PAGES = (MESSAGES, CONTRACT_MESSAGES, OPTIMISE_MESSAGES, WORKBOOK_MESSAGES, STUDY_MESSAGES)
WORDED = {code: said for page in PAGES for code, said in page.items()}


@dataclass(frozen=True)
class Held:
    """What a module holds: its texts, the codes that it makes problems with, the names that it can give to facts."""

    texts: set[str]
    codes: set[str]
    names: set[str]


@cache
def held() -> list[Held]:
    """What each module holds; the sentences themselves are left out."""
    parsed = [ast.parse(p.read_text(encoding="utf-8")) for p in modules() if not p.name.endswith("messages.py")]
    return [Held(texts_in(tree), codes_in(tree), known_texts(tree)) for tree in parsed]


def used() -> set[str]:
    """Every code that some module makes a problem with."""
    return {code for module in held() for code in module.codes}


def test_the_search_finds_the_codes_of_each_way_to_make_a_problem() -> None:
    """A literal, a check that yields, a custom error of the schema, a table of codes: the search sees them all."""
    for code in ("file.missing", "reach.total", "group.one_of", "yaml.tab", "table.cells", "market_shares.sum"):
        assert code in used()
    for code in ("contract.band_sum", "contract.clash", "arrangement.loop", "settle.period_gap"):
        assert code in used()


def test_every_code_in_use_has_a_message() -> None:
    """A problem without a sentence would reach the user as a code."""
    assert set() == used() - set(WORDED)


def test_no_code_has_two_messages() -> None:
    """The pages of sentences share no code, so that none hides another."""
    assert sum(map(len, PAGES)) == len(WORDED)


def test_every_message_is_in_use() -> None:
    """A code that no module holds is a sentence that nobody can ever see; `unknown.` is followed by its kind."""
    texts = {text for module in held() for text in module.texts}
    unused = {code for code in WORDED if code not in texts and code.removeprefix("unknown.") not in texts}
    assert set() == unused


def fields(message: Message) -> list[set[str]]:
    """Names in the two Dutch texts together and in the two English ones together."""
    return [
        {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        for text in (message.nl_meaning + message.nl_remedy, message.en_meaning + message.en_remedy)
    ]


@pytest.mark.parametrize("code", sorted(WORDED))
def test_a_message_names_only_facts_that_its_problems_carry(code: str) -> None:
    """Each name in a template is a fact of a module that uses the code, and both languages tell the same."""
    dutch, english = fields(WORDED[code])
    assert dutch == english
    kind = code.removeprefix("unknown.")
    given_facts = {name for module in held() if {code, kind} & module.texts for name in module.names}
    assert set() == dutch - ALWAYS - given_facts


@pytest.mark.parametrize("code", sorted(WORDED))
def test_a_message_is_whole_sentences_in_two_languages(code: str) -> None:
    """All four texts are there, begin with a capital or a mark, and end as a sentence."""
    message = WORDED[code]
    for text in (message.nl_meaning, message.nl_remedy, message.en_meaning, message.en_remedy):
        assert re.match(r"[A-Z`…0-9]", text), text
        assert text.endswith((".", "?", "!")), text
        assert "  " not in text
    assert message.nl_meaning != message.en_meaning


def test_the_report_has_the_form_place_meaning_remedy() -> None:
    """The whole text as the user sees it, in Dutch."""
    problems = [
        Problem(
            "share.percentage", "drenthe/scenario.yaml", 41, "interventions.valpreventie.reach", "35",
            {"percentage": "35", "as_share": "0.35"},
        ),
        Problem("key.missing", "drenthe/scenario.yaml", 58, "interventions.valpreventie.completion"),
    ]  # fmt: skip
    expected = (
        "drenthe/scenario.yaml heeft 2 problemen; er is niets berekend.\n"
        "1. regel 41, interventions.valpreventie.reach = 35\n"
        "   Een aandeel wordt als deel van 1 geschreven, niet in procenten. Voor 35 % schrijft u 0.35.\n"
        "2. regel 58, interventions.valpreventie.completion ontbreekt\n"
        "   Dit is verplicht en heeft geen standaardwaarde. Vul het in."
    )
    assert expected == render_all(problems, "nl")


def test_the_report_in_english_suggests_the_name_that_was_meant() -> None:
    """One problem in the singular, with a near name."""
    problem = Problem(
        "key.unknown", "s.yaml", 3, "scenario.titel", "titel", {"allowed": "name, title", "suggestion": "title"}
    )
    expected = (
        "s.yaml has 1 problem; nothing was calculated.\n"
        "1. line 3, scenario.titel\n"
        "   The model does not know this name here. Do you mean `title`? Allowed here: name, title."
    )
    assert expected == render_all([problem], "en")


def test_problems_of_several_files_stand_under_their_own_heading() -> None:
    """Numbered throughout; the command line has no line number."""
    problems = [
        Problem("value.empty", "a.yaml", 2, "x"),
        Problem("set.form", "--set", found="reach"),
        Problem("number.negative", "a.yaml", 5, "people", "-1"),
    ]
    lines = render_all(problems, "nl").splitlines()
    assert lines[0] == "a.yaml heeft 2 problemen; er is niets berekend."
    assert [lines[1], lines[3]] == ["1. regel 2, x", "2. regel 5, people = -1"]
    assert lines[6:8] == ["--set heeft 1 probleem; er is niets berekend.", "3. reach"]


def test_problems_that_are_only_counted_are_counted_in_the_heading() -> None:
    """One in full and twelve more make thirteen."""
    problems = [
        Problem("table.empty_cell", "p.csv", 2, "people"),
        Problem("table.more", "p.csv", facts={"count": "12"}),
    ]
    text = render_all(problems, "nl")
    assert text.startswith("p.csv heeft 13 problemen; er is niets berekend.")
    assert text.endswith("   … en nog 12 in dit bestand. Los eerst de bovenstaande op.")


def test_one_problem_by_itself_starts_with_file_and_line() -> None:
    """As an editor understands it."""
    problem = Problem("number.negative", "p.csv", 4, "people", "-1")
    expected = "p.csv:4, people = -1\n   This number may not be below 0. State 0 or more."
    assert expected == render(problem, "en")


def test_a_problem_read_from_a_file_reads_as_a_sentence() -> None:
    """From the text of a scenario to the words on the screen."""
    with pytest.raises(ScenarioError) as caught:
        read_text("reach: 0,6\ncost: 250.000\n", "scenario.yaml")
    text = render_all(caught.value.problems, "nl")
    assert "Een komma is hier geen decimaalteken. Schrijf een punt: 0.6." in text
    assert "het model raadt niet. Schrijf 250000 of 250.0, wat u bedoelt." in text


def test_messages_of_published_data_can_be_added() -> None:
    """Readers of published data have sentences of their own, under codes that do not clash."""
    assert set() == set(MESSAGES) & set(SOURCE_MESSAGES)
    problem = Problem("source.not_found", "v.csv")
    assert (
        render(problem, "en", {**MESSAGES, **SOURCE_MESSAGES})
        == "v.csv\n   This file does not exist. Check the name and the folder."
    )


def test_a_braced_example_is_shown_with_single_braces() -> None:
    """What the user must write stands there as it is written in the file."""
    problem = Problem("discount.before", "s.yaml", 1, facts={"first": "2020"})
    assert "{per_year: …, kind: real}" in render(problem, "nl")


LANGUAGES: tuple[Language, ...] = ("nl", "en")


@given(st.sampled_from(sorted(MESSAGES)), st.text(max_size=20), st.text(max_size=20), st.sampled_from(LANGUAGES))
def test_what_a_user_typed_never_commands_the_screen(code: str, found: str, fact: str, lang: Language) -> None:
    """Braces, line ends and control signs of the user's text are shown, not obeyed; a missing fact is a dash."""
    facts = {"suggestion": fact, "allowed": fact, "count": "1"}
    text = render_all([Problem(code, "s.yaml", 1, "a.b", found, facts)], lang)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert {"table.more": 2}.get(code, 3) == len(text.splitlines())
