"""Somebody in front of a browser: opens pages of the portal, and notices whatever goes wrong on the way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from scripts.shots import opened

# htmx says so when the page is left while it asks for something.
LEFT_WHILE_ASKING = ("htmx:afterRequest", "htmx:sendAbort")


class Visitor:
    """One browser of one person; ``problems`` lists what no page may do."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.context = context
        self.problems: list[str] = []
        self._expected_refusals: set[str] = set()
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._watch_request)
        self.page.on("response", self._watch_response)

    # ---- what goes wrong -----------------------------------------------------
    def _hear(self, message: ConsoleMessage) -> None:
        expected = message.location.get("url", "") in self._expected_refusals
        if message.type == "error" and not expected and not message.text.startswith(LEFT_WHILE_ASKING):
            self.problems.append(f"{self.page.url}: {message.text}")

    def _watch_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.problems.append(f"{self.page.url} asks {request.url}")

    def _watch_response(self, response: Response) -> None:
        if response.status >= 400 and response.url not in self._expected_refusals:
            self.problems.append(f"{response.status} {response.url}")

    # ---- going about -----------------------------------------------------------
    @property
    def is_on_a_phone(self) -> bool:
        """Tell whether the screen is a phone's."""
        return (self.page.viewport_size or {"width": 0})["width"] < 768

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the page."""
        self.open("/sign-in/")
        self.fill_in(username, password)
        self.page.wait_for_url(lambda url: urlsplit(url).path == "/")

    def fill_in(self, username: str, password: str) -> None:
        """Write name and password at the gate and send them."""
        self.page.get_by_label("账号", exact=True).fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to an address of the portal and expect its status."""
        url = path if path.startswith("http") else f"{self.address}{path}"
        if status >= 400:
            self.expect_refusal(url)
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.status == status, f"{answer.status} {url}"
        return self.page

    def opens(self, path: str) -> bool:
        """Go to an address of the portal that a page links to; tell whether it is a page and no file to be saved."""
        answer = opened(self.page, f"{self.address}{path}")
        assert answer is None or answer.status == 200, f"{path} is linked to and cannot be opened"
        return answer is not None

    def expect_refusal(self, path: str) -> None:
        """Take an answer of 400 and above from an address for what it should be."""
        self._expected_refusals.add(path if path.startswith("http") else f"{self.address}{quote(path, safe=':/?=&')}")

    def text(self) -> str:
        """Read what stands on the page, as a person sees it."""
        return str(self.page.evaluate("document.body.innerText"))

    def main(self) -> Locator:
        """Give the part of the page between navigation and foot."""
        return self.page.locator("#main")

    def navigate(self, title: str) -> None:
        """Use the navigation: at the side, or the bar at the bottom of a phone."""
        bar = self.page.get_by_role("navigation", name="常用") if self.is_on_a_phone else self.page.locator("#side")
        bar.get_by_role("link", name=title, exact=True).click()

    def upload(self, file: Path) -> None:
        """Choose a file on the page for uploading and send it."""
        self.page.locator("input[type=file]").set_input_files(file)
        self.page.get_by_role("button", name="上传并检查").click()

    def search_roster(self, words: str) -> list[str]:
        """Look somebody up on the page of the roster; give the names found."""
        self.open(f"/roster/?q={words}")
        return self.main().locator("a.who").all_inner_texts()

    def figures(self) -> dict[str, str]:
        """Read the strip of figures of a checked batch."""
        strip = self.page.get_by_role("form", name="按检查结果筛选")
        expect(strip).to_be_visible(timeout=30_000)
        buttons = strip.get_by_role("button").all()
        names = [button.locator(".fig-k").inner_text().strip() for button in buttons]
        values = [button.locator(".fig-v").inner_text() for button in buttons]
        return {name: re.sub(r"\D", "", value) for name, value in zip(names, values, strict=True)}

    @contextmanager
    def download(self, folder: Path) -> Iterator[Path]:
        """Give the path at which what is downloaded meanwhile will lie."""
        target = folder / "download.xlsx"
        with self.page.expect_download() as event:
            yield target
        event.value.save_as(target)
