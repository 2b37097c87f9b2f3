"""Small studies on disk for tests: forty municipalities, ten years, four of them with a programme from 2018."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

YEARS = range(2012, 2022)
TREATED = ["GM0001", "GM0002", "GM0003", "GM0004"]
Row = dict[str, Any]


def rows(*, effect: float = -60.0, units: int = 40, noise: float = 20.0, seed: int = 7) -> list[Row]:
    """A made-up panel in which the truth is known: `effect` euro per person-year in the treated from 2018."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(1, units + 1):
        name, level, weight = f"GM{k:04d}", rng.normal(2500, 120), int(rng.uniform(8_000, 40_000))
        for year in YEARS:
            done = effect if name in TREATED and year >= 2018 else 0.0
            cost = level + 30 * (year - 2012) + rng.normal(0, noise) + done
            found.append({"unit": name, "period": year, "outcome": round(cost, 2), "weight": weight})
    return found


def study(**changed: Any) -> dict[str, Any]:
    """A sound study of these rows, with changes; None takes a key away."""
    sound: dict[str, Any] = {
        "title": "Een studie",
        "data": "panel.csv",
        "treated": list(TREATED),
        "start": 2018,
        "methods": ["did"],
        "primary_method": "did",
        "plan": 50.0,
    }
    return {key: value for key, value in {**sound, **changed}.items() if value is not None}


def write(folder: Path, panel: Iterable[Row], **changed: Any) -> Path:
    """Both files in a folder; the study's path."""
    listed = list(panel)
    headings = list(dict.fromkeys(key for row in listed for key in row))
    lines = [",".join(headings), *(",".join(_cell(row.get(h)) for h in headings) for row in listed)]
    (folder / "panel.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return write_study(folder, study(**changed))


def write_study(folder: Path, said: dict[str, Any]) -> Path:
    """The study file alone."""
    path = folder / "study.yaml"
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(said, stream)
    return path


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
