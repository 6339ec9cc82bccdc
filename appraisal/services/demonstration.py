"""Years of the demonstration district: three put away, the last one added up, and this one under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from django.db import transaction
from django.utils import timezone

from appraisal.models import AppraisalCycle
from appraisal.rules.marking import period_start
from appraisal.services.cycles import advance_cycle, open_cycle, prepare_cycle
from appraisal.services.demonstration_district import fill_district
from appraisal.services.demonstration_letters import send_letters
from appraisal.services.demonstration_marks import fill_marks
from appraisal.services.demonstration_materials import fill_materials
from appraisal.services.demonstration_meetings import hold_meeting
from appraisal.services.demonstration_pledges import fill_pledges
from appraisal.services.demonstration_results import fill_facts, fill_results
from appraisal.services.demonstration_review import fill_review
from appraisal.services.demonstration_use import fill_use
from appraisal.services.population import draw_population
from appraisal.services.rolling import roll_up
from orgs.models import OrgAssignment, User

ARCHIVED_YEARS = 3
_QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class _Office:
    """Who runs the years: the accounts of the 机关干事 and of the leaders, and the chance."""

    staff: Sequence[User]
    leaders: Sequence[User]
    rng: Random


def fill_years(*, seed: int, day: date, at: datetime) -> list[AppraisalCycle]:
    """Run the years of the demonstration; without accounts of 机关干事 and leaders there are none.

    The last year goes from 筹备 to 汇总 step by step, those before to 归档.
    """
    office = _Office(_holders("district_staff"), _holders("leader"), Random(seed))  # noqa: S311 - made-up data
    if not office.staff or not office.leaders:
        return []
    years: list[AppraisalCycle] = []
    for year in range(day.year - 1 - ARCHIVED_YEARS, day.year):
        last = years[-1] if years else None
        cycle = _added_up(year, last, office, at, has_meeting=year == day.year - 1)
        if len(years) < ARCHIVED_YEARS:
            cycle = fill_review(cycle, staff=office.staff, leaders=office.leaders, at=at)
            send_letters(cycle, staff=office.staff, leaders=office.leaders, at=at)
            cycle = _step(cycle, "archive", office, at)
        years.append(cycle)
    years.append(_under_way(day, years[-1], office, at))
    for cycle in years:
        cycle.refresh_from_db()
        moment = _end_of(cycle.year, at)
        fill_pledges(cycle, rng=office.rng, staff=office.staff, leader=office.leaders[0], at=moment)
    fill_use(staff=office.staff, leader=office.leaders[0], at=at)
    fill_district(years, rng=office.rng, staff=office.staff[0], leader=office.leaders[0], at=at)
    return years


def _holders(role: str) -> list[User]:
    rows = OrgAssignment.objects.filter(role=role, organisation__parent=None).select_related("user")
    return [row.user for row in rows.order_by("user__username")]


@transaction.atomic
def _added_up(
    year: int, last: AppraisalCycle | None, office: _Office, at: datetime, *, has_meeting: bool
) -> AppraisalCycle:
    """Take a year from 筹备 to 汇总, and calculate it."""
    cycle = _opened(year, last, office, at)
    _mark(cycle, _QUARTERS, office, at)
    cycle = _step(cycle, "collect", office, at)
    fill_materials(cycle, rng=office.rng, previous=last, at=_end_of(year, at), finished=True)
    cycle = _step(cycle, "evaluate", office, at)
    fill_results(cycle, rng=office.rng, staff=office.staff, at=_end_of(year, at))
    if has_meeting:
        hold_meeting(cycle, staff=office.staff, at=_end_of(year, at))
    fill_facts(cycle, rng=office.rng, staff=office.staff, leader=office.leaders[0], at=_end_of(year, at))
    cycle = _step(cycle, "total", office, at)
    roll_up(cycle=cycle, by=office.staff[0], at=at)
    return cycle


@transaction.atomic
def _under_way(day: date, last: AppraisalCycle, office: _Office, at: datetime) -> AppraisalCycle:
    """Open this year; the quarters that are over are marked."""
    cycle = _opened(day.year, last, office, at)
    over = [one for one in _QUARTERS[1:] if period_start(day.year, one, len(_QUARTERS)) <= day]
    _mark(cycle, [one - 1 for one in over], office, at)
    fill_materials(cycle, rng=office.rng, previous=last, at=at)
    return cycle


def _opened(year: int, last: AppraisalCycle | None, office: _Office, at: datetime) -> AppraisalCycle:
    by = office.staff[0]
    cycle = prepare_cycle(year=year, by=by, at=at, copy_of=last)
    draw_population(cycle=cycle, by=by, at=at)
    cycle.refresh_from_db()
    return open_cycle(cycle=cycle, version=cycle.version, by=by, at=at)


def _step(cycle: AppraisalCycle, action: str, office: _Office, at: datetime) -> AppraisalCycle:
    return advance_cycle(cycle=cycle, version=cycle.version, action=action, by=office.staff[0], at=at)


def _mark(cycle: AppraisalCycle, periods: Sequence[int], office: _Office, at: datetime) -> None:
    fill_marks(
        cycle,
        rng=office.rng,
        raters_leader=office.leaders,
        raters_staff=office.staff,
        periods=periods,
        at=_end_of(cycle.year, at),
    )


def _end_of(year: int, at: datetime) -> datetime:
    """Give the last evening of a year, or now."""
    return min(timezone.make_aware(datetime.combine(date(year, 12, 31), time(18))), at)
