"""Pages of the roster beside an empty signed-in page, through the same server with the same middleware, in one run.

``python benchmarks/roster_page.py [--cadres 20000] [--rounds 60] [--db sqlite --db postgresql] [--json]``

The server is what ``make serve`` starts (gunicorn on 127.0.0.1). Each round asks for the empty page and for every page
in turn over one connection, so that all of them are measured in one process under the same load.

empty           nothing, behind everything that stands before a page
frame           the frame of the portal around nothing
roster          first page of the roster, everybody in office
roster_figures  the figures above it, which the page fetches once its rows are shown
roster_next     a later page of it
roster_name     the roster, two characters of a name
search          the search page, initials
organisation    the page of the unit
export_form     where an export begins
export          the export itself, to its first byte; five rounds, the portal allows no more
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.databases import lent_database  # noqa: E402 - the path comes first
from scripts.serve import procfile, wait_until_ready  # noqa: E402
from scripts.throwaway import environment, free_port  # noqa: E402
from youthleague.protection.keyfile import create_key_file  # noqa: E402

WARM_UP = 5
EXPORTS = 5
TARGET = 6.0
TOKEN = "a" * 32
Times = dict[tuple[str, str], list[float]]


@dataclass(frozen=True)
class Visitor:
    """A signed-in account: what it keeps, and its session."""

    scope: str
    unit: int
    session: str

    @property
    def pages(self) -> dict[str, str]:
        """Give the addresses to measure by name."""
        return {
            "empty": "/benchmark/empty/",
            "frame": "/benchmark/frame/",
            "roster": "/roster/",
            "roster_figures": "/roster/?figures=1",
            "roster_next": "/roster/?page=3",
            "roster_name": f"/roster/?q={quote('志远')}",
            "search": "/search/?q=wzy",
            "organisation": f"/organisations/{self.unit}/",
            **({} if self.scope == "village" else {"export_form": "/sheets/cadres/export/"}),
        }


class Browser:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, visitor: Visitor, method: str, path: str, **form: str) -> float:
        """Ask for a page, read it whole, and give the seconds to its first byte and the rest of it."""
        headers = {"Cookie": f"sid={visitor.session}; csrf={TOKEN}", "X-CSRFToken": TOKEN}
        body = urlencode(form) if form else None
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        headers |= {"HX-Request": "true"} if "figures" in path else {}
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        begun = time.perf_counter() - started
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path} ({visitor.scope}): {answer.status}")
        is_file = "attachment" in answer.headers.get("Content-Disposition", "")
        if form and not is_file:
            raise SystemExit(f"{method} {path} ({visitor.scope}): no file")
        return begun if is_file else time.perf_counter() - started


def main() -> None:
    """Measure every engine and print a table, then one JSON line."""
    options = _options()
    results: list[dict[str, object]] = []
    for engine in options.db:
        with served(engine, options.cadres) as (port, visitors):
            results += rows_of(engine, measure(Browser(port), visitors, options.rounds))
    if not options.json:
        print_table(results)
    print(json.dumps(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cadres", type=int, default=20_000, help="200000 for a city; filling it takes minutes")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    options.db = options.db or ["sqlite", "postgresql"]
    return options


@contextmanager
def served(engine: str, cadres: int) -> Iterator[tuple[int, list[Visitor]]]:
    """Fill a database of its own and serve it; lend the port and the accounts."""
    lent = lent_database("roster") if engine == "postgresql" else nullcontext("")
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
            visitors = filled(cadres)
            port = free_port()
            with procfile(port, subprocess.DEVNULL) as process:
                if not wait_until_ready(process, port):
                    raise SystemExit("The portal did not start.")
                yield port, visitors


def filled(cadres: int) -> list[Visitor]:
    """Write the district in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.district", str(cadres)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    rows = json.loads(done.stdout.splitlines()[-1])
    return [Visitor(scope, row["unit"], row["session"]) for scope, row in rows.items()]


def measure(browser: Browser, visitors: list[Visitor], rounds: int) -> Times:
    """Ask for all pages round after round; the first rounds do not count."""
    times: Times = {}
    for number in range(-WARM_UP, rounds):
        for visitor in visitors:
            for page, path in visitor.pages.items():
                seconds = browser.ask(visitor, "GET", path)
                if number >= 0:
                    times.setdefault((page, visitor.scope), []).append(seconds)
    village, township, district = visitors
    for exporter, scope, unit in (
        (township, "village", village.unit),
        (township, "township", township.unit),
        (district, "district", district.unit),
    ):
        times["export", scope] = [
            browser.ask(exporter, "POST", "/sheets/cadres/export/", organisation=str(unit)) for _ in range(EXPORTS)
        ]
    return times


def rows_of(engine: str, times: Times) -> list[dict[str, object]]:
    """Give one row a page and scope, beside the empty page of the same account."""
    return [
        {
            "db": engine,
            "page": page,
            "scope": scope,
            "median_ms": round(statistics.median(seconds) * 1000, 1),
            "p95_ms": round(p95(seconds) * 1000, 1),
            "base_p95_ms": round(p95(times["empty", scope]) * 1000, 1),
            "ratio": round(p95(seconds) / p95(times["empty", scope]), 1),
        }
        for (page, scope), seconds in times.items()
    ]


def p95(seconds: list[float]) -> float:
    """Give the time that nineteen of twenty requests stay within."""
    return sorted(seconds)[max(0, -(-len(seconds) * 95 // 100) - 1)]


def print_table(results: list[dict[str, object]]) -> None:
    """Print the rows for people; what misses the target of a 街乡 is marked."""
    print(f"{'db':<11}{'page':<14}{'scope':<10}{'median ms':>10}{'p95 ms':>9}{'empty p95':>11}{'ratio':>7}")
    for row in results:
        is_bound = row["scope"] == "township" and row["page"] != "export"
        mark = f"  over {TARGET:g}" if is_bound and float(str(row["ratio"])) > TARGET else ""
        figures = f"{row['median_ms']:>10}{row['p95_ms']:>9}{row['base_p95_ms']:>11}{row['ratio']:>7}"
        print(f"{row['db']:<11}{row['page']:<14}{row['scope']:<10}{figures}{mark}")


if __name__ == "__main__":
    main()
