"""``manage.py rollup``: calculate the results of a year, or of one group of it."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from appraisal.models import AppraisalCycle, AppraisalGroup, DistrictAppraisal
from appraisal.services.district.rolling import roll_up_district
from appraisal.services.rolling import FamilyResult, roll_up


class Command(BaseCommand):
    """Calculates results; a second run without changes writes nothing."""

    help = "汇总一个考核年度的成绩；内容没有变化时不产生新的一版。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the year and, perhaps, one group."""
        parser.add_argument("year", type=int, help="考核年度，如 2026")
        parser.add_argument("--group", help="只汇总这一组（和与它合并计算名额的组）")
        parser.add_argument("--district", action="store_true", help="汇总区综合考核，不汇总个人成绩")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *_args: object, **options: Any) -> None:
        """Say of each family of groups which version stands."""
        cycle = AppraisalCycle.objects.filter(year=options["year"]).first()
        if cycle is None:
            raise CommandError(f"没有 {options['year']} 年度的考评。")
        if options["district"]:
            self.stdout.write(_district(cycle, as_json=options["json"]))
            return
        try:
            results = roll_up(cycle=cycle, by=None, at=timezone.now(), group=_group(cycle, options["group"]))
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from None
        if options["json"]:
            self.stdout.write(json.dumps([facts_of(one) for one in results], ensure_ascii=False))
            return
        for one in results:
            self.stdout.write(_sentence(one))


def _district(cycle: AppraisalCycle, *, as_json: bool) -> str:
    appraisal = DistrictAppraisal.objects.filter(cycle=cycle).first()
    if appraisal is None:
        raise CommandError(f"{cycle}没有建立区综合考核。")
    try:
        run = roll_up_district(appraisal=appraisal, by=None, at=timezone.now())
    except ValidationError as error:
        raise CommandError("".join(error.messages)) from None
    row = run.standing
    if as_json:
        facts = {"version": row.version, "new": run.is_new, "units": row.units, "incomplete": row.incomplete}
        return json.dumps(facts)
    made = "已完成" if run.is_new else "没有变化，仍为"
    return f"{cycle}区综合考核：{made}第 {row.version} 版，{row.units} 个单位，没有核完的 {row.incomplete} 个。"


def _group(cycle: AppraisalCycle, name: str | None) -> AppraisalGroup | None:
    if name is None:
        return None
    found = cycle.groups.filter(name=name).first()
    if found is None:
        raise CommandError(f"{cycle}没有“{name}”这一组。")
    return found


def facts_of(result: FamilyResult) -> dict[str, object]:
    """Give what is said of a family of groups."""
    one = result.standing
    return {
        "groups": list(one.groups),
        "version": one.version,
        "new": result.is_new,
        "people": one.people,
        "ranked": one.ranked,
        "incomplete": one.incomplete,
        "open_tie": one.has_open_tie,
    }


def _sentence(result: FamilyResult) -> str:
    one = result.standing
    names = "、".join(one.groups)
    if one.version is None:
        return f"{names}：没有参评人员。"
    tie = "；名额处有并列，等待决定" if one.has_open_tie else ""
    made = "已完成" if result.is_new else "没有变化，仍为"
    return (
        f"{names}：{made}第 {one.version} 版，{one.people} 人，参加排名 {one.ranked} 人，"
        f"数据不全 {one.incomplete} 人{tie}。"
    )
