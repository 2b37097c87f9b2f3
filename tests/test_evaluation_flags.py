"""Sentences of flags and notes name only facts that the code gives: read from the code, wherever a flag is raised.

A flag is looked at where it is made, `Flag("id", {facts})`, in every module of coalition/evaluation. Facts may stand
there, under a name of the same function, in the keys of another name, or in what a function of the evaluation returns.
A flag whose id or facts cannot be read in one of these ways fails the test; nothing is passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

import pytest

from coalition.evaluation.breaks import KNOWN
from coalition.evaluation.callaway_santanna import FAILURE_FLAGS
from coalition.evaluation.flag_texts import BREAKS, FLAGS, NOTES

PACKAGE = Path(__file__).resolve().parents[1] / "coalition" / "evaluation"
NAMED_IDS = {("callaway_santanna", "flag"): tuple(FAILURE_FLAGS.values())}
"""Module and name -> ids that the name can stand for, where an id is no literal."""

Texts = Mapping[str, tuple[str, str]]
Facts = dict[str, ast.expr]
"""Name of a fact -> the expression that gives it."""


class UnclearError(Exception):
    """Something that cannot be read from the code."""


@dataclass(frozen=True)
class Raised:
    """A flag where it is made.

    Attributes:
        where: module and line.
        texts: keys of the sentences that it can have; facts: names that it surely gives.
    """

    where: str
    texts: tuple[str, ...]
    facts: frozenset[str]


@dataclass
class Code:
    """Modules in which flags are made, and what was found there.

    Attributes:
        sources: module -> its text.
        raised: every flag that can be read; unclear: where one cannot, and why.
    """

    sources: Mapping[str, str]
    raised: list[Raised] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        trees = {module: ast.parse(source) for module, source in self.sources.items()}
        self.functions = [node for tree in trees.values() for node in tree.body if isinstance(node, ast.FunctionDef)]
        for module, tree in trees.items():
            for scope in tree.body:
                for call in flags_in(scope):
                    where = f"{module}:{call.lineno}"
                    try:
                        self.raised.append(self._read(module, where, call, scope))
                    except UnclearError as error:
                        self.unclear.append(f"{where} {error}")

    def _read(self, module: str, where: str, call: ast.Call, scope: ast.stmt) -> Raised:
        given = dict(zip(("id", "facts"), call.args, strict=False)) | {k.arg: k.value for k in call.keywords if k.arg}
        if "id" not in given:
            raise UnclearError(ast.unparse(call))
        facts = self.facts_of(given["facts"], scope) if "facts" in given else {}
        ids = choices(given["id"], module)
        texts = [f"{id}_{how}" for id in ids for how in choices(facts["how"], module)] if "how" in facts else ids
        return Raised(where, tuple(texts), frozenset(facts))

    def facts_of(self, node: ast.expr, scope: ast.stmt) -> Facts:
        """The facts that an expression gives, whatever way the code takes.

        Raises:
            UnclearError: they cannot be read.
        """
        match node:
            case ast.Dict():
                found: Facts = {}
                for key, value in zip(node.keys, node.values, strict=True):
                    if not isinstance(key, ast.Constant | None):
                        raise UnclearError(ast.unparse(key))
                    found |= self.facts_of(value, scope) if key is None else {str(key.value): value}
                return found
            case ast.IfExp():
                return self._in_all([(node.body, scope), (node.orelse, scope)])
            case ast.Name():
                return self.facts_of(bound(node.id, scope), scope)
            case ast.DictComp(
                key=ast.Name(id=key_name),
                generators=[
                    ast.comprehension(
                        target=ast.Tuple(elts=[ast.Name(id=first), _]),
                        iter=ast.Call(func=ast.Attribute(value=whole, attr="items")),
                        ifs=[],
                    )
                ],
            ) if first == key_name:
                return self.facts_of(whole, scope)
            case ast.Call(func=ast.Name(id=name)):
                returned = [(value, f) for f in self.functions if f.name == name for value in returns(f)]
                return self._in_all(returned)
        raise UnclearError(ast.unparse(node))

    def _in_all(self, several: Sequence[tuple[ast.expr, ast.stmt]]) -> Facts:
        """The facts that each of several expressions gives; `how` decides on the sentence, so that it must be one."""
        found = [self.facts_of(node, scope) for node, scope in several]
        if len({ast.dump(facts["how"]) if "how" in facts else "" for facts in found}) != 1:
            raise UnclearError("several ways, or none")
        return {name: value for name, value in found[0].items() if all(name in other for other in found)}


def flags_in(scope: ast.stmt) -> Iterator[ast.Call]:
    """Every flag that is made in a function, class or statement."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and "Flag" in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node


def choices(node: ast.expr, module: str) -> list[str]:
    """Texts that an expression can be."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.IfExp():
            return choices(node.body, module) + choices(node.orelse, module)
        case ast.Name() if (module, node.id) in NAMED_IDS:
            return list(NAMED_IDS[module, node.id])
    raise UnclearError(ast.unparse(node))


def bound(name: str, scope: ast.stmt) -> ast.expr:
    """What a name stands for that is given once in a function and in no other way."""
    nodes = list(ast.walk(scope))
    stored = [n for n in nodes if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)]
    arguments = [n for n in nodes if isinstance(n, ast.arg) and n.arg == name]
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and targets == stored and not arguments and node.value:
            return node.value
    raise UnclearError(name)


def returns(function: ast.FunctionDef) -> list[ast.expr]:
    """What a function can return; None of it counts as unclear."""
    return [n.value or ast.Constant(None) for n in ast.walk(function) if isinstance(n, ast.Return)]


def named(text: str) -> set[str]:
    """Names in braces in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def wrong(code: Code, texts: Texts) -> list[str]:
    """Sentences that are missing, and sentences that name a fact that a flag does not give."""
    found = []
    for flag in code.raised:
        given = flag.facts | ({"told"} if "break" in flag.facts else set())  # flag_text tells what a break was
        for key in flag.texts:
            lacking = sorted(set().union(*map(named, texts[key])) - given) if key in texts else ["its sentence"]
            found += [f"{flag.where} {key} lacks {name}" for name in lacking]
    return found


@pytest.fixture(scope="module")
def code() -> Code:
    """All modules of the evaluation."""
    return Code({path.stem: path.read_text("utf-8") for path in sorted(PACKAGE.glob("*.py"))})


# --- the code as it is ----------------------------------------------------------------------------------------------


def test_every_flag_can_be_read(code: Code) -> None:
    """A flag with an id or facts of another form would go unchecked: give it a literal, or a line in NAMED_IDS."""
    assert code.unclear == []


def test_a_sentence_names_only_facts_that_every_flag_with_it_gives(code: Code) -> None:
    """In both languages, wherever the flag is made; otherwise a reader would get an error instead of a warning."""
    assert wrong(code, FLAGS) == []


def test_every_sentence_belongs_to_a_flag(code: Code) -> None:
    """One that no flag has is never seen, or its flag is made in a way that this test does not see."""
    assert set(FLAGS) == {key for flag in code.raised for key in flag.texts}


@pytest.mark.parametrize("key", sorted(FLAGS))
def test_both_languages_tell_the_same_facts(key: str) -> None:
    """A figure that stands in one language stands in the other."""
    dutch, english = map(named, FLAGS[key])
    assert dutch == english


def test_every_known_break_has_its_sentence() -> None:
    """What `{told}` stands for is there for each break that a flag can name, and names nothing itself."""
    assert set(BREAKS) == {known.id for known in KNOWN}
    assert {name for texts in BREAKS.values() for text in texts for name in named(text)} == set()


def test_a_note_names_no_fact() -> None:
    """A note has an id and nothing else; its sentence is shown as it stands."""
    assert {name for texts in NOTES.values() for text in texts for name in named(text)} == set()


# --- the check itself -----------------------------------------------------------------------------------------------

TWO_FACTS = {"jump": ("{year}: {percent} %", "{year}: {percent} %")}


def made(*lines: str) -> Code:
    """A module with one function of these lines, beside one that returns facts."""
    body = "\n".join(f"    {line}" for line in lines)
    return Code({"made": f"def flags(asked):\n{body}\n\ndef given(some):\n    return {{'year': 1, 'percent': some}}\n"})


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        (["Flag('jump', {'year': 1, 'percent': 2})"], []),
        (["Flag('jump', {'year': 1})"], ["made:2 jump lacks percent"]),
        (["Flag('jump')"], ["made:2 jump lacks percent", "made:2 jump lacks year"]),
        (["Flag('jump', facts={'year': 1})"], ["made:2 jump lacks percent"]),
        (["estimates.Flag('jump', {'year': 1})"], ["made:2 jump lacks percent"]),
        (["Flag('jump', {'year': 1, 'percent': 2})", "Flag('jump', {'percent': 2})"], ["made:3 jump lacks year"]),
        (["facts = {'year': 1}", "Flag('jump', facts)"], ["made:3 jump lacks percent"]),
        (["facts: dict = {'year': 1}", "Flag('jump', {**facts, 'percent': 2})"], []),
        (["facts = {'year': 1}", "same = {k: 2 * v for k, v in facts.items()}", "Flag('jump', same)"],
            ["made:4 jump lacks percent"]),
        (["Flag('jump', given(asked))"], []),
        (["Flag('jump', {'year': 1, **({'percent': 2} if asked else {})})"], ["made:2 jump lacks percent"]),
        (["Flag('jump' if asked else 'leap', {'year': 1, 'percent': 2})"], ["made:2 leap lacks its sentence"]),
        (["Flag('jump', {'how': 'up', 'year': 1, 'percent': 2})"], ["made:2 jump_up lacks its sentence"]),
    ],
)  # fmt: skip
def test_a_missing_fact_is_found(lines: list[str], lacking: list[str]) -> None:
    """By line and name, in each way in which facts can be given."""
    assert wrong(made(*lines), TWO_FACTS) == lacking
    assert made(*lines).unclear == []


def test_a_fact_that_one_language_names_is_missed_too() -> None:
    """The English sentence counts as much as the Dutch one."""
    code = made("Flag('jump', {'year': 1})")
    assert wrong(code, {"jump": ("{year}", "{year} {percent}")}) == ["made:2 jump lacks percent"]


def test_the_way_in_which_a_flag_is_raised_chooses_its_sentence() -> None:
    """Each with its own facts."""
    texts = {"shift_up": ("{rise}", "{rise}"), "shift_down": ("{fall}", "{fall}")}
    code = made("Flag('shift', {'how': 'up', 'rise': 1})", "Flag('shift', {'how': 'down', 'rise': 1})")
    assert wrong(code, texts) == ["made:3 shift_down lacks fall"]


def test_what_was_a_break_is_told_where_the_break_is_named() -> None:
    """And nowhere else."""
    code = made("Flag('known', {'break': asked})", "Flag('known', {})")
    assert wrong(code, {"known": ("{told}", "{told}")}) == ["made:3 known lacks told"]


@pytest.mark.parametrize(
    "line",
    [
        "Flag(asked, {})",
        "Flag('jump', asked)",
        "Flag('jump', {asked: 1})",
        "Flag('jump', {'year' if asked else 'percent': 1})",
        "Flag('jump', {'how': asked})",
        "Flag('jump', unknown(asked))",
        "Flag('jump', {k: v for k, v in asked if v})",
        "Flag('jump', {'how': 'up'} if asked else {'how': 'down'})",
        "facts = {'year': 1}; facts = asked; Flag('jump', facts)",
        "facts, other = asked; Flag('jump', facts)",
        "Flag(**asked)",
        "Flag(*asked)",
    ],
)
def test_a_flag_that_cannot_be_read_is_named(line: str) -> None:
    """It is never taken for one that is right."""
    code = made(line)
    assert (code.raised, len(code.unclear)) == ([], 1)
