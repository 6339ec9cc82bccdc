"""Photograph every page for each role, on a desktop and on a phone, into ``.shots/``."""

import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, sync_playwright

from scripts.accounts import Account, one_per_role, read_accounts
from scripts.serve import ROOT
from scripts.throwaway import portal

SHOTS = ROOT / ".shots"
SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
MOST_PAGES = 60
TO_BE_SAVED = "Download is starting"  # what Playwright says of an answer that is a file


def shape(path: str) -> str:
    """Fold the numbers of an address, so that one page stands for all of its kind."""
    return re.sub(r"\d+", "N", path)


def slug(path: str) -> str:
    """Make a file name of an address."""
    return shape(path).strip("/").replace("/", "_") or "workbench"


def sign_in(browser: Browser, address: str, account: Account, screen: str) -> BrowserContext:
    """Open a browser of that size and sign in."""
    context = browser.new_context(viewport=SCREENS[screen], locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
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


def photograph(context: BrowserContext, address: str, paths: list[str], folder: Path) -> None:
    """Take one picture of each page, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    page = context.new_page()
    for path in paths:
        page.goto(f"{address}{path}")
        page.wait_for_function("document.querySelector('.htmx-request') === null")
        page.screenshot(path=folder / f"{slug(path)}.png", full_page=True)


def shoot_role(browser: Browser, address: str, account: Account) -> int:
    """Photograph what one role reaches on both screens; return the number of pages."""
    paths: list[str] = []
    for screen in SCREENS:
        context = sign_in(browser, address, account, screen)
        paths = paths or pages(context, address)
        photograph(context, address, paths, SHOTS / account.role / screen)
        context.close()
    return len(paths)


def main() -> int:
    """Photograph all roles, or those named on the command line."""
    wanted = set(sys.argv[1:])
    with portal() as (var_dir, address), sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=sandbox)
        for account in one_per_role(read_accounts(var_dir)):
            if not wanted or account.role in wanted:
                print(f"{account.title}：{shoot_role(browser, address, account)} 个页面", flush=True)
        browser.close()
    print(f"截图在 {SHOTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
