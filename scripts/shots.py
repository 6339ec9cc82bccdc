"""Photograph every page for each role, and every page that no link leads to, into ``.shots/``; on contact sheets too.

``python -m scripts.shots [ROLE…] [--screen desktop] [--theme dark] [--district long]``; each option may be repeated. A
role is a code of ``orgs.roles``, or ``states``: the pages of ``scripts.shot_pages``.
A picture is called ``.shots/DISTRICT/ROLE/SCREEN-THEME/PAGE.png``, the contact sheet of a folder ``contact.png`` in it.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, StorageState, sync_playwright

from scripts.accounts import Account, one_per_role, read_accounts
from scripts.serve import ROOT
from scripts.shot_pages import BATCHES, FURTHER, LINKLESS
from scripts.throwaway import portal

SHOTS = ROOT / ".shots"
SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES = ("light", "dark")
DISTRICTS = ("usual", "empty", "long")
STATES = "states"
EXHIBITOR = "zhanshi"
MOST_PAGES = 60
TO_BE_SAVED = "Download is starting"  # what Playwright says of an answer that is a file
CONTACT = """<!doctype html><meta charset="utf-8"><style>body{font:13px sans-serif;margin:12px;display:flex;
flex-wrap:wrap;gap:12px;align-items:flex-start}figure{margin:0;width:300px}img{width:300px;max-height:700px;
object-fit:cover;object-position:top;border:1px solid #999}</style>"""


@dataclass(frozen=True)
class View:
    """How pages are looked at: in which district, on which screen, light or dark."""

    district: str
    screen: str
    theme: str

    def folder(self, role: str) -> Path:
        """Give the folder of the pictures of a role."""
        return SHOTS / self.district / role / f"{self.screen}-{self.theme}"


def shape(path: str) -> str:
    """Fold the numbers and dotted keys of an address, so that one page stands for all of its kind."""
    return re.sub(r"(?<=/)[a-z_]+\.[a-z_]+(?=/)", "K", re.sub(r"\d+", "N", path))


def slug(path: str) -> str:
    """Make a file name of an address; a question keeps its letters."""
    return re.sub(r"[^\w.-]+", "_", shape(path)).strip("_") or "workbench"


def opened_context(browser: Browser, view: View, state: StorageState | None = None) -> BrowserContext:
    """Open a browser of that size and theme, perhaps with somebody signed in."""
    size = SCREENS[view.screen]
    context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", storage_state=state)  # type: ignore[arg-type]
    context.add_init_script(f"localStorage.setItem('yl-theme', '{view.theme}')")
    return context


def sign_in(browser: Browser, address: str, account: Account, view: View) -> BrowserContext:
    """Open a browser and sign in."""
    context = opened_context(browser, view)
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", account.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.close()
    return context


def opened(page: Page, url: str) -> Response | None:
    """Open an address; None when what comes is a file to be saved, or otherwise no page."""
    try:
        answer = page.goto(url)
    except Error as error:
        if TO_BE_SAVED not in error.message:
            raise
        return None
    is_page = answer is not None and answer.headers.get("content-type", "").startswith("text/html")
    return answer if is_page else None


def links(page: Page, address: str) -> list[str]:
    """List the addresses of this portal that a page links to, without their questions."""
    targets: list[str] = page.eval_on_selector_all("a[href]", "all => [...new Set(all.map(a => a.href))]")
    return [urlsplit(target).path for target in targets if target.startswith(address)]


def pages(context: BrowserContext, address: str) -> list[str]:
    """Walk from the first page through every kind of page that links lead to."""
    page = context.new_page()
    waiting, kinds = ["/"], {"/"}
    found: list[str] = []
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if opened(page, f"{address}{path}") is None:
            continue
        found.append(path)
        for target in links(page, address):
            if shape(target) not in kinds:
                kinds.add(shape(target))
                waiting.append(target)
    page.close()
    return found


def photograph(context: BrowserContext, address: str, named: Iterable[tuple[str, str]], folder: Path) -> None:
    """Take one picture of each page, whole, under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    page = context.new_page()
    for name, path in named:
        answer = page.goto(f"{address}{path}")
        if answer is not None and answer.status >= 500:
            print(f"{path}：状态码 {answer.status}", flush=True)
        page.wait_for_selector(".htmx-request", state="detached")
        page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")
    page.close()


def contact_sheet(browser: Browser, folder: Path) -> None:
    """Put all pictures of a folder on one, each with its name."""
    pictures = sorted(path for path in folder.glob("*.png") if path.name != "contact.png")
    figures = (f'<figure><img src="{path.as_uri()}"><br>{escape(path.stem)}</figure>' for path in pictures)
    sheet = folder / "contact.html"
    sheet.write_text(CONTACT + "".join(figures), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.goto(sheet.as_uri())
    page.screenshot(path=folder / "contact.png", full_page=True)
    page.close()
    sheet.unlink()


def shoot_role(browser: Browser, address: str, account: Account, views: Iterable[View]) -> int:
    """Photograph what one role reaches in every view; return the number of pages."""
    paths: list[str] = []
    for view in views:
        context = sign_in(browser, address, account, view)
        paths = paths or pages(context, address)
        named = {slug(path): path for path in paths}
        photograph(context, address, named.items(), view.folder(account.role))
        context.close()
        contact_sheet(browser, view.folder(account.role))
    return len(paths)


def shoot_states(browser: Browser, address: str, views: Iterable[View]) -> int:
    """Photograph every state of a batch and the pages that no link leads to; return the number of pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
    django.setup()  # the furnishings are rows; they are made in a process of their own
    with import_module("tests.e2e.furnishings").furnished() as made:
        states, wanted = made.states(), state_pages(made.batches)
        for view in views:
            for username, named in wanted.items():
                context = opened_context(browser, view, states.get(username))
                photograph(context, address, named.items(), view.folder(STATES))
                context.close()
            contact_sheet(browser, view.folder(STATES))
    return sum(map(len, wanted.values()))


def state_pages(batches: dict[str, int]) -> dict[str, dict[str, str]]:
    """Give the addresses by name for each account of the table; nobody is the account of an empty name."""
    found: dict[str, dict[str, str]] = {EXHIBITOR: {}}
    for name, rest in (*((name, "") for name in BATCHES), *FURTHER):
        found[EXHIBITOR][f"batch_{slug(name + rest)}"] = f"/sheets/batches/{batches[name]}/{rest}"
    for username, path, _status in LINKLESS:
        found.setdefault(username, {})[f"{username or 'nobody'}_{slug(path)}"] = path
    return found


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; without options everybody on both screens in the light of a usual district."""
    parser = argparse.ArgumentParser(prog="shots", description="给每个角色的每个页面截图")
    parser.add_argument("roles", nargs="*", metavar="ROLE", help=f"角色代码，或 {STATES}")
    parser.add_argument("--screen", action="append", choices=[*SCREENS])
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--district", action="append", choices=DISTRICTS)
    options = parser.parse_args(arguments)
    options.screen = options.screen or [*SCREENS]
    options.theme = options.theme or ["light"]
    options.district = options.district or ["usual"]
    return options


def shoot_district(browser: Browser, district: str, options: argparse.Namespace) -> None:
    """Photograph one district in a portal of its own."""
    views = [View(district, screen, theme) for screen in options.screen for theme in options.theme]
    with portal() as (var_dir, address):
        if district != "usual":
            subprocess.run([sys.executable, "-m", "scripts.shot_variants", district], cwd=ROOT, check=True)
        for account in one_per_role(read_accounts(var_dir)):
            if not options.roles or account.role in options.roles:
                print(f"{account.title}：{shoot_role(browser, address, account, views)} 个页面", flush=True)
        if district == "usual" and (not options.roles or STATES in options.roles):
            print(f"各种状态：{shoot_states(browser, address, views)} 个页面", flush=True)


def main() -> int:
    """Photograph what the command line asks for."""
    options = read_options(sys.argv[1:])
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=sandbox)
        for district in options.district:
            shoot_district(browser, district, options)
        browser.close()
    print(f"截图在 {SHOTS}，每个文件夹里的 contact.png 是总览")
    return 0


if __name__ == "__main__":
    sys.exit(main())
