"""日常考核: a grid in which somebody marks a whole group, saved cell by cell or as a form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.http import urlencode

from appraisal.access import KEEP
from appraisal.choices import Component, Dimension
from appraisal.forms.marks import UNREAD, MarkCell, MarkGrid
from appraisal.models import AppraisalGroup
from appraisal.reports.marking import (
    MarkingProgress,
    last_reasons,
    mark_lines,
    marked_groups,
    marking_progress,
)
from appraisal.reports.raters import RIGHTS
from appraisal.rules.cycle import FACT_STATES, MARKING_STATES
from appraisal.rules.marking import period_due, period_end, period_finding, period_title
from appraisal.services.marking import mark_people, mark_what_can_be
from appraisal.views.year import YearMixin
from orgs.scoped_views import ScopeUnits
from orgs.scoped_views.refusals import codes_of, note_forbidden

WORDS = {"review": Component.LEADER_REVIEW, "score": Component.STAFF_SCORE}  # as addresses name the components
AUTOSAVE = "X-Autosave"
_ELSEWHERE = "这位同志已不在这一组，没有保存；请刷新后再看。"


class MarksPage(YearMixin):
    """A year, one of the components that one may mark, a group and a period; each has a usual choice."""

    template_name = "appraisal/marks.html"
    title = "日常考核"
    tab = "appraisal-marks"
    component: Component
    groups: list[AppraisalGroup]
    progress: MarkingProgress
    group: AppraisalGroup | None
    period: int

    def prepare(self) -> None:
        """Find what is asked for: 404 for what does not exist or has not begun, 403 for what one may not mark."""
        super().prepare()
        self.component = self._component()
        self.scope_of_marks = self.scope.holding(RIGHTS[self.component])
        self.progress = marking_progress(self.cycle, self.component, by=self.user, scope=self.scope_of_marks)
        self.groups = marked_groups(self.cycle, self.component, by=self.user)
        self.group = self._group()
        self.period = self._period(self.group) if self.group else 1

    @property
    def held(self) -> list[Component]:
        """Give the components that one may mark."""
        return [one for one, right in RIGHTS.items() if self.user.has_perm(right)]

    def _component(self) -> Component:
        held, asked = self.held, self.request.GET.get("of", "")
        if asked and asked not in WORDS:
            raise Http404
        if not held or (asked and WORDS[asked] not in held):
            raise PermissionDenied
        return WORDS[asked] if asked else held[0]

    def _group(self) -> AppraisalGroup | None:
        asked = self.request.GET.get("group", "")
        if asked:
            found = next((one for one in self.groups if str(one.pk) == asked), None)
            if found is None:
                raise Http404
            return found
        peopled = [one for one in self.groups if self.progress.asked.get(one.pk)]
        waiting = (one for one in peopled if not self.progress.is_whole(one.pk, self.due(one)))
        return next(waiting, next(iter(peopled or self.groups), None))

    def _period(self, group: AppraisalGroup) -> int:
        asked = self.request.GET.get("period", "")
        if not asked:
            return self.due(group)
        period = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 3 else 0
        if period_finding(self.cycle.year, period, periods=group.periods, today=self.scope.day):
            raise Http404
        return period

    def due(self, group: AppraisalGroup) -> int:
        """Give the period of a group that is due now."""
        return period_due(self.cycle.year, group.periods, self.scope.day)

    def grid_address(self, *, name: str = "appraisal-marks", **changes: str | int) -> str:
        """Give the address of this grid, or of another one."""
        group = self.group.pk if self.group else ""
        chosen = {"of": _word(self.component), "group": group, "period": self.period, **changes}
        query = urlencode({key: value for key, value in chosen.items() if value})
        return f"{self.address(name)}?{query}"

    def grid(self, data: Mapping[str, Any] | None = None) -> MarkGrid:
        """Make the grid as it stands, with what was typed."""
        if self.group is None:
            return MarkGrid((), 1)
        lines = mark_lines(self.group, self.component, self.period, by=self.user, scope=self.scope_of_marks)
        return MarkGrid.of(lines, self.period, data)

    def page(self, grid: MarkGrid, refusal: str = "") -> HttpResponse:
        """Show a grid."""
        reasons = last_reasons(self.component, by=self.user)
        return self.render(
            facts=[str(self.cycle), *self._facts()],
            grid=grid,
            refusal=refusal,
            group=self.group,
            choices=self._choices(),
            dimensions=[{"key": one.value, "title": one.label, "reasons": reasons[one.value]} for one in Dimension],
            save_url=self.grid_address(name="appraisal-marks-save"),
            is_open=self.cycle.state in MARKING_STATES and self.group is not None,
            may_note=self.cycle.state in FACT_STATES and self.user.has_perm(KEEP),
            progress=self.told_progress(grid) if self.group else None,
            today=self.scope.day,
            period=self.period,
            note_day=self._note_day(),
            sheet=self._sheet(),
        )

    def _sheet(self) -> dict[str, str]:
        """Give what the same grid is as a spreadsheet: the unit it is taken from, component, group and period."""
        tops = ScopeUnits(self.scope_of_marks).tops
        if self.group is None or not tops or not self.user.has_perm("sheets.use"):
            return {}
        return {"unit": str(tops[0].pk), "choice": f"{self.component.value}-{self.group.pk}-{self.period}"}

    def _note_day(self) -> date:
        """Give the day that an entry of the ledger begins with: today, or the last one of a period that is over."""
        if self.group is None:
            return self.scope.day
        return min(self.scope.day, period_end(self.cycle.year, self.period, self.group.periods))

    def _facts(self) -> list[str]:
        if self.group is None:
            return [self.component.label]
        return [self.component.label, self.group.name, period_title(self.period, self.group.periods)]

    def _choices(self) -> dict[str, Any]:
        """Give what else may be chosen: components, groups with how far one is, periods that have begun."""
        bare = {one: self.grid_address(of=_word(one), group="", period="") for one in self.held}
        components = [{"title": one.label, "url": url, "on": one == self.component} for one, url in bare.items()]
        if self.group is None:
            return {"components": components}
        periods = [
            {
                "title": period_title(one, self.group.periods),
                "url": self.grid_address(period=one),
                "on": one == self.period,
                "is_due": one == self.due(self.group),
            }
            for one in range(1, self.group.periods + 1)
            if not period_finding(self.cycle.year, one, periods=self.group.periods, today=self.scope.day)
        ]
        return {
            "components": components,
            "groups": [self._group_choice(one) for one in self.groups],
            "periods": periods,
        }

    def _group_choice(self, group: AppraisalGroup) -> dict[str, Any]:
        is_alike = self.group is not None and group.periods == self.group.periods
        period = self.period if is_alike else self.due(group)
        return {
            "key": group.pk,
            "title": group.name,
            "url": self.grid_address(group=group.pk, period=period),
            "on": group == self.group,
            "done": self.progress.done.get((group.pk, period), 0),
            "asked": self.progress.asked.get(group.pk, 0),
        }

    def told_progress(self, grid: MarkGrid) -> dict[str, int]:
        """Say how many of the grid are marked, of how many."""
        lines = [row.line for row in grid if not row.line.is_self]
        done = sum(line.is_done for line in lines)
        return {"done": done, "asked": len(lines), "percent": 100 * done // len(lines) if lines else 0}


class MarksView(MarksPage):
    """The grid."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        return self.page(self.grid())


class MarksSaveView(MarksPage):
    """Saves the cells that were changed: all or none of a form, one by one for a page that saves by itself."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Save, or show the grid again with what is wrong."""
        grid = self.grid(request.POST)
        if AUTOSAVE in request.headers:
            return self._answer(grid)
        entries = grid.entries()
        if grid.faults:
            return self.page(grid, UNREAD)
        try:
            count = mark_people(entries=entries, **self._told())
        except ValidationError as refusal:
            self._note(refusal)
            return self.page(grid, grid.refuse(refusal))
        messages.success(request, f"已保存 {count} 格。" if count else "没有改动。")
        return HttpResponseRedirect(self.grid_address())

    def _told(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "component": self.component, "by": self.user, "at": timezone.now()}

    def _note(self, refusal: ValidationError) -> None:
        note_forbidden(self.request, codes_of(refusal), action=RIGHTS[self.component], subject="appraisal.PeriodMark")

    def _answer(self, grid: MarkGrid) -> HttpResponse:
        """Save what can be saved, and say of each cell that was sent how it stands now."""
        try:
            refusal = mark_what_can_be(entries=grid.entries(), **self._told())
        except ValidationError as whole:
            self._note(whole)
            return JsonResponse({"refusal": "".join(whole.messages)})
        if refusal is not None:
            grid.refuse(refusal)
        now = self.grid()
        sent = [name.removeprefix("m-") for name in self.request.POST if name.startswith("m-")]
        then, cells = _by_name(grid), _by_name(now)
        told = {name: _told_cell(then[name], cells[name]) if name in cells else {"fault": _ELSEWHERE} for name in sent}
        at = f"{timezone.localtime():%H:%M}"
        return JsonResponse({"at": at, "cells": told, "progress": self.told_progress(now)})


def _by_name(grid: MarkGrid) -> dict[str, MarkCell]:
    return {cell.name: cell for cell in grid.by_key.values()}


def _told_cell(sent: MarkCell, now: MarkCell) -> dict[str, Any]:
    """Say how a cell stands that was sent: refused with what is stored, or saved."""
    return {
        "mark": now.stored_mark,
        "reason": now.stored_reason,
        "version": now.version,
        "fault": sent.fault,
        "is_stale": sent.is_stale,
    }


def _word(component: Component) -> str:
    return next(word for word, one in WORDS.items() if one == component)
