"""Reading in the back office: lists, pages, choices, filters, look-ups, suggestions and histories keep to the scope."""

import pytest
from django.contrib.admin import SimpleListFilter
from django.test import RequestFactory
from django.urls import reverse

from cadres.models import Appointment
from cadres.services.posts import correct_cadre, end_appointment
from orgs.access import Scope, scope_of
from orgs.models import OrgAssignment, User
from orgs.services import move_organisation, rename_organisation
from tests.factories import FOUNDED, NOW, TODAY, make_cadre, make_user
from tests.orgs import desks
from tests.orgs.desks import House, posts, units

pytestmark = pytest.mark.urls("tests.orgs.desks")


# ---- rows ------------------------------------------------------------------------
def test_a_list_shows_rows_of_the_scope_only(house):
    page = house.browser.get(posts())
    assert [row.pk for row in page.context["cl"].result_list] == [house.own_post.pk]
    assert "松涛" not in page.content.decode()


def test_a_foreign_row_and_one_that_never_was_are_both_not_there(house):
    answers = [
        house.browser.get(posts(f"{key}/{view}/")).status_code
        for key in (house.foreign_post.pk, 987654, 0, -1, 2**63, "1 or 1=1", "..")
        for view in ("change", "history")
    ]
    assert set(answers) == {404}
    assert house.browser.get(posts(f"{house.own_post.pk}/change/")).status_code == 200


def test_without_the_permission_every_view_is_refused(house):
    browser = desks.enter(make_user("sysadmin", house.district.top))
    views = (
        "",
        "add/",
        f"{house.own_post.pk}/change/",
        f"{house.own_post.pk}/history/",
        f"{house.own_post.pk}/delete/",
    )
    assert [browser.get(posts(view)).status_code for view in views] == [403] * 5


def test_a_permission_held_on_another_subtree_does_not_count(house):
    user = make_user("security_admin", house.district.township_a)
    unit = house.district.township_b
    OrgAssignment.objects.create(user=user, organisation=unit, role="leader", started_on=FOUNDED)
    browser = desks.enter(user)
    assert browser.get(f"/admin/cadres/appointment/{house.own_post.pk}/change/").status_code == 200
    assert browser.get(f"/admin/orgs/user/{house.staff.pk}/change/").status_code == 404


def test_the_scope_that_the_request_carries_is_taken(house):
    request = RequestFactory().get("/")
    request.user = house.staff
    request.scope = scope_of(make_user("district_staff", house.district.township_a), TODAY)
    guard = desks.narrow.get_model_admin(Appointment)
    assert list(guard.get_queryset(request)) == [house.foreign_post]


def test_an_empty_scope_sees_nothing(house):
    request = RequestFactory().get("/")
    request.user = house.staff
    request.scope = Scope(TODAY, (), TODAY)
    guard = desks.narrow.get_model_admin(Appointment)
    assert (list(guard.get_queryset(request)), guard.has_view_permission(request)) == ([], False)


# ---- choices ---------------------------------------------------------------------
def test_a_drop_down_offers_units_of_the_scope_only(house):
    form = house.browser.get(posts("add/")).context["adminform"].form
    district = house.district
    offered = {district.township_b, district.village_b1, district.village_b2}
    assert set(form.fields["organisation"].queryset) == offered


def test_a_model_without_a_desk_offers_nothing(house):
    request = RequestFactory().get("/")
    request.user = house.staff
    guard = desks.narrow.get_model_admin(Appointment)
    assert list(guard.choices_for(User, request)) == []


@pytest.mark.parametrize("key", ["1 or 1=1", "9" * 30, "-1", "../"])
def test_a_hostile_choice_in_the_address_is_no_choice(house, key):
    assert house.browser.get(posts("add/"), {"cadre": key, "organisation": key}).status_code == 200


def test_a_foreign_choice_in_the_address_is_not_named(house):
    chosen = {"cadre": house.foreign.pk, "organisation": house.district.village_a1.pk}
    page = house.browser.get(posts("add/"), chosen).content.decode()
    assert "松涛" not in page
    assert house.own.name in house.browser.get(posts("add/"), {"cadre": house.own.pk}).content.decode()


# ---- filters, look-ups, searches ---------------------------------------------------
def test_a_filter_by_relation_names_units_in_use_in_the_scope(house):
    make_cadre(house.district.village_b2)
    specs = house.browser.get(posts()).context["cl"].filter_specs
    [by_unit] = [spec for spec in specs if spec.title == "所在团组织"]
    assert {name for _key, name in by_unit.lookup_choices} == {"石井村团支部", "云桥村团支部"}


@pytest.mark.parametrize(
    "query",
    [
        "league_post__exact=secretary",
        "appointed_on__gte=2020-01-01",
        "appointed_on__year=2024",
        "organisation__id__exact=1",
        "organisation__isnull=True",
    ],
)
def test_conditions_that_a_filter_sends_are_taken(house, query):
    assert house.browser.get(f"{posts()}?{query}").status_code == 200


@pytest.mark.parametrize(
    "lookup",
    [
        "id__in",
        "admin_post__startswith",
        "cadre__name",
        "cadre__id_number_index__startswith",
        "organisation__lineage__startswith",
        "organisation__id__in",
        "league_post__startswith",
    ],
)
def test_any_other_condition_is_refused(house, lookup):
    assert house.browser.get(posts(), {lookup: "1"}).status_code == 400


def test_a_lookup_named_by_a_filter_class_is_taken():
    class ByWord(SimpleListFilter):
        title, parameter_name = "词", "word"

    class Desk(desks.PostDesk):
        list_filter = [ByWord]

    guard = Desk(Appointment, desks.narrow)
    assert [guard.lookup_allowed(name, "") for name in ("word", "word__in")] == [True, False]


@pytest.mark.parametrize(("field", "status"), [("id", 200), ("pk", 400), ("lineage", 400), ("code", 400), ("no", 400)])
def test_rows_are_referred_to_by_primary_key_only(house, field, status):
    assert house.browser.get(units(), {"_to_field": field, "_popup": "1"}).status_code == status


def test_suggestions_come_from_the_scope(house):
    asked = {"app_label": "cadres", "model_name": "appointment", "field_name": "cadre"}
    names = {
        term: [
            one["text"] for one in house.browser.get("/narrow/autocomplete/", asked | {"term": term}).json()["results"]
        ]
        for term in ("", "人", "松涛", "\0石井")
    }
    assert names == {"": ["石井人"], "人": ["石井人"], "松涛": [], "\0石井": ["石井人"]}


def test_view_on_site_is_offered_nowhere(house):
    guard = desks.narrow.get_model_admin(Appointment)
    assert guard.get_view_on_site_url(house.own_post) is None


# ---- the past ----------------------------------------------------------------------
def history(house: House, row: object) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return house.browser.get(reverse(name, args=[row.pk])).content.decode()


def test_the_history_of_a_unit_tells_what_changed(house):
    unit = house.district.village_b1
    rename_organisation(organisation=unit, name="石井村联合团支部", on=TODAY, by=house.staff, at=NOW)
    page = " ".join(history(house, unit).split())
    assert "<b>组织全称</b>：石井村团支部 → 石井村联合团支部" in page
    assert f"<td>{house.staff}</td> <td>修改</td>" in page


def test_a_history_names_only_rows_that_are_visible(house):
    unit = house.district.village_a2
    move_organisation(organisation=unit, parent=house.district.township_b, on=TODAY, by=house.staff, at=NOW)
    page = history(house, unit)
    assert "<b>上级团组织</b>：（不在管理范围） → 柳溪镇团委" in page
    assert "青禾" not in page


def test_the_history_of_a_person_tells_that_a_secret_changed_but_not_what_it_was(house):
    values = {"phone": "19900001234", "native_place": "云州双溪"}
    correct_cadre(cadre=house.own, version=1, values=values, by=house.staff, at=NOW)
    page = history(house, house.own)
    assert "<b>手机号有改动</b>：是" in page
    assert "<b>籍贯</b>：— → 云州双溪" in page
    assert "19900001234" not in page


def test_choices_dates_and_marks_of_a_history_are_written_for_people(house):
    post = house.own_post
    end_appointment(post=post, on=TODAY, reason="retired", by=house.staff, at=NOW)
    page = history(house, post)
    assert [
        f"<b>{told}" in page
        for told in ("离任原因</b>：— → 退休", "离任时间</b>：— → 2026-11-23", "主要职务</b>：是 → 否")
    ] == [True] * 3


def test_a_model_without_field_history_says_so(house):
    page = desks.enter(make_user("security_admin", house.district.top)).get(
        f"/admin/orgs/user/{house.staff.pk}/history/"
    )
    assert "不保留逐字段历史" in page.content.decode()


def test_a_long_history_is_cut_into_pages(house):
    unit = house.district.village_b1
    for number in range(51):
        rename_organisation(organisation=unit, name=f"石井村团支部{number}", on=TODAY, by=house.staff, at=NOW)
        unit.refresh_from_db()
    page = house.browser.get(reverse("admin:orgs_organisation_history", args=[unit.pk]), {"p": "2"})
    assert "第 2 页，共 2 页" in " ".join(page.content.decode().split())


def test_a_history_begins_with_the_founding(house):
    assert "<td>登记</td>" in history(house, house.district.village_b1)
