"""A region in two tables: people per area and age class, and cost per person per pocket.

The tables are what `coalition source region` writes and what a scenario reads. This module holds their contracts; it
knows no scenario and calculates nothing.

Ages are whole years: a class runs from `age_from` up to and including `age_to`; the open last class has an empty
`age_to`. An area is a municipality (`GM....`) whose `parent` is a province (`PV..`), or a wijk or buurt (`WK......`,
`BU........`) whose `parent` is its municipality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coalition.parties import Pocket
from coalition.tables import Column, Table

OPEN_AGE = 120
"""Last age of an open class."""

REGION = Table(
    "region",
    (
        Column("area", "string", "CBS code", "Gebied", "Area", "GM, WK or BU code"),
        Column(
            "parent",
            "string",
            "CBS code",
            "Onderdeel van",
            "Part of",
            "the municipality of a wijk or buurt; the province of a municipality",
        ),
        Column("year", "int64", "calendar year", "Jaar", "Year", "year that the counts describe"),
        Column("age_from", "int64", "years", "Leeftijd vanaf", "Age from", "first age of the class"),
        Column(
            "age_to",
            "int64",
            "years",
            "Leeftijd tot en met",
            "Age to",
            "last age of the class; empty for the open class",
            nullable=True,
        ),
        Column("people", "float64", "inhabitants", "Inwoners", "People", "inhabitants, >= 0"),
        Column(
            "insured_years",
            "float64",
            "insured years",
            "Verzekerdejaren",
            "Insured years",
            "person-years insured under the Zvw, >= 0",
        ),
    ),
    key=("area", "year", "age_from"),
)

COST = Table(
    "cost",
    (
        Column("area", "string", "CBS code", "Gebied", "Area", "as in region.csv"),
        Column("age_from", "int64", "years", "Leeftijd vanaf", "Age from", "as in region.csv"),
        Column("age_to", "int64", "years", "Leeftijd tot en met", "Age to", "as in region.csv", nullable=True),
        Column("pocket", "string", "purse", "Domein", "Pocket", "zvw, wlz, wmo, jeugdwet, …"),
        Column("price_year", "int64", "calendar year", "Prijspeil", "Price year", "one year per pocket"),
        Column(
            "cost_eur_per_person",
            "float64",
            "euro per person per year",
            "Kosten per persoon",
            "Cost per person",
            "Zvw: per insured year; other pockets: per inhabitant; >= 0",
        ),
        Column(
            "standing",
            "string",
            "observed, modelled or own_accounts",
            "Status",
            "Standing",
            "observed: published cell; modelled: national age profile; own_accounts: the municipality's own books",
        ),
    ),
    key=("area", "age_from", "pocket"),
)


@dataclass(frozen=True)
class Region:
    """A region's tables as arrays.

    Attributes:
        areas, parents: CBS code per area and of what it is part.
        age_from, age_to: first and last age per class; the open class ends at OPEN_AGE.
        years: calendar years of the people counts, ascending.
        people, insured_years: shape (area, age, year).
        cost: pocket -> euro of its price year per person, shape (area, age).
        price_year: pocket -> price year.
        modelled: pockets of which at least one cell is modelled rather than observed or taken from own accounts.
    """

    areas: tuple[str, ...]
    parents: tuple[str, ...]
    age_from: NDArray[np.int64]
    age_to: NDArray[np.int64]
    years: tuple[int, ...]
    people: NDArray[np.float64]
    insured_years: NDArray[np.float64]
    cost: dict[Pocket, NDArray[np.float64]]
    price_year: dict[Pocket, int]
    modelled: frozenset[Pocket]

    def municipality(self, position: int) -> str:
        """Code of the municipality that an area is or belongs to."""
        area = self.areas[position]
        return area if area.startswith("GM") else self.parents[position]
