"""The public page of a vote: a code, a few people, thanks. Nobody signs in, and nothing is noted of who came.

The code comes in the fragment of the address, which browsers send to nobody, or is typed; it travels in the body of a
POST only. The paths under ``/vote/`` are exempt from session and request log, see ``orgs.middleware.leaves_no_trace``.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from appraisal.choices import OFFERED_OPTIONS
from appraisal.models import BallotBox
from appraisal.reports.voting import box_of_code, people_of_box
from appraisal.rules.voting import BAD_CODE, promise, read_code
from appraisal.services.balloting import cast_ballot, give_back_guess, take_guess
from orgs.middleware import client_address

_OPTIONS = [(one.value, one.label) for one in OFFERED_OPTIONS]


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class VoteView(View):
    """Asks for the code, shows the ballot of its box, takes it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        return _page(request, "vote/code.html")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Show the ballot, or take it; whoever guesses codes has to wait."""
        at, address = timezone.now(), client_address(request)
        if not take_guess(address=address, at=at):
            return _busy(request)
        code = read_code(request.POST.get("code", "")[:100])
        box = box_of_code(code, timezone.localdate(at)) if code else None
        if box is None:
            return _page(request, "vote/code.html", error=BAD_CODE.sentence)
        give_back_guess(address=address, at=at)
        return _take(request, code, box) if "cast" in request.POST else _ballot(request, code, box)


class ThanksView(View):
    """Says that the ballot is in; a page of its own, so that a reload does not send it again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say thanks."""
        return _page(request, "vote/thanks.html")


def _take(request: HttpRequest, code: str, box: BallotBox) -> HttpResponseBase:
    choices = _choices(request, box)
    comment = request.POST.get("comment", "")
    try:
        cast_ballot(code=code, choices=choices, comment=comment, day=timezone.localdate())
    except ValidationError as refusal:
        if refusal.code == BAD_CODE.code:
            return _page(request, "vote/code.html", error=BAD_CODE.sentence)
        return _ballot(request, code, box, choices=choices, comment=comment, error="".join(refusal.messages))
    return redirect("vote-thanks")


def _choices(request: HttpRequest, box: BallotBox) -> dict[int, int]:
    """Read the options chosen; who has none stays out, and the service says so."""
    offered = {str(value): value for value, _label in _OPTIONS}
    said = {one.pk: request.POST.get(f"choice-{number}", "") for number, one in enumerate(people_of_box(box), start=1)}
    return {key: offered[text] for key, text in said.items() if text in offered}


def _ballot(request: HttpRequest, code: str, box: BallotBox, **more: Any) -> HttpResponse:
    chosen = more.pop("choices", {})
    rows = people_of_box(box)
    people = [
        {
            "number": number,
            "name": one.cadre.name,
            "post": f"{one.organisation.name}，{one.get_league_post_display()}",
            "next": f"person-{number + 1}" if number < len(rows) else "vote-end",
            "options": [(value, label, chosen.get(one.pk) == value) for value, label in _OPTIONS],
        }
        for number, one in enumerate(rows, start=1)
    ]
    told = promise(counted_from=box.pool.component.minimum_size)
    return _page(request, "vote/ballot.html", title=box.title, code=code, people=people, promise=told, **more)


def _busy(request: HttpRequest) -> HttpResponse:
    response = _page(request, "vote/busy.html", status=429)
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - else Django notes the time
    return response


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    told = {"title": "青年议", "site_name": settings.SITE_NAME, **context}
    return render(request, template, told, status=status)
