"""Try every spreadsheet below CORPUS_DIR with ``manage.py sheet check`` and print what became of it as a table."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.accounts import read_accounts
from scripts.serve import ROOT
from scripts.throwaway import installation

MOST_MEGABYTES = 300
MOST_SECONDS = 120
NOT_SPREADSHEETS = {".md", ".py", ".tsv"}
HEADINGS = ("文件", "结果", "状态", "行数", "错误", "秒", "MB", "说明")


@dataclass(frozen=True)
class Trial:
    """What one file came to. ``megabytes`` is the peak of the largest process, the reading child included."""

    name: str
    seconds: float
    megabytes: int
    answer: dict[str, object] | None

    @property
    def verdict(self) -> str:
        """Say whether its rows were read, it was refused with a sentence, or is our fault."""
        if self.answer is None or self.megabytes > MOST_MEGABYTES:
            return "故障"
        if self.answer["rows"]:
            return "已读取"
        return "已说明" if self.answer["message"] else "故障"

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        answer = self.answer or {"message": "没有得到结果"}
        errors = answer.get("errors")
        counts = (str(answer.get("rows", "")), str(len(errors)) if isinstance(errors, list) else "")
        figures = (f"{self.seconds:.1f}", str(self.megabytes))
        return (self.name, self.verdict, str(answer.get("state", "")), *counts, *figures, str(answer["message"]))


def last_json_line(text: str) -> dict[str, object] | None:
    """Read the answer from what the command printed; None when it printed none."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            answer: dict[str, object] = json.loads(line)
            return answer
    return None


def try_file(path: Path, name: str, username: str) -> Trial:
    """Check one file in a process of its own and measure it."""
    command = [sys.executable, "manage.py", "sheet", "check", "cadres", str(path), "--as", username, "--json"]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.DEVNULL)
        timer = threading.Timer(MOST_SECONDS, process.kill)
        timer.start()
        _, _, usage = os.wait4(process.pid, 0)
        timer.cancel()
        output.seek(0)
        answer = last_json_line(output.read())
    return Trial(name, time.monotonic() - started, usage.ru_maxrss // 1024, answer)


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


def spreadsheets(folder: Path) -> list[Path]:
    """List the files to try, at any depth."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.suffix.lower() not in NOT_SPREADSHEETS)


def main() -> int:
    """Try all files, print the table, and fail when one of them is our fault."""
    folder = Path(os.environ.get("CORPUS_DIR", ""))
    if not os.environ.get("CORPUS_DIR") or not folder.is_dir():
        print("请用 CORPUS_DIR=文件夹 指明电子表格所在的位置。", file=sys.stderr)
        return 1
    files = spreadsheets(folder.resolve())
    with installation() as var_dir, ThreadPoolExecutor(2) as pool:
        username = next(row.username for row in read_accounts(var_dir) if row.role == "district_staff")
        names = [str(path.relative_to(folder.resolve())) for path in files]
        trials = list(pool.map(try_file, files, names, [username] * len(files)))
    print(table([HEADINGS, *(trial.cells() for trial in trials)]))
    verdicts = [trial.verdict for trial in trials]
    print(
        f"共 {len(trials)} 个文件："
        + "，".join(f"{word} {verdicts.count(word)}" for word in ("已读取", "已说明", "故障"))
    )
    return 1 if "故障" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
