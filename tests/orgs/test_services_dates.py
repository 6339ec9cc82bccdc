"""Acts on the tree that contradict the past, the present or one another are refused, and change nothing."""

from datetime import date, timedelta

import pytest

from orgs.access import scope_of
from orgs.choices import Level, OrganisationKind, OrganisationState
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, OrgAssignment
from orgs.reports import tree_as_of, visible_as_of
from orgs.services import (
    close_organisation,
    correct_organisation,
    found_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
    reopen_organisation,
)
from tests.factories import FOUNDED, NOW, TODAY, make_organisation, make_user
from tests.orgs.trees import events, former, fresh, placements, refusal
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
LAST_WEEK = TODAY - timedelta(days=7)
LAST_MONTH = TODAY - timedelta(days=30)


def everything():
    """Give all that an act on the tree may change."""
    models = (Organisation, OrganisationPlacement, FormerLineage, OrgAssignment, AuditEvent, Organisation.history.model)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(call, **arguments):
    """Give the codes of a refusal that left everything as it was."""
    before = everything()
    codes = refusal(call, **arguments)
    assert everything() == before
    return codes


@pytest.fixture
def acts(clerk):
    return {"on": TODAY, "by": clerk, "at": NOW}


# ---- days ----------------------------------------------------------------------------
def test_nothing_on_the_tree_happens_in_the_future(district, acts):
    acts["on"] = TOMORROW
    unit, other = district.village_b1, district.village_b2
    calls = [
        (move_organisation, {"organisation": unit, "parent": district.township_a}),
        (rename_organisation, {"organisation": unit, "name": "新名"}),
        (merge_organisation, {"organisation": unit, "into": other}),
        (close_organisation, {"organisation": unit}),
    ]
    assert [refused(call, **arguments, **acts) for call, arguments in calls] == [["date.future"]] * 4
    young = Organisation(name="新", parent=district.top, kind=OrganisationKind.BRANCH, level=Level.UNIT)
    assert refused(found_organisation, organisation=young, **acts) == ["date.future"]


def test_no_unit_stands_under_one_that_was_not_there_yet(district, acts):
    young = Organisation(name="新街道团工委", parent=district.top, kind=3, level=Level.TOWNSHIP)
    found_organisation(organisation=young, **(acts | {"on": LAST_WEEK}))
    acts["on"] = LAST_MONTH
    assert refused(move_organisation, organisation=district.village_b1, parent=young, **acts) == ["org.date"]
    assert refused(merge_organisation, organisation=district.township_a, into=young, **acts) == ["org.date"]
    move_organisation(organisation=district.village_b1, parent=young, **(acts | {"on": LAST_WEEK}))
    assert fresh(district.village_b1).as_of(LAST_WEEK).parent == young


def test_a_superior_that_then_stood_below_is_refused(district, acts, deep):
    general, branch = deep
    Organisation.objects.filter(pk=branch.pk).update(kind=OrganisationKind.GENERAL_BRANCH)
    move_organisation(organisation=branch, parent=district.township_b, **(acts | {"on": LAST_WEEK}))
    early = acts | {"on": LAST_MONTH}
    assert refused(move_organisation, organisation=general, parent=fresh(branch), **early) == ["org.date"]
    move_organisation(organisation=general, parent=fresh(branch), **acts)
    for day in (LAST_MONTH, LAST_WEEK, TODAY):
        assert {general.pk, branch.pk} <= tree_as_of(day).keys()
    assert tree_as_of(LAST_MONTH)[branch.pk].parent_id == general.pk
    assert tree_as_of(TODAY)[general.pk].parent_id == branch.pk


@pytest.mark.parametrize("act", ["close", "merge"])
def test_a_unit_does_not_end_before_those_below_it_left(district, acts, deep, act):
    general, branch = deep
    move_organisation(organisation=branch, parent=district.township_b, **acts)
    early = acts | {"on": LAST_WEEK}
    if act == "close":
        assert refused(close_organisation, organisation=general, **early) == ["org.date"]
    else:
        assert refused(merge_organisation, organisation=general, into=district.township_a, **early) == ["org.date"]
    close_organisation(organisation=general, **acts)
    assert fresh(general).closed_on == TODAY


def test_a_unit_older_than_its_superior_is_shown_on_its_path_all_the_same(district, clerk):
    old = Organisation(
        name="老支部",
        parent=district.village_b1,
        kind=OrganisationKind.BRANCH,
        level=Level.UNIT,
        founded_on=date(1999, 5, 4),
    )
    Organisation.objects.filter(pk=district.village_b1.pk).update(kind=OrganisationKind.GENERAL_BRANCH)
    found_organisation(organisation=old, on=TODAY, by=clerk, at=NOW)
    tree = tree_as_of(date(2000, 1, 1))
    assert {key: one.lineage for key, one in tree.items()} == {old.pk: f"{district.village_b1.lineage}{old.pk:08d}"}
    seen = {
        name: set(visible_as_of(scope_of(make_user("leader", getattr(district, name)), TODAY), date(2000, 1, 1)))
        for name in ("village_b1", "village_b2", "top")
    }
    assert seen == {"village_b1": {old.pk}, "village_b2": set(), "top": {old.pk}}


# ---- names ---------------------------------------------------------------------------
def test_two_units_of_one_name_do_not_meet_under_one_superior(district, acts):
    twin = make_organisation("石井村团支部", district.township_a, OrganisationKind.BRANCH, Level.VILLAGE)
    arguments = {"organisation": twin, "parent": district.township_b}
    assert refused(move_organisation, **arguments, **acts) == ["org.twin"]
    merger = {"organisation": district.township_a, "into": district.township_b}
    assert refused(merge_organisation, **merger, **acts) == ["org.twin"]
    assert refused(rename_organisation, organisation=twin, name="长荷社区团支部", **acts) == ["org.twin"]
    close_organisation(organisation=district.village_b1, **acts)
    move_organisation(**arguments, **acts)
    assert fresh(twin).parent == district.township_b


def test_a_name_of_a_few_days_is_replaced_on_the_day_it_began(district, acts):
    for name in ("石井社区团支部", "石井村联合团支部"):
        rename_organisation(organisation=district.village_b1, name=name, **acts)
    rows = [(row[0], row[2], row[3]) for row in placements(district.village_b1)]
    assert rows == [("石井村团支部", FOUNDED, TODAY), ("石井村联合团支部", TODAY, None)]


# ---- levels --------------------------------------------------------------------------
def test_a_unit_is_not_merged_into_one_of_a_lower_level(district, acts):
    arguments = {"organisation": district.township_a, "into": district.village_b1}
    assert refused(merge_organisation, **arguments, **acts) == ["org.parent"]
    merge_organisation(organisation=district.village_a1, into=district.township_b, **acts)
    assert fresh(district.village_a1).merged_into == district.township_b


# ---- what was merged keeps in sight ----------------------------------------------------
def test_a_merged_unit_stays_in_sight_when_its_old_superior_moves(district, acts, deep):
    general, branch = deep
    second = make_organisation("初二团支部", general, OrganisationKind.BRANCH, Level.UNIT)
    merge_organisation(organisation=branch, into=second, **acts)
    merge_organisation(organisation=second, into=district.village_a1, **acts)
    taker, bystander = (make_user("leader", unit) for unit in (district.village_a1, district.village_a2))
    move_organisation(organisation=general, parent=district.township_a, **acts)
    gone = {fresh(branch), fresh(second)}
    assert {one.lineage for one in gone} <= former(district.village_a1)
    seen = [set(Organisation.objects.visible_to(scope_of(user, TODAY))) for user in (taker, bystander)]
    assert seen == [{*gone, district.village_a1}, {district.village_a2}]


# ---- two at once -----------------------------------------------------------------------
@pytest.mark.parametrize("act", ["move", "rename", "merge", "close"])
def test_what_was_changed_meanwhile_is_not_overwritten(district, acts, act):
    unit = district.village_b1
    correct_organisation(organisation=unit, version=unit.version, values={"short_name": "石井"}, by=acts["by"], at=NOW)
    calls = {
        "move": (move_organisation, {"parent": district.township_a}),
        "rename": (rename_organisation, {"name": "新名"}),
        "merge": (merge_organisation, {"into": district.village_b2}),
        "close": (close_organisation, {}),
    }
    call, arguments = calls[act]
    assert refused(call, organisation=unit, version=unit.version, **arguments, **acts) == ["row.stale"]
    call(organisation=unit, version=unit.version + 1, **arguments, **acts)


# ---- correcting ------------------------------------------------------------------------
def correct(unit, clerk, **values):
    return correct_organisation(organisation=unit, version=fresh(unit).version, values=values, by=clerk, at=NOW)


def test_a_correction_changes_facts_only(district, clerk):
    unit, before = district.village_b1, placements(district.village_b1)
    correct(unit, clerk, short_name="石井", member_count=31, name="别名", parent_id=district.township_a.pk)
    after = fresh(unit)
    assert (after.short_name, after.member_count, after.version) == ("石井", 31, unit.version + 1)
    assert (after.name, after.parent_id) == (unit.name, unit.parent_id)
    assert after.search_keys.split() == ["shijingcuntuanzhibu", "sjctzb", "shijing", "sj"]
    assert placements(unit) == before
    assert after.history.latest("history_id").history_user == clerk
    assert events("org.correct") == [(f"orgs.Organisation:{unit.pk}", unit.lineage)]


def test_a_correction_that_changes_nothing_leaves_no_trace(district, clerk):
    before = everything()
    correct(district.village_b1, clerk, short_name=district.village_b1.short_name)
    assert everything() == before


@pytest.mark.parametrize(
    ("unit", "values", "code"),
    [
        ("township_b", {"kind": OrganisationKind.BRANCH}, "org.parent"),
        ("village_b1", {"founded_on": TOMORROW}, "date.future"),
        ("village_b1", {"kind": 9}, "invalid_choice"),
    ],
)
def test_a_correction_that_cannot_be(district, clerk, unit, values, code):
    arguments = {"organisation": getattr(district, unit), "version": 1, "values": values}
    assert refused(correct_organisation, **arguments, by=clerk, at=NOW) == [code]


def test_an_elected_unit_is_made_no_work_committee(district, clerk):
    Organisation.objects.filter(pk=district.township_b.pk).update(elected_on=FOUNDED)
    arguments = {"organisation": district.township_b, "version": 1, "values": {"kind": OrganisationKind.WORK_COMMITTEE}}
    assert refused(correct_organisation, **arguments, by=clerk, at=NOW) == ["org.term"]


def test_another_founding_day_moves_the_first_placement(district, acts):
    unit, clerk = district.village_b1, acts["by"]
    correct(unit, clerk, founded_on=date(2012, 5, 4))
    assert [row[2] for row in placements(unit)] == [date(2012, 5, 4)]
    rename_organisation(organisation=unit, name="石井社区团支部", **(acts | {"on": LAST_WEEK}))
    arguments = {"organisation": unit, "version": fresh(unit).version, "values": {"founded_on": TODAY}}
    assert refused(correct_organisation, **arguments, by=clerk, at=NOW) == ["org.date"]
    correct(unit, clerk, founded_on=None)
    assert [row[2] for row in placements(unit)] == [date(2012, 5, 4), LAST_WEEK]


# ---- taking a closure back ---------------------------------------------------------------
def test_a_closure_is_taken_back_as_if_it_had_not_been(district, acts):
    unit, clerk = district.village_b1, acts["by"]
    holder = make_user("village_secretary", unit)
    before = placements(unit)
    close_organisation(organisation=unit, **(acts | {"on": LAST_WEEK}))
    assert fresh(unit).as_of(LAST_WEEK) is None
    reopen_organisation(organisation=unit, version=fresh(unit).version, by=clerk, at=NOW)
    after = fresh(unit)
    assert (after.state, after.closed_on, placements(unit)) == (OrganisationState.ACTIVE, None, before)
    assert holder.assignments.get().ended_on == LAST_WEEK
    assert events("org.reopen") == [(f"orgs.Organisation:{unit.pk}", unit.lineage)]


@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("open", "org.reopen"),
        ("merged", "org.reopen"),
        ("superior", "org.state"),
        ("twin", "org.twin"),
        ("stale", "row.stale"),
    ],
)
def test_a_closure_that_something_followed_stays(district, acts, since, code):
    unit, clerk = district.village_b1, acts["by"]
    if since == "merged":
        merge_organisation(organisation=unit, into=district.village_b2, **acts)
    elif since != "open":
        close_organisation(organisation=unit, **acts)
    if since == "superior":
        merge_organisation(organisation=district.township_b, into=district.township_a, **acts)
    if since == "twin":
        make_organisation(unit.name, district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
    version = fresh(unit).version - (since == "stale")
    assert refused(reopen_organisation, organisation=unit, version=version, by=clerk, at=NOW) == [code]
