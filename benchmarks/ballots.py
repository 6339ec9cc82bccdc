"""A ballot peak beside an empty signed-out page: many phones vote within a minute, against the server that we ship.

``python benchmarks/ballots.py [--phones 200] [--seconds 60] [--db sqlite --db postgresql] [--json]``

The server is what ``make serve`` starts (gunicorn on 127.0.0.1). Each phone comes at a moment of its own, as people do
in a hall, all of them from one address: it opens the page, sends its code, and casts its ballot. Beside every step a
page that does nothing is asked for over the same connection, so that both are measured under the same load. Afterwards
the ballots stored are counted, and everything that the server has said or kept is searched for the codes and the path.

open    the page that asks for the code
code    the code, answered with the ballot
cast    the ballot itself, to the redirect
thanks  the page after it
empty   nothing, for those who are not signed in
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.databases import lent_database  # noqa: E402 - the path comes first
from benchmarks.roster_page import p95  # noqa: E402
from scripts.serve import procfile, wait_until_ready  # noqa: E402
from scripts.throwaway import environment, free_port  # noqa: E402
from youthleague.protection.keyfile import create_key_file  # noqa: E402

STEPS = ("open", "code", "cast", "thanks")
EMPTY = "/benchmark/nothing/"
TOKEN = "a" * 32
SAID = "said.txt"  # what the server writes to its output


class Phone(threading.Thread):
    """One voter: comes at its moment, votes, and remembers how long each step took."""

    def __init__(self, port: int, code: str, people: int, wait: float) -> None:
        super().__init__()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._code, self._people, self._wait = code, people, wait
        self.times: dict[str, list[float]] = {}
        self.errors: list[str] = []

    def run(self) -> None:
        """Vote."""
        time.sleep(self._wait)
        said = {f"choice-{number}": "1" for number in range(1, self._people + 1)}
        try:
            self._ask("empty", "GET", EMPTY, 200)
            self._ask("open", "GET", "/vote/", 200)
            self._ask("code", "POST", "/vote/", 200, code=self._code)
            self._ask("empty", "GET", EMPTY, 200)
            self._ask("cast", "POST", "/vote/", 302, code=self._code, cast="1", **said)
            self._ask("thanks", "GET", "/vote/thanks/", 200)
        except (OSError, HTTPException) as error:
            self.errors.append(type(error).__name__)
        finally:
            self._connection.close()

    def _ask(self, step: str, method: str, path: str, expected: int, **form: str) -> None:
        headers = {"Cookie": f"csrf={TOKEN}", "X-CSRFToken": TOKEN} if form else {}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        started = time.perf_counter()
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        answer.read()
        self.times.setdefault(step, []).append(time.perf_counter() - started)
        if answer.status != expected:
            self.errors.append(f"{step} {answer.status}")


def main() -> None:
    """Measure every engine and print a table, then one JSON line."""
    options = _options()
    results: list[dict[str, Any]] = []
    for engine in options.db:
        with served(engine, options.phones) as (port, box):
            results += rows_of(engine, peak(port, box, options.seconds))
            stored = told("count", str(box["box"]))["ballots"]
            results.append({"db": engine, "step": "stored", "count": stored})
            results.append({"db": engine, "step": "traces", "count": traces(Path(box["folder"]), box["codes"])})
    if not options.json:
        print_table(results)
    print(json.dumps(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    options.db = options.db or ["sqlite", "postgresql"]
    return options


@contextmanager
def served(engine: str, phones: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Open a box in a database of its own and serve it; lend the port and the codes."""
    lent = lent_database("ballots") if engine == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="youthleague-bench-") as folder, lent as url:
        create_key_file(Path(folder) / "keys.json")
        variables = {
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "youthleague.settings",
            "PLAIN_HTTP": "1",
            "EXTRA_APPS": "benchmarks.empty_page",
            "PROCESSES": "web=1,worker=0,beat=0",
            **({"DATABASE_URL": url} if url else {}),
        }
        with environment(**variables):
            subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, capture_output=True)
            box = told("open", str(phones))
            port = free_port()
            with (Path(folder) / SAID).open("w") as said, procfile(port, said.fileno()) as process:
                if not wait_until_ready(process, port):
                    raise SystemExit("The portal did not start.")
                yield port, {**box, "folder": folder}


def traces(folder: Path, codes: list[str]) -> int:
    """Count the codes that stand in any file of the portal, and the lines of its output that name a path of a vote."""
    files = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    found = sum(code.encode() in content for code in codes for content in files)
    return found + sum("/vote/" in line for line in (folder / SAID).read_text(encoding="utf-8").splitlines())


def told(*arguments: str) -> dict[str, Any]:
    """Do something with the box in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.open_box", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peak(port: int, box: dict[str, Any], seconds: float) -> list[Phone]:
    """Let every phone vote once, spread by chance over the seconds; the first pages, cold, do not count."""
    for path in (EMPTY, "/vote/", "/vote/thanks/") * 4:
        warm = HTTPConnection("127.0.0.1", port, timeout=60)
        warm.request("GET", path)
        warm.getresponse().read()
        warm.close()
    chance = random.Random(20261126)
    phones = [Phone(port, code, box["people"], chance.uniform(0, seconds)) for code in box["codes"]]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    return phones


def rows_of(engine: str, phones: list[Phone]) -> list[dict[str, Any]]:
    """Give one row a step, beside the empty page of the same phones, and the errors."""
    times = {step: [one for phone in phones for one in phone.times.get(step, [])] for step in (*STEPS, "empty")}
    rows: list[dict[str, Any]] = [
        {
            "db": engine,
            "step": step,
            "count": len(found),
            "p50_ms": round(statistics.median(found) * 1000, 1),
            "p95_ms": round(p95(found) * 1000, 1),
            "base_p95_ms": round(p95(times["empty"]) * 1000, 1),
            "ratio": round(p95(found) / p95(times["empty"]), 1),
        }
        for step, found in times.items()
    ]
    errors = [one for phone in phones for one in phone.errors]
    return [*rows, {"db": engine, "step": "errors", "count": len(errors), "kinds": sorted(set(errors))}]


def print_table(results: list[dict[str, Any]]) -> None:
    """Print the rows for people."""
    print(f"{'db':<11}{'step':<9}{'count':>6}{'p50 ms':>9}{'p95 ms':>9}{'empty p95':>11}{'ratio':>7}")
    for row in results:
        figures = [f"{row.get(name, ''):>{width}}" for name, width in _COLUMNS]
        print(f"{row['db']:<11}{row['step']:<9}{row['count']:>6}{''.join(figures)} {' '.join(row.get('kinds', []))}")


_COLUMNS = (("p50_ms", 9), ("p95_ms", 9), ("base_p95_ms", 11), ("ratio", 7))


if __name__ == "__main__":
    main()
