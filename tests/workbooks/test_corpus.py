"""Odd and hostile spreadsheets end in a table or in one sentence: the project's own, and those of CORPUS_DIR if any."""

import json
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from cadres.fields import COLUMNS, IDENTITY
from scripts.corpus import corpus_folder, spreadsheets
from scripts.corpus_pins import MAPPED, PINS
from tests.workbooks.builders import save
from tests.workbooks.essentials import ESSENTIALS, Essential
from youthleague.kernel.cells import Cell, CellError
from youthleague.workbooks.finder import Table, find_table
from youthleague.workbooks.isolation import peak_kb as own_peak_kb
from youthleague.workbooks.reader import Sheet, copy_with_reasons, read_workbook
from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused

PEAK_KB = 300 * 1024
SECONDS = 15
CANARY = ("127.0.0.1", 8999)

pytestmark = pytest.mark.corpus


def others() -> Iterator[Essential]:
    """Give the files of the corpus beside the project; none where there is none."""
    folder = corpus_folder()
    for path in spreadsheets(folder) if folder else ():
        yield Essential(path.name, path.read_bytes, PINS.get(path.name, ""))


def is_clear(table: Table) -> bool:
    """Tell whether nobody has to be asked for the columns."""
    return not table.duplicates and not {column.name for column in table.missing} & set(IDENTITY)


def outcome(path: Path, name: str) -> tuple[int | str, int, str]:
    """Return (rows or code, peak memory in KB, what was said)."""
    peak_kb = 0
    try:
        workbook = read_workbook(path, name)
        peak_kb = workbook.peak_kb
        table = find_table(workbook, COLUMNS)
    except WorkbookRefused as refused:
        return refused.code, peak_kb or refused.peak_kb, refused.sentence
    return len(table.rows) if is_clear(table) else MAPPED, peak_kb, repr(table)


@pytest.fixture(scope="module")
def canary() -> Iterator[socket.socket]:
    """Listen where the files say that something should be fetched from; test processes share the port."""
    with socket.create_server(CANARY, reuse_port=True) as listener:
        listener.setblocking(False)
        yield listener


@pytest.mark.parametrize("case", [*ESSENTIALS, *others()], ids=lambda case: case.name)
def test_each_file_ends_as_it_is_known_to(case, tmp_path, canary):
    path = save(tmp_path, "upload", case.make())
    begun = time.monotonic()
    result, peak_kb, said = outcome(path, case.name)
    assert result == (case.outcome or result)
    assert isinstance(result, int) or result in {*SENTENCES, MAPPED}
    assert peak_kb <= max(PEAK_KB, own_peak_kb())  # of a child that was killed, the system counts ours as well
    assert time.monotonic() - begun < SECONDS
    assert "root:" not in said
    with pytest.raises(BlockingIOError):
        canary.accept()


@pytest.mark.parametrize("case", [case for case in ESSENTIALS if case.held], ids=lambda case: case.name)
def test_what_the_rows_hold(case, tmp_path):
    table = find_table(read_workbook(save(tmp_path, "upload", case.make()), case.name), COLUMNS)
    held = {column: {str(cells[column]) for _, cells in table.rows} for column in case.held}
    assert held == case.held


def test_each_code_of_a_file_that_is_known_has_its_sentence():
    assert {code for code in PINS.values() if isinstance(code, str)} <= {*SENTENCES, MAPPED}


def plain(rows: Iterable[list[Cell]]) -> list[list[object]]:
    """Give the rows as they should come out of a copy: errors blank, numbers as exact as a workbook keeps them."""
    texts = [[None if isinstance(cell, CellError) else cell for cell in row] for row in rows]
    cut = [[cell if type(cell) is not float else f"{cell:.14g}" for cell in row] for row in texts]
    filled = [row[: 1 + max((at for at, cell in enumerate(row) if cell not in {None, ""}), default=-1)] for row in cut]
    return filled[: 1 + max((number for number, row in enumerate(filled) if row), default=-1)]


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """Give the sheets that can be read whole; none of a file that is refused."""
    try:
        workbook = read_workbook(path, name)
    except WorkbookRefused:
        return []
    return [sheet for sheet in workbook.sheets if sheet.visible and sheet.rows and not sheet.refusal]


@pytest.mark.parametrize("case", [*others()], ids=lambda case: case.name)
def test_each_sheet_that_is_read_is_copied_as_it_is(case, tmp_path):
    """The copy passes our own gate, and holds the same values."""
    path, order, target = save(tmp_path, "upload", case.make()), tmp_path / "plan.json", tmp_path / "copy.xlsx"
    for sheet in sheets_of(path, case.name):
        plan = {"sheet": sheet.name, "header_row": 1, "reasons_at": None, "text_columns": [0], "values": {}}
        plan |= {"reasons": {2: "原因"}, "comments": {2: {0: "批注"}}}
        order.write_text(json.dumps(plan), encoding="utf-8")
        copy_with_reasons(path, case.name, plan=order, target=target)
        width = max(map(len, sheet.rows))
        again = read_workbook(target, "copy.xlsx").sheets[0].rows
        assert plain(row[:width] for row in again) == plain(sheet.rows)
