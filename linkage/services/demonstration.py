"""Weeks of the demonstration district: twelve of them, uneven as in life."""

import random
from datetime import date, datetime

from linkage.models import WeeklyReport
from linkage.reports.weekly import ASKED
from linkage.rules import week_state
from orgs.access import LINEAGE_STEP
from orgs.models import Organisation, OrgAssignment
from youthleague.kernel.weeks import IsoWeek

_WEEKS = 12
_EXCUSED = 40  # the National Day holiday
_DONE = (
    ("反诈进社区", "走访独居老人 {n} 户，讲防骗\n在广场发宣传单，答问 {m} 人次"),
    ("河道清理", "组织青年志愿者清理河岸 {n} 段"),
    ("青年夜校", "开书法、急救两个班，到课 {m} 人次"),
    ("助农直播", "帮 {n} 户果农直播卖货"),
    ("主题团日", "开主题团日，新老团员结对 {n} 对"),
    ("暑期看护", "社区看护班开班，每天 {n} 名孩子"),
    ("骑手驿站", "给快递外卖骑手送清凉 {m} 份"),
    ("安全隐患排查", "入户检查用电用气 {n} 户"),
)
_NEEDS = ("", "", "", "", "缺一名懂账号运营的志愿者", "场地周末借不到", "希望区里派讲师", "经费还差一点")
_NEXT = ("", "", "接着做，收个尾", "开一次青年座谈会", "走访新入驻的企业", "整理团员名册")


def fill_weeks(*, seed: int, day: date, at: datetime) -> int:
    """Write the weeks of all units that are asked, by the secretaries of their 街乡; gives how many rows.

    Some 街乡 report always, some now and then; one week is excused everywhere. Without accounts nobody has written.
    """
    rng = random.Random(seed)  # noqa: S311 - made-up data
    writers = dict(
        OrgAssignment.objects.filter(role="township_secretary").values_list("organisation__lineage", "user_id")
    )
    weeks = [IsoWeek.of(day)]
    while len(weeks) < _WEEKS:
        weeks.insert(0, weeks[0].previous())
    rows = []
    units = Organisation.objects.active().filter(level__in=ASKED).order_by("lineage")
    for unit in units:
        writer = writers.get(unit.lineage[: 2 * LINEAGE_STEP])
        zeal = rng.choice((0.95, 0.9, 0.75, 0.5)) if unit.level == ASKED[0] else rng.choice((0.9, 0.8, 0.7, 0.35))
        if writer:
            rows += [_row(unit, week, writer, rng, at) for week in weeks if rng.random() < _chance(zeal, week, weeks)]
    WeeklyReport.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _chance(zeal: float, week: IsoWeek, weeks: list[IsoWeek]) -> float:
    """Make the current week half written, and the week that is excused whole."""
    if week.week == _EXCUSED:
        return 1
    return zeal / 2 if week == weeks[-1] else zeal


def _row(unit: Organisation, week: IsoWeek, writer: int, rng: random.Random, at: datetime) -> WeeklyReport:
    theme, done = rng.choice(_DONE)
    is_exempt, is_quiet, is_open = week.week == _EXCUSED, rng.random() < 0.15, rng.random() < 0.1
    said = is_exempt or is_quiet
    text = "" if said or is_open else done.format(n=rng.randint(3, 40), m=rng.randint(30, 300))
    theme = "" if said else theme
    return WeeklyReport(
        organisation=unit,
        lineage=unit.lineage,
        iso_year=week.year,
        iso_week=week.week,
        state=week_state(theme=theme, done=text, is_quiet=is_quiet, is_exempt=is_exempt),
        theme=theme,
        done=text,
        forces=None if said else rng.randint(2, 25),
        youth_served=None if said else rng.randint(5, 200),
        need="" if said else rng.choice(_NEEDS),
        next_week=rng.choice(_NEXT),
        is_quiet=is_quiet and not is_exempt,
        reported_by_id=writer,
        reported_at=at,
    )
