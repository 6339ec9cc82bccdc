"""述职会 of a year: when and where, in which order, who judges, how many have marked whom; marks once it is over."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.choices import MeetingState
from appraisal.forms.meetings import JudgesForm, MeetingChangeForm, MeetingForm, ReopenForm
from appraisal.models import AppraisalGroup, DebriefMeeting, MeetingJudge
from appraisal.reports.meetings import (
    accounts_that_judge,
    awaited_speakers,
    judge_lines,
    results_of,
    speaker_lines,
)
from appraisal.reports.results import closed_groups
from appraisal.rules.meeting import ARRANGING_STATES, judge_promise
from appraisal.services.judging import reopen_meeting
from appraisal.services.keeping import holds_district
from appraisal.services.meetings import add_judges, change_meeting, debrief_groups, offered_classes, prepare_meeting
from appraisal.views.meeting_words import (
    candidate_line,
    class_columns,
    judge_line,
    meeting_facts,
    meeting_line,
    order_line,
    paper_line,
    result_line,
    step_actions,
)
from appraisal.views.year import KeeperMixin, YearMixin
from orgs.scoped_views import ScopedFormView


class MeetingsMixin(YearMixin):
    """A page for those who see the year of the whole district."""

    tab = "appraisal-meetings"

    def prepare(self) -> None:
        super().prepare()
        if not holds_district(self.scope.holding(VIEW)):
            raise PermissionDenied


class OneMeetingMixin(YearMixin):
    """A page about one meeting, by its number within the year."""

    tab = "appraisal-meetings"
    meeting: DebriefMeeting

    def prepare(self) -> None:
        super().prepare()
        number = self.kwargs["number"]
        rows = DebriefMeeting.objects.filter(cycle=self.cycle).select_related("cycle", "current")
        found = list(rows.order_by("pk")[number - 1 : number]) if 0 < number < 10_000 else []
        if not found:
            raise Http404
        self.meeting = found[0]

    def to(self, name: str, *rest: object) -> str:
        """Give the address of a page of this meeting."""
        return self.address(name, self.kwargs["number"], *rest)

    @property
    def way(self) -> list[dict[str, str]]:
        """Give the way to a page below the meeting."""
        return [
            {"title": "年度考核", "url": self.address("appraisal-year")},
            {"title": "述职会", "url": self.address("appraisal-meetings")},
            {"title": self.meeting.title, "url": self.to("appraisal-meeting")},
        ]


class MeetingsView(MeetingsMixin):
    """The meetings of a year."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/meetings.html"
    title = "述职会"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        rows = DebriefMeeting.objects.filter(cycle=self.cycle).prefetch_related("speakers", "judges").order_by("pk")
        may_add = self.keeps and self.cycle.state in ARRANGING_STATES
        add = {"title": "新建述职会", "url": self.address("appraisal-meeting-new"), "icon": "plus", "primary": True}
        lines = [
            meeting_line(row, self.address("appraisal-meeting", number)) for number, row in enumerate(rows, start=1)
        ]
        waiting = awaited_speakers(self.cycle).count()
        return self.render(meetings=lines, may_add=may_add, waiting=waiting, actions=[add] if may_add else [])


class MeetingNewView(KeeperMixin, ScopedFormView):
    """新建述职会: of some groups."""

    template_name = "appraisal/meeting_form.html"
    form_class = MeetingForm
    title = "新建述职会"
    tab = "appraisal-meetings"
    submit = "建立"
    done = "述职会已建立，接着排顺序、定评委。"

    def prepare(self) -> None:
        super().prepare()
        if not self.groups:
            raise Http404

    @cached_property
    def groups(self) -> list[AppraisalGroup]:
        """The groups that have 团干述."""
        return list(self.cycle.groups.filter(pk__in=debrief_groups(self.cycle)).order_by("position"))

    def form_arguments(self) -> dict[str, Any]:
        return {"groups": self.groups}

    def save(self, form: Any) -> DebriefMeeting:
        told: dict[str, Any] = {"by": self.user, "at": timezone.now()}
        return prepare_meeting(cycle=self.cycle, plan=form.plan, groups=form.cleaned_data["groups"], **told)

    def back_url(self) -> str:
        return self.address("appraisal-meetings")

    def done_url(self, saved: DebriefMeeting) -> str:
        number = DebriefMeeting.objects.filter(cycle=self.cycle, pk__lte=saved.pk).count()
        return self.address("appraisal-meeting", number)


class MeetingView(OneMeetingMixin, MeetingsMixin):
    """One meeting: its order, its judges, how many have marked whom; what came of it once it is over."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/meeting.html"

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        return self.render(**self.shown())

    def shown(self) -> dict[str, Any]:
        """Give what the page shows."""
        meeting, lines = self.meeting, speaker_lines(self.meeting)
        is_over = meeting.state == MeetingState.CLOSED
        closed = closed_groups(self.cycle, self.user, self.scope)
        may_arrange = self.keeps and meeting.state == MeetingState.PREPARING and self.cycle.state in ARRANGING_STATES
        missing = sum(one.missing for one in lines)
        return {
            "title": meeting.title,
            "crumbs": [*self.way[:-1], {"title": meeting.title}],
            "facts": [str(self.cycle), meeting.get_state_display()],
            "meeting": meeting,
            "about": meeting_facts(meeting, lines),
            "promise": judge_promise(),
            "columns": class_columns(lines),
            "lines": [order_line(one, meeting) for one in lines],
            "missing": missing,
            "judges": [judge_line(one) for one in judge_lines(meeting)],
            "results": [result_line(one, closed) for one in results_of(meeting)] if is_over else [],
            "is_held": meeting.state in {MeetingState.PREPARING, MeetingState.RUNNING},
            "is_running": meeting.state == MeetingState.RUNNING,
            "may_arrange": may_arrange,
            "may_run": self.keeps and meeting.state == MeetingState.RUNNING,
            "may_judges": may_arrange or (self.keeps and meeting.state == MeetingState.RUNNING),
            "candidates": self._candidates() if may_arrange else [],
            "steps": step_actions(meeting, self.to, missing) if self.keeps else [],
            "urls": {
                name: self.to(f"appraisal-meeting-{name}")
                for name in ("edit", "order", "judges", "off", "links", "progress", "agenda", "paper")
            },
        }

    def _candidates(self) -> list[dict[str, Any]]:
        rows = awaited_speakers(self.cycle).select_related("cadre", "organisation", "group")
        return [candidate_line(one) for one in rows.order_by("group__position", "lineage", "pk")]


class MeetingProgressView(MeetingView):
    """The order alone, for a page that asks again while the meeting is on."""

    template_name = "appraisal/_meeting_order.html"


class AgendaView(OneMeetingMixin, MeetingsMixin):
    """The running order to print (述职顺序)."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/meeting_agenda.html"

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show the sheet."""
        lines = speaker_lines(self.meeting)
        judges = [judge_line(one) for one in judge_lines(self.meeting)]
        return self.render(
            title=f"{self.meeting.title}：述职顺序",
            crumbs=[*self.way, {"title": "述职顺序"}],
            meeting=self.meeting,
            about=meeting_facts(self.meeting, lines),
            lines=[order_line(one, self.meeting) for one in lines],
            judges=judges,
        )


class PaperView(OneMeetingMixin, MeetingsMixin):
    """A sheet on paper for each kind of judges, for whoever has no phone at hand (评分表)."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/meeting_paper.html"

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show the sheets."""
        lines = speaker_lines(self.meeting)
        return self.render(
            title=f"{self.meeting.title}：评分表",
            crumbs=[*self.way, {"title": "评分表"}],
            meeting=self.meeting,
            about=meeting_facts(self.meeting, lines),
            sheets=[paper_line(one, lines) for one in class_columns(lines)],
        )


class MeetingEditView(OneMeetingMixin, KeeperMixin, ScopedFormView):
    """Changes day, time and place before it begins."""

    template_name = "appraisal/meeting_form.html"
    form_class = MeetingChangeForm
    title = "修改述职会"

    def form_arguments(self) -> dict[str, Any]:
        names = ("title", "day", "starts_at", "place", "minutes", "shows_reports", "version")
        return {"initial": {name: getattr(self.meeting, name) for name in names}}

    def save(self, form: Any) -> DebriefMeeting:
        version = form.cleaned_data["version"]
        told: dict[str, Any] = {"by": self.user, "at": timezone.now()}
        return change_meeting(meeting=self.meeting, version=version, plan=form.plan, **told)

    def back_url(self) -> str:
        return self.to("appraisal-meeting")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=[*self.way, {"title": self.title}], **more)


class JudgesView(OneMeetingMixin, KeeperMixin, ScopedFormView):
    """添加评委: accounts, and names without one."""

    template_name = "appraisal/meeting_form.html"
    form_class = JudgesForm
    title = "添加评委"
    submit = "添加"

    def form_arguments(self) -> dict[str, Any]:
        kinds = offered_classes(self.meeting)
        return {"version": self.meeting.version, "kinds": kinds, "accounts": self.accounts}

    @property
    def accounts(self) -> list[Any]:
        """Give the accounts that may judge and do not yet."""
        taken = set(self.meeting.judges.exclude(user=None).values_list("user__person_key", flat=True))
        return [one for one in accounts_that_judge(self.scope.day) if one.person_key not in taken]

    def save(self, form: Any) -> list[MeetingJudge]:
        version = form.cleaned_data["version"]
        told: dict[str, Any] = {"by": self.user, "at": timezone.now()}
        return add_judges(meeting=self.meeting, version=version, plans=form.plans, **told)

    def back_url(self) -> str:
        return self.to("appraisal-meeting")

    def done_sentence(self, saved: list[MeetingJudge]) -> str:
        return f"已添加 {len(saved)} 位评委。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=[*self.way, {"title": self.title}], **more)


class ReopenView(OneMeetingMixin, KeeperMixin, ScopedFormView):
    """重开述职会: who is marked anew, and why."""

    permission = KEEP
    template_name = "appraisal/meeting_form.html"
    form_class = ReopenForm
    title = "重开述职会"
    submit = "重开"
    done = "述职会已重开，选中的同志重新打分；没有账号的评委要重新制发链接。"

    def form_arguments(self) -> dict[str, Any]:
        rows = self.meeting.speakers.select_related("participant__cadre", "participant__organisation")
        return {"version": self.meeting.version, "speakers": list(rows.order_by("position"))}

    def save(self, form: Any) -> DebriefMeeting:
        said = form.cleaned_data
        told: dict[str, Any] = {"by": self.user, "at": timezone.now(), "version": said["version"]}
        return reopen_meeting(meeting=self.meeting, speakers=said["speakers"], reason=said["reason"], **told)

    def back_url(self) -> str:
        return self.to("appraisal-meeting")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=[*self.way, {"title": self.title}], **more)
