"""The acts on the tree: previewed, confirmed as seen, and done as was said; who may, and where."""

import re
from datetime import timedelta

import pytest
import time_machine

from cadres.models import Appointment
from cadres.reports.fates import fate_of_posts
from cadres.services.posts import appoint
from orgs.access import scope_of
from orgs.choices import Level, OrganisationKind, OrganisationState
from orgs.models import Organisation, OrganisationPlacement, OrgAssignment, User
from orgs.reports.acts import effects_of_closing, effects_of_merger, effects_of_move
from orgs.services import close_organisation, merge_organisation, move_organisation
from tests.factories import NOW, TODAY, cadre_values, give_role, make_cadre, make_organisation, make_user
from tests.orgs.trees import fresh, placements
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
DAY = f"{TODAY:%Y-%m-%d}"


@pytest.fixture(autouse=True)
def today(plain_static_files):
    """Let the clock stand."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def browser(client, staff):
    client.force_login(staff, backend="orgs.backends.RoleBackend")
    return client


def url(unit, act):
    return f"/organisations/{unit.pk}/{act}/"


def tree():
    rows = Organisation.objects.order_by("pk").values_list("pk", "name", "lineage", "state", "version")
    return list(rows), list(OrganisationPlacement.objects.order_by("pk").values()), list(Appointment.objects.values())


def preview(browser, unit, act, **data):
    """Ask for an act, and see that nothing is done by it."""
    before, events = tree(), AuditEvent.objects.count()
    page = browser.post(url(unit, act), {"on": DAY, **data})
    assert (tree(), AuditEvent.objects.count()) == (before, events)
    return page


def confirm(browser, unit, act, **data):
    """Ask for an act and confirm what was shown."""
    page = preview(browser, unit, act, **data)
    assert page.status_code == 200
    return browser.post(url(unit, act), {"on": DAY, **data, "seen": page.context["seen"], "confirmed": "1"})


def sight():
    """Give what every account sees of the tree, asked anew."""
    return {
        user.pk: set(Organisation.objects.visible_to(scope_of(user, TODAY)).values_list("pk", flat=True))
        for user in User.objects.all()
    }


@pytest.fixture
def everybody(district, deep):
    """Put accounts on every unit, some on two, one that is shut out, one whose role has ended."""
    units = [*vars(district).values(), *deep]
    for unit in units:
        for role in ("leader", "judge"):
            give_role(make_user(role, unit), district.village_b2, "org_department")
        make_user("village_secretary", unit)
    both = make_user("leader", district.township_b)
    give_role(both, district.township_a, "leader")
    shut = make_user("leader", district.township_b)
    User.objects.filter(pk=shut.pk).update(is_active=False)
    ended = make_user("leader", district.township_b).assignments
    ended.update(ended_on=TODAY)
    return units


# ---- what is said is what happens ------------------------------------------------------
def test_a_move_does_what_its_preview_says(district, everybody, deep, staff):
    general, _ = deep
    shut = make_organisation("初三团支部", general, OrganisationKind.BRANCH, Level.UNIT)
    close_organisation(organisation=shut, on=TODAY, by=staff, at=NOW)
    effects = effects_of_move(general, district.township_a, TODAY)
    before, lineages = sight(), dict(Organisation.objects.values_list("pk", "lineage"))
    move_organisation(organisation=general, parent=district.township_a, on=TODAY, by=staff, at=NOW)
    after = sight()
    moved = {pk for pk, lineage in Organisation.objects.values_list("pk", "lineage") if lineages[pk] != lineage}
    assert moved == {*effects.units, *effects.gone}
    assert set(effects.gone) == {shut.pk}
    assert {pk for pk in before if after[pk] - before[pk]} == effects.gaining != set()
    assert {pk for pk in before if before[pk] - after[pk]} == effects.losing != set()


def test_a_merger_does_what_its_preview_says(district, everybody, staff):
    merged, into = district.township_a, district.township_b
    planned = give_role(make_user("judge", district.top), merged, "township_secretary")
    OrgAssignment.objects.filter(pk=planned.pk).update(started_on=TODAY + timedelta(days=3))
    effects = effects_of_merger(merged, into, TODAY, TODAY)
    before, lineages = sight(), dict(Organisation.objects.values_list("pk", "lineage"))
    roles = set(merged.assignments.filter(ended_on=None).values_list("pk", flat=True))
    merge_organisation(organisation=merged, into=into, on=TODAY, by=staff, at=NOW)
    moved = {pk for pk, lineage in Organisation.objects.values_list("pk", "lineage") if lineages[pk] != lineage}
    assert moved == {*effects.units, *effects.gone}
    ended = {pk for pk in roles if OrgAssignment.objects.get(pk=pk).ended_on is not None}
    assert ended == roles == set(effects.roles)
    after, villages = sight(), {district.village_a1.pk, district.village_a2.pk}
    assert {pk for pk in before if (after[pk] - before[pk]) & villages} == effects.gaining != set()
    assert {pk for pk in before if (before[pk] - after[pk]) & villages} == effects.losing != set()


def test_a_closure_does_what_its_preview_says(district, everybody, staff):
    unit = district.village_b1
    effects = effects_of_closing(unit, TODAY, TODAY)
    close_organisation(organisation=unit, on=TODAY, by=staff, at=NOW)
    assert set(effects.roles) == set(unit.assignments.filter(ended_on=TODAY).values_list("pk", flat=True)) != set()


def test_posts_do_what_the_preview_of_a_merger_says(district, staff):
    unit, into = district.village_b1, district.village_b2
    both = make_cadre(unit)
    make_cadre(unit, league_post="member")
    values = cadre_values(into, 7)
    appoint(cadre=both, values=values, by=staff, at=NOW, day=TODAY)
    fate, before = fate_of_posts(unit.pk, into.pk), into.appointments.filter(ended_on=None).count()
    merge_organisation(organisation=unit, into=into, on=TODAY, by=staff, at=NOW)
    assert into.appointments.filter(ended_on=None).count() == before + fate.going_on
    assert unit.appointments.exclude(ended_on=None).count() == fate.going_on + fate.only_ending
    assert (fate.going_on, fate.only_ending) == (1, 1)


# ---- the pages ------------------------------------------------------------------------
def test_a_move_is_previewed_and_done(district, browser, staff):
    unit, parent = district.village_b1, district.township_a
    assert "新的上级团组织" in browser.get(url(unit, "move")).content.decode()
    page = preview(browser, unit, "move", superior=parent.pk)
    text = page.content.decode()
    assert "从 2026-11-23 起，“石井村团支部”的上级改为“青禾街道团工委”。" in page.context["sentences"]
    assert "现在还什么都没有改" in text
    assert re.search(r'name="superior" value="\d+"', text)
    answer = confirm(browser, unit, "move", superior=parent.pk)
    assert (answer.status_code, answer["Location"]) == (302, f"/organisations/{unit.pk}/")
    assert fresh(unit).parent == parent
    assert AuditEvent.objects.filter(action="org.move").count() == 1


def test_a_rename_a_merger_and_a_closure_are_done(district, browser):
    assert confirm(browser, district.village_b1, "rename", name="石井社区团支部").status_code == 302
    assert placements(district.village_b1)[-1][0] == "石井社区团支部"
    make_cadre(district.village_b2)
    page = preview(browser, district.village_b2, "merge", into=district.village_b1.pk)
    assert "1 个任职同日结束，并在“石井社区团支部”接着任同一职务" in page.content.decode()
    assert confirm(browser, district.village_b2, "merge", into=district.village_b1.pk).status_code == 302
    assert fresh(district.village_b2).merged_into == district.village_b1
    assert confirm(browser, district.village_a1, "close").status_code == 302
    assert fresh(district.village_a1).state == OrganisationState.CLOSED
    answer = browser.post(url(district.village_a1, "reopen"))
    assert (answer.status_code, fresh(district.village_a1).state) == (302, OrganisationState.ACTIVE)


def test_what_stands_in_the_way_of_a_closure_is_listed_with_links(district, browser):
    person = make_cadre(district.township_b)
    page = preview(browser, district.township_b, "close")
    text = page.content.decode()
    assert page.context["form"].has_error("__all__", "org.children")
    assert f'href="/organisations/{district.village_b1.pk}/move/"' in text
    assert f'href="/roster/{person.pk}/"' in text
    in_office = make_cadre(district.village_b1)
    page = preview(browser, district.village_b1, "close")
    assert page.context["form"].has_error("__all__", "org.posts")
    assert f'href="/roster/{in_office.pk}/"' in page.content.decode()


@pytest.mark.parametrize("what", ["version", "effects"])
def test_what_changed_since_the_preview_is_shown_again(district, browser, staff, what):
    unit, data = district.township_b, {"superior": district.township_a.pk}
    page = preview(browser, unit, "move", **data)
    if what == "version":
        Organisation.objects.filter(pk=unit.pk).update(version=9)
    else:
        make_organisation("新村团支部", unit, OrganisationKind.BRANCH, Level.VILLAGE)
    before = tree()
    again = browser.post(url(unit, "move"), {"on": DAY, **data, "seen": page.context["seen"], "confirmed": "1"})
    assert (again.status_code, tree()) == (409, before)
    assert again.context["form"].has_error("__all__", "row.stale")
    assert again.context["seen"] != page.context["seen"]
    done = browser.post(url(unit, "move"), {"on": DAY, **data, "seen": again.context["seen"], "confirmed": "1"})
    assert (done.status_code, fresh(unit).parent) == (302, district.township_a)


def test_a_confirmation_of_what_is_refused_by_now_changes_nothing(district, browser, staff):
    unit, data = district.village_b1, {"superior": district.township_a.pk}
    page = preview(browser, unit, "move", **data)
    make_organisation(unit.name, district.township_a, OrganisationKind.BRANCH, Level.VILLAGE)
    before = tree()
    answer = browser.post(url(unit, "move"), {"on": DAY, **data, "seen": page.context["seen"], "confirmed": "1"})
    assert (answer.status_code, tree()) == (409, before)
    assert answer.context["form"].has_error("__all__", "org.twin")


def test_going_back_keeps_what_was_filled_in(district, browser):
    data = {"on": DAY, "superior": district.township_a.pk, "back": "1"}
    page = browser.post(url(district.village_b1, "move"), data)
    assert (page.status_code, page.context["form"]["superior"].value()) == (200, str(district.township_a.pk))
    assert "sentences" not in page.context


@pytest.mark.parametrize(
    ("act", "data", "code"),
    [
        ("move", {"superior": "{township_b}"}, "org.parent"),
        ("move", {"superior": "{village_a1}"}, "org.parent"),
        ("rename", {"name": "云桥村团支部"}, "org.twin"),
        ("rename", {"name": "新名", "on": "2027-01-01"}, "date.future"),
        ("merge", {"into": "{township_b}", "on": "2019-01-01"}, "org.date"),
    ],
)
def test_what_the_service_refuses_is_said_before_any_preview(district, browser, act, data, code):
    keys = {name: unit.pk for name, unit in vars(district).items()}
    data = {name: value.format(**keys) for name, value in data.items()}
    page = preview(browser, district.village_b1, act, **data)
    assert page.status_code == 200
    assert page.context["form"].has_error("__all__", code)


# ---- founding and correcting -------------------------------------------------------------
NEW = {"name": "新村团支部", "short_name": "新村", "kind": "5", "level": "village", "founded_on": DAY}


def test_a_unit_is_founded(district, browser):
    assert (
        f'value="{district.township_b.pk}" selected'
        in browser.get("/organisations/found/", {"superior": district.township_b.pk}).content.decode()
    )
    answer = browser.post("/organisations/found/", NEW | {"superior": district.township_b.pk})
    unit = Organisation.objects.get(name="新村团支部")
    assert (answer.status_code, answer["Location"]) == (302, f"/organisations/{unit.pk}/")
    assert placements(unit) == [("新村团支部", district.township_b.pk, TODAY, None)]
    again = browser.post("/organisations/found/", NEW | {"superior": district.township_b.pk})
    assert again.status_code == 200
    assert Organisation.objects.filter(name="新村团支部").count() == 1


def test_facts_are_corrected_unless_somebody_was_faster(district, browser):
    unit = district.village_b1
    form = browser.get(url(unit, "edit")).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"short_name": "石井", "member_count": "31"}
    data = {name: value for name, value in data.items() if value is not False and value != ""}
    assert browser.post(url(unit, "edit"), data).status_code == 302
    after = fresh(unit)
    assert (after.short_name, after.member_count, after.sector) == ("石井", 31, unit.sector)
    stale = browser.post(url(unit, "edit"), data | {"short_name": "别名"})
    assert (stale.status_code, fresh(unit).short_name) == (409, "石井")


# ---- who may, and where ----------------------------------------------------------------------
ACTS = ("edit", "rename", "move", "merge", "close")


@pytest.mark.parametrize(("role", "status"), [("district_staff", 200), ("township_secretary", 403), ("leader", 403)])
def test_who_keeps_the_tree(district, client, role, status):
    client.force_login(make_user(role, district.township_b), backend="orgs.backends.RoleBackend")
    for act in ACTS:
        assert client.get(url(district.village_b1, act)).status_code == status
        foreign = 404 if status == 200 else 403
        assert client.get(url(district.village_a1, act)).status_code == foreign
    assert client.get("/organisations/found/").status_code == status


@pytest.mark.parametrize(("act", "field"), [("move", "superior"), ("merge", "into")])
def test_a_destination_lies_in_the_scope_as_well(district, client, act, field):
    client.force_login(make_user("district_staff", district.township_b), backend="orgs.backends.RoleBackend")
    before = tree()
    data = {"on": DAY, field: district.township_a.pk, "confirmed": "1", "seen": "x"}
    page = client.post(url(district.village_b1, act), data)
    assert page.context["form"].has_error(field, "invalid_choice")
    assert tree() == before
    [event] = AuditEvent.objects.filter(result="refused")
    assert "scope.relation" in event.facts["codes"]
    assert "青禾街道" not in client.get(url(district.village_b1, act)).content.decode()


def test_the_page_of_a_unit_offers_what_may_be_done(district, browser, client, staff):
    def offered(unit):
        return [action["title"] for action in browser.get(f"/organisations/{unit.pk}/").context["actions"]]

    every = ["更正", "更名", "改隶", "合并", "撤销"]
    assert offered(district.village_b1) == ["在树上看", *every]
    assert offered(district.top) == ["在树上看", "更正", "更名"]
    close_organisation(organisation=district.village_b1, on=TODAY, by=staff, at=NOW)
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert offered(district.village_b1) == ["在树上看", "撤回撤销"]
    assert offered(district.village_a1) == ["在树上看"]
    client.force_login(make_user("leader", district.top), backend="orgs.backends.RoleBackend")
    assert offered(district.village_b2) == ["在树上看"]
