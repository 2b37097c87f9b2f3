"""What a plain text in a file means: a number, a date, a truth value or just text.

Numbers as a Dutch keyboard produces them (`0,6`, `250.000`, `12 %`) are recognised and refused with the way to write
them, never guessed. Nothing here knows a file or a key.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

MOST_FOUND = 200
"""Characters of a found text that a problem keeps."""

_SPACE = "[ \u00a0\u2009\u202f]"
_CORE = rf"[-+−–]?[0-9](?:(?:[0-9.,]|{_SPACE})*[0-9])?"
_EURO = "(?:€|euro|eur)"
_DASH = "(?:[.,][-–—]+)"
_TYPED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for code, pattern in (
        ("number.not_finite", r"[-+−]?\.?(?:nan|inf|infinity)"),
        ("number.currency", rf"[-+−]?{_EURO}{_SPACE}*{_CORE}{_DASH}?|{_CORE}{_DASH}?{_SPACE}*{_EURO}|{_CORE}{_DASH}"),
        ("number.percent", rf"{_CORE}{_SPACE}*(?:%|‰|procent|percent|pct\.?)"),
        ("number.underscore", r"[-+−]?[0-9][0-9.,]*(?:_[0-9.,]+)+"),
        ("number.thousands_point", r"[-+−–]?[1-9][0-9]{0,2}\.[0-9]{3}"),
        ("number.thousands_points", r"[-+−–]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"),
        ("number.thousands_comma", r"[-+−–]?[1-9][0-9]{0,2},[0-9]{3}"),
        ("number.thousands_commas", r"[-+−–]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)"),
        ("number.decimal_comma", rf"[-+−–]?(?:[0-9](?:[0-9.]|{_SPACE})*)?,[0-9]+(?:e[-+]?[0-9]+)?"),
        ("number.space", rf"[-+−–]?[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+(?:\.[0-9]+)?"),
        ("number.minus", r"[−–][0-9]+(?:\.[0-9]+)?"),
    )
)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LONGEST_NUMBER = 80


def suspicious_number(raw: str) -> str | None:
    """The code of the problem when a text looks like a number that is not written with a plain decimal point.

    A point before exactly three digits, as in 250.000, may mean thousands or decimals: it is never guessed.
    """
    text = raw.strip()
    if len(text) > _LONGEST_NUMBER and not _FLOAT.fullmatch(text):
        return None
    code = next((code for code, pattern in _TYPED if pattern.fullmatch(text)), None)
    if code is None and _FLOAT.fullmatch(text) and not math.isfinite(float(text)):
        return "number.not_finite"
    return code


def number_facts(raw: str, code: str) -> dict[str, str]:
    """How the number should be written: `as_number`, and `as_decimal` or `as_share` where the code needs them."""
    if not code.startswith("number.") or code == "number.not_finite":
        return {}
    bare = re.sub(rf"{_SPACE}|_|{_DASH}|{_EURO}|%|‰|procent|percent|pct\.?|^\+", "", raw.strip(), flags=re.IGNORECASE)
    bare = re.sub("[−–]", "-", bare)
    inner = suspicious_number(bare)
    if inner == "number.decimal_comma":
        number = bare.replace(".", "").replace(",", ".")
    elif inner and "thousands_comma" in inner:
        number = bare.replace(",", "")
    else:
        number = bare.replace(".", "") if inner and "thousands_point" in inner else bare
    if code in ("number.thousands_point", "number.thousands_comma"):
        return {"as_number": number, "as_decimal": _unambiguous(bare.replace(",", "."))}
    if code == "number.percent":
        parts = 1000 if "‰" in raw else 100
        return {"as_share": share_text(bare.replace(",", "."), parts)}
    return {"as_number": number}


def _unambiguous(decimal: str) -> str:
    """A decimal number written so that its point cannot be taken for thousands: 12.5 for 12.500, 1.1250 for 1.125."""
    short = decimal.rstrip("0")
    short += "0" if short.endswith(".") else ""
    return decimal + "0" if suspicious_number(short) else short


def share_text(number: str, parts: int = 100) -> str:
    """A percentage or permille as the share to type (35 gives 0.35); an example if it is no number."""
    try:
        return f"{float(number) / parts:.10g}"
    except ValueError:
        return "0.35"


def plain_scalar(raw: str) -> tuple[Any, str | None]:
    """What an unquoted text means, and the code of the problem when it must not be guessed.

    Returns:
        None, bool, int, float, date or str; a text with a problem stays text.
    """
    lower = raw.lower()
    if lower in ("", "~", "null"):
        return None, None
    if lower in ("true", "false"):
        return lower == "true", None
    if not any(c in "0123456789" for c in raw) and lower.lstrip("+-−.") not in ("nan", "inf", "infinity"):
        return raw, None
    if code := suspicious_number(raw):
        return raw, code
    if _INT.fullmatch(raw):
        return int(raw), None
    if _FLOAT.fullmatch(raw):
        return float(raw), None
    if _DATE.fullmatch(raw):
        try:
            return dt.date.fromisoformat(raw), None
        except ValueError:
            return raw, "value.impossible_date"
    return raw, None


def reads_as_number(text: str) -> bool:
    """Whether a text is a number written as it should be."""
    return _FLOAT.fullmatch(text.strip()) is not None
