"""Tasks in lists, on the board, in the calendar, and as what is asked of an account."""

from datetime import date, timedelta

import pytest

from cadres.services.posts import link_account
from linkage.models import LinkageTask, TaskPartner
from linkage.reports.calendar import month_of_tasks, read_month
from linkage.reports.lines import Stage, board, task_lines
from linkage.reports.tasks import task_standing
from linkage.reports.todo import to_do
from linkage.services.extensions import ask_extension
from linkage.services.handling import Progress, acknowledge, approve, report, split, submit
from linkage.services.tasks import draft_task, issue_task
from orgs.access import scope_of
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import DUE, NOON, facts, part, send

pytestmark = pytest.mark.django_db
DAY = NOON.date()
VIEW = "linkage.view_task"


def seen(user, day=DAY):
    return scope_of(user, day).holding(VIEW)


def lines(user, day=DAY):
    scope = seen(user, day)
    tasks = LinkageTask.objects.visible_to(scope).with_next_due(scope).select_related("organisation")
    return {one.task.title: one for one in task_lines(tasks, scope, day)}


def asked(user, day=DAY):
    return [(one.title, one.verb, one.unit, one.light) for one in to_do(user, scope_of(user, day))]


@pytest.fixture
def task(district, staff, secretary):
    """A task of two townships; A has split it."""
    task = send(staff, district.top, district.township_a, district.township_b)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    split(assignment=own, units=units, due_on=DUE - timedelta(days=2), by=secretary, at=NOON)
    return task


def test_each_counts_a_task_by_what_they_see_first(task, district, staff, secretary):
    village = part(task, district.village_a1)
    report(assignment=village, version=village.version, said=Progress(50, "一半"), by=secretary, at=NOON)
    above, own = lines(staff)["清河护绿"], lines(secretary)["清河护绿"]
    assert (above.tops, above.done, above.progress) == (2, 0, 12)
    assert (own.tops, own.done, own.progress) == (1, 0, 25)
    assert above.next_due == own.next_due == DUE - timedelta(days=2)
    other = make_user("village_secretary", district.village_a2)
    assert (lines(other)["清河护绿"].tops, lines(other)["清河护绿"].progress) == (1, 0)


def test_the_light_is_that_of_the_part_due_next_and_turns_with_the_day(task, staff, secretary):
    lights = [lines(staff, DUE - timedelta(days=2) + timedelta(days=left))["清河护绿"].light for left in (-4, -3, 0, 1)]
    assert lights == ["green", "yellow", "yellow", "red"]


def test_the_board_sorts_by_stage(task, district, staff, secretary):
    draft_task(organisation=district.top, facts=facts(title="草稿"), units={}, by=staff, at=NOON)
    waiting = send(staff, district.top, district.township_b, title="新任务")
    handed = send(staff, district.top, district.township_a, title="交卷")
    own = part(handed, district.township_a)
    submit(assignment=own, version=own.version, text="", by=secretary, at=NOON)
    done = send(staff, district.top, district.township_a, title="办完")
    own = submit(assignment=part(done, district.township_a), version=2, text="", by=secretary, at=NOON)
    approve(assignment=own, version=own.version, text="", by=staff, at=NOON)
    tasks = LinkageTask.objects.visible_to(seen(staff)).with_next_due(seen(staff))
    columns = {stage: [line.task.title for line in lines] for stage, lines in board(tasks, seen(staff), DAY).items()}
    assert columns == {
        Stage.DRAFT: ["草稿"],
        Stage.WAITING: [waiting.title],
        Stage.RUNNING: ["清河护绿"],
        Stage.REVIEW: ["交卷"],
        Stage.FINISHED: ["办完"],
    }


def test_what_is_asked_of_whom(task, district, staff, secretary):
    other = make_user("township_secretary", district.township_b)
    village = make_user("village_secretary", district.village_a1)
    assert asked(secretary) == [("清河护绿", "反馈进展", "青禾街道团工委", "green")]
    assert asked(other) == [("清河护绿", "签收", "柳溪镇团委", "green")]
    assert asked(village) == [("清河护绿", "签收", "松涛社区团支部", "green")]
    assert asked(staff) == []
    assert asked(make_user("leader", district.top)) == []

    child = part(task, district.village_a1)
    submit(assignment=child, version=child.version, text="", by=village, at=NOON)
    own = part(task, district.township_b)
    ask_extension(assignment=own, due_on=DUE + timedelta(days=5), reason="下雨", by=other, at=NOON)
    assert ("清河护绿", "审核办结", "松涛社区团支部", "green") in asked(secretary)
    assert asked(staff) == [("清河护绿", "批延期", "柳溪镇团委", "green")]
    assert asked(village) == []


def test_invitations_and_own_drafts_are_asked_for(district, staff, secretary):
    joint = LinkageTask.objects.create(
        kind="horizontal",
        title="共建",
        organisation=district.township_b,
        lineage=district.township_b.lineage,
        state="inviting",
        starts_on=DAY,
        due_on=DUE,
        created_by=staff,
        created_at=NOON,
    )
    make_user("village_secretary", district.village_a2)
    for unit in (district.township_a, district.village_a1, district.village_a2, district.village_b1):
        TaskPartner.objects.create(task=joint, organisation=unit, lineage=unit.lineage, state="invited")
    draft_task(organisation=district.township_a, facts=facts(title="草稿"), units={}, by=secretary, at=NOON)
    assert sorted(asked(secretary)) == [
        ("共建", "答复邀约", "松涛社区团支部", "green"),
        ("共建", "答复邀约", "青禾街道团工委", "green"),
        ("草稿", "发出", "青禾街道团工委", "green"),
    ]
    assert asked(staff) == []


def test_the_calendar_shows_what_a_viewer_counts_by(task, district, staff, secretary):
    month = month_of_tasks(read_month("2026-12", DAY), seen(staff))
    found = {day.day: [(one.title, one.units, one.tone) for one in day.tasks] for week in month.weeks for day in week}
    assert {day: tasks for day, tasks in found.items() if tasks} == {DUE: [("清河护绿", 2, "ok")]}
    assert (len(month.weeks), min(found), max(found)) == (5, date(2026, 11, 30), date(2027, 1, 3))
    bystander = make_user("village_secretary", district.village_b1)
    assert month_of_tasks(read_month("2026-12", DAY), seen(bystander)).total == 0


@pytest.mark.parametrize("text", ["", "2026-13", "26-1", "1999-01", "x"])
def test_a_month_that_cannot_be_read_is_this_one(text):
    assert read_month(text, DAY) == date(2026, 11, 1)


def test_a_standing_rolls_parts_up(task, district, staff, secretary, django_assert_num_queries):
    scope = seen(staff)
    with django_assert_num_queries(3):
        standing = task_standing(task, scope, DAY)
    assert [one.row.organisation.name for one in standing.parts] == ["青禾街道团工委", "柳溪镇团委"]
    top = standing.parts[0]
    assert (top.below, top.below_done) == (2, 0)
    assert (standing.lights, standing.unsigned, standing.light) == ({"green": 2}, 1, "green")
    own = task_standing(task, seen(secretary), DAY)
    assert [one.row.organisation.name for one in own.parts] == ["松涛社区团支部", "长荷社区团支部", "青禾街道团工委"]


def test_the_light_of_a_township_is_the_worst_below_it(task, staff):
    late = task_standing(task, seen(staff), DUE - timedelta(days=1))
    assert (late.parts[0].light, late.lights) == ("red", {"red": 1, "yellow": 1})


def test_progress_is_weighed_by_quota_alike_on_page_and_list(district, staff, secretary):
    wanted = {district.township_a.pk: 10, district.township_b.pk: 990}
    task = draft_task(organisation=district.top, facts=facts(), units=wanted, by=staff, at=NOON)
    issue_task(task=task, version=task.version, by=staff, at=NOON)
    own = part(task, district.township_a)
    submit(assignment=own, version=own.version, text="", by=secretary, at=NOON)
    assert task_standing(task, seen(staff), DAY).progress == 1 == lines(staff)["清河护绿"].progress


def test_what_is_through_waits_to_be_put_away_and_ones_own_is_not_reviewed(district, staff, secretary):
    task = send(staff, district.top, district.township_a)
    own = submit(assignment=part(task, district.township_a), version=2, text="", by=secretary, at=NOON)
    person = make_cadre(district.township_a)
    for user in (staff, secretary):
        link_account(user=user, cadre=person, by=staff, at=NOON)
        user.refresh_from_db()
    assert asked(staff) == []
    other = make_user("district_staff", district.top)
    assert asked(other) == [("清河护绿", "审核办结", "青禾街道团工委", "green")]
    approve(assignment=own, version=own.version, text="", by=other, at=NOON)
    assert asked(other) == [("清河护绿", "归档", "共青团示范区委员会", "green")]
