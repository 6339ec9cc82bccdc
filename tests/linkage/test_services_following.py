"""Tasks follow their units and their people."""

import pytest

from cadres.models import Appointment
from cadres.services.posts import end_appointment, link_account
from linkage.models import LinkageTask, TaskAssignment
from linkage.services.handling import acknowledge, split, submit
from linkage.services.joint import add_partner, draft_joint, invite
from linkage.services.partnering import accept
from linkage.services.tasks import draft_task
from orgs.services import close_organisation, merge_organisation, move_organisation
from tests.factories import TODAY, make_cadre, make_user
from tests.linkage.conftest import DUE, NOON, facts, joint_facts, part, send, standing
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(district, staff, secretary):
    """A task that township A has split to its villages."""
    task = send(staff, district.top, district.township_a)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    split(assignment=own, units=units, due_on=DUE, by=secretary, at=NOON)
    return task


def test_an_open_part_follows_a_unit_and_is_the_senders_to_review(task, district, staff, secretary):
    done = part(task, district.village_a2)
    submit(assignment=done, version=done.version, text="", by=secretary, at=NOON)
    for unit in (district.village_a1, district.village_a2):
        move_organisation(organisation=unit, parent=district.township_b, on=TODAY, by=staff, at=NOON)
    moved, stayed = part(task, district.village_a1), part(task, district.village_a2)
    assert (moved.superior_lineage, moved.lineage.startswith(district.township_b.lineage)) == (task.lineage, True)
    assert (stayed.parent.organisation, stayed.lineage) == (district.township_a, done.lineage)
    other = make_user("township_secretary", district.township_b)
    assert list(TaskAssignment.objects.visible_to(other)) == [moved]
    assert moved not in TaskAssignment.objects.visible_to(secretary)
    assert standing(task)["青禾街道团工委"][1] == 100  # what is left below it is finished


def test_what_a_township_sent_itself_is_looked_after_by_the_next_one(district, staff, secretary):
    own = send(secretary, district.township_a, district.village_a1, basis_document=None)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOON)
    other = make_user("township_secretary", district.township_b)
    child = part(own, district.village_a1)
    assert submit(assignment=child, version=child.version, text="", by=other, at=NOON).state == "closed"


def test_a_merged_unit_leaves_its_open_parts_to_the_other(task, district, staff):
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOON)
    assert {name: one[0] for name, one in standing(task).items()} == {
        "青禾街道团工委": "running",
        "松涛社区团支部": "void",
        "长荷社区团支部": "waiting",
    }


def test_a_merged_township_passes_task_and_villages_on(task, district, staff):
    merge_organisation(organisation=district.township_a, into=district.township_b, on=TODAY, by=staff, at=NOON)
    rows = {row.organisation.name: row for row in task.assignments.exclude(state="void")}
    assert set(rows) == {"柳溪镇团委", "松涛社区团支部", "长荷社区团支部"}
    assert all(row.lineage.startswith(district.township_b.lineage) for row in rows.values())
    assert rows["松涛社区团支部"].parent == rows["柳溪镇团委"]


def test_a_closed_unit_leaves_nothing_open(task, district, staff):
    close_organisation(organisation=district.village_a1, on=TODAY, by=staff, at=NOON)
    assert standing(task)["松涛社区团支部"][0] == "void"
    assert standing(task)["长荷社区团支部"][0] == "waiting"


def test_the_tasks_of_someone_who_leaves_are_handed_over(task, district, staff, secretary):
    person = make_cadre(district.township_a)
    link_account(user=secretary, cadre=person, by=staff, at=NOON)
    successor = make_user("township_secretary", district.township_a)
    post = Appointment.objects.get(cadre=person)
    end_appointment(post=post, on=TODAY, reason="other", by=staff, at=NOON)
    assert standing(task)["青禾街道团工委"][2] == successor.username
    told = Notice.objects.filter(kind="task-handed", channel="inbox").values_list("recipient_id", flat=True)
    assert list(told) == [successor.pk]


def test_whoever_still_serves_keeps_the_tasks(task, district, staff, secretary):
    person = make_cadre(district.township_a)
    link_account(user=secretary, cadre=person, by=staff, at=NOON)
    post = Appointment.objects.get(cadre=person)
    Appointment.objects.create(
        cadre=person, organisation=district.top, league_post="member", employment_mode="part_time", appointed_on=TODAY
    )
    end_appointment(post=post, on=TODAY, reason="other", by=staff, at=NOON)
    assert standing(task)["青禾街道团工委"][2] == secretary.username


# ---- between equals --------------------------------------------------------------------
@pytest.fixture
def joint(district, secretary):
    """A task that township A leads, with a village of B that joined and one of A that was asked."""
    task = draft_joint(organisation=district.township_a, facts=joint_facts(), by=secretary, at=NOON)
    for unit in (district.village_b1, district.village_a1):
        add_partner(task=task, unit=unit.pk, division="", by=secretary, at=NOON)
    task = invite(task=task, version=task.version, by=secretary, at=NOON)
    row, by = task.partners.get(organisation=district.village_b1), make_user("township_secretary", district.township_b)
    accept(partner=row, version=row.version, division="出车", resources="", by=by, at=NOON)
    return task


def partners(task):
    return {row.organisation.name: row.state for row in task.partners.select_related("organisation")}


def test_a_partner_that_moves_takes_its_sight_along(joint, district, staff):
    former, other = (make_user("township_secretary", unit) for unit in (district.township_b, district.township_a))
    move_organisation(organisation=district.village_b1, parent=district.township_a, on=TODAY, by=staff, at=NOON)
    assert [LinkageTask.objects.visible_to(user).count() for user in (former, other)] == [0, 1]
    row = joint.partners.get(organisation=district.village_b1)
    assert (row.state, row.lineage.startswith(district.township_a.lineage)) == ("accepted", True)


def test_a_partner_that_is_merged_leaves_its_place_to_the_other(joint, district, staff):
    merge_organisation(organisation=district.village_b1, into=district.village_b2, on=TODAY, by=staff, at=NOON)
    assert partners(joint) == {"云桥村团支部": "accepted", "松涛社区团支部": "invited"}


def test_two_partners_that_become_one_take_part_once(joint, district, staff):
    merge_organisation(organisation=district.village_a1, into=district.village_b1, on=TODAY, by=staff, at=NOON)
    assert partners(joint) == {"石井村团支部": "accepted", "松涛社区团支部": "void"}


def test_an_invitation_withdrawn_before_does_not_stand_in_the_way_of_a_merger(joint, district, staff):
    joint.partners.filter(organisation=district.village_a1).update(state="void")
    merge_organisation(organisation=district.village_b1, into=district.village_a1, on=TODAY, by=staff, at=NOON)
    assert partners(joint) == {"松涛社区团支部": "accepted"}


def test_a_lead_that_merges_into_a_partner_leads_without_being_one(joint, district, staff):
    add_partner(task=joint, unit=district.township_b.pk, division="", by=make_user_of(district.township_a), at=NOON)
    merge_organisation(organisation=district.township_a, into=district.township_b, on=TODAY, by=staff, at=NOON)
    joint.refresh_from_db()
    assert (joint.organisation, joint.lineage) == (district.township_b, district.township_b.lineage)
    assert partners(joint) == {"石井村团支部": "accepted", "松涛社区团支部": "invited", "柳溪镇团委": "void"}


def test_closing_ends_a_partnership_and_what_a_unit_led(joint, district, staff):
    close_organisation(organisation=district.village_b1, on=TODAY, by=staff, at=NOON)
    assert partners(joint) == {"石井村团支部": "void", "松涛社区团支部": "invited"}
    led = draft_joint(
        organisation=district.village_a2, facts=joint_facts(), by=make_user_of(district.township_a), at=NOON
    )
    close_organisation(organisation=district.village_a2, on=TODAY, by=staff, at=NOON)
    led.refresh_from_db()
    joint.refresh_from_db()
    assert (led.state, joint.state) == ("void", "inviting")


def make_user_of(unit):
    return make_user("township_secretary", unit)


def test_of_a_task_that_both_have_the_villages_are_the_others_part(district, staff, secretary):
    both = send(staff, district.top, district.township_a, district.township_b)
    own = acknowledge(assignment=part(both, district.township_a), by=secretary, at=NOON)
    split(assignment=own, units={district.village_a1.pk: None}, due_on=DUE, by=secretary, at=NOON)
    merge_organisation(organisation=district.township_a, into=district.township_b, on=TODAY, by=staff, at=NOON)
    assert part(both, district.village_a1).parent == part(both, district.township_b)
    assert standing(both)["青禾街道团工委"][0] == "void"


def test_a_unit_that_is_struck_off_leaves_what_is_through_as_it_was(district, staff):
    township = district.township_a
    secretary = make_user("township_secretary", township)
    for village in (district.village_a1, district.village_a2):
        done = send(secretary, township, village, title=village.name)
        own = part(done, village)
        submit(assignment=own, version=own.version, text="", by=secretary, at=NOON)
        close_organisation(organisation=village, on=TODAY, by=staff, at=NOON)
    half = draft_task(organisation=township, facts=facts(title="草稿"), units={}, by=secretary, at=NOON)
    close_organisation(organisation=township, on=TODAY, by=staff, at=NOON)
    states = dict(LinkageTask.objects.values_list("title", "state"))
    assert states == {"松涛社区团支部": "archived", "长荷社区团支部": "archived", half.title: "void"}
