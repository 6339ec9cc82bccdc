"""A crash at any line: what runs stops where it stands, as a killed process does, and nothing after it is done."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection

from youthleague.protection import conversion, folders, holdings, indexes, keyfile, rotation

WATCHED = frozenset(str(Path(str(one.__file__))) for one in (conversion, folders, holdings, indexes, keyfile, rotation))


class Crash(BaseException):
    """The process is gone."""


class Counter:
    """Counts the lines of the watched modules, and crashes before one of them."""

    def __init__(self, crash_before: int | None = None) -> None:
        self.lines = 0
        self._crash_before = crash_before

    def trace(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        """Follow calls into the watched modules only."""
        return self._line if frame.f_code.co_filename in WATCHED else None

    def _line(self, _frame: FrameType, event: str, _arg: object) -> Callable[..., Any]:
        if event == "line":
            self.lines += 1
            if self.lines == self._crash_before:
                raise Crash
        return self._line


@contextmanager
def counting(crash_before: int | None = None) -> Iterator[Counter]:
    """Count lines within; the tracer of whoever measures coverage comes back afterwards."""
    counter = Counter(crash_before)
    former = sys.gettrace()
    sys.settrace(counter.trace)
    try:
        yield counter
    finally:
        sys.settrace(former)


@dataclass
class Fate:
    """Whether the process was killed before it was through."""

    is_dead: bool = False


@contextmanager
def killed(*, before_line: int) -> Iterator[Fate]:
    """Kill what runs within before it executes a line; the database takes back what was not committed."""
    fate, depth, held = Fate(), len(connection.savepoint_ids), _open_folders()
    try:
        with counting(before_line):
            yield fate
    except Crash:
        fate.is_dead = True
        for handle in _open_folders() - held:  # the system would take back the locks of the dead
            os.close(handle)
        while len(connection.savepoint_ids) > depth:  # a ``with`` that was left at its last line
            savepoint = connection.savepoint_ids.pop()
            if savepoint:
                connection.savepoint_rollback(savepoint)
        connection.needs_rollback = False


def _open_folders() -> set[int]:
    """Give the handles on folders, which locks are held by."""
    found = set()
    for handle in (int(one.name) for one in Path("/proc/self/fd").iterdir()):
        with suppress(OSError):  # that of the listing itself
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                found.add(handle)
    return found
