"""Saying which sheet and which columns of a file are meant."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from orgs.scoped_views.refusals import codes_of
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import BatchState
from youthleague.sheets.forms import MappingForm, SheetForm
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import choose_sheet, confirm_mapping
from youthleague.sheets.services.moving import is_working
from youthleague.sheets.services.remembering import forget_mappings
from youthleague.sheets.tasks import nudge
from youthleague.sheets.views.batch import frame
from youthleague.sheets.views.decisions import act_on
from youthleague.sheets.views.guards import account, note_refused, own_batch, sheet_page
from youthleague.sheets.views.states import mapping_parts


@require_http_methods(["GET", "HEAD", "POST"])
@sheet_page
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which column is which; the answer has the batch checked (again)."""
    batch, kind = own_batch(request, pk)
    if not _is_open(batch):
        return redirect("sheet-batch", batch.pk)
    form = MappingForm(request.POST or None, batch=batch, kind=kind)
    if request.method == "POST" and form.is_valid() and _is_confirmed(request, batch, form):
        transaction.on_commit(partial(nudge, batch.pk))
        return redirect("sheet-batch", batch.pk)
    return _page(request, batch, kind, form, SheetForm(batch=batch))


@require_POST
@sheet_page
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the table looked for in another sheet, or below another header."""
    batch, kind = own_batch(request, pk)
    form = SheetForm(request.POST, batch=batch)
    if not _is_open(batch):
        return redirect("sheet-batch", batch.pk)
    if not form.is_valid():
        return _page(request, batch, kind, MappingForm(batch=batch, kind=kind), form)
    choose = partial(choose_sheet, batch=batch, by=account(request), at=timezone.now(), **form.cleaned_data)
    return act_on(request, batch, choose, wants_work=True)


@require_POST
@sheet_page
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what the account said of columns earlier; the batch itself stays as it is."""
    batch, kind = own_batch(request, pk)
    forget_mappings(kind=kind, by=account(request), at=timezone.now())
    messages.success(request, "已忘记您以前改过的对应，下次上传重新识别；这个批次的对应没有变。")
    return redirect("sheet-mapping", batch.pk)


def _is_open(batch: ImportBatch) -> bool:
    """Tell whether the columns may be changed now: nobody works on the batch, and nothing was written yet."""
    return batch.state in {BatchState.MAPPED, BatchState.CHECKED} and not is_working(batch)


def _is_confirmed(request: HttpRequest, batch: ImportBatch, form: MappingForm) -> bool:
    try:
        confirm_mapping(
            batch=batch,
            mapping=form.mapping,
            sheet=batch.sheet_name,
            header_row=batch.header_row or 1,
            by=account(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        note_refused(request, codes_of(error))
        form.add_error(None, error)
        return False
    return True


def _page(
    request: HttpRequest, batch: ImportBatch, kind: SheetKind, form: MappingForm, sheet_form: SheetForm
) -> HttpResponse:
    context = {**frame(batch, kind), **mapping_parts(batch, kind, form, sheet_form), "now": 2}
    return render(request, "sheets/mapping.html", context)
