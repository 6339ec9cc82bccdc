"""核分: the grid of one indicator over all units; taking over what units gave themselves; answering objections."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import ObjectionState
from appraisal.forms.district import AnswerForm
from appraisal.forms.district_points import UNREAD, PointsGrid
from appraisal.models import AppraisedUnit, DistrictAppraisalItem, UnitObjection, UnitPoints
from appraisal.reports.district.computing import unit_figures
from appraisal.reports.district.units import points_of, scored_by_item
from appraisal.rules.district import SCORING_STATES
from appraisal.services.district.keeping import represented
from appraisal.services.district.objections import decide_objection
from appraisal.services.district.scoring import adopt_own, enter_points
from appraisal.services.keeping import holds_district
from appraisal.views.district import TAB, DistrictMixin
from appraisal.views.district_units import UnitPage, unit_lines_of
from appraisal.views.district_words import computed_text, points_text
from appraisal.views.year import SECTION
from orgs.access import Scope
from orgs.scoped_views import ScopedDetailView, ScopedObjectFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden


class ScoresView(DistrictMixin):
    """The grid of one indicator."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/district_scores.html"
    item: DistrictAppraisalItem

    def prepare(self) -> None:
        """Find the indicator."""
        super().prepare()
        found = self.appraisal.items.filter(position=self.kwargs["position"]).first()
        if found is None:
            raise Http404
        self.item = found

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002
        """Show the grid."""
        return self.page(self.grid())

    @cached_property
    def points(self) -> list[UnitPoints]:
        """List the points of the indicator, in the order of the tree."""
        seen = UnitPoints.objects.visible_to(self.scope.holding(VIEW)).filter(item=self.item)
        return list(seen.select_related("unit__handed_in_by", "item").order_by("unit__lineage", "unit"))

    def grid(self, data: Mapping[str, Any] | None = None) -> PointsGrid:
        """Make the grid, with what was typed."""
        own = represented(self.user, [row.unit for row in self.points], self.scope.day)
        return PointsGrid.of(self.points, own=own, data=data)

    @property
    def may_score(self) -> bool:
        """Tell whether the visitor gives points now."""
        return self.appraisal.state in SCORING_STATES and self.keeps

    def page(self, grid: PointsGrid, refusal: str = "") -> HttpResponse:
        """Answer with the grid."""
        item, progress = self.item, scored_by_item(self.appraisal)
        items = self.appraisal.items.order_by("position")
        return self.render(
            title=f"核分：{item.title}",
            facts=list(filter(None, [str(self.cycle), f"满分 {item.maximum} 分", computed_text(item, unit_figures())])),
            item=item,
            parts=[
                {
                    "title": f"{one.position}. {one.title}",
                    "progress": "{}/{}".format(*progress.get(one.pk, (0, 0))),
                    "url": self.address("appraisal-district-scores", one.position),
                    "on": one == item,
                }
                for one in items
            ],
            grid=grid,
            refusal=refusal,
            may_score=self.may_score,
            is_open=self.appraisal.state in SCORING_STATES,
            save_url=self.address("appraisal-district-enter", item.position),
            adopt_url=self.address("appraisal-district-adopt", item.position),
            waiting=sum(row.points is None and row.own is not None for row in self.points),
        )


class KeptScores(ScoresView):
    """A POST about the grid, for those who keep the year."""

    http_method_names = ["post"]
    permission = KEEP

    def prepare(self) -> None:
        super().prepare()
        if not self.keeps:
            raise PermissionDenied

    def back(self) -> HttpResponse:
        """Go back to the grid."""
        return HttpResponseRedirect(self.address("appraisal-district-scores", self.item.position))

    def note(self, refusal: ValidationError) -> None:
        """Record what was refused for who asked it."""
        note_forbidden(self.request, codes_of(refusal), action=KEEP, subject=self.subject)


class ScoresEnterView(KeptScores):
    """Saves what was typed into the grid."""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Save the rows that were touched, or show the grid again with what is wrong."""
        grid = self.grid(request.POST)
        given = grid.read()
        if given is None:
            return self.page(grid, UNREAD)
        try:
            if given:
                enter_points(appraisal=self.appraisal, given=given, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            self.note(refusal)
            return self.page(grid, grid.refuse(refusal))
        messages.success(request, f"已保存 {len(given)} 个单位的得分。" if given else "没有改动。")
        return self.back()


class ScoresAdoptView(KeptScores):
    """空着的照自评."""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Take over what units gave themselves where nothing stands."""
        try:
            count = adopt_own(appraisal=self.appraisal, item=self.item, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            self.note(refusal)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"{count} 个单位照自评核分。" if count else "没有空着、又提交了自评的单位。")
        return self.back()


class DistrictUnitView(UnitPage, ScopedDetailView):
    """One unit for the district: points, grounds, reasons, objections with their answers."""

    permission = VIEW
    template_name = "appraisal/district_unit.html"
    section = SECTION
    object_name = "appraisal-district-object"

    def rows(self, scope: Scope) -> QuerySet[AppraisedUnit]:
        return self.units_of(AppraisedUnit.objects.visible_to(scope.holding(VIEW)))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        unit, points = self.object, points_of(self.object)
        decides = holds_district(self.scope.holding(DECIDE))
        keeps = holds_district(self.scope.holding(KEEP))
        lines = unit_lines_of(points, tells=True, has_own=unit.handed_in_at is not None)
        speaks = keeps and not self.has_account
        for line, row in zip(lines, points, strict=True):
            line["answer_url"] = _answer_url(line["objection"]) if decides else ""
            line["object_url"] = self.object_url(row) if speaks else ""
        rate = self.on_behalf_url("appraisal-district-rate") if keeps else ""
        actions = [{"title": "登记书面自评", "url": rate, "primary": True}] if rate else []
        facts = [str(unit.appraisal.cycle), str(unit.appraisal.get_state_display())]
        shown = {"lines": lines, "totals": self.totals(points, tells=True), "actions": actions, "title": unit.name}
        shown["facts"] = facts
        return super().get_context_data(**{**shown, **more})


def _answer_url(objection: UnitObjection | None) -> str:
    waits = objection is not None and objection.state == ObjectionState.RAISED
    return reverse("appraisal-objection", args=[objection.pk]) if objection and waits else ""


class ObjectionView(ScopedObjectFormView):
    """答复异议, by a leader."""

    model = UnitObjection
    permission = DECIDE
    title = "答复异议"
    template_name = "appraisal/district_answer.html"
    form_class = AnswerForm
    submit = "答复"
    done = "已答复，单位会收到通知。"

    def rows(self, scope: Scope) -> QuerySet[UnitObjection]:
        related = ("points__unit__appraisal__cycle", "points__item", "points__scored_by", "raised_by")
        return UnitObjection.objects.visible_to(scope.holding(DECIDE)).select_related(*related)

    def form_arguments(self) -> Mapping[str, Any]:
        return {"points": self.object.points}

    def save(self, form: Any) -> UnitObjection:
        read = form.cleaned_data
        return decide_objection(
            objection=self.object,
            is_corrected=read["outcome"] == ObjectionState.CORRECTED,
            points=read.get("points"),
            reason=read["reason"],
            by=self.user,
            at=timezone.now(),
        )

    def back_url(self) -> str:
        return reverse("appraisal-district-unit", args=[self.object.points.unit_id])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        points = self.object.points
        unit, year = points.unit, points.unit.appraisal.cycle
        shown = {
            "path": [],
            "crumbs": [
                {"title": str(year), "url": reverse("appraisal-year", args=[year.year])},
                {"title": "区综合考核", "url": reverse(TAB, args=[year.year])},
                {"title": unit.name, "url": self.back_url()},
                {"title": self.title},
            ],
            "facts": [unit.name, points.item.title],
            "section": SECTION,
            "rows": [
                {"title": "评分办法", "value": points.item.how},
                {"title": "自评", "value": points_text(points.own), "note": points.ground},
                {"title": "核分", "value": points_text(points.points), "note": points.reason},
                {"title": "核分人", "value": str(points.scored_by or "系统取数")},
                {"title": "异议", "value": self.object.text, "note": f"{self.object.raised_by}"},
            ],
        }
        return super().get_context_data(**{**shown, **more})
