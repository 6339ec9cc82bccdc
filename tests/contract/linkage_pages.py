"""The addresses of the linkage for the table of pages, and which rows of one's own fit each of them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tests.contract.queries import LISTING
from tests.contract.visitors import KEEPERS, ROSTER, Visitor
from youthleague.kernel.weeks import IsoWeek

SENDERS = frozenset({"district_staff", "township_secretary"})
HANDLERS = frozenset({"township_secretary", "village_secretary"})
STEP = 8  # characters of a lineage for each level
THIS_WEEK = {"week": str(IsoWeek.of(timezone.localdate()))}


def sends(visitor: Visitor, task: Any) -> bool:
    """Tell whether a task sent down the line is a visitor's."""
    return task.kind == "vertical" and visitor.covers(SENDERS, frozenset({task.lineage}))


def handles(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor has a part, or what belongs to it."""
    return visitor.covers(HANDLERS, frozenset({_part(row).lineage}))


def looks_after(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor stands above a part, or what belongs to it."""
    return visitor.covers(SENDERS, frozenset({_part(row).lineage[:-STEP]}))


def handed_in(visitor: Visitor, row: Any) -> bool:
    """Tell whether a file is a visitor's own."""
    return visitor.user is not None and row.handed_in_by_id == visitor.user.pk


def _part(row: Any) -> Any:
    return getattr(row, "assignment", row)


def units(unit: int) -> dict[str, Any]:
    """Choose a unit; the page goes by ``units`` alone."""
    return {"organisation": unit, "units": [unit]}


TASK = {"pk": "linkage.LinkageTask"}
PART = {"pk": "linkage.TaskAssignment"}
FILE = {"pk": "linkage.TaskEvidence"}
LATER = {"pk": "linkage.TaskExtension"}
OF_SENDER: dict[str, Any] = {"roles": SENDERS, "keys": TASK, "pick": sends}
OF_HANDLER: dict[str, Any] = {"roles": HANDLERS, "keys": PART, "pick": handles}
OF_SUPERIOR: dict[str, Any] = {"roles": SENDERS, "keys": PART, "pick": looks_after}
FORM: dict[str, Any] = {"get": 200, "post": 200}
ONE_CLICK: dict[str, Any] = {"get": None, "post": 302}

LISTED = (
    *LISTING,
    "?within={elsewhere}",
    "?within=x",
    "?kind=vertical",
    "?state=running",
    "?state=x",
    "?light=red",
    "?side=given",
    "?due=2026-11-30",
    "?due=x",
    "?export=xlsx",
)

LINKAGE_PAGES: Mapping[str, Mapping[str, Any]] = {
    "tasks": {"roles": ROSTER, "queries": LISTED, "logged": ("?export=xlsx",)},
    "tasks-mine": {"roles": ROSTER},
    "tasks-board": {"roles": ROSTER},
    "tasks-calendar": {"roles": ROSTER, "queries": ("?month=2026-11", "?month=x")},
    # Each kind has a page of its own.
    "task": {
        "roles": ROSTER,
        "keys": TASK,
        "every_own": True,
        "queries": ("?export=xlsx",),
        "logged": ("?export=xlsx",),
    },
    "task-add": {
        "roles": SENDERS,
        "post": 200,
        "data": units,
        "queries": ("?unit={elsewhere}:404", "?unit=x:404", "?copy=x:404", "?copy=99999999999999999999:404"),
    },
    "task-edit": {**OF_SENDER, **FORM, "data": units},
    "task-issue": {**OF_SENDER, **ONE_CLICK},
    "task-units": {**OF_SENDER, **FORM, "data": units},
    "task-archive": {**OF_SENDER, **ONE_CLICK},
    "task-void": {**OF_SENDER, **FORM},
    "part": {"roles": ROSTER, "keys": PART, "every_own": True},
    "part-acknowledge": {**OF_HANDLER, **ONE_CLICK},
    "part-split": {**OF_HANDLER, **FORM, "data": units},
    "part-report": {**OF_HANDLER, **FORM},
    "part-submit": {**OF_HANDLER, **FORM},
    "part-extend": {**OF_HANDLER, **FORM},
    "part-approve": {**OF_SUPERIOR, **ONE_CLICK},
    "part-return": {**OF_SUPERIOR, **FORM},
    "part-rate": {**OF_SUPERIOR, **FORM},
    "part-void": {**OF_SUPERIOR, **FORM},
    "later-grant": {**OF_SUPERIOR, "keys": LATER, **ONE_CLICK},
    "later-refuse": {**OF_SUPERIOR, "keys": LATER, **FORM},
    "later-withdraw": {**OF_HANDLER, "keys": LATER, **ONE_CLICK},
    "evidence-add": {**OF_HANDLER, **FORM},
    "evidence-file": {"roles": ROSTER, "keys": FILE},
    "evidence-remove": {**OF_HANDLER, "keys": FILE, "pick": handed_in, **ONE_CLICK},
    "weeks": {"roles": ROSTER, "queries": ("?unit=x:404",)},
    "week": {"roles": ROSTER, "fixed": THIS_WEEK, "queries": ("?unit=x:404",)},
    "week-report": {
        "roles": KEEPERS,
        "fixed": THIS_WEEK,
        "get": None,
        "post": 302,
        "data": lambda _unit: {"quiet": "all"},
    },
}
