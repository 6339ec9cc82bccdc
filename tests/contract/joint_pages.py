"""The addresses of tasks between equals for the table of pages, and which rows of one's own fit each of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.contract.canaries import PREFIX
from tests.contract.visitors import KEEPERS, Visitor

LEAD: dict[str, Any] = {"roles": KEEPERS, "keys": {"pk": "linkage.LinkageTask"}}
PARTNER: dict[str, Any] = {"roles": KEEPERS, "keys": {"pk": "linkage.TaskPartner"}}
FORM: dict[str, Any] = {"get": 200, "post": 200}
ONE_CLICK: dict[str, Any] = {"get": None, "post": 302}


def speaks_for(visitor: Visitor, lineage: str) -> bool:
    """Tell whether a visitor answers for a unit: it is their own, or stands below their 街乡; never the district."""
    return any(
        role in KEEPERS and (lineage == top or (role != "district_staff" and lineage.startswith(top)))
        for role, top in (*visitor.roles, *visitor.inherited)
    )


def leads(visitor: Visitor, task: Any) -> bool:
    """Tell whether a task between equals is a visitor's to lead."""
    return task.kind == "horizontal" and speaks_for(visitor, task.lineage)


def answers(visitor: Visitor, partner: Any) -> bool:
    """Tell whether an invitation is a visitor's to answer."""
    return speaks_for(visitor, partner.lineage)


def asks(visitor: Visitor, partner: Any) -> bool:
    """Tell whether an invitation is a visitor's to withdraw."""
    return speaks_for(visitor, partner.task.lineage)


def joint_task(unit: int) -> dict[str, Any]:
    """Give a task that a unit is to lead, as a form sends it."""
    today = date.today()
    dates = {"starts_on": f"{today}", "due_on": f"{today + timedelta(days=9)}"}
    return {"organisation": unit, "title": "护河", "aim": "一起清河", **dates}


def invited(unit: int) -> dict[str, Any]:
    """Name a unit that no search has found."""
    return {"organisation": unit, "q": "", "division": "出车"}


JOINT_PAGES: Mapping[str, Mapping[str, Any]] = {
    "joint-add": {"roles": KEEPERS, "post": 200, "data": joint_task, "honest": 302},
    "joint-edit": {**LEAD, **FORM, "pick": leads},
    # The one page that tells names of units elsewhere, and nothing else of them（ADR 0017）.
    "joint-partner-add": {
        **LEAD,
        **FORM,
        "pick": leads,
        "data": invited,
        "queries": (f"?q={PREFIX}", f"?q={PREFIX.lower()}", "?q=%00%00", f"?q={'x' * 300}", "?q=x"),
        "told": frozenset({"orgs.Organisation.name"}),
    },
    "joint-invite": {**LEAD, **ONE_CLICK, "pick": leads},
    "joint-plan": {**LEAD, **FORM, "pick": leads},
    "joint-start": {**LEAD, **ONE_CLICK, "pick": leads},
    "joint-sum-up": {**LEAD, **FORM, "pick": leads},
    "joint-archive": {**LEAD, **ONE_CLICK, "pick": leads},
    "joint-void": {**LEAD, **FORM, "pick": leads},
    "partner-accept": {**PARTNER, **FORM, "pick": answers},
    "partner-decline": {**PARTNER, **FORM, "pick": answers},
    "partner-summary": {**PARTNER, **FORM, "pick": answers},
    "partner-withdraw": {**PARTNER, **ONE_CLICK, "pick": asks},
}
