"""Paths of import batches."""

from django.urls import path

from youthleague.sheets.views.batch import batch_page, progress
from youthleague.sheets.views.cells import fix, restore
from youthleague.sheets.views.columns import forget, mapping, sheet
from youthleague.sheets.views.decisions import apply, cancel, check, decide, leave_out
from youthleague.sheets.views.files import errors, export, template, update_template
from youthleague.sheets.views.listing import batches
from youthleague.sheets.views.undoing import undo
from youthleague.sheets.views.uploads import upload

urlpatterns = [
    path("sheets/batches/", batches, name="sheet-batches"),
    path("sheets/batches/<int:pk>/", batch_page, name="sheet-batch"),
    path("sheets/batches/<int:pk>/progress/", progress, name="sheet-progress"),
    path("sheets/batches/<int:pk>/columns/", mapping, name="sheet-mapping"),
    path("sheets/batches/<int:pk>/columns/forget/", forget, name="sheet-forget"),
    path("sheets/batches/<int:pk>/sheet/", sheet, name="sheet-choose"),
    path("sheets/batches/<int:pk>/check/", check, name="sheet-check"),
    path("sheets/batches/<int:pk>/apply/", apply, name="sheet-apply"),
    path("sheets/batches/<int:pk>/cancel/", cancel, name="sheet-cancel"),
    path("sheets/batches/<int:pk>/errors/", errors, name="sheet-errors"),
    path("sheets/batches/<int:pk>/undo/", undo, name="sheet-undo"),
    path("sheets/batches/<int:pk>/rows/<int:number>/decide/", decide, name="sheet-decide"),
    path("sheets/batches/<int:pk>/rows/<int:number>/leave-out/", leave_out, name="sheet-leave-out"),
    path("sheets/batches/<int:pk>/rows/<int:number>/cells/<slug:column>/fix/", fix, name="sheet-fix"),
    path("sheets/batches/<int:pk>/rows/<int:number>/cells/<slug:column>/restore/", restore, name="sheet-restore"),
    path("sheets/<slug:code>/upload/", upload, name="sheet-upload"),
    path("sheets/<slug:code>/template/", template, name="sheet-template"),
    path("sheets/<slug:code>/update-template/", update_template, name="sheet-update-template"),
    path("sheets/<slug:code>/export/", export, name="sheet-export"),
]
