"""``manage.py demo [--seed N]``: fill an empty database with a fictional district, and write three workbooks."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cadres.management.accounts import write_accounts
from cadres.management.district import fill_district
from cadres.management.workbooks import write_workbooks
from cadres.signals import district_filled
from orgs.models import Organisation, User

SEED = 2026


class Command(BaseCommand):
    """Make a district to try the portal on; without demonstration mode it has no accounts."""

    help = "往空库里装入演示区县（虚构），并在 demo 文件夹里写三份花名册样表。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--seed", type=int, default=SEED, help="换一个数字，得到另一组数据")

    def handle(self, *_: Any, **options: Any) -> None:
        """Fill the database, write accounts and workbooks, and say so."""
        if Organisation.objects.exists() or User.objects.exists():
            raise CommandError("数据库里已有数据，演示数据只能装入空库。")
        at = timezone.now()
        district = fill_district(seed=options["seed"], name=settings.SITE_NAME, at=at, accounts=settings.DEMO)
        district_filled.send(Command, seed=options["seed"], day=timezone.localdate(at), at=at)
        write_workbooks(settings.VAR_DIR / "demo", seed=options["seed"], day=timezone.localdate(at))
        self.stdout.write(f"已装入 {len(district.units)} 个团组织、{len(district.people)} 名团干部。")
        if district.opened:
            self.stdout.write(f"演示账号见 {write_accounts(district.opened, settings.VAR_DIR)}。")
        else:
            self.stdout.write("没有建立演示账号：演示账号只在演示模式（DEMO=1）下建立。")
