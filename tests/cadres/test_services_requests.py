"""Requests for people in office elsewhere: filed, withdrawn, agreed to, refused, lapsed; each refusal by code."""

from datetime import date, timedelta

import pytest

from cadres.models import Appointment, PostRequest
from cadres.services.posts import appoint, end_appointment, link_account, register_cadre
from cadres.services.requests import (
    Agreement,
    agree_to_request,
    file_request,
    refuse_request,
    withdraw_request,
)
from orgs.models import PolicyValue, User
from orgs.services import close_organisation
from tests.cadres.asking import LATER, agree, person_values_of, posts_of, refusal, state_of, told
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db
SINCE = PartialDate.from_text("2026-10")


@pytest.fixture
def other(district):
    """Somebody of township B besides the one who is asked for."""
    return make_cadre(district.village_b2, name="旁观者")


# ---- filing ---------------------------------------------------------------------------------
def test_a_request_keeps_what_was_typed_and_finds_the_person(filed, foreign, district, secretary_a):
    request = PostRequest.objects.get(pk=filed(admin_post="社区干部", is_two_committee_member=True).pk)
    assert (request.cadre, request.name, request.state, request.requester) == (foreign, "石敢当", "open", secretary_a)
    assert (request.organisation, request.lineage) == (district.village_a1, district.village_a1.lineage)
    assert request.held_lineage == district.village_b1.lineage
    assert (request.partial("appointed_on"), request.admin_post) == (SINCE, "社区干部")
    assert (request.is_two_committee_member, request.is_party_gov_leader) == (True, None)
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.subject) == ("request.file", f"cadres.PostRequest:{request.pk}")
    assert told() == set()


@pytest.mark.parametrize(
    ("kind", "values", "codes"),
    [
        ("addition", {"employment_mode": "full_time"}, {"request.full_time"}),
        ("addition", {"league_post": ""}, {"column.required"}),
        ("transfer", {"appointed_on": PartialDate.from_text("2027-01")}, {"date.future"}),
        ("addition", {"number": valid_identity_number(400)}, {"request.none"}),
    ],
)
def test_what_cannot_be_asked_for_is_refused(asked, secretary_a, foreign, kind, values, codes):
    assert refusal(file_request, asked=asked(kind, **values), by=secretary_a, at=NOW, day=TODAY) == codes
    assert not PostRequest.objects.exists()


def test_own_people_and_those_who_left_are_not_asked_for(asked, filed, own, foreign, secretary_a, secretary_b):
    mine = asked(number=own.id_number)
    assert refusal(file_request, asked=mine, by=secretary_a, at=NOW, day=TODAY) == {"request.ours"}
    post = foreign.appointments.get()
    end_appointment(post=post, on=TODAY, reason="resigned", by=secretary_b, at=NOW)
    assert refusal(file_request, asked=asked(), by=secretary_a, at=NOW, day=TODAY) == {"request.none"}
    register_cadre(values=person_values_of(foreign, post.organisation_id), by=secretary_b, at=NOW, day=TODAY)
    assert filed().cadre == foreign


def test_nobody_asks_for_a_unit_of_another_or_a_closed_one(asked, district, secretary_a, own, other):
    for unit in (district.village_b2, district.top):
        wanted = asked(organisation=unit.pk, number=other.id_number)
        assert refusal(file_request, asked=wanted, by=secretary_a, at=NOW, day=TODAY) == {"request.scope"}
    close_organisation(organisation=district.village_a2, on=TODAY, by=secretary_a, at=NOW)
    wanted = asked(organisation=district.village_a2.pk)
    assert refusal(file_request, asked=wanted, by=secretary_a, at=NOW, day=TODAY) == {"request.unit_closed"}


def test_one_open_request_a_person_unit_and_post(asked, filed, district, secretary_a):
    first = filed()
    village = make_user("village_secretary", district.village_a1)
    for by in (secretary_a, village):
        assert refusal(file_request, asked=asked(), by=by, at=NOW, day=TODAY) == {"request.twice"}
    assert filed(league_post="staff").pk != first.pk
    withdraw_request(request=first, by=secretary_a, at=LATER)
    assert filed().pk != first.pk


# ---- how often it may be told -----------------------------------------------------------------
@pytest.fixture
def two_a_day(foreign, other):
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=2, effective_from=TODAY, source="测试")


@pytest.mark.usefixtures("two_a_day")
def test_filing_uses_up_the_answers_of_the_day(asked, filed, foreign, other, own, secretary_a):
    third = make_cadre(foreign.appointments.get().organisation)

    def ask(number):
        return refusal(file_request, asked=asked(number=number), by=secretary_a, at=NOW, day=TODAY)

    assert [ask(valid_identity_number(one)) for one in range(400, 405)] == [{"request.none"}] * 5
    assert [ask(own.id_number) for _ in range(3)] == [{"request.ours"}] * 3
    filed(), filed(number=other.id_number)
    unknown = valid_identity_number(405)
    assert [ask(third.id_number), ask(unknown)] == [{"elsewhere.limit"}] * 2
    assert ask(foreign.id_number) == {"request.twice"}
    assert filed(number=third.id_number, at=NOW + timedelta(days=1)).cadre == third


def test_a_number_told_of_by_the_roster_may_be_asked_for_when_no_answer_is_left(
    two_a_day, filed, foreign, other, district, secretary_a
):
    for cadre in (foreign, other):
        values = person_values_of(cadre, district.village_a1.pk)
        assert refusal(register_cadre, values=values, by=secretary_a, at=NOW, day=TODAY) == {"person.elsewhere"}
    assert {filed().cadre, filed(number=other.id_number).cadre} == {foreign, other}


# ---- agreeing -----------------------------------------------------------------------------------
def test_an_additional_post_begins_beside_the_main_one(filed, foreign, other, staff, secretary_a):
    before = posts_of(other)
    request = filed()
    agree(request, staff, answer="同意兼任")
    assert posts_of(foreign) == [
        ("石井村团支部", "secretary", True, None),
        ("松涛社区团支部", "member", False, None),
    ]
    assert foreign.appointments.get(league_post="member").partial("appointed_on") == SINCE
    assert state_of(request) == ("agreed", "同意兼任", staff)
    assert posts_of(other) == before
    assert told() == {("secretary_a", "inbox", "增加兼任申请：同意")}


def test_a_transfer_ends_the_main_post_and_carries_nothing_over(filed, foreign, district, staff, secretary_b):
    old = foreign.appointments.get()
    Appointment.objects.filter(pk=old.pk).update(admin_post="村委会副主任", is_two_committee_member=True)
    values = {"league_post": "staff", "employment_mode": "part_time", "organisation": district.village_b2.pk}
    beside = values | {"appointed_on": PartialDate.from_text("2026-01")}
    appoint(cadre=foreign, values=beside, by=secretary_b, at=NOW, day=TODAY)
    request = filed("transfer", employment_mode="full_time")
    agree(request, staff, on=date(2026, 11, 20))
    assert posts_of(foreign) == [
        ("石井村团支部", "secretary", False, date(2026, 11, 20)),
        ("云桥村团支部", "staff", False, None),
        ("松涛社区团支部", "member", True, None),
    ]
    new = foreign.appointments.get(is_main=True)
    assert (new.admin_post, new.is_two_committee_member, new.employment_mode) == ("", None, "full_time")
    assert new.appointed_on == date(2026, 11, 20)
    assert state_of(request)[0] == "agreed"


def test_the_day_of_a_transfer_is_checked_and_nothing_is_stored(filed, staff):
    request = filed("transfer")
    for day, code in ((date(2024, 9, 1), "date.change_needed"), (date(2027, 1, 1), "date.future")):
        said = Agreement(day)
        assert refusal(agree_to_request, request=request, version=1, said=said, by=staff, at=LATER) == {code}
    assert state_of(request) == ("open", "", None)
    assert told() == set()


# ---- refusing, withdrawing, closed ------------------------------------------------------------------
def test_a_refusal_wants_a_reason_and_tells_the_requester(filed, foreign, staff):
    request, before = filed(), posts_of(foreign)
    arguments = {"request": request, "version": 1, "by": staff, "at": LATER}
    assert refusal(refuse_request, answer=" ", **arguments) == {"request.answer"}
    refuse_request(answer="原单位不同意", **arguments)
    assert state_of(request) == ("refused", "原单位不同意", staff)
    assert posts_of(foreign) == before
    assert told() == {("secretary_a", "inbox", "增加兼任申请：不同意")}
    [text] = Notice.objects.values_list("text", flat=True)
    assert all(hidden not in text for hidden in ("石敢当", "石井村", foreign.id_number, "原单位"))


def test_a_request_is_withdrawn_by_whoever_filed_it(filed, secretary_a, secretary_b, staff):
    request = filed()
    for by in (secretary_b, staff):
        assert refusal(withdraw_request, request=request, by=by, at=LATER) == {"request.scope"}
    withdraw_request(request=request, by=secretary_a, at=LATER)
    assert state_of(request)[0] == "withdrawn"
    assert refusal(withdraw_request, request=request, by=secretary_a, at=LATER) == {"request.state"}
    assert told() == set()


def test_a_closed_request_is_not_decided_again(filed, staff, district):
    second = make_user("district_staff", district.top, "staff_2")
    request = filed()
    agree(request, staff)
    for act, more in ((agree_to_request, {"said": Agreement()}), (refuse_request, {"answer": "不行"})):
        assert refusal(act, request=request, version=1, by=second, at=LATER, **more) == {"request.state"}
    assert state_of(request) == ("agreed", "", staff)


def test_a_request_seen_at_another_version_is_not_decided(filed, staff):
    request = filed()
    PostRequest.objects.update(version=2)
    arguments = {"request": request, "version": 1, "by": staff, "at": LATER}
    assert refusal(agree_to_request, said=Agreement(), **arguments) == {"row.stale"}
    assert refusal(refuse_request, answer="不行", **arguments) == {"row.stale"}


# ---- who decides ------------------------------------------------------------------------------------
def test_nobody_decides_outside_both_units(filed, district, secretary_a, secretary_b):
    request = filed()
    village = [make_user("district_staff", getattr(district, unit)) for unit in ("township_a", "township_b")]
    leader = make_user("leader", district.top)
    for by in (secretary_a, secretary_b, leader, *village):
        arguments = {"request": request, "version": 1, "by": by, "at": LATER}
        assert refusal(agree_to_request, said=Agreement(), **arguments) == {"request.scope"}
        assert refusal(refuse_request, answer="不行", **arguments) == {"request.scope"}
        assert not PostRequest.objects.to_decide(by).exists()


def test_a_post_that_moved_out_of_the_scope_meanwhile_is_asked_anew(filed, foreign, district):
    """The requester's unit and the main post of the day both count, not where it was when it was filed."""
    wide = make_user("district_staff", district.township_a, "wide")
    request = filed()
    PostRequest.objects.update(held_lineage=district.village_a2.lineage)
    arguments = {"request": request, "version": 1, "by": wide, "at": LATER}
    assert refusal(agree_to_request, said=Agreement(), **arguments) == {"request.scope"}


def test_neither_the_filer_nor_the_person_decides_whatever_the_account(asked, foreign, own, district, staff):
    second, concerned = (make_user("district_staff", district.top, name) for name in ("second", "concerned"))
    for account, cadre in ((staff, own), (second, own), (concerned, foreign)):
        link_account(user=account, cadre=cadre, by=None, at=NOW)
    secretary = make_user("township_secretary", district.township_a, "also_own")
    link_account(user=secretary, cadre=own, by=None, at=NOW)
    request = file_request(asked=asked(), by=User.objects.get(pk=secretary.pk), at=NOW, day=TODAY)
    for by in (staff, second, concerned):
        account = User.objects.get(pk=by.pk)
        arguments = {"request": request, "version": 1, "by": account, "at": LATER}
        assert refusal(agree_to_request, said=Agreement(), **arguments) == {"request.self"}
        assert refusal(refuse_request, answer="不行", **arguments) == {"request.self"}
        assert not PostRequest.objects.to_decide(account).exists()
    third = make_user("district_staff", district.top)
    assert list(PostRequest.objects.to_decide(third)) == [request]
