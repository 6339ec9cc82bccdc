"""What the page of a batch shows in each of its states."""

from collections.abc import Callable

from django.http import HttpRequest

from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.forms import MappingForm, SheetForm
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.rows import (
    SHOWN,
    RowPage,
    absent_page,
    column_letters,
    fault_groups,
    fault_summary,
    row_page,
    rows_shown,
)
from youthleague.sheets.reports.standing import count_of, progress_of, writable_rows
from youthleague.sheets.reports.undoing import outcome_shown, undo_figures, undone_page
from youthleague.sheets.rules import may_apply
from youthleague.sheets.services.remembering import has_remembered
from youthleague.sheets.views.guards import address_part, context_now, pager

Parts = dict[str, object]


def working(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> Parts:
    """Show how far a worker has come."""
    del request, kind
    return {"progress": progress_of(batch)}


def mapping(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> Parts:
    """Ask which column is which."""
    del request
    return mapping_parts(batch, kind, MappingForm(batch=batch, kind=kind), SheetForm(batch=batch))


def mapping_parts(batch: ImportBatch, kind: SheetKind, form: MappingForm, sheet_form: SheetForm) -> Parts:
    """Give what the page about columns shows."""
    layout = batch.layout
    return {
        "form": form,
        "sheet_form": sheet_form,
        "notes": layout.get("notes", ()),
        "remembers": has_remembered(batch.uploaded_by, kind),
        "missing": [kind.column(name).title for name in layout.get("missing", ()) if name in kind.identity],
        "must": [kind.column(name).title for name in kind.identity],
        "doubled": [
            f"“{kind.column(name).title}”出现在 {'、'.join(map(column_letters, indexes))} 列，只能用其中一列。"
            for name, indexes in layout.get("duplicates", ())
        ],
    }


def checked(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> Parts:
    """Show the rows of one filter, errors first, and what still stands in the way of writing."""
    show = _show(request, batch)
    code = request.GET.get("code", "").replace("\0", "") if show == "error" else ""  # PostgreSQL takes no NUL
    rows = _rows(request, batch, kind, show, code)
    errors, writable = count_of(batch, "error"), writable_rows(batch)
    mode = ApplyMode.VALID if errors and request.GET.get("mode") == ApplyMode.VALID else ApplyMode.ALL
    groups = fault_groups(batch, kind) if show == "error" else []
    return {
        "show": show,
        "figures": _figures(batch, show),
        "rows": rows,
        "pager": pager(rows.page, request, rows.noun),
        "groups": groups,
        "summary": fault_summary(groups),
        "code": code,
        "query": address_part(request.GET),
        "errors": errors,
        "cells": count_of(batch, "cells"),
        "blocked": f"还有 {count_of(batch, 'cells')} 处错误",
        "writable": writable,
        "new": count_of(batch, "new"),
        "changed": count_of(batch, "changed"),
        "notes": batch.layout.get("notes", ()),
        "modes": [(one.value, one.label, one == mode) for one in ApplyMode],
        "mode": mode,
        "may_apply": may_apply(errors=errors, writable=writable, only_valid=mode == ApplyMode.VALID),
    }


def _show(request: HttpRequest, batch: ImportBatch) -> str:
    """Give the filter that was asked for; else errors first, then what would change."""
    asked = request.GET.get("show", "")
    if asked in SHOWN:
        return asked
    return next((name for name in ("error", "changed", "new") if count_of(batch, name)), "same")


def _rows(request: HttpRequest, batch: ImportBatch, kind: SheetKind, show: str, code: str) -> RowPage:
    context, number = context_now(request, batch, kind), request.GET.get("page")
    if show == "absent":
        return absent_page(batch, kind, context, number)
    return row_page(batch, kind, rows_shown(batch, show, code), context, number)


def _figures(batch: ImportBatch, show: str) -> list[Parts]:
    errors, cells = count_of(batch, "error"), count_of(batch, "cells")
    absent, left_out = len(batch.layout.get("absent", ())), count_of(batch, "left_out")
    kept = batch.layout.get("kept", 0)
    unchanged = f"另有 {kept} 格留空，未改动" if kept else "不会改动"
    reason = f"涉及 {errors} 行，改完才能写入" if errors else "每一行都通过了检查"
    figures = [
        ("new", "新增", count_of(batch, "new"), "行", "原来没有的"),
        ("changed", "变更", count_of(batch, "changed"), "行", "与原来不同"),
        ("same", "无变化", count_of(batch, "same"), "行", unchanged),
        ("error", "错误", cells, "处", reason),
        ("absent", "表中没有", absent, "条", "现有的不会改动"),
        ("left_out", "不导入", left_out, "行", "您选择不导入的"),
    ]
    kept = [one for one in figures if one[2] or one[0] not in {"absent", "left_out"}]
    names = ("value", "title", "count", "unit", "note")
    return [{**dict(zip(names, one, strict=True)), "pressed": one[0] == show} for one in kept]


def applied(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> Parts:
    """Say what the database holds now, row by row, and what was not written."""
    out = count_of(batch, "error") + count_of(batch, "left_out")
    show = "out" if out and request.GET.get("show") == "out" else "written"
    rows = batch.rows.order_by("number")
    chosen = rows.not_written() if show == "out" else rows.writable()
    page = row_page(batch, kind, chosen, context_now(request, batch, kind), request.GET.get("page"))
    return {
        "show": show,
        "rows": page,
        "pager": pager(page.page, request, page.noun),
        "written": writable_rows(batch),
        "out": out,
        "figures": _outcome(batch, out),
    }


def _outcome(batch: ImportBatch, out: int) -> list[Parts]:
    figures = [
        ("新增", count_of(batch, "new"), "已写入", "?show=written"),
        ("变更", count_of(batch, "changed"), "已更新", "?show=written"),
        ("无变化", count_of(batch, "same"), "与现有的一致，没有改动", ""),
        ("没有导入", out, "有错误的和选择不导入的", "?show=out"),
    ]
    names = ("title", "value", "note", "url")
    return [{**dict(zip(names, one, strict=True)), "unit": "行"} for one in figures if one[1] or one[0] != "没有导入"]


def undone(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> Parts:
    """Say what became of each row, those that stay first, and what had never been written."""
    out = count_of(batch, "error") + count_of(batch, "left_out")
    context, number, asked = context_now(request, batch, kind), request.GET.get("page"), request.GET.get("show", "")
    if out and asked == "out":
        rows = row_page(batch, kind, batch.rows.order_by("number").not_written(), context, number)
        figures = undo_figures(batch.counts, None, done=True)
    else:
        shown = outcome_shown(asked, batch.counts)
        rows = undone_page(batch, kind, shown, context, number)
        figures = undo_figures(batch.counts, shown, done=True)
    return {
        "figures": figures,
        "shown": next((one for one in figures if one.pressed), None),
        "rows": rows,
        "pager": pager(rows.page, request, rows.noun),
        "out": out,
    }


PARTS: dict[str, Callable[[HttpRequest, ImportBatch, SheetKind], Parts]] = {
    "working": working,
    "mapping": mapping,
    "checked": checked,
    "applied": applied,
    "undone": undone,
}
