"""确定参评人员: what drawing would change, before it is done."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.models import Participant
from appraisal.reports.population import DrawChange, DrawForecast, draw_forecast
from appraisal.rules.cycle import POPULATION_STATES
from appraisal.services.population import draw_population
from appraisal.views.year import KeeperMixin
from orgs.scoped_views.refusals import codes_of, note_forbidden

SHOWN = 100


class DrawView(KeeperMixin):
    """Shows who would be new, elsewhere, or no longer in; and draws."""

    template_name = "appraisal/draw.html"
    title = "确定参评人员"
    tab = "appraisal-people"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show what would change."""
        is_open = self.cycle.state in POPULATION_STATES
        forecast = draw_forecast(self.cycle, timezone.now()) if is_open else None
        return self.render(
            is_open=is_open,
            forecast=forecast,
            parts=_parts(forecast) if forecast else [],
            people_url=self.address("appraisal-people"),
        )

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Draw."""
        try:
            drawn = draw_population(cycle=self.cycle, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
            return HttpResponseRedirect(self.address("appraisal-draw"))
        told = f"新增 {drawn.new} 人，变动 {drawn.changed} 人，不再参评 {drawn.withdrawn} 人"
        messages.success(request, f"已确定参评人员 {drawn.people} 人：{told}。")
        return HttpResponseRedirect(self.address("appraisal-people"))


def _parts(forecast: DrawForecast) -> list[dict[str, Any]]:
    parts = (("新增", forecast.new), ("变动", forecast.changed), ("不再参评", forecast.withdrawn))
    return [_part(title, changes) for title, changes in parts]


def _part(title: str, changes: Sequence[DrawChange]) -> dict[str, Any]:
    """Write the first of some changes; who they are is read for these alone."""
    shown = changes[:SHOWN]
    rows = [row for one in shown for row in (one.before, one.after) if row]
    prefetch_related_objects(rows, "cadre")
    lines = [{"name": _name(one), "before": _place(one.before), "after": _place(one.after)} for one in shown]
    return {"title": title, "count": len(changes), "lines": lines, "rest": len(changes) - len(shown)}


def _name(change: DrawChange) -> str:
    row = change.after or change.before
    return row.cadre.name if row else ""


def _place(row: Participant | None) -> str:
    if row is None:
        return ""
    post = f"{row.organisation.name}，{row.get_league_post_display()}"
    return f"{row.group.name}组，{post}，任职 {row.months} 个月，{row.get_standing_display()}"
