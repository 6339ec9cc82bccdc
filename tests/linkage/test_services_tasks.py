"""Sending tasks down the line."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linkage.models import LinkageTask, TaskAssignment
from linkage.services.handling import acknowledge, approve, submit, void_assignment
from linkage.services.tasks import add_units, archive_task, correct_draft, draft_task, issue_task, void_task
from orgs.services import close_organisation, move_organisation
from tests.factories import TODAY, make_organisation, make_user
from tests.linkage.conftest import NOON, facts, part, send, standing
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


def refused(call):
    """Give the codes with which a call is refused: one, or those by field."""
    with pytest.raises(ValidationError) as caught:
        call()
    error = caught.value
    if hasattr(error, "error_dict"):
        return {name: [one.code for one in errors] for name, errors in error.error_dict.items()}
    return error.code


def test_a_task_goes_to_its_units_and_each_secretary_hears_once(district, staff, secretary):
    other = make_user("township_secretary", district.township_b)
    task = send(staff, district.top, district.township_a, district.township_b, quota=20)
    assert task.state == "running"
    assert standing(task) == {"青禾街道团工委": ("waiting", 0, None), "柳溪镇团委": ("waiting", 0, None)}
    told = Notice.objects.filter(kind="task-arrived", channel="inbox")
    assert {(one.recipient_id, one.title) for one in told} == {
        (secretary.pk, "新任务：清河护绿"),
        (other.pk, "新任务：清河护绿"),
    }
    events = AuditEvent.objects.filter(action__startswith="task.").order_by("seq")
    assert [one.action for one in events] == ["task.draft", "task.issue"]


def test_a_draft_is_its_senders_alone(district, staff, secretary):
    task = draft_task(organisation=district.top, facts=facts(), units={district.township_a.pk: None}, by=staff, at=NOON)
    assert not LinkageTask.objects.visible_to(secretary).exists()
    assert not TaskAssignment.objects.visible_to(secretary).exists()
    assert LinkageTask.objects.visible_to(staff).get() == task
    issue_task(task=task, version=task.version, by=staff, at=NOON)
    assert LinkageTask.objects.visible_to(secretary).get() == task
    bystander = make_user("township_secretary", district.township_b)
    assert not LinkageTask.objects.visible_to(bystander).exists()


def test_each_unit_sees_its_own_part_and_no_neighbours(district, staff, secretary):
    task = send(staff, district.top, district.township_a, district.township_b)
    assert list(TaskAssignment.objects.visible_to(secretary)) == [part(task, district.township_a)]
    village = make_user("village_secretary", district.village_a1)
    assert not LinkageTask.objects.visible_to(village).exists()


@pytest.mark.parametrize(
    ("units", "said", "codes"),
    [
        ([], {}, {"units": ["task.units"]}),
        (["township_a"], {"basis_document": None}, {"basis": ["task.basis"]}),
        (
            ["township_a"],
            {"starts_on": date(2026, 11, 1), "due_on": date(2026, 11, 24)},
            {"due_on": ["task.due_past"]},
        ),
    ],
)
def test_what_is_not_sent(district, staff, units, said, codes):
    wanted = {getattr(district, name).pk: None for name in units}
    task = draft_task(organisation=district.top, facts=facts(**said), units=wanted, by=staff, at=NOON)
    assert refused(lambda: issue_task(task=task, version=task.version, by=staff, at=NOON)) == codes
    assert LinkageTask.objects.get().state == "draft"


def test_only_units_right_below_get_a_task(district, staff, secretary):
    wanted = {district.village_a1.pk: None}
    draft = {"facts": facts(), "at": NOON}
    assert (
        refused(lambda: draft_task(organisation=district.top, units=wanted, by=staff, **draft))
        == "task.scope"
        == refused(lambda: draft_task(organisation=district.top, units={}, by=secretary, **draft))
        == refused(lambda: draft_task(organisation=district.township_b, units={}, by=secretary, **draft))
    )
    own = draft_task(organisation=district.township_a, units=wanted, by=secretary, **draft)
    assert standing(own) == {"松涛社区团支部": ("draft", 0, None)}


def test_a_draft_can_be_rewritten_and_a_task_that_was_sent_cannot(district, staff):
    task = draft_task(organisation=district.top, facts=facts(), units={district.township_a.pk: 1}, by=staff, at=NOON)
    change = {"facts": facts(title="护绿"), "units": {district.township_b.pk: 2}, "by": staff, "at": NOON}
    assert refused(lambda: correct_draft(task=task, version=9, **change)) == "row.stale"
    task = correct_draft(task=task, version=task.version, **change)
    assert (task.title, list(standing(task))) == ("护绿", ["柳溪镇团委"])
    task = issue_task(task=task, version=task.version, by=staff, at=NOON)
    assert refused(lambda: correct_draft(task=task, version=task.version, **change)) == "task.state"
    assert refused(lambda: issue_task(task=task, version=task.version, by=staff, at=NOON)) == "task.state"


@pytest.mark.parametrize("act", ["close", "move"])
def test_a_unit_that_went_meanwhile_gets_nothing(district, staff, act):
    parent = district.township_a
    secretary = make_user("township_secretary", parent)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    task = draft_task(organisation=parent, facts=facts(), units=units, by=secretary, at=NOON)
    if act == "close":
        close_organisation(organisation=district.village_a1, on=TODAY, by=staff, at=NOON)
    else:
        move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOON)
    issue = {"task": task, "version": LinkageTask.objects.get().version, "by": secretary, "at": NOON}
    if act == "close":
        issue_task(**issue)
        assert list(standing(task)) == ["长荷社区团支部"]
    else:
        assert refused(lambda: issue_task(**issue)) == "task.unit_gone"


def test_more_units_can_be_added_and_none_twice(district, staff):
    task = send(staff, district.top, district.township_a)
    assert refused(lambda: add_units(task=task, units={district.township_a.pk: None}, by=staff, at=NOON)) == (
        "task.twice"
    )
    add_units(task=task, units={district.township_b.pk: None}, by=staff, at=NOON)
    assert {name: one[0] for name, one in standing(task).items()} == {
        "青禾街道团工委": "waiting",
        "柳溪镇团委": "waiting",
    }


def test_voiding_leaves_nothing_open_and_archiving_waits_for_all(district, staff, secretary):
    task = send(staff, district.top, district.township_a)
    assert refused(lambda: archive_task(task=task, version=task.version, by=staff, at=NOON)) == "task.unfinished"
    acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    void_task(task=task, version=task.version, reason="上级取消", by=staff, at=NOON)
    assert standing(task) == {"青禾街道团工委": ("void", 0, secretary.username)}
    titles = Notice.objects.filter(recipient=secretary, channel="inbox").values_list("title", flat=True)
    assert set(titles) == {"新任务：清河护绿", "任务已作废：清河护绿"}


def test_a_draft_that_is_given_up_stays_unknown(district, staff, secretary):
    task = draft_task(organisation=district.top, facts=facts(), units={district.township_a.pk: 1}, by=staff, at=NOON)
    assert refused(lambda: void_task(task=task, version=1, reason=" ", by=staff, at=NOON)) == "task.reason"
    draft = part(task, district.township_a)
    assert (
        refused(lambda: void_assignment(assignment=draft, version=1, reason="不要", by=staff, at=NOON)) == "task.state"
    )
    void_task(task=task, version=1, reason="内部不同意", by=staff, at=NOON)
    assert not LinkageTask.objects.visible_to(secretary).exists()
    assert not TaskAssignment.objects.exists()
    assert not Notice.objects.filter(recipient=secretary).exists()


def test_a_township_sends_its_own_tasks_and_nobody_in_its_place(district, staff, secretary):
    units = {district.village_a1.pk: None}
    task = draft_task(organisation=district.township_a, facts=facts(), units=units, by=secretary, at=NOON)
    leader, party = make_user("leader", district.top), make_user("party_committee", district.township_a)
    for user in (staff, leader, party):
        assert not LinkageTask.objects.visible_to(user).exists()
        assert not TaskAssignment.objects.visible_to(user).exists()
    assert refused(lambda: issue_task(task=task, version=task.version, by=staff, at=NOON)) == "task.scope"
    issue_task(task=task, version=task.version, by=secretary, at=NOON)
    for user in (staff, leader, party):
        assert LinkageTask.objects.visible_to(user).get() == task


def test_only_those_who_still_had_it_open_hear_that_a_task_is_void(district, staff, secretary):
    other = make_user("township_secretary", district.township_b)
    task = send(staff, district.top, district.township_a, district.township_b)
    closed = submit(assignment=part(task, district.township_a), version=2, text="", by=secretary, at=NOON)
    approve(assignment=closed, version=closed.version, text="", by=staff, at=NOON)
    void_task(task=task, version=task.version, reason="上级取消", by=staff, at=NOON)
    told = Notice.objects.filter(title__startswith="任务已作废", channel="inbox").values_list("recipient_id", flat=True)
    assert list(told) == [other.pk]
    assert standing(task)["青禾街道团工委"][0] == "closed"


@pytest.mark.parametrize("count", [1, 30])
def test_voiding_takes_as_many_queries_however_many_units_there_are(
    district, staff, count, django_assert_max_num_queries
):
    units = [make_organisation(f"村{number}", district.township_a, 5, "village") for number in range(count)]
    secretary = make_user("township_secretary", district.township_a)
    task = send(secretary, district.township_a, *units)
    with django_assert_max_num_queries(40):
        void_task(task=task, version=task.version, reason="不办了", by=secretary, at=NOON)
