"""锁定 of a year: what stands locked, the history of versions, the check, and reopening by two persons."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from appraisal.access import DECIDE, VIEW
from appraisal.forms.seals import ReopenForm
from appraisal.models import Participant, Seal
from appraisal.reports.seals import last_check, seals_of
from appraisal.services.keeping import holds_district
from appraisal.services.sealing import ask_reopening, confirm_reopening, drop_reopening
from appraisal.services.verifying import verify_year
from appraisal.views.year import YearMixin
from orgs.access import is_same_person
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden

FAULTS_SHOWN = 20
_STEPS: Mapping[str, tuple[Callable[..., Seal], str]] = {
    "confirm": (confirm_reopening, "已重开，年度退回复核；更正以后再审定锁定一次。"),
    "drop": (drop_reopening, "重开的申请已经撤下，结果仍然锁定。"),
}


class SealMixin(YearMixin):
    """A page for those who see the year of the whole district."""

    tab = "appraisal-seal"
    title = "锁定"

    def prepare(self) -> None:
        super().prepare()
        if not holds_district(self.scope.holding(VIEW)):
            raise PermissionDenied

    @property
    def decides(self) -> bool:
        """Tell whether the visitor may ask for a reopening or confirm it: a leader who is not appraised in the year."""
        is_appraised = Participant.objects.of_person(self.user).appraised().filter(cycle=self.cycle).exists()
        return holds_district(self.scope.holding(DECIDE)) and not is_appraised

    def latest(self) -> Seal:
        """Give the last lock; without one there is no such page."""
        seal = next(iter(seals_of(self.cycle)), None)
        if seal is None:
            raise Http404
        return seal


class SealView(SealMixin):
    """What is locked, by which meeting, and every version there was."""

    http_method_names = ["get", "head", "post"]
    template_name = "appraisal/seal.html"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        return self.shown()

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Check every card now; the result stands on the page and in the log."""
        return self.shown(faults=verify_year(cycle=self.cycle, by=self.user, at=timezone.now()), is_checked=True)

    def shown(self, **more: Any) -> HttpResponse:
        """Show the page, perhaps with the result of a check."""
        seals = seals_of(self.cycle)
        seal = next((one for one in seals if one.stands), None)
        faults = [one.sentence for one in more.pop("faults", ())]
        return self.render(
            seal=seal,
            seals=seals,
            is_asked=seal is not None and seal.asked_by is not None,
            steps=self.steps(seal),
            faults=faults[:FAULTS_SHOWN],
            faults_count=len(faults),
            last=last_check(self.cycle),
            verify_url=self.address("appraisal-seal"),
            **more,
        )

    def steps(self, seal: Seal | None) -> list[dict[str, Any]]:
        """Offer what this visitor may do about a reopening."""
        if seal is None or not self.decides:
            return []
        if seal.asked_by is None:
            return [{"title": "提出重开", "url": self.address("appraisal-seal-ask")}]
        is_asker = is_same_person(self.user, seal.asked_by)
        drop = {
            "title": "撤回重开申请" if is_asker else "不同意重开",
            "url": self.address("appraisal-seal-step", "drop"),
            "method": "post",
        }
        if is_asker:
            return [drop]
        question = "重开以后年度退回复核，成绩单、反馈函以重新审定的为准，这一版留在历史里。"
        confirm = {**drop, "title": "确认重开", "url": self.address("appraisal-seal-step", "confirm"), "bad": True}
        return [{**confirm, "confirm": question}, drop]


class SealAskView(SealMixin, ScopedFormView):
    """提出重开: with the reason; somebody else confirms."""

    permission = DECIDE
    title = "提出重开"
    template_name = "appraisal/seal_ask.html"
    form_class = ReopenForm
    submit = "提出"
    done = "已提出重开，请另一位同志确认。"

    def prepare(self) -> None:
        super().prepare()
        self.latest()

    def save(self, form: Any) -> Seal:
        return ask_reopening(seal=self.latest(), by=self.user, at=timezone.now(), **form.cleaned_data)

    def back_url(self) -> str:
        return self.address("appraisal-seal")


class SealStepView(SealMixin):
    """Confirms what somebody else asked, or drops it."""

    permission = DECIDE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int, action: str) -> HttpResponseBase:  # noqa: ARG002
        """Take the step, or say why not."""
        if action not in _STEPS:
            raise Http404
        service, done = _STEPS[action]
        try:
            service(seal=self.latest(), by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=DECIDE, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, done)
        return HttpResponseRedirect(self.address("appraisal-seal"))
