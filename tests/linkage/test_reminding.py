"""Who is reminded of the week: only those for whom something is open, one message each."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from linkage.services.reminding import plan_digest, remind, report_due, send_missed
from orgs.services import merge_organisation, move_organisation
from tests.factories import make_user
from tests.linkage.conftest import LAST, NOON, entry, write
from youthleague.kernel.weeks import IsoWeek
from youthleague.notices.models import Notice, Robot, SpecialDay

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.fixture
def village(district):
    return make_user("village_secretary", district.village_a1)


def told(reminder):
    return {letter.recipient: letter.text for letter in reminder.letters}


def test_friday_reminds_those_whose_units_have_not_reported(district, secretary, village, staff):
    other = make_user("township_secretary", district.township_b)
    make_user("leader", district.top)
    write(
        staff, *(entry(unit, is_quiet=True) for unit in (district.township_b, district.village_b1, district.village_b2))
    )
    write(staff, entry(district.village_a2, theme="正在做"))
    letters = told(report_due(FRIDAY))
    assert letters.keys() == {secretary.pk, village.pk}
    assert other.pk not in letters
    assert (district.village_a1.name in letters[village.pk], district.village_a2.name in letters[village.pk]) == (
        True,
        False,
    )
    assert district.village_a2.name in letters[secretary.pk]


def test_nobody_is_reminded_when_all_have_reported(district, secretary, staff):
    units = [getattr(district, name) for name in ("township_a", "village_a1", "village_a2")]
    units += [getattr(district, name) for name in ("township_b", "village_b1", "village_b2")]
    write(staff, *(entry(unit, is_quiet=True) for unit in units))
    assert (report_due(FRIDAY).letters, report_due(FRIDAY).robots) == ((), "")


def test_monday_tells_each_once_what_is_open(district, secretary, village, staff):
    write(staff, entry(district.village_a1, done="好"), week=LAST)
    letters = told(plan_digest(MONDAY))
    assert letters.keys() == {secretary.pk, village.pk}
    assert "上周" not in letters[village.pk]
    assert "上周还有 2 个团组织没有填" in letters[secretary.pk]


def test_the_second_call_sends_nothing(district, secretary, village):
    assert remind("report-due", at=NOON) == 2
    assert remind("report-due", at=NOON) == 0
    assert Notice.objects.filter(channel="inbox").count() == 2


def test_two_accounts_on_one_unit_are_both_told(district, village):
    second = make_user("village_secretary", district.village_a1)
    assert {village.pk, second.pk} <= told(report_due(FRIDAY)).keys()


# ---- New Year, holidays, days worked instead ---------------------------------------------
NEW_YEAR = datetime(2027, 1, 1, 2, tzinfo=UTC)  # Friday, 10:00 in Shanghai, in week 53 of 2026


@pytest.fixture
def on_holiday(secretary):
    """New Year's Day is off; the secretary reads e-mail, and a group has a robot."""
    SpecialDay.objects.create(day="2027-01-01", is_worked=False, name="元旦")
    secretary.email = "a@example.invalid"
    secretary.save()
    kinds = ["report-due", "plan-digest"]
    Robot.objects.create(title="群机器人", platform="wecombot", key="robotkey", kinds=kinds, is_on=True)


def due():
    """Give when what was entered goes out, by channel; the inbox has it at once."""
    return dict(Notice.objects.order_by("channel").values_list("channel", "due_at"))


def test_a_reminder_on_a_holiday_goes_out_on_the_saturday_worked_instead(district, secretary, on_holiday):
    SpecialDay.objects.create(day="2027-01-02", is_worked=True, name="元旦")
    assert remind("report-due", at=NEW_YEAR) == 1
    saturday = datetime(2027, 1, 2, 1, tzinfo=UTC)  # 9:00 in Shanghai
    assert due() == {"email": saturday, "inbox": None, "robot": saturday}
    letter = Notice.objects.get(channel="inbox")
    assert (letter.period, letter.title) == ("2026-W53", "2026年第53周还有 3 个团组织没有填")


def test_a_reminder_that_a_holiday_would_put_off_beyond_its_week_is_on_the_inbox_alone(district, secretary, on_holiday):
    assert remind("report-due", at=NEW_YEAR) == 1
    assert due() == {"inbox": None}
    assert remind("plan-digest", at=datetime(2027, 1, 4, 1, tzinfo=UTC)) == 1  # Monday, 9:00
    assert Notice.objects.get(kind="plan-digest", channel="email").due_at == datetime(2027, 1, 4, 1, tzinfo=UTC)


def test_a_digest_of_a_monday_off_waits_for_the_first_day_worked(district, secretary, on_holiday):
    SpecialDay.objects.create(day="2027-01-04", is_worked=False, name="元旦")
    assert remind("plan-digest", at=datetime(2027, 1, 4, 1, tzinfo=UTC)) == 1
    assert due()["email"] == datetime(2027, 1, 5, 1, tzinfo=UTC)


def test_a_friday_worked_as_usual_is_told_at_once(district, secretary, on_holiday):
    at = datetime(2028, 3, 3, 2, tzinfo=UTC)  # the Friday after 29 February
    assert remind("report-due", at=at) == 1
    assert due() == {"email": at, "inbox": None, "robot": at}
    assert Notice.objects.get(channel="inbox").period == "2028-W09"


def test_the_first_monday_of_a_year_asks_for_the_53rd_week(district, secretary, village, staff):
    at = datetime(2027, 1, 3, 4, tzinfo=UTC)  # Sunday
    write(staff, entry(district.village_a1, done="好"), week=IsoWeek(2026, 53), at=at)
    reminder = plan_digest(date(2027, 1, 4))
    letters = told(reminder)
    assert reminder.occasion.period == "2027-W01"
    assert "上周还有 2 个团组织没有填" in letters[secretary.pk]
    assert ("上周" in letters[village.pk], "2027年第1周（01.04—01.10）" in letters[village.pk]) == (False, True)


# ---- units that come and go in mid-week -----------------------------------------------------
def test_a_unit_merged_in_mid_week_is_asked_no_more(district, secretary, village, staff):
    day = date(2026, 11, 25)
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=day, by=staff, at=NOON)
    letters = told(report_due(FRIDAY))
    assert village.pk not in letters
    assert letters[secretary.pk].startswith(f"{district.township_a.name}、{district.village_a2.name}。")
    assert "上周还有 2 个团组织" in told(plan_digest(date(2026, 11, 30)))[secretary.pk]


def test_a_unit_moved_in_mid_week_is_asked_by_its_new_superior(district, secretary, village, staff):
    other = make_user("township_secretary", district.township_b)
    write(secretary, entry(district.village_a2, is_quiet=True), entry(district.township_a, is_quiet=True))
    day = date(2026, 11, 25)
    for unit in (district.village_a1, district.village_a2):
        move_organisation(organisation=unit, parent=district.township_b, on=day, by=staff, at=NOON)
    letters = told(report_due(FRIDAY))
    assert letters.keys() == {village.pk, other.pk}
    assert (district.village_a1.name in letters[other.pk], district.village_a2.name in letters[other.pk]) == (
        True,
        False,
    )


def test_the_command_lists_without_sending(district, secretary, capsys):
    call_command("remind", kind="report-due", on="2026-11-27", dry_run=True, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["period"], answer["new"], [one["recipient"] for one in answer["letters"]]) == (
        "2026-W48",
        0,
        [secretary.pk],
    )
    assert not Notice.objects.exists()


def test_the_command_sends_once(district, secretary, capsys):
    for _ in range(2):
        call_command("remind", kind="plan-digest", on="2026-11-23")
    out = capsys.readouterr().out
    assert ("新发 1 条" in out, "新发 0 条" in out) == (True, True)


def test_a_day_that_cannot_be_read_is_refused():
    with pytest.raises(CommandError, match="写法不对"):
        call_command("remind", kind="report-due", on="2026-13-01")


def called(minute, **columns):
    hours = {"hour": "10", "minute": f"{minute}", "timezone": "Asia/Shanghai"}
    schedule = CrontabSchedule.objects.create(**hours)
    return PeriodicTask.objects.create(name=f"{minute}", crontab=schedule, **columns)


def test_what_was_called_for_today_and_lost_is_sent_later_once(district, secretary, village):
    kinds = {"due": "report-due", "digest": "plan-digest"}
    row = called(1, task="due", last_run_at=NOON - timedelta(hours=2))
    called(2, task="elsewhere", last_run_at=NOON - timedelta(hours=2))
    off = called(3, task="digest", last_run_at=NOON - timedelta(hours=2), enabled=False)
    assert (send_missed(kinds, at=NOON), send_missed(kinds, at=NOON)) == (2, 0)
    assert set(Notice.objects.values_list("kind", flat=True)) == {"report-due"}
    Notice.objects.all().delete()
    for yesterday in (NOON - timedelta(hours=13), None, NOON + timedelta(minutes=1)):
        PeriodicTask.objects.filter(pk__in=[row.pk, off.pk]).update(last_run_at=yesterday, enabled=True)
        assert send_missed(kinds, at=NOON) == 0
