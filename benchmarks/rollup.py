"""The roll-up of a year: ours, an ORM loop, and the bare GROUP BY of the same marks, in one run.

``python benchmarks/rollup.py [--cadres 1000 10000] [--rounds 5] [--db sqlite --db postgresql] [--json]``

ours     the service: lock, digest, scores, totals, ranks, grades, one scorecard a person, version, audit event
loop     the same scorecards by the ORM, a query for each component and pool of each person; once, to 10,000 people
floor    the marks grouped by person, counted in the database and nothing written

Everybody has 196 marks. Each contender runs in its own process on the same rows; ours and the floor take turns.
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
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.databases import lent_database  # noqa: E402 - the path comes first
from youthleague.protection.keyfile import create_key_file  # noqa: E402

MOST_FOR_THE_LOOP = 10_000
TURNS = 2


def main() -> None:
    """Measure every size on every engine and print a table, then one JSON line."""
    options = _options()
    results = [_measure(engine, cadres, options) for engine in options.db for cadres in options.cadres]
    if not options.json:
        _print_table(results)
    print(json.dumps(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cadres", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of ours and the floor in each of two turns")
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    options.db = options.db or ["sqlite", "postgresql"]
    return options


def _measure(engine: str, cadres: int, options: argparse.Namespace) -> dict[str, object]:
    lent = lent_database(f"rollup_{cadres}") if engine == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="youthleague-bench-") as folder, lent as url:
        environment = _environment(Path(folder), url)
        _run(environment, "prepare", cadres)
        seconds: dict[str, list[float]] = {"ours": [], "floor": [], "loop": []}
        for _ in range(TURNS):
            found = {name: _run(environment, name, options.rounds) for name in ("floor", "ours")}
            for name, one in found.items():
                seconds[name] += one["seconds"]
        if cadres <= MOST_FOR_THE_LOOP:
            naive = _run(environment, "loop", 1)
            seconds["loop"] = naive["seconds"]
            if naive["check"] != found["ours"]["check"]:
                raise SystemExit(f"the loop and ours differ: {naive['check']}, {found['ours']['check']}")
    if not options.json:
        print(f"{engine:>10} {cadres:>7} { ({name: [round(s, 3) for s in times] for name, times in seconds.items()}) }")
    medians = {name: statistics.median(times) for name, times in seconds.items() if times}
    loop = medians.get("loop")
    return {
        "db": engine,
        "cadres": cadres,
        "ours_s": round(medians["ours"], 3),
        "loop_s": round(loop, 2) if loop else None,
        "floor_s": round(medians["floor"], 3),
        "ratio_loop": round(loop / medians["ours"], 1) if loop else None,
        "ratio_floor": round(medians["ours"] / medians["floor"], 2),
        "peak_mb": round(found["ours"]["mb"], 1),
    }


def _environment(var: Path, url: str) -> dict[str, str]:
    create_key_file(var / "keys.json")
    environment = {**os.environ, "VAR_DIR": str(var), "KEY_FILE": str(var / "keys.json"), "PLAIN_HTTP": "1"}
    environment |= {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "youthleague.settings", "REDIS_URL": ""}
    environment.pop("DATABASE_URL", None)
    return environment | ({"DATABASE_URL": url} if url else {})


def _run(environment: dict[str, str], name: str, number: int) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / "rollup_contenders.py"), name, str(number)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1])) if done.stdout.strip() else {}


def _print_table(results: list[dict[str, object]]) -> None:
    columns = list(results[0])
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for result in results:
        print("| " + " | ".join(str(result[column]) for column in columns) + " |")


if __name__ == "__main__":
    main()
