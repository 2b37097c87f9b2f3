"""The project's own files agree with each other."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import coalition

ROOT = Path(__file__).resolve().parents[1]

REQUIRED_IN_PUBLICCODE = [
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "categories",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
]

# What belongs to one machine, or tells where one machine fetches its packages.
FOREIGN = {
    "absolute path": re.compile(r"(?<![\w./:-])/(?:work|root|home|Users|mnt|opt)/\w"),
    "Windows path": re.compile(r"\b[A-Z]:\\(?:Users|work)\b"),
    "package registry": re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|--index-url http"),
}


def load_yaml(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the repository."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return tuple(ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    """Name and text of every text file of the project."""
    found = []
    for path in project_files():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # workbooks, and made-up source files in the publishers' own encodings
    return found


def changelog_versions() -> list[str]:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## (\d+\.\d+\.\d+)", text, flags=re.MULTILINE)


def test_one_version_everywhere() -> None:
    """The package, its metadata, the top of the changelog and publiccode.yml name the same version."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = metadata["project"]["version"]
    assert [version] * 3 == [
        coalition.__version__,
        changelog_versions()[0],
        load_yaml("publiccode.yml")["softwareVersion"],
    ]


def test_every_version_says_which_numbers_change() -> None:
    """Whoever upgrades finds, under each version, which results move."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.count("\n### Numbers that change\n") == len(changelog_versions())


def test_publiccode_has_what_the_standard_requires() -> None:
    """A catalogue of public software can read the project's card."""
    card = load_yaml("publiccode.yml")
    for key in REQUIRED_IN_PUBLICCODE:
        value = card
        for part in key.split("."):
            value = value[part]
        assert value not in (None, "", [], {}), key


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_publiccode_descriptions_keep_to_the_lengths_of_the_standard(lang: str) -> None:
    """One line of at most 150 characters, then 150 to 10,000, then features."""
    text = load_yaml("publiccode.yml")["description"][lang]
    assert 0 < len(text["shortDescription"].strip()) <= 150
    assert 150 <= len(text["longDescription"]) <= 10_000
    assert len(text["features"]) >= 5


def test_one_licence_everywhere() -> None:
    """Metadata, card and licence text name the EUPL 1.2."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["license"] == load_yaml("publiccode.yml")["legal"]["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").split("\n")[
        0
    ].strip() == "EUROPEAN UNION PUBLIC LICENCE v. 1.2"


@pytest.mark.parametrize("what", sorted(FOREIGN))
def test_no_file_speaks_of_one_machine(what: str) -> None:
    """Everything works elsewhere: no path of a machine, no address of a package registry."""
    own = Path(__file__).relative_to(ROOT).as_posix()
    assert [name for name, text in texts() if name != own and FOREIGN[what].search(text)] == []


def test_every_link_to_a_file_leads_somewhere() -> None:
    """A reader who clicks in a page of the project arrives."""
    broken = []
    for name, text in texts():
        if not name.endswith(".md"):
            continue
        prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            file = target.split("#")[0]
            if file and not re.match(r"[a-z]+:", file) and not (ROOT / name).parent.joinpath(file).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_hooks_run_what_make_check_runs() -> None:
    """A commit meets the same three tools as `make check`, from the same environment."""
    hooks = [hook for repo in load_yaml(".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for hook in hooks:
        tool = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert f"$(BIN)/{tool}" in makefile, hook["id"]
    assert {hook["id"] for hook in hooks} == {"mypy", "ruff", "ruff-format"}


@pytest.mark.parametrize("lock", ["demo", "test"])
def test_locks_name_every_package_with_its_hashes(lock: str) -> None:
    """pip refuses a lock in which one package has no hash, so a fresh machine gets what was tested."""
    entries = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    assert [line for line in entries if line and "--hash=sha256:" not in line] == []


def test_the_demo_lock_holds_every_core_dependency() -> None:
    """What pyproject.toml declares is what the lock pins."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        re.split(r"[<>=\[ ]", entry)[0].lower().replace(".", "-") for entry in metadata["project"]["dependencies"]
    }
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / "demo.txt").read_text(), flags=re.MULTILINE))
    assert declared - pinned == set()


def test_folders_beside_the_package_travel_in_the_wheel() -> None:
    """Scenarios and Excel templates lie outside the package and are mapped into it."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mapped = metadata["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert mapped == {name: f"coalition/_shipped/{name}" for name in ("scenarios", "excel_templates")}
    assert all((ROOT / name).is_dir() for name in mapped)
