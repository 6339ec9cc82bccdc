"""Who is told that a task comes due, and who that it is overdue: one letter a person, with all that concerns them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse

from linkage.access import HANDLE, ISSUE
from linkage.models import TaskAssignment, TaskReminder
from linkage.policies import task_policy
from linkage.services.recipients import Recipients, Reminder, names_of
from youthleague.kernel.notices import Letter
from youthleague.kernel.weeks import IsoWeek
from youthleague.notices.services.calendar import working_calendar
from youthleague.notices.services.sending import Occasion, told_of

NEAR_DUE, OVERDUE = "near-due", "overdue"
_PARTS = "linkage.TaskAssignment"
_LINES = 8
Parts = Sequence[TaskAssignment]


def near_due(day: date) -> Reminder:
    """Tell whoever has a part in hand that it comes due in so many working days, or sooner where nobody was told yet.

    One letter a person and day, none on a day off; each part once, and once more when it was given a later day. A part
    due on a day off comes due, as far as work goes, on the last working day before it.
    """
    occasion, calendar = Occasion(NEAR_DUE, _PARTS, f"{day}"), working_calendar(day)
    if not calendar.is_working_day(day):
        return Reminder(occasion, ())
    last = calendar.working_days_after(day, task_policy(day).near_days + 1) - timedelta(days=1)
    parts = _pending(due_on__lte=last)
    told = _told()
    told_today = told_of(occasion)
    found = {
        user: [part for part in own if (user, part.pk, part.due_on) not in told]
        for user, own in _by_handler(parts, day).items()
        if user not in told_today
    }
    found = {user: own for user, own in sorted(found.items()) if own}
    rows = (TaskReminder(user_id=user, assignment=part, due_on=part.due_on) for user in found for part in found[user])
    return Reminder(occasion, tuple(_near_letter(user, own, day) for user, own in found.items()), told=tuple(rows))


def overdue(day: date) -> Reminder:
    """Tell whoever looks after a part that it is so many working days overdue; one letter a person and week."""
    occasion, calendar = Occasion(OVERDUE, _PARTS, f"{IsoWeek.of(day)}"), working_calendar(day)
    if not calendar.is_working_day(day):
        return Reminder(occasion, ())
    parts = _pending(due_on__lte=calendar.last_day_before(day, task_policy(day).overdue_days))
    recipients = Recipients(ISSUE, day)
    found: dict[int, list[TaskAssignment]] = defaultdict(list)
    for part in parts:
        above = part.superior_lineage
        owner = part.task.owner_id if above == part.task.lineage else None
        for user in recipients.in_charge(owner, above):
            found[user].append(part)
    return Reminder(occasion, tuple(_overdue_letter(user, own) for user, own in sorted(found.items())))


def due_in_week(week: IsoWeek, day: date) -> dict[int, str]:
    """Say in one sentence, to whoever has parts in hand, which of them come due in a week."""
    parts = _pending(due_on__gte=week.monday, due_on__lte=week.sunday)
    return {user: f"本周有 {len(own)} 件任务到期：{_lines(own)}。" for user, own in _by_handler(parts, day).items()}


# ---- parts ---------------------------------------------------------------------------
def _pending(**when: date) -> Parts:
    rows = TaskAssignment.objects.pending().filter(**when).select_related("task", "organisation", "parent")
    return list(rows.order_by("due_on", "task_id", "lineage"))


def _by_handler(parts: Parts, day: date) -> Mapping[int, list[TaskAssignment]]:
    recipients = Recipients(HANDLE, day)
    found: dict[int, list[TaskAssignment]] = defaultdict(list)
    for part in parts:
        for user in recipients.in_charge(part.handler_id, part.lineage):
            found[user].append(part)
    return found


def _told() -> set[tuple[int, int, date]]:
    rows = TaskReminder.objects.filter(assignment__in=TaskAssignment.objects.pending())
    return set(rows.values_list("user_id", "assignment_id", "due_on"))


def _near_letter(user: int, parts: Parts, day: date) -> Letter:
    title = f"有 {len(parts)} 件任务" + ("快到期" if parts[0].due_on >= day else "快到期或已到期")
    return _letter(user, title, parts, "做完的请提交办结，来不及的可以申请延期。")


def _overdue_letter(user: int, parts: Parts) -> Letter:
    advice = "先问一问有没有困难，再看要不要延期、支援，或者作废不再需要的。"
    return _letter(user, f"有 {len(parts)} 件任务逾期没有办结", parts, advice)


def _letter(user: int, title: str, parts: Parts, advice: str) -> Letter:
    return Letter(user, title, f"{_lines(parts)}。{advice}", reverse("task", args=[parts[0].task_id]))


def _lines(parts: Parts) -> str:
    """Name tasks with the day they are due and the units that have them; a few, then how many there are."""
    groups = [list(same) for _key, same in groupby(parts, lambda part: (part.due_on, part.task_id))]
    shown = "；".join(map(_line, groups[:_LINES]))
    return f"{shown}；等 {len(groups)} 项" if len(groups) > _LINES else shown


def _line(parts: Iterable[TaskAssignment]) -> str:
    same = list(parts)
    units = names_of([part.organisation for part in same])
    return f"{same[0].due_on:%m月%d日}到期的“{same[0].task.title}”（{units}）"
