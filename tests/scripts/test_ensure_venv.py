"""The virtual environment is made once, and again only when the requirements change."""

import os
import shutil
import subprocess

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def project(tmp_path):
    """Give a project without requirements, so that nothing is fetched."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("*.pyc"))
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("# none\n", encoding="ascii")
    return tmp_path


def ensure(project, purpose="run", **environment):
    command = ["sh", "scripts/ensure_venv.sh", purpose]
    own = {**os.environ, **environment}
    return subprocess.run(command, cwd=project, env=own, capture_output=True, text=True, check=False)


def test_packages_are_installed_once_and_again_after_a_change(project):
    assert ensure(project, "dev").stdout == "正在安装 Python 包……\n"
    assert (ensure(project, "dev").stdout, ensure(project, "run").stdout) == ("", "")
    (project / "requirements.txt").write_text("# still none\n", encoding="ascii")
    assert ensure(project, "run").stdout == "正在安装 Python 包……\n"
    assert ensure(project, "run").stdout == ""


def test_a_missing_interpreter_is_one_sentence(project):
    result = ensure(project, PYTHON="/nonexistent/python3")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "需要 Python 3.11 或更高版本，请先安装，或用 PYTHON=路径 指明。\n"
    assert not (project / ".venv").exists()
