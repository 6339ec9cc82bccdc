"""``manage.py prepare``: bring database and static files up to date before the portal starts, in one process."""

import hashlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from youthleague.audit import triggers
from youthleague.notices.services.days import keep_special_days
from youthleague.workbench.services import enter_jobs


def static_digest() -> str:
    """Fingerprint the static files that would be collected: path, size and time of each, and where they go."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Command(BaseCommand):
    """Do only what is not done yet, so that a second start is quick."""

    help = "建库或升级数据库，收集静态文件；演示模式下为空库装入演示数据。"
    requires_system_checks = []

    def handle(self, *_args: object, **_options: object) -> None:
        """Migrate, collect static files, enter jobs and days off, fill the demonstration district."""
        settings.VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.migrate()
        self.collect_static()
        enter_jobs()
        keep_special_days(at=timezone.now())
        if settings.DEMO:
            self.fill_demonstration()

    def migrate(self) -> None:
        """Apply the migrations that are missing, and put back triggers that somebody removed."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()) or triggers.missing(connection):
            self.stdout.write("正在建库或升级数据库……")
            call_command("migrate", interactive=False, verbosity=0)

    def collect_static(self) -> None:
        """Collect, hash and compress the static files when one of them has changed."""
        stamp = settings.VAR_DIR / "static.stamp"
        digest = static_digest()
        collected = (settings.STATIC_ROOT / "staticfiles.json").exists()
        if collected and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
            return
        self.stdout.write("正在收集静态文件……")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest, encoding="ascii")

    def fill_demonstration(self) -> None:
        """Fill an empty database with the fictional district."""
        if "demo" in get_commands() and not apps.get_model("orgs", "Organisation").objects.exists():
            self.stdout.write("正在装入演示数据……")
            call_command("demo")
