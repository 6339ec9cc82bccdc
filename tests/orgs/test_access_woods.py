"""Whatever happens to the tree, a scope is the own subtree, where it stood before, and what was merged into it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orgs.access import scope_of
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, OrgAssignment, User
from orgs.reports import tree_as_of, visible_as_of
from tests.factories import FOUNDED, NOW, TODAY
from tests.orgs.woods import SEES_RECORDS, SEES_UNITS, UNITS, acts, grown, hold, holdings, numbers, parents

pytestmark = pytest.mark.django_db
# Each example founds seven units and lets services move them about.
slow = settings(
    max_examples=max(10, settings.default.max_examples // 4), suppress_health_check=list(HealthCheck), deadline=None
)


@slow
@given(parents, acts)
def test_lineages_are_the_paths_of_the_tree(above, done):
    with grown(above, done) as wood:
        stored = dict(Organisation.objects.values_list("pk", "lineage"))
        assert stored == {wood.units[number].pk: wood.lineage(path) for number, path in wood.paths.items()}
        former = set(FormerLineage.objects.values_list("organisation_id", "lineage"))
        assert former == {(wood.units[at].pk, wood.lineage(path)) for at, past in wood.past.items() for path in past}


@slow
@given(parents, acts)
def test_the_tree_of_every_day_is_what_it_was(above, done):
    with grown(above, done) as wood:
        for day, standing in wood.days.items():
            following = min((one for one in wood.days if one > day), default=TODAY + timedelta(days=1))
            for asked in {day, following - timedelta(days=1)}:
                tree = [(one.pk, one.name, one.lineage) for one in tree_as_of(asked).values()]
                expected = [(wood.units[at].pk, name, wood.lineage(path)) for at, (path, name) in standing.items()]
                assert sorted(tree) == sorted(expected), asked
        assert tree_as_of(FOUNDED - timedelta(days=1)) == {}


@slow
@given(parents, acts, holdings)
def test_the_tree_of_every_day_shows_what_lay_in_the_scope_on_it(above, done, held):
    with grown(above, done) as wood:
        holder = hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        for day, standing in wood.days.items():
            seen = {wood.units[at].pk for at, (path, _) in standing.items() if holder.sees(wood, path, SEES_UNITS)}
            assert visible_as_of(scope, day).keys() == seen, day


@slow
@given(parents, acts)
def test_placements_follow_one_another_without_a_gap(above, done):
    with grown(above, done) as wood:
        for number, unit in enumerate(wood.units):
            spans = list(unit.placements.order_by("started_on", "pk").values_list("started_on", "ended_on"))
            assert spans[0][0] == FOUNDED
            assert [end for _start, end in spans[:-1]] == [start for start, _end in spans[1:]]
            assert (spans[-1][1] is None) is (number not in wood.gone)


dated_acts = st.lists(st.tuples(st.sampled_from(["move", "merge", "close"]), numbers, numbers, st.integers(0, 9)))


@slow
@given(parents, dated_acts)
@example((0, 1, 0, 0, 0, 0), [("move", 2, 0, 1), ("move", 1, 2, 5)])
def test_acts_dated_back_leave_a_tree_on_every_day(above, done):
    with grown(above, []) as wood:
        for act, one, other, ago in done:
            wood.attempt(act, one, other, TODAY - timedelta(days=ago))
        closed = {wood.units[at].pk for at in range(UNITS)} - {one.pk for one in Organisation.objects.active()}
        for ago in range(11):
            tree = tree_as_of(TODAY - timedelta(days=ago))
            assert {one.parent_id for one in tree.values()} - {None} <= tree.keys()
            assert all(one.lineage.startswith(f"{wood.units[0].pk:08d}") for one in tree.values() if tree)
            assert tree.keys() | closed == {unit.pk for unit in wood.units}
        stored = dict(Organisation.objects.active().values_list("pk", "lineage"))
        assert {key: one.lineage for key, one in tree_as_of(TODAY).items()} == stored


@slow
@given(parents, acts, holdings)
def test_a_scope_covers_the_records_of_its_units_past_and_present(above, done, held):
    with grown(above, done) as wood:
        holder = hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        for path in wood.every_path():
            lineage = wood.lineage(path)
            assert scope.covers(lineage) is holder.sees(wood, path, SEES_RECORDS), path
            assert scope.covers(lineage, units=True) is holder.sees(wood, path, SEES_UNITS), path


@slow
@given(parents, acts, holdings)
def test_organisations_and_their_past_are_seen_in_the_scope(above, done, held):
    with grown(above, done) as wood:
        holder = hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        seen = {wood.units[at].pk for at, path in wood.paths.items() if holder.sees(wood, path, SEES_UNITS)}
        assert set(Organisation.objects.visible_to(scope).values_list("pk", flat=True)) == seen
        past = OrganisationPlacement.objects.visible_to(scope).values_list("organisation_id", flat=True)
        assert set(past) == seen


@pytest.mark.usefixtures("plain_static_files")
@slow
@given(parents, acts, holdings)
@example((0,) * 6, [("merge", 1, 2)], [("leader", 2, "now")])
def test_the_page_of_a_unit_opens_for_those_who_see_it(above, done, held):
    with grown(above, done) as wood, time_machine.travel(NOW, tick=False):
        holder, client = hold(wood, "holder", held), Client()
        client.force_login(holder.user, backend="orgs.backends.RoleBackend")
        is_let_in = any(role in SEES_UNITS for role, _number in holder.held)
        for number, path in wood.paths.items():
            answer = client.get(f"/organisations/{wood.units[number].pk}/").status_code
            assert answer == ((200 if holder.sees(wood, path, SEES_UNITS) else 404) if is_let_in else 403), path


@slow
@given(parents, acts, holdings)
@example((0,) * 6, [("merge", 1, 2)], [("leader", 2, "now")])
def test_a_permission_is_held_on_the_units_that_its_roles_open(above, done, held):
    with grown(above, done) as wood:
        holder = hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        for number, path in wood.paths.items():
            unit = Organisation.objects.get(pk=wood.units[number].pk)
            for permission, roles in (
                ("orgs.view_organisation", SEES_UNITS),
                ("cadres.view_cadre", SEES_RECORDS),
                ("orgs.change_organisation", {"district_staff"}),
            ):
                expected = holder.sees(wood, path, roles)
                assert scope.may(permission, unit.lineage) is expected, (permission, path)
                with time_machine.travel(NOW, tick=False):
                    assert holder.user.has_perm(permission, unit) is expected, (permission, path)


@slow
@given(parents, acts, holdings, holdings)
def test_roles_and_accounts_are_seen_by_their_keepers(above, done, held, others):
    with grown(above, done) as wood:
        holder, other = hold(wood, "holder", held), hold(wood, "other", others)
        scope = scope_of(holder.user, TODAY)
        numbers = {unit.pk: at for at, unit in enumerate(wood.units)}
        rows = list(OrgAssignment.objects.select_related("user"))

        def stands_for(row, roles):
            return holder.sees(wood, wood.paths[numbers[row.organisation_id]], roles)

        assert set(OrgAssignment.objects.visible_to(scope)) == {row for row in rows if stands_for(row, SEES_UNITS)}
        keepers = {"security_admin"}
        is_keeper = any(role in keepers for role, _number in holder.held)
        roleless = {user for user in User.objects.all() if is_keeper and not user.assignments.exists()}
        seen = {row.user for row in rows if stands_for(row, keepers)} | roleless
        assert set(User.objects.visible_to(scope)) == seen
        beyond = {other.user for _role, at in other.held if not holder.sees(wood, wood.paths[at], keepers)}
        beyond |= {holder.user for _role, at in holder.held if not holder.sees(wood, wood.paths[at], keepers)}
        assert set(User.objects.kept_by(scope)) == seen - beyond


@slow
@given(parents, acts, holdings)
def test_within_a_unit_is_its_subtree(above, done, held):
    with grown(above, done) as wood:
        for number, unit in enumerate(wood.units):
            unit.refresh_from_db()
            found = set(Organisation.objects.within(unit).values_list("pk", flat=True))
            assert found == {wood.units[one].pk for one in wood.below(number)}
