"""区综合考核 for a unit: its years, the 自评 that keeps itself, the points it got, objections. No ranking."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, RATE
from appraisal.choices import DistrictState
from appraisal.forms.district import ObjectionForm, RatingForm
from appraisal.models import AppraisedUnit, UnitObjection, UnitPoints
from appraisal.reports.district.computing import unit_figures
from appraisal.reports.district.units import points_of
from appraisal.rules.district import (
    OBJECTION_STATES,
    RATING_STATES,
    TOLD_STATES,
    base_words,
    converted,
    total,
)
from appraisal.services.district.keeping import raters_of
from appraisal.services.district.objections import raise_objection
from appraisal.services.district.rating import save_rating
from appraisal.views.district_words import computed_text, points_text
from appraisal.views.writing import is_autosave, refused_answer
from appraisal.views.year import SECTION
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedPage
from orgs.scoped_views.refusals import codes_of, note_forbidden

UNITS = "appraisal-units"


class UnitsView(ScopedPage):
    """The years of one's unit, the newest first."""

    http_method_names = ["get", "head"]
    permission = RATE
    template_name = "appraisal/units.html"
    title = "区综合考核"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        seen = AppraisedUnit.objects.visible_to(self.scope.holding(RATE)).issued()
        rows = seen.select_related("appraisal__cycle").order_by("-appraisal__cycle__year", "lineage")
        return self.render(section=UNITS, rows=[(row, *standing_of(row)) for row in rows])


def standing_of(unit: AppraisedUnit) -> tuple[str, str]:
    """Say how far a unit is, with the tone of the light."""
    state = unit.appraisal.state
    if state == DistrictState.SELF_RATING:
        return ("ok", "已提交，等核分") if unit.handed_in_at else ("run", "请自评")
    if state == DistrictState.SCORING:
        return "idle", "核分中"
    return ("run", "已反馈，可以提出异议") if state == DistrictState.OBJECTIONS else ("ok", "已上报")


class UnitPage(ScopedObjectMixin):
    """A page about one unit in a year."""

    model = AppraisedUnit
    permission = RATE
    title = "区综合考核"
    section: ClassVar[str] = UNITS
    own_name: ClassVar[str] = "appraisal-unit"
    object_name: ClassVar[str] = "appraisal-unit-object"

    def rows(self, scope: Scope) -> QuerySet[AppraisedUnit]:
        return self.units_of(AppraisedUnit.objects.visible_to(scope.holding(RATE)).issued())

    def units_of(self, rows: QuerySet[AppraisedUnit]) -> QuerySet[AppraisedUnit]:
        """Read along what every page tells."""
        return rows.select_related("appraisal__cycle", "organisation", "handed_in_by")

    @property
    def tells(self) -> bool:
        """Tell whether the unit reads its points now."""
        return self.object.appraisal.state in TOLD_STATES

    def on_behalf_url(self, name: str) -> str:
        """Give the address on which what a unit without an account sent on paper is entered; else nothing."""
        unit = self.object
        waits = unit.appraisal.state in RATING_STATES and unit.handed_in_at is None
        return reverse(name, args=[unit.pk]) if waits and not self.has_account else ""

    @property
    def has_account(self) -> bool:
        """Tell whether somebody can sign in for the unit."""
        return bool(raters_of([self.object], self.scope.day)[self.object.pk])

    def object_url(self, row: UnitPoints) -> str:
        """Give the address on which an indicator is objected to; nothing where it was, or the time is over."""
        appraisal = self.object.appraisal
        is_open = appraisal.state in OBJECTION_STATES and _is_in_time(appraisal.last_day, self.scope.day)
        has_one = hasattr(row, "objection")
        return reverse(self.object_name, args=[self.object.pk, row.item.position]) if is_open and not has_one else ""

    def totals(self, points: Sequence[UnitPoints], *, tells: bool) -> list[dict[str, str]]:
        """Give the sums as figures."""
        appraisal, score = self.object.appraisal, total(row.points for row in points)
        has_own = self.section == UNITS or self.object.handed_in_at is not None
        own = total(row.own for row in points) if has_own else None
        figures = [{"title": "自评", "value": points_text(own)}]
        if tells:
            share = None if score is None else converted(score, appraisal.weight)
            figures += [
                {"title": "核定得分", "value": points_text(score)},
                {"title": "折算分", "value": points_text(share), "note": base_words(appraisal.base, appraisal.weight)},
            ]
        return figures

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        unit = self.object
        year = unit.appraisal.cycle
        own = [{"title": "区综合考核", "url": reverse(UNITS)}, {"title": str(year)}]
        office = [
            {"title": str(year), "url": reverse("appraisal-year", args=[year.year])},
            {"title": "区综合考核", "url": reverse("appraisal-district", args=[year.year])},
            {"title": unit.name},
        ]
        shown = {
            "path": [],
            "crumbs": own if self.section == UNITS else office,
            "facts": [unit.name, str(year), str(unit.appraisal.get_state_display())],
            "section": self.section,
            "unit": unit,
        }
        return super().get_context_data(**{**shown, **more})


def unit_lines_of(points: Sequence[UnitPoints], *, tells: bool, has_own: bool = True) -> list[dict[str, Any]]:
    """Write the indicators of a unit with what it gave itself and, once it is told, what it got.

    A draft is read by nobody but the unit (``has_own``).
    """
    figures = unit_figures()
    return [
        {
            "row": row,
            "number": row.item.position,
            "title": row.item.title,
            "how": row.item.how,
            "maximum": row.item.maximum,
            "computed": computed_text(row.item, figures) if row.is_computed else "",
            "own": points_text(row.own if has_own or row.is_computed else None),
            "ground": row.ground if has_own else "",
            "points": points_text(row.points) if tells else "",
            "reason": row.reason if tells else "",
            "objection": getattr(row, "objection", None),
        }
        for row in points
    ]


class UnitView(UnitPage):
    """自评 while it is open; afterwards what the unit gave itself and, once it is told, what it got."""

    template_name = "appraisal/unit.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        return self._page(self._form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Keep the draft, or hand it in; a draft that saves itself is answered with its version."""
        form, is_final = self._form(request.POST), "hand-in" in request.POST
        saved = self._save(form, is_final=is_final) if form.is_valid() else None
        if is_autosave(request):
            return self._answer(form, saved)
        if saved is None:
            stale = form.has_error("__all__", "row.stale")
            return self._page(form, status=409 if stale else 200)
        messages.success(request, "自评已提交。" if is_final else "草稿已保存，填好以后再提交。")
        return HttpResponseRedirect(self.back_url() if is_final else request.path)

    def back_url(self) -> str:
        """Say where to go once it is handed in."""
        return reverse(self.own_name, args=[self.object.pk])

    @property
    def may_rate(self) -> bool:
        """Tell whether the 自评 is open."""
        return self.object.appraisal.state in RATING_STATES and self.object.handed_in_at is None

    def _form(self, data: Any = None) -> RatingForm:
        return RatingForm(data, points=self._points, version=self.object.version)

    def _save(self, form: RatingForm, *, is_final: bool) -> AppraisedUnit | None:
        try:
            return save_rating(
                unit=self.object,
                version=form.cleaned_data["version"],
                entries=form.entries,
                is_final=is_final,
                by=self.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            note_forbidden(self.request, codes_of(refusal), action=self.permission, subject=self.subject)
            if hasattr(refusal, "error_dict"):
                form.show(refusal)
            else:
                form.add_error(None, refusal)
            return None

    def _answer(self, form: RatingForm, saved: AppraisedUnit | None) -> JsonResponse:
        if saved is not None:
            return JsonResponse({"version": saved.version, "saved": f"已保存 {timezone.localtime():%H:%M}"})
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return refused_answer(sentences[0], is_stale=form.has_error("__all__", "row.stale"))

    @property
    def _points(self) -> list[UnitPoints]:
        if "points" not in self.__dict__:
            self.__dict__["points"] = points_of(self.object)
        return self.__dict__["points"]  # type: ignore[no-any-return]

    def _page(self, form: RatingForm, *, status: int = 200) -> HttpResponse:
        lines = unit_lines_of(self._points, tells=self.tells)
        for line in lines:
            row = line["row"]
            line["p"], line["g"] = form.field(row, "p"), form.field(row, "g")
            line["object_url"] = self.object_url(row)
        return self.render(
            form=form,
            lines=lines,
            totals=self.totals(self._points, tells=self.tells),
            may_rate=self.may_rate,
            tells=self.tells,
            note=self._note(),
            status=status,
        )

    def _note(self) -> str:
        """Say what becomes of it now."""
        appraisal = self.object.appraisal
        if appraisal.state == DistrictState.OBJECTIONS:
            return f"对得分有异议的，可以逐项提出，每项一次，到 {appraisal.last_day:%Y-%m-%d} 为止；由分管领导答复。"
        if appraisal.state == DistrictState.REPORTED:
            return "得分已经报区考核办，不再改动。"
        return (
            "自评已经提交，核分以后得分会反馈到这里。"
            if self.object.handed_in_at
            else "自评已经结束，核分以后得分会反馈到这里。"
        )


def _is_in_time(last: date | None, day: date) -> bool:
    return last is not None and day <= last


class OnBehalfRateView(UnitView):
    """The same for who keeps the year, of a unit without an account (登记书面自评)."""

    permission = KEEP
    section = SECTION
    own_name = "appraisal-district-unit"

    def rows(self, scope: Scope) -> QuerySet[AppraisedUnit]:
        return self.units_of(AppraisedUnit.objects.visible_to(scope.holding(KEEP)).issued())

    def may_open(self) -> bool:
        """A unit with an account rates itself."""
        return super().may_open() and not self.has_account


class UnitObjectView(UnitPage, ScopedObjectFormView):
    """提出异议 to one indicator."""

    title = "提出异议"
    template_name = "appraisal/district_answer.html"
    form_class = ObjectionForm
    submit = "提出异议"
    done = "已提出，由分管领导答复，答复后会通知。"
    points: UnitPoints

    def prepare(self) -> None:
        super().prepare()
        rows = UnitPoints.objects.visible_to(self.scope).filter(
            unit=self.object, item__position=self.kwargs["position"]
        )
        found = rows.select_related("item", "unit__appraisal__cycle").first()
        if found is None or not self.tells:
            raise Http404
        self.points = found

    def save(self, form: Any) -> UnitObjection:
        return raise_objection(points=self.points, text=form.cleaned_data["text"], by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse(self.own_name, args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        row = self.points
        shown: Mapping[str, Any] = {
            "title": self.title,
            "rows": [
                {"title": "指标", "value": row.item.title},
                {"title": "评分办法", "value": row.item.how},
                {"title": "自评", "value": points_text(row.own), "note": row.ground},
                {"title": "核分", "value": points_text(row.points), "note": row.reason},
            ],
        }
        return super().get_context_data(**{**shown, **more})


class OnBehalfObjectView(UnitObjectView):
    """The same for who keeps the year, of a unit without an account."""

    permission = KEEP
    section = SECTION
    own_name = "appraisal-district-unit"

    def rows(self, scope: Scope) -> QuerySet[AppraisedUnit]:
        return self.units_of(AppraisedUnit.objects.visible_to(scope.holding(KEEP)).issued())

    def may_open(self) -> bool:
        """A unit with an account objects itself."""
        return super().may_open() and not self.has_account
