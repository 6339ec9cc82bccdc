"""Founding, moving and renaming units: the past stays what it was, and every act is recorded."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from orgs.access import scope_of
from orgs.choices import Level, OrganisationKind
from orgs.models import FormerLineage, Organisation, OrganisationPlacement
from orgs.services import (
    close_organisation,
    found_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
)
from tests.factories import FOUNDED, NOW, TODAY, make_organisation, make_user
from tests.orgs.trees import events, former, fresh, placements, refusal

LATER = TODAY + timedelta(days=100)
YESTERDAY = TODAY - timedelta(days=1)


def tree_as_of(day: date) -> dict[str, str | None]:
    """Give the names of the units of a day with those of their superiors on that day."""
    rows = OrganisationPlacement.objects.as_of(day)
    names = dict(rows.values_list("organisation_id", "name"))
    return {name: names.get(above) for name, above in rows.values_list("name", "parent_id")}


# ---- the past ------------------------------------------------------------------------
def test_the_tree_of_a_day_stays_what_it_was(district, clerk):
    before, shared = tree_as_of(YESTERDAY), {"on": TODAY, "by": clerk, "at": NOW}
    assert len(before) == 7
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    rename_organisation(organisation=district.village_b1, name="石井社区团支部", **shared)
    merge_organisation(organisation=district.township_a, into=district.township_b, **shared)
    close_organisation(organisation=district.village_b2, **shared)
    assert tree_as_of(YESTERDAY) == before
    top, town = "共青团示范区委员会", "柳溪镇团委"
    assert tree_as_of(TODAY) == {
        top: None,
        town: top,
        "松涛社区团支部": town,
        "长荷社区团支部": town,
        "石井社区团支部": town,
    }
    assert [fresh(unit).as_of(TODAY) for unit in (district.township_a, district.village_b2)] == [None, None]
    assert fresh(district.township_a).as_of(YESTERDAY).parent == district.top
    assert district.top.as_of(FOUNDED - timedelta(days=1)) is None


# ---- founding ----------------------------------------------------------------------
def test_a_founded_unit_stands_below_its_superior(district, clerk):
    unit = make_organisation("新村团支部", district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
    assert unit.lineage == f"{district.township_b.lineage}{unit.pk:08d}"
    assert placements(unit) == [("新村团支部", district.township_b.pk, FOUNDED, None)]
    assert events("org.found")[-1] == (f"orgs.Organisation:{unit.pk}", unit.lineage)
    assert unit.search_keys.split() == ["xincuntuanzhibu", "xctzb"]


def test_a_unit_without_a_founding_day_begins_on_the_day_it_is_entered(district, clerk):
    unit = Organisation(
        name="新村团支部", parent=district.township_b, kind=OrganisationKind.BRANCH, level=Level.VILLAGE
    )
    found_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    assert placements(unit) == [("新村团支部", district.township_b.pk, TODAY, None)]


@pytest.mark.parametrize(
    ("above", "level", "code"),
    [
        ("village_b1", Level.VILLAGE, "org.parent"),
        ("village_b1", Level.TOWNSHIP, "org.parent"),
        ("township_b", Level.DISTRICT, "org.parent"),
    ],
)
def test_a_unit_is_not_founded_where_it_may_not_stand(district, clerk, above, level, code):
    unit = Organisation(name="新支部", parent=getattr(district, above), kind=OrganisationKind.BRANCH, level=level)
    before = Organisation.objects.count()
    assert refusal(found_organisation, organisation=unit, on=TODAY, by=clerk, at=NOW) == [code]
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("act", ["close", "merge"])
def test_nothing_is_founded_under_a_unit_that_is_off_the_register(district, clerk, act):
    parent, shared = district.township_b, {"on": TODAY, "by": clerk, "at": NOW}
    if act == "merge":
        merge_organisation(organisation=parent, into=district.township_a, **shared)
    else:
        for gone in (district.village_b1, district.village_b2, parent):
            close_organisation(organisation=gone, **shared)
    before = set(Organisation.objects.values_list("pk", "version"))
    unit = Organisation(name="新支部", parent=parent, kind=OrganisationKind.BRANCH, level=Level.VILLAGE)
    assert refusal(found_organisation, organisation=unit, **shared) == ["org.state"]
    assert set(Organisation.objects.values_list("pk", "version")) == before


def test_a_unit_is_founded_where_its_superior_now_stands(district, clerk, deep):
    general, _ = deep
    unit = Organisation(name="初二团支部", parent=fresh(general), kind=OrganisationKind.BRANCH, level=Level.UNIT)
    move_organisation(organisation=general, parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    found_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    assert fresh(unit).lineage == f"{fresh(general).lineage}{unit.pk:08d}"


def test_a_work_committee_has_no_election(district, clerk):
    unit = Organisation(
        name="新团工委",
        parent=district.top,
        kind=OrganisationKind.WORK_COMMITTEE,
        level=Level.TOWNSHIP,
        elected_on=TODAY,
    )
    assert refusal(found_organisation, organisation=unit, on=TODAY, by=clerk, at=NOW) == ["org.term"]


def test_two_units_of_one_name_do_not_stand_side_by_side(district, clerk):
    twin = Organisation(
        name="石井村团支部", parent=district.township_b, kind=OrganisationKind.BRANCH, level=Level.VILLAGE
    )
    with pytest.raises(ValidationError, match="已有同名团组织"):
        found_organisation(organisation=twin, on=TODAY, by=clerk, at=NOW)
    elsewhere = Organisation(
        name="石井村团支部", parent=district.township_a, kind=OrganisationKind.BRANCH, level=Level.VILLAGE
    )
    found_organisation(organisation=elsewhere, on=TODAY, by=clerk, at=NOW)


# ---- moving --------------------------------------------------------------------------
def test_a_moved_unit_takes_its_subtree_along(district, clerk, deep, heard):
    general, branch = deep
    old, below = general.lineage, branch.lineage
    move_organisation(organisation=general, parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    new = f"{district.township_a.lineage}{general.pk:08d}"
    assert (fresh(general).lineage, fresh(branch).lineage) == (new, f"{new}{branch.pk:08d}")
    assert (fresh(general).parent, fresh(branch).parent) == (district.township_a, general)
    assert (former(general), former(branch)) == ({old}, {below})
    assert heard == [("moved", general.pk)]
    assert events("org.move") == [(f"orgs.Organisation:{general.pk}", new)]


def test_a_move_leaves_bystanders_alone(district, clerk, deep):
    others = Organisation.objects.exclude(pk__in=[unit.pk for unit in deep])
    before = list(others.values_list("pk", "lineage", "version"))
    move_organisation(organisation=deep[0], parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    assert list(others.values_list("pk", "lineage", "version")) == before


def test_a_move_is_dated(district, clerk, deep):
    general, branch = deep
    move_organisation(organisation=general, parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    assert placements(general) == [
        ("学校团总支", district.township_b.pk, FOUNDED, TODAY),
        ("学校团总支", district.township_a.pk, TODAY, None),
    ]
    assert len(placements(branch)) == 1
    on = [fresh(general).as_of(day).parent for day in (date(2026, 11, 22), TODAY)]
    assert on == [district.township_b, district.township_a]
    assert fresh(branch).as_of(TODAY).parent == general


def test_a_unit_may_move_back(district, clerk, deep):
    general, _ = deep
    home = general.lineage
    move_organisation(organisation=general, parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    away = fresh(general).lineage
    later = {"on": LATER, "by": clerk, "at": NOW + timedelta(days=100)}
    move_organisation(organisation=fresh(general), parent=district.township_b, **later)
    assert (fresh(general).lineage, former(general)) == (home, {home, away})
    assert [row[1] for row in placements(general)] == [
        district.township_b.pk,
        district.township_a.pk,
        district.township_b.pk,
    ]


def test_two_moves_on_one_day_leave_one_placement_for_that_day(district, clerk, deep):
    general, _ = deep
    for parent in (district.township_a, district.top):
        move_organisation(organisation=fresh(general), parent=parent, on=TODAY, by=clerk, at=NOW)
    assert [row[1:] for row in placements(general)] == [
        (district.township_b.pk, FOUNDED, TODAY),
        (district.top.pk, TODAY, None),
    ]


@pytest.mark.parametrize(
    ("unit", "parent", "on", "code"),
    [
        ("township_b", "township_b", TODAY, "org.parent"),
        ("township_b", "village_b1", TODAY, "org.parent"),
        ("village_b1", "village_a1", TODAY, "org.parent"),
        ("township_b", "village_a1", TODAY, "org.parent"),
        ("village_b1", "township_b", TODAY, "org.parent"),
        ("top", "township_b", TODAY, "org.parent"),
        ("village_b1", "township_a", date(2019, 12, 31), "org.date"),
    ],
)
def test_an_impossible_move_changes_nothing(district, clerk, unit, parent, on, code):
    before = list(Organisation.objects.values_list("pk", "lineage", "version"))
    arguments = {"organisation": getattr(district, unit), "parent": getattr(district, parent)}
    assert refusal(move_organisation, **arguments, on=on, by=clerk, at=NOW) == [code]
    assert list(Organisation.objects.values_list("pk", "lineage", "version")) == before
    assert FormerLineage.objects.count() == 0


def test_what_was_seen_before_a_move_is_seen_after_it_by_the_unit_itself_only(district, clerk):
    users = {
        name: make_user("township_secretary", getattr(district, name))
        for name in ("village_b1", "township_a", "township_b")
    }
    old = district.village_b1.lineage
    move_organisation(organisation=district.village_b1, parent=district.township_a, on=TODAY, by=clerk, at=NOW)
    covers = {name: scope_of(user, TODAY).covers(old) for name, user in users.items()}
    assert covers == {"village_b1": True, "township_a": False, "township_b": True}
    seen = {name: fresh(district.village_b1) in Organisation.objects.visible_to(user) for name, user in users.items()}
    assert seen == {"village_b1": True, "township_a": True, "township_b": False}


# ---- renaming ------------------------------------------------------------------------
def test_a_new_name_holds_from_its_day(district, clerk):
    unit = district.village_b1
    rename_organisation(organisation=unit, name="石井社区团支部", on=TODAY, by=clerk, at=NOW)
    assert (fresh(unit).name, fresh(unit).version) == ("石井社区团支部", unit.version + 1)
    assert fresh(unit).search_keys.split()[1] == "sjsqtzb"
    assert [row[0] for row in placements(unit)] == ["石井村团支部", "石井社区团支部"]
    assert [unit.as_of(day).name for day in (FOUNDED, TODAY)] == ["石井村团支部", "石井社区团支部"]
    record = unit.history.latest("history_id")
    assert (record.name, record.history_user) == ("石井社区团支部", clerk)
    assert events("org.rename") == [(f"orgs.Organisation:{unit.pk}", unit.lineage)]


def test_the_same_name_is_no_new_name(district, clerk):
    unit = district.village_b1
    assert refusal(rename_organisation, organisation=unit, name=unit.name, on=TODAY, by=clerk, at=NOW) == ["org.name"]


def test_a_name_that_is_taken_is_refused(district, clerk):
    with pytest.raises(ValidationError, match="已有同名团组织"):
        rename_organisation(organisation=district.village_b1, name="云桥村团支部", on=TODAY, by=clerk, at=NOW)
    assert fresh(district.village_b1).name == "石井村团支部"
