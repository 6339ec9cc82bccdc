"""The restart loop: starts again after a crash, stops at once when told, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.processes import pids_of, wait_until

LEAVES_A_CHILD = "echo $$ >>starts; sleep 300 & exec sleep 300"


@pytest.fixture
def keep(tmp_path) -> Iterator:
    """Start loops around a shell script; whatever a failed test leaves is swept afterwards."""
    loops = []

    def start(script: str, **environment: str) -> subprocess.Popen[bytes]:
        source = Path(__file__).resolve().parents[2]
        own = {"VAR_DIR": str(tmp_path), "PYTHONPATH": str(source), "PATH": os.environ["PATH"], **environment}
        command = [sys.executable, "-m", "scripts.keep_running", "sh", "-c", script]
        loops.append(subprocess.Popen(command, cwd=tmp_path, env=own, stdout=subprocess.DEVNULL))
        return loops[-1]

    yield start
    for pid in pids_of(tmp_path):
        os.kill(pid, signal.SIGKILL)
    for loop in loops:
        loop.wait()


def starts(folder: Path) -> list[str]:
    file = folder / "starts"
    return file.read_text(encoding="ascii").split() if file.exists() else []


def test_a_crashed_process_is_started_again_without_its_leftovers(keep, tmp_path):
    keep(LEAVES_A_CHILD)
    assert wait_until(lambda: len(pids_of(tmp_path, "sleep")) == 2)
    before = pids_of(tmp_path, "sleep")
    os.kill(int(starts(tmp_path)[0]), signal.SIGKILL)
    assert wait_until(lambda: len(starts(tmp_path)) == 2 and len(pids_of(tmp_path, "sleep")) == 2)
    assert pids_of(tmp_path, "sleep") & before == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_loop_and_all_that_it_started(keep, tmp_path, number):
    loop = keep(LEAVES_A_CHILD)
    assert wait_until(lambda: len(pids_of(tmp_path, "sleep")) == 2)
    loop.send_signal(number)
    assert loop.wait(10) == 0
    assert wait_until(lambda: pids_of(tmp_path) == set(), 2)


def test_a_process_that_does_not_listen_is_killed(keep, tmp_path):
    loop = keep("trap '' TERM; echo $$ >>starts; while true; do sleep 1; done")
    assert wait_until(lambda: len(starts(tmp_path)) == 1)
    loop.terminate()
    assert loop.wait(10) == 0
    assert wait_until(lambda: pids_of(tmp_path) == set(), 2)


def test_the_loop_ends_with_its_supervisor(keep, tmp_path):
    supervisor = subprocess.Popen(["sleep", "300"])
    loop = keep(LEAVES_A_CHILD, SUPERVISOR_PID=str(supervisor.pid))
    assert wait_until(lambda: len(pids_of(tmp_path, "sleep")) == 2)
    supervisor.kill()
    supervisor.wait()
    assert loop.wait(10) == 0
    assert wait_until(lambda: pids_of(tmp_path) == set(), 2)


def test_nothing_is_started_for_a_supervisor_that_is_gone(keep, tmp_path):
    supervisor = subprocess.Popen(["true"])
    supervisor.wait()
    assert keep(LEAVES_A_CHILD, SUPERVISOR_PID=str(supervisor.pid)).wait(10) == 0
    assert starts(tmp_path) == []


def test_the_process_dies_with_a_killed_loop(keep, tmp_path):
    loop = keep("echo $$ >>starts; exec sleep 300")
    assert wait_until(lambda: len(pids_of(tmp_path, "sleep")) == 1)
    loop.kill()
    loop.wait()
    assert wait_until(lambda: pids_of(tmp_path) == set(), 2)
