"""Rows for tests, made by the same services as in life: a small district, accounts with roles, people with posts."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from cadres.models import Cadre
from cadres.services.posts import register_cadre
from orgs.choices import ElectionKind, Level, OrganisationKind, Sector, TownshipKind, VillageKind
from orgs.models import Organisation, OrgAssignment, User
from orgs.roles import ROLE_BY_CODE
from orgs.services import ElectionFacts, assign_role, found_organisation, record_election
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.identity_numbers import check_digit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FOUNDED = date(2020, 1, 1)
PASSWORD = "Test-pass-2026"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class District:
    """A district with two townships and two villages in each."""

    top: Organisation
    township_a: Organisation
    village_a1: Organisation
    village_a2: Organisation
    township_b: Organisation
    village_b1: Organisation
    village_b2: Organisation


def make_organisation(name: str, parent: Organisation | None, kind: int, level: str, **fields: Any) -> Organisation:
    """Found an organisation."""
    organisation = Organisation(name=name, parent=parent, kind=kind, level=level, founded_on=FOUNDED, **fields)
    return found_organisation(organisation=organisation, on=FOUNDED, by=None, at=NOW)


def make_district() -> District:
    """Make the small district that most tests use; A is a 街道 with a 团工委, B a 镇 with a 团委."""
    top = make_organisation(
        "共青团示范区委员会", None, OrganisationKind.LEADING_BODY, Level.DISTRICT, short_name="团区委"
    )
    township_a = make_organisation(
        "青禾街道团工委", top, OrganisationKind.WORK_COMMITTEE, Level.TOWNSHIP, township_kind=TownshipKind.SUBDISTRICT
    )
    township_b = make_organisation(
        "柳溪镇团委", top, OrganisationKind.COMMITTEE, Level.TOWNSHIP, township_kind=TownshipKind.TOWN
    )
    return District(
        top=top,
        township_a=township_a,
        village_a1=_village("松涛社区团支部", township_a),
        village_a2=_village("长荷社区团支部", township_a),
        township_b=township_b,
        village_b1=_village("石井村团支部", township_b, VillageKind.VILLAGE),
        village_b2=_village("云桥村团支部", township_b, VillageKind.VILLAGE),
    )


def _village(name: str, parent: Organisation, kind: str = VillageKind.COMMUNITY) -> Organisation:
    sector = Sector.URBAN_COMMUNITY if kind == VillageKind.COMMUNITY else Sector.COUNTRYSIDE
    return make_organisation(name, parent, OrganisationKind.BRANCH, Level.VILLAGE, village_kind=kind, sector=sector)


def elect(organisation: Organisation, on: date, *, years: int | None = None) -> Organisation:
    """Enter a 换届, and give the organisation as it stands then."""
    facts = ElectionFacts(ElectionKind.RENEWAL, on, years)
    record_election(organisation=organisation, facts=facts, by=factory_user(), at=NOW)
    return Organisation.objects.get(pk=organisation.pk)


def factory_user() -> User:
    """Give the account that enters everybody's rows."""
    return User.objects.filter(username="factory").first() or User.objects.create_user(
        "factory", None, full_name="建档员"
    )


@cache
def _hashed(_hasher: str) -> str:
    """Hash the password once a run and hasher: a good hash is slow on purpose."""
    return make_password(PASSWORD)


def make_user(role: str, organisation: Organisation, username: str = "") -> User:
    """Make an account that holds a role on an organisation; its password is ``PASSWORD``."""
    name = username or f"{role}_{next(_numbers)}"
    user = User(username=name, full_name=f"测试{name}"[:50], password=_hashed(settings.PASSWORD_HASHERS[0]))
    user.save()
    give_role(user, organisation, role)
    return user


def give_role(user: User, organisation: Organisation, role: str) -> OrgAssignment:
    """Give an account a role; past the service on a unit of another level, for scopes must hold there all the same."""
    if organisation.level in ROLE_BY_CODE[role].levels:
        return assign_role(user=user, organisation=organisation, role=role, on=FOUNDED, by=None, at=NOW)
    return OrgAssignment.objects.create(user=user, organisation=organisation, role=role, started_on=FOUNDED)


def valid_identity_number(number: int, birth: date = date(1995, 6, 15), *, male: bool = True) -> str:
    """Make a valid number of the unassigned area 990101; ``number`` runs to 499 for a birth date."""
    first17 = f"990101{birth:%Y%m%d}{number * 2 % 1000 // 2 * 2 + (1 if male else 0):03d}"
    return first17 + check_digit(first17)


def cadre_values(organisation: Organisation, number: int, **values: Any) -> dict[str, Any]:
    """Give the values of a whole roster row by column name."""
    # Nobody was born later than 1993: tests give days on which people joined, however many were made before.
    birth = date(1990 + number // 400 % 4, number // 300 % 12 + 1, number % 28 + 1)
    return {
        "name": "测试" + "甲乙丙丁戊己庚辛壬癸"[number % 10],
        "id_number": valid_identity_number(number % 500, birth),
        "ethnicity": "01",
        "political_status": "03",
        "phone": f"199{number:08d}",
        "fulltime_education": "21",
        "organisation": organisation.pk,
        "league_post": "secretary",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2024-09"),
    } | values


def make_cadre(organisation: Organisation, *, by: User | None = None, **values: Any) -> Cadre:
    """Register a person with a post in an organisation."""
    filled = cadre_values(organisation, next(_numbers), **values)
    return register_cadre(values=filled, by=by or factory_user(), at=NOW, day=TODAY)
