"""The table of the portal's addresses: who may ask for each, what fills its keys, and what is answered.

A new address needs a line here, or the build fails. ``roles`` is who holds the permission (None: open to all). ``keys``
name the model whose row goes into each place of the address. ``get`` and ``post`` are the status for those who may,
about a row of their own (None: 405). ``data`` makes what a POST carries, about a given unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.fields import COLUMN_BY_NAME
from orgs.models import Organisation
from tests.contract.canaries import PREFIX
from tests.contract.visitors import EVERYBODY, KEEPERS, ROSTER, UNITS
from tests.factories import cadre_values

AUDITORS = frozenset({"auditor"})
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
    method_first: bool = False  # a wrong method is refused before anybody is asked who they are
    queries: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()  # queries that leave an event in the log
    former: int | None = None  # about a person who left the visitor's unit
    beside: int | None = None  # about a person whose main post is elsewhere
    told: frozenset[str] = (
        frozenset()
    )  # columns that it tells whoever may open it: the log says what its events are about
    stranger: int | None = None  # the answer of an open page to those who are not signed in, where it differs


def roster_row(unit: int) -> dict[str, Any]:
    """Give a whole and sound row for a unit, as a form sends it."""
    values = cadre_values(Organisation(pk=unit), 499)
    written = {name: COLUMN_BY_NAME[name].write(value) for name, value in values.items() if name != "organisation"}
    return {**written, "name": "王新", "organisation": unit}


def post_row(unit: int) -> dict[str, Any]:
    """Give a post, as a form sends it."""
    names = ("employment_mode", "appointed_on")
    row = {name: value for name, value in roster_row(unit).items() if name in names}
    return {**row, "organisation": unit, "league_post": "组织委员", "version": 1}


def transfer_row(unit: int) -> dict[str, Any]:
    """Give a transfer of today."""
    return {**post_row(unit), "on": "2026.11.20", "league_post": "宣传委员"}


def upload_file(unit: int) -> dict[str, Any]:
    """Give a file for a unit."""
    return {"organisation": unit, "file": SimpleUploadedFile("名册.csv", "姓名,身份证号\n".encode())}


def about(unit: int) -> dict[str, Any]:
    """Name a unit, and nothing else."""
    return {"organisation": unit}


SEARCHES = (f"?q={PREFIX}", f"?q={PREFIX.lower()}", "?q=%00", f"?q={'x' * 300}")
LISTING = (*SEARCHES, "?sort=-name", "?sort=nothing", "?page=2", "?page=-1", "?page=99999999999999999999", "?page=x")
BATCH = {"pk": "sheets.ImportBatch"}
STEP = {"roles": KEEPERS, "keys": BATCH, "get": None, "post": 302, "method_first": True}

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
    "healthz": Page(None, method_first=True),
    "readyz": Page(None, method_first=True),
    # ---- orgs
    "sign-in": Page(None, get=302, post=302, stranger=200),
    "sign-out": Page(None, get=None, post=302),
    "account": Page(method_first=True),
    "password-change": Page(post=200),
    "sessions-end": Page(get=None, post=302, method_first=True),
    "otp-verify": Page(get=302, post=302),
    "otp-setup": Page(post=200),
    "otp-confirm": Page(get=None, post=200, method_first=True),
    "otp-codes": Page(get=None, post=200, method_first=True),
    "organisations": Page(
        UNITS,
        queries=(*LISTING, "?within={elsewhere}", "?within=1%20or%201=1", "?state=gone", "?kind=x"),
        logged=("?export=xlsx", f"?export=xlsx&q={PREFIX}", "?export=xlsx&within={elsewhere}"),
    ),
    "organisation": Page(UNITS, {"pk": "orgs.Organisation"}, every_own=True),
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
        ),
    ),
    "cadre-add": Page(KEEPERS, post=200, data=roster_row, honest=302, queries=("?organisation={elsewhere}",)),
    "cadre": Page(ROSTER, {"pk": "cadres.Cadre"}, former=200, beside=200),
    "cadre-edit": Page(KEEPERS, {"pk": "cadres.Cadre"}, post=200, is_kept=True, former=403, beside=403),
    "appointment-add": Page(
        KEEPERS, {"pk": "cadres.Cadre"}, post=200, data=post_row, honest=302, is_kept=True, former=403, beside=200
    ),
    "appointment-edit": Page(KEEPERS, {"pk": "cadres.Appointment"}, post=200, data=post_row, honest=302, is_kept=True),
    "appointment-end": Page(KEEPERS, {"pk": "cadres.Appointment"}, post=200, is_kept=True),
    "appointment-transfer": Page(
        KEEPERS, {"pk": "cadres.Appointment"}, post=200, data=transfer_row, honest=302, is_kept=True
    ),
    # ---- youthleague.sheets
    "sheet-batches": Page(KEEPERS, method_first=True, queries=("?page=2", "?page=x")),
    "sheet-batch": Page(
        KEEPERS, BATCH, every_own=True, method_first=True, queries=("?show=error", "?show=all", "?page=9", "?code=x")
    ),
    "sheet-progress": Page(KEEPERS, BATCH, every_own=True, method_first=True),
    "sheet-mapping": Page(KEEPERS, BATCH, post=200),
    "sheet-choose": Page(**{**STEP, "post": 200}),
    "sheet-check": Page(**STEP),
    "sheet-apply": Page(**STEP),
    "sheet-cancel": Page(**STEP),
    "sheet-decide": Page(**STEP, fixed={"number": 3}),
    "sheet-leave-out": Page(**STEP, fixed={"number": 3}),
    "sheet-upload": Page(
        KEEPERS,
        fixed={"code": "cadres"},
        post=200,
        data=upload_file,
        honest=302,
        queries=("?unit={elsewhere}", "?replaces={batch}", "?replaces=x"),
    ),
    "sheet-template": Page(
        KEEPERS, fixed={"code": "cadres"}, method_first=True, queries=("?unit={elsewhere}:404", "?unit=x:404")
    ),
    "sheet-export": Page(
        EXPORTERS, fixed={"code": "cadres"}, post=200, data=about, honest=200, queries=("?unit={elsewhere}", "?unit=x")
    ),
}
