"""述职打分: the pages of a judge on a phone, by an account or by a link whose code is good once.

The code comes behind the # of the address, which browsers send to nobody, or is typed; it is exchanged by a POST for a
pass that the phone holds in a cookie of these paths alone.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from appraisal.access import JUDGE
from appraisal.choices import MeetingState
from appraisal.documents.debriefs import paper_of
from appraisal.forms.judging import UNREAD, JudgeSheet
from appraisal.models import MeetingJudge
from appraisal.reports.meetings import judge_of_pass, screens_of, seats_of
from appraisal.rules.meeting import judge_promise
from appraisal.services.balloting import give_back_guess, take_guess
from appraisal.services.judging import BAD_LINK, enter_by_code, save_marks, save_what_can_be
from orgs.middleware import client_address
from orgs.scoped_views import ScopedPage

TITLE = "述职打分"
AUTOSAVE = "X-Autosave"
PASS_SECONDS = 16 * 3600  # a day of meetings
COOKIE = "judge" if settings.PLAIN_HTTP else "__Secure-judge"
_SUBMITTED = "submitted"


# ---- what both ways share --------------------------------------------------------------
class JudgePage(View):
    """A page about what one judge marks; ``judge`` is found by the account or by the phone."""

    judge: MeetingJudge

    def address(self, name: str, *rest: object) -> str:
        """Give the address of a page of this judge; ``name`` is sheet, save, now or report."""
        raise NotImplementedError

    def home_url(self) -> str:
        """Say where one leaves to; nothing for a phone without an account."""
        return ""

    def sheet(self, data: Mapping[str, Any] | None = None) -> JudgeSheet:
        """Give the screens, with what was typed."""
        return JudgeSheet.of(screens_of(self.judge), data)

    def page(self, sheet: JudgeSheet, refusal: str = "") -> HttpResponse:
        """Show the screens."""
        meeting = self.judge.meeting
        shown = {
            "title": meeting.title,
            "site_name": settings.SITE_NAME,
            "meeting": meeting,
            "judge": self.judge,
            "promise": judge_promise(),
            "sheet": sheet,
            "refusal": refusal,
            "is_open": meeting.state == MeetingState.RUNNING,
            "is_over": meeting.state == MeetingState.CLOSED,
            "save_url": self.address("save"),
            "now_url": self.address("now"),
            "home_url": self.home_url(),
            "people": [self._person(row) for row in sheet.rows],
        }
        return render(self.request, "judging/sheet.html", shown)

    def _person(self, row: Any) -> dict[str, Any]:
        person, meeting = row.screen.speaker.participant, self.judge.meeting
        has_report = meeting.shows_reports and meeting.state != MeetingState.CLOSED
        return {
            "row": row,
            "name": person.cadre.name,
            "post": f"{person.organisation.name}，{person.get_league_post_display()}",
            "is_now": meeting.current_id == row.screen.speaker.pk,
            "report_url": self.address("report", row.screen.number) if has_report else "",
        }

    def save(self, request: HttpRequest) -> HttpResponseBase:
        """Save what was changed: all or none of a form, one by one for a page that saves by itself."""
        sheet = self.sheet(request.POST)
        if AUTOSAVE in request.headers:
            return self._answer(sheet)
        entries = sheet.entries()
        if sheet.has_faults:
            return self.page(sheet, UNREAD)
        try:
            save_marks(judge=self.judge, entries=entries)
        except ValidationError as refusal:
            return self.page(sheet, sheet.refuse(refusal))
        return HttpResponseRedirect(self.address("sheet"))

    def _answer(self, sheet: JudgeSheet) -> HttpResponse:
        try:
            refusal = save_what_can_be(judge=self.judge, entries=sheet.entries())
        except ValidationError as whole:
            return JsonResponse({"refusal": "".join(whole.messages)})
        if refusal is not None:
            sheet.refuse(refusal)
        at = f"{timezone.localtime():%H:%M}"
        return JsonResponse({"at": at, **sheet.told(self.sheet(), self.request.POST)})

    def now(self) -> HttpResponse:
        """Say who speaks now, and whether marks are taken."""
        meeting = self.judge.meeting
        is_open = meeting.state == MeetingState.RUNNING
        return JsonResponse(
            {"now": meeting.current_id, "is_open": is_open, "is_over": not is_open and _is_over(meeting)}
        )

    def report(self, number: int) -> HttpResponse:
        """Show the report of whoever speaks at a place of the order, to judges who may read it."""
        meeting = self.judge.meeting
        found = next((one for one in screens_of(self.judge) if one.number == number), None)
        if found is None or not meeting.shows_reports or _is_over(meeting):
            raise Http404
        person = found.speaker.participant
        report = getattr(person, "debrief_report", None)
        is_in = report is not None and report.state == _SUBMITTED
        shown = {
            "title": f"{person.cadre.name}的述职报告",
            "site_name": settings.SITE_NAME,
            "back_url": f"{self.address('sheet')}#p{found.speaker.pk}",
            "paper": paper_of(person, report, timezone.localdate(), has_lists=False) if is_in else None,
        }
        return render(self.request, "judging/report.html", shown)


def _is_over(meeting: Any) -> bool:
    return meeting.state in {MeetingState.CLOSED, MeetingState.VOID}


# ---- by an account -----------------------------------------------------------------------
class SeatsView(ScopedPage):
    """述职打分: the meetings of which one is a judge."""

    http_method_names = ["get", "head"]
    permission = JUDGE
    template_name = "judging/seats.html"
    title = TITLE

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        seats = [
            {
                "title": one.meeting.title,
                "url": reverse("judging-sheet", args=[one.meeting_id]),
                "when": f"{one.meeting.day:%Y-%m-%d} {one.meeting.starts_at:%H:%M}，{one.meeting.place}",
                "kind": one.get_ballot_class_display(),
                "state": one.meeting.get_state_display(),
            }
            for one in seats_of(self.user)
        ]
        return self.render(seats=seats, section="judging", path=[], crumbs=[{"title": TITLE}])


class AccountJudgePage(JudgePage, ScopedPage):
    """A page of a judge who has signed in; a meeting of which one is no judge does not exist."""

    permission = JUDGE

    def prepare(self) -> None:
        """Find the seat of the account, by whichever account of the person."""
        found = next((one for one in seats_of(self.user) if one.meeting_id == self.kwargs["pk"]), None)
        if found is None:
            raise Http404
        self.judge = found

    def address(self, name: str, *rest: object) -> str:
        return reverse(f"judging-{name}", args=[self.judge.meeting_id, *rest])

    def home_url(self) -> str:
        return reverse("judging")


class JudgingSheetView(AccountJudgePage):
    """The screens."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show them."""
        return self.page(self.sheet())


class JudgingSaveView(AccountJudgePage):
    """Saves marks."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG002
        """Save."""
        return self.save(request)


class JudgingNowView(AccountJudgePage):
    """Says who speaks now."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Say it."""
        return self.now()


class JudgingReportView(AccountJudgePage):
    """A report."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        return self.report(number)


# ---- by a link ---------------------------------------------------------------------------
@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class LinkJudgePage(JudgePage):
    """A page of a judge whose phone was let in by a link; without a pass, the page that asks for the code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = judge_of_pass(request.COOKIES.get(COOKIE, "")[:100])
        if found is None and str(request.method).lower() in self.http_method_names:
            return self.stranger(request)
        if found is not None:
            self.judge = found
        return super().dispatch(request, *args, **kwargs)

    def stranger(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a phone without a pass."""
        if AUTOSAVE in request.headers:
            return JsonResponse({"refusal": BAD_LINK.sentence})
        return HttpResponseRedirect(reverse("judge"))

    def address(self, name: str, *rest: object) -> str:
        return reverse("judge" if name == "sheet" else f"judge-{name}", args=rest)


class LinkSheetView(LinkJudgePage):
    """Asks for the code, lets a phone in, shows the screens."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return _let_in(request)
        return super().dispatch(request, *args, **kwargs)

    def stranger(self, request: HttpRequest) -> HttpResponseBase:
        return _ask(request)

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the screens."""
        return self.page(self.sheet())


class LinkSaveView(LinkJudgePage):
    """Saves marks."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Save."""
        return self.save(request)


class LinkNowView(LinkJudgePage):
    """Says who speaks now."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Say it."""
        return self.now()


class LinkReportView(LinkJudgePage):
    """A report."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        return self.report(number)


def _let_in(request: HttpRequest) -> HttpResponseBase:
    """Exchange the code for a pass; whoever guesses codes has to wait."""
    at, address = timezone.now(), client_address(request)
    if not take_guess(address=address, at=at):
        return _ask(request, "这里输错的次数太多，请过一分钟再试。", status=429)
    try:
        held = enter_by_code(code=request.POST.get("code", "")[:100], at=at)
    except ValidationError as refusal:
        return _ask(request, "".join(refusal.messages))
    give_back_guess(address=address, at=at)
    response = HttpResponseRedirect(reverse("judge"))
    response.set_cookie(
        COOKIE,
        held,
        max_age=PASS_SECONDS,
        path=reverse("judge"),
        secure=not settings.PLAIN_HTTP,
        httponly=True,
        samesite="Lax",
    )
    return response


def _ask(request: HttpRequest, error: str = "", *, status: int = 200) -> HttpResponse:
    shown = {"title": TITLE, "site_name": settings.SITE_NAME, "error": error}
    response = render(request, "judging/code.html", shown, status=status)
    if status != 200:
        cast("Any", response)._has_been_logged = True  # noqa: SLF001 - said to the phone, not to the log
    return response
