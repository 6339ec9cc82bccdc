"""The forms of a post: a further one, corrections, ends and transfers, each to its rows and its refusals."""

from datetime import date

import pytest

from cadres.models import Appointment
from cadres.services.posts import appoint, correct_post, end_appointment
from tests.factories import NOW, TODAY, make_user
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
STEPS = ("edit", "end", "transfer")


def codes(response):
    errors = response.context["form"].errors.as_data()
    return {name: [error.code for error in found] for name, found in errors.items()}


def shown(response):
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def further(unit, **changes):
    given = {"organisation": unit.pk, "league_post": "委员", "employment_mode": "兼职", "appointed_on": "2025年1月"}
    return given | changes


def held(cadre):
    posts = cadre.appointments.order_by("pk")
    return [(post.organisation.name, post.get_league_post_display(), post.ended_on, post.is_main) for post in posts]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("township_secretary", 200),
        ("village_secretary", 200),
        ("leader", 403),
        ("party_committee", 403),
        ("judge", 403),
    ],
)
def test_who_may_open_the_forms(own, district, signed_in, step, role, status):
    post = own.appointments.get()
    client = signed_in(make_user(role, district.village_a1))
    assert client.get(f"/roster/posts/{post.pk}/{step}/").status_code == status


@pytest.mark.parametrize("step", STEPS)
def test_posts_of_other_townships_are_not_there(foreign, secretary_a, signed_in, step):
    post = foreign.appointments.get()
    client = signed_in(secretary_a)
    before = list(Appointment.objects.values())
    sent = {"on": "2026-11-01", "reason": "promoted", "version": "1"} | further(post.organisation)
    assert client.get(f"/roster/posts/{post.pk}/{step}/").status_code == 404
    assert client.post(f"/roster/posts/{post.pk}/{step}/", sent).status_code == 404
    assert list(Appointment.objects.values()) == before


@pytest.mark.parametrize("step", STEPS)
def test_a_post_elsewhere_of_somebody_seen_whole_may_not_be_changed(
    own, district, secretary_a, secretary_b, signed_in, step
):
    values = {"organisation": district.village_b1.pk, "league_post": "member", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    other = appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    assert signed_in(secretary_a).get(f"/roster/{own.pk}/").status_code == 200
    assert signed_in(secretary_a).get(f"/roster/posts/{other.pk}/{step}/").status_code == 404


# ---- a further post ---------------------------------------------------------------
def test_a_further_post_begins(own, district, secretary_a, signed_in):
    response = signed_in(secretary_a).post(f"/roster/{own.pk}/posts/add/", further(district.village_a2))
    assert (response.status_code, response["Location"]) == (302, f"/roster/{own.pk}/")
    assert held(own) == [("松涛社区团支部", "书记", None, True), ("长荷社区团支部", "委员", None, False)]
    assert AuditEvent.objects.filter(action="post.begin").count() == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"league_post": "书记", "organisation": "{a1}"}, {"league_post": ["post.held"]}),
        ({"organisation": "{b1}"}, {"organisation": ["invalid_choice"]}),
        ({"appointed_on": "2027-01"}, {"appointed_on": ["date.future"]}),
        ({"appointed_on": ""}, {"appointed_on": ["required"]}),
    ],
)
def test_a_further_post_is_refused_by_field(own, district, secretary_a, signed_in, changes, found):
    keys = {"a1": district.village_a1.pk, "b1": district.village_b1.pk}
    sent = further(district.village_a2, **{name: value.format(**keys) for name, value in changes.items()})
    response = signed_in(secretary_a).post(f"/roster/{own.pk}/posts/add/", sent)
    assert codes(response) == found
    assert own.appointments.count() == 1


def test_who_left_is_appointed_again_by_the_old_unit(own, district, secretary_a, signed_in):
    end_appointment(post=own.appointments.get(), on=date(2026, 6, 30), reason="other", by=secretary_a, at=NOW)
    response = signed_in(secretary_a).post(f"/roster/{own.pk}/posts/add/", further(district.village_a2))
    assert response.status_code == 302
    assert held(own)[-1] == ("长荷社区团支部", "委员", None, True)


# ---- corrections -------------------------------------------------------------------
def test_a_correction_of_a_post(own, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/edit/"
    client = signed_in(secretary_a)
    sent = shown(client.get(url)) | {
        "admin_post": "社区党委委员",
        "is_two_committee_member": "是",
        "term_ends_on": "2027.09",
    }
    assert client.post(url, sent).status_code == 302
    post = own.appointments.get()
    assert (post.admin_post, post.is_two_committee_member, str(post.partial("term_ends_on"))) == (
        "社区党委委员",
        True,
        "2027-09",
    )
    assert (post.league_post, str(post.partial("appointed_on")), post.version) == ("secretary", "2024-09", 2)


def test_a_correction_over_somebody_elses_is_a_conflict(own, secretary_a, signed_in):
    post = own.appointments.get()
    client = signed_in(secretary_a)
    sent = shown(client.get(f"/roster/posts/{post.pk}/edit/")) | {"admin_post": "我的"}
    correct_post(post=post, version=1, values={"admin_post": "别人的"}, by=secretary_a, at=NOW, day=TODAY)
    response = client.post(f"/roster/posts/{post.pk}/edit/", sent)
    assert (response.status_code, codes(response)) == (409, {"__all__": ["row.stale"]})
    assert own.appointments.get().admin_post == "别人的"


def test_a_correction_does_not_move_a_post_out_of_the_scope(own, district, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/edit/"
    client = signed_in(secretary_a)
    response = client.post(url, shown(client.get(url)) | {"organisation": district.village_b1.pk})
    assert codes(response) == {"organisation": ["invalid_choice"]}
    assert own.appointments.get().organisation == district.village_a1


# ---- ends ----------------------------------------------------------------------------
def test_a_post_ends_on_its_day(own, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/end/"
    response = signed_in(secretary_a).post(url, {"on": "2026年11月1日", "reason": "promoted"})
    assert (response.status_code, response["Location"]) == (302, f"/roster/{own.pk}/")
    post = own.appointments.get()
    assert (post.ended_on, post.end_reason, post.is_main) == (date(2026, 11, 1), "promoted", False)


@pytest.mark.parametrize("step", ["end", "transfer"])
def test_an_ended_post_neither_ends_nor_changes_again(own, district, secretary_a, signed_in, step):
    post = own.appointments.get()
    end_appointment(post=post, on=date(2026, 6, 30), reason="other", by=secretary_a, at=NOW)
    sent = further(district.village_a2, on="2026-11-01", reason="promoted")
    response = signed_in(secretary_a).post(f"/roster/posts/{post.pk}/{step}/", sent)
    assert codes(response) == {"__all__": ["post.ended"]}
    assert held(own) == [("松涛社区团支部", "书记", date(2026, 6, 30), False)]


def test_an_end_before_the_beginning_is_refused(own, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/end/"
    response = signed_in(secretary_a).post(url, {"on": "2024-08-31", "reason": "promoted"})
    assert codes(response) == {"on": ["date.end_early"]}
    assert own.appointments.get().ended_on is None


# ---- transfers ---------------------------------------------------------------------
def test_a_transfer_ends_one_post_and_begins_another(own, district, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/transfer/"
    client = signed_in(secretary_a)
    sent = shown(client.get(url)) | {
        "organisation": district.village_a2.pk,
        "league_post": "副书记",
        "on": "2026-11-01",
    }
    assert client.post(url, sent).status_code == 302
    assert held(own) == [
        ("松涛社区团支部", "书记", date(2026, 11, 1), False),
        ("长荷社区团支部", "副书记", None, True),
    ]
    new = own.appointments.get(ended_on=None)
    assert str(new.partial("appointed_on")) == "2026-11-01"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {"__all__": ["post.same"]}),
        ({"league_post": "委员", "on": "2026-12-01"}, {"on": ["date.future"]}),
        ({"league_post": "委员", "on": "2026-11"}, {"on": ["date.day_needed"]}),
    ],
)
def test_a_transfer_is_refused_by_field(own, secretary_a, signed_in, changes, found):
    url = f"/roster/posts/{own.appointments.get().pk}/transfer/"
    client = signed_in(secretary_a)
    assert codes(client.post(url, shown(client.get(url)) | changes)) == found
    assert held(own) == [("松涛社区团支部", "书记", None, True)]


def test_a_transfer_out_of_the_scope_is_refused(own, district, secretary_a, signed_in):
    url = f"/roster/posts/{own.appointments.get().pk}/transfer/"
    client = signed_in(secretary_a)
    response = client.post(url, shown(client.get(url)) | {"organisation": district.village_b1.pk})
    assert codes(response)["organisation"] == ["invalid_choice"]
    assert held(own) == [("松涛社区团支部", "书记", None, True)]
