"""The scope as a value: subtrees, permissions and their union."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.access import Grant, Scope, as_scope, is_same_person, lineage_of, roles_of, scope_of, subtree_range
from orgs.models import Organisation, OrgAssignment, PolicyValue, User
from orgs.roles import ROLE_BY_CODE, ROLES, Sees, grants
from tests.factories import FOUNDED, TODAY, make_user

keys = st.integers(1, 12)
lineages = st.lists(keys, min_size=1, max_size=4).map(lambda path: "".join(f"{key:08d}" for key in path))
any_grant = st.builds(
    Grant,
    role=st.sampled_from([role.code for role in ROLES] + ["unheard_of"]),
    organisation_id=keys,
    lineages=st.lists(lineages, min_size=1, max_size=3).map(tuple),
).filter(lambda grant: grant.role in ROLE_BY_CODE)
scopes = st.lists(any_grant, max_size=4).map(lambda held: Scope(TODAY, tuple(held), date(2024, 11, 23)))
permissions = st.sampled_from(sorted({name for role in ROLES for name in role.permissions} | {"nothing.at_all"}))


def opened(scope: Scope, lineage: str, *, units: bool) -> bool:
    """Say it plainly: some role that sees such rows was given a lineage above this one."""
    seeing = {Sees.RECORDS, Sees.UNITS} if units else {Sees.RECORDS}
    tops = [top for grant in scope.grants if ROLE_BY_CODE[grant.role].sees in seeing for top in grant.lineages]
    return any(lineage.startswith(top) for top in tops)


# ---- properties --------------------------------------------------------------------
@given(scopes, lineages, st.booleans())
def test_a_scope_covers_what_its_roles_open_and_nothing_else(scope, lineage, units):
    assert scope.covers(lineage, units=units) is opened(scope, lineage, units=units)


@given(scopes, lineages, permissions)
def test_a_permission_is_held_in_the_subtrees_of_the_roles_that_grant_it(scope, lineage, permission):
    pairs = [grant for grant in scope.grants if permission in ROLE_BY_CODE[grant.role].permissions]
    assert scope.may(permission, lineage) is any(
        opened(Scope(TODAY, (one,), TODAY), lineage, units=True) for one in pairs
    )


@given(scopes, permissions, lineages, st.booleans())
def test_holding_never_widens(scope, permission, lineage, units):
    narrowed = scope.holding(permission)
    assert set(narrowed.grants) <= set(scope.grants)
    assert not narrowed.covers(lineage, units=units) or scope.covers(lineage, units=units)
    assert narrowed.holding(permission) == narrowed


@given(scopes, scopes, lineages, st.booleans())
def test_two_scopes_together_cover_what_either_covers(one, other, lineage, units):
    both = Scope(TODAY, one.grants + other.grants, one.former_since)
    assert both.covers(lineage, units=units) is (one.covers(lineage, units=units) or other.covers(lineage, units=units))


@given(scopes, st.booleans())
def test_ranges_neither_overlap_nor_nest(scope, units):
    ranges = sorted(scope.ranges(units=units))
    assert all(high <= low for (_, high), (low, _) in pairwise(ranges))


@given(lineages, lineages)
def test_a_subtree_is_a_half_open_range(top, lineage):
    low, high = subtree_range(top)
    assert (low <= lineage < high) is lineage.startswith(top)


# ---- the empty scope -----------------------------------------------------------------
def test_an_empty_scope_covers_nothing(district):
    empty = Scope(TODAY, (), TODAY)
    assert (empty.covers(district.top.lineage, units=True), empty.ranges(units=True)) == (False, ())
    assert list(Organisation.objects.filter(empty.where(units=True))) == []


@pytest.mark.parametrize("role", ["judge", "committee_member", "auditor"])
def test_a_role_that_sees_nothing_sees_nothing(district, role):
    user = make_user(role, district.top)
    assert list(Organisation.objects.visible_to(user)) == []


def test_a_disabled_account_sees_nothing(district):
    user = make_user("leader", district.top)
    user.is_active = False
    assert scope_of(user, TODAY).grants == ()


# ---- days ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        (FOUNDED, None, True),
        (TODAY, None, True),
        (date(2026, 11, 24), None, False),
        (FOUNDED, date(2026, 11, 24), True),
        (FOUNDED, TODAY, False),
    ],
)
def test_a_role_is_held_from_its_first_day_until_before_its_last(district, start, end, held):
    user = User.objects.create_user("somebody", None, full_name="某人")
    OrgAssignment.objects.create(user=user, organisation=district.top, role="leader", started_on=start, ended_on=end)
    assert roles_of(user, TODAY) == (frozenset({"leader"}) if held else frozenset())


def test_an_account_and_its_scope_of_today_are_the_same_subject(district):
    user = make_user("leader", district.township_a)
    scope = as_scope(user)
    assert as_scope(scope) is scope
    assert set(Organisation.objects.visible_to(user)) == set(Organisation.objects.visible_to(scope))


def test_the_years_of_former_posts_are_a_policy(district):
    PolicyValue.objects.create(key="roster.former_post_years", value=5, effective_from=FOUNDED, source="测试")
    user = make_user("leader", district.top)
    assert scope_of(user, TODAY).former_since == date(2021, 11, 23)


@pytest.mark.parametrize("years", [3000, -1])
def test_a_number_out_of_bounds_is_passed_over(district, years):
    for value, day in ((5, FOUNDED), (years, date(2025, 1, 1))):
        PolicyValue.objects.create(key="roster.former_post_years", value=value, effective_from=day, source="测试")
    assert scope_of(make_user("leader", district.top), TODAY).former_since == date(2021, 11, 23)


@pytest.mark.parametrize(
    ("day", "since"), [(date(2028, 2, 29), date(2026, 2, 28)), (date(2026, 3, 31), date(2024, 3, 28))]
)
def test_the_day_of_the_month_is_cut_where_months_differ(district, day, since):
    assert scope_of(make_user("leader", district.top), day).former_since == since


# ---- small things ------------------------------------------------------------------------
def test_an_unknown_role_grants_nothing():
    assert (grants("unheard_of", "orgs.view_organisation"), grants("leader", "nothing.at_all")) == (False, False)


def test_a_lineage_is_the_path_of_keys():
    assert lineage_of("00000001", 23) == "0000000100000023"


def test_one_person_may_have_two_accounts(db):
    one, other, third = (User.objects.create_user(f"account{at}", None, full_name="某人") for at in range(3))
    other.person_key = one.person_key
    assert (is_same_person(one, other), is_same_person(one, third)) == (True, False)


def test_permissions_on_an_object_ask_for_its_unit(district):
    user = make_user("township_secretary", district.township_a)
    may = [
        user.has_perm("orgs.view_organisation", unit)
        for unit in (district.village_a1, district.township_b, district.top)
    ]
    assert may == [True, False, False]
    assert user.has_perms(["orgs.view_organisation", "cadres.view_cadre"]) is True
    assert user.has_perms(["orgs.view_organisation", "audit.view"]) is False
    assert (user.has_module_perms("cadres"), user.has_module_perms("audit")) == (True, False)
