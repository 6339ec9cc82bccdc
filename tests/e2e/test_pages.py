"""Every page for every role, and those that no link leads to: Chinese, accessible, within the screen, silent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from orgs.roles import ROLES
from scripts.shot_pages import BATCHES, FURTHER, LINKLESS
from scripts.shots import links, shape
from tests.e2e.examination import barriers, faults_of, overflow
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

MOST_PAGES = 160
REACHED = {
    "district_staff": {
        "/admin/",
        "/admin/cadres/cadre/N/change/",
        "/roster/add/",
        "/roster/requests/N/decide/",
        "/search/",
    },
    "township_secretary": {
        "/",
        "/roster/",
        "/roster/N/",
        "/roster/N/file/",
        "/roster/overview/",
        "/roster/overview/units/",
        "/organisations/",
        "/organisations/N/",
        "/sheets/cadres/upload/",
        "/sheets/cadres/export/",
    },
    "auditor": {"/audit/"},
}


# A foreign word, wider than a phone, a field without a name, and too little contrast in the dark.
BAD = """<!doctype html><html lang="zh-Hans" data-bs-theme="light"><head><title>页</title>
<style>[data-bs-theme=dark] p { color: #333; background: #222 }</style></head>
<body><main><h1>页</h1><p>hello geheim</p><input><div style="width: 900px">宽</div></main></body></html>"""


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Skeletons of the pages that were examined on a desktop."""
    return set()


@pytest.fixture(scope="module")
def known_on_a_phone() -> set[str]:
    """Skeletons of the pages that were examined on a phone."""
    return set()


def told(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}: {found}" for path, found in faults.items() if found)


def test_the_examination_finds_what_it_looks_for(visit, portal):
    visitor = visit()
    show(visitor, BAD)
    found = faults_of(visitor, known=set(), words={"geheim"})
    assert [fault.partition(":")[0].partition(" ")[0] for fault in found] == ["外文", "宽出", "label", "color-contrast"]


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_every_page_of_a_role(visit, portal, role, known):
    account = next(account for account in portal.accounts.values() if account.role == role)
    visitor = visit(account.username)
    faults = {path: faults_of(visitor, known=known, words=portal.words) for path in walk(visitor)}
    assert not any(faults.values()), told(faults)
    assert REACHED.get(role, {"/"}) <= {shape(path) for path in faults}


def test_pages_that_no_link_leads_to(visit, portal, known):
    visitors = {username: visit(username) for username in dict.fromkeys(username for username, _, _ in LINKLESS)}
    faults = {}
    for username, path, status in LINKLESS:
        visitors[username].open(path, status=status)
        faults[f"{username} {path}"] = faults_of(visitors[username], known=known, words=portal.words)
    assert not any(faults.values()), told(faults)


def test_a_batch_in_every_state(visit, portal, known):
    visitor = visit("zhanshi")
    faults = {}
    for name, rest in (*((name, "") for name in BATCHES), *FURTHER):
        visitor.open(f"/sheets/batches/{portal.furnishings.batches[name]}/{rest}")
        assert rest or BATCHES[name] in visitor.text(), name
        faults[f"{name} {rest}"] = faults_of(visitor, known=known, words=portal.words)
    assert not any(faults.values()), told(faults)


def test_pages_that_need_neither_account_nor_database(visit, portal, known):
    visitor = visit()
    faults = {}
    for name, html in portal.furnishings.bare.items():
        show(visitor, html)
        faults[name] = faults_of(visitor, known=known, words=portal.words)
    assert not any(faults.values()), told(faults)


def show(visitor: Visitor, html: str) -> None:
    """Show a page that the portal does not answer with, in its place."""
    visitor.page.unroute("**/shown/")
    visitor.page.route("**/shown/", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.open("/shown/")


def test_wrong_passwords_up_to_the_lock(visit, portal, known):
    visitor = visit()
    visitor.expect_refusal("/sign-in/")
    faults = {}
    for number in range(1, 6):
        visitor.open("/sign-in/")
        visitor.fill_in("niemand", "wrong")
        expect(
            visitor.page.get_by_role("heading", name="登录" if number < 5 else "登录已暂停", exact=True)
        ).to_be_visible()
        if number in {1, 5}:
            faults[f"try {number}"] = faults_of(visitor, known=known, words=portal.words)
    assert not any(faults.values()), told(faults)


@pytest.mark.parametrize("username", ["ganshi", "qinghe", "songtao"])
def test_the_commonest_pages_have_no_barriers_on_a_phone(visit, username, known_on_a_phone):
    visitor = visit(username, screen="phone")
    faults = {}
    for path in ("/", "/roster/", "/organisations/", "/sheets/batches/", "/sheets/cadres/upload/", "/account/"):
        visitor.open(path)
        faults[path] = [*overflow(visitor), *barriers(visitor, known=known_on_a_phone)]
    assert not any(faults.values()), told(faults)


def walk(visitor: Visitor) -> Iterator[str]:
    """Open one page of every kind that links lead to from the workbench; what is a file to be saved is none."""
    waiting, kinds, opened = ["/"], {"/"}, 0
    while waiting and opened < MOST_PAGES:
        path = waiting.pop(0)
        if not visitor.opens(path):
            continue
        opened += 1
        found = links(visitor.page, visitor.address)
        yield path
        for target in found:
            if shape(target) not in kinds:
                kinds.add(shape(target))
                waiting.append(target)
    assert not waiting
