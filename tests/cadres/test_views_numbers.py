"""One masked number shown for a minute: to whom, after which password, how often, and what is left of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from cadres.services.posts import appoint, end_appointment
from cadres.services.revealing import HOUR, NUMBERS, reveal_number
from orgs.middleware import SECOND_FACTOR_DUE
from orgs.models import User
from orgs.views.confirmation import CONFIRMED_AT
from tests.factories import NOW, PASSWORD, TODAY, make_user
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
CONFIRM = "/account/confirm/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(cadre):
    return f"/roster/{cadre.pk}/number/"


def text(response):
    return response.content.decode()


def confirm(client):
    assert client.post(CONFIRM, {"current": PASSWORD, "next": "/roster/"})["Location"] == "/roster/"
    return client


@pytest.fixture
def keeper(secretary_a, signed_in):
    """A secretary who has just typed the password again."""
    return confirm(signed_in(secretary_a))


@pytest.fixture
def staff(district, signed_in, monkeypatch):
    """District staff with the password typed again and the second factor shown."""
    monkeypatch.setattr("django_otp.middleware.is_verified", lambda _user: True)
    return confirm(signed_in(make_user("district_staff", district.top)))


def reveals():
    return list(AuditEvent.objects.filter(action="cadre.reveal", result="done"))


def test_the_phone_is_shown_and_the_log_says_to_whom_and_of_whom(own, foreign, keeper, secretary_a):
    page = keeper.post(address(own), {"field": "phone"})
    assert (page.status_code, page["Cache-Control"], page["Refresh"]) == (
        200,
        page["Cache-Control"],
        f"60; url=/roster/{own.pk}/",
    )
    assert "no-store" in page["Cache-Control"]
    assert own.phone in text(page)
    assert own.id_number not in text(page)
    [event] = reveals()
    assert (event.actor_id, event.subject, event.facts) == (
        secretary_a.pk,
        f"cadres.Cadre:{own.pk}",
        {"field": "phone"},
    )
    assert own.phone not in event.body()


def test_in_place_the_number_asks_for_the_page_without_it_after_a_minute(own, keeper):
    part = keeper.post(address(own), {"field": "phone"}, **HTMX)
    assert own.phone in text(part)
    assert "<html" not in text(part)
    assert f'hx-get="/roster/{own.pk}/" hx-select="#number-phone" hx-trigger="load delay:60s"' in text(part)
    page = keeper.get(f"/roster/{own.pk}/", **HTMX)
    assert 'id="number-phone"' in text(page)
    assert own.phone not in text(page)


@pytest.mark.parametrize("more", [{}, HTMX])
def test_without_the_password_again_one_is_sent_to_type_it(own, secretary_a, signed_in, more):
    answer = signed_in(secretary_a).post(address(own), {"field": "phone"}, **more)
    assert answer.headers.get("HX-Redirect" if more else "Location") == f"{CONFIRM}?next=/roster/{own.pk}/"
    assert own.phone not in text(answer)
    assert reveals() == []


def test_the_password_is_good_for_a_quarter_of_an_hour(own, keeper):
    for minutes, status in ((14, 200), (15, 302)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert keeper.post(address(own), {"field": "phone"}).status_code == status


def test_a_mark_from_the_future_is_none(own, keeper):
    session = keeper.session
    session[CONFIRMED_AT] = int((NOW + timedelta(days=1)).timestamp())
    session.save()
    assert keeper.post(address(own), {"field": "phone"}).status_code == 302


def test_the_identity_number_is_for_the_district_alone(own, keeper, staff):
    assert keeper.post(address(own), {"field": "id_number"}).status_code == 403
    assert own.id_number in text(staff.post(address(own), {"field": "id_number"}))
    assert [event.facts for event in reveals()] == [{"field": "id_number"}]


def test_the_identity_number_wants_the_second_factor(own, district, signed_in):
    client = confirm(signed_in(make_user("district_staff", district.top)))
    assert SECOND_FACTOR_DUE not in client.session
    answer = client.post(address(own), {"field": "id_number"})
    assert answer["Location"] == f"/account/verify/?next=/roster/{own.pk}/"
    assert client.post(address(own), {"field": "phone"}).status_code == 200


@pytest.mark.parametrize("role", ["leader", "party_committee", "org_department", "security_admin", "auditor"])
@pytest.mark.parametrize("field", ["phone", "id_number"])
def test_who_only_reads_is_shown_no_number(own, district, signed_in, role, field):
    client = confirm(signed_in(make_user(role, district.top)))
    answer = client.post(address(own), {"field": field})
    assert answer.status_code == 403
    assert own.phone not in text(answer)
    assert reveals() == []


@pytest.mark.parametrize("field", ["", "name", "phone; id_number", "person_key", "remark"])
def test_there_are_no_other_fields(own, keeper, field):
    assert keeper.post(address(own), {"field": field}).status_code == 403
    assert reveals() == []


def test_a_foreign_person_is_not_there(foreign, keeper):
    answer = keeper.post(address(foreign), {"field": "phone"})
    assert (answer.status_code, foreign.phone in text(answer), reveals()) == (404, False, [])


def test_who_has_left_keeps_the_number(own, district, keeper, secretary_a, secretary_b):
    end_appointment(post=own.appointments.get(), on=TODAY, reason="reassigned", by=secretary_a, at=NOW)
    values = {"organisation": district.village_b1.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2026-11")
    appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    answer = keeper.post(address(own), {"field": "phone"})
    assert (answer.status_code, own.phone in text(answer), reveals()) == (403, False, [])
    assert "显示手机号码" not in text(keeper.get(f"/roster/{own.pk}/"))


def test_it_is_never_got(own, keeper):
    assert keeper.get(address(own), {"field": "phone"}).status_code == 405
    assert reveals() == []


def test_thirty_an_hour_and_then_no_more(own, keeper, secretary_a):
    for _ in range(HOUR[0]):
        reveal_number(cadre=own, number=NUMBERS["phone"], by=secretary_a, at=NOW)
    answer = keeper.post(address(own), {"field": "phone"})
    assert answer["Location"] == f"/roster/{own.pk}/"
    assert own.phone not in text(keeper.get(answer["Location"]))
    assert len(reveals()) == HOUR[0]
    [event] = AuditEvent.objects.filter(action="cadre.reveal", result="refused")
    assert event.facts == {"codes": ["reveal.too_often"]}


def test_a_hundred_a_day_however_they_are_spread(own, secretary_a):
    """One every two minutes never empties the hour's bucket; the day's is empty before the day is over."""
    for step in range(100):
        reveal_number(cadre=own, number=NUMBERS["phone"], by=secretary_a, at=NOW + timedelta(minutes=2 * step))
    later = NOW + timedelta(minutes=2 * 100)
    codes = [_code(own, secretary_a, later + timedelta(minutes=2 * step)) for step in range(20)]
    # The day's bucket regains one in a quarter of an hour.
    assert "reveal.too_often" in codes
    assert len(reveals()) < 120


def _code(cadre, user, at):
    try:
        reveal_number(cadre=cadre, number=NUMBERS["phone"], by=user, at=at)
    except ValidationError as refusal:
        return refusal.code
    return ""


def test_the_page_offers_what_may_be_shown(own, district, signed_in, secretary_a, staff):
    offered = {
        role: [field for field in NUMBERS if f'value="{field}"' in text(client.get(f"/roster/{own.pk}/"))]
        for role, client in {
            "secretary": signed_in(secretary_a),
            "leader": signed_in(make_user("leader", district.top)),
            "staff": staff,
        }.items()
    }
    assert offered == {"secretary": ["phone"], "leader": [], "staff": ["id_number", "phone"]}


# ---- the password once more --------------------------------------------------------
def test_a_wrong_password_is_counted_and_recorded(secretary_a, signed_in):
    client = signed_in(secretary_a)
    for _ in range(5):
        page = client.post(CONFIRM, {"current": "Wrong-pass-2026"})
        assert page.context["form"].has_error("current", "password.wrong")
    page = client.post(CONFIRM, {"current": PASSWORD})
    assert page.context["form"].has_error("current", "password.too_often")
    assert CONFIRMED_AT not in client.session
    codes = [event.facts["codes"] for event in AuditEvent.objects.filter(action="account.confirm").order_by("seq")]
    assert codes == [["password.wrong"]] * 5 + [["password.too_often"]]


def test_the_session_has_another_key_afterwards(secretary_a, signed_in):
    client = signed_in(secretary_a)
    before = client.session.session_key
    confirm(client)
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_one_goes_on_within_the_portal_only(secretary_a, signed_in, target):
    answer = signed_in(secretary_a).post(CONFIRM, {"current": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_nobody_confirms_without_an_account(client):
    assert client.get(CONFIRM)["Location"] == f"/sign-in/?next={CONFIRM}"
    assert User.objects.count() == 0
