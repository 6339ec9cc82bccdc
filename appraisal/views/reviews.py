"""Looking reports through (审核述职报告): 同级党（工）委 those of its 街乡, who keeps the year the rest."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import ENDORSE, KEEP
from appraisal.documents.debriefs import are_lists_in, paper_of
from appraisal.forms.materials import AnswerForm
from appraisal.models import DebriefReport
from appraisal.rules.cycle import WRITING_STATES
from appraisal.rules.materials import DEBRIEF
from appraisal.services.debriefs import approve_report, return_report
from appraisal.services.writing import may_review
from appraisal.views.reports import state_of
from orgs.access import Scope, is_same_person
from orgs.scoped_views import ScopedObjectFormView, ScopedPage

SECTION = "appraisal-reviews"
TITLE = "述职报告审核"
_RELATED = (
    *("participant__cycle", "participant__organisation", "participant__cadre", "participant__checklists"),
    *("reviewed_by", "sent_by"),
)
SHOWN = 60


class ReportReviewsView(ScopedPage):
    """The reports that wait for 同级党（工）委, and those it has answered."""

    http_method_names = ["get", "head"]
    permission = ENDORSE
    template_name = "appraisal/reviews.html"
    title = TITLE

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        seen = DebriefReport.objects.visible_to(self.scope.holding(ENDORSE)).select_related(*_RELATED)
        waiting = seen.waiting().filter(participant__cycle__state__in=WRITING_STATES).order_by("sent_at")
        others = waiting.exclude(participant__cadre__person_key=self.user.person_key)
        done = seen.sent().exclude(pk__in=waiting.values("pk")).order_by("-reviewed_at", "-pk")
        items = [_item(one) for one in others[:SHOWN]]
        return self.render(
            items=items,
            done=[_line(one) for one in done[:SHOWN]],
            facts=[f"{len(items)} 份待审核"] if items else [],
            section=SECTION,
            path=[],
            crumbs=[{"title": TITLE}],
        )


class ReportReviewView(ScopedObjectFormView):
    """One report: read, then approved or sent back."""

    model = DebriefReport
    permission = ENDORSE
    template_name = "appraisal/review.html"
    form_class = AnswerForm
    title = TITLE
    section = SECTION

    def rows(self, scope: Scope) -> QuerySet[DebriefReport]:
        return DebriefReport.objects.visible_to(scope.holding(self.permission)).sent().select_related(*_RELATED)

    def may_open(self) -> bool:
        """Whoever sees a report that was sent may read it."""
        return not is_same_person(self.user, self.object.participant.cadre)

    @property
    def may_answer(self) -> bool:
        """Tell whether the viewer may approve it or send it back now."""
        report = self.object
        is_sender = report.sent_by is not None and is_same_person(self.user, report.sent_by)
        is_waiting = DEBRIEF.may(report.state, "approve") and report.participant.cycle.state in WRITING_STATES
        return is_waiting and not is_sender and may_review(report.participant, self.user, timezone.now())

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def save(self, form: Any) -> DebriefReport:
        read = form.cleaned_data
        told: dict[str, Any] = {"report": self.object, "version": read["version"]}
        told |= {"by": self.user, "at": timezone.now()}
        if "return" in self.request.POST:
            return return_report(reason=read["text"], **told)
        return approve_report(opinion=read["text"], **told)

    def done_sentence(self, saved: Any) -> str:
        return "已退回，本人会收到通知。" if saved.state == "returned" else "审核通过，本人会收到通知。"

    def back_url(self) -> str:
        return reverse("appraisal-reviews")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object.participant
        shown = {
            "title": f"{person.cadre.name}的述职报告",
            "facts": [str(person.cycle), person.organisation.name, person.get_league_post_display()],
            "path": [],
            "crumbs": self.crumbs(),
            "section": self.section,
            "state": state_of(self.object),
            "words": self.object.words,
            "may_answer": self.may_answer,
            "paper": paper_of(person, self.object, self.scope.day, has_lists=are_lists_in(person)),
        }
        return super().get_context_data(**{**shown, **more})

    def crumbs(self) -> list[dict[str, str]]:
        """Give the way here."""
        return [{"title": TITLE, "url": self.back_url()}, {"title": self.object.participant.cadre.name}]


class PersonReportReviewView(ReportReviewView):
    """The same for who keeps the year, where no party committee has an account."""

    permission = KEEP
    section = "appraisal"

    def back_url(self) -> str:
        return reverse("appraisal-person-materials", args=[self.object.participant_id])

    def crumbs(self) -> list[dict[str, str]]:
        person = self.object.participant
        listing = reverse("appraisal-materials", args=[person.cycle.year])
        return [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": f"{person.cycle}年终材料", "url": listing},
            {"title": person.cadre.name, "url": self.back_url()},
            {"title": "审核述职报告"},
        ]


def _item(report: DebriefReport) -> dict[str, object]:
    """Write a report that waits, as a thing to do."""
    person = report.participant
    sent = f"{timezone.localtime(report.sent_at):%Y-%m-%d} 送来" if report.sent_at else ""
    return {
        "tone": "run",
        "word": "待审核",
        "title": f"{person.cadre.name}的述职报告",
        "facts": [one for one in (str(person.cycle), person.organisation.name, sent, f"{report.words} 字") if one],
        "url": reverse("appraisal-review", args=[report.pk]),
        "verb": "审核",
    }


def _line(report: DebriefReport) -> dict[str, object]:
    """Write a report that was answered."""
    person = report.participant
    return {
        **state_of(report),
        "title": f"{person.cadre.name}，{person.cycle}",
        "unit": person.organisation.name,
        "url": reverse("appraisal-review", args=[report.pk]),
        "at": f"{timezone.localtime(report.reviewed_at):%Y-%m-%d}" if report.reviewed_at else "",
    }
