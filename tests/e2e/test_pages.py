"""Every page for every role: Chinese, accessible, within the screen, silent, and all from the portal itself."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from orgs.roles import ROLES
from scripts.shots import links, shape
from tests.e2e.visitor import SCREENS, Visitor

pytestmark = pytest.mark.e2e

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "axe.run(document, {resultTypes: ['violations'], preload: false})"
SERIOUS = {"serious", "critical"}
MOST_PAGES = 80

# Names of programs and file types that Chinese text writes in Latin letters, and examples of bad passwords.
FOREIGN_WORDS = {"Excel", "WPS", "MB", "xlsx", "xls", "csv", "aaaa", "qwer"}
LATIN = re.compile(r"[A-Za-z]{2,}")
MACHINE_NUMBER = re.compile(r"\b(?=\w*\d)[0-9A-Fa-f]{8,}\b")  # of an error, of a signature
VISIBLE = """() => [document.title, document.body.innerText,
    ...[...document.querySelectorAll('[placeholder],[title],[aria-label],[alt]')].flatMap(
        one => ['placeholder', 'title', 'aria-label', 'alt'].map(name => one.getAttribute(name) || ''))].join('\\n')"""
# What a page is made of, texts and equal neighbours left out: pages built alike are examined once.
SKELETON = """() => {
    const says = one => [...one.attributes].filter(a => !/^(href|value|id|for|title|src)$/.test(a.name))
        .map(a => a.name + (a.name === 'class' || a.name === 'role' || a.name === 'type' ? '=' + a.value : '')).join();
    const bones = one => one.tagName + '[' + says(one) + (one.textContent.trim() ? '' : '!') + ']' +
        [...new Set([...one.children].map(bones))].join('');
    return bones(document.body);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """Skeletons of the pages that were examined on a desktop."""
    return set()


def usernames(portal) -> set[str]:
    return set(portal.accounts)


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_every_page_of_a_role(visit, portal, role, examined):
    account = next(account for account in portal.accounts.values() if account.role == role)
    visitor = visit(account.username)
    faults = {}
    for path in walk(visitor):
        words = foreign_words(visitor, usernames(portal))
        found = [*words, *barriers(visitor, examined=examined), *overflow(visitor)]
        if found:
            faults[path] = found
    assert not faults, "\n".join(f"{path}: {found}" for path, found in faults.items())


@pytest.mark.parametrize("username", ["ganshi", "qinghe", "songtao"])
def test_the_commonest_pages_have_no_barriers_on_a_phone(visit, username):
    visitor = visit(username, screen="phone")
    faults = {}
    for path in ("/", "/roster/", "/organisations/", "/sheets/batches/", "/sheets/cadres/upload/", "/account/"):
        visitor.open(path)
        faults |= {path: found} if (found := [*barriers(visitor), *overflow(visitor)]) else {}
    assert not faults, "\n".join(f"{path}: {found}" for path, found in faults.items())


def test_pages_without_an_account(visit, portal):
    visitor = visit()
    faults = {}
    for path, status in (("/sign-in/", 200), ("/no-such-page/", 404)):
        visitor.open(path, status=status)
        found = [*foreign_words(visitor, set()), *barriers(visitor), *overflow(visitor)]
        faults |= {path: found} if found else {}
    assert not faults, "\n".join(f"{path}: {found}" for path, found in faults.items())


def walk(visitor: Visitor):
    """Open one page of every kind that links lead to from the workbench."""
    waiting, kinds, opened = ["/"], {"/"}, 0
    while waiting and opened < MOST_PAGES:
        path = waiting.pop(0)
        visitor.open(path)
        opened += 1
        yield path
        for target in links(visitor.page, visitor.address):
            if shape(target) not in kinds:
                kinds.add(shape(target))
                waiting.append(target)
    assert not waiting


def foreign_words(visitor: Visitor, names: set[str]) -> list[str]:
    """Find Latin words that a user can read."""
    text = MACHINE_NUMBER.sub("", str(visitor.page.evaluate(VISIBLE)))
    words = set(LATIN.findall(text))
    return sorted(f"外文 {word}" for word in words - FOREIGN_WORDS - names)


def barriers(visitor: Visitor, *, examined: set[str] | None = None) -> list[str]:
    """Find what axe calls serious or critical, unless a page built alike was examined."""
    if examined is not None:
        skeleton = str(visitor.page.evaluate(SKELETON))
        if skeleton in examined:
            return []
        examined.add(skeleton)
    visitor.page.evaluate(AXE)
    violations = visitor.page.evaluate(RUN_AXE)["violations"]
    grave = [one for one in violations if one["impact"] in SERIOUS]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in grave]


def overflow(visitor: Visitor) -> list[str]:
    """Find pages that are wider than a phone."""
    before = visitor.page.viewport_size
    visitor.page.set_viewport_size(SCREENS["phone"])
    wider = visitor.page.evaluate(OVERFLOW)
    visitor.page.set_viewport_size(before)
    return [f"宽出 {wider} 像素"] if wider > 0 else []


def test_the_walk_reaches_what_a_secretary_needs(visit):
    visitor = visit("qinghe")
    paths = {shape(urlsplit(path).path) for path in walk(visitor)}
    assert {"/", "/roster/", "/roster/N/", "/organisations/", "/organisations/N/", "/sheets/cadres/upload/"} <= paths
