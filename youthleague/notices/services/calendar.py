"""Working days and hours as they are kept here: the official days off, and what was changed by hand."""

from datetime import date, time

from chinese_calendar import constants
from django.db import transaction

from orgs.policies import policy_number
from youthleague.kernel.working_days import WorkingCalendar
from youthleague.notices.models import SpecialDay

OPENS, CLOSES = "notices.opens_hour", "notices.closes_hour"


def working_calendar(day: date) -> WorkingCalendar:
    """Read the calendar as it is known on a day: the special days around it, and the hours that policy sets."""
    around = SpecialDay.objects.filter(day__year__gte=day.year - 1, day__year__lte=day.year + 1)
    return WorkingCalendar(
        dict(around.values_list("day", "is_worked")),
        opens=time(policy_number(OPENS, day)),
        closes=time(policy_number(CLOSES, day)),
    )


def is_year_known(year: int) -> bool:
    """Tell whether any special day of a year is kept; without one every Monday to Friday counts as worked."""
    return SpecialDay.objects.filter(day__year=year).exists()


@transaction.atomic
def seed_special_days(*, years: tuple[int, ...]) -> int:
    """Enter the published days off and days worked instead of some years; what is there stays. Gives how many are new.

    Source: 国务院办公厅关于部分节假日安排的通知, as the calendar package carries it.
    """
    published = {day: (False, name) for day, name in constants.holidays.items()}
    published |= {day: (True, name) for day, name in constants.workdays.items()}
    rows = [
        SpecialDay(day=day, is_worked=is_worked, name=_NAMES.get(str(name), ""))
        for day, (is_worked, name) in sorted(published.items())
        if day.year in years and _differs(day, is_worked=is_worked)
    ]
    before = SpecialDay.objects.count()
    SpecialDay.objects.bulk_create(rows, ignore_conflicts=True)
    return SpecialDay.objects.count() - before


def _differs(day: date, *, is_worked: bool) -> bool:
    return is_worked is not (day.weekday() < 5) or not is_worked


_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
