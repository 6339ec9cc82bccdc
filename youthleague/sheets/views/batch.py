"""The page of a batch, whatever its state, and its progress while somebody works on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.standing import STEPS, progress_of, standing_of, step_of, writable_rows
from youthleague.sheets.services.errors import has_error_workbook
from youthleague.sheets.services.moving import is_working
from youthleague.sheets.services.results import message_for
from youthleague.sheets.views.guards import own_batch, sheet_page
from youthleague.sheets.views.states import PARTS

IGNORED_NAMED = 4
_TEMPLATES = {
    BatchState.CHECKED: "checked",
    BatchState.APPLIED: "applied",
    BatchState.UNDONE: "undone",
    BatchState.FAILED: "failed",
}
_MAY_CANCEL = frozenset({BatchState.UPLOADED, BatchState.READING, BatchState.MAPPED, BatchState.CHECKED})


@require_safe
@sheet_page
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch: what is being done with it, or what it waits for, or what came of it."""
    batch, kind = own_batch(request, pk)
    phase = _phase(batch)
    parts = PARTS[phase](request, batch, kind) if phase in PARTS else {}
    return render(request, f"sheets/{phase}.html", {**frame(batch, kind), **parts})


@require_safe
@sheet_page
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the progress of a batch; once nobody works on it any more, have the page loaded anew."""
    batch, _kind = own_batch(request, pk)
    response = render(request, "sheets/_progress.html", {"batch": batch, "progress": progress_of(batch)})
    if not is_working(batch):
        response["HX-Refresh"] = "true"
    return response


def _phase(batch: ImportBatch) -> str:
    """Name what is going on with a batch, which is also the name of its template."""
    if is_working(batch):
        return "working"
    if batch.state == BatchState.MAPPED:
        return "mapping"
    return _TEMPLATES.get(BatchState(batch.state), "ended")


def frame(batch: ImportBatch, kind: SheetKind) -> dict[str, object]:
    """Give what every page of a batch has: title, facts, steps, actions."""
    unit = batch.organisation.short_name or batch.organisation.name
    return {
        "title": f"导入：{unit}{kind.title}",
        "section": "sheet-batches",
        "crumbs": [{"title": "导入", "url": reverse("sheet-batches")}, {"title": unit + kind.title}],
        "facts": _facts(batch),
        "actions": _actions(batch),
        "batch": batch,
        "kind": kind,
        "steps": STEPS,
        "now": step_of(batch),
        "message": message_for(batch, kind),
        "standing": standing_of(batch),
        "upload_url": f"{reverse('sheet-upload', args=[kind.code])}?replaces={batch.pk}",
    }


def _facts(batch: ImportBatch) -> list[str]:
    moment = timezone.localtime(batch.uploaded_at)
    facts = [batch.filename, f"{moment.month} 月 {moment.day} 日 {moment:%H:%M} 上传"]
    layout = batch.layout
    if "first_row" in layout:
        ignored = "".join(f"“{header}”" for header in layout["unknown"][:IGNORED_NAMED])
        more = f"等 {len(layout['unknown'])} 列" if len(layout["unknown"]) > IGNORED_NAMED else ""
        facts.append(f"工作表“{batch.sheet_name}”第 {layout['first_row']}—{layout['last_row']} 行")
        facts.append(f"认出 {len(batch.mapping)} 列" + (f"，忽略{ignored}{more}" if ignored else ""))
    if batch.replaces is not None:
        facts.append(f"取代“{batch.replaces.filename}”")
    return facts


def _actions(batch: ImportBatch) -> list[dict[str, object]]:
    actions: list[dict[str, object]] = []
    if has_error_workbook(batch):
        errors = {"title": "下载错误表", "url": reverse("sheet-errors", args=[batch.pk]), "icon": "download"}
        actions.append({**errors, "method": "post", "download": True})
    if batch.state == BatchState.CHECKED and batch.stored_name:
        mapping, check = reverse("sheet-mapping", args=[batch.pk]), reverse("sheet-check", args=[batch.pk])
        actions.append({"title": "列对错了？", "url": mapping, "icon": "adjustments"})
        actions.append({"title": "重新检查", "url": check, "icon": "refresh", "method": "post"})
    if batch.state == BatchState.APPLIED and writable_rows(batch):
        undo = reverse("sheet-undo", args=[batch.pk])
        actions.append({"title": "撤销这次导入", "url": undo, "icon": "arrow-back-up"})
    if batch.state in _MAY_CANCEL:
        actions.append(
            {
                "title": "作废本批次",
                "url": reverse("sheet-cancel", args=[batch.pk]),
                "icon": "arrow-back-up",
                "method": "post",
                "confirm": f"作废后，“{batch.filename}”和它的检查结果都会删除；已有的数据不受影响。",
                "confirm_verb": "作废",
                "bad": True,
            }
        )
    return actions
