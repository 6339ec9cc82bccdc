"""The small district on the day of the factories, its accounts, and people in both townships."""

import pytest
import time_machine
from django.test import Client

from cadres.services.requests import Asked, file_request
from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_cadre, make_user
from youthleague.kernel.dates import PartialDate


@pytest.fixture
def today():
    """Let the clock stand at the day of the factories."""
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def plain_static_files(settings):
    """Use the files without their hashed names, which exist after ``collectstatic`` only."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def secretary_a(district):
    return make_user("township_secretary", district.township_a, "secretary_a")


@pytest.fixture
def secretary_b(district):
    return make_user("township_secretary", district.township_b, "secretary_b")


@pytest.fixture
def own(district):
    """Somebody in a village of township A."""
    return make_cadre(district.village_a1, name="林知远")


@pytest.fixture
def foreign(district):
    """Somebody in a village of township B."""
    return make_cadre(district.village_b1, name="石敢当", phone="19955556666", native_place="别处双溪")


@pytest.fixture
def scope():
    """Give the scope of an account on the day of the factories."""

    def scope_today(user):
        return scope_of(user, TODAY)

    return scope_today


@pytest.fixture
def signed_in():
    """Give a client in which an account is signed in."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff_1")


@pytest.fixture
def asked(district, foreign):
    """Make what is asked for: the person of village B, wanted in village A."""

    def make(kind="addition", **values):
        number = values.pop("number", foreign.id_number)
        post = {
            "organisation": district.village_a1.pk,
            "league_post": "member",
            "employment_mode": "part_time",
            "appointed_on": PartialDate.from_text("2026-10"),
        }
        return Asked(kind, "石敢当", number, post | values, "区里统一安排")

    return make


@pytest.fixture
def filed(asked, secretary_a):
    """File a request as the secretary of township A."""

    def file(kind="addition", *, by=secretary_a, at=NOW, **values):
        return file_request(asked=asked(kind, **values), by=by, at=at, day=TODAY)

    return file
