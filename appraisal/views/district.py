"""区综合考核 of a year for the district: where it stands, the table, the units, the steps, the file for 区考核办."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import DistrictState
from appraisal.forms.district import ItemsForm, UnitsForm
from appraisal.models import AppraisedUnit, DistrictAppraisal
from appraisal.reports.district.units import candidates, counts_of, standing_roll_up, unit_lines
from appraisal.rules.district import TABLE_STATES, TOLD_STATES, base_words
from appraisal.services.district.issuing import choose_units, issue_district, prepare_district, write_items
from appraisal.services.district.reporting import report_district
from appraisal.services.district.scoring import feed_back, start_scoring
from appraisal.services.keeping import holds_district
from appraisal.views.district_words import (
    SORTS,
    facts_of,
    gaps_of,
    item_lines,
    next_of,
    report_export,
    sort_links,
    unit_rows,
)
from appraisal.views.pledge_steps import saved_or_shown
from appraisal.views.year import KeeperMixin, YearMixin, seen_version
from orgs.access import Scope
from orgs.models import Organisation
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.exports import export_response
from orgs.scoped_views.refusals import codes_of, note_forbidden

TAB = "appraisal-district"
STEPS = [str(state.label) for state in DistrictState]


def refuse_part(scope: Scope) -> None:
    """Keep whoever reads a part of the district only from what compares all of it."""
    if not holds_district(scope.holding(VIEW)):
        raise PermissionDenied


class DistrictMixin(YearMixin):
    """A page about the 区综合考核 of a year."""

    tab = TAB
    title = "区综合考核"
    appraisal: DistrictAppraisal

    def prepare(self) -> None:
        """Find it, for those who read the whole district."""
        super().prepare()
        refuse_part(self.scope)
        rows = DistrictAppraisal.objects.select_related("cycle", "reported_by")
        self.appraisal = get_object_or_404(rows, cycle=self.cycle)

    @property
    def decides(self) -> bool:
        """Tell whether the visitor decides for the whole district."""
        return holds_district(self.scope.holding(DECIDE))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [
            {"title": str(self.cycle), "url": self.address("appraisal-year")},
            {"title": "区综合考核", "url": self.address(TAB)},
        ]
        return super().get_context_data(**{"crumbs": [*crumbs, {"title": more.get("title", self.title)}], **more})


class DistrictView(YearMixin):
    """Where the 区综合考核 of a year stands; what the units come to, to be sorted."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/district.html"
    tab = TAB
    title = "区综合考核"

    def prepare(self) -> None:
        """Let those in who read the whole district."""
        super().prepare()
        refuse_part(self.scope)

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page; before it is set up, how to."""
        rows = DistrictAppraisal.objects.select_related("cycle", "reported_by")
        appraisal = rows.filter(cycle=self.cycle).first()
        if appraisal is None:
            return self.render(appraisal=None, start=self._start() if self.keeps else ())
        lines = unit_lines(appraisal, AppraisedUnit.objects.visible_to(self.scope.holding(VIEW)))
        counts = counts_of(appraisal)
        decides = holds_district(self.scope.holding(DECIDE))
        sort = request.GET.get("sort", "")
        return self.render(
            appraisal=appraisal,
            facts=[str(self.cycle), appraisal.get_state_display(), base_words(appraisal.base, appraisal.weight)],
            steps=STEPS,
            step=list(DistrictState).index(DistrictState(appraisal.state)) + 1 + (not _is_open(appraisal)),
            next=next_of(appraisal, keeps=self.keeps, decides=decides, day=self.scope.day),
            gaps=gaps_of(appraisal, counts),
            rows=facts_of(appraisal, standing_roll_up(appraisal)),
            units=unit_rows(appraisal, lines, sort if sort.removeprefix("-") in SORTS else ""),
            heads=sort_links(sort),
            items=item_lines(appraisal, self.address if appraisal.state == DistrictState.SCORING else None),
            edit_items=self._edit("appraisal-district-items", appraisal),
            edit_units=self._edit("appraisal-district-units", appraisal),
            actions=self._file(appraisal),
        )

    def _start(self) -> list[dict[str, Any]]:
        """Offer to set it up: as the last one that there is, or from nothing."""
        last = DistrictAppraisal.objects.filter(cycle__year__lt=self.cycle.year).select_related("cycle").first()
        url = self.address("appraisal-district-prepare")
        blank = {"title": "从空表建立", "url": url, "method": "post", "primary": last is None}
        if last is None:
            return [blank]
        copied = {"title": f"照{last.cycle}建立", "url": f"{url}?like={last.cycle.year}"}
        return [blank, {**copied, "method": "post", "primary": True}]

    def _edit(self, name: str, appraisal: DistrictAppraisal) -> str:
        return self.address(name) if self.keeps and appraisal.state in TABLE_STATES else ""

    def _file(self, appraisal: DistrictAppraisal) -> list[dict[str, Any]]:
        if appraisal.state not in TOLD_STATES:
            return []
        return [{"title": "导出赋分表", "url": self.address("appraisal-district-file"), "icon": "download"}]


def _is_open(appraisal: DistrictAppraisal) -> bool:
    return appraisal.state != DistrictState.REPORTED


class DistrictPrepareView(KeeperMixin):
    """Sets the 区综合考核 of a year up."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Set it up, as that of another year where one is named."""
        like = request.GET.get("like", "")
        source = (
            DistrictAppraisal.objects.filter(cycle__year=like).first() if like.isdecimal() and len(like) < 5 else None
        )
        try:
            prepare_district(cycle=self.cycle, by=self.user, at=timezone.now(), copy_of=source)
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, "已建立，接着核对指标、选定受考单位，再下达。")
        return HttpResponseRedirect(self.address(TAB))


class DistrictFormPage(DistrictMixin, ScopedFormView):
    """A form about the table, for those who keep the year."""

    permission = KEEP

    def prepare(self) -> None:
        super().prepare()
        if not self.keeps:
            raise PermissionDenied

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act is told."""
        version = form.cleaned_data["version"]
        return {"appraisal": self.appraisal, "version": version, "by": self.user, "at": timezone.now()}

    def back_url(self) -> str:
        return self.address(TAB)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(is_open=self.appraisal.state in TABLE_STATES, **more)


class DistrictItemsView(DistrictFormPage):
    """指标."""

    title = "区综合考核指标"
    template_name = "appraisal/district_items.html"
    form_class = ItemsForm
    done = "指标已保存。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"items": list(self.appraisal.items.order_by("position")), "version": self.appraisal.version}

    def save(self, form: Any) -> Any:
        return saved_or_shown(form, lambda: write_items(items=form.items, **self.told(form)))


class DistrictUnitsView(DistrictFormPage):
    """受考单位."""

    title = "受考单位"
    template_name = "appraisal/district_units.html"
    form_class = UnitsForm
    done = "受考单位已保存。"

    def form_arguments(self) -> Mapping[str, Any]:
        seen = Organisation.objects.visible_to(self.scope.holding(KEEP)).values_list("pk", flat=True)
        open_ones = set(seen)
        units = [(key, one.name) for key, one in candidates(self.scope.day).items() if key in open_ones]
        chosen = self.appraisal.units.values_list("organisation_id", flat=True)
        return {"units": units, "chosen": chosen, "version": self.appraisal.version}

    def save(self, form: Any) -> Any:
        return choose_units(organisations=form.cleaned_data["units"], **self.told(form))


class DistrictStepView(DistrictMixin):
    """下达、转入核分、反馈给单位, by those who keep the year."""

    http_method_names = ["post"]
    permission = KEEP
    services: ClassVar[Mapping[str, Callable[..., DistrictAppraisal]]] = {
        "issue": issue_district,
        "score": start_scoring,
        "feed-back": feed_back,
    }

    def prepare(self) -> None:
        super().prepare()
        if self.action not in self.services:
            raise Http404
        if not self.may_take():
            raise PermissionDenied

    @property
    def action(self) -> str:
        """Name the step."""
        return str(self.kwargs["action"])

    def may_take(self) -> bool:
        """Tell whether the visitor holds the permission on the whole district."""
        return self.keeps

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Take the step, or say why not."""
        told = {"appraisal": self.appraisal, "version": seen_version(request), "by": self.user, "at": timezone.now()}
        try:
            row = self.services[self.action](**told)
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=self.permission, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"区综合考核已进入“{row.get_state_display()}”。")
        return HttpResponseRedirect(self.address(TAB))


class DistrictReportView(DistrictStepView):
    """报考核办, by a leader."""

    permission = DECIDE
    services: ClassVar[Mapping[str, Callable[..., DistrictAppraisal]]] = {"report": report_district}

    @property
    def action(self) -> str:
        return "report"

    def may_take(self) -> bool:
        return self.decides


class DistrictFileView(DistrictMixin):
    """赋分表 for 区考核办: one line a unit, the points by indicator, the indicators."""

    http_method_names = ["get", "head"]

    @cached_property
    def lines(self) -> Sequence[Any]:
        """Give what the units come to, in tree order."""
        return unit_lines(self.appraisal, AppraisedUnit.objects.visible_to(self.scope.holding(VIEW)))

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Send the workbook; before the results are told there is none."""
        if self.appraisal.state not in TOLD_STATES:
            raise Http404
        return export_response(request, report_export(self.appraisal, self.lines), at=timezone.now())
