"""Keeping the calendar: the published days off, days entered by hand, and telling of a year without any."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import OrgAssignment, User
from youthleague.audit.services import record
from youthleague.kernel.notices import Letter
from youthleague.notices.models import SpecialDay
from youthleague.notices.services.calendar import is_year_known, seed_special_days
from youthleague.notices.services.sending import Occasion, send_notices

_NOVEMBER = 11
_AS_USUAL = "这一天本来就是这样，不用登记：周一至周五上班，周六、周日休息。"


@transaction.atomic
def keep_special_days(*, at: datetime) -> int:
    """Enter what was published of this year and the next; tell the administrators of a year that is not known.

    The next year is asked about from November on, when it is usually published. Gives how many days are new.
    """
    today = timezone.localdate(at)
    entered = seed_special_days(years=(today.year, today.year + 1))
    needed = [today.year, *([today.year + 1] if today.month > _NOVEMBER else [])]
    for year in needed:
        if not is_year_known(year):
            _tell_of_unknown_year(year, today, at)
    return entered


@transaction.atomic
def set_special_day(*, day: date, is_worked: bool, name: str, by: User, at: datetime) -> SpecialDay:
    """Enter or change one day by hand; raises ``day.usual`` for a working day or weekend as they are anyway."""
    if is_worked is (day.weekday() < 5):
        raise ValidationError({"is_worked": ValidationError(_AS_USUAL, code="day.usual")})
    row, _is_new = SpecialDay.objects.update_or_create(
        day=day, defaults={"is_worked": is_worked, "name": name.strip(), "is_own": True}
    )
    facts = {"day": day.isoformat(), "is_worked": is_worked}
    record(action="calendar.set", by=by, at=at, subject=f"notices.SpecialDay:{row.pk}", facts=facts)
    return row


@transaction.atomic
def remove_special_day(*, row: SpecialDay, by: User, at: datetime) -> None:
    """Let a day be as the week has it again."""
    facts = {"day": row.day.isoformat(), "is_worked": row.is_worked}
    subject = f"notices.SpecialDay:{row.pk}"
    row.delete()
    record(action="calendar.remove", by=by, at=at, subject=subject, facts=facts)


def _tell_of_unknown_year(year: int, today: date, at: datetime) -> None:
    text = f"{year} 年的放假和调休安排还没有录入，提醒暂按周一至周五计算。请在“工作日历”中录入国务院办公厅公布的安排。"
    letters = [
        Letter(pk, f"请录入 {year} 年的节假日安排", text, f"{reverse('special-days')}?year={year}")
        for pk in holders_of("sysadmin", today)
    ]
    send_notices(Occasion("calendar", "notices.SpecialDay", f"{year}"), letters, at=at)


def holders_of(role: str, day: date) -> list[int]:
    """Give the keys of the accounts that hold a role on a day."""
    return list(OrgAssignment.objects.in_force(day).filter(role=role).values_list("user_id", flat=True).distinct())
