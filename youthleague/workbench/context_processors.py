"""The frame around every page: navigation, breadcrumb, search, account menu; worked out when a template asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from orgs.access import assignments_of
from orgs.models import Organisation, OrgAssignment, User
from orgs.roles import ROLE_BY_CODE, Sees
from youthleague.kernel.navigation import NavigationGroup
from youthleague.notices.services.inbox import unread_count
from youthleague.workbench.reports import navigation_entries

PHONE_ENTRIES = 4
SEE_UNITS = "orgs.view_organisation"
ACCOUNT_LINKS = (
    ("我的账号", "account", "user"),
    ("修改密码", "password-change", "key"),
    ("两步验证", "otp-setup", "shield-check"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    title: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation that this account may follow."""

    title: str
    short: str
    url: str
    url_name: str
    icon: str
    group: NavigationGroup
    phone: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the navigation and the lines under it."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class AccountMenu:
    """Who is signed in: name, the unit of the main role, the roles, and what can be done with the account."""

    name: str
    post: str
    roles: tuple[str, ...]
    links: tuple[Link, ...]


def shell(request: HttpRequest) -> dict[str, "Shell"]:
    """Give templates the frame as ``shell``; nothing is read before it is used, so that error pages can do without."""
    return {"shell": Shell(request)}


def address_of(url_name: str, *args: object) -> str:
    """Give the address of a page, or nothing when this installation does not have the page."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame for one request. ``site_name`` and ``demo`` cost nothing; the rest asks who is signed in."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.site_name: str = settings.SITE_NAME
        self.demo: bool = settings.DEMO
        self.home_url = address_of("workbench")
        self.sign_in_url = address_of("sign-in")
        self.sign_out_url = address_of("sign-out")

    @cached_property
    def user(self) -> User | AnonymousUser:
        """Who is signed in; nobody when the request failed before that was known."""
        return getattr(self._request, "user", None) or AnonymousUser()

    @cached_property
    def frame(self) -> str:
        """The template that an error page stands in."""
        return "base.html" if self.user.is_authenticated else "base_bare.html"

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The lines that the account may follow, and that lead somewhere."""
        return tuple(self._entries()) if self.user.is_authenticated else ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The lines under their headings."""
        return tuple(Group(group.title(), tuple(rows)) for group, rows in groupby(self.entries, lambda row: row.group))

    @property
    def phone(self) -> tuple[Entry, ...]:
        """The lines of the bar at the bottom of a phone."""
        return tuple(entry for entry in self.entries if entry.phone)[:PHONE_ENTRIES]

    @cached_property
    def section(self) -> str:
        """The line to mark: the one whose address is the longest beginning of this page's."""
        here = self._request.path
        fits = [
            row for row in self.entries if here == row.url or (row.url != self.home_url and here.startswith(row.url))
        ]
        return max(fits, key=lambda row: len(row.url)).url_name if fits else ""

    @cached_property
    def search_url(self) -> str:
        """Where to search; nothing for those who see no organisation."""
        return address_of("search") if self.user.is_authenticated and self.user.has_perm(SEE_UNITS) else ""

    @cached_property
    def inbox_url(self) -> str:
        """Where one's notices are."""
        return address_of("inbox") if self.user.is_authenticated else ""

    @cached_property
    def unread(self) -> str:
        """How many notices were not read yet, as the bell writes it; nothing for none."""
        count = unread_count(self.user) if isinstance(self.user, User) else 0
        return "99+" if count > 99 else str(count or "")

    @cached_property
    def account(self) -> AccountMenu | None:
        """The account menu."""
        if not isinstance(self.user, User):
            return None
        return AccountMenu(
            name=str(self.user),
            post=unit_title(self._main.organisation) if self._main else "",
            roles=tuple(f"{unit_title(row.organisation)}，{ROLE_BY_CODE[row.role].title}" for row in self._assignments),
            links=tuple(self._account_links(self.user)),
        )

    @cached_property
    def path(self) -> list[dict[str, str]]:
        """The highest unit that the account sees, as the first step of a breadcrumb; what stands above is not its."""
        seen = (row.organisation for row in self._assignments if ROLE_BY_CODE[row.role].sees != Sees.NOTHING)
        return [{"title": unit_title(one), "url": address_of("organisation", one.pk)} for one in seen][:1]

    @cached_property
    def _assignments(self) -> list[OrgAssignment]:
        if not isinstance(self.user, User):
            return []
        rows = assignments_of(self.user, timezone.localdate())
        return sorted(rows, key=lambda row: (len(row.organisation.lineage), row.organisation.lineage))

    @property
    def _main(self) -> OrgAssignment | None:
        return self._assignments[0] if self._assignments else None

    def _entries(self) -> Iterator[Entry]:
        for entry in navigation_entries():
            url = address_of(entry.url_name)
            if url and (not entry.permission or self.user.has_perm(entry.permission)):
                short = entry.short or entry.title
                yield Entry(entry.title, short, url, entry.url_name, entry.icon, entry.group, entry.phone)

    def _account_links(self, user: User) -> Iterator[Link]:
        for title, url_name, icon in ACCOUNT_LINKS:
            url = address_of(url_name)
            if url:
                yield Link(title, url, icon)
        if user.is_staff:
            yield Link("后台维护", address_of("admin:index"), "settings")


def unit_title(organisation: Organisation) -> str:
    """Give the name of a unit where room is scarce."""
    return organisation.short_name or organisation.name
