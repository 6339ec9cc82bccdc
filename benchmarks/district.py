"""A district of any size, written in few statements: ``python -m benchmarks.district CADRES``.

Fifteen 街乡 of sixteen villages each; most people hold one post, some two, some have left. Prints one JSON object:
for each of a village, a 街乡 and the district its name, its key and the session cookie of an account that keeps it.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import django
from django.conf import settings

django.setup()

from django.contrib.auth import login  # noqa: E402 - Django comes first
from django.db import connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils import timezone  # noqa: E402

from cadres.choices import Education, EmploymentMode, EndReason, LeaguePost, PoliticalStatus  # noqa: E402
from cadres.services.fields import person_fields, post_fields  # noqa: E402
from cadres.services.plan import NewPerson, NewPost, RosterPlan, write_plan  # noqa: E402
from orgs.choices import Level, OrganisationKind, TownshipKind, VillageKind  # noqa: E402
from orgs.middleware import begin_session  # noqa: E402
from orgs.models import Organisation, User  # noqa: E402
from orgs.services import assign_role, found_organisation  # noqa: E402
from youthleague.kernel.dates import PartialDate, Precision  # noqa: E402
from youthleague.kernel.identity_numbers import check_digit  # noqa: E402

TOWNSHIPS = 15
VILLAGES = 16
CHUNK = 10_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "子雨思明晓文佳欣宇浩然静怡雪梅志远建国海燕春华丽娟俊杰博诗涵梓萱嘉豪"
FOUNDED = date(2015, 3, 1)
ROLES = {"village": "village_secretary", "township": "township_secretary", "district": "district_staff"}


class Tree:
    """The units, and how large a part of the people each of them has."""

    def __init__(self, rng: random.Random) -> None:
        self.district = _found("示范区团委", None, OrganisationKind.LEADING_BODY, Level.DISTRICT)
        self.townships = [
            _found(f"第{number}街道团工委", self.district, OrganisationKind.WORK_COMMITTEE, Level.TOWNSHIP)
            for number in range(1, TOWNSHIPS + 1)
        ]
        self.villages = [
            _found(f"第{number}社区团支部", top, OrganisationKind.BRANCH, Level.VILLAGE)
            for top in self.townships
            for number in range(1, VILLAGES + 1)
        ]
        self.units = [self.district, *self.townships, *self.villages]
        self.weights = [2.0] + [1.5] * TOWNSHIPS + [rng.uniform(0.4, 1.6) for _ in self.villages]


def _found(name: str, parent: Organisation | None, kind: int, level: str) -> Organisation:
    unit = Organisation(name=name, parent=parent, kind=kind, level=level, founded_on=FOUNDED)
    unit.township_kind = TownshipKind.SUBDISTRICT if level == Level.TOWNSHIP else ""
    unit.village_kind = VillageKind.COMMUNITY if level == Level.VILLAGE else ""
    unit.elected_on = date(2024, 5, 1) if kind != OrganisationKind.WORK_COMMITTEE else None
    return found_organisation(organisation=unit, on=FOUNDED, by=None, at=timezone.now())


def fill(cadres: int, tree: Tree, rng: random.Random) -> None:
    """Write so many people with their posts, some thousand at a time."""
    led: set[int] = set()
    for start in range(0, cadres, CHUNK):
        plan = RosterPlan()
        for number in range(start, min(cadres, start + CHUNK)):
            person = NewPerson(person_fields(_person(number, rng)))
            plan.new_people.append(person)
            plan.new_posts += _posts(person, tree, led, rng)
        write_plan(plan, by_id=None, reason="建库", at=timezone.now())


def _person(number: int, rng: random.Random) -> dict[str, Any]:
    birth = date(1984, 1, 1) + timedelta(days=number // 900 + rng.randrange(7000) // 900 * 900)
    first17 = f"990101{birth:%Y%m%d}{number % 900 + 1:03d}"
    name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))
    return {
        "name": name,
        "id_number": first17 + check_digit(first17),
        "phone": f"199{number:08d}",
        "ethnicity": "01",
        "native_place": "云州双溪",
        "political_status": rng.choice((PoliticalStatus.PARTY_MEMBER, PoliticalStatus.LEAGUE_MEMBER)).value,
        "fulltime_education": rng.choice((Education.BACHELOR, Education.COLLEGE)).value,
    }


def _posts(person: NewPerson, tree: Tree, led: set[int], rng: random.Random) -> Iterator[NewPost]:
    units = rng.choices(tree.units, tree.weights, k=2 if rng.random() < 0.08 else 1)
    for place, unit in enumerate({one.pk: one for one in units}.values()):
        has_left = rng.random() < 0.1
        post = LeaguePost.MEMBER if unit.pk in led else LeaguePost.SECRETARY
        led.add(unit.pk)
        fields = post_fields(
            {
                "organisation": unit.pk,
                "league_post": post.value,
                "employment_mode": EmploymentMode.PART_TIME.value,
                "admin_post": "网格员",
                "is_two_committee_member": rng.random() < 0.5,
                "appointed_on": PartialDate(date(2022, rng.randrange(1, 13), 1), Precision.MONTH),
            }
        )
        if has_left:
            fields |= {"ended_on": date(2026, rng.randrange(1, 9), 1), "end_reason": EndReason.REASSIGNED.value}
        yield NewPost(fields, person, is_main=place == 0 and not has_left)


def account(unit: Organisation, role: str) -> str:
    """Make an account with a role on a unit and sign it in; give the key of its session."""
    user = User.objects.create_user(f"keeper-{unit.pk}", "unused", full_name="管理员")
    assign_role(user=user, organisation=unit, role=role, on=FOUNDED, by=None, at=timezone.now())
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, "orgs.backends.RoleBackend")
    begin_session(request, user, timezone.now())
    request.session.save()
    return str(request.session.session_key)


def main() -> None:
    """Fill the database and print who may look at what."""
    rng = random.Random(7)
    tree = Tree(rng)
    fill(int(sys.argv[1]), tree, rng)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL's autovacuum does within a minute
    units = {"village": tree.villages[40], "township": tree.townships[2], "district": tree.district}
    rows = {
        scope: {"name": unit.name, "unit": unit.pk, "session": account(unit, ROLES[scope])}
        for scope, unit in units.items()
    }
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
