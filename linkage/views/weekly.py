"""周联动: the heat map of the weeks, and the grid of one week."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from linkage.forms import UNREAD, WeekGrid
from linkage.policies import weekly_policy
from linkage.reports import HeatMap, HeatRow, WeekCell, heat_map, week_lines
from linkage.reports.balance import imbalance
from linkage.reports.weekly import ASKED
from linkage.services.weekly import EXEMPT, REPORT, WeekEntry, quiet_week, report_weeks, same_as_last_week
from orgs.access import LINEAGE_STEP
from orgs.choices import Level
from orgs.models import Organisation
from orgs.scoped_views import ScopedPage, ScopeUnits, organisation_path
from orgs.scoped_views.refusals import codes_of, note_forbidden
from youthleague.kernel.weeks import IsoWeek

VIEW = "linkage.view_week"
WEEKS_SHOWN = 12
ROWS_SHOWN = 60
_RACE = "在您填写期间，有人先保存了其中的一行，这次没有保存；请核对现在的内容后再填。"


class WeeksView(ScopedPage):
    """周联动: weeks × units of a subtree, and what is unbalanced."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "linkage/weeks.html"
    title = "周周联动"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the last weeks of the unit that is asked for, of one's own first."""
        top = _asked_unit(self, request.GET.get("unit", ""))
        this = IsoWeek.of(self.scope.day)
        shown = heat_map(top, _weeks_to(this, WEEKS_SHOWN), self.scope.holding(VIEW))
        limit = weekly_policy(self.scope.day).silent_weeks
        return self.render(
            path=organisation_path(top, self.scope),
            crumbs=[{"title": self.title}],
            facts=[top.name, f"第 {shown.weeks[0].week}—{this.week} 周"],
            actions=_grid_action(self, top, this),
            top=top,
            heat=shown,
            rows=[_heat_line(row, top) for row in shown.rows],
            loads=[{"load": load, "url": _leads_to(load.unit, top)} for load in imbalance(top, shown, self.scope)],
            totals=[_cell_words(cell) for cell in shown.totals],
            silent=[row.unit for row in shown.rows if row.silent >= limit],
            silent_weeks=limit,
            this_week=_figures(shown),
        )


class WeekView(ScopedPage):
    """One week of a unit and those directly below it, as a grid that is saved at once."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "linkage/week.html"
    week: IsoWeek
    unit: Organisation

    def prepare(self) -> None:
        """Find week and unit."""
        week = IsoWeek.read(self.kwargs["week"])
        if week is None:
            raise Http404
        self.week = week
        self.unit = _asked_unit(self, self.request.GET.get("unit", ""))

    @property
    def subject(self) -> str:
        return "linkage.WeeklyReport"

    def get(self, request: HttpRequest, week: str) -> HttpResponse:  # noqa: ARG002
        """Show the grid."""
        return self._page(self._grid())

    @property
    def _lines(self) -> Sequence[Any]:
        below = Organisation.objects.visible_to(self.scope.holding(VIEW)).active().filter(level__in=ASKED)
        rows = below.filter(parent=self.unit).order_by("lineage")
        if self.unit.level == Level.DISTRICT:
            return week_lines([*rows], self.week, self.scope)
        return week_lines([self.unit, *rows[:ROWS_SHOWN]], self.week, self.scope)

    def _grid(self, data: Mapping[str, Any] | None = None) -> WeekGrid:
        lines = self._lines
        exempting = self.scope.holding(EXEMPT)
        excused = frozenset(
            line.unit.pk
            for line in lines
            if line.unit.parent_id and exempting.covers(line.unit.lineage[:-LINEAGE_STEP])
        )
        return WeekGrid.of(lines, excused, data)

    def _page(self, grid: WeekGrid, refusal: str = "") -> HttpResponse:
        this = IsoWeek.of(self.scope.day)
        lines = [form.line for form in grid]
        address = f"?unit={self.unit.pk}"
        return self.render(
            title=self.week.title(),
            path=organisation_path(self.unit, self.scope),
            crumbs=[{"title": "周周联动", "url": reverse("weeks") + address}, {"title": self.week.title()}],
            facts=[self.unit.name, f"{self.week.monday:%m.%d}—{self.week.sunday:%m.%d}"],
            grid=grid,
            refusal=refusal,
            unit=self.unit,
            week=self.week,
            may_report=self.user.has_perm(REPORT, self.unit),
            is_this=self.week == this,
            blank=sum(line.row is None for line in lines),
            previous_url=reverse("week", args=[str(self.week.previous())]) + address,
            next_url=reverse("week", args=[str(self.week.next())]) + address if self.week <= this else "",
        )


class WeekReportView(WeekView):
    """Saves the rows of the grid that were changed, and with them what a click says of one row or of the rest."""

    http_method_names = ["post"]
    permission = REPORT

    def post(self, request: HttpRequest, week: str) -> HttpResponse:  # noqa: ARG002
        """Save, or show the grid again with what is wrong."""
        grid = self._grid(request.POST)
        if not grid.is_valid():
            return self._page(grid, UNREAD)
        one_click = {"quiet": self._quiet, "same": self._same}
        act = next((act for name, act in one_click.items() if name in request.POST), self._report)
        try:
            count = act(grid.entries())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=REPORT, subject=self.subject)
            return self._page(grid, grid.refuse(refusal))
        except IntegrityError:
            return self._page(self._grid(), _RACE)
        messages.success(request, f"已保存 {count} 个团组织的{self.week.title()}。" if count else "没有改动。")
        return HttpResponseRedirect(f"{reverse('week', args=[str(self.week)])}?unit={self.unit.pk}")

    def _report(self, typed: Sequence[WeekEntry]) -> int:
        return report_weeks(week=self.week, entries=typed, by=self.user, at=timezone.now())

    def _quiet(self, typed: Sequence[WeekEntry]) -> int:
        """Note one unit, or all in whose rows nothing stands and nothing was typed, as quiet."""
        asked = self.request.POST["quiet"]
        busy = {entry.organisation_id for entry in typed} if asked == "all" else set()
        units = [line.unit.pk for line in self._lines if asked in {"all", str(line.unit.pk)}]
        quiet = [pk for pk in units if pk not in busy]
        return quiet_week(organisations=quiet, week=self.week, by=self.user, at=timezone.now(), also=typed)

    def _same(self, typed: Sequence[WeekEntry]) -> int:
        line = next((line for line in self._lines if str(line.unit.pk) == self.request.POST["same"]), None)
        if line is None:
            raise Http404
        version = line.row.version if line.row else 0
        return same_as_last_week(
            organisation=line.unit, week=self.week, version=version, by=self.user, at=timezone.now(), also=typed
        )


def _asked_unit(page: ScopedPage, asked: str) -> Organisation:
    """Give the unit that is asked for, of those that one sees; the first of one's own when none is."""
    scope = page.scope.holding(page.permission)
    visible = Organisation.objects.visible_to(scope).active()
    if asked.isdecimal() and len(asked) < 19:
        return get_object_or_404(visible.select_related("parent"), pk=int(asked))
    tops = ScopeUnits(scope).tops
    if asked or not tops:
        raise Http404
    return visible.select_related("parent").get(pk=tops[0].pk)


def _weeks_to(week: IsoWeek, count: int) -> list[IsoWeek]:
    weeks = [week]
    while len(weeks) < count:
        weeks.insert(0, weeks[0].previous())
    return weeks


def _grid_action(page: ScopedPage, top: Organisation, week: IsoWeek) -> list[dict[str, object]]:
    url = f"{reverse('week', args=[str(week)])}?unit={top.pk}"
    may = page.user.has_perm(REPORT, top)
    return [{"title": "填写本周" if may else "打开本周", "url": url, "icon": "pencil", "primary": may}]


def _heat_line(row: HeatRow, top: Organisation) -> dict[str, object]:
    return {"unit": row.unit, "url": _leads_to(row.unit, top), "cells": [_cell_words(cell) for cell in row.cells]}


def _leads_to(unit: Organisation, top: Organisation) -> str:
    """Give the address of a 街乡's own weeks, unless they are what is shown."""
    leads = unit.pk != top.pk and unit.level == Level.TOWNSHIP
    return f"{reverse('weeks')}?unit={unit.pk}" if leads else ""


def _cell_words(cell: WeekCell) -> dict[str, object]:
    """Write a cell: a number and a shade of five, which the number says as well."""
    share = cell.rate.permille
    shade = "none" if share is None else f"{min(4, share // 250)}"
    text = "—" if share is None else f"{cell.reported}/{cell.asked}" if cell.asked > 1 else _single(cell)
    words = f"{cell.week.title()}：应报 {cell.asked}，已报 {cell.reported}，进行中 {cell.running}"
    return {"shade": shade, "text": text, "words": words}


def _single(cell: WeekCell) -> str:
    return "已报" if cell.reported else "进行" if cell.running else "未报"


def _figures(shown: HeatMap) -> list[dict[str, str]]:
    cell = shown.totals[-1]
    return [
        {"title": "本周已报", "value": f"{cell.reported}", "unit": f"/ {cell.asked}", "note": "含本周免报"},
        {"title": "进行中", "value": f"{cell.running}", "unit": "个"},
        {"title": "投入力量", "value": f"{cell.forces:,}", "unit": "人次"},
        {"title": "服务青年", "value": f"{cell.youth:,}", "unit": "人次"},
    ]
