"""What the roof itself adds to the workbench and to search: units at a glance, terms that end, organisations by name.

A panel's code starts with the place it is for, and ``build`` is called with what the place is about:
``workbench:`` and ``workbench-side:`` (account, scope) · ``workbench-todo:`` the same, giving ``items`` ·
``workbench-action:`` the same, giving ``actions`` · ``search:`` (account, scope, what was typed), giving ``rows`` ·
``organisation:`` (account, scope, organisation) · ``account:`` (account, scope, the account that it is about) ·
``person:`` (account, scope, cadre).
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation
from orgs.policies import term_policy
from orgs.reports import EndingTerm, ending_terms
from orgs.roles import ROLE_BY_CODE
from youthleague.audit.models import AuditEvent
from youthleague.audit.reports import events_about
from youthleague.audit.verification import last_verification
from youthleague.kernel.panels import Panel
from youthleague.workbench.tables import action_title

if TYPE_CHECKING:
    from orgs.models import User

SEE_UNITS = "orgs.view_organisation"
FOUND = 8
TERMS_SHOWN = 6
EVENTS_SHOWN = 30


def units_at_a_glance(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """Count the organisations, members and young people of the scope."""
    if not user.has_perm(SEE_UNITS):
        return None
    counts = (
        Organisation.objects.visible_to(scope)
        .active()
        .aggregate(
            units=Count("pk"),
            townships=Count("pk", filter=Q(level=Level.TOWNSHIP)),
            villages=Count("pk", filter=Q(level=Level.VILLAGE)),
            founded=Count("pk", filter=Q(founded_on__year=scope.day.year)),
            unknown=Count("pk", filter=Q(member_count__isnull=True)),
            members=Sum("member_count"),
            youth=Sum("youth_count"),
        )
    )
    if not counts["units"]:
        return None
    tree = reverse("organisations")
    return {
        "title": _glance_title(scope),
        "links": [{"title": "全部团组织", "url": tree}],
        "figures": _figures(counts, tree),
    }


def terms_to_renew(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List the committees whose term has ended or ends soon, the oldest first."""
    if not user.has_perm(SEE_UNITS):
        return None
    policy = term_policy(scope.day)
    ending = ending_terms(Organisation.objects.visible_to(scope).active(), policy, scope.day)
    rows = [_ending(one, scope.day) for one in ending[:TERMS_SHOWN]]
    note = f"届满前 {policy.soon} 个月会出现在这里；团工委不设届期。"
    return {"rows": rows, "more": max(0, len(ending) - TERMS_SHOWN), "url": reverse("terms"), "note": note}


def find_organisations(user: "User", scope: Scope, typed: str) -> Mapping[str, object] | None:
    """Find organisations by name or pinyin."""
    if not user.has_perm(SEE_UNITS):
        return None
    found = Organisation.objects.visible_to(scope).matching(typed)
    rows = found.select_related("parent").order_by("lineage")[:FOUND]
    return {"rows": [_found(row) for row in rows]}


def account_history(user: "User", scope: Scope, account: "User") -> Mapping[str, object] | None:
    """List what was done with an account, for whoever keeps it; what its owner reads and does is not told here."""
    if not user.has_perm("orgs.view_user"):
        return None
    found = events_about(f"orgs.User:{account.pk}", EVENTS_SHOWN)
    seen = [one for one in found if not one.subject_lineage or scope.covers(one.subject_lineage, units=True)]
    return {"events": [_event(one) for one in seen]}


def broken_chain(user: "User", _scope: Scope) -> Mapping[str, object] | None:
    """Tell auditor and system administrator that the last check of the log has found something."""
    last = last_verification() if user.has_perm("audit.alert") else None
    if last is None or last.result == AuditEvent.Result.DONE:
        return None
    may_read = user.has_perm("audit.view")
    item = {
        "tone": "bad",
        "word": "核对不符",
        "title": "审计日志可能被改动",
        "facts": [f"{timezone.localtime(last.at):%m-%d %H:%M} 核对", "系统管理员和审计员一起查明原因"],
        "url": reverse("audit-chain") if may_read else "",
        "verb": "去核对",
    }
    return {"items": [item]}


def _event(event: AuditEvent) -> dict[str, str]:
    role = ROLE_BY_CODE.get(str(event.facts.get("role", "")))
    title = f"{action_title(event.action)}{f'（{role.title}）' if role else ''}"
    refused = "，被拒绝" if event.result == AuditEvent.Result.REFUSED else ""
    return {
        "title": f"{title}{refused}",
        "time": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
        "by": event.actor_name,
    }


def _ending(one: EndingTerm, day: date) -> dict[str, object]:
    return {
        "tone": one.term.tone,
        "word": one.term.word,
        "title": one.organisation.short_name or one.organisation.name,
        "url": reverse("organisation", args=[one.organisation.pk]),
        "note": one.term.distance(day),
    }


def _found(organisation: Organisation) -> dict[str, str]:
    above = str(organisation.parent) if organisation.parent else ""
    note = above if organisation.is_open else organisation.get_state_display()
    return {"title": organisation.name, "url": reverse("organisation", args=[organisation.pk]), "note": note}


def _glance_title(scope: Scope) -> str:
    keys = {grant.organisation_id for grant in scope.grants}
    names = Organisation.objects.visible_to(scope).filter(pk__in=keys).values_list("short_name", "name")
    titles = [short or name for short, name in names]
    return f"{titles[0]}一览" if len(titles) == 1 else "我的团组织一览"


def _figures(counts: Mapping[str, int | None], tree: str) -> list[dict[str, object]]:
    """Give the figures that say something: of a single unit not how many units there are."""
    founded, unknown = counts["founded"], counts["unknown"]
    figures = [
        _figure("团组织", counts["units"], "个", tree, f"今年新建 {founded}" if founded else ""),
        _figure("街乡", counts["townships"], "个", f"{tree}?level=township"),
        _figure("村（社区）", counts["villages"], "个", f"{tree}?level=village"),
    ]
    return [
        *(figure for figure in figures if figure["value"] not in {"0", "1"}),
        _figure("团员", counts["members"], "人", tree, f"{unknown} 个团组织未填" if unknown else ""),
        _figure("35 岁以下青年", counts["youth"], "人", tree),
    ]


def _figure(title: str, value: int | None, unit: str, url: str, note: str = "") -> dict[str, object]:
    return {"title": title, "value": f"{value or 0:,}", "unit": unit, "url": url, "note": note}


PANELS: tuple[Panel, ...] = (
    Panel("workbench:units", "我的团组织一览", "workbench/_units.html", 20, units_at_a_glance),
    Panel("workbench-side:terms", "换届", "workbench/_terms.html", 20, terms_to_renew),
    Panel("account:history", "办理记录", "workbench/_account_history.html", 20, account_history),
    Panel("workbench-todo:audit-chain", "审计链", "", 10, broken_chain),
    Panel("search:organisations", "团组织", "", 20, find_organisations),
)
