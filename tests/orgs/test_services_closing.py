"""Merging and closing units: what was theirs passes on or ends, and nothing is changed afterwards."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from cadres.models import Appointment
from orgs.access import scope_of
from orgs.choices import Level, OrganisationKind, OrganisationState
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, OrgAssignment, User
from orgs.services import close_organisation, merge_organisation, move_organisation, rename_organisation
from tests.factories import FOUNDED, NOW, TODAY, make_cadre, make_organisation, make_user
from tests.orgs.trees import events, former, fresh, placements, refusal

YESTERDAY = TODAY - timedelta(days=1)


# ---- merging -------------------------------------------------------------------------
def test_a_merger_passes_the_units_below_and_the_past_on(district, clerk, heard):
    merged, into = district.township_a, district.township_b
    old = {unit: unit.lineage for unit in (merged, district.village_a1, district.village_a2)}
    merge_organisation(organisation=merged, into=into, on=TODAY, by=clerk, at=NOW)
    gone = fresh(merged)
    assert (gone.state, gone.merged_into, gone.closed_on) == (OrganisationState.MERGED, into, TODAY)
    assert placements(merged)[-1][3] == TODAY
    assert former(into) == {old[merged]}
    for village in (district.village_a1, district.village_a2):
        assert (fresh(village).parent, former(village)) == (into, {old[village]})
    assert heard == [("moved", district.village_a1.pk), ("moved", district.village_a2.pk), ("merged", merged.pk)]


def test_a_merger_passes_on_what_was_merged_before(district, clerk):
    first, second, last = district.village_b2, district.village_b1, district.village_a1
    lineages = {first.lineage, second.lineage}
    merge_organisation(organisation=first, into=second, on=TODAY, by=clerk, at=NOW)
    merge_organisation(organisation=second, into=last, on=TODAY, by=clerk, at=NOW)
    assert former(last) == lineages


def test_posts_of_a_merged_unit_go_on_in_the_other(district, clerk):
    person = make_cadre(district.village_b2)
    merge_organisation(organisation=district.village_b2, into=district.village_b1, on=TODAY, by=clerk, at=NOW)
    held = person.appointments.order_by("pk").values_list("organisation_id", "ended_on", "is_main")
    assert list(held) == [(district.village_b2.pk, TODAY, False), (district.village_b1.pk, None, True)]


@pytest.mark.parametrize(("unit", "into"), [("township_b", "village_b1"), ("township_b", "township_b")])
def test_a_unit_is_not_merged_into_itself(district, clerk, unit, into):
    arguments = {"organisation": getattr(district, unit), "into": getattr(district, into)}
    assert refusal(merge_organisation, **arguments, on=TODAY, by=clerk, at=NOW) == ["org.parent"]
    assert FormerLineage.objects.count() == 0


def test_no_placement_is_stored_with_an_end_before_its_begin(district):
    with pytest.raises(IntegrityError):
        OrganisationPlacement.objects.create(
            organisation=district.top, name="团区委", started_on=TODAY, ended_on=FOUNDED
        )


# ---- closing -------------------------------------------------------------------------
def test_a_closed_unit_is_off_the_register(district, clerk, heard):
    unit = district.village_b1
    close_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    assert (fresh(unit).state, fresh(unit).closed_on) == (OrganisationState.CLOSED, TODAY)
    assert unit not in Organisation.objects.active()
    assert heard == [("closed", unit.pk)]


@pytest.mark.parametrize("act", ["close", "merge"])
def test_a_unit_is_not_closed_before_its_present_name_began(district, clerk, act):
    unit, shared = district.village_b1, {"on": YESTERDAY, "by": clerk, "at": NOW}
    rename_organisation(organisation=unit, name="石井社区团支部", on=TODAY, by=clerk, at=NOW)
    if act == "merge":
        make_cadre(unit)
    before = placements(unit), fresh(unit).version, list(Appointment.objects.values_list("pk", "ended_on"))
    if act == "merge":
        assert refusal(merge_organisation, organisation=unit, into=district.village_b2, **shared) == ["org.date"]
    else:
        assert refusal(close_organisation, organisation=unit, **shared) == ["org.date"]
    after = placements(unit), fresh(unit).version, list(Appointment.objects.values_list("pk", "ended_on"))
    assert after == before


def test_a_unit_closed_on_its_first_day_keeps_its_name(district, clerk):
    unit = district.village_b1
    rename_organisation(organisation=unit, name="石井社区团支部", on=TODAY, by=clerk, at=NOW)
    close_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    assert [row[0] for row in placements(unit)] == ["石井村团支部", "石井社区团支部"]
    assert fresh(unit).as_of(TODAY) is None


@pytest.mark.parametrize("act", ["close", "merge"])
def test_roles_end_with_their_unit(district, clerk, act):
    unit, other, tomorrow = district.village_b1, district.village_b2, TODAY + timedelta(days=1)
    user, shared = make_user("village_secretary", unit), {"organisation": unit, "on": TODAY, "by": clerk, "at": NOW}
    bystanders = [make_user("village_secretary", other), make_user("township_secretary", district.township_b)]
    ended, later, planned = (
        OrgAssignment.objects.create(user=bystanders[1], organisation=unit, role=role, started_on=start, ended_on=end)
        for role, start, end in (
            ("village_secretary", FOUNDED, YESTERDAY),
            ("village_secretary", tomorrow, None),
            ("judge", FOUNDED, tomorrow),
        )
    )
    before = list(OrgAssignment.objects.exclude(organisation=unit).values_list("pk", "ended_on"))
    if act == "merge":
        merge_organisation(into=other, **shared)
    else:
        close_organisation(**shared)
    held = {user.assignments.get().pk: TODAY, ended.pk: YESTERDAY, later.pk: tomorrow, planned.pk: TODAY}
    assert dict(unit.assignments.values_list("pk", "ended_on")) == held
    assert list(OrgAssignment.objects.exclude(organisation=unit).values_list("pk", "ended_on")) == before
    subjects = [f"orgs.User:{one.pk}" for one in (user, bystanders[1], bystanders[1])]
    assert sorted(subject for subject, _lineage in events("role.end")) == sorted(subjects)
    assert scope_of(User.objects.get(pk=user.pk), TODAY).grants == ()


def test_a_closure_dated_back_leaves_roles_that_ended_since(district, clerk):
    unit, month_ago = district.village_b1, TODAY - timedelta(days=30)
    assignment = make_user("village_secretary", unit).assignments.get()
    OrgAssignment.objects.filter(pk=assignment.pk).update(ended_on=YESTERDAY)
    close_organisation(organisation=unit, on=month_ago, by=clerk, at=NOW)
    assert unit.assignments.get().ended_on == YESTERDAY


def test_a_unit_with_units_below_is_not_closed(district, clerk):
    assert refusal(close_organisation, organisation=district.township_b, on=TODAY, by=clerk, at=NOW) == ["org.children"]
    for village in (district.village_b1, district.village_b2):
        close_organisation(organisation=village, on=TODAY, by=clerk, at=NOW)
    close_organisation(organisation=district.township_b, on=TODAY, by=clerk, at=NOW)
    assert fresh(district.township_b).state == OrganisationState.CLOSED


def test_what_is_closed_is_not_changed_any_more(district, clerk):
    unit, other = district.village_b1, district.village_b2
    close_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    shared = {"on": TODAY, "by": clerk, "at": NOW}
    calls = [
        (move_organisation, {"organisation": unit, "parent": district.township_a}),
        (rename_organisation, {"organisation": unit, "name": "新名"}),
        (merge_organisation, {"organisation": unit, "into": other}),
        (merge_organisation, {"organisation": other, "into": unit}),
        (close_organisation, {"organisation": unit}),
    ]
    assert [refusal(call, **arguments, **shared) for call, arguments in calls] == [["org.state"]] * 5
    assert fresh(other).state == OrganisationState.ACTIVE


def test_a_closed_units_name_may_be_used_again(district, clerk):
    close_organisation(organisation=district.village_b1, on=TODAY, by=clerk, at=NOW)
    make_organisation("石井村团支部", district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
    assert Organisation.objects.filter(name="石井村团支部").count() == 2
