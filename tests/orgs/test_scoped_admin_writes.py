"""Writing in the back office: what is forged or refused is rolled back, recorded, and said; nothing is ever deleted."""

from dataclasses import replace

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.test import RequestFactory

from cadres.models import Appointment
from orgs.models import Organisation, OrgAssignment
from orgs.scoped_views.refusals import subject_of
from tests.factories import FOUNDED, make_cadre, make_user
from tests.orgs import desks
from tests.orgs.desks import House, post_form, posts, refusals, unit_form, units

pytestmark = pytest.mark.urls("tests.orgs.desks")
ADD, CHANGE = "cadres.add_appointment", "cadres.change_appointment"


@pytest.fixture
def stored():
    """Give what the tables of posts and units hold, to compare with afterwards."""
    return lambda: (
        list(Appointment.objects.order_by("pk").values()),
        list(Organisation.objects.order_by("pk").values()),
    )


def save_post(house: House, site: str = "narrow", pk: int = 0, **form: object):
    values = post_form(house.own.pk, house.district.village_b1.pk) | form
    return house.browser.post(posts(f"{pk}/change/" if pk else "add/", site), values)


# ---- forms -------------------------------------------------------------------------
def test_an_honest_form_is_stored(house):
    assert save_post(house, organisation=house.district.village_b2.pk).status_code == 302
    assert Appointment.objects.filter(cadre=house.own, organisation=house.district.village_b2).count() == 1
    assert (refusals(), LogEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize("field", ["cadre", "organisation"])
@pytest.mark.parametrize("view", ["add", "change"])
def test_a_forged_relation_is_refused_by_the_form_and_recorded(house, stored, field, view):
    foreign = {"cadre": house.foreign.pk, "organisation": house.district.village_a1.pk}[field]
    before, pk = stored(), house.own_post.pk if view == "change" else 0
    page = save_post(house, pk=pk, **{field: foreign})
    assert (page.status_code, stored()) == (200, before)
    assert "松涛" not in page.content.decode()
    subject = f"cadres.Appointment:{pk}" if pk else "cadres.Appointment"
    assert refusals() == [(f"cadres.{view}_appointment", subject, ["scope.relation"])]


def test_a_foreign_and_an_absent_relation_read_alike(house):
    pages = [save_post(house, organisation=key).content.decode() for key in (house.district.village_a1.pk, 987654)]
    said = [page[page.index("errorlist") :][:200] for page in pages]
    assert said[0] == said[1]


def test_a_forged_relation_that_the_form_let_through_is_rolled_back(house, stored):
    before = stored()
    assert save_post(house, "open", cadre=house.foreign.pk).status_code == 403
    assert (stored(), refusals()) == (before, [(ADD, "cadres.Appointment", ["scope.relation"])])


@pytest.mark.parametrize("view", ["add", "change"])
def test_a_row_that_ends_up_outside_the_scope_is_rolled_back(house, stored, view):
    before, pk = stored(), house.own_post.pk if view == "change" else 0
    assert save_post(house, pk=pk, admin_post="调走").status_code == 403
    assert (stored(), [codes for *_, codes in refusals()]) == (before, [["scope.row"]])


def test_a_relation_is_judged_before_saving_makes_it_visible(house, stored):
    before = stored()
    form = {"cadre": house.foreign.pk, "organisation": house.district.village_b1.pk}
    assert save_post(house, "open", **form).status_code == 403
    assert stored() == before


def test_a_foreign_row_is_not_there_for_a_form_either(house, stored):
    before, pk = stored(), house.foreign_post.pk
    assert save_post(house, pk=pk).status_code == 404
    assert (stored(), refusals()) == (before, [(CHANGE, f"cadres.Appointment:{pk}", ["scope.row"])])


def test_a_form_without_the_permission_is_refused_and_recorded(house, stored):
    before, pk = stored(), house.own_post.pk
    browser = desks.enter(make_user("sysadmin", house.district.top))
    assert browser.post(posts(f"{pk}/change/"), {}).status_code == 403
    assert (stored(), refusals()) == (before, [(CHANGE, f"cadres.Appointment:{pk}", ["permission.missing"])])


def test_reading_what_one_may_not_is_not_recorded(house):
    house.browser.get(posts(f"{house.foreign_post.pk}/change/"))
    assert refusals() == []


@pytest.mark.parametrize("field", ["parent"])
def test_the_same_holds_of_any_relation_of_any_model(house, stored, field):
    before, unit = stored(), house.district.village_b1
    form = unit_form([], stored=0, short_name="", **{field: house.district.township_a.pk})
    assert house.browser.post(units(f"{unit.pk}/change/", "open"), form).status_code == 403
    assert (stored(), refusals()) == (
        before,
        [("orgs.change_organisation", f"orgs.Organisation:{unit.pk}", ["scope.relation"])],
    )


# ---- what a service refuses ----------------------------------------------------------
def test_a_refusal_of_the_service_is_rolled_back_and_said_beside_its_field(house, stored):
    before, pk = stored(), house.own_post.pk
    page = save_post(house, pk=pk, admin_post="拒绝")
    assert page.context["adminform"].form.errors.as_data()["admin_post"][0].code == "desk.refused"
    assert desks.REFUSED in page.content.decode()
    assert (stored(), refusals()) == (before, [(CHANGE, f"cadres.Appointment:{pk}", ["desk.refused"])])


def test_a_refusal_of_no_field_is_said_above_the_form(house, stored):
    before = stored()
    page = save_post(house, admin_post="全拒")
    assert page.context["adminform"].form.non_field_errors() == [desks.REFUSED]
    assert (stored(), refusals()) == (before, [(ADD, "cadres.Appointment", ["desk.refused"])])


def test_a_desk_that_names_no_service_stores_nothing(house, stored):
    before, unit = stored(), house.district.village_b1
    assert save_post(house, "silent").status_code == 403
    rows = [row_form(house, "open")]
    assert (
        house.browser.post(
            units(f"{unit.pk}/change/", "silent"), unit_form(rows, stored=0, parent=house.district.township_b.pk)
        ).status_code
        == 403
    )
    assert stored() == before


# ---- rows below ----------------------------------------------------------------------
def row_form(house: House, pk: object = "", **more: object) -> dict[str, object]:
    row = post_form(house.own.pk, 0) | {"id": "" if pk == "open" else pk} | more
    return {name: value for name, value in row.items() if name != "organisation"}


def save_unit(house: House, rows: list[dict[str, object]], *, stored: int, site: str = "narrow"):
    unit = house.district.village_b1
    form = unit_form(rows, stored=stored, short_name="", parent=house.district.township_b.pk)
    return house.browser.post(units(f"{unit.pk}/change/", site), form)


def test_rows_below_are_stored_with_their_unit(house):
    answer = save_unit(
        house, [row_form(house, house.own_post.pk, admin_post="委员"), row_form(house, league_post="member")], stored=1
    )
    assert answer.status_code == 302
    assert set(house.own.appointments.values_list("league_post", "admin_post")) == {
        ("deputy_secretary", "委员"),
        ("member", ""),
    }


def test_a_forged_key_below_changes_nothing(house, stored):
    before, unit = stored(), house.district.village_b1
    answer = save_unit(house, [row_form(house, house.foreign_post.pk, admin_post="改")], stored=1)
    assert (answer.status_code, stored()) == (403, before)
    assert refusals() == [("orgs.change_organisation", f"orgs.Organisation:{unit.pk}", ["scope.relation"])]


def test_a_forged_relation_below_is_rolled_back(house, stored):
    before = stored()
    assert save_unit(house, [row_form(house, cadre=house.foreign.pk)], stored=0, site="open").status_code == 403
    assert (stored(), [codes for *_, codes in refusals()]) == (before, [["scope.relation"]])


def test_rows_below_need_the_permission_of_their_own_model(house, stored):
    request = RequestFactory().get("/")
    request.user = make_user("sysadmin", house.district.top)
    inline = desks.PostInline(Organisation, desks.narrow)
    may = (
        inline.has_view_permission(request),
        inline.has_change_permission(request),
        inline.has_add_permission(request),
    )
    assert may == (False, False, False)


# ---- nothing is deleted ----------------------------------------------------------------
def test_deleting_is_refused_for_ones_own_rows_too(house, stored):
    before = stored()
    for key in (house.own_post.pk, house.foreign_post.pk):
        assert house.browser.get(posts(f"{key}/delete/")).status_code == 403
        assert house.browser.post(posts(f"{key}/delete/"), {"post": "yes"}).status_code == 403
    assert (stored(), len(refusals())) == (before, 2)


def test_what_django_calls_to_delete_is_closed(house):
    guard, request = desks.narrow.get_model_admin(Appointment), RequestFactory().get("/")
    assert guard.get_deleted_objects([house.own_post], request) == ([], {}, {"任职"}, [])
    for closed in (lambda: guard.delete_model(request, house.own_post), lambda: guard.delete_queryset(request, None)):
        with pytest.raises(desks.PermissionDenied):
            closed()


# ---- actions -----------------------------------------------------------------------------
def act(house: House, *keys: object, action: str = "praise", across: str = "0"):
    data = {"action": action, ACTION_CHECKBOX_NAME: [str(key) for key in keys], "select_across": across, "index": "0"}
    return house.browser.post(posts(), data, follow=True)


def praised() -> set[int]:
    return set(Appointment.objects.filter(admin_post="表扬").values_list("pk", flat=True))


def test_an_action_calls_its_service_for_each_row(house):
    second = make_cadre(house.district.village_b2).appointments.get()
    page = act(house, house.own_post.pk, second.pk)
    assert [str(one) for one in page.context["messages"]] == ["已办理 2 项。"]
    assert praised() == {house.own_post.pk, second.pk}


def test_what_a_service_refuses_is_told_recorded_and_undone_while_the_rest_is_done(house):
    second = make_cadre(house.district.village_b2).appointments.get()
    Appointment.objects.filter(pk=second.pk).update(admin_post="表扬")
    page = act(house, house.own_post.pk, second.pk)
    said = sorted(str(one) for one in page.context["messages"])
    assert said == sorted([f"“{second}”没有办理：已经表扬过了。", "已办理 1 项。"])
    assert refusals() == [(CHANGE, f"cadres.Appointment:{second.pk}", ["desk.praised"])]


def test_all_means_all_of_the_scope(house):
    act(house, house.own_post.pk, across="1")
    assert praised() == {house.own_post.pk}


@pytest.mark.parametrize("key", ["foreign", "987654", "1 or 1=1", str(2**63), "../"])
def test_an_action_on_anything_else_is_refused_and_recorded(house, key):
    chosen = house.foreign_post.pk if key == "foreign" else key
    assert act(house, house.own_post.pk, chosen).status_code == 404
    assert (praised(), refusals()) == (set(), [(CHANGE, "cadres.Appointment", ["scope.row"])])


@pytest.mark.parametrize("action", ["delete_selected", "run_for_each", "nothing"])
def test_an_action_that_is_not_offered_is_refused_and_recorded(house, action):
    assert act(house, house.own_post.pk, action=action).status_code == 403
    assert refusals() == [(CHANGE, "cadres.Appointment", ["permission.missing"])]


def test_no_action_and_no_row_only_bring_a_reminder(house):
    assert act(house, house.own_post.pk, action="").status_code == 200
    assert act(house).status_code == 200
    assert (praised(), refusals()) == (set(), [])


def test_rows_that_are_seen_but_not_kept_are_left_alone(house):
    guard_b = make_user("security_admin", house.district.township_b)
    OrgAssignment.objects.create(
        user=guard_b, organisation=house.district.village_b1, role="district_staff", started_on=FOUNDED
    )
    OrgAssignment.objects.create(user=guard_b, organisation=house.district.top, role="leader", started_on=FOUNDED)
    house = replace(house, browser=desks.enter(guard_b))
    page = act(house, house.own_post.pk, house.foreign_post.pk)
    said = sorted(str(one) for one in page.context["messages"])
    assert said == sorted(["已办理 1 项。", f"“{house.foreign_post}”没有办理：您可以查看，但无权变动。"])
    assert (praised(), [codes for *_, codes in refusals()]) == ({house.own_post.pk}, [["scope.row"]])


# ---- the log ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "subject"),
    [(12, "a.B:12"), ("987654", "a.B:987654"), ("", "a.B"), ("1 or 1=1", "a.B"), ("19912345678", "a.B"), ("-1", "a.B")],
)
def test_a_key_is_written_down_only_when_it_can_be_nobodys_number(key, subject):
    assert subject_of("a.B", key) == subject
