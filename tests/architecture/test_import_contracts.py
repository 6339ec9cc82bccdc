"""The contracts of import-linter say no when they should: a house of empty rooms, and one wrong import at a time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

ROOMS = [
    "youthleague/{apps,urls,settings,celery,admin_site,asgi,wsgi}",
    "youthleague/workbench/{__init__,views}",
    "youthleague/sheets/{__init__,models,services}",
    "youthleague/notices/{__init__,models}",
    "youthleague/audit/{__init__,models}",
    "youthleague/protection/{__init__,keyfile,models}",
    "youthleague/workbooks/{__init__,child}",
    "youthleague/kernel/{__init__,dates}",
    "orgs/{__init__,apps,models,services,rules,signals,views,querysets}",
    "cadres/{__init__,models,services}",
    "linkage/{__init__,models,querysets,services,rules,access,views,reports}",
    "appraisal/{__init__,models,reports}",
]
HOUSE = "Imports run downwards through the house"
APP = "Imports run downwards through the rooms of an app"
SHARED = "The shared packages keep the same order of rooms"
SIDEWAYS = "Modules beside one another import in one direction"
PURE = "Kernel and workbooks know no web framework, no database and no queue"
PARSERS = "Spreadsheets are parsed in the throw-away child only"
SETTINGS = "Settings are read through django.conf"
REPORTS = "The appraisal reads the linkage through its reports only"


def build_house(folder):
    """Write every room as an empty module."""
    for entry in ROOMS:
        package, names = re.fullmatch(r"([\w/]+)/\{([\w,]+)\}", entry).groups()
        (folder / package).mkdir(parents=True, exist_ok=True)
        for name in names.split(","):
            (folder / package / f"{name}.py").touch()
    (folder / "youthleague" / "__init__.py").touch()
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")


def broken_contracts(folder):
    linter = Path(sys.executable).parent / "lint-imports"
    command = [linter, "--no-logo", "--no-cache"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return set(re.findall(r"^(.+) BROKEN", result.stdout, re.MULTILINE)) or {result.stdout.splitlines()[-1]}


def test_a_house_of_empty_rooms_is_in_order(tmp_path):
    build_house(tmp_path)
    assert broken_contracts(tmp_path) == {"Contracts: 8 kept, 0 broken."}


@pytest.mark.parametrize(
    ("path", "text", "contract"),
    [
        ("orgs/services.py", "import cadres.models", HOUSE),
        ("linkage/models.py", "import appraisal.models", HOUSE),
        ("appraisal/reports.py", "import linkage.models", REPORTS),
        ("youthleague/kernel/dates.py", "import youthleague.audit.models", HOUSE),
        ("cadres/services.py", "import youthleague.workbench.views", HOUSE),
        ("orgs/models.py", "import orgs.services", APP),
        ("orgs/selectors.py", "", APP),
        ("youthleague/sheets/models.py", "import youthleague.sheets.services", SHARED),
        ("youthleague/kernel/dates.py", "import django", PURE),
        ("youthleague/sheets/services.py", "import python_calamine", PARSERS),
        ("orgs/services.py", "import youthleague.settings", SETTINGS),
    ],
)
def test_a_wrong_import_breaks_its_contract(tmp_path, path, text, contract):
    build_house(tmp_path)
    (tmp_path / path).write_text(f"{text}\n", encoding="utf-8")
    assert contract in broken_contracts(tmp_path)


def test_modules_that_import_one_another_are_found(tmp_path):
    build_house(tmp_path)
    (tmp_path / "orgs" / "rules.py").write_text("import orgs.signals\n", encoding="utf-8")
    (tmp_path / "orgs" / "signals.py").write_text("import orgs.rules\n", encoding="utf-8")
    assert broken_contracts(tmp_path) == {SIDEWAYS}
