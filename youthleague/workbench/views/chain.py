"""The chain of the log (审计链): its head, the anchors noted outside the database, and its check."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.middleware import PortalRequest
from orgs.scoped_views import ScopedPage
from orgs.scoped_views.attachments import attachment_response
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.rules import Anchor, anchor_line
from youthleague.audit.services import record
from youthleague.audit.tasks import verify
from youthleague.audit.verification import last_verification, stored_anchors, verify_and_record
from youthleague.workbench.tables import code_words

ANCHORS_SHOWN = 30
# A longer chain is checked by the worker: a page waits for a few seconds only.
LONGEST_AT_ONCE = 20_000


@require_safe
@login_required
@permission_required("audit.view", raise_exception=True)
@never_cache
def audit_chain(request: PortalRequest) -> HttpResponse:
    """Show head, last check and anchors; looking at it is noted like any look into the log."""
    head, anchors = AuditHead.objects.first(), stored_anchors()
    _note(request, "audit.read", {"rows": 0, "filters": ["chain"]})
    context = {
        "title": "审计链",
        "crumbs": [{"title": "审计日志", "url": "/audit/"}, {"title": "审计链"}],
        "facts": [f"共 {head.seq if head else 0} 条", f"{len(anchors)} 个锚点"],
        "head": head,
        "check": _check(last_verification()),
        "anchors": [
            {"at": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", "seq": one.anchor.seq, "mac": one.anchor.mac}
            for one in reversed(anchors[-ANCHORS_SHOWN:])
        ],
    }
    return render(request, "workbench/chain.html", context)


class AuditVerifyView(ScopedPage):
    """Checks the chain now."""

    permission = "audit.view"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Check it, or leave a long one to the worker."""
        head = AuditHead.objects.first()
        if head is not None and head.seq > LONGEST_AT_ONCE:
            transaction.on_commit(verify.delay)
            messages.info(request, "日志很长，已交给后台核对；过几分钟刷新本页看结果。")
            return redirect("audit-chain")
        report = verify_and_record(by=self.user, at=timezone.now())
        if report.is_sound:
            messages.success(request, f"审计链完好，共 {report.count} 条。")
        else:
            messages.error(request, f"审计链不可信，第一处：{report.findings[0].sentence}")
        return redirect("audit-chain")


@require_safe
@login_required
@permission_required("audit.view", raise_exception=True)
@never_cache
def audit_anchor(request: PortalRequest) -> HttpResponse:
    """Give the head as a text to be printed, signed and kept elsewhere."""
    at = timezone.now()
    head = AuditHead.objects.first()
    seq, mac = (head.seq, head.mac) if head else (0, "")
    _note(request, "audit.anchor", {"rows": seq})
    local = timezone.localtime(at)
    text = (
        f"审计日志锚点\n\n时间：{local:%Y-%m-%d %H:%M:%S}\n末条序号：{seq}\n末条签名：{mac}\n"
        f"取锚点的人：{request.user}\n\n签字：________________    日期：________________\n\n"
        f"核对时用的一行（manage.py verify_audit --anchor 文件）：\n{anchor_line(Anchor(seq, mac), at)}"
    )
    return attachment_response(text.encode(), f"审计锚点-{local:%Y%m%d}.txt", "text/plain; charset=utf-8")


def _check(event: AuditEvent | None) -> dict[str, Any] | None:
    if event is None:
        return None
    is_sound = event.result == AuditEvent.Result.DONE
    words = [code_words().get(code, code) for code in event.facts.get("codes", [])]
    where = f"第一处在第 {event.facts['first']} 条：{'、'.join(words)}" if "first" in event.facts else ""
    return {
        "tone": "ok" if is_sound else "bad",
        "word": "完好" if is_sound else "不可信",
        "at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
        "by": event.actor_name,
        "rows": event.facts.get("rows", 0),
        "anchors": event.facts.get("anchors", 0),
        "where": where,
    }


@transaction.atomic
def _note(request: PortalRequest, action: str, facts: dict[str, object]) -> None:
    record(action=action, by=request.user, at=timezone.now(), facts=facts)
