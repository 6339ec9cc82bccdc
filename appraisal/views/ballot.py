"""The ballot of somebody who was asked by link (党政评): one page on a phone, for those named in the box only.

It takes the path of a vote: the paths under ``/ballots/`` leave no line in the request log and no event.
"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from appraisal.choices import BoxMode, BoxState
from appraisal.models import BoxVoter
from appraisal.reports.voters import ballots_of
from appraisal.reports.voting import people_of_box
from appraisal.rules.voting import promise
from appraisal.services.voters import cast_by_link
from appraisal.services.voting import least_of
from appraisal.views.vote import OPTIONS, chosen_options, person_rows, show
from orgs.models import User
from orgs.scoped_views.refusals import noting_refusals, subject_of


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class BallotView(View):
    """Shows the people whom somebody rates, and takes what they say."""

    http_method_names = ["get", "head", "post"]
    voter: BoxVoter
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.user = request.user
        # That somebody sends a ballot which is not theirs is noted; of a voter nothing is.
        with noting_refusals(request, action="ballot.cast", subject=subject_of("appraisal.BoxVoter", kwargs["pk"])):
            self.voter = get_object_or_404(ballots_of(self.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the ballot, what was said already where it can be changed, or that it is in."""
        box, day = self.voter.box, timezone.localdate()
        is_taken = self.voter.has_voted and (box.mode == BoxMode.COUNTED or "saved" in request.GET)
        if is_taken or box.state != BoxState.OPEN or not box.opens_on <= day <= box.closes_on:
            return self._told(is_open=box.state == BoxState.OPEN and box.opens_on <= day <= box.closes_on)
        said = {int(key): option for key, option in self.voter.choices.items()}
        return self._ballot(choices=said, comment=self.voter.comment)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take what was said, or show it again with what is wrong."""
        rated = self._rated()
        choices = chosen_options(request, [one.pk for one in rated], OPTIONS)
        said: dict[str, Any] = {"choices": choices, "comment": request.POST.get("comment", "")}
        try:
            cast_by_link(voter=self.voter, by=self.user, day=timezone.localdate(), **said)
        except ValidationError as refusal:
            return self._ballot(**said, error="".join(refusal.messages))
        here = redirect("ballot", pk=pk)
        here["Location"] += "?saved"
        return here

    def _rated(self) -> list[Any]:
        keys = set(self.voter.rates)
        return [one for one in people_of_box(self.voter.box) if one.pk in keys]

    def _ballot(self, *, choices: dict[int, int], **more: Any) -> HttpResponse:
        box = self.voter.box
        told = promise(box.mode, counted_from=least_of(box))
        rows = person_rows(self._rated(), choices)
        is_named = box.mode == BoxMode.NAMED
        submit = "保存" if is_named else "提交，不能再改"
        return show(self.request, "vote/ballot.html", title=box.title, rows=rows, promise=told, submit=submit, **more)

    def _told(self, *, is_open: bool) -> HttpResponse:
        box = self.voter.box
        may_change = is_open and box.mode == BoxMode.NAMED
        facts = {"may_change": may_change, "is_open": is_open}
        return show(self.request, "vote/ballot_in.html", title=box.title, voter=self.voter, **facts)
