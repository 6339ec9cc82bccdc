"""The accounts of the demonstration district: one for each role and some more, with random passwords."""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from cadres.choices import LeaguePost
from cadres.management.people import Person
from cadres.management.tree import Unit
from cadres.models import Cadre
from cadres.services.posts import link_account
from orgs.models import Organisation, User
from orgs.services import assign_role

ACCOUNTS_FILE = "demo-accounts.txt"
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_MARKS = "-+=%"


class Login(NamedTuple):
    """An account to be: user name, role, where it is held (short name), and of whom (post there; none: nobody's).

    ``nth`` tells people of one post apart: the demonstration needs two who are not the same person.
    """

    username: str
    role: str
    unit: str
    post: LeaguePost | None = None
    name: str = ""
    nth: int = 0


LOGINS = (
    Login("ganshi", "district_staff", "团区委", LeaguePost.STAFF),
    Login("qinghe", "township_secretary", "青禾街道", LeaguePost.SECRETARY),
    Login("songtao", "village_secretary", "松涛社区", LeaguePost.SECRETARY),
    Login("shuji", "leader", "团区委", LeaguePost.SECRETARY),
    Login("dangwei", "party_committee", "青禾街道", name="党工委联络员"),
    Login("zuzhibu", "org_department", "团区委", name="组织部联络员"),
    Login("weiyuan", "committee_member", "团区委", LeaguePost.MEMBER),
    Login("pingwei", "judge", "团区委", name="述职评委"),
    Login("xitong", "sysadmin", "团区委", name="系统管理员"),
    Login("anquan", "security_admin", "团区委", name="安全管理员"),
    Login("shenji", "auditor", "团区委", name="审计员"),
    Login("liuxi", "township_secretary", "柳溪街道", LeaguePost.SECRETARY),
    Login("liuxicun", "village_secretary", "", LeaguePost.SECRETARY),
    Login("ganshi2", "district_staff", "团区委", LeaguePost.STAFF, nth=1),
    Login("fushuji", "leader", "团区委", LeaguePost.DEPUTY_SECRETARY),
)


@dataclass(frozen=True)
class Opened:
    """An account that was opened, and the password that nobody else knows."""

    user: User
    login: Login
    password: str
    person: Person | None


def open_accounts(units: Sequence[Unit], people: Sequence[Person], *, on: date, at: datetime) -> list[Opened]:
    """Open the accounts, with their roles since a day; the units are written, the people need not be."""
    logins = [_placed(login, units, people) for login in LOGINS]
    passwords = [new_password() for _ in logins]
    with ThreadPoolExecutor() as pool:  # hashing takes its time by design, and both cores
        hashes = list(pool.map(make_password, passwords))
    opened = []
    for login, password, hashed in zip(logins, passwords, hashes, strict=True):
        unit = next(unit for unit in units if unit.short_name == login.unit)
        person = _holder(people, unit, login.post, login.nth) if login.post else None
        user = _open(login, hashed, person, at)
        organisation = Organisation.objects.get(pk=unit.pk)
        assign_role(user=user, organisation=organisation, role=login.role, on=on, by=None, at=at)
        opened.append(Opened(user, login, password, person))
    return opened


def link_accounts(opened: Sequence[Opened], *, at: datetime) -> None:
    """Say whose the accounts of people on the roster are, once these are written."""
    for one in opened:
        if one.person is not None:
            link_account(user=one.user, cadre=Cadre.objects.get(pk=one.person.pk), by=None, at=at)


def write_accounts(opened: Sequence[Opened], folder: Path) -> Path:
    """Write ``username role password`` lines for the owner of the installation only."""
    path = folder / ACCOUNTS_FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    lines = [f"{one.login.username} {one.login.role} {one.password}\n" for one in opened]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def new_password() -> str:
    """Make a password of four kinds of characters that is easy to read aloud."""
    groups = ["".join(secrets.choice(kind) for _ in range(3)) for kind in (_CAPITALS, _LETTERS, _DIGITS)]
    return groups[0] + secrets.choice(_MARKS) + groups[1] + secrets.choice(_MARKS) + groups[2]


def _open(login: Login, hashed: str, person: Person | None, at: datetime) -> User:
    name = person.values["name"] if person else login.name
    user = User(username=login.username, full_name=name, is_demo=True, password=hashed, password_changed_at=at)
    user.full_clean()
    user.save()
    return user


def _placed(login: Login, units: Sequence[Unit], people: Sequence[Person]) -> Login:
    """Choose a village of the second township whose secretary is in office for the account without a place."""
    if login.unit:
        return login
    township = next(unit for unit in units if unit.short_name == "柳溪街道")
    villages = [unit for unit in units if unit.parent is township and unit.village_kind]
    seated = next(unit for unit in villages if _holder(people, unit, LeaguePost.SECRETARY))
    return login._replace(unit=seated.short_name)


def _holder(people: Sequence[Person], unit: Unit, post: LeaguePost, nth: int = 0) -> Person | None:
    """Give who holds a post in a unit, the first unless told otherwise."""
    held = (
        person
        for person in people
        if any(one.unit is unit and one.values["league_post"] == post for one in person.current)
    )
    return next(islice(held, nth, None), None)
