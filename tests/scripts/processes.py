"""Find the processes of one installation by the VAR_DIR in their environment."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def pids_of(var_dir: Path, program: str = "") -> set[int]:
    """List the processes of the installation that run ``program``; this one is not counted."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it ended in between
            continue
        if f"VAR_DIR={var_dir}".encode() in environment and command.startswith(program.encode()):
            found.add(int(folder.name))
    return found - {os.getpid()}


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for something that other processes do; tell whether it came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
