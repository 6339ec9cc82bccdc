"""The small district on the day of the factories, its accounts, and people in both townships."""

import pytest
import time_machine
from django.test import Client

from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_cadre, make_user


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
