"""The list of an account's own batches."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.standing import counts_line, standing_of
from youthleague.sheets.services.kinds import all_kinds, kind_by_code
from youthleague.sheets.views.guards import account, pager, scope_today, sheet_page

LISTED = 25


@require_safe
@sheet_page
def batches(request: HttpRequest) -> HttpResponse:
    """List the account's batches of units that it still manages, the newest first."""
    own = ImportBatch.objects.visible_to(account(request)).manageable_in(scope_today(request), all_kinds().values())
    page = Paginator(own.select_related("organisation"), LISTED).get_page(request.GET.get("page"))
    context = {
        "title": "导入",
        "crumbs": [{"title": "导入"}],
        "facts": ["您上传的表格只有您自己看得到", "原文件加密保存，用完即删"],
        "actions": upload_actions(request),
        "lines": [_line(batch) for batch in page],
        "pager": pager(page, request, "份"),
    }
    return render(request, "sheets/batches.html", context)


def _line(batch: ImportBatch) -> dict[str, object]:
    kind = kind_by_code(batch.kind)
    return {
        "batch": batch,
        "title": kind.title if kind else "",
        "standing": standing_of(batch),
        "counts": counts_line(batch),
    }


def upload_actions(request: HttpRequest) -> list[dict[str, object]]:
    """Offer the kinds that the account may upload, the first of them as the red button, which stands last."""
    kinds = [kind for kind in all_kinds().values() if account(request).has_perm(kind.permission)]
    return [
        {
            "title": f"上传{kind.title}",
            "url": reverse("sheet-upload", args=[kind.code]),
            "icon": "upload",
            "primary": kind is kinds[0],
        }
        for kind in reversed(kinds)
    ]
