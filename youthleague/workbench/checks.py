"""Whether the portal can work: what /readyz asserts."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from youthleague.audit import triggers
from youthleague.sheets.services.sweeping import last_sweep

PING_SECONDS = 1
# A worker that writes a large batch lets some sweeps pass.
MISSED_SWEEPS = 8
SHORTEST_SILENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: its code, whether it holds, a sentence for people, and whether the portal cannot do without."""

    code: str
    holds: bool
    sentence: str
    is_vital: bool = True


def readiness(at: datetime) -> list[Finding]:
    """Check every condition; what needs the database fails with it, without hiding the rest.

    Without queue or worker every page still answers, and what is asked for waits in the database: not vital.
    """
    return [*_database_findings(), _folder_finding(), *_background_findings(at)]


def _database_findings() -> Iterator[Finding]:
    for code, check in DATABASE_CHECKS:
        try:
            problem = check()
        except DatabaseError:
            problem = "数据库没有回应。"
        yield Finding(code, not problem, problem or "正常。")


def _database_problem() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return ""


def _migration_problem() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"有 {len(missing)} 项数据库升级没有执行，请运行 manage.py migrate。" if missing else ""


def _trigger_problem() -> str:
    missing = triggers.missing(connection)
    return f"缺少 {len(missing)} 个防篡改触发器，请运行 manage.py migrate 重装。" if missing else ""


def _folder_finding() -> Finding:
    try:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            file.write(b"0")
    except OSError:
        return Finding("folder", holds=False, sentence="数据目录不能写入，请检查磁盘空间和目录权限。")
    return Finding("folder", holds=True, sentence="正常。")


def _background_findings(at: datetime) -> Iterator[Finding]:
    for code, problem in (("queue", _queue_problem()), ("worker", _worker_problem(at))):
        yield Finding(code, not problem, problem or "正常。", is_vital=False)


def _queue_problem() -> str:
    """Ask the server, or look at the folder, that carries the messages."""
    if not settings.REDIS_URL:
        usable = os.access(settings.QUEUE_DIR, os.R_OK | os.W_OK | os.X_OK)
        return "" if usable else "排队服务不可用：队列目录不能读写。任务已记入数据库，恢复后自动接着做。"
    waits = {"socket_connect_timeout": PING_SECONDS, "socket_timeout": PING_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **waits) as server:
            server.ping()
    except redis.RedisError:
        return "排队服务不可用：Redis 没有回应。任务已记入数据库，恢复后自动接着做。"
    return ""


def _worker_problem(at: datetime) -> str:
    """Tell by the last sweep whether beat and worker do their work."""
    swept = last_sweep()
    silence = max(SHORTEST_SILENCE, timedelta(seconds=settings.SWEEP_SECONDS * MISSED_SWEEPS))
    if swept is not None and at - swept <= silence:
        return ""
    return "后台任务好一会儿没有动静，请看 worker 和 beat 是否在运行。"


DATABASE_CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", _database_problem),
    ("migrations", _migration_problem),
    ("triggers", _trigger_problem),
)
