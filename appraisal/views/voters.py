"""票箱 by link: who is asked, one reminder to those who owe a ballot; and 筛查 of what was written."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import LINK_MODES, BoxState
from appraisal.forms.boxes import ScreeningForm, VotersForm
from appraisal.models import BallotBox, BallotComment
from appraisal.reports.voters import Candidate, candidates
from appraisal.reports.voting import comments_of, people_of_box
from appraisal.rules.voting import least_voters, promise
from appraisal.services.screening import Verdict, screen_comments
from appraisal.services.voters import name_voters, remind_voters
from appraisal.services.voting import least_of
from appraisal.views.boxes import OneBoxMixin
from appraisal.views.year import KeeperMixin
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden

COMMENTS_A_PAGE = 50
_TICKED = frozenset({"leader", "party_committee"})


class BoxVotersView(OneBoxMixin, KeeperMixin, ScopedFormView):
    """Chooses who is asked, of those who can rate somebody of the box."""

    permission = KEEP
    template_name = "appraisal/box_voters.html"
    form_class = VotersForm
    title = "确定投票人"
    submit = "确定并封存"
    done = "投票人已经确定，接着开始投票。"

    def prepare(self) -> None:
        super().prepare()
        if self.box.mode not in LINK_MODES or self.box.state != BoxState.DRAFT:
            raise Http404

    @cached_property
    def able(self) -> list[tuple[Candidate, int]]:
        """Who can rate how many of the box."""
        people = people_of_box(self.box)
        found = ((one, len(one.rates(people))) for one in candidates(self.scope.day))
        return [(one, count) for one, count in found if count]

    def form_arguments(self) -> dict[str, Any]:
        choices = [(one.user.pk, f"{one.title}，评 {count} 人") for one, count in self.able]
        ticked = [one.user.pk for one, _count in self.able if one.foremost[0] in _TICKED]
        return {"version": self.box.version, "choices": choices, "ticked": ticked}

    def save(self, form: Any) -> BallotBox:
        said = form.cleaned_data
        told = {"version": said["version"], "voters": said["voters"], "by": self.user, "at": timezone.now()}
        return name_voters(box=self.box, **told)

    def back_url(self) -> str:
        return self.box_url

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        least = least_voters(self.box.mode, counted_from=least_of(self.box))
        said = promise(self.box.mode, counted_from=least_of(self.box))
        return super().get_context_data(box=self.box, least=least, promise=said, **more)


class BoxRemindView(OneBoxMixin, KeeperMixin):
    """Sends whoever has not voted one reminder."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponseBase:  # noqa: ARG002
        """Send it, or say why not."""
        try:
            count = remind_voters(box=self.box, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            none = "没有要提醒的：都评过了，或者今天已经提醒过。"
            messages.success(request, f"已提醒 {count} 人；一天只提醒一次。" if count else none)
        return HttpResponseRedirect(self.box_url)


class BoxScreeningView(OneBoxMixin, KeeperMixin, ScopedFormView):
    """Passes or withholds what was written, a page at a time."""

    permission = KEEP
    template_name = "appraisal/box_screening.html"
    form_class = ScreeningForm
    title = "意见建议筛查"
    done = "筛查已保存。"

    def prepare(self) -> None:
        super().prepare()
        if not self.reads_all:
            raise PermissionDenied
        if not self.comments:
            raise Http404

    @cached_property
    def comments(self) -> list[BallotComment]:
        """All that can be read of the box."""
        return comments_of(self.box)

    @property
    def _number(self) -> int:
        text = self.request.GET.get("page", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1
        return min(max(number, 1), self._last)

    @property
    def _last(self) -> int:
        return -(-len(self.comments) // COMMENTS_A_PAGE)

    def form_arguments(self) -> dict[str, Any]:
        start = (self._number - 1) * COMMENTS_A_PAGE
        return {"version": self.box.version, "comments": self.comments[start : start + COMMENTS_A_PAGE]}

    def save(self, form: Any) -> BallotBox:
        verdicts = {key: Verdict(*said) for key, said in form.said.items()}
        version = form.cleaned_data["version"]
        return screen_comments(box=self.box, version=version, verdicts=verdicts, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return self.box_url

    def done_url(self, saved: BallotBox) -> str:  # noqa: ARG002
        here = self.address("appraisal-box-screening", self.kwargs["number"])
        return f"{here}?page={self._number + 1}" if self._number < self._last else self.box_url

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(box=self.box, number=self._number, last=self._last, **more)
