"""Leading a task between equals, and what the units that are asked say."""

from datetime import date

import pytest

from linkage.models import LinkageTask, TaskPartner, TaskRecord
from linkage.services.finding import PER_HOUR, find_units
from linkage.services.joint import (
    add_partner,
    agree_plan,
    archive_joint,
    correct_joint,
    draft_joint,
    invite,
    start,
    sum_up,
    void_joint,
    withdraw_invitation,
)
from linkage.services.partnering import accept, decline, write_summary
from orgs.services import close_organisation
from tests.factories import TODAY, make_organisation, make_user
from tests.linkage.conftest import NOON, joint_facts, refused, send
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner_of_b(district):
    """The secretary of township B."""
    return make_user("township_secretary", district.township_b)


@pytest.fixture
def draft(district, secretary, partner_of_b):
    """A task that township A is about to lead, with a village of B chosen."""
    task = draft_joint(organisation=district.township_a, facts=joint_facts(), by=secretary, at=NOON)
    add_partner(task=task, unit=district.village_b1.pk, division="出车", by=secretary, at=NOON)
    return task


@pytest.fixture
def task(draft, secretary):
    """The same, sent out."""
    return invite(task=draft, version=draft.version, by=secretary, at=NOON)


def partner(task, unit):
    return TaskPartner.objects.get(task=task, organisation=unit)


def led(act, task, by, **said):
    return act(task=task, version=LinkageTask.objects.get(pk=task.pk).version, by=by, at=NOON, **said)


def own(act, task, unit, by, **said):
    row = partner(task, unit)
    return act(partner=row, version=row.version, by=by, at=NOON, **said)


def joined(task, unit, by):
    return own(accept, task, unit, by, division="出两辆车", resources="货车")


def standing(task):
    return {row.organisation.name: row.state for row in task.partners.select_related("organisation")}


def told(user):
    rows = Notice.objects.filter(recipient=user, kind="task-invited", channel="inbox").order_by("pk")
    return [row.title for row in rows]


# ---- the whole way -----------------------------------------------------------------
def test_from_the_first_word_to_the_common_summary(task, district, secretary, partner_of_b):
    joined(task, district.village_b1, partner_of_b)
    led(agree_plan, task, secretary, plan="周六清河")
    led(start, task, secretary)
    own(write_summary, task, district.village_b1, partner_of_b, summary="运了三车")
    led(sum_up, task, secretary, summary="清了两公里")
    led(sum_up, task, secretary, summary="清了三公里")
    done = led(archive_joint, task, secretary)
    row = partner(task, district.village_b1)
    assert (done.state, done.plan, done.summary, done.closed_at) == ("archived", "周六清河", "清了三公里", NOON)
    assert (row.state, row.division, row.resources, row.summary) == ("accepted", "出两辆车", "货车", "运了三车")
    assert (row.answered_by, row.answered_at) == (partner_of_b, NOON)
    assert [one.act for one in TaskRecord.objects.filter(task=task).order_by("pk")] == [
        "invite", "accept", "plan", "start", "report", "sum_up", "sum_up", "archive",
    ]  # fmt: skip
    events = AuditEvent.objects.filter(action__startswith="joint.").order_by("seq")
    assert [one.action for one in events] == [
        "joint.draft", "joint.choose", "joint.invite", "joint.accept", "joint.plan", "joint.start", "joint.report",
        "joint.sum-up", "joint.sum-up", "joint.archive",
    ]  # fmt: skip


def test_each_side_hears_of_the_other_once(task, district, secretary, partner_of_b):
    bystander = make_user("village_secretary", district.village_a2)
    joined(task, district.village_b1, partner_of_b)
    led(agree_plan, task, secretary, plan="周六清河")
    led(start, task, secretary)
    led(sum_up, task, secretary, summary="清了河")
    assert told(partner_of_b) == ["联动邀约：护河", "联合方案：护河", "开始实施：护河", "共同小结：护河"]
    assert told(secretary) == ["已应邀：护河"]
    assert told(bystander) == []


def test_an_account_that_answers_for_two_units_hears_once(draft, district, secretary, partner_of_b):
    add_partner(task=draft, unit=district.village_b2.pk, division="", by=secretary, at=NOON)
    led(invite, draft, secretary)
    assert told(partner_of_b) == ["联动邀约：护河"]
    assert "石井村团支部、云桥村团支部" in Notice.objects.get(recipient=partner_of_b, channel="inbox").text


# ---- who sees ------------------------------------------------------------------------
def test_nobody_hears_of_a_draft(draft, district, secretary, partner_of_b):
    assert [LinkageTask.objects.visible_to(user).count() for user in (secretary, partner_of_b)] == [1, 0]
    assert not TaskPartner.objects.visible_to(partner_of_b).exists()
    assert told(partner_of_b) == []


def test_a_partner_sees_this_task_and_nothing_else_of_the_lead(task, district, staff, secretary, partner_of_b):
    other = draft_joint(organisation=district.township_a, facts=joint_facts(title="别的"), by=secretary, at=NOON)
    add_partner(task=other, unit=district.village_a1.pk, division="", by=secretary, at=NOON)
    led(invite, other, secretary)
    sent = send(staff, district.top, district.township_a)
    add_partner(task=task, unit=district.village_a2.pk, division="", by=secretary, at=NOON)
    assert list(LinkageTask.objects.visible_to(partner_of_b)) == [task]
    assert set(TaskPartner.objects.visible_to(partner_of_b)) == set(task.partners.all())
    records = TaskRecord.objects.visible_to(partner_of_b)
    assert set(records) == set(TaskRecord.objects.filter(task=task))
    assert TaskRecord.objects.filter(task__in=[other, sent]).exists()


def test_a_third_unit_sees_and_changes_nothing(task, district, secretary, partner_of_b):
    other = make_organisation("红山乡团委", district.top, 3, "township")
    users = [make_user("township_secretary", other), make_user("village_secretary", district.village_b2)]
    for user in users:
        assert not LinkageTask.objects.visible_to(user).exists()
        assert not TaskPartner.objects.visible_to(user).exists()
        assert not TaskRecord.objects.visible_to(user).exists()
        assert all_refused(task, district.village_b1, user, lead=True, own_part=True) == {"joint.scope"}
    assert (standing(task), LinkageTask.objects.get().state) == ({"石井村团支部": "invited"}, "inviting")


def test_lead_partner_and_district_answer_each_for_itself_alone(task, district, staff, secretary, partner_of_b):
    assert all_refused(task, district.village_b1, secretary, own_part=True) == {"joint.scope"}
    assert all_refused(task, district.village_b1, partner_of_b, lead=True) == {"joint.scope"}
    for user in (staff, make_user("leader", district.top)):
        assert all_refused(task, district.village_b1, user, lead=True, own_part=True) == {"joint.scope"}
    assert refused(lambda: draft_joint(organisation=district.township_a, facts=joint_facts(), by=staff, at=NOON)) == (
        "joint.scope"
    )
    asked = draft_joint(organisation=district.top, facts=joint_facts(title="区里"), by=staff, at=NOON)
    add_partner(task=asked, unit=district.township_a.pk, division="", by=staff, at=NOON)
    led(invite, asked, staff)
    assert joined(asked, district.township_a, secretary).state == "accepted"


def all_refused(task, unit, user, *, lead=False, own_part=False):
    """Try what the lead does, or what the partner does; give the codes."""
    acts = [
        lambda: led(correct_joint, task, user, facts=joint_facts()),
        lambda: add_partner(task=task, unit=unit.pk, division="", by=user, at=NOON),
        lambda: own(withdraw_invitation, task, unit, user),
        lambda: led(invite, task, user),
        lambda: led(agree_plan, task, user, plan="方案"),
        lambda: led(start, task, user),
        lambda: led(sum_up, task, user, summary="小结"),
        lambda: led(archive_joint, task, user),
        lambda: led(void_joint, task, user, reason="不办了"),
    ] if lead else []  # fmt: skip
    if own_part:
        acts += [
            lambda: joined(task, unit, user),
            lambda: own(decline, task, unit, user, reason="没空"),
            lambda: own(write_summary, task, unit, user, summary="做了"),
        ]
    return {refused(act) for act in acts}


# ---- refusals ------------------------------------------------------------------------
def test_a_draft_is_rewritten_until_it_is_out(draft, secretary):
    changed = led(correct_joint, draft, secretary, facts=joint_facts(title="护绿"))
    assert changed.title == "护绿"
    assert refused(lambda: correct_joint(task=draft, version=9, facts=joint_facts(), by=secretary, at=NOON)) == (
        "row.stale"
    )
    early = joint_facts(due_on=date(2026, 11, 1))
    assert refused(lambda: led(correct_joint, draft, secretary, facts=early)) == {"due_on": ["task.dates"]}
    led(invite, draft, secretary)
    assert refused(lambda: led(correct_joint, draft, secretary, facts=joint_facts())) == "task.state"


def test_what_is_not_sent_out(district, secretary):
    past = joint_facts(starts_on=date(2026, 11, 1), due_on=date(2026, 11, 2))
    task = draft_joint(organisation=district.township_a, facts=past, by=secretary, at=NOON)
    assert refused(lambda: led(invite, task, secretary)) == {
        "partners": ["joint.partners"],
        "due_on": ["task.due_past"],
    }
    assert LinkageTask.objects.get().state == "draft"


def test_which_units_can_be_chosen(draft, district, staff, secretary):
    add = {"task": draft, "division": "", "by": secretary, "at": NOON}
    assert refused(lambda: add_partner(unit=district.village_b1.pk, **add)) == "joint.twice"
    assert refused(lambda: add_partner(unit=district.township_a.pk, **add)) == "joint.lead"
    close_organisation(organisation=district.village_b2, on=TODAY, by=staff, at=NOON)
    district.village_b2.refresh_from_db()
    assert refused(lambda: add_partner(unit=district.village_b2.pk, **add)) == "joint.gone"
    school = make_organisation("示范一中团委", district.top, 3, "unit")
    add_partner(unit=school.pk, **add)
    assert standing(draft) == {"石井村团支部": "draft", "示范一中团委": "draft"}
    school.state = "closed"
    school.save()
    assert refused(lambda: led(invite, draft, secretary)) == "joint.gone"


def test_a_unit_chosen_later_is_asked_at_once(task, district, secretary):
    village = make_user("village_secretary", district.village_a1)
    add_partner(task=task, unit=district.village_a1.pk, division="煮饭", by=secretary, at=NOON)
    assert standing(task) == {"石井村团支部": "invited", "松涛社区团支部": "invited"}
    assert told(village) == ["联动邀约：护河"]


def test_an_invitation_is_withdrawn_and_made_again(task, draft, district, secretary, partner_of_b):
    joined(task, district.village_b1, partner_of_b)
    assert refused(
        lambda: withdraw_invitation(partner=partner(task, district.village_b1), version=1, by=secretary, at=NOON)
    ) == ("row.stale")
    own(withdraw_invitation, task, district.village_b1, secretary)
    assert standing(task) == {"石井村团支部": "void"}
    assert not LinkageTask.objects.visible_to(partner_of_b).exists()
    assert refused(lambda: joined(task, district.village_b1, partner_of_b)) == "task.state"
    assert refused(lambda: own(withdraw_invitation, task, district.village_b1, secretary)) == "task.state"
    add_partner(task=task, unit=district.village_b1.pk, division="再来", by=secretary, at=NOON)
    row = partner(task, district.village_b1)
    assert (row.state, row.division, row.resources, row.answered_by) == ("invited", "再来", "", None)
    assert told(partner_of_b) == ["联动邀约：护河", "邀约已撤销：护河", "联动邀约：护河"]


def test_a_unit_that_has_not_heard_is_struck_out(draft, district, secretary, partner_of_b):
    own(withdraw_invitation, draft, district.village_b1, secretary)
    assert (standing(draft), told(partner_of_b)) == ({}, [])


def test_a_unit_declines_with_a_reason_and_may_think_again(task, district, secretary, partner_of_b):
    unit = district.village_b1
    assert refused(lambda: own(decline, task, unit, partner_of_b, reason=" ")) == {"reason": ["task.reason"]}
    own(decline, task, unit, partner_of_b, reason="农忙")
    assert (partner(task, unit).reason, told(secretary)) == ("农忙", ["已婉拒：护河"])
    assert refused(lambda: own(decline, task, unit, partner_of_b, reason="农忙")) == "task.state"
    led(agree_plan, task, secretary, plan="周六清河")
    assert refused(lambda: led(start, task, secretary)) == "joint.nobody"
    nothing = {"division": " ", "resources": ""}
    assert refused(lambda: own(accept, task, unit, partner_of_b, **nothing)) == {"division": ["joint.division"]}
    assert joined(task, unit, partner_of_b).reason == ""
    assert led(start, task, secretary).state == "running"
    own(decline, task, unit, partner_of_b, reason="车坏了")
    assert standing(task) == {"石井村团支部": "declined"}


def test_nothing_is_answered_from_an_old_page_or_after_the_end(task, district, secretary, partner_of_b):
    row = partner(task, district.village_b1)
    said = {"division": "出车", "resources": "", "by": partner_of_b, "at": NOON}
    assert refused(lambda: accept(partner=row, version=9, **said)) == "row.stale"
    led(void_joint, task, secretary, reason="下雨")
    assert refused(lambda: accept(partner=row, version=row.version, **said)) == "task.state"
    assert told(partner_of_b)[-1] == "联动已作废：护河"
    assert refused(lambda: led(void_joint, task, secretary, reason="下雨")) == "task.state"


def test_empty_words_move_nothing_on(task, district, secretary, partner_of_b):
    unit = district.village_b1
    assert refused(lambda: led(agree_plan, task, secretary, plan=" ")) == {"plan": ["joint.plan"]}
    assert refused(lambda: led(void_joint, task, secretary, reason=" ")) == {"reason": ["task.reason"]}
    assert refused(lambda: led(sum_up, task, secretary, summary="早了")) == "task.state"
    joined(task, unit, partner_of_b)
    assert refused(lambda: own(write_summary, task, unit, partner_of_b, summary="早了")) == "task.state"
    led(agree_plan, task, secretary, plan="周六清河")
    led(start, task, secretary)
    assert refused(lambda: led(sum_up, task, secretary, summary="")) == {"summary": ["joint.summary"]}
    assert refused(lambda: own(write_summary, task, unit, partner_of_b, summary="")) == {
        "summary": ["joint.own_summary"]
    }
    assert LinkageTask.objects.get().state == "running"


def test_only_who_joined_says_what_its_part_came_to(task, district, secretary, partner_of_b):
    add_partner(task=task, unit=district.village_a1.pk, division="", by=secretary, at=NOON)
    joined(task, district.village_b1, partner_of_b)
    led(agree_plan, task, secretary, plan="周六清河")
    led(start, task, secretary)
    assert refused(lambda: own(write_summary, task, district.village_a1, secretary, summary="做了")) == "task.state"


def test_a_task_sent_down_the_line_is_not_led_like_one_between_equals(district, secretary):
    sent = send(secretary, district.township_a, district.village_a1, basis_document=None)
    assert refused(lambda: led(void_joint, sent, secretary, reason="不办")) == "joint.kind"
    assert refused(lambda: add_partner(task=sent, unit=district.village_b1.pk, division="", by=secretary, at=NOON)) == (
        "joint.kind"
    )
    assert LinkageTask.objects.get().state == "running"


# ---- looking for units -----------------------------------------------------------------
def test_units_elsewhere_are_found_by_name_and_only_that(draft, district, secretary):
    found = find_units(task=draft, text="云桥", by=secretary, at=NOON)
    assert (found.units, found.has_more) == ([(district.village_b2.pk, "云桥村团支部", "柳溪镇团委")], False)
    assert find_units(task=draft, text="没有的", by=secretary, at=NOON).units == []
    assert refused(lambda: find_units(task=draft, text=" 村 ", by=secretary, at=NOON)) == "joint.short"
    for by in (make_user("leader", district.top), make_user("district_staff", district.top)):
        assert refused(lambda u=by: find_units(task=draft, text="云桥", by=u, at=NOON)) == "joint.scope"


def test_no_list_of_units_can_be_drawn(draft, district, secretary):
    for number in range(11):
        make_organisation(f"远方村{number}团支部", district.township_b, 5, "village")
    found = find_units(task=draft, text="远方村", by=secretary, at=NOON)
    assert (len(found.units), found.has_more) == (10, True)
    for _ in range(PER_HOUR - 1):
        find_units(task=draft, text="远方村", by=secretary, at=NOON)
    assert refused(lambda: find_units(task=draft, text="远方村", by=secretary, at=NOON)) == "joint.too_often"
