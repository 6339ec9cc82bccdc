"""Whether the portal can work: what /readyz asserts."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from youthleague.audit import triggers


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: its code, whether it holds, and a sentence for people."""

    code: str
    holds: bool
    sentence: str


def readiness() -> list[Finding]:
    """Check every condition; what needs the database fails with it, without hiding the rest."""
    return [*_database_findings(), _folder_finding()]


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


DATABASE_CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", _database_problem),
    ("migrations", _migration_problem),
    ("triggers", _trigger_problem),
)
