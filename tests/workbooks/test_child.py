"""The child as a process and its answers to what goes wrong inside."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbooks.builders import repeated_text, roster, save, with_sheet
from youthleague.workbooks.child import EXHAUSTED, FAILED, answer
from youthleague.workbooks.packing import Outlet

ROOT = Path(__file__).resolve().parents[2]


def run(engine: str, path: Path) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-E", "-s", "-X", "utf8", "-m", "youthleague.workbooks.child", engine, str(path)]
    return subprocess.run(command, cwd=ROOT, env={}, capture_output=True, check=False, timeout=30)


class TooMuch(io.BytesIO):
    """A file that does not fit into memory."""

    def read(self, size: int | None = -1) -> bytes:
        raise MemoryError(size)


def told(engine: str, data: bytes) -> tuple[int, list[dict[str, object]]]:
    stream = io.BytesIO()
    outlet = Outlet(stream)
    code = answer(engine, io.BytesIO(data), outlet)
    outlet.flush()
    return code, [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_answer_ends_with_done_and_the_peak():
    code, lines = told("csv", "姓名\n".encode())
    assert (code, [set(line) for line in lines if isinstance(line, dict)][-1]) == (0, {"done", "peak_kb"})


def test_a_refusal_is_told_by_code_and_places():
    code, lines = told("csv", b"a\0")
    assert code == 0
    assert [line for line in lines if line.pop("peak_kb")] == [{"refused": "csv.nul", "places": {"line": 1}}]


def test_what_no_parser_understands_is_a_failure():
    code, (line,) = told("xlrd", b"\x09\x08 nothing that follows makes sense")
    assert (code, set(line)) == (FAILED, {"peak_kb"})


def test_running_out_of_memory_is_told_from_failing(tmp_path):
    done = run("openpyxl", save(tmp_path, "large.xlsx", repeated_text(rows=200, columns=64)))
    assert done.returncode == EXHAUSTED


def test_running_out_of_memory_while_reading_has_its_own_exit_code():
    assert answer("csv", TooMuch(), Outlet(io.BytesIO())) == EXHAUSTED


def test_the_process_prints_nothing_but_its_answer(tmp_path):
    done = run("calamine", save(tmp_path, "花名册.xlsx", roster()))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.splitlines()[-1])["done"] is True


def test_django_and_what_the_format_does_not_need_are_not_imported(tmp_path):
    code = (
        "import atexit, os, sys; from youthleague.workbooks import child; os._exit = sys.exit;"
        "atexit.register(lambda: print([name for name in ('django', 'openpyxl', 'xlrd', 'zipfile', 'dataclasses')"
        " if name in sys.modules], file=sys.stderr)); child.main('calamine', sys.argv[1])"
    )
    path = save(tmp_path, "a.xlsx", roster())
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=False, timeout=30
    )
    assert done.stderr.strip() == b"[]"


@pytest.mark.parametrize("row", [1_048_576, 16_777_216])
def test_calamine_alone_dies_of_a_far_cell(tmp_path, row):
    data = with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="XFD{row}"><v>1</v></c></row>')
    assert run("calamine", save(tmp_path, "far.xlsx", data)).returncode != 0
