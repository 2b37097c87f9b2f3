"""The reference of a scenario file agrees with the program: page, example and JSON Schemas."""

from __future__ import annotations

import copy
import importlib
import json
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from coalition.contracts import NEEDS_REVENUE
from coalition.errors import ScenarioError
from coalition.laws import WHO_MAY_PAY
from coalition.model import run_scenario
from coalition.numbers import Number
from coalition.outputs.json_text import report_data
from coalition.outputs.start import SCHEMA_COMMENT, SCHEMA_FILE, make_example
from coalition.parties import NATIONAL_PARTIES, PartyKind, Pocket
from coalition.reading import read_document, read_text
from coalition.report import build_report
from coalition.scenario import load_scenario, shipped_folder, shipped_scenarios
from coalition.schema import Spec, numbers_in

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EXAMPLE = DOCS / "complete" / "scenario.yaml"
PAGE = DOCS / "scenario.md"
SCHEMAS = ROOT / "coalition" / "data" / "schemas"

sys.path.insert(0, str(DOCS))
make_pages: Any = importlib.import_module("make_pages")
make_schemas: Any = importlib.import_module("make_schemas")
sys.path.remove(str(DOCS))


# --- helpers ------------------------------------------------------------------------------------------------------


@cache
def validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def breaches(name: str, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:120]}" for error in validator(name).iter_errors(data)]


def example() -> dict[str, Any]:
    return copy.deepcopy(read_document(EXAMPLE, "scenario.yaml").data)


@cache
def a_report() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(report_data(build_report(load_scenario(EXAMPLE)))))
    return data


def page_block() -> str:
    """The annotated scenario on the page."""
    found = re.search(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def beside_example(folder: Path, text: str) -> Path:
    """A scenario with this text and the example's tables beside it."""
    for table in ("region.csv", "cost.csv"):
        shutil.copy(EXAMPLE.parent / table, folder / table)
    file = folder / "scenario.yaml"
    file.write_text(text, "utf-8")
    return file


def put(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The data with one value set; None takes the key away."""
    changed = copy.deepcopy(data)
    *above, last = path.split(".")
    place: Any = changed
    for part in above:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return changed


# --- the page -----------------------------------------------------------------------------------------------------


def test_what_is_made_is_up_to_date() -> None:
    """The page and the schemas say what the program reads today; `python docs/make_pages.py` renews them."""
    stale = [path.name for path, text in make_pages.pages().items() if path.read_text("utf-8") != text]
    assert stale == []


def test_every_key_has_a_meaning() -> None:
    """Nobody meets a key that the reference does not explain."""
    fields = [(m, f) for m in make_schemas.models() for f in m.model_fields]
    assert [f"{m.__name__}.{f}" for m, f in fields if not make_schemas.meaning(m, f)] == []
    assert len(fields) > 100


def test_every_choice_has_a_meaning() -> None:
    """Nobody meets a word to choose from that the reference does not explain."""
    silent = [
        f"{e.__name__}.{v}"
        for e in make_schemas.enums()
        if e is not Pocket
        for v, text in make_schemas.choices(e).items()
        if not text
    ]
    assert silent == []


def test_the_example_holds_every_key() -> None:
    """A reader finds each key of the schema in the example, on a line of its own."""
    assert make_pages.missing_keys(make_pages.all_keys(EXAMPLE.read_text("utf-8"))) == []


@pytest.mark.parametrize("place", ["", "sharers.municipality."])
@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("key", NEEDS_REVENUE)
def test_keys_without_an_example_are_those_that_a_scenario_refuses(
    key: str, enabled: bool, place: str, tmp_path: Path
) -> None:
    """No other key is missing from the example; the page explains these apart and says why."""
    at = "arrangements.contracts.zorg_na_vallen"
    changed = put(put(example(), f"{at}.{place}{key}", 0.1), f"{at}.enabled", enabled)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(beside_example(tmp_path, json.dumps(changed, ensure_ascii=False)))
    assert {(p.code, p.path) for p in caught.value.problems} == {("arrangement.no_revenue", f"{at}.{place}{key}")}
    assert {(m.__name__, f) for m, f in make_pages.MEASURED_ONLY} == {
        (name, f) for name in ("Contract", "Sharer") for f in NEEDS_REVENUE
    }
    assert PAGE.read_text("utf-8").count(f"| `{key}` |") == 2


def test_a_key_that_the_example_lacks_is_named() -> None:
    """Who adds a key to the schema and forgets the example is told which one."""
    without = EXAMPLE.read_text("utf-8").replace("      staff_hours_per_1000_eur: 12\n", "")
    assert make_pages.missing_keys(make_pages.all_keys(without)) == ["Cashable.staff_hours_per_1000_eur"]
    with pytest.raises(ValueError, match="staff_hours_per_1000_eur"):
        make_pages.annotated(without)


def test_every_explained_key_stands_below_its_meaning() -> None:
    """On the page the docstring of each key stands in a comment directly above it."""
    block = page_block()
    # The page wraps comments; joined again, each is one line.
    joined = re.sub(r"\n *#   (?! |[a-z_]+: [\w.]+\n)", " ", block)
    keys = {key.identity: key for key in make_pages.all_keys(EXAMPLE.read_text("utf-8")) if key.in_block}
    for model, field in keys:
        says = make_schemas.meaning(model, field).replace("`", "")
        name = make_schemas.key_of(model, field)
        assert re.search(rf"# {re.escape(says)} \[[^\n]*\]\n(?: *#[^\n]*\n)*[ #-]*{name}:", joined), f"{model}.{field}"


def test_the_page_holds_the_example_itself() -> None:
    """The scenario on the page, read back, is the example key by key."""
    assert read_text(page_block(), "scenario.md").data == example()


def test_the_scenario_on_the_page_runs_and_balances(tmp_path: Path) -> None:
    """Who copies the page into a file gets a result in which no euro comes from nowhere."""
    run = run_scenario(load_scenario(beside_example(tmp_path, page_block()))).run
    totals: dict[tuple[int, str], float] = {}
    moved = 0.0
    for entry in run.ledger.entries():
        moved += abs(entry.amount_eur)
        for account, sign in ((entry.source, -1.0), (entry.target, 1.0)):
            totals[entry.year, account] = totals.get((entry.year, account), 0.0) + sign * entry.amount_eur
    net = sum(float(p.net.sum()) for p in run.parties)
    shown = run.clock.shown
    resources = sum(v for (year, account), v in totals.items() if account == "resources" and year in shown)
    assert moved > 1_000_000
    assert net == pytest.approx(-resources, abs=0.01)


def test_what_stands_in_comments_of_the_example_runs_too(tmp_path: Path) -> None:
    """Who takes the other discount rate instead of the standard gets another present value and the same cash."""
    standard = run_scenario(load_scenario(EXAMPLE)).run.parties
    changed = make_pages.alternative(EXAMPLE.read_text("utf-8"))
    own = run_scenario(load_scenario(beside_example(tmp_path, changed))).run.parties
    assert [p.net.sum() for p in own] == pytest.approx([p.net.sum() for p in standard])
    assert not np.allclose([p.npv[0] for p in own], [p.npv[0] for p in standard])


def test_the_example_says_that_it_is_made_up() -> None:
    """Nobody takes the round figures of the example for a source."""
    spec = load_scenario(EXAMPLE).spec
    own = {path: n for path, n in numbers_in(spec) if not path.startswith("interventions.valpreventie.")}
    assert "verzonnen" in spec.scenario.title
    assert {n.source for n in own.values() if n.source} == {"made up for this example"}


def test_tables_name_every_pocket_party_and_payer() -> None:
    """Each pocket, national party and permitted payer stands in a table of the page."""
    page = PAGE.read_text("utf-8")
    rows = {m[1]: m[0] for m in re.finditer(r"^\| `(\w+)` \|.*$", page, re.MULTILINE)}
    assert {p.value for p in Pocket} | {p.id for p in NATIONAL_PARTIES} <= set(rows)
    pockets = {
        m[1]: m[0] for m in re.finditer(r"^\| `(\w+)` \|.*\| (?:care|transfer|resource|payment) \|.*$", page, re.M)
    }
    for pocket, payers in WHO_MAY_PAY.items():
        assert all(f"`{payer}`" in pockets[pocket.value] for payer in payers)


@pytest.mark.parametrize("page", ["scenario.md", "scenario.nl.md"])
def test_numbers_that_the_pages_call_wrong_are_refused(page: str) -> None:
    """What the pages warn for is caught, and what they advise is read as it is meant."""
    text = " ".join((DOCS / page).read_text("utf-8").split())
    for wrong in ("0,6", "250.000", "12 %", "€ 5", "1 000"):
        assert f"`{wrong}`" in text
        with pytest.raises(ScenarioError):
            read_text(f"x: {wrong}\n", "x.yaml")
    for right, value in (("0.6", 0.6), ("250000", 250000), ("0.35", 0.35), ("0.02", 0.02)):
        assert f"`{right}`" in text
        assert read_text(f"x: {right}\n", "x.yaml").data == {"x": value}


def test_the_dutch_page_names_every_section() -> None:
    """A Dutch reader finds where each part of a scenario stands."""
    page = (DOCS / "scenario.nl.md").read_text("utf-8")
    assert [name for name in Spec.model_fields if f"| `{name}` |" not in page] == []


# --- the schema of a scenario -------------------------------------------------------------------------------------


def test_the_example_fits_the_schema() -> None:
    """An editor marks nothing in a scenario that loads."""
    assert breaches("scenario", example()) == []


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenarios_fit_the_schema(name: str) -> None:
    """An editor marks nothing in the scenarios that come with the package."""
    file = shipped_folder() / name / "scenario.yaml"
    assert breaches("scenario", read_document(file, name).data) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("scenario.titel", "x"),  # a key that does not exist
        ("scenario.title", None),  # a required key that is missing
        ("holders", "none"),  # text where keys are expected
        ("holders.own_risk.share", 35),  # a percentage for a share
        ("holders.own_risk.share", "0.35"),  # a number in quotes
        ("region.growth_per_year.zwv", 0.02),  # a pocket that does not exist
        ("target_groups.gezinnen.unit", "family"),  # a word that is no choice
        ("interventions.schuldhulp.areas", ["Assen"]),  # a name for a code
        ("interventions.schuldhulp.cost.fixed_per_year", 1000),  # an amount without price year and index
        ("interventions.schuldhulp.reach", None),  # required in an intervention of one's own
        ("interventions.valpreventie.reach", None),  # filled in by no template
        ("interventions.valpreventie.from", "val_kete"),  # no entry of the catalogue
        ("interventions.schuldhulp.effects.uit_de_bijstand.kind", "events"),  # the keys of another kind
        ("parties.insurers.Zorg Zaam", {"name": "x", "market_share": 0.0, "contracting": True}),  # no id
    ],
)
def test_an_editor_marks_a_mistake(path: str, value: Any) -> None:
    """What the program refuses by its schema, an editor marks."""
    assert breaches("scenario", put(example(), path, value)) != []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("holders.own_risk.share", 0),
        ("holders.own_risk.share", {"value": 0.1, "low": 0.0, "high": 0.2, "standing": "assumed", "source": "x"}),
        ("scenario.discount", {"per_year": 0.03, "kind": "real"}),
        ("interventions.valpreventie.approach", "high_risk"),  # in the template too
        ("interventions.valpreventie.effects", None),  # the template's own
        ("target_groups.ouderen.ages.to", 79),
    ],
)
def test_an_editor_lets_pass_what_loads(path: str, value: Any, tmp_path: Path) -> None:
    """Bare and full numbers, alternatives and what the catalogue fills in are fine for editor and program alike."""
    changed = put(example(), path, value)
    if not path.endswith("effects"):  # without its missing keys the template does not load, and the editor cannot know
        load_scenario(beside_example(tmp_path, json.dumps(changed, ensure_ascii=False)))
    assert breaches("scenario", changed) == []


def test_a_scenario_over_a_base_states_only_what_differs(tmp_path: Path) -> None:
    """An editor asks nothing of a variant that its base gives, and still marks what can never be right."""
    head = {"base": str(EXAMPLE), "name": "variant", "title": "Less reach"}
    data = {"scenario": head, "interventions": {"schuldhulp": {"reach": 0.1}}}
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(data), "utf-8")
    assert load_scenario(file).spec.interventions["schuldhulp"].reach.value == 0.1
    assert breaches("scenario", data) == []
    assert breaches("scenario", put(data, "interventions.schuldhulp.reach", 10)) != []
    assert breaches("scenario", put(data, "interventions.schuldhulp.reech", 0.1)) != []
    assert breaches("scenario", put(data, "scenario.base", None)) != []


def test_every_key_is_explained_in_the_schema() -> None:
    """An editor shows the docstring of each key."""
    defs = json.loads((SCHEMAS / SCHEMA_FILE).read_text("utf-8"))["$defs"]
    for model in make_schemas.models():
        definition = defs.get(model.__name__)
        if definition is None:
            continue
        definition = definition.get("else", definition)
        definition = definition["anyOf"][1] if issubclass(model, Number) and "anyOf" in definition else definition
        for field in model.model_fields:
            key = make_schemas.key_of(model, field)
            assert definition["properties"][key]["description"] == make_schemas.meaning(model, field)


# --- the schema of a run ------------------------------------------------------------------------------------------


def test_a_run_fits_its_schema() -> None:
    """What `run --format json` prints is what the schema promises."""
    assert breaches("run", a_report()) == []


def test_a_run_without_anything_uncertain_fits_its_schema() -> None:
    """Where ranges, windfall and payback do not exist, null stands in their place."""
    quick = report_data(build_report(load_scenario(shipped_folder() / "sociaal-hospitaal"), studies=False))
    assert quick["windfall"] is None
    assert breaches("run", json.loads(json.dumps(quick))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parties.0.paid_eur", -1.0),
        ("flows.0.gained_eur", -0.01),
        ("parties.0.kind", "bank"),
        ("parties.0.payback_year", "2030"),
        ("flows.0.pocket", "zwv"),
        ("input_hash", "abc"),
        ("schema", "coalition-run-0"),
        ("wrong_pocket_index", 1.5),
        ("parties.0.npv_eur", None),
        ("zero_effect", None),
    ],
)
def test_a_run_that_breaks_its_promise_is_refused(path: str, value: Any) -> None:
    """A negative payment, an unknown kind or a missing key is no result of this program."""
    assert breaches("run", put(a_report(), path, value)) != []


def test_payback_may_be_null_and_every_kind_is_known() -> None:
    """A party that never gets even has no payback year; kinds are those of the parties."""
    never = copy.deepcopy(a_report())
    never["parties"][0]["payback_year"] = None
    assert breaches("run", never) == []
    kinds = validator("run").schema["properties"]["parties"]["items"]["properties"]["kind"]["enum"]
    assert kinds == [kind.value for kind in PartyKind]


def test_every_key_of_a_run_stands_in_its_schema() -> None:
    """No key is printed that the schema does not know."""

    def unknown(data: Any, schema: dict[str, Any], path: str) -> list[str]:
        schema = next((s for s in schema.get("anyOf", []) if s.get("type") == "object"), schema)
        if isinstance(data, list):
            return [found for row in data for found in unknown(row, schema["items"], f"{path}[]")]
        if not isinstance(data, dict) or "additionalProperties" in schema:
            return []
        known = schema["properties"]
        return [
            found
            for key, value in data.items()
            for found in (unknown(value, known[key], f"{path}.{key}") if key in known else [f"{path}.{key}"])
        ]

    assert unknown(a_report(), validator("run").schema, "") == []


# --- the schema beside a new scenario -----------------------------------------------------------------------------


def test_a_new_scenario_names_its_schema_and_runs_the_same(tmp_path: Path) -> None:
    """`coalition init` gives an editor what it needs and changes no figure."""
    made = make_example(tmp_path / "demo", "sociaal-hospitaal")
    file = tmp_path / "demo" / "scenario.yaml"
    assert tmp_path / "demo" / SCHEMA_FILE in made
    assert file.read_text("utf-8").splitlines()[0] == f"{SCHEMA_COMMENT}{SCHEMA_FILE}"
    assert (tmp_path / "demo" / SCHEMA_FILE).read_bytes() == (SCHEMAS / SCHEMA_FILE).read_bytes()
    copied, shipped = load_scenario(file), load_scenario(shipped_folder() / "sociaal-hospitaal")
    assert copied.input_hash == shipped.input_hash
    assert report_data(build_report(copied, studies=False)) == report_data(build_report(shipped, studies=False))


def test_a_scenario_that_names_a_schema_keeps_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first line that names a schema already is not written twice."""
    source = tmp_path / "shipped" / "own"
    source.mkdir(parents=True)
    text = f"{SCHEMA_COMMENT}elsewhere.json\n{EXAMPLE.read_text('utf-8')}"
    beside_example(source, text)
    monkeypatch.setattr("coalition.outputs.start.shipped_folder", lambda: tmp_path / "shipped")
    monkeypatch.setattr("coalition.outputs.start.shipped_scenarios", lambda: ["own"])
    make_example(tmp_path / "demo", "own")
    assert (tmp_path / "demo" / "scenario.yaml").read_text("utf-8") == text
