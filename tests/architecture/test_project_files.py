"""Pinned requirements, and a README that says what the Makefile, the settings and the scripts really have."""

import ast
import re
import tomllib

import pytest

from tests.architecture.source import ROOT, packages

PINNED = {
    "requirements.txt": re.compile(r"[\w.-]+(\[\w+\])?~=\d+(\.\d+)+"),
    "requirements-dev.txt": re.compile(r"[\w.-]+(\[\w+\])?==\d+(\.\d+)*|-r requirements\.txt"),
}
# Set by one of our processes for another; nobody sets them by hand.
BETWEEN_PROCESSES = {"HONCHO_PROCESS_NAME", "PATH", "SUPERVISOR_PID"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def loose(lines: list[str], pinned: re.Pattern[str]) -> list[str]:
    """Find requirements that may resolve to anything."""
    wanted = [line for line in lines if line.strip() and not line.startswith("#")]
    return [line for line in wanted if not pinned.fullmatch(line)]


def make_commands(text: str) -> set[str]:
    """Collect the targets of ``make`` named in code spans and at the start of lines."""
    return set(re.findall(r"(?:^|`|&& )(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)", text, re.MULTILINE))


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!.*export)", makefile, re.MULTILINE))


def documented_variables(text: str) -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE))


def settings_variables(text: str) -> set[str]:
    """Collect the names that settings read: the first argument of ``env.…(…)`` and of the readers built on it."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    first = [node.args[0].value for node in calls if isinstance(node.args[0], ast.Constant)]
    return {value for value in first if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z_]+", value)}


def script_variables(text: str) -> set[str]:
    pairs = re.findall(r"\$\{([A-Z_]+):-|environ(?:\.get\(|\[)\"([A-Z_]+)", text)
    return {shell or python for shell, python in pairs}


def launch_variables() -> set[str]:
    """Collect what Makefile, Procfile and scripts take from the environment."""
    found = set(re.findall(r"^([A-Z_]+) \?=", read("Makefile"), re.MULTILINE))
    found |= set(re.findall(r"\$\{?([A-Z_]+)", read("Procfile")))
    for path in (ROOT / "scripts").iterdir():
        if path.suffix in {".py", ".sh"}:
            found |= script_variables(path.read_text(encoding="utf-8"))
    return found - BETWEEN_PROCESSES


@pytest.mark.parametrize("name", PINNED)
def test_requirements_are_pinned(name):
    assert loose(read(name).splitlines(), PINNED[name]) == []


@pytest.mark.parametrize("line", ["Django", "Django>=5.2", "Django~=5", "git+ssh://example/x", "--extra-index-url x"])
def test_a_loose_requirement_is_found(line):
    assert loose([line], PINNED["requirements.txt"]) == [line]


def test_documents_name_only_commands_that_exist():
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    named = {command for path in documents for command in make_commands(path.read_text(encoding="utf-8"))}
    assert named - targets(read("Makefile")) == set()


def test_an_unknown_command_is_found():
    assert make_commands("Type `make run` or\nDEMO=0 make fly && make test\nbut make sure") == {"run", "fly", "test"}


def test_the_readme_lists_the_environment_as_it_is_read():
    taken = settings_variables(read("youthleague/settings.py")) | launch_variables()
    assert documented_variables(read("README.md")) == taken


def test_a_variable_of_the_settings_is_found():
    text = 'A = env.str("SITE", default="x")\nB = _flag("DEBUG")\nC = env.list("lower")'
    assert settings_variables(text) == {"SITE", "DEBUG"}


def test_help_says_what_each_command_does():
    silent = re.findall(r"^([a-z][a-z-]*):(?!.*(?:##|export))", read("Makefile"), re.MULTILINE)
    assert silent == []


def test_ci_runs_three_commands_and_nothing_of_its_own():
    commands = [line for line in read(".ci/run").splitlines() if line.startswith("make ")]
    assert commands == ["make check", "make test", "make test-services"]


def test_every_package_is_covered_by_the_tools():
    tools = tomllib.loads(read("pyproject.toml"))["tool"]
    assert sorted(tools["importlinter"]["root_packages"]) == list(packages())
    assert sorted(tools["coverage"]["run"]["source"]) == list(packages())
