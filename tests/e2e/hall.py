"""Who comes together when a year is reviewed, each in front of a browser, and what every page is examined for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from playwright.sync_api import Locator, expect

from orgs.models import User
from scripts.shots import SCREENS
from tests.appraisal.conftest import YEAR
from tests.e2e.examination import OVERFLOW, faults_of
from tests.e2e.test_vertical import click, confirm
from tests.e2e.visitor import Visitor
from tests.factories import make_user

WHO, OTHER = "书记2", "书记1"
TITLES = {"staff": "许文静", "clerk": "高远", "leader": "周正", "own": WHO, "party": "陈一"}
Arrive = Callable[..., Visitor]


@dataclass
class Hall:
    """Who has a browser open in front of the year."""

    staff: Visitor
    clerk: Visitor
    leader: Visitor
    own: Visitor
    party: Visitor


@pytest.fixture
def arrive(chromium, live_server) -> Iterator[Arrive]:
    """Open browsers, each of somebody signed in or of nobody; what went wrong in any of them fails the test."""
    visitors: list[Visitor] = []

    def _arrive(screen: str, session: str = "") -> Visitor:
        context = chromium.new_context(viewport=SCREENS[screen], locale="zh-CN", reduced_motion="reduce")
        if session:
            context.add_cookies([{"name": "sid", "value": session, "url": live_server.url}])
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield _arrive
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def staff(district) -> User:
    """Who keeps the year, and gave half of the marks."""
    return _called("staff", make_user("district_staff", district.top))


@pytest.fixture
def clerk(district) -> User:
    """Another 机关干事, who gave none."""
    return _called("clerk", make_user("district_staff", district.top))


@pytest.fixture
def leader(district) -> User:
    """Who gave the other half, and approves."""
    return _called("leader", make_user("leader", district.top))


@pytest.fixture
def at_desks(staff, clerk, leader) -> dict[str, User]:
    """Give who works at a desk."""
    return {"staff": staff, "clerk": clerk, "leader": leader}


@pytest.fixture
def on_phones(district, own) -> dict[str, User]:
    """Give who has a phone: who is appraised, and 同级党委."""
    party = make_user("party_committee", district.township_b)
    return {"own": _called("own", own), "party": _called("party", party)}


@pytest.fixture
def hall(arrive, at_desks, on_phones) -> Hall:
    """Bring everybody."""
    desks = {name: arrive("desktop", _session(user)) for name, user in at_desks.items()}
    return Hall(**desks, **{name: arrive("phone", _session(user)) for name, user in on_phones.items()})


def _called(name: str, user: User) -> User:
    """Give an account a name that is no foreign word."""
    user.full_name = TITLES[name]
    user.save(update_fields=["full_name"])
    return user


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sid"].value


# ---- looking -------------------------------------------------------------------------
@pytest.fixture
def look() -> Callable[[Visitor], None]:
    """Examine the page that is open, on its own screen and on a phone, and leave it as it was."""
    known: dict[bool, set[str]] = {True: set(), False: set()}

    def _look(visitor: Visitor, *, again: bool = True) -> None:
        assert visitor.page.evaluate(OVERFLOW) <= 0, visitor.page.url
        faults = faults_of(visitor, known=known[visitor.is_on_a_phone], words=set())
        assert faults == [], visitor.page.url
        if again:
            visitor.page.reload()

    return _look


def row_of(visitor: Visitor, table: str, words: str) -> Locator:
    """Give the line of a table that has these words."""
    return visitor.page.get_by_role("table", name=table, exact=True).get_by_role("row").filter(has_text=words)


def step(staff: Visitor, title: str, then: str) -> None:
    """Take the year to its next state, or back; ``then`` is what the page says after it."""
    page = staff.open(f"/appraisal/{YEAR}/")
    expect(staff.main()).not_to_contain_text("正在清点")
    click(page, title)
    confirm(page, title)
    expect(staff.main()).to_contain_text(then)
    expect(staff.main()).not_to_contain_text("正在清点")
