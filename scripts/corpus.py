"""Try every spreadsheet below CORPUS_DIR with ``manage.py sheet check`` and through the upload page; print the ends."""

import io
import json
import os
import sys
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from scripts.accounts import read_accounts
from scripts.corpus_pins import MAPPED, PINS
from scripts.serve import ROOT
from scripts.throwaway import installation
from youthleague.workbooks.reader import read_workbook
from youthleague.workbooks.refusals import WorkbookRefused

BESIDE = ROOT.parent / "shared" / "corpus" / "spreadsheets"
MOST_MEGABYTES = 300
NOT_SPREADSHEETS = {".md", ".py", ".tsv"}
HEADINGS = ("文件", "结果", "行数或代码", "子进程 MB", "秒", "页面", "说明")
SAME = "一致"
READ, ASKED, SAID, DIFFERS, FAULT = "已读取", "待指明列", "已说明", "与预期不符", "故障"


@dataclass(frozen=True)
class Trial:
    """What one file came to: the answer of the command, the child's peak, the time, and whether the page agrees."""

    name: str
    answer: dict[str, object]
    megabytes: int
    seconds: float
    page: str

    @property
    def outcome(self) -> int | str:
        """Give the number of rows that were read, or the code of the sentence."""
        rows, code, state = self.answer["rows"], self.answer["code"], str(self.answer["state"])
        return rows if state == "checked" and isinstance(rows, int) else str(code or state)

    @property
    def verdict(self) -> str:
        """Say whether it was read, refused with its sentence, is not what is known of it, or is our fault."""
        is_said = str(self.answer["message"]).endswith("。")
        is_read = isinstance(self.outcome, int) and self.outcome > 0
        if self.page != SAME or self.megabytes > MOST_MEGABYTES or not (is_said and (is_read or self._is_explained)):
            return FAULT
        if self.outcome != PINS.get(Path(self.name).name, self.outcome):
            return DIFFERS
        return READ if is_read else ASKED if self.outcome == MAPPED else SAID

    @property
    def _is_explained(self) -> bool:
        return self.outcome == MAPPED or (self.answer["state"] in {"failed", "refused"} and bool(self.answer["code"]))

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        figures = (str(self.outcome), str(self.megabytes), f"{self.seconds:.1f}", self.page)
        return (self.name, self.verdict, *figures, str(self.answer["message"]))


def try_file(path: Path, name: str, username: str) -> Trial:
    """Check one file as the account, in this process, by the command and on the page."""
    # Django is not set up when this module is read: only the processes of the pool have an installation.
    page_outcome = import_module("scripts.corpus_page").page_outcome
    said, started = io.StringIO(), time.monotonic()
    with suppress(SystemExit):  # its exit code says what the answer says
        call_command("sheet", "check", "cadres", str(path), "--as", username, "--json", stdout=said)
    seconds = time.monotonic() - started
    answer = json.loads(said.getvalue())
    return Trial(name, answer, peak_megabytes(path), seconds, page_outcome(path, username, answer))


def peak_megabytes(path: Path) -> int:
    """Read a file once more for the peak of the child, which no batch keeps; 0 where the gate let nothing in."""
    try:
        return read_workbook(path, path.name).peak_kb // 1024
    except WorkbookRefused as refused:
        return refused.peak_kb // 1024


def width(text: str) -> int:
    """Count the columns of a terminal that a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align the columns; the last one runs on."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = [
        "  ".join(text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=False)) for row in rows
    ]
    return "\n".join(f"{line}  {row[-1]}" for line, row in zip(lines, rows, strict=True))


def corpus_folder() -> Path | None:
    """Find the spreadsheets: where CORPUS_DIR says, else beside the project; None where there are none."""
    named = os.environ.get("CORPUS_DIR")
    folder = Path(named) if named else BESIDE
    return folder.resolve() if folder.is_dir() else None


def spreadsheets(folder: Path) -> list[Path]:
    """List the files to try, at any depth."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.suffix.lower() not in NOT_SPREADSHEETS)


def try_all(folder: Path) -> list[Trial]:
    """Try all files in an installation of their own."""
    files = spreadsheets(folder)
    with installation() as var_dir:
        username = next(row.username for row in read_accounts(var_dir) if row.role == "district_staff")
        names = [str(path.relative_to(folder)) for path in files]
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
        with ProcessPoolExecutor(2, initializer=django.setup) as pool:
            return list(pool.map(try_file, files, names, [username] * len(files)))


def main() -> int:
    """Print the table, and fail when a file is our fault or is not what is known of it."""
    folder = corpus_folder()
    if folder is None:
        print("没有找到电子表格，请用环境变量 CORPUS_DIR 指明它们所在的文件夹。", file=sys.stderr)
        return 1
    trials = try_all(folder)
    print(table([HEADINGS, *(trial.cells() for trial in trials)]))
    verdicts = [trial.verdict for trial in trials]
    counted = "，".join(f"{word} {verdicts.count(word)}" for word in (READ, ASKED, SAID, DIFFERS, FAULT))
    largest = max((trial.megabytes for trial in trials), default=0)
    unknown = sum(Path(trial.name).name not in PINS for trial in trials)
    print(f"共 {len(trials)} 个文件：{counted}；子进程最多用 {largest} MB；没有预期的 {unknown} 个。")
    return 1 if {DIFFERS, FAULT} & set(verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
