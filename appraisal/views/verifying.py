"""The public page of a printed scorecard: whoever holds the paper asks whether it agrees with the system.

Nobody signs in. The code (128 bits at random) stands on the paper, and behind the # of the printed address, which
browsers send to nobody. The page shows the year, the version and a masked name, never a figure: total and grade are
typed from the paper and compared.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from appraisal.forms.seals import PaperForm
from appraisal.models import SealedCard
from appraisal.reports.seals import card_of_code
from appraisal.reports.verifying import card_faults
from appraisal.rules.sealing import masked_name
from appraisal.rules.voting import read_code, spaced_code
from appraisal.services.balloting import give_back_guess, take_guess
from orgs.middleware import client_address

_WHAT = "verify"
MOST_TYPED = 60  # 26 signs, with blanks between
UNKNOWN = "与系统不一致：系统里没有这个核验码。请对照纸上的核验码再输一次；仍然没有的，这张成绩单不是本系统出具的。"
SUPERSEDED = "这一版已经重开作废，请以重新审定的成绩单为准。"
ALTERED = "系统中保存的这张成绩单与锁定时不一致，请告诉共青团区委员会。"
DIFFERENT = "纸上的总分或等次与系统中锁定的不同。"


@method_decorator(never_cache, name="dispatch")
class VerifyView(View):
    """Asks for the code, then for what the paper says, and says whether it agrees; all of it travels in bodies."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code; behind the # of the address it is filled in."""
        return _page(request, "verify/code.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the card with this code, or compare it; whoever guesses has to wait."""
        at, address = timezone.now(), client_address(request)
        if not take_guess(address=address, at=at, what=_WHAT):
            return _page(request, "verify/busy.html", status=429)
        typed = request.POST.get("code", "")[:MOST_TYPED]
        card = card_of_code(read_code(typed))
        if card is None:
            return _page(request, "verify/code.html", error=UNKNOWN, typed=typed)
        form = PaperForm(request.POST) if "check" in request.POST else PaperForm()
        is_same = form.is_valid() and agrees(card, form.cleaned_data)
        if is_same or not form.is_valid():
            give_back_guess(address=address, at=at, what=_WHAT)
        return _shown(request, card, form, is_same=is_same)


def agrees(card: SealedCard, said: Mapping[str, int | None]) -> bool:
    """Tell whether a paper says the total and the grade that were locked."""
    return (said["total"], said["grade"]) == (card.total, card.grade)


def _shown(request: HttpRequest, card: SealedCard, form: PaperForm, *, is_same: bool) -> HttpResponse:
    """Show what is to be said of a card; a spoilt or superseded one is never said to agree."""
    sentence = SUPERSEDED if not card.seal.stands else ALTERED if card_faults(card) else ""
    is_over = bool(sentence)
    if not is_over and form.is_valid() and not is_same:
        sentence = DIFFERENT
    told: dict[str, Any] = {
        "card": card,
        "form": None if is_over or is_same else form,
        "agrees": is_same and not is_over,
        "sentence": sentence,
        "name": masked_name(card.participant.cadre.name),
        "code": spaced_code(card.code),
    }
    return _page(request, "verify/card.html", **told)


def verify_site() -> str:
    """Give the address that is printed, to which the code is added; empty where the portal knows none of its own."""
    return f"{settings.SITE_URL}{reverse('verify')}" if settings.SITE_URL else ""


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    told = {"title": "成绩单核验", "site_name": settings.SITE_NAME, **context}
    return render(request, template, told, status=status)
