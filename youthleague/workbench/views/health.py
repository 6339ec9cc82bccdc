"""Whether the process lives and whether the portal can work, for machines and for whoever looks."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youthleague.workbench.checks import readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say that the process answers; asks nothing of anything else."""
    return _answer({"state": "ok", "sentence": "服务进程正常。"}, 200)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say whether database, migrations, triggers and data folder are in order; 503 when one is not."""
    findings = readiness()
    ready = all(finding.holds for finding in findings)
    checks = {finding.code: {"holds": finding.holds, "sentence": finding.sentence} for finding in findings}
    sentence = "平台可以使用。" if ready else "平台暂时不能使用。"
    return _answer({"state": "ok" if ready else "down", "sentence": sentence, "checks": checks}, 200 if ready else 503)


def _answer(facts: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})
