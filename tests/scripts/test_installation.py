"""A whole installation: it starts, says so, comes back after a crash, and ends without a trace."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scripts.serve import readiness
from scripts.throwaway import environment, free_port
from tests.architecture.source import ROOT
from tests.scripts.processes import pids_of, wait_until

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Running:
    """The process that was typed, the port of its portal, and what it printed."""

    process: subprocess.Popen[str]
    port: int
    printed: str


def start(var_dir: Path, port: int) -> subprocess.Popen[str]:
    """Type ``make run`` in a process group of its own, as a terminal would."""
    own = {**os.environ, "VAR_DIR": str(var_dir), "PORT": str(port)}
    return subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def read_until_ready(process: subprocess.Popen[str]) -> str:
    """Read what the start prints up to its last sentence."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("按 Ctrl-C"):
            break
    return "".join(lines)


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    """Give an empty folder that others may look into; the first start fills it."""
    with tempfile.TemporaryDirectory(prefix="youthleague-") as folder, environment(VAR_DIR=folder, DEMO="1"):
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def started(var_dir) -> Iterator[list[Running]]:
    """List what was started; what still runs in the end is stopped."""
    all_of_them: list[Running] = []
    yield all_of_them
    for one in all_of_them:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGTERM)
            one.process.wait(20)
        one.process.stdout.close()


@pytest.fixture
def running(var_dir, started) -> Running:
    """Lend the portal that runs, started anew when a test has ended it."""
    if not started or started[-1].process.poll() is not None:
        port = free_port()
        process = start(var_dir, port)
        started.append(Running(process, port, read_until_ready(process)))
    return started[-1]


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    code = connection.getresponse().status
    connection.close()
    return code


def test_the_start_prints_the_address_and_an_account_per_role(running, var_dir):
    port, printed = running.port, running.printed
    accounts = (var_dir / "demo-accounts.txt").read_text(encoding="utf-8").split("\n")
    roles = {line.split()[1] for line in accounts if line}
    assert f"门户已就绪：http://127.0.0.1:{port}/" in printed
    assert re.search(r"^启动用时 \d+\.\d 秒。$", printed, re.MULTILINE)
    assert len([line for line in printed.splitlines() if line.startswith("  ")]) == len(roles) >= 3
    assert (var_dir / "demo-accounts.txt").stat().st_mode & 0o077 == 0
    assert status(port, "/sign-in/") == 200


def test_what_it_writes_is_nobody_elses(running, var_dir):
    open_to_others = [path for path in var_dir.rglob("*") if path.lstat().st_mode & 0o077]
    assert (open_to_others, (var_dir / "db.sqlite3").exists()) == ([], True)


def web_processes(var_dir: Path) -> list[int]:
    """List the processes of the web server itself, its master first."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids_of(var_dir)}
    return sorted(pid for pid, line in lines.items() if b"youthleague.wsgi" in line and b"keep_running" not in line)


def test_a_killed_web_server_comes_back(running, var_dir):
    before = web_processes(var_dir)
    os.kill(before[0], signal.SIGKILL)
    assert wait_until(
        lambda: readiness(running.port, "127.0.0.1") == 200 and not set(before) & set(web_processes(var_dir))
    )


def interrupt_group(process: subprocess.Popen[str]) -> None:
    """Do what a terminal does on Ctrl-C."""
    os.killpg(process.pid, signal.SIGINT)


ENDS = {
    "ctrl-c": interrupt_group,
    "make interrupted": lambda process: process.send_signal(signal.SIGINT),
    "make killed": lambda process: process.kill(),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_all_of_it_ends_together(running, var_dir, end):
    end(running.process)
    running.process.wait(20)
    assert wait_until(lambda: pids_of(var_dir) == set())
    assert readiness(running.port, "127.0.0.1") == 0
