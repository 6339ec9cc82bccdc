"""Pages of requests: filing from the form of a person, the list, deciding, and what of it is shown to whom."""

import pytest

from cadres.fields import COLUMN_BY_NAME
from cadres.models import Cadre, PostRequest
from cadres.panels import requests_about_person, requests_to_decide
from cadres.services.posts import end_appointment
from cadres.services.requests import withdraw_request
from orgs.access import scope_of
from orgs.models import Organisation, PolicyValue
from tests.cadres.asking import LATER, agree, person_values_of, state_of
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from tests.orgs.desks import refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
KEEPERS = ("district_staff", "township_secretary", "village_secretary")
OTHERS = ("leader", "party_committee", "org_department", "sysadmin", "auditor")
LIST_QUERIES = 9
WHERE_HELD = ("石井村", "柳溪镇", "19955556666", "别处双溪")  # of the person in township B


def text(response):
    return response.content.decode()


def codes(response):
    errors = response.context["form"].errors.as_data()
    return {name: [error.code for error in found] for name, found in errors.items()}


def typed(cadre, unit, **more):
    """Give a person and a post as the forms send them; the name is as the sender knows it."""
    values = person_values_of(cadre, unit.pk) | {"name": "石某", "league_post": "member", "phone": "19912345678"}
    sent = {
        name: value if name == "organisation" else COLUMN_BY_NAME[name].write(value) for name, value in values.items()
    }
    return sent | more


# ---- who may open what ---------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/roster/requests/", "/roster/requests/add/"])
def test_who_may_ask(district, signed_in, path):
    for role in KEEPERS:
        assert signed_in(make_user(role, district.township_a)).get(path).status_code == 200
    for role in OTHERS:
        assert signed_in(make_user(role, district.top)).get(path).status_code == 403


@pytest.mark.parametrize(
    ("role", "unit", "statuses"),
    [
        ("district_staff", "top", (200, 200, 403)),
        ("district_staff", "township_a", (404, 404, 404)),
        ("township_secretary", "township_a", (404, 403, 404)),
        ("township_secretary", "township_b", (404, 403, 404)),
        ("village_secretary", "village_a1", (404, 403, 404)),
        ("leader", "top", (403, 403, 403)),
    ],
)
def test_who_may_open_a_request_of_another(filed, district, signed_in, role, unit, statuses):
    client, page = signed_in(make_user(role, getattr(district, unit))), f"/roster/requests/{filed().pk}/"
    opened = (client.get(page), client.get(f"{page}decide/"), client.post(f"{page}withdraw/"))
    assert tuple(one.status_code for one in opened) == statuses


# ---- filing from the form of a person ----------------------------------------------------------
def test_the_form_of_a_person_leads_to_a_request(district, foreign, secretary_a, signed_in):
    client, sent = signed_in(secretary_a), typed(foreign, district.village_a1)
    refused = client.post("/roster/add/", sent)
    assert codes(refused) == {"id_number": ["person.elsewhere"]}
    assert 'formaction="/roster/requests/add/"' in text(refused)
    begun = client.post("/roster/requests/add/", sent | {"begin": "1"})
    assert codes(begun) == {}
    assert not PostRequest.objects.exists()
    assert (begun.context["form"]["name"].value(), begun.context["form"]["league_post"].value()) == ("石某", "委员")
    without = client.post("/roster/requests/add/", sent)
    assert codes(without) == {"kind": ["required"], "reason": ["required"]}
    filed = client.post("/roster/requests/add/", sent | {"kind": "transfer", "reason": "工作需要"})
    request = PostRequest.objects.get()
    assert (filed.status_code, filed["Location"]) == (302, f"/roster/requests/{request.pk}/")
    assert (request.cadre, request.name, request.requester) == (foreign, "石某", secretary_a)
    shown = text(client.get(filed["Location"]))
    for part in ("石某", "工作需要", "松涛社区团支部", "撤回申请", "待办"):
        assert part in shown
    for page in (shown, text(refused), text(begun), text(client.get("/roster/requests/"))):
        assert [hidden for hidden in (*WHERE_HELD, foreign.name) if hidden in page] == []


def test_only_the_refusal_for_somebody_elsewhere_offers_a_request(district, foreign, own, secretary_a, signed_in):
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=1, effective_from=TODAY, source="测试")
    client = signed_in(secretary_a)
    offers = {}
    for name, number in (
        ("own", own.id_number),
        ("first", foreign.id_number),
        ("second", make_cadre(district.village_b2).id_number),
        ("unknown", valid_identity_number(420)),
    ):
        response = client.post("/roster/add/", typed(foreign, district.village_a1, id_number=number))
        offers[name] = (codes(response)["id_number"], "formaction" in text(response))
    assert offers == {
        "own": (["person.known"], False),
        "first": (["person.elsewhere"], True),
        "second": (["elsewhere.limit"], False),
        "unknown": (["elsewhere.limit"], False),
    }


def test_filing_says_no_more_of_a_number_than_the_form_of_a_person(district, foreign, own, secretary_a, signed_in):
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=1, effective_from=TODAY, source="测试")
    client, more = signed_in(secretary_a), {"kind": "addition", "reason": "工作需要"}

    def file(number):
        return client.post("/roster/requests/add/", typed(foreign, district.village_a1, id_number=number) | more)

    assert codes(file(own.id_number)) == {"__all__": ["request.ours"]}
    assert codes(file(valid_identity_number(420))) == {"__all__": ["request.none"]}
    assert file(foreign.id_number).status_code == 302
    answers = [file(number) for number in (make_cadre(district.village_b2).id_number, valid_identity_number(421))]
    assert [codes(one) for one in answers] == [{"id_number": ["elsewhere.limit"]}] * 2
    assert [found for _action, _subject, found in refusals()] == [["elsewhere.limit"]] * 2


def test_a_forged_unit_is_refused_and_noted(district, foreign, secretary_a, signed_in):
    sent = typed(foreign, district.village_b2, kind="transfer", reason="工作需要")
    assert codes(signed_in(secretary_a).post("/roster/requests/add/", sent)) == {"organisation": ["invalid_choice"]}
    assert not PostRequest.objects.exists()
    assert len(refusals()) == 1


def test_somebody_who_went_to_another_unit_may_be_asked_back(district, own, secretary_a, secretary_b, signed_in):
    end_appointment(post=own.appointments.get(), on=TODAY, reason="reassigned", by=secretary_a, at=NOW)
    client, sent = signed_in(secretary_a), typed(own, district.village_a1)
    assert codes(client.post("/roster/add/", sent)) == {"id_number": ["person.known"]}
    signed_in(secretary_b).post("/roster/add/", typed(own, district.village_b1, appointed_on="2026.11.23"))
    assert codes(client.post("/roster/add/", sent)) == {"id_number": ["person.elsewhere"]}
    sent |= {"kind": "transfer", "reason": "工作需要"}
    assert client.post("/roster/requests/add/", sent).status_code == 302


# ---- the list ---------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(district, filed, signed_in, django_assert_num_queries, count):
    for _ in range(count):
        filed(number=make_cadre(district.village_b1).id_number)
        PolicyValue.objects.update_or_create(
            key="roster.elsewhere_per_day", defaults={"value": 100, "effective_from": TODAY, "source": "测试"}
        )
    client = signed_in(make_user("district_staff", district.top))
    client.get("/roster/requests/")
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get("/roster/requests/")
    assert len(page.context["table"].shown) == count


def test_the_list_holds_ones_own_and_the_district_everybodys(district, filed, secretary_a, secretary_b, signed_in):
    third = make_cadre(district.village_a2)
    mine, gone = filed(), filed(league_post="staff")
    other = filed(by=secretary_b, number=third.id_number, organisation=district.village_b1.pk)
    withdraw_request(request=gone, by=secretary_a, at=LATER)
    staff, village = make_user("district_staff", district.top), make_user("village_secretary", district.village_a1)

    def listed(user, query=""):
        return {one.pk for one in signed_in(user).get(f"/roster/requests/{query}").context["table"].shown}

    assert listed(secretary_a) == {mine.pk, gone.pk}
    assert listed(secretary_b) == {other.pk}
    assert listed(village) == set()
    assert listed(staff) == {mine.pk, gone.pk, other.pk}
    assert listed(staff, "?state=open") == {mine.pk, other.pk}
    assert listed(staff, "?kind=transfer") == set()
    assert listed(staff, "?state=nothing") == set()


@pytest.mark.parametrize(
    ("role", "unit", "offered"), [("district_staff", "top", 0), ("village_secretary", "village_a1", 2)]
)
def test_an_empty_list_says_what_to_do_to_those_who_may(district, signed_in, role, unit, offered):
    page = text(signed_in(make_user(role, getattr(district, unit))).get("/roster/requests/"))
    assert (page.count('href="/roster/requests/add/"'), "还没有申请" in page) == (offered, True)


def test_ones_own_request_is_gone_with_the_role(district, filed, secretary_a, signed_in):
    request = filed()
    secretary_a.assignments.update(ended_on=TODAY)
    make_user("village_secretary", district.village_a2)
    assert signed_in(secretary_a).get(f"/roster/requests/{request.pk}/").status_code == 403


# ---- deciding -------------------------------------------------------------------------------------
@pytest.fixture
def desk(district, signed_in):
    return signed_in(make_user("district_staff", district.top, "staff_desk"))


def test_the_district_sees_what_is_held_beside_what_is_wanted(filed, foreign, desk, district):
    request = filed("transfer")
    PostRequest.objects.update(name="石敢")
    page = text(desk.get(f"/roster/requests/{request.pk}/decide/"))
    for part in ("石敢当", "石敢", "姓名不一致", "石井村团支部", "松涛社区团支部", "书记", "委员", "变动日期"):
        assert part in page
    assert foreign.id_number not in page
    assert "变动日期" not in text(desk.get(f"/roster/requests/{filed(league_post='staff').pk}/decide/"))


def test_agreeing_and_refusing(filed, foreign, desk):
    first, second = filed("transfer"), filed(league_post="staff")
    sent = {"verdict": "agree", "on": "2026.11.20", "answer": "", "version": 1}
    done = desk.post(f"/roster/requests/{first.pk}/decide/", sent)
    assert (done.status_code, state_of(first)[0]) == (302, "agreed")
    assert foreign.appointments.get(is_main=True).league_post == "member"
    refused = desk.post(f"/roster/requests/{second.pk}/decide/", {"verdict": "refuse", "answer": "", "version": 1})
    assert codes(refused) == {"answer": ["request.answer"]}
    sent = {"verdict": "refuse", "answer": "人手够了", "version": 1}
    assert desk.post(f"/roster/requests/{second.pk}/decide/", sent).status_code == 302
    page = text(desk.get(f"/roster/requests/{second.pk}/decide/"))
    assert ("人手够了" in page, 'name="verdict"' in page) == (True, False)


def test_a_decision_about_another_version_is_a_conflict(filed, desk):
    request = filed()
    sent = {"verdict": "refuse", "answer": "不行", "version": 7}
    answer = desk.post(f"/roster/requests/{request.pk}/decide/", sent)
    assert (answer.status_code, codes(answer)) == (409, {"__all__": ["row.stale"]})


def test_a_request_that_lapses_says_why(filed, foreign, desk, secretary_b):
    request = filed()
    end_appointment(post=foreign.appointments.get(), on=TODAY, reason="resigned", by=secretary_b, at=NOW)
    page = f"/roster/requests/{request.pk}/decide/"
    answer = desk.post(page, {"verdict": "agree", "answer": "", "version": 1})
    assert codes(answer) == {"__all__": ["request.left"]}
    assert state_of(request)[0] == "lapsed"
    assert "失效" in text(desk.get(page))


def test_deciding_about_ones_own_is_refused_and_noted(asked, filed, district, desk, signed_in):
    request = filed()
    PostRequest.objects.update(requester=make_user("district_staff", district.top, "both"))
    client = signed_in(PostRequest.objects.get().requester)
    answer = client.post(f"/roster/requests/{request.pk}/decide/", {"verdict": "agree", "answer": "", "version": 1})
    assert codes(answer) == {"__all__": ["request.self"]}
    assert len(refusals()) == 1
    assert "办理" not in [one["title"] for one in client.get(f"/roster/requests/{request.pk}/").context["actions"]]


def test_withdrawing(filed, secretary_a, signed_in):
    request = filed()
    page = f"/roster/requests/{request.pk}/"
    assert signed_in(secretary_a).post(f"{page}withdraw/")["Location"] == page
    assert state_of(request)[0] == "withdrawn"
    assert signed_in(secretary_a).get(page).context["actions"] == []


# ---- elsewhere --------------------------------------------------------------------------------------
def test_the_workbench_tells_those_who_decide(filed, district, secretary_a, scope):
    staff = make_user("district_staff", district.top)

    def items(user):
        found = requests_to_decide(user, scope(user))
        return found and [(one["facts"], one["url"]) for one in found["items"]]

    assert (items(secretary_a), items(staff)) == (None, [])
    first = filed()
    assert items(staff) == [(["1 件", "2026-11-23 提出"], f"/roster/requests/{first.pk}/decide/")]
    filed(league_post="staff")
    assert items(staff) == [(["2 件", "最早 2026-11-23 提出"], "/roster/requests/?state=open")]
    assert items(make_user("district_staff", district.township_a)) == []


def test_the_page_of_a_person_lists_requests_to_those_who_may_see_them(
    filed, foreign, staff, secretary_a, secretary_b, signed_in
):
    request, leader = filed(), make_user("leader", Organisation.objects.get(parent=None))

    def shown(user):
        found = requests_about_person(user, scope_of(user, TODAY), foreign)
        return found and [row["url"] for row in found["rows"]]

    page = f"/roster/requests/{request.pk}/"
    assert (shown(staff), shown(secretary_a)) == ([page], [page])
    assert (shown(secretary_b), shown(leader)) == (None, None)
    assert page in text(signed_in(staff).get(f"/roster/{foreign.pk}/"))
    assert page not in text(signed_in(secretary_b).get(f"/roster/{foreign.pk}/"))
    agree(request, staff)
    assert page in text(signed_in(secretary_a).get(f"/roster/{foreign.pk}/"))
    assert Cadre.objects.get(pk=foreign.pk).appointments.count() == 2
