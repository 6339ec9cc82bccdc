"""Who is reminded of what: texts and recipients are worked out here, ``notices`` delivers each of them once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from linkage.models import TaskReminder
from linkage.reports.weekly import unreported_units
from linkage.services.recipients import Reminder, names_of
from linkage.services.task_reminders import NEAR_DUE, OVERDUE, due_in_week, near_due, overdue
from linkage.services.weekly import REPORT
from orgs.access import LINEAGE_STEP
from orgs.models import Organisation, OrgAssignment
from orgs.roles import grants
from youthleague.kernel.notices import Letter
from youthleague.kernel.weeks import IsoWeek
from youthleague.notices.services.sending import Occasion, send_notices, told_of

PLAN_DIGEST, REPORT_DUE = "plan-digest", "report-due"
_ROWS_AT_ONCE = 2000


def plan_digest(day: date) -> Reminder:
    """Tell on Monday whoever reports for a unit what the week holds: last week's gaps, and tasks that come due.

    One message a person; units that have reported are not named.
    """
    week = IsoWeek.of(day)
    behind = _by_recipient(unreported_units(week.previous(), day), day)
    due = due_in_week(week, day)
    letters = []
    for user in _reporters(day):
        units = behind.get(user, [])
        text = f"本周是{week.title()}（{week.monday:%m.%d}—{week.sunday:%m.%d}），星期日前填一次即可。"
        if units:
            text += f"上周还有 {len(units)} 个团组织没有填：{names_of(units)}，四周之内可以补填。"
        text += due.get(user, "")
        letters.append(Letter(user, f"{week.title()}联动安排", text, reverse("week", args=[str(week)])))
    return Reminder(_occasion(PLAN_DIGEST, week), tuple(letters))


def report_due(day: date) -> Reminder:
    """Tell on Friday whoever reports for a unit that has not reported this week; nobody else hears of it."""
    week = IsoWeek.of(day)
    units = unreported_units(week, day)
    letters = [
        Letter(user, f"{week.title()}还有 {len(own)} 个团组织没有填", _due_text(own), reverse("week", args=[str(week)]))
        for user, own in sorted(_by_recipient(units, day).items())
    ]
    robots = f"{week.title()}还有 {len(units)} 个团组织没有填周报。" if units else ""
    return Reminder(_occasion(REPORT_DUE, week), tuple(letters), robots)


REMINDERS = {PLAN_DIGEST: plan_digest, REPORT_DUE: report_due, NEAR_DUE: near_due, OVERDUE: overdue}


@transaction.atomic
def remind(kind: str, *, at: datetime) -> int:
    """Send the reminders of a kind as of a moment, each once however often this is called; gives how many are new.

    What of it each was told once is written down with the letters that this call has entered, and no others.
    """
    reminder = REMINDERS[kind](timezone.localdate(at))
    count = send_notices(reminder.occasion, reminder.letters, at=at, robots=reminder.robots)
    if reminder.told:
        entered = told_of(reminder.occasion)
        rows = [row for row in reminder.told if entered.get(row.user_id) == at]
        TaskReminder.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE, ignore_conflicts=True)
    return count


def _occasion(kind: str, week: IsoWeek) -> Occasion:
    """Tell of a week while it lasts: when it is over, Monday's digest says what is open."""
    return Occasion(kind, "linkage.Week", str(week), until=week.sunday)


def send_missed(kinds: Mapping[str, str], *, at: datetime) -> int:
    """Send anew what the schedule called for today, kinds by the name of their task; gives how many were new.

    A call that got lost on its way to a worker is made up for so; what was sent is not sent again.
    """
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    called = PeriodicTask.objects.filter(enabled=True, task__in=kinds, last_run_at__range=(midnight, at))
    return sum(remind(kinds[task], at=at) for task in sorted(set(called.values_list("task", flat=True))))


def _due_text(units: Sequence[Organisation]) -> str:
    return f"{names_of(units)}。可以在一张表里一起填；没有要写的，点一下“无重点事项”即可，不用凑内容。"


def _assignments(day: date) -> list[tuple[int, str]]:
    """List who may report where on a day: account and lineage of the unit."""
    rows = OrgAssignment.objects.in_force(day).filter(user__is_active=True, organisation__state="active")
    held = rows.values_list("user_id", "role", "organisation__lineage", "organisation__level")
    return [(user, lineage) for user, role, lineage, level in held if grants(role, REPORT) and level != "district"]


def _reporters(day: date) -> list[int]:
    return sorted({user for user, _lineage in _assignments(day)})


def _by_recipient(units: Iterable[Organisation], day: date) -> dict[int, list[Organisation]]:
    """Give each unit to those who may report for it below the district: its own secretary, and the 街乡's."""
    holders: dict[str, list[int]] = defaultdict(list)
    for user, lineage in _assignments(day):
        holders[lineage].append(user)
    found: dict[int, list[Organisation]] = defaultdict(list)
    for unit in units:
        tops = (unit.lineage[:end] for end in range(LINEAGE_STEP, len(unit.lineage) + 1, LINEAGE_STEP))
        for user in {user for top in tops for user in holders.get(top, ())}:
            found[user].append(unit)
    return found
