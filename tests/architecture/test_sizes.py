"""Files and functions stay small, modules say what lives in them, and names come from the closed vocabulary."""

import ast
import re
import tomllib

import pytest

from tests.architecture.source import ROOT, SourceFile, all_files, packages, snippet, source_files

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
JUNK_DRAWERS = {"base", "common", "handler", "handlers", "helper", "helpers", "manager", "misc", "util", "utils"}


def rooms_of_a_domain_app() -> set[str]:
    """Read the closed vocabulary where import-linter holds its order."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [rooms] = [contract for contract in contracts if contract["id"] == "rooms"]
    return {name for layer in rooms["layers"] for name in re.findall(r"\w+", layer)}


ROOMS = rooms_of_a_domain_app() | {"migrations"}


def long_file(file: SourceFile) -> list[str]:
    lines = len(file.text.splitlines())
    return [f"{file.path} {lines} lines"] if lines > MOST_LINES_OF_A_FILE else []


def long_functions(file: SourceFile) -> list[str]:
    functions = (node for node in ast.walk(file.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    lengths = ((node, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions)
    return [f"{file.path}:{node.lineno} {node.name} {n} lines" for node, n in lengths if n > MOST_LINES_OF_A_FUNCTION]


def silent_module(file: SourceFile) -> list[str]:
    """Find a module that does not say what lives there; empty files need not."""
    says = ast.get_docstring(file.tree) or not file.text.strip()
    return [] if says else [str(file.path)]


def junk_drawer(file: SourceFile) -> list[str]:
    return [str(file.path)] if JUNK_DRAWERS.intersection(file.parts) else []


def unknown_room(file: SourceFile) -> list[str]:
    """Find a module of a domain app whose name is no room."""
    return [] if file.parts[1] in ROOMS | {"__init__"} else [str(file.path)]


def domain_apps() -> set[str]:
    return set(packages()) - {"youthleague"}


@pytest.mark.parametrize("find", [long_file, long_functions, silent_module, junk_drawer])
def test_every_file_is_in_order(find):
    assert [fault for file in all_files() for fault in find(file)] == []


def test_domain_apps_have_only_known_rooms():
    rooms = [file for file in source_files() if file.parts[0] in domain_apps()]
    assert [fault for file in rooms for fault in unknown_room(file)] == []


def test_the_project_package_is_empty():
    assert [file.text for file in source_files() if file.parts == ("youthleague", "__init__")] == [""]


@pytest.mark.parametrize(
    ("find", "text", "path"),
    [
        (long_file, "x = 1\n" * 401, "orgs/services.py"),
        (long_functions, "def f():\n" + "    x = 1\n" * 40, "orgs/services.py"),
        (silent_module, "import os\n", "orgs/services.py"),
        (junk_drawer, "", "orgs/services/utils.py"),
        (unknown_room, "", "orgs/selectors.py"),
        (unknown_room, "", "cadres/logic/rules.py"),
    ],
)
def test_what_is_out_of_order_is_found(find, text, path):
    assert len(find(snippet(text, path))) == 1


@pytest.mark.parametrize(
    ("find", "text", "path"),
    [
        (long_file, "x = 1\n" * 400, "orgs/services.py"),
        (long_functions, "def f():\n" + "    x = 1\n" * 39, "orgs/services.py"),
        (silent_module, '"""Services."""\n', "orgs/services.py"),
        (silent_module, "", "orgs/__init__.py"),
        (unknown_room, "", "orgs/services/moves.py"),
    ],
)
def test_the_limit_itself_is_allowed(find, text, path):
    assert find(snippet(text, path)) == []
