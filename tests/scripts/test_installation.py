"""A whole installation: it starts, says so, comes back after a crash, and ends without a trace."""

import os
import signal
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scripts.serve import readiness
from scripts.throwaway import free_port, installation
from tests.architecture.source import ROOT
from tests.scripts.processes import pids_of, wait_until

pytestmark = pytest.mark.e2e


def start(var_dir: Path, port: int) -> subprocess.Popen[str]:
    """Type ``make run`` in a process group of its own, as a terminal would."""
    environment = {**os.environ, "VAR_DIR": str(var_dir), "PORT": str(port)}
    return subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
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
    with installation() as folder:
        yield folder


@pytest.fixture
def running(var_dir) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """Lend a running portal: the process that started it, its port, and what it printed."""
    port = free_port()
    process = start(var_dir, port)
    yield process, port, read_until_ready(process)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    process.stdout.close()


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    code = connection.getresponse().status
    connection.close()
    return code


def test_the_start_prints_the_address_and_an_account_per_role(running, var_dir):
    _, port, printed = running
    accounts = (var_dir / "demo-accounts.txt").read_text(encoding="utf-8").split("\n")
    roles = {line.split()[1] for line in accounts if line}
    assert f"门户已就绪：http://127.0.0.1:{port}/" in printed
    assert len([line for line in printed.splitlines() if line.startswith("  ")]) == len(roles) >= 3
    assert (var_dir / "demo-accounts.txt").stat().st_mode & 0o077 == 0
    assert status(port, "/sign-in/") == 200


def web_processes(var_dir: Path) -> list[int]:
    """List the processes of the web server itself, its master first."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids_of(var_dir)}
    return sorted(pid for pid, line in lines.items() if b"youthleague.wsgi" in line and b"keep_running" not in line)


def test_a_killed_web_server_comes_back(running, var_dir):
    _, port, _ = running
    before = web_processes(var_dir)
    os.kill(before[0], signal.SIGKILL)
    assert wait_until(lambda: readiness(port, "127.0.0.1") == 200 and not set(before) & set(web_processes(var_dir)))


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
    process, port, _ = running
    end(process)
    process.wait(20)
    assert wait_until(lambda: pids_of(var_dir) == set())
    assert readiness(port, "127.0.0.1") == 0
