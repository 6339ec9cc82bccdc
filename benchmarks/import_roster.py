"""Import of a roster: our whole batch beside django-import-export, both tables, the encrypted columns, one run.

``python benchmarks/import_roster.py [--rows 10000] [--rounds 3] [--db sqlite --db postgresql] [--json]``

ours            upload, sandboxed child, mapping, check, sealed rows, apply, field history, audit event
import_export   its defaults as its admin runs them: read and dry run, read again and import
use_bulk        the same with use_bulk=True
floor           bare read in this process and COPY or executemany of the two tables

The contenders write no field history, no stored rows and no audit event; ours does. Each runs in its own process.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.databases import lent_database  # noqa: E402 - the path comes first
from benchmarks.rosters import write_roster  # noqa: E402
from youthleague.protection.keyfile import create_key_file  # noqa: E402

CONTENDERS = ("ours", "import_export", "use_bulk", "floor")


def main() -> None:
    """Run every contender on every engine and print a table, then one JSON line."""
    options = _options()
    results: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="youthleague-bench-") as folder:
        workbook = Path(folder) / "roster.xlsx"
        write_roster(workbook, options.rows)
        results += [_measure_engine(engine, workbook, options, Path(folder)) for engine in options.db]
    if not options.json:
        _print_table(results)
    print(json.dumps(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the quick contenders; the slow ones run once")
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    options.db = options.db or ["sqlite", "postgresql"]
    return options


def _measure_engine(engine: str, workbook: Path, options: argparse.Namespace, folder: Path) -> dict[str, object]:
    found = {}
    for contender in CONTENDERS:
        rounds = options.rounds if contender in {"ours", "floor"} else 1
        runs = [
            _run(engine, contender, workbook, folder / f"{engine}-{contender}-{number}") for number in range(rounds)
        ]
        if not options.json:
            print(f"{engine:>10} {contender:<14} {[round(run['seconds'], 2) for run in runs]}", flush=True)
        found[contender] = (
            statistics.median(run["seconds"] for run in runs),
            max(run["mb"] for run in runs),
        )
    ours, theirs, bulk, floor = (found[name] for name in CONTENDERS)
    return {
        "db": engine,
        "rows": options.rows,
        "ours_s": round(ours[0], 3),
        "import_export_s": round(theirs[0], 3),
        "ratio": round(theirs[0] / ours[0], 1),
        "use_bulk_s": round(bulk[0], 3),
        "use_bulk_ratio": round(bulk[0] / ours[0], 1),
        "ours_mb": round(ours[1], 1),
        "import_export_mb": round(theirs[1], 1),
        "use_bulk_mb": round(bulk[1], 1),
        "floor_s": round(floor[0], 3),
        "floor_ratio": round(ours[0] / floor[0], 1),
    }


def _run(engine: str, contender: str, workbook: Path, var: Path) -> dict[str, float]:
    create_key_file(var / "keys.json")
    environment = {**os.environ, "VAR_DIR": str(var), "KEY_FILE": str(var / "keys.json"), "PLAIN_HTTP": "1"}
    environment |= {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "youthleague.settings", "REDIS_URL": ""}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "benchmarks" / "import_contenders.py"), contender, str(workbook)]
    with lent_database(f"{contender}_{var.name[-1]}") if engine == "postgresql" else nullcontext("") as url:
        environment |= {"DATABASE_URL": url} if url else {}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{contender} on {engine} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _print_table(results: list[dict[str, object]]) -> None:
    columns = list(results[0])
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for result in results:
        print("| " + " | ".join(str(result[column]) for column in columns) + " |")


if __name__ == "__main__":
    main()
