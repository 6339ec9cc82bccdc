"""Parts of the test run: order, time, and the exit code."""

import tomllib

import pytest

from scripts import run_tests
from scripts.run_tests import PARTS, PURE, PURE_TESTS, Part
from tests.architecture.source import ROOT, source_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a project of three tests, one of which fails and one of which looks at the environment."""
    (tmp_path / "test_good.py").write_text("def test_good(): pass\n", encoding="ascii")
    (tmp_path / "test_bad.py").write_text("def test_bad(): assert False\n", encoding="ascii")
    text = "import os\ndef test_embedded(): assert 'DATABASE_URL' not in os.environ\n"
    (tmp_path / "test_embedded.py").write_text(text, encoding="ascii")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plain = ["-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    for name in ("good", "bad", "embedded"):
        monkeypatch.setitem(PARTS, name, Part(name, [*plain, f"test_{name}.py"]))
    return tmp_path


def test_parts_run_in_order_and_say_how_long_they_took(folder, capfd):
    assert run_tests.run(["good", "embedded"]) == []
    lines = [line for line in capfd.readouterr().out.splitlines() if line.strip()]
    assert lines[0] == "== good"
    assert next(line for line in lines if "用时" in line).endswith("秒")
    assert "1 passed" in lines[-1]


def test_a_failed_part_does_not_stop_the_others(folder, capfd):
    assert run_tests.run(["bad", "good"]) == ["bad"]
    assert "1 passed" in capfd.readouterr().out


def test_embedded_parts_do_not_see_the_services_of_the_shell(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    assert run_tests.run(["embedded"]) == []


def test_every_module_of_rules_is_pure_and_has_its_tests():
    homes = {file.parts[: file.parts.index("rules") + 1] for file in source_files() if "rules" in file.parts}
    modules = sorted(homes)
    assert set(PURE) == {*(".".join(parts) for parts in modules), "youthleague.kernel"}
    assert set(PURE_TESTS) == {*(f"{parts[-2]}/test_rules.py" for parts in modules), "kernel"}
    assert all((ROOT / "tests" / name).exists() for name in PURE_TESTS)


def test_every_marked_test_has_its_part():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    own = {line.partition(":")[0] for line in options["markers"]}
    chosen = {part.arguments[-1].removeprefix("tests/") for part in PARTS.values()}
    assert own - chosen == {"corpus"}
