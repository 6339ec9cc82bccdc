"""What the start says, and what it gives to the processes."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.serve import (
    PROCFILE,
    announcement,
    holds_back_interrupt,
    is_port_free,
    process_environment,
    process_numbers,
    readiness,
    seconds_since_start,
)
from tests.architecture.source import ROOT

ACCOUNTS = """\
qu_ganshi district_staff first-secret
qu_ganshi_2 district_staff other
jiexiang township_secretary second-secret
"""


def test_the_announcement_shows_one_account_per_role(tmp_path):
    (tmp_path / "demo-accounts.txt").write_text(ACCOUNTS, encoding="utf-8")
    text = announcement(8123, tmp_path, 6.25, demo=True)
    assert text.splitlines()[1:3] == ["门户已就绪：http://127.0.0.1:8123/", "启动用时 6.2 秒。"]
    assert [line.split() for line in text.splitlines() if "secret" in line] == [
        ["qu_ganshi", "first-secret", "机关干事"],
        ["jiexiang", "second-secret", "街乡团（工）委书记"],
    ]
    assert "other" not in text


def test_without_demonstration_mode_no_account_is_shown(tmp_path):
    (tmp_path / "demo-accounts.txt").write_text(ACCOUNTS, encoding="utf-8")
    assert "secret" not in announcement(8123, tmp_path, 6.25, demo=False)


def test_the_time_since_a_process_began():
    begun = time.monotonic()
    with subprocess.Popen(["sleep", "60"]) as process:
        time.sleep(0.3)
        seconds = seconds_since_start(process.pid)
        process.kill()
    assert 0.2 < seconds < time.monotonic() - begun + 0.1


def test_processes_find_our_commands_first_and_know_their_supervisor():
    environment = process_environment(8123)
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert (environment["PORT"], environment["SUPERVISOR_PID"]) == ("8123", str(os.getpid()))


def test_a_taken_port_stops_the_start_with_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_port_free(port)
        environment = {**os.environ, "PORT": str(port), "VAR_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "scripts.serve"]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.strip()) == (
        1,
        f"端口 {port} 已被占用，请停止占用它的程序，或用 PORT=其他端口 启动。",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "two"),
        ("WORKER_PROCESSES", "-1"),
        ("WORKER_PROCESSES", "65"),
        ("PROCESSES", "worker"),
        ("PROCESSES", "celery=2"),
        ("PROCESSES", "web=1,worker=x"),
    ],
)
def test_a_wrong_number_stops_the_start_with_one_sentence(tmp_path, name, value):
    environment = {**os.environ, "VAR_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-m", "scripts.serve"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    (sentence,) = result.stderr.splitlines()
    assert (result.returncode, result.stdout, list(tmp_path.iterdir())) == (1, "", [])
    assert sentence.startswith(f"环境变量 {name} 应为")


@pytest.mark.parametrize(
    ("value", "numbers"), [("", "web=1"), ("worker=3", "worker=3"), ("web=1,beat=0", "web=1,beat=0")]
)
def test_how_many_of_each_process(monkeypatch, value, numbers):
    monkeypatch.setenv("PROCESSES", value)
    assert process_numbers() == numbers


def test_the_processes_are_those_of_the_procfile():
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert tuple(line.partition(":")[0] for line in lines) == PROCFILE


def test_a_silent_port_is_not_ready():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert (is_port_free(port), readiness(port, "127.0.0.1")) == (True, 0)


def test_a_process_that_holds_back_an_interrupt_is_known():
    lines = ["import signal, time", "print(flush=True)", "time.sleep(60)"]
    blocking = [lines[0], "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})", *lines[1:]]
    for code, expected in ((lines, False), (blocking, True)):
        with subprocess.Popen([sys.executable, "-c", "\n".join(code)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            assert holds_back_interrupt(process.pid) is expected
            process.kill()
