"""Who is told that a task comes due or is overdue: by working days, one letter a person, none twice, none lost."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.management import call_command

from linkage.models import TaskReminder
from linkage.services.extensions import ask_extension
from linkage.services.handling import acknowledge, return_assignment, split, submit
from linkage.services.reminding import near_due, overdue, plan_digest, remind
from linkage.services.tasks import archive_task, void_task
from orgs.services import merge_organisation
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import NOON, part, send
from youthleague.notices.models import Muted, Notice, SpecialDay
from youthleague.notices.services.calendar import seed_special_days

pytestmark = pytest.mark.django_db
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


@pytest.fixture
def village(district):
    return make_user("village_secretary", district.village_a1)


@pytest.fixture(autouse=True)
def _calendar(db):
    """The days off of 2026 as published, and the first of January after it."""
    seed_special_days(years=(2026,))
    SpecialDay.objects.create(day=date(2027, 1, 1), is_worked=False, name="元旦")


def half_past_nine(day):
    return datetime.combine(day, time(1, 30), tzinfo=UTC)


def due(by, organisation, *units, on=FRIDAY, **said):
    """Send a task a month before it is due."""
    issued = on - timedelta(days=30)
    said = {"starts_on": issued, "due_on": on} | said
    return send(by, organisation, *units, at=half_past_nine(issued), **said)


def told(reminder):
    return {letter.recipient: letter.text for letter in reminder.letters}


def first_day(reminding, on):
    days = (on + timedelta(days=step) for step in range(-20, 20))
    return next(day for day in days if reminding(day).letters)


def rows(kind):
    return list(Notice.objects.filter(kind=kind, channel="inbox").order_by("pk").values_list("recipient_id", "period"))


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (FRIDAY, WEDNESDAY),
        (date(2026, 11, 30), THURSDAY),  # Monday
        (date(2026, 11, 29), WEDNESDAY),  # Sunday: as Friday
        (date(2026, 10, 10), date(2026, 10, 8)),  # a Saturday worked instead
        (date(2026, 10, 9), date(2026, 9, 30)),  # over the holiday week
        (date(2026, 10, 3), date(2026, 9, 28)),  # in it
        (date(2028, 2, 29), date(2028, 2, 25)),
        (date(2028, 3, 1), date(2028, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 29)),
        (date(2027, 1, 4), date(2026, 12, 30)),
    ],
)
def test_near_due_counts_working_days_before(district, secretary, village, on, first):
    due(secretary, district.township_a, district.village_a1, on=on, basis_document=None)
    assert first_day(near_due, on) == first


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (FRIDAY, date(2026, 12, 1)),
        (date(2026, 11, 29), date(2026, 12, 1)),  # Sunday
        (date(2026, 9, 30), date(2026, 10, 9)),  # over the holiday week
        (date(2026, 10, 9), date(2026, 10, 12)),  # the Saturday in between is worked
        (date(2028, 2, 29), date(2028, 3, 2)),
        (date(2026, 12, 31), date(2027, 1, 5)),
    ],
)
def test_overdue_counts_working_days_after(district, secretary, village, on, first):
    due(secretary, district.township_a, district.village_a1, on=on, basis_document=None)
    assert first_day(overdue, on) == first


def test_on_a_day_off_nobody_is_told(district, staff, secretary):
    due(staff, district.top, district.township_a, on=date(2026, 10, 3))
    days = [date(2026, 10, day) for day in range(1, 8)] + [date(2026, 10, 11)]
    assert [near_due(day).letters + overdue(day).letters for day in days] == [()] * 8


def test_one_letter_holds_all_parts_of_a_person(district, staff, secretary, village):
    due(secretary, district.township_a, district.village_a1, district.village_a2, basis_document=None)
    due(secretary, district.township_a, district.village_a2, title="青年夜校", basis_document=None)
    due(staff, district.top, district.township_a, district.township_b, title="志愿服务", on=date(2026, 11, 26))
    other = make_user("township_secretary", district.township_b)
    letters = told(near_due(WEDNESDAY))
    assert letters.keys() == {secretary.pk, village.pk, other.pk}
    assert letters[secretary.pk].startswith(
        "11月26日到期的“志愿服务”（青禾街道团工委）；"
        "11月27日到期的“清河护绿”（长荷社区团支部）；11月27日到期的“青年夜校”（长荷社区团支部）。"
    )
    assert "松涛社区团支部" in letters[village.pk]
    assert [letter.title for letter in near_due(WEDNESDAY).letters if letter.recipient == secretary.pk] == [
        "有 3 件任务快到期"
    ]


def test_many_tasks_are_counted_and_not_all_named(district, secretary):
    for number in range(9):
        due(secretary, district.township_a, district.village_a1, title=f"任务{number}", basis_document=None)
    assert told(near_due(WEDNESDAY))[secretary.pk].count("任务") == 8
    assert "；等 9 项。" in told(near_due(WEDNESDAY))[secretary.pk]


def test_each_part_is_told_once_whenever_the_run_comes(district, secretary, village):
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    days = [WEDNESDAY + timedelta(days=step) for step in range(8)]
    for late in range(4):
        Notice.objects.all().delete()
        TaskReminder.objects.all().delete()
        counts = [remind("near-due", at=half_past_nine(day)) for day in days[late:] for _twice in range(2)]
        assert (counts[0] or counts[4], sum(counts)) == (1, 1)


def test_what_was_missed_until_after_the_day_is_said_to_be_due(district, secretary):
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    [letter] = near_due(date(2026, 11, 30)).letters
    assert letter.title == "有 1 件任务快到期或已到期"


def test_a_part_that_comes_after_todays_letter_is_told_the_next_day(district, secretary, village):
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    assert remind("near-due", at=half_past_nine(WEDNESDAY)) == 1
    due(secretary, district.township_a, district.village_a1, title="加急", basis_document=None)
    assert remind("near-due", at=half_past_nine(WEDNESDAY)) == 0
    assert remind("near-due", at=half_past_nine(THURSDAY)) == 1
    last = Notice.objects.filter(kind="near-due").latest("pk")
    assert ("加急" in last.text, "清河护绿" in last.text) == (True, False)


def test_a_later_day_is_told_again_when_it_comes(district, secretary, village):
    task = due(secretary, district.township_a, district.village_a1, basis_document=None)
    remind("near-due", at=half_past_nine(WEDNESDAY))
    later = date(2026, 12, 4)
    ask_extension(assignment=part(task, district.village_a1), due_on=later, reason="下雨", by=secretary, at=NOON)
    days = [WEDNESDAY + timedelta(days=step) for step in range(1, 10)]
    assert [day for day in days if remind("near-due", at=half_past_nine(day))] == [date(2026, 12, 2)]


def test_a_merged_unit_leaves_the_reminder_to_the_other(district, staff, secretary, village):
    second = make_user("village_secretary", district.village_a2)
    due(secretary, district.township_a, district.village_a2, title="另一件", basis_document=None)
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    assert remind("near-due", at=half_past_nine(WEDNESDAY)) == 2
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=WEDNESDAY, by=staff, at=NOON)
    letters = told(near_due(THURSDAY))
    assert letters.keys() == {second.pk}
    assert ("清河护绿" in letters[second.pk], "另一件" in letters[second.pk]) == (True, False)


def test_whoever_has_it_in_hand_is_told_alone_as_long_as_they_may(district, secretary, village):
    second = make_user("village_secretary", district.village_a1)
    task = due(secretary, district.township_a, district.village_a1, basis_document=None)
    assert told(near_due(WEDNESDAY)).keys() == {village.pk, second.pk}
    acknowledge(assignment=part(task, district.village_a1), by=second, at=NOON)
    assert told(near_due(WEDNESDAY)).keys() == {second.pk}
    second.assignments.update(ended_on=WEDNESDAY)
    assert told(near_due(THURSDAY)).keys() == {village.pk}


def test_an_account_that_is_shut_leaves_it_to_the_township(district, secretary, village):
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    village.is_active = False
    village.save()
    assert told(near_due(WEDNESDAY)).keys() == {secretary.pk}


def test_whoever_wants_none_gets_none_until_they_do(district, secretary, village):
    due(secretary, district.township_a, district.village_a1, basis_document=None)
    Muted.objects.create(user=village, kind="near-due", channel="inbox")
    assert remind("near-due", at=half_past_nine(WEDNESDAY)) == 0
    assert (rows("near-due"), TaskReminder.objects.count()) == ([], 0)
    Muted.objects.all().delete()
    assert remind("near-due", at=half_past_nine(THURSDAY)) == 1


def test_what_is_handed_in_void_or_put_away_is_nobodys(district, staff, secretary):
    handed, voided, closed = (
        due(staff, district.top, district.township_a, title=title) for title in ("已交", "作废", "归档")
    )
    for task in (handed, closed):
        own = part(task, district.township_a)
        submit(assignment=own, version=own.version, text="", by=secretary, at=NOON)
    void_task(task=voided, version=voided.version, reason="不办了", by=staff, at=NOON)
    closed.assignments.update(state="closed")
    archive_task(task=closed, version=closed.version, by=staff, at=NOON)
    assert near_due(WEDNESDAY).letters + overdue(date(2026, 12, 8)).letters == ()
    own = part(handed, district.township_a)
    return_assignment(assignment=own, version=own.version, reason="再补一点", by=staff, at=NOON)
    assert told(near_due(WEDNESDAY)).keys() == {secretary.pk}


def test_overdue_is_told_to_whoever_looks_after_it_and_not_to_the_unit(district, staff, secretary, village):
    task = due(staff, district.top, district.township_a)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    split(assignment=own, units=units, due_on=FRIDAY, by=secretary, at=NOON)
    letters = told(overdue(date(2026, 12, 1)))
    assert letters.keys() == {staff.pk, secretary.pk}
    assert "（松涛社区团支部、长荷社区团支部）" in letters[secretary.pk]
    assert "（青禾街道团工委）" in letters[staff.pk]


def test_the_person_responsible_is_told_alone(district, staff, secretary):
    second = make_user("district_staff", district.top)
    due(staff, district.top, district.township_a, owner=second)
    assert told(overdue(date(2026, 12, 1))).keys() == {second.pk}


def test_overdue_comes_once_a_week_over_the_53rd_of_a_year(district, staff, secretary):
    due(staff, district.top, district.township_a, on=date(2026, 12, 24))
    days = [date(2026, 12, 28) + timedelta(days=step) for step in range(9)]
    counts = {day: remind("overdue", at=half_past_nine(day)) for day in days for _twice in range(2)}
    assert sum(counts.values()) == 0  # the second run of each day
    assert rows("overdue") == [(staff.pk, "2026-W53"), (staff.pk, "2027-W01")]


def test_monday_names_in_the_same_message_what_comes_due_this_week(district, staff, secretary, village):
    due(secretary, district.township_a, district.village_a1, on=date(2027, 1, 2), basis_document=None)
    due(staff, district.top, district.township_a, on=date(2027, 1, 5), title="下周的事")
    letters = told(plan_digest(date(2026, 12, 28)))
    assert "本周有 1 件任务到期：01月02日到期的“清河护绿”（松涛社区团支部）。" in letters[village.pk]
    assert ("任务到期" in letters[secretary.pk], len(letters)) == (False, 2)


def test_the_command_lists_both_kinds(district, staff, secretary, capsys):
    due(staff, district.top, district.township_a)
    for kind, on, period in (("near-due", "2026-11-25", "2026-11-25"), ("overdue", "2026-12-01", "2026-W49")):
        call_command("remind", kind=kind, on=on, dry_run=True, json=True)
        answer = json.loads(capsys.readouterr().out)
        assert (answer["period"], answer["new"], len(answer["letters"])) == (period, 0, 1)
    assert not Notice.objects.filter(kind__in=["near-due", "overdue"]).exists()
    call_command("remind", kind="near-due", on="2026-11-25")
    assert TaskReminder.objects.count() == 1


def test_many_parts_take_as_many_queries_as_one(district, secretary, django_assert_num_queries):
    units = [district.village_a1]
    for count in (1, 30):
        while len(units) < count:
            units.append(
                make_organisation(f"新村{len(units)}团支部", district.township_a, units[0].kind, units[0].level)
            )
        due(secretary, district.township_a, *units[len(units) // 2 :], basis_document=None)
        with django_assert_num_queries(8):
            near_due(WEDNESDAY)
        with django_assert_num_queries(6):
            overdue(date(2026, 12, 1))
