"""Taking a written batch back: what would happen, and asking for it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from youthleague.kernel.sheet_kinds import SheetKind, UndoOutcome
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.undoing import foreseen_page, outcome_shown, undo_figures
from youthleague.sheets.services.undoing import forecast_undo, request_undo
from youthleague.sheets.views.batch import frame
from youthleague.sheets.views.decisions import act_on
from youthleague.sheets.views.guards import account, context_now, own_batch, pager, sheet_page


@require_http_methods(["GET", "HEAD", "POST"])
@sheet_page
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what undoing would do with each row, and have it done as it was shown."""
    batch, kind = own_batch(request, pk)
    if batch.state != BatchState.APPLIED:
        return redirect("sheet-batch", batch.pk)
    if request.method == "POST":
        digest, by, at = request.POST.get("digest", ""), account(request), timezone.now()
        act = partial(request_undo, batch=batch, digest=digest, by=by, at=at)
        return act_on(request, batch, act, wants_work=True)
    own = {"title": f"撤销导入：{batch.organisation}{kind.title}", "actions": ()}
    return render(request, "sheets/undo.html", {**frame(batch, kind), **own, **_parts(request, batch, kind)})


def _parts(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> dict[str, object]:
    forecast = forecast_undo(batch=batch, by=account(request), at=timezone.now())
    shown = outcome_shown(request.GET.get("show", ""), forecast.counts)
    chosen = [row for row in forecast.rows if row.outcome is shown]
    rows = foreseen_page(batch, kind, chosen, context_now(request, batch, kind), request.GET.get("page"))
    figures = undo_figures(forecast.counts, shown, done=False)
    return {
        "figures": figures,
        "shown": next(one for one in figures if one.pressed),
        "rows": rows,
        "pager": pager(rows.page, request, rows.noun),
        "restorable": forecast.counts[UndoOutcome.RESTORED],
        "staying": len(forecast.staying),
        "digest": forecast.digest,
    }
