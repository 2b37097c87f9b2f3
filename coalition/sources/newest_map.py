"""Vektis' rows on the newest municipal map, so that years and sources can be put side by side.

Rows of merged municipalities are added up; a kind of care that none of them has stays missing. A split municipality
is refused, or left out together with those that took its people: they all jump in the year of the split.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.sources.reading import Note, listed
from coalition.sources.recode import SPLIT_OVER, newest_code, shipped, split_problem
from coalition.sources.vektis import VEKTIS

if TYPE_CHECKING:
    import pandas as pd


def to_newest_map(frame: pd.DataFrame, *, leave_out_splits: bool = False) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """A VEKTIS table on the newest map: rows of merged municipalities are added up; `name` becomes the CBS name.

    Args:
        frame: table VEKTIS; rows with an unknown name (empty area) are left out, which is noted.
        leave_out_splits: leave out a split municipality and all that took its people, instead of refusing.
    Raises:
        SourceError: a split municipality is among the rows and `leave_out_splits` is False.
    """
    notes: list[Note] = []
    known = frame[frame["area"].notna()]
    if len(known) < len(frame):
        notes.append(Note("note.unmapped_rows", facts={"rows": len(frame) - len(known)}))
    present = set(known["area"].unique())
    splits = sorted(code for code in present if len(shipped().newest[code]) > 1)
    if splits and not leave_out_splits:
        raise SourceError([split_problem(code) for code in splits])
    without = {code for split in splits for code in (split, *SPLIT_OVER.get(split, shipped().newest[split]))}
    if without:
        notes.append(Note("note.left_out_splits", facts={"names": listed(shipped().names[c] for c in without)}))
        known = known[~known["area"].isin(list(without))]
    newest = {code: newest_code(code) for code in present - without}
    merged: dict[str, list[str]] = {}
    for code, target in newest.items():
        merged.setdefault(target, []).append(code)
    into = [shipped().names[target] for target, codes in merged.items() if len(codes) > 1]
    if into:
        notes.append(Note("note.merged", facts={"names": listed(into), "count": len(into)}))
    return _added_up(known, newest), tuple(notes)


def _added_up(frame: pd.DataFrame, newest: Mapping[str, str]) -> pd.DataFrame:
    """Rows with the same newest area, year, sex and age class as one row; kinds that no row has stay missing."""
    moved = frame.assign(area=frame["area"].map(newest))
    keys = ["year", "area", "sex", "age_from"]
    values = [c.name for c in VEKTIS.columns if c.name.endswith("_eur") or c.name in ("persons", "insured_years")]
    summed = moved.groupby(keys, sort=True, as_index=False)[values].sum(min_count=1)
    ages = frame.drop_duplicates("age_from").set_index("age_from")["age_to"]
    summed["age_to"] = summed["age_from"].map(ages)
    summed["name"] = summed["area"].map(shipped().names)
    return VEKTIS.conform(summed)
