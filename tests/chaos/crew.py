"""A worker and beats, each in its restart loop as in life, to be killed; and what tells which processes those are."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

SETTLED = 0.1  # what the dead worker had sent is then done: a database may still commit it
CELERY = ("-m", "celery")


class Crew:
    """A worker and some beats; ``program`` is what runs Celery, ``variables`` are put into their environment."""

    def __init__(self, program: Sequence[str] = CELERY, *, beats: int = 1, **variables: str) -> None:
        python = sys.executable
        start = [python, "-m", "scripts.keep_running", python, *program, "--quiet", "-A", "youthleague.celery"]
        level = ["--loglevel", "error"]
        worker = ["worker", "--concurrency", "1", "--without-gossip", "--without-mingle", *level]
        beat = ["beat", "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler", "--pidfile=", *level]
        with (Path(settings.VAR_DIR) / "crew.log").open("a") as log:
            self.worker, *self.beats = (
                subprocess.Popen([*start, *role], stdout=log, stderr=log, env={**os.environ, **variables})
                for role in (worker, *[beat] * beats)
            )

    def kill_worker(self) -> int:
        """Kill the worker with all its children, not its restart loop; tell how many processes died of it."""
        victims = [pid for pid in descendants(self.worker.pid) if _kill(pid)]
        time.sleep(SETTLED)
        return sum(not _is_alive(pid) for pid in victims)

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """Keep the worker dead for as long as the block lasts; its loop starts it anew afterwards."""
        self.worker.send_signal(signal.SIGSTOP)
        self.kill_worker()
        try:
            yield
        finally:
            self.worker.send_signal(signal.SIGCONT)

    def dismiss(self) -> None:
        """End everything."""
        for loop in (self.worker, *self.beats):
            children = descendants(loop.pid)
            loop.kill()
            for pid in children:
                _kill(pid)
            loop.wait()


def descendants(pid: int) -> list[int]:
    """List the processes below one, from /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    queue = [pid]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
