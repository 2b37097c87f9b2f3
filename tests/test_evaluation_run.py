"""A study from its file to verdict, euros, settlement and report."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from evaluation_studies import TREATED, rows, study, write

from coalition.clauses import Values
from coalition.cli import main
from coalition.evaluation.breaks import ages_of, known_breaks
from coalition.evaluation.cells import GroupCell, group_cells, suppressed
from coalition.evaluation.estimates import Effect, Flag, Method
from coalition.evaluation.euros import saving_rows
from coalition.evaluation.evaluated import ESTIMATORS, Evaluation, evaluate
from coalition.evaluation.flag_texts import FLAGS, NOTES, flag_text
from coalition.evaluation.protocol import departures, seal, terms_of, write_protocol
from coalition.evaluation.study import Study
from coalition.evaluation.study_files import load_study, study_of
from coalition.evaluation.verdict import Verdict, verdict_of
from coalition.outputs.evaluation_report import write_report
from coalition.outputs.evaluation_words import CONVENTIONS, METHODS, seen_text
from coalition.reading import read_document
from coalition.shared_savings import settle

ROOT = Path(__file__).resolve().parents[1]
THREE_YEARS = ROOT / "scenarios" / "evaluation" / "drie-jaar"


def found_in(folder: Path, *, effect: float = -60.0, noise: float = 20.0, **changed: Any) -> Evaluation:
    """The evaluation of a small study with a known effect."""
    return evaluate(load_study(write(folder, rows(effect=effect, noise=noise), **changed)))


# --- verdict --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "plan", "verdict"),
    [
        (-80.0, -0.01, 50.0, Verdict.SHOWN),
        (-80.0, 0.0, 50.0, Verdict.NOT_DETECTABLE),  # zero and the plan are both inside
        (-49.9, 10.0, 50.0, Verdict.NOT_SHOWN),  # the plan would have been seen
        (-50.0, 10.0, 50.0, Verdict.NOT_DETECTABLE),
        (-50.0, 10.0, None, Verdict.NOT_SHOWN),
        (1.0, 90.0, 50.0, Verdict.NOT_SHOWN),  # harm
        (-20.0, 30.0, -10.0, Verdict.NOT_DETECTABLE),  # a plan that costs more
        (math.nan, math.nan, 50.0, Verdict.NOT_DETECTABLE),  # nothing shows how sure it is
        (math.nan, math.nan, None, Verdict.NOT_DETECTABLE),
    ],
)
def test_the_verdict_at_its_edges(low: float, high: float, plan: float | None, verdict: Verdict) -> None:
    """A saving is an interval below zero; undetectable is one that holds both zero and the plan."""
    assert verdict_of(Effect((low + high) / 2, 1.0, low, high, 0.5), plan) is verdict


def test_a_shift_to_another_pocket_is_no_saving() -> None:
    """However certain the fall."""
    for low, high in ((-12, -8), (-9, 1), (math.nan, math.nan)):
        assert verdict_of(Effect(-10, 1, low, high, 0.0), 5.0, frozenset({"pocket_shift"})) is Verdict.NOT_SHOWN


def test_a_saving_that_is_there_is_shown(tmp_path: Path) -> None:
    """Sixty euro per person-year among noise of twenty."""
    found = found_in(tmp_path)
    assert found.verdict is Verdict.SHOWN
    assert found.primary.effect.low < -60 < found.primary.effect.high


def test_nothing_is_not_shown_or_not_detectable(tmp_path: Path) -> None:
    """Without an effect the plan of 200 would have been seen and one of 1 would not."""
    assert found_in(tmp_path, effect=0.0, plan=200.0).verdict is Verdict.NOT_SHOWN
    assert found_in(tmp_path, effect=0.0, plan=1.0).verdict is Verdict.NOT_DETECTABLE


# --- euros ----------------------------------------------------------------------------------------------------------


def test_totals_are_the_effect_times_the_years_of_the_treated(tmp_path: Path) -> None:
    """By hand from the data; net is gross minus what was paid."""
    found = found_in(tmp_path, noise=0.0, payments_eur={2018: 1000.0, 2020: 500.0})
    data = [r for r in rows(noise=0.0) if r["unit"] in TREATED and r["period"] >= 2018]
    total, years = found.savings[-1], sum(r["weight"] for r in data)
    assert total.person_years == years
    assert total.gross_eur == pytest.approx(60 * years, rel=1e-4)
    assert total.net_eur == pytest.approx(total.gross_eur - 1500.0)
    assert [row.period for row in found.savings] == [2018, 2019, 2020, 2021, None]
    per_year = sum(r["weight"] for r in data if r["period"] == 2018)
    assert found.savings[0].gross_eur == pytest.approx(60 * per_year, rel=1e-4)
    expected = sum((r["outcome"] + 60) * r["weight"] for r in data) / years
    assert total.percent == pytest.approx(100 * 60 / expected, rel=1e-3)


def test_without_person_years_there_is_no_total(tmp_path: Path) -> None:
    """The effect per unit is still there."""
    data = [{k: v for k, v in row.items() if k != "weight"} for row in rows()]
    total = evaluate(load_study(write(tmp_path, data))).savings[-1]
    assert math.isnan(total.gross_eur)
    assert total.each == pytest.approx(60, abs=15)


def test_prices_of_another_year_scale_every_amount(tmp_path: Path) -> None:
    """With an index that doubles everything, every effect doubles; payments do too."""
    years = dict.fromkeys(range(2012, 2022), 1.0) | {2030: 2.0}
    index = {"kind": "own", "to_period": 2030, "values": years}
    plain = found_in(tmp_path, payments_eur={2018: 1000.0})
    priced = found_in(tmp_path, payments_eur={2018: 1000.0}, price_index=index)
    assert priced.primary.effect.estimate == pytest.approx(2 * plain.primary.effect.estimate)
    assert priced.savings[-1].payments_eur == 2000.0


def test_periods_without_an_effect_of_their_own_take_the_whole(tmp_path: Path) -> None:
    """A method that gives nothing per period still gives a row per period."""
    found = found_in(tmp_path)
    bare = replace(found.primary, per_period=(), tables={})
    saved = saving_rows(bare, found.loaded.panel, {})
    assert {row.each for row in saved} == {-found.primary.effect.estimate}


# --- traps ----------------------------------------------------------------------------------------------------------


def ids(found: Evaluation) -> set[str]:
    """Flags of an evaluation."""
    return {flag.id for flag in found.flags}


def test_traps_of_what_was_fixed_beforehand(tmp_path: Path) -> None:
    """No primary method, no plan and no protocol are said; with them they are not."""
    assert {"no_primary", "no_plan", "no_protocol"} <= ids(found_in(tmp_path, primary_method=None, plan=None))
    assert not {"no_primary", "no_plan"} & ids(found_in(tmp_path))


def test_people_that_come_and_go(tmp_path: Path) -> None:
    """The treated grow by half after the start, the others do not."""
    data = rows()
    for row in data:
        if row["unit"] in TREATED and row["period"] >= 2018:
            row["weight"] = int(row["weight"] * 1.5)
    assert "composition_change" in ids(evaluate(load_study(write(tmp_path, data))))
    assert "composition_change" not in ids(found_in(tmp_path))


def test_units_that_miss_periods(tmp_path: Path) -> None:
    """One that takes part and two others lack a year; whole panels have no such flag."""
    gone = {("GM0001", 2013), ("GM0010", 2019), ("GM0011", 2019), ("GM0011", 2020)}
    data = [row for row in rows() if (row["unit"], row["period"]) not in gone]
    flags = evaluate(load_study(write(tmp_path, data))).flags
    assert [dict(f.facts) for f in flags if f.id == "units_come_and_go"] == [{"units": 3, "of": 40, "treated": 1}]
    assert "units_come_and_go" not in ids(found_in(tmp_path))


@pytest.mark.parametrize(
    ("treated", "controls", "flagged"),
    [
        (1, 18, {"how": "never", "smallest_p": 0.053, "needed": 19}),
        (1, 19, {"how": "ranked", "smallest_p": 0.05, "beside": 0}),
        (1, 39, {"how": "ranked", "smallest_p": 0.025, "beside": 1}),
        (4, 2, {"how": "never", "smallest_p": 0.067, "needed": 3}),  # 15 ways to choose four of six
        (4, 3, {"how": "some"}),  # judged by their own variance
    ],
)
def test_too_few_to_compare_with_for_a_test_by_rank(
    tmp_path: Path, treated: int, controls: int, flagged: dict[str, float | str]
) -> None:
    """The smallest p-value is one in the number of ways to choose those that take part; the edge is the level asked."""
    last = f"GM{4 + controls:04d}"
    data = [r for r in rows(units=43) if r["unit"] in TREATED[:treated] or TREATED[-1] < r["unit"] <= last]
    flags = evaluate(load_study(write(tmp_path, data, treated=TREATED[:treated]))).flags
    facts = next(dict(f.facts) for f in flags if f.id == "few_clusters")
    assert facts == {**flagged, "treated": treated, "controls": controls}


@pytest.mark.parametrize(
    ("method", "years"), [("did", 5.0), ("twfe", 5.0), ("event_study", 2.5), ("callaway_santanna", 2.5)]
)
def test_a_difference_that_grew_all_along(tmp_path: Path, method: str, years: float) -> None:
    """Those that take part rise by 15 euro a year more than the others, before the start and after it.

    From the middle of the years before, or from the last of them, it is so many years to the middle of those after.
    """
    data = rows(effect=0.0)
    for row in data:
        row["outcome"] += 15.0 * (row["period"] - 2012) if row["unit"] in TREATED else 0.0
    found = evaluate(load_study(write(tmp_path, data, methods=[method], primary_method=method)))
    facts = next(f.facts for f in found.flags if f.id == "drift")
    assert facts["slope"] == pytest.approx(15, abs=4)
    assert facts["carried_on"] == pytest.approx(years * float(facts["slope"]), abs=0.05)
    assert facts["left"] == pytest.approx(found.primary.effect.estimate - float(facts["carried_on"]), abs=0.02)
    assert facts["first"] == pytest.approx(-37.5, abs=10)  # beside the mean of 2012-2017
    level = found_in(tmp_path, methods=[method], primary_method=method)
    assert "drift" not in ids(level)


def test_a_drift_is_carried_on_by_the_method_itself_over_different_starts(tmp_path: Path) -> None:
    """Nothing but a drift of −20 a year from 2012 on, starts in 2016 and 2019: carried on it is the whole estimate."""
    starts = {"GM0001": 2016, "GM0002": 2016, "GM0003": 2019, "GM0004": 2019}
    data = rows(effect=0.0, noise=1.0)
    for row in data:
        row["treated_from"] = starts.get(row["unit"], "")
        row["outcome"] -= 20.0 * (row["period"] - 2012) if row["unit"] in starts else 0.0
    said = {"treated": None, "start": None, "methods": ["callaway_santanna"], "primary_method": "callaway_santanna"}
    found = evaluate(load_study(write(tmp_path, data, **said)))
    facts = next(f.facts for f in found.flags if f.id == "drift")
    assert facts["left"] == pytest.approx(0, abs=5)
    assert float(facts["carried_on"]) < -40


def test_a_drift_that_characteristics_explain_is_no_flag(tmp_path: Path) -> None:
    """Cost of the old rises, and the treated are older: with age held equal nothing is left."""
    data = rows(effect=0.0, noise=5.0)
    for row in data:
        row["age"] = int(row["unit"][2:]) % 7 + (4 if row["unit"] in TREATED else 0)
        row["outcome"] += 8.0 * row["age"] * (row["period"] - 2012)
    plain = evaluate(load_study(write(tmp_path, data)))
    assert "drift" in ids(plain)
    assert "drift" not in ids(evaluate(load_study(write(tmp_path, data, columns={"covariates": ["age"]}))))


def test_a_drift_is_told_where_the_interval_has_no_end(tmp_path: Path) -> None:
    """One that takes part beside eight: the test can find nothing, the drift is there to see."""
    data = [r for r in rows(effect=0.0, noise=2.0) if r["unit"] == "GM0001" or "GM0004" < r["unit"] < "GM0013"]
    for row in data:
        row["outcome"] -= 10.0 * (row["period"] - 2012) if row["unit"] == "GM0001" else 0.0
    found = evaluate(load_study(write(tmp_path, data, treated=["GM0001"])))
    assert math.isinf(found.primary.effect.high)
    assert {"drift", "few_clusters"} <= ids(found)


@pytest.mark.parametrize("asked", [("--together", "39"), ("--before", "8", "--after", "3")])
def test_more_regions_or_periods_than_there_are(tmp_path: Path, asked: tuple[str, ...]) -> None:
    """Forty units and ten periods: two regions stay to compare with, and both windows fit."""
    path = write(tmp_path, rows())
    result = CliRunner().invoke(main, ["evaluate", "placebo", str(path), *asked])
    assert result.exit_code == 2
    assert "40 regio's en 10 periodes: `--together` is hoogstens 38" in result.stderr


def test_what_could_have_been_seen_is_said_in_both_languages(tmp_path: Path) -> None:
    """Under the verdict, with the plan where there is one."""
    found, bare = found_in(tmp_path), found_in(tmp_path, plan=None)
    assert found.seen.power_at_plan > 0.5
    assert "Had het plan van € 50,00 precies gewerkt" in seen_text(found, "nl")
    assert "Had the plan" not in seen_text(bare, "en")
    assert seen_text(bare, "en").startswith("This comparison shows an effect with a chance of 80 % only from about €")
    few = [r for r in rows() if r["unit"] in ("GM0001", "GM0005", "GM0006")]
    nothing = evaluate(load_study(write(tmp_path, few, treated=["GM0001"])))
    assert seen_text(nothing, "nl") == "Deze vergelijking kan geen enkel effect laten zien, hoe groot ook."


def test_a_jump_that_everybody_shows(tmp_path: Path) -> None:
    """All municipalities rise by a thousand euro in 2016."""
    data = rows()
    for row in data:
        row["outcome"] += 1000.0 if row["period"] >= 2016 else 0.0
    found = evaluate(load_study(write(tmp_path, data)))
    assert [f.facts["year"] for f in found.flags if f.id == "structural_break"] == [2016]
    assert found.primary.effect.estimate == pytest.approx(found_in(tmp_path).primary.effect.estimate)


def test_those_who_stood_high_fall_by_themselves(tmp_path: Path) -> None:
    """Selected for a high outcome: the expected fall is printed beside the raw change."""
    found = found_in(tmp_path, selected=True)
    flag = next(f for f in found.flags if f.id == "regression_to_mean")
    assert {"raw_change", "expected_change"} <= set(flag.facts)


def test_a_known_break_is_named_and_a_shift_is_no_saving(tmp_path: Path) -> None:
    """Mental health of children from 2015: all of it gone from the insurer, in every municipality."""
    data = []
    for row in rows(effect=0.0):
        for ages, level in (("0-14", 0.1), ("25-64", 0.2)):
            gone = 0.0 if ages == "0-14" and row["period"] >= 2015 else 1.0
            outcome = round(row["outcome"] * level * gone, 2)
            data.append({**row, "unit": f"{row['unit']}:{ages}", "outcome": outcome})
    path = write(tmp_path, data, treated=["*:0-14"], start=2015, basket="mental_health", ages="0-14")
    found = evaluate(load_study(path))
    assert {f.facts.get("break") for f in found.flags if f.id == "known_break"} >= {"youth_mental_health_2015"}
    assert "pocket_shift" in ids(found)
    assert found.verdict is Verdict.NOT_SHOWN
    unnamed = evaluate(load_study(write(tmp_path, data, treated=["*:0-14"], start=2015)))
    assert unnamed.verdict is Verdict.NOT_SHOWN  # it vanishes at once, whatever it is called


def test_cost_that_turns_up_in_another_pocket(tmp_path: Path) -> None:
    """What the insurer saves the municipality pays: no saving, and both pockets are shown."""
    data = rows()
    for row in data:
        moved = 60.0 if row["unit"] in TREATED and row["period"] >= 2018 else 0.0
        row["jeugdwet_eur"] = round(400 + moved + row["weight"] % 7, 2)
    path = write(tmp_path, data, pocket="zvw", pockets={"jeugdwet": "jeugdwet_eur"})
    found = evaluate(load_study(path))
    assert found.by_pocket["jeugdwet"].effect.estimate == pytest.approx(60, abs=1)  # type: ignore[index]
    assert found.verdict is Verdict.NOT_SHOWN
    assert next(f for f in found.flags if f.id == "pocket_shift").facts["how"] == "risen"


def test_breaks_are_those_of_the_care_the_ages_and_the_years(tmp_path: Path) -> None:
    """A break about other care, other ages or other years is not mentioned."""
    panel = load_study(write(tmp_path, rows())).panel
    assert ages_of("0-14") == (0, 14)
    assert ages_of("90+") == (90, 120)
    assert "youth_mental_health_2015" not in {b.id for b in known_breaks("mental_health", "25-64", panel)}
    assert "pandemic_2020" in {b.id for b in known_breaks("stable", "", panel)}
    assert known_breaks("", "", panel) == []
    early = replace(panel, periods=tuple(p - 9 for p in panel.periods))
    assert known_breaks("total", "", early) == []


def test_every_flag_and_note_in_the_code_has_its_sentence() -> None:
    """In both languages, with the facts that the code gives."""
    source = "\n".join(p.read_text("utf-8") for p in (ROOT / "coalition" / "evaluation").glob("*.py"))
    raised = set(re.findall(r'Flag\(\s*"([a-z_0-9]+)"', source))
    known = set(FLAGS) | {key.rpartition("_")[0] for key in FLAGS} | {"pocket_shift", "poor_fit"}
    assert raised - known == set()
    assert {flag_text(Flag("no_plan"), lang) for lang in ("nl", "en")} == set(FLAGS["no_plan"])
    for texts in (*FLAGS.values(), *NOTES.values()):
        assert len(texts) == 2
        assert all(texts)


def test_every_method_and_convention_has_a_name() -> None:
    """What can be asked can be shown."""
    from coalition.evaluation.estimates import Convention

    assert set(METHODS) == {m.value for m in Method} == {m.value for m in ESTIMATORS}
    assert set(CONVENTIONS) == {c.value for c in Convention}


# --- small groups ---------------------------------------------------------------------------------------------------


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    """One hole in a column with a known total could be filled in."""
    cells = [
        GroupCell("treated", year, 1.0, persons, persons, 5.0) for year, persons in ((1, 40.0), (2, 8.0), (3, 12.0))
    ]
    shown = suppressed(cells, 10)
    assert [cell.shown for cell in shown] == [True, False, False]
    assert math.isnan(shown[1].persons)
    assert math.isnan(shown[2].mean)
    assert suppressed(cells[:1], 10) == cells[:1]


def test_a_person_per_row_is_counted(tmp_path: Path) -> None:
    """Four persons of a group are too few to show."""
    data = [{k: v for k, v in row.items() if k != "weight"} for row in rows()]
    cells = group_cells(load_study(write(tmp_path, data)))
    assert not any(c.shown for c in cells if c.group == "treated")
    assert all(c.shown and c.persons == 36 for c in cells if c.group == "control")


# --- protocol -------------------------------------------------------------------------------------------------------


def test_a_protocol_is_kept_to_or_its_departures_are_said(tmp_path: Path) -> None:
    """A term that differs is named with both values; a protocol that was changed is no longer intact."""
    path = write(tmp_path, rows(), protocol="protocol.yaml")
    write_protocol(study_of(read_document(path, "study.yaml")), "2026-01-01", tmp_path / "protocol.yaml")
    kept = evaluate(load_study(path))
    assert kept.protocol is not None
    assert kept.protocol.intact
    assert kept.protocol.departures == ()
    changed = evaluate(load_study(write(tmp_path, rows(), protocol="protocol.yaml", alpha=0.1)))
    assert [(d.key, d.planned, d.done) for d in changed.protocol.departures] == [("alpha", "0.05", "0.1")]  # type: ignore[union-attr]
    assert "protocol_departure" in ids(changed)
    text = (tmp_path / "protocol.yaml").read_text("utf-8").replace("plan: 50.0", "plan: 5.0")
    (tmp_path / "protocol.yaml").write_text(text, "utf-8")
    assert "protocol_changed" in ids(evaluate(load_study(path)))


def test_the_seal_does_not_depend_on_the_order_of_keys() -> None:
    """Nor on defaults that are written out."""
    one = Study.model_validate(study())
    other = Study.model_validate({**dict(reversed(study().items())), "alpha": 0.05})
    assert seal(terms_of(one)) == seal(terms_of(other))
    assert departures(terms_of(one), other) == ()


# --- settlement -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_years() -> Evaluation:
    """The worked example of docs/evaluation.md."""
    return evaluate(load_study(THREE_YEARS / "study.yaml"))


def test_three_years_later_nothing_is_shown_and_nothing_is_paid(three_years: Evaluation) -> None:
    """The contract's gate is not met in any year, so that nobody pays for chance; the protocol was kept."""
    assert three_years.verdict is Verdict.NOT_DETECTABLE
    assert three_years.settlement is not None
    assert not three_years.settlement.settlement.passed.any()
    assert all(cents.sum() == 0 for cents in three_years.settlement.cents.values())
    assert three_years.protocol is not None
    assert three_years.protocol.intact
    assert three_years.protocol.departures == ()


def test_a_settlement_is_the_contract_on_cost_plus_saving(tmp_path: Path) -> None:
    """With an effect of 500 euro the same contract pays half of what was saved, in whole cents."""
    for name in ("scenario.yaml", "study.yaml", "protocol.yaml"):
        text = (THREE_YEARS / name).read_text("utf-8").replace("../../drenthe", "drenthe")
        (tmp_path / name).write_text(text, "utf-8")
    lines = (THREE_YEARS / "panel.csv").read_text("utf-8").splitlines()
    for k, line in enumerate(lines[1:], start=1):
        unit, year, outcome, weight = line.split(",")
        if unit.startswith("GM") and int(year) >= 2027:
            lines[k] = f"{unit},{year},{float(outcome) - 500:.2f},{weight}"
    (tmp_path / "panel.csv").write_text("\n".join(lines) + "\n", "utf-8")
    found = evaluate(load_study(tmp_path / "study.yaml"))
    assert found.verdict is Verdict.SHOWN
    done = found.settlement
    assert done is not None
    saved = done.savings.benchmark_eur - done.savings.cost_eur
    by_hand = settle(Values(done.contract), done.savings).payments_eur["municipality"]
    np.testing.assert_allclose(by_hand, 0.5 * saved)
    np.testing.assert_array_equal(done.cents["municipality"], np.round(by_hand[0] * 100))
    assert np.sum(list(done.cents.values()), axis=0).tolist() == [0, 0, 0]
    years = [row for row in found.savings if row.period is not None]
    np.testing.assert_allclose(saved[0], [row.gross_eur for row in years])
    assert np.all(done.savings.low_eur <= saved)  # type: ignore[operator]
    assert (done.low_eur["municipality"] <= done.high_eur["municipality"]).all()
    assert done.savings.protocol_sha256 == found.protocol.sealed  # type: ignore[union-attr]


def test_measured_amounts_are_nominal_whatever_the_price_level(tmp_path: Path) -> None:
    """A study in prices of another year settles the same euros."""
    for name in ("scenario.yaml", "panel.csv", "protocol.yaml"):
        text = (THREE_YEARS / name).read_text("utf-8").replace("../../drenthe", "drenthe")
        (tmp_path / name).write_text(text, "utf-8")
    plain = (
        (THREE_YEARS / "study.yaml")
        .read_text("utf-8")
        .replace("did, event_study, callaway_santanna, synthetic_did", "did")
    )
    values = ", ".join(f"{y}: 3.0" for y in range(2021, 2030))
    index = f"price_index: {{kind: own, to_period: 2029, values: {{{values}}}}}\n"
    (tmp_path / "study.yaml").write_text(plain, "utf-8")
    one = evaluate(load_study(tmp_path / "study.yaml"))
    (tmp_path / "study.yaml").write_text(plain + index, "utf-8")
    other = evaluate(load_study(tmp_path / "study.yaml"))
    np.testing.assert_allclose(one.settlement.savings.benchmark_eur, other.settlement.savings.benchmark_eur)  # type: ignore[union-attr]


# --- what users see -------------------------------------------------------------------------------------------------


def test_json_has_what_was_promised(tmp_path: Path) -> None:
    """Keys of the contract with readers, in the outcome's own unit, with null for what is undefined."""
    path = write(tmp_path, rows(), methods=["did", "twfe"])
    result = CliRunner().invoke(main, ["evaluate", "run", str(path), "--format", "json"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["schema"] == "coalition.evaluate/1"
    assert [e["method"] for e in data["estimates"]] == ["did", "twfe"]
    wanted = {"estimate", "standard_error", "low", "high", "p_value", "per_period"}
    assert wanted <= set(data["estimates"][0])
    assert data["verdict"] in ("shown", "not_shown", "not_detectable")
    assert all({"id", "text"} <= set(flag) for flag in data["flags"])
    assert data["settlement"] is None
    again = CliRunner().invoke(main, ["evaluate", "run", str(path), "--format", "json"])
    assert again.stdout == result.stdout


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_report_is_whole_in_both_languages(three_years: Evaluation, tmp_path: Path, lang: Any) -> None:
    """HTML and Markdown say the same, every figure of the page is a file, every table a CSV; nothing is from "
    "elsewhere."""
    written = {str(p.relative_to(tmp_path)) for p in write_report(three_years, tmp_path, lang)}
    page, text = ((tmp_path / name).read_text("utf-8") for name in ("report.html", "report.md"))
    assert {
        "evaluation.json",
        "manifest.json",
        "tables/savings.csv",
        "tables/settlement.csv",
        "tables/groups.csv",
    } <= written
    figures = re.findall(r"\(figures/([a-z_]+)\.svg\)", text)
    assert {f"figures/{name}.svg" for name in figures} == {p for p in written if p.startswith("figures/")}
    assert page.count("<figure>") == len(figures) >= 4
    assert "http" not in re.sub(r"http://www\.w3\.org/\S*|http-equiv", "", page)
    for method in three_years.estimates:
        assert escape(METHODS[method.method][0 if lang == "nl" else 1]) in page
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] == 1
    assert manifest["data_sha256"] == three_years.loaded.data_sha256


def test_a_title_of_a_user_is_text_and_nothing_else(tmp_path: Path) -> None:
    """Markup in a title is shown, not obeyed."""
    found = found_in(tmp_path, title="<script>alert(1)</script> | x")
    write_report(found, tmp_path / "out", "nl")
    assert "<script>" not in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script>" not in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_a_screen_for_a_verdict_of_any_kind_ends_well(tmp_path: Path) -> None:
    """Exit code 0, in Dutch and English."""
    for effect in (-60.0, 0.0, 60.0):
        path = write(tmp_path, rows(effect=effect))
        for lang in ("nl", "en"):
            result = CliRunner().invoke(main, ["evaluate", "run", str(path), "--lang", lang])
            assert result.exit_code == 0, result.output
    harm = CliRunner().invoke(main, ["evaluate", "run", str(path), "--lang", "nl"]).stdout
    assert "juist hoger" in harm
