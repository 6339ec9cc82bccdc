"""``manage.py verify_scorecards``: compare every locked scorecard with what stands in the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appraisal.models import Seal
from appraisal.reports.verifying import seal_reports, unlogged


class Command(BaseCommand):
    """Prints the verdict by lock; exit code 1 and every place that does not agree, 2 for a year that is not locked."""

    help = "逐张核对锁定的成绩单：内容、签名和现存的每一行，不一致的指出是哪一张、哪一栏，并以退出码 1 结束。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, nargs="?", help="考核年度，如 2026；不写就核对全部")

    def handle(self, *_args: Any, **options: Any) -> None:
        year = options["year"]
        if year is not None and not Seal.objects.filter(cycle__year=year).exists():
            raise CommandError(f"{year}年度没有锁定过。", returncode=2)
        reports = seal_reports(year)
        for one in reports:
            verdict = "与系统一致" if one.is_sound else f"不一致，{len(one.faults)} 处"
            self.stdout.write(f"{one.title}：{one.cards} 张成绩单，{verdict}。")
        faults = [*(fault for one in reports for fault in one.faults), *unlogged(year)]
        for fault in faults:
            self.stderr.write(fault.sentence)
        if faults:
            raise CommandError(f"成绩单与系统不一致，共 {len(faults)} 处，第一处：{faults[0].sentence}", returncode=1)
        if not reports:
            self.stdout.write("还没有锁定的年度。")
