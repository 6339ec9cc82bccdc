"""系统状态: whether all that the portal stands on is in order, for whoever keeps the installation."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from orgs.scoped_views import ScopedPage
from youthleague.audit.models import AuditEvent
from youthleague.audit.verification import last_verification, stored_anchors
from youthleague.sheets.services.sweeping import last_sweep
from youthleague.workbench.checks import Finding, readiness
from youthleague.workbench.reports import (
    KeyAge,
    batch_counts,
    disk_space,
    folder_sizes,
    key_ages,
    robot_count,
    versions,
)

CONDITIONS = {
    "database": "数据库",
    "migrations": "数据库升级",
    "triggers": "防篡改触发器",
    "folder": "数据目录",
    "queue": "排队服务",
    "worker": "后台任务",
}
USES = {"field": "数据加密", "index": "身份证号盲索引", "audit": "审计签名", "stamp": "表格签名"}
LEAST_FREE = 0.1
FILE_MAIL = "django.core.mail.backends.filebased.EmailBackend"
Rows = list[dict[str, object]]


class SystemStatusView(ScopedPage):
    """Versions, conditions, queue, batches, folders, keys, the log and what leaves the house; of no person."""

    http_method_names = ["get", "head"]
    permission = "workbench.view_status"
    template_name = "workbench/status.html"
    title = "系统状态"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Look at everything now."""
        at = timezone.now()
        findings = readiness(at)
        broken = sum(not one.holds for one in findings)
        free, total = disk_space()
        keys = key_ages(at)
        return self.render(
            crumbs=[{"title": self.title}],
            facts=[f"{_moment(at)} 查看", f"{broken} 项不正常" if broken else "各项正常"],
            conditions=[_condition(one) for one in findings],
            versions=_versions(),
            queue=_queue(),
            batches=[{"title": title, "value": f"{count:,} 个"} for title, count in batch_counts()],
            folders=folder_sizes(),
            free=free,
            total=total,
            is_full=free < total * LEAST_FREE,
            keys=[(one, USES[one.use], *_age(one)) for one in keys],
            is_due=any(one.is_due for one in keys),
            chain=_chain(),
            outward=_outward(),
        )


def _condition(finding: Finding) -> dict[str, str]:
    tone = "ok" if finding.holds else "bad" if finding.is_vital else "warn"
    word = "正常" if finding.holds else "不正常" if finding.is_vital else "要等一等"
    sentence = "" if finding.holds else finding.sentence
    return {"title": CONDITIONS[finding.code], "tone": tone, "word": word, "sentence": sentence}


def _versions() -> Rows:
    found = versions()
    return [
        {"title": "平台", "value": found.product},
        {"title": "Python", "value": found.python},
        {"title": "Django", "value": found.framework},
        {"title": "数据库", "value": found.database},
    ]


def _queue() -> Rows:
    swept = last_sweep()
    return [
        {"title": "排队方式", "value": "Redis" if settings.REDIS_URL else "数据目录里的文件夹"},
        {"title": "最近巡检", "value": _moment(swept) or "还没有"},
    ]


def _age(key: KeyAge) -> tuple[str, str, str]:
    """Write how old a key is, with a light."""
    age = "没有记日期" if key.days is None else "今天启用" if key.days == 0 else f"{key.days} 天"
    if key.is_due:
        return age, "warn", "该更换"
    return (age, "ok", "在用") if key.is_newest else (age, "idle", "旧密钥")


def _chain() -> Rows:
    anchors, checked = stored_anchors(), last_verification()
    anchor = f"{_moment(anchors[-1].at)}，到第 {anchors[-1].anchor.seq} 条" if anchors else "还没有"
    return [{"title": "最近锚点", "value": anchor}, {"title": "最近核对", "value": _check(checked)}]


def _check(event: AuditEvent | None) -> str:
    if event is None:
        return "还没有"
    word = "完好" if event.result == AuditEvent.Result.DONE else "不可信，请审计员查看"
    return f"{_moment(event.at)}，{word}"


def _outward() -> Rows:
    robots = robot_count()
    spoken = f"{robots.total} 个，启用 {robots.on} 个" if robots.total else "没有登记"
    relay = "经内网中转" if settings.ROBOT_RELAY else "直接连接"
    return [
        {"title": "邮件", "value": _mail()},
        {"title": "邮件里的网址", "value": "已设置" if settings.SITE_URL else "没有设置，邮件里不带网址"},
        {"title": "群机器人", "value": spoken, "url": reverse("robots"), "note": relay},
    ]


def _mail() -> str:
    if settings.EMAIL_BACKEND == FILE_MAIL:
        return "没有接邮件服务器，邮件写在数据目录里"
    is_sealed = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    return f"已接邮件服务器，{'加密传输' if is_sealed else '不加密传输'}"


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
