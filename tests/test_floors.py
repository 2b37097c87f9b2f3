"""The house: which module may import which, and what a light command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "coalition"

VALUES = {"errors", "parties", "money", "tables"}
SAYING = VALUES | {"problems", "messages", "contract_messages", "optimise_messages", "workbook_messages"}
FILES = SAYING | {"region", "scalars", "reading", "breaches", "csv_tables", "region_files", "parameters", "catalogue"}
TERMS = {"contracts", "contract_checks", "fund_terms", "arrangement_terms", "optimise_terms"}
CHECKS = {"scope_checks", "joint_checks", "arrangement_checks", "optimise_checks", "checks"}
SCENARIO = FILES | TERMS | CHECKS | {"numbers", "schema", "contract_files", "forms", "scenario"}
COST = SCENARIO | {"laws", "inputs", "cells", "prices", "baseline", "gemeentepolis"}
EFFECT = COST | {"streams", "kernels", "overlap", "joint", "projection", "holders"}
LEDGER = EFFECT | {"ledger", "payers", "law_alone"}
AGREED = LEDGER | {
    "clauses",
    "contract_cells",
    "clauses_in_cells",
    "shared_savings",
    "chances",
    "measurements",
    "fund",
    "fund_measures",
    "departures",
    "benchmarks",
    "measured",
    "claims",
    "arrangements",
    "arrangements_in_cells",
    "agreed",
}
STUDIES = AGREED | {"wrong_pocket", "model", "uncertainty", "notes", "origins", "tables_used", "figures", "steps"}
STUDIES |= {"steps_of_law", "steps_agreed", "trace", "report", "sensitivity", "derivation", "agreement", "transfers"}
PROGRAMME = {"candidates", "allocation_problem", "contract_rules", "allocation_rules"}
PLANS = {"plans", "solver", "coefficients", "optimise", "allocations", "best_plan", "fund_rooms", "margins", *PROGRAMME}
PLANS |= {"corrections", "plan_payments", "allocation_studies", "fitted_terms", "sure_plans"}
PLANS |= {"straight_lines", "contract_rooms", "contracts_followed"}

# In reading order: every name on the right stands above its user. `sources`, `outputs` and `workbook` are folders of
# equals, one line each; `__init__` gives the version.
MAY_IMPORT: dict[str, set[str]] = {
    # 0  what can go wrong; names, cents, columns
    "__init__": set(),
    "errors": set(),
    "problems": {"errors"},
    "parties": set(),
    "money": {"errors"},
    "tables": {"errors"},
    "cells": {"errors"},
    "messages": {"errors", "problems"},
    "contract_messages": {"messages"},
    "optimise_messages": {"messages"},
    "workbook_messages": {"messages"},
    # 1  files to plain data; dated, sourced values
    "region": VALUES,
    "scalars": set(),
    "reading": {"errors", "problems", "scalars"},
    "breaches": {"problems", "reading", "scalars"},
    "csv_tables": SAYING | {"scalars", "reading", "region"},
    "region_files": VALUES | {"problems", "region", "csv_tables"},
    "parameters": SAYING | {"reading"},
    "catalogue": SAYING | {"reading", "parameters"},
    "terms": {"errors", "parameters"},
    # 2  what a coalition may write; published data to a region's tables
    "numbers": {"errors", "problems", "parameters"},
    "contracts": {"parties", "parameters", "numbers"},
    "contract_checks": {"problems", "contracts"},
    "fund_terms": {"parties", "numbers", "contracts"},
    "arrangement_terms": {"parties", "numbers", "contracts", "fund_terms"},
    "optimise_terms": {"parties", "numbers", "contracts", "fund_terms"},
    "schema": VALUES
    | {"problems", "region", "parameters", "catalogue", "numbers", "arrangement_terms", "optimise_terms"},
    "contract_files": FILES | TERMS | {"schema"},
    "laws": VALUES | {"parameters"},
    "scope_checks": FILES | TERMS | {"schema", "laws"},
    "joint_checks": FILES | TERMS | {"scope_checks"},
    "arrangement_checks": FILES | TERMS | {"schema", "scope_checks", "joint_checks"},
    "optimise_checks": FILES | TERMS | {"numbers", "schema", "scope_checks"},
    "checks": FILES | TERMS | CHECKS - {"checks"} | {"numbers", "schema", "laws"},
    "forms": FILES,
    "scenario": FILES | TERMS | {"forms", "numbers", "schema", "checks"},
    "sources": FILES,
    # 3  numbers per draw, prices; cost without the programme, who is insured
    "inputs": {"errors", "numbers"},
    "prices": {"errors", "parameters", "numbers", "inputs", "cells"},
    "baseline": SCENARIO | {"inputs", "cells", "prices"},
    "gemeentepolis": SCENARIO | {"inputs", "prices", "baseline"},
    # 4  starters to avoided cost; on whose account it falls
    "streams": COST,
    "kernels": COST,
    "overlap": COST,
    "joint": COST | {"streams", "kernels", "overlap"},
    "projection": COST | {"streams", "kernels", "joint"},
    "holders": COST,
    # 5  every euro from one account to another; who may pay; what the law does by itself
    "ledger": VALUES,
    "payers": EFFECT | {"ledger"},
    "law_alone": EFFECT | {"ledger", "payers"},
    # 6  what is agreed on top of the law
    "clauses": VALUES | {"numbers", "inputs", "contracts"},
    "contract_cells": {"money", "numbers", "contracts", "cells", "clauses"},
    "clauses_in_cells": {"errors", "contracts", "cells", "clauses", "contract_cells"},
    "shared_savings": VALUES | {"inputs", "contracts", "cells", "clauses", "contract_cells", "clauses_in_cells"},
    "chances": {"contracts", "inputs", "clauses", "shared_savings"},
    "fund": VALUES | {"inputs", "fund_terms", "cells"},
    "fund_measures": VALUES | {"inputs", "fund"},
    "departures": SCENARIO,
    "transfers": VALUES | {"cells"},
    "measurements": FILES | TERMS | {"numbers", "inputs", "clauses", "shared_savings"},
    "benchmarks": {"parties", "contracts", "inputs", "cells", "contract_cells"},
    "measured": LEDGER | {"clauses", "shared_savings", "benchmarks", "contract_cells"},
    "claims": LEDGER | {"measured"},
    "arrangements": LEDGER | {"measured", "claims"},
    "arrangements_in_cells": LEDGER | {"arrangements"},
    "agreed": LEDGER | {"clauses", "shared_savings", "fund", "measured", "claims", "arrangements", "contract_cells"},
    # 7  views
    "wrong_pocket": VALUES | {"ledger", "cells"},
    # 8  the floors in order
    "model": AGREED | {"wrong_pocket"},
    # 9  studies and what a reader sees, as values: the model and lower, never another study but the report
    "uncertainty": AGREED | {"wrong_pocket", "model"},
    "notes": AGREED | {"model"},
    "origins": AGREED,
    "tables_used": AGREED | {"origins"},
    "figures": AGREED | {"origins"},
    "steps": AGREED | {"model"},
    "steps_of_law": AGREED | {"model", "steps"},
    "steps_agreed": AGREED | {"steps"},
    "trace": AGREED | {"model", "origins", "tables_used", "steps", "steps_of_law", "steps_agreed"},
    "report": AGREED | {"wrong_pocket", "model", "uncertainty", "notes"},
    "sensitivity": AGREED | {"model", "uncertainty", "origins", "tables_used", "figures", "trace", "report"},
    "derivation": STUDIES - {"uncertainty", "notes", "derivation", "agreement", "transfers"},
    "agreement": AGREED | {"wrong_pocket", "model", "report", "transfers"},
    # 9a plans: what a scenario does, what each start of it brings, and where the money should go
    "plans": SCENARIO,
    "solver": {"errors"},
    "candidates": SCENARIO | {"plans"},
    "fund_rooms": AGREED | {"model", "plans"},
    "straight_lines": set(),
    "contract_rooms": AGREED | {"straight_lines"},
    "margins": AGREED | {"model", "plans", "contract_rooms"},
    "contracts_followed": AGREED | {"plans", "candidates", "contract_rooms"},
    "coefficients": AGREED | {"model", "plans", "candidates", "fund_rooms", "contract_rooms", "contracts_followed"},
    "allocation_problem": {"solver", "candidates", "coefficients"},
    "contract_rules": {"solver", "straight_lines", "contract_rooms", "allocation_problem"},
    "allocation_rules": {"solver", "candidates", "coefficients", "allocation_problem", "contract_rules"},
    "optimise": {"errors", "money", "plans", "solver", *PROGRAMME},
    "allocations": AGREED | {"model", "report", "plans", "coefficients", *PROGRAMME},
    "corrections": AGREED | {"model", "plans", "margins", "contract_rooms", "coefficients", "optimise", *PROGRAMME},
    "best_plan": AGREED
    | {"model", "report", "transfers", "corrections", "optimise", "allocations", "coefficients"}
    | {"plans", *PROGRAMME},
    "plan_payments": AGREED | {"model", "solver", "candidates", "coefficients", "allocation_problem"},
    "rules_of_thumb": SCENARIO | {"inputs", "plans", "coefficients", "optimise", *PROGRAMME},
    "allocation_studies": STUDIES | PLANS - {"allocation_studies", "fitted_terms", "sure_plans"},
    "fitted_terms": STUDIES | {"plans", "best_plan"},
    "sure_plans": STUDIES | {"plans", "coefficients", "optimise", "allocations", "best_plan", *PROGRAMME},
    # 9b after three years: a folder of estimators, and what an estimate settles
    "evaluation": STUDIES | {"sources"},
    # 10 values to files
    "outputs": STUDIES | PLANS | {"__init__", "sources", "evaluation"},
    # 11 the workbook: out with formulas, back in as a new version of the scenario
    "workbook": STUDIES | {"__init__", "sources", "outputs", "terms"},
    # 12 faces
    "command_options": set(),
    "source_commands": FILES | {"__init__", "sources", "outputs"},
    "evaluate_commands": STUDIES | {"sources", "outputs", "evaluation", "command_options"},
    "cli": STUDIES
    | {"__init__", "sources", "outputs", "workbook", "source_commands", "evaluate_commands"}
    | {"command_options"},
}

HEAVY = {"babel", "highspy", "numpy", "openpyxl", "pandas", "pydantic", "pyomo", "rich", "ruamel", "xlsxwriter"}


def module_files() -> dict[str, list[Path]]:
    """Module name -> its file, or the files of its folder; `data` and `_shipped` hold no code."""
    files: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        files.setdefault(inside.parts[0].removesuffix(".py"), []).append(path)
    return files


def runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, without what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from runtime_nodes(child)


def imported_names(path: Path) -> set[str]:
    """Dotted names below `coalition` that a file imports anywhere, inside functions too."""
    names: set[str] = set()
    for node in runtime_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.split(".")[0] == "coalition"}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}, line {node.lineno}: relative import"
            if node.module and node.module.split(".")[0] == "coalition":
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own_imports(module: str) -> set[str]:
    """The package's own modules that a module imports when it runs; a folder counts as one module."""
    files = module_files()
    found = set()
    for path in files[module]:
        for name in imported_names(path):
            first = [*name.split("."), "__init__"][1]
            found.add(first if first in files else "__init__")
    return found - {module}


def file_of(name: str) -> str | None:
    """The file, relative to the package, that an imported dotted name comes from."""
    parts = name.split(".")[1:]
    while parts:
        for candidate in (Path(*parts).with_suffix(".py"), Path(*parts, "__init__.py")):
            if (PACKAGE / candidate).exists():
                return candidate.as_posix()
        parts.pop()
    return None


def test_every_module_has_a_floor() -> None:
    """A new module gets its line in the table before anything can use it."""
    assert set(module_files()) - set(MAY_IMPORT) == set()


def test_the_table_is_in_reading_order() -> None:
    """Every name on the right stands above its user, so that a reader meets nothing unknown."""
    above: set[str] = set()
    for module, allowed in MAY_IMPORT.items():
        assert allowed - above == set(), module
        above.add(module)


@pytest.mark.parametrize("module", sorted(set(MAY_IMPORT) & set(module_files())))
def test_every_module_imports_only_what_its_floor_allows(module: str) -> None:
    """Imports go downward; a sideways or upward one is named here."""
    assert own_imports(module) - MAY_IMPORT[module] == set()


def test_no_files_import_each_other() -> None:
    """Inside the folders of equals, too, no circle of imports exists."""
    graph: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).as_posix()
        graph[own] = {found for name in imported_names(path) if (found := file_of(name))} - {own}
    circle: list[str] = []
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running the code."""
    listing = "\nimport sys\nprint('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + listing], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("module", sorted(SAYING))
def test_the_ground_floor_loads_nothing_heavy(module: str) -> None:
    """Names, cents, columns, errors and their sentences are there for the lightest command."""
    assert loaded_by(f"import coalition.{module}") & HEAVY == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Whoever only wants the version does not wait for tables, solver or workbook packages."""
    assert loaded_by("import coalition") & HEAVY == set()


def test_asking_for_help_loads_nothing_heavy() -> None:
    """`coalition --help` answers at once."""
    code = "import coalition.cli\ntry:\n    coalition.cli.main(['--help'])\nexcept SystemExit:\n    pass"
    assert loaded_by(code) & HEAVY == set()
