"""An account that is signed in, and static files as they lie in the tree."""

import pytest
from django.test import Client
from kombu import pools

from tests.factories import make_cadre, make_user
from tests.rosters import checked, imported
from tests.sheets.downloads import download, uploaded_again
from youthleague.celery import app


@pytest.fixture
def plain_static_files(settings):
    """Use the files without their hashed names, which exist after ``collectstatic`` only."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def secretary(district):
    """The secretary of township A."""
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture
def signed_in(plain_static_files):
    """Give a client in which an account is signed in."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def portal(signed_in, secretary):
    """The portal as the secretary of A sees it."""
    return signed_in(secretary)


@pytest.fixture
def broken_queue(tmp_path):
    """Let the queue be a file where a folder is wanted; the connections made before and meanwhile are dropped."""
    usual = app.conf.broker_transport_options
    blocked = tmp_path / "queue"
    blocked.write_text("")
    app.conf.broker_transport_options = usual | {"data_folder_in": str(blocked), "data_folder_out": str(blocked)}
    app._after_fork()
    pools.reset()
    yield
    app.conf.broker_transport_options = usual
    app._after_fork()
    pools.reset()


@pytest.fixture
def check(district, secretary):
    """Check rows as the secretary of A."""
    return lambda *rows, **options: checked(rows, district.township_a, secretary, **options)


@pytest.fixture
def enter(district, secretary):
    """Import rows as the secretary of A."""
    return lambda *rows, **options: imported(rows, district.township_a, secretary, **options)


@pytest.fixture
def people(district):
    """Three people in township A, and one in township B."""
    return {
        "甲": make_cadre(district.village_a1, name="程甲", remark="原来的备注", admin_post="副主任"),
        "乙": make_cadre(district.village_a2, name="程乙", league_post="member"),
        "丙": make_cadre(district.township_a, name="程丙"),
        "外": make_cadre(district.village_b1, name="石外"),
    }


@pytest.fixture
def file(district, secretary, people):
    """The masked download of township A."""
    return download(district.township_a, secretary)


@pytest.fixture
def take(district, secretary):
    """Upload a download again as the secretary of A."""
    return lambda file: uploaded_again(file.saved(), district.township_a, secretary)
