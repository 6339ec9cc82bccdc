"""Reminders of many units: rows of the inbox beside a get_or_create loop, mails beside bare smtplib, in one run.

``python benchmarks/reminders.py [--units 3000] [--rounds 3] [--db sqlite --db postgresql] [--json]``

inbox    one letter to each account, entered as the reminders do it
loop     the same rows, each by get_or_create, as Django's documentation has it
outbox   a mail to each, drained in chunks over one connection, each chunk marked before and after
smtplib  ready-made messages of the same size over one connection, no database

Mails go to a server in a process of its own that takes everything and keeps nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.databases import lent_database  # noqa: E402 - the path comes first
from youthleague.protection.keyfile import create_key_file  # noqa: E402

CONTENDERS = ("inbox", "loop", "outbox", "smtplib")
WANTED = {"sqlite": 15, "postgresql": 50}
WANTED_MAIL = 0.35


def main() -> None:
    """Run every contender on every engine and print a table, then one JSON line."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="youthleague-bench-") as folder, mail_server() as port:
        results = [_measure(engine, options, Path(folder), port) for engine in options.db]
    if not options.json:
        _print_table(results)
    print(json.dumps(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of all but the loop, which runs once")
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    options.db = options.db or ["sqlite", "postgresql"]
    return options


@contextmanager
def mail_server() -> Iterator[int]:
    """Run the server for as long as the block lasts; lend its port."""
    command = [sys.executable, "-m", "benchmarks.mail_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _measure(engine: str, options: argparse.Namespace, folder: Path, port: int) -> dict[str, object]:
    found = {}
    for contender in CONTENDERS:
        rounds = 1 if contender == "loop" else options.rounds
        seconds = _run(engine, [contender, str(options.units), str(rounds)], folder / f"{engine}-{contender}", port)
        if not options.json:
            print(f"{engine:>10} {contender:<8} {[round(one, 3) for one in seconds]}", flush=True)
        found[contender] = statistics.median(seconds)
    return {
        "db": engine,
        "units": options.units,
        "inbox_s": round(found["inbox"], 3),
        "loop_s": round(found["loop"], 3),
        "inbox_ratio": round(found["loop"] / found["inbox"], 1),
        "outbox_s": round(found["outbox"], 3),
        "smtplib_s": round(found["smtplib"], 3),
        "mail_ratio": round(found["smtplib"] / found["outbox"], 2),
    }


def _run(engine: str, arguments: list[str], var: Path, port: int) -> list[float]:
    create_key_file(var / "keys.json")
    environment = {**os.environ, "VAR_DIR": str(var), "KEY_FILE": str(var / "keys.json"), "PLAIN_HTTP": "1"}
    environment |= {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "youthleague.settings", "REDIS_URL": ""}
    environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "benchmarks" / "reminder_contenders.py"), *arguments]
    with lent_database(arguments[0]) if engine == "postgresql" else nullcontext("") as url:
        environment |= {"DATABASE_URL": url} if url else {}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{arguments[0]} on {engine} failed:\n{done.stderr[-3000:]}")
    return list(json.loads(done.stdout.splitlines()[-1]))


def _print_table(results: list[dict[str, object]]) -> None:
    columns = list(results[0])
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for result in results:
        inbox, mail = float(str(result["inbox_ratio"])), float(str(result["mail_ratio"]))
        missed = inbox < WANTED[str(result["db"])] or mail < WANTED_MAIL
        print("| " + " | ".join(str(result[column]) for column in columns) + (" | missed" if missed else " |"))


if __name__ == "__main__":
    main()
