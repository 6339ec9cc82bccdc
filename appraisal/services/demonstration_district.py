"""区综合考核 of the demonstration district: last year's reported, this year's rated by some of the units."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from appraisal.models import AppraisalCycle, AppraisedUnit, DistrictAppraisal, UnitPoints
from appraisal.reports.district.units import candidates
from appraisal.rules.district import ItemFacts
from appraisal.services.district.issuing import choose_units, issue_district, prepare_district, write_items
from appraisal.services.district.keeping import DISTRICT_TOLD, raters_of
from appraisal.services.district.objections import decide_objection, raise_objection
from appraisal.services.district.rating import OwnPoints, save_rating
from appraisal.services.district.reporting import report_district
from appraisal.services.district.scoring import GivenPoints, enter_points, feed_back, start_scoring
from orgs.models import User
from youthleague.notices.models import Notice

_ITEMS = (
    ItemFacts(
        "党建带团建责任落实",
        "党（工）委每年专题研究共青团工作不少于 2 次，少一次扣 5 分；没有列入年度要点的不得分。",
        15,
    ),
    ItemFacts("基层团组织应建尽建", "按期换届、班子配齐，有一个软弱涣散团支部扣 3 分。", 20),
    ItemFacts(
        "团支部书记由“两委”成员兼任", "按兼任占比与目标的比例计分。", 15, "roster.two_committee_permille", 90_000
    ),
    ItemFacts("三级联动任务按期办结", "按期内到期任务的办结率与目标的比例计分。", 20, "linkage.tasks_closed", 95_000),
    ItemFacts("联系服务青年", "青年夜校、走访、诉求办理，按台账核定；虚报的不得分。", 20),
    ItemFacts("改革创新", "形成可复制的经验，区级推广得 5 分，市级推广得 10 分。", 10),
)
_GROUNDS = {
    1: "会议纪要 2 份，年度要点已列入",
    2: "换届批复和花名册",
    5: "青年夜校课表、签到和走访台账",
    6: "经验材料被区级转发",
}


@transaction.atomic
def fill_district(years: Sequence[AppraisalCycle], *, rng: Random, staff: User, leader: User, at: datetime) -> None:
    """Run the last two of some years, an earlier one first; the roles of the demonstration begin today."""
    last, now = years[-2:]
    done = _issued(last, None, staff, at)
    _rate(done, list(done.units.all()), rng, staff, at)
    _report(done, rng, staff, leader, at)
    row = _issued(now, done, staff, at)
    units = list(row.units.order_by("lineage"))
    _rate(row, [unit for number, unit in enumerate(units) if number % 3], rng, staff, at)


def _issued(cycle: AppraisalCycle, like: DistrictAppraisal | None, by: User, at: datetime) -> DistrictAppraisal:
    row = prepare_district(cycle=cycle, by=by, at=at, copy_of=like)
    if like is None:
        row = write_items(appraisal=row, version=row.version, items=_ITEMS, by=by, at=at)
        units = candidates(timezone.localdate(at)).keys()
        row = choose_units(appraisal=row, version=row.version, organisations=units, by=by, at=at)
    return issue_district(appraisal=row, version=row.version, by=by, at=at)


def _rate(row: DistrictAppraisal, units: Sequence[AppraisedUnit], rng: Random, staff: User, at: datetime) -> None:
    """Let units rate themselves, those without an account on paper; every fourth one is still at it."""
    accounts = {user.pk: user for user in User.objects.filter(pk__in=_raters(row, at))}
    raters = raters_of(units, timezone.localdate(at))
    for number, unit in enumerate(units):
        by = next((accounts[key] for key in sorted(raters[unit.pk]) if key in accounts), staff)
        rows = UnitPoints.objects.filter(unit=unit, actual=None).select_related("item")
        entries = {one.item_id: OwnPoints(_some(rng, one.item.maximum, 80), _ground(one)) for one in rows}
        is_final = row.issued_on is not None and (number % 4 != 3)
        save_rating(unit=unit, version=unit.version, entries=entries, is_final=is_final, by=by, at=at)


def _ground(one: UnitPoints) -> str:
    return _GROUNDS.get(one.item.position, "台账没有记录的，按实际情况自评")


def _raters(row: DistrictAppraisal, at: datetime) -> set[int]:
    return {user for users in raters_of(row.units.all(), timezone.localdate(at)).values() for user in users}


def _report(row: DistrictAppraisal, rng: Random, staff: User, leader: User, at: datetime) -> None:
    """Score, feed back, answer one objection and report, with the days on which that would have been."""
    told: dict[str, Any] = {"by": staff, "at": at}
    row = start_scoring(appraisal=row, version=row.version, **told)
    open_ones = UnitPoints.objects.filter(unit__appraisal=row, actual=None).select_related("item")
    enter_points(appraisal=row, given={(one.unit_id, one.item_id): _given(one, rng) for one in open_ones}, **told)
    row = feed_back(appraisal=row, version=row.version, **told)
    _object(row, leader, at)
    year, day = row.cycle.year, timezone.localdate(at)
    DistrictAppraisal.objects.filter(pk=row.pk).update(
        issued_on=date(year, 12, 1),
        fed_back_on=min(date(year + 1, 1, 8), day - timedelta(days=6)),
        last_day=min(date(year + 1, 1, 13), day - timedelta(days=1)),
    )
    report_district(appraisal=row, version=row.version, by=leader, at=at)
    Notice.objects.filter(kind=DISTRICT_TOLD).update(read_at=at)


def _object(row: DistrictAppraisal, leader: User, at: datetime) -> None:
    """Let the first unit with an account object to what it got for one indicator."""
    raters = raters_of(row.units.order_by("lineage"), timezone.localdate(at))
    unit = next((key for key, users in raters.items() if users), None)
    if unit is None:
        return
    points = UnitPoints.objects.select_related("unit__appraisal", "item").get(unit=unit, item__position=5)
    by = User.objects.get(pk=min(raters[unit]))
    text = "走访台账已补齐 3 月份的签到，附后。"
    objection = raise_objection(points=points, text=text, by=by, at=at)
    decide_objection(
        objection=objection, is_corrected=False, points=None, reason="补签的不计入，维持原分。", by=leader, at=at
    )


def _given(one: UnitPoints, rng: Random) -> GivenPoints:
    if one.own is not None and rng.random() < 0.7:
        return GivenPoints(one.own, "", one.version)
    points = _some(rng, one.item.maximum, 70)
    return GivenPoints(points, "按台账核定" if points != one.own else "", one.version)


def _some(rng: Random, maximum: int, least: int) -> int:
    """Give points in halves, from so many percent of the maximum on."""
    return rng.randint(2 * maximum * least // 100, 2 * maximum) * 500
