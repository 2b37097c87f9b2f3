"""Where things stand on a sheet of the form: columns counted from 0, and which kinds of value have several cells."""

from __future__ import annotations

KEY, LABEL, VALUE, LOW, HIGH, UNIT, PRICE_YEAR, SOURCE, STANDING, EXPLANATION = range(10)
"""Columns of a sheet with rows; a grid has unit and explanation elsewhere."""
FIRST_AGE = 4
"""First column of the age classes on a grid; the explanation of its other rows begins there."""
RANGED = frozenset({"share", "growth", "count", "number", "euro", "eurocost", "asked"})
"""Kinds that have low, high, source and standing."""
PRICED = frozenset({"euro", "eurocost", "asked"})
"""Kinds that have a price year."""
