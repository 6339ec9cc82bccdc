"""The audit page (审计日志): for the auditor alone, and reading it is itself recorded."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.middleware import PortalRequest
from orgs.scoped_views.exports import ROWS_LIMIT, ListExport, export_response
from orgs.scoped_views.lists import address
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.rules import hide_personal_values
from youthleague.audit.services import record
from youthleague.workbench.filtersets import AuditFilterSet
from youthleague.workbench.reports import subject_names
from youthleague.workbench.tables import AuditTable, export_columns

PAGE = 50


@require_safe
@login_required
@permission_required("audit.view", raise_exception=True)
@never_cache
def audit(request: PortalRequest) -> HttpResponse:
    """List events by page, newest first, and note who looked at them and by which conditions."""
    conditions = AuditFilterSet(request.GET, _readable(request))
    if "export" in request.GET:
        return _export(request, conditions)
    events = _page(conditions.qs, request.GET.get("before", ""))
    shown = events[:PAGE]
    used = _used(request, conditions)
    head = AuditHead.objects.first()
    with transaction.atomic():
        _note_reading(request, rows=len(shown), conditions=used)
    context = {
        "title": "审计日志",
        "crumbs": [{"title": "审计日志"}],
        "facts": ["只增不改，逐条签名", f"共 {head.seq if head else 0} 条", "查阅本页也会记录"],
        "filter": conditions,
        "active": [_chip(request.GET, conditions, name) for name in used],
        "table": AuditTable(shown, names=subject_names(shown), request=request),
        "head": head,
        "summary": f"第 {shown[-1].seq}—{shown[0].seq} 条" if shown else "没有事件",
        "newest_url": address(request.GET, before="") if request.GET.get("before") else "",
        "export_url": address(request.GET, before="", export="xlsx") if shown else "",
        "next_url": address(request.GET, before=str(shown[-1].seq)) if len(events) > PAGE else "",
    }
    return render(request, "workbench/audit.html", context)


def _readable(request: PortalRequest) -> "QuerySet[AuditEvent]":
    """Give the events that lay below the auditor's units when they happened; the district's auditor reads all."""
    grants = request.scope.holding("audit.view").grants
    lineages = [lineage for grant in grants for lineage in grant.lineages]
    return AuditEvent.objects.visible_to(request.user).seen_from(lineages)


def _export(request: PortalRequest, conditions: AuditFilterSet) -> HttpResponse:
    """Send what meets the conditions as a workbook, which is noted before it leaves."""
    events = list(conditions.qs.order_by("-seq")[: ROWS_LIMIT + 1])
    if len(events) > ROWS_LIMIT:
        messages.error(request, f"符合条件的事件超过 {ROWS_LIMIT:,} 条，一次导不完；请加上日期等条件。")
        return HttpResponseRedirect(request.path + address(request.GET, export=""))
    names = subject_names(events)
    words = [_chip(request.GET, conditions, name)["word"] for name in _used(request, conditions)]
    export = ListExport("审计日志", "audit", export_columns(names), events, list(map(hide_personal_values, words)))
    return export_response(request, export, at=timezone.now())


def _used(request: PortalRequest, conditions: AuditFilterSet) -> list[str]:
    return [name for name in conditions.form.fields if request.GET.get(name)]


def _page(events: "QuerySet[AuditEvent]", before: str) -> list[AuditEvent]:
    """Give one page and one event more, older than ``before``: as fast on page 1,000 as on page 1."""
    older = events.filter(seq__lt=int(before)) if before.isdecimal() and len(before) < 19 else events
    return list(older.order_by("-seq")[: PAGE + 1])


def _note_reading(request: PortalRequest, *, rows: int, conditions: list[str]) -> None:
    facts = {"rows": rows, "filters": conditions}
    record(action="audit.read", by=request.user, at=timezone.now(), facts=facts)


def _chip(query: QueryDict, conditions: AuditFilterSet, name: str) -> dict[str, str]:
    """Give the word of a condition, the title of a choice or else what was typed, and the way to do without it."""
    choices: list[tuple[Any, Any]] = list(flatten_choices([*getattr(conditions.form.fields[name], "choices", ())]))
    titles = {str(key): str(title) for key, title in choices}
    label = "" if titles else f"{conditions.form.fields[name].label} "
    given = str(query[name])
    return {"word": label + titles.get(given, given), "remove_url": address(query, **{name: "", "before": ""})}
