"""Fixtures of organisations and accounts."""

import pytest
from django.conf import LazySettings

from orgs.choices import Level, OrganisationKind
from orgs.models import User
from orgs.signals import organisation_closed, organisation_merged, organisation_moved
from tests.factories import District, make_cadre, make_organisation, make_user
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


@pytest.fixture
def clerk(db) -> User:
    """Whoever does what needs no more than a name."""
    return User.objects.create_user("clerk", None, full_name="经办人")


@pytest.fixture
def deep(district):
    """A township with a general branch and a branch below it."""
    general = make_organisation("学校团总支", district.township_b, OrganisationKind.GENERAL_BRANCH, Level.UNIT)
    return general, make_organisation("初一团支部", general, OrganisationKind.BRANCH, Level.UNIT)


@pytest.fixture
def heard():
    """Collect what the three signals say."""
    said = []

    def note(name, facts):
        assert facts.keys() >= {"on", "by", "at"}
        said.append((name, facts["organisation_id"]))

    hooks = [
        (signal, lambda _name=name, **facts: note(_name, facts))
        for name, signal in (
            ("moved", organisation_moved),
            ("merged", organisation_merged),
            ("closed", organisation_closed),
        )
    ]
    for signal, hook in hooks:
        signal.connect(hook, weak=False)
    yield said
    for signal, hook in hooks:
        signal.disconnect(hook)
