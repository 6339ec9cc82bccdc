"""What notices add to the workbench: for the system administrator, what did not go out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse

from orgs.access import Scope
from youthleague.kernel.panels import Panel
from youthleague.notices.reports import given_up

if TYPE_CHECKING:
    from orgs.models import User

KEEP = "notices.keep"


def undelivered(user: "User", scope: Scope) -> Mapping[str, object] | None:  # noqa: ARG001 - of the installation
    """Tell the system administrator of notices that did not go out."""
    count = given_up().count() if user.has_perm(KEEP) else 0
    if not count:
        return None
    item = {
        "tone": "warn",
        "word": "没有发出",
        "title": f"{count} 条邮件或群消息没有发出",
        "facts": ["站内通知不受影响"],
        "url": reverse("deliveries"),
        "verb": "去处理",
    }
    return {"items": [item]}


PANELS: tuple[Panel, ...] = (Panel("workbench-todo:undelivered", "没有发出的通知", "", 90, undelivered),)
