"""Mending cells of a checked batch in the browser; every act is a POST that leads back to the page."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.services.fixing import Cell, fix_cell, restore_cell
from youthleague.sheets.views.decisions import act_on, own_row
from youthleague.sheets.views.guards import account, kind_or_404, sheet_page


@require_POST
@sheet_page
def fix(request: HttpRequest, pk: int, number: int, column: str) -> HttpResponse:
    """Put what was typed in the place of a cell, and say whether that will do."""
    cell, kind = _cell(request, pk, number, column)
    text, by, at = request.POST.get("text", ""), account(request), timezone.now()
    return act_on(
        request, cell.row.batch, lambda: _tell(request, cell, kind, fix_cell(cell=cell, text=text, by=by, at=at))
    )


@require_POST
@sheet_page
def restore(request: HttpRequest, pk: int, number: int, column: str) -> HttpResponse:
    """Let the cell of the file count again."""
    cell, _kind = _cell(request, pk, number, column)
    return act_on(request, cell.row.batch, partial(restore_cell, cell=cell, by=account(request), at=timezone.now()))


def _cell(request: HttpRequest, pk: int, number: int, column: str) -> tuple[Cell, SheetKind]:
    row = own_row(request, pk, number)
    return Cell(row, column, request.POST.get("seen", "")), kind_or_404(row.batch.kind)


def _tell(request: HttpRequest, cell: Cell, kind: SheetKind, left: list[Finding]) -> None:
    title, number = kind.column(cell.column).title, cell.row.number
    if left:
        messages.error(request, f"第 {number} 行的“{title}”还不对：{left[0].sentence}")
    else:
        messages.success(request, f"第 {number} 行的“{title}”已改好。")
