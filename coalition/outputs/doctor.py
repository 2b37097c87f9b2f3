"""A self-test: versions, solver, locale and extras, for a user's IT department."""

from __future__ import annotations

import locale
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from coalition import __version__

CORE = (
    "pandas",
    "numpy",
    "pyomo",
    "highspy",
    "pydantic",
    "ruamel.yaml",
    "openpyxl",
    "XlsxWriter",
    "click",
    "rich",
    "Babel",
)
EXTRAS = {
    "evaluate": "statsmodels",
    "charts": "altair",
    "web": "fastapi",
    "simulate": "SALib",
    "cluster": "dask",
    "verify": "formulas",
}


def doctor_text(lang: str) -> str:
    """One fact per line."""
    missing = "niet aanwezig" if lang == "nl" else "not installed"
    lines = [
        f"coalition {__version__}",
        f"Python {platform.python_version()} ({platform.system()} {platform.machine()})",
    ]
    lines += [f"{name} {_version(name) or missing}" for name in CORE]
    lines.append(f"{'oplosser' if lang == 'nl' else 'solver'}: HiGHS {_solver(missing)}")
    lines.append(f"{'taalinstelling' if lang == 'nl' else 'locale'}: {locale.getlocale()[0] or '-'}")
    for extra, module in EXTRAS.items():
        lines.append(f"extra [{extra}]: {_version(module) or missing}")
    return "\n".join(lines)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _solver(missing: str) -> str:
    if find_spec("highspy") is None:
        return missing
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    return str(solver.version())
