"""团内赛: the rounds of each group with day, place and maximum, who stands where in each, who is still missing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.forms.meetings import OccasionForm
from appraisal.models import ContestOccasion, ContestRound
from appraisal.reports.contest import ContestLine, GroupContest, RoundColumn, contests_of
from appraisal.reports.results import closed_groups
from appraisal.rules.contest import Place
from appraisal.rules.cycle import RESULT_STATES
from appraisal.rules.marking import write_mark
from appraisal.rules.meeting import ARRANGING_STATES
from appraisal.rules.scoring import percent, two_places
from appraisal.services.contest import set_occasion
from appraisal.services.keeping import holds_district
from appraisal.views.year import KeeperMixin, YearMixin
from orgs.scoped_views import ScopedFormView


class ContestView(YearMixin):
    """The contests of a year, group by group."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/contest.html"
    title = "团内赛"
    tab = "appraisal-results"

    def prepare(self) -> None:
        """Let those in who see the year of the whole district."""
        super().prepare()
        if not holds_district(self.scope.holding(VIEW)):
            raise PermissionDenied

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        closed = closed_groups(self.cycle, self.user, self.scope)
        return self.render(
            crumbs=[
                {"title": str(self.cycle), "url": self.address("appraisal-year")},
                {"title": "测评结果", "url": self.address("appraisal-results")},
                {"title": "团内赛"},
            ],
            contests=[
                self._contest(one, is_closed=one.component.group_id in closed) for one in contests_of(self.cycle)
            ],
            exempt_url=self.address("appraisal-exemption-add") if self.keeps else "",
        )

    def _contest(self, one: GroupContest, *, is_closed: bool) -> dict[str, Any]:
        group = one.component.group
        may_enter = self.keeps and self.cycle.state in RESULT_STATES
        return {
            "name": group.name,
            "is_closed": is_closed,
            "rounds": [self._round(held) for held in one.rounds],
            "lines": [] if is_closed else [_line(line, one.rounds) for line in one.lines],
            "absent": "" if is_closed else _absent(one),
            "enter_url": self.address("appraisal-results-part", group.position, "contest"),
            "verb": "登记成绩" if may_enter else "查看登记",
        }

    def _round(self, one: RoundColumn) -> dict[str, Any]:
        may_set = self.keeps and self.cycle.state in ARRANGING_STATES
        held = one.occasion
        return {
            "title": one.round.get_kind_display(),
            "maximum": one.round.maximum,
            "weight": percent(one.round.weight),
            "when": f"{held.day:%Y-%m-%d}，{held.place}" if held else "",
            "done": f"{one.done}/{one.asked}",
            "url": self.address("appraisal-occasion", one.round.pk) if may_set else "",
        }


class OccasionView(KeeperMixin, ScopedFormView):
    """Says when and where a round is held."""

    permission = KEEP
    template_name = "appraisal/meeting_form.html"
    form_class = OccasionForm
    title = "团内赛安排"
    tab = "appraisal-results"
    held: ContestRound

    def prepare(self) -> None:
        super().prepare()
        rows = ContestRound.objects.filter(component__group__cycle=self.cycle)
        found = rows.select_related("component__group__cycle", "occasion").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        self.held = found

    def form_arguments(self) -> dict[str, Any]:
        row = getattr(self.held, "occasion", None)
        return {"initial": {"version": row.version, "day": row.day, "place": row.place} if row else {"version": 0}}

    def save(self, form: Any) -> ContestOccasion:
        return set_occasion(held=self.held, by=self.user, at=timezone.now(), **form.cleaned_data)

    def back_url(self) -> str:
        return self.address("appraisal-contest")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [
            {"title": str(self.cycle), "url": reverse("appraisal-year", args=[self.cycle.year])},
            {"title": "团内赛", "url": self.back_url()},
            {"title": self.title},
        ]
        name = f"{self.held.component.group.name}：{self.held.get_kind_display()}"
        return super().get_context_data(**{"title": name, "crumbs": crumbs, **more})


def _line(one: ContestLine, rounds: Any) -> dict[str, Any]:
    person = one.person
    return {
        "name": person.cadre.name,
        "unit": person.organisation.short_name or person.organisation.name,
        "is_exempt": one.is_exempt,
        "cells": [
            {
                "title": held.round.get_kind_display(),
                "mark": write_mark(one.marks[held.round.pk]) if held.round.pk in one.marks else "",
                "place": _place(one.places.get(held.round.pk)),
            }
            for held in rounds
        ],
        "score": "" if one.score is None else two_places(one.score),
        "place": _place(one.place),
    }


def _place(place: Place | None) -> str:
    if place is None:
        return ""
    return f"并列第 {place.rank}" if place.is_tied else f"第 {place.rank}"


def _absent(one: GroupContest) -> str:
    """Name who is missing in a round that others have marks in already (缺考)."""
    told = []
    for held in one.rounds:
        missing = [line.person.cadre.name for line in one.lines if _is_missing(line, held.round.pk)]
        if held.done and missing:
            told.append(f"{held.round.get_kind_display()}：{'、'.join(missing)}")
    return "；".join(told)


def _is_missing(line: ContestLine, held: int) -> bool:
    return not line.is_exempt and held not in line.marks
