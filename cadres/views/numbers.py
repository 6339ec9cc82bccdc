"""Showing one masked number of one person, for a minute: in place with htmx, on a page of its own without."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cadres.services.revealing import NUMBERS, Number, open_numbers, reveal_number
from cadres.views.people import CadrePage
from orgs.middleware import is_verified
from orgs.scoped_views.refusals import codes_of, note_refusal
from orgs.views.confirmation import is_confirmed

SHOWN_SECONDS = 60


class NumberView(CadrePage):
    """Give one number to whoever may see it and has just typed the password; nothing of it is stored anywhere."""

    http_method_names = ["post"]
    permission = "cadres.view_phone"
    title = "查看号码"
    template_name = "cadres/number.html"

    def may_open(self) -> bool:
        if self.request.method != "POST":
            return self.sight.whole
        return self.number in open_numbers(self.sight.posts, self.scope)

    @property
    def number(self) -> Number:
        """Give the number that is asked for; one that there is not is as closed as any other."""
        asked = NUMBERS.get(self.request.POST.get("field", ""))
        if asked is None:
            raise PermissionDenied
        return asked

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Ask for what is missing, or show the number and say when it goes."""
        at = timezone.now()
        if not is_verified(request) and self.number.wants_second_factor:
            return self.send("otp-verify")
        if not is_confirmed(request, at):
            return self.send("password-confirm")
        try:
            value = reveal_number(cadre=self.object, number=self.number, by=self.user, at=at)
        except ValidationError as refusal:
            return self.refuse(refusal)
        return self.show(value)

    def send(self, url_name: str) -> HttpResponse:
        """Send to another page first, and from there back to the person."""
        back = reverse("cadre", args=[self.object.pk])
        address = f"{reverse(url_name)}?next={back}"
        if "HX-Request" in self.request.headers:
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    def refuse(self, refusal: ValidationError) -> HttpResponse:
        """Say why not, and keep it in the log."""
        note_refusal(self.request, action="cadre.reveal", subject=self.subject, codes=codes_of(refusal))
        messages.error(self.request, "".join(refusal.messages))
        back = reverse("cadre", args=[self.object.pk])
        if "HX-Request" in self.request.headers:
            return HttpResponse(headers={"HX-Redirect": back})
        return HttpResponseRedirect(back)

    def show(self, value: str) -> HttpResponse:
        """Answer with the number; after a minute the browser asks for the page without it."""
        back = reverse("cadre", args=[self.object.pk])
        shown: dict[str, Any] = {"number": self.number, "value": value, "page_url": back, "seconds": SHOWN_SECONDS}
        if "HX-Request" in self.request.headers:
            return render(self.request, "cadres/_number_shown.html", shown)
        response = self.render(**shown, **self.page_frame(self.title))
        response["Refresh"] = f"{SHOWN_SECONDS}; url={back}"
        return response
