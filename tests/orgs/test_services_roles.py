"""Giving roles and taking them away: nobody to oneself, and never two of the three administrators in one person."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from orgs.choices import Level, OrganisationKind
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from orgs.rules import is_separation_broken
from orgs.services import assign_role, close_organisation, end_role
from tests.factories import FOUNDED, NOW, TODAY, make_organisation, make_user
from youthleague.audit.models import AuditEvent

SOON = TODAY + timedelta(days=30)
LATER = TODAY + timedelta(days=60)


@pytest.fixture
def keeper(district) -> User:
    return make_user("security_admin", district.top)


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("person", None, full_name="某人")


def code(call, **arguments: object) -> str:
    """Call a service that must refuse, and give the code."""
    with pytest.raises(ValidationError) as refused:
        call(**arguments)
    return refused.value.code


def hold(user, organisation, role, start, end=None) -> OrgAssignment:
    return OrgAssignment.objects.create(user=user, organisation=organisation, role=role, started_on=start, ended_on=end)


def held() -> set[tuple[str, str, date, date | None]]:
    return set(OrgAssignment.objects.values_list("user__username", "role", "started_on", "ended_on"))


# ---- 三员分立 ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end", "on", "is_refused"),
    [
        (FOUNDED, None, TODAY, True),
        (FOUNDED, None, LATER, True),
        (SOON, None, TODAY, True),  # to come, while the new one is still held
        (SOON, LATER, TODAY, True),
        (FOUNDED, SOON, TODAY, True),  # ends, but not yet
        (FOUNDED, TODAY, TODAY, False),
        (FOUNDED, SOON, SOON, False),
        (SOON, SOON, TODAY, False),  # taken back before it began
    ],
)
def test_separated_roles_never_meet_on_a_day(district, person, start, end, on, is_refused):
    hold(person, district.top, "auditor", start, end)
    before = held()
    given = {"user": person, "organisation": district.top, "role": "sysadmin", "on": on, "by": None, "at": NOW}
    if is_refused:
        assert code(assign_role, **given) == "role.separated"
        assert held() == before
    else:
        assign_role(**given)
        assert held() == before | {("person", "sysadmin", on, None)}


def test_separated_roles_do_not_meet_in_two_accounts_of_one_person(district, keeper, person):
    twin = User.objects.create_user("twin", None, full_name="某人")
    User.objects.filter(pk=twin.pk).update(person_key=person.person_key)  # the instance at hand is stale
    hold(person, district.top, "auditor", FOUNDED)
    before = held()
    given = {"user": twin, "organisation": district.top, "role": "sysadmin", "on": TODAY, "by": keeper, "at": NOW}
    assert code(assign_role, **given) == "role.separated"
    assert held() == before


def test_other_roles_may_meet(district, keeper, person):
    hold(person, district.top, "auditor", FOUNDED)
    for role in ("judge", "committee_member"):
        assign_role(user=person, organisation=district.top, role=role, on=TODAY, by=keeper, at=NOW)
    assert {row[1] for row in held() if row[0] == "person"} == {"auditor", "judge", "committee_member"}


def test_nobody_gives_oneself_a_role_not_even_through_another_account(district, keeper):
    twin = User.objects.create_user("twin", None, full_name="某人")
    twin.person_key = keeper.person_key
    twin.save()
    before = held()
    for user in (keeper, twin):
        given = {"user": user, "organisation": district.top, "role": "judge", "on": TODAY, "by": keeper, "at": NOW}
        assert code(assign_role, **given) == "role.self"
    assert held() == before
    assert AuditEvent.objects.filter(action="role.assign", subject=f"orgs.User:{twin.pk}").count() == 0


def test_one_role_held_twice_breaks_no_separation():
    rows = [OrgAssignment(role="auditor", started_on=FOUNDED) for _ in range(2)]
    assert is_separation_broken(rows, {"auditor", "sysadmin"}) is False


# ---- levels --------------------------------------------------------------------------
LEVELS = {
    "district_staff": {"district"},
    "township_secretary": {"township"},
    "village_secretary": {"village", "unit"},
    "leader": {"district"},
    "party_committee": {"township"},
    "org_department": {"district"},
    "committee_member": {"district"},
    "judge": {"district"},
    "sysadmin": {"district"},
    "security_admin": {"district"},
    "auditor": {"district"},
}


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_a_role_is_given_on_units_of_its_levels_only(district, person, role):
    school = make_organisation("实验中学团委", district.top, OrganisationKind.COMMITTEE, Level.UNIT)
    taken = set()
    for unit in (district.top, district.township_a, district.village_a1, school):
        before = held()
        given = {"user": person, "organisation": unit, "role": role, "on": TODAY, "by": None, "at": NOW}
        if unit.level in LEVELS[role]:
            assign_role(**given)
            taken.add(unit.level)
        else:
            assert code(assign_role, **given) == "role.level"
            assert held() == before
    assert taken == LEVELS[role]


def test_no_role_is_given_on_a_unit_off_the_register(district, clerk, person):
    unit = district.village_b1
    close_organisation(organisation=unit, on=TODAY, by=clerk, at=NOW)
    before = held()
    given = {"user": person, "organisation": unit, "role": "village_secretary", "on": TODAY, "by": clerk, "at": NOW}
    assert code(assign_role, **given) == "org.state"  # the instance at hand still says that it is open
    assert held() == before


# ---- taking away -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end", "on"), [(FOUNDED, None, TODAY), (FOUNDED, LATER, SOON), (TODAY, None, TODAY), (SOON, None, SOON)]
)
def test_a_role_ends_on_its_day(district, keeper, person, start, end, on):
    bystanders = [hold(person, unit, "leader", FOUNDED) for unit in (district.top, district.township_a)]
    end_role(assignment=bystanders[1], on=date(2026, 1, 1), by=keeper, at=NOW)
    assignment, before = hold(person, district.top, "judge", start, end), held()
    end_role(assignment=assignment, on=on, by=keeper, at=NOW)
    assert held() == (before - {("person", "judge", start, end)}) | {("person", "judge", start, on)}
    event = AuditEvent.objects.filter(action="role.end").latest("seq")
    assert (event.subject, event.facts) == (f"orgs.User:{person.pk}", {"role": "judge"})


@pytest.mark.parametrize(
    ("start", "end", "on", "expected"),
    [
        (FOUNDED, date(2026, 1, 1), TODAY, "role.ended"),
        (FOUNDED, date(2026, 1, 1), date(2025, 1, 1), "role.ended"),
        (FOUNDED, TODAY, date(2026, 1, 1), "role.ended"),
        (FOUNDED, SOON, LATER, "role.ended"),
        (SOON, None, TODAY, "role.date"),
    ],
)
def test_what_has_ended_or_not_begun_is_not_rewritten(district, person, start, end, on, expected):
    assignment, before = hold(person, district.top, "judge", start, end), held()
    stale = OrgAssignment(pk=assignment.pk, user=person, organisation=district.top, role="judge", started_on=FOUNDED)
    for row in (assignment, stale):
        assert code(end_role, assignment=row, on=on, by=None, at=NOW) == expected
    assert held() == before
    assert AuditEvent.objects.filter(action="role.end").count() == 0


def test_no_role_is_stored_with_an_end_before_its_begin(district, person):
    with pytest.raises(IntegrityError):
        hold(person, district.top, "judge", TODAY, FOUNDED)
