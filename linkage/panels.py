"""What the linkage adds to other pages: the week that waits, the tasks that ask for something, a unit's last weeks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse

from linkage.access import VIEW as VIEW_TASKS
from linkage.models import WeeklyReport
from linkage.reports.todo import to_do
from linkage.reports.weekly import unreported_within
from linkage.services.weekly import REPORT
from linkage.tables import todo_item
from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation
from youthleague.kernel.panels import Panel
from youthleague.kernel.weeks import IsoWeek

if TYPE_CHECKING:
    from orgs.models import User

VIEW = "linkage.view_week"
WEEKS_SHOWN = 5
TASKS_SHOWN = 6
_FRIDAY = 5


def week_to_write(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """Tell whoever reports below the district how many of the own units have not written this week."""
    if not user.has_perm(REPORT):
        return None
    writing = scope.holding(REPORT)
    tops = (
        Organisation.objects.visible_to(writing).active().filter(pk__in=[one.organisation_id for one in writing.grants])
    )
    if tops.filter(level=Level.DISTRICT).exists():
        return None
    week = IsoWeek.of(scope.day)
    open_units = unreported_within(writing, week)
    if not open_units:
        return {"items": []}
    is_late = scope.day.isoweekday() >= _FRIDAY
    names = open_units[0].short_name or open_units[0].name
    item = {
        "tone": "warn" if is_late else "run",
        "word": "待填写",
        "title": f"{week.title()}周报",
        "facts": [names if len(open_units) == 1 else f"{len(open_units)} 个团组织没有填", "星期日前"],
        "due": f"{week.sunday}",
        "url": reverse("week", args=[str(week)]),
        "verb": "去填写",
    }
    return {"items": [item]}


def weeks_of_organisation(user: "User", scope: Scope, organisation: Organisation) -> Mapping[str, object] | None:
    """List the last weeks of a unit."""
    if not user.has_perm(VIEW, organisation):
        return None
    rows = WeeklyReport.objects.visible_to(scope.holding(VIEW)).filter(organisation=organisation)
    link = {"title": "各周情况", "url": f"{reverse('weeks')}?unit={organisation.pk}"}
    return {"rows": list(rows[:WEEKS_SHOWN]), "links": [link] if organisation.is_open else []}


def tasks_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List the most urgent of what tasks ask of the account."""
    if not user.has_perm(VIEW_TASKS):
        return None
    rows = to_do(user, scope)
    items = [todo_item(one, scope) for one in rows[:TASKS_SHOWN]]
    if len(rows) > TASKS_SHOWN:
        more = len(rows) - TASKS_SHOWN
        title = f"另有 {more} 项任务待办"
        items.append({"tone": "run", "word": "待办", "title": title, "url": reverse("tasks-mine"), "verb": "全部待办"})
    return {"items": items}


PANELS: tuple[Panel, ...] = (
    Panel("workbench-todo:week", "周报", "", 30, week_to_write),
    Panel("workbench-todo:tasks", "任务", "", 25, tasks_to_do),
    Panel("organisation:weeks", "周周联动", "linkage/_weeks.html", 40, weeks_of_organisation),
)
