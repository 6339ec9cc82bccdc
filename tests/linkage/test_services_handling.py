"""What a unit does with its part of a task, and what its superior answers."""

from datetime import date, timedelta

import pytest

from cadres.services.posts import link_account
from linkage.models import TaskAssignment, TaskExtension, TaskRecord
from linkage.services.extensions import answer_extension, ask_extension, withdraw_extension
from linkage.services.handling import (
    Progress,
    acknowledge,
    approve,
    rate,
    report,
    return_assignment,
    split,
    submit,
    void_assignment,
)
from linkage.services.tasks import archive_task
from orgs.choices import OrganisationKind
from tests.factories import give_role, make_cadre, make_organisation, make_user
from tests.linkage.conftest import DUE, NOON, part, send, standing
from tests.linkage.test_services_tasks import refused
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(district, staff):
    """A task that both townships have."""
    return send(staff, district.top, district.township_a, district.township_b, quota=20)


@pytest.fixture
def own(task, district, secretary):
    """What township A has of it, signed for."""
    return acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)


def again(row):
    return TaskAssignment.objects.get(pk=row.pk)


def handed_in(row, by):
    return submit(assignment=row, version=again(row).version, text="办完了", by=by, at=NOON)


def test_a_task_goes_all_the_way(task, own, district, staff, secretary):
    village = make_user("village_secretary", district.village_a1)
    units = {district.village_a1.pk: 10, district.village_a2.pk: 30}
    split(assignment=own, units=units, due_on=DUE, by=secretary, at=NOON)
    first, second = part(task, district.village_a1), part(task, district.village_a2)

    said = Progress(50, "两次活动", done_count=6)
    report(assignment=first, version=first.version, said=said, by=village, at=NOON)
    assert standing(task)["青禾街道团工委"][1] == 12  # 10 of 40 weigh a quarter
    handed_in(first, village)
    approve(assignment=first, version=again(first).version, text="", by=secretary, at=NOON)
    handed_in(second, secretary)  # the 街乡 reports for the village that has no account
    assert {name: one[:2] for name, one in standing(task).items()} == {
        "青禾街道团工委": ("running", 100),
        "松涛社区团支部": ("closed", 100),
        "长荷社区团支部": ("closed", 100),
        "柳溪镇团委": ("waiting", 0),
    }

    handed_in(own, secretary)
    return_assignment(assignment=own, version=again(own).version, reason="缺小结", by=staff, at=NOON)
    assert (again(own).state, again(own).returns, again(own).finished_on) == ("running", 1, None)
    handed_in(own, secretary)
    approve(assignment=own, version=again(own).version, text="", by=staff, at=NOON)
    rate(assignment=own, version=again(own).version, rating="good", text="", by=staff, at=NOON)
    other = part(task, district.township_b)
    void_assignment(assignment=other, version=other.version, reason="不再需要", by=staff, at=NOON)
    task.refresh_from_db()
    archive_task(task=task, version=task.version, by=staff, at=NOON)
    assert {one[0] for one in standing(task).values()} == {"archived", "void"}
    acts = TaskRecord.objects.filter(assignment=own).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["acknowledge", "split", "submit", "return", "submit", "approve", "rate", "archive"][:-1]
    told = Notice.objects.filter(kind="task-answered", channel="inbox").values_list("recipient_id", "title")
    assert (secretary.pk, "已退回：清河护绿") in set(told)


def test_a_part_is_not_handed_in_before_those_below_have_closed_theirs(task, own, district, secretary):
    split(assignment=own, units={district.village_a1.pk: None}, due_on=DUE, by=secretary, at=NOON)
    assert refused(lambda: handed_in(own, secretary)) == "task.children"
    said = Progress(70, "快了")
    assert refused(lambda: report(assignment=own, version=again(own).version, said=said, by=secretary, at=NOON)) == (
        "task.split"
    )
    words = Progress(0, "都在办")
    report(assignment=own, version=again(own).version, said=words, by=secretary, at=NOON)
    child = part(task, district.village_a1)
    void_assignment(assignment=child, version=child.version, reason="村里防汛", by=secretary, at=NOON)
    assert handed_in(own, secretary).state == "submitted"


def test_nobody_reviews_what_they_handed_in_by_any_account(task, own, district, staff, secretary):
    person = make_cadre(district.township_a)
    for user in (staff, secretary):
        link_account(user=user, cadre=person, by=staff, at=NOON)
    for user in (staff, secretary):
        user.refresh_from_db()
    handed_in(own, secretary)
    version = again(own).version
    assert refused(lambda: approve(assignment=own, version=version, text="", by=staff, at=NOON)) == "task.self"
    other = make_user("district_staff", district.top)
    assert approve(assignment=own, version=version, text="", by=other, at=NOON).state == "closed"
    assert (
        refused(lambda: rate(assignment=own, version=version + 1, rating="good", text="", by=staff, at=NOON))
        == "task.self"
    )


def test_two_roles_of_one_account_do_not_close_what_it_hands_in(task, own, district, secretary):
    give_role(secretary, district.top, "district_staff")
    secretary = type(secretary).objects.get(pk=secretary.pk)
    assert handed_in(own, secretary).state == "submitted"
    version = again(own).version
    assert refused(lambda: approve(assignment=own, version=version, text="", by=secretary, at=NOON)) == ("task.self")


def test_whoever_does_not_handle_or_look_after_a_part_changes_nothing(task, own, district, staff):
    bystander = make_user("township_secretary", district.township_b)
    village = make_user("village_secretary", district.village_a1)
    leader = make_user("leader", district.top)
    said, units = Progress(50, "办了一半"), {district.village_a1.pk: None}
    for user in (bystander, village, leader, staff):
        assert refused(lambda u=user: report(assignment=own, version=own.version, said=said, by=u, at=NOON)) == (
            "task.scope"
        )
        assert refused(lambda u=user: split(assignment=own, units=units, due_on=DUE, by=u, at=NOON)) == "task.scope"
    for user in (bystander, village, leader):
        assert refused(
            lambda u=user: void_assignment(assignment=own, version=own.version, reason="不要", by=u, at=NOON)
        ) == ("task.scope")
    assert (again(own).version, again(own).progress) == (own.version, 0)


def test_stale_and_empty_words_change_nothing(task, own, secretary, staff):
    said = Progress(50, "办了一半")
    assert refused(lambda: report(assignment=own, version=9, said=said, by=secretary, at=NOON)) == "row.stale"
    nothing = Progress(0, " ")
    assert refused(lambda: report(assignment=own, version=own.version, said=nothing, by=secretary, at=NOON)) == (
        "record.nothing"
    )
    handed_in(own, secretary)
    version = again(own).version
    assert refused(lambda: return_assignment(assignment=own, version=version, reason=" ", by=staff, at=NOON)) == (
        "task.reason"
    )
    assert again(own).state == "submitted"


def test_a_unit_below_is_due_no_later(own, district, secretary):
    late = {"units": {district.village_a1.pk: None}, "due_on": DUE + timedelta(days=1), "by": secretary, "at": NOON}
    assert refused(lambda: split(assignment=own, **late)) == {"due_on": ["task.due_parent"]}
    assert refused(lambda: split(assignment=own, **late | {"units": {district.village_b1.pk: None}})) == "task.scope"


# ---- extensions --------------------------------------------------------------------
def test_a_later_day_is_asked_for_and_granted(own, secretary, staff):
    later = date(2026, 12, 10)
    asked = ask_extension(assignment=own, due_on=later, reason="企业放假", by=secretary, at=NOON)
    ask = {"assignment": own, "reason": "企业放假", "by": secretary, "at": NOON}
    assert refused(lambda: ask_extension(due_on=later, **ask)) == "extension.open"
    assert refused(lambda: answer_extension(extension=asked, is_granted=True, text="", by=secretary, at=NOON)) == (
        "task.scope"
    )
    answer_extension(extension=asked, is_granted=True, text="", by=staff, at=NOON)
    assert again(own).due_on == later
    assert refused(lambda: withdraw_extension(extension=asked, by=secretary, at=NOON)) == "extension.state"
    assert refused(lambda: ask_extension(due_on=later, **ask | {"reason": ""})) == {
        "due_on": ["extension.date"],
        "reason": ["task.reason"],
    }


def test_a_later_day_is_refused_or_taken_back(own, secretary, staff):
    ask = {"assignment": own, "due_on": date(2026, 12, 10), "reason": "企业放假", "by": secretary, "at": NOON}
    answer_extension(extension=ask_extension(**ask), is_granted=False, text="不等", by=staff, at=NOON)
    withdraw_extension(extension=ask_extension(**ask), by=secretary, at=NOON)
    assert again(own).due_on == DUE
    assert sorted(TaskExtension.objects.values_list("state", flat=True)) == ["refused", "withdrawn"]


def test_a_township_moves_the_day_of_its_own_village_but_not_past_its_own(task, own, district, secretary):
    units = {district.village_a1.pk: None}
    split(assignment=own, units=units, due_on=DUE - timedelta(days=4), by=secretary, at=NOON)
    child = part(task, district.village_a1)
    ask = {"assignment": child, "reason": "下雨", "by": secretary, "at": NOON}
    assert refused(lambda: ask_extension(due_on=DUE + timedelta(days=1), **ask)) == "task.due_parent"
    assert ask_extension(due_on=DUE, **ask).state == "granted"
    assert again(child).due_on == DUE


def test_an_extension_does_not_outlive_what_it_was_asked_for(own, secretary, staff):
    asked = ask_extension(assignment=own, due_on=date(2026, 12, 10), reason="下雨", by=secretary, at=NOON)
    done = handed_in(own, secretary)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert refused(lambda: answer_extension(extension=asked, is_granted=True, text="", by=staff, at=NOON)) == (
        "extension.state"
    )
    assert again(done).due_on == DUE


def test_each_refusal_is_told(own, secretary, staff):
    ask = {"assignment": own, "due_on": date(2026, 12, 10), "reason": "下雨", "by": secretary, "at": NOON}
    for _ in range(2):
        answer_extension(extension=ask_extension(**ask), is_granted=False, text="不等", by=staff, at=NOON)
    assert Notice.objects.filter(title__startswith="不同意延期", channel="inbox", recipient=secretary).count() == 2


def test_what_is_sent_back_is_as_far_as_it_was_said_to_be(task, own, secretary, staff):
    report(assignment=own, version=own.version, said=Progress(60, "过半"), by=secretary, at=NOON)
    handed_in(own, secretary)
    return_assignment(assignment=own, version=again(own).version, reason="缺小结", by=staff, at=NOON)
    assert again(own).progress == 60


def test_what_was_split_is_not_split_again(task, own, district, secretary):
    middle = make_organisation("杏林村团总支", district.township_a, OrganisationKind.GENERAL_BRANCH, "village")
    below = make_organisation("杏林一组", middle, OrganisationKind.BRANCH, "unit")
    split(assignment=own, units={middle.pk: None}, due_on=DUE, by=secretary, at=NOON)
    child, units = part(task, middle), {below.pk: None}
    acknowledge(assignment=child, by=secretary, at=NOON)
    assert refused(lambda: split(assignment=child, units=units, due_on=DUE, by=secretary, at=NOON)) == "task.deep"
    past = {"units": {district.village_a1.pk: None}, "due_on": date(2026, 11, 24)}
    assert refused(lambda: split(assignment=own, **past, by=secretary, at=NOON)) == {"due_on": ["task.due_past"]}


def test_a_count_alone_is_a_report(own, secretary):
    report(assignment=own, version=own.version, said=Progress(0, done_count=3), by=secretary, at=NOON)
    assert again(own).done_count == 3


def test_villages_hear_that_their_township_was_relieved(task, own, district, staff, secretary):
    village = make_user("village_secretary", district.village_a1)
    split(assignment=own, units={district.village_a1.pk: None}, due_on=DUE, by=secretary, at=NOON)
    void_assignment(assignment=own, version=again(own).version, reason="改由区里办", by=staff, at=NOON)
    told = Notice.objects.filter(title__startswith="已作废", channel="inbox").values_list("recipient_id", flat=True)
    assert set(told) == {village.pk, secretary.pk}
    child = part(task, district.village_a1)
    assert [one.act for one in TaskRecord.objects.filter(assignment=child)] == ["void"]


def test_an_answer_goes_to_whoever_may_act_now(own, district, staff, secretary):
    handed_in(own, secretary)
    secretary.assignments.update(ended_on=NOON.date())
    successor = make_user("township_secretary", district.township_a)
    return_assignment(assignment=own, version=again(own).version, reason="缺小结", by=staff, at=NOON)
    told = Notice.objects.filter(kind="task-answered", channel="inbox").values_list("recipient_id", flat=True)
    assert list(told) == [successor.pk]
