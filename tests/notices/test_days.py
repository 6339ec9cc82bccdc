"""The working calendar as it is kept."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from tests.notices.conftest import NOON
from youthleague.notices.models import Notice, SpecialDay
from youthleague.notices.services.calendar import is_year_known, seed_special_days, working_calendar
from youthleague.notices.services.days import keep_special_days, remove_special_day, set_special_day

pytestmark = pytest.mark.django_db


def test_the_published_days_of_a_year_are_entered_once():
    assert seed_special_days(years=(2026,)) > 20
    assert seed_special_days(years=(2026,)) == 0
    october = SpecialDay.objects.filter(day__month=10, name="国庆节").values_list("day", "is_worked")
    assert (date(2026, 10, 1), False) in set(october)
    assert (date(2026, 10, 10), True) in set(october)


def test_every_published_name_has_a_chinese_word():
    seed_special_days(years=tuple(range(2004, 2027)))
    assert not SpecialDay.objects.filter(name="").exists()


def test_a_day_set_by_hand_stays(sysadmin):
    set_special_day(day=date(2026, 10, 10), is_worked=True, name="本地安排", by=sysadmin, at=NOON)
    seed_special_days(years=(2026,))
    assert SpecialDay.objects.filter(day=date(2026, 10, 10)).values_list("name", "is_own").get() == ("本地安排", True)


def test_a_year_that_nobody_published_is_told_to_the_sysadmin_once(sysadmin, people):
    in_2031 = datetime(2031, 3, 3, 4, tzinfo=UTC)
    for _ in range(2):
        keep_special_days(at=in_2031)
    assert not is_year_known(2031)
    assert Notice.objects.values_list("recipient_id", "kind", "period", "channel").get() == (
        sysadmin.pk,
        "calendar",
        "2031",
        "inbox",
    )
    assert working_calendar(date(2031, 3, 3)).is_working_day(date(2031, 10, 1))


def test_the_next_year_is_asked_about_in_december_only(sysadmin):
    SpecialDay.objects.create(day="2031-01-01", is_worked=False)
    keep_special_days(at=datetime(2031, 11, 3, 4, tzinfo=UTC))
    assert not Notice.objects.exists()
    keep_special_days(at=datetime(2031, 12, 3, 4, tzinfo=UTC))
    assert Notice.objects.get().period == "2032"


@pytest.mark.parametrize(("day", "is_worked"), [(date(2026, 11, 25), True), (date(2026, 11, 28), False)])
def test_a_day_as_usual_is_refused(sysadmin, day, is_worked):
    with pytest.raises(ValidationError) as refused:
        set_special_day(day=day, is_worked=is_worked, name="", by=sysadmin, at=NOON)
    assert refused.value.error_dict["is_worked"][0].code == "day.usual"
    assert not SpecialDay.objects.exists()


def test_a_day_is_as_usual_again_when_it_is_removed(sysadmin):
    row = set_special_day(day=date(2026, 11, 25), is_worked=False, name="校庆", by=sysadmin, at=NOON)
    assert not working_calendar(date(2026, 11, 25)).is_working_day(date(2026, 11, 25))
    remove_special_day(row=row, by=sysadmin, at=NOON)
    assert working_calendar(date(2026, 11, 25)).is_working_day(date(2026, 11, 25))
