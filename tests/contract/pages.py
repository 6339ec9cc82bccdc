"""The table of the portal's addresses: who may ask for each, what fills its keys, and what is answered.

A new address needs a line here, or the build fails. ``roles`` is who holds the permission (None: open to all). ``keys``
name the model whose row goes into each place of the address. ``get`` and ``post`` are the status for those who may,
about a row of their own (None: 405). ``data`` makes what a POST carries, about a given unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.contract.appraisal_pages import APPRAISAL_PAGES
from tests.contract.appraisal_rights import VIEWERS
from tests.contract.canaries import PREFIX
from tests.contract.joint_pages import JOINT_PAGES
from tests.contract.linkage_pages import LINKAGE_PAGES
from tests.contract.queries import LISTING, SEARCHES
from tests.contract.sent import (
    about,
    document_file,
    founded,
    merged,
    moved,
    post_row,
    request_row,
    roster_row,
    transfer_row,
    upload_file,
)
from tests.contract.visitors import EVERYBODY, KEEPERS, ROSTER, UNITS, Visitor

AUDITORS = frozenset({"auditor"})
SECURITY = frozenset({"security_admin"})
ACCOUNT_STEP = {"roles": SECURITY, "keys": {"pk": "orgs.User"}, "get": None, "post": 302, "is_kept": True}
SYSADMINS = frozenset({"sysadmin"})
POLICY_KEEPERS = frozenset({"sysadmin", "district_staff"})
EXPORTERS = frozenset({"district_staff", "township_secretary"})
ANYBODY = EVERYBODY | {"nobody"}

Data = Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True)
class Page:
    """One address."""

    roles: frozenset[str] | None = ANYBODY
    keys: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)  # places filled alike for everybody
    get: int | None = 200
    post: int | None = None
    data: Data | None = None
    honest: int | None = None  # the answer to the same data about a unit of one's own: proof that the data are sound
    every_own: bool = False  # one's own rows look different by their state: all of them
    is_kept: bool = False  # one's own row is one that one may change
    pick: Callable[[Visitor, Any], bool] | None = None  # one's own row is one that fits: of those one keeps
    method_first: bool = False  # a wrong method is refused before anybody is asked who they are
    queries: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()  # queries that leave an event in the log
    former: int | None = None  # about a person who left the visitor's unit
    beside: int | None = None  # about a person whose main post is elsewhere
    told: frozenset[str] = (
        frozenset()
    )  # columns that it tells whoever may open it: the log says what its events are about
    of_district: bool = False  # the role has to be held on the whole district
    empty_for: frozenset[str] = frozenset()  # roles that may ask for it and have none of their own
    at_home: frozenset[str] = KEEPERS  # the roles whose units are one's own here
    stranger: int | None = None  # the answer of an open page to those who are not signed in, where it differs


# Whoever keeps the installation reads to whom something did not go out.
TOLD_OF_NOTICES = frozenset({"orgs.User.full_name"})
# Whoever decides about a request reads who filed it.
TOLD_OF_REQUESTS = frozenset({"orgs.User.full_name"})
TREE_KEEPERS = frozenset({"district_staff"})
ACT: dict[str, Any] = {"roles": TREE_KEEPERS, "keys": {"pk": "orgs.Organisation"}, "post": 200, "is_kept": True}
BATCH = {"pk": "sheets.ImportBatch"}
SHEET_USERS = KEEPERS | {"leader"}  # leaders give marks by spreadsheet, too
OF_BATCH: dict[str, Any] = {"roles": KEEPERS, "keys": BATCH, "empty_for": frozenset({"leader"})}
STEP = {**OF_BATCH, "get": None, "post": 302, "method_first": True}


def pages_of_kind(code: str, keepers: frozenset[str], exporters: frozenset[str]) -> dict[str, Page]:
    """Give the addresses of a kind of spreadsheet: who fills it in, who takes its rows away."""
    pages = _pages_of_kind({"code": code}, keepers, exporters)
    return {name: replace(page, at_home=keepers | KEEPERS) for name, page in pages.items()}


def _pages_of_kind(fixed: Mapping[str, object], keepers: frozenset[str], exporters: frozenset[str]) -> dict[str, Page]:
    return {
        "sheet-upload": Page(
            keepers,
            fixed=fixed,
            post=200,
            data=upload_file,
            honest=302,
            queries=("?unit={elsewhere}", "?replaces={batch}", "?replaces=x"),
        ),
        "sheet-update-template": Page(
            exporters, fixed=fixed, get=None, post=404, data=about, honest=200, method_first=True
        ),
        "sheet-template": Page(
            keepers, fixed=fixed, method_first=True, queries=("?unit={elsewhere}:404", "?unit=x:404")
        ),
        "sheet-export": Page(
            exporters, fixed=fixed, post=200, data=about, honest=200, queries=("?unit={elsewhere}", "?unit=x")
        ),
    }


KIND_PAGES = {
    "cadres": pages_of_kind("cadres", KEEPERS, EXPORTERS),
    "organisations": pages_of_kind("organisations", TREE_KEEPERS, TREE_KEEPERS),
    "weeks": pages_of_kind("weeks", KEEPERS, KEEPERS),
    "marks": pages_of_kind("marks", VIEWERS, VIEWERS),
}

PAGES: dict[str, Page] = {
    # ---- youthleague.workbench
    "workbench": Page(method_first=True),
    "search": Page(method_first=True, queries=(*SEARCHES, "?q=%E6%B5%8B")),
    "audit": Page(
        AUDITORS,
        method_first=True,
        logged=("", f"?q={PREFIX}", "?before=2", "?before=x", "?action=role.assign", "?action=account.link"),
        told=frozenset({"orgs.Organisation.name", "cadres.Cadre.name"}),
    ),
    "jobs": Page(SYSADMINS),
    "system-status": Page(SYSADMINS),
    "job": Page(SYSADMINS, fixed={"code": "special-days"}, post=200),
    "audit-chain": Page(AUDITORS, method_first=True, logged=("",)),
    "audit-verify": Page(AUDITORS, get=None, post=302),
    "audit-anchor": Page(AUDITORS, method_first=True, logged=("",)),
    "healthz": Page(None, method_first=True),
    "readyz": Page(None, method_first=True),
    # ---- orgs
    "sign-in": Page(None, get=302, post=302, stranger=200),
    "sign-out": Page(None, get=None, post=302),
    "account": Page(method_first=True, told=frozenset({"orgs.User.full_name"})),  # 我的管理员
    "password-change": Page(post=200),
    "password-confirm": Page(post=200),
    "sessions-end": Page(get=None, post=302, method_first=True),
    "otp-verify": Page(get=302, post=302),
    "otp-setup": Page(post=200),
    "otp-confirm": Page(get=None, post=200, method_first=True),
    "otp-codes": Page(get=None, post=200, method_first=True),
    "accounts": Page(
        SECURITY,
        queries=(*LISTING, "?within={elsewhere}", "?within=1%20or%201=1", "?side=judge", "?state=new", "?seen=stale"),
    ),
    "account-add": Page(SECURITY, post=200),
    "accounts-stale": Page(SECURITY, post=200),
    "account-kept": Page(SECURITY, {"pk": "orgs.User"}, every_own=True),
    "account-disable": Page(**ACCOUNT_STEP),
    "account-enable": Page(**ACCOUNT_STEP),
    "account-password": Page(**{**ACCOUNT_STEP, "post": 200}),
    "account-sessions": Page(**ACCOUNT_STEP),
    "account-factor": Page(**ACCOUNT_STEP),
    "role-add": Page(SECURITY, {"pk": "orgs.User"}, post=200),
    "role-end": Page(SECURITY, {"pk": "orgs.OrgAssignment"}, post=200),
    "policies": Page(POLICY_KEEPERS),
    "policy": Page(POLICY_KEEPERS, fixed={"key": "term.branch_years"}),
    "policy-set": Page(
        POLICY_KEEPERS,
        fixed={"key": "term.branch_years"},
        post=200,
        queries=("?day=2026-01-01", "?day=2026-02-30", "?day=x"),
    ),
    "organisations": Page(
        UNITS,
        queries=(*LISTING, "?within={elsewhere}", "?within=1%20or%201=1", "?state=gone", "?kind=x"),
        logged=("?export=xlsx", f"?export=xlsx&q={PREFIX}", "?export=xlsx&within={elsewhere}"),
    ),
    "organisation-tree": Page(
        UNITS,
        queries=(
            *SEARCHES,
            f"?q={PREFIX}&go=1:302",
            "?gone=1",
            "?open={elsewhere}",
            "?at={elsewhere}",
            "?at=1%20or%201=1&open=x.2",
            "?day=2025-01-01",
            "?day=2025-01-01&open={elsewhere}",
            "?day=2025-02-30",
            "?day=9999-12-31",
        ),
    ),
    "terms": Page(
        UNITS,
        queries=(
            *LISTING,
            "?within={elsewhere}",
            "?within=x",
            "?status=no_term",
            "?status=x",
            "?day=2024-01-01",
            "?day=2030-01-01",
            "?day=x",
            "?extension=filed",
        ),
        logged=("?export=xlsx", f"?export=xlsx&q={PREFIX}", "?export=xlsx&within={elsewhere}&day=2024-01-01"),
    ),
    "documents": Page(ROSTER, queries=(*LISTING, "?kind=notice", "?kind=x", "?sort=issued_on")),
    "document-add": Page(TREE_KEEPERS, post=200, data=document_file),
    "document-correct": Page(TREE_KEEPERS, {"pk": "orgs.PolicyDocument"}, post=200, data=document_file),
    "document-file": Page(ROSTER, {"pk": "orgs.PolicyDocument"}),
    "duties": Page(ROSTER, queries=(*LISTING, "?kind=withdrawn", "?kind=x", "?state=gone", "?state=all", "?state=x")),
    "duty-add": Page(TREE_KEEPERS, post=200),
    "duty-correct": Page(TREE_KEEPERS, {"pk": "orgs.DutyItem"}, post=200),
    "duty-end": Page(TREE_KEEPERS, {"pk": "orgs.DutyItem"}, post=200),
    "election-add": Page(KEEPERS, {"pk": "orgs.Organisation"}, post=200, is_kept=True),
    "election-correct": Page(KEEPERS, {"pk": "orgs.TermElection"}, post=200, is_kept=True),
    "approved-seats": Page(frozenset({"district_staff"}), {"pk": "orgs.Organisation"}, post=200, is_kept=True),
    "extension-add": Page(KEEPERS, {"pk": "orgs.Organisation"}, post=200, is_kept=True),
    "extension-party": Page(KEEPERS, {"pk": "orgs.TermExtension"}, post=200, is_kept=True),
    "extension-approve": Page(EXPORTERS, {"pk": "orgs.TermExtension"}, post=200, is_kept=True),
    "extension-withdraw": Page(KEEPERS, {"pk": "orgs.TermExtension"}, get=None, post=302, is_kept=True),
    "organisation": Page(
        UNITS,
        {"pk": "orgs.Organisation"},
        every_own=True,
        queries=("?day=2025-01-01", "?day=2019-01-01:404", "?day=2025-02-30"),
    ),
    "organisation-found": Page(
        TREE_KEEPERS, post=200, data=founded, honest=302, queries=("?superior={elsewhere}", "?superior=x")
    ),
    "organisation-edit": Page(**ACT),
    "organisation-rename": Page(**ACT),
    "organisation-move": Page(**ACT, data=moved),
    "organisation-merge": Page(**ACT, data=merged),
    "organisation-close": Page(**ACT),
    "organisation-reopen": Page(**{**ACT, "get": None, "post": 302}),
    "list-save": Page(
        ROSTER,
        get=None,
        post=302,
        method_first=True,
        data=lambda _unit: {"page": "roster", "name": "女书记", "query": "gender=female"},
    ),
    "list-columns": Page(
        ROSTER,
        get=None,
        post=302,
        method_first=True,
        data=lambda _unit: {"page": "roster", "columns": ["phone", "school"], "query": "gender=female"},
    ),
    "list-change": Page(
        ANYBODY, {"pk": "orgs.SavedList"}, get=None, post=302, method_first=True, data=lambda _unit: {"act": "plain"}
    ),
    # ---- youthleague.notices
    "inbox": Page(method_first=True, queries=("?unread=1", "?page=9", "?page=x")),
    "notices-read": Page(get=None, post=302, method_first=True),
    "notice-settings": Page(method_first=True, post=302),
    "notice-open": Page(keys={"pk": "notices.Notice"}, get=None, post=302, method_first=True),
    "deliveries": Page(SYSADMINS, told=TOLD_OF_NOTICES),
    "delivery-again": Page(SYSADMINS, {"pk": "notices.Notice"}, get=404, post=404),
    "robots": Page(SYSADMINS),
    "robot-add": Page(SYSADMINS, post=200),
    "robot-change": Page(SYSADMINS, {"pk": "notices.Robot"}, post=200),
    "robot-try": Page(SYSADMINS, {"pk": "notices.Robot"}, get=None, post=302),
    "special-days": Page(SYSADMINS, queries=("?year=2026", "?year=x", "?year=99999")),
    "special-day-add": Page(SYSADMINS, post=200),
    "special-day-remove": Page(SYSADMINS, {"pk": "notices.SpecialDay"}, get=None, post=302),
    # ---- cadres
    "roster": Page(
        ROSTER,
        queries=(
            *LISTING,
            "?organisation={elsewhere}",
            "?organisation=1%20or%201=1",
            "?state=former",
            f"?state=former&q={PREFIX}",
            "?state=former&politics=03",
            "?age=-35",
            "?age=x",
            "?day=2026-10-31",
            f"?day=2026-10-31&q={PREFIX}",
            "?day=2026-10-31&organisation={elsewhere}",
            "?day=2026-10-31&sort=person",
            "?day=2026-10-31&politics=party",
            "?day=1900-01-01",
            "?figures=1",
            "?figures=1&organisation={elsewhere}",
            "?day=x",
            "?reach=own",
            "?reach=rest&organisation={elsewhere}",
        ),
    ),
    "roster-overview": Page(
        ROSTER,
        queries=(
            "?organisation={elsewhere}",
            "?organisation=1%20or%201=1",
            "?day=2026-10-31",
            "?day=2026-10-31&organisation={elsewhere}",
            "?day=x",
            "?chart=women",
            "?chart=x",
        ),
        logged=("?export=xlsx", "?export=xlsx&day=2026-10-31"),
    ),
    "roster-cover": Page(
        ROSTER,
        queries=(
            "?organisation={elsewhere}",
            "?level=township",
            "?fit=no",
            "?day=2026-10-31",
            "?day=2026-10-31&organisation={elsewhere}&fit=yes",
            "?reach=rest",
            "?day=x",
            "?page=2",
        ),
    ),
    "seats": Page(
        ROSTER,
        queries=(*LISTING, "?within={elsewhere}", "?within=x", "?status=vacant", "?status=x", "?kind=1"),
        logged=(),
    ),
    "cadre-add": Page(KEEPERS, post=200, data=roster_row, honest=302, queries=("?organisation={elsewhere}",)),
    "cadre": Page(ROSTER, {"pk": "cadres.Cadre"}, former=200, beside=200),
    "cadre-file": Page(ROSTER, {"pk": "cadres.Cadre"}, former=403, beside=200),
    "cadre-file-export": Page(EXPORTERS, {"pk": "cadres.Cadre"}, get=None, post=200, former=403, beside=200),
    "cadre-number": Page(
        KEEPERS,
        {"pk": "cadres.Cadre"},
        get=None,
        post=302,
        data=lambda _unit: {"field": "phone"},
        former=403,
        beside=200,
    ),
    "cadre-edit": Page(KEEPERS, {"pk": "cadres.Cadre"}, post=200, is_kept=True, former=403, beside=403),
    "appointment-add": Page(
        KEEPERS, {"pk": "cadres.Cadre"}, post=200, data=post_row, honest=302, is_kept=True, former=403, beside=200
    ),
    "appointment-edit": Page(KEEPERS, {"pk": "cadres.Appointment"}, post=200, data=post_row, honest=302, is_kept=True),
    "appointment-end": Page(KEEPERS, {"pk": "cadres.Appointment"}, post=200, is_kept=True),
    "appointment-transfer": Page(
        KEEPERS, {"pk": "cadres.Appointment"}, post=200, data=transfer_row, honest=302, is_kept=True
    ),
    "requests": Page(
        KEEPERS,
        queries=("?state=open", "?state=x", "?kind=transfer", "?page=2", "?page=x", "?sort=-name", "?q=x"),
        told=TOLD_OF_REQUESTS,
    ),
    "request-add": Page(KEEPERS, post=200, data=request_row),
    "request-row": Page(KEEPERS, BATCH, fixed={"number": 4}, get=404, post=404),
    "request": Page(KEEPERS, {"pk": "cadres.PostRequest"}, every_own=True, told=TOLD_OF_REQUESTS),
    "request-decide": Page(TREE_KEEPERS, {"pk": "cadres.PostRequest"}, post=200, is_kept=True, told=TOLD_OF_REQUESTS),
    "request-withdraw": Page(KEEPERS, {"pk": "cadres.PostRequest"}, get=None, post=302),
    # ---- linkage
    **{name: Page(**said) for name, said in LINKAGE_PAGES.items()},
    **{name: Page(**said) for name, said in JOINT_PAGES.items()},
    # ---- appraisal
    **{name: Page(**said) for name, said in APPRAISAL_PAGES.items()},
    # ---- youthleague.sheets
    "sheet-batches": Page(
        SHEET_USERS, method_first=True, queries=("?page=2", "?page=x", "?state=applied", "?state=x", "?kind=cadres")
    ),
    "sheet-batch": Page(
        **OF_BATCH,
        every_own=True,
        method_first=True,
        queries=("?show=error", "?show=all", "?page=9", "?code=x"),
    ),
    "sheet-progress": Page(**OF_BATCH, every_own=True, method_first=True),
    "sheet-mapping": Page(**OF_BATCH, post=200),
    "sheet-choose": Page(**{**STEP, "post": 200}),
    "sheet-forget": Page(**STEP),
    "sheet-check": Page(**STEP),
    "sheet-apply": Page(**STEP),
    "sheet-cancel": Page(**STEP),
    "sheet-undo": Page(**OF_BATCH, get=302, post=302, queries=("?show=kept:302",)),
    "sheet-decide": Page(**STEP, fixed={"number": 3}),
    "sheet-leave-out": Page(**STEP, fixed={"number": 3}),
    "sheet-fix": Page(**STEP, fixed={"number": 3, "column": "phone"}),
    "sheet-restore": Page(**STEP, fixed={"number": 3, "column": "phone"}),
    "sheet-errors": Page(**STEP),
    **KIND_PAGES["cadres"],
}


def pages_of(name: str) -> list[Page]:
    """Give the lines of an address: one, or one a kind of spreadsheet."""
    return [pages[name] for pages in KIND_PAGES.values() if name in pages] or [PAGES[name]]
