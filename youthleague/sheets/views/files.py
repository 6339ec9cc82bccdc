"""Files that leave the portal: templates, exports, and the error workbook of a batch."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.access import Scope
from orgs.middleware import is_verified
from orgs.models import Organisation
from orgs.scoped_views.exports import workbook_response
from orgs.scoped_views.refusals import codes_in, codes_of
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.forms import ExportForm
from youthleague.sheets.services.errors import error_workbook
from youthleague.sheets.services.exports import SheetFile, Wanted, export_workbook, template_workbook
from youthleague.sheets.views.guards import (
    account,
    guarded,
    kind_for,
    kind_or_404,
    note_refused,
    own_batch,
    scope_today,
    sheet_page,
)

EXPORT, ERRORS = "sheet.export", "sheet.errors"
_LONGEST_KEY = 18


@require_safe
@sheet_page
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Send a blank template for a unit, the topmost one unless another is named."""
    kind = kind_for(request, code)
    scope = scope_today(request).holding(kind.permission)
    unit = _unit(request.GET.get("unit", ""), scope)
    file = template_workbook(kind=kind, organisation=unit, scope=scope)
    return workbook_response(file.content, file.name)


@require_POST
@guarded(EXPORT)
def update_template(request: HttpRequest, code: str) -> HttpResponse:
    """Send a template with the current rows of a unit, numbers masked; what is refused is said on the upload page."""
    kind = kind_or_404(code)
    user = account(request)
    if not user.has_perm(kind.export_permission):
        raise PermissionDenied
    unit = _unit(request.POST.get("organisation", ""), scope_today(request).holding(kind.export_permission))
    wanted = Wanted(for_update=True, choice=request.POST.get("choice", ""))
    try:
        file = export_workbook(kind=kind, organisation=unit, wanted=wanted, by=user, at=timezone.now())
    except ValidationError as error:
        note_refused(request, codes_of(error), EXPORT)
        messages.error(request, "".join(error.messages))
        return redirect("sheet-upload", kind.code)
    return workbook_response(file.content, file.name)


@require_POST
@guarded(ERRORS)
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of a batch back to its uploader, with what is wrong beside it."""
    batch, kind = own_batch(request, pk)
    try:
        file = error_workbook(batch=batch, kind=kind, by=account(request), at=timezone.now())
    except ValidationError as error:
        note_refused(request, codes_of(error), ERRORS)
        messages.error(request, "".join(error.messages))
        return redirect("sheet-batch", batch.pk)
    return workbook_response(file.content, file.name)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(EXPORT)
def export(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what to export and send it."""
    kind = kind_or_404(code)
    user, scope = account(request), scope_today(request)
    if not user.has_perm(kind.export_permission):
        raise PermissionDenied
    form = ExportForm(
        request.POST or None,
        scope=scope.holding(kind.export_permission),
        may_full=kind.has_numbers and user.has_perm(kind.full_permission),
        initial={"organisation": request.GET["unit"]} if request.GET.get("unit") else None,
    )
    if request.method == "POST" and form.is_valid():
        file = exported(request, kind, form)
        if file is not None:
            return workbook_response(file.content, file.name)
    note_refused(request, codes_in(form), EXPORT)
    context = {
        "title": f"导出{kind.title}",
        "section": "sheet-batches",
        "crumbs": [{"title": "导入", "url": reverse("sheet-batches")}, {"title": f"导出{kind.title}"}],
        "form": form,
        "kind": kind,
        "wants_second_factor": form.has_error("__all__", "export.second_factor"),
    }
    return render(request, "sheets/export.html", context)


def _unit(text: str, scope: Scope) -> Organisation:
    units = Organisation.objects.visible_to(scope).active().order_by("lineage")
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY:
        return get_object_or_404(units, pk=int(text))
    top = units.first()
    if text or top is None:
        raise Http404
    return top


def exported(request: HttpRequest, kind: SheetKind, form: ExportForm) -> SheetFile | None:
    """Make the file that a form asks for; what the service refuses becomes an error of the form."""
    wanted = Wanted(
        full=form.cleaned_data.get("full", False),
        reason=form.cleaned_data.get("reason", ""),
        is_verified=is_verified(request),
    )
    unit = form.cleaned_data["organisation"]
    try:
        return export_workbook(kind=kind, organisation=unit, wanted=wanted, by=account(request), at=timezone.now())
    except ValidationError as error:
        form.add_error("reason" if error.code == "export.reason" else None, error)
        return None
