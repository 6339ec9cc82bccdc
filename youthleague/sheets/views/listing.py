"""The list of an account's own batches."""

from collections import defaultdict
from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youthleague.kernel.sheet_kinds import RecordWords
from youthleague.sheets.choices import BatchState
from youthleague.sheets.forms import BatchFilterForm
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.reports.standing import counts_line, standing_of
from youthleague.sheets.services.kinds import all_kinds, kind_by_code
from youthleague.sheets.views.guards import account, context_now, pager, scope_today, sheet_page

LISTED = 25
TOUCHED = 3


@require_safe
@sheet_page
def batches(request: HttpRequest) -> HttpResponse:
    """List the account's batches of units that it still manages, the newest first, of one kind or state if asked."""
    kinds = all_kinds().values()
    own = ImportBatch.objects.visible_to(account(request)).manageable_in(scope_today(request), kinds)
    form = BatchFilterForm(request.GET, kinds=kinds)
    found = own.none() if form.conditions is None else own.filter(**form.conditions)
    page = Paginator(found.select_related("organisation"), LISTED).get_page(request.GET.get("page"))
    records = _records(request, list(page.object_list))
    context = {
        "title": "导入",
        "crumbs": [{"title": "导入"}],
        "facts": ["您上传的表格只有您自己看得到", "原文件加密保存，用完即删"],
        "actions": upload_actions(request),
        "form": form,
        "is_narrowed": bool(form.conditions) or form.conditions is None,
        "lines": [_line(batch, records.get(batch.pk, ())) for batch in page],
        "pager": pager(page, request, "份"),
    }
    return render(request, "sheets/batches.html", context)


def _line(batch: ImportBatch, records: Sequence[RecordWords]) -> dict[str, object]:
    kind = kind_by_code(batch.kind)
    return {
        "batch": batch,
        "title": kind.title if kind else "",
        "standing": standing_of(batch),
        "counts": counts_line(batch),
        "records": records,
        "row_page": kind.row_page if kind else "",
    }


def _records(request: HttpRequest, listed: Sequence[ImportBatch]) -> dict[int, list[RecordWords]]:
    """Name the first records that each written batch touched, those still in sight, one a row of the file."""
    written = {batch.pk: batch for batch in listed if batch.state == BatchState.APPLIED}
    rows = ImportRow.objects.visible_to(account(request)).filter(batch__in=written).written()
    first = rows.first_of_each_batch(TOUCHED).order_by("batch_id", "number").values_list("batch_id", "touched")
    touched = list(first) if written else []
    found: dict[int, list[RecordWords]] = defaultdict(list)
    for kind in all_kinds().values():
        own = [(pk, list(keys)) for pk, keys in touched if written[pk].kind == kind.code]
        if own:
            keys = [(label, key) for _pk, all_of_row in own for label, key, _version in all_of_row]
            words = kind.describe_touched(keys, context_now(request, written[own[0][0]], kind))
            for pk, all_of_row in own:
                seen = [words[label, key] for label, key, _version in all_of_row if (label, key) in words]
                found[pk] += seen[-1:]
    return found


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
