"""Celery by a clock that a file sets: ``python -m tests.chaos.stepped FILE worker …``.

The file holds how many seconds the clock is ahead. Every process follows it, those that the worker forks as well; what
measures time (``time.monotonic``, the database, Redis) goes on as before. Beat writes down at once what it has called,
and not every three measured minutes: by the file, days go by in less.
"""

import os
import sys
import threading
import time
from pathlib import Path

import time_machine

LOOK_SECONDS = 0.02


class SteppedClock:
    """The clock of this process and of those that it forks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead = ahead_by(path)
        self._traveller = time_machine.travel(time.time() + self._ahead, tick=True).start()
        os.register_at_fork(after_in_child=self.follow)

    def follow(self) -> None:
        """Go on looking at the file."""
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            ahead = ahead_by(self._path)
            if ahead != self._ahead:
                self._ahead = ahead
                self._traveller.move_to(time_machine.escape_hatch.time.time() + ahead, tick=True)
            time.sleep(LOOK_SECONDS)


def ahead_by(path: Path) -> float:
    """Read how far ahead the clock is."""
    return float(path.read_text(encoding="ascii"))


def step_to(path: Path, moment: float) -> None:
    """Set the clock, at once for whoever reads the file."""
    written = path.with_suffix(".new")
    written.write_text(f"{moment - time.time()}", encoding="ascii")
    written.rename(path)


def main() -> int:
    """Run Celery by the clock."""
    SteppedClock(Path(sys.argv[1])).follow()
    from celery.__main__ import main as celery  # noqa: PLC0415 - the clock comes first

    from youthleague.celery import app  # noqa: PLC0415

    app.conf.beat_sync_every = 1
    sys.argv = ["celery", *sys.argv[2:]]
    celery()
    return 0


if __name__ == "__main__":
    sys.exit(main())
