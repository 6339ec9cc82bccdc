"""述职报告: written in four parts beside the figures, saved as it is written, sent to be looked through, printed."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from appraisal.choices import DebriefState
from appraisal.documents.debriefs import debrief_document, facts_for, paper_of
from appraisal.forms.materials import ReportForm, report_values
from appraisal.models import DebriefReport
from appraisal.policies import materials_policy
from appraisal.reports.debriefs import drafted_parts
from appraisal.rules.materials import DEBRIEF, OPEN_REPORTS, WORD, tidied
from appraisal.services.debriefs import hand_in_report, recall_report, send_report, write_report
from appraisal.services.writing import endorsers_of
from appraisal.views.pledges import WORD as WORD_FILE
from appraisal.views.writing import (
    OnBehalfMixin,
    WrittenMixin,
    is_autosave,
    is_stale,
    refused_answer,
    saved_answer,
    version_in,
)
from orgs.scoped_views.attachments import attachment_response

TONES = {"draft": "idle", "review": "run", "returned": "warn", "reviewed": "run", "submitted": "ok"}
_DONE = {
    "save": "已保存。",
    "send": "已提交审核，审核结果会通知您。",
    "recall": "已撤回，可以接着改；改好以后要重新审核。",
    "hand-in": "述职报告已提交。",
    "fill": "已从三张清单带入没有写的部分。",
}
_ACTS = {"send": send_report, "recall": recall_report, "hand-in": hand_in_report}


class ReportMixin(WrittenMixin):
    """A page about the report of one person."""

    preview_name = "appraisal-report-preview"
    file_name = "appraisal-report-file"

    @property
    def report(self) -> DebriefReport | None:
        """Give the report as the page found it."""
        return getattr(self.object, "debrief_report", None)


class ReportView(ReportMixin):
    """One's own report."""

    template_name = "appraisal/report.html"
    title = "述职报告"

    @property
    def may_write(self) -> bool:
        """Tell whether anything may be written now."""
        return self.is_open and (self.report is None or self.report.state in OPEN_REPORTS)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the report."""
        return self._page(self._stored())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Save what was written and do what the button says; or say beside the parts what is wrong."""
        act = next((name for name in (*_ACTS, "fill") if name in request.POST), "save")
        form = ReportForm(request.POST)
        version = version_in(request.POST)
        try:
            if act not in {"recall", "hand-in"}:
                version = self._write(form, version, fills=act == "fill")
            if act in _ACTS:
                _ACTS[act](**self.told(version))
        except ValidationError as refusal:
            return self._refused(form, refusal, version)
        if is_autosave(request):
            self.prepare()
            return saved_answer(self.report)
        messages.success(request, _DONE[act])
        return HttpResponseRedirect(self.address(self.report_name))

    # ---- parts ----------------------------------------------------------------------
    def _write(self, form: ReportForm, version: int, *, fills: bool) -> int:
        """Save the parts where they differ from what is stored; gives the version from then on."""
        if not form.is_valid():
            raise ValidationError("有一部分太长了，没有保存；请精简后再试。", code="report.unread")
        parts = form.parts
        if fills:
            drafted = self._drafted()
            parts = {name: text if text.strip() else drafted.get(name, "") for name, text in parts.items()}
        report = self.report
        if (
            self.may_write
            and report is not None
            and all(getattr(report, name) == tidied(text) for name, text in parts.items())
        ):
            return version
        return write_report(parts=parts, **self.told(version)).version

    def _refused(self, form: ReportForm, refusal: ValidationError, version: int) -> HttpResponse:
        self.note(refusal)
        if is_autosave(self.request):
            return refused_answer(refusal.messages[0], is_stale=is_stale(refusal))
        self.prepare()
        if not self.may_write:
            form = self._stored()
        elif version != version_in(self.request.POST):
            form = ReportForm({**dict(form.data.items()), "version": version})  # what was written is saved already
        return self._page(form, _told(form, refusal), status=409 if is_stale(refusal) else 200)

    def _drafted(self) -> Mapping[str, str]:
        return drafted_parts(list(self.object.checklist_items.order_by("number")))

    def _stored(self) -> ReportForm:
        return ReportForm(initial=report_values(self.report, self._drafted()))

    def _page(self, form: ReportForm, refusal: str = "", *, status: int = 200) -> HttpResponse:
        report, day = self.report, self.scope.day
        has_committee = bool(endorsers_of(self.object, day))
        may = {act: bool(report and DEBRIEF.may(report.state, act)) for act in ("recall", "hand-in")}
        return self.render(
            status=status,
            form=form,
            report=report,
            state=state_of(report),
            refusal=refusal,
            may_write=self.may_write,
            may_recall=self.is_open and may["recall"],
            may_hand_in=self.is_collecting and may["hand-in"],
            figures=facts_for(self.object, report, day),
            paper=None if self.may_write else paper_of(self.object, report, day),
            most=materials_policy(day).report_words,
            word=WORD,
            reviewer="同级党（工）委" if has_committee else "机关干事",
            actions=[{"title": "预览、打印", "url": self.address(self.preview_name), "icon": "printer"}],
        )


class PreviewView(ReportMixin):
    """The report as it is printed (A4), with the three lists."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/report_preview.html"
    title = "述职报告预览"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        paper = paper_of(self.object, self.report, self.scope.day)
        return self.render(paper=paper, file_url=self.address(self.file_name))


class ReportFileView(ReportMixin):
    """The same as a document of a word processor."""

    http_method_names = ["get", "head"]
    title = "述职报告"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Send it to be saved."""
        shown = paper_of(self.object, self.report, self.scope.day)
        return attachment_response(debrief_document(shown), f"{shown['title']}-{shown['name']}.docx", WORD_FILE)


class PersonReportView(OnBehalfMixin, ReportView):
    """The report of somebody without an account, written by who keeps the year."""

    preview_name = "appraisal-person-preview"


class PersonPreviewView(OnBehalfMixin, PreviewView):
    """The same on paper."""

    file_name = "appraisal-person-file"


class PersonFileView(OnBehalfMixin, ReportFileView):
    """The same as a document."""


def state_of(report: DebriefReport | None) -> dict[str, str]:
    """Say how far a report is."""
    state = DebriefState(report.state) if report else DebriefState.DRAFT
    return {"tone": TONES[state], "word": str(state.label) if report else "没有写"}


def _told(form: ReportForm, refusal: ValidationError) -> str:
    """Put what a service refused beside its parts; gives the sentence about the whole."""
    if not hasattr(refusal, "error_dict"):
        return "".join(refusal.messages)
    whole = ""
    for name, errors in refusal.error_dict.items():
        sentence = "".join(sentence for one in errors for sentence in one.messages)
        if name in form.fields and form.is_bound:
            form.add_error(name, sentence)
        elif name == NON_FIELD_ERRORS:
            whole = sentence
    return whole or "还有几处没有写好，请按提示改好；已经写的都保存了。"
