"""Taking a file in."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orgs.scoped_views.refusals import codes_in
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.forms import UploadForm
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, limit_uploads, upload_batch
from youthleague.sheets.tasks import nudge
from youthleague.sheets.views.guards import account, guarded, kind_for, note_refused, scope_today

UPLOAD = "sheet.upload"
_LONGEST_KEY = 18


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(UPLOAD)
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a unit and a file; take the file in as a new batch, which may replace an earlier one."""
    kind = kind_for(request, code)
    earlier = _earlier(request, kind)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        scope=scope_today(request).holding(kind.permission),
        initial=_initial(request, earlier),
    )
    if request.method == "POST" and form.is_valid():
        batch = _taken_in(request, kind, form, earlier)
        if batch is not None:
            return redirect("sheet-batch", batch.pk)
    note_refused(request, codes_in(form), UPLOAD)
    context = {
        "title": f"上传{kind.title}",
        "section": "sheet-batches",
        "crumbs": [{"title": "导入", "url": reverse("sheet-batches")}, {"title": f"上传{kind.title}"}],
        "form": form,
        "kind": kind,
        "earlier": earlier,
        "replaces_note": f"上传后取代“{earlier.filename}”。" if earlier else "",
        "may_export": account(request).has_perm(kind.export_permission),
    }
    return render(request, "sheets/upload.html", context)


def _earlier(request: HttpRequest, kind: SheetKind) -> ImportBatch | None:
    """Give the account's own batch that the file is to replace; any other number is passed over."""
    text = request.GET.get("replaces", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY):
        return None
    return ImportBatch.objects.visible_to(account(request)).filter(pk=int(text), kind=kind.code).first()


def _initial(request: HttpRequest, earlier: ImportBatch | None) -> dict[str, object] | None:
    chosen = earlier.organisation_id if earlier else request.GET.get("unit")
    return {"organisation": chosen} if chosen else None


def _taken_in(
    request: HttpRequest, kind: SheetKind, form: UploadForm, earlier: ImportBatch | None
) -> ImportBatch | None:
    """Store the batch and have a worker look at it; what is refused becomes an error of the form."""
    file = form.cleaned_data["file"]
    try:
        limit_uploads(by=account(request), at=timezone.now())
        batch = upload_batch(
            kind=kind,
            organisation=form.cleaned_data["organisation"],
            upload=Upload(file.name, file.read()),
            by=account(request),
            at=timezone.now(),
            replaces=earlier.pk if earlier else None,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    transaction.on_commit(partial(nudge, batch.pk))
    return batch
