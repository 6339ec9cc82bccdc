"""一人一档, registering and correcting: what is shown to whom, what is stored, what is refused by code."""

import re
from datetime import date

import pytest

from cadres.fields import COLUMN_BY_NAME
from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, correct_cadre, end_appointment
from orgs.models import PolicyValue
from tests.factories import NOW, TODAY, cadre_values, make_cadre, make_user, valid_identity_number
from tests.orgs.desks import refusals
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
NUMBER = valid_identity_number(321, date(1995, 6, 15))
READERS = ("leader", "party_committee")
KEEPERS = ("district_staff", "township_secretary", "village_secretary")
BLIND = ("org_department", "committee_member", "judge", "sysadmin", "security_admin", "auditor")


def text(response):
    return response.content.decode()


def codes(response):
    errors = response.context["form"].errors.as_data()
    return {name: [error.code for error in found] for name, found in errors.items()}


def typed(values):
    return {
        name: value if name == "organisation" else COLUMN_BY_NAME[name].write(value) for name, value in values.items()
    }


def shown(response):
    """Give what a form's page would send back untouched."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def appoint_at(cadre, organisation, by, post="member"):
    values = {"organisation": organisation.pk, "league_post": post, "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2026-07-01")
    return appoint(cadre=cadre, values=values, by=by, at=NOW, day=TODAY)


def leave(cadre, by):
    end_appointment(post=cadre.appointments.get(), on=date(2026, 6, 30), reason="reassigned", by=by, at=NOW)


@pytest.mark.parametrize(
    ("roles", "path", "status"),
    [
        (KEEPERS + READERS, "/roster/{own}/", 200),
        (KEEPERS, "/roster/{own}/edit/", 200),
        (KEEPERS, "/roster/{own}/posts/add/", 200),
        (KEEPERS, "/roster/add/", 200),
        (READERS, "/roster/{own}/edit/", 403),
        (READERS, "/roster/{own}/posts/add/", 403),
        (READERS, "/roster/add/", 403),
        (BLIND, "/roster/{own}/", 403),
        (BLIND, "/roster/{own}/edit/", 403),
        (BLIND, "/roster/add/", 403),
        (KEEPERS + READERS, "/roster/{foreign}/", 404),
        (KEEPERS, "/roster/{foreign}/edit/", 404),
        (KEEPERS, "/roster/{foreign}/posts/add/", 404),
        (KEEPERS, "/roster/999999/", 404),
        (KEEPERS, "/roster/99999999999999999999999/", 404),
    ],
)
def test_who_may_open_what(own, foreign, signed_in, roles, path, status):
    unit = own.appointments.get().organisation
    for role in roles:
        client = signed_in(make_user(role, unit))
        assert client.get(path.format(own=own.pk, foreign=foreign.pk)).status_code == status, role


@pytest.mark.parametrize("path", ["/roster/add/", "/roster/1/", "/roster/1/edit/", "/roster/1/posts/add/"])
def test_without_an_account_one_is_sent_to_sign_in(client, path):
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/")


def test_the_page_shows_the_person_masked(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(f"/roster/{own.pk}/"))
    for part in ("林知远", "松涛社区团支部", "主要职务", "汉族", own.masked_phone, "2024.09 至 今", "登记", "建档员"):
        assert part in page
    for hidden in (
        own.phone,
        own.id_number,
        own.masked_id_number,
        f"{own.birth_date:%Y-%m-%d}",
        f"{own.birth_date:%Y.%m.%d}",
    ):
        assert hidden not in page
    assert f"{own.birth_date:%Y.%m}" in page


def test_a_former_unit_sees_the_name_and_its_own_post_only(own, district, secretary_a, secretary_b, signed_in):
    correct_cadre(cadre=own, version=1, values={"native_place": "湖南长沙"}, by=secretary_a, at=NOW)
    leave(own, secretary_a)
    appoint_at(own, district.village_b1, secretary_b)
    page = text(signed_in(secretary_a).get(f"/roster/{own.pk}/"))
    assert "林知远" in page
    assert "2024.09 至 2026.06.30（转岗）" in page
    for hidden in (own.masked_phone, "石井村", "湖南长沙", "共青团员", "改动记录", "2026.07", "更正信息", "登记任职"):
        assert hidden not in page
    new = text(signed_in(secretary_b).get(f"/roster/{own.pk}/"))
    for part in (own.masked_phone, "石井村", "松涛社区", "湖南长沙", "改动记录"):
        assert part in new


@pytest.mark.parametrize("path", ["/roster/{}/edit/", "/roster/{}/posts/add/"])
def test_a_former_unit_writes_nothing(own, district, secretary_a, secretary_b, signed_in, path):
    leave(own, secretary_a)
    appoint_at(own, district.village_b1, secretary_b)
    assert signed_in(secretary_a).post(path.format(own.pk), {"name": "改名"}).status_code == 403
    assert Cadre.objects.get().name == "林知远"


def test_the_history_names_what_was_masked(own, secretary_a, signed_in):
    correct_cadre(cadre=own, version=1, values={"phone": "19912345678", "ethnicity": "03"}, by=secretary_a, at=NOW)
    page = text(signed_in(secretary_a).get(f"/roster/{own.pk}/"))
    assert "民族 汉族 → 回族" in page
    assert "手机号有改动" in page
    assert str(secretary_a) in page
    assert "19912345678" not in page


@pytest.mark.parametrize(
    ("role", "offered"), [("township_secretary", ["更正信息", "登记任职", "更正", "变动", "离任"]), ("leader", [])]
)
def test_actions_are_those_the_role_may_take(own, district, signed_in, role, offered):
    page = text(signed_in(make_user(role, district.township_a)).get(f"/roster/{own.pk}/"))
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'<a class="btn[^>]*>\s*(?:<svg.*?</svg>)?\s*([^<]+)</a>', main) == offered


def test_the_number_of_queries_does_not_grow_with_the_posts(
    own, district, secretary_a, signed_in, django_assert_num_queries
):
    client = signed_in(secretary_a)
    client.get(f"/roster/{own.pk}/")
    with django_assert_num_queries(12):
        client.get(f"/roster/{own.pk}/")
    for post in ("member", "staff", "other", "deputy_secretary"):
        appoint_at(own, district.village_a2, secretary_a, post)
    with django_assert_num_queries(12):
        client.get(f"/roster/{own.pk}/")


# ---- registering ---------------------------------------------------------------
def test_somebody_is_registered_with_a_first_post(district, secretary_a, signed_in):
    values = cadre_values(district.village_a1, 321, id_number=NUMBER)
    response = signed_in(secretary_a).post("/roster/add/", typed(values))
    cadre = Cadre.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/roster/{cadre.pk}/")
    assert (cadre.name, cadre.id_number, cadre.phone) == (values["name"], NUMBER, values["phone"])
    post = cadre.appointments.get()
    assert (post.organisation, post.league_post, post.is_main) == (district.village_a1, "secretary", True)
    assert AuditEvent.objects.filter(action="cadre.register", actor_id=secretary_a.pk).count() == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": ""}, {"name": ["required"]}),
        ({"appointed_on": "2026-11-24"}, {"appointed_on": ["date.future"]}),
        ({"id_number": "990101199506150011"}, {"id_number": ["identity.check_digit"]}),
    ],
)
def test_a_registration_is_refused_by_field(district, secretary_a, signed_in, changes, found):
    data = typed(cadre_values(district.village_a1, 321, id_number=NUMBER)) | changes
    response = signed_in(secretary_a).post("/roster/add/", data)
    assert (response.status_code, codes(response)) == (200, found)
    assert "没有保存" in text(response)
    assert not Cadre.objects.exists()


def test_nobody_is_registered_in_a_foreign_unit(district, secretary_a, signed_in):
    data = typed(cadre_values(district.village_b1, 321, id_number=NUMBER))
    response = signed_in(secretary_a).post("/roster/add/", data)
    assert codes(response) == {"organisation": ["invalid_choice"]}
    assert not Cadre.objects.exists()
    assert refusals() == [("cadres.add_cadre", "", ["scope.relation"])]


def test_somebody_of_another_township_is_on_file_but_not_named(foreign, district, secretary_a, signed_in):
    data = typed(cadre_values(district.village_a1, 321, id_number=foreign.id_number))
    response = signed_in(secretary_a).post("/roster/add/", data)
    assert codes(response) == {"id_number": ["person.elsewhere"]}
    assert "石敢当" not in text(response)
    assert Cadre.objects.count() == 1
    assert refusals() == [("cadres.add_cadre", "", ["person.elsewhere"])]


def test_when_the_answers_of_the_day_are_used_up_the_form_says_the_same_of_everybody(
    foreign, district, secretary_a, signed_in
):
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=1, effective_from="2020-01-01", source="测试")
    other = make_cadre(district.village_b1, name="石敢言")
    client, errors = signed_in(secretary_a), []
    for number in (foreign.id_number, other.id_number, NUMBER):
        response = client.post("/roster/add/", typed(cadre_values(district.village_a1, 321, id_number=number)))
        errors.append(response.context["form"].errors.get_json_data())
    assert [one["id_number"][0]["code"] for one in errors] == ["person.elsewhere", "elsewhere.limit", "elsewhere.limit"]
    assert errors[1] == errors[2]
    assert Cadre.objects.count() == 2
    noted = [[code] for code in ("person.elsewhere", "elsewhere.limit", "elsewhere.limit")]
    assert refusals() == [("cadres.add_cadre", "", one) for one in noted]


def test_somebody_known_is_linked(own, district, secretary_a, signed_in):
    data = typed(cadre_values(district.village_a1, 321, id_number=own.id_number))
    response = signed_in(secretary_a).post("/roster/add/", data)
    assert codes(response) == {"id_number": ["person.known"]}
    assert f'href="/roster/{own.pk}/"' in text(response)


def test_the_unit_asked_for_is_chosen(district, secretary_a, signed_in):
    client = signed_in(secretary_a)
    page = text(client.get("/roster/add/", {"organisation": district.village_a2.pk}))
    assert f'<option value="{district.village_a2.pk}" selected>' in page
    assert client.get("/roster/add/", {"organisation": "x"}).status_code == 200


# ---- correcting ----------------------------------------------------------------
def test_a_correction_changes_what_was_typed_only(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    data = shown(client.get(f"/roster/{own.pk}/edit/")) | {"ethnicity": "回族", "joined_league_on": "2010年5月"}
    response = client.post(f"/roster/{own.pk}/edit/", data)
    assert (response.status_code, response["Location"]) == (302, f"/roster/{own.pk}/")
    after = Cadre.objects.get()
    assert (after.ethnicity, str(after.partial("joined_league_on")), after.version) == ("03", "2010-05", 2)
    assert (after.id_number, after.phone, after.name) == (own.id_number, own.phone, own.name)


def test_an_untouched_form_changes_nothing(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    client.post(f"/roster/{own.pk}/edit/", shown(client.get(f"/roster/{own.pk}/edit/")))
    assert Cadre.objects.get().version == 1


def test_a_new_phone_is_stored(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    data = shown(client.get(f"/roster/{own.pk}/edit/")) | {"phone": "+86 199-1234-5678"}
    client.post(f"/roster/{own.pk}/edit/", data)
    assert Cadre.objects.get().phone == "19912345678"


def test_the_number_of_somebody_else_is_refused(own, foreign, secretary_a, signed_in):
    client = signed_in(secretary_a)
    data = shown(client.get(f"/roster/{own.pk}/edit/")) | {"id_number": foreign.id_number}
    response = client.post(f"/roster/{own.pk}/edit/", data)
    assert codes(response) == {"id_number": ["person.elsewhere"]}


def test_a_correction_over_somebody_elses_is_a_conflict(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    data = shown(client.get(f"/roster/{own.pk}/edit/")) | {"remark": "我的"}
    correct_cadre(cadre=own, version=1, values={"remark": "别人的"}, by=secretary_a, at=NOW)
    response = client.post(f"/roster/{own.pk}/edit/", data)
    assert (response.status_code, codes(response)) == (409, {"__all__": ["row.stale"]})
    assert "已被别人改动" in text(response)
    assert "重新打开本页" in text(response)
    assert Cadre.objects.get().remark == "别人的"


def test_facts_are_corrected_by_the_unit_of_the_main_post_alone(own, district, secretary_a, secretary_b, signed_in):
    appoint_at(own, district.village_b1, secretary_b)
    assert signed_in(secretary_b).get(f"/roster/{own.pk}/").status_code == 200
    assert signed_in(secretary_b).get(f"/roster/{own.pk}/edit/").status_code == 403
    assert signed_in(secretary_b).post(f"/roster/{own.pk}/edit/", {"name": "改名"}).status_code == 403
    assert signed_in(secretary_a).get(f"/roster/{own.pk}/edit/").status_code == 200
    assert Cadre.objects.get().name == "林知远"


def test_the_form_holds_neither_number_nor_phone(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(f"/roster/{own.pk}/edit/"))
    assert own.phone not in page
    assert own.id_number not in page


def test_what_foreign_writers_send_changes_nobody(own, foreign, secretary_a, signed_in):
    before = list(Cadre.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values())
    client = signed_in(secretary_a)
    for path in ("edit/", "posts/add/"):
        assert client.post(f"/roster/{foreign.pk}/{path}", {"name": "改名", "version": "1"}).status_code == 404
    assert before == (list(Cadre.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values()))


def test_long_names_are_shown_whole(district, secretary_a, signed_in):
    cadre = make_cadre(district.village_a1, name="阿依努尔·买买提江")
    assert "阿依努尔·买买提江" in text(signed_in(secretary_a).get(f"/roster/{cadre.pk}/"))
