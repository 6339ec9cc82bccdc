"""Whether the process lives and whether the portal can work, for machines and for whoever looks."""

from collections.abc import Iterable

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youthleague.workbench.checks import Finding, readiness

SENTENCES = {
    "ok": "平台可以使用。",
    "degraded": "平台可以使用，但后台任务要等一等。",
    "down": "平台暂时不能使用。",
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say that the process answers; asks nothing of anything else."""
    return _answer({"state": "ok", "sentence": "服务进程正常。"}, 200)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say whether all that the portal needs is in order: 503 when it cannot work, 200 when only tasks have to wait."""
    findings = readiness(timezone.now())
    checks = {finding.code: {"holds": finding.holds, "sentence": finding.sentence} for finding in findings}
    state = _state(findings)
    return _answer({"state": state, "sentence": SENTENCES[state], "checks": checks}, 503 if state == "down" else 200)


def _state(findings: Iterable[Finding]) -> str:
    broken = [finding for finding in findings if not finding.holds]
    if any(finding.is_vital for finding in broken):
        return "down"
    return "degraded" if broken else "ok"


def _answer(facts: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})
