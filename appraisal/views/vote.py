"""The public page of a vote: a code, a few people, thanks. Nobody signs in, and nothing is noted of who came.

The code comes in the fragment of the address, which browsers send to nobody, or is typed; it travels in the body of a
POST only. The paths under ``/vote/`` are exempt from session and request log, see ``orgs.middleware.leaves_no_trace``.
"""

from collections.abc import Iterable, Mapping, Sequence
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

from appraisal.choices import OFFERED_OPTIONS, BoxMode
from appraisal.models import BallotBox, Participant
from appraisal.reports.voting import box_of_code, people_of_box
from appraisal.rules.voting import BAD_CODE, QUESTIONS, promise, read_code
from appraisal.services.balloting import cast_ballot, give_back_guess, take_answer, take_guess
from appraisal.services.voting import least_of
from orgs.middleware import client_address

OPTIONS = [(one.value, one.label) for one in OFFERED_OPTIONS]


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class VoteView(View):
    """Asks for the code, shows the ballot of its box, takes it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        return show(request, "vote/code.html")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Show the ballot, or take it; whoever guesses codes has to wait."""
        at, address = timezone.now(), client_address(request)
        if not take_guess(address=address, at=at):
            return _busy(request)
        code = read_code(request.POST.get("code", "")[:100])
        box = box_of_code(code, timezone.localdate(at)) if code else None
        if box is None:
            return show(request, "vote/code.html", error=BAD_CODE.sentence)
        give_back_guess(address=address, at=at)
        if "cast" not in request.POST:
            return _ballot(request, code, box)
        if box.mode == BoxMode.CONSULTATION and not take_answer(address=address, at=at):
            return _busy(request)
        return _take(request, code, box)


class ThanksView(View):
    """Says that the ballot is in; a page of its own, so that a reload does not send it again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say thanks."""
        return show(request, "vote/thanks.html")


def _take(request: HttpRequest, code: str, box: BallotBox) -> HttpResponseBase:
    choices = _choices(request, box)
    comment = request.POST.get("comment", "")
    try:
        cast_ballot(code=code, choices=choices, comment=comment, day=timezone.localdate())
    except ValidationError as refusal:
        if refusal.code == BAD_CODE.code:
            return show(request, "vote/code.html", error=BAD_CODE.sentence)
        return _ballot(request, code, box, choices=choices, comment=comment, error="".join(refusal.messages))
    return redirect("vote-thanks")


def _choices(request: HttpRequest, box: BallotBox) -> dict[int, int]:
    """Read the options chosen; what has none stays out, and the service says so."""
    if box.mode != BoxMode.CONSULTATION:
        return chosen_options(request, [one.pk for one in people_of_box(box)], OPTIONS)
    offered = [(number, "") for number in range(1, max(len(options) for _title, options in QUESTIONS) + 1)]
    return chosen_options(request, range(1, len(QUESTIONS) + 1), offered)


def chosen_options(request: HttpRequest, keys: Iterable[int], options: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Read what was chosen for each key in turn."""
    offered = {str(value): value for value, _label in options}
    said = {key: request.POST.get(f"choice-{number}", "") for number, key in enumerate(keys, start=1)}
    return {key: offered[text] for key, text in said.items() if text in offered}


def person_rows(people: Sequence[Participant], choices: Mapping[int, int]) -> list[dict[str, Any]]:
    """Give people with the options of a ballot."""
    return [
        _row(one.cadre.name, f"{one.organisation.name}，{one.get_league_post_display()}", OPTIONS, choices.get(one.pk))
        for one in people
    ]


def _question_rows(choices: Mapping[int, int]) -> list[dict[str, Any]]:
    return [
        _row(title, "", list(enumerate(options, start=1)), choices.get(number))
        for number, (title, options) in enumerate(QUESTIONS, start=1)
    ]


def _row(title: str, note: str, options: Sequence[tuple[int, str]], chosen: int | None) -> dict[str, Any]:
    return {"title": title, "note": note, "options": [(value, label, value == chosen) for value, label in options]}


def _ballot(request: HttpRequest, code: str, box: BallotBox, **more: Any) -> HttpResponse:
    chosen = more.pop("choices", {})
    people = people_of_box(box)
    is_consultation = box.mode == BoxMode.CONSULTATION
    rows = _question_rows(chosen) if is_consultation else person_rows(people, chosen)
    about = [f"{one.cadre.name}（{one.organisation.name}）" for one in people] if is_consultation else []
    told = promise(box.mode, counted_from=least_of(box))
    return show(request, "vote/ballot.html", title=box.title, code=code, rows=rows, about=about, promise=told, **more)


def _busy(request: HttpRequest) -> HttpResponse:
    response = show(request, "vote/busy.html", status=429)
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - else Django notes the time
    return response


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with a page of a vote, which has no frame and asks for no account."""
    told = {"title": "青年议", "site_name": settings.SITE_NAME, "submit": "提交", **context}
    return render(request, template, told, status=status)
