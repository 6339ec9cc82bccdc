"""年终材料 of a year: who has handed in what, and one person's lists and report with what staff may do about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.documents.debriefs import are_lists_in, paper_of
from appraisal.filtersets import MaterialFilterSet
from appraisal.forms.materials import ReturnForm
from appraisal.models import Participant
from appraisal.reports.materials import last_items, material_gaps, with_materials
from appraisal.rules.cycle import MATERIAL_STATES, WRITING_STATES
from appraisal.rules.materials import CHECKLISTS, DEBRIEF, OPEN_REPORTS
from appraisal.services.debriefs import send_back_report
from appraisal.services.materials import receive_lists, return_lists
from appraisal.services.writing import has_account, may_review
from appraisal.tables import MATERIAL_COLUMNS, ORDER, MaterialTable
from appraisal.views.lists import TONES as LIST_TONES
from appraisal.views.reports import TONES as REPORT_TONES
from appraisal.views.writing import YEARS, version_in
from appraisal.views.year import YearMixin
from orgs.access import Scope, is_same_person
from orgs.scoped_views import (
    ScopedDetailView,
    ScopedFilterSet,
    ScopedListView,
    ScopedObjectFormView,
    ScopedObjectMixin,
    ScopedStepView,
)

_RELATED = (
    *("cycle", "group", "organisation", "cadre"),
    *("checklists__written_by", "checklists__received_by"),
    *("debrief_report__written_by", "debrief_report__reviewed_by", "debrief_report__sent_by"),
)


class MaterialsView(YearMixin, ScopedListView):
    """Who has handed in what."""

    model = Participant
    permission = VIEW
    template_name = "appraisal/people.html"
    title = "年终材料"
    tab = "appraisal-materials"
    noun = "人"
    filterset_class = MaterialFilterSet
    table_class = MaterialTable
    export_columns = MATERIAL_COLUMNS
    export_permission = VIEW

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return with_materials(Participant.objects.visible_to(scope).filter(cycle=self.cycle).appraised())

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        scope = self.scope.holding(permission)
        return MaterialFilterSet(query, self.rows(scope), scope=scope, year=self.cycle.year)

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.select_related("cadre", "organisation", "group").order_by(*ORDER)  # type: ignore[no-any-return]

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有参评人员", "text": "确定参评人员以后，这里列出各人的三张清单和述职报告。"}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        gaps = material_gaps(self.cycle) if self.keeps else None
        facts = [str(self.cycle)]
        if gaps is not None:
            lists, reports = gaps.asked_lists - len(gaps.lists), gaps.asked_reports - len(gaps.reports)
            facts += [f"三张清单已交 {lists}/{gaps.asked_lists}", f"述职报告已交 {reports}/{gaps.asked_reports}"]
        return super().get_context_data(facts=facts, **more)


class PersonMixin(ScopedObjectMixin):
    """A page about the materials of one person, for those who see the year."""

    model = Participant
    permission = VIEW

    def rows(self, scope: Scope) -> QuerySet[Participant]:
        return Participant.objects.visible_to(scope.holding(VIEW)).appraised().select_related(*_RELATED)

    def back_url(self) -> str:
        """Give the address of the materials of the person."""
        return reverse("appraisal-person-materials", args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the person."""
        return self.back_url()

    def told(self, version: int) -> dict[str, Any]:
        """Give what every act is told."""
        return {"version": version, "by": self.user, "at": timezone.now()}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object
        listing = reverse("appraisal-materials", args=[person.cycle.year])
        crumbs: list[dict[str, str]] = [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": f"{person.cycle}年终材料", "url": listing},
            {"title": person.cadre.name, "url": self.back_url()},
        ]
        if self.title:
            crumbs.append({"title": self.title})
        facts = [person.cadre.name, person.organisation.name, person.get_league_post_display()]
        return super().get_context_data(**{"path": [], "crumbs": crumbs, "facts": facts, "section": YEARS, **more})


class PersonMaterialsView(PersonMixin, ScopedDetailView):
    """One person's lists and report: what was sent in is read, a draft is its author's."""

    template_name = "appraisal/person_materials.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show them."""
        person = self.object
        lists, report = getattr(person, "checklists", None), getattr(person, "debrief_report", None)
        shows_lists = are_lists_in(person) or (lists is not None and lists.is_on_behalf)
        shows_report = report is not None and (report.state not in OPEN_REPORTS or report.is_on_behalf)
        return self.render(
            title=f"{person.cadre.name}的年终材料",
            crumbs=self._crumbs(),
            lists=lists,
            report=report,
            lists_state=state_word(lists, LIST_TONES),
            report_state=state_word(report, REPORT_TONES),
            last=[_closed_line(one) for one in last_items(person)],
            paper=self._paper(report, has_lists=shows_lists, has_report=shows_report),
            lists_actions=self._lists_actions(lists),
            report_actions=self._report_actions(report),
            writes=self._writes(),
        )

    def _paper(self, report: Any, *, has_lists: bool, has_report: bool) -> Mapping[str, Any] | None:
        if not has_lists and not has_report:
            return None
        return paper_of(self.object, report, self.scope.day, has_lists=has_lists, has_report=has_report)

    def _crumbs(self) -> list[dict[str, str]]:
        listing = reverse("appraisal-materials", args=[self.object.cycle.year])
        return [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": f"{self.object.cycle}年终材料", "url": listing},
            {"title": self.object.cadre.name},
        ]

    @property
    def _keeps(self) -> bool:
        """Tell whether the viewer answers what this person hands in."""
        return self.user.has_perm(KEEP, self.object) and not is_same_person(self.user, self.object.cadre)

    def _lists_actions(self, lists: Any) -> Sequence[Mapping[str, Any]]:
        if lists is None or not self._keeps or self.object.cycle.state not in MATERIAL_STATES:
            return []
        receive = {"title": "接收", "url": self._address("appraisal-lists-receive"), "method": "post", "primary": True}
        back = {"title": "退回", "url": self._address("appraisal-lists-return")}
        offered = (("receive", {**receive, "version": lists.version}), ("return", back))
        return [button for act, button in offered if CHECKLISTS.may(lists.state, act)]

    def _report_actions(self, report: Any) -> Sequence[Mapping[str, Any]]:
        if report is None or not self._keeps:
            return []
        state, actions = self.object.cycle.state, []
        if DEBRIEF.may(report.state, "approve") and state in WRITING_STATES:
            report.participant = self.object
            is_sender = report.sent_by is not None and is_same_person(self.user, report.sent_by)
            if may_review(self.object, self.user, timezone.now()) and not is_sender:
                url = reverse("appraisal-person-review", args=[report.pk])
                actions.append({"title": "审核", "url": url, "primary": True})
        if DEBRIEF.may(report.state, "send-back") and state in MATERIAL_STATES:
            actions.append({"title": "退回", "url": self._address("appraisal-report-send-back")})
        return actions

    def _writes(self) -> Sequence[Mapping[str, Any]]:
        """Offer to write for somebody without an account."""
        if not self._keeps or self.object.cycle.state not in WRITING_STATES or has_account(self.object):
            return []
        return [
            {"title": "代填三张清单", "url": self._address("appraisal-person-lists"), "icon": "pencil"},
            {"title": "代填述职报告", "url": self._address("appraisal-person-report"), "icon": "pencil"},
        ]

    def _address(self, name: str) -> str:
        return reverse(name, args=[self.object.pk])


class KeeperOfPersonMixin(PersonMixin):
    """A page for who keeps the year where the person is."""

    permission = KEEP


class ListsReceiveView(KeeperOfPersonMixin, ScopedStepView):
    """接收三张清单."""

    done = "已接收，本人会收到通知。"

    def perform(self) -> None:
        receive_lists(participant=self.object, **self.told(version_in(self.request.POST)))


class ReturnMaterialView(KeeperOfPersonMixin, ScopedObjectFormView):
    """A form that sends something back with a reason."""

    form_class = ReturnForm
    submit = "退回"
    done = "已退回，本人会收到通知。"
    about = ""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": getattr(getattr(self.object, self.about, None), "version", 0)}


class ListsReturnView(ReturnMaterialView):
    """退回三张清单."""

    title = "退回三张清单"
    about = "checklists"

    def save(self, form: Any) -> Any:
        read = form.cleaned_data
        return return_lists(participant=self.object, reason=read["text"], **self.told(read["version"]))


class ReportSendBackView(ReturnMaterialView):
    """退回述职报告."""

    title = "退回述职报告"
    about = "debrief_report"

    def save(self, form: Any) -> Any:
        read = form.cleaned_data
        return send_back_report(participant=self.object, reason=read["text"], **self.told(read["version"]))


def state_word(row: Any, tones: Mapping[str, str]) -> dict[str, str]:
    """Say how far lists or a report are."""
    if row is None:
        return {"tone": "idle", "word": "没有写"}
    return {"tone": tones[row.state], "word": row.get_state_display()}


def _closed_line(item: Any) -> dict[str, str]:
    word = item.get_outcome_display() if item.outcome else "没有对账"
    note = f"，{item.outcome_note}" if item.outcome_note else ""
    return {"title": item.get_kind_display(), "value": item.content, "note": f"{word}{note}"}
