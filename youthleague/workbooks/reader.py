"""Reading one uploaded spreadsheet: gate first, then a throw-away child process."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from youthleague.kernel.cells import Cell, CellError
from youthleague.workbooks.gate import Gate, inspect_upload
from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused, refusal

Merge = tuple[int, int, int, int]

ROOT = Path(__file__).resolve().parents[2]
CHILD = "youthleague.workbooks.child"
ENGINES = {"xlsx": ("calamine", "openpyxl"), "xls": ("xlrd",), "csv": ("csv",)}
ANSWER_BYTES = 96 << 20
CHUNK_BYTES = 1 << 20
EXIT_EXHAUSTED = 4
EXHAUSTING_SIGNALS = frozenset({signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU})
CELL_TYPES = frozenset({str, int, float, bool, date, datetime, CellError, type(None)})


@dataclass
class Sheet:
    """One sheet as read; hidden ones are listed without rows. ``rows[0]`` is spreadsheet row 1; indices are 0-based.

    ``refusal`` is the code of the limit at which the reading of this sheet stopped, else empty.
    """

    name: str
    visible: bool = True
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    refusal: str = ""


@dataclass
class Workbook:
    """What came back from the child; ``notes`` are Chinese sentences to show, ``peak_kb`` the child's peak memory."""

    sheets: list[Sheet]
    date1904: bool = False
    format: str = "xlsx"
    notes: list[str] = field(default_factory=list)
    peak_kb: int = 0


class ReadingError(Exception):
    """The child ended without an answer, or with one that makes no sense; ``code`` is what to say about it."""

    def __init__(self, code: str, peak_kb: int) -> None:
        super().__init__(code)
        self.code = code
        self.peak_kb = peak_kb


def read_workbook(path: Path, filename: str, *, timeout: float = 30) -> Workbook:
    """Read an upload in a child process; raise WorkbookRefused for whatever cannot be read within the limits.

    ``timeout`` is in seconds and covers every try.
    """
    gate = inspect_upload(path, filename)
    workbook = _first_answer(gate, path, (), timeout)
    workbook.format = gate.format
    workbook.notes[:0] = gate.notes
    return workbook


def copy_with_reasons(path: Path, filename: str, *, plan: Path, target: Path, timeout: float = 120) -> None:
    """Copy a sheet of an upload into a new .xlsx as ``plan`` says (see ``annotating``), in a child of its own.

    Raises WorkbookRefused as the reading does; what stands in ``target`` is then of no use.
    """
    gate = inspect_upload(path, filename)
    _first_answer(gate, path, (str(plan.resolve()), str(target.resolve())), timeout)


def _first_answer(gate: Gate, path: Path, copy: Sequence[str], timeout: float) -> Workbook:
    """Let one engine after the other try, until one gives an answer."""
    deadline = time.monotonic() + timeout
    failures: list[ReadingError] = []
    for engine in ENGINES[gate.format]:
        try:
            return _run_child([engine, str(path.resolve()), *copy], deadline)
        except ReadingError as failure:
            failures.append(failure)
    raise _refusal_after(failures)


def _refusal_after(failures: list[ReadingError]) -> WorkbookRefused:
    """Say the worst that happened: out of time before out of memory before a bad file."""
    codes = {failure.code for failure in failures}
    code = next(code for code in ("reader.timeout", "reader.exhausted", "file.damaged") if code in codes)
    refused = refusal(code)
    refused.peak_kb = max(failure.peak_kb for failure in failures)
    return refused


def _run_child(arguments: Sequence[str], deadline: float) -> Workbook:
    command = [sys.executable, "-E", "-s", "-X", "utf8", "-m", CHILD, *arguments]
    silent = subprocess.DEVNULL
    answers, stdout = os.pipe()
    with open(answers, "rb", buffering=0) as stream:  # noqa: PTH123 - a descriptor
        try:
            child = subprocess.Popen(command, cwd=ROOT, env={}, stdin=silent, stdout=stdout, stderr=silent)
        finally:
            os.close(stdout)
        with child:
            return _collect(child, stream.fileno(), deadline)


def _collect(child: "subprocess.Popen[bytes]", answers: int, deadline: float) -> Workbook:
    """Take the answer while the child is still working; it is dead when this returns, whatever happens."""
    answer = Answer()
    problem = ""
    try:
        for line in _lines(answers, deadline):
            answer.take(line)
    except TimeoutError:
        problem = "reader.timeout"
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        problem = "file.damaged"
    finally:
        os.kill(child.pid, signal.SIGKILL)  # not child.kill(), which may reap it and lose its resource usage
        status, peak_kb = _reap(child)
    return answer.outcome(problem or _problem_of(status), peak_kb)


def _reap(child: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Wait for the child and return its exit status (negative: signal) and peak memory.

    The kernel's figure includes what this process used before exec: it is an upper bound, for children that are killed
    before they can tell.
    """
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_maxrss


def _problem_of(status: int) -> str:
    if status == EXIT_EXHAUSTED or -status in EXHAUSTING_SIGNALS:
        return "reader.exhausted"
    return "file.damaged" if status else ""


def _lines(answers: int, deadline: float) -> Iterator[bytes]:
    """Yield the lines of the answer; raise TimeoutError at the deadline, the refusal when the answer is too long."""
    poll = select.poll()
    poll.register(answers, select.POLLIN)
    pending, total = bytearray(), 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError
        chunk = os.read(answers, CHUNK_BYTES)
        if not chunk:
            return
        total += len(chunk)
        if total > ANSWER_BYTES:
            raise refusal("limits.content")
        pending += chunk
        if b"\n" in chunk:
            *lines, rest = bytes(pending).split(b"\n")
            pending = bytearray(rest)
            yield from lines


class Answer:
    """The answer of a child, built up line by line; nothing in it is trusted."""

    def __init__(self) -> None:
        self.workbook = Workbook([])
        self.refused: WorkbookRefused | None = None
        self.done = False
        self.peak_kb = 0

    def take(self, line: bytes) -> None:
        """Add one line: a batch of rows, or one fact about the workbook."""
        if line.startswith(b"["):
            self.workbook.sheets[-1].rows.extend(map(_row, json.loads(line, object_hook=_tagged)))
            return
        fact: dict[str, Any] = json.loads(line)
        if "sheet" in fact:
            self.workbook.sheets.append(Sheet(str(fact["sheet"]), visible=bool(fact["visible"])))
        elif "merges" in fact:
            _finish(self.workbook.sheets[-1], fact)
        elif "note" in fact:
            self.workbook.notes.append(str(fact["note"]))
        elif "date1904" in fact:
            self.workbook.date1904 = bool(fact["date1904"])
        else:
            self._end(fact)

    def _end(self, fact: dict[str, Any]) -> None:
        self.peak_kb = int(fact["peak_kb"])
        self.done = bool(fact.get("done"))
        if "refused" in fact:
            self.refused = refusal(fact["refused"], **fact["places"])

    def outcome(self, problem: str, peak_kb: int) -> Workbook:
        """Return the workbook, or raise the child's refusal or ReadingError."""
        peak_kb = self.peak_kb or peak_kb
        if self.refused is not None:
            self.refused.peak_kb = peak_kb
            raise self.refused
        if problem or not self.done:
            raise ReadingError(problem or "file.damaged", peak_kb)
        self.workbook.peak_kb = peak_kb
        return self.workbook


def _row(cells: list[Cell]) -> list[Cell]:
    if type(cells) is not list or not CELL_TYPES.issuperset(map(type, cells)):
        raise ValueError("not a cell")
    return cells


def _tagged(tagged: dict[str, Any]) -> Cell:
    """Turn a tag into its cell: d date, t date and time, e error."""
    ((tag, text),) = tagged.items()
    if tag == "e":
        return CellError(str(text))
    return date.fromisoformat(text) if tag == "d" else datetime.fromisoformat(text)


def _finish(sheet: Sheet, fact: dict[str, Any]) -> None:
    sheet.merges = [(int(top), int(left), int(bottom), int(right)) for top, left, bottom, right in fact["merges"]]
    sheet.hidden_rows = set(map(int, fact["hidden_rows"]))
    sheet.hidden_columns = set(map(int, fact["hidden_columns"]))
    sheet.refusal = str(fact["refusal"])
    if sheet.refusal and sheet.refusal not in SENTENCES:
        raise ValueError("not a refusal")
