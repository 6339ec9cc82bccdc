"""Requests at the same moment: one decision counts, and one person is asked for once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cadres.models import Appointment, PostRequest
from cadres.services.requests import Agreement, Asked, agree_to_request, file_request, refuse_request
from orgs.models import User
from tests.cadres.asking import LATER
from tests.factories import NOW, TODAY, make_cadre, make_district, make_user
from tests.protection.crowd import Crowd
from youthleague.kernel.dates import PartialDate
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wanted():
    """A district with two who decide and two who file, and what they ask for."""
    district = make_district()
    for number in (0, 1):
        make_user("district_staff", district.top, f"staff_{number}")
        make_user("township_secretary", district.township_a, f"secretary_{number}")
    person = make_cadre(district.village_b1)
    post = {
        "organisation": district.village_a1.pk,
        "league_post": "member",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2026-10"),
    }
    return Asked("transfer", person.name, person.id_number, post, "统一安排")


def attempt(call, **arguments):
    try:
        call(**arguments)
    except ValidationError as refusal:
        return refusal.error_dict["__all__"][0].code if hasattr(refusal, "error_dict") else refusal.code
    except IntegrityError:
        return "conflict"
    return "done"


def standing():
    """Give the state of the one request, and how many posts and notices there are."""
    return PostRequest.objects.get().state, Appointment.objects.count(), Notice.objects.filter(channel="inbox").count()


def test_two_decide_at_once(wanted, tmp_path):
    by = User.objects.get(username="secretary_0")
    request = file_request(asked=wanted, by=by, at=NOW, day=TODAY)

    def decide(number):
        shared = {"request": request, "version": 1, "by": User.objects.get(username=f"staff_{number}"), "at": LATER}
        if number:
            return attempt(refuse_request, answer="不行", **shared)
        return attempt(agree_to_request, said=Agreement(), **shared)

    crowd = Crowd(tmp_path)
    assert sorted(crowd.run(decide, count=2)) == ["done", "request.state"]
    [(state, posts, notices)] = crowd.run(lambda _: standing())
    assert (state, posts) in {("agreed", 2), ("refused", 1)}
    assert notices == 1


def test_two_agree_at_once(wanted, tmp_path):
    by = User.objects.get(username="secretary_0")
    request = file_request(asked=wanted, by=by, at=NOW, day=TODAY)

    def decide(number):
        staff = User.objects.get(username=f"staff_{number}")
        return attempt(agree_to_request, request=request, version=1, said=Agreement(), by=staff, at=LATER)

    crowd = Crowd(tmp_path)
    assert sorted(crowd.run(decide, count=2)) == ["done", "request.state"]
    assert crowd.run(lambda _: standing()) == [("agreed", 2, 1)]


def test_two_file_at_once(wanted, tmp_path):
    def file(number):
        by = User.objects.get(username=f"secretary_{number}")
        return attempt(file_request, asked=wanted, by=by, at=NOW, day=TODAY)

    crowd = Crowd(tmp_path)
    assert set(crowd.run(file, count=2)) - {"request.twice", "conflict"} == {"done"}
    assert crowd.run(lambda _: standing()) == [("open", 1, 0)]
