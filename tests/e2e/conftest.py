"""A running portal with its demonstration district, and browsers in front of it."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from scripts.accounts import Account, read_accounts
from scripts.shots import SCREENS
from scripts.throwaway import portal as running_portal
from tests.corrections import correct
from tests.e2e.furnishings import Furnishings, furnished
from tests.e2e.visitor import Visitor

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
Visit = Callable[..., Visitor]


@dataclass
class Portal:
    """A portal that runs, its folder, what was put there, and the sessions of those who have signed in already."""

    var_dir: Path
    address: str
    furnishings: Furnishings = field(default_factory=Furnishings)
    sessions: dict[str, StorageState] = field(default_factory=dict)

    @property
    def accounts(self) -> dict[str, Account]:
        """Give the demonstration accounts by name."""
        return {account.username: account for account in read_accounts(self.var_dir)}

    @property
    def words(self) -> set[str]:
        """Give the Latin words that are data: names of accounts, a secret that is shown once."""
        return set(self.accounts) | set(re.findall("[A-Za-z]+", " ".join(self.furnishings.words)))

    @property
    def clean(self) -> Path:
        """Give the roster in order."""
        return self.var_dir / "demo" / "青禾街道团干部花名册.xlsx"

    @property
    def messy(self) -> Path:
        """Give the roster full of mistakes."""
        return self.var_dir / "demo" / "三季度.xlsx"

    def corrected(self, folder: Path) -> Path:
        """Correct the messy roster as its secretary does."""
        return correct(self.messy, self.clean, folder / "三季度（改）.xlsx")


@pytest.fixture(scope="package")
def portal() -> Iterator[Portal]:
    """The portal that most tests share: web, worker and beat as ``make run`` starts them, and everybody signed in."""
    with running_portal() as (var_dir, address), furnished() as furnishings:
        yield Portal(var_dir, address, furnishings, furnishings.states())


@pytest.fixture(scope="package")
def second_portal() -> Iterator[Portal]:
    """Another one, as fresh as the first was, for the story on a phone."""
    with running_portal() as (var_dir, address):
        yield Portal(var_dir, address)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its loop runs in this thread, where a test may ask the database too."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, portal) -> Iterator[Visit]:
    """Open browsers for accounts, each signed in; what went wrong in any of them fails the test."""
    visitors: list[Visitor] = []

    def _visit(username: str = "", *, screen: str = "desktop", at: Portal = portal, fresh: bool = False) -> Visitor:
        known = None if fresh else at.sessions.get(username)
        context = chromium.new_context(
            viewport=SCREENS[screen],
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            storage_state=known,
        )
        visitor = Visitor(context, at.address)
        visitors.append(visitor)
        if username and known is None:
            visitor.sign_in(username, at.accounts[username].password)
            if not fresh:
                at.sessions[username] = context.storage_state()
        return visitor

    yield _visit
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []
