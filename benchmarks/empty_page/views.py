"""What every page is measured beside."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing, behind everything that stands before a page."""
    return HttpResponse("")


@login_required
def frame(request: HttpRequest) -> HttpResponse:
    """Answer with the frame of the portal around nothing."""
    return render(request, "base.html", {"title": "空白页"})


def nothing(_request: HttpRequest) -> HttpResponse:
    """Answer anybody with nothing, signed in or not."""
    return HttpResponse("")
