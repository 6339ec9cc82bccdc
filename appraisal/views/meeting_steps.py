"""Acts on a 述职会 that need no form: a step, a place in the order, a judge taken off, links made."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.rules.voting import spaced_code
from appraisal.services.judging import close_meeting
from appraisal.services.meetings import (
    add_speaker,
    call_speaker,
    draw_lots,
    issue_links,
    move_speaker,
    remove_judge,
    remove_speaker,
    start_meeting,
    void_meeting,
)
from appraisal.views.meetings import OneMeetingMixin
from appraisal.views.year import KeeperMixin, seen_version
from orgs.scoped_views.refusals import codes_of, note_forbidden

_STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "start": (start_meeting, "述职会已经开始，评委可以打分。"),
    "close": (close_meeting, "述职会已经结束，分数已经写入测评结果。"),
    "void": (void_meeting, "述职会已经作废。"),
}


class ActView(OneMeetingMixin, KeeperMixin):
    """One act: a service call, a sentence, and back to the meeting."""

    http_method_names = ["post"]
    permission = KEEP

    def key(self, name: str) -> int:
        """Read the key of a row that a button carries; none can be right for what is not a number."""
        text = self.request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0

    def told(self) -> dict[str, Any]:
        """Give what every service is told."""
        version = seen_version(self.request)
        return {"meeting": self.meeting, "version": version, "by": self.user, "at": timezone.now()}

    def attempt(self, act: Callable[[], Any], done: str) -> Any:
        """Do it, or say why not and give None."""
        try:
            found = act()
        except ValidationError as refusal:
            note_forbidden(self.request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(self.request, "".join(refusal.messages))
            return None
        if done:
            messages.success(self.request, done)
        return found

    def back(self, anchor: str = "") -> HttpResponse:
        """Go back to the meeting."""
        return HttpResponseRedirect(self.to("appraisal-meeting") + anchor)


class MeetingStepView(ActView):
    """Starts, closes or voids a meeting."""

    def post(self, request: HttpRequest, year: int, number: int, action: str) -> HttpResponseBase:  # noqa: ARG002
        """Take the step, or say why not."""
        if action not in _STEPS:
            raise Http404
        service, done = _STEPS[action]
        self.attempt(lambda: service(**self.told()), done)
        return self.back()


class OrderView(ActView):
    """Moves, adds or takes off somebody, draws lots, says who speaks now."""

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponseBase:  # noqa: ARG002
        """Do what the button says."""
        acts: dict[str, tuple[Callable[[], Any], str]] = {
            "up": (lambda: move_speaker(**self.told(), speaker=self.key("speaker"), step=-1), ""),
            "down": (lambda: move_speaker(**self.told(), speaker=self.key("speaker"), step=1), ""),
            "remove": (lambda: remove_speaker(**self.told(), speaker=self.key("speaker")), "已移出。"),
            "add": (lambda: add_speaker(**self.told(), person=self.key("person")), "已加在最后。"),
            "lots": (lambda: draw_lots(**self.told()), "已抽签，顺序随机排定。"),
            "call": (lambda: call_speaker(**self.told(), speaker=self.key("speaker")), ""),
        }
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        self.attempt(*act)
        return self.back("#order")


class JudgeOffView(ActView):
    """Takes a judge off."""

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponseBase:  # noqa: ARG002
        """Take her off, or say why not."""
        self.attempt(lambda: remove_judge(**self.told(), judge=self.key("judge")), "评委已移出。")
        return self.back("#judges")


class LinksView(ActView):
    """Makes links and answers with the cards to print: they are shown here once, and kept nowhere."""

    template_name = "appraisal/meeting_cards.html"

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponseBase:  # noqa: ARG002
        """Make the links, or say why not."""
        chosen = [self.key("judge")] if "judge" in request.POST else []
        found = self.attempt(lambda: issue_links(**self.told(), judges=chosen), "")
        if found is None:
            return self.back("#judges")
        return self.render(
            title=f"{self.meeting.title}：评委卡",
            crumbs=[*self.way, {"title": "评委卡"}],
            meeting=self.meeting,
            has_site=bool(settings.SITE_URL),
            cards=[self._card(judge, code) for judge, code in found],
            back_url=self.to("appraisal-meeting"),
        )

    def _card(self, judge: Any, code: str) -> dict[str, str]:
        address = f"{settings.SITE_URL}{reverse('judge')}#{code}" if settings.SITE_URL else ""
        picture = str(segno.make_qr(address, error="l").svg_data_uri(scale=4, light="#fff")) if address else ""
        kind = judge.get_ballot_class_display()
        return {"name": judge.name, "unit": judge.unit, "kind": kind, "code": spaced_code(code), "picture": picture}
