"""Run the tests part by part and say how long each took: ``python -m scripts.run_tests PART…``.

The last line is pytest's own unless a part failed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from scripts.lending import embedded, postgresql, postgresql_and_redis

# Only values, so that they are quick even while every branch is counted: each one is to be taken.
RULES = ("youthleague.audit", "youthleague.notices", "youthleague.sheets", "orgs", "cadres", "linkage", "appraisal")
PURE = ("youthleague.kernel", *(f"{name}.rules" for name in RULES))
PURE_TESTS = ("kernel", *(f"{name.rpartition('.')[2]}/test_rules.py" for name in RULES))
# Pure Python, or SQLite by its own choice: PostgreSQL has nothing to add to them.
ELSEWHERE = [f"--ignore=tests/{folder}" for folder in ("architecture", "chaos", "scripts", "workbooks")]
QUICK = ["-n", "2", "-m", "not services and not contract and not e2e"]
# What a page says is the same on both; that it answers on PostgreSQL the contract shows for visitors who keep the work,
# the log and the accounts. ``make thorough`` runs the tests of the pages there too.
PAGES = "test_views"
SOME_VISITORS = ["-k", "district_staff or township_b or auditor or sysadmin"]
# Dropping a database waits for the disk, longer than a statement may take: whoever lent it drops it.
LEFT = ["--create-db", "--reuse-db"]
PLAIN = [*QUICK, *(f"--ignore=tests/{name}" for name in PURE_TESTS)]


@dataclass(frozen=True)
class Part:
    """One part: its Chinese title, what pytest is told, and what it is lent."""

    title: str
    arguments: list[str]
    lend: Callable[[], AbstractContextManager[Mapping[str, str]]] = embedded


PARTS = {
    "pure": Part(
        "纯规则测试（每个分支都要走到）",
        [
            *(f"--cov={module}" for module in PURE),
            *("--cov-report=term", "--cov-fail-under=100"),
            *(f"tests/{name}" for name in PURE_TESTS),
        ],
    ),
    "plain": Part("快速测试（SQLite）", PLAIN),
    "contract": Part("数据范围契约测试（SQLite）", ["-n", "2", "-m", "contract"]),
    "contract-postgresql": Part("数据范围契约测试（PostgreSQL）", [*LEFT, "-n", "2", "-m", "contract"], postgresql),
    "contract-some": Part(
        "数据范围契约测试（PostgreSQL，部分账号）",
        [*LEFT, "-n", "2", *SOME_VISITORS, "-m", "contract"],
        postgresql,
    ),
    "e2e": Part("浏览器测试（SQLite）", ["-m", "e2e"]),
    "postgresql": Part(
        "快速测试（PostgreSQL，页面除外）",
        [*PLAIN, *ELSEWHERE, f"--ignore-glob=tests/*/{PAGES}*", *LEFT],
        postgresql,
    ),
    "postgresql-pages": Part("页面测试（PostgreSQL）", [*PLAIN, *ELSEWHERE, *LEFT, "-k", PAGES], postgresql),
    "services": Part("服务测试（PostgreSQL、Redis）", [*LEFT, "-m", "services"], postgresql_and_redis),
    "chaos": Part("强行终止测试（SQLite、PostgreSQL、Redis）", [*LEFT, "tests/chaos"], postgresql_and_redis),
    "cover": Part("覆盖率（SQLite）", [*QUICK, "--cov", "--cov-report=term", "--cov-fail-under=95"]),
}


def run_part(part: Part) -> bool:
    """Run one part in a process of its own; tell whether it passed."""
    print(f"== {part.title}", flush=True)
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    with part.lend() as lent:
        command = [sys.executable, "-m", "pytest", *part.arguments]
        return subprocess.run(command, env={**inherited, **lent}, check=False).returncode == 0


def run(names: list[str]) -> list[str]:
    """Run the named parts in order and return the titles of those that failed."""
    failed = []
    previous = ""
    for name in names:
        if previous:
            print(previous, flush=True)
        started = time.monotonic()
        if not run_part(PARTS[name]):
            failed.append(PARTS[name].title)
        previous = f"   用时 {time.monotonic() - started:.0f} 秒\n"
    return failed


def main() -> int:
    """Run the parts of the command line."""
    failed = run(sys.argv[1:])
    if failed:
        print(f"没有通过：{'、'.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
