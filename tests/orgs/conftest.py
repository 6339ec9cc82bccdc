"""Fixtures of organisations and accounts."""

import pytest
from django.conf import LazySettings

from orgs.models import User
from tests.factories import District, make_cadre, make_user
from tests.orgs.desks import House, enter


@pytest.fixture
def quick_hashes(settings: LazySettings) -> None:
    """Hash passwords at no cost where strength is not the point."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def plain_static_files(settings: LazySettings) -> None:
    """Use the files without their hashed names, which exist after ``collectstatic`` only."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def secretary(quick_hashes: None, district: District) -> User:
    """A secretary of township A."""
    return make_user("township_secretary", district.township_a, "lin.zhiyuan")


@pytest.fixture
def keeper(quick_hashes: None, district: District) -> User:
    """A security administrator, who enters the back office."""
    return make_user("security_admin", district.top, "an.quan")


@pytest.fixture
def house(quick_hashes: None, plain_static_files: None, district: District) -> House:
    """Township B with its staff in the back office."""
    staff = make_user("district_staff", district.township_b, "staff")
    own = make_cadre(district.village_b1, name="石井人")
    foreign = make_cadre(district.village_a1, name="松涛人")
    return House(district, staff, enter(staff), own, foreign)
