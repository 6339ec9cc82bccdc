"""What the uploader decides about a batch and its rows; every act is a POST that leads back to the page."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.scoped_views.refusals import codes_of
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.forms import DecisionForm
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.batches import cancel_batch, check_anew, decide_row, leave_out_row, request_apply
from youthleague.sheets.tasks import nudge
from youthleague.sheets.views.guards import account, address_part, note_refused, own_batch, sheet_page


@require_POST
@sheet_page
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the batch to be written."""
    batch, _kind = own_batch(request, pk)
    mode = ApplyMode.VALID if request.POST.get("mode") == ApplyMode.VALID else ApplyMode.ALL
    by, at = account(request), timezone.now()
    return act_on(request, batch, lambda: request_apply(batch=batch, mode=mode, by=by, at=at), wants_work=True)


@require_POST
@sheet_page
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the batch checked again."""
    batch, _kind = own_batch(request, pk)
    by, at = account(request), timezone.now()
    return act_on(request, batch, lambda: check_anew(batch=batch, by=by, at=at), wants_work=True)


@require_POST
@sheet_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the batch up."""
    batch, _kind = own_batch(request, pk)
    by, at = account(request), timezone.now()
    return act_on(request, batch, lambda: cancel_batch(batch=batch, by=by, at=at))


@require_POST
@sheet_page
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Choose what a changed post means, since when, and of which post."""
    row = own_row(request, pk, number)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
        return _back(request, row.batch)
    by, at = account(request), timezone.now()
    return act_on(request, row.batch, lambda: decide_row(row=row, by=by, at=at, **form.cleaned_data))


@require_POST
@sheet_page
def leave_out(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Leave a row out, or take it in again."""
    row = own_row(request, pk, number)
    wanted, by = request.POST.get("left_out") == "1", account(request)
    return act_on(request, row.batch, lambda: leave_out_row(row=row, left_out=wanted, by=by))


def own_row(request: HttpRequest, pk: int, number: int) -> ImportRow:
    """Give a row of a batch that is the account's own; anything else does not exist."""
    batch, _kind = own_batch(request, pk)
    row = get_object_or_404(batch.rows, number=number)
    row.batch = batch
    return row


def act_on(
    request: HttpRequest, batch: ImportBatch, act: Callable[[], None], *, wants_work: bool = False
) -> HttpResponse:
    """Do something with a batch, tell a worker where one is wanted, and lead back; the page says what was refused."""
    try:
        act()
    except ValidationError as error:
        note_refused(request, codes_of(error))
        messages.error(request, "".join(error.messages))
    else:
        if wants_work:
            transaction.on_commit(partial(nudge, batch.pk))
    return _back(request, batch)


def _back(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    kept = address_part(request.GET)
    page = reverse("sheet-batch", args=[batch.pk])
    return redirect(f"{page}?{kept}" if kept else page)
